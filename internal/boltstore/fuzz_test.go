package boltstore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"concord/internal/hub"
)

// Whatever bytes a caller passes as a position, they are refused or mean a place.
func FuzzPosition(f *testing.F) {
	p := place{text: []byte{1, 2}, number: 7, id: hub.NewID(hub.KindMediator, 3)}
	for _, field := range []hub.OrderField{hub.OrderByName, hub.OrderByRegistrationNo, hub.OrderByUpdated, hub.OrderByTermEnd} {
		f.Add([]byte(p.position(field)))
	}
	f.Add([]byte{'N', 0})
	f.Add([]byte{'U', 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 2, 0, 0, 0, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, field := range []hub.OrderField{hub.OrderByName, hub.OrderByRegistrationNo, hub.OrderByUpdated, hub.OrderByTermEnd} {
			p, err := readPosition(b, field, hub.KindMediator)
			if err != nil {
				if hub.CodeOf(err) != hub.CodeInvalid {
					t.Errorf("error %v", err)
				}
				continue
			}
			again, err := readPosition(p.position(field), field, hub.KindMediator)
			if err != nil || again.compare(p, false) != 0 {
				t.Errorf("%+v became %+v (%v)", p, again, err)
			}
		}
	})
}

// Whatever a journal holds, it is read or refused: what is read of one that was altered
// is what it held before, or the beginning of that.
func FuzzJournal(f *testing.F) {
	l := &ledger{mustOpen(f, filepath.Join(f.TempDir(), "data"), Options{}), f, rand.New(rand.NewPCG(9, 9)), nil, map[hub.ID]hub.Revision{}}
	l.commit(7, 2)
	whole, _ := l.copied()
	before, err := parseJournal(whole)
	if err != nil || len(before.entries) != 14 {
		f.Fatalf("%d entries, %v", len(before.entries), err)
	}
	group := whole[journalStart:]
	f.Add(uint32(journalStart+200), []byte{1}, group[groupHeader:groupHeader+600], uint32(2))
	f.Add(uint32(10), []byte{0xff, 0, 3}, []byte{}, uint32(0))
	f.Add(uint32(headerSize), []byte{1}, []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, uint32(1<<31))
	f.Fuzz(func(t *testing.T, at uint32, with, content []byte, entries uint32) {
		altered := bytes.Clone(whole)
		for i, b := range with {
			altered[(int(at)+i)%len(altered)] ^= b
		}
		read, err := parseJournal(altered)
		switch {
		case err != nil:
			if !errors.Is(err, errJournal) {
				t.Errorf("error %v", err)
			}
		case len(read.entries) > len(before.entries):
			t.Errorf("%d entries of %d", len(read.entries), len(before.entries))
		default:
			for i, e := range read.entries {
				if !bytes.Equal(e, before.entries[i]) {
					t.Errorf("entry %d is another one", i)
				}
			}
		}
		// A group whose checksum is right, whatever is in it.
		b := append(bytes.Clone(group[:groupHeader]), content...)
		binary.BigEndian.PutUint32(b[24:], entries)
		binary.BigEndian.PutUint32(b[28:], uint32(len(content)))
		binary.BigEndian.PutUint32(b[32:], groupSum(b))
		w := &written{checkpoint: before.checkpoint, first: before.first}
		if _, err := w.read(b, w.group); err != nil && !errors.Is(err, errJournal) {
			t.Errorf("error %v", err)
		}
		for _, e := range w.entries {
			if len(e) < entryVariables {
				t.Errorf("an entry of %d bytes", len(e))
			}
		}
	})
}

