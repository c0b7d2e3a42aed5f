package boltstore

import (
	"bytes"
	"testing"

	"concord/internal/hub"
	"concord/internal/pinyin"
	"concord/internal/storetest"
)

func TestConformance(t *testing.T) {
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
