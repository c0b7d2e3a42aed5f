package index

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"concord/index/words"
	"concord/internal/hub"
)

// plans returns the ways to take the query, the most literal first. The first
// that finds anything is the answer; all but those of the first group are marked
// as relaxed.
func (s *search) plans(q *words.Query) []func() *plan {
	if len(q.Chunks) == 0 {
		return nil
	}
	if p := s.wholeNumber(q); p != nil {
		return []func() *plan{func() *plan { return p }}
	}
	if q.Sentence() {
		return []func() *plan{
			func() *plan { return s.sentence(q) },
			func() *plan { return s.literal(q) },
			func() *plan { return s.repaired(q) },
			func() *plan { return s.loosened(q) },
			func() *plan { return s.guessed(q) },
		}
	}
	literal := func() *plan { return s.literal(q) }
	if q.Tells() {
		literal = func() *plan { return s.told(q) }
	}
	return []func() *plan{
		literal,
		func() *plan { return s.repaired(q) },
		func() *plan { return s.loosened(q) },
	}
}

// told asks for whoever serves any of what was told, those first who serve all of
// it: a courier who was hit by a car needs somebody for accidents at work or
// somebody for couriers, best of all somebody for both.
func (s *search) told(q *words.Query) *plan {
	p := s.literal(q)
	if p != nil {
		p.need = 1
	}
	return p
}

// wholeNumber asks for a registration number that Chinese characters are part
// of (津南调〔2025〕012号), or for the beginning of one; nil when the query is
// none. Cut into pieces it would ask for a word and a number somewhere.
func (s *search) wholeNumber(q *words.Query) *plan {
	var typed strings.Builder
	for _, chunk := range q.Chunks {
		typed.WriteString(chunk.Text)
	}
	key := words.Key(typed.String())
	if !strings.ContainsFunc(key, words.IsHan) || !strings.ContainsFunc(key, unicode.IsDigit) {
		return nil
	}
	var t term
	switch {
	case s.has(token{fieldNumber, "=" + key}):
		t.add(weightNumber, token{fieldNumber, "=" + key})
	case s.has(token{fieldNumber, key}):
		t.add(weightNumberTop, token{fieldNumber, key})
	default:
		return nil
	}
	return (&plan{terms: []term{t}}).all()
}

// literal asks for everything that was typed, but for what says nothing beside
// the rest.
func (s *search) literal(q *words.Query) *plan {
	p := &plan{}
	var idle []term
	for _, piece := range distinct(q) {
		if piece.Filler() || piece.Hint() {
			if len(idle) < maxExtras {
				idle = append(idle, s.pieceTerm(piece))
			}
		} else if len(p.terms) < maxTerms {
			p.terms = append(p.terms, s.pieceTerm(piece))
		}
	}
	if len(p.terms) == 0 {
		// Nothing but words that say little: as typed.
		p.terms = idle
	} else {
		p.extras = idle
	}
	return p.all()
}

// The bounds of a plan: what is beyond them is ignored.
const (
	maxTerms  = 16
	maxExtras = 8
)

// distinct returns the pieces of a query, each once.
func distinct(q *words.Query) []*words.Piece {
	var list []*words.Piece
	for _, c := range q.Chunks {
		for i := range c.Pieces {
			p := &c.Pieces[i]
			if !slices.ContainsFunc(list, func(have *words.Piece) bool { return have.Text == p.Text }) {
				list = append(list, p)
			}
		}
	}
	return list
}

// all makes the plan ask for all its terms.
func (p *plan) all() *plan {
	if len(p.terms) == 0 {
		return nil
	}
	p.need = len(p.terms)
	return p
}

