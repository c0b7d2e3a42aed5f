package auth

import (
	"sync"
	"time"

	"concord/internal/hub"
)

// backoff makes whoever guesses passwords wait. What counts are failures
//
//   - for one name from one address: after a few in a row every further one doubles the
//     time until the next attempt is looked at;
//   - where nobody has come in by that name from that address before, also those for the
//     name from wherever they come (at most a hundred: NIST SP 800-63B, 5.2.2), and those
//     from the address whatever the name.
//
// So a stranger who guesses shuts out herself, and not the one whose name it is. Names
// that nobody has are counted like others, so that waiting tells nothing. An attempt is
// a failure from the moment it begins until it has succeeded, or a hundred at once would
// all be looked at. It is memory, and bounded.
type backoff struct {
	mu        sync.Mutex
	attempts  map[attempt]*failures
	entered   map[attempt]time.Time // who has come in, and when last
	names     *hub.Allowance
	addresses *hub.Allowance
}

// attempt is a name that is tried from an address.
type attempt struct{ name, address string }

type failures struct {
	count int
	last  time.Time
}

const (
	freeFailures = 5                // before one has to wait
	firstWait    = time.Second      // and twice as long after each further one
	longestWait  = 15 * time.Minute // at which it stays
	forgotten    = time.Hour        // after the last failure
	mostCounted  = 10_000           // attempts, and who has come in
)

func newBackoff() *backoff {
	return &backoff{
		attempts: map[attempt]*failures{}, entered: map[attempt]time.Time{},
		names:     hub.NewAllowance(100, 15*time.Minute),
		addresses: hub.NewAllowance(50, 20*time.Second),
	}
}

// begin counts an attempt as a failure, or says how long the next one is not looked at.
func (b *backoff) begin(a attempt, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	wait := b.attempts[a].wait(now)
	if _, known := b.entered[a]; !known {
		wait = max(wait, b.names.Wait(a.name, now), b.addresses.Wait(a.address, now))
	}
	if wait > 0 {
		return wait
	}
	f := b.attempts[a]
	if f == nil || now.Sub(f.last) > forgotten {
		if f == nil && len(b.attempts) >= mostCounted {
			b.makeRoom(now)
		}
		f = new(failures)
		b.attempts[a] = f
	}
	f.count++
	f.last = now
	b.names.Take(a.name, now)
	b.addresses.Take(a.address, now)
	return 0
}

// takeBack takes back what begin has counted, of an attempt that was no failure.
func (b *backoff) takeBack(a attempt) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if f := b.attempts[a]; f != nil {
		f.count--
	}
	b.names.GiveBack(a.name)
	b.addresses.GiveBack(a.address)
}

// succeeded notes that somebody has come in, whose failures before are forgiven.
func (b *backoff) succeeded(a attempt, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.attempts, a)
	if _, known := b.entered[a]; !known && len(b.entered) >= mostCounted {
		first := a
		for other, at := range b.entered {
			if first == a || at.Before(b.entered[first]) {
				first = other
			}
		}
		delete(b.entered, first)
	}
	b.entered[a] = now
}

// wait is how long after failures in a row the next attempt is not looked at.
func (f *failures) wait(now time.Time) time.Duration {
	if f == nil || f.count < freeFailures {
		return 0
	}
	wait := longestWait
	if over := f.count - freeFailures; over < 10 {
		wait = min(longestWait, firstWait<<over)
	}
	return max(0, f.last.Add(wait).Sub(now))
}

// makeRoom forgets what is old, else the attempt that has failed least: somebody who
// floods the table with names must not free the one that is being guessed.
func (b *backoff) makeRoom(now time.Time) {
	var least attempt
	found := false
	for a, f := range b.attempts {
		switch {
		case now.Sub(f.last) > forgotten:
			delete(b.attempts, a)
		case !found || f.count < b.attempts[least].count || f.count == b.attempts[least].count && f.last.Before(b.attempts[least].last):
			least, found = a, true
		}
	}
	if len(b.attempts) >= mostCounted {
		delete(b.attempts, least)
	}
}
