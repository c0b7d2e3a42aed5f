package hub

import (
	"sync"
	"time"
)

// Allowance lets so many failures of each of many pass at once, and one more every so
// often: for whatever can be guessed. It is memory, and bounded, and safe for concurrent
// use.
type Allowance struct {
	free  int
	every time.Duration

	mu   sync.Mutex
	paid map[string]time.Time // when all failures will be forgotten
}

// mostAllowed is of how many the failures are remembered; who has failed least gives way.
const mostAllowed = 10_000

// NewAllowance returns one.
func NewAllowance(free int, every time.Duration) *Allowance {
	return &Allowance{free: free, every: every, paid: map[string]time.Time{}}
}

// Wait is how long who has to wait until the next failure may be.
func (a *Allowance) Wait(who string, now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return max(0, a.paid[who].Add(-time.Duration(a.free-1)*a.every).Sub(now))
}

// Take counts a failure.
func (a *Allowance) Take(who string, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	at, counted := a.paid[who]
	if !counted && len(a.paid) >= mostAllowed {
		least := who
		for other, at := range a.paid {
			if least == who || at.Before(a.paid[least]) {
				least = other
			}
		}
		delete(a.paid, least)
	}
	if at.Before(now) {
		at = now
	}
	a.paid[who] = at.Add(a.every)
}

// GiveBack takes back what was counted and was no failure.
func (a *Allowance) GiveBack(who string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if at, counted := a.paid[who]; counted {
		a.paid[who] = at.Add(-a.every)
	}
}
