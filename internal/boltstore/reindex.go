package boltstore

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"concord/internal/hub"
)

// Reindex makes all views of the store in a folder anew from its log. Stopped in
// between, the next opening does it again. progress may be nil.
func Reindex(ctx context.Context, dir string, options Options, progress func(done, total hub.Revision)) error {
	options.Progress = progress
	options.ReadOnly = false
	f := currentFormat
	f.reindex = ctx
	s, err := open(dir, options, f)
	if err != nil {
		return err
	}
	return s.Close()
}

// portion is how many changes are applied to the views in one transaction.
const portion = 20_000

// rebuild makes the views anew.
func (s *Store) rebuild(ctx context.Context, options Options) error {
	err := s.db.Update(func(tx *bolt.Tx) error {
		meta := tx.Bucket(bucketMeta)
		if err := meta.Put(metaViews, nil); err != nil {
			return err
		}
		return meta.Put(metaOrder, []byte(options.NameOrder))
	})
	if err != nil {
		return err
	}
	// One bucket at a time: deleting one touches each of its pages.
	for _, name := range viewBuckets {
		err := s.db.Update(func(tx *bolt.Tx) error {
			if err := tx.DeleteBucket(name); err != nil && !errors.Is(err, berrors.ErrBucketNotFound) {
				return err
			}
			_, err := tx.CreateBucket(name)
			return err
		})
		if err != nil {
			return err
		}
	}
	var total hub.Revision
	err = s.db.View(func(tx *bolt.Tx) error {
		if k, _ := tx.Bucket(bucketLog).Cursor().Last(); len(k) == 8 {
			total = hub.Revision(binary.BigEndian.Uint64(k))
		}
		return nil
	})
	if err != nil {
		return err
	}
	l := newLabels()
	for done := hub.Revision(0); done < total; {
		if err := ctx.Err(); err != nil {
			return errCancelled(err)
		}
		last := min(done+portion, total)
		err := s.db.Update(func(tx *bolt.Tx) error {
			b, err := bucketsOf(tx)
			if err != nil {
				return err
			}
			v := views{buckets: b, labels: l}
			return v.replay(b.log, done+1, last, s.nameKey)
		})
		if err != nil {
			return err
		}
		done = last
		if options.Progress != nil {
			options.Progress(done, total)
		}
	}
	return s.db.Update(func(tx *bolt.Tx) error { return tx.Bucket(bucketMeta).Delete(metaViews) })
}

// replay applies the changes first to last of a log to the views.
func (v *views) replay(log *bolt.Bucket, first, last hub.Revision, nameKey func(string) []byte) error {
	steps := make([]*step, last-first+1)
	err := inParallel(len(steps), func(i int) (err error) {
		steps[i], err = readStep(log, first+hub.Revision(i), nameKey)
		return err
	})
	if err != nil {
		return err
	}
	// apply wants each record once a call: cut where one turns up again.
	seen := map[hub.ID]bool{}
	from := 0
	for i, s := range steps {
		if seen[s.id] {
			if err := v.apply(steps[from:i]); err != nil {
				return err
			}
			clear(seen)
			from = i
		}
		seen[s.id] = true
	}
	return v.apply(steps[from:])
}

// readStep reads a change with the states on both sides of it.
func readStep(log *bolt.Bucket, revision hub.Revision, nameKey func(string) []byte) (*step, error) {
	e, err := readEntry(log, revision)
	if err != nil {
		return nil, err
	}
	previous, _, data, err := e.open()
	if err != nil {
		return nil, fmt.Errorf("revision %d: %w", revision, err)
	}
	record, err := decodeRecord(e.id(), data)
	if err != nil {
		return nil, fmt.Errorf("revision %d: %w", revision, err)
	}
	s := &step{id: e.id(), revision: revision, previous: previous, after: newState(record, nil, nameKey)}
	if previous == 0 {
		return s, nil
	}
	before, err := readVersion(log, previous)
	if err != nil {
		return nil, err
	}
	if before.Record.RecordID() != s.id {
		return nil, fmt.Errorf("revision %d follows %d, which is of another record", revision, previous)
	}
	s.before = newState(before.Record, nil, nameKey)
	return s, nil
}
