package hub

import (
	"context"
	"encoding/json"
	"slices"
)

// RosterQuery asks for a page of one roster: a list, or the hits of a search.
type RosterQuery struct {
	Search string // empty for a list
	Filter FilterArgs
	Order  *Order // nil: by name, or by relevance when searching
	On     Date   // 0: no particular day, see Moment.Listed
	AsOf   AsOf
	Page   PageArgs
	Total  bool // whether the caller looks at totalCount
	Facets bool // whether the caller looks at facets
	// MinRevision makes a search wait until the index has caught up to it.
	MinRevision Revision

	day Date // of a list within a record: statuses are those of this day; see MediatorsOf
}

// Mediators answers a query over the mediator rosters.
func (h *Hub) Mediators(ctx context.Context, p *Principal, q RosterQuery) (*Connection[*MediatorView], error) {
	return roster(ctx, h, p, KindMediator, q, (*viewer).mediator)
}

// Experts answers a query over the expert pools.
func (h *Hub) Experts(ctx context.Context, p *Principal, q RosterQuery) (*Connection[*ExpertView], error) {
	return roster(ctx, h, p, KindExpert, q, (*viewer).expert)
}

// InvitedListings answers a query over the courts' invited lists.
func (h *Hub) InvitedListings(ctx context.Context, p *Principal, q RosterQuery) (*Connection[*InvitedListingView], error) {
	return roster(ctx, h, p, KindInvitedListing, q, (*viewer).invitedListing)
}

// Organizations answers a query over the mediation organisations.
func (h *Hub) Organizations(ctx context.Context, p *Principal, q RosterQuery) (*Connection[*OrganizationView], error) {
	return roster(ctx, h, p, KindOrganization, q, (*viewer).organization)
}

// question is what a cursor of the query belongs to. It leaves out today, so
// that cursors survive midnight.
func (q *RosterQuery) question(kind Kind) ([6]byte, error) {
	filter, err := json.Marshal(q.Filter)
	if err != nil {
		return [6]byte{}, Internal("RosterQuery.question", err)
	}
	order := Order{}
	if q.Order != nil {
		order = *q.Order
	}
	return fingerprint(kind, q.Search, string(filter), order, q.On, q.AsOf.Revision, q.AsOf.Instant.UnixNano()), nil
}

func roster[T any](ctx context.Context, h *Hub, p *Principal, kind Kind, q RosterQuery, view func(*viewer, Version) T) (*Connection[T], error) {
	limit, backward, err := q.Page.check()
	if err != nil {
		return nil, err
	}
	if err := h.reached(q.MinRevision); err != nil {
		return nil, err
	}
	filter, err := h.filter(kind, q.Filter)
	if err != nil {
		return nil, err
	}
	question, err := q.question(kind)
	if err != nil {
		return nil, err
	}
	var place []byte
	cursor, field := q.Page.After, "after"
	if backward {
		cursor, field = q.Page.Before, "before"
	}
	if cursor != nil {
		if place, err = decodeCursor(field, *cursor, question); err != nil {
			return nil, err
		}
	}
	page := pageRequest{kind, filter, question, place, field, limit, backward}
	if q.Search == "" {
		return listPage(ctx, h, p, q, page, nil, view)
	}
	if !q.AsOf.IsNow() {
		return nil, Invalid("asOf", "检索只能针对当前的名册，不能与 asOf 同时使用。查询某日在册情况请用 on；查询过去某一时点请去掉 search、改用 filter。")
	}
	if q.Order != nil {
		// The index says who matches, the store puts them in order.
		found, err := h.find(ctx, p, q, page, true)
		if err != nil {
			return nil, err
		}
		return listPage(ctx, h, p, q, page, found, view)
	}
	return searchPage(ctx, h, p, q, page, view)
}

// pageRequest is a checked request for a page.
type pageRequest struct {
	kind     Kind
	filter   Filter
	question [6]byte
	place    []byte // nil for the first page
	field    string // the argument that brought place
	limit    int
	backward bool
}

