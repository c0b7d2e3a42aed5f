package boltstore

import (
	"cmp"
	"math/bits"
	"slices"

	"concord/internal/hub"
)

// A tally is the current state of every record in short, in memory: its newest
// revision and, when it stands in lists, its row. From it come exact totals,
// counts by group, the orders other than by name, and the answer to "which
// revision is the newest of this record" without touching the file.
//
// A tally is immutable; [tally.with] makes the next one, sharing all chunks that
// did not change. So each snapshot has the tally of exactly its revision. A
// mediator takes about 120 bytes, a person about 10.
type tally struct {
	tables [kinds]table
}

// table holds the records of one kind, in chunks of 64 numbers: a chunk is what one
// change copies.
type table struct {
	branches  []branch // ascending
	records   int      // how many there are
	listed    int      // how many stand in lists
	highest   uint64   // number
	districts []uint16 // where records stand or once stood, ascending
}

// branch holds 256 chunks: the numbers from index<<branchBits.
type branch struct {
	index  uint64
	chunks *[256]*chunk
}

const (
	chunkBits  = 6 // of a number: the place in a chunk
	branchBits = chunkBits + 8
)

func branchOf(number uint64) uint64 { return number >> branchBits }

// chunkOf is the place of a number's chunk in its branch.
func chunkOf(number uint64) uint8 { return uint8(number >> chunkBits) }

// slotOf is the place of a number in its chunk.
func slotOf(number uint64) uint8 { return uint8(number & (1<<chunkBits - 1)) }

// chunk holds the records whose numbers differ in the lowest 6 bits only. The
// i-th record that is present has revisions[i] and words[i].
type chunk struct {
	present   uint64
	revisions []hub.Revision
	words     []word // nil when none of them is listed
	values    []uint32
	texts     []byte
}

// place returns the index of a record in its chunk, -1 when it is not present.
func (c *chunk) place(slot uint8) int {
	bit := uint64(1) << slot
	if c.present&bit == 0 {
		return -1
	}
	return bits.OnesCount64(c.present & (bit - 1))
}

// fill sets r to the i-th record's row and reports whether it is listed.
func (c *chunk) fill(r *row, i int) bool {
	if c.words == nil || !c.words[i].listed {
		return false
	}
	w := &c.words[i]
	r.word = w
	n := int(w.from) + int(w.specialties)
	r.labels = c.values[w.from:n:n]
	r.steps = c.values[n : n+2*int(w.steps)]
	r.number = c.texts[w.text : int(w.text)+int(w.number)]
	return true
}

func (t *table) chunk(number uint64) *chunk {
	i, ok := slices.BinarySearchFunc(t.branches, branchOf(number), func(b branch, index uint64) int { return cmp.Compare(b.index, index) })
	if !ok {
		return nil
	}
	return t.branches[i].chunks[chunkOf(number)]
}

// newest returns the newest revision of a record, 0 when there is none.
func (t *tally) newest(id hub.ID) hub.Revision {
	if !storable(id.Kind()) {
		return 0
	}
	c := t.tables[id.Kind()].chunk(id.Number())
	if c == nil {
		return 0
	}
	i := c.place(slotOf(id.Number()))
	if i < 0 {
		return 0
	}
	return c.revisions[i]
}

// find sets r to the row of a record; false when it is not listed.
func (t *tally) find(id hub.ID, r *row) (hub.Revision, bool) {
	if !storable(id.Kind()) {
		return 0, false
	}
	c := t.tables[id.Kind()].chunk(id.Number())
	if c == nil {
		return 0, false
	}
	i := c.place(slotOf(id.Number()))
	if i < 0 || !c.fill(r, i) {
		return 0, false
	}
	return c.revisions[i], true
}

// each calls yield for every listed record in the order of ids, until it
// returns false. The row is valid during the call only.
func (t *table) each(kind hub.Kind, yield func(hub.ID, hub.Revision, *row) bool) {
	if t.listed == 0 {
		return
	}
	var r row
	t.eachRecord(kind, func(id hub.ID, revision hub.Revision, c *chunk, i int) bool {
		return !c.fill(&r, i) || yield(id, revision, &r)
	})
}

// eachRecord calls yield for every record, which is the i-th of a chunk.
func (t *table) eachRecord(kind hub.Kind, yield func(id hub.ID, revision hub.Revision, c *chunk, i int) bool) {
	for _, b := range t.branches {
		for n, c := range b.chunks {
			if c == nil {
				continue
			}
			base := b.index<<branchBits | uint64(n)<<chunkBits
			i := 0
			for present := c.present; present != 0; present &= present - 1 {
				if !yield(hub.NewID(kind, base|uint64(bits.TrailingZeros64(present))), c.revisions[i], c, i) {
					return
				}
				i++
			}
		}
	}
}

