package boltstore

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"concord/internal/hub"
)

// BenchmarkImport measures what the issue asks: rows a second that become
// durable through Apply, as a share of those of bare batched bbolt puts of the
// same bytes in commits of the same size. A row is a mediator with its person.
//
// Bare puts are done in three ways: as the rows come; sorted by key, which bbolt
// likes best; and of the log entries alone, without any index.
func BenchmarkImport(b *testing.B) {
	const batch = 2500
	for b.Loop() {
		rows := 20_000
		if long() {
			rows = 100_000
		}
		dir := b.TempDir()
		applied := importRows(b, dir, rows, batch)
		b.ReportMetric(float64(rows)/applied.Seconds(), "rows/s")
		all := keysAndValues(b, dir)
		for _, way := range []struct {
			unit string
			less func(x, y pair) int
			keep func(p pair) bool
		}{
			{"of-bare", func(x, y pair) int { return cmp.Compare(x.revision, y.revision) }, nil},
			{"of-sorted", func(x, y pair) int {
				return cmp.Or(cmp.Compare(x.bucket, y.bucket), bytes.Compare(x.key, y.key))
			}, nil},
			{"of-log-only", func(x, y pair) int { return cmp.Compare(x.revision, y.revision) }, func(p pair) bool { return p.bucket == "log" }},
		} {
			pairs := slices.Clone(all)
			if way.keep != nil {
				pairs = slices.DeleteFunc(pairs, func(p pair) bool { return !way.keep(p) })
			}
			bare := barePuts(b, pairs, 2*batch, way.less)
			b.ReportMetric(bare.Seconds()/applied.Seconds(), way.unit)
		}
	}
}

