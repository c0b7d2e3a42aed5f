package graph_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// The matrices say, by hand, what each caller may do and see: testdata/matrix has
// a line for every mutation, every field of the roots and every field of every
// type. How to write them stands at the top of each file.

const (
	mutationsFile = "testdata/matrix/mutations.txt"
	queriesFile   = "testdata/matrix/queries.txt"
	fieldsFile    = "testdata/matrix/fields.txt"
)

// What a cell can say. Of a mutation it is, besides, a code of userErrors.
const (
	cellDone   = "ok" // a change was made
	cellSeen   = "v"  // something is shown
	cellNull   = "-"  // nothing is shown, and nothing said
	cellDenied = "F"  // of a field: null, and said to be forbidden; of a mutation: FORBIDDEN in userErrors
	cellFault  = "F!" // the operation as a whole is FORBIDDEN
	cellWho    = "U"  // UNAUTHENTICATED
	cellBeyond = "x"  // of a field: nothing that has it is reached
)

// row is a line of a file with a cell for each column, and what stands indented
// below it.
type row struct {
	place string // file:line
	name  string
	cells []string
	text  string
}

// typeRows are the lines of a type: how it is reached, and what is seen of it.
type typeRows struct {
	place string
	name  string
	at    []string // operations that reach it, with * for the fields
	rows  []row    // a field each
}

// matrix is all that the files say.
type matrix struct {
	mutations, queries []row
	types              []typeRows
	values             map[string]string // types whose fields need no lines → place
	arguments          map[string]string // Type.field → its arguments
	wrong              []string          // about the files themselves
}

func (m *matrix) complain(place, format string, args ...any) {
	m.wrong = append(m.wrong, place+": "+fmt.Sprintf(format, args...))
}

