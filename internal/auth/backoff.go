package auth

import (
	"sync"
	"time"
)

// backoff makes whoever guesses passwords wait: after a few failures in a row for
// one name, every further one doubles the time until the next attempt is looked at.
// Names that nobody has are counted like others, so that waiting tells nothing. It
// is memory, and bounded.
type backoff struct {
	mu    sync.Mutex
	names map[string]*failures
}

type failures struct {
	count int
	last  time.Time
}

const (
	freeFailures = 5                // before one has to wait
	firstWait    = time.Second      // and twice as long after each further one
	longestWait  = 15 * time.Minute // at which it stays
	forgotten    = time.Hour        // after the last failure
	mostNames    = 10_000
)

// wait is how long the next attempt for name is not looked at.
func (b *backoff) wait(name string, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	f := b.names[name]
	if f == nil || f.count < freeFailures {
		return 0
	}
	wait := longestWait
	if over := f.count - freeFailures; over < 10 {
		wait = min(longestWait, firstWait<<over)
	}
	return max(0, f.last.Add(wait).Sub(now))
}

// failed counts a failure.
func (b *backoff) failed(name string, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.names == nil {
		b.names = map[string]*failures{}
	}
	f := b.names[name]
	if f == nil || now.Sub(f.last) > forgotten {
		if f == nil && len(b.names) >= mostNames {
			b.makeRoom(now)
		}
		f = new(failures)
		b.names[name] = f
	}
	f.count++
	f.last = now
}

// makeRoom forgets what is old, else the name that has failed least: somebody who
// floods the table with names must not free the one that is being guessed.
func (b *backoff) makeRoom(now time.Time) {
	least := ""
	for name, f := range b.names {
		switch {
		case now.Sub(f.last) > forgotten:
			delete(b.names, name)
		case least == "" || f.count < b.names[least].count || f.count == b.names[least].count && f.last.Before(b.names[least].last):
			least = name
		}
	}
	if len(b.names) >= mostNames {
		delete(b.names, least)
	}
}

// succeeded forgets the failures of a name.
func (b *backoff) succeeded(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.names, name)
}
