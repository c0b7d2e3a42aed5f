package graph

import (
	"context"

	"concord/graph/generated"
	"concord/graph/model"
	"concord/internal/hub"
)

// The mechanisms beside the rosters: each is listed, leads to what it refers to,
// and is found from there.

type (
	arbitratorResolver        struct{ *Resolver }
	liaisonAssignmentResolver struct{ *Resolver }
	trainingRecordResolver    struct{ *Resolver }
	awardResolver             struct{ *Resolver }
	stationingResolver        struct{ *Resolver }
	recommendationResolver    struct{ *Resolver }
	serviceWindowResolver     struct{ *Resolver }
)

func (r *Resolver) Arbitrator() generated.ArbitratorResolver { return arbitratorResolver{r} }
func (r *Resolver) LiaisonAssignment() generated.LiaisonAssignmentResolver {
	return liaisonAssignmentResolver{r}
}
func (r *Resolver) TrainingRecord() generated.TrainingRecordResolver {
	return trainingRecordResolver{r}
}
func (r *Resolver) Award() generated.AwardResolver           { return awardResolver{r} }
func (r *Resolver) Stationing() generated.StationingResolver { return stationingResolver{r} }
func (r *Resolver) Recommendation() generated.RecommendationResolver {
	return recommendationResolver{r}
}
func (r *Resolver) ServiceWindow() generated.ServiceWindowResolver { return serviceWindowResolver{r} }

// first returns the only one of what was found, the zero value when there is none.
func first[T any](found []T, err error) (one T, _ error) {
	if len(found) > 0 {
		one = found[0]
	}
	return one, err
}

// mechanismQuery is what the lists of all mechanisms are asked.
func mechanismQuery(ctx context.Context, filter *hub.FilterArgs, on *hub.Date, asOf *hub.AsOf, page hub.PageArgs) hub.RosterQuery {
	q := rosterQuery(ctx, nil, filter, nil, page)
	q.On, q.AsOf = given(on), given(asOf)
	return q
}

func (r queryResolver) Arbitrators(ctx context.Context, filter *hub.FilterArgs, on *hub.Date, asOf *hub.AsOf, first *int, after *string, last *int, before *string) (*model.ArbitratorConnection, error) {
	return r.hub.Arbitrators(ctx, principal(ctx), mechanismQuery(ctx, filter, on, asOf, hub.PageArgs{First: first, Last: last, After: after, Before: before}))
}

func (r queryResolver) LiaisonAssignments(ctx context.Context, filter *hub.FilterArgs, on *hub.Date, asOf *hub.AsOf, first *int, after *string, last *int, before *string) (*model.LiaisonAssignmentConnection, error) {
	return r.hub.LiaisonAssignments(ctx, principal(ctx), mechanismQuery(ctx, filter, on, asOf, hub.PageArgs{First: first, Last: last, After: after, Before: before}))
}

func (r queryResolver) TrainingRecords(ctx context.Context, filter *hub.FilterArgs, asOf *hub.AsOf, first *int, after *string, last *int, before *string) (*model.TrainingRecordConnection, error) {
	return r.hub.TrainingRecords(ctx, principal(ctx), mechanismQuery(ctx, filter, nil, asOf, hub.PageArgs{First: first, Last: last, After: after, Before: before}))
}

func (r queryResolver) Awards(ctx context.Context, filter *hub.FilterArgs, asOf *hub.AsOf, first *int, after *string, last *int, before *string) (*model.AwardConnection, error) {
	return r.hub.Awards(ctx, principal(ctx), mechanismQuery(ctx, filter, nil, asOf, hub.PageArgs{First: first, Last: last, After: after, Before: before}))
}

func (r queryResolver) Stationings(ctx context.Context, filter *hub.FilterArgs, on *hub.Date, asOf *hub.AsOf, first *int, after *string, last *int, before *string) (*model.StationingConnection, error) {
	return r.hub.Stationings(ctx, principal(ctx), mechanismQuery(ctx, filter, on, asOf, hub.PageArgs{First: first, Last: last, After: after, Before: before}))
}

func (r queryResolver) Recommendations(ctx context.Context, filter *hub.RecommendationFilter, asOf *hub.AsOf, first *int, after *string) (*model.RecommendationConnection, error) {
	return r.hub.Recommendations(ctx, principal(ctx), given(filter), given(asOf), hub.PageArgs{First: first, After: after})
}

func (r arbitratorResolver) Person(ctx context.Context, a *hub.ArbitratorView) (*hub.PersonView, error) {
	return first(hub.Related[*hub.PersonView](ctx, r.hub, principal(ctx), a.Moment, a.PersonID))
}

func (r arbitratorResolver) Organization(ctx context.Context, a *hub.ArbitratorView) (*hub.OrganizationView, error) {
	return first(hub.Related[*hub.OrganizationView](ctx, r.hub, principal(ctx), a.Moment, a.Arbitrator.Organization))
}

