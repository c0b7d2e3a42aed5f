package graph

import (
	"context"

	"concord/graph/model"
	"concord/internal/hub"
)

// Persons: who they are on which rosters, and who turned out to be whom.

func (r personResolver) Listings(ctx context.Context, p *hub.PersonView) ([]model.RosterEntry, error) {
	nodes, err := r.hub.ListingsOf(ctx, principal(ctx), p)
	listings := make([]model.RosterEntry, 0, len(nodes))
	for _, node := range nodes {
		if listing, ok := node.(model.RosterEntry); ok {
			listings = append(listings, listing)
		}
	}
	return listings, err
}

func (r personResolver) MergedInto(ctx context.Context, p *hub.PersonView) (*hub.PersonView, error) {
	persons, err := r.hub.Persons(ctx, principal(ctx), p.Moment, p.Person.MergedInto)
	if err != nil || len(persons) == 0 {
		return nil, err
	}
	return persons[0], nil
}

func (r personResolver) Absorbed(ctx context.Context, p *hub.PersonView) ([]*hub.PersonView, error) {
	return r.hub.Persons(ctx, principal(ctx), p.Moment, p.Person.Absorbed...)
}

func (r mutationResolver) MergePersons(ctx context.Context, input hub.MergePersonsInput) (*model.PersonPayload, error) {
	return model.Person(r.hub.MergePersons(ctx, principal(ctx), input))
}

func (r queryResolver) ProbableDuplicates(ctx context.Context, district *string, first *int, after *string) (*model.ProbableDuplicateConnection, error) {
	return r.hub.ProbableDuplicates(ctx, principal(ctx), hub.DuplicatesQuery{District: given(district), Page: hub.PageArgs{First: first, After: after}})
}

func (r queryResolver) PersonalData(ctx context.Context, id string) (*hub.PersonalData, error) {
	person, err := hub.ParseID(id)
	if err != nil {
		return nil, err
	}
	return r.hub.PersonalData(ctx, principal(ctx), person)
}

func (r personalDataResolver) Accesses(ctx context.Context, d *hub.PersonalData, first *int, after *string) (*model.AccessConnection, error) {
	return r.hub.PersonalAccesses(ctx, principal(ctx), d, hub.PageArgs{First: first, After: after})
}
