package graph_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"concord/internal/auth"
	"concord/internal/hub"
)

// The stories of the domain about the life of listings, told over HTTP by role.

// change sends a mutation with its input as a variable and returns its payload.
func (w *world) change(t *testing.T, caller, name, inputType, selection string, input map[string]any) payload {
	t.Helper()
	if input["reason"] == nil {
		input["reason"] = "示例"
	}
	if input["idempotencyKey"] == nil {
		w.changes++
		input["idempotencyKey"] = fmt.Sprint("story-", w.changes)
	}
	query := fmt.Sprintf(`mutation($input: %s!) { out: %s(input: $input) { revision replayed userErrors { code message path } %s } }`, inputType, name, selection)
	answer := w.ask(t, caller, query, map[string]any{"input": input})
	if len(answer.Errors) > 0 {
		t.Fatalf("%s: %s", name, answer.body)
	}
	var data struct{ Out payload }
	answer.into(t, &data)
	return data.Out
}

type payload struct {
	Revision   *int
	Replayed   bool
	Followed   int
	Along      []struct{ Name, Status string }
	UserErrors []struct {
		Code, Message string
		Path          []string
	}
	Record struct {
		ID, Name, Status string
		Revision         int
		Person           *struct{ ID string }
		Term             *struct{ Start, End, DocumentNo *string }
		Terms            []struct{ Start, End, DocumentNo *string }
		CreditCode       string
		CreditCodeWaiver string
		PublicationURL   string `json:"publicationUrl"`
	}
	Records []struct {
		ID    string
		Terms []struct{ Start, End, DocumentNo *string }
	}
	Notices []struct{ ID, RecipientName, StatusLabel string }
	Notice  struct {
		Revision       int
		AcknowledgedAt *string
	}
}

func (p *payload) done(t *testing.T) {
	t.Helper()
	if len(p.UserErrors) > 0 || p.Revision == nil {
		t.Fatalf("refused: %+v", p.UserErrors)
	}
}

func (p *payload) refused(t *testing.T, code, path string) {
	t.Helper()
	if len(p.UserErrors) == 0 || p.UserErrors[0].Code != code || p.Revision != nil {
		t.Fatalf("got %+v at %v, want %s", p.UserErrors, p.Revision, code)
	}
	if got := strings.Join(p.UserErrors[0].Path, "."); got != path {
		t.Errorf("path %s, want %s", got, path)
	}
	if !strings.HasSuffix(p.UserErrors[0].Message, "。") {
		t.Errorf("message %q", p.UserErrors[0].Message)
	}
}

// newest asks for the revision of a record.
func (w *world) newest(t *testing.T, id string) int {
	t.Helper()
	answer := w.ask(t, "anonymous", `query($id: ID!) { node(id: $id) { ... on RosterEntry { revision } ... on Organization { revision } } }`, map[string]any{"id": id})
	var data struct{ Node struct{ Revision int } }
	answer.into(t, &data)
	return data.Node.Revision
}

const listing = `followed along { name status } notices { id recipientName statusLabel } record { id name status revision person { id } term { start end documentNo } }`

