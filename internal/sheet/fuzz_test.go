package sheet_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/xuri/excelize/v2"

	"concord/internal/hub"
	"concord/internal/sheet"
)

// FuzzReader opens whatever it is given as a sheet. A file is read, or refused
// with a sentence; rows come in order and fit their columns; and nothing hangs
// or grows beyond the limits.
func FuzzReader(f *testing.F) {
	small := workbook(f, func(x *excelize.File) {
		rows(f, x, "Sheet1", []any{"姓名", "所属区", "聘期", nil}, []any{nil, nil, "起", "止"}, []any{"张示例", "津南区", 45413, "长期"})
		must(f, x.MergeCell("Sheet1", "C1", "D1"))
	})
	f.Add(small, uint8(0), uint8(0))
	f.Add(small[:len(small)-30], uint8(0), uint8(0))
	f.Add(handmade(f, minimal(`<x:worksheet><x:sheetData><x:row r="2"><x:c r="XFD2" t="s"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>`)...), uint8(0), uint8(1))
	f.Add(handmade(f, minimal(`<worksheet><sheetData><row r="1"><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row r="1048577"><c t="e"><v>#N/A</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B9"/></mergeCells></worksheet>`)...), uint8(0), uint8(0))
	f.Add([]byte("姓名,所属区\n张示例,津南区\n合计,1\n"), uint8(1), uint8(0))
	f.Add([]byte("\xd0\xd5\xc3\xfb,\xcb\xf9\xca\xf4\xc7\xf8\n\xd5\xc5,\"a\nb\"\n"), uint8(1), uint8(0))
	f.Add([]byte("\xff\xfeY\x0d"), uint8(1), uint8(0))
	f.Add([]byte(`{"name":"张示例","term":{"start":1,"end":null},"specialties":[{"label":"x"},[]]}`+"\n{}\n"), uint8(2), uint8(2))
	f.Add(ole("EncryptedPackage"), uint8(0), uint8(3))
	names := []string{"a.xlsx", "a.csv", "a.jsonl"}
	f.Fuzz(func(t *testing.T, content []byte, name, kind uint8) {
		k := hub.RosterKinds[int(kind)%len(hub.RosterKinds)]
		r, err := sheet.NewReader(bytes.NewReader(content), int64(len(content)), names[int(name)%len(names)], k)
		if err == nil {
			last, in := 0, ""
			for row, rowErr := range r.Rows() {
				if err = rowErr; err != nil {
					break
				}
				if row.Sheet.Name != in {
					last, in = 0, row.Sheet.Name
				}
				if row.Number < last && int(name)%len(names) != 0 {
					t.Fatalf("row %d behind row %d", row.Number, last)
				}
				last = row.Number
				if len(row.Cells) > len(row.Sheet.Columns) {
					t.Fatalf("%d cells in %d columns", len(row.Cells), len(row.Sheet.Columns))
				}
			}
			r.Notices()
		}
		if err != nil {
			if e, ok := errors.AsType[*hub.Error](err); !ok || e.Code != hub.CodeInvalid || e.Message == "" {
				t.Fatalf("error %v of %T", err, err)
			}
		}
	})
}
