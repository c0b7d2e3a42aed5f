package index

import (
	"slices"
	"strings"

	"concord/index/words"
	"concord/internal/hub"
	"concord/internal/pinyin"
)

// highlighter finds in a record what made it match: the words that were asked
// for, in a name also the characters that sound like them, and in specialties
// and texts the words that mean what was meant.
type highlighter struct {
	lexicon *words.Lexicon
	texts   []string        // folded words that were looked up in texts
	names   []string        // folded characters that were looked up in names
	sounds  []string        // letters that were looked up in names
	numbers []string        // keys of numbers
	labels  map[string]bool // specialties that were looked up
}

// newHighlighter learns from the plan that found the hits what was looked up.
func newHighlighter(lexicon *words.Lexicon, p *plan) *highlighter {
	h := &highlighter{lexicon: lexicon, labels: map[string]bool{}}
	for _, terms := range [][]term{p.terms, p.extras} {
		for _, t := range terms {
			for _, c := range t.clauses {
				h.learn(c)
			}
		}
	}
	return h
}

func (h *highlighter) learn(c clause) {
	text := strings.TrimLeft(c.all[0].text, "^=-@")
	add := func(to *[]string, s string) {
		if s != "" && !slices.Contains(*to, s) {
			*to = append(*to, s)
		}
	}
	switch c.all[0].field {
	case fieldFirst, fieldAny, fieldWider, fieldResume:
		h.labels[text] = true
	case fieldName, fieldNamePart:
		if len(c.all) > 1 && len([]rune(text)) == 1 {
			// Characters with another between them.
			for _, t := range c.all {
				add(&h.names, strings.TrimLeft(t.text, "^"))
			}
			return
		}
		if c.text != "" {
			text = c.text
		}
		add(&h.names, text)
	case fieldPinyin, fieldPinyinTop, fieldInitials:
		add(&h.sounds, text)
	case fieldBody, fieldBodyPart, fieldText, fieldTitle:
		if c.text != "" {
			text = c.text
		}
		add(&h.texts, text)
	case fieldNumber:
		add(&h.numbers, text)
	}
}

// highlights returns what matched in the record, field by field; fields in which
// nothing did are left out.
func (h *highlighter) highlights(r hub.Record) []hub.Highlight {
	if r == nil {
		return nil
	}
	var found []hub.Highlight
	for _, s := range sayings(r) {
		if s.text == "" || s.field == "" {
			continue
		}
		if ranges := h.ranges(s); len(ranges) > 0 {
			found = append(found, hub.Highlight{Field: s.field, Text: s.text, Ranges: ranges})
		}
	}
	for _, label := range r.Facts().Specialties {
		canonical, known := h.lexicon.Canonical(label)
		whole := hub.Range{Start: 0, End: len([]rune(label))}
		switch {
		case known && h.wants(canonical):
			found = append(found, hub.Highlight{Field: "specialties", Text: label, Ranges: []hub.Range{whole}})
		case !known:
			if ranges := h.ranges(saying{"specialties", label, ofProse}); len(ranges) > 0 {
				found = append(found, hub.Highlight{Field: "specialties", Text: label, Ranges: ranges})
			}
		}
	}
	return found
}

// ranges returns where a text matched, as runs of characters of the text as it
// is printed.
func (h *highlighter) ranges(s saying) []hub.Range {
	folded := words.Fold(s.text)
	marks := make([]bool, len([]rune(s.text)))
	switch s.role {
	case ofPerson:
		h.markName(s.text, folded, marks)
	case ofNumber:
		h.markNumber(folded, marks)
	case ofProse:
		h.markWords(folded, marks)
		fallthrough
	default:
		h.markTexts(folded, marks)
	}
	return runs(marks)
}

// markTexts marks the words that were asked for; where one of them does not
// stand there whole, its pairs of characters, if all of them do.
func (h *highlighter) markTexts(folded words.Folded, marks []bool) {
	for _, text := range h.texts {
		if mark(folded, []rune(text), marks) {
			continue
		}
		pairs := words.Pairs(text)
		if len(pairs) < 2 || !containsAll(folded.String(), pairs) {
			continue
		}
		for _, p := range pairs {
			mark(folded, []rune(p), marks)
		}
	}
}

func containsAll(s string, parts []string) bool {
	for _, p := range parts {
		if !strings.Contains(s, p) {
			return false
		}
	}
	return true
}

