package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// xmlScanner takes the XML of a worksheet apart, token by token and without
// allocating. A worksheet of 100,000 rows is some hundred megabytes of XML, of
// which a general decoder makes a token object each; and the rows' reader of
// excelize says neither whether a cell is a number or a text nor how a date is
// shown, on which identity numbers and birth dates depend.
//
// It reads what workbooks hold: UTF-8, namespaces prefixed or not, comments,
// CDATA, entities of XML itself. A document type is refused, and with it every
// entity that could grow.
type xmlScanner struct {
	from   io.Reader
	buf    []byte
	pos    int // of what is not consumed yet
	end    int
	atEnd  bool
	token  xmlToken
	name   []byte // of an element, without its prefix
	attrs  []byte // of a start, raw
	empty  bool   // of a start: <c/>
	text   []byte // raw
	isText bool   // text is verbatim (CDATA): entities are not expanded
}

type xmlToken uint8

const (
	xmlStart xmlToken = iota + 1
	xmlEnd
	xmlText
)

const maxToken = 4 << 20 // no tag or text of a cell is that long

var errXML = errors.New("XML 结构损坏")

func newXMLScanner(from io.Reader) *xmlScanner {
	return &xmlScanner{from: from, buf: make([]byte, 64<<10)}
}

// fill reads more, keeping what is not consumed. It returns io.EOF when there is
// nothing more.
func (s *xmlScanner) fill() error {
	if s.atEnd {
		return io.EOF
	}
	if s.pos > 0 {
		copy(s.buf, s.buf[s.pos:s.end])
		s.end -= s.pos
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= maxToken {
			return fmt.Errorf("%w：有一处内容超过 %d MiB", errXML, maxToken>>20)
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	n, err := s.from.Read(s.buf[s.end:])
	s.end += n
	if errors.Is(err, io.EOF) {
		s.atEnd = true
		if n > 0 {
			return nil
		}
	}
	return err
}

// next moves to the next token. What it leaves in the scanner is valid until the
// following call. io.EOF ends a document.
func (s *xmlScanner) next() error {
	for {
		i := bytes.IndexByte(s.buf[s.pos:s.end], '<')
		if i != 0 && (i > 0 || s.atEnd && s.end > s.pos) {
			if i < 0 {
				i = s.end - s.pos
			}
			s.text, s.isText, s.token = s.buf[s.pos:s.pos+i], false, xmlText
			s.pos += i
			return nil
		}
		if i < 0 {
			if err := s.fill(); err != nil && (!errors.Is(err, io.EOF) || s.end == s.pos) {
				return err
			}
			continue
		}
		done, err := s.markup()
		if errors.Is(err, io.EOF) {
			err = fmt.Errorf("%w：文件不完整", errXML)
		}
		if done || err != nil {
			return err
		}
	}
}

// markup consumes what begins with <. It reports whether that is a token.
func (s *xmlScanner) markup() (bool, error) {
	for s.end-s.pos < 9 && !s.atEnd {
		if err := s.fill(); err != nil && !errors.Is(err, io.EOF) {
			return false, err
		}
	}
	rest := s.buf[s.pos:s.end]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		_, err := s.until("<!--", "-->")
		return false, err
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		inside, err := s.until("<![CDATA[", "]]>")
		s.text, s.isText, s.token = inside, true, xmlText
		return true, err
	case bytes.HasPrefix(rest, []byte("<?")):
		_, err := s.until("<?", "?>")
		return false, err
	case bytes.HasPrefix(rest, []byte("<!")):
		return false, fmt.Errorf("%w：含有不允许的声明", errXML)
	}
	tag, err := s.tag()
	if err != nil {
		return false, err
	}
	if len(tag) > 0 && tag[0] == '/' {
		s.token, s.name = xmlEnd, local(tag[1:1+nameEnd(tag[1:])])
		return true, nil
	}
	s.token = xmlStart
	if s.empty = len(tag) > 0 && tag[len(tag)-1] == '/'; s.empty {
		tag = tag[:len(tag)-1]
	}
	end := nameEnd(tag)
	s.name, s.attrs = local(tag[:end]), tag[end:]
	return true, nil
}

// nameEnd returns where the name at the beginning of a tag ends.
func nameEnd(tag []byte) int {
	for i, c := range tag {
		if c <= ' ' {
			return i
		}
	}
	return len(tag)
}

// tag consumes <…> and returns what is inside. A > within quotes is part of it.
func (s *xmlScanner) tag() ([]byte, error) {
	quote := byte(0) // that is open at seen
	for seen, from := 1, 1; ; {
		rest := s.buf[s.pos:s.end]
		i := bytes.IndexByte(rest[min(from, len(rest)):], '>')
		if i < 0 {
			from = max(from, len(rest))
			if err := s.fill(); err != nil {
				return nil, err
			}
			continue
		}
		quote = quoteAfter(rest[seen:from+i], quote)
		seen, from = from+i, from+i+1
		if quote != 0 {
			continue
		}
		tag := rest[1:seen]
		if bytes.IndexByte(tag, '<') >= 0 && bytes.IndexByte(unquoted(tag), '<') >= 0 {
			return nil, errXML
		}
		s.pos += from
		return tag, nil
	}
}

// quoteAfter returns the quote that is open behind a piece of a tag, 0 for none,
// when quote is open before it.
func quoteAfter(piece []byte, quote byte) byte {
	if quote == 0 && bytes.Count(piece, []byte{'"'})%2 == 0 && bytes.IndexByte(piece, '\'') < 0 {
		return 0
	}
	for _, c := range piece {
		switch {
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		}
	}
	return quote
}

// unquoted returns what stands outside the values of a tag.
func unquoted(tag []byte) []byte {
	var outside []byte
	quote := byte(0)
	for _, c := range tag {
		switch {
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		case quote == 0:
			outside = append(outside, c)
		}
	}
	return outside
}

// until consumes from start to end and returns what is between.
func (s *xmlScanner) until(start, end string) ([]byte, error) {
	from := len(start)
	for {
		rest := s.buf[s.pos:s.end]
		if i := bytes.Index(rest[min(from, len(rest)):], []byte(end)); i >= 0 {
			inside := rest[len(start) : from+i]
			s.pos += from + i + len(end)
			return inside, nil
		}
		from = max(len(start), len(rest)-len(end)+1)
		if err := s.fill(); err != nil {
			return nil, err
		}
	}
}

func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

// attr returns the raw value of an attribute of a start, nil when it has none.
func (s *xmlScanner) attr(name string) []byte {
	for rest := s.attrs; ; {
		key, value, after, ok := nextAttr(rest)
		if !ok || string(key) == name {
			return value
		}
		rest = after
	}
}

// nextAttr takes the first attribute off. It is false when there is none.
func nextAttr(attrs []byte) (key, value, rest []byte, ok bool) {
	eq := bytes.IndexByte(attrs, '=')
	if eq < 0 {
		return nil, nil, nil, false
	}
	key, rest = attrs[:eq], attrs[eq+1:]
	for len(key) > 0 && key[0] <= ' ' {
		key = key[1:]
	}
	for len(key) > 0 && key[len(key)-1] <= ' ' {
		key = key[:len(key)-1]
	}
	for len(rest) > 0 && rest[0] <= ' ' {
		rest = rest[1:]
	}
	if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
		return nil, nil, nil, false
	}
	end := bytes.IndexByte(rest[1:], rest[0])
	if end < 0 {
		return nil, nil, nil, false
	}
	return key, rest[1 : 1+end], rest[end+2:], true
}

