package model

import "concord/internal/hub"

// Section is a section of a checklist. Like [Group] and [Task] it knows its
// checklist, so that the measures below it are whole.
type Section struct {
	*hub.Section
	checklist *hub.ChecklistView
}

// Group is a group within a section.
type Group struct {
	*hub.Group
	section Section
}

// Task is a task within a group.
type Task struct {
	*hub.Task
	group Group
}

// Sections returns the sections of a checklist in printed order.
func Sections(c *hub.ChecklistView) []Section {
	sections := make([]Section, len(c.Checklist.Sections))
	for i := range sections {
		sections[i] = Section{&c.Checklist.Sections[i], c}
	}
	return sections
}

// Groups returns the groups of the section.
func (s Section) Groups() []Group {
	groups := make([]Group, len(s.Section.Groups))
	for i := range groups {
		groups[i] = Group{&s.Section.Groups[i], s}
	}
	return groups
}

// Tasks returns the tasks of the group.
func (g Group) Tasks() []Task {
	tasks := make([]Task, len(g.Group.Tasks))
	for i := range tasks {
		tasks[i] = Task{&g.Group.Tasks[i], g}
	}
	return tasks
}

// Measures returns the measures of the task.
func (t Task) Measures() []*hub.MeasureView {
	checklist := t.group.section.checklist
	measures := make([]*hub.MeasureView, len(t.Task.Measures))
	for i := range measures {
		m := &t.Task.Measures[i]
		measures[i] = &hub.MeasureView{
			ID:        hub.MeasureID(checklist.ChecklistRecord.ID, m.TaskNumber, m.Number),
			Checklist: checklist, Section: t.group.section.Section, Group: t.group.Group, Task: t.Task, Measure: m,
		}
	}
	return measures
}

// SectionOf returns the section in which a measure stands.
func SectionOf(m *hub.MeasureView) Section { return Section{m.Section, m.Checklist} }

// GroupOf returns the group in which a measure stands.
func GroupOf(m *hub.MeasureView) Group { return Group{m.Group, SectionOf(m)} }

// TaskOf returns the task to which a measure belongs.
func TaskOf(m *hub.MeasureView) Task { return Task{m.Task, GroupOf(m)} }
