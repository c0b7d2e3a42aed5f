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
)

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
	return p.MayRead(sharingOf(of, name).Sharing, ownerOf(planned.record))
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
