package index

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"

	"concord/index/words"
	"concord/internal/hub"
)

// maxQuery bounds a query, in characters.
const maxQuery = 200

// Search implements [hub.Searcher].
func (x *Index) Search(ctx context.Context, q hub.SearchQuery) (result hub.SearchResult, err error) {
	if strings.TrimSpace(q.Text) == "" {
		return result, hub.Invalid("search", "检索词不能为空。不填检索词时请用名册列表。")
	}
	if utf8.RuneCountInString(q.Text) > maxQuery {
		return result, hub.Invalid("search", "检索词最多 %d 个字，请缩短后再试。", maxQuery)
	}
	v, err := x.await(ctx, q.MinRevision)
	if err != nil {
		return result, err
	}
	defer v.release()
	defer x.guard("index.Search", &err)
	s := newSearch(ctx, x, v, &q)
	return s.run()
}

// await returns a state at least as new as min, to be released.
func (x *Index) await(ctx context.Context, min hub.Revision) (*view, error) {
	for {
		v, advanced := x.acquire()
		switch {
		case v != nil && v.revision >= min:
			return v, nil
		case v == nil && min == 0:
			return nil, &hub.Error{Code: hub.CodeBusy, Message: "检索索引正在建立，请稍后再试。名册列表不受影响。"}
		case v != nil:
			v.release()
		}
		select {
		case <-advanced:
		case <-x.closing:
			return nil, &hub.Error{Code: hub.CodeBusy, Message: "检索服务正在关闭，请稍后再试。"}
		case <-ctx.Done():
			if v == nil {
				return nil, &hub.Error{Code: hub.CodeBusy, Message: "检索索引正在建立，请稍后再试。名册列表不受影响。", Cause: ctx.Err()}
			}
			return nil, &hub.Error{Code: hub.CodeStale, Message: fmt.Sprintf("检索索引尚未跟上所要求的修订号 %d。请稍后重试，或去掉该要求。", min), Cause: ctx.Err()}
		}
	}
}

// guard turns an unreadable segment into an error and has the index made anew.
func (x *Index) guard(op string, err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%v\n%s", r, debug.Stack())
	}
	if *err == nil || hub.CodeOf(*err) != hub.CodeInternal {
		return
	}
	select {
	case x.damage <- *err:
	default:
	}
	*err = hub.Internal(op, *err)
}

// search is one query at work. It belongs to one goroutine.
type search struct {
	*Index
	view    *view
	lexicon *words.Lexicon
	query   *hub.SearchQuery
	ctx     context.Context
	scope   scope
	whole   []*hunting // by part; made when first asked for
}

func newSearch(ctx context.Context, x *Index, v *view, q *hub.SearchQuery) *search {
	return &search{Index: x, view: v, lexicon: v.speech.lexicon.With(q.Words), query: q, ctx: ctx}
}

// hunting is what a search keeps of a part for asking whether something is to be
// found at all.
type hunting struct {
	reading
	within *roaring.Bitmap // all records of the kinds asked for; nil for none
}

// hunt returns what there is to be found in, whatever the filter: what a query
// means does not depend on what is ticked beside it.
func (s *search) hunt() ([]*hunting, error) {
	if s.whole == nil {
		all := scope{kinds: s.query.Kinds}
		for _, p := range s.view.parts {
			within, err := p.documents(&all)
			if err != nil {
				return nil, err
			}
			if within != nil {
				s.whole = append(s.whole, &hunting{reading{part: p}, within})
			}
		}
	}
	return s.whole, nil
}

func (s *search) run() (hub.SearchResult, error) {
	q := s.query
	s.scope = scope{q.Kinds, q.Filter, hub.Moment{On: q.On, Listed: q.Listed}}
	read := s.lexicon.Read(q.Text, oracle{s})
	result, err := s.evaluate(nil)
	for _, make := range s.plans(&read) {
		p := make()
		if p == nil {
			continue
		}
		if result, err = s.evaluate(p); err != nil || result.Total > 0 {
			break
		}
		// When it is the filter alone that leaves nothing, nothing is the
		// answer.
		if found, err := s.finds(p); err != nil || found {
			return result, err
		}
	}
	if result.Total == 0 {
		result.Relaxed = false
	}
	if q.Explain {
		result.Understood = s.understood(&read)
	}
	return result, err
}

