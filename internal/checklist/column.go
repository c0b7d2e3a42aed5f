package checklist

import (
	"slices"
	"strings"
)

// parseColumn takes a column of cells apart.
func parseColumn(text string) (*table, error) {
	above, cells := columnCells(text)
	from, to := columnHeadings(cells)
	if from < 0 {
		return nil, noHeadings()
	}
	t := &table{title: titleOf(append([]cell{above}, cells[:from]...))}
	headings := cells[from:to]
	if problems := t.setColumns(headings); problems != nil {
		return nil, problems
	}
	ruled := headings[len(headings)-1].closed // rows are parted by empty lines
	width := len(t.columns)
	cells = cells[to:]
	for blankTail := len(cells) - len(trimTail(cells, 0)); len(cells) > blankTail; {
		if len(cells) >= len(headings) && sameHeadings(cells[:len(headings)], headings) {
			cells = cells[len(headings):]
			continue
		}
		n := min(width, len(cells))
		if ruled {
			n = ruledRow(cells, width)
		}
		if n != width {
			t.misfit = t.misfitRow(cells[:n])
			break
		}
		if !blankCells(cells[:width]) {
			t.rows = append(t.rows, cells[:width])
		}
		cells = cells[width:]
	}
	return t, nil
}

// ruledRow returns how many cells the next row has, judged by the empty line
// that ends it. A cell within a row may end with an empty line too, so the row
// ends at its full width if it can; and where only the empty lines are missing
// it has its full width as well.
func ruledRow(cells []cell, width int) int {
	ends := func(i int) bool { return i == len(cells)-1 || cells[i].closed }
	if len(cells) >= width && ends(width-1) {
		return width
	}
	n := 0
	for !ends(n) {
		n++
	}
	if n++; n > width && n%width == 0 {
		return width
	}
	return n
}

// columnCells splits at the tabs; above is what stands before the first.
func columnCells(text string) (above cell, cells []cell) {
	number := 0
	for line := range strings.SplitSeq(text, "\n") {
		number++
		before, rest, tab := strings.Cut(line, "\t")
		if !tab || before != "" {
			current := &above
			if len(cells) > 0 {
				current = &cells[len(cells)-1]
			}
			if current.closed = isBlank(before); !current.closed {
				current.add(before, number)
			}
		}
		for tab {
			before, rest, tab = strings.Cut(rest, "\t")
			c := cell{first: number}
			c.add(before, number)
			cells = append(cells, c)
		}
	}
	return above, cells
}

// columnHeadings returns the range of the cells that are the headings; from is
// -1 when there are none. They reach from the first heading that is known to the
// empty line that ends the row, or to the last that is known in a table without
// such lines.
func columnHeadings(cells []cell) (from, to int) {
	known := func(c cell) bool { return c.isHeading() }
	if from = slices.IndexFunc(cells, known); from < 0 {
		return -1, -1
	}
	ahead := cells[from:min(len(cells), from+mostColumns)]
	n := 1
	for i := 1; i < len(ahead) && !ahead[i-1].closed && ahead[i].heading() != ahead[0].heading(); i++ {
		if known(ahead[i]) {
			n = i + 1
		}
	}
	for more := n; more < min(len(ahead), n+3) && !ahead[n-1].closed; more++ {
		if ahead[more].closed { // headings that are not known stand behind the last that is
			n = more + 1
		}
	}
	for to = from + n; cells[to-1].closed && from > 0 && !cells[from-1].closed; {
		from-- // and before the first
	}
	return from, to
}
