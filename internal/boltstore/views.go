package boltstore

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"

	"concord/internal/hub"
)

// The buckets. log is the truth and meta says what the file is; the others are
// views of the log and can be made anew from it.
//
//	meta     a few facts about the file, see migrate.go
//	log      revision → entry, see codec.go
//	version  id, revision → row; the last key of an id is its current version
//	name     kind, district, sort key, 0, id → the revision since which the record
//	         has stood there; most changes leave it where it is
//	past     as name, the revision at which it left → since when it had stood there
//	key      kind, name of the key, value, 0 1, id → the revisions at which the
//	         record came to carry the key, lost it, carried it again …
//	receipt  id → its key, see receipts.go
//	label    dimension, number → word
var (
	bucketMeta    = []byte("meta")
	bucketLog     = []byte("log")
	bucketVersion = []byte("version")
	bucketName    = []byte("name")
	bucketPast    = []byte("past")
	bucketKey     = []byte("key")
	bucketReceipt = []byte("receipt")
	bucketLabel   = []byte("label")

	viewBuckets = [][]byte{bucketVersion, bucketName, bucketPast, bucketKey, bucketReceipt, bucketLabel}
)

// buckets are the buckets of one transaction.
type buckets struct {
	meta, log, version, name, past, key, receipt, label *bolt.Bucket
}

func bucketsOf(tx *bolt.Tx) (buckets, error) {
	b := buckets{
		meta: tx.Bucket(bucketMeta), log: tx.Bucket(bucketLog), version: tx.Bucket(bucketVersion),
		name: tx.Bucket(bucketName), past: tx.Bucket(bucketPast), key: tx.Bucket(bucketKey), receipt: tx.Bucket(bucketReceipt), label: tx.Bucket(bucketLabel),
	}
	if b.meta == nil || b.log == nil || b.version == nil || b.name == nil || b.past == nil || b.key == nil || b.receipt == nil || b.label == nil {
		return b, fmt.Errorf("a bucket is missing")
	}
	if tx.Writable() {
		// The log and the receipts only grow at their end; versions mostly grow at
		// the end of their kind. The others take keys anywhere.
		b.log.FillPercent = 1
		b.receipt.FillPercent = 1
		b.version.FillPercent = 0.95
		b.name.FillPercent = 0.8
		b.key.FillPercent = 0.8
		b.past.FillPercent = 0.8
	}
	return b, nil
}

// state is what the views need to know of one version of a record.
type state struct {
	facts   hub.Facts
	sortKey []byte // nil when it stands in no list
}

// newState returns the state of a record; before, which may be nil, is the one before.
func newState(record hub.Record, before *state, nameKey func(string) []byte) *state {
	s := &state{facts: record.Facts()}
	switch {
	case !s.facts.Listed():
	case before != nil && before.sortKey != nil && before.facts.Name == s.facts.Name:
		s.sortKey = before.sortKey
	default:
		s.sortKey = nameKey(s.facts.Name)
	}
	return s
}

// carries reports whether the record has a natural key.
func (s *state) carries(k hub.Key) bool {
	return s != nil && slices.ContainsFunc(s.facts.Keys, func(have hub.Key) bool { return have.Name == k.Name && have.Value == k.Value })
}

// step is one change as the views see it.
type step struct {
	id            hub.ID
	revision      hub.Revision
	previous      hub.Revision // 0 when it is the first
	before, after *state       // before is nil when it is the first
	packed        *packed      // filled in by views.apply
}

// op is a put into a view, or a deletion.
type op struct {
	bucket     uint8
	remove     bool
	key, value []byte
}

const (
	opVersion = iota
	opName
	opPast
	opKey
	opReceipt
)

// views applies steps to the views of a transaction.
type views struct {
	buckets
	labels *labels
	ops    []op
}

