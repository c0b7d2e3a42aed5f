package hub

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

// Write is what every change through the API says besides its content.
type Write struct {
	ID             ID       // of the record; 0 for a new one
	Expected       Revision // the record's revision as the caller read it; 0 for a new one
	Reason         string
	IdempotencyKey string // chosen by the caller, new for every intended change
	Preview        bool   // judge and show, write nothing
}

// Written is the outcome of a change. It has either happened, with a revision and
// no errors, or not at all, with errors.
type Written struct {
	Record   Node   // after the change; when it was lost or refused, as it is now
	Records  []Node // of a change of several, in the order asked for
	Revision Revision
	Errors   []UserError
	Remarks  []UserError // what the caller should know although it was done
	Notices  []*NoticeView
	Followed int    // records that moved because this one did
	Along    []Node // the first of them; none in the answer to a repeated request
	Replayed bool   // the answer to an earlier request with the same idempotency key
	HandOut  string // a secret that this answer alone holds: not that to a repeated request
}

// UserError says why a change was refused, and what to do.
type UserError struct {
	Code    string   // stable: one of the Refusal constants, or a Fault in capitals
	Message string   // Chinese
	Path    []string // of the argument at fault
}

// The refusals.
const (
	RefusalForbidden   = "FORBIDDEN"          // not this caller, or not this record
	RefusalNotFound    = "NOT_FOUND"          // no such record
	RefusalConflict    = "CONFLICT"           // the record moved on
	RefusalInvalid     = "INVALID"            // a value that cannot be taken
	RefusalMove        = "MOVE_IMPOSSIBLE"    // the status does not allow the move
	RefusalGround      = "GROUND_REQUIRED"    // no ground, or none that carries this move
	RefusalDocument    = "DOCUMENT_REQUIRED"  //
	RefusalEvidence    = "EVIDENCE_REQUIRED"  // nothing that shows it
	RefusalEnd         = "END_REQUIRED"       // a suspension without end
	RefusalPublicity   = "PUBLICITY_REQUIRED" // without dates, or not over yet
	RefusalTerm        = "TERM_REQUIRED"      //
	RefusalTraining    = "TRAINING_REQUIRED"  // no training that was passed
	RefusalCertificate = "CERTIFICATE_REQUIRED"
	RefusalOverlap     = "TERM_OVERLAP"        // a renewal that overlaps its predecessor
	RefusalSuccessor   = "SUCCESSOR_REQUIRED"  //
	RefusalDate        = "DATE_IMPOSSIBLE"     //
	RefusalReason      = "REASON_REQUIRED"     //
	RefusalKey         = "IDEMPOTENCY_KEY"     // missing or too long
	RefusalKeyReused   = "IDEMPOTENCY_REUSED"  // the same key with other content
	RefusalDuplicate   = "DUPLICATE"           // somebody who is listed already
	RefusalIdentity    = "IDENTITY_CONFLICT"   // two persons who cannot be one
	RefusalTooMany     = "TOO_MANY"            //
	RefusalPlanStale   = "PLAN_STALE"          // the roster moved on since the plan was made
	RefusalNotPlanned  = "NOT_CONFIRMABLE"     // an import that is not there to be confirmed or cancelled
	RefusalNotElected  = "NOT_AN_ELECTED_BODY" // recall from a body that appoints
	RefusalCandidate   = "NOT_AVAILABLE"       // somebody who cannot be lent
)

// Receipt remembers a change under its idempotency key, in the batch of that
// change. Its own revision is the state of the records that were answered.
type Receipt struct {
	ID      ID     `cbor:"1,keyasint"`
	Key     string `cbor:"2,keyasint"` // hash of caller and key
	Digest  string `cbor:"3,keyasint"` // of the content
	Records []ID   `cbor:"4,keyasint,omitempty" names:"kept"`
	Notices []ID   `cbor:"5,keyasint,omitempty" names:"kept"`
	Several bool   `cbor:"6,keyasint,omitempty"` // it was a change of several records
	Moved   int    `cbor:"7,keyasint,omitempty"`
}

// RecordID returns the id.
func (r *Receipt) RecordID() ID { return r.ID }

// Facts returns the key under which a repeated request finds the receipt.
func (r *Receipt) Facts() Facts { return Facts{Keys: []Key{{KeyReceipt, r.Key, true}}} }

// mostKey is how long an idempotency key may be, in bytes.
const mostKey = 200

