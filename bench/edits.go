package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"concord/internal/hub"
)

// measureEdits compares single durable edits with bare bbolt transactions that
// put the very pairs that such edits leave, on a copy of the same file.
func measureEdits(b *bench) error {
	r, err := b.roster(b.n)
	if err != nil {
		return err
	}
	dir, err := b.copyOf(r.dir)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bare, err := b.copyOf(r.dir)
	if err != nil {
		return err
	}
	defer os.RemoveAll(bare)

	// What an edit leaves, read from a copy that saw some.
	const trial = 200
	s, err := b.open(dir, false)
	if err != nil {
		return err
	}
	from := s.store.Revision()
	_, err = b.edit(s, 1, trial, 0)
	if err := errors.Join(err, s.stop()); err != nil {
		return err
	}
	left, err := editsIn(dir, from)
	if err != nil {
		return err
	}
	if s, err = b.open(dir, false); err != nil {
		return err
	}
	db, err := openBare(bare)
	if err != nil {
		return errors.Join(err, s.stop())
	}
	err = b.editRounds(s, db, left, uint64(from)+1)
	return errors.Join(err, s.stop(), db.Close())
}

func (b *bench) editRounds(s *site, db *bolt.DB, left [][]pair, next uint64) error {
	for _, writers := range []int{1, clients} {
		edits := 1000 * writers / min(writers, 4)
		if b.n < fullSize {
			edits = 4 * writers
		}
		round := 0
		ours, bare, err := inTurn(b.rounds,
			func() (time.Duration, error) {
				round++
				return b.edit(s, writers, edits, round)
			},
			func() (time.Duration, error) {
				took, err := putEach(db, left, writers, edits, next)
				next += uint64(edits)
				return took, err
			})
		if err != nil {
			return err
		}
		b.add(row{
			zh: fmt.Sprintf("单条修改落盘，%d 个写入者", writers), en: fmt.Sprintf("single durable edits, %d writers", writers),
			unit: "次/s", ours: ours.rate(edits), other: side{"裸 bbolt，每次一个事务，同样的键值 bare bbolt, one transaction each, the same pairs", bare.rate(edits)},
			ratio: bare.over(ours),
		})
	}
	return nil
}

// edit has each of several writers change telephone numbers, one record at a time.
func (b *bench) edit(s *site, writers, edits, round int) (time.Duration, error) {
	snap, err := s.store.Snapshot()
	if err != nil {
		return 0, err
	}
	defer snap.Close()
	ids := make([]hub.ID, edits)
	for i := range ids {
		ids[i] = hub.NewID(hub.KindMediator, uint64(1+i%b.n))
	}
	phone := fmt.Sprintf("1990001%04d", round)
	took, err := stopwatch(func() error {
		return together(writers, func(w int) error {
			for i := w; i < edits; i += writers {
				versions, err := s.get(ids[i])
				if err != nil {
					return err
				}
				changed := *versions.Record.(*hub.Mediator)
				changed.Phone = phone
				_, err = s.store.Apply(b.ctx, hub.Batch{
					Origin: hub.Origin{Actor: hub.System.ID, Reason: "示例：更正电话"},
					Puts:   []hub.Put{{Record: &changed, Expected: versions.Revision}},
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		v, err := s.get(id)
		if err != nil {
			return 0, err
		}
		if v.Record.(*hub.Mediator).Phone != phone {
			return 0, fmt.Errorf("the edit of %s was lost", id)
		}
	}
	return took, nil
}

func (s *site) get(id hub.ID) (hub.Version, error) {
	snap, err := s.store.Snapshot()
	if err != nil {
		return hub.Version{}, err
	}
	defer snap.Close()
	versions, err := snap.Get(0, id)
	if err != nil {
		return hub.Version{}, err
	}
	return versions[0], nil
}

// together runs do for 0 to n-1 at once and returns their errors.
func together(n int, do func(int) error) error {
	var group sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		group.Go(func() { errs[i] = do(i) })
	}
	group.Wait()
	return errors.Join(errs...)
}

// editsIn returns the pairs that each edit after a revision has left, by the
// revision at the end of their keys.
func editsIn(dir string, after hub.Revision) ([][]pair, error) {
	byRevision := map[uint64][]pair{}
	err := eachPair(dir, func(bucket string, key, value []byte) {
		p := pair{bucket, key, value}
		// Ids begin with their kind and are far greater than any revision.
		if r := p.end(); r > uint64(after) && r < 1<<48 {
			byRevision[r] = append(byRevision[r], pair{bucket, bytes.Clone(key), bytes.Clone(value)})
		}
	})
	edits := make([][]pair, 0, len(byRevision))
	for r := uint64(after) + 1; byRevision[r] != nil; r++ {
		edits = append(edits, byRevision[r])
	}
	if len(edits) == 0 || len(edits) != len(byRevision) {
		err = errors.Join(err, fmt.Errorf("edits left %d revisions of which %d follow each other", len(byRevision), len(edits)))
	}
	return edits, err
}

// putEach puts the pairs of one edit a transaction, each under a new revision.
func putEach(db *bolt.DB, left [][]pair, writers, edits int, next uint64) (time.Duration, error) {
	return stopwatch(func() error {
		return together(writers, func(w int) error {
			for i := w; i < edits; i += writers {
				err := db.Update(func(tx *bolt.Tx) error {
					for _, p := range left[i%len(left)] {
						key := bytes.Clone(p.key)
						binary.BigEndian.PutUint64(key[len(key)-8:], next+uint64(i))
						if err := tx.Bucket([]byte(p.bucket)).Put(key, p.value); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// copyOf copies a closed data folder, without its index.
func (b *bench) copyOf(dir string) (string, error) {
	to, err := b.folder("copy")
	if err != nil {
		return "", err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() {
			continue
		}
		if err := copyFile(filepath.Join(to, e.Name()), filepath.Join(dir, e.Name())); err != nil {
			return "", err
		}
	}
	return to, nil
}

func copyFile(to, from string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
