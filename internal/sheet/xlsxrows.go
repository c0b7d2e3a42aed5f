package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"sync/atomic"

	"concord/internal/hub"
)

// merge is a merged range of cells: rows and columns from 1 and 0.
type merge struct {
	firstRow, lastRow       int
	firstColumn, lastColumn int
}

// counted adds what is read to a counter.
type counted struct {
	io.Reader
	n *atomic.Int64
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// rowScan is the state of reading the rows of a worksheet.
type rowScan struct {
	book   *workbook
	xml    *xmlScanner
	row    rawRow
	width  int // of the row so far
	column int
	kind   []byte // t of the cell
	style  int
	value  []byte // v, or the text of is
	hasV   bool
	isF    bool // the cell has a formula
}

// rows yields the rows of a worksheet in which there is anything.
func (w *workbook) rows(part *zip.File, read *atomic.Int64, yield func(*rawRow) error) error {
	in, err := part.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	s := rowScan{book: w, xml: newXMLScanner(counted{in, read})}
	inText, inData, phonetic := false, false, 0
	for {
		err := s.xml.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch s.xml.token {
		case xmlStart:
			switch string(s.xml.name) {
			case "sheetData":
				inData = !s.xml.empty
			case "row":
				s.startRow()
			case "c":
				s.startCell()
				if s.xml.empty {
					s.endCell()
				}
			case "v", "t":
				inText = inData && !s.xml.empty && phonetic == 0
				s.hasV = s.hasV || inText
			case "f":
				s.isF = true
			case "rPh":
				if !s.xml.empty {
					phonetic++
				}
			}
		case xmlEnd:
			switch string(s.xml.name) {
			case "v", "t":
				inText = false
			case "rPh":
				phonetic--
			case "c":
				s.endCell()
			case "row":
				if s.width > 0 {
					s.row.cells = s.row.cells[:s.width]
					if err := yield(&s.row); err != nil {
						return err
					}
				}
			case "sheetData":
				return nil
			}
		case xmlText:
			if inText {
				s.value = s.xml.appendText(s.value)
				if len(s.value) > 4*maxCellText {
					return errXML
				}
			}
		}
	}
}

func (s *rowScan) startRow() {
	number := s.row.number + 1
	if n, ok := wholeNumber(s.xml.attr("r")); ok {
		number = n
	}
	hidden := s.xml.attr("hidden")
	clear(s.row.cells)
	s.row = rawRow{number: number, hidden: len(hidden) > 0 && (hidden[0] == '1' || hidden[0] == 't'), cells: s.row.cells[:0]}
	s.width, s.column = 0, -1
}

func (s *rowScan) startCell() {
	s.column++
	s.style, s.kind = 0, s.kind[:0]
	s.value, s.hasV, s.isF = s.value[:0], false, false
	for rest := s.xml.attrs; ; {
		key, value, after, ok := nextAttr(rest)
		if !ok {
			return
		}
		rest = after
		if len(key) != 1 {
			continue
		}
		switch key[0] {
		case 'r':
			if column, _, ok := cellPlace(value); ok {
				s.column = column
			}
		case 's':
			if n, ok := wholeNumber(value); ok {
				s.style = n
			}
		case 't':
			s.kind = append(s.kind, value...)
		}
	}
}

func (s *rowScan) endCell() {
	if s.column < 0 || s.column >= maxColumns {
		return
	}
	cell := s.cell()
	if cell.Text == "" {
		return
	}
	for len(s.row.cells) <= s.column {
		if len(s.row.cells) < cap(s.row.cells) {
			s.row.cells = s.row.cells[:len(s.row.cells)+1]
		} else {
			s.row.cells = append(s.row.cells, hub.ImportCell{})
		}
	}
	s.row.cells[s.column] = cell
	s.width = max(s.width, s.column+1)
}

// noResult stands for a formula that was never computed: a program wrote it,
// and no spreadsheet has opened the file since.
const noResult = "#VALUE!"

// cell makes a value of what stands in a cell, by its type (ECMA-376 part 1,
// 18.18.11).
func (s *rowScan) cell() hub.ImportCell {
	if !s.hasV {
		if s.isF {
			return hub.ImportCell{Text: noResult}
		}
		return hub.ImportCell{}
	}
	switch string(s.kind) {
	case "s":
		i, ok := wholeNumber(bytes.TrimSpace(s.value))
		if !ok {
			return hub.ImportCell{}
		}
		text, _ := s.book.shared.at(i)
		return hub.ImportCell{Text: plainText(text)}
	case "str", "inlineStr", "e":
		return hub.ImportCell{Text: plainText(string(s.value))}
	case "b":
		if string(bytes.TrimSpace(s.value)) == "1" {
			return hub.ImportCell{Text: "是"}
		}
		return hub.ImportCell{Text: "否"}
	case "d":
		day := string(bytes.TrimSpace(s.value))
		return hub.ImportCell{Text: day[:min(len(day), len("2006-01-02"))]}
	}
	raw := string(bytes.TrimSpace(s.value))
	if raw == "" {
		return hub.ImportCell{}
	}
	var shown shape
	if s.style < len(s.book.shapes) {
		shown = s.book.shapes[s.style]
	}
	text := shown.show(raw, s.book.since)
	return hub.ImportCell{Text: text, Number: shown.kind == plainShape || shown.kind == digitsShape}
}

// plainText undoes what is added to texts to keep them texts: the escaped
// control characters of workbooks, and one apostrophe in front.
func plainText(s string) string {
	s = unescapeControls(s)
	if len(s) > 1 && s[0] == '\'' {
		s = s[1:]
	}
	return s
}

// merges returns the merged ranges of a worksheet. They stand behind the rows,
// which are skipped without being taken apart.
func (w *workbook) merges(part *zip.File) ([]merge, error) {
	in, err := part.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	tail, err := skipRows(in)
	if err != nil || tail == nil {
		return nil, err
	}
	s := newXMLScanner(tail)
	var merges []merge
	for {
		err := s.next()
		if errors.Is(err, io.EOF) {
			return merges, nil
		}
		if err != nil {
			return nil, err
		}
		if s.token != xmlStart || string(s.name) != "mergeCell" {
			continue
		}
		from, to, _ := bytes.Cut(s.attr("ref"), []byte(":"))
		firstColumn, firstRow, ok1 := cellPlace(from)
		lastColumn, lastRow, ok2 := cellPlace(to)
		if ok1 && ok2 && lastRow >= firstRow && lastColumn >= firstColumn && len(merges) < maxMerges {
			merges = append(merges, merge{firstRow, lastRow, firstColumn, lastColumn})
		}
	}
}

const maxMerges = 1 << 20

// skipRows reads up to the end of the rows and returns what follows, nil when
// there is nothing.
func skipRows(in io.Reader) (io.Reader, error) {
	mark := []byte("sheetData>")
	buf := make([]byte, 256<<10)
	kept := 0
	for {
		n, err := in.Read(buf[kept:])
		data := buf[:kept+n]
		for from := 0; ; {
			i := bytes.Index(data[from:], mark)
			if i < 0 {
				break
			}
			at := from + i
			from = at + len(mark)
			// </sheetData> or </x:sheetData>
			if open := bytes.LastIndexByte(data[:at], '<'); open >= 0 && open+1 < at && data[open+1] == '/' {
				return io.MultiReader(bytes.NewReader(bytes.Clone(data[from:])), in), nil
			}
		}
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		// Keep enough for a mark across two reads, prefix included.
		kept = copy(buf, data[max(0, len(data)-64):])
	}
}

// cellPlace reads a reference such as C12: the column from 0, the row from 1.
func cellPlace(ref []byte) (column, row int, ok bool) {
	i := 0
	for ; i < len(ref) && i < 4; i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		column = column*26 + int(c-'A') + 1
	}
	row, ok = wholeNumber(ref[i:])
	return column - 1, row, ok && i > 0
}

func wholeNumber(b []byte) (int, bool) {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' || n > 1<<40 {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, len(b) > 0
}

// columnLetter names a column from 0: A, B, … Z, AA.
func columnLetter(i int) string {
	letters := ""
	for i++; i > 0; i = (i - 1) / 26 {
		letters = string(rune('A'+(i-1)%26)) + letters
	}
	return letters
}
