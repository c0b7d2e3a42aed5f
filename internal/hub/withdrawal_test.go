package hub_test

import (
	"strings"
	"testing"
	"time"

	"concord/internal/hub"
)

// withdraw takes a move of a listing back as the listing now is.
func (r *roster) withdraw(t *testing.T, p *hub.Principal, id hub.ID, move hub.MoveName, on hub.Date) (*hub.Written, error) {
	t.Helper()
	_, revision := r.record(t, id)
	return r.WithdrawMove(t.Context(), p, hub.WithdrawMoveInput{Write: r.about(id, revision), Move: move, On: on})
}

// pending is what a caller may take back of a listing, in words.
func (r *roster) pending(t *testing.T, p *hub.Principal, id hub.ID) string {
	t.Helper()
	moves, err := r.PendingMoves(t.Context(), p, id)
	if err != nil {
		t.Fatal(err)
	}
	words := []string{}
	for _, m := range moves {
		words = append(words, string(m.Move)+" "+m.On.String())
	}
	return strings.Join(words, ", ")
}

func TestMovesAreWithdrawnBeforeTheirDay(t *testing.T) {
	r := newRoster(t)
	id, _ := r.listing(t, hub.KindMediator, hub.StatusActive)
	r.pendingIs(t, jinnan, id, "")
	later := day("2025-07-01")
	done2(t)(r.try(t, jinnan, hub.MoveResign, id, func(in *hub.MoveInput) { in.On = later }))
	if got := r.status(t, id, "2025-07-01"); got != hub.StatusResigned {
		t.Fatalf("on the day it is %s", got)
	}
	r.pendingIs(t, jinnan, id, "RESIGN 2025-07-01")
	for _, p := range []*hub.Principal{heping, city, jinnanCourt, union, auditor, hub.System} {
		r.pendingIs(t, p, id, "")
		out, err := r.withdraw(t, p, id, hub.MoveResign, later)
		refusedAs(t, hub.RefusalForbidden, out, err)
	}
	for _, wrong := range []struct {
		move hub.MoveName
		on   hub.Date
	}{{hub.MoveResign, later + 1}, {hub.MoveDismiss, later}, {hub.MoveStrikeOff, later}} {
		out, err := r.withdraw(t, jinnan, id, wrong.move, wrong.on)
		refusedAs(t, hub.RefusalMove, out, err)
	}
	before := r.Revision()
	done2(t)(r.withdraw(t, jinnan, id, hub.MoveResign, later))
	if got := r.status(t, id, "2025-07-01"); got != hub.StatusActive {
		t.Errorf("withdrawn, it is %s on the day", got)
	}
	record, _ := r.record(t, id)
	e := record.(*hub.Mediator).Entry
	if d := e.Decisions[len(e.Decisions)-1]; d.Move != hub.MoveResign || d.WithdrawnOn != r.Today() || d.WithdrawnBy != jinnan.ID || d.WithdrawnWhy != "示例原因" || len(e.Events) != 1 {
		t.Errorf("the decision is %+v, the events %v", d, e.Events)
	}
	history, err := r.History(t.Context(), jinnan, id, hub.PageArgs{})
	if err != nil || len(history.Edges) != 3 || history.Edges[0].Node.Reason != "撤回辞任" {
		t.Errorf("the history is %v (%v)", history, err)
	}
	was, err := r.MediatorBy(t.Context(), jinnan, hub.By{ID: &id}, hub.AsOf{Revision: before})
	if err != nil || len(was.Entry.Events) != 2 {
		t.Errorf("what the hub said before is not what it said: %+v (%v)", was, err)
	}
	if out, err := r.withdraw(t, jinnan, id, hub.MoveResign, later); err != nil || out.Errors[0].Code != hub.RefusalMove {
		t.Errorf("withdrawn twice: %+v (%v)", out, err)
	}

	// From its day on a move stands.
	done2(t)(r.try(t, jinnan, hub.MoveSuspend, id, func(in *hub.MoveInput) { in.On = later }))
	r.now = time.Date(2025, 7, 1, 2, 0, 0, 0, time.UTC)
	r.pendingIs(t, jinnan, id, "")
	out, err := r.withdraw(t, jinnan, id, hub.MoveSuspend, later)
	refusedAs(t, hub.RefusalMove, out, err)
}

func (r *roster) pendingIs(t *testing.T, p *hub.Principal, id hub.ID, want string) {
	t.Helper()
	if got := r.pending(t, p, id); got != want {
		t.Errorf("%s may take back %q, want %q", p.ID, got, want)
	}
}

