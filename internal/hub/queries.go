package hub

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"
)

// Node is anything that has a global id: a view of a record, or an entry of the
// code tables (*Region, *Agency, *Court).
type Node any

// Global ids of what is not a record: a prefix and the code.
const (
	regionPrefix = "region_"
	agencyPrefix = "agency_"
	courtPrefix  = "court_"
)

// GlobalID returns the global id of the region.
func (r *Region) GlobalID() string { return regionPrefix + r.Code }

// GlobalID returns the global id of the agency.
func (a *Agency) GlobalID() string { return agencyPrefix + a.Code }

// GlobalID returns the global id of the court.
func (c *Court) GlobalID() string { return courtPrefix + c.Code }

// MaxNodes is how many ids one request may ask for.
const MaxNodes = MaxPageSize

// Nodes returns what the global ids name, in order, nil where there is nothing
// that p may see. An id that is none of ours is an INVALID error.
func (h *Hub) Nodes(ctx context.Context, p *Principal, globalIDs []string) ([]Node, error) {
	if len(globalIDs) > MaxNodes {
		return nil, Invalid("ids", "一次最多查询 %d 个 id，收到了 %d 个。请分批查询。", MaxNodes, len(globalIDs))
	}
	nodes := make([]Node, len(globalIDs))
	var ids []ID
	var places []int
	for i, s := range globalIDs {
		if node, ok := h.referenceNode(s); ok {
			nodes[i] = node
			continue
		}
		id, err := ParseID(s)
		if err != nil {
			return nil, err
		}
		ids, places = append(ids, id), append(places, i)
	}
	if len(ids) == 0 {
		return nodes, nil
	}
	err := h.withSnapshot(ctx, func(snap Snapshot) error {
		moment, err := h.moment(snap, AsOf{}, 0)
		if err != nil {
			return err
		}
		views, err := h.views(snap, p, moment, ids)
		for i, view := range views {
			nodes[places[i]] = view
		}
		return err
	})
	return nodes, err
}

func (h *Hub) referenceNode(globalID string) (Node, bool) {
	if code, ok := strings.CutPrefix(globalID, regionPrefix); ok {
		return found(h.reference.Region(code))
	}
	if code, ok := strings.CutPrefix(globalID, agencyPrefix); ok {
		return found(h.reference.AgencyByCode(code))
	}
	if code, ok := strings.CutPrefix(globalID, courtPrefix); ok {
		return found(h.reference.CourtByCode(code))
	}
	return nil, false
}

// found keeps a nil pointer from becoming a non-nil Node.
func found[T any](entry *T, ok bool) (Node, bool) {
	if !ok {
		return nil, true
	}
	return entry, true
}

// views returns views of records of any kind, nil where there is none.
func (h *Hub) views(snap Snapshot, p *Principal, moment Moment, ids []ID) ([]Node, error) {
	stored := slices.Clone(ids)
	for i, id := range ids {
		if id.Kind() == KindMeasure {
			stored[i], _, _ = id.MeasurePlace()
		}
	}
	versions, err := snap.Get(moment.At, stored...)
	if err != nil {
		return nil, err
	}
	v, err := h.viewer(snap, p, moment, versions)
	if err != nil {
		return nil, err
	}
	nodes := make([]Node, len(ids))
	for i, version := range versions {
		nodes[i] = v.view(ids[i], version)
	}
	return nodes, nil
}

// view returns the view of any record; nil for none and for what p does not see.
func (v *viewer) view(id ID, version Version) Node {
	switch r := version.Record.(type) {
	case *Mediator:
		return v.mediator(version)
	case *Expert:
		return v.expert(version)
	case *InvitedListing:
		return v.invitedListing(version)
	case *Organization:
		return v.organization(version)
	case *ProgressNote:
		return v.hub.progressView(version)
	case *SheetJob:
		if v.p.readsSheet(r) {
			return v.hub.sheetView(version)
		}
	case *Person:
		return v.personView(version, Owner{Kind: KindPerson})
	case *Secondment:
		if v.p.readsSecondment(r) {
			return v.secondment(version)
		}
	case *Correction:
		if v.p.readsCorrection(r) {
			return v.correction(version)
		}
	case *Recommendation:
		if v.p.readsRecommendation(r) {
			return v.recommendation(version)
		}
	case mechanism:
		return v.mechanismView(version)
	case *SearchWord:
		return v.hub.searchWordView(version)
	case *Agreement:
		if v.p.readsAgreement(r) {
			return v.hub.agreementView(version)
		}
	case *AdverseNotice:
		if v.p.readsNotice(r) {
			return v.hub.noticeView(version)
		}
	case *APIKey:
		if v.p.seesAccess() {
			return v.hub.keyView(version)
		}
	case *Account:
		if v.p.seesAccess() {
			return v.hub.accountView(version)
		}
	case *Session:
		if v.p.seesSession(r) {
			return v.hub.sessionView(v.p, version)
		}
	case *ChecklistRecord:
		checklist := &ChecklistView{r, version.Revision, version.At}
		if id.Kind() != KindMeasure {
			return checklist
		}
		_, task, number := id.MeasurePlace()
		for m := range checklist.Measures() {
			if m.Measure.TaskNumber == task && m.Measure.Number == number {
				return m
			}
		}
	}
	return nil
}

