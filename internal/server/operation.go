package server

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"concord/graph"
	"concord/internal/hub"
)

// operation is one that was let in, whatever transport brought it.
type operation struct {
	*graphql.OperationContext
	server   *Server
	executor graphql.GraphExecutor // that admitted it
	ctx      context.Context
	who      string // is charged for it
}

// admit decides whether params may run on behalf of c. When not, it returns the
// answer that says why.
func (s *Server) admit(ctx context.Context, c graph.Caller, params *graphql.RawParams) (*operation, *graphql.Response) {
	ctx = graphql.StartOperationTrace(graph.WithCaller(ctx, c))
	keep, err := s.persisted.document(params)
	if err != nil {
		return nil, s.fault(ctx, err)
	}
	if len(c.Principal.Documents) > 0 {
		if err := c.Principal.MayAsk(hashOf(params.Query)); err != nil {
			return nil, s.fault(ctx, err)
		}
	}
	executor := s.tuning().executor
	op, faults := executor.CreateOperationContext(ctx, params)
	if len(faults) > 0 {
		return nil, executor.DispatchError(graphql.WithOperationContext(ctx, op), faults)
	}
	if keep != "" {
		s.persisted.add(keep, params.Query)
	}
	who := ""
	if b, ok := c.Budget.(*budget); ok {
		who = b.who
	}
	return &operation{op, s, executor, ctx, who}, nil
}

func (o *operation) lasts() bool { return o.Operation.Operation == ast.Subscription }

// run runs the operation and hands over its answers, encoded: one, or of a
// subscription as many as there are, until it ends or its context is done. failed
// says that an answer is the end of a subscription that can go on no longer, or of an
// operation for which there is no place.
func (o *operation) run(hand func(answer []byte, failed bool) error) error {
	ctx := o.ctx
	if !o.lasts() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.server.tuning().Timeout)
		defer cancel()
		if o.Operation.Operation == ast.Query && graph.CostOf(o.OperationContext) >= largeCost {
			return o.byTurns(ctx, hand)
		}
	} else {
		leave, ok := o.server.streams.follow(o.who)
		if !ok {
			return hand(encode(o.server.fault(o.ctx, tooManyStreams())), true)
		}
		defer leave()
		defer o.server.config.Metrics.Subscription()()
	}
	responses, ctx := o.executor.DispatchOperation(ctx, o.OperationContext)
	for {
		response := responses(ctx)
		if !o.lasts() {
			return hand(o.encoded(response), false)
		}
		if response == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		if err := hand(encode(response), response.Data == nil); err != nil {
			return err
		}
	}
}

// byTurns runs a large query when it is its turn: many at a time would only take each
// other's memory. It makes room for the next as soon as it is answered, but only so many
// answers wait for slow clients.
func (o *operation) byTurns(ctx context.Context, hand func(answer []byte, failed bool) error) error {
	gone, err := o.server.leaving.enter(ctx, o.who)
	if err != nil {
		return hand(encode(o.server.fault(o.ctx, err)), true)
	}
	defer gone()
	leave, err := o.server.working.enter(ctx, o.who)
	if err != nil {
		return hand(encode(o.server.fault(o.ctx, err)), true)
	}
	answer := func() []byte {
		defer leave()
		responses, ctx := o.executor.DispatchOperation(ctx, o.OperationContext)
		return o.encoded(responses(ctx))
	}()
	return hand(answer, false)
}

// encoded is an answer to what does not last; without one the time is up.
func (o *operation) encoded(response *graphql.Response) []byte {
	if response == nil {
		response = o.server.fault(o.ctx, context.DeadlineExceeded)
	}
	return encode(response)
}

// fault is the answer that says err.
func (s *Server) fault(ctx context.Context, err error) *graphql.Response {
	return s.tuning().executor.DispatchError(ctx, gqlerror.List{gqlerror.Wrap(err)})
}

// recovered runs f; when f panics it logs the cause and says so.
func (s *Server) recovered(ctx context.Context, f func()) (panicked bool) {
	defer func() {
		if cause := recover(); cause != nil {
			panicked = true
			err := hub.Internal("server", fmt.Errorf("panic: %v\n%s", cause, debug.Stack()))
			s.config.Log.ErrorContext(ctx, "panic", "request", noted(ctx).id, "error", err)
		}
	}()
	f()
	return false
}
