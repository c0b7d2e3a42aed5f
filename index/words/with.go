package words

import (
	"maps"
	"slices"

	"concord/internal/hub"
)

// With returns a lexicon in which words mean what the records say, in their order,
// whatever the vocabulary says of them. Names of specialties stay what they are. What
// is learned from the vocabulary as a whole – hunches, rarity – is not learned anew:
// a word that is added moves no answer in which it does not stand.
func (l *Lexicon) With(records []*hub.SearchWord) *Lexicon {
	if len(records) == 0 {
		return l
	}
	n := *l
	n.words, n.single = maps.Clone(l.words), maps.Clone(l.single)
	n.byStart, n.byPinyin, n.byInitials = maps.Clone(l.byStart), maps.Clone(l.byPinyin), maps.Clone(l.byInitials)
	n.list, n.sounds = slices.Clone(l.list), slices.Clone(l.sounds)
	for _, r := range records {
		w := n.base.said(r)
		if have := n.words[w.Text]; have != nil {
			if have.Formal {
				continue
			}
			n.remove(have)
		}
		if w.Meaningful() || len(w.Agencies) > 0 || w.Filler {
			n.insert(w)
		}
	}
	return &n
}

// said returns the word of a record: what else it is in the vocabulary, a place or a
// title, it stays.
func (l *Lexicon) said(r *hub.SearchWord) *Word {
	text := FoldString(r.Word)
	runes := []rune(text)
	w := &Word{Text: text, Printed: r.Word, Length: len(runes), runes: runes}
	if have := l.words[text]; have != nil {
		*w = *have
	}
	w.Specialties, w.Hint, w.Local = nil, false, true
	if r.Retired() {
		return w
	}
	w.Specialties, w.Hint = meanings(r.Specialties, 1), r.Hint
	if r.Hint {
		w.Specialties = meanings(r.Specialties, weightOfHint)
	}
	if len(r.Districts) > 0 {
		w.Districts, w.Place = r.Districts, l.places[r.Districts[0]]
	}
	if len(r.Sources) > 0 {
		w.Sources = r.Sources
	}
	w.Filler = w.Filler && !w.Meaningful()
	return w
}

// weightOfHint is how surely a hint means its specialty: as hints of the vocabulary
// do for the most part.
const weightOfHint = 0.4

func (l *Lexicon) remove(w *Word) {
	is := func(other *Word) bool { return other == w }
	without := func(list []*Word) []*Word { return slices.DeleteFunc(slices.Clone(list), is) }
	delete(l.words, w.Text)
	l.list = slices.DeleteFunc(l.list, is)
	if len(w.runes) == 1 {
		delete(l.single, w.runes[0])
	} else {
		l.byStart[w.start()] = without(l.byStart[w.start()])
	}
	if s, initials, ok := w.sound(); ok {
		l.byPinyin[s.pinyin] = without(l.byPinyin[s.pinyin])
		l.byInitials[initials] = without(l.byInitials[initials])
		l.sounds = slices.DeleteFunc(l.sounds, func(other sound) bool { return other.word == w })
	}
}

func (l *Lexicon) insert(w *Word) {
	l.words[w.Text] = w
	l.list = append(l.list, w)
	if len(w.runes) == 1 {
		l.single[w.runes[0]] = w
	} else {
		same := append(slices.Clone(l.byStart[w.start()]), w)
		slices.SortStableFunc(same, longestFirst)
		l.byStart[w.start()] = same
	}
	if s, initials, ok := w.sound(); ok {
		l.byPinyin[s.pinyin] = append(slices.Clone(l.byPinyin[s.pinyin]), w)
		l.byInitials[initials] = append(slices.Clone(l.byInitials[initials]), w)
		at, _ := slices.BinarySearchFunc(l.sounds, s, bySound)
		l.sounds = slices.Insert(l.sounds, at, s)
	}
}
