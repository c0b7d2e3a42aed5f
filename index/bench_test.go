package index

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/search/query"

	"concord/internal/fictional"
	"concord/internal/hub"
)

// The benchmarks run over made-up rosters of CONCORD_BENCH_N mediators (20,000
// when it is not set) with the organisations, experts and invited listings that
// go with them:
//
//	CONCORD_BENCH_N=100000 go test ./index -run XXX -bench . -benchtime 200x
//
// The metric p50-µs is the median of single searches, cpu-µs the mean of the
// processor's time.
func benchSize() int {
	if n, err := strconv.Atoi(os.Getenv("CONCORD_BENCH_N")); err == nil && n > 0 {
		return n
	}
	return 20_000
}

var benchStore = sync.OnceValue(func() *memoryStore {
	var last [16]uint64
	g := &fictional.Generator{
		Reference: reference,
		NextID: func(k hub.Kind) hub.ID {
			last[k]++
			return hub.NewID(k, last[k])
		},
		Identify: func(hub.CitizenID) (hub.Sealed, bool, error) { return hub.Sealed{}, true, nil },
	}
	for _, s := range vocabulary.Specialties {
		g.Labels = append(g.Labels, s.Label)
	}
	var records []hub.Record
	for r, err := range g.Records(benchSize(), 1) {
		if err != nil {
			panic(err)
		}
		records = append(records, r)
	}
	store := newStore()
	store.put(records...)
	return store
})

// benchIndex is one index over the store, kept for all benchmarks of a run.
var benchIndex = sync.OnceValue(func() *Index {
	dir, err := os.MkdirTemp("", "concord-bench")
	if err != nil {
		panic(err)
	}
	x, err := Open(dir, testOptions())
	if err != nil {
		panic(err)
	}
	store := benchStore()
	go func() { _ = x.Follow(context.Background(), store) }()
	v, err := x.await(context.Background(), store.Revision())
	if err != nil {
		panic(err)
	}
	v.release()
	settle(x)
	return x
})

// settle waits until bleve has written and merged what it has.
func settle(x *Index) {
	for quiet, last := 0, (*scorch.IndexSnapshot)(nil); quiet < 10; quiet++ {
		time.Sleep(100 * time.Millisecond)
		v, _ := x.acquire()
		if v.snapshot != last || x.written.Load() >= compactWorth || x.scorch.StatsMap()["TotFileMergeForceOpsStarted"] != x.scorch.StatsMap()["TotFileMergeForceOpsCompleted"] {
			quiet, last = 0, v.snapshot
		}
		v.release()
	}
}

var benchToday = mustDate("2026-07-01")

var benchQueries = []struct {
	name string
	q    hub.SearchQuery
}{
	{"specialty", hub.SearchQuery{Text: "工伤"}},
	{"terms", hub.SearchQuery{Text: "工伤 退休法官 和平区"}},
	{"everyday", hub.SearchQuery{Text: "欠薪"}},
	{"name", hub.SearchQuery{Text: "张伟"}},
	{"surname", hub.SearchQuery{Text: "张"}},
	{"pinyin", hub.SearchQuery{Text: "zhangwei"}},
	{"initials", hub.SearchQuery{Text: "zw"}},
	{"district", hub.SearchQuery{Text: "和平区"}},
	{"filtered", hub.SearchQuery{Text: "劳动报酬", Filter: hub.Filter{District: []string{"120116"}, Status: []hub.Status{hub.StatusActive}}}},
	{"sentence", hub.SearchQuery{Text: "公司不给交社保怎么办"}},
	{"slip", hub.SearchQuery{Text: "劳动报仇"}},
	{"organisation", hub.SearchQuery{Text: "餐饮行业劳动争议调解委员会"}},
	{"nothing", hub.SearchQuery{Text: "量子纠缠"}},
	{"long", hub.SearchQuery{Text: strings.Repeat("天地玄黄宇宙洪荒调解日月盈昃辰宿列张寒来暑往", 9)[:3*190]}},
	{"longer", hub.SearchQuery{Text: strings.Repeat("调 解 张 ", 33)}},
	{"names", hub.SearchQuery{Text: strings.Repeat("张伟王芳李娜", 30)}},
}

