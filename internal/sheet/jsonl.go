package sheet

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"concord/internal/hub"
)

// maxLine is the longest line of a .jsonl file, in bytes.
const maxLine = 1 << 20

// openJSONL reads one object a line, with the field names of the schema: nested
// ({"term":{"start":…}}) or, where an object has a code or a name that stands
// for it, as a plain value ("district":"120112").
func (r *Reader) openJSONL(from io.ReaderAt, size int64) error {
	valid, _, line, err := validUTF8(from, size)
	if err != nil {
		return refuse("读取文件失败：%v。", err)
	}
	if !valid {
		return refuse("文件第 %d 行不是 UTF-8 编码。.jsonl 文件须用 UTF-8 保存。", line)
	}
	fields := hub.ImportFields(r.kind)
	t := &table{columns: func(int) string { return "" }, bare: true}
	h := &head{keys: map[int]string{}}
	columns := make([]hub.ImportColumn, len(fields))
	places := map[string]int{}
	for i, f := range fields {
		columns[i] = hub.ImportColumn{Field: f, Heading: f.String()}
		places[f.String()] = i
		h.at = append(h.at, i)
		if f == hub.FieldName {
			h.name = i
		}
	}
	for alias, path := range jsonAliases {
		if i, ok := places[path]; ok {
			if _, taken := places[alias]; !taken {
				places[alias] = i
			}
		}
	}
	h.sheet = hub.NewImportSheet("", columns)
	t.head = h
	unknown := map[string]bool{}
	t.scan = func(yield func(*rawRow) error) error {
		r.read.Store(0)
		in := bufio.NewReaderSize(counted{io.NewSectionReader(from, 0, size), &r.read}, 256<<10)
		object := jsonRow{places: places, cells: make([]hub.ImportCell, len(columns)), unknown: func(path string) {
			if !unknown[path] && !unheld(path) {
				unknown[path] = true
				r.notice(t, 0, "", path, "没有识别出这个字段，未读取。")
			}
		}}
		return object.scan(in, yield)
	}
	r.tables = append(r.tables, t)
	return nil
}

// jsonAliases are other places of the contract that say the same.
var jsonAliases = map[string]string{
	"person.name":       "name",
	"gender":            "person.gender",
	"birthDate":         "person.birthDate",
	"birthMonth":        "person.birthDate",
	"person.birthMonth": "person.birthDate",
	"citizenId":         "person.citizenId",
	"ethnicity":         "person.ethnicity",
	"person.phone":      "phone",
	"person.mobile":     "phone",
	"mobile":            "phone",
	"person.employer":   "employer",
	"employerListed":    "employer",
	"organization":      "organization.name",
	"bodyName":          "organization.name",
	"termStart":         "term.start",
	"termEnd":           "term.end",
	"start":             "term.start",
	"end":               "term.end",
	"suspendedUntil":    "statusUntil",
	"reason":            "statusGround",
	"scopes":            "specialties",
}

// unheld reports whether a place of the contract is one that the hub makes
// itself, so that sending it back is nothing to mention.
func unheld(path string) bool {
	first, rest, _ := strings.Cut(path, ".")
	switch first {
	case "id", "__typename", "revision", "updatedAt", "history", "cursor", "score":
		return true
	case "organization", "person":
		return rest == "id" || strings.HasPrefix(rest, "district") || rest == "revision" || rest == "updatedAt"
	case "specialties":
		return true
	}
	return false
}

// jsonRow makes rows of objects.
type jsonRow struct {
	places  map[string]int
	cells   []hub.ImportCell
	unknown func(path string)
}

func (j *jsonRow) scan(in *bufio.Reader, yield func(*rawRow) error) error {
	row := rawRow{}
	var long []byte
	for {
		line, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			if long = append(long, line...); len(long) > maxLine {
				return refuse("第 %d 行超过 %d KiB。.jsonl 文件应每行一个对象。", row.number+1, maxLine>>10)
			}
			continue
		}
		if err != nil && err != io.EOF {
			return refuse("读取文件失败：%v。", err)
		}
		if len(long) > 0 {
			long = append(long, line...)
			line = long
		}
		row.number++
		if row.number == 1 {
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		}
		if line = bytes.TrimSpace(line); len(line) > 0 && !bytes.HasPrefix(line, []byte(`{"`+signature+`":`)) {
			clear(j.cells)
			row.cells, row.fault = j.cells, j.read(line)
			if err := yield(&row); err != nil {
				return err
			}
		}
		long = long[:0]
		if err == io.EOF {
			return nil
		}
	}
}

// read puts the values of an object into the cells. It returns what is wrong
// with the line.
func (j *jsonRow) read(line []byte) string {
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return fmt.Sprintf("这一行不是 JSON 对象（%s）。应每行一个对象，例如 {\"name\":\"张三\",\"district\":\"120112\"}。", jsonFault(err))
	}
	if decoder.More() {
		return "这一行在对象之后还有内容。应每行一个对象，行尾没有逗号。"
	}
	j.object("", object)
	return ""
}

func jsonFault(err error) string {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("第 %d 个字节处有语法错误", syntax.Offset)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return "没有写完"
	}
	return "类型不对"
}

func (j *jsonRow) object(prefix string, object map[string]any) {
	for _, key := range slices.Sorted(maps.Keys(object)) {
		path, value := prefix+key, object[key]
		if inner, ok := value.(map[string]any); ok {
			if cell, stands := standIn(inner); stands && j.put(path, cell) {
				continue
			}
			j.object(path+".", inner)
			continue
		}
		cell := jsonCell(value)
		if path == "term.end" && value == nil && object["start"] != nil {
			cell.Text = "长期" // a term without end, not one that is not known
		}
		if cell.Text == "" {
			continue
		}
		if !j.put(path, cell) {
			j.unknown(path)
		}
	}
}

// put sets the cell of a place. Of two names for one place the contract's own
// wins.
func (j *jsonRow) put(path string, cell hub.ImportCell) bool {
	i, ok := j.places[path]
	if !ok {
		return false
	}
	if _, alias := jsonAliases[path]; !alias || j.cells[i].Text == "" {
		j.cells[i] = cell
	}
	return true
}

// standIn returns what stands for an object: its code, label or name.
func standIn(object map[string]any) (hub.ImportCell, bool) {
	for _, key := range []string{"code", "label", "name"} {
		if text, ok := object[key].(string); ok && text != "" {
			return hub.ImportCell{Text: text}, true
		}
	}
	return hub.ImportCell{}, false
}

// jsonCell makes a cell of a value; lists are joined as they are in sheets.
func jsonCell(value any) hub.ImportCell {
	switch v := value.(type) {
	case string:
		return hub.ImportCell{Text: v}
	case json.Number:
		return hub.ImportCell{Text: v.String(), Number: true}
	case bool:
		if v {
			return hub.ImportCell{Text: "是"}
		}
		return hub.ImportCell{Text: "否"}
	case []any:
		var parts []string
		for _, item := range v {
			cell := jsonCell(item)
			if object, ok := item.(map[string]any); ok {
				cell, _ = standIn(object)
			}
			if cell.Text != "" {
				parts = append(parts, cell.Text)
			}
		}
		text := strings.Join(parts, "、")
		if utf8.RuneCountInString(text) > maxCellText {
			text = string([]rune(text)[:maxCellText])
		}
		return hub.ImportCell{Text: text}
	}
	return hub.ImportCell{}
}
