package boltstore

import (
	"cmp"
	"encoding/binary"
	"slices"
	"sync"

	bolt "go.etcd.io/bbolt"

	"concord/internal/hub"
)

// scope is what a list or a count is about: the listed records of a kind as they
// were at a revision, perhaps only some of them, that pass a filter.
type scope struct {
	*snapshot
	kind   hub.Kind
	at     hub.Revision
	past   bool // at is not the newest revision
	within []hub.ID
	match  *matcher
}

func (s *snapshot) scope(kind hub.Kind, filter *hub.Filter, m hub.Moment, within []hub.ID) (scope, error) {
	at, past, err := s.moment(m.At)
	if err != nil {
		return scope{}, err
	}
	if !storable(kind) {
		return scope{}, hub.Invalid("kind", "%s不能单独列出或统计。", kind.Label())
	}
	return scope{s, kind, at, past, within, s.store.labels.compile(filter, m)}, nil
}

func (s *scope) table() *table { return &s.tally.tables[s.kind] }

// each calls yield for every record of the scope until it returns false. The row
// is valid during the call; what its slices point to, as long as the snapshot.
func (s *scope) each(yield func(hub.ID, hub.Revision, *row) bool) error {
	switch {
	case s.past && s.within == nil:
		return s.eachPast(yield)
	case s.within != nil:
		return s.eachWithin(yield)
	}
	s.table().each(s.kind, func(id hub.ID, revision hub.Revision, r *row) bool {
		return !s.match.match(r) || yield(id, revision, r)
	})
	return nil
}

// eachPast finds each record as it was. Most have not changed since a recent
// revision, and of them the tally still tells; when many have, it is faster to
// read all versions in a row than to look each one up.
func (s *scope) eachPast(yield func(hub.ID, hub.Revision, *row) bool) (err error) {
	if s.table().changedSince(s.at) > s.table().records/8 {
		return s.eachVersion(yield)
	}
	f := s.finder()
	s.table().eachRecord(s.kind, func(id hub.ID, _ hub.Revision, _ *chunk, _ int) bool {
		var revision hub.Revision
		if revision, err = f.find(id); err != nil {
			return false
		}
		return revision == 0 || yield(id, revision, &f.row)
	})
	return err
}

func (s *scope) eachVersion(yield func(hub.ID, hub.Revision, *row) bool) error {
	c := s.generation.version.Cursor()
	var w versionWalk
	var p packed
	for {
		id, revision, value, err := w.next(c, s.kind, s.at)
		if err != nil || id == 0 {
			return err
		}
		if len(value) == 0 {
			continue
		}
		if err := p.read(value); err != nil {
			return err
		}
		if r := p.row(); s.match.match(&r) && !yield(id, revision, &r) {
			return nil
		}
	}
}

func (s *scope) eachWithin(yield func(hub.ID, hub.Revision, *row) bool) error {
	f := s.finder()
	for _, id := range s.within {
		revision, err := f.find(id)
		if err != nil {
			return err
		}
		if revision != 0 && !yield(id, revision, &f.row) {
			return nil
		}
	}
	return nil
}

// finder finds records of a scope by id.
type finder struct {
	*scope
	versions *bolt.Cursor // made when it is needed
	packed   packed
	row      row // of the record that was found last
}

func (s *scope) finder() *finder { return &finder{scope: s} }

// find sets row to that of a record at the scope's revision and returns the
// version it is of, 0 when the record does not belong to the scope. It does not
// look at within.
func (f *finder) find(id hub.ID) (hub.Revision, error) {
	if id.Kind() != f.kind {
		return 0, nil
	}
	revision := f.newest(id)
	if f.past && revision > f.at {
		if f.versions == nil {
			f.versions = f.generation.version.Cursor()
		}
		if revision = versionAt(f.versions, id, f.at); revision == 0 {
			return 0, nil
		}
		if err := f.readRow(id, revision, &f.packed); err != nil {
			return 0, err
		}
		if !f.packed.word.listed {
			return 0, nil
		}
		f.row = f.packed.row()
	} else if _, ok := f.tally.find(id, &f.row); !ok {
		return 0, nil
	} else {
		f.row.sortKey = nil
	}
	if !f.match.match(&f.row) {
		return 0, nil
	}
	return revision, nil
}

// readRow reads the row of one version.
func (s *snapshot) readRow(id hub.ID, revision hub.Revision, p *packed) error {
	return p.read(s.generation.version.Get(versionKey(id, revision)))
}

// contains reports whether a record is among those that the scope is narrowed to.
func (s *scope) contains(id hub.ID) bool {
	if s.within == nil {
		return true
	}
	_, ok := slices.BinarySearch(s.within, id)
	return ok
}

