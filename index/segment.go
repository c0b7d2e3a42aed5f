package index

import (
	"fmt"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	zap "github.com/blevesearch/scorch_segment_api/v2"

	"concord/internal/hub"
)

// part is one segment of a view: bleve's segment, what has been deleted from it
// since it was written, and our columns. It does not change.
type part struct {
	segment zap.Segment
	deleted *roaring.Bitmap // nil when nothing
	size    int             // documents, deleted ones included
	columns *columns
}

// columns hold in memory what filters, facets and the order of hits need of a
// segment, by number of document. They are made from the segment when it first
// appears and never change, but for the days, which come as they are asked for.
// Bitmaps lie in the segment's own memory: read, never write, and only while a
// view holds the segment.
type columns struct {
	ids       []hub.ID
	ascending bool // the ids
	kinds     map[hub.Kind]*roaring.Bitmap
	facts     [numFields]*column // of the fields of factFields
	lives     []life
	lifeOf    []uint32 // index of lives, plus one; 0 for a measure

	mu   sync.Mutex
	days []*day // most recently used first
}

// column is the values that the documents of a segment have in one field.
type column struct {
	values []string          // ascending; the first one is "", for documents without a value
	docs   []*roaring.Bitmap // by value
	starts []uint32          // where the codes of a document begin; nil for one value a document at most
	codes  []uint16          // indexes of values
}

// maxValues bounds the values of a column; a segment has no more specialties in
// words of their own than that.
const maxValues = 1<<16 - 1

// factFields are the fields whose values make columns.
var factFields = map[hub.Dimension]field{
	hub.ByDistrict: fieldDistrict, hub.BySpecialty: fieldSpecialty, hub.ByLevel: fieldLevel,
	hub.BySource: fieldSource, hub.ByOrgKind: fieldOrgKind, hub.ByCourt: fieldCourt,
}

// day is the statuses of a segment's documents on one day.
type day struct {
	on     hub.Date
	status []uint8 // by document
	once   sync.Once
	docs   []*roaring.Bitmap // by status, made when a filter first asks
}

// maxDays bounds the days kept a segment.
const maxDays = 4

func newPart(s *scorch.SegmentSnapshot, known map[zap.Segment]*columns) (*part, error) {
	p := &part{segment: s.Segment(), deleted: s.Deleted(), size: int(s.FullSize())}
	if p.deleted != nil && p.deleted.IsEmpty() {
		p.deleted = nil
	}
	if p.columns = known[p.segment]; p.columns != nil {
		return p, nil
	}
	var err error
	p.columns, err = newColumns(p.segment)
	return p, err
}

