package graph_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"concord/internal/hub"
)

// Secondments over HTTP, by role.

// lenders adds the mediators whom districts lend: of 河西 (120103, next to 和平), of
// 蓟州 (120119, far away), of the city.
func (w *world) lenders(t *testing.T) {
	t.Helper()
	w.admit(t, "hexi", hub.APIKey{Role: hub.RoleDistrictAdmin, District: "120103"})
	w.admit(t, "jizhou", hub.APIKey{Role: hub.RoleDistrictAdmin, District: "120119"})
	day := dayIn(t)
	entry := func(n uint64, name string, level hub.Level, district string, specialties ...string) hub.Entry {
		return hub.Entry{ID: hub.NewID(hub.KindMediator, n), Name: name, PersonID: hub.NewID(hub.KindPerson, n), Level: level, District: district, Specialties: specialties, Fictional: true,
			Terms: []hub.AppointmentTerm{{Start: day("2024-01-01"), End: day("2026-12-31")}}, Events: []hub.StatusEvent{{Status: hub.StatusActive, On: day("2024-01-01")}}}
	}
	no := false
	batch := hub.Batch{Origin: hub.Origin{Actor: "system"}, At: now}
	for _, m := range []*hub.Mediator{
		{Entry: entry(10, "近示例", hub.LevelDistrict, "120103", "劳动报酬")},
		{Entry: entry(11, "远示例", hub.LevelDistrict, "120119", "劳动报酬"), Languages: []string{"天津话"}},
		{Entry: entry(12, "次示例", hub.LevelDistrict, "120103", "工伤保险", "劳动报酬")},
		{Entry: entry(13, "市示例", hub.LevelCity, "120000", "劳动报酬")},
		{Entry: entry(14, "避示例", hub.LevelDistrict, "120103", "劳动报酬"), Recusals: []hub.Recusal{{District: "120101", Reason: "曾在该区法院任职", On: day("2025-01-01")}}},
		{Entry: entry(15, "否示例", hub.LevelDistrict, "120103", "劳动报酬"), CrossDistrict: &no},
		{Entry: entry(16, "短示例", hub.LevelDistrict, "120103", "劳动报酬")},
		{Entry: entry(17, "另示例", hub.LevelDistrict, "120103", "经济补偿")},
		{Entry: entry(18, "近示例", hub.LevelCity, "120000", "经济补偿")}, // the person of 10 once more
	} {
		switch m.ID.Number() {
		case 16:
			m.Terms[0].End = day("2025-07-05")
		case 18:
			m.PersonID = hub.NewID(hub.KindPerson, 10)
		}
		batch.Puts = append(batch.Puts, hub.Put{Record: m})
	}
	for n := range uint64(8) {
		batch.Puts = append(batch.Puts, hub.Put{Record: &hub.Person{ID: hub.NewID(hub.KindPerson, n+10), Name: "示例"}})
	}
	if _, err := w.store.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
}

type secondment struct {
	ID, State          string
	Revision           int
	Overdue, Attention bool
	Persons            []struct {
		Mediator              struct{ ID, Name string }
		State, Home, Status   string
		StartedOn, ReturnedOn string
		Reason                string
		Overdue, Attention    bool
	}
	Steps []struct{ Step, Authority, DocumentNo, Reason string }
	Draw  *struct {
		Seed, CandidatesHash string
		Candidates, Order    []string
	}
}

type secondmentPayload struct {
	payload
	Secondment *secondment
}

const secondmentFields = `id state revision overdue attention persons { mediator { id name } state home status startedOn returnedOn reason overdue attention } steps { step authority documentNo reason } draw { seed candidatesHash candidates order }`

// second makes a step and keeps the secondment as it then is.
func (w *world) second(t *testing.T, caller, name, inputType string, input map[string]any) *secondmentPayload {
	t.Helper()
	if input["reason"] == nil {
		input["reason"] = "示例"
	}
	if input["idempotencyKey"] == nil {
		w.changes++
		input["idempotencyKey"] = fmt.Sprint("second-", w.changes)
	}
	answer := w.ask(t, caller, fmt.Sprintf(`mutation($input: %s!) { out: %s(input: $input) { revision userErrors { code message path } secondment { %s } } }`, inputType, name, secondmentFields), map[string]any{"input": input})
	if len(answer.Errors) > 0 {
		t.Fatalf("%s: %s", name, answer.body)
	}
	var data struct{ Out secondmentPayload }
	answer.into(t, &data)
	return &data.Out
}

