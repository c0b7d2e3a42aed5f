package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"concord/internal/hub"
)

// openCSV reads delimited text: UTF-8 with or without a byte order mark, UTF-16
// with one, else GB18030, which covers GBK and GB 2312; with commas, tabs or
// semicolons.
func (r *Reader) openCSV(from io.ReaderAt, size int64, tabs bool) error {
	decode, err := decoding(from, size)
	if err != nil {
		return err
	}
	open := func(n *atomic.Int64) io.Reader {
		return decode(counted{io.NewSectionReader(from, 0, size), n})
	}
	comma := '\t'
	if !tabs {
		if comma, err = delimiter(open(new(atomic.Int64))); err != nil {
			return refuse("读取文件失败：%v。", err)
		}
	}
	t := &table{columns: columnLetter}
	t.scan = func(yield func(*rawRow) error) error {
		r.read.Store(0)
		return scanCSV(open(&r.read), comma, yield)
	}
	wrong, err := r.findHead(t)
	if err != nil {
		return err
	}
	var misfits []*misfit
	if wrong != nil {
		misfits = append(misfits, wrong)
	} else {
		r.tables = append(r.tables, t)
	}
	return r.settle(misfits)
}

// decoding returns how to make UTF-8 of the file's bytes.
func decoding(from io.ReaderAt, size int64) (func(io.Reader) io.Reader, error) {
	start := make([]byte, min(size, 3))
	if _, err := io.ReadFull(io.NewSectionReader(from, 0, size), start); err != nil {
		return nil, refuse("读取文件失败：%v。", err)
	}
	with := func(t func() transform.Transformer) func(io.Reader) io.Reader {
		return func(in io.Reader) io.Reader { return transform.NewReader(in, t()) }
	}
	if bytes.HasPrefix(start, []byte("\xff\xfe")) || bytes.HasPrefix(start, []byte("\xfe\xff")) {
		return with(func() transform.Transformer {
			return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()
		}), nil
	}
	valid, damaged, line, err := validUTF8(from, size)
	marked := bytes.HasPrefix(start, []byte("\xef\xbb\xbf"))
	switch {
	case err != nil:
		return nil, refuse("读取文件失败：%v。", err)
	case valid:
		return func(in io.Reader) io.Reader {
			if marked {
				buffered := bufio.NewReader(in)
				_, _ = buffered.Discard(len("\xef\xbb\xbf")) // reading tells what is wrong
				return buffered
			}
			return in
		}, nil
	case damaged || marked:
		return nil, refuse("文件是 UTF-8 编码，但第 %d 行有损坏的字节。请在表格软件中重新保存为 .xlsx 或“CSV UTF-8”后重试。", line)
	}
	return with(func() transform.Transformer { return simplifiedchinese.GB18030.NewDecoder() }), nil
}

// delimiter finds what parts the columns: of comma, tab and semicolon the one
// that occurs most in the first lines, outside quotes.
func delimiter(in io.Reader) (rune, error) {
	head := make([]byte, 16<<10)
	n, err := io.ReadFull(in, head)
	if err != nil && err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, err
	}
	counts := map[byte]int{}
	quoted, lines := false, 0
	for _, c := range head[:n] {
		switch {
		case c == '"':
			quoted = !quoted
		case c == '\n' && !quoted:
			lines++
		case !quoted && (c == ',' || c == '\t' || c == ';'):
			counts[c]++
		}
		if lines == 20 {
			break
		}
	}
	best := byte(',')
	for _, c := range []byte{'\t', ';'} {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return rune(best), nil
}

// scanCSV yields the records. Row numbers are those under which a spreadsheet
// shows them: blank lines count, line breaks within a cell do not.
func scanCSV(in io.Reader, comma rune, yield func(*rawRow) error) error {
	bounded := &rowBound{Reader: in}
	lines := csv.NewReader(bufio.NewReaderSize(bounded, 256<<10))
	lines.Comma = comma
	lines.FieldsPerRecord = -1
	lines.LazyQuotes = true
	lines.ReuseRecord = true
	row := rawRow{}
	lastLine := 0 // the line on which the record before ended
	width := 0    // of the widest record so far
	for {
		bounded.left = mostRow
		record, err := lines.Read()
		if err == io.EOF {
			return nil
		}
		if errors.Is(err, errLongRow) {
			return refuse("第 %d 行超过 %d KB，多半是引号没有成对，或者列过多。请检查这一行，或存成 .xlsx 后重试。", row.number+1, mostRow>>10)
		}
		if err != nil {
			return refuse("读到第 %d 行时出错：%v。请检查这一行的引号是否成对，或存成 .xlsx 后重试。", row.number+1, err)
		}
		line, _ := lines.FieldPos(0)
		row.number += line - lastLine // blank lines in between count
		lastLine, _ = lines.FieldPos(len(record) - 1)
		lastLine += strings.Count(record[len(record)-1], "\n")
		row.cells = row.cells[:0]
		for i, field := range record[:min(len(record), maxColumns)] {
			if len(field) > maxCellText && utf8.RuneCountInString(field) > maxCellText {
				return refuse("第 %d 行 %s 列的内容超过 %d 字，多半是引号没有成对。请检查这一行，或存成 .xlsx 后重试。", row.number, columnLetter(i), maxCellText)
			}
			if swallows(field, comma, width) {
				return refuse("第 %d 行 %s 列的引号没有成对，后面的几行都被并进了这一格。请检查这一行，或存成 .xlsx 后重试。", row.number, columnLetter(i))
			}
			row.cells = append(row.cells, hub.ImportCell{Text: csvText(field)})
		}
		width = max(width, len(record))
		if err := yield(&row); err != nil {
			return err
		}
	}
}

// mostRow is how many bytes a row may have. encoding/csv holds a row in memory, with
// dozens of bytes for each of its cells, before anything else can be said of it; and an
// open quote makes a row of all that follows.
const mostRow = 512 << 10

var errLongRow = errors.New("a row is too long")

// rowBound reads no more for one row than is left.
type rowBound struct {
	io.Reader
	left int
}

func (b *rowBound) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLongRow
	}
	n, err := b.Reader.Read(p)
	b.left -= n
	return n, err
}

// csvText undoes how texts are kept from being taken for numbers or formulas:
// ="0123" and one apostrophe in front.
func csvText(s string) string {
	if len(s) < 2 {
		return s
	}
	switch {
	case s[0] == '\'':
		return s[1:]
	case s[0] == '=' && len(s) >= 3 && s[1] == '"' && s[len(s)-1] == '"':
		return s[2 : len(s)-1]
	}
	return s
}

// swallows reports whether a cell holds whole lines of the table, which is what
// a quote that is never closed leads to.
func swallows(field string, comma rune, width int) bool {
	if width < 4 || !strings.Contains(field, "\n") {
		return false
	}
	for l := range strings.SplitSeq(field, "\n") {
		if strings.Count(l, string(comma)) >= width/2 {
			return true
		}
	}
	return false
}
