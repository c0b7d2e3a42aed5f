package house

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// contract is the schema as it stands in the repository.
func contract(t *testing.T) *ast.Schema {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "schema.graphqls"))
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, string(text))
}

func parse(t *testing.T, text string) *ast.Schema {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphqls", Input: text})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// bilingual is a description in Chinese, then / or a new line, then English.
var bilingual = regexp.MustCompile(`(?s)\p{Han}.*?[/\n][^\p{L}]*[A-Za-z]`)

// undescribed returns a sentence for each type, field, argument, enum value and
// directive that is not described in both languages: descriptions are the
// partners' manual, and the explorer shows them.
func undescribed(schema *ast.Schema) []string {
	var missing []string
	want := func(description, format string, args ...any) {
		if !bilingual.MatchString(description) {
			missing = append(missing, fmt.Sprintf(format, args...)+fmt.Sprintf(": described as %q, want 中文 / English", description))
		}
	}
	ours := func(position *ast.Position) bool {
		return position != nil && position.Src != nil && !position.Src.BuiltIn
	}

	for _, definition := range schema.Types {
		if definition.BuiltIn || !ours(definition.Position) {
			continue
		}
		want(definition.Description, "%s %s", strings.ToLower(string(definition.Kind)), definition.Name)
		for _, field := range definition.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			want(field.Description, "field %s.%s", definition.Name, field.Name)
			for _, argument := range field.Arguments {
				want(argument.Description, "argument %s.%s(%s)", definition.Name, field.Name, argument.Name)
			}
		}
		for _, value := range definition.EnumValues {
			want(value.Description, "value %s.%s", definition.Name, value.Name)
		}
	}
	for _, directive := range schema.Directives {
		if !ours(directive.Position) {
			continue
		}
		want(directive.Description, "directive @%s", directive.Name)
		for _, argument := range directive.Arguments {
			want(argument.Description, "argument @%s(%s)", directive.Name, argument.Name)
		}
	}
	return missing
}

func TestEverythingIsDescribedInBothLanguages(t *testing.T) {
	for _, complaint := range undescribed(contract(t)) {
		t.Error(complaint)
	}
}

func TestMissingDescriptionsAreFound(t *testing.T) {
	const good = `"查询 / Queries" type Query { "人 / A person" person("编号 / Its id" id: ID): Kind @mark }
		"类 / Kinds" enum Kind { "甲 / First" A }
		"入参 / Input" input In { "名 / Name" name: String }
		"标记 / A mark" directive @mark("因 / Why" why: String) on FIELD_DEFINITION`
	t.Run("all described", func(t *testing.T) { expect(t, undescribed(parse(t, good)), "") })

	for name, c := range map[string]struct{ described, instead, complaint string }{
		"type without":      {`"类 / Kinds"`, ``, "enum Kind"},
		"field without":     {`"人 / A person"`, ``, "field Query.person"},
		"argument without":  {`"编号 / Its id"`, ``, "argument Query.person(id)"},
		"value without":     {`"甲 / First"`, ``, "value Kind.A"},
		"input field":       {`"名 / Name"`, ``, "field In.name"},
		"directive without": {`"标记 / A mark"`, ``, "directive @mark"},
		"its argument":      {`"因 / Why"`, ``, "argument @mark(why)"},
		"Chinese only":      {`"人 / A person"`, `"人"`, "field Query.person"},
		"English only":      {`"人 / A person"`, `"A person / people"`, "field Query.person"},
		"English first":     {`"人 / A person"`, `"A person / 人"`, "field Query.person"},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, undescribed(parse(t, strings.Replace(good, c.described, c.instead, 1))), c.complaint)
		})
	}
}

// deaf returns a sentence for each argument that the machine-made code never
// hands on. gqlgen binds a field to a model field of the same name without a
// word, and its arguments are then ignored, unless gqlgen.yml says
// `resolver: true` for it.
func deaf(schema *ast.Schema, machineMade string) []string {
	var ignored []string
	for _, definition := range schema.Types {
		if definition.BuiltIn || definition.Kind != ast.Object {
			continue
		}
		for _, field := range definition.Fields {
			if len(field.Arguments) == 0 || strings.HasPrefix(field.Name, "__") {
				continue
			}
			name := definition.Name + "." + field.Name
			start := strings.Index(machineMade, "\nfunc (ec *executionContext) _"+definition.Name+"_"+field.Name+"(")
			if start < 0 {
				ignored = append(ignored, name+": the machine-made code does not know it")
				continue
			}
			body, _, _ := strings.Cut(machineMade[start:], "\n}\n")
			for _, argument := range field.Arguments {
				if !strings.Contains(body, `fc.Args["`+argument.Name+`"]`) {
					ignored = append(ignored, fmt.Sprintf("%s: its argument %s is ignored: set `resolver: true` for it in gqlgen.yml", name, argument.Name))
				}
			}
		}
	}
	return ignored
}

func TestEveryArgumentReachesAResolver(t *testing.T) {
	var machineMade strings.Builder
	names, err := filepath.Glob(filepath.Join(root, "graph/generated/*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no code in graph/generated (%v): run make generate", err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		machineMade.Write(text)
	}
	for _, complaint := range deaf(contract(t), machineMade.String()) {
		t.Error(complaint)
	}
}

func TestIgnoredArgumentsAreFound(t *testing.T) {
	schema := parse(t, `type Query { list(first: Int): [String] plain: String }`)
	function := func(body string) string {
		return "\nfunc (ec *executionContext) _Query_list(ctx context.Context) {\n\treturn " + body + "\n}\n" +
			"\nfunc (ec *executionContext) _Query_other(ctx context.Context) {\n\treturn f(fc.Args[\"first\"])\n}\n"
	}
	t.Run("handed on", func(t *testing.T) { expect(t, deaf(schema, function(`resolver.List(ctx, fc.Args["first"])`)), "") })
	t.Run("bound to a field", func(t *testing.T) {
		expect(t, deaf(schema, function(`obj.List`)), "Query.list: its argument first is ignored")
	})
	t.Run("not generated", func(t *testing.T) { expect(t, deaf(schema, ""), "does not know it") })
}
