package hub_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"concord/internal/hub"
)

// A model of domain.md §2.3, written from it and not from moves.go or timeline.go:
// what became of a listing is kept as facts, and its status on a day is worked out
// for that day alone.

// life is a listing as the model has it.
type life struct {
	certified bool // a certificate is on record
	id        hub.ID
	revision  hub.Revision
	keepers   []*hub.Principal // who owns it
	sponsor   *hub.Principal   // who recommended it
	elected   bool             // of a body that elects its members
	facts     facts
	past      []remembered
}

// facts are what was decided, in the order of its days.
type facts struct {
	decided     []decided
	terms       []term
	publicUntil hub.Date
}

type decided struct {
	move      string
	status    string
	on, until hub.Date // until: of a suspension
}

type term struct {
	start, end hub.Date // end inclusive, 0 for open
	renewal    bool
}

// remembered is what held at a revision.
type remembered struct {
	revision hub.Revision
	facts    facts
}

// on is the status on a day.
func (f *facts) on(d hub.Date) string {
	status := ""
	var until hub.Date
	for _, x := range f.decided {
		if x.on <= d {
			status, until = x.status, x.until
		}
	}
	if status != "ACTIVE" && status != "SUSPENDED" {
		return status
	}
	for _, t := range f.terms {
		if t.start <= d && (t.end == 0 || d <= t.end) {
			if status == "SUSPENDED" && d <= until {
				return "SUSPENDED"
			}
			return "ACTIVE"
		}
	}
	return "EXPIRED"
}

func (f *facts) last() (day hub.Date) {
	for _, x := range f.decided {
		day = max(day, x.on)
	}
	return day
}

// asked is one thing that somebody asks to be done to a listing.
type asked struct {
	by                     *hub.Principal
	move                   string
	back                   string // of WITHDRAW_MOVE: which move, of the day on
	on, until              hub.Date
	publicFrom, publicTo   hub.Date
	start, end             hub.Date
	ground                 hub.Ground
	document               bool
	certificate, training  bool
	today                  hub.Date
	kind                   hub.Kind
	owner, court, sponsors bool // of the one who asks
}

// grounds that the domain knows, by the roster on which and the move for which they
// carry: 人民调解法 Art. 15 and 未能履职, 在线调解规则 Art. 29, 14号 Art. 28.
func carries(move string, kind hub.Kind, g hub.Ground) bool {
	among := func(list ...hub.Ground) bool { return slices.Contains(list, g) }
	invited := kind == hub.KindInvitedListing
	switch move {
	case "SUSPEND":
		return among("COMPLAINT_UNDER_REVIEW", "JOB_CHANGE", "CERTIFICATE_LAPSED")
	case "DISMISS":
		if invited {
			return among("FORCED_MEDIATION", "REPEATED_REFUSAL", "TAKING_PROPERTY", "LEAKING", "OTHER_ETHICS", "UNABLE_TO_SERVE")
		}
		return among("BIAS", "INSULT", "TAKING_PROPERTY", "LEAKING", "UNABLE_TO_SERVE")
	case "RECALL":
		return among("BIAS", "INSULT", "TAKING_PROPERTY", "LEAKING", "UNABLE_TO_SERVE")
	case "STRIKE_OFF":
		return among("FORCED_MEDIATION", "UNLAWFUL_MEDIATION", "TAKING_PROPERTY", "LEAKING", "OTHER_ETHICS")
	case "REJECT":
		return among("NOT_QUALIFIED", "OBJECTION_UPHELD")
	case "WITHDRAW":
		return among("BY_APPLICANT", "BY_RECOMMENDER")
	}
	return g == ""
}

