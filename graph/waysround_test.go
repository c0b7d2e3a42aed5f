package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"concord/internal/hub"
)

// Ways round the rules that somebody could think of, each tried over HTTP.

// stands lists 吴示例 as a mediator of 津南区 and puts her on the list of 和平区's court.
func (w *world) stands(t *testing.T) (mediator, invited hub.ID) {
	t.Helper()
	day := dayIn(t)
	sealed, err := w.vault.Seal("110101199003070038")
	if err != nil {
		t.Fatal(err)
	}
	person := hub.NewID(hub.KindPerson, 700)
	entry := func(kind hub.Kind, district string) hub.Entry {
		return hub.Entry{ID: hub.NewID(kind, 700), Name: "吴示例", RegistrationNo: "示例700", PersonID: person, Level: hub.LevelDistrict, District: district, Fictional: true,
			Terms:  []hub.AppointmentTerm{{Start: day("2024-01-01"), End: day("2026-12-31"), DocumentNo: "示例〔2023〕1号"}},
			Events: []hub.StatusEvent{{Status: hub.StatusActive, On: day("2024-01-01")}}}
	}
	m := &hub.Mediator{Entry: entry(hub.KindMediator, "120112"), Organization: hub.NewID(hub.KindOrganization, 2)}
	l := &hub.InvitedListing{Entry: entry(hub.KindInvitedListing, "120101"), Invitee: hub.InviteePerson, Court: "津0101"}
	w.apply(t, &hub.Person{ID: person, Name: "吴示例", Gender: hub.GenderMale, BirthDate: day("1990-03-07"), BirthMonth: "1990-03", Identity: sealed}, m, l)
	return m.ID, l.ID
}

// apply puts new records into the store.
func (w *world) apply(t *testing.T, records ...hub.Record) {
	t.Helper()
	batch := hub.Batch{Origin: hub.Origin{Actor: "system", Reason: "示例"}, At: now}
	for _, r := range records {
		batch.Puts = append(batch.Puts, hub.Put{Record: r})
	}
	if _, err := w.store.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
}

func (w *world) statusOf(t *testing.T, id hub.ID) string {
	t.Helper()
	var data struct{ Node struct{ Status string } }
	w.ask(t, "", `query($id: ID!) { node(id: $id) { ... on RosterEntry { status } } }`, map[string]any{"id": id.String()}).into(t, &data)
	return data.Node.Status
}

