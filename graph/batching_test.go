package graph_test

import (
	"fmt"
	"maps"
	"testing"

	"concord/internal/hub"
)

// TestPagesReadEachKindOnce counts what a page of 100 reads: the list, its
// records, and each kind around them in one pass, however many rows there are.
func TestPagesReadEachKindOnce(t *testing.T) {
	counted(t)
	w := newWorld(t)
	w.more(t, 100)
	for name, c := range map[string]struct {
		query string
		rows  int
		want  map[string]int
	}{
		"mediators with organisation and person": {
			`{ mediators(first: 100) { nodes { name person { name } organization { name district { name } } specialties { label cause { name } } } } }`, 100,
			map[string]int{"List MEDIATOR": 1, "Get MEDIATOR": 1, "Get PERSON": 1, "Get ORGANIZATION": 1},
		},
		"mediators with totals and facets": {
			`{ mediators(first: 100) { totalCount facets { field buckets { value } } edges { node { name organization { id } } } } }`, 100,
			map[string]int{"List MEDIATOR": 1, "Count MEDIATOR": 1, "Get MEDIATOR": 1, "Get PERSON": 1, "Get ORGANIZATION": 1},
		},
		"invited listings with court, person and body": {
			`{ invitedListings(first: 100) { nodes { name court { name district { name } parent { name } } person { name } organization { name } } } }`, 100,
			map[string]int{"List INVITED_LISTING": 1, "Get INVITED_LISTING": 1, "Get PERSON": 1, "Get ORGANIZATION": 1},
		},
		"experts with person": {
			`{ experts(first: 100) { nodes { name person { name } } } }`, 100,
			map[string]int{"List EXPERT": 1, "Get EXPERT": 1, "Get PERSON": 1},
		},
		"nodes of several kinds": {
			`{ nodes(ids: ["med_1", "med_2", "exp_1", "inv_1", "inv_2", "org_1"]) { ... on RosterEntry { person { name } } } }`, 6,
			map[string]int{"Get MEDIATOR": 1, "Get EXPERT": 1, "Get INVITED_LISTING": 1, "Get ORGANIZATION": 2, "Get PERSON": 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w.store.since()
			answer := w.ask(t, "", c.query, nil)
			if len(answer.Errors) > 0 {
				t.Fatal(answer.Errors)
			}
			if got := w.store.since(); !maps.Equal(got, c.want) {
				t.Errorf("reads %v, want %v", got, c.want)
			}
			var rows map[string]any
			answer.into(t, &rows)
			if n := len(rowsOf(rows)); n != c.rows {
				t.Errorf("%d rows, want %d", n, c.rows)
			}
		})
	}
}

// rowsOf finds the rows in data of one root field.
func rowsOf(data map[string]any) []any {
	for _, root := range data {
		switch root := root.(type) {
		case []any:
			return root
		case map[string]any:
			for _, name := range []string{"nodes", "edges"} {
				if rows, ok := root[name].([]any); ok {
					return rows
				}
			}
		}
	}
	return nil
}

// more adds n entries to each roster, with a person each and an organisation for
// every ten.
func (w *world) more(t *testing.T, n int) {
	t.Helper()
	id := func(kind hub.Kind, i int) hub.ID { return hub.NewID(kind, uint64(1000+i)) }
	entry := func(kind hub.Kind, i int) hub.Entry {
		return hub.Entry{
			ID: id(kind, i), Name: fmt.Sprintf("示例%03d", i), PersonID: id(hub.KindPerson, i), Level: hub.LevelDistrict, District: "120103",
			Specialties: []string{"劳动报酬"}, Fictional: true, Events: []hub.StatusEvent{{Status: hub.StatusActive, On: 1}},
		}
	}
	var puts []hub.Put
	for i := range n {
		body := id(hub.KindOrganization, i/10)
		if i%10 == 0 {
			puts = append(puts, hub.Put{Record: &hub.Organization{ID: body, Name: fmt.Sprintf("示例组织%d", i), Kind: hub.OrgPark, Level: hub.LevelDistrict, District: "120103"}})
		}
		puts = append(puts,
			hub.Put{Record: &hub.Person{ID: id(hub.KindPerson, i), Name: fmt.Sprintf("示例%03d", i)}},
			hub.Put{Record: &hub.Mediator{Entry: entry(hub.KindMediator, i), Organization: body}},
			hub.Put{Record: &hub.Expert{Entry: entry(hub.KindExpert, i)}},
			hub.Put{Record: &hub.InvitedListing{Entry: entry(hub.KindInvitedListing, i), Invitee: hub.InviteePerson, Court: "津0103", Organization: body}},
		)
	}
	if _, err := w.store.Apply(t.Context(), hub.Batch{Origin: hub.Origin{Actor: "system"}, At: now, Puts: puts}); err != nil {
		t.Fatal(err)
	}
}
