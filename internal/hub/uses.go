package hub

import (
	"context"
	"maps"
	"sync"
	"time"
)

// uses remembers when sessions and keys were last used. It is memory: a request
// writes nothing. Sessions begin their idle time anew when the server starts; of
// keys the day is kept by [Hub.KeepUses] now and then.
type uses struct {
	mu       sync.Mutex
	since    time.Time // the server's start
	sessions map[ID]time.Time
	keys     map[ID]Date
}

func newUses(now time.Time) uses {
	return uses{since: now, sessions: map[ID]time.Time{}, keys: map[ID]Date{}}
}

// session is when a session was last used, as far as this server knows.
func (u *uses) session(s *Session) time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	if at, ok := u.sessions[s.ID]; ok {
		return at
	}
	if s.StartedAt.After(u.since) {
		return s.StartedAt
	}
	return u.since
}

// touch notes the use of a session, and forgets those that nobody can use any more.
func (u *uses) touch(id ID, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if _, known := u.sessions[id]; !known {
		maps.DeleteFunc(u.sessions, func(_ ID, at time.Time) bool { return now.Sub(at) > SessionIdle })
	}
	u.sessions[id] = now
}

// SessionsInUse is how many sessions were used lately enough to be open still, as
// far as this server knows.
func (h *Hub) SessionsInUse() int {
	h.uses.mu.Lock()
	defer h.uses.mu.Unlock()
	n, now := 0, h.now()
	for _, at := range h.uses.sessions {
		if now.Sub(at) < SessionIdle {
			n++
		}
	}
	return n
}

// forget drops a session that was ended.
func (u *uses) forget(id ID) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.sessions, id)
}

func (u *uses) key(k *APIKey) Date {
	u.mu.Lock()
	defer u.mu.Unlock()
	return max(k.LastUsed, u.keys[k.ID])
}

// KeyUsed notes that a key opened something.
func (h *Hub) KeyUsed(k *APIKey) {
	today := h.Today()
	h.uses.mu.Lock()
	defer h.uses.mu.Unlock()
	h.uses.keys[k.ID] = today
}

// KeepUses writes down on which day keys were last used, where that is not known
// yet: one change a key and day at most.
func (h *Hub) KeepUses(ctx context.Context) error {
	h.uses.mu.Lock()
	used := maps.Clone(h.uses.keys)
	h.uses.mu.Unlock()
	for id, day := range used {
		var version Version
		err := h.withSnapshot(ctx, func(snap Snapshot) error {
			versions, err := snap.Get(0, id)
			if err == nil {
				version = versions[0]
			}
			return err
		})
		if err != nil {
			return err
		}
		key, ok := version.Record.(*APIKey)
		if !ok || key.LastUsed >= day {
			continue
		}
		kept := *key
		kept.LastUsed = day
		_, err = h.store.Apply(ctx, Batch{
			Origin: Origin{Actor: System.ID, Reason: "接口密钥最近使用日"}, At: h.now().UTC(),
			Puts: []Put{{&kept, version.Revision}},
		})
		if err != nil && CodeOf(err) != CodeConflict { // it was revoked meanwhile: next time
			return err
		}
	}
	return nil
}
