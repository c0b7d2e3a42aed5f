package checklist

import (
	"fmt"
	"strings"
	"testing"

	"concord/internal/hub"
)

func TestParseDeadline(t *testing.T) {
	for _, test := range []struct {
		printed   string
		due       string
		milestone hub.Milestone
		ongoing   bool
	}{
		{"长期推进", "", hub.MilestoneNone, true},
		{"持续推进", "", hub.MilestoneNone, true},
		{"长期坚持。", "", hub.MilestoneNone, true},
		{"2023年年底前取得阶段性成果，并长期推进", "2023-12-31", hub.MilestoneInterimResults, true},
		{"2023年年底前取得阶段性成果并长期推进", "2023-12-31", hub.MilestoneInterimResults, true},
		{"2023 年年底前取得阶段性成果,并长期推进", "2023-12-31", hub.MilestoneInterimResults, true},
		{"2023年年底前完成评选推荐工作，并长期推进", "2023-12-31", hub.MilestoneSelectionRecommended, true},
		{"2023年年底前完成，并长期推进", "2023-12-31", hub.MilestoneCompleted, true},
		{"长期推进，2025年底前取得阶段性成果", "2025-12-31", hub.MilestoneInterimResults, true},
		{"2024年6月底前完成", "2024-06-30", hub.MilestoneCompleted, false},
		{"2024年2月底前完成", "2024-02-29", hub.MilestoneCompleted, false},
		{"２０２４年６月底前完成", "2024-06-30", hub.MilestoneCompleted, false},
		{"2025年2月份底前取得阶段性进展", "2025-02-28", hub.MilestoneInterimResults, false},
		{"2025年年底前完成", "2025-12-31", hub.MilestoneCompleted, false},
		{"2025年底", "2025-12-31", hub.MilestoneCompleted, false},
		{"2025年年内完成", "2025-12-31", hub.MilestoneCompleted, false},
		{"2025年完成", "2025-12-31", hub.MilestoneCompleted, false},
		{"2025年度", "2025-12-31", hub.MilestoneCompleted, false},
		{"2024年3月31日前", "2024-03-31", hub.MilestoneCompleted, false},
		{"于2024年3月31日之前完成", "2024-03-31", hub.MilestoneCompleted, false},
		{"2024-03-31前完成", "2024-03-31", hub.MilestoneCompleted, false},
		{"2024.3.31", "2024-03-31", hub.MilestoneCompleted, false},
		{"2024年上半年完成", "2024-06-30", hub.MilestoneCompleted, false},
		{"2024年第三季度前完成", "2024-09-30", hub.MilestoneCompleted, false},
		{"2024年一季度末前完成", "2024-03-31", hub.MilestoneCompleted, false},
		{"2024年5月中旬前完成", "2024-05-20", hub.MilestoneCompleted, false},
		{"2024年5月完成", "2024-05-31", hub.MilestoneCompleted, false},
		{"2024年6月底前出台方案", "2024-06-30", hub.MilestoneNone, false},
		{"2024年6月底前完成方案，组织实施", "2024-06-30", hub.MilestoneCompleted, false},
		{"2024年底前持续推进", "2024-12-31", hub.MilestoneNone, true},
	} {
		t.Run(test.printed, func(t *testing.T) {
			got, reason := parseDeadline(test.printed)
			want := hub.Deadline{Printed: test.printed, DueDate: test.due, Milestone: test.milestone, Ongoing: test.ongoing}
			if got != want || reason != "" {
				t.Errorf("got %+v %s\nwant %+v", got, reason, want)
			}
		})
	}
	for _, test := range []struct{ printed, reason string }{
		{"尽快完成", "无法读出"},
		{"年底前完成", "无法读出"},
		{"每年12月底前完成", "无法读出"},
		{"2024年春节前完成", "无法读出"},
		{"2024年年中完成", "无法读出"},
		{"2024年初完成", "无法读出"},
		{"2024年6月起实施", "无法读出"},
		{"2024年3月31", "两个日期"},
		{"、，", "无法读出"},
		{"2024年6月前完成", "某月底前"},
		{"2024年前完成", "年底前"},
		{"2024年13月底前完成", "没有这个月份"},
		{"2023年2月29日前完成", "没有这一天"},
		{"2023年2月0日前完成", "没有这一天"},
		{"2024年6月底前完成，12月底前推广", "两个日期"},
		{"2024年6月底前启动2025年底前完成", "两个日期"},
		{"2024年6月至12月", "两个日期"},
		{"2023—2025年", "无法读出"},
		{"0024年6月底前完成", "无法读出"},
		{strings.Repeat("2024年底前完成，", 50), "无法读出"},
		{"长期推进，注意事项另行通知", "无法读出"},
	} {
		t.Run("refused "+test.printed, func(t *testing.T) {
			if d, reason := parseDeadline(test.printed); !strings.Contains(reason, test.reason) {
				t.Errorf("%+v, reason %q, want %q", d, reason, test.reason)
			}
		})
	}
}

