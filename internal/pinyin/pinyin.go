// Package pinyin reads Chinese aloud: for search, which wants every plausible
// reading of a word, and for lists, which want names in the order in which a
// reader of Chinese looks for them.
//
// The readings of single characters come from go-pinyin. What it cannot know is
// here: surnames that are read differently from the same character elsewhere
// (单 shan, 仇 qiu, 尉迟 yuchi), characters whose usual reading within a given
// name is not the dictionary's first, and words whose characters have several
// readings (银行, 重庆, 会计).
//
// Everything is safe for concurrent use. The tables are built on first use, in
// some tens of milliseconds.
package pinyin

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Name reads the listed name of a person. The result has one element a rune of
// name: its readings in lower-case letters without tone, ü as v, the reading in
// this place first and plausible others behind it. A Latin letter or digit
// reads as itself in lower case; anything else, such as a blank or ·, has no
// reading (nil).
//
// The first rune, or two, are read as a surname.
func Name(name string) [][]string {
	runes := []rune(name)
	return letters(runes, readName(runes))
}

// Text reads a word, a phrase or the name of a body. The result is as that of
// [Name]; words of the phrase table are read as a whole, longest first.
func Text(s string) [][]string {
	runes := []rune(s)
	return letters(runes, readText(runes))
}

// Join puts the first readings together: 张伟 gives zhangwei.
func Join(readings [][]string) string {
	var b strings.Builder
	for _, r := range readings {
		if len(r) > 0 {
			b.WriteString(r[0])
		}
	}
	return b.String()
}

// Initials puts the first letters of the first readings together: 张伟 gives zw.
func Initials(readings [][]string) string {
	b := make([]byte, 0, len(readings))
	for _, r := range readings {
		if len(r) > 0 {
			b = append(b, r[0][0])
		}
	}
	return string(b)
}

// Surname returns the number of runes of name's surname: 2 when it starts with
// a compound surname of the table and something follows, else 1; 0 for an
// empty name and for one that does not start with a Chinese character.
func Surname(name string) int {
	first, size := utf8.DecodeRuneInString(name)
	if size == 0 || !unicode.Is(unicode.Han, first) {
		return 0
	}
	second, size2 := utf8.DecodeRuneInString(name[size:])
	if size2 > 0 && len(name) > size+size2 {
		if _, ok := table().compound[[2]rune{first, second}]; ok {
			return 2
		}
	}
	return 1
}

// A reading is one way to read a character: an index of table.syllables.
type reading uint16

// readName returns the readings of each rune, nil for what is not Chinese.
func readName(runes []rune) [][]reading {
	t := table()
	result := make([][]reading, len(runes))
	rest := 0
	if len(runes) > 0 {
		if len(runes) > 2 {
			if pair, ok := t.compound[[2]rune{runes[0], runes[1]}]; ok {
				result[0], result[1] = pair[:1:1], pair[1:]
				rest = 2
			}
		}
		if rest == 0 {
			if r, ok := t.surname[runes[0]]; ok {
				result[0] = r
				rest = 1
			}
		}
	}
	for i := rest; i < len(runes); i++ {
		result[i] = t.given(runes[i])
	}
	return result
}

// readText returns the readings of each rune, nil for what is not Chinese.
func readText(runes []rune) [][]reading {
	t := table()
	result := make([][]reading, len(runes))
	for i := 0; i < len(runes); {
		n := 0
		for l := min(t.longest, len(runes)-i); l > 1; l-- {
			word, ok := t.phrase[string(runes[i:i+l])]
			if !ok {
				continue
			}
			for k := range word {
				result[i+k] = word[k : k+1 : k+1]
			}
			n = l
			break
		}
		if n == 0 {
			result[i] = t.text(runes[i])
			n = 1
		}
		i += n
	}
	return result
}

// letters turns readings into letters without tone, each once.
func letters(runes []rune, read [][]reading) [][]string {
	t := table()
	result := make([][]string, len(runes))
	for i, rs := range read {
		if len(rs) == 0 {
			if r := runes[i]; r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
				result[i] = []string{string(unicode.ToLower(r))}
			}
			continue
		}
		list := make([]string, 0, len(rs))
	next:
		for _, r := range rs {
			l := t.syllables[r].letters
			for _, have := range list {
				if have == l {
					continue next
				}
			}
			list = append(list, l)
		}
		result[i] = list
	}
	return result
}
