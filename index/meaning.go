package index

import (
	"context"

	"concord/internal/hub"
)

// Meaning is what a query was taken to ask for, in the words of the index: for
// operators who ask why something was found, and for measuring other ways to
// answer the same.
type Meaning struct {
	Terms   [][]Alternative // each met by any of its alternatives
	Need    int             // how many of the terms a record must meet
	Relaxed bool            // not what was typed
}

// Alternative is one way to meet a term: a record that holds all the tokens.
type Alternative struct {
	Weight float64 // in points
	Tokens []Token
}

// Token is a token in a field of the index.
type Token struct{ Field, Text string }

// Meaning returns what Search takes a query for; the zero Meaning when it finds
// nothing whatever the filter. Its errors are those of Search.
func (x *Index) Meaning(ctx context.Context, q hub.SearchQuery) (m Meaning, err error) {
	v, err := x.await(ctx, q.MinRevision)
	if err != nil {
		return m, err
	}
	defer v.release()
	defer x.guard("index.Meaning", &err)
	s := newSearch(ctx, x, v, &q)
	read := s.lexicon.Read(q.Text, oracle{s})
	for _, make := range s.plans(&read) {
		p := make()
		if p == nil {
			continue
		}
		if found, err := s.finds(p); err != nil || found {
			return p.meaning(), err
		}
	}
	return m, nil
}

func (p *plan) meaning() Meaning {
	m := Meaning{Need: p.need, Relaxed: p.relaxed}
	for _, t := range p.terms {
		var term []Alternative
		for _, c := range t.clauses {
			a := Alternative{Weight: points(c.weight)}
			for _, t := range c.all {
				a.Tokens = append(a.Tokens, Token{fieldNames[t.field], t.text})
			}
			term = append(term, a)
		}
		m.Terms = append(m.Terms, term)
	}
	return m
}
