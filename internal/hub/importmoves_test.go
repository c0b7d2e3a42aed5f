package hub

import (
	"slices"
	"strings"
	"testing"
)

// at reads a date of a test; "" is none.
func at(s string) Date {
	if s == "" {
		return 0
	}
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// terms reads 2023-01-01/2025-12-31 2026-01-01/ as terms; nothing behind the
// stroke is an open end.
func terms(s string) []AppointmentTerm {
	var list []AppointmentTerm
	for _, word := range strings.Fields(s) {
		start, end, _ := strings.Cut(word, "/")
		list = append(list, AppointmentTerm{Start: at(start), End: at(end)})
	}
	return list
}

func TestMergeTerms(t *testing.T) {
	for _, c := range []struct {
		name       string
		have       string
		start, end string // as the sheet says; 长期 for an open end
		want       string
		renewal    string
		fault      bool
	}{
		{name: "the first one", start: "2023-01-01", end: "2025-12-31", want: "2023-01-01/2025-12-31"},
		{name: "the first one, open", start: "2023-01-01", end: "长期", want: "2023-01-01/"},
		{name: "nothing said", have: "2023-01-01/2025-12-31", want: "2023-01-01/2025-12-31"},
		{name: "the same", have: "2023-01-01/2025-12-31", start: "2023-01-01", end: "2025-12-31", want: "2023-01-01/2025-12-31"},
		{name: "the same, only its start said", have: "2023-01-01/2025-12-31", start: "2023-01-01", want: "2023-01-01/2025-12-31"},
		{name: "the same, only its end said", have: "2023-01-01/2025-12-31", end: "2025-12-31", want: "2023-01-01/2025-12-31"},
		{name: "an earlier one, known already", have: "2023-01-01/2025-12-31 2026-01-01/2028-12-31", start: "2023-01-01", end: "2025-12-31", want: "2023-01-01/2025-12-31 2026-01-01/2028-12-31"},
		{name: "a renewal", have: "2023-01-01/2025-12-31", start: "2026-01-01", end: "2028-12-31", want: "2023-01-01/2025-12-31 2026-01-01/2028-12-31", renewal: "2026-01-01"},
		{name: "a renewal after a gap", have: "2023-01-01/2025-12-31", start: "2026-03-01", end: "长期", want: "2023-01-01/2025-12-31 2026-03-01/", renewal: "2026-03-01"},
		{name: "an early renewal ends the term before it", have: "2023-01-01/2025-12-31", start: "2025-07-01", end: "2028-06-30", want: "2023-01-01/2025-06-30 2025-07-01/2028-06-30", renewal: "2025-07-01"},
		{name: "a renewal of an open term", have: "2020-01-01/", start: "2026-01-01", end: "2028-12-31", want: "2020-01-01/2025-12-31 2026-01-01/2028-12-31", renewal: "2026-01-01"},
		{name: "a corrected end", have: "2023-01-01/2025-12-31", start: "2023-01-01", end: "2026-12-31", want: "2023-01-01/2026-12-31"},
		{name: "a corrected end, start not said", have: "2023-01-01/2025-12-31", end: "2026-12-31", want: "2023-01-01/2026-12-31"},
		{name: "an end that turns out open", have: "2023-01-01/2025-12-31", start: "2023-01-01", end: "长期", want: "2023-01-01/"},
		{name: "a corrected start", have: "2023-01-01/2025-12-31", start: "2023-02-01", end: "2025-12-31", want: "2023-02-01/2025-12-31"},
		{name: "a start that was not known", have: "/2025-12-31", start: "2023-01-01", end: "2025-12-31", want: "2023-01-01/2025-12-31"},
		{name: "an older term from an old sheet", have: "2026-01-01/2028-12-31", start: "2023-01-01", end: "2025-12-31", want: "2023-01-01/2025-12-31 2026-01-01/2028-12-31"},
		{name: "across two terms", have: "2023-01-01/2024-12-31 2025-01-01/2026-12-31", start: "2024-06-01", end: "2025-06-30", fault: true},
		{name: "an end before the start", have: "2023-01-01/2025-12-31", end: "2022-12-31", fault: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rowReading{start: LooseDate{Date: at(c.start)}}
			if c.end == OpenEnd {
				r.end = LooseDate{Open: true}
			} else {
				r.end = LooseDate{Date: at(c.end)}
			}
			have := terms(c.have)
			got, renewal, fault := r.mergeTerms(have)
			if !slices.Equal(have, terms(c.have)) {
				t.Fatal("the terms that are recorded were altered")
			}
			if (fault != "") != c.fault {
				t.Fatalf("fault %q, want one: %v", fault, c.fault)
			}
			if c.fault {
				return
			}
			if !slices.Equal(got, terms(c.want)) || renewal != at(c.renewal) {
				t.Errorf("terms %v, renewal %v, want %v, %v", got, renewal, terms(c.want), at(c.renewal))
			}
			again, renewal, fault := r.mergeTerms(got)
			if !slices.Equal(again, got) || renewal != 0 || fault != "" {
				t.Errorf("the same sheet again: terms %v, renewal %v, fault %q", again, renewal, fault)
			}
		})
	}
}

