package hub

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
	"time"
)

// SheetJob 表格导入任务 is one sheet on its way into a roster: uploaded, planned,
// confirmed by whoever uploaded it, written in the background. The record holds no
// row of the sheet; those are in [SheetFiles] and go again.
type SheetJob struct {
	ID         ID          `cbor:"1,keyasint"`
	Roster     Kind        `cbor:"2,keyasint"`
	FileName   string      `cbor:"3,keyasint"`
	Size       int         `cbor:"4,keyasint"` // bytes
	State      SheetState  `cbor:"5,keyasint"`
	By         SheetCaller `cbor:"6,keyasint"`
	UploadedAt time.Time   `cbor:"7,keyasint"`
	Duplicates bool        `cbor:"8,keyasint,omitempty"` // see [ImportOptions]
	Counts     SheetCounts `cbor:"9,keyasint"`
	PlanHash   string      `cbor:"10,keyasint,omitempty"` // of what the plan would write; names its rows in [SheetFiles]
	Base       Revision    `cbor:"11,keyasint,omitempty"` // what the hub held when the plan was made
	ImportID   string      `cbor:"12,keyasint,omitempty"` // follows from the sheet's content
	Stale      bool        `cbor:"13,keyasint,omitempty"` // the plan replaced one that no longer held
	Reason     string      `cbor:"14,keyasint,omitempty"` // said on confirmation
	Confirmed  time.Time   `cbor:"15,keyasint,omitempty"`
	Done       int         `cbor:"16,keyasint,omitempty"` // rows, from the first, of which it is decided whether they are durable
	Written    int         `cbor:"17,keyasint,omitempty"` // rows that are durable
	Lost       []int       `cbor:"18,keyasint,omitempty"` // rows, from 0, that somebody else changed meanwhile
	Newest     Revision    `cbor:"19,keyasint,omitempty"` // a revision at which all that is Written is there
	Ended      time.Time   `cbor:"20,keyasint,omitempty"`
	Failure    string      `cbor:"21,keyasint,omitempty"` // Chinese: why it failed
	Removed    bool        `cbor:"22,keyasint,omitempty"` // nothing is left in [SheetFiles]
}

// SheetCaller is who uploaded a sheet, as the hub knew her or him then.
type SheetCaller struct {
	ID       string `cbor:"1,keyasint"`
	Name     string `cbor:"2,keyasint"`
	Role     Role   `cbor:"3,keyasint"`
	District string `cbor:"4,keyasint,omitempty"`
	Court    string `cbor:"5,keyasint,omitempty"`
	Agency   string `cbor:"6,keyasint,omitempty"`
}

func sheetCaller(p *Principal) SheetCaller {
	return SheetCaller{p.ID, p.Name, p.Role, p.District, p.Court, p.Agency}
}

func (c SheetCaller) principal() *Principal {
	return &Principal{ID: c.ID, Name: c.Name, Role: c.Role, District: c.District, Court: c.Court, Agency: c.Agency}
}

// SheetCounts are the rows of a plan by outcome.
type SheetCounts struct {
	New       int `cbor:"1,keyasint"`
	Changed   int `cbor:"2,keyasint"`
	Same      int `cbor:"3,keyasint"`
	Refused   int `cbor:"4,keyasint"`
	Duplicate int `cbor:"5,keyasint"`
	Remarks   int `cbor:"6,keyasint"`
}

// Total is the number of rows.
func (c SheetCounts) Total() int { return c.New + c.Changed + c.Same + c.Refused + c.Duplicate }

// of returns the rows of an outcome; 0 is all.
func (c SheetCounts) of(o ImportOutcome) int {
	switch o {
	case 0:
		return c.Total()
	case ImportNew:
		return c.New
	case ImportChanged:
		return c.Changed
	case ImportSame:
		return c.Same
	case ImportDuplicate:
		return c.Duplicate
	}
	return c.Refused
}

// RecordID returns the id.
func (j *SheetJob) RecordID() ID { return j.ID }