// readMatrix reads the files.
func readMatrix(t *testing.T) *matrix {
	t.Helper()
	read := func(name string) string {
		text, err := os.ReadFile(filepath.FromSlash(name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	return parseMatrix(read(mutationsFile), read(queriesFile), read(fieldsFile))
}

func parseMatrix(mutations, queries, fields string) *matrix {
	m := &matrix{values: map[string]string{}, arguments: map[string]string{}}
	m.mutations = m.parseRows(mutationsFile, mutations)
	m.queries = m.parseRows(queriesFile, queries)
	m.parseTypes(fields)
	return m
}

// eachLine yields the lines that say something, with their place and whether they
// are indented.
func eachLine(file, text string, yield func(place, line string, indented bool)) {
	for i, line := range strings.Split(text, "\n") {
		if trimmed := strings.TrimSpace(line); trimmed != "" && !strings.HasPrefix(trimmed, "#") {
			yield(fmt.Sprintf("%s:%d", file, i+1), trimmed, line[0] == ' ' || line[0] == '\t')
		}
	}
}

func (m *matrix) parseRows(file, text string) (rows []row) {
	eachLine(file, text, func(place, line string, indented bool) {
		if indented && len(rows) > 0 {
			rows[len(rows)-1].text += line + "\n"
			return
		}
		words := strings.Fields(line)
		if len(words) != 1+len(columns) {
			m.complain(place, "%s has %d cells, not one for each of %s", words[0], len(words)-1, columnNames())
			return
		}
		rows = append(rows, row{place: place, name: words[0], cells: words[1:]})
	})
	return rows
}

func (m *matrix) parseTypes(text string) {
	eachLine(fieldsFile, text, func(place, line string, indented bool) {
		first, rest, _ := strings.Cut(line, " ")
		rest = strings.TrimSpace(rest)
		switch {
		case !indented && first == "type":
			m.types = append(m.types, typeRows{place: place, name: rest})
		case !indented && first == "value":
			for _, name := range strings.Fields(rest) {
				m.values[name] = place
			}
		case !indented && first == "with":
			field, arguments, _ := strings.Cut(rest, " ")
			m.arguments[field] = arguments
		case !indented || len(m.types) == 0:
			m.complain(place, "%q begins with none of type, value and with", line)
		case first == "at":
			m.types[len(m.types)-1].at = append(m.types[len(m.types)-1].at, rest)
		default:
			m.parseFields(&m.types[len(m.types)-1], place, strings.Fields(line))
		}
	})
}

func (m *matrix) parseFields(d *typeRows, place string, words []string) {
	if len(words) <= len(columns) {
		m.complain(place, "%s has no cell for each of %s, and then the fields of which they hold", d.name, columnNames())
		return
	}
	for _, field := range words[len(columns):] {
		d.rows = append(d.rows, row{place: place, name: field, cells: words[:len(columns)]})
	}
}

func columnNames() string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	return strings.Join(names, " ")
}

// roots are the types at which operations begin, by name.
func roots(s *ast.Schema) map[string]*ast.Definition {
	found := map[string]*ast.Definition{}
	for _, d := range []*ast.Definition{s.Query, s.Mutation, s.Subscription} {
		if d != nil {
			found[d.Name] = d
		}
	}
	return found
}

// reached returns the object types that an operation can come to.
func reached(s *ast.Schema) map[string]bool {
	found := map[string]bool{}
	var visit func(d *ast.Definition)
	visit = func(d *ast.Definition) {
		if d == nil || found[d.Name] {
			return
		}
		found[d.Name] = true
		for _, possible := range s.GetPossibleTypes(d) {
			visit(possible)
		}
		for _, f := range d.Fields {
			if !strings.HasPrefix(f.Name, "__") {
				visit(s.Types[f.Type.Name()])
			}
		}
	}
	for _, d := range roots(s) {
		visit(d)
	}
	for name := range found {
		if s.Types[name].Kind != ast.Object || roots(s)[name] != nil {
			delete(found, name)
		}
	}
	return found
}

// incomplete returns a sentence for whatever has no line, and for each line that
// is of nothing in the contract.
func (m *matrix) incomplete(s *ast.Schema) []string {
	wrong := slices.Clone(m.wrong)
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }

	said := map[string]bool{}
	for _, of := range []struct {
		file string
		rows []row
		defs []*ast.Definition
		what string
	}{
		{mutationsFile, m.mutations, []*ast.Definition{s.Mutation}, "mutation"},
		{queriesFile, m.queries, []*ast.Definition{s.Query, s.Subscription}, "query"},
	} {
		for _, d := range of.defs {
			if d == nil {
				continue
			}
			for _, f := range d.Fields {
				if !strings.HasPrefix(f.Name, "__") && !slices.ContainsFunc(of.rows, func(r row) bool { return r.name == f.Name }) {
					complain("the %s %s has no rule: add a line %q to graph/%s, with what each of %s gets, and below it what is asked", of.what, f.Name, f.Name+" …", of.file, columnNames())
				}
			}
		}
		for _, r := range of.rows {
			if !slices.ContainsFunc(of.defs, func(d *ast.Definition) bool { return d != nil && d.Fields.ForName(r.name) != nil }) {
				complain("graph/%s: there is no %s %s in schema.graphqls: remove the line, or correct it", r.place, of.what, r.name)
			}
		}
	}

	objects := reached(s)
	for _, d := range m.types {
		said[d.name] = true
		if !objects[d.name] {
			complain("graph/%s: no operation comes to a type %s: remove its lines, or correct them", d.place, d.name)
			continue
		}
		wrong = append(wrong, d.incomplete(s.Types[d.name])...)
	}
	for name, place := range m.values {
		switch {
		case !objects[name]:
			complain("graph/%s: no operation comes to a type %s: remove it, or correct it", place, name)
		case said[name]:
			complain("graph/%s: %s cannot be a value and have lines: keep one", place, name)
		case slices.ContainsFunc(s.Types[name].Fields, func(f *ast.FieldDefinition) bool { d, ok := directive(f); return ok && d.Class != "PUBLIC" }):
			complain("graph/%s: %s has fields that not everybody reads, and needs lines for them: add \"type %s\" in place of the value", place, name, name)
		}
		said[name] = true
	}
	for name := range objects {
		if !said[name] {
			complain("the type %s has no rules: add \"type %s\" to graph/%s, below it \"at …\" with a query that reaches one whose fields all hold something, and lines with what each of %s sees of its fields; or, when whoever comes to it sees all of it, add it to the values there", name, name, fieldsFile, columnNames())
		}
	}
	for field, place := range m.arguments {
		name, of, _ := strings.Cut(field, ".")
		if d := s.Types[name]; d == nil || d.Fields.ForName(of) == nil {
			complain("graph/%s: there is no field %s (%s): remove the line, or correct it", fieldsFile, field, place)
		}
	}
	slices.Sort(wrong)
	return wrong
}

func (d *typeRows) incomplete(def *ast.Definition) (wrong []string) {
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	said := map[string]bool{}
	for _, r := range d.rows {
		if def.Fields.ForName(r.name) == nil {
			complain("graph/%s: %s has no field %s: remove it, or correct it", r.place, d.name, r.name)
		}
		if said[r.name] {
			complain("graph/%s: %s.%s is said twice", r.place, d.name, r.name)
		}
		said[r.name] = true
	}
	if len(d.at) == 0 {
		complain("graph/%s: nothing says how to reach a %s: add \"at …\" with a query in which * stands for its fields", d.place, d.name)
	}
	for _, f := range def.Fields {
		if !strings.HasPrefix(f.Name, "__") && !said[f.Name] {
			complain("the field %s.%s has no rule: add it to the lines of \"type %s\" at graph/%s, with what each of %s sees", d.name, f.Name, d.name, d.place, columnNames())
		}
	}
	return wrong
}

// TestMatricesAreComplete fails when something in the contract has no rule.
func TestMatricesAreComplete(t *testing.T) {
	for _, complaint := range readMatrix(t).incomplete(schema()) {
		t.Error(complaint)
	}
}

// asking turns the files into operations.
type asking struct {
	schema *ast.Schema
	matrix *matrix
}

// field is a field as it is asked for: with the arguments that the file gives, and
// of a value all that is in it.
func (a *asking) field(of *ast.Definition, f *ast.FieldDefinition, within []string) string {
	text := f.Name + a.matrix.arguments[of.Name+"."+f.Name]
	d := a.schema.Types[f.Type.Name()]
	switch {
	case d.Kind == ast.Scalar || d.Kind == ast.Enum:
		return text
	case a.matrix.values[d.Name] == "" || slices.Contains(within, d.Name):
		return text + " { __typename }"
	}
	return text + " { __typename " + a.whole(d, append(slices.Clip(within), d.Name)) + " }"
}

// whole is every field of a value.
func (a *asking) whole(d *ast.Definition, within []string) string {
	var fields []string
	for _, f := range d.Fields {
		if !strings.HasPrefix(f.Name, "__") {
			fields = append(fields, a.field(d, f, within))
		}
	}
	return strings.Join(fields, " ")
}

// here marks the objects in an answer of which a type's lines speak.
const here = "here"

// atOnce is how many fields are asked for at once: an answer tells of so many
// forbidden ones only.
const atOnce = 15

// shown reports whether a value shows anything.
func shown(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	case map[string]any:
		for _, name := range []string{"edges", "nodes"} {
			if list, ok := v[name]; ok {
				return shown(list)
			}
		}
	}
	return true
}

