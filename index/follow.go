package index

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
	"golang.org/x/sync/errgroup"

	"concord/internal/hub"
)

const (
	// batchSize is how many records go into one batch of bleve: fewer cost more
	// segments, more cost memory.
	batchSize = 1000
	// chunkSize is how many changes are read from the log before the index
	// stops at a consistent state.
	chunkSize = 16 * batchSize
	// lookCloser is the most changed records that are compared with what they were.
	lookCloser = 4 * batchSize
	// compactWorth is how many records must have been written since the last
	// time for the segments to be merged into few again, and compactAfter how
	// long nothing must have happened.
	compactWorth = 5 * batchSize
	compactAfter = 10 * time.Second
	// retryAfter is how long Follow waits after something went wrong.
	retryAfter = 3 * time.Second
	// restShare is how much longer than it works the index rests, and mostRest how
	// long at most: so much later may a change be found.
	restShare = 4
	mostRest  = 250 * time.Millisecond
)

// Follow applies the store's log until ctx ends or the index is closed, which is
// no error: first what was missed, then what comes. It builds the index from the
// store's records when there is nothing to continue from. Failures are logged
// and tried again. It may run once at a time.
func (x *Index) Follow(ctx context.Context, store hub.Store) error {
	x.following.Add(1)
	defer x.following.Done()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-x.closing:
			cancel()
		case <-ctx.Done():
		}
	}()
	for ctx.Err() == nil {
		err := x.follow(ctx, store)
		if err == nil || ctx.Err() != nil {
			continue
		}
		x.log.Error("the search index could not be brought up to date; trying again", "error", err)
		var damaged damageError
		if errors.As(err, &damaged) || x.bleve == nil {
			if err := x.create(); err != nil {
				x.log.Error("the search index could not be made anew; trying again", "error", err)
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(retryAfter):
		}
	}
	return nil
}

// damageError says that what is on disk cannot be read.
type damageError struct{ cause error }

func (e damageError) Error() string { return "the search index is damaged: " + e.cause.Error() }
func (e damageError) Unwrap() error { return e.cause }

// follow brings the index up to the store and then waits for what is next,
// until ctx ends or something fails.
func (x *Index) follow(ctx context.Context, store hub.Store) error {
	if newest := store.Revision(); x.revision > newest {
		x.log.Warn("the search index is ahead of the store and is made anew", "index", x.revision, "store", newest)
		if err := x.create(); err != nil {
			return err
		}
	}
	for {
		advanced := store.Advanced(x.revision)
		from, began := x.revision, time.Now()
		if err := x.catchUp(ctx, store); err != nil {
			return err
		}
		if x.revision > from {
			rest(ctx, time.Since(began))
		}
		var idle <-chan time.Time
		if x.written.Load() >= compactWorth {
			idle = time.After(compactAfter)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-advanced:
		case <-idle:
			x.written.Store(0)
			x.compact(ctx)
		case <-x.merged:
			if err := x.look(); err != nil {
				return err
			}
		case err := <-x.damage:
			return damageError{err}
		}
	}
}

// rest leaves the processors to those who write and ask, after the index has worked
// for a while: where single edits follow each other closely, a batch of what has
// come meanwhile costs hardly more than one edit. An edit after a quiet time is
// taken up at once.
func rest(ctx context.Context, worked time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(min(restShare*worked, mostRest)):
	}
}

// compact merges the segments into few, in the background: a search looks every
// word up in every segment.
func (x *Index) compact(ctx context.Context) {
	x.following.Add(1)
	go func(s *scorch.Scorch) {
		defer x.following.Done()
		if err := s.ForceMerge(ctx, &mergeplan.SingleSegmentMergePlanOptions); err != nil && ctx.Err() == nil {
			x.log.Warn("the segments of the search index could not be merged", "error", err)
		}
	}(x.scorch)
}

// catchUp applies everything that the store holds now.
func (x *Index) catchUp(ctx context.Context, store hub.Store) error {
	snap, err := store.Snapshot()
	if err != nil {
		return err
	}
	defer snap.Close()
	if x.revision == 0 {
		return x.build(ctx, snap)
	}
	for x.revision < snap.Revision() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := x.apply(ctx, snap); err != nil {
			return err
		}
	}
	if x.current == nil {
		return x.refresh()
	}
	return nil
}

