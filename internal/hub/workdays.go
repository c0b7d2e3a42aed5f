package hub

import (
	"fmt"
	"io/fs"
	"time"
)

// workdays is the calendar of China's public holidays and shifted working days, as
// the State Council publishes it for each year.
type workdays struct {
	years map[int]bool  // for which it is known
	days  map[Date]bool // whether somebody works, where the week would say otherwise
}

func (r *Reference) loadWorkdays(fsys fs.FS, name string) error {
	var file struct {
		Note  string
		Years []struct {
			Year     int
			Source   string
			Holidays [][2]Date // first and last day
			Workdays []Date    // Saturdays and Sundays that are worked
		}
	}
	if err := readJSON(fsys, name, &file); err != nil {
		return err
	}
	r.workdays = workdays{years: map[int]bool{}, days: map[Date]bool{}}
	for _, y := range file.Years {
		if r.workdays.years[y.Year] {
			return fmt.Errorf("year %d stands there twice", y.Year)
		}
		r.workdays.years[y.Year] = true
		for _, h := range y.Holidays {
			if h[0].Year() != y.Year || h[1] < h[0] || h[1]-h[0] > 14 {
				return fmt.Errorf("year %d: %s to %s are no holidays", y.Year, h[0], h[1])
			}
			for d := h[0]; d <= h[1]; d++ {
				r.workdays.days[d] = false
			}
		}
		for _, d := range y.Workdays {
			if _, taken := r.workdays.days[d]; taken || d.Year() != y.Year || !weekend(d) {
				return fmt.Errorf("year %d: %s is no shifted working day", y.Year, d)
			}
			r.workdays.days[d] = true
		}
	}
	return nil
}

func weekend(d Date) bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }

// fixedHolidays are the statutory holidays whose day does not depend on the moon
// (全国年节及纪念日放假办法, in force from 2025): month and day.
var fixedHolidays = map[[2]int]bool{{1, 1}: true, {5, 1}: true, {5, 2}: true, {10, 1}: true, {10, 2}: true, {10, 3}: true}

// Workday reports whether d is a working day. known is false in years for which the
// calendar holds nothing: then Monday to Friday are worked but for the holidays that
// have a fixed day, and lunar and shifted ones are missing.
func (r *Reference) Workday(d Date) (works, known bool) {
	known = r.workdays.years[d.Year()]
	if works, said := r.workdays.days[d]; said {
		return works, known
	}
	return !weekend(d) && (known || !fixedHolidays[[2]int{int(d.Month()), d.Day()}]), known
}

// AddWorkdays returns the n-th working day after d. known is false when it had to
// look into a year without a calendar.
func (r *Reference) AddWorkdays(d Date, n int) (day Date, known bool) {
	known = true
	for n > 0 {
		d++
		works, sure := r.Workday(d)
		known = known && sure
		if works {
			n--
		}
	}
	return d, known
}

// WorkdaysUntil counts the working days after d up to and with to; negative when to
// has passed.
func (r *Reference) WorkdaysUntil(d, to Date) (n int) {
	for ; d < to; d++ {
		if works, _ := r.Workday(d + 1); works {
			n++
		}
	}
	for ; d > to; d-- {
		if works, _ := r.Workday(d); works {
			n--
		}
	}
	return n
}
