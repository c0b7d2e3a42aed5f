package graph_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"concord/graph"
	"concord/graph/generated"
	"concord/graph/model"
	"concord/internal/hub"
)

// TestRandomQueriesByPlans asks queries made up over the whole contract. Like
// whatever tests of this package ask they are answered by plans and by gqlgen's
// executor alone; [TestMain] fails when the answers differ.
func TestRandomQueriesByPlans(t *testing.T) {
	w := newSearchedWorld(t)
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	asked, left := graph.Comparison.Queries.Load(), graph.Comparison.Left.Load()
	for seed := range uint64(400) {
		m := maker{schema: schema, dice: rand.New(rand.NewPCG(seed, 1)), left: 60}
		query := m.query()
		caller := callers[seed%uint64(len(callers))].name
		w.ask(t, caller, query, map[string]any{"yes": true, "no": false})
		if n := len(graph.Differences()); n > 0 {
			t.Fatalf("as %s: %s", caller, graph.Differences()[n-1])
		}
	}
	asked, left = graph.Comparison.Queries.Load()-asked, graph.Comparison.Left.Load()-left
	if asked < 200 || left > asked/2 {
		t.Errorf("%d queries were let in, %d of them were not answered by plans: the test tests little", asked, left)
	}
}

// maker makes up a query.
type maker struct {
	schema    *ast.Schema
	dice      *rand.Rand
	fragments []string
	names     int
	left      int // fields that may yet be asked for
}

func (m *maker) chance(n int) bool { return m.dice.IntN(n) == 0 }

func (m *maker) query() string {
	body := m.selection(m.schema.Query, 0)
	// The variables are used whatever the dice say.
	return "query Made($yes: Boolean!, $no: Boolean!) {" + body + " a: __typename @include(if: $yes) b: __typename @skip(if: $no) c: __typename @include(if: $no)}" + strings.Join(m.fragments, " ")
}

const deepest = 5

// selection asks for some fields of d. Those with arguments have names of their
// own, so that no two can be in conflict; sometimes the same is asked twice, to be
// merged.
func (m *maker) selection(d *ast.Definition, depth int) string {
	var b strings.Builder
	if m.chance(3) || d.IsAbstractType() {
		b.WriteString("__typename ")
	} else {
		b.WriteString("t: __typename ")
	}
	for range 1 + m.dice.IntN(5) {
		field := d.Fields[m.dice.IntN(len(d.Fields))]
		if text, ok := m.field(field, depth); ok {
			b.WriteString(text)
			if m.chance(10) {
				b.WriteString(text)
			}
		}
	}
	if depth < deepest && m.left > 0 && (d.IsAbstractType() || m.chance(4)) {
		for range 1 + m.dice.IntN(3) {
			possible := m.schema.GetPossibleTypes(d)
			other := possible[m.dice.IntN(len(possible))]
			if m.chance(3) && len(other.Interfaces) > 0 {
				other = m.schema.Types[other.Interfaces[m.dice.IntN(len(other.Interfaces))]]
			}
			inner := m.selection(other, depth+1)
			switch {
			case m.chance(3):
				m.names++
				m.fragments = append(m.fragments, fmt.Sprintf("fragment F%d on %s {%s}", m.names, other.Name, inner))
				fmt.Fprintf(&b, "...F%d ", m.names)
			case m.chance(4):
				fmt.Fprintf(&b, "... on %s @include(if: $%s) {%s} ", other.Name, []string{"yes", "no"}[m.dice.IntN(2)], inner)
			default:
				fmt.Fprintf(&b, "... on %s {%s} ", other.Name, inner)
			}
		}
	}
	return b.String()
}

func (m *maker) field(f *ast.FieldDefinition, depth int) (string, bool) {
	below := m.schema.Types[f.Type.Name()]
	ofTheMoment := f.Name == "resetAt" || f.Name == "remaining" // another a millisecond later
	if m.left--; strings.HasPrefix(f.Name, "__") || ofTheMoment || m.left < 0 || depth >= deepest && len(below.Fields) > 0 {
		return "", false
	}
	var arguments []string
	for _, a := range f.Arguments {
		value := m.value(a)
		if value == "" || !a.Type.NonNull && m.chance(2) {
			if a.Type.NonNull && a.DefaultValue == nil {
				return "", false
			}
			continue
		}
		arguments = append(arguments, a.Name+": "+value)
	}
	text := f.Name
	if len(f.Arguments) > 0 || m.chance(12) {
		m.names++
		text = fmt.Sprintf("n%d: %s", m.names, f.Name)
	}
	if len(arguments) > 0 {
		text += "(" + strings.Join(arguments, ", ") + ")"
	}
	if m.chance(12) {
		text += " @skip(if: $" + []string{"yes", "no"}[m.dice.IntN(2)] + ")"
	}
	if len(below.Fields) > 0 {
		text += " {" + m.selection(below, depth+1) + "}"
	}
	return text + " ", true
}