// evaluate answers the query as the plan takes it; nil finds nothing.
func (s *search) evaluate(p *plan) (hub.SearchResult, error) {
	q := s.query
	result := hub.SearchResult{Revision: s.view.revision}
	pages := newPager(q)
	facets := newCounters(q.Facets, q.On)
	if p != nil {
		result.Relaxed = p.relaxed
		for _, part := range s.view.parts {
			if err := s.ctx.Err(); err != nil {
				return result, &hub.Error{Code: hub.CodeBusy, Message: "检索超时或已取消，请稍后重试。", Cause: err}
			}
			if err := s.read(part, p, pages, facets, &result); err != nil {
				return result, err
			}
		}
	}
	if q.AllIDs {
		slices.Sort(result.IDs)
	} else if q.Limit > 0 {
		result.Hits, result.More = pages.page()
	}
	result.Facets = facets.result()
	if p != nil && len(result.Hits) > 0 {
		h := newHighlighter(s.lexicon, p)
		result.Highlight = h.highlights
	}
	return result, nil
}

// read adds what one part contributes.
func (s *search) read(part *part, p *plan, pages *pager, facets *counters, result *hub.SearchResult) error {
	within, err := part.documents(&s.scope)
	if err != nil {
		return err
	}
	r := &reading{part: part}
	docs, err := r.match(p, within)
	if err != nil || docs == nil {
		return err
	}
	result.Total += int(docs.GetCardinality())
	w := borrow(docs)
	defer w.giveBack()
	if s.query.Limit > 0 && !s.query.AllIDs {
		if err := r.weighed(p, docs, w); err != nil {
			return err
		}
	}
	facets.open(part)
	for w.next() {
		facets.count(w.docs)
		switch {
		case s.query.AllIDs:
			for _, doc := range w.docs {
				result.IDs = append(result.IDs, part.columns.ids[doc])
			}
		case s.query.Limit > 0:
			w.add()
			pages.offerAll(w, part.columns)
		}
	}
	facets.close()
	return nil
}

// finds reports whether the plan finds anything, whatever the filter.
func (s *search) finds(p *plan) (bool, error) {
	whole, err := s.hunt()
	if err != nil {
		return false, err
	}
	for _, h := range whole {
		if docs, err := h.match(p, h.within); err != nil || docs != nil {
			return docs != nil, err
		}
	}
	return false, nil
}

// has reports whether any record has all the tokens. What cannot be read counts
// as absent; the search proper comes upon it.
func (s *search) has(tokens ...token) bool {
	whole, err := s.hunt()
	if err != nil {
		return false
	}
	for _, h := range whole {
		if docs, err := h.clause(clause{all: tokens}, h.within); err == nil && docs != nil {
			return true
		}
	}
	return false
}

// counters count hits by value, part by part.
type counters struct {
	on     hub.Date
	fields []counter
}

// counter counts by one dimension.
type counter struct {
	dimension hub.Dimension
	counts    map[string]int // of the parts that are done
	column    *column        // of the part at work; nil for statuses
	status    []uint8
	here      []int // in the part at work, by number of value
}

func newCounters(fields []hub.Dimension, on hub.Date) *counters {
	c := &counters{on: on, fields: make([]counter, len(fields))}
	for i, d := range fields {
		c.fields[i] = counter{dimension: d, counts: map[string]int{}}
	}
	return c
}

// open makes p the part at work.
func (c *counters) open(p *part) {
	for i := range c.fields {
		t := &c.fields[i]
		values := 0
		if t.dimension == hub.ByStatus {
			t.status = p.columns.on(c.on).status
			values = len(statuses)
		} else if f, ok := factFields[t.dimension]; ok {
			t.column = p.columns.facts[f]
			values = len(t.column.values)
		}
		t.here = append(t.here[:0], make([]int, values)...)
	}
}

// count adds hits in the part at work.
func (c *counters) count(docs []uint32) {
	for i := range c.fields {
		t := &c.fields[i]
		switch {
		case t.column != nil:
			t.column.count(docs, t.here)
		case t.status != nil:
			for _, doc := range docs {
				t.here[t.status[doc]]++
			}
		}
	}
}

// close is done with the part at work.
func (c *counters) close() {
	for i := range c.fields {
		t := &c.fields[i]
		for v, n := range t.here {
			switch {
			case n == 0 || v == 0:
			case t.column != nil:
				t.counts[t.column.values[v]] += n
			default:
				t.counts[string(statuses[v])] += n
			}
		}
	}
}

// result returns the facets: the most frequent value first, equals by value.
func (c *counters) result() []hub.Facet {
	var facets []hub.Facet
	for _, t := range c.fields {
		f := hub.Facet{Field: t.dimension, Buckets: make([]hub.Bucket, 0, len(t.counts))}
		for value, n := range t.counts {
			f.Buckets = append(f.Buckets, hub.Bucket{Value: value, Count: n})
		}
		slices.SortFunc(f.Buckets, func(a, b hub.Bucket) int {
			if a.Count != b.Count {
				return b.Count - a.Count
			}
			return strings.Compare(a.Value, b.Value)
		})
		facets = append(facets, f)
	}
	return facets
}
