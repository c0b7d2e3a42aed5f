package hub

import (
	"context"
	"slices"
	"time"
)

// SecondmentView is a secondment with its persons as one caller sees them.
type SecondmentView struct {
	*Secondment
	District  *Region
	Persons   []*SecondedView
	Steps     []*SecondmentEventView
	Overdue   bool // somebody has not gone back in time
	Attention bool // somebody who is on the way or there is not on the roster any more, for now or for good
	Revision  Revision
	UpdatedAt time.Time
}

// SecondedView is a candidate with her listing.
type SecondedView struct {
	Seconded
	Mediator  *MediatorView
	HomeName  string
	Status    EntryStatus // of the listing, today
	Overdue   bool
	Attention bool
}

// SecondmentEventView is a step with the person that it is about.
type SecondmentEventView struct {
	SecondmentEvent
	Mediator *MediatorView // nil for a step about the secondment as a whole
}

func (v *viewer) secondment(version Version) *SecondmentView {
	s := version.Record.(*Secondment)
	today := v.hub.Today()
	view := &SecondmentView{Secondment: s, District: v.district(s.District), Overdue: s.overdueOn(today), Revision: version.Revision, UpdatedAt: version.At}
	for _, p := range s.Persons {
		person := &SecondedView{Seconded: p, HomeName: v.hub.recipientName(p.Home), Mediator: v.mediatorOf(p.Mediator)}
		if m, ok := v.related[p.Mediator].Record.(*Mediator); ok {
			person.Status = m.Timeline().On(today)
		}
		person.Overdue = p.State == SecondedStarted && today > s.To
		person.Attention = person.Status != StatusActive && slices.Contains([]SecondedState{SecondedAsked, SecondedReleased, SecondedStarted}, p.State)
		view.Attention = view.Attention || person.Attention
		view.Persons = append(view.Persons, person)
	}
	for _, e := range s.Steps {
		view.Steps = append(view.Steps, &SecondmentEventView{e, v.mediatorOf(e.Mediator)})
	}
	return view
}

func (v *viewer) mediatorOf(id ID) *MediatorView {
	if version := v.related[id]; version.Record != nil {
		return v.mediator(version)
	}
	return nil
}

// SecondmentSide is on which side of a secondment the caller stands.
type SecondmentSide string

// The sides.
const (
	SideAsking SecondmentSide = "ASKING"
	SideHome   SecondmentSide = "HOME"
)

// SecondmentSides lists them.
func SecondmentSides() []SecondmentSide { return []SecondmentSide{SideAsking, SideHome} }

// SecondmentFilter narrows the secondments.
type SecondmentFilter struct {
	District []string // that ask: codes or names
	State    []SecondmentState
	Side     *SecondmentSide // those that the caller's district asked for, or in which the caller's mediators are asked for
	On       *Date           // that fall on this day
	Overdue  *bool           // with somebody who has not gone back in time
	Mediator *ID             // with this mediator among the candidates
}

// Secondments returns a page of the secondments that p may read, the newest first.
func (h *Hub) Secondments(ctx context.Context, p *Principal, filter SecondmentFilter, page PageArgs) (*Connection[*SecondmentView], error) {
	if !p.readsSecondment(&Secondment{State: SecondmentActive}) {
		return nil, Forbidden("调剂由市、区管理员查看；法院和审计员亦可查看。某位调解员是否已派往别的区、可否调剂，见名册上该调解员的记录（接口为 away 和 available）。")
	}
	var districts []string
	for _, name := range filter.District {
		region, ok := h.reference.District(name)
		if !ok {
			return nil, Invalid("filter.district", "没有代码为“%s”的区。请重新选择区；程序请用 GB/T 2260 代码，例如 120112（津南区），全部代码见 regions 查询。", Shorten(name))
		}
		districts = append(districts, region.Code)
	}
	walk, err := backwardsFrom(page, "secondments", districts, filter.State, given(filter.Side), given(filter.On), given(filter.Overdue), given(filter.Mediator))
	if err != nil {
		return nil, err
	}
	wanted := func(s *Secondment) bool {
		return p.readsSecondment(s) && oneOf(districts, s.District) && oneOf(filter.State, s.State) &&
			(filter.On == nil || s.From <= *filter.On && *filter.On <= s.To) &&
			(filter.Overdue == nil || s.overdueOn(h.Today()) == *filter.Overdue) &&
			(filter.Mediator == nil || s.person(*filter.Mediator) != nil) &&
			(filter.Side == nil || p.onSide(s, *filter.Side))
	}
	return newest(ctx, h, p, KindSecondment, walk, func(r Record) bool { return wanted(r.(*Secondment)) }, (*viewer).secondment)
}

