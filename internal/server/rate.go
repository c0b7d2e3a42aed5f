package server

import (
	"net/http"
	"time"

	"concord/internal/hub"
)

// bucket holds what may be spent: it fills at a rate up to its size. It is not safe
// for concurrent use.
type bucket struct {
	rate, size float64 // a second; at most
	level      float64
	at         time.Time
}

func newBucket(rate, size float64, now time.Time) *bucket {
	return &bucket{rate: rate, size: size, level: size, at: now}
}

// fill brings the level up to now.
func (b *bucket) fill(now time.Time) {
	if passed := now.Sub(b.at).Seconds(); passed > 0 {
		b.level, b.at = min(b.size, b.level+passed*b.rate), now
	}
}

// take spends n; false when there is not as much.
func (b *bucket) take(n float64, now time.Time) bool {
	b.fill(now)
	if b.level < n {
		return false
	}
	b.level -= n
	return true
}

// chargeTo names to whom a request is charged: a caller who is known by her id,
// everybody else by the address.
func (s *Server) chargeTo(r *http.Request, p *hub.Principal) string {
	if p.Role != hub.RoleAnonymous {
		return p.ID
	}
	return addressOf(r)
}
