package server

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/rs/cors"

	"concord/graph"
	"concord/internal/telemetry"
)

// Tuning is what may be changed while the server runs, by [Server.Tune]. Requests
// that are under way end as they began.
type Tuning struct {
	Limits  graph.Limits  // of an operation; graph.DefaultLimits when zero
	MaxBody int64         // bytes of a request's body; 256 KiB when 0
	Timeout time.Duration // for one operation; 30 s when 0
	Streams StreamLimits  // of WebSockets and event streams; DefaultStreamLimits when zero
	Rates   RateLimits    // none when zero
	Origins []string      // web origins whose pages may ask, such as https://example.gov.cn; none when empty

	// Proxies are the addresses of proxies in front, whose word about who calls
	// and by which scheme is taken. None by default: anybody could say anything.
	Proxies []netip.Prefix
	// MetricsFrom are the addresses from which /metrics may be read.
	MetricsFrom []netip.Prefix
}

const (
	defaultMaxBody = 256 << 10
	defaultTimeout = 30 * time.Second
)

// live is a tuning with what is made of it.
type live struct {
	Tuning
	executor graphql.GraphExecutor
	handler  http.Handler
}

// Tune replaces what may be changed while the server runs. Documents that were
// checked against other limits are forgotten with the executor that checked them.
func (s *Server) Tune(t Tuning) {
	if t.Limits.Tokens == 0 {
		closed := t.Limits.ClosedSchema
		t.Limits = graph.DefaultLimits
		t.Limits.ClosedSchema = closed
	}
	if t.MaxBody == 0 {
		t.MaxBody = defaultMaxBody
	}
	if t.Timeout == 0 {
		t.Timeout = defaultTimeout
	}
	if t.Streams == (StreamLimits{}) {
		t.Streams = DefaultStreamLimits
	}
	t.Limits.Body, t.Limits.Header, t.Limits.Seconds = int(t.MaxBody), s.config.Serving.MaxHeader, int(t.Timeout.Seconds())
	t.Limits.Message, t.Limits.Subscriptions = int(t.Streams.Message), t.Streams.Subscriptions
	t.Limits.Messages, t.Limits.Init, t.Limits.Streams = int(t.Streams.Messages), int(t.Streams.Init.Seconds()), t.Streams.PerCaller
	s.rates.tune(t.Rates)
	s.streams.tune(t.Streams)
	s.live.Store(&live{
		Tuning:   t,
		executor: graph.New(s.config.Hub, s.config.Log, t.Limits, graph.Observer(s.answered)),
		handler:  s.observed(crossOrigin(t.Origins, s.mux)),
	})
}

// tuning is what holds now.
func (s *Server) tuning() *live { return s.live.Load() }

// answered hears of the answers that the executor makes.
func (s *Server) answered(ctx context.Context, a graph.Answered) { s.tell(ctx, &a) }

// tell counts an answer to an operation, and notes it for the trace and the log.
func (s *Server) tell(ctx context.Context, a *graph.Answered) {
	if a == nil {
		return
	}
	s.config.Metrics.Operation(telemetry.Operation(*a))
	noted(ctx).answer.CompareAndSwap(nil, a)
}

// crossOrigin lets the pages of the configured origins ask.
func crossOrigin(origins []string, next http.Handler) http.Handler {
	if len(origins) == 0 {
		return next
	}
	return cors.New(cors.Options{
		AllowedOrigins: origins,
		AllowedMethods: []string{http.MethodGet, http.MethodPost},
		AllowedHeaders: append([]string{"Content-Type", "If-None-Match"}, preflightHeaders...),
		ExposedHeaders: []string{requestIDHeader, revisionHeader, "Content-Disposition", "ETag", "Retry-After"},
		MaxAge:         600,
	}).Handler(next)
}
