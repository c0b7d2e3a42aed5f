package index

import (
	"slices"

	"github.com/blevesearch/vellum/levenshtein"
)

// nearby builds automata that accept what is one letter away, two swapped
// letters included.
var nearby = func() *levenshtein.LevenshteinAutomatonBuilder {
	b, err := levenshtein.NewLevenshteinAutomatonBuilder(1, true)
	if err != nil {
		panic(err) // only for distances it does not know
	}
	return b
}()

// maxNear bounds the tokens that one slip can stand for.
const maxNear = 24

// near returns the tokens of a field that differ from text by one letter. For
// letters only: distances count bytes.
func (v *view) near(f field, text string) ([]string, error) {
	automaton, err := nearby.BuildDfa(text, 1)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, p := range v.parts {
		dict, err := p.segment.Dictionary(fieldNames[f])
		if err != nil {
			return nil, err
		}
		terms := dict.AutomatonIterator(automaton, nil, nil)
		for len(found) < maxNear {
			entry, err := terms.Next()
			if err != nil {
				return nil, err
			}
			if entry == nil {
				break
			}
			if entry.Term[0] != '-' && entry.Term[0] != '^' && !slices.Contains(found, entry.Term) {
				found = append(found, entry.Term)
			}
		}
	}
	return found, nil
}
