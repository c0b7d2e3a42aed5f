package hub

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Agreement 数据共享协议 opens CONDITIONAL fields to the keys and accounts of one
// agency, for a purpose and a term. Amending one adds a version; the earlier ones
// stay in the log.
type Agreement struct {
	ID         ID       `cbor:"1,keyasint" share:"SOURCE_ONLY"`
	Agency     string   `cbor:"2,keyasint" share:"SOURCE_ONLY"` // code of the agency that may read
	Basis      string   `cbor:"3,keyasint" share:"SOURCE_ONLY"` // legal ground or document number
	Purpose    string   `cbor:"4,keyasint" share:"SOURCE_ONLY"`
	Fields     []string `cbor:"5,keyasint" share:"SOURCE_ONLY"`           // Person.mobile, sorted
	From       Date     `cbor:"6,keyasint" share:"SOURCE_ONLY"`           // first day
	To         Date     `cbor:"7,keyasint" share:"SOURCE_ONLY"`           // last day
	DocumentNo string   `cbor:"8,keyasint" share:"SOURCE_ONLY"`           // of the signed document
	Document   string   `cbor:"9,keyasint,omitempty" share:"SOURCE_ONLY"` // link to it
	LastDay    Date     `cbor:"10,keyasint,omitempty" share:"SOURCE_ONLY"`
	Version    int      `cbor:"11,keyasint" share:"SOURCE_ONLY"`
}

// RecordID returns the id.
func (a *Agreement) RecordID() ID { return a.ID }

// Facts returns the key under which an agency's agreements are found.
func (a *Agreement) Facts() Facts { return Facts{Keys: []Key{{KeyParty, a.Agency, false}}} }

// AgreementStatus says whether an agreement opens anything.
type AgreementStatus string

// The statuses.
const (
	AgreementPending AgreementStatus = "PENDING"
	AgreementInForce AgreementStatus = "IN_FORCE"
	AgreementExpired AgreementStatus = "EXPIRED"
	AgreementEnded   AgreementStatus = "ENDED"
)

var agreementLabels = []struct {
	status AgreementStatus
	label  string
}{{AgreementPending, "未生效"}, {AgreementInForce, "生效中"}, {AgreementExpired, "已届满"}, {AgreementEnded, "已终止"}}

// AgreementStatuses lists them in the order of an agreement's life.
func AgreementStatuses() (all []AgreementStatus) {
	for _, row := range agreementLabels {
		all = append(all, row.status)
	}
	return all
}

// Label returns the Chinese word for s.
func (s AgreementStatus) Label() string {
	for _, row := range agreementLabels {
		if row.status == s {
			return row.label
		}
	}
	return "未知"
}

// last is the last day on which the agreement holds.
func (a *Agreement) last() Date {
	if a.LastDay != 0 {
		return a.LastDay
	}
	return a.To
}

// HoldsOn reports whether the agreement opens its fields on day d. Both ends of
// the term are within it.
func (a *Agreement) HoldsOn(d Date) bool { return a.From <= d && d <= a.last() }

// StatusOn returns the status on day d.
func (a *Agreement) StatusOn(d Date) AgreementStatus {
	switch {
	case a.LastDay != 0 && d > a.LastDay:
		return AgreementEnded
	case d < a.From:
		return AgreementPending
	case d > a.To:
		return AgreementExpired
	}
	return AgreementInForce
}

// ConditionalFields lists what agreements can open, in the contract's spelling.
var ConditionalFields = func() (names []string) {
	for _, r := range []Record{&Person{}, &Mediator{}, &Expert{}, &InvitedListing{}, &Organization{}} {
		for _, f := range SharedFields(reflect.TypeOf(r).Elem()) {
			if f.Class == Conditional {
				names = append(names, f.Path())
			}
		}
	}
	slices.Sort(names)
	return names
}()

// AgreementView is an agreement with its agency and its status today.
type AgreementView struct {
	*Agreement
	Agency    *Agency
	Status    AgreementStatus
	Revision  Revision
	UpdatedAt time.Time
}

