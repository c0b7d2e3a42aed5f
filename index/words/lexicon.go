package words

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"concord/internal/hub"
	"concord/internal/pinyin"
)

// Lexicon is the vocabulary made ready for looking words up. It never changes
// once made and may be used by many goroutines.
type Lexicon struct {
	vocabulary *hub.Vocabulary
	base       *Lexicon // of the vocabulary alone
	words      map[string]*Word
	byStart    map[[2]rune][]*Word // words of two characters and more, longest first
	single     map[rune]*Word
	list       []*Word

	places map[string]string // code of a district → its name
	labels map[string]string // folded label or formal name → label
	wider  map[string]string // label → the label above

	byPinyin   map[string][]*Word // full pinyin of Chinese words
	byInitials map[string][]*Word
	sounds     []sound // sorted by pinyin
	hunches    hunches
	rarity     map[string]float64 // see addRarity
}

type sound struct {
	pinyin string
	first  int // letters of the first syllable
	word   *Word
}

// Word is a word of the vocabulary and all it can mean. A word may mean several
// things at once: 律师 is a profession and part of a title.
type Word struct {
	Text    string // folded
	Printed string // as the vocabulary has it
	Length  int    // in characters
	runes   []rune // of Text

	Specialties []Meaning // strongest first
	Formal      bool      // a label, a formal name or a cause of action: says exactly what it means
	Hint        bool      // means its specialties so loosely that it must not exclude anybody
	Districts   []string
	Place       string // name of the first district
	Level       hub.Level
	Sources     []hub.SourceCategory
	Profession  bool   // the word is the very name of a source
	Title       string // canonical
	Courts      []string
	OrgKinds    []hub.OrganizationKind
	Agencies    []string // codes of member agencies, whose names stand in measures and as employers
	Derived     bool     // made from another word by a tail or a prefix; not worth offering
	Filler      bool
	Local       bool // a record of the hub says what it means; see [Lexicon.With]
	City        bool // the city as a whole: everybody is in it
}

// Meaning is a specialty that a word means, and how surely, above 0 to 1.
type Meaning struct {
	Label  string
	Weight float64
}

// Meaningful reports whether the word says anything about whom to find.
func (w *Word) Meaningful() bool {
	return len(w.Specialties) > 0 || len(w.Districts) > 0 || w.Level != "" || len(w.Sources) > 0 ||
		w.Title != "" || len(w.Courts) > 0 || len(w.OrgKinds) > 0
}

// offered reports whether the word is worth offering as a completion.
func (w *Word) offered() bool { return w.Meaningful() && !w.Derived }

// The share of a meaning that is not the word's first: what a person who says
// the word is next best served by.
var furtherMeaning = []float64{1, 0.45, 0.3, 0.2}

// New makes a lexicon of the vocabulary and of what the reference data names.
func New(v *hub.Vocabulary, ref *hub.Reference) *Lexicon {
	l := &Lexicon{
		vocabulary: v,
		words:      map[string]*Word{},
		byStart:    map[[2]rune][]*Word{},
		single:     map[rune]*Word{},
		places:     map[string]string{},
		labels:     map[string]string{},
		wider:      map[string]string{},
		byPinyin:   map[string][]*Word{},
		byInitials: map[string][]*Word{},
		rarity:     map[string]float64{},
	}
	l.addSpecialties(v)
	for _, e := range v.Everyday {
		w := l.word(e.Word)
		if w.Formal {
			continue
		}
		w.Specialties = meanings(e.Specialties, e.Weight)
		w.Hint = e.HintOnly()
	}
	l.addCauses(v, ref)
	l.addPlaces(v, ref)
	l.addCourts(ref)
	for _, a := range ref.Agencies() {
		for _, name := range append([]string{a.Name, a.FullName}, a.Aliases...) {
			w := l.word(name)
			w.Agencies = append(w.Agencies, a.Code)
		}
	}
	for _, w := range v.Levels {
		l.word(w.Word).Level = w.Level
	}
	for _, c := range hub.SourceCategories() {
		if c != hub.SourceOther {
			l.addSource(c.Label(), c)
			l.word(c.Label()).Profession = true
		}
	}
	for _, w := range v.Categories {
		l.addSource(w.Word, w.Category)
	}
	for _, t := range v.Titles {
		for _, word := range append([]string{t.Title}, t.Also...) {
			l.word(word).Title = FoldString(t.Title)
		}
	}
	for _, k := range hub.OrganizationKinds() {
		l.addOrganizationKind(k)
	}
	for _, f := range v.Fillers {
		if w := l.word(f); !w.Meaningful() {
			w.Filler = true
		}
	}
	l.addRarity(v)
	l.hunches = newHunches(v)
	l.finish()
	l.base = l
	return l
}

