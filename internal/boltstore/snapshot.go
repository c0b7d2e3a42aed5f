package boltstore

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"reflect"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"

	"concord/internal/hub"
)

// snapshot implements [hub.Snapshot]: one user of a generation.
type snapshot struct {
	*generation
	store *Store
	done  atomic.Bool
}

// Close implements [hub.Snapshot]. Closing again does nothing.
func (s *snapshot) Close() {
	if s.done.CompareAndSwap(false, true) {
		s.leave()
	}
}

// Revision implements [hub.Snapshot].
func (s *snapshot) Revision() hub.Revision { return s.head.revision }

func (s *snapshot) newest(id hub.ID) hub.Revision { return s.tally.newest(id) }

// moment checks a revision that was asked for; past is false for the newest.
func (s *snapshot) moment(at hub.Revision) (_ hub.Revision, past bool, err error) {
	switch {
	case s.done.Load():
		return 0, false, hub.Internal("Snapshot", fmt.Errorf("used after it was closed"))
	case at > s.head.revision:
		return 0, false, hub.Invalid("asOf", "修订号 %d 尚未产生，目前最新为 %d。请使用不大于最新的修订号。", at, s.head.revision)
	case at == 0 || at == s.head.revision:
		return s.head.revision, false, nil
	}
	return at, true, nil
}