// Measures lists the measures of the checklist in printed order.
func (c *ChecklistView) Measures() func(yield func(*MeasureView) bool) {
	return func(yield func(*MeasureView) bool) {
		for place := range c.Checklist.Measures() {
			view := &MeasureView{
				ID:        MeasureID(c.ChecklistRecord.ID, place.Measure.TaskNumber, place.Measure.Number),
				Checklist: c, Section: place.Section, Group: place.Group, Task: place.Task, Measure: place.Measure,
			}
			if !yield(view) {
				return
			}
		}
	}
}

// By names a record by its id or by a natural key. Exactly one is set.
type By struct {
	ID             *ID
	RegistrationNo *string
	CreditCode     *string // organisations only
}

// MediatorBy returns one mediator, nil when there is none.
func (h *Hub) MediatorBy(ctx context.Context, p *Principal, by By, asOf AsOf) (*MediatorView, error) {
	return one[*MediatorView](ctx, h, p, KindMediator, by, asOf)
}

// ExpertBy returns one expert, nil when there is none.
func (h *Hub) ExpertBy(ctx context.Context, p *Principal, by By, asOf AsOf) (*ExpertView, error) {
	return one[*ExpertView](ctx, h, p, KindExpert, by, asOf)
}

// InvitedListingBy returns one invited listing, nil when there is none.
func (h *Hub) InvitedListingBy(ctx context.Context, p *Principal, by By, asOf AsOf) (*InvitedListingView, error) {
	return one[*InvitedListingView](ctx, h, p, KindInvitedListing, by, asOf)
}

// OrganizationBy returns one organisation, nil when there is none. A credit code
// that several organisations share (a host's) is an INVALID error.
func (h *Hub) OrganizationBy(ctx context.Context, p *Principal, by By, asOf AsOf) (*OrganizationView, error) {
	return one[*OrganizationView](ctx, h, p, KindOrganization, by, asOf)
}

func one[T any](ctx context.Context, h *Hub, p *Principal, kind Kind, by By, asOf AsOf) (T, error) {
	var none T
	err := h.withSnapshot(ctx, func(snap Snapshot) error {
		moment, err := h.moment(snap, asOf, 0)
		if err != nil {
			return err
		}
		id, err := by.resolve(snap, moment.At, kind)
		if err != nil || id == 0 {
			return err
		}
		nodes, err := h.views(snap, p, moment, []ID{id})
		if err == nil && nodes[0] != nil {
			none = nodes[0].(T)
		}
		return err
	})
	return none, err
}

// resolve returns the id that by names, 0 when there is none.
func (by By) resolve(snap Snapshot, at Revision, kind Kind) (ID, error) {
	given := 0
	for _, set := range []bool{by.ID != nil, by.RegistrationNo != nil, by.CreditCode != nil} {
		if set {
			given++
		}
	}
	if given != 1 {
		return 0, Invalid("by", "by 须且只能给出一个字段：id、registrationNo%s。", map[bool]string{true: " 或 creditCode"}[kind == KindOrganization])
	}
	if by.ID != nil {
		if by.ID.Kind() != kind {
			return 0, Invalid("by.id", "编号“%s”不是%s的 id。", by.ID, kind.Label())
		}
		return *by.ID, nil
	}
	name, value, field := KeyRegistrationNo, by.RegistrationNo, "by.registrationNo"
	if by.CreditCode != nil {
		name, value, field = KeyCreditCode, by.CreditCode, "by.creditCode"
	}
	ids, err := snap.Lookup(at, kind, name, strings.TrimSpace(*value))
	switch {
	case err != nil || len(ids) == 0:
		return 0, err
	case len(ids) > 1:
		return 0, Invalid(field, "“%s”对应 %d 个%s（例如借用设立单位的代码）。请改用 id 或 registrationNo。", Shorten(*value), len(ids), kind.Label())
	}
	return ids[0], nil
}

