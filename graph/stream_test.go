package graph_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// subscriber receives the answers of one subscription.
type subscriber interface {
	next(t *testing.T) *answer // nil when it is over
	kill()                     // without a farewell
}

func (w *world) authorization(t *testing.T, caller string) string {
	t.Helper()
	if caller == "" || caller == "anonymous" {
		return ""
	}
	key, ok := w.keys[caller]
	if !ok {
		t.Fatalf("there is no caller %q", caller)
	}
	return "Bearer " + key
}

// eventStream subscribes by server-sent events.
func (w *world) eventStream(t *testing.T, caller, query string, variables map[string]any) subscriber {
	t.Helper()
	text, err := json.Marshal(variables)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	target := w.url + "/graphql?" + url.Values{"query": {query}, "variables": {string(text)}}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/event-stream")
	if key := w.authorization(t, caller); key != "" {
		request.Header.Set("Authorization", key)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK || !strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream") {
		t.Fatalf("%s %s", response.Status, response.Header.Get("Content-Type"))
	}
	t.Cleanup(cancel)
	return &eventSubscriber{response.Body, bufio.NewReader(response.Body), cancel}
}

type eventSubscriber struct {
	body   io.Closer
	lines  *bufio.Reader
	cancel context.CancelFunc
}

func (s *eventSubscriber) kill() { s.cancel(); s.body.Close() }

func (s *eventSubscriber) next(t *testing.T) *answer {
	t.Helper()
	name := ""
	for {
		line, err := s.lines.ReadString('\n')
		if err != nil {
			if t.Context().Err() == nil && !errors.Is(err, io.EOF) {
				t.Fatal(err)
			}
			return nil
		}
		field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch {
		case field == "event":
			name = value
		case field == "data" && name == "next":
			a := &answer{body: []byte(value)}
			if err := json.Unmarshal(a.body, a); err != nil {
				t.Fatalf("%v in %s", err, value)
			}
			return a
		case strings.HasPrefix(line, "data:") && name == "complete":
			return nil
		}
	}
}

// socketStream subscribes by WebSocket.
func (w *world) socketStream(t *testing.T, caller, query string, variables map[string]any) subscriber {
	t.Helper()
	s := &socketSubscriber{w.dial(t)}
	say := func(m map[string]any) {
		t.Helper()
		if err := wsjson.Write(t.Context(), s.conn, m); err != nil {
			t.Fatal(err)
		}
	}
	say(map[string]any{"type": "connection_init", "payload": map[string]any{"Authorization": w.authorization(t, caller)}})
	var ack struct{ Type string }
	if err := wsjson.Read(t.Context(), s.conn, &ack); err != nil || ack.Type != "connection_ack" {
		t.Fatalf("%v %v", ack, err)
	}
	say(map[string]any{"type": "subscribe", "id": "1", "payload": map[string]any{"query": query, "variables": variables}})
	return s
}

// dial opens a socket; it is gone when the test ends.
func (w *world) dial(t *testing.T) *websocket.Conn {
	t.Helper()
	conn, response, err := websocket.Dial(t.Context(), w.url+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	if response.Body != nil {
		response.Body.Close()
	}
	conn.SetReadLimit(1 << 20)
	t.Cleanup(func() { _ = conn.CloseNow() })
	return conn
}

type socketSubscriber struct{ conn *websocket.Conn }

func (s *socketSubscriber) kill() { _ = s.conn.CloseNow() }

func (s *socketSubscriber) next(t *testing.T) *answer {
	t.Helper()
	var m struct {
		Type, ID string
		Payload  json.RawMessage
	}
	if err := wsjson.Read(t.Context(), s.conn, &m); err != nil {
		t.Fatal(err)
	}
	a := &answer{body: m.Payload}
	var err error
	switch m.Type {
	case "next":
		err = json.Unmarshal(m.Payload, a)
	case "error":
		err = json.Unmarshal(m.Payload, &a.Errors)
	default:
		return nil
	}
	if err != nil {
		t.Fatalf("%v in %s", err, m.Payload)
	}
	return a
}

// rosterChange is an event of rosterChanged, or an edge of changes.
type rosterChange struct {
	Cursor string
	Node   struct {
		Revision     int
		Kind, Action string
		RecordID     string
		Actor        *string
		Fields       []struct{ Name, Before, After string }
	}
}

func (a *answer) change(t *testing.T) rosterChange {
	t.Helper()
	if a == nil || len(a.Errors) > 0 {
		t.Fatalf("no change: %s", a.text())
	}
	var data struct{ RosterChanged rosterChange }
	a.into(t, &data)
	return data.RosterChanged
}

func (a *answer) text() string {
	if a == nil {
		return "the end"
	}
	return string(a.body)
}

const rosterChanged = `subscription($after: String, $kinds: [RecordKind!]) { rosterChanged(after: $after, kinds: $kinds) {
	cursor node { revision kind action recordId actor fields { name before after } } } }`

// allChanges walks the change feed from a cursor to its end.
func (w *world) allChanges(t *testing.T, caller string, after *string, kinds []string) (all []rosterChange) {
	t.Helper()
	for {
		answer := w.ask(t, caller, `query($after: String, $kinds: [RecordKind!]) { changes(after: $after, first: 100, kinds: $kinds) {
			pageInfo { hasNextPage endCursor } edges { cursor node { revision kind action recordId actor fields { name before after } } } } }`, map[string]any{"after": after, "kinds": kinds})
		var data struct {
			Changes struct {
				PageInfo struct {
					HasNextPage bool
					EndCursor   *string
				}
				Edges []rosterChange
			}
		}
		answer.into(t, &data)
		all = append(all, data.Changes.Edges...)
		after = data.Changes.PageInfo.EndCursor
		if !data.Changes.PageInfo.HasNextPage {
			return all
		}
	}
}