// Facts returns the key under which an uploader finds her jobs.
func (j *SheetJob) Facts() Facts { return Facts{Keys: []Key{{KeySender, j.By.ID, false}}} }

// SheetState says how far a job is.
type SheetState string

// The states. The first four are those of a job that has not ended.
const (
	SheetPlanning  SheetState = "PLANNING"  // the sheet is being read and compared
	SheetPlanned   SheetState = "PLANNED"   // waits for confirmation
	SheetConfirmed SheetState = "CONFIRMED" // waits for its turn
	SheetApplying  SheetState = "APPLYING"  // is being written
	SheetApplied   SheetState = "APPLIED"   // all is written that could be
	SheetCancelled SheetState = "CANCELLED" // given up; what was written stays
	SheetFailed    SheetState = "FAILED"    // could not be planned or not be written to the end
	SheetExpired   SheetState = "EXPIRED"   // never confirmed
)

var sheetStates = []struct {
	state SheetState
	label string
}{
	{SheetPlanning, "比对中"}, {SheetPlanned, "待确认"}, {SheetConfirmed, "待写入"}, {SheetApplying, "写入中"},
	{SheetApplied, "已完成"}, {SheetCancelled, "已取消"}, {SheetFailed, "未成"}, {SheetExpired, "已过期"},
}

// SheetStates lists the states in the order in which jobs go through them.
func SheetStates() []SheetState {
	states := make([]SheetState, len(sheetStates))
	for i, s := range sheetStates {
		states[i] = s.state
	}
	return states
}

// Label returns the Chinese word for s.
func (s SheetState) Label() string {
	for _, row := range sheetStates {
		if row.state == s {
			return row.label
		}
	}
	return string(s)
}

func (s SheetState) ended() bool {
	return s == SheetApplied || s == SheetCancelled || s == SheetFailed || s == SheetExpired
}

// SheetFiles keeps uploaded sheets and the rows of their plans, beside the log and
// not in it: they hold what must go again. Its errors are INTERNAL [*Error]s, and
// NOT_FOUND for what is not there.
type SheetFiles interface {
	// Open opens an uploaded sheet; the error is INVALID when it cannot be read
	// as what its name says.
	Open(job ID, name string, roster Kind) (SheetReader, error)
	// KeepRows keeps the rows of a plan, and what is to be said of the file
	// once they are all read, as a whole or not at all.
	KeepRows(job ID, plan string, rows iter.Seq2[*SheetRow, error], said func() SheetSaid) error
	// Said returns what is to be said of the file.
	Said(job ID, plan string) (SheetSaid, error)
	// Rows yields the kept rows of an outcome (0: of any), from row after+1 on.
	Rows(job ID, plan string, outcome ImportOutcome, after int) iter.Seq2[*SheetRow, error]
	// Decisions returns, in the order of rows, what the plan decided.
	Decisions(job ID, plan string) ([]SheetDecision, error)
	// RemoveUpload removes the sheet itself, Remove all of the job but the
	// rows of the plan named; neither minds what is gone already.
	RemoveUpload(job ID) error
	Remove(job ID, but string) error
	// Jobs returns the jobs of which anything is held.
	Jobs() ([]ID, error)
}

// SheetReader reads an uploaded sheet.
type SheetReader interface {
	Rows() iter.Seq2[ImportRow, error] // once
	Notices() []ImportProblem          // complete after the rows
	Close() error
}

// SheetRow is a row of a kept plan. Identity numbers are masked throughout.
type SheetRow struct {
	Index          int // among the rows of the plan, from 0
	Sheet          string
	Number         int
	Outcome        ImportOutcome
	Name           string
	RegistrationNo string
	Record         ID // in the hub; 0 for one that is new
	Changes        []PlannedChange
	Reasons        []ImportProblem // why it is not taken over
	Remarks        []ImportProblem
	Cells          []SheetCell
	Decision       uint64 `json:"-"` // see [SheetDecision]

	Written bool `json:"-"` // filled in from the job
	Lost    bool `json:"-"`
}