// states are the persons of a secondment with their states.
func (s *secondment) states() string {
	var words []string
	for _, p := range s.Persons {
		words = append(words, p.Mediator.ID+" "+p.State)
	}
	return strings.Join(words, ", ")
}

func request(more map[string]any) map[string]any {
	in := map[string]any{"specialties": []string{"劳动报酬"}, "number": 3, "from": "2025-07-01", "to": "2025-07-14", "ground": "年中欠薪案件集中", "languages": []string{"天津话"}, "documentNo": "和平人社〔2025〕示例10号"}
	for k, v := range more {
		in[k] = v
	}
	return in
}

type candidate struct {
	Mediator struct{ ID string }
	Score    int
	Reasons  []struct {
		Code, Value, Text string
		Points            int
	}
	Bars []struct{ Code, Text string }
}

func (w *world) candidates(t *testing.T, caller, id string) (eligible int, all []candidate) {
	t.Helper()
	var data struct {
		SecondmentCandidates struct {
			Eligible int
			Complete bool
			Nodes    []candidate
		}
	}
	w.ask(t, caller, `query($id: ID!) { secondmentCandidates(secondment: $id, barred: true) { eligible complete nodes { mediator { id } score reasons { code points value text } bars { code text } } } }`, map[string]any{"id": id}).into(t, &data)
	if !data.SecondmentCandidates.Complete {
		t.Error("not all are considered")
	}
	return data.SecondmentCandidates.Eligible, data.SecondmentCandidates.Nodes
}

// available asks anybody's question: can this mediator be called on on that day?
func (w *world) available(t *testing.T, id, on string) bool {
	t.Helper()
	var data struct{ Mediator struct{ Available bool } }
	w.ask(t, "anonymous", `query($id: ID!, $on: Date) { mediator(by: {id: $id}) { available(on: $on) } }`, map[string]any{"id": id, "on": on}).into(t, &data)
	return data.Mediator.Available
}

