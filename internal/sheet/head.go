package sheet

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"concord/internal/hub"
)

// head is the row (or two) of headings of a table.
type head struct {
	lastRow int // the rows below are the roster
	sheet   *hub.ImportSheet
	at      []int          // for each column of sheet, its place in the raw row
	name    int            // place of the name in the raw row
	serial  map[int]bool   // columns that number the rows
	keys    map[int]string // heading keys by raw column, to know a repeated head
}

// misfit says why a table is not one of the roster.
type misfit struct {
	t      *table
	reason string
}

// candidate is a row that may be the headings.
type candidate struct {
	number int // of the last row that it takes
	texts  []string
	fields []hub.ImportField
	known  int // distinct fields
	named  bool
}

// findHead looks for the headings of a table, below titles and remarks. When
// they are not there it says what was found instead.
func (r *Reader) findHead(t *table) (*misfit, error) {
	var rows []rawRow
	filler := mergeFiller{merges: t.merges, heading: true}
	err := t.scan(func(raw *rawRow) error {
		filler.fill(raw)
		row := rawRow{number: raw.number, cells: slices.Clone(raw.cells)}
		rows = append(rows, row)
		if len(rows) == headingsWithin {
			return errStop
		}
		return nil
	})
	if err != nil && !errors.Is(err, errStop) {
		return nil, err
	}
	v := vocabularies[r.kind]
	best := candidate{}
	for i := range rows {
		one := v.judge(texts(&rows[i], nil), rows[i].number)
		if one.better(&best) {
			best = one
		}
		if i+1 < len(rows) && rows[i+1].number == rows[i].number+1 {
			two := v.judge(texts(&rows[i], &rows[i+1]), rows[i+1].number)
			if two.better(&best) {
				best = two
			}
		}
	}
	if wrong := r.unfit(&best, rows); wrong != "" {
		return &misfit{t, wrong}, nil
	}
	if is, known := r.rival(rows); known > best.known+1 {
		r.notice(t, 0, "", "", "这张表更像%s名册。请核对导入的类别；类别无误的，可以继续。", is.Label())
	}
	t.head = r.makeHead(t, v, &best)
	return nil, nil
}

// better prefers the row with the required name column, then the one with more
// known columns, then the earlier one.
func (c *candidate) better(than *candidate) bool {
	if c.named != than.named {
		return c.named && c.known >= leastRecognised
	}
	return c.known > than.known
}

// texts returns the headings of one row, or of two of which the lower one goes
// on where the upper one spans several columns.
func texts(upper, lower *rawRow) []string {
	width := len(upper.cells)
	if lower != nil {
		width = max(width, len(lower.cells))
	}
	list := make([]string, width)
	above := ""
	for i := range list {
		top, bottom := "", ""
		if i < len(upper.cells) {
			top = strings.TrimSpace(upper.cells[i].Text)
		}
		if lower != nil && i < len(lower.cells) {
			bottom = strings.TrimSpace(lower.cells[i].Text)
		}
		switch {
		case lower == nil || bottom == "" || bottom == top:
			list[i] = top
			above = top
		case top == "":
			list[i] = above + bottom
		default:
			list[i] = top + bottom
			above = top
		}
	}
	return list
}

func (v *vocabulary) judge(list []string, number int) candidate {
	c := candidate{number: number, texts: list, fields: make([]hub.ImportField, len(list))}
	seen := map[hub.ImportField]bool{}
	for i, text := range list {
		if text == "" || len(text) > 120 {
			continue
		}
		f := v.field(text)
		c.fields[i] = f
		if f != 0 && !seen[f] {
			seen[f] = true
			c.known++
		}
	}
	c.named = seen[hub.FieldName]
	return c
}

// unfit says why the best candidate is not the head of the roster's table; ""
// when it is.
func (r *Reader) unfit(best *candidate, rows []rawRow) string {
	v := vocabularies[r.kind]
	if len(rows) == 0 {
		return blankTable
	}
	if best.known < leastRecognised {
		return fmt.Sprintf("前 %d 行里没有找到%s名册的表头（例如“%s”“%s”）；读到的是：%s%s", len(rows), r.kind.Label(),
			v.first[hub.FieldName], v.first[hub.FieldDistrict], sample(texts(&rows[0], nil)), r.likely(rows))
	}
	for _, f := range required(r.kind) {
		if !slices.Contains(best.fields, f) {
			return fmt.Sprintf("缺少必需的“%s”列；读到的表头：%s%s", v.first[f], sample(best.texts), r.likely(rows))
		}
	}
	return ""
}

