package hub

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func day(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestTimeline(t *testing.T) {
	term := func(start, end string) AppointmentTerm {
		a := AppointmentTerm{Start: day(start)}
		if end != "" {
			a.End = day(end)
		}
		return a
	}
	move := func(s Status, on, until string) StatusEvent {
		e := StatusEvent{Status: s}
		if on != "" {
			e.On = day(on)
		}
		if until != "" {
			e.Until = day(until)
		}
		return e
	}
	cases := []struct {
		name   string
		terms  []AppointmentTerm
		events []StatusEvent
		want   string
	}{
		{
			"the last day of a term belongs to it and the next one does not",
			[]AppointmentTerm{term("2023-05-01", "2025-04-30")},
			[]StatusEvent{move(StatusActive, "2023-05-01", "")},
			"2023-05-01 ACTIVE, 2025-05-01 EXPIRED",
		},
		{
			"a renewal right after the term leaves no gap",
			[]AppointmentTerm{term("2023-05-01", "2025-04-30"), term("2025-05-01", "2027-04-30")},
			[]StatusEvent{move(StatusActive, "2023-05-01", "")},
			"2023-05-01 ACTIVE, 2025-05-01 ACTIVE, 2027-05-01 EXPIRED",
		},
		{
			"a late renewal leaves the gap visible",
			[]AppointmentTerm{term("2023-05-01", "2025-04-30"), term("2025-06-01", "2027-05-31")},
			[]StatusEvent{move(StatusActive, "2023-05-01", "")},
			"2023-05-01 ACTIVE, 2025-05-01 EXPIRED, 2025-06-01 ACTIVE, 2027-06-01 EXPIRED",
		},
		{
			"a suspension ends after its last day",
			[]AppointmentTerm{term("2023-05-01", "")},
			[]StatusEvent{move(StatusActive, "2023-05-01", ""), move(StatusSuspended, "2024-01-10", "2024-03-09")},
			"2023-05-01 ACTIVE, 2024-01-10 SUSPENDED, 2024-03-10 ACTIVE",
		},
		{
			"a suspension that outlasts the term expires with it",
			[]AppointmentTerm{term("2023-05-01", "2024-02-01")},
			[]StatusEvent{move(StatusActive, "2023-05-01", ""), move(StatusSuspended, "2024-01-10", "2024-03-09")},
			"2023-05-01 ACTIVE, 2024-01-10 SUSPENDED, 2024-02-02 EXPIRED",
		},
		{
			"who resigned does not expire later",
			[]AppointmentTerm{term("2023-05-01", "2025-04-30")},
			[]StatusEvent{move(StatusActive, "2023-05-01", ""), move(StatusResigned, "2024-01-10", "")},
			"2023-05-01 ACTIVE, 2024-01-10 RESIGNED",
		},
		{
			"an appointment for a later day is proposed until then",
			[]AppointmentTerm{term("2024-01-01", "2025-12-31")},
			[]StatusEvent{move(StatusActive, "2023-11-20", "")},
			"2023-11-20 PROPOSED, 2024-01-01 ACTIVE, 2026-01-01 EXPIRED",
		},
		{
			"without a day a move holds from the start of the first term",
			[]AppointmentTerm{term("2023-05-01", "2025-04-30")},
			[]StatusEvent{move(StatusActive, "", "")},
			"2023-05-01 ACTIVE, 2025-05-01 EXPIRED",
		},
		{
			"moves recorded out of order count by their day",
			[]AppointmentTerm{term("2023-05-01", "")},
			[]StatusEvent{move(StatusResigned, "2024-01-10", ""), move(StatusActive, "2023-05-01", "")},
			"2023-05-01 ACTIVE, 2024-01-10 RESIGNED",
		},
		{
			"two moves of one day: the later recorded one holds",
			[]AppointmentTerm{term("2023-05-01", "")},
			[]StatusEvent{move(StatusActive, "2023-05-01", ""), move(StatusSuspended, "2024-01-10", ""), move(StatusActive, "2024-01-10", "")},
			"2023-05-01 ACTIVE",
		},
		{"nothing recorded is no status", nil, nil, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			line := timelineOf(c.terms, c.events)
			for _, s := range line {
				got = append(got, fmt.Sprintf("%s %s", s.From, s.Status))
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("got  %s\nwant %s", s, c.want)
			}
			for i, s := range line {
				if line.On(s.From) != s.Status {
					t.Errorf("On(%s) = %q, want %q", s.From, line.On(s.From), s.Status)
				}
				if i == 0 && line.On(s.From-1) != "" {
					t.Errorf("there is a status before the first step: %q", line.On(s.From-1))
				}
			}
		})
	}
}

// The expiry of a term falls on midnight in China, wherever the server stands.
func TestTodayIsChinas(t *testing.T) {
	before := time.Date(2025, 4, 30, 15, 59, 59, 0, time.UTC)
	if got := Today(before); got != day("2025-04-30") {
		t.Errorf("one second before midnight in China it is %s", got)
	}
	if got := Today(before.Add(time.Second)); got != day("2025-05-01") {
		t.Errorf("at midnight in China it is %s", got)
	}
}

func TestTermOnPrefersTheRunningRow(t *testing.T) {
	terms := []AppointmentTerm{{Start: day("2021-01-01"), End: day("2022-12-31")}, {Start: day("2023-01-01"), End: day("2024-12-31")}}
	for on, want := range map[string]string{"2022-06-01": "2022-12-31", "2023-06-01": "2024-12-31", "2030-01-01": "2024-12-31", "2019-01-01": "2024-12-31"} {
		if got := termOn(terms, day(on)).End; got != day(want) {
			t.Errorf("on %s the term ends %s, want %s", on, got, want)
		}
	}
	if end := latestTermEnd(append(terms, AppointmentTerm{Start: day("2025-01-01")})); end != 0 {
		t.Errorf("an open term ends %s", end)
	}
}
