package boltstore

import (
	"encoding/binary"
	"fmt"
	"sync"

	bolt "go.etcd.io/bbolt"
)

// A label is the number of a word (a district, a specialty, a status) within
// its dimension. 0 is the empty word. Numbers are given in the order in which
// the log first uses a word and never change.
type label = uint32

// dimension is a property whose values are words. Part of the storage format.
type dimension uint8

const (
	dimDistrict dimension = iota
	dimCourt
	dimLevel
	dimSource
	dimOrgKind
	dimStatus
	dimSpecialty
	dimEmployment
	dimStreet
	dimensions
)

// room is how many words a dimension can tell apart: those that a record has
// one of are kept in 16 bits.
func (d dimension) room() int {
	if d == dimSpecialty || d == dimStreet {
		return 1 << 31
	}
	return 1 << 16
}

// labels is the dictionary of all words in use. It only ever grows, so that
// every snapshot can share it. It is safe for concurrent use; only the
// committer adds to it.
type labels struct {
	mu      sync.RWMutex
	numbers [dimensions]map[string]label
	texts   [dimensions][]string
}

func newLabels() *labels {
	l := &labels{}
	for d := range l.texts {
		l.numbers[d] = map[string]label{"": 0}
		l.texts[d] = []string{""}
	}
	return l
}

// find returns the number of a word, false when it has none.
func (l *labels) find(d dimension, text string) (label, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	n, ok := l.numbers[d][text]
	return n, ok
}

// words returns the words of a dimension by number. The slice is not altered.
func (l *labels) words(d dimension) []string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.texts[d]
}

// number returns the number of a word, which it adds to bucket when it is new.
func (l *labels) number(bucket *bolt.Bucket, d dimension, text string) (label, error) {
	if n, ok := l.find(d, text); ok {
		return n, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	n := label(len(l.texts[d]))
	if int(n) >= d.room() {
		return 0, fmt.Errorf("dimension %d has no room for another word", d)
	}
	if err := bucket.Put(binary.BigEndian.AppendUint32([]byte{byte(d)}, n), []byte(text)); err != nil {
		return 0, err
	}
	l.numbers[d][text] = n
	l.texts[d] = append(l.texts[d], text)
	return n, nil
}

// loadLabels reads the dictionary.
func loadLabels(bucket *bolt.Bucket) (*labels, error) {
	l := newLabels()
	err := bucket.ForEach(func(k, v []byte) error {
		if len(k) != 5 || k[0] >= byte(dimensions) {
			return fmt.Errorf("label %x is damaged", k)
		}
		d := k[0]
		if n := binary.BigEndian.Uint32(k[1:]); int(n) != len(l.texts[d]) {
			return fmt.Errorf("label %d of dimension %d stands where %d belongs", n, d, len(l.texts[d]))
		}
		text := string(v)
		l.numbers[d][text] = label(len(l.texts[d]))
		l.texts[d] = append(l.texts[d], text)
		return nil
	})
	return l, err
}
