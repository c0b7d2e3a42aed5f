package graph

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"concord/graph/model"
	"concord/internal/hub"
)

func (r queryResolver) Mediators(ctx context.Context, search *string, filter *hub.FilterArgs, orderBy *hub.Order, on *hub.Date, asOf *hub.AsOf, minRevision *int, first *int, after *string, last *int, before *string) (*model.MediatorConnection, error) {
	q := rosterQuery(ctx, search, filter, orderBy, hub.PageArgs{First: first, Last: last, After: after, Before: before})
	q.On, q.AsOf, q.MinRevision = given(on), given(asOf), revision(minRevision)
	return r.hub.Mediators(ctx, principal(ctx), q)
}

func (r queryResolver) Experts(ctx context.Context, search *string, filter *hub.FilterArgs, orderBy *hub.Order, on *hub.Date, asOf *hub.AsOf, minRevision *int, first *int, after *string, last *int, before *string) (*model.ExpertConnection, error) {
	q := rosterQuery(ctx, search, filter, orderBy, hub.PageArgs{First: first, Last: last, After: after, Before: before})
	q.On, q.AsOf, q.MinRevision = given(on), given(asOf), revision(minRevision)
	return r.hub.Experts(ctx, principal(ctx), q)
}

func (r queryResolver) InvitedListings(ctx context.Context, search *string, filter *hub.FilterArgs, orderBy *hub.Order, on *hub.Date, asOf *hub.AsOf, minRevision *int, first *int, after *string, last *int, before *string) (*model.InvitedListingConnection, error) {
	q := rosterQuery(ctx, search, filter, orderBy, hub.PageArgs{First: first, Last: last, After: after, Before: before})
	q.On, q.AsOf, q.MinRevision = given(on), given(asOf), revision(minRevision)
	return r.hub.InvitedListings(ctx, principal(ctx), q)
}

func (r queryResolver) Organizations(ctx context.Context, search *string, filter *hub.FilterArgs, orderBy *hub.Order, on *hub.Date, asOf *hub.AsOf, minRevision *int, first *int, after *string, last *int, before *string) (*model.OrganizationConnection, error) {
	q := rosterQuery(ctx, search, filter, orderBy, hub.PageArgs{First: first, Last: last, After: after, Before: before})
	q.On, q.AsOf, q.MinRevision = given(on), given(asOf), revision(minRevision)
	return r.hub.Organizations(ctx, principal(ctx), q)
}

func (r organizationResolver) Mediators(ctx context.Context, o *hub.OrganizationView, search *string, filter *hub.FilterArgs, orderBy *hub.Order, first *int, after *string, last *int, before *string) (*model.MediatorConnection, error) {
	q := rosterQuery(ctx, search, filter, orderBy, hub.PageArgs{First: first, Last: last, After: after, Before: before})
	return r.hub.MediatorsOf(ctx, principal(ctx), o, q)
}

func (r organizationResolver) Branches(ctx context.Context, o *hub.OrganizationView, search *string, filter *hub.FilterArgs, orderBy *hub.Order, first *int, after *string, last *int, before *string) (*model.OrganizationConnection, error) {
	q := rosterQuery(ctx, search, filter, orderBy, hub.PageArgs{First: first, Last: last, After: after, Before: before})
	return r.hub.BranchesOf(ctx, principal(ctx), o, q)
}

func (r organizationResolver) Parent(ctx context.Context, o *hub.OrganizationView) (*hub.OrganizationView, error) {
	return r.hub.ParentOf(ctx, principal(ctx), o)
}

// rosterQuery decodes what all rosters are asked by. Totals and facets are
// counted only when the document asks for them.
func rosterQuery(ctx context.Context, search *string, filter *hub.FilterArgs, orderBy *hub.Order, page hub.PageArgs) hub.RosterQuery {
	q := hub.RosterQuery{Search: strings.TrimSpace(given(search)), Filter: given(filter), Order: orderBy, Page: page}
	for _, field := range graphql.CollectFieldsCtx(ctx, nil) {
		q.Total = q.Total || field.Name == "totalCount"
		q.Facets = q.Facets || field.Name == "facets"
	}
	return q
}

func (r queryResolver) Mediator(ctx context.Context, by hub.By, asOf *hub.AsOf) (*hub.MediatorView, error) {
	return r.hub.MediatorBy(ctx, principal(ctx), by, given(asOf))
}

func (r queryResolver) Expert(ctx context.Context, by hub.By, asOf *hub.AsOf) (*hub.ExpertView, error) {
	return r.hub.ExpertBy(ctx, principal(ctx), by, given(asOf))
}

func (r queryResolver) InvitedListing(ctx context.Context, by hub.By, asOf *hub.AsOf) (*hub.InvitedListingView, error) {
	return r.hub.InvitedListingBy(ctx, principal(ctx), by, given(asOf))
}

func (r queryResolver) Organization(ctx context.Context, by hub.By, asOf *hub.AsOf) (*hub.OrganizationView, error) {
	return r.hub.OrganizationBy(ctx, principal(ctx), by, given(asOf))
}

// given returns what an optional argument holds, the zero value when it was left
// out or null.
func given[T any](argument *T) (value T) {
	if argument != nil {
		value = *argument
	}
	return value
}

// revision reads an optional lower bound. A negative one is met by everything.
func revision(argument *int) hub.Revision { return hub.Revision(max(0, given(argument))) }
