package main

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"

	"concord/graph/generated"
	"concord/internal/hub"
)

// Stock gqlgen over slices: the contract's own machine-made code, run by gqlgen's
// executor and transport as they come, over records that lie ready in memory. It
// has no storage, no rights, no limits and no log: what it costs is what gqlgen
// costs.

type sliceRoot struct {
	generated.ResolverRoot // nobody asks for the rest
	query                  sliceQuery
}

func (r sliceRoot) Query() generated.QueryResolver { return r.query }

type sliceQuery struct {
	generated.QueryResolver
	byID map[string]*hub.MediatorView
	of   map[sliceKey][]*hub.MediatorView // by name
}

// sliceKey is what lists are asked by; without district they are the city's.
type sliceKey struct {
	district string
	status   hub.EntryStatus
}

func (r sliceQuery) Node(_ context.Context, id string) (hub.Node, error) {
	if m, ok := r.byID[id]; ok {
		return m, nil
	}
	return nil, errors.New("no such record")
}

func (r sliceQuery) Mediators(_ context.Context, _ *string, filter *hub.FilterArgs, _ *hub.Order, _ *hub.Date, _ *hub.AsOf, _, first *int, after *string, _ *int, _ *string) (*hub.Connection[*hub.MediatorView], error) {
	key := sliceKey{status: filter.Status[0]}
	if len(filter.District) > 0 {
		key.district = filter.District[0]
	}
	from := 0
	if after != nil {
		var err error
		if from, err = strconv.Atoi(*after); err != nil {
			return nil, err
		}
	}
	page := &hub.Connection[*hub.MediatorView]{}
	for i, m := range r.of[key][from:min(from+*first, len(r.of[key]))] {
		page.Edges = append(page.Edges, hub.ConnectionEdge[*hub.MediatorView]{Node: m, Cursor: strconv.Itoa(from + i + 1)})
	}
	return page, nil
}

// sliceHandler returns a handler over the records of a hub.
func sliceHandler(people []*hub.MediatorView) http.Handler {
	q := sliceQuery{byID: map[string]*hub.MediatorView{}, of: map[sliceKey][]*hub.MediatorView{}}
	for _, m := range people {
		q.byID[m.Mediator.ID.String()] = m
		for _, district := range []string{"", m.District.Code} {
			key := sliceKey{district, m.Status}
			q.of[key] = append(q.of[key], m)
		}
	}
	h := handler.New(generated.NewExecutableSchema(generated.Config{Resolvers: sliceRoot{query: q}}))
	h.AddTransport(transport.POST{})
	h.SetQueryCache(lru.New[*ast.QueryDocument](1000))
	return h
}
