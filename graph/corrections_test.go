package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// Corrections over HTTP, by role.

type correction struct {
	ID, State, Field, Due, Owner, Party, Answer, Extension string
	Revision, DaysLeft                                     int
	Overdue, RecordChanged, Estimated                      bool
	Changes                                                []struct{ Name, Before, After string }
}

type correctionPayload struct {
	payload
	Correction *correction
}

const correctionFields = `id state field due owner party answer extension revision daysLeft overdue recordChanged estimated changes { name before after }`

func (w *world) correct(t *testing.T, caller, name, inputType string, input map[string]any) *correctionPayload {
	t.Helper()
	if input["reason"] == nil {
		input["reason"] = "示例"
	}
	if input["idempotencyKey"] == nil {
		w.changes++
		input["idempotencyKey"] = fmt.Sprint("correct-", w.changes)
	}
	answer := w.ask(t, caller, fmt.Sprintf(`mutation($input: %s!) { out: %s(input: $input) { revision userErrors { code message path } correction { %s } } }`, inputType, name, correctionFields), map[string]any{"input": input})
	if len(answer.Errors) > 0 {
		t.Fatalf("%s: %s", name, answer.body)
	}
	var data struct{ Out correctionPayload }
	answer.into(t, &data)
	return &data.Out
}

// corrections lists those that a caller sees.
func (w *world) corrections(t *testing.T, caller, filter string) []correction {
	t.Helper()
	var data struct{ Corrections struct{ Nodes []correction } }
	w.ask(t, caller, `{ corrections(`+filter+` first: 100) { nodes { `+correctionFields+` } } }`, nil).into(t, &data)
	return data.Corrections.Nodes
}

// disputes are the fields of med_1 that anybody sees to be disputed.
func (w *world) disputes(t *testing.T, asOf int) []string {
	t.Helper()
	var data struct {
		Mediator struct {
			Disputes    []struct{ Field, Since string }
			Corrections []correction
		}
	}
	args := ""
	if asOf > 0 {
		args = fmt.Sprintf(", asOf: %d", asOf)
	}
	w.ask(t, "anonymous", `{ mediator(by: {id: "med_1"}`+args+`) { disputes { field since } corrections { id } } }`, nil).into(t, &data)
	if len(data.Mediator.Corrections) > 0 {
		t.Error("the public sees what is said against a record")
	}
	var fields []string
	for _, d := range data.Mediator.Disputes {
		fields = append(fields, d.Field+" "+d.Since)
	}
	return fields
}

