package hub

import (
	"context"
	"errors"
)

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

// importBatch is how many rows become durable at a time; jobBatch is that of
// imports that others watch, wait for and cancel.
const (
	importBatch = 4000
	jobBatch    = 500
)

// lostMessage is what is said of a row that somebody else changed.
const lostMessage = "预览之后名册中的这条记录又有变动，这一行没有导入。请重新预览后再导入。"

// ApplyPlan writes the new and changed rows of a plan, in batches under one
// import id. Rows that were refused, and duplicates that were not confirmed, are
// left out. When it fails, what the result counts is durable; planning and
// applying the same sheet again carries on, because rows that are in the hub
// already are the same. progress, which may be nil, counts rows.
func (h *Hub) ApplyPlan(ctx context.Context, p *Principal, plan *ImportPlan, progress func(done, total int)) (ImportResult, error) {
	a := applier{hub: h, ctx: ctx, plan: plan, progress: progress, result: ImportResult{ImportID: plan.ImportID}}
	if p.ID != plan.origin.Actor {
		return a.result, Forbidden("只有生成导入计划的人可以执行它。请重新预览。")
	}
	err := a.applyAll()
	if err != nil {
		// What is on its way may become durable all the same, and counts then.
		_ = a.finish()
	}
	return a.result, err
}

// applier writes rows. While the store makes one batch durable, the next one is
// made ready.
type applier struct {
	hub      *Hub
	ctx      context.Context
	plan     *ImportPlan
	progress func(done, total int)
	result   ImportResult
	ahead    *rowsWritten // on its way to the store; nil for none
	mark     *jobMark     // moves with every batch; nil for none
}

// rowsWritten is a batch of rows on its way.
type rowsWritten struct {
	rows    []*PlannedRow
	persons []*plannedPerson // that are written along
	puts    int              // without the mark
	marked  *SheetJob
	first   Revision
	err     error
	done    chan struct{}
}

func (a *applier) applyAll() error {
	var rows []*PlannedRow
	for i := range a.plan.Rows {
		row := &a.plan.Rows[i]
		if row.record == nil {
			continue
		}
		if row.person != nil && row.person.writing {
			// The person is on its way with the batch before: this row must
			// not become durable without it.
			if err := a.finish(); err != nil {
				return err
			}
		}
		if rows = append(rows, row); len(rows) == a.batchSize() {
			if err := a.send(rows); err != nil {
				return err
			}
			rows = nil
		}
	}
	if err := a.send(rows); err != nil {
		return err
	}
	return a.finish()
}

// send hands rows to the store once the batch before is durable.
func (a *applier) send(rows []*PlannedRow) error {
	if len(rows) == 0 {
		return nil
	}
	if err := a.ctx.Err(); err != nil {
		return err
	}
	if a.mark != nil {
		// The mark must know at which revision it stands.
		if err := a.finish(); err != nil {
			return err
		}
	}
	w := &rowsWritten{rows: rows, done: make(chan struct{})}
	batch := Batch{Origin: a.plan.origin, At: a.hub.now().UTC(), Puts: make([]Put, 0, 2*len(rows))}
	for _, row := range rows {
		if p := row.person; p != nil {
			if p.record.ID == 0 {
				p.record.ID = a.hub.store.NextID(KindPerson)
			}
			if p.dirty && !p.writing {
				p.writing = true
				w.persons = append(w.persons, p)
				batch.Puts = append(batch.Puts, Put{Record: p.record, Expected: p.expected})
			}
		}
		batch.Puts = append(batch.Puts, Put{Record: a.identified(row), Expected: row.expected})
	}
	w.puts = len(batch.Puts)
	if a.mark != nil {
		w.marked = a.mark.after(rows)
		batch.Puts = append(batch.Puts, Put{Record: w.marked, Expected: a.mark.revision})
	}
	go func() {
		defer close(w.done)
		w.first, w.err = a.hub.apply(a.ctx, batch)
	}()
	err := a.finish()
	a.ahead = w
	return err
}

func (a *applier) batchSize() int {
	if a.mark != nil {
		return jobBatch
	}
	return importBatch
}

// clashAt returns the put that a conflict is about, -1 when it is not told.
func clashAt(err error) int {
	if clash, ok := errors.AsType[*Clash](err); ok {
		return clash.Put
	}
	return -1
}

// finish waits for the batch that is on its way. When somebody else got in
// between, its rows are written one by one, and only those concerned are left
// out.
func (a *applier) finish() error {
	w := a.ahead
	if w == nil {
		return nil
	}
	a.ahead = nil
	<-w.done
	for _, p := range w.persons {
		p.writing = false
		p.dirty = w.err != nil
	}
	switch {
	case w.err == nil:
		a.durable(w)
	case CodeOf(w.err) != CodeConflict:
		return w.err
	case a.mark != nil && clashAt(w.err) == w.puts:
		return errJobMoved
	case len(w.rows) == 1:
		row := ImportRow{Sheet: w.rows[0].Sheet, Number: w.rows[0].Number}
		a.result.Lost = append(a.result.Lost, row.problemAt(0, FaultTaken, w.rows[0].Name, lostMessage))
		if a.mark != nil {
			if err := a.mark.lose(w.rows[0].at); err != nil {
				return err
			}
		}
	default:
		for _, row := range w.rows {
			if err := a.send([]*PlannedRow{row}); err != nil {
				return err
			}
			if err := a.finish(); err != nil {
				return err
			}
		}
		return nil
	}
	if a.progress != nil {
		a.progress(a.result.Rows+len(a.result.Lost), a.plan.New+a.plan.Changed)
	}
	return nil
}

func (a *applier) durable(w *rowsWritten) {
	a.result.Rows += len(w.rows)
	a.result.Records += w.puts
	a.result.Revision = max(a.result.Revision, w.first+Revision(w.puts)-1)
	if a.mark != nil {
		a.mark.job, a.mark.revision = w.marked, w.first+Revision(w.puts)
	}
	for _, row := range w.rows {
		row.ID = row.record.RecordID()
		row.record = nil // durable: the plan need not hold it any longer
	}
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