// Story 10: 和平区 asks for three mediators for a peak of unpaid wages, two weeks.
func TestStoryDistrictBorrowsMediators(t *testing.T) {
	w := newWorld(t)
	w.lenders(t)
	const asking, near, far, city = "district-admin-120101", "hexi", "jizhou", "city-admin"
	asked := w.second(t, asking, "requestSecondment", "RequestSecondmentInput", request(nil))
	asked.done(t)
	id, at := asked.Secondment.ID, asked.Secondment.Revision
	step := func(caller, name, inputType string, more map[string]any) *secondmentPayload {
		t.Helper()
		in := map[string]any{"id": id, "expectedRevision": at}
		for k, v := range more {
			in[k] = v
		}
		p := w.second(t, caller, name, inputType, in)
		if p.Revision != nil {
			at = p.Secondment.Revision
		}
		return p
	}

	// Ranked with reasons. Who cannot come is told why.
	eligible, all := w.candidates(t, asking, id)
	var order []string
	bars, scores := map[string]string{}, map[string]int{}
	for _, c := range all {
		if len(c.Bars) > 0 {
			bars[c.Mediator.ID] = c.Bars[0].Code
			continue
		}
		order, scores[c.Mediator.ID] = append(order, c.Mediator.ID), c.Score
		sum := 0
		for _, r := range c.Reasons {
			sum += r.Points
			if !strings.HasSuffix(r.Text, "。") {
				t.Errorf("reason %q", r.Text)
			}
		}
		if sum != c.Score {
			t.Errorf("%s has a score of %d, and reasons of %d", c.Mediator.ID, c.Score, sum)
		}
	}
	// Worked out by hand: specialty, nothing under way, distance, language, fairness.
	want := map[string]int{
		"med_a": 30 + 20 + 20 + 0 + 15, // next door
		"med_b": 30 + 20 + 0 + 10 + 15, // a hundred kilometres away, but speaks the language
		"med_c": 20 + 20 + 20 + 0 + 15, // next door, not the main specialty
		"med_d": 30 + 20 + 10 + 0 + 15, // of the city
	}
	if eligible != 4 || !slices.Equal(order, []string{"med_a", "med_b", "med_c", "med_d"}) || !maps.Equal(scores, want) {
		t.Errorf("%d: %v %v, want %v", eligible, order, scores, want)
	}
	for mediator, code := range map[string]string{"med_1": "OWN_DISTRICT", "med_e": "CONFLICT", "med_f": "CONSENT", "med_g": "NOT_LISTED"} {
		if bars[mediator] != code {
			t.Errorf("%s is barred by %q, want %s", mediator, bars[mediator], code)
		}
	}
	if answer := w.ask(t, far, `query($id: ID!) { secondmentCandidates(secondment: $id) { eligible } }`, map[string]any{"id": id}); !slices.Equal(answer.codes(), []string{"FORBIDDEN"}) {
		t.Errorf("another district sees the candidates: %s", answer.body)
	}

	// Each step by its party only, with its document.
	approve := map[string]any{"mediators": []string{"med_a", "med_b", "med_c", "med_d"}, "documentNo": "津人社〔2025〕示例11号"}
	step(asking, "approveSecondment", "ApproveSecondmentInput", approve).refused(t, "FORBIDDEN", "input.id")
	step("partner", "approveSecondment", "ApproveSecondmentInput", approve).refused(t, "FORBIDDEN", "input.id")
	step(city, "approveSecondment", "ApproveSecondmentInput", map[string]any{"mediators": []string{"med_a"}, "documentNo": ""}).refused(t, "DOCUMENT_REQUIRED", "input.documentNo")
	step(city, "approveSecondment", "ApproveSecondmentInput", map[string]any{"mediators": []string{"med_e"}, "documentNo": "示例"}).refused(t, "NOT_AVAILABLE", "input.mediators.0")
	step(city, "approveSecondment", "ApproveSecondmentInput", map[string]any{"mediators": []string{"med_a"}, "byDraw": true, "documentNo": "示例"}).refused(t, "INVALID", "input.byDraw")
	step(city, "approveSecondment", "ApproveSecondmentInput", map[string]any{"documentNo": "示例"}).refused(t, "INVALID", "input.mediators")
	step(near, "releaseSeconded", "ReleaseSecondedInput", map[string]any{"mediator": "med_a", "documentNo": "示例"}).refused(t, "NOT_FOUND", "input.mediator")
	approved := step(city, "approveSecondment", "ApproveSecondmentInput", approve)
	approved.done(t)
	if got := approved.Secondment.states(); got != "med_a ASKED, med_b ASKED, med_c ASKED, med_d WAITING" {
		t.Errorf("asked for: %s", got)
	}
	step(city, "refuseSecondment", "RefuseSecondmentInput", map[string]any{"documentNo": "示例"}).refused(t, "MOVE_IMPOSSIBLE", "input.id")
	step(near, "releaseSeconded", "ReleaseSecondedInput", map[string]any{"mediator": "med_b", "documentNo": "示例"}).refused(t, "FORBIDDEN", "input.id")
	step(near, "releaseSeconded", "ReleaseSecondedInput", map[string]any{"mediator": "med_a", "documentNo": "示例", "expectedRevision": 1}).refused(t, "CONFLICT", "input.expectedRevision")
	if !w.available(t, "med_a", "2025-07-05") {
		t.Error("away before the home has released her")
	}
	step(near, "releaseSeconded", "ReleaseSecondedInput", map[string]any{"mediator": "med_a", "documentNo": "河西人社〔2025〕示例1号"}).done(t)

	// Away on every listing of hers, for these days only; her status is what it was.
	for _, c := range []struct {
		id, on string
		want   bool
	}{{"med_a", "2025-06-30", true}, {"med_a", "2025-07-01", false}, {"med_a", "2025-07-14", false}, {"med_a", "2025-07-15", true}, {"med_i", "2025-07-05", false}, {"med_b", "2025-07-05", true}} {
		if got := w.available(t, c.id, c.on); got != c.want {
			t.Errorf("%s available on %s: %v", c.id, c.on, got)
		}
	}
	var seen struct {
		Mediator struct {
			Status string
			Away   []struct {
				From, To string
				District struct{ Code string }
			}
		}
	}
	w.ask(t, "partner", `{ mediator(by: {id: "med_a"}) { status away { from to district { code } } } }`, nil).into(t, &seen)
	if m := seen.Mediator; m.Status != "ACTIVE" || len(m.Away) != 1 || m.Away[0].From != "2025-07-01" || m.Away[0].District.Code != "120101" {
		t.Errorf("a partner sees %+v", m)
	}

	// 蓟州 declines: the one who waits is asked for.
	step(far, "declineSeconded", "DeclineSecondedInput", map[string]any{"mediator": "med_b", "reason": "本区同期有专项工作"}).done(t)
	step(near, "releaseSeconded", "ReleaseSecondedInput", map[string]any{"mediator": "med_c", "documentNo": "河西人社〔2025〕示例2号"}).done(t)
	last := step(city, "releaseSeconded", "ReleaseSecondedInput", map[string]any{"mediator": "med_d", "documentNo": "津人社〔2025〕示例12号"})
	last.done(t)
	if got := last.Secondment.states(); got != "med_a RELEASED, med_b DECLINED, med_c RELEASED, med_d RELEASED" || last.Secondment.Persons[1].Reason != "本区同期有专项工作" {
		t.Errorf("after one declined: %s", got)
	}

	// Nobody is lent twice for the same days: neither she nor under her other listing.
	second := w.second(t, far, "requestSecondment", "RequestSecondmentInput", request(map[string]any{"from": "2025-07-10", "to": "2025-07-20", "number": 1, "specialties": []string{"经济补偿"}}))
	second.done(t)
	other := map[string]any{"id": second.Secondment.ID, "expectedRevision": second.Secondment.Revision, "mediators": []string{"med_a"}, "documentNo": "示例"}
	w.second(t, city, "approveSecondment", "ApproveSecondmentInput", cloned(other)).refused(t, "NOT_AVAILABLE", "input.mediators.0")
	other["mediators"] = []string{"med_i"}
	w.second(t, city, "approveSecondment", "ApproveSecondmentInput", other).refused(t, "NOT_AVAILABLE", "input.mediators.0")

	// They come, and go back: one early, one on time, one late.
	start := func(mediator, on string) *secondmentPayload {
		return step(asking, "startSecondment", "StartSecondmentInput", map[string]any{"mediator": mediator, "on": on})
	}
	start("med_a", "2025-07-01").refused(t, "DATE_IMPOSSIBLE", "input.on")
	w.later(17 * 24 * time.Hour) // 2 July
	step(near, "startSecondment", "StartSecondmentInput", map[string]any{"mediator": "med_a"}).refused(t, "FORBIDDEN", "input.id")
	for _, mediator := range []string{"med_a", "med_c", "med_d"} {
		start(mediator, "2025-07-01").done(t)
	}
	step(asking, "cancelSecondment", "CancelSecondmentInput", nil).refused(t, "MOVE_IMPOSSIBLE", "input.id")
	back := func(mediator string) *secondmentPayload {
		return step(asking, "returnSecondment", "ReturnSecondmentInput", map[string]any{"mediator": mediator})
	}
	back("med_c").done(t) // early
	if w.available(t, "med_c", "2025-07-02") || !w.available(t, "med_c", "2025-07-03") {
		t.Error("who has gone back early is not free from the next day on")
	}
	var list struct{ Secondments struct{ Nodes []secondment } }
	courts := `{ secondments { nodes { id state } } }`
	w.ask(t, "court-keeper-津0101", courts, nil).into(t, &list)
	if n := list.Secondments.Nodes; len(n) != 1 || n[0].ID != id || n[0].State != "ACTIVE" {
		t.Errorf("a court sees %+v", n)
	}
	w.later(12 * 24 * time.Hour) // 14 July, the last day
	back("med_d").done(t)
	w.later(24 * time.Hour)
	w.ask(t, city, `{ secondments(filter: {overdue: true}) { nodes { id overdue persons { overdue mediator { id } } } } }`, nil).into(t, &list)
	if n := list.Secondments.Nodes; len(n) != 1 || !n[0].Overdue || !n[0].Persons[0].Overdue || n[0].Persons[2].Overdue {
		t.Errorf("overdue: %+v", n)
	}
	if w.available(t, "med_a", "2025-07-15") || w.available(t, "med_a", "2025-08-15") {
		t.Error("who has not gone back is shown as free")
	}
	var counted struct {
		Statistics struct {
			Secondments struct{ Open, Active, Away, Overdue int }
		}
	}
	w.ask(t, "anonymous", `{ statistics { secondments { open active away overdue } } }`, nil).into(t, &counted)
	if c := counted.Statistics.Secondments; c.Open != 1 || c.Active != 1 || c.Away != 1 || c.Overdue != 1 {
		t.Errorf("counted %+v", c)
	}
	ended := back("med_a")
	if ended.done(t); ended.Secondment.State != "ENDED" || ended.Secondment.Overdue {
		t.Errorf("at its end %+v", ended.Secondment)
	}
	if !w.available(t, "med_a", "2025-07-16") {
		t.Error("who has gone back late is not free")
	}
	var steps []string
	for _, s := range ended.Secondment.Steps {
		steps = append(steps, s.Step)
	}
	if got := strings.Join(steps, " "); got != "REQUEST APPROVE RELEASE DECLINE RELEASE RELEASE START START START RETURN RETURN RETURN" {
		t.Errorf("its steps are %s", got)
	}
	w.ask(t, "court-keeper-津0101", courts, nil).into(t, &list)
	if len(list.Secondments.Nodes) != 0 {
		t.Error("a court sees one that has ended")
	}

	// The feed shows it to those who may read it; others learn that something was
	// changed, and that a mediator was away.
	const feed = `{ changes(kinds: [SECONDMENT], first: 100) { nodes { recordId actor reason fields { name } record { id } } } }`
	type change struct {
		RecordID, Actor, Reason *string
		Fields                  []struct{ Name string }
		Record                  *struct{ ID string }
	}
	var changes struct{ Changes struct{ Nodes []change } }
	w.ask(t, far, feed, nil).into(t, &changes)
	if n := changes.Changes.Nodes; len(n) != 13 || n[0].Record == nil || len(n[0].Fields) < 5 || n[0].Actor == nil {
		t.Errorf("a district sees %d changes: %+v", len(n), n[0])
	}
	for _, caller := range []string{"anonymous", "partner"} {
		w.ask(t, caller, feed, nil).into(t, &changes)
		for _, c := range changes.Changes.Nodes {
			if c.Record != nil || len(c.Fields) > 0 || c.Actor != nil || c.Reason != nil {
				t.Errorf("%s sees %+v", caller, c)
			}
		}
	}
}

