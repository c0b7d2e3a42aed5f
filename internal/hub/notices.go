package hub

import (
	"context"
	"slices"
	"time"
)

// AdverseNotice 不良情形通报 tells another owner what became of somebody whom she
// lists too. The owner decides what to do about her own listing; the hub never
// takes anybody off. She acknowledges the notice.
type AdverseNotice struct {
	ID             ID          `cbor:"1,keyasint"`
	About          ID          `cbor:"2,keyasint" names:"kept"`           // the listing or organisation that moved
	Listing        ID          `cbor:"3,keyasint" names:"kept"`           // the recipient's listing of the same person or organisation
	Person         ID          `cbor:"4,keyasint,omitempty" names:"kept"` // 0 for an organisation
	Name           string      `cbor:"5,keyasint"`                        // as the recipient lists it
	Recipient      string      `cbor:"6,keyasint"`                        // whose roster: see [recipientOf]
	Status         EntryStatus `cbor:"7,keyasint,omitempty"`              // what it is now; an [OrganizationStatus] for organisations; "" when it was only named in another body
	On             Date        `cbor:"8,keyasint"`
	Until          Date        `cbor:"9,keyasint,omitempty"` // of a suspension
	Ground         Ground      `cbor:"10,keyasint,omitempty"`
	DocumentNo     string      `cbor:"11,keyasint,omitempty"`
	Authority      string      `cbor:"12,keyasint,omitempty"` // who decided
	RaisedAt       time.Time   `cbor:"13,keyasint"`
	AcknowledgedAt time.Time   `cbor:"14,keyasint,omitzero"`
	AcknowledgedBy string      `cbor:"15,keyasint,omitempty"`              // principal id
	Response       string      `cbor:"16,keyasint,omitempty"`              // what the recipient did or will do
	Cause          ID          `cbor:"17,keyasint,omitempty" names:"kept"` // the organisation whose move brought it
	Sender         string      `cbor:"18,keyasint,omitempty"`              // whose roster the news comes from
	Withdrawn      EntryStatus `cbor:"19,keyasint,omitempty"`              // what an earlier notice told, and was taken back before its day
}

// RecordID returns the id.
func (n *AdverseNotice) RecordID() ID { return n.ID }

// Facts returns the keys under which recipients and senders find their notices.
func (n *AdverseNotice) Facts() Facts {
	return Facts{Keys: []Key{{KeyRecipient, n.Recipient, false}, {KeySender, n.Sender, false}}}
}

// The recipients that are no district and no court.
const (
	recipientCity    = "CITY"
	recipientExperts = "EXPERTS" // the city's expert pool
)

// recipientOf names whoever keeps records of an owner: a court's code, a
// district's, CITY or EXPERTS.
func recipientOf(o Owner) string {
	switch {
	case o.Kind == KindInvitedListing:
		return o.Court
	case o.Level == LevelDistrict:
		return o.District
	case o.Kind == KindExpert:
		return recipientExperts
	}
	return recipientCity
}

// receives lists the recipients for which p answers.
func (p *Principal) receives() []string {
	switch p.Role {
	case RoleCityAdmin:
		return []string{recipientCity, recipientExperts}
	case RoleExpertKeeper:
		return []string{recipientExperts}
	case RoleDistrictAdmin:
		return []string{p.District}
	case RoleCourtKeeper:
		return []string{p.Court}
	}
	return nil
}

// readsNotice reports whether p may read a notice: its recipient and its
// sender.
func (p *Principal) readsNotice(n *AdverseNotice) bool {
	return p.Role == RoleSystem || slices.Contains(p.receives(), n.Recipient) || slices.Contains(p.receives(), n.Sender)
}

// NoticeView is a notice with the words for its codes.
type NoticeView struct {
	*AdverseNotice
	Revision      Revision
	RecipientName string // 津南区, 天津市津南区人民法院, 市级名册, 市级专家库
	SenderName    string
	StatusCode    string
	StatusLabel   string
}

func (h *Hub) noticeView(v Version) *NoticeView {
	n := v.Record.(*AdverseNotice)
	view := &NoticeView{AdverseNotice: n, Revision: v.Revision, RecipientName: h.recipientName(n.Recipient), SenderName: h.recipientName(n.Sender), StatusCode: string(n.Status), StatusLabel: n.Status.Label()}
	switch {
	case n.Withdrawn != "":
		view.StatusLabel = "撤回" + n.Withdrawn.Label()
	case n.Status == "":
		view.StatusLabel = "转入承接组织"
	case n.About.Kind() == KindOrganization:
		view.StatusLabel = OrganizationStatus(n.Status).Label()
	}
	return view
}

func (h *Hub) noticeViews(versions []Version) []*NoticeView {
	views := make([]*NoticeView, len(versions))
	for i, v := range versions {
		views[i] = h.noticeView(v)
	}
	return views
}

func (h *Hub) recipientName(recipient string) string {
	switch recipient {
	case recipientCity:
		return "市级名册"
	case recipientExperts:
		return "市级专家库"
	}
	if court, ok := h.reference.CourtByCode(recipient); ok {
		return court.Name
	}
	if region, ok := h.reference.Region(recipient); ok {
		return region.Name
	}
	return recipient
}

