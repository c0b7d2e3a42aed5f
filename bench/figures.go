package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// samples are measured values, in the order in which they came.
type samples []float64

// at returns the quantile q of the samples, 0 to 1: the least value that at
// least that share of them does not exceed.
func (s samples) at(q float64) float64 {
	if len(s) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(s))
	i := int(math.Ceil(q*float64(len(sorted)))) - 1
	return sorted[max(0, min(i, len(sorted)-1))]
}

func (s samples) median() float64 {
	if n := len(s); n > 0 && n%2 == 0 {
		sorted := slices.Sorted(slices.Values(s))
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return s.at(0.5)
}

// each returns the samples changed by f.
func (s samples) each(f func(float64) float64) samples {
	out := make(samples, len(s))
	for i, v := range s {
		out[i] = f(v)
	}
	return out
}

// rate turns seconds into things a second.
func (s samples) rate(things int) samples {
	return s.each(func(seconds float64) float64 { return float64(things) / seconds })
}

// over divides round by round.
func (s samples) over(other samples) samples {
	out := make(samples, len(s))
	for i := range s {
		out[i] = s[i] / other[i]
	}
	return out
}

// rounds are samples in groups: what took milliseconds is measured many times a
// round, and each round counts by its median.
type rounds struct{ groups []samples }

func (r *rounds) next() { r.groups = append(r.groups, nil) }

func (r *rounds) add(v float64) {
	if r.groups == nil {
		r.next()
	}
	last := len(r.groups) - 1
	r.groups[last] = append(r.groups[last], v)
}

func (r *rounds) medians() samples { return r.quantiles(0.5) }

// quantiles returns the quantile q of each round.
func (r *rounds) quantiles(q float64) samples {
	out := make(samples, len(r.groups))
	for i, g := range r.groups {
		out[i] = g.at(q)
	}
	return out
}

// side is what one of two sides measured.
type side struct {
	name string // of the other side; "" for ours
	s    samples
}

// target is what a row is held to; the zero target is for orientation only.
type target struct {
	most, least float64 // of the ratio, or of our value in a row without one
}

func atLeast(v float64) target { return target{least: v} }
func atMost(v float64) target  { return target{most: v} }

func (t target) String() string {
	switch {
	case t.least != 0:
		return "≥ " + short(t.least)
	case t.most != 0:
		return "≤ " + short(t.most)
	}
	return ""
}

func (t target) reached(v float64) bool {
	return (t.least == 0 || v >= t.least) && (t.most == 0 || v <= t.most)
}

// row is one line of the table.
type row struct {
	id     string // of the measurement
	zh, en string // what is measured
	unit   string
	ours   samples
	other  side    // without samples when there is nothing to compare with
	ratio  samples // round by round
	target target

	tail, otherTail string // how long single requests took, on both sides
}

// reached reports whether the row keeps its target, rounded as it is shown.
func (r *row) reached() bool {
	if r.ratio == nil {
		return r.target.reached(rounded(r.ours.median()))
	}
	return r.target.reached(rounded(r.ratio.median()))
}

// plain is the row for the terminal.
func (r *row) plain() string {
	line := fmt.Sprintf("%s: %s %s%s", r.en, spread(r.ours), r.unit, after("; ", r.tail))
	if r.other.s != nil {
		line += fmt.Sprintf(" | %s: %s %s%s", r.other.name, spread(r.other.s), r.unit, after("; ", r.otherTail))
	}
	if r.ratio != nil {
		line += " | ratio " + spread(r.ratio)
	}
	if r.target != (target{}) {
		line += fmt.Sprintf(" (%s: %s)", r.target, map[bool]string{true: "reached", false: "MISSED"}[r.reached()])
	}
	return line
}

// table renders rows as Markdown.
func table(rows []row) string {
	var b strings.Builder
	b.WriteString("| | 测量 Measured | 单位 Unit | Concord | 对照 Beside it | 比值 Ratio | 目标 Target |\n|---|---|---|---|---|---|---|\n")
	for _, r := range rows {
		other, ratio, goal := "", "", ""
		if r.other.s != nil {
			other = fmt.Sprintf("%s (%s)%s", spread(r.other.s), r.other.name, after("<br>", r.otherTail))
		}
		if r.ratio != nil {
			ratio = "**" + short(r.ratio.median()) + "**" + bounds(r.ratio)
		}
		if r.target != (target{}) {
			goal = r.target.String() + map[bool]string{true: " ✓", false: " ✗"}[r.reached()]
		}
		fmt.Fprintf(&b, "| %s | %s<br>%s | %s | %s | %s | %s | %s |\n", r.id, r.zh, r.en, r.unit, spread(r.ours)+after("<br>", r.tail), other, ratio, goal)
	}
	return b.String()
}

// after puts a mark before a text, if there is one.
func after(mark, text string) string {
	if text == "" {
		return ""
	}
	return mark + text
}

// spread is the median with the least and the greatest value.
func spread(s samples) string { return short(s.median()) + bounds(s) }

func bounds(s samples) string {
	low, high := short(slices.Min(s)), short(slices.Max(s))
	if len(s) < 2 || low == high {
		return ""
	}
	return fmt.Sprintf(" (%s–%s)", low, high)
}

// rounded keeps three significant digits.
func rounded(v float64) float64 {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return v
	}
	scale := math.Pow(10, 2-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}

// short writes three significant digits, with commas between thousands.
func short(v float64) string {
	s := strconv.FormatFloat(rounded(v), 'f', -1, 64)
	whole, rest, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if rest != "" {
		whole += "." + rest
	}
	return whole
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