// A sheet tells of 在册, 暂停, 届满 and 辞任. What takes a ground and an authority, and
// what takes somebody off for good, no sheet brings about, nor undoes: an HR admin
// who may not strike off does not do so by a sheet.
func TestSheetsAreNoWayRoundTheMoves(t *testing.T) {
	w := newSheetWorld(t)
	mediator, _ := w.stands(t)
	import_ := func(status string) *job {
		t.Helper()
		_, id := w.upload(t, "district-admin-120112", "mediators", "名册.csv", []byte("编号,姓名,层级,所属区,状态,暂停截止\n示例700,吴示例,区,津南区,"+status+"\n"))
		planned := w.until(t, "district-admin-120112", id, "PLANNED")
		if planned.ToWrite > 0 {
			p := w.confirm(t, "district-admin-120112", id, planned.PlanHash, id)
			if code := p.code(); code != "" {
				t.Fatalf("%s: not confirmed: %s", status, code)
			}
			w.until(t, "district-admin-120112", id, "APPLIED")
		}
		return w.job(t, "district-admin-120112", id, `first: 10`)
	}
	refused := func(j *job, status string) {
		t.Helper()
		if j.Counts.Refused != 1 || len(j.Rows.Nodes) != 1 || len(j.Rows.Nodes[0].Reasons) != 1 || j.Rows.Nodes[0].Reasons[0].Code != "move" || j.Rows.Nodes[0].Reasons[0].Heading != "状态" {
			t.Errorf("%s is planned as %+v", status, j.Rows.Nodes)
		}
	}
	for _, status := range []string{"除名,", "解聘,", "罢免,", "死亡,", "丧失行为能力,", "组织退出,", "不予聘任,", "撤回,", "拟聘,", "公示,"} {
		refused(import_(status), status)
		if is := w.statusOf(t, mediator); is != "ACTIVE" {
			t.Fatalf("a sheet made her %s", is)
		}
	}
	for _, told := range []struct{ cells, is string }{{"暂停,2025-12-31", "SUSPENDED"}, {"在册,", "ACTIVE"}, {"辞任,", "RESIGNED"}, {"在册,", "ACTIVE"}} {
		if import_(told.cells); w.statusOf(t, mediator) != told.is {
			t.Errorf("told %s, she is %s", told.cells, w.statusOf(t, mediator))
		}
	}
	gone := w.change(t, "district-admin-120112", "dismissListing", "DismissListingInput", listing, map[string]any{
		"id": mediator.String(), "expectedRevision": w.newest(t, mediator.String()), "ground": "BIAS", "documentNo": "示例解1号"})
	gone.done(t)
	refused(import_("在册,"), "在册 of somebody dismissed")
	if is := w.statusOf(t, mediator); is != "DISMISSED" {
		t.Errorf("a sheet made her %s again", is)
	}
	if j := import_("解聘,"); j.Counts.Same != 1 {
		t.Errorf("what she is, is not the same: %+v", j.Counts)
	}
	// A row that is new is taken as it stands, in a state that its roster knows.
	fresh := func(kind, head, row string) *job {
		_, id := w.upload(t, "city-admin", kind, "名册.csv", []byte(head+row))
		return w.until(t, "city-admin", id, "PLANNED")
	}
	for row, want := range map[string]int{"孙示例,区,津南区,解聘\n": 1, "孙示例,区,津南区,罢免\n": 1, "孙示例,区,津南区,除名\n": 0} {
		if j := fresh("mediators", "姓名,层级,所属区,状态\n", row); j.Counts.New != want {
			t.Errorf("%s: %+v", row, j.Counts)
		}
	}
	for row, want := range map[string]int{"孙示例,市,解聘\n": 1, "孙示例,市,罢免\n": 0, "孙示例,市,除名\n": 0} {
		if j := fresh("experts", "姓名,层级,状态\n", row); j.Counts.New != want {
			t.Errorf("%s: %+v", row, j.Counts)
		}
	}
}

// Who has been dismissed as of a later day is not renewed beyond it, and nobody dies
// ahead of time.
func TestWhatIsDecidedForLaterDays(t *testing.T) {
	w := newWorld(t)
	mediator, _ := w.stands(t)
	const home = "district-admin-120112"
	ask := func(name string, more map[string]any) payload {
		t.Helper()
		in := map[string]any{"id": mediator.String(), "expectedRevision": w.newest(t, mediator.String())}
		for k, v := range more {
			in[k] = v
		}
		return w.change(t, home, name, strings.ToUpper(name[:1])+name[1:]+"Input", listing, in)
	}
	for _, name := range []string{"recordDeath", "recordIncapacity"} {
		p := ask(name, map[string]any{"on": "2025-06-16", "documentNo": "示例1号"})
		p.refused(t, "DATE_IMPOSSIBLE", "input.on")
		p = ask(name, map[string]any{"on": "2025-06-15", "documentNo": "示例1号", "preview": true})
		if len(p.UserErrors) > 0 {
			t.Errorf("%s today: %+v", name, p.UserErrors)
		}
	}
	p := ask("dismissListing", map[string]any{"ground": "BIAS", "documentNo": "示例解1号", "on": "2025-07-01"})
	p.done(t)
	p = ask("renewListing", map[string]any{"termStart": "2027-01-01", "termEnd": "2028-12-31", "documentNo": "示例续1号"})
	p.refused(t, "MOVE_IMPOSSIBLE", "input.termStart")
}

// An open term does not run out and is not renewed; the batch says which it is.
func TestOpenTermsAreNotRenewed(t *testing.T) {
	w := newWorld(t)
	mediator, _ := w.stands(t)
	open := &hub.Mediator{Entry: hub.Entry{ID: hub.NewID(hub.KindMediator, 701), Name: "郑示例", Level: hub.LevelDistrict, District: "120112", Fictional: true,
		Terms: []hub.AppointmentTerm{{Start: dayIn(t)("2024-01-01")}}, Events: []hub.StatusEvent{{Status: hub.StatusActive}}}}
	w.apply(t, open)
	var items []any
	for _, id := range []hub.ID{mediator, open.ID} {
		items = append(items, map[string]any{"id": id.String(), "expectedRevision": w.newest(t, id.String())})
	}
	p := w.change(t, "district-admin-120112", "renewListings", "RenewListingsInput", `followed`, map[string]any{"items": items, "termEnd": "2028-12-31", "documentNo": "示例续1号"})
	p.refused(t, "TERM_OVERLAP", "input.items.1.id")
	if !strings.Contains(p.UserErrors[0].Message, "郑示例") {
		t.Error(p.UserErrors[0].Message)
	}
}

