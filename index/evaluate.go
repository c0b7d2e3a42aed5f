package index

import (
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	zap "github.com/blevesearch/scorch_segment_api/v2"

	"concord/internal/hub"
)

// reading is one query's work on one part of a view. It belongs to one
// goroutine.
type reading struct {
	*part
	dicts [numFields]zap.TermDictionary
	// matches holds, after match, the documents of every clause of every term,
	// those of the extras behind; nil for none.
	matches [][]*roaring.Bitmap
}

// postings returns the documents of a token; nil for none. Shared: never
// altered.
func (r *reading) postings(t token) (*roaring.Bitmap, error) {
	dict := r.dicts[t.field]
	if dict == nil {
		var err error
		if dict, err = r.segment.Dictionary(fieldNames[t.field]); err != nil {
			return nil, err
		}
		r.dicts[t.field] = dict
	}
	return postings(dict, t.text)
}

// clause returns the documents within which hold all tokens; nil for none.
// Shared: never altered.
func (r *reading) clause(c clause, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	docs := within
	for i, t := range c.all {
		if i > 0 && t == c.all[i-1] {
			continue
		}
		found, err := r.postings(t)
		if err != nil || found == nil {
			return nil, err
		}
		if docs = roaring.And(docs, found); docs.IsEmpty() {
			return nil, nil
		}
	}
	return docs, nil
}

// term returns the documents of each clause within, and of all of them
// together, nil for none.
func (r *reading) term(t *term, within *roaring.Bitmap) (each []*roaring.Bitmap, all *roaring.Bitmap, err error) {
	each = make([]*roaring.Bitmap, len(t.clauses))
	var found []*roaring.Bitmap
	for i, c := range t.clauses {
		if each[i], err = r.clause(c, within); err != nil {
			return nil, nil, err
		}
		if each[i] != nil {
			found = append(found, each[i])
		}
	}
	switch len(found) {
	case 0:
		return each, nil, nil
	case 1:
		return each, found[0], nil
	}
	return each, roaring.FastOr(found...), nil
}

// match returns the documents within that match the plan; nil for none. Shared:
// never altered.
func (r *reading) match(p *plan, within *roaring.Bitmap) (*roaring.Bitmap, error) {
	r.matches = make([][]*roaring.Bitmap, 0, len(p.terms)+len(p.extras))
	if within == nil || len(p.terms) == 0 {
		return nil, nil
	}
	if p.need >= len(p.terms) {
		docs := within
		for i := range p.terms {
			each, all, err := r.term(&p.terms[i], docs)
			if err != nil || all == nil {
				return nil, err
			}
			r.matches = append(r.matches, each)
			docs = all
		}
		return docs, nil
	}
	found := make([]*roaring.Bitmap, 0, len(p.terms))
	for i := range p.terms {
		each, all, err := r.term(&p.terms[i], within)
		if err != nil {
			return nil, err
		}
		r.matches = append(r.matches, each)
		if all != nil {
			found = append(found, all)
		}
	}
	if len(found) < p.need {
		return nil, nil
	}
	docs := atLeast(p.need, found)
	if docs.IsEmpty() {
		return nil, nil
	}
	return docs, nil
}

// atLeast returns what is in at least need of the sets.
func atLeast(need int, sets []*roaring.Bitmap) *roaring.Bitmap {
	if need <= 1 {
		return roaring.FastOr(sets...)
	}
	in := make([]*roaring.Bitmap, need) // by one less than the number of sets seen so far
	for k := range in {
		in[k] = roaring.New()
	}
	for _, set := range sets {
		for k := need - 1; k > 0; k-- {
			in[k].Or(roaring.And(in[k-1], set))
		}
		in[0].Or(set)
	}
	return in[need-1]
}

