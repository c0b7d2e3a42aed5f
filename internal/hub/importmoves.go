package hub

import (
	"slices"
	"strings"
)

// A sheet describes a roster as it stands. What it says of terms and statuses
// is therefore compared with what is recorded, and only what differs becomes a
// new term row or a new move:
//
//   - a term that is recorded already is nothing new, whatever day it is;
//   - a term that lies outside the recorded ones is a further row (续聘);
//   - a term that agrees with a recorded one in one of its ends corrects the
//     other; one that begins and ends later than a recorded one, or follows an
//     open one, is a further row, and the recorded one ends the day before;
//   - a status that follows from the latest move, on the day of that move or by
//     the calendar since, is nothing new: 在册 on an old sheet stays what it was
//     when the term has run out meanwhile;
//   - any other status is a new move: on the 变更日期, else on the first day of
//     a renewed term, else today.
//
// Of a record that the hub has, a sheet tells only 在册, 暂停, 届满 and 辞任: what
// calls for a ground, an authority, a publicity or a death is a move that somebody
// makes (moves.go), and whoever was taken off that way does not come back by a
// sheet. No record takes a status that no move of its kind leads to: a mediator is
// never 除名, which is the listing court's alone.
//
// A record that is new to the hub comes in with the status it has: rows already
// 暂停, 届满 or 辞任 need none of the evidence that the same move would need
// today (contract.md, Sheets). Where the sheet does not say since when somebody
// is no longer on the roster, the hub does not claim that she or he ever was.

// mergeTerms returns the terms after the row: have itself when nothing changes.
// renewal is the first day of a further row, 0 when there is none. A fault is a
// Chinese reason why row and record do not go together.
func (r *rowReading) mergeTerms(have []AppointmentTerm) (terms []AppointmentTerm, renewal Date, fault string) {
	startGiven, endGiven := r.start.Date != 0, r.end.Date != 0 || r.end.Open
	said := AppointmentTerm{Start: r.start.Date, End: r.end.Date, DocumentNo: r.document}
	switch {
	case !startGiven && r.end.Date == 0 && r.document == "":
		return have, 0, "" // nothing, or 长期 of a term of which nothing else is known
	case len(have) == 0:
		return []AppointmentTerm{said}, 0, ""
	}
	latest := 0
	for i, t := range have {
		if t.Start >= have[latest].Start {
			latest = i
		}
	}
	if i := slices.IndexFunc(have, func(t AppointmentTerm) bool {
		return (!startGiven || t.Start == said.Start) && (!endGiven || t.End == said.End) && (startGiven || t == have[latest])
	}); i >= 0 {
		if said.DocumentNo == "" || said.DocumentNo == have[i].DocumentNo {
			return have, 0, ""
		}
		terms = slices.Clone(have)
		terms[i].DocumentNo = said.DocumentNo
		return terms, 0, ""
	}

	terms = slices.Clone(have)
	at := latest
	if startGiven {
		met := meets(terms, said, endGiven)
		switch len(met) {
		case 0:
			at = -1
		case 1:
			at = met[0]
			t := &terms[at]
			if said.Start > t.Start && (t.End == 0 || endGiven && said.End != t.End && (said.End == 0 || said.End > t.End)) {
				t.End = said.Start - 1
				at = -1
			}
		default:
			return have, 0, "聘期 " + said.String() + " 与名册中已有的多段聘期重叠（" + termList(have) + "），无法判断是续聘还是更正。请核对起止日期。"
		}
	}
	if at < 0 {
		terms = append(terms, said)
		slices.SortStableFunc(terms, func(a, b AppointmentTerm) int { return int(a.Start) - int(b.Start) })
		if said.Start > have[latest].Start {
			renewal = said.Start
		}
	} else {
		t := &terms[at]
		if startGiven {
			t.Start = said.Start
		}
		if endGiven {
			t.End = said.End
		}
		if said.DocumentNo != "" {
			t.DocumentNo = said.DocumentNo
		}
		if t.End != 0 && t.End < t.Start {
			return have, 0, "按表中的日期更正后，聘期止早于聘期起（" + t.String() + "）。请把起止日期都填写完整。"
		}
	}
	for i := 1; i < len(terms); i++ {
		if terms[i-1].End == 0 || terms[i-1].End >= terms[i].Start {
			return have, 0, "聘期与名册中已有的聘期重叠（" + termList(terms) + "）。请核对起止日期，续聘应从前一聘期届满的次日起算。"
		}
	}
	return terms, renewal, ""
}

// meets returns the places of the terms that share a day with said. Where the
// end is not said, its first day decides.
func meets(terms []AppointmentTerm, said AppointmentTerm, endGiven bool) []int {
	span := Term{said.Start, said.End}
	if !endGiven {
		span.End = said.Start
	}
	var met []int
	for i, t := range terms {
		if span.Overlaps(Term{t.Start, t.End}) {
			met = append(met, i)
		}
	}
	return met
}

func (t AppointmentTerm) String() string { return Term{t.Start, t.End}.String() }

func termList(terms []AppointmentTerm) string {
	words := make([]string, len(terms))
	for i, t := range terms {
		words[i] = t.String()
	}
	return strings.Join(words, "；")
}

