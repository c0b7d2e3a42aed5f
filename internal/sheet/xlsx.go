package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"

	"concord/internal/hub"
)

// workbook is an .xlsx file (ECMA-376): a zip archive of XML parts.
type workbook struct {
	parts  map[string]*zip.File // by path, lower case
	since  bool                 // dates count from 1904
	shapes []shape              // by the style of a cell
	shared sharedTexts

	sharedMost int // bytes of shared texts
}

// sharedTexts is the table of texts that cells refer to by number.
type sharedTexts struct {
	all string
	end []uint32 // of each text in all
}

func (t *sharedTexts) at(i int) (string, bool) {
	if i < 0 || i >= len(t.end) {
		return "", false
	}
	start := uint32(0)
	if i > 0 {
		start = t.end[i-1]
	}
	return t.all[start:t.end[i]], true
}

// damaged is the error of a workbook whose parts do not fit together.
func damaged(cause error) error {
	if _, ok := errors.AsType[*hub.Error](cause); ok {
		return cause
	}
	switch syntax, ok := errors.AsType[*xml.SyntaxError](cause); {
	case ok:
		cause = fmt.Errorf("有一个部件第 %d 行的 XML 有误", syntax.Line)
	case strings.IndexFunc(cause.Error(), func(r rune) bool { return unicode.Is(unicode.Han, r) }) < 0:
		cause = errors.New("有一个部件读不出来") // in the words of the zip library
	}
	return refuse("工作簿已损坏或不完整（%v）。请在表格软件中打开后，用“另存为”存成新的 .xlsx 重试。", cause)
}

// openWorkbook finds the worksheets that fit the roster.
func (r *Reader) openWorkbook(from io.ReaderAt, size int64) error {
	archive, err := zip.NewReader(from, size)
	if err != nil {
		return damaged(err)
	}
	w := &workbook{parts: map[string]*zip.File{}, sharedMost: r.limits.SharedText}
	for _, f := range archive.File {
		w.parts[strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"))] = f
	}
	sheets, err := w.open()
	if err != nil {
		return damaged(err)
	}
	if len(sheets) == 0 {
		return refuse("工作簿里没有工作表。请核对是否选错文件。")
	}
	r.total = 0
	var misfits []*misfit
	for i := range sheets {
		s := &sheets[i]
		t := &table{name: s.Name, columns: columnLetter}
		if s.State == "hidden" || s.State == "veryHidden" {
			r.notice(t, 0, "", "", "工作表是隐藏的，没有读取。需要导入的请先取消隐藏。")
			continue
		}
		part := w.parts[s.part]
		if part == nil {
			return damaged(fmt.Errorf("缺少工作表“%s”的内容", s.Name))
		}
		// The merged ranges stand behind the rows that they are about.
		if t.merges, err = w.merges(part); err != nil {
			return damaged(err)
		}
		t.scan = func(yield func(*rawRow) error) error {
			err := w.rows(part, &r.read, yield)
			if err != nil && !errors.Is(err, errStop) {
				return damaged(err)
			}
			return err
		}
		wrong, err := r.findHead(t)
		if err != nil {
			return err
		}
		if wrong != nil {
			misfits = append(misfits, wrong)
			continue
		}
		r.total += int64(part.UncompressedSize64)
		r.tables = append(r.tables, t)
	}
	r.read.Store(0)
	return r.settle(misfits)
}

// relation is a reference from one part to another.
type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

// worksheet is a sheet as the workbook lists it.
type worksheet struct {
	Name  string `xml:"name,attr"`
	State string `xml:"state,attr"`
	Ref   string `xml:"id,attr"`
	part  string
}

// open reads everything but the worksheets themselves.
func (w *workbook) open() ([]worksheet, error) {
	root := "xl/workbook.xml"
	relations, err := w.relations("")
	if err != nil {
		return nil, err
	}
	for _, rel := range relations {
		if strings.HasSuffix(rel.Type, "/officeDocument") {
			root = rel.Target
		}
	}
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []worksheet `xml:"sheets>sheet"`
	}
	if err := w.decode(root, &book); err != nil {
		return nil, err
	}
	w.since = book.Properties.Date1904 == "1" || book.Properties.Date1904 == "true"
	if relations, err = w.relations(root); err != nil {
		return nil, err
	}
	var sheets []worksheet
	for _, rel := range relations {
		switch {
		case strings.HasSuffix(rel.Type, "/sharedStrings"):
			err = w.readShared(rel.Target)
		case strings.HasSuffix(rel.Type, "/styles"):
			err = w.readStyles(rel.Target)
		}
		if err != nil {
			return nil, err
		}
	}
	for _, s := range book.Sheets {
		for _, rel := range relations {
			if rel.ID == s.Ref && strings.HasSuffix(rel.Type, "/worksheet") {
				s.part = strings.ToLower(rel.Target)
				sheets = append(sheets, s)
			}
		}
	}
	return sheets, nil
}

