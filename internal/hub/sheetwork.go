package hub

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// DefaultKeepSheets is how long the rows of an uploaded sheet are kept. The sheet
// itself, with its identity numbers, goes as soon as its job ends.
const DefaultKeepSheets = 30 * 24 * time.Hour

// sheets is what the hub needs for sheets online.
type sheets struct {
	files   SheetFiles // nil: none are taken
	keep    time.Duration
	planner chan struct{} // holds one when there may be something to plan
	writer  chan struct{} // the same for writing
	renew   chan struct{} // held by whoever makes a plan anew: one at a time
	taking  *sync.RWMutex // read-held while a file is there and its job is not yet
}

func newSheets(files SheetFiles, keep time.Duration) sheets {
	if keep == 0 {
		keep = DefaultKeepSheets
	}
	return sheets{files, keep, make(chan struct{}, 1), make(chan struct{}, 1), make(chan struct{}, 1), new(sync.RWMutex)}
}

func (s *sheets) wakePlanner() { wake(s.planner) }
func (s *sheets) wakeWriter()  { wake(s.writer) }

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // it will look anyway
	}
}

// RunSheets plans and writes sheets until ctx is done: plans in the order of
// upload, and beside them confirmed plans in the order of confirmation, one at a
// time. What a process that died had begun goes on where it was durable. failed
// is told of faults that are no caller's.
func (h *Hub) RunSheets(ctx context.Context, failed func(job ID, err error)) {
	if h.sheets.files == nil {
		return
	}
	var both sync.WaitGroup
	work := func(woken chan struct{}, next func(context.Context) (Version, error), do func(context.Context, Version) error) {
		for ctx.Err() == nil {
			job, err := next(ctx)
			if err == nil && job.Record != nil {
				err = h.attempt(ctx, job, do)
			}
			switch {
			case err != nil && ctx.Err() == nil:
				failed(idOf(job.Record), err)
				select { // a store that refuses writes is not asked again at once
				case <-ctx.Done():
				case <-time.After(retryAfter):
				}
			case job.Record == nil:
				select {
				case <-ctx.Done():
				case <-woken:
				}
			}
		}
	}
	both.Go(func() { work(h.sheets.planner, h.nextToPlan, h.planSheet) })
	both.Go(func() { work(h.sheets.writer, h.nextToWrite, h.writeSheet) })
	both.Wait()
}

// attempt does something with a job, which ends when that cannot be done.
func (h *Hub) attempt(ctx context.Context, v Version, do func(context.Context, Version) error) error {
	err := func() (err error) {
		defer stumbled(&err)
		return do(ctx, v)
	}()
	failure, ours := failureOf(err)
	if failure == "" {
		return err
	}
	now, err := h.sheetVersion(ctx, v.Record.RecordID())
	if err != nil || now.Record.(*SheetJob).State.ended() {
		return errors.Join(ours, err)
	}
	return errors.Join(ours, h.endJob(ctx, now.Record.(*SheetJob), now.Revision, SheetFailed, failure))
}

const stumbledMessage = "系统内部出错，已记录，请把任务编号告知运维人员。"

// retryAfter is how long a worker waits after a fault of the store.
const retryAfter = 5 * time.Second

// nextToPlan returns the job that waits longest for its plan, the zero Version
// when none does.
func (h *Hub) nextToPlan(ctx context.Context) (Version, error) {
	return h.nextSheet(ctx, SheetPlanning)
}

// nextToWrite returns the job that is being written, else the one confirmed first.
func (h *Hub) nextToWrite(ctx context.Context) (Version, error) {
	return h.nextSheet(ctx, SheetApplying, SheetConfirmed)
}

