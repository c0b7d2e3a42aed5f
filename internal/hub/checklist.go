package hub

import (
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Checklist 重点任务清单 is one issue of the official table that says which
// agency does what by when: sections of groups of tasks of measures. Its words
// are those of the printed table, slips included; only what the reader of the
// table derives (numbers, agency codes, days, marks of inheritance) is ours.
// The whole of it is public.
type Checklist struct {
	// ID follows from the title, see [ChecklistID]: the same table has the
	// same id wherever and however often it is read, and a table issued anew
	// under the same title is a later state of the same checklist.
	ID       string    `cbor:"1,keyasint" json:"id"`
	Title    string    `cbor:"2,keyasint" json:"title"`
	Sections []Section `cbor:"3,keyasint" json:"sections"`
}

// Section 工作内容 is a chapter of a checklist, such as 加强源头治理.
type Section struct {
	Name   string  `cbor:"1,keyasint" json:"name"` // once in a checklist
	Groups []Group `cbor:"2,keyasint" json:"groups"`
}

// Group is a heading within a section, such as 保障工作经费.
type Group struct {
	Name  string `cbor:"1,keyasint" json:"name"` // once in a section
	Tasks []Task `cbor:"2,keyasint" json:"tasks"`
}

// Task 重点任务. Tasks are numbered from 1 through the whole checklist.
type Task struct {
	Number   int       `cbor:"1,keyasint" json:"number"`
	Text     string    `cbor:"2,keyasint" json:"text"` // without the number
	Measures []Measure `cbor:"3,keyasint" json:"measures"`
}

// Measure 具体落实举措 is one row of the table, the unit for which agencies
// answer. Measures are numbered from 1 within their task.
type Measure struct {
	ID         string `cbor:"1,keyasint" json:"id"` // checklist's ID + "/" + Key
	TaskNumber int    `cbor:"2,keyasint" json:"taskNumber"`
	Number     int    `cbor:"3,keyasint" json:"number"`
	Text       string `cbor:"4,keyasint" json:"text"` // without the number

	// Agencies are the responsible agencies 责任部门 in printed order, each
	// once. AgenciesInherited says that the cell was merged with the one
	// above, so that they are those of the measure before, which may belong
	// to another task.
	Agencies          []ResponsibleAgency `cbor:"5,keyasint" json:"agencies"`
	AgenciesInherited bool                `cbor:"6,keyasint,omitempty" json:"agenciesInherited"`
	// AgenciesPrinted is the wording of the cell, or of the cell inherited
	// from: how the agencies are joined is not to be had from Agencies.
	AgenciesPrinted string `cbor:"7,keyasint" json:"agenciesPrinted"`

	Deadline          Deadline `cbor:"8,keyasint" json:"deadline"` // 完成时限
	DeadlineInherited bool     `cbor:"9,keyasint,omitempty" json:"deadlineInherited"`
}

// ResponsibleAgency 责任部门 is the mention of an agency in a measure.
type ResponsibleAgency struct {
	AgencyCode string     `cbor:"1,keyasint" json:"agencyCode"`
	Printed    string     `cbor:"2,keyasint" json:"printed"` // the name as printed, without the mark of its role
	Role       AgencyRole `cbor:"3,keyasint" json:"role"`
}

// AgencyRole says how an agency takes part in a measure.
type AgencyRole string

// The roles. A measure may have one lead, several or none.
const (
	AgencyRoleLead        AgencyRole = "LEAD"
	AgencyRoleParticipant AgencyRole = "PARTICIPANT"
)

var agencyRoles = newVocabulary("role", "部门职责", []word[AgencyRole]{
	{AgencyRoleLead, "牵头", "牵头部门 牵头单位"},
	{AgencyRoleParticipant, "参加", "参加部门 参加单位 参与 配合 配合单位"},
})

// Deadline 完成时限 is a printed deadline and what it says: a milestone to be
// reached by a day, work without end, or the one and then the other.
type Deadline struct {
	Printed   string    `cbor:"1,keyasint" json:"printed"`
	DueDate   string    `cbor:"2,keyasint,omitempty" json:"dueDate"` // last day in time, 2006-01-02; "" when no day is named
	Milestone Milestone `cbor:"3,keyasint" json:"milestone"`         // what is due on DueDate
	Ongoing   bool      `cbor:"4,keyasint,omitempty" json:"ongoing"` // 长期推进
}

// Milestone is what has to be there on the day of a deadline.
type Milestone string

// The milestones.
const (
	// MilestoneNone: no day is named, or what is due then is none of the
	// others and only the printed wording says it.
	MilestoneNone                 Milestone = "NONE"
	MilestoneInterimResults       Milestone = "INTERIM_RESULTS"
	MilestoneSelectionRecommended Milestone = "SELECTION_RECOMMENDED"
	MilestoneCompleted            Milestone = "COMPLETED"
)

var milestones = newVocabulary("milestone", "阶段目标", []word[Milestone]{
	{MilestoneNone, "无", ""},
	{MilestoneInterimResults, "取得阶段性成果", "阶段性成果"},
	{MilestoneSelectionRecommended, "完成评选推荐工作", "完成评选推荐"},
	{MilestoneCompleted, "完成", ""},
})

// Label returns the Chinese word for r.
func (r AgencyRole) Label() string { return agencyRoles.label(r) }

// Valid reports whether r is one of the constants.
func (r AgencyRole) Valid() bool { return agencyRoles.has(r) }

// Label returns the Chinese words for m.
func (m Milestone) Label() string { return milestones.label(m) }

// Valid reports whether m is one of the constants.
func (m Milestone) Valid() bool { return milestones.has(m) }

// AgencyRoles lists the roles, the lead first.
func AgencyRoles() []AgencyRole { return slices.Clone(agencyRoles.values) }

// Milestones lists the milestones.
func Milestones() []Milestone { return slices.Clone(milestones.values) }

// ChecklistID returns the id of the checklist with this title. Blanks and the
// width of punctuation do not count, so that the title typed anew is the same.
func ChecklistID(title string) string {
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(foldWidth(title)), "")))
	return "kt" + hex.EncodeToString(sum[:6])
}

