// Package graph is GraphQL over the hub: a resolver decodes what was asked, asks
// the hub, and hands on what it says. What may be asked at all is decided once
// per operation from its document (limits.go, sharing.go); what may be read is
// the hub's to say. Whatever goes wrong leaves through one presenter (errors.go).
package graph

import (
	"context"
	"log/slog"

	"concord/graph/generated"
	"concord/graph/model"
	"concord/internal/hub"
)

// Resolver answers every field that the records themselves do not hold.
type Resolver struct {
	hub    *hub.Hub
	log    *slog.Logger
	limits Limits
}

// Caller is who calls, and the id under which operators find the request.
type Caller struct {
	Principal *hub.Principal
	RequestID string
	// Renew finds out anew who calls, for operations that last; without it the
	// principal stays who it is.
	Renew func(context.Context) (*hub.Principal, error)
	// Budget is what operations are paid from; without it they are free.
	Budget Budget
}

// Budget is what a caller may spend, in points of cost.
type Budget interface {
	// Spend takes points; its error says when there will be as many.
	Spend(points int) error
	// Await takes points as soon as there are as many.
	Await(ctx context.Context, points int) error
	// Left says what may still be spent; nil when there is no limit.
	Left() *model.RateLimit
}

type callerKey struct{}

// WithCaller returns a context in which operations run on behalf of c.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

func caller(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	if c.Principal == nil {
		c.Principal = hub.Anonymous
	}
	return c
}

func principal(ctx context.Context) *hub.Principal { return caller(ctx).Principal }

// One type an object of the contract that has resolvers; gqlgen asks for them by
// these names.
type (
	queryResolver             struct{ *Resolver }
	mutationResolver          struct{ *Resolver }
	subscriptionResolver      struct{ *Resolver }
	personResolver            struct{ *Resolver }
	personalDataResolver      struct{ *Resolver }
	mediatorResolver          struct{ *Resolver }
	expertResolver            struct{ *Resolver }
	invitedListingResolver    struct{ *Resolver }
	organizationResolver      struct{ *Resolver }
	checklistResolver         struct{ *Resolver }
	measureResolver           struct{ *Resolver }
	responsibleAgencyResolver struct{ *Resolver }
	statisticsResolver        struct{ *Resolver }
	causeResolver             struct{ *Resolver }
	courtResolver             struct{ *Resolver }
	viewerResolver            struct{ *Resolver }
	sheetJobResolver          struct{ *Resolver }
	accountResolver           struct{ *Resolver }
	keyResolver               struct{ *Resolver }
	everydayWordResolver      struct{ *Resolver }
	sharingAgreementResolver  struct{ *Resolver }
	progressNoteResolver      struct{ *Resolver }
	secondmentResolver        struct{ *Resolver }
	correctionRequestResolver struct{ *Resolver }
)

var _ generated.ResolverRoot = (*Resolver)(nil)

func (r *Resolver) Query() generated.QueryResolver       { return queryResolver{r} }
func (r *Resolver) Mutation() generated.MutationResolver { return mutationResolver{r} }
func (r *Resolver) Subscription() generated.SubscriptionResolver {
	return subscriptionResolver{r}
}
func (r *Resolver) Person() generated.PersonResolver { return personResolver{r} }
func (r *Resolver) PersonalData() generated.PersonalDataResolver {
	return personalDataResolver{r}
}
func (r *Resolver) Mediator() generated.MediatorResolver { return mediatorResolver{r} }
func (r *Resolver) Expert() generated.ExpertResolver     { return expertResolver{r} }
func (r *Resolver) InvitedListing() generated.InvitedListingResolver {
	return invitedListingResolver{r}
}
func (r *Resolver) Organization() generated.OrganizationResolver { return organizationResolver{r} }
func (r *Resolver) Checklist() generated.ChecklistResolver       { return checklistResolver{r} }
func (r *Resolver) Measure() generated.MeasureResolver           { return measureResolver{r} }
func (r *Resolver) ResponsibleAgency() generated.ResponsibleAgencyResolver {
	return responsibleAgencyResolver{r}
}
func (r *Resolver) Statistics() generated.StatisticsResolver { return statisticsResolver{r} }
func (r *Resolver) Cause() generated.CauseResolver           { return causeResolver{r} }
func (r *Resolver) Court() generated.CourtResolver           { return courtResolver{r} }
func (r *Resolver) Viewer() generated.ViewerResolver         { return viewerResolver{r} }
func (r *Resolver) SharingAgreement() generated.SharingAgreementResolver {
	return sharingAgreementResolver{r}
}
func (r *Resolver) ProgressNote() generated.ProgressNoteResolver { return progressNoteResolver{r} }
func (r *Resolver) CorrectionRequest() generated.CorrectionRequestResolver {
	return correctionRequestResolver{r}
}
func (r *Resolver) Secondment() generated.SecondmentResolver     { return secondmentResolver{r} }
func (r *Resolver) SheetJob() generated.SheetJobResolver         { return sheetJobResolver{r} }
func (r *Resolver) Account() generated.AccountResolver           { return accountResolver{r} }
func (r *Resolver) Key() generated.KeyResolver                   { return keyResolver{r} }
func (r *Resolver) EverydayWord() generated.EverydayWordResolver { return everydayWordResolver{r} }
