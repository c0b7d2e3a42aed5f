package server

import (
	"context"
	"slices"
	"sync"
	"time"

	"concord/internal/hub"
)

// turns is a number of places for what takes much memory or time. Whoever finds none
// waits, and places that become free go round among those who wait: a caller who asks
// for a hundred at once makes herself wait, and hardly anybody else.
type turns struct {
	what string // what there are too many of, for those who are refused
	each int    // places that one caller may have at a time

	mu      sync.Mutex
	free    int
	held    map[string]int
	waiting map[string][]chan struct{}
	next    []string // callers who wait, in the order of their turns
}

// mostWaiting is how many requests of one caller wait for a place.
const mostWaiting = 100

func newTurns(places, each int, what string) *turns {
	return &turns{what: what, each: each, free: places, held: map[string]int{}, waiting: map[string][]chan struct{}{}}
}

// enter takes a place for a caller as soon as it is her turn, who leaves by the
// function returned. The error is BUSY when too many of her requests wait already, and
// the context's when it ends before.
func (t *turns) enter(ctx context.Context, who string) (leave func(), err error) {
	turn := make(chan struct{}, 1)
	t.mu.Lock()
	if len(t.waiting[who]) >= mostWaiting {
		t.mu.Unlock()
		return nil, &hub.Error{Code: hub.CodeBusy, Message: "同时进行的" + t.what + "过多。请等前面的完成，或稍后重试。"}
	}
	if len(t.waiting[who]) == 0 {
		t.next = append(t.next, who)
	}
	t.waiting[who] = append(t.waiting[who], turn)
	t.pass()
	t.mu.Unlock()
	select {
	case <-turn:
		return func() { t.leave(who) }, nil
	case <-ctx.Done():
		t.forget(who, turn)
		return nil, ctx.Err()
	}
}

// enterNow is enter for what lasts so long that nobody waits for it: the error is BUSY
// when no place is free.
func (t *turns) enterNow(who string) (leave func(), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.free == 0 || t.held[who] >= t.each {
		return nil, &hub.Error{Code: hub.CodeBusy, Message: "正在进行的" + t.what + "已满，请稍后重试。"}
	}
	t.held[who]++
	t.free--
	return func() { t.leave(who) }, nil
}

// pass gives free places to those whose turn it is. The lock is held.
func (t *turns) pass() {
	for t.free > 0 {
		i := slices.IndexFunc(t.next, func(who string) bool { return t.held[who] < t.each })
		if i < 0 {
			return
		}
		who := t.next[i]
		t.next = slices.Delete(t.next, i, i+1)
		t.waiting[who][0] <- struct{}{}
		t.drop(who, 0)
		if len(t.waiting[who]) > 0 {
			t.next = append(t.next, who)
		}
		t.held[who]++
		t.free--
	}
}

// drop takes one who waits out of the line of a caller. The lock is held.
func (t *turns) drop(who string, i int) {
	if t.waiting[who] = slices.Delete(t.waiting[who], i, i+1); len(t.waiting[who]) == 0 {
		delete(t.waiting, who)
	}
}

func (t *turns) leave(who string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held[who]--; t.held[who] == 0 {
		delete(t.held, who)
	}
	t.free++
	t.pass()
}

// forget takes one out who waits no longer; a place that came too late is left again.
func (t *turns) forget(who string, turn chan struct{}) {
	t.mu.Lock()
	if i := slices.Index(t.waiting[who], turn); i >= 0 {
		if t.drop(who, i); len(t.waiting[who]) == 0 {
			t.next = slices.DeleteFunc(t.next, func(other string) bool { return other == who })
		}
		t.mu.Unlock()
		return
	}
	t.mu.Unlock()
	t.leave(who)
}

// What takes places, and how many there are.
const (
	largeBody   = 4 << 10 // bytes, from which a body takes a place while it comes
	mostBodies  = 32      // that come at a time
	bodyTime    = 10 * time.Second
	largeCost   = 4000     // points, from which a query takes a place while it is answered
	mostLeaving = 32       // answers to such queries that are on their way at a time
	largeAnswer = 64 << 10 // bytes, from which a client has only so long to take an answer
	leastPace   = 256 << 10
)

// takingTime is how long a client may take for an answer of so many bytes.
func takingTime(bytes int) time.Duration {
	return bodyTime + time.Duration(bytes)*time.Second/leastPace
}
