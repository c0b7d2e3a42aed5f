package hub

import (
	"fmt"
	"testing"
	"time"
)

// TestAllowance counts how many failures pass, at once and later.
func TestAllowance(t *testing.T) {
	start := time.Date(2025, 6, 15, 2, 0, 0, 0, time.UTC)
	passed := func(a *Allowance, n int, who string, now time.Time) (passed int) {
		for range n {
			if a.Wait(who, now) == 0 {
				a.Take(who, now)
				passed++
			}
		}
		return passed
	}
	a := NewAllowance(5, time.Minute)
	for _, c := range []struct {
		who   string
		after time.Duration
		want  int
	}{{"a", 0, 5}, {"a", 59 * time.Second, 0}, {"a", time.Minute, 1}, {"b", time.Minute, 5}, {"a", 4 * time.Minute, 3}, {"a", time.Hour, 5}} {
		if got := passed(a, 20, c.who, start.Add(c.after)); got != c.want {
			t.Errorf("%s after %v: %d pass, want %d", c.who, c.after, got, c.want)
		}
	}
	a.GiveBack("b")
	if got := passed(a, 20, "b", start.Add(time.Minute)); got != 1 {
		t.Errorf("%d pass after one was given back", got)
	}
	for i := range 2 * mostAllowed {
		a.Take(fmt.Sprint(i), start)
	}
	if len(a.paid) > mostAllowed || a.Wait("a", start.Add(time.Hour)) == 0 {
		t.Errorf("%d are remembered, and the one that failed most is not", len(a.paid))
	}
}
