package graph

import (
	"context"

	"concord/graph/generated"
	"concord/internal/hub"
)

type districtCoverageResolver struct{ *Resolver }

func (r *Resolver) DistrictCoverage() generated.DistrictCoverageResolver {
	return districtCoverageResolver{r}
}

func (r queryResolver) StatisticsReport(ctx context.Context, from, to hub.Date, district []string, asOf *hub.AsOf) (*hub.Report, error) {
	return r.hub.Report(ctx, hub.ReportQuery{From: from, To: to, District: district, AsOf: given(asOf)})
}

func (r queryResolver) Coverage(ctx context.Context, on *hub.Date, district []string, asOf *hub.AsOf) (*hub.Coverage, error) {
	return r.hub.Coverage(ctx, hub.CoverageQuery{On: given(on), District: district, AsOf: given(asOf)})
}

func (r districtCoverageResolver) OrganizationsWithoutPrimary(ctx context.Context, d *hub.DistrictCoverage) ([]*hub.OrganizationView, error) {
	ids := d.OrganizationsWithoutPrimary
	return hub.Related[*hub.OrganizationView](ctx, r.hub, principal(ctx), d.Moment, ids[:min(len(ids), hub.MaxNodes)]...)
}