// Key returns the measure's number as people quote it, such as 32.2.
func (m *Measure) Key() string { return measureKey(m.TaskNumber, m.Number) }

func measureKey(task, number int) string {
	return strconv.Itoa(task) + "." + strconv.Itoa(number)
}

// Names reports whether the measure names the agency in that role; the role ""
// stands for any.
func (m *Measure) Names(agencyCode string, role AgencyRole) bool {
	return slices.ContainsFunc(m.Agencies, func(a ResponsibleAgency) bool {
		return a.AgencyCode == agencyCode && (role == "" || a.Role == role)
	})
}

// MeasureInPlace is a measure and where it stands. The pointers lead into the
// checklist and must not be written through.
type MeasureInPlace struct {
	Section *Section
	Group   *Group
	Task    *Task
	*Measure
}

// Measures yields every measure in the order of the table.
func (c *Checklist) Measures() iter.Seq[MeasureInPlace] {
	return func(yield func(MeasureInPlace) bool) {
		for s := range c.Sections {
			section := &c.Sections[s]
			for g := range section.Groups {
				group := &section.Groups[g]
				for t := range group.Tasks {
					task := &group.Tasks[t]
					for m := range task.Measures {
						if !yield(MeasureInPlace{section, group, task, &task.Measures[m]}) {
							return
						}
					}
				}
			}
		}
	}
}

// Measure returns the measure with that number, such as 32.2.
func (c *Checklist) Measure(key string) (MeasureInPlace, bool) {
	for m := range c.Measures() {
		if m.Key() == key {
			return m, true
		}
	}
	return MeasureInPlace{}, false
}

// The most that [MeasureID] has room for.
const (
	mostTasks    = 1<<16 - 1
	mostMeasures = 1<<8 - 1
)

// Validate checks what holds of every checklist, however it came about: names
// and texts are there and clean; sections are named once, groups once in their
// section; nothing is empty; tasks are numbered from 1 without gap through the
// whole, measures within their task; ids follow from title and numbers; every
// measure names its agencies, each once and in the order of the printed cell;
// what is inherited equals what stands above; deadlines are a real day or
// without end. The error is an INVALID [Error] that names the place of the first
// fault.
func (c *Checklist) Validate() error {
	v := checklistValidator{checklist: c}
	v.check()
	if v.fault != nil {
		return v.fault
	}
	return nil
}

type checklistValidator struct {
	checklist *Checklist
	fault     *Error   // the first one
	above     *Measure // the measure before, nil at the first
}

// must records a fault unless ok, and returns ok.
func (v *checklistValidator) must(ok bool, field, format string, args ...any) bool {
	if !ok && v.fault == nil {
		v.fault = Invalid(field, format, args...)
	}
	return ok
}

