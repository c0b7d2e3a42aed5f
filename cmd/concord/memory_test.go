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
	for live, least := range map[uint64]int{50 * mb: 100, 125 * mb: 290, 400 * mb: 360} {
		if percent, _ := second(0, live, 0); percent < least || percent > 400 {
			t.Errorf("with %d MB of data it is %d %%, want %d at least", live/mb, percent, least)
		}
	}
}
