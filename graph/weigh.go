package graph

import (
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"concord/graph/model"
	"concord/internal/hub"
)

// Limits bound what one operation may ask for.
type Limits = model.Limits

// DefaultLimits are the published limits.
var DefaultLimits = Limits{Tokens: 8000, Selections: 600, Repeats: 100, Directives: 100, Parts: 60, Depth: 16, RootFields: 20, Aliases: 50, Cost: 100_000}

// weight is what the contract says about a field before it is asked for.
type weight struct {
	cost    int
	size    int      // assumed length of the list, 1 for what is none
	slicing []string // arguments that say the length
	sized   []string // fields below that have that length; none means the field itself
	sharing hub.Sharing
	shared  hub.SharedField // the same, with its name

	introspects bool // a list of the schema about itself
}

// schemaLists are the lists by which a schema tells about itself.
var schemaLists = []string{"types", "fields", "args", "inputFields", "enumValues", "possibleTypes", "interfaces", "directives", "locations"}

// introspectionSizes returns how long the lists of introspection are, by the lists
// they stand in (types.fields.args). Below types they are so long on average;
// anywhere else a caller may pick the longest one.
func introspectionSizes(schema *ast.Schema) map[string]int {
	sums, longest := map[string]int{}, map[string]int{}
	count := func(list string, n int) {
		sums[list] += n
		longest[list] = max(longest[list], n)
	}
	count("types", len(schema.Types))
	count("directives", len(schema.Directives))
	for _, d := range schema.Types {
		if d.Kind == ast.InputObject {
			count("inputFields", len(d.Fields))
		} else {
			count("fields", len(d.Fields))
		}
		for _, f := range d.Fields {
			count("args", len(f.Arguments))
		}
		count("enumValues", len(d.EnumValues))
		count("interfaces", len(d.Interfaces))
		count("possibleTypes", len(schema.PossibleTypes[d.Name]))
	}
	for _, d := range schema.Directives {
		count("args", len(d.Arguments))
		count("locations", len(d.Locations))
	}
	sizes := map[string]int{}
	mean := func(list, of string, n int) { sizes[list] = (sums[of] + n - 1) / n }
	for _, name := range schemaLists {
		sizes[name] = longest[name]
		mean("types."+name, name, len(schema.Types))
	}
	mean("types.fields.args", "args", sums["fields"])
	return sizes
}

// weights reads the weight of every field of the schema.
func weights(schema *ast.Schema) map[*ast.FieldDefinition]*weight {
	all := map[*ast.FieldDefinition]*weight{}
	for _, definition := range schema.Types {
		for _, field := range definition.Fields {
			w := &weight{cost: 1, size: 1, sharing: hub.Sharing{Class: hub.Public}}
			w.introspects = definition.BuiltIn && slices.Contains(schemaLists, field.Name)
			if kind := schema.Types[field.Type.Name()].Kind; strings.HasPrefix(definition.Name, "__") && (kind == ast.Scalar || kind == ast.Enum) {
				w.cost = 0 // a word of the contract, which lies in memory; what it is a word of has been weighed
			}
			if field.Name == "__schema" {
				w.cost = schemaCost
			}
			if d := field.Directives.ForName("cost"); d != nil {
				w.cost, _ = strconv.Atoi(d.Arguments.ForName("weight").Value.Raw)
			}
			if d := field.Directives.ForName("listSize"); d != nil {
				if size := d.Arguments.ForName("assumedSize"); size != nil {
					w.size, _ = strconv.Atoi(size.Value.Raw)
				}
				w.slicing, w.sized = texts(d.Arguments.ForName("slicingArguments")), texts(d.Arguments.ForName("sizedFields"))
			}
			if d := field.Directives.ForName("sharing"); d != nil {
				w.sharing.Class = hub.Class(d.Arguments.ForName("class").Value.Raw)
				if scope := d.Arguments.ForName("scope"); scope != nil {
					w.sharing.Scope = hub.Scope(scope.Value.Raw)
				}
			}
			w.shared = hub.SharedField{Type: definition.Name, Name: field.Name, Sharing: w.sharing}
			all[field] = w
		}
	}
	return all
}