// A draw can be made again by anybody who has what is recorded of it; each has a
// seed of its own.
func TestSecondmentsAreDrawnFairly(t *testing.T) {
	w := newWorld(t)
	w.lenders(t)
	var seeds []string
	for range 2 {
		asked := w.second(t, "district-admin-120101", "requestSecondment", "RequestSecondmentInput", request(map[string]any{"number": 1}))
		asked.done(t)
		in := map[string]any{"id": asked.Secondment.ID, "expectedRevision": asked.Secondment.Revision, "byDraw": true, "documentNo": "示例"}
		preview := cloned(in)
		preview["preview"] = true
		if p := w.second(t, "city-admin", "approveSecondment", "ApproveSecondmentInput", preview); len(p.UserErrors) > 0 || p.Secondment.Draw != nil || len(p.Secondment.Persons) > 0 {
			t.Errorf("a preview draws: %+v", p)
		}
		drawn := w.second(t, "city-admin", "approveSecondment", "ApproveSecondmentInput", in)
		drawn.done(t)
		draw := drawn.Secondment.Draw
		seeds = append(seeds, draw.Seed)
		if !slices.Equal(draw.Candidates, []string{"med_a", "med_b", "med_c", "med_d"}) {
			t.Fatalf("drawn among %v", draw.Candidates)
		}
		sum := sha256.Sum256([]byte(strings.Join(draw.Candidates, "\n") + "\n"))
		if draw.CandidatesHash != hex.EncodeToString(sum[:]) {
			t.Error("the hash is not that of the candidates")
		}
		again := slices.Clone(draw.Candidates)
		slices.SortFunc(again, func(a, b string) int {
			x, y := sha256.Sum256([]byte(draw.Seed+a)), sha256.Sum256([]byte(draw.Seed+b))
			return strings.Compare(hex.EncodeToString(x[:]), hex.EncodeToString(y[:]))
		})
		var persons []string
		for _, p := range drawn.Secondment.Persons {
			persons = append(persons, p.Mediator.ID)
		}
		if !slices.Equal(again, draw.Order) || !slices.Equal(again, persons) {
			t.Errorf("drawn again it is %v, not %v and %v", again, draw.Order, persons)
		}
		if drawn.Secondment.Persons[0].State != "ASKED" || drawn.Secondment.Persons[1].State != "WAITING" {
			t.Errorf("asked for: %s", drawn.Secondment.states())
		}
		more := map[string]any{"id": asked.Secondment.ID, "expectedRevision": drawn.Secondment.Revision, "mediators": []string{again[0]}}
		w.second(t, "city-admin", "nominateSeconded", "NominateSecondedInput", more).refused(t, "NOT_AVAILABLE", "input.mediators.0")
	}
	if seeds[0] == seeds[1] || len(seeds[0]) != 32 {
		t.Errorf("seeds %v", seeds)
	}
}

