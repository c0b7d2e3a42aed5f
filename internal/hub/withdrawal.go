package hub

import (
	"context"
	"slices"
)

// A move may be recorded before the day from which it holds. Until that day whoever
// may make it may take it back: what it would have brought about leaves the listing's
// statuses and terms, its decision says that it was withdrawn, by whom and why, and
// the log keeps all of it. From its day on only another move undoes what it did. The
// last one recorded goes first, so that what is left follows from itself.

// PendingMove is a move of a listing whose day has not come.
type PendingMove struct {
	Move       MoveName
	On         Date
	Until      Date // last day of a suspension or publicity, or of the term
	DocumentNo string

	event    int // among the events; -1 for none
	term     int // among the terms; -1 for none
	decision int // among the decisions; -1 for one that a sheet told
}

// pendingMoves finds the moves of a listing that could be withdrawn: the last change of
// status, and the last renewal where no change of status falls into its term.
func pendingMoves(r Record, today Date) []*PendingMove {
	e := entryOf(r)
	if e == nil || len(e.Events) == 0 {
		return nil
	}
	decided := func(names []MoveName, on Date) int {
		for i, d := range slices.Backward(e.Decisions) {
			if d.WithdrawnOn == 0 && d.On == on && slices.Contains(names, d.Move) {
				return i
			}
		}
		return -1
	}
	lastTerm := -1 // that begins after today
	for i, t := range e.Terms {
		if t.Start > today && (lastTerm < 0 || t.Start > e.Terms[lastTerm].Start) {
			lastTerm = i
		}
	}
	var pending []*PendingMove
	last := len(e.Events) - 1
	event := e.Events[last]
	if event.On > today && last > 0 {
		p := &PendingMove{On: event.On, Until: event.Until, DocumentNo: event.DocumentNo, event: last, term: -1}
		from := e.Timeline().On(event.On - 1)
		names := movesTo(r.RecordID().Kind(), from, event.Status)
		if p.decision = decided(names, event.On); p.decision >= 0 {
			p.Move = e.Decisions[p.decision].Move
		} else if renewal := decided([]MoveName{MoveRenew}, event.On); renewal >= 0 {
			p.Move, p.decision = MoveRenew, renewal
		} else if len(names) > 0 {
			p.Move = names[0]
		}
		if p.Move == MoveActivate || p.Move == MoveRenew {
			p.term = lastTerm
		}
		if p.term < 0 && p.Move != MoveActivate || p.term >= 0 && e.Terms[p.term].Start == event.On { // not under a later term
			pending = append(pending, p)
		}
		if p.Move == MoveRenew {
			return pending
		}
	}
	if lastTerm < 0 || event.On >= e.Terms[lastTerm].Start {
		return pending
	}
	t := e.Terms[lastTerm]
	if i := decided([]MoveName{MoveRenew}, t.Start); i >= 0 {
		pending = append(pending, &PendingMove{Move: MoveRenew, On: t.Start, Until: t.End, DocumentNo: t.DocumentNo, event: -1, term: lastTerm, decision: i})
	}
	return pending
}

// movesTo lists the moves that lead records of a kind from one status to another.
func movesTo(kind Kind, from, to EntryStatus) (names []MoveName) {
	for _, m := range moves {
		if m.To == to && slices.Contains(m.Of, kind) && slices.Contains(m.From, from) {
			names = append(names, m.Name)
		}
	}
	return names
}

// PendingMoves lists the moves of a listing that p may withdraw.
func (h *Hub) PendingMoves(ctx context.Context, p *Principal, id ID) ([]*PendingMove, error) {
	if !slices.Contains(RosterKinds, id.Kind()) { // an organisation has none: what its moves bring along is not undone
		return nil, Invalid("id", "编号“%s”不是名册条目或调解组织的 id。", id)
	}
	shown := []*PendingMove{}
	err := h.withSnapshot(ctx, func(snap Snapshot) error {
		versions, err := snap.Get(0, id)
		if err != nil || versions[0].Record == nil {
			return err
		}
		r := versions[0].Record
		for _, move := range pendingMoves(r, h.Today()) {
			if m := moveOf(move.Move, id.Kind()); m != nil && h.mayMove(p, m, r) && causeOf(r, move) == 0 {
				shown = append(shown, move)
			}
		}
		return nil
	})
	return shown, err
}

