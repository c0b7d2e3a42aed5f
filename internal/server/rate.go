package server

import (
	"container/list"
	"context"
	"fmt"
	"math"
	"net/http"
	"sync"
	"time"

	"concord/graph/model"
	"concord/internal/hub"
	"concord/internal/telemetry"
)

// RateLimits say how many points of cost a caller may spend. A caller who is known
// by a key or a session spends from a bucket of its own, everybody else from that
// of the address.
type RateLimits struct {
	Caller, Address Rate
}

// Rate is a bucket: so many points a second flow in, and it holds at most Burst. A
// rate without PerSecond is no limit.
type Rate struct{ PerSecond, Burst int }

// What is spent besides the cost of operations.
const (
	requestPoints = 100    // for every request: reading it costs as much as a small query
	keyPoints     = 20_000 // more, for a key that opens nothing: keys are not to be guessed
)

// mostBuckets is how many callers have a bucket; the one not heard of for longest
// gives way. A caller who gave way begins with a full one.
const mostBuckets = 20_000

// bucket holds what may be spent. It is not safe for concurrent use.
type bucket struct {
	who        string
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

// until is how long it takes until there are n.
func (b *bucket) until(n float64) time.Duration {
	return time.Duration(math.Ceil((min(n, b.size)-b.level)/b.rate)) * time.Second
}

// rates keeps the buckets.
type rates struct {
	now     func() time.Time
	metrics *telemetry.Metrics

	mu     sync.Mutex
	limits RateLimits
	recent *list.List // of *bucket, the one heard of last in front
	of     map[string]*list.Element
}

func newRates(now func() time.Time, metrics *telemetry.Metrics) *rates {
	return &rates{now: now, metrics: metrics, recent: list.New(), of: map[string]*list.Element{}}
}

// tune sets other limits. Everybody begins with a full bucket then.
func (r *rates) tune(limits RateLimits) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if limits != r.limits {
		r.limits = limits
		r.recent.Init()
		clear(r.of)
	}
}

// budget is what one caller spends from.
type budget struct {
	rates *rates
	who   string
	known bool // by key or session
	retry time.Duration
}

func (s *Server) budgetOf(r *http.Request, p *hub.Principal) *budget {
	return &budget{rates: s.rates, who: s.chargeTo(r, p), known: p.Role != hub.RoleAnonymous}
}

func (b *budget) rate() Rate {
	if b.known {
		return b.rates.limits.Caller
	}
	return b.rates.limits.Address
}

// bucket returns the caller's, nil when there is no limit. The lock is held.
func (b *budget) bucket() *bucket {
	rate := b.rate()
	if rate.PerSecond <= 0 {
		return nil
	}
	element := b.rates.of[b.who]
	if element == nil {
		fresh := newBucket(float64(rate.PerSecond), float64(max(rate.Burst, rate.PerSecond)), b.rates.now())
		fresh.who = b.who
		element = b.rates.recent.PushFront(fresh)
		b.rates.of[b.who] = element
		if b.rates.recent.Len() > mostBuckets {
			oldest := b.rates.recent.Remove(b.rates.recent.Back()).(*bucket)
			delete(b.rates.of, oldest.who)
		}
	}
	b.rates.recent.MoveToFront(element)
	return element.Value.(*bucket)
}

// Spend takes points, or says when there will be as many.
func (b *budget) Spend(points int) error {
	b.rates.mu.Lock()
	defer b.rates.mu.Unlock()
	bucket := b.bucket()
	if bucket == nil || bucket.take(float64(points), b.rates.now()) {
		return nil
	}
	b.retry = max(time.Second, bucket.until(float64(points)))
	if b.known {
		b.rates.metrics.Refused("rate_caller")
	} else {
		b.rates.metrics.Refused("rate_address")
	}
	return &hub.Error{Code: hub.CodeRateLimited, Message: fmt.Sprintf("访问过于频繁，额度已用完。请在 %d 秒后重试，并减小查询的成本。", int(b.retry.Seconds()))}
}

// Await spends points as soon as there are as many, or the bucket is full.
func (b *budget) Await(ctx context.Context, points int) error {
	for {
		wait := b.wait(points)
		if wait == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// wait spends points, or says how long to wait until there are as many.
func (b *budget) wait(points int) time.Duration {
	b.rates.mu.Lock()
	defer b.rates.mu.Unlock()
	bucket := b.bucket()
	if bucket == nil || bucket.take(min(float64(points), bucket.size), b.rates.now()) {
		return 0
	}
	return max(time.Second, bucket.until(float64(points)))
}

// Fine takes points even when there are not as many.
func (b *budget) Fine(points int) {
	b.rates.mu.Lock()
	defer b.rates.mu.Unlock()
	if bucket := b.bucket(); bucket != nil {
		bucket.fill(b.rates.now())
		bucket.level = max(bucket.level-float64(points), -bucket.size)
	}
}

// Left says what may still be spent; nil when there is no limit.
func (b *budget) Left() *model.RateLimit {
	b.rates.mu.Lock()
	defer b.rates.mu.Unlock()
	bucket := b.bucket()
	if bucket == nil {
		return nil
	}
	now := b.rates.now()
	bucket.fill(now)
	left := &model.RateLimit{Limit: int(bucket.size), PerSecond: int(bucket.rate), Remaining: max(0, int(bucket.level)), Per: model.PerAddress}
	if b.known {
		left.Per = model.PerCaller
	}
	left.ResetAt = now.Add(time.Duration((bucket.size - bucket.level) / bucket.rate * float64(time.Second))).UTC()
	return left
}

// chargeTo names to whom a request is charged: a caller who is known by her id,
// everybody else by the address.
func (s *Server) chargeTo(r *http.Request, p *hub.Principal) string {
	if p.Role != hub.RoleAnonymous {
		return p.ID
	}
	return s.addressOf(r)
}
