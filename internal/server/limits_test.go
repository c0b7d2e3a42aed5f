package server

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"concord/internal/auth"
	"concord/internal/hub"
)

// clock is a time that tests move.
type clock struct{ now time.Time }

func (c *clock) pass(d time.Duration) { c.now = c.now.Add(d) }

func codeOf(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var answer struct {
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	if len(answer.Errors) == 0 {
		return ""
	}
	return answer.Errors[0].Extensions.Code
}

func TestRateLimits(t *testing.T) {
	at := &clock{time.Date(2025, 6, 15, 2, 0, 0, 0, time.UTC)}
	s, key, _, _ := open(t, func(c *Config) {
		c.Now = func() time.Time { return at.now }
		c.Tuning.Rates = RateLimits{Caller: Rate{100, 1000}, Address: Rate{100, 300}}
		c.Tuning.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	})
	ask := func(query string, headers ...string) *httptest.ResponseRecorder {
		t.Helper()
		r := request("POST", "/graphql", `{"query":"`+query+`"}`, headers...)
		for i := 0; i+1 < len(headers); i += 2 {
			if headers[i] == "from" {
				r.RemoteAddr = headers[i+1]
			}
		}
		return serve(s, r)
	}
	const cheap = "{ viewer { id } }" // 100 + 2 points
	for i := range 2 {
		if w := ask(cheap); w.Code != 200 || codeOf(t, w) != "" {
			t.Fatalf("%d: %s", i, w.Body)
		}
	}
	w := ask(cheap)
	if w.Code != 429 || codeOf(t, w) != "RATE_LIMITED" || w.Header().Get("Retry-After") != "1" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if w := ask(cheap, "from", "192.0.2.77:9"); w.Code != 200 {
		t.Errorf("another address: %s", w.Body)
	}
	if w := ask(cheap, "Authorization", "Bearer "+key); w.Code != 200 {
		t.Errorf("a key, of the same address: %s", w.Body)
	}
	at.pass(2 * time.Second)
	if w := ask(cheap); w.Code != 200 {
		t.Errorf("after two seconds: %s", w.Body)
	}

	// An operation that costs more than is left is not run, and says for how long.
	if w := ask(cheap, "from", "192.0.2.78:9"); w.Code != 200 {
		t.Errorf("%s", w.Body)
	}
	w = ask("{ mediators(first: 100) { nodes { id } } }", "from", "192.0.2.78:9") // 100 + 201 points of 198
	if w.Code != 429 || w.Header().Get("Retry-After") != "2" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}

	// What is left is said.
	w = ask("{ rateLimit { per limit perSecond remaining resetAt } }", "Authorization", "Bearer "+key)
	const left = `{"rateLimit":{"per":"CALLER","limit":1000,"perSecond":100,"remaining":894,"resetAt":"2025-06-15T02:00:03.060Z"}}`
	if !strings.Contains(w.Body.String(), left) {
		t.Errorf("%s, want %s", w.Body, left)
	}

	// Whoever tries keys pays more than one who asks, and has them refused soon.
	for i, want := range []int{401, 429, 429} {
		if w := ask(cheap, "from", "192.0.2.79:9", "Authorization", "Bearer "+key[:20]+"aa"+key[22:]); w.Code != want {
			t.Errorf("wrong key %d: %d %s", i+1, w.Code, w.Body)
		}
	}
	if w := ask(cheap, "from", "192.0.2.79:9"); w.Code != 429 {
		t.Errorf("after wrong keys: %d", w.Code)
	}
	if w := ask(cheap, "from", "192.0.2.79:9", "Authorization", "Bearer "+key); w.Code != 200 {
		t.Errorf("a good key, from where wrong ones were tried: %s", w.Body)
	}

	// Proxies that are trusted say for whom they ask, others do not.
	for i := range 9 {
		if w := ask(cheap, "from", "10.1.1.1:9", "X-Forwarded-For", fmt.Sprintf("6.6.6.6, 198.51.100.%d, 10.2.2.2", i)); w.Code != 200 {
			t.Errorf("%d: %s", i, w.Body)
		}
	}
	refused := 0
	for i := range 9 {
		if w := ask(cheap, "from", "192.0.2.80:9", "X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i)); w.Code == 429 {
			refused++
		}
	}
	if refused == 0 {
		t.Error("anybody's X-Forwarded-For is believed")
	}
	// One network of IPv6 is one address.
	for i := range 3 {
		w = ask(cheap, "from", fmt.Sprintf("[2001:db8::%d]:9", i))
	}
	if w.Code != 429 {
		t.Error("every address of a network has a limit of its own")
	}
}

