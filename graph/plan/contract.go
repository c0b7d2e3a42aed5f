// Package plan answers queries without an executor: once for a document it
// compiles what is asked for into a plan, which then appends answers straight into
// a buffer, in one goroutine and one pass, with nothing allocated for a field.
//
// A plan knows only how to succeed. Whatever it has no way for – a mutation, a look
// at the schema, a null where none may be, an error, a panic – it leaves to
// gqlgen's executor as a whole, before anything has left. So nulls are propagated
// and errors told in one place, and by the reference.
package plan

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Write appends the value of a field of an object. The generated ones (see
// graph/gqlgen) read objects as gqlgen's executor does.
type Write func(w *Writer, f *Field, obj any)

// Object is a type of the contract.
type Object struct {
	Name      string
	Satisfies []string // the type conditions that hold for it
	Fields    map[string]Write
}

// Contract is what there is to plan over.
type Contract struct {
	Query   int // the place of the queries' root in Objects
	Objects []Object
}

// Selection is what a plan writes of objects of one type.
type Selection struct {
	fields []Field
}

// Field is a field of a plan.
type Field struct {
	opening string // `{"name":` or `,"name":`
	write   Write
	asked   graphql.CollectedField
	object  string // name of the type that has the field
	below   []typed
}

// typed is what is asked of one of the types that a field may hold.
type typed struct {
	object int
	*Selection
}

// mostFields is how many fields a plan has at most. A document of few words can
// ask for many: what it asks of an interface is planned for each of its types.
const mostFields = 4000

// compiler makes the plan of one operation.
type compiler struct {
	contract  *Contract
	operation *graphql.OperationContext
	places    map[string][]int // in Contract.Objects, of what a type of the schema can be
	left      int
}

// compile returns the plan of a query, nil when there is none. Its @skip and
// @include are decided by the operation's variables.
func (c *compiler) compile() *Selection {
	if c.operation.Operation.Operation != ast.Query {
		return nil
	}
	return c.selection(c.contract.Query, c.operation.Operation.SelectionSet)
}

func (c *compiler) selection(place int, set ast.SelectionSet) *Selection {
	object := &c.contract.Objects[place]
	asked := graphql.CollectFields(c.operation, set, object.Satisfies)
	if c.left -= len(asked); c.left < 0 {
		return nil
	}
	s := &Selection{fields: make([]Field, len(asked))}
	written := make(map[string]bool, len(asked))
	for i, field := range asked {
		write := object.Fields[field.Name]
		if field.Name == "__typename" {
			write = typename
		}
		if write == nil || written[field.Alias] || len(field.Deferrables) > 0 {
			return nil
		}
		written[field.Alias] = true
		f := Field{opening: `,"` + field.Alias + `":`, write: write, asked: field, object: object.Name}
		if i == 0 {
			f.opening = `{` + f.opening[1:]
		}
		for _, below := range c.places[field.Definition.Type.Name()] {
			selection := c.selection(below, field.Selections)
			if selection == nil {
				return nil
			}
			f.below = append(f.below, typed{below, selection})
		}
		s.fields[i] = f
	}
	return s
}

func typename(w *Writer, f *Field, _ any) { w.buffer = AppendString(w.buffer, f.object) }
