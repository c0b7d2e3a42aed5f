// Package telemetry is what those who run a hub see of it from outside: numbers
// for Prometheus and, when asked for, traces for OpenTelemetry. No label, attribute
// or number holds anything that a caller typed, so that there are only as many
// series as the program has words for, and nothing of a person leaves this way.
package telemetry

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics counts what happens. All methods may be called at once from anywhere;
// those of a nil *Metrics do nothing, so that parts can be used without it.
type Metrics struct {
	registry *prometheus.Registry

	requests        *prometheus.CounterVec
	requestTime     *prometheus.HistogramVec
	operations      *prometheus.CounterVec
	operationTime   *prometheus.HistogramVec
	operationCost   *prometheus.HistogramVec
	refusals        *prometheus.CounterVec
	cache           *prometheus.CounterVec
	sockets         prometheus.Gauge
	subscriptions   prometheus.Gauge
	commits         prometheus.Counter
	commitFailures  prometheus.Counter
	commitTime      prometheus.Histogram
	commitChanges   prometheus.Histogram
	reloads         *prometheus.CounterVec
	certificateEnds prometheus.Gauge
}

// seconds are the bounds of histograms of time: from what an answer from memory
// takes to the limit of an operation.
var seconds = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

// NewMetrics returns metrics with those of the Go runtime and the process.
func NewMetrics() *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	m.registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewBuildInfoCollector(),
	)
	m.requests = m.counters("concord_http_requests_total", "HTTP requests by route and status.", "route", "status")
	m.requestTime = m.histograms("concord_http_request_seconds", "Time from the head of a request to the end of its answer.", seconds, "route")
	m.operations = m.counters("concord_operations_total", "Answers to GraphQL operations by kind, root field of the contract and code of the first error (OK without one); of subscriptions every message.", "kind", "field", "code")
	m.operationTime = m.histograms("concord_operation_seconds", "Time that queries and mutations took.", seconds, "kind", "field")
	m.operationCost = m.histograms("concord_operation_cost_points", "Cost of operations as weighed before they run.", prometheus.ExponentialBuckets(1, 10, 6), "kind")
	m.refusals = m.counters("concord_refusals_total", "Operations refused by a limit of rate, by reason.", "reason")
	m.cache = m.counters("concord_response_cache_total", "Look-ups in the response cache by outcome.", "outcome")
	m.sockets = m.gauge("concord_sockets", "Open WebSocket and event stream connections.")
	m.subscriptions = m.gauge("concord_subscriptions", "Running subscriptions.")
	m.commits = m.counter("concord_commits_total", "Durable commits of the change log.")
	m.commitFailures = m.counter("concord_commit_failures_total", "Commits that failed; after one the hub takes no writes until it is started anew.")
	m.commitTime = m.histograms("concord_commit_seconds", "Time of a commit with its syncs.", seconds).WithLabelValues().(prometheus.Histogram)
	m.commitChanges = m.histograms("concord_commit_changes", "Changes that shared a commit.", prometheus.ExponentialBuckets(1, 4, 9)).WithLabelValues().(prometheus.Histogram)
	m.reloads = m.counters("concord_reloads_total", "Times the settings were read anew, by outcome.", "outcome")
	m.certificateEnds = m.gauge("concord_certificate_end_seconds", "When the TLS certificate in use expires, in Unix time; 0 without one.")
	return m
}

func (m *Metrics) counter(name, help string) prometheus.Counter {
	c := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	m.registry.MustRegister(c)
	return c
}

func (m *Metrics) counters(name, help string, labels ...string) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	m.registry.MustRegister(c)
	return c
}

func (m *Metrics) histograms(name, help string, bounds []float64, labels ...string) *prometheus.HistogramVec {
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: bounds}, labels)
	m.registry.MustRegister(h)
	return h
}

func (m *Metrics) gauge(name, help string) prometheus.Gauge {
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	m.registry.MustRegister(g)
	return g
}

// Watch adds a number that is read whenever somebody asks for it.
func (m *Metrics) Watch(name, help string, read func() float64) {
	if m != nil {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
	}
}

// Handler answers with all numbers, in the format of Prometheus.
func (m *Metrics) Handler() http.Handler {
	if m == nil {
		return http.NotFoundHandler()
	}
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{EnableOpenMetrics: true})
}

// Request counts an HTTP request. The route is the pattern that it met, not its path.
func (m *Metrics) Request(route string, status int, took time.Duration) {
	if m == nil {
		return
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.requestTime.WithLabelValues(route).Observe(took.Seconds())
}

// Operation is an answer to a GraphQL operation.
type Operation struct {
	Kind  string        // query, mutation or subscription; none when the request did not become one
	Field string        // its root field
	Code  string        // of the first error; OK without one
	Cost  int           // points; 0 when it was not weighed
	Took  time.Duration // 0 when nobody measured, as of a message of a subscription
}

// Operation counts an answer.
func (m *Metrics) Operation(o Operation) {
	if m == nil {
		return
	}
	m.operations.WithLabelValues(o.Kind, o.Field, o.Code).Inc()
	if o.Took > 0 {
		m.operationTime.WithLabelValues(o.Kind, o.Field).Observe(o.Took.Seconds())
	}
	if o.Cost > 0 {
		m.operationCost.WithLabelValues(o.Kind).Observe(float64(o.Cost))
	}
}

// Refused counts what a limit of rate turned away; the reason is one of few words of
// ours: rate_caller or rate_address.
func (m *Metrics) Refused(reason string) {
	if m != nil {
		m.refusals.WithLabelValues(reason).Inc()
	}
}

// Cached counts a look-up in the response cache: hit, miss or bypass.
func (m *Metrics) Cached(outcome string) {
	if m != nil {
		m.cache.WithLabelValues(outcome).Inc()
	}
}

// Socket counts a connection that stays open, until the function it returns is called.
func (m *Metrics) Socket() (closed func()) {
	if m == nil {
		return func() {}
	}
	m.sockets.Inc()
	return m.sockets.Dec
}

// Subscription counts a running subscription, until the function it returns is called.
func (m *Metrics) Subscription() (ended func()) {
	if m == nil {
		return func() {}
	}
	m.subscriptions.Inc()
	return m.subscriptions.Dec
}

// Commit counts a commit of the change log.
func (m *Metrics) Commit(changes int, took time.Duration, err error) {
	switch {
	case m == nil:
	case err != nil:
		m.commitFailures.Inc()
	default:
		m.commits.Inc()
		m.commitTime.Observe(took.Seconds())
		m.commitChanges.Observe(float64(changes))
	}
}

// Reloaded counts that the settings were read anew.
func (m *Metrics) Reloaded(err error) {
	if m == nil {
		return
	}
	outcome := "ok"
	if err != nil {
		outcome = "failed"
	}
	m.reloads.WithLabelValues(outcome).Inc()
}

// Certificate says until when the certificate in use holds.
func (m *Metrics) Certificate(end time.Time) {
	if m != nil {
		m.certificateEnds.Set(float64(end.Unix()))
	}
}
