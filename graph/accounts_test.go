package graph_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"concord/internal/hub"
	"concord/internal/server"
)

const (
	firstPassword  = "示例雨后青石板路上行人"
	secondPassword = "sample-violet-kettle-42"
)

// browser holds a cookie, and sends what browsers send along.
type browser struct {
	w      *world
	cookie *http.Cookie
	site   string // Sec-Fetch-Site; none when empty
	origin string
}

// said is what /session answers.
type said struct {
	SignedIn bool
	Account  *struct {
		Name, Label, Role, RoleLabel string
		District                     *struct{ Code, Name string }
		MustChangePassword           bool
	}
	Demo   []any
	Errors []struct {
		Message    string
		Extensions struct{ Code, Field string }
	}
}

func (s *said) code() string {
	if len(s.Errors) == 0 {
		return ""
	}
	return s.Errors[0].Extensions.Code
}

// do makes a request and keeps the cookie that comes back.
func (b *browser) do(t *testing.T, method, path string, body any, headers ...string) (*http.Response, []byte) {
	t.Helper()
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, b.w.url+path, content)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if b.site != "" {
		request.Header.Set("Sec-Fetch-Site", b.site)
	}
	if b.origin != "" {
		request.Header.Set("Origin", b.origin)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	if b.cookie != nil {
		request.AddCookie(&http.Cookie{Name: b.cookie.Name, Value: b.cookie.Value})
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range response.Cookies() {
		if b.cookie = cookie; cookie.MaxAge < 0 {
			b.cookie = nil
		}
	}
	return response, text
}

// session asks /session or one of the ways below it.
func (b *browser) session(t *testing.T, method, path string, body any) (int, *said) {
	t.Helper()
	response, text := b.do(t, method, path, body)
	var answer said
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return response.StatusCode, &answer
}

func (b *browser) signIn(t *testing.T, account, password string) (int, *said) {
	t.Helper()
	return b.session(t, http.MethodPost, "/session", map[string]any{"account": account, "password": password})
}

// viewer is who the browser is to GraphQL: role and kind, or a code.
func (b *browser) viewer(t *testing.T) string {
	t.Helper()
	_, text := b.do(t, http.MethodPost, "/graphql", map[string]any{"query": "{ viewer { id role roleLabel kind district { name } } }"})
	var answer struct {
		Data   struct{ Viewer struct{ Role, Kind string } }
		Errors []struct{ Extensions struct{ Code string } }
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if len(answer.Errors) > 0 {
		return answer.Errors[0].Extensions.Code
	}
	return answer.Data.Viewer.Role + " " + answer.Data.Viewer.Kind
}

type accountPayload struct {
	payload
	Link, Secret string
	Account      struct {
		ID       string
		Revision int
		Sessions []struct {
			ID      string
			Current bool
		}
	}
	Key struct {
		ID       string
		LastUsed string
	}
}

// code is that of the first thing that is wrong, "" when nothing is.
func (p *accountPayload) code() string {
	if len(p.UserErrors) == 0 {
		return ""
	}
	return p.UserErrors[0].Code
}

// keepAccess makes a change of an account, a session or a key.
func (w *world) keepAccess(t *testing.T, caller, mutation, inputType, selection string, input map[string]any) *accountPayload {
	t.Helper()
	w.changes++
	if input["idempotencyKey"] == nil {
		input["idempotencyKey"] = fmt.Sprint("access-", w.changes)
	}
	input["reason"] = "示例"
	answer := w.ask(t, caller, fmt.Sprintf(`mutation($input: %s!) { out: %s(input: $input) { revision replayed userErrors { code message path } %s } }`, inputType, mutation, selection), map[string]any{"input": input})
	if len(answer.Errors) > 0 {
		t.Fatalf("%s", answer.body)
	}
	var data struct{ Out accountPayload }
	answer.into(t, &data)
	return &data.Out
}

const accountFields = "link account { id revision sessions { id current } }"

// account makes an account and returns it with the secret of its link.
func (w *world) account(t *testing.T, input map[string]any) (*accountPayload, string) {
	t.Helper()
	p := w.keepAccess(t, "city-admin", "createAccount", "CreateAccountInput", accountFields, input)
	link, ok := strings.CutPrefix(p.Link, "/sign-in?setup=")
	if !ok || p.code() != "" {
		t.Fatalf("%+v", p)
	}
	return p, link
}

// amend changes an account whatever was done to it before.
func (w *world) amendAccount(t *testing.T, id string, change map[string]any) *accountPayload {
	t.Helper()
	var data struct{ Node struct{ Revision int } }
	w.ask(t, "city-admin", `query($id: ID!) { node(id: $id) { ... on Account { revision } } }`, map[string]any{"id": id}).into(t, &data)
	change["id"], change["expectedRevision"] = id, data.Node.Revision
	p := w.keepAccess(t, "city-admin", "amendAccount", "AmendAccountInput", accountFields, change)
	if p.code() != "" {
		t.Fatalf("%+v", p)
	}
	return p
}

// An administrator makes an account; its holder sets a password by the link, signs
// in, works, and signs out. Nothing secret is logged.
func TestAccountFromLinkToSignOut(t *testing.T) {
	w := newWorld(t)
	w.serve(t, server.Config{DemoAccounts: []server.DemoAccount{{Account: "demo", Password: "demo"}}})
	_, link := w.account(t, map[string]any{"name": "Heping.Zhang", "label": "和平区 张示例", "role": "DISTRICT_ADMIN", "district": "和平区"})
	b := &browser{w: w, site: "same-origin"}
	secrets := []string{link, firstPassword, secondPassword}

	if status, s := b.signIn(t, "heping.zhang", firstPassword); status != http.StatusUnauthorized || s.code() != "UNAUTHENTICATED" {
		t.Errorf("before a password is set: %d %+v", status, s)
	}
	for password, want := range map[string]string{
		"短密码": "太短", strings.Repeat("长", 129): "太长", "aaaaaaaaaaaa": "单调", "xheping.zhangx": "登录名", "abcdefghijkl": "连续", "password123456": "常见", " 前面有一个空格的密码": "空格",
	} {
		status, s := b.session(t, http.MethodPost, "/session/password", map[string]any{"token": link, "password": password})
		if status != http.StatusBadRequest || s.Errors[0].Extensions.Field != "password" || !strings.Contains(s.Errors[0].Message, want) {
			t.Errorf("%q: %d %+v, want %q", password, status, s.Errors, want)
		}
	}
	response, text := b.do(t, http.MethodPost, "/session/password", map[string]any{"token": link, "password": firstPassword})
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", response.StatusCode, text)
	}
	cookie := response.Header.Get("Set-Cookie")
	for _, attribute := range []string{"concord_session=cs_", "Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=43200"} {
		if !strings.Contains(cookie, attribute) {
			t.Errorf("the cookie %q lacks %s", cookie, attribute)
		}
	}
	if strings.Contains(cookie, "Secure") {
		t.Errorf("the cookie is Secure although nothing is encrypted: %q", cookie)
	}
	secrets = append(secrets, b.cookie.Value)
	if status, s := b.session(t, http.MethodGet, "/session", nil); status != http.StatusOK || !s.SignedIn || s.Account.Name != "heping.zhang" ||
		s.Account.RoleLabel != "区级管理员" || s.Account.District.Name != "和平区" || len(s.Demo) != 0 {
		t.Errorf("%d %+v", status, s)
	}
	if got := b.viewer(t); got != "DISTRICT_ADMIN ACCOUNT" {
		t.Errorf("viewer = %s", got)
	}
	if status, _ := (&browser{w: w}).session(t, http.MethodPost, "/session/password", map[string]any{"token": link, "password": secondPassword}); status != http.StatusUnauthorized {
		t.Errorf("the link serves twice: %d", status)
	}

	t.Run("behind TLS the cookie is Secure", func(t *testing.T) {
		other := &browser{w: w}
		response, _ := other.do(t, http.MethodPost, "/session", map[string]any{"account": "heping.zhang", "password": firstPassword}, "X-Forwarded-Proto", "https")
		if !strings.Contains(response.Header.Get("Set-Cookie"), "; Secure") {
			t.Error(response.Header)
		}
		secrets = append(secrets, other.cookie.Value)
	})
	t.Run("a key wins over the cookie", func(t *testing.T) {
		_, text := b.do(t, http.MethodPost, "/graphql", map[string]any{"query": "{ viewer { role } }"}, "Authorization", "Bearer "+w.keys["auditor"])
		if !strings.Contains(string(text), "AUDITOR") {
			t.Errorf("%s", text)
		}
	})
	t.Run("who fails is told the same, whoever it is", func(t *testing.T) {
		fresh := &browser{w: w}
		_, wrong := fresh.do(t, http.MethodPost, "/session", map[string]any{"account": "heping.zhang", "password": secondPassword})
		_, unknown := fresh.do(t, http.MethodPost, "/session", map[string]any{"account": "nobody", "password": secondPassword})
		if !bytes.Equal(wrong, unknown) {
			t.Errorf("%s and %s", wrong, unknown)
		}
	})
	t.Run("foreign pages", func(t *testing.T) {
		for name, c := range map[string]struct {
			site, origin string
			headers      []string
			method, path string
			want         int
		}{
			"another site":            {"cross-site", "", nil, http.MethodPost, "/graphql", http.StatusForbidden},
			"a neighbour":             {"same-site", "", nil, http.MethodPost, "/graphql", http.StatusForbidden},
			"another origin":          {"", "https://example.com", nil, http.MethodPost, "/graphql", http.StatusForbidden},
			"an opaque origin":        {"", "null", nil, http.MethodPost, "/graphql", http.StatusForbidden},
			"a form":                  {"", "", []string{"Content-Type", "text/plain"}, http.MethodPost, "/graphql", http.StatusForbidden},
			"a link to a download":    {"cross-site", "", nil, http.MethodGet, "/exports/mediators.csv", http.StatusForbidden},
			"an upload":               {"cross-site", "", []string{"Content-Type", octets}, http.MethodPost, "/sheets?kind=mediators&name=a.csv", http.StatusForbidden},
			"signing in":              {"cross-site", "", nil, http.MethodPost, "/session", http.StatusForbidden},
			"signing out":             {"cross-site", "", nil, http.MethodDelete, "/session", http.StatusForbidden},
			"own page":                {"same-origin", "", nil, http.MethodPost, "/graphql", http.StatusOK},
			"own page, older browser": {"", w.url, nil, http.MethodPost, "/graphql", http.StatusOK},
			"own download":            {"same-origin", "", nil, http.MethodGet, "/exports/mediators.csv", http.StatusOK},
		} {
			other := &browser{w: w, cookie: b.cookie, site: c.site, origin: c.origin}
			var body any
			if c.method == http.MethodPost {
				body = map[string]any{"query": "{ viewer { id } }"}
			}
			if response, text := other.do(t, c.method, c.path, body, c.headers...); response.StatusCode != c.want {
				t.Errorf("%s: %d %s", name, response.StatusCode, text)
			}
		}
	})

	stale := &browser{w: w, cookie: b.cookie}
	if status, s := b.session(t, http.MethodDelete, "/session", nil); status != http.StatusOK || s.SignedIn || b.cookie != nil {
		t.Errorf("%d %+v", status, s)
	}
	if got := stale.viewer(t); got != "UNAUTHENTICATED" {
		t.Errorf("after signing out the cookie is %s", got)
	}
	if status, s := stale.session(t, http.MethodGet, "/session", nil); status != http.StatusOK || s.SignedIn || stale.cookie != nil {
		t.Errorf("%d %+v: the cookie is not taken back", status, s)
	}

	audit := w.ask(t, "auditor", `{ refusedChanges(first: 50) { operation actor record code message } accounts { nodes { name } } }`, nil)
	if !strings.Contains(string(audit.body), `"SIGN_IN"`) || !strings.Contains(string(audit.body), `"acc_`) {
		t.Errorf("who was not let in, is not written down: %s", audit.body)
	}
	for _, secret := range append(secrets, slices.Collect(mapsValues(w.keys))...) {
		if strings.Contains(w.log.String(), secret) || strings.Contains(string(audit.body), secret) {
			t.Errorf("%q… stands in the log or the audit", secret[:6])
		}
	}
}

func mapsValues(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for _, v := range m {
			if !yield(v) {
				return
			}
		}
	}
}