func newColumns(s zap.Segment) (*columns, error) {
	n := int(s.Count())
	c := &columns{
		ids:    make([]hub.ID, n),
		kinds:  map[hub.Kind]*roaring.Bitmap{},
		lifeOf: make([]uint32, n),
	}
	for i := range c.ids {
		name, err := s.DocID(uint64(i))
		if err != nil {
			return nil, err
		}
		if c.ids[i], err = recordID(name); err != nil {
			return nil, err
		}
	}
	c.ascending = slices.IsSorted(c.ids)
	for _, f := range factFields {
		col, err := newColumn(s, f, n)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", fieldNames[f], err)
		}
		c.facts[f] = col
	}
	err := eachTerm(s, fieldKind, func(term string, docs *roaring.Bitmap) error {
		for k := hub.KindPerson; k.Valid(); k++ {
			if k.String() == term {
				c.kinds[k] = docs
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = eachTerm(s, fieldLife, func(term string, docs *roaring.Bitmap) error {
		l, err := decodeLife(term)
		if err != nil {
			return err
		}
		c.lives = append(c.lives, l)
		each(docs, func(doc uint32) { c.lifeOf[doc] = uint32(len(c.lives)) })
		return nil
	})
	return c, err
}

func newColumn(s zap.Segment, f field, n int) (*column, error) {
	c := &column{values: []string{""}, docs: []*roaring.Bitmap{nil}}
	err := eachTerm(s, f, func(term string, docs *roaring.Bitmap) error {
		if len(c.values) > maxValues {
			return fmt.Errorf("more than %d values", maxValues)
		}
		c.values = append(c.values, term)
		c.docs = append(c.docs, docs)
		return nil
	})
	if err != nil {
		return nil, err
	}
	counts := make([]uint32, n+1)
	single := true
	for _, docs := range c.docs[1:] {
		each(docs, func(doc uint32) {
			counts[doc]++
			single = single && counts[doc] == 1
		})
	}
	if single {
		c.codes = make([]uint16, n)
		for v, docs := range c.docs[1:] {
			each(docs, func(doc uint32) { c.codes[doc] = uint16(v + 1) })
		}
		return c, nil
	}
	var total uint32
	for i, k := range counts {
		counts[i] = total
		total += k
	}
	c.starts = counts
	c.codes = make([]uint16, total)
	next := slices.Clone(counts)
	for v, docs := range c.docs[1:] {
		each(docs, func(doc uint32) {
			c.codes[next[doc]] = uint16(v + 1)
			next[doc]++
		})
	}
	return c, nil
}

// documents returns the documents with a value, nil when none has it.
func (c *column) documents(value string) *roaring.Bitmap {
	if i, ok := slices.BinarySearch(c.values, value); ok {
		return c.docs[i]
	}
	return nil
}

// count adds to counts, by value, how many of docs have it.
func (c *column) count(docs []uint32, counts []int) {
	if c.starts == nil {
		for _, doc := range docs {
			counts[c.codes[doc]]++
		}
		return
	}
	for _, doc := range docs {
		for _, v := range c.codes[c.starts[doc]:c.starts[doc+1]] {
			counts[v]++
		}
	}
}

// on returns the statuses of a day.
func (c *columns) on(d hub.Date) *day {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, have := range c.days {
		if have.on == d {
			copy(c.days[1:i+1], c.days[:i])
			c.days[0] = have
			return have
		}
	}
	byLife := make([]uint8, len(c.lives)+1)
	for i := range c.lives {
		byLife[i+1] = c.lives[i].on(d)
	}
	made := &day{on: d, status: make([]uint8, len(c.lifeOf))}
	for doc, l := range c.lifeOf {
		made.status[doc] = byLife[l]
	}
	c.days = slices.Insert(c.days[:min(len(c.days), maxDays-1)], 0, made)
	return made
}

// documents returns the documents that have a status on the day.
func (d *day) documents(status uint8) *roaring.Bitmap {
	d.once.Do(func() {
		d.docs = make([]*roaring.Bitmap, len(statuses))
		for i := range d.docs {
			d.docs[i] = roaring.New()
		}
		for doc, s := range d.status {
			d.docs[s].Add(uint32(doc))
		}
		for _, b := range d.docs {
			b.RunOptimize()
		}
	})
	return d.docs[status]
}

// eachTerm calls visit for every term of a field with its documents, in the
// order of terms. The bitmap stays valid as long as the segment.
func eachTerm(s zap.Segment, f field, visit func(term string, docs *roaring.Bitmap) error) error {
	dict, err := s.Dictionary(fieldNames[f])
	if err != nil {
		return err
	}
	terms := dict.AutomatonIterator(nil, nil, nil)
	for {
		entry, err := terms.Next()
		if err != nil {
			return err
		}
		if entry == nil {
			return nil
		}
		docs, err := postings(dict, entry.Term)
		if err != nil {
			return err
		}
		if docs == nil {
			continue
		}
		if err := visit(entry.Term, docs); err != nil {
			return err
		}
	}
}

// postings returns the documents of a term, nil when there are none. Whoever
// gets the bitmap may not alter it.
func postings(dict zap.TermDictionary, term string) (*roaring.Bitmap, error) {
	list, err := dict.PostingsList([]byte(term), nil, nil)
	if err != nil {
		return nil, err
	}
	it, ok := list.Iterator(false, false, false, nil).(zap.OptimizablePostingsIterator)
	if !ok {
		return nil, fmt.Errorf("a segment whose postings are no bitmaps")
	}
	if docs := it.ActualBitmap(); docs != nil {
		return docs, nil
	}
	if doc, ok := it.DocNum1Hit(); ok {
		return roaring.BitmapOf(uint32(doc)), nil
	}
	return nil, nil
}

// each calls visit for every member of b, ascending.
func each(b *roaring.Bitmap, visit func(uint32)) {
	var buffer [512]uint32
	it := b.ManyIterator()
	for {
		n := it.NextMany(buffer[:])
		if n == 0 {
			return
		}
		for _, v := range buffer[:n] {
			visit(v)
		}
	}
}
