// Package sheet reads the sheets in which offices keep their rosters (.xlsx,
// .csv, .jsonl) into the rows that [hub.Hub.PlanImport] plans, and writes
// rosters and reports as such sheets.
//
// It knows cells: formats, headings, dates as serial numbers, merged cells,
// encodings. What a value means, and whether it is right, is the hub's to say.
// It writes nothing but the files it is told to write.
//
// Reading streams: apart from the table of shared texts of a workbook, memory
// does not grow with the number of rows. Files that are too large, or grow too
// large when unpacked, are refused; see the limits below.
package sheet

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"concord/internal/hub"
)

// The limits of what is read. A roster of 100,000 rows takes about 20 MiB as
// .xlsx and 40 MiB as .csv.
const (
	MaxFileSize     = 200 << 20 // of a file; see [Limits] for the others that depend on where it comes from
	maxRatio        = 200       // unpacked to packed, of parts above ratioMatters and of all together
	ratioMatters    = 64 << 20  // smaller parts may be packed as well as they like
	maxParts        = 10_000    // files within a workbook
	maxColumns      = 512       // further columns are not looked at
	maxCellText     = 32_767    // characters in a cell, the limit of spreadsheets
	maxNotices      = 200       // notices about one file
	headingsWithin  = 40        // non-blank rows within which headings are looked for
	leastRecognised = 2         // columns that make a row the row of headings
)

// Format is a format of sheets.
type Format string

// The formats.
const (
	XLSX  Format = "xlsx"
	CSV   Format = "csv"
	JSONL Format = "jsonl"
)

// label is what people call the format.
func (f Format) label() string {
	switch f {
	case XLSX:
		return "Excel 工作簿（.xlsx）"
	case CSV:
		return "CSV 文本（.csv）"
	}
	return "JSON Lines（.jsonl）"
}

// extensions are the endings of file names that stand for a format.
var extensions = map[string]Format{
	".xlsx": XLSX, ".xlsm": XLSX,
	".csv": CSV, ".tsv": CSV,
	".jsonl": JSONL, ".ndjson": JSONL,
}

// FormatOf returns the format that a file name asks for. Its error is an INVALID
// [hub.Error].
func FormatOf(name string) (Format, error) {
	ext := strings.ToLower(filepath.Ext(name))
	if f, ok := extensions[ext]; ok {
		return f, nil
	}
	if ext == ".xls" || ext == ".et" || ext == ".ods" {
		return "", refuseAs(WrongFormat, "文件“%s”的格式 %s 不受支持。请在表格软件中用“另存为”存成 .xlsx 后重试。", filepath.Base(name), ext)
	}
	if ext == "" {
		return "", refuseAs(WrongFormat, "文件名“%s”没有扩展名。请使用 .xlsx、.csv 或 .jsonl 文件。", filepath.Base(name))
	}
	return "", refuseAs(WrongFormat, "不支持 %s 文件。请使用 .xlsx、.csv 或 .jsonl 文件。", ext)
}

// Reader reads the rows of one file. It is used by one goroutine at a time, but
// for Progress.
type Reader struct {
	kind    hub.Kind
	format  Format
	limits  Limits
	tables  []*table
	notices []hub.ImportProblem
	more    int // notices beyond maxNotices
	read    atomic.Int64
	total   int64
	close   func() error
}

// table is one table of a file: a worksheet, or the file itself.
type table struct {
	name    string
	bare    bool // every row is one of the roster: there are no titles and totals
	merges  []merge
	head    *head
	columns func(index int) string // letter of a column
	// scan yields the rows from the beginning. It ends with the error of
	// yield, or with its own.
	scan func(yield func(*rawRow) error) error
}

// rawRow is a row before anything is made of it. It is only valid until the next
// one.
type rawRow struct {
	number int
	hidden bool
	cells  []hub.ImportCell
	fault  string // why the row cannot be read
}

// Open opens a file of rows of a roster. The name must fit what the file
// contains. The caller closes the reader. Errors are INVALID [hub.Error]s that
// say what to do, or the system's when the file cannot be read.
func Open(path string, kind hub.Kind) (*Reader, error) {
	return openFile(path, filepath.Base(path), kind, Local)
}

