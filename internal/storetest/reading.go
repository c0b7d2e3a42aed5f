package storetest

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"concord/internal/hub"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func sameItem(a, b hub.ListItem) bool { return a.ID == b.ID && a.Revision == b.Revision }

// sameRecord compares records, instants regardless of their zone.
func sameRecord(a, b hub.Record) bool {
	ka, okA := a.(*hub.APIKey)
	kb, okB := b.(*hub.APIKey)
	if okA && okB {
		x, y := *ka, *kb
		if !x.CreatedAt.Equal(y.CreatedAt) {
			return false
		}
		x.CreatedAt, y.CreatedAt = time.Time{}, time.Time{}
		return reflect.DeepEqual(x, y)
	}
	return reflect.DeepEqual(a, b)
}

func sameChange(a, b hub.Change) bool {
	return a.Revision == b.Revision && a.At.Equal(b.At) && a.Origin == b.Origin && a.Previous == b.Previous && sameRecord(a.Record, b.Record)
}

func testLog(t *testing.T, s Subject) {
	o := s.open(t)
	o.grow(60)
	snap := o.snapshot()

	t.Run("changes come in order from any revision", func(t *testing.T) {
		for _, after := range []hub.Revision{0, 1, o.model.revision() / 2, o.model.revision() - 1, o.model.revision(), o.model.revision() + 5, 1<<64 - 1} {
			next := int(min(after, o.model.revision()))
			for c, err := range snap.Changes(after) {
				if err != nil {
					t.Fatal(err)
				}
				if next >= len(o.model.changes) || !sameChange(c, o.model.changes[next]) {
					t.Fatalf("after %d: got %+v as change %d", after, c, next)
				}
				next++
			}
			if next != len(o.model.changes) {
				t.Errorf("after %d: the log ends at %d, want %d", after, next, len(o.model.changes))
			}
		}
	})

	t.Run("reading may stop anywhere", func(t *testing.T) {
		for c, err := range snap.Changes(0) {
			if err != nil {
				t.Fatal(err)
			}
			if c.Revision == 3 {
				break
			}
		}
		for _, err := range snap.All(0, hub.KindMediator) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
	})

	t.Run("the history of a record runs from newest to oldest", func(t *testing.T) {
		for id := range o.model.state(0) {
			var want []hub.Change
			for _, c := range slices.Backward(o.model.changes) {
				if c.Record.RecordID() == id {
					want = append(want, c)
				}
			}
			var got []hub.Change
			before := hub.Revision(0)
			for {
				page := must(snap.History(id, before, 2))
				got = append(got, page...)
				if len(page) < 2 {
					break
				}
				before = page[1].Revision
			}
			if !slices.EqualFunc(got, want, sameChange) {
				t.Fatalf("history of %s has %d changes, want %d", id, len(got), len(want))
			}
		}
		if h := must(snap.History(hub.NewID(hub.KindMediator, 1<<40), 0, 5)); len(h) != 0 {
			t.Errorf("who never was has a history of %d", len(h))
		}
	})
}