func TestBucketsAreBounded(t *testing.T) {
	s, _, _, _ := open(t, func(c *Config) { c.Tuning.Rates.Address = Rate{1, 1} })
	for i := range mostBuckets + 100 {
		b := &budget{rates: s.rates, who: fmt.Sprint(i)}
		_ = b.Spend(1)
	}
	if len(s.rates.of) != mostBuckets || s.rates.recent.Len() != mostBuckets {
		t.Errorf("%d buckets", len(s.rates.of))
	}
}

// TestPersistedQueries goes through the exchange of Apollo's clients.
func TestPersistedQueries(t *testing.T) {
	s, _, _, _ := open(t, nil)
	const query, wrong = "{ viewer { role } }", "{ nobody }"
	by := func(query, hash string) *httptest.ResponseRecorder {
		entry := ""
		if query != "" {
			entry = `"query":"` + query + `",`
		}
		return serve(s, request("POST", "/graphql", `{`+entry+`"extensions":{"persistedQuery":{"version":1,"sha256Hash":"`+hash+`"}}}`))
	}
	w := by("", hashOf(query))
	if codeOf(t, w) != "PERSISTED_QUERY_NOT_FOUND" || !strings.Contains(w.Body.String(), "PersistedQueryNotFound") {
		t.Errorf("unknown: %s", w.Body)
	}
	if w := by(query, hashOf(wrong)); codeOf(t, w) != "INVALID" {
		t.Errorf("another's hash: %s", w.Body)
	}
	if w := by(wrong, hashOf(wrong)); codeOf(t, w) != "INVALID" {
		t.Errorf("a wrong document: %s", w.Body)
	}
	if w := by("", hashOf(wrong)); codeOf(t, w) != "PERSISTED_QUERY_NOT_FOUND" {
		t.Errorf("a wrong document was kept: %s", w.Body)
	}
	if w := by(query, hashOf(query)); codeOf(t, w) != "" {
		t.Errorf("%s", w.Body)
	}
	if w := by("", hashOf(query)); !strings.Contains(w.Body.String(), "ANONYMOUS") {
		t.Errorf("by its hash: %s", w.Body)
	}
	get := "/graphql?extensions=" + url.QueryEscape(`{"persistedQuery":{"version":1,"sha256Hash":"`+hashOf(query)+`"}}`)
	if w := serve(s, request("GET", get, "")); !strings.Contains(w.Body.String(), "ANONYMOUS") {
		t.Errorf("by GET: %s", w.Body)
	}
	for i := range 2000 { // what is kept is bounded
		s.persisted.add(fmt.Sprint(i), strings.Repeat("x", 10_000))
	}
	if s.persisted.bytes > mostPersisted || s.persisted.recent.Len() != len(s.persisted.byHash) {
		t.Errorf("%d bytes", s.persisted.bytes)
	}
}

// A key that is bound to documents asks them, by text or by hash, and nothing else, by
// no way in.
func TestKeysBoundToDocuments(t *testing.T) {
	s, free, _, _ := open(t, nil)
	const trusted, other = "{ viewer { role } }", "{ viewer { id } }"
	bound, _, err := auth.Issue(t.Context(), s.config.Hub, hub.System, hub.APIKey{Name: "示例绑定", Role: hub.RoleCityAdmin, Documents: []string{strings.ToUpper(hashOf(trusted))}}, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(key, query, hash string) *httptest.ResponseRecorder {
		body, _ := json.Marshal(map[string]any{"query": query, "extensions": map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hash}}})
		return serve(s, request("POST", "/graphql", string(body), "Authorization", "Bearer "+key))
	}
	for name, try := range map[string]struct{ key, query, hash, want string }{
		"another document":              {bound, other, hashOf(other), "DOCUMENT_NOT_TRUSTED"},
		"nearly the same":               {bound, trusted + " ", hashOf(trusted + " "), "DOCUMENT_NOT_TRUSTED"},
		"a document that is none":       {bound, "{", hashOf("{"), "DOCUMENT_NOT_TRUSTED"},
		"the hash of another":           {bound, other, hashOf(trusted), "INVALID"},
		"a hash that nobody has sent":   {bound, "", hashOf("x"), "PERSISTED_QUERY_NOT_FOUND"},
		"the document":                  {bound, trusted, hashOf(trusted), ""},
		"another, with another's key":   {free, other, hashOf(other), ""},
		"the document with another key": {free, trusted, hashOf(trusted), ""},
	} {
		if w := ask(try.key, try.query, try.hash); codeOf(t, w) != try.want || try.want == "" && !strings.Contains(w.Body.String(), `"data"`) {
			t.Errorf("%s: %s", name, w.Body)
		}
	}
	if w := ask(bound, "", hashOf(trusted)); codeOf(t, w) != "" {
		t.Errorf("by its hash: %s", w.Body)
	}
	if w := ask(bound, "", hashOf(other)); codeOf(t, w) != "DOCUMENT_NOT_TRUSTED" { // which the free key had it keep
		t.Errorf("another by its hash: %s", w.Body)
	}
	for _, r := range []*http.Request{request("GET", "/exports/mediators.csv", ""), request("GET", "/sheets/imp_1/report.csv", ""), request("POST", "/sheets?kind=mediators", "x")} {
		r.Header.Set("Authorization", "Bearer "+bound)
		if w := serve(s, r); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "DOCUMENT_NOT_TRUSTED") {
			t.Errorf("%s: %d %s", r.URL.Path, w.Code, w.Body)
		}
	}
	p := dial(t, listening(t, s), socketProtocol)
	p.say(`{"type":"connection_init","payload":{"Authorization":"Bearer `+bound+`"}}`, follows)
	expectHeard(t, p, `{"type":"connection_ack"}`)
	if heard := p.hear(); !strings.Contains(heard, "DOCUMENT_NOT_TRUSTED") {
		t.Errorf("by a socket: %s", heard)
	}
}

