package plan

import (
	"container/list"
	"sync"
)

// Recent keeps the values used most recently, no more than it may.
type Recent[K comparable, V any] struct {
	most int

	mu     sync.Mutex
	recent *list.List // of *entry[K, V], the most recently used in front
	byKey  map[K]*list.Element
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

// NewRecent returns one that keeps up to most values.
func NewRecent[K comparable, V any](most int) *Recent[K, V] {
	return &Recent[K, V]{most: most, recent: list.New(), byKey: make(map[K]*list.Element, most)}
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

// Add keeps a value, in place of the one not used for longest. One that is kept
// already stays.
func (r *Recent[K, V]) Add(key K, value V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.byKey[key]; ok {
		return
	}
	r.byKey[key] = r.recent.PushFront(&entry[K, V]{key, value})
	if r.recent.Len() > r.most {
		oldest := r.recent.Remove(r.recent.Back()).(*entry[K, V])
		delete(r.byKey, oldest.key)
	}
}