// marked returns the objects of an answer that are marked.
func marked(v any) (found []map[string]any) {
	switch v := v.(type) {
	case map[string]any:
		if v[here] != nil {
			return []map[string]any{v}
		}
		for _, child := range v {
			found = append(found, marked(child)...)
		}
	case []any:
		for _, child := range v {
			found = append(found, marked(child)...)
		}
	}
	return found
}

// outcome is the cell of an operation that failed as a whole, "" when it did not.
func outcome(t *testing.T, place, column string, a *answer) string {
	t.Helper()
	for _, e := range a.Errors {
		switch code := e.Extensions["code"]; {
		case code == "UNAUTHENTICATED":
			return cellWho
		case code == "FORBIDDEN" && e.Extensions["field"] == nil:
			return cellFault
		case code != "FORBIDDEN":
			t.Errorf("graph/%s: %s is answered %v: %s", place, column, code, e.Message)
		}
	}
	return ""
}

// fieldCells returns what a caller sees of the fields of a type.
func (a *asking) fieldCells(t *testing.T, m *matrixWorld, d *typeRows, column string) map[string]string {
	t.Helper()
	cells := map[string]string{}
	def := a.schema.Types[d.name]
	for rows := range slices.Chunk(d.rows, atOnce) {
		selection := []string{here + ": __typename"}
		for _, r := range rows {
			selection = append(selection, a.field(def, def.Fields.ForName(r.name), []string{d.name}))
			cells[r.name] = cellBeyond
		}
		for _, at := range d.at {
			answer := a.reach(t, m, at, column, strings.Join(selection, " "))
			outcome(t, d.place, column, answer)
			told := map[string]bool{}
			for _, e := range answer.Errors {
				if field, ok := e.Extensions["field"].(string); ok {
					told[field] = true
				}
			}
			var data any
			if err := json.Unmarshal(answer.Data, &data); err != nil && len(answer.Data) > 0 {
				t.Fatal(err)
			}
			m.note(data)
			objects := marked(data)
			for _, r := range rows {
				cells[r.name] = better(cells[r.name], fieldCell(r.name, told[d.name+"."+r.name], objects))
			}
		}
	}
	return cells
}

