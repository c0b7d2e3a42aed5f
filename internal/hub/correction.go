package hub

import (
	"context"
	"reflect"
	"slices"
	"strings"
)

// Correction 校核申请 is a member's objection to a field of a record that another
// keeps (政务数据共享条例, 校核纠错; stages after DB3208/T 219-2024). Raising it marks
// the field as disputed, in public, until it ends; what is said and shown for it is
// read by its two sides and by those who watch over both.
type Correction struct {
	ID       ID       `cbor:"1,keyasint" share:"SOURCE_ONLY"`
	Record   ID       `cbor:"2,keyasint" share:"SOURCE_ONLY" names:"kept"` // a listing or an organisation
	Field    string   `cbor:"3,keyasint" share:"SOURCE_ONLY"`              // in the contract's spelling; of its person: person.education
	Problem  string   `cbor:"4,keyasint" share:"SOURCE_ONLY"`
	Proposed string   `cbor:"5,keyasint,omitempty" share:"SOURCE_ONLY"`
	Evidence []string `cbor:"6,keyasint,omitempty" share:"SOURCE_ONLY"` // links, or names and numbers of documents

	Objector string          `cbor:"7,keyasint" share:"SOURCE_ONLY"` // principal id
	Party    string          `cbor:"8,keyasint" share:"SOURCE_ONLY"` // for whom: see [partyOf]
	Owner    string          `cbor:"9,keyasint" share:"SOURCE_ONLY"` // who decides: see [recipientOf]
	State    CorrectionState `cbor:"10,keyasint" share:"SOURCE_ONLY"`
	RaisedOn Date            `cbor:"11,keyasint" share:"SOURCE_ONLY"`
	At       Revision        `cbor:"12,keyasint" share:"SOURCE_ONLY"` // of the hub when it was raised: what was objected to

	Due       Date   `cbor:"13,keyasint" share:"SOURCE_ONLY"`           // last day for the answer
	Estimated bool   `cbor:"14,keyasint,omitempty" share:"SOURCE_ONLY"` // the holidays of a year within are not known yet
	Extension string `cbor:"15,keyasint,omitempty" share:"SOURCE_ONLY"` // why the time was extended, which can be once

	DecidedOn  Date             `cbor:"16,keyasint,omitempty" share:"SOURCE_ONLY"`
	DecidedBy  string           `cbor:"17,keyasint,omitempty" share:"SOURCE_ONLY"`
	Answer     string           `cbor:"18,keyasint,omitempty" share:"SOURCE_ONLY"` // grounds of the decision
	DocumentNo string           `cbor:"19,keyasint,omitempty" share:"SOURCE_ONLY"`
	Changes    []CorrectedField `cbor:"20,keyasint,omitempty" share:"SOURCE_ONLY"` // what the correction changed
}

// CorrectedField is what a correction changed, with the class of the field: not
// every reader of the correction may read the field.
type CorrectedField struct {
	Name   string `cbor:"1,keyasint"`
	Before string `cbor:"2,keyasint,omitempty"`
	After  string `cbor:"3,keyasint,omitempty"`
	Class  Class  `cbor:"4,keyasint"`
	Scope  Scope  `cbor:"5,keyasint,omitempty"`
}

// String says it for the change log, which does not repeat values.
func (f CorrectedField) String() string { return f.Name }

// RecordID returns the id.
func (c *Correction) RecordID() ID { return c.ID }

// Facts returns the key under which a record finds what is said against it.
func (c *Correction) Facts() Facts { return Facts{Keys: []Key{{KeyAbout, c.Record.String(), false}}} }

// CorrectionState says where a correction stands.
type CorrectionState string

// The states.
const (
	CorrectionOpen      CorrectionState = "OPEN"
	CorrectionUpheld    CorrectionState = "UPHELD"
	CorrectionRefused   CorrectionState = "REFUSED"
	CorrectionWithdrawn CorrectionState = "WITHDRAWN"
)

var correctionStates = newVocabulary("state", "校核状态", []word[CorrectionState]{
	{CorrectionOpen, "核实处理中", ""},
	{CorrectionUpheld, "已更正", ""},
	{CorrectionRefused, "不予更正", ""},
	{CorrectionWithdrawn, "已撤回", ""},
})

// CorrectionStates lists them.
func CorrectionStates() []CorrectionState { return slices.Clone(correctionStates.values) }

// Label returns the Chinese word for s.
func (s CorrectionState) Label() string { return correctionStates.label(s) }

// The time limits in working days, where the operator sets no others (政务数据共享条例:
// 10, once extended by 10).
const (
	DefaultCorrectionDays      = 10
	DefaultCorrectionExtension = 10
)

