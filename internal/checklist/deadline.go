package checklist

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"concord/internal/hub"
)

// parseDeadline reads a deadline such as 2023年年底前取得阶段性成果，并长期推进. A day,
// month, quarter, half or year that is named counts in whole: 3月31日前 is met on
// 31 March, 6月底前 on 30 June, 年底前 on 31 December. The reason is Chinese and ""
// when the deadline could be read.
//
// What may be read in two ways is refused: 2024年6月前 ends for some with May and
// for others with June.
func parseDeadline(printed string) (d hub.Deadline, reason string) {
	d = hub.Deadline{Printed: printed, Milestone: hub.MilestoneNone}
	if len(printed) > mostDeadlineBytes {
		return d, unreadable
	}
	due := "" // what is to be there on the day
	for _, clause := range strings.FieldsFunc(fold(printed), isClauseEnd) {
		at := ongoing.FindStringIndex(clause)
		if at != nil {
			d.Ongoing = true
			if clause = clause[:at[0]]; clause == "" {
				continue
			}
		}
		m := dated.FindStringSubmatch(clause)
		switch {
		case m == nil && d.DueDate == "":
			return d, unreadable
		case m == nil && !furtherDate.MatchString(clause): // 2024年6月底前完成方案，组织实施
			due += clause
			continue
		case m == nil || d.DueDate != "" || furtherDate.MatchString(m[what]):
			return d, "一格里有两个日期，无法确定以哪个为准。请拆成两条举措，各写一个完成时限。"
		case m[before] == "" && m[what] != "" && !achievement.MatchString(m[what]): // 2024年春节前完成
			return d, unreadable
		}
		day, reason := lastDay(m)
		if reason != "" {
			return d, reason
		}
		d.DueDate, due = day.Format(time.DateOnly), m[what]
		if due != "" || at == nil { // a bare day in this column is one of completion
			d.Milestone = hub.MilestoneCompleted
		}
	}
	switch {
	case d.DueDate == "" && !d.Ongoing:
		return d, unreadable
	case strings.Contains(due, "阶段性"):
		d.Milestone = hub.MilestoneInterimResults
	case strings.Contains(due, "评选推荐"), strings.Contains(due, "推荐评选"):
		d.Milestone = hub.MilestoneSelectionRecommended
	case due != "" && !strings.Contains(due, "完成"):
		d.Milestone = hub.MilestoneNone
	}
	return d, ""
}

// mostDeadlineBytes is the length above which a cell is not taken for a deadline.
const mostDeadlineBytes = 600

const unreadable = "无法读出完成时限。请写明日期，如“2024年6月底前完成”“2024年3月31日前完成”，或写“长期推进”；表格后面的说明文字请删去。"

func isClauseEnd(r rune) bool { return strings.ContainsRune(",、;。", r) }

var (
	ongoing = regexp.MustCompile(`(?:并|且|同时)?(?:` +
		`(?:长期|持续|常态化|常年|长期持续|持续长期)(?:推进|推动|坚持|实施|开展|落实|进行|执行)|长期)$`)

	// dated is a clause that begins with a day.
	dated = regexp.MustCompile(`^[于在至到]?((?:19|20)\d\d)(?:` +
		`年(?:(年?[底末内]|年?度[底末内]?|全年|上半年|下半年|第?[一二三四1-4]季度[底末内]?)|` +
		`(\d{1,2})月(?:(\d{1,2})[日号]|(份?[底末内]|上旬|中旬|下旬|份)?)?)?` +
		`|[-./](\d{1,2})[-./](\d{1,2})日?)` +
		`([之以]?前)?(.*)$`)

	// furtherDate is a sign of another day behind the first.
	furtherDate = regexp.MustCompile(`^\d|\d[年月日]|[年月]底`)

	// achievement is how the rest of a clause begins whose day is not followed
	// by 前; anything else may be part of the day.
	achievement = regexp.MustCompile(`^(?:基本|全面|全部|力争|确保)*(?:完成|取得|实现|建成|形成|达到)`)
)

// The groups of dated.
const (
	year, span, month, day, part = 1, 2, 3, 4, 5
	isoMonth, isoDay             = 6, 7
	before, what                 = 8, 9
)

// lastDay returns the last day that is in time by a match of dated.
func lastDay(m []string) (last time.Time, reason string) {
	number := func(group int) int { n, _ := strconv.Atoi(m[group]); return n }
	on := func(month, day int) time.Time {
		return time.Date(number(year), time.Month(month), day, 0, 0, 0, 0, time.UTC)
	}
	monthNo, dayNo := number(month)+number(isoMonth), number(day)+number(isoDay)
	switch {
	case m[span] != "":
		return on(spanEnd(m[span])+1, 0), ""
	case m[month]+m[isoMonth] == "" && m[before] != "":
		return last, "“某年前”可以理解为年初前，也可以理解为年底前。请写“年底前”或具体日期。"
	case m[month]+m[isoMonth] == "":
		return on(12, 31), ""
	case monthNo < 1 || monthNo > 12:
		return last, "日历上没有这个月份。请核对日期。"
	case m[day]+m[isoDay] != "":
		if last = on(monthNo, dayNo); dayNo < 1 || last.Month() != time.Month(monthNo) {
			return last, "日历上没有这一天。请核对日期。"
		}
		return last, ""
	case m[part] == "上旬":
		return on(monthNo, 10), ""
	case m[part] == "中旬":
		return on(monthNo, 20), ""
	case (m[part] == "" || m[part] == "份") && m[before] != "":
		return last, "“某月前”可以理解为月初前，也可以理解为月底前。请写“某月底前”或具体日期。"
	}
	return on(monthNo+1, 0), ""
}

// spanEnd returns the last month of the part of a year that is named.
func spanEnd(span string) int {
	quarter, _, isQuarter := strings.Cut(strings.TrimPrefix(span, "第"), "季度")
	switch {
	case span == "上半年":
		return 6
	case isQuarter:
		return map[string]int{"一": 3, "1": 3, "二": 6, "2": 6, "三": 9, "3": 9, "四": 12, "4": 12}[quarter]
	}
	return 12
}