// relations returns the references of a part, their targets as paths in the
// archive. A part without any has none.
func (w *workbook) relations(part string) ([]relation, error) {
	dir, base := path.Split(part)
	name := strings.ToLower(dir + "_rels/" + base + ".rels")
	if w.parts[name] == nil {
		return nil, nil
	}
	var list struct {
		Relations []relation `xml:"Relationship"`
	}
	if err := w.decode(name, &list); err != nil {
		return nil, err
	}
	for i := range list.Relations {
		target := strings.ReplaceAll(list.Relations[i].Target, `\`, "/")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(dir, target)
		}
		list.Relations[i].Target = strings.TrimPrefix(path.Clean(target), "/")
	}
	return list.Relations, nil
}

// read opens a part. It fails once more comes out of it than it announced,
// which the limits were held against.
func (w *workbook) read(name string) (io.ReadCloser, error) {
	part := w.parts[strings.ToLower(name)]
	if part == nil {
		return nil, fmt.Errorf("缺少部件 %s", name)
	}
	return part.Open()
}

const maxSmallPart = 64 << 20 // of the parts that are decoded as a whole

func (w *workbook) decode(name string, into any) error {
	in, err := w.read(name)
	if err != nil {
		return err
	}
	defer in.Close()
	decoder := xml.NewDecoder(io.LimitReader(in, maxSmallPart))
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s：%w", name, err)
	}
	return nil
}

// readStyles keeps of the styles how they show numbers.
func (w *workbook) readStyles(name string) error {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := w.decode(name, &styles); err != nil {
		return err
	}
	formats := map[int]shape{}
	for _, f := range styles.Formats {
		formats[f.ID] = shapeOf(f.Code)
	}
	w.shapes = make([]shape, len(styles.Cells))
	for i, c := range styles.Cells {
		own, spelled := formats[c.Format]
		if !spelled {
			own = builtinShape(c.Format)
		}
		w.shapes[i] = own
	}
	return nil
}

// readShared reads the table of shared texts.
func (w *workbook) readShared(name string) error {
	in, err := w.read(name)
	if err != nil {
		return err
	}
	defer in.Close()
	s := newXMLScanner(in)
	var all []byte
	phonetic, inText := 0, false
	for {
		err := s.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		switch s.token {
		case xmlStart:
			switch string(s.name) {
			case "t":
				inText = !s.empty && phonetic == 0
			case "rPh": // how to read the text aloud
				if !s.empty {
					phonetic++
				}
			case "si":
				if s.empty {
					w.shared.end = append(w.shared.end, uint32(len(all)))
				}
			}
		case xmlEnd:
			switch string(s.name) {
			case "t":
				inText = false
			case "rPh":
				phonetic--
			case "si":
				w.shared.end = append(w.shared.end, uint32(len(all)))
			}
		case xmlText:
			if inText {
				all = s.appendText(all)
			}
		}
		if len(all) > w.sharedMost {
			return refuseAs(Bomb, "工作簿里的文字超过 %d MiB，没有打开。请拆成几个文件分别导入。", w.sharedMost>>20)
		}
	}
	w.shared.all = string(all)
	return nil
}
