// Package boltstore keeps the hub's change log in one bbolt file and answers
// from views of it.
//
// The log is the truth: every change of every record in the order in which it
// happened, each entry chained to the one before by its hash. Everything else,
// on disk or in memory, follows from the log and can be made anew from it
// ([Reindex]); [Verify] makes it anew aside and compares.
//
// Readers share one read transaction a revision, opened once the revision is
// durable, so that nobody sees what a power cut could take back, opening a
// snapshot costs nothing, and nobody waits for a sync. Writers hand their
// batches to one goroutine, which commits all that wait together.
//
// Files in the data folder: concord.db is everything and may not be lost, nor may
// concord.wal (journal.go) where there is one; concord.pid names the process that has
// the folder open and may.
package boltstore

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"

	"concord/internal/hub"
	"concord/internal/pinyin"
)

// Options are how a store is opened. The zero value is good.
type Options struct {
	// Now is the clock for batches without a time of their own. nil: time.Now.
	Now func() time.Time

	// NameKey returns bytes whose order is that of names. They must be equal
	// only for equal names and hold no zero byte. NameOrder names that order;
	// a file with another one has its views made anew. nil: [pinyin.SortKey].
	NameKey   func(name string) []byte
	NameOrder string

	// ReadOnly opens the file without taking it from other readers. A file
	// that is missing, of an older format or half way through a reindex is
	// refused.
	ReadOnly bool

	// LockTimeout is how long to wait for another process to let go of the
	// file. 0: one second.
	LockTimeout time.Duration

	// MinFree is how many bytes must be free on the disk for a write to be
	// taken. 0: 64 MB; negative: any.
	MinFree int64

	// CacheSize is how many decoded versions are kept. 0: 16,384, about 15 MB.
	CacheSize int

	// Progress is told of views that are made anew while opening.
	Progress func(done, total hub.Revision)

	// Committed is told of every commit, by the one goroutine that writes: how
	// many changes shared it and how long it took, or why it failed.
	Committed func(changes int, took time.Duration, err error)
}

const (
	defaultLockTimeout = time.Second
	defaultMinFree     = 64 << 20
	defaultCacheSize   = 1 << 14
)

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.NameKey == nil {
		o.NameKey, o.NameOrder = pinyin.SortKey, pinyin.Order
	}
	if o.LockTimeout == 0 {
		o.LockTimeout = defaultLockTimeout
	}
	if o.MinFree == 0 {
		o.MinFree = defaultMinFree
	}
	if o.CacheSize == 0 {
		o.CacheSize = defaultCacheSize
	}
	if o.Committed == nil {
		o.Committed = func(int, time.Duration, error) {}
	}
	return o
}

// Store implements [hub.Store] on a folder.
type Store struct {
	dir      string
	db       *bolt.DB
	now      func() time.Time
	nameKey  func(string) []byte
	readOnly bool
	minFree  uint64

	committed func(changes int, took time.Duration, err error)
	release   func() // gives up the pid file

	labels   *labels
	receipts *receipts
	cache    *cache
	memo     memo
	nextID   [kinds]atomic.Uint64 // highest number handed out

	mu      sync.Mutex
	current *generation // replaced by the committer under mu; it alone may read it without
	waiting map[hub.Revision]chan struct{}

	journal *journal // the committer's, nil until the first small commit

	queue   chan *request
	stopped chan struct{} // closed when the committer is done
	closing sync.RWMutex
	closed  bool // guarded by closing

	failure atomic.Pointer[hub.Error]
}

var _ hub.Store = (*Store)(nil)

// generation is one durable revision of the store: a read transaction and the
// tally that belongs to it. It lives while anybody uses it.
//
// Several goroutines use the one transaction at once. bbolt allows it: a read
// transaction alters nothing but its counters, which are atomic.
type generation struct {
	buckets
	tx    *bolt.Tx
	head  head
	tally *tally
	users atomic.Int64 // the store itself is one while the generation is current
}

