package hub_test

import (
	"slices"
	"strings"
	"testing"

	"concord/internal/hub"
)

// studio is an organisation in Jinnan with two mediators, one of them of the city,
// listed by two courts; one of them lists a person whom it named.
type studio struct {
	organization, successor    hub.ID
	own, citys                 hub.ID
	listing, elsewhere, person hub.ID
}

func (r *roster) studio(t *testing.T) studio {
	t.Helper()
	org := func(name string) *hub.Organization {
		return &hub.Organization{ID: r.store.NextID(hub.KindOrganization), Name: name, Kind: hub.OrgJointStudio, Level: hub.LevelDistrict, District: "120112",
			Events: []hub.OrganizationEvent{{Status: hub.OrganizationActive, On: day("2020-01-01")}}}
	}
	o, next := org("示例联合调解工作室"), org("示例承接工作室")
	a, b := r.person("甲示例"), r.person("乙示例")
	own := &hub.Mediator{Entry: r.entry(hub.KindMediator, a.Name, a.ID, hub.StatusActive), Organization: o.ID}
	citys := &hub.Mediator{Entry: r.entry(hub.KindMediator, b.Name, b.ID, hub.StatusActive), Organization: o.ID}
	citys.Level, citys.District = hub.LevelCity, "120000"
	listing := &hub.InvitedListing{Entry: r.entry(hub.KindInvitedListing, o.Name, 0, hub.StatusActive), Invitee: hub.InviteeOrganization, Court: "津0112", Organization: o.ID, BodyName: o.Name}
	elsewhere := &hub.InvitedListing{Entry: r.entry(hub.KindInvitedListing, o.Name, 0, hub.StatusActive), Invitee: hub.InviteeOrganization, Court: "津0101", Organization: o.ID, BodyName: o.Name}
	person := &hub.InvitedListing{Entry: r.entry(hub.KindInvitedListing, a.Name, a.ID, hub.StatusActive), Invitee: hub.InviteePerson, Court: "津0112", Organization: o.ID, BodyName: o.Name}
	r.add(t, a, b, o, next, own, citys, listing, elsewhere, person)
	return studio{o.ID, next.ID, own.ID, citys.ID, listing.ID, elsewhere.ID, person.ID}
}

// try makes a move of a record as it now is.
func (r *roster) try(t *testing.T, p *hub.Principal, name hub.MoveName, id hub.ID, alter func(*hub.MoveInput)) (*hub.Written, error) {
	t.Helper()
	_, revision := r.record(t, id)
	in := r.full(name, id, revision)
	if alter != nil {
		alter(&in)
	}
	return r.Move(t.Context(), p, name, in)
}

func recipients(out *hub.Written) []string {
	var names []string
	for _, n := range out.Notices {
		names = append(names, n.Recipient)
	}
	slices.Sort(names)
	return names
}

