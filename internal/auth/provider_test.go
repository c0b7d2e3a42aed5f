package auth

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"concord/internal/hub"
)

// TestSignInsThatStrangersBegin begins more than anybody could remember: the first one
// still ends, in the browser that began it and in time.
func TestSignInsThatStrangersBegin(t *testing.T) {
	asked, there := 0, false
	mux := http.NewServeMux()
	var issuer string
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		asked++
		if !there {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"issuer": %q, "authorization_endpoint": %[1]q, "token_endpoint": %[1]q, "jwks_uri": %[1]q}`, issuer)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	issuer = server.URL
	now := time.Date(2025, 6, 15, 2, 0, 0, 0, time.UTC)
	door := &Door{secrets: Secrets{rand.Reader}, now: func() time.Time { return now }}
	p, err := NewProvider(ProviderConfig{Issuer: issuer, ClientID: "concord", Secret: "x"}, door)
	if err != nil {
		t.Fatal(err)
	}

	for range 10 {
		if _, _, err := p.Begin(t.Context(), "http://127.0.0.1/x"); hub.CodeOf(err) != hub.CodeBusy {
			t.Errorf("a provider that does not answer: %v", err)
		}
	}
	if asked != 1 {
		t.Errorf("a provider that does not answer was asked %d times", asked)
	}
	there, now = true, now.Add(rest)

	_, browser, err := p.Begin(t.Context(), "http://127.0.0.1/first")
	if err != nil {
		t.Fatal(err)
	}
	for range 2000 {
		if _, other, err := p.Begin(t.Context(), "http://127.0.0.1/x"); err != nil || other == browser {
			t.Fatal(other, err)
		}
	}
	if b, ok := p.begun(browser); !ok || b.Redirect != "http://127.0.0.1/first" || b.State == "" {
		t.Errorf("the first: %+v %v", b, ok)
	}
	for _, other := range []string{"", "x", browser[:len(browser)-4], browser[:20] + "AAAA" + browser[24:]} {
		if _, ok := p.begun(other); ok {
			t.Errorf("%.30q is taken for what we sealed", other)
		}
	}
	now = now.Add(pendingTerm)
	if _, ok := p.begun(browser); ok {
		t.Error("it ends when its time is over")
	}
}
