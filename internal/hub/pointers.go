package hub

import (
	"fmt"
	"reflect"
	"slices"
	"sync"
)

// Records name one another by id. What becomes of such a name when two persons turn
// out to be one, or an organisation ends, stands on the field as a tag, `names:"…"`:
//
//	person  goes over to the person into whom this one was merged
//	body    goes over to the organisation that carries on, where there is one; what
//	        holds for a span of days ends, and goes on with the successor, on that day
//	kept    stays: it says what was when it was written, or names what neither is
//	        merged nor ends
//
// A field without the tag is found by a test, and so is one that is to go over and
// under which nobody would find the record.

// Naming says what becomes of a field that names another record.
type Naming string

// The namings.
const (
	NamesPerson Naming = "person"
	NamesBody   Naming = "body"
	NamesKept   Naming = "kept"
)

// Named is a field, however deep, by which a record names others.
type Named struct {
	Path   string // of Go names, dotted
	Naming Naming
	index  []int // within the struct that holds it
}

var (
	idType  = reflect.TypeFor[ID]()
	idsType = reflect.TypeFor[[]ID]()
)

// NamedIn lists the fields by which a record of a type names others; its own id is
// none. It panics for a field that does not say what becomes of it.
func NamedIn(record reflect.Type) []Named {
	var all []Named
	for _, f := range reflect.VisibleFields(record) {
		if f.Anonymous || !f.IsExported() {
			continue
		}
		if f.Type == idType || f.Type == idsType {
			if f.Name == "ID" {
				continue
			}
			n := Named{f.Name, Naming(f.Tag.Get("names")), f.Index}
			if n.Naming != NamesPerson && n.Naming != NamesBody && n.Naming != NamesKept {
				panic(fmt.Sprintf("hub: %s.%s does not say what becomes of the records that it names", record, f.Name))
			}
			all = append(all, n)
			continue
		}
		if part, ok := partOf(f.Type); ok {
			for _, n := range NamedIn(part) {
				all = append(all, Named{f.Name + "." + n.Path, n.Naming, f.Index})
			}
		}
	}
	return all
}

// partOf returns the struct of this package of which a field holds one or many.
func partOf(t reflect.Type) (reflect.Type, bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t, t.Kind() == reflect.Struct && t.PkgPath() == idType.PkgPath()
}

// namedIn remembers [NamedIn].
var namedIn sync.Map

func namesOf(record reflect.Type) []Named {
	if all, ok := namedIn.Load(record); ok {
		return all.([]Named)
	}
	all, _ := namedIn.LoadOrStore(record, NamedIn(record))
	return all.([]Named)
}

// renamed returns a copy of a record in which the fields of a naming that name from
// name to, and whether there are any. Where to is 0 they are emptied. A list names
// nothing twice, and no record itself.
func renamed(r Record, naming Naming, from, to ID) (Record, bool) {
	if to == r.RecordID() {
		to = 0
	}
	v, changed := renamedValue(reflect.ValueOf(r).Elem(), naming, from, to)
	if !changed {
		return r, false
	}
	c := reflect.New(v.Type())
	c.Elem().Set(v)
	return c.Interface().(Record), true
}

// renamedValue is [renamed] of one struct.
func renamedValue(v reflect.Value, naming Naming, from, to ID) (_ reflect.Value, changed bool) {
	next := reflect.New(v.Type()).Elem()
	next.Set(v)
	for _, n := range namesOf(v.Type()) {
		if n.Naming != naming {
			continue
		}
		if f := next.FieldByIndex(n.index); renameField(f, naming, from, to) {
			changed = true
		}
	}
	return next, changed
}

// renameField alters a field of a copy; what the field leads to it copies before.
func renameField(f reflect.Value, naming Naming, from, to ID) (changed bool) {
	switch {
	case f.Type() == idType:
		if ID(f.Uint()) == from {
			f.SetUint(uint64(to))
			changed = true
		}
	case f.Type() == idsType:
		if ids := f.Interface().([]ID); slices.Contains(ids, from) {
			f.Set(reflect.ValueOf(renamedIDs(ids, from, to)))
			changed = true
		}
	case f.Kind() == reflect.Struct:
		var part reflect.Value
		if part, changed = renamedValue(f, naming, from, to); changed {
			f.Set(part)
		}
	case f.Kind() == reflect.Pointer && !f.IsNil():
		var part reflect.Value
		if part, changed = renamedValue(f.Elem(), naming, from, to); changed {
			f.Set(reflect.New(part.Type()))
			f.Elem().Set(part)
		}
	case f.Kind() == reflect.Slice:
		parts := reflect.MakeSlice(f.Type(), f.Len(), f.Len())
		reflect.Copy(parts, f)
		for i := range parts.Len() {
			changed = renameField(parts.Index(i), naming, from, to) || changed
		}
		if changed {
			f.Set(parts)
		}
	}
	return changed
}

func renamedIDs(ids []ID, from, to ID) []ID {
	var next []ID
	for _, id := range ids {
		if id == from {
			id = to
		}
		if id != 0 && !slices.Contains(next, id) {
			next = append(next, id)
		}
	}
	return next
}
