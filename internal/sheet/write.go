package sheet

import (
	"bufio"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strings"

	"concord/internal/hub"
)

// Writer writes a roster in one of the formats; it is the [hub.ExportSink] of an
// export. What it writes is read again by [NewReader] as the same.
//
// A workbook has a second worksheet that says who exported it, when, and at which
// revision. A .csv and a .jsonl file hold the rows and nothing else, so that
// programs need not skip anything; there the caller passes on
// [hub.ExportInfo.Lines], or has them signed.
type Writer struct {
	// Signed makes a .csv end with a line of remarks, and a .jsonl with an object
	// that has only "_export", which say the same. Readers of rosters pass over
	// both; a file without them is not complete.
	Signed bool

	kind   hub.Kind
	table  tableWriter // nil for .jsonl
	json   *jsonWriter
	fields []hub.ImportField // of the rows as the hub gives them
	line   []string
}

// tableWriter writes a table of texts.
type tableWriter interface {
	// start begins a table. wide says which columns hold long texts.
	start(title string, headings []string, wide func(column int) bool) error
	put(line []string) error
	// finish completes the file, with a note where there is room for one.
	finish(note []string) error
	// discard gives up what is not finished.
	discard()
}

var _ hub.ExportSink = (*Writer)(nil)

// NewWriter returns a writer of a roster. Nothing is complete before Close.
func NewWriter(to io.Writer, format Format, kind hub.Kind) *Writer {
	w := &Writer{kind: kind}
	if format == JSONL {
		w.json = &jsonWriter{to: bufio.NewWriterSize(to, 256<<10)}
	} else {
		w.table = newTable(to, format)
	}
	return w
}

func newTable(to io.Writer, format Format) tableWriter {
	if format == XLSX {
		return &xlsxWriter{to: to}
	}
	return &csvWriter{to: to}
}

// Begin writes the headings.
func (w *Writer) Begin(fields []hub.ImportField) error {
	w.fields = fields
	if w.json != nil {
		w.json.begin(w.kind, fields)
		return nil
	}
	var headings []string
	var long []bool
	for _, f := range fields {
		if w.writes(f) {
			headings = append(headings, vocabularies[w.kind].first[f])
			long = append(long, wide[f])
		}
	}
	title := w.kind.Label() + "名册"
	if w.kind == hub.KindInvitedListing {
		title = "特邀名册"
	}
	return w.table.start(title, headings, func(column int) bool { return long[column] })
}

// writes reports whether a table has a column of its own for a field. The words
// of a source stand in the column of the source itself.
func (w *Writer) writes(f hub.ImportField) bool { return f != hub.FieldSourceLabel }

var wide = map[hub.ImportField]bool{
	hub.FieldBiography: true, hub.FieldSpecialties: true, hub.FieldOrganization: true,
	hub.FieldEmployer: true, hub.FieldAddress: true, hub.FieldNote: true,
}

// Row writes a record.
func (w *Writer) Row(cells []hub.ExportCell) error {
	if w.json != nil {
		return w.json.row(cells)
	}
	w.line = w.line[:0]
	for i, c := range cells {
		if w.writes(w.fields[i]) {
			w.line = append(w.line, c.Text)
		}
	}
	return w.table.put(w.line)
}

// Close completes the file. It does not close what it was written to.
func (w *Writer) Close(info hub.ExportInfo) error {
	if w.json != nil {
		if w.Signed {
			if err := w.json.sign(info); err != nil {
				return err
			}
		}
		return w.json.to.Flush()
	}
	if table, ok := w.table.(*csvWriter); ok && w.Signed {
		if err := table.put([]string{"注：" + strings.Join(info.Lines()[:2], "")}); err != nil {
			return err
		}
	}
	return w.table.finish(info.Lines())
}

// Discard gives up a file that was not closed.
func (w *Writer) Discard() {
	if w.table != nil {
		w.table.discard()
	}
}

// Create writes a file as a whole or not at all: under another name first, and
// durable before it gets its own. An existing file is replaced.
func Create(path string, write func(io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return refuse("不能在“%s”中写文件：%v。请换一个可写的位置。", filepath.Dir(path), err)
	}
	defer func() {
		if err != nil {
			file.Close()
			os.Remove(file.Name())
		}
	}()
	out := bufio.NewWriterSize(file, 256<<10)
	if err = write(out); err != nil {
		return err
	}
	for _, step := range []func() error{out.Flush, file.Sync, file.Close} {
		if err = step(); err != nil {
			return refuse("写文件“%s”失败：%v。请检查磁盘空间后重试。", path, err)
		}
	}
	if err = os.Chmod(file.Name(), 0o600); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return refuse("写文件“%s”失败：%v。", path, err)
	}
	return nil
}

// guard keeps a text from being taken for a formula when a spreadsheet opens it
// or saves it as .csv: an apostrophe goes in front, which [NewReader] takes off.
func guard(s string) string {
	if s == "" {
		return s
	}
	switch s[0] {
	case '=', '+', '-', '@', '\t', '\r', '\n', '\'':
		return "'" + s
	}
	if strings.HasPrefix(s, "＝") || strings.HasPrefix(s, "＋") || strings.HasPrefix(s, "－") || strings.HasPrefix(s, "＠") {
		return "'" + s
	}
	return s
}

// csvWriter writes UTF-8 with a byte order mark, by which Excel knows it.
type csvWriter struct {
	to    io.Writer
	lines *csv.Writer
	line  []string
}

func (w *csvWriter) start(_ string, headings []string, _ func(int) bool) error {
	if _, err := io.WriteString(w.to, "\ufeff"); err != nil {
		return err
	}
	w.lines = csv.NewWriter(w.to)
	w.lines.UseCRLF = true
	return w.put(headings)
}

func (w *csvWriter) put(line []string) error {
	w.line = w.line[:0]
	for _, text := range line {
		w.line = append(w.line, guard(text))
	}
	return w.lines.Write(w.line)
}

func (w *csvWriter) discard() {}

func (w *csvWriter) finish([]string) error {
	w.lines.Flush()
	return w.lines.Error()
}
