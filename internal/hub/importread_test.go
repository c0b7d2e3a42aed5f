package hub

import (
	"regexp"
	"testing"

	"concord/seeds"
)

// plainVault stands in for the real one where only the fact of a number matters.
type plainVault struct{}

func (plainVault) Hash(id CitizenID) string          { return "hash " + id.String() }
func (plainVault) Seal(id CitizenID) (Sealed, error) { return Sealed{Hash: "hash " + id.String()}, nil }
func (plainVault) Open(Sealed) (CitizenID, error)    { return "", nil }
func (plainVault) Mark() string                      { return "plain" }

func readingHub(t testing.TB) *Hub {
	t.Helper()
	reference, err := LoadReference(seeds.FS)
	if err != nil {
		t.Fatal(err)
	}
	vocabulary, err := LoadVocabulary(seeds.FS)
	if err != nil {
		t.Fatal(err)
	}
	return New(Config{Reference: reference, Vocabulary: vocabulary, Vault: plainVault{}})
}

var clearNumber = regexp.MustCompile(`(^|[^0-9])[0-9]{17}[0-9Xx]($|[^0-9])`)

// FuzzImportCell puts any text into any column. What is taken over is written by
// an export in a form that reads back as the same, and whatever is said about it
// holds no identity number.
func FuzzImportCell(f *testing.F) {
	for _, seed := range []string{
		"张示例", "张 三", "120199198503070029", "1.20199E+17", "120199198503070028", "2023.5", "2023年5月1日", "长期", "45413", "工伤保险；劳动报酬、205-5",
		"退休宇航员", "LAWYER", "是", "无", "/", "√", "津南区", "市级", "120000", "１３８００１３８０００", "022-12345678 转 8", "本科", "汉", "36.5学时", "12年", "91350100M000100Y43",
		"=1+1", "'甲", "#N/A", "甲\u200b乙\n丙\t丁", "\xff\xfe", "区 级", "津0112", "暂停", "100人", "-", "示例（示例）", "甲、甲；甲",
	} {
		for field := range uint8(importFieldEnd) {
			f.Add(field, seed)
		}
	}
	h := readingHub(f)
	today := at("2026-03-02")
	f.Fuzz(func(t *testing.T, number uint8, text string) {
		field := ImportField(number)
		for kind, rules := range rostersOf {
			rule := (*importRule)(nil)
			if field < importFieldEnd {
				rule = rules.byField[field]
			}
			if rule == nil {
				continue
			}
			read := func(text string) *rowReading {
				columns := []ImportColumn{{Field: field, Letter: "A", Heading: "列"}}
				cells := []ImportCell{{Text: text}}
				if field != FieldName {
					columns = append(columns, ImportColumn{Field: FieldName, Letter: "B", Heading: "姓名"})
					cells = append(cells, ImportCell{Text: "张示例"})
				}
				return h.readRow(rules, today, new(words), ImportRow{Sheet: NewImportSheet("", columns), Number: 2, Cells: cells})
			}
			first := read(text)
			for _, list := range [][]ImportProblem{first.problems, first.remarks} {
				for _, p := range list {
					if clearNumber.MatchString(p.Error()) {
						t.Fatalf("%s %s: %s", kind, field, p.Error())
					}
					if p.Message == "" || p.Row != 2 {
						t.Fatalf("%s %s: a finding without words or place: %+v", kind, field, p)
					}
				}
			}
			if first.refused() || rule.copy == nil || !first.stated.has(field) {
				continue
			}
			record := func(r *rowReading) Record {
				if rule.ofPerson {
					return r.person
				}
				return r.record
			}
			if rule.ofPerson && first.person == nil {
				continue
			}
			shown := rule.show(h, record(first))
			for _, form := range []string{shown.Text, shown.Code} {
				if form == "" || form == shown.Code && field == FieldSource {
					continue // the category goes with its words, in a field of its own
				}
				again := read(form)
				if again.refused() {
					t.Fatalf("%s %s: %q is written as %q and refused: %s", kind, field, text, form, again.problems[0].Error())
				}
				if back := rule.show(h, record(again)); back.Text != shown.Text || back.Code != shown.Code {
					t.Fatalf("%s %s: %q is written as %q and read as %+v, before %+v", kind, field, text, form, back, shown)
				}
			}
		}
	})
}

func TestConcealIDs(t *testing.T) {
	for in, want := range map[string]string{
		"120199198503070029":                   "**************0029",
		"电话12019919850307002x。":                "电话**************002x。",
		"1201991985030700291":                  "1201991985030700291",
		"13800138000":                          "13800138000",
		"甲120199850307002乙":                    "甲***********7002乙",
		"":                                     "",
		"12019919850307002X120199198503070029": "**************002X**************0029",
	} {
		if got := concealIDs(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}
