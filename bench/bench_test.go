package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Sides that run as processes of their own are this program in a role.
func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		if err := play(role); err != nil {
			panic(err)
		}
		return
	}
	os.Exit(m.Run())
}

// Every measurement runs on a few records: each checks the answers that it gets.
// Nothing is said about time.
func TestMeasurements(t *testing.T) {
	for _, m := range measurements {
		t.Run(m.id, func(t *testing.T) {
			if (m.id == "M6" || m.id == "W") && testing.Short() {
				t.Skip("builds the program")
			}
			dir := t.TempDir()
			var out strings.Builder
			if err := run(t.Context(), []string{"-only", m.id, "-n", "300", "-rounds", "2", "-dir", dir, "-postgraphile=false"}, &out); err != nil {
				t.Fatalf("%v\n%s", err, &out)
			}
			if !regexp.MustCompile(`(?m)^\| ` + m.id + ` \| `).MatchString(out.String()) {
				t.Errorf("no row of the table is of %s:\n%s", m.id, &out)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

func TestFlags(t *testing.T) {
	for _, args := range [][]string{{"-only", "M0"}, {"-n", "5"}, {"-rounds", "0"}, {"M1"}} {
		if _, err := parse(args, &strings.Builder{}); err == nil {
			t.Errorf("%v is accepted", args)
		}
	}
	c, err := parse([]string{"-only", "m1,M4"}, &strings.Builder{})
	if err != nil || !slices.Equal(c.only, []string{"M1", "M4"}) || c.many != 0 || c.n != fullSize {
		t.Errorf("got %+v, %v", c, err)
	}
	if c, err = parse([]string{"-only", "M5"}, &strings.Builder{}); err != nil || c.many != 10*fullSize {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestSamples(t *testing.T) {
	s := samples{5, 1, 4, 2}
	if got := s.median(); got != 3 {
		t.Errorf("the median of an even number is %v, want 3", got)
	}
	if got := s.at(0.99); got != 5 {
		t.Errorf("p99 is %v, want 5", got)
	}
	if got := s.over(samples{5, 2, 2, 4}); !slices.Equal(got, samples{1, 0.5, 2, 0.5}) {
		t.Errorf("ratios are %v", got)
	}
	for v, want := range map[float64]string{0: "0", 0.012345: "0.0123", 1.5: "1.5", 12.345: "12.3", 999.6: "1,000", 1234567: "1,230,000", 100_000: "100,000", 45.96: "46"} {
		if got := short(v); got != want {
			t.Errorf("short(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestTargets(t *testing.T) {
	for _, c := range []struct {
		row  row
		want bool
	}{
		{row{ratio: samples{0.29, 0.31, 0.3}, target: atLeast(0.3)}, true},
		{row{ratio: samples{0.29, 0.31, 0.28}, target: atLeast(0.3)}, false},
		{row{ratio: samples{1.1049}, target: atMost(1.1)}, true}, // as it is shown
		{row{ratio: samples{1.106}, target: atMost(1.1)}, false},
		{row{ours: samples{301}, target: atMost(300)}, false},
		{row{ours: samples{1e9}}, true},
	} {
		if got := c.row.reached(); got != c.want {
			t.Errorf("%+v: reached is %t", c.row, got)
		}
	}
	b := &bench{config: config{n: fullSize}, rows: []row{{id: "M6", en: "resident", ours: samples{301}, target: atMost(300)}}}
	if err := b.missed(); err == nil || !strings.Contains(err.Error(), "M6 resident") {
		t.Errorf("a missed target gives %v", err)
	}
}

// A bench whose checks cannot fail proves nothing: answers that are wrong on
// purpose must end it.
func TestWrongAnswersAreNoticed(t *testing.T) {
	b, err := newBench(t.Context(), config{n: 300, rounds: 1, dir: t.TempDir()}, &strings.Builder{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	r, err := b.roster(b.n)
	if err != nil {
		t.Fatal(err)
	}
	s, err := b.open(r.dir, false)
	if err != nil {
		t.Fatal(err)
	}
	order, err := nameOrder(s)
	if err != nil {
		t.Fatal(err)
	}
	order[3], order[4] = order[4], order[3]
	if _, err := b.page(s, nil, order[:pageSize], new(rounds)); err == nil {
		t.Error("a page in another order passes")
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	pairs, err := pairsSince(r.dir, nil)
	if err != nil || len(pairs) == 0 {
		t.Fatalf("%d pairs, %v", len(pairs), err)
	}
	if err := holds(r.dir, pairs); err != nil {
		t.Errorf("a file does not hold its own pairs: %v", err)
	}
	pairs[7].value = append(slices.Clone(pairs[7].value), 1)
	if err := holds(r.dir, pairs); err == nil {
		t.Error("a file holds a value that was altered")
	}
	if _, err := os.Stat(filepath.Join(r.dir, storeFile)); err != nil {
		t.Error(err)
	}
}