// Story 7: a court spots a wrong firm.
func TestStoryCourtObjectsToAFirm(t *testing.T) {
	w := newWorld(t)
	const court, owner = "court-keeper-津0101", "district-admin-120101"
	objection := map[string]any{"id": "med_1", "field": "employerListed", "problem": "该律师已于今年四月转所", "proposed": "示例二所", "evidence": []string{"津司公告〔2025〕示例7号", "https://example.gov.cn/7"}}
	raised := w.correct(t, court, "raiseCorrection", "RaiseCorrectionInput", cloned(objection))
	raised.done(t)
	c := raised.Correction
	if c.State != "OPEN" || c.Due != "2025-06-27" || c.DaysLeft != 10 || c.Owner != "和平区" || c.Party != "天津市和平区人民法院" || c.Estimated {
		t.Errorf("raised %+v", c)
	}
	flagged := *raised.Revision

	// Everybody sees that the field is disputed; nobody of neither side sees more.
	if got := w.disputes(t, 0); !slices.Equal(got, []string{"employerListed 2025-06-15"}) {
		t.Errorf("disputed: %v", got)
	}
	for _, caller := range []string{"partner", "district-admin-120112", "expert-keeper"} {
		if got := w.corrections(t, caller, ""); len(got) > 0 {
			t.Errorf("%s sees %+v", caller, got)
		}
	}
	whole := w.ask(t, court, `{ corrections { nodes { problem proposed record { ... on Mediator { name employerListed } } history { nodes { fields { before after } } } changes { before after } } } }`, nil)
	if strings.Contains(string(whole.body), "示例律师事务所") {
		t.Errorf("who objects learns the value: %s", whole.body)
	}
	w.correct(t, court, "raiseCorrection", "RaiseCorrectionInput", cloned(objection)).refused(t, "DUPLICATE", "input.field")

	// The owner sees the clock, extends it once, and is told when the record moves.
	received := w.corrections(t, owner, "filter: {side: RECEIVED},")
	if len(received) != 1 || received[0].ID != c.ID || received[0].RecordChanged {
		t.Fatalf("received %+v", received)
	}
	if got := w.corrections(t, court, "filter: {side: RAISED, state: [OPEN]},"); len(got) != 1 {
		t.Errorf("raised %+v", got)
	}
	at := c.Revision
	step := func(caller, name, inputType string, more map[string]any) *correctionPayload {
		t.Helper()
		in := map[string]any{"id": c.ID, "expectedRevision": at}
		for k, v := range more {
			in[k] = v
		}
		p := w.correct(t, caller, name, inputType, in)
		if p.Revision != nil {
			at = p.Correction.Revision
		}
		return p
	}
	step(court, "extendCorrection", "ExtendCorrectionInput", nil).refused(t, "FORBIDDEN", "input.id")
	extended := step(owner, "extendCorrection", "ExtendCorrectionInput", map[string]any{"reason": "须向律师事务所核实"})
	if extended.done(t); extended.Correction.Due != "2025-07-11" || extended.Correction.Extension != "须向律师事务所核实" {
		t.Errorf("extended %+v", extended.Correction)
	}
	step(owner, "extendCorrection", "ExtendCorrectionInput", nil).refused(t, "MOVE_IMPOSSIBLE", "input.id")
	before := w.newest(t, "med_1")
	amended := w.change(t, owner, "amendMediator", "AmendMediatorInput", listing, map[string]any{"id": "med_1", "expectedRevision": before, "fields": map[string]any{"title": "三级律师"}})
	amended.done(t)
	if got := w.corrections(t, owner, ""); !got[0].RecordChanged {
		t.Error("the owner is not told that the record has moved on")
	}

	// Accepted with the change, in one write, by the ordinary rules.
	uphold := func(caller string, more map[string]any) *correctionPayload {
		in := map[string]any{"recordRevision": w.newest(t, "med_1"), "documentNo": "和平人社〔2025〕示例30号", "reason": "经核实，情况属实"}
		for k, v := range more {
			in[k] = v
		}
		return step(caller, "upholdCorrection", "UpholdCorrectionInput", in)
	}
	uphold(court, nil).refused(t, "FORBIDDEN", "input.id")
	uphold("district-admin-120112", nil).refused(t, "NOT_FOUND", "input.id")
	uphold("city-admin", nil).refused(t, "FORBIDDEN", "input.id")
	uphold(owner, map[string]any{"recordRevision": before}).refused(t, "CONFLICT", "input.recordRevision")
	uphold(owner, map[string]any{"value": "示例律师事务所"}).refused(t, "INVALID", "input.value")
	uphold(owner, map[string]any{"otherwise": true}).refused(t, "INVALID", "input.otherwise")
	if got := w.disputes(t, 0); len(got) != 1 {
		t.Error("a refused change ends the dispute")
	}
	upheld := uphold(owner, nil)
	upheld.done(t)
	if u := upheld.Correction; u.State != "UPHELD" || u.Answer != "经核实，情况属实" || len(u.Changes) != 1 || u.Changes[0].Name != "employerListed" || u.Changes[0].Before != "示例律师事务所" || u.Changes[0].After != "示例二所" {
		t.Errorf("upheld %+v", u)
	}
	var data struct {
		Mediator struct{ EmployerListed string }
	}
	w.ask(t, owner, `{ mediator(by: {id: "med_1"}) { employerListed } }`, nil).into(t, &data)
	if data.Mediator.EmployerListed != "示例二所" {
		t.Errorf("the firm is %q", data.Mediator.EmployerListed)
	}
	if got := w.corrections(t, court, ""); got[0].State != "UPHELD" || len(got[0].Changes) != 0 {
		t.Errorf("who may not read the field is shown %+v", got[0])
	}
	if got := w.disputes(t, 0); len(got) != 0 {
		t.Errorf("still disputed: %v", got)
	}
	if got := w.disputes(t, flagged); len(got) != 1 {
		t.Error("the mark is not in the past where it was")
	}
	uphold(owner, nil).refused(t, "MOVE_IMPOSSIBLE", "input.id")

	// The feed: both sides see what there is, others that there was something.
	feed := func(caller string) (shown, hidden int) {
		var changes struct {
			Changes struct {
				Nodes []struct {
					Actor, Reason *string
					Record        *struct{ ID string }
					Fields        []struct{ Name string }
				}
			}
		}
		w.ask(t, caller, `{ changes(kinds: [CORRECTION_REQUEST], first: 100) { nodes { actor reason record { id } fields { name } } } }`, nil).into(t, &changes)
		for _, n := range changes.Changes.Nodes {
			if n.Record != nil && len(n.Fields) > 0 && n.Reason != nil {
				shown++
			} else if n.Record == nil && len(n.Fields) == 0 && n.Actor == nil && n.Reason == nil {
				hidden++
			}
		}
		return shown, hidden
	}
	for caller, want := range map[string][2]int{court: {3, 0}, owner: {3, 0}, "city-admin": {3, 0}, "partner": {0, 3}, "anonymous": {0, 3}} {
		if shown, hidden := feed(caller); shown != want[0] || hidden != want[1] {
			t.Errorf("in the feed %s sees %d, and %d hidden", caller, shown, hidden)
		}
	}
}