// notify plans a notice to every other owner who lists the same person, or, when
// a court moves its listing of an organisation, to whoever keeps the organisation.
func (w *writing) notify(r Record, m *Move, in MoveInput) error {
	person, body := references(r)
	if person == 0 {
		versions, err := w.snap.Get(0, body)
		if err == nil && versions[0].Record != nil {
			w.addNotice(r, versions[0].Record, 0, m.To, in)
		}
		return err
	}
	told := map[string]bool{recipientOf(ownerOf(r)): true}
	for _, kind := range listingKinds {
		versions, err := w.found(kind, KeyPerson, person.String())
		if err != nil {
			return err
		}
		for _, v := range versions {
			to := recipientOf(ownerOf(v.Record))
			if status := entryOf(v.Record).Timeline().On(w.today); !told[to] && slices.Contains(everListed, status) {
				told[to] = true
				w.addNotice(r, v.Record, 0, m.To, in)
			}
		}
	}
	return nil
}

// addNotice plans a notice to whoever keeps listing about what became of r.
func (w *writing) addNotice(r, listing Record, cause ID, status EntryStatus, in MoveInput) {
	person, _ := references(listing)
	w.notices = append(w.notices, &AdverseNotice{
		ID: w.hub.store.NextID(KindAdverseNotice), About: r.RecordID(), Listing: listing.RecordID(), Person: person, Name: *nameOf(listing),
		Recipient: recipientOf(ownerOf(listing)), Sender: recipientOf(ownerOf(r)), Status: status, On: in.On, Until: in.Until,
		Ground: in.Ground, DocumentNo: in.DocumentNo, Authority: in.Authority, Cause: cause,
	})
}

// NoticesQuery asks for notices, newest first.
type NoticesQuery struct {
	Sent bool // those that p's own moves raised instead of those that p received
	Open bool // only those not yet acknowledged
	Page PageArgs
}

// Notices returns a page of the notices that p received, or sent.
func (h *Hub) Notices(ctx context.Context, p *Principal, q NoticesQuery) (*Connection[*NoticeView], error) {
	limit, backward, err := q.Page.check()
	if err != nil {
		return nil, err
	}
	if backward {
		return nil, Invalid("last", "通报由新到旧，只能用 first 和 after 翻页。")
	}
	if len(p.receives()) == 0 {
		return nil, Forbidden("%s没有通报可看：通报只发给名册的主管单位和列名法院。", p.Role.Label())
	}
	question := fingerprint("notices", q.Sent, q.Open)
	before := ID(1<<63 - 1)
	if q.Page.After != nil {
		place, err := decodeCursor("after", *q.Page.After, question)
		if err != nil {
			return nil, err
		}
		if len(place) != 8 {
			return nil, Invalid("after", "翻页的位置（游标）无效。请从第一页重新开始。")
		}
		before = decodeID(place)
	}
	key := KeyRecipient
	if q.Sent {
		key = KeySender
	}
	conn := &Connection[*NoticeView]{}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		conn.Revision = snap.Revision()
		var ids []ID
		for _, who := range p.receives() {
			found, err := snap.Lookup(0, KindAdverseNotice, key, who)
			if err != nil {
				return err
			}
			ids = append(ids, found...)
		}
		slices.Sort(ids)
		slices.Reverse(ids)
		versions, err := snap.Get(0, ids...)
		if err != nil {
			return err
		}
		for i, v := range versions {
			if q.Open && !v.Record.(*AdverseNotice).AcknowledgedAt.IsZero() {
				continue
			}
			conn.TotalCount++
			switch {
			case ids[i] >= before:
			case len(conn.Edges) == limit:
				conn.HasNextPage = true
			default:
				conn.Edges = append(conn.Edges, ConnectionEdge[*NoticeView]{Node: h.noticeView(v), Cursor: encodeCursor(question, encodeID(ids[i]))})
			}
		}
		conn.HasPreviousPage = q.Page.After != nil
		return nil
	})
	return conn, err
}

// AcknowledgeInput acknowledges a notice.
type AcknowledgeInput struct {
	Write
	Response string // what the recipient did or will do about her own listing
}

// AcknowledgeNotice notes that the recipient has read a notice.
func (h *Hub) AcknowledgeNotice(ctx context.Context, p *Principal, in AcknowledgeInput) (*Written, error) {
	if in.Reason == "" {
		in.Reason = "签收通报"
	}
	return h.write(ctx, p, "ACKNOWLEDGE", in.Write, in, func(w *writing) error {
		v, ok, err := w.load(in.ID, in.Expected, KindAdverseNotice)
		if err != nil || !ok {
			return err
		}
		n := *v.Record.(*AdverseNotice)
		switch {
		case !slices.Contains(p.receives(), n.Recipient):
			w.refuse("id", RefusalForbidden, Forbidden("这份通报应由%s签收。", h.recipientName(n.Recipient)))
			return nil
		case !n.AcknowledgedAt.IsZero():
			w.refuse("id", RefusalMove, Invalid("id", "这份通报已经签收。"))
			return nil
		}
		n.AcknowledgedAt, n.AcknowledgedBy, n.Response = h.now().UTC(), p.ID, tidyText(in.Response)
		if len([]rune(n.Response)) > mostText {
			w.refuse("response", RefusalInvalid, Invalid("response", "内容超过 %d 个字，请精简。", mostText))
		}
		w.put(&n, v.Revision)
		return nil
	})
}
