package hub_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"concord/internal/boltstore"
	"concord/internal/hub"
	"concord/internal/vault"
	"concord/seeds"
)

// roster is a hub on a store of its own, with a calendar that a test turns.
type roster struct {
	*hub.Hub
	store  *boltstore.Store
	dir    string
	now    time.Time
	config hub.Config
	keys   int
}

func newRoster(t *testing.T) *roster {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	reference, err := hub.LoadReference(seeds.FS)
	must(err)
	vocabulary, err := hub.LoadVocabulary(seeds.FS)
	must(err)
	v, err := vault.New(bytes.Repeat([]byte{1}, vault.KeySize), bytes.NewReader(bytes.Repeat([]byte{7}, 1<<16)))
	must(err)
	r := &roster{dir: t.TempDir(), now: time.Date(2025, 6, 15, 2, 0, 0, 0, time.UTC)}
	r.config = hub.Config{Reference: reference, Vocabulary: vocabulary, Vault: v, Now: func() time.Time { return r.now }}
	r.open(t)
	t.Cleanup(func() { must(r.store.Close()) })
	return r
}

func (r *roster) open(t *testing.T) {
	t.Helper()
	store, err := boltstore.Open(r.dir, boltstore.Options{Now: r.config.Now})
	if err != nil {
		t.Fatal(err)
	}
	r.store, r.config.Store = store, store
	r.Hub = hub.New(r.config)
}

func day(s string) hub.Date {
	d, err := hub.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// The callers of these tests.
var (
	jinnan      = &hub.Principal{ID: "key_jinnan", Role: hub.RoleDistrictAdmin, District: "120112"}
	heping      = &hub.Principal{ID: "key_heping", Role: hub.RoleDistrictAdmin, District: "120101"}
	city        = &hub.Principal{ID: "key_city", Role: hub.RoleCityAdmin}
	jinnanCourt = &hub.Principal{ID: "key_court", Role: hub.RoleCourtKeeper, Court: "津0112"}
	hepingCourt = &hub.Principal{ID: "key_court2", Role: hub.RoleCourtKeeper, Court: "津0101"}
	experts     = &hub.Principal{ID: "key_experts", Role: hub.RoleExpertKeeper}
	union       = &hub.Principal{ID: "key_union", Role: hub.RolePartner, Agency: "UNION"}
	fic         = &hub.Principal{ID: "key_fic", Role: hub.RolePartner, Agency: "FIC"}
	auditor     = &hub.Principal{ID: "key_audit", Role: hub.RoleAuditor}
)

// add applies records as they are.
func (r *roster) add(t *testing.T, records ...hub.Record) hub.Revision {
	t.Helper()
	batch := hub.Batch{Origin: hub.Origin{Actor: "test"}, At: r.now}
	for _, record := range records {
		batch.Puts = append(batch.Puts, hub.Put{Record: record})
	}
	first, err := r.store.Apply(t.Context(), batch)
	if err != nil {
		t.Fatal(err)
	}
	return first
}

// entry is a listing in a status, with a term around today where it has one.
func (r *roster) entry(kind hub.Kind, name string, person hub.ID, status hub.EntryStatus) hub.Entry {
	e := hub.Entry{
		ID: r.store.NextID(kind), Name: name, PersonID: person, Level: hub.LevelDistrict, District: "120112", Fictional: true,
		Events: []hub.StatusEvent{{Status: status, On: day("2025-01-01")}},
	}
	switch status {
	case hub.StatusPublicity:
		e.Events[0].Until = day("2025-01-10")
	case hub.StatusActive, hub.StatusSuspended, hub.StatusExpired:
		e.Terms = []hub.AppointmentTerm{{Start: day("2025-01-01"), End: day("2025-12-31"), DocumentNo: "示例〔2024〕9号"}}
		if status == hub.StatusExpired {
			e.Terms[0].End, e.Events[0].Status = day("2025-05-31"), hub.StatusActive
		}
		if status == hub.StatusSuspended {
			e.Events = []hub.StatusEvent{{Status: hub.StatusActive, On: day("2025-01-01")}, {Status: status, On: day("2025-06-01"), Until: day("2025-08-31")}}
		}
	}
	return e
}

func (r *roster) person(name string) *hub.Person {
	return &hub.Person{ID: r.store.NextID(hub.KindPerson), Name: name}
}

// key is a new idempotency key.
func (r *roster) key() string {
	r.keys++
	return fmt.Sprintf("key-%d", r.keys)
}

func (r *roster) about(id hub.ID, expected hub.Revision) hub.Write {
	return hub.Write{ID: id, Expected: expected, Reason: "示例原因", IdempotencyKey: r.key()}
}

// full is all evidence that any move asks for, so that what a test leaves out is
// what it is about.
func (r *roster) full(name hub.MoveName, id hub.ID, expected hub.Revision) hub.MoveInput {
	in := hub.MoveInput{Write: r.about(id, expected), DocumentNo: "示例〔2025〕1号", Authority: "示例单位"}
	for _, m := range hub.Moves() {
		if m.Name == name && slices.Contains(m.Of, id.Kind()) && len(m.Grounds) > 0 {
			in.Ground = m.Grounds[0]
		}
	}
	switch name {
	case hub.MoveSuspend:
		in.Until = day("2025-09-30")
	case hub.MovePublicise:
		in.PublicFrom, in.PublicUntil = day("2025-06-01"), day("2025-06-10")
	case hub.MoveActivate:
		in.TermStart, in.TermEnd = day("2025-07-01"), day("2027-06-30")
		in.CertificateNo, in.Training = "示例证1", "2025-05-20 岗前培训合格"
	case hub.MoveRenew:
		in.TermStart, in.TermEnd = day("2026-01-01"), day("2027-12-31")
	}
	return in
}

func (r *roster) record(t *testing.T, id hub.ID) (hub.Record, hub.Revision) {
	t.Helper()
	snap, err := r.store.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	versions, err := snap.Get(0, id)
	if err != nil {
		t.Fatal(err)
	}
	return versions[0].Record, versions[0].Revision
}

func (r *roster) status(t *testing.T, id hub.ID, on string) hub.EntryStatus {
	t.Helper()
	record, _ := r.record(t, id)
	facts := record.Facts()
	return facts.Timeline.On(day(on))
}

// done fails unless a change was made.
func done(t *testing.T, out *hub.Written, err error) *hub.Written {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Errors) > 0 || out.Revision == 0 {
		t.Fatalf("refused: %v, revision %d", out.Errors, out.Revision)
	}
	return out
}

