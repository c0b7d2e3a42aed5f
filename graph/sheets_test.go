package graph_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"concord/internal/hub"
)

// newSheetWorld makes a world in which uploaded sheets are planned and written.
func newSheetWorld(t *testing.T) *world {
	w := newWorld(t)
	w.takeSheets(t)
	return w
}

// takeSheets lets uploads be planned and written until the test ends; the function
// it returns ends that earlier.
func (w *world) takeSheets(t *testing.T) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() {
		w.hub.RunSheets(ctx, func(job hub.ID, err error) { t.Errorf("job %s: %v", job, err) })
	})
	stop = func() {
		cancel()
		running.Wait()
	}
	t.Cleanup(stop)
	return stop
}

// send asks by plain HTTP.
func (w *world) send(t *testing.T, method, caller, target string, body io.Reader, headers ...string) (*http.Response, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, w.url+target, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	if key := w.keys[caller]; key != "" {
		w.identify(request, caller, key)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, text
}

const octets = "application/octet-stream"

// upload sends a sheet and returns the status, and the job's id or the error's
// code.
func (w *world) upload(t *testing.T, caller, kind, name string, content []byte) (status int, said string) {
	t.Helper()
	target := "/sheets?kind=" + kind + "&name=" + url.QueryEscape(name)
	response, text := w.send(t, "POST", caller, target, bytes.NewReader(content), "Content-Type", octets)
	return response.StatusCode, uploaded(t, text)
}

func uploaded(t *testing.T, text []byte) string {
	t.Helper()
	var out struct {
		ID     string
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if len(out.Errors) > 0 {
		if !strings.ContainsAny(out.Errors[0].Message, "。") {
			t.Errorf("the error is no sentence: %s", text)
		}
		return out.Errors[0].Extensions.Code
	}
	return out.ID
}

// job is what these tests look at of an import.
type job struct {
	ID, State, Statement, PlanHash, Report, Uploader string
	Stale                                            bool
	Counts                                           struct{ New, Changed, Same, Refused, Duplicate, Total int }
	ToWrite, Written, Lost                           int
	PlannedAt                                        int
	Notices                                          []struct{ Heading, Message string }
	Rows                                             struct {
		TotalCount int
		PageInfo   struct {
			HasNextPage bool
			EndCursor   string
		}
		Nodes []jobRow
	}
}

type jobRow struct {
	Number                        int
	Outcome, Name, RegistrationNo string
	Record                        *string
	Changes                       []struct{ Heading, Before, After string }
	Reasons                       []struct {
		Row                                   int
		Column, Heading, Value, Code, Message string
	}
	Cells   []struct{ Heading, Text string }
	Written bool
}

const jobFields = `id state statement planHash report uploader stale toWrite written lost plannedAt counts { new changed same refused duplicate total } notices { heading message }`

// job asks for an import; nil when the caller may not see it.
func (w *world) job(t *testing.T, caller, id, rows string) *job {
	t.Helper()
	if rows != "" {
		rows = "rows(" + rows + ") { totalCount pageInfo { hasNextPage endCursor } nodes { number outcome name registrationNo record changes { heading before after } reasons { row column heading value code message } cells { heading text } written } }"
	}
	answer := w.ask(t, caller, `query($id: ID!) { sheetJob(id: $id) { `+jobFields+` `+rows+` } }`, map[string]any{"id": id})
	if len(answer.Errors) > 0 {
		t.Fatalf("%s", answer.body)
	}
	var data struct{ SheetJob *job }
	answer.into(t, &data)
	return data.SheetJob
}

// until waits until an import has reached a state, and fails when it ends in
// another one.
func (w *world) until(t *testing.T, caller, id, state string) *job {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Minute); ; time.Sleep(2 * time.Millisecond) {
		j := w.job(t, caller, id, "")
		switch {
		case j == nil:
			t.Fatalf("%s does not see %s", caller, id)
		case j.State == state:
			return j
		case slices.Contains([]string{"APPLIED", "CANCELLED", "FAILED", "EXPIRED"}, j.State), time.Now().After(deadline):
			t.Fatalf("the import is %s, not %s: %s", j.State, state, j.Statement)
		}
	}
}

type jobPayload struct {
	Job        *job
	Replayed   bool
	Revision   *int
	UserErrors []struct {
		Code, Message string
		Path          []string
	}
}

func (p *jobPayload) code() string {
	if len(p.UserErrors) == 0 {
		return ""
	}
	return p.UserErrors[0].Code
}

func (w *world) confirm(t *testing.T, caller, id, hash, key string) jobPayload {
	t.Helper()
	return w.settle(t, caller, "confirmImport", "ConfirmImportInput", map[string]any{"id": id, "planHash": hash, "reason": "示例〔2025〕7号", "idempotencyKey": key})
}

func (w *world) cancel(t *testing.T, caller, id, key string) jobPayload {
	t.Helper()
	return w.settle(t, caller, "cancelImport", "CancelImportInput", map[string]any{"id": id, "reason": "示例", "idempotencyKey": key})
}

func (w *world) settle(t *testing.T, caller, name, input string, in map[string]any) jobPayload {
	t.Helper()
	answer := w.ask(t, caller, fmt.Sprintf(`mutation($in: %s!) { out: %s(input: $in) { revision replayed userErrors { code message path } job { %s } } }`, input, name, jobFields), map[string]any{"in": in})
	if len(answer.Errors) > 0 {
		t.Fatalf("%s", answer.body)
	}
	var data struct{ Out jobPayload }
	answer.into(t, &data)
	return data.Out
}

// mediators counts the roster as everybody sees it.
func (w *world) mediators(t *testing.T) int {
	t.Helper()
	var data struct{ Mediators struct{ TotalCount int } }
	w.ask(t, "anonymous", `{ mediators(first: 1) { totalCount } }`, nil).into(t, &data)
	return data.Mediators.TotalCount
}

// Identity numbers of the unassigned region 120199.
const (
	soundNumber = "120199198503070029"
	wrongNumber = "120199198503070028" // its check character is another
)

// districtSheet is the roster of a district, as an office keeps it.
const districtSheet = "津南区调解员名册（示例）\n" +
	"编号,姓名,公民身份号码,所属区,手机号码,职务,工作单位,传真\n" +
	"示例-调-0101,孙示例," + soundNumber + ",津南区,13700137000,主任,示例公司,1\n" +
	"示例-调-0102,周示例,,津南区,13600136000,委员,=HYPERLINK(1),2\n" +
	"示例-调-0002,李示例,,津南区,,首席调解员,,3\n" +
	"示例-调-0103,吴示例," + wrongNumber + ",津南区,,,,4\n" +
	"示例-调-0104,郑示例,,示例区,,,,5\n" +
	"示例-调-0105,李示例,,津南区,13900139000,,,6\n"

// Story 1: the city's administrator imports the roster of a district: a grid of
// what is new, changed, wrong with row, column and reason, and probably there
// already; nothing is saved until she confirms.
func TestStoryImportOfADistrict(t *testing.T) {
	w := newSheetWorld(t)
	before := w.mediators(t)
	status, id := w.upload(t, "city-admin", "mediators", "津南区名册.csv", []byte(districtSheet))
	if status != http.StatusCreated || !strings.HasPrefix(id, "job_") {
		t.Fatalf("the upload was answered with %d %s", status, id)
	}
	planned := w.until(t, "city-admin", id, "PLANNED")
	if c := planned.Counts; c.New != 2 || c.Changed != 1 || c.Refused != 2 || c.Duplicate != 1 || c.Total != 6 {
		t.Errorf("counts %+v", c)
	}
	if len(planned.Notices) != 1 || planned.Notices[0].Heading != "传真" {
		t.Errorf("nothing is said of the column that is not read: %+v", planned.Notices)
	}

	t.Run("the reasons name row, column and value, and mask identity numbers", func(t *testing.T) {
		refused := w.job(t, "city-admin", id, "outcome: REFUSED").Rows
		if refused.TotalCount != 2 || len(refused.Nodes) != 2 {
			t.Fatalf("%+v", refused)
		}
		number := refused.Nodes[0].Reasons[0]
		if number.Row != 6 || number.Column != "C" || number.Heading != "公民身份号码" || number.Value != "**************0028" || number.Message == "" {
			t.Errorf("the identity number's reason is %+v", number)
		}
		if place := refused.Nodes[1].Reasons[0]; place.Row != 7 || place.Column != "D" || place.Value != "示例区" {
			t.Errorf("the district's reason is %+v", place)
		}
		changed := w.job(t, "city-admin", id, "outcome: CHANGED").Rows.Nodes[0]
		if changed.Record == nil || changed.Changes[0].Heading != "职务" || changed.Changes[0].After != "首席调解员" {
			t.Errorf("the change is %+v", changed)
		}
		if twin := w.job(t, "city-admin", id, "outcome: DUPLICATE").Rows.Nodes[0]; twin.Reasons[0].Code != "twin" || !strings.Contains(twin.Reasons[0].Message, "第 5 行的“李示例”") {
			t.Errorf("the duplicate is %+v", twin)
		}
	})
	t.Run("rows come in pages", func(t *testing.T) {
		var numbers []int
		for args := "first: 2"; ; {
			page := w.job(t, "city-admin", id, args).Rows
			for _, row := range page.Nodes {
				numbers = append(numbers, row.Number)
			}
			if !page.PageInfo.HasNextPage {
				break
			}
			args = fmt.Sprintf("first: 2, after: %q", page.PageInfo.EndCursor)
		}
		if want := []int{3, 4, 5, 6, 7, 8}; !slices.Equal(numbers, want) {
			t.Errorf("rows %v, want %v", numbers, want)
		}
	})
	t.Run("whose it is not", func(t *testing.T) {
		for _, other := range []string{"anonymous", "district-admin-120112", "partner+all", "court-keeper-津0101"} {
			if w.job(t, other, id, "") != nil {
				t.Errorf("%s sees the import", other)
			}
			if response, _ := w.send(t, "GET", other, planned.Report, nil); response.StatusCode != http.StatusNotFound {
				t.Errorf("%s gets the report: %d", other, response.StatusCode)
			}
		}
		refused := w.confirm(t, "district-admin-120112", id, planned.PlanHash, "other")
		if refused.code() != "NOT_FOUND" {
			t.Errorf("another's plan was confirmed: %+v", refused)
		}
		if refused := w.confirm(t, "auditor", id, planned.PlanHash, "auditor"); refused.code() != "FORBIDDEN" {
			t.Errorf("the auditor confirmed: %+v", refused)
		}
		if w.job(t, "auditor", id, "first: 1") == nil {
			t.Error("the auditor does not see it")
		}
	})
	if n := w.mediators(t); n != before {
		t.Fatalf("%d mediators before the confirmation, %d were there", n, before)
	}

	confirmed := w.confirm(t, "city-admin", id, planned.PlanHash, "once")
	if confirmed.code() != "" || confirmed.Revision == nil {
		t.Fatalf("not confirmed: %+v", confirmed)
	}
	done := w.until(t, "city-admin", id, "APPLIED")
	if done.Written != 3 || done.Lost != 0 {
		t.Errorf("%+v", done)
	}
	if n := w.mediators(t); n != before+2 {
		t.Errorf("%d mediators, want %d", n, before+2)
	}
	if again := w.confirm(t, "city-admin", id, planned.PlanHash, "once"); !again.Replayed || again.code() != "" {
		t.Errorf("the same request again: %+v", again)
	}
	if twice := w.confirm(t, "city-admin", id, planned.PlanHash, "twice"); twice.code() != "NOT_CONFIRMABLE" {
		t.Errorf("confirmed twice: %+v", twice)
	}
	for _, row := range w.job(t, "city-admin", id, "first: 10").Rows.Nodes {
		if row.Written != (row.Outcome == "NEW" || row.Outcome == "CHANGED") {
			t.Errorf("row %d is %s and written is %v", row.Number, row.Outcome, row.Written)
		}
	}

	t.Run("the report holds the rows, and no identity number", func(t *testing.T) {
		response, text := w.send(t, "GET", "city-admin", done.Report, nil)
		sheet := unzipped(t, text, "xl/worksheets/sheet1.xml")
		if response.StatusCode != http.StatusOK || !strings.Contains(response.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%d %v", response.StatusCode, response.Header)
		}
		for _, want := range []string{"孙示例", "已写入", "拒绝", "疑似重复", "首席调解员", "13700137000"} {
			if !strings.Contains(sheet, want) {
				t.Errorf("the report does not say %q", want)
			}
		}
		if strings.Contains(sheet, soundNumber) || strings.Contains(sheet, wrongNumber) {
			t.Error("the report shows an identity number")
		}
		if !strings.Contains(sheet, "&#39;=HYPERLINK(1)") {
			t.Error("a formula is not neutralised")
		}
	})
	t.Run("the same sheet again changes nothing", func(t *testing.T) {
		_, again := w.upload(t, "city-admin", "mediators", "津南区名册.csv", []byte(districtSheet))
		if c := w.until(t, "city-admin", again, "PLANNED").Counts; c.Same != 3 || c.New+c.Changed != 0 {
			t.Errorf("counts %+v", c)
		}
	})
}

// unzipped is one part of a workbook.
func unzipped(t *testing.T, text []byte, name string) string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatalf("%v: %.200s", err, text)
	}
	part, err := archive.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer part.Close()
	content, err := io.ReadAll(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// Who keeps a roster imports it, and of a sheet only those rows that she keeps.
func TestImportsKeepToTheirRosters(t *testing.T) {
	w := newSheetWorld(t)
	sheet := []byte("编号,姓名,所属区\n示例-调-0201,钱示例,津南区\n示例-调-0202,冯示例,和平区\n示例-调-0001,张示例,和平区\n")
	for _, c := range []struct {
		caller, kind string
		status       int
		code         string
	}{
		{"anonymous", "mediators", 401, "UNAUTHENTICATED"},
		{"partner+all", "mediators", 403, "FORBIDDEN"},
		{"auditor", "mediators", 403, "FORBIDDEN"},
		{"court-keeper-津0101", "mediators", 403, "FORBIDDEN"},
		{"expert-keeper", "mediators", 403, "FORBIDDEN"},
		{"city-admin", "invited", 403, "FORBIDDEN"},
		{"city-admin", "checklists", 400, "INVALID"},
	} {
		if status, code := w.upload(t, c.caller, c.kind, "名册.csv", sheet); status != c.status || code != c.code {
			t.Errorf("%s uploads %s: %d %s, want %d %s", c.caller, c.kind, status, code, c.status, c.code)
		}
	}
	for _, c := range []struct{ caller, kind, sheet string }{
		{"court-keeper-津0101", "invited", "名册编号,类别,姓名,邀请法院\n示例-特-0801,个人,钱示例,天津市和平区人民法院\n示例-特-0802,个人,冯示例,天津市津南区人民法院\n"},
		{"expert-keeper", "experts", "编号,姓名,层级,所属区\n示例-专-0801,钱示例,市,\n示例-专-0802,冯示例,区,津南区\n"},
		{"district-admin-120112", "organizations", "编号,组织名称,组织类型,所属区\n示例-组-0801,示例津南区商会调解委员会,商会,津南区\n示例-组-0802,示例和平区商会调解委员会,商会,和平区\n"},
	} {
		_, id := w.upload(t, c.caller, c.kind, "名册.csv", []byte(c.sheet))
		planned := w.until(t, c.caller, id, "PLANNED")
		if planned.Counts.New != 1 || planned.Counts.Refused != 1 {
			t.Errorf("%s: %+v %+v", c.caller, planned.Counts, w.job(t, c.caller, id, "first: 5").Rows.Nodes)
		}
	}
	_, id := w.upload(t, "district-admin-120112", "mediators", "名册.csv", sheet)
	planned := w.until(t, "district-admin-120112", id, "PLANNED")
	if planned.Counts.New != 1 || planned.Counts.Refused != 2 {
		t.Errorf("counts %+v", planned.Counts)
	}
	for _, row := range w.job(t, "district-admin-120112", id, "outcome: REFUSED").Rows.Nodes {
		if row.Reasons[0].Code != "forbidden" {
			t.Errorf("row %d is refused for %+v", row.Number, row.Reasons)
		}
	}
	t.Run("who sees and ends what another uploaded", func(t *testing.T) {
		_, other := w.upload(t, "district-admin-120101", "mediators", "名册.csv", []byte("编号,姓名,所属区\n示例-调-0203,褚示例,和平区\n"))
		hash := w.until(t, "district-admin-120101", other, "PLANNED").PlanHash
		for caller, sees := range map[string]bool{"district-admin-120101": true, "district-admin-120112": false, "city-admin": true, "auditor": true, "expert-keeper": false} {
			var data struct {
				Node      *struct{ ID string }
				SheetJobs struct{ Nodes []struct{ ID string } }
			}
			w.ask(t, caller, `query($id: ID!) { node(id: $id) { id } sheetJobs(first: 100) { nodes { id } } }`, map[string]any{"id": other}).into(t, &data)
			listed := slices.ContainsFunc(data.SheetJobs.Nodes, func(n struct{ ID string }) bool { return n.ID == other })
			if (data.Node != nil) != sees || listed != sees {
				t.Errorf("%s sees it: %v, in the list: %v", caller, data.Node != nil, listed)
			}
		}
		if c := w.confirm(t, "city-admin", other, hash, "c"); c.code() != "FORBIDDEN" {
			t.Errorf("the city's administrator confirmed another's plan: %+v", c)
		}
		if c := w.cancel(t, "auditor", other, "a"); c.code() != "FORBIDDEN" {
			t.Errorf("the auditor cancelled: %+v", c)
		}
		if c := w.cancel(t, "city-admin", other, "d"); c.code() != "" || c.Job.State != "CANCELLED" {
			t.Errorf("the city's administrator could not cancel: %+v", c)
		}
	})
	w.confirm(t, "district-admin-120112", id, planned.PlanHash, "district")
	w.until(t, "district-admin-120112", id, "APPLIED")
	var data struct {
		RefusedChanges []struct{ Operation, Code string }
	}
	w.ask(t, "auditor", `{ refusedChanges(first: 100) { operation code } }`, nil).into(t, &data)
	uploads := 0
	for _, c := range data.RefusedChanges {
		if c.Operation == "UPLOAD_SHEET" {
			uploads++
		}
	}
	if uploads != 6 {
		t.Errorf("%d refused uploads are in the audit, want 6: %+v", uploads, data.RefusedChanges)
	}
}

// A plan that no longer holds is not written: the confirmation is refused, and a
// new plan offered.
func TestStalePlansAreOfferedAnew(t *testing.T) {
	w := newSheetWorld(t)
	sheet := []byte("编号,姓名,所属区,职务\n示例-调-0002,李示例,津南区,首席调解员\n示例-调-0301,卫示例,津南区,\n")
	_, id := w.upload(t, "district-admin-120112", "mediators", "名册.csv", sheet)
	first := w.until(t, "district-admin-120112", id, "PLANNED")

	// Something else of the roster changes: the plan is the same, and holds.
	w.amend(t, "district-admin-120101", "示例-调-0001", "biography", "另一人的简介（示例）。")
	_, other := w.upload(t, "district-admin-120112", "mediators", "二.csv", sheet)
	if second := w.until(t, "district-admin-120112", other, "PLANNED"); second.PlanHash != first.PlanHash || second.PlannedAt == first.PlannedAt {
		t.Errorf("a change elsewhere made the plan %+v of %+v", second, first)
	}

	w.amend(t, "district-admin-120112", "示例-调-0002", "title", "首席调解员")
	before := w.mediators(t)
	stale := w.confirm(t, "district-admin-120112", id, first.PlanHash, "stale")
	if stale.code() != "PLAN_STALE" || stale.Job.PlanHash == first.PlanHash || !stale.Job.Stale || stale.Job.Counts.Same != 1 || stale.Job.Counts.Changed != 0 {
		t.Fatalf("%+v", stale)
	}
	if w.mediators(t) != before {
		t.Error("something was written")
	}
	if row := w.job(t, "district-admin-120112", id, "first: 1").Rows.Nodes[0]; row.Outcome != "SAME" {
		t.Errorf("the new plan's rows are not those of its counts: %+v", row)
	}
	if c := w.confirm(t, "district-admin-120112", id, stale.Job.PlanHash, "anew"); c.code() != "" {
		t.Fatalf("%+v", c)
	}
	if done := w.until(t, "district-admin-120112", id, "APPLIED"); done.Written != 1 {
		t.Errorf("%+v", done)
	}
	// The other job's plan was overtaken by this one.
	if c := w.confirm(t, "district-admin-120112", other, first.PlanHash, "other"); c.code() != "PLAN_STALE" {
		t.Errorf("%+v", c)
	}
}

// amend changes one field of a mediator.
func (w *world) amend(t *testing.T, caller, registrationNo, field, value string) {
	t.Helper()
	var data struct {
		Mediator struct {
			ID       string
			Revision int
		}
	}
	w.ask(t, caller, `query($n: String!) { mediator(by: { registrationNo: $n }) { id revision } }`, map[string]any{"n": registrationNo}).into(t, &data)
	out := w.change(t, caller, "amendMediator", "AmendMediatorInput", `record { id }`, map[string]any{
		"id": data.Mediator.ID, "expectedRevision": data.Mediator.Revision, "fields": map[string]any{field: value},
	})
	out.done(t)
}

// A sheet is no way to read what its uploader may not: neither by what rows would
// change, nor by whom they resemble, nor by whose number is whose.
func TestPlansTellNothingOfOthersRosters(t *testing.T) {
	w := newSheetWorld(t)
	const zhangs = "11010519491231002X"
	sheet := []byte("编号,姓名,公民身份号码,所属区,手机号码,备注,工作单位\n" +
		"示例-调-0001,张示例,,和平区,13500135000,探问,探问公司\n" + // by its public number
		"示例-调-0001x,张示例,,和平区,13800138001,,\n" + // by a telephone number that is guessed
		",李某示例," + zhangs + ",津南区,,,\n" + // by an identity number, in a district of one's own
		"示例-调-0701,蒋示例,,津南区,,,\n")
	_, id := w.upload(t, "district-admin-120112", "mediators", "名册.csv", sheet)
	planned := w.until(t, "district-admin-120112", id, "PLANNED")
	if planned.Counts.New != 1 || planned.Counts.Refused != 3 {
		t.Errorf("counts %+v", planned.Counts)
	}
	answer := w.ask(t, "district-admin-120112", `query($id: ID!) { sheetJob(id: $id) { rows(first: 10) { nodes { name changes { before after } reasons { value message } remarks { value message } } } } }`, map[string]any{"id": id})
	_, report := w.send(t, "GET", "district-admin-120112", strings.Replace(planned.Report, "xlsx", "csv", 1), nil)
	for _, secret := range []string{"13800138000", "备注只给数源部门", "示例律师事务所", "手机号码相同", "属于“张示例”"} {
		if bytes.Contains(answer.body, []byte(secret)) || bytes.Contains(report, []byte(secret)) {
			t.Errorf("the plan tells %q: %s", secret, answer.body)
		}
	}

	// The city's administrator changes a note that only the district reads.
	_, id = w.upload(t, "city-admin", "mediators", "名册.csv", []byte("编号,姓名,所属区,备注,手机号码\n示例-调-0001,张示例,和平区,新的备注,13500135000\n"))
	w.until(t, "city-admin", id, "PLANNED")
	befores := map[string]string{}
	for _, c := range w.job(t, "city-admin", id, "first: 1").Rows.Nodes[0].Changes {
		befores[c.Heading] = c.Before
	}
	if befores["备注"] != "（无权查看）" || befores["手机号码"] != "13800138001" {
		t.Errorf("before: %v", befores)
	}
}
