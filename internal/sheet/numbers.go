package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// shape is how a cell's number format shows a number, as far as it matters for
// what the cell says.
type shape struct {
	kind     shapeKind
	whole    int // of digits: least digits before the point
	fraction int // of digits: digits behind the point
}

type shapeKind uint8

const (
	plainShape  shapeKind = iota // as it is
	dayShape                     // a date
	monthShape                   // a date without its day: 2023年5月
	yearShape                    // a date of which only the year is shown
	clockShape                   // a time of day
	digitsShape                  // zeros in front or a fixed number of decimals: 00000, 0.00
)

// builtinShape returns the shape of the formats that workbooks do not spell out
// (ECMA-376 part 1, 18.8.30, with the East Asian ones).
func builtinShape(id int) shape {
	switch {
	case id == 2:
		return shape{kind: digitsShape, whole: 1, fraction: 2}
	case id == 17 || id == 55: // mmm-yy, yyyy年m月
		return shape{kind: monthShape}
	case id >= 18 && id <= 21 || id >= 45 && id <= 47 || id >= 32 && id <= 35:
		return shape{kind: clockShape}
	case id == 27 || id == 36 || id == 50 || id == 52 || id == 57:
		// yyyy年m月 in Chinese workbooks. Elsewhere the same numbers show
		// the day; then the first of the month is the day, too.
		return shape{kind: monthShape}
	case id >= 14 && id <= 16, id == 22, id >= 28 && id <= 31, id >= 51 && id <= 58:
		return shape{kind: dayShape}
	}
	return shape{}
}

// shapeOf reads a number format such as yyyy"年"m"月"d"日";@ or 00000.
func shapeOf(format string) shape {
	format, _, _ = strings.Cut(format, ";")
	var year, month, day, clock, other bool
	var code strings.Builder
	for i := 0; i < len(format); i++ {
		switch c := format[i]; c {
		case '"':
			end := strings.IndexByte(format[i+1:], '"')
			if end < 0 {
				end = len(format) - i - 2
			}
			i += end + 1
		case '\\', '_', '*':
			i++
		case '[':
			end := strings.IndexByte(format[i:], ']')
			if end < 0 {
				end = len(format) - i - 1
			}
			inside := strings.ToLower(format[i+1 : i+end])
			clock = clock || inside == "h" || inside == "hh" || inside == "m" || inside == "mm" || inside == "s" || inside == "ss"
			i += end
		default:
			code.WriteByte(c)
			switch c | 0x20 {
			case 'y', 'e':
				year = true
			case 'm':
				month = true
			case 'd':
				day = true
			case 'h', 's':
				clock = true
			}
			other = other || strings.IndexByte("0#?%,@", c) >= 0
		}
	}
	left := code.String()
	switch {
	case strings.Trim(left, "0.") == "" && strings.Count(left, ".") <= 1 && left != "" && left != "0":
		whole, fraction, _ := strings.Cut(left, ".")
		return shape{kind: digitsShape, whole: len(whole), fraction: len(fraction)}
	case other || strings.Contains(strings.ToLower(left), "general"):
		return shape{}
	case year && day || day && month:
		return shape{kind: dayShape}
	case clock:
		return shape{kind: clockShape}
	case year && month:
		return shape{kind: monthShape}
	case year:
		return shape{kind: yearShape}
	}
	return shape{}
}

// show returns what a cell with a number says: 2023-05-01 for a date, 000123
// where the format shows zeros in front, else the number with the 15 digits that
// spreadsheets keep.
func (s shape) show(raw string, since1904 bool) string {
	if s.kind == plainShape && isShortInteger(raw) {
		return raw
	}
	v, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return raw
	}
	switch s.kind {
	case dayShape, monthShape, yearShape, clockShape:
		if text, ok := s.showDate(v, since1904); ok {
			return text
		}
	case digitsShape:
		text := strconv.FormatFloat(v, 'f', s.fraction, 64)
		whole, rest, _ := strings.Cut(text, ".")
		if missing := s.whole - len(whole); missing > 0 && v >= 0 {
			text = strings.Repeat("0", missing) + text
		}
		if rest == "" || strconv.FormatFloat(v, 'g', 15, 64) == strconv.FormatFloat(parse(text), 'g', 15, 64) {
			return text
		}
	}
	switch {
	case v == math.Trunc(v) && math.Abs(v) < 1e15:
		return strconv.FormatInt(int64(v), 10)
	case math.Abs(v) >= 1e15:
		return raw // what is lost is for the reader of the field to judge
	}
	return shorten(v)
}

// shorten writes v with 15 digits, which hides what binary fractions add:
// 2023.1 for 2023.0999999999999.
func shorten(v float64) string {
	text := strconv.FormatFloat(v, 'g', 15, 64)
	if strings.ContainsRune(text, 'e') {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return text
}

func parse(text string) float64 {
	v, _ := strconv.ParseFloat(text, 64)
	return v
}

func isShortInteger(raw string) bool {
	for i := range len(raw) {
		if raw[i] < '0' || raw[i] > '9' {
			return false
		}
	}
	return raw != "" && len(raw) <= 15
}

// Day 60 of the 1900 date system is 29 February 1900, which never was: serials
// below count from a day later.
var (
	epoch1900 = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	epoch1904 = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
)

const lastSerial = 2_958_465 // 9999-12-31

func (s shape) showDate(serial float64, since1904 bool) (string, bool) {
	if serial < 0 || serial > lastSerial {
		return "", false
	}
	epoch := epoch1900
	if since1904 {
		epoch = epoch1904
	}
	days := math.Floor(serial)
	at := epoch.AddDate(0, 0, int(days)).Add(time.Duration(math.Round((serial-days)*86400)) * time.Second)
	if !since1904 && serial < 60 {
		at = at.AddDate(0, 0, 1)
	}
	switch {
	case s.kind == clockShape && serial < 1:
		return at.Format("15:04"), true
	case s.kind == monthShape:
		return at.Format("2006-01"), true
	case s.kind == yearShape:
		return at.Format("2006"), true
	}
	return at.Format(time.DateOnly), true
}
