package sheet_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"concord/internal/hub"
	"concord/internal/sheet"
)

func TestReport(t *testing.T) {
	h := newHouse(t)
	content := workbook(t, func(f *excelize.File) {
		must(t, f.SetSheetName("Sheet1", "津南"))
		rows(t, f, "津南",
			[]any{"编号", "姓名", "公民身份号码", "所属区", "擅长领域"},
			[]any{"津001", "张示例", "120199198503070028", "津南区", "工伤保险"},
			[]any{"津002", "李示例", nil, "津南区", "航天员争议"},
			[]any{"津003", "王示例", nil, "津南区", "工伤保险"},
			[]any{"津003", "=赵示例", nil, "朝阳区", "工伤保险"})
		rows(t, f, "说明", []any{"示例"})
	})
	r := open(t, hub.KindMediator, "名册.xlsx", content)
	plan := h.planRows(t, hub.KindMediator, r.Rows())
	var out bytes.Buffer
	must(t, sheet.WriteReport(&out, sheet.CSV, plan, r.Notices()))
	if strings.Contains(out.String(), "120199198503070028") {
		t.Error("the report shows an identity number")
	}
	lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(out.Bytes(), []byte("\ufeff")))).ReadAll()
	must(t, err)
	want := []struct{ sheet, row, outcome, reason, name string }{
		{"工作表", "行号", "结果", "原因和处理办法", "姓名"},
		{"说明", "", "提示", "没有读取", ""},
		{"津南", "2", "拒绝", "C 列“公民身份号码”（**************0028）：公民身份号码的末位校验码不符", "张示例"},
		{"津南", "3", "新增", "E 列“擅长领域”（航天员争议）：“航天员争议”不在词表中", "李示例"},
		{"津南", "4", "拒绝", "A 列“编号”：编号“津003”与第 5 行重复", "王示例"},
		{"津南", "5", "拒绝", "没有名为“朝阳区”的区", "'=赵示例"},
	}
	if len(lines) != len(want) {
		t.Fatalf("%d lines\n%s", len(lines), out.String())
	}
	for i, w := range want {
		l := lines[i]
		if l[0] != w.sheet || l[1] != w.row || l[2] != w.outcome || !strings.Contains(l[3], w.reason) || l[5] != w.name {
			t.Errorf("line %d %q, want %+v", i+1, l, w)
		}
	}

	out.Reset()
	must(t, sheet.WriteReport(&out, sheet.XLSX, plan, nil))
	f, err := excelize.OpenReader(&out)
	must(t, err)
	if text, _ := f.GetCellValue("导入报告", "C2"); text != "拒绝" {
		t.Errorf("C2 is %q", text)
	}
	if err := sheet.WriteReport(&out, sheet.JSONL, plan, nil); hub.CodeOf(err) != hub.CodeInvalid {
		t.Errorf("a report as .jsonl: %v", err)
	}
}
