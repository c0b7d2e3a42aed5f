package graph

import (
	"container/list"
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// documents keeps the most recently used checked documents, so that partners'
// programs, which ask the same few over and over, have theirs checked once. What
// it keeps is bounded by number and, through the limit of tokens, by size.
type documents struct {
	most int

	mu     sync.Mutex
	recent *list.List // of *document, the most recently used in front
	byText map[string]*list.Element
}

type document struct {
	text   string
	parsed *ast.QueryDocument
}

var _ graphql.Cache[*ast.QueryDocument] = (*documents)(nil)

func newDocuments(most int) *documents {
	return &documents{most: most, recent: list.New(), byText: make(map[string]*list.Element, most)}
}

// Get returns a document that was kept.
func (d *documents) Get(_ context.Context, text string) (*ast.QueryDocument, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	element, ok := d.byText[text]
	if !ok {
		return nil, false
	}
	d.recent.MoveToFront(element)
	return element.Value.(*document).parsed, true
}

// Add keeps a document, in place of the one not used for longest.
func (d *documents) Add(_ context.Context, text string, parsed *ast.QueryDocument) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.byText[text]; ok {
		return
	}
	d.byText[text] = d.recent.PushFront(&document{text, parsed})
	if d.recent.Len() > d.most {
		oldest := d.recent.Remove(d.recent.Back()).(*document)
		delete(d.byText, oldest.text)
	}
}
