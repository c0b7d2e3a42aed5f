package main

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/registry"
	bindex "github.com/blevesearch/bleve_index_api"
)

// Bare bleve, on the index of ours and beside it.

// stockBatch is how many documents go into one batch of bare bleve.
const stockBatch = 1000

// stockDocument is a document of our index as bare bleve gets it: each field one
// text, which an analyzer cuts into the tokens that the field has in our index.
type stockDocument struct {
	id     string
	fields map[string]any
}

// stockMapping is the mapping of our index, with an analyzer for such texts.
type stockMapping struct{ *mapping.IndexMappingImpl }

// create makes an empty index under the settings of ours: a batch returns when it
// can be read.
func (m *stockMapping) create(dir string) (bleve.Index, error) {
	return bleve.NewUsing(filepath.Join(dir, "bleve"), m.IndexMappingImpl, scorch.Name, scorch.Name, map[string]any{"unsafe_batch": true})
}

// openStock opens an index that nobody writes to.
func openStock(dir string) (bleve.Index, error) {
	return bleve.OpenUsing(dir, map[string]any{"read_only": true, "bolt_timeout": "1s"})
}

func documentsIn(dir string) (int, error) {
	x, err := openStock(dir)
	if err != nil {
		return 0, err
	}
	n, err := x.DocCount()
	return int(n), errors.Join(err, x.Close())
}

// snapshotOf returns the segments of an index. The caller closes it.
func snapshotOf(x bleve.Index) (*scorch.IndexSnapshot, error) {
	inner, err := x.Advanced()
	if err != nil {
		return nil, err
	}
	reader, err := inner.Reader()
	if err != nil {
		return nil, err
	}
	s, ok := reader.(*scorch.IndexSnapshot)
	if !ok {
		return nil, fmt.Errorf("an index of type %T", inner)
	}
	return s, nil
}

// harvest takes the documents of an index apart into their tokens.
func harvest(dir string) (docs []stockDocument, m *stockMapping, err error) {
	x, err := openStock(dir)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	snapshot, err := snapshotOf(x)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, snapshot.Close()) }()
	if m, err = mappingOf(x); err != nil {
		return nil, nil, err
	}
	fields := slices.Sorted(maps.Keys(m.DefaultMapping.Properties))
	for _, s := range snapshot.Segments() {
		texts := make([]map[string][]byte, s.FullSize())
		for i := range texts {
			texts[i] = map[string][]byte{}
		}
		for _, field := range fields {
			err := eachPosting(s, field, func(term string, doc uint64) {
				text := binary.AppendUvarint(texts[doc][field], uint64(len(term)))
				texts[doc][field] = append(text, term...)
			})
			if err != nil {
				return nil, nil, err
			}
		}
		for i, text := range texts {
			id, err := s.DocID(uint64(i))
			if err != nil {
				return nil, nil, err
			}
			d := stockDocument{string(id), make(map[string]any, len(text))}
			for field, tokens := range text {
				d.fields[field] = string(tokens)
			}
			docs = append(docs, d)
		}
	}
	if n, err := x.DocCount(); err != nil || int(n) != len(docs) {
		return nil, nil, errors.Join(err, fmt.Errorf("%d documents in the segments, %d in the index", len(docs), n))
	}
	return docs, m, nil
}

func eachPosting(s *scorch.SegmentSnapshot, field string, visit func(term string, doc uint64)) error {
	dict, err := s.Segment().Dictionary(field)
	if err != nil {
		return err
	}
	terms := dict.AutomatonIterator(nil, nil, nil)
	for {
		entry, err := terms.Next()
		if err != nil || entry == nil {
			return err
		}
		list, err := dict.PostingsList([]byte(entry.Term), nil, nil)
		if err != nil {
			return err
		}
		postings := list.Iterator(false, false, false, nil)
		for {
			p, err := postings.Next()
			if err != nil {
				return err
			}
			if p == nil {
				break
			}
			visit(entry.Term, p.Number())
		}
	}
}

// mappingOf returns the mapping of an index, all of whose fields are text.
func mappingOf(x bleve.Index) (*stockMapping, error) {
	m, ok := x.Mapping().(*mapping.IndexMappingImpl)
	if !ok {
		return nil, fmt.Errorf("a mapping of type %T", x.Mapping())
	}
	if err := m.AddCustomAnalyzer("tokens", map[string]any{"type": custom.Name, "tokenizer": tokensName}); err != nil {
		return nil, err
	}
	for _, property := range m.DefaultMapping.Properties {
		for _, f := range property.Fields {
			f.Analyzer = "tokens"
		}
	}
	return &stockMapping{m}, nil
}

// sameTokens compares every token of every field with those of the index in a
// folder, and in how many documents it stands.
func sameTokens(x bleve.Index, like string) error {
	y, err := openStock(like)
	if err != nil {
		return err
	}
	a, err := tokenSums(x)
	if err != nil {
		return errors.Join(err, y.Close())
	}
	b, err := tokenSums(y)
	if err := errors.Join(err, y.Close()); err != nil {
		return err
	}
	for field, sum := range a {
		if b[field] != sum {
			return fmt.Errorf("bare bleve has other tokens in field %s", field)
		}
	}
	if len(a) != len(b) {
		return fmt.Errorf("bare bleve has %d fields, want %d", len(a), len(b))
	}
	return nil
}

func tokenSums(x bleve.Index) (map[string][sha256.Size]byte, error) {
	m, ok := x.Mapping().(*mapping.IndexMappingImpl)
	if !ok {
		return nil, fmt.Errorf("a mapping of type %T", x.Mapping())
	}
	sums := map[string][sha256.Size]byte{}
	for field := range m.DefaultMapping.Properties {
		hash := sha256.New()
		dict, err := x.FieldDict(field)
		if err != nil {
			return nil, err
		}
		for {
			var entry *bindex.DictEntry
			if entry, err = dict.Next(); err != nil || entry == nil {
				break
			}
			fmt.Fprintf(hash, "%d %q\n", entry.Count, entry.Term)
		}
		if err := errors.Join(err, dict.Close()); err != nil {
			return nil, err
		}
		sums[field] = [sha256.Size]byte(hash.Sum(nil))
	}
	return sums, nil
}

// tokensName names the tokenizer of texts that are tokens one after the other,
// each with its length in front: the least that an analyzer can do.
const tokensName = "concord_bench_tokens"

type tokenizer struct{}

// Tokenize implements [analysis.Tokenizer].
func (tokenizer) Tokenize(input []byte) analysis.TokenStream {
	n := 0
	for rest := input; len(rest) > 0; n++ {
		size, head := binary.Uvarint(rest)
		rest = rest[head+int(size):]
	}
	tokens := make([]analysis.Token, n)
	stream := make(analysis.TokenStream, n)
	at := 0
	for i := range tokens {
		size, head := binary.Uvarint(input[at:])
		start := at + head
		at = start + int(size)
		tokens[i] = analysis.Token{Term: input[start:at], Start: start, End: at, Position: i + 1, Type: analysis.AlphaNumeric}
		stream[i] = &tokens[i]
	}
	return stream
}

func init() {
	err := registry.RegisterTokenizer(tokensName, func(map[string]any, *registry.Cache) (analysis.Tokenizer, error) {
		return tokenizer{}, nil
	})
	if err != nil {
		panic(err)
	}
}
