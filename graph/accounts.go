package graph

import (
	"context"

	"concord/graph/model"
	"concord/internal/hub"
)

func (r queryResolver) Accounts(ctx context.Context, filter *hub.AccountFilter, first *int, after *string) (*model.AccountConnection, error) {
	return r.hub.Accounts(ctx, principal(ctx), given(filter), hub.PageArgs{First: first, After: after})
}

func (r queryResolver) Keys(ctx context.Context, filter *hub.KeyFilter, first *int, after *string) (*model.KeyConnection, error) {
	return r.hub.APIKeys(ctx, principal(ctx), given(filter), hub.PageArgs{First: first, After: after})
}

func (r queryResolver) Sessions(ctx context.Context, account *string) ([]*hub.SessionView, error) {
	if account == nil {
		return r.hub.Sessions(ctx, principal(ctx), 0)
	}
	id, err := hub.ParseID(*account)
	if err != nil {
		return nil, err
	}
	return r.hub.Sessions(ctx, principal(ctx), id)
}

func (r accountResolver) Sessions(ctx context.Context, a *hub.AccountView) ([]*hub.SessionView, error) {
	return r.hub.Sessions(ctx, principal(ctx), a.ID)
}

func (r accountResolver) History(ctx context.Context, a *hub.AccountView, first *int, after *string) (*model.ChangeConnection, error) {
	return r.history(ctx, a.ID, first, after)
}

func (r keyResolver) History(ctx context.Context, k *hub.KeyView, first *int, after *string) (*model.ChangeConnection, error) {
	return r.history(ctx, k.ID, first, after)
}

func (r mutationResolver) CreateAccount(ctx context.Context, input hub.CreateAccountInput) (*model.AccountPayload, error) {
	return model.Account(r.hub.CreateAccount(ctx, principal(ctx), input))
}

func (r mutationResolver) AmendAccount(ctx context.Context, input hub.AmendAccountInput) (*model.AccountPayload, error) {
	return model.Account(r.hub.AmendAccount(ctx, principal(ctx), input))
}

func (r mutationResolver) ResetPassword(ctx context.Context, input hub.ResetPasswordInput) (*model.AccountPayload, error) {
	return model.Account(r.hub.ResetPassword(ctx, principal(ctx), input))
}

func (r mutationResolver) EndSession(ctx context.Context, input hub.EndSessionInput) (*model.SessionPayload, error) {
	return model.Session(r.hub.EndSession(ctx, principal(ctx), input))
}

func (r mutationResolver) CreateKey(ctx context.Context, input hub.CreateKeyInput) (*model.KeyPayload, error) {
	return model.Key(r.hub.IssueKey(ctx, principal(ctx), input))
}

func (r mutationResolver) RevokeKey(ctx context.Context, input hub.RevokeKeyInput) (*model.KeyPayload, error) {
	return model.Key(r.hub.RevokeKey(ctx, principal(ctx), input))
}
