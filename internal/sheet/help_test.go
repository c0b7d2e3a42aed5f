package sheet_test

import (
	"bytes"
	"context"
	"iter"
	"testing"
	"time"

	"concord/internal/boltstore"
	"concord/internal/hub"
	"concord/internal/sheet"
	"concord/internal/vault"
	"concord/seeds"
)

// monday is the day on which the tests import.
var monday = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// house is a hub on an empty store, with a clock that tests move.
type house struct {
	*hub.Hub
	now time.Time
}

func newHouse(t testing.TB) *house {
	t.Helper()
	store, err := boltstore.Open(t.TempDir(), boltstore.Options{MinFree: -1})
	must(t, err)
	t.Cleanup(func() { must(t, store.Close()) })
	h := &house{now: monday}
	reference, err := hub.LoadReference(seeds.FS)
	must(t, err)
	vocabulary, err := hub.LoadVocabulary(seeds.FS)
	must(t, err)
	keys, err := vault.New(bytes.Repeat([]byte{7}, 32), zeros{})
	must(t, err)
	h.Hub = hub.New(hub.Config{
		Store: store, Reference: reference, Vocabulary: vocabulary, Vault: keys,
		Now: func() time.Time { return h.now },
	})
	return h
}

// zeros is randomness for tests.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open reads a file held in memory.
func open(t testing.TB, kind hub.Kind, name string, content []byte) *sheet.Reader {
	t.Helper()
	r, err := sheet.NewReader(bytes.NewReader(content), int64(len(content)), name, kind)
	must(t, err)
	return r
}

// plan plans the import of a file held in memory.
func (h *house) plan(t testing.TB, kind hub.Kind, name string, content []byte) *hub.ImportPlan {
	t.Helper()
	return h.planRows(t, kind, open(t, kind, name, content).Rows())
}

func (h *house) planRows(t testing.TB, kind hub.Kind, rows iter.Seq2[hub.ImportRow, error]) *hub.ImportPlan {
	t.Helper()
	plan, err := h.PlanImport(context.Background(), hub.System, kind, rows, hub.ImportOptions{FileName: "test"})
	must(t, err)
	return plan
}

// take plans and applies.
func (h *house) take(t testing.TB, kind hub.Kind, name string, content []byte) *hub.ImportPlan {
	t.Helper()
	plan := h.plan(t, kind, name, content)
	result, err := h.ApplyPlan(context.Background(), hub.System, plan, nil)
	must(t, err)
	if want := plan.New + plan.Changed; result.Rows != want || len(result.Lost) > 0 {
		t.Fatalf("applied %d rows, lost %v, want %d", result.Rows, result.Lost, want)
	}
	return plan
}

// explain lists what a plan says of rows that are not simply taken over.
func explain(plan *hub.ImportPlan) string {
	var b bytes.Buffer
	for _, row := range plan.Rows {
		for _, p := range row.Problems {
			b.WriteString(p.Error() + "\n")
		}
		for _, twin := range row.Twins {
			b.WriteString(row.Name + "：" + twin.String() + "\n")
		}
		for _, c := range row.Changes {
			b.WriteString(row.Name + "：" + c.Heading + " " + c.Before + " → " + c.After + "\n")
		}
	}
	return b.String()
}

// expect compares the counts of a plan.
func expect(t testing.TB, plan *hub.ImportPlan, want hub.ImportCounts) {
	t.Helper()
	got := plan.ImportCounts
	got.Remarks = want.Remarks
	if got != want {
		t.Fatalf("plan is %+v, want %+v\n%s", plan.ImportCounts, want, explain(plan))
	}
}