// addRarity notes of each specialty how few words the vocabulary has for it,
// from 0 for the one with the most to 1 for one that has hardly any: what is
// spoken of in few ways tells more when it is.
func (l *Lexicon) addRarity(v *hub.Vocabulary) {
	counts, most := map[string]int{}, 1
	for _, e := range v.Everyday {
		counts[e.Specialties[0]]++
		most = max(most, counts[e.Specialties[0]])
	}
	for _, s := range v.Specialties {
		l.rarity[s.Label] = 1 - math.Log1p(float64(counts[s.Label]))/math.Log1p(float64(most))
	}
}

func meanings(labels []string, weight float64) []Meaning {
	var list []Meaning
	for i, label := range labels {
		list = append(list, Meaning{label, weight * furtherMeaning[min(i, len(furtherMeaning)-1)]})
	}
	return list
}

// word returns the entry of a word, made when it is new.
func (l *Lexicon) word(printed string) *Word {
	text := FoldString(printed)
	w := l.words[text]
	if w == nil {
		runes := []rune(text)
		w = &Word{Text: text, Printed: printed, Length: len(runes), runes: runes}
		l.words[text] = w
		l.list = append(l.list, w)
	}
	return w
}

func (l *Lexicon) addSpecialties(v *hub.Vocabulary) {
	for _, s := range v.Specialties {
		if s.Parent != "" {
			l.wider[s.Label] = s.Parent
		}
		for _, name := range append([]string{s.Label}, s.Formal...) {
			l.labels[FoldString(name)] = s.Label
			for _, tail := range []string{"", "纠纷", "争议"} {
				if w := l.word(name + tail); !w.Formal {
					w.Formal, w.Specialties, w.Derived = true, []Meaning{{s.Label, 1}}, tail != ""
				}
			}
		}
	}
}

// addCauses adds the names of the causes of action of every version, as words
// for the specialties that stand for them.
func (l *Lexicon) addCauses(v *hub.Vocabulary, ref *hub.Reference) {
	for _, version := range ref.CauseVersions() {
		for _, cause := range ref.CausesOn(version.ValidFrom) {
			code := cause.Code
			if now, ok := ref.MapCause(code, currentCauses); ok {
				code = now.Code
			}
			found := specialtiesOf(v, code)
			if len(found) == 0 {
				continue
			}
			for _, name := range []string{cause.Name, strings.TrimSuffix(cause.Name, "纠纷")} {
				// An everyday word that happens to be the name of a cause as
				// well (辞退) means what people mean by it.
				if w := l.word(name); len(w.Specialties) == 0 {
					w.Formal, w.Specialties = true, found
				}
			}
		}
	}
}

// currentCauses is the version to which the vocabulary's codes belong.
const currentCauses = "SPC-2025"

// specialtiesOf returns the specialties that stand for a cause: those for which
// it is the closest cause, and weaker those that also stand for it.
func specialtiesOf(v *hub.Vocabulary, code string) []Meaning {
	var closest, others []Meaning
	for _, s := range v.Specialties {
		switch i := slices.Index(s.Causes, code); {
		case i == 0:
			closest = append(closest, Meaning{s.Label, 1})
		case i > 0:
			others = append(others, Meaning{s.Label, 0.6})
		}
	}
	if len(closest) == 0 {
		// 205 劳动合同纠纷 has no specialty of its own where all stand for
		// parts of it.
		for i := range others {
			others[i].Weight = 1
		}
	}
	return append(closest, others...)
}

