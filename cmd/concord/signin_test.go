package main

import (
	"bytes"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"concord/internal/oidctest"
)

// visitor is a browser at a server.
type visitor struct {
	*http.Client
	url string
}

func visit(t *testing.T, url string) *visitor {
	t.Helper()
	return &visitor{oidctest.Browse(t), url}
}

// send posts JSON as a page does, and returns the status and the body.
func (v *visitor) send(t *testing.T, path string, said any) (int, string) {
	t.Helper()
	body, err := json.Marshal(said)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, v.url+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	response, text := oidctest.Fetch(t, v.Client, r)
	return response.StatusCode, text
}

func (v *visitor) signIn(t *testing.T, account, password string) int {
	t.Helper()
	status, _ := v.send(t, "/session", map[string]string{"account": account, "password": password})
	return status
}

// codes are those of the errors and of the refusals in an answer.
func (v *visitor) codes(t *testing.T, query string) string {
	t.Helper()
	_, text := v.send(t, "/graphql", map[string]string{"query": query})
	var codes []string
	for _, m := range regexp.MustCompile(`"code":"([A-Z_]+)"`).FindAllStringSubmatch(text, -1) {
		codes = append(codes, m[1])
	}
	return strings.Join(codes, " ")
}

func (v *visitor) role(t *testing.T) string {
	t.Helper()
	_, text := v.send(t, "/graphql", map[string]string{"query": "{ viewer { role } }"})
	if m := regexp.MustCompile(`"role":"([A-Z_]+)"`).FindStringSubmatch(text); m != nil {
		return m[1]
	}
	t.Fatalf("nobody: %s", text)
	return ""
}

// The link that a first start prints sets the password of the first administrator,
// once; with the password she comes in, and the next start prints no other.
func TestFirstStart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	const password = "几个不相干的词 连成一句"
	t.Run("the link serves once", func(t *testing.T) {
		url, said := heard(t, dir)
		m := regexp.MustCompile(`/sign-in\?setup=(\S+)`).FindStringSubmatch(said())
		if m == nil {
			t.Fatalf("no link: %s", said())
		}
		first, second := visit(t, url), visit(t, url)
		if status, text := first.send(t, "/session/password", map[string]string{"token": m[1] + "x", "password": password}); status == http.StatusOK {
			t.Errorf("a changed link is taken: %s", text)
		}
		if status, text := first.send(t, "/session/password", map[string]string{"token": m[1], "password": "短"}); status != http.StatusBadRequest || !strings.Contains(text, "太短") {
			t.Errorf("a short password: %d %s", status, text)
		}
		if status, text := first.send(t, "/session/password", map[string]string{"token": m[1], "password": password}); status != http.StatusOK {
			t.Fatalf("%d %s", status, text)
		}
		if role := first.role(t); role != "CITY_ADMIN" {
			t.Errorf("came in as %s", role)
		}
		if status, text := second.send(t, "/session/password", map[string]string{"token": m[1], "password": "另外几个不相干的词 连成一句"}); status != http.StatusUnauthorized || !strings.Contains(text, "已用过") {
			t.Errorf("the link again: %d %s", status, text)
		}
		if role := second.role(t); role != "ANONYMOUS" {
			t.Errorf("by a used link came in %s", role)
		}
	})
	t.Run("then the password does", func(t *testing.T) {
		url, said := heard(t, dir)
		if strings.Contains(said(), "setup=") {
			t.Errorf("another link: %s", said())
		}
		v := visit(t, url)
		if status := v.signIn(t, "admin", password+"x"); status != http.StatusUnauthorized {
			t.Errorf("a wrong password: %d", status)
		}
		if status := v.signIn(t, "admin", password); status != http.StatusOK || v.role(t) != "CITY_ADMIN" {
			t.Errorf("the right one: %d", status)
		}
	})
}

