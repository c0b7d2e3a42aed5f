package server

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"concord/graph"
	"concord/internal/telemetry"
)

// Who calls is what trusted proxies say; what anybody else says does not count.
func TestOriginOf(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, c := range []struct {
		name, peer  string
		tls         bool
		forwarded   []string
		scheme      string
		trust       bool
		wantAddress string
		wantSecure  bool
	}{
		{name: "a caller", peer: "203.0.113.9:555", wantAddress: "203.0.113.9"},
		{name: "a caller by TLS", peer: "203.0.113.9:555", tls: true, wantAddress: "203.0.113.9", wantSecure: true},
		{name: "a caller who pretends", peer: "203.0.113.9:555", forwarded: []string{"198.51.100.1"}, scheme: "https", trust: true, wantAddress: "203.0.113.9"},
		{name: "a proxy that nobody trusts", peer: "10.0.0.2:555", forwarded: []string{"198.51.100.1"}, scheme: "https", wantAddress: "10.0.0.2"},
		{name: "a proxy", peer: "10.0.0.2:555", forwarded: []string{"198.51.100.1"}, scheme: "https", trust: true, wantAddress: "198.51.100.1", wantSecure: true},
		{name: "a proxy by TLS, its caller not", peer: "10.0.0.2:555", tls: true, forwarded: []string{"198.51.100.1"}, scheme: "http", trust: true, wantAddress: "198.51.100.1"},
		{name: "a caller who pretends before a proxy", peer: "10.0.0.2:555", forwarded: []string{"192.0.2.7, 198.51.100.1"}, trust: true, wantAddress: "198.51.100.1"},
		{name: "two proxies", peer: "10.0.0.2:555", forwarded: []string{"198.51.100.1, 10.0.0.3"}, trust: true, wantAddress: "198.51.100.1"},
		{name: "two proxies in two headers", peer: "[fd00::2]:555", forwarded: []string{"192.0.2.7, 198.51.100.1", "10.0.0.3"}, trust: true, wantAddress: "198.51.100.1"},
		{name: "a proxy that says nothing", peer: "10.0.0.2:555", trust: true, wantAddress: "10.0.0.2"},
		{name: "a proxy that hands on nonsense", peer: "10.0.0.2:555", forwarded: []string{"192.0.2.7, unknown, 10.0.0.4"}, trust: true, wantAddress: "10.0.0.4"},
		{name: "an address in two spellings", peer: "[::ffff:10.0.0.2]:555", forwarded: []string{"::ffff:198.51.100.1"}, trust: true, wantAddress: "198.51.100.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := request("GET", "/", "")
			r.RemoteAddr = c.peer
			if c.tls {
				r.TLS = new(tls.ConnectionState)
			}
			for _, f := range c.forwarded {
				r.Header.Add("X-Forwarded-For", f)
			}
			if c.scheme != "" {
				r.Header.Set("X-Forwarded-Proto", c.scheme)
			}
			trusted := proxies
			if !c.trust {
				trusted = nil
			}
			if got := originOf(r, trusted); got.address.String() != c.wantAddress || got.secure != c.wantSecure {
				t.Errorf("%s, secure %v; want %s, %v", got.address, got.secure, c.wantAddress, c.wantSecure)
			}
		})
	}
}

