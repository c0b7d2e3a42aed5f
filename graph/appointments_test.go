package graph_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// What an appointment rests on: evidence of the candidate, a publicity, a training that
// was passed, a certificate (domain.md §2.1–2.3).

// A candidate is registered with what shows that she may be listed, and nobody but who
// keeps the roster reads it.
func TestCandidatesComeWithEvidence(t *testing.T) {
	w := newWorld(t)
	const owner = "district-admin-120101"
	register := func(fields map[string]any) *answer {
		all := map[string]any{"level": "DISTRICT", "district": "120101", "position": "INFORMATION_OFFICER", "evaluation": "优秀", "evaluationYear": 2024}
		for k, v := range fields {
			all[k] = v
		}
		w.changes++
		return w.ask(t, owner, `mutation($fields: MediatorFields!, $key: String!) { registerMediator(input: {fields: $fields, reason: "示例", idempotencyKey: $key}) { revision userErrors { code path } remarks { path message } record { id ... on Mediator { position evaluationYear evidence } } } }`,
			map[string]any{"fields": all, "key": "evidence-" + fields["name"].(string)})
	}
	type outcome struct {
		RegisterMediator struct {
			Revision   *int
			UserErrors []struct {
				Code string
				Path []string
			}
			Remarks []struct {
				Path    []string
				Message string
			}
			Record *struct {
				ID, Position   string
				EvaluationYear int
				Evidence       []string
			}
		}
	}
	var bare, full, wrong outcome
	register(map[string]any{"name": "甲示例"}).into(t, &bare)
	var old outcome // a remark on the whole has a place too
	register(map[string]any{"name": "己示例", "citizenId": "120199194501010016"}).into(t, &old)
	if got := old.RegisterMediator; got.Revision == nil || len(got.Remarks) != 2 || strings.Join(got.Remarks[0].Path, ".") != "input.fields" {
		t.Errorf("at an unusual age: %+v", got)
	}
	if got := bare.RegisterMediator; got.Revision == nil || len(got.Remarks) != 1 || strings.Join(got.Remarks[0].Path, ".") != "input.fields.evidence" || !strings.Contains(got.Remarks[0].Message, "推荐表或申请表") {
		t.Errorf("without evidence: %+v", got)
	}
	evidence := []string{"示例推荐表〔2025〕1号", "https://example.gov.cn/consent/7"}
	register(map[string]any{"name": "乙示例", "evidence": evidence}).into(t, &full)
	got := full.RegisterMediator
	if got.Revision == nil || len(got.Remarks) != 0 || got.Record.Position != "INFORMATION_OFFICER" || got.Record.EvaluationYear != 2024 || !slices.Equal(got.Record.Evidence, evidence) {
		t.Fatalf("with evidence: %+v", got)
	}
	for name, fields := range map[string]map[string]any{
		"fields.evidence":       {"name": "丙示例", "evidence": []string{"身份证 11010519491231002X"}},
		"fields.evaluationYear": {"name": "丁示例", "evaluationYear": 2026},
	} {
		answer := register(fields)
		answer.into(t, &wrong)
		if got := wrong.RegisterMediator; got.Revision != nil || len(got.UserErrors) != 1 || strings.Join(got.UserErrors[0].Path, ".") != "input."+name || strings.Contains(string(answer.body), "110105") {
			t.Errorf("%s: %s", name, answer.body)
		}
	}
	for caller, reads := range map[string]bool{owner: true, "district-admin-120112": false, "city-admin": false, "partner+all": false, "anonymous": false} {
		body := w.ask(t, caller, `query($id: ID!) { node(id: $id) { ... on Mediator { position evidence evaluationYear } } }`, map[string]any{"id": got.Record.ID}).body
		if !strings.Contains(string(body), "INFORMATION_OFFICER") || strings.Contains(string(body), "推荐表") != reads || strings.Contains(string(body), "2024") != reads {
			t.Errorf("%s reads %s", caller, body)
		}
	}
	history := w.ask(t, "anonymous", `query($id: ID!) { node(id: $id) { ... on Mediator { history { nodes { fields { name after } } } } } }`, map[string]any{"id": got.Record.ID}).body
	if strings.Contains(string(history), "推荐表") || !strings.Contains(string(history), `"position"`) {
		t.Errorf("the public reads in the history %s", history)
	}
}

