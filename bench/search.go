package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"

	"concord/index"
	"concord/internal/hub"
)

// asked is a search for mediators, as somebody types it.
type asked struct {
	text     string
	district []string // of the filter
}

// queries are of all the kinds that people type: names, parts of names, pinyin,
// initials, specialties, everyday words, professions, places, organisations,
// texts, several of them at once, and with a filter.
var queries = []asked{
	{"张伟", nil}, {"王芳", nil}, {"欧阳", nil}, {"刘", nil}, {"买买提", nil},
	{"zhangwei", nil}, {"wangjing", nil}, {"ouyang", nil}, {"lifang", nil}, {"zhao", nil},
	{"zw", nil}, {"lxy", nil},
	{"劳动报酬", nil}, {"工伤保险", nil}, {"竞业限制", nil}, {"女职工保护", nil}, {"农民工工资", nil}, {"laodongbaochou", nil},
	{"欠薪", nil}, {"讨薪", nil}, {"加班费", nil}, {"炒鱿鱼", nil}, {"社保", nil}, {"外卖骑手", nil}, {"產假", nil},
	{"律师", nil}, {"退休法官", nil}, {"仲裁员", nil},
	{"和平区", nil}, {"塘沽", nil},
	{"商会", nil}, {"工业园区", nil},
	{"工伤 退休法官 和平区", nil}, {"律师 加班费", nil}, {"欠薪 农民工 北辰", nil}, {"滨海新区工会干部竞业限制", nil},
	{"工伤", []string{"120101"}}, {"劳动报酬 律师", []string{"120116", "120110"}}, {"wang 社保", []string{"120104"}}, {"张", []string{"120105", "120106", "120103"}},
}

// topHits is how many hits a search asks for.
const topHits = 20

// facets are the five of the contract.
var facets = hub.Facets

// stockFacets are five that stock bleve can count on the same index: statuses hang
// on the day and are no field, so the kind of record stands in.
var stockFacets = []string{"district", "specialty", "level", "source", "kind"}

// measureSearch compares searches with exact total, five facets and the best
// twenty with stock bleve: its own searchers, collector and facets on a copy of
// the same index, asked for the same tokens in the same fields. Totals and facets
// must agree.
func measureSearch(b *bench) error {
	s, err := b.searchable(b.n)
	if err != nil {
		return err
	}
	if err := s.stop(); err != nil {
		return err
	}
	from := b.rosters[b.n].dir
	dir, err := b.folder("stock")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.CopyFS(indexFolder(dir), os.DirFS(indexFolder(from))); err != nil {
		return err
	}
	stock, err := openStock(indexFolder(dir))
	if err != nil {
		return err
	}
	if s, err = b.open(from, true); err != nil {
		return errors.Join(err, stock.Close())
	}
	err = b.searches(s, stock)
	if err == nil {
		err = b.hubSearches(s)
	}
	return errors.Join(err, s.stop(), stock.Close())
}

func (b *bench) searches(s *site, stock bleve.Index) error {
	requests := make([]*bleve.SearchRequest, len(queries))
	for i, q := range queries {
		m, err := s.index.Meaning(b.ctx, b.searchQuery(s, q))
		if err != nil {
			return err
		}
		requests[i] = stockRequest(q, m)
	}
	ours, theirs := new(rounds), new(rounds)
	for range b.rounds {
		ours.next()
		theirs.next()
		for range b.repeats() {
			for i, q := range queries {
				took, found, err := b.search(s, q)
				if err != nil {
					return err
				}
				ours.add(took)
				start := time.Now()
				answer, err := stock.SearchInContext(b.ctx, requests[i])
				if err != nil {
					return err
				}
				theirs.add(milliseconds(time.Since(start)))
				if err := agree(found, answer); err != nil {
					return fmt.Errorf("%q: %w", q.text, err)
				}
			}
		}
	}
	for _, quantile := range []struct {
		name string
		q    float64
		goal target
	}{{"p50", 0.5, atLeast(5)}, {"p99", 0.99, target{}}} {
		a, other := ours.quantiles(quantile.q), theirs.quantiles(quantile.q)
		b.add(row{
			zh: fmt.Sprintf("检索：%d 种检索词，准确总数、五个分面、前 20 条，%s", len(queries), quantile.name), en: fmt.Sprintf("search: %d queries, exact total, five facets, best 20, %s", len(queries), quantile.name),
			unit: "ms", ours: a, other: side{"原装 bleve 及其分面，同一索引 stock bleve with its facets, the same index", other},
			ratio: other.over(a), target: quantile.goal,
		})
	}
	return nil
}