// partyOf names the body for which p objects.
func partyOf(p *Principal) string {
	switch p.Role {
	case RolePartner:
		if p.Agency != "" {
			return p.Agency
		}
		return p.ID
	case RoleCityAdmin:
		return recipientCity
	case RoleExpertKeeper:
		return recipientExperts
	}
	return p.authority()
}

// objects reports whether p's role takes part: members do, who watch or operate do
// not.
func (p *Principal) objects() bool {
	return p.Role != RoleAnonymous && p.Role != RoleAuditor && p.Role != RoleSystem
}

// readsCorrection reports whether p may read a correction: both sides, the city,
// auditors, the operator.
func (p *Principal) readsCorrection(c *Correction) bool {
	return p.Role == RoleCityAdmin || p.Role == RoleAuditor || p.Role == RoleSystem ||
		p.objects() && partyOf(p) == c.Party || slices.Contains(p.receives(), c.Owner)
}

// undisputed are the fields that are the hub's own, or about which there is nothing
// to be objected to.
var undisputed = []string{"fictional", "person", "decisions", "away", "person.identity", "person.absorbed", "person.mergedInto"}

// derivedFrom are fields of the contract that the hub works out of others.
var derivedFrom = map[string]string{"status": "events", "term": "terms"}

// disputed finds a field by its name: one of the record or, with person. in front,
// of its person.
func disputed(r Record, person *Person, name string) (SharedField, Record, bool) {
	holder, short := r, name
	if rest, ok := strings.CutPrefix(name, "person."); ok {
		if person == nil {
			return SharedField{}, nil, false
		}
		holder, short = person, rest
	} else if source, ok := derivedFrom[name]; ok {
		short = source
	}
	for _, f := range SharedFields(reflect.TypeOf(holder).Elem()) {
		if f.Name != "ID" && contractName(f.Name) == short && !slices.Contains(undisputed, name) {
			return f, holder, true
		}
	}
	return SharedField{}, nil, false
}

// RaiseCorrectionInput is an objection.
type RaiseCorrectionInput struct {
	Write    // ID and Expected are those of the record; Expected may be 0: what is objected to is what stands there now
	Field    string
	Problem  string
	Proposed *string
	Evidence []string
}

// RaiseCorrection objects to a field of a record. Whoever may not read the value may
// object all the same: the answer tells nothing of it.
func (h *Hub) RaiseCorrection(ctx context.Context, p *Principal, in RaiseCorrectionInput) (*Written, error) {
	return h.write(ctx, p, "CORRECTION_RAISE", in.Write, in, func(w *writing) error {
		if !p.objects() {
			w.refuse("", RefusalForbidden, Forbidden("%s不能提出校核：由成员单位、法院和名册管理员提出。", p.Role.Label()))
			return nil
		}
		r, person, err := w.disputedRecord(in.ID)
		if err != nil || w.refused() {
			return err
		}
		if p.Keeps(ownerOf(r)) {
			w.refuse("id", RefusalInvalid, Invalid("id", "这是本单位的记录，请直接修改，不必提出校核。"))
			return nil
		}
		c := &Correction{Record: in.ID, Field: in.Field, Problem: tidyText(in.Problem), Proposed: tidyText(given(in.Proposed)), Objector: p.ID, Party: partyOf(p),
			Owner: recipientOf(ownerOf(r)), State: CorrectionOpen, RaisedOn: w.today, At: w.snap.Revision()}
		w.checkCorrection(c, r, person, in.Evidence)
		if err := w.raisedAlready(c); err != nil || w.refused() {
			return err
		}
		var known bool
		c.Due, known = h.reference.AddWorkdays(w.today, h.correctionDays)
		w.estimated(c, known)
		c.ID = h.store.NextID(KindCorrection)
		w.main = append(w.main, c.ID)
		w.put(c, 0)
		return nil
	})
}

func (w *writing) disputedRecord(id ID) (Record, *Person, error) {
	if slices.Contains(RosterKinds, id.Kind()) {
		versions, err := w.snap.Get(0, id)
		if err != nil {
			return nil, nil, err
		}
		if r := versions[0].Record; r != nil {
			person, err := w.personOf(r, 0)
			return r, person, err
		}
	}
	w.refuse("id", RefusalNotFound, NotFound("没有编号为“%s”的名册条目或调解组织。对自然人的信息提出校核的，请写其名册条目的 id。", id))
	return nil, nil, nil
}

