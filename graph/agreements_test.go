package graph_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"concord/internal/auth"
	"concord/internal/hub"
)

// issue gives a key to a caller of the test's own.
func (w *world) issue(t *testing.T, name string, key hub.APIKey) {
	t.Helper()
	key.Name = "示例：" + name
	w.changes++
	text, _, err := auth.Issue(t.Context(), w.hub, hub.System, key, strings.NewReader(strings.Repeat(fmt.Sprint("z", w.changes), 64)))
	if err != nil {
		t.Fatal(err)
	}
	w.keys[name] = text
}

type agreement struct {
	ID, Status, Purpose string
	Revision, Version   int
	Versions            []struct{ Version int }
}

type agreementPayload struct {
	payload
	Agreement *agreement
}

// agree makes a change of an agreement.
func (w *world) agree(t *testing.T, caller, mutation, inputType string, input map[string]any) *agreementPayload {
	t.Helper()
	if input["idempotencyKey"] == nil {
		w.changes++
		input["idempotencyKey"] = fmt.Sprint("agreement-", w.changes)
	}
	input["reason"] = "示例"
	var data struct{ Out agreementPayload }
	answer := w.ask(t, caller, fmt.Sprintf(`mutation($input: %s!) { out: %s(input: $input) { revision replayed userErrors { code message path }
		agreement { id status purpose revision version versions { version } } } }`, inputType, mutation), map[string]any{"input": input})
	if len(answer.Errors) > 0 {
		t.Fatalf("%s", answer.body)
	}
	answer.into(t, &data)
	return &data.Out
}

// reads asks for what agreements may open and returns what is there.
func (w *world) reads(t *testing.T, caller string) (seen, forbidden []string) {
	t.Helper()
	answer := w.ask(t, caller, `{ mediator(by: { id: "med_1" }) { name phone employerListed note person { mobile employer birthMonth } } }`, nil)
	var data struct {
		Mediator map[string]any
	}
	answer.into(t, &data)
	person, _ := data.Mediator["person"].(map[string]any)
	for _, place := range []struct {
		of     map[string]any
		prefix string
	}{{data.Mediator, "Mediator."}, {person, "Person."}} {
		for name, value := range place.of {
			if _, nested := value.(map[string]any); value != nil && !nested && name != "name" {
				seen = append(seen, place.prefix+name)
			}
		}
	}
	for _, e := range answer.Errors {
		if e.Extensions["code"] != "FORBIDDEN" {
			t.Errorf("%v", e)
		}
		forbidden = append(forbidden, fmt.Sprint(e.Extensions["field"]))
	}
	slices.Sort(seen)
	slices.Sort(forbidden)
	return seen, forbidden
}

type access struct {
	ID, At, Actor, Name, Role, Basis, Purpose, RequestID string
	Agency                                               *struct{ Code string }
	Agreement                                            *agreement
	Reads                                                []struct {
		Fields  []string
		Records []struct{ ID, Name string }
	}
}

// accesses returns the log as a caller sees it, newest first.
func (w *world) accesses(t *testing.T, caller string, filter map[string]any) (all []access) {
	t.Helper()
	var after any
	for {
		var data struct {
			AccessLog struct {
				Nodes    []access
				PageInfo struct {
					HasNextPage bool
					EndCursor   *string
				}
			}
		}
		answer := w.ask(t, caller, `query($filter: AccessFilter, $after: String) { accessLog(filter: $filter, first: 2, after: $after) { pageInfo { hasNextPage endCursor } nodes {
			id at actor name role basis purpose requestId agency { code } agreement { id purpose version revision status }
			reads { fields records { id ... on Person { name } ... on Mediator { name } ... on Expert { name } } } } } }`, map[string]any{"filter": filter, "after": after})
		if len(answer.Errors) > 0 {
			t.Fatalf("%s", answer.body)
		}
		answer.into(t, &data)
		all = append(all, data.AccessLog.Nodes...)
		if !data.AccessLog.PageInfo.HasNextPage {
			return all
		}
		after = *data.AccessLog.PageInfo.EndCursor
	}
}

