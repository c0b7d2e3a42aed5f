package hub

// PageInfo says where a page stands in its list, in the shape of the Relay
// specification.
type PageInfo struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// PageInfo returns where the page stands.
func (c *Connection[T]) PageInfo() PageInfo {
	return PageInfo{c.HasNextPage, c.HasPreviousPage, c.StartCursor(), c.EndCursor()}
}
