package boltstore

import (
	"encoding/binary"
	"hash/maphash"
	"sync"

	bolt "go.etcd.io/bbolt"

	"concord/internal/hub"
)

// receipts finds the receipts of changes by their keys. Every change leaves one, and
// its key is a hash: on disk, in the order of keys, each would alter a page that no
// other change of the moment alters, a fifth of what a change writes. So the disk has
// them in the order in which they come, and memory has where each key is, in some 20
// bytes. It is safe for concurrent use; only the committer adds to it.
type receipts struct {
	seed maphash.Seed
	mu   sync.RWMutex
	ids  map[uint64]hub.ID   // by hash of the key
	more map[uint64][]hub.ID // further ones of the same hash
}

// isReceipt reports whether a key is found by receipts, and not in the key bucket.
func isReceipt(kind hub.Kind, name hub.KeyName) bool {
	return kind == hub.KindReceipt && name == hub.KeyReceipt
}

// loadReceipts reads them all.
func loadReceipts(bucket *bolt.Bucket) (*receipts, error) {
	r := &receipts{seed: maphash.MakeSeed(), ids: map[uint64]hub.ID{}, more: map[uint64][]hub.ID{}}
	c := bucket.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		if len(k) != 8 {
			return nil, errVersion
		}
		r.add(hub.ID(binary.BigEndian.Uint64(k)), v)
	}
	return r, nil
}

func (r *receipts) add(id hub.ID, key []byte) {
	h := maphash.Bytes(r.seed, key)
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, taken := r.ids[h]; taken {
		r.more[h] = append(r.more[h], id)
	} else {
		r.ids[h] = id
	}
}

// find returns the receipts with a key in a transaction: those of which bucket says
// so. What is not durable yet, or came after it, is not among them.
func (r *receipts) find(bucket *bolt.Bucket, key string) (ids []hub.ID) {
	h := maphash.String(r.seed, key)
	r.mu.RLock()
	id, ok := r.ids[h]
	more := r.more[h]
	r.mu.RUnlock()
	if !ok {
		return nil
	}
	for _, id := range append([]hub.ID{id}, more...) {
		if string(bucket.Get(idKey(id))) == key {
			ids = append(ids, id)
		}
	}
	return ids
}
