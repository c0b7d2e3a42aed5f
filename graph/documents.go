package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"concord/graph/plan"
)

// documents keeps the most recently used checked documents, so that partners'
// programs, which ask the same few over and over, have theirs checked once. What
// it keeps is bounded by the memory that it takes.
type documents struct {
	recent *plan.Recent[string, *ast.QueryDocument]
}

var _ graphql.Cache[*ast.QueryDocument] = (*documents)(nil)

func newDocuments(most int) *documents {
	return &documents{plan.NewRecent[string, *ast.QueryDocument](most)}
}

// Get returns a document that was kept.
func (d *documents) Get(_ context.Context, text string) (*ast.QueryDocument, bool) {
	return d.recent.Get(text)
}

// Add keeps a document, in place of the one not used for longest.
func (d *documents) Add(_ context.Context, text string, parsed *ast.QueryDocument) {
	d.recent.Add(text, parsed, plan.Weight(parsed, text))
}