// firstMoves returns the moves of a record that is new to the hub.
func (r *rowReading) firstMoves(terms []AppointmentTerm, today Date) []StatusEvent {
	s := Status(r.status)
	if s == "" {
		s = StatusActive
	}
	end := latestTermEnd(terms)
	move := StatusEvent{Status: s, On: r.on, Ground: r.ground}
	before := []StatusEvent{{Status: StatusActive}}
	switch s {
	case StatusActive:
		if len(terms) > 0 {
			move.On = 0
		}
		return []StatusEvent{move}
	case StatusProposed, StatusPublicity, StatusRejected, StatusWithdrawn:
		return []StatusEvent{move}
	case StatusSuspended:
		move.Until = r.until
	case StatusExpired:
		if end != 0 && end < today {
			// The calendar says so by itself.
			return []StatusEvent{{Status: StatusActive, Ground: r.ground}}
		}
	}
	if move.On == 0 {
		return []StatusEvent{move}
	}
	return append(before, move)
}

// toldBySheets are the statuses between which a sheet moves a record that the hub
// has.
var toldBySheets = []Status{StatusActive, StatusSuspended, StatusExpired, StatusResigned}

// movable reports whether a sheet may add the latest of moves to those that are
// recorded.
func movable(have, moves []StatusEvent) bool {
	from, to := have[len(have)-1].Status, moves[len(moves)-1].Status
	return from == to || slices.Contains(toldBySheets, from) && slices.Contains(toldBySheets, to)
}

// reachable reports whether a move leads records of a kind to a status.
func reachable(kind Kind, s Status) bool {
	return slices.ContainsFunc(moves, func(m Move) bool { return m.To == s && slices.Contains(m.Of, kind) })
}

// mergeMoves returns the moves after the row: have itself when nothing changes.
func (r *rowReading) mergeMoves(have []StatusEvent, terms []AppointmentTerm, renewal, today Date) []StatusEvent {
	if len(have) == 0 {
		return r.firstMoves(terms, today)
	}
	last := have[len(have)-1]
	s := Status(r.status)
	ended := last.Status != StatusActive && last.Status != StatusSuspended
	if s == "" && renewal != 0 && ended {
		s = StatusActive
	}
	if s == "" || r.known(s, have, terms, today) {
		if r.ground == "" || r.ground == last.Ground || s != "" && s != last.Status {
			return have
		}
		moves := slices.Clone(have)
		moves[len(moves)-1].Ground = r.ground
		return moves
	}
	move := StatusEvent{Status: s, On: r.on, Ground: r.ground}
	if s == StatusSuspended {
		move.Until = r.until
	}
	switch {
	case s == last.Status:
		move.On = last.On // another end of the same suspension
	case move.On == 0 && s == StatusActive && renewal != 0:
		move.On = renewal
	case move.On == 0:
		move.On = today
	}
	move.On = max(move.On, last.On)
	return append(slices.Clip(have), move)
}

// known reports whether the stated status is what the record says, suspensions
// with their last day.
func (r *rowReading) known(s Status, have []StatusEvent, terms []AppointmentTerm, today Date) bool {
	last := have[len(have)-1]
	if s == StatusSuspended && last.Status == StatusSuspended {
		over := last.Until != 0 && last.Until < today
		return r.until == last.Until || r.until == 0 && !over
	}
	return follows(s, have, terms, today)
}

// follows reports whether the latest move brings s about: on its day or, by the
// calendar alone, on a day since.
func follows(s Status, moves []StatusEvent, terms []AppointmentTerm, today Date) bool {
	last := moves[len(moves)-1]
	if s == last.Status {
		return true
	}
	line := timelineOf(terms, moves)
	return line.On(today) == s || slices.ContainsFunc(line, func(step Step) bool {
		return step.From > last.On && step.From <= today && step.Status == s
	})
}

// remarkStatus tells where status and dates of a row do not go together.
func (in *rowReader) remarkStatus(terms []AppointmentTerm) {
	in.field = FieldStatus
	c := in.row.cell(FieldStatus)
	end := latestTermEnd(terms)
	switch s := Status(in.status); {
	case s == StatusActive && end != 0 && end < in.today:
		in.remark(RemarkStatus, c, "状态填的是“%s”，而聘期已于 %s 届满，系统按“届满”显示。已续聘的请更新聘期起止。", Shorten(c.Text), end)
	case s == StatusExpired && (end == 0 || end >= in.today) && len(terms) > 0:
		in.remark(RemarkStatus, c, "状态填的是“%s”，而聘期（%s）尚未届满，系统按“届满”显示。请核对。", Shorten(c.Text), termList(terms))
	case s == StatusSuspended && in.until == 0:
		in.remark(RemarkStatus, c, "暂停没有写截止日期，先按“暂停”导入，直到另有变更。请补填“暂停截止”。")
	case s == StatusSuspended && in.until < in.today:
		in.remark(RemarkStatus, c, "暂停已于 %s 截止，系统按“在册”显示。仍在暂停的请更新“暂停截止”。", in.until)
	}
}
