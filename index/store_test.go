package index

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"time"

	"concord/internal/hub"
)

// memoryStore is as much of a hub.Store as an index needs: a log in memory.
type memoryStore struct {
	hub.Store // what is not here is not needed

	mu       sync.Mutex
	log      []hub.Change
	latest   map[hub.ID]hub.Revision
	advanced chan struct{}
	fail     error // what Snapshot answers, when not nil
}

func newStore() *memoryStore {
	return &memoryStore{advanced: make(chan struct{}), latest: map[hub.ID]hub.Revision{}}
}

// put appends records to the log.
func (s *memoryStore) put(records ...hub.Record) hub.Revision {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range records {
		revision := hub.Revision(len(s.log) + 1)
		s.log = append(s.log, hub.Change{Revision: revision, At: time.Unix(0, 0), Record: r, Previous: s.latest[r.RecordID()]})
		s.latest[r.RecordID()] = revision
	}
	close(s.advanced)
	s.advanced = make(chan struct{})
	return hub.Revision(len(s.log))
}

// newest finds the version of a record at the end of a log by walking it.
func newest(log []hub.Change, id hub.ID) hub.Version {
	for _, c := range slices.Backward(log) {
		if c.Record.RecordID() == id {
			return hub.Version{Record: c.Record, Revision: c.Revision}
		}
	}
	return hub.Version{}
}

func (s *memoryStore) Revision() hub.Revision {
	s.mu.Lock()
	defer s.mu.Unlock()
	return hub.Revision(len(s.log))
}

func (s *memoryStore) Advanced(seen hub.Revision) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if hub.Revision(len(s.log)) > seen {
		done := make(chan struct{})
		close(done)
		return done
	}
	return s.advanced
}

func (s *memoryStore) Snapshot() (hub.Snapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return nil, s.fail
	}
	return &memorySnapshot{log: s.log[:len(s.log):len(s.log)]}, nil
}

type memorySnapshot struct {
	hub.Snapshot
	log []hub.Change

	once   sync.Once
	latest map[hub.ID]int // place in the log of the newest version
}

func (s *memorySnapshot) Revision() hub.Revision { return hub.Revision(len(s.log)) }
func (s *memorySnapshot) Close()                 {}

func (s *memorySnapshot) index() map[hub.ID]int {
	s.once.Do(func() {
		s.latest = make(map[hub.ID]int, len(s.log))
		for i, c := range s.log {
			s.latest[c.Record.RecordID()] = i
		}
	})
	return s.latest
}

func (s *memorySnapshot) Get(at hub.Revision, ids ...hub.ID) ([]hub.Version, error) {
	versions := make([]hub.Version, len(ids))
	for i, id := range ids {
		if place, ok := s.index()[id]; ok && (at == 0 || hub.Revision(place+1) <= at) {
			versions[i] = hub.Version{Record: s.log[place].Record, Revision: hub.Revision(place + 1)}
		} else if ok {
			versions[i] = newest(s.log[:at], id)
		}
	}
	return versions, nil
}

func (s *memorySnapshot) Changes(after hub.Revision) iter.Seq2[hub.Change, error] {
	return func(yield func(hub.Change, error) bool) {
		for _, c := range s.log[after:] {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func (s *memorySnapshot) All(at hub.Revision, kind hub.Kind) iter.Seq2[hub.Version, error] {
	return func(yield func(hub.Version, error) bool) {
		if at != 0 && int(at) != len(s.log) {
			yield(hub.Version{}, errors.New("only the newest state can be listed here"))
			return
		}
		var ids []hub.ID
		for id := range s.index() {
			if id.Kind() == kind {
				ids = append(ids, id)
			}
		}
		slices.Sort(ids)
		for _, id := range ids {
			place := s.latest[id]
			if !yield(hub.Version{Record: s.log[place].Record, Revision: hub.Revision(place + 1)}, nil) {
				return
			}
		}
	}
}

var _ hub.Store = (*memoryStore)(nil)

// background is a context for what cannot take long.
func background() context.Context { return context.Background() }
