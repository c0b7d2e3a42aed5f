package server

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"

	"concord/graph"
	"concord/internal/hub"
)

// GraphQL over WebSocket, as the protocol graphql-transport-ws of graphql-ws has
// it. gqlgen's own transport lacks the close codes, the limits and the check of
// repeated ids.

const socketProtocol = "graphql-transport-ws"

// The close codes of the protocol, and what we say with them.
const (
	closeInvalid    websocket.StatusCode = 4400
	closeUnknown    websocket.StatusCode = 4401 // subscribes before it has said who it is
	closeForbidden  websocket.StatusCode = 4403 // the key opens nothing
	closeProtocol   websocket.StatusCode = 4406
	closeSilent     websocket.StatusCode = 4408 // no connection_init in time
	closeRepeatedID websocket.StatusCode = 4409
	closeTwice      websocket.StatusCode = 4429 // a second connection_init
)

// mostID is how long the id of an operation may be, in bytes.
const mostID = 128

// message is one of the protocol, either way.
type message struct {
	Type    string          `json:"type"`
	ID      string          `json:"id,omitempty"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// socket is one connection.
type socket struct {
	server  *Server
	conn    *websocket.Conn
	request *http.Request // by which it was opened; it carries the key once one was sent
	rate    *bucket
	once    sync.Once

	mu      sync.Mutex
	started bool // connection_init was received
	known   bool // and acknowledged
	running map[string]*run
	work    sync.WaitGroup
	leave   func() // of those who are counted: silent ones of an address, then streams of a caller
}

// run is an operation that runs on a socket.
type run struct{ stop context.CancelFunc }

// upgrade opens a socket and serves it until it ends.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request) {
	if !wellFormed(r) {
		w.Header().Set("Sec-WebSocket-Version", "13")
		s.refuse(w, r, mediaJSON, http.StatusBadRequest, hub.Invalid("", "WebSocket 握手不完整。请使用符合 RFC 6455 的客户端，协议为 %s。", socketProtocol))
		return
	}
	leave, ok := s.streams.enter()
	if !ok {
		s.refuse(w, r, mediaJSON, http.StatusServiceUnavailable, tooManyStreams())
		return
	}
	defer leave()
	// One address must not hold all places with sockets on which it says nothing.
	silent, ok := s.streams.enterAs("silent at " + s.addressOf(r))
	if !ok {
		s.refuse(w, r, mediaJSON, http.StatusTooManyRequests, tooManyStreams())
		return
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols: []string{socketProtocol}, InsecureSkipVerify: true, // the origin has been judged
		CompressionMode: websocket.CompressionDisabled, // a message is no larger than it seems
	})
	if err != nil {
		silent()
		return
	}
	k := &socket{
		server: s, conn: conn, request: r, running: map[string]*run{}, leave: silent,
		rate: newBucket(s.tuning().Streams.Messages, 4*s.tuning().Streams.Messages, s.config.Now()),
	}
	conn.SetReadLimit(s.tuning().Streams.Message)
	k.serve(r.Context())
}

// wellFormed reports whether r is a handshake that the library takes; what it says
// of others quotes them.
func wellFormed(r *http.Request) bool {
	key, err := base64.StdEncoding.DecodeString(r.Header.Get("Sec-WebSocket-Key"))
	return r.Method == http.MethodGet && r.ProtoAtLeast(1, 1) && hasToken(r.Header, "Connection", "upgrade") &&
		r.Header.Get("Sec-WebSocket-Version") == "13" && err == nil && len(key) == 16 && len(r.Header.Values("Sec-WebSocket-Key")) == 1
}

func hasToken(h http.Header, name, token string) bool {
	for _, value := range h.Values(name) {
		for part := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(part), token) {
				return true
			}
		}
	}
	return false
}

// end closes the socket with a code, once.
func (k *socket) end(code websocket.StatusCode, reason string) {
	k.once.Do(func() { _ = k.conn.Close(code, reason) })
}

func (k *socket) serve(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		cancel()
		_ = k.conn.CloseNow()
		k.work.Wait()
		k.leave()
	}()
	if k.conn.Subprotocol() != socketProtocol {
		k.end(closeProtocol, "Subprotocol not acceptable")
		return
	}
	silent := time.AfterFunc(k.server.tuning().Streams.Init, func() {
		k.mu.Lock()
		started := k.started
		k.mu.Unlock()
		if !started {
			k.end(closeSilent, "Connection initialisation timeout")
		}
	})
	defer silent.Stop()
	k.work.Go(func() { k.watch(ctx) })
	for {
		kind, text, err := k.conn.Read(ctx)
		if err != nil {
			return
		}
		if !k.rate.take(1, k.server.config.Now()) {
			k.end(websocket.StatusPolicyViolation, "Too many messages")
			return
		}
		var m message
		if kind != websocket.MessageText || !utf8.Valid(text) || decode(text, &m) != nil || len(m.ID) > mostID {
			k.end(closeInvalid, "Invalid message")
			return
		}
		if !k.take(ctx, m) {
			return
		}
	}
}

// watch sends signs of life, and ends the socket when the client does not answer
// them or the server stops.
func (k *socket) watch(ctx context.Context) {
	pulse := time.NewTicker(k.server.tuning().Streams.Pulse)
	defer pulse.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-k.server.streams.ending:
			k.end(websocket.StatusGoingAway, "Server is stopping")
			return
		case <-pulse.C:
			answered, cancel := context.WithTimeout(ctx, k.server.tuning().Streams.Slow)
			err := k.conn.Ping(answered)
			cancel()
			if err != nil {
				_ = k.conn.CloseNow()
				return
			}
		}
	}
}

// take does what a message asks for; false ends the socket.
func (k *socket) take(ctx context.Context, m message) bool {
	switch m.Type {
	case "connection_init":
		return k.begin(ctx, m)
	case "ping":
		return k.send(ctx, message{Type: "pong"}) == nil
	case "pong":
		return true
	case "complete":
		k.mu.Lock()
		defer k.mu.Unlock()
		if running, ok := k.running[m.ID]; ok {
			running.stop()
			delete(k.running, m.ID) // the client may use the id again
		}
		return true
	case "subscribe":
		return k.subscribe(ctx, m)
	}
	k.end(closeInvalid, "Invalid message")
	return false
}

// begin finds out who opens the socket: by the key in the first message, else by
// what came with the handshake.
func (k *socket) begin(ctx context.Context, m message) bool {
	k.mu.Lock()
	repeated := k.started
	k.started = true
	k.mu.Unlock()
	if repeated {
		k.end(closeTwice, "Too many initialisation requests")
		return false
	}
	payload := map[string]any{}
	if len(m.Payload) > 0 && string(m.Payload) != "null" && decode(m.Payload, &payload) != nil {
		k.end(closeInvalid, "Invalid message")
		return false
	}
	for name, value := range payload {
		text, ok := value.(string)
		if !strings.EqualFold(name, "Authorization") {
			continue
		}
		if !ok {
			k.end(closeForbidden, "Forbidden")
			return false
		}
		r := k.request.Clone(k.request.Context())
		r.Header.Set("Authorization", text)
		k.request = r
	}
	caller, err := k.who(ctx)
	if err != nil {
		k.server.budgetOf(k.request, hub.Anonymous).Fine(keyPoints)
		k.end(closeForbidden, "Forbidden")
		return false
	}
	noted(k.request.Context()).caller = caller.ID
	leave, ok := k.server.streams.enterAs(k.server.chargeTo(k.request, caller))
	if !ok {
		k.end(websocket.StatusTryAgainLater, "Too many connections")
		return false
	}
	k.leave()
	k.leave, k.known = leave, true
	return k.send(ctx, message{Type: "connection_ack"}) == nil
}

// who finds out who calls now: keys and sessions end while sockets last.
func (k *socket) who(ctx context.Context) (*hub.Principal, error) {
	n := note{id: noted(k.request.Context()).id} // of its own: several operations ask at a time
	return k.server.known(k.request.WithContext(context.WithValue(ctx, noteKey{}, &n)))
}

func (k *socket) subscribe(ctx context.Context, m message) bool {
	var request struct {
		Query         *string        `json:"query"`
		OperationName string         `json:"operationName"`
		Variables     map[string]any `json:"variables"`
		Extensions    map[string]any `json:"extensions"`
	}
	switch {
	case !k.known:
		k.end(closeUnknown, "Unauthorized")
		return false
	case m.ID == "" || decode(m.Payload, &request) != nil || request.Query == nil && request.Extensions == nil:
		k.end(closeInvalid, "Invalid message")
		return false
	}
	k.mu.Lock()
	_, repeated := k.running[m.ID]
	full := len(k.running) >= k.server.tuning().Streams.Subscriptions
	ctx, stop := context.WithCancel(ctx)
	this := &run{stop}
	if !repeated && !full {
		k.running[m.ID] = this
	}
	k.mu.Unlock()
	switch {
	case repeated:
		stop()
		k.end(closeRepeatedID, "Subscriber for this id already exists")
		return false
	case full:
		defer stop()
		return k.answer(ctx, m.ID, "error", errorsOf(k.server.fault(k.request.Context(), tooManyStreams()))) == nil
	}
	params := &graphql.RawParams{OperationName: request.OperationName, Variables: request.Variables, Extensions: request.Extensions, Headers: k.request.Header}
	if request.Query != nil {
		params.Query = *request.Query
	}
	k.work.Go(func() {
		defer stop()
		if k.server.recovered(k.request.Context(), func() { k.run(ctx, m.ID, this, params) }) {
			k.end(websocket.StatusInternalError, "Internal error")
		}
	})
	return true
}

// run runs one operation.
func (k *socket) run(ctx context.Context, id string, this *run, params *graphql.RawParams) {
	over := func() { // the id is free again before the client reads that it is
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.running[id] == this {
			delete(k.running, id)
		}
	}
	defer over()
	now := graphql.Now()
	params.ReadTime = graphql.TraceTiming{Start: now, End: now}
	principal, err := k.who(ctx)
	if err != nil {
		over()
		_ = k.answer(ctx, id, "error", errorsOf(k.server.fault(k.request.Context(), err)))
		return
	}
	c := graph.Caller{Principal: principal, RequestID: noted(k.request.Context()).id, Renew: k.who, Budget: k.server.budgetOf(k.request, principal)}
	if err := c.Budget.Spend(requestPoints); err != nil {
		over()
		_ = k.answer(ctx, id, "error", errorsOf(k.server.fault(k.request.Context(), err)))
		return
	}
	op, refusal := k.server.admit(ctx, c, params)
	if refusal != nil {
		over()
		_ = k.answer(ctx, id, "error", errorsOf(refusal))
		return
	}
	err = op.run(func(answer []byte, failed bool) error {
		if failed {
			over()
			_ = k.answer(ctx, id, "error", errorsIn(answer))
			return errFailed
		}
		return k.answer(ctx, id, "next", answer)
	})
	if err == nil {
		over()
		_ = k.answer(ctx, id, "complete", nil)
	}
}

// errFailed ends a subscription after its last answer.
var errFailed = errors.New("the subscription has failed")

func (k *socket) answer(ctx context.Context, id, kind string, payload json.RawMessage) error {
	return k.send(ctx, message{Type: kind, ID: id, Payload: payload})
}

// send writes one message. A client that takes it too slowly is cut off with a
// code, one that does not take it at all without; both can come again and go on
// from their cursor.
func (k *socket) send(ctx context.Context, m message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(m); err != nil {
		return err
	}
	// Not ctx: a write that is broken off in the middle takes the socket with it.
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*k.server.tuning().Streams.Slow)
	defer cancel()
	start := time.Now()
	if err := k.conn.Write(patience, websocket.MessageText, text.Bytes()); err != nil {
		return err
	}
	if time.Since(start) > k.server.tuning().Streams.Slow {
		k.end(websocket.StatusTryAgainLater, "Too slow: subscribe again after the last cursor")
		return context.DeadlineExceeded
	}
	return nil
}

// errorsOf is the payload of an error message.
func errorsOf(r *graphql.Response) json.RawMessage { return errorsIn(encode(r)) }

func errorsIn(answer []byte) json.RawMessage {
	var parts struct {
		Errors json.RawMessage `json:"errors"`
	}
	_ = json.Unmarshal(answer, &parts) // we encoded it
	return parts.Errors
}
