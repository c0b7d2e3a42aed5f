package index

import (
	"concord/index/words"
	"concord/internal/hub"
)

func (s *search) highlighter(q *words.Query) func(hub.Record) []hub.Highlight { return nil }
