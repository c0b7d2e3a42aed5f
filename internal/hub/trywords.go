package hub

import (
	"context"
	"slices"
	"strings"
)

// Understood is what a query was taken for.
type Understood struct {
	Pieces []QueryPiece
	About  []string // of a sentence: the specialties that it is about, the surest first
}

// QueryPiece is a part of a query that was looked up as one.
type QueryPiece struct {
	Text  string // folded
	Sort  PieceSort
	Means []Meant // what it stands for, the surest first
	Hint  bool    // it excludes nobody
	Local bool    // what it means stands in a record of this hub, or is being tried
}

// Meant is one thing that a word stands for. Label is filled in by the hub.
type Meant struct {
	Field Dimension
	Value string
	Label string
}

// PieceSort says what a part of a query was taken for.
type PieceSort string

// The sorts.
const (
	PieceWord    PieceSort = "WORD"
	PieceFiller  PieceSort = "FILLER"
	PieceName    PieceSort = "NAME"
	PieceBody    PieceSort = "BODY"
	PieceLetters PieceSort = "LETTERS"
	PieceNumber  PieceSort = "NUMBER"
	PieceText    PieceSort = "TEXT"
)

var pieceSorts = newVocabulary("sort", "检索词的解读", []word[PieceSort]{
	{PieceWord, "词表中的词", ""}, {PieceFiller, "不影响检索的话", ""}, {PieceName, "姓名", ""}, {PieceBody, "组织名称", ""},
	{PieceLetters, "字母或拼音", ""}, {PieceNumber, "编号", ""}, {PieceText, "照字面查找", ""},
})

// Label returns the Chinese word, or the value itself when it is unknown.
func (v PieceSort) Label() string { return pieceSorts.label(v) }

// PieceSorts lists every value in its order.
func PieceSorts() []PieceSort { return slices.Clone(pieceSorts.values) }

// ProposedWord is a word as an administrator thinks of having it.
type ProposedWord struct {
	Word string
	WordFields
	Retired *bool
}

// mostProposed is how many words are tried at a time.
const mostProposed = 20

// Trial is a search twice: as words mean now, and as they would with what is
// proposed.
type Trial struct {
	Pieces        []QueryPiece
	About         []string
	Nodes         []Node // the best hits, as proposed
	TotalCount    int    // as proposed
	Relaxed       bool
	TotalBefore   int // as words mean now
	RelaxedBefore bool
	Revision      Revision
}

// TryWords searches as if the proposed words were in use, and writes nothing. Anybody
// may ask how a query is understood; words are proposed by those who decide them.
func (h *Hub) TryWords(ctx context.Context, p *Principal, text string, proposed []*ProposedWord, kinds []Kind, first *int) (*Trial, error) {
	limit, _, err := PageArgs{First: first}.check()
	if err != nil {
		return nil, err
	}
	kinds, err = searchable(kinds)
	if err != nil {
		return nil, err
	}
	words, err := h.proposed(ctx, p, proposed)
	if err != nil {
		return nil, err
	}
	query := SearchQuery{Text: strings.TrimSpace(text), Kinds: kinds, On: h.Today()}
	now, err := h.search(ctx, query)
	if err != nil {
		return nil, err
	}
	query.Words, query.Explain, query.Limit = words, true, limit
	found, err := h.search(ctx, query)
	if err != nil {
		return nil, err
	}
	trial := &Trial{Pieces: found.Understood.Pieces, About: found.Understood.About, TotalCount: found.Total, Relaxed: found.Relaxed,
		TotalBefore: now.Total, RelaxedBefore: now.Relaxed, Revision: found.Revision}
	for i := range trial.Pieces {
		for k := range trial.Pieces[i].Means {
			m := &trial.Pieces[i].Means[k]
			m.Label = h.valueLabel(m.Field, m.Value)
		}
	}
	ids := make([]ID, len(found.Hits))
	for i, hit := range found.Hits {
		ids[i] = hit.ID
	}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		nodes, err := h.views(snap, p, Moment{On: query.On}, ids)
		trial.Nodes = slices.DeleteFunc(nodes, func(n Node) bool { return n == nil })
		return err
	})
	return trial, err
}

// proposed makes records of what is to be tried, by the rules for writing them.
func (h *Hub) proposed(ctx context.Context, p *Principal, proposed []*ProposedWord) (words []*SearchWord, err error) {
	if len(proposed) == 0 {
		return nil, nil
	}
	if !p.keepsWords() {
		return nil, Forbidden("试用拟定的日常说法由市级管理员办理；不拟定说法（接口为 words），可查看一句话怎样被理解。")
	}
	if len(proposed) > mostProposed {
		return nil, Invalid("words", "一次最多试 %d 个说法。", mostProposed)
	}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		w := &writing{hub: h, ctx: ctx, p: p, snap: snap, index: map[ID]int{}}
		for _, in := range proposed {
			s := &SearchWord{Word: foldWidth(in.Word), State: WordActive}
			if given(in.Retired) {
				s.State = WordRetired
			} else {
				w.setWord(s, in.WordFields)
				w.checkWord(s)
			}
			words = append(words, s)
		}
		if w.refused() {
			return Invalid("words", "%s", w.problems[0].Message)
		}
		return nil
	})
	return words, err
}