// refusedAs fails unless a change was refused with a code, and wrote nothing.
func refusedAs(t *testing.T, code string, out *hub.Written, err error) *hub.Written {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Errors) == 0 || out.Errors[0].Code != code || out.Revision != 0 {
		t.Fatalf("got %v at revision %d, want %s", out.Errors, out.Revision, code)
	}
	if !strings.ContainsFunc(out.Errors[0].Message, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }) || len(out.Errors[0].Path) == 0 {
		t.Errorf("%+v does not say in Chinese what is wrong where", out.Errors[0])
	}
	return out
}

func TestLifeOfAListing(t *testing.T) {
	r := newRoster(t)
	registered := done2(t)(r.Register(t.Context(), jinnan, hub.RegisterInput{
		Write: r.about(0, 0), Kind: hub.KindMediator, On: day("2025-05-20"),
		Fields: hub.Fields{"name": "甲示例", "registrationNo": "示例-1", "specialties": []string{"劳动报酬"}, "source": "LAWYER", "phone": "13800138000", "gender": "女"},
	}))
	m := registered.Record.(*hub.MediatorView)
	if m.State.Status != hub.StatusProposed || m.Entry.District != "120112" || m.Level != hub.LevelDistrict || m.Person == nil || m.Person.Gender != hub.GenderFemale {
		t.Fatalf("registered %+v", m)
	}
	step := func(p *hub.Principal, name hub.MoveName, alter func(*hub.MoveInput)) *hub.Written {
		t.Helper()
		_, revision := r.record(t, m.ID)
		in := r.full(name, m.ID, revision)
		if alter != nil {
			alter(&in)
		}
		return done2(t)(r.Move(t.Context(), p, name, in))
	}
	step(jinnan, hub.MovePublicise, nil)
	step(jinnan, hub.MoveActivate, nil)
	if got := r.status(t, m.ID, "2025-06-30"); got != hub.StatusProposed && got != hub.StatusPublicity {
		t.Errorf("before the term it is %s", got)
	}
	r.now = time.Date(2025, 7, 15, 2, 0, 0, 0, time.UTC)
	step(jinnan, hub.MoveSuspend, nil)
	for on, want := range map[string]hub.EntryStatus{"2025-07-14": hub.StatusActive, "2025-07-15": hub.StatusSuspended, "2025-09-30": hub.StatusSuspended, "2025-10-01": hub.StatusActive} {
		if got := r.status(t, m.ID, on); got != want {
			t.Errorf("on %s it is %s, want %s", on, got, want)
		}
	}
	step(jinnan, hub.MoveReinstate, nil)
	step(jinnan, hub.MoveRenew, func(in *hub.MoveInput) { in.TermStart, in.TermEnd = day("2027-07-01"), day("2029-06-30") })
	for on, want := range map[string]hub.EntryStatus{"2027-06-30": hub.StatusActive, "2029-06-30": hub.StatusActive, "2029-07-01": hub.StatusExpired} {
		if got := r.status(t, m.ID, on); got != want {
			t.Errorf("on %s it is %s, want %s: ends are inclusive and the calendar needs no job", on, got, want)
		}
	}
	step(jinnan, hub.MoveResign, nil)

	record, _ := r.record(t, m.ID)
	mediator := record.(*hub.Mediator)
	var names []string
	for _, d := range mediator.Decisions {
		names = append(names, string(d.Move))
	}
	if got, want := strings.Join(names, " "), "REGISTER PUBLICISE ACTIVATE SUSPEND REINSTATE RENEW RESIGN"; got != want {
		t.Errorf("its decisions are %s, want %s", got, want)
	}
	if len(mediator.Terms) != 2 || mediator.Terms[0] != (hub.AppointmentTerm{Start: day("2025-07-01"), End: day("2027-06-30"), DocumentNo: "示例〔2025〕1号"}) {
		t.Errorf("its terms are %v: a renewal is a row of its own", mediator.Terms)
	}
	if d := mediator.Decisions[2]; mediator.CertificateNo != "示例证1" || d.CertificateNo != "示例证1" || d.Training != "2025-05-20 岗前培训合格" || d.From != day("2025-06-01") || d.Until != day("2025-06-10") {
		t.Errorf("the certificate is %q, the decision %+v", mediator.CertificateNo, d)
	}
	history, err := r.History(t.Context(), hub.Anonymous, m.ID, hub.PageArgs{})
	if err != nil || len(history.Edges) != 7 {
		t.Fatalf("%d changes in its history (%v)", len(history.Edges), err)
	}
	if text, _ := json.Marshal(history); strings.Contains(string(text), "投诉") || strings.Contains(string(text), "示例原因") && strings.Contains(string(text), hub.GroundComplaint.Label()) {
		t.Errorf("the public reads why somebody was suspended: %s", text)
	}
}