const blankTable = "是空的"

// likely names the roster whose headings the rows have, when it is another one.
func (r *Reader) likely(rows []rawRow) string {
	is, _ := r.rival(rows)
	if is == 0 {
		return ""
	}
	return "。它更像" + is.Label() + "名册"
}

// rival is the other roster of which the rows have the most headings, and how many.
func (r *Reader) rival(rows []rawRow) (is hub.Kind, most int) {
	most = leastRecognised - 1
	for _, kind := range hub.RosterKinds {
		for i := range rows {
			if c := vocabularies[kind].judge(texts(&rows[i], nil), 0); kind != r.kind && c.named && c.known > most {
				is, most = kind, c.known
			}
		}
	}
	return is, most
}

// sample lists headings for a message.
func sample(list []string) string {
	var shown []string
	for _, text := range list {
		if text == "" {
			continue
		}
		if len(shown) == 12 {
			shown = append(shown, "……")
			break
		}
		shown = append(shown, "“"+hub.Shorten(strings.Join(strings.Fields(text), " "))+"”")
	}
	if len(shown) == 0 {
		return "（空白）"
	}
	return strings.Join(shown, "、")
}

// makeHead turns the chosen row into columns, and reports those that are not
// read.
func (r *Reader) makeHead(t *table, v *vocabulary, c *candidate) *head {
	// 入册日期 stands for the first day of the term where a sheet says no other.
	if i := slices.Index(c.fields, hub.FieldListedOn); i >= 0 && !slices.Contains(c.fields, hub.FieldTermStart) {
		c.fields[i] = hub.FieldTermStart
	}
	h := &head{lastRow: c.number, serial: map[int]bool{}, keys: map[int]string{}}
	var columns []hub.ImportColumn
	first := map[hub.ImportField]int{}
	for i, text := range c.texts {
		if text == "" {
			continue
		}
		text = strings.Join(strings.Fields(text), " ")
		key := headingKey(text)
		h.keys[i] = key
		f := c.fields[i]
		earlier, twice := first[f]
		switch {
		case serials[key]:
			h.serial[i] = true
		case f == 0:
			if who := v.keeper(text); who != "" {
				r.notice(t, 0, t.columns(i), text, "这一列%s，导入%s名册时不采用。", who, r.kind.Label())
			} else {
				r.notice(t, 0, t.columns(i), text, "没有识别出这一列，未读取。需要导入的，请把表头改成名册的规定写法。")
			}
		case twice:
			r.notice(t, 0, t.columns(i), text, "与 %s 列“%s”含义相同，只读取 %s 列。请只保留一列。", t.columns(earlier), c.texts[earlier], t.columns(earlier))
		default:
			first[f] = i
			columns = append(columns, hub.ImportColumn{Field: f, Letter: t.columns(i), Heading: text})
			h.at = append(h.at, i)
		}
	}
	h.name = first[hub.FieldName]
	h.sheet = hub.NewImportSheet(t.name, columns)
	return h
}

// settle decides about the tables that do not fit: with others that do they are
// only mentioned, alone they refuse the file.
func (r *Reader) settle(misfits []*misfit) error {
	if len(r.tables) > 0 {
		for _, m := range misfits {
			if m.reason != blankTable {
				r.notice(m.t, 0, "", "", "没有读取：%s。", m.reason)
			}
		}
		return nil
	}
	switch len(misfits) {
	case 0:
		return refuseAs(WrongRoster, "没有可以读取的工作表：全部是隐藏的。请取消隐藏后重试。")
	case 1:
		m := misfits[0]
		if m.t.name == "" {
			return refuseAs(WrongRoster, "文件不能作为%s名册导入：%s。请核对名册类别和文件是否选对。", r.kind.Label(), m.reason)
		}
		return refuseAs(WrongRoster, "工作表“%s”不能作为%s名册导入：%s。请核对名册类别和文件是否选对。", m.t.name, r.kind.Label(), m.reason)
	}
	var list []string
	for _, m := range misfits[:min(len(misfits), 5)] {
		list = append(list, "“"+m.t.name+"”"+m.reason)
	}
	return refuseAs(WrongRoster, "没有一个工作表能作为%s名册导入：%s。请核对名册类别和文件是否选对。", r.kind.Label(), strings.Join(list, "；"))
}