func (w *writing) personOf(r Record, at Revision) (*Person, error) {
	id, _ := references(r)
	if id == 0 {
		return nil, nil
	}
	versions, err := w.snap.Get(at, id)
	if err != nil {
		return nil, err
	}
	person, _ := versions[0].Record.(*Person)
	return person, nil
}

func (w *writing) checkCorrection(c *Correction, r Record, person *Person, evidence []string) {
	if _, _, ok := disputed(r, person, c.Field); !ok {
		w.refuse("field", RefusalInvalid, Invalid("field", "“%s”不是可以提出校核的字段。请在记录页的字段旁提出；程序请写接口说明中的字段名，例如 title，自然人的信息前加 person.，例如 person.education。", Shorten(c.Field)))
	}
	if n := len([]rune(c.Problem)); n == 0 || n > mostText {
		w.refuse("problem", RefusalInvalid, Invalid("problem", "请写明错在哪里（1 至 %d 个字）。", mostText))
	}
	if len([]rune(c.Proposed)) > mostText {
		w.refuse("proposed", RefusalInvalid, Invalid("proposed", "内容超过 %d 个字，请精简。", mostText))
	}
	switch n := len(evidence); {
	case n == 0:
		w.refuse("evidence", RefusalEvidence, Invalid("evidence", "提出校核须有佐证：请至少写一项文件的名称和文号（例如聘任文件、证书、公告），或以 https://、http:// 开头的链接。"))
	case n > mostEvidence:
		w.refuse("evidence", RefusalTooMany, Invalid("evidence", "佐证最多 %d 项。", mostEvidence))
	}
	for _, e := range evidence {
		if e = tidyLine(e); !namesEvidence(e) {
			w.refuse("evidence", RefusalInvalid, Invalid("evidence", "佐证须为文件的名称和文号，或以 https://、http:// 开头的链接（1 至 %d 个字）。", mostLine))
			continue
		}
		c.Evidence = append(c.Evidence, e)
	}
	for at, text := range map[string]string{"problem": c.Problem, "proposed": c.Proposed, "evidence": strings.Join(c.Evidence, "\n")} {
		if holdsCitizenID(text, w.today) {
			w.refuse(at, RefusalInvalid, Invalid(at, "请勿在此写身份证号：校核的内容会被多个单位看到。身份证号有误的，请只说明情况，由主管单位核对。"))
		}
	}
}

// namesEvidence reports whether a tidied line can stand for what shows something: the
// name and number of a document, or a link.
func namesEvidence(line string) bool {
	n := len([]rune(line))
	return n > 0 && n <= mostLine && (!strings.Contains(line, "://") || isLink(line))
}

// holdsCitizenID reports whether an identity number stands somewhere in a text.
func holdsCitizenID(text string, today Date) bool {
	words := strings.FieldsFunc(foldKey(text), func(r rune) bool { return (r < '0' || r > '9') && r != 'X' })
	return slices.ContainsFunc(words, func(word string) bool {
		_, err := ParseCitizenID(word, today)
		return err == nil
	})
}

// raisedAlready refuses a second objection of the same body to the same field.
func (w *writing) raisedAlready(c *Correction) error {
	open, err := corrections(w.snap, c.Record, 0)
	for _, v := range open {
		if other := v.Record.(*Correction); other.State == CorrectionOpen && other.Party == c.Party && other.Field == c.Field {
			w.refuse("field", RefusalDuplicate, Invalid("field", "本单位对这一项的校核（%s）尚在处理中，请等待答复，或先撤回。", other.ID))
		}
	}
	return err
}

// corrections returns what is said against a record, at a revision.
func corrections(snap Snapshot, record ID, at Revision) ([]Version, error) {
	ids, err := snap.Lookup(at, KindCorrection, KeyAbout, record.String())
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return snap.Get(at, ids...)
}

// estimated notes that the last day may move when the State Council has published
// the holidays of the year.
func (w *writing) estimated(c *Correction, known bool) {
	if c.Estimated = c.Estimated || !known; !known {
		w.remark("id", "期限内有年度的放假安排尚未载入，暂按周一至周五（固定日期的法定节日除外）计算，截止日 %s 可能推迟。", c.Due)
	}
}

// CorrectionInput is what happens to a correction.
type CorrectionInput struct {
	Write
	RecordRevision Revision // of the record, as who upholds has read it
	Value          *string  // what is right; what was proposed when nil
	Otherwise      *bool    // the record has been put right by another change
	DocumentNo     *string
}