func (g *generation) leave() {
	if g.users.Add(-1) == 0 {
		_ = g.tx.Rollback() // fails only when it is closed already
	}
}

// newGeneration opens the generation of what was committed last. Only the
// committer, or whoever opens the store, may call it.
func (s *Store) newGeneration(h head, t *tally) (_ *generation, err error) {
	tx, err := s.db.Begin(false)
	if err != nil {
		return nil, err
	}
	g := &generation{tx: tx, head: h, tally: t}
	g.users.Store(1)
	defer func() {
		if err != nil {
			g.leave() // else the file could not be closed
		}
	}()
	defer rescue(&err, debug.SetPanicOnFault(true))
	g.buckets, err = bucketsOf(tx)
	return g, err
}

// publish makes a generation the current one and wakes who waits for it.
func (s *Store) publish(next *generation) {
	for kind := range s.nextID {
		raise(&s.nextID[kind], next.tally.tables[kind].highest)
	}
	s.mu.Lock()
	before := s.current
	s.current = next
	for seen, ch := range s.waiting {
		if seen < next.head.revision {
			close(ch)
			delete(s.waiting, seen)
		}
	}
	s.mu.Unlock()
	before.leave()
}

func raise(n *atomic.Uint64, to uint64) {
	for {
		now := n.Load()
		if now >= to || n.CompareAndSwap(now, to) {
			return
		}
	}
}

// load opens the first generation and reads what is kept in memory.
func (s *Store) load() (err error) {
	g, err := s.newGeneration(head{}, &tally{})
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			g.leave()
		}
	}()
	defer rescue(&err, debug.SetPanicOnFault(true)) // before that
	if s.labels, err = loadLabels(g.label); err != nil {
		return err
	}
	if g.tally, err = loadTally(g.version); err != nil {
		return err
	}
	if s.receipts, err = loadReceipts(g.receipt); err != nil {
		return err
	}
	g.head.hash = sha256.Sum256(g.meta.Get(metaHub))
	if k, v := g.log.Cursor().Last(); k != nil {
		if len(k) != 8 || len(v) < entryVariables {
			return errEntry
		}
		g.head = head{hub.Revision(binary.BigEndian.Uint64(k)), entry(v).time(), entry(v).hash()}
	}
	for kind := range s.nextID {
		s.nextID[kind].Store(g.tally.tables[kind].highest)
	}
	s.current = g
	return nil
}

// loadTally makes the tally from the newest version of every record.
func loadTally(bucket *bolt.Bucket) (*tally, error) {
	const portion = 1 << 14
	t := &tally{}
	changes := make([]change, 0, portion)
	var districts [kinds]map[uint16]bool
	c := bucket.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		if len(k) != 16 {
			return nil, errVersion
		}
		id, revision := readVersionKey(k)
		if !storable(id.Kind()) {
			return nil, errVersion
		}
		p := new(packed)
		if err := p.read(v); err != nil {
			return nil, fmt.Errorf("%s at revision %d: %w", id, revision, err)
		}
		p.sortKey = nil
		p.number = append([]byte(nil), p.number...)
		if p.word.listed {
			if districts[id.Kind()] == nil {
				districts[id.Kind()] = map[uint16]bool{}
			}
			districts[id.Kind()][p.word.district] = true
		}
		if n := len(changes); n > 0 && changes[n-1].id == id {
			changes[n-1] = change{id, revision, p}
			continue
		}
		if len(changes) == portion {
			t = t.with(changes)
			changes = changes[:0]
		}
		changes = append(changes, change{id, revision, p})
	}
	t = t.with(changes)
	for kind := range districts {
		for d := range districts[kind] {
			t.tables[kind].addDistrict(d) // where only earlier versions stood
		}
	}
	return t, nil
}