// RevisionAt implements [hub.Snapshot].
func (s *snapshot) RevisionAt(t time.Time) (_ hub.Revision, err error) {
	defer rescue(&err, debug.SetPanicOnFault(true))
	if _, _, err := s.moment(0); err != nil {
		return 0, err
	}
	if t.Year() > 2261 { // beyond what nanoseconds since 1970 can say
		return s.head.revision, nil
	}
	if t.Year() < 1970 {
		return 0, nil
	}
	lo, hi := hub.Revision(0), s.head.revision // lo is recorded by t; what is beyond hi is not
	for lo < hi {
		mid := hi - (hi-lo)/2
		e, err := readEntry(s.log, mid)
		if err != nil {
			return 0, internal("RevisionAt", err)
		}
		if e.nanos() <= t.UnixNano() {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return lo, nil
}

// Get implements [hub.Snapshot].
func (s *snapshot) Get(at hub.Revision, ids ...hub.ID) (_ []hub.Version, err error) {
	defer rescue(&err, debug.SetPanicOnFault(true))
	at, past, err := s.moment(at)
	if err != nil {
		return nil, err
	}
	versions := make([]hub.Version, len(ids))
	type wanted struct {
		revision hub.Revision
		place    int
		id       hub.ID
	}
	list := make([]wanted, 0, len(ids))
	for i, id := range ids {
		// Whatever the newest revision of a record is, when it is no later
		// than at it was the record's state at that time.
		if revision := s.newest(id); revision != 0 {
			list = append(list, wanted{revision, i, id})
		}
	}
	if past {
		slices.SortFunc(list, func(a, b wanted) int { return cmp.Compare(a.id, b.id) })
		c := s.generation.version.Cursor()
		for i := range list {
			if list[i].revision > at {
				list[i].revision = versionAt(c, list[i].id, at)
			}
		}
	}
	// The log is read in its order, so that neighbours share pages.
	slices.SortFunc(list, func(a, b wanted) int { return cmp.Compare(a.revision, b.revision) })
	for _, w := range list {
		if w.revision == 0 {
			continue
		}
		if versions[w.place], err = s.version(w.id, w.revision); err != nil {
			return nil, internal("Get", err)
		}
	}
	return versions, nil
}

// versionAt returns the newest revision of a record at or before at, 0 when
// there is none.
func versionAt(c *bolt.Cursor, id hub.ID, at hub.Revision) hub.Revision {
	want := versionKey(id, at)
	k, _ := c.Seek(want)
	switch {
	case k == nil:
		k, _ = c.Last()
	case !bytes.Equal(k, want):
		k, _ = c.Prev()
	}
	if k == nil || !bytes.HasPrefix(k, want[:8]) {
		return 0
	}
	_, revision := readVersionKey(k)
	return revision
}

// version returns the version of a record that a revision brought.
func (s *snapshot) version(id hub.ID, revision hub.Revision) (hub.Version, error) {
	if v, ok := s.store.cache.get(revision); ok && v.Record.RecordID() == id {
		return v, nil
	}
	v, err := readVersion(s.log, revision)
	if err != nil {
		return hub.Version{}, err
	}
	if v.Record.RecordID() != id {
		return hub.Version{}, fmt.Errorf("revision %d belongs to %s, not to %s", revision, v.Record.RecordID(), id)
	}
	s.store.cache.put(v)
	return v, nil
}

func readEntry(log *bolt.Bucket, revision hub.Revision) (entry, error) {
	e := entry(log.Get(revisionKey(revision)))
	if e == nil {
		return nil, fmt.Errorf("revision %d is missing in the log", revision)
	}
	if len(e) < entryVariables {
		return nil, errEntry
	}
	return e, nil
}

func readVersion(log *bolt.Bucket, revision hub.Revision) (hub.Version, error) {
	e, err := readEntry(log, revision)
	if err != nil {
		return hub.Version{}, err
	}
	_, _, data, err := e.open()
	if err != nil {
		return hub.Version{}, err
	}
	record, err := decodeRecord(e.id(), data)
	if err != nil {
		return hub.Version{}, fmt.Errorf("revision %d: %w", revision, err)
	}
	return hub.Version{Record: record, Revision: revision, At: e.time()}, nil
}

// Lookup implements [hub.Snapshot].
func (s *snapshot) Lookup(at hub.Revision, kind hub.Kind, name hub.KeyName, value string) (ids []hub.ID, err error) {
	defer rescue(&err, debug.SetPanicOnFault(true))
	if at, _, err = s.moment(at); err != nil {
		return nil, err
	}
	if len(value) > mostKeyBytes {
		return nil, nil // no record can carry it
	}
	if isReceipt(kind, name) {
		ids = s.store.receipts.find(s.receipt, value)
		return slices.DeleteFunc(ids, func(id hub.ID) bool { return s.newest(id) > at }), nil
	}
	prefix := keyPrefix(kind, name, value)
	c := s.key.Cursor()
	for k, turns := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, turns = c.Next() {
		if len(k) == len(prefix)+8 && visible(turns, at) {
			ids = append(ids, hub.ID(binary.BigEndian.Uint64(k[len(prefix):])))
		}
	}
	return ids, nil
}

// Named implements [hub.Snapshot].
func (s *snapshot) Named(kind hub.Kind, district, name string) (ids []hub.ID, err error) {
	defer rescue(&err, debug.SetPanicOnFault(true))
	if _, _, err := s.moment(0); err != nil {
		return nil, err
	}
	d, ok := s.store.labels.find(dimDistrict, district)
	if !ok || name == "" {
		return nil, nil
	}
	first := nameKey(kind, d, s.store.nameKey(name), 0)
	prefix := first[:len(first)-8]
	c := s.name.Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix) && len(k) == len(first); k, _ = c.Next() {
		ids = append(ids, hub.ID(binary.BigEndian.Uint64(k[len(prefix):])))
	}
	return ids, nil
}

// History implements [hub.Snapshot].
func (s *snapshot) History(id hub.ID, before hub.Revision, limit int) (changes []hub.Change, err error) {
	defer rescue(&err, debug.SetPanicOnFault(true))
	if _, _, err := s.moment(0); err != nil {
		return nil, err
	}
	if before == 0 {
		before = math.MaxUint64
	}
	c := s.generation.version.Cursor()
	origins := origins{log: s.log}
	for at := before - 1; len(changes) < limit; {
		revision := versionAt(c, id, at)
		if revision == 0 {
			break
		}
		change, err := s.change(revision, &origins)
		if err != nil {
			return nil, internal("History", err)
		}
		changes = append(changes, change)
		at = revision - 1
	}
	return changes, nil
}

// change reads one change with its origin.
func (s *snapshot) change(revision hub.Revision, o *origins) (hub.Change, error) {
	e, err := readEntry(s.log, revision)
	if err != nil {
		return hub.Change{}, err
	}
	return s.changeOf(revision, e, o)
}

func (s *snapshot) changeOf(revision hub.Revision, e entry, o *origins) (hub.Change, error) {
	previous, _, data, err := e.open()
	if err != nil {
		return hub.Change{}, fmt.Errorf("revision %d: %w", revision, err)
	}
	origin, err := o.of(revision, e)
	if err != nil {
		return hub.Change{}, fmt.Errorf("origin of revision %d: %w", revision, err)
	}
	v, ok := s.store.cache.get(revision)
	if !ok {
		if v.Record, err = decodeRecord(e.id(), data); err != nil {
			return hub.Change{}, fmt.Errorf("revision %d: %w", revision, err)
		}
	}
	return hub.Change{Revision: revision, At: e.time(), Origin: origin, Record: v.Record, Previous: previous}, nil
}

// origins reads origins, remembering the last one: all changes of a batch have
// the same.
type origins struct {
	log      *bolt.Bucket
	revision hub.Revision // whose entry holds it
	last     hub.Origin
}

func (o *origins) of(revision hub.Revision, e entry) (hub.Origin, error) {
	holder := revision - e.distance()
	if holder == 0 || holder > revision {
		return hub.Origin{}, errEntry
	}
	if holder == o.revision {
		return o.last, nil
	}
	if holder != revision {
		var err error
		if e, err = readEntry(o.log, holder); err != nil {
			return hub.Origin{}, err
		}
		if e.distance() != 0 {
			return hub.Origin{}, errEntry
		}
	}
	_, data, _, err := e.open()
	if err != nil {
		return hub.Origin{}, err
	}
	if o.last, err = decodeOrigin(data); err != nil {
		return hub.Origin{}, err
	}
	o.revision = holder
	return o.last, nil
}

// Changes implements [hub.Snapshot].
func (s *snapshot) Changes(after hub.Revision) iter.Seq2[hub.Change, error] {
	return func(yield func(hub.Change, error) bool) {
		if _, _, err := s.moment(0); err != nil {
			yield(hub.Change{}, err)
			return
		}
		c := s.log.Cursor()
		origins := origins{log: s.log}
		for revision := after + 1; revision > after && revision <= s.head.revision; revision++ {
			change, err := s.nextChange(c, revision, revision == after+1, &origins)
			if err != nil {
				yield(hub.Change{}, internal("Changes", err))
				return
			}
			if !yield(change, nil) {
				return
			}
		}
	}
}

// nextChange moves the cursor to the entry of a revision, which must be the next.
func (s *snapshot) nextChange(c *bolt.Cursor, revision hub.Revision, first bool, o *origins) (_ hub.Change, err error) {
	defer rescue(&err, debug.SetPanicOnFault(true))
	var k, v []byte
	if first {
		k, v = c.Seek(revisionKey(revision))
	} else {
		k, v = c.Next()
	}
	if !bytes.Equal(k, revisionKey(revision)) {
		return hub.Change{}, fmt.Errorf("revision %d is missing in the log", revision)
	}
	if len(v) < entryVariables {
		return hub.Change{}, errEntry
	}
	return s.changeOf(revision, entry(v), o)
}

// All implements [hub.Snapshot].
func (s *snapshot) All(at hub.Revision, kind hub.Kind) iter.Seq2[hub.Version, error] {
	return func(yield func(hub.Version, error) bool) {
		at, _, err := s.moment(at)
		if err != nil {
			yield(hub.Version{}, err)
			return
		}
		c := s.generation.version.Cursor()
		var w versionWalk
		for {
			v, err := s.nextVersion(&w, c, kind, at)
			if err != nil {
				yield(hub.Version{}, internal("All", err))
				return
			}
			if v.Record == nil || !yield(v, nil) {
				return
			}
		}
	}
}

// nextVersion reads the next version of a walk, without making room in the cache
// for it: a walk over everything would only drive out what is in use.
func (s *snapshot) nextVersion(w *versionWalk, c *bolt.Cursor, kind hub.Kind, at hub.Revision) (v hub.Version, err error) {
	defer rescue(&err, debug.SetPanicOnFault(true))
	id, revision, _, err := w.next(c, kind, at)
	if err != nil || id == 0 {
		return hub.Version{}, err
	}
	if v, ok := s.store.cache.get(revision); ok && v.Record.RecordID() == id {
		return v, nil
	}
	return readVersion(s.log, revision)
}

// versionWalk walks over the records of a kind as they were at a revision, in
// the order of ids.
type versionWalk struct {
	k, v    []byte
	started bool
}

// next returns the next record with its version at a revision and the version's
// value, id 0 at the end.
func (w *versionWalk) next(c *bolt.Cursor, kind hub.Kind, at hub.Revision) (id hub.ID, revision hub.Revision, value []byte, err error) {
	if !w.started {
		w.k, w.v = c.Seek(versionKey(hub.NewID(kind, 0), 0))
		w.started = true
	}
	for w.k != nil {
		if len(w.k) != 16 {
			return 0, 0, nil, errVersion
		}
		next, r := readVersionKey(w.k)
		if next.Kind() != kind {
			w.k = nil
			break
		}
		if id != 0 && next != id {
			break // all versions of id are seen
		}
		if r <= at {
			id, revision, value = next, r, w.v
		}
		w.k, w.v = c.Next()
	}
	return id, revision, value, nil
}

// cache keeps decoded versions. Versions never change, so that nothing in it can
// be out of date. A version has two slots to be in: a new one takes the first
// and moves the one that was there to the second.
type cache struct {
	slots []atomic.Pointer[hub.Version]
	mask  uint64
}

func newCache(size int) *cache {
	n := 2
	for n < size {
		n <<= 1
	}
	return &cache{slots: make([]atomic.Pointer[hub.Version], n), mask: uint64(n/2 - 1)}
}

func (c *cache) pair(revision hub.Revision) (first, second *atomic.Pointer[hub.Version]) {
	i := 2 * (uint64(revision) & c.mask)
	return &c.slots[i], &c.slots[i+1]
}

func (c *cache) get(revision hub.Revision) (hub.Version, bool) {
	first, second := c.pair(revision)
	if v := first.Load(); v != nil && v.Revision == revision {
		return *v, true
	}
	if v := second.Load(); v != nil && v.Revision == revision {
		return *v, true
	}
	return hub.Version{}, false
}

// CheckCache compares the decoded versions that are kept with the log, for tests of
// who gives records away, see [hub.Batch]: each must be as it would be read.
func (s *Store) CheckCache() error {
	snap, err := s.snapshot()
	if err != nil {
		return err
	}
	defer snap.Close()
	for i := range s.cache.slots {
		kept := s.cache.slots[i].Load()
		if kept == nil {
			continue
		}
		read, err := readVersion(snap.log, kept.Revision)
		if err != nil {
			return err
		}
		if !reflect.DeepEqual(read, *kept) {
			return fmt.Errorf("%s at revision %d is kept as %+v, and reads %+v", kept.Record.RecordID(), kept.Revision, kept.Record, read.Record)
		}
	}
	return nil
}

func (c *cache) put(v hub.Version) {
	first, second := c.pair(v.Revision)
	if before := first.Swap(&v); before != nil && before.Revision != v.Revision {
		second.Store(before)
	}
}
