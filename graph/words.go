package graph

import (
	"context"

	"concord/graph/model"
	"concord/internal/hub"
)

func (r queryResolver) EverydayWords(ctx context.Context, filter *hub.WordFilter, asOf *hub.AsOf, first *int, after *string) (*model.VocabularyWordConnection, error) {
	return r.hub.EverydayWords(ctx, given(filter), given(asOf), hub.PageArgs{First: first, After: after})
}

func (r queryResolver) TryWords(ctx context.Context, text string, words []*hub.ProposedWord, kinds []hub.Kind, first *int) (*hub.Trial, error) {
	return r.hub.TryWords(ctx, principal(ctx), text, words, kinds, first)
}

func (r everydayWordResolver) History(ctx context.Context, w *hub.SearchWordView, first *int, after *string) (*model.ChangeConnection, error) {
	return r.history(ctx, w.ID, first, after)
}

func (r mutationResolver) AddEverydayWord(ctx context.Context, input hub.AddWordInput) (*model.EverydayWordPayload, error) {
	return model.EverydayWord(r.hub.AddEverydayWord(ctx, principal(ctx), input))
}

func (r mutationResolver) AmendEverydayWord(ctx context.Context, input hub.AmendWordInput) (*model.EverydayWordPayload, error) {
	return model.EverydayWord(r.hub.AmendEverydayWord(ctx, principal(ctx), input))
}

func (r mutationResolver) RetireEverydayWord(ctx context.Context, input hub.RetireWordInput) (*model.EverydayWordPayload, error) {
	return model.EverydayWord(r.hub.RetireEverydayWord(ctx, principal(ctx), input))
}
