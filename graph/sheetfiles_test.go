package graph_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"concord/internal/hub"
)

// bomb is a workbook of which one part unpacks to very much.
func bomb(t *testing.T, part string, size int) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	archive.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) { return flate.NewWriter(to, flate.BestCompression) })
	for _, name := range []string{"[Content_Types].xml", "xl/workbook.xml", part} {
		to, err := archive.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if name != part {
			continue
		}
		block := bytes.Repeat([]byte("<row/>"), 1<<16)
		for n := 0; n < size; n += len(block) {
			if _, err := to.Write(block); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// liar is a workbook whose worksheet says that it unpacks to next to nothing.
func liar(t *testing.T, size int) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	var plain, out bytes.Buffer
	if err := book.Write(&plain); err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(bytes.NewReader(plain.Bytes()), int64(plain.Len()))
	if err != nil {
		t.Fatal(err)
	}
	const part = "xl/worksheets/sheet1.xml"
	archive := zip.NewWriter(&out)
	for _, f := range in.File {
		if f.Name != part {
			if err := archive.Copy(f); err != nil {
				t.Fatal(err)
			}
			continue
		}
		to, err := archive.Create(part)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(to, "<worksheet><sheetData>")
		block := bytes.Repeat([]byte("<row/>"), 1<<16)
		for n := 0; n < size; n += len(block) {
			if _, err := to.Write(block); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	text := out.Bytes()
	at := bytes.LastIndex(text, []byte(part)) - 46 // its entry in the directory
	if !bytes.HasPrefix(text[at:], []byte("PK\x01\x02")) {
		t.Fatal("the directory is not where it was looked for")
	}
	binary.LittleEndian.PutUint32(text[at+24:], 1000)
	return text
}

// lockedWorkbook is a workbook that needs a password.
func lockedWorkbook(t *testing.T) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	var out bytes.Buffer
	if err := book.Write(&out, excelize.Options{Password: "示例密码"}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// What is no sheet, or not this one, is refused at once, under a stable code that
// stands in the audit too; nothing of it stays.
func TestFilesThatAreNotTaken(t *testing.T) {
	w := newSheetWorld(t)
	csv := []byte("编号,姓名,所属区\n示例-调-0401,褚示例,津南区\n")
	small := bomb(t, "xl/worksheets/sheet1.xml", 200<<20)
	if len(small) > 1<<20 {
		t.Fatalf("the bomb takes %d bytes and would be refused for that", len(small))
	}
	for _, c := range []struct {
		what, name string
		content    []byte
		status     int
		code       string
	}{
		{"a workbook that unpacks to 200 MiB", "名册.xlsx", small, 422, "FILE_UNPACKS_LARGE"},
		{"a workbook that lies about that", "名册.xlsx", liar(t, 200<<20), 422, "FILE_DAMAGED"},
		{"a workbook with a password", "名册.xlsx", lockedWorkbook(t), 422, "FILE_LOCKED"},
		{"a .csv named .xlsx", "名册.xlsx", csv, 422, "FILE_FORMAT"},
		{"another ending", "名册.docx", csv, 422, "FILE_FORMAT"},
		{"a picture", "名册.csv", []byte("\x89PNG\r\n"), 422, "FILE_FORMAT"},
		{"nothing", "名册.csv", nil, 422, "FILE_EMPTY"},
		{"another roster", "名册.csv", []byte("组织名称,组织类型,统一社会信用代码\n示例调解中心,仲裁院,\n"), 422, "WRONG_ROSTER"},
		{"half a workbook", "名册.xlsx", small[:len(small)/2], 422, "FILE_DAMAGED"},
		{"too much", "名册.csv", bytes.Repeat([]byte("姓名,所属区\n"), 1<<17), 413, "FILE_TOO_LARGE"},
	} {
		t.Run(c.what, func(t *testing.T) {
			if status, code := w.upload(t, "city-admin", "mediators", c.name, c.content); status != c.status || code != c.code {
				t.Errorf("%d %s, want %d %s", status, code, c.status, c.code)
			}
			var data struct {
				RefusedChanges []struct{ Operation, Code string }
			}
			w.ask(t, "auditor", `{ refusedChanges(first: 1) { operation code } }`, nil).into(t, &data)
			if got := data.RefusedChanges[0]; got.Operation != "UPLOAD_SHEET" || got.Code != c.code {
				t.Errorf("the audit says %+v", got)
			}
		})
	}
	t.Run("too much, without saying how much", func(t *testing.T) {
		endless := io.MultiReader(bytes.NewReader(bytes.Repeat([]byte("姓名,所属区\n"), 1<<17)), strings.NewReader("x"))
		response, text := w.send(t, "POST", "city-admin", "/sheets?kind=mediators&name="+url.QueryEscape("名册.csv"), endless, "Content-Type", octets)
		if code := uploaded(t, text); response.StatusCode != http.StatusRequestEntityTooLarge || code != "FILE_TOO_LARGE" {
			t.Errorf("%d %s", response.StatusCode, code)
		}
	})
	t.Run("what a foreign page's form could send", func(t *testing.T) {
		for _, media := range []string{"", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"} {
			response, text := w.send(t, "POST", "city-admin", "/sheets?kind=mediators&name=a.csv", bytes.NewReader(csv), "Content-Type", media)
			if response.StatusCode != http.StatusUnsupportedMediaType {
				t.Errorf("%q: %d %s", media, response.StatusCode, text)
			}
		}
	})
	if left, err := w.files.Jobs(); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
	t.Run("too many rows", func(t *testing.T) {
		_, id := w.upload(t, "city-admin", "mediators", "名册.csv", []byte("姓名,所属区\n"+strings.Repeat("一,二\n", 100_001)))
		if j := w.until(t, "city-admin", id, "FAILED"); !strings.Contains(j.Statement, "超过 100000 行") {
			t.Errorf("%+v", j)
		}
	})
}

// A bomb costs no memory to speak of.
func TestBombsCostNoMemory(t *testing.T) {
	w := newSheetWorld(t)
	for part, content := range map[string][]byte{
		"worksheet": bomb(t, "xl/worksheets/sheet1.xml", 300<<20), "texts": bomb(t, "xl/sharedStrings.xml", 300<<20), "liar": liar(t, 300<<20),
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		if _, code := w.upload(t, "city-admin", "mediators", "名册.xlsx", content); code != "FILE_UNPACKS_LARGE" && code != "FILE_DAMAGED" {
			t.Errorf("%s: %s", part, code)
		}
		runtime.ReadMemStats(&after)
		if allocated := (after.TotalAlloc - before.TotalAlloc) >> 20; allocated > 32 {
			t.Errorf("%s: %d MiB were allocated", part, allocated)
		}
	}
}

// sheetOf is a roster of n fictional mediators.
func sheetOf(n int) []byte {
	var b bytes.Buffer
	b.WriteString("编号,姓名,所属区,职务\n")
	for i := range n {
		fmt.Fprintf(&b, "示例-批-%05d,示例%c%c,津南区,委员\n", i, '一'+rune(i%500), '丁'+rune(i/500))
	}
	return b.Bytes()
}

// Imports are written in the order of their confirmation, one at a time; one that
// waits or is being written can be given up, and says what was written.
func TestImportsAreQueuedAndCancelled(t *testing.T) {
	w := newWorld(t)
	stop := w.takeSheets(t)
	_, large := w.upload(t, "city-admin", "mediators", "大.csv", sheetOf(3000))
	_, small := w.upload(t, "city-admin", "mediators", "小.csv", []byte("编号,姓名,所属区\n示例-调-0501,陈示例,津南区\n"))
	_, never := w.upload(t, "city-admin", "mediators", "不.csv", []byte("编号,姓名,所属区\n示例-调-0502,沈示例,津南区\n"))
	hashes := map[string]string{}
	for _, id := range []string{large, small, never} {
		hashes[id] = w.until(t, "city-admin", id, "PLANNED").PlanHash
	}
	stop() // nobody writes while they are confirmed
	for i, id := range []string{small, large} {
		if c := w.confirm(t, "city-admin", id, hashes[id], fmt.Sprint("queue", i)); c.code() != "" {
			t.Fatalf("%+v", c)
		}
	}
	before := w.mediators(t)
	if c := w.cancel(t, "district-admin-120112", never, "x"); c.code() != "NOT_FOUND" {
		t.Errorf("another cancelled it: %+v", c)
	}
	if c := w.cancel(t, "city-admin", never, "never"); c.code() != "" || c.Job.State != "CANCELLED" || !strings.Contains(c.Job.Statement, "没有写入任何内容") {
		t.Errorf("%+v", c)
	}
	if c := w.confirm(t, "city-admin", never, hashes[never], "late"); c.code() != "NOT_CONFIRMABLE" {
		t.Errorf("a cancelled import was confirmed: %+v", c)
	}

	w.takeSheets(t)
	for deadline := time.Now().Add(5 * time.Minute); ; {
		j := w.job(t, "city-admin", large, "")
		if j.State == "APPLYING" && w.job(t, "city-admin", small, "").State != "APPLIED" {
			t.Fatal("the one confirmed first was not written first")
		}
		if j.State == "APPLYING" && j.Written > 0 {
			break
		}
		if j.State == "APPLIED" || time.Now().After(deadline) {
			t.Fatalf("it was not seen being written: %+v", j)
		}
	}
	cancelled := w.cancel(t, "city-admin", large, "stop")
	if cancelled.code() != "" {
		t.Fatalf("%+v", cancelled)
	}
	said := cancelled.Job.Written
	if said == 0 || said >= 3000 || said%500 != 0 || !strings.Contains(cancelled.Job.Statement, fmt.Sprintf("先前写入的 %d 行保留，其余 %d 行没有写入", said, 3000-said)) {
		t.Errorf("%+v", cancelled.Job)
	}
	time.Sleep(50 * time.Millisecond) // a batch on its way would come now
	if n := w.mediators(t); n != before+1+said {
		t.Errorf("%d rows are there, the answer said %d", n-before-1, said)
	}
	written := 0
	for _, row := range w.job(t, "city-admin", large, "first: 100").Rows.Nodes {
		if row.Written {
			written++
		}
	}
	if written != 100 {
		t.Errorf("of the first 100 rows %d are told to be written", written)
	}
	if c := w.cancel(t, "city-admin", large, "again"); c.code() != "NOT_CONFIRMABLE" {
		t.Errorf("%+v", c)
	}
	t.Run("the rest comes with another upload", func(t *testing.T) {
		_, again := w.upload(t, "city-admin", "mediators", "大.csv", sheetOf(3000))
		if c := w.until(t, "city-admin", again, "PLANNED").Counts; c.Same != said || c.New != 3000-said {
			t.Errorf("%+v", c)
		}
	})
}

// What was uploaded goes: the sheet as soon as the job ends, the rows after the
// time that is stated; the job itself stays.
func TestSheetsAreRemovedInTime(t *testing.T) {
	w := newSheetWorld(t)
	sheet := []byte("编号,姓名,所属区\n示例-调-0601,韩示例,津南区\n")
	_, done := w.upload(t, "city-admin", "mediators", "一.csv", sheet)
	w.confirm(t, "city-admin", done, w.until(t, "city-admin", done, "PLANNED").PlanHash, "done")
	w.until(t, "city-admin", done, "APPLIED")
	_, waiting := w.upload(t, "city-admin", "mediators", "二.csv", []byte("编号,姓名,所属区\n示例-调-0602,杨示例,津南区\n"))
	planned := w.until(t, "city-admin", waiting, "PLANNED")

	sweep := func() {
		t.Helper()
		if err := w.hub.SweepSheets(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	stray, err := w.files.Receive(strings.NewReader("姓名,所属区\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := stray.Keep(hub.NewID(hub.KindSheetJob, 1<<20)); err != nil { // and then the process died
		t.Fatal(err)
	}
	w.later(29 * 24 * time.Hour)
	sweep()
	if held, err := w.files.Jobs(); err != nil || len(held) != 2 {
		t.Errorf("%v is held, %v", held, err)
	}
	if len(w.job(t, "city-admin", done, "first: 1").Rows.Nodes) != 1 || len(w.job(t, "city-admin", waiting, "first: 1").Rows.Nodes) != 1 {
		t.Error("rows are gone before their time")
	}
	w.later(2 * 24 * time.Hour)
	sweep()
	if left, err := w.files.Jobs(); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
	if j := w.job(t, "city-admin", waiting, ""); j.State != "EXPIRED" || j.Report != "" || !strings.Contains(j.Statement, "逾期未确认") {
		t.Errorf("%+v", j)
	}
	if j := w.job(t, "city-admin", done, ""); j.State != "APPLIED" || j.Report != "" || j.Written != 1 {
		t.Errorf("%+v", j)
	}
	if response, _ := w.send(t, "GET", "city-admin", planned.Report, nil); response.StatusCode != http.StatusNotFound {
		t.Errorf("the report is still to be had: %d", response.StatusCode)
	}
	if c := w.confirm(t, "city-admin", waiting, planned.PlanHash, "late"); c.code() != "NOT_CONFIRMABLE" {
		t.Errorf("%+v", c)
	}
}

// An import that was interrupted goes on with what was confirmed, and leaves alone
// what others changed meanwhile.
func TestInterruptedImportsLeaveAloneWhatOthersChanged(t *testing.T) {
	w := newWorld(t)
	stop := w.takeSheets(t)
	const rows = 8000 // so many that it cannot be done before it is stopped
	sheet := append(sheetOf(rows), "示例-调-0002,李示例,津南区,首席调解员\n示例-调-0001,张示例,和平区,主任\n"...)
	_, id := w.upload(t, "city-admin", "mediators", "大.csv", sheet)
	planned := w.until(t, "city-admin", id, "PLANNED")
	w.confirm(t, "city-admin", id, planned.PlanHash, "go")
	for w.job(t, "city-admin", id, "").Written == 0 {
		time.Sleep(time.Millisecond)
	}
	stop()
	held := w.job(t, "city-admin", id, "")
	if held.State != "APPLYING" || held.Written >= rows {
		t.Fatalf("it was not interrupted: %+v", held)
	}
	w.amend(t, "district-admin-120112", "示例-调-0002", "title", "委员")

	w.takeSheets(t)
	done := w.until(t, "city-admin", id, "APPLIED")
	if done.Written != rows+1 || done.Lost != 1 || !strings.Contains(done.Statement, "另有 1 行在确认之后被他人改动") {
		t.Errorf("%+v", done)
	}
	var data struct{ A, B struct{ Title string } }
	w.ask(t, "city-admin", `{ a: mediator(by: { registrationNo: "示例-调-0002" }) { title } b: mediator(by: { registrationNo: "示例-调-0001" }) { title } }`, nil).into(t, &data)
	if data.A.Title != "委员" || data.B.Title != "主任" {
		t.Errorf("%+v", data)
	}
	var lost []string
	for _, row := range w.job(t, "city-admin", id, "outcome: CHANGED").Rows.Nodes {
		if !row.Written {
			lost = append(lost, row.RegistrationNo+" "+row.Reasons[0].Code)
		}
	}
	if len(lost) != 1 || lost[0] != "示例-调-0002 taken" {
		t.Errorf("lost are %v", lost)
	}
}

// A confirmed import whose turn comes when its plan no longer holds is not written,
// but offered anew.
func TestImportsOvertakenInTheQueueAreOfferedAnew(t *testing.T) {
	w := newWorld(t)
	stop := w.takeSheets(t)
	var ids, hashes [2]string
	for i := range ids {
		_, ids[i] = w.upload(t, "city-admin", "mediators", "名册.csv", []byte("编号,姓名,所属区,职务\n示例-调-0002,李示例,津南区,"+[]string{"首席", "委员"}[i]+"\n"))
		hashes[i] = w.until(t, "city-admin", ids[i], "PLANNED").PlanHash
	}
	stop()
	for i, id := range ids {
		if c := w.confirm(t, "city-admin", id, hashes[i], id); c.code() != "" {
			t.Fatalf("%+v", c)
		}
	}
	w.takeSheets(t)
	w.until(t, "city-admin", ids[0], "APPLIED")
	second := w.until(t, "city-admin", ids[1], "PLANNED")
	if !second.Stale || second.PlanHash == hashes[1] || second.Written != 0 || !strings.Contains(second.Statement, "没有写入任何内容") {
		t.Errorf("%+v", second)
	}
	if c := w.job(t, "city-admin", ids[1], "first: 1").Rows.Nodes[0].Changes[0]; c.Before != "首席" || c.After != "委员" {
		t.Errorf("%+v", c)
	}
	if c := w.confirm(t, "city-admin", ids[1], second.PlanHash, "anew"); c.code() != "" {
		t.Errorf("%+v", c)
	}
	w.until(t, "city-admin", ids[1], "APPLIED")
}
