package server

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"concord/internal/hub"
)

// servedTLS is [served] by our own TLS.
func servedTLS(t *testing.T, change func(*Config)) (s *Server, address string) {
	t.Helper()
	certified := httptest.NewTLSServer(http.NotFoundHandler())
	certified.Close()
	s, _, _, _ = open(t, func(c *Config) {
		c.Serving.TLS = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: certified.TLS.Certificates}
		if change != nil {
			change(c)
		}
	})
	return s, served(t, s)
}

// frames is a connection of HTTP/2 on which a client says what no library would.
type frames struct {
	*tls.Conn
	t *testing.T
}

const (
	frameHeaders      = 0x1
	frameSettings     = 0x4
	frameWindowUpdate = 0x8
)

func speak(t *testing.T, address string) *frames {
	t.Helper()
	dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}}} //nolint:gosec // the test's own
	conn, err := dialer.DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.(*tls.Conn).NetConn().Close() })
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	f := &frames{conn.(*tls.Conn), t}
	if _, err := io.WriteString(f, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	f.say(frameSettings, 0, 0, 0, 4, 0x7f, 0xff, 0xff, 0xff) // INITIAL_WINDOW_SIZE: everything at once
	f.say(frameWindowUpdate, 0, 0, 0x7f, 0, 0, 0)
	return f
}

// say sends a frame.
func (f *frames) say(kind, flags byte, stream uint32, payload ...byte) {
	f.t.Helper()
	n := len(payload)
	head := binary.BigEndian.AppendUint32([]byte{byte(n >> 16), byte(n >> 8), byte(n), kind, flags}, stream)
	if _, err := f.Write(append(head, payload...)); err != nil {
		f.t.Fatal(err)
	}
}

// get asks for a path, on a stream of its own.
func (f *frames) get(stream uint32, path string) {
	f.t.Helper()
	var fields []byte
	for _, field := range [][2]string{{":method", "GET"}, {":scheme", "https"}, {":authority", "x"}, {":path", path}} {
		fields = append(fields, 0) // literal, not to be kept
		for _, text := range field {
			if len(text) < 127 {
				fields = append(fields, byte(len(text)))
			} else {
				fields = binary.AppendUvarint(append(fields, 127), uint64(len(text)-127))
			}
			fields = append(fields, text...)
		}
	}
	f.say(frameHeaders, 5, stream, fields...) // ends the head and the request
}

// What a client may make us keep of one connection is told to it, and is little.
func TestHTTP2KeepsLittle(t *testing.T) {
	_, address := servedTLS(t, nil)
	f := speak(t, address)
	head := make([]byte, 9)
	if _, err := io.ReadFull(f, head); err != nil {
		t.Fatal(err)
	}
	settings := make([]byte, int(head[1])<<8|int(head[2]))
	if _, err := io.ReadFull(f, settings); err != nil || head[3] != frameSettings {
		t.Fatalf("% x, %v", head, err)
	}
	told := map[uint16]uint32{}
	for ; len(settings) > 0; settings = settings[6:] {
		told[binary.BigEndian.Uint16(settings)] = binary.BigEndian.Uint32(settings[2:])
	}
	for setting, most := range map[uint16]uint32{3: 100, 4: 64 << 10, 5: 16 << 10} { // streams, window, frame
		if value, ok := told[setting]; !ok || value > most {
			t.Errorf("setting %d is %d, want at most %d", setting, value, most)
		}
	}
	// Only the length of a frame, and nothing of it.
	if _, err := f.Write([]byte{0x0f, 0xff, 0xff, 0x77, 0, 0, 0, 0, 0}); err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(f); err != nil || !bytes.Contains(text, []byte{0, 0, 0, 6}) { // FRAME_SIZE_ERROR
		t.Errorf("a frame of a megabyte: %q, %v", text, err)
	}
}

