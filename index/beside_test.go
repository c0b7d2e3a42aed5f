package index

import "testing"

// Work beside the search is waited for, and what goes wrong in it comes out where
// it can be told from a fault of the program.
func TestBeside(t *testing.T) {
	for _, apart := range []bool{false, true} {
		n := 0
		beside(apart, func() { n++ })()
		if n != 1 {
			t.Errorf("apart %v: the work was done %d times", apart, n)
		}
	}
	defer func() {
		if fault := recover(); fault != "damaged" {
			t.Errorf("the panic came out as %v", fault)
		}
	}()
	beside(true, func() { panic("damaged") })()
}

// The answers are the same whether facets are counted beside the scoring or
// before it.
func TestCountedBesideAsBefore(t *testing.T) {
	usual := sideBySide
	defer func() { sideBySide = usual }()
	for _, from := range []int{1, 1 << 30} {
		sideBySide = from
		t.Run("filters and facets", TestFiltersAndFacets)
	}
}
