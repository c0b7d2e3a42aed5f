package index

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"concord/internal/fictional"
	"concord/internal/hub"
)

// roster makes n made-up mediators with the organisations, experts and invited
// listings that go with them.
func roster(t testing.TB, n int, seed uint64) []hub.Record {
	t.Helper()
	var last [16]uint64
	g := &fictional.Generator{
		Reference: reference,
		NextID: func(k hub.Kind) hub.ID {
			last[k]++
			return hub.NewID(k, last[k])
		},
		Identify: func(hub.CitizenID) (hub.Sealed, bool, error) { return hub.Sealed{}, true, nil },
	}
	for _, s := range vocabulary.Specialties {
		g.Labels = append(g.Labels, s.Label)
	}
	var records []hub.Record
	for r, err := range g.Records(n, seed) {
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	return records
}

// altered returns a later state of a record: another name, district, specialty,
// status and term.
func altered(r hub.Record, random *rand.Rand) hub.Record {
	entry := func(e hub.Entry) hub.Entry {
		e.Name = string([]rune(e.Name)[:1]) + []string{"伟", "和平", "娜", "工"}[random.IntN(4)]
		e.District = reference.Regions()[1+random.IntN(16)].Code
		e.Specialties = append([]string{"劳动报酬", "塔吊事故", "工伤保险纠纷"}[random.IntN(3):][:1:1], e.Specialties...)
		day := goldenDay - hub.Date(random.IntN(400))
		e.Events = append(slices.Clone(e.Events), hub.StatusEvent{
			Status: hub.EntryStatuses()[random.IntN(len(hub.EntryStatuses()))], On: day, Until: day + hub.Date(random.IntN(600)),
		})
		e.Terms = append(slices.Clone(e.Terms), hub.AppointmentTerm{Start: goldenDay - hub.Date(random.IntN(30)), End: goldenDay + hub.Date(random.IntN(300))})
		return e
	}
	switch r := r.(type) {
	case *hub.Mediator:
		c := *r
		c.Entry = entry(c.Entry)
		return &c
	case *hub.Expert:
		c := *r
		c.Entry = entry(c.Entry)
		return &c
	case *hub.InvitedListing:
		c := *r
		c.Entry = entry(c.Entry)
		return &c
	case *hub.Organization:
		c := *r
		c.Name = "改名" + c.Name
		return &c
	}
	return r
}

// TestFiltersAndFacets holds searches to hub.Filter.Matches: whatever the filter,
// the hits are those without a filter that pass it, the total is their number,
// and the facets count them.
func TestFiltersAndFacets(t *testing.T) {
	store := newStore()
	records := roster(t, 1500, 7)
	store.put(records...)
	x := openFollowing(t, t.TempDir(), store)
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		i := random.IntN(len(records))
		records[i] = altered(records[i], random)
		store.put(records[i])
	}
	waitFor(t, x, store.Revision())
	byID := map[hub.ID]hub.Facts{}
	for _, r := range records {
		byID[r.RecordID()] = r.Facts()
	}
	pick := func(list ...string) []string {
		random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		return list[:1+random.IntN(2)]
	}
	filters := []hub.Filter{
		{},
		{District: pick("120101", "120116", "120112")},
		{Level: []hub.Level{hub.LevelCity}},
		{Status: []hub.Status{hub.StatusSuspended, hub.StatusExpired}},
		{Status: []hub.Status{hub.StatusActive}, Source: []hub.SourceCategory{hub.SourceLawyer, hub.SourceRetiredJudge}},
		{Specialty: pick("劳动报酬", "塔吊事故", "工伤保险")},
		{Specialty: []string{"没有的专长"}},
		{Organization: hub.NewID(hub.KindOrganization, 3)},
		{Court: pick(reference.Courts()[5].Code, reference.Courts()[7].Code)},
		{OrgKind: []hub.OrganizationKind{hub.OrgPark, hub.OrgChamber}},
		{ExpiringBefore: goldenDay + 90},
		{ExpiringBefore: goldenDay + 30, District: pick("120101", "120116", "120112"), Level: []hub.Level{hub.LevelDistrict}},
	}
	dimensions := []hub.Dimension{hub.ByDistrict, hub.BySpecialty, hub.ByStatus, hub.ByLevel, hub.BySource, hub.ByOrgKind, hub.ByCourt}
	for _, text := range []string{"劳动报酬", "张", "律师", "调解委员会", "公司不给交社保怎么办"} {
		for _, kinds := range [][]hub.Kind{{hub.KindMediator}, hub.RosterKinds} {
			everybody := search1(t, x, hub.SearchQuery{Text: text, Kinds: kinds, On: goldenDay, AllIDs: true})
			for i, f := range filters {
				for _, listed := range []bool{false, true} {
					for _, on := range []hub.Date{goldenDay, goldenDay - 500, goldenDay + 200} {
						t.Run(fmt.Sprintf("%s/%d kinds/filter %d/listed %v/%s", text, len(kinds), i, listed, on), func(t *testing.T) {
							m := hub.Moment{On: on, Listed: listed}
							var want []hub.ID
							counts := map[hub.Dimension]map[string]int{}
							for _, d := range dimensions {
								counts[d] = map[string]int{}
							}
							for _, id := range everybody.IDs {
								facts := byID[id]
								if !f.Matches(m, &facts) {
									continue
								}
								want = append(want, id)
								tally(counts, &facts, on)
							}
							q := hub.SearchQuery{Text: text, Kinds: kinds, Filter: f, On: on, Listed: listed, Limit: 5, Facets: dimensions}
							got := search1(t, x, q)
							q.AllIDs = true
							all := search1(t, x, q)
							if got.Total != len(want) || !slices.Equal(all.IDs, want) {
								t.Fatalf("%d hits and %d ids, want %d", got.Total, len(all.IDs), len(want))
							}
							for _, facet := range got.Facets {
								have := map[string]int{}
								for k, b := range facet.Buckets {
									have[b.Value] = b.Count
									if k > 0 && (b.Count > facet.Buckets[k-1].Count || b.Count == facet.Buckets[k-1].Count && b.Value < facet.Buckets[k-1].Value) {
										t.Errorf("facet %s is not in order", facet.Field)
									}
								}
								if fmt.Sprint(have) != fmt.Sprint(counts[facet.Field]) {
									t.Errorf("facet %s: %v, want %v", facet.Field, have, counts[facet.Field])
								}
							}
						})
					}
				}
			}
		}
	}
}

