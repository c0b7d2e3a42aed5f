package index

import (
	"concord/index/words"
	"concord/internal/hub"
)

// understood says what a query was taken for.
func (s *search) understood(q *words.Query) *hub.Understood {
	u := &hub.Understood{}
	for _, piece := range distinct(q) {
		p := hub.QueryPiece{Text: piece.Text, Sort: hub.PieceText}
		switch piece.Sort {
		case words.Known:
			p.Sort, p.Means, p.Hint, p.Local = hub.PieceWord, meant(piece.Word), piece.Hint(), piece.Word.Local
			if piece.Filler() {
				p.Sort = hub.PieceFiller
			}
		case words.Name, words.Surname:
			p.Sort = hub.PieceName
		case words.Body:
			p.Sort = hub.PieceBody
		case words.Latin:
			p.Sort = hub.PieceLetters
		case words.Number:
			p.Sort = hub.PieceNumber
		}
		u.Pieces = append(u.Pieces, p)
	}
	if q.Sentence() {
		for _, c := range s.lexicon.Concepts(q) {
			u.About = append(u.About, c.Label)
		}
	}
	return u
}

// meant lists what a word stands for.
func meant(w *words.Word) (all []hub.Meant) {
	add := func(field hub.Dimension, value string) { all = append(all, hub.Meant{Field: field, Value: value}) }
	for _, m := range w.Specialties {
		add(hub.BySpecialty, m.Label)
	}
	for _, d := range w.Districts {
		add(hub.ByDistrict, d)
	}
	if w.Level != "" {
		add(hub.ByLevel, string(w.Level))
	}
	for _, c := range w.Sources {
		add(hub.BySource, string(c))
	}
	for _, c := range w.Courts {
		add(hub.ByCourt, c)
	}
	for _, k := range w.OrgKinds {
		add(hub.ByOrgKind, string(k))
	}
	return all
}