func testRefusals(t *testing.T, s Subject) {
	o := s.open(t)
	o.grow(20)
	snap := o.snapshot()
	future := snap.Revision() + 1
	byName := hub.Order{Field: hub.OrderByName}
	now := hub.Moment{On: day}
	page := must(snap.List(hub.ListQuery{Kind: hub.KindMediator, Moment: now, Order: byName, Limit: 2}))
	position := page.Items[0].Position

	for name, q := range map[string]hub.ListQuery{
		"limit 0":                          {Kind: hub.KindMediator, Moment: now, Order: byName},
		"limit 1001":                       {Kind: hub.KindMediator, Moment: now, Order: byName, Limit: 1001},
		"a revision to come":               {Kind: hub.KindMediator, Moment: hub.Moment{At: future, On: day}, Order: byName, Limit: 1},
		"an unknown order":                 {Kind: hub.KindMediator, Moment: now, Order: hub.Order{Field: "SHOE_SIZE"}, Limit: 1},
		"a kind that is not kept":          {Kind: hub.KindMeasure, Moment: now, Order: byName, Limit: 1},
		"a position of another order":      {Kind: hub.KindMediator, Moment: now, Order: hub.Order{Field: hub.OrderByUpdated}, Limit: 1, After: position},
		"a position of another kind":       {Kind: hub.KindExpert, Moment: now, Order: byName, Limit: 1, After: position},
		"a position that is none":          {Kind: hub.KindMediator, Moment: now, Order: byName, Limit: 1, After: hub.Position("?")},
		"an empty position":                {Kind: hub.KindMediator, Moment: now, Order: byName, Limit: 1, After: hub.Position{}},
		"after and before":                 {Kind: hub.KindMediator, Moment: now, Order: byName, Limit: 1, After: position, Before: position},
		"before, but forwards":             {Kind: hub.KindMediator, Moment: now, Order: byName, Limit: 1, Before: position},
		"after, but backwards":             {Kind: hub.KindMediator, Moment: now, Order: byName, Limit: 1, After: position, Backward: true},
		"a position that was cut off":      {Kind: hub.KindMediator, Moment: now, Order: byName, Limit: 1, After: position[:5]},
		"another position that is cut off": {Kind: hub.KindMediator, Moment: now, Order: byName, Limit: 1, After: position[:2]},
	} {
		t.Run("List refuses "+name, func(t *testing.T) {
			_, err := snap.List(q)
			wantCode(t, err, hub.CodeInvalid)
		})
	}
	for name, q := range map[string]hub.CountQuery{
		"a revision to come":   {Kind: hub.KindMediator, Moment: hub.Moment{At: future, On: day}, By: [][]hub.Dimension{{}}},
		"an unknown dimension": {Kind: hub.KindMediator, Moment: now, By: [][]hub.Dimension{{"shoe size"}}},
		"three dimensions":     {Kind: hub.KindMediator, Moment: now, By: [][]hub.Dimension{{hub.ByLevel, hub.ByStatus, hub.ByDistrict}}},
	} {
		t.Run("Count refuses "+name, func(t *testing.T) {
			_, err := snap.Count(q)
			wantCode(t, err, hub.CodeInvalid)
		})
	}
	t.Run("Get and Lookup refuse a revision to come", func(t *testing.T) {
		_, err := snap.Get(future, 1)
		wantCode(t, err, hub.CodeInvalid)
		_, err = snap.Lookup(future, hub.KindMediator, hub.KeyRegistrationNo, "1")
		wantCode(t, err, hub.CodeInvalid)
		for _, err := range snap.All(future, hub.KindMediator) {
			wantCode(t, err, hub.CodeInvalid)
		}
	})
	t.Run("ids of nothing find nothing", func(t *testing.T) {
		for _, v := range must(snap.Get(0, 0, 1, hub.NewID(hub.KindMeasure, 7), hub.NewID(200, 7), hub.NewID(hub.KindMediator, 1<<50))) {
			if v.Record != nil || v.Revision != 0 {
				t.Errorf("found %+v", v)
			}
		}
	})
}

