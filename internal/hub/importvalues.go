package hub

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// importRule ties a field of a sheet to a place in a record: how a cell is read
// into it, how it is taken over from one record to another, and how it is
// written down. Importing, comparing and exporting all go by the same rules, so
// that what was exported comes back as the same.
type importRule struct {
	field    ImportField
	ofPerson bool // it stands in the person, not in the listing
	speaks   bool // what elsewhere marks a cell as left blank (无, /) means something here
	importValue
}

// importValue is how a rule reads and writes. A value without copy is made into
// something else by the planner (a term, a status, a link to an organisation);
// one without show is written by the exporter from more than the record.
type importValue struct {
	// read puts what the cell says into rec; false when it says nothing that
	// could be taken over. What is wrong it tells to in.
	read func(in *rowReader, c ImportCell, rec Record) bool
	copy func(dst, src Record)
	show func(h *Hub, rec Record) ExportCell
}

// valueAt makes the rule of a value that stands at one place of the record.
func valueAt[T any](at func(Record) *T, parse func(in *rowReader, c ImportCell) (T, bool), show func(h *Hub, v T) ExportCell) importValue {
	return importValue{
		read: func(in *rowReader, c ImportCell, rec Record) bool {
			v, ok := parse(in, c)
			if ok {
				*at(rec) = v
			}
			return ok
		},
		copy: func(dst, src Record) { *at(dst) = *at(src) },
		show: func(h *Hub, rec Record) ExportCell { return show(h, *at(rec)) },
	}
}

// The most text that a field takes, in characters.
const (
	mostLine = 200  // a name, a title, an address
	mostText = 5000 // a biography, a note
)

// lineValue is text on one line, as it is printed, which many rows have in
// common.
func lineValue(at func(Record) *string) importValue {
	return valueAt(at, func(in *rowReader, c ImportCell) (string, bool) {
		return in.repeated(tidyLine(c.Text), mostLine)
	}, showLine)
}

// ownValue is text on one line that is each row's own.
func ownValue(at func(Record) *string) importValue {
	return valueAt(at, func(in *rowReader, c ImportCell) (string, bool) {
		return in.limited(tidyLine(c.Text), mostLine)
	}, showLine)
}

func showLine(_ *Hub, s string) ExportCell { return ExportCell{Text: tidyLine(s)} }

// textValue is text of several lines.
func textValue(at func(Record) *string) importValue {
	return valueAt(at, func(in *rowReader, c ImportCell) (string, bool) {
		return in.limited(tidyText(c.Text), mostText)
	}, func(_ *Hub, s string) ExportCell { return ExportCell{Text: tidyText(s)} })
}

// listValue is words in one cell.
func listValue(at func(Record) *[]string) importValue {
	return valueAt(at, func(in *rowReader, c ImportCell) ([]string, bool) {
		words := splitList(c.Text)
		for i := range words {
			var ok bool
			if words[i], ok = in.repeated(words[i], mostLine); !ok {
				return nil, false
			}
		}
		return words, len(words) > 0
	}, func(_ *Hub, words []string) ExportCell { return listCell(words) })
}

// mostLines is how many lines a field of several takes.
const mostLines = 20

// linesValue is several lines in one cell that are kept as they are printed, one behind
// the other.
func linesValue(at func(Record) *string) importValue {
	return valueAt(at, func(in *rowReader, c ImportCell) (string, bool) {
		lines := splitList(c.Text)
		if len(lines) > mostLines {
			in.problem(FaultTooLong, c, "这里有 %d 项，最多 %d 项。请精简后重新导入。", len(lines), mostLines)
			return "", false
		}
		for _, line := range lines {
			if _, ok := in.limited(line, mostLine); !ok {
				return "", false
			}
		}
		return in.repeated(strings.Join(lines, "、"), mostLines*(mostLine+1))
	}, func(_ *Hub, s string) ExportCell { return ExportCell{Text: strings.Join(splitList(s), "、")} })
}

// choiceValue is a value of a vocabulary.
func choiceValue[E interface {
	~string
	Label() string
}](at func(Record) *E, parse func(string) (E, error)) importValue {
	return valueAt(at, func(in *rowReader, c ImportCell) (E, bool) {
		v, err := parse(c.Text)
		return v, in.accept(err, c)
	}, func(_ *Hub, v E) ExportCell {
		if v == "" {
			return ExportCell{}
		}
		return ExportCell{Text: v.Label(), Code: string(v)}
	})
}