// listPage reads a page from the store; found restricts it to the hits of a
// search.
func listPage[T any](ctx context.Context, h *Hub, p *Principal, q RosterQuery, page pageRequest, found *SearchResult, view func(*viewer, Version) T) (*Connection[T], error) {
	conn := &Connection[T]{TotalCount: -1}
	err := h.withSnapshot(ctx, func(snap Snapshot) error {
		moment, err := h.moment(snap, q.AsOf, q.On)
		if err != nil {
			return err
		}
		if q.day != 0 {
			moment.On = q.day
		}
		query := ListQuery{
			Kind: page.kind, Filter: page.filter, Moment: moment,
			Order: Order{Field: OrderByName}, Backward: page.backward, Limit: page.limit, Total: q.Total,
		}
		if q.Order != nil {
			query.Order = *q.Order
		}
		if page.backward {
			query.Before = page.place
		} else {
			query.After = page.place
		}
		if found != nil {
			query.Within = found.IDs
			if query.Within == nil {
				query.Within = []ID{}
			}
			conn.Relaxed = found.Relaxed
		}
		list, err := snap.List(query)
		if err != nil {
			return err
		}
		conn.TotalCount = list.Total
		if conn.Revision = moment.At; moment.At == 0 {
			conn.Revision = snap.Revision()
		}
		conn.setMore(list.More, page.backward, page.place != nil)

		ids := make([]ID, len(list.Items))
		for i, item := range list.Items {
			ids[i] = item.ID
		}
		versions, err := snap.Get(moment.At, ids...)
		if err != nil {
			return err
		}
		v, err := h.viewer(snap, p, moment, versions)
		if err != nil {
			return err
		}
		conn.Edges = make([]ConnectionEdge[T], len(versions))
		for i, version := range versions {
			conn.Edges[i] = ConnectionEdge[T]{Node: view(v, version), Cursor: encodeCursor(page.question, list.Items[i].Position)}
			if found != nil && found.Highlight != nil {
				conn.Edges[i].Highlights = found.Highlight(recordOf(conn.Edges[i].Node))
			}
		}
		if q.Facets {
			conn.Facets, err = h.facets(snap, page.kind, page.filter, moment, query.Within)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// facets counts a list by every facet dimension.
func (h *Hub) facets(snap Snapshot, kind Kind, filter Filter, moment Moment, within []ID) ([]Facet, error) {
	by := make([][]Dimension, len(Facets))
	for i, d := range Facets {
		by[i] = []Dimension{d}
	}
	counts, err := snap.Count(CountQuery{Kind: kind, Filter: filter, Moment: moment, Within: within, By: by})
	if err != nil {
		return nil, err
	}
	facets := make([]Facet, len(Facets))
	for i, d := range Facets {
		facets[i] = Facet{d, h.buckets(d, counts[i])}
	}
	return facets, nil
}

// find asks the index. With all, it asks for every id that matches instead of a
// page.
func (h *Hub) find(ctx context.Context, p *Principal, q RosterQuery, page pageRequest, all bool) (*SearchResult, error) {
	query := SearchQuery{
		Text: q.Search, Kinds: []Kind{page.kind}, Filter: page.filter, On: q.On, Listed: q.On != 0,
		MinRevision: q.MinRevision, AllIDs: all, Backward: page.backward,
	}
	if query.On == 0 {
		query.On = h.Today()
	}
	if !all {
		query.Limit = page.limit
		if q.Facets {
			query.Facets = Facets
		}
		if page.place != nil {
			at, err := decodeHitPosition(page.field, page.place)
			if err != nil {
				return nil, err
			}
			if page.backward {
				query.Before = at
			} else {
				query.After = at
			}
		}
	}
	return h.search(ctx, query)
}

// search is the way to the index.
func (h *Hub) search(ctx context.Context, query SearchQuery) (*SearchResult, error) {
	if h.searcher == nil {
		return nil, &Error{Code: CodeBusy, Message: "检索索引尚未就绪。请稍后重试，或先用 filter 查询。"}
	}
	found, err := h.searcher.Search(ctx, query)
	if err != nil {
		return nil, err
	}
	for i := range found.Facets {
		for j := range found.Facets[i].Buckets {
			b := &found.Facets[i].Buckets[j]
			b.Label = h.valueLabel(found.Facets[i].Field, b.Value)
		}
	}
	return &found, nil
}

// searchPage reads the records of a page of hits and drops what is no longer as
// the index had it.
func searchPage[T any](ctx context.Context, h *Hub, p *Principal, q RosterQuery, page pageRequest, view func(*viewer, Version) T) (*Connection[T], error) {
	found, err := h.find(ctx, p, q, page, false)
	if err != nil {
		return nil, err
	}
	conn := &Connection[T]{TotalCount: found.Total, Revision: found.Revision, Relaxed: found.Relaxed, Facets: found.Facets}
	conn.setMore(found.More, page.backward, page.place != nil)
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		moment, err := h.moment(snap, AsOf{}, q.On)
		if err != nil {
			return err
		}
		v, versions, err := h.loadHits(snap, p, moment, found.Hits)
		if err != nil {
			return err
		}
		for i, version := range versions {
			if version.Record == nil {
				continue
			}
			if facts := version.Record.Facts(); !page.filter.Matches(moment, &facts) {
				continue
			}
			edge := ConnectionEdge[T]{
				Node:   view(v, version),
				Cursor: encodeCursor(page.question, HitPosition(found.Hits[i]).encode()),
				Score:  &found.Hits[i].Score,
			}
			if found.Highlight != nil {
				edge.Highlights = found.Highlight(recordOf(edge.Node)) // what the caller sees, no more
			}
			conn.Edges = append(conn.Edges, edge)
		}
		conn.end = endOfHits(page.question, found.Hits)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// endOfHits is the cursor behind the last hit of a page, which need not be shown
// any more; nil without hits.
func endOfHits(question [6]byte, hits []Hit) *string {
	if len(hits) == 0 {
		return nil
	}
	end := encodeCursor(question, HitPosition(hits[len(hits)-1]).encode())
	return &end
}

// loadHits reads the records of hits in one pass.
func (h *Hub) loadHits(snap Snapshot, p *Principal, moment Moment, hits []Hit) (*viewer, []Version, error) {
	ids := make([]ID, len(hits))
	for i, hit := range hits {
		ids[i] = hit.ID
	}
	versions, err := snap.Get(0, ids...)
	if err != nil {
		return nil, nil, err
	}
	v, err := h.viewer(snap, p, moment, versions)
	return v, versions, err
}

// FilterArgs are the filter arguments as the caller gave them.
type FilterArgs struct {
	District       []string           `json:",omitempty"` // GB/T 2260 codes or names
	Level          []Level            `json:",omitempty"`
	Status         []EntryStatus      `json:",omitempty"`
	Specialty      []string           `json:",omitempty"` // labels or cause codes
	Source         []SourceCategory   `json:",omitempty"`
	Organization   ID                 `json:",omitempty"`
	Court          []string           `json:",omitempty"` // court codes or names
	OrgKind        []OrganizationKind `json:",omitempty"`
	ExpiringBefore Date               `json:",omitempty"`
}

// filter checks the arguments and brings them to the words of the records.
func (h *Hub) filter(kind Kind, args FilterArgs) (Filter, error) {
	f := Filter{
		Level: args.Level, Status: args.Status, Source: args.Source,
		Organization: args.Organization, OrgKind: args.OrgKind, ExpiringBefore: args.ExpiringBefore,
	}
	for _, d := range args.District {
		region, ok := h.reference.Region(d)
		if !ok {
			return f, Invalid("filter.district", "没有代码为“%s”的区。请重新选择区；程序请用 GB/T 2260 代码，例如 120112（津南区），全部代码见 regions 查询。", Shorten(d))
		}
		f.District = append(f.District, region.Code)
	}
	for _, c := range args.Court {
		court, ok := h.reference.CourtByCode(c)
		if !ok {
			court, ok = h.reference.CourtByName(c)
		}
		if !ok {
			return f, Invalid("filter.court", "没有代码或名称为“%s”的法院。请重新选择法院；全部代码见接口的 courts 查询。", Shorten(c))
		}
		f.Court = append(f.Court, court.Code)
	}
	if args.Organization != 0 && args.Organization.Kind() != KindOrganization {
		return f, Invalid("filter.organization", "编号“%s”不是调解组织的 id。", args.Organization)
	}
	for _, s := range args.Specialty {
		labels, err := h.specialtyLabels(s)
		if err != nil {
			return f, err
		}
		f.Specialty = append(f.Specialty, labels...)
	}
	slices.Sort(f.Specialty)
	f.Specialty = slices.Compact(f.Specialty)
	return f, nil
}
