package boltstore

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"concord/internal/hub"
)

// ledger is a store and what it has acknowledged.
type ledger struct {
	*Store
	t    testing.TB
	rng  *rand.Rand
	said []acknowledged
	puts map[hub.ID]hub.Revision
}

func newLedger(t *testing.T, seed uint64) *ledger {
	t.Helper()
	return &ledger{mustOpen(t, filepath.Join(t.TempDir(), "data"), Options{}), t, rand.New(rand.NewPCG(seed, 3)), nil, map[hub.ID]hub.Revision{}}
}

// commit makes n commits of size puts each, new records and changes of old ones.
func (l *ledger) commit(n, size int) {
	l.t.Helper()
	for range n {
		var b hub.Batch
		used := map[hub.ID]bool{}
		for range size {
			id := l.NextID(hub.KindMediator)
			for old := range l.puts {
				if l.rng.IntN(2) == 0 && !used[old] {
					id = old
				}
				break
			}
			used[id] = true
			b.Puts = append(b.Puts, hub.Put{Record: fictional(l.rng, id, 0, 0), Expected: l.puts[id]})
		}
		first, err := l.Apply(context.Background(), b)
		if err != nil {
			l.t.Fatal(err)
		}
		for i, p := range b.Puts {
			l.puts[p.Record.RecordID()] = first + hub.Revision(i)
		}
		l.said = append(l.said, acknowledged{first, size, b.Puts[0].Record.RecordID()})
	}
}

