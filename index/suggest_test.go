package index

import (
	"slices"
	"testing"

	"concord/internal/hub"
)

// TestGoldenSuggestions measures how many of the completions that people expect
// are among the first ten.
func TestGoldenSuggestions(t *testing.T) {
	store, _ := goldenStore(t)
	x := openFollowing(t, t.TempDir(), store)
	found, expected := 0, 0
	for _, q := range readLines[struct {
		Prefix   string
		Expected []string
	}](t, "suggest.jsonl") {
		list, err := x.Suggest(background(), hub.SuggestQuery{Prefix: q.Prefix, Kinds: []hub.Kind{hub.KindExpert}, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, s := range list {
			texts = append(texts, s.Text)
		}
		for _, want := range q.Expected {
			expected++
			if slices.Contains(texts, want) {
				found++
			} else {
				t.Logf("%s: %s is not among %v", q.Prefix, want, texts)
			}
		}
	}
	if share := float64(found) / float64(expected); share < leastQuality {
		t.Errorf("%d of %d expected completions were offered, less than %.2f", found, expected, leastQuality)
	}
}
