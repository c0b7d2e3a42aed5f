package hub

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// rowReading is what one row says, read by itself: without a look at the hub's
// records or at other rows.
type rowReading struct {
	row    ImportRow
	record Record  // of the kind imported; holds what the row states, else zero values
	person *Person // the same of the person; nil when the row lists none
	stated fieldSet

	identity CitizenID // "" when not stated; never leaves the planner
	hash     string    // of identity

	birth        LooseDate // as written
	name         string
	organization string // its name as printed
	level        Level  // "" when not stated
	district     string // code; "" when not stated

	start, end LooseDate // of the term stated
	document   string    // 聘任文号
	status     string    // printed status, checked; "" when not stated
	until, on  Date      // 暂停截止, 变更日期
	ground     string
	parent     string                                  // 上级组织: its id, or its name as printed
	credit     struct{ code, reason, evidence string } // 统一社会信用代码 as printed

	problems []ImportProblem
	remarks  []ImportProblem
}

// refused reports whether the row cannot be taken over.
func (r *rowReading) refused() bool { return len(r.problems) > 0 }

// fieldSet is a set of fields.
type fieldSet [2]uint64

func (s *fieldSet) add(f ImportField)      { s[f>>6] |= 1 << (f & 63) }
func (s *fieldSet) has(f ImportField) bool { return s[f>>6]>>(f&63)&1 == 1 }

// rowReader reads one row.
type rowReader struct {
	hub   *Hub
	today Date
	words *words
	field ImportField // that is being read
	*rowReading
}

// problem notes why the row is refused.
func (in *rowReader) problem(code string, c ImportCell, format string, args ...any) {
	in.problems = append(in.problems, in.note(code, Shorten(c.Text), format, args...))
}

// remark notes what the caller should know though the row is taken over.
func (in *rowReader) remark(code string, c ImportCell, format string, args ...any) {
	in.remarks = append(in.remarks, in.note(code, Shorten(c.Text), format, args...))
}

func (in *rowReader) note(code, value, format string, args ...any) ImportProblem {
	return in.row.problemAt(in.field, code, value, format, args...)
}

// accept turns the error of a Parse function into a problem and reports whether
// there was none.
func (in *rowReader) accept(err error, c ImportCell) bool {
	if err == nil {
		return true
	}
	p := in.note(FaultRow, Shorten(c.Text), "%s", err.Error())
	if fault := asFieldError(err); fault != nil {
		p.Code, p.Value, p.Message = fault.Code, fault.Value, fault.Message
		p.conceal(in.field)
	}
	in.problems = append(in.problems, p)
	return false
}

// limited refuses text that is longer than its field takes. What it returns is
// kept by itself: a record must not hold the whole line of the sheet in memory.
func (in *rowReader) limited(s string, most int) (string, bool) {
	if len(s) > most && utf8.RuneCountInString(s) > most {
		in.problem(FaultTooLong, ImportCell{Text: s}, "内容有 %d 个字，最多 %d 个字。请精简后重新导入。", utf8.RuneCountInString(s), most)
		return "", false
	}
	return strings.Clone(s), s != ""
}

// repeated is limited for what many rows of a sheet have in common, such as
// employers, authorities and titles: each is held once.
func (in *rowReader) repeated(s string, most int) (string, bool) {
	if held, ok := in.words.held[s]; ok {
		return held, s != ""
	}
	s, ok := in.limited(s, most)
	if ok {
		in.words.hold(s)
	}
	return s, ok
}

// words are what a worker has met already in the sheet. The zero value is ready;
// it is used by one goroutine.
type words struct {
	held        map[string]string
	specialties map[string]specialty
}

// specialty is what a printed specialty means.
type specialty struct {
	label string
	known bool
}

// mostWords bounds what is remembered of a sheet.
const mostWords = 1 << 14

func (w *words) hold(s string) {
	if w.held == nil || len(w.held) == mostWords {
		w.held = make(map[string]string, 256)
	}
	w.held[s] = s
}

// specialty returns the label of a printed specialty: of the vocabulary, by its
// own or a formal name or the code of its cause, or else as it is written.
func (in *rowReader) specialty(printed string) specialty {
	if met, ok := in.words.specialties[printed]; ok {
		return met
	}
	meant := printed
	if cause, ok := in.hub.reference.Cause(printed); ok {
		meant = cause.Name
	}
	label, known := in.hub.CanonicalSpecialty(meant)
	s := specialty{strings.Clone(label), known}
	if in.words.specialties == nil || len(in.words.specialties) == mostWords {
		in.words.specialties = make(map[string]specialty, 256)
	}
	in.words.specialties[strings.Clone(printed)] = s
	return s
}

// looseDate reads a date as sheets write it.
func (in *rowReader) looseDate(c ImportCell, edge Edge) (LooseDate, bool) {
	if d, ok := plainDate(c.Text); ok {
		return LooseDate{Date: d}, true
	}
	l, err := ParseLooseDate(c.Text, edge)
	if !in.accept(err, c) {
		return LooseDate{}, false
	}
	if l.Ambiguous {
		in.remark(RemarkAssumed, c, "“%s”按 1 月读入；如应为 10 月，请写成 %d-10。", Shorten(c.Text), l.Date.Year())
	}
	return l, true
}

// plainDate reads 2006-01-02, as nearly all dates come, without the search for
// other ways of writing.
func plainDate(s string) (Date, bool) {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	d, err := ParseDate(s)
	return d, err == nil && d.Year() >= earliestYear && d.Year() <= latestYear
}