// Two organisations do not carry on for each other, whatever the days on which they
// end, and one that another is to go over to stands until then.
func TestSuccessorsGoNowhereInCircles(t *testing.T) {
	w := newWorld(t)
	const home = "district-admin-120112"
	var bodies []string
	for i := range 3 {
		p := w.change(t, home, "registerOrganization", "RegisterOrganizationInput", `record { id }`, map[string]any{
			"fields": map[string]any{"name": fmt.Sprintf("示例街道第%d调解委员会", i+1), "kind": "STREET_TOWN", "level": "DISTRICT", "district": "120112"}, "on": "2025-01-01"})
		p.done(t)
		bodies = append(bodies, p.Record.ID)
	}
	end := func(name, id, successor, on string) payload {
		t.Helper()
		in := map[string]any{"id": id, "expectedRevision": w.newest(t, id), "documentNo": "示例并1号", "on": on}
		if successor != "" {
			in["successor"] = successor
		}
		return w.change(t, home, name, strings.ToUpper(name[:1])+name[1:]+"Input", `record { id }`, in)
	}
	one, two, three := bodies[0], bodies[1], bodies[2]
	p := end("mergeOrganization", one, two, "2025-08-01")
	p.done(t)
	p = end("mergeOrganization", two, one, "2025-07-01")
	p.refused(t, "SUCCESSOR_REQUIRED", "input.successor")
	p = end("dissolveOrganization", two, "", "2025-07-31")
	p.refused(t, "SUCCESSOR_REQUIRED", "input.on")
	p = end("mergeOrganization", two, three, "2025-08-01") // on the day itself: a chain
	p.done(t)
	for _, successor := range []string{one, two} {
		p = end("mergeOrganization", three, successor, "2025-07-15")
		p.refused(t, "SUCCESSOR_REQUIRED", "input.successor")
	}
	p = end("dissolveOrganization", three, "", "2025-07-15")
	p.refused(t, "SUCCESSOR_REQUIRED", "input.on")
	w.later(60 * 24 * time.Hour)
	p = end("dissolveOrganization", three, "", "2025-08-14")
	p.done(t)
}