// A field that several object to is marked once, since the first of those who still do.
func TestAFieldIsDisputedOnce(t *testing.T) {
	w := newWorld(t)
	raise := func(caller, field string) *correction {
		t.Helper()
		p := w.correct(t, caller, "raiseCorrection", "RaiseCorrectionInput", map[string]any{"id": "med_1", "field": field, "problem": "示例问题", "evidence": []string{"示例证书"}})
		p.done(t)
		return p.Correction
	}
	first := raise("court-keeper-津0101", "title")
	w.later(24 * time.Hour)
	raise("partner", "title")
	raise("partner", "certificateNo")
	if got := w.disputes(t, 0); !slices.Equal(got, []string{"title 2025-06-15", "certificateNo 2025-06-16"}) {
		t.Errorf("disputed: %v", got)
	}
	w.correct(t, "court-keeper-津0101", "withdrawCorrection", "WithdrawCorrectionInput", map[string]any{"id": first.ID, "expectedRevision": first.Revision}).done(t)
	if got := w.disputes(t, 0); !slices.Equal(got, []string{"title 2025-06-16", "certificateNo 2025-06-16"}) {
		t.Errorf("after the first one was taken back: %v", got)
	}
}

// Refused with grounds, withdrawn, put right by a move, and overdue.
func TestCorrectionsEnd(t *testing.T) {
	w := newWorld(t)
	const owner = "district-admin-120101"
	raise := func(id, field string) *correction {
		t.Helper()
		p := w.correct(t, "partner", "raiseCorrection", "RaiseCorrectionInput", map[string]any{"id": id, "field": field, "problem": "示例问题", "evidence": []string{"示例证书"}})
		p.done(t)
		return p.Correction
	}
	end := func(caller, name, inputType string, c *correction, more map[string]any) *correctionPayload {
		t.Helper()
		in := map[string]any{"id": c.ID, "expectedRevision": c.Revision}
		for k, v := range more {
			in[k] = v
		}
		return w.correct(t, caller, name, inputType, in)
	}
	c := raise("med_1", "title")
	end(owner, "upholdCorrection", "UpholdCorrectionInput", c, map[string]any{"recordRevision": w.newest(t, "med_1")}).refused(t, "INVALID", "input.value")
	end(owner, "refuseCorrection", "RefuseCorrectionInput", c, map[string]any{"reason": " "}).refused(t, "REASON_REQUIRED", "input.reason")
	refused := end(owner, "refuseCorrection", "RefuseCorrectionInput", c, map[string]any{"reason": "与资格证书一致，无误"})
	if refused.done(t); refused.Correction.State != "REFUSED" || refused.Correction.Answer != "与资格证书一致，无误" {
		t.Errorf("%+v", refused.Correction)
	}
	c = raise("med_1", "title") // may be raised again
	end(owner, "withdrawCorrection", "WithdrawCorrectionInput", c, nil).refused(t, "FORBIDDEN", "input.id")
	withdrawn := end("partner", "withdrawCorrection", "WithdrawCorrectionInput", c, nil)
	if withdrawn.done(t); withdrawn.Correction.State != "WITHDRAWN" {
		t.Errorf("%+v", withdrawn.Correction)
	}

	// What belongs to the person is put right through the listing,
	// by the ordinary rules: what other rosters say too, one of them cannot alter alone.
	p := w.correct(t, "partner", "raiseCorrection", "RaiseCorrectionInput", map[string]any{"id": "med_1", "field": "person.education", "problem": "示例问题", "proposed": "硕士", "evidence": []string{"示例证书"}})
	p.done(t)
	end(owner, "upholdCorrection", "UpholdCorrectionInput", p.Correction, map[string]any{"recordRevision": w.newest(t, "med_1")}).refused(t, "LEFT", "input.value")
	end("partner", "withdrawCorrection", "WithdrawCorrectionInput", p.Correction, nil).done(t)
	p = w.correct(t, "partner", "raiseCorrection", "RaiseCorrectionInput", map[string]any{"id": "med_3", "field": "person.education", "problem": "示例问题", "proposed": "本科", "evidence": []string{"示例证书"}})
	p.done(t)
	put := end("city-admin", "upholdCorrection", "UpholdCorrectionInput", p.Correction, map[string]any{"recordRevision": w.newest(t, "med_3")})
	if put.done(t); len(put.Correction.Changes) != 1 || put.Correction.Changes[0].Name != "person.education" || put.Correction.Changes[0].After != "21" {
		t.Errorf("%+v", put.Correction)
	}

	// A status comes about by moves; the correction is upheld when one has been made.
	c = raise("med_1", "status")
	end(owner, "upholdCorrection", "UpholdCorrectionInput", c, map[string]any{"recordRevision": w.newest(t, "med_1"), "value": "辞任"}).refused(t, "INVALID", "input.value")
	moved := w.change(t, owner, "resignListing", "ResignListingInput", listing, map[string]any{"id": "med_1", "expectedRevision": w.newest(t, "med_1"), "documentNo": "示例"})
	moved.done(t)
	upheld := end(owner, "upholdCorrection", "UpholdCorrectionInput", c, map[string]any{"recordRevision": w.newest(t, "med_1"), "otherwise": true})
	if upheld.done(t); len(upheld.Correction.Changes) != 1 || upheld.Correction.Changes[0].Name != "events" {
		t.Errorf("%+v", upheld.Correction)
	}

	// Overdue: listed for those who watch, counted, and not to be extended any more.
	c = raise("org_1", "address")
	w.later(12 * 24 * time.Hour) // 27 June, the last day
	if got := w.corrections(t, "city-admin", "filter: {overdue: true},"); len(got) != 0 {
		t.Errorf("overdue on the last day: %+v", got)
	}
	w.later(3 * 24 * time.Hour) // Monday
	for _, caller := range []string{"city-admin", "auditor", owner, "partner"} {
		if got := w.corrections(t, caller, `filter: {overdue: true, district: ["和平区"]},`); len(got) != 1 || got[0].ID != c.ID || got[0].DaysLeft != -1 {
			t.Errorf("%s sees as overdue %+v", caller, got)
		}
	}
	var counted struct {
		Statistics struct{ Corrections struct{ Open, Overdue int } }
	}
	w.ask(t, "anonymous", `{ statistics { corrections { open overdue } } }`, nil).into(t, &counted)
	if n := counted.Statistics.Corrections; n.Open != 1 || n.Overdue != 1 {
		t.Errorf("counted %+v", n)
	}
	end(owner, "extendCorrection", "ExtendCorrectionInput", c, nil).refused(t, "MOVE_IMPOSSIBLE", "input.id")

	// In a year whose holidays are not known the last day is an estimate.
	w.later(18 * 30 * 24 * time.Hour) // December 2026
	if c = raise("org_1", "phone"); !c.Estimated {
		t.Errorf("%s is not an estimate", c.Due)
	}
}

