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
			Employer: "示例律所（天津）", Field: e.field, DistrictsServed: e.serves, Services: e.services, ConflictedBodies: []string{"示例建设集团有限公司"},
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
	w.recommend(t, clerk, hub.NewID(hub.KindExpert, 700).String(), hub.NewID(hub.KindExpert, 705).String())
}

// recommend is the clerk's choice: whom a party of the matter must not have, and who
// was chosen, as it stands with the expert from then on.
func (w *world) recommend(t *testing.T, clerk, expert, suspended string) {
	t.Helper()
	warned := func(caller string, parties ...string) *answer {
		return w.ask(t, caller, `query($id: ID!, $parties: [String!]!) { expert(by: {id: $id}) { name conflictsWith(parties: $parties) } }`, map[string]any{"id": expert, "parties": parties})
	}
	many := slices.Repeat([]string{"示例公司"}, 21)
	for _, c := range []struct {
		caller  string
		parties []string
		want    string
	}{
		{clerk, []string{"示例餐饮有限公司", " 示例建设集团　有限公司", "示例建设集团", "示例律所（天津）"}, `["示例建设集团 有限公司","示例建设集团","示例律所（天津）"]`},
		{clerk, []string{"示例律所(天津)第二分所"}, `["示例律所(天津)第二分所"]`},
		{clerk, []string{"公司", "集团"}, `[]`},
		{"expert-keeper", []string{"示例建设集团有限公司"}, `["示例建设集团有限公司"]`},
		{"partner", []string{"示例建设集团有限公司"}, `FORBIDDEN`},
		{"auditor", []string{"示例建设集团有限公司"}, `FORBIDDEN`},
		{"anonymous", []string{"示例建设集团有限公司"}, `FORBIDDEN`},
		{clerk, nil, `INVALID`},
		{clerk, many, `INVALID`},
		{clerk, []string{"示例公司", " "}, `INVALID`},
	} {
		a := warned(c.caller, append([]string{}, c.parties...)...)
		if c.want[0] != '[' {
			if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != c.want || !strings.Contains(string(a.body), `"conflictsWith":null`) {
				t.Errorf("%s asking of %q is answered %s, want %s", c.caller, c.parties, a.body, c.want)
			}
			continue
		}
		if !strings.Contains(string(a.body), `"conflictsWith":`+c.want) {
			t.Errorf("%s is told of %q: %s, want %s", c.caller, c.parties, a.body, c.want)
		}
	}

	used := func(on string) string {
		t.Helper()
		var data struct {
			Experts struct {
				Nodes []struct {
					ID       string
					LastUsed *string
				}
			}
		}
		w.ask(t, "anonymous", `query($on: Date) { experts(search: "工伤 建筑 滨海 可线上", on: $on, first: 10) { nodes { id lastUsed } } }`, map[string]any{"on": on}).into(t, &data)
		for _, n := range data.Experts.Nodes {
			if n.ID == expert && n.LastUsed != nil {
				return *n.LastUsed
			}
		}
		return ""
	}
	if last := used("2025-06-15"); last != "" {
		t.Errorf("used on %s before anybody was recommended", last)
	}
	const record = `record { id ... on Recommendation { name revision } }`
	form := func(caller string, more map[string]any) payload {
		t.Helper()
		input := map[string]any{"experts": []string{expert}, "purpose": "示例工伤案件论证", "on": "2025-06-10"}
		for key, value := range more {
			input[key] = value
		}
		return w.change(t, caller, "recordRecommendation", "RecordRecommendationInput", record, input)
	}
	for _, c := range []struct {
		caller, code, path string
		more               map[string]any
	}{
		{"partner", "FORBIDDEN", "input", nil},
		{"auditor", "FORBIDDEN", "input", nil},
		{clerk, "MOVE_IMPOSSIBLE", "input.experts.1", map[string]any{"experts": []string{expert, suspended}}},
		{clerk, "MOVE_IMPOSSIBLE", "input.experts.0", map[string]any{"on": "2023-12-31"}}, // before the term
		{clerk, "NOT_FOUND", "input.experts.0", map[string]any{"experts": []string{"exp_999"}}},
		{clerk, "DUPLICATE", "input.experts.1", map[string]any{"experts": []string{expert, expert}}},
		{clerk, "INVALID", "input.experts", map[string]any{"experts": []string{}}},
		{clerk, "INVALID", "input.purpose", map[string]any{"purpose": "张示例 11010519491231002X 工伤案"}},
		{clerk, "DATE_IMPOSSIBLE", "input.on", map[string]any{"on": "2025-06-16"}},
	} {
		p := form(c.caller, c.more)
		p.refused(t, c.code, c.path)
	}
	before := w.hub.Revision()
	if tried := form(clerk, map[string]any{"preview": true}); len(tried.UserErrors) > 0 || w.hub.Revision() != before {
		t.Errorf("a preview is answered %+v", tried)
	}
	done := form(clerk, map[string]any{"idempotencyKey": "推荐一"})
	done.done(t)
	if again := form(clerk, map[string]any{"idempotencyKey": "推荐一"}); !again.Replayed || again.Record.ID != done.Record.ID {
		t.Errorf("repeated: %+v", again)
	}
	if done.Record.Name != "合示例" {
		t.Errorf("recommended %q", done.Record.Name)
	}
	for on, want := range map[string]string{"2025-06-09": "", "2025-06-10": "2025-06-10", "2025-06-15": "2025-06-10"} {
		if last := used(on); last != want {
			t.Errorf("on %s last used %q, want %q", on, last, want)
		}
	}
	for caller, reads := range map[string]bool{clerk: true, "city-admin": true, "expert-keeper": true, "auditor": true, "district-admin-120101": false, "partner": false, "anonymous": false} {
		a := w.ask(t, caller, `query($id: ID!, $expert: ID!) { node(id: $id) { id ... on Recommendation { purpose recordedBy experts { name status } } } expert(by: {id: $expert}) { recommendations { purpose } }
			changes(first: 100) { nodes { fields { before after } reason } } }`, map[string]any{"id": done.Record.ID, "expert": expert})
		if got := strings.Contains(string(a.body), "示例工伤案件论证"); got != reads || reads == strings.Contains(string(a.body), `"node":null`) {
			t.Errorf("%s reads %s", caller, a.body)
		}
	}
	// Only the court itself corrects it; then the newest day is the one that stands.
	correction := map[string]any{"id": done.Record.ID, "expectedRevision": done.Record.Revision, "on": "2025-06-12"}
	other := form("district-admin-120101", correction)
	other.refused(t, "FORBIDDEN", "input.id")
	corrected := form(clerk, correction)
	corrected.done(t)
	late := form(clerk, correction)
	late.refused(t, "CONFLICT", "input.expectedRevision")
	earlier := form("expert-keeper", map[string]any{"on": "2025-06-01"})
	earlier.done(t)
	if last := used("2025-06-15"); last != "2025-06-12" {
		t.Errorf("last used %q", last)
	}
	w.listRecommended(t, clerk, expert, done.Record.ID, earlier.Record.ID, int(before))

	// The city's administrators recommend in the name of their agency, and are found by it.
	city := form("city-admin", map[string]any{"on": "2025-06-03"})
	city.done(t)
	for _, body := range []string{"市级名册", "市人社局"} {
		a := w.ask(t, "auditor", `query($body: [String!]) { recommendations(filter: {body: $body}) { nodes { id recordedBy } } }`, map[string]any{"body": []string{body}})
		if want := fmt.Sprintf(`{"recommendations":{"nodes":[{"id":%q,"recordedBy":"市人社局"}]}}`, city.Record.ID); !strings.Contains(string(a.body), want) {
			t.Errorf("of %s there are %s, want %s", body, a.body, want)
		}
	}
	its := form("city-admin", map[string]any{"id": city.Record.ID, "expectedRevision": city.Record.Revision, "on": "2025-06-04"})
	its.done(t)
}

