package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"concord/graph"
	"concord/internal/auth"
	"concord/internal/boltstore"
	"concord/internal/hub"
	"concord/internal/sheetfiles"
	"concord/internal/vault"
	"concord/seeds"
	"concord/web"
)

// lines is a log that several goroutines write.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// indexAt is a searcher that has reached a revision.
type indexAt struct {
	hub.Searcher
	revision hub.Revision
}

func (i *indexAt) Revision() hub.Revision { return i.revision }

// open returns a server over a hub that holds one key and nothing else.
func open(t testing.TB, change func(*Config)) (s *Server, key string, log *lines, index *indexAt) {
	t.Helper()
	store, err := boltstore.Open(t.TempDir(), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return openOver(t, store, change)
}

// openOver is open over a given store.
func openOver(t testing.TB, store *boltstore.Store, change func(*Config)) (s *Server, key string, log *lines, index *indexAt) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	reference, err := hub.LoadReference(seeds.FS)
	must(err)
	vocabulary, err := hub.LoadVocabulary(seeds.FS)
	must(err)
	keeper, err := vault.New(bytes.Repeat([]byte{1}, vault.KeySize), rand.Reader)
	must(err)
	index = &indexAt{}
	sheets, err := sheetfiles.Open(t.TempDir(), 1<<20)
	must(err)
	h := hub.New(hub.Config{Sheets: sheets, Store: store, Reference: reference, Vocabulary: vocabulary, Vault: keeper, Searcher: index, Secrets: auth.Secrets{Random: rand.Reader}})
	key, _, err = auth.Issue(t.Context(), h, hub.System, hub.APIKey{Name: "示例", Role: hub.RoleCityAdmin}, strings.NewReader(strings.Repeat("k", 64)))
	must(err)
	log = &lines{}
	c := Config{Hub: h, Sheets: sheets, Log: slog.New(slog.NewJSONHandler(log, nil)), RequestID: func() string { return "made-1" }}
	if change != nil {
		change(&c)
	}
	return New(c), key, log, index
}

const whoami = `{"query":"query Who { viewer { id role } }"}`

