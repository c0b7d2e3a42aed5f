package hub

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
)

// twoTasks is a small checklist that validates; the second measure inherits.
func twoTasks() *Checklist {
	lead := []ResponsibleAgency{{"HRSS", "市人社局", AgencyRoleLead}, {"UNION", "市总工会", AgencyRoleParticipant}}
	due := Deadline{Printed: "2024年6月底前完成", DueDate: "2024-06-30", Milestone: MilestoneCompleted}
	id := ChecklistID("示例清单")
	return &Checklist{ID: id, Title: "示例清单", Sections: []Section{
		{Name: "加强源头治理", Groups: []Group{{Name: "预防指导", Tasks: []Task{{Number: 1, Text: "甲任务。", Measures: []Measure{
			{ID: id + "/1.1", TaskNumber: 1, Number: 1, Text: "甲一。", Agencies: lead, AgenciesPrinted: "市人社局（牵头）、市总工会", Deadline: due},
			{ID: id + "/1.2", TaskNumber: 1, Number: 2, Text: "甲二。", Agencies: lead, AgenciesPrinted: "市人社局（牵头）、市总工会", AgenciesInherited: true, Deadline: due, DeadlineInherited: true},
		}}}}}},
		{Name: "做实多元调解", Groups: []Group{{Name: "预防指导", Tasks: []Task{{Number: 2, Text: "乙任务。", Measures: []Measure{
			{ID: id + "/2.1", TaskNumber: 2, Number: 1, Text: "乙一。", Agencies: lead[1:], AgenciesPrinted: "市总工会", Deadline: Deadline{Printed: "长期推进", Milestone: MilestoneNone, Ongoing: true}},
		}}}}}},
	}}
}

func TestChecklistValidate(t *testing.T) {
	if err := twoTasks().Validate(); err != nil {
		t.Fatalf("a sound checklist: %v", err)
	}
	first := func(c *Checklist) *Measure { return &c.Sections[0].Groups[0].Tasks[0].Measures[0] }
	second := func(c *Checklist) *Measure { return &c.Sections[0].Groups[0].Tasks[0].Measures[1] }
	for _, test := range []struct {
		name   string
		field  string
		breaks func(*Checklist)
	}{
		{"no title", "title", func(c *Checklist) { c.Title = "" }},
		{"another title than the id's", "id", func(c *Checklist) { c.Title = "另一清单" }},
		{"no sections", "sections", func(c *Checklist) { c.Sections = nil }},
		{"a section without name", "sections", func(c *Checklist) { c.Sections[0].Name = "" }},
		{"a section twice", "sections", func(c *Checklist) { c.Sections[1].Name = c.Sections[0].Name }},
		{"a section without groups", "groups", func(c *Checklist) { c.Sections[0].Groups = nil }},
		{"a group without name", "groups", func(c *Checklist) { c.Sections[0].Groups[0].Name = " " }},
		{"a group twice", "groups", func(c *Checklist) { c.Sections[0].Groups = append(c.Sections[0].Groups, c.Sections[0].Groups[0]) }},
		{"a group without tasks", "tasks", func(c *Checklist) { c.Sections[1].Groups[0].Tasks = nil }},
		{"a gap in the tasks", "number", func(c *Checklist) { c.Sections[1].Groups[0].Tasks[0].Number = 3 }},
		{"a task without text", "text", func(c *Checklist) { c.Sections[1].Groups[0].Tasks[0].Text = "" }},
		{"a task without measures", "measures", func(c *Checklist) { c.Sections[1].Groups[0].Tasks[0].Measures = nil }},
		{"more measures than fit an id", "measures", func(c *Checklist) { c.Sections[1].Groups[0].Tasks[0].Measures = make([]Measure, 256) }},
		{"a gap in the measures", "number", func(c *Checklist) { second(c).Number = 3 }},
		{"a measure of another task", "number", func(c *Checklist) { second(c).TaskNumber = 2 }},
		{"a measure with another id", "id", func(c *Checklist) { second(c).ID = "1.2" }},
		{"a line break in a text", "text", func(c *Checklist) { second(c).Text = "甲\n二。" }},
		{"no agencies", "agencies", func(c *Checklist) { first(c).Agencies = nil }},
		{"an agency without code", "agencies", func(c *Checklist) { first(c).Agencies = []ResponsibleAgency{{"", "市人社局", AgencyRoleLead}} }},
		{"an agency twice", "agencies", func(c *Checklist) {
			first(c).Agencies = []ResponsibleAgency{{"HRSS", "市人社局", AgencyRoleLead}, {"HRSS", "市总工会", AgencyRoleLead}}
		}},
		{"a role that is none", "role", func(c *Checklist) { first(c).Agencies = []ResponsibleAgency{{"HRSS", "市人社局", "HELPER"}} }},
		{"an agency that is not printed", "printed", func(c *Checklist) {
			first(c).Agencies = []ResponsibleAgency{{"JUSTICE", "市司法局", AgencyRoleLead}}
		}},
		{"agencies out of order", "printed", func(c *Checklist) {
			a := first(c).Agencies
			first(c).Agencies = []ResponsibleAgency{a[1], a[0]}
		}},
		{"no printed agencies", "agenciesPrinted", func(c *Checklist) { first(c).AgenciesPrinted = "" }},
		{"inherited agencies that differ", "agenciesInherited", func(c *Checklist) { second(c).Agencies = second(c).Agencies[:1] }},
		{"nothing to inherit agencies from", "agenciesInherited", func(c *Checklist) { first(c).AgenciesInherited = true }},
		{"no printed deadline", "deadline", func(c *Checklist) { first(c).Deadline.Printed = "" }},
		{"a day that does not exist", "dueDate", func(c *Checklist) { first(c).Deadline.DueDate = "2024-06-31" }},
		{"neither a day nor without end", "dueDate", func(c *Checklist) { first(c).Deadline.DueDate, first(c).Deadline.Milestone = "", MilestoneNone }},
		{"a milestone without a day", "dueDate", func(c *Checklist) { first(c).Deadline.DueDate, first(c).Deadline.Ongoing = "", true }},
		{"a milestone that is none", "milestone", func(c *Checklist) { first(c).Deadline.Milestone = "" }},
		{"an inherited deadline that differs", "deadlineInherited", func(c *Checklist) { second(c).Deadline.Ongoing = true }},
		{"nothing to inherit a deadline from", "deadlineInherited", func(c *Checklist) { first(c).DeadlineInherited = true }},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := twoTasks()
			test.breaks(c)
			err, ok := errors.AsType[*Error](c.Validate())
			if !ok || err.Code != CodeInvalid || err.Field != test.field || err.Message == "" {
				t.Errorf("got %v, want INVALID of %s", err, test.field)
			}
		})
	}
}

