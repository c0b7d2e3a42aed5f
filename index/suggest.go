package index

import (
	"context"

	"concord/internal/hub"
)

// Suggest implements [hub.Searcher].
func (x *Index) Suggest(ctx context.Context, q hub.SuggestQuery) ([]hub.Suggestion, error) {
	return nil, nil
}
