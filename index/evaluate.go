package index

import (
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
	docs := roaring.FastOr(found...)
	if p.need > 1 {
		docs = atLeast(p.need, found, docs, r.size)
	}
	if docs.IsEmpty() {
		return nil, nil
	}
	return docs, nil
}

// atLeast returns the members of all that are in at least need of the sets.
func atLeast(need int, sets []*roaring.Bitmap, all *roaring.Bitmap, size int) *roaring.Bitmap {
	w := borrow(size)
	defer w.giveBack()
	w.take(all)
	for _, set := range sets {
		each(set, func(doc uint32) { w.mark[doc]++ })
	}
	enough := roaring.New()
	for _, doc := range w.docs {
		if int(w.mark[doc]) >= need {
			enough.Add(doc)
		}
	}
	return enough
}

// score works out the scores of docs, which w holds. match must have come
// before, with the same plan.
func (r *reading) score(p *plan, docs *roaring.Bitmap, w *work) error {
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
	var buffer [256]uint32
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
			weight := t.clauses[k].weight
			it := found.ManyIterator()
			for n := it.NextMany(buffer[:]); n > 0; n = it.NextMany(buffer[:]) {
				for _, doc := range buffer[:n] {
					if w.mark[doc] == mark {
						w.score[doc] += weight / 10
					} else {
						w.mark[doc] = mark
						w.score[doc] += weight
					}
				}
			}
		}
	}
	return nil
}

// work is memory for the hits of one part. score and mark are by document, and
// zero for all that are not in docs.
type work struct {
	docs  []uint32
	score []int32
	mark  []uint16
}

var workPool = sync.Pool{New: func() any { return new(work) }}

func borrow(size int) *work {
	w := workPool.Get().(*work)
	if len(w.score) < size {
		w.score = make([]int32, size)
		w.mark = make([]uint16, size)
	}
	return w
}

// take makes the members of docs those that w is about.
func (w *work) take(docs *roaring.Bitmap) {
	n := int(docs.GetCardinality())
	if cap(w.docs) < n {
		w.docs = make([]uint32, n+n/4)
	}
	w.docs = w.docs[:n]
	docs.ManyIterator().NextMany(w.docs)
}

func (w *work) giveBack() {
	for _, doc := range w.docs {
		w.score[doc], w.mark[doc] = 0, 0
	}
	w.docs = w.docs[:0]
	workPool.Put(w)
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