// nextSheet returns the job that is longest in the first of the states in which
// there is one.
func (h *Hub) nextSheet(ctx context.Context, states ...SheetState) (next Version, err error) {
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		best := len(states)
		for v, err := range snap.All(0, KindSheetJob) {
			if err != nil {
				return err
			}
			at := slices.Index(states, v.Record.(*SheetJob).State)
			if at >= 0 && (at < best || at == best && v.Revision < next.Revision) {
				next, best = v, at
			}
		}
		return nil
	})
	return next, err
}

// putJob replaces a job, unless it moved meanwhile: then somebody cancelled it,
// and moved is true.
func (h *Hub) putJob(ctx context.Context, j *SheetJob, expected Revision, reason string) (at Revision, moved bool, err error) {
	at, err = h.store.Apply(ctx, Batch{Origin: jobOrigin(j, reason), At: h.now().UTC(), Puts: []Put{{Record: j, Expected: expected}}})
	if CodeOf(err) == CodeConflict {
		return 0, true, nil
	}
	return at, false, err
}

// endJob replaces a job by its last state and removes the sheet.
func (h *Hub) endJob(ctx context.Context, j *SheetJob, expected Revision, state SheetState, failure string) error {
	next := *j
	next.State, next.Failure, next.Ended = state, failure, h.now().UTC()
	if _, _, err := h.putJob(ctx, &next, expected, state.Label()); err != nil {
		return err
	}
	return h.sheets.files.RemoveUpload(j.ID)
}

// planSheet makes the plan of an uploaded sheet.
func (h *Hub) planSheet(ctx context.Context, v Version) error {
	plan, err := h.makePlan(ctx, v.Record.(*SheetJob))
	if err != nil {
		return err
	}
	return h.keepPlan(ctx, v, plan, false)
}

// failureOf tells what is to be said of an error for which a job ends; "" when it
// does not, but is tried again. ours is err when an operator must know.
func failureOf(err error) (failure string, ours error) {
	e, known := errors.AsType[*Error](err)
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "", nil
	case known && e.Code == CodeBusy:
		return "", nil
	case known && e.Code != CodeInternal:
		return e.Message, nil
	}
	return stumbledMessage, err
}

// jobMark is how far a job is. It is written in the same batch as the rows that it
// counts: so it is exact after a crash, and whoever cancels the job stops the next
// batch by that alone.
type jobMark struct {
	job      *SheetJob
	revision Revision
}

// errJobMoved says that the job was cancelled.
var errJobMoved = errors.New("the job moved on")

// after is the job once rows are durable.
func (m *jobMark) after(rows []*PlannedRow) *SheetJob {
	next := *m.job
	next.Done, next.Written = rows[len(rows)-1].at+1, next.Written+len(rows)
	next.Newest = m.revision
	return &next
}

// mostLost is how many rows a job may lose to others before it gives up.
const mostLost = 1000

// lose notes a row that somebody else changed; it is durable with the next batch.
func (m *jobMark) lose(row int) error {
	at, known := slices.BinarySearch(m.job.Lost, row)
	if known {
		return nil
	}
	next := *m.job
	next.Lost = slices.Insert(slices.Clone(next.Lost), at, row)
	m.job = &next
	if len(next.Lost) > mostLost {
		return Conflict("确认之后名册中有太多记录被他人改动（超过 %d 行）。请重新上传比对。", mostLost)
	}
	return nil
}

func (m *jobMark) lost(row int) bool {
	_, known := slices.BinarySearch(m.job.Lost, row)
	return known
}

// writeSheet writes a confirmed plan, or goes on writing it.
func (h *Hub) writeSheet(ctx context.Context, v Version) error {
	err := h.writePlan(ctx, &jobMark{v.Record.(*SheetJob), v.Revision})
	if errors.Is(err, errJobMoved) {
		return nil // whoever cancelled it has said so
	}
	return err
}

