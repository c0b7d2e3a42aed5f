package index

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"concord/index/words"
	"concord/internal/hub"
)

// maxScanned bounds the names that one completion looks at in one segment. A
// prefix that more names have is one that nobody stops typing at.
const maxScanned = 800

// Suggest implements [hub.Searcher].
func (x *Index) Suggest(ctx context.Context, q hub.SuggestQuery) (list []hub.Suggestion, err error) {
	prefix := words.Key(q.Prefix)
	if prefix == "" || q.Limit <= 0 || utf8.RuneCountInString(q.Prefix) > maxQuery {
		return nil, nil
	}
	v, err := x.await(ctx, 0)
	if err != nil {
		return nil, err
	}
	defer v.release()
	defer x.guard("index.Suggest", &err)
	c := &completion{index: x, view: v, scope: scope{kinds: q.Kinds}}
	vocabulary, err := c.words(prefix)
	if err != nil {
		return nil, err
	}
	names, err := c.names(prefix)
	if err != nil {
		return nil, err
	}
	return blend(vocabulary, names, q.Limit), nil
}

// blend takes the best of both, half and half as long as both last: whoever
// types a syllable may mean a word or a name.
func blend(vocabulary, names []hub.Suggestion, limit int) []hub.Suggestion {
	n := min(len(vocabulary), max(limit-len(names), (limit+1)/2))
	list := append([]hub.Suggestion(nil), vocabulary[:n]...)
	return append(list, names[:min(len(names), limit-n)]...)
}

// completion is one completion at work.
type completion struct {
	index  *Index
	view   *view
	scope  scope
	counts map[token]int
}

// words returns the words of the vocabulary that begin so, or sound so, and that
// records of the kinds asked for have.
func (c *completion) words(prefix string) ([]hub.Suggestion, error) {
	type ranked struct {
		hub.Suggestion
		rank int
	}
	var found []ranked
	c.counts = map[token]int{}
	for _, w := range c.view.speech.lexicon.Beginning(prefix) {
		s, has := suggestion(w)
		if len(has) == 0 {
			continue
		}
		for _, t := range has {
			n, err := c.count(t)
			if err != nil {
				return nil, err
			}
			s.Count += n
		}
		if s.Count == 0 {
			continue
		}
		// The canonical word first, what else means it behind, and words that
		// only imply it last.
		rank := 1
		switch {
		case s.Kind == hub.SuggestEverydayWord:
			rank = 3
		case s.Means != "":
			rank = 2
		case s.Kind == hub.SuggestSpecialty:
			rank = 0
		}
		if w.Text == prefix {
			rank = -1
		}
		found = append(found, ranked{s, rank})
	}
	slices.SortStableFunc(found, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.Count, a.Count),
			cmp.Compare(utf8.RuneCountInString(a.Text), utf8.RuneCountInString(b.Text)), strings.Compare(a.Text, b.Text))
	})
	var list []hub.Suggestion
	same := map[string]int{}
	for _, f := range found {
		meaning := f.Means
		if meaning == "" {
			meaning = f.Text
		}
		if same[meaning]++; same[meaning] <= maxSame {
			list = append(list, f.Suggestion)
		}
	}
	return list, nil
}

// maxSame bounds the words that are offered for the same thing.
const maxSame = 3

// suggestion returns a word as a completion, without its count, and the tokens
// of the records that have what it means.
func suggestion(w *words.Word) (hub.Suggestion, []token) {
	s := hub.Suggestion{Text: w.Printed}
	switch {
	case len(w.Specialties) > 0:
		label := w.Specialties[0].Label
		s.Kind = hub.SuggestEverydayWord
		if w.Formal {
			s.Kind = hub.SuggestSpecialty
		}
		if label != w.Printed {
			s.Means = label
		}
		return s, []token{{fieldAny, label}}
	case len(w.Districts) > 0:
		s.Kind, s.Means = hub.SuggestDistrict, w.Place
		if s.Means == w.Printed {
			s.Means = ""
		}
		var has []token
		for _, d := range w.Districts {
			has = append(has, token{fieldDistrict, d})
		}
		return s, has
	case len(w.Sources) > 0:
		s.Kind, s.Means = hub.SuggestSource, w.Sources[0].Label()
		if s.Means == w.Printed {
			s.Means = ""
		}
		var has []token
		for _, source := range w.Sources {
			has = append(has, token{fieldSource, string(source)})
		}
		return s, has
	}
	return s, nil
}

// count returns how many records of the kinds asked for have a token.
func (c *completion) count(t token) (int, error) {
	if n, ok := c.counts[t]; ok {
		return n, nil
	}
	n := 0
	for _, p := range c.view.parts {
		within, err := p.documents(&c.scope)
		if err != nil {
			return 0, err
		}
		if within == nil {
			continue
		}
		docs, err := (&reading{part: p}).postings(t)
		if err != nil {
			return 0, err
		}
		if docs != nil {
			n += int(within.AndCardinality(docs))
		}
	}
	c.counts[t] = n
	return n, nil
}

// names returns the names of persons and organisations that begin so, or sound
// so, the most frequent first.
func (c *completion) names(prefix string) ([]hub.Suggestion, error) {
	counts := map[hub.Suggestion]int{}
	for _, p := range c.view.parts {
		within, err := p.documents(&c.scope)
		if err != nil {
			return nil, err
		}
		if within == nil {
			continue
		}
		dict, err := p.segment.Dictionary(fieldNames[fieldComplete])
		if err != nil {
			return nil, err
		}
		// A name may be found by its pinyin and by its initials.
		here := map[hub.Suggestion]int{}
		terms := dict.AutomatonIterator(nil, []byte(prefix), after(prefix))
		for range maxScanned {
			entry, err := terms.Next()
			if err != nil {
				return nil, err
			}
			if entry == nil {
				break
			}
			docs, err := postings(dict, entry.Term)
			if err != nil {
				return nil, err
			}
			if docs == nil {
				continue
			}
			n := int(within.AndCardinality(docs))
			if n == 0 {
				continue
			}
			_, name, _ := strings.Cut(entry.Term, completeMark)
			s := hub.Suggestion{Text: name, Kind: hub.SuggestName}
			if name[0] == organizationMark[0] {
				s = hub.Suggestion{Text: name[1:], Kind: hub.SuggestOrganization}
			}
			here[s] = max(here[s], n)
		}
		for s, n := range here {
			counts[s] += n
		}
	}
	list := make([]hub.Suggestion, 0, len(counts))
	for s, n := range counts {
		s.Count = n
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b hub.Suggestion) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(len(a.Text), len(b.Text)), strings.Compare(a.Text, b.Text))
	})
	return list, nil
}

// after returns the first term behind all that begin with prefix.
func after(prefix string) []byte {
	end := []byte(prefix)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i] < 0xff {
			end[i]++
			return end[:i+1]
		}
	}
	return nil
}
