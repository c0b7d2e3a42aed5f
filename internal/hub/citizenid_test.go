package hub

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// Made-up numbers of the region 120199, which is assigned to no district, beside
// the samples of the standard.
func TestParseCitizenID(t *testing.T) {
	on := mustDate(t, "2026-01-15")

	for _, test := range []struct {
		in     string
		birth  string
		gender Gender
	}{
		{"11010519491231002X", "1949-12-31", GenderFemale},
		{"440524188001010014", "1880-01-01", GenderMale},
		{"120199198001010018", "1980-01-01", GenderMale},
		{"120199197512310026", "1975-12-31", GenderFemale},
	} {
		for _, typed := range []string{
			test.in, strings.ToLower(test.in), " " + test.in + "\n", "'" + test.in, "\uFEFF" + test.in,
			test.in[:6] + " " + test.in[6:14] + " " + test.in[14:], fullWidth(test.in), fullWidth(strings.ToLower(test.in)),
		} {
			id, err := ParseCitizenID(typed, on)
			if err != nil || string(id) != test.in || id.BirthDate().String() != test.birth || id.Gender() != test.gender {
				t.Errorf("%q: %q, born %s, %s, %v", typed, string(id), id.BirthDate(), id.Gender(), err)
			}
		}
	}

	for _, test := range []struct{ name, in, want string }{
		{"nothing", " ", FaultRequired},
		{"17 digits", "1101051949123100", FaultIDLength},
		{"19 digits", "1101051949123100211", FaultIDLength},
		{"15 digits are the form that was withdrawn", "110105491231002", FaultIDLegacy},
		{"a letter among the digits", "11010519491231O02X", FaultIDCharacters},
		{"X in the middle", "1101051949X231002X", FaultIDCharacters},
		{"another letter at the end", "11010519491231002Y", FaultIDCharacters},
		{"Chinese numerals", "一二010519491231002X", FaultIDCharacters},
		{"check character fits, day does not exist", "120199199002290036", FaultIDDate},
		{"month 13", "120199199013010018", FaultIDDate},
		{"the year 199", "120199019901010018", FaultIDDate},
		{"wrong check digit", "110105194912310021", FaultIDCheck},
		{"two digits swapped", "11010519491231020X", FaultIDCheck},
		{"stored as a number", "120104199001010000", FaultIDTruncated},
		{"stored as a number and shown with exponent", "1.20104E+17", FaultIDTruncated},
		{"the same with more digits", "1.20104199001011e+17", FaultIDTruncated},
	} {
		t.Run(test.name, func(t *testing.T) {
			id, err := ParseCitizenID(test.in, on)
			e, ok := errors.AsType[*FieldError](err)
			if !ok || e.Code != test.want || id != "" {
				t.Fatalf("%q: %q, %v, want fault %s", test.in, string(id), err, test.want)
			}
			if !strings.HasSuffix(e.Message, "。") {
				t.Errorf("%q is no Chinese sentence", e.Message)
			}
			if full := strings.TrimSpace(test.in); len(full) > 12 && (strings.Contains(e.Message, full) || strings.Contains(e.Value, full)) {
				t.Errorf("the error gives the number away: %+v", e)
			}
		})
	}

	t.Run("born today, not tomorrow", func(t *testing.T) {
		id := withCheck("12019920260115001")
		if _, err := ParseCitizenID(id, on); err != nil {
			t.Error(err)
		}
		if _, err := ParseCitizenID(id, on-1); fault(err) != FaultIDFuture {
			t.Errorf("on the day before: %v", err)
		}
	})

	t.Run("every single wrong digit and every swap of neighbours is found", func(t *testing.T) {
		const good = "120199198001010018"
		for place := range good {
			for digit := byte('0'); digit <= '9'; digit++ {
				wrong := []byte(good)
				wrong[place] = digit
				if _, err := ParseCitizenID(string(wrong), on); (err == nil) != (string(wrong) == good) {
					t.Errorf("%s: %v", wrong, err)
				}
			}
			if place > 0 && good[place] != good[place-1] {
				wrong := []byte(good)
				wrong[place], wrong[place-1] = wrong[place-1], wrong[place]
				if _, err := ParseCitizenID(string(wrong), on); err == nil {
					t.Errorf("%s passed", wrong)
				}
			}
		}
	})

	t.Run("regions that are no longer in force are no reason to refuse", func(t *testing.T) {
		for _, prefix := range []string{"120107", "120221", "120225", "120199", "999999", "000000"} {
			id := withCheck(prefix + "19850307123")
			if got, err := ParseCitizenID(id, on); err != nil || got.RegionCode() != prefix {
				t.Errorf("%s: %v", prefix, err)
			}
		}
	})

	t.Run("a real number may end in 000", func(t *testing.T) {
		found := 0
		for day := mustDate(t, "1985-01-01"); day.Year() == 1985; day++ {
			id := withCheck("120199" + strings.ReplaceAll(day.String(), "-", "") + "100")
			if !strings.HasSuffix(id, "000") {
				continue
			}
			found++
			if _, err := ParseCitizenID(id, on); err != nil || !LooksNumericTruncated(id) {
				t.Errorf("%s: %v; it has the shape of a truncated one", id, err)
			}
		}
		if found == 0 {
			t.Error("no such number in a whole year")
		}
	})
}

