package house

import (
	"testing"

	"concord/web"

	"github.com/vektah/gqlparser/v2"
)

// TestExamplesFitTheSchema checks the explorer's examples against the contract;
// web/test runs them against a server.
func TestExamplesFitTheSchema(t *testing.T) {
	schema := contract(t)
	for _, example := range web.Examples() {
		t.Run(example.Title, func(t *testing.T) {
			if _, errs := gqlparser.LoadQueryWithRules(schema, example.Query, nil); errs != nil {
				t.Error(errs)
			}
		})
	}
}