// flagValue is 是 or 否, and nil when nothing is said.
func flagValue(at func(Record) **bool) importValue {
	return valueAt(at, func(in *rowReader, c ImportCell) (*bool, bool) {
		yes, ok := readFlag(c.Text)
		if !ok {
			in.problem(FaultFlag, c, "“%s”看不出是“是”还是“否”，请填写“是”或“否”。", Shorten(c.Text))
			return nil, false
		}
		return &yes, true
	}, func(_ *Hub, v *bool) ExportCell { return flagCell(v) })
}

func flagCell(v *bool) ExportCell {
	switch {
	case v == nil:
		return ExportCell{}
	case *v:
		return ExportCell{Text: "是", Code: "true"}
	}
	return ExportCell{Text: "否", Code: "false"}
}

// readFlag reads yes and no as sheets write them.
func readFlag(s string) (yes, ok bool) {
	key := foldKey(s)
	switch key {
	case "是", "有", "√", "✓", "✔", "☑", "Y", "YES", "TRUE", "T", "1", "对", "收", "收费":
		return true, true
	case "否", "无", "×", "✕", "✗", "✘", "X", "☐", "□", "N", "NO", "FALSE", "F", "0", "不", "错", "免费", "-", "—", "/":
		return false, true
	}
	switch {
	case strings.HasPrefix(key, "已"):
		return true, true
	case strings.HasPrefix(key, "未"), strings.HasPrefix(key, "不"), strings.HasPrefix(key, "没"):
		return false, true
	}
	return false, false
}

// countValue is a whole number from 0 to most, with or without a unit behind it.
func countValue(at func(Record) *int, most int, units ...string) importValue {
	return valueAt(at, func(in *rowReader, c ImportCell) (int, bool) {
		text := foldKey(c.Text)
		for _, unit := range units {
			text = strings.TrimSuffix(text, unit)
		}
		text = strings.TrimSuffix(text, ".0")
		n, ok := digits(text)
		if !ok || n > most {
			in.problem(FaultNumber, c, "“%s”应为 0 至 %d 之间的整数，请改正。", Shorten(c.Text), most)
			return 0, false
		}
		return n, true
	}, wholeCell)
}

// wholeCell shows a whole number, 0 as nothing.
func wholeCell(_ *Hub, n int) ExportCell {
	if n == 0 {
		return ExportCell{}
	}
	return ExportCell{Text: strconv.Itoa(n)}
}

// yearValue is a year that has begun.
func yearValue(at func(Record) *int) importValue {
	return valueAt(at, func(in *rowReader, c ImportCell) (int, bool) {
		text := strings.TrimSuffix(foldKey(c.Text), ".0")
		for _, unit := range []string{"年度", "年"} {
			text = strings.TrimSuffix(text, unit)
		}
		n, ok := digits(text)
		if !ok || n < firstYear || n > in.today.Year() {
			in.problem(FaultNumber, c, "“%s”应为 %d 至 %d 之间的年份，例如 %d，请改正。", Shorten(c.Text), firstYear, in.today.Year(), in.today.Year()-1)
			return 0, false
		}
		return n, true
	}, wholeCell)
}

// firstYear is before any roster that is kept today.
const firstYear = 1980

// evidenceValue is 佐证材料: documents by name and number, or links. What is wrong with
// it is told without what was written, which may hold more than it should.
func evidenceValue(at func(Record) *[]string) importValue {
	return valueAt(at, func(in *rowReader, c ImportCell) ([]string, bool) {
		items := splitList(c.Text)
		if len(items) > mostEvidence {
			in.problem(FaultTooLong, ImportCell{}, "佐证材料最多 %d 项，请精简。", mostEvidence)
			return nil, false
		}
		if holdsCitizenID(c.Text, in.today) {
			in.problem(FaultEvidence, ImportCell{}, "请勿在佐证材料中写身份证号，写材料的名称和文号即可。")
			return nil, false
		}
		for i, item := range items {
			if !namesEvidence(item) {
				in.problem(FaultEvidence, ImportCell{}, "佐证材料须为文件的名称和文号，或以 https://、http:// 开头的链接，每项 1 至 %d 个字。", mostLine)
				return nil, false
			}
			items[i] = strings.Clone(item)
		}
		return items, len(items) > 0
	}, func(_ *Hub, items []string) ExportCell { return listCell(items) })
}

// hoursValue is a number of hours, at most those of a year.
func hoursValue(at func(Record) *float64) importValue {
	return valueAt(at, func(in *rowReader, c ImportCell) (float64, bool) {
		text := foldKey(c.Text)
		for _, unit := range []string{"学时", "课时", "小时", "时"} {
			text = strings.TrimSuffix(text, unit)
		}
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || !(n >= 0 && n <= 24*366) {
			in.problem(FaultNumber, c, "学时“%s”应为数字，请改正。", Shorten(c.Text))
			return 0, false
		}
		return n, true
	}, func(_ *Hub, n float64) ExportCell {
		if n == 0 {
			return ExportCell{}
		}
		return ExportCell{Text: strconv.FormatFloat(n, 'f', -1, 64)}
	})
}

