package plan

import (
	"container/list"
	"sync"
)

// Recent keeps the values used most recently, as many as together weigh no more than
// they may. Weights are bytes, about: callers choose what is kept, so that a number of
// values would bound nothing.
type Recent[K comparable, V any] struct {
	most int

	mu     sync.Mutex
	weight int
	recent *list.List // of *entry[K, V], the most recently used in front
	byKey  map[K]*list.Element
}

type entry[K comparable, V any] struct {
	key    K
	value  V
	weight int
}

// NewRecent returns one that keeps values of up to most bytes.
func NewRecent[K comparable, V any](most int) *Recent[K, V] {
	return &Recent[K, V]{most: most, recent: list.New(), byKey: make(map[K]*list.Element)}
}

// Get returns a value that was kept.
func (r *Recent[K, V]) Get(key K) (value V, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	element, ok := r.byKey[key]
	if !ok {
		return value, false
	}
	r.recent.MoveToFront(element)
	return element.Value.(*entry[K, V]).value, true
}

// Add keeps a value, in place of those not used for longest. One that is kept
// already stays, and one that would take the place of many is not kept.
func (r *Recent[K, V]) Add(key K, value V, weight int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.byKey[key]; ok || weight > r.most/4 {
		return
	}
	r.byKey[key] = r.recent.PushFront(&entry[K, V]{key, value, weight})
	r.grow(weight)
}

// Grow tells that a value weighs so much more. It may be given up for that.
func (r *Recent[K, V]) Grow(key K, weight int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	element, ok := r.byKey[key]
	if !ok {
		return
	}
	element.Value.(*entry[K, V]).weight += weight
	r.grow(weight)
}

func (r *Recent[K, V]) grow(weight int) {
	for r.weight += weight; r.weight > r.most; {
		oldest := r.recent.Remove(r.recent.Back()).(*entry[K, V])
		delete(r.byKey, oldest.key)
		r.weight -= oldest.weight
	}
}
