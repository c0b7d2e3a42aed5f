package hub

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// ChangeView is a change as one caller may see it.
type ChangeView struct {
	Revision   Revision
	RecordedAt time.Time
	Origin
	Kind     Kind
	RecordID ID
	Created  bool // the change brought the record into being
	// Record is the state after the change, as far as p may see it. Status and
	// term are those of the day of the change.
	Record Node
	Fields []FieldChange
}

// FieldChange is one field before and after a change, as text. Lists are joined
// by 、 and the empty string stands for nothing.
type FieldChange struct {
	Name   string // the record's field in the contract's spelling, such as registrationNo
	Before string
	After  string
}

// ChangesQuery asks for a page of the change feed, oldest first.
type ChangesQuery struct {
	Page     PageArgs // cursors of this feed; forwards from the beginning without one
	Kinds    []Kind   // nil: all that are shown
	District []string // codes or names; nil: all, also what has none
}

// shownKinds are the kinds that the change feed shows.
var shownKinds = []Kind{KindPerson, KindMediator, KindOrganization, KindExpert, KindInvitedListing, KindChecklist, KindProgressNote, KindSecondment, KindCorrection,
	KindArbitrator, KindLiaison, KindTraining, KindAward, KindStationing, KindEverydayWord, KindRecommendation}

// changesQuestion is the same for every change feed: its cursors go with any
// selection of kinds, and never expire.
var changesQuestion = fingerprint("changes")

// mostScanned is how many changes one page of the feed looks at. Whoever asks for
// a rare kind gets short pages rather than a slow one.
const mostScanned = 20_000

