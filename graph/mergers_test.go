package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"concord/internal/hub"
)

// What hangs on two persons who turn out to be one, or on an organisation that ends,
// told over HTTP by role.

// onTwin are questions about whatever names the second of two who are one.
const onTwin = `{ arbitrators%[1]s { nodes { name person { id } } } trainingRecords%[1]s { totalCount }
	mediator(by: {id: %[2]q}%[3]s) { person { id trainingByYear { year hours count passed } listings { id } } available away { district { code } from } } statistics%[1]s { mediators { total byStatus { value count } } } }`

type twinAnswer struct {
	Arbitrators struct {
		Nodes []struct {
			Name   string
			Person *struct{ ID string }
		}
	}
	Mediator struct {
		Person struct {
			ID             string
			TrainingByYear []struct {
				Year, Count, Passed int
				Hours               float64
			}
			Listings []struct{ ID string }
		}
		Available bool
		Away      []struct{ District struct{ Code string } }
	}
}

func TestMergedPersonsTakeEverythingAlong(t *testing.T) {
	w := newWorld(t)
	w.twins(t)
	w.bureau(t, "JUSTICE")
	one, two := hub.NewID(hub.KindPerson, 501).String(), hub.NewID(hub.KindPerson, 502).String()
	first, second := hub.NewID(hub.KindMediator, 501), hub.NewID(hub.KindMediator, 502)

	arbitrator := map[string]any{"name": "周示例", "level": "DISTRICT", "district": "120112", "person": two, "qualification": "LAWYER", "from": "2025-01-01", "to": "2027-12-31"}
	p := w.enter(t, "district-admin-120112", "recordArbitrator", arbitrator, nil)
	p.done(t)
	training := map[string]any{"listing": first.String(), "course": "示例课程", "organizer": "市司法局", "on": "2024-05-01", "hours": 8, "passed": true}
	for _, more := range []map[string]any{nil, {"listing": second.String(), "on": "2024-06-01", "hours": 16, "passed": false}, {"listing": second.String(), "on": "2025-06-01", "hours": 4, "passed": nil}} {
		p = w.enter(t, "JUSTICE", "recordTraining", training, more)
		p.done(t)
	}
	stationing := map[string]any{"who": second.String(), "centre": "org_2", "from": "2025-01-01"}
	p = w.enter(t, "JUSTICE", "recordStationing", stationing, nil)
	p.done(t)
	// The second is lent to a district for some days to come.
	snap, err := w.store.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	versions, err := snap.Get(0, second)
	snap.Close()
	if err != nil {
		t.Fatal(err)
	}
	lent := *versions[0].Record.(*hub.Mediator)
	today := hub.Today(now)
	lent.Away = []hub.Absence{{Secondment: hub.NewID(hub.KindSecondment, 900), District: "120104", From: today - 1, To: today + 10, StartedOn: today - 1}}
	if _, err := w.store.Apply(t.Context(), hub.Batch{Origin: hub.Origin{Actor: "system", Reason: "示例"}, At: now, Puts: []hub.Put{{Record: &lent, Expected: versions[0].Revision}}}); err != nil {
		t.Fatal(err)
	}

	before := w.ask(t, "", fmt.Sprintf(onTwin, "", second, ""), nil)
	at := int(w.hub.Revision())
	merge := map[string]any{"id": one, "expectedRevision": w.personRevision(t, one), "other": map[string]any{"id": two, "expectedRevision": w.personRevision(t, two)}, "documentNo": "示例核〔2025〕1号", "reason": "示例"}
	// 津南区 keeps the arbitrator and one of the listings, 和平区 the other: neither may alone.
	refused := w.mergePersons(t, "district-admin-120112", cloned(merge))
	refused.refused(t, "FORBIDDEN", "input.id")
	merged := w.mergePersons(t, "city-admin", merge)
	merged.done(t)
	if merged.Followed != 4 { // a listing, an arbitrator, two trainings
		t.Errorf("%d records followed", merged.Followed)
	}

	var after twinAnswer
	w.ask(t, "", fmt.Sprintf(onTwin, "", second, ""), nil).into(t, &after)
	if a := after.Arbitrators.Nodes; len(a) != 1 || a[0].Person == nil || a[0].Person.ID != one {
		t.Errorf("arbitrators are %+v", a)
	}
	years := fmt.Sprint(after.Mediator.Person.TrainingByYear)
	if after.Mediator.Person.ID != one || years != "[{2025 1 0 4} {2024 2 1 24}]" || len(after.Mediator.Person.Listings) != 2 {
		t.Errorf("the person is %+v", after.Mediator.Person)
	}
	var elsewhere twinAnswer
	w.ask(t, "", fmt.Sprintf(onTwin, "", first, ""), nil).into(t, &elsewhere)
	if m := elsewhere.Mediator; m.Available || len(m.Away) != 1 || m.Away[0].District.Code != "120104" {
		t.Errorf("her other listing says that she is there: %+v", m)
	}
	// What the hub said before, it still says that it said.
	asOf := w.ask(t, "", fmt.Sprintf(onTwin, fmt.Sprintf("(asOf: %d)", at), second, fmt.Sprintf(", asOf: %d", at)), nil)
	if string(asOf.Data) != string(before.Data) {
		t.Errorf("before the merger the hub said %s\nand is now said to have said %s", before.Data, asOf.Data)
	}
	var told struct {
		Node struct {
			History struct{ Nodes []struct{ RecordID string } }
		}
	}
	w.ask(t, "city-admin", `query($id: ID!) { node(id: $id) { ... on Person { history(first: 100) { nodes { recordId } } } } }`, map[string]any{"id": one}).into(t, &told)
	of := map[string]int{}
	for _, c := range told.Node.History.Nodes {
		of[c.RecordID]++
	}
	if of[one] != 2 || of[two] != 2 {
		t.Errorf("the survivor's history is of %v", of)
	}
}

