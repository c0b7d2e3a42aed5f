package hub

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Attempt is a change that was refused: who tried what on which record, and why
// it was not done. Attempts stand in the log like everything else and never in
// the change feed. A caller adds at most [attemptsAMinute] of them a minute; what
// is beyond is counted in the next one.
type Attempt struct {
	ID         ID        `cbor:"1,keyasint"`
	At         time.Time `cbor:"2,keyasint"`
	Actor      string    `cbor:"3,keyasint"` // principal id
	Role       Role      `cbor:"4,keyasint"`
	Operation  string    `cbor:"5,keyasint"` // name of the mutation
	Record     ID        `cbor:"6,keyasint,omitempty" names:"kept"`
	Code       string    `cbor:"7,keyasint"`
	Message    string    `cbor:"8,keyasint"`
	Suppressed int       `cbor:"9,keyasint,omitempty"` // attempts of the same caller before this one that were only counted
}

// RecordID returns the id.
func (a *Attempt) RecordID() ID { return a.ID }

// Facts returns none: attempts are read in the order in which they were made.
func (a *Attempt) Facts() Facts { return Facts{} }

// attemptsAMinute is how many refused changes of one caller are written down a
// minute, so that nobody fills the log by being refused.
const attemptsAMinute = 30

// attemptCounts bounds what each caller adds to the log.
type attemptCounts struct {
	mu      sync.Mutex
	callers map[string]*attemptCount
}

type attemptCount struct {
	minute     int64
	noted      int
	suppressed int
}

// admit reports whether another attempt of the caller is to be written down, and
// how many were not since the last one.
func (c *attemptCounts) admit(caller string, now time.Time) (suppressed int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.callers == nil {
		c.callers = map[string]*attemptCount{}
	}
	count := c.callers[caller]
	if count == nil {
		count = new(attemptCount)
		c.callers[caller] = count
	}
	if minute := now.Unix() / 60; minute != count.minute {
		count.minute, count.noted = minute, 0
	}
	if count.noted == attemptsAMinute {
		count.suppressed++
		return 0, false
	}
	count.noted++
	suppressed, count.suppressed = count.suppressed, 0
	return suppressed, true
}

// noteAttempt writes down a refused change.
func (h *Hub) noteAttempt(ctx context.Context, p *Principal, operation string, record ID, why UserError) error {
	now := h.now().UTC()
	suppressed, ok := h.attempts.admit(p.ID, now)
	if !ok {
		return nil
	}
	attempt := &Attempt{
		ID: h.store.NextID(KindAttempt), At: now, Actor: p.ID, Role: p.Role, Operation: operation, Record: record,
		Code: why.Code, Message: concealIDs(why.Message), Suppressed: suppressed,
	}
	_, err := h.store.Apply(ctx, Batch{
		Origin: Origin{Actor: p.ID, Authority: p.authority(), Reason: "未成的变更"}, At: now, Puts: []Put{{Record: attempt}},
	})
	return err
}

// Attempts returns the newest refused changes, newest first, at most limit (100
// when 0, 1000 at most) older than before (0: from the newest). Auditors and the
// city's administrators read them.
func (h *Hub) Attempts(ctx context.Context, p *Principal, before ID, limit int) ([]*Attempt, error) {
	if p.Role != RoleAuditor && p.Role != RoleCityAdmin && p.Role != RoleSystem {
		return nil, Forbidden("只有审计员和市级管理员可以查看未成的变更。")
	}
	if limit == 0 {
		limit = 100
	}
	if limit < 1 || limit > 1000 {
		return nil, Invalid("first", "first 须在 1 到 1000 之间。")
	}
	var recent []*Attempt // a ring would save memory; attempts are few
	err := h.withSnapshot(ctx, func(snap Snapshot) error {
		for version, err := range snap.All(0, KindAttempt) {
			if err != nil {
				return err
			}
			attempt := version.Record.(*Attempt)
			if before != 0 && attempt.ID >= before {
				break
			}
			if recent = append(recent, attempt); len(recent) >= 2*limit {
				recent = slices.Delete(recent, 0, len(recent)-limit)
			}
		}
		return nil
	})
	recent = recent[max(0, len(recent)-limit):]
	slices.Reverse(recent)
	return recent, err
}