func texts(a *ast.Argument) (list []string) {
	if a != nil {
		for _, child := range a.Value.Children {
			list = append(list, child.Value.Raw)
		}
	}
	return list
}

// denial is a field that the caller can read in no record at all.
type denial struct {
	field   string // Mediator.phone
	sharing hub.Sharing
	path    ast.Path // up to the first list
}

// weighing is one walk over an operation that decides everything which can be
// decided from the document: depth, aliases, root fields, cost, input values, and
// which fields the caller can never see. It stops at the first limit.
type weighing struct {
	schema  *ast.Schema
	weights map[*ast.FieldDefinition]*weight
	sizes   map[string]int // of introspection
	limits  Limits
	vars    map[string]any
	caller  *hub.Principal

	fleeting bool // the answer may not be kept, see keep

	cost    int
	visited int // selections, as often as fragments are spread
	aliases int
	roots   int
	root    string // the one field asked for, or several
	denied  []denial
	stream  *stream // of a subscription
}

// place is where in the operation the walk stands.
type place struct {
	depth int
	times int      // how often what stands here is computed
	size  int      // length of the fields below that are in sized
	sized []string //
	path  ast.Path // response keys, up to and including the first list
	list  bool     // whether path has reached a list
	told  string   // the lists of introspection above: types.fields.
}