// Nobody becomes a mediator without training and certificate; what the hub knows need
// not be told again.
func TestNobodyIsAppointedWithoutTrainingAndCertificate(t *testing.T) {
	w := newWorld(t)
	const owner = "district-admin-120101"
	p := w.change(t, owner, "registerMediator", "RegisterMediatorInput", listing, map[string]any{"fields": map[string]any{"name": "戊示例", "level": "DISTRICT", "district": "120101", "evidence": []string{"示例申请表"}}})
	p.done(t)
	id := p.Record.ID
	step := func(name, inputType string, input map[string]any) payload {
		t.Helper()
		input["id"], input["expectedRevision"] = id, w.newest(t, id)
		return w.change(t, owner, name, inputType, listing, input)
	}
	publicised := step("publiciseListing", "PubliciseListingInput", map[string]any{"publicFrom": "2025-06-15", "publicUntil": "2025-06-21"})
	publicised.done(t)
	w.later(8 * 24 * time.Hour)
	calls := func() (training, certificate bool) {
		t.Helper()
		var data struct {
			AllowedMoves []struct {
				Move                            string
				NeedsTraining, NeedsCertificate bool
			}
		}
		w.ask(t, owner, `query($id: ID!) { allowedMoves(id: $id) { move needsTraining needsCertificate } }`, map[string]any{"id": id}).into(t, &data)
		for _, m := range data.AllowedMoves {
			if m.Move == "ACTIVATE" {
				return m.NeedsTraining, m.NeedsCertificate
			}
		}
		t.Fatalf("she cannot be appointed: %+v", data)
		return false, false
	}
	appoint := func(more map[string]any) payload {
		t.Helper()
		input := map[string]any{"termStart": "2025-07-01", "termEnd": "2027-06-30", "documentNo": "示例聘〔2025〕8号"}
		for k, v := range more {
			input[k] = v
		}
		return step("activateListing", "ActivateListingInput", input)
	}
	if training, certificate := calls(); !training || !certificate {
		t.Errorf("it calls for training %v, certificate %v", training, certificate)
	}
	refused := appoint(map[string]any{"certificateNo": "示例证8"})
	refused.refused(t, "TRAINING_REQUIRED", "input.training")
	refused = appoint(map[string]any{"training": "2025-05-20 岗前培训合格"})
	refused.refused(t, "CERTIFICATE_REQUIRED", "input.certificateNo")
	for _, passed := range []bool{false, true} { // one that was not passed is none
		training := w.ask(t, owner, `mutation($id: ID!, $passed: Boolean!, $key: String!) { recordTraining(input: {listing: $id, course: "岗前培训", organizer: "示例区人社局", on: "2025-06-20", hours: 16, passed: $passed, reason: "示例", idempotencyKey: $key}) { revision userErrors { message } } }`,
			map[string]any{"id": id, "passed": passed, "key": "training-" + map[bool]string{true: "passed", false: "failed"}[passed]})
		if !strings.Contains(string(training.body), `"userErrors":[]`) {
			t.Fatalf("%s", training.body)
		}
		if needs, _ := calls(); needs == passed {
			t.Errorf("passed %v: training called for: %v", passed, needs)
		}
	}
	appointed := appoint(map[string]any{"certificateNo": "示例证8"})
	appointed.done(t)
	var data struct {
		Node struct {
			CertificateNo string
			Decisions     []map[string]any
		}
	}
	w.ask(t, owner, `query($id: ID!) { node(id: $id) { ... on Mediator { certificateNo decisions { move documentNo from until certificateNo training } } } }`, map[string]any{"id": id}).into(t, &data)
	want := `{"certificateNo":"示例证8","documentNo":"示例聘〔2025〕8号","from":"2025-06-15","move":"ACTIVATE","training":"2025-06-20 岗前培训（示例区人社局）合格","until":"2025-06-21"}`
	if got, _ := json.Marshal(data.Node.Decisions[len(data.Node.Decisions)-1]); string(got) != want || data.Node.CertificateNo != "示例证8" {
		t.Errorf("the decision is %s, the certificate %q", got, data.Node.CertificateNo)
	}
}
