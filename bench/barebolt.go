package main

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	bolt "go.etcd.io/bbolt"
)

// Bare bbolt, in files of its own: what the store's file holds is read from it
// while nobody else has it open.

const storeFile = "concord.db"

// pair is a key with its value in a bucket.
type pair struct {
	bucket     string
	key, value []byte
}

// end is the number in the last eight bytes of a pair's key: a revision in the log
// and the versions, an id elsewhere.
func (p *pair) end() uint64 {
	if len(p.key) < 8 {
		return 0
	}
	return binary.BigEndian.Uint64(p.key[len(p.key)-8:])
}

// eachPair calls visit with every pair of the store's file in a folder.
func eachPair(dir string, visit func(bucket string, key, value []byte)) (err error) {
	db, err := bolt.Open(filepath.Join(dir, storeFile), 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
			bucket := string(name)
			return b.ForEach(func(k, v []byte) error {
				visit(bucket, k, v)
				return nil
			})
		})
	})
}

// pairsSince returns the pairs of the store's file that are not among those that
// it held before.
func pairsSince(dir string, before map[string]map[string]string) (pairs []pair, err error) {
	err = eachPair(dir, func(bucket string, key, value []byte) {
		if had, ok := before[bucket][string(key)]; !ok || had != string(value) {
			pairs = append(pairs, pair{bucket, bytes.Clone(key), bytes.Clone(value)})
		}
	})
	return pairs, err
}

// allPairs returns what the store's file holds.
func allPairs(dir string) (map[string]map[string]string, error) {
	all := map[string]map[string]string{}
	err := eachPair(dir, func(bucket string, key, value []byte) {
		if all[bucket] == nil {
			all[bucket] = map[string]string{}
		}
		all[bucket][string(key)] = string(value)
	})
	return all, err
}

// openBare opens a bbolt file with the settings under which the store has its
// own: nothing that bbolt can do faster is left out.
func openBare(dir string) (*bolt.DB, error) {
	return bolt.Open(filepath.Join(dir, storeFile), 0o600, &bolt.Options{
		FreelistType: bolt.FreelistMapType, InitialMmapSize: 64 << 30, NoStatistics: true,
	})
}

// putBatches puts each batch in one transaction, durable when it returns, bucket
// by bucket in the order of keys, as bbolt likes it best.
func putBatches(db *bolt.DB, batches [][]pair) error {
	for _, batch := range batches {
		err := db.Update(func(tx *bolt.Tx) error {
			for _, p := range batch {
				b := tx.Bucket([]byte(p.bucket))
				if b == nil {
					var err error
					if b, err = tx.CreateBucket([]byte(p.bucket)); err != nil {
						return err
					}
				}
				if err := b.Put(p.key, p.value); err != nil {
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
}

// sortPairs brings pairs into the order in which bbolt takes them fastest.
func sortPairs(pairs []pair) {
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.bucket, b.bucket), bytes.Compare(a.key, b.key))
	})
}

// holds checks that the file in a folder holds the pairs and nothing else. It
// sorts them.
func holds(dir string, want []pair) error {
	sortPairs(want)
	at, wrong := 0, false
	err := eachPair(dir, func(bucket string, key, value []byte) {
		if at < len(want) && want[at].bucket == bucket && bytes.Equal(want[at].key, key) && bytes.Equal(want[at].value, value) {
			at++
		} else {
			wrong = true
		}
	})
	if wrong || at != len(want) {
		err = errors.Join(err, fmt.Errorf("bare bbolt does not hold what it was given: pair %d of %d differs", at, len(want)))
	}
	return err
}
