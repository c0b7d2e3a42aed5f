package boltstore

import (
	"encoding/binary"
	"fmt"
	"runtime/debug"
	"slices"

	"concord/internal/hub"
)

const mostOnPage = 1000

// List implements [hub.Snapshot].
//
// The order of names is an index on disk; a page costs the same wherever it
// stands. The other orders are selected from the tally: one pass over the facts
// of all records in memory (of all versions on disk for a past revision).
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

	var places []place
	switch q.Order.Field {
	case hub.OrderByName:
		places, err = scope.byName(&sel, page.Total)
	case hub.OrderByRegistrationNo, hub.OrderByUpdated, hub.OrderByTermEnd:
		err = scope.each(func(id hub.ID, revision hub.Revision, r *row) bool {
			sel.offer(placeOf(q.Order.Field, id, revision, r))
			return true
		})
		places = sel.sorted()
	default:
		return page, hub.Invalid("orderBy", "不支持按“%s”排序。", hub.Shorten(string(q.Order.Field)))
	}
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

// placeOf returns where a record stands in an order other than by name.
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
	return '?'
}

// What things cost in the order of names, in nanoseconds, roughly: one step of a
// walk, and looking up one record's sort key.
const (
	stepCost   = 120
	lookupCost = 1200
)

// byName returns the page in the order of names. There are two ways: to walk
// along the index and drop what does not match, which is good when much matches,
// and to sort what matches, which is good when little does. total is how many
// match, -1 when it is not known.
func (s *scope) byName(sel *selection, total int) ([]place, error) {
	if total == 0 {
		return nil, nil
	}
	listed := s.table().listed
	// walking is what filling the page by walking costs when n match.
	walking := func(n int) int { return stepCost * listed / max(1, n) * min(sel.most, n+1) }

	if s.within != nil && lookupCost*len(s.within) < walking(len(s.within)) {
		return s.sortByName(sel)
	}
	if !s.past && total >= 0 && lookupCost*total < walking(total)-stepCost*listed/100 {
		return s.sortByName(sel)
	}
	w := s.walkNames(sel)
	budget := -1
	if !s.past && total < 0 && s.within == nil && !s.match.any {
		budget = 1000 + 20*sel.most
	}
	places, done, err := w.take(sel.most, budget)
	if done || err != nil {
		return places, err
	}
	// The walk goes slowly: count, and decide again.
	if total, err = s.total(); err != nil {
		return nil, err
	}
	if lookupCost*total < walking(total) {
		return s.sortByName(sel)
	}
	more, _, err := w.take(sel.most-len(places), -1)
	return append(places, more...), err
}

// sortByName looks up the sort key of every record of the scope.
func (s *scope) sortByName(sel *selection) ([]place, error) {
	var p packed
	var failed error
	err := s.each(func(id hub.ID, revision hub.Revision, r *row) bool {
		key := r.sortKey
		if key == nil {
			if failed = s.readRow(id, revision, &p); failed != nil {
				return false
			}
			key = p.sortKey
		}
		sel.offer(place{text: key, id: id, revision: revision})
		return true
	})
	if failed != nil {
		err = fmt.Errorf("sort key: %w", failed)
	}
	return sel.sorted(), err
}