// done2 is done for a call as an argument.
func done2(t *testing.T) func(*hub.Written, error) *hub.Written {
	return func(out *hub.Written, err error) *hub.Written { t.Helper(); return done(t, out, err) }
}

func TestEvidence(t *testing.T) {
	r := newRoster(t)
	cases := []struct {
		name  string
		kind  hub.Kind
		from  hub.EntryStatus
		move  hub.MoveName
		by    *hub.Principal
		alter func(*hub.MoveInput)
		want  string
	}{
		{"suspension without end", hub.KindMediator, hub.StatusActive, hub.MoveSuspend, jinnan, func(in *hub.MoveInput) { in.Until = 0 }, hub.RefusalEnd},
		{"suspension without ground", hub.KindMediator, hub.StatusActive, hub.MoveSuspend, jinnan, func(in *hub.MoveInput) { in.Ground = "" }, hub.RefusalGround},
		{"suspension without document", hub.KindMediator, hub.StatusActive, hub.MoveSuspend, jinnan, func(in *hub.MoveInput) { in.DocumentNo = " " }, hub.RefusalDocument},
		{"suspension that ends before it begins", hub.KindMediator, hub.StatusActive, hub.MoveSuspend, jinnan, func(in *hub.MoveInput) { in.Until = day("2025-06-14") }, hub.RefusalDate},
		{"dismissal on a ground of striking off", hub.KindMediator, hub.StatusActive, hub.MoveDismiss, jinnan, func(in *hub.MoveInput) { in.Ground = hub.GroundUnlawful }, hub.RefusalGround},
		{"a court's dismissal on a ground of the people's mediation law", hub.KindInvitedListing, hub.StatusActive, hub.MoveDismiss, jinnanCourt, func(in *hub.MoveInput) { in.Ground = hub.GroundBias }, hub.RefusalGround},
		{"recall from a body that appoints", hub.KindMediator, hub.StatusActive, hub.MoveRecall, jinnan, nil, hub.RefusalNotElected},
		{"resignation without the written request", hub.KindMediator, hub.StatusActive, hub.MoveResign, jinnan, func(in *hub.MoveInput) { in.DocumentNo = "" }, hub.RefusalDocument},
		{"appointment without document", hub.KindMediator, hub.StatusPublicity, hub.MoveActivate, jinnan, func(in *hub.MoveInput) { in.DocumentNo = "" }, hub.RefusalDocument},
		{"appointment without term", hub.KindMediator, hub.StatusPublicity, hub.MoveActivate, jinnan, func(in *hub.MoveInput) { in.TermStart = 0 }, hub.RefusalTerm},
		{"appointment without certificate", hub.KindMediator, hub.StatusPublicity, hub.MoveActivate, jinnan, func(in *hub.MoveInput) { in.CertificateNo = " " }, hub.RefusalCertificate},
		{"a court's without certificate", hub.KindInvitedListing, hub.StatusPublicity, hub.MoveActivate, jinnanCourt, func(in *hub.MoveInput) { in.CertificateNo = "" }, hub.RefusalCertificate},
		{"appointment without training", hub.KindMediator, hub.StatusPublicity, hub.MoveActivate, jinnan, func(in *hub.MoveInput) { in.Training = "" }, hub.RefusalTraining},
		{"a court's without training", hub.KindInvitedListing, hub.StatusPublicity, hub.MoveActivate, jinnanCourt, func(in *hub.MoveInput) { in.Training = "" }, hub.RefusalTraining},
		{"a training with somebody's number", hub.KindMediator, hub.StatusPublicity, hub.MoveActivate, jinnan, func(in *hub.MoveInput) { in.Training = "合格证 11010519491231002X" }, hub.RefusalInvalid},
		{"appointment before the publicity is over", hub.KindMediator, hub.StatusPublicity, hub.MoveActivate, jinnan, func(in *hub.MoveInput) { in.PublicFrom, in.PublicUntil = day("2025-06-10"), day("2025-06-15") }, hub.RefusalPublicity},
		{"publicity without dates", hub.KindMediator, hub.StatusProposed, hub.MovePublicise, jinnan, func(in *hub.MoveInput) { in.PublicUntil = 0 }, hub.RefusalPublicity},
		{"appointment that skips the publicity", hub.KindMediator, hub.StatusProposed, hub.MoveActivate, jinnan, func(in *hub.MoveInput) { in.PublicFrom, in.PublicUntil = day("2025-06-01"), day("2025-06-10") }, hub.RefusalMove},
		{"renewal that overlaps its predecessor", hub.KindMediator, hub.StatusActive, hub.MoveRenew, jinnan, func(in *hub.MoveInput) { in.TermStart = day("2025-12-31") }, hub.RefusalOverlap},
		{"renewal without end", hub.KindMediator, hub.StatusActive, hub.MoveRenew, jinnan, func(in *hub.MoveInput) { in.TermEnd = 0 }, hub.RefusalTerm},
		{"renewal of who resigned", hub.KindMediator, hub.StatusResigned, hub.MoveRenew, jinnan, nil, hub.RefusalMove},
		{"reinstating who is not suspended", hub.KindMediator, hub.StatusActive, hub.MoveReinstate, jinnan, nil, hub.RefusalMove},
		{"a move dated before the last one", hub.KindMediator, hub.StatusActive, hub.MoveResign, jinnan, func(in *hub.MoveInput) { in.On = day("2024-12-31") }, hub.RefusalDate},
		{"a move years ahead", hub.KindMediator, hub.StatusActive, hub.MoveResign, jinnan, func(in *hub.MoveInput) { in.On = day("2030-01-01") }, hub.RefusalDate},
		{"striking off a mediator", hub.KindMediator, hub.StatusActive, hub.MoveStrikeOff, jinnan, nil, hub.RefusalMove},
		{"striking off by an HR administrator", hub.KindInvitedListing, hub.StatusActive, hub.MoveStrikeOff, city, nil, hub.RefusalForbidden},
		{"striking off by another court", hub.KindInvitedListing, hub.StatusActive, hub.MoveStrikeOff, hepingCourt, nil, hub.RefusalForbidden},
		{"another district's record", hub.KindMediator, hub.StatusActive, hub.MoveSuspend, heping, nil, hub.RefusalForbidden},
		{"no reason", hub.KindMediator, hub.StatusActive, hub.MoveSuspend, jinnan, func(in *hub.MoveInput) { in.Reason = " " }, hub.RefusalReason},
		{"no idempotency key", hub.KindMediator, hub.StatusActive, hub.MoveSuspend, jinnan, func(in *hub.MoveInput) { in.IdempotencyKey = "" }, hub.RefusalKey},
		{"a stale revision", hub.KindMediator, hub.StatusActive, hub.MoveSuspend, jinnan, func(in *hub.MoveInput) { in.Expected-- }, hub.RefusalConflict},
		{"nobody", hub.KindMediator, hub.StatusActive, hub.MoveSuspend, jinnan, func(in *hub.MoveInput) { in.ID = hub.NewID(hub.KindMediator, 999_999) }, hub.RefusalNotFound},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r.now = r.now.Add(2 * time.Minute) // so that every attempt is written down
			id, revision := r.listing(t, c.kind, c.from)
			in := r.full(c.move, id, revision)
			if c.alter != nil {
				c.alter(&in)
			}
			out, err := r.Move(t.Context(), c.by, c.move, in)
			refusedAs(t, c.want, out, err)
			attempts, err := r.Attempts(t.Context(), auditor, 0, 1)
			if err != nil || len(attempts) != 1 || attempts[0].Actor != c.by.ID || attempts[0].Code != c.want || attempts[0].Operation != string(c.move) || attempts[0].Record != in.ID {
				t.Errorf("the audit shows %+v (%v)", attempts, err)
			}
		})
	}
}