// mostTries is how often a change is judged because a record moved meanwhile. The
// record that it is about can do so only once: then the caller is told.
const mostTries = 5

// writing is one change being judged: what it would write, and what is wrong with
// it. It sees one snapshot.
type writing struct {
	hub     *Hub
	ctx     context.Context
	p       *Principal
	snap    Snapshot
	today   Date
	path    []string // of the record being judged among the arguments
	preview bool

	origin   Origin
	main     []ID // whose records the answer shows
	puts     []Put
	index    map[ID]int // into puts
	notices  []*AdverseNotice
	moved    []ID      // along with main
	current  []Version // of main, before
	problems []UserError
	remarks  []UserError
	given    map[ImportField]string // the names under which fields came
	several  bool
	handOut  string // see [Written]
}

// refuse notes what is wrong. at is the argument, dotted, below the record's.
func (w *writing) refuse(at, code string, e *Error) {
	path := append([]string{"input"}, w.path...)
	if at != "" {
		path = append(path, strings.Split(at, ".")...)
	}
	w.problems = append(w.problems, UserError{code, e.Message, path})
}

func (w *writing) refused() bool { return len(w.problems) > 0 }

// put plans a record; a second put of the same one replaces the first.
func (w *writing) put(r Record, expected Revision) {
	if i, ok := w.index[r.RecordID()]; ok {
		w.puts[i].Record = r
		return
	}
	w.index[r.RecordID()] = len(w.puts)
	w.puts = append(w.puts, Put{r, expected})
}

// found returns the records of a kind that carry a natural key.
func (w *writing) found(kind Kind, key KeyName, value string) ([]Version, error) {
	ids, err := w.snap.Lookup(0, kind, key, value)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return w.snap.Get(0, ids...)
}

// planned returns a record as this change would leave it.
func (w *writing) planned(r Record) Record {
	if i, ok := w.index[r.RecordID()]; ok {
		return w.puts[i].Record
	}
	return r
}

func idOf(r Record) ID {
	if r == nil {
		return 0
	}
	return r.RecordID()
}

// load reads the record that the change is about and holds it against what the
// caller has read. It returns false, with a refusal, when they do not agree.
func (w *writing) load(id ID, expected Revision, kinds ...Kind) (Version, bool, error) {
	kind := id.Kind()
	fits := false
	for _, k := range kinds {
		fits = fits || k == kind
	}
	if !fits {
		w.refuse("id", RefusalInvalid, Invalid("id", "编号“%s”不是可作此变动的记录。请核对 id。", id))
		return Version{}, false, nil
	}
	versions, err := w.snap.Get(0, id)
	if err != nil {
		return Version{}, false, err
	}
	v := versions[0]
	if v.Record == nil {
		w.refuse("id", RefusalNotFound, NotFound("没有编号为“%s”的%s。请核对 id。", id, kind.Label()))
		return v, false, nil
	}
	w.main, w.current = append(w.main, id), append(w.current, v)
	if v.Revision != expected {
		w.refuse("expectedRevision", RefusalConflict, Conflict("%s已有新的变动，目前为修订号 %d（您依据的是 %d）。请查看最新内容后再决定。", kind.Label(), v.Revision, expected))
		return v, false, nil
	}
	return v, true, nil
}

