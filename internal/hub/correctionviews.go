package hub

import (
	"context"
	"slices"
	"time"
)

// CorrectionView is a correction as one of its readers sees it.
type CorrectionView struct {
	*Correction
	Record        Node // as the reader sees it
	PartyName     string
	OwnerName     string
	Overdue       bool
	DaysLeft      int  // working days until the answer is due; negative when overdue
	RecordChanged bool // the record has moved on since it was raised, while it is open
	Changes       []FieldChange
	Revision      Revision
	UpdatedAt     time.Time
}

func (c *Correction) overdueOn(d Date) bool { return c.State == CorrectionOpen && d > c.Due }

func (v *viewer) correction(version Version) *CorrectionView {
	c := version.Record.(*Correction)
	today := v.hub.Today()
	view := &CorrectionView{Correction: c, PartyName: v.hub.partyName(c.Party), OwnerName: v.hub.recipientName(c.Owner), Overdue: c.overdueOn(today), Revision: version.Revision, UpdatedAt: version.At}
	if c.State == CorrectionOpen {
		view.DaysLeft = v.hub.reference.WorkdaysUntil(today, c.Due)
	}
	record := v.related[c.Record]
	if record.Record == nil {
		return view
	}
	view.Record = v.view(c.Record, record)
	view.RecordChanged = c.State == CorrectionOpen && record.Revision > c.At
	owner := ownerOf(record.Record)
	for _, f := range c.Changes {
		if v.p.MayRead(Sharing{f.Class, f.Scope}, owner) {
			view.Changes = append(view.Changes, FieldChange{f.Name, f.Before, f.After})
		}
	}
	return view
}

// partyName is the name of the body that objects.
func (h *Hub) partyName(party string) string {
	if agency, ok := h.reference.AgencyByCode(party); ok {
		return agency.Name
	}
	return h.recipientName(party)
}

// CorrectionSide is on which side of a correction the caller stands.
type CorrectionSide string

// The sides.
const (
	SideRaised   CorrectionSide = "RAISED"
	SideReceived CorrectionSide = "RECEIVED"
)

// CorrectionSides lists them.
func CorrectionSides() []CorrectionSide { return []CorrectionSide{SideRaised, SideReceived} }

// CorrectionFilter narrows the corrections.
type CorrectionFilter struct {
	Side    *CorrectionSide
	State   []CorrectionState
	Overdue *bool
	Owner   []string // districts, by code or name, whose records are objected to
	Record  *ID
}

// Corrections returns a page of the corrections that p may read, the newest first.
func (h *Hub) Corrections(ctx context.Context, p *Principal, filter CorrectionFilter, page PageArgs) (*Connection[*CorrectionView], error) {
	if p.Role == RoleAnonymous {
		return nil, &Error{Code: CodeUnauthenticated, Message: "查看校核申请须表明身份。请登录；程序请在 Authorization 请求头中带上本单位的密钥。"}
	}
	var owners []string
	for _, name := range filter.Owner {
		region, ok := h.reference.District(name)
		if !ok {
			return nil, Invalid("filter.district", "没有代码为“%s”的区。请重新选择区；程序请用 GB/T 2260 代码，例如 120112（津南区），全部代码见 regions 查询。", Shorten(name))
		}
		owners = append(owners, region.Code)
	}
	walk, err := backwardsFrom(page, "corrections", given(filter.Side), filter.State, given(filter.Overdue), owners, given(filter.Record))
	if err != nil {
		return nil, err
	}
	wanted := func(r Record) bool {
		c := r.(*Correction)
		return p.readsCorrection(c) && oneOf(filter.State, c.State) && oneOf(owners, c.Owner) &&
			(filter.Overdue == nil || c.overdueOn(h.Today()) == *filter.Overdue) &&
			(filter.Record == nil || c.Record == *filter.Record) &&
			(filter.Side == nil || p.onCorrectionSide(c, *filter.Side))
	}
	return newest(ctx, h, p, KindCorrection, walk, wanted, (*viewer).correction)
}

func (p *Principal) onCorrectionSide(c *Correction, side CorrectionSide) bool {
	if side == SideRaised {
		return p.objects() && partyOf(p) == c.Party
	}
	return oneOf(p.receives(), c.Owner) && len(p.receives()) > 0
}

// Dispute 异议标注 says, to everybody, that a field is disputed.
type Dispute struct {
	Field string
	Since Date
}

// DisputesOf returns what is disputed of a record at the moment at which it was
// asked for: a field once, however many object to it, since the first who still does.
func (h *Hub) DisputesOf(ctx context.Context, record ID, at Revision) (disputes []Dispute, err error) {
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		versions, err := corrections(snap, record, at)
		for _, v := range versions {
			c := v.Record.(*Correction)
			if c.State != CorrectionOpen {
				continue
			}
			if i := slices.IndexFunc(disputes, func(d Dispute) bool { return d.Field == c.Field }); i >= 0 {
				disputes[i].Since = min(disputes[i].Since, c.RaisedOn)
				continue
			}
			disputes = append(disputes, Dispute{c.Field, c.RaisedOn})
		}
		return err
	})
	return disputes, err
}

// CorrectionsOf returns the corrections about a record that p may read, the newest
// first, at most a page of them.
func (h *Hub) CorrectionsOf(ctx context.Context, p *Principal, record ID) (views []*CorrectionView, err error) {
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		versions, err := corrections(snap, record, 0)
		if err != nil {
			return err
		}
		v, err := h.viewer(snap, p, Moment{On: h.Today()}, versions)
		for i := len(versions) - 1; i >= 0 && len(views) < MaxPageSize; i-- {
			if p.readsCorrection(versions[i].Record.(*Correction)) {
				views = append(views, v.correction(versions[i]))
			}
		}
		return err
	})
	return views, err
}

// CorrectionCounts are how many corrections wait for an answer.
type CorrectionCounts struct {
	Open    int
	Overdue int
}

// CountCorrections counts the corrections as they stood at a revision, and which
// were overdue on a day.
func (h *Hub) CountCorrections(ctx context.Context, at Revision, on Date) (*CorrectionCounts, error) {
	counts := new(CorrectionCounts)
	err := h.withSnapshot(ctx, func(snap Snapshot) error {
		for v, err := range snap.All(at, KindCorrection) {
			if err != nil {
				return err
			}
			if c := v.Record.(*Correction); c.State == CorrectionOpen {
				counts.Open++
				if c.overdueOn(on) {
					counts.Overdue++
				}
			}
		}
		return nil
	})
	return counts, err
}
