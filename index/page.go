package index

import (
	"cmp"
	"container/heap"
	"math"
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

// offerAll considers the hits of a block.
func (p *pager) offerAll(w *work, c *columns) {
	least := p.least()
	for _, doc := range w.docs {
		score := w.score[(doc-w.base)%blockSize]
		if score < least {
			continue
		}
		h := hit{score, c.ids[doc]}
		switch {
		case p.offer(h):
			least = p.least()
		case c.ascending && p.outrun(h):
			least = score + 1
		}
	}
}

// least returns the score below which a hit has no chance.
func (p *pager) least() int32 {
	if p.backward || len(p.kept.list) <= p.limit {
		return math.MinInt32
	}
	return p.kept.list[0].score
}

// outrun reports whether it is its id alone that leaves h no chance: no hit of the
// same score with a greater id has one.
func (p *pager) outrun(h hit) bool {
	return p.least() == h.score && p.kept.list[0].id < h.id
}

// offer considers a hit and reports whether it was taken.
func (p *pager) offer(h hit) bool {
	if len(p.kept.list) > p.limit {
		// Full: the hit must come before the one on top, backwards behind it.
		c := order(h, p.kept.list[0])
		if p.backward == (c < 0) {
			return false
		}
	}
	if p.bound != nil {
		c := cmp.Compare(p.bound.Score, points(h.score))
		if c == 0 {
			c = cmp.Compare(h.id, p.bound.ID)
		}
		if c == 0 || p.backward == (c > 0) {
			return false
		}
	}
	if len(p.kept.list) > p.limit {
		p.kept.list[0] = h
		heap.Fix(&p.kept, 0)
		return true
	}
	heap.Push(&p.kept, h)
	return true
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
