package graph_test

import (
	"context"
	"maps"
	"strings"
	"testing"

	"concord/internal/hub"
)

// canned is a searcher that finds what it is told to, and keeps what it was asked.
type canned struct {
	hub.Searcher
	result      hub.SearchResult
	suggestions []hub.Suggestion
	asked       hub.SearchQuery
	typed       hub.SuggestQuery
}

func (c *canned) Search(_ context.Context, q hub.SearchQuery) (hub.SearchResult, error) {
	c.asked = q
	return c.result, nil
}

func (c *canned) Suggest(_ context.Context, q hub.SuggestQuery) ([]hub.Suggestion, error) {
	c.typed = q
	return c.suggestions, nil
}

func (c *canned) Revision() hub.Revision { return 24 }

// TestSearchesAreShownAsFound compares what the index says of its hits with what
// callers see: scores, highlights, facets, totals, and records from the store.
func TestSearchesAreShownAsFound(t *testing.T) {
	found := &canned{result: hub.SearchResult{
		Hits:  []hub.Hit{{ID: hub.NewID(hub.KindMediator, 1), Score: 61.5}, {ID: hub.NewID(hub.KindMediator, 99), Score: 3}},
		IDs:   []hub.ID{hub.NewID(hub.KindMediator, 1)},
		Total: 7, More: true, Relaxed: true, Revision: 24,
		Facets: []hub.Facet{{Field: hub.ByDistrict, Buckets: []hub.Bucket{{Value: "120101", Count: 7}}}},
		Highlight: func(r hub.Record) []hub.Highlight {
			return []hub.Highlight{{Field: "biography", Text: r.(*hub.Mediator).Biography, Ranges: []hub.Range{{Start: 6, End: 8}}}}
		},
	}}
	w := makeWorld(t, func(*testing.T, *hub.Reference, *hub.Vocabulary, hub.Store) hub.Searcher { return found })
	const query = `query($after: String) { mediators(search: " 欠薪 ", filter: {district: ["和平区"]}, first: 2, after: $after) {
		totalCount relaxed revision pageInfo { hasNextPage endCursor }
		facets { field buckets { value label count } }
		edges { cursor score highlights { field text ranges { start end } } node { name } }
	} }`
	type page struct {
		TotalCount, Revision int
		Relaxed              bool
		PageInfo             struct {
			HasNextPage bool
			EndCursor   string
		}
		Facets []hub.Facet
		Edges  []struct {
			Cursor     string
			Score      float64
			Highlights []hub.Highlight
			Node       struct{ Name string }
		}
	}
	var data struct{ Mediators page }
	w.ask(t, "", query, nil).into(t, &data)
	got := data.Mediators
	if got.TotalCount != 7 || !got.Relaxed || got.Revision != 24 || !got.PageInfo.HasNextPage {
		t.Errorf("page %+v", got)
	}
	if len(got.Edges) != 1 { // the second hit is no record any more
		t.Fatalf("edges %+v", got.Edges)
	}
	edge := got.Edges[0]
	if edge.Score != 61.5 || edge.Node.Name != "张示例" || len(edge.Highlights) != 1 {
		t.Fatalf("edge %+v", edge)
	}
	if h := edge.Highlights[0]; h.Field != "biography" || string([]rune(h.Text)[h.Ranges[0].Start:h.Ranges[0].End]) != "办理" {
		t.Errorf("highlight %+v", h)
	}
	if len(got.Facets) != 1 || got.Facets[0].Buckets[0].Label != "和平区" {
		t.Errorf("facets %+v", got.Facets)
	}
	if q := found.asked; q.Text != "欠薪" || len(q.Filter.District) != 1 || q.Filter.District[0] != "120101" || q.Limit != 2 || len(q.Facets) != 5 {
		t.Errorf("the index was asked %+v", q)
	}
	t.Run("the next page goes on behind the last hit, shown or not", func(t *testing.T) {
		w.ask(t, "", query, map[string]any{"after": got.PageInfo.EndCursor}).into(t, &data)
		if after := found.asked.After; after == nil || after.Score != 3 || after.ID != hub.NewID(hub.KindMediator, 99) {
			t.Errorf("the index was asked to go on after %+v", after)
		}
	})
	t.Run("highlights hold nothing that the caller may not read", func(t *testing.T) {
		highlight := found.result.Highlight
		defer func() { found.result.Highlight = highlight }()
		found.result.Highlight = func(r hub.Record) []hub.Highlight {
			m := r.(*hub.Mediator)
			return []hub.Highlight{{Field: "note", Text: m.Note + m.Phone + m.Evaluation + "。"}}
		}
		for _, query := range []string{
			`{ mediators(search: "欠薪") { edges { highlights { text } } } }`,
			`{ mediators(search: "欠薪", orderBy: {field: NAME}) { edges { highlights { text } } } }`,
		} {
			data.Mediators = page{}
			w.ask(t, "", query, nil).into(t, &data)
			if len(data.Mediators.Edges) != 1 {
				t.Errorf("%s: %d edges", query, len(data.Mediators.Edges))
			}
			for _, e := range data.Mediators.Edges {
				if len(e.Highlights) != 1 || e.Highlights[0].Text != "。" {
					t.Errorf("%s: %+v", query, e.Highlights)
				}
			}
		}
	})
	t.Run("facets are not counted when nobody looks", func(t *testing.T) {
		w.ask(t, "", `{ mediators(search: "欠薪") { totalCount } }`, nil)
		if found.asked.Facets != nil {
			t.Errorf("the index was asked for %v", found.asked.Facets)
		}
	})
	t.Run("blanks are no search", func(t *testing.T) {
		counted(t)
		w.store.since()
		w.ask(t, "", `{ mediators(search: "  ", first: 1) { nodes { id } } }`, nil)
		if reads := w.store.since(); reads["List MEDIATOR"] != 1 {
			t.Errorf("reads %v, want a list", maps.Clone(reads))
		}
	})
}

