package graph

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"concord/graph/model"
	"concord/internal/hub"
)

// A subscription is pulled: before each answer the gate waits for the next event,
// decides anew who the subscriber is and what she may read, and hands the event to
// the executor, which is waiting on the stream's channel by then. Nothing is made
// ahead of what the subscriber has taken.

// stream is the running subscription of an operation. It is used by the one
// goroutine that asks for its answers.
type stream struct {
	feed   *hub.Feed
	events chan *model.ChangeEdge // holds the event being answered
	ended  bool

	weighed *weighing    // under the rights last decided
	decided hub.Revision // when that was
	at      time.Time
}

func (r subscriptionResolver) RosterChanged(ctx context.Context, after *string, kinds []hub.Kind, district []string) (<-chan *model.ChangeEdge, error) {
	weighed, _ := graphql.GetOperationContext(ctx).Stats.GetExtension(gateName).(*weighing)
	feed, err := r.hub.Follow(ctx, hub.ChangesQuery{Page: hub.PageArgs{After: after}, Kinds: kinds, District: district})
	if err != nil {
		return nil, err
	}
	weighed.stream.feed, weighed.stream.events = feed, make(chan *model.ChangeEdge, 1)
	return weighed.stream.events, nil
}

// onlyStream refuses subscriptions to nothing.
func onlyStream(op *graphql.OperationContext) error {
	fields := graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Subscription"})
	if len(fields) != 1 || fields[0].Definition == nil || fields[0].Name == "__typename" {
		return hub.Invalid("query", "一个订阅须且只能有一个顶层字段，例如 rosterChanged。")
	}
	return nil
}

// rightsHold is for how long rights that were decided hold while no write could
// have changed them: sessions end by the clock.
const rightsHold = 5 * time.Second

// await waits for the next event of s. Its error ends the stream. The first event is
// paid for by letting the operation in; each further one is paid for before the
// stream looks for it, so that rights are decided last. Who cannot pay waits: a feed
// that is read faster than the limits allow is slowed, and loses nothing.
func (g *gate) await(ctx context.Context, s *stream) (*weighing, error) {
	if budget := caller(ctx).Budget; budget != nil && s.weighed != nil {
		if err := budget.Await(ctx, s.weighed.cost); err != nil {
			s.ended = true
			return nil, err
		}
	}
	edge, err := s.feed.Next(ctx, func(ctx context.Context) (*hub.Principal, error) { return g.rights(ctx, s) })
	if err != nil {
		s.ended = true
		return nil, err
	}
	s.events <- edge
	return s.weighed, nil
}

// rights returns the subscriber as she may read now: what the document asks for is
// weighed anew whenever something can have changed it.
func (g *gate) rights(ctx context.Context, s *stream) (*hub.Principal, error) {
	now, revision := graphql.Now(), g.hub.Revision()
	if s.weighed != nil && s.decided == revision && now.Sub(s.at) < rightsHold {
		return s.weighed.caller, nil
	}
	p := principal(ctx)
	if renew := caller(ctx).Renew; renew != nil {
		var err error
		if p, err = renew(ctx); err != nil {
			return nil, err
		}
	}
	weighed, err := g.weigh(ctx, graphql.GetOperationContext(ctx), p)
	if err != nil {
		return nil, err
	}
	s.weighed, s.decided, s.at = weighed, revision, now
	return weighed.caller, nil
}
