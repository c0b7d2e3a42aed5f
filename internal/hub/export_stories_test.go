package hub_test

import (
	"bytes"
	"strings"
	"testing"

	"concord/internal/checklist"
	"concord/internal/hub"
	"concord/seeds"
)

// collected is an export held in memory, a line a record: name and one field.
type collected struct {
	fields []hub.ImportField
	rows   []map[hub.ImportField]hub.ExportCell
}

func (c *collected) Begin(fields []hub.ImportField) error { c.fields = fields; return nil }

func (c *collected) Row(cells []hub.ExportCell) error {
	row := map[hub.ImportField]hub.ExportCell{}
	for i, f := range c.fields {
		row[f] = cells[i]
	}
	c.rows = append(c.rows, row)
	return nil
}

func (c *collected) names() string {
	var names []string
	for _, row := range c.rows {
		names = append(names, row[hub.FieldName].Text)
	}
	return strings.Join(names, " ")
}

func (r *roster) export(t *testing.T, p *hub.Principal, q hub.ExportQuery) (*collected, hub.ExportInfo) {
	t.Helper()
	sink := new(collected)
	info, err := r.Export(t.Context(), p, hub.KindMediator, q, sink)
	if err != nil {
		t.Fatal(err)
	}
	return sink, info
}

func TestExport(t *testing.T) {
	r := newRoster(t) // on 2025-06-15
	r.take(t, hub.KindMediator, "新增 新增 新增", "编号,姓名,公民身份号码,所属区,手机号码,工作单位,擅长领域,聘期起,聘期止,状态,备注",
		"津001,张示例,"+idOfZhang+",津南区,13800138000,示例制造有限公司,工伤保险,2024-01-01,2026-12-31,在册,内部备注",
		"津002,李示例,,津南区,,,劳动报酬,2022-01-01,2024-12-31,,",
		"和001,王示例,,和平区,13900139000,,工伤保险,2024-01-01,长期,,")
	before := r.Revision()

	t.Run("all of it, in the order in which it came", func(t *testing.T) {
		got, info := r.export(t, hub.System, hub.ExportQuery{})
		if got.names() != "张示例 李示例 王示例" || info.Rows != 3 || info.Revision != before {
			t.Errorf("%s %+v", got.names(), info)
		}
		if row := got.rows[0]; row[hub.FieldPhone].Text != "13800138000" || row[hub.FieldNote].Text != "内部备注" || row[hub.FieldDistrict].Code != "120112" {
			t.Errorf("row %v", row)
		}
		if got.rows[1][hub.FieldStatus].Code != "EXPIRED" || got.rows[2][hub.FieldTermEnd].Text != "长期" {
			t.Errorf("rows %v", got.rows)
		}
		for _, line := range info.Lines() {
			if strings.Contains(line, "%!") {
				t.Errorf("line %q", line)
			}
		}
	})
	t.Run("what a caller may not see has no column", func(t *testing.T) {
		got, _ := r.export(t, hub.Anonymous, hub.ExportQuery{})
		for _, f := range []hub.ImportField{hub.FieldPhone, hub.FieldEmployer, hub.FieldNote, hub.FieldBirthDate, hub.FieldCitizenID} {
			if _, ok := got.rows[0][f]; ok {
				t.Errorf("the public gets %s", f)
			}
		}
	})
	t.Run("what a keeper sees of others' records is blank", func(t *testing.T) {
		got, _ := r.export(t, jinnan, hub.ExportQuery{})
		if got.rows[0][hub.FieldPhone].Text != "13800138000" || got.rows[2][hub.FieldPhone].Text != "" || got.rows[2][hub.FieldName].Text != "王示例" {
			t.Errorf("rows %v", got.rows)
		}
	})
	t.Run("filters, a day, and the past", func(t *testing.T) {
		r.take(t, hub.KindMediator, "变更", "编号,姓名,所属区", "和001,王示例,津南区")
		for _, c := range []struct {
			name  string
			query hub.ExportQuery
			want  string
		}{
			{"district", hub.ExportQuery{Filter: hub.FilterArgs{District: []string{"津南区"}}}, "张示例 李示例 王示例"},
			{"district as it was", hub.ExportQuery{Filter: hub.FilterArgs{District: []string{"120112"}}, AsOf: hub.AsOf{Revision: before}}, "张示例 李示例"},
			{"specialty", hub.ExportQuery{Filter: hub.FilterArgs{Specialty: []string{"工伤保险"}}}, "张示例 王示例"},
			{"on the roster on a day", hub.ExportQuery{On: day("2023-05-01")}, "李示例"},
			{"none", hub.ExportQuery{Filter: hub.FilterArgs{District: []string{"蓟州区"}}}, ""},
		} {
			t.Run(c.name, func(t *testing.T) {
				total := -1
				c.query.Progress = func(_, n int) { total = n }
				got, info := r.export(t, hub.System, c.query)
				if got.names() != c.want || info.Rows != len(got.rows) || total != len(got.rows) {
					t.Errorf("got %q, %d of %d rows, want %q", got.names(), info.Rows, total, c.want)
				}
			})
		}
		if _, err := r.Export(t.Context(), hub.System, hub.KindMediator, hub.ExportQuery{Filter: hub.FilterArgs{District: []string{"999999"}}}, new(collected)); hub.CodeOf(err) != hub.CodeInvalid {
			t.Errorf("an unknown district: %v", err)
		}
	})
}

