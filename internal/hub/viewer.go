package hub

import (
	"cmp"
	"slices"
)

// viewer makes views of records for one caller at one moment. It has loaded
// whatever the records refer to beforehand, each kind in one pass over the
// store, so that making views reads nothing.
type viewer struct {
	hub    *Hub
	p      *Principal
	moment Moment
	// onlyPublic says that p sees what nearly everybody sees, see keptViews.
	onlyPublic bool

	related map[ID]Version // persons, organisations, listings
}

// viewer loads what the versions refer to.
func (h *Hub) viewer(snap Snapshot, p *Principal, moment Moment, versions []Version) (*viewer, error) {
	v := &viewer{hub: h, p: p, moment: moment, onlyPublic: p.seesOnlyPublic(), related: map[ID]Version{}}
	versions, err := v.withListings(snap, versions)
	if err != nil {
		return nil, err
	}
	var persons, organizations []ID
	for _, version := range versions {
		person, organization := references(version.Record)
		if person != 0 {
			persons = append(persons, person)
		}
		for _, id := range []ID{organization, parentOf(version.Record)} {
			if id != 0 {
				organizations = append(organizations, id)
			}
		}
	}
	for _, ids := range [][]ID{persons, organizations} {
		slices.Sort(ids)
		ids = slices.Compact(ids)
		if len(ids) == 0 {
			continue
		}
		found, err := snap.Get(moment.At, ids...)
		if err != nil {
			return nil, err
		}
		for i, id := range ids {
			v.related[id] = found[i]
		}
	}
	return v, nil
}

// withListings loads the listings that the versions are about, and returns the
// versions with them, so that what these refer to is loaded too.
func (v *viewer) withListings(snap Snapshot, versions []Version) ([]Version, error) {
	var ids []ID
	for _, version := range versions {
		switch r := version.Record.(type) {
		case *Secondment:
			for _, p := range r.Persons {
				ids = append(ids, p.Mediator)
			}
		case *Correction:
			ids = append(ids, r.Record)
		}
	}
	if len(ids) == 0 {
		return versions, nil
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	found, err := snap.Get(v.moment.At, ids...)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		v.related[id] = found[i]
	}
	return append(slices.Clip(versions), found...), nil
}

// references returns the person and the organisation that a record refers to.
func references(r Record) (person, organization ID) {
	switch r := r.(type) {
	case *Mediator:
		return r.PersonID, r.Organization
	case *Expert:
		return r.PersonID, 0
	case *InvitedListing:
		return r.PersonID, r.Organization
	}
	return 0, 0
}

func (v *viewer) state(version Version, status Status, terms []AppointmentTerm) State {
	s := State{Revision: version.Revision, UpdatedAt: version.At, Status: status, Moment: v.moment}
	if len(terms) > 0 {
		term := termOn(terms, v.moment.On)
		s.Term = &term
	}
	return s
}

func (v *viewer) entryState(version Version, e *Entry) State {
	return v.state(version, e.Timeline().On(v.moment.On), e.Terms)
}

func (e *Entry) owner(kind Kind) Owner {
	return Owner{Kind: kind, Level: e.Level, District: e.District}
}

func (v *viewer) mediator(version Version) *MediatorView {
	return kept(v, version, func() *MediatorView { return v.makeMediator(version) })
}

func (v *viewer) makeMediator(version Version) *MediatorView {
	m := version.Record.(*Mediator)
	owner := m.owner(KindMediator)
	return &MediatorView{
		Mediator:     redacted(v.p, owner, m),
		State:        v.entryState(version, &m.Entry),
		District:     v.district(m.District),
		Specialties:  v.specialties(m.Specialties),
		Person:       v.person(m.PersonID, owner),
		Organization: v.organizationOf(m.Organization),
	}
}

func (v *viewer) expert(version Version) *ExpertView {
	return kept(v, version, func() *ExpertView { return v.makeExpert(version) })
}

func (v *viewer) makeExpert(version Version) *ExpertView {
	e := version.Record.(*Expert)
	owner := e.owner(KindExpert)
	return &ExpertView{
		Expert:      redacted(v.p, owner, e),
		State:       v.entryState(version, &e.Entry),
		District:    v.district(e.District),
		Specialties: v.specialties(e.Specialties),
		Person:      v.person(e.PersonID, owner),
		conflicts:   conflicts(e),
	}
}

