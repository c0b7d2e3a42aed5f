// A partner's program in Go: it pages through a roster, finds experts, reads one record by
// its number and amends it. URL and KEY come by the environment; it prints JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	"github.com/Khan/genqlient/graphql"
)

type keyed struct{ key string }

func (k keyed) Do(r *http.Request) (*http.Response, error) {
	r.Header.Set("Authorization", "Bearer "+k.key)
	return http.DefaultClient.Do(r)
}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	client := graphql.NewClient(os.Getenv("URL"), keyed{os.Getenv("KEY")})
	var (
		numbers []string
		total   int
		first   = 20
		after   *string
	)
	for {
		page, err := Mediators(ctx, client, &MediatorFilter{Level: []Level{LevelCity}}, &first, after)
		if err != nil {
			return err
		}
		total = page.Mediators.TotalCount
		for _, edge := range page.Mediators.Edges {
			numbers = append(numbers, *edge.Node.RegistrationNo)
		}
		if after = page.Mediators.PageInfo.EndCursor; !page.Mediators.PageInfo.HasNextPage {
			break
		}
	}
	experts, err := FindExperts(ctx, client, "讨薪", nil)
	if err != nil {
		return err
	}
	one, err := MediatorByNumber(ctx, client, numbers[0])
	if err != nil {
		return err
	}
	changed, err := AmendMediator(ctx, client, AmendMediatorInput{
		Id: one.Mediator.Id, ExpectedRevision: one.Mediator.Revision, Reason: "示例", IdempotencyKey: "genqlient-1", Fields: map[string]any{"title": "示例职称 genqlient"},
	})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"total": total, "numbers": numbers, "experts": experts.Experts.TotalCount, "userErrors": changed.AmendMediator.UserErrors, "revision": changed.AmendMediator.Revision,
	})
}
