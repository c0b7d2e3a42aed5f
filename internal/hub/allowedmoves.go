package hub

import (
	"context"
	"slices"
)

// AllowedMove is a move that a caller may make of a record today, with what it must
// bring along.
type AllowedMove struct {
	Move           MoveName
	Grounds        []Ground // one of them; none for a move without
	NeedsDocument  bool
	NeedsUntil     bool
	NeedsPublicity bool
	NeedsTerm      bool
	NeedsTermEnd   bool
	NeedsSuccessor bool
	// What the record does not say yet.
	NeedsTraining    bool
	NeedsCertificate bool
}

// AllowedMoves lists the moves of a record that p may make by the table in moves.go,
// as it stands today: what else a move calls for is judged when it is made.
func (h *Hub) AllowedMoves(ctx context.Context, p *Principal, id ID) ([]*AllowedMove, error) {
	if !slices.Contains(RosterKinds, id.Kind()) {
		return nil, Invalid("id", "编号“%s”不是名册条目或调解组织的 id。", id)
	}
	allowed := []*AllowedMove{}
	err := h.withSnapshot(ctx, func(snap Snapshot) error {
		versions, err := snap.Get(0, id)
		if err != nil || versions[0].Record == nil {
			return err
		}
		r := versions[0].Record
		status := r.Facts().Timeline.On(h.Today())
		for i := range moves {
			m := &moves[i]
			if !slices.Contains(m.Of, id.Kind()) || !slices.Contains(m.From, status) || !m.concerns(r) || !h.mayMove(p, m, r) {
				continue
			}
			if m.Needs&NeedsElected != 0 && !inElectedBody(snap, r) {
				continue
			}
			needs := func(e Evidence) bool { return m.Needs&e != 0 }
			allowed = append(allowed, &AllowedMove{
				Move: m.Name, Grounds: slices.Clone(m.Grounds),
				NeedsDocument: needs(NeedsDocument), NeedsUntil: needs(NeedsEnd), NeedsPublicity: needs(NeedsPublicity),
				NeedsTerm: needs(NeedsTerm | NeedsTermEnd), NeedsTermEnd: needs(NeedsTermEnd), NeedsSuccessor: needs(NeedsSuccessor),
				NeedsTraining:    needs(NeedsTraining) && trains(r) && passedTraining(snap, r) == "",
				NeedsCertificate: needs(NeedsCertificate) && *certificateOf(r) == "",
			})
		}
		return nil
	})
	return allowed, err
}