// NextID implements [hub.Store]. It panics for a kind that is not kept on its
// own.
func (s *Store) NextID(kind hub.Kind) hub.ID {
	if !storable(kind) {
		panic("boltstore: no ids of kind " + kind.String())
	}
	return hub.NewID(kind, s.nextID[kind].Add(1))
}

// Snapshot implements [hub.Store].
func (s *Store) Snapshot() (hub.Snapshot, error) {
	snap, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	return snap, nil
}

func (s *Store) snapshot() (*snapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		return nil, errClosed()
	}
	s.current.users.Add(1)
	return &snapshot{generation: s.current, store: s}, nil
}

// Revision implements [hub.Store].
func (s *Store) Revision() hub.Revision {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		return 0
	}
	return s.current.head.revision
}

// LogHash returns the hash of the log up to and including a revision, 0 for the
// empty log. Logs with the same hash agree in every change up to there, so that
// what follows the log can tell whether it still follows the same one, as after
// a restore.
func (s *Store) LogHash(at hub.Revision) (hash [32]byte, err error) {
	defer rescue(&err, debug.SetPanicOnFault(true))
	snap, err := s.snapshot()
	if err != nil {
		return hash, err
	}
	defer snap.Close()
	switch {
	case at > snap.head.revision:
		return hash, hub.Invalid("", "修订号 %d 尚未产生，目前最新为 %d。", at, snap.head.revision)
	case at == snap.head.revision:
		return snap.head.hash, nil
	case at == 0:
		return sha256.Sum256(snap.meta.Get(metaHub)), nil
	}
	e, err := readEntry(snap.log, at)
	if err != nil {
		return hash, internal("LogHash", err)
	}
	return e.hash(), nil
}

// Advanced implements [hub.Store]. The channel of a closed store stays open.
func (s *Store) Advanced(seen hub.Revision) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != nil && s.current.head.revision > seen {
		done := make(chan struct{})
		close(done)
		return done
	}
	ch := s.waiting[seen]
	if ch == nil {
		ch = make(chan struct{})
		s.waiting[seen] = ch
	}
	return ch
}

// Size returns the size of the file.
func (s *Store) Size() int64 {
	info, err := os.Stat(filepath.Join(s.dir, fileName))
	if err != nil {
		return 0
	}
	return info.Size()
}

// Free returns how much room is left on the disk; false where that is not known.
func (s *Store) Free() (bytes uint64, known bool) { return freeSpace(s.dir) }

// Close implements [hub.Store]. It waits for snapshots that are still open.
// Closing again does nothing.
func (s *Store) Close() error {
	s.closing.Lock()
	if s.closed {
		s.closing.Unlock()
		return nil
	}
	s.closed = true
	close(s.queue)
	s.closing.Unlock()
	<-s.stopped

	s.mu.Lock()
	last := s.current
	s.current = nil
	s.mu.Unlock()
	last.leave()
	err := s.closeJournal(last.head)
	err = errors.Join(err, s.db.Close())
	s.release()
	if err != nil {
		return hub.Internal("Close", err)
	}
	return nil
}

// reserved returns how much address space to map, so that the file can grow
// without being mapped anew, for which every reader would have to stop.
func reserved(fileSize int64) int {
	const least = 64 << 30
	return int(min(max(least, 4*fileSize), math.MaxInt/4))
}

// errPanic is in the chain of what rescue has caught.
var errPanic = errors.New("panic")

// rescue turns a panic into an error: bbolt's over a damaged page, or a fault in
// reading the mapped file when it is cut off or the disk fails. Defer it with
// debug.SetPanicOnFault(true), which it undoes.
func rescue(err *error, faults bool) {
	debug.SetPanicOnFault(faults)
	if p := recover(); p != nil {
		*err = hub.Internal("boltstore", fmt.Errorf("%w: %v\n%s", errPanic, p, debug.Stack()))
	}
}

// internal wraps errors of reading; those of the domain stay as they are.
func internal(op string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*hub.Error](err); ok {
		return e
	}
	return hub.Internal(op, err)
}