// withCheck appends the check character to 17 digits.
func withCheck(body string) string { return body + string(idCheckChar(body)) }

func fullWidth(s string) string {
	return strings.Map(func(r rune) rune { return r - '!' + '！' }, s)
}

func TestLooksNumericTruncated(t *testing.T) {
	for s, want := range map[string]bool{
		"1.20104E+17": true, "1.20104e17": true, "1.20104199001011E+17": true, "1E+17": true, "１．２０１０４Ｅ＋１７": true,
		"120104199001010000": true, "120104199001010000.0": true, "120104199001010000.00": true,
		"120104199001010000.5": false, "11010519491231002X": false, "120199198001010018": false,
		"1.2E+5": false, "E+17": false, "1.2E+": false, "abcE+17": false, "": false, "12010419900101000": false,
	} {
		if got := LooksNumericTruncated(s); got != want {
			t.Errorf("LooksNumericTruncated(%q) = %v", s, got)
		}
	}
}

func TestCompareCitizenID(t *testing.T) {
	id, err := ParseCitizenID(withCheck("12019919851001001"), mustDate(t, "2026-01-15"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		gender Gender
		birth  string
		want   []string
	}{
		{GenderMale, "1985-10-01", nil},
		{GenderMale, "1985年10月", nil},
		{GenderMale, "1985", nil},
		{GenderMale, "1985.1", nil}, // what a spreadsheet leaves of 1985.10
		{"", "", nil},
		{GenderUnknown, "", nil}, {GenderUnspecified, "", nil},
		{GenderFemale, "", []string{FaultIDGender}},
		{GenderMale, "1985-10-02", []string{FaultIDBirth}},
		{GenderMale, "1985.01", []string{FaultIDBirth}},
		{GenderMale, "1985-1", []string{FaultIDBirth}},
		{GenderFemale, "1984", []string{FaultIDGender, FaultIDBirth}},
	} {
		var birth LooseDate
		if test.birth != "" {
			if birth, err = ParseLooseDate(test.birth, StartEdge); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		for _, e := range id.Compare(test.gender, birth) {
			got = append(got, e.Code)
		}
		if fmt.Sprint(got) != fmt.Sprint(test.want) {
			t.Errorf("%s, %s: %v, want %v", test.gender, test.birth, got, test.want)
		}
	}
}

func TestCitizenIDStaysHidden(t *testing.T) {
	const number = "11010519491231002X"
	id, err := ParseCitizenID(number, mustDate(t, "2026-01-15"))
	if err != nil {
		t.Fatal(err)
	}
	if got := MaskCitizenID(number); got != "**************002X" {
		t.Errorf("masked as %s", got)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("saved", "id", id)
	slog.New(slog.NewTextHandler(&log, nil)).Info("saved", "id", id)
	fmt.Fprintf(&log, "%s %v", id, id)
	if strings.Contains(log.String(), number) || strings.Count(log.String(), "**************002X") != 4 {
		t.Errorf("log shows %s", log.String())
	}
	for in, want := range map[string]string{"": "", "1234": "****", "12345678901": "***********", strings.Repeat("9", 400): "**************9999"} {
		if got := MaskCitizenID(in); got != want {
			t.Errorf("%q masked as %q, want %q", in, got, want)
		}
	}
	var none CitizenID
	if none.BirthDate() != 0 || none.Gender() != GenderUnknown || none.RegionCode() != "" || none.String() != "" {
		t.Error("an empty number states something")
	}
}

func FuzzParseCitizenID(f *testing.F) {
	for _, s := range []string{"11010519491231002X", "１２０１９９１９８００１０１００１８", "1.20104E+17", "120104199001010000", "110105491231002", "'11010519491231002x"} {
		f.Add(s)
	}
	on, _ := NewDate(2026, 1, 15)
	f.Fuzz(func(t *testing.T, s string) {
		LooksNumericTruncated(s)
		id, err := ParseCitizenID(s, on)
		if err != nil {
			if e, ok := errors.AsType[*FieldError](err); !ok || len([]rune(e.Value)) > 18 {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if again, err := ParseCitizenID(string(id), on); err != nil || again != id || id.BirthDate() == 0 || id.BirthDate() > on {
			t.Fatalf("%q became %q, then %q, %v", s, string(id), string(again), err)
		}
	})
}