// What becomes of a secondment when the listing of somebody lent is suspended: the
// secondment is marked, she cannot start, and whoever keeps her listing may end it.
func TestSecondedAndSuspended(t *testing.T) {
	w := newWorld(t)
	w.lenders(t)
	asked := w.second(t, "district-admin-120101", "requestSecondment", "RequestSecondmentInput", request(map[string]any{"number": 2, "from": "2025-06-15", "to": "2025-06-30"}))
	asked.done(t)
	id, at := asked.Secondment.ID, asked.Secondment.Revision
	step := func(caller, name, inputType string, more map[string]any) *secondmentPayload {
		t.Helper()
		in := map[string]any{"id": id, "expectedRevision": at}
		for k, v := range more {
			in[k] = v
		}
		p := w.second(t, caller, name, inputType, in)
		if p.Revision != nil {
			at = p.Secondment.Revision
		}
		return p
	}
	step("city-admin", "approveSecondment", "ApproveSecondmentInput", map[string]any{"mediators": []string{"med_a", "med_c", "med_b"}, "documentNo": "示例"}).done(t)
	for _, mediator := range []string{"med_a", "med_c"} {
		step("hexi", "releaseSeconded", "ReleaseSecondedInput", map[string]any{"mediator": mediator, "documentNo": "示例"}).done(t)
	}
	step("district-admin-120101", "startSecondment", "StartSecondmentInput", map[string]any{"mediator": "med_a"}).done(t)
	step("hexi", "returnSecondment", "ReturnSecondmentInput", map[string]any{"mediator": "med_a"}).refused(t, "FORBIDDEN", "input.id")
	for _, on := range []string{"2025-06-14", "2025-06-16"} { // before she came, and in the future
		step("district-admin-120101", "returnSecondment", "ReturnSecondmentInput", map[string]any{"mediator": "med_a", "on": on}).refused(t, "DATE_IMPOSSIBLE", "input.on")
	}
	for _, mediator := range []string{"med_a", "med_c"} {
		suspended := w.change(t, "hexi", "suspendListing", "SuspendListingInput", listing, map[string]any{"id": mediator, "expectedRevision": w.newest(t, mediator), "ground": "COMPLAINT_UNDER_REVIEW", "documentNo": "示例", "until": "2025-09-30"})
		suspended.done(t)
	}
	refused := step("district-admin-120101", "startSecondment", "StartSecondmentInput", map[string]any{"mediator": "med_c"})
	refused.refused(t, "NOT_AVAILABLE", "input.mediator")
	if s := refused.Secondment; !s.Attention || !s.Persons[0].Attention || s.Persons[0].Status != "SUSPENDED" || s.Persons[2].Attention {
		t.Errorf("shown as %+v", s)
	}
	dropped := step("district-admin-120101", "dropSeconded", "DropSecondedInput", map[string]any{"mediator": "med_c"})
	dropped.done(t)
	if got := dropped.Secondment.states(); got != "med_a STARTED, med_c DROPPED, med_b ASKED" {
		t.Errorf("after one fell out: %s", got)
	}
	ended := step("hexi", "returnSecondment", "ReturnSecondmentInput", map[string]any{"mediator": "med_a"})
	ended.done(t)
	if got := ended.Secondment.states(); got != "med_a RETURNED, med_c DROPPED, med_b ASKED" || ended.Secondment.State != "APPROVED" || ended.Secondment.Attention {
		t.Errorf("after her home took her back: %s %+v", got, ended.Secondment)
	}
	// Nor does who was suspended after having been asked for leave at all.
	suspended := w.change(t, "jizhou", "suspendListing", "SuspendListingInput", listing, map[string]any{"id": "med_b", "expectedRevision": w.newest(t, "med_b"), "ground": "COMPLAINT_UNDER_REVIEW", "documentNo": "示例", "until": "2025-09-30"})
	suspended.done(t)
	step("jizhou", "releaseSeconded", "ReleaseSecondedInput", map[string]any{"mediator": "med_b", "documentNo": "示例"}).refused(t, "NOT_AVAILABLE", "input.mediator")
	cancelled := step("district-admin-120101", "dropSeconded", "DropSecondedInput", map[string]any{"mediator": "med_b"})
	if cancelled.done(t); cancelled.Secondment.State != "ENDED" {
		t.Errorf("at its end it is %s", cancelled.Secondment.State)
	}
}

