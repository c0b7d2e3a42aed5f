package graph

import (
	"context"
	"strings"

	"concord/graph/model"
	"concord/internal/hub"
)

func (r queryResolver) Node(ctx context.Context, id string) (hub.Node, error) {
	nodes, err := r.hub.Nodes(ctx, principal(ctx), []string{id})
	if err != nil {
		return nil, err
	}
	return nodes[0], nil
}

func (r queryResolver) Nodes(ctx context.Context, ids []string) ([]hub.Node, error) {
	return r.hub.Nodes(ctx, principal(ctx), ids)
}

func (r queryResolver) Search(ctx context.Context, text string, kinds []hub.Kind, minRevision *int, first *int, after *string, last *int, before *string) (*model.SearchConnection, error) {
	return r.hub.Search(ctx, principal(ctx), hub.SearchAllQuery{
		Text: strings.TrimSpace(text), Kinds: kinds, MinRevision: revision(minRevision),
		Page: hub.PageArgs{First: first, Last: last, After: after, Before: before},
	})
}

func (r queryResolver) Suggest(ctx context.Context, prefix string, kinds []hub.Kind, limit *int) ([]*hub.Suggestion, error) {
	found, err := r.hub.Suggest(ctx, prefix, kinds, given(limit))
	return pointers(found), err
}

func (r queryResolver) VerifyListing(ctx context.Context, input hub.ListingQuestion) (*hub.ListingVerification, error) {
	return r.hub.VerifyListing(ctx, principal(ctx), input)
}

func (r queryResolver) Changes(ctx context.Context, after *string, first *int, kinds []hub.Kind, district []string, last *int, before *string) (*model.ChangeConnection, error) {
	page := hub.PageArgs{First: first, After: after, Last: last, Before: before}
	return r.hub.Changes(ctx, principal(ctx), hub.ChangesQuery{Page: page, Kinds: kinds, District: district})
}

// history answers the field of that name, which every record has.
func (r *Resolver) history(ctx context.Context, id hub.ID, first *int, after *string) (*model.ChangeConnection, error) {
	return r.hub.History(ctx, principal(ctx), id, hub.PageArgs{First: first, After: after})
}

func (r personResolver) History(ctx context.Context, p *hub.PersonView, first *int, after *string) (*model.ChangeConnection, error) {
	return r.history(ctx, p.ID, first, after)
}

func (r mediatorResolver) History(ctx context.Context, m *hub.MediatorView, first *int, after *string) (*model.ChangeConnection, error) {
	return r.history(ctx, m.ID, first, after)
}

func (r expertResolver) History(ctx context.Context, e *hub.ExpertView, first *int, after *string) (*model.ChangeConnection, error) {
	return r.history(ctx, e.ID, first, after)
}

func (r invitedListingResolver) History(ctx context.Context, l *hub.InvitedListingView, first *int, after *string) (*model.ChangeConnection, error) {
	return r.history(ctx, l.ID, first, after)
}

func (r organizationResolver) History(ctx context.Context, o *hub.OrganizationView, first *int, after *string) (*model.ChangeConnection, error) {
	return r.history(ctx, o.ID, first, after)
}

func (r checklistResolver) History(ctx context.Context, c *hub.ChecklistView, first *int, after *string) (*model.ChangeConnection, error) {
	return r.history(ctx, c.ID, first, after)
}

func (r progressNoteResolver) History(ctx context.Context, n *hub.ProgressView, first *int, after *string) (*model.ChangeConnection, error) {
	return r.history(ctx, n.ID, first, after)
}

func (r queryResolver) Viewer(ctx context.Context) (*hub.Principal, error) {
	return principal(ctx), nil
}

func (r viewerResolver) District(_ context.Context, p *hub.Principal) (*hub.Region, error) {
	region, _ := r.hub.Reference().Region(p.District)
	return region, nil
}

func (r viewerResolver) Court(_ context.Context, p *hub.Principal) (*hub.Court, error) {
	court, _ := r.hub.Reference().CourtByName(p.Court)
	return court, nil
}

func (r viewerResolver) Agency(_ context.Context, p *hub.Principal) (*hub.Agency, error) {
	agency, _ := r.hub.Reference().AgencyByCode(p.Agency)
	return agency, nil
}

// pointers makes a list of values the list of pointers that gqlgen asks for.
func pointers[T any](values []T) []*T {
	list := make([]*T, len(values))
	for i := range values {
		list[i] = &values[i]
	}
	return list
}