func TestOrganisationsTakeTheirPeopleAlong(t *testing.T) {
	statuses := func(t *testing.T, r *roster, on string, want map[hub.ID]hub.EntryStatus) {
		t.Helper()
		for id, status := range want {
			if got := r.status(t, id, on); got != status {
				t.Errorf("%s is %s on %s, want %s", id, got, on, status)
			}
		}
	}
	t.Run("dissolved", func(t *testing.T) {
		r := newRoster(t)
		s := r.studio(t)
		out := done2(t)(r.try(t, jinnan, hub.MoveDissolve, s.organization, nil))
		statuses(t, r, "2025-06-15", map[hub.ID]hub.EntryStatus{
			s.organization: "DISSOLVED", s.own: hub.StatusOrgExit, s.citys: hub.StatusOrgExit,
			s.listing: hub.StatusActive, s.elsewhere: hub.StatusActive, s.person: hub.StatusActive, // the courts decide
		})
		if got := recipients(out); out.Followed != 2 || !slices.Equal(got, []string{"CITY", "津0101", "津0112"}) {
			t.Errorf("%d followed, told %v: the city's roster lost somebody, and two courts list the organisation", out.Followed, got)
		}
		record, _ := r.record(t, s.own)
		if d := record.(*hub.Mediator).Decisions; len(d) != 1 || d[0].Cause != s.organization || d[0].Ground != hub.GroundBodyDissolved {
			t.Errorf("its decision is %+v", d)
		}
		out, err := r.try(t, jinnan, hub.MoveReinstate, s.organization, nil)
		refusedAs(t, hub.RefusalMove, out, err)
	})
	t.Run("merged, its mediators go over to the successor", func(t *testing.T) {
		r := newRoster(t)
		s := r.studio(t)
		out := done2(t)(r.try(t, jinnan, hub.MoveMerge, s.organization, func(in *hub.MoveInput) { in.Successor, in.MembersFollow = s.successor, true }))
		statuses(t, r, "2025-06-15", map[hub.ID]hub.EntryStatus{s.organization: "MERGED", s.own: hub.StatusActive, s.citys: hub.StatusActive})
		record, _ := r.record(t, s.own)
		if record.(*hub.Mediator).Organization != s.successor || out.Followed != 2 {
			t.Errorf("%d followed, to %s", out.Followed, record.(*hub.Mediator).Organization)
		}
		o, _ := r.record(t, s.organization)
		if events := o.(*hub.Organization).Events; events[len(events)-1].Successor != s.successor {
			t.Errorf("the successor is not kept: %+v", events)
		}
	})
	t.Run("who had left does not go over to the successor", func(t *testing.T) {
		r := newRoster(t)
		s := r.studio(t)
		done2(t)(r.try(t, jinnan, hub.MoveResign, s.own, nil))
		out := done2(t)(r.try(t, jinnan, hub.MoveMerge, s.organization, func(in *hub.MoveInput) { in.Successor, in.MembersFollow = s.successor, true }))
		record, _ := r.record(t, s.own)
		if record.(*hub.Mediator).Organization != s.organization || out.Followed != 1 {
			t.Errorf("%d followed, and who resigned is named in %s", out.Followed, record.(*hub.Mediator).Organization)
		}
	})
	t.Run("a court renews an organisation, and those whose terms run out", func(t *testing.T) {
		r := newRoster(t)
		s := r.studio(t)
		renew := func(in *hub.MoveInput) { in.TermStart, in.TermEnd = day("2026-01-01"), day("2026-12-31") }
		done2(t)(r.try(t, jinnanCourt, hub.MoveRenew, s.person, renew)) // by herself, before
		if out := done2(t)(r.try(t, jinnanCourt, hub.MoveRenew, s.listing, renew)); out.Followed != 0 {
			t.Errorf("%d followed, want nobody: she has a term already", out.Followed)
		}
		if out := done2(t)(r.try(t, jinnanCourt, hub.MoveRenew, s.listing, func(in *hub.MoveInput) { in.TermStart, in.TermEnd = day("2027-01-01"), day("2027-12-31") })); out.Followed != 1 {
			t.Errorf("%d followed, want her whose term runs out", out.Followed)
		}
	})
	t.Run("merged into itself, nothing, or what is over", func(t *testing.T) {
		r := newRoster(t)
		s := r.studio(t)
		for _, successor := range []hub.ID{0, s.organization, s.own, hub.NewID(hub.KindOrganization, 999)} {
			out, err := r.try(t, jinnan, hub.MoveMerge, s.organization, func(in *hub.MoveInput) { in.Successor = successor })
			refusedAs(t, hub.RefusalSuccessor, out, err)
		}
		done2(t)(r.try(t, jinnan, hub.MoveDissolve, s.successor, nil))
		out, err := r.try(t, jinnan, hub.MoveMerge, s.organization, func(in *hub.MoveInput) { in.Successor = s.successor })
		refusedAs(t, hub.RefusalSuccessor, out, err)
	})
	t.Run("suspended and reinstated", func(t *testing.T) {
		r := newRoster(t)
		s := r.studio(t)
		done2(t)(r.try(t, city, hub.MoveSuspend, s.citys, nil)) // for a reason of its own
		done2(t)(r.try(t, jinnan, hub.MoveSuspend, s.organization, func(in *hub.MoveInput) { in.Until = day("2025-08-31") }))
		statuses(t, r, "2025-08-31", map[hub.ID]hub.EntryStatus{s.organization: "SUSPENDED", s.own: hub.StatusSuspended, s.citys: hub.StatusSuspended})
		statuses(t, r, "2025-09-01", map[hub.ID]hub.EntryStatus{s.organization: "ACTIVE", s.own: hub.StatusActive, s.citys: hub.StatusSuspended})
		done2(t)(r.try(t, jinnan, hub.MoveReinstate, s.organization, nil))
		statuses(t, r, "2025-06-15", map[hub.ID]hub.EntryStatus{s.organization: "ACTIVE", s.own: hub.StatusActive, s.citys: hub.StatusSuspended})
	})
	t.Run("a court's listing of an organisation ends", func(t *testing.T) {
		for _, name := range []hub.MoveName{hub.MoveResign, hub.MoveDismiss, hub.MoveStrikeOff} {
			r := newRoster(t)
			s := r.studio(t)
			out := done2(t)(r.try(t, jinnanCourt, name, s.listing, nil))
			statuses(t, r, "2025-06-15", map[hub.ID]hub.EntryStatus{s.person: hub.StatusOrgExit, s.elsewhere: hub.StatusActive, s.own: hub.StatusActive, s.organization: "ACTIVE"})
			if out.Followed != 1 {
				t.Errorf("%s: %d followed", name, out.Followed)
			}
			if got := recipients(out); name != hub.MoveResign && !slices.Equal(got, []string{"120112"}) {
				t.Errorf("%s: told %v, want the keeper of the organisation", name, got)
			}
		}
	})
	t.Run("a record that follows and moves meanwhile is judged anew", func(t *testing.T) {
		r := newRoster(t)
		s := r.studio(t)
		stop := make(chan struct{})
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				_, revision := r.record(t, s.own)
				_, _ = r.Amend(t.Context(), jinnan, hub.AmendInput{Kind: s.own.Kind(), Write: r.about(s.own, revision), Fields: hub.Fields{"title": strings.Repeat("级", 1+i%5)}})
			}
		}()
		_, revision := r.record(t, s.organization)
		in := hub.MoveInput{Write: hub.Write{ID: s.organization, Expected: revision, Reason: "示例", IdempotencyKey: "dissolve"}, DocumentNo: "示例"}
		for {
			out, err := r.Move(t.Context(), jinnan, hub.MoveDissolve, in)
			if hub.CodeOf(err) == hub.CodeBusy {
				continue
			}
			done(t, out, err)
			break
		}
		close(stop)
		<-ended
		statuses(t, r, "2025-06-15", map[hub.ID]hub.EntryStatus{s.own: hub.StatusOrgExit})
	})
}

