package hub

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"iter"
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
}

func newSheets(files SheetFiles, keep time.Duration) sheets {
	if keep == 0 {
		keep = DefaultKeepSheets
	}
	return sheets{files, keep, make(chan struct{}, 1), make(chan struct{}, 1), make(chan struct{}, 1)}
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

// attempt does something with a job. A job over which that stumbles ends.
func (h *Hub) attempt(ctx context.Context, v Version, do func(context.Context, Version) error) error {
	err := func() (err error) {
		defer stumbled(&err)
		return do(ctx, v)
	}()
	if failure, _ := failureOf(err); failure == "" || CodeOf(err) != CodeInternal {
		return err
	}
	now, reading := h.sheetVersion(ctx, v.Record.RecordID())
	if reading != nil || now.Record == nil || now.Record.(*SheetJob).State.ended() {
		return errors.Join(err, reading)
	}
	return errors.Join(err, h.endJob(ctx, now.Record.(*SheetJob), now.Revision, SheetFailed, stumbledMessage))
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
	job := v.Record.(*SheetJob)
	plan, err := h.makePlan(ctx, job)
	if err == nil {
		err = h.keepPlan(ctx, v, plan, false)
	}
	if failure, ours := failureOf(err); failure != "" {
		return errors.Join(ours, h.endJob(ctx, job, v.Revision, SheetFailed, failure))
	}
	return err
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

// makePlan compares a job's sheet with the hub.
func (h *Hub) makePlan(ctx context.Context, j *SheetJob) (*ImportPlan, error) {
	reader, err := h.sheets.files.Open(j.ID, j.FileName, j.Roster)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	return h.PlanImport(ctx, j.By.principal(), j.Roster, atMost(reader.Rows()), ImportOptions{
		FileName: j.FileName, Reason: j.Reason, Duplicates: j.Duplicates,
	})
}

// mostSheetRows is how many rows one sheet may have: a plan is held in memory
// while it is made and written.
const mostSheetRows = 100_000

func atMost(rows iter.Seq2[ImportRow, error]) iter.Seq2[ImportRow, error] {
	return func(yield func(ImportRow, error) bool) {
		n := 0
		for row, err := range rows {
			if n++; n > mostSheetRows && err == nil {
				err = Invalid("file", "表格超过 %d 行。请拆成几个文件分别上传。", mostSheetRows)
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// keepPlan keeps the rows of a plan and makes it that of the job. stale says that
// the caller had seen another one.
func (h *Hub) keepPlan(ctx context.Context, v Version, plan *ImportPlan, stale bool) error {
	job := *v.Record.(*SheetJob)
	hash := planHash(plan)
	if err := h.keepRows(ctx, &job, plan, hash); err != nil {
		return err
	}
	job.State, job.PlanHash, job.Base, job.ImportID, job.Stale = SheetPlanned, hash, plan.Base, plan.ImportID, stale
	job.Counts = SheetCounts{plan.New, plan.Changed, plan.Same, plan.Refused, plan.Duplicate, plan.Remarks}
	reason := "比对表格"
	if stale {
		reason = "名册有变动，重新比对表格"
	}
	if _, _, err := h.putJob(ctx, &job, v.Revision, reason); err != nil {
		return err
	}
	current, err := h.sheetVersion(ctx, job.ID)
	if err != nil {
		return err
	}
	return h.sheets.files.Remove(job.ID, current.Record.(*SheetJob).PlanHash)
}

// keepRows writes the rows of a plan beside what the sheet says, which is read
// again for it: so no more than a row of it is in memory.
func (h *Hub) keepRows(ctx context.Context, j *SheetJob, plan *ImportPlan, hash string) error {
	reader, err := h.sheets.files.Open(j.ID, j.FileName, j.Roster)
	if err != nil {
		return err
	}
	defer reader.Close()
	var columns headings
	rows := func(yield func(*SheetRow, error) bool) {
		n := 0
		for row, err := range reader.Rows() {
			if err == nil {
				err = ctx.Err()
			}
			if err == nil && n >= len(plan.Rows) {
				err = Internal("keepRows", errors.New("the sheet has more rows than its plan"))
			}
			if err != nil {
				yield(nil, err)
				return
			}
			columns.see(&row)
			if !yield(keptRow(j.By.principal(), plan.Kind, &plan.Rows[n], &row), nil) {
				return
			}
			n++
		}
	}
	return h.sheets.files.KeepRows(j.ID, hash, rows, func() SheetSaid { return SheetSaid{reader.Notices(), columns.used()} })
}

// headings collects the headings of the columns in which something stands.
type headings struct {
	order []string
	seen  map[*ImportSheet]bool
	use   map[string]bool
}

func (h *headings) see(row *ImportRow) {
	if row.Sheet == nil {
		return
	}
	if h.seen == nil {
		h.seen, h.use = map[*ImportSheet]bool{}, map[string]bool{}
	}
	if !h.seen[row.Sheet] {
		h.seen[row.Sheet] = true
		for _, c := range row.Sheet.Columns {
			if !slices.Contains(h.order, c.Heading) {
				h.order = append(h.order, c.Heading)
			}
		}
	}
	for i, c := range row.Cells {
		if heading := row.Sheet.Columns[i].Heading; c.Text != "" && !h.use[heading] {
			h.use[heading] = true
		}
	}
}

func (h *headings) used() []string {
	return slices.DeleteFunc(h.order, func(heading string) bool { return !h.use[heading] })
}

// keptRow is what is kept of a planned row, as far as its uploader may see it.
func keptRow(p *Principal, kind Kind, planned *PlannedRow, row *ImportRow) *SheetRow {
	kept := &SheetRow{
		Index: planned.at, Number: planned.Number, Outcome: planned.Outcome,
		Name: concealIDs(planned.Name), RegistrationNo: concealIDs(planned.RegistrationNo), Record: planned.ID,
		Reasons: planned.Problems, Remarks: planned.Remarks, Decision: decision(planned),
	}
	for _, c := range planned.Changes {
		if planned.Outcome != ImportChanged {
			break
		}
		if c.Field == FieldCitizenID {
			c.Before, c.After = MaskCitizenID(c.Before), MaskCitizenID(c.After)
		}
		if c.Before != "" && !p.readsBefore(kind, planned, c.Field) {
			c.Before = notYours
		}
		c.Before, c.After = concealIDs(c.Before), concealIDs(c.After)
		kept.Changes = append(kept.Changes, c)
	}
	for _, twin := range planned.Twins {
		problem := row.problemAt(FieldName, FaultTaken, Shorten(planned.Name), "疑似与%s。确为两人的，请填写编号加以区分，或确认后作为新记录导入。", twin)
		problem.Code = FaultTwin
		kept.Reasons = append(kept.Reasons, problem)
	}
	if planned.Sheet == nil {
		return kept
	}
	kept.Sheet = planned.Sheet.Name
	for i, c := range maskedCells(row) {
		if c.Text != "" {
			kept.Cells = append(kept.Cells, SheetCell{planned.Sheet.Columns[i].Heading, c.Text})
		}
	}
	return kept
}

// notYours stands for what was there, where the uploader may write and not read.
const notYours = "（无权查看）"

// readsBefore reports whether p may see what a field of a record was before a row
// changed it. A city admin may import the rosters of the districts, and does not
// read everything in them.
func (p *Principal) readsBefore(kind Kind, planned *PlannedRow, f ImportField) bool {
	name, ok := restricted[f][kind]
	if !ok {
		return true
	}
	rules := rostersOf[kind]
	var of Record = new(Person)
	if !rules.byField[f].ofPerson {
		of = rules.make()
	}
	for _, c := range planned.Changes {
		if c.Field == FieldLevel || c.Field == FieldDistrict || c.Field == FieldCourt {
			return p.SeesAllOf(sharingOf(of, name)) // it was somebody else's
		}
	}
	return p.MayRead(sharingOf(of, name), ownerOf(planned.record))
}

// decision is a digest of what applying the row would do.
func decision(row *PlannedRow) uint64 {
	digest := fnv.New64a()
	fmt.Fprintf(digest, "%d %d", row.Outcome, row.ID)
	for _, c := range row.Changes {
		fmt.Fprintf(digest, "\x00%d\x00%s\x00%s", c.Field, c.Before, c.After)
	}
	return digest.Sum64()
}

// planHash is a digest of what applying the plan would do: the sheet's content,
// and the decision about every row. It does not change as long as the roster
// changes elsewhere only.
func planHash(plan *ImportPlan) string {
	digest := sha256.New()
	fmt.Fprintf(digest, "%s %s\n", plan.Kind, plan.ImportID)
	var b [8]byte
	for i := range plan.Rows {
		binary.BigEndian.PutUint64(b[:], decision(&plan.Rows[i]))
		digest.Write(b[:])
	}
	return hex.EncodeToString(digest.Sum(nil)[:12])
}

// renewPlan makes the plan anew that a caller is about to confirm, when the
// roster moved on since it was made. Whether it is the same then shows in its
// hash.
func (h *Hub) renewPlan(ctx context.Context, p *Principal, in ConfirmImportInput) error {
	if in.Preview {
		return nil // writes nothing, not even a plan
	}
	select {
	case h.sheets.renew <- struct{}{}:
		defer func() { <-h.sheets.renew }()
	case <-ctx.Done():
		return ctx.Err()
	}
	v, err := h.sheetVersion(ctx, in.ID)
	if err != nil || v.Record == nil {
		return err
	}
	job := v.Record.(*SheetJob)
	if job.By.ID != p.ID || job.State != SheetPlanned || job.PlanHash != in.PlanHash {
		return nil // refused by the write itself
	}
	moved, err := h.rosterMoved(ctx, job)
	if err != nil || !moved {
		return err
	}
	own := *job
	own.By = sheetCaller(p)
	plan, err := h.makePlan(ctx, &own)
	if err != nil || planHash(plan) == job.PlanHash {
		return err
	}
	return h.keepPlan(ctx, Version{&own, v.Revision, v.At}, plan, true)
}

// mostFollowed is how many changes are looked at to see whether a roster moved.
const mostFollowed = 20_000

// rosterMoved reports whether something changed since the job's plan was made
// that it may depend on.
func (h *Hub) rosterMoved(ctx context.Context, j *SheetJob) (moved bool, err error) {
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		seen := 0
		for change, err := range snap.Changes(j.Base) {
			if err != nil {
				return err
			}
			seen++
			switch change.Record.RecordID().Kind() {
			case j.Roster, KindPerson, KindOrganization:
				moved = true
			}
			if moved || seen == mostFollowed {
				moved = true
				return nil
			}
		}
		return nil
	})
	return moved, err
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
	mark := &jobMark{v.Record.(*SheetJob), v.Revision}
	err := h.writePlan(ctx, mark)
	if errors.Is(err, errJobMoved) {
		return nil // whoever cancelled it has said so
	}
	if failure, ours := failureOf(err); failure != "" {
		return errors.Join(ours, h.endJob(ctx, mark.job, mark.revision, SheetFailed, failure))
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
	if v.Record == nil { // received, and never submitted
		return errors.Join(files.RemoveUpload(id), files.Remove(id, ""))
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
		return files.Remove(id, job.PlanHash)
	}
	if _, moved, err := h.putJob(ctx, &job, v.Revision, "到期删除表格内容"); err != nil || moved {
		return err
	}
	return errors.Join(files.RemoveUpload(id), files.Remove(id, ""))
}
