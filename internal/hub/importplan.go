package hub

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"iter"
	"runtime"
	"runtime/debug"
	"slices"
)

// ImportOutcome says what an import would do with a row.
type ImportOutcome uint8

// The outcomes.
const (
	ImportRefused   ImportOutcome = iota + 1 // not taken over; says why
	ImportDuplicate                          // probably somebody who is listed already; not taken over unless confirmed
	ImportNew                                //
	ImportChanged                            //
	ImportSame                               // nothing to do
)

var importOutcomes = [...]string{
	ImportRefused: "拒绝", ImportDuplicate: "疑似重复", ImportNew: "新增", ImportChanged: "变更", ImportSame: "相同",
}

// Label returns the Chinese word for o.
func (o ImportOutcome) Label() string { return importOutcomes[o] }

// ImportOutcomes lists the outcomes in the order of the contract.
func ImportOutcomes() []ImportOutcome {
	return []ImportOutcome{ImportNew, ImportChanged, ImportSame, ImportRefused, ImportDuplicate}
}

// String returns the name of o in the contract.
func (o ImportOutcome) String() string {
	return [...]string{ImportRefused: "REFUSED", ImportDuplicate: "DUPLICATE", ImportNew: "NEW", ImportChanged: "CHANGED", ImportSame: "SAME"}[o]
}

// ImportOptions say how a sheet is to be taken.
type ImportOptions struct {
	FileName string // goes into the log as the reason of the changes
	Reason   string // said besides, such as the document that orders the import
	// Duplicates takes probable duplicates over as new records: the caller
	// has looked at them.
	Duplicates bool
	Fictional  bool           // every row is 示例
	Progress   func(rows int) // called now and then with the rows planned so far
}

// ImportPlan is what an import would do, and all that [Hub.ApplyPlan] needs to
// do it. Making one writes nothing.
//
// How rows find their records: by registration number; else by identity number,
// through the person, to that person's listing on the same level in the same
// district (and court); else by name in the district together with organisation
// or employer, birth date, telephone or certificate, as far as both sides have
// them and none contradicts. What is likely but not sure is a probable
// duplicate and is left alone. A blank cell says nothing: it never erases.
type ImportPlan struct {
	Kind     Kind
	Base     Revision // what the hub held when the plan was made
	ImportID string   // follows from the sheet's content, so that a repeated import carries on under it
	Hash     string   // over content, base and options: equal hashes mean equal plans
	Rows     []PlannedRow
	ImportCounts

	origin Origin
}

// ImportCounts are the rows of a plan by outcome, and the remarks on them.
type ImportCounts struct {
	New, Changed, Same, Refused, Duplicate int
	Remarks                                int
}

// Total is the number of rows.
func (c ImportCounts) Total() int { return c.New + c.Changed + c.Same + c.Refused + c.Duplicate }

// PlannedRow is one row and what is to become of it.
type PlannedRow struct {
	Sheet          *ImportSheet
	Number         int // in the sheet
	Outcome        ImportOutcome
	Name           string
	RegistrationNo string
	ID             ID              // of the record in the hub; 0 for one that is new
	Changes        []PlannedChange // of a CHANGED row
	Problems       []ImportProblem // of a REFUSED row
	Remarks        []ImportProblem // on any row
	Twins          []ImportTwin    // of a DUPLICATE row
	// Cells are kept of rows that are not taken over, for the report;
	// identity numbers masked.
	Cells []ImportCell

	at       int // among the rows of the plan
	record   Record
	expected Revision
	person   *plannedPerson
}

// PlannedChange is a field before and after.
type PlannedChange struct {
	Field         ImportField
	Heading       string // of the column that brings it
	Before, After string
}

// ImportTwin is a record or a row that a row probably repeats.
type ImportTwin struct {
	ID             ID     // of a record in the hub; 0 for a row of the same import
	Sheet          string // of a row
	Row            int
	Name           string
	RegistrationNo string
	Why            string // Chinese: what they have in common
}

func (t ImportTwin) String() string {
	place := fmt.Sprintf("名册中的“%s”", t.Name)
	if t.RegistrationNo != "" {
		place += "（" + t.RegistrationNo + "）"
	}
	if t.ID == 0 {
		place = fmt.Sprintf("本次导入第 %d 行的“%s”", t.Row, t.Name)
		if t.Sheet != "" {
			place = "工作表“" + t.Sheet + "”" + fmt.Sprintf("第 %d 行的“%s”", t.Row, t.Name)
		}
	}
	return place + "：" + t.Why
}