func TestNotices(t *testing.T) {
	r := newRoster(t)
	person := r.person("甲示例")
	m := &hub.Mediator{Entry: r.entry(hub.KindMediator, person.Name, person.ID, hub.StatusActive)}
	pool := &hub.Expert{Entry: r.entry(hub.KindExpert, person.Name, person.ID, hub.StatusActive)}
	pool.Level, pool.District = hub.LevelCity, "120000"
	own := &hub.Expert{Entry: r.entry(hub.KindExpert, person.Name, person.ID, hub.StatusActive)} // of the same owner
	listed := &hub.InvitedListing{Entry: r.entry(hub.KindInvitedListing, person.Name, person.ID, hub.StatusActive), Invitee: hub.InviteePerson, Court: "津0101"}
	left := &hub.InvitedListing{Entry: r.entry(hub.KindInvitedListing, person.Name, person.ID, hub.StatusResigned), Invitee: hub.InviteePerson, Court: "津0112"}
	twice := &hub.InvitedListing{Entry: r.entry(hub.KindInvitedListing, person.Name, person.ID, hub.StatusActive), Invitee: hub.InviteePerson, Court: "津0101"} // whose court is told once
	r.add(t, person, m, pool, own, listed, left, twice)

	preview := r.full(hub.MoveSuspend, m.ID, 2)
	preview.Preview, preview.IdempotencyKey, preview.Reason = true, "", ""
	before := r.Revision()
	out, err := r.Move(t.Context(), jinnan, hub.MoveSuspend, preview)
	if err != nil || len(out.Errors) > 0 || r.Revision() != before {
		t.Fatalf("a preview: %v %v", out.Errors, err)
	}
	if got := recipients(out); !slices.Equal(got, []string{"EXPERTS", "津0101"}) {
		t.Errorf("a preview says that %v will be told", got)
	}
	if got := out.Record.(*hub.MediatorView).State.Status; got != hub.StatusSuspended {
		t.Errorf("a preview shows %s", got)
	}

	out = done2(t)(r.try(t, jinnan, hub.MoveDismiss, m.ID, nil))
	if got := recipients(out); !slices.Equal(got, []string{"EXPERTS", "津0101"}) {
		t.Fatalf("told %v", got)
	}
	if got := r.status(t, listed.ID, "2025-06-15"); got != hub.StatusActive {
		t.Errorf("the court's listing is %s: its owner decides", got)
	}
	notices := func(p *hub.Principal, q hub.NoticesQuery) []*hub.NoticeView {
		t.Helper()
		page, err := r.Notices(t.Context(), p, q)
		if err != nil {
			t.Fatal(err)
		}
		return page.Nodes()
	}
	got := notices(hepingCourt, hub.NoticesQuery{Open: true})
	if len(got) != 1 || got[0].Listing != listed.ID || got[0].Status != hub.StatusDismissed || got[0].Ground != hub.GroundBias || got[0].DocumentNo == "" || got[0].SenderName != "津南区" {
		t.Fatalf("the court reads %+v", got)
	}
	for _, p := range []*hub.Principal{jinnanCourt, heping} {
		if n := notices(p, hub.NoticesQuery{}); len(n) != 0 {
			t.Errorf("%s reads %d notices of others", p.ID, len(n))
		}
		if nodes, err := r.Nodes(t.Context(), p, []string{got[0].ID.String()}); err != nil || nodes[0] != nil {
			t.Errorf("%s reads another's notice by its id (%v)", p.ID, err)
		}
	}
	if n := notices(jinnan, hub.NoticesQuery{Sent: true}); len(n) != 2 {
		t.Errorf("the sender sees %d of 2", len(n))
	}
	if _, err := r.Notices(t.Context(), union, hub.NoticesQuery{}); hub.CodeOf(err) != hub.CodeForbidden {
		t.Errorf("a partner reads notices: %v", err)
	}

	ack := hub.AcknowledgeInput{Write: r.about(got[0].ID, got[0].Revision), Response: "已启动评估"}
	refused, err := r.AcknowledgeNotice(t.Context(), jinnanCourt, ack)
	refusedAs(t, hub.RefusalForbidden, refused, err)
	done2(t)(r.AcknowledgeNotice(t.Context(), hepingCourt, ack))
	if n := notices(hepingCourt, hub.NoticesQuery{Open: true}); len(n) != 0 {
		t.Errorf("%d notices are still open", len(n))
	}
	again := hub.AcknowledgeInput{Write: r.about(got[0].ID, 0)}
	_, again.Expected = r.record(t, got[0].ID)
	refused, err = r.AcknowledgeNotice(t.Context(), hepingCourt, again)
	refusedAs(t, hub.RefusalMove, refused, err)
}