func (l *Lexicon) addPlaces(v *hub.Vocabulary, ref *hub.Reference) {
	city := ref.City()
	for _, r := range ref.Regions()[1:] {
		for i, name := range []string{r.Name, r.Short, city.Name + r.Name, city.Short + r.Name, city.Name + r.Short, city.Short + r.Short} {
			l.addDistrict(name, r)
			l.word(name).Derived = i >= 2
		}
	}
	for _, r := range ref.LegacyRegions() {
		for _, name := range []string{r.Name, r.Short} {
			if name != "" {
				l.addDistrictCode(name, r.LegacyOf, ref)
			}
		}
	}
	for _, p := range v.Places {
		l.addDistrictCode(p.Word, p.District, ref)
	}
	for _, name := range []string{city.Name, city.Short} {
		w := l.word(name)
		w.City, w.Filler = true, true
	}
}

func (l *Lexicon) addDistrictCode(name, code string, ref *hub.Reference) {
	if r, ok := ref.Region(code); ok {
		l.addDistrict(name, r)
	}
}

func (l *Lexicon) addDistrict(name string, r *hub.Region) {
	l.places[r.Code] = r.Name
	w := l.word(name)
	if len(w.Districts) == 0 {
		w.Place = r.Name
	}
	if !slices.Contains(w.Districts, r.Code) {
		w.Districts = append(w.Districts, r.Code)
	}
}

func (l *Lexicon) addCourts(ref *hub.Reference) {
	for _, c := range ref.Courts() {
		for _, name := range append([]string{c.Name, c.ShortName}, c.Aliases...) {
			if w := l.word(name); !slices.Contains(w.Courts, c.Code) {
				w.Courts = append(w.Courts, c.Code)
			}
		}
	}
}

func (l *Lexicon) addSource(word string, c hub.SourceCategory) {
	if w := l.word(word); !slices.Contains(w.Sources, c) {
		w.Sources = append(w.Sources, c)
	}
}

func (l *Lexicon) addOrganizationKind(k hub.OrganizationKind) {
	label := FoldString(k.Label())
	for _, name := range []string{label, strings.NewReplacer("(", "", ")", "").Replace(label)} {
		w := l.word(name)
		if !slices.Contains(w.OrgKinds, k) {
			w.OrgKinds = append(w.OrgKinds, k)
		}
	}
}

// finish makes the look-up tables.
func (l *Lexicon) finish() {
	for _, w := range l.list {
		if len(w.runes) == 1 {
			l.single[w.runes[0]] = w
		} else if len(w.runes) > 1 {
			l.byStart[w.start()] = append(l.byStart[w.start()], w)
		}
		if s, initials, ok := w.sound(); ok {
			l.byPinyin[s.pinyin] = append(l.byPinyin[s.pinyin], w)
			l.byInitials[initials] = append(l.byInitials[initials], w)
			l.sounds = append(l.sounds, s)
		}
	}
	for _, list := range l.byStart {
		slices.SortFunc(list, longestFirst)
	}
	slices.SortFunc(l.sounds, bySound)
}

// start is the two characters under which a word of two and more is looked up.
func (w *Word) start() [2]rune { return [2]rune{w.runes[0], w.runes[1]} }

// sound is how a word sounds, with its initials; false when it is not found by that.
func (w *Word) sound() (s sound, initials string, ok bool) {
	if !w.Meaningful() || !IsHan(w.runes[0]) {
		return s, "", false
	}
	readings := pinyin.Text(w.Text)
	if len(readings[0]) == 0 {
		return s, "", false
	}
	return sound{pinyin.Join(readings), len(readings[0][0]), w}, pinyin.Initials(readings), true
}

func longestFirst(a, b *Word) int { return b.Length - a.Length }

func bySound(a, b sound) int {
	return cmp.Or(strings.Compare(a.pinyin, b.pinyin), strings.Compare(a.word.Text, b.word.Text))
}