func TestImportChecklist(t *testing.T) {
	r := newRoster(t)
	data, err := seeds.FS.ReadFile("tianjin-key-task-checklist.txt")
	if err != nil {
		t.Fatal(err)
	}
	read := func(text string) *hub.Checklist {
		t.Helper()
		table, err := checklist.Read(bytes.NewReader([]byte(text)), func(printed string) (string, bool) {
			agency, ok := r.Reference().AgencyByName(printed)
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
	take := func(table *hub.Checklist) *hub.ChecklistPlan {
		t.Helper()
		plan, err := r.PlanChecklist(t.Context(), city, table, hub.ImportOptions{FileName: "清单.txt"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.ApplyChecklist(t.Context(), city, plan); err != nil {
			t.Fatal(err)
		}
		return plan
	}
	if plan := take(read(string(data))); plan.Outcome != hub.ImportNew || plan.Measures != 93 || r.Revision() != 1 {
		t.Fatalf("first: %+v at revision %d", plan, r.Revision())
	}
	if plan := take(read(string(data))); plan.Outcome != hub.ImportSame || len(plan.Changes) != 0 || r.Revision() != 1 {
		t.Fatalf("again: %+v at revision %d", plan, r.Revision())
	}

	table := read(string(data))
	m, ok := table.Measure("32.2")
	if !ok {
		t.Fatal("no measure 32.2")
	}
	m.Measure.Text += "（示例）"
	if plan := take(table); plan.Outcome != hub.ImportChanged || len(plan.Changes) != 1 || plan.Changes[0].Key != "32.2" || r.Revision() != 2 {
		t.Fatalf("changed: %+v at revision %d", plan.Changes, r.Revision())
	}
	if n := len(all[*hub.ChecklistRecord](t, r, hub.KindChecklist)); n != 1 {
		t.Errorf("%d checklists, want one in two versions", n)
	}

	if _, err := r.PlanChecklist(t.Context(), jinnan, table, hub.ImportOptions{}); hub.CodeOf(err) != hub.CodeForbidden {
		t.Errorf("a district admin: %v", err)
	}
	m.Measure.Text = ""
	if _, err := r.PlanChecklist(t.Context(), city, table, hub.ImportOptions{}); hub.CodeOf(err) != hub.CodeInvalid {
		t.Errorf("a broken table: %v", err)
	}
	stale, err := r.PlanChecklist(t.Context(), city, read(string(data)), hub.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	take(read(string(data)))
	if _, err := r.ApplyChecklist(t.Context(), city, stale); hub.CodeOf(err) != hub.CodeConflict {
		t.Errorf("a plan that was overtaken: %v", err)
	}
}
