package main

import (
	"context"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"concord/internal/hub"
)

// memory keeps the collector lazy where that pays. In a hub that holds much data a heap
// five times as large as what lives in it makes a page of a roster a third cheaper; in a
// small one the same laziness would let wasteful requests take far more than all that is
// there. What a peak has taken is given back when it is over.
type memory struct {
	total   uint64 // bytes allocated by the last tick
	quiet   int    // ticks without load
	percent int    // as set
	metrics []metrics.Sample
}

const (
	memoryTick  = time.Second
	mostGarbage = 4.0      // times what lives
	someGarbage = 16 << 20 // bytes that may always lie about
	muchData    = 50_000   // changes; a hub with more has the machine for it
	quietRate   = 1 << 20  // bytes a second, less is no load
	quietTicks  = 3
)

// manageMemory works until ctx ends; revision is the newest one of the hub.
func manageMemory(ctx context.Context, revision func() hub.Revision) {
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
			percent, giveBack := m.observe(value(0), live, value(2)+value(3)-min(live, value(3)), revision() >= muchData)
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
// collection, of those that are held beyond, and whether the hub holds much. It returns
// the percentage for the collector, and whether to give back what is not needed.
func (m *memory) observe(total, live, spare uint64, much bool) (percent int, giveBack bool) {
	if m.quiet++; total-m.total > quietRate {
		m.quiet = 0
	}
	m.total = total
	alive := float64(max(live, 1<<20))
	garbage := mostGarbage * alive
	if !much {
		garbage = min(garbage, someGarbage)
	}
	percent = int(math.Round(garbage*10/alive)) * 10 // in steps, setting it halts everything for a moment
	return max(percent, 10), m.quiet == quietTicks && spare > someGarbage/2
}