func TestStoryDistrictRenewsForty(t *testing.T) {
	w := newWorld(t)
	batch := hub.Batch{Origin: hub.Origin{Actor: "system"}, At: now}
	for i := range 45 {
		end := hub.Today(now) + hub.Date(10+i)
		if i >= 40 {
			end += 365
		}
		batch.Puts = append(batch.Puts, hub.Put{Record: &hub.Mediator{Entry: hub.Entry{
			ID: hub.NewID(hub.KindMediator, uint64(1000+i)), Name: fmt.Sprintf("示例%c", '甲'+rune(i)), Level: hub.LevelDistrict, District: "120102", Fictional: true,
			Terms: []hub.AppointmentTerm{{Start: 738000, End: end, DocumentNo: "旧文号"}}, Events: []hub.StatusEvent{{Status: hub.StatusActive}},
		}}})
	}
	if _, err := w.store.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	w.admit(t, "district-admin-120102", hub.APIKey{Role: hub.RoleDistrictAdmin, District: "120102"})

	// The 60-day list.
	answer := w.ask(t, "district-admin-120102", `{ mediators(filter: { district: ["120102"], status: [ACTIVE], expiringBefore: "2025-08-14" }, orderBy: { field: TERM_END }, first: 100) { totalCount nodes { id revision term { end } } } }`, nil)
	var list struct {
		Mediators struct {
			TotalCount int
			Nodes      []struct {
				ID       string
				Revision int
			}
		}
	}
	answer.into(t, &list)
	if list.Mediators.TotalCount != 40 {
		t.Fatalf("%d are about to expire, want 40", list.Mediators.TotalCount)
	}
	var items []any
	for _, n := range list.Mediators.Nodes {
		items = append(items, map[string]any{"id": n.ID, "expectedRevision": n.Revision})
	}
	input := map[string]any{"items": items, "termEnd": "2027-12-31", "documentNo": "河东人社〔2025〕示例40号", "idempotencyKey": "forty"}
	const several = `followed records { id ... on Mediator { terms { start end documentNo } } }`

	other := w.change(t, "district-admin-120112", "renewListings", "RenewListingsInput", several, cloned(input))
	other.refused(t, "FORBIDDEN", "input.items.0.id")
	renewed := w.change(t, "district-admin-120102", "renewListings", "RenewListingsInput", several, input)
	renewed.done(t)
	if len(renewed.Records) != 40 {
		t.Fatalf("%d renewed", len(renewed.Records))
	}
	for _, r := range renewed.Records {
		if len(r.Terms) != 2 || *r.Terms[0].DocumentNo != "旧文号" || *r.Terms[1].DocumentNo != "河东人社〔2025〕示例40号" || *r.Terms[1].End != "2027-12-31" || *r.Terms[1].Start <= *r.Terms[0].End {
			t.Errorf("%s has terms %+v", r.ID, r.Terms)
		}
	}
	again := w.change(t, "district-admin-120102", "renewListings", "RenewListingsInput", several, input)
	if again.done(t); !again.Replayed || len(again.Records) != 40 || *again.Revision != *renewed.Revision {
		t.Errorf("sent again: %v", again.Replayed)
	}
	input["documentNo"] = "另一文号"
	again = w.change(t, "district-admin-120102", "renewListings", "RenewListingsInput", several, input)
	again.refused(t, "IDEMPOTENCY_REUSED", "input.idempotencyKey")
}

func cloned(m map[string]any) map[string]any {
	c := map[string]any{}
	for k, v := range m {
		c[k] = v
	}
	return c
}

// admit issues a key for another caller.
func (w *world) admit(t *testing.T, name string, key hub.APIKey) {
	t.Helper()
	key.Name = "示例：" + name
	text, _, err := auth.Issue(t.Context(), w.hub, hub.System, key, strings.NewReader(strings.Repeat(name, 64)))
	if err != nil {
		t.Fatal(err)
	}
	w.keys[name] = text
}

