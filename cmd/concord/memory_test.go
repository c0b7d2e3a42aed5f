package main

import "testing"

// The collector may be lazy while there is load that lasts, and not for a burst; what
// a peak has taken is given back once when it is over.
func TestMemoryIsHeldOnlyUnderLoad(t *testing.T) {
	const mb = 1 << 20
	var m memory
	var total uint64
	second := func(allocated, live, spare uint64) (int, bool) {
		total += allocated
		return m.observe(total, live, spare)
	}
	for range 2 {
		if percent, _ := second(800*mb, 20*mb, 90*mb); percent > 130 {
			t.Fatalf("a burst makes it %d %%", percent)
		}
	}
	if percent, _ := second(800*mb, 20*mb, 90*mb); percent != 400 {
		t.Errorf("load that lasts makes it %d %%", percent)
	}
	if percent, _ := second(0, 20*mb, 90*mb); percent > 130 {
		t.Errorf("it stays at %d %% after the load", percent)
	}
	given := 0
	for range 20 {
		if _, back := second(mb/2, 20*mb, 90*mb); back {
			given++
		}
	}
	if given != 1 {
		t.Errorf("memory was given back %d times", given)
	}
	for range 3 {
		second(700*mb, 200*mb, 0)
	}
	if percent, _ := second(700*mb, 200*mb, 0); percent != 400 {
		t.Errorf("with much data, under load, it is %d %%", percent)
	}
}