// The clock of an objection counts working days, as the State Council's calendar for
// the year has them (国办发明电〔2024〕12号): over 国庆 and 中秋 it stands still, and the
// Sunday and the Saturday that are worked in exchange count.
func TestTheClockStandsStillOverHolidays(t *testing.T) {
	w := newWorld(t)
	day, opened := 24*time.Hour, time.Date(2025, 9, 26, 2, 0, 0, 0, time.UTC) // a Friday
	w.later(opened.Sub(now))
	raised := w.correct(t, "partner", "raiseCorrection", "RaiseCorrectionInput", map[string]any{"id": "med_1", "field": "title", "problem": "示例问题", "evidence": []string{"示例证书"}})
	raised.done(t)
	if c := raised.Correction; c.Due != "2025-10-16" || c.DaysLeft != 10 || c.Estimated {
		t.Fatalf("raised on 26 September: %+v", c)
	}
	for _, step := range []struct {
		passes time.Duration
		on     string
		left   int
	}{
		{day, "Saturday, 27 September", 10},
		{day, "Sunday, 28 September, worked", 9},
		{3 * day, "1 October", 7},
		{7 * day, "8 October, the last holiday", 7},
		{3 * day, "Saturday, 11 October, worked", 4},
		{day, "Sunday, 12 October", 4},
		{4 * day, "16 October, the last day", 0},
	} {
		w.later(step.passes)
		if got := w.corrections(t, "district-admin-120101", ""); len(got) != 1 || got[0].DaysLeft != step.left || got[0].Overdue {
			t.Errorf("on %s: %+v, want %d days left", step.on, got, step.left)
		}
	}
	w.later(day)
	if got := w.corrections(t, "district-admin-120101", "filter: {overdue: true},"); len(got) != 1 || got[0].DaysLeft != -1 {
		t.Errorf("the day after: %+v", got)
	}
}

