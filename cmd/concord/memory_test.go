package main

import "testing"

// A small hub holds little more than lives in it, whatever the load; one with much data
// may be lazy. What a peak has taken is given back once when it is over.
func TestMemoryIsHeldWhereItPays(t *testing.T) {
	const mb = 1 << 20
	var m memory
	var total uint64
	second := func(allocated, live, spare uint64) (int, bool) {
		total += allocated
		return m.observe(total, live, spare, false)
	}
	for range 5 {
		if percent, back := second(800*mb, 20*mb, 90*mb); percent > 100 || back {
			t.Fatalf("under load it is %d %%, given back %t", percent, back)
		}
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
	if percent, _ := m.observe(total, 45*mb, 0, true); percent != 400 {
		t.Errorf("with much data it is %d %%", percent)
	}
}