// Story 12: the auditor sees who read whose mobile, why, and under which agreement;
// and an agency reads what its agreement opens, while it does, and nothing else.
func TestAgreementsOpenFieldsAndEveryReadIsRecorded(t *testing.T) {
	w := newWorld(t)
	w.issue(t, "chamber", hub.APIKey{Role: hub.RolePartner, Agency: "FIC"})
	w.issue(t, "chamber's contacts", hub.APIKey{Role: hub.RolePartner, Agency: "FIC", Scopes: []hub.Scope{hub.ScopeContact}})
	all := []string{"Mediator.employerListed", "Mediator.note", "Mediator.phone", "Person.birthMonth", "Person.employer", "Person.mobile"}
	check := func(caller string, want ...string) {
		t.Helper()
		seen, forbidden := w.reads(t, caller)
		var rest []string
		for _, f := range all {
			if !slices.Contains(want, f) {
				rest = append(rest, f)
			}
		}
		if !slices.Equal(seen, want) || !slices.Equal(forbidden, rest) {
			t.Errorf("%s reads %v and is told of %v; want %v and %v", caller, seen, forbidden, want, rest)
		}
	}

	// Without any agreement the operator's scopes count, and reads are recorded.
	check("chamber")
	check("chamber's contacts", "Mediator.phone", "Person.mobile")
	log := w.accesses(t, "auditor", nil)
	if len(log) != 1 || log[0].Agreement != nil || log[0].Basis != "密钥签发时授予的范围" || log[0].Agency.Code != "FIC" || len(log[0].Reads) != 2 {
		t.Fatalf("recorded %+v", log)
	}

	input := func(more map[string]any) map[string]any {
		in := map[string]any{
			"agency": "市工商联", "basis": "政务数据共享条例第十一条", "purpose": "核实商会调解员的联系方式", "fields": []string{"Person.mobile", "Person.employer"},
			"from": "2025-07-01", "to": "2025-12-31", "documentNo": "示例协〔2025〕1号",
		}
		for k, v := range more {
			in[k] = v
		}
		return in
	}
	made := w.agree(t, "city-admin", "createSharingAgreement", "CreateSharingAgreementInput", input(nil))
	made.done(t)
	if made.Agreement.Status != "PENDING" {
		t.Errorf("before its term it is %s", made.Agreement.Status)
	}
	// As soon as there is one, agreements alone decide: not yet.
	check("chamber")
	check("chamber's contacts")
	w.later(16 * 24 * time.Hour) // 1 July
	check("chamber", "Person.employer", "Person.mobile")
	check("chamber's contacts", "Person.mobile")
	check("partner")

	// What a request does not ask for is neither given nor recorded; what it asks
	// for is, by record and field, with its purpose.
	before := len(w.accesses(t, "auditor", nil))
	w.ask(t, "chamber", `{ mediators(first: 10) { nodes { name person { name } } } }`, nil)
	if now := len(w.accesses(t, "auditor", nil)); now != before {
		t.Errorf("reading public fields was recorded")
	}
	answer := w.post(t, "chamber", []byte(`{"query":"{ mediators(first: 10, orderBy: {field: NAME, direction: ASC}) { nodes { name person { mobile } } } }","extensions":{"purpose":"示例案号（2025）1号"}}`))
	if len(answer.Errors) > 0 {
		t.Fatalf("%s", answer.body)
	}
	log = w.accesses(t, "auditor", nil)
	if len(log) != before+1 {
		t.Fatalf("%d records became %d", before, len(log))
	}
	last := log[0]
	if last.Purpose != "示例案号（2025）1号" || last.Basis != "政务数据共享条例第十一条" || last.Agreement.Purpose != "核实商会调解员的联系方式" || last.Agreement.Version != 1 ||
		last.Name != "示例：chamber" || last.Role != "PARTNER" || last.Agency.Code != "FIC" || last.RequestID != "request-1" || last.At != "2025-07-01T02:00:00.000Z" {
		t.Errorf("recorded %+v", last)
	}
	if len(last.Reads) != 1 || !slices.Equal(last.Reads[0].Fields, []string{"Person.mobile"}) || len(last.Reads[0].Records) != 2 ||
		last.Reads[0].Records[0].ID != "per_1" || last.Reads[0].Records[0].Name != "张示例" || last.Reads[0].Records[1].ID != "per_2" {
		t.Errorf("recorded as read %+v", last.Reads)
	}

	// The log by record, field, agency, agreement and day; and who may see it.
	for _, c := range []struct {
		caller string
		filter map[string]any
		want   int
	}{
		{"auditor", map[string]any{"record": "per_2"}, 1},
		{"auditor", map[string]any{"record": "med_1"}, 1},
		{"auditor", map[string]any{"field": "Person.mobile"}, 4},
		{"auditor", map[string]any{"field": "Person.employer"}, 1},
		{"auditor", map[string]any{"agreement": made.Agreement.ID}, 3},
		{"auditor", map[string]any{"agency": []string{"UNION"}}, 0},
		{"auditor", map[string]any{"from": "2025-07-01"}, 3},
		{"auditor", map[string]any{"to": "2025-06-30"}, 1},
		{"auditor", map[string]any{"from": "2025-06-15", "to": "2025-07-01", "agency": []string{"市工商联"}}, 4},
		{"city-admin", nil, 4},
		{"chamber", nil, 4},
		{"partner", nil, 0},
	} {
		if got := w.accesses(t, c.caller, c.filter); len(got) != c.want {
			t.Errorf("%s with %v sees %d, want %d", c.caller, c.filter, len(got), c.want)
		}
	}
	for caller, code := range map[string]string{"anonymous": "UNAUTHENTICATED", "district-admin-120101": "FORBIDDEN", "court-keeper-津0101": "FORBIDDEN"} {
		if got := w.ask(t, caller, `{ accessLog { nodes { id } } }`, nil).codes(); !slices.Equal(got, []string{code}) {
			t.Errorf("%s: %v", caller, got)
		}
	}
	if got := w.ask(t, "partner", `{ accessLog(filter: {agency: ["FIC"]}) { nodes { id } } }`, nil).codes(); !slices.Equal(got, []string{"FORBIDDEN"}) {
		t.Errorf("another agency's log: %v", got)
	}

	// An export under the agreement is recorded too.
	before = len(log)
	w.exported(t, "chamber", "/exports/experts.csv?purpose=%E5%B9%B4%E5%BA%A6%E6%A0%B8%E5%AF%B9")
	log = w.accesses(t, "auditor", nil)
	if len(log) != before+1 || log[0].Purpose != "年度核对" || !slices.Equal(log[0].Reads[0].Fields, []string{"Person.mobile"}) || log[0].Reads[0].Records[0].ID != "per_1" {
		t.Errorf("an export is recorded as %+v", log[0])
	}

	// In changes the same rules hold, before and after.
	w.ask(t, "chamber", `{ changes(first: 100, kinds: [PERSON]) { nodes { fields { name before after } } } }`, nil)
	if log = w.accesses(t, "auditor", nil); len(log) != before+2 || !slices.ContainsFunc(log[0].Reads[0].Fields, func(s string) bool { return s == "Person.mobile" }) {
		t.Errorf("changes are recorded as %+v", log[0])
	}

	// Widened only with a new document, by who may; each amendment is a version.
	amend := func(caller string, more map[string]any) *agreementPayload {
		return w.agree(t, caller, "amendSharingAgreement", "AmendSharingAgreementInput", more)
	}
	wider := map[string]any{"id": made.Agreement.ID, "expectedRevision": made.Agreement.Revision, "fields": []string{"Person.mobile", "Mediator.phone"}}
	amend("city-admin", maps.Clone(wider)).refused(t, "INVALID", "input.widens")
	for _, more := range []map[string]any{{"purpose": "另作他用"}, {"to": "2026-12-31"}, {"from": "2025-01-01"}} {
		more["id"], more["expectedRevision"] = made.Agreement.ID, made.Agreement.Revision
		amend("city-admin", more).refused(t, "INVALID", "input.widens")
	}
	wider["widens"] = true
	amend("city-admin", maps.Clone(wider)).refused(t, "DOCUMENT_REQUIRED", "input.documentNo") // the signed one does not say it
	wider["documentNo"] = "示例协〔2025〕2号"
	amend("partner", maps.Clone(wider)).refused(t, "FORBIDDEN", "input")
	amend("auditor", maps.Clone(wider)).refused(t, "FORBIDDEN", "input")
	amended := amend("city-admin", maps.Clone(wider))
	amended.done(t)
	if amended.Agreement.Version != 2 || len(amended.Agreement.Versions) != 2 {
		t.Errorf("amended %+v", amended.Agreement)
	}
	amend("city-admin", maps.Clone(wider)).refused(t, "CONFLICT", "input.expectedRevision")
	check("chamber", "Mediator.phone", "Person.mobile")
	if log = w.accesses(t, "auditor", nil); log[0].Agreement.Version != 2 || log[len(log)-2].Agreement.Version != 1 {
		t.Error("the log does not say which version held")
	}

	// What cannot be recorded is not answered.
	w.store.refuse(true)
	answer = w.ask(t, "chamber", `{ mediator(by: {id: "med_1"}) { name phone } }`, nil)
	if !slices.Equal(answer.codes(), []string{"INTERNAL"}) || strings.Contains(string(answer.body), "13800138001") || string(answer.Data) != "null" && len(answer.Data) > 0 {
		t.Errorf("an unrecorded read is answered: %s", answer.body)
	}
	if answer := w.ask(t, "chamber", `{ mediator(by: {id: "med_1"}) { name } }`, nil); len(answer.Errors) > 0 {
		t.Errorf("public fields need no record: %s", answer.body)
	}
	w.store.refuse(false)

	// Ended early: at once.
	w.agree(t, "city-admin", "endSharingAgreement", "EndSharingAgreementInput", map[string]any{"id": made.Agreement.ID, "expectedRevision": amended.Agreement.Revision, "lastDay": "2026-01-01"}).refused(t, "DATE_IMPOSSIBLE", "input.lastDay")
	w.agree(t, "city-admin", "endSharingAgreement", "EndSharingAgreementInput", map[string]any{"id": made.Agreement.ID, "expectedRevision": amended.Agreement.Revision, "lastDay": "2025-01-01"}).refused(t, "DATE_IMPOSSIBLE", "input.lastDay")
	ended := w.agree(t, "city-admin", "endSharingAgreement", "EndSharingAgreementInput", map[string]any{"id": made.Agreement.ID, "expectedRevision": amended.Agreement.Revision})
	ended.done(t)
	check("chamber")
	check("chamber's contacts")
	if ended.Agreement.Status != "ENDED" {
		t.Errorf("%+v", ended.Agreement)
	}
	amend("city-admin", map[string]any{"id": made.Agreement.ID, "expectedRevision": ended.Agreement.Revision, "purpose": "另作他用"}).refused(t, "MOVE_IMPOSSIBLE", "input.id")

	// One that runs out.
	next := w.agree(t, "city-admin", "createSharingAgreement", "CreateSharingAgreementInput", input(map[string]any{"documentNo": "示例协〔2025〕3号"}))
	next.done(t)
	check("chamber", "Person.employer", "Person.mobile")
	w.later(183 * 24 * time.Hour) // 31 December
	check("chamber", "Person.employer", "Person.mobile")
	w.later(24 * time.Hour)
	check("chamber")
	amend("city-admin", map[string]any{"id": next.Agreement.ID, "expectedRevision": next.Agreement.Revision, "basis": "示例"}).refused(t, "MOVE_IMPOSSIBLE", "input.id")

	var data struct {
		SharingAgreements struct {
			TotalCount int
			Nodes      []agreement
		}
	}
	w.ask(t, "chamber", `{ sharingAgreements { totalCount nodes { id status version } } }`, nil).into(t, &data)
	if list := data.SharingAgreements; list.TotalCount != 2 || list.Nodes[0].Status != "EXPIRED" || list.Nodes[1].Status != "ENDED" {
		t.Errorf("the agency's agreements: %+v", list)
	}
	w.ask(t, "partner", `{ sharingAgreements { totalCount nodes { id status version } } }`, nil).into(t, &data)
	if data.SharingAgreements.TotalCount != 0 {
		t.Error("another agency's agreements are shown")
	}
	for caller, want := range map[string]bool{"anonymous": false, "partner": false, "chamber": true, "auditor": true, "city-admin": true} {
		var found struct{ Node *struct{ ID string } }
		w.ask(t, caller, `query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": next.Agreement.ID}).into(t, &found)
		if (found.Node != nil) != want {
			t.Errorf("%s finds the agreement by its id: %v", caller, found.Node)
		}
	}
}

// Agreements that cannot be are refused, and nothing is written.
func TestAgreementsThatCannotBe(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		caller, code, path string
		more               map[string]any
	}{
		"by an agency":              {"partner", "FORBIDDEN", "input", nil},
		"by a district":             {"district-admin-120101", "FORBIDDEN", "input", nil},
		"by nobody":                 {"anonymous", "UNAUTHENTICATED", "", nil},
		"for no agency":             {"city-admin", "INVALID", "input.agency", map[string]any{"agency": "某公司"}},
		"of a field that is public": {"city-admin", "INVALID", "input.fields", map[string]any{"fields": []string{"Person.name"}}},
		"of the owner's field":      {"city-admin", "INVALID", "input.fields", map[string]any{"fields": []string{"Mediator.note"}}},
		"of no field":               {"city-admin", "INVALID", "input.fields", map[string]any{"fields": []string{}}},
		"without a purpose":         {"city-admin", "INVALID", "input.purpose", map[string]any{"purpose": " "}},
		"backwards":                 {"city-admin", "DATE_IMPOSSIBLE", "input.to", map[string]any{"from": "2025-12-31", "to": "2025-12-30"}},
		"that is over":              {"city-admin", "DATE_IMPOSSIBLE", "input.to", map[string]any{"from": "2024-01-01", "to": "2024-12-31"}},
		"with a link that is none":  {"city-admin", "INVALID", "input.document", map[string]any{"document": "file:///etc/passwd"}},
	} {
		t.Run(name, func(t *testing.T) {
			in := map[string]any{"agency": "FIC", "basis": "示例", "purpose": "示例", "fields": []string{"Person.mobile"}, "from": "2025-07-01", "to": "2025-12-31", "documentNo": "示例", "reason": "示例", "idempotencyKey": name}
			for k, v := range c.more {
				in[k] = v
			}
			answer := w.ask(t, c.caller, `mutation($input: CreateSharingAgreementInput!) { out: createSharingAgreement(input: $input) { revision userErrors { code message path } } }`, map[string]any{"input": in})
			if len(answer.Errors) > 0 {
				if !slices.Equal(answer.codes(), []string{c.code}) {
					t.Errorf("%s", answer.body)
				}
				return
			}
			var data struct{ Out payload }
			answer.into(t, &data)
			data.Out.refused(t, c.code, c.path)
		})
	}
	var data struct{ SharingAgreements struct{ TotalCount int } }
	w.ask(t, "auditor", `{ sharingAgreements { totalCount } }`, nil).into(t, &data)
	if data.SharingAgreements.TotalCount != 0 {
		t.Error("something refused was written")
	}
}

// The rights of a request are those at its beginning: an agreement that runs out
// while it is answered still holds, and the record of it says so.
func TestARequestKeepsItsRights(t *testing.T) {
	w := newWorld(t)
	w.issue(t, "chamber", hub.APIKey{Role: hub.RolePartner, Agency: "FIC"})
	w.agree(t, "city-admin", "createSharingAgreement", "CreateSharingAgreementInput", map[string]any{"agency": "FIC", "basis": "示例", "purpose": "示例",
		"fields": []string{"Mediator.phone"}, "from": "2025-06-01", "to": "2025-06-15", "documentNo": "示例"}).done(t)
	p, err := w.hub.Reader(t.Context(), &hub.Principal{ID: "key_99", Role: hub.RolePartner, Agency: "FIC"}, hub.Request{ID: "r"})
	if err != nil {
		t.Fatal(err)
	}
	p.Ask("Mediator.phone")
	w.later(24 * time.Hour)
	one := 1
	page, err := w.hub.Mediators(t.Context(), p, hub.RosterQuery{Filter: hub.FilterArgs{District: []string{"120101"}}, Page: hub.PageArgs{First: &one}})
	if err != nil || page.Edges[0].Node.Phone == "" {
		t.Fatalf("%+v %v", page, err)
	}
	if err := w.hub.Account(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if log := w.accesses(t, "auditor", nil); len(log) != 1 || log[0].Actor != "key_99" {
		t.Errorf("%+v", log)
	}
	if err := w.hub.Account(context.Background(), p); err != nil || len(w.accesses(t, "auditor", nil)) != 1 {
		t.Errorf("recorded twice (%v)", err)
	}
}