func (h *Hub) agreementView(v Version) *AgreementView {
	a := v.Record.(*Agreement)
	view := &AgreementView{Agreement: a, Status: a.StatusOn(h.Today()), Revision: v.Revision, UpdatedAt: v.At}
	view.Agency, _ = h.reference.AgencyByCode(a.Agency)
	return view
}

// seesAllAgreements reports whether p reads the agreements and accesses of every
// agency.
func (p *Principal) seesAllAgreements() bool {
	return p.Role == RoleAuditor || p.Role == RoleCityAdmin || p.Role == RoleSystem
}

func (p *Principal) readsAgreement(a *Agreement) bool {
	return p.seesAllAgreements() || p.Agency != "" && p.Agency == a.Agency
}

// AgreementFilter narrows the agreements.
type AgreementFilter struct {
	Agency []string // codes or names
	Status []AgreementStatus
}

// Agreements returns a page of the agreements that p may see, the newest first.
func (h *Hub) Agreements(ctx context.Context, p *Principal, filter AgreementFilter, page PageArgs) (*Connection[*AgreementView], error) {
	codes, err := h.partiesFor(p, filter.Agency)
	if err != nil {
		return nil, err
	}
	walk, err := backwardsFrom(page, "agreements", codes, filter.Status)
	if err != nil {
		return nil, err
	}
	conn := &Connection[*AgreementView]{}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		conn.Revision = snap.Revision()
		var found []Version // agreements are as few as agencies
		for v, err := range snap.All(0, KindAgreement) {
			if err != nil {
				return err
			}
			a := v.Record.(*Agreement)
			if p.readsAgreement(a) && oneOf(codes, a.Agency) && oneOf(filter.Status, a.StatusOn(h.Today())) {
				found = append(found, v)
			}
		}
		slices.Reverse(found)
		conn.TotalCount = len(found)
		for _, v := range found {
			if walk.after != 0 && v.Record.RecordID() >= walk.after {
				continue
			}
			if len(conn.Edges) == walk.limit {
				conn.HasNextPage = true
				break
			}
			conn.Edges = append(conn.Edges, ConnectionEdge[*AgreementView]{Node: h.agreementView(v), Cursor: walk.cursor(v.Record.RecordID())})
		}
		conn.HasPreviousPage = walk.after != 0
		return nil
	})
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// partiesFor turns the agencies that p asks about into codes, nil for all; who
// speaks for one agency may ask about no other.
func (h *Hub) partiesFor(p *Principal, names []string) ([]string, error) {
	if p.Role == RoleAnonymous {
		return nil, &Error{Code: CodeUnauthenticated, Message: "查看共享协议和查阅记录须表明身份。请登录；程序请在 Authorization 请求头中带上本单位的密钥。"}
	}
	if !p.seesAllAgreements() && p.Agency == "" {
		return nil, Forbidden("共享协议和查阅记录由协议单位、审计员和市级管理员查看。")
	}
	var codes []string
	for _, name := range names {
		agency, ok := h.agencyNamed(name)
		if !ok {
			return nil, Invalid("filter.agency", "没有代码或名称为“%s”的成员单位。请写单位的名称，例如 市司法局；全部代码见接口的 agencies 查询。", Shorten(name))
		}
		codes = append(codes, agency.Code)
	}
	if p.seesAllAgreements() {
		return codes, nil
	}
	for _, code := range codes {
		if code != p.Agency {
			return nil, Forbidden("只能查看本单位的共享协议和查阅记录。")
		}
	}
	return []string{p.Agency}, nil
}

func (h *Hub) agencyNamed(name string) (*Agency, bool) {
	if agency, ok := h.reference.AgencyByCode(name); ok {
		return agency, true
	}
	return h.reference.AgencyByName(name)
}

// AgreementVersions returns the versions of an agreement, newest first.
func (h *Hub) AgreementVersions(ctx context.Context, p *Principal, id ID) (views []*AgreementView, err error) {
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		changes, err := snap.History(id, 0, MaxPageSize)
		for _, c := range changes {
			if p.readsAgreement(c.Record.(*Agreement)) {
				views = append(views, h.agreementView(Version{c.Record, c.Revision, c.At}))
			}
		}
		return err
	})
	return views, err
}