// loadCorrection reads an open correction that p may read.
func (w *writing) loadCorrection(said Write) (Version, *Correction, error) {
	v, ok, err := w.load(said.ID, said.Expected, KindCorrection)
	if err != nil {
		return v, nil, err
	}
	c, _ := v.Record.(*Correction)
	if c != nil && !w.p.readsCorrection(c) { // to her it is not there
		w.problems, w.current, w.main = nil, nil, nil
		w.refuse("id", RefusalNotFound, NotFound("没有编号为“%s”的校核申请。请核对 id。", said.ID))
		return v, nil, nil
	}
	if !ok {
		return v, nil, nil
	}
	if c.State != CorrectionOpen {
		w.refuse("id", RefusalMove, Invalid("id", "这项校核%s，不能再办理。", c.State.Label()))
		return v, nil, nil
	}
	next := *c
	return v, &next, nil
}

// decides refuses whoever does not keep the record.
func (w *writing) decides(c *Correction) (Version, error) {
	versions, err := w.snap.Get(0, c.Record)
	if err != nil {
		return Version{}, err
	}
	if w.p.Role == RoleSystem || !w.p.Keeps(ownerOf(versions[0].Record)) {
		w.refuse("id", RefusalForbidden, Forbidden("这项校核由%s核实处理。", w.hub.recipientName(c.Owner)))
	}
	return versions[0], nil
}

// ExtendCorrection gives the owner more time, once.
func (h *Hub) ExtendCorrection(ctx context.Context, p *Principal, in CorrectionInput) (*Written, error) {
	return h.write(ctx, p, "CORRECTION_EXTEND", in.Write, in, func(w *writing) error {
		v, c, err := w.loadCorrection(in.Write)
		if err != nil || c == nil {
			return err
		}
		if _, err := w.decides(c); err != nil || w.refused() {
			return err
		}
		switch {
		case c.Extension != "":
			w.refuse("id", RefusalMove, Invalid("id", "这项校核已延长过一次，不能再延长。"))
			return nil
		case w.today > c.Due:
			w.refuse("id", RefusalMove, Invalid("id", "答复期限 %s 已过，不能再延长。请尽快答复。", c.Due))
			return nil
		}
		var known bool
		c.Extension = w.origin.Reason
		c.Due, known = h.reference.AddWorkdays(c.Due, h.correctionExtension)
		w.estimated(c, known)
		w.put(c, v.Revision)
		return nil
	})
}

// RefuseCorrection ends a correction without a change. The reason is the answer.
func (h *Hub) RefuseCorrection(ctx context.Context, p *Principal, in CorrectionInput) (*Written, error) {
	return h.write(ctx, p, "CORRECTION_REFUSE", in.Write, in, func(w *writing) error {
		v, c, err := w.loadCorrection(in.Write)
		if err != nil || c == nil {
			return err
		}
		if _, err := w.decides(c); err != nil || w.refused() {
			return err
		}
		w.conclude(c, CorrectionRefused, in)
		w.put(c, v.Revision)
		return nil
	})
}

// WithdrawCorrection takes an objection back.
func (h *Hub) WithdrawCorrection(ctx context.Context, p *Principal, in CorrectionInput) (*Written, error) {
	return h.write(ctx, p, "CORRECTION_WITHDRAW", in.Write, in, func(w *writing) error {
		v, c, err := w.loadCorrection(in.Write)
		if err != nil || c == nil {
			return err
		}
		if !p.objects() || partyOf(p) != c.Party {
			w.refuse("id", RefusalForbidden, Forbidden("校核由提出的单位撤回。"))
			return nil
		}
		w.conclude(c, CorrectionWithdrawn, in)
		w.put(c, v.Revision)
		return nil
	})
}

func (w *writing) conclude(c *Correction, to CorrectionState, in CorrectionInput) {
	c.State, c.DecidedOn, c.DecidedBy, c.Answer, c.DocumentNo = to, w.today, w.p.ID, w.origin.Reason, tidyLine(given(in.DocumentNo))
	if len([]rune(c.DocumentNo)) > mostLine {
		w.refuse("documentNo", RefusalInvalid, Invalid("documentNo", "文号超过 %d 个字，请核对。", mostLine))
	}
}

// UpholdCorrection puts the field right and ends the correction, in one batch. The
// change is an ordinary amendment: what an amendment may not hold, an upheld
// correction may not either. Fields that come about by living (status, terms) are
// put right by the moves, after which the correction is upheld as put right
// otherwise.
func (h *Hub) UpholdCorrection(ctx context.Context, p *Principal, in CorrectionInput) (*Written, error) {
	return h.write(ctx, p, "CORRECTION_UPHOLD", in.Write, in, func(w *writing) error {
		v, c, err := w.loadCorrection(in.Write)
		if err != nil || c == nil {
			return err
		}
		record, err := w.decides(c)
		if err != nil || w.refused() {
			return err
		}
		if in.RecordRevision != record.Revision {
			w.refuse("recordRevision", RefusalConflict, Conflict("所涉记录目前为修订号 %d（您依据的是 %d）。请查看最新内容后再决定。", record.Revision, in.RecordRevision))
			return nil
		}
		if given(in.Otherwise) {
			err = w.putRightAlready(c, record)
		} else {
			err = w.putRight(c, record, in)
		}
		if err != nil || w.refused() {
			return err
		}
		w.conclude(c, CorrectionUpheld, in)
		w.put(c, v.Revision)
		return nil
	})
}

