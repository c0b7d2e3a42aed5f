package checklist

import (
	"fmt"
	"strings"

	"concord/internal/hub"
)

// Problem is one reason why a table does not fit: where it is and, in Chinese,
// what to do about it.
type Problem struct {
	Row       int    // row of the table below its headings, from 1; 0 when the problem is not in a row
	FirstLine int    // lines of the file, from 1, that the row or the headings take up; 0 when the whole file is meant
	LastLine  int    //
	Column    string // the column's heading as printed; "" when no single column is at fault
	Value     string // what stands there, shortened; "" when nothing does
	Reason    string // a Chinese sentence
}

// Error returns place, value and reason in one line.
func (p *Problem) Error() string {
	var b strings.Builder
	if p.Row > 0 {
		fmt.Fprintf(&b, "第%d行", p.Row)
	}
	if p.FirstLine > 0 {
		lines := fmt.Sprintf("文件第%d行", p.FirstLine)
		if p.LastLine > p.FirstLine {
			lines = fmt.Sprintf("文件第%d—%d行", p.FirstLine, p.LastLine)
		}
		if p.Row > 0 {
			lines = "（" + lines + "）"
		}
		b.WriteString(lines)
	}
	if p.Column != "" {
		fmt.Fprintf(&b, "“%s”列", p.Column)
	}
	if p.Value != "" {
		fmt.Fprintf(&b, "“%s”", p.Value)
	}
	if b.Len() > 0 {
		b.WriteString("：")
	}
	b.WriteString(p.Reason)
	return b.String()
}

// Problems is the error of a refused table: every problem that was found, in
// the order of the table, at least one and at most [MostProblems].
type Problems []*Problem

// MostProblems bounds how many problems are reported at once. More of them mean
// that something is wrong with the table as a whole.
const MostProblems = 100

// Error returns the problems, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find the first *Problem.
func (ps Problems) Unwrap() []error {
	errs := make([]error, len(ps))
	for i, p := range ps {
		errs[i] = p
	}
	return errs
}

// refused returns the error for a table with one problem that concerns the file
// as a whole.
func refused(format string, args ...any) error {
	return Problems{{Reason: fmt.Sprintf(format, args...)}}
}

// shorten cuts a cell to what fits a message. Its line breaks become blanks.
func shorten(s string) string { return hub.Shorten(strings.Join(strings.Fields(s), " ")) }