// SheetSaid is what is to be said of a file as a whole.
type SheetSaid struct {
	Notices  []ImportProblem // columns, worksheets and rows that were left out
	Headings []string        // of the columns in which something stands, in order
}

// SheetCell is what stands in a cell that is read.
type SheetCell struct {
	Heading string
	Text    string
}

// SheetDecision is what a plan decided about a row: equal digests mean that
// applying would do the same.
type SheetDecision struct {
	Outcome ImportOutcome
	Digest  uint64
}

func (d SheetDecision) writes() bool { return d.Outcome == ImportNew || d.Outcome == ImportChanged }

// SheetJobView is a job as those see it who may.
type SheetJobView struct {
	*SheetJob
	Revision  Revision
	UpdatedAt time.Time
	KeptUntil time.Time // when its rows go
	hub       *Hub
}

// ToWrite is how many rows the plan would write.
func (v *SheetJobView) ToWrite() int { return v.Counts.New + v.Counts.Changed }

// LostRows is how many rows were left out because somebody else changed them.
func (v *SheetJobView) LostRows() int { return len(v.Lost) }

// Uploader is the name of who uploaded it.
func (v *SheetJobView) Uploader() string { return v.By.Name }

// PlannedAt is the revision at which the plan was made, nil before.
func (v *SheetJobView) PlannedAt() *Revision {
	if v.Base == 0 {
		return nil
	}
	return &v.Base
}

// ConfirmedAt returns when the plan was confirmed, nil before.
func (v *SheetJobView) ConfirmedAt() *time.Time { return timeOrNil(v.Confirmed) }

// EndedAt returns when the job ended, nil before.
func (v *SheetJobView) EndedAt() *time.Time { return timeOrNil(v.Ended) }

