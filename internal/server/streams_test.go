package server

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"concord/internal/boltstore"
	"concord/internal/hub"
)

// follow opens an event stream of everything that happened since the beginning.
const follow = `{"query":"subscription($after: String) { rosterChanged(after: $after) { cursor node { fields { name before after } } } }","variables":{"after":%q}}`

// changed returns a server over a hub in which n organisations were registered, and
// the cursor before the first of them.
func changed(t *testing.T, n int, change func(*Config)) (*Server, string) {
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
	s, _, _, _ := openOver(t, store, change)
	for i := range n + 1 {
		put := hub.Put{Record: &hub.Organization{ID: store.NextID(hub.KindOrganization), Name: fmt.Sprintf("示例调解组织%d", i), Level: hub.LevelCity, District: "120112", Hours: strings.Repeat("工作日上午九时至下午五时，", 300), Fictional: true}}
		if _, err := store.Apply(t.Context(), hub.Batch{Origin: hub.Origin{Actor: "system", Reason: "示例"}, At: time.Now(), Puts: []hub.Put{put}}); err != nil {
			t.Fatal(err)
		}
	}
	w := serve(s, request("POST", "/graphql", `{"query":"{ changes(first: 1, kinds: [ORGANIZATION]) { edges { cursor } } }"}`))
	_, cursor, ok := strings.Cut(w.Body.String(), `"cursor":"`)
	if !ok {
		t.Fatalf("no change: %s", w.Body)
	}
	cursor, _, _ = strings.Cut(cursor, `"`)
	return s, cursor
}

// none reports whether no stream is open.
func (s *streams) none() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all == 0
}

// narrow accepts connections that hold little of what is not taken.
type narrow struct{ net.Listener }

func (n narrow) Accept() (net.Conn, error) {
	c, err := n.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		err = tcp.SetWriteBuffer(4096)
	}
	return c, err
}

// A subscriber that does not take what it is sent is cut off, whatever the transport;
// one that takes it is not.
func TestSlowReadersAreCutOff(t *testing.T) {
	const n = 120 // changes of some kilobytes each: more than the system holds for a reader
	s, cursor := changed(t, n, func(c *Config) {
		c.Tuning.Streams = DefaultStreamLimits
		c.Tuning.Streams.Slow = 500 * time.Millisecond
	})
	l := httptest.NewUnstartedServer(s)
	l.Listener = narrow{l.Listener}
	l.Start()
	t.Cleanup(func() { s.streams.end(); l.Close() })
	body := fmt.Sprintf(follow, cursor)
	connect := func(request string) net.Conn {
		conn, err := net.Dial("tcp", l.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		if err := conn.(*net.TCPConn).SetReadBuffer(4096); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, request); err != nil {
			t.Fatal(err)
		}
		return conn
	}
	post := fmt.Sprintf("POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	frame := func(text string) string { // masked with zeros
		head := binary.BigEndian.AppendUint16([]byte{0x81, 0x80 | 126}, uint16(len(text)))
		return string(append(head, 0, 0, 0, 0)) + text
	}
	handshake := "GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Protocol: " + socketProtocol + "\r\n\r\n"
	for name, stream := range map[string]struct{ request, status string }{
		"events": {post, "200"},
		"socket": {handshake + frame(begin) + frame(`{"type":"subscribe","id":"1","payload":`+body+`}`), "101"},
	} {
		conn := connect(stream.request)
		status := make([]byte, len("HTTP/1.1 200"))
		if _, err := io.ReadFull(conn, status); err != nil || !strings.HasSuffix(string(status), stream.status) {
			t.Fatalf("%s: %s, %v", name, status, err)
		}
		// The server lets go of it by itself.
		for until := time.Now().Add(time.Minute); !s.streams.none(); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(until) {
				t.Fatalf("%s: not cut off after a minute", name)
			}
		}
		_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
		taken, err := io.ReadAll(conn)
		if got := strings.Count(string(taken), `"cursor"`); got == 0 || got >= n || strings.Contains(string(taken), "event: complete") {
			t.Errorf("%s: %d events of %d, %v", name, got, n, err)
		}
	}

	// The control: who reads, however many there are, gets them all.
	lines := events(t.Context(), t, listening(t, s), cursor)
	for range n {
		nextEvent(t, lines)
	}
}

// events opens a stream of what happened after a cursor.
func events(ctx context.Context, t *testing.T, url, cursor string) *bufio.Scanner {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/graphql", strings.NewReader(fmt.Sprintf(follow, cursor)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", mediaJSON)
	r.Header.Set("Accept", mediaEvents)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return bufio.NewScanner(response.Body)
}

func nextEvent(t *testing.T, lines *bufio.Scanner) string {
	t.Helper()
	for lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			return data
		}
	}
	t.Errorf("the stream ended: %v", lines.Err())
	return ""
}

// Events are paid for: a feed that is read faster than the limits allow is slowed,
// and loses nothing.
func TestEventsArePaidFor(t *testing.T) {
	const n, first = 12, 5
	start := time.Date(2025, 6, 15, 2, 0, 0, 0, time.UTC)
	var passed atomic.Int64
	s, cursor := changed(t, n, func(c *Config) {
		c.Now = func() time.Time { return start.Add(time.Duration(passed.Load())) }
	})
	url := listening(t, s)
	var paid struct {
		Extensions struct{ Cost struct{ Requested int } }
	}
	ctx, leave := context.WithCancel(t.Context())
	if err := json.Unmarshal([]byte(nextEvent(t, events(ctx, t, url, cursor))), &paid); err != nil || paid.Extensions.Cost.Requested == 0 {
		t.Fatalf("no cost is told: %v", err)
	}
	cost := paid.Extensions.Cost.Requested
	leave()
	for !s.streams.none() { // it would spend from the same bucket
		time.Sleep(time.Millisecond)
	}
	s.rates.tune(RateLimits{Address: Rate{cost, requestPoints + first*cost}})
	lines := events(t.Context(), t, url, cursor)
	for range first {
		nextEvent(t, lines)
	}
	more := make(chan string)
	go func() {
		for range n - first {
			more <- nextEvent(t, lines)
		}
	}()
	select {
	case event := <-more:
		t.Errorf("an event that nobody paid for: %s", event)
	case <-time.After(200 * time.Millisecond):
	}
	for i := range n - first {
		passed.Add(int64(time.Second)) // what one event costs flows in
		if event := <-more; !strings.Contains(event, fmt.Sprintf("示例调解组织%d\"", first+1+i)) {
			t.Errorf("event %d is another: %.300s", first+1+i, event)
		}
	}
}