// dayValue is a date; where only a month is written its first day is meant.
func dayValue(at func(Record) *Date) importValue {
	return valueAt(at, func(in *rowReader, c ImportCell) (Date, bool) {
		l, ok := in.looseDate(c, StartEdge)
		return l.Date, ok
	}, func(_ *Hub, d Date) ExportCell { return ExportCell{Text: d.String()} })
}

// pastValue is the day of something that has happened.
func pastValue(at func(Record) *Date) importValue {
	v := dayValue(at)
	read := v.read
	v.read = func(in *rowReader, c ImportCell, rec Record) bool {
		if !read(in, c, rec) {
			return false
		}
		if *at(rec) > in.today {
			in.problem(FaultDateImpossible, c, "日期“%s”晚于今天，请改正。", Shorten(c.Text))
			return false
		}
		return true
	}
	return v
}

// linkValue is the address of a page of the web.
func linkValue(at func(Record) *string) importValue {
	return valueAt(at, func(in *rowReader, c ImportCell) (string, bool) {
		s, ok := in.limited(tidyLine(c.Text), mostLine)
		if ok && !isLink(s) {
			in.problem(FaultLink, c, "“%s”不是可用的网址。请填写以 https:// 或 http:// 开头的完整网址，不带用户名和密码。", Shorten(c.Text))
			return "", false
		}
		return s, ok
	}, showLine)
}

// phoneValue is a telephone number.
func phoneValue(at func(Record) *string) importValue {
	return valueAt(at, func(in *rowReader, c ImportCell) (string, bool) {
		if c.Number && len(c.Text) == 10 && strings.HasPrefix(c.Text, "22") {
			c.Text = "0" + c.Text // of 022, which a number cannot keep
		}
		p, err := ParsePhone(c.Text)
		return strings.Clone(string(p)), in.accept(err, c)
	}, func(_ *Hub, s string) ExportCell { return ExportCell{Text: s} })
}

// codedValue is a value of a code table, kept as its code. What the table does not
// have is kept as printed when keep is set and otherwise left out; both are
// remarked on.
func codedValue(at func(Record) *string, table func(*Reference) *CodeTable, keep bool) importValue {
	return valueAt(at, func(in *rowReader, c ImportCell) (string, bool) {
		t := table(in.hub.reference)
		if code, ok := t.CodeOf(c.Text); ok {
			return code, true
		}
		if keep {
			in.remark(RemarkUnknown, c, "“%s”不在%s代码表（%s）中，按原文保留。", Shorten(c.Text), t.Title, t.Standard)
			return in.limited(tidyLine(c.Text), mostLine)
		}
		in.remark(RemarkLeft, c, "“%s”不在%s代码表（%s）中，未采用。请改成表中的名称后重新导入。", Shorten(c.Text), t.Title, t.Standard)
		return "", false
	}, func(h *Hub, s string) ExportCell {
		t := table(h.reference)
		if name, ok := t.NameOf(s); ok {
			return ExportCell{Text: name, Code: s}
		}
		if code, ok := t.CodeOf(s); ok {
			name, _ := t.NameOf(code)
			return ExportCell{Text: name, Code: code}
		}
		return ExportCell{Text: tidyLine(s)}
	})
}

// specialtiesValue is 擅长领域: labels of the vocabulary, and other words as they
// are written.
func specialtiesValue(at func(Record) *[]string) importValue {
	return valueAt(at, func(in *rowReader, c ImportCell) ([]string, bool) {
		var labels, unknown []string
		for _, printed := range splitList(c.Text) {
			s := in.specialty(printed)
			if _, ok := in.limited(s.label, mostLine); !ok {
				return nil, false
			}
			if slices.Contains(labels, s.label) {
				continue
			}
			labels = append(labels, s.label)
			if !s.known {
				unknown = append(unknown, "“"+Shorten(s.label)+"”")
			}
		}
		if len(unknown) > 0 {
			in.remark(RemarkUnknown, c, "%s不在词表中，按原文保留；只能按原文检索到。", strings.Join(unknown, ""))
		}
		return labels, len(labels) > 0
	}, func(_ *Hub, labels []string) ExportCell { return listCell(labels) })
}