func BenchmarkSearch(b *testing.B) {
	x := benchIndex()
	for _, c := range benchQueries {
		c.q.Kinds, c.q.On, c.q.Limit, c.q.Facets = []hub.Kind{hub.KindMediator}, benchToday, 20, hub.Facets
		b.Run(c.name+"/ours", func(b *testing.B) {
			total := 0
			medians(b, func() {
				r, err := x.Search(context.Background(), c.q)
				if err != nil {
					b.Fatal(err)
				}
				total = r.Total
			})
			b.ReportMetric(float64(total), "hits")
		})
		b.Run(c.name+"/bleve", func(b *testing.B) {
			request := stockRequest(x, c.q)
			if request == nil {
				b.Skip("nothing to ask for")
			}
			total := 0
			medians(b, func() {
				r, err := x.bleve.Search(request)
				if err != nil {
					b.Fatal(err)
				}
				total = int(r.Total)
			})
			b.ReportMetric(float64(total), "hits")
		})
	}
}

// BenchmarkMemory reports what the open index keeps in memory, and on disk a
// record.
func BenchmarkMemory(b *testing.B) {
	store := benchStore()
	before := heapBytes()
	x := benchIndex()
	after := heapBytes()
	v, _ := x.acquire()
	records, parts := 0, len(v.parts)
	for _, p := range v.parts {
		records += p.size
	}
	v.release()
	var bytes int64
	_ = filepath.WalkDir(x.dir, func(_ string, e os.DirEntry, err error) error {
		if info, err := e.Info(); err == nil && !e.IsDir() {
			bytes += info.Size()
		}
		return err
	})
	for b.Loop() {
		runtime.KeepAlive(store)
	}
	b.ReportMetric(float64(after-before)/1e6, "heap-MB")
	b.ReportMetric(float64(bytes)/float64(records), "bytes/record")
	b.ReportMetric(float64(parts), "segments")
	b.ReportMetric(float64(records), "records")
}

func heapBytes() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// medians runs f and reports the median and the 99th percentile.
func medians(b *testing.B, f func()) {
	f()
	var times []time.Duration
	before := cpuTime()
	for b.Loop() {
		began := time.Now()
		f()
		times = append(times, time.Since(began))
	}
	b.ReportMetric(float64((cpuTime()-before).Microseconds())/float64(len(times)), "cpu-µs")
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Nanoseconds())/1000, "p50-µs")
	b.ReportMetric(float64(times[len(times)*99/100].Nanoseconds())/1000, "p99-µs")
}

// cpuTime is what the process has used so far: on a machine that does something
// else as well it tells more than the clock.
func cpuTime() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// stockRequest puts the plan of a query to bleve's own searcher: the same tokens
// with the same weights as boosts, the exact total, five facets of its own and
// the same order.
func stockRequest(x *Index, q hub.SearchQuery) *bleve.SearchRequest {
	v, _ := x.acquire()
	defer v.release()
	s := &search{Index: x, view: v, query: &q, ctx: context.Background()}
	s.scope = scope{q.Kinds, q.Filter, hub.Moment{On: q.On}}
	read := s.lexicon.Read(q.Text, oracle{s})
	for _, make := range s.plans(&read) {
		p := make()
		if p == nil {
			continue
		}
		if found, err := s.finds(p); err != nil || !found {
			continue
		}
		all := []query.Query{term1(fieldKind, q.Kinds[0].String(), 1)}
		for _, d := range q.Filter.District {
			all = append(all, term1(fieldDistrict, d, 1))
		}
		for _, t := range p.terms {
			var any []query.Query
			for _, c := range t.clauses {
				var both []query.Query
				for _, k := range c.all {
					both = append(both, term1(k.field, k.text, float64(c.weight)))
				}
				if len(both) == 1 {
					any = append(any, both[0])
				} else {
					any = append(any, query.NewConjunctionQuery(both))
				}
			}
			all = append(all, query.NewDisjunctionQuery(any))
		}
		r := bleve.NewSearchRequestOptions(query.NewConjunctionQuery(all), q.Limit, 0, false)
		r.SortBy([]string{"-_score", "_id"})
		for _, f := range []field{fieldDistrict, fieldSpecialty, fieldLevel, fieldSource, fieldKind} {
			r.AddFacet(fieldNames[f], bleve.NewFacetRequest(fieldNames[f], 50))
		}
		return r
	}
	return nil
}