func TestStoryAdminSuspendsAMediator(t *testing.T) {
	w := newWorld(t)
	at := w.newest(t, "med_1")
	suspend := func(caller string, alter map[string]any) payload {
		t.Helper()
		input := map[string]any{"id": "med_1", "expectedRevision": at, "ground": "COMPLAINT_UNDER_REVIEW", "documentNo": "和平人社〔2025〕示例3号", "until": "2025-09-30", "reason": "收到当事人投诉，核查期间暂停"}
		for k, v := range alter {
			if input[k] = v; v == nil {
				delete(input, k)
			}
		}
		return w.change(t, caller, "suspendListing", "SuspendListingInput", listing, input)
	}
	for _, c := range []struct {
		name, caller string
		alter        map[string]any
		code, path   string
	}{
		{"no end", "district-admin-120101", map[string]any{"until": nil}, "END_REQUIRED", "input.until"},
		{"no ground", "district-admin-120101", map[string]any{"ground": nil}, "GROUND_REQUIRED", "input.ground"},
		{"no document", "district-admin-120101", map[string]any{"documentNo": nil}, "DOCUMENT_REQUIRED", "input.documentNo"},
		{"a stale revision", "district-admin-120101", map[string]any{"expectedRevision": 1}, "CONFLICT", "input.expectedRevision"},
		{"another district", "district-admin-120112", nil, "FORBIDDEN", "input.id"},
		{"the city", "city-admin", nil, "FORBIDDEN", "input.id"},
		{"a court", "court-keeper-津0101", nil, "FORBIDDEN", "input.id"},
		{"a partner", "partner+all", nil, "FORBIDDEN", "input.id"},
		{"an auditor", "auditor", nil, "FORBIDDEN", "input.id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := suspend(c.caller, c.alter)
			got.refused(t, c.code, c.path)
			if c.code == "CONFLICT" && (got.Record.ID != "med_1" || got.Record.Revision != at) {
				t.Errorf("the conflict carries %+v", got.Record)
			}
		})
	}
	if answer := w.ask(t, "", `mutation { suspendListing(input: { id: "med_1", expectedRevision: 1, reason: "示例", idempotencyKey: "x" }) { revision } }`, nil); !slices.Equal(answer.codes(), []string{"UNAUTHENTICATED"}) {
		t.Errorf("anonymous: %s", answer.body)
	}

	before := w.hub.Revision()
	seen := suspend("district-admin-120101", map[string]any{"preview": true})
	if len(seen.UserErrors) > 0 || len(seen.Notices) != 1 || seen.Notices[0].RecipientName != "市级专家库" || seen.Record.Status != "SUSPENDED" || w.hub.Revision() != before {
		t.Fatalf("将同步通知: %+v", seen)
	}
	done := suspend("district-admin-120101", nil)
	if done.done(t); done.Record.Status != "SUSPENDED" || len(done.Notices) != 1 {
		t.Fatalf("%+v", done)
	}

	t.Run("the other owner reads and acknowledges", func(t *testing.T) {
		answer := w.ask(t, "expert-keeper", `{ notices(open: true) { totalCount nodes { id revision name statusLabel ground until documentNo senderName listing } } }`, nil)
		if len(answer.Errors) > 0 {
			t.Fatal(string(answer.body))
		}
		var data struct {
			Notices struct {
				TotalCount int
				Nodes      []struct {
					ID, Name, StatusLabel, Ground, SenderName, Listing string
					Revision                                           int
				}
			}
		}
		answer.into(t, &data)
		n := data.Notices.Nodes[0]
		if data.Notices.TotalCount != 1 || n.Name != "张示例" || n.StatusLabel != "暂停" || n.Ground != "COMPLAINT_UNDER_REVIEW" || n.SenderName != "和平区" || n.Listing != "exp_1" {
			t.Errorf("the notice is %+v", n)
		}
		input := map[string]any{"id": n.ID, "expectedRevision": n.Revision, "response": "已启动评估"}
		other := w.change(t, "court-keeper-津0101", "acknowledgeNotice", "AcknowledgeNoticeInput", `notice { revision acknowledgedAt }`, cloned(input))
		other.refused(t, "FORBIDDEN", "input.id")
		got := w.change(t, "expert-keeper", "acknowledgeNotice", "AcknowledgeNoticeInput", `notice { revision acknowledgedAt }`, cloned(input))
		if got.done(t); got.Notice.AcknowledgedAt == nil {
			t.Errorf("%+v", got.Notice)
		}
		if answer := w.ask(t, "anonymous", `query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": n.ID}); !strings.Contains(string(answer.body), `"node":null`) {
			t.Errorf("anybody reads a notice: %s", answer.body)
		}
	})
	t.Run("the public sees the status and not the complaint", func(t *testing.T) {
		const query = `{ node(id: "med_1") { ... on Mediator { status events { status on until ground } decisions { ground reason } history { nodes { actor reason fields { name before after } } } } } changes(first: 100) { nodes { reason fields { name after } } } }`
		body := string(w.ask(t, "anonymous", query, nil).body)
		if !strings.Contains(body, `"SUSPENDED"`) || strings.Contains(body, "投诉") || strings.Contains(body, "COMPLAINT") {
			t.Errorf("anonymous reads %s", body)
		}
		if body := string(w.ask(t, "district-admin-120101", query, nil).body); !strings.Contains(body, "收到当事人投诉") || !strings.Contains(body, "COMPLAINT_UNDER_REVIEW") {
			t.Errorf("the owner reads %s", body)
		}
	})
	t.Run("the audit shows the attempts", func(t *testing.T) {
		answer := w.ask(t, "auditor", `{ refusedChanges(first: 50) { actor role operation record code message } }`, nil)
		var data struct {
			RefusedChanges []struct{ Actor, Role, Operation, Record, Code string }
		}
		answer.into(t, &data)
		seen := map[string]int{}
		for _, a := range data.RefusedChanges {
			seen[a.Role+" "+a.Operation+" "+a.Code]++
		}
		if seen["DISTRICT_ADMIN SUSPEND END_REQUIRED"] != 1 || seen["DISTRICT_ADMIN SUSPEND FORBIDDEN"] != 1 || seen["CITY_ADMIN SUSPEND FORBIDDEN"] != 1 || seen["DISTRICT_ADMIN SUSPEND CONFLICT"] != 1 {
			t.Errorf("attempts %v", seen)
		}
		if answer := w.ask(t, "partner", `{ refusedChanges { code } }`, nil); !slices.Equal(answer.codes(), []string{"FORBIDDEN"}) {
			t.Errorf("a partner reads the audit: %s", answer.body)
		}
	})
}

func TestStoryCourtNominatesAndStrikesOff(t *testing.T) {
	w := newWorld(t)
	const court = "court-keeper-津0101"
	register := func(caller string, input map[string]any) payload {
		t.Helper()
		return w.change(t, caller, "registerInvitedListing", "RegisterInvitedListingInput", listing, input)
	}
	nominee := map[string]any{"from": "exp_1", "fields": map[string]any{"court": "津0101", "specialistList": "劳动争议", "feeCharged": false}}
	other := register("expert-keeper", cloned(nominee))
	other.refused(t, "FORBIDDEN", "input.fields.district")
	listed := register(court, cloned(nominee))
	if listed.done(t); listed.Record.Status != "PROPOSED" || listed.Record.Person.ID != "per_1" {
		t.Fatalf("nominated %+v", listed.Record)
	}

	// An organisation with the mediators it names.
	org := register(court, map[string]any{"organization": "org_1", "named": []string{"med_1", "med_3"},
		"fields": map[string]any{"name": "示例和平区劳动人事争议调解中心", "invitee": "ORGANIZATION", "court": "津0101"}})
	org.refused(t, "DUPLICATE", "input.named.0") // 张示例 has just been nominated
	org = register(court, map[string]any{"organization": "org_1", "named": []string{"med_3"},
		"fields": map[string]any{"name": "示例和平区劳动人事争议调解中心", "invitee": "ORGANIZATION", "court": "津0101"}})
	if org.done(t); org.Followed != 1 {
		t.Fatalf("%d named", org.Followed)
	}
	id := org.Record.ID
	step := func(caller, name, inputType string, input map[string]any) payload {
		t.Helper()
		input["id"], input["expectedRevision"] = id, w.newest(t, id)
		return w.change(t, caller, name, inputType, listing, input)
	}
	got := step(court, "publiciseListing", "PubliciseListingInput", map[string]any{"publicFrom": "2025-06-15", "publicUntil": "2025-06-21"})
	got.done(t)
	got = step(court, "activateListing", "ActivateListingInput", map[string]any{"termStart": "2025-07-01", "termEnd": "2027-06-30", "documentNo": "示例〔2025〕6号", "certificateNo": "示例特组1"})
	got.refused(t, "PUBLICITY_REQUIRED", "input.publicUntil") // it is not over yet
	w.later(7 * 24 * time.Hour)
	got = step(court, "activateListing", "ActivateListingInput", map[string]any{"termStart": "2025-07-01", "termEnd": "2027-06-30", "documentNo": "示例〔2025〕6号"})
	got.refused(t, "CERTIFICATE_REQUIRED", "input.certificateNo")
	got = step(court, "activateListing", "ActivateListingInput", map[string]any{"termStart": "2025-07-01", "termEnd": "2027-06-30", "documentNo": "示例〔2025〕6号", "certificateNo": "示例特组1"})
	if got.done(t); got.Followed != 1 {
		t.Errorf("%d appointed with it", got.Followed)
	}
	w.later(30 * 24 * time.Hour)
	for _, caller := range []string{"city-admin", "district-admin-120101", "expert-keeper"} {
		got = step(caller, "strikeOffListing", "StrikeOffListingInput", map[string]any{"ground": "FORCED_MEDIATION", "documentNo": "示例〔2025〕7号"})
		got.refused(t, "FORBIDDEN", "input.id")
	}
	got = step(court, "strikeOffListing", "StrikeOffListingInput", map[string]any{"ground": "BIAS", "documentNo": "示例〔2025〕7号"})
	got.refused(t, "GROUND_REQUIRED", "input.ground")
	// Whom it takes along is shown before, by name, and told after.
	for _, preview := range []bool{true, false} {
		got = step(court, "strikeOffListing", "StrikeOffListingInput", map[string]any{"ground": "FORCED_MEDIATION", "documentNo": "示例〔2025〕7号", "preview": preview})
		if got.Followed != 1 || got.Record.Status != "STRUCK_OFF" || len(got.Along) != 1 || got.Along[0].Name != "王示例" || got.Along[0].Status != "ORG_EXIT" || (got.Revision == nil) != preview {
			t.Errorf("struck off, preview %v: %+v", preview, got)
		}
	}
	answer := w.ask(t, "anonymous", `{ invitedListings(filter: { court: ["津0101"], status: [ORG_EXIT] }) { nodes { name status } } }`, nil)
	if !strings.Contains(string(answer.body), "王示例") {
		t.Errorf("who was named is still there: %s", answer.body)
	}
}

// TestStoryHighCourtSharesAListing: lower courts may call on somebody of the high
// court's list who consented to it (人民法院在线调解规则 Art. 27); the consent itself is
// the court's, the rest is published.
func TestStoryHighCourtSharesAListing(t *testing.T) {
	w := newWorld(t)
	w.admit(t, "high-court", hub.APIKey{Role: hub.RoleCourtKeeper, Court: "津"})
	fields := map[string]any{"name": "孙示例", "invitee": "PERSON", "court": "津", "listedOn": "2025-05-20", "platformCertified": true,
		"publicationUrl": "https://court.example/list", "usableByLowerCourts": true}
	register := func() payload {
		t.Helper()
		return w.change(t, "high-court", "registerInvitedListing", "RegisterInvitedListingInput", listing, map[string]any{"fields": fields})
	}
	got := register()
	got.refused(t, "UNLAWFUL", "input.fields.usableByLowerCourts")
	if !strings.Contains(got.UserErrors[0].Message, "第二十七条") {
		t.Errorf("refused with %s", got.UserErrors[0].Message)
	}
	fields["lowerCourtsConsentOn"], fields["publicationUrl"] = "2025-05-18", "javascript:alert(1)"
	got = register()
	got.refused(t, "LINK", "input.fields.publicationUrl")
	fields["publicationUrl"] = "https://court.example/list"
	got = register()
	got.done(t)
	id := got.Record.ID
	amend := func(fields map[string]any) payload {
		t.Helper()
		return w.change(t, "high-court", "amendInvitedListing", "AmendInvitedListingInput", `record { id name ... on InvitedListing { publicationUrl } }`,
			map[string]any{"id": id, "expectedRevision": w.newest(t, id), "fields": fields})
	}
	got = amend(map[string]any{"lowerCourtsConsentOn": nil})
	got.refused(t, "UNLAWFUL", "input.fields.usableByLowerCourts") // the consent goes, and with it the use
	got = amend(map[string]any{"lowerCourtsConsentOn": nil, "lowerCourtsConsentNo": "示例同意书1号", "publicationUrl": "http://court.example/2025"})
	if got.done(t); got.Record.PublicationURL != "http://court.example/2025" {
		t.Errorf("amended %+v", got.Record)
	}
	read := func(caller string) (string, []string) {
		t.Helper()
		answer := w.ask(t, caller, `query($id: ID!) { node(id: $id) { ... on InvitedListing { listedOn usableByLowerCourts platformCertified publicationUrl lowerCourtsConsentNo } } }`, map[string]any{"id": id})
		return string(answer.Data), answer.codes()
	}
	const public = `"listedOn":"2025-05-20","usableByLowerCourts":true,"platformCertified":true,"publicationUrl":"http://court.example/2025"`
	if body, codes := read("anonymous"); !strings.Contains(body, public+`,"lowerCourtsConsentNo":null`) || !slices.Equal(codes, []string{"FORBIDDEN"}) {
		t.Errorf("anybody reads %s, %v", body, codes)
	}
	if body, codes := read("high-court"); !strings.Contains(body, public+`,"lowerCourtsConsentNo":"示例同意书1号"`) || len(codes) > 0 {
		t.Errorf("the court reads %s, %v", body, codes)
	}
	body := string(w.ask(t, "anonymous", `query($id: ID!) { node(id: $id) { ... on InvitedListing { history(first: 10) { nodes { fields { name after } } } } } }`, map[string]any{"id": id}).body)
	if !strings.Contains(body, "publicationUrl") || strings.Contains(body, "示例同意书") {
		t.Errorf("the history shows anybody %s", body)
	}
}

func TestStoryFederationRegistersAChamber(t *testing.T) {
	w := newWorld(t)
	w.admit(t, "fic", hub.APIKey{Role: hub.RolePartner, Agency: "FIC"})
	fields := map[string]any{"name": "示例区商会劳动争议调解委员会", "kind": "CHAMBER", "district": "津南区", "creditCode": "91350100M000100Y44", "sponsor": "示例区商会"}
	register := func(caller string) payload {
		t.Helper()
		return w.change(t, caller, "registerOrganization", "RegisterOrganizationInput", `record { id name status revision creditCode creditCodeWaiver }`, map[string]any{"fields": fields})
	}
	got := register("fic")
	got.refused(t, "USCC_CHECK", "input.fields.creditCode")
	fields["creditCodeWaiver"], fields["creditCodeEvidence"] = "商会尚无代码，借用设立单位代码", "示例证照 1 号，2025-06-01 核对"
	got = register("partner")
	got.refused(t, "FORBIDDEN", "input.fields")
	got = register("fic")
	if got.done(t); got.Record.Status != "ACTIVE" || !strings.Contains(got.Record.CreditCodeWaiver, "借用设立单位代码") {
		t.Errorf("registered %+v", got.Record)
	}
	id, at := got.Record.ID, w.newest(t, got.Record.ID)
	got = w.change(t, "fic", "dissolveOrganization", "DissolveOrganizationInput", `followed`, map[string]any{"id": id, "expectedRevision": at, "documentNo": "示例"})
	got.refused(t, "FORBIDDEN", "input.id") // its keeper does that
	got = w.change(t, "district-admin-120112", "amendOrganization", "AmendOrganizationInput", `record { id name }`, map[string]any{"id": id, "expectedRevision": at, "fields": map[string]any{"address": "示例路 8 号", "sponsor": nil}})
	got.done(t)
}

// TestStoryStationAndItsBranches: a trade union station stands below another; whoever
// reads one finds the other, at the moment asked for, page by page.
func TestStoryStationAndItsBranches(t *testing.T) {
	w := newWorld(t)
	const keeper = "district-admin-120101"
	register := func(name string, fields map[string]any) payload {
		t.Helper()
		fields["name"], fields["kind"], fields["district"] = name, "JOINT_STUDIO", "120101"
		return w.change(t, keeper, "registerOrganization", "RegisterOrganizationInput", `record { id name revision }`, map[string]any{"fields": fields})
	}
	for _, name := range []string{"示例甲分站", "示例乙分站", "示例丙分站"} {
		got := register(name, map[string]any{"parentId": "org_1", "sponsors": []string{"示例总工会", "示例法院"}, "feeCharged": false})
		got.done(t)
	}
	fee := register("示例收费调委会", map[string]any{"feeCharged": true})
	fee.done(t)
	amend := func(id string, fields map[string]any) payload {
		t.Helper()
		return w.change(t, keeper, "amendOrganization", "AmendOrganizationInput", `record { id name }`, map[string]any{"id": id, "expectedRevision": w.newest(t, id), "fields": fields})
	}
	got := amend(fee.Record.ID, map[string]any{"kind": "PEOPLES_COMMITTEE"})
	got.refused(t, "UNLAWFUL", "input.fields.feeCharged")
	got = amend("org_1", map[string]any{"parentId": fee.Record.ID})
	got.done(t)
	got = amend(fee.Record.ID, map[string]any{"parentId": "org_1"})
	got.refused(t, "PARENT_IMPOSSIBLE", "input.fields.parentId")

	var page struct {
		Organization struct {
			Parent   *struct{ Name string }
			Branches struct {
				TotalCount int
				PageInfo   struct {
					HasNextPage bool
					EndCursor   string
				}
				Nodes []struct {
					Name, Sponsor string
					Sponsors      []string
					FeeCharged    *bool
					Parent        struct{ ID string }
				}
			}
		}
		Organizations struct{ TotalCount int }
	}
	read := func(after any) {
		t.Helper()
		answer := w.ask(t, "anonymous", `query($after: String) {
			organization(by: {id: "org_1"}) { parent { name } branches(first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { name sponsor sponsors feeCharged parent { id } } } }
			organizations(filter: {parent: "org_1"}) { totalCount }
		}`, map[string]any{"after": after})
		page.Organization.Branches.Nodes = nil
		answer.into(t, &page)
	}
	read(nil)
	o := &page.Organization
	if o.Parent == nil || o.Parent.Name != "示例收费调委会" || o.Branches.TotalCount != 3 || len(o.Branches.Nodes) != 2 || !o.Branches.PageInfo.HasNextPage || page.Organizations.TotalCount != 3 {
		t.Fatalf("first page %+v", page)
	}
	first := o.Branches.Nodes[0]
	if first.Sponsor != "示例总工会、示例法院" || !slices.Equal(first.Sponsors, []string{"示例总工会", "示例法院"}) || first.FeeCharged == nil || *first.FeeCharged || first.Parent.ID != "org_1" {
		t.Errorf("a branch is %+v", first)
	}
	read(o.Branches.PageInfo.EndCursor)
	if len(o.Branches.Nodes) != 1 || o.Branches.PageInfo.HasNextPage || o.Branches.Nodes[0].Name == first.Name {
		t.Errorf("second page %+v", o.Branches)
	}
	before := w.ask(t, "anonymous", `{ organization(by: {id: "org_1"}, asOf: "2025-01-05T00:00:00Z") { parent { name } branches { totalCount } } }`, nil)
	if body := string(before.Data); !strings.Contains(body, `"parent":null,"branches":{"totalCount":0}`) {
		t.Errorf("before all that %s", body)
	}
}

func TestGETChangesNothing(t *testing.T) {
	w := newWorld(t)
	before := w.hub.Revision()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+"/graphql?query="+url.QueryEscape(
		`mutation { amendMediator(input: { id: "med_1", expectedRevision: 14, reason: "示例", idempotencyKey: "x", fields: { title: "改" } }) { revision } }`), nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Authorization", "Bearer "+w.keys["district-admin-120101"])
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var body struct{ Errors []json.RawMessage }
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "POST" || len(body.Errors) != 1 || w.hub.Revision() != before {
		t.Errorf("status %d, Allow %q, %d errors, revision %d → %d", response.StatusCode, response.Header.Get("Allow"), len(body.Errors), before, w.hub.Revision())
	}
}