func (w *world) personRevision(t *testing.T, id string) int {
	t.Helper()
	var data struct{ Node struct{ Revision int } }
	w.ask(t, "", `query($id: ID!) { node(id: $id) { ... on Person { revision } } }`, map[string]any{"id": id}).into(t, &data)
	return data.Node.Revision
}

// Whoever keeps every listing of two persons, and not an arbitrator who is one of
// them, does not merge them.
func TestArbitratorsAreMergedByTheirKeepers(t *testing.T) {
	w := newWorld(t)
	w.twins(t)
	two, three := hub.NewID(hub.KindPerson, 502).String(), hub.NewID(hub.KindPerson, 503).String()
	// Both are 津南区's, and one is an arbitrator of the city.
	p := w.enter(t, "city-admin", "recordArbitrator", map[string]any{"name": "周示例", "level": "CITY", "person": two, "qualification": "LAWYER", "from": "2025-01-01"}, nil)
	p.done(t)
	merge := map[string]any{"id": two, "expectedRevision": w.personRevision(t, two), "other": map[string]any{"id": three, "expectedRevision": w.personRevision(t, three)}, "documentNo": "示例1号", "reason": "示例"}
	refused := w.mergePersons(t, "district-admin-120112", cloned(merge))
	refused.refused(t, "FORBIDDEN", "input.id")
	refused = w.mergePersons(t, "city-admin", cloned(merge)) // who gets further: they are two
	refused.refused(t, "IDENTITY_CONFLICT", "input.other.id")
}

