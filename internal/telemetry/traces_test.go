package telemetry

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"concord/internal/hub"
)

// Without a collector nothing is traced, and a protocol that is not spoken is told.
func TestOpenTraces(t *testing.T) {
	for name, c := range map[string]struct {
		environment map[string]string
		traced      bool
		fault       string
	}{
		"nothing is set":      {nil, false, ""},
		"switched off":        {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_SDK_DISABLED": "true"}, false, ""},
		"no exporter":         {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_TRACES_EXPORTER": "none"}, false, ""},
		"another protocol":    {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, false, "http/protobuf"},
		"a collector":         {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}, true, ""},
		"one for traces only": {map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:9/v1/traces", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/protobuf"}, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			traces, err := OpenTraces(t.Context(), func(name string) string { return c.environment[name] })
			if (err != nil) != (c.fault != "") || err != nil && !strings.Contains(err.Error(), c.fault) || (traces != nil) != c.traced {
				t.Fatalf("%v, %v", traces, err)
			}
			if err := traces.Close(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
}

// A hub that is not traced, and one that is not measured, works as any other.
func TestWithoutTelemetry(t *testing.T) {
	var traces *Traces
	ctx, span := traces.Request(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	_, inner := traces.Begin(ctx, "commit")
	inner.Note("a", 1)
	inner.End(errors.New("示例"))
	span.Answered("GET", "/", 200)
	if span.ID() != "" {
		t.Error("something is traced")
	}
	if s := traces.Searcher(nil); s != nil {
		t.Error("a searcher out of nothing")
	}
	var store hub.Store
	if traces.Store(store) != store {
		t.Error("the store is another")
	}
	var m *Metrics
	m.Request("/", 200, 1)
	m.Operation(Operation{})
	m.Refused("rate")
	m.Cached("hit")
	m.Socket()()
	m.Subscription()()
	m.Commit(1, 1, nil)
	m.Reloaded(nil)
	m.Watch("x", "x", nil)
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusNotFound {
		t.Error(w.Code)
	}
}