// build makes the index from all records of snap.
func (x *Index) build(ctx context.Context, snap hub.Snapshot) error {
	target := snap.Revision()
	began := time.Now()
	said, err := x.speechOf(snap.All(target, hub.KindEverydayWord))
	if err != nil {
		return err
	}
	w := x.newWriter(ctx, said)
	if target > 0 {
		if err := x.mark(stamp{x.format, 0, target}); err != nil {
			return err
		}
		names := bodies{}
		n := 0
		for _, kind := range indexedKinds {
			for version, err := range snap.All(target, kind) {
				if err != nil {
					return errors.Join(err, w.flush())
				}
				if o, ok := version.Record.(*hub.Organization); ok {
					names[o.ID] = o.Name
				}
				n++
				if !w.add(version.Record, names) {
					return w.flush()
				}
			}
			// The names are complete when the kinds come that point to them,
			// and are not written to while they are read.
			if err := w.flush(); err != nil {
				return err
			}
		}
		x.log.Info("built the search index", "records", n, "revision", target, "took", time.Since(began).Round(time.Millisecond))
	}
	return x.reached(target, said)
}

// indexedKinds are the kinds of record that are found by words, organisations
// first, since others carry their names.
var indexedKinds = []hub.Kind{hub.KindOrganization, hub.KindMediator, hub.KindExpert, hub.KindInvitedListing, hub.KindChecklist}

// apply applies the next changes of the log, at most chunkSize.
func (x *Index) apply(ctx context.Context, snap hub.Snapshot) error {
	newest := map[hub.ID]hub.Record{}
	before := map[hub.ID]hub.Revision{} // of the records that existed before this chunk
	changed := map[hub.ID]*hub.SearchWord{}
	target := x.revision
	n := 0
	for change, err := range snap.Changes(x.revision) {
		if err != nil {
			return err
		}
		id := change.Record.RecordID()
		if slices.Contains(indexedKinds, id.Kind()) {
			if _, again := newest[id]; !again && change.Previous != 0 {
				before[id] = change.Previous
			}
			newest[id] = change.Record
		}
		if word, ok := change.Record.(*hub.SearchWord); ok {
			changed[id] = word
		}
		target = change.Revision
		if n++; n == chunkSize {
			break
		}
	}
	carriers, err := x.carriers(snap, newest, before, changed)
	if err != nil {
		return err
	}
	said := x.speech.after(x, changed)
	sameWords := slices.Equal(said.words, x.speech.words)
	if sameWords && len(newest) <= lookCloser {
		if err := x.leaveOut(snap, target, newest); err != nil {
			return err
		}
	}
	if sameWords && len(newest)+len(carriers) == 0 && target-x.stamp.Revision < chunkSize {
		x.revision = target
		return x.look()
	}
	if len(newest)+len(carriers) <= batchSize {
		others, err := recordsAt(snap, target, carriers)
		if err != nil {
			return err
		}
		maps.Copy(newest, others)
		names, err := namesOf(snap, target, newest)
		if err != nil {
			return err
		}
		return x.applyOne(inOrder(newest), names, target, said)
	}
	if err := x.mark(stamp{x.format, x.revision, target}); err != nil {
		return err
	}
	w := x.newWriter(ctx, said)
	names, err := namesOf(snap, target, newest)
	if err != nil {
		return err
	}
	w.addAll(inOrder(newest), names)
	for part := range slices.Chunk(carriers, batchSize) {
		others, err := recordsAt(snap, target, part)
		if err == nil {
			names, err = namesOf(snap, target, others)
		}
		if err != nil {
			return errors.Join(err, w.flush())
		}
		w.addAll(inOrder(others), names)
	}
	if err := w.flush(); err != nil {
		return err
	}
	return x.reached(target, said)
}