// pieceTerm returns what a piece can mean.
func (s *search) pieceTerm(p *words.Piece) term {
	var t term
	switch p.Sort {
	case words.Known:
		s.addWord(&t, p.Word, 1)
		s.addHan(&t, p.Text, p.Word.Meaningful())
		if !strings.ContainsFunc(p.Text, words.IsHan) {
			s.addLatin(&t, p.Text, true)
			s.addNumber(&t, p.Text)
		}
	case words.Surname:
		t.add(weightNameTop, token{fieldNamePart, "^" + p.Text})
	case words.Latin:
		s.addLatin(&t, p.Text, false)
		s.addNumber(&t, p.Text)
	case words.Number:
		s.addNumber(&t, p.Text)
		s.addPairs(&t, p.Text, false)
	default:
		s.addHan(&t, p.Text, false)
	}
	t.sort()
	return t
}

// addWord adds what a word of the vocabulary means; share is how surely it is
// meant.
func (s *search) addWord(t *term, w *words.Word, share float64) {
	factor := share
	if !w.Formal {
		factor *= everydayFactor
	}
	for _, m := range w.Specialties {
		s.addSpecialty(t, m.Label, factor*m.Weight)
	}
	for _, d := range w.Districts {
		t.add(scaled(weightDistrict, share), token{fieldDistrict, d})
		t.add(scaled(weightServes, share), token{fieldServes, d})
	}
	if w.Level != "" {
		t.add(scaled(weightLevel, share), token{fieldLevel, string(w.Level)})
	}
	profession := share
	if w.Title != "" && !w.Profession {
		profession *= titleToSource // a professor is not always a scholar of law
	}
	for _, c := range w.Sources {
		t.add(scaled(weightSource, profession), token{fieldSource, string(c)})
	}
	if w.Title != "" {
		t.add(scaled(weightTitle, share), token{fieldTitle, "=" + w.Title})
	}
	for _, c := range w.Courts {
		t.add(scaled(weightCourt, share), token{fieldCourt, c})
	}
	for _, a := range w.Agencies {
		t.add(scaled(weightBody, share), token{fieldBody, agencyMark + a})
	}
	for _, k := range w.OrgKinds {
		t.add(scaled(weightOrgKind, share), token{fieldOrgKind, string(k)})
	}
}

const titleToSource = 0.15

func scaled(weight int32, share float64) int32 { return int32(float64(weight) * share) }

// addSpecialty adds a specialty with what is narrower and wider.
func (s *search) addSpecialty(t *term, label string, share float64) {
	t.add(scaled(weightFirst, share), token{fieldFirst, label})
	t.add(scaled(weightAny, share), token{fieldAny, label})
	t.add(scaled(weightFirstBelow, share), token{fieldWider, "^" + label})
	t.add(scaled(weightAnyBelow, share), token{fieldWider, label})
	t.add(scaled(weightResume, share), token{fieldResume, label})
	if wider := s.lexicon.Wider(label); wider != "" {
		t.add(scaled(weightAbove, share), token{fieldAny, wider})
	}
}

// addHan adds Chinese as it stands in names, bodies, titles and texts. beside
// says that it means something else in the first place.
func (s *search) addHan(t *term, text string, beside bool) {
	key := words.Key(text)
	runes := []rune(key)
	if len(runes) == 0 {
		return
	}
	t.add(weightName, token{fieldName, key})
	t.add(weightBody, token{fieldBody, key})
	if len(runes) <= 4 {
		t.add(weightNameTop, token{fieldNamePart, "^" + key})
		t.add(weightNamePart, token{fieldNamePart, key})
	} else {
		var all []token
		for i := 0; i+4 <= len(runes); i++ {
			all = append(all, token{fieldNamePart, string(runes[i : i+4])})
		}
		t.addText(weightNamePart, key, all)
	}
	if len(runes) == 2 && !beside {
		t.add(weightNameSpread, token{fieldNamePart, "^" + string(runes[:1])}, token{fieldNamePart, string(runes[1:])})
	}
	s.addPairs(t, text, beside)
}