// What befalls a person befalls no organisation that a court invites.
func TestInvitedOrganisationsNeitherDieNorLoseTheirCapacity(t *testing.T) {
	r := newRoster(t)
	l := &hub.InvitedListing{Entry: r.entry(hub.KindInvitedListing, "示例调解中心", 0, hub.StatusActive), Invitee: hub.InviteeOrganization, Court: "津0112"}
	at := r.add(t, l)
	for _, move := range []hub.MoveName{hub.MoveDecease, hub.MoveIncapacitate} {
		out, err := r.Move(t.Context(), jinnanCourt, move, r.full(move, l.ID, at))
		refusedAs(t, hub.RefusalMove, out, err)
	}
}

// listing puts a listing of its own person in Jinnan into the store.
func (r *roster) listing(t *testing.T, kind hub.Kind, status hub.EntryStatus) (hub.ID, hub.Revision) {
	t.Helper()
	person := r.person("示例人")
	e := r.entry(kind, "示例人", person.ID, status)
	var record hub.Record
	switch kind {
	case hub.KindMediator:
		record = &hub.Mediator{Entry: e}
	case hub.KindExpert:
		record = &hub.Expert{Entry: e}
	case hub.KindInvitedListing:
		record = &hub.InvitedListing{Entry: e, Invitee: hub.InviteePerson, Court: "津0112"}
	}
	first := r.add(t, person, record)
	return e.ID, first + 1
}