// Who takes nothing of a connection any more does not keep the places of large answers.
func TestHTTP2ConnectionsThatTakeNothing(t *testing.T) {
	s, address := servedTLS(t, func(c *Config) { c.Serving.still = time.Second })
	f := speak(t, address)
	const large = `{ __schema { types { name description fields { name description args { name description type { name kind ofType { name } } } type { name kind ofType { name kind ofType { name } } } } } } }`
	for i := range uint32(60) {
		f.get(2*i+1, fmt.Sprintf("/graphql?x=%d&query=%s", i, url.QueryEscape(large)))
	}
	until(t, "answers are not taken", func() bool { held, _ := s.leaving.count("127.0.0.1"); return held == mostLeaving/2 })
	until(t, "their places are free", func() bool {
		held, waiting := s.leaving.count("127.0.0.1")
		return held+waiting == 0
	})
}

// Who does not speak TLS where it is spoken is told so.
func TestPlainHTTPWhereTLSIsSpoken(t *testing.T) {
	_, address := servedTLS(t, nil)
	text, err := io.ReadAll(connect(t, address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
	if err != nil || !strings.HasPrefix(string(text), "HTTP/1.1 400 ") || !strings.Contains(string(text), "https://") || !strings.Contains(string(text), `"code":"INVALID"`) {
		t.Errorf("%q, %v", text, err)
	}
}

// An answer that holds such a text, wherever a piece of it begins, leaves as it is.
func TestAnswersThatLookLikeRefusals(t *testing.T) {
	s, _, _, _ := open(t, nil)
	const refusal = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request"
	body := strings.Repeat(refusal, 100)
	front := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.URL.RawQuery+body)
	}))
	front.Listener = unread{front.Listener, s}
	front.Start()
	defer front.Close()
	for n := range len(refusal) {
		before := strings.Repeat("x", n)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, front.URL+"/?"+before, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := front.Client().Do(request)
		if err != nil {
			t.Fatalf("after %d bytes: %v", n, err)
		}
		got, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || string(got) != before+body {
			t.Errorf("after %d bytes: %d of %d came, %v", n, len(got), n+len(body), err)
		}
	}
}

// Sheets that come and go take places, and one caller not those of all: a report is a
// workbook, of which hundreds at a time would take all memory.
func TestSheetsTakePlaces(t *testing.T) {
	s, key, _, _ := open(t, nil)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.config.Hub.RunSheets(ctx, func(job hub.ID, err error) { t.Errorf("job %s: %v", job, err) })
	}()
	defer func() { stop(); <-ended }()
	ask := func(method, target string) *httptest.ResponseRecorder {
		return serve(s, request(method, target, "姓名,所属区\n示例甲,河西区\n", "Authorization", "Bearer "+key, "Content-Type", "application/octet-stream"))
	}
	targets := []struct {
		method, target string
		places         *turns
	}{
		{"POST", "/sheets?kind=mediators&name=a.csv", s.uploads},
		{"GET", "/sheets/job_1/report.csv", s.downloads},
		{"GET", "/sheets/job_1/report.xlsx", s.downloads},
		{"GET", "/exports/mediators.csv", s.downloads},
		{"GET", "/exports/statistics.csv?from=2025-01-01&to=2025-06-30", s.downloads},
	}
	for _, c := range targets {
		var w *httptest.ResponseRecorder
		until(t, c.target+" is answered", func() bool { w = ask(c.method, c.target); return w.Code != http.StatusNotFound })
		if w.Code/100 != 2 {
			t.Errorf("%s: %d %s", c.target, w.Code, w.Body)
		}
		caller := "key_1"
		for range c.places.each {
			if _, err := c.places.enterNow(caller); err != nil {
				t.Fatal(err)
			}
		}
		if w := ask(c.method, c.target); w.Code != http.StatusServiceUnavailable || codeOf(t, w) != "BUSY" || w.Header().Get("Retry-After") == "" {
			t.Errorf("one more of %s: %d %v %s", c.target, w.Code, w.Header(), w.Body)
		}
		other, err := c.places.enterNow("key_2")
		if err != nil {
			t.Errorf("another caller of %s: %v", c.target, err)
			continue
		}
		other()
		for range c.places.each {
			c.places.leave(caller)
		}
	}
}
