package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"concord/graph"
	"concord/internal/hub"
	"concord/internal/telemetry"
)

const requestIDHeader = "X-Request-Id"

// note is what is logged of a request. Nothing that a caller typed is among it
// but the name of the operation: no key, no query, no variables.
type note struct {
	origin
	id        string
	caller    string                         // principal id
	operation string                         // the name that the caller gave it
	answer    atomic.Pointer[graph.Answered] // the first one; a socket has many
}

type noteKey struct{}

// noted returns the note of the request to which ctx belongs.
func noted(ctx context.Context) *note {
	if n, ok := ctx.Value(noteKey{}).(*note); ok {
		return n
	}
	return &note{}
}

// foreignID is what a proxy in front may send as id of a request.
var foreignID = regexp.MustCompile(`^[0-9A-Za-z._-]{1,64}$`)

func randomID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// observed gives every request an id, logs it when it has been answered, and
// turns a panic into an answer.
func (s *Server) observed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		t := s.tuning()
		n := &note{id: r.Header.Get(requestIDHeader), origin: originOf(r, t.Proxies)}
		if !foreignID.MatchString(n.id) {
			n.id = s.config.RequestID()
		}
		ctx, span := s.config.Traces.Request(r)
		r = r.WithContext(context.WithValue(ctx, noteKey{}, n))
		// What takes longer says so itself.
		_ = http.NewResponseController(w).SetWriteDeadline(start.Add(t.Timeout + 30*time.Second))
		w.Header().Set(requestIDHeader, n.id)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		counted := &counter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			if panicked := recover(); panicked != nil {
				if err, ok := panicked.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(panicked)
				}
				s.panicked(counted, r, panicked)
			}
			took := time.Since(start)
			s.config.Metrics.Request(route(r), counted.status, took)
			n.tell(span)
			span.Answered(r.Method, route(r), counted.status)
			entry := append(make([]slog.Attr, 0, 14), slog.String("id", n.id), slog.String("method", r.Method), slog.String("path", r.URL.Path),
				slog.Int("status", counted.status), slog.Int64("bytes", counted.bytes), slog.Float64("ms", milliseconds(took)),
				slog.String("caller", n.caller), slog.String("address", n.address.String()), slog.String("operation", hub.Shorten(n.operation)))
			if a := n.answer.Load(); a != nil {
				entry = append(entry, slog.String("kind", a.Kind), slog.String("field", a.Field), slog.String("code", a.Code), slog.Int("cost", a.Cost))
			}
			if trace := span.ID(); trace != "" {
				entry = append(entry, slog.String("trace", trace))
			}
			s.config.Log.LogAttrs(r.Context(), slog.LevelInfo, "request", entry...)
		}()
		next.ServeHTTP(counted, r)
	})
}

// route is the pattern that a request met: there are few of them.
func route(r *http.Request) string {
	if _, path, ok := strings.Cut(r.Pattern, " "); ok {
		return path
	}
	if r.Pattern != "" {
		return r.Pattern
	}
	return "none"
}

// tell notes on the span what is known of the request.
func (n *note) tell(span telemetry.Span) {
	span.Note("concord.request", n.id)
	if n.caller != "" {
		span.Note("concord.caller", n.caller)
	}
	if a := n.answer.Load(); a != nil {
		span.Note("graphql.operation.type", a.Kind)
		span.Note("concord.field", a.Field)
		span.Note("concord.code", a.Code)
		span.Note("concord.cost", a.Cost)
	}
}

// panicked answers a request whose handling panicked, unless an answer is on its
// way already; the cause is for the log.
func (s *Server) panicked(w *counter, r *http.Request, cause any) {
	err := hub.Internal("server", fmt.Errorf("panic: %v\n%s", cause, debug.Stack()))
	if w.written {
		s.config.Log.ErrorContext(r.Context(), "panic", "request", noted(r.Context()).id, "error", err)
		return
	}
	s.refuse(w, r, mediaJSON, http.StatusInternalServerError, gqlerror.Wrap(err))
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// counter notes the status and size of an answer.
type counter struct {
	http.ResponseWriter
	status  int
	bytes   int64
	written bool
}

func (c *counter) WriteHeader(status int) {
	c.status, c.written = status, true
	c.ResponseWriter.WriteHeader(status)
}

func (c *counter) Write(b []byte) (int, error) {
	c.written = true
	n, err := c.ResponseWriter.Write(b)
	c.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach what is below.
func (c *counter) Unwrap() http.ResponseWriter { return c.ResponseWriter }
