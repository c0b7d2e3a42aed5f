package graph

import (
	"context"

	"concord/graph/model"
)

func (r queryResolver) Limits(context.Context) (*model.Limits, error) { return &r.limits, nil }

func (r queryResolver) RateLimit(ctx context.Context) (*model.RateLimit, error) {
	if budget := caller(ctx).Budget; budget != nil {
		return budget.Left(), nil
	}
	return nil, nil
}