func (p *Principal) onSide(s *Secondment, side SecondmentSide) bool {
	if side == SideAsking {
		return p.Role == RoleDistrictAdmin && p.District == s.District
	}
	return slices.ContainsFunc(s.Persons, func(person Seconded) bool { return slices.Contains(p.homes(), person.Home) })
}

// newest returns a page of the records of a kind that are few, from the newest one.
func newest[T any](ctx context.Context, h *Hub, p *Principal, kind Kind, walk backwards, wanted func(Record) bool, view func(*viewer, Version) T) (*Connection[T], error) {
	conn := &Connection[T]{}
	err := h.withSnapshot(ctx, func(snap Snapshot) error {
		moment, err := h.moment(snap, walk.asOf, 0)
		if err != nil {
			return err
		}
		if conn.Revision = moment.At; moment.At == 0 {
			conn.Revision = snap.Revision()
		}
		var found []Version
		for v, err := range snap.All(moment.At, kind) {
			if err != nil {
				return err
			}
			if wanted(v.Record) {
				found = append(found, v)
			}
		}
		slices.Reverse(found)
		conn.TotalCount = len(found)
		found = slices.DeleteFunc(found, func(v Version) bool { return walk.after != 0 && v.Record.RecordID() >= walk.after })
		conn.setMore(len(found) > walk.limit, false, walk.after != 0)
		found = found[:min(walk.limit, len(found))]
		v, err := h.viewer(snap, p, moment, found)
		for _, version := range found {
			conn.Edges = append(conn.Edges, ConnectionEdge[T]{Node: view(v, version), Cursor: walk.cursor(version.Record.RecordID())})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// SecondmentCounts are how many secondments there are.
type SecondmentCounts struct {
	Open    int // asked for or approved, nobody there yet
	Active  int
	Away    int // persons who are there
	Overdue int // persons who have not gone back in time
}

// CountSecondments counts the secondments as they stood at a revision, and who was
// overdue on a day.
func (h *Hub) CountSecondments(ctx context.Context, at Revision, on Date) (*SecondmentCounts, error) {
	counts := new(SecondmentCounts)
	err := h.withSnapshot(ctx, func(snap Snapshot) error {
		for v, err := range snap.All(at, KindSecondment) {
			if err != nil {
				return err
			}
			s := v.Record.(*Secondment)
			switch s.State {
			case SecondmentRequested, SecondmentApproved:
				counts.Open++
			case SecondmentActive:
				counts.Active++
			}
			for _, p := range s.Persons {
				if p.State == SecondedStarted {
					counts.Away++
					if on > s.To {
						counts.Overdue++
					}
				}
			}
		}
		return nil
	})
	return counts, err
}

// AbsenceView is an absence with the district.
type AbsenceView struct {
	Absence
	District *Region
}

// AbsencesOf shows when a mediator is, or was, away.
func (h *Hub) AbsencesOf(m *MediatorView) []*AbsenceView {
	views := make([]*AbsenceView, len(m.Away))
	for i, a := range m.Away {
		views[i] = &AbsenceView{Absence: a}
		views[i].District, _ = h.reference.Region(a.District)
	}
	return views
}

// Available reports whether a mediator can be called on on a day, that of the
// question when on is 0.
func (h *Hub) Available(m *MediatorView, on Date) bool {
	if on == 0 {
		on = m.Moment.On
	}
	return m.AvailableOn(on, h.Today())
}
