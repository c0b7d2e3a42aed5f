package graph_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// A dismissal that was entered for a day to come is taken back, over HTTP, by role.
func TestADismissalIsTakenBackBeforeItsDay(t *testing.T) {
	w := newWorld(t)
	const owner = "district-admin-120101"
	entered := w.change(t, owner, "dismissListing", "DismissListingInput", listing, map[string]any{
		"id": "med_1", "expectedRevision": w.newest(t, "med_1"), "ground": "UNABLE_TO_SERVE", "documentNo": "示例〔2025〕9号", "on": "2025-07-01"})
	entered.done(t)
	pending := func(caller string) string {
		t.Helper()
		var data struct{ PendingMoves []map[string]any }
		w.ask(t, caller, `{ pendingMoves(id: "med_1") { move on until documentNo } }`, nil).into(t, &data)
		text, _ := json.Marshal(data.PendingMoves)
		return string(text)
	}
	if got := pending(owner); got != `[{"documentNo":"示例〔2025〕9号","move":"DISMISS","on":"2025-07-01","until":null}]` {
		t.Errorf("pending: %s", got)
	}
	if got := pending("city-admin"); got != "[]" {
		t.Errorf("the city may take back %s", got)
	}
	at := w.newest(t, "med_1")
	takeBack := func(caller string, more map[string]any) payload {
		t.Helper()
		input := map[string]any{"id": "med_1", "expectedRevision": at, "move": "DISMISS", "on": "2025-07-01", "reason": "复核后认为事由不成立"}
		for k, v := range more {
			input[k] = v
		}
		return w.change(t, caller, "withdrawMove", "WithdrawMoveInput", listing, input)
	}
	for _, c := range []struct {
		caller     string
		more       map[string]any
		code, path string
	}{
		{"city-admin", nil, "FORBIDDEN", "input.id"},
		{"district-admin-120112", nil, "FORBIDDEN", "input.id"},
		{"partner+all", nil, "FORBIDDEN", "input.id"},
		{owner, map[string]any{"expectedRevision": 1}, "CONFLICT", "input.expectedRevision"},
		{owner, map[string]any{"reason": " "}, "REASON_REQUIRED", "input.reason"},
		{owner, map[string]any{"on": "2025-07-02"}, "MOVE_IMPOSSIBLE", "input.move"},
		{owner, map[string]any{"move": "MERGE"}, "MOVE_IMPOSSIBLE", "input.move"},
	} {
		got := takeBack(c.caller, c.more)
		got.refused(t, c.code, c.path)
	}
	if seen := takeBack(owner, map[string]any{"preview": true}); seen.Revision != nil || len(seen.UserErrors) > 0 || len(seen.Notices) != len(entered.Notices) || pending(owner) == "[]" {
		t.Errorf("a preview: %+v", seen)
	}
	back := takeBack(owner, map[string]any{"idempotencyKey": "back"})
	back.done(t)
	if len(back.Notices) != len(entered.Notices) || len(back.Notices) == 0 || back.Notices[0].StatusLabel != "撤回解聘" {
		t.Errorf("told %+v of the dismissal, %+v of its end", entered.Notices, back.Notices)
	}
	if again := takeBack(owner, map[string]any{"idempotencyKey": "back"}); !again.Replayed {
		t.Errorf("sent again: %+v", again)
	}
	if pending(owner) != "[]" {
		t.Error("it is still there to be taken back")
	}

	const told = `{ node(id: "med_1") { ... on Mediator { events { status on } decisions { move on withdrawnOn withdrawnWhy } history(first: 2) { nodes { reason fields { name before after } } } } } changes(last: 4, kinds: [MEDIATOR]) { nodes { recordId fields { name before after } } } }`
	kept := string(w.ask(t, owner, told, nil).body)
	for _, want := range []string{`"withdrawnOn":"2025-06-15"`, "复核后认为事由不成立", `"reason":"撤回解聘"`} {
		if !strings.Contains(kept, want) {
			t.Errorf("the owner does not read %s in %s", want, kept)
		}
	}
	public := string(w.ask(t, "anonymous", told, nil).body)
	if strings.Contains(public, "复核后") || strings.Contains(public, "未能履职") {
		t.Errorf("the public reads why: %s", public)
	}
	if !strings.Contains(public, "解聘 2025-07-01") {
		t.Errorf("the feed does not tell what was taken back: %s", public)
	}

	// Its day comes and nothing happens; what has come about is not taken back.
	w.later(20 * 24 * time.Hour)
	var now struct{ Node struct{ Status string } }
	w.ask(t, "anonymous", `{ node(id: "med_1") { ... on Mediator { status } } }`, nil).into(t, &now)
	if now.Node.Status != "ACTIVE" {
		t.Errorf("on the day it is %s", now.Node.Status)
	}
	if codes := w.ask(t, owner, `{ pendingMoves(id: "per_1") { move } }`, nil).codes(); len(codes) != 1 {
		t.Errorf("of a person: %v", codes)
	}
}