// write judges a change and makes it durable. name is the mutation's, content
// whatever the caller sent; decide fills the writing. Errors are faults; what is
// wrong with the change itself stands in the result.
func (h *Hub) write(ctx context.Context, p *Principal, name string, w Write, content any, decide func(*writing) error) (*Written, error) {
	if p.Role == RoleAnonymous {
		return nil, &Error{Code: CodeUnauthenticated, Message: "变更名册须表明身份。请登录；程序请在 Authorization 请求头中带上本单位的密钥。"}
	}
	digest, err := contentDigest(name, content)
	if err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		out, again, err := h.tryWrite(ctx, p, w, digest, decide)
		if CodeOf(err) == CodeUnauthenticated {
			return nil, h.noteEnded(ctx, p, name, w.ID, err)
		}
		if err != nil {
			return nil, err
		}
		if again && try < mostTries {
			continue
		}
		if again {
			return nil, &Error{Code: CodeBusy, Message: "相关记录正被频繁修改，本次变更没有写入。请稍后重试。"}
		}
		if len(out.Errors) > 0 && !w.Preview {
			if err := h.noteAttempt(ctx, p, name, w.ID, out.Errors[0]); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
}

func contentDigest(name string, content any) (string, error) {
	text, err := json.Marshal(content)
	if err != nil {
		return "", Internal("write", err)
	}
	sum := sha256.Sum256(append([]byte(name+"\n"), text...))
	return hex.EncodeToString(sum[:16]), nil
}

// receiptKey is the natural key of a caller's idempotency key.
func receiptKey(p *Principal, key string) string {
	sum := sha256.Sum256([]byte(p.ID + "\n" + key))
	return hex.EncodeToString(sum[:16])
}

func (h *Hub) tryWrite(ctx context.Context, p *Principal, w Write, digest string, decide func(*writing) error) (out *Written, again bool, err error) {
	var wr *writing
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		wr = &writing{hub: h, ctx: ctx, p: p, snap: snap, today: h.Today(), index: map[ID]int{}, preview: w.Preview}
		wr.origin = Origin{Actor: p.ID, Authority: p.authority(), Reason: tidyLine(w.Reason)}
		if out, err = wr.begin(w, digest); err != nil || out != nil {
			return err
		}
		if !wr.refused() {
			if err := decide(wr); err != nil {
				return err
			}
		}
		if wr.refused() || w.Preview {
			out, err = wr.asIs(w.Preview && !wr.refused())
		}
		return err
	})
	if err != nil || out != nil {
		return out, false, err
	}
	return h.commit(ctx, wr, w, digest)
}

// begin checks what every change must bring along, and finds the answer of an
// earlier request with the same key.
func (w *writing) begin(said Write, digest string) (*Written, error) {
	if said.Preview {
		return nil, nil
	}
	if tidyLine(said.Reason) == "" || utf8.RuneCountInString(said.Reason) > mostLine {
		w.refuse("reason", RefusalReason, Invalid("reason", "请写明变更原因或依据（1 至 %d 个字）。", mostLine))
	}
	if said.IdempotencyKey == "" || len(said.IdempotencyKey) > mostKey {
		w.refuse("idempotencyKey", RefusalKey, Invalid("idempotencyKey", "请给出 idempotencyKey（1 至 %d 个字节）：同一次变更重发时不变，不同的变更各用一个。", mostKey))
		return nil, nil
	}
	ids, err := w.snap.Lookup(0, KindReceipt, KeyReceipt, receiptKey(w.p, said.IdempotencyKey))
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	versions, err := w.snap.Get(0, ids[0])
	if err != nil {
		return nil, err
	}
	receipt := versions[0].Record.(*Receipt)
	if receipt.Digest != digest {
		w.refuse("idempotencyKey", RefusalKeyReused, Invalid("idempotencyKey", "同一份表单先前已经提交，内容与这次不同；本次没有写入。请刷新，看过现在的记录再办理；程序请为新的变更另用一个 idempotencyKey。"))
		return nil, nil
	}
	return w.replay(receipt, versions[0])
}

// replay answers as the first request was answered.
func (w *writing) replay(receipt *Receipt, v Version) (*Written, error) {
	moment := Moment{At: v.Revision, On: Today(v.At)}
	nodes, err := w.hub.views(w.snap, w.p, moment, receipt.Records)
	if err != nil {
		return nil, err
	}
	out := &Written{Revision: v.Revision, Replayed: true, Followed: receipt.Moved}
	out.show(nodes, receipt.Several)
	if len(receipt.Notices) == 0 {
		return out, nil
	}
	versions, err := w.snap.Get(v.Revision, receipt.Notices...)
	if err != nil {
		return nil, err
	}
	out.Notices = w.hub.noticeViews(versions)
	return out, nil
}

func (out *Written) show(nodes []Node, several bool) {
	if several {
		out.Records = nodes
	} else if len(nodes) > 0 {
		out.Record = nodes[0]
	}
}

// asIs answers without writing: with what is, or in a preview with what would be.
func (w *writing) asIs(wouldBe bool) (*Written, error) {
	out := &Written{Errors: w.problems, Remarks: w.remarks}
	versions, moment := w.current, Moment{On: w.today}
	if wouldBe {
		planned := make([]Version, len(w.puts))
		for i, put := range w.puts {
			planned[i] = Version{Record: put.Record, Revision: put.Expected, At: w.hub.now().UTC()}
		}
		versions = w.those(w.main, planned)
		var err error
		if out.Along, err = w.along(w.snap, moment, planned); err != nil {
			return nil, err
		}
		for _, n := range w.notices {
			out.Notices = append(out.Notices, w.hub.noticeView(Version{Record: n}))
		}
		out.Followed = len(w.moved)
	}
	nodes, err := w.hub.viewsOf(w.snap, w.p, moment, versions)
	if err != nil {
		return nil, err
	}
	out.show(nodes, w.several)
	return out, nil
}

