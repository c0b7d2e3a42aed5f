package server

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"concord/internal/auth"
	"concord/internal/hub"
)

// served is a server on a port of its own, as it serves.
func served(t *testing.T, s *Server) (address string) {
	t.Helper()
	listener, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	return listener.Addr().String()
}

func connect(t *testing.T, address, say string) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, say); err != nil {
		t.Fatal(err)
	}
	return conn
}

// until waits for something that is about to happen.
func until(t *testing.T, what string, happened func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !happened(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

func (t *turns) count(who string) (held, waiting int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.held[who], len(t.waiting[who])
}

// TestTurns has one caller ask for more than there is, and others besides.
func TestTurns(t *testing.T) {
	places := newTurns(2, 2, "大查询")
	order := make(chan string, 10)
	ask := func(who string) {
		_, before := places.count(who)
		go func() {
			leave, err := places.enter(t.Context(), who)
			if err != nil {
				t.Error(err)
				return
			}
			order <- who
			leave()
		}()
		until(t, who+" waits", func() bool { _, waiting := places.count(who); return waiting > before })
	}
	first, err := places.enter(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	second, err := places.enter(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"a", "a", "a", "b", "c"} {
		ask(who)
	}
	given, cancel := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		_, err := places.enter(given, "d")
		gone <- err
	}()
	until(t, "d waits", func() bool { _, waiting := places.count("d"); return waiting == 1 })
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("who has gone: %v", err)
	}
	first()
	var got []string
	for range 5 {
		got = append(got, <-order)
	}
	second()
	if want := []string{"a", "b", "c", "a", "a"}; !slices.Equal(got, want) {
		t.Errorf("%v were let in, want %v", got, want)
	}
	until(t, "all have left", func() bool {
		places.mu.Lock()
		defer places.mu.Unlock()
		return places.free == 2 && len(places.held)+len(places.waiting)+len(places.next) == 0
	})

	half := newTurns(2, 1, "大请求")
	if _, err := half.enter(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	for range mostWaiting {
		go half.enter(t.Context(), "a") //nolint:errcheck // the test ends before
	}
	until(t, "they wait", func() bool { _, waiting := half.count("a"); return waiting == mostWaiting })
	if _, err := half.enter(t.Context(), "a"); hub.CodeOf(err) != hub.CodeBusy {
		t.Errorf("one more: %v", err)
	}
	if _, err := half.enter(t.Context(), "b"); err != nil {
		t.Errorf("another: %v", err)
	}
}

// Bodies that stop halfway take few places, and none of somebody else's.
func TestBodiesThatStopHalfway(t *testing.T) {
	t.Parallel() // it takes as long as a body may
	s, key, _, _ := open(t, nil)
	address := served(t, s)
	const head = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	var stalled []net.Conn
	for range mostBodies + 10 {
		stalled = append(stalled, connect(t, address, head+"Content-Length: 200000\r\n\r\n{"))
	}
	until(t, "half of the places are taken", func() bool {
		held, waiting := s.bodies.count("127.0.0.1")
		return held == mostBodies/2 && waiting == mostBodies/2+10
	})
	body := `{"query":"{ viewer { id } }","x":"` + strings.Repeat("x", largeBody) + `"}`
	conn := connect(t, address, fmt.Sprintf("%sAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s", head, key, len(body), body))
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if a := readAnswer(response); a.status != "200" || len(a.codes) > 0 {
		t.Errorf("somebody else's request: %+v", a)
	}
	for _, conn := range stalled[1:] {
		conn.Close()
	}
	_ = stalled[0].SetReadDeadline(time.Now().Add(time.Minute))
	if _, err := io.Copy(io.Discard, stalled[0]); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the rest of a body is waited for without end")
	}
	until(t, "the places are free", func() bool { held, waiting := s.bodies.count("127.0.0.1"); return held+waiting == 0 })
}

// Large queries of one caller are answered a few at a time, those that cost little at
// once, and who asks for far too many is told so.
func TestLargeQueriesWait(t *testing.T) {
	s, _, _, _ := open(t, nil)
	const large = `{"query":"{ __schema { types { name } } }"}`
	var leaves []func()
	for range s.working.free {
		leave, err := s.working.enter(t.Context(), "192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, leave)
	}
	answered := make(chan string, 1)
	go func() { answered <- serve(s, request("POST", "/graphql", large)).Body.String() }()
	until(t, "it waits", func() bool { _, waiting := s.working.count("192.0.2.1"); return waiting == 1 })
	if w := serve(s, request("POST", "/graphql", whoami)); w.Code != 200 || codeOf(t, w) != "" {
		t.Errorf("a small one: %d %s", w.Code, w.Body)
	}
	leaves[0]()
	if text := <-answered; !strings.Contains(text, `"__schema"`) {
		t.Errorf("in its turn: %.200s", text)
	}
	s.leaving = newTurns(0, 0, "大查询")
	s.leaving.waiting["192.0.2.1"] = make([]chan struct{}, mostWaiting)
	if w := serve(s, request("POST", "/graphql", large)); w.Code != 503 || codeOf(t, w) != "BUSY" || w.Header().Get("Retry-After") == "" {
		t.Errorf("far too many: %d %v %s", w.Code, w.Header(), w.Body)
	}
}

// Of connections that say nothing the oldest give way.
func TestSilentConnectionsGiveWay(t *testing.T) {
	s, _, _, _ := open(t, nil)
	address := served(t, s)
	var silent []net.Conn
	for range mostSilent + 20 {
		silent = append(silent, connect(t, address, "GET /healthz HTTP/1.1\r\nHost: x\r\n"))
	}
	for _, conn := range silent[:20] {
		_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
		if text, err := io.ReadAll(conn); len(text) > 0 || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the oldest: %q, %v", text, err)
		}
	}
	last := silent[len(silent)-1]
	if _, err := io.WriteString(last, "\r\n"); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(last), nil)
	if err != nil {
		t.Fatalf("the newest: %v", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("the newest: %s", response.Status)
	}
}

// Whatever is asked where nothing is, or in a way that an address does not know, is
// refused by a code.
func TestAddressesThatAreNotThere(t *testing.T) {
	s, _, _, _ := open(t, nil)
	for _, c := range []struct {
		method, target, allow, code string
		status                      int
	}{
		{"GET", "/nothing", "", "NOT_FOUND", 404},
		{"GET", "/explorer/nothing.js", "", "NOT_FOUND", 404},
		{"GET", "/assets/nothing.js", "", "NOT_FOUND", 404},
		{"PUT", "/session", "GET, HEAD, POST, DELETE", "INVALID", 405},
		{"DELETE", "/sheets", "POST", "INVALID", 405},
		{"POST", "/healthz", "GET, HEAD", "INVALID", 405},
		{"POST", "/exports/mediators.csv", "GET, HEAD", "INVALID", 405},
		{"POST", "/", "GET, HEAD", "INVALID", 405},
		{"TRACE", "/rosters/mediators", "GET, HEAD", "INVALID", 405},
	} {
		w := serve(s, request(c.method, c.target, "{}"))
		if w.Code == http.StatusServiceUnavailable && c.method == "GET" {
			t.Skip("the pages are not built")
		}
		if w.Code != c.status || w.Header().Get("Allow") != c.allow || codeOf(t, w) != c.code {
			t.Errorf("%s %s: %d %v %s", c.method, c.target, w.Code, w.Header(), w.Body)
		}
	}
}

// Somebody who guesses waits where she is; whose name it is comes in elsewhere.
func TestGuessesFromElsewhere(t *testing.T) {
	s, _, _, _ := open(t, func(c *Config) {
		var err error
		if c.Door, err = auth.NewDoor(auth.DoorConfig{Hub: c.Hub, Random: rand.Reader, Cost: auth.DemoCost}); err != nil {
			t.Fatal(err)
		}
		c.Tuning.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	})
	guess := func(from string, headers ...string) *httptest.ResponseRecorder {
		r := request("POST", "/session", `{"account": "jinnan.zhang", "password": "不是这个密码"}`, headers...)
		r.RemoteAddr = from
		return serve(s, r)
	}
	for range 5 {
		if w := guess("192.0.2.1:9"); w.Code != http.StatusUnauthorized {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	for _, headers := range [][]string{nil, {"X-Forwarded-For", "192.0.2.9"}} {
		if w := guess("192.0.2.1:9", headers...); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" || !strings.Contains(w.Body.String(), "1 秒后再试") {
			t.Errorf("the sixth guess, with %v: %d %v %s", headers, w.Code, w.Header(), w.Body)
		}
	}
	if w := guess("192.0.2.2:9"); w.Code != http.StatusUnauthorized {
		t.Errorf("from elsewhere: %d %s", w.Code, w.Body)
	}
	if w := guess("10.0.0.1:9", "X-Forwarded-For", "192.0.2.3"); w.Code != http.StatusUnauthorized {
		t.Errorf("through a proxy that is trusted: %d %s", w.Code, w.Body)
	}
}