func request(method, target, body string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func serve(s http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// TestGraphQLOverHTTP holds the transport to the GraphQL over HTTP specification.
func TestGraphQLOverHTTP(t *testing.T) {
	s, key, _, _ := open(t, func(c *Config) { c.Tuning.MaxBody = 4 << 10 })
	const response, plain = "application/graphql-response+json", "application/json"
	for _, c := range []struct {
		name, method, target, body string
		headers                    []string
		status                     int
		media                      string
		code                       string // of the error, "" for none
		data                       bool
	}{
		{"POST", "POST", "/graphql", whoami, nil, 200, plain, "", true},
		{"POST for a response", "POST", "/graphql", whoami, []string{"Accept", response}, 200, response, "", true},
		{"POST by preference", "POST", "/graphql", whoami, []string{"Accept", response + ", " + plain + ";q=0.9"}, 200, response, "", true},
		{"POST by preference reversed", "POST", "/graphql", whoami, []string{"Accept", response + ";q=0.5, " + plain}, 200, plain, "", true},
		{"POST for anything", "POST", "/graphql", whoami, []string{"Accept", "*/*"}, 200, plain, "", true},
		{"POST for pictures", "POST", "/graphql", whoami, []string{"Accept", "image/png"}, 406, plain, "INVALID", false},
		{"POST with charset", "POST", "/graphql", whoami, []string{"Content-Type", "application/json; charset=UTF-8"}, 200, plain, "", true},
		{"POST in another charset", "POST", "/graphql", whoami, []string{"Content-Type", "application/json; charset=utf-16"}, 415, plain, "INVALID", false},
		{"POST of a form", "POST", "/graphql", "query={viewer{id}}", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, plain, "INVALID", false},
		{"POST of files", "POST", "/graphql", "--x--", []string{"Content-Type", "multipart/form-data; boundary=x"}, 415, plain, "INVALID", false},
		{"POST without a type", "POST", "/graphql", whoami, []string{"Content-Type", ""}, 415, plain, "INVALID", false},
		{"POST of broken JSON", "POST", "/graphql", `{"query":"{`, nil, 400, plain, "INVALID", false},
		{"POST of two values", "POST", "/graphql", whoami + whoami, nil, 400, plain, "INVALID", false},
		{"POST with something behind", "POST", "/graphql", whoami + "x", nil, 400, plain, "INVALID", false},
		{"POST of a list", "POST", "/graphql", "[" + whoami + "]", nil, 400, plain, "INVALID", false},
		{"POST of bytes", "POST", "/graphql", "{\"query\":\"{ viewer { id } } #\xff\"}", nil, 400, plain, "INVALID", false},
		{"POST without a query", "POST", "/graphql", `{"operationName":"Who"}`, nil, 400, plain, "INVALID", false},
		{"POST of an empty query", "POST", "/graphql", `{"query":" "}`, nil, 400, plain, "INVALID", false},
		{"POST of a query that is a number", "POST", "/graphql", `{"query":7}`, nil, 400, plain, "INVALID", false},
		{"POST with variables that are a list", "POST", "/graphql", `{"query":"{viewer{id}}","variables":[1]}`, nil, 400, plain, "INVALID", false},
		{"POST with null variables", "POST", "/graphql", `{"query":"{viewer{id}}","variables":null,"operationName":null}`, nil, 200, plain, "", true},
		{"POST too large", "POST", "/graphql", `{"query":"` + strings.Repeat(" ", 5<<10) + `"}`, nil, 413, plain, "INVALID", false},
		{"POST of a wrong document", "POST", "/graphql", `{"query":"{ nobody }"}`, nil, 200, plain, "INVALID", false},
		{"POST of a wrong document for a response", "POST", "/graphql", `{"query":"{ nobody }"}`, []string{"Accept", response}, 400, response, "INVALID", false},
		{"POST of one operation among several", "POST", "/graphql", `{"query":"query A {viewer{id}} query B {viewer{id}}","operationName":"B"}`, nil, 200, plain, "", true},
		{"POST of several without saying which", "POST", "/graphql", `{"query":"query A {viewer{id}} query B {viewer{id}}"}`, []string{"Accept", response}, 400, response, "INVALID", false},
		{"field error", "POST", "/graphql", `{"query":"{ node(id: \"x\") { id } }"}`, []string{"Accept", response}, 200, response, "INVALID", true},
		{"GET", "GET", "/graphql?query=" + url.QueryEscape("{viewer{id}}"), "", nil, 200, plain, "", true},
		{"GET with variables", "GET", "/graphql?query=" + url.QueryEscape("query($i:ID!){node(id:$i){id}}") + "&variables=" + url.QueryEscape(`{"i":"med_1"}`), "", nil, 200, plain, "", true},
		{"GET with broken variables", "GET", "/graphql?query=" + url.QueryEscape("{viewer{id}}") + "&variables=x", "", nil, 400, plain, "INVALID", false},
		{"GET of nothing", "GET", "/graphql", "", nil, 400, plain, "INVALID", false},
		{"GET of a mutation", "GET", "/graphql?query=" + url.QueryEscape(`mutation{endSession(input:{id:"ses_1",reason:"x",idempotencyKey:"x"}){revision}}`), "", []string{"Accept", response}, 405, response, "INVALID", false},
		{"PUT", "PUT", "/graphql", whoami, nil, 405, plain, "INVALID", false},
		{"with a key", "POST", "/graphql", whoami, []string{"Authorization", "Bearer " + key}, 200, plain, "", true},
		{"with a wrong key", "POST", "/graphql", whoami, []string{"Authorization", "Bearer " + key[:20] + "aa" + key[22:]}, 401, plain, "UNAUTHENTICATED", false},
		{"with a password", "POST", "/graphql", whoami, []string{"Authorization", "Basic eDp5"}, 401, plain, "UNAUTHENTICATED", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := serve(s, request(c.method, c.target, c.body, c.headers...))
			if w.Code != c.status {
				t.Errorf("status %d, want %d: %s", w.Code, c.status, w.Body)
			}
			if got := w.Header().Get("Content-Type"); got != c.media+"; charset=utf-8" {
				t.Errorf("Content-Type %q, want %s", got, c.media)
			}
			var answer struct {
				Data   json.RawMessage
				Errors []struct {
					Message    string
					Extensions struct{ Code string }
				}
			}
			if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
				t.Fatalf("%v: %s", err, w.Body)
			}
			if got := bytes.Contains(w.Body.Bytes(), []byte(`"data"`)); got != c.data {
				t.Errorf("a data entry: %v, want %v: %s", got, c.data, w.Body)
			}
			code := ""
			if len(answer.Errors) > 0 {
				code = answer.Errors[0].Extensions.Code
			}
			if code != c.code {
				t.Errorf("code %q, want %q: %s", code, c.code, w.Body)
			}
			allow := ""
			if c.status == http.StatusMethodNotAllowed {
				allow = map[string]string{"GET": "POST", "PUT": "GET, POST"}[c.method]
			}
			if got := w.Header().Get("Allow"); got != allow {
				t.Errorf("Allow %q, want %q", got, allow)
			}
			if (w.Header().Get("WWW-Authenticate") != "") != (w.Code == http.StatusUnauthorized) {
				t.Errorf("WWW-Authenticate %q with status %d", w.Header().Get("WWW-Authenticate"), w.Code)
			}
			if kept := w.Header().Get("Cache-Control"); kept != "no-store" && (kept != "private, no-cache" || w.Header().Get("ETag") == "") {
				t.Errorf("Cache-Control %q, though the answer has no tag", kept)
			}
		})
	}
	t.Run("a browser is led to the explorer", func(t *testing.T) {
		w := serve(s, request("GET", "/graphql", "", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8"))
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/explorer/" {
			t.Errorf("%d to %q", w.Code, w.Header().Get("Location"))
		}
	})
}

func TestLogHoldsNoSecrets(t *testing.T) {
	s, key, log, _ := open(t, nil)
	const number = "11010519491231002X"
	body := `{"query":"query Who($n: String!) { verifyListing(input: {name: \"张示例\", identityNumber: $n}) { listed } }","operationName":"Who","variables":{"n":"` + number + `"}}`
	serve(s, request("POST", "/graphql", body, "Authorization", "Bearer "+key, "X-Request-Id", "from-proxy.7"))
	serve(s, request("GET", "/graphql?query="+url.QueryEscape(`{ verifyListing(input: {name: "张示例", identityNumber: "`+number+`"}) { listed } }`), "", "X-Request-Id", "bad id\n"))
	var entries []map[string]any
	for line := range strings.Lines(log.String()) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatal(err)
		}
		if entry["msg"] == "request" {
			entries = append(entries, entry)
		}
	}
	if len(entries) != 2 {
		t.Fatalf("%d entries: %s", len(entries), log)
	}
	if e := entries[0]; e["id"] != "from-proxy.7" || e["caller"] != "key_1" || e["operation"] != "Who" || e["path"] != "/graphql" || e["status"] != 200.0 {
		t.Errorf("logged %v", e)
	}
	if e := entries[1]; e["id"] != "made-1" || e["caller"] != "anonymous" {
		t.Errorf("logged %v", e)
	}
	for _, secret := range []string{key, key[12:40], number, "张示例", "identityNumber"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

func TestRequestIDIsReturned(t *testing.T) {
	s, _, _, _ := open(t, nil)
	if got := serve(s, request("GET", "/healthz", "")).Header().Get("X-Request-Id"); got != "made-1" {
		t.Errorf("request id %q", got)
	}
}

func TestReadiness(t *testing.T) {
	s, _, _, index := open(t, nil) // the hub holds one change: the key
	if w := serve(s, request("GET", "/healthz", "")); w.Code != 200 {
		t.Errorf("healthz: %d", w.Code)
	}
	if w := serve(s, request("GET", "/readyz", "")); w.Code != 503 || !strings.Contains(w.Body.String(), "追赶") {
		t.Errorf("index behind: %d %s", w.Code, w.Body)
	}
	index.revision = 1
	if w := serve(s, request("GET", "/readyz", "")); w.Code != 200 || !strings.Contains(w.Body.String(), `"indexRevision":1`) {
		t.Errorf("index there: %d %s", w.Code, w.Body)
	}
}

func TestPages(t *testing.T) {
	s, _, _, _ := open(t, nil)
	t.Run("the application at every path of a page, with its own nonce", func(t *testing.T) {
		for _, path := range []string{"/", "/experts", "/mediators/med_1", "/nowhere"} {
			w := serve(s, request("GET", path, "", "Accept", "text/html,*/*;q=0.8"))
			if !web.Built() {
				if w.Code != 503 || !strings.Contains(w.Body.String(), "make build") {
					t.Errorf("%s unbuilt: %d", path, w.Code)
				}
				continue
			}
			policy := w.Header().Get("Content-Security-Policy")
			_, rest, _ := strings.Cut(policy, "'nonce-")
			nonce, _, _ := strings.Cut(rest, "'")
			if w.Code != 200 || nonce == "" || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "default-src 'none'; script-src 'self';") ||
				!strings.Contains(w.Body.String(), `nonce="`+nonce+`"`) || strings.Contains(w.Body.String(), web.Nonce) {
				t.Errorf("%s: %d %q", path, w.Code, policy)
			}
			if again := serve(s, request("GET", path, "", "Accept", "text/html")).Header().Get("Content-Security-Policy"); again == policy {
				t.Errorf("%s: the same nonce twice", path)
			}
		}
	})
	t.Run("files in the encoding that the client takes", func(t *testing.T) {
		if !web.Built() {
			t.Skip("the pages are not built: make build")
		}
		_, rest, _ := strings.Cut(serve(s, request("GET", "/", "")).Body.String(), ` src="`)
		script, _, _ := strings.Cut(rest, `"`)
		for takes, want := range map[string]string{"gzip, deflate, br": "br", "gzip, br;q=0": "gzip", "gzip;q=0.5": "gzip", "": ""} {
			w := serve(s, request("GET", script, "", "Accept-Encoding", takes))
			h := w.Header()
			if w.Code != 200 || h.Get("Content-Encoding") != want || !strings.HasPrefix(h.Get("Content-Type"), "text/javascript") || !strings.Contains(h.Get("Cache-Control"), "immutable") {
				t.Errorf("%q: %d %v", takes, w.Code, h)
			}
		}
	})
	t.Run("explorer", func(t *testing.T) {
		w := serve(s, request("GET", "/explorer/", ""))
		want := 200
		if !web.Built() {
			want = 503
		}
		if w.Code != want || w.Header().Get("Content-Security-Policy") != web.ExplorerPolicy {
			t.Errorf("%d %v", w.Code, w.Header())
		}
	})
	t.Run("explorer's files are kept by browsers, its page is asked for again", func(t *testing.T) {
		if !web.Built() {
			t.Skip("the pages are not built: make build")
		}
		page := serve(s, request("GET", "/explorer/", ""))
		if page.Header().Get("Cache-Control") != "no-cache" {
			t.Errorf("page: %v", page.Header())
		}
		_, rest, _ := strings.Cut(page.Body.String(), `src="`)
		script, _, _ := strings.Cut(rest, `"`)
		if w := serve(s, request("GET", script, "")); w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", script, w.Code, w.Header())
		}
	})
	for _, path := range []string{"/nothing", "/assets/nothing.js", "/explorer/nothing", "/explorer/../../go.mod"} {
		if w := serve(s, request("GET", path, "")); w.Code == 200 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestCrossOrigin(t *testing.T) {
	preflight := func(s *Server, origin, headers string) http.Header {
		return serve(s, request("OPTIONS", "/graphql", "", "Origin", origin,
			"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", headers)).Header()
	}
	const ours = "https://hr.example.gov.cn"
	s, _, _, _ := open(t, func(c *Config) { c.Tuning.Origins = []string{ours} })
	for _, headers := range []string{"authorization,content-type", "apollo-require-preflight", "if-none-match", "x-request-id"} {
		if h := preflight(s, ours, headers); h.Get("Access-Control-Allow-Origin") != ours {
			t.Errorf("configured origin, with %s: %v", headers, h)
		}
	}
	if h := preflight(s, ours, "x-anything"); h.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("a header that nobody reads: %v", h)
	}
	for _, origin := range []string{ours, "https://elsewhere.example"} {
		h := serve(s, request("POST", "/graphql", whoami, "Origin", origin)).Header()
		if allowed := h.Get("Access-Control-Allow-Origin"); (allowed == ours) != (origin == ours) || origin != ours && allowed != "" {
			t.Errorf("%s is answered with %v", origin, h)
		}
		// What one origin was answered must not be kept for another, nor what one key was.
		if vary := strings.Join(h.Values("Vary"), ", "); !strings.Contains(vary, "Origin") || !strings.Contains(vary, "Authorization") {
			t.Errorf("Vary %q", vary)
		}
		if exposed := h.Get("Access-Control-Expose-Headers"); origin == ours && (!strings.Contains(strings.ToLower(exposed), "etag") || !strings.Contains(exposed, "Retry-After")) {
			t.Errorf("exposed: %q", exposed)
		}
	}
	if h := preflight(s, "https://elsewhere.example", "authorization"); h.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("other origin: %v", h)
	}
	closed, _, _, _ := open(t, nil)
	if h := preflight(closed, ours, "authorization"); h.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("nothing configured: %v", h)
	}
}

