package graph

import (
	"context"

	"concord/graph/model"
	"concord/internal/hub"
)

func (r queryResolver) SharingAgreements(ctx context.Context, filter *hub.AgreementFilter, first *int, after *string) (*model.SharingAgreementConnection, error) {
	return r.hub.Agreements(ctx, principal(ctx), given(filter), hub.PageArgs{First: first, After: after})
}

func (r queryResolver) AccessLog(ctx context.Context, filter *hub.AccessFilter, first *int, after *string) (*model.AccessConnection, error) {
	return r.hub.AccessLog(ctx, principal(ctx), given(filter), hub.PageArgs{First: first, After: after})
}

func (r sharingAgreementResolver) Versions(ctx context.Context, a *hub.AgreementView) ([]*hub.AgreementView, error) {
	return r.hub.AgreementVersions(ctx, principal(ctx), a.ID)
}

func (r sharingAgreementResolver) History(ctx context.Context, a *hub.AgreementView, first *int, after *string) (*model.ChangeConnection, error) {
	return r.history(ctx, a.ID, first, after)
}

func (r mutationResolver) CreateSharingAgreement(ctx context.Context, input hub.CreateAgreementInput) (*model.SharingAgreementPayload, error) {
	return model.SharingAgreement(r.hub.CreateAgreement(ctx, principal(ctx), input))
}

func (r mutationResolver) AmendSharingAgreement(ctx context.Context, input hub.AmendAgreementInput) (*model.SharingAgreementPayload, error) {
	return model.SharingAgreement(r.hub.AmendAgreement(ctx, principal(ctx), input))
}

func (r mutationResolver) EndSharingAgreement(ctx context.Context, input hub.EndAgreementInput) (*model.SharingAgreementPayload, error) {
	return model.SharingAgreement(r.hub.EndAgreement(ctx, principal(ctx), input))
}
