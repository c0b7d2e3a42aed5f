package graph_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"concord/graph/generated"
	"concord/internal/hub"
)

// bearers are the types of the contract that tell of persons and bodies, and the
// records behind them.
var bearers = map[string]reflect.Type{
	"Person":         reflect.TypeFor[hub.Person](),
	"Mediator":       reflect.TypeFor[hub.Mediator](),
	"Expert":         reflect.TypeFor[hub.Expert](),
	"InvitedListing": reflect.TypeFor[hub.InvitedListing](),
	"Organization":   reflect.TypeFor[hub.Organization](),
}

// derived are fields that no record holds under that name; the hub works them out
// of public ones, or they lead to records with classes of their own.
var derived = []string{"status", "term", "revision", "updatedAt", "history", "Organization.mediators", "Organization.branches", "Organization.sponsors", "Person.listings", "Mediator.available", "disputes", "corrections",
	"Organization.awards", "Organization.stationings", "Organization.liaisons", "trainings", "trainingByYear", "stationings",
	"Expert.conflictsWith", "Expert.lastUsed", "Expert.recommendations"}

// kept are fields of records that are no part of the contract.
var kept = []string{"Person.identity"}

func schema() *ast.Schema { return generated.NewExecutableSchema(generated.Config{}).Schema() }

// fieldOf returns the contract's spelling of a record's field, as in changes.
func fieldOf(name string) string {
	if name == "ID" {
		return "id"
	}
	name = strings.Replace(strings.TrimSuffix(name, "ID"), "URL", "Url", 1)
	return strings.ToLower(name[:1]) + name[1:]
}

// directive returns the sharing class that the contract gives a field.
func directive(f *ast.FieldDefinition) (s hub.Sharing, ok bool) {
	d := f.Directives.ForName("sharing")
	if d == nil {
		return s, false
	}
	s.Class = hub.Class(d.Arguments.ForName("class").Value.Raw)
	if scope := d.Arguments.ForName("scope"); scope != nil {
		s.Scope = hub.Scope(scope.Value.Raw)
	}
	return s, true
}

// unequal returns a sentence for each field whose class in the contract is not
// that of the record, in both directions.
func unequal(schema *ast.Schema) []string {
	var wrong []string
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	for name, record := range bearers {
		classes := map[string]hub.Sharing{}
		for _, f := range hub.SharedFields(record) {
			field := fieldOf(f.Name)
			classes[field] = f.Sharing
			if schema.Types[name].Fields.ForName(field) == nil && !slices.Contains(kept, name+"."+field) {
				complain("%s.%s is in the record and not in the contract", name, field)
			}
		}
		for _, f := range schema.Types[name].Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			said, ok := directive(f)
			if !ok {
				complain("%s.%s has no sharing class", name, f.Name)
				continue
			}
			is, known := classes[f.Name]
			if !known && (slices.Contains(derived, f.Name) || slices.Contains(derived, name+"."+f.Name)) {
				is, known = hub.Sharing{Class: hub.Public}, true
			}
			switch {
			case !known:
				complain("%s.%s is in no record", name, f.Name)
			case said != is:
				complain("%s.%s is %v in the contract and %v in the record", name, f.Name, said, is)
			case said.Class != hub.Public && f.Type.NonNull:
				complain("%s.%s is %s and must be nullable", name, f.Name, said.Class)
			}
		}
	}
	for _, f := range schema.Types["RosterEntry"].Fields {
		if said, ok := directive(f); !ok || said.Class != hub.Public {
			complain("RosterEntry.%s must be PUBLIC", f.Name)
		}
	}
	return wrong
}

func TestContractAndRecordsShareAlike(t *testing.T) {
	for _, complaint := range unequal(schema()) {
		t.Error(complaint)
	}
}

func TestUnequalSharingIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		alter func(*ast.Definition)
		want  string
	}{
		"class missing":  {func(d *ast.Definition) { d.Fields.ForName("phone").Directives = nil }, "Mediator.phone has no sharing class"},
		"class differs":  {func(d *ast.Definition) { d.Fields.ForName("phone").Directives = d.Fields.ForName("name").Directives }, "Mediator.phone is {PUBLIC } in the contract"},
		"not nullable":   {func(d *ast.Definition) { d.Fields.ForName("note").Type = ast.NonNullNamedType("String", nil) }, "Mediator.note is SOURCE_ONLY and must be nullable"},
		"field unknown":  {func(d *ast.Definition) { d.Fields.ForName("title").Name = "heading" }, "Mediator.heading is in no record"},
		"field left out": {func(d *ast.Definition) { d.Fields.ForName("title").Name = "heading" }, "Mediator.title is in the record"},
	} {
		t.Run(name, func(t *testing.T) {
			altered := *schema()
			altered.Types = map[string]*ast.Definition{}
			for name, d := range schema().Types {
				altered.Types[name] = d
			}
			mediator := *altered.Types["Mediator"]
			mediator.Fields = nil
			for _, f := range altered.Types["Mediator"].Fields {
				copied := *f
				mediator.Fields = append(mediator.Fields, &copied)
			}
			altered.Types["Mediator"] = &mediator
			c.alter(&mediator)
			if wrong := unequal(&altered); !slices.ContainsFunc(wrong, func(s string) bool { return strings.Contains(s, c.want) }) {
				t.Errorf("found %q, want %q", wrong, c.want)
			}
		})
	}
}