// plannedPerson is a person of one or several rows.
type plannedPerson struct {
	record   *Person
	expected Revision // of the person in the hub; 0 for a new one
	rows     int32    // of this import that list the person
	others   int32    // listings in the hub besides the first row's; -1 until counted
	firstRow int32    // of the plan, of a new one
	dirty    bool     // record differs from what is durable
	writing  bool     // record is in the batch being written
}

// PlanImport compares the rows of sheets with the hub and says what importing
// them would do. Its errors are those of the caller's rights, of the rows'
// reader and of the store; what is wrong with single rows stands in the plan.
func (h *Hub) PlanImport(ctx context.Context, p *Principal, kind Kind, rows iter.Seq2[ImportRow, error], opts ImportOptions) (*ImportPlan, error) {
	rules := rostersOf[kind]
	if rules == nil {
		return nil, Invalid("kind", "%s不是按表格导入的名册。", kind.Label())
	}
	if !p.imports(kind) {
		return nil, Forbidden("%s不能导入%s名册。请由名册的主管单位办理。", p.Role.Label(), kind.Label())
	}
	plan := &ImportPlan{Kind: kind}
	err := h.withSnapshot(ctx, func(snap Snapshot) (err error) {
		planner := h.planner(ctx, p, snap, rules, plan, opts)
		if planner.vacant, err = planner.vacancy(); err != nil {
			return err
		}
		plan.Base = snap.Revision()
		digest := sha256.New()
		fmt.Fprintf(digest, "%s\n", kind)
		for reading, err := range h.readRows(ctx, rules, rows, digest) {
			if err != nil {
				return err
			}
			if err := planner.add(reading); err != nil {
				return err
			}
			if n := len(plan.Rows); opts.Progress != nil && n%1000 == 0 {
				opts.Progress(n)
			}
		}
		plan.ImportID = "imp_" + hex.EncodeToString(digest.Sum(nil)[:6])
		fmt.Fprintf(digest, "\n%d %t %t", plan.Base, opts.Duplicates, opts.Fictional)
		plan.Hash = hex.EncodeToString(digest.Sum(nil)[:12])
		return nil
	})
	if err != nil {
		return nil, err
	}
	plan.count()
	plan.origin = Origin{Actor: p.ID, Authority: p.authority(), Reason: importReason(opts), ImportID: plan.ImportID}
	if opts.Progress != nil {
		opts.Progress(len(plan.Rows))
	}
	return plan, nil
}

func importReason(opts ImportOptions) string {
	reason := "导入"
	if opts.FileName != "" {
		reason += " " + opts.FileName
	}
	if opts.Reason != "" {
		reason += "：" + opts.Reason
	}
	return reason
}

// imports reports whether p keeps any roster of a kind at all.
func (p *Principal) imports(kind Kind) bool {
	switch p.Role {
	case RoleSystem:
		return true
	case RoleCityAdmin, RoleDistrictAdmin:
		return kind != KindInvitedListing
	case RoleCourtKeeper:
		return kind == KindInvitedListing
	case RoleExpertKeeper:
		return kind == KindExpert
	}
	return false
}

// mayImport decides about one record. A city admin may import the rosters of
// the districts too (domain.md §5, story 1).
func (p *Principal) mayImport(o Owner) bool {
	return p.Keeps(o) || p.Role == RoleCityAdmin && o.Kind != KindInvitedListing
}

// readsPersons reports whether p may learn to whom an identity number belongs.
func (p *Principal) readsPersons() bool { return p.Role == RoleSystem || p.Role == RoleCityAdmin }

// authority is the body on whose behalf p acts.
func (p *Principal) authority() string {
	for _, body := range []string{p.Court, p.District, p.Agency} {
		if body != "" {
			return body
		}
	}
	return ""
}

func (plan *ImportPlan) count() {
	plan.ImportCounts = ImportCounts{}
	for i := range plan.Rows {
		row := &plan.Rows[i]
		plan.Remarks += len(row.Remarks)
		switch row.Outcome {
		case ImportNew:
			plan.New++
		case ImportChanged:
			plan.Changed++
		case ImportSame:
			plan.Same++
		case ImportDuplicate:
			plan.Duplicate++
		default:
			plan.Refused++
		}
	}
}

// rowBatch is how many rows travel together between reader, workers and planner.
const rowBatch = 256