// mark marks every place of what in folded, and reports whether there is one.
func mark(folded words.Folded, what []rune, marks []bool) bool {
	found := false
	for i := 0; i+len(what) <= len(folded.Runes); i++ {
		if slices.Equal(folded.Runes[i:i+len(what)], what) {
			found = true
			for k := range what {
				marks[folded.At[i+k]] = true
			}
		}
	}
	return found
}

// markWords marks the words by which a text speaks of the specialties that were
// asked for.
func (h *highlighter) markWords(folded words.Folded, marks []bool) {
	for _, m := range h.lexicon.Find(folded.Runes) {
		if m.Word.Hint || len(m.Word.Specialties) == 0 || !h.wants(m.Word.Specialties[0].Label) {
			continue
		}
		for i := m.Start; i < m.End; i++ {
			marks[folded.At[i]] = true
		}
	}
}

// wants reports whether a specialty was asked for, or a wider one.
func (h *highlighter) wants(label string) bool {
	return h.labels[label] || h.labels[h.lexicon.Wider(label)]
}

// markName marks what of a name is written or sounds as was asked.
func (h *highlighter) markName(name string, folded words.Folded, marks []bool) {
	var bare words.Folded // without the dot
	for i, r := range folded.Runes {
		if words.Key(string(r)) != "" {
			bare.Runes = append(bare.Runes, r)
			bare.At = append(bare.At, folded.At[i])
		}
	}
	for _, text := range h.names {
		mark(bare, []rune(text), marks)
	}
	h.markSound(name, pinyin.Name(name), marks)
	if simple := folded.String(); simple != name && len(folded.Runes) == len(marks) {
		h.markSound(simple, pinyin.Name(simple), marks)
	}
}

// markSound marks the characters of a name that sound as was asked: from the
// first one on, or from the given name on.
func (h *highlighter) markSound(name string, readings [][]string, marks []bool) {
	var syllables [][]string
	var at []int
	for i, r := range readings {
		if len(r) > 0 {
			syllables, at = append(syllables, r), append(at, i)
		}
	}
	for _, sound := range h.sounds {
		for _, from := range []int{0, pinyin.Surname(name)} {
			if from > 0 && from >= len(syllables) {
				continue
			}
			n := sounds(syllables[from:], sound)
			if n == 0 && from == 0 {
				n = initials(syllables, sound)
			}
			for k := range n {
				marks[at[from+k]] = true
			}
			if n > 0 {
				break
			}
		}
	}
}

// sounds returns how many of the characters, from the first one on, letters are
// the sound of; the last one may be cut short. 0 when they sound otherwise.
func sounds(syllables [][]string, letters string) int {
	if len(syllables) == 0 {
		return 0
	}
	for _, s := range syllables[0] {
		switch {
		case strings.HasPrefix(s, letters):
			return 1
		case strings.HasPrefix(letters, s):
			if n := sounds(syllables[1:], letters[len(s):]); n > 0 {
				return n + 1
			}
		}
	}
	return 0
}

// initials returns how many of the characters, from the first one on, letters
// are the initials of.
func initials(syllables [][]string, letters string) int {
	if len(letters) > len(syllables) {
		return 0
	}
	for i := range len(letters) {
		if !slices.ContainsFunc(syllables[i], func(s string) bool { return s[0] == letters[i] }) {
			return 0
		}
	}
	return len(letters)
}

// markNumber marks the beginning of a number.
func (h *highlighter) markNumber(folded words.Folded, marks []bool) {
	var bare words.Folded
	for i, r := range folded.Runes {
		if words.Key(string(r)) != "" {
			bare.Runes = append(bare.Runes, r)
			bare.At = append(bare.At, folded.At[i])
		}
	}
	for _, n := range h.numbers {
		what := []rune(n)
		if len(what) == 0 || len(what) > len(bare.Runes) || !slices.Equal(bare.Runes[:len(what)], what) {
			continue
		}
		for i := bare.At[0]; i <= bare.At[len(what)-1]; i++ {
			marks[i] = true
		}
	}
}

// runs turns marks into runs.
func runs(marks []bool) []hub.Range {
	var found []hub.Range
	for i := 0; i < len(marks); i++ {
		if !marks[i] {
			continue
		}
		start := i
		for i < len(marks) && marks[i] {
			i++
		}
		found = append(found, hub.Range{Start: start, End: i})
	}
	return found
}
