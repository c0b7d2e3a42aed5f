package boltstore

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"concord/internal/hub"
)

func TestOpenCreatesAFolderForItsOwnerAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "data")
	s := mustOpen(t, dir, Options{})
	for name, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, fileName): 0o600} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v (%v), want %v", name, info.Mode().Perm(), err, want)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, pidFileName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the pid file is still there: %v", err)
	}
}

func TestReopeningFindsEverything(t *testing.T) {
	dir := filled(t, 700)
	before := content(t, dir)
	s := mustOpen(t, dir, Options{})
	if s.Revision() != 700 {
		t.Errorf("revision %d", s.Revision())
	}
	snap, err := s.snapshot()
	if err != nil {
		t.Fatal(err)
	}
	highest := uint64(0)
	for v, err := range snap.All(0, hub.KindMediator) {
		if err != nil {
			t.Fatal(err)
		}
		highest = max(highest, v.Record.RecordID().Number())
	}
	page, err := snap.List(hub.ListQuery{Kind: hub.KindMediator, Moment: hub.Moment{On: benchDay}, Order: hub.Order{Field: hub.OrderByName}, Limit: 1000, Total: true})
	if err != nil || page.Total != len(page.Items) || page.Total == 0 {
		t.Errorf("%d items, total %d, %v", len(page.Items), page.Total, err)
	}
	snap.Close()
	if id := s.NextID(hub.KindMediator); id.Number() != highest+1 {
		t.Errorf("the next id is %s after %d", id, highest)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	after := content(t, dir)
	if len(before) != len(after) {
		t.Errorf("opening changed %d entries to %d", len(before), len(after))
	}
}

// TestMain runs this binary as another process when a test asks for one.
func child(t *testing.T, what, dir string, wrap ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := slices.Concat(wrap, []string{exe, "-test.run=^$"})
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "CONCORD_CHILD="+what, "CONCORD_CHILD_DIR="+dir)
	return cmd
}

