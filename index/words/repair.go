package words

import (
	"slices"
	"strings"

	"concord/internal/pinyin"
)

// Guess is a word that may have been meant, and how surely.
type Guess struct {
	Word  *Word
	Share float64
}

// maxGuesses bounds the words that one chunk can stand for.
const maxGuesses = 12

// Sounding returns the words of the vocabulary that letters stand for: words
// that sound so and those of which these are the initials; unless exactly is
// set, also those that begin so by more than a syllable, else those of which the
// later characters sound so (faguan: 退休法官).
func (l *Lexicon) Sounding(letters string, exactly bool) []Guess {
	var found []Guess
	add := func(w *Word, share float64) {
		if len(found) < maxGuesses && !slices.ContainsFunc(found, func(g Guess) bool { return g.Word == w }) {
			found = append(found, Guess{w, share})
		}
	}
	for _, w := range l.byPinyin[letters] {
		add(w, 1)
	}
	if len(found) > 0 {
		return found
	}
	if len(letters) >= 3 {
		for _, w := range l.byInitials[letters] {
			if w.Formal || len(w.Districts) > 0 || len(w.Sources) > 0 {
				add(w, 0.95)
			}
		}
	}
	if len(letters) < 4 || exactly {
		return found
	}
	share := 0.9
	for _, formal := range []bool{true, false} {
		i, _ := slices.BinarySearchFunc(l.sounds, letters, func(s sound, letters string) int {
			return strings.Compare(s.pinyin, letters)
		})
		for ; i < len(l.sounds) && strings.HasPrefix(l.sounds[i].pinyin, letters); i++ {
			if s := l.sounds[i]; s.word.Formal == formal && s.first < len(letters) {
				add(s.word, share)
			}
		}
		share = 0.8
	}
	if len(found) == 0 {
		for _, s := range l.sounds {
			if strings.HasSuffix(s.pinyin, letters) && l.endsWith(s.word, letters) {
				add(s.word, 0.7)
			}
		}
	}
	return found
}

// endsWith reports whether the last characters of the word sound like letters:
// whole syllables, not the end of one.
func (l *Lexicon) endsWith(w *Word, letters string) bool {
	readings := pinyin.Text(w.Text)
	for i := len(readings) - 1; i > 0; i-- {
		if pinyin.Join(readings[i:]) == letters {
			return true
		}
	}
	return false
}

// Repairs returns the words of the vocabulary that a chunk may have been meant
// to be: those that sound the same, and those from which it differs by one
// character or letter.
func (l *Lexicon) Repairs(chunk string) []Guess {
	runes := []rune(chunk)
	best := map[*Word]float64{}
	var order []*Word
	add := func(w *Word, share float64) {
		if _, have := best[w]; !have {
			order = append(order, w)
		}
		best[w] = max(best[w], share)
	}
	if allHan(runes) && len(runes) >= 2 {
		for _, way := range Readings(chunk, 8) {
			for _, w := range l.byPinyin[way] {
				add(w, 0.95)
			}
		}
		if len(runes) >= 3 {
			for _, w := range l.list {
				if w.Meaningful() && abs(w.Length-len(runes)) <= 1 && w.Length >= 3 && near(runes, w.runes) {
					add(w, 0.9)
				}
			}
		}
	} else if len(chunk) >= 5 && isLetters(chunk) {
		for _, s := range l.sounds {
			if abs(len(s.pinyin)-len(chunk)) <= 1 && near([]rune(chunk), []rune(s.pinyin)) {
				add(s.word, 0.85)
			}
		}
	}
	var found []Guess
	for _, w := range order {
		found = append(found, Guess{w, best[w]})
	}
	slices.SortStableFunc(found, func(a, b Guess) int {
		switch {
		case a.Share != b.Share:
			return compareFloat(b.Share, a.Share)
		case a.Word.Formal != b.Word.Formal:
			return map[bool]int{true: -1, false: 1}[a.Word.Formal]
		}
		return 0
	})
	return found[:min(len(found), maxGuesses)]
}

func compareFloat(a, b float64) int {
	if a < b {
		return -1
	}
	return 1
}

func isLetters(s string) bool {
	for i := range len(s) {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
	}
	return true
}

func abs(n int) int { return max(n, -n) }

// near reports whether a becomes b by one character more, less or other, or by
// swapping two neighbours.
func near(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch len(b) - len(a) {
	case 1:
		return slices.Equal(a[i:], b[i+1:])
	case 0:
		if i == len(a) {
			return false // the same
		}
		return slices.Equal(a[i+1:], b[i+1:]) ||
			i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && slices.Equal(a[i+2:], b[i+2:])
	}
	return false
}

// NameReadings returns the ways in which Chinese may sound as a name, at most
// limit.
func NameReadings(key string, limit int) []string {
	ways := []string{""}
	for _, r := range pinyin.Name(key) {
		if len(r) == 0 {
			continue
		}
		var next []string
		for _, w := range ways {
			for _, s := range r {
				if len(next) < limit {
					next = append(next, w+s)
				}
			}
		}
		ways = next
	}
	return ways
}