// Changes returns the changes after a cursor. Whoever asks again with the end
// cursor of the last page misses nothing and gets nothing twice. The end cursor
// stands behind everything that was looked at: a page may be short or empty and
// still have a next one, and an empty last page repeats the cursor.
func (h *Hub) Changes(ctx context.Context, p *Principal, q ChangesQuery) (*Connection[*ChangeView], error) {
	limit, backward, err := q.Page.check()
	if err != nil {
		return nil, err
	}
	within, err := h.changesWithin(q)
	if err != nil {
		return nil, err
	}
	conn := &Connection[*ChangeView]{TotalCount: -1}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		conn.Revision = snap.Revision()
		read := readForward
		if backward {
			read = readBackward
		}
		page, err := read(conn, snap, q.Page, limit, func(c Change) bool { return within.shows(p, c) })
		if err != nil {
			return err
		}
		views, err := h.changeViews(snap, p, page)
		for i, view := range views {
			conn.Edges = append(conn.Edges, ConnectionEdge[*ChangeView]{Node: view, Cursor: changeCursor(page[i].Revision)})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// readForward reads a page from a cursor on, or from the beginning.
func readForward(conn *Connection[*ChangeView], snap Snapshot, args PageArgs, limit int, shown func(Change) bool) (page []Change, err error) {
	var after Revision
	if args.After != nil {
		if after, err = changeRevision(snap, "after", *args.After); err != nil {
			return nil, err
		}
	}
	seen, scanned := after, 0
	for change, err := range snap.Changes(after) {
		if err != nil {
			return nil, err
		}
		show := shown(change)
		if show && len(page) == limit || scanned == mostScanned {
			conn.HasNextPage = true
			break
		}
		if show {
			page = append(page, change)
		}
		seen = change.Revision
		scanned++
	}
	if conn.end = args.After; seen != after {
		end := changeCursor(seen)
		conn.end = &end
	}
	conn.HasPreviousPage = after > 0
	return page, nil
}

// changesWindow is how many revisions are read at once on the way backwards: the
// log is read in its order.
const changesWindow = 256

// readBackward reads the page before a cursor, or the newest. The start cursor
// stands before everything that was looked at.
func readBackward(conn *Connection[*ChangeView], snap Snapshot, args PageArgs, limit int, shown func(Change) bool) ([]Change, error) {
	before := snap.Revision() + 1
	if args.Before != nil {
		revision, err := changeRevision(snap, "before", *args.Before)
		if err != nil {
			return nil, err
		}
		before = revision
	}
	var page []Change // newest first
	at := before      // everything from here on was looked at
	for scanned := 0; at > 1 && len(page) < limit && scanned < mostScanned; scanned += changesWindow {
		from := max(at, changesWindow+1) - changesWindow // the first one of this window
		window, err := changesBetween(snap, from, at)
		if err != nil {
			return nil, err
		}
		at = from
		for _, change := range slices.Backward(window) {
			if !shown(change) {
				continue
			}
			if page = append(page, change); len(page) == limit {
				at = change.Revision
				break
			}
		}
	}
	conn.HasPreviousPage = at > 1
	conn.HasNextPage = before <= snap.Revision()
	if args.Before == nil { // whoever follows from here on misses nothing, even when nothing is shown
		end := changeCursor(snap.Revision())
		conn.end = &end
	}
	if conn.start = args.Before; at != before {
		start := changeCursor(at)
		conn.start = &start
	}
	slices.Reverse(page)
	return page, nil
}

// changesBetween returns the changes from one revision to before another.
func changesBetween(snap Snapshot, from, before Revision) (changes []Change, err error) {
	for change, err := range snap.Changes(from - 1) {
		if err != nil {
			return nil, err
		}
		if change.Revision >= before {
			break
		}
		changes = append(changes, change)
	}
	return changes, nil
}

// changeRevision reads the place in the log that a cursor names.
func changeRevision(snap Snapshot, field, cursor string) (Revision, error) {
	place, err := decodeCursor(field, cursor, changesQuestion)
	if err != nil {
		return 0, err
	}
	if len(place) != 8 {
		return 0, Invalid(field, "翻页的位置（游标）无效。请从最新处重新开始；程序请使用上次返回的 startCursor 或 endCursor。")
	}
	revision := Revision(binary.BigEndian.Uint64(place))
	if revision > snap.Revision() {
		return 0, Invalid(field, "游标指向修订号 %d，而目前最新为 %d：数据可能已从较早的备份恢复。请从头重新同步。", revision, snap.Revision())
	}
	return revision, nil
}

// changesFilter is what a feed is narrowed to; all is canonical.
type changesFilter struct {
	kinds    []Kind
	district []string
}

func (h *Hub) changesWithin(q ChangesQuery) (changesFilter, error) {
	for _, k := range q.Kinds {
		if !slices.Contains(shownKinds, k) {
			return changesFilter{}, Invalid("kinds", "变更动态中没有“%s”这一类。", k.Label())
		}
	}
	filter, err := h.filter(KindMediator, FilterArgs{District: q.District})
	return changesFilter{q.Kinds, filter.District}, err
}

// shows reports whether a change belongs to the feed. What p may not read of a
// record does not decide either: that it is of a district would tell of it.
func (f changesFilter) shows(p *Principal, c Change) bool {
	kind := c.Record.RecordID().Kind()
	if !slices.Contains(shownKinds, kind) || !oneOf(f.kinds, kind) {
		return false
	}
	if len(f.district) == 0 {
		return true
	}
	if _, hidden := p.readsWhole(c.Record); hidden {
		return false
	}
	return oneOf(f.district, districtOf(c.Record))
}

// districtOf says to which district a record belongs; "" for what has none.
func districtOf(r Record) string {
	switch r := r.(type) {
	case *Secondment:
		return r.District
	case *Correction:
		return r.Owner // a district, or a court or a body, which is in none
	}
	return r.Facts().District
}

func changeCursor(r Revision) string {
	return encodeCursor(changesQuestion, binary.BigEndian.AppendUint64(nil, uint64(r)))
}

// History returns the changes of one record, newest first; of a person, those of
// whoever was merged into her or him as well.
func (h *Hub) History(ctx context.Context, p *Principal, id ID, page PageArgs) (*Connection[*ChangeView], error) {
	limit, backward, err := page.check()
	if err != nil {
		return nil, err
	}
	if backward {
		return nil, Invalid("last", "变更历史由新到旧，只能用 first 和 after 翻页。")
	}
	var before Revision
	if page.After != nil {
		place, err := decodeCursor("after", *page.After, changesQuestion)
		if err != nil {
			return nil, err
		}
		if len(place) != 8 {
			return nil, Invalid("after", "翻页的位置（游标）无效。请从第一页重新开始；程序请使用上次返回的 endCursor。")
		}
		before = Revision(binary.BigEndian.Uint64(place))
	}
	conn := &Connection[*ChangeView]{TotalCount: -1}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		conn.Revision = snap.Revision()
		changes, err := historyOf(snap, id, before, limit+1)
		if err != nil {
			return err
		}
		conn.setMore(len(changes) > limit, false, before != 0)
		changes = changes[:min(limit, len(changes))]
		views, err := h.changeViews(snap, p, changes)
		for i, view := range views {
			conn.Edges = append(conn.Edges, ConnectionEdge[*ChangeView]{Node: view, Cursor: changeCursor(changes[i].Revision)})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// historyOf returns the newest changes of a record, and of those absorbed by it,
// from the newest one older than before.
func historyOf(snap Snapshot, id ID, before Revision, limit int) ([]Change, error) {
	changes, err := snap.History(id, before, limit)
	if err != nil || id.Kind() != KindPerson {
		return changes, err
	}
	versions, err := snap.Get(0, id)
	if err != nil || versions[0].Record == nil {
		return changes, err
	}
	absorbed := versions[0].Record.(*Person).Absorbed
	for _, other := range absorbed {
		more, err := snap.History(other, before, limit)
		if err != nil {
			return nil, err
		}
		changes = append(changes, more...)
	}
	if len(absorbed) > 0 {
		slices.SortFunc(changes, func(a, b Change) int { return cmp.Compare(b.Revision, a.Revision) })
	}
	return changes[:min(limit, len(changes))], nil
}

// changeViews shows changes to p: what p may not read of a record does not
// appear among the fields either.
func (h *Hub) changeViews(snap Snapshot, p *Principal, changes []Change) ([]*ChangeView, error) {
	versions := make([]Version, len(changes))
	for i, c := range changes {
		versions[i] = Version{c.Record, c.Revision, c.At}
	}
	v, err := h.viewer(snap, p, Moment{}, versions)
	if err != nil {
		return nil, err
	}
	views := make([]*ChangeView, len(changes))
	for i, c := range changes {
		v.moment = Moment{At: c.Revision, On: Today(c.At)}
		var before Record
		if c.Previous != 0 {
			earlier, err := snap.Get(c.Previous, c.Record.RecordID())
			if err != nil {
				return nil, err
			}
			before = earlier[0].Record
		}
		owner := ownerOf(c.Record)
		whole, hidden := p.readsWhole(c.Record)
		views[i] = &ChangeView{
			Revision: c.Revision, RecordedAt: c.At, Origin: c.Origin,
			Kind: c.Record.RecordID().Kind(), RecordID: c.Record.RecordID(), Created: c.Previous == 0,
			Record: v.view(c.Record.RecordID(), versions[i]),
			Fields: Diff(before, c.Record, func(f SharedField) bool {
				return whole || !hidden && p.MayRead(f.Sharing, owner) || p.takes(f, c.Record.RecordID(), amongChanges)
			}),
		}
		if p.Role == RoleAnonymous || hidden { // who did it and in which words is among the members
			views[i].Actor, views[i].Reason = "", ""
		}
	}
	return views, nil
}

// readsWhole tells of records whose rights stand on the record as a whole: p reads
// all of it, or it is hidden from her. To her the feed shows that there was a change
// and nothing of it, so that revisions follow one another for everybody.
func (p *Principal) readsWhole(r Record) (whole, hidden bool) {
	switch r := r.(type) {
	case *Secondment:
		whole = p.readsSecondment(r)
	case *Correction:
		whole = p.readsCorrection(r)
	case *Recommendation:
		whole = p.readsRecommendation(r)
	case *Agreement:
		whole = p.readsAgreement(r)
	case *Account, *APIKey:
		whole = p.seesAccess()
	default:
		return false, false
	}
	return whole, !whole
}

// ownerOf says who keeps a record. A person by itself is kept by nobody: what
// is not public of her or him is read through a listing.
func ownerOf(r Record) Owner {
	switch r := r.(type) { // by type: a record that is new has no id yet
	case *Mediator:
		return r.owner(KindMediator)
	case *Expert:
		return r.owner(KindExpert)
	case *InvitedListing:
		owner := r.owner(KindInvitedListing)
		owner.Court = r.Court
		return owner
	case *Organization:
		return Owner{Kind: KindOrganization, Level: r.Level, District: r.District}
	}
	return Owner{Kind: r.RecordID().Kind()}
}

// Diff lists the fields in which two states of one record differ, in the order
// of the record's fields, as far as may allows. before may be nil. A checklist
// has one field, its text as a whole.
func Diff(before, after Record, may func(SharedField) bool) []FieldChange {
	if _, ok := after.(*ChecklistRecord); ok {
		return nil
	}
	now := toldOf(after)
	var then reflect.Value
	if before != nil {
		then = toldOf(before)
	}
	var changes []FieldChange
	for _, f := range SharedFields(now.Type()) {
		if f.Name == "ID" {
			continue
		}
		b, a := "", fieldText(now.FieldByIndex(f.index))
		if then.IsValid() {
			b = fieldText(then.FieldByIndex(f.index))
		}
		if a != b && may(f) {
			changes = append(changes, FieldChange{contractName(f.Name), b, a})
		}
	}
	return changes
}

// contractName is the contract's spelling of a Go field: registrationNo.
func contractName(field string) string {
	field = strings.Replace(strings.TrimSuffix(field, "ID"), "URL", "Url", 1)
	return strings.ToLower(field[:1]) + field[1:]
}

// fieldText is a field's value as text; "" for its zero value.
func fieldText(v reflect.Value) string {
	if v.IsZero() {
		return ""
	}
	switch x := v.Interface().(type) {
	case Sealed:
		return "（已加密）"
	case *bool:
		if *x {
			return "是"
		}
		return "否"
	case AppointmentTerm:
		return Term{x.Start, x.End}.String()
	case StatusEvent: // without its ground, see withoutGrounds
		return strings.TrimSpace(x.Status.Label() + " " + x.On.String())
	case OrganizationEvent:
		return strings.TrimSpace(x.Status.Label() + " " + x.On.String() + " " + x.Ground)
	case fmt.Stringer:
		return x.String()
	}
	if v.Kind() == reflect.Slice {
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = fieldText(v.Index(i))
		}
		return strings.Join(parts, "、")
	}
	return fmt.Sprint(v.Interface())
}
