package index

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"concord/internal/hub"
)

// Hits in many blocks, on their edges, close together and far apart; few scores,
// so that most hits tie; ids in the order of documents and not; two parts.
func TestBlocks(t *testing.T) {
	odd := roaring.New() // as if in another part
	for doc := uint32(1); doc < 5*blockSize; doc += 2 {
		odd.Add(doc)
	}
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 1))
		size := 1 + random.IntN(5*blockSize)
		c := &columns{ids: make([]hub.ID, size), ascending: seed%2 == 0}
		for doc := range c.ids {
			c.ids[doc] = hub.NewID(hub.KindMediator, uint64(doc+1))
		}
		if !c.ascending {
			random.Shuffle(size, func(i, j int) { c.ids[i], c.ids[j] = c.ids[j], c.ids[i] })
		}
		docs := someOf(random, size)
		alternatives := make([]*roaring.Bitmap, 1+random.IntN(4))
		var want []hit
		for i := range alternatives {
			alternatives[i] = roaring.And(docs, someOf(random, size))
		}
		each(docs, func(doc uint32) {
			h := hit{id: c.ids[doc]}
			for i, members := range alternatives {
				// Two terms of two alternatives each, of which the second adds
				// a tenth.
				if !members.Contains(doc) {
					continue
				}
				if weight := int32(100 * (i + 1)); i%2 == 1 && alternatives[i-1].Contains(doc) {
					h.score += weight / 10
				} else {
					h.score += weight
				}
			}
			want = append(want, h)
		})
		slices.SortFunc(want, order)
		limit := 1 + random.IntN(40)
		for from := 0; from < len(want); from += 1 + random.IntN(len(want)) {
			for _, backward := range []bool{false, true} {
				q := &hub.SearchQuery{Limit: limit, Backward: backward}
				at := &hub.HitPosition{Score: points(want[from].score), ID: want[from].id}
				expect := want[from+1:]
				if backward {
					q.Before = at
					expect = want[max(0, from-limit):from]
				} else {
					q.After = at
					expect = expect[:min(limit, len(expect))]
				}
				pages := newPager(q)
				seen := 0
				for _, part := range []*roaring.Bitmap{roaring.And(docs, odd), roaring.AndNot(docs, odd)} {
					w := borrow(part)
					for i, members := range alternatives {
						w.weigh(roaring.And(members, part), uint16(i/2+1), int32(100*(i+1)))
					}
					for w.next() {
						w.add()
						pages.offerAll(w, c)
						seen += len(w.docs)
					}
					w.giveBack()
				}
				if seen != len(want) {
					t.Fatalf("seed %d: %d hits instead of %d", seed, seen, len(want))
				}
				page, more := pages.page()
				if wantMore := backward && from > limit || !backward && len(want)-from-1 > limit; more != wantMore {
					t.Errorf("seed %d: more is %v", seed, more)
				}
				got := make([]hit, len(page))
				for i, h := range page {
					got[i] = hit{int32(h.Score*point + 0.5), h.ID}
				}
				if !slices.Equal(got, expect) {
					t.Fatalf("seed %d, from %d of %d, backward %v: %v instead of %v", seed, from, len(want), backward, got, expect)
				}
			}
		}
	}
}

func TestAtLeast(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	for range 50 {
		sets := make([]*roaring.Bitmap, 1+random.IntN(6))
		for i := range sets {
			sets[i] = someOf(random, 100_000)
		}
		counts := map[uint32]int{}
		for _, s := range sets {
			each(s, func(doc uint32) { counts[doc]++ })
		}
		for need := 1; need <= len(sets); need++ {
			want := roaring.New()
			for doc, n := range counts {
				if n >= need {
					want.Add(doc)
				}
			}
			if !atLeast(need, sets).Equals(want) {
				t.Errorf("at least %d of %d sets", need, len(sets))
			}
		}
	}
}

// someOf returns some of the first size documents: runs, singles, gaps.
func someOf(random *rand.Rand, size int) *roaring.Bitmap {
	docs := roaring.New()
	for range 1 + random.IntN(20) {
		from := uint64(random.IntN(size))
		docs.AddRange(from, min(from+uint64(random.IntN(3000)), uint64(size)))
	}
	for range random.IntN(3000) {
		docs.Add(uint32(random.IntN(size)))
	}
	for at := blockSize; at < size; at += blockSize {
		docs.Add(uint32(at))
		docs.Add(uint32(at - 1))
	}
	docs.Add(uint32(random.IntN(size)))
	return docs
}
