package graph

import (
	"context"

	"concord/graph/model"
	"concord/internal/hub"
)

// A mutation hands its input to the hub, which decides everything, and shows what
// became of it.

// listing makes a move of a listing.
func (r mutationResolver) listing(ctx context.Context, name hub.MoveName, input hub.MoveInput) (*model.ListingPayload, error) {
	if input.ID.Kind() == hub.KindOrganization {
		return nil, hub.Invalid("id", "编号“%s”是调解组织的 id，请改用名册条目的 id。", input.ID)
	}
	return model.Listing(r.hub.Move(ctx, principal(ctx), name, input))
}

// organization makes a move of an organisation.
func (r mutationResolver) organization(ctx context.Context, name hub.MoveName, input hub.MoveInput) (*model.OrganizationPayload, error) {
	if input.ID.Kind() != hub.KindOrganization {
		return nil, hub.Invalid("id", "编号“%s”不是调解组织的 id。", input.ID)
	}
	return model.Organization(r.hub.Move(ctx, principal(ctx), name, input))
}

func (r mutationResolver) RegisterMediator(ctx context.Context, input hub.RegisterInput) (*model.ListingPayload, error) {
	input.Kind = hub.KindMediator
	return model.Listing(r.hub.Register(ctx, principal(ctx), input))
}

func (r mutationResolver) AmendMediator(ctx context.Context, input hub.AmendInput) (*model.ListingPayload, error) {
	input.Kind = hub.KindMediator
	return model.Listing(r.hub.Amend(ctx, principal(ctx), input))
}

func (r mutationResolver) RegisterExpert(ctx context.Context, input hub.RegisterInput) (*model.ListingPayload, error) {
	input.Kind = hub.KindExpert
	return model.Listing(r.hub.Register(ctx, principal(ctx), input))
}

func (r mutationResolver) AmendExpert(ctx context.Context, input hub.AmendInput) (*model.ListingPayload, error) {
	input.Kind = hub.KindExpert
	return model.Listing(r.hub.Amend(ctx, principal(ctx), input))
}

func (r mutationResolver) RegisterInvitedListing(ctx context.Context, input hub.RegisterInput) (*model.ListingPayload, error) {
	input.Kind = hub.KindInvitedListing
	return model.Listing(r.hub.Register(ctx, principal(ctx), input))
}

func (r mutationResolver) AmendInvitedListing(ctx context.Context, input hub.AmendInput) (*model.ListingPayload, error) {
	input.Kind = hub.KindInvitedListing
	return model.Listing(r.hub.Amend(ctx, principal(ctx), input))
}

func (r mutationResolver) RegisterOrganization(ctx context.Context, input hub.RegisterInput) (*model.OrganizationPayload, error) {
	input.Kind = hub.KindOrganization
	return model.Organization(r.hub.Register(ctx, principal(ctx), input))
}

func (r mutationResolver) AmendOrganization(ctx context.Context, input hub.AmendInput) (*model.OrganizationPayload, error) {
	input.Kind = hub.KindOrganization
	return model.Organization(r.hub.Amend(ctx, principal(ctx), input))
}

func (r mutationResolver) PubliciseListing(ctx context.Context, input hub.MoveInput) (*model.ListingPayload, error) {
	return r.listing(ctx, hub.MovePublicise, input)
}

func (r mutationResolver) ActivateListing(ctx context.Context, input hub.MoveInput) (*model.ListingPayload, error) {
	return r.listing(ctx, hub.MoveActivate, input)
}

func (r mutationResolver) SuspendListing(ctx context.Context, input hub.MoveInput) (*model.ListingPayload, error) {
	return r.listing(ctx, hub.MoveSuspend, input)
}

func (r mutationResolver) ReinstateListing(ctx context.Context, input hub.MoveInput) (*model.ListingPayload, error) {
	return r.listing(ctx, hub.MoveReinstate, input)
}

func (r mutationResolver) RenewListing(ctx context.Context, input hub.MoveInput) (*model.ListingPayload, error) {
	return r.listing(ctx, hub.MoveRenew, input)
}

func (r mutationResolver) ResignListing(ctx context.Context, input hub.MoveInput) (*model.ListingPayload, error) {
	return r.listing(ctx, hub.MoveResign, input)
}

