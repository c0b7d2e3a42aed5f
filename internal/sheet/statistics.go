package sheet

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"concord/internal/hub"
)

// statisticsHeadings are the columns of a statistics report; the last four stand in
// the lines of organisations alone, those of employment in the mediators'.
var statisticsHeadings = []string{
	"区", "名册", "期初在册", "新增", "届满后恢复", "退出", "退出去向", "续聘", "期末在册", "净增", "届满未续聘", "专职", "兼职",
	"街道（乡镇）总数", "有组织的街道", "有街道（园区）组织的街道", "应建未建",
}

// WriteStatistics writes a statistics report as a table, [XLSX] or [CSV]: a line for
// each roster of the city, then of each district. statement says who took it, when,
// and at which revision it was true; a file that does not end with it is not whole.
func WriteStatistics(to io.Writer, format Format, r *hub.Report, statement string) error {
	if format == JSONL {
		return refuse("统计报告只能导出为 .xlsx 或 .csv。")
	}
	table := newTable(to, format)
	defer table.discard()
	if err := table.start("统计报告", statisticsHeadings, func(column int) bool { return column == 6 }); err != nil {
		return err
	}
	for _, row := range append([]*hub.ReportRow{r.Total}, r.Districts...) {
		place := "合计"
		if row.District != nil {
			place = row.District.Name
		}
		for _, of := range []struct {
			name string
			flow *hub.Flow
			more []int // from the column 专职 on
		}{
			{"调解员", row.Mediators, []int{row.FullTime, row.PartTime}},
			{"专家", row.Experts, nil},
			{"特邀名册", row.InvitedListings, nil},
			{"调解组织", row.Organizations, []int{-1, -1, row.Streets.Official, row.Streets.Covered, row.Streets.CoveredByOwn, row.Streets.Gap()}},
		} {
			if err := table.put(statisticsLine(place, of.name, of.flow, of.more)); err != nil {
				return err
			}
		}
	}
	if csv, ok := table.(*csvWriter); ok {
		if err := csv.put([]string{"注：" + statement}); err != nil {
			return err
		}
	}
	return table.finish([]string{statement, "期初在册 + 新增 + 届满后恢复 − 退出 = 期末在册。"})
}

func statisticsLine(place, roster string, f *hub.Flow, more []int) []string {
	line := make([]string, len(statisticsHeadings))
	line[0], line[1] = place, roster
	var left []string
	for _, b := range f.LeftBy {
		left = append(left, fmt.Sprintf("%s %d", b.Label, b.Count))
	}
	for i, n := range []int{f.AtStart, f.Joined, f.Returned, f.Left, -1, f.Renewed, f.AtEnd, f.Net(), f.Expired} {
		line[2+i] = strconv.Itoa(n)
	}
	line[6] = strings.Join(left, "、")
	for i, n := range more {
		if n >= 0 {
			line[11+i] = strconv.Itoa(n)
		}
	}
	return line
}