// Report is where the report is to be had, "" when it is not or no longer.
func (v *SheetJobView) Report() string {
	if v.PlanHash == "" || v.Removed {
		return ""
	}
	return "/sheets/" + v.ID.String() + "/report.xlsx"
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Statement says in a sentence what the job has done and what is to be done.
func (v *SheetJobView) Statement() string {
	left := v.ToWrite() - v.Written - len(v.Lost)
	switch v.State {
	case SheetPlanning:
		return "正在读取表格并与名册比对，没有写入任何内容。"
	case SheetPlanned:
		if v.Stale {
			return "名册已有变动，原计划不再适用，已重新比对。请查看新计划后再确认；没有写入任何内容。"
		}
		return "比对完成，等待上传人确认；没有写入任何内容。"
	case SheetConfirmed:
		return "已确认，排队等待写入；没有写入任何内容。"
	case SheetApplying:
		return fmt.Sprintf("正在写入：已写入 %d 行，还有 %d 行。", v.Written, left)
	case SheetApplied:
		if len(v.Lost) > 0 {
			return fmt.Sprintf("已完成：写入 %d 行；另有 %d 行在确认之后被他人改动，没有写入，请重新上传比对。", v.Written, len(v.Lost))
		}
		return fmt.Sprintf("已完成：写入 %d 行。", v.Written)
	case SheetCancelled:
		if v.Written == 0 {
			return "已取消：没有写入任何内容。"
		}
		return fmt.Sprintf("已取消：先前写入的 %d 行保留，其余 %d 行没有写入。", v.Written, left+len(v.Lost))
	case SheetFailed:
		return fmt.Sprintf("未成：%s已写入 %d 行，其余没有写入。", v.Failure, v.Written)
	}
	return "逾期未确认，已作废；没有写入任何内容。"
}

// readsSheets reports whether p sees the job: who uploaded it, the city's
// administrators, auditors.
func (p *Principal) readsSheet(j *SheetJob) bool {
	return p.ID == j.By.ID || p.readsAllSheets()
}

func (p *Principal) readsAllSheets() bool {
	return p.Role == RoleCityAdmin || p.Role == RoleAuditor || p.Role == RoleSystem
}

func (h *Hub) sheetView(v Version) *SheetJobView {
	j := v.Record.(*SheetJob)
	return &SheetJobView{SheetJob: j, Revision: v.Revision, UpdatedAt: v.At, KeptUntil: h.keptUntil(j), hub: h}
}

// keptUntil is when the rows of a job go: so long after it ended, or after it was
// uploaded when nobody confirmed it.
func (h *Hub) keptUntil(j *SheetJob) time.Time {
	from := j.Ended
	if from.IsZero() {
		from = j.UploadedAt
	}
	return from.Add(h.sheets.keep)
}

// SheetJobsQuery asks for a page of jobs, newest first.
type SheetJobsQuery struct {
	State []SheetState
	Page  PageArgs
}

// SheetJobs returns the caller's jobs; those of everybody to the city's
// administrators and auditors.
func (h *Hub) SheetJobs(ctx context.Context, p *Principal, q SheetJobsQuery) (*Connection[*SheetJobView], error) {
	limit, backward, err := q.Page.check()
	if err != nil {
		return nil, err
	}
	if backward {
		return nil, Invalid("last", "导入任务由新到旧，只能用 first 和 after 翻页。")
	}
	if p.Role == RoleAnonymous {
		return nil, &Error{Code: CodeUnauthenticated, Message: "查看导入任务须表明身份。请登录；程序请在 Authorization 请求头中带上密钥。"}
	}
	conn := &Connection[*SheetJobView]{}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		versions, err := h.sheetsOf(snap, p, KindSheetJob)
		if err != nil {
			return err
		}
		versions = slices.DeleteFunc(versions, func(v Version) bool { return !oneOf(q.State, v.Record.(*SheetJob).State) })
		return newestFirst(conn, snap, versions, fingerprint("sheetJobs", q.State), q.Page, limit, h.sheetView)
	})
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// newestFirst fills in the page of a list of records that are in the order of
// their ids.
func newestFirst[T any](conn *Connection[T], snap Snapshot, versions []Version, question [6]byte, page PageArgs, limit int, view func(Version) T) error {
	after, err := placeAfter(page, question)
	if err != nil {
		return err
	}
	conn.Revision, conn.TotalCount = snap.Revision(), len(versions)
	slices.Reverse(versions)
	if after != 0 {
		versions = slices.DeleteFunc(versions, func(v Version) bool { return uint64(v.Record.RecordID()) >= after })
	}
	conn.setMore(len(versions) > limit, false, after != 0)
	for _, v := range versions[:min(limit, len(versions))] {
		place := binary.BigEndian.AppendUint64(nil, uint64(v.Record.RecordID()))
		conn.Edges = append(conn.Edges, ConnectionEdge[T]{Node: view(v), Cursor: encodeCursor(question, place)})
	}
	return nil
}

// placeAfter reads the number in a forward cursor; 0 without one.
func placeAfter(page PageArgs, question [6]byte) (uint64, error) {
	if page.After == nil {
		return 0, nil
	}
	place, err := decodeCursor("after", *page.After, question)
	if err != nil {
		return 0, err
	}
	if len(place) != 8 {
		return 0, Invalid("after", "翻页的位置（游标）无效。请从第一页重新开始。")
	}
	return binary.BigEndian.Uint64(place), nil
}

// sheetsOf returns the jobs or exports that p sees, oldest first.
func (h *Hub) sheetsOf(snap Snapshot, p *Principal, kind Kind) (versions []Version, err error) {
	if p.readsAllSheets() {
		for v, err := range snap.All(0, kind) {
			if err != nil {
				return nil, err
			}
			versions = append(versions, v)
		}
		return versions, nil
	}
	ids, err := snap.Lookup(0, kind, KeySender, p.ID)
	if err != nil {
		return nil, err
	}
	return snap.Get(0, ids...)
}

