package graph_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"concord/internal/hub"
)

// The mechanisms beside the rosters, told over HTTP by role.

const mechanismRecord = `record { id ... on Arbitrator { revision } ... on LiaisonAssignment { revision } ... on TrainingRecord { revision } ... on Award { revision } ... on Stationing { revision } }`

// enter sends one of the mutations whose input is called as they are.
func (w *world) enter(t *testing.T, caller, name string, input map[string]any, more map[string]any) payload {
	t.Helper()
	in := maps.Clone(input)
	for key, value := range more {
		if in[key] = value; value == nil {
			delete(in, key)
		}
	}
	selection := mechanismRecord
	if name == "recordPractice" {
		selection = `record { id revision }`
	}
	return w.change(t, caller, name, strings.ToUpper(name[:1])+name[1:]+"Input", selection, in)
}

// bureau adds keys of agencies that the world has no caller for.
func (w *world) bureau(t *testing.T, agencies ...string) {
	t.Helper()
	for _, agency := range agencies {
		w.admit(t, agency, hub.APIKey{Role: hub.RolePartner, Agency: agency})
	}
}

// An arbitrator looks after streets and organisations of her district, one in
// charge of each at a time, within her own term (34.1).
func TestArbitratorsLookAfterStreets(t *testing.T) {
	w := newWorld(t)
	arbitrator := map[string]any{"name": "钱示例", "level": "DISTRICT", "district": "120101", "qualification": "LAWYER", "from": "2025-01-01", "to": "2027-12-31", "organization": "org_1"}
	foreign := w.enter(t, "district-admin-120112", "recordArbitrator", arbitrator, nil)
	foreign.refused(t, "FORBIDDEN", "input")
	qian := w.enter(t, "district-admin-120101", "recordArbitrator", arbitrator, nil)
	qian.done(t)
	sun := w.enter(t, "city-admin", "recordArbitrator", arbitrator, map[string]any{"name": "孙示例"})
	sun.done(t)

	liaison := map[string]any{"arbitrator": qian.Record.ID, "role": "PRIMARY", "streets": []string{"小白楼街道"}, "organizations": []string{"org_1"}, "from": "2025-03-01", "to": "2026-12-31"}
	first := w.enter(t, "district-admin-120101", "recordLiaison", liaison, nil)
	first.done(t)
	for _, c := range []struct {
		name, code, path string
		more             map[string]any
	}{
		{"a second one in charge of a street, spelt otherwise", "DUPLICATE", "input.role", map[string]any{"arbitrator": sun.Record.ID, "streets": []string{"小白楼"}, "organizations": nil, "to": "2027-12-31", "from": "2026-12-31"}},
		{"beyond the arbitrator's own term", "DATE_IMPOSSIBLE", "input.from", map[string]any{"from": "2024-12-31"}},
		{"an organisation of another district", "INVALID", "input.organizations", map[string]any{"organizations": []string{"org_2"}}},
		{"a district arbitrator in another district", "INVALID", "input.district", map[string]any{"district": "120112", "streets": []string{"双港镇"}, "organizations": nil}},
		{"nothing to look after", "INVALID", "input.streets", map[string]any{"streets": nil, "organizations": nil}},
		{"an end before the beginning", "DATE_IMPOSSIBLE", "input.to", map[string]any{"to": "2025-02-01"}},
		{"no such arbitrator", "NOT_FOUND", "input.arbitrator", map[string]any{"arbitrator": "med_1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := w.enter(t, "district-admin-120101", "recordLiaison", liaison, c.more)
			got.refused(t, c.code, c.path)
		})
	}
	next := w.enter(t, "district-admin-120101", "recordLiaison", liaison, map[string]any{"arbitrator": sun.Record.ID, "from": "2027-01-01", "to": "2027-12-31"})
	next.done(t)
	backup := w.enter(t, "district-admin-120101", "recordLiaison", liaison, map[string]any{"arbitrator": sun.Record.ID, "role": "BACKUP"})
	backup.done(t)

	// A correction is a later version of the same record; a stale one is told so.
	corrected := map[string]any{"id": first.Record.ID, "expectedRevision": first.Record.Revision, "streets": []string{"小白楼街道", "南市街道"}}
	again := w.enter(t, "district-admin-120101", "recordLiaison", liaison, corrected)
	again.done(t)
	stale := w.enter(t, "district-admin-120101", "recordLiaison", liaison, corrected)
	stale.refused(t, "CONFLICT", "input.expectedRevision")

	var data struct {
		Organization struct {
			Liaisons []struct {
				Name, Role, Status string
				Streets            []string
				Arbitrator         struct{ Name, RecordedBy string }
				History            struct {
					Nodes []struct {
						Fields []struct{ Name, Before, After string }
					}
				}
			}
		}
		On, Later struct{ TotalCount int }
	}
	w.ask(t, "anonymous", `{
		organization(by: {id: "org_1"}) { liaisons { name role status streets arbitrator { name recordedBy } history { nodes { fields { name before after } } } } }
		on: liaisonAssignments(on: "2025-03-01") { totalCount }
		later: liaisonAssignments(on: "2027-02-01", filter: {district: ["和平区"]}) { totalCount }
	}`, nil).into(t, &data)
	got := data.Organization.Liaisons
	if len(got) != 3 || got[0].Name != "钱示例" || got[0].Status != "ACTIVE" || got[1].Status != "PROPOSED" || got[2].Role != "BACKUP" || got[0].Arbitrator.RecordedBy != "和平区" {
		t.Fatalf("%+v", got)
	}
	if fields := got[0].History.Nodes[0].Fields; len(fields) != 1 || fields[0].Before != "小白楼街道" || fields[0].After != "小白楼街道、南市街道" {
		t.Errorf("the correction is told as %+v", fields)
	}
	if data.On.TotalCount != 2 || data.Later.TotalCount != 1 {
		t.Errorf("%d and %d hold on the days, want 2 and 1", data.On.TotalCount, data.Later.TotalCount)
	}
}

