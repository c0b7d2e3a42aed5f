package server

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"concord/graph"
	"concord/internal/hub"
)

// GraphQL over server-sent events, as graphql-sse has it with "distinct
// connections": a request that accepts text/event-stream is answered by events
// named next, one an answer, and one named complete.

const mediaEvents = "text/event-stream"

// events runs an operation and streams its answers. What is wrong with the
// operation itself comes as an event too: browsers' EventSource shows its page
// nothing of an answer that has another status than 200.
func (s *Server) events(w http.ResponseWriter, r *http.Request, c graph.Caller, params *graphql.RawParams) {
	leave, ok := s.streams.enter()
	if !ok {
		s.refuse(w, r, mediaJSON, http.StatusServiceUnavailable, tooManyStreams())
		return
	}
	defer leave()
	leaveAs, ok := s.streams.enterAs(s.chargeTo(r, c.Principal))
	if !ok {
		s.refuse(w, r, mediaJSON, http.StatusTooManyRequests, tooManyStreams())
		return
	}
	defer leaveAs()

	stream := eventStream{w: w, control: http.NewResponseController(w), slow: s.tuning().Streams.Slow}
	_ = stream.control.SetReadDeadline(time.Time{}) // of the request, which has been read
	w.Header().Set("Content-Type", mediaEvents+"; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would hold events back
	w.WriteHeader(http.StatusOK)

	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	op, refusal := s.admit(ctx, c, params)
	if refusal == nil && r.Method == http.MethodGet && op.Operation.Operation == ast.Mutation {
		refusal = s.fault(r.Context(), onlyByPost())
	}
	if refusal != nil {
		if stream.event("next", encode(refusal)) == nil {
			_ = stream.event("complete", nil)
		}
		return
	}
	answers := make(chan []byte)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.recovered(ctx, func() {
			_ = op.run(func(answer []byte, _ bool) error {
				select {
				case answers <- answer:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			})
		})
	}()
	defer func() { cancel(); <-ended }()
	s.stream(ctx, stream, answers, ended)
}

// stream writes answers as they come, and signs of life meanwhile.
func (s *Server) stream(ctx context.Context, stream eventStream, answers <-chan []byte, ended <-chan struct{}) {
	pulse := time.NewTicker(s.tuning().Streams.Pulse)
	defer pulse.Stop()
	if stream.comment() != nil { // so that the client sees the head at once
		return
	}
	for {
		var err error
		select {
		case answer := <-answers:
			err = stream.event("next", answer)
		case <-ended:
			_ = stream.event("complete", nil)
			return
		case <-pulse.C:
			err = stream.comment()
		case <-s.streams.ending: // without complete: the client is to come again
			return
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// eventStream is an answer to which events are written.
type eventStream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	slow    time.Duration
}

func (e eventStream) event(name string, data []byte) error {
	var b bytes.Buffer
	b.WriteString("event: " + name + "\ndata: ")
	b.Write(bytes.TrimSuffix(data, []byte("\n"))) // JSON as we encode it has no line breaks
	b.WriteString("\n\n")
	return e.write(b.Bytes())
}

func (e eventStream) comment() error { return e.write([]byte(":\n\n")) }

// write cuts off a client that does not take what it is sent: it can come again
// and go on from its cursor.
func (e eventStream) write(b []byte) error {
	_ = e.control.SetWriteDeadline(time.Now().Add(e.slow))
	if _, err := e.w.Write(b); err != nil {
		return err
	}
	return e.control.Flush()
}

func tooManyStreams() error {
	return &hub.Error{Code: hub.CodeBusy, Message: "同时打开的订阅连接过多。请先关闭不用的连接，或稍后重试。"}
}