func TestConflictCarriesTheCurrentRecord(t *testing.T) {
	r := newRoster(t)
	id, revision := r.listing(t, hub.KindMediator, hub.StatusActive)
	first := done2(t)(r.Amend(t.Context(), jinnan, hub.AmendInput{Kind: id.Kind(), Write: r.about(id, revision), Fields: hub.Fields{"title": "二级"}}))
	out, err := r.Amend(t.Context(), jinnan, hub.AmendInput{Kind: id.Kind(), Write: r.about(id, revision), Fields: hub.Fields{"title": "一级"}})
	refusedAs(t, hub.RefusalConflict, out, err)
	m := out.Record.(*hub.MediatorView)
	if m.Title != "二级" || m.State.Revision != first.Record.(*hub.MediatorView).State.Revision {
		t.Errorf("the conflict carries %q at %d", m.Title, m.State.Revision)
	}
	if got := strings.Join(out.Errors[0].Path, "."); got != "input.expectedRevision" {
		t.Errorf("path %s", got)
	}
}

func TestIdempotency(t *testing.T) {
	r := newRoster(t)
	id, revision := r.listing(t, hub.KindMediator, hub.StatusActive)
	in := r.full(hub.MoveSuspend, id, revision)
	first := done2(t)(r.Move(t.Context(), jinnan, hub.MoveSuspend, in))
	after := r.Revision()
	check := func(t *testing.T) {
		t.Helper()
		again := done2(t)(r.Move(t.Context(), jinnan, hub.MoveSuspend, in))
		a, _ := json.Marshal(first.Record)
		b, _ := json.Marshal(again.Record)
		if !again.Replayed || again.Revision != first.Revision || !bytes.Equal(a, b) || r.Revision() != after {
			t.Errorf("replayed %v at %d (first %d), hub at %d (was %d)\n%s\n%s", again.Replayed, again.Revision, first.Revision, r.Revision(), after, a, b)
		}
	}
	t.Run("same content returns the first answer", check)
	t.Run("also after a restart", func(t *testing.T) {
		if err := r.store.Close(); err != nil {
			t.Fatal(err)
		}
		r.open(t)
		check(t)
	})
	t.Run("also when the record has moved on", func(t *testing.T) {
		_, now := r.record(t, id)
		done2(t)(r.Move(t.Context(), jinnan, hub.MoveReinstate, r.full(hub.MoveReinstate, id, now)))
		after = r.Revision()
		check(t)
	})
	t.Run("other content is refused", func(t *testing.T) {
		other := in
		other.Until++
		out, err := r.Move(t.Context(), jinnan, hub.MoveSuspend, other)
		refusedAs(t, hub.RefusalKeyReused, out, err)
	})
	t.Run("another caller's keys are her own", func(t *testing.T) {
		other := in
		out, err := r.Move(t.Context(), heping, hub.MoveSuspend, other)
		refusedAs(t, hub.RefusalConflict, out, err)
	})
	t.Run("the same request many times at once happens once", func(t *testing.T) {
		id, revision := r.listing(t, hub.KindMediator, hub.StatusActive)
		in := r.full(hub.MoveSuspend, id, revision)
		outs := make(chan *hub.Written, 8)
		for range cap(outs) {
			go func() {
				out, err := r.Move(context.WithoutCancel(t.Context()), jinnan, hub.MoveSuspend, in)
				if err != nil {
					t.Error(err)
				}
				outs <- out
			}()
		}
		fresh := 0
		for range cap(outs) {
			out := <-outs
			if len(out.Errors) > 0 {
				t.Errorf("refused: %v", out.Errors)
			}
			if !out.Replayed {
				fresh++
			}
		}
		if fresh != 1 {
			t.Errorf("happened %d times", fresh)
		}
	})
}

