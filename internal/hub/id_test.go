package hub

import "testing"

func TestIDRoundTrip(t *testing.T) {
	for k := KindPerson; k.Valid(); k++ {
		for _, n := range []uint64{1, 35, 36, 1 << 40, 1<<56 - 1} {
			id := NewID(k, n)
			back, err := ParseID(id.String())
			if err != nil || back != id || back.Kind() != k || back.Number() != n {
				t.Errorf("%v %d: %q reads as %v, %v", k, n, id, back, err)
			}
		}
		if back, ok := ParseKind(k.String()); !ok || back != k {
			t.Errorf("ParseKind(%q) = %v, %v", k.String(), back, ok)
		}
	}
}

func TestMeasureIDLeadsToItsPlace(t *testing.T) {
	checklist := NewID(KindChecklist, 7)
	id := MeasureID(checklist, 54, 3)
	if c, task, number := id.MeasurePlace(); c != checklist || task != 54 || number != 3 {
		t.Errorf("%v leads to %v %d.%d", id, c, task, number)
	}
}

func TestParseIDRefuses(t *testing.T) {
	for _, s := range []string{"", "med", "med_", "med_0", "med_-1", "med_A", "med_01", "xxx_1", "med_zzzzzzzzzzzzz", "med_1 ", "津0101"} {
		if id, err := ParseID(s); CodeOf(err) != CodeInvalid {
			t.Errorf("ParseID(%q) = %v, %v", s, id, err)
		}
	}
}