// An identity number that was recorded wrongly is put right, or taken out, by whoever
// may say who somebody is: who keeps every listing, or the city. A sheet does neither.
func TestWrongIdentityNumbersAreCorrected(t *testing.T) {
	const wrong, right, somebody = "110101199003070038", "120112199204050026", "120112198001010011"
	w := newSheetWorld(t)
	mediator, _ := w.stands(t)
	other, err := w.vault.Seal(somebody)
	if err != nil {
		t.Fatal(err)
	}
	alone := &hub.Mediator{Entry: hub.Entry{ID: hub.NewID(hub.KindMediator, 702), Name: "周示例", PersonID: hub.NewID(hub.KindPerson, 702), Level: hub.LevelDistrict, District: "120112", Fictional: true,
		Events: []hub.StatusEvent{{Status: hub.StatusActive}}}}
	w.apply(t, &hub.Person{ID: alone.PersonID, Name: "周示例", Identity: other}, alone)
	const city, home = "city-admin", "district-admin-120112"
	amend := func(caller string, id hub.ID, number any) payload {
		t.Helper()
		return w.change(t, caller, "amendMediator", "AmendMediatorInput", listing, map[string]any{
			"id": id.String(), "expectedRevision": w.newest(t, id.String()), "fields": map[string]any{"citizenId": number}})
	}
	known := func(name, number string) bool {
		t.Helper()
		var data struct {
			VerifyListing struct{ Listings []struct{ Kind string } }
		}
		w.ask(t, "", `query($in: VerifyListingInput!) { verifyListing(input: $in) { listings { kind } } }`, map[string]any{"in": map[string]any{"name": name, "identityNumber": number}}).into(t, &data)
		return len(data.VerifyListing.Listings) > 0
	}
	p := amend(home, mediator, right) // the court lists her too
	p.refused(t, "TAKEN", "input.fields.citizenId")
	p = amend(home, mediator, nil)
	p.refused(t, "FORBIDDEN", "input.fields.citizenId")
	p = amend(city, mediator, somebody) // who is somebody else
	p.refused(t, "TAKEN", "input.fields.citizenId")
	_, id := w.upload(t, home, "mediators", "名册.csv", []byte("编号,姓名,层级,所属区,公民身份号码\n示例700,吴示例,区,津南区,"+right+"\n"))
	if j := w.until(t, home, id, "PLANNED"); j.Counts.Refused != 1 {
		t.Errorf("a sheet brings another number: %+v", j.Counts)
	}
	if !known("吴示例", wrong) || known("吴示例", right) {
		t.Fatal("something was changed")
	}

	p = amend(city, mediator, right)
	p.done(t)
	if known("吴示例", wrong) || !known("吴示例", right) {
		t.Error("the number is not the right one")
	}
	var data struct {
		Node struct {
			Person struct{ ID, Gender string }
		}
	}
	w.ask(t, "court-keeper-津0101", `{ node(id: "`+hub.NewID(hub.KindInvitedListing, 700).String()+`") { ... on InvitedListing { person { id gender birthDate } } } }`, nil).into(t, &data)
	if data.Node.Person.Gender != "FEMALE" {
		t.Errorf("the gender that the wrong number said stayed: %+v", data.Node.Person)
	}
	p = amend(home, alone.ID, nil) // her own keeper, and nobody else
	p.done(t)
	if known("周示例", somebody) {
		t.Error("the number is still known")
	}
	p = amend(city, mediator, somebody)
	p.done(t)
	if !known("吴示例", somebody) {
		t.Error("a number that nobody holds any more is not to be had")
	}
	if text := w.log.String(); strings.Contains(text, right) || strings.Contains(text, somebody) {
		t.Error("a number stands in the log")
	}
}

// Why somebody was suspended is read by whoever keeps the listing, and by nobody
// else: not where a sheet said so, not in the feed, not in an export.
func TestGroundsOfMovesAreTheOwners(t *testing.T) {
	w := newWorld(t)
	day := dayIn(t)
	const said = "投诉核查中（示例）"
	m := &hub.Mediator{Entry: hub.Entry{ID: hub.NewID(hub.KindMediator, 703), Name: "王示例", Level: hub.LevelDistrict, District: "120112", Fictional: true,
		Events: []hub.StatusEvent{{Status: hub.StatusActive, On: day("2024-01-01")}, {Status: hub.StatusSuspended, On: day("2025-06-01"), Until: day("2025-12-31"), Ground: said}}}}
	w.apply(t, m)
	query := `{ mediator(by: {id: "` + m.ID.String() + `"}) { status events { status on until ground } history(first: 5) { nodes { fields { name before after } } } } changes(last: 5) { nodes { fields { after } record { ... on Mediator { events { ground } } } } } }`
	for caller, reads := range map[string]bool{"": false, "partner+all": false, "auditor": false, "city-admin": false, "district-admin-120101": false, "district-admin-120112": true} {
		a := w.ask(t, caller, query, nil)
		if got := strings.Contains(string(a.body), said); got != reads || !strings.Contains(string(a.body), "SUSPENDED") {
			t.Errorf("%q reads the ground: %t: %s", caller, got, a.body)
		}
		if caller == "" {
			continue
		}
		if _, text := w.send(t, "GET", caller, "/exports/mediators.csv?district=120112", nil); strings.Contains(string(text), said) != reads {
			t.Errorf("%q takes the ground along: %t", caller, !reads)
		}
	}
}