// values are arguments that lead somewhere in the world of these tests, by their
// name or type.
var values = map[string][]string{
	"id":                   {`"med_100"`, `"exp_100"`, `"org_1"`, `"per_100"`, `"inv_100"`, `"chk_1"`},
	"ids":                  {`["med_100", "org_1", "inv_100", "exp_100", "per_100"]`, `["chk_1", "region_120101", "court_津0101", "agency_HRSS", "med_9"]`},
	"MediatorBy":           {`{id: "med_100"}`, `{id: "med_105"}`},
	"ExpertBy":             {`{id: "exp_100"}`},
	"OrganizationBy":       {`{id: "org_1"}`},
	"InvitedListingBy":     {`{id: "inv_100"}`},
	"MediatorFilter":       {`{district: ["120101"]}`, `{status: [ACTIVE]}`, `{}`},
	"ExpertFilter":         {`{level: [CITY]}`},
	"InvitedListingFilter": {`{court: ["津0101"]}`},
	"OrganizationFilter":   {`{district: ["120101"]}`},
	"MeasureFilter":        {`{agency: ["HRSS"]}`},
	"RosterOrder":          {"{field: NAME, direction: DESC}", "{field: UPDATED}", "{field: TERM_END}"},
	"search":               {`"劳动"`, `"示例"`},
	"text":                 {`"示例"`, `"工资"`},
	"prefix":               {`"示"`},
	"version":              {`"SPC-2020"`},
	"first":                {"1", "2", "3", "7"},
	"limit":                {"3"},
	"on":                   {`"2025-06-15"`, `"2024-01-01"`},
	"minRevision":          {"1"},
	"sent":                 {"true", "false"},
}

func (m *maker) value(a *ast.ArgumentDefinition) string {
	some := values[a.Type.Name()]
	if len(some) == 0 {
		some = values[a.Name]
	}
	if len(some) == 0 {
		return ""
	}
	return some[m.dice.IntN(len(some))]
}

// TestAppendersWriteWhatMarshalersWrite holds the two ways of writing a scalar
// together.
func TestAppendersWriteWhatMarshalersWrite(t *testing.T) {
	check := func(got []byte, want graphql.Marshaler) {
		t.Helper()
		var text strings.Builder
		want.MarshalGQL(&text)
		if string(got) != ">"+text.String() {
			t.Errorf("appended %q, marshalled %q", got, text.String())
		}
	}
	start := func() []byte { return []byte(">") }
	for _, s := range []string{"", "钱示例", `a"b\c`, "\x00\x01\x1f\t\r\n\x7f", "\xff半\xe5", "\u2028<>&'", "null"} {
		check(model.AppendText(start(), s), model.MarshalText(s))
		check(model.AppendDateText(start(), s), model.MarshalDateText(s))
		check(model.AppendDimension(start(), hub.Dimension(s)), model.MarshalDimension(hub.Dimension(s)))
		check(model.AppendScope(start(), hub.Scope(s)), model.MarshalScope(hub.Scope(s)))
	}
	for _, n := range []int{0, 7, -1, 1 << 40} {
		check(model.AppendInt(start(), n), model.MarshalInt(n))
		check(model.AppendRevision(start(), hub.Revision(n)), model.MarshalRevision(hub.Revision(n)))
		check(model.AppendDate(start(), hub.Date(n&0xfffff)), model.MarshalDate(hub.Date(n&0xfffff)))
	}
	for _, id := range []hub.ID{0, 1, hub.NewID(hub.KindMediator, 1), hub.NewID(hub.KindExpert, 1<<50), hub.NewID(hub.Kind(250), 3)} {
		check(model.AppendRecordID(start(), id), model.MarshalRecordID(id))
	}
	for _, at := range []time.Time{{}, now, now.Add(1234567), time.Date(1969, 12, 31, 23, 0, 0, 1, time.FixedZone("", 8*3600))} {
		check(model.AppendDateTime(start(), at), model.MarshalDateTime(at))
	}
	for k := range hub.Kind(255) {
		check(model.AppendKind(start(), k), model.MarshalKind(k))
	}
}
