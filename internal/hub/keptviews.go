package hub

import "sync/atomic"

// keptViews keeps views as those see them who read public fields alone, which is
// nearly everybody: making one anew copies three records and works out two statuses.
// A view is kept with all that decides it, so that nothing has to be taken back. Each
// has one place, by its record's revision; a newer one takes it.
type keptViews [keptViewSlots]atomic.Pointer[keptView]

// keptViewSlots is a power of two; a view with its records takes some 2 KB.
const keptViewSlots = 1 << 13

type keptView struct {
	revision, person, organization Revision // of the record and of those it refers to
	moment                         Moment
	view                           Node
}

// seesOnlyPublic reports whether p reads public fields alone, whoever keeps a record.
func (p *Principal) seesOnlyPublic() bool {
	return p.reading == nil && !p.SeesSomeOf(SharedField{Sharing: Sharing{Class: Conditional}}) && !p.SeesSomeOf(SharedField{Sharing: Sharing{Class: SourceOnly}})
}

// kept returns the view of a version that was kept for v's moment, or else makes it.
func kept[T any](v *viewer, version Version, make func() T) T {
	if !v.onlyPublic {
		return make()
	}
	person, organization := references(version.Record)
	key := keptView{revision: version.Revision, person: v.related[person].Revision, organization: v.related[organization].Revision, moment: v.moment}
	slot := &v.hub.kept[uint64(version.Revision)%keptViewSlots]
	if k := slot.Load(); k != nil && k.revision == key.revision && k.person == key.person && k.organization == key.organization && k.moment == key.moment {
		if view, ok := k.view.(T); ok {
			return view
		}
	}
	view := make()
	key.view = view
	slot.Store(&key)
	return view
}