func fieldCell(name string, told bool, objects []map[string]any) string {
	switch {
	case slices.ContainsFunc(objects, func(o map[string]any) bool { return shown(o[name]) }):
		return cellSeen
	case told:
		return cellDenied
	case len(objects) == 0:
		return cellBeyond
	}
	return cellNull
}

// better is the cell that shows more.
func better(a, b string) string {
	order := []string{cellBeyond, cellNull, cellDenied, cellSeen}
	if slices.Index(order, b) > slices.Index(order, a) {
		return b
	}
	return a
}

// reach asks for the fields of a type. An "at" that begins with mutation and its
// name makes that change, in a world of its own.
func (a *asking) reach(t *testing.T, m *matrixWorld, at, column, selection string) *answer {
	t.Helper()
	rest, ok := strings.CutPrefix(at, "mutation ")
	if !ok {
		return m.say(t, column, m.filled(t, "{ "+strings.Replace(at, "*", selection, 1)+" }"))
	}
	name, within, _ := strings.Cut(rest, " ")
	i := slices.IndexFunc(a.matrix.mutations, func(r row) bool { return r.name == name })
	if i < 0 {
		t.Fatalf("there is no mutation %s for %q", name, at)
	}
	f := m.fork(t)
	within = strings.Replace(within, "*", selection, 1)
	return f.say(t, column, a.mutation(t, f, &a.matrix.mutations[i], within, column, false))
}

var namesRecord = regexp.MustCompile(`\bid: "(\w+)"`)

// mutation is the operation of a line, with what every input wants filled in.
func (a *asking) mutation(t *testing.T, m *matrixWorld, r *row, selection, key string, preview bool) string {
	t.Helper()
	text := strings.TrimSpace(r.text)
	f := a.schema.Mutation.Fields.ForName(r.name)
	if argument := f.Arguments.ForName("input"); argument != nil {
		input := a.schema.Types[argument.Type.Name()]
		add := func(name, value string) {
			if input.Fields.ForName(name) != nil && !regexp.MustCompile(`(^|[\s,{])`+name+`:`).MatchString(text) {
				text += ", " + name + ": " + value
			}
		}
		add("reason", `"示例原因"`)
		add("idempotencyKey", fmt.Sprintf("%q", "matrix "+r.place+" "+key))
		if id := namesRecord.FindStringSubmatch(m.filled(t, text)); id != nil {
			add("expectedRevision", fmt.Sprint(m.revision(t, id[1])))
		}
		if preview {
			add("preview", "true")
		}
		text = "input: {" + strings.TrimPrefix(text, ", ") + "}"
	}
	if text != "" {
		text = "(" + text + ")"
	}
	return m.filled(t, "mutation { out: "+r.name+text+" "+selection+" }")
}

// mutationCell makes the change of a line, or judges it, and says what became of
// it.
func (a *asking) mutationCell(t *testing.T, m *matrixWorld, r *row, column string, preview bool) string {
	t.Helper()
	payload := a.schema.Types[a.schema.Mutation.Fields.ForName(r.name).Type.Name()]
	selection := ""
	if payload.Fields.ForName("revision") != nil {
		selection += " revision"
	}
	answer := m.say(t, column, a.mutation(t, m, r, "{ userErrors { code message }"+selection+" }", column, preview))
	if cell := outcome(t, r.place, column, answer); cell != "" {
		return cell
	}
	var data struct {
		Out struct {
			Revision   *int
			UserErrors []struct{ Code, Message string }
		}
	}
	if err := json.Unmarshal(answer.Data, &data); err != nil {
		t.Fatalf("graph/%s: %s: %v in %s", r.place, column, err, answer.body)
	}
	switch errors := data.Out.UserErrors; {
	case len(errors) > 0 && data.Out.Revision != nil:
		t.Errorf("graph/%s: %s is refused and done at once: %s", r.place, column, answer.body)
	case len(errors) > 0 && errors[0].Code == "FORBIDDEN":
		return cellDenied
	case len(errors) > 0:
		return errors[0].Code
	case selection != "" && !preview && data.Out.Revision == nil:
		return "NOTHING"
	}
	return cellDone
}