// importRows imports fictional rows as the importer does, in batches, one after
// the other. Making the records is not part of the time.
func importRows(b testing.TB, dir string, rows, batch int) (took time.Duration) {
	b.Helper()
	s := mustOpen(b, dir, Options{})
	rng := rand.New(rand.NewPCG(1, 1))
	for rows > 0 {
		var puts []hub.Put
		for range min(rows, batch) {
			p := fictionalPerson(rng, s.NextID(hub.KindPerson), "")
			m := fictional(rng, s.NextID(hub.KindMediator), p.ID, hub.NewID(hub.KindOrganization, uint64(1+rng.IntN(5000))))
			p.Name = m.Name
			puts = append(puts, hub.Put{Record: p}, hub.Put{Record: m})
		}
		rows -= len(puts) / 2
		runtime.GC()
		start := time.Now()
		if _, err := s.Apply(context.Background(), hub.Batch{Origin: hub.Origin{Actor: "cli", ImportID: "1"}, Puts: puts}); err != nil {
			b.Fatal(err)
		}
		took += time.Since(start)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	return took
}

// pair is one key with its value, and the revision that brought it.
type pair struct {
	bucket     string
	revision   hub.Revision
	key, value []byte
}

// keysAndValues returns all that a store of records that came once holds, in the
// order of revisions.
func keysAndValues(b testing.TB, dir string) (pairs []pair) {
	b.Helper()
	from, err := bolt.Open(filepath.Join(dir, fileName), 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	defer from.Close()
	revisions := map[hub.ID]hub.Revision{}
	err = from.View(func(tx *bolt.Tx) error {
		for _, name := range []string{"version", "log", "name", "key"} {
			c := tx.Bucket([]byte(name)).Cursor()
			for k, v := c.First(); k != nil; k, v = c.Next() {
				p := pair{bucket: name, key: bytes.Clone(k), value: bytes.Clone(v)}
				switch name {
				case "version":
					id, r := readVersionKey(k)
					revisions[id] = r
					p.revision = r
				case "log":
					p.revision = hub.Revision(binary.BigEndian.Uint64(k))
				default:
					p.revision = revisions[hub.ID(binary.BigEndian.Uint64(k[len(k)-8:]))]
				}
				pairs = append(pairs, p)
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	slices.SortStableFunc(pairs, func(x, y pair) int { return cmp.Compare(x.revision, y.revision) })
	return pairs
}

// barePuts puts pairs into an empty file with bbolt as it comes, in commits of so
// many revisions, each in an order of its own.
func barePuts(b testing.TB, pairs []pair, perCommit int, order func(x, y pair) int) (took time.Duration) {
	b.Helper()
	to, err := bolt.Open(filepath.Join(b.TempDir(), "bare.db"), 0o600, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer to.Close()
	for len(pairs) > 0 {
		n := 0
		for n < len(pairs) && (pairs[n].revision-1)/hub.Revision(perCommit) == (pairs[0].revision-1)/hub.Revision(perCommit) {
			n++
		}
		group := pairs[:n]
		pairs = pairs[n:]
		slices.SortStableFunc(group, order)
		runtime.GC()
		start := time.Now()
		err := to.Update(func(tx *bolt.Tx) error {
			buckets := map[string]*bolt.Bucket{}
			for _, p := range group {
				bucket := buckets[p.bucket]
				if bucket == nil {
					if bucket, err = tx.CreateBucketIfNotExists([]byte(p.bucket)); err != nil {
						return err
					}
					buckets[p.bucket] = bucket
				}
				if err := bucket.Put(p.key, p.value); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		took += time.Since(start)
	}
	return took
}

// BenchmarkWrites measures durable single edits by 1, 16 and 64 writers.
func BenchmarkWrites(b *testing.B) {
	for _, writers := range []int{1, 16, 64} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			s := mustOpen(b, b.TempDir(), Options{})
			fill(b, s, 1, 5000)
			var wg sync.WaitGroup
			work := make(chan int)
			b.ResetTimer()
			for w := range writers {
				wg.Go(func() {
					rng := rand.New(rand.NewPCG(uint64(w), 2))
					for range work {
						m := fictional(rng, s.NextID(hub.KindMediator), 0, 0)
						if _, err := s.Apply(context.Background(), hub.Batch{Puts: []hub.Put{{Record: m}}}); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			for range b.N {
				work <- 1
			}
			close(work)
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
		})
	}
}

// largeStore is a store of 100,000 mediators, or CONCORD_ROWS, made once a run
// for all reading benchmarks.
var largeStore = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "concord-bench-*") })

func openLarge(b *testing.B) *Store {
	b.Helper()
	dir, err := largeStore()
	if err != nil {
		b.Fatal(err)
	}
	s, err := Open(dir, Options{})
	if err != nil {
		b.Fatal(err)
	}
	if s.Revision() == 0 {
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		importRows(b, dir, largeRows(), 2500)
		if s, err = Open(dir, Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.Cleanup(func() { _ = s.Close() })
	return s
}

func largeRows() int {
	if n, err := strconv.Atoi(os.Getenv("CONCORD_ROWS")); err == nil {
		return n
	}
	return 100_000
}

var benchDay = hub.Date(739000)

// BenchmarkPage measures a page of 50 with its records, at the beginning and
// behind 50,000 others.
func BenchmarkPage(b *testing.B) {
	s := openLarge(b)
	read := func(b *testing.B, q hub.ListQuery) hub.ListPage {
		snap, err := s.Snapshot()
		if err != nil {
			b.Fatal(err)
		}
		defer snap.Close()
		page, err := snap.List(q)
		if err != nil {
			b.Fatal(err)
		}
		ids := make([]hub.ID, len(page.Items))
		for i, item := range page.Items {
			ids[i] = item.ID
		}
		versions, err := snap.Get(q.Moment.At, ids...)
		if err != nil {
			b.Fatal(err)
		}
		for i, v := range versions {
			m := v.Record.(*hub.Mediator)
			ids[i] = m.PersonID
		}
		if _, err = snap.Get(q.Moment.At, ids...); err != nil {
			b.Fatal(err)
		}
		return page
	}
	for _, order := range []hub.OrderField{hub.OrderByName, hub.OrderByRegistrationNo} {
		q := hub.ListQuery{Kind: hub.KindMediator, Moment: hub.Moment{On: benchDay}, Order: hub.Order{Field: order}, Limit: 1000, Total: true}
		first := q
		first.Limit = 50
		for range largeRows() / 2 / 1000 {
			page := read(b, q)
			q.After = page.Items[len(page.Items)-1].Position
		}
		deep := q
		deep.Limit = 50
		past := first
		past.Moment.At = s.Revision() - 1
		district := first
		district.Filter.District = []string{"120112"}
		rare := first
		rare.Filter.Specialty, rare.Filter.ExpiringBefore = []string{"工伤保险"}, 739030
		for _, c := range []struct {
			name string
			q    hub.ListQuery
		}{{"first", first}, {"deep", deep}, {"past", past}, {"district", district}, {"rare", rare}} {
			b.Run(string(order)+"/"+c.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					read(b, c.q)
				}
			})
		}
	}
}

func BenchmarkCount(b *testing.B) {
	s := openLarge(b)
	facets := [][]hub.Dimension{{}, {hub.ByDistrict}, {hub.BySpecialty}, {hub.ByStatus}, {hub.ByLevel}, {hub.BySource}}
	for name, q := range map[string]hub.CountQuery{
		"facets":          {Kind: hub.KindMediator, Moment: hub.Moment{On: benchDay}, By: facets},
		"facets-filtered": {Kind: hub.KindMediator, Moment: hub.Moment{On: benchDay, Listed: true}, By: facets, Filter: hub.Filter{District: []string{"120112"}}},
		"cross":           {Kind: hub.KindMediator, Moment: hub.Moment{On: benchDay}, By: [][]hub.Dimension{{hub.ByDistrict, hub.BySpecialty}}},
		"facets-past":     {Kind: hub.KindMediator, Moment: hub.Moment{On: benchDay, At: s.Revision() - 1}, By: facets},
	} {
		b.Run(name, func(b *testing.B) {
			snap, err := s.Snapshot()
			if err != nil {
				b.Fatal(err)
			}
			defer snap.Close()
			for b.Loop() {
				if _, err := snap.Count(q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkOpen measures opening a store, and the memory that it then takes.
func BenchmarkOpen(b *testing.B) {
	s := openLarge(b)
	dir := s.dir
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		s, err := Open(dir, Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(largeRows()), "heap-B/row")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// BenchmarkGet measures reading single records, cached or not.
func BenchmarkGet(b *testing.B) {
	s := openLarge(b)
	for name, among := range map[string]int{"hot": 1000, "cold": largeRows()} {
		b.Run(name, func(b *testing.B) {
			rng := rand.New(rand.NewPCG(1, 1))
			b.ReportAllocs()
			for b.Loop() {
				snap, err := s.Snapshot()
				if err != nil {
					b.Fatal(err)
				}
				if _, err := snap.Get(0, hub.NewID(hub.KindMediator, uint64(1+rng.IntN(among)))); err != nil {
					b.Fatal(err)
				}
				snap.Close()
			}
		})
	}
}
