package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// peer is the other end of a socket.
type peer struct {
	t    *testing.T
	conn *websocket.Conn
}

// listening serves s on a real address.
func listening(t *testing.T, s *Server) string {
	t.Helper()
	l := httptest.NewServer(s)
	t.Cleanup(func() {
		s.streams.end()
		l.Close()
		s.streams.wait(context.Background())
	})
	return l.URL
}

func dial(t *testing.T, url string, protocols ...string) *peer {
	t.Helper()
	conn, response, err := websocket.Dial(t.Context(), url+"/graphql", &websocket.DialOptions{Subprotocols: protocols})
	if err != nil {
		t.Fatal(err)
	}
	if response.Body != nil {
		response.Body.Close()
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	conn.SetReadLimit(1 << 20)
	return &peer{t, conn}
}

func (p *peer) say(texts ...string) {
	for _, text := range texts {
		_ = p.conn.Write(p.t.Context(), websocket.MessageText, []byte(text)) // when the other end has hung up, reading tells why
	}
}

// hear returns the next message; at the end, the code with which the socket was closed.
func (p *peer) hear() string {
	p.t.Helper()
	_, text, err := p.conn.Read(p.t.Context())
	if closed, ok := errors.AsType[websocket.CloseError](err); ok {
		return fmt.Sprint(int(closed.Code))
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// end skips what comes until the socket is closed.
func (p *peer) end() string {
	for {
		if heard := p.hear(); !strings.HasPrefix(heard, "{") {
			return heard
		}
	}
}

const begin, follows = `{"type":"connection_init"}`, `{"type":"subscribe","id":"1","payload":{"query":"subscription { rosterChanged { cursor } }"}}`

// TestSocketsEndWithACode breaks every rule of the protocol.
func TestSocketsEndWithACode(t *testing.T) {
	s, key, _, _ := open(t, func(c *Config) {
		c.Tuning.Streams = DefaultStreamLimits
		c.Tuning.Streams.Message, c.Tuning.Streams.Messages, c.Tuning.Streams.Init = 2000, 10, time.Hour
	})
	url := listening(t, s)
	quick, _, _, _ := open(t, func(c *Config) {
		c.Tuning.Streams = DefaultStreamLimits
		c.Tuning.Streams.Init = time.Millisecond
	})
	hasty := listening(t, quick)
	for name, c := range map[string]struct {
		url  string
		says []string
		code string
	}{
		"no JSON":                    {url, []string{`x`}, "4400"},
		"a list":                     {url, []string{`[]`}, "4400"},
		"two messages in one":        {url, []string{begin + begin}, "4400"},
		"invalid UTF-8":              {url, []string{"{\"type\":\"ping\",\"id\":\"\xff\"}"}, "4400"},
		"no type":                    {url, []string{`{}`}, "4400"},
		"an unknown type":            {url, []string{`{"type":"start"}`}, "4400"},
		"an init that is a list":     {url, []string{`{"type":"connection_init","payload":[]}`}, "4400"},
		"no id":                      {url, []string{begin, `{"type":"subscribe","payload":{"query":"{ viewer { id } }"}}`}, "4400"},
		"a long id":                  {url, []string{begin, `{"type":"subscribe","id":"` + strings.Repeat("1", 200) + `","payload":{"query":"{ viewer { id } }"}}`}, "4400"},
		"no payload":                 {url, []string{begin, `{"type":"subscribe","id":"1"}`}, "4400"},
		"no query":                   {url, []string{begin, `{"type":"subscribe","id":"1","payload":{}}`}, "4400"},
		"a query that is a number":   {url, []string{begin, `{"type":"subscribe","id":"1","payload":{"query":1}}`}, "4400"},
		"subscribing before init":    {url, []string{follows}, "4401"},
		"a wrong key":                {url, []string{`{"type":"connection_init","payload":{"Authorization":"Bearer ck_x"}}`}, "4403"},
		"a key that is cut off":      {url, []string{`{"type":"connection_init","payload":{"Authorization":"Bearer ` + key[:len(key)-1] + `"}}`}, "4403"},
		"a key that is no text":      {url, []string{`{"type":"connection_init","payload":{"authorization":7}}`}, "4403"},
		"an init twice":              {url, []string{begin, begin}, "4429"},
		"an id twice":                {url, []string{begin, follows, follows}, "4409"},
		"a message too large":        {url, []string{begin, `{"type":"ping","payload":{"x":"` + strings.Repeat("x", 3000) + `"}}`}, "1009"},
		"too many messages":          {url, append([]string{begin}, strings.Split(strings.Repeat(`{"type":"pong"} `, 60), " ")[:60]...), "1008"},
		"silence for the whole time": {hasty, nil, "4408"},
	} {
		t.Run(name, func(t *testing.T) {
			p := dial(t, c.url, socketProtocol)
			p.say(c.says...)
			if code := p.end(); code != c.code {
				t.Errorf("closed with %s, want %s", code, c.code)
			}
		})
	}
	t.Run("bytes", func(t *testing.T) {
		p := dial(t, url, socketProtocol)
		_ = p.conn.Write(t.Context(), websocket.MessageBinary, []byte(begin))
		if code := p.end(); code != "4400" {
			t.Errorf("closed with %s", code)
		}
	})
	t.Run("another protocol", func(t *testing.T) {
		for _, protocols := range [][]string{{"graphql-ws"}, nil} {
			if code := dial(t, url, protocols...).end(); code != "4406" {
				t.Errorf("%v: closed with %s", protocols, code)
			}
		}
	})
}

// TestSocketsTalk goes through an orderly conversation.
func TestSocketsTalk(t *testing.T) {
	s, key, _, _ := open(t, func(c *Config) {
		c.Tuning.Streams = DefaultStreamLimits
		c.Tuning.Streams.Subscriptions = 2
	})
	p := dial(t, listening(t, s), socketProtocol)
	p.say(`{"type":"ping"}`)
	expectHeard(t, p, `{"type":"pong"}`)
	p.say(`{"type":"connection_init","payload":{"Authorization":"Bearer ` + key + `","other":1}}`)
	expectHeard(t, p, `{"type":"connection_ack"}`)
	p.say(`{"type":"subscribe","id":"a<b","payload":{"query":"{ viewer { id role } }"}}`)
	heard := p.hear()
	if !strings.Contains(heard, `"data":{"viewer":{"id":"key_1","role":"CITY_ADMIN"}}`) || !strings.HasPrefix(heard, `{"type":"next","id":"a<b"`) {
		t.Errorf("heard %s", heard)
	}
	expectHeard(t, p, `{"type":"complete","id":"a<b"}`)
	p.say(`{"type":"subscribe","id":"2","payload":{"query":"{ nobody }"}}`)
	var refused struct {
		Type, ID string
		Payload  []struct{ Extensions struct{ Code string } }
	}
	if heard := p.hear(); json.Unmarshal([]byte(heard), &refused) != nil || refused.Type != "error" || refused.ID != "2" || refused.Payload[0].Extensions.Code != "INVALID" {
		t.Errorf("heard %s", heard)
	}

	// An id is free again as soon as its operation was completed, by either side.
	p.say(follows, `{"type":"complete","id":"1"}`, follows, strings.Replace(follows, `"1"`, `"2"`, 1), strings.Replace(follows, `"1"`, `"3"`, 1))
	if heard := p.hear(); !strings.Contains(heard, `"id":"3"`) || !strings.Contains(heard, `"BUSY"`) {
		t.Errorf("a third subscription: %s", heard)
	}
	s.streams.end()
	if code := p.end(); code != "1001" {
		t.Errorf("when the server stops, closed with %s", code)
	}
}

func expectHeard(t *testing.T, p *peer, want string) {
	t.Helper()
	if heard := p.hear(); heard != want {
		t.Errorf("heard %s, want %s", heard, want)
	}
}

func TestSocketsAreCounted(t *testing.T) {
	s, key, _, _ := open(t, func(c *Config) {
		c.Tuning.Streams = DefaultStreamLimits
		c.Tuning.Streams.Streams, c.Tuning.Streams.PerCaller = 3, 1
	})
	url := listening(t, s)
	first := dial(t, url, socketProtocol)
	first.say(begin)
	expectHeard(t, first, `{"type":"connection_ack"}`)
	second := dial(t, url, socketProtocol)
	second.say(begin)
	if code := second.end(); code != "1013" {
		t.Errorf("a second one of the same address was closed with %s", code)
	}
	for places := 2; places > 1; time.Sleep(time.Millisecond) { // it leaves after the code has gone
		s.streams.mu.Lock()
		places = s.streams.all
		s.streams.mu.Unlock()
	}
	third := dial(t, url, socketProtocol)
	third.say(`{"type":"connection_init","payload":{"Authorization":"Bearer ` + key + `"}}`)
	expectHeard(t, third, `{"type":"connection_ack"}`)
	dial(t, url, socketProtocol)
	_, response, err := websocket.Dial(t.Context(), url+"/graphql", &websocket.DialOptions{Subprotocols: []string{socketProtocol}})
	if err == nil || response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("one too many: %v", err)
	}
}

// TestSilentSocketsAreCounted opens sockets and says nothing on them: one address has so
// many and no more, whatever it holds as a caller, and leaves the rest to others.
func TestSilentSocketsAreCounted(t *testing.T) {
	s, _, _, _ := open(t, func(c *Config) {
		c.Tuning.Streams = DefaultStreamLimits
		c.Tuning.Streams.PerCaller, c.Tuning.Streams.Init = 2, time.Hour
		c.Tuning.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	url := listening(t, s)
	from := func(address string) (*peer, int) {
		conn, response, err := websocket.Dial(t.Context(), url+"/graphql", &websocket.DialOptions{
			Subprotocols: []string{socketProtocol}, HTTPHeader: http.Header{"X-Forwarded-For": {address}}})
		if response == nil {
			t.Fatal(err)
		}
		if err == nil {
			t.Cleanup(func() { _ = conn.CloseNow() })
		}
		return &peer{t, conn}, response.StatusCode
	}
	first, _ := from("198.51.100.1")
	_, _ = from("198.51.100.1")
	if _, status := from("198.51.100.1"); status != http.StatusTooManyRequests {
		t.Errorf("a third one is answered with %d", status)
	}
	if _, status := from("198.51.100.2"); status != http.StatusSwitchingProtocols {
		t.Errorf("one of another address is answered with %d", status)
	}
	first.say(begin)
	expectHeard(t, first, `{"type":"connection_ack"}`)
	if _, status := from("198.51.100.1"); status != http.StatusSwitchingProtocols {
		t.Errorf("once one has said who it is, the next is answered with %d", status)
	}
}

// TestSocketsOfOthersPages refuses handshakes made by pages of other sites, and
// malformed ones, in our own words.
func TestSocketsOfOthersPages(t *testing.T) {
	const ours = "https://hr.example.gov.cn"
	s, _, _, _ := open(t, func(c *Config) { c.Tuning.Origins = []string{ours} })
	url := listening(t, s)
	for name, c := range map[string]struct {
		headers []string
		status  int
	}{
		"no origin":            {nil, 101},
		"our own":              {[]string{"Origin", url}, 101},
		"configured":           {[]string{"Origin", ours}, 101},
		"another":              {[]string{"Origin", "https://elsewhere.example"}, 403},
		"another with a key":   {[]string{"Origin", "https://elsewhere.example", "Authorization", "Bearer x"}, 403},
		"hidden":               {[]string{"Origin", "null"}, 403},
		"said by the browser":  {[]string{"Sec-Fetch-Site", "cross-site"}, 403},
		"without a key of its": {[]string{"Sec-WebSocket-Key", "<script>"}, 400},
		"an old version":       {[]string{"Sec-WebSocket-Version", "8"}, 400},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/graphql", nil)
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range map[string]string{"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
				"Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Protocol": socketProtocol} {
				r.Header.Set(name, value)
			}
			for i := 0; i+1 < len(c.headers); i += 2 {
				r.Header.Set(c.headers[i], c.headers[i+1])
			}
			response, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if response.StatusCode != c.status {
				t.Errorf("%s, want %d", response.Status, c.status)
			}
		})
	}
}

// Sockets of one caller share what she may follow at a time; a subscription that ends
// makes room.
func TestSubscriptionsOfOneCaller(t *testing.T) {
	s, _, _, _ := open(t, func(c *Config) {
		c.Tuning.Streams = DefaultStreamLimits
		c.Tuning.Streams.PerCaller = 2
	})
	url := listening(t, s)
	first, second := dial(t, url, socketProtocol), dial(t, url, socketProtocol)
	const follow = `","type":"subscribe","payload":{"query":"subscription { rosterChanged { cursor } }"}}`
	for _, p := range []*peer{first, second} {
		p.say(begin)
		expectHeard(t, p, `{"type":"connection_ack"}`)
	}
	following := func(n int) {
		t.Helper()
		for {
			s.streams.mu.Lock()
			now := s.streams.following
			s.streams.mu.Unlock()
			if now == n {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}
	first.say(`{"id":"1`+follow, `{"id":"2`+follow)
	following(2)
	second.say(`{"id":"1` + follow)
	if heard := second.hear(); !strings.Contains(heard, `"type":"error"`) || !strings.Contains(heard, `"BUSY"`) {
		t.Errorf("a third one is answered %s", heard)
	}
	first.say(`{"id":"1","type":"complete"}`)
	following(1)
	second.say(`{"id":"1` + follow)
	following(2)
}