func TestParseAgencies(t *testing.T) {
	known := map[string]string{
		"市人社局": "HRSS", "人社局": "HRSS", "市司法局": "JUSTICE", "市委政法委": "PLC",
		"市工业和信息化局": "MIIT", "市企联/企协": "EC", "市企联": "EC", "市企协": "EC",
		"市规划资源局(示例)": "PLAN", "市和平办": "PEACE",
	}
	resolve := func(printed string) (string, bool) { code, ok := known[printed]; return code, ok }
	for _, test := range []struct{ name, cell, want string }{
		{"one", "市人社局", "市人社局=HRSS:PARTICIPANT"},
		{"lead", "市人社局（牵头）、市司法局", "市人社局=HRSS:LEAD 市司法局=JUSTICE:PARTICIPANT"},
		{"half-width", "市人社局(牵头), 市司法局;市委政法委", "市人社局=HRSS:LEAD 市司法局=JUSTICE:PARTICIPANT 市委政法委=PLC:PARTICIPANT"},
		{"full-width separators", "市人社局（牵头单位），市司法局（配合）；市委政法委。", "市人社局=HRSS:LEAD 市司法局=JUSTICE:PARTICIPANT 市委政法委=PLC:PARTICIPANT"},
		{"two leads", "市委政法委和市人社局（牵头）", "市委政法委=PLC:LEAD 市人社局=HRSS:LEAD"},
		{"only the first leads", "市委政法委（牵头）和市人社局", "市委政法委=PLC:LEAD 市人社局=HRSS:PARTICIPANT"},
		{"和 in a name", "市工业和信息化局", "市工业和信息化局=MIIT:PARTICIPANT"},
		{"和 in a name and between names", "市工业和信息化局和市和平办和市人社局（牵头）", "市工业和信息化局=MIIT:LEAD 市和平办=PEACE:LEAD 市人社局=HRSS:LEAD"},
		{"slash in a name", "市企联/企协（牵头）", "市企联/企协=EC:LEAD"},
		{"full-width slash", "市企联／企协", "市企联／企协=EC:PARTICIPANT"},
		{"slash between names", "市人社局/市司法局", "市人社局=HRSS:PARTICIPANT 市司法局=JUSTICE:PARTICIPANT"},
		{"blanks between names", "市人社局 市司法局　市委政法委", "市人社局=HRSS:PARTICIPANT 市司法局=JUSTICE:PARTICIPANT 市委政法委=PLC:PARTICIPANT"},
		{"a blank within a name", "市 人社局", "市 人社局=HRSS:PARTICIPANT"},
		{"a name broken over lines", "市工业和\n信息化局、市人\n社局（牵\n头）", "市工业和信息化局=MIIT:PARTICIPANT 市人社局=HRSS:LEAD"},
		{"a name a line", "市人社局（牵头）\n市司法局\n市委政法委", "市人社局=HRSS:LEAD 市司法局=JUSTICE:PARTICIPANT 市委政法委=PLC:PARTICIPANT"},
		{"a name a line, the last one leads", "市司法局\n市人社局（牵头）", "市司法局=JUSTICE:PARTICIPANT 市人社局=HRSS:LEAD"},
		{"two leads over lines", "市委政法委和\n市人社局（牵头）、市司法局", "市委政法委=PLC:LEAD 市人社局=HRSS:LEAD 市司法局=JUSTICE:PARTICIPANT"},
		{"parentheses in a name", "市规划资源局（示例）（牵头）", "市规划资源局（示例）=PLAN:LEAD"},
		{"one agency by two names", "市企联、市企协", "市企联=EC:PARTICIPANT"},
		{"one agency twice", "市人社局、人社局", "市人社局=HRSS:PARTICIPANT"},
	} {
		t.Run(test.name, func(t *testing.T) {
			agencies, faults := parseAgencies(fragments(test.cell), resolve)
			var got []string
			for _, a := range agencies {
				got = append(got, fmt.Sprintf("%s=%s:%s", a.Printed, a.AgencyCode, a.Role))
			}
			if s := strings.Join(got, " "); s != test.want || len(faults) > 0 {
				t.Errorf("got %s %v\nwant %s", s, faults, test.want)
			}
		})
	}
	for _, test := range []struct{ name, cell, value, reason string }{
		{"unknown", "市某局", "市某局", "没有这个部门"},
		{"unknown among known", "市人社局、市某局（牵头）、市司法局", "市某局（牵头）", "没有这个部门"},
		{"half unknown", "市人社局和市某局", "市人社局和市某局", "没有这个部门"},
		{"unknown over lines", "市人社局、市某\n某局", "市某某局", "没有这个部门"},
		{"unknown role", "市人社局（审批）", "市人社局（审批）", "没有这个部门"},
		{"mark left open", "市人社局（牵头", "市人社局（牵头", "没有这个部门"},
		{"等 hides agencies", "市人社局等", "市人社局等", "没有这个部门"},
		{"only a mark", "（牵头）", "（牵头）", "没有这个部门"},
		{"only separators", "、，", "、，", "没有部门名称"},
		{"leads and does not", "市人社局（牵头）、人社局", "人社局", "一次牵头，一次不牵头"},
		{"a long name", strings.Repeat("市人社局和", 100) + "市人社局", strings.Repeat("市人社局和", 100) + "市人社局", "没有这个部门"},
		{"a page of text", strings.Repeat("市某局、", 1000), strings.Repeat("市某局、", 1000), "这一格太长"},
	} {
		t.Run("refused "+test.name, func(t *testing.T) {
			_, faults := parseAgencies(fragments(test.cell), resolve)
			if len(faults) != 1 || faults[0].value != test.value || !strings.Contains(faults[0].reason, test.reason) {
				t.Errorf("got %v, want %q: %s", faults, test.value, test.reason)
			}
		})
	}
}
