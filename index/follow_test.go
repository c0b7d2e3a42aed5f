package index

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"concord/internal/hub"
)

// check holds the index to the store.
func check(t *testing.T, x *Index, store hub.Store) {
	t.Helper()
	waitFor(t, x, store.Revision())
	snap, err := store.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	if err := x.Check(background(), snap); err != nil {
		t.Error(err)
	}
}

func checklist(measures int) *hub.ChecklistRecord {
	c := &hub.ChecklistRecord{ID: hub.NewID(hub.KindChecklist, 1)}
	c.Checklist = hub.Checklist{ID: "kt1", Title: "示例清单", Sections: []hub.Section{{Name: "源头治理", Groups: []hub.Group{{Name: "保障经费", Tasks: []hub.Task{{Number: 1, Text: "建立名册"}}}}}}}
	task := &c.Checklist.Sections[0].Groups[0].Tasks[0]
	for i := range measures {
		task.Measures = append(task.Measures, hub.Measure{
			TaskNumber: 1, Number: i + 1, Text: fmt.Sprintf("建立两级调解员名册第%d条", i+1),
			Agencies: []hub.ResponsibleAgency{{AgencyCode: "HRSS", Printed: "市人社局", Role: hub.AgencyRoleLead}},
		})
	}
	return c
}

// TestFollowing shows that changes as they come leave the same index as building
// it from what they lead to.
func TestFollowing(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	store := newStore()
	records := roster(t, 400, 5)
	store.put(records[:200]...)
	store.put(checklist(3))
	x := openFollowing(t, t.TempDir(), store)
	check(t, x, store)
	store.put(records[200:]...)
	for range 60 {
		var some []hub.Record
		for range 1 + random.IntN(8) {
			i := random.IntN(len(records))
			records[i] = altered(records[i], random)
			some = append(some, records[i])
		}
		store.put(some...)
		if random.IntN(4) == 0 {
			waitFor(t, x, store.Revision())
		}
	}
	check(t, x, store)

	t.Run("a renamed organisation is found through its mediators", func(t *testing.T) {
		var o hub.Organization
		for _, r := range records {
			if m, ok := r.(*hub.Mediator); ok {
				snap, _ := store.Snapshot()
				v, _ := snap.Get(0, m.Organization)
				o = *v[0].Record.(*hub.Organization)
				break
			}
		}
		o.Name = "蓬莱仙境调解中心"
		waitFor(t, x, store.put(&o))
		r := search1(t, x, hub.SearchQuery{Text: "蓬莱仙境", Kinds: []hub.Kind{hub.KindMediator}, On: goldenDay, Limit: 1})
		if r.Total == 0 {
			t.Error("none of its mediators is found by the new name")
		}
		check(t, x, store)
	})
	t.Run("what is found by the same words is not written again", func(t *testing.T) {
		written := x.written.Load()
		for i, r := range records {
			m, ok := r.(*hub.Mediator)
			if !ok {
				continue
			}
			changed := *m
			changed.Phone = fmt.Sprintf("1990000%04d", i)
			records[i] = &changed
			waitFor(t, x, store.put(&changed))
		}
		if more := x.written.Load() - written; more != 0 {
			t.Errorf("%d records were written although only telephone numbers changed", more)
		}
		check(t, x, store)
		for i, r := range records {
			if m, ok := r.(*hub.Mediator); ok {
				changed := *m
				changed.Title = "一级示例师"
				records[i] = &changed
				waitFor(t, x, store.put(&changed))
				break
			}
		}
		if more := x.written.Load() - written; more != 1 {
			t.Errorf("%d records were written after one got another title", more)
		}
		check(t, x, store)
	})
	t.Run("measures that a later issue lacks are gone", func(t *testing.T) {
		q := hub.SearchQuery{Text: "调解员名册", Kinds: []hub.Kind{hub.KindMeasure}, On: goldenDay, Limit: 10}
		if r := search1(t, x, q); r.Total != 3 {
			t.Errorf("%d measures before", r.Total)
		}
		waitFor(t, x, store.put(checklist(1)))
		r := search1(t, x, q)
		if r.Total != 1 || r.Hits[0].ID != hub.MeasureID(hub.NewID(hub.KindChecklist, 1), 1, 1) {
			t.Errorf("%d measures after: %v", r.Total, r.Hits)
		}
		check(t, x, store)
	})
	t.Run("more changes than fit one step", func(t *testing.T) {
		var many []hub.Record
		for range 3 * batchSize {
			many = append(many, altered(records[random.IntN(len(records))], random))
		}
		store.put(many...)
		check(t, x, store)
	})
}