// The numbers say what was asked and what came of it, in the words of the contract
// and to those who may know.
func TestMetrics(t *testing.T) {
	s, key, _, _ := open(t, func(c *Config) {
		c.Metrics = telemetry.NewMetrics()
		c.Tuning.MetricsFrom = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	for _, query := range []string{
		`{"query":"query SecretName { viewer { id } }"}`, `{"query":"{ a: viewer { id } b: viewer { id } }"}`, `{"query":"{ viewer { id } __typename }"}`,
		`{"query":"{ ...F } fragment F on Query { regions { code } }"}`, `{"query":"{ secretField }"}`, `{"query":"{"}`,
	} {
		serve(s, request("POST", "/graphql", query, "Authorization", "Bearer "+key))
	}
	serve(s, request("POST", "/graphql", whoami, "Authorization", "Bearer ck_wrong"))
	serve(s, request("GET", "/secret/path", ""))
	s.Tune(Tuning{Rates: RateLimits{Address: Rate{1, 1}}, MetricsFrom: s.tuning().MetricsFrom})
	serve(s, request("POST", "/graphql", whoami))
	s.Tune(Tuning{MetricsFrom: s.tuning().MetricsFrom})

	r := request("GET", "/metrics", "")
	r.RemoteAddr = "127.0.0.1:555"
	w := serve(s, r)
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for _, line := range []string{
		`concord_operations_total{code="OK",field="viewer",kind="query"} 2`,
		`concord_operations_total{code="OK",field="several",kind="query"} 1`,
		`concord_operations_total{code="OK",field="regions",kind="query"} 1`,
		`concord_operations_total{code="INVALID",field="none",kind="none"} 2`,
		`concord_operations_total{code="UNAUTHENTICATED",field="none",kind="none"} 1`,
		`concord_operation_seconds_count{field="viewer",kind="query"} 2`,
		`concord_operation_cost_points_count{kind="query"} 4`,
		`concord_http_requests_total{route="/graphql",status="200"} 6`,
		`concord_http_requests_total{route="/graphql",status="401"} 1`,
		`concord_http_requests_total{route="/",status="`,
		`concord_refusals_total{reason="rate_address"} 1`,
		`go_goroutines `, `process_resident_memory_bytes `,
	} {
		if !strings.Contains(w.Body.String(), line) {
			t.Errorf("no line %s", line)
		}
	}
	if strings.Contains(strings.ToLower(w.Body.String()), "secret") {
		t.Error("the numbers hold what a caller typed")
	}

	for name, change := range map[string]func(*http.Request){
		"from elsewhere":         func(r *http.Request) { r.RemoteAddr = "203.0.113.9:555" },
		"by a proxy on the host": func(r *http.Request) { r.Header.Set("X-Forwarded-For", "203.0.113.9") },
		"by a proxy that lies":   func(r *http.Request) { r.Header.Set("X-Forwarded-For", "127.0.0.1") },
		"by a proxy's other way": func(r *http.Request) { r.Header.Set("Via", "1.1 proxy") },
	} {
		r := request("GET", "/metrics", "")
		r.RemoteAddr = "127.0.0.1:555"
		change(r)
		if w := serve(s, r); w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), "go_goroutines") {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}

// What never becomes a request is refused by a code too, counted and logged, and
// who is still sending can read it.
func TestUnreadRequests(t *testing.T) {
	s, _, log, _ := open(t, func(c *Config) {
		c.Metrics = telemetry.NewMetrics()
		c.Tuning.MetricsFrom = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		c.Serving.MaxHeader = 8 << 10
	})
	address := served(t, s)
	for say, want := range map[string]string{
		"secret\r\n\r\n": "400",
		"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: secret\r\n\r\n":                  "501",
		"GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("secret", 1<<20) + "\r\n\r\n": "431",
	} {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		go func() { _, _ = io.WriteString(conn, say) }()
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		a := readAnswer(response)
		if a.status != want || len(a.codes) != 1 || a.codes[0] != "INVALID" || want == "431" != strings.Contains(a.text, "请求头超过 8 KB") {
			t.Errorf("%.40q: %+v", say, a)
		}
		if id := response.Header.Get(requestIDHeader); id == "" || !strings.Contains(log.String(), id) {
			t.Errorf("%.40q: request %q is not logged", say, id)
		}
	}
	if text := log.String(); strings.Contains(text, "secret") || strings.Count(text, "127.0.0.1") != 3 {
		t.Errorf("the log: %s", text)
	}
	r := request("GET", "/metrics", "")
	r.RemoteAddr = "127.0.0.1:555"
	numbers := serve(s, r).Body.String()
	for _, status := range []string{"400", "431", "501"} {
		if line := `concord_http_requests_total{route="none",status="` + status + `"} 1`; !strings.Contains(numbers, line) {
			t.Errorf("no line %s", line)
		}
	}
}

// What is tuned anew holds for the next request, also for documents seen before.
func TestTune(t *testing.T) {
	s, key, _, _ := open(t, nil)
	deep := `{"query":"{ mediators(first: 1) { nodes { term { end } } } }"}`
	asked := func() string {
		return serve(s, request("POST", "/graphql", deep, "Authorization", "Bearer "+key, "Origin", "https://example.gov.cn")).Body.String()
	}
	if got := asked(); strings.Contains(got, "errors") {
		t.Fatal(got)
	}
	narrow := graph.DefaultLimits
	narrow.Depth = 3
	s.Tune(Tuning{Limits: narrow, Origins: []string{"https://example.gov.cn"}})
	if got := asked(); !strings.Contains(got, `"limit":"depth","max":3`) {
		t.Error(got)
	}
	w := serve(s, request("POST", "/graphql", whoami, "Origin", "https://example.gov.cn"))
	if w.Header().Get("Access-Control-Allow-Origin") == "" {
		t.Error("the origin is not let in")
	}
	s.Tune(Tuning{})
	if got := asked(); strings.Contains(got, "errors") {
		t.Error(got)
	}
}

// Before a server stops it says so and goes on answering; then streams are told to
// end, and it waits for them.
func TestDrain(t *testing.T) {
	wait := make(chan struct{})
	s, _, _, index := open(t, func(c *Config) { c.Serving.wait = func() { <-wait } })
	index.revision = s.config.Hub.Revision()
	left, ok := s.streams.enter()
	if !ok {
		t.Fatal("no stream is let in")
	}
	listener, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ready := func() (int, string) {
		response, err := http.Get("http://" + listener.Addr().String() + "/readyz")
		if err != nil {
			return 0, err.Error()
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		return response.StatusCode, string(body)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listener) }()
	if code, body := ready(); code != http.StatusOK {
		t.Errorf("before: %d %s", code, body)
	}
	stop()
	<-s.unready
	if code, body := ready(); code != http.StatusServiceUnavailable || !strings.Contains(body, `"status":"draining"`) {
		t.Errorf("while draining: %d %s", code, body)
	}
	if closed(s.streams.ending) {
		t.Error("streams were told to end while callers are still being sent elsewhere")
	}
	close(wait)
	<-s.streams.ending
	select {
	case err := <-ended:
		t.Errorf("ended (%v) before the stream had", err)
	default:
	}
	left()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if code, body := ready(); code != 0 {
		t.Errorf("after: %d %s", code, body)
	}
}
