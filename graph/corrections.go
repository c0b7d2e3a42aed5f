package graph

import (
	"context"

	"concord/graph/model"
	"concord/internal/hub"
)

func (r queryResolver) Corrections(ctx context.Context, filter *hub.CorrectionFilter, first *int, after *string) (*model.CorrectionConnection, error) {
	return r.hub.Corrections(ctx, principal(ctx), given(filter), hub.PageArgs{First: first, After: after})
}

func (r correctionRequestResolver) History(ctx context.Context, c *hub.CorrectionView, first *int, after *string) (*model.ChangeConnection, error) {
	return r.hub.History(ctx, principal(ctx), c.ID, hub.PageArgs{First: first, After: after})
}

func (r mutationResolver) RaiseCorrection(ctx context.Context, input hub.RaiseCorrectionInput) (*model.CorrectionPayload, error) {
	return model.Correction(r.hub.RaiseCorrection(ctx, principal(ctx), input))
}

func (r mutationResolver) ExtendCorrection(ctx context.Context, input hub.CorrectionInput) (*model.CorrectionPayload, error) {
	return model.Correction(r.hub.ExtendCorrection(ctx, principal(ctx), input))
}

func (r mutationResolver) UpholdCorrection(ctx context.Context, input hub.CorrectionInput) (*model.CorrectionPayload, error) {
	return model.Correction(r.hub.UpholdCorrection(ctx, principal(ctx), input))
}

func (r mutationResolver) RefuseCorrection(ctx context.Context, input hub.CorrectionInput) (*model.CorrectionPayload, error) {
	return model.Correction(r.hub.RefuseCorrection(ctx, principal(ctx), input))
}

func (r mutationResolver) WithdrawCorrection(ctx context.Context, input hub.CorrectionInput) (*model.CorrectionPayload, error) {
	return model.Correction(r.hub.WithdrawCorrection(ctx, principal(ctx), input))
}

func (r mediatorResolver) Disputes(ctx context.Context, m *hub.MediatorView) ([]*hub.Dispute, error) {
	disputes, err := r.hub.DisputesOf(ctx, m.Mediator.ID, m.Moment.At)
	return pointers(disputes), err
}

func (r mediatorResolver) Corrections(ctx context.Context, m *hub.MediatorView) ([]*hub.CorrectionView, error) {
	return r.hub.CorrectionsOf(ctx, principal(ctx), m.Mediator.ID)
}

func (r expertResolver) Disputes(ctx context.Context, e *hub.ExpertView) ([]*hub.Dispute, error) {
	disputes, err := r.hub.DisputesOf(ctx, e.Expert.ID, e.Moment.At)
	return pointers(disputes), err
}

func (r expertResolver) Corrections(ctx context.Context, e *hub.ExpertView) ([]*hub.CorrectionView, error) {
	return r.hub.CorrectionsOf(ctx, principal(ctx), e.Expert.ID)
}

func (r invitedListingResolver) Disputes(ctx context.Context, i *hub.InvitedListingView) ([]*hub.Dispute, error) {
	disputes, err := r.hub.DisputesOf(ctx, i.InvitedListing.ID, i.Moment.At)
	return pointers(disputes), err
}

func (r invitedListingResolver) Corrections(ctx context.Context, i *hub.InvitedListingView) ([]*hub.CorrectionView, error) {
	return r.hub.CorrectionsOf(ctx, principal(ctx), i.InvitedListing.ID)
}

func (r organizationResolver) Disputes(ctx context.Context, o *hub.OrganizationView) ([]*hub.Dispute, error) {
	disputes, err := r.hub.DisputesOf(ctx, o.Organization.ID, o.Moment.At)
	return pointers(disputes), err
}

func (r organizationResolver) Corrections(ctx context.Context, o *hub.OrganizationView) ([]*hub.CorrectionView, error) {
	return r.hub.CorrectionsOf(ctx, principal(ctx), o.Organization.ID)
}