// changedSince counts the records whose newest revision is later than at.
func (t *table) changedSince(at hub.Revision) (n int) {
	for _, b := range t.branches {
		for _, c := range b.chunks {
			if c == nil {
				continue
			}
			for _, r := range c.revisions {
				if r > at {
					n++
				}
			}
		}
	}
	return n
}

// change is a record's new state in a tally.
type change struct {
	id       hub.ID
	revision hub.Revision
	packed   *packed
}

// with returns the tally after changes, of which there is one a record at most.
// It sorts them.
func (t *tally) with(changes []change) *tally {
	slices.SortFunc(changes, func(a, b change) int { return cmp.Compare(a.id, b.id) })
	next := *t
	for len(changes) > 0 {
		kind := changes[0].id.Kind()
		n, _ := slices.BinarySearchFunc(changes, hub.NewID(kind+1, 0), func(c change, id hub.ID) int { return cmp.Compare(c.id, id) })
		next.tables[kind] = next.tables[kind].with(changes[:n])
		changes = changes[n:]
	}
	return &next
}

func (t table) with(changes []change) table {
	t.branches = slices.Clone(t.branches)
	owned := map[uint64]bool{} // branches that are ours to alter
	for len(changes) > 0 {
		number := changes[0].id.Number()
		n := 1
		for n < len(changes) && changes[n].id.Number()>>chunkBits == number>>chunkBits {
			n++
		}
		index := branchOf(number)
		i, ok := slices.BinarySearchFunc(t.branches, index, func(b branch, index uint64) int { return cmp.Compare(b.index, index) })
		if !ok {
			t.branches = slices.Insert(t.branches, i, branch{index, new([256]*chunk)})
		} else if !owned[index] {
			copied := *t.branches[i].chunks
			t.branches[i].chunks = &copied
		}
		owned[index] = true
		place := &t.branches[i].chunks[chunkOf(number)]
		before := *place
		*place = before.with(changes[:n])
		t.records += len((*place).revisions)
		t.listed += (*place).listed()
		if before != nil {
			t.records -= len(before.revisions)
			t.listed -= before.listed()
		}
		for _, c := range changes[:n] {
			if c.packed.word.listed {
				t.addDistrict(c.packed.word.district)
			}
			t.highest = max(t.highest, c.id.Number())
		}
		changes = changes[n:]
	}
	return t
}

// addDistrict remembers a district. It never alters the slice that others share.
func (t *table) addDistrict(d uint16) {
	if i, ok := slices.BinarySearch(t.districts, d); !ok {
		t.districts = slices.Insert(slices.Clone(t.districts), i, d)
	}
}

func (c *chunk) listed() int {
	n := 0
	for i := range c.words {
		if c.words[i].listed {
			n++
		}
	}
	return n
}

// with returns the chunk after changes, which are in the order of ids and all
// belong to it. c may be nil.
func (c *chunk) with(changes []change) *chunk {
	next := &chunk{}
	if c != nil {
		next.present = c.present
	}
	anyListed := c != nil && c.words != nil
	moreValues, moreText := 0, 0
	for _, ch := range changes {
		next.present |= 1 << slotOf(ch.id.Number())
		anyListed = anyListed || ch.packed.word.listed
		moreValues += len(ch.packed.values)
		moreText += len(ch.packed.number)
	}
	count := bits.OnesCount64(next.present)
	next.revisions = make([]hub.Revision, 0, count)
	if anyListed {
		next.words = make([]word, 0, count)
		if c != nil {
			moreValues += len(c.values)
			moreText += len(c.texts)
		}
		next.values = make([]uint32, 0, moreValues)
		next.texts = make([]byte, 0, moreText)
	}
	add := func(revision hub.Revision, w word, values []uint32, number []byte) {
		next.revisions = append(next.revisions, revision)
		if !anyListed {
			return
		}
		w.from, w.text = uint32(len(next.values)), uint32(len(next.texts))
		next.words = append(next.words, w)
		next.values = append(next.values, values...)
		next.texts = append(next.texts, number...)
	}
	old := 0
	for present := next.present; present != 0; present &= present - 1 {
		slot := uint8(bits.TrailingZeros64(present))
		was := c != nil && c.present&(1<<slot) != 0
		switch {
		case len(changes) > 0 && slotOf(changes[0].id.Number()) == slot:
			p := changes[0].packed
			add(changes[0].revision, p.word, p.values, p.number)
			changes = changes[1:]
		case c.words == nil:
			add(c.revisions[old], word{}, nil, nil)
		default:
			o := &c.words[old]
			end := int(o.from) + int(o.specialties) + 2*int(o.steps)
			add(c.revisions[old], *o, c.values[o.from:end], c.texts[o.text:int(o.text)+int(o.number)])
		}
		if was {
			old++
		}
	}
	return next
}
