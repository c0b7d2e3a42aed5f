package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"concord/internal/hub"
	"concord/internal/pinyin"
)

// pageSize is what partners ask for.
const pageSize = 50

// measurePages compares the first page of the mediators, each with person and
// organisation, with the page behind the 50,000th: a page must cost the same
// wherever it lies. Once with the same two pages over and over, once walking on,
// so that every page is read for the first time.
func measurePages(b *bench) error {
	r, err := b.roster(b.n)
	if err != nil {
		return err
	}
	s, err := b.open(r.dir, false)
	if err != nil {
		return err
	}
	order, err := nameOrder(s)
	if err != nil {
		return errors.Join(err, s.stop())
	}
	depth := min(50_000, b.n/2/pageSize*pageSize)
	deep, err := b.cursorBehind(s, order, depth)
	if err == nil {
		err = b.samePages(s, order, depth, deep)
	}
	if err == nil {
		err = b.samePagesByHTTP(s, order, depth, deep)
	}
	if err := errors.Join(err, s.stop()); err != nil {
		return err
	}
	// Opened anew, no page has been read yet.
	if s, err = b.open(r.dir, false); err != nil {
		return err
	}
	return errors.Join(b.newPages(s, order, depth, deep), s.stop())
}

// samePages asks for the same two pages over and over.
func (b *bench) samePages(s *site, order []hub.ID, depth int, deep string) error {
	first, behind := new(rounds), new(rounds)
	for range b.rounds {
		first.next()
		behind.next()
		for range 200 {
			if _, err := b.page(s, nil, order[:pageSize], first); err != nil {
				return err
			}
			if _, err := b.page(s, &deep, order[depth:depth+pageSize], behind); err != nil {
				return err
			}
		}
	}
	place := short(float64(depth))
	b.add(row{
		zh: "第 " + place + " 条之后的一页（50 条，含组织和人员），反复取", en: "a page of 50 behind the " + place + "th, with organisation and person, again and again",
		unit: "ms", ours: behind.medians(), other: side{"首页 first page", first.medians()},
		ratio: behind.medians().over(first.medians()), target: atMost(1.1),
	})
	return nil
}

// samePagesByHTTP does the same as a partner's program does, over one connection
// that stays open.
func (b *bench) samePagesByHTTP(s *site, order []hub.ID, depth int, deep string) error {
	e, err := serve(b.ctx, s.hub)
	if err != nil {
		return err
	}
	first, behind := new(rounds), new(rounds)
	sides := []struct {
		body []byte
		want []hub.ID
		into *rounds
	}{
		{request(queryPage, nil), order[:pageSize], first},
		{request(queryPage, map[string]any{"after": deep}), order[depth : depth+pageSize], behind},
	}
	for range b.rounds {
		first.next()
		behind.next()
		for range 200 {
			for _, side := range sides {
				start := time.Now()
				text, err := e.post(b.ctx, side.body)
				if err == nil {
					side.into.add(milliseconds(time.Since(start)))
					err = b.checkPage(text, side.want)
				}
				if err != nil {
					return errors.Join(err, e.stop())
				}
			}
		}
	}
	b.add(row{
		zh: "同上，GraphQL over HTTP，一个连接", en: "the same as GraphQL over HTTP, one connection",
		unit: "ms", ours: behind.medians(), other: side{"首页 first page", first.medians()},
		ratio: behind.medians().over(first.medians()), target: atMost(1.1),
	})
	return e.stop()
}

func (b *bench) checkPage(text []byte, want []hub.ID) error {
	var answer pageAnswer
	if err := decodeAnswer(text, &answer); err != nil {
		return err
	}
	page := &answer.Mediators
	if page.TotalCount != b.n || len(page.Nodes) != len(want) {
		return fmt.Errorf("a page of %d of %d records, want %d of %d", len(page.Nodes), page.TotalCount, len(want), b.n)
	}
	for i, m := range page.Nodes {
		if m.ID != want[i].String() || m.Person == nil || m.Person.Name != m.Name || m.Organization == nil || m.Organization.Name == "" {
			return fmt.Errorf("record %d of a page is %s, want %s with person and organisation", i, m.ID, want[i])
		}
	}
	return nil
}

// newPages walks on from both places, so that each page is read once.
func (b *bench) newPages(s *site, order []hub.ID, depth int, deep string) error {
	first, behind := new(rounds), new(rounds)
	from, place := [2]*string{nil, &deep}, [2]int{0, depth}
	pages := min(500, depth/pageSize, (len(order)-depth)/pageSize)
	for i := range pages {
		if i*b.rounds%pages < b.rounds {
			first.next()
			behind.next()
		}
		for side, into := range [2]*rounds{first, behind} {
			end, err := b.page(s, from[side], order[place[side]:place[side]+pageSize], into)
			if err != nil {
				return err
			}
			from[side], place[side] = &end, place[side]+pageSize
		}
	}
	b.add(row{
		zh: "同上，逐页向后，每页第一次取", en: "the same walking on, each page for the first time",
		unit: "ms", ours: behind.medians(), other: side{"从首页起 from the first page", first.medians()},
		ratio: behind.medians().over(first.medians()), target: atMost(1.1),
	})
	return nil
}

// page asks for one page, checks it, and adds its time to into.
func (b *bench) page(s *site, after *string, want []hub.ID, into *rounds) (end string, err error) {
	size := pageSize
	start := time.Now()
	page, err := s.hub.Mediators(b.ctx, hub.Anonymous, hub.RosterQuery{Page: hub.PageArgs{First: &size, After: after}, Total: true})
	if err != nil {
		return "", err
	}
	into.add(milliseconds(time.Since(start)))
	if page.TotalCount != b.n || len(page.Edges) != len(want) {
		return "", fmt.Errorf("a page of %d of %d records, want %d of %d", len(page.Edges), page.TotalCount, len(want), b.n)
	}
	for i, edge := range page.Edges {
		m := edge.Node
		if m.Mediator.ID != want[i] || m.Person == nil || m.Person.Name != m.Name || m.Organization == nil || m.Organization.Name == "" {
			return "", fmt.Errorf("record %d of a page is %s, want %s with person and organisation", i, m.Mediator.ID, want[i])
		}
	}
	return *page.EndCursor(), nil
}

// cursorBehind walks to the place behind the given number of records.
func (b *bench) cursorBehind(s *site, order []hub.ID, depth int) (string, error) {
	var after *string
	for at := 0; at < depth; at += pageSize {
		end, err := b.page(s, after, order[at:at+pageSize], new(rounds))
		if err != nil {
			return "", err
		}
		after = &end
	}
	return *after, nil
}

// nameOrder is the order in which the mediators must come, made without the
// store's own order: by pinyin, then by id.
func nameOrder(s *site) ([]hub.ID, error) {
	snap, err := s.store.Snapshot()
	if err != nil {
		return nil, err
	}
	defer snap.Close()
	type entry struct {
		key []byte
		id  hub.ID
	}
	var entries []entry
	for v, err := range snap.All(0, hub.KindMediator) {
		if err != nil {
			return nil, err
		}
		m := v.Record.(*hub.Mediator)
		entries = append(entries, entry{pinyin.SortKey(m.Name), m.ID})
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(bytes.Compare(a.key, b.key), cmp.Compare(a.id, b.id))
	})
	order := make([]hub.ID, len(entries))
	for i, e := range entries {
		order[i] = e.id
	}
	return order, nil
}