// CreateAgreementInput is a new agreement.
type CreateAgreementInput struct {
	Write
	Agency     string
	Basis      string
	Purpose    string
	Fields     []string
	From, To   Date
	DocumentNo string
	Document   *string
}

// AmendAgreementInput is a new version of one; what is nil stays.
type AmendAgreementInput struct {
	Write
	Basis      *string
	Purpose    *string
	Fields     []string
	From, To   *Date
	DocumentNo *string
	Document   *string
	Widens     bool // the caller knows that it opens more than before
}

// EndAgreementInput ends one before its term is over.
type EndAgreementInput struct {
	Write
	LastDay *Date // nil: yesterday, so that it opens nothing from now on
}

// CreateAgreement puts down an agreement. The source department's city
// administrators keep them.
func (h *Hub) CreateAgreement(ctx context.Context, p *Principal, in CreateAgreementInput) (*Written, error) {
	return h.write(ctx, p, "CREATE_AGREEMENT", in.Write, in, func(w *writing) error {
		if !w.keepsAgreements() {
			return nil
		}
		a := &Agreement{Agency: in.Agency, Basis: in.Basis, Purpose: in.Purpose, Fields: in.Fields, From: in.From, To: in.To, DocumentNo: in.DocumentNo, Version: 1}
		if in.Document != nil {
			a.Document = *in.Document
		}
		if agency, ok := h.agencyNamed(in.Agency); ok {
			a.Agency = agency.Code
		} else {
			w.refuse("agency", RefusalInvalid, Invalid("agency", "没有代码或名称为“%s”的成员单位。请写单位的名称，例如 市司法局；全部代码见接口的 agencies 查询。", Shorten(in.Agency)))
		}
		if in.To != 0 && in.To < w.today {
			w.refuse("to", RefusalDate, Invalid("to", "协议截止日 %s 已过。请改为今天或以后。", in.To))
		}
		if w.checkAgreement(a); !w.refused() {
			a.ID = h.store.NextID(KindAgreement)
			w.main = append(w.main, a.ID)
			w.put(a, 0)
		}
		return nil
	})
}

// AmendAgreement adds a version. One that opens more than the last – other fields,
// a longer term, another purpose – needs a document of its own and a caller who
// says so.
func (h *Hub) AmendAgreement(ctx context.Context, p *Principal, in AmendAgreementInput) (*Written, error) {
	return h.write(ctx, p, "AMEND_AGREEMENT", in.Write, in, func(w *writing) error {
		old, ok, err := w.loadAgreement(in.Write)
		if err != nil || !ok {
			return err
		}
		a := *old
		a.Version++
		for _, set := range []struct{ field, to *string }{{&a.Basis, in.Basis}, {&a.Purpose, in.Purpose}, {&a.DocumentNo, in.DocumentNo}, {&a.Document, in.Document}} {
			if set.to != nil {
				*set.field = *set.to
			}
		}
		if in.Fields != nil {
			a.Fields = in.Fields
		}
		if in.From != nil {
			a.From = *in.From
		}
		if in.To != nil {
			a.To = *in.To
		}
		w.checkAgreement(&a)
		if wider := widened(old, &a); len(wider) > 0 && !w.refused() {
			if !in.Widens {
				w.refuse("widens", RefusalInvalid, Invalid("widens", "本次修改放宽了协议：%s。确需放宽的，请填写新签文件的文号，并确认放宽（接口为 widens）。", strings.Join(wider, "；")))
			}
			if a.DocumentNo == old.DocumentNo {
				w.refuse("documentNo", RefusalDocument, Invalid("documentNo", "放宽协议（%s）须有新签的文件。请填写新的文号。", strings.Join(wider, "；")))
			}
		}
		if !w.refused() {
			w.put(&a, in.Expected)
		}
		return nil
	})
}

