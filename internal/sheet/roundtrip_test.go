package sheet_test

import (
	"bytes"
	"strings"
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

// TestInvitedListingComesBack: what a court says of the use of its listings comes
// back from every format, without the consent where it is not the reader's; a row
// that says lower courts may call on somebody, and not who consented, is refused.
func TestInvitedListingComesBack(t *testing.T) {
	h := newHouse(t)
	const head = "名册编号,名称/姓名,邀请法院,任期起,任期止,入册日期,下级法院可用,同意下级法院使用日期,同意书编号,平台认证,公布网址\n"
	const rows = "示例-特-1,张示例,天津市高级人民法院,2024-03-01,2026-02-28,2024-02-20,是,2024-02-18,示例同意书1号,是,https://court.example/list\n" +
		"示例-特-2,李示例,天津市高级人民法院,2024-03-01,2026-02-28,,否,,,否,\n"
	plan := h.plan(t, hub.KindInvitedListing, "名册.csv", []byte(head+rows+
		"示例-特-3,王示例,天津市高级人民法院,2024-03-01,2026-02-28,,是,,,,court.example\n"+
		"示例-特-4,赵示例,天津市高级人民法院,2024-03-01,2026-02-28,,是,,,,\n"))
	expect(t, plan, hub.ImportCounts{New: 2, Refused: 2})
	for i, want := range []string{"link", "unlawful"} {
		if p := plan.Rows[2+i].Problems; len(p) != 1 || p[0].Code != want {
			t.Errorf("row %d: %v, want %s", i, p, want)
		}
	}
	h.take(t, hub.KindInvitedListing, "名册.csv", []byte(head+rows))
	for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV, sheet.JSONL} {
		whole := h.export(t, hub.System, hub.KindInvitedListing, format, hub.ExportQuery{})
		expect(t, newHouse(t).plan(t, hub.KindInvitedListing, "roster."+string(format), whole), hub.ImportCounts{New: 2})
		for _, content := range [][]byte{whole, h.export(t, hub.Anonymous, hub.KindInvitedListing, format, hub.ExportQuery{})} {
			expect(t, h.plan(t, hub.KindInvitedListing, "roster."+string(format), content), hub.ImportCounts{Same: 2})
		}
	}
	text := string(h.export(t, hub.Anonymous, hub.KindInvitedListing, sheet.CSV, hub.ExportQuery{}))
	if !strings.Contains(text, "https://court.example/list") || strings.Contains(text, "示例同意书1号") || strings.Contains(text, "2024-02-18") {
		t.Errorf("the public gets %s", text)
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
