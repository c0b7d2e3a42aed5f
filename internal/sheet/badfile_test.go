package sheet_test

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"archive/zip"

	"github.com/xuri/excelize/v2"

	"concord/internal/hub"
	"concord/internal/sheet"
)

// ole is the beginning of an OLE compound file with a stream of that name.
func ole(stream string) []byte {
	b := []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	b = append(b, make([]byte, 2000)...)
	for _, unit := range utf16.Encode([]rune(stream)) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return append(b, make([]byte, 500)...)
}

// bomb is a workbook whose worksheet unpacks to size bytes.
func bomb(t testing.TB, size int64) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	w.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) { return flate.NewWriter(to, flate.BestSpeed) })
	for _, p := range minimal("") {
		to, err := w.Create(p.name)
		must(t, err)
		if !strings.Contains(p.name, "sheet1") {
			_, err = to.Write([]byte(p.content))
			must(t, err)
			continue
		}
		_, err = to.Write([]byte("<worksheet><sheetData>"))
		must(t, err)
		block := bytes.Repeat([]byte(" "), 1<<20)
		for n := int64(0); n < size; n += int64(len(block)) {
			_, err = to.Write(block)
			must(t, err)
		}
	}
	must(t, w.Close())
	return out.Bytes()
}

func TestFilesThatAreNoSheets(t *testing.T) {
	good := workbook(t, func(f *excelize.File) {
		rows(t, f, "Sheet1", []any{"姓名", "所属区"}, []any{"张示例", "津南区"})
	})
	var locked bytes.Buffer
	f, err := excelize.OpenReader(bytes.NewReader(good))
	must(t, err)
	must(t, f.Write(&locked, excelize.Options{Password: "示例密码"}))

	encrypted := bytes.Clone(good)
	for i := bytes.Index(encrypted, []byte("PK\x01\x02")); i >= 0 && i < len(encrypted); {
		encrypted[i+8] |= 1
		next := bytes.Index(encrypted[i+4:], []byte("PK\x01\x02"))
		if next < 0 {
			break
		}
		i += 4 + next
	}
	csv := []byte("姓名,所属区\n张示例,津南区\n")
	for _, c := range []struct {
		what    string
		name    string
		content []byte
		says    string
	}{
		{"a workbook with a password", "名册.xlsx", locked.Bytes(), "设了打开密码"},
		{"an encrypted package by hand", "名册.xlsx", ole("EncryptedPackage"), "设了打开密码"},
		{"a workbook of 2003", "名册.xlsx", ole("Workbook"), "旧版 Excel 格式（.xls）"},
		{"a workbook of 2003 under its own name", "名册.xls", ole("Workbook"), "“另存为”存成 .xlsx"},
		{"a document of 2003", "名册.xlsx", ole("WordDocument"), "Word 文档"},
		{"a zip archive with a password", "名册.xlsx", encrypted, "加了密码"},
		{"a workbook cut short", "名册.xlsx", good[:len(good)/2], "已损坏或不完整"},
		{"a workbook with a hole", "名册.xlsx", append(append(bytes.Clone(good[:200]), make([]byte, 400)...), good[600:]...), "已损坏或不完整"},
		{"a .csv named .xlsx", "名册.xlsx", csv, "文件扩展名是 .xlsx，但内容是CSV 文本（.csv）"},
		{"a workbook named .csv", "名册.CSV", good, "文件扩展名是 .csv，但内容是Excel 工作簿（.xlsx）"},
		{"a .jsonl named .csv", "名册.csv", []byte(`{"name":"张示例"}`), "但内容是JSON Lines（.jsonl）"},
		{"a web page named .xlsx", "名册.xlsx", []byte("\r\n<HTML><body><table><tr><td>姓名"), "其实是网页"},
		{"XML", "名册.xlsx", []byte(`<?xml version="1.0"?><Workbook/>`), "XML"},
		{"a PDF", "名册.xlsx", []byte("%PDF-1.7 "), "PDF"},
		{"a picture", "名册.csv", []byte("\x89PNG\r\n"), "图片"},
		{"a document", "名册.xlsx", handmade(t, part{"[Content_Types].xml", ""}, part{"word/document.xml", ""}), "Word 文档"},
		{"a spreadsheet of another office", "名册.xlsx", handmade(t, part{"mimetype", ""}, part{"content.xml", ""}), "OpenDocument"},
		{"a binary workbook", "名册.xlsx", handmade(t, part{"[Content_Types].xml", ""}, part{"xl/workbook.bin", ""}), ".xlsb"},
		{"an archive", "名册.xlsx", handmade(t, part{"名册.csv", "姓名"}), "是压缩包"},
		{"a JSON array", "名册.jsonl", []byte(`[{"name":"张示例"}]`), "每行一个对象"},
		{"nothing", "名册.xlsx", nil, "是空的"},
		{"blanks", "名册.csv", []byte(" \r\n\r\n"), "没有内容"},
		{"bytes without sense", "名册.csv", []byte("a\x00b\x00c"), "不是表格，或已经损坏"},
		{"a name without ending", "名册", csv, "没有扩展名"},
		{"another ending", "名册.docx", csv, "不支持 .docx 文件"},
		{"an entity that could grow", "名册.xlsx", handmade(t, minimal(`<!DOCTYPE x [<!ENTITY a "b">]><worksheet><sheetData><row><c t="str"><v>&a;</v></c></row></sheetData></worksheet>`)...), "不允许的声明"},
		{"a worksheet without end", "名册.xlsx", handmade(t, minimal(`<worksheet><sheetData><row><c t="s"><v>0</v></c><c t="s"`)...), "文件不完整"},
		{"a sheet that is missing", "名册.xlsx", handmade(t, minimal("")[:5]...), "缺少工作表"},
		{"a workbook that unpacks to too much", "名册.xlsx", bomb(t, 80<<20), "压缩率异常"},
		{"UTF-8 with broken bytes", "名册.csv", append([]byte(strings.Repeat("姓名,所属区\n张示例,津南区\n", 50)), "\xff\n"...), "第 101 行有损坏的字节"},
		{"a quote that is never closed", "名册.csv", []byte("姓名,所属区,职务,备注\n张示例,津南区,\"主任,示例\n" + strings.Repeat("李示例,津南区,委员,示例\n", 5)), "第 2 行 C 列的引号没有成对"},
		{"a quote that swallows the rest of a long file", "名册.csv", []byte("姓名,所属区\n\"张示例,津南区\n" + strings.Repeat("李示例,津南区\n", 50_000)), "第 2 行超过 512 KB"},
		{"a row of a million columns", "名册.csv", []byte("姓名,所属区" + strings.Repeat(",", 1_000_000)), "第 1 行超过 512 KB"},
		{"headings of another roster", "名册.csv", []byte("组织名称,组织类型,统一社会信用代码\n示例调解中心,仲裁院,\n"), "它更像调解组织名册"},
		{"no headings", "名册.csv", []byte("张示例,津南区\n李示例,和平区\n"), "没有找到调解员名册的表头（例如“姓名”“所属区”）；读到的是：“张示例”、“津南区”"},
		{"headings without names", "名册.csv", []byte("性别,所属区\n女,津南区\n"), "缺少必需的“姓名”列；读到的表头：“性别”、“所属区”"},
		{"a workbook without visible sheets that fit", "名册.xlsx", workbook(t, func(f *excelize.File) {}), "工作表“Sheet1”不能作为调解员名册导入：是空的"},
	} {
		t.Run(c.what, func(t *testing.T) {
			_, err := sheet.NewReader(bytes.NewReader(c.content), int64(len(c.content)), c.name, hub.KindMediator)
			if err == nil {
				t.Fatal("it was opened")
			}
			e, ok := errors.AsType[*hub.Error](err)
			if !ok || e.Code != hub.CodeInvalid || !strings.Contains(e.Message, c.says) {
				t.Errorf("error %v, want INVALID with %q", err, c.says)
			}
		})
	}
}