func term1(f field, text string, boost float64) query.Query {
	t := query.NewTermQuery(text)
	t.SetField(fieldNames[f])
	t.SetBoost(boost)
	return t
}

// BenchmarkBuild compares building the index from a store with bare bleve that is
// handed the same tokens ready-made, both on all cores. The metric is records a
// second.
func BenchmarkBuild(b *testing.B) {
	store := benchStore()
	snap, err := store.Snapshot()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("ours", func(b *testing.B) {
		n := 0
		for b.Loop() {
			x, err := Open(b.TempDir(), testOptions())
			if err != nil {
				b.Fatal(err)
			}
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan struct{})
			go func() { defer close(done); _ = x.Follow(ctx, store) }()
			waitFor(b, x, store.Revision())
			v, _ := x.acquire()
			for _, p := range v.parts {
				n += p.size
			}
			v.release()
			cancel()
			<-done
			if err := x.Close(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
	})
	lexicon := benchIndex().base
	b.Run("bleve", func(b *testing.B) {
		n := 0
		for b.Loop() {
			b.StopTimer()
			names := bodies{}
			var texts []map[field][]string
			var ids []string
			for _, kind := range indexedKinds {
				for v, err := range snap.All(0, kind) {
					if err != nil {
						b.Fatal(err)
					}
					if o, ok := v.Record.(*hub.Organization); ok {
						names[o.ID] = o.Name
					}
					docs, err := describe(lexicon, v.Record, names)
					if err != nil {
						b.Fatal(err)
					}
					for _, d := range docs {
						text := map[field][]string{}
						for _, f := range d.Fields {
							for token := range f.(*tokenField).tokens {
								text[f.(*tokenField).field] = append(text[f.(*tokenField).field], token)
							}
						}
						texts, ids = append(texts, text), append(ids, d.ID())
					}
				}
			}
			n += len(ids)
			dir := b.TempDir()
			runtime.GC()
			b.StartTimer()
			bare, err := bleve.NewUsing(dir, newMapping(), scorch.Name, scorch.Name, nil)
			if err != nil {
				b.Fatal(err)
			}
			var group sync.WaitGroup
			work := make(chan int)
			for range runtime.GOMAXPROCS(0) {
				group.Go(func() {
					for from := range work {
						batch := bare.NewBatch()
						for i := from; i < min(from+batchSize, len(ids)); i++ {
							d := document.NewDocument(ids[i])
							for f, tokens := range texts[i] {
								d.AddField(document.NewTextFieldCustom(fieldNames[f], nil, nil, f.options(), ready(tokens)))
							}
							if err := batch.IndexAdvanced(d); err != nil {
								panic(err)
							}
						}
						if err := bare.Batch(batch); err != nil {
							panic(err)
						}
					}
				})
			}
			for from := 0; from < len(ids); from += batchSize {
				work <- from
			}
			close(work)
			group.Wait()
			b.StopTimer()
			if err := bare.Close(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
		b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
	})
}

// ready is an analyzer that has nothing left to do.
type ready []string

func (r ready) Analyze([]byte) analysis.TokenStream {
	stream := make(analysis.TokenStream, len(r))
	for i, s := range r {
		stream[i] = &analysis.Token{Term: []byte(s), Position: i + 1}
	}
	return stream
}
