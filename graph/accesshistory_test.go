package graph_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// told asks for the history of a record as a caller sees it: for each change, the
// oldest first, who made it and each field before and after.
func (w *world) told(t *testing.T, caller, id string) (changes []string, body string) {
	t.Helper()
	answer := w.ask(t, caller, `query($id: ID!) { node(id: $id) {
		... on Account { history { ...h } } ... on Key { history { ...h } } ... on SharingAgreement { history { ...h } }
	} } fragment h on ChangeConnection { nodes { kind recordId action actor reason record { id } fields { name before after } } }`, map[string]any{"id": id})
	var data struct {
		Node *struct {
			History struct {
				Nodes []struct {
					Kind, RecordID, Actor, Reason string
					Record                        struct{ ID string }
					Fields                        []struct{ Name, Before, After string }
				}
			}
		}
	}
	answer.into(t, &data)
	if data.Node == nil {
		return nil, string(answer.body)
	}
	for _, n := range data.Node.History.Nodes {
		if n.RecordID != id || n.Record.ID != id {
			t.Errorf("a change of %s is of %s and shows %s", id, n.RecordID, n.Record.ID)
		}
		kind, _, _ := strings.Cut(n.Actor, "_")
		said := []string{n.Kind + " " + kind + " " + n.Reason}
		for _, f := range n.Fields {
			said = append(said, fmt.Sprintf("%s:%s→%s", f.Name, f.Before, f.After))
		}
		changes = append([]string{strings.Join(said, " ")}, changes...)
	}
	return changes, string(answer.body)
}

// What became of an account is told to those who may see accounts, in the words of
// the contract; of its password and its link it is told that there is one.
func TestHistoriesOfAccountsHoldNoSecret(t *testing.T) {
	w := newWorld(t)
	p, link := w.account(t, map[string]any{"name": "heping.zhang", "label": "和平区 张示例", "role": "DISTRICT_ADMIN", "district": "和平区"})
	id := p.Account.ID
	b := &browser{w: w, site: "same-origin"}
	if status, s := b.session(t, http.MethodPost, "/session/password", map[string]any{"token": link, "password": firstPassword}); status != http.StatusOK {
		t.Fatalf("%d %+v", status, s)
	}
	w.amendAccount(t, id, map[string]any{"role": "COURT_KEEPER", "court": "津0101"})
	w.amendAccount(t, id, map[string]any{"disabled": true})

	want := []string{
		"ACCOUNT key 示例 name:→heping.zhang label:→和平区 张示例 role:→区级管理员 district:→120101 linkUntil:→2025-06-16 10:00",
		"ACCOUNT acc 本人设置密码 hasPassword:→true linkUntil:2025-06-16 10:00→",
		"ACCOUNT key 示例 role:区级管理员→法院名册管理员 district:120101→ court:→津0101",
		"ACCOUNT key 示例 disabled:→true",
	}
	for _, caller := range []string{"city-admin", "auditor"} {
		got, body := w.told(t, caller, id)
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s reads\n%s\nwant\n%s", caller, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		for _, secret := range []string{link[:12], "argon2", firstPassword} {
			if strings.Contains(body, secret) {
				t.Errorf("%s reads %q…", caller, secret[:6])
			}
		}
	}
	if got, body := w.told(t, "district-admin-120101", id); got != nil {
		t.Errorf("a district reads %s", body)
	}
	t.Run("it is not in the feed", func(t *testing.T) {
		answer := w.ask(t, "city-admin", `{ changes(first: 100) { nodes { kind } } }`, nil)
		if strings.Contains(string(answer.body), "ACCOUNT") || strings.Contains(string(answer.body), `"KEY"`) {
			t.Errorf("%s", answer.body)
		}
		if answer := w.ask(t, "city-admin", `{ changes(kinds: [ACCOUNT]) { nodes { kind } } }`, nil); !slices.Equal(answer.codes(), []string{"INVALID"}) {
			t.Errorf("%s", answer.body)
		}
	})
}

func TestHistoryOfAKeyFromIssueToRevocation(t *testing.T) {
	w := newWorld(t)
	issued := w.keepAccess(t, "city-admin", "createKey", "CreateKeyInput", "secret key { id }",
		map[string]any{"name": "示例系统", "role": "PARTNER", "agency": "UNION", "scopes": []string{"contact"}, "expires": "2026-12-31"})
	public := strings.Split(issued.Secret, "_")[1]
	w.keepAccess(t, "city-admin", "revokeKey", "RevokeKeyInput", "key { id }", map[string]any{"id": issued.Key.ID})
	want := []string{
		"KEY key 示例 name:→示例系统 role:→合作单位 agency:→UNION scopes:→contact expires:→2026-12-31 public:→" + public,
		"KEY key 示例 revoked:→true",
	}
	got, body := w.told(t, "auditor", issued.Key.ID)
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if strings.Contains(body, strings.Split(issued.Secret, "_")[2]) {
		t.Error("the secret stands in the history")
	}
}
