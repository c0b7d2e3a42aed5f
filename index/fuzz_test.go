package index

import (
	"math"
	"slices"
	"strings"
	"testing"

	"concord/internal/hub"
)

// Whatever is searched for, from whatever place, a search answers with hits that
// add up, or refuses as a mistake of the caller.
func FuzzSearch(f *testing.F) {
	store := newStore()
	store.put(roster(f, 60, 21)...)
	x := openFollowing(f, f.TempDir(), store)
	for _, text := range []string{
		"", "工伤", "张伟", "zw", "和平区 律师", "公司不给交社保怎么办", "劳动报仇", "姓王的律师", "示例-调-21-000007", "+工伤 -律师", `"和平区"`,
		"name:张*", "~~^2", "(a OR b", "🙂", "\x00\xff", strings.Repeat("工", 200), strings.Repeat("z w ", 50),
	} {
		f.Add(text, 0.5, uint64(hub.NewID(hub.KindMediator, 3)), false)
		f.Add(text, math.MaxFloat64, uint64(0), true)
	}
	f.Fuzz(func(t *testing.T, text string, score float64, id uint64, backward bool) {
		if len([]rune(text)) > 200 || math.IsNaN(score) || math.IsInf(score, 0) {
			return // refused by the hub
		}
		q := hub.SearchQuery{Text: text, Kinds: hub.RosterKinds, On: goldenDay, Limit: 7, Facets: hub.Facets}
		r, err := x.Search(background(), q)
		if err != nil {
			if hub.CodeOf(err) != hub.CodeInvalid {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		all := q
		all.AllIDs = true
		ids := search1(t, x, all).IDs
		if len(ids) != r.Total || len(r.Hits) != min(7, r.Total) || r.More != (r.Total > 7) {
			t.Errorf("%q: %d hits, more %v, total %d, %d ids", text, len(r.Hits), r.More, r.Total, len(ids))
		}
		for _, h := range r.Hits {
			if _, there := slices.BinarySearch(ids, h.ID); !there {
				t.Errorf("%q: %s is on the page and not among all", text, h.ID)
			}
		}
		at := &hub.HitPosition{Score: score, ID: hub.ID(id)}
		if q.Backward = backward; backward {
			q.Before = at
		} else {
			q.After = at
		}
		page := search1(t, x, q)
		if page.Total != r.Total || len(page.Hits) > 7 {
			t.Errorf("%q from %v: %d hits of %d, %d from the start", text, at, len(page.Hits), page.Total, r.Total)
		}
	})
}
