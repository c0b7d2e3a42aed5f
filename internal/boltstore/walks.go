package boltstore

import (
	"bytes"
	"encoding/binary"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"concord/internal/hub"
)

// numberWalk walks over the records of a scope in the order of registration
// numbers: along the key bucket, which knows when a record carried a number, and
// then over the records that have none.
type numberWalk struct {
	*finder
	sel     *selection
	forward bool
	cursor  *bolt.Cursor
	prefix  []byte
	k, v    []byte // the next entry
	taken   bool   // they were taken
}

func (s *scope) walkNumbers(sel *selection) walk {
	w := &numberWalk{
		finder: s.finder(), sel: sel, forward: sel.descending == sel.backward,
		cursor: s.key.Cursor(), prefix: []byte{byte(s.kind), byte(hub.KeyRegistrationNo)},
	}
	switch {
	case sel.bound != nil && sel.bound.class == 0:
		start := append(keyPrefix(s.kind, hub.KeyRegistrationNo, string(sel.bound.text)), idKey(sel.bound.id)...)
		w.k, w.v = w.cursor.Seek(start)
		if w.forward && bytes.Equal(w.k, start) {
			w.k, w.v = w.cursor.Next()
		} else if !w.forward {
			w.stepBack()
		}
		w.taken = sel.backward // those without a number come later in the list
	case sel.bound != nil && !sel.backward:
		// Only records without a number come behind one without.
	case w.forward:
		w.k, w.v = w.cursor.Seek(w.prefix)
	default:
		w.k, w.v = w.cursor.Seek(beyond(w.prefix))
		w.stepBack()
	}
	return w
}

// stepBack moves from where Seek ended to the entry before.
func (w *numberWalk) stepBack() {
	if w.k == nil {
		w.k, w.v = w.cursor.Last()
	} else {
		w.k, w.v = w.cursor.Prev()
	}
}

func (w *numberWalk) take(n, budget int) (places []place, done bool, err error) {
	if w.sel.backward && !w.taken {
		w.taken = true
		if places, err = w.withoutNumber(n); err != nil {
			return nil, false, err
		}
	}
	for ; len(places) < n && bytes.HasPrefix(w.k, w.prefix); budget-- {
		if budget == 0 {
			return places, false, nil
		}
		value, id, ok := readKeyValue(w.k)
		if !ok {
			return nil, false, fmt.Errorf("key entry %x is damaged", w.k)
		}
		if visible(w.v, w.at) && w.contains(id) {
			revision, err := w.find(id)
			if err != nil {
				return nil, false, err
			}
			if revision != 0 {
				places = append(places, place{text: value, id: id, revision: revision})
			}
		}
		if w.forward {
			w.k, w.v = w.cursor.Next()
		} else {
			w.k, w.v = w.cursor.Prev()
		}
	}
	if len(places) < n && !w.sel.backward && !w.taken {
		w.taken = true
		rest, err := w.withoutNumber(n - len(places))
		if err != nil {
			return nil, false, err
		}
		places = append(places, rest...)
	}
	return places, true, nil
}

// withoutNumber selects from the records that have no number.
func (w *numberWalk) withoutNumber(n int) ([]place, error) {
	sel := *w.sel
	sel.most, sel.heap = n, nil
	err := w.each(func(id hub.ID, revision hub.Revision, r *row) bool {
		if len(r.number) == 0 {
			sel.offer(placeOf(hub.OrderByRegistrationNo, id, revision, r))
		}
		return true
	})
	return sel.sorted(), err
}

// updateWalk walks over the records of a scope in the order in which they were
// last changed: along the log, dropping changes that another one followed.
type updateWalk struct {
	*finder
	forward bool
	cursor  *bolt.Cursor
	k, v    []byte
}

func (s *scope) walkUpdates(sel *selection) walk {
	w := &updateWalk{finder: s.finder(), forward: sel.descending == sel.backward, cursor: s.log.Cursor()}
	switch after := sel.bound; {
	case w.forward && after == nil:
		w.k, w.v = w.cursor.First()
	case w.forward:
		if next := after.number + 1; next != 0 {
			w.k, w.v = w.cursor.Seek(revisionKey(hub.Revision(next)))
		}
	case after == nil && s.at > 0:
		w.k, w.v = w.cursor.Seek(revisionKey(s.at))
	case after != nil && after.number > 1 && s.at > 0:
		w.k, w.v = w.cursor.Seek(revisionKey(min(s.at, hub.Revision(after.number-1))))
	}
	return w
}

func (w *updateWalk) take(n, budget int) (places []place, done bool, err error) {
	for ; len(places) < n && w.k != nil; budget-- {
		if budget == 0 {
			return places, false, nil
		}
		if len(w.k) != 8 || len(w.v) < entryVariables {
			return nil, false, errEntry
		}
		revision := hub.Revision(binary.BigEndian.Uint64(w.k))
		if revision > w.at {
			break
		}
		if id := entry(w.v).id(); id.Kind() == w.kind && w.contains(id) {
			newest, err := w.find(id)
			if err != nil {
				return nil, false, err
			}
			if newest == revision {
				places = append(places, place{number: uint64(revision), id: id, revision: revision})
			}
		}
		if w.forward {
			w.k, w.v = w.cursor.Next()
		} else {
			w.k, w.v = w.cursor.Prev()
		}
	}
	return places, true, nil
}