// Canonical returns the label for a specialty as a record has it, with or
// without the closing 纠纷 or the like; false for one in words of its own.
func (l *Lexicon) Canonical(printed string) (string, bool) {
	key := strings.ReplaceAll(FoldString(printed), " ", "")
	for _, tail := range []string{"", "纠纷", "争议", "类", "案件"} {
		if label, ok := l.labels[strings.TrimSuffix(key, tail)]; ok {
			return label, true
		}
	}
	return FoldString(printed), false
}

// Wider returns the specialty of which label is a part, "" when there is none.
func (l *Lexicon) Wider(label string) string { return l.wider[label] }

// Beginning returns the words that begin with prefix, or whose pinyin or initials
// do, in no order.
func (l *Lexicon) Beginning(prefix string) []*Word {
	var found []*Word
	if !isLetters(prefix) {
		for _, w := range l.list {
			if w.offered() && strings.HasPrefix(w.Text, prefix) {
				found = append(found, w)
			}
		}
		return found
	}
	i, _ := slices.BinarySearchFunc(l.sounds, prefix, func(s sound, prefix string) int {
		return strings.Compare(s.pinyin, prefix)
	})
	for ; i < len(l.sounds) && strings.HasPrefix(l.sounds[i].pinyin, prefix); i++ {
		if l.sounds[i].word.offered() {
			found = append(found, l.sounds[i].word)
		}
	}
	if len(prefix) >= 2 {
		for initials, list := range l.byInitials {
			if strings.HasPrefix(initials, prefix) {
				for _, w := range list {
					if w.offered() && !slices.Contains(found, w) {
						found = append(found, w)
					}
				}
			}
		}
	}
	for _, w := range l.list {
		if w.offered() && strings.HasPrefix(w.Text, prefix) && !slices.Contains(found, w) {
			found = append(found, w)
		}
	}
	return found
}

// Look returns the word with this folded text, nil when there is none.
func (l *Lexicon) Look(folded string) *Word { return l.words[folded] }

// at returns the words that begin at runes[i], longest first.
func (l *Lexicon) at(runes []rune, i int) []*Word {
	var found []*Word
	if i+1 < len(runes) {
		for _, w := range l.byStart[[2]rune{runes[i], runes[i+1]}] {
			if begins(runes[i:], w) {
				found = append(found, w)
			}
		}
	}
	if w := l.single[runes[i]]; w != nil {
		found = append(found, w)
	}
	return found
}

// longestAt returns the longest word that begins at runes[i], nil when none.
func (l *Lexicon) longestAt(runes []rune, i int) *Word {
	if i+1 >= len(runes) {
		return nil
	}
	for _, w := range l.byStart[[2]rune{runes[i], runes[i+1]}] {
		if begins(runes[i:], w) {
			return w
		}
	}
	return nil
}

func begins(runes []rune, w *Word) bool {
	if w.Length > len(runes) {
		return false
	}
	return slices.Equal(runes[:w.Length], w.runes)
}

// Mention is a word of the vocabulary within a text.
type Mention struct {
	Word       *Word
	Start, End int // in characters of the folded text
}

// Find returns the words of a text, leftmost and longest, without overlaps.
func (l *Lexicon) Find(folded []rune) []Mention {
	var found []Mention
	for i := 0; i < len(folded); {
		if w := l.longestAt(folded, i); w != nil && bounded(folded, i, i+w.Length) {
			found = append(found, Mention{w, i, i + w.Length})
			i += w.Length
			continue
		}
		i++
	}
	return found
}

// Mentions returns the labels of the specialties that a text speaks of, each
// once: for each word its first meaning, unless the word is only a hint.
func (l *Lexicon) Mentions(text string) []string {
	var labels []string
	for _, m := range l.Find([]rune(FoldString(text))) {
		if len(m.Word.Specialties) == 0 || m.Word.Hint {
			continue
		}
		if label := m.Word.Specialties[0].Label; !slices.Contains(labels, label) {
			labels = append(labels, label)
		}
	}
	return labels
}

// Titles returns the canonical titles within a folded text.
func (l *Lexicon) Titles(folded string) []string {
	var titles []string
	for _, m := range l.Find([]rune(folded)) {
		if t := m.Word.Title; t != "" && !slices.Contains(titles, t) {
			titles = append(titles, t)
		}
	}
	return titles
}
