package hub

import "slices"

// Step is a change of status on a day. A step that repeats the status before it is
// the first day of a renewed term.
type Step struct {
	From   Date
	Status Status
}

// Timeline is the status of a record by date: steps in ascending order, each
// holding until the next one. It already contains what the calendar alone
// brings about (a term that runs out, a suspension that ends), so that no job
// must have run for a status to be right on a day.
type Timeline []Step

// On returns the status on day d; "" before the first step.
func (t Timeline) On(d Date) Status {
	var s Status
	for _, step := range t {
		if step.From > d {
			break
		}
		s = step.Status
	}
	return s
}

// AppointmentTerm 聘期: one row of the terms for which somebody is listed. A
// renewal is a new row, never an edited one.
type AppointmentTerm struct {
	Start      Date   `cbor:"1,keyasint,omitempty"` // first day; 0 when it is not known
	End        Date   `cbor:"2,keyasint,omitempty"` // last day, inclusive; 0 for 长期
	DocumentNo string `cbor:"3,keyasint,omitempty"` // 聘任文号
}

func (t AppointmentTerm) holds(d Date) bool {
	return t.Start <= d && (t.End == 0 || d <= t.End)
}

// StatusEvent is one move in the life of a listing.
type StatusEvent struct {
	Status     EntryStatus `cbor:"1,keyasint"`
	On         Date        `cbor:"2,keyasint,omitempty"` // the day from which it holds; 0 for "from the start of the term"
	Until      Date        `cbor:"3,keyasint,omitempty"` // last day of a suspension
	Ground     string      `cbor:"4,keyasint,omitempty"` // 变更原因
	DocumentNo string      `cbor:"5,keyasint,omitempty"`
}

// timelineOf works out the status by date from the terms and the moves:
//
//   - the latest move on or before a day decides;
//   - a suspension ends after its last day and the listing is ACTIVE again;
//   - an ACTIVE or SUSPENDED listing is EXPIRED from the day after its term's
//     end, and PROPOSED before its first term's start;
//   - every other status holds until the next move.
func timelineOf(terms []AppointmentTerm, events []StatusEvent) Timeline {
	firstDay := Date(0)
	if len(terms) > 0 {
		firstDay = terms[0].Start
	}
	moves := slices.Clone(events)
	for i := range moves {
		if moves[i].On == 0 {
			moves[i].On = firstDay
		}
	}
	slices.SortStableFunc(moves, func(a, b StatusEvent) int { return int(a.On) - int(b.On) })

	days := make([]Date, 0, 2*(len(terms)+len(moves)))
	for _, m := range moves {
		days = append(days, m.On)
		if m.Status == StatusSuspended && m.Until != 0 {
			days = append(days, m.Until+1)
		}
	}
	for _, t := range terms {
		days = append(days, t.Start)
		if t.End != 0 {
			days = append(days, t.End+1)
		}
	}
	slices.Sort(days)
	days = slices.Compact(days)

	line := make(Timeline, 0, len(days))
	for _, d := range days {
		s := statusOn(d, terms, moves)
		if s == "" || len(line) > 0 && line[len(line)-1].Status == s && !renewedOn(d, s, terms) {
			continue
		}
		line = append(line, Step{From: d, Status: s})
	}
	return line
}

// renewedOn reports whether a further term of somebody on the roster begins on d.
func renewedOn(d Date, s Status, terms []AppointmentTerm) bool {
	for i, t := range terms {
		if i > 0 && t.Start == d && t.Start > terms[0].Start {
			return s.OnRoster()
		}
	}
	return false
}

func statusOn(d Date, terms []AppointmentTerm, moves []StatusEvent) Status {
	var last *StatusEvent
	for i := range moves {
		if moves[i].On <= d {
			last = &moves[i]
		}
	}
	if last == nil {
		return ""
	}
	s := last.Status
	if s == StatusSuspended && last.Until != 0 && d > last.Until {
		s = StatusActive
	}
	if (s == StatusActive || s == StatusSuspended) && len(terms) > 0 {
		before := true
		for _, t := range terms {
			if t.holds(d) {
				return s
			}
			before = before && d < t.Start
		}
		if before {
			return StatusProposed
		}
		return StatusExpired
	}
	return s
}

// termOn returns the term row that holds on d, else the latest one.
func termOn(terms []AppointmentTerm, d Date) AppointmentTerm {
	var latest AppointmentTerm
	for i, t := range terms {
		if t.holds(d) {
			return t
		}
		if i == 0 || t.Start > latest.Start {
			latest = t
		}
	}
	return latest
}

// latestTermEnd is the last day of the latest term; 0 when open or none.
func latestTermEnd(terms []AppointmentTerm) Date {
	return termOn(terms, maxDate).End
}

const maxDate = Date(1<<31 - 1)

// OnRoster reports whether somebody of this status stands on the roster (在册):
// listed and not ended. A suspended one is on it but may not be called on.
func (s EntryStatus) OnRoster() bool { return s == StatusActive || s == StatusSuspended }