func TestSuggestionsAreShownAsFound(t *testing.T) {
	found := &canned{suggestions: []hub.Suggestion{
		{Text: "欠薪", Kind: hub.SuggestEverydayWord, Means: "劳动报酬", Count: 2}, {Text: "钱示例", Kind: hub.SuggestName, Count: 1},
	}}
	w := makeWorld(t, func(*testing.T, *hub.Reference, *hub.Vocabulary, hub.Store) hub.Searcher { return found })
	var data struct {
		Suggest []struct {
			Text, Kind string
			Means      *string
			Count      int
		}
	}
	w.ask(t, "", `{ suggest(prefix: "qian", kinds: [EXPERT, MEASURE], limit: 2) { text kind means count } }`, nil).into(t, &data)
	if got := data.Suggest; len(got) != 2 || got[0].Kind != "EVERYDAY_WORD" || *got[0].Means != "劳动报酬" || got[1].Means != nil || got[1].Count != 1 {
		t.Errorf("suggestions %+v", got)
	}
	if q := found.typed; q.Prefix != "qian" || q.Limit != 2 || len(q.Kinds) != 2 {
		t.Errorf("the index was asked %+v", q)
	}
}

// TestSearchesShowWhy asks the real index: what it highlights is what was meant,
// counted in code points, and what was begun in pinyin is completed.
func TestSearchesShowWhy(t *testing.T) {
	w := newSearchedWorld(t)
	var data struct {
		Experts struct {
			Edges []struct {
				Highlights []hub.Highlight
				Node       struct{ Name string }
			}
		}
		Suggest []struct{ Text string }
	}
	w.ask(t, "", `{ experts(search: "工伤") { edges { highlights { field text ranges { start end } } node { name } } } suggest(prefix: "gongshang") { text } }`, nil).into(t, &data)
	marked := map[string]string{}
	for _, e := range data.Experts.Edges {
		for _, h := range e.Highlights {
			for _, r := range h.Ranges {
				marked[h.Field] += string([]rune(h.Text)[r.Start:r.End])
			}
		}
	}
	if marked["specialties"] != "工伤保险" || !strings.HasPrefix(marked["biography"], "工伤") {
		t.Errorf("marked %v, want 工伤 in specialty and biography", marked)
	}
	if len(data.Suggest) == 0 || data.Suggest[0].Text != "工伤保险" {
		t.Errorf("suggested %v", data.Suggest)
	}
}
