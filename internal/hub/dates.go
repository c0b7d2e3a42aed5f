package hub

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Date is a day of the Gregorian calendar without a time zone: 0001-01-01 is 1,
// the next day 2, and so on. 0 means "no date". Counting from year 1 rather than
// from 1970 keeps every real day apart from "none", people born on 1970-01-01
// included. Dates compare, sort and subtract as the integers they are; as the
// end of a term, 0 stands for "open", which the methods of [Term] know.
//
// In JSON a date is "2006-01-02" and none is null; in CBOR it is the integer.
type Date int32

// Days from 0001-01-01 (day 1) to 1970-01-01.
const unixEpochDay = 719163

// China Standard Time. China has had no other offset since the summer time of
// 1991 ended, so no time zone database is needed.
var chinaTime = time.FixedZone("CST", 8*60*60)

// NewDate returns the day, and false when the calendar has no such day or it is
// outside the years 1 to 9999.
func NewDate(year int, month time.Month, day int) (Date, bool) {
	if year < 1 || year > 9999 {
		return 0, false
	}
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if t.Year() != year || t.Month() != month || t.Day() != day {
		return 0, false
	}
	return dateOf(t), true
}

// dateOf returns the day that t shows in its own zone.
func dateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()/86400 + unixEpochDay)
}

// Today returns the day that it is in China at instant now.
func Today(now time.Time) Date { return dateOf(now.In(chinaTime)) }

// ParseDate reads the strict form 2006-01-02. It fails with a *[FieldError].
func ParseDate(s string) (Date, error) {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' {
		return 0, fieldError("date", s, FaultDateFormat, "日期“%s”的写法不对，请写成 2023-05-01 这样的形式。", Shorten(s))
	}
	year, okYear := digits(s[:4])
	month, okMonth := digits(s[5:7])
	day, okDay := digits(s[8:])
	if !okYear || !okMonth || !okDay {
		return 0, fieldError("date", s, FaultDateFormat, "日期“%s”的写法不对，请写成 2023-05-01 这样的形式。", Shorten(s))
	}
	d, ok := NewDate(year, time.Month(month), day)
	if !ok {
		return 0, impossibleDate(s)
	}
	return d, nil
}

func impossibleDate(s string) *FieldError {
	return fieldError("date", s, FaultDateImpossible, "日期“%s”在日历上不存在，请核对年、月、日。", Shorten(s))
}

// digits reads a short run of ASCII digits.
func digits(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, s != "" && len(s) <= 9
}

func (d Date) utc() time.Time { return time.Unix((int64(d)-unixEpochDay)*86400, 0).UTC() }

// Year returns the year of d.
func (d Date) Year() int { return d.utc().Year() }

// Month returns the month of d.
func (d Date) Month() time.Month { return d.utc().Month() }

// Day returns the day of the month of d.
func (d Date) Day() int { return d.utc().Day() }

// Weekday returns the day of the week of d.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// AddDays returns the day n days after d.
func (d Date) AddDays(n int) Date { return d + Date(n) }

// AddMonths returns the same day n months later, or the last day of that month
// when it is too short: one month after 31 January is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	year, month, day := d.utc().Date()
	first := time.Date(year, month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return dateOf(first) + Date(min(day, last)) - 1
}

// AddYears is AddMonths of 12 months a year.
func (d Date) AddYears(n int) Date { return d.AddMonths(12 * n) }

// MonthEnd returns the last day of d's month.
func (d Date) MonthEnd() Date {
	year, month, _ := d.utc().Date()
	return dateOf(time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC))
}

// Midnight returns the instant at which d begins in China.
func (d Date) Midnight() time.Time {
	year, month, day := d.utc().Date()
	return time.Date(year, month, day, 0, 0, 0, 0, chinaTime)
}

// String returns 2006-01-02, and "" for no date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return string(d.Append(make([]byte, 0, 10)))
}

// YearMonth returns 2006-01, the form in which a birth date is shared.
func (d Date) YearMonth() string {
	if d == 0 {
		return ""
	}
	return d.String()[:7]
}

// Append appends the day as 2006-01-02, the zero Date too.
func (d Date) Append(b []byte) []byte { return d.utc().AppendFormat(b, time.DateOnly) }

// MarshalText returns [Date.String].
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads 2006-01-02; empty text is no date.
func (d *Date) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	*d, err = ParseDate(string(text))
	return err
}

