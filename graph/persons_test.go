package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"concord/internal/hub"
)

// twins puts 周示例 into the hub three times, as sheets without identity numbers do:
// a mediator of 和平区 and one of 津南区, who are one, and a namesake who is another.
// The first is suspended.
func (w *world) twins(t *testing.T) {
	t.Helper()
	day := dayIn(t)
	sealed, err := w.vault.Seal("110101199003070038")
	if err != nil {
		t.Fatal(err)
	}
	other, err := w.vault.Seal("120112198001010012")
	if err != nil {
		t.Fatal(err)
	}
	person := func(n uint64) hub.ID { return hub.NewID(hub.KindPerson, 500+n) }
	mediator := func(n uint64, district string, organization uint64) *hub.Mediator {
		return &hub.Mediator{Organization: hub.NewID(hub.KindOrganization, organization), Entry: hub.Entry{
			ID: hub.NewID(hub.KindMediator, 500+n), Name: "周示例", PersonID: person(n), Level: hub.LevelDistrict, District: district, Fictional: true,
			Terms:  []hub.AppointmentTerm{{Start: day("2024-01-01"), End: day("2026-12-31"), DocumentNo: "示例〔2023〕1号"}},
			Events: []hub.StatusEvent{{Status: hub.StatusActive, On: day("2024-01-01")}},
		}}
	}
	suspended := mediator(1, "120101", 1)
	suspended.Events = append(suspended.Events, hub.StatusEvent{Status: hub.StatusSuspended, On: day("2025-06-01"), Until: day("2025-08-31")})
	suspended.Decisions = []hub.Decision{{Move: hub.MoveSuspend, On: day("2025-06-01"), Until: day("2025-08-31"), Ground: hub.GroundComplaint, DocumentNo: "示例停1号"}}
	batch := hub.Batch{Origin: hub.Origin{Actor: "system", Reason: "示例"}, At: now}
	for _, r := range []hub.Record{
		&hub.Person{ID: person(1), Name: "周示例", Gender: hub.GenderMale, BirthMonth: "1990-03", Mobile: "13700137000"},
		&hub.Person{ID: person(2), Name: "周示例", BirthMonth: "1990-03", Education: "21", Mobile: "13700137000", Identity: sealed},
		&hub.Person{ID: person(3), Name: "周示例", BirthMonth: "1980-01", Mobile: "13700137001", Identity: other},
		suspended, mediator(2, "120112", 2), mediator(3, "120112", 2),
	} {
		batch.Puts = append(batch.Puts, hub.Put{Record: r})
	}
	if _, err := w.store.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
}

type duplicatesPage struct {
	ProbableDuplicates struct {
		Nodes []struct {
			Persons []struct {
				ID       string
				Revision int
				Mobile   *string
			}
			Reasons []string
			Why     string
		}
		PageInfo struct {
			HasNextPage bool
			EndCursor   *string
		}
	}
}

const askDuplicates = `query($after: String, $first: Int) { probableDuplicates(first: $first, after: $after) {
	nodes { persons { id revision mobile } reasons why } pageInfo { hasNextPage endCursor } } }`

