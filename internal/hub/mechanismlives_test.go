package hub_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"concord/internal/boltstore"
	"concord/internal/hub"
)

// What is recorded beside the rosters, lived at random together with the people and
// organisations that it names: whatever the hub takes, what must always hold holds.

// mechanismLives is such a world.
type mechanismLives struct {
	*roster
	rng  *rand.Rand
	done map[string]int
}

// kindOf returns the newest versions of a kind.
func kindOf[T hub.Record](t *testing.T, store hub.Store, kind hub.Kind) (records []T, revisions []hub.Revision) {
	t.Helper()
	snap, err := store.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	for v, err := range snap.All(0, kind) {
		if err != nil {
			t.Fatal(err)
		}
		records, revisions = append(records, v.Record.(T)), append(revisions, v.Revision)
	}
	return records, revisions
}

// anyOf returns one of a kind, and the revision at which it was read.
func anyOf[T hub.Record](t *testing.T, l *mechanismLives, kind hub.Kind) (one T, w hub.Write) {
	t.Helper()
	all, revisions := kindOf[T](t, l.store, kind)
	if len(all) == 0 {
		return one, l.about(hub.NewID(kind, 1), 1)
	}
	i := l.rng.IntN(len(all))
	return all[i], l.about(all[i].RecordID(), revisions[i])
}

