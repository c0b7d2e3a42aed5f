package sheet_test

import (
	"bytes"
	"testing"

	"concord/internal/hub"
	"concord/internal/sheet"
	"concord/seeds"
)

// export writes a roster as p sees it.
func (h *house) export(t testing.TB, p *hub.Principal, kind hub.Kind, format sheet.Format, q hub.ExportQuery) []byte {
	t.Helper()
	var out bytes.Buffer
	w := sheet.NewWriter(&out, format, kind)
	info, err := h.Export(t.Context(), p, kind, q, w)
	must(t, err)
	must(t, w.Close(info))
	return out.Bytes()
}

// TestExportImportsAsTheSame exports every roster in every format: imported into
// the hub it came from nothing changes, now and years later, and a fresh hub
// gets from it what exports the same again.
func TestExportImportsAsTheSame(t *testing.T) {
	h := newHouse(t)
	for _, r := range rosters {
		content, err := seeds.FS.ReadFile(r.file)
		must(t, err)
		h.take(t, r.kind, r.file, content)
	}
	for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV, sheet.JSONL} {
		t.Run(string(format), func(t *testing.T) {
			fresh := newHouse(t)
			for _, r := range rosters {
				name := "roster." + string(format)
				content := h.export(t, hub.System, r.kind, format, hub.ExportQuery{})
				expect(t, h.plan(t, r.kind, name, content), hub.ImportCounts{Same: r.rows})
				h.now = h.now.AddDate(4, 0, 0)
				expect(t, h.plan(t, r.kind, name, content), hub.ImportCounts{Same: r.rows})
				h.now = h.now.AddDate(-4, 0, 0)

				public := h.export(t, hub.Anonymous, r.kind, format, hub.ExportQuery{})
				expect(t, h.plan(t, r.kind, name, public), hub.ImportCounts{Same: r.rows})

				expect(t, fresh.take(t, r.kind, name, content), hub.ImportCounts{New: r.rows})
				for _, f := range []sheet.Format{sheet.CSV, sheet.JSONL} {
					want := h.export(t, hub.System, r.kind, f, hub.ExportQuery{})
					got := fresh.export(t, hub.System, r.kind, f, hub.ExportQuery{})
					if !bytes.Equal(got, want) {
						t.Errorf("%s: another hub exports it otherwise\n%s", r.kind, firstDifference(got, want))
					}
				}
			}
		})
	}
}

func firstDifference(got, want []byte) string {
	a, b := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
	for i := range min(len(a), len(b)) {
		if !bytes.Equal(a[i], b[i]) {
			return "got  " + string(a[i]) + "\nwant " + string(b[i])
		}
	}
	return "one is longer"
}
