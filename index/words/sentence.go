package words

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Concept is a specialty that a sentence is about, and how much, the strongest
// of a sentence being 1.
type Concept struct {
	Label  string
	Weight float64
}

// evidence is a word or a pattern that speaks for specialties.
type evidence struct {
	meanings []Meaning
	weight   float64
	parts    [][2]int // characters of the folded query
}

func (e *evidence) overlaps(other *evidence) bool {
	for _, a := range e.parts {
		for _, b := range other.parts {
			if a[0] < b[1] && b[0] < a[1] {
				return true
			}
		}
	}
	return false
}

// covers returns how many characters e stands on.
func (e *evidence) covers() int {
	n := 0
	for _, p := range e.parts {
		n += p[1] - p[0]
	}
	return n
}

// Concepts returns what a sentence is about, strongest first: by the words in it
// and by the patterns that join words over a distance, and a little by what its
// characters have in common with the vocabulary. Where two words or patterns
// stand on the same characters the one that stands on more of them decides; the
// other one only adds to it.
func (l *Lexicon) Concepts(q *Query) []Concept {
	found := l.evidence(q)
	slices.SortStableFunc(found, func(a, b evidence) int {
		return cmp.Compare(b.strength(l), a.strength(l))
	})
	sum := map[string]float64{}
	var order []string
	for i := range found {
		e := &found[i]
		share := 1.0
		for k := range i {
			if e.overlaps(&found[k]) {
				share = overlapped
				break
			}
		}
		for _, m := range e.meanings {
			if _, have := sum[m.Label]; !have {
				order = append(order, m.Label)
			}
			w := e.weight * m.Weight * share
			// Further evidence for the same thing adds less and less.
			if had := sum[m.Label]; had > 0 {
				sum[m.Label] = max(had, w) + again*min(had, w)
			} else {
				sum[m.Label] = w
			}
		}
	}
	if len(sum) > 0 {
		for _, c := range l.hunches.of(q.Folded.Runes) {
			if _, have := sum[c.Label]; !have {
				order = append(order, c.Label)
			}
			sum[c.Label] += hunchShare * min(1, c.Weight/fullHunch)
		}
	}
	var concepts []Concept
	most := 0.0
	for _, label := range order {
		most = max(most, sum[label])
	}
	for _, label := range order {
		if w := sum[label] / most; w >= leastConcept {
			concepts = append(concepts, Concept{label, w})
		}
	}
	slices.SortStableFunc(concepts, func(a, b Concept) int { return cmp.Compare(b.Weight, a.Weight) })
	if len(concepts) > maxConcepts {
		concepts = concepts[:maxConcepts]
	}
	return concepts
}

// Guess returns what a sentence may be about in which no word of the vocabulary
// stands.
func (l *Lexicon) Guess(q *Query) []Concept { return l.hunches.guess(q.Folded.Runes) }

const (
	hunchShare   = 0.5  // of what characters in common say, beside words and patterns
	fullHunch    = 8.0  // what counts as full
	overlapped   = 0.35 // of evidence on characters that stronger evidence explains
	again        = 0.3  // of the weaker of two pieces of evidence for one thing
	leastConcept = 0.15 // of the strongest
	maxConcepts  = 6
)

// strength orders evidence: surer first, then what stands on more characters,
// then what is rarer in the vocabulary.
func (e *evidence) strength(l *Lexicon) float64 {
	return e.weight*(1+0.15*float64(min(e.covers(), 6))) + 0.1*l.rarity[e.meanings[0].Label]
}

// evidence collects the words and the patterns of a query.
func (l *Lexicon) evidence(q *Query) []evidence {
	var found []evidence
	for _, c := range q.Chunks {
		for _, p := range c.Pieces {
			if p.Sort != Known || len(p.Word.Specialties) == 0 {
				continue
			}
			first := p.Word.Specialties[0].Weight
			var relative []Meaning
			for _, m := range p.Word.Specialties {
				relative = append(relative, Meaning{m.Label, m.Weight / first})
			}
			found = append(found, evidence{relative, first, [][2]int{{p.Start, p.End}}})
		}
	}
	folded := q.Folded.String()
	for _, m := range l.vocabulary.MatchPatterns(folded) {
		e := evidence{meanings: meanings(m.Pattern.Specialties, 1), weight: m.Pattern.Weight}
		for _, p := range m.Parts {
			start := utf8.RuneCountInString(folded[:p[0]])
			e.parts = append(e.parts, [2]int{start, start + utf8.RuneCountInString(folded[p[0]:p[1]])})
		}
		found = append(found, e)
	}
	return found
}

// asking are the words by which people ask for somebody, as against telling what
// happened to them: only then does a place or a profession say who is wanted.
var asking = []string{
	"谁会", "谁能", "谁懂", "谁可以", "谁擅长", "谁熟悉", "谁做", "谁办", "谁处理", "谁管", "有谁", "哪位", "哪个律师", "有没有", "有无",
	"推荐", "介绍", "想找", "要找", "找个", "找一", "找位", "找名", "寻找", "求个", "求一", "需要一", "请一位", "专家", "人选", "老师傅",
	"擅长", "精通", "熟悉", "懂", "当过", "做过",
}

// Asks reports whether the query asks for somebody.
func (q *Query) Asks() bool {
	folded := q.Folded.String()
	for _, a := range asking {
		if strings.Contains(folded, a) {
			return true
		}
	}
	return false
}

// Sentence reports whether the query is a sentence rather than terms: it has
// words that say nothing about whom to find, or pieces that no word covers,
// among others. Whoever puts blanks between short words gives terms (工伤 建筑 滨海
// 可线上).
func (q *Query) Sentence() bool {
	if len(q.Chunks) >= 3 && !slices.ContainsFunc(q.Chunks, func(c Chunk) bool { return c.End-c.Start < 2 || c.End-c.Start > 4 }) {
		return false
	}
	han, empty, said := 0, 0, 0
	for _, c := range q.Chunks {
		for i := range c.Pieces {
			p := &c.Pieces[i]
			length := p.End - p.Start
			switch {
			case p.Sort == Latin || p.Sort == Number:
			case p.Filler() || p.Sort == Unknown:
				empty += length
				han += length
			default:
				said++
				han += length
			}
		}
	}
	return han >= 6 && empty >= 2
}

// Tells reports whether the query, too short for a sentence, tells in everyday
// words what happened (快递小哥受伤): several of them in one go, and none that
// names a specialty, a place or a profession. Each of them says what it is about.
func (q *Query) Tells() bool {
	if len(q.Chunks) != 1 {
		return false
	}
	everyday := 0
	for i := range q.Chunks[0].Pieces {
		switch p := &q.Chunks[0].Pieces[i]; {
		case p.Filler() || p.Hint():
		case p.Sort == Known && len(p.Word.Specialties) > 0 && !p.Word.Formal:
			everyday++
		case p.Sort == Unknown && p.End-p.Start == 1:
		default:
			return false
		}
	}
	return everyday >= 2
}
