package sheet

import (
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"concord/internal/hub"
)

// WriteJobReport writes the rows of an online import as a sheet: every row with
// what became of it, and why, in front of what it says. Identity numbers are
// masked as the rows have them. format is [XLSX] or [CSV]. The rows are written as
// they come.
func WriteJobReport(to io.Writer, format Format, job *hub.SheetJobView, said hub.SheetSaid, rows iter.Seq2[*hub.SheetRow, error]) error {
	if format == JSONL {
		return refuse("报告只能写成 .xlsx 或 .csv。")
	}
	lead := []string{"工作表", "行号", "结果", "是否写入", "原因和处理办法"}
	reasons := len(lead) - 1
	place := map[string]int{}
	for i, heading := range said.Headings {
		place[heading] = len(lead) + i
	}
	table := newTable(to, format)
	defer table.discard()
	if err := table.start("导入报告", append(lead, said.Headings...), func(column int) bool { return column == reasons }); err != nil {
		return err
	}
	line := make([]string, len(lead)+len(said.Headings))
	for _, n := range said.Notices {
		clear(line)
		line[0], line[2], line[reasons] = n.Sheet, "提示", reason(&n)
		if n.Row > 0 {
			line[1] = strconv.Itoa(n.Row)
		}
		if err := table.put(line); err != nil {
			return err
		}
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		clear(line)
		line[0], line[1], line[2], line[3] = row.Sheet, strconv.Itoa(row.Number), row.Outcome.Label(), written(row)
		line[reasons] = reasonsText(row)
		for _, c := range row.Cells {
			line[place[c.Heading]] = c.Text
		}
		if err := table.put(line); err != nil {
			return err
		}
	}
	c := job.Counts
	return table.finish([]string{
		fmt.Sprintf("%s名册导入报告：文件“%s”，由“%s”上传；共 %d 行，新增 %d，变更 %d，相同 %d，拒绝 %d，疑似重复 %d。",
			job.Roster.Label(), job.FileName, job.Uploader(), c.Total(), c.New, c.Changed, c.Same, c.Refused, c.Duplicate),
		job.Statement(),
		fmt.Sprintf("计划 %s，依据的修订号 %d；导入任务 %s。", job.PlanHash, job.Base, job.ID),
		"请在原表中改正后重新上传，已经导入的行不会重复。本表中的公民身份号码已遮盖，不能代替原表导入。",
	})
}

func written(row *hub.SheetRow) string {
	switch {
	case row.Outcome != hub.ImportNew && row.Outcome != hub.ImportChanged:
		return ""
	case row.Written:
		return "已写入"
	}
	return "未写入"
}

func reasonsText(row *hub.SheetRow) string {
	var lines []string
	for i := range row.Reasons {
		lines = append(lines, reason(&row.Reasons[i]))
	}
	for _, c := range row.Changes {
		lines = append(lines, fmt.Sprintf("“%s”由“%s”改为“%s”", c.Heading, c.Before, c.After))
	}
	for i := range row.Remarks {
		lines = append(lines, "提示："+reason(&row.Remarks[i]))
	}
	return strings.Join(lines, "\n")
}
