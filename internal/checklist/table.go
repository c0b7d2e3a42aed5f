package checklist

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// field is what a column holds.
type field int

const (
	fieldSection field = iota
	fieldGroup
	fieldTask
	fieldMeasure
	fieldAgencies
	fieldDeadline
	fieldSerial // 序号 of the row; says nothing that the others do not
	fieldCount
)

// fieldNames are the headings by which columns are known, folded; the first one
// names the field in messages when the table has no heading for it. 工作内容
// stands over two columns unless groups have a heading of their own.
var fieldNames = [fieldCount][]string{
	fieldSection:  {"工作内容", "工作领域", "工作类别", "工作板块"},
	fieldGroup:    {"工作事项", "工作分项", "分项内容", "工作方面"},
	fieldTask:     {"重点任务", "重点工作任务", "重点工作", "工作任务", "任务"},
	fieldMeasure:  {"具体落实举措", "落实举措", "具体举措", "工作举措", "举措", "具体落实措施", "落实措施", "具体措施", "工作措施", "措施"},
	fieldAgencies: {"责任部门", "责任单位", "责任部门(单位)", "责任单位(部门)", "牵头及责任部门", "牵头及责任单位"},
	fieldDeadline: {"完成时限", "完成时间", "完成期限", "时限", "时间要求"},
	fieldSerial:   {"序号"},
}

func fieldOf(heading string) (field, bool) {
	for f, names := range fieldNames {
		if slices.Contains(names, heading) {
			return field(f), true
		}
	}
	return 0, false
}

// cell is a cell as it stands in the file.
type cell struct {
	lines       []string // without blank ones and without blanks around
	first, last int      // where it stands in the file
	closed      bool     // an empty line follows
}

// add lets the cell go on with s, which ends on a line of the file.
func (c *cell) add(s string, line int) {
	c.lines = append(c.lines, fragments(s)...)
	c.last = line
}

func (c *cell) blank() bool { return len(c.lines) == 0 }

// heading returns the form in which the cell is compared with known headings.
func (c *cell) heading() string { return fold(strings.Join(c.lines, "")) }

func (c *cell) isHeading() bool { _, ok := fieldOf(c.heading()); return ok }

// table is a file taken apart into cells. Every row has one cell a column.
type table struct {
	title    string
	columns  []field
	headings [fieldCount]string // as printed
	rows     [][]cell
	misfit   *Problem // why the rows end before the file does; nil when they do not
}

// parseTable takes a decoded text apart. Two ways of writing a table as text are
// known. In a column of cells, as word processors save it, every cell begins with
// a tab at the start of a line, may run over lines, and an empty line ends a row.
// In a grid, as spreadsheets save and word processors copy it, a row is a line
// with tabs between its cells, of which each may run over lines, quoted or not.
func parseTable(text string) (*table, error) {
	open, within := 0, 0 // tabs that begin a line, and others
	for line := range strings.SplitSeq(text, "\n") {
		tabs := strings.Count(line, "\t")
		if tabs > 0 && line[0] == '\t' {
			open++
			tabs--
		}
		within += tabs
	}
	switch {
	case open == 0 && within == 0:
		return nil, refused("文件里没有表格：找不到用制表符分开的单元格。%s", asText)
	case open > within:
		return parseColumn(text)
	}
	return parseGrid(text)
}

var annexMark = regexp.MustCompile(`^附[件表]?[0-9一二三四五六七八九十]*[:：]?$`)

// titleOf makes the title of the cells above the table, without the mark of an
// annex.
func titleOf(above []cell) string {
	var lines []string
	for _, c := range above {
		lines = append(lines, c.lines...)
	}
	return join(slices.DeleteFunc(lines, func(line string) bool { return annexMark.MatchString(fold(line)) }))
}

// mostColumns is more than any table has for which there is a use.
const mostColumns = 32

// setColumns finds out what the columns under these headings hold.
func (t *table) setColumns(headings []cell) Problems {
	first, last := headings[0].first, headings[len(headings)-1].last
	if len(headings) > mostColumns {
		return Problems{{FirstLine: first, LastLine: last, Reason: fmt.Sprintf("表头有%d列，不像一张任务清单。请确认选对了文件。", len(headings))}}
	}
	var problems Problems
	fault := func(column, format string, args ...any) {
		problems = append(problems, &Problem{FirstLine: first, LastLine: last, Column: shorten(column), Reason: fmt.Sprintf(format, args...)})
	}
	var has [fieldCount]bool
	lone := -1 // the column behind a section heading that may stand over two
	for i, h := range headings {
		name := h.heading()
		f, known := fieldOf(name)
		behindSection := i > 0 && lone == len(t.columns) && !has[fieldGroup]
		switch {
		case behindSection && (name == "" || known && f == fieldSection): // merged, or printed twice
			f = fieldGroup
		case name == "":
			fault("", "第%d列没有列名。请补上列名，或删去空列。", i+1)
			continue
		case !known:
			fault(join(h.lines), "这一列不在清单的格式里。列名应为：工作内容、重点任务、具体落实举措、责任部门、完成时限。请改正列名，或删去这一列。")
			continue
		case has[f]:
			fault(join(h.lines), "表头里这一列出现了两次。请只保留一列。")
			continue
		}
		has[f] = true
		t.columns = append(t.columns, f)
		t.headings[f] = join(h.lines)
		if f == fieldSection {
			lone = len(t.columns)
		}
	}
	if has[fieldSection] && !has[fieldGroup] {
		has[fieldGroup] = true
		t.columns = slices.Insert(t.columns, lone, fieldGroup)
	}
	if t.headings[fieldGroup] == "" {
		t.headings[fieldGroup] = t.headings[fieldSection]
	}
	for f := range fieldSerial {
		if !has[f] && (f != fieldGroup || has[fieldSection]) {
			fault(fieldNames[f][0], "表头缺少这一列。请补上这一列，或把相应的列名改成“%s”。", fieldNames[f][0])
		}
	}
	return problems
}

// noHeadings is the problem of a table none of whose cells is a heading.
func noHeadings() error {
	return refused("没有找到表头。表头应有这些列：工作内容、重点任务、具体落实举措、责任部门、完成时限。请补上表头再导入。")
}

// misfitRow is the problem of a row with another number of cells than the table
// has columns.
func (t *table) misfitRow(cells []cell) *Problem {
	var value string
	for _, c := range cells {
		if value = shorten(join(c.lines)); value != "" {
			break
		}
	}
	return &Problem{
		Row: len(t.rows) + 1, FirstLine: cells[0].first, LastLine: cells[len(cells)-1].last, Value: value,
		Reason: fmt.Sprintf("这一行有%d格，应为%d格（合并的单元格也要留出空格）。请补上缺少的或删去多出的单元格；后面的行尚未检查。", len(cells), len(t.columns)),
	}
}

func blankCells(cells []cell) bool {
	return !slices.ContainsFunc(cells, func(c cell) bool { return !c.blank() })
}

// sameHeadings reports whether cells repeat the headings, as they do at the top
// of a new page.
func sameHeadings(cells, headings []cell) bool {
	return slices.EqualFunc(cells, headings, func(a, b cell) bool { return a.heading() == b.heading() })
}
