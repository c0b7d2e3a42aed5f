package graph_test

import (
	"reflect"
	"slices"
	"testing"

	"concord/internal/hub"
)

type feedPage struct {
	PageInfo struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       *string
	}
	Edges []rosterChange
}

func (w *world) feed(t *testing.T, caller string, variables map[string]any) feedPage {
	t.Helper()
	var data struct{ Changes feedPage }
	w.ask(t, caller, `query($after: String, $first: Int, $before: String, $last: Int, $kinds: [RecordKind!], $district: [String!]) {
		changes(after: $after, first: $first, before: $before, last: $last, kinds: $kinds, district: $district) {
			pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
			edges { cursor node { revision kind action recordId actor fields { name before after } } } } }`, variables).into(t, &data)
	return data.Changes
}

// The feed from its end backwards is the feed, whatever it is narrowed to.
func TestFeedBackwardsIsTheFeed(t *testing.T) {
	w := newWorld(t)
	for n := range 300 { // more than one window of the log, most of it not shown
		batch := hub.Batch{Origin: hub.Origin{Actor: "key_9"}, At: now, Puts: []hub.Put{{Record: &hub.Attempt{ID: w.hub.NextID(hub.KindAttempt)}}}}
		if n == 150 {
			batch.Puts = append(batch.Puts, hub.Put{Record: &hub.Person{ID: w.hub.NextID(hub.KindPerson), Name: "中示例"}})
		}
		if _, err := w.store.Apply(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	w.amend(t, "city-admin", "示例-调-0003", "title", "最后")
	for _, within := range []map[string]any{{}, {"kinds": []string{"MEDIATOR", "PERSON"}}, {"district": []string{"120101", "津南区"}}} {
		ask := func(page map[string]any) feedPage {
			for name, value := range within {
				page[name] = value
			}
			return w.feed(t, "city-admin", page)
		}
		want := ask(map[string]any{"first": 100}).Edges
		if len(want) < 4 {
			t.Fatalf("%v: only %d changes", within, len(want))
		}
		var got []rosterChange
		page := ask(map[string]any{"last": 3})
		if page.PageInfo.HasNextPage {
			t.Errorf("%v: something is newer than the newest", within)
		}
		if newer := ask(map[string]any{"first": 1, "after": page.PageInfo.EndCursor}); len(newer.Edges) > 0 || newer.PageInfo.HasNextPage {
			t.Errorf("%v: the newest page ends before %+v", within, newer.Edges)
		}
		for {
			got = append(slices.Clone(page.Edges), got...)
			if !page.PageInfo.HasPreviousPage {
				break
			}
			if page = ask(map[string]any{"last": 3, "before": page.PageInfo.StartCursor}); !page.PageInfo.HasNextPage {
				t.Errorf("%v: nothing is newer than an older page", within)
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%v: backwards there are %d changes, forwards %d", within, len(got), len(want))
		}
		// From the end of an older page on comes what is newer.
		if next := ask(map[string]any{"first": 100, "after": want[1].Cursor}); !reflect.DeepEqual(next.Edges, want[2:]) {
			t.Errorf("%v: after the second change come %d", within, len(next.Edges))
		}
	}
	for _, bad := range []string{`{ changes(first: 1, last: 1) { revision } }`, `{ changes(before: "abc", last: 1) { revision } }`, `{ changes(district: ["不存在区"]) { revision } }`} {
		if got := w.ask(t, "city-admin", bad, nil); !slices.Equal(got.codes(), []string{"INVALID"}) {
			t.Errorf("%s: %s", bad, got.body)
		}
	}
}

// A district narrows the feed to what is of it, and tells nobody to which district
// a record belongs that she may not read.
func TestFeedOfADistrict(t *testing.T) {
	w := newWorld(t)
	s := w.eventStream(t, "city-admin", `subscription { rosterChanged(district: ["120101"]) { cursor node { revision kind action recordId actor fields { name before after } } } }`, nil)
	start := w.feed(t, "city-admin", map[string]any{"last": 1}).Edges[0].Cursor
	secondment := &hub.Secondment{ID: w.hub.NextID(hub.KindSecondment), District: "120101", Number: 1, Ground: "示例"}
	other := &hub.Organization{ID: w.hub.NextID(hub.KindOrganization), Name: "津南示例组织", District: "120112", Level: hub.LevelDistrict, Fictional: true}
	own := &hub.Organization{ID: w.hub.NextID(hub.KindOrganization), Name: "和平示例组织", District: "120101", Level: hub.LevelDistrict, Fictional: true}
	batch := hub.Batch{Origin: hub.Origin{Actor: "key_9"}, At: now, Puts: []hub.Put{{Record: secondment}, {Record: other}, {Record: own}}}
	if _, err := w.store.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		caller string
		want   []hub.ID
	}{{"city-admin", []hub.ID{secondment.ID, own.ID}}, {"anonymous", []hub.ID{own.ID}}} {
		var got []string
		for _, edge := range w.feed(t, c.caller, map[string]any{"after": start, "district": []string{"和平区"}}).Edges {
			got = append(got, edge.Node.RecordID)
		}
		var want []string
		for _, id := range c.want {
			want = append(want, id.String())
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s sees of the district %v, not %v", c.caller, got, want)
		}
	}
	for _, want := range []hub.ID{secondment.ID, own.ID} {
		if got := s.next(t).change(t).Node.RecordID; got != want.String() {
			t.Errorf("pushed: %s, not %s", got, want)
		}
	}
}
