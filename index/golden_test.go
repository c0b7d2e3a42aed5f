package index

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"concord/internal/hub"
)

var update = flag.Bool("update", false, "write the golden report anew")

const goldenFolder = "testdata/golden/"

// goldenDay is the day for which the statuses of the golden experts hold.
var goldenDay = mustDate("2026-07-01")

func mustDate(s string) hub.Date {
	d, err := hub.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// goldenQuery is a query with what should be found.
type goldenQuery struct {
	ID     string
	Class  string
	Query  string
	Filter struct {
		District, Specialty []string
		Level               []hub.Level
		Status              []hub.Status
		Source              []hub.SourceCategory
	}
	Grades map[string]int // by registration number
}

// leastQuality is what every class must reach. Sentences as people say them are
// measured against their own, lower mark.
const (
	leastQuality = 0.95
	leastSpoken  = 0.90
)

// TestGolden measures nDCG@10 (gain 2^grade-1, discount log2(rank+1)) of every
// class of queries, and compares each query's with the report that is kept, so
// that a change of ranking shows as a change of that file.
func TestGolden(t *testing.T) {
	store, numbers := goldenStore(t)
	x := openFollowing(t, t.TempDir(), store)
	var report strings.Builder
	sums, counts := map[string]float64{}, map[string]int{}
	for _, q := range readLines[goldenQuery](t, "queries.jsonl") {
		result, err := x.Search(background(), hub.SearchQuery{
			Text: q.Query, Kinds: []hub.Kind{hub.KindExpert}, On: goldenDay, Limit: 10,
			Filter: hub.Filter{District: q.Filter.District, Specialty: q.Filter.Specialty, Level: q.Filter.Level, Status: q.Filter.Status, Source: q.Filter.Source},
		})
		if err != nil {
			t.Fatalf("%s: %v", q.Query, err)
		}
		var found []int
		for _, h := range result.Hits {
			found = append(found, q.Grades[numbers[h.ID]])
		}
		quality := ndcg(found, q.Grades, 10)
		sums[q.Class] += quality
		counts[q.Class]++
		fmt.Fprintf(&report, "%-18s %.3f %4d hits  %v  %s\n", q.Class, quality, result.Total, found, q.Query)
	}
	var classes []string
	for class := range sums {
		classes = append(classes, class)
	}
	slices.Sort(classes)
	var summary strings.Builder
	for _, class := range classes {
		mean := sums[class] / float64(counts[class])
		fmt.Fprintf(&summary, "%-18s %.3f (%d)\n", class, mean, counts[class])
		least := leastQuality
		if class == "spoken" {
			least = leastSpoken
		}
		if mean < least {
			t.Errorf("class %s reaches %.3f, less than %.2f", class, mean, least)
		}
	}
	t.Log("\n" + summary.String())
	got := summary.String() + "\n" + report.String()
	if *update {
		if err := os.WriteFile(goldenFolder+"report.txt", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(goldenFolder + "report.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the ranking has changed; look at what go test ./index -run TestGolden -update makes of %sreport.txt", goldenFolder)
	}
}

// ndcg is the gain of the grades found over that of the best order. A query with
// nothing to find is right when it finds nothing.
func ndcg(found []int, grades map[string]int, k int) float64 {
	var ideal []int
	for _, g := range grades {
		if g > 0 {
			ideal = append(ideal, g)
		}
	}
	if len(ideal) == 0 {
		if len(found) == 0 {
			return 1
		}
		return 0
	}
	slices.SortFunc(ideal, func(a, b int) int { return b - a })
	return gain(found, k) / gain(ideal, k)
}

func gain(grades []int, k int) float64 {
	sum := 0.0
	for i, g := range grades[:min(k, len(grades))] {
		sum += (math.Exp2(float64(g)) - 1) / math.Log2(float64(i+2))
	}
	return sum
}

// goldenStore holds the golden experts; numbers leads from ids to registration
// numbers.
func goldenStore(t testing.TB) (*memoryStore, map[hub.ID]string) {
	type line struct {
		RegistrationNo, Name, District, SourceLabel, Title, Employer, Biography string
		Level                                                                   hub.Level
		Specialties                                                             []string
		Source                                                                  hub.SourceCategory
		Years                                                                   int
		TermStart, TermEnd                                                      string
		Status                                                                  hub.Status
	}
	numbers := map[hub.ID]string{}
	var records []hub.Record
	for i, l := range readLines[line](t, "experts.jsonl") {
		e := &hub.Expert{
			Entry: hub.Entry{
				ID: hub.NewID(hub.KindExpert, uint64(i+1)), PersonID: hub.NewID(hub.KindPerson, uint64(i+1)),
				RegistrationNo: l.RegistrationNo, Name: l.Name, Level: l.Level, District: l.District,
				Specialties: l.Specialties, Source: l.Source, SourceLabel: l.SourceLabel, Biography: l.Biography,
			},
			Title: l.Title, Employer: l.Employer, Years: l.Years,
		}
		term := hub.AppointmentTerm{Start: mustDate(l.TermStart)}
		if l.TermEnd != "" {
			term.End = mustDate(l.TermEnd)
		}
		e.Terms = []hub.AppointmentTerm{term}
		e.Events = []hub.StatusEvent{{Status: hub.StatusActive}}
		if l.Status != hub.StatusActive && l.Status != hub.StatusExpired {
			e.Events = append(e.Events, hub.StatusEvent{Status: l.Status, On: goldenDay - 1})
		}
		if s := e.Timeline(); s.On(goldenDay) != l.Status {
			t.Fatalf("%s is %s on the golden day, not %s", l.RegistrationNo, s.On(goldenDay), l.Status)
		}
		numbers[e.ID] = l.RegistrationNo
		records = append(records, e)
	}
	store := newStore()
	store.put(records...)
	return store, numbers
}

// readLines reads a file of one JSON object a line.
func readLines[T any](t testing.TB, name string) []T {
	t.Helper()
	f, err := os.Open(goldenFolder + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []T
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var v T
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		list = append(list, v)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}