func (r liaisonAssignmentResolver) Arbitrator(ctx context.Context, l *hub.LiaisonView) (*hub.ArbitratorView, error) {
	return first(hub.Related[*hub.ArbitratorView](ctx, r.hub, principal(ctx), l.Moment, l.Arbitrator))
}

func (r liaisonAssignmentResolver) Organizations(ctx context.Context, l *hub.LiaisonView) ([]*hub.OrganizationView, error) {
	return hub.Related[*hub.OrganizationView](ctx, r.hub, principal(ctx), l.Moment, l.Organizations...)
}

func (r trainingRecordResolver) Listing(ctx context.Context, t *hub.TrainingView) (model.RosterEntry, error) {
	return first(hub.Related[model.RosterEntry](ctx, r.hub, principal(ctx), t.Moment, t.Listing))
}

func (r awardResolver) Organization(ctx context.Context, a *hub.AwardView) (*hub.OrganizationView, error) {
	return first(hub.Related[*hub.OrganizationView](ctx, r.hub, principal(ctx), a.Moment, a.Award.Organization))
}

func (r stationingResolver) Who(ctx context.Context, s *hub.StationingView) (hub.Node, error) {
	return first(hub.Related[hub.Node](ctx, r.hub, principal(ctx), s.Moment, s.Who))
}

func (r stationingResolver) Centre(ctx context.Context, s *hub.StationingView) (*hub.OrganizationView, error) {
	return first(hub.Related[*hub.OrganizationView](ctx, r.hub, principal(ctx), s.Moment, s.Centre))
}

func (r recommendationResolver) Experts(ctx context.Context, rec *hub.RecommendationView) ([]*hub.ExpertView, error) {
	then := hub.Moment{At: rec.Moment.At, On: rec.On}
	return hub.Related[*hub.ExpertView](ctx, r.hub, principal(ctx), then, rec.Recommendation.Experts...)
}

func (r serviceWindowResolver) Behind(ctx context.Context, w *hub.WindowView) ([]*hub.OrganizationView, error) {
	return hub.Related[*hub.OrganizationView](ctx, r.hub, principal(ctx), w.Moment, w.ServiceWindow.Behind...)
}

func (r arbitratorResolver) Liaisons(ctx context.Context, a *hub.ArbitratorView) ([]*hub.LiaisonView, error) {
	return hub.Concerning[*hub.LiaisonView](ctx, r.hub, principal(ctx), a.Moment, hub.KindLiaison, a.ID.String())
}

func (r organizationResolver) Awards(ctx context.Context, o *hub.OrganizationView) ([]*hub.AwardView, error) {
	return hub.Concerning[*hub.AwardView](ctx, r.hub, principal(ctx), o.Moment, hub.KindAward, o.Organization.ID.String())
}

func (r organizationResolver) Stationings(ctx context.Context, o *hub.OrganizationView) ([]*hub.StationingView, error) {
	return hub.Concerning[*hub.StationingView](ctx, r.hub, principal(ctx), o.Moment, hub.KindStationing, o.Organization.ID.String())
}

func (r organizationResolver) Liaisons(ctx context.Context, o *hub.OrganizationView) ([]*hub.LiaisonView, error) {
	return r.hub.LiaisonsOf(ctx, principal(ctx), o)
}

func (r mediatorResolver) Trainings(ctx context.Context, m *hub.MediatorView) ([]*hub.TrainingView, error) {
	return hub.Concerning[*hub.TrainingView](ctx, r.hub, principal(ctx), m.Moment, hub.KindTraining, m.ID.String())
}

func (r mediatorResolver) Stationings(ctx context.Context, m *hub.MediatorView) ([]*hub.StationingView, error) {
	return hub.Concerning[*hub.StationingView](ctx, r.hub, principal(ctx), m.Moment, hub.KindStationing, m.ID.String())
}

func (r mediatorResolver) TrainingByYear(ctx context.Context, m *hub.MediatorView) ([]*hub.TrainingYear, error) {
	return r.trainingByYear(ctx, m.Moment, m.ID)
}

func (r expertResolver) Trainings(ctx context.Context, e *hub.ExpertView) ([]*hub.TrainingView, error) {
	return hub.Concerning[*hub.TrainingView](ctx, r.hub, principal(ctx), e.Moment, hub.KindTraining, e.ID.String())
}

func (r expertResolver) Stationings(ctx context.Context, e *hub.ExpertView) ([]*hub.StationingView, error) {
	return hub.Concerning[*hub.StationingView](ctx, r.hub, principal(ctx), e.Moment, hub.KindStationing, e.ID.String())
}

func (r expertResolver) TrainingByYear(ctx context.Context, e *hub.ExpertView) ([]*hub.TrainingYear, error) {
	return r.trainingByYear(ctx, e.Moment, e.ID)
}

func (r expertResolver) ConflictsWith(ctx context.Context, e *hub.ExpertView, parties []string) ([]string, error) {
	return r.hub.ConflictsWith(principal(ctx), e, parties)
}

