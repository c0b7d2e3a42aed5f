package plan

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// What the parser makes of a document, in bytes: measured, and rather too much.
const (
	nodeBytes    = 320 // a selection, an argument, a value or a directive, with its place in the text
	commentBytes = 128
)

// Weight is about how many bytes a checked document takes in memory: its words can be
// as short as a letter, and each becomes an object.
func Weight(doc *ast.QueryDocument, text string) int {
	nodes := 0
	var values func(*ast.Value)
	values = func(v *ast.Value) {
		if v == nil {
			return
		}
		nodes++
		for _, child := range v.Children {
			nodes++
			values(child.Value)
		}
	}
	arguments := func(list ast.ArgumentList) {
		nodes += len(list)
		for _, a := range list {
			values(a.Value)
		}
	}
	directives := func(list ast.DirectiveList) {
		nodes += len(list)
		for _, d := range list {
			arguments(d.Arguments)
		}
	}
	var selections func(ast.SelectionSet)
	selections = func(set ast.SelectionSet) {
		nodes += len(set)
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				arguments(s.Arguments)
				directives(s.Directives)
				selections(s.SelectionSet)
			case *ast.InlineFragment:
				directives(s.Directives)
				selections(s.SelectionSet)
			case *ast.FragmentSpread:
				directives(s.Directives)
			}
		}
	}
	for _, operation := range doc.Operations {
		nodes += 1 + 2*len(operation.VariableDefinitions)
		for _, variable := range operation.VariableDefinitions {
			values(variable.DefaultValue)
			directives(variable.Directives)
		}
		directives(operation.Directives)
		selections(operation.SelectionSet)
	}
	for _, fragment := range doc.Fragments {
		nodes++
		directives(fragment.Directives)
		selections(fragment.SelectionSet)
	}
	return 2*len(text) + commentBytes*strings.Count(text, "#") + nodeBytes*nodes
}