func openFile(path, name string, kind hub.Kind, limits Limits) (*Reader, error) {
	file, err := os.Open(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, refuse("没有找到文件“%s”。请核对路径和文件名。", path)
	case errors.Is(err, os.ErrPermission):
		return nil, refuse("没有权限读取文件“%s”。", path)
	case err != nil:
		return nil, refuse("打不开文件“%s”：%v。", path, err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = refuse("“%s”不是文件。请给出 .xlsx、.csv 或 .jsonl 文件。", path)
	}
	var r *Reader
	if err == nil {
		r, err = newReader(file, info.Size(), name, kind, limits)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	r.close = file.Close
	return r, nil
}

// NewReader is [Open] for what is not a file on disk. It looks for the headings
// and fails when no sheet has those of the roster.
func NewReader(from io.ReaderAt, size int64, name string, kind hub.Kind) (*Reader, error) {
	return newReader(from, size, name, kind, Local)
}

func newReader(from io.ReaderAt, size int64, name string, kind hub.Kind, limits Limits) (*Reader, error) {
	wanted, err := FormatOf(name)
	if err != nil {
		return nil, err
	}
	if vocabularies[kind] == nil {
		return nil, refuse("%s不是按表格导入的名册。", kind.Label())
	}
	if size > limits.File {
		return nil, refuseAs(TooLarge, "文件“%s”有 %d MiB，超过上限 %d MiB。请拆成几个文件分别导入。", name, size>>20, limits.File>>20)
	}
	is, err := detect(from, size, name, limits)
	if err != nil {
		return nil, err
	}
	if is != wanted {
		return nil, refuseAs(WrongFormat, "文件扩展名是 %s，但内容是%s。请核对是否选错文件；如内容无误，请把扩展名改为 .%s 后重试。", strings.ToLower(filepath.Ext(name)), is.label(), is)
	}
	r := &Reader{kind: kind, format: is, limits: limits, total: size, close: func() error { return nil }}
	switch is {
	case XLSX:
		err = r.openWorkbook(from, size)
	case CSV:
		err = r.openCSV(from, size, strings.EqualFold(filepath.Ext(name), ".tsv"))
	case JSONL:
		err = r.openJSONL(from, size)
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Format returns the format of the file.
func (r *Reader) Format() Format { return r.format }

// Notices are what the caller should know of the file as a whole: columns and
// worksheets that were not read, rows that were left out. They are complete when
// the rows have been read.
func (r *Reader) Notices() []hub.ImportProblem {
	if r.more == 0 {
		return r.notices
	}
	return append(r.notices[:len(r.notices):len(r.notices)], hub.ImportProblem{
		Code: hub.RemarkLeft, Message: fmt.Sprintf("另有 %d 条同类提示，不再列出。", r.more),
	})
}

func (r *Reader) notice(t *table, row int, column, heading, format string, args ...any) {
	if len(r.notices) >= maxNotices {
		r.more++
		return
	}
	r.notices = append(r.notices, hub.ImportProblem{
		Sheet: t.name, Row: row, Column: column, Heading: heading,
		Code: hub.RemarkLeft, Message: fmt.Sprintf(format, args...),
	})
}

// Progress tells how much of the file has been read, in bytes. It may be called
// by any goroutine.
func (r *Reader) Progress() (done, total int64) { return min(r.read.Load(), r.total), r.total }

// Rows yields the rows of all sheets that fit, in order. It may be used once.
func (r *Reader) Rows() iter.Seq2[hub.ImportRow, error] {
	return func(yield func(hub.ImportRow, error) bool) {
		for _, t := range r.tables {
			err := r.rows(t, func(row hub.ImportRow) error {
				if !yield(row, nil) {
					return errStop
				}
				return nil
			})
			switch {
			case errors.Is(err, errStop):
				return
			case err != nil:
				yield(hub.ImportRow{}, err)
				return
			}
		}
	}
}

// errStop ends a scan that has seen enough.
var errStop = errors.New("stop")

// Close releases the file.
func (r *Reader) Close() error { return r.close() }