// A null says nothing: clients send one for what a form leaves open.
func TestNullsInInputsSayNothing(t *testing.T) {
	w := newWorld(t)
	p := w.change(t, "district-admin-120112", "registerMediator", "RegisterMediatorInput", listing, map[string]any{
		"fields": map[string]any{"name": "冯示例", "level": "DISTRICT", "district": "120112"}, "organization": nil, "from": nil, "on": nil, "confirmDuplicate": nil, "preview": nil})
	p.done(t)
	p = w.change(t, "district-admin-120112", "recordArbitrator", "RecordArbitratorInput", mechanismRecord, map[string]any{
		"id": nil, "expectedRevision": nil, "name": "陈示例", "level": "DISTRICT", "district": "120112", "person": nil, "organization": nil, "qualification": "LAWYER", "employment": nil, "certificateNo": nil, "from": "2025-01-01", "to": nil})
	p.done(t)
	a := w.ask(t, "", `query($o: ID) { mediators(on: null, asOf: null, filter: {organization: $o, expiringBefore: null, district: null}) { totalCount } }`, map[string]any{"o": nil})
	if len(a.Errors) > 0 {
		t.Errorf("%s", a.body)
	}
	p = w.change(t, "district-admin-120112", "recordArbitrator", "RecordArbitratorInput", mechanismRecord, map[string]any{"name": "陈", "level": "DISTRICT", "district": "120112", "qualification": "LAWYER", "from": "2025-01-01"})
	p.refused(t, "INVALID", "input.name")
	p = w.change(t, "district-admin-120112", "registerMediator", "RegisterMediatorInput", listing, map[string]any{"fields": map[string]any{"level": "DISTRICT", "district": "120112"}})
	p.refused(t, "REQUIRED", "input.fields.name")
	if strings.Contains(p.UserErrors[0].Message, "name") {
		t.Errorf("no Chinese: %s", p.UserErrors[0].Message)
	}
}

// A court that lists an organisation by its id is not told that there is none of
// that name.
func TestOrganisationsNamedByID(t *testing.T) {
	w := newWorld(t)
	var data struct {
		Out struct {
			UserErrors, Remarks []struct{ Message string }
			Record              struct{ Organization struct{ ID string } }
		}
	}
	w.ask(t, "court-keeper-津0101", `mutation { out: registerInvitedListing(input: {fields: {name: "示例特邀组织", invitee: ORGANIZATION, court: "津0101"}, organization: "org_2", reason: "示例", idempotencyKey: "k"}) {
		userErrors { message } remarks { message } record { ... on InvitedListing { organization { id } } } } }`, nil).into(t, &data)
	if o := data.Out; len(o.UserErrors) > 0 || len(o.Remarks) > 0 || o.Record.Organization.ID != "org_2" {
		t.Errorf("%+v", o)
	}
}

