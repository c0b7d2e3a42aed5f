package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"concord/internal/hub"
)

// What must not be done to a roster is refused with a stable code, changes nothing,
// and is to be found in the audit.
func TestRefusalsStandInTheAudit(t *testing.T) {
	w := newWorld(t)
	renew := func(key string, more map[string]any) map[string]any {
		input := map[string]any{"id": "med_1", "expectedRevision": w.newest(t, "med_1"), "termStart": "2027-01-01", "termEnd": "2028-12-31", "documentNo": "示例〔2025〕9号", "idempotencyKey": key}
		for k, v := range more {
			input[k] = v
		}
		return input
	}
	done := w.change(t, "district-admin-120101", "renewListing", "RenewListingInput", listing, renew("first", nil))
	done.done(t)
	before := w.newest(t, "med_1")
	for i, c := range []struct {
		name, caller, mutation, input, operation, code, path string
		content                                              map[string]any
	}{
		{"a stale revision", "district-admin-120101", "renewListing", "RenewListingInput", "RENEW", "CONFLICT", "input.expectedRevision", renew("stale", map[string]any{"expectedRevision": 1, "termStart": "2029-01-01", "termEnd": "2030-12-31"})},
		{"an idempotency key with other content", "district-admin-120101", "renewListing", "RenewListingInput", "RENEW", "IDEMPOTENCY_REUSED", "input.idempotencyKey", renew("first", map[string]any{"termStart": "2029-01-01", "termEnd": "2030-12-31"})},
		{"a renewal that overlaps its predecessor", "district-admin-120101", "renewListing", "RenewListingInput", "RENEW", "TERM_OVERLAP", "input.termStart", renew("overlap", map[string]any{"termStart": "2028-12-31", "termEnd": "2030-12-31"})},
		{"another district's record", "district-admin-120112", "renewListing", "RenewListingInput", "RENEW", "FORBIDDEN", "input.id", renew("another's", map[string]any{"termStart": "2029-01-01", "termEnd": "2030-12-31"})},
		{"a suspension without end", "district-admin-120101", "suspendListing", "SuspendListingInput", "SUSPEND", "END_REQUIRED", "input.until",
			map[string]any{"id": "med_1", "expectedRevision": before, "ground": "JOB_CHANGE", "documentNo": "示例〔2025〕9号"}},
		{"a strike-off by an HR admin", "city-admin", "strikeOffListing", "StrikeOffListingInput", "STRIKE_OFF", "FORBIDDEN", "input.id",
			map[string]any{"id": "inv_1", "expectedRevision": w.newest(t, "inv_1"), "ground": "UNLAWFUL_MEDIATION", "documentNo": "示例〔2025〕9号"}},
		{"a strike-off of a mediator", "district-admin-120101", "strikeOffListing", "StrikeOffListingInput", "STRIKE_OFF", "MOVE_IMPOSSIBLE", "input.id",
			map[string]any{"id": "med_1", "expectedRevision": before, "ground": "UNLAWFUL_MEDIATION", "documentNo": "示例〔2025〕9号"}},
		{"two persons of whom one is no person", "city-admin", "mergePersons", "MergePersonsInput", "MERGE_PERSONS", "NOT_FOUND", "input.other.id",
			map[string]any{"id": "per_1", "expectedRevision": 1, "other": map[string]any{"id": "per_zzz", "expectedRevision": 1}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.mutation == "mergePersons" {
				var data struct{ Node struct{ Revision int } }
				w.ask(t, "", `{ node(id: "per_1") { ... on Person { revision } } }`, nil).into(t, &data)
				c.content["expectedRevision"] = data.Node.Revision
			}
			got := w.change(t, c.caller, c.mutation, c.input, `followed`, c.content)
			got.refused(t, c.code, c.path)
			if now := w.newest(t, "med_1"); now != before {
				t.Errorf("it changed med_1 from %d to %d", before, now)
			}
			var data struct {
				RefusedChanges []struct{ Role, Operation, Record, Code, Message string }
			}
			w.ask(t, "auditor", `{ refusedChanges(first: 1) { role operation record code message } }`, nil).into(t, &data)
			if len(data.RefusedChanges) != 1 {
				t.Fatal("the audit does not show it")
			}
			if a := data.RefusedChanges[0]; a.Operation != c.operation || a.Code != c.code || a.Record != c.content["id"] || a.Message == "" {
				t.Errorf("attempt %d stands in the audit as %+v", i, a)
			}
		})
	}
}