// Trainings are recorded by who keeps the listing and by those who train, and
// summed by year, for a listing and for the person behind several (28.2, 43).
func TestTrainingsAreSummedByYear(t *testing.T) {
	w := newWorld(t)
	w.bureau(t, "FIC", "FINANCE")
	before := w.hub.Revision()
	training := map[string]any{"listing": "med_1", "course": "劳动争议调解实务（示例）", "organizer": "市总工会", "on": "2025-03-08", "hours": 12.5, "passed": true}
	own := w.enter(t, "partner", "recordTraining", training, nil)
	own.done(t)
	for _, in := range []map[string]any{{"on": "2025-05-01", "hours": 8, "passed": false}, {"on": "2024-05-01", "hours": 24, "passed": nil}} {
		got := w.enter(t, "district-admin-120101", "recordTraining", training, in)
		got.done(t)
	}
	expert := w.enter(t, "expert-keeper", "recordTraining", training, map[string]any{"listing": "exp_1", "hours": 4})
	expert.done(t)

	correction := map[string]any{"id": own.Record.ID, "expectedRevision": own.Record.Revision, "hours": 13}
	for _, c := range []struct {
		name, caller, code, path string
		more                     map[string]any
	}{
		{"an agency that does not train", "FINANCE", "FORBIDDEN", "input", nil},
		{"another agency's record", "FIC", "FORBIDDEN", "input.id", correction},
		{"another district's listing", "district-admin-120112", "FORBIDDEN", "input", nil},
		{"another court's", "court-keeper-津0101", "FORBIDDEN", "input", nil},
		{"no hours", "partner", "INVALID", "input.hours", map[string]any{"hours": 0}},
		{"a day to come", "partner", "DATE_IMPOSSIBLE", "input.on", map[string]any{"on": "2025-06-16"}},
		{"an organisation's listing", "partner", "INVALID", "input.listing", map[string]any{"listing": "inv_2"}},
		{"nothing listed", "partner", "NOT_FOUND", "input.listing", map[string]any{"listing": "org_1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := w.enter(t, c.caller, "recordTraining", training, c.more)
			got.refused(t, c.code, c.path)
		})
	}
	corrected := w.enter(t, "partner", "recordTraining", training, correction)
	corrected.done(t)

	var data struct {
		Mediator, Past struct {
			TrainingByYear []hub.TrainingYear
			Person         struct{ TrainingByYear []hub.TrainingYear }
			Trainings      []struct{ RecordedBy string }
		}
		TrainingRecords struct {
			TotalCount int
			Nodes      []struct{ Listing struct{ ID, Name string } }
		}
	}
	w.ask(t, "anonymous", `query($asOf: AsOf) {
		mediator(by: {id: "med_1"}) { trainingByYear { year hours count passed } person { trainingByYear { year hours count passed } } trainings { recordedBy } }
		past: mediator(by: {id: "med_1"}, asOf: $asOf) { trainingByYear { year hours count passed } }
		trainingRecords(filter: {district: ["120000"]}) { totalCount nodes { listing { id name } } }
	}`, map[string]any{"asOf": before}).into(t, &data)
	if got, want := data.Mediator.TrainingByYear, []hub.TrainingYear{{Year: 2025, Hours: 21, Count: 2, Passed: 1}, {Year: 2024, Hours: 24, Count: 1}}; !slices.Equal(got, want) {
		t.Errorf("the mediator has %+v, want %+v", got, want)
	}
	if got := data.Mediator.Person.TrainingByYear; len(got) != 2 || got[0].Hours != 25 || got[0].Count != 3 {
		t.Errorf("the person has %+v", got)
	}
	if len(data.Past.TrainingByYear) != 0 {
		t.Errorf("before it was recorded: %+v", data.Past.TrainingByYear)
	}
	if data.Mediator.Trainings[0].RecordedBy != "市总工会" || data.Mediator.Trainings[1].RecordedBy != "和平区" {
		t.Errorf("recorded by %+v", data.Mediator.Trainings)
	}
	if list := data.TrainingRecords; list.TotalCount != 1 || list.Nodes[0].Listing.ID != "exp_1" {
		t.Errorf("of the city: %+v", list)
	}
}