// A cancelled secondment gives everybody back, and what is declared decides who can
// be lent next.
func TestCancelledAndDeclared(t *testing.T) {
	w := newWorld(t)
	w.lenders(t)
	asked := w.second(t, "district-admin-120101", "requestSecondment", "RequestSecondmentInput", request(map[string]any{"number": 1}))
	asked.done(t)
	id := asked.Secondment.ID
	approved := w.second(t, "city-admin", "approveSecondment", "ApproveSecondmentInput", map[string]any{"id": id, "expectedRevision": asked.Secondment.Revision, "mediators": []string{"med_a"}, "documentNo": "示例"})
	approved.done(t)
	released := w.second(t, "hexi", "releaseSeconded", "ReleaseSecondedInput", map[string]any{"id": id, "expectedRevision": approved.Secondment.Revision, "mediator": "med_a", "documentNo": "示例"})
	released.done(t)
	if w.available(t, "med_a", "2025-07-02") {
		t.Error("free though released")
	}
	cancelled := w.second(t, "district-admin-120101", "cancelSecondment", "CancelSecondmentInput", map[string]any{"id": id, "expectedRevision": released.Secondment.Revision})
	cancelled.done(t)
	if cancelled.Secondment.State != "CANCELLED" || !w.available(t, "med_a", "2025-07-02") {
		t.Errorf("cancelled: %+v", cancelled.Secondment)
	}
	next := w.second(t, "district-admin-120101", "requestSecondment", "RequestSecondmentInput", request(map[string]any{"number": 1}))
	next.done(t)
	declare := func(caller string, more map[string]any) payload {
		t.Helper()
		in := map[string]any{"id": "med_a", "expectedRevision": w.newest(t, "med_a")}
		for k, v := range more {
			in[k] = v
		}
		return w.change(t, caller, "declareAvailability", "DeclareAvailabilityInput", listing, in)
	}
	bars := func() string {
		_, all := w.candidates(t, "city-admin", next.Secondment.ID)
		i := slices.IndexFunc(all, func(c candidate) bool { return c.Mediator.ID == "med_a" })
		if len(all[i].Bars) == 0 {
			return ""
		}
		return all[i].Bars[0].Code
	}
	if got := bars(); got != "" {
		t.Errorf("barred by %s", got)
	}
	other := declare("jizhou", map[string]any{"crossDistrict": false})
	other.refused(t, "FORBIDDEN", "input.id")
	bad := declare("hexi", map[string]any{"recusals": []any{map[string]any{"reason": "示例"}}})
	bad.refused(t, "INVALID", "input.recusals.0")
	bad = declare("hexi", map[string]any{"recusals": []any{map[string]any{"district": "某区", "reason": "示例"}}})
	bad.refused(t, "INVALID", "input.recusals.0.district")
	bad = declare("hexi", map[string]any{"maxLoad": -1})
	bad.refused(t, "INVALID", "input.maxLoad")
	done := declare("hexi", map[string]any{"recusals": []any{map[string]any{"district": "和平区", "reason": "近亲属在该区仲裁院任职"}}})
	if done.done(t); bars() != "CONFLICT" {
		t.Errorf("barred by %q, want the recusal", bars())
	}
	done = declare("hexi", map[string]any{"recusals": []any{map[string]any{"body": "示例和平区劳动人事争议调解中心", "reason": "近亲属任职"}}, "crossDistrict": true})
	if done.done(t); bars() != "" {
		t.Errorf("barred by %q", bars())
	}
	_, all := w.candidates(t, "city-admin", next.Secondment.ID)
	i := slices.IndexFunc(all, func(c candidate) bool { return c.Mediator.ID == "med_a" })
	codes := map[string]int{}
	for _, r := range all[i].Reasons {
		codes[r.Code] = r.Points
	}
	if codes["CONFLICT"] != -15 || codes["CONSENT"] != 10 {
		t.Errorf("a body's conflict and the consent weigh %v", codes)
	}

	// Who has agreed to as many as she takes on at a time is not lent again, on whatever days.
	approved = w.second(t, "city-admin", "approveSecondment", "ApproveSecondmentInput", map[string]any{"id": next.Secondment.ID, "expectedRevision": next.Secondment.Revision, "mediators": []string{"med_a"}, "documentNo": "示例"})
	approved.done(t)
	w.second(t, "hexi", "releaseSeconded", "ReleaseSecondedInput", map[string]any{"id": next.Secondment.ID, "expectedRevision": approved.Secondment.Revision, "mediator": "med_a", "documentNo": "示例"}).done(t)
	next = w.second(t, "district-admin-120101", "requestSecondment", "RequestSecondmentInput", request(map[string]any{"number": 1, "from": "2025-08-01", "to": "2025-08-14"}))
	next.done(t)
	for limit, want := range map[int]string{0: "", 2: "", 1: "LOAD"} {
		done = declare("hexi", map[string]any{"maxLoad": limit})
		if done.done(t); bars() != want {
			t.Errorf("with a limit of %d barred by %q, want %q", limit, bars(), want)
		}
	}
}

