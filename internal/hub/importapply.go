package hub

import "context"

// ImportResult is what applying a plan has done.
type ImportResult struct {
	ImportID string
	Rows     int      // rows that are durable now
	Records  int      // records written for them, persons included
	Revision Revision // the newest one written; 0 when nothing was
	// Lost are rows that somebody else changed since the plan was made. They
	// are as that somebody left them; a new plan shows what remains.
	Lost []ImportProblem
}

// importBatch is how many rows become durable at a time.
const importBatch = 2000

// ApplyPlan writes the new and changed rows of a plan, in batches under one
// import id. Rows that were refused, and duplicates that were not confirmed, are
// left out. When it fails, what the result counts is durable; planning and
// applying the same sheet again carries on, because rows that are in the hub
// already are the same. progress, which may be nil, counts rows.
func (h *Hub) ApplyPlan(ctx context.Context, p *Principal, plan *ImportPlan, progress func(done, total int)) (ImportResult, error) {
	result := ImportResult{ImportID: plan.ImportID}
	if p.ID != plan.origin.Actor {
		return result, Forbidden("只有生成导入计划的人可以执行它。请重新预览。")
	}
	a := applier{hub: h, plan: plan, result: &result}
	total := plan.New + plan.Changed
	for from := 0; from < len(plan.Rows); {
		var rows []*PlannedRow
		for ; from < len(plan.Rows) && len(rows) < importBatch; from++ {
			if plan.Rows[from].record != nil {
				rows = append(rows, &plan.Rows[from])
			}
		}
		if len(rows) == 0 {
			break
		}
		if err := a.apply(ctx, rows); err != nil {
			return result, err
		}
		if progress != nil {
			progress(result.Rows+len(result.Lost), total)
		}
	}
	return result, nil
}

// applier writes rows.
type applier struct {
	hub    *Hub
	plan   *ImportPlan
	result *ImportResult
}

// apply writes rows as one batch, and one by one when somebody else got in
// between: then only the rows concerned are left out.
func (a *applier) apply(ctx context.Context, rows []*PlannedRow) error {
	err := a.write(ctx, rows)
	if CodeOf(err) != CodeConflict {
		return err
	}
	if len(rows) > 1 {
		for _, row := range rows {
			if err := a.apply(ctx, []*PlannedRow{row}); err != nil {
				return err
			}
		}
		return nil
	}
	row := ImportRow{Sheet: rows[0].Sheet, Number: rows[0].Number}
	a.result.Lost = append(a.result.Lost, row.problemAt(0, FaultTaken, rows[0].Name,
		"预览之后名册中的这条记录又有变动，这一行没有导入。请重新预览后再导入。"))
	return nil
}

func (a *applier) write(ctx context.Context, rows []*PlannedRow) error {
	batch := Batch{Origin: a.plan.origin, At: a.hub.now().UTC(), Puts: make([]Put, 0, 2*len(rows))}
	var persons []*plannedPerson
	for _, row := range rows {
		if p := row.person; p != nil {
			if p.record.ID == 0 {
				p.record.ID = a.hub.store.NextID(KindPerson)
			}
			if p.dirty && !p.writing {
				p.writing = true
				persons = append(persons, p)
				batch.Puts = append(batch.Puts, Put{Record: p.record, Expected: p.expected})
			}
		}
		batch.Puts = append(batch.Puts, Put{Record: a.identified(row), Expected: row.expected})
	}
	first, err := a.hub.store.Apply(ctx, batch)
	for _, p := range persons {
		p.writing = false
		p.dirty = p.dirty && err != nil
	}
	if err != nil {
		return err
	}
	a.result.Rows += len(rows)
	a.result.Records += len(batch.Puts)
	a.result.Revision = first + Revision(len(batch.Puts)) - 1
	for _, row := range rows {
		row.ID = row.record.RecordID()
		row.record = nil // durable: the plan need not hold it any longer
	}
	return nil
}

// identified gives the row's record its id and ties it to its person.
func (a *applier) identified(row *PlannedRow) Record {
	if o, ok := row.record.(*Organization); ok {
		if o.ID == 0 {
			o.ID = a.hub.store.NextID(KindOrganization)
		}
		return o
	}
	e := entryOf(row.record)
	if e.ID == 0 {
		e.ID = a.hub.store.NextID(a.plan.Kind)
	}
	if row.person != nil {
		e.PersonID = row.person.record.ID
	}
	return row.record
}
