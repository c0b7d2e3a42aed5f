package boltstore

import (
	"cmp"
	"encoding/binary"
	"runtime/debug"
	"slices"

	"concord/internal/hub"
)

const mostOnPage = 1000

// List implements [hub.Snapshot].
//
// Names, registration numbers and updates have an index on disk, in whose order
// the store walks: a page costs the same wherever it stands. Where the walk would
// be long because little matches, and for the order by term end, which has no
// index, a page is selected from the facts of all records in memory.
func (s *snapshot) List(q hub.ListQuery) (page hub.ListPage, err error) {
	defer rescue(&err, debug.SetPanicOnFault(true))
	scope, err := s.scope(q.Kind, &q.Filter, q.Moment, q.Within)
	if err != nil {
		return page, err
	}
	switch {
	case q.Limit < 1 || q.Limit > mostOnPage:
		return page, hub.Invalid("first", "每页条数须在 1 到 %d 之间，收到的是 %d。", mostOnPage, q.Limit)
	case q.After != nil && (q.Before != nil || q.Backward), q.Before != nil && !q.Backward:
		return page, hub.Invalid("after", "向后翻页用 after，向前翻页用 before，不能混用。")
	}
	if orderTag(q.Order.Field) == 0 {
		return page, hub.Invalid("orderBy", "不支持按“%s”排序。", hub.Shorten(string(q.Order.Field)))
	}
	sel := selection{most: q.Limit + 1, descending: q.Order.Descending, backward: q.Backward}
	if position := cmpPosition(q.After, q.Before); position != nil {
		if sel.bound, err = readPosition(position, q.Order.Field, q.Kind); err != nil {
			return page, err
		}
	}
	page.Total = -1
	if q.Total {
		if page.Total, err = scope.total(); err != nil {
			return page, internal("List", err)
		}
	}

	places, err := scope.inOrder(q.Order.Field, &sel, page.Total)
	if err != nil {
		return page, internal("List", err)
	}
	if page.More = len(places) > q.Limit; page.More {
		places = places[:q.Limit]
	}
	page.Items = make([]hub.ListItem, len(places))
	for i := range places {
		page.Items[i] = hub.ListItem{
			ID: places[i].id, Revision: places[i].revision,
			Position: places[i].position(q.Order.Field),
		}
	}
	if q.Backward {
		slices.Reverse(page.Items)
	}
	return page, nil
}

func cmpPosition(after, before hub.Position) hub.Position {
	if after != nil {
		return after
	}
	return before
}

// placeOf returns where a record stands in an order other than that of names.
func placeOf(field hub.OrderField, id hub.ID, revision hub.Revision, r *row) place {
	p := place{id: id, revision: revision}
	switch field {
	case hub.OrderByRegistrationNo:
		if p.text = r.number; len(r.number) == 0 {
			p.class = 1
		}
	case hub.OrderByUpdated:
		p.number = uint64(revision)
	case hub.OrderByTermEnd:
		if p.number = uint64(uint32(r.word.termEnd)) ^ 1<<31; r.word.termEnd == 0 {
			p.class, p.number = 1, 0
		}
	}
	return p
}

// A position is the place itself: the order's tag, class, number (uvarint), id,
// text to the end. It needs no record to be there any more.
func (p *place) position(field hub.OrderField) hub.Position {
	b := make([]byte, 0, 20+len(p.text))
	b = append(b, orderTag(field), p.class)
	b = binary.AppendUvarint(b, p.number)
	b = binary.BigEndian.AppendUint64(b, uint64(p.id))
	return append(b, p.text...)
}

func readPosition(b hub.Position, field hub.OrderField, kind hub.Kind) (*place, error) {
	wrong := hub.Invalid("after", "游标与本次查询的排序不符，或已损坏。请使用同一查询返回的游标，或从第一页重新开始。")
	if len(b) < 3 || b[0] != orderTag(field) || b[1] > 1 {
		return nil, wrong
	}
	p := &place{class: b[1]}
	number, n := binary.Uvarint(b[2:])
	rest := b[2+max(n, 0):]
	if n <= 0 || len(rest) < 8 {
		return nil, wrong
	}
	p.number = number
	p.id = hub.ID(binary.BigEndian.Uint64(rest))
	p.text = slices.Clone(rest[8:])
	if p.id.Kind() != kind || len(p.text) > mostKeyBytes {
		return nil, wrong
	}
	return p, nil
}

// orderTag marks the positions of an order; 0 for an unknown one.
func orderTag(field hub.OrderField) byte {
	switch field {
	case hub.OrderByName:
		return 'N'
	case hub.OrderByRegistrationNo:
		return 'R'
	case hub.OrderByUpdated:
		return 'U'
	case hub.OrderByTermEnd:
		return 'T'
	}
	return 0
}

// What things cost, in nanoseconds, roughly: a step of a walk, looking at a
// record in memory, looking up a record's sort key on disk.
const (
	stepCost   = 120
	lookCost   = 40
	lookupCost = 1200
)

// How many steps a walk makes before it is asked whether it is worth while.
var (
	stepsAtLeast  = 1000
	stepsPerPlace = 20
)

// walk goes along an index.
type walk interface {
	// take returns the next records that belong to the scope, at most n. done
	// is false when the budget of steps ran out before; the walk can then be
	// continued. A negative budget never runs out.
	take(n, budget int) (places []place, done bool, err error)
}

// inOrder returns the places of a page and one more. total is how many records
// match, -1 when it is not known.
func (s *scope) inOrder(field hub.OrderField, sel *selection, total int) ([]place, error) {
	if total == 0 {
		return nil, nil
	}
	// What a page costs by walking and by selecting, when n records match.
	listed := s.table().listed
	walking := func(n int) int { return stepCost * listed / max(1, n) * min(sel.most, n+1) }
	selecting := func(n int) int {
		cost := lookCost * listed
		if s.within != nil {
			cost = lookCost * len(s.within)
		}
		if field == hub.OrderByName {
			cost += lookupCost * n
		}
		return cost
	}
	matching := total
	if matching < 0 && s.within != nil {
		matching = len(s.within)
	}
	var w walk
	switch field {
	case hub.OrderByName:
		w = s.walkNames(sel)
	case hub.OrderByRegistrationNo:
		w = s.walkNumbers(sel)
	case hub.OrderByUpdated:
		w = s.walkUpdates(sel)
	}
	if w == nil || matching >= 0 && selecting(matching) < walking(matching) {
		return s.selected(field, sel)
	}
	places, done, err := w.take(sel.most, stepsAtLeast+stepsPerPlace*sel.most)
	if done || err != nil {
		return places, err
	}
	// It goes slowly: count, and decide again.
	if total < 0 {
		if total, err = s.total(); err != nil {
			return nil, err
		}
	}
	if selecting(total) < walking(total) {
		return s.selected(field, sel)
	}
	more, _, err := w.take(sel.most-len(places), -1)
	return append(places, more...), err
}

// selected selects a page from all records of the scope.
func (s *scope) selected(field hub.OrderField, sel *selection) (_ []place, err error) {
	var p packed
	failed := s.each(func(id hub.ID, revision hub.Revision, r *row) bool {
		if field != hub.OrderByName {
			sel.offer(placeOf(field, id, revision, r))
			return true
		}
		key := r.sortKey
		if key == nil {
			if err = s.readRow(id, revision, &p); err != nil {
				return false
			}
			key = p.sortKey
		}
		sel.offer(place{text: key, id: id, revision: revision})
		return true
	})
	return sel.sorted(), cmp.Or(err, failed)
}