// judge says whether the domain allows it, and what is then decided.
func (l *life) judge(a asked) (next facts, allowed bool) {
	f := facts{slices.Clone(l.facts.decided), slices.Clone(l.facts.terms), l.facts.publicUntil}
	day := a.on
	if day == 0 {
		day = a.today
		switch a.move {
		case "PUBLICISE":
			day = a.publicFrom
		case "ACTIVATE":
			day = a.start
		}
	}
	in := func(statuses ...string) bool { return slices.Contains(statuses, l.facts.on(day)) }
	orderly := day >= l.facts.last() && day <= a.today+366
	who := a.owner
	switch a.move {
	case "DISMISS":
		who = a.owner && (a.kind != hub.KindInvitedListing || a.court)
	case "STRIKE_OFF":
		who = a.owner && a.court && a.kind == hub.KindInvitedListing
	case "RECALL":
		who = a.owner && a.kind == hub.KindMediator
	case "WITHDRAW":
		who = a.owner || a.sponsors
	case "EXPIRE", "EXIT_WITH_BODY":
		who = false // the calendar's, and the organisation's
	}
	if a.move == "WITHDRAW_MOVE" {
		return l.takenBack(a)
	}
	if !who || !carries(a.move, a.kind, a.ground) {
		return f, false
	}
	decide := func(status string) { f.decided = append(f.decided, decided{a.move, status, day, a.until}) }
	switch a.move {
	case "PUBLICISE":
		if a.publicFrom == 0 || a.publicTo == 0 || a.publicTo < a.publicFrom || !orderly || !in("PROPOSED") {
			return f, false
		}
		f.publicUntil = a.publicTo
		decide("PUBLICITY")
	case "ACTIVATE": // the publicity must be over
		if a.publicFrom == 0 && a.publicTo == 0 {
			a.publicTo = f.publicUntil
		} else if a.publicFrom == 0 || a.publicTo == 0 || a.publicTo < a.publicFrom {
			return f, false
		}
		if !a.document || a.publicTo == 0 || a.publicTo >= a.today || a.publicTo >= day || a.start == 0 || a.end != 0 && a.end < a.start || !orderly || !in("PUBLICITY") {
			return f, false
		}
		if a.kind != hub.KindExpert && (!a.certificate || !a.training) { // who mediates is certified and trained
			return f, false
		}
		f.terms = append(f.terms, term{a.start, a.end, false})
		decide("ACTIVE")
	case "SUSPEND": // its end is compulsory
		if !a.document || a.until == 0 || a.until < day || !orderly || !in("ACTIVE", "SUSPENDED") {
			return f, false
		}
		decide("SUSPENDED")
	case "REINSTATE":
		if !orderly || !in("SUSPENDED") {
			return f, false
		}
		decide("ACTIVE")
	case "RENEW": // a new term row, never an edited one; not for whoever has left by then
		if then := l.facts.on(a.start); then != "" && !slices.Contains([]string{"ACTIVE", "SUSPENDED", "EXPIRED"}, then) {
			return f, false
		}
		if !a.document || a.start == 0 || a.end == 0 || a.end < a.start || day > a.today+366 || !slices.Contains([]string{"ACTIVE", "SUSPENDED", "EXPIRED"}, l.facts.on(a.today)) {
			return f, false
		}
		for _, t := range f.terms {
			if t.end == 0 || a.start <= t.end {
				return f, false
			}
		}
		f.terms = append(f.terms, term{a.start, a.end, true})
	case "RESIGN", "DISMISS", "RECALL", "STRIKE_OFF":
		if !a.document || !orderly || !in("ACTIVE", "SUSPENDED") || a.move == "RECALL" && !l.elected {
			return f, false
		}
		decide(map[string]string{"RESIGN": "RESIGNED", "DISMISS": "DISMISSED", "RECALL": "RECALLED", "STRIKE_OFF": "STRUCK_OFF"}[a.move])
	case "DECEASE", "INCAPACITATE":
		if a.move == "INCAPACITATE" && !a.document || day > a.today || !orderly || !in("PROPOSED", "PUBLICITY", "ACTIVE", "SUSPENDED", "EXPIRED") {
			return f, false
		}
		decide(map[string]string{"DECEASE": "DECEASED", "INCAPACITATE": "INCAPACITATED"}[a.move])
	case "REJECT", "WITHDRAW":
		if !orderly || !in("PROPOSED", "PUBLICITY") {
			return f, false
		}
		decide(map[string]string{"REJECT": "REJECTED", "WITHDRAW": "WITHDRAWN"}[a.move])
	default: // MERGE and DISSOLVE are of organisations
		return f, false
	}
	return f, true
}