// tally counts a record in every dimension.
func tally(counts map[hub.Dimension]map[string]int, f *hub.Facts, on hub.Date) {
	add := func(d hub.Dimension, values ...string) {
		seen := map[string]bool{}
		for _, v := range values {
			if v != "" && !seen[v] {
				counts[d][v]++
				seen[v] = true
			}
		}
	}
	add(hub.ByDistrict, f.District)
	add(hub.BySpecialty, f.Specialties...)
	add(hub.ByStatus, string(f.Timeline.On(on)))
	add(hub.ByLevel, string(f.Level))
	add(hub.BySource, string(f.Source))
	add(hub.ByOrgKind, string(f.OrgKind))
	add(hub.ByCourt, f.Court)
}

func search1(t testing.TB, x *Index, q hub.SearchQuery) hub.SearchResult {
	t.Helper()
	r, err := x.Search(background(), q)
	if err != nil {
		t.Fatalf("%q: %v", q.Text, err)
	}
	return r
}

// TestPages holds pages, forwards and backwards and of any size, to the one
// order of all hits.
func TestPages(t *testing.T) {
	store := newStore()
	store.put(roster(t, 900, 3)...)
	x := openFollowing(t, t.TempDir(), store)
	for _, text := range []string{"工伤", "zh", "工会 劳动报酬", "怀孕六个月被公司辞退了"} {
		q := hub.SearchQuery{Text: text, Kinds: hub.RosterKinds, On: goldenDay, Limit: 5000}
		all := search1(t, x, q)
		if len(all.Hits) != all.Total || all.More || all.Total < 3 {
			t.Fatalf("%s: %d of %d hits", text, len(all.Hits), all.Total)
		}
		if !slices.IsSortedFunc(all.Hits, func(a, b hub.Hit) int {
			if a.Score != b.Score {
				return int((b.Score - a.Score) * 1e6)
			}
			return int(int64(a.ID) - int64(b.ID))
		}) {
			t.Errorf("%s: hits are not in order", text)
		}
		for _, limit := range []int{1, 7, 50, len(all.Hits)} {
			t.Run(fmt.Sprintf("%s by %d", text, limit), func(t *testing.T) {
				q.Limit = limit
				var forwards, backwards []hub.Hit
				for q.After = nil; ; {
					r := search1(t, x, q)
					forwards = append(forwards, r.Hits...)
					if r.Total != all.Total {
						t.Fatalf("total %d on a later page, %d on the first", r.Total, all.Total)
					}
					if !r.More {
						break
					}
					last := r.Hits[len(r.Hits)-1]
					q.After = &hub.HitPosition{Score: last.Score, ID: last.ID}
				}
				if !slices.Equal(forwards, all.Hits) {
					t.Error("pages forwards do not make up the whole")
				}
				q.After, q.Backward = nil, true
				for q.Before = nil; ; {
					r := search1(t, x, q)
					backwards = append(slices.Clone(r.Hits), backwards...)
					if !r.More {
						break
					}
					q.Before = &hub.HitPosition{Score: r.Hits[0].Score, ID: r.Hits[0].ID}
				}
				if !slices.Equal(backwards, all.Hits) {
					t.Error("pages backwards do not make up the whole")
				}
				q.Before, q.Backward = nil, false
			})
		}
		q.Limit, q.Facets = 0, hub.Facets
		if r := search1(t, x, q); r.Total != all.Total || len(r.Hits) != 0 || len(r.Facets) != len(hub.Facets) {
			t.Errorf("%s: without a page: total %d, %d hits, %d facets", text, r.Total, len(r.Hits), len(r.Facets))
		}
	}
}

