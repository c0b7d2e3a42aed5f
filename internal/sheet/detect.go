package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// signatures begin files that are no sheets.
var signatures = []struct{ magic, what string }{
	{"%PDF", "PDF 文档"},
	{"Rar!", "RAR 压缩包"},
	{"7z\xbc\xaf\x27\x1c", "7z 压缩包"},
	{"\x1f\x8b", "gzip 压缩包"},
	{"\x89PNG", "图片"},
	{"\xff\xd8\xff", "图片"},
	{"GIF8", "图片"},
	{"BM", "图片"},
	{"{\\rtf", "RTF 文档"},
}

// oleMagic begins an OLE compound file: a document of Office before 2007, or one
// of today that is encrypted.
const oleMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// detect says what a file contains, whatever its name.
func detect(from io.ReaderAt, size int64, name string, limits Limits) (Format, error) {
	if size == 0 {
		return "", refuseAs(Empty, "文件“%s”是空的。请核对是否选错文件。", name)
	}
	head := make([]byte, min(size, 64<<10))
	if _, err := io.ReadFull(io.NewSectionReader(from, 0, size), head); err != nil {
		return "", refuse("读取文件“%s”失败：%v。", name, err)
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return XLSX, checkPackage(from, size, name, limits)
	case bytes.HasPrefix(head, []byte(oleMagic)):
		return "", oleError(from, size, name)
	}
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.magic)) && (s.magic != "BM" || bytes.IndexByte(head[:min(len(head), 32)], 0) >= 0) {
			return "", refuseAs(WrongFormat, "文件“%s”其实是%s，不是表格。请核对是否选错文件。", name, s.what)
		}
	}
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return CSV, nil // UTF-16, which spreadsheets call Unicode text
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	start := strings.ToLower(string(text[:min(len(text), 512)]))
	switch {
	case len(text) == 0:
		return "", refuseAs(Empty, "文件“%s”里没有内容。请核对是否选错文件。", name)
	case bytes.IndexByte(head, 0) >= 0:
		return "", refuseAs(WrongFormat, "文件“%s”不是表格，或已经损坏。请在表格软件中打开确认后，用“另存为”存成 .xlsx 重试。", name)
	case strings.HasPrefix(start, "<") && (strings.Contains(start, "<html") || strings.Contains(start, "<table") || strings.Contains(start, "<!doctype")):
		return "", refuseAs(WrongFormat, "文件“%s”其实是网页。请用表格软件打开它，再用“另存为”存成 .xlsx 后重试。", name)
	case strings.HasPrefix(start, "<?xml") || strings.HasPrefix(start, "<workbook"):
		return "", refuseAs(WrongFormat, "文件“%s”其实是 XML 文件。请用表格软件打开它，再用“另存为”存成 .xlsx 后重试。", name)
	case text[0] == '{':
		return JSONL, nil
	case text[0] == '[' && (bytes.HasPrefix(bytes.TrimLeft(text[1:], " \t\r\n"), []byte("{")) || bytes.HasPrefix(text, []byte("[]"))):
		return "", refuseAs(WrongFormat, "文件“%s”是一个 JSON 数组。请改成 .jsonl：每行一个对象，行尾没有逗号。", name)
	}
	return CSV, nil
}

// checkPackage looks into a zip archive: is it a workbook, and one that can be
// unpacked without harm?
func checkPackage(from io.ReaderAt, size int64, name string, limits Limits) error {
	archive, err := zip.NewReader(from, size)
	if err != nil {
		return refuse("文件“%s”已损坏或不完整，打不开（%v）。请重新下载，或在表格软件中打开后用“另存为”存成新文件。", name, zipFault(err))
	}
	if len(archive.File) > maxParts {
		return refuseAs(Bomb, "文件“%s”里有 %d 个部件，不像正常的表格，没有打开。", name, len(archive.File))
	}
	var total, workbook uint64
	names := map[string]bool{}
	for _, f := range archive.File {
		lower := strings.ToLower(f.Name)
		names[lower] = true
		total += f.UncompressedSize64
		if f.UncompressedSize64 > limits.Part || total > limits.Unpacked {
			return refuseAs(Bomb, "文件“%s”解压后超过 %d MiB，没有打开。请拆成几个文件分别导入。", name, limits.Unpacked>>20)
		}
		if f.UncompressedSize64 > ratioMatters && f.UncompressedSize64/max(f.CompressedSize64, 1) > maxRatio ||
			total > ratioMatters && total/uint64(size) > maxRatio {
			return refuseAs(Bomb, "文件“%s”的压缩率异常，解压后会大得多，不像正常的表格，没有打开。", name)
		}
		if f.Flags&1 != 0 {
			return refuseAs(Locked, "文件“%s”加了密码。请先用密码打开、取消密码后另存，再重试。", name)
		}
		if strings.HasSuffix(lower, "workbook.xml") {
			workbook++
		}
	}
	has := func(prefix string) bool {
		for n := range names {
			if strings.HasPrefix(n, prefix) {
				return true
			}
		}
		return false
	}
	switch {
	case workbook > 0 && names["[content_types].xml"]:
		return nil
	case has("xl/workbook.bin"):
		return refuseAs(WrongFormat, "文件“%s”是二进制工作簿（.xlsb）。请在表格软件中用“另存为”存成 .xlsx 后重试。", name)
	case has("word/"):
		return refuseAs(WrongFormat, "文件“%s”其实是 Word 文档，不是表格。请把其中的表格复制到 .xlsx 后重试。", name)
	case has("ppt/"):
		return refuseAs(WrongFormat, "文件“%s”其实是演示文稿，不是表格。请核对是否选错文件。", name)
	case names["content.xml"] && names["mimetype"]:
		return refuseAs(WrongFormat, "文件“%s”是 OpenDocument 表格（.ods）。请在表格软件中用“另存为”存成 .xlsx 后重试。", name)
	}
	return refuseAs(WrongFormat, "文件“%s”是压缩包，不是表格。请先解压，再导入其中的表格文件。", name)
}