// copied returns the files as they are, the journal first: what is copied after it is
// no older than what it tells of.
func (l *ledger) copied() (journal, database []byte) {
	l.t.Helper()
	journal, err := os.ReadFile(filepath.Join(l.dir, journalName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.t.Fatal(err)
	}
	if database, err = os.ReadFile(filepath.Join(l.dir, fileName)); err != nil {
		l.t.Fatal(err)
	}
	return journal, database
}

// folder makes a data folder of two files.
func folder(t *testing.T, journal, database []byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string][]byte{journalName: journal, fileName: database} {
		if content != nil {
			if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// mixed is concord.db after a power cut: of each page that was written since before,
// and of the meta pages too, either the old content has stayed or the new one has
// come; where the file has grown, zeros may be what is there.
func mixed(rng *rand.Rand, before, after []byte) []byte {
	const page = 4096
	out := bytes.Clone(after)
	for at := 0; at < len(out); at += page {
		if rng.IntN(2) == 0 {
			continue
		}
		clear(out[at : at+page])
		if at < len(before) {
			copy(out[at:at+page], before[at:])
		}
	}
	return out
}

// After a power cut whatever pages have reached the disk since the last checkpoint,
// everything acknowledged is there, and every view is right.
func TestPowerCutLosesNothing(t *testing.T) {
	for name, prepare := range map[string]func(*ledger){
		"before the first checkpoint": func(*ledger) {},
		"after many checkpoints":      func(l *ledger) { l.commit(5*mostGroups, 3) },
		"round the ring":              func(l *ledger) { l.commit(90, 40) },
		"after imports":               func(l *ledger) { l.commit(3, 2); l.commit(2, 1500); l.commit(3, 2) },
	} {
		t.Run(name, func(t *testing.T) {
			l := newLedger(t, 1)
			l.commit(1, 2000) // so large that it begins no journal
			prepare(l)
			if l.journal != nil { // the committer waits, as everything has been answered
				if err := l.checkpoint(l.current.head); err != nil {
					t.Fatal(err)
				}
			}
			_, before := l.copied()
			l.commit(mostGroups/2, 3)
			journal, after := l.copied()
			if c, err := readJournal(l.dir); err != nil || len(c.entries) != 3*mostGroups/2 {
				t.Fatalf("the journal holds %d changes, %v", len(c.entries), err)
			}
			if bytes.Equal(before[:4096], after[:4096]) || bytes.Equal(before[4096:8192], after[4096:8192]) {
				t.Fatal("a meta page has not been written since the checkpoint")
			}
			rng := rand.New(rand.NewPCG(2, 2))
			for range cycles(t, 6, 200) {
				check(t, folder(t, journal, mixed(rng, before, after)), l.said)
			}
		})
	}
}

// A power cut while the store is being closed loses nothing either: what closing writes
// leaves the last checkpoint alone for as long as the journal is there.
func TestPowerCutWhileClosing(t *testing.T) {
	for seed := range uint64(cycles(t, 12, 100)) {
		l := newLedger(t, seed)
		l.commit(1, 200)
		l.commit(1+int(seed)*7%90, 3)
		journal, before := l.copied()
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		_, closed := l.copied()
		check(t, folder(t, journal, closed), l.said)
		check(t, folder(t, journal, mixed(l.rng, before, closed)), l.said)
	}
}

// A crash of the program, at whatever state of the journal, loses nothing; what
// reads the folder next recovers it, even to read only.
func TestCrashRecovery(t *testing.T) {
	l := newLedger(t, 4)
	l.commit(1, 10)
	for range 12 {
		l.commit(1+l.rng.IntN(40), 1+l.rng.IntN(60))
		journal, database := l.copied()
		dir := folder(t, journal, database)
		newest, _, err := Newest(dir, Options{}, Mark{}) // opens to read only
		if err != nil || newest.Revision != l.Revision() {
			t.Fatalf("at revision %d instead of %d, %v", newest.Revision, l.Revision(), err)
		}
		if _, err := os.Stat(filepath.Join(dir, journalName)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the journal is still there: %v", err)
		}
		check(t, dir, l.said)
		// Killed in the middle of recovery, which is done again.
		if err := os.WriteFile(filepath.Join(dir, journalName), journal, 0o600); err != nil {
			t.Fatal(err)
		}
		check(t, dir, l.said)
	}
}

// Commits leave out the list of free pages, but neither a checkpoint nor a file that
// was closed is without it. bbolt would read every page to open such a file, in a
// goroutine of its own, where a damaged one ends the program.
func TestListOfFreePages(t *testing.T) {
	const noList = ^uint64(0)
	l := newLedger(t, 8)
	l.commit(1, 2000)
	l.commit(3*mostGroups/2, 3)
	journal, database := l.copied()
	listed := func(database []byte) bool {
		newest, _ := newestMeta(bytes.NewReader(database))
		return newest.free != noList
	}
	if listed(database) {
		t.Error("a commit has written the list")
	}
	read, err := readJournal(l.dir)
	if err != nil {
		t.Fatal(err)
	}
	if read.number < 2 || parseMeta(read.meta[:]).free == noList {
		t.Errorf("checkpoint %d is without list", read.number)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	_, closed := l.copied()
	if !listed(closed) {
		t.Error("the closed file is without list")
	}
	for name, dir := range map[string]func([]byte) string{
		"killed": func(d []byte) string { return folder(t, journal, d) },
		"closed": func(d []byte) string { return folder(t, nil, d) },
	} {
		data := map[string][]byte{"killed": database, "closed": closed}[name]
		newest, _ := newestMeta(bytes.NewReader(data))
		pages := []uint64{parseMeta(read.meta[:]).free, newest.free, newest.root}
		for page := uint64(2); page < newest.pages; page += newest.pages / 24 {
			pages = append(pages, page)
		}
		for _, page := range pages {
			if page == noList {
				continue
			}
			damaged := bytes.Clone(data)
			clear(damaged[page*4096 : (page+1)*4096])
			s, err := Open(dir(damaged), Options{})
			if err == nil {
				_ = s.Close() // whatever it says: the program lives
			} else if !strings.Contains(err.Error(), "损坏") && !strings.Contains(err.Error(), "不属于同一份数据") {
				t.Errorf("%s, page %d: %v", name, page, err)
			}
		}
	}
}

// A group of which only a part has reached the disk was not acknowledged and is left
// out; one that is damaged while later ones are there is told of.
func TestDamagedJournal(t *testing.T) {
	l := newLedger(t, 5)
	l.commit(1, 2000)
	l.commit(20, 3)
	journal, database := l.copied()
	var groups []int // where they are
	for at := journalStart; at < len(journal); at += groupAlign {
		if binary.BigEndian.Uint64(journal[at:]) == l.journal.since.salt {
			groups = append(groups, at)
		}
	}
	if len(groups) != 20 {
		t.Fatalf("%d groups", len(groups))
	}
	flipped := func(at int) []byte {
		b := bytes.Clone(journal)
		b[at] ^= 4
		return b
	}
	t.Run("torn at its end", func(t *testing.T) {
		check(t, folder(t, flipped(groups[19]+200), database), l.said[:20])
	})
	t.Run("within", func(t *testing.T) {
		for _, at := range []int{groups[0] + 3, groups[5] + 200, groups[18] + 9} {
			damaged := flipped(at)
			dir := folder(t, damaged, database)
			_, err := Open(dir, Options{})
			if hub.CodeOf(err) != hub.CodeInvalid || !strings.Contains(err.Error(), journalName) {
				t.Fatalf("byte %d: %v", at, err)
			}
			if now, _ := os.ReadFile(filepath.Join(dir, journalName)); !bytes.Equal(now, damaged) {
				t.Error("the journal was altered")
			}
		}
	})
	t.Run("headers", func(t *testing.T) {
		for _, b := range [][]byte{flipped(30), journal[:journalStart-1], {}} {
			if _, err := Open(folder(t, b, database), Options{}); hub.CodeOf(err) != hub.CodeInvalid {
				t.Errorf("%d bytes: %v", len(b), err)
			}
		}
	})
}

// A journal is applied to no other file than its own.
func TestJournalOfAnotherFile(t *testing.T) {
	l := newLedger(t, 6)
	l.commit(1, 2000)
	_, old := l.copied()
	l.commit(5*mostGroups, 2)
	journal, database := l.copied()
	another := newLedger(t, 7)
	another.commit(1, 2000)
	another.commit(500, 1)
	_, foreign := another.copied()
	for name, file := range map[string][]byte{"older": old, "of another hub": foreign, "cut off": database[:1<<16]} {
		dir := folder(t, journal, file)
		if _, err := Open(dir, Options{}); hub.CodeOf(err) != hub.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
		if now, _ := os.ReadFile(filepath.Join(dir, fileName)); !bytes.Equal(now, file) {
			t.Errorf("%s: the file was altered", name)
		}
	}
	check(t, folder(t, journal, database), l.said)
}

// While a hub has the folder open nobody recovers it, and a quiet hub leaves nothing
// to recover; a closed one not even the journal.
func TestJournalOfALivingHub(t *testing.T) {
	l := newLedger(t, 8)
	l.commit(10, 1)
	if _, err := Open(l.dir, Options{ReadOnly: true, LockTimeout: 1}); hub.CodeOf(err) != hub.CodeBusy {
		t.Errorf("while it is open: %v", err)
	}
	l.rest() // the committer waits
	if w, err := readJournal(l.dir); err != nil || len(w.entries) != 0 || w.head.revision != l.Revision() {
		t.Errorf("after a rest: %+v, %v", w, err)
	}
	l.commit(3, 1)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(l.dir, journalName)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the journal is still there: %v", err)
	}
	check(t, l.dir, l.said)
}
