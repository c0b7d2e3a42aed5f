package sheet

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"concord/internal/hub"
)

// WriteReport writes what a plan says of single rows as a sheet to work through:
// every row that is refused, probably a duplicate or remarked on, with place,
// outcome and reasons in front of what the row says. Identity numbers are
// masked. format is [XLSX] or [CSV].
func WriteReport(to io.Writer, format Format, plan *hub.ImportPlan, notices []hub.ImportProblem) error {
	if format == JSONL {
		return refuse("报告只能写成 .xlsx 或 .csv。")
	}
	var headings []string
	place := map[string]int{}
	sheets := map[*hub.ImportSheet]bool{}
	for i := range plan.Rows {
		s := plan.Rows[i].Sheet
		if s == nil || sheets[s] {
			continue
		}
		sheets[s] = true
		for _, c := range s.Columns {
			if _, known := place[c.Heading]; !known {
				place[c.Heading] = len(headings)
				headings = append(headings, c.Heading)
			}
		}
	}
	lead := []string{"工作表", "行号", "结果", "原因和处理办法"}
	table := newTable(to, format)
	if err := table.start("导入报告", append(lead, headings...), func(column int) bool { return column == 3 }); err != nil {
		return err
	}
	line := make([]string, len(lead)+len(headings))
	for _, n := range notices {
		clear(line)
		line[0], line[2], line[3] = n.Sheet, "提示", reason(&n)
		if n.Row > 0 {
			line[1] = strconv.Itoa(n.Row)
		}
		if err := table.put(line); err != nil {
			return err
		}
	}
	for i := range plan.Rows {
		row := &plan.Rows[i]
		reasons := reasonsOf(row)
		if len(reasons) == 0 {
			continue
		}
		clear(line)
		if row.Sheet != nil {
			line[0] = row.Sheet.Name
			for k, c := range row.Cells {
				line[len(lead)+place[row.Sheet.Columns[k].Heading]] = c.Text
			}
		}
		line[1], line[2], line[3] = strconv.Itoa(row.Number), row.Outcome.Label(), strings.Join(reasons, "\n")
		if len(row.Cells) == 0 && row.Sheet != nil {
			// Of a row that is taken over only what it is found by is kept.
			for k, c := range row.Sheet.Columns {
				switch c.Field {
				case hub.FieldName:
					line[len(lead)+place[row.Sheet.Columns[k].Heading]] = row.Name
				case hub.FieldRegistrationNo:
					line[len(lead)+place[row.Sheet.Columns[k].Heading]] = row.RegistrationNo
				}
			}
		}
		if err := table.put(line); err != nil {
			return err
		}
	}
	return table.finish([]string{
		fmt.Sprintf("%s名册导入报告：共 %d 行，新增 %d，变更 %d，相同 %d，拒绝 %d，疑似重复 %d。", plan.Kind.Label(), plan.Total(), plan.New, plan.Changed, plan.Same, plan.Refused, plan.Duplicate),
		"本表列出被拒绝、疑似重复和有提示的行。请在原表中改正后重新导入，已经导入的行不会重复。",
		"本表中的公民身份号码已遮盖，不能代替原表导入。",
	})
}

func reasonsOf(row *hub.PlannedRow) []string {
	var reasons []string
	for _, p := range slices.Concat(row.Problems, row.Remarks) {
		reasons = append(reasons, reason(&p))
	}
	for _, twin := range row.Twins {
		reasons = append(reasons, "疑似与"+twin.String()+"。确为两人的，请填写编号加以区分，或确认后作为新记录导入。")
	}
	return reasons
}

// reason is a problem without the row, which stands beside it.
func reason(p *hub.ImportProblem) string {
	where := hub.ImportProblem{Column: p.Column, Heading: p.Heading, Value: p.Value, Message: p.Message}
	return where.Error()
}
