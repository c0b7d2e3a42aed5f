package boltstore

import (
	"bytes"
	"context"
	"fmt"
	"hash/maphash"
	"slices"
	"sync"
	"testing"

	"concord/internal/hub"
)

func receiptOf(s *Store, key string) *hub.Receipt {
	return &hub.Receipt{ID: s.NextID(hub.KindReceipt), Key: key, Digest: "示例"}
}

// A key belongs to one receipt, whoever comes at the same moment; it is found from the
// revision on that brought it, in no snapshot from before, and after opening anew.
func TestReceiptsAreFoundByTheirKeys(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir, Options{})
	find := func(snap hub.Snapshot, at hub.Revision, key string) int {
		t.Helper()
		ids, err := snap.Lookup(at, hub.KindReceipt, hub.KeyReceipt, key)
		if err != nil {
			t.Fatal(err)
		}
		return len(ids)
	}
	now := func() hub.Snapshot {
		t.Helper()
		snap, err := s.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		return snap
	}
	first, err := s.Apply(ctx, hub.Batch{Puts: []hub.Put{{Record: receiptOf(s, "其一")}}})
	if err != nil {
		t.Fatal(err)
	}
	before := now()
	const rivals = 64
	var wg sync.WaitGroup
	errs := make([]error, rivals)
	for i := range rivals {
		wg.Go(func() {
			_, errs[i] = s.Apply(ctx, hub.Batch{Puts: []hub.Put{{Record: receiptOf(s, fmt.Sprint("其二", i/16))}}})
		})
	}
	wg.Wait()
	done := 0
	for _, err := range errs {
		switch {
		case err == nil:
			done++
		case hub.CodeOf(err) != hub.CodeConflict:
			t.Error(err)
		}
	}
	if done != rivals/16 {
		t.Errorf("%d of %d rivals for %d keys had one", done, rivals, rivals/16)
	}
	if _, err := s.Apply(ctx, hub.Batch{Puts: []hub.Put{{Record: receiptOf(s, "其三")}, {Record: receiptOf(s, "其三")}}}); hub.CodeOf(err) != hub.CodeConflict {
		t.Errorf("one key twice in a batch: %v", err)
	}
	if n := find(before, 0, "其二0"); n != 0 {
		t.Error("a snapshot sees a receipt from after it")
	}
	before.Close()
	look := func() {
		t.Helper()
		snap := now()
		defer snap.Close()
		for key, want := range map[string]int{"其一": 1, "其二0": 1, "其二3": 1, "其三": 0, "": 0, "其": 0} {
			if n := find(snap, 0, key); n != want {
				t.Errorf("%q: %d receipts, want %d", key, n, want)
			}
		}
		if n := find(snap, first, "其二0"); n != 0 {
			t.Error("a receipt is found at a revision before its own")
		}
	}
	look()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, dir, Options{})
	look()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	wantClean(t, dir)
	for name, tamper := range map[string]func(buckets) error{
		"a receipt has another key": func(b buckets) error {
			k, _ := b.receipt.Cursor().First()
			return b.receipt.Put(bytes.Clone(k), []byte("另一"))
		},
		"a receipt is missing": func(b buckets) error {
			k, _ := b.receipt.Cursor().First()
			return b.receipt.Delete(bytes.Clone(k))
		},
	} {
		tamperWith(t, dir, tamper)
		if list := findings(t, dir); len(list) != 1 || list[0].ID.Kind() != hub.KindReceipt {
			t.Errorf("%s: %+v", name, list)
		}
		if err := Reindex(ctx, dir, Options{}, nil); err != nil {
			t.Fatal(err)
		}
		wantClean(t, dir)
	}
}

// Keys of the same hash are told apart.
func TestReceiptsOfOneHash(t *testing.T) {
	s := mustOpen(t, t.TempDir(), Options{})
	var ids []hub.ID
	for _, key := range []string{"其一", "其二", "其三"} {
		r := receiptOf(s, key)
		ids = append(ids, r.ID)
		if _, err := s.Apply(context.Background(), hub.Batch{Puts: []hub.Put{{Record: r}}}); err != nil {
			t.Fatal(err)
		}
	}
	snap, err := s.snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	h := maphash.String(s.receipts.seed, "其二")
	s.receipts.ids[h], s.receipts.more[h] = ids[0], ids[1:]
	if got := s.receipts.find(snap.receipt, "其二"); !slices.Equal(got, ids[1:2]) {
		t.Errorf("found %v, want %v", got, ids[1])
	}
}