// appendText appends the text of a text token, entities expanded.
func (s *xmlScanner) appendText(to []byte) []byte {
	if s.isText {
		return append(to, s.text...)
	}
	return appendUnescaped(to, s.text)
}

func appendUnescaped(to, raw []byte) []byte {
	for {
		i := bytes.IndexByte(raw, '&')
		if i < 0 {
			return append(to, raw...)
		}
		to = append(to, raw[:i]...)
		raw = raw[i:]
		end := bytes.IndexByte(raw[:min(len(raw), 12)], ';')
		if end < 0 {
			return append(to, raw...)
		}
		var expanded bool
		if to, expanded = appendEntity(to, string(raw[1:end])); !expanded {
			to = append(to, raw[:end+1]...)
		}
		raw = raw[end+1:]
	}
}

func appendEntity(to []byte, name string) ([]byte, bool) {
	switch name {
	case "amp":
		return append(to, '&'), true
	case "lt":
		return append(to, '<'), true
	case "gt":
		return append(to, '>'), true
	case "quot":
		return append(to, '"'), true
	case "apos":
		return append(to, '\''), true
	}
	number, ok := strings.CutPrefix(name, "#")
	if !ok {
		return to, false
	}
	base := 10
	if len(number) > 1 && (number[0] == 'x' || number[0] == 'X') {
		number, base = number[1:], 16
	}
	n, err := strconv.ParseUint(number, base, 32)
	if err != nil || n == 0 || n > utf8.MaxRune {
		return to, false
	}
	return utf8.AppendRune(to, rune(n)), true
}

// unescapeControls undoes the way in which workbooks write control characters
// in texts: _x000D_.
func unescapeControls(s string) string {
	at := strings.Index(s, "_x")
	if at < 0 {
		return s
	}
	var b strings.Builder
	for at >= 0 {
		b.WriteString(s[:at])
		s = s[at:]
		width := 2
		if len(s) >= 7 && s[6] == '_' {
			if n, err := strconv.ParseUint(s[2:6], 16, 32); err == nil && utf8.ValidRune(rune(n)) {
				b.WriteRune(rune(n))
				s, width = s[7:], 0
			}
		}
		b.WriteString(s[:width])
		s = s[width:]
		at = strings.Index(s, "_x")
	}
	b.WriteString(s)
	return b.String()
}