// Two districts may have been promised the same mediator; she is let go to one.
func TestNobodyIsReleasedTwice(t *testing.T) {
	w := newWorld(t)
	w.lenders(t)
	var promised []map[string]any
	for _, asking := range []string{"district-admin-120101", "jizhou"} {
		asked := w.second(t, asking, "requestSecondment", "RequestSecondmentInput", request(map[string]any{"number": 1}))
		asked.done(t)
		approved := w.second(t, "city-admin", "approveSecondment", "ApproveSecondmentInput", map[string]any{"id": asked.Secondment.ID, "expectedRevision": asked.Secondment.Revision, "mediators": []string{"med_a"}, "documentNo": "示例"})
		approved.done(t)
		promised = append(promised, map[string]any{"id": asked.Secondment.ID, "expectedRevision": approved.Secondment.Revision, "mediator": "med_a", "documentNo": "示例"})
	}
	w.second(t, "hexi", "releaseSeconded", "ReleaseSecondedInput", promised[0]).done(t)
	w.second(t, "hexi", "releaseSeconded", "ReleaseSecondedInput", promised[1]).refused(t, "TERM_OVERLAP", "input.mediator")
}

// Requests that cannot be are refused with a code and a sentence, and leave nothing.
func TestSecondmentsThatCannotBe(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		caller, code, path string
		more               map[string]any
	}{
		"by a partner":                  {"partner", "FORBIDDEN", "input", nil},
		"by the city":                   {"city-admin", "FORBIDDEN", "input", nil},
		"by a court":                    {"court-keeper-津0101", "FORBIDDEN", "input", nil},
		"for nobody":                    {"district-admin-120101", "INVALID", "input.number", map[string]any{"number": 0}},
		"for too many":                  {"district-admin-120101", "INVALID", "input.number", map[string]any{"number": 51}},
		"backwards":                     {"district-admin-120101", "DATE_IMPOSSIBLE", "input.to", map[string]any{"to": "2025-06-30"}},
		"for the past":                  {"district-admin-120101", "DATE_IMPOSSIBLE", "input.to", map[string]any{"from": "2025-06-01", "to": "2025-06-14"}},
		"for years":                     {"district-admin-120101", "DATE_IMPOSSIBLE", "input.to", map[string]any{"to": "2027-06-30"}},
		"without a ground":              {"district-admin-120101", "GROUND_REQUIRED", "input.ground", map[string]any{"ground": " "}},
		"without a document":            {"district-admin-120101", "DOCUMENT_REQUIRED", "input.documentNo", map[string]any{"documentNo": ""}},
		"for a cause that is not there": {"district-admin-120101", "INVALID", "input.specialties", map[string]any{"specialties": []string{"999-9"}}},
		"in an empty language":          {"district-admin-120101", "INVALID", "input.languages", map[string]any{"languages": []string{""}}},
	} {
		t.Run(name, func(t *testing.T) {
			w.second(t, c.caller, "requestSecondment", "RequestSecondmentInput", request(c.more)).refused(t, c.code, c.path)
		})
	}
	if answer := w.ask(t, "anonymous", `{ secondments { totalCount } }`, nil); !slices.Equal(answer.codes(), []string{"FORBIDDEN"}) {
		t.Errorf("%s", answer.body)
	}
	for query, code := range map[string]string{
		`{ secondments(filter: {district: ["某区"]}) { totalCount } }`: "INVALID",
		`{ secondmentCandidates(secondment: "sec_9") { eligible } }`: "NOT_FOUND",
		`{ secondmentCandidates(secondment: "med_1") { eligible } }`: "NOT_FOUND",
		`{ secondments(first: 101) { totalCount } }`:                 "INVALID",
	} {
		if got := w.ask(t, "city-admin", query, nil).codes(); !slices.Equal(got, []string{code}) {
			t.Errorf("%s: %v", query, got)
		}
	}
	var data struct{ Secondments struct{ TotalCount int } }
	w.ask(t, "auditor", `{ secondments { totalCount } }`, nil).into(t, &data)
	if data.Secondments.TotalCount != 0 {
		t.Error("something refused was written")
	}
}