// Renewals and what is recorded behind them go in turn, the last one first.
func TestRenewalsAreWithdrawn(t *testing.T) {
	r := newRoster(t)
	id, _ := r.listing(t, hub.KindMediator, hub.StatusActive)
	done2(t)(r.try(t, jinnan, hub.MoveRenew, id, nil)) // from 2026-01-01
	r.pendingIs(t, jinnan, id, "RENEW 2026-01-01")
	done2(t)(r.try(t, jinnan, hub.MoveResign, id, func(in *hub.MoveInput) { in.On = day("2026-03-01") }))
	r.pendingIs(t, jinnan, id, "RESIGN 2026-03-01")
	out, err := r.withdraw(t, jinnan, id, hub.MoveRenew, day("2026-01-01"))
	refusedAs(t, hub.RefusalMove, out, err)
	done2(t)(r.withdraw(t, jinnan, id, hub.MoveResign, day("2026-03-01")))
	done2(t)(r.withdraw(t, jinnan, id, hub.MoveRenew, day("2026-01-01")))
	if got := r.status(t, id, "2026-01-01"); got != hub.StatusExpired {
		t.Errorf("without the renewal it is %s", got)
	}
	done2(t)(r.try(t, jinnan, hub.MoveRenew, id, nil)) // again

	// An appointment takes its term along; a publicity that did not happen is none.
	id, _ = r.listing(t, hub.KindMediator, hub.StatusProposed)
	done2(t)(r.try(t, jinnan, hub.MovePublicise, id, func(in *hub.MoveInput) { in.PublicFrom, in.PublicUntil = day("2025-06-20"), day("2025-06-27") }))
	done2(t)(r.withdraw(t, jinnan, id, hub.MovePublicise, day("2025-06-20")))
	done2(t)(r.try(t, jinnan, hub.MovePublicise, id, nil))
	done2(t)(r.try(t, jinnan, hub.MoveActivate, id, nil)) // from 2025-07-01
	done2(t)(r.withdraw(t, jinnan, id, hub.MoveActivate, day("2025-07-01")))
	record, _ := r.record(t, id)
	if e := record.(*hub.Mediator).Entry; len(e.Terms) != 0 || e.Timeline().On(day("2025-07-01")) != hub.StatusPublicity {
		t.Errorf("terms %v, events %v", e.Terms, e.Events)
	}
	done2(t)(r.try(t, jinnan, hub.MoveActivate, id, nil))
}

// Whoever was told of a dismissal is told that it will not be.
func TestWhoWasToldIsToldOfTheWithdrawal(t *testing.T) {
	r := newRoster(t)
	s := r.studio(t)
	later := day("2025-07-01")
	told := recipients(done2(t)(r.try(t, jinnan, hub.MoveDismiss, s.own, func(in *hub.MoveInput) { in.On = later })))
	out := done2(t)(r.withdraw(t, jinnan, s.own, hub.MoveDismiss, later))
	if got := recipients(out); len(told) != 1 || strings.Join(got, " ") != strings.Join(told, " ") {
		t.Fatalf("told %v of the dismissal, %v of its end", told, got)
	}
	if n := out.Notices[0]; n.StatusLabel != "撤回解聘" || n.StatusCode != "ACTIVE" || n.On != later {
		t.Errorf("told %+v", n)
	}
}

// What a court's listing of an organisation brought upon those whom it named goes with
// it, and not by itself.
func TestThoseTakenAlongComeBack(t *testing.T) {
	r := newRoster(t)
	s := r.studio(t)
	later := day("2025-07-01")
	done2(t)(r.try(t, jinnanCourt, hub.MoveStrikeOff, s.listing, func(in *hub.MoveInput) { in.On = later }))
	if got := r.status(t, s.person, "2025-07-01"); got != hub.StatusOrgExit {
		t.Fatalf("who was named is %s", got)
	}
	r.pendingIs(t, jinnanCourt, s.person, "")
	out, err := r.withdraw(t, jinnanCourt, s.person, hub.MoveExitWithBody, later)
	refusedAs(t, hub.RefusalForbidden, out, err)
	if out := done2(t)(r.withdraw(t, jinnanCourt, s.listing, hub.MoveStrikeOff, later)); out.Followed != 1 {
		t.Errorf("%d came back with it", out.Followed)
	}
	for _, id := range []hub.ID{s.listing, s.person} {
		if got := r.status(t, id, "2025-07-01"); got != hub.StatusActive {
			t.Errorf("%s is %s", id, got)
		}
	}
	// A suspension that came along is no more to be taken back alone.
	done2(t)(r.try(t, jinnanCourt, hub.MoveSuspend, s.listing, func(in *hub.MoveInput) { in.On = later }))
	r.pendingIs(t, jinnanCourt, s.person, "")
	out, err = r.withdraw(t, jinnanCourt, s.person, hub.MoveSuspend, later)
	refusedAs(t, hub.RefusalMove, out, err)
	done2(t)(r.withdraw(t, jinnanCourt, s.listing, hub.MoveSuspend, later))
	done2(t)(r.try(t, jinnanCourt, hub.MoveSuspend, s.person, nil)) // the order of its life is whole
}