// SearchAllQuery asks one box for records of several kinds.
type SearchAllQuery struct {
	Text        string
	Kinds       []Kind // nil: every roster kind and measures
	Page        PageArgs
	MinRevision Revision
}

// Search answers a search over several kinds, best hits first.
func (h *Hub) Search(ctx context.Context, p *Principal, q SearchAllQuery) (*Connection[Node], error) {
	limit, backward, err := q.Page.check()
	if err != nil {
		return nil, err
	}
	if err := h.reached(q.MinRevision); err != nil {
		return nil, err
	}
	kinds, err := searchable(q.Kinds)
	if err != nil {
		return nil, err
	}
	query := SearchQuery{Text: q.Text, Kinds: kinds, On: h.Today(), Limit: limit, Backward: backward, MinRevision: q.MinRevision}
	question := fingerprint("search", q.Text, kinds)
	cursor, field := q.Page.After, "after"
	if backward {
		cursor, field = q.Page.Before, "before"
	}
	if cursor != nil {
		place, err := decodeCursor(field, *cursor, question)
		if err != nil {
			return nil, err
		}
		at, err := decodeHitPosition(field, place)
		if err != nil {
			return nil, err
		}
		if backward {
			query.Before = at
		} else {
			query.After = at
		}
	}
	found, err := h.search(ctx, query)
	if err != nil {
		return nil, err
	}
	conn := &Connection[Node]{TotalCount: found.Total, Revision: found.Revision, Relaxed: found.Relaxed}
	conn.setMore(found.More, backward, cursor != nil)
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		moment, err := h.moment(snap, AsOf{}, 0)
		if err != nil {
			return err
		}
		ids := make([]ID, len(found.Hits))
		for i, hit := range found.Hits {
			ids[i] = hit.ID
		}
		nodes, err := h.views(snap, p, moment, ids)
		if err != nil {
			return err
		}
		for i, node := range nodes {
			if node == nil {
				continue
			}
			edge := ConnectionEdge[Node]{Node: node, Cursor: encodeCursor(question, HitPosition(found.Hits[i]).encode()), Score: &found.Hits[i].Score}
			if record := recordOf(node); record != nil && found.Highlight != nil {
				edge.Highlights = found.Highlight(record)
			}
			conn.Edges = append(conn.Edges, edge)
		}
		conn.end = endOfHits(question, found.Hits)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// recordOf returns what a search can highlight in a node.
func recordOf(n Node) Record {
	switch n := n.(type) {
	case *MediatorView:
		return n.Mediator
	case *ExpertView:
		return n.Expert
	case *InvitedListingView:
		return n.InvitedListing
	case *OrganizationView:
		return n.Organization
	case *MeasureView:
		return n
	}
	return nil
}

// RecordID returns the measure's id: for the search, a measure is a record.
func (m *MeasureView) RecordID() ID { return m.ID }

// Facts returns no facts: measures stand in no ordered list.
func (m *MeasureView) Facts() Facts { return Facts{} }

// searchable checks the kinds of a search; nil means all of them.
func searchable(kinds []Kind) ([]Kind, error) {
	all := append(slices.Clone(RosterKinds), KindMeasure)
	if len(kinds) == 0 {
		return all, nil
	}
	for _, k := range kinds {
		if !slices.Contains(all, k) {
			return nil, Invalid("kinds", "%s不能检索。可检索的有：调解员、专家、调解组织、特邀名册条目、落实举措。", k.Label())
		}
	}
	kinds = slices.Clone(kinds)
	slices.Sort(kinds)
	return slices.Compact(kinds), nil
}

// MaxSuggestions is how many completions one request may ask for.
const MaxSuggestions = 50

// Suggest completes a prefix. limit 0 means 10.
func (h *Hub) Suggest(ctx context.Context, prefix string, kinds []Kind, limit int) ([]Suggestion, error) {
	if limit == 0 {
		limit = 10
	}
	if limit < 0 || limit > MaxSuggestions {
		return nil, Invalid("limit", "limit 须在 1 到 %d 之间，收到的是 %d。", MaxSuggestions, limit)
	}
	kinds, err := searchable(kinds)
	if err != nil {
		return nil, err
	}
	if h.searcher == nil {
		return nil, &Error{Code: CodeBusy, Message: "检索索引尚未就绪。请稍后重试。"}
	}
	return h.searcher.Suggest(ctx, SuggestQuery{Prefix: prefix, Kinds: kinds, Limit: limit})
}

// Checklists returns the key-task checklists, the newest first.
func (h *Hub) Checklists(ctx context.Context, asOf AsOf) ([]*ChecklistView, error) {
	var views []*ChecklistView
	err := h.withSnapshot(ctx, func(snap Snapshot) error {
		moment, err := h.moment(snap, asOf, 0)
		if err != nil {
			return err
		}
		for version, err := range snap.All(moment.At, KindChecklist) {
			if err != nil {
				return err
			}
			views = append(views, &ChecklistView{version.Record.(*ChecklistRecord), version.Revision, version.At})
		}
		return nil
	})
	slices.Reverse(views)
	return views, err
}

// MeasureFilter narrows the measures of all checklists.
type MeasureFilter struct {
	Agency    []string // agency codes or names
	Role      AgencyRole
	Checklist ID
	Status    []MeasureStatus // as they stand on a day
	On        Date            // 0: today
	DueWithin *int
}

// Measures returns a page of measures in printed order, the newest checklist
// first. Only first and after are supported.
func (h *Hub) Measures(ctx context.Context, filter MeasureFilter, page PageArgs, asOf AsOf) (*Connection[*MeasureView], error) {
	limit, backward, err := page.check()
	if err != nil {
		return nil, err
	}
	codes := make([]string, len(filter.Agency))
	for i, name := range filter.Agency {
		agency, ok := h.reference.AgencyByCode(name)
		if !ok {
			agency, ok = h.reference.AgencyByName(name)
		}
		if !ok {
			return nil, Invalid("filter.agency", "没有代码或名称为“%s”的成员单位。请写单位的名称，例如 市人社局；全部代码见接口的 agencies 查询。", Shorten(name))
		}
		codes[i] = agency.Code
	}
	question := fingerprint("measures", codes, filter.Role, filter.Checklist, filter.Status, filter.On, given(filter.DueWithin), asOf.Revision, asOf.Instant.UnixNano())
	cursor, field := page.After, "after"
	if backward {
		cursor, field = page.Before, "before"
	}
	var from ID
	if cursor != nil {
		place, err := decodeCursor(field, *cursor, question)
		if err != nil {
			return nil, err
		}
		if len(place) != 8 {
			return nil, Invalid(field, "翻页的位置（游标）无效。请从第一页重新开始。")
		}
		from = ID(binary.BigEndian.Uint64(place))
	}
	checklists, err := h.Checklists(ctx, asOf)
	if err != nil {
		return nil, err
	}
	standing := StatusQuery{On: filter.On, Within: filter.DueWithin}
	if err := standing.check(h.Today()); err != nil {
		return nil, err
	}
	var reached map[ID]Date
	if len(filter.Status) > 0 {
		if reached, err = h.reachedDays(ctx, standing.On); err != nil {
			return nil, err
		}
	}
	conn := &Connection[*MeasureView]{Revision: h.Revision()}
	if asOf.Revision != 0 {
		conn.Revision = asOf.Revision
	}
	var all []*MeasureView
	at := -1 // where the cursor stands in all
	for _, c := range checklists {
		if filter.Checklist != 0 && c.ChecklistRecord.ID != filter.Checklist {
			continue
		}
		for m := range c.Measures() {
			if !m.Measure.involves(codes, filter.Role) || !oneOf(filter.Status, m.statusOn(standing, reached[m.ID])) {
				continue
			}
			if m.ID == from {
				at = len(all)
			}
			all = append(all, m)
		}
	}
	if from != 0 && at < 0 {
		return nil, Invalid(field, "游标所指的举措已不在清单中。请从第一页重新开始。")
	}
	start, end := at+1, min(at+1+limit, len(all))
	more := end < len(all)
	if backward {
		end = len(all)
		if from != 0 {
			end = at
		}
		start = max(0, end-limit)
		more = start > 0
	}
	conn.TotalCount = len(all)
	conn.setMore(more, backward, cursor != nil)
	for _, m := range all[start:end] {
		place := binary.BigEndian.AppendUint64(nil, uint64(m.ID))
		conn.Edges = append(conn.Edges, ConnectionEdge[*MeasureView]{Node: m, Cursor: encodeCursor(question, place)})
	}
	return conn, nil
}

// involves reports whether one of the agencies is named in the role; no agency
// means any, no role means either.
func (m *Measure) involves(codes []string, role AgencyRole) bool {
	return len(codes) == 0 && role == "" || slices.ContainsFunc(m.Agencies, func(a ResponsibleAgency) bool {
		return oneOf(codes, a.AgencyCode) && (role == "" || role == a.Role)
	})
}
