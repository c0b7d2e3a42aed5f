package graph_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"concord/internal/checklist"
	"concord/internal/hub"
	"concord/seeds"
)

// readTable reads the official table with some words replaced.
func (w *world) readTable(t *testing.T, replace ...string) *hub.Checklist {
	t.Helper()
	text, err := seeds.FS.ReadFile("tianjin-key-task-checklist.txt")
	if err != nil {
		t.Fatal(err)
	}
	table, err := checklist.Read(strings.NewReader(strings.NewReplacer(replace...).Replace(string(text))), func(printed string) (string, bool) {
		agency, ok := w.hub.Reference().AgencyByName(printed)
		if !ok {
			return "", false
		}
		return agency.Code, true
	})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

type standing struct {
	ID, Key, ProgressStatus string
	Checklist               struct{ ID string }
	Progress                struct{ TotalCount int }
	Rosters                 []struct {
		Label, Kind, By string
		Total           int
		Counts          []struct {
			Value string
			Count int
		}
	}
}

func (w *world) standings(t *testing.T, filter, on string) map[string]standing {
	t.Helper()
	var data struct {
		Measures struct {
			TotalCount int
			Nodes      []standing
		}
	}
	w.ask(t, "anonymous", `{ measures(first: 100, filter: {`+filter+`}) { totalCount nodes { id key progressStatus`+on+` checklist { id } progress(first: 1) { totalCount } rosters { label kind by total counts { value count } } } } }`, nil).into(t, &data)
	all := map[string]standing{}
	for _, n := range data.Measures.Nodes {
		all[n.Key] = n
	}
	if len(all) != data.Measures.TotalCount {
		t.Errorf("%d of %d measures are shown", len(all), data.Measures.TotalCount)
	}
	return all
}

// A measure stands by its deadline and by what the agencies responsible report.
func TestMeasuresStandByDate(t *testing.T) {
	w := newWorld(t)
	for on, want := range map[string]map[string]int{
		"2023-11-30": {"ONGOING": 84, "ON_TIME": 9},
		"2023-12-01": {"ONGOING": 84, "DUE_SOON": 9},
		"2023-12-31": {"ONGOING": 84, "DUE_SOON": 9},
		"2024-01-01": {"ONGOING": 84, "OVERDUE": 9},
	} {
		got := map[string]int{}
		for _, m := range w.standings(t, "", `(on: "`+on+`")`) {
			got[m.ProgressStatus]++
		}
		for status, n := range want {
			if got[status] != n {
				t.Errorf("on %s: %v, want %v", on, got, want)
			}
		}
	}
	overdue := w.standings(t, `status: [OVERDUE]`, "")
	if len(overdue) != 9 {
		t.Fatalf("%d are overdue", len(overdue))
	}
	award := overdue["24.1"] // 市人社局 leads
	report := func(caller, measure, on, key string) payload {
		return w.change(t, caller, "reportProgress", "ReportProgressInput", `note { id reached }`, map[string]any{"measure": measure, "text": "已完成评选推荐（示例）。", "on": on, "reached": true, "reason": "年度填报", "idempotencyKey": key, "evidence": []string{"https://example.gov.cn/24"}})
	}
	w.bureau(t, "FIC", "EC")
	for _, c := range []struct{ caller, measure, code, path string }{
		{"partner", award.ID, "FORBIDDEN", "input.reached"},                                            // named, but not the lead
		{"city-admin", w.standings(t, `status: [ONGOING]`, "")["32.2"].ID, "INVALID", "input.reached"}, // nothing to be reached
	} {
		got := report(c.caller, c.measure, "2023-12-20", "refused "+c.measure+c.caller)
		got.refused(t, c.code, c.path)
	}
	done := report("city-admin", award.ID, "2023-12-20", "reached")
	done.done(t)
	if got := w.standings(t, `status: [ACHIEVED]`, ""); len(got) != 1 || got["24.1"].ID != award.ID {
		t.Errorf("achieved: %v", got)
	}
	if got := w.standings(t, `status: [ACHIEVED], on: "2023-12-19"`, ""); len(got) != 0 {
		t.Errorf("on the day before it was reached: %v", got)
	}
	if got := w.standings(t, `status: [DUE_SOON], on: "2023-09-30", dueWithin: 92`, ""); len(got) != 9 {
		t.Errorf("%d are due within 92 days", len(got))
	}
	for _, m := range overdue {
		if m.Key != "24.1" && m.Key != "43.2" {
			late := report("city-admin", m.ID, "2024-02-01", "late "+m.Key)
			if len(late.UserErrors) == 0 {
				if got := w.standings(t, `status: [ACHIEVED_LATE]`, "")[m.Key]; got.ID != m.ID {
					t.Errorf("%s was reached after its day and is not told as late", m.Key)
				}
				break
			}
		}
	}
}

// Story 14: anybody filters the checklist by the high court in the lead, and finds
// the rosters behind measures as they stand.
func TestStoryMeasuresLeadToRosters(t *testing.T) {
	w := newWorld(t)
	court := w.standings(t, `agency: ["市高院"], role: LEAD`, "")
	if len(court) != 2 || court["1.2"].ID == "" || court["38.1"].ID == "" {
		t.Errorf("the high court leads %v", court)
	}
	all := w.standings(t, "", "")
	roster := func(key string) map[string]int {
		found := map[string]int{}
		for _, r := range all[key].Rosters {
			found[r.Label] = r.Total
		}
		return found
	}
	if got := roster("32.2"); len(got) != 1 || got["市、区两级调解员名册"] != 3 {
		t.Errorf("32.2: %v", got)
	}
	if r := all["32.2"].Rosters; len(r) != 1 || r[0].By != "level" || len(r[0].Counts) != 1 || r[0].Counts[0].Value != "DISTRICT" {
		t.Errorf("32.2 by level: %+v", r)
	}
	if got := roster("39.1"); got["市、区两级调解专家库"] != 1 {
		t.Errorf("39.1: %v", got)
	}
	var linked []string
	for key, m := range all {
		if len(m.Rosters) > 0 {
			linked = append(linked, key)
		}
	}
	for _, key := range []string{"9.2", "13.2", "18.2", "19.1", "19.2", "20.1", "20.2", "22.1", "22.2", "24.1", "27.1", "28.1", "28.2", "30.2", "32.1", "32.2", "33.2", "34.1", "39.1", "42.1", "43.1"} {
		if !slices.Contains(linked, key) {
			t.Errorf("measure %s leads to no roster", key)
		}
	}
}

// A second checklist stands beside the first. Notes belong to the one on which
// they were made, rosters are found by what a measure says.
func TestTwoChecklists(t *testing.T) {
	w := newWorld(t)
	first := w.standings(t, "", "")["32.2"]
	note := w.change(t, "city-admin", "reportProgress", "ReportProgressInput", `note { id }`, map[string]any{"measure": first.ID, "text": "第一份清单的进展（示例）。"})
	note.done(t)

	title := w.readTable(t).Title
	again := w.readTable(t, title, title+"（示例二期）", "实行动态管理", "实行动态管理并按季通报")
	plan, err := w.hub.PlanChecklist(t.Context(), hub.System, again, hub.ImportOptions{FileName: "示例.txt"})
	if err != nil || plan.Outcome != hub.ImportNew {
		t.Fatalf("%v %+v", err, plan)
	}
	if _, err := w.hub.ApplyChecklist(context.WithoutCancel(t.Context()), hub.System, plan); err != nil {
		t.Fatal(err)
	}
	var data struct {
		Checklists []struct{ ID, Title string }
	}
	w.ask(t, "anonymous", `{ checklists { id title } }`, nil).into(t, &data)
	if len(data.Checklists) != 2 || !strings.HasSuffix(data.Checklists[0].Title, "（示例二期）") || data.Checklists[1].Title != title {
		t.Fatalf("%+v", data.Checklists)
	}
	newer := w.standings(t, `checklist: "`+data.Checklists[0].ID+`"`, "")
	older := w.standings(t, `checklist: "`+data.Checklists[1].ID+`"`, "")
	if len(newer) != 93 || len(older) != 93 {
		t.Fatalf("%d and %d measures", len(newer), len(older))
	}
	if newer["32.2"].Progress.TotalCount != 0 || older["32.2"].Progress.TotalCount != 1 || older["32.2"].ID != first.ID {
		t.Errorf("notes: %+v and %+v", newer["32.2"], older["32.2"])
	}
	if len(newer["32.2"].Rosters) != 1 || newer["32.2"].ID == older["32.2"].ID {
		t.Errorf("rosters of the newer: %+v", newer["32.2"].Rosters)
	}
}
