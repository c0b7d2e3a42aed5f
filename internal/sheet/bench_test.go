package sheet_test

import (
	"bytes"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"concord/internal/fictional"
	"concord/internal/hub"
	"concord/internal/sheet"
)

// benchRows is how many mediators the benchmarks import.
const benchRows = 100_000

// bigRoster returns the sheets of a generated hub: organisations as .csv and
// mediators in a format.
func bigRoster(b *testing.B, rows int, format sheet.Format) (organizations, mediators []byte) {
	b.Helper()
	h := newHouse(b)
	labels := make([]string, 0, 64)
	for _, s := range h.Vocabulary().Specialties {
		labels = append(labels, s.Label)
	}
	g := &fictional.Generator{Reference: h.Reference(), Labels: labels, NextID: h.NextID, Identify: func(id hub.CitizenID) (hub.Sealed, bool, error) {
		return h.Identify(b.Context(), id)
	}}
	_, err := h.Load(b.Context(), hub.System, "示例", g.Records(rows, 1), nil)
	must(b, err)
	return h.export(b, hub.System, hub.KindOrganization, sheet.CSV, hub.ExportQuery{}),
		h.export(b, hub.System, hub.KindMediator, format, hub.ExportQuery{})
}

// BenchmarkRead reads a sheet of 100,000 mediators without planning it.
func BenchmarkRead(b *testing.B) {
	for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV, sheet.JSONL} {
		b.Run(string(format), func(b *testing.B) {
			_, content := bigRoster(b, benchRows, format)
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			var cells int
			for b.Loop() {
				cells = 0
				rows := 0
				for row, err := range open(b, hub.KindMediator, "roster."+string(format), content).Rows() {
					must(b, err)
					rows++
					cells += len(row.Cells)
				}
				if rows != benchRows {
					b.Fatalf("%d rows", rows)
				}
			}
			b.ReportMetric(float64(benchRows*b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(cells*b.N)/b.Elapsed().Seconds(), "cells/s")
		})
	}
}

// BenchmarkImport imports a sheet of 100,000 mediators into an empty hub that
// has their organisations: planning, applying, and planning again, when all is
// the same. heap-MB is the highest that the heap stood while planning and
// applying, above what it was before.
func BenchmarkImport(b *testing.B) {
	for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV} {
		b.Run(string(format), func(b *testing.B) {
			organizations, mediators := bigRoster(b, benchRows, format)
			for b.Loop() {
				b.StopTimer()
				h := newHouse(b)
				h.take(b, hub.KindOrganization, "o.csv", organizations)
				runtime.GC()
				high := watchHeap()
				b.StartTimer()

				start := time.Now()
				plan := h.plan(b, hub.KindMediator, "roster."+string(format), mediators)
				planned := time.Now()
				if plan.New != benchRows {
					b.Fatalf("%+v\n%.2000s", plan.ImportCounts, explain(plan))
				}
				_, err := h.ApplyPlan(b.Context(), hub.System, plan, nil)
				must(b, err)
				applied := time.Now()
				b.ReportMetric(high(), "heap-MB")
				again := h.plan(b, hub.KindMediator, "roster."+string(format), mediators)
				if again.Same != benchRows {
					b.Fatalf("%+v\n%.2000s", again.ImportCounts, explain(again))
				}
				b.ReportMetric(benchRows/planned.Sub(start).Seconds(), "planned/s")
				b.ReportMetric(benchRows/applied.Sub(planned).Seconds(), "applied/s")
				b.ReportMetric(benchRows/time.Since(applied).Seconds(), "compared/s")
			}
		})
	}
}

// watchHeap returns a function that ends the watch and tells by how many
// megabytes the heap stood above where it was.
func watchHeap() func() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, high := m.HeapAlloc, atomic.Uint64{}
	done := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		var m runtime.MemStats
		for {
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
				runtime.ReadMemStats(&m)
				high.Store(max(high.Load(), m.HeapAlloc))
			}
		}
	}()
	return func() float64 {
		close(done)
		<-stopped
		return float64(high.Load()-min(before, high.Load())) / (1 << 20)
	}
}

// BenchmarkExport writes 100,000 mediators.
func BenchmarkExport(b *testing.B) {
	h := newHouse(b)
	organizations, mediators := bigRoster(b, benchRows, sheet.CSV)
	h.take(b, hub.KindOrganization, "o.csv", organizations)
	h.take(b, hub.KindMediator, "m.csv", mediators)
	for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV, sheet.JSONL} {
		b.Run(string(format), func(b *testing.B) {
			for b.Loop() {
				var out bytes.Buffer
				w := sheet.NewWriter(&out, format, hub.KindMediator)
				info, err := h.Export(b.Context(), hub.System, hub.KindMediator, hub.ExportQuery{}, w)
				must(b, err)
				must(b, w.Close(info))
			}
			b.ReportMetric(float64(benchRows*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
