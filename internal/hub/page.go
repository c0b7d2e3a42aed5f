package hub

// PageArgs are the paging arguments of the Relay cursor connections
// specification, as the caller gave them.
type PageArgs struct {
	First  *int
	Last   *int
	After  *string
	Before *string
}

// Page sizes.
const (
	DefaultPageSize = 20
	MaxPageSize     = 100
)

// check returns the size of the page and its direction.
func (a PageArgs) check() (limit int, backward bool, err error) {
	switch {
	case a.First != nil && a.Last != nil:
		return 0, false, Invalid("last", "first 与 last 不能同时使用。向后翻页用 first 和 after，向前翻页用 last 和 before。")
	case a.After != nil && a.Before != nil:
		return 0, false, Invalid("before", "after 与 before 不能同时使用。向后翻页用 first 和 after，向前翻页用 last 和 before。")
	case a.First != nil && a.Before != nil:
		return 0, false, Invalid("before", "before 须与 last 一起使用；与 first 一起使用的是 after。")
	case a.Last != nil && a.After != nil:
		return 0, false, Invalid("after", "after 须与 first 一起使用；与 last 一起使用的是 before。")
	}
	size, field := a.First, "first"
	if a.Last != nil || a.Before != nil {
		size, field, backward = a.Last, "last", true
	}
	limit = DefaultPageSize
	if size != nil {
		limit = *size
	}
	if limit < 1 || limit > MaxPageSize {
		return 0, false, Invalid(field, "%s 须在 1 到 %d 之间，收到的是 %d。需要更多时请用游标翻页。", field, MaxPageSize, limit)
	}
	return limit, backward, nil
}

// Connection is a page of a list, in the shape of the Relay specification.
type Connection[T any] struct {
	Edges           []ConnectionEdge[T]
	HasNextPage     bool
	HasPreviousPage bool
	TotalCount      int // -1 when it was not asked for
	Revision        Revision
	Relaxed         bool
	Facets          []Facet // nil when they were not asked for

	// start and end replace the cursors of the first and the last record where
	// more was looked at than is shown: in a feed, and in a search whose hits are
	// no longer as the index had them.
	start, end *string
}

// ConnectionEdge is a record on a page.
type ConnectionEdge[T any] struct {
	Node       T
	Cursor     string
	Score      *float64 // of a search
	Highlights []Highlight
}

// Nodes returns the records of the page.
func (c *Connection[T]) Nodes() []T {
	nodes := make([]T, len(c.Edges))
	for i := range c.Edges {
		nodes[i] = c.Edges[i].Node
	}
	return nodes
}

// StartCursor returns the cursor of the first record, nil on an empty page.
func (c *Connection[T]) StartCursor() *string {
	if c.start != nil {
		return c.start
	}
	if len(c.Edges) == 0 {
		return nil
	}
	return &c.Edges[0].Cursor
}

// EndCursor returns the cursor from which to go on: that of the last record. On
// an empty page it is nil, unless something was looked at (see [Hub.Changes]).
func (c *Connection[T]) EndCursor() *string {
	if c.end != nil || len(c.Edges) == 0 {
		return c.end
	}
	return &c.Edges[len(c.Edges)-1].Cursor
}

// setMore fills in both directions: more in the direction of travel, and
// whatever the page was cut off from behind it.
func (c *Connection[T]) setMore(more, backward, continued bool) {
	if backward {
		c.HasPreviousPage, c.HasNextPage = more, continued
	} else {
		c.HasNextPage, c.HasPreviousPage = more, continued
	}
}