func (r expertResolver) LastUsed(ctx context.Context, e *hub.ExpertView) (*hub.Date, error) {
	return r.hub.LastUsed(ctx, e)
}

func (r expertResolver) Recommendations(ctx context.Context, e *hub.ExpertView) ([]*hub.RecommendationView, error) {
	return hub.Concerning[*hub.RecommendationView](ctx, r.hub, principal(ctx), e.Moment, hub.KindRecommendation, e.ID.String())
}

func (r invitedListingResolver) Trainings(ctx context.Context, l *hub.InvitedListingView) ([]*hub.TrainingView, error) {
	return hub.Concerning[*hub.TrainingView](ctx, r.hub, principal(ctx), l.Moment, hub.KindTraining, l.ID.String())
}

func (r invitedListingResolver) Stationings(ctx context.Context, l *hub.InvitedListingView) ([]*hub.StationingView, error) {
	return hub.Concerning[*hub.StationingView](ctx, r.hub, principal(ctx), l.Moment, hub.KindStationing, l.ID.String())
}

func (r invitedListingResolver) TrainingByYear(ctx context.Context, l *hub.InvitedListingView) ([]*hub.TrainingYear, error) {
	return r.trainingByYear(ctx, l.Moment, l.ID)
}

func (r personResolver) TrainingByYear(ctx context.Context, p *hub.PersonView) ([]*hub.TrainingYear, error) {
	return r.trainingByYear(ctx, p.Moment, p.ID)
}

func (r *Resolver) trainingByYear(ctx context.Context, moment hub.Moment, subject hub.ID) ([]*hub.TrainingYear, error) {
	years, err := r.hub.TrainingByYear(ctx, principal(ctx), moment, subject)
	return pointers(years), err
}

func (r arbitratorResolver) History(ctx context.Context, a *hub.ArbitratorView, first *int, after *string) (*model.ChangeConnection, error) {
	return r.history(ctx, a.ID, first, after)
}

func (r liaisonAssignmentResolver) History(ctx context.Context, l *hub.LiaisonView, first *int, after *string) (*model.ChangeConnection, error) {
	return r.history(ctx, l.ID, first, after)
}

func (r trainingRecordResolver) History(ctx context.Context, t *hub.TrainingView, first *int, after *string) (*model.ChangeConnection, error) {
	return r.history(ctx, t.ID, first, after)
}

func (r awardResolver) History(ctx context.Context, a *hub.AwardView, first *int, after *string) (*model.ChangeConnection, error) {
	return r.history(ctx, a.ID, first, after)
}

func (r stationingResolver) History(ctx context.Context, s *hub.StationingView, first *int, after *string) (*model.ChangeConnection, error) {
	return r.history(ctx, s.ID, first, after)
}

func (r mutationResolver) RecordArbitrator(ctx context.Context, input hub.RecordArbitratorInput) (*model.MechanismPayload, error) {
	return model.Mechanism(r.hub.RecordArbitrator(ctx, principal(ctx), input))
}

func (r mutationResolver) RecordLiaison(ctx context.Context, input hub.RecordLiaisonInput) (*model.MechanismPayload, error) {
	return model.Mechanism(r.hub.RecordLiaison(ctx, principal(ctx), input))
}

func (r mutationResolver) RecordTraining(ctx context.Context, input hub.RecordTrainingInput) (*model.MechanismPayload, error) {
	return model.Mechanism(r.hub.RecordTraining(ctx, principal(ctx), input))
}

func (r recommendationResolver) History(ctx context.Context, rec *hub.RecommendationView, first *int, after *string) (*model.ChangeConnection, error) {
	return r.history(ctx, rec.ID, first, after)
}

func (r mutationResolver) RecordRecommendation(ctx context.Context, input hub.RecordRecommendationInput) (*model.MechanismPayload, error) {
	return model.Mechanism(r.hub.RecordRecommendation(ctx, principal(ctx), input))
}

func (r mutationResolver) RecordStationing(ctx context.Context, input hub.RecordStationingInput) (*model.MechanismPayload, error) {
	return model.Mechanism(r.hub.RecordStationing(ctx, principal(ctx), input))
}

func (r mutationResolver) NominateAward(ctx context.Context, input hub.NominateAwardInput) (*model.MechanismPayload, error) {
	return model.Mechanism(r.hub.NominateAward(ctx, principal(ctx), input))
}

func (r mutationResolver) AdvanceAward(ctx context.Context, input hub.AdvanceAwardInput) (*model.MechanismPayload, error) {
	return model.Mechanism(r.hub.AdvanceAward(ctx, principal(ctx), input))
}

func (r mutationResolver) RecordPractice(ctx context.Context, input hub.RecordPracticeInput) (*model.OrganizationPayload, error) {
	return model.Organization(r.hub.RecordPractice(ctx, principal(ctx), input))
}
