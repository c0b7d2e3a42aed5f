package graph_test

import (
	"crypto/rand"
	"net/http"
	"os"
	"strings"
	"testing"

	"concord/internal/auth"
	"concord/internal/hub"
)

// signIn gives every column an account of the same role and place as its key, and
// asks on its behalf from then on.
func (m *matrixWorld) signIn(t *testing.T) {
	t.Helper()
	hash, err := auth.HashPassword(firstPassword, auth.DemoCost, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cookies := map[string]string{}
	for i, c := range columns {
		if c.key.Role == "" {
			continue
		}
		name := "column." + c.name
		m.apply(t, &hub.Account{ID: hub.NewID(hub.KindAccount, uint64(1000+i)), Name: name, Label: "示例：" + c.name, Password: hash, CreatedAt: now,
			Role: c.key.Role, District: c.key.District, Court: c.key.Court, Agency: c.key.Agency, Scopes: c.key.Scopes})
		b := &browser{w: m.world}
		if status, s := b.signIn(t, name, firstPassword); status != http.StatusOK {
			t.Fatalf("%s: %d %+v", name, status, s)
		}
		cookies[c.name] = b.cookie.Value
	}
	m.cookies = cookies
}

// ofCaller reports whether a line speaks of what belongs to one caller, and not to
// its role: a sheet to whoever uploaded it, a session to whoever signed in.
func ofCaller(r *row) bool {
	return strings.HasPrefix(r.name, "sheet") || r.name == "sessions" || strings.Contains(r.text, "${planned}") || strings.Contains(r.text, "${applied}")
}

// TestAccountsEqualKeys asks the matrices on behalf of accounts that have signed in:
// each must get what the key of its role gets. Changes are judged, or made where
// there is no preview.
func TestAccountsEqualKeys(t *testing.T) {
	a := &asking{schema(), readMatrix(t)}
	m := newMatrixWorld(t)
	m.signIn(t)
	for _, r := range a.matrix.queries {
		if ofCaller(&r) {
			continue
		}
		var cells []string
		for _, c := range columns {
			cells = append(cells, a.queryCell(t, m, &r, c.name))
		}
		compare(t, &r, "to accounts "+r.name, cells)
	}
	for _, r := range a.matrix.mutations {
		if ofCaller(&r) {
			continue
		}
		var cells []string
		for i, c := range columns {
			on := m
			if r.cells[i] == cellDone && !a.previews(&r) {
				on = m.fork(t)
			}
			cells = append(cells, a.mutationCell(t, on, &r, c.name, a.previews(&r)))
		}
		compare(t, &r, "to accounts "+r.name, cells)
	}
	text, err := os.ReadFile(httpFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range new(matrix).parseRows(httpFile, string(text)) {
		if asked := m.requestOf(t, &r); !ofCaller(&r) && !strings.HasPrefix(asked.path, "/session") {
			compare(t, &r, "to accounts "+asked.method+" "+asked.target, m.httpCells(t, asked))
		}
	}
	for _, d := range a.matrix.types {
		if strings.HasPrefix(d.name, "Sheet") { // of the caller
			continue
		}
		cells := map[string][]string{}
		for _, c := range columns {
			for name, cell := range a.fieldCells(t, m, &d, c.name) {
				cells[name] = append(cells[name], cell)
			}
		}
		for _, r := range d.rows {
			compare(t, &r, "to accounts "+d.name+"."+r.name, cells[r.name])
		}
	}
}