// repeats is how often each query is asked a round.
func (b *bench) repeats() int {
	if b.n < fullSize {
		return 1
	}
	return 10
}

func (b *bench) searchQuery(s *site, q asked) hub.SearchQuery {
	return hub.SearchQuery{
		Text: q.text, Kinds: []hub.Kind{hub.KindMediator}, Filter: hub.Filter{District: q.district},
		On: s.hub.Today(), Limit: topHits, Facets: facets,
	}
}

// search asks our index and checks what an answer must be like.
func (b *bench) search(s *site, q asked) (took float64, found hub.SearchResult, err error) {
	query := b.searchQuery(s, q)
	start := time.Now()
	found, err = s.index.Search(b.ctx, query)
	if err != nil {
		return 0, found, err
	}
	took = milliseconds(time.Since(start))
	switch {
	case len(found.Hits) != min(topHits, found.Total), len(found.Facets) != len(facets):
		err = fmt.Errorf("%q: %d hits of %d, %d facets", q.text, len(found.Hits), found.Total, len(found.Facets))
	case b.n >= fullSize && found.Total == 0:
		err = fmt.Errorf("%q finds nothing", q.text)
	}
	return took, found, err
}

// agree compares the total and the facets of both.
func agree(ours hub.SearchResult, stock *bleve.SearchResult) error {
	if ours.Total != int(stock.Total) {
		return fmt.Errorf("%d found, by stock bleve %d", ours.Total, stock.Total)
	}
	for _, f := range ours.Facets {
		theirs, ok := stock.Facets[string(f.Field)]
		if !ok {
			continue
		}
		counts := map[string]int{}
		if theirs.Terms != nil {
			for _, t := range theirs.Terms.Terms() {
				counts[t.Term] = t.Count
			}
		}
		if len(f.Buckets) != len(counts) {
			return fmt.Errorf("facet %s has %d values, by stock bleve %d", f.Field, len(f.Buckets), len(counts))
		}
		for _, bucket := range f.Buckets {
			if counts[bucket.Value] != bucket.Count {
				return fmt.Errorf("facet %s counts %d of %s, stock bleve %d", f.Field, bucket.Count, bucket.Value, counts[bucket.Value])
			}
		}
	}
	return nil
}

// stockRequest asks stock bleve for what the query means: every term, each by one
// of its alternatives, each by all of its tokens.
func stockRequest(q asked, m index.Meaning) *bleve.SearchRequest {
	all := []query.Query{oneOf("kind", hub.KindMediator.String())}
	if len(q.district) > 0 {
		all = append(all, oneOf("district", q.district...))
	}
	terms := make([]query.Query, len(m.Terms))
	for i, t := range m.Terms {
		alternatives := make([]query.Query, len(t))
		for j, a := range t {
			tokens := make([]query.Query, len(a.Tokens))
			for k, token := range a.Tokens {
				tq := bleve.NewTermQuery(token.Text)
				tq.SetField(token.Field)
				tq.SetBoost(a.Weight)
				tokens[k] = tq
			}
			alternatives[j] = anded(tokens)
		}
		terms[i] = ored(alternatives, 1)
	}
	if len(terms) == 0 {
		all = append(all, bleve.NewMatchNoneQuery())
	} else {
		all = append(all, ored(terms, m.Need))
	}
	request := bleve.NewSearchRequestOptions(anded(all), topHits, 0, false)
	for _, field := range stockFacets {
		request.AddFacet(field, bleve.NewFacetRequest(field, 1000))
	}
	return request
}

func oneOf(field string, values ...string) query.Query {
	list := make([]query.Query, len(values))
	for i, v := range values {
		q := bleve.NewTermQuery(v)
		q.SetField(field)
		q.SetBoost(0)
		list[i] = q
	}
	return ored(list, 1)
}