// readRow reads a row by the rules of its roster.
func (h *Hub) readRow(rules *rosterRules, today Date, words *words, row ImportRow) *rowReading {
	in := rowReader{hub: h, today: today, words: words, rowReading: &rowReading{row: row}}
	if row.Fault != "" {
		in.problems = append(in.problems, row.problemAt(0, FaultRow, "", "%s", row.Fault))
		return in.rowReading
	}
	in.record = rules.make()
	if rules.person {
		in.person = new(Person)
	}
	for i, column := range row.Sheet.Columns {
		if i >= len(row.Cells) {
			break
		}
		rule := rules.byField[column.Field]
		if rule == nil || in.stated.has(column.Field) {
			continue
		}
		in.readCell(rule, row.Cells[i])
	}
	in.field = FieldName
	if in.name == "" && len(in.problems) == 0 {
		message := "没有填写姓名或名称，请填写。" // of a form, which sends what was filled in
		if row.Sheet.Has(FieldName) {
			message = "没有填写" + row.Sheet.column(FieldName).Heading + "，请补上；若不是名册中的一行，请删去。"
		}
		in.problem(FaultRequired, ImportCell{}, "%s", message)
	}
	if in.person != nil {
		in.checkPerson()
	}
	in.checkTerm()
	rules.check(&in)
	return in.rowReading
}

func (in *rowReader) readCell(rule *importRule, c ImportCell) {
	in.field = rule.field
	if c.Text == "" {
		return
	}
	text := trimmed(c.Text)
	switch {
	case text == "":
		return
	case text[0] == '#' && formulaErrors[text]:
		in.problem(FaultFormula, c, "单元格里是公式错误 %s，没有值。请在表格软件中改正公式，或直接填写内容。", text)
		return
	case !utf8.ValidString(text) || strings.Contains(text, "\uFFFD"):
		in.problem(FaultRow, ImportCell{Text: strings.ToValidUTF8(text, "?")}, "内容中有无法识别的乱码。请检查文件的编码（UTF-8 或 GB18030）后重新导入。")
		return
	case !rule.speaks && saysNothing(text):
		return
	}
	target := in.record
	if rule.ofPerson {
		if in.person == nil {
			return
		}
		target = in.person
	}
	if rule.read(in, c, target) {
		in.stated.add(rule.field)
	}
}

// checkPerson holds what is said of the person against the identity number, and
// fills in what the number says besides.
func (in *rowReader) checkPerson() {
	p := in.person
	p.Name = in.name
	if in.identity == "" {
		return
	}
	for _, fault := range in.identity.Compare(p.Gender, in.birth) {
		in.field = FieldGender
		if fault.Code == FaultIDBirth {
			in.field = FieldBirthDate
		}
		in.accept(fault, ImportCell{})
	}
	p.BirthDate = in.identity.BirthDate()
	p.BirthMonth = p.BirthDate.YearMonth()
	p.Gender = in.identity.Gender()
	in.stated.add(FieldBirthDate)
	in.stated.add(FieldGender)
}

// checkTerm looks at the dates of the term by themselves.
func (in *rowReader) checkTerm() {
	start, end := in.start.Date, in.end.Date
	if start != 0 && end != 0 && end < start {
		in.field = FieldTermEnd
		in.accept(Term{start, end}.Check(), in.row.cell(FieldTermEnd))
	}
	in.field = FieldStatusUntil
	if in.until != 0 && in.status != "" && in.status != string(StatusSuspended) {
		in.remark(RemarkLeft, in.row.cell(FieldStatusUntil), "状态不是“暂停”，“%s”未采用。", in.row.Sheet.column(FieldStatusUntil).Heading)
		in.until = 0
	}
}

// problemAt makes a note about the cell of a field; field 0 is the whole row.
// Identity numbers are masked wherever they stand.
func (r *ImportRow) problemAt(f ImportField, code, value, format string, args ...any) ImportProblem {
	p := ImportProblem{Row: r.Number, Value: value, Code: code, Message: fmt.Sprintf(format, args...)}
	if r.Sheet != nil {
		p.Sheet = r.Sheet.Name
		if f != 0 {
			column := r.Sheet.column(f)
			p.Column, p.Heading = column.Letter, column.Heading
		}
	}
	p.conceal(f)
	return p
}

// conceal masks identity numbers in a note about a field.
func (p *ImportProblem) conceal(f ImportField) {
	switch f {
	case FieldCitizenID:
		p.Value = MaskCitizenID(p.Value)
	case FieldCreditCode:
		// A code of digits alone looks like an identity number, but for its
		// having no birth date in it.
		if len(p.Value) != 18 {
			return
		}
		if _, ok := idBirthDate(p.Value); !ok {
			return
		}
	}
	p.Value, p.Message = concealIDs(p.Value), concealIDs(p.Message)
}

// concealIDs masks whatever in s looks like an identity number, for people put
// them into wrong columns.
func concealIDs(s string) string {
	digits := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] >= '0' && s[i] <= '9' {
			digits++
			continue
		}
		end := i
		if i < len(s) && digits == 17 && (s[i] == 'X' || s[i] == 'x') {
			digits, end = 18, i+1
		}
		if digits == 15 || digits == 18 {
			s = s[:end-digits] + MaskCitizenID(s[end-digits:end]) + s[end:]
		}
		digits = 0
	}
	return s
}

// asFieldError returns the [FieldError] in err, nil when there is none.
func asFieldError(err error) *FieldError {
	fault, _ := errors.AsType[*FieldError](err)
	return fault
}