// An organisation is merged: who looks after it, who is stationed there, its
// arbitrators and the windows before it go on with the successor from that day; what
// was before stays true. Its awards stay what it earned.
func TestMergedOrganisationsTakeEverythingAlong(t *testing.T) {
	for _, ends := range []string{"mergeOrganization", "dissolveOrganization"} {
		t.Run(ends, func(t *testing.T) {
			w := newWorld(t)
			const home = "district-admin-120101"
			next := w.change(t, home, "registerOrganization", "RegisterOrganizationInput", `record { id }`, map[string]any{
				"fields": map[string]any{"name": "示例和平区街道调解委员会", "kind": "STREET_TOWN", "level": "DISTRICT", "district": "120101", "creditCode": "91350100M000100Y43"}, "on": "2025-01-01"})
			next.done(t)
			heir := next.Record.ID
			enter := func(caller, name string, input map[string]any) string {
				t.Helper()
				p := w.enter(t, caller, name, input, nil)
				p.done(t)
				return p.Record.ID
			}
			arbitrator := enter(home, "recordArbitrator", map[string]any{"name": "钱示例", "level": "DISTRICT", "district": "120101", "qualification": "LAWYER", "from": "2023-01-01", "organization": "org_1"})
			sun := enter(home, "recordArbitrator", map[string]any{"name": "孙示例", "level": "DISTRICT", "district": "120101", "qualification": "LAWYER", "from": "2023-01-01"})
			enter(home, "recordLiaison", map[string]any{"arbitrator": arbitrator, "role": "PRIMARY", "streets": []string{"小白楼街道"}, "organizations": []string{"org_1"}, "from": "2024-01-01"})
			enter(home, "recordLiaison", map[string]any{"arbitrator": sun, "role": "BACKUP", "organizations": []string{"org_1"}, "from": "2024-01-01"})
			enter(home, "recordLiaison", map[string]any{"arbitrator": sun, "role": "BACKUP", "organizations": []string{"org_1"}, "from": "2023-01-01", "to": "2023-12-31"})
			enter("district-admin-120112", "recordStationing", map[string]any{"who": "org_1", "centre": "org_2", "from": "2024-01-01", "weekdays": []string{"MONDAY"}})
			enter(home, "recordStationing", map[string]any{"who": "med_2", "centre": "org_1", "from": "2024-01-01"})
			w.change(t, "district-admin-120112", "recordPractice", "RecordPracticeInput", `record { id }`, map[string]any{
				"id": "org_2", "expectedRevision": w.newest(t, "org_2"), "window": map[string]any{"scope": "劳动争议", "hours": "工作日", "behind": []string{"org_1"}}})

			input := map[string]any{"id": "org_1", "expectedRevision": w.newest(t, "org_1"), "documentNo": "示例并1号", "on": "2025-06-10", "membersFollow": true}
			input["successor"] = heir
			if ends == "dissolveOrganization" {
				delete(input, "successor")
				delete(input, "membersFollow")
			}
			done := w.change(t, home, ends, strings.ToUpper(ends[:1])+ends[1:]+"Input", `followed record { id }`, input)
			done.done(t)

			type span struct {
				From string
				To   *string
			}
			var data struct {
				Before, After struct {
					Nodes []struct {
						Name          string
						Streets       []string
						Organizations []struct{ ID string }
					}
				}
				Who struct {
					Nodes []struct {
						span
						Who, Centre struct{ ID string }
					}
				}
				Arbitrators struct {
					Nodes []struct{ Organization *struct{ ID string } }
				}
				Window struct {
					Window struct{ Behind []struct{ ID string } }
				}
			}
			const liaisons = `nodes { name streets organizations { id } }`
			w.ask(t, "", `{ before: liaisonAssignments(on: "2025-06-09", first: 10) { `+liaisons+` } after: liaisonAssignments(on: "2025-06-10", first: 10) { `+liaisons+` }
				who: stationings(on: "2025-06-12") { nodes { from to who { id } centre { id } } } arbitrators { nodes { organization { id } } }
				window: organization(by: {id: "org_2"}) { window { behind { id } } } }`, nil).into(t, &data)
			bodies := func(of []struct{ ID string }) (ids []string) {
				for _, o := range of {
					ids = append(ids, o.ID)
				}
				return ids
			}
			var was, is []string
			for _, n := range data.Before.Nodes {
				was = append(was, fmt.Sprint(n.Name, n.Streets, " ", bodies(n.Organizations)))
			}
			for _, n := range data.After.Nodes {
				is = append(is, fmt.Sprint(n.Name, n.Streets, " ", bodies(n.Organizations)))
			}
			if want := []string{"钱示例[小白楼街道] [org_1]", "孙示例[] [org_1]"}; !slices.Equal(was, want) {
				t.Errorf("on the day before, %q looked after it", was)
			}
			var stationed, behind []string
			for _, n := range data.Who.Nodes {
				stationed = append(stationed, n.Who.ID+" at "+n.Centre.ID+" from "+n.From)
			}
			slices.Sort(stationed)
			behind = bodies(data.Window.Window.Behind)
			var belongs []string
			for _, a := range data.Arbitrators.Nodes {
				if a.Organization != nil {
					belongs = append(belongs, a.Organization.ID)
				}
			}
			wantIs := []string{"钱示例[小白楼街道] [" + heir + "]", "孙示例[] [" + heir + "]"}
			wantStationed := []string{"med_2 at " + heir + " from 2025-06-10", heir + " at org_2 from 2025-06-10"}
			wantBehind, wantBelongs := []string{heir}, []string{heir}
			if ends == "dissolveOrganization" {
				wantIs, wantStationed, wantBehind, wantBelongs = []string{"钱示例[小白楼街道] []"}, nil, nil, nil
			}
			slices.Sort(wantStationed)
			if !slices.Equal(is, wantIs) || !slices.Equal(stationed, wantStationed) || !slices.Equal(behind, wantBehind) || !slices.Equal(belongs, wantBelongs) {
				t.Errorf("afterwards %q look after it, %q are stationed, behind the window stand %q, arbitrators belong to %q", is, stationed, behind, belongs)
			}
		})
	}
}

