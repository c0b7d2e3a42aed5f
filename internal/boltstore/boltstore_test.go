package boltstore

import (
	"bytes"
	"testing"

	"concord/internal/hub"
	"concord/internal/pinyin"
	"concord/internal/storetest"
)

func TestConformance(t *testing.T) { conform(t) }

// Walks that give up at once, and then go on or not, bring the same pages.
func TestConformanceOfShortWalks(t *testing.T) {
	atLeast, perPlace := stepsAtLeast, stepsPerPlace
	defer func() { stepsAtLeast, stepsPerPlace = atLeast, perPlace }()
	stepsAtLeast, stepsPerPlace = 3, 0
	conform(t)
}

func conform(t *testing.T) {
	storetest.Test(t, storetest.Subject{
		Open: func(t *testing.T) hub.Store {
			s, err := Open(t.TempDir(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			return s
		},
		CompareNames: func(a, b string) int { return bytes.Compare(pinyin.SortKey(a), pinyin.SortKey(b)) },
	})
}