// TestSharingMatrix asks every field of every type that tells of persons on behalf
// of every caller, and compares who sees what with the rules of sharing, worked
// out here anew from class, scope and owner.
func TestSharingMatrix(t *testing.T) {
	w := newWorld(t)
	type record struct {
		typ, id, query, path string
		owner                hub.Owner
	}
	district := func(code string) hub.Owner {
		return hub.Owner{Kind: hub.KindMediator, Level: hub.LevelDistrict, District: code}
	}
	records := []record{
		{"Mediator", "med_1", `mediator(by: {id: "med_1"})`, "mediator", district("120101")},
		{"Person", "per_1", `mediator(by: {id: "med_1"}) { person`, "mediator.person", district("120101")},
		{"Expert", "exp_1", `expert(by: {id: "exp_1"})`, "expert", hub.Owner{Kind: hub.KindExpert, Level: hub.LevelCity, District: "120000"}},
		{"Person", "per_1", `expert(by: {id: "exp_1"}) { person`, "expert.person", hub.Owner{Kind: hub.KindExpert, Level: hub.LevelCity, District: "120000"}},
		{"Person", "per_1", `node(id: "per_1") { ... on Person`, "node", hub.Owner{Kind: hub.KindPerson}},
		{"InvitedListing", "inv_1", `invitedListing(by: {id: "inv_1"})`, "invitedListing", hub.Owner{Kind: hub.KindInvitedListing, Level: hub.LevelDistrict, District: "120101", Court: "津0101"}},
		{"Organization", "org_1", `organization(by: {id: "org_1"})`, "organization", hub.Owner{Kind: hub.KindOrganization, Level: hub.LevelDistrict, District: "120101"}},
	}
	everybody := []string{"anonymous"}
	for _, c := range callers {
		everybody = append(everybody, c.name)
	}
	for _, r := range records {
		held := w.record(t, r.id)
		for _, caller := range everybody {
			t.Run(r.path+"/"+caller, func(t *testing.T) {
				var selection []string
				for _, f := range schema().Types[r.typ].Fields {
					if d := schema().Types[f.Type.Name()]; !strings.HasPrefix(f.Name, "__") && (d.Kind == ast.Scalar || d.Kind == ast.Enum) && !answersGiven(f) {
						selection = append(selection, f.Name)
					}
				}
				query := "{ " + r.query + " { " + strings.Join(selection, " ") + " }" + strings.Repeat(" }", 1+strings.Count(r.query, "{ "))
				answer := w.ask(t, caller, query, nil)
				var data any
				answer.into(t, &data)
				for _, key := range strings.Split(r.path, ".") {
					data = data.(map[string]any)[key]
				}
				seen := data.(map[string]any)
				told := map[string]bool{}
				for _, e := range answer.Errors {
					if e.Extensions["code"] != "FORBIDDEN" {
						t.Errorf("error %v", e)
					}
					told[fmt.Sprint(e.Extensions["field"])] = true
				}
				for _, name := range selection {
					sharing, _ := directive(schema().Types[r.typ].Fields.ForName(name))
					there := held[name]
					may, ever := expected(caller, sharing, r.owner)
					if shown := seen[name] != nil && !reflect.DeepEqual(seen[name], []any{}); shown != (may && there) {
						t.Errorf("%s (%v) is %v; may read: %v, there: %v", name, sharing, seen[name], may, there)
					}
					if told[r.typ+"."+name] != !ever {
						t.Errorf("%s (%v): told that it is forbidden: %v, want %v", name, sharing, told[r.typ+"."+name], !ever)
					}
				}
			})
		}
	}
}

// answersGiven reports whether a field answers only about what is given to it. It
// holds nothing itself; who gets an answer stands in testdata/matrix/fields.txt.
func answersGiven(f *ast.FieldDefinition) bool {
	return slices.ContainsFunc(f.Arguments, func(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil })
}

// record tells which fields of a record hold something.
func (w *world) record(t *testing.T, id string) map[string]bool {
	t.Helper()
	snap, err := w.store.Store.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	parsed, err := hub.ParseID(id)
	if err != nil {
		t.Fatal(err)
	}
	versions, err := snap.Get(0, parsed)
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.ValueOf(versions[0].Record).Elem()
	held := map[string]bool{"status": true, "revision": true, "updatedAt": true, "available": true}
	for _, f := range reflect.VisibleFields(v.Type()) {
		if !f.Anonymous {
			held[fieldOf(f.Name)] = !v.FieldByIndex(f.Index).IsZero() || f.Type.Kind() == reflect.Bool
		}
	}
	return held
}