func expert(number uint64, name string, specialties ...string) *hub.Expert {
	return &hub.Expert{Entry: hub.Entry{
		ID: hub.NewID(hub.KindExpert, number), PersonID: hub.NewID(hub.KindPerson, number), Name: name,
		Level: hub.LevelDistrict, District: "120101", Specialties: specialties,
		RegistrationNo: fmt.Sprintf("TJ-ZJ-%04d", number),
		Events:         []hub.StatusEvent{{Status: hub.StatusActive}},
	}}
}

// TestOrder shows what comes first.
func TestOrder(t *testing.T) {
	lawyer := expert(20, "何雨", "劳动报酬")
	lawyer.Source = hub.SourceLawyer
	beside := expert(21, "沈舟", "劳动报酬")
	beside.Biography = "曾任法律顾问，与律师共事多年。"
	employed := expert(22, "陶然", "竞业限制")
	employed.Employer = "天津示例大学法学院"
	store := newStore()
	store.put(
		expert(1, "张晓伟"), expert(2, "张伟明"), expert(3, "张伟"), expert(4, "小张伟"), expert(5, "李伟"),
		expert(6, "欧阳修文"), expert(7, "阿依古丽·买买提"), expert(8, "單曉燕"), expert(9, "王和平"),
		expert(10, "周一", "工伤保险"), expert(11, "周二", "劳动报酬", "工伤保险"), expert(12, "周三", "农民工工资"),
		lawyer, beside, employed,
	)
	x := openFollowing(t, t.TempDir(), store)
	for _, c := range []struct {
		query string
		want  string // numbers in order; more may follow after …
	}{
		{"张伟", "3 2 4 1"},
		{"張偉", "3 2 4 1"},
		{"zhangwei", "3 2 4"},
		{"zhang wei", "3 2 4"},
		{"wei zhang", "3 2 4"},
		{"ZhangWei", "3 2 4"},
		{"zw", "3 2"},
		{"张wei", "3 2"},
		{"欧阳", "6"},
		{"ouyang", "6"},
		{"oyxw", "6"},
		{"古丽", "7"},
		{"阿依古丽买买提", "7"},
		{"阿依古丽•买买提", "7"},
		{"单晓燕", "8"},
		{"shanxiaoyan", "8"},
		{"danxiaoyan", "8"},
		{"王和平", "9"},
		{"工伤", "10 11"},
		{"gongshang", "10 11"},
		{"工傷", "10 11"},
		{"欠薪", "11 20 21 12"},
		{"律师", "20 21"},
		{"欠薪 律师", "20 21"},
		{"示例大学", "22"},
		{"TJ-ZJ-0012", "12"},
		{"tjzj0012", "12"},
		{"tj-zj-002", "20 21 22"},
		{"量子纠缠", ""},
		{"🙂", ""},
		{"%%%", ""},
		{"。，！", ""},
		{strings.Repeat("工伤 ", 50), "10 11"},
	} {
		t.Run(c.query, func(t *testing.T) {
			r := search1(t, x, hub.SearchQuery{Text: c.query, Kinds: []hub.Kind{hub.KindExpert}, On: goldenDay, Limit: 20})
			var got []string
			for _, h := range r.Hits {
				got = append(got, fmt.Sprint(h.ID.Number()))
			}
			want, more := strings.CutSuffix(c.want, "…")
			list := strings.Fields(want)
			if more && len(got) > len(list) {
				got = got[:len(list)]
			}
			if !slices.Equal(got, list) {
				t.Errorf("found %v, want %v", got, c.want)
			}
		})
	}
}