// An award goes its steps, each by the body entitled, and none is skipped (24.1).
func TestAwardGoesItsSteps(t *testing.T) {
	w := newWorld(t)
	street := w.change(t, "district-admin-120101", "registerOrganization", "RegisterOrganizationInput", `record { id name revision }`, map[string]any{
		"fields": map[string]any{"name": "示例小白楼街道调解组织", "kind": "STREET_TOWN", "level": "DISTRICT", "district": "120101", "street": "小白楼街道"}})
	street.done(t)
	nomination := map[string]any{"organization": street.Record.ID, "granting": "NATIONAL", "year": 2025, "batch": "第三批", "on": "2025-05-01"}
	ineligible := w.enter(t, "district-admin-120101", "nominateAward", nomination, map[string]any{"organization": "org_1"})
	ineligible.refused(t, "INVALID", "input.organization")
	award := w.enter(t, "district-admin-120101", "nominateAward", nomination, nil)
	award.done(t)
	twice := w.enter(t, "district-admin-120101", "nominateAward", nomination, nil)
	twice.refused(t, "DUPLICATE", "input.organization")

	at := award.Record.Revision
	advance := func(caller, status, on string) payload {
		t.Helper()
		return w.enter(t, caller, "advanceAward", map[string]any{"id": award.Record.ID, "expectedRevision": at, "status": status, "on": on, "documentNo": "示例〔2025〕9号"}, nil)
	}
	for _, c := range []struct{ caller, status, on, code, path string }{
		{"district-admin-120101", "RECOMMENDED", "2025-05-20", "FORBIDDEN", "input.id"},
		{"city-admin", "AWARDED", "2025-05-20", "MOVE_IMPOSSIBLE", "input.status"},
		{"city-admin", "RECOMMENDED", "2025-04-20", "DATE_IMPOSSIBLE", "input.on"},
	} {
		got := advance(c.caller, c.status, c.on)
		got.refused(t, c.code, c.path)
	}
	for _, step := range []struct{ status, on string }{{"RECOMMENDED", "2025-05-20"}, {"AWARDED", "2025-06-01"}} {
		got := advance("city-admin", step.status, step.on)
		got.done(t)
		at = got.Record.Revision
	}
	late := w.enter(t, "district-admin-120101", "nominateAward", nomination, map[string]any{"id": award.Record.ID, "expectedRevision": at})
	late.refused(t, "MOVE_IMPOSSIBLE", "input.id")
	suspended := w.change(t, "district-admin-120101", "suspendOrganization", "SuspendOrganizationInput", `record { id }`, map[string]any{
		"id": street.Record.ID, "expectedRevision": w.newest(t, street.Record.ID), "ground": "BODY_UNDER_REFORM", "documentNo": "示例停1号", "until": "2025-09-30"})
	suspended.done(t)
	meanwhile := w.enter(t, "district-admin-120101", "nominateAward", nomination, map[string]any{"year": 2026})
	meanwhile.refused(t, "MOVE_IMPOSSIBLE", "input.organization")

	var data struct {
		Awarded, Nominated struct{ TotalCount int }
		Organization       struct {
			Awards []struct {
				Status string
				Steps  []struct{ Status, On string }
			}
		}
	}
	w.ask(t, "anonymous", `query($id: ID!) { awarded: awards(filter: {status: [AWARDED]}) { totalCount } nominated: awards(filter: {status: [NOMINATED]}) { totalCount }
		organization(by: {id: $id}) { awards { status steps { status on } } } }`, map[string]any{"id": street.Record.ID}).into(t, &data)
	if data.Awarded.TotalCount != 1 || data.Nominated.TotalCount != 0 || len(data.Organization.Awards) != 1 || len(data.Organization.Awards[0].Steps) != 3 {
		t.Errorf("%+v", data)
	}
}

