package boltstore

import (
	"bytes"
	"context"
	"encoding/binary"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unsafe"

	bolt "go.etcd.io/bbolt"

	"concord/internal/hub"
)

// filled returns a closed folder with n changes.
func filled(t testing.TB, n int) string {
	t.Helper()
	dir := t.TempDir()
	s := mustOpen(t, dir, Options{})
	fill(t, s, 1, n)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestVerifyFindsNothingWrongWithAWholeFile(t *testing.T) {
	dir := filled(t, 500)
	before := content(t, dir)
	var last, total hub.Revision
	newest, err := Verify(context.Background(), dir, Options{}, func(f Finding) { t.Error(f.Message) }, func(d, n hub.Revision) { last, total = d, n })
	if err != nil || newest != 500 || last != 1000 || total != 1000 {
		t.Errorf("newest %d, progress %d of %d, error %v", newest, last, total, err)
	}
	if !maps.Equal(before, content(t, dir)) {
		t.Error("verifying altered the file")
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 1 {
		t.Errorf("verifying left files behind: %v", entries)
	}
}

func TestVerifyStops(t *testing.T) {
	dir := filled(t, 3000)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Verify(ctx, dir, Options{}, func(Finding) {}, nil); hub.CodeOf(err) != hub.CodeBusy {
		t.Errorf("error %v", err)
	}
}

// Every flipped bit of a log entry is found, and told with its revision.
func TestVerifyFindsEveryFlippedBitOfTheLog(t *testing.T) {
	dir := filled(t, 40)
	path := filepath.Join(dir, fileName)
	type bit struct {
		revision hub.Revision
		at       int // in the file
	}
	var bits []bit
	eachEntry(t, path, func(revision hub.Revision, at, size int) {
		for i := range size * 8 {
			bits = append(bits, bit{revision, at*8 + i})
		}
	})
	rng := rand.New(rand.NewPCG(1, 2))
	rng.Shuffle(len(bits), func(i, j int) { bits[i], bits[j] = bits[j], bits[i] })
	for _, b := range bits[:min(len(bits), cycles(t, 150, len(bits)))] {
		flip(t, path, b.at)
		list := findings(t, dir)
		flip(t, path, b.at)
		if len(list) == 0 {
			t.Fatalf("bit %d of byte %d: not found", b.at%8, b.at/8)
		}
		if f := list[0]; !f.Log || f.Revision != b.revision || f.Message == "" {
			t.Fatalf("bit %d of byte %d, in revision %d: found as %+v", b.at%8, b.at/8, b.revision, f)
		}
	}
}

// flip turns a bit of a file, counted from its beginning, over.
func flip(t *testing.T, path string, bit int) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var b [1]byte
	if _, err := file.ReadAt(b[:], int64(bit/8)); err != nil {
		t.Fatal(err)
	}
	b[0] ^= 1 << (bit % 8)
	if _, err := file.WriteAt(b[:], int64(bit/8)); err != nil {
		t.Fatal(err)
	}
}

// eachEntry tells where in the file each log entry stands.
func eachEntry(t *testing.T, path string, tell func(revision hub.Revision, at, size int)) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketLog).ForEach(func(k, v []byte) error {
			at := int(uintptr(unsafe.Pointer(unsafe.SliceData(v))) - db.Info().Data)
			tell(hub.Revision(binary.BigEndian.Uint64(k)), at, len(v))
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A bit flipped anywhere in the file is found, or it changes nothing that is in
// the file: it fell on a free page or between entries.
func TestVerifyMissesNoBitThatMatters(t *testing.T) {
	dir := filled(t, 300)
	path := filepath.Join(dir, fileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before := content(t, dir)
	end := bytes.LastIndexFunc(whole, func(r rune) bool { return r != 0 })
	rng := rand.New(rand.NewPCG(3, 4))
	found := 0
	tries := cycles(t, 150, 5000)
	for range tries {
		at := rng.IntN(end * 8)
		flip(t, path, at)
		n := 0
		_, err := Verify(context.Background(), dir, Options{}, func(Finding) { n++ }, nil)
		if err != nil || n > 0 {
			found++
		} else if !maps.Equal(before, content(t, dir)) {
			t.Fatalf("bit %d of byte %d alters what is in the file and is not found", at%8, at/8)
		}
		flip(t, path, at)
	}
	if found == 0 {
		t.Error("nothing was found at all")
	}
	t.Logf("%d of %d flipped bits mattered", found, tries)
}

func TestVerifyComparesViewsWithTheLog(t *testing.T) {
	for name, tamper := range map[string]func(b buckets) error{
		"an entry of a view is missing": func(b buckets) error {
			k, _ := b.name.Cursor().First()
			return b.name.Delete(bytes.Clone(k))
		},
		"a view has an entry too many": func(b buckets) error {
			k, _ := b.name.Cursor().Last()
			k = bytes.Clone(k)
			k[len(k)-1]++
			return b.name.Put(k, nil)
		},
		"facts of a version are altered": func(b buckets) error {
			c := b.version.Cursor()
			for k, v := c.First(); k != nil; k, v = c.Next() {
				if len(v) > 0 {
					v = bytes.Clone(v)
					v[0] ^= 1
					return b.version.Put(bytes.Clone(k), v)
				}
			}
			return nil
		},
		"a key is open that was closed": func(b buckets) error {
			k, v := b.key.Cursor().First()
			return b.key.Put(bytes.Clone(k), append(bytes.Clone(v), v...))
		},
		"a word of the dictionary is another": func(b buckets) error {
			k, _ := b.label.Cursor().First()
			return b.label.Put(bytes.Clone(k), []byte("x"))
		},
		"a version that is past is missing": func(b buckets) error {
			k, _ := b.past.Cursor().First()
			return b.past.Delete(bytes.Clone(k))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filled(t, 300)
			tamperWith(t, dir, tamper)
			list := findings(t, dir)
			if len(list) == 0 {
				t.Fatal("not found")
			}
			for _, f := range list {
				if f.Log || !strings.Contains(f.Message, "reindex") {
					t.Errorf("a wrong view is reported as %+v", f)
				}
			}
			if err := Reindex(context.Background(), dir, Options{}, nil); err != nil {
				t.Fatal(err)
			}
			wantClean(t, dir)
		})
	}
}

func TestLogHash(t *testing.T) {
	dir := filled(t, 30)
	s := mustOpen(t, dir, Options{})
	seen := map[[32]byte]bool{}
	for r := range hub.Revision(31) {
		h, err := s.LogHash(r)
		if err != nil || seen[h] {
			t.Fatalf("revision %d: %x (%v)", r, h, err)
		}
		seen[h] = true
	}
	if _, err := s.LogHash(31); hub.CodeOf(err) != hub.CodeInvalid {
		t.Errorf("a revision to come: %v", err)
	}
	other := mustOpen(t, filled(t, 30), Options{})
	for r := range hub.Revision(31) {
		if h, err := other.LogHash(r); err != nil || seen[h] {
			t.Fatalf("another hub's log has the same hash at revision %d (%v)", r, err)
		}
	}
}

func TestVerifyNoticesACutLog(t *testing.T) {
	dir := filled(t, 100)
	tamperWith(t, dir, func(b buckets) error { return b.log.Delete(revisionKey(100)) })
	if list := findings(t, dir); len(list) == 0 || !list[0].Log {
		t.Errorf("a missing last entry: %+v", list)
	}
	dir = filled(t, 100)
	tamperWith(t, dir, func(b buckets) error { return b.log.Delete(revisionKey(50)) })
	if list := findings(t, dir); len(list) == 0 || list[0].Revision != 50 {
		t.Errorf("a missing entry in the middle: %+v", list)
	}
}

func tamperWith(t *testing.T, dir string, tamper func(buckets) error) {
	t.Helper()
	db, err := bolt.Open(filepath.Join(dir, fileName), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Update(func(tx *bolt.Tx) error {
		b, err := bucketsOf(tx)
		if err != nil {
			return err
		}
		return tamper(b)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Reindexing brings the same views, byte by byte, as those that grew with the log.
func TestReindexBringsTheSameViews(t *testing.T) {
	dir := filled(t, 2000)
	before := content(t, dir)
	steps := 0
	if err := Reindex(context.Background(), dir, Options{}, func(done, total hub.Revision) { steps++ }); err != nil {
		t.Fatal(err)
	}
	if steps == 0 {
		t.Error("no progress was told")
	}
	after := content(t, dir)
	for k, v := range before {
		if after[k] != v {
			t.Errorf("%q: %x became %x", k, v, after[k])
		}
	}
	if len(after) != len(before) {
		t.Errorf("%d entries became %d", len(before), len(after))
	}
	s := mustOpen(t, dir, Options{})
	fill2 := fictional(rand.New(rand.NewPCG(9, 9)), s.NextID(hub.KindMediator), 0, 0)
	if _, err := s.Apply(context.Background(), hub.Batch{Puts: []hub.Put{{Record: fill2}}}); err != nil {
		t.Fatal(err)
	}
}