// listRecommended asks for the list: of the court's own, or of all, by expert, body,
// days and moment; page by page.
func (w *world) listRecommended(t *testing.T, clerk, expert, courts, pools string, before int) {
	t.Helper()
	list := func(caller, args string) (ids []string, a *answer) {
		a = w.ask(t, caller, `{ recommendations`+args+` { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`, nil)
		var data struct {
			Recommendations struct {
				TotalCount int
				Nodes      []struct{ ID string }
			}
		}
		if len(a.Errors) > 0 {
			return a.codes(), a
		}
		a.into(t, &data)
		for _, n := range data.Recommendations.Nodes {
			ids = append(ids, n.ID)
		}
		if !strings.Contains(args, "first") && data.Recommendations.TotalCount != len(ids) {
			t.Errorf("%s%s counts %d: %q", caller, args, data.Recommendations.TotalCount, ids)
		}
		return ids, a
	}
	both := []string{pools, courts}
	for _, c := range []struct {
		caller, args string
		want         []string
	}{
		{"city-admin", "", both},
		{"expert-keeper", "", both},
		{"auditor", "", both},
		{clerk, "", []string{courts}},
		{"district-admin-120101", "", nil},
		{"partner+all", "", []string{"FORBIDDEN"}},
		{"anonymous", "", []string{"UNAUTHENTICATED"}},
		{"auditor", `(filter: {body: ["市级专家库"]})`, []string{pools}},
		{"auditor", `(filter: {body: ["EXPERTS", "津0101"]})`, both},
		{"auditor", `(filter: {body: ["天津市和平区人民法院"]})`, []string{courts}},
		{"auditor", `(filter: {body: ["和平区"]})`, nil},
		{"auditor", `(filter: {body: ["不知何处"]})`, []string{"INVALID"}},
		{"auditor", `(filter: {from: "2025-06-02"})`, []string{courts}},
		{"auditor", `(filter: {from: "2025-06-01", to: "2025-06-01"})`, []string{pools}},
		{"auditor", `(filter: {from: "2025-06-02", to: "2025-06-11"})`, nil}, // 06-10 was corrected to 06-12
		{"auditor", `(filter: {from: "2025-06-03", to: "2025-06-02"})`, []string{"INVALID"}},
		{"auditor", fmt.Sprintf(`(filter: {expert: %q})`, expert), both},
		{"auditor", `(filter: {expert: "exp_999"})`, nil},
		{"auditor", `(filter: {expert: "med_1"})`, []string{"INVALID"}},
		{"auditor", fmt.Sprintf(`(asOf: %d)`, before), nil},
		{"auditor", `(asOf: 100000)`, []string{"INVALID"}},
		{"auditor", `(first: 0)`, []string{"INVALID"}},
	} {
		if got, a := list(c.caller, c.args); !slices.Equal(got, c.want) {
			t.Errorf("%s lists %s: %q, want %q: %.500s", c.caller, c.args, got, c.want, a.body)
		}
	}
	page, a := list("auditor", "(first: 1)")
	var data struct {
		Recommendations struct {
			PageInfo struct {
				HasNextPage bool
				EndCursor   string
			}
		}
	}
	a.into(t, &data)
	info := data.Recommendations.PageInfo
	next, _ := list("auditor", fmt.Sprintf(`(first: 1, after: %q)`, info.EndCursor))
	if !info.HasNextPage || !slices.Equal(append(page, next...), both) {
		t.Errorf("pages are %q and %q", page, next)
	}
	if other, _ := list("auditor", fmt.Sprintf(`(first: 1, after: %q, filter: {from: "2025-01-01"})`, info.EndCursor)); !slices.Equal(other, []string{"INVALID"}) {
		t.Errorf("another question's cursor is answered %q", other)
	}
}