// previews reports whether a mutation can be judged without being made.
func (a *asking) previews(r *row) bool {
	argument := a.schema.Mutation.Fields.ForName(r.name).Arguments.ForName("input")
	return argument != nil && a.schema.Types[argument.Type.Name()].Fields.ForName("preview") != nil
}

// queryCell asks a line of the roots.
func (a *asking) queryCell(t *testing.T, m *matrixWorld, r *row, column string) string {
	t.Helper()
	f, operation := a.schema.Query.Fields.ForName(r.name), ""
	if f == nil {
		f, operation = a.schema.Subscription.Fields.ForName(r.name), "subscription "
	}
	d := a.schema.Types[f.Type.Name()]
	text := strings.TrimSpace(r.text)
	if text == "" {
		text = r.name
	}
	if !strings.Contains(text, "{ ") && d.Kind != ast.Scalar && d.Kind != ast.Enum {
		inside := "__typename"
		if a.matrix.values[d.Name] != "" {
			inside += " " + a.whole(d, []string{d.Name})
		}
		text += " { " + inside + " }"
	}
	answer := m.say(t, column, m.filled(t, operation+"{ out: "+text+" }"))
	if cell := outcome(t, r.place, column, answer); cell != "" {
		return cell
	}
	var data struct{ Out any }
	if err := json.Unmarshal(answer.Data, &data); err != nil {
		t.Fatalf("graph/%s: %s: %v in %s", r.place, column, err, answer.body)
	}
	m.note(data.Out)
	if list, ok := data.Out.([]any); ok && !slices.ContainsFunc(list, shown) {
		return cellNull
	}
	if shown(data.Out) {
		return cellSeen
	}
	return cellNull
}

// compare tells of a line whose cells are not what the file says.
func compare(t *testing.T, r *row, what string, got []string) {
	t.Helper()
	if slices.Equal(got, r.cells) {
		return
	}
	var wrong []string
	for i, c := range columns {
		if got[i] != r.cells[i] {
			wrong = append(wrong, fmt.Sprintf("%s for %s, not %s", got[i], c.name, r.cells[i]))
		}
	}
	t.Errorf("graph/%s: %s is %s", r.place, what, strings.Join(wrong, "; "))
}

// TestMatrixOfMutations makes every change of the contract on behalf of everybody.
func TestMatrixOfMutations(t *testing.T) {
	a := &asking{schema(), readMatrix(t)}
	m := newMatrixWorld(t)
	for _, r := range a.matrix.mutations {
		t.Run(r.name, func(t *testing.T) {
			var judged, made []string
			for i, c := range columns {
				if a.previews(&r) {
					judged = append(judged, a.mutationCell(t, m, &r, c.name, true))
				}
				on := m
				if r.cells[i] == cellDone {
					on = m.fork(t)
				}
				made = append(made, a.mutationCell(t, on, &r, c.name, false))
			}
			if judged != nil {
				compare(t, &r, "a preview of "+r.name, judged)
			}
			compare(t, &r, r.name, made)
		})
	}
}

// TestMatrixOfReading asks every field of the roots and of every type on behalf of
// everybody.
func TestMatrixOfReading(t *testing.T) {
	a := &asking{schema(), readMatrix(t)}
	m := newMatrixWorld(t)
	for _, r := range a.matrix.queries {
		t.Run("query/"+r.name, func(t *testing.T) {
			var cells []string
			for _, c := range columns {
				cells = append(cells, a.queryCell(t, m, &r, c.name))
			}
			compare(t, &r, r.name, cells)
		})
	}
	for _, d := range a.matrix.types {
		t.Run("type/"+d.name, func(t *testing.T) {
			cells := map[string][]string{}
			for _, c := range columns {
				for name, cell := range a.fieldCells(t, m, &d, c.name) {
					cells[name] = append(cells[name], cell)
				}
			}
			for _, r := range d.rows {
				compare(t, &r, d.name+"."+r.name, cells[r.name])
			}
		})
	}
	for name := range a.matrix.values {
		for _, f := range a.schema.Types[name].Fields {
			if field := name + "." + f.Name; !strings.HasPrefix(f.Name, "__") && !m.read[field] {
				t.Errorf("nobody has seen anything in %s, wherever a %s stands: let the world of the matrices hold something there (matrix_world_test.go, fill), or ask for what does in graph/%s", field, name, queriesFile)
			}
		}
	}
}