// weighed adds what docs are weighed by to w. match must have come before, with
// the same plan.
func (r *reading) weighed(p *plan, docs *roaring.Bitmap, w *work) error {
	for i := range p.extras {
		each, _, err := r.term(&p.extras[i], docs)
		if err != nil {
			return err
		}
		r.matches = append(r.matches, each)
	}
	// What the last of the terms matched, and the extras, lies within docs;
	// what earlier ones matched may have been ruled out since.
	within := 0
	if p.need >= len(p.terms) {
		within = len(p.terms) - 1
	}
	for i, clauses := range r.matches {
		t := &p.terms[min(i, len(p.terms)-1)]
		if i >= len(p.terms) {
			t = &p.extras[i-len(p.terms)]
		}
		mark := uint16(i + 1)
		for k, found := range clauses {
			if found == nil {
				continue
			}
			if i < within || p.need > 1 && p.need < len(p.terms) {
				found = roaring.And(found, docs)
			}
			w.weigh(found, mark, t.clauses[k].weight)
		}
	}
	return nil
}

// blockSize is how many documents are looked at together, hits or not: what is
// kept of them stays in the processor's cache, however large the part.
const blockSize = 1 << 14

// work goes through the hits of a part, block by block.
type work struct {
	base    uint32   // the first document of the block
	docs    []uint32 // the hits in the block, ascending
	hits    cursor
	clauses []clauseCursor
	// By document, from base. Zero for all that are not in docs.
	score [blockSize]int32
	mark  [blockSize]uint16 // the last term that added to the score
}

type clauseCursor struct {
	cursor
	mark   uint16
	weight int32
}

var workPool = sync.Pool{New: func() any { return new(work) }}

// borrow returns work on docs, which stands before the first block. It is to be
// given back.
func borrow(docs *roaring.Bitmap) *work {
	w := workPool.Get().(*work)
	w.hits.open(docs)
	return w
}

func (w *work) giveBack() {
	w.wipe()
	w.clauses = w.clauses[:0]
	workPool.Put(w)
}

func (w *work) wipe() {
	for _, doc := range w.docs {
		w.score[doc-w.base], w.mark[doc-w.base] = 0, 0
	}
	w.docs = w.docs[:0]
}

// weigh has found, all of them hits, score by one alternative of a term. Of the
// further alternatives that match, a tenth counts.
func (w *work) weigh(found *roaring.Bitmap, mark uint16, weight int32) {
	n := len(w.clauses)
	w.clauses = slices.Grow(w.clauses, 1)[:n+1] // with the buffer of an earlier use
	c := &w.clauses[n]
	c.open(found)
	c.mark, c.weight = mark, weight
}

// next goes to the next block with hits and reports whether there is one.
func (w *work) next() bool {
	w.wipe()
	first, ok := w.hits.peek()
	if !ok {
		return false
	}
	w.base = first &^ (blockSize - 1)
	for run := w.hits.before(w.base + blockSize); len(run) > 0; run = w.hits.before(w.base + blockSize) {
		w.docs = append(w.docs, run...)
	}
	return true
}

// add works out the scores of the block.
func (w *work) add() {
	base, end := w.base, w.base+blockSize
	for i := range w.clauses {
		c := &w.clauses[i]
		mark, weight := c.mark, c.weight
		for run := c.before(end); len(run) > 0; run = c.before(end) {
			for _, doc := range run {
				at := (doc - base) % blockSize
				if w.mark[at] == mark {
					w.score[at] += weight / 10
				} else {
					w.mark[at] = mark
					w.score[at] += weight
				}
			}
		}
	}
}

// cursor walks the members of a bitmap, ascending, in runs.
type cursor struct {
	members roaring.ManyIntIterable
	buffer  []uint32
	read, n int // of the buffer
}

const cursorBuffer = 256

func (c *cursor) open(b *roaring.Bitmap) {
	if c.buffer == nil {
		c.buffer = make([]uint32, cursorBuffer)
	}
	c.members, c.read, c.n = b.ManyIterator(), 0, 0
}

// fill reports whether the buffer holds a member that has not been read.
func (c *cursor) fill() bool {
	if c.read == c.n {
		c.read, c.n = 0, c.members.NextMany(c.buffer)
	}
	return c.read < c.n
}

// peek returns the member that comes next.
func (c *cursor) peek() (uint32, bool) {
	if !c.fill() {
		return 0, false
	}
	return c.buffer[c.read], true
}