// MarshalJSON returns "2006-01-02", or null for no date.
func (d Date) MarshalJSON() ([]byte, error) {
	if d == 0 {
		return []byte("null"), nil
	}
	return append(d.Append(append(make([]byte, 0, 12), '"')), '"'), nil
}

// UnmarshalJSON reads a string as [Date.UnmarshalText] does; null is no date.
func (d *Date) UnmarshalJSON(data []byte) error {
	var s *string
	if err := json.Unmarshal(data, &s); err != nil {
		return fieldError("date", string(data), FaultDateFormat, "日期应写成带引号的 \"2023-05-01\"。")
	}
	if s == nil {
		*d = 0
		return nil
	}
	return d.UnmarshalText([]byte(*s))
}

// Edge says which day is meant when a sheet names only a month or a year.
type Edge bool

// The edges.
const (
	StartEdge Edge = false // first day of the month or year: birth, start of a term
	EndEdge   Edge = true  // last day: end of a term. Only here 长期 makes sense.
)

// Precision says how much of a date was written down.
type Precision uint8

// The precisions.
const (
	DayPrecision Precision = iota
	MonthPrecision
	YearPrecision
)

// LooseDate is a date as people write it in a sheet.
type LooseDate struct {
	Date      Date      // 0 when Open
	Precision Precision // what was written; the rest of Date was filled by the edge
	Open      bool      // 长期: no end
	// Ambiguous is set for 2023.1, which is what a spreadsheet leaves of a
	// 2023.10 that was stored as a number. It was read as January.
	Ambiguous bool
}

// Years outside are slips of the finger, not dates of a roster.
const (
	earliestYear = 1800
	latestYear   = 2999
)

// Day zero of the serial dates of spreadsheets ("1900 date system").
// It is right from serial 61 on; smaller ones do not occur here.
const excelEpochDay = unixEpochDay - 25569

var openEnds = map[string]bool{
	"长期": true, "长期有效": true, "永久": true, "永久有效": true,
	"无固定期限": true, "无期限": true, "不限": true, "不限期": true,
	"9999-12-31": true, "9999.12.31": true, "9999/12/31": true, "99991231": true, "9999年12月31日": true,
}

