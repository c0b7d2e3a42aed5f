package checklist

import (
	"slices"
	"strings"
)

// Where the headings of a grid are looked for: so many lines may stand above
// them, and over so many they may run.
const (
	mostLinesAbove   = 200
	mostHeadingLines = 12
)

// gridLine is a line of a grid: one cell more than it has tabs. A quoted cell
// may take up several lines of the file.
type gridLine []cell

func (l gridLine) blank() bool { return blankCells(l) }

// parseGrid takes a grid of cells apart.
func parseGrid(text string) (*table, error) {
	lines := gridLines(text)
	headings, from, to := gridHeadings(lines)
	if headings == nil {
		return nil, noHeadings()
	}
	t := &table{}
	var above []cell
	for _, line := range lines[:from] {
		above = append(above, line...)
	}
	t.title = titleOf(above)
	if problems := t.setColumns(headings); problems != nil {
		return nil, problems
	}
	width := len(t.columns)
	var row []cell
	flush := func() bool {
		switch {
		case len(row) == 0 || blankCells(row) && len(row) <= width:
		case len(row) != width:
			t.misfit = t.misfitRow(row)
			return false
		default:
			t.rows = append(t.rows, row)
		}
		row = nil
		return true
	}
	for _, line := range lines[to:] {
		switch line = trimTail(line, width); {
		case len(line) == 1 && (line.blank() || len(row) == width): // goes on in the cell before, if at all
			if len(row) > 0 && !line.blank() {
				row = continued(row, line)
			}
		case len(row) > 0 && len(row)+len(line)-1 <= width: // goes on in the row before
			row = continued(row, line)
		default:
			if !flush() {
				return t, nil
			}
			if !sameHeadings(trimTail(line, 0), headings) {
				row = slices.Clone(line)
			}
		}
	}
	flush()
	return t, nil
}

// gridLines splits a text into lines and those into cells. A cell in quotation
// marks is what a spreadsheet writes for a cell with line breaks, tabs or
// quotation marks; one that merely begins with a quotation mark stays as it is.
func gridLines(text string) []gridLine {
	var lines []gridLine
	var line gridLine
	number := 1
	for {
		content, rest, ok := cutQuoted(text)
		if !ok {
			end := strings.IndexAny(text, "\t\n")
			if end < 0 {
				end = len(text)
			}
			content, rest = text[:end], text[end:]
		}
		c := cell{first: number}
		number += strings.Count(text[:len(text)-len(rest)], "\n")
		c.add(content, number)
		c.lines = slices.Clip(c.lines) // copies of the cell may go on differently
		line = append(line, c)
		if rest == "" {
			return append(lines, line)
		}
		if rest[0] == '\n' {
			lines, line = append(lines, line), nil
			number++
		}
		text = rest[1:]
	}
}

// cutQuoted reads a cell in quotation marks at the start of s that needs them.
func cutQuoted(s string) (inner, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		return "", s, false
	}
	for i := 1; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		if strings.HasPrefix(s[i:], `""`) {
			i++
			continue
		}
		inner, rest = s[1:i], s[i+1:]
		needed := strings.ContainsAny(inner, "\t\n\"")
		if !needed || rest != "" && rest[0] != '\t' && rest[0] != '\n' {
			return "", s, false
		}
		inner = strings.ReplaceAll(inner, `""`, `"`)
		return strings.ReplaceAll(inner, "\t", " "), rest, true
	}
	return "", s, false
}

// gridHeadings finds the headings: the first lines that together hold a heading
// for every field, or else the first line that holds any. A first heading whose
// beginning stands on lines of its own is put together.
func gridHeadings(lines []gridLine) (headings []cell, from, to int) {
	anyFrom := -1
	for i, line := range lines[:min(len(lines), mostLinesAbove)] {
		if len(line) < 2 {
			continue
		}
		if anyFrom < 0 && slices.ContainsFunc(line, func(c cell) bool { return c.isHeading() }) {
			anyFrom = i
		}
		for j := i; j < len(lines) && j < i+mostHeadingLines; j++ {
			if len(lines[j]) == 1 && lines[j].blank() {
				continue
			}
			if headings, from := completeHeadings(lines, i, j+1); headings != nil {
				return headings, from, j + 1
			}
		}
		if anyFrom >= 0 && i >= anyFrom+mostHeadingLines {
			break
		}
	}
	if anyFrom < 0 {
		return nil, 0, 0
	}
	return trimTail(lines[anyFrom], 0), anyFrom, anyFrom + 1
}

// completeHeadings puts lines i to j together, with up to two lines before them,
// and returns them when every field has its heading.
func completeHeadings(lines []gridLine, i, j int) (headings []cell, from int) {
	for _, line := range lines[i:j] {
		headings = continued(headings, line)
		if len(headings) > mostColumns {
			return nil, 0
		}
	}
	headings = trimTail(headings, 1)
	complete := func() bool { return new(table).setColumns(headings) == nil }
	if complete() {
		return headings, i
	}
	for from, more := i-1, 2; from >= 0 && more > 0 && len(lines[from]) == 1; from-- {
		if lines[from].blank() {
			continue
		}
		headings = slices.Concat(continued(slices.Clone(lines[from]), headings[:1]), headings[1:])
		if complete() {
			return headings, from
		}
		more--
	}
	return nil, 0
}

// continued lets the first cell of line go on in the last one of row, which it
// alters, and adds the others.
func continued(row []cell, line gridLine) []cell {
	if len(row) == 0 {
		return slices.Clone(line)
	}
	end := &row[len(row)-1]
	end.lines = append(end.lines, line[0].lines...)
	end.last = line[0].last
	return append(row, line[1:]...)
}

// trimTail drops blank cells from the end, down to width.
func trimTail(line []cell, width int) []cell {
	for len(line) > width && line[len(line)-1].blank() {
		line = line[:len(line)-1]
	}
	return line
}