func (h *Hub) writePlan(ctx context.Context, mark *jobMark) error {
	job := mark.job
	plan, err := h.makePlan(ctx, job)
	if err != nil {
		return err
	}
	if job.State == SheetConfirmed {
		if planHash(plan) != job.PlanHash {
			return h.keepPlan(ctx, Version{Record: job, Revision: mark.revision}, plan, true)
		}
		next := *job
		next.State, next.Base = SheetApplying, plan.Base
		at, moved, err := h.putJob(ctx, &next, mark.revision, "开始写入")
		if err != nil || moved {
			return err
		}
		mark.job, mark.revision = &next, at
	} else if err := h.resume(plan, mark); err != nil {
		return err
	}
	a := applier{hub: h, ctx: ctx, plan: plan, mark: mark, result: ImportResult{ImportID: plan.ImportID}}
	if err := a.applyAll(); err != nil {
		// What is on its way may become durable all the same, and counts then.
		_ = a.finish()
		return err
	}
	last := *mark.job
	last.Done = last.Counts.Total()
	return h.endJob(ctx, &last, mark.revision, SheetApplied, "")
}

// resume takes out of a plan that was made anew what the confirmed one had written
// already, and what would now be something else than was confirmed.
func (h *Hub) resume(plan *ImportPlan, mark *jobMark) error {
	job := mark.job
	confirmed, err := h.sheets.files.Decisions(job.ID, job.PlanHash)
	if err != nil {
		return err
	}
	if plan.ImportID != job.ImportID || len(confirmed) != len(plan.Rows) {
		return Internal("resume", errors.New("the sheet is not the one that was confirmed"))
	}
	for i := range plan.Rows {
		row := &plan.Rows[i]
		switch {
		case i < job.Done:
			row.record = nil
		case !confirmed[i].writes():
			row.record = nil
		case mark.lost(i):
			row.record = nil
		case confirmed[i].Digest != decision(row):
			row.record = nil
			if err := mark.lose(i); err != nil {
				return err
			}
		}
	}
	return nil
}

// SweepSheets removes what is no longer to be kept, and ends jobs that nobody
// confirmed in time. It is called at the start and now and then.
func (h *Hub) SweepSheets(ctx context.Context) error {
	if h.sheets.files == nil {
		return nil
	}
	due, err := h.sheets.files.Jobs()
	if err != nil {
		return err
	}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		for v, err := range snap.All(0, KindSheetJob) {
			if err != nil {
				return err
			}
			if job := v.Record.(*SheetJob); !job.Removed && !slices.Contains(due, job.ID) {
				due = append(due, job.ID) // its files are gone with a restored backup
			}
		}
		return nil
	})
	for _, id := range due {
		if err != nil {
			return err
		}
		var v Version
		if v, err = h.sheetVersion(ctx, id); err == nil {
			err = h.sweepSheet(ctx, id, v)
		}
	}
	return err
}

func (h *Hub) sweepSheet(ctx context.Context, id ID, v Version) error {
	files := h.sheets.files
	if v.Record == nil {
		return h.removeStray(ctx, id)
	}
	job := *v.Record.(*SheetJob)
	over := h.now().After(h.keptUntil(&job))
	switch {
	case over && job.State == SheetPlanned:
		job.State, job.Ended, job.Removed = SheetExpired, h.now().UTC(), true
	case over && job.State.ended():
		job.Removed = true
	case job.State.ended():
		return errors.Join(files.RemoveUpload(id), files.Remove(id, job.PlanHash))
	default:
		return nil
	}
	if _, moved, err := h.putJob(ctx, &job, v.Revision, "到期删除表格内容"); err != nil || moved {
		return err
	}
	return errors.Join(files.RemoveUpload(id), files.Remove(id, ""))
}

// removeStray removes a file that was received and never became a job.
func (h *Hub) removeStray(ctx context.Context, id ID) error {
	h.sheets.taking.Lock()
	defer h.sheets.taking.Unlock()
	if v, err := h.sheetVersion(ctx, id); err != nil || v.Record != nil {
		return err
	}
	return errors.Join(h.sheets.files.RemoveUpload(id), h.sheets.files.Remove(id, ""))
}
