package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"concord/graph/generated"
)

// TestLimitsAreSetByFlags starts a server whose limits are not the usual ones.
func TestLimitsAreSetByFlags(t *testing.T) {
	url := serving(t, t.TempDir(), "--max-depth", "4", "--max-body", "1", "--timeout", "7", "--closed-schema",
		"--rate-address", "300", "--rate-burst", "1000", "--proxies", "127.0.0.1",
		"--max-header", "64", "--max-tokens", "7000", "--max-selections", "601", "--max-repeats", "101", "--max-directives", "102", "--max-parts", "61",
		"--max-root-fields", "21", "--max-aliases", "51", "--max-cost", "90000", "--max-message", "2", "--max-subscriptions", "52", "--max-messages", "53",
		"--init-timeout", "11", "--max-streams-each", "103")
	want := map[string]any{"depth": 4., "body": 1024., "seconds": 7., "header": 65536., "tokens": 7000., "selections": 601., "repeats": 101., "directives": 102., "parts": 61.,
		"rootFields": 21., "aliases": 51., "cost": 90000., "message": 2048., "subscriptions": 52., "messages": 53., "init": 11., "streams": 103.}
	for _, field := range generated.NewExecutableSchema(generated.Config{}).Schema().Types["Limits"].Fields {
		if want[field.Name] == nil {
			t.Errorf("the limit %s is published, and no flag sets it here", field.Name)
		}
	}
	data := ask(t, url, "", "{ limits { "+strings.Join(slices.Sorted(maps.Keys(want)), " ")+" } rateLimit { per perSecond limit } }")
	if got := data["limits"]; !same(got, want) {
		t.Errorf("limits are %v, want %v", got, want)
	}
	if got, want := data["rateLimit"], map[string]any{"per": "ADDRESS", "perSecond": 300., "limit": 300_000.}; !same(got, want) {
		t.Errorf("rate is %v, want %v", got, want)
	}
	for size, status := range map[int]int{30 << 10: http.StatusOK, 80 << 10: http.StatusRequestHeaderFieldsTooLarge} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/healthz", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Long", strings.Repeat("x", size))
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != status {
			t.Errorf("%d bytes of headers: %s", size, response.Status)
		}
	}
	for body, status := range map[string]int{
		`{"query":"{ checklists { sections { groups { tasks { name } } } } }"}`: http.StatusBadRequest,
		`{"query":"{ __schema { types { name } } }"}`:                           http.StatusBadRequest,
		`{"query":"` + strings.Repeat(" ", 1024) + `"}`:                         http.StatusRequestEntityTooLarge,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/graphql", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Accept", "application/graphql-response+json")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != status {
			t.Errorf("%s: %.60s", response.Status, body)
		}
	}
}

func same(got any, want map[string]any) bool {
	fields, ok := got.(map[string]any)
	for name, value := range want {
		ok = ok && fields[name] == value
	}
	return ok
}