// before returns some of the next members below end, none when there are no
// more. They are valid until the next call.
func (c *cursor) before(end uint32) []uint32 {
	if !c.fill() {
		return nil
	}
	from := c.read
	if c.buffer[c.n-1] < end {
		c.read = c.n
	} else {
		for c.buffer[c.read] < end {
			c.read++
		}
	}
	return c.buffer[from:c.read]
}

// scope is the records that a query is about, whatever its text says.
type scope struct {
	kinds  []hub.Kind
	filter hub.Filter
	moment hub.Moment
}

// documents returns the documents in scope that have not been deleted; nil for
// none. Shared: never altered. It holds exactly the records for which
// hub.Filter.Matches is true.
func (p *part) documents(s *scope) (*roaring.Bitmap, error) {
	var of []*roaring.Bitmap
	for _, k := range s.kinds {
		if docs := p.columns.kinds[k]; docs != nil {
			of = append(of, docs)
		}
	}
	docs := union(of)
	if docs == nil {
		return nil, nil
	}
	if p.deleted != nil {
		docs = roaring.AndNot(docs, p.deleted)
	}
	f := &s.filter
	for _, narrow := range []struct {
		field  field
		values []string
	}{
		{fieldDistrict, f.District},
		{fieldLevel, plain(f.Level)},
		{fieldSource, plain(f.Source)},
		{fieldSpecialty, f.Specialty},
		{fieldCourt, f.Court},
		{fieldOrgKind, plain(f.OrgKind)},
	} {
		if len(narrow.values) == 0 {
			continue
		}
		column := p.columns.facts[narrow.field]
		of = of[:0]
		for _, v := range narrow.values {
			if with := column.documents(v); with != nil {
				of = append(of, with)
			}
		}
		with := union(of)
		if with == nil {
			return nil, nil
		}
		docs = roaring.And(docs, with)
	}
	if f.Organization != 0 {
		r := reading{part: p}
		with, err := r.postings(token{fieldPart, documentID(f.Organization)})
		if err != nil || with == nil {
			return nil, err
		}
		docs = roaring.And(docs, with)
	}
	wanted := f.Status
	if len(wanted) == 0 && (s.moment.Listed || f.ExpiringBefore != 0) {
		wanted = onRoster
	}
	if len(wanted) > 0 {
		day := p.columns.on(s.moment.On)
		of = of[:0]
		for _, status := range wanted {
			if n, ok := statusNumbers[status]; ok {
				of = append(of, day.documents(n))
			}
		}
		with := union(of)
		if with == nil {
			return nil, nil
		}
		docs = roaring.And(docs, with)
	}
	if f.ExpiringBefore != 0 {
		docs = p.expiring(docs, f.ExpiringBefore, s.moment.On)
	}
	if docs.IsEmpty() {
		return nil, nil
	}
	return docs, nil
}

var onRoster = func() []hub.Status {
	var list []hub.Status
	for _, s := range statuses {
		if s.OnRoster() {
			list = append(list, s)
		}
	}
	return list
}()

// expiring returns those of docs that are on the roster on day d and whose term
// ends before the given day.
func (p *part) expiring(docs *roaring.Bitmap, before, d hub.Date) *roaring.Bitmap {
	c := p.columns
	wanted := make([]bool, len(c.lives)+1)
	for i := range c.lives {
		l := &c.lives[i]
		wanted[i+1] = l.termEnd != 0 && l.termEnd < before && statuses[l.on(d)].OnRoster()
	}
	result := roaring.New()
	each(docs, func(doc uint32) {
		if wanted[c.lifeOf[doc]] {
			result.Add(doc)
		}
	})
	return result
}

// union returns the members of any of sets, nil when there is no set. The
// result may be one of them: shared, never altered.
func union(sets []*roaring.Bitmap) *roaring.Bitmap {
	switch len(sets) {
	case 0:
		return nil
	case 1:
		return sets[0]
	}
	return roaring.FastOr(sets...)
}

func plain[T ~string](values []T) []string {
	if len(values) == 0 {
		return nil
	}
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}
