package hub

import "context"

// Searcher finds records by words. It follows the change log and may be some
// revisions behind; every answer says at which revision it was true. It holds
// no records: the hub loads them from the store and checks them again.
type Searcher interface {
	// Search returns the best hits. Its errors are [*Error]: STALE when it
	// has not reached MinRevision within the context, BUSY while the index
	// is rebuilt.
	Search(ctx context.Context, q SearchQuery) (SearchResult, error)

	// Suggest completes what somebody has begun to type.
	Suggest(ctx context.Context, q SuggestQuery) ([]Suggestion, error)

	// Revision is the newest revision that the index has applied.
	Revision() Revision
}

// SearchQuery asks for a page of hits in descending order of score; hits of
// equal score are ordered by ascending ID.
type SearchQuery struct {
	Text        string // as typed; at most 200 characters
	Kinds       []Kind // at least one
	Filter      Filter // for roster kinds; measures pass only the empty filter
	On          Date   // the day for which statuses hold; never 0
	Listed      bool   // as in Moment
	Limit       int    // 0: no hits, only total and facets
	After       *HitPosition
	Before      *HitPosition // with Backward
	Backward    bool
	AllIDs      bool // instead of a page of hits, all ids that match, ascending
	Facets      []Dimension
	MinRevision Revision      // wait until the index has reached it
	Words       []*SearchWord // to be taken as if they were in the log
	Explain     bool          // say what was understood
}

// HitPosition is a place in the order of hits.
type HitPosition struct {
	ID    ID
	Score float64
}

// SearchResult is a page of hits.
type SearchResult struct {
	Hits     []Hit
	IDs      []ID // with AllIDs
	Total    int  // exact, over all pages
	More     bool // there is more in the direction of travel
	Facets   []Facet
	Relaxed  bool     // nothing matched as typed; the search was loosened
	Revision Revision // at which this was true
	// Highlight finds what matched in a record's own text. nil when there is
	// nothing to highlight.
	Highlight  func(Record) []Highlight
	Understood *Understood // with Explain
}

// Hit is a record that matched.
type Hit struct {
	ID    ID
	Score float64
}

// Highlight is where a field of a record matched.
type Highlight struct {
	Field  string // the contract's name of the field, such as name or biography
	Text   string // the field's whole text
	Ranges []Range
}

// Range is a run of Unicode code points of a text: start inclusive, end exclusive.
type Range struct {
	Start int
	End   int
}

// SuggestQuery asks for completions of a prefix: Chinese, pinyin or initials.
type SuggestQuery struct {
	Prefix string
	Kinds  []Kind
	Limit  int
}

// SuggestionKind says what a suggestion is.
type SuggestionKind string

// The kinds of suggestion.
const (
	SuggestName         SuggestionKind = "NAME"
	SuggestOrganization SuggestionKind = "ORGANIZATION"
	SuggestSpecialty    SuggestionKind = "SPECIALTY"
	SuggestDistrict     SuggestionKind = "DISTRICT"
	SuggestSource       SuggestionKind = "SOURCE"
	SuggestEverydayWord SuggestionKind = "EVERYDAY_WORD"
)

// Suggestion is a completion: what to put into the search box, and for a word
// of the vocabulary the canonical term it stands for.
type Suggestion struct {
	Text  string
	Kind  SuggestionKind
	Means string // canonical term; "" when Text is one itself
	Count int    // records that have it; for names, the persons so named
}