// What a successor cannot have ends, and the caller is told which; an award goes to
// nobody else, and is not brought further for an organisation that is no more.
func TestWhatASuccessorCannotHave(t *testing.T) {
	w := newWorld(t)
	const home = "district-admin-120101"
	next := w.change(t, home, "registerOrganization", "RegisterOrganizationInput", `record { id }`, map[string]any{
		"fields": map[string]any{"name": "示例和平区街道调解委员会", "kind": "STREET_TOWN", "level": "DISTRICT", "district": "120101", "creditCode": "91350100M000100Y43"}, "on": "2025-01-01"})
	next.done(t)
	old := w.change(t, home, "registerOrganization", "RegisterOrganizationInput", `record { id }`, map[string]any{
		"fields": map[string]any{"name": "示例和平区园区调解委员会", "kind": "PARK", "level": "DISTRICT", "district": "120101", "creditCode": "91350100M000100Y43"}, "on": "2025-01-01"})
	old.done(t)
	var arbitrators []string
	for _, name := range []string{"钱示例", "孙示例"} {
		p := w.enter(t, home, "recordArbitrator", map[string]any{"name": name, "level": "DISTRICT", "district": "120101", "qualification": "LAWYER", "from": "2023-01-01"}, nil)
		p.done(t)
		arbitrators = append(arbitrators, p.Record.ID)
	}
	for i, body := range []string{old.Record.ID, next.Record.ID} {
		p := w.enter(t, home, "recordLiaison", map[string]any{"arbitrator": arbitrators[i], "role": "PRIMARY", "organizations": []string{body}, "from": "2024-01-01"}, nil)
		p.done(t)
	}
	p := w.enter(t, home, "recordStationing", map[string]any{"who": old.Record.ID, "centre": next.Record.ID, "from": "2025-02-01"}, nil)
	p.done(t)
	award := w.enter(t, home, "nominateAward", map[string]any{"organization": old.Record.ID, "granting": "NATIONAL", "year": 2025}, nil)
	award.done(t)

	const selection = `remarks { message path } record { id }`
	input := map[string]any{"id": old.Record.ID, "expectedRevision": w.newest(t, old.Record.ID), "documentNo": "示例并1号", "on": "2025-06-10", "successor": next.Record.ID, "reason": "示例", "idempotencyKey": "told"}
	var told struct {
		Out struct {
			Revision   *int
			UserErrors []struct{ Message string }
			Remarks    []struct {
				Message string
				Path    []string
			}
		}
	}
	w.ask(t, home, `mutation($input: MergeOrganizationInput!) { out: mergeOrganization(input: $input) { revision userErrors { message } `+selection+` } }`, map[string]any{"input": input}).into(t, &told)
	if told.Out.Revision == nil || len(told.Out.Remarks) != 2 {
		t.Fatalf("%+v", told.Out)
	}
	for _, r := range told.Out.Remarks {
		if strings.Join(r.Path, ".") != "input.successor" || !strings.Contains(r.Message, "没有转到承接组织") {
			t.Errorf("%+v", r)
		}
	}
	var data struct {
		LiaisonAssignments struct{ Nodes []struct{ Name string } }
		Stationings        struct{ TotalCount int }
		Organization       struct {
			Awards []struct {
				ID       string
				Revision int
			}
		}
		Heir struct{ Awards []struct{ ID string } }
	}
	w.ask(t, "", fmt.Sprintf(`{ liaisonAssignments(on: "2025-06-12") { nodes { name } } stationings(on: "2025-06-12") { totalCount }
		organization(by: {id: %q}) { awards { id revision } } heir: organization(by: {id: %q}) { awards { id } } }`, old.Record.ID, next.Record.ID), nil).into(t, &data)
	if n := data.LiaisonAssignments.Nodes; len(n) != 1 || n[0].Name != "孙示例" || data.Stationings.TotalCount != 0 {
		t.Errorf("%+v", data)
	}
	if len(data.Organization.Awards) != 1 || len(data.Heir.Awards) != 0 {
		t.Errorf("the award went over: %+v", data)
	}
	further := w.enter(t, "city-admin", "advanceAward", map[string]any{"id": data.Organization.Awards[0].ID, "expectedRevision": data.Organization.Awards[0].Revision, "status": "RECOMMENDED", "documentNo": "示例荐1号"}, nil)
	further.refused(t, "MOVE_IMPOSSIBLE", "input.id")
}