// testPositions pages through a list while it changes.
func testPositions(t *testing.T, s Subject) {
	for _, backward := range []bool{false, true} {
		t.Run(fmt.Sprintf("pages neither repeat nor skip while records move, backward %t", backward), func(t *testing.T) {
			o := s.open(t)
			still := map[hub.ID]bool{}
			var movers []hub.ID
			for i := range 120 {
				m := mediator(o.NextID(hub.KindMediator), someNames[i%len(someNames)])
				m.District = someDistricts[i%len(someDistricts)]
				o.put(m)
				if i%3 == 0 {
					movers = append(movers, m.ID)
				} else {
					still[m.ID] = true
				}
			}
			q := hub.ListQuery{Kind: hub.KindMediator, Moment: hub.Moment{On: day}, Order: hub.Order{Field: hub.OrderByName}, Limit: 7, Backward: backward}
			seen := map[hub.ID]int{}
			for {
				snap, err := o.Snapshot()
				if err != nil {
					t.Fatal(err)
				}
				page := must(snap.List(q))
				snap.Close()
				for _, item := range page.Items {
					seen[item.ID]++
				}
				if !page.More {
					break
				}
				edge := page.Items[len(page.Items)-1]
				if backward {
					edge = page.Items[0]
					q.Before = edge.Position
				} else {
					q.After = edge.Position
				}
				// The record at the edge itself moves away, and others come and go.
				for _, id := range append([]hub.ID{pick(o.rng, movers), pick(o.rng, movers)}, edge.ID) {
					if still[id] && id != edge.ID {
						continue
					}
					m := mediator(id, pick(o.rng, someNames))
					m.District = pick(o.rng, someDistricts)
					o.put(m)
					if id == edge.ID {
						delete(still, id)
					}
				}
				o.put(mediator(o.NextID(hub.KindMediator), pick(o.rng, someNames)))
			}
			for id := range still {
				if seen[id] != 1 {
					t.Errorf("%s, which never moved, was seen %d times", id, seen[id])
				}
			}
		})
	}
}

// testRandom compares everything with the model, now and in the past.
func testRandom(t *testing.T, s Subject) {
	o := s.open(t)
	rounds := 6
	if testing.Short() {
		rounds = 2
	}
	for round := range rounds {
		o.grow(60)
		o.compare(fmt.Sprintf("round %d", round))
	}
}

func (o *opened) compare(label string) {
	t := o.t
	t.Helper()
	snap, err := o.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	moments := []hub.Revision{0, snap.Revision(), 1, snap.Revision() - 1, snap.Revision() / 2, 1 + hub.Revision(o.rng.IntN(int(snap.Revision())))}

	for _, at := range moments {
		state := o.model.state(at)
		ids := []hub.ID{hub.NewID(hub.KindMediator, 1<<30)}
		for _, c := range o.model.changes {
			ids = append(ids, c.Record.RecordID())
		}
		o.rng.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		for i, v := range must(snap.Get(at, ids...)) {
			want, there := state[ids[i]]
			if there != (v.Record != nil) || there && (v.Revision != want.Revision || !v.At.Equal(want.At) || !sameRecord(v.Record, want.Record)) {
				t.Fatalf("%s: Get(%d, %s) = %+v, want %+v", label, at, ids[i], v, want)
			}
		}
		for _, kind := range []hub.Kind{hub.KindMediator, hub.KindOrganization, hub.KindPerson, hub.KindKey} {
			o.compareAll(label, snap, at, kind, state)
		}
		o.compareKeys(label, snap, at)
	}
	for _, kind := range hub.RosterKinds {
		for _, district := range someDistricts {
			for _, name := range append(someNames, someBodies...) {
				if got, want := must(snap.Named(kind, district, name)), o.model.named(kind, district, name); !slices.Equal(got, want) {
					t.Fatalf("%s: Named(%s, %q, %s) = %v, want %v", label, kind, district, name, got, want)
				}
			}
		}
	}
	for range 60 {
		o.compareList(label, snap, o.someQuery(moments))
	}
	for range 40 {
		q := o.someQuery(moments)
		cq := hub.CountQuery{Kind: q.Kind, Filter: q.Filter, Moment: q.Moment, Within: q.Within}
		dims := []hub.Dimension{hub.ByDistrict, hub.BySpecialty, hub.ByStatus, hub.ByLevel, hub.BySource, hub.ByOrgKind, hub.ByCourt, hub.ByEmployment, hub.ByStreet}
		for range 1 + o.rng.IntN(4) {
			var by []hub.Dimension
			for range o.rng.IntN(3) {
				by = append(by, pick(o.rng, dims))
			}
			cq.By = append(cq.By, by)
		}
		o.compareCount(label, snap, cq)
		o.compareLives(label, snap, q)
		cq.Moment.On += 7 // another day, all else being equal
		o.compareCount(label, snap, cq)
	}
}

