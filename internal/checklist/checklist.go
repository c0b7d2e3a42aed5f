// Package checklist reads the official table of key tasks 重点任务清单 as it is
// saved as text: of 2023, which the hub starts with, and of the years to come.
//
// It promises that the wording of every cell comes out as printed, slips
// included, that a cell merged with the one above is filled from it and marked
// inherited, and that a table that does not fit is refused as a whole, with row,
// column, value and what to do about it. It refuses rather than guesses: a gap in
// the numbering, an agency that is unknown, a deadline that may be read in two
// ways. It writes nothing.
package checklist

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"concord/internal/hub"
)

// Read reads a table from r and resolves its agencies, which must not be nil.
// What it returns passes [hub.Checklist.Validate].
//
// The text is UTF-8 with or without byte order mark, UTF-16 with one, or GB18030,
// of at most [MaxBytes]. Above the table stands its title. The columns are found
// by their headings, in any order: 工作内容 (over two columns, section and group),
// 重点任务, 具体落实举措, 责任部门, 完成时限. Tasks and measures begin with their number,
// as in 1.; an agency that leads is marked （牵头）.
//
// The error is [Problems] when the table does not fit, and otherwise that of r.
func Read(r io.Reader, agencies AgencyResolver) (*hub.Checklist, error) {
	text, err := decode(r)
	if err != nil {
		if _, ok := errors.AsType[Problems](err); ok {
			return nil, err
		}
		return nil, fmt.Errorf("checklist.Read: %w", err)
	}
	t, err := parseTable(text)
	if err != nil {
		return nil, err
	}
	b := builder{table: t, resolve: agencies}
	b.build()
	if len(b.problems) > 0 {
		return nil, b.problems
	}
	if err := b.checklist.Validate(); err != nil {
		return nil, refused("清单读出后没有通过检查：%v", err)
	}
	return &b.checklist, nil
}

// builder makes a checklist of the rows of a table, one after the other. It goes
// on after a problem, in order to report all there are.
type builder struct {
	table     *table
	resolve   AgencyResolver
	checklist hub.Checklist
	problems  Problems

	row   []cell // the current one
	rowNo int

	// Where the row before left off. Each is nil until there was one.
	section *hub.Section
	group   *hub.Group
	task    *hub.Task
	measure *hub.Measure

	taken map[string]bool // names of sections, and of groups of the current section behind a tab
}

func (b *builder) build() {
	t := b.table
	b.taken = make(map[string]bool)
	b.checklist.Title = t.title
	b.checklist.ID = hub.ChecklistID(t.title)
	if t.title == "" {
		b.problems = append(b.problems, &Problem{Reason: "表格上方没有标题。请在表头之前写明清单的标题。"})
	}
	for i, row := range t.rows {
		if len(b.problems) >= MostProblems {
			return
		}
		b.row, b.rowNo = row, i+1
		b.addRow()
	}
	switch {
	case t.misfit != nil:
		b.problems = append(b.problems, t.misfit)
	case len(t.rows) == 0:
		b.problems = append(b.problems, &Problem{Reason: "表头下面没有任何内容。请确认选对了文件。"})
	}
}

// lines returns the lines of the current row's cell in that column, none when it
// is merged with the one above.
func (b *builder) lines(f field) []string {
	for i, column := range b.table.columns {
		if column == f {
			return b.row[i].lines
		}
	}
	return nil
}

func (b *builder) fault(f field, value, format string, args ...any) {
	if len(b.problems) < MostProblems {
		b.problems = append(b.problems, &Problem{
			Row: b.rowNo, FirstLine: b.row[0].first, LastLine: b.row[len(b.row)-1].last,
			Column: b.table.headings[f], Value: shorten(value), Reason: fmt.Sprintf(format, args...),
		})
	}
}

func (b *builder) addRow() {
	opened := b.enterSection()
	opened = b.enterGroup(opened) || opened
	b.enterTask(opened)
	b.addMeasure()
}

// enterSection goes on to the section of the row and reports whether it is a new
// one. A name that stands there again is the same section on a new page.
func (b *builder) enterSection() (opened bool) {
	name := joinName(b.lines(fieldSection))
	if b.section != nil && (name == "" || name == b.section.Name) {
		return false
	}
	if name == "" {
		b.fault(fieldSection, "", "第一行没有工作内容，上面也没有可以延续的内容。请补上。")
	} else if b.taken[name] {
		b.fault(fieldSection, name, "这项工作内容在前面已经出现过，中间隔着别的工作内容。请把它们放在一起，或改正名称。")
	}
	b.taken[name] = true
	b.checklist.Sections = append(b.checklist.Sections, hub.Section{Name: name})
	b.section = &b.checklist.Sections[len(b.checklist.Sections)-1]
	return true
}

func (b *builder) enterGroup(newSection bool) (opened bool) {
	name := joinName(b.lines(fieldGroup))
	if b.group != nil && !newSection && (name == "" || name == b.group.Name) {
		return false
	}
	key := b.section.Name + "\t" + name
	if name == "" {
		b.fault(fieldGroup, "", "工作内容“%s”的第一行没有分组名称。请补上。", shorten(b.section.Name))
	} else if b.taken[key] {
		b.fault(fieldGroup, name, "这个分组在同一项工作内容里已经出现过，中间隔着别的分组。请把它们放在一起，或改正名称。")
	}
	b.taken[key] = true
	b.section.Groups = append(b.section.Groups, hub.Group{Name: name})
	b.group = &b.section.Groups[len(b.section.Groups)-1]
	return true
}

