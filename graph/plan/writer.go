package plan

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// Writer is an answer while it is written. Once it has failed what is in it is
// worth nothing.
type Writer struct {
	buffer []byte
	ctx    context.Context
	vars   map[string]any
	failed bool
}

// Fail gives up.
func (w *Writer) Fail() { w.failed = true }

// Null writes null.
func (w *Writer) Null() { w.buffer = append(w.buffer, "null"...) }

// Open begins a list.
func (w *Writer) Open() { w.buffer = append(w.buffer, '[') }

// Next goes on to the ith item of a list; false when there is no sense in going on.
func (w *Writer) Next(i int) bool {
	if i > 0 {
		w.buffer = append(w.buffer, ',')
	}
	return !w.failed
}

// Close ends a list.
func (w *Writer) Close() { w.buffer = append(w.buffer, ']') }

// Len is how much has been written.
func (w *Writer) Len() int { return len(w.buffer) }

// Required fails when what was written since at is null.
func (w *Writer) Required(at int) {
	if len(w.buffer) == at+len("null") && w.buffer[at] == 'n' {
		w.failed = true
	}
}

// Buffer returns what has been written, to be appended to and given to [Writer.Append].
func (w *Writer) Buffer() []byte { return w.buffer }

// Append replaces what has been written by what it has become.
func (w *Writer) Append(buffer []byte) { w.buffer = buffer }

// Write implements io.Writer, for gqlgen's marshallers.
func (w *Writer) Write(b []byte) (int, error) {
	w.buffer = append(w.buffer, b...)
	return len(b), nil
}

// WriteString implements io.StringWriter.
func (w *Writer) WriteString(s string) (int, error) {
	w.buffer = append(w.buffer, s...)
	return len(s), nil
}

// Marshal writes a value by a marshaller of gqlgen's.
func (w *Writer) Marshal(m graphql.Marshaler) { m.MarshalGQL(w) }

// Context is that of the operation.
func (w *Writer) Context() context.Context { return w.ctx }

// Enter returns the context in which f is resolved, with its arguments as args
// reads them; false when they cannot be read.
func (w *Writer) Enter(f *Field, args func(context.Context, map[string]any) (map[string]any, error)) (context.Context, *graphql.FieldContext, bool) {
	fc := &graphql.FieldContext{Object: f.object, Field: f.asked, IsMethod: true, IsResolver: true}
	ctx := graphql.WithFieldContext(w.ctx, fc)
	if args != nil {
		var err error
		if fc.Args, err = args(ctx, f.asked.ArgumentMap(w.vars)); err != nil {
			w.failed = true
			return nil, nil, false
		}
	}
	return ctx, fc, true
}

// Object writes what is asked of an object of the type at a place in the contract.
func (w *Writer) Object(f *Field, place int, obj any) {
	for i := range f.below {
		if f.below[i].object == place {
			w.selection(f.below[i].Selection, obj)
			return
		}
	}
	w.failed = true
}

func (w *Writer) selection(s *Selection, obj any) {
	if len(s.fields) == 0 {
		w.buffer = append(w.buffer, '{')
	}
	for i := range s.fields {
		f := &s.fields[i]
		w.buffer = append(w.buffer, f.opening...)
		if f.write(w, f, obj); w.failed {
			return
		}
	}
	w.buffer = append(w.buffer, '}')
}