// A session is over when its time is up, when its holder or an administrator says
// so, and when the account changes; until then it outlives the server.
func TestSessionsEnd(t *testing.T) {
	w := newWorld(t)
	made, link := w.account(t, map[string]any{"name": "expert.keeper", "label": "专家库 李示例", "role": "EXPERT_KEEPER"})
	id, password := made.Account.ID, firstPassword
	b := &browser{w: w, site: "same-origin"}
	if status, s := b.session(t, http.MethodPost, "/session/password", map[string]any{"token": link, "password": password}); status != http.StatusOK {
		t.Fatalf("%d %+v", status, s)
	}
	in := func() *browser {
		t.Helper()
		other := &browser{w: w, site: "same-origin"}
		if status, s := other.signIn(t, "expert.keeper", password); status != http.StatusOK {
			t.Fatalf("%d %+v", status, s)
		}
		return other
	}
	const open, over = "EXPERT_KEEPER ACCOUNT", "UNAUTHENTICATED"
	check := func(what string, b *browser, want string) {
		t.Helper()
		if got := b.viewer(t); got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	check("at first", b, open)

	before := w.hub.Revision()
	for range 20 {
		check("used again and again", b, open)
	}
	if w.hub.Revision() != before {
		t.Errorf("%d changes were written for 20 requests", w.hub.Revision()-before)
	}

	w.hub = hub.New(w.config)
	w.serve(t, server.Config{})
	check("after the server was started anew", b, open)

	w.later(hub.SessionIdle - time.Second)
	check("just before the idle time is up", b, open)
	w.later(hub.SessionIdle)
	check("after the idle time", b, over)

	b = in()
	for range 11 {
		w.later(time.Hour)
		check("used every hour", b, open)
	}
	w.later(time.Hour)
	check("after the longest time", b, over)

	b, other := in(), in()
	if status, s := b.session(t, http.MethodPost, "/session/password", map[string]any{"current": "不是这个密码啊啊", "password": secondPassword}); status != http.StatusBadRequest || s.Errors[0].Extensions.Field != "current" {
		t.Errorf("a password is changed without the present one: %d %+v", status, s)
	}
	if status, s := b.session(t, http.MethodPost, "/session/password", map[string]any{"current": password, "password": secondPassword}); status != http.StatusOK {
		t.Fatalf("%d %+v", status, s)
	}
	password = secondPassword
	check("whoever changed the password", b, open)
	check("another session after that", other, over)

	other = in()
	var mine struct {
		Data struct {
			Sessions []struct {
				ID      string
				Current bool
			}
		}
	}
	_, text := b.do(t, http.MethodPost, "/graphql", map[string]any{"query": "{ sessions { id current lastSeen until by } }"})
	if err := json.Unmarshal(text, &mine); err != nil || len(mine.Data.Sessions) != 2 || mine.Data.Sessions[0].Current || !mine.Data.Sessions[1].Current {
		t.Fatalf("%v %s", err, text)
	}
	if p := w.keepAccess(t, "district-admin-120101", "endSession", "EndSessionInput", "", map[string]any{"id": mine.Data.Sessions[0].ID}); p.code() != "FORBIDDEN" {
		t.Errorf("somebody ends the session of another: %+v", p)
	}
	_, text = b.do(t, http.MethodPost, "/graphql", map[string]any{"query": `mutation($id: ID!) { endSession(input: {id: $id, reason: "示例", idempotencyKey: "own"}) { userErrors { code } session { endedAt } } }`, "variables": map[string]any{"id": mine.Data.Sessions[0].ID}})
	if !strings.Contains(string(text), `"userErrors":[]`) {
		t.Errorf("%s", text)
	}
	check("a session that its holder has ended elsewhere", other, over)
	check("the other one", b, open)

	w.amendAccount(t, id, map[string]any{"mustChangePassword": true})
	check("who must change the password first", b, "FORBIDDEN")
	if status, s := b.session(t, http.MethodGet, "/session", nil); status != http.StatusOK || !s.Account.MustChangePassword {
		t.Errorf("%d %+v", status, s)
	}
	if status, s := b.session(t, http.MethodPost, "/session/password", map[string]any{"current": password, "password": firstPassword}); status != http.StatusOK {
		t.Fatalf("%d %+v", status, s)
	}
	password = firstPassword
	check("after changing it", b, open)

	w.amendAccount(t, id, map[string]any{"label": "专家库 王示例"})
	check("after another name", b, open)
	w.amendAccount(t, id, map[string]any{"role": "COURT_KEEPER", "court": "津0101"})
	check("after another role", b, over)
	b = in()
	check("signed in again", b, "COURT_KEEPER ACCOUNT")
	w.amendAccount(t, id, map[string]any{"disabled": true})
	check("after closing", b, over)
	if status, s := b.signIn(t, "expert.keeper", password); status != http.StatusUnauthorized || !strings.Contains(s.Errors[0].Message, "已停用") {
		t.Errorf("%d %+v", status, s)
	}
	w.amendAccount(t, id, map[string]any{"disabled": false})
	check("a session of before, after opening", b, over)

	b = in()
	reset := w.keepAccess(t, "city-admin", "resetPassword", "ResetPasswordInput", accountFields, map[string]any{"id": id, "expectedRevision": w.amendAccount(t, id, map[string]any{"label": "专家库"}).Account.Revision, "idempotencyKey": "reset"})
	check("after the password was taken away", b, over)
	if status, _ := b.signIn(t, "expert.keeper", password); status != http.StatusUnauthorized {
		t.Errorf("the password that was taken away opens: %d", status)
	}
	w.later(hub.SetupTerm)
	if status, _ := b.session(t, http.MethodPost, "/session/password", map[string]any{"token": strings.TrimPrefix(reset.Link, "/sign-in?setup="), "password": secondPassword}); status != http.StatusUnauthorized {
		t.Errorf("the link opens after its term: %d", status)
	}
}

// Whoever guesses has to wait, longer and longer, whether there is such an account
// or not; and then the right password opens.
func TestGuessingTakesTime(t *testing.T) {
	w := newWorld(t)
	_, link := w.account(t, map[string]any{"name": "auditor", "label": "审计 赵示例", "role": "AUDITOR"})
	b := &browser{w: w, site: "same-origin"}
	if status, _ := b.session(t, http.MethodPost, "/session/password", map[string]any{"token": link, "password": firstPassword}); status != http.StatusOK {
		t.Fatal(status)
	}
	for _, name := range []string{"auditor", "nobody"} {
		for i := range 5 {
			if status, _ := b.signIn(t, name, "不是这个密码啊啊"); status != http.StatusUnauthorized {
				t.Fatalf("%s, attempt %d: %d", name, i, status)
			}
		}
		response, text := b.do(t, http.MethodPost, "/session", map[string]any{"account": name, "password": firstPassword})
		if response.StatusCode != http.StatusTooManyRequests || response.Header.Get("Retry-After") != "1" || !strings.Contains(string(text), `"BUSY"`) {
			t.Errorf("%s: %d %v %s", name, response.StatusCode, response.Header, text)
		}
		w.later(time.Second)
		if status, _ := b.signIn(t, name, "不是这个密码啊啊"); status != http.StatusUnauthorized {
			t.Errorf("%s: after a second: %d", name, status)
		}
		if response, _ := b.do(t, http.MethodPost, "/session", map[string]any{"account": name, "password": firstPassword}); response.Header.Get("Retry-After") != "2" {
			t.Errorf("%s: the wait is %q, want 2", name, response.Header.Get("Retry-After"))
		}
	}
	w.later(2 * time.Second)
	if status, s := b.signIn(t, "auditor", firstPassword); status != http.StatusOK {
		t.Errorf("%d %+v", status, s)
	}
}

// Nobody closes or changes the own account, and names are taken once.
func TestAccountsAreKept(t *testing.T) {
	w := newWorld(t)
	made, link := w.account(t, map[string]any{"name": "city", "label": "市人社局 钱示例", "role": "CITY_ADMIN", "subject": "sub-1"})
	b := &browser{w: w, site: "same-origin"}
	if status, _ := b.session(t, http.MethodPost, "/session/password", map[string]any{"token": link, "password": firstPassword}); status != http.StatusOK {
		t.Fatal(status)
	}
	for name, change := range map[string]string{"closing": "disabled: true", "a role": "role: AUDITOR", "a subject": `subject: ""`} {
		var data struct{ Node struct{ Revision int } }
		w.ask(t, "city-admin", `query($id: ID!) { node(id: $id) { ... on Account { revision } } }`, map[string]any{"id": made.Account.ID}).into(t, &data)
		_, text := b.do(t, http.MethodPost, "/graphql", map[string]any{"query": fmt.Sprintf(`mutation { amendAccount(input: {id: %q, expectedRevision: %d, %s, reason: "示例", idempotencyKey: %q}) { userErrors { code message } } }`, made.Account.ID, data.Node.Revision, change, name)})
		if !strings.Contains(string(text), "不能停用自己的帐号") {
			t.Errorf("%s: %s", name, text)
		}
	}
	for want, input := range map[string]map[string]any{
		"DUPLICATE name":    {"name": "CITY", "label": "另一人", "role": "AUDITOR"},
		"DUPLICATE subject": {"name": "other", "label": "另一人", "role": "AUDITOR", "subject": "sub-1"},
		"INVALID name":      {"name": "名", "label": "另一人", "role": "AUDITOR"},
		"INVALID label":     {"name": "other", "label": " ", "role": "AUDITOR"},
		"INVALID role":      {"name": "other", "label": "另一人", "role": "SYSTEM"},
		"INVALID court":     {"name": "other", "label": "另一人", "role": "COURT_KEEPER"},
		"INVALID agency":    {"name": "other", "label": "另一人", "role": "PARTNER", "agency": "不存在"},
		"INVALID scopes":    {"name": "other", "label": "另一人", "role": "PARTNER", "agency": "UNION", "scopes": []string{"everything"}},
	} {
		p := w.keepAccess(t, "city-admin", "createAccount", "CreateAccountInput", accountFields, input)
		if code, field, _ := strings.Cut(want, " "); p.code() != code || !slices.Equal(p.UserErrors[0].Path, []string{"input", field}) || p.Link != "" {
			t.Errorf("want %s: %+v", want, p)
		}
	}
}

// A key is issued, replaced by a second one while the first is still in use, and
// revoked; its secret is in one answer.
func TestKeysThroughTheAPI(t *testing.T) {
	w := newWorld(t)
	const fields = "secret key { id lastUsed }"
	input := func(more ...string) map[string]any {
		in := map[string]any{"name": "市总工会调解系统", "role": "PARTNER", "agency": "市总工会"}
		for i := 0; i < len(more); i += 2 {
			in[more[i]] = more[i+1]
		}
		return in
	}
	create := func(in map[string]any) *accountPayload {
		t.Helper()
		return w.keepAccess(t, "city-admin", "createKey", "CreateKeyInput", fields, in)
	}
	works := func(secret string) bool {
		t.Helper()
		w.keys["tried"] = secret
		return w.ask(t, "tried", "{ viewer { agency { code } } }", nil).status == http.StatusOK
	}
	first := create(input("idempotencyKey", "first"))
	if again := create(input("idempotencyKey", "first")); first.Secret == "" || again.Secret != "" || again.Key.ID != first.Key.ID {
		t.Errorf("%+v, and again %+v", first, again)
	}
	if !works(first.Secret) {
		t.Error("the key does not open")
	}
	second := create(input())
	if third := create(input()); third.code() != "TOO_MANY" || third.Secret != "" {
		t.Errorf("three keys of one name: %+v", third)
	}
	if other := create(input("agency", "FIC")); other.code() != "" {
		t.Errorf("another agency's: %+v", other)
	}
	if p := w.keepAccess(t, "city-admin", "revokeKey", "RevokeKeyInput", "", map[string]any{"id": first.Key.ID}); p.code() != "" {
		t.Errorf("%+v", p)
	}
	if works(first.Secret) || !works(second.Secret) {
		t.Error("the key that was revoked opens, or the other does not")
	}
	if p := w.keepAccess(t, "city-admin", "revokeKey", "RevokeKeyInput", "", map[string]any{"id": first.Key.ID}); p.code() != "MOVE_IMPOSSIBLE" {
		t.Errorf("%+v", p)
	}
	third := create(input("expires", "2025-06-16"))
	if third.code() != "" || !works(third.Secret) {
		t.Errorf("after one was revoked: %+v", third)
	}
	if p := create(input("name", "另一系统", "expires", "2025-06-14")); p.code() != "INVALID" {
		t.Errorf("a key that has expired already: %+v", p)
	}
	document := "{ viewer { agency { code } } }"
	sum := sha256.Sum256([]byte(document))
	toDocuments := func(name string, sums ...string) map[string]any {
		in := input("name", name)
		in["documents"] = sums
		return in
	}
	bound := create(toDocuments("写定的程序", hex.EncodeToString(sum[:])))
	if bound.code() != "" || !works(bound.Secret) {
		t.Errorf("a key bound to a document: %+v", bound)
	}
	if a := w.ask(t, "tried", "{ viewer { role } }", nil); !slices.Contains(a.codes(), "DOCUMENT_NOT_TRUSTED") {
		t.Errorf("another document by it: %s", a.text())
	}
	if p := create(toDocuments("另一系统", "abc")); p.code() != "INVALID" || !slices.Equal(p.UserErrors[0].Path, []string{"input", "documents"}) {
		t.Errorf("a key bound to something else: %+v", p)
	}

	lastUsed := func() string {
		t.Helper()
		var data struct {
			Keys struct {
				Nodes []struct {
					ID       string
					LastUsed *string
				}
			}
		}
		w.ask(t, "auditor", `{ keys(filter: {name: "工会"}, first: 50) { nodes { id lastUsed } } }`, nil).into(t, &data)
		for _, k := range data.Keys.Nodes {
			if k.ID == third.Key.ID && k.LastUsed != nil {
				return *k.LastUsed
			}
		}
		return ""
	}
	before := w.hub.Revision()
	if !works(third.Secret) || lastUsed() != "2025-06-15" || w.hub.Revision() != before {
		t.Errorf("used on %q, with %d changes", lastUsed(), w.hub.Revision()-before)
	}
	if err := w.hub.KeepUses(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.hub = hub.New(w.config)
	w.serve(t, server.Config{})
	if lastUsed() != "2025-06-15" {
		t.Errorf("after the server was started anew: used on %q", lastUsed())
	}
	w.later(48 * time.Hour)
	if works(third.Secret) {
		t.Error("the key opens after its last day")
	}
	for _, secret := range []string{first.Secret, second.Secret, third.Secret} {
		if strings.Contains(w.log.String(), secret) {
			t.Error("a key stands in the log")
		}
	}
}