// SheetJob returns a job that p sees; NOT_FOUND otherwise.
func (h *Hub) SheetJob(ctx context.Context, p *Principal, id ID) (*SheetJobView, error) {
	v, err := h.sheetVersion(ctx, id)
	if err != nil {
		return nil, err
	}
	if v.Record == nil || !p.readsSheet(v.Record.(*SheetJob)) {
		return nil, noSuchSheet()
	}
	return h.sheetView(v), nil
}

func noSuchSheet() *Error {
	return NotFound("没有这个导入任务，或它不是您上传的。请核对 id。")
}

// sheetVersion reads a job, the zero Version when there is none.
func (h *Hub) sheetVersion(ctx context.Context, id ID) (v Version, err error) {
	if id.Kind() != KindSheetJob {
		return v, nil
	}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		versions, err := snap.Get(0, id)
		if err == nil {
			v = versions[0]
		}
		return err
	})
	return v, err
}

// SheetRowsOf returns a page of the rows of a job's plan, in the order of the
// sheet; outcome 0 is all of them. The caller may see the job.
func (h *Hub) SheetRowsOf(ctx context.Context, v *SheetJobView, outcome ImportOutcome, page PageArgs) (*Connection[*SheetRow], error) {
	limit, backward, err := page.check()
	if err != nil {
		return nil, err
	}
	if backward {
		return nil, Invalid("last", "表格的行只能用 first 和 after 翻页。")
	}
	question := fingerprint("sheetRows", v.ID, v.PlanHash, outcome)
	after, err := placeAfter(page, question)
	if err != nil {
		return nil, err
	}
	conn := &Connection[*SheetRow]{Revision: v.Revision, TotalCount: v.Counts.of(outcome)}
	if v.PlanHash == "" {
		return conn, nil
	}
	if v.Removed {
		return nil, NotFound("这个任务的逐行结果已按期限删除。写入的内容仍在名册和变更动态（接口为 changes）中。")
	}
	more := false
	for row, err := range v.rows(outcome, int(after)-1) {
		if err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if len(conn.Edges) == limit {
			more = true
			break
		}
		place := binary.BigEndian.AppendUint64(nil, uint64(row.Index+1))
		conn.Edges = append(conn.Edges, ConnectionEdge[*SheetRow]{Node: row, Cursor: encodeCursor(question, place)})
	}
	conn.setMore(more, false, after != 0)
	return conn, nil
}

// rows yields the rows of the plan behind row after, with what became of them.
func (v *SheetJobView) rows(outcome ImportOutcome, after int) iter.Seq2[*SheetRow, error] {
	return func(yield func(*SheetRow, error) bool) {
		for row, err := range v.hub.sheets.files.Rows(v.ID, v.PlanHash, outcome, after) {
			if err == nil {
				v.settle(row)
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// settle fills in what became of a row.
func (v *SheetJobView) settle(row *SheetRow) {
	if row.Outcome != ImportNew && row.Outcome != ImportChanged {
		return
	}
	_, row.Lost = slices.BinarySearch(v.Lost, row.Index)
	row.Written = row.Index < v.Done && !row.Lost
	if row.Lost {
		row.Reasons = append(row.Reasons, ImportProblem{Sheet: row.Sheet, Row: row.Number, Code: FaultTaken, Message: lostMessage})
	}
}

// SaidOf returns what is to be said of the file as a whole. The caller may see the
// job.
func (h *Hub) SaidOf(v *SheetJobView) (SheetSaid, error) {
	if v.PlanHash == "" || v.Removed {
		return SheetSaid{}, nil
	}
	return h.sheets.files.Said(v.ID, v.PlanHash)
}

// ReportOf yields all rows of a job's plan for its report. The caller may see the
// job.
func (h *Hub) ReportOf(v *SheetJobView) (iter.Seq2[*SheetRow, error], error) {
	if v.Report() == "" {
		return nil, NotFound("这个任务没有可下载的报告：尚未比对完成，或已按期限删除。")
	}
	return v.rows(0, -1), nil
}