func (o *opened) compareLives(label string, snap hub.Snapshot, q hub.ListQuery) {
	o.t.Helper()
	var got, want []string
	for life, err := range snap.Lives(q.Kind, q.Filter, q.Moment) {
		if err != nil {
			o.t.Fatal(err)
		}
		got = append(got, fmt.Sprint(life))
	}
	for _, c := range o.model.matching(q.Kind, q.Filter, q.Moment, nil) {
		facts := o.model.factsOf(c)
		want = append(want, fmt.Sprint(hub.Life{
			ID: c.Record.RecordID(), District: facts.District, Organization: facts.Organization, Employment: facts.Employment, Timeline: facts.Timeline,
		}))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		o.t.Fatalf("%s: Lives(%+v) = %v, want %v", label, q, got, want)
	}
}

func (o *opened) compareCount(label string, snap hub.Snapshot, q hub.CountQuery) {
	o.t.Helper()
	got, want := must(snap.Count(q)), o.model.count(q)
	for i := range want {
		if !slices.EqualFunc(got[i], want[i], func(a, b hub.Cell) bool { return slices.Equal(a.Values, b.Values) && a.Count == b.Count }) {
			o.t.Fatalf("%s: Count(%+v) by %v = %v, want %v", label, q, q.By[i], got[i], want[i])
		}
	}
}

func (o *opened) compareAll(label string, snap hub.Snapshot, at hub.Revision, kind hub.Kind, state map[hub.ID]hub.Change) {
	o.t.Helper()
	var want []hub.ID
	for id := range state {
		if id.Kind() == kind {
			want = append(want, id)
		}
	}
	slices.Sort(want)
	i := 0
	for v, err := range snap.All(at, kind) {
		if err != nil {
			o.t.Fatal(err)
		}
		if i >= len(want) || v.Record.RecordID() != want[i] || v.Revision != state[want[i]].Revision || !sameRecord(v.Record, state[want[i]].Record) {
			o.t.Fatalf("%s: All(%d, %s) yields %s as number %d", label, at, kind, v.Record.RecordID(), i)
		}
		i++
	}
	if i != len(want) {
		o.t.Fatalf("%s: All(%d, %s) yields %d, want %d", label, at, kind, i, len(want))
	}
}

func (o *opened) compareKeys(label string, snap hub.Snapshot, at hub.Revision) {
	o.t.Helper()
	asked := map[hub.Key]bool{}
	for _, c := range o.model.changes {
		for _, k := range o.model.factsOf(c).Keys {
			k.Unique = c.Record.RecordID().Kind() == hub.KindMediator // any way of asking each once
			if asked[k] || o.rng.IntN(4) > 0 {
				continue
			}
			asked[k] = true
			kind := c.Record.RecordID().Kind()
			if got, want := must(snap.Lookup(at, kind, k.Name, k.Value)), o.model.lookup(at, kind, k.Name, k.Value); !slices.Equal(got, want) {
				o.t.Fatalf("%s: Lookup(%d, %s, %d, %q) = %v, want %v", label, at, kind, k.Name, k.Value, got, want)
			}
		}
	}
}

