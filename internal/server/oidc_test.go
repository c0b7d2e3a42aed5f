package server

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"concord/internal/auth"
	"concord/internal/hub"
	"concord/internal/oidctest"
)

// entrance is a server where people sign in through an identity provider.
type entrance struct {
	url string
	hub *hub.Hub
	log *lines
}

// openEntrance opens one. issuer is asked for when its address is known.
func openEntrance(t *testing.T, issuer func(callback string) auth.ProviderConfig) *entrance {
	t.Helper()
	var s *Server
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.ServeHTTP(w, r) }))
	t.Cleanup(h.Close)
	e := &entrance{url: h.URL}
	s, _, e.log, _ = open(t, func(c *Config) {
		var err error
		if c.Door, err = auth.NewDoor(auth.DoorConfig{Hub: c.Hub, Random: rand.Reader, Cost: auth.DemoCost}); err != nil {
			t.Fatal(err)
		}
		config := issuer(h.URL + callbackPath)
		if c.Provider, err = auth.NewProvider(config, c.Door); err != nil {
			t.Fatal(err)
		}
		e.hub = c.Hub
	})
	subject, place := "staff-zhang", "120101"
	w, err := e.hub.CreateAccount(t.Context(), hub.System, hub.CreateAccountInput{
		Write: hub.Write{Reason: "示例", IdempotencyKey: "1"}, Name: "zhang", Label: "张示例", Subject: &subject,
		PostInput: hub.PostInput{Role: hub.RoleDistrictAdmin, District: &place},
	})
	if err != nil || len(w.Errors) > 0 {
		t.Fatalf("%v %+v", err, w)
	}
	return e
}

// who is the account that a browser has signed in to, and its role.
func (e *entrance) who(t *testing.T, client *http.Client) string {
	t.Helper()
	_, text := oidctest.Get(t, client, e.url+"/session")
	var said struct {
		Account *struct{ Name, Role string }
		OIDC    *struct{ Label string }
	}
	if err := json.Unmarshal([]byte(text), &said); err != nil || said.OIDC == nil {
		t.Fatalf("%v in %s", err, text)
	}
	if said.Account == nil {
		return ""
	}
	return said.Account.Name + " " + said.Account.Role
}

// refusals are the sign-ins that were written down as refused.
func (e *entrance) refusals(t *testing.T) string {
	t.Helper()
	attempts, err := e.hub.Attempts(t.Context(), hub.System, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, a := range attempts {
		all = append(all, a.Operation+" "+a.Code+" "+a.Message)
	}
	return strings.Join(all, "\n")
}

// Through a real provider one comes in as the account that is bound to one's name
// there, whatever else it says; without such an account one is told so.
func TestSignInThroughARealProvider(t *testing.T) {
	e := openEntrance(t, func(callback string) auth.ProviderConfig {
		return auth.ProviderConfig{
			Issuer: oidctest.Start(t, "testdata/oidc", callback), ClientID: oidctest.ClientID, Secret: oidctest.Secret, Claim: oidctest.Claim, Label: "示例统一认证",
		}
	})

	client := oidctest.Browse(t)
	if response, text := oidctest.Prove(t, client, e.url+"/session/oidc", "zhang"); response.Request.URL.Path != "/" {
		t.Fatalf("%d at %s: %s", response.StatusCode, response.Request.URL, text)
	}
	if got := e.who(t, client); got != "zhang DISTRICT_ADMIN" { // the token claims to be of a city admin
		t.Errorf("signed in as %q", got)
	}

	stranger := oidctest.Browse(t)
	if response, text := oidctest.Prove(t, stranger, e.url+"/session/oidc", "li"); response.StatusCode != http.StatusForbidden || !strings.Contains(text, "没有与之绑定的帐号") {
		t.Errorf("%d %s", response.StatusCode, text)
	}
	if got := e.who(t, stranger); got != "" {
		t.Errorf("somebody without an account came in as %q", got)
	}
	if said := e.refusals(t); !strings.Contains(said, "SIGN_IN FORBIDDEN 统一身份“staff-li”没有绑定帐号") {
		t.Errorf("the audit says %q", said)
	}

	t.Run("another browser cannot end what one has begun", func(t *testing.T) {
		// A browser that does not follow the last step keeps the answer for another.
		victim, thief := oidctest.Browse(t), oidctest.Browse(t)
		var answer string
		thief.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
			if r.URL.Path == callbackPath {
				answer = r.URL.String()
				return http.ErrUseLastResponse
			}
			return nil
		}
		oidctest.Prove(t, thief, e.url+"/session/oidc", "zhang")
		if answer == "" {
			t.Fatal("no answer was on its way back")
		}
		if response, _ := oidctest.Get(t, victim, answer); response.StatusCode != http.StatusUnauthorized || e.who(t, victim) != "" {
			t.Errorf("a sign-in is taken over: %d", response.StatusCode)
		}
		forged, err := url.Parse(answer)
		if err != nil {
			t.Fatal(err)
		}
		query := forged.Query()
		query.Set("state", query.Get("state")+"x")
		forged.RawQuery = query.Encode()
		if response, _ := oidctest.Get(t, thief, forged.String()); response.StatusCode != http.StatusUnauthorized || e.who(t, thief) != "" {
			t.Errorf("another state is taken: %d", response.StatusCode)
		}
		if response, _ := oidctest.Get(t, thief, answer); response.StatusCode != http.StatusUnauthorized || e.who(t, thief) != "" {
			t.Errorf("a sign-in is ended twice: %d", response.StatusCode)
		}
	})
}

