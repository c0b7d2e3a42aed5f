package graph

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"concord/graph/plan"
)

// Comparison has whatever the tests of this package ask answered twice, by plans
// and by gqlgen's executor alone, and keeps what came out differently.
var Comparison struct {
	Off     atomic.Bool  // for tests that count what a query reads
	Queries atomic.Int64 // asked
	Left    atomic.Int64 // of these to gqlgen

	mu          sync.Mutex
	differences []string
}

// Differences returns what came out differently.
func Differences() []string {
	Comparison.mu.Lock()
	defer Comparison.mu.Unlock()
	return Comparison.differences
}

func init() {
	inFront = func(reference graphql.ExecutableSchema, contract *plan.Contract) graphql.ExecutableSchema {
		return compared{reference, plan.NewSchema(lastResort{reference}, contract)}
	}
}

// lastResort counts what plans leave to gqlgen.
type lastResort struct{ graphql.ExecutableSchema }

func (l lastResort) Exec(ctx context.Context) graphql.ResponseHandler {
	if graphql.GetOperationContext(ctx).Operation.Operation == ast.Query {
		Comparison.Left.Add(1)
	}
	return l.ExecutableSchema.Exec(ctx)
}

type compared struct {
	graphql.ExecutableSchema
	planned graphql.ExecutableSchema
}

func (c compared) Exec(ctx context.Context) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	if operation.Operation.Operation != ast.Query || Comparison.Off.Load() {
		return c.planned.Exec(ctx)
	}
	Comparison.Queries.Add(1)
	return func(ctx context.Context) *graphql.Response {
		want := c.ExecutableSchema.Exec(ctx)(ctx)
		if want == nil {
			return nil
		}
		var difference string
		for range 3 { // what is written meanwhile is no difference
			if difference = c.differs(ctx); difference == "" {
				return want
			}
		}
		Comparison.mu.Lock()
		defer Comparison.mu.Unlock()
		Comparison.differences = append(Comparison.differences, fmt.Sprintf("%s\n%v\n%s", operation.RawQuery, operation.Variables, difference))
		return want
	}
}

// differs asks both and tells what they say when it is not the same.
func (c compared) differs(ctx context.Context) string {
	said := func(schema graphql.ExecutableSchema) string {
		ctx := graphql.WithFreshResponseContext(ctx)
		response := schema.Exec(ctx)(ctx)
		errors := graphql.GetErrors(ctx)
		lines := make([]string, len(errors))
		for i, err := range errors {
			lines[i] = err.Error() // gqlgen's goroutines put them in any order
		}
		slices.Sort(lines)
		return fmt.Sprintf("%s %.4000s", lines, response.Data)
	}
	if mine, reference := said(c.planned), said(c.ExecutableSchema); mine != reference {
		return "plan:   " + mine + "\ngqlgen: " + reference
	}
	return ""
}

// KeptTypes names the types of which answers may be kept.
func KeptTypes() []string { return slices.Collect(maps.Keys(keptTypes)) }