// TestMoves tells what becomes of a listing's status when a sheet states one.
func TestMoves(t *testing.T) {
	const today = "2026-03-02"
	running, over := "2025-01-01/2027-12-31", "2022-01-01/2024-12-31"
	type said struct{ status, until, on, ground string }
	move := func(status Status, on, until string) StatusEvent {
		return StatusEvent{Status: status, On: at(on), Until: at(until)}
	}
	for _, c := range []struct {
		name    string
		have    []StatusEvent // nil: new to the hub
		terms   string
		renewal string
		said    said
		want    []StatusEvent
		status  Status // today
	}{
		{name: "nothing said of somebody new", terms: running, want: []StatusEvent{move(StatusActive, "", "")}, status: StatusActive},
		{name: "somebody new whose term is over", terms: over, said: said{status: "ACTIVE"}, want: []StatusEvent{move(StatusActive, "", "")}, status: StatusExpired},
		{name: "somebody new, 届满 by the calendar", terms: over, said: said{status: "EXPIRED"}, want: []StatusEvent{move(StatusActive, "", "")}, status: StatusExpired},
		{name: "somebody new, 届满 before the calendar says so", terms: running, said: said{status: "EXPIRED"}, want: []StatusEvent{move(StatusExpired, "", "")}, status: StatusExpired},
		{name: "somebody new, 辞任 nobody knows when", terms: running, said: said{status: "RESIGNED"}, want: []StatusEvent{move(StatusResigned, "", "")}, status: StatusResigned},
		{name: "somebody new, 辞任 since a day", terms: running, said: said{status: "RESIGNED", on: "2025-09-01"}, want: []StatusEvent{move(StatusActive, "", ""), move(StatusResigned, "2025-09-01", "")}, status: StatusResigned},
		{name: "somebody new, 暂停 without an end", terms: running, said: said{status: "SUSPENDED"}, want: []StatusEvent{move(StatusSuspended, "", "")}, status: StatusSuspended},
		{name: "somebody new, 暂停 that has ended", terms: running, said: said{status: "SUSPENDED", until: "2025-12-31"}, want: []StatusEvent{move(StatusSuspended, "", "2025-12-31")}, status: StatusActive},
		{name: "somebody new, 公示", said: said{status: "PUBLICITY"}, want: []StatusEvent{move(StatusPublicity, "", "")}, status: StatusPublicity},

		{name: "still 在册", have: []StatusEvent{move(StatusActive, "", "")}, terms: running, said: said{status: "ACTIVE"}, want: []StatusEvent{move(StatusActive, "", "")}, status: StatusActive},
		{name: "在册 on an old sheet when the term has run out", have: []StatusEvent{move(StatusActive, "", "")}, terms: over, said: said{status: "ACTIVE"}, want: []StatusEvent{move(StatusActive, "", "")}, status: StatusExpired},
		{name: "届满 on a new sheet when the term has run out", have: []StatusEvent{move(StatusActive, "", "")}, terms: over, said: said{status: "EXPIRED"}, want: []StatusEvent{move(StatusActive, "", "")}, status: StatusExpired},
		{name: "暂停 on an old sheet when it has ended", have: []StatusEvent{move(StatusSuspended, "2025-06-01", "2025-12-31")}, terms: running, said: said{status: "SUSPENDED", until: "2025-12-31"}, want: []StatusEvent{move(StatusSuspended, "2025-06-01", "2025-12-31")}, status: StatusActive},
		{name: "在册 when a suspension has ended", have: []StatusEvent{move(StatusSuspended, "2025-06-01", "2025-12-31")}, terms: running, said: said{status: "ACTIVE"}, want: []StatusEvent{move(StatusSuspended, "2025-06-01", "2025-12-31")}, status: StatusActive},
		{name: "在册 before a suspension has ended", have: []StatusEvent{move(StatusSuspended, "2025-06-01", "2026-12-31")}, terms: running, said: said{status: "ACTIVE"}, want: []StatusEvent{move(StatusSuspended, "2025-06-01", "2026-12-31"), move(StatusActive, today, "")}, status: StatusActive},
		{name: "another end of a suspension", have: []StatusEvent{move(StatusSuspended, "2025-06-01", "2026-12-31")}, terms: running, said: said{status: "SUSPENDED", until: "2027-03-31"}, want: []StatusEvent{move(StatusSuspended, "2025-06-01", "2026-12-31"), move(StatusSuspended, "2025-06-01", "2027-03-31")}, status: StatusSuspended},
		{name: "辞任", have: []StatusEvent{move(StatusActive, "", "")}, terms: running, said: said{status: "RESIGNED"}, want: []StatusEvent{move(StatusActive, "", ""), move(StatusResigned, today, "")}, status: StatusResigned},
		{name: "辞任 since a day", have: []StatusEvent{move(StatusActive, "", "")}, terms: running, said: said{status: "RESIGNED", on: "2026-02-01"}, want: []StatusEvent{move(StatusActive, "", ""), move(StatusResigned, "2026-02-01", "")}, status: StatusResigned},
		{name: "a day before the latest move counts from that move", have: []StatusEvent{move(StatusSuspended, "2026-01-10", "2026-12-31")}, terms: running, said: said{status: "RESIGNED", on: "2025-12-01"}, want: []StatusEvent{move(StatusSuspended, "2026-01-10", "2026-12-31"), move(StatusResigned, "2026-01-10", "")}, status: StatusResigned},
		{name: "nothing said", have: []StatusEvent{move(StatusResigned, "2025-06-01", "")}, terms: running, want: []StatusEvent{move(StatusResigned, "2025-06-01", "")}, status: StatusResigned},
		{name: "a renewal brings back who was 届满 by a move", have: []StatusEvent{move(StatusExpired, "2025-12-31", "")}, terms: "2023-01-01/2025-12-31 2026-02-01/2028-01-31", renewal: "2026-02-01", want: []StatusEvent{move(StatusExpired, "2025-12-31", ""), move(StatusActive, "2026-02-01", "")}, status: StatusActive},
		{name: "a renewal keeps 在册", have: []StatusEvent{move(StatusActive, "", "")}, terms: "2023-01-01/2025-12-31 2026-02-01/2028-01-31", renewal: "2026-02-01", said: said{status: "ACTIVE"}, want: []StatusEvent{move(StatusActive, "", "")}, status: StatusActive},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rowReading{status: c.said.status, until: at(c.said.until), on: at(c.said.on), ground: c.said.ground}
			have := slices.Clone(c.have)
			got := r.mergeMoves(c.have, terms(c.terms), at(c.renewal), at(today))
			if !slices.Equal(have, c.have) {
				t.Fatal("the moves that are recorded were altered")
			}
			if !slices.Equal(got, c.want) {
				t.Fatalf("moves %+v, want %+v", got, c.want)
			}
			line := timelineOf(terms(c.terms), got)
			if s := line.On(at(today)); s != c.status {
				t.Errorf("today %s, want %s", s, c.status)
			}
			for _, later := range []string{today, "2026-03-03", "2029-01-01"} {
				if again := r.mergeMoves(got, terms(c.terms), 0, at(later)); !slices.Equal(again, got) {
					t.Errorf("the same sheet again on %s: %+v", later, again)
				}
			}
		})
	}
}
