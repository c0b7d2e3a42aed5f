package boltstore

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"concord/internal/hub"
)

// Every field of every kind of record that names another record says what becomes of
// it when persons are merged or an organisation ends; and a record whose field is to
// go over is found by what it names. A kind or a field that is added without it
// fails here.
func TestEveryNameOfARecordIsFollowed(t *testing.T) {
	persons, bodies := 0, 0
	for kind, make := range records {
		if make == nil {
			continue
		}
		for _, n := range hub.NamedIn(reflect.TypeOf(make()).Elem()) { // panics for one that says nothing
			id := hub.NewID(hub.KindPerson, 7)
			switch n.Naming {
			case hub.NamesKept:
				continue
			case hub.NamesBody:
				id = hub.NewID(hub.KindOrganization, 7)
				bodies++
			default:
				persons++
			}
			r := make()
			naming(t, reflect.ValueOf(r).Elem(), strings.Split(n.Path, "."), id)
			facts := r.Facts()
			found := slices.ContainsFunc(facts.Keys, func(k hub.Key) bool {
				return k.Value == id.String() && (k.Name == hub.KeyPerson || k.Name == hub.KeyMechanism)
			})
			if !found && !(hub.Kind(kind) == hub.KindMediator && facts.Organization == id) { // whose members are listed
				t.Errorf("%s.%s is to go over from %s, and nothing finds the record by it", hub.Kind(kind), n.Path, id)
			}
		}
	}
	if persons < 5 || bodies < 6 {
		t.Errorf("%d fields name persons, %d organisations", persons, bodies)
	}
	defer func() {
		if recover() == nil {
			t.Error("a field that says nothing was accepted")
		}
	}()
	hub.NamedIn(reflect.TypeFor[struct{ Deputy hub.ID }]())
}

// naming makes a field, however deep, name one record.
func naming(t *testing.T, v reflect.Value, path []string, id hub.ID) {
	t.Helper()
	f := v.FieldByName(path[0])
	if len(path) == 1 {
		if f.Kind() == reflect.Slice {
			f.Set(reflect.ValueOf([]hub.ID{id}))
		} else {
			f.Set(reflect.ValueOf(id))
		}
		return
	}
	switch f.Kind() {
	case reflect.Pointer:
		f.Set(reflect.New(f.Type().Elem()))
		f = f.Elem()
	case reflect.Slice:
		f.Set(reflect.MakeSlice(f.Type(), 1, 1))
		f = f.Index(0)
	}
	naming(t, f, path[1:], id)
}
