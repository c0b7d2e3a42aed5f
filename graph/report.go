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
	return r.organizations(ctx, d, d.OrganizationsWithoutPrimary)
}

func (r districtCoverageResolver) OrganizationsWithoutFullTime(ctx context.Context, d *hub.DistrictCoverage) ([]*hub.OrganizationView, error) {
	return r.organizations(ctx, d, d.OrganizationsWithoutFullTime)
}

func (r districtCoverageResolver) organizations(ctx context.Context, d *hub.DistrictCoverage, ids []hub.ID) ([]*hub.OrganizationView, error) {
	return hub.Related[*hub.OrganizationView](ctx, r.hub, principal(ctx), d.Moment, ids[:min(len(ids), hub.MaxNodes)]...)
}