// Somebody is stationed at a centre by who keeps it; the justice bureau may, too
// (33, 30.2). What an organisation has in place is written part by part (22.1,
// 32.1, 41).
func TestStationingsAndPractice(t *testing.T) {
	w := newWorld(t)
	w.bureau(t, "JUSTICE", "FINANCE")
	stationing := map[string]any{"who": "med_1", "centre": "org_2", "weekdays": []string{"FRIDAY", "MONDAY"}, "from": "2025-01-01", "to": "2025-12-31"}
	for caller, in := range map[string]map[string]any{
		"district-admin-120101": nil,                                 // keeps the mediator, not the centre
		"FINANCE":               nil,                                 // another agency
		"partner":               {"who": "org_1", "centre": "org_1"}, // and nobody is stationed at home
	} {
		got := w.enter(t, caller, "recordStationing", stationing, in)
		got.refused(t, "FORBIDDEN", "input")
	}
	first := w.enter(t, "JUSTICE", "recordStationing", stationing, nil)
	first.done(t)
	twice := w.enter(t, "district-admin-120112", "recordStationing", stationing, map[string]any{"from": "2025-12-31", "to": nil})
	twice.refused(t, "DUPLICATE", "input.from")
	home := w.enter(t, "district-admin-120112", "recordStationing", stationing, map[string]any{"who": "org_2"})
	home.refused(t, "INVALID", "input.centre")

	practice := func(caller string, more map[string]any) payload {
		t.Helper()
		return w.enter(t, caller, "recordPractice", map[string]any{"id": "org_2", "expectedRevision": w.newest(t, "org_2")}, more)
	}
	rules := map[string]any{"rules": []any{map[string]any{"rule": "ARCHIVES", "inPlace": true, "on": "2025-01-01"}, map[string]any{"rule": "NOTIFICATION", "inPlace": false}}}
	purchase := map[string]any{"purchase": map[string]any{"from": "2025-01-01", "to": "2025-12-31", "purchaser": "示例单位"}}
	window := map[string]any{"window": map[string]any{"scope": "劳动争议", "hours": "工作日 9:00—17:00", "behind": []string{"org_1"}}}
	for caller, in := range map[string]map[string]any{"FINANCE": rules, "JUSTICE": purchase, "district-admin-120101": window} {
		got := practice(caller, in)
		got.refused(t, "FORBIDDEN", "input.id")
	}
	itself := practice("district-admin-120112", map[string]any{"window": map[string]any{"scope": "劳动争议", "hours": "工作日", "behind": []string{"org_2"}}})
	itself.refused(t, "INVALID", "input.window.behind")
	for caller, in := range map[string]map[string]any{"FINANCE": purchase, "district-admin-120112": rules, "city-admin": window} {
		got := practice(caller, in)
		got.done(t)
	}

	var data struct {
		Organization struct {
			Stationings []struct {
				Name, RecordedBy string
				Weekdays         []string
				Who              struct{ ID string }
			}
			Rules []struct {
				Rule    string
				InPlace bool
			}
			Purchase struct{ Purchaser string }
			Window   struct{ Behind []struct{ ID string } }
		}
		Mediator struct {
			Stationings []struct{ Centre struct{ ID string } }
		}
	}
	w.ask(t, "anonymous", `{ organization(by: {id: "org_2"}) { stationings { name recordedBy weekdays who { id } } rules { rule inPlace } purchase { purchaser } window { behind { id } } }
		mediator(by: {id: "med_1"}) { stationings { centre { id } } } }`, nil).into(t, &data)
	o := data.Organization
	if len(o.Stationings) != 1 || o.Stationings[0].RecordedBy != "市司法局" || !slices.Equal(o.Stationings[0].Weekdays, []string{"MONDAY", "FRIDAY"}) || o.Stationings[0].Who.ID != "med_1" {
		t.Errorf("stationings: %+v", o.Stationings)
	}
	if len(o.Rules) != 2 || o.Rules[0].Rule != "NOTIFICATION" || o.Rules[0].InPlace || !o.Rules[1].InPlace || o.Purchase.Purchaser != "示例单位" || len(o.Window.Behind) != 1 {
		t.Errorf("practice: %+v", o)
	}
	if len(data.Mediator.Stationings) != 1 || data.Mediator.Stationings[0].Centre.ID != "org_2" {
		t.Errorf("the mediator: %+v", data.Mediator)
	}
}
