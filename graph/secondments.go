package graph

import (
	"context"

	"concord/graph/model"
	"concord/internal/hub"
)

func (r queryResolver) Secondments(ctx context.Context, filter *hub.SecondmentFilter, first *int, after *string) (*model.SecondmentConnection, error) {
	return r.hub.Secondments(ctx, principal(ctx), given(filter), hub.PageArgs{First: first, After: after})
}

func (r queryResolver) SecondmentCandidates(ctx context.Context, secondment string, first *int, barred *bool) (*hub.Candidates, error) {
	id, err := hub.ParseID(secondment)
	if err != nil {
		return nil, err
	}
	return r.hub.SecondmentCandidates(ctx, principal(ctx), hub.CandidatesQuery{Secondment: id, First: first, Barred: given(barred)})
}

func (r secondmentResolver) History(ctx context.Context, s *hub.SecondmentView, first *int, after *string) (*model.ChangeConnection, error) {
	return r.hub.History(ctx, principal(ctx), s.ID, hub.PageArgs{First: first, After: after})
}

func (r mediatorResolver) Away(_ context.Context, m *hub.MediatorView) ([]*hub.AbsenceView, error) {
	return r.hub.AbsencesOf(m), nil
}

func (r mediatorResolver) Available(_ context.Context, m *hub.MediatorView, on *hub.Date) (bool, error) {
	return r.hub.Available(m, given(on)), nil
}

func (r mutationResolver) RequestSecondment(ctx context.Context, input hub.RequestSecondmentInput) (*model.SecondmentPayload, error) {
	return model.Secondment(r.hub.RequestSecondment(ctx, principal(ctx), input))
}

func (r mutationResolver) DeclareAvailability(ctx context.Context, input hub.DeclareAvailabilityInput) (*model.ListingPayload, error) {
	return model.Listing(r.hub.DeclareAvailability(ctx, principal(ctx), input))
}

func (r mutationResolver) ApproveSecondment(ctx context.Context, input hub.SecondmentInput) (*model.SecondmentPayload, error) {
	return model.Secondment(r.hub.StepSecondment(ctx, principal(ctx), hub.StepApprove, input))
}

func (r mutationResolver) RefuseSecondment(ctx context.Context, input hub.SecondmentInput) (*model.SecondmentPayload, error) {
	return model.Secondment(r.hub.StepSecondment(ctx, principal(ctx), hub.StepRefuse, input))
}

func (r mutationResolver) NominateSeconded(ctx context.Context, input hub.SecondmentInput) (*model.SecondmentPayload, error) {
	return model.Secondment(r.hub.StepSecondment(ctx, principal(ctx), hub.StepNominate, input))
}

func (r mutationResolver) ReleaseSeconded(ctx context.Context, input hub.SecondmentInput) (*model.SecondmentPayload, error) {
	return model.Secondment(r.hub.StepSecondment(ctx, principal(ctx), hub.StepRelease, input))
}

func (r mutationResolver) DeclineSeconded(ctx context.Context, input hub.SecondmentInput) (*model.SecondmentPayload, error) {
	return model.Secondment(r.hub.StepSecondment(ctx, principal(ctx), hub.StepDecline, input))
}

func (r mutationResolver) StartSecondment(ctx context.Context, input hub.SecondmentInput) (*model.SecondmentPayload, error) {
	return model.Secondment(r.hub.StepSecondment(ctx, principal(ctx), hub.StepStart, input))
}

func (r mutationResolver) ReturnSecondment(ctx context.Context, input hub.SecondmentInput) (*model.SecondmentPayload, error) {
	return model.Secondment(r.hub.StepSecondment(ctx, principal(ctx), hub.StepReturn, input))
}

func (r mutationResolver) DropSeconded(ctx context.Context, input hub.SecondmentInput) (*model.SecondmentPayload, error) {
	return model.Secondment(r.hub.StepSecondment(ctx, principal(ctx), hub.StepDrop, input))
}

func (r mutationResolver) CancelSecondment(ctx context.Context, input hub.SecondmentInput) (*model.SecondmentPayload, error) {
	return model.Secondment(r.hub.StepSecondment(ctx, principal(ctx), hub.StepCancel, input))
}
