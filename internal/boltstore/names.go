package boltstore

import (
	"bytes"
	"encoding/binary"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"concord/internal/hub"
)

// nameWalk walks over the records of a scope in the order of names: it merges
// the index of each district that is asked for and, for a past revision, the
// index of the places that records have left.
type nameWalk struct {
	*finder
	forward bool         // along the index
	sources []nameSource // a heap, the next one on top
}

// nameSource is one part of the index, at the next entry to be read.
type nameSource struct {
	cursor *bolt.Cursor
	prefix []byte
	past   bool
	k, v   []byte
}

// suffix is the part of the key by which sources are merged: sort key, 0, id.
func (n *nameSource) suffix() []byte {
	if n.past {
		return n.k[len(n.prefix) : len(n.k)-8]
	}
	return n.k[len(n.prefix):]
}

func (s *scope) walkNames(sel *selection) walk {
	w := &nameWalk{finder: s.finder(), forward: sel.descending == sel.backward}
	var bound []byte
	if sel.bound != nil {
		bound = append(append([]byte(nil), sel.bound.text...), 0)
		bound = binary.BigEndian.AppendUint64(bound, uint64(sel.bound.id))
	}
	for _, district := range s.table().districts {
		if !s.match.district.has(label(district)) {
			continue
		}
		prefix := namePrefix(s.kind, label(district))
		w.open(s.name, prefix, bound, false)
		if s.past {
			w.open(s.generation.past, prefix, bound, true)
		}
	}
	for i := len(w.sources)/2 - 1; i >= 0; i-- {
		w.sink(i)
	}
	return w
}

// open adds a source, at the first entry beyond the bound.
func (w *nameWalk) open(bucket *bolt.Bucket, prefix, bound []byte, past bool) {
	n := nameSource{cursor: bucket.Cursor(), prefix: prefix, past: past}
	start := append(append([]byte(nil), prefix...), bound...)
	if w.forward {
		n.k, n.v = n.cursor.Seek(start)
		for bound != nil && n.in() && bytes.Equal(n.suffix(), bound) {
			n.k, n.v = n.cursor.Next()
		}
	} else {
		if bound == nil {
			start = beyond(prefix)
		}
		if n.k, n.v = n.cursor.Seek(start); n.k == nil {
			n.k, n.v = n.cursor.Last()
		} else {
			n.k, n.v = n.cursor.Prev()
		}
	}
	if n.in() {
		w.sources = append(w.sources, n)
	}
}

// beyond returns the first key behind all that start with prefix, whose first
// byte, a kind, is never the highest.
func beyond(prefix []byte) []byte {
	b := bytes.Clone(prefix)
	for i := len(b) - 1; ; i-- {
		if b[i]++; b[i] != 0 {
			return b
		}
	}
}

func (n *nameSource) in() bool { return bytes.HasPrefix(n.k, n.prefix) }

// sink restores the heap below i.
func (w *nameWalk) sink(i int) {
	for {
		next := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(w.sources); child++ {
			c := bytes.Compare(w.sources[child].suffix(), w.sources[next].suffix())
			if w.forward && c < 0 || !w.forward && c > 0 {
				next = child
			}
		}
		if next == i {
			return
		}
		w.sources[i], w.sources[next] = w.sources[next], w.sources[i]
		i = next
	}
}

func (w *nameWalk) take(n, budget int) (places []place, done bool, err error) {
	for len(places) < n && len(w.sources) > 0 {
		if budget == 0 {
			return places, false, nil
		}
		budget--
		top := &w.sources[0]
		suffix := top.suffix()
		if len(suffix) < 9 {
			return nil, false, fmt.Errorf("name entry %x is damaged", top.k)
		}
		id := hub.ID(binary.BigEndian.Uint64(suffix[len(suffix)-8:]))
		if w.contains(id) {
			revision, ok, err := w.visible(top, id)
			if err != nil {
				return nil, false, err
			}
			if ok {
				places = append(places, place{text: suffix[:len(suffix)-9], id: id, revision: revision})
			}
		}
		if w.forward {
			top.k, top.v = top.cursor.Next()
		} else {
			top.k, top.v = top.cursor.Prev()
		}
		if !top.in() {
			last := len(w.sources) - 1
			w.sources[0] = w.sources[last]
			w.sources = w.sources[:last]
		}
		w.sink(0)
	}
	return places, true, nil
}

// visible reports whether a record stood at an entry of the index at the revision
// of the scope and passes its filter, and of which version it is.
func (w *nameWalk) visible(n *nameSource, id hub.ID) (hub.Revision, bool, error) {
	if !w.past {
		var r row
		revision, ok := w.tally.find(id, &r)
		if !ok {
			return 0, false, fmt.Errorf("%s stands in the order of names, but in no list", id)
		}
		return revision, w.match.match(&r), nil
	}
	if len(n.v) != 8 {
		return 0, false, fmt.Errorf("name entry %x is damaged", n.k)
	}
	if w.at < hub.Revision(binary.BigEndian.Uint64(n.v)) ||
		n.past && w.at >= hub.Revision(binary.BigEndian.Uint64(n.k[len(n.k)-8:])) {
		return 0, false, nil
	}
	revision, err := w.find(id)
	return revision, revision != 0, err
}