func TestRenewingMany(t *testing.T) {
	r := newRoster(t)
	in := func(n int) (hub.RenewInput, []hub.ID) {
		input := hub.RenewInput{Write: r.about(0, 0), DocumentNo: "示例〔2025〕40号", TermEnd: day("2028-12-31")}
		var ids []hub.ID
		for i := range n {
			status := hub.StatusActive
			if i%4 == 3 {
				status = hub.StatusExpired
			}
			id, revision := r.listing(t, hub.KindMediator, status)
			ids = append(ids, id)
			input.Items = append(input.Items, hub.RenewItem{ID: id, Expected: revision})
		}
		return input, ids
	}
	t.Run("forty with one document", func(t *testing.T) {
		input, ids := in(40)
		out := done2(t)(r.RenewAll(t.Context(), jinnan, input))
		if len(out.Records) != 40 {
			t.Fatalf("%d records", len(out.Records))
		}
		for i, id := range ids {
			record, _ := r.record(t, id)
			terms := record.(*hub.Mediator).Terms
			start := day("2026-01-01")
			if i%4 == 3 {
				start = day("2025-06-15") // its last term is over: from today
			}
			if len(terms) != 2 || terms[0].DocumentNo != "示例〔2024〕9号" || terms[1] != (hub.AppointmentTerm{Start: start, End: day("2028-12-31"), DocumentNo: "示例〔2025〕40号"}) {
				t.Fatalf("%s has %v", id, terms)
			}
			if got := r.status(t, id, "2028-12-31"); got != hub.StatusActive {
				t.Errorf("%s is %s", id, got)
			}
		}
	})
	t.Run("one that cannot be renewed stops all", func(t *testing.T) {
		input, ids := in(3)
		input.Items[1].Expected--
		before := r.Revision()
		out := refused1(t, hub.RefusalConflict)(r.RenewAll(t.Context(), jinnan, input))
		if got := strings.Join(out.Errors[0].Path, "."); got != "input.items.1.expectedRevision" {
			t.Errorf("path %s", got)
		}
		record, _ := r.record(t, ids[0])
		if len(record.(*hub.Mediator).Terms) != 1 || r.Revision() != before+1 { // the audit
			t.Errorf("something was written: %d → %d", before, r.Revision())
		}
	})
	t.Run("twice the same", func(t *testing.T) {
		input, _ := in(1)
		input.Items = append(input.Items, input.Items[0])
		refused1(t, hub.RefusalDuplicate)(r.RenewAll(t.Context(), jinnan, input))
	})
	t.Run("none, and too many", func(t *testing.T) {
		input, _ := in(0)
		refused1(t, hub.RefusalTooMany)(r.RenewAll(t.Context(), jinnan, input))
		input.Items = make([]hub.RenewItem, hub.MostRenewals+1)
		refused1(t, hub.RefusalTooMany)(r.RenewAll(t.Context(), jinnan, input))
	})
	t.Run("the expiry list at 30, 60 and 90 days", func(t *testing.T) {
		r := newRoster(t)
		for _, days := range []int{-1, 0, 29, 59, 89, 200} {
			e := r.entry(hub.KindMediator, "示例人", 0, hub.StatusActive)
			e.Terms[0].End = day("2025-06-15") + hub.Date(days)
			r.add(t, &hub.Mediator{Entry: e})
		}
		for days, want := range map[int]int{30: 2, 60: 3, 90: 4} {
			page, err := r.Mediators(t.Context(), jinnan, hub.RosterQuery{Filter: hub.FilterArgs{ExpiringBefore: day("2025-06-15") + hub.Date(days)}, Total: true})
			if err != nil || page.TotalCount != want {
				t.Errorf("%d within %d days (%v), want %d", page.TotalCount, days, err, want)
			}
		}
	})
}

func refused1(t *testing.T, code string) func(*hub.Written, error) *hub.Written {
	return func(out *hub.Written, err error) *hub.Written { t.Helper(); return refusedAs(t, code, out, err) }
}