// Each account of a demonstration comes in as its role, does what that may, is
// refused what it may not, and opens nothing once the server runs without --demo.
func TestDemoAccounts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	register := func(kind, fields string) string {
		return `mutation { register` + kind + `(input: { fields: { name: "示例新人", gender: FEMALE, ` + fields + ` }, reason: "示例", idempotencyKey: "1", preview: true }) { userErrors { code } } }`
	}
	mediator := func(place string) string {
		return register("Mediator", place+`, source: "律师", birthDate: "1985-06", specialties: ["劳动报酬"]`)
	}
	const accounts, log = `{ accounts(first: 1) { nodes { name } } }`, `{ refusedChanges(first: 1) { id } }`
	city, jinnan, heping := mediator(`level: CITY`), mediator(`level: DISTRICT, district: "120112"`), mediator(`level: DISTRICT, district: "120101"`)
	pool := register("Expert", `level: CITY, source: "律师", birthDate: "1985-06", specialties: ["劳动报酬"]`)
	may := map[string]struct {
		role        string
		may, mayNot []string
	}{
		"demo-city":     {"CITY_ADMIN", []string{city, pool, accounts, log}, nil},
		"demo-district": {"DISTRICT_ADMIN", []string{jinnan, `{ notices(first: 1) { totalCount } }`}, []string{heping, city, accounts}},
		"demo-heping":   {"DISTRICT_ADMIN", []string{heping}, []string{jinnan, accounts}},
		"demo-court":    {"COURT_KEEPER", []string{`{ notices(first: 1) { totalCount } }`}, []string{jinnan, pool, accounts}},
		"demo-expert":   {"EXPERT_KEEPER", []string{pool}, []string{jinnan, city, accounts}},
		"demo-union":    {"PARTNER", []string{`{ sharingAgreements(first: 1) { totalCount } }`, `{ corrections(first: 1) { totalCount } }`}, []string{jinnan, city, accounts}},
		"demo-auditor":  {"AUDITOR", []string{accounts, log}, []string{jinnan, pool}},
	}
	t.Run("with --demo", func(t *testing.T) {
		url := serving(t, dir, "--demo")
		response, text := oidctest.Get(t, oidctest.Browse(t), url+"/session")
		var said struct {
			Demo []struct{ Account, Password string }
		}
		if err := json.Unmarshal([]byte(text), &said); err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("%v in %s", err, text)
		}
		if len(said.Demo) != len(may) {
			t.Errorf("%d accounts are offered", len(said.Demo))
		}
		for _, a := range said.Demo {
			want := may[a.Account]
			v := visit(t, url)
			if status := v.signIn(t, a.Account, a.Password); status != http.StatusOK {
				t.Errorf("%s: %d", a.Account, status)
				continue
			}
			if role := v.role(t); role != want.role {
				t.Errorf("%s is %s", a.Account, role)
			}
			for _, query := range want.may {
				if codes := v.codes(t, query); codes != "" {
					t.Errorf("%s: %s: %s", a.Account, query, codes)
				}
			}
			for _, query := range want.mayNot {
				if codes := v.codes(t, query); !strings.Contains(codes, "FORBIDDEN") {
					t.Errorf("%s: %s: %q", a.Account, query, codes)
				}
			}
		}
	})
	t.Run("without", func(t *testing.T) {
		url := serving(t, dir)
		if _, text := oidctest.Get(t, oidctest.Browse(t), url+"/session"); strings.Contains(text, "demo-") {
			t.Errorf("they are offered: %s", text)
		}
		for account := range may {
			if status := visit(t, url).signIn(t, account, account); status != http.StatusUnauthorized {
				t.Errorf("%s: %d", account, status)
			}
		}
	})
}

// The flags of `serve` lead through a real identity provider to the account that is
// bound to somebody's name there, and back to the page that she wanted.
func TestServeWithIdentityProvider(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if code, _, diag := command(t, "user", "create", "--data", dir, "--name", "zhang", "--label", "张示例", "--role", "district_admin", "--district", "120101", "--subject", "staff-zhang"); code != exitOK {
		t.Fatal(diag)
	}
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(oidctest.Secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	probe, err := net.Listen("tcp", "127.0.0.1:0") // the provider must know where the server will be
	if err != nil {
		t.Fatal(err)
	}
	address := probe.Addr().String()
	probe.Close()
	callback := "http://" + address + "/session/oidc/callback"
	issuer := oidctest.Start(t, "../../internal/server/testdata/oidc", callback)
	url := serving(t, dir, "--listen", address, "--oidc-issuer", issuer, "--oidc-client-id", oidctest.ClientID, "--oidc-secret-file", secret,
		"--oidc-claim", oidctest.Claim, "--oidc-label", "示例统一认证", "--oidc-redirect", callback)

	v := visit(t, url)
	if _, text := oidctest.Get(t, v.Client, url+"/session"); !strings.Contains(text, `"label":"示例统一认证"`) {
		t.Errorf("the sign-in page is not told: %s", text)
	}
	for to, want := range map[string]string{"/feed?kind=EXPERT": "/feed?kind=EXPERT", "//example.com/": "/", "/\\example.com": "/", "https://example.com/": "/", "": "/"} {
		v := visit(t, url)
		start, err := http.NewRequest(http.MethodGet, url+"/session/oidc", nil)
		if err != nil {
			t.Fatal(err)
		}
		query := start.URL.Query()
		query.Set("to", to)
		start.URL.RawQuery = query.Encode()
		response, text := oidctest.Prove(t, v.Client, start.URL.String(), "zhang")
		if got := response.Request.URL.RequestURI(); response.Request.URL.Host != address || got != want {
			t.Errorf("to %q: at %s, %d %.200s", to, response.Request.URL, response.StatusCode, text)
		}
		if role := v.role(t); role != "DISTRICT_ADMIN" { // the token claims to be of a city admin
			t.Errorf("came in as %s", role)
		}
	}
	stranger := visit(t, url)
	if response, text := oidctest.Prove(t, stranger.Client, url+"/session/oidc", "li"); response.StatusCode != http.StatusForbidden || stranger.role(t) != "ANONYMOUS" {
		t.Errorf("a stranger: %d %s", response.StatusCode, text)
	}

	t.Run("a secret that cannot be read is told", func(t *testing.T) {
		code, _, diag := command(t, "serve", "--data", filepath.Join(t.TempDir(), "other"), "--listen", "127.0.0.1:0", "--oidc-issuer", issuer, "--oidc-client-id", "concord", "--oidc-secret-file", secret+"x")
		if code == exitOK || !strings.Contains(diag, "--oidc-secret-file") {
			t.Errorf("%d %s", code, diag)
		}
	})
}