func TestFilesOnDisk(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ name, says string }{
		{filepath.Join(dir, "没有.xlsx"), "没有找到文件"},
		{dir, "不是文件"},
	} {
		_, err := sheet.Open(c.name, hub.KindMediator)
		if hub.CodeOf(err) != hub.CodeInvalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
	path := filepath.Join(dir, "名册.csv")
	must(t, os.WriteFile(path, []byte("姓名,所属区\n张示例,津南区\n"), 0o600))
	r, err := sheet.Open(path, hub.KindMediator)
	must(t, err)
	for _, err := range r.Rows() {
		must(t, err)
	}
	if done, total := r.Progress(); done != total || total == 0 {
		t.Errorf("progress %d of %d", done, total)
	}
	must(t, r.Close())

	t.Run("too large", func(t *testing.T) {
		large := filepath.Join(dir, "大.csv")
		must(t, os.WriteFile(large, []byte("姓名"), 0o600))
		must(t, os.Truncate(large, sheet.MaxFileSize+1))
		if _, err := sheet.Open(large, hub.KindMediator); hub.CodeOf(err) != hub.CodeInvalid || !strings.Contains(err.Error(), "超过上限 200 MiB") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("a failed export leaves nothing behind, and what was there", func(t *testing.T) {
		out := filepath.Join(dir, "导出.csv")
		must(t, os.WriteFile(out, []byte("旧"), 0o600))
		broken := errors.New("示例故障")
		if err := sheet.Create(out, func(w io.Writer) error {
			_, _ = w.Write([]byte("新"))
			return broken
		}); !errors.Is(err, broken) {
			t.Errorf("error %v", err)
		}
		left, err := filepath.Glob(filepath.Join(dir, ".*"))
		must(t, err)
		if text, _ := os.ReadFile(out); string(text) != "旧" || len(left) > 0 {
			t.Errorf("%q and %v", text, left)
		}
		must(t, sheet.Create(out, func(w io.Writer) error { _, err := w.Write([]byte("新")); return err }))
		if text, _ := os.ReadFile(out); string(text) != "新" {
			t.Errorf("%q", text)
		}
		if err := sheet.Create(filepath.Join(dir, "没有", "导出.csv"), nil); hub.CodeOf(err) != hub.CodeInvalid {
			t.Errorf("no such folder: %v", err)
		}
	})
}
