package graph_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"concord/internal/boltstore"
	"concord/internal/hub"
)

// lived makes a world that has seen a good deal: records of every kind with
// something in every field, and on top of them moves, amendments, a merger of
// persons and one of organisations with all that follows.
func lived(t *testing.T) *matrixWorld {
	t.Helper()
	w := newMatrixWorld(t)
	in := func(id string, more ...any) map[string]any {
		input := map[string]any{"id": id, "expectedRevision": w.revision(t, id)}
		for i := 0; i < len(more); i += 2 {
			input[more[i].(string)] = more[i+1]
		}
		return input
	}
	do := func(caller, name, inputType string, input map[string]any) {
		t.Helper()
		selection := listing
		if strings.Contains(name, "Organization") {
			selection = `record { id }`
		}
		p := w.change(t, caller, name, inputType, selection, input)
		p.done(t)
		w.later(36 * time.Hour)
	}
	do("d101", "suspendListing", "SuspendListingInput", in("med_100", "ground", "JOB_CHANGE", "documentNo", "示例1号", "until", "2025-09-30"))
	do("d101", "amendMediator", "AmendMediatorInput", in("med_104", "fields", map[string]any{"title": "一级律师", "phone": "13800138009"}))
	do("d101", "reinstateListing", "ReinstateListingInput", in("med_100", "documentNo", "示例2号"))
	do("d101", "renewListing", "RenewListingInput", in("med_104", "termStart", "2027-01-01", "termEnd", "2028-12-31", "documentNo", "示例3号"))
	do("c0101", "strikeOffListing", "StrikeOffListingInput", in("inv_100", "ground", "UNLAWFUL_MEDIATION", "documentNo", "示例4号"))
	do("d101", "mergeOrganization", "MergeOrganizationInput", in("org_104", "successor", "org_101", "membersFollow", true, "documentNo", "示例5号"))
	do("d101", "dissolveOrganization", "DissolveOrganizationInput", in("org_103", "documentNo", "示例6号"))
	merged := w.mergePersons(t, "city", in("per_102", "other", map[string]any{"id": "per_103", "expectedRevision": w.revision(t, "per_103")}, "reason", "示例"))
	merged.done(t)
	if err := w.hub.MarkIdentityKey(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.lend(t)
	w.object(t)
	w.keepMechanisms(t)
	w.keepCallers(t)
	return w
}

// lend takes a secondment from request to return.
func (w *matrixWorld) lend(t *testing.T) {
	t.Helper()
	today := hub.Today(w.config.Now())
	var p *secondmentPayload
	step := func(caller, name string, input map[string]any) {
		t.Helper()
		p = w.second(t, caller, name, strings.ToUpper(name[:1])+name[1:]+"Input", input)
		if len(p.UserErrors) > 0 {
			t.Fatalf("%s: %+v", name, p.UserErrors)
		}
	}
	next := func(more ...any) map[string]any {
		input := map[string]any{"id": p.Secondment.ID, "expectedRevision": p.Secondment.Revision}
		for i := 0; i < len(more); i += 2 {
			input[more[i].(string)] = more[i+1]
		}
		return input
	}
	step("d112", "requestSecondment", map[string]any{"number": 1, "from": today.String(), "to": (today + 20).String(), "ground": "示例高峰", "documentNo": "示例调2号"})
	step("city", "approveSecondment", next("mediators", []string{"med_104"}, "documentNo", "示例批2号"))
	step("d101", "releaseSeconded", next("mediator", "med_104", "documentNo", "示例派2号"))
	step("d112", "startSecondment", next("mediator", "med_104"))
	w.later(72 * time.Hour)
	step("d112", "returnSecondment", next("mediator", "med_104"))
}

// object takes corrections to both ends.
func (w *matrixWorld) object(t *testing.T) {
	t.Helper()
	for _, c := range []struct{ caller, id, mutation, input string }{{"d101", "cor_100", "refuseCorrection", "RefuseCorrectionInput"}, {"union", "cor_107", "withdrawCorrection", "WithdrawCorrectionInput"}} {
		input := map[string]any{"id": c.id, "expectedRevision": w.revision(t, c.id)}
		if c.mutation == "refuseCorrection" {
			input["documentNo"] = "示例2号"
		}
		if p := w.correct(t, c.caller, c.mutation, c.input, input); len(p.UserErrors) > 0 {
			t.Fatalf("%s: %+v", c.mutation, p.UserErrors)
		}
	}
}

// keepMechanisms enters one record of each mechanism more and brings what there is
// further.
func (w *matrixWorld) keepMechanisms(t *testing.T) {
	t.Helper()
	enter := func(caller, name string, input map[string]any) string {
		t.Helper()
		p := w.enter(t, caller, name, input, nil)
		p.done(t)
		return p.Record.ID
	}
	arbitrator := enter("d101", "recordArbitrator", map[string]any{"name": "钱示例", "level": "DISTRICT", "district": "120101", "person": "per_102", "qualification": "LAWYER", "from": "2025-01-01"})
	enter("d101", "recordLiaison", map[string]any{"arbitrator": arbitrator, "role": "BACKUP", "organizations": []string{"org_101"}, "from": "2025-01-01"})
	enter("union", "recordTraining", map[string]any{"listing": "med_106", "course": "示例课程", "organizer": "市总工会", "on": "2025-06-01", "hours": 6.5, "passed": true})
	enter("d101", "recordStationing", map[string]any{"who": "med_106", "centre": "org_101", "from": "2025-01-01", "weekdays": []string{"FRIDAY"}})
	award := enter("d101", "nominateAward", map[string]any{"organization": "org_105", "granting": "CITY", "year": 2025})
	enter("city", "advanceAward", map[string]any{"id": award, "expectedRevision": w.revision(t, award), "status": "RECOMMENDED", "documentNo": "示例荐2号"})
	enter("c0101", "recordRecommendation", map[string]any{"experts": []string{"exp_100"}, "purpose": "示例论证", "on": "2025-06-02"})
	p := w.enter(t, "d101", "recordPractice", map[string]any{"id": "org_105", "expectedRevision": w.revision(t, "org_105"), "window": map[string]any{"scope": "劳动争议", "hours": "工作日", "behind": []string{"org_100"}}}, nil)
	p.done(t)
}

// keepCallers makes accounts and keys, alters and ends them.
func (w *matrixWorld) keepCallers(t *testing.T) {
	t.Helper()
	w.keepAccess(t, "city", "revokeKey", "RevokeKeyInput", "key { id }", map[string]any{"id": "key_100"})
}

// replayed makes a store of what another one's log says and nothing else: batch by
// batch, as the log shows them, by whom and when they were recorded.
func replayed(t *testing.T, from hub.Store) hub.Store {
	t.Helper()
	clock := now
	to, err := boltstore.Open(t.TempDir(), boltstore.Options{Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := to.Close(); err != nil {
			t.Error(err)
		}
	})
	snap, err := from.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	var batch hub.Batch
	flush := func() {
		if len(batch.Puts) == 0 {
			return
		}
		clock = batch.At
		if _, err := to.Apply(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
		batch.Puts = nil
	}
	for c, err := range snap.Changes(0) {
		if err != nil {
			t.Fatal(err)
		}
		again := slices.ContainsFunc(batch.Puts, func(p hub.Put) bool { return p.Record.RecordID() == c.Record.RecordID() })
		if again || !c.At.Equal(batch.At) || c.Origin != batch.Origin {
			flush()
		}
		batch.Origin, batch.At = c.Origin, c.At
		batch.Puts = append(batch.Puts, hub.Put{Record: c.Record, Expected: c.Previous})
	}
	flush()
	return to
}

// The log alone makes the hub: replayed into an empty store, it gives the same
// records, histories and statistics, field by field, and the same answers.
func TestReplayedLogGivesTheSameHub(t *testing.T) {
	w := lived(t)
	again := replayed(t, w.store)
	ours, err := w.store.Store.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	theirs, err := again.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Close()
	if ours.Revision() != theirs.Revision() {
		t.Fatalf("revision %d, replayed %d", ours.Revision(), theirs.Revision())
	}
	kinds := map[hub.Kind]int{}
	for kind := hub.KindPerson; kind.Valid(); kind++ {
		replay := map[hub.ID]hub.Version{}
		for v, err := range theirs.All(0, kind) {
			if err != nil {
				t.Fatal(err)
			}
			replay[v.Record.RecordID()] = v
		}
		for v, err := range ours.All(0, kind) {
			if err != nil {
				t.Fatal(err)
			}
			id := v.Record.RecordID()
			kinds[kind]++
			if !reflect.DeepEqual(v, replay[id]) {
				t.Errorf("%s is %+v, replayed %+v", id, v, replay[id])
			}
			delete(replay, id)
			was, err := ours.History(id, 0, 1000)
			if err != nil {
				t.Fatal(err)
			}
			is, err := theirs.History(id, 0, 1000)
			if err != nil || !reflect.DeepEqual(was, is) {
				t.Errorf("the history of %s differs (%v)", id, err)
			}
		}
		for id := range replay {
			t.Errorf("%s came from nowhere", id)
		}
	}
	for kind := hub.KindPerson; kind.Valid(); kind++ {
		if kinds[kind] == 0 && kind != hub.KindMeasure { // which is a part of its checklist
			t.Errorf("no %s was there: the world of the replay lacks the kind", kind)
		}
	}

	// And so are the answers: of everything that is counted, listed and told.
	config := w.config
	config.Store, config.Searcher = again, nil
	other := &matrixWorld{world: &world{hub: hub.New(config), keys: w.keys, log: new(guarded), files: w.files}}
	other.hub = hub.New(config)
	other.operated(t)
	for _, query := range replayQuestions(w) {
		was, is := w.say(t, "sys", query), other.say(t, "sys", query)
		if len(was.Errors) > 0 || string(was.Data) != string(is.Data) {
			t.Errorf("%s\nis answered %.2000s\nreplayed      %.2000s", query, was.body, is.body)
		}
	}
}

// replayQuestions ask about statistics, lists and changes, now and at past moments.
func replayQuestions(w *matrixWorld) []string {
	counts := `{ total byDistrict { value count } byLevel { value count } byStatus { value count } bySpecialty { value count } bySource { value count } }`
	questions := []string{`{ changes(first: 100) { nodes { revision recordedAt actor authority reason importId kind action recordId fields { name before after } } } }`}
	last := int(w.hub.Revision())
	for _, when := range []string{"", `(on: "2024-06-30")`, `(on: "2025-09-01")`, fmt.Sprintf("(asOf: %d)", last/2), fmt.Sprintf("(asOf: %d)", last-3)} {
		questions = append(questions, fmt.Sprintf(`{ statistics%s { on revision mediators %s experts %[2]s organizations { total byKind { value count } } invitedListings { total byCourt { value count } } } }`, when, counts))
	}
	for _, when := range []string{"", `(asOf: ` + fmt.Sprint(last-20) + `)`} {
		questions = append(questions, fmt.Sprintf(`{ coverage%s { districts { organizations arbitrators windows stationings awards } } }`, when))
	}
	questions = append(questions, `{ secondments(first: 50) { nodes { id state persons { state mediator { id } } steps { step on } } } }`, `{ corrections(first: 50) { nodes { id state answer due } } }`,
		`{ accounts(first: 50) { nodes { id name role } } keys(first: 50) { nodes { id name usable } } }`,
		`{ sharingAgreements(first: 50) { nodes { id } } }`, `{ refusedChanges(first: 50) { operation code } }`)
	for _, list := range []string{"arbitrators", "liaisonAssignments", "awards", "stationings"} {
		for _, when := range []string{"", fmt.Sprintf(", asOf: %d", last-20)} {
			questions = append(questions, fmt.Sprintf(`{ %s(first: 100%s) { totalCount nodes { id name status revision history(first: 20) { nodes { revision fields { name before after } } } } } }`, list, when))
		}
	}
	questions = append(questions, `{ trainingRecords(first: 100) { totalCount nodes { id name on hours revision } } node(id: "per_102") { ... on Person { trainingByYear { year hours count passed } } } }`)
	for _, when := range []string{"", `, on: "2025-06-01"`, fmt.Sprintf(", asOf: %d", last/2)} {
		questions = append(questions, fmt.Sprintf(`{ experts(first: 100%s) { nodes { id lastUsed recommendations { id name purpose on revision history(first: 5) { nodes { revision fields { name before after } } } } } } }`, when))
	}
	for _, list := range []string{"mediators", "experts", "invitedListings", "organizations"} {
		for _, when := range []string{"", `, on: "2025-09-01"`, fmt.Sprintf(", asOf: %d", last-6)} {
			questions = append(questions, fmt.Sprintf(`{ %s(first: 100%s) { totalCount nodes { id name status revision } } }`, list, when))
		}
	}
	return questions
}

// publicFields asks for every public field of a type that is the record's own.
func publicFields(name string) string {
	var fields []string
	for _, f := range schema().Types[name].Fields {
		said, shared := directive(f)
		of := schema().Types[f.Type.Name()]
		leaf := of.Kind == ast.Scalar || of.Kind == ast.Enum
		if strings.HasPrefix(f.Name, "__") || shared && said.Class != hub.Public || len(f.Arguments) > 0 {
			continue
		}
		switch f.Name {
		case "status", "term", "lastUsed": // of the day on which it is asked
			continue
		case "terms":
			fields = append(fields, "terms { start end documentNo }")
		case "events":
			fields = append(fields, "events { status on until documentNo }")
		case "specialties":
			fields = append(fields, "specialties { label }")
		case "person", "organization":
			fields = append(fields, f.Name+" { id }")
		case "district", "court", "agency":
			if !leaf {
				fields = append(fields, f.Name+" { code }")
			}
		default:
			if leaf {
				fields = append(fields, f.Name)
			}
		}
	}
	return fmt.Sprintf("... on %s { %s }", name, strings.Join(fields, " "))
}

// A partner who follows the feed over HTTP, page by page, holds the public records
// as they are: from the records that the feed shows, and from its before and after,
// field by field, without a gap between one change and the next.
func TestPartnerRebuildsTheRostersFromTheFeed(t *testing.T) {
	w := lived(t)
	for typ, kind := range map[string]string{"Person": "PERSON", "Mediator": "MEDIATOR", "Expert": "EXPERT", "InvitedListing": "INVITED_LISTING", "Organization": "ORGANIZATION", "ProgressNote": "PROGRESS_NOTE"} {
		t.Run(typ, func(t *testing.T) { w.rebuild(t, typ, kind) })
	}
}

func (w *matrixWorld) rebuild(t *testing.T, typ, kind string) {
	public := publicFields(typ)
	var ids []string
	records, fields := map[string]json.RawMessage{}, map[string]map[string]string{}
	var after *string
	for {
		var data struct {
			Changes struct {
				Nodes []struct {
					RecordID string
					Record   json.RawMessage
					Fields   []struct{ Name, Before, After string }
				}
				PageInfo struct {
					HasNextPage bool
					EndCursor   *string
				}
			}
		}
		query := fmt.Sprintf(`query($after: String) { changes(first: 7, after: $after, kinds: [%s]) { nodes { recordId record { %s } fields { name before after } } pageInfo { hasNextPage endCursor } } }`, kind, public)
		w.ask(t, "union", query, map[string]any{"after": after}).into(t, &data)
		for _, c := range data.Changes.Nodes {
			if records[c.RecordID] == nil {
				ids, fields[c.RecordID] = append(ids, c.RecordID), map[string]string{}
			}
			records[c.RecordID] = c.Record
			for _, f := range c.Fields {
				if held := fields[c.RecordID][f.Name]; held != f.Before {
					t.Errorf("%s.%s was %q and is said to have been %q", c.RecordID, f.Name, held, f.Before)
				}
				fields[c.RecordID][f.Name] = f.After
			}
		}
		if after = data.Changes.PageInfo.EndCursor; !data.Changes.PageInfo.HasNextPage {
			break
		}
	}
	if len(ids) == 0 {
		t.Fatal("nothing came over the feed")
	}
	for some := range slices.Chunk(ids, 20) {
		var data struct{ Nodes []json.RawMessage }
		w.ask(t, "union", fmt.Sprintf(`query($ids: [ID!]!) { nodes(ids: $ids) { %s } }`, public), map[string]any{"ids": some}).into(t, &data)
		for i, id := range some {
			if string(data.Nodes[i]) != string(records[id]) {
				t.Errorf("%s is %s, by the feed %s", id, data.Nodes[i], records[id])
			}
		}
	}
	if typ == "Mediator" && fields["med_104"]["title"] != "一级律师" {
		t.Errorf("by its fields, the title of med_104 is %q", fields["med_104"]["title"])
	}
}