// What is recorded beside the rosters does not outlast what it names: an organisation
// that is to end, an arbitrator's term, a person who was found to be another.
func TestMechanismsDoNotOutlastWhatTheyName(t *testing.T) {
	w := newWorld(t)
	const home = "district-admin-120112"
	body := w.change(t, home, "registerOrganization", "RegisterOrganizationInput", `record { id }`, map[string]any{
		"fields": map[string]any{"name": "示例街道调解委员会", "kind": "STREET_TOWN", "level": "DISTRICT", "district": "120112"}, "on": "2025-01-01"})
	body.done(t)
	id := body.Record.ID
	arbitrator := map[string]any{"name": "钱示例", "level": "DISTRICT", "district": "120112", "qualification": "LAWYER", "from": "2025-01-01", "to": "2026-12-31"}
	a := w.enter(t, home, "recordArbitrator", arbitrator, nil)
	a.done(t)
	liaison := map[string]any{"arbitrator": a.Record.ID, "role": "PRIMARY", "streets": []string{"示例街道"}, "from": "2025-02-01", "to": "2026-06-30"}
	p := w.enter(t, home, "recordLiaison", liaison, nil)
	p.done(t)
	p = w.enter(t, home, "recordArbitrator", arbitrator, map[string]any{"id": a.Record.ID, "expectedRevision": a.Record.Revision, "to": "2026-06-29"})
	p.refused(t, "DATE_IMPOSSIBLE", "input.to")
	p = w.change(t, home, "dissolveOrganization", "DissolveOrganizationInput", `record { id }`, map[string]any{"id": id, "expectedRevision": w.newest(t, id), "documentNo": "示例撤1号", "on": "2025-08-01"})
	p.done(t)
	p = w.enter(t, home, "recordLiaison", liaison, map[string]any{"streets": nil, "organizations": []string{id}})
	p.refused(t, "DATE_IMPOSSIBLE", "input.organizations")
	p = w.enter(t, home, "recordLiaison", liaison, map[string]any{"streets": nil, "organizations": []string{id}, "to": "2025-07-31"})
	p.done(t)
	p = w.enter(t, home, "recordArbitrator", arbitrator, map[string]any{"organization": id})
	p.refused(t, "DATE_IMPOSSIBLE", "input.organization")
	p = w.enter(t, home, "recordArbitrator", arbitrator, map[string]any{"organization": id, "to": "2025-07-31"})
	p.done(t)
	p = w.enter(t, home, "recordPractice", map[string]any{"id": "org_2", "expectedRevision": w.newest(t, "org_2"), "window": map[string]any{"scope": "劳动争议", "hours": "工作日", "behind": []string{id}}}, nil)
	p.refused(t, "DATE_IMPOSSIBLE", "input.window.behind")
	p = w.enter(t, home, "recordStationing", map[string]any{"who": id, "centre": "org_2", "from": "2025-03-01"}, nil)
	p.refused(t, "DATE_IMPOSSIBLE", "input.who")
	p = w.enter(t, home, "recordStationing", map[string]any{"who": "med_2", "centre": id, "from": "2025-03-01", "to": "2025-08-01"}, nil)
	p.refused(t, "DATE_IMPOSSIBLE", "input.centre")
	p = w.change(t, home, "registerMediator", "RegisterMediatorInput", listing, map[string]any{"fields": map[string]any{"name": "孙示例", "level": "DISTRICT", "district": "120112"}, "organization": id})
	p.refused(t, "INVALID", "input.organization")
	p = w.change(t, home, "mergeOrganization", "MergeOrganizationInput", `record { id }`, map[string]any{"id": "org_2", "expectedRevision": w.newest(t, "org_2"), "documentNo": "示例并1号", "successor": id, "membersFollow": true})
	p.refused(t, "SUCCESSOR_REQUIRED", "input.membersFollow")

	// Nor when it has ended: not a day more for an arbitrator, a liaison or a window.
	w.later(60 * 24 * time.Hour)
	for name, in := range map[string]map[string]any{
		"recordArbitrator": {"organization": id, "name": "孙示例", "level": "DISTRICT", "district": "120112", "qualification": "LAWYER", "from": "2025-08-02"},
		"recordLiaison":    {"arbitrator": a.Record.ID, "role": "BACKUP", "organizations": []string{id}, "from": "2025-08-02", "to": "2026-06-30"},
		"recordPractice":   {"id": "org_2", "expectedRevision": w.newest(t, "org_2"), "window": map[string]any{"scope": "劳动争议", "hours": "工作日", "behind": []string{id}}},
	} {
		p := w.enter(t, home, name, in, nil)
		p.refused(t, "DATE_IMPOSSIBLE", map[string]string{"recordArbitrator": "input.organization", "recordLiaison": "input.organizations", "recordPractice": "input.window.behind"}[name])
	}
}

// Whose name is public keeps her identity number: nobody finds it by asking for one after
// the other, and nobody unknown makes those with keys wait.
func TestNumbersAreNotFoundByAsking(t *testing.T) {
	const hers, another = "110101199003070038", "120112199204050026"
	w := newSheetWorld(t)
	w.stands(t)
	verify := func(caller, proof, text string) string {
		t.Helper()
		answer := w.ask(t, caller, `query($in: VerifyListingInput!) { verifyListing(input: $in) { listings { kind } } }`, map[string]any{"in": map[string]any{"name": "吴示例", proof: text}})
		if codes := answer.codes(); len(codes) > 0 {
			return codes[0]
		}
		return map[bool]string{true: "listed", false: "not listed"}[strings.Contains(string(answer.body), `"kind"`)]
	}
	expect := func(when, caller, proof, text, want string) {
		t.Helper()
		if got := verify(caller, proof, text); got != want {
			t.Errorf("%s: %s, want %s", when, got, want)
		}
	}
	for range 60 { // what is right is not counted
		expect("hers", "", "identityNumber", hers, "listed")
	}
	expect("another", "", "identityNumber", another, "not listed")
	for range 50 { // of which tests answer each twice
		verify("", "identityNumber", another)
	}
	expect("another, once more", "", "identityNumber", another, "RATE_LIMITED")
	expect("hers, after that", "", "identityNumber", hers, "RATE_LIMITED")
	expect("by what is public", "", "registrationNo", "示例700", "listed")
	expect("with a key", "city-admin", "identityNumber", hers, "listed")
	w.later(3 * time.Minute)
	expect("hers, later", "", "identityNumber", hers, "listed")
}