// leaveOut removes the changed records whose essence is what it was: many a change is
// of a telephone number or a note, and to write a document costs far more than to
// compare. The stamp is then left as it is, too, so that
// after a crash these changes are looked at again, which does no harm.
func (x *Index) leaveOut(snap hub.Snapshot, target hub.Revision, changed map[hub.ID]hub.Record) error {
	if len(changed) == 0 || x.stamp.Writing != 0 {
		return nil // in the latter case it is not known what the index holds
	}
	names, err := namesOf(snap, target, changed)
	if err != nil {
		return err
	}
	before, err := recordsAt(snap, x.revision, slices.Collect(maps.Keys(changed)))
	if err != nil {
		return err
	}
	namesBefore, err := namesOf(snap, x.revision, before)
	if err != nil {
		return err
	}
	for id, r := range before {
		if was := essenceOf(r, namesBefore); was != nil && reflect.DeepEqual(was, essenceOf(changed[id], names)) {
			delete(changed, id)
		}
	}
	return nil
}

// inOrder returns records by id.
func inOrder(records map[hub.ID]hub.Record) []hub.Record {
	return slices.SortedFunc(maps.Values(records), func(a, b hub.Record) int { return cmp.Compare(a.RecordID(), b.RecordID()) })
}

// recordsAt reads records.
func recordsAt(snap hub.Snapshot, at hub.Revision, ids []hub.ID) (map[hub.ID]hub.Record, error) {
	records := map[hub.ID]hub.Record{}
	for part := range slices.Chunk(ids, batchSize) {
		versions, err := snap.Get(at, part...)
		if err != nil {
			return nil, err
		}
		for _, v := range versions {
			if v.Record != nil {
				records[v.Record.RecordID()] = v.Record
			}
		}
	}
	return records, nil
}