// expected says, by the caller's name alone, whether a field of this sharing and
// owner is seen, and whether there can be a record in which it is.
func expected(caller string, s hub.Sharing, o hub.Owner) (may, ever bool) {
	if s.Class == hub.Public {
		return true, true
	}
	role, where, _ := strings.Cut(caller, "+")
	admin, of, _ := strings.Cut(caller, "-admin")
	of = strings.TrimPrefix(of, "-")
	conditional := s.Class == hub.Conditional
	switch {
	case role == "partner":
		granted := conditional && (where == "all" || where != "" && where == string(s.Scope))
		return granted, granted
	case admin == "city":
		return conditional || o.Level == hub.LevelCity && o.Kind != hub.KindInvitedListing, true
	case admin == "district":
		return o.Level == hub.LevelDistrict && o.District == of && o.Kind != hub.KindInvitedListing, true
	case caller == "court-keeper-津0101":
		return o.Kind == hub.KindInvitedListing && o.Court == "津0101", true
	case caller == "expert-keeper":
		return o.Kind == hub.KindExpert && o.Level == hub.LevelCity, true
	}
	return false, false
}

// TestForbiddenIsSaidOnceAField repeats a field in rows, aliases and fragments.
func TestForbiddenIsSaidOnceAField(t *testing.T) {
	w := newWorld(t)
	const query = `query ($no: Boolean!) {
		a: mediators { nodes { ...f x: phone } edges { node { phone } } }
		b: mediators { nodes { note @include(if: $no) ... on RosterEntry { name } } }
	} fragment f on Mediator { phone person { mobile @skip(if: true) } }`
	answer := w.ask(t, "", query, map[string]any{"no": false})
	if len(answer.Errors) != 1 || answer.Errors[0].Extensions["field"] != "Mediator.phone" {
		t.Fatalf("errors %v, want one, of Mediator.phone", answer.Errors)
	}
	if path, _ := json.Marshal(answer.Errors[0].Path); string(path) != `["a","nodes"]` {
		t.Errorf("path %s, want that of the first list", path)
	}
	if answer.status != 200 || len(answer.Data) == 0 {
		t.Errorf("status %d, data %s", answer.status, answer.Data)
	}
}

// TestNoClassCanChangeUnseen shows of every field of every record that its class is
// written down three times, and by hand: where one of them is changed, the contract
// and the records differ; where two are, the matrix of reading does.
func TestNoClassCanChangeUnseen(t *testing.T) {
	open, closed := schema().Types["Mediator"].Fields.ForName("name").Directives, schema().Types["Mediator"].Fields.ForName("note").Directives
	for name := range bearers {
		for i, f := range schema().Types[name].Fields {
			said, ok := directive(f)
			if !ok {
				continue
			}
			definition := *schema().Types[name]
			definition.Fields = slices.Clone(definition.Fields)
			changed := *f
			if changed.Directives = open; said.Class == hub.Public {
				changed.Directives = closed
			}
			definition.Fields[i] = &changed
			altered := *schema()
			altered.Types = maps.Clone(altered.Types)
			altered.Types[name] = &definition
			if len(unequal(&altered)) == 0 {
				t.Errorf("%s.%s may be of another class and nobody notices", name, f.Name)
			}
		}
	}
	column := func(name string) int {
		return slices.IndexFunc(columns, func(c struct {
			name string
			key  hub.APIKey
		}) bool {
			return c.name == name
		})
	}
	held := map[string]bool{}
	for _, d := range readMatrix(t).types {
		if bearers[d.name] == nil {
			continue
		}
		for _, row := range d.rows {
			f := schema().Types[d.name].Fields.ForName(row.name)
			said, _ := directive(f)
			by := hub.Sharing{Class: hub.Conditional, Scope: said.Scope}
			switch {
			case row.cells[column("anon")] != cellDenied:
				by = hub.Sharing{Class: hub.Public}
			case row.cells[column("all")] == cellDenied:
				by = hub.Sharing{Class: hub.SourceOnly}
			case row.cells[column("contact")] != cellDenied:
				by.Scope = hub.ScopeContact
			case row.cells[column("profile")] != cellDenied:
				by.Scope = hub.ScopeProfile
			}
			if by != said && !answersGiven(f) { // which goes by who asks, not by a class of what is held
				t.Errorf("%s: %s.%s is %v by its cells and %v in the contract", row.place, d.name, row.name, by, said)
			}
			held[d.name+"."+row.name] = true
		}
	}
	for name := range bearers {
		for _, f := range schema().Types[name].Fields {
			if !held[name+"."+f.Name] && !strings.HasPrefix(f.Name, "__") {
				t.Errorf("%s.%s has no cells", name, f.Name)
			}
		}
	}
}
