package graph

import (
	"cmp"
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"concord/graph/model"
	"concord/internal/hub"
)

func (r queryResolver) Statistics(ctx context.Context, on *hub.Date, asOf *hub.AsOf) (*model.Statistics, error) {
	moment, err := r.hub.Statistics(ctx, hub.StatisticsQuery{On: given(on), AsOf: given(asOf)})
	if err != nil {
		return nil, err
	}
	return &model.Statistics{On: moment.On, Revision: moment.Revision}, nil
}

func (r statisticsResolver) Mediators(ctx context.Context, s *model.Statistics, filter *hub.FilterArgs) (*model.RosterCounts, error) {
	return r.counts(ctx, s, hub.KindMediator, filter)
}

func (r statisticsResolver) Experts(ctx context.Context, s *model.Statistics, filter *hub.FilterArgs) (*model.RosterCounts, error) {
	return r.counts(ctx, s, hub.KindExpert, filter)
}

func (r statisticsResolver) Organizations(ctx context.Context, s *model.Statistics, filter *hub.FilterArgs) (*model.RosterCounts, error) {
	return r.counts(ctx, s, hub.KindOrganization, filter)
}

func (r statisticsResolver) InvitedListings(ctx context.Context, s *model.Statistics, filter *hub.FilterArgs) (*model.RosterCounts, error) {
	return r.counts(ctx, s, hub.KindInvitedListing, filter)
}

// dimensionOf says by what a field of RosterCounts counts.
var dimensionOf = map[string]hub.Dimension{
	"byDistrict": hub.ByDistrict, "byLevel": hub.ByLevel, "byStatus": hub.ByStatus, "bySpecialty": hub.BySpecialty,
	"bySource": hub.BySource, "byKind": hub.ByOrgKind, "byCourt": hub.ByCourt,
}

var districtAndSpecialty = [2]hub.Dimension{hub.ByDistrict, hub.BySpecialty}

// counts counts one roster by what the document asks for, at the moment that the
// statistics as a whole are of.
func (r statisticsResolver) counts(ctx context.Context, s *model.Statistics, kind hub.Kind, filter *hub.FilterArgs) (*model.RosterCounts, error) {
	wanted := hub.RosterCountQuery{Filter: given(filter)}
	for _, field := range graphql.CollectFieldsCtx(ctx, nil) {
		if d, ok := dimensionOf[field.Name]; ok && !slices.Contains(wanted.By, d) {
			wanted.By = append(wanted.By, d)
		}
		if field.Name == "byDistrictAndSpecialty" {
			wanted.Cross = [][2]hub.Dimension{districtAndSpecialty}
		}
	}
	statistics, err := r.hub.Statistics(ctx, hub.StatisticsQuery{
		On: s.On, AsOf: hub.AsOf{Revision: s.Revision}, Rosters: map[hub.Kind]hub.RosterCountQuery{kind: wanted},
	})
	if err != nil {
		return nil, err
	}
	counts := &model.RosterCounts{RosterCounts: statistics.Rosters[kind]}
	for _, c := range counts.Cross[districtAndSpecialty] {
		region, _ := r.hub.Reference().Region(c.Values[0])
		counts.ByDistrictAndSpecialty = append(counts.ByDistrictAndSpecialty, model.DistrictSpecialtyCount{District: region, Specialty: c.Values[1], Count: c.Count})
	}
	return counts, nil
}

func (r statisticsResolver) Checklist(ctx context.Context, s *model.Statistics) (*model.ChecklistCounts, error) {
	checklists, err := r.hub.Checklists(ctx, hub.AsOf{Revision: s.Revision})
	if err != nil || len(checklists) == 0 {
		return nil, err
	}
	return checklistCounts(r.hub.Reference(), checklists[0]), nil
}

func (r statisticsResolver) Corrections(ctx context.Context, s *model.Statistics) (*hub.CorrectionCounts, error) {
	return r.hub.CountCorrections(ctx, s.Revision, s.On)
}

func (r statisticsResolver) Secondments(ctx context.Context, s *model.Statistics) (*hub.SecondmentCounts, error) {
	return r.hub.CountSecondments(ctx, s.Revision, s.On)
}

func checklistCounts(ref *hub.Reference, c *hub.ChecklistView) *model.ChecklistCounts {
	counts := &model.ChecklistCounts{Checklist: c, Sections: len(c.Checklist.Sections)}
	for _, section := range c.Checklist.Sections {
		counts.Groups += len(section.Groups)
		for _, group := range section.Groups {
			counts.Tasks += len(group.Tasks)
		}
	}
	for _, agency := range ref.Agencies() {
		counts.ByAgency = append(counts.ByAgency, model.AgencyCount{Agency: agency})
	}
	for m := range c.Measures() {
		counts.Measures++
		for i := range counts.ByAgency {
			count := &counts.ByAgency[i]
			if m.Names(count.Agency.Code, "") {
				count.Measures++
			}
			if m.Names(count.Agency.Code, hub.AgencyRoleLead) {
				count.Lead++
			}
		}
	}
	slices.SortStableFunc(counts.ByAgency, func(a, b model.AgencyCount) int { return cmp.Compare(b.Measures, a.Measures) })
	return counts
}