// districtsValue is 可服务区: codes of districts, or that of the city for all.
func districtsValue(at func(Record) *[]string) importValue {
	return valueAt(at, func(in *rowReader, c ImportCell) ([]string, bool) {
		var codes []string
		for _, name := range splitList(c.Text) {
			region, ok := in.hub.reference.Region(name)
			if !ok && foldKey(name) == "全市" {
				region, ok = in.hub.reference.City(), true
			}
			if !ok {
				in.remark(RemarkLeft, c, "没有名为“%s”的区，未采用。请写区名，例如 津南区；全市都可服务的写“全市”。", Shorten(name))
				continue
			}
			if !slices.Contains(codes, region.Code) {
				codes = append(codes, region.Code)
			}
		}
		return codes, len(codes) > 0
	}, func(h *Hub, codes []string) ExportCell {
		names := make([]string, len(codes))
		for i, code := range codes {
			names[i] = code
			if region, ok := h.reference.Region(code); ok {
				names[i] = region.Name
			}
		}
		cell := listCell(names)
		cell.List = codes
		return cell
	})
}

func listCell(words []string) ExportCell {
	if len(words) == 0 {
		return ExportCell{}
	}
	return ExportCell{Text: strings.Join(words, "、"), List: words}
}

// splitList takes a cell of several values apart: by 、；; ，, and line breaks
// (contract.md). Every value comes once.
func splitList(s string) []string {
	var words []string
	for part := range strings.FieldsFuncSeq(s, isListBreak) {
		if part = tidyLine(part); part != "" && !slices.Contains(words, part) {
			words = append(words, part)
		}
	}
	return words
}

func isListBreak(r rune) bool {
	switch r {
	case '、', '；', ';', '，', ',', '\n', '\r':
		return true
	}
	return false
}

// blankWords stand in a cell for nothing.
var blankWords = wordSet("/ \\ // - -- --- — —— － 无 暂无 空 N/A NULL null nil ／ 、 . 。 *")

// saysNothing reports whether a cell is blank or holds one of the marks by which
// people leave it blank.
func saysNothing(text string) bool {
	if len(text) > 24 || text != "" && !beginsBlank[text[0]] {
		return false
	}
	text = tidyLine(text)
	return text == "" || blankWords[text]
}

// beginsBlank are the bytes with which a cell that says nothing can begin: those
// of the words for it, and those of blanks and invisible characters.
var beginsBlank = func() (first [256]bool) {
	for word := range blankWords {
		first[word[0]] = true
	}
	for b := range byte(' ' + 1) {
		first[b] = true
	}
	for _, r := range "\u007f\u00a0\u061c\u180e\u200b\u3000\ufeff\U000e0001" {
		first[string(r)[0]] = true
	}
	return first
}()

// trimmed is strings.TrimSpace, at once where a text plainly has no blanks at its
// ends: ASCII and most Chinese.
func trimmed(s string) string {
	if n := len(s); n > 0 && plainByte(s[0]) && (s[n-1] > ' ' && s[n-1] < 0x7f || n >= 3 && s[n-3] >= 0xe4 && s[n-3] <= 0xe9) {
		return s
	}
	return strings.TrimSpace(s)
}

// plainByte reports whether b begins a character that is no blank: printable
// ASCII, or U+4000 to U+9FFF.
func plainByte(b byte) bool { return b > ' ' && b < 0x7f || b >= 0xe4 && b <= 0xe9 }

// formulaErrors are what a formula leaves in a cell when it fails.
var formulaErrors = wordSet("#N/A #REF! #VALUE! #DIV/0! #NAME? #NULL! #NUM! #SPILL! #CALC! #GETTING_DATA")

// tidyLine brings text to one line: no blanks at its ends, no control or
// invisible characters, every run of blanks one. The words stay as they are
// printed, full-width brackets included.
func tidyLine(s string) string {
	if isTidy(s) {
		return s
	}
	return strings.Join(strings.Fields(strings.Map(visible, s)), " ")
}

// tidyText is tidyLine for each line of a text; empty lines go.
func tidyText(s string) string {
	if isTidy(s) {
		return s
	}
	var lines []string
	for l := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' || r == '\v' }) {
		if l = tidyLine(l); l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}

// isTidy finds quickly most of what is in order already.
func isTidy(s string) bool {
	blank := true // so that a blank in front is found
	for _, r := range s {
		switch {
		case r == ' ':
			if blank {
				return false
			}
			blank = true
			continue
		case r < ' ' || r == 0x7f:
			return false
		case r >= 0x80 && (r < 0x3001 || r > 0x9fff) && (r < 0xff01 || r > 0xff5e) && !unicode.IsPrint(r):
			return false
		}
		blank = false
	}
	return s == "" || !blank
}

// visible drops what cannot be seen and makes every blank a space.
func visible(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
		return -1
	}
	return r
}