// falseProvider says what a test has it say.
type falseProvider struct {
	url   string
	key   *rsa.PrivateKey
	said  url.Values // what the browser was sent with
	token func(claims map[string]any)
	sign  *rsa.PrivateKey // another one than it publishes
}

func newFalseProvider(t *testing.T) *falseProvider {
	t.Helper()
	p := &falseProvider{}
	var err error
	if p.key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	b64 := base64.RawURLEncoding
	mux := http.NewServeMux()
	tell := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		tell(w, map[string]any{"issuer": p.url, "authorization_endpoint": p.url + "/auth", "token_endpoint": p.url + "/token", "jwks_uri": p.url + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		tell(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": b64.EncodeToString(p.key.N.Bytes()), "e": b64.EncodeToString(big.NewInt(int64(p.key.E)).Bytes())}}})
	})
	mux.HandleFunc("/auth", func(w http.ResponseWriter, r *http.Request) {
		p.said = r.URL.Query()
		back := p.said.Get("redirect_uri") + "?" + url.Values{"code": {"示例码"}, "state": {p.said.Get("state")}}.Encode()
		http.Redirect(w, r, back, http.StatusFound)
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		verifier := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if p.said.Get("code_challenge_method") != "S256" || b64.EncodeToString(verifier[:]) != p.said.Get("code_challenge") {
			w.WriteHeader(http.StatusBadRequest)
			tell(w, map[string]any{"error": "invalid_grant"})
			return
		}
		claims := map[string]any{"iss": p.url, "sub": "staff-zhang", "aud": "concord", "nonce": p.said.Get("nonce"), "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()}
		p.token(claims)
		header, _ := json.Marshal(map[string]any{"alg": "RS256", "kid": "1"})
		body, _ := json.Marshal(claims)
		text := b64.EncodeToString(header) + "." + b64.EncodeToString(body)
		digest := sha256.Sum256([]byte(text))
		key := p.key
		if p.sign != nil {
			key = p.sign
		}
		signature, _ := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
		tell(w, map[string]any{"access_token": "示例", "token_type": "Bearer", "id_token": text + "." + b64.EncodeToString(signature)})
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	p.url = s.URL
	return p
}

// A provider's word counts only when it is its own, for us, for this sign-in and
// in time.
func TestWordsOfProvidersAreVerified(t *testing.T) {
	p := newFalseProvider(t)
	e := openEntrance(t, func(string) auth.ProviderConfig {
		return auth.ProviderConfig{Issuer: p.url, ClientID: "concord", Secret: "example-client-secret-0123456789"}
	})
	foreign, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		token func(map[string]any)
		sign  *rsa.PrivateKey
		in    bool
	}{
		{"as it should be", func(map[string]any) {}, nil, true},
		{"another nonce", func(c map[string]any) { c["nonce"] = "other" }, nil, false},
		{"no nonce", func(c map[string]any) { delete(c, "nonce") }, nil, false},
		{"another issuer", func(c map[string]any) { c["iss"] = "https://example.com" }, nil, false},
		{"for another client", func(c map[string]any) { c["aud"] = "other" }, nil, false},
		{"expired", func(c map[string]any) { c["exp"] = time.Now().Add(-time.Hour).Unix() }, nil, false},
		{"signed by somebody else", func(map[string]any) {}, foreign, false},
		{"without a name", func(c map[string]any) { delete(c, "sub") }, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p.token, p.sign = c.token, c.sign
			client := oidctest.Browse(t)
			response, text := oidctest.Get(t, client, e.url+"/session/oidc")
			in := e.who(t, client) == "zhang DISTRICT_ADMIN"
			if in != c.in {
				t.Errorf("in: %v, %d %s", in, response.StatusCode, text)
			}
			if !c.in && (response.StatusCode != http.StatusUnauthorized || !strings.Contains(text, "没有通过核验")) {
				t.Errorf("%d %s", response.StatusCode, text)
			}
		})
	}
	if said := e.refusals(t); strings.Count(said, "SIGN_IN UNAUTHENTICATED") != 7 {
		t.Errorf("the audit says %q", said)
	}
	for _, secret := range []string{"example-client-secret-0123456789", "示例码", p.said.Get("state"), p.said.Get("nonce")} {
		if strings.Contains(e.log.String(), secret) {
			t.Errorf("%q stands in the log", secret)
		}
	}
}

// Without a provider, and with one that does not answer, one is told so.
func TestProvidersThatAreNotThere(t *testing.T) {
	s, _, _, _ := open(t, nil)
	if w := serve(s, request(http.MethodGet, "/session/oidc", "")); w.Code != http.StatusNotFound {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	e := openEntrance(t, func(string) auth.ProviderConfig {
		return auth.ProviderConfig{Issuer: gone.URL, ClientID: "concord", Secret: "example-client-secret-0123456789"}
	})
	if response, text := oidctest.Get(t, oidctest.Browse(t), e.url+"/session/oidc"); response.StatusCode != http.StatusServiceUnavailable || !strings.Contains(text, "暂时连不上") {
		t.Errorf("%d %s", response.StatusCode, text)
	}
	for _, issuer := range []string{"http://sso.example.gov.cn", "sso.example.gov.cn", ""} {
		if _, err := auth.NewProvider(auth.ProviderConfig{Issuer: issuer, ClientID: "concord", Secret: "x"}, nil); hub.CodeOf(err) != hub.CodeInvalid {
			t.Errorf("%q is taken for a provider", issuer)
		}
	}
}