func (v *checklistValidator) check() {
	c := v.checklist
	v.must(cleanText(c.Title), "title", "清单没有标题，或标题中有换行等控制字符。")
	v.must(c.ID == ChecklistID(c.Title), "id", "清单编号“%s”与标题不符。", Shorten(c.ID))
	v.must(len(c.Sections) > 0, "sections", "清单是空的。")
	task := 0
	sections := make(map[string]bool, len(c.Sections))
	for _, s := range c.Sections {
		v.must(cleanText(s.Name) && !sections[s.Name], "sections", "工作内容“%s”没有名称或重复出现。", Shorten(s.Name))
		v.must(len(s.Groups) > 0, "groups", "工作内容“%s”下没有分组。", Shorten(s.Name))
		sections[s.Name] = true
		groups := make(map[string]bool, len(s.Groups))
		for _, g := range s.Groups {
			v.must(cleanText(g.Name) && !groups[g.Name], "groups", "“%s”下的分组“%s”没有名称或重复出现。", Shorten(s.Name), Shorten(g.Name))
			v.must(len(g.Tasks) > 0, "tasks", "分组“%s”下没有重点任务。", Shorten(g.Name))
			groups[g.Name] = true
			for i := range g.Tasks {
				task++
				v.checkTask(&g.Tasks[i], task)
				if v.fault != nil {
					return
				}
			}
		}
	}
}

func (v *checklistValidator) checkTask(t *Task, number int) {
	v.must(number <= mostTasks, "tasks", "重点任务多于%d项，超出了清单的容量。", mostTasks)
	v.must(t.Number == number, "number", "重点任务的序号应为%d，实为%d。", number, t.Number)
	v.must(cleanText(t.Text), "text", "重点任务%d没有内容，或其中有换行等控制字符。", number)
	v.must(len(t.Measures) > 0, "measures", "重点任务%d下没有具体举措。", number)
	v.must(len(t.Measures) <= mostMeasures, "measures", "重点任务%d的举措多于%d条，超出了清单的容量。", number, mostMeasures)
	for i := range t.Measures {
		m := &t.Measures[i]
		v.must(m.TaskNumber == number && m.Number == i+1, "number",
			"举措的序号应为%s，实为%s。", measureKey(number, i+1), m.Key())
		v.checkMeasure(m)
		v.above = m
	}
}

func (v *checklistValidator) checkMeasure(m *Measure) {
	key := m.Key()
	v.must(m.ID == v.checklist.ID+"/"+key, "id", "举措%s的编号“%s”与清单不符。", key, Shorten(m.ID))
	v.must(cleanText(m.Text), "text", "举措%s没有内容，或其中有换行等控制字符。", key)

	v.must(len(m.Agencies) > 0, "agencies", "举措%s没有责任部门。", key)
	v.must(cleanText(m.AgenciesPrinted), "agenciesPrinted", "举措%s没有责任部门的原文。", key)
	seen := make(map[string]bool, len(m.Agencies))
	rest := withoutBlanks(m.AgenciesPrinted)
	for _, a := range m.Agencies {
		v.must(a.AgencyCode != "" && !seen[a.AgencyCode], "agencies", "举措%s的责任部门“%s”没有代码或重复出现。", key, Shorten(a.Printed))
		v.must(a.Role.Valid(), "role", "举措%s的责任部门“%s”的职责“%s”不在可选范围内。", key, Shorten(a.Printed), Shorten(string(a.Role)))
		seen[a.AgencyCode] = true
		_, after, found := strings.Cut(rest, withoutBlanks(a.Printed))
		v.must(cleanText(a.Printed) && found, "printed", "举措%s的责任部门“%s”与原文不符。", key, Shorten(a.Printed))
		rest = after
	}
	if m.AgenciesInherited {
		v.must(v.above != nil && v.above.AgenciesPrinted == m.AgenciesPrinted && slices.Equal(v.above.Agencies, m.Agencies),
			"agenciesInherited", "举措%s的责任部门标为沿用上一行，但与上一行不同。", key)
	}

	d := m.Deadline
	v.must(cleanText(d.Printed), "deadline", "举措%s没有完成时限。", key)
	v.must(d.Milestone.Valid(), "milestone", "举措%s的阶段目标“%s”不在可选范围内。", key, Shorten(string(d.Milestone)))
	if d.DueDate == "" {
		v.must(d.Ongoing && d.Milestone == MilestoneNone, "dueDate", "举措%s的完成时限既无日期，也不是长期推进。", key)
	} else {
		_, err := time.Parse(time.DateOnly, d.DueDate)
		v.must(err == nil, "dueDate", "举措%s的完成日期“%s”不是日历上的一天。", key, Shorten(d.DueDate))
	}
	if m.DeadlineInherited {
		v.must(v.above != nil && v.above.Deadline == d, "deadlineInherited", "举措%s的完成时限标为沿用上一行，但与上一行不同。", key)
	}
}

// cleanText reports whether s is a line of text: not blank, without blanks at
// its ends, control characters or broken characters.
func cleanText(s string) bool {
	return s != "" && strings.TrimSpace(s) == s && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

func withoutBlanks(s string) string { return strings.Join(strings.Fields(s), "") }