// TestRelaxed shows when an answer says that the search was loosened.
// What is told in everyday words finds whoever serves any of it, those first who
// serve all; words that name what is wanted must all be met.
func TestTold(t *testing.T) {
	store := newStore()
	store.put(expert(1, "张伟", "工伤保险"), expert(2, "诸葛明月", "新就业形态", "工伤保险"), expert(3, "程静怡", "新就业形态"), expert(4, "李娜", "集体合同"))
	x := openFollowing(t, t.TempDir(), store)
	for query, want := range map[string][]uint64{
		"快递小哥受伤":  {2, 1, 3},
		"送外卖撞伤了":  {2, 1, 3},
		"快递小哥 受伤": {2},
		"新就业形态工伤": {2},
	} {
		r := search1(t, x, hub.SearchQuery{Text: query, Kinds: []hub.Kind{hub.KindExpert}, On: goldenDay, Limit: 20})
		var got []uint64
		for _, h := range r.Hits {
			got = append(got, h.ID.Number())
		}
		if len(got) > 1 {
			slices.Sort(got[1:])
		}
		if !slices.Equal(got, want) || r.Relaxed {
			t.Errorf("%s: found %v, relaxed %v; want %v", query, got, r.Relaxed, want)
		}
	}
}

func TestRelaxed(t *testing.T) {
	store := newStore()
	store.put(expert(1, "张伟", "劳动报酬"), expert(2, "诸葛明月", "工伤保险"), expert(3, "程静怡", "竞业限制"))
	x := openFollowing(t, t.TempDir(), store)
	for _, c := range []struct {
		query   string
		want    []uint64
		relaxed bool
	}{
		{"劳动报酬", []uint64{1}, false},
		{"劳动报仇", []uint64{1}, true}, // sounds the same
		{"工商保险", []uint64{2}, true},
		{"竟业限制", []uint64{3}, true}, // another character
		{"laodongbaochuo", []uint64{1}, true},
		{"诸葛明悦", []uint64{2}, true},
		{"陈静怡", []uint64{3}, true}, // one letter of the pinyin
		{"zhugemingyeu", []uint64{2}, true},
		{"工伤 张伟", []uint64{1, 2}, true}, // nobody is both
		{"没有这种东西", nil, false},
	} {
		t.Run(c.query, func(t *testing.T) {
			r := search1(t, x, hub.SearchQuery{Text: c.query, Kinds: []hub.Kind{hub.KindExpert}, On: goldenDay, Limit: 20})
			var got []uint64
			for _, h := range r.Hits {
				got = append(got, h.ID.Number())
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) || r.Relaxed != c.relaxed {
				t.Errorf("found %v, relaxed %v; want %v, %v", got, r.Relaxed, c.want, c.relaxed)
			}
		})
	}
	t.Run("a filter that excludes all hits does not loosen", func(t *testing.T) {
		r := search1(t, x, hub.SearchQuery{
			Text: "劳动报酬", Kinds: []hub.Kind{hub.KindExpert}, On: goldenDay, Limit: 20,
			Filter: hub.Filter{Level: []hub.Level{hub.LevelCity}},
		})
		if r.Total != 0 || r.Relaxed {
			t.Errorf("%d hits, relaxed %v", r.Total, r.Relaxed)
		}
	})
}

func TestRefused(t *testing.T) {
	store := newStore()
	store.put(expert(1, "张伟"))
	x := openFollowing(t, t.TempDir(), store)
	for name, text := range map[string]string{"empty": "", "blank": " 　\n", "too long": strings.Repeat("工", maxQuery+1)} {
		t.Run(name, func(t *testing.T) {
			_, err := x.Search(background(), hub.SearchQuery{Text: text, Kinds: hub.RosterKinds, On: goldenDay, Limit: 1})
			if hub.CodeOf(err) != hub.CodeInvalid {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(background())
		cancel()
		_, err := x.Search(ctx, hub.SearchQuery{Text: "张", Kinds: hub.RosterKinds, On: goldenDay, Limit: 1})
		if hub.CodeOf(err) != hub.CodeBusy {
			t.Errorf("got %v", err)
		}
	})
}