// EndAgreement ends an agreement early.
func (h *Hub) EndAgreement(ctx context.Context, p *Principal, in EndAgreementInput) (*Written, error) {
	return h.write(ctx, p, "END_AGREEMENT", in.Write, in, func(w *writing) error {
		old, ok, err := w.loadAgreement(in.Write)
		if err != nil || !ok {
			return err
		}
		a := *old
		a.Version++
		a.LastDay = w.today.AddDays(-1)
		if in.LastDay != nil {
			a.LastDay = *in.LastDay
		}
		if a.LastDay < w.today.AddDays(-1) || a.LastDay > a.To {
			w.refuse("lastDay", RefusalDate, Invalid("lastDay", "协议的最后一日须在昨天（即刻终止）与原截止日 %s 之间。", a.To))
			return nil
		}
		w.put(&a, in.Expected)
		return nil
	})
}

func (w *writing) keepsAgreements() bool {
	if w.p.Role == RoleCityAdmin || w.p.Role == RoleSystem {
		return true
	}
	w.refuse("", RefusalForbidden, Forbidden("共享协议由市级管理员（市人社局）登记、修改和终止。请与其联系。"))
	return false
}

// loadAgreement reads the agreement that is to change: one that is not over.
func (w *writing) loadAgreement(said Write) (*Agreement, bool, error) {
	if !w.keepsAgreements() {
		return nil, false, nil
	}
	v, ok, err := w.load(said.ID, said.Expected, KindAgreement)
	if err != nil || !ok {
		return nil, false, err
	}
	a := v.Record.(*Agreement)
	if a.LastDay != 0 || w.today > a.To {
		w.refuse("id", RefusalMove, Invalid("id", "该协议%s，不能再修改。请另行登记新的协议。", map[bool]string{true: "已办理终止", false: "已届满"}[a.LastDay != 0]))
		return nil, false, nil
	}
	return a, true, nil
}

// checkAgreement brings what was entered into its form, and refuses what is wrong.
func (w *writing) checkAgreement(a *Agreement) {
	for _, line := range []struct {
		at, what string
		value    *string
		optional bool
	}{
		{"basis", "共享依据（法律条款或文号）", &a.Basis, false},
		{"purpose", "使用目的", &a.Purpose, false},
		{"documentNo", "已签文件的文号", &a.DocumentNo, false},
		{"document", "已签文件的链接", &a.Document, true},
	} {
		*line.value = tidyLine(*line.value)
		if n := len([]rune(*line.value)); n == 0 && !line.optional || n > mostLine {
			w.refuse(line.at, RefusalInvalid, Invalid(line.at, "请填写%s（1 至 %d 个字）。", line.what, mostLine))
		}
	}
	if a.Document != "" && !isLink(a.Document) {
		w.refuse("document", RefusalInvalid, Invalid("document", "“%s”不是网址。请给出以 https:// 或 http:// 开头的链接。", Shorten(a.Document)))
	}
	a.Fields = slices.Clone(a.Fields)
	slices.Sort(a.Fields)
	a.Fields = slices.Compact(a.Fields)
	if len(a.Fields) == 0 {
		w.refuse("fields", RefusalInvalid, Invalid("fields", "请列出协议共享的字段。可选：%s。", strings.Join(ConditionalFields, "、")))
	}
	for _, f := range a.Fields {
		if !slices.Contains(ConditionalFields, f) {
			w.refuse("fields", RefusalInvalid, Invalid("fields", "“%s”不是有条件共享的字段。可选：%s。", Shorten(f), strings.Join(ConditionalFields, "、")))
		}
	}
	if a.To < a.From {
		w.refuse("to", RefusalDate, Invalid("to", "协议的截止日 %s 早于起始日 %s。请核对。", a.To, a.From))
	}
}

// widened says in which respects b opens more than a.
func widened(a, b *Agreement) (respects []string) {
	var more []string
	for _, f := range b.Fields {
		if !slices.Contains(a.Fields, f) {
			more = append(more, f)
		}
	}
	if len(more) > 0 {
		respects = append(respects, "新增字段 "+strings.Join(more, "、"))
	}
	if b.From < a.From {
		respects = append(respects, "起始日提前到 "+b.From.String())
	}
	if b.To > a.To {
		respects = append(respects, "截止日推迟到 "+b.To.String())
	}
	if b.Purpose != a.Purpose {
		respects = append(respects, "改变使用目的")
	}
	return respects
}