// takenBack judges the withdrawal of a move: before its day, by whoever may make it, the
// last change of status or the last renewal behind which no such change lies.
func (l *life) takenBack(a asked) (next facts, allowed bool) {
	f := facts{slices.Clone(l.facts.decided), slices.Clone(l.facts.terms), l.facts.publicUntil}
	who := a.owner
	switch a.back {
	case "DISMISS", "STRIKE_OFF":
		who = a.owner && (a.kind != hub.KindInvitedListing || a.court)
	case "WITHDRAW":
		who = a.owner || a.sponsors
	}
	last := f.decided[len(f.decided)-1]
	if !who || a.on <= a.today {
		return f, false
	}
	if a.back == "RENEW" {
		n := len(f.terms) - 1
		if n < 0 || !f.terms[n].renewal || f.terms[n].start != a.on || last.on >= a.on {
			return f, false
		}
		f.terms = f.terms[:n]
		return f, true
	}
	if last.move != a.back || last.on != a.on {
		return f, false
	}
	f.decided = f.decided[:len(f.decided)-1]
	switch a.back {
	case "ACTIVATE":
		f.terms = f.terms[:len(f.terms)-1]
	case "PUBLICISE":
		f.publicUntil = 0
	}
	return f, true
}

// lives is a thousand listings of every roster, side by side with the model.
type lives struct {
	*roster
	rng     *rand.Rand
	all     []*life
	callers []*hub.Principal
	back    int // moves that were taken back
}

func newLives(t *testing.T, seed uint64) *lives {
	r := newRoster(t)
	r.now = time.Date(2024, 1, 5, 2, 0, 0, 0, time.UTC)
	committee := &hub.Organization{ID: r.store.NextID(hub.KindOrganization), Name: "示例人民调解委员会", Kind: hub.OrgPeoplesCommittee, Level: hub.LevelDistrict, District: "120112",
		Events: []hub.OrganizationEvent{{Status: hub.OrganizationActive, On: day("2020-01-01")}}}
	r.add(t, committee)
	l := &lives{roster: r, rng: rand.New(rand.NewPCG(seed, 32)), callers: everybody}
	return l
}

// born registers the nth listing.
func (l *lives) born(t *testing.T, n int) {
	t.Helper()
	x := &life{}
	name := fmt.Sprintf("示例%c%c", '一'+rune(n%90), '丁'+rune(n/90))
	var in hub.RegisterInput
	var by *hub.Principal
	switch n % 5 {
	case 0: // of a committee that elects
		in, by, x.elected = l.registering(hub.KindMediator, hub.Fields{"name": name, "district": "120112"}), jinnan, true
		in.Organization = hub.NewID(hub.KindOrganization, 1)
		x.keepers = []*hub.Principal{jinnan}
	case 1:
		in, by = l.registering(hub.KindMediator, hub.Fields{"name": name, "level": "CITY"}), city
		x.keepers = []*hub.Principal{city}
	case 2:
		in, by, x.sponsor = l.registering(hub.KindExpert, hub.Fields{"name": name}), union, union
		x.keepers = []*hub.Principal{city, experts}
	case 3:
		in, by = l.registering(hub.KindExpert, hub.Fields{"name": name, "level": "DISTRICT", "district": "120112"}), jinnan
		x.keepers = []*hub.Principal{jinnan}
	default:
		in, by = l.registering(hub.KindInvitedListing, hub.Fields{"name": name, "court": "津0112"}), jinnanCourt
		x.keepers = []*hub.Principal{jinnanCourt}
	}
	out := done2(t)(l.Register(t.Context(), by, in))
	x.id, _ = recordOf(t, out.Record)
	x.facts.decided = []decided{{move: "REGISTER", status: "PROPOSED", on: l.Today()}}
	_, x.revision = l.record(t, x.id)
	x.past = append(x.past, remembered{out.Revision, x.facts})
	l.all = append(l.all, x)
}

