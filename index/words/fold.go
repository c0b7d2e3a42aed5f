// Package words is the language of the search: how text is folded so that what
// looks different but is the same is found, which words the vocabulary knows,
// what they mean, and what somebody meant who typed a query.
//
// It knows nothing of an index: it turns text into terms with meanings, and asks
// an [Oracle] where only the data can tell (is this a name that somebody bears?).
package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Folded is a text folded for searching: half width, lower case, simplified,
// without accents and invisible characters. Folding maps one character to one or
// to none, so every folded character has its place in the original.
type Folded struct {
	Runes []rune
	At    []int // index of the original rune that became Runes[i]
}

// Fold folds s and keeps the places.
func Fold(s string) Folded {
	f := Folded{Runes: make([]rune, 0, len(s)), At: make([]int, 0, len(s))}
	i := 0
	for _, r := range s {
		if r, ok := foldRune(r); ok {
			f.Runes = append(f.Runes, r)
			f.At = append(f.At, i)
		}
		i++
	}
	return f
}

// String returns the folded text.
func (f Folded) String() string { return string(f.Runes) }

// FoldString folds s.
func FoldString(s string) string {
	if isFolded(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if r, ok := foldRune(r); ok {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isFolded reports whether s holds nothing but what folds to itself, cheaply.
func isFolded(s string) bool {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c < ' ' || c >= 'A' && c <= 'Z' {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r < ideographs || r >= ideographsEnd || simplified(r) != r {
			return false
		}
		i += size
	}
	return true
}

// foldRune returns the folded form of r; false when nothing is left of it.
func foldRune(r rune) (rune, bool) {
	switch {
	case r < utf8.RuneSelf:
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A', true
		case r == '\n':
			return r, true
		case r < ' ' || r == 0x7f:
			return ' ', true
		}
		return r, true
	case r >= ideographs && r < ideographsEnd:
		return simplified(r), true
	case r >= '！' && r <= '～':
		return foldRune(r - '！' + '!')
	case r == utf8.RuneError:
		return 0, false
	case unicode.IsSpace(r):
		return ' ', true
	case unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Mn, unicode.Cc):
		return 0, false
	case r >= 0xf900 && r <= 0xfaff, r >= 0x2e80 && r <= 0x2fdf, r >= 0x2f800 && r <= 0x2fa1f:
		// Compatibility ideographs and radicals that look like characters.
		if n := []rune(norm.NFKC.String(string(r))); len(n) == 1 {
			return simplified(n[0]), true
		}
		return r, true
	case r < 0x250 || r >= 0x1e00 && r < 0x1f00:
		return foldLatin(r), true
	}
	return unicode.ToLower(r), true
}

// foldLatin takes the accents off a letter, so that zhāng is zhang; ü becomes v,
// as pinyin is typed.
func foldLatin(r rune) rune {
	d := []rune(norm.NFD.String(string(unicode.ToLower(r))))
	if len(d) > 1 && d[0] == 'u' && d[1] == '\u0308' {
		return 'v'
	}
	return unicode.ToLower(d[0])
}

// IsHan reports whether r is a Chinese character.
func IsHan(r rune) bool {
	return r >= ideographs && r < ideographsEnd || r >= 0x3400 && unicode.Is(unicode.Han, r)
}

// Key folds s and leaves only letters, digits and Chinese characters: the form
// under which names are compared (阿依古丽·买买提 = 阿依古丽买买提, 张 三 = 张三).
func Key(s string) string {
	return strings.Map(func(r rune) rune {
		if IsHan(r) || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, FoldString(s))
}