// TestIncompleteMatricesAreFound takes lines away, adds some of nothing, and lets
// the contract grow.
func TestIncompleteMatricesAreFound(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile(filepath.FromSlash(name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	mutations, queries, fields := read(mutationsFile), read(queriesFile), read(fieldsFile)
	without := func(text, line string) string {
		out := strings.ReplaceAll(text, line, "# "+line)
		if out == text {
			t.Fatalf("no line %q", line)
		}
		return out
	}
	grown := func(typ string, f *ast.FieldDefinition) *ast.Schema {
		s := *schema()
		s.Types = map[string]*ast.Definition{}
		for name, d := range schema().Types {
			s.Types[name] = d
		}
		d := *s.Types[typ]
		d.Fields = append(slices.Clip(d.Fields), f)
		s.Types[typ] = &d
		if typ == "Mutation" {
			s.Mutation = &d
		}
		return &s
	}
	public := schema().Types["Mediator"].Fields.ForName("phone").Directives
	for name, c := range map[string]struct {
		matrix *matrix
		schema *ast.Schema
		want   string
	}{
		"a mutation without a line":    {parseMatrix(without(mutations, "recordDeath "), queries, fields), schema(), "the mutation recordDeath has no rule: add a line"},
		"a mutation that is new":       {parseMatrix(mutations, queries, fields), grown("Mutation", &ast.FieldDefinition{Name: "eraseAll", Type: ast.NamedType("Int", nil)}), "the mutation eraseAll has no rule"},
		"a line of no mutation":        {parseMatrix(strings.Replace(mutations, "recordDeath ", "recordBirth ", 1), queries, fields), schema(), "there is no mutation recordBirth"},
		"a query without a line":       {parseMatrix(mutations, without(queries, "refusedChanges "), fields), schema(), "the query refusedChanges has no rule"},
		"a line with too few cells":    {parseMatrix(mutations, strings.Replace(queries, "regions                 v ", "regions ", 1), fields), schema(), "regions has 13 cells"},
		"a field without a line":       {parseMatrix(mutations, queries, strings.ReplaceAll(fields, " phone\n", " title\n")), schema(), "the field Mediator.phone has no rule"},
		"a field that is new":          {parseMatrix(mutations, queries, fields), grown("Person", &ast.FieldDefinition{Name: "bankAccount", Type: ast.NamedType("String", nil)}), "the field Person.bankAccount has no rule"},
		"a line of no field":           {parseMatrix(mutations, queries, strings.ReplaceAll(fields, " phone\n", " telephone\n")), schema(), "Mediator has no field telephone"},
		"a field said twice":           {parseMatrix(mutations, queries, strings.ReplaceAll(fields, " phone\n", " phone title\n")), schema(), "Mediator.title is said twice"},
		"a type without lines":         {parseMatrix(mutations, queries, strings.Replace(fields, "value Term ", "value ", 1)), schema(), "the type Term has no rules"},
		"a value that some do not see": {parseMatrix(mutations, queries, fields), grown("Term", &ast.FieldDefinition{Name: "salary", Type: ast.NamedType("String", nil), Directives: public}), "Term has fields that not everybody reads"},
		"a type that nothing reaches":  {parseMatrix(mutations, queries, strings.Replace(fields, "value Term ", "value Term Tern ", 1)), schema(), "no operation comes to a type Tern"},
	} {
		t.Run(name, func(t *testing.T) {
			if wrong := c.matrix.incomplete(c.schema); !slices.ContainsFunc(wrong, func(s string) bool { return strings.Contains(s, c.want) }) {
				t.Errorf("found %q, want %q", wrong, c.want)
			}
		})
	}
}