func (v *viewer) invitedListing(version Version) *InvitedListingView {
	return kept(v, version, func() *InvitedListingView { return v.makeInvitedListing(version) })
}

func (v *viewer) makeInvitedListing(version Version) *InvitedListingView {
	l := version.Record.(*InvitedListing)
	owner := l.owner(KindInvitedListing)
	owner.Court = l.Court
	view := &InvitedListingView{
		InvitedListing: redacted(v.p, owner, l),
		State:          v.entryState(version, &l.Entry),
		District:       v.district(l.District),
		Specialties:    v.specialties(l.Specialties),
		Person:         v.person(l.PersonID, owner),
		Organization:   v.organizationOf(l.Organization),
	}
	view.Court, _ = v.hub.reference.CourtByCode(l.Court)
	return view
}

func (v *viewer) organization(version Version) *OrganizationView {
	return kept(v, version, func() *OrganizationView { return v.makeOrganization(version) })
}

func (v *viewer) makeOrganization(version Version) *OrganizationView {
	o := version.Record.(*Organization)
	status := o.Timeline().On(v.moment.On)
	view := &OrganizationView{
		Organization: redacted(v.p, Owner{Kind: KindOrganization, Level: o.Level, District: o.District}, o),
		State:        v.state(version, status, nil),
		Status:       OrganizationStatus(status),
		District:     v.district(o.District),
		Specialties:  v.specialties(o.Specialties),
	}
	if o.Window != nil {
		view.Window = &WindowView{o.Window, v.moment}
	}
	return view
}

func (v *viewer) organizationOf(id ID) *OrganizationView {
	if version := v.related[id]; version.Record != nil {
		return v.organization(version)
	}
	return nil
}

// person shows a person within a listing: whoever keeps the listing keeps what
// the hub holds of its person.
func (v *viewer) person(id ID, owner Owner) *PersonView {
	version := v.related[id]
	if version.Record == nil {
		return nil
	}
	return v.personView(version, owner)
}

func (v *viewer) personView(version Version, owner Owner) *PersonView {
	return &PersonView{redacted(v.p, owner, version.Record.(*Person)), version.Revision, version.At, v.moment}
}

func (v *viewer) district(code string) *Region {
	if region, ok := v.hub.reference.Region(code); ok {
		return region
	}
	return &Region{Code: code, Name: code}
}

func (v *viewer) specialties(labels []string) []SpecialtyView {
	views := make([]SpecialtyView, len(labels))
	for i, label := range labels {
		views[i] = SpecialtyView{Label: label, Cause: v.hub.causeOf(label, v.moment.On)}
	}
	return views
}

// valueLabel is the Chinese word for a value of a dimension.
func (h *Hub) valueLabel(d Dimension, value string) string {
	switch d {
	case ByDistrict:
		if region, ok := h.reference.Region(value); ok {
			return region.Name
		}
	case ByLevel:
		return Level(value).Label()
	case ByStatus:
		if s := Status(value); s.Valid() {
			return s.Label()
		}
		return OrganizationStatus(value).Label()
	case BySource:
		return SourceCategory(value).Label()
	case ByOrgKind:
		return OrganizationKind(value).Label()
	case ByCourt:
		if court, ok := h.reference.CourtByCode(value); ok {
			return court.Name
		}
	}
	return value
}

// buckets turns the cells of one dimension into labelled buckets, most frequent
// first, ties by value.
func (h *Hub) buckets(d Dimension, cells []Cell) []Bucket {
	buckets := make([]Bucket, 0, len(cells))
	for _, c := range cells {
		if c.Values[0] != "" {
			buckets = append(buckets, Bucket{c.Values[0], h.valueLabel(d, c.Values[0]), c.Count})
		}
	}
	slices.SortFunc(buckets, func(a, b Bucket) int {
		return cmp.Or(b.Count-a.Count, cmp.Compare(a.Value, b.Value))
	})
	return buckets
}