func zipFault(err error) string {
	if errors.Is(err, zip.ErrFormat) {
		return "压缩结构不完整"
	}
	return "其中有读不懂的部件"
}

// oleError tells the two sorts of OLE files apart by the names of their streams,
// which stand in UTF-16.
func oleError(from io.ReaderAt, size int64, name string) error {
	utf16 := func(s string) []byte {
		b := make([]byte, 0, 2*len(s))
		for _, r := range s {
			b = append(b, byte(r), 0)
		}
		return b
	}
	streams := []struct {
		name  []byte
		found bool
	}{{name: utf16("EncryptedPackage")}, {name: utf16("Workbook")}, {name: utf16("Book")}, {name: utf16("WordDocument")}}
	const overlap = 64
	chunk := make([]byte, 1<<20)
	for at := int64(0); at < size; at += int64(len(chunk) - overlap) {
		n, err := from.ReadAt(chunk, at)
		for i := range streams {
			streams[i].found = streams[i].found || bytes.Contains(chunk[:n], streams[i].name)
		}
		if err != nil {
			break
		}
	}
	switch {
	case streams[0].found:
		return refuseAs(Locked, "文件“%s”设了打开密码，无法读取。请在表格软件中用密码打开，在“文件→信息→保护工作簿→用密码进行加密”（WPS：“文件→文档加密→密码加密”）中清空密码并保存，再重试。", name)
	case streams[1].found || streams[2].found:
		return refuseAs(WrongFormat, "文件“%s”是旧版 Excel 格式（.xls）。请在表格软件中打开，用“另存为”存成“Excel 工作簿（.xlsx）”后重试。", name)
	case streams[3].found:
		return refuseAs(WrongFormat, "文件“%s”其实是 Word 文档，不是表格。请把其中的表格复制到 .xlsx 后重试。", name)
	}
	return refuseAs(WrongFormat, "文件“%s”是旧版 Office 文件，不是 .xlsx。请在表格软件中打开，用“另存为”存成“Excel 工作簿（.xlsx）”后重试。", name)
}

// validUTF8 reports whether all of a file is UTF-8. damaged is set when nearly
// all of it is, so that a few broken bytes are more likely than another
// encoding; line is that of the first.
func validUTF8(from io.ReaderAt, size int64) (valid, damaged bool, line int, err error) {
	in := io.NewSectionReader(from, 0, size)
	buf := make([]byte, 256<<10)
	kept, several, broken, lines := 0, 0, 0, 1
	for {
		n, err := in.Read(buf[kept:])
		data := buf[:kept+n]
		if err != nil && err != io.EOF {
			return false, false, 0, err
		}
		end := len(data)
		if err == nil {
			end = lastRuneStart(data)
		}
		if broken == 0 && utf8.Valid(data[:end]) {
			several += len(data[:end]) - utf8.RuneCount(data[:end])
			lines += bytes.Count(data[:end], []byte{'\n'})
		} else {
			for rest := data[:end]; len(rest) > 0; {
				r, width := utf8.DecodeRune(rest)
				switch {
				case r == utf8.RuneError && width == 1:
					if broken == 0 {
						line = lines
					}
					broken++
				case width > 1:
					several += width - 1
				case r == '\n':
					lines++
				}
				rest = rest[width:]
			}
		}
		kept = copy(buf, data[end:])
		if err == io.EOF {
			return broken == 0, broken > 0 && broken*50 < several, line, nil
		}
	}
}

// lastRuneStart returns the end of the last whole character of data.
func lastRuneStart(data []byte) int {
	for i := len(data) - 1; i >= 0 && i >= len(data)-utf8.UTFMax; i-- {
		if utf8.RuneStart(data[i]) {
			if utf8.FullRune(data[i:]) {
				return len(data)
			}
			return i
		}
	}
	return len(data)
}
