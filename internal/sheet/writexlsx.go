package sheet

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// noteSheet is the worksheet that says where a workbook came from.
const noteSheet = "说明"

// maxSheetRows is how many rows a worksheet has room for, headings included.
const maxSheetRows = 1_048_576

// xlsxWriter writes a workbook. Every cell is a text, so that no spreadsheet
// makes a number of a telephone or registration number.
type xlsxWriter struct {
	to       io.Writer
	title    string
	headings []string
	wide     func(int) bool
	book     *excelize.File
	stream   *excelize.StreamWriter
	style    int // of cells
	bold     int // of headings
	number   int // of the row written last
	sheets   int
	line     []any
}

func (w *xlsxWriter) start(title string, headings []string, wide func(int) bool) error {
	w.title, w.headings, w.wide = title, headings, wide
	return w.open()
}

// open makes the workbook and its first worksheet.
func (w *xlsxWriter) open() (err error) {
	w.book = excelize.NewFile()
	// What is zipped goes straight out; the library would hold all of it in memory.
	w.book.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(w.to) })
	text, font := "@", &excelize.Font{Bold: true}
	if w.style, err = w.book.NewStyle(&excelize.Style{CustomNumFmt: &text}); err != nil {
		return err
	}
	w.bold, err = w.book.NewStyle(&excelize.Style{
		CustomNumFmt: &text, Font: font,
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"D9E8F6"}},
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: true},
	})
	if err != nil {
		return err
	}
	if err := w.book.SetSheetName("Sheet1", w.title); err != nil {
		return err
	}
	return w.startSheet(w.title)
}

// startSheet begins a worksheet with the headings.
func (w *xlsxWriter) startSheet(name string) (err error) {
	w.sheets++
	if w.stream, err = w.book.NewStreamWriter(name); err != nil {
		return err
	}
	for i, heading := range w.headings {
		width := float64(min(max(2*utf8.RuneCountInString(heading)+2, 12), 30))
		if w.wide(i) {
			width = 36
		}
		if err := w.stream.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := w.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	w.number = 0
	return w.write(w.headings, w.bold)
}

// write writes a row.
func (w *xlsxWriter) write(texts []string, style int) error {
	w.number++
	w.line = w.line[:0]
	for _, text := range texts {
		if text == "" {
			w.line = append(w.line, nil)
			continue
		}
		w.line = append(w.line, excelize.Cell{StyleID: style, Value: guard(truncate(text))})
	}
	ref, err := excelize.CoordinatesToCellName(1, w.number)
	if err != nil {
		return err
	}
	return w.stream.SetRow(ref, w.line)
}

// put writes a row, on a further worksheet when one is full.
func (w *xlsxWriter) put(line []string) error {
	if w.number == maxSheetRows {
		if err := w.stream.Flush(); err != nil {
			return err
		}
		name := fmt.Sprintf("%s（%d）", w.title, w.sheets+1)
		if _, err := w.book.NewSheet(name); err != nil {
			return err
		}
		if err := w.startSheet(name); err != nil {
			return err
		}
	}
	return w.write(line, w.style)
}

func truncate(s string) string {
	if len(s) <= maxCellText || utf8.RuneCountInString(s) <= maxCellText {
		return s
	}
	return string([]rune(s)[:maxCellText-1]) + "…"
}

// finish adds the note and writes the workbook out.
func (w *xlsxWriter) finish(note []string) error {
	defer w.book.Close()
	if err := w.stream.Flush(); err != nil {
		return err
	}
	if _, err := w.book.NewSheet(noteSheet); err != nil {
		return err
	}
	if err := w.book.SetColWidth(noteSheet, "A", "A", 100); err != nil {
		return err
	}
	for i, line := range note {
		ref, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := w.book.SetCellStr(noteSheet, ref, guard(strings.TrimSpace(line))); err != nil {
			return err
		}
	}
	_, err := w.book.WriteTo(io.Discard)
	return err
}

func (w *xlsxWriter) discard() {
	if w.book != nil {
		_ = w.book.Close() // removes what the library keeps on disk
	}
}