// One way of writing a date a line. They are mutually exclusive.
var (
	dashedDate  = regexp.MustCompile(`^(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})[日号]?|月)?$`)
	yearAlone   = regexp.MustCompile(`^(\d{4})年?$`)
	packedDate  = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})?$`)
	serialDate  = regexp.MustCompile(`^\d{5}(\.\d+)?$`)
	timeOfDay   = regexp.MustCompile(`^(.*\d日?)[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$`)
	blankInDate = regexp.MustCompile(`\s*([-/.年月日号])\s*`)
)

// ParseLooseDate reads a date as it is found in sheets: 2023-05-01, 2023/5/1,
// 2023.5.1, 2023年5月1日, 20230501, 2023-05, 2023.5, 2023年5月, 202305, 2023年,
// 2023, a time of day behind it, an instant with zone (the day it was in China),
// a five-digit spreadsheet serial, and for an end 长期 and its synonyms. Years
// run from 1800 to 2999. It fails with a *[FieldError]; day-first and
// month-first forms such as 5/1/23 are refused, for they are ambiguous.
func ParseLooseDate(s string, edge Edge) (LooseDate, error) {
	text := foldWidth(s)
	if text == "" {
		return LooseDate{}, fieldError("date", s, FaultRequired, "没有填写日期，请写成 2023-05-01 这样的形式。")
	}
	if openEnds[withoutSpace(text)] {
		if edge == StartEdge {
			return LooseDate{}, fieldError("date", s, FaultDateOpen, "“%s”只能用作截止日期，此处请写明年、月、日。", Shorten(s))
		}
		return LooseDate{Open: true}, nil
	}
	if strings.HasSuffix(text, "Z") || len(text) > len("2006-01-02T15:04") {
		if t, err := time.Parse(time.RFC3339, text); err == nil {
			return inRange(s, LooseDate{Date: Today(t)})
		}
	}
	if m := timeOfDay.FindStringSubmatch(text); m != nil {
		text = m[1]
	}
	text = blankInDate.ReplaceAllString(text, "$1")

	if serialDate.MatchString(text) {
		serial, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return LooseDate{}, impossibleDate(s)
		}
		return inRange(s, LooseDate{Date: excelEpochDay + Date(math.Floor(serial))})
	}
	for _, form := range []*regexp.Regexp{dashedDate, packedDate, yearAlone} {
		m := form.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		ambiguous := form == dashedDate && m[3] == "" && text[4] == '.' && m[2] == "1"
		return fillDate(s, append(m, "", "")[1:4], edge, ambiguous)
	}
	return LooseDate{}, fieldError("date", s, FaultDateFormat, "看不懂日期“%s”，请写成 2023-05-01（或 2023年5月1日、2023.5）这样的形式。", Shorten(s))
}

// fillDate makes a date of year, month and day as digits, the latter two "" when
// they were not written.
func fillDate(s string, parts []string, edge Edge, ambiguous bool) (LooseDate, error) {
	year, _ := digits(parts[0])
	month, monthGiven := digits(parts[1])
	day, dayGiven := digits(parts[2])

	l := LooseDate{Ambiguous: ambiguous}
	switch {
	case !monthGiven:
		l.Precision, month, day = YearPrecision, 1, 1
	case !dayGiven:
		l.Precision, day = MonthPrecision, 1
	}
	var ok bool
	if l.Date, ok = NewDate(year, time.Month(month), day); !ok {
		return LooseDate{}, impossibleDate(s)
	}
	if edge == EndEdge {
		switch l.Precision {
		case YearPrecision:
			l.Date = l.Date.AddMonths(11).MonthEnd()
		case MonthPrecision:
			l.Date = l.Date.MonthEnd()
		}
	}
	return inRange(s, l)
}

func inRange(s string, l LooseDate) (LooseDate, error) {
	if y := l.Date.Year(); y < earliestYear || y > latestYear {
		return LooseDate{}, fieldError("date", s, FaultDateImpossible, "日期“%s”的年份不合理，请核对（应在 %d 至 %d 年之间）。", Shorten(s), earliestYear, latestYear)
	}
	return l, nil
}

// Term is a span of days. Both ends belong to it. A Start of 0 means that the
// first day is not known, an End of 0 that the term is open (长期).
type Term struct {
	Start Date
	End   Date
}

// Open reports whether the term has no end.
func (t Term) Open() bool { return t.End == 0 }

// Contains reports whether day d lies in the term.
func (t Term) Contains(d Date) bool { return t.Start <= d && (t.Open() || d <= t.End) }

// Overlaps reports whether some day lies in both terms.
func (t Term) Overlaps(u Term) bool {
	return (u.Open() || t.Start <= u.End) && (t.Open() || u.Start <= t.End)
}

// DaysLeft returns how many days after d the term still holds: 0 on its last
// day, negative afterwards. It is false for an open term.
func (t Term) DaysLeft(d Date) (int, bool) { return int(t.End) - int(d), !t.Open() }

// Check returns a *[FieldError] when nothing is known of the term or it ends
// before it starts.
func (t Term) Check() error {
	if t == (Term{}) {
		return fieldError("term", "", FaultRequired, "没有填写聘期，请填写聘期起和聘期止（没有截止日期的写“长期”）。")
	}
	if !t.Open() && t.End < t.Start {
		return fieldError("term", t.String(), FaultTermOrder, "聘期止 %s 早于聘期起 %s，请核对。", t.End, t.Start)
	}
	return nil
}

// CheckTerms returns the first *[FieldError] in the terms of one listing: a term
// that is wrong in itself, or two that hold on the same day.
func CheckTerms(terms []Term) error {
	for i, t := range terms {
		if err := t.Check(); err != nil {
			return err
		}
		for _, u := range terms[:i] {
			if t.Overlaps(u) {
				return fieldError("term", t.String(), FaultTermOverlap, "聘期 %s 与已有聘期 %s 重叠，续聘应从前一聘期届满的次日起算。", t, u)
			}
		}
	}
	return nil
}

// String returns the term as people read it: 2023-05-01 至 2025-04-30.
func (t Term) String() string {
	start, end := t.Start.String(), t.End.String()
	if start == "" {
		start = "起始日不详"
	}
	if end == "" {
		end = "长期"
	}
	return fmt.Sprintf("%s 至 %s", start, end)
}
