package graph

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"concord/internal/hub"
)

// Answered is what an answer tells those who run the hub. It holds words of the
// contract only, nothing that a caller typed.
type Answered struct {
	Kind  string        // query, mutation or subscription; none when the request did not become one
	Field string        // its root field; several, or none
	Code  string        // of the first error; OK without one
	Cost  int           // as weighed
	Took  time.Duration // of a query or mutation; 0 otherwise
}

// Observer is an extension for [New] that is told of every answer, whatever way it
// takes to its caller.
type Observer func(context.Context, Answered)

var _ graphql.ResponseInterceptor = Observer(nil)

// ExtensionName names the extension.
func (Observer) ExtensionName() string { return "observer" }

// Validate accepts every schema.
func (Observer) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse tells of the answer.
func (o Observer) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	if response == nil {
		return nil
	}
	a := Answered{Kind: "none", Field: "none", Code: "OK"}
	if len(response.Errors) > 0 {
		a.Code = "INTERNAL"
		if code := codeOf(response.Errors[0].Extensions); code != "" {
			a.Code = code
		}
	}
	if graphql.HasOperationContext(ctx) {
		op := graphql.GetOperationContext(ctx)
		if op.Operation != nil { // it has been validated: its fields are the contract's
			a.Kind = string(op.Operation.Operation)
			if op.Operation.Operation != ast.Subscription && !op.Stats.OperationStart.IsZero() {
				a.Took = time.Since(op.Stats.OperationStart)
			}
		}
		if weighed, ok := op.Stats.GetExtension(gateName).(*weighing); ok {
			a.Cost, a.Field = weighed.cost, weighed.root
		}
	}
	o(ctx, a)
	return response
}

// codeOf reads the code of an error as it is shown.
func codeOf(extensions map[string]any) string {
	switch code := extensions["code"].(type) {
	case hub.Code:
		return string(code)
	case string:
		return code
	}
	return ""
}
