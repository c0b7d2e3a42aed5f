package index

import (
	"slices"
	"testing"

	"concord/internal/hub"
)

func searchWord(number uint64, text string, retired bool, specialties ...string) *hub.SearchWord {
	w := &hub.SearchWord{ID: hub.NewID(hub.KindEverydayWord, number), Word: text, Specialties: specialties, State: hub.WordActive}
	if retired {
		w.State = hub.WordRetired
	}
	return w
}

// found lists the numbers of the experts that a text finds, ascending.
func found(t *testing.T, x *Index, text string, proposed ...*hub.SearchWord) []uint64 {
	t.Helper()
	r := search1(t, x, hub.SearchQuery{Text: text, Kinds: []hub.Kind{hub.KindExpert}, On: goldenDay, Limit: 10, Words: proposed})
	numbers := []uint64{}
	for _, h := range r.Hits {
		numbers = append(numbers, h.ID.Number())
	}
	slices.Sort(numbers)
	return numbers
}

// TestWordsFollowTheLog shows that what words mean is part of the state that a
// revision has: queries and texts are understood by the words of the newest one,
// and an index that followed is one that was built, word for word.
func TestWordsFollowTheLog(t *testing.T) {
	store := newStore()
	wages, leave, prose := expert(1, "甲示例", "劳动报酬"), expert(2, "乙示例", "休息休假"), expert(3, "丙示例", "集体合同")
	prose.Biography = "常为揭不开锅的工人说话。"
	store.put(wages, leave, prose, checklist(2))
	dir := t.TempDir()
	expect := func(t *testing.T, x *Index, text string, want ...uint64) {
		t.Helper()
		if got := found(t, x, text); !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", text, got, want)
		}
	}
	run(t, dir, store, func(x *Index) {
		check(t, x, store)
		expect(t, x, "揭不开锅", 3) // only the text that says so
		expect(t, x, "欠薪", 1)

		t.Run("one that is proposed is for that search alone", func(t *testing.T) {
			if got := found(t, x, "揭不开锅", searchWord(9, "揭不开锅", false, "劳动报酬")); !slices.Equal(got, []uint64{1, 3}) {
				t.Errorf("%v", got)
			}
			expect(t, x, "揭不开锅", 3)
		})
		t.Run("one that is added", func(t *testing.T) {
			store.put(searchWord(1, "揭不開锅", false, "劳动报酬")) // folded as everything is
			check(t, x, store)
			expect(t, x, "揭不开锅", 1, 3)
			expect(t, x, "劳动报酬", 1, 3) // the text speaks of it
			expect(t, x, "jiebukaiguo", 1, 3)
		})
		t.Run("one that means something else", func(t *testing.T) {
			store.put(searchWord(1, "揭不开锅", false, "休息休假"))
			check(t, x, store)
			expect(t, x, "揭不开锅", 2, 3)
			expect(t, x, "劳动报酬", 1)
		})
		t.Run("one of the vocabulary that is taken out of use", func(t *testing.T) {
			store.put(searchWord(2, "欠薪", true, "劳动报酬"))
			check(t, x, store)
			if got := found(t, x, "欠薪"); slices.Contains(got, 1) && !search1(t, x, hub.SearchQuery{Text: "欠薪", Kinds: []hub.Kind{hub.KindExpert}, On: goldenDay}).Relaxed {
				t.Errorf("still means what it did: %v", got)
			}
			expect(t, x, "讨薪", 1)
		})
		t.Run("a name of a specialty stays what it is", func(t *testing.T) {
			store.put(searchWord(3, "劳动报酬", true), searchWord(4, "工资支付", false, "休息休假"))
			check(t, x, store)
			expect(t, x, "工资支付", 1)
		})
		t.Run("and one that is in use again", func(t *testing.T) {
			store.put(searchWord(2, "欠薪", false, "劳动报酬"), searchWord(1, "揭不开锅", true, "休息休假"))
			check(t, x, store)
			expect(t, x, "欠薪", 1)
			expect(t, x, "休息休假", 2)
		})
		store.put(searchWord(5, "喝西北风", false, "休息休假"))
		check(t, x, store)
	})
	t.Run("opened again, it answers at once in the same words", func(t *testing.T) {
		x, err := Open(dir, testOptions())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = x.Close() }()
		expect(t, x, "喝西北风", 2)
	})
	t.Run("built anew, it is the same", func(t *testing.T) {
		x := openFollowing(t, t.TempDir(), store)
		check(t, x, store)
		expect(t, x, "喝西北风", 2)
		expect(t, x, "欠薪", 1)
	})
}

// TestWordsInManyTexts changes a word that stands in more texts than one step takes.
func TestWordsInManyTexts(t *testing.T) {
	store := newStore()
	var all []hub.Record
	for n := range uint64(batchSize + 20) {
		e := expert(n+1, "甲示例", "集体合同")
		e.Biography = "揭不开锅"
		all = append(all, e)
	}
	store.put(all...)
	x := openFollowing(t, t.TempDir(), store)
	check(t, x, store)
	store.put(searchWord(1, "揭不开锅", false, "劳动报酬"))
	check(t, x, store)
	if r := search1(t, x, hub.SearchQuery{Text: "劳动报酬", Kinds: []hub.Kind{hub.KindExpert}, On: goldenDay}); r.Total != len(all) {
		t.Errorf("%d of %d are found", r.Total, len(all))
	}
}

func TestExplained(t *testing.T) {
	store := newStore()
	store.put(expert(1, "孙示例", "劳动报酬"))
	x := openFollowing(t, t.TempDir(), store)
	waitFor(t, x, store.Revision())
	explain := func(text string, proposed ...*hub.SearchWord) *hub.Understood {
		return search1(t, x, hub.SearchQuery{Text: text, Kinds: []hub.Kind{hub.KindExpert}, On: goldenDay, Words: proposed, Explain: true}).Understood
	}
	u := explain("津南 揭不开锅 孙示例 专家", searchWord(1, "揭不开锅", false, "劳动报酬", "经济补偿"))
	var got []string
	for _, p := range u.Pieces {
		s := p.Text + " " + string(p.Sort)
		for _, m := range p.Means {
			s += " " + string(m.Field) + "=" + m.Value
		}
		if p.Local {
			s += " local"
		}
		got = append(got, s)
	}
	want := []string{"津南 WORD district=120112", "揭不开锅 WORD specialty=劳动报酬 specialty=经济补偿 local", "孙示例 NAME", "专家 FILLER"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if u := explain("老板一直欠薪不给我们发怎么办"); !slices.Contains(u.About, "劳动报酬") {
		t.Errorf("about %v", u.About)
	}
}