func recordOf(t *testing.T, node hub.Node) (hub.ID, hub.State) {
	t.Helper()
	switch v := node.(type) {
	case *hub.MediatorView:
		return v.ID, v.State
	case *hub.ExpertView:
		return v.ID, v.State
	case *hub.InvitedListingView:
		return v.ID, v.State
	}
	t.Fatalf("%T is no listing", node)
	return 0, hub.State{}
}

// wish makes up what somebody asks of a listing: mostly something that could be, by
// who could do it, with all it takes.
func (l *lives) wish(x *life) asked {
	rng, today := l.rng, l.Today()
	chance := func(percent int) bool { return rng.IntN(100) < percent }
	near := map[string][]string{
		"PROPOSED": {"PUBLICISE", "PUBLICISE", "PUBLICISE", "PUBLICISE", "PUBLICISE", "PUBLICISE", "REJECT", "WITHDRAW"}, "PUBLICITY": {"ACTIVATE", "ACTIVATE", "ACTIVATE", "ACTIVATE", "ACTIVATE", "ACTIVATE", "REJECT"},
		"ACTIVE": {"SUSPEND", "SUSPEND", "SUSPEND", "RENEW", "RENEW", "RENEW", "RESIGN", "DISMISS", "RECALL"}, "SUSPENDED": {"REINSTATE", "REINSTATE", "SUSPEND", "RENEW", "STRIKE_OFF"},
		"EXPIRED": {"RENEW", "RENEW", "DECEASE"},
	}
	a := asked{today: today, kind: x.id.Kind(), by: x.keepers[rng.IntN(len(x.keepers))], document: !chance(8), certificate: !chance(8), training: !chance(8)}
	names := hub.MoveNames()[1:] // REGISTER is no move of what is there
	a.move = string(names[rng.IntN(len(names))])
	if list := near[x.facts.on(today)]; list != nil && chance(88) {
		a.move = list[rng.IntN(len(list))]
	}
	if chance(15) {
		a.by = l.callers[rng.IntN(len(l.callers))]
	}
	if chance(30) {
		a.on = today + hub.Date(rng.IntN(460)-60)
	}
	if ahead := x.ahead(today); len(ahead) > 0 && chance(40) || chance(2) { // what is yet to come is taken back
		a.move, a.back, a.on = "WITHDRAW_MOVE", string(names[rng.IntN(len(names))]), today+hub.Date(rng.IntN(40)-20)
		if len(ahead) > 0 && !chance(10) {
			one := ahead[rng.IntN(len(ahead))]
			a.back, a.on = one.move, one.on
		}
	}
	about := func() hub.Date { return today + hub.Date(rng.IntN(40)-20) }
	later := func(d hub.Date, most int) hub.Date { return d + hub.Date(rng.IntN(most)-3) }
	switch a.move {
	case "PUBLICISE":
		a.publicFrom = about()
		a.publicTo = later(a.publicFrom, 20)
	case "ACTIVATE":
		a.on = 0
		if chance(10) {
			a.publicFrom = about()
			a.publicTo = later(a.publicFrom, 20)
		}
		a.start = about()
		if a.end = a.start + hub.Date(rng.IntN(500)); chance(10) {
			a.end = 0
		}
	case "SUSPEND":
		if day := max(a.on, today); !chance(8) {
			a.until = later(day, 120)
		}
	case "RENEW":
		a.start = about()
		if n := len(x.facts.terms); n > 0 && x.facts.terms[n-1].end != 0 && chance(80) {
			a.start = x.facts.terms[n-1].end + hub.Date(rng.IntN(60)) - 1
		}
		if !chance(8) {
			a.end = later(a.start, 600)
		}
	}
	usual := map[string][]hub.Ground{"SUSPEND": {"JOB_CHANGE"}, "DISMISS": {"LEAKING"}, "RECALL": {"BIAS"}, "STRIKE_OFF": {"UNLAWFUL_MEDIATION"}, "REJECT": {"NOT_QUALIFIED"}, "WITHDRAW": {"BY_APPLICANT"}}
	switch {
	case chance(12):
		a.ground = hub.Grounds()[rng.IntN(len(hub.Grounds()))]
	case chance(95) && usual[a.move] != nil:
		a.ground = usual[a.move][0]
	}
	a.owner = slices.Contains(x.keepers, a.by)
	a.court = a.by == jinnanCourt
	a.sponsors = x.sponsor != nil && a.by == x.sponsor
	return a
}