func TestASecondProcessIsTurnedAway(t *testing.T) {
	dir := filled(t, 5)
	s := mustOpen(t, dir, Options{})
	out, err := child(t, "open", dir).CombinedOutput()
	text := string(out)
	if err == nil || !strings.Contains(text, "BUSY") || !strings.Contains(text, "正被另一个 concord 进程") ||
		!strings.Contains(text, fmt.Sprint(os.Getpid())) || !strings.Contains(text, dir) {
		t.Errorf("the second process: %v\n%s", err, text)
	}
	if out, err := child(t, "openreadonly", dir).CombinedOutput(); err == nil || !strings.Contains(string(out), "正被另一个 concord 进程") {
		t.Errorf("a second process that only reads: %v\n%s", err, out)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if out, err := child(t, "open", dir).CombinedOutput(); err != nil {
		t.Errorf("after closing: %v\n%s", err, out)
	}
}

func TestOpenWaitsForWhoIsLeaving(t *testing.T) {
	dir := filled(t, 5)
	s := mustOpen(t, dir, Options{})
	time.AfterFunc(200*time.Millisecond, func() { _ = s.Close() })
	other, err := Open(dir, Options{LockTimeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	_ = other.Close()
}

// Whoever waits for the folder, and gets it because the hub there was killed, recovers
// what that has left: else a later recovery would take back what comes in between.
func TestOpenWaitsForWhoIsKilled(t *testing.T) {
	l := newLedger(t, 9)
	l.commit(1, 2000)
	_, before := l.copied()
	l.commit(5, 3)
	journal, database := l.copied()
	dir := folder(t, nil, before)
	path := filepath.Join(dir, fileName)
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := lockFile(file, true, 0); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(300*time.Millisecond, func() {
		for name, content := range map[string][]byte{path: database, filepath.Join(dir, journalName): journal} {
			if err := os.WriteFile(name, content, 0o600); err != nil {
				t.Error(err)
			}
		}
		_ = file.Close() // and unlocks
	})
	l.Store, err = Open(dir, Options{LockTimeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Store.Close()
	l.dir = dir
	l.commit(1, 2000)
	journal, database = l.copied()
	check(t, folder(t, journal, database), l.said)
}

func TestReadOnly(t *testing.T) {
	dir := filled(t, 20)
	a := mustOpen(t, dir, Options{ReadOnly: true})
	b := mustOpen(t, dir, Options{ReadOnly: true})
	if a.Revision() != 20 || b.Revision() != 20 {
		t.Errorf("revisions %d and %d", a.Revision(), b.Revision())
	}
	_, err := a.Apply(context.Background(), hub.Batch{Puts: []hub.Put{{Record: fictionalPerson(nil, a.NextID(hub.KindPerson), "示例")}}})
	if hub.CodeOf(err) != hub.CodeBusy {
		t.Errorf("writing: %v", err)
	}
	if _, err := Open(t.TempDir(), Options{ReadOnly: true}); hub.CodeOf(err) != hub.CodeNotFound {
		t.Errorf("an empty folder: %v", err)
	}
}

// refused opens a folder that must be refused, and checks that the file stays as
// it is.
func refused(t *testing.T, dir string, options Options, f format) *hub.Error {
	t.Helper()
	path := filepath.Join(dir, fileName)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := open(dir, options, f)
	if err == nil {
		_ = s.Close()
		t.Fatal("it was opened")
	}
	after, readErr := os.ReadFile(path)
	if readErr != nil || !bytes.Equal(before, after) {
		t.Errorf("the file was altered (%v)", readErr)
	}
	var e *hub.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v is none of the domain", err)
	}
	return e
}

func TestOpenRefusesWhatItCannotRead(t *testing.T) {
	write := func(t *testing.T, data []byte) string {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, fileName), data, 0o600); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	whole, err := os.ReadFile(filepath.Join(filled(t, 50), fileName))
	if err != nil {
		t.Fatal(err)
	}
	pageSize := os.Getpagesize()
	newest := 0 // which meta page is the newer one
	if binary.NativeEndian.Uint64(whole[pageSize+16+48:]) > binary.NativeEndian.Uint64(whole[16+48:]) {
		newest = 1
	}

	t.Run("a text file", func(t *testing.T) {
		e := refused(t, write(t, []byte(strings.Repeat("姓名,性别\n", 1000))), Options{}, currentFormat)
		if !strings.Contains(e.Message, "不是 Concord 的数据文件") {
			t.Error(e)
		}
	})
	t.Run("a few bytes", func(t *testing.T) {
		if e := refused(t, write(t, []byte("x")), Options{}, currentFormat); !strings.Contains(e.Message, "不是 Concord 的数据文件") {
			t.Error(e)
		}
	})
	t.Run("another program's bbolt file", func(t *testing.T) {
		dir := t.TempDir()
		db, err := bolt.Open(filepath.Join(dir, fileName), 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		err = db.Update(func(tx *bolt.Tx) error { _, err := tx.CreateBucket([]byte("theirs")); return err })
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if e := refused(t, dir, Options{}, currentFormat); !strings.Contains(e.Message, "别的程序") {
			t.Error(e)
		}
	})
	t.Run("a file that was cut off", func(t *testing.T) {
		for _, size := range []int{3 * pageSize, 5*pageSize + 100} {
			if e := refused(t, write(t, whole[:size]), Options{}, currentFormat); !strings.Contains(e.Message, "不完整") {
				t.Error(e)
			}
		}
	})
	t.Run("the newest meta page is damaged", func(t *testing.T) {
		data := bytes.Clone(whole)
		data[newest*pageSize+30] ^= 4
		dir := write(t, data)
		if e := refused(t, dir, Options{}, currentFormat); !strings.Contains(e.Message, "文件头") {
			t.Error(e)
		}
	})
	t.Run("both meta pages are damaged", func(t *testing.T) {
		data := bytes.Clone(whole)
		data[30] ^= 4
		data[pageSize+30] ^= 4
		if e := refused(t, write(t, data), Options{}, currentFormat); !strings.Contains(e.Message, "文件头已损坏") {
			t.Error(e)
		}
	})
	t.Run("an empty file is a new one", func(t *testing.T) {
		mustOpen(t, write(t, nil), Options{})
	})
	t.Run("a folder in the file's place", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, fileName), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, Options{}); err == nil {
			t.Error("it was opened")
		}
	})
}

func TestOpenRefusesANewerFormat(t *testing.T) {
	dir := t.TempDir()
	newer := format{version: 7, first: 7}
	s, err := open(dir, Options{}, newer)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, s, 1, 10)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, readOnly := range []bool{false, true} {
		e := refused(t, dir, Options{ReadOnly: readOnly}, currentFormat)
		if e.Code != hub.CodeInvalid || !strings.Contains(e.Message, "7") || !strings.Contains(e.Message, fmt.Sprint(currentFormat.version)) {
			t.Errorf("read-only %t: %v", readOnly, e)
		}
	}
}