// TestForgedRequests are those that a page of another site has a browser send.
func TestForgedRequests(t *testing.T) {
	const ours = "https://hr.example.gov.cn"
	s, key, _, _ := open(t, func(c *Config) { c.Tuning.Origins = []string{ours} })
	get := "/graphql?query=" + url.QueryEscape("{viewer{id}}")
	for _, c := range []struct {
		name, method string
		headers      []string
		status       int
	}{
		{"a link", "GET", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"a subdomain", "GET", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"a script of an older browser", "GET", []string{"Origin", "https://elsewhere.example"}, 403},
		{"an event stream", "GET", []string{"Sec-Fetch-Site", "cross-site", "Accept", "text/event-stream"}, 403},
		{"a form", "POST", []string{"Sec-Fetch-Site", "cross-site", "Content-Type", "text/plain"}, 403},
		{"a form with files", "POST", []string{"Sec-Fetch-Site", "cross-site", "Content-Type", "multipart/form-data; boundary=x"}, 403},
		{"JSON, after a preflight", "POST", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://elsewhere.example"}, 200},
		{"a header that needs a preflight", "GET", []string{"Sec-Fetch-Site", "cross-site", "Apollo-Require-Preflight", "1"}, 200},
		{"with a key", "GET", []string{"Sec-Fetch-Site", "cross-site", "Authorization", "Bearer " + key}, 200},
		{"a configured origin", "GET", []string{"Sec-Fetch-Site", "cross-site", "Origin", ours}, 200},
		{"our page", "GET", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"our page, older browser", "GET", []string{"Origin", "http://example.com"}, 200},
		{"typed in", "GET", []string{"Sec-Fetch-Site", "none"}, 200},
		{"a program", "GET", nil, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			target, body := get, ""
			if c.method == "POST" {
				target, body = "/graphql", whoami
			}
			if w := serve(s, request(c.method, target, body, c.headers...)); w.Code != c.status || (c.status == 403) != (strings.Contains(w.Body.String(), "FORBIDDEN")) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}

func TestSchemaCanBeClosed(t *testing.T) {
	s, key, _, _ := open(t, func(c *Config) { c.Tuning.Limits.ClosedSchema = true })
	for _, query := range []string{"{ __schema { queryType { name } } }", `query($n: String!) { t: __type(name: $n) { name } }`, "{ ...f } fragment f on Query { __schema { types { name } } }"} {
		body := `{"query":` + fmt.Sprintf("%q", query) + `,"variables":{"n":"Query"}}`
		if w := serve(s, request("POST", "/graphql", body)); codeOf(t, w) != "FORBIDDEN" {
			t.Errorf("anonymous: %s", w.Body)
		}
		if !strings.Contains(query, "$n") {
			if w := serve(s, request("POST", "/graphql", strings.Replace(body, `,"variables":{"n":"Query"}`, "", 1), "Authorization", "Bearer "+key)); codeOf(t, w) != "" {
				t.Errorf("with a key: %s", w.Body)
			}
		}
	}
	if w := serve(s, request("POST", "/graphql", `{"query":"{ __typename viewer { __typename } }"}`)); codeOf(t, w) != "" {
		t.Errorf("names of types: %s", w.Body)
	}
}
