package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"concord/internal/hub"
)

// pool puts experts into the hub of which one is what a court looks for – accidents
// at work, building trade, 滨海新区, online – and each of the others lacks one thing.
func (w *world) pool(t *testing.T) {
	t.Helper()
	day := dayIn(t)
	batch := hub.Batch{Origin: hub.Origin{Actor: "system", Reason: "示例"}, At: now}
	for i, e := range []struct {
		name, specialty, field, district string
		serves, services                 []string
		begun, ends                      string
		then                             []hub.StatusEvent
	}{
		{"合示例", "工伤保险", "建筑业用工", "120116", nil, []string{"现场", "线上"}, "2024-01-01", "2025-08-31", nil},
		{"市示例", "工伤保险", "建筑施工安全", "120000", []string{"120101", "120116"}, []string{"线上"}, "2024-01-01", "2026-12-31", nil},
		{"现示例", "工伤保险", "建筑业用工", "120116", nil, []string{"现场"}, "2024-01-01", "2026-12-31", nil},
		{"区示例", "工伤保险", "建筑业用工", "120101", []string{"120101"}, []string{"线上"}, "2024-01-01", "2026-12-31", nil},
		{"业示例", "工伤保险", "餐饮业用工", "120116", nil, []string{"线上"}, "2024-01-01", "2026-12-31", nil},
		{"停示例", "工伤保险", "建筑业用工", "120116", nil, []string{"线上"}, "2024-01-01", "2026-12-31",
			[]hub.StatusEvent{{Status: hub.StatusSuspended, On: day("2025-06-01"), Until: day("2025-09-30")}}},
		{"前示例", "工伤保险", "建筑业用工", "120116", nil, []string{"线上"}, "2022-01-01", "2025-03-31", nil},
	} {
		level := hub.LevelDistrict
		if e.district == "120000" {
			level = hub.LevelCity
		}
		batch.Puts = append(batch.Puts, hub.Put{Record: &hub.Expert{
			Entry: hub.Entry{ID: hub.NewID(hub.KindExpert, uint64(700+i)), RegistrationNo: fmt.Sprintf("示例-专-07%02d", i), Name: e.name, Level: level, District: e.district, Specialties: []string{e.specialty}, Fictional: true,
				Terms:  []hub.AppointmentTerm{{Start: day(e.begun), End: day(e.ends)}},
				Events: append([]hub.StatusEvent{{Status: hub.StatusActive, On: day(e.begun)}}, e.then...)},
			Field: e.field, DistrictsServed: e.serves, Services: e.services, ConflictedBodies: []string{"示例建设集团有限公司"},
		}})
	}
	if _, err := w.store.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	w.caughtUp(t)
}

// Story 4: a court's clerk looks for an expert in everyday words, sees what there is
// by district and status, how long each still serves, and who was in the pool on a
// past day.
func TestStoryClerkFindsAnExpert(t *testing.T) {
	w := newSearchedWorld(t)
	w.pool(t)
	const clerk = "court-keeper-津0101"
	type page struct {
		Experts struct {
			TotalCount, Revision int
			Relaxed              bool
			Facets               []hub.Facet
			Nodes                []struct {
				ID, Name, Status string
				Services         []string
				DistrictsServed  []string
				Term             struct{ Start, End string }
				ConflictedBodies []string
			}
		}
	}
	const query = `query($on: Date, $filter: ExpertFilter) { experts(search: "工伤 建筑 滨海 可线上", on: $on, filter: $filter, first: 10) {
		totalCount revision relaxed facets { field buckets { value label count } }
		nodes { id name status services districtsServed term { start end } } } }`
	find := func(variables map[string]any) (names []string, p page) {
		t.Helper()
		answer := w.ask(t, clerk, query, variables)
		if len(answer.Errors) > 0 {
			t.Fatal(string(answer.body))
		}
		answer.into(t, &p)
		for _, n := range p.Experts.Nodes {
			names = append(names, n.Name)
		}
		if p.Experts.Relaxed || p.Experts.TotalCount != len(names) || p.Experts.Revision != int(w.hub.Revision()) {
			t.Errorf("%+v", p)
		}
		return names, p
	}
	// Whoever was ever in the pool: those of the district first, of these those of the
	// trade, which alone excludes nobody.
	all, p := find(nil)
	slices.Sort(all[:3])
	if !slices.Equal(all, []string{"停示例", "前示例", "合示例", "业示例", "市示例"}) {
		t.Fatalf("found %q", all)
	}
	counted := map[string]int{}
	for _, f := range p.Experts.Facets {
		for _, b := range f.Buckets {
			counted[string(f.Field)+" "+b.Label] = b.Count
		}
	}
	for facet, want := range map[string]int{"district 滨海新区": 4, "status 在册": 3, "status 暂停": 1, "status 届满": 1, "level 市级": 1, "level 区级": 4, "specialty 工伤保险": 5} {
		if counted[facet] != want {
			t.Errorf("facet %s counts %d, want %d of %v", facet, counted[facet], want, counted)
		}
	}
	now, p := find(map[string]any{"filter": map[string]any{"status": []string{"ACTIVE"}}})
	if !slices.Equal(now, []string{"合示例", "业示例", "市示例"}) || p.Experts.Nodes[0].Term.End != "2025-08-31" {
		t.Errorf("in the pool are %q: %+v", now, p.Experts.Nodes)
	}
	then, p := find(map[string]any{"on": "2025-03-18"})
	if slices.Sort(then[:3]); !slices.Equal(then, []string{"停示例", "前示例", "合示例", "业示例", "市示例"}) {
		t.Errorf("in the pool on that day were %q", then)
	}
	for _, n := range p.Experts.Nodes {
		if n.Status != "ACTIVE" {
			t.Errorf("on that day %s was %s", n.Name, n.Status)
		}
	}
	// What the pool's keeper alone knows, the clerk is not shown.
	secret := w.ask(t, clerk, `{ experts(search: "工伤 建筑 滨海 可线上") { nodes { conflictedBodies } } }`, nil)
	if len(secret.Errors) > 0 || strings.Contains(string(secret.body), "示例建设集团") || strings.Count(string(secret.body), `"conflictedBodies":null`) != 5 {
		t.Errorf("the clerk reads %s", secret.body)
	}
}