// apply brings the views from before the steps to after them. The keys are put
// in sorted order, for which bbolt is much faster when there are many. Steps of
// the same record must be in different calls. An error leaves the transaction
// unusable.
func (v *views) apply(steps []*step) error {
	v.ops = v.ops[:0]
	for _, s := range steps {
		if err := v.plan(s); err != nil {
			return err
		}
	}
	slices.SortFunc(v.ops, func(a, b op) int {
		return cmp.Or(cmp.Compare(a.bucket, b.bucket), bytes.Compare(a.key, b.key))
	})
	targets := [...]*bolt.Bucket{opVersion: v.version, opName: v.name, opPast: v.past, opKey: v.key, opReceipt: v.receipt}
	for _, o := range v.ops {
		var err error
		if o.remove {
			err = targets[o.bucket].Delete(o.key)
		} else {
			err = targets[o.bucket].Put(o.key, o.value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (v *views) plan(s *step) (err error) {
	if s.packed, err = v.labels.pack(v.label, &s.after.facts, s.after.sortKey); err != nil {
		return err
	}
	kind := s.id.Kind()
	v.put(opVersion, versionKey(s.id, s.revision), s.packed.appendTo(nil))

	var now, was []byte
	if s.after.facts.Listed() {
		now = nameKey(kind, label(s.packed.word.district), s.after.sortKey, s.id)
	}
	if s.before != nil && s.before.facts.Listed() {
		district, ok := v.labels.find(dimDistrict, s.before.facts.District)
		if !ok {
			return fmt.Errorf("%s: the district of revision %d is in no dictionary", s.id, s.previous)
		}
		was = nameKey(kind, district, s.before.sortKey, s.id)
	}
	if !bytes.Equal(now, was) {
		if was != nil {
			since := v.name.Get(was)
			if len(since) != 8 {
				return fmt.Errorf("%s: revision %d does not stand in the order of names", s.id, s.previous)
			}
			v.put(opPast, append(slices.Clone(was), revisionKey(s.revision)...), slices.Clone(since))
			v.ops = append(v.ops, op{bucket: opName, remove: true, key: was})
		}
		if now != nil {
			v.put(opName, now, revisionKey(s.revision))
		}
	}

	for i, k := range s.after.facts.Keys {
		if !s.before.carries(k) && !slices.ContainsFunc(s.after.facts.Keys[:i], func(o hub.Key) bool { return o.Name == k.Name && o.Value == k.Value }) {
			v.turn(kind, k, s)
		}
	}
	if s.before != nil {
		for i, k := range s.before.facts.Keys {
			if !s.after.carries(k) && !slices.ContainsFunc(s.before.facts.Keys[:i], func(o hub.Key) bool { return o.Name == k.Name && o.Value == k.Value }) {
				v.turn(kind, k, s)
			}
		}
	}
	return nil
}

// turn adds the revision at which a record came to carry a key, or lost it.
func (v *views) turn(kind hub.Kind, k hub.Key, s *step) {
	if isReceipt(kind, k.Name) {
		v.put(opReceipt, idKey(s.id), []byte(k.Value)) // it never changes
		return
	}
	key := append(keyPrefix(kind, k.Name, k.Value), idKey(s.id)...)
	var value []byte
	if s.previous != 0 {
		value = slices.Clone(v.key.Get(key))
	}
	v.put(opKey, key, append(value, revisionKey(s.revision)...))
}

func (v *views) put(bucket uint8, key, value []byte) {
	v.ops = append(v.ops, op{bucket: bucket, key: key, value: value})
}

// visible reports whether a record carries a key at a revision, by the value of
// its entry in the key bucket.
func visible(turns []byte, at hub.Revision) bool {
	carried := false
	for ; len(turns) >= 8 && hub.Revision(binary.BigEndian.Uint64(turns)) <= at; turns = turns[8:] {
		carried = !carried
	}
	return carried
}

func idKey(id hub.ID) []byte { return binary.BigEndian.AppendUint64(nil, uint64(id)) }

func versionKey(id hub.ID, revision hub.Revision) []byte {
	b := make([]byte, 0, 16)
	b = binary.BigEndian.AppendUint64(b, uint64(id))
	return binary.BigEndian.AppendUint64(b, uint64(revision))
}

func readVersionKey(k []byte) (hub.ID, hub.Revision) {
	return hub.ID(binary.BigEndian.Uint64(k)), hub.Revision(binary.BigEndian.Uint64(k[8:]))
}

// namePrefix is what the keys of a kind and district have in common.
func namePrefix(kind hub.Kind, district label) []byte {
	return []byte{byte(kind), byte(district >> 8), byte(district)}
}

const namePrefixSize = 3

// nameKey is the place of a record in the order of names. The zero byte, which
// no sort key holds, puts a name before all that continue it.
func nameKey(kind hub.Kind, district label, sortKey []byte, id hub.ID) []byte {
	b := make([]byte, 0, namePrefixSize+len(sortKey)+9)
	b = append(b, namePrefix(kind, district)...)
	b = append(b, sortKey...)
	b = append(b, 0)
	return binary.BigEndian.AppendUint64(b, uint64(id))
}

// keyPrefix is what the entries of all records that carry a key have in common.
// Values stand in the order of their bytes: a zero byte within one is followed by
// 0xff, and its end is 0 1, which comes before whatever could continue it.
func keyPrefix(kind hub.Kind, name hub.KeyName, value string) []byte {
	b := make([]byte, 0, 4+len(value)+8)
	b = append(b, byte(kind), byte(name))
	for i := range len(value) {
		if b = append(b, value[i]); value[i] == 0 {
			b = append(b, 0xff)
		}
	}
	return append(b, 0, 1)
}

// readKeyValue undoes keyPrefix: it returns the value and the id of a key.
func readKeyValue(k []byte) (value []byte, id hub.ID, ok bool) {
	end := len(k) - 8 - 2
	if end < 2 || k[end] != 0 || k[end+1] != 1 {
		return nil, 0, false
	}
	id = hub.ID(binary.BigEndian.Uint64(k[end+2:]))
	value = k[2:end]
	if bytes.IndexByte(value, 0) >= 0 {
		value = bytes.ReplaceAll(value, []byte{0, 0xff}, []byte{0})
	}
	return value, id, true
}
