package hub

import (
	"reflect"
	"slices"
	"testing"

	"concord/seeds"
)

// TestRestrictedFieldsAreComplete holds the list of columns that not everybody
// gets to the sharing classes of the records: a column is on it exactly when its
// value disappears for a caller without rights.
func TestRestrictedFieldsAreComplete(t *testing.T) {
	reference, err := LoadReference(seeds.FS)
	if err != nil {
		t.Fatal(err)
	}
	h := &Hub{reference: reference}
	for kind, rules := range rostersOf {
		full := rules.make()
		fill(full)
		person := new(Person)
		fill(person)
		var seen Record
		switch r := full.(type) {
		case *Mediator:
			seen = redacted(Anonymous, Owner{}, r)
		case *Expert:
			seen = redacted(Anonymous, Owner{}, r)
		case *InvitedListing:
			seen = redacted(Anonymous, Owner{}, r)
		case *Organization:
			seen = redacted(Anonymous, Owner{}, r)
		}
		for _, f := range ImportFields(kind) {
			rule := rules.byField[f]
			if rule.show == nil {
				continue
			}
			before, after := full, seen
			if rule.ofPerson {
				before, after = person, redacted(Anonymous, Owner{}, person)
			}
			if rule.show(h, before).Text == "" {
				t.Errorf("%s %s shows nothing of a full record", kind, f)
			}
			_, listed := restricted[f][kind]
			if hidden := rule.show(h, after).Text == ""; hidden != listed {
				t.Errorf("%s %s: hidden from the public %v, on the list %v", kind, f, hidden, listed)
			}
		}
		columns := exportFields(Anonymous, rules)
		for f := range restricted {
			if _, ok := restricted[f][kind]; ok && slices.Contains(columns, f) {
				t.Errorf("%s: the public gets a column %s that is always blank", kind, f)
			}
		}
		if slices.Contains(exportFields(System, rules), FieldCitizenID) {
			t.Errorf("%s: identity numbers are exported", kind)
		}
	}
}

// fill gives every field of a record a value.
func fill(r Record) {
	v := reflect.ValueOf(r).Elem()
	for _, f := range reflect.VisibleFields(v.Type()) {
		if f.Anonymous {
			continue
		}
		field := v.FieldByIndex(f.Index)
		switch field.Interface().(type) {
		case string:
			field.SetString("示例")
		case []string:
			field.Set(reflect.ValueOf([]string{"示例"}))
		case *bool:
			yes := true
			field.Set(reflect.ValueOf(&yes))
		default:
			switch field.Kind() {
			case reflect.String:
				field.SetString("示例")
			case reflect.Int, reflect.Int32:
				field.SetInt(7)
			case reflect.Float64:
				field.SetFloat(7)
			case reflect.Bool:
				field.SetBool(true)
			}
		}
	}
}

// TestImportFieldsHaveNames: every field has a place in the contract of its own.
func TestImportFieldsHaveNames(t *testing.T) {
	seen := map[string]ImportField{}
	for f := ImportField(1); f < importFieldEnd; f++ {
		if f.String() == "" {
			t.Errorf("field %d has no name", f)
		}
		if other, twice := seen[f.String()]; twice {
			t.Errorf("fields %d and %d are both %s", other, f, f)
		}
		seen[f.String()] = f
	}
}
