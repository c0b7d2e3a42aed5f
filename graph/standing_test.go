package graph_test

import (
	"crypto/rand"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"concord/internal/auth"
	"concord/internal/hub"
)

// attempt is the newest refused change.
func (w *world) attempt(t *testing.T) (operation, code string) {
	t.Helper()
	var data struct {
		RefusedChanges []struct{ Operation, Code string }
	}
	w.ask(t, "auditor", `{ refusedChanges(first: 1) { operation code } }`, nil).into(t, &data)
	if len(data.RefusedChanges) == 0 {
		return "", ""
	}
	return data.RefusedChanges[0].Operation, data.RefusedChanges[0].Code
}

// A request begins with a live key or session and would write when it has run out, or was
// revoked: nothing is written, the answer says so under a stable code, and the audit
// shows it. What only reads, reads to its end.
func TestKeysThatEndMidRequest(t *testing.T) {
	for name, end := range map[string]func(*testing.T, *world){
		"expired": func(_ *testing.T, w *world) { w.later(48 * time.Hour) },
		"revoked": func(t *testing.T, w *world) {
			var data struct {
				Keys struct{ Nodes []struct{ ID, Name string } }
			}
			w.ask(t, "city-admin", `{ keys(first: 100) { nodes { id name } } }`, nil).into(t, &data)
			for _, k := range data.Keys.Nodes {
				if strings.HasSuffix(k.Name, "short") {
					revoked := w.keepAccess(t, "city-admin", "revokeKey", "RevokeKeyInput", "key { id }", map[string]any{"id": k.ID, "reason": "示例", "idempotencyKey": "revoke"})
					if len(revoked.UserErrors) > 0 {
						t.Errorf("%+v", revoked.UserErrors)
					}
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.admit(t, "short", hub.APIKey{Role: hub.RoleDistrictAdmin, District: "120101", Expires: hub.Today(now) + 1})
			at := w.newest(t, "med_1")
			const amend = `mutation($input: AmendMediatorInput!) { amendMediator(input: $input) { revision userErrors { code } } }`
			input := map[string]any{"id": "med_1", "expectedRevision": at, "fields": map[string]any{"title": "示例"}, "reason": "示例", "idempotencyKey": "late"}
			midway := func() {
				w.store.before(func(n int) {
					if n == 2 { // the first is that by which the key is looked up
						w.store.before(nil)
						end(t, w)
					}
				})
			}
			midway()
			answer := w.ask(t, "short", amend, map[string]any{"input": input})
			if codes := answer.codes(); len(codes) != 1 || codes[0] != "UNAUTHENTICATED" || !strings.Contains(answer.Errors[0].Message, "没有写入") {
				t.Errorf("answered %s", answer.body)
			}
			if now := w.newest(t, "med_1"); now != at {
				t.Errorf("it was written: %d became %d", at, now)
			}
			if operation, code := w.attempt(t); !strings.HasPrefix(operation, "AMEND") || code != "UNAUTHENTICATED" {
				t.Errorf("the audit says %s %s", operation, code)
			}
			if answer := w.ask(t, "short", `{ viewer { role } }`, nil); answer.status != http.StatusUnauthorized {
				t.Errorf("afterwards the key opens %s", answer.body)
			}
		})
	}
	t.Run("a session that ends", func(t *testing.T) {
		w := newWorld(t)
		hash, err := auth.HashPassword(firstPassword, auth.DemoCost, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		w.apply(t, &hub.Account{ID: hub.NewID(hub.KindAccount, 1000), Name: "heping.zhang", Label: "和平区 张示例", Password: hash, CreatedAt: now, Role: hub.RoleDistrictAdmin, District: "120101"})
		b := &browser{w: w}
		if status, s := b.signIn(t, "heping.zhang", firstPassword); status != http.StatusOK {
			t.Fatalf("%d %+v", status, s)
		}
		w.cookies = map[string]string{"district-admin-120101": b.cookie.Value}
		at := w.newest(t, "med_1")
		w.store.before(func(n int) {
			if n == 2 {
				w.store.before(nil)
				w.later(hub.SessionIdle)
			}
		})
		answer := w.ask(t, "district-admin-120101", `mutation($input: AmendMediatorInput!) { amendMediator(input: $input) { revision userErrors { code } } }`,
			map[string]any{"input": map[string]any{"id": "med_1", "expectedRevision": at, "fields": map[string]any{"title": "示例"}, "reason": "示例", "idempotencyKey": "late"}})
		if codes := answer.codes(); len(codes) != 1 || codes[0] != "UNAUTHENTICATED" || !strings.Contains(answer.Errors[0].Message, "没有写入") || w.newest(t, "med_1") != at {
			t.Errorf("answered %s", answer.body)
		}
		if operation, code := w.attempt(t); !strings.HasPrefix(operation, "AMEND") || code != "UNAUTHENTICATED" {
			t.Errorf("the audit says %s %s", operation, code)
		}
	})
	t.Run("while reading", func(t *testing.T) {
		w := newWorld(t)
		w.admit(t, "short", hub.APIKey{Role: hub.RoleDistrictAdmin, District: "120101", Expires: hub.Today(now) + 1})
		w.store.before(func(n int) {
			if n == 2 {
				w.later(48 * time.Hour)
			}
		})
		if answer := w.ask(t, "short", `{ mediator(by: {id: "med_1"}) { note } }`, nil); len(answer.Errors) > 0 || !strings.Contains(string(answer.body), "备注只给数源部门") {
			t.Errorf("%s", answer.body)
		}
	})
	t.Run("while a sheet arrives", func(t *testing.T) {
		w := newSheetWorld(t)
		w.admit(t, "short", hub.APIKey{Role: hub.RoleDistrictAdmin, District: "120101", Expires: hub.Today(now) + 1})
		body, sending := io.Pipe()
		go func() {
			_, _ = sending.Write([]byte("编号,姓名,所属区\n"))
			w.later(48 * time.Hour)
			_, _ = sending.Write([]byte("示例-调-0401,褚示例,和平区\n"))
			_ = sending.Close()
		}()
		response, text := w.send(t, "POST", "short", "/sheets?kind=mediators&name="+url.QueryEscape("名册.csv"), body, "Content-Type", octets, "Expect", "100-continue") // sent once the caller is known
		if code := uploaded(t, text); response.StatusCode != http.StatusUnauthorized || code != "UNAUTHENTICATED" {
			t.Errorf("%d %s", response.StatusCode, text)
		}
		if left, err := w.files.Jobs(); err != nil || len(left) > 0 {
			t.Errorf("%v is left, %v", left, err)
		}
		if operation, code := w.attempt(t); operation != "UPLOAD_SHEET" || code != "UNAUTHENTICATED" {
			t.Errorf("the audit says %s %s", operation, code)
		}
	})
}

// A plan that no longer holds stands in the audit as refused, like any change.
func TestStalePlansStandInTheAudit(t *testing.T) {
	w := newSheetWorld(t)
	const home = "district-admin-120112"
	_, id := w.upload(t, home, "mediators", "名册.csv", []byte("编号,姓名,所属区,职务\n示例-调-0002,李示例,津南区,首席调解员\n"))
	planned := w.until(t, home, id, "PLANNED")
	w.amend(t, home, "示例-调-0002", "title", "副主任")
	if p := w.confirm(t, home, id, planned.PlanHash, "stale"); p.code() != "PLAN_STALE" {
		t.Fatalf("%+v", p)
	}
	if operation, code := w.attempt(t); operation != "CONFIRM_IMPORT" || code != "PLAN_STALE" {
		t.Errorf("the audit says %s %s", operation, code)
	}
}