func TestChecklistMeasures(t *testing.T) {
	c := twoTasks()
	var keys []string
	for m := range c.Measures() {
		keys = append(keys, m.Section.Name+m.Key())
	}
	if want := []string{"加强源头治理1.1", "加强源头治理1.2", "做实多元调解2.1"}; !reflect.DeepEqual(keys, want) {
		t.Errorf("%v, want %v", keys, want)
	}
	for range c.Measures() {
		break // an iterator that goes on after this panics
	}

	m, ok := c.Measure("2.1")
	if !ok || m.Text != "乙一。" || m.Task.Text != "乙任务。" || m.Group.Name != "预防指导" || m.Section != &c.Sections[1] {
		t.Errorf("2.1 is %+v", m)
	}
	if _, ok := c.Measure("2.2"); ok {
		t.Error("2.2 is there")
	}

	m, _ = c.Measure("1.1")
	for _, test := range []struct {
		agency string
		role   AgencyRole
		want   bool
	}{
		{"HRSS", AgencyRoleLead, true}, {"HRSS", AgencyRoleParticipant, false}, {"HRSS", "", true},
		{"UNION", AgencyRoleParticipant, true}, {"JUSTICE", "", false},
	} {
		if got := m.Names(test.agency, test.role); got != test.want {
			t.Errorf("1.1 names %s as %q: %t", test.agency, test.role, got)
		}
	}
}

func TestChecklistID(t *testing.T) {
	id := ChecklistID("重点任务清单（2024）")
	for title, same := range map[string]bool{
		"重点任务清单(2024)":   true,
		" 重点任务 清单（２０２４）": true,
		"重点任务清单（2025）":   false,
	} {
		if got := ChecklistID(title); (got == id) != same {
			t.Errorf("%s has id %s, that of 2024 is %s", title, got, id)
		}
	}
}

func TestChecklistSurvivesJSON(t *testing.T) {
	c := twoTasks()
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var again Checklist
	if err := json.Unmarshal(raw, &again); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(&again, c) {
		t.Errorf("%s", raw)
	}
}
