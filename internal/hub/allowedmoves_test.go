package hub_test

import (
	"slices"
	"testing"

	"concord/internal/hub"
)

// Pages offer what is allowed and nothing else: the list is who may do what with a
// record in its status.
func TestAllowedMoves(t *testing.T) {
	r := newRoster(t)
	committee := &hub.Organization{ID: r.store.NextID(hub.KindOrganization), Name: "示例人民调解委员会", Kind: hub.OrgPeoplesCommittee, Level: hub.LevelDistrict, District: "120112", Events: []hub.OrganizationEvent{{Status: hub.OrganizationActive, On: day("2025-01-01")}}}
	person := r.person("张示例")
	of := func(status hub.EntryStatus) *hub.Mediator {
		return &hub.Mediator{Entry: r.entry(hub.KindMediator, "张示例", person.ID, status)}
	}
	active, proposed, suspended, resigned, elected := of(hub.StatusActive), of(hub.StatusProposed), of(hub.StatusSuspended), of(hub.StatusResigned), of(hub.StatusActive)
	elected.Organization = committee.ID
	listed := &hub.InvitedListing{Entry: r.entry(hub.KindInvitedListing, "张示例", person.ID, hub.StatusActive), Court: "津0112", Invitee: hub.InviteePerson}
	body := &hub.InvitedListing{Entry: r.entry(hub.KindInvitedListing, committee.Name, 0, hub.StatusActive), Court: "津0112", Invitee: hub.InviteeOrganization, Organization: committee.ID}
	r.add(t, committee, person, active, proposed, suspended, resigned, elected, listed, body)

	for _, c := range []struct {
		name string
		p    *hub.Principal
		id   hub.ID
		want []hub.MoveName
	}{
		{"on the roster", jinnan, active.ID, []hub.MoveName{"SUSPEND", "RENEW", "RESIGN", "DISMISS", "DECEASE", "INCAPACITATE"}},
		{"elected", jinnan, elected.ID, []hub.MoveName{"SUSPEND", "RENEW", "RESIGN", "DISMISS", "RECALL", "DECEASE", "INCAPACITATE"}},
		{"a candidate", jinnan, proposed.ID, []hub.MoveName{"PUBLICISE", "DECEASE", "INCAPACITATE", "REJECT", "WITHDRAW"}},
		{"suspended", jinnan, suspended.ID, []hub.MoveName{"SUSPEND", "REINSTATE", "RENEW", "RESIGN", "DISMISS", "DECEASE", "INCAPACITATE"}},
		{"gone", jinnan, resigned.ID, nil},
		{"a court's listing", jinnanCourt, listed.ID, []hub.MoveName{"SUSPEND", "RENEW", "RESIGN", "DISMISS", "STRIKE_OFF", "DECEASE", "INCAPACITATE"}},
		{"a court's listing of an organisation", jinnanCourt, body.ID, []hub.MoveName{"SUSPEND", "RENEW", "RESIGN", "DISMISS", "STRIKE_OFF"}},
		{"another court's", hepingCourt, listed.ID, nil},
		{"another district's", heping, active.ID, nil},
		{"the city, of a district", city, active.ID, nil},
		{"an organisation", jinnan, committee.ID, []hub.MoveName{"SUSPEND", "MERGE", "DISSOLVE"}},
		{"nobody", hub.Anonymous, active.ID, nil},
	} {
		allowed, err := r.AllowedMoves(t.Context(), c.p, c.id)
		if err != nil {
			t.Fatal(err)
		}
		var got []hub.MoveName
		for _, m := range allowed {
			got = append(got, m.Move)
			if m.Move == hub.MoveSuspend && (len(m.Grounds) == 0 || !m.NeedsDocument || !m.NeedsUntil) {
				t.Errorf("%s: a suspension asks for %+v", c.name, m)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if _, err := r.AllowedMoves(t.Context(), jinnan, person.ID); err == nil {
		t.Error("a person has no moves")
	}
}