// Somebody who came in twice without an identity number is offered as probably one
// to whoever may see why, is merged, and then has one history, all listings, and
// owners who know of the suspension.
func TestTwoPersonsAreFoundToBeOne(t *testing.T) {
	w := newWorld(t)
	w.twins(t)
	pairs := func(caller string) (found []string, page duplicatesPage) {
		answer := w.ask(t, caller, askDuplicates, nil)
		answer.into(t, &page)
		for _, n := range page.ProbableDuplicates.Nodes {
			found = append(found, fmt.Sprintf("%s %s: %s", n.Persons[0].ID, n.Persons[1].ID, strings.Join(n.Reasons, " ")))
		}
		return found, page
	}
	one, two, three := hub.NewID(hub.KindPerson, 501).String(), hub.NewID(hub.KindPerson, 502).String(), hub.NewID(hub.KindPerson, 503).String()
	city, page := pairs("city-admin")
	if want := []string{one + " " + two + ": SAME_BIRTH_MONTH SAME_MOBILE"}; !slices.Equal(city, want) {
		t.Fatalf("the city is offered %q, want %q", city, want)
	}
	if why := page.ProbableDuplicates.Nodes[0].Why; why != "姓名和出生年月相同，姓名和手机号码相同" {
		t.Errorf("why: %s", why)
	}
	// A district reads the one's mobile and month and not the other's: she learns
	// nothing of their being equal.
	for _, district := range []string{"district-admin-120101", "district-admin-120112"} {
		if found, _ := pairs(district); len(found) != 0 {
			t.Errorf("%s is offered %q", district, found)
		}
	}
	for _, c := range []string{"anonymous", "partner+all", "auditor"} {
		if answer := w.ask(t, c, askDuplicates, nil); !slices.Contains(answer.codes(), "FORBIDDEN") {
			t.Errorf("%s: %s", c, answer.body)
		}
	}

	revision := func(id string) int {
		var data struct{ Node struct{ Revision int } }
		w.ask(t, "", `query($id: ID!) { node(id: $id) { ... on Person { revision } } }`, map[string]any{"id": id}).into(t, &data)
		return data.Node.Revision
	}
	merge := func(caller, survivor, other string, more ...any) personPayload {
		input := map[string]any{"id": survivor, "expectedRevision": revision(survivor), "other": map[string]any{"id": other, "expectedRevision": revision(other)},
			"documentNo": "示例核〔2025〕1号", "reason": "本人到场核实（示例）"}
		for i := 0; i < len(more); i += 2 {
			input[more[i].(string)] = more[i+1]
		}
		return w.mergePersons(t, caller, input)
	}
	for _, c := range []struct {
		name, caller, survivor, other, code, path string
	}{
		{"a district, of another's listing", "district-admin-120101", one, two, "FORBIDDEN", "input.id"},
		{"an agency", "partner+all", one, two, "FORBIDDEN", "input.id"},
		{"two identity numbers", "city-admin", two, three, "IDENTITY_CONFLICT", "input.other.id"},
		{"two months of birth", "city-admin", one, three, "IDENTITY_CONFLICT", "input.other.id"},
		{"with oneself", "city-admin", one, one, "INVALID", "input.other.id"},
		{"with a listing", "city-admin", one, "med_1", "INVALID", "input.other.id"},
		{"with nobody", "city-admin", one, "per_zzz", "NOT_FOUND", "input.other.id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := merge(c.caller, c.survivor, c.other)
			p.refused(t, c.code, c.path)
		})
	}
	stale := merge("city-admin", one, two, "other", map[string]any{"id": two, "expectedRevision": revision(two) - 1})
	stale.refused(t, "CONFLICT", "input.other.expectedRevision")
	if p := merge("city-admin", one, two, "preview", true); len(p.UserErrors) > 0 || p.Revision != nil || p.Followed != 1 || len(p.Notices) != 1 {
		t.Errorf("the preview says %+v", p)
	}

	merged := merge("city-admin", one, two, "idempotencyKey", "merge")
	merged.done(t)
	if merged.Followed != 1 || len(merged.Notices) != 1 || merged.Notices[0].RecipientName != "津南区" || merged.Notices[0].StatusLabel != "暂停" {
		t.Errorf("%d followed, notices %+v", merged.Followed, merged.Notices)
	}
	var shown struct {
		Survivor, Other struct {
			ID, Name, MergeDocumentNo string
			Education                 *string
			MergedInto                *struct{ ID string }
			Absorbed                  []struct{ ID string }
			Listings                  []struct{ ID string }
			History                   struct {
				Nodes []struct {
					RecordID string
					Reason   *string
				}
			}
		}
	}
	const about = `{ ... on Person { id name education mergeDocumentNo mergedInto { id } absorbed { id } listings { id } history(first: 100) { nodes { recordId reason } } } }`
	answer := w.ask(t, "city-admin", fmt.Sprintf(`{ survivor: node(id: %q) %s other: node(id: %q) %[2]s }`, one, about, two), nil)
	answer.into(t, &shown)
	if s := shown.Survivor; s.MergedInto != nil || len(s.Absorbed) != 1 || s.Absorbed[0].ID != two || len(s.Listings) != 2 || s.Education == nil || *s.Education != "21" {
		t.Errorf("the survivor is %+v", s)
	}
	if o := shown.Other; o.MergedInto == nil || o.MergedInto.ID != one || o.MergeDocumentNo != "示例核〔2025〕1号" || len(o.Listings) != 0 {
		t.Errorf("the other is %+v", o)
	}
	var told []string
	for _, n := range shown.Survivor.History.Nodes {
		told = append(told, n.RecordID)
	}
	if slices.Sort(told); !slices.Equal(told, []string{one, one, two, two}) {
		t.Errorf("the survivor's history is of %v", told)
	}
	if found, _ := pairs("city-admin"); len(found) != 0 {
		t.Errorf("still offered: %q", found)
	}
	// Before the merger the hub said what it said.
	var before struct {
		Mediator struct{ Person struct{ ID string } }
	}
	w.ask(t, "", fmt.Sprintf(`{ mediator(by: {id: %q}, asOf: %d) { person { id } } }`, hub.NewID(hub.KindMediator, 502), *merged.Revision-5), nil).into(t, &before)
	if before.Mediator.Person.ID != two {
		t.Errorf("as of before, the listing is of %s", before.Mediator.Person.ID)
	}
	// The number went over: who registers under it is recognised.
	again := w.change(t, "district-admin-120112", "registerMediator", "RegisterMediatorInput", listing, map[string]any{
		"fields": map[string]any{"name": "周示例", "level": "DISTRICT", "district": "120112", "citizenId": "110101199003070038", "gender": "MALE", "birthDate": "1990-03"}})
	again.refused(t, "DUPLICATE", "input.fields.name")
	// Once merged, it is not merged again, and the same request is answered alike.
	twice := merge("city-admin", three, two)
	twice.refused(t, "MOVE_IMPOSSIBLE", "input.other.id")
	repeated := w.mergePersons(t, "city-admin", merged.input)
	if !repeated.Replayed || *repeated.Revision != *merged.Revision {
		t.Errorf("the repeated request got %+v", repeated)
	}
}