// ahead is what was decided for days to come, whether or not it may be taken back yet.
func (x *life) ahead(today hub.Date) (list []decided) {
	for _, d := range x.facts.decided {
		if d.on > today {
			list = append(list, d)
		}
	}
	for _, t := range x.facts.terms {
		if t.renewal && t.start > today {
			list = append(list, decided{move: "RENEW", on: t.start})
		}
	}
	return list
}

// ask has the hub judge a wish, and holds the outcome to the model's.
func (l *lives) ask(t *testing.T, x *life) (done bool) {
	t.Helper()
	a := l.wish(x)
	in := hub.MoveInput{Write: l.about(x.id, x.revision), On: a.on, Until: a.until, PublicFrom: a.publicFrom, PublicUntil: a.publicTo, TermStart: a.start, TermEnd: a.end, Ground: a.ground}
	if a.document {
		in.DocumentNo = "示例〔2025〕1号"
	}
	if a.certificate {
		in.CertificateNo = "示例证"
	}
	if a.training {
		in.Training = "示例培训合格"
	}
	a.certificate = a.certificate || x.certified
	next, allowed := x.judge(a)
	out, err := l.Move(t.Context(), a.by, hub.MoveName(a.move), in)
	if a.move == "WITHDRAW_MOVE" {
		out, err = l.WithdrawMove(t.Context(), a.by, hub.WithdrawMoveInput{Write: in.Write, Move: hub.MoveName(a.back), On: a.on})
	}
	if err != nil {
		t.Fatal(err)
	}
	if did := len(out.Errors) == 0; did != allowed {
		t.Fatalf("%s %s of %s (%s since %v, terms %v) by %s with %+v on %s: done %t, by the model %t: %v",
			a.move, a.back, x.id, x.facts.on(a.today), x.facts.decided, x.facts.terms, a.by.ID, in, a.today, did, allowed, out.Errors)
	}
	if !allowed {
		return false
	}
	if a.move == "WITHDRAW_MOVE" {
		l.back++
	}
	if a.move == "ACTIVATE" {
		x.certified = a.certificate // and stays so when the appointment is taken back before its day
	}
	x.facts = next
	x.past = append(x.past, remembered{out.Revision, next})
	record, revision := l.record(t, x.id)
	x.revision = revision
	timeline := record.Facts().Timeline
	for d := day("2023-12-01"); d < day("2030-01-01"); d++ {
		if got, want := string(timeline.On(d)), next.on(d); got != want {
			t.Fatalf("%s of %s: on %s it is %q, by the model %q (%v, terms %v)", a.move, x.id, d, got, want, next.decided, next.terms)
		}
	}
	return true
}

// at is what the model held at a revision, false when the listing was not there.
func (x *life) at(revision hub.Revision) (f facts, known bool) {
	for _, p := range x.past {
		if p.revision <= revision {
			f, known = p.facts, true
		}
	}
	return f, known
}

