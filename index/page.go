package index

import (
	"cmp"
	"container/heap"
	"slices"

	"concord/internal/hub"
)

// pager picks one page out of hits that come in any order. It keeps no more
// than a page and one.
type pager struct {
	limit    int
	backward bool
	bound    *hub.HitPosition // nil: from the first, or backwards from the last
	kept     hits
}

// hits is a heap with the hit on top that leaves first.
type hits struct {
	list     []hit
	backward bool
}

type hit struct {
	score int32
	id    hub.ID
}

// order compares two hits: the better first, equals by id.
func order(a, b hit) int {
	if a.score != b.score {
		return cmp.Compare(b.score, a.score)
	}
	return cmp.Compare(a.id, b.id)
}

// points is a score as it leaves the package. A thousandth is exact in it as far
// as equality goes: equal scores make equal floats.
func points(score int32) float64 { return float64(score) / point }

func (h *hits) Len() int { return len(h.list) }
func (h *hits) Less(i, j int) bool {
	c := order(h.list[i], h.list[j])
	if h.backward {
		return c < 0
	}
	return c > 0
}
func (h *hits) Swap(i, j int) { h.list[i], h.list[j] = h.list[j], h.list[i] }
func (h *hits) Push(x any)    { h.list = append(h.list, x.(hit)) }
func (h *hits) Pop() any {
	last := h.list[len(h.list)-1]
	h.list = h.list[:len(h.list)-1]
	return last
}

func newPager(q *hub.SearchQuery) *pager {
	p := &pager{limit: q.Limit, backward: q.Backward, bound: q.After}
	if q.Backward {
		p.bound = q.Before
	}
	p.kept = hits{list: make([]hit, 0, min(q.Limit+1, 1024)), backward: q.Backward}
	return p
}

// offer considers a hit.
func (p *pager) offer(h hit) {
	if len(p.kept.list) > p.limit {
		// Full: the hit must come before the one on top, backwards behind it.
		c := order(h, p.kept.list[0])
		if p.backward == (c < 0) {
			return
		}
	}
	if p.bound != nil {
		c := cmp.Compare(p.bound.Score, points(h.score))
		if c == 0 {
			c = cmp.Compare(h.id, p.bound.ID)
		}
		if c == 0 || p.backward == (c > 0) {
			return
		}
	}
	if len(p.kept.list) > p.limit {
		p.kept.list[0] = h
		heap.Fix(&p.kept, 0)
		return
	}
	heap.Push(&p.kept, h)
}

// page returns the page in the order of hits, and whether there is more beyond
// it in the direction of travel.
func (p *pager) page() (page []hub.Hit, more bool) {
	list := p.kept.list
	slices.SortFunc(list, order)
	if more = len(list) > p.limit; more {
		if p.backward {
			list = list[1:]
		} else {
			list = list[:p.limit]
		}
	}
	page = make([]hub.Hit, len(list))
	for i, h := range list {
		page[i] = hub.Hit{ID: h.id, Score: points(h.score)}
	}
	return page, more
}