// addPairs adds the pairs of a text in bodies, titles and texts.
func (s *search) addPairs(t *term, text string, beside bool) {
	pairs := words.Pairs(text)
	if len(pairs) == 0 || len(pairs) == 1 && len([]rune(pairs[0])) == 1 && words.IsHan([]rune(pairs[0])[0]) {
		return
	}
	in := func(f field) []token {
		var all []token
		for _, p := range pairs {
			all = append(all, token{f, p})
		}
		return all
	}
	body, title, inText := int32(weightBodyPart), int32(weightTitlePart), int32(weightText)
	if beside {
		body, inText = weightMentioned, weightMentioned
	}
	t.addText(body, text, in(fieldBodyPart))
	t.addText(title, text, in(fieldTitle))
	t.addText(inText, text, in(fieldText))
}

// addLatin adds letters: as pinyin of names, as pinyin of the vocabulary, and as
// words of texts.
func (s *search) addLatin(t *term, text string, known bool) {
	if isASCII(text) {
		t.add(weightPinyin, token{fieldPinyin, text})
		t.add(weightGiven, token{fieldPinyin, "-" + text})
		t.add(weightGiven, token{fieldPinyin, "^" + text})
		t.add(weightInitials, token{fieldInitials, text})
		t.add(weightPinyinTop, token{fieldPinyinTop, text[:min(len(text), maxBeginning)]})
		if !known {
			// Where somebody is called so, words are meant only when they are
			// typed in full.
			name := s.has(token{fieldPinyin, text}) || s.has(token{fieldPinyin, "-" + text}) || s.has(token{fieldPinyin, "^" + text})
			for _, f := range s.lexicon.Sounding(text, name) {
				s.addWord(t, f.Word, f.Share)
				s.addHan(t, f.Word.Text, true)
			}
		}
	}
	s.addPairs(t, text, known)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// addNumber adds registration and other numbers.
func (s *search) addNumber(t *term, text string) {
	key := words.Key(text)
	t.add(weightNumber, token{fieldNumber, "=" + key})
	if text != key {
		t.add(weightNumber, token{fieldNumber, "=" + text}) // of a measure: 32.2
	}
	if length := utf8.RuneCountInString(key); length >= leastBeginning && length <= maxNumberBeginning {
		t.add(weightNumberTop, token{fieldNumber, key})
	}
}

// sentence asks for what a sentence is about and, when it asks for somebody, for
// the places, professions, titles and names in it.
func (s *search) sentence(q *words.Query) *plan {
	p := &plan{}
	concepts := s.lexicon.Concepts(q)
	asks := q.Asks()
	for _, piece := range distinct(q) {
		switch {
		case len(p.terms) == maxTerms:
		case piece.Sort == words.Name && piece.End-piece.Start >= 3, piece.Sort == words.Body && asks,
			piece.Sort == words.Known && constrains(piece.Word) && (asks || len(concepts) == 0):
			p.terms = append(p.terms, s.pieceTerm(piece))
		case piece.Sort == words.Known && len(piece.Word.Specialties) > 0, piece.Sort == words.Unknown && piece.End-piece.Start >= 2:
			if len(p.extras) < maxExtras {
				var t term
				s.addPairs(&t, piece.Text, true)
				t.sort()
				p.extras = append(p.extras, t)
			}
		}
	}
	if len(concepts) > 0 {
		p.terms = append(p.terms, s.conceptTerm(concepts))
	}
	return p.all()
}

// conceptTerm returns the term for what a sentence is about.
func (s *search) conceptTerm(concepts []words.Concept) term {
	var t term
	for _, c := range concepts {
		s.addSpecialty(&t, c.Label, everydayFactor*c.Weight)
	}
	t.sort()
	return t
}

// guessed asks for what a sentence may be about in which no word of the
// vocabulary stands.
func (s *search) guessed(q *words.Query) *plan {
	concepts := s.lexicon.Guess(q)
	if len(concepts) == 0 {
		return nil
	}
	p := &plan{terms: []term{s.conceptTerm(concepts)}, relaxed: true}
	return p.all()
}

// constrains reports whether a word says where somebody is or what she is, as
// against what it is about.
func constrains(w *words.Word) bool {
	return len(w.Specialties) == 0 && (len(w.Districts) > 0 || w.Level != "" || len(w.Sources) > 0 || w.Title != "" || len(w.Courts) > 0)
}

// repaired asks for what was probably meant by chunks that find nothing as they
// are typed.
func (s *search) repaired(q *words.Query) *plan {
	p := &plan{relaxed: true}
	repairs := false
	for _, c := range q.Chunks {
		strict := s.literal(&words.Query{Folded: q.Folded, Chunks: []words.Chunk{c}})
		if strict != nil {
			if found, err := s.finds(strict); err == nil && found {
				p.terms = append(p.terms, strict.terms...)
				continue
			}
		}
		t, ok := s.repair(&c)
		if !ok {
			return nil
		}
		repairs = true
		p.terms = append(p.terms, t)
	}
	if !repairs {
		return nil
	}
	return p.all()
}

// repair returns what a chunk may have been meant to be.
func (s *search) repair(c *words.Chunk) (term, bool) {
	var t term
	for _, f := range s.lexicon.Repairs(c.Text) {
		s.addWord(&t, f.Word, f.Share)
	}
	key := words.Key(c.Text)
	runes := []rune(key)
	if len(runes) >= 2 && len(runes) <= 12 && !slices.ContainsFunc(runes, func(r rune) bool { return !words.IsHan(r) }) {
		for i, way := range words.NameReadings(key, 6) {
			t.add(scaled(weightPinyin, 0.9), token{fieldPinyin, way})
			if i == 0 {
				s.addNear(&t, way)
			}
		}
	}
	if isASCII(key) {
		s.addNear(&t, key)
	}
	t.sort()
	return t, len(t.clauses) > 0
}

// addNear adds names that sound like text but for one letter.
func (s *search) addNear(t *term, text string) {
	if len(text) < leastNear {
		return
	}
	near, err := s.view.near(fieldPinyin, text)
	if err != nil {
		return // a damaged dictionary shows itself in the search proper
	}
	for _, n := range near {
		t.add(scaled(weightPinyin, 0.7), token{fieldPinyin, n})
	}
}

// leastNear is how many letters there must be for one of them to be a slip: in
// fewer, another letter makes another name.
const leastNear = 5

// loosened asks for most of what was meant, when not all of it is to be found in
// one record.
func (s *search) loosened(q *words.Query) *plan {
	p := &plan{relaxed: true}
	for _, piece := range distinct(q) {
		if piece.Filler() || piece.Hint() || len(p.terms) == maxTerms ||
			piece.Sort == words.Unknown && (piece.End-piece.Start < 2 || len(q.Chunks) == 1) {
			continue
		}
		t := s.pieceTerm(piece)
		if found, err := s.finds((&plan{terms: []term{t}}).all()); err == nil && found {
			p.terms = append(p.terms, t)
		}
	}
	for p.need = len(p.terms); p.need > 1; p.need-- {
		if found, err := s.finds(p); err == nil && found {
			break
		}
	}
	if len(p.terms) == 0 {
		return nil
	}
	return p
}

// oracle answers the questions of package words from a view.
type oracle struct{ *search }

func (o oracle) Name(key string) bool     { return o.has(token{fieldName, key}) }
func (o oracle) NamePart(key string) bool { return o.has(token{fieldNamePart, key}) }
func (o oracle) Sounds(s string) bool     { return o.has(token{fieldPinyin, s}) }
func (o oracle) Body(folded string) bool  { return o.pairs(fieldBodyPart, folded) }
func (o oracle) Text(folded string) bool  { return o.pairs(fieldText, folded) }

func (o oracle) pairs(f field, folded string) bool {
	var all []token
	for _, p := range words.Pairs(folded) {
		all = append(all, token{f, p})
	}
	return len(all) > 0 && o.has(all...)
}

var _ hub.Searcher = (*Index)(nil)