func TestPanicBecomesAnAnswer(t *testing.T) {
	s, _, log, _ := open(t, nil)
	handler := s.observed(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret pointer") }))
	w := serve(handler, request("GET", "/graphql", ""))
	if w.Code != 500 || !strings.Contains(w.Body.String(), `"INTERNAL"`) || !strings.Contains(w.Body.String(), "made-1") || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if !strings.Contains(log.String(), "secret pointer") {
		t.Errorf("the operator does not see the cause: %s", log)
	}
}

func TestOperationsAreTimed(t *testing.T) {
	s, _, _, _ := open(t, func(c *Config) { c.Tuning.Timeout = time.Nanosecond })
	w := serve(s, request("POST", "/graphql", `{"query":"{ mediators { revision } }"}`))
	if !strings.Contains(w.Body.String(), `"BUSY"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestListen(t *testing.T) {
	taken, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for name, c := range map[string]struct {
		address, want string
		code          hub.Code
	}{
		"taken":    {taken.Addr().String(), "已被占用", hub.CodeBusy},
		"nonsense": {"here", "127.0.0.1:8080", hub.CodeInvalid},
		"foreign":  {"192.0.2.1:0", "127.0.0.1:8080", hub.CodeInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := Listen(t.Context(), c.address)
			if err == nil {
				l.Close()
			}
			if hub.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// TestServeEndsInOrder stops a server while it answers.
func TestServeEndsInOrder(t *testing.T) {
	s, _, _, _ := open(t, nil)
	entered, leave := make(chan struct{}), make(chan struct{})
	s.mux = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-leave
		fmt.Fprint(w, "done")
	})
	s.Tune(Tuning{})
	listener, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listener) }()
	answered := make(chan string, 1)
	go func() {
		response, err := http.Get("http://" + listener.Addr().String())
		if err != nil {
			answered <- err.Error()
			return
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		answered <- string(body)
	}()
	<-entered
	stop()
	select {
	case err := <-ended:
		t.Fatalf("ended (%v) before the request was answered", err)
	case <-time.After(50 * time.Millisecond):
	}
	if _, err := net.DialTimeout("tcp", listener.Addr().String(), time.Second); err == nil {
		t.Error("still takes connections")
	}
	close(leave)
	if got := <-answered; got != "done" {
		t.Errorf("answered %q", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

func TestLimitsAreConfigured(t *testing.T) {
	s, _, _, _ := open(t, func(c *Config) { c.Tuning.Limits = graph.DefaultLimits; c.Tuning.Limits.Cost = 10 })
	w := serve(s, request("POST", "/graphql", `{"query":"{ mediators { revision } }"}`))
	if !strings.Contains(w.Body.String(), `"limit":"cost","max":10`) {
		t.Errorf("%s", w.Body)
	}
}
