package telemetry

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"concord/internal/hub"
)

// Traces records what a request did and for how long, for a collector. Without one
// configured, nothing is recorded and nothing leaves. The nil *Traces does nothing.
type Traces struct {
	tracer     trace.Tracer
	propagator propagation.TraceContext
	stop       func(context.Context) error
}

// OpenTraces reads the variables that OpenTelemetry defines. Traces are sent, by
// OTLP over HTTP, when OTEL_EXPORTER_OTLP_ENDPOINT or
// OTEL_EXPORTER_OTLP_TRACES_ENDPOINT names where; the exporter and the SDK read the
// others themselves (headers, certificate, sampler, OTEL_RESOURCE_ATTRIBUTES).
func OpenTraces(ctx context.Context, getenv func(string) string) (*Traces, error) {
	wanted := getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" || getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") != ""
	if !wanted || strings.EqualFold(getenv("OTEL_SDK_DISABLED"), "true") || getenv("OTEL_TRACES_EXPORTER") == "none" {
		return nil, nil
	}
	for _, name := range []string{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"} {
		if protocol := getenv(name); protocol != "" {
			if protocol != "http/protobuf" {
				return nil, hub.Invalid(name, "环境变量 %s 只支持 http/protobuf。请改正或去掉它。", name)
			}
			break
		}
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, hub.Internal("OpenTraces", err)
	}
	who, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "concord")),
		resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		return nil, &hub.Error{Code: hub.CodeInvalid, Field: "OTEL_RESOURCE_ATTRIBUTES", Cause: err, Message: "环境变量 OTEL_RESOURCE_ATTRIBUTES 或 OTEL_SERVICE_NAME 的写法不对，应为 名称=值，用逗号隔开。"}
	}
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(who))
	return &Traces{tracer: provider.Tracer("concord"), stop: provider.Shutdown}, nil
}

// Close sends what is left.
func (t *Traces) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	return t.stop(ctx)
}

// Span is a part of what a request does.
type Span struct{ span trace.Span }

var silent = Span{noop.Span{}}

// Request begins the span of an HTTP request, below that of the caller if it sent one.
func (t *Traces) Request(r *http.Request) (context.Context, Span) {
	if t == nil {
		return r.Context(), silent
	}
	ctx := t.propagator.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	ctx, span := t.tracer.Start(ctx, r.Method, trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(attribute.String("http.request.method", r.Method)))
	return ctx, Span{span}
}

// Begin begins a span within that of ctx.
func (t *Traces) Begin(ctx context.Context, name string) (context.Context, Span) {
	if t == nil {
		return ctx, silent
	}
	ctx, span := t.tracer.Start(ctx, name)
	return ctx, Span{span}
}

// ID is the trace to which the span belongs, "" when it is not recorded.
func (s Span) ID() string {
	if c := s.span.SpanContext(); c.IsSampled() {
		return c.TraceID().String()
	}
	return ""
}

// Note adds what is known of the span. Values are words and numbers of ours.
func (s Span) Note(key string, value any) {
	if !s.span.IsRecording() {
		return
	}
	switch v := value.(type) {
	case int:
		s.span.SetAttributes(attribute.Int(key, v))
	case string:
		s.span.SetAttributes(attribute.String(key, v))
	default:
		s.span.SetAttributes(attribute.String(key, fmt.Sprint(v)))
	}
}

// Answered ends the span of an HTTP request.
func (s Span) Answered(method, route string, status int) {
	s.span.SetName(strings.TrimSpace(method + " " + route))
	s.Note("http.route", route)
	s.Note("http.response.status_code", status)
	if status >= http.StatusInternalServerError {
		s.span.SetStatus(codes.Error, "")
	}
	s.span.End()
}

// End ends the span; of an error only the code is told, which holds nothing typed.
func (s Span) End(err error) {
	if err != nil {
		s.span.SetStatus(codes.Error, string(hub.CodeOf(err)))
	}
	s.span.End()
}

// Store tells traces of the commits of a store.
func (t *Traces) Store(s hub.Store) hub.Store {
	if t == nil {
		return s
	}
	return tracedStore{s, t}
}

type tracedStore struct {
	hub.Store
	traces *Traces
}

func (s tracedStore) Apply(ctx context.Context, batch hub.Batch) (first hub.Revision, err error) {
	ctx, span := s.traces.Begin(ctx, "commit")
	span.Note("concord.changes", len(batch.Puts))
	first, err = s.Store.Apply(ctx, batch)
	span.Note("concord.revision", int(first))
	span.End(err)
	return first, err
}

// Searcher tells traces of searches: how long they took, never for what.
func (t *Traces) Searcher(s hub.Searcher) hub.Searcher {
	if t == nil || s == nil {
		return s
	}
	return tracedSearcher{s, t}
}

type tracedSearcher struct {
	hub.Searcher
	traces *Traces
}

func (s tracedSearcher) Search(ctx context.Context, q hub.SearchQuery) (result hub.SearchResult, err error) {
	ctx, span := s.traces.Begin(ctx, "search")
	result, err = s.Searcher.Search(ctx, q)
	span.Note("concord.total", result.Total)
	span.End(err)
	return result, err
}