// causeOf is the organisation or listing whose move brought this one along.
func causeOf(r Record, move *PendingMove) ID {
	if move.decision < 0 {
		return 0
	}
	return entryOf(r).Decisions[move.decision].Cause
}

// WithdrawMoveInput names the move that is taken back.
type WithdrawMoveInput struct {
	Write
	Move MoveName
	On   Date // from which day it would have held
}

// WithdrawMove takes a move of a listing back before its day, with those that it
// brought along.
func (h *Hub) WithdrawMove(ctx context.Context, p *Principal, in WithdrawMoveInput) (*Written, error) {
	return h.write(ctx, p, "WITHDRAW_MOVE", in.Write, in, func(w *writing) error {
		v, ok, err := w.load(in.ID, in.Expected, listingKinds...)
		if err != nil || !ok {
			return err
		}
		m := moveOf(in.Move, in.ID.Kind())
		if m == nil {
			w.refuse("move", RefusalMove, Invalid("move", "%s没有“%s”这种变动。", in.ID.Kind().Label(), in.Move.Label()))
			return nil
		}
		if !h.mayMove(p, m, v.Record) {
			w.refuse("id", RefusalForbidden, w.notYours(m, v.Record))
			return nil
		}
		all := pendingMoves(v.Record, w.today)
		i := slices.IndexFunc(all, func(one *PendingMove) bool { return one.Move == in.Move && one.On == in.On })
		if i < 0 {
			w.refuse("move", RefusalMove, Invalid("move", "没有自 %s 起、尚未生效的“%s”可以撤回。已经生效的不能撤回，请办理相应的变动；其后还记有变动的，先撤回其后的。", in.On, m.Label))
			return nil
		}
		if causeOf(v.Record, all[i]) != 0 {
			w.refuse("id", RefusalMove, Invalid("id", "这次变动是随所在组织的变动而来的，不能单独撤回。特邀组织的变动，请在该组织的名册条目上撤回。"))
			return nil
		}
		w.put(w.withdrawn(v.Record, all[i]), v.Revision)
		if m.Adverse {
			if err := w.notifyWithdrawn(v.Record, m, all[i]); err != nil {
				return err
			}
		}
		w.origin.Reason = "撤回" + m.Label
		return w.withdrawAlong(v.Record, all[i])
	})
}

// withdrawn returns a listing without the move.
func (w *writing) withdrawn(r Record, move *PendingMove) Record {
	next := cloneRecord(r)
	e := entryOf(next)
	if move.event >= 0 {
		e.Events = without(e.Events, move.event)
	}
	if move.term >= 0 {
		e.Terms = without(e.Terms, move.term)
	}
	e.Decisions = slices.Clone(e.Decisions)
	if move.decision < 0 {
		move.decision = len(e.Decisions)
		e.Decisions = append(e.Decisions, Decision{Move: move.Move, On: move.On, Until: move.Until, DocumentNo: move.DocumentNo})
	}
	d := &e.Decisions[move.decision]
	d.WithdrawnOn, d.WithdrawnBy, d.WithdrawnWhy = w.today, w.p.ID, w.origin.Reason
	return next
}

// notifyWithdrawn tells those who were told of the move.
func (w *writing) notifyWithdrawn(r Record, m *Move, move *PendingMove) error {
	now := &Move{To: entryOf(r).Timeline().On(w.today)}
	if err := w.notify(r, now, MoveInput{On: move.On, DocumentNo: move.DocumentNo}); err != nil {
		return err
	}
	for _, n := range w.notices {
		n.Withdrawn = m.To
	}
	return nil
}

// withdrawAlong takes back what a move of a court's listing of an organisation brought
// upon those whom the organisation named. Whoever has moved on since is left alone.
func (w *writing) withdrawAlong(r Record, move *PendingMove) error {
	named, err := w.namedOn(r)
	if err != nil {
		return err
	}
	for _, v := range named {
		for _, one := range pendingMoves(v.Record, w.today) {
			if one.On != move.On || causeOf(v.Record, one) != r.RecordID() || one.Move != move.Move && one.Move != MoveExitWithBody {
				continue
			}
			w.put(w.withdrawn(v.Record, one), v.Revision)
			w.moved = append(w.moved, v.Record.RecordID())
			break
		}
	}
	return nil
}
