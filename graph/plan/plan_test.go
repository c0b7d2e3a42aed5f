package plan

import (
	"runtime"
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
	r := NewRecent[int, string](8)
	r.Add(1, "one", 2)
	for i := 2; i <= 4; i++ {
		r.Add(i, "another", 2)
	}
	r.Add(1, "one again", 2)
	if v, ok := r.Get(1); !ok || v != "one" {
		t.Errorf("1 is %q, %v", v, ok)
	}
	r.Add(5, "five", 2)
	if _, ok := r.Get(2); ok {
		t.Error("2 is kept, though 1 was used after it")
	}
	if _, ok := r.Get(5); !ok {
		t.Error("5 is gone")
	}
	if r.Add(6, "large", 3); len(r.byKey) != 4 {
		t.Error("a large one took the place of others")
	}
	if r.Grow(5, 5); len(r.byKey) != 1 || r.weight != 7 {
		t.Errorf("%d are kept, of %d bytes, when one has become large", len(r.byKey), r.weight)
	}
	if r.Grow(5, 5); len(r.byKey) != 0 || r.weight != 0 {
		t.Errorf("one that is larger than everything is kept: %d, %d bytes", len(r.byKey), r.weight)
	}
}

// What is kept of documents must be bounded by what they take, or whoever may ask
// can fill the memory: a document of few bytes may be one of many objects.
func TestDocumentsWeighWhatTheyTake(t *testing.T) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: contractText + ` type Mutation { take(ids: [ID!]!): ID }`})
	for name, text := range map[string]string{
		"values":     `mutation { take(ids: [` + strings.Repeat(`1 `, 7000) + `]) }`,
		"selections": `{ ` + strings.Repeat(`thing { id } `, 90) + `}`,
		"fragments":  `{ ` + strings.Repeat(`... on Query { ... { thing { id } } } `, 90) + `}`,
		"directives": `{ ` + strings.Repeat(`thing @include(if: true) @skip(if: false) { id } `, 90) + `}`,
		"comments":   `{ ` + strings.Repeat("#\n", 50_000) + `thing { ` + strings.Repeat("#\n", 50_000) + ` id ` + strings.Repeat("#\n", 50_000) + `} }`,
		"a comment":  `{ thing { id } } #` + strings.Repeat("x", 200_000),
	} {
		t.Run(name, func(t *testing.T) {
			const copies = 10
			kept := make([]*ast.QueryDocument, copies)
			heap := func() uint64 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				return m.HeapAlloc
			}
			before, weight := heap(), 0
			for i := range kept {
				own := strings.Clone(text)
				doc, err := gqlparser.LoadQueryWithRules(schema, own, nil)
				if err != nil {
					t.Fatal(err)
				}
				kept[i] = doc
				weight += Weight(doc, own)
			}
			taken := int(heap() - before)
			runtime.KeepAlive(kept)
			if weight < taken || weight > 4*taken+copies<<10 {
				t.Errorf("it weighs %d and takes %d bytes", weight/copies, taken/copies)
			}
		})
	}
}
