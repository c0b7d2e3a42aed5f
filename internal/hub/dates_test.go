package hub

import (
	"encoding/json"
	"testing"
	"time"
)

func mustDate(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDateCountsDays(t *testing.T) {
	for s, want := range map[string]Date{
		"0001-01-01": 1, "1970-01-01": 719163, "1970-01-02": 719164, "9999-12-31": 3652059,
	} {
		if got := mustDate(t, s); got != want {
			t.Errorf("%s is day %d, want %d", s, got, want)
		}
	}
	// Against the calendar of the time package, over every leap rule.
	for day := time.Date(1599, 12, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2402; day = day.AddDate(0, 0, 13) {
		d, ok := NewDate(day.Date())
		if !ok || d.Year() != day.Year() || d.Month() != day.Month() || d.Day() != day.Day() || d.Weekday() != day.Weekday() || d.String() != day.Format(time.DateOnly) {
			t.Fatalf("%s became %d, %s", day.Format(time.DateOnly), d, d)
		}
	}
}

func TestParseDate(t *testing.T) {
	for s, want := range map[string]string{
		"2023-02-29": FaultDateImpossible, "2023-13-01": FaultDateImpossible, "2023-00-10": FaultDateImpossible,
		"0000-01-01": FaultDateImpossible, "1900-02-29": FaultDateImpossible, "2000-02-29": "", "2024-02-29": "",
		"2023-5-1": FaultDateFormat, "2023/05/01": FaultDateFormat, "": FaultDateFormat, "2023-05-01 ": FaultDateFormat,
		"20230501": FaultDateFormat, "+023-05-01": FaultDateFormat, "２０２３-05-01": FaultDateFormat, "2023-0a-01": FaultDateFormat,
	} {
		d, err := ParseDate(s)
		if fault(err) != want || (err == nil) != (want == "") {
			t.Errorf("ParseDate(%q) = %s, %v, want fault %q", s, d, err, want)
		}
		if err == nil && d.String() != s {
			t.Errorf("ParseDate(%q).String() = %q", s, d.String())
		}
	}
	var none Date
	if none.String() != "" || none.YearMonth() != "" {
		t.Errorf("no date is written %q", none.String())
	}
	if got := mustDate(t, "1985-03-07").YearMonth(); got != "1985-03" {
		t.Errorf("YearMonth = %q", got)
	}
}

func TestDateArithmetic(t *testing.T) {
	for _, test := range []struct {
		from   string
		months int
		want   string
	}{
		{"2023-05-01", 36, "2026-05-01"},
		{"2024-01-31", 1, "2024-02-29"}, {"2023-01-31", 1, "2023-02-28"}, {"2024-02-29", 12, "2025-02-28"},
		{"2023-12-15", 1, "2024-01-15"}, {"2023-01-15", -1, "2022-12-15"}, {"2023-03-31", -1, "2023-02-28"}, {"2023-05-01", 0, "2023-05-01"},
	} {
		if got := mustDate(t, test.from).AddMonths(test.months).String(); got != test.want {
			t.Errorf("%s + %d months = %s, want %s", test.from, test.months, got, test.want)
		}
	}
	if got := mustDate(t, "2024-02-28").AddDays(2).String(); got != "2024-03-01" {
		t.Errorf("2024-02-28 + 2 days = %s", got)
	}
	if got := mustDate(t, "2020-02-29").AddYears(3).String(); got != "2023-02-28" {
		t.Errorf("2020-02-29 + 3 years = %s", got)
	}
	if got := mustDate(t, "2024-02-10").MonthEnd().String(); got != "2024-02-29" {
		t.Errorf("end of February 2024 = %s", got)
	}
}

// The day changes at midnight in China, wherever the server's clock stands.
func TestToday(t *testing.T) {
	for instant, want := range map[string]string{
		"2025-03-18T15:59:59Z":      "2025-03-18",
		"2025-03-18T16:00:00Z":      "2025-03-19",
		"2025-03-18T23:30:00-11:00": "2025-03-19",
		"2025-03-18T00:00:00+08:00": "2025-03-18",
	} {
		now, err := time.Parse(time.RFC3339, instant)
		if err != nil {
			t.Fatal(err)
		}
		if got := Today(now).String(); got != want {
			t.Errorf("Today(%s) = %s, want %s", instant, got, want)
		}
	}
	d := mustDate(t, "2025-03-18")
	if got := d.Midnight(); Today(got) != d || Today(got.Add(-time.Nanosecond)) != d-1 {
		t.Errorf("2025-03-18 begins at %s", got)
	}
}

func TestDateJSON(t *testing.T) {
	type record struct {
		On    Date
		Until Date `json:",omitempty"`
	}
	data, err := json.Marshal(record{On: mustDate(t, "2023-05-01")})
	if err != nil || string(data) != `{"On":"2023-05-01"}` {
		t.Errorf("marshalled %s, %v", data, err)
	}
	data, err = json.Marshal([]Date{0, 1})
	if err != nil || string(data) != `[null,"0001-01-01"]` {
		t.Errorf("marshalled %s, %v", data, err)
	}
	data, err = json.Marshal(map[Date]int{mustDate(t, "2023-05-01"): 1})
	if err != nil || string(data) != `{"2023-05-01":1}` {
		t.Errorf("marshalled %s, %v", data, err)
	}
	for in, want := range map[string]string{`"2023-05-01"`: "2023-05-01", `null`: "", `""`: ""} {
		d := Date(99)
		if err := json.Unmarshal([]byte(in), &d); err != nil || d.String() != want {
			t.Errorf("unmarshalled %s to %q, %v", in, d, err)
		}
	}
	for in, want := range map[string]string{`20230501`: FaultDateFormat, `"2023-02-30"`: FaultDateImpossible, `{}`: FaultDateFormat} {
		var d Date
		if err := json.Unmarshal([]byte(in), &d); fault(err) != want {
			t.Errorf("unmarshalled %s to %q, %v, want fault %s", in, d, err, want)
		}
	}
}

func TestParseLooseDate(t *testing.T) {
	for _, test := range []struct{ in, start, end string }{
		{"2023-05-01", "2023-05-01", "2023-05-01"},
		{"2023/5/1", "2023-05-01", "2023-05-01"},
		{"2023.5.1", "2023-05-01", "2023-05-01"},
		{"2023年5月1日", "2023-05-01", "2023-05-01"},
		{" 2023 年 5 月 1 日 ", "2023-05-01", "2023-05-01"},
		{"2023年05月01号", "2023-05-01", "2023-05-01"},
		{"２０２３．５．１", "2023-05-01", "2023-05-01"},
		{"20230501", "2023-05-01", "2023-05-01"},
		{"2023-05-01 00:00:00", "2023-05-01", "2023-05-01"},
		{"2023/5/1 8:30", "2023-05-01", "2023-05-01"},
		{"2023-04-30T16:00:00Z", "2023-05-01", "2023-05-01"},
		{"2023-04-30T16:00:00.000Z", "2023-05-01", "2023-05-01"},
		{"2023-05-01T00:00:00+08:00", "2023-05-01", "2023-05-01"},
		{"2023.5", "2023-05-01", "2023-05-31"},
		{"2023.05", "2023-05-01", "2023-05-31"},
		{"2024-02", "2024-02-01", "2024-02-29"},
		{"2023年2月", "2023-02-01", "2023-02-28"},
		{"202305", "2023-05-01", "2023-05-31"},
		{"2023.10", "2023-10-01", "2023-10-31"},
		{"2023年", "2023-01-01", "2023-12-31"},
		{"2023", "2023-01-01", "2023-12-31"},
		{"45047", "2023-05-01", "2023-05-01"},
		{"45047.75", "2023-05-01", "2023-05-01"},
		{"25569", "1970-01-01", "1970-01-01"},
	} {
		for edge, want := range map[Edge]string{StartEdge: test.start, EndEdge: test.end} {
			if got, err := ParseLooseDate(test.in, edge); err != nil || got.Date.String() != want || got.Open {
				t.Errorf("ParseLooseDate(%q, end %v) = %+v (%s), %v, want %s", test.in, edge, got, got.Date, err, want)
			}
		}
	}
	for in, want := range map[string]Precision{"2023-05-01": DayPrecision, "2023.5": MonthPrecision, "2023年": YearPrecision, "45047": DayPrecision} {
		if got, _ := ParseLooseDate(in, EndEdge); got.Precision != want {
			t.Errorf("ParseLooseDate(%q) has precision %d, want %d", in, got.Precision, want)
		}
	}
	for _, in := range []string{"长期", " 长 期 ", "无固定期限", "9999-12-31"} {
		if got, err := ParseLooseDate(in, EndEdge); err != nil || !got.Open || got.Date != 0 {
			t.Errorf("ParseLooseDate(%q, end) = %+v, %v, want open", in, got, err)
		}
		if _, err := ParseLooseDate(in, StartEdge); fault(err) != FaultDateOpen {
			t.Errorf("ParseLooseDate(%q, start): %v, want it refused as a start", in, err)
		}
	}
	for in, want := range map[string]bool{"2023.1": true, "2023.10": false, "2023.01": false, "2023-1": false, "2023.1.1": false, "2023年1月": false} {
		if got, err := ParseLooseDate(in, StartEdge); err != nil || got.Ambiguous != want {
			t.Errorf("ParseLooseDate(%q) = %+v, %v, want ambiguous %v", in, got, err, want)
		}
	}
	for in, want := range map[string]string{
		"": FaultRequired, "　": FaultRequired,
		"5/1/23": FaultDateFormat, "01-05-2023": FaultDateFormat, "明年": FaultDateFormat, "2023-05-01至2025-04-30": FaultDateFormat,
		"1": FaultDateFormat, "123456789": FaultDateFormat, "-45047": FaultDateFormat,
		"2023-02-30": FaultDateImpossible, "2023年13月": FaultDateImpossible, "20231301": FaultDateImpossible, "202300": FaultDateImpossible,
		"0202-05-01": FaultDateImpossible, "3023-05-01": FaultDateImpossible,
	} {
		if got, err := ParseLooseDate(in, EndEdge); fault(err) != want {
			t.Errorf("ParseLooseDate(%q) = %+v, %v, want fault %s", in, got, err, want)
		}
	}
}

func FuzzParseLooseDate(f *testing.F) {
	for _, s := range []string{"2023.5", "2023年5月1日", "45047", "长期", "2023-04-30T16:00:00Z", "20230501", "9999.12.31", "2023-05-01 24:61"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, end bool) {
		got, err := ParseLooseDate(s, Edge(end))
		if err != nil {
			if fault(err) == "" {
				t.Fatalf("%q: %v is no FieldError", s, err)
			}
			return
		}
		if got.Open {
			if got.Date != 0 || !end {
				t.Fatalf("%q: %+v", s, got)
			}
			return
		}
		again, err := ParseLooseDate(got.Date.String(), Edge(end))
		if err != nil || again.Date != got.Date || again.Precision != DayPrecision {
			t.Fatalf("%q became %s, which reads as %+v, %v", s, got.Date, again, err)
		}
	})
}

func TestTerm(t *testing.T) {
	term := func(start, end string) (u Term) {
		if start != "" {
			u.Start = mustDate(t, start)
		}
		if end != "" {
			u.End = mustDate(t, end)
		}
		return u
	}
	day := func(s string) Date { return mustDate(t, s) }
	two := term("2023-05-01", "2025-04-30")
	open := term("2023-05-01", "")

	t.Run("both ends belong to it", func(t *testing.T) {
		for on, want := range map[string]bool{"2023-04-30": false, "2023-05-01": true, "2025-04-30": true, "2025-05-01": false} {
			if two.Contains(day(on)) != want {
				t.Errorf("%s contains %s: %v", two, on, !want)
			}
		}
		if !open.Contains(day("2999-01-01")) || open.Contains(day("2023-04-30")) {
			t.Error("an open term holds from its start for ever")
		}
		if unknown := term("", "2025-04-30"); !unknown.Contains(day("1990-01-01")) {
			t.Error("a term whose start is not known holds until its end")
		}
	})

	t.Run("overlap", func(t *testing.T) {
		for _, test := range []struct {
			a, b Term
			want bool
		}{
			{two, term("2025-04-30", "2026-04-30"), true},
			{two, term("2025-05-01", "2026-04-30"), false},
			{two, open, true}, {open, term("2022-01-01", "2023-04-30"), false}, {open, open, true},
			{term("", "2023-05-01"), two, true}, {term("", "2023-04-30"), two, false},
		} {
			if test.a.Overlaps(test.b) != test.want || test.b.Overlaps(test.a) != test.want {
				t.Errorf("%s and %s: want overlap %v", test.a, test.b, test.want)
			}
		}
	})

	t.Run("days left", func(t *testing.T) {
		for on, want := range map[string]int{"2025-04-30": 0, "2025-03-01": 60, "2025-05-02": -2} {
			if got, ok := two.DaysLeft(day(on)); !ok || got != want {
				t.Errorf("on %s %d days are left, want %d", on, got, want)
			}
		}
		if _, ok := open.DaysLeft(day("2025-01-01")); ok {
			t.Error("an open term has days left")
		}
	})

	t.Run("check", func(t *testing.T) {
		for _, test := range []struct {
			terms []Term
			want  string
		}{
			{[]Term{two}, ""}, {[]Term{open}, ""}, {[]Term{term("2023-05-01", "2023-05-01")}, ""}, {nil, ""},
			{[]Term{two, term("2025-05-01", "")}, ""},
			{[]Term{{}}, FaultRequired},
			{[]Term{term("2023-05-01", "2023-04-30")}, FaultTermOrder},
			{[]Term{two, term("2025-04-30", "")}, FaultTermOverlap},
			{[]Term{term("2025-05-01", ""), two, term("2026-01-01", "2026-12-31")}, FaultTermOverlap},
		} {
			if err := CheckTerms(test.terms); fault(err) != test.want || (err == nil) != (test.want == "") {
				t.Errorf("CheckTerms(%v) = %v, want fault %q", test.terms, err, test.want)
			}
		}
	})

	if got := two.String() + "，" + open.String(); got != "2023-05-01 至 2025-04-30，2023-05-01 至 长期" {
		t.Errorf("terms read %s", got)
	}
}