// A later program brings an older file up to date: one step alters the log, one
// only the views.
func TestMigration(t *testing.T) {
	dir := filled(t, 200)
	ran := []string{}
	later := format{version: currentFormat.version + 2, first: currentFormat.version, steps: []migration{
		{log: func(tx *bolt.Tx) error {
			ran = append(ran, "log")
			return tx.Bucket(bucketMeta).Put([]byte("added"), []byte("1"))
		}},
		{views: true},
	}}
	if e := refused(t, dir, Options{ReadOnly: true}, later); !strings.Contains(e.Message, "升级") {
		t.Error(e)
	}
	// Views that the old version kept in another way.
	tamperWith(t, dir, func(b buckets) error { return b.name.Put([]byte("old"), nil) })
	s, err := open(dir, Options{}, later)
	if err != nil {
		t.Fatal(err)
	}
	if s.Revision() != 200 {
		t.Errorf("revision %d", s.Revision())
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	after := content(t, dir)
	if _, there := after["name/old"]; there || after["meta/added"] != "1" {
		t.Error("a step did not run")
	}
	if v := after["meta/format"]; v != string(binary.BigEndian.AppendUint32(nil, uint32(later.version))) {
		t.Errorf("format is %x", v)
	}
	if s, err = open(dir, Options{}, later); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	if len(ran) != 1 {
		t.Errorf("the step ran %d times", len(ran))
	}
	// A step that fails leaves the version as it was.
	failing := format{version: later.version + 1, first: currentFormat.version, steps: append(later.steps,
		migration{log: func(*bolt.Tx) error { return errors.New("no") }})}
	if e := refused(t, dir, Options{}, failing); e.Code != hub.CodeInternal {
		t.Error(e)
	}
	tooOld := format{version: 99, first: 90, steps: make([]migration, 9)}
	if e := refused(t, dir, Options{}, tooOld); !strings.Contains(e.Message, "90") {
		t.Error(e)
	}
}

// Views in another order of names are made anew.
func TestAnotherOrderOfNames(t *testing.T) {
	dir := filled(t, 300)
	backwards := func(name string) []byte {
		key := []byte(name)
		for i := range key {
			key[i] = 255 - key[i]
		}
		return append(key, 255)
	}
	other := Options{NameKey: backwards, NameOrder: "backwards"}
	if _, err := Open(dir, Options{NameKey: backwards, NameOrder: "backwards", ReadOnly: true}); err == nil || !strings.Contains(err.Error(), "reindex") {
		t.Errorf("read-only: %v", err)
	}
	s, err := Open(dir, other)
	if err != nil {
		t.Fatal(err)
	}
	snap, err := s.snapshot()
	if err != nil {
		t.Fatal(err)
	}
	page, err := snap.List(hub.ListQuery{Kind: hub.KindMediator, Moment: hub.Moment{On: benchDay}, Order: hub.Order{Field: hub.OrderByName}, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	last := "\xff"
	for _, item := range page.Items {
		v, err := snap.version(item.ID, item.Revision)
		if err != nil {
			t.Fatal(err)
		}
		if name := v.Record.(*hub.Mediator).Name; name > last {
			t.Fatalf("%s stands behind %s", name, last)
		} else {
			last = name
		}
	}
	snap.Close()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var list []Finding
	if _, err := Verify(context.Background(), dir, other, func(f Finding) { list = append(list, f) }, nil); err != nil || len(list) > 0 {
		t.Errorf("%v %v", list, err)
	}
}

// A reindex that was killed is done again by the next opening.
func TestReindexIsTakenUpAgain(t *testing.T) {
	dir := filled(t, 300)
	tamperWith(t, dir, func(b buckets) error {
		if err := b.meta.Put(metaViews, nil); err != nil {
			return err
		}
		if err := b.meta.Tx().DeleteBucket(bucketKey); err != nil {
			return err
		}
		k, _ := b.name.Cursor().First()
		return b.name.Delete(bytes.Clone(k))
	})
	if e := refused(t, dir, Options{ReadOnly: true}, currentFormat); !strings.Contains(e.Message, "reindex") {
		t.Error(e)
	}
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	wantClean(t, dir)
}

// Damage that only shows when a page is read is an error, not the end of the
// process.
func TestDamageMetWhileServing(t *testing.T) {
	for name, damage := range map[string]func(t *testing.T, path string, at int){
		"a page is no page any more": func(t *testing.T, path string, at int) {
			page := at / os.Getpagesize() * os.Getpagesize()
			for bit := range 8 {
				if file, err := os.ReadFile(path); err != nil || file[page+8]&(1<<bit) != 0 {
					flip(t, path, (page+8)*8+bit)
				}
			}
		},
		"the file is cut off": func(t *testing.T, path string, _ int) {
			if err := os.Truncate(path, int64(3*os.Getpagesize())); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filled(t, 3000)
			path := filepath.Join(dir, fileName)
			place := 0
			eachEntry(t, path, func(revision hub.Revision, at, _ int) {
				if revision == 1500 {
					place = at
				}
			})
			s := mustOpen(t, dir, Options{})
			snap, err := s.snapshot()
			if err != nil {
				t.Fatal(err)
			}
			defer snap.Close()
			damage(t, path, place)
			var last error
			for _, err := range snap.Changes(0) {
				last = err
			}
			if hub.CodeOf(last) != hub.CodeInternal {
				t.Errorf("reading the log ended with %v", last)
			}
			if _, err := snap.History(hub.NewID(hub.KindMediator, 1), 0, 10); err != nil && hub.CodeOf(err) != hub.CodeInternal {
				t.Errorf("History: %v", err)
			}
			list := []hub.ID{}
			for n := range uint64(1000) {
				list = append(list, hub.NewID(hub.KindMediator, n+1))
			}
			if _, err := snap.Get(0, list...); hub.CodeOf(err) != hub.CodeInternal {
				t.Errorf("Get: %v", err)
			}
		})
	}
}
