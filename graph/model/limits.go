package model

import "time"

// Limits bound what one operation may ask for, so that no request, however short,
// keeps the hub busy. They are generous: the explorer's introspection and a page
// of 100 records with everything around them pass.
type Limits struct {
	Tokens     int // of the document
	Selections int // fields and spreads, as written in the document
	Repeats    int // of one response name, as written in the document
	Directives int // as written in the document
	Parts      int // operations, fragments and variables, of each
	Depth      int // of fields within fields
	RootFields int
	Aliases    int
	Cost       int // points; a field of a record is one, about a microsecond

	// What the way in allows.
	Seconds       int // for one operation
	Body          int // bytes of a request
	Header        int // bytes of its headers
	Message       int // bytes of a message on a WebSocket
	Subscriptions int // running on one WebSocket
	Messages      int // from a client on one WebSocket, a second
	Init          int // seconds until connection_init
	Streams       int // WebSockets and event streams of one caller, and subscriptions of hers

	// ClosedSchema keeps the schema from callers who are not known.
	ClosedSchema bool
}

// RatePer says whose a rate limit is.
type RatePer string

// Whose.
const (
	PerCaller  RatePer = "CALLER"
	PerAddress RatePer = "ADDRESS"
)

// RateLimit is what a caller may still spend.
type RateLimit struct {
	Per       RatePer
	Limit     int // points, at most
	PerSecond int // that flow in
	Remaining int
	ResetAt   time.Time // when it is full again
}