func anded(list []query.Query) query.Query {
	if len(list) == 1 {
		return list[0]
	}
	return bleve.NewConjunctionQuery(list...)
}

// ored demands at least some of the queries: all of them when that many.
func ored(list []query.Query, least int) query.Query {
	if least == len(list) {
		return anded(list)
	}
	q := bleve.NewDisjunctionQuery(list...)
	q.SetMin(float64(least))
	return q
}

// hubSearches measures the same through the hub: records loaded, checked,
// highlighted.
func (b *bench) hubSearches(s *site) error {
	times := new(rounds)
	size := topHits
	for range b.rounds {
		times.next()
		for range b.repeats() {
			for _, q := range queries {
				start := time.Now()
				page, err := s.hub.Mediators(b.ctx, hub.Anonymous, hub.RosterQuery{
					Search: q.text, Filter: hub.FilterArgs{District: q.district}, Page: hub.PageArgs{First: &size}, Total: true, Facets: true,
				})
				if err != nil {
					return err
				}
				times.add(milliseconds(time.Since(start)))
				if len(page.Edges) != min(size, page.TotalCount) || len(page.Facets) != len(facets) {
					return fmt.Errorf("%q: %d of %d records, %d facets", q.text, len(page.Edges), page.TotalCount, len(page.Facets))
				}
			}
		}
	}
	for _, quantile := range []struct {
		name string
		q    float64
	}{{"p50", 0.5}, {"p99", 0.99}} {
		b.add(row{
			zh: "同上，经业务层：取出记录并标出匹配处，" + quantile.name, en: "the same through the hub, records loaded and highlighted, " + quantile.name,
			unit: "ms", ours: times.quantiles(quantile.q),
		})
	}
	return nil
}

// measureMillion compares searches at ten times as many mediators with those
// above: the same queries, in turn.
func measureMillion(b *bench) error {
	if b.many == 0 {
		b.progress("left out")
		return nil
	}
	few, err := b.searchable(b.n)
	if err != nil {
		return err
	}
	many, err := b.searchable(b.many)
	if err != nil {
		return errors.Join(err, few.stop())
	}
	return errors.Join(b.searchesAtBoth(few, many), few.stop(), many.stop(), b.discard(b.many))
}

func (b *bench) searchesAtBoth(few, many *site) error {
	times := [2]*rounds{new(rounds), new(rounds)}
	byQuery := make([][2]samples, len(queries))
	totals := make([][2]int, len(queries))
	for range b.rounds {
		times[0].next()
		times[1].next()
		for range b.repeats() {
			for i, q := range queries {
				for j, s := range [2]*site{few, many} {
					took, found, err := b.search(s, q)
					if err != nil {
						return err
					}
					times[j].add(took)
					byQuery[i][j] = append(byQuery[i][j], took)
					totals[i][j] = found.Total
				}
			}
		}
	}
	names := [2]string{short(float64(b.n)), short(float64(b.many))}
	for _, quantile := range []struct {
		name string
		q    float64
		goal target
	}{{"p50", 0.5, atMost(10)}, {"p99", 0.99, atMost(10)}} {
		a, base := times[1].quantiles(quantile.q), times[0].quantiles(quantile.q)
		b.add(row{
			zh: "同样的检索，" + names[1] + " 名调解员，" + quantile.name, en: "the same searches among " + names[1] + " mediators, " + quantile.name,
			unit: "ms", ours: a, other: side{names[0], base}, ratio: a.over(base), target: quantile.goal,
		})
	}
	each := make(samples, len(queries))
	for i := range queries {
		each[i] = byQuery[i][1].median() / byQuery[i][0].median()
		if b.n >= fullSize && totals[i][1] < 2*totals[i][0] {
			return fmt.Errorf("%q finds %d among ten times as many as %d", queries[i].text, totals[i][1], totals[i][0])
		}
	}
	b.add(row{
		zh: "同上，逐个检索词的倍数（中位，最小–最大）", en: "the same, times as long by query (median, least–greatest)",
		unit: "×", ours: each,
	})
	return nil
}

// discard removes rosters that nobody needs any more.
func (b *bench) discard(n int) error {
	r := b.rosters[n]
	delete(b.rosters, n)
	return os.RemoveAll(filepath.Clean(r.dir))
}
