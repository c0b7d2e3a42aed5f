package sheet

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// tokens are what a document consists of, as the scanner sees it.
func tokens(in io.Reader) (list []string, err error) {
	s := newXMLScanner(in)
	for {
		if err := s.next(); err != nil {
			if errors.Is(err, io.EOF) {
				return list, nil
			}
			return list, err
		}
		switch s.token {
		case xmlStart:
			list = append(list, "<"+string(s.name)+" r="+string(appendUnescaped(nil, s.attr("r"))))
			if s.empty {
				list = append(list, ">"+string(s.name))
			}
		case xmlEnd:
			list = append(list, ">"+string(s.name))
		case xmlText:
			text := string(s.appendText(nil))
			if n := len(list); n > 0 && list[n-1][0] == '#' {
				list[n-1] += text
			} else if text != "" {
				list = append(list, "#"+text)
			}
		}
	}
}

// reference is the same by the standard decoder; ok is false for what it does
// not take, or takes in ways that worksheets have no use for.
func reference(document string) (list []string, ok bool) {
	d := xml.NewDecoder(strings.NewReader(document))
	for {
		token, err := d.RawToken()
		if err != nil {
			return list, errors.Is(err, io.EOF)
		}
		switch t := token.(type) {
		case xml.StartElement:
			r := ""
			for _, a := range t.Attr {
				if a.Name.Space == "" && a.Name.Local == "r" {
					r = a.Value
					break
				}
			}
			list = append(list, "<"+t.Name.Local+" r="+r)
		case xml.EndElement:
			list = append(list, ">"+t.Name.Local)
		case xml.CharData:
			if n := len(list); n > 0 && list[n-1][0] == '#' {
				list[n-1] += string(t)
			} else if len(t) > 0 {
				list = append(list, "#"+string(t))
			}
		case xml.Directive:
			return nil, false
		}
	}
}

// FuzzXMLScanner: what the standard decoder takes, the scanner takes apart in the
// same way, however the bytes come.
func FuzzXMLScanner(f *testing.F) {
	for _, seed := range []string{
		`<a r="1"><b/>x &amp; &#x4e2d;&#20013;</a>`,
		`<?xml version="1.0"?><!-- > --><x:a y:r='2' r = "3>4"><![CDATA[<z>]]></x:a>`,
		"<a\n\tr=\"x\"\n>\r\ntext</a >",
		`<a r="&lt;&quot;"/>tail`,
	} {
		f.Add(seed)
	}
	f.Add(`<a r="` + strings.Repeat(">'", 50) + `"/>`)
	f.Fuzz(func(t *testing.T, document string) {
		got, err := tokens(strings.NewReader(document))
		slow, slowErr := tokens(iotest.OneByteReader(strings.NewReader(document)))
		if strings.Join(got, "\n") != strings.Join(slow, "\n") || (err == nil) != (slowErr == nil) {
			t.Fatalf("by bytes %q (%v), at once %q (%v)", slow, slowErr, got, err)
		}
		want, ok := reference(document)
		if !ok || strings.ContainsAny(document, "\r") || strings.Contains(document, ":") && !strings.Contains(document, "x:a") {
			return // line ends and names are normalised differently
		}
		if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Fatalf("tokens of %q\n%q (%v), want\n%q", document, got, err, want)
		}
	})
}

func TestXMLScannerRefuses(t *testing.T) {
	for name, document := range map[string]string{
		"a document type":             `<!DOCTYPE a><a/>`,
		"a tag without end":           `<a r="1`,
		"a tag within a tag":          `<a <b>>`,
		"a comment that ends nowhere": `<!-- <a/>`,
		"a tag as long as a file":     `<a r="` + strings.Repeat("x", maxToken) + `"/>`,
	} {
		t.Run(name, func(t *testing.T) {
			if list, err := tokens(strings.NewReader(document)); err == nil {
				t.Errorf("taken as %.100q", list)
			}
		})
	}
}

// TestRowsAreFoundBehindAnyBlock cuts a worksheet at every place between two
// reads.
func TestRowsAreFoundBehindAnyBlock(t *testing.T) {
	const text = `<x:worksheet><x:sheetData><x:row><x:c t="str"><x:v>sheetData></x:v></x:c></x:row></x:sheetData><x:mergeCells/></x:worksheet>`
	for cut := range len(text) {
		in := io.MultiReader(strings.NewReader(text[:cut]), strings.NewReader(text[cut:]))
		tail, err := skipRows(in)
		if err != nil || tail == nil {
			t.Fatalf("cut at %d: %v %v", cut, tail, err)
		}
		rest, err := io.ReadAll(tail)
		if err != nil || !bytes.Equal(rest, []byte(`<x:mergeCells/></x:worksheet>`)) {
			t.Fatalf("cut at %d: %q, %v", cut, rest, err)
		}
	}
}

func TestShapes(t *testing.T) {
	for _, c := range []struct {
		format string
		raw    string
		want   string
	}{
		{"General", "45413", "45413"},
		{"General", "2023.0999999999999", "2023.1"},
		{"General", "1.3800138E10", "13800138000"},
		{"General", "120199198503070029", "120199198503070029"},
		{"General", "1.2019919850307E17", "1.2019919850307E17"},
		{"@", "0012", "0012"},
		{"0", "12", "12"},
		{"0.00", "2023.1", "2023.10"},
		{"0.0", "2023.15", "2023.15"},
		{"000000", "12", "000012"},
		{"#,##0", "1200", "1200"},
		{`yyyy"年"m"月"d"日"`, "45413", "2024-05-01"},
		{`yyyy"年"m"月"`, "45413", "2024-05"},
		{"yyyy.mm", "45413", "2024-05"},
		{"yyyy", "45413", "2024"},
		{"m/d/yy h:mm", "45413.75", "2024-05-01"},
		{"h:mm", "0.375", "09:00"},
		{`[$-804]aaaa;@`, "45413", "45413"},
		{"[h]:mm:ss", "0.5", "12:00"},
		{"yyyy-mm-dd", "59", "1900-02-28"},
		{"yyyy-mm-dd", "61", "1900-03-01"},
		{"yyyy-mm-dd", "-1", "-1"},
		{"yyyy-mm-dd", "99999999", "99999999"},
		{"yyyy-mm-dd", "不是数字", "不是数字"},
	} {
		if got := shapeOf(c.format).show(c.raw, false); got != c.want {
			t.Errorf("%s as %s is %q, want %q", c.raw, c.format, got, c.want)
		}
	}
}

func TestColumnLetters(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 27: "AB", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := columnLetter(i); got != want {
			t.Errorf("column %d is %s, want %s", i, got, want)
		}
		if column, row, ok := cellPlace([]byte(want + "12")); !ok || column != i || row != 12 {
			t.Errorf("%s12 is %d, %d, %v", want, column, row, ok)
		}
	}
}