func TestAttemptsOfOneCallerAreBounded(t *testing.T) {
	r := newRoster(t)
	id, revision := r.listing(t, hub.KindMediator, hub.StatusActive)
	try := func() {
		out, err := r.Move(t.Context(), heping, hub.MoveSuspend, r.full(hub.MoveSuspend, id, revision))
		refusedAs(t, hub.RefusalForbidden, out, err)
	}
	for range 40 {
		try()
	}
	attempts, err := r.Attempts(t.Context(), auditor, 0, 1000)
	if err != nil || len(attempts) != 30 {
		t.Fatalf("%d attempts of 40 written down within a minute (%v), want 30", len(attempts), err)
	}
	r.now = r.now.Add(time.Minute)
	try()
	if attempts, err = r.Attempts(t.Context(), auditor, 0, 1); err != nil || attempts[0].Suppressed != 10 {
		t.Errorf("the next one tells of %d that were only counted (%v), want 10", attempts[0].Suppressed, err)
	}
	if _, err := r.Attempts(t.Context(), jinnan, 0, 1); hub.CodeOf(err) != hub.CodeForbidden {
		t.Errorf("a district administrator reads the audit: %v", err)
	}
	feed, err := r.Changes(t.Context(), auditor, hub.ChangesQuery{})
	if err != nil || len(feed.Edges) != 2 {
		t.Errorf("%d changes in the feed (%v), want person and listing", len(feed.Edges), err)
	}
}