// putRight amends the field.
func (w *writing) putRight(c *Correction, record Version, in CorrectionInput) error {
	value := c.Proposed
	if in.Value != nil {
		value = tidyText(*in.Value)
	}
	if value == "" {
		w.refuse("value", RefusalInvalid, Invalid("value", "请写明更正后的内容；已用其他变更改正的，请注明（接口为 otherwise）。"))
		return nil
	}
	person, err := w.personOf(record.Record, 0)
	if err != nil {
		return err
	}
	name, ok := amendable(rostersOf[c.Record.Kind()], c.Field)
	if !ok {
		w.refuse("value", RefusalInvalid, Invalid("value", "这一项不能在这份名册上直接修改。请先以相应的变更改正，再注明已用其他变更改正（接口为 otherwise）。"))
		return nil
	}
	amend := AmendInput{Kind: c.Record.Kind(), Fields: Fields{name: value}}
	if err := w.amend(amend, record); err != nil {
		return err
	}
	for i := range w.problems {
		w.problems[i].Path = []string{"input", "value"}
	}
	if w.refused() {
		return nil
	}
	for _, put := range w.puts {
		switch after := put.Record.(type) {
		case *Person:
			c.note("person.", person, after)
		case *Mediator, *Expert, *InvitedListing, *Organization:
			c.note("", record.Record, after)
		}
	}
	if !slices.ContainsFunc(c.Changes, func(f CorrectedField) bool { return f.Name == c.Field }) {
		w.refuse("value", RefusalInvalid, Invalid("value", "更正后的内容与现有内容相同。现有内容无误的，请办理不予更正；已用其他变更改正的，请注明（接口为 otherwise）。"))
	}
	return nil
}

// amendedAs are fields that amendments, like sheets, know by another name.
var amendedAs = map[string]string{"employerListed": "employer", "mobile": "phone", "birthMonth": "birthDate", "fullTimeListed": "fullTime", "partTimeListed": "partTime"}

// amendable returns the name under which amendments of a roster change a field;
// false when they do not.
func amendable(rules *rosterRules, field string) (string, bool) {
	short, ofPerson := strings.CutPrefix(field, "person.")
	for _, name := range []string{field, short, amendedAs[short]} {
		f := fieldsOfPlace[name]
		if name == "education" && rules.byField[FieldEducation] == nil {
			f = FieldPersonEducation
		}
		if rule := rules.byField[f]; f != 0 && rule != nil && rule.ofPerson == ofPerson && !slices.Contains(lived, f) {
			return name, true
		}
	}
	return "", false
}

// putRightAlready checks that the field is no longer what was objected to.
func (w *writing) putRightAlready(c *Correction, record Version) error {
	then, err := w.snap.Get(c.At, c.Record)
	if err != nil {
		return err
	}
	personThen, err := w.personOf(then[0].Record, c.At)
	if err != nil {
		return err
	}
	person, err := w.personOf(record.Record, 0)
	if err != nil {
		return err
	}
	c.note("", then[0].Record, record.Record)
	if personThen != nil && person != nil && personThen.ID == person.ID {
		c.note("person.", personThen, person)
	}
	c.Changes = slices.DeleteFunc(c.Changes, func(f CorrectedField) bool { return f.Name != c.Field && f.Name != derivedFrom[c.Field] })
	if len(c.Changes) == 0 {
		w.refuse("otherwise", RefusalInvalid, Invalid("otherwise", "这一项自提出校核以来没有变化。请先改正，或写明更正后的内容。"))
	}
	return nil
}

// note adds what differs between two states, with the class of each field.
func (c *Correction) note(prefix string, before, after Record) {
	classes := map[string]Sharing{}
	for _, change := range Diff(before, after, func(f SharedField) bool { classes[contractName(f.Name)] = f.Sharing; return true }) {
		s := classes[change.Name]
		c.Changes = append(c.Changes, CorrectedField{prefix + change.Name, change.Before, change.After, s.Class, s.Scope})
	}
}