// Objections that cannot be are refused, and leave no mark.
func TestCorrectionsThatCannotBe(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		caller, code, path string
		more               map[string]any
	}{
		"by an auditor":         {"auditor", "FORBIDDEN", "input", nil},
		"of one's own":          {"district-admin-120101", "INVALID", "input.id", nil},
		"of nothing":            {"partner", "NOT_FOUND", "input.id", map[string]any{"id": "med_999"}},
		"of a person by itself": {"partner", "NOT_FOUND", "input.id", map[string]any{"id": "per_1"}},
		"of no field":           {"partner", "INVALID", "input.field", map[string]any{"field": "bankAccount"}},
		"of the id":             {"partner", "INVALID", "input.field", map[string]any{"field": "id"}},
		"of what is sealed":     {"partner", "INVALID", "input.field", map[string]any{"field": "person.identity"}},
		"without a problem":     {"partner", "INVALID", "input.problem", map[string]any{"problem": " "}},
		"with a number in it":   {"partner", "INVALID", "input.proposed", map[string]any{"proposed": "应为１１０１０５１９４９１２３１００２ｘ"}},
		"with a link of none":   {"partner", "INVALID", "input.evidence", map[string]any{"evidence": []string{"file:///etc/passwd"}}},
		"with empty evidence":   {"partner", "INVALID", "input.evidence", map[string]any{"evidence": []string{""}}},
		"without evidence":      {"partner", "EVIDENCE_REQUIRED", "input.evidence", map[string]any{"evidence": nil}},
		"with a list of none":   {"partner", "EVIDENCE_REQUIRED", "input.evidence", map[string]any{"evidence": []string{}}},
	} {
		t.Run(name, func(t *testing.T) {
			in := map[string]any{"id": "med_1", "field": "title", "problem": "示例", "evidence": []string{"示例证书"}}
			for k, v := range c.more {
				in[k] = v
			}
			p := w.correct(t, c.caller, "raiseCorrection", "RaiseCorrectionInput", in)
			p.refused(t, c.code, c.path)
			if strings.Contains(p.UserErrors[0].Message, "110105") {
				t.Errorf("the number is repeated: %s", p.UserErrors[0].Message)
			}
		})
	}
	if got := w.ask(t, "anonymous", `{ corrections { totalCount } }`, nil).codes(); !slices.Equal(got, []string{"UNAUTHENTICATED"}) {
		t.Errorf("%v", got)
	}
	if got := w.disputes(t, 0); len(got) != 0 || len(w.corrections(t, "auditor", "")) != 0 {
		t.Errorf("something refused was written: %v", got)
	}
}