// someQuery returns a random list query without paging.
func (o *opened) someQuery(moments []hub.Revision) hub.ListQuery {
	rng := o.rng
	q := hub.ListQuery{
		Kind:   pick(rng, append(hub.RosterKinds, hub.KindMediator, hub.KindMediator, hub.KindPerson)),
		Moment: hub.Moment{At: pick(rng, moments), On: someDay(rng), Listed: rng.IntN(3) == 0},
		Order: hub.Order{
			Field:      pick(rng, []hub.OrderField{hub.OrderByName, hub.OrderByName, hub.OrderByRegistrationNo, hub.OrderByUpdated, hub.OrderByTermEnd}),
			Descending: rng.IntN(2) == 0,
		},
	}
	f := &q.Filter
	sometimes := func() bool { return rng.IntN(5) == 0 }
	if sometimes() {
		f.District = append(somePart(rng, someDistricts, 2), pick(rng, append(someDistricts, "没有的区")))
	}
	if sometimes() {
		f.Level = []hub.Level{pick(rng, someLevels)}
	}
	if sometimes() {
		f.Status = append(somePart(rng, someStatuses, 2), pick(rng, append(someStatuses, "")))
	}
	if sometimes() {
		f.Specialty = append(somePart(rng, someSpecialties, 1), pick(rng, append(someSpecialties, "没有的领域")))
	}
	if sometimes() {
		f.Source = []hub.SourceCategory{pick(rng, someSources), pick(rng, someSources)}
	}
	if sometimes() {
		f.Organization = hub.NewID(hub.KindOrganization, uint64(1+rng.IntN(5)))
	}
	if sometimes() {
		f.ExpiringBefore = someDay(rng)
	}
	if q.Kind == hub.KindInvitedListing && sometimes() {
		f.Court = []string{pick(rng, someCourts)}
	}
	if q.Kind == hub.KindOrganization && sometimes() {
		f.OrgKind = []hub.OrganizationKind{pick(rng, someOrgKinds)}
	}
	if sometimes() {
		q.Within = []hub.ID{}
		for _, c := range o.model.changes {
			if rng.IntN(4) == 0 {
				q.Within = append(q.Within, c.Record.RecordID())
			}
		}
		slices.Sort(q.Within)
		q.Within = slices.Compact(q.Within)
	}
	return q
}

// compareList reads a list in both directions in pages of several sizes, and
// from positions in the middle.
func (o *opened) compareList(label string, snap hub.Snapshot, q hub.ListQuery) {
	t := o.t
	t.Helper()
	want := o.model.list(q)
	for _, limit := range []int{1000, 1 + o.rng.IntN(9)} {
		for _, backward := range []bool{false, true} {
			q := q
			q.Limit, q.Backward = limit, backward
			var got []hub.ListItem
			for pages := 0; ; pages++ {
				q.Total = o.rng.IntN(2) == 0
				page, err := snap.List(q)
				if err != nil {
					t.Fatalf("%s: List(%+v): %v", label, q, err)
				}
				if total := map[bool]int{true: len(want), false: -1}[q.Total]; page.Total != total {
					t.Fatalf("%s: List(%+v) has a total of %d, want %d", label, q, page.Total, total)
				}
				if backward {
					got = append(slices.Clone(page.Items), got...)
				} else {
					got = append(got, page.Items...)
				}
				if more := len(got) < len(want); page.More != more || pages > len(want) {
					t.Fatalf("%s: List(%+v) says more: %t after %d of %d", label, q, page.More, len(got), len(want))
				}
				if !page.More {
					break
				}
				if backward {
					q.Before = page.Items[0].Position
				} else {
					q.After = page.Items[len(page.Items)-1].Position
				}
			}
			if !slices.EqualFunc(got, want, func(a hub.ListItem, b hub.Change) bool {
				return cmp.Compare(a.ID, b.Record.RecordID()) == 0 && a.Revision == b.Revision
			}) {
				t.Fatalf("%s: List(%+v)\n got %v\nwant %v", label, q, itemIDs(got), changeIDs(want))
			}
			if len(got) > 2 && limit < 1000 {
				// Turning back at any place shows what was just passed.
				i := 1 + o.rng.IntN(len(got)-1)
				back := q
				back.After, back.Before, back.Backward, back.Total = nil, got[i].Position, true, false
				page := must(snap.List(back))
				from := max(0, i-limit)
				if !slices.EqualFunc(page.Items, got[from:i], sameItem) || page.More != (from > 0) {
					t.Fatalf("%s: List(%+v) before place %d gives %v, want %v", label, back, i, itemIDs(page.Items), itemIDs(got[from:i]))
				}
			}
		}
	}
}

func itemIDs(items []hub.ListItem) (ids []string) {
	for _, item := range items {
		ids = append(ids, fmt.Sprintf("%s@%d", item.ID, item.Revision))
	}
	return ids
}

func changeIDs(changes []hub.Change) (ids []string) {
	for _, c := range changes {
		facts := c.Record.Facts()
		ids = append(ids, fmt.Sprintf("%s@%d(%s)", c.Record.RecordID(), c.Revision, facts.Name))
	}
	return ids
}