func (w *weighing) selections(set ast.SelectionSet, at place) error {
	for _, selection := range set {
		if w.visited++; w.visited > w.limits.Cost {
			return tooMuch("cost", w.limits.Cost, "查询的成本超过 %d 点。请减少重复展开的片段，或分成几次查询。")
		}
		var err error
		switch s := selection.(type) {
		case *ast.Field:
			if w.included(s.Directives) {
				err = w.field(s, at)
			}
		case *ast.InlineFragment:
			if w.included(s.Directives) {
				err = w.selections(s.SelectionSet, at)
			}
		case *ast.FragmentSpread:
			if w.included(s.Directives) {
				err = w.selections(s.Definition.SelectionSet, at)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *weighing) field(f *ast.Field, at place) error {
	at.depth++
	if at.depth > w.limits.Depth {
		return tooMuch("depth", w.limits.Depth, "查询嵌套超过 %d 层。请减少嵌套，或分成几次查询。")
	}
	if at.depth == 1 {
		if w.root == "" {
			w.root = f.Name
		} else if w.root != f.Name {
			w.root = "several"
		}
		if w.limits.ClosedSchema && w.caller.Role == hub.RoleAnonymous && (f.Name == "__schema" || f.Name == "__type") {
			return hub.Forbidden("接口说明不对匿名访问开放。请带上本单位的密钥，或向市人社局索取。")
		}
		if w.roots++; w.roots > w.limits.RootFields {
			return tooMuch("rootFields", w.limits.RootFields, "一次查询的顶层字段超过 %d 个。请分成几次查询。")
		}
	}
	if f.Alias != f.Name {
		if w.aliases++; w.aliases > w.limits.Aliases {
			return tooMuch("aliases", w.limits.Aliases, "一次查询的别名超过 %d 个。请分成几次查询。")
		}
	}
	weight := w.weights[f.Definition]
	if weight == nil {
		weight = &introspection
	}
	var arguments map[string]any
	if len(f.Arguments) > 0 {
		arguments = f.ArgumentMap(w.vars)
		if err := w.arguments(f, arguments); err != nil {
			return err
		}
	}
	if w.cost += at.times * weight.cost; w.cost > w.limits.Cost {
		return tooMuch("cost", w.limits.Cost, "查询的成本超过 %d 点。请减小 first、减少嵌套的列表，或分成几次查询。")
	}
	isList := f.Definition.Type.Elem != nil
	if !at.list {
		at.path = append(slices.Clip(at.path), ast.PathName(f.Alias))
	}
	w.keep(f, weight.sharing)
	if weight.sharing.Class != hub.Public {
		w.caller.Ask(weight.shared.Path())
	} else if f.ObjectDefinition != nil && f.ObjectDefinition.Name == "FieldChange" {
		w.caller.AskChanges()
	}
	if weight.sharing.Class != hub.Public && !w.caller.SeesSomeOf(weight.shared) {
		w.deny(f, weight.sharing, at.path)
	}
	if len(f.SelectionSet) == 0 {
		return nil
	}
	below := place{depth: at.depth, times: at.times, size: 1, path: at.path, list: at.list || isList}
	if slices.Contains(at.sized, f.Name) {
		below.times *= at.size
	}
	switch {
	case weight.introspects:
		below.told = at.told + f.Name + "."
		size, known := w.sizes[at.told+f.Name]
		if !known {
			size = w.sizes[f.Name]
		}
		below.times *= size
	case len(weight.sized) > 0:
		below.size, below.sized = weight.length(arguments), weight.sized
	default:
		below.times *= weight.length(arguments)
	}
	return w.selections(f.SelectionSet, below)
}

// introspection is the weight of __typename.
var introspection = weight{cost: 1, size: 1, sharing: hub.Sharing{Class: hub.Public}}

// schemaCost is what asking for the whole schema costs beside what is asked of it: the
// answer is long even where its words cost nothing, and once a query is enough.
const schemaCost = 20_000

// length is how long the list will be. What exceeds a page is the hub's to
// refuse, in its own words.
func (w *weight) length(arguments map[string]any) int {
	for _, name := range w.slicing {
		switch v := arguments[name].(type) {
		case nil:
		case []any:
			return min(len(v), hub.MaxNodes)
		case int64:
			return int(min(max(v, 0), hub.MaxPageSize))
		case string: // clients may send integers as text
			if n, err := strconv.Atoi(v); err == nil {
				return min(max(n, 0), hub.MaxPageSize)
			}
			return hub.MaxPageSize
		default:
			return hub.MaxPageSize
		}
	}
	return w.size
}

func (w *weighing) deny(f *ast.Field, s hub.Sharing, path ast.Path) {
	name := f.ObjectDefinition.Name + "." + f.Name
	if !slices.ContainsFunc(w.denied, func(d denial) bool { return d.field == name }) {
		w.denied = append(w.denied, denial{name, s, path})
	}
}

// included reports whether @skip and @include leave a selection in.
func (w *weighing) included(directives ast.DirectiveList) bool {
	if len(directives) == 0 {
		return true
	}
	if d := directives.ForName("skip"); d != nil && d.ArgumentMap(w.vars)["if"] == true {
		return false
	}
	if d := directives.ForName("include"); d != nil && d.ArgumentMap(w.vars)["if"] == false {
		return false
	}
	return true
}

// arguments checks what the validator leaves unchecked in values that come by
// variables: the one key of a @oneOf input, and the spelling of enum values.
func (w *weighing) arguments(f *ast.Field, given map[string]any) error {
	for _, definition := range f.Definition.Arguments {
		if value, ok := given[definition.Name]; ok {
			if err := w.input(definition.Type, value, definition.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *weighing) input(t *ast.Type, value any, at string) error {
	if value == nil {
		return nil
	}
	if t.Elem != nil {
		items, ok := value.([]any)
		if !ok {
			items = []any{value}
		}
		for _, item := range items {
			if err := w.input(t.Elem, item, at); err != nil {
				return err
			}
		}
		return nil
	}
	definition := w.schema.Types[t.NamedType]
	switch definition.Kind {
	case ast.Enum:
		if s, ok := value.(string); !ok || definition.EnumValues.ForName(s) == nil {
			return hub.Invalid(at, "所给的不是 %s 的取值。可用的取值见接口说明中的 %s。", definition.Name, definition.Name)
		}
	case ast.InputObject:
		fields, _ := value.(map[string]any)
		if definition.Directives.ForName("oneOf") != nil && !exactlyOne(fields) {
			return hub.Invalid(at, "%s 须且只能给出一项：%s。", at, fieldNames(definition))
		}
		for _, field := range definition.Fields {
			if err := w.input(field.Type, fields[field.Name], at+"."+field.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

func exactlyOne(fields map[string]any) bool {
	for _, value := range fields {
		return len(fields) == 1 && value != nil
	}
	return false
}

func fieldNames(d *ast.Definition) string {
	names := ""
	for i, field := range d.Fields {
		if i > 0 {
			names += "、"
		}
		names += field.Name
	}
	return names
}

// limitError says that an operation asks for more than [Limits] allow.
type limitError struct {
	cause *hub.Error
	limit string // cost, depth …
	most  int
}

func (e *limitError) Error() string { return e.cause.Error() }
func (e *limitError) Unwrap() error { return e.cause }

func tooMuch(limit string, most int, format string) error {
	return &limitError{hub.Invalid("", format, most), limit, most}
}

// written is a look at a document before it is validated. The validator compares
// fields with each other, so its work grows with the square of what is repeated
// and with how deep selections are nested; all of it is bounded here in one pass.
type written struct {
	limits     Limits
	fragments  ast.FragmentDefinitionList
	selections int
	directives int
	repeats    map[string]int // by response name
}

func checkWritten(l Limits, doc *ast.QueryDocument) error {
	w := written{limits: l, fragments: doc.Fragments, repeats: map[string]int{}}
	if len(doc.Operations) > l.Parts || len(doc.Fragments) > l.Parts {
		return tooMuch("parts", l.Parts, "查询文档中的操作或片段超过 %d 个。请分成几份文档。")
	}
	for _, operation := range doc.Operations {
		if len(operation.VariableDefinitions) > l.Parts {
			return tooMuch("parts", l.Parts, "一个操作的变量超过 %d 个。请把它们合成输入对象，或分成几次查询。")
		}
		for _, variable := range operation.VariableDefinitions {
			w.directives += len(variable.Directives)
		}
		if err := w.within(operation.Directives, operation.SelectionSet, 1); err != nil {
			return err
		}
	}
	for _, fragment := range doc.Fragments {
		if err := w.within(fragment.Directives, fragment.SelectionSet, 1); err != nil {
			return err
		}
	}
	return nil
}

// within looks at what carries directives, and at what is below.
func (w *written) within(directives ast.DirectiveList, below ast.SelectionSet, depth int) error {
	if w.directives += len(directives); w.directives > w.limits.Directives {
		return tooMuch("directives", w.limits.Directives, "查询文档中的指令超过 %d 个。请删去不需要的指令，或分成几次查询。")
	}
	return w.look(below, depth)
}

func (w *written) look(set ast.SelectionSet, depth int) error {
	if depth > 2*w.limits.Depth { // a fragment may stand between two fields
		return tooMuch("depth", w.limits.Depth, "查询嵌套超过 %d 层。请减少嵌套，或分成几次查询。")
	}
	for _, selection := range set {
		if w.selections++; w.selections > w.limits.Selections {
			return tooMuch("selections", w.limits.Selections, "查询文档中的字段超过 %d 个。请删去不需要的字段，或分成几次查询。")
		}
		var below ast.SelectionSet
		var directives ast.DirectiveList
		switch s := selection.(type) {
		case *ast.Field:
			if w.repeats[s.Alias]++; w.repeats[s.Alias] > w.limits.Repeats {
				return tooMuch("repeats", w.limits.Repeats, "查询文档中同名的字段超过 %d 个。请删去重复的字段，或改用片段。")
			}
			below, directives = s.SelectionSet, s.Directives
		case *ast.InlineFragment:
			below, directives = s.SelectionSet, s.Directives
		case *ast.FragmentSpread:
			if w.fragments.ForName(s.Name) == nil { // the validator compares each such name with every other
				return hub.Invalid("query", "没有第 %d 行第 %d 列所写的片段。请补上它的定义。", s.Position.Line, s.Position.Column)
			}
			directives = s.Directives
		}
		if err := w.within(directives, below, depth+1); err != nil {
			return err
		}
	}
	return nil
}
