package checklist

import (
	"slices"
	"strings"
)

// parseColumn takes a column of cells apart.
func parseColumn(text string) (*table, error) {
	cells, above := columnCells(text)
	from, to := columnHeadings(cells)
	if from < 0 {
		return nil, noHeadings()
	}
	t := &table{}
	for _, c := range cells[:from] {
		above = append(above, c.text)
	}
	t.title = titleOf(above)
	headings := cells[from:to]
	if problems := t.setColumns(headings); problems != nil {
		return nil, problems
	}
	ruled := headings[len(headings)-1].closed // rows are parted by empty lines
	width := len(t.columns)
	for cells = cells[to:]; len(cells) > 0 && !blankCells(cells); {
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

// columnCells splits at the tabs. above is what stands before the first.
func columnCells(text string) (cells []cell, above []string) {
	for i, line := range strings.Split(text, "\n") {
		before, rest, tab := strings.Cut(line, "\t")
		if len(cells) == 0 {
			above = append(above, before)
		} else if c := &cells[len(cells)-1]; !tab || before != "" {
			c.text += "\n" + before
			if c.closed = isBlank(before); !c.closed {
				c.last = i + 1
			}
		}
		for tab {
			before, rest, tab = strings.Cut(rest, "\t")
			cells = append(cells, cell{text: before, first: i + 1, last: i + 1})
		}
	}
	return cells, above
}

// columnHeadings returns the range of the cells that are the headings; from is
// -1 when there are none.
func columnHeadings(cells []cell) (from, to int) {
	known := func(i int) bool {
		if i >= len(cells) {
			return false
		}
		_, ok := fieldOf(cells[i].heading())
		return ok
	}
	from = slices.IndexFunc(cells, func(c cell) bool { _, ok := fieldOf(c.heading()); return ok })
	if from < 0 {
		return -1, -1
	}
	to = from + 1
	for to < len(cells) && (known(to) || !cells[to-1].closed && closedSoon(cells[to:])) {
		to++
	}
	for cells[to-1].closed && from > 0 && !cells[from-1].closed {
		from-- // a heading that is not known stands before the first that is
	}
	return from, to
}

// closedSoon reports whether one of the next few cells ends a row: a table
// whose headings end without an empty line has none at all.
func closedSoon(cells []cell) bool {
	return slices.ContainsFunc(cells[:min(len(cells), 3)], func(c cell) bool { return c.closed })
}
