package hub

import (
	"context"
	"iter"
	"time"
)

// Store orders changes and keeps them, and answers from the views that it
// derives of them. Every Store passes the suite in internal/storetest.
//
// A Store is safe for concurrent use. Its errors are [*Error]: CONFLICT for a
// lost race or a taken unique key, BUSY once it has stopped taking writes after
// a failed commit, INTERNAL otherwise.
type Store interface {
	// Apply makes the batch durable and returns the revisions it got: first
	// to first+len(Puts)-1, in order. When it returns nil the batch survives
	// a power cut; when it returns an error nothing of it is visible. Batches
	// of concurrent callers may share one commit; each stands or falls alone.
	Apply(ctx context.Context, batch Batch) (first Revision, err error)

	// NextID hands out an unused id of a kind. Ids that are never applied are
	// simply missing.
	NextID(kind Kind) ID

	// Snapshot opens a consistent view of the newest revision. The caller
	// closes it soon: an open snapshot keeps old pages alive.
	Snapshot() (Snapshot, error)

	// Revision returns the newest durable revision.
	Revision() Revision

	// Advanced returns a channel that is closed once the store holds a
	// revision newer than seen.
	Advanced(seen Revision) <-chan struct{}

	// Close waits for what is being written and releases the data folder.
	Close() error
}

// Snapshot reads one state of the store. Where a method takes a moment or a
// revision, 0 means the snapshot's own; a later one than that is an INVALID
// error. Versions and their records are shared and must not be altered.
type Snapshot interface {
	// Revision is the newest revision this snapshot holds.
	Revision() Revision

	// RevisionAt returns the newest revision recorded at or before t; 0 when
	// there was none.
	RevisionAt(t time.Time) (Revision, error)

	// Get returns the versions of ids at a revision, in the same order, the
	// zero Version where there is none. It is one pass over the store however
	// many ids there are.
	Get(at Revision, ids ...ID) ([]Version, error)

	// Lookup returns the ids of the records of kind that carry the natural
	// key at a revision, ascending.
	Lookup(at Revision, kind Kind, name KeyName, value string) ([]ID, error)

	// Named returns the ids of the records of kind in a district whose listed
	// name is exactly name, ascending. For the current state only.
	Named(kind Kind, district, name string) ([]ID, error)

	// List returns one page.
	List(q ListQuery) (ListPage, error)

	// Count groups the matching records of one kind. Each grouping names one
	// or two dimensions; the result holds the cells of each in turn.
	Count(q CountQuery) ([][]Cell, error)

	// Lives yields, of every matching record of one kind, where it belongs and how
	// its status went. A Life is valid until the next one. An error ends it.
	Lives(kind Kind, filter Filter, moment Moment) iter.Seq2[Life, error]

	// History returns the changes of one record, newest first, from the
	// newest one older than before (0: from the newest).
	History(id ID, before Revision, limit int) ([]Change, error)

	// Changes yields the log in order, from the first revision after the
	// given one up to the snapshot's. An error ends it.
	Changes(after Revision) iter.Seq2[Change, error]

	// All yields the newest version of every record of a kind at a revision,
	// in the order of ids.
	All(at Revision, kind Kind) iter.Seq2[Version, error]

	Close()
}

// OrderField is a property by which lists are ordered.
type OrderField string

// The orders. Ties are broken by id, in the same direction.
const (
	OrderByName           OrderField = "NAME"            // pinyin, then tone, then character
	OrderByRegistrationNo OrderField = "REGISTRATION_NO" // bytewise; records without one come last, descending too
	OrderByUpdated        OrderField = "UPDATED"         // revision
	OrderByTermEnd        OrderField = "TERM_END"        // open ends come last, descending too
)

// Order is an order of a list.
type Order struct {
	Field      OrderField
	Descending bool
}

// Position is a place between two records of an ordered list, as the store
// that made it understands it. It stays valid when records come and go.
type Position []byte

// ListQuery asks for a page of the records of one kind. Exactly one of After
// and Before may be set: After continues forwards from a position, Backward
// takes the page that ends just before Before (or the last page).
type ListQuery struct {
	Kind     Kind
	Filter   Filter
	Moment   Moment
	Order    Order
	Within   []ID // ascending; nil means all, otherwise only these (the hits of a search)
	After    Position
	Before   Position
	Backward bool
	Limit    int  // 1 to 1000
	Total    bool // also count all that match
}

// ListPage is a page in list order.
type ListPage struct {
	Items []ListItem
	Total int  // -1 unless asked for
	More  bool // there is more in the direction of travel
}

// ListItem is a record on a page and the position just behind it (or, going
// backwards, just before it).
type ListItem struct {
	ID       ID
	Revision Revision
	Position Position
}

// CountQuery asks for counts over the records of one kind.
type CountQuery struct {
	Kind   Kind
	Filter Filter
	Moment Moment
	Within []ID          // as in ListQuery
	By     [][]Dimension // each with 0 (the total), 1 or 2 dimensions
}

// Life is what movements in a period are counted from.
type Life struct {
	ID           ID
	District     string
	Organization ID         // of a mediator
	Employment   Employment // of a mediator
	Timeline     Timeline
}

// Cell is a count of the records that have these values, one a dimension. In a
// multi-valued dimension (specialty) a record counts once in each of its
// values; one that has no value in a dimension has no cell there. Cells are in
// the order of their values.
type Cell struct {
	Values []string
	Count  int
}