// A page from any position is part of the whole list.
func FuzzListFrom(f *testing.F) {
	s := mustOpen(f, f.TempDir(), Options{})
	fill(f, s, 1, 300)
	f.Add([]byte{0, 0, 2, 0, 0, 0, 0, 0, 0, 9, 50, 60}, false)
	f.Add([]byte{1, 0, 2, 0, 0, 0, 0, 0, 0, 9}, true)
	f.Add([]byte{0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 2, 0, 0, 0, 0, 0, 0, 1}, false)
	f.Add([]byte{0, 0, 2, 0, 0, 0, 0, 0, 0, 9}, true)
	f.Fuzz(func(t *testing.T, b []byte, backward bool) {
		snap, err := s.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		defer snap.Close()
		for _, field := range []hub.OrderField{hub.OrderByName, hub.OrderByRegistrationNo, hub.OrderByUpdated, hub.OrderByTermEnd} {
			q := hub.ListQuery{Kind: hub.KindMediator, Moment: hub.Moment{On: benchDay}, Order: hub.Order{Field: field}, Limit: 1000}
			whole, err := snap.List(q)
			if err != nil {
				t.Fatal(err)
			}
			position := append(hub.Position{orderTag(field)}, b...)
			if q.Backward = backward; backward {
				q.Before = position
			} else {
				q.After = position
			}
			page, err := snap.List(q)
			if err != nil {
				if hub.CodeOf(err) != hub.CodeInvalid {
					t.Errorf("error %v", err)
				}
				continue
			}
			cut := len(whole.Items) - len(page.Items)
			part := whole.Items[max(cut, 0):]
			if backward {
				part = whole.Items[:len(page.Items)]
			}
			if !slices.EqualFunc(page.Items, part, func(a, b hub.ListItem) bool { return a.ID == b.ID }) {
				t.Errorf("%s from %x: %d of %d records, not an end of the list", field, position, len(page.Items), len(whole.Items))
			}
		}
	})
}

// A row reads as it was written, and no bytes make reading crash.
func FuzzRow(f *testing.F) {
	rng := rand.New(rand.NewPCG(1, 1))
	s := mustOpen(f, f.TempDir(), Options{})
	fill(f, s, 1, 20)
	snap, err := s.snapshot()
	if err != nil {
		f.Fatal(err)
	}
	defer snap.Close()
	c := snap.generation.version.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		f.Add(bytes.Clone(v))
		if len(v) > 0 {
			v = bytes.Clone(v)
			v[rng.IntN(len(v))] ^= 0x80
			f.Add(v)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var p, again packed
		if p.read(b) != nil {
			return
		}
		r := p.row()
		_ = r.status(int32(benchDay))
		written := p.appendTo(nil)
		if err := again.read(written); err != nil {
			t.Fatalf("%x cannot be read again: %v", written, err)
		}
		if again.word != p.word || !slices.Equal(again.values, p.values) || !bytes.Equal(again.number, p.number) || !bytes.Equal(again.sortKey, p.sortKey) {
			t.Errorf("%+v became %+v", p, again)
		}
	})
}

// A log entry opens as it was made, and no bytes make opening crash.
func FuzzEntry(f *testing.F) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, record := range []hub.Record{
		fictional(rng, hub.NewID(hub.KindMediator, 1), 0, 0), fictionalPerson(rng, hub.NewID(hub.KindPerson, 2), "示例"),
	} {
		data, err := encodeRecord(record)
		if err != nil {
			f.Fatal(err)
		}
		origin, err := encodeOrigin(hub.Origin{Actor: "cli", Reason: "示例"})
		if err != nil {
			f.Fatal(err)
		}
		for distance := range 2 {
			e := newEntry(record.RecordID(), 5, distance, origin, data)
			e.seal([hashSize]byte{}, 6, time.Unix(1, 2))
			f.Add([]byte(e))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e := entry(b)
		previous, origin, data, err := e.open()
		if err != nil {
			return
		}
		if _, err := decodeOrigin(origin); err != nil && e.distance() == 0 {
			return
		}
		record, err := decodeRecord(e.id(), data)
		if err != nil {
			return
		}
		// What could be read can be kept again, and says the same.
		again, err := encodeRecord(record)
		if err != nil {
			t.Fatal(err)
		}
		copied, err := decodeRecord(e.id(), again)
		if err != nil {
			t.Fatal(err)
		}
		third, err := encodeRecord(copied)
		if err != nil || !bytes.Equal(again, third) {
			t.Errorf("%x became %x (%v)", again, third, err)
		}
		made := newEntry(e.id(), previous, int(e.distance()), origin, again)
		if p, o, d, err := made.open(); err != nil || p != previous || !bytes.Equal(o, origin) || !bytes.Equal(d, again) {
			t.Errorf("an entry made of another cannot be opened: %v", err)
		}
	})
}
