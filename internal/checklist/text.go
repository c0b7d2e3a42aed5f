package checklist

import (
	"bytes"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	xunicode "golang.org/x/text/encoding/unicode"
)

// MaxBytes is the size above which a file is refused unread. The table of 2023
// has 36 KB.
const MaxBytes = 4 << 20

// lineBreak stands in a decoded text for a break within a line of the file: the
// manual breaks of word processors.
const lineBreak = '\v'

// asText tells how a file is saved so that it can be read here.
const asText = "请用 Word 或 WPS 打开原表，另存为“纯文本（*.txt）”，编码选 UTF-8，再导入。"

// notText knows the first bytes of files that are something else whatever their
// name says.
var notText = []struct{ magic, is string }{
	{"PK\x03\x04", "一个改了扩展名的 Word 或 Excel 文件（.docx、.xlsx）或压缩包"},
	{"\xD0\xCF\x11\xE0", "一个改了扩展名的 Word 或 Excel 文件（.doc、.xls），或有密码保护的文件"},
	{"%PDF-", "一个改了扩展名的 PDF 文件"},
	{"{\\rtf", "一个改了扩展名的 RTF 文件"},
}

// decode reads all of r as text: UTF-8 with or without byte order mark, UTF-16
// with one, or GB18030. Line ends become \n, breaks within a line [lineBreak].
func decode(r io.Reader) (string, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return "", err
	}
	if len(raw) > MaxBytes {
		return "", refused("文件超过 %d MB，不像一张任务清单。请确认选对了文件。", MaxBytes>>20)
	}
	for _, f := range notText {
		if bytes.HasPrefix(raw, []byte(f.magic)) {
			return "", refused("这是%s，不是文本文件。%s", f.is, asText)
		}
	}
	text, err := decodeBytes(raw)
	if err != nil || strings.ContainsFunc(text, isBroken) {
		return "", refused("文件的文字编码无法识别，或文字已损坏。可接受的编码是 UTF-8 和 GB18030。%s", asText)
	}
	if isBlank(text) {
		return "", refused("文件是空的。请确认选对了文件。")
	}
	return breaks.Replace(text), nil
}

func decodeBytes(raw []byte) (string, error) {
	var from encoding.Encoding
	switch {
	case bytes.HasPrefix(raw, []byte("\xFF\xFE")), bytes.HasPrefix(raw, []byte("\xFE\xFF")):
		from = xunicode.UTF16(xunicode.LittleEndian, xunicode.ExpectBOM)
	case utf8.Valid(raw):
		return strings.TrimPrefix(string(raw), "\uFEFF"), nil
	default:
		from = simplifiedchinese.GB18030
	}
	text, err := from.NewDecoder().Bytes(raw)
	return string(text), err
}

var breaks = strings.NewReplacer("\r\n", "\n", "\r", "\n",
	"\f", string(lineBreak), "\u0085", string(lineBreak), "\u2028", string(lineBreak), "\u2029", string(lineBreak))

// isBroken reports whether r shows that a text was decoded wrongly or is none.
func isBroken(r rune) bool {
	return r == utf8.RuneError || unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\v\f\u0085", r)
}

// isSpace reports whether r leaves no ink: blanks of every width, and the
// invisible characters that come along when text is copied.
func isSpace(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200B' || r == '\u2060' || r == '\uFEFF'
}

func isBlank(s string) bool { return strings.TrimFunc(s, isSpace) == "" }

// fragments returns the lines of s without the blanks around them and without
// blank ones.
func fragments(s string) []string {
	var out []string
	for _, line := range strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == lineBreak }) {
		if line = strings.TrimFunc(line, isSpace); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// join makes one text of the lines of a cell. A break in a cell of such a table
// comes from the width of the column and the ends of pages, also where it
// follows a full stop: the table gives no sign by which a paragraph could be told
// from a page's end, and its full stop stays. So lines are joined without
// anything between them, save two Latin words, which need their blank.
func join(lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		if b.Len() > 0 {
			before, _ := utf8.DecodeLastRuneInString(b.String())
			after, _ := utf8.DecodeRuneInString(line)
			if unicode.Is(unicode.Latin, before) && unicode.Is(unicode.Latin, after) {
				b.WriteByte(' ')
			}
		}
		b.WriteString(line)
	}
	return b.String()
}

// joinName makes one name of the lines of a cell in which the name may stand
// again for every page that the merged cell runs over, each time broken
// differently.
func joinName(lines []string) string {
	solid := make([]string, len(lines)) // without blanks: a break may have taken one away
	total := 0
	for i, line := range lines {
		solid[i] = strings.Join(strings.FieldsFunc(line, isSpace), "")
		total += len(solid[i])
	}
	size := 0
	for i, s := range solid[:max(0, len(solid)-1)] {
		size += len(s)
		if total%size == 0 && repeats(solid[i+1:], strings.Join(solid[:i+1], "")) {
			return join(lines[:i+1])
		}
	}
	return join(lines)
}

// repeats reports whether lines are name over and over, each time from the
// start of a line.
func repeats(lines []string, name string) bool {
	rest := name
	for _, line := range lines {
		var ok bool
		if rest, ok = strings.CutPrefix(rest, line); !ok {
			return false
		}
		if rest == "" {
			rest = name
		}
	}
	return rest == name
}

// fold brings full-width letters, digits and punctuation to ASCII and drops all
// blanks: the form in which headings, names and deadlines are compared.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case isSpace(r):
			return -1
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		}
		return r
	}, s)
}
