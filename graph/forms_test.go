package graph_test

import (
	"slices"
	"strings"
	"testing"
)

// TestWhatIsNeededToRegister holds the words 登记时必填, by which forms mark a field, to the
// rules: without such a field a registration is refused, at that field; with all of them, and
// a roster to stand on, it would be done.
func TestWhatIsNeededToRegister(t *testing.T) {
	w := newWorld(t)
	values := map[string]any{"name": "示例必填", "kind": "STREET_TOWN", "court": "津0101"}
	for _, roster := range []struct {
		caller, name string
		place        map[string]any
	}{
		{"district-admin-120112", "Mediator", nil},
		{"expert-keeper", "Expert", nil},
		{"court-keeper-津0101", "InvitedListing", nil},
		{"district-admin-120112", "Organization", map[string]any{"district": "120112"}},
	} {
		fields := map[string]any{}
		for key, value := range roster.place {
			fields[key] = value
		}
		var needed []string
		for _, f := range schema().Types[roster.name+"Fields"].Fields {
			if strings.Contains(f.Description, "登记时必填") {
				needed = append(needed, f.Name)
				fields[f.Name] = values[f.Name]
			}
		}
		if !slices.Contains(needed, "name") {
			t.Errorf("%s: a name is not said to be needed", roster.name)
		}
		register := func(fields map[string]any) payload {
			t.Helper()
			return w.change(t, roster.caller, "register"+roster.name, "Register"+roster.name+"Input", "record { id }", map[string]any{"fields": fields, "preview": true})
		}
		if got := register(fields); len(got.UserErrors) > 0 {
			t.Errorf("%s of %v alone: %+v", roster.name, needed, got.UserErrors)
		}
		for _, name := range needed {
			less := cloned(fields)
			delete(less, name)
			got := register(less)
			if len(got.UserErrors) == 0 || strings.Join(got.UserErrors[0].Path, ".") != "input.fields."+name {
				t.Errorf("%s without %s: %+v", roster.name, name, got.UserErrors)
			}
		}
	}
}