// mostAlong is how many of the records that move along are shown.
const mostAlong = 100

// along shows the records that moved because of the change; versions are those of
// its puts.
func (w *writing) along(snap Snapshot, moment Moment, versions []Version) ([]Node, error) {
	return w.hub.viewsOf(snap, w.p, moment, w.those(w.moved[:min(len(w.moved), mostAlong)], versions))
}

// those picks some of the records that the change writes; versions are those of
// its puts.
func (w *writing) those(ids []ID, versions []Version) []Version {
	var picked []Version
	for _, id := range ids {
		if i, ok := w.index[id]; ok {
			picked = append(picked, versions[i])
		}
	}
	return picked
}

// viewsOf shows versions that are at hand.
func (h *Hub) viewsOf(snap Snapshot, p *Principal, moment Moment, versions []Version) ([]Node, error) {
	v, err := h.viewer(snap, p, moment, versions)
	if err != nil {
		return nil, err
	}
	nodes := make([]Node, len(versions))
	for i, version := range versions {
		nodes[i] = v.view(idOf(version.Record), version)
	}
	return nodes, nil
}

// commit makes a change durable. again says that it must be judged anew: a record
// moved meanwhile, or the same request came twice at once.
func (h *Hub) commit(ctx context.Context, w *writing, said Write, digest string) (out *Written, again bool, err error) {
	if err := h.standing(ctx, w.p); err != nil {
		return nil, false, err
	}
	at := h.now().UTC()
	receipt := &Receipt{ID: h.store.NextID(KindReceipt), Key: receiptKey(w.p, said.IdempotencyKey), Digest: digest, Records: w.main, Several: w.several, Moved: len(w.moved)}
	batch := Batch{Origin: w.origin, At: at, Puts: w.puts, Given: true}
	for _, n := range w.notices {
		n.RaisedAt = at
		receipt.Notices = append(receipt.Notices, n.ID)
		batch.Puts = append(batch.Puts, Put{Record: n})
	}
	batch.Puts = append(batch.Puts, Put{Record: receipt})
	first, err := h.apply(ctx, batch)
	if clash, ok := errors.AsType[*Clash](err); ok && CodeOf(err) == CodeConflict {
		return w.lost(clash, err)
	}
	if err != nil {
		return nil, false, err
	}
	versions := make([]Version, len(batch.Puts))
	for i, put := range batch.Puts {
		versions[i] = Version{put.Record, first + Revision(i), at}
	}
	out = &Written{Revision: first + Revision(len(batch.Puts)) - 1, Remarks: w.remarks, Followed: len(w.moved), HandOut: w.handOut}
	out.Notices = h.noticeViews(versions[len(w.puts) : len(versions)-1])
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		moment := Moment{At: out.Revision, On: w.today}
		nodes, err := h.viewsOf(snap, w.p, moment, w.those(w.main, versions))
		if err != nil {
			return err
		}
		out.show(nodes, w.several)
		out.Along, err = w.along(snap, moment, versions)
		return err
	})
	return out, false, err
}

// lost answers a lost race. Whoever lost one is judged anew, and then finds the
// record as it is now; only a number that somebody else has stays in the way.
func (w *writing) lost(clash *Clash, cause error) (*Written, bool, error) {
	if clash.Key == nil || clash.Put >= len(w.puts) {
		return nil, true, nil
	}
	refused, _ := errors.AsType[*Error](cause)
	at := "fields.registrationNo"
	switch clash.Key.Name {
	case KeyIdentity:
		at = "fields.citizenId"
	case KeyAccountName:
		at = "name"
	case KeySubject:
		at = "subject"
	case KeyWord:
		at = "word"
	}
	w.path = nil
	w.refuse(at, RefusalConflict, refused)
	var out *Written
	err := w.hub.withSnapshot(w.ctx, func(snap Snapshot) (err error) {
		w.snap = snap
		out, err = w.asIs(false)
		return err
	})
	return out, false, err
}
