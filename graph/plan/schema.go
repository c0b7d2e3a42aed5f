package plan

import (
	"context"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Schema is an executable schema that answers by plans what it can.
type Schema struct {
	graphql.ExecutableSchema // answers the rest

	contract *Contract
	places   map[string][]int
	kept     *Recent[*ast.OperationDefinition, *variants]
}

// keptBytes is how much memory is for plans, together with the documents that they
// hold on to; fieldBytes is what a field of a plan takes.
const (
	keptBytes  = 4 << 20
	fieldBytes = 384
)

// NewSchema returns reference with plans over contract in front.
func NewSchema(reference graphql.ExecutableSchema, contract *Contract) *Schema {
	s := &Schema{ExecutableSchema: reference, contract: contract, places: map[string][]int{}, kept: NewRecent[*ast.OperationDefinition, *variants](keptBytes)}
	schema := reference.Schema()
	for place := range contract.Objects {
		name := contract.Objects[place].Name
		s.places[name] = []int{place}
		for _, abstract := range schema.GetImplements(schema.Types[name]) {
			s.places[abstract.Name] = append(s.places[abstract.Name], place)
		}
	}
	return s
}

// Exec implements [graphql.ExecutableSchema].
func (s *Schema) Exec(ctx context.Context) graphql.ResponseHandler {
	plan := s.plan(graphql.GetOperationContext(ctx))
	if plan == nil {
		return s.ExecutableSchema.Exec(ctx)
	}
	reference := s.ExecutableSchema.Exec
	answered := false
	return func(ctx context.Context) *graphql.Response {
		if answered {
			return nil
		}
		answered = true
		if data := plan.run(ctx); data != nil {
			return &graphql.Response{Data: data}
		}
		return reference(ctx)(ctx)
	}
}

// variants are the plans of an operation: one for each way in which its @skip and
// @include can be decided.
type variants struct {
	conditions []string // the variables that decide
	plans      []atomic.Pointer[planned]
}

// planned is a plan, or that there is none.
type planned struct {
	selection *Selection
	size      atomic.Int64 // of the longest answer yet
}

// mostConditions is how many variables may decide about an operation with plans.
const mostConditions = 4

func (s *Schema) plan(operation *graphql.OperationContext) *planned {
	v, ok := s.kept.Get(operation.Operation)
	if !ok {
		v = &variants{conditions: conditions(operation.Doc)}
		if len(v.conditions) <= mostConditions {
			v.plans = make([]atomic.Pointer[planned], 1<<len(v.conditions))
		}
		s.kept.Add(operation.Operation, v, Weight(operation.Doc, operation.RawQuery))
	}
	if v.plans == nil {
		return nil
	}
	which := 0
	for i, variable := range v.conditions {
		if operation.Variables[variable] == true {
			which |= 1 << i
		}
	}
	p := v.plans[which].Load()
	if p == nil {
		c := compiler{contract: s.contract, operation: operation, places: s.places, left: mostFields}
		p = &planned{selection: c.compile()}
		v.plans[which].Store(p)
		s.kept.Grow(operation.Operation, fieldBytes*(mostFields-max(c.left, 0)))
	}
	if p.selection == nil {
		return nil
	}
	return p
}

// conditions names the variables by which @skip and @include of a document decide.
func conditions(doc *ast.QueryDocument) (names []string) {
	seen := map[string]bool{}
	var look func(ast.SelectionSet)
	decide := func(directives ast.DirectiveList) {
		for _, d := range directives {
			if argument := d.Arguments.ForName("if"); argument != nil && argument.Value.Kind == ast.Variable && !seen[argument.Value.Raw] {
				seen[argument.Value.Raw] = true
				names = append(names, argument.Value.Raw)
			}
		}
	}
	look = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch selection := selection.(type) {
			case *ast.Field:
				decide(selection.Directives)
				look(selection.SelectionSet)
			case *ast.InlineFragment:
				decide(selection.Directives)
				look(selection.SelectionSet)
			case *ast.FragmentSpread:
				decide(selection.Directives)
			}
		}
	}
	for _, operation := range doc.Operations {
		look(operation.SelectionSet)
	}
	for _, fragment := range doc.Fragments {
		look(fragment.SelectionSet)
	}
	return names
}

// run returns the data of an answer, nil when it did not work out.
func (p *planned) run(ctx context.Context) (data []byte) {
	// What panics here panics again in the reference, which reports it.
	defer func() {
		if recover() != nil {
			data = nil
		}
	}()
	size := p.size.Load()
	w := Writer{buffer: make([]byte, 0, size+size/8+256), ctx: ctx, vars: graphql.GetOperationContext(ctx).Variables}
	if w.selection(p.selection, nil); w.failed {
		return nil
	}
	if n := int64(len(w.buffer)); n > size {
		p.size.Store(n)
	}
	return w.buffer
}