// TestReopening shows what an index that was closed, killed or damaged does.
func TestReopening(t *testing.T) {
	store := newStore()
	records := roster(t, 300, 9)
	store.put(records...)
	dir := t.TempDir()
	built := func(t *testing.T) string {
		t.Helper()
		copied := filepath.Join(t.TempDir(), "index")
		if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		return copied
	}
	run(t, dir, store, func(x *Index) { check(t, x, store) })

	t.Run("closed after changes that no search finds: answers at once", func(t *testing.T) {
		later := newStore()
		later.put(records...)
		for _, r := range records {
			if m, ok := r.(*hub.Mediator); ok {
				changed := *m
				changed.Phone = "19900000001"
				later.put(&changed)
			}
		}
		dir := built(t)
		run(t, dir, later, func(x *Index) { check(t, x, later) })
		x, err := Open(dir, testOptions())
		if err != nil {
			t.Fatal(err)
		}
		if !x.Ready() || x.Revision() != later.Revision() {
			t.Errorf("ready %v at revision %d, want %d", x.Ready(), x.Revision(), later.Revision())
		}
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Run("closed: answers at once and goes on from where it was", func(t *testing.T) {
		dir := built(t)
		x, err := Open(dir, testOptions())
		if err != nil {
			t.Fatal(err)
		}
		if !x.Ready() || x.Revision() != store.Revision() {
			t.Errorf("ready %v at revision %d, want %d", x.Ready(), x.Revision(), store.Revision())
		}
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	for name, spoil := range map[string]func(t *testing.T, dir string){
		"a byte of a segment is wrong": func(t *testing.T, dir string) { flip(t, dir, "store/*.zap") },
		"the list of segments is cut off": func(t *testing.T, dir string) {
			truncate(t, filepath.Join(dir, "store", "root.bolt"))
		},
		"a segment is missing":        func(t *testing.T, dir string) { remove(t, dir, "store/*.zap") },
		"the description is missing":  func(t *testing.T, dir string) { remove(t, dir, metaFile) },
		"the description is no JSON":  func(t *testing.T, dir string) { write(t, filepath.Join(dir, metaFile), "{") },
		"the store folder is missing": func(t *testing.T, dir string) { remove(t, dir, storeFolder) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := built(t)
			spoil(t, dir)
			run(t, dir, store, func(x *Index) { check(t, x, store) })
		})
	}
	t.Run("of another format", func(t *testing.T) {
		dir := built(t)
		other := *vocabulary
		other.Fillers = append([]string{"新词"}, other.Fillers...)
		o := testOptions()
		o.Vocabulary = &other
		x, err := Open(dir, o)
		if err != nil {
			t.Fatal(err)
		}
		if x.Ready() {
			t.Error("answers by an index that was made for another vocabulary")
		}
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Run("ahead of the store", func(t *testing.T) {
		dir := built(t)
		older := newStore()
		older.put(records[:50]...)
		run(t, dir, older, func(x *Index) {
			for x.Revision() != older.Revision() {
				time.Sleep(time.Millisecond)
			}
			check(t, x, older)
		})
	})
	t.Run("behind the store", func(t *testing.T) {
		dir := built(t)
		later := newStore()
		later.put(records...)
		later.put(altered(records[len(records)-1], rand.New(rand.NewPCG(1, 1))))
		run(t, dir, later, func(x *Index) { check(t, x, later) })
	})
	t.Run("asked to be made anew", func(t *testing.T) {
		dir := built(t)
		o := testOptions()
		o.Rebuild = true
		x, err := Open(dir, o)
		if err != nil {
			t.Fatal(err)
		}
		if x.Ready() {
			t.Error("the old state is still there")
		}
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Run("open elsewhere", func(t *testing.T) {
		run(t, built(t), store, func(x *Index) {
			for _, rebuild := range []bool{false, true} {
				o := testOptions()
				o.Rebuild = rebuild
				other, err := Open(x.dir, o)
				if hub.CodeOf(err) != hub.CodeBusy {
					t.Errorf("rebuild %v: got %v", rebuild, err)
				}
				if err == nil {
					_ = other.Close()
				}
			}
			check(t, x, store)
		})
	})
}

// TestKilled copies the folder at any moment while it is being written, which is
// what a kill leaves, and shows that the copy comes to hold what the store does.
func TestKilled(t *testing.T) {
	store := newStore()
	records := roster(t, 700, 11)
	store.put(records[:800]...)
	dir := t.TempDir()
	var copies []string
	run(t, dir, store, func(x *Index) {
		random := rand.New(rand.NewPCG(5, 6))
		for i := range 9 {
			time.Sleep(time.Duration(random.IntN(40)) * time.Millisecond)
			switch {
			case i == 2:
				waitFor(t, x, store.Revision())
			case i == 3:
				store.put(records[800:]...)
			case i > 3:
				store.put(altered(records[random.IntN(len(records))], random))
			}
			copied := filepath.Join(t.TempDir(), "index")
			_ = os.CopyFS(copied, os.DirFS(dir)) // files may vanish on the way
			copies = append(copies, copied)
		}
	})
	for _, copied := range copies {
		run(t, copied, store, func(x *Index) { check(t, x, store) })
	}
}

// run opens dir, follows store while f runs, and closes.
func run(t *testing.T, dir string, store hub.Store, f func(*Index)) {
	t.Helper()
	x, err := Open(dir, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(background())
	done := make(chan struct{})
	go func() { defer close(done); _ = x.Follow(ctx, store) }()
	f(x)
	cancel()
	<-done
	if err := x.Close(); err != nil {
		t.Error(err)
	}
}

func flip(t *testing.T, dir, pattern string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(files) == 0 {
		t.Fatal("no file", pattern, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 0x40
	write(t, files[0], string(data))
}

func truncate(t *testing.T, file string) {
	t.Helper()
	if err := os.Truncate(file, 5000); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, dir, pattern string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(files) == 0 {
		t.Fatal("no file", pattern, err)
	}
	if err := os.RemoveAll(files[0]); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestWaiting shows how searches wait for a revision.
func TestWaiting(t *testing.T) {
	store := newStore()
	x, err := Open(t.TempDir(), testOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	q := hub.SearchQuery{Text: "张伟", Kinds: []hub.Kind{hub.KindExpert}, On: goldenDay, Limit: 5}
	t.Run("busy while there is nothing", func(t *testing.T) {
		_, err := x.Search(background(), q)
		if e := new(hub.Error); !errors.As(err, &e) || e.Code != hub.CodeBusy || !strings.Contains(e.Message, "稍后") {
			t.Errorf("got %v", err)
		}
		if _, err := x.Suggest(background(), hub.SuggestQuery{Prefix: "张", Kinds: q.Kinds, Limit: 5}); hub.CodeOf(err) != hub.CodeBusy {
			t.Errorf("got %v", err)
		}
	})
	ctx, cancel := context.WithCancel(background())
	defer cancel()
	go func() { _ = x.Follow(ctx, store) }()
	revision := store.put(expert(1, "张伟"))
	q.MinRevision = revision
	t.Run("until it is reached", func(t *testing.T) {
		soon, cancel := context.WithTimeout(background(), 10*time.Second)
		defer cancel()
		r, err := x.Search(soon, q)
		if err != nil || r.Total != 1 || r.Revision < revision {
			t.Errorf("%d hits at %d, %v", r.Total, r.Revision, err)
		}
	})
	t.Run("stale when it is not", func(t *testing.T) {
		q.MinRevision = revision + 1
		soon, cancel := context.WithTimeout(background(), 20*time.Millisecond)
		defer cancel()
		if _, err := x.Search(soon, q); hub.CodeOf(err) != hub.CodeStale {
			t.Errorf("got %v", err)
		}
	})
}

// TestSearchingWhileFollowing lets many goroutines search, complete and show
// what matched while the index changes beneath them. It is for the race
// detector, and holds each answer to itself.
func TestSearchingWhileFollowing(t *testing.T) {
	store := newStore()
	records := roster(t, 600, 13)
	store.put(records...)
	x := openFollowing(t, t.TempDir(), store)
	stop := make(chan struct{})
	var searchers sync.WaitGroup
	for n := range 4 {
		searchers.Go(func() {
			texts := []string{"工伤", "张", "zw", "和平区 律师", "公司不给交社保怎么办", "劳动报仇"}
			var last hub.Revision
			for i := n; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				r, err := x.Search(background(), hub.SearchQuery{
					Text: texts[i%len(texts)], Kinds: hub.RosterKinds, On: goldenDay + hub.Date(i%6), Limit: 10, Facets: hub.Facets,
				})
				if err != nil {
					t.Error(err)
					return
				}
				if r.Revision < last {
					t.Errorf("revision %d after %d", r.Revision, last)
				}
				last = r.Revision
				levels := 0
				for _, b := range r.Facets[3].Buckets {
					levels += b.Count
				}
				if levels != r.Total {
					t.Errorf("the levels add up to %d of %d", levels, r.Total)
				}
				if r.Highlight != nil {
					r.Highlight(records[i%len(records)])
				}
				if _, err := x.Suggest(background(), hub.SuggestQuery{Prefix: "张", Kinds: hub.RosterKinds, Limit: 5}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	random := rand.New(rand.NewPCG(7, 8))
	for range 150 {
		store.put(altered(records[random.IntN(len(records))], random), altered(records[random.IntN(len(records))], random))
		time.Sleep(2 * time.Millisecond)
	}
	waitFor(t, x, store.Revision())
	close(stop)
	searchers.Wait()
	check(t, x, store)
}
