package plan

import (
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

const contractText = `
interface Thing { id: ID! next: Thing things: [Thing!]! }
type A implements Thing { id: ID! next: Thing things: [Thing!]! }
type B implements Thing { id: ID! next: Thing things: [Thing!]! }
type Query { thing: Thing secret: A }`

// compiled returns the plan of a query over contractText, in which nobody says how
// Query.secret is written.
func compiled(t *testing.T, query string) *Selection {
	t.Helper()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: contractText})
	doc, err := gqlparser.LoadQueryWithRules(schema, query, nil)
	if err != nil {
		t.Fatal(err)
	}
	nothing := func(w *Writer, _ *Field, _ any) { w.Null() }
	fields := map[string]Write{"id": nothing, "next": nothing, "things": nothing}
	c := compiler{
		contract: &Contract{Query: 2, Objects: []Object{
			{"A", []string{"A", "Thing"}, fields}, {"B", []string{"B", "Thing"}, fields}, {"Query", []string{"Query"}, map[string]Write{"thing": nothing}},
		}},
		operation: &graphql.OperationContext{Doc: doc, Operation: doc.Operations[0]},
		places:    map[string][]int{"A": {0}, "B": {1}, "Thing": {0, 1}, "Query": {2}},
		left:      mostFields,
	}
	return c.compile()
}

func TestWhatHasAPlan(t *testing.T) {
	for name, c := range map[string]struct {
		query   string
		planned bool
	}{
		"fields":                        {`{ thing { id } }`, true},
		"fragments":                     {`{ thing { ... on A { id } ...F } } fragment F on Thing { next { id } }`, true},
		"names of types":                {`{ __typename thing { __typename } }`, true},
		"a field that nobody writes":    {`{ secret { id } }`, false},
		"a look at the schema":          {`{ __schema { queryType { name } } }`, false},
		"interfaces within each other":  {`{ thing ` + strings.Repeat(`{ next `, 6) + `{ id }` + strings.Repeat(` }`, 6) + ` }`, true},
		"too many types in one another": {`{ thing ` + strings.Repeat(`{ next `, 14) + `{ id }` + strings.Repeat(` }`, 14) + ` }`, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := compiled(t, c.query) != nil; got != c.planned {
				t.Errorf("planned: %v, want %v", got, c.planned)
			}
		})
	}
}

// TestVariablesThatDecide finds every variable by which a plan can differ.
func TestVariablesThatDecide(t *testing.T) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: contractText})
	doc, err := gqlparser.LoadQueryWithRules(schema, `query($a: Boolean!, $b: Boolean!, $c: Boolean!, $d: Boolean!) {
	  thing @skip(if: $a) { id @include(if: $b) ... on A @skip(if: $c) @include(if: $a) { id } ...F @include(if: true) } }
	  fragment F on Thing { next @include(if: $d) { id } }`, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(conditions(doc), " "); got != "a b c d" {
		t.Errorf("%s decide", got)
	}
}

func TestRecentKeepsWhatIsUsed(t *testing.T) {
	r := NewRecent[int, string](2)
	r.Add(1, "one")
	r.Add(2, "two")
	r.Add(1, "another")
	if v, ok := r.Get(1); !ok || v != "one" {
		t.Errorf("1 is %q, %v", v, ok)
	}
	r.Add(3, "three")
	if _, ok := r.Get(2); ok {
		t.Error("2 is kept, though 1 was used after it")
	}
	if _, ok := r.Get(3); !ok {
		t.Error("3 is gone")
	}
}
