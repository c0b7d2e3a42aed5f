package hub

import (
	"context"
	"reflect"
)

// ChecklistPlan is what importing a key-task table would do. Making one writes
// nothing.
type ChecklistPlan struct {
	Base     Revision
	Outcome  ImportOutcome // NEW, CHANGED or SAME; a table that is wrong has no plan
	Title    string
	Measures int
	// Changes are the measures that differ from the table in the hub, in the
	// order of the new one, then those that it no longer has.
	Changes []MeasureChange

	record   *ChecklistRecord
	expected Revision
	origin   Origin
}

// MeasureChange is a measure before and after; one of the two is nil when the
// measure is new or gone.
type MeasureChange struct {
	Key    string // 32.2
	Before *Measure
	After  *Measure
}

// PlanChecklist compares a table with the hub's one of the same title. Its error
// is INVALID when the table does not hold together, see [Checklist.Validate].
func (h *Hub) PlanChecklist(ctx context.Context, p *Principal, table *Checklist, opts ImportOptions) (*ChecklistPlan, error) {
	if p.Role != RoleSystem && p.Role != RoleCityAdmin {
		return nil, Forbidden("只有市级管理员可以导入重点任务清单。")
	}
	if err := table.Validate(); err != nil {
		return nil, err
	}
	plan := &ChecklistPlan{
		Outcome: ImportNew, Title: table.Title,
		record: &ChecklistRecord{Checklist: *table},
		origin: Origin{Actor: p.ID, Authority: p.authority(), Reason: importReason(opts), ImportID: "imp_" + table.ID},
	}
	err := h.withSnapshot(ctx, func(snap Snapshot) error {
		plan.Base = snap.Revision()
		ids, err := snap.Lookup(0, KindChecklist, KeyTitle, table.ID)
		if err != nil || len(ids) == 0 {
			return err
		}
		versions, err := snap.Get(0, ids[0])
		if err != nil {
			return err
		}
		have := versions[0].Record.(*ChecklistRecord)
		plan.record.ID, plan.expected = have.ID, versions[0].Revision
		plan.Outcome = ImportChanged
		if reflect.DeepEqual(have.Checklist, *table) {
			plan.Outcome = ImportSame
		}
		plan.compare(&have.Checklist)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for range table.Measures() {
		plan.Measures++
	}
	return plan, nil
}

// compare notes the measures in which the plan's table differs from another.
func (plan *ChecklistPlan) compare(have *Checklist) {
	before := map[string]*Measure{}
	for m := range have.Measures() {
		before[m.Key()] = m.Measure
	}
	for m := range plan.record.Checklist.Measures() {
		old := before[m.Key()]
		delete(before, m.Key())
		if old == nil || !reflect.DeepEqual(old, m.Measure) {
			plan.Changes = append(plan.Changes, MeasureChange{m.Key(), old, m.Measure})
		}
	}
	for m := range have.Measures() {
		if before[m.Key()] != nil {
			plan.Changes = append(plan.Changes, MeasureChange{m.Key(), m.Measure, nil})
		}
	}
}

// ApplyChecklist writes what a plan says. Nothing is written when the table is
// the same; CONFLICT when somebody else changed it since.
func (h *Hub) ApplyChecklist(ctx context.Context, p *Principal, plan *ChecklistPlan) (ImportResult, error) {
	result := ImportResult{ImportID: plan.origin.ImportID}
	if p.ID != plan.origin.Actor {
		return result, Forbidden("只有生成导入计划的人可以执行它。请重新预览。")
	}
	if plan.Outcome == ImportSame {
		return result, nil
	}
	if plan.record.ID == 0 {
		plan.record.ID = h.store.NextID(KindChecklist)
	}
	first, err := h.store.Apply(ctx, Batch{
		Origin: plan.origin, At: h.now().UTC(),
		Puts: []Put{{Record: plan.record, Expected: plan.expected}},
	})
	if CodeOf(err) == CodeConflict {
		return result, Conflict("预览之后这份清单又有变动，没有导入。请重新预览后再导入。")
	}
	if err != nil {
		return result, err
	}
	result.Rows, result.Records, result.Revision = plan.Measures, 1, first
	return result, nil
}
