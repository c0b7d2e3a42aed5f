package hub

import (
	"testing"

	"concord/seeds"
)

func TestWorkdays(t *testing.T) {
	r, err := LoadReference(seeds.FS)
	if err != nil {
		t.Fatal(err)
	}
	day := func(s string) Date {
		d, err := ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		day          string
		works, known bool
	}{
		{"2025-01-26", true, true},  // a Sunday, worked for 春节
		{"2025-01-28", false, true}, // 除夕
		{"2025-02-05", true, true},
		{"2025-06-02", false, true}, // 端午, a Monday
		{"2025-09-28", true, true},  // a Sunday, worked for 国庆
		{"2025-10-08", false, true},
		{"2025-10-11", true, true},
		{"2025-10-12", false, true},
		{"2026-01-02", false, true}, // a Friday
		{"2026-01-04", true, true},  // a Sunday
		{"2026-02-23", false, true},
		{"2026-02-28", true, true},
		{"2026-09-25", false, true}, // 中秋
		{"2026-10-08", true, true},
		{"2027-10-01", false, false}, // fixed by law
		{"2027-02-08", true, false},  // 春节 2027 is not published
		{"2027-02-07", false, false},
	} {
		if works, known := r.Workday(day(c.day)); works != c.works || known != c.known {
			t.Errorf("%s: works %v, known %v", c.day, works, known)
		}
	}
	for _, c := range []struct {
		from  string
		n     int
		want  string
		known bool
	}{
		{"2025-06-15", 10, "2025-06-27", true},
		{"2025-09-26", 10, "2025-10-16", true}, // over 国庆, with a Sunday and a Saturday that are worked
		{"2026-12-21", 10, "2027-01-05", false},
	} {
		got, known := r.AddWorkdays(day(c.from), c.n)
		if got != day(c.want) || known != c.known {
			t.Errorf("%d after %s is %s (known %v), want %s", c.n, c.from, got, known, c.want)
		}
		if n := r.WorkdaysUntil(day(c.from), got); n != c.n {
			t.Errorf("%d working days until %s", n, got)
		}
	}
	if n := r.WorkdaysUntil(day("2025-10-09"), day("2025-09-30")); n != -1 {
		t.Errorf("%d working days since 30 September", n)
	}
}