// Organisations are merged and dissolved over the API: their people go over to the
// successor or off their rosters, and the courts that list them are told.
func TestOrganisationsEndOverTheAPI(t *testing.T) {
	const selection = `followed notices { recipientName statusLabel } record { id status revision } `
	about := func(w *world, id string) (status, successor string, people []string) {
		var data struct {
			Organization struct {
				Status string
				Events []struct {
					Successor *string
				}
			}
			Mediators struct{ Nodes []struct{ ID, Status string } }
		}
		w.ask(t, "", fmt.Sprintf(`{ organization(by: {id: %q}) { status events { successor } } mediators(filter: {organization: %[1]q}, first: 100) { nodes { id status } } }`, id), nil).into(t, &data)
		for _, n := range data.Mediators.Nodes {
			people = append(people, n.ID+" "+n.Status)
		}
		slices.Sort(people)
		if last := data.Organization.Events[len(data.Organization.Events)-1]; last.Successor != nil {
			successor = *last.Successor
		}
		return data.Organization.Status, successor, people
	}
	input := func(w *world, more map[string]any) map[string]any {
		in := map[string]any{"id": "org_2", "expectedRevision": w.newest(t, "org_2"), "documentNo": "津南人社〔2025〕示例8号"}
		for k, v := range more {
			in[k] = v
		}
		return in
	}
	t.Run("merged, its people go over", func(t *testing.T) {
		w := newWorld(t)
		for _, c := range []struct {
			name, caller, code, path string
			more                     map[string]any
		}{
			{"into nobody", "district-admin-120112", "SUCCESSOR_REQUIRED", "input.successor", map[string]any{}},
			{"into itself", "district-admin-120112", "SUCCESSOR_REQUIRED", "input.successor", map[string]any{"successor": "org_2"}},
			{"by another district", "district-admin-120101", "FORBIDDEN", "input.id", map[string]any{"successor": "org_1"}},
		} {
			got := w.change(t, c.caller, "mergeOrganization", "MergeOrganizationInput", selection, input(w, c.more))
			if len(got.UserErrors) == 0 || got.UserErrors[0].Code != c.code || strings.Join(got.UserErrors[0].Path, ".") != c.path {
				t.Errorf("%s: %+v", c.name, got.UserErrors)
			}
		}
		got := w.change(t, "district-admin-120112", "mergeOrganization", "MergeOrganizationInput", selection, input(w, map[string]any{"successor": "org_1", "membersFollow": true}))
		if got.done(t); got.Followed != 1 || len(got.Notices) != 1 {
			t.Errorf("%d followed, notices %+v", got.Followed, got.Notices)
		}
		if status, successor, people := about(w, "org_2"); status != "MERGED" || successor != "org_1" || len(people) != 0 {
			t.Errorf("afterwards it is %s into %s, with %v", status, successor, people)
		}
		if _, _, people := about(w, "org_1"); !slices.Contains(people, "med_2 SUSPENDED") {
			t.Errorf("the successor has %v", people)
		}
	})
	t.Run("dissolved, its people leave their rosters", func(t *testing.T) {
		w := newWorld(t)
		got := w.change(t, "district-admin-120112", "dissolveOrganization", "DissolveOrganizationInput", selection, input(w, nil))
		if got.done(t); got.Followed != 1 || len(got.Notices) != 1 || got.Notices[0].StatusLabel != "撤销" {
			t.Errorf("%d followed, notices %+v", got.Followed, got.Notices)
		}
		if status, _, people := about(w, "org_2"); status != "DISSOLVED" || !slices.Equal(people, []string{"med_2 ORG_EXIT"}) {
			t.Errorf("afterwards it is %s, with %v", status, people)
		}
	})
}

// Whose term runs out within 90, 60 and 30 days is a query, whatever else ends.
func TestTermsAboutToEnd(t *testing.T) {
	w := newWorld(t)
	today := hub.Today(now)
	batch := hub.Batch{Origin: hub.Origin{Actor: "system"}, At: now}
	for i, days := range []hub.Date{0, 29, 30, 31, 59, 60, 89, 90, 91} {
		batch.Puts = append(batch.Puts, hub.Put{Record: &hub.Expert{Entry: hub.Entry{
			ID: hub.NewID(hub.KindExpert, uint64(700+i)), Name: fmt.Sprintf("示例%d", days), Level: hub.LevelDistrict, District: "120119", Fictional: true,
			Terms: []hub.AppointmentTerm{{Start: today - 300, End: today + days}}, Events: []hub.StatusEvent{{Status: hub.StatusActive}},
		}}})
	}
	if _, err := w.store.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		within hub.Date
		want   int
	}{{30, 3}, {60, 6}, {90, 8}} {
		var data struct{ Experts struct{ TotalCount int } }
		before := (today + c.within + 1).String()
		w.ask(t, "district-admin-120101", `query($d: Date) { experts(filter: {district: ["120119"], expiringBefore: $d}, first: 1) { totalCount } }`, map[string]any{"d": before}).into(t, &data)
		if data.Experts.TotalCount != c.want {
			t.Errorf("within %d days %d end, want %d", c.within, data.Experts.TotalCount, c.want)
		}
	}
}