// total counts the scope.
func (s *scope) total() (int, error) {
	if !s.past && s.within == nil && s.match.any {
		return s.table().listed, nil
	}
	cells, err := s.counted(nil, func() ([][]hub.Cell, error) {
		n := 0
		err := s.each(func(hub.ID, hub.Revision, *row) bool { n++; return true })
		return [][]hub.Cell{{{Count: n}}}, err
	})
	if err != nil {
		return 0, err
	}
	return cells[0][0].Count, nil
}

// counted returns what count does, or what it did when the same was asked of the
// same revision before: that cannot have changed.
func (s *scope) counted(by [][]hub.Dimension, count func() ([][]hub.Cell, error)) ([][]hub.Cell, error) {
	if s.within != nil {
		return count()
	}
	onMatters := false
	b := binary.BigEndian.AppendUint64(nil, uint64(s.at))
	for _, dims := range by {
		for _, d := range dims {
			onMatters = onMatters || d == hub.ByStatus
			b = append(append(b, d...), 0)
		}
		b = append(b, 1)
	}
	key := string(s.match.appendKey(append(b, byte(s.kind)), onMatters))
	if cells, ok := s.store.memo.get(key); ok {
		return cells, nil
	}
	cells, err := count()
	if err == nil {
		s.store.memo.put(key, cells)
	}
	return cells, err
}

// memo remembers counts. It holds few: when it is full it starts anew.
type memo struct {
	mu     sync.Mutex
	counts map[string][][]hub.Cell
}

const mostMemos = 256

func (m *memo) get(key string) ([][]hub.Cell, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	cells, ok := m.counts[key]
	return cells, ok
}

func (m *memo) put(key string, cells [][]hub.Cell) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.counts == nil || len(m.counts) >= mostMemos {
		m.counts = map[string][][]hub.Cell{}
	}
	m.counts[key] = cells
}

// appendKey appends what tells apart matchers that accept different rows, and
// the day when it matters to them or to who asks.
func (c *matcher) appendKey(b []byte, onMatters bool) []byte {
	for _, s := range [...]set{c.district, c.level, c.source, c.court, c.orgKind, c.status, c.specialty} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		for _, bits := range s {
			b = binary.AppendUvarint(b, bits)
		}
	}
	b = binary.AppendUvarint(b, uint64(c.organization))
	b = binary.AppendVarint(b, int64(c.expiringBefore))
	if onMatters || c.status != nil || c.expiringBefore != 0 {
		b = binary.AppendVarint(b, int64(c.on))
	}
	return b
}

// place is where a record stands in an order: class first, then number, then
// text, then id.
type place struct {
	class    uint8 // 1: the record lacks the property and comes last, whatever the direction
	number   uint64
	text     []byte
	id       hub.ID
	revision hub.Revision // not part of the order
}

// compare orders places of one list.
func (p *place) compare(o *place, descending bool) int {
	if c := cmp.Compare(p.class, o.class); c != 0 {
		return c
	}
	c := cmp.Compare(p.number, o.number)
	if c == 0 {
		c = slices.Compare(p.text, o.text)
	}
	if c == 0 {
		c = cmp.Compare(p.id, o.id)
	}
	if descending {
		return -c
	}
	return c
}

// selection keeps the first places of those it is offered, in the direction of
// travel, that lie beyond a bound: a heap with the worst one on top.
type selection struct {
	most       int
	bound      *place
	descending bool
	backward   bool
	heap       []place
}

// before reports whether a comes before b in the direction of travel.
func (s *selection) before(a, b *place) bool {
	c := a.compare(b, s.descending)
	if s.backward {
		return c > 0
	}
	return c < 0
}

func (s *selection) offer(p place) {
	switch {
	case s.bound != nil && !s.before(s.bound, &p):
	case len(s.heap) < s.most:
		s.heap = append(s.heap, p)
		for i := len(s.heap) - 1; i > 0; {
			up := (i - 1) / 2
			if !s.before(&s.heap[up], &s.heap[i]) {
				break
			}
			s.heap[up], s.heap[i] = s.heap[i], s.heap[up]
			i = up
		}
	case s.before(&p, &s.heap[0]):
		s.heap[0] = p
		for i := 0; ; {
			worst := i
			for child := 2*i + 1; child <= 2*i+2 && child < len(s.heap); child++ {
				if s.before(&s.heap[worst], &s.heap[child]) {
					worst = child
				}
			}
			if worst == i {
				break
			}
			s.heap[i], s.heap[worst] = s.heap[worst], s.heap[i]
			i = worst
		}
	}
}

// sorted returns what was kept, in the direction of travel.
func (s *selection) sorted() []place {
	slices.SortFunc(s.heap, func(a, b place) int {
		if s.before(&a, &b) {
			return -1
		}
		return 1
	})
	return s.heap
}