func (r mutationResolver) DismissListing(ctx context.Context, input hub.MoveInput) (*model.ListingPayload, error) {
	return r.listing(ctx, hub.MoveDismiss, input)
}

func (r mutationResolver) RecallListing(ctx context.Context, input hub.MoveInput) (*model.ListingPayload, error) {
	return r.listing(ctx, hub.MoveRecall, input)
}

func (r mutationResolver) StrikeOffListing(ctx context.Context, input hub.MoveInput) (*model.ListingPayload, error) {
	return r.listing(ctx, hub.MoveStrikeOff, input)
}

func (r mutationResolver) RejectListing(ctx context.Context, input hub.MoveInput) (*model.ListingPayload, error) {
	return r.listing(ctx, hub.MoveReject, input)
}

func (r mutationResolver) WithdrawListing(ctx context.Context, input hub.MoveInput) (*model.ListingPayload, error) {
	return r.listing(ctx, hub.MoveWithdraw, input)
}

func (r mutationResolver) WithdrawMove(ctx context.Context, input hub.WithdrawMoveInput) (*model.ListingPayload, error) {
	return model.Listing(r.hub.WithdrawMove(ctx, principal(ctx), input))
}

func (r mutationResolver) RecordDeath(ctx context.Context, input hub.MoveInput) (*model.ListingPayload, error) {
	return r.listing(ctx, hub.MoveDecease, input)
}

func (r mutationResolver) RecordIncapacity(ctx context.Context, input hub.MoveInput) (*model.ListingPayload, error) {
	return r.listing(ctx, hub.MoveIncapacitate, input)
}

func (r mutationResolver) SuspendOrganization(ctx context.Context, input hub.MoveInput) (*model.OrganizationPayload, error) {
	return r.organization(ctx, hub.MoveSuspend, input)
}

func (r mutationResolver) ReinstateOrganization(ctx context.Context, input hub.MoveInput) (*model.OrganizationPayload, error) {
	return r.organization(ctx, hub.MoveReinstate, input)
}

func (r mutationResolver) MergeOrganization(ctx context.Context, input hub.MoveInput) (*model.OrganizationPayload, error) {
	return r.organization(ctx, hub.MoveMerge, input)
}

func (r mutationResolver) DissolveOrganization(ctx context.Context, input hub.MoveInput) (*model.OrganizationPayload, error) {
	return r.organization(ctx, hub.MoveDissolve, input)
}

func (r mutationResolver) RenewListings(ctx context.Context, input hub.RenewInput) (*model.ListingsPayload, error) {
	return model.Listings(r.hub.RenewAll(ctx, principal(ctx), input))
}

func (r mutationResolver) ReportProgress(ctx context.Context, input hub.ReportProgressInput) (*model.ProgressPayload, error) {
	return model.Progress(r.hub.ReportProgress(ctx, principal(ctx), input))
}

func (r mutationResolver) AcknowledgeNotice(ctx context.Context, input hub.AcknowledgeInput) (*model.NoticePayload, error) {
	return model.Notice(r.hub.AcknowledgeNotice(ctx, principal(ctx), input))
}

func (r queryResolver) Notices(ctx context.Context, sent *bool, open *bool, first *int, after *string) (*model.AdverseNoticeConnection, error) {
	return r.hub.Notices(ctx, principal(ctx), hub.NoticesQuery{Sent: given(sent), Open: given(open), Page: hub.PageArgs{First: first, After: after}})
}

func (r queryResolver) RefusedChanges(ctx context.Context, first *int, before *string) ([]*hub.Attempt, error) {
	var older hub.ID
	if before != nil {
		var err error
		if older, err = hub.ParseID(*before); err != nil {
			return nil, err
		}
	}
	return r.hub.Attempts(ctx, principal(ctx), older, given(first))
}

func (r queryResolver) AllowedMoves(ctx context.Context, id string) ([]*hub.AllowedMove, error) {
	record, err := hub.ParseID(id)
	if err != nil {
		return nil, err
	}
	return r.hub.AllowedMoves(ctx, principal(ctx), record)
}

func (r queryResolver) PendingMoves(ctx context.Context, id string) ([]*hub.PendingMove, error) {
	record, err := hub.ParseID(id)
	if err != nil {
		return nil, err
	}
	return r.hub.PendingMoves(ctx, principal(ctx), record)
}