// carriers returns the records that have not changed themselves and are to be
// described anew: they carry the name of an organisation that has been renamed, or
// words that have changed.
func (x *Index) carriers(snap hub.Snapshot, newest map[hub.ID]hub.Record, before map[hub.ID]hub.Revision, changed map[hub.ID]*hub.SearchWord) (ids []hub.ID, err error) {
	if x.current == nil && len(before)+len(changed) > 0 {
		if err := x.refresh(); err != nil {
			return nil, damageError{err}
		}
	}
	var found []hub.ID
	for id, previous := range before {
		o, ok := newest[id].(*hub.Organization)
		if !ok {
			continue
		}
		old, err := snap.Get(previous, id)
		if err != nil {
			return nil, err
		}
		if was, ok := old[0].Record.(*hub.Organization); ok && was.Name == o.Name {
			continue
		}
		more, err := x.current.documentsOf(token{fieldPart, documentID(id)})
		if err != nil {
			return nil, damageError{err}
		}
		found = append(found, more...)
	}
	for _, word := range changed {
		more, err := x.current.speaking(word.Word)
		if err != nil {
			return nil, damageError{err}
		}
		found = append(found, more...)
	}
	for _, id := range found {
		if id.Kind() == hub.KindMeasure {
			id, _, _ = id.MeasurePlace()
		}
		if _, have := newest[id]; !have {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// namesOf returns the names of the organisations to which records point.
func namesOf(snap hub.Snapshot, at hub.Revision, records map[hub.ID]hub.Record) (bodies, error) {
	names := bodies{}
	var missing []hub.ID
	for _, r := range records {
		var id hub.ID
		switch r := r.(type) {
		case *hub.Mediator:
			id = r.Organization
		case *hub.InvitedListing:
			id = r.Organization
		}
		if id == 0 {
			continue
		}
		if o, ok := records[id].(*hub.Organization); ok {
			names[id] = o.Name
		} else {
			missing = append(missing, id)
		}
	}
	slices.Sort(missing)
	for part := range slices.Chunk(slices.Compact(missing), batchSize) {
		versions, err := snap.Get(at, part...)
		if err != nil {
			return nil, err
		}
		for _, v := range versions {
			if o, ok := v.Record.(*hub.Organization); ok {
				names[o.ID] = o.Name
			}
		}
	}
	return names, nil
}

// applyOne applies a few records in one step.
func (x *Index) applyOne(records []hub.Record, names bodies, target hub.Revision, said speech) error {
	b, err := x.batch(records, names, said)
	if err != nil {
		return err
	}
	x.written.Add(int64(len(records)))
	return x.reachedBy(b, target, said)
}

// batch describes records to bleve.
func (x *Index) batch(records []hub.Record, names bodies, said speech) (*bleve.Batch, error) {
	b := x.bleve.NewBatch()
	for _, r := range records {
		docs, err := describe(said.lexicon, r, names)
		if err != nil {
			return nil, fmt.Errorf("record %s: %w", r.RecordID(), err)
		}
		kept := map[string]bool{}
		for _, d := range docs {
			kept[d.ID()] = true
			if err := b.IndexAdvanced(d); err != nil {
				return nil, err
			}
		}
		if r.RecordID().Kind() == hub.KindChecklist && x.current != nil {
			// Measures that this issue of the table no longer has.
			ids, err := x.current.documentsOf(token{fieldPart, documentID(r.RecordID())})
			if err != nil {
				return nil, damageError{err}
			}
			for _, id := range ids {
				if name := documentID(id); !kept[name] {
					b.Delete(name)
				}
			}
		}
	}
	return b, nil
}

// mark writes a stamp alone.
func (x *Index) mark(s stamp) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := x.bleve.SetInternal(stampKey, raw); err != nil {
		return err
	}
	x.stamp, x.revision = s, s.Revision
	return nil
}

// reached says that everything up to target has been written, and publishes it.
func (x *Index) reached(target hub.Revision, said speech) error {
	return x.reachedBy(x.bleve.NewBatch(), target, said)
}

// reachedBy does so in one step with the last documents.
func (x *Index) reachedBy(b *bleve.Batch, target hub.Revision, said speech) error {
	s := stamp{Format: x.format, Revision: target}
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	b.SetInternal(stampKey, raw)
	if !slices.Equal(said.words, x.speech.words) {
		if err := said.keep(b); err != nil {
			return err
		}
	}
	b.SetPersistedCallback(func(err error) {
		if err == nil && uint64(target) > x.persisted.Load() {
			x.persisted.Store(uint64(target))
		}
	})
	if err := x.bleve.Batch(b); err != nil {
		return err
	}
	x.stamp, x.revision, x.speech = s, target, said
	return x.look()
}

// look publishes what the index holds now.
func (x *Index) look() error {
	if err := x.refresh(); err != nil {
		return damageError{err}
	}
	return nil
}

// writer writes records in batches, several at a time.
type writer struct {
	x     *Index
	said  speech
	base  context.Context
	group *errgroup.Group
	ctx   context.Context // of group: ends with the first failure
	next  []hub.Record
	names bodies
}

func (x *Index) newWriter(ctx context.Context, said speech) *writer {
	w := &writer{x: x, said: said, base: ctx, next: make([]hub.Record, 0, batchSize)}
	w.regroup()
	return w
}

func (w *writer) regroup() {
	w.group, w.ctx = errgroup.WithContext(w.base)
	w.group.SetLimit(max(2, runtime.GOMAXPROCS(0)))
}

// add writes a record, sooner or later; false when writing has failed.
func (w *writer) add(r hub.Record, names bodies) bool {
	w.next, w.names = append(w.next, r), names
	if len(w.next) == batchSize {
		w.send()
	}
	return w.ctx.Err() == nil
}

// addAll writes records with the names that go with them.
func (w *writer) addAll(records []hub.Record, names bodies) {
	for _, r := range records {
		if !w.add(r, names) {
			return
		}
	}
	w.send()
}

func (w *writer) send() {
	if len(w.next) == 0 {
		return
	}
	records, names, ctx := w.next, w.names, w.ctx
	w.next = make([]hub.Record, 0, batchSize)
	w.group.Go(func() error {
		if err := ctx.Err(); err != nil {
			return err
		}
		b, err := w.x.batch(records, names, w.said)
		if err != nil {
			return err
		}
		w.x.written.Add(int64(len(records)))
		return w.x.bleve.Batch(b)
	})
}

// flush waits until everything added has been written, and returns the first
// failure.
func (w *writer) flush() error {
	w.send()
	err := w.group.Wait()
	w.regroup()
	return err
}
