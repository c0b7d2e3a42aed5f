package server

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"concord/internal/hub"
	"concord/internal/telemetry"
)

// TestKeptAnswersAreBounded keeps more than there is room for, and what is out of
// date before it is there.
func TestKeptAnswersAreBounded(t *testing.T) {
	s, _, _, index := open(t, nil)
	a := newAnswers(s.moment, 10_000)
	ask := func(n byte) question { return question{moment: a.now(), key: [32]byte{n}} }
	for n := range byte(100) {
		a.keep(ask(n), newAnswer(make([]byte, 500), "", 0, nil))
		if a.bytes > a.most {
			t.Fatalf("%d bytes are kept, %d are the most", a.bytes, a.most)
		}
		if kept, _ := a.get(ask(n)); kept == nil {
			t.Fatalf("the answer to question %d is not kept", n)
		}
	}
	if len(a.kept) < 10 {
		t.Errorf("only %d answers are kept", len(a.kept))
	}
	a.keep(ask(101), newAnswer(make([]byte, 5000), "", 0, nil))
	if kept, _ := a.get(ask(101)); kept != nil {
		t.Error("one answer takes half of the room")
	}
	late := ask(102)
	index.revision = hub.Revision(7) // searches find more from now on
	a.keep(late, newAnswer(make([]byte, 500), "", 0, nil))
	if kept, _ := a.get(late); kept != nil {
		t.Error("an answer is kept that was asked for before the index moved on")
	}
	if kept, _ := a.get(ask(99)); kept != nil {
		t.Error("an answer is given that was made before the index moved on")
	}
	a.keep(ask(103), newAnswer(make([]byte, 500), "", 0, nil))
	if len(a.kept) != 1 || a.bytes > 1000 {
		t.Errorf("%d answers of %d bytes are left of what is out of date", len(a.kept), a.bytes)
	}
}

// TestKeptAnswersAreCharged asks the same until nothing is left to spend: an answer
// costs what it costs, kept or not.
func TestKeptAnswersAreCharged(t *testing.T) {
	const query = `{"query":"{ regions { code } }"}` // 18 points
	s, _, _, _ := open(t, func(c *Config) {
		c.KeepBytes = 1 << 20
		c.Tuning.Rates = RateLimits{Address: Rate{PerSecond: 1, Burst: 4*requestPoints + 3*18 - 10}}
		now := time.Date(2025, 6, 15, 2, 0, 0, 0, time.UTC)
		c.Now = func() time.Time { return now }
	})
	var codes []int
	for range 4 {
		codes = append(codes, serve(s, request(http.MethodPost, "/graphql", query)).Code)
	}
	if want := []int{200, 200, 200, http.StatusTooManyRequests}; !slices.Equal(codes, want) {
		t.Errorf("answered with %v, want %v", codes, want)
	}
	if len(s.answers.kept) != 1 {
		t.Errorf("%d answers are kept", len(s.answers.kept))
	}
}

// TestKeptAnswersAreTold asks the same twice: numbers and log tell of both, of the time
// that making takes only once.
func TestKeptAnswersAreTold(t *testing.T) {
	s, _, log, _ := open(t, func(c *Config) {
		c.KeepBytes, c.Metrics = 1<<20, telemetry.NewMetrics()
	})
	for range 2 {
		serve(s, request(http.MethodPost, "/graphql", `{"query":"{ regions { code } }"}`))
	}
	numbers := serve(s.config.Metrics.Handler(), request("GET", "/metrics", "")).Body.String()
	for _, line := range []string{
		`concord_response_cache_total{outcome="hit"} 1`,
		`concord_operations_total{code="OK",field="regions",kind="query"} 2`,
		`concord_operation_cost_points_count{kind="query"} 2`,
		`concord_operation_seconds_count{field="regions",kind="query"} 1`,
	} {
		if !strings.Contains(numbers, line) {
			t.Errorf("no line %s", line)
		}
	}
	if told := strings.Count(log.String(), `"kind":"query","field":"regions","code":"OK","cost":18`); told != 2 {
		t.Errorf("the log tells of %d: %s", told, log)
	}
}
