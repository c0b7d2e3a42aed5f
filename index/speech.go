package index

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"

	"concord/index/words"
	"concord/internal/hub"
)

// speech is what words mean as of a revision: the vocabulary, and what records say
// of words besides. It goes with a state of the index as the documents do, so that
// an answer is that of one revision: a query is understood by the words of that
// revision, and texts speak of specialties in them.
type speech struct {
	words   []*hub.SearchWord // by id
	lexicon *words.Lexicon
}

// wordsKey is where the index keeps the words of its stamp's revision.
var wordsKey = []byte("concord words")

// speak returns the speech of records.
func (x *Index) speak(records []*hub.SearchWord) speech {
	slices.SortFunc(records, func(a, b *hub.SearchWord) int { return cmp.Compare(a.ID, b.ID) })
	return speech{records, x.base.With(records)}
}

// speechOf returns the speech of all words of a snapshot.
func (x *Index) speechOf(versions iter.Seq2[hub.Version, error]) (speech, error) {
	var records []*hub.SearchWord
	for v, err := range versions {
		if err != nil {
			return speech{}, err
		}
		records = append(records, v.Record.(*hub.SearchWord))
	}
	return x.speak(records), nil
}

// after returns the speech after records have changed.
func (s speech) after(x *Index, changed map[hub.ID]*hub.SearchWord) speech {
	if len(changed) == 0 {
		return s
	}
	var records []*hub.SearchWord
	for _, r := range s.words {
		if _, anew := changed[r.ID]; !anew {
			records = append(records, r)
		}
	}
	for _, r := range changed {
		records = append(records, r)
	}
	return x.speak(records)
}

// keep writes the words in one step with the documents that speak in them.
func (s speech) keep(b *bleve.Batch) error {
	raw, err := json.Marshal(s.words)
	if err != nil {
		return err
	}
	b.SetInternal(wordsKey, raw)
	return nil
}

// openSpeech reads the words that an index was closed with.
func (x *Index) openSpeech(snapshot *scorch.IndexSnapshot) error {
	raw, err := snapshot.GetInternal(wordsKey)
	if err != nil || len(raw) == 0 {
		return err
	}
	var records []*hub.SearchWord
	if err := json.Unmarshal(raw, &records); err != nil {
		return fmt.Errorf("words: %w", err)
	}
	x.speech = x.speak(records)
	return nil
}

// speaking returns the documents in whose texts a word stands, or may stand: what
// they speak of has to be looked at again when its meaning changes.
func (v *view) speaking(word string) ([]hub.ID, error) {
	var ids []hub.ID
	for _, f := range []field{fieldText, fieldTitle} {
		var all []token
		for _, pair := range words.Pairs(words.FoldString(word)) {
			// A character beside letters stands alone in the word, and in a text
			// perhaps beside another.
			if runes := []rune(pair); len(runes) > 1 || !words.IsHan(runes[0]) {
				all = append(all, token{f, pair})
			}
		}
		if len(all) == 0 {
			continue
		}
		found, err := v.documentsOf(all...)
		if err != nil {
			return nil, err
		}
		ids = append(ids, found...)
	}
	return ids, nil
}
