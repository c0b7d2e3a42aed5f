package main

import (
	"context"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// memory keeps the collector lazy only while that pays. Under load a heap five times
// as large as what lives in it makes a page of a roster a third cheaper; but the same
// laziness would let a handful of wasteful requests blow up a hub that is idle
// otherwise, and never give back what a peak has taken.
type memory struct {
	rates   [3]float64 // bytes allocated a second, the newest last
	total   uint64     // bytes allocated by then
	quiet   int        // ticks without load
	percent int        // as set
	metrics []metrics.Sample
}

const (
	memoryTick  = time.Second
	mostGarbage = 4.0      // times what lives
	someGarbage = 24 << 20 // bytes that may always lie about
	smallHub    = 32 << 20 // bytes that live; a hub with more has the machine for it, and is lazy at once
	quietRate   = 1 << 20  // bytes a second, less is no load
	quietTicks  = 5
	// At a rate of so many bytes a second, times bytes that live, by bytes of garbage,
	// collecting takes some 3 % of one processor.
	collectingPace = 60 << 20
)

// manageMemory works until ctx ends.
func manageMemory(ctx context.Context) {
	m := memory{metrics: []metrics.Sample{
		{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/live:bytes"},
		{Name: "/memory/classes/heap/free:bytes"}, {Name: "/memory/classes/heap/objects:bytes"},
	}}
	tick := time.NewTicker(memoryTick)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			metrics.Read(m.metrics)
			value := func(i int) uint64 { return m.metrics[i].Value.Uint64() }
			live := value(1)
			percent, giveBack := m.observe(value(0), live, value(2)+value(3)-min(live, value(3)))
			if percent != m.percent {
				m.percent = percent
				debug.SetGCPercent(percent)
			}
			if giveBack {
				debug.FreeOSMemory()
			}
		}
	}
}

// observe is told of the bytes allocated so far, of those that lived at the last
// collection and of those that are held beyond. It returns the percentage for the
// collector, and whether to give back what is not needed.
func (m *memory) observe(total, live, spare uint64) (percent int, giveBack bool) {
	rate := float64(total-m.total) / memoryTick.Seconds()
	m.total = total
	m.rates = [3]float64{m.rates[1], m.rates[2], rate}
	sustained := min(m.rates[0], m.rates[1], m.rates[2])
	if m.quiet++; rate > quietRate {
		m.quiet = 0
	}
	alive := float64(max(live, 1<<20))
	garbage := min(max(sustained*alive/collectingPace, mostGarbage*(alive-smallHub), someGarbage), mostGarbage*alive)
	percent = int(math.Round(garbage*10/alive)) * 10 // in steps, setting it halts everything for a moment
	return max(percent, 10), m.quiet == quietTicks && spare > someGarbage/2
}
