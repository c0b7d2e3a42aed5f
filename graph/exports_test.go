package graph_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"concord/internal/hub"
)

// exported gets a roster as a .csv: headings, rows, and the remark at the end.
func (w *world) exported(t *testing.T, caller, target string) (headings []string, rows []map[string]string, remark string) {
	t.Helper()
	response, text := w.send(t, "GET", caller, target, nil)
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s for %s: %d %s", target, caller, response.StatusCode, text)
	}
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	reader.FieldsPerRecord = -1
	lines, err := reader.ReadAll()
	if err != nil || len(lines) < 2 {
		t.Fatalf("%v in %s", err, text)
	}
	for _, line := range lines[1 : len(lines)-1] {
		row := map[string]string{}
		for i, cell := range line {
			row[lines[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return lines[0], rows, lines[len(lines)-1][0]
}

// An export holds what the list of the same filter holds, in the fields that the
// caller may see, and says who took it and when.
func TestExportsAreTheListsOfTheirCallers(t *testing.T) {
	w := newSearchedWorld(t)
	t.Run("filters", func(t *testing.T) {
		for query, filter := range map[string]string{
			"":                                 ``,
			"?district=120101":                 `filter: { district: ["120101"] }`,
			"?district=120101&district=120112": `filter: { district: ["120101", "120112"] }`,
			"?district=120101&specialty=%E5%8A%B3%E5%8A%A8%E6%8A%A5%E9%85%AC": `filter: { district: ["120101"], specialty: ["劳动报酬"] }`,
			"?status=SUSPENDED&level=DISTRICT":                                `filter: { status: [SUSPENDED], level: [DISTRICT] }`,
			"?source=LAWYER":                                                  `filter: { source: [LAWYER] }`,
			"?organization=org_1":                                             `filter: { organization: "org_1" }`,
			"?expiringBefore=2027-01-01":                                      `filter: { expiringBefore: "2027-01-01" }`,
			"?on=2024-06-01":                                                  `on: "2024-06-01"`,
			"?asOf=2025-01-03T00:00:00Z":                                      `asOf: "2025-01-03T00:00:00Z"`,
			"?search=%E5%BC%A0%E7%A4%BA%E4%BE%8B":                             `search: "张示例"`,
		} {
			if filter != "" {
				filter = ", " + filter
			}
			var data struct {
				Mediators struct{ Nodes []struct{ Name string } }
			}
			answer := w.ask(t, "city-admin", `{ mediators(first: 100`+filter+`) { nodes { name } } }`, nil)
			answer.into(t, &data)
			var want, got []string
			for _, n := range data.Mediators.Nodes {
				want = append(want, n.Name)
			}
			_, rows, _ := w.exported(t, "city-admin", "/exports/mediators.csv"+query)
			for _, row := range rows {
				got = append(got, row["姓名"])
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) || len(want) == 0 {
				t.Errorf("%s holds %v, the list %v", query, got, want)
			}
		}
	})
	t.Run("fields by caller", func(t *testing.T) {
		for caller, c := range map[string]struct{ phone, note string }{
			"city-admin":            {"13800138001", ""}, // the district keeps the note
			"district-admin-120101": {"13800138001", "备注只给数源部门"},
			"district-admin-120112": {"", ""},
			"partner+contact":       {"13800138001", ""},
			"partner":               {"", ""},
			"auditor":               {"", ""},
		} {
			_, rows, remark := w.exported(t, caller, "/exports/mediators.csv")
			zhang := rows[0]
			if zhang["姓名"] != "张示例" || zhang["手机号码"] != c.phone || zhang["备注"] != c.note {
				t.Errorf("%s sees %v", caller, zhang)
			}
			if len(rows) != 4 || !strings.Contains(remark, "示例："+caller) || !strings.Contains(remark, "修订号") || !strings.Contains(remark, "共 4 条") {
				t.Errorf("%s: %d rows, %s", caller, len(rows), remark)
			}
		}
	})
	t.Run("every roster, in every format", func(t *testing.T) {
		for _, kind := range []string{"mediators", "organizations", "experts", "invited"} {
			for _, format := range []string{"xlsx", "csv", "jsonl"} {
				response, text := w.send(t, "GET", "city-admin", "/exports/"+kind+"."+format, nil)
				if response.StatusCode != http.StatusOK || response.Header.Get("Concord-Revision") == "" || !strings.HasPrefix(response.Header.Get("Content-Disposition"), "attachment") {
					t.Errorf("%s.%s: %d %v", kind, format, response.StatusCode, response.Header)
				}
				said := string(text)
				if format == "xlsx" {
					said = unzipped(t, text, "xl/worksheets/sheet1.xml") + unzipped(t, text, "xl/worksheets/sheet2.xml") + unzipped(t, text, "xl/sharedStrings.xml")
				}
				if !strings.Contains(said, "示例：city-admin") || strings.Contains(said, "11010519491231002X") {
					t.Errorf("%s.%s does not say who took it, or shows an identity number", kind, format)
				}
			}
		}
	})
	t.Run("what is written is read again, its signature passed over", func(t *testing.T) {
		w.takeSheets(t)
		for _, format := range []string{"xlsx", "csv", "jsonl"} {
			_, text := w.send(t, "GET", "city-admin", "/exports/mediators."+format, nil)
			_, id := w.upload(t, "city-admin", "mediators", "名册."+format, text)
			if c := w.until(t, "city-admin", id, "PLANNED").Counts; c.Same != 3 || c.Changed != 1 || c.Total != 4 { // one of them has no person yet
				t.Errorf("%s: %+v %+v", format, c, w.job(t, "city-admin", id, "outcome: CHANGED").Rows.Nodes)
			}
		}
	})
	t.Run("what is no export", func(t *testing.T) {
		for target, c := range map[string]struct {
			caller string
			status int
			code   string
		}{
			"/exports/mediators.csv":                             {"anonymous", 401, "UNAUTHENTICATED"},
			"/exports/people.csv":                                {"city-admin", 400, "INVALID"},
			"/exports/mediators.pdf":                             {"city-admin", 422, "FILE_FORMAT"},
			"/exports/mediators.csv?distrikt=120101":             {"city-admin", 400, "INVALID"},
			"/exports/mediators.csv?district=":                   {"city-admin", 400, "INVALID"},
			"/exports/mediators.csv?district=999999":             {"city-admin", 400, "INVALID"},
			"/exports/mediators.csv?status=GONE":                 {"city-admin", 400, "INVALID"},
			"/exports/mediators.csv?court=%E6%B4%A50101":         {"city-admin", 400, "INVALID"},
			"/exports/organizations.csv?source=LAWYER":           {"city-admin", 400, "INVALID"},
			"/exports/mediators.csv?on=tomorrow":                 {"city-admin", 400, "INVALID"},
			"/exports/mediators.csv?on=2025-01-01&on=2025-01-02": {"city-admin", 400, "INVALID"},
			"/exports/mediators.csv?asOf=999999":                 {"city-admin", 400, "INVALID"},
			"/exports/mediators.csv?search=x&asOf=1":             {"city-admin", 400, "INVALID"},
		} {
			response, text := w.send(t, "GET", c.caller, target, nil)
			if code := uploaded(t, text); response.StatusCode != c.status || code != c.code || response.Header.Get("Content-Disposition") != "" {
				t.Errorf("%s: %d %s", target, response.StatusCode, text)
			}
		}
	})
}

// An export is noted before it leaves: who, what, which fields, how many.
func TestExportsAreNoted(t *testing.T) {
	w := newWorld(t)
	w.exported(t, "partner+contact", "/exports/mediators.csv?district=120101&status=ACTIVE")
	w.exported(t, "city-admin", "/exports/experts.csv")
	type noted struct {
		Exporter, Roster, Format, Query string
		Fields                          []string
		Rows, TrueAt                    int
	}
	read := func(caller string) []noted {
		t.Helper()
		var data struct{ SheetExports struct{ Nodes []noted } }
		w.ask(t, caller, `{ sheetExports(first: 10) { nodes { exporter roster format query fields rows at trueAt } } }`, nil).into(t, &data)
		return data.SheetExports.Nodes
	}
	all := read("auditor")
	if len(all) != 2 || all[0].Roster != "EXPERT" || all[1].Exporter != "示例：partner+contact" || all[1].Query != "district=120101&status=ACTIVE" ||
		all[1].Rows != 2 || all[1].Format != "csv" || !slices.Contains(all[1].Fields, "phone") || slices.Contains(all[1].Fields, "note") || all[1].TrueAt == 0 {
		t.Errorf("the auditor reads %+v", all)
	}
	if own := read("partner+contact"); len(own) != 1 || own[0].Roster != "MEDIATOR" {
		t.Errorf("the partner reads %+v", own)
	}
	if others := read("district-admin-120112"); len(others) != 0 {
		t.Errorf("somebody else reads %+v", others)
	}
}

// A large roster leaves without being held in memory.
func TestExportsCostNoMemory(t *testing.T) {
	w := newWorld(t)
	const rows = 10_000 // with as much text as 100,000 usual ones; the race detector makes those take minutes
	random := func(i int) []byte {
		b := make([]byte, 0, 3200)
		for k := range 100 {
			sum := sha256.Sum256([]byte{byte(k), byte(i), byte(i >> 8), byte(i >> 16)})
			b = append(b, sum[:]...)
		}
		return b
	}
	records := func(yield func(hub.Record, error) bool) {
		for i := range rows {
			m := &hub.Mediator{Entry: hub.Entry{
				ID: w.hub.NextID(hub.KindMediator), RegistrationNo: fmt.Sprintf("示例-量-%06d", i), Name: "示例人物", Level: hub.LevelDistrict, District: "120112",
				Specialties: []string{"劳动报酬", "工伤保险"}, Biography: fmt.Sprintf("示例人物第 %d 名 %x", i, random(i)), Fictional: true, // does not pack well
				Events: []hub.StatusEvent{{Status: hub.StatusActive, On: w.hub.Today()}},
			}, Phone: "13800138000"}
			if !yield(m, nil) {
				return
			}
		}
	}
	if _, err := w.hub.Load(t.Context(), hub.System, "示例", records, nil); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"xlsx", "jsonl"} {
		grown := growth()
		lines := 0
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+"/exports/mediators."+format, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+w.keys["city-admin"])
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		buffer := make([]byte, 1<<20)
		for err == nil {
			var n int
			n, err = response.Body.Read(buffer)
			lines += bytes.Count(buffer[:n], []byte{'\n'})
		}
		response.Body.Close()
		// A workbook's rows go to disk by the 16 MiB; its writer doubles what it holds.
		if most := grown(); most > 64 {
			t.Errorf("%s: the heap grew by %d MiB", format, most)
		} else {
			t.Logf("%s: the heap grew by %d MiB", format, most)
		}
		if want := rows + 4 + 1; format == "jsonl" && lines != want {
			t.Errorf("%d lines, want %d", lines, want)
		}
	}
}

// growth looks at the heap every few moments, until the function that it returns is
// called; that tells by how many MiB the heap has grown at most.
func growth() (most func() int64) {
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before, highest := heap(), int64(0)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			highest = max(highest, heap())
			select {
			case <-stop:
				return
			case <-time.After(150 * time.Millisecond):
			}
		}
	}()
	return func() int64 {
		close(stop)
		<-stopped
		return (highest - before) >> 20
	}
}