type personPayload struct {
	payload
	Person *struct{ ID string }
	input  map[string]any
}

func (w *world) mergePersons(t *testing.T, caller string, input map[string]any) personPayload {
	t.Helper()
	if input["idempotencyKey"] == nil {
		w.changes++
		input["idempotencyKey"] = fmt.Sprint("person-", w.changes)
	}
	answer := w.ask(t, caller, `mutation($input: MergePersonsInput!) { out: mergePersons(input: $input) { revision replayed followed userErrors { code message path } notices { id recipientName statusLabel } person { id } } }`, map[string]any{"input": input})
	if len(answer.Errors) > 0 {
		t.Fatalf("mergePersons: %s", answer.body)
	}
	data := struct{ Out personPayload }{personPayload{input: input}}
	answer.into(t, &data)
	return data.Out
}

// Pages of probable duplicates, whatever their size, show every pair once.
func TestProbableDuplicatesArePaged(t *testing.T) {
	w := newWorld(t)
	batch := hub.Batch{Origin: hub.Origin{Actor: "system", Reason: "示例"}, At: now}
	n := uint64(0)
	for _, name := range []string{"甲示例", "乙示例", "丙示例"} {
		for range 4 { // six pairs of each name
			n++
			p := &hub.Person{ID: hub.NewID(hub.KindPerson, 600+n), Name: name, BirthMonth: "1970-01"}
			batch.Puts = append(batch.Puts, hub.Put{Record: p},
				hub.Put{Record: &hub.Mediator{Entry: hub.Entry{ID: hub.NewID(hub.KindMediator, 600+n), Name: name, PersonID: p.ID, Level: hub.LevelDistrict, District: []string{"120101", "120112"}[n%2], Fictional: true}}},
				hub.Put{Record: &hub.Expert{Entry: hub.Entry{ID: hub.NewID(hub.KindExpert, 600+n), Name: name, PersonID: p.ID, Level: hub.LevelCity, District: "120000", Fictional: true}}})
		}
	}
	if _, err := w.store.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{1, 2, 5, 100} {
		seen := map[string]int{}
		var after *string
		for turns := 0; ; turns++ {
			var page duplicatesPage
			w.ask(t, "city-admin", askDuplicates, map[string]any{"first": size, "after": after}).into(t, &page)
			d := page.ProbableDuplicates
			if len(d.Nodes) > size || turns > 100 {
				t.Fatalf("%d pairs on a page of %d, turn %d", len(d.Nodes), size, turns)
			}
			for _, pair := range d.Nodes {
				seen[pair.Persons[0].ID+" "+pair.Persons[1].ID]++
			}
			if after = d.PageInfo.EndCursor; !d.PageInfo.HasNextPage {
				break
			}
		}
		if len(seen) != 18 {
			t.Errorf("by %d: %d pairs, want 18", size, len(seen))
		}
		for pair, times := range seen {
			if times != 1 {
				t.Errorf("by %d: %s is shown %d times", size, pair, times)
			}
		}
	}
}