// seedOf is the seed of a random test: another one in every run unless
// CONCORD_SEED says which.
func seedOf(t *testing.T) uint64 {
	seed := uint64(os.Getpid())
	if n, err := strconv.ParseUint(os.Getenv("CONCORD_SEED"), 10, 64); err == nil {
		seed = n
	}
	t.Logf("CONCORD_SEED=%d", seed)
	return seed
}

// A thousand listings live at random. Every attempt is allowed or refused as the
// model says, so that no state comes about which the domain forbids; and lists of any
// day, asked at any moment, are those of the model.
func TestThousandLivesFollowTheDomain(t *testing.T) {
	l := newLives(t, seedOf(t))
	for n := range 1000 {
		l.born(t, n)
		if n%10 == 9 {
			l.now = l.now.Add(2 * time.Hour)
		}
	}
	moments := []hub.Revision{l.Revision()}
	tried, did := 0, 0
	for range 64 { // rounds of about a fortnight
		for _, x := range l.all {
			if l.rng.IntN(8) == 0 {
				tried++
				if l.ask(t, x) {
					did++
				}
			}
		}
		l.now = l.now.Add(time.Duration(5+l.rng.IntN(20)) * 24 * time.Hour)
		moments = append(moments, l.Revision())
	}
	if l.back < 10 {
		t.Errorf("only %d moves were taken back", l.back)
	}
	ends := map[string]int{}
	for _, x := range l.all {
		ends[x.facts.on(l.Today())]++
	}
	t.Logf("%d of %d attempts were allowed; in the end: %v", did, tried, ends)
	if did < 1200 || len(ends) < 10 {
		t.Errorf("the lives were too dull to show much")
	}
	for range 12 {
		l.compareLists(t, moments[l.rng.IntN(len(moments))], day("2024-01-01")+hub.Date(l.rng.IntN(1600)))
	}
}

// compareLists holds the lists of a day, as the hub said at a revision, to the model.
func (l *lives) compareLists(t *testing.T, at hub.Revision, on hub.Date) {
	t.Helper()
	want, got := map[hub.ID]string{}, map[hub.ID]string{}
	for _, x := range l.all {
		if f, known := x.at(at); known && f.on(on) != "" {
			want[x.id] = f.on(on)
		}
	}
	q := hub.RosterQuery{On: on, AsOf: hub.AsOf{Revision: at}, Filter: hub.FilterArgs{Status: hub.EntryStatuses()}}
	collect(t, got, q, l.Mediators)
	collect(t, got, q, l.Experts)
	collect(t, got, q, l.InvitedListings)
	if !maps.Equal(got, want) {
		for id := range want {
			if got[id] != want[id] {
				t.Errorf("on %s as of %d: %s is %q, by the model %q", on, at, id, got[id], want[id])
			}
		}
		t.Errorf("on %s as of %d: %d are listed, by the model %d", on, at, len(got), len(want))
	}
	// Without statuses, the roster of a day is who may be called upon, or is suspended.
	q.Filter.Status = nil
	listed := map[hub.ID]string{}
	collect(t, listed, q, l.Mediators)
	for id, status := range want {
		standing := id.Kind() == hub.KindMediator && (status == "ACTIVE" || status == "SUSPENDED")
		if (listed[id] != "") != standing {
			t.Errorf("on %s as of %d: %s, %s, is on the roster: %t", on, at, id, status, listed[id] != "")
		}
	}
}

// collect pages through a roster and notes the status of everybody.
func collect[V any](t *testing.T, into map[hub.ID]string, q hub.RosterQuery, ask func(context.Context, *hub.Principal, hub.RosterQuery) (*hub.Connection[V], error)) {
	t.Helper()
	size := hub.MaxPageSize
	q.Page = hub.PageArgs{First: &size}
	for {
		page, err := ask(t.Context(), hub.Anonymous, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, node := range page.Nodes() {
			id, state := recordOf(t, node)
			into[id] = string(state.Status)
		}
		if !page.HasNextPage {
			return
		}
		q.Page.After = page.EndCursor()
	}
}
