package words

import (
	"cmp"
	"math"
	"slices"

	"concord/internal/hub"
)

// hunches tells what a sentence is about in which no word and no pattern of the
// vocabulary stands, from the characters and pairs of characters that it shares
// with them: 结婚 and 请假 are words of leave even where 婚假 is not said.
type hunches map[string][]share

// share is how much a feature speaks for a specialty.
type share struct {
	label  string
	weight float64
}

// newHunches learns from all words and patterns of the vocabulary. A feature
// speaks for a specialty by the share of its occurrences that stand for it, and
// the louder the rarer it is.
func newHunches(v *hub.Vocabulary) hunches {
	counts := map[string]map[string]float64{}
	units := 0.0
	learn := func(text, label string, weight float64) {
		units += weight
		for _, f := range features([]rune(FoldString(text))) {
			if counts[f] == nil {
				counts[f] = map[string]float64{}
			}
			counts[f][label] += weight
		}
	}
	for _, s := range v.Specialties {
		for _, name := range append([]string{s.Label}, s.Formal...) {
			learn(name, s.Label, 1)
		}
	}
	for _, e := range v.Everyday {
		if !e.HintOnly() {
			learn(e.Word, e.Specialties[0], e.Weight)
		}
	}
	for _, p := range v.Patterns {
		for _, group := range p.All {
			for _, text := range group {
				learn(text, p.Specialties[0], p.Weight/2)
			}
		}
	}
	h := hunches{}
	for f, labels := range counts {
		total := 0.0
		for _, n := range labels {
			total += n
		}
		rare := math.Log(units / (total + 1))
		for label, n := range labels {
			// Few occurrences prove little: two are imagined that stand for
			// nothing.
			if p := n / (total + 2); p >= leastShare {
				h[f] = append(h[f], share{label, p * p * rare})
			}
		}
		slices.SortFunc(h[f], func(a, b share) int {
			return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.label, b.label))
		})
	}
	return h
}

const (
	leastShare = 0.15 // of the occurrences of a feature
	leastHunch = 5.0  // what must be reached for a guess to be worth making
	leadHunch  = 1.8  // how many times as much as the second the first must have
)

// guess returns what a text is about, judged by its characters alone; nothing
// unless that is fairly clear.
func (h hunches) guess(folded []rune) []Concept {
	list := h.of(folded)
	if len(list) == 0 || list[0].Weight < leastHunch || len(list) > 1 && list[0].Weight < leadHunch*list[1].Weight {
		return nil
	}
	return []Concept{{list[0].Label, 1}}
}

// of returns what a text may be about, the likeliest first.
func (h hunches) of(folded []rune) []Concept {
	sums := map[string]float64{}
	for _, f := range features(folded) {
		for _, s := range h[f] {
			sums[s.label] += s.weight
		}
	}
	var list []Concept
	for label, w := range sums {
		list = append(list, Concept{label, w})
	}
	slices.SortFunc(list, func(a, b Concept) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Label, b.Label))
	})
	return list
}

// features returns the Chinese characters and pairs of them in a text, each
// once.
func features(folded []rune) []string {
	var list []string
	for i, r := range folded {
		if !IsHan(r) {
			continue
		}
		list = append(list, string(r))
		if i > 0 && IsHan(folded[i-1]) {
			list = append(list, string(folded[i-1:i+1]))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