// Somebody asks what is held of her, and the keeper of her listing hands her all of
// it: fields, listings on every roster, what changed, and who was given what. Her
// request to correct something is an amendment (story 13).
func TestStoryMediatorSeesAndCorrectsOwnData(t *testing.T) {
	w := newWorld(t)
	// A partner reads her telephone, and another's.
	w.ask(t, "partner+contact", `{ nodes(ids: ["med_1", "med_2"]) { ... on Mediator { phone } } }`, nil)
	const query = `{ personalData(id: "per_1") { numberHeld person { id name birthDate ethnicity mobile listings { id } history { nodes { fields { name after } } } }
		accesses { nodes { agency { code } basis reads { fields records { id } } } } } }`
	for _, c := range []string{"anonymous", "partner+all", "auditor", "district-admin-120112", "court-keeper-津0101"} {
		if answer := w.ask(t, c, query, nil); !slices.Contains(answer.codes(), "FORBIDDEN") || string(answer.Data) != `{"personalData":null}` {
			t.Errorf("%s: %s", c, answer.body)
		}
	}
	var data struct {
		PersonalData struct {
			NumberHeld bool
			Person     struct {
				ID, Name, BirthDate, Ethnicity, Mobile string
				Listings                               []struct{ ID string }
				History                                struct {
					Nodes []struct{ Fields []struct{ Name string } }
				}
			}
			Accesses struct {
				Nodes []struct {
					Agency struct{ Code string }
					Reads  []struct {
						Fields  []string
						Records []struct{ ID string }
					}
				}
			}
		}
	}
	answer := w.ask(t, "district-admin-120101", query, nil)
	if len(answer.Errors) > 0 {
		t.Fatal(string(answer.body))
	}
	answer.into(t, &data)
	d := data.PersonalData
	if p := d.Person; !d.NumberHeld || p.BirthDate != "1949-12-31" || p.Ethnicity != "01" || p.Mobile != "13800138000" || len(p.Listings) != 2 || len(p.History.Nodes) == 0 {
		t.Errorf("the owner is given %+v", d)
	}
	if strings.Contains(string(answer.body), "11010519491231002X") {
		t.Error("the identity number is given out")
	}
	if a := d.Accesses.Nodes; len(a) != 1 || a[0].Agency.Code != "UNION" || len(a[0].Reads) != 1 || len(a[0].Reads[0].Records) != 1 || a[0].Reads[0].Records[0].ID != "med_1" {
		t.Errorf("accesses are %+v", a)
	}
	corrected := w.change(t, "district-admin-120101", "amendMediator", "AmendMediatorInput", listing, map[string]any{
		"id": "med_1", "expectedRevision": w.newest(t, "med_1"), "fields": map[string]any{"phone": "13800138111"}, "reason": "本人申请更正（示例）"})
	corrected.done(t)
}
