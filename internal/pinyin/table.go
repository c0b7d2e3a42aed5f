package pinyin

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	dictionary "github.com/mozillazg/go-pinyin"
)

// A syllable is letters, ü as v, with a tone: 1 to 4, 5 for none.
type syllable struct {
	letters string
	tone    uint8
}

// tables is all that this package knows. It does not change once built.
type tables struct {
	// syllables in the order of a Chinese dictionary: letters with ü just
	// behind u (nu, nü, nuan), then tone.
	syllables []syllable

	first    map[rune]reading      // the dictionary's first reading
	others   map[rune][]reading    // readings elsewhere than in a surname, where curated
	surname  map[rune][]reading    // readings as a surname, where they differ
	compound map[[2]rune][]reading // surnames of two characters
	phrase   map[string][]reading  // words
	longest  int                   // runes of the longest word
	place    map[pronounced]uint16 // place of a character read in a way among all of them
}

// pronounced is a character read in a way.
type pronounced struct {
	char rune
	reading
}

var table = sync.OnceValue(build)

// given returns the readings of a character within a given name.
func (t *tables) given(r rune) []reading {
	if rs, ok := t.others[r]; ok {
		return rs
	}
	if first, ok := t.first[r]; ok {
		return []reading{first}
	}
	return nil
}

// text returns the readings of a character within a text. It is that of given
// names: the curated readings are the usual ones.
func (t *tables) text(r rune) []reading { return t.given(r) }

func build() *tables {
	t := &tables{
		first:    make(map[rune]reading, len(dictionary.PinyinDict)),
		others:   map[rune][]reading{},
		surname:  map[rune][]reading{},
		compound: map[[2]rune][]reading{},
		phrase:   map[string][]reading{},
	}

	// Gather every syllable, as ids in the order in which they turn up.
	var found []syllable
	ids := map[syllable]reading{}
	id := func(s syllable) reading {
		n, ok := ids[s]
		if !ok {
			n = reading(len(found))
			ids[s] = n
			found = append(found, s)
		}
		return n
	}
	memo := make(map[string]reading, 2048)
	for char, list := range dictionary.PinyinDict {
		marked, _, _ := strings.Cut(list, ",")
		n, ok := memo[marked]
		if !ok {
			n = id(fromMarked(marked))
			memo[marked] = n
		}
		t.first[rune(char)] = n
	}
	numbered := func(list []string) []reading {
		rs := make([]reading, len(list))
		for i, s := range list {
			rs[i] = id(fromNumbered(s))
		}
		return rs
	}
	rows(commonReadings, func(word []rune, list []string) { t.others[word[0]] = numbered(list) })
	rows(surnameReadings, func(word []rune, list []string) { t.surname[word[0]] = numbered(list) })
	rows(compoundSurnames, func(word []rune, list []string) { t.compound[[2]rune(word)] = numbered(list) })
	rows(phrases, func(word []rune, list []string) {
		t.phrase[string(word)] = numbered(list)
		t.longest = max(t.longest, len(word))
	})

	// Renumber them so that the order of numbers is that of a dictionary.
	order := make([]reading, len(found))
	for i := range order {
		order[i] = reading(i)
	}
	slices.SortFunc(order, func(a, b reading) int { return compare(found[a], found[b]) })
	rank := make([]reading, len(found))
	for n, old := range order {
		rank[old] = reading(n)
		t.syllables = append(t.syllables, found[old])
	}
	for char, old := range t.first {
		t.first[char] = rank[old]
	}
	for _, m := range []map[rune][]reading{t.others, t.surname} {
		renumber(m, rank)
	}
	renumber(t.compound, rank)
	renumber(t.phrase, rank)

	t.arrange()
	return t
}

func renumber[K comparable](m map[K][]reading, rank []reading) {
	for _, rs := range m {
		for i, old := range rs {
			rs[i] = rank[old]
		}
	}
}

// arrange fills place: all characters in every way in which they may be read
// at all in an order key, by syllable, then tone, then character.
func (t *tables) arrange() {
	all := make([]pronounced, 0, len(t.first)+1024)
	for char, r := range t.first {
		all = append(all, pronounced{char, r})
	}
	for _, m := range []map[rune][]reading{t.others, t.surname} {
		for char, rs := range m {
			all = append(all, pronounced{char, rs[0]})
		}
	}
	for chars, rs := range t.compound {
		all = append(all, pronounced{chars[0], rs[0]}, pronounced{chars[1], rs[1]})
	}
	for word, rs := range t.phrase {
		for i, char := range []rune(word) {
			all = append(all, pronounced{char, rs[i]})
		}
	}
	slices.SortFunc(all, func(a, b pronounced) int {
		return cmp.Or(cmp.Compare(a.reading, b.reading), cmp.Compare(a.char, b.char))
	})
	all = slices.Compact(all)
	if len(all) > (leadUnread-leadHan)*255 {
		panic("pinyin: more characters than a sort key can tell apart")
	}
	t.place = make(map[pronounced]uint16, len(all))
	for i, p := range all {
		t.place[p] = uint16(i)
	}
}

// compare orders syllables as a Chinese dictionary does.
func compare(a, b syllable) int {
	return cmp.Or(
		cmp.Compare(strings.ReplaceAll(a.letters, "v", "u"), strings.ReplaceAll(b.letters, "v", "u")),
		cmp.Compare(a.letters, b.letters),
		cmp.Compare(a.tone, b.tone),
	)
}

// rows calls row for each line of a table: a word and its readings.
func rows(text string, row func(word []rune, readings []string)) {
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) > 1 {
			row([]rune(fields[0]), fields[1:])
		}
	}
}

// fromNumbered reads zhang1, lv3 or le (no tone).
func fromNumbered(s string) syllable {
	if last := s[len(s)-1]; last >= '1' && last <= '5' {
		return syllable{s[:len(s)-1], last - '0'}
	}
	return syllable{s, 5}
}

// marks maps a vowel or nasal with a tone mark to the plain letter and the tone.
var marks = func() map[rune]syllable {
	m := map[rune]syllable{'ü': {"v", 0}, 'ê': {"e", 0}, '̄': {"", 1}, '̌': {"", 3}, '̀': {"", 4}}
	for plain, marked := range map[string]string{
		"a": "āáǎà", "e": "ēéěè", "i": "īíǐì", "o": "ōóǒò", "u": "ūúǔù", "v": "ǖǘǚǜ",
	} {
		tone := uint8(1)
		for _, r := range marked {
			m[r] = syllable{plain, tone}
			tone++
		}
	}
	for r, s := range map[rune]syllable{
		'ń': {"n", 2}, 'ň': {"n", 3}, 'ǹ': {"n", 4}, 'ḿ': {"m", 2}, 'ế': {"e", 2}, 'ề': {"e", 4},
	} {
		m[r] = s
	}
	return m
}()

// fromMarked reads zhāng or lǚ.
func fromMarked(s string) syllable {
	plain := make([]byte, 0, len(s))
	tone := uint8(0)
	for _, r := range s {
		if m, ok := marks[r]; ok {
			plain = append(plain, m.letters...)
			tone = max(tone, m.tone)
		} else {
			plain = append(plain, byte(r))
		}
	}
	if tone == 0 {
		tone = 5
	}
	return syllable{string(plain), tone}
}
