package main

import (
	"net/http"
	"strings"
	"testing"
)

// TestLimitsAreSetByFlags starts a server whose limits are not the usual ones.
func TestLimitsAreSetByFlags(t *testing.T) {
	url := serving(t, t.TempDir(), "--max-depth", "4", "--max-body", "1", "--timeout", "7", "--closed-schema",
		"--rate-address", "300", "--rate-burst", "1000", "--proxies", "127.0.0.1")
	data := ask(t, url, "", "{ limits { depth body seconds } rateLimit { per perSecond limit } }")
	if got, want := data["limits"], map[string]any{"depth": 4., "body": 1024., "seconds": 7.}; !same(got, want) {
		t.Errorf("limits are %v, want %v", got, want)
	}
	if got, want := data["rateLimit"], map[string]any{"per": "ADDRESS", "perSecond": 300., "limit": 300_000.}; !same(got, want) {
		t.Errorf("rate is %v, want %v", got, want)
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