// enterTask goes on to the task of the row. One that stands there again, number
// and text, is the same task on a new page.
func (b *builder) enterTask(newGroup bool) {
	printed := join(b.lines(fieldTask))
	number, text, ok := cutNumber(printed)
	last := 0
	if b.task != nil {
		last = b.task.Number
	}
	switch {
	case printed == "" && b.task == nil:
		number = last + 1
		b.fault(fieldTask, "", "这条举措之前没有重点任务。请在第一行写明重点任务及其序号。")
	case printed == "" && newGroup:
		number = last + 1
		b.fault(fieldTask, "", "新的工作内容或分组要从一项新的重点任务开始。请补上重点任务及其序号。")
	case printed == "":
		return
	case !ok:
		b.fault(fieldTask, printed, "重点任务应以序号开头，如“%d.”。请补上序号。", last+1)
		number, text = last+1, printed
	case !newGroup && b.task != nil && number == last && text == b.task.Text:
		return
	case number <= last:
		b.fault(fieldTask, printed, "重点任务的序号应为%d，这里是%d，与前面重复或次序颠倒。请改正序号。", last+1, number)
		number = last + 1
	case number > last+1:
		b.fault(fieldTask, printed, "重点任务的序号应为%d，这里是%d，中间有缺。请补上缺少的任务，或改正序号。", last+1, number)
	case text == "":
		b.fault(fieldTask, printed, "重点任务只有序号，没有内容。请补上。")
	}
	b.group.Tasks = append(b.group.Tasks, hub.Task{Number: number, Text: text})
	b.task = &b.group.Tasks[len(b.group.Tasks)-1]
}

func (b *builder) addMeasure() {
	printed := join(b.lines(fieldMeasure))
	number, text, ok := cutNumber(printed)
	due := len(b.task.Measures) + 1
	if n := len(b.task.Measures); n > 0 {
		due = b.task.Measures[n-1].Number + 1
	}
	switch {
	case printed == "":
		b.fault(fieldMeasure, "", "这一行没有具体举措。请补上，或删去这一行。")
		number = due
	case !ok:
		b.fault(fieldMeasure, printed, "具体举措应以序号开头，如“%d.”。请补上序号；若这里不是举措，请检查这一行或上一行的单元格是否多了或少了。", due)
		number = due
	case number < due:
		b.fault(fieldMeasure, printed, "举措的序号应为%d，这里是%d，与前面重复或次序颠倒。请改正序号；若它属于下一项任务，请补上重点任务。", due, number)
		number = due
	case number > due:
		b.fault(fieldMeasure, printed, "举措的序号应为%d，这里是%d，中间有缺。请补上缺少的举措，或改正序号。", due, number)
	case text == "":
		b.fault(fieldMeasure, printed, "具体举措只有序号，没有内容。请补上。")
	}
	m := hub.Measure{TaskNumber: b.task.Number, Number: number, Text: text}
	m.ID = b.checklist.ID + "/" + m.Key()
	b.setAgencies(&m)
	b.setDeadline(&m)
	b.task.Measures = append(b.task.Measures, m)
	b.measure = &m
}

func (b *builder) setAgencies(m *hub.Measure) {
	lines := b.lines(fieldAgencies)
	if len(lines) == 0 {
		if b.measure == nil {
			b.fault(fieldAgencies, "", "第一行没有责任部门，上面也没有可以延续的内容。请补上。")
			return
		}
		m.Agencies, m.AgenciesPrinted = append([]hub.ResponsibleAgency(nil), b.measure.Agencies...), b.measure.AgenciesPrinted
		m.AgenciesInherited = true
		return
	}
	var faults []agencyFault
	m.AgenciesPrinted = join(lines)
	m.Agencies, faults = parseAgencies(lines, b.resolve)
	for _, f := range faults {
		b.fault(fieldAgencies, f.value, "%s", f.reason)
	}
}

func (b *builder) setDeadline(m *hub.Measure) {
	printed := join(b.lines(fieldDeadline))
	if printed == "" {
		if b.measure == nil {
			b.fault(fieldDeadline, "", "第一行没有完成时限，上面也没有可以延续的内容。请补上。")
			return
		}
		m.Deadline, m.DeadlineInherited = b.measure.Deadline, true
		return
	}
	var reason string
	if m.Deadline, reason = parseDeadline(printed); reason != "" {
		b.fault(fieldDeadline, printed, "%s", reason)
	}
}

var numbered = regexp.MustCompile(`^([0-9０-９]{1,4})\s*[.．、]\s*`)

// cutNumber splits the number off the start of a task or measure.
func cutNumber(s string) (number int, text string, ok bool) {
	m := numbered.FindStringSubmatch(s)
	if m == nil {
		return 0, "", false
	}
	number, err := strconv.Atoi(fold(m[1]))
	return number, strings.TrimFunc(s[len(m[0]):], isSpace), err == nil
}