// readRows reads rows on all processors and yields them in order. The digest
// sees every cell.
func (h *Hub) readRows(ctx context.Context, rules *rosterRules, rows iter.Seq2[ImportRow, error], digest hash.Hash) iter.Seq2[*rowReading, error] {
	return func(yield func(*rowReading, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		workers := runtime.GOMAXPROCS(0)
		work := make(chan *rowWork, workers)
		inOrder := make(chan *rowWork, 2*workers)
		stopped := make(chan struct{})
		// The reader and the workers are gone when readRows returns: rows
		// belong to a file that the caller closes.
		defer func() {
			cancel()
			for range inOrder {
			}
			<-stopped
		}()
		go func() {
			defer close(stopped)
			defer close(inOrder)
			defer close(work)
			feedRows(ctx, rows, digest, work, inOrder)
		}()
		today := h.Today()
		for range workers {
			go func() {
				words := new(words)
				for w := range work {
					w.read(func(row ImportRow) *rowReading { return h.readRow(rules, today, words, row) })
				}
			}()
		}
		for w := range inOrder {
			<-w.done
			for _, reading := range w.readings {
				if !yield(reading, nil) {
					return
				}
			}
			if w.err != nil {
				yield(nil, w.err)
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(nil, err)
		}
	}
}

// rowWork is a batch of rows on its way.
type rowWork struct {
	rows     []ImportRow
	readings []*rowReading
	err      error // of the rows' reader, after the rows
	done     chan struct{}
}

// read reads the rows. A row over which it stumbles ends the import and not the
// process, which might stumble again over the same sheet whenever it starts.
func (w *rowWork) read(read func(ImportRow) *rowReading) {
	defer close(w.done)
	defer stumbled(&w.err)
	w.readings = make([]*rowReading, 0, len(w.rows))
	for _, row := range w.rows {
		w.readings = append(w.readings, read(row))
	}
}

// stumbled turns a panic into an error; it is deferred.
func stumbled(err *error) {
	if panicked := recover(); panicked != nil {
		*err = Internal("import", fmt.Errorf("panic: %v\n%s", panicked, debug.Stack()))
	}
}

func feedRows(ctx context.Context, rows iter.Seq2[ImportRow, error], digest hash.Hash, work, inOrder chan<- *rowWork) {
	send := func(w *rowWork) bool {
		for _, c := range []chan<- *rowWork{work, inOrder} {
			select {
			case c <- w:
			case <-ctx.Done():
				return false
			}
		}
		return true
	}
	batch, ended := &rowWork{done: make(chan struct{})}, false
	fill := func() (err error) {
		defer stumbled(&err)
		for row, err := range rows {
			if err != nil {
				return err
			}
			digestRow(digest, &row)
			batch.rows = append(batch.rows, row)
			if len(batch.rows) == rowBatch {
				if ended = !send(batch); ended {
					return nil
				}
				batch = &rowWork{rows: make([]ImportRow, 0, rowBatch), done: make(chan struct{})}
			}
		}
		return nil
	}
	if batch.err = fill(); !ended {
		send(batch)
	}
}

// digestRow adds a row to the digest, so that no two different sheets look alike.
func digestRow(digest hash.Hash, row *ImportRow) {
	b := make([]byte, 0, 1024)
	b = binary.AppendUvarint(b, uint64(row.Number))
	if row.Sheet != nil {
		b = append(b, row.Sheet.Name...)
	}
	for i, c := range row.Cells {
		if c.Text != "" {
			b = append(b, 0, byte(row.Sheet.Columns[i].Field))
			b = append(b, c.Text...)
		}
	}
	digest.Write(append(b, 0, 0))
}

// add plans the next row.
func (pl *planner) add(r *rowReading) error {
	row := PlannedRow{Sheet: r.row.Sheet, Number: r.row.Number, Name: r.name, at: len(pl.plan.Rows)}
	if r.record != nil {
		row.RegistrationNo = registrationNo(r.record)
	}
	pl.plan.Rows = append(pl.plan.Rows, row)
	at := len(pl.plan.Rows) - 1
	pl.at, pl.reading = at, r
	pl.once()
	if !r.refused() {
		if err := pl.decide(); err != nil {
			return err
		}
	}
	planned := &pl.plan.Rows[at]
	planned.Remarks = r.remarks
	planned.Problems = append(planned.Problems, r.problems...)
	if len(planned.Problems) > 0 {
		planned.Outcome, planned.record = ImportRefused, nil
	}
	if planned.Outcome == ImportRefused || planned.Outcome == ImportDuplicate {
		planned.Cells = maskedCells(&r.row)
	}
	return nil
}

// maskedCells returns the cells of a row without identity numbers.
func maskedCells(row *ImportRow) []ImportCell {
	cells := slices.Clone(row.Cells)
	for i, column := range row.Sheet.Columns {
		if i < len(cells) && column.Field == FieldCitizenID {
			cells[i].Text = MaskCitizenID(cells[i].Text)
		} else if i < len(cells) {
			cells[i].Text = concealIDs(cells[i].Text)
		}
	}
	return cells
}

func registrationNo(r Record) string {
	if o, ok := r.(*Organization); ok {
		return o.RegistrationNo
	}
	return entryOf(r).RegistrationNo
}