// step has one random thing done, or refused.
func (l *mechanismLives) step(t *testing.T) {
	t.Helper()
	rng, today, ctx := l.rng, l.Today(), t.Context()
	from := today + hub.Date(rng.IntN(200)-100)
	till := from + hub.Date(rng.IntN(200)-10)
	to := &till
	if rng.IntN(4) == 0 {
		to = nil
	}
	fresh := l.about(0, 0)
	by := []*hub.Principal{jinnan, jinnan, jinnan, heping, city, experts, jinnanCourt}[rng.IntN(7)]
	body, aboutBody := anyOf[*hub.Organization](t, l, hub.KindOrganization)
	other, _ := anyOf[*hub.Organization](t, l, hub.KindOrganization)
	mediators, _ := kindOf[*hub.Mediator](t, l.store, hub.KindMediator)
	mediator, aboutMediator := anyOf[*hub.Mediator](t, l, hub.KindMediator)
	person, aboutPerson := anyOf[*hub.Person](t, l, hub.KindPerson)
	twin, aboutTwin := anyOf[*hub.Person](t, l, hub.KindPerson)
	expert, _ := anyOf[*hub.Expert](t, l, hub.KindExpert)
	arbitrator, aboutArbitrator := anyOf[*hub.Arbitrator](t, l, hub.KindArbitrator)
	correcting := func(w hub.Write, there bool) hub.Write { // an earlier record, or a new one
		if there && rng.IntN(3) == 0 {
			return w
		}
		return fresh
	}
	streets := []string{"甲示例街道", "乙示例镇", "丙示例"}
	var name string
	var out *hub.Written
	var err error
	switch rng.IntN(19) {
	case 18:
		name = "withdrawal of a move"
		for _, m := range mediators {
			pending, failed := l.PendingMoves(ctx, jinnan, m.ID)
			if failed != nil {
				t.Fatal(failed)
			}
			if len(pending) > 0 {
				_, at := l.record(t, m.ID)
				aboutMediator = l.about(m.ID, at)
				out, err = l.WithdrawMove(ctx, jinnan, hub.WithdrawMoveInput{Write: aboutMediator, Move: pending[0].Move, On: pending[0].On})
				break
			}
		}
		if out == nil {
			return
		}
	case 0:
		name = "arbitrator"
		out, err = l.RecordArbitrator(ctx, by, hub.RecordArbitratorInput{Write: correcting(aboutArbitrator, arbitrator != nil), Name: "钱示例", Level: hub.LevelDistrict, District: pointer("120112"), Person: person.ID, Organization: body.ID, Qualification: hub.QualifiedLawyer, From: from - 100, To: to})
	case 1, 2, 3:
		name = "liaison"
		if arbitrator == nil {
			return
		}
		liaison, about := anyOf[*hub.LiaisonAssignment](t, l, hub.KindLiaison)
		in := hub.RecordLiaisonInput{Write: correcting(about, liaison != nil), Arbitrator: arbitrator.ID, Role: hub.LiaisonPrimary, From: from, To: to}
		if rng.IntN(2) == 0 {
			in.Streets = streets[rng.IntN(3):]
		} else {
			in.Organizations = []hub.ID{body.ID}
		}
		if rng.IntN(4) == 0 {
			in.Role = hub.LiaisonBackup
		}
		out, err = l.RecordLiaison(ctx, by, in)
	case 4:
		name = "training"
		out, err = l.RecordTraining(ctx, by, hub.RecordTrainingInput{Write: fresh, Listing: mediator.ID, Course: "示例", Organizer: "示例", On: from, Hours: float64(rng.IntN(20))})
	case 5, 6:
		name = "stationing"
		s, about := anyOf[*hub.Stationing](t, l, hub.KindStationing)
		who := []hub.ID{mediator.ID, other.ID}[rng.IntN(2)]
		out, err = l.RecordStationing(ctx, by, hub.RecordStationingInput{Write: correcting(about, s != nil), Who: who, Centre: body.ID, From: from, To: to})
	case 7:
		name = "nomination"
		out, err = l.NominateAward(ctx, by, hub.NominateAwardInput{Write: fresh, Organization: body.ID, Granting: hub.AwardCity, Year: 2020 + rng.IntN(6)})
	case 8:
		name = "award"
		_, about := anyOf[*hub.Award](t, l, hub.KindAward)
		out, err = l.AdvanceAward(ctx, city, hub.AdvanceAwardInput{Write: about, Status: []hub.AwardStatus{hub.AwardRecommended, hub.AwardAwarded, hub.AwardRevoked}[rng.IntN(3)], DocumentNo: "示例"})
	case 9:
		name = "recommendation"
		out, err = l.RecordRecommendation(ctx, by, hub.RecordRecommendationInput{Write: fresh, Experts: []hub.ID{expert.ID}, Purpose: "示例", On: &from})
	case 10:
		name = "window"
		out, err = l.RecordPractice(ctx, by, hub.RecordPracticeInput{Write: aboutBody, Window: &hub.ServiceWindow{Scope: "示例", Hours: "示例", Behind: []hub.ID{other.ID}}})
	case 11:
		name = "end of an organisation"
		if rng.IntN(3) > 0 { // seldom
			return
		}
		move := []hub.MoveName{hub.MoveMerge, hub.MoveDissolve}[rng.IntN(2)]
		in := hub.MoveInput{Write: aboutBody, DocumentNo: "示例", On: today + hub.Date(rng.IntN(20)), MembersFollow: move == hub.MoveMerge}
		if move == hub.MoveMerge {
			in.Successor = other.ID
		}
		out, err = l.Move(ctx, jinnan, move, in)
	case 12:
		name = "merger of persons"
		out, err = l.MergePersons(ctx, jinnan, hub.MergePersonsInput{Write: aboutPerson, Other: hub.PersonRef{ID: twin.ID, Expected: aboutTwin.Expected}, DocumentNo: "示例"})
	case 13:
		name = "move"
		in := hub.MoveInput{Write: aboutMediator, DocumentNo: "示例", Ground: hub.GroundJobChange, Until: today + 20}
		move := hub.MoveSuspend
		if rng.IntN(8) == 0 {
			move, in.Ground, in.Until = hub.MoveResign, "", 0
		}
		if rng.IntN(2) == 0 {
			in.On, in.Until = today+3, today+20
			if move == hub.MoveResign {
				in.Until = 0
			}
		}
		out, err = l.Move(ctx, jinnan, move, in)
	case 14:
		name = "correction"
		if rng.IntN(2) == 0 {
			title := "示例师"
			out, err = l.RaiseCorrection(ctx, union, hub.RaiseCorrectionInput{Write: l.about(mediator.ID, 0), Field: "title", Problem: "示例", Proposed: &title, Evidence: []string{"示例"}})
			break
		}
		c, about := anyOf[*hub.Correction](t, l, hub.KindCorrection)
		if c == nil {
			return
		}
		_, at := l.record(t, c.Record)
		answer := []func(context.Context, *hub.Principal, hub.CorrectionInput) (*hub.Written, error){l.UpholdCorrection, l.RefuseCorrection, l.ExtendCorrection}[rng.IntN(3)]
		out, err = answer(ctx, jinnan, hub.CorrectionInput{Write: about, RecordRevision: at})
	case 15:
		name = "request of a secondment"
		out, err = l.RequestSecondment(ctx, heping, hub.RequestSecondmentInput{Write: fresh, Number: 1 + rng.IntN(2), From: max(today, from), To: max(today, from) + 10, Ground: "示例", DocumentNo: "示例"})
	default:
		s, about := anyOf[*hub.Secondment](t, l, hub.KindSecondment)
		if s == nil {
			return
		}
		step := hub.SecondmentSteps()[1+rng.IntN(len(hub.SecondmentSteps())-1)]
		if step == hub.StepRefuse || step == hub.StepCancel {
			step = hub.StepApprove
		}
		name = "step of a secondment"
		in := hub.SecondmentInput{Write: about, DocumentNo: "示例"}
		actor := heping
		switch step {
		case hub.StepApprove, hub.StepNominate:
			actor, in.Mediators = city, []hub.ID{mediator.ID}
		case hub.StepRelease, hub.StepDecline:
			actor = jinnan
		}
		if n := len(s.Persons); n > 0 && in.Mediators == nil {
			in.Mediator = s.Persons[rng.IntN(n)].Mediator
		}
		out, err = l.StepSecondment(ctx, actor, step, in)
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if len(out.Errors) == 0 {
		l.done[name]++
	}
}

func pointer[T any](v T) *T { return &v }

// holds checks what must hold whatever was done.
func (l *mechanismLives) holds(t *testing.T) {
	t.Helper()
	bodies, _ := kindOf[*hub.Organization](t, l.store, hub.KindOrganization)
	ended := map[hub.ID]hub.Date{}
	for _, o := range bodies {
		if last := o.Events[len(o.Events)-1]; last.Status == hub.OrganizationMerged || last.Status == hub.OrganizationDissolved {
			ended[o.ID] = last.On
		}
	}
	for id, on := range ended { // a chain of successors ends in one that stands, or in none
		seen := map[hub.ID]bool{}
		for !seen[id] {
			seen[id] = true
			o, _ := l.record(t, id)
			events := o.(*hub.Organization).Events
			next := events[len(events)-1].Successor
			if gone, over := ended[next]; over && gone < on {
				t.Errorf("%s goes over to %s on %s, which ended on %s", id, next, on, gone)
			}
			if id, on = next, max(on, ended[next]); ended[next] == 0 {
				break
			}
			if seen[id] {
				t.Errorf("successors go round in a circle at %s", id)
			}
		}
	}
	persons, _ := kindOf[*hub.Person](t, l.store, hub.KindPerson)
	merged := map[hub.ID]bool{}
	for _, p := range persons {
		merged[p.ID] = p.MergedInto != 0
	}
	arbitrators, _ := kindOf[*hub.Arbitrator](t, l.store, hub.KindArbitrator)
	terms := map[hub.ID]*hub.Arbitrator{}
	for _, a := range arbitrators {
		if terms[a.ID] = a; merged[a.PersonID] {
			t.Errorf("%s is %s, who is somebody else", a.ID, a.PersonID)
		}
		if on, over := ended[a.Organization]; over && on <= l.Today() && (a.To == 0 || a.To >= on) {
			t.Errorf("%s belongs to %s, which is no more", a.ID, a.Organization)
		}
	}
	liaisons, _ := kindOf[*hub.LiaisonAssignment](t, l.store, hub.KindLiaison)
	runs := func(from, to hub.Date, id hub.ID, bodies ...hub.ID) {
		for _, b := range bodies {
			if on, over := ended[b]; over && on > from && (to == 0 || to >= on) {
				t.Errorf("%s runs on until %s with %s, which ended on %s", id, to, b, on)
			}
		}
	}
	primary := map[string][]*hub.LiaisonAssignment{}
	for _, a := range liaisons {
		runs(a.From, a.To, a.ID, a.Organizations...)
		if of := terms[a.Arbitrator]; a.From < of.From || of.To != 0 && (a.To == 0 || a.To > of.To) {
			t.Errorf("%s runs from %s to %s, her term from %s to %s", a.ID, a.From, a.To, of.From, of.To)
		}
		if a.Role != hub.LiaisonPrimary {
			continue
		}
		subjects := slices.Clone(a.Streets)
		for i, s := range subjects {
			subjects[i] = hub.StreetKey(s)
		}
		for _, o := range a.Organizations {
			subjects = append(subjects, o.String())
		}
		for _, s := range subjects {
			for _, b := range primary[s] {
				if (a.To == 0 || b.From <= a.To) && (b.To == 0 || a.From <= b.To) {
					t.Errorf("%s and %s are both in charge of %s", a.ID, b.ID, s)
				}
			}
			primary[s] = append(primary[s], a)
		}
	}
	stationings, _ := kindOf[*hub.Stationing](t, l.store, hub.KindStationing)
	for _, s := range stationings {
		runs(s.From, s.To, s.ID, s.Who, s.Centre)
	}
	mediators, _ := kindOf[*hub.Mediator](t, l.store, hub.KindMediator)
	for _, m := range mediators {
		if merged[m.PersonID] {
			t.Errorf("%s lists %s, who is somebody else", m.ID, m.PersonID)
		}
		if on, over := ended[m.Organization]; over && m.Timeline().On(on).OnRoster() {
			t.Errorf("%s stands on the roster with %s, which ended on %s", m.ID, m.Organization, on)
		}
		for i, a := range m.Away {
			for _, b := range m.Away[:i] {
				if a.From <= b.To && b.From <= a.To && a.ReturnedOn == 0 && b.ReturnedOn == 0 && a.Secondment != b.Secondment {
					t.Errorf("%s is in two places at once: %+v %+v", m.ID, a, b)
				}
			}
		}
	}
	awards, _ := kindOf[*hub.Award](t, l.store, hub.KindAward)
	order := []hub.AwardStatus{hub.AwardNominated, hub.AwardRecommended, hub.AwardAwarded, hub.AwardRevoked}
	for _, a := range awards {
		for i, s := range a.Steps {
			if s.Status != order[i] || i > 0 && s.On < a.Steps[i-1].On {
				t.Errorf("%s went %+v", a.ID, a.Steps)
			}
		}
	}
}

func TestMechanismsLiveAtRandom(t *testing.T) {
	r := newRoster(t)
	l := &mechanismLives{roster: r, rng: rand.New(rand.NewPCG(seedOf(t), 8)), done: map[string]int{}}
	r.config.Random = rand.NewChaCha8([32]byte{})
	r.Hub = hub.New(r.config)
	for n := range 8 {
		r.add(t, &hub.Organization{ID: r.store.NextID(hub.KindOrganization), Name: fmt.Sprintf("示例第%d调解委员会", n), Kind: hub.OrgStreetTown, Level: hub.LevelDistrict, District: "120112",
			Events: []hub.OrganizationEvent{{Status: hub.OrganizationActive, On: day("2020-01-01")}}})
	}
	for n := range 16 {
		p := r.person("周示例")
		m := &hub.Mediator{Entry: r.entry(hub.KindMediator, "周示例", p.ID, hub.StatusActive), Organization: hub.NewID(hub.KindOrganization, uint64(1+n%8))}
		m.Terms[0].End = 0
		r.add(t, p, m)
	}
	for n := range 3 {
		e := &hub.Expert{Entry: r.entry(hub.KindExpert, fmt.Sprintf("吴示%c", '一'+rune(n)), 0, hub.StatusActive)}
		r.add(t, e)
	}
	for n := range 900 {
		l.step(t)
		if n%15 == 14 {
			l.now = l.now.Add(24 * time.Hour)
			if l.holds(t); t.Failed() {
				t.Fatalf("after %d steps", n+1)
			}
		}
	}
	t.Log(l.done)
	for _, name := range []string{"arbitrator", "liaison", "training", "stationing", "nomination", "award", "recommendation", "window", "end of an organisation", "merger of persons", "move", "withdrawal of a move", "correction", "request of a secondment", "step of a secondment"} {
		if l.done[name] < 2 {
			t.Errorf("%s was done %d times: the lives were too dull to show much", name, l.done[name])
		}
	}
	l.replays(t)
}

// replays makes a store of nothing but the log, which must then hold the same.
func (l *mechanismLives) replays(t *testing.T) {
	t.Helper()
	clock := l.now
	again, err := boltstore.Open(t.TempDir(), boltstore.Options{Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	snap, err := l.store.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	for c, err := range snap.Changes(0) {
		if err != nil {
			t.Fatal(err)
		}
		clock = c.At
		if _, err := again.Apply(t.Context(), hub.Batch{Origin: c.Origin, At: c.At, Puts: []hub.Put{{Record: c.Record, Expected: c.Previous}}}); err != nil {
			t.Fatal(err)
		}
	}
	for kind := hub.KindPerson; kind.Valid(); kind++ {
		was, at := kindOf[hub.Record](t, l.store, kind)
		is, then := kindOf[hub.Record](t, again, kind)
		if !reflect.DeepEqual(was, is) || !slices.Equal(at, then) {
			t.Errorf("replayed, %s are others", kind)
		}
	}
}
