package graph

import (
	"context"
	"log/slog"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"concord/graph/generated"
	"concord/graph/plan"
	"concord/internal/hub"
)

// keptDocuments is how many bytes of checked documents are kept.
const keptDocuments = 4 << 20

// New returns the executor of the contract over h. Callers put who calls into the
// context by [WithCaller]; without it they are anonymous. Faults of ours are
// logged to log, never shown. Each extension sees every answer as it leaves.
func New(h *hub.Hub, log *slog.Logger, limits Limits, outer ...graphql.HandlerExtension) *executor.Executor {
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: &Resolver{hub: h, log: log, limits: limits}})
	kept := newDocuments(keptDocuments)
	e := executor.New(inFront(schema, generated.Plans(schema)))
	e.SetQueryCache(kept)
	e.SetParserTokenLimit(limits.Tokens)
	e.SetDisableSuggestion(true)
	e.SetErrorPresenter(presenter(log))
	e.SetRecoverFunc(recovered)
	for _, extension := range outer {
		e.Use(extension)
	}
	e.Use(&gate{hub: h, present: presenter(log), limits: limits, documents: kept, schema: schema.Schema(), weights: weights(schema.Schema()), sizes: introspectionSizes(schema.Schema())})
	return e
}

// inFront puts plans in front of gqlgen's executor. Tests have both answer and
// compare.
var inFront = func(reference graphql.ExecutableSchema, contract *plan.Contract) graphql.ExecutableSchema {
	return plan.NewSchema(reference, contract)
}

// gate lets an operation in or refuses it before anything of it runs.
type gate struct {
	hub       *hub.Hub
	present   graphql.ErrorPresenterFunc
	limits    Limits
	documents *documents
	schema    *ast.Schema
	weights   map[*ast.FieldDefinition]*weight
	sizes     map[string]int
}

var (
	_ graphql.OperationParameterMutator = (*gate)(nil)
	_ graphql.OperationContextMutator   = (*gate)(nil)
	_ graphql.ResponseInterceptor       = (*gate)(nil)
)

// ExtensionName is the name under which an operation's weighing is kept.
func (g *gate) ExtensionName() string { return gateName }

const gateName = "gate"

// Validate accepts every schema.
func (g *gate) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters looks at a new document before it is validated.
func (g *gate) MutateOperationParameters(ctx context.Context, params *graphql.RawParams) *gqlerror.Error {
	if _, known := g.documents.Get(ctx, params.Query); known {
		return nil
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: params.Query}, g.limits.Tokens)
	if err != nil {
		return nil //nolint:nilerr // the executor parses it again and reports it
	}
	if err := checkWritten(g.limits, doc); err != nil {
		return gqlerror.Wrap(err)
	}
	return nil
}

// MutateOperationContext weighs the operation. The schema may be read by anybody:
// it is the contract.
func (g *gate) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	w, err := g.weigh(ctx, op, principal(ctx))
	if err != nil {
		return gqlerror.Wrap(err)
	}
	if op.Operation.Operation == ast.Subscription {
		if err := onlyStream(op); err != nil {
			return gqlerror.Wrap(err)
		}
		w.stream = &stream{}
	}
	if budget := caller(ctx).Budget; budget != nil {
		if err := budget.Spend(w.cost); err != nil {
			return gqlerror.Wrap(err)
		}
	}
	op.DisableIntrospection = false
	op.Stats.SetExtension(gateName, w)
	return nil
}

// weigh decides what p may do in an operation.
func (g *gate) weigh(ctx context.Context, op *graphql.OperationContext, p *hub.Principal) (*weighing, error) {
	purpose, _ := op.Extensions["purpose"].(string)
	reader, err := g.hub.Reader(ctx, p, hub.Request{ID: caller(ctx).RequestID, Purpose: purpose})
	if err != nil {
		return nil, err
	}
	w := &weighing{schema: g.schema, weights: g.weights, sizes: g.sizes, limits: g.limits, vars: op.Variables, caller: reader}
	return w, w.selections(op.Operation.SelectionSet, place{times: 1, size: 1})
}

// mostErrors is how many errors an answer carries, mostFaults one without data; a
// document can be made to have thousands.
const mostErrors, mostFaults = 20, 10

// InterceptResponse adds what was decided beforehand: the cost, and an error for
// each field that the caller can see in no record.
func (g *gate) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	var weighed *weighing
	if graphql.HasOperationContext(ctx) {
		weighed, _ = graphql.GetOperationContext(ctx).Stats.GetExtension(gateName).(*weighing)
	}
	if weighed != nil && weighed.stream != nil {
		if weighed.stream.ended {
			return nil
		}
		var err error
		if weighed, err = g.await(ctx, weighed.stream); err != nil {
			return &graphql.Response{Errors: gqlerror.List{g.present(ctx, err)}}
		}
	}
	cost := map[string]int{"requested": 0, "limit": g.limits.Cost} // what was refused costs nothing but the request
	if weighed != nil {
		cost["requested"] = weighed.cost
	}
	graphql.RegisterExtension(ctx, "cost", cost)
	if weighed != nil {
		ctx = WithCaller(ctx, Caller{Principal: weighed.caller, RequestID: caller(ctx).RequestID, Budget: caller(ctx).Budget})
	}
	response := next(ctx)
	if response == nil {
		return nil
	}
	if weighed != nil {
		if err := g.hub.Account(ctx, weighed.caller); err != nil { // what is not written down does not leave
			response.Data = nil
			response.Errors = gqlerror.List{g.present(ctx, err)}
			return response
		}
	}
	if weighed != nil && response.Data != nil {
		for _, d := range weighed.denied {
			response.Errors = append(response.Errors, d.present(weighed.caller))
		}
	}
	most := mostErrors
	if response.Data == nil {
		most = mostFaults
	}
	response.Errors = response.Errors[:min(most, len(response.Errors))]
	return response
}
