package storetest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"concord/internal/hub"
)

func testApply(t *testing.T, s Subject) {
	t.Run("revisions follow one another", func(t *testing.T) {
		o := s.open(t)
		if r := o.Revision(); r != 0 {
			t.Errorf("an empty store is at revision %d", r)
		}
		var puts []hub.Put
		for range 3 {
			puts = append(puts, hub.Put{Record: mediator(o.NextID(hub.KindMediator), "张伟")})
		}
		if first := o.mustApply(hub.Batch{Puts: puts}); first != 1 {
			t.Errorf("first batch got revision %d", first)
		}
		if first := o.put(mediator(o.NextID(hub.KindMediator), "王芳")); first != 4 || o.Revision() != 4 {
			t.Errorf("fourth change got revision %d, store is at %d", first, o.Revision())
		}
		for i, v := range must(o.snapshot().Get(0, puts[0].Record.RecordID(), puts[2].Record.RecordID())) {
			if want := hub.Revision(1 + 2*i); v.Revision != want {
				t.Errorf("put %d has revision %d, want %d", 2*i, v.Revision, want)
			}
		}
	})

	t.Run("a record reads as it was written", func(t *testing.T) {
		o := s.open(t)
		yes := true
		org := &hub.Organization{ID: o.NextID(hub.KindOrganization), Name: "示例调解中心", Level: hub.LevelCity, District: "120000", OneWindow: &yes}
		listing := &hub.InvitedListing{Entry: mediator(o.NextID(hub.KindInvitedListing), "单丽").Entry, Court: "津0112", CertifiedOn: day}
		expert := &hub.Expert{Entry: mediator(o.NextID(hub.KindExpert), "仇英").Entry, DistrictsServed: []string{"120101"}}
		checklist := &hub.ChecklistRecord{ID: o.NextID(hub.KindChecklist), Checklist: hub.Checklist{ID: "示例", Title: "示例清单",
			Sections: []hub.Section{{Name: "一", Groups: []hub.Group{{Name: "（一）", Tasks: []hub.Task{{Number: 1, Text: "任务"}}}}}}}}
		key := &hub.APIKey{ID: o.NextID(hub.KindKey), Name: "示例", Public: "abc", SecretHash: []byte{1, 2}, CreatedAt: start.Add(123456789)}
		for _, r := range []hub.Record{org, listing, expert, checklist, key, person(o.NextID(hub.KindPerson), "h")} {
			revision := o.put(r)
			v := get(t, o.snapshot(), 0, r.RecordID())
			if !sameRecord(v.Record, r) || v.Revision != revision || !v.At.Equal(o.model.changes[revision-1].At) {
				t.Errorf("read %+v at %v, wrote %+v", v.Record, v.At, r)
			}
		}
	})

	t.Run("what becomes of the caller's record later changes nothing", func(t *testing.T) {
		o := s.open(t)
		m := mediator(o.NextID(hub.KindMediator), "张伟")
		m.Specialties = []string{"劳动报酬"}
		o.put(m)
		m.Name, m.Specialties[0] = "王芳", "工伤保险"
		got := get(t, o.snapshot(), 0, m.ID).Record.(*hub.Mediator)
		if got.Name != "张伟" || got.Specialties[0] != "劳动报酬" {
			t.Errorf("the store holds %q %q", got.Name, got.Specialties)
		}
	})

	t.Run("a lost race is a conflict with the current record", func(t *testing.T) {
		o := s.open(t)
		id := o.NextID(hub.KindMediator)
		o.put(mediator(id, "张伟"))
		newest := o.put(mediator(id, "张卫"))
		for _, expected := range []hub.Revision{0, 1, newest + 1, newest + 100} {
			_, err := o.Apply(background(), hub.Batch{Puts: []hub.Put{{Record: mediator(id, "章伟"), Expected: expected}}})
			wantCode(t, err, hub.CodeConflict)
			clash, ok := errors.AsType[*hub.Clash](err)
			if !ok || clash.Put != 0 || clash.Key != nil || clash.Current.Revision != newest || clash.Current.Record.(*hub.Mediator).Name != "张卫" {
				t.Errorf("expected %d: clash %+v", expected, clash)
			}
		}
		_, err := o.Apply(background(), hub.Batch{Puts: []hub.Put{{Record: mediator(o.NextID(hub.KindMediator), "新"), Expected: 1}}})
		wantCode(t, err, hub.CodeConflict)
		if clash, ok := errors.AsType[*hub.Clash](err); !ok || clash.Current.Record != nil {
			t.Errorf("changing what does not exist: clash %+v", clash)
		}
		if o.Revision() != newest {
			t.Errorf("refused batches moved the store to revision %d", o.Revision())
		}
	})

	t.Run("a refused batch leaves no trace", func(t *testing.T) {
		o := s.open(t)
		taken := o.NextID(hub.KindMediator)
		o.put(mediator(taken, "张伟"))
		fresh := o.NextID(hub.KindMediator)
		first := mediator(fresh, "王芳")
		first.RegistrationNo, first.Specialties, first.District = "津-001", []string{"闻所未闻"}, "999999"
		_, err := o.Apply(background(), hub.Batch{Puts: []hub.Put{{Record: first}, {Record: mediator(taken, "李娜")}}})
		wantCode(t, err, hub.CodeConflict)
		if clash, ok := errors.AsType[*hub.Clash](err); !ok || clash.Put != 1 {
			t.Errorf("clash %+v, want that of put 1", clash)
		}
		snap := o.snapshot()
		if v := get(t, snap, 0, fresh); v.Record != nil || v.Revision != 0 {
			t.Errorf("half of a refused batch is there: %+v", v)
		}
		if ids := must(snap.Lookup(0, hub.KindMediator, hub.KeyRegistrationNo, "津-001")); len(ids) > 0 {
			t.Errorf("its key is taken by %v", ids)
		}
		page := must(snap.List(hub.ListQuery{Kind: hub.KindMediator, Moment: hub.Moment{On: day}, Order: hub.Order{Field: hub.OrderByName}, Limit: 10, Total: true}))
		if len(page.Items) != 1 || page.Total != 1 {
			t.Errorf("the list shows %d of %d", len(page.Items), page.Total)
		}
		first.Specialties = nil
		if o.put(first); o.Revision() != 2 {
			t.Errorf("the next change got revision %d", o.Revision())
		}
	})

	t.Run("one record once a batch", func(t *testing.T) {
		o := s.open(t)
		id := o.NextID(hub.KindMediator)
		_, err := o.Apply(background(), hub.Batch{Puts: []hub.Put{{Record: mediator(id, "张伟")}, {Record: mediator(id, "张伟"), Expected: 1}}})
		wantCode(t, err, hub.CodeInvalid)
	})

	t.Run("an empty batch changes nothing", func(t *testing.T) {
		o := s.open(t)
		if _, err := o.Apply(background(), hub.Batch{}); err != nil || o.Revision() != 0 {
			t.Errorf("error %v, revision %d", err, o.Revision())
		}
	})

	t.Run("a cancelled request writes nothing", func(t *testing.T) {
		o := s.open(t)
		ctx, cancel := context.WithCancel(background())
		cancel()
		for range 20 {
			_, err := o.Apply(ctx, hub.Batch{Puts: []hub.Put{{Record: mediator(o.NextID(hub.KindMediator), "张伟")}}})
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("error %v", err)
			}
			wantCode(t, err, hub.CodeBusy)
		}
		if o.Revision() != 0 {
			t.Errorf("the store is at revision %d", o.Revision())
		}
	})
}

func testKeys(t *testing.T, s Subject) {
	lookup := func(t *testing.T, o *opened, at hub.Revision, kind hub.Kind, name hub.KeyName, value string) []hub.ID {
		t.Helper()
		return must(o.snapshot().Lookup(at, kind, name, value))
	}
	numbered := func(id hub.ID, no string) *hub.Mediator {
		m := mediator(id, "张伟")
		m.RegistrationNo = no
		return m
	}

	t.Run("a unique key has one holder in its kind", func(t *testing.T) {
		o := s.open(t)
		a, b := o.NextID(hub.KindMediator), o.NextID(hub.KindMediator)
		o.put(numbered(a, "津-001"))
		_, err := o.Apply(background(), hub.Batch{Puts: []hub.Put{{Record: numbered(b, "津-001")}}})
		wantCode(t, err, hub.CodeConflict)
		clash, ok := errors.AsType[*hub.Clash](err)
		if !ok || clash.Key == nil || clash.Key.Value != "津-001" || clash.Current.Record == nil || clash.Current.Record.RecordID() != a {
			t.Errorf("clash %+v", clash)
		}
		e := &hub.Expert{Entry: numbered(o.NextID(hub.KindExpert), "津-001").Entry}
		e.ID = o.NextID(hub.KindExpert)
		o.put(e) // another kind
		if ids := lookup(t, o, 0, hub.KindMediator, hub.KeyRegistrationNo, "津-001"); !slices.Equal(ids, []hub.ID{a}) {
			t.Errorf("Lookup = %v", ids)
		}
	})

	t.Run("a key given up is free again", func(t *testing.T) {
		o := s.open(t)
		a, b := o.NextID(hub.KindMediator), o.NextID(hub.KindMediator)
		o.put(numbered(a, "津-001"))
		o.put(numbered(a, "津-002"))
		o.put(numbered(b, "津-001"))
		o.put(numbered(b, ""))
		o.put(numbered(a, "津-001"))
		for at, want := range []hub.ID{a, a, 0, b, 0, a} {
			ids := lookup(t, o, hub.Revision(at), hub.KindMediator, hub.KeyRegistrationNo, "津-001")
			if want == 0 && len(ids) > 0 || want != 0 && !slices.Equal(ids, []hub.ID{want}) {
				t.Errorf("at revision %d the holders are %v, want %v", at, ids, want)
			}
		}
	})

	t.Run("a key passes on within a batch, whatever the order of the puts", func(t *testing.T) {
		for _, reversed := range []bool{false, true} {
			o := s.open(t)
			a, b := o.NextID(hub.KindMediator), o.NextID(hub.KindMediator)
			o.put(numbered(a, "津-001"))
			o.put(numbered(b, "津-002"))
			puts := []hub.Put{{Record: numbered(a, "津-002"), Expected: 1}, {Record: numbered(b, "津-001"), Expected: 2}}
			if reversed {
				slices.Reverse(puts)
			}
			o.mustApply(hub.Batch{Puts: puts})
			if ids := lookup(t, o, 0, hub.KindMediator, hub.KeyRegistrationNo, "津-001"); !slices.Equal(ids, []hub.ID{b}) {
				t.Errorf("Lookup = %v", ids)
			}
		}
	})

	t.Run("a batch may not take one key twice", func(t *testing.T) {
		o := s.open(t)
		_, err := o.Apply(background(), hub.Batch{Puts: []hub.Put{
			{Record: person(o.NextID(hub.KindPerson), "same")}, {Record: person(o.NextID(hub.KindPerson), "same")}}})
		wantCode(t, err, hub.CodeConflict)
	})

	t.Run("a shared key finds all who carry it", func(t *testing.T) {
		o := s.open(t)
		var ids []hub.ID
		for i := range 5 {
			m := mediator(o.NextID(hub.KindMediator), "张伟")
			m.PersonID = hub.NewID(hub.KindPerson, uint64(1+i%2))
			o.put(m)
			if i%2 == 1 {
				ids = append(ids, m.ID)
			}
		}
		if got := lookup(t, o, 0, hub.KindMediator, hub.KeyPerson, hub.NewID(hub.KindPerson, 2).String()); !slices.Equal(got, ids) {
			t.Errorf("Lookup = %v, want %v", got, ids)
		}
	})

	t.Run("no value is taken for the beginning of another", func(t *testing.T) {
		o := s.open(t)
		for _, no := range []string{"津", "津-1", "津-10", "津-1\x00\x00\x00\x00\x00\x00\x00\x00"} {
			o.put(numbered(o.NextID(hub.KindMediator), no))
		}
		for _, no := range []string{"津", "津-1", "津-10"} {
			if ids := lookup(t, o, 0, hub.KindMediator, hub.KeyRegistrationNo, no); len(ids) != 1 {
				t.Errorf("Lookup(%q) = %v", no, ids)
			}
		}
		if ids := lookup(t, o, 0, hub.KindMediator, hub.KeyRegistrationNo, ""); len(ids) != 0 {
			t.Errorf("Lookup of nothing = %v", ids)
		}
	})
}

func testTime(t *testing.T, s Subject) {
	t.Run("recorded time never runs backwards", func(t *testing.T) {
		o := s.open(t)
		for _, shift := range []time.Duration{0, time.Hour, time.Minute, 2 * time.Hour} {
			o.mustApply(hub.Batch{At: start.Add(shift), Puts: []hub.Put{{Record: mediator(o.NextID(hub.KindMediator), "张伟")}}})
		}
		last := time.Time{}
		for c, err := range o.snapshot().Changes(0) {
			if err != nil || c.At.Before(last) {
				t.Errorf("revision %d at %v after %v (%v)", c.Revision, c.At, last, err)
			}
			last = c.At
		}
		if !last.Equal(start.Add(2 * time.Hour)) {
			t.Errorf("the last change is recorded at %v", last)
		}
	})

	t.Run("an instant names a revision", func(t *testing.T) {
		o := s.open(t)
		if r := must(o.snapshot().RevisionAt(start)); r != 0 {
			t.Errorf("an empty store had revision %d", r)
		}
		o.grow(40)
		snap := o.snapshot()
		for offset := -2; offset < 60; offset++ {
			at := start.Add(time.Duration(offset) * time.Second)
			for _, instant := range []time.Time{at, at.Add(-1), at.Add(1), at.In(time.FixedZone("CST", 8*3600))} {
				if got, want := must(snap.RevisionAt(instant)), o.model.revisionAt(instant); got != want {
					t.Fatalf("RevisionAt(%v) = %d, want %d", instant, got, want)
				}
			}
		}
		if r := must(snap.RevisionAt(time.Time{})); r != 0 {
			t.Errorf("in the year 1 there was revision %d", r)
		}
		if r := must(snap.RevisionAt(start.AddDate(5000, 0, 0))); r != o.model.revision() {
			t.Errorf("in the year 7025 there will be revision %d", r)
		}
	})
}

func testNextID(t *testing.T, s Subject) {
	t.Run("no id twice", func(t *testing.T) {
		o := s.open(t)
		o.put(mediator(hub.NewID(hub.KindMediator, 5000), "张伟"))
		ids := make(chan hub.ID, 400)
		for range 4 {
			go func() {
				for range 100 {
					ids <- o.NextID(hub.KindMediator)
				}
			}()
		}
		seen := map[hub.ID]bool{}
		for range 400 {
			id := <-ids
			if seen[id] || id.Kind() != hub.KindMediator || id.Number() == 0 || id.Number() == 5000 {
				t.Fatalf("NextID handed out %s (again: %t)", id, seen[id])
			}
			seen[id] = true
		}
	})

	t.Run("each kind counts for itself", func(t *testing.T) {
		o := s.open(t)
		if a, b := o.NextID(hub.KindMediator), o.NextID(hub.KindPerson); a.Number() != b.Number() {
			t.Errorf("the first ids are %s and %s", a, b)
		}
	})
}

func testAdvanced(t *testing.T, s Subject) {
	closed := func(ch <-chan struct{}) bool {
		select {
		case <-ch:
			return true
		default:
			return false
		}
	}
	o := s.open(t)
	first, second := o.Advanced(0), o.Advanced(1)
	if closed(first) || closed(second) {
		t.Fatal("an empty store has advanced")
	}
	o.put(mediator(o.NextID(hub.KindMediator), "张伟"))
	wait(t, first)
	if closed(second) {
		t.Error("revision 1 is taken for newer than 1")
	}
	if !closed(o.Advanced(0)) {
		t.Error("who asks late must wait")
	}
	o.put(mediator(o.NextID(hub.KindMediator), "张伟"))
	wait(t, second)
	if closed(o.Advanced(2)) {
		t.Error("revision 2 is taken for newer than 2")
	}
}

func wait(t *testing.T, ch <-chan struct{}) {
	t.Helper()
	select {
	case <-ch:
	case <-time.After(10 * time.Second):
		t.Fatal("waited in vain")
	}
}

func testClose(t *testing.T, s Subject) {
	store := s.Open(t)
	if _, err := store.Apply(background(), hub.Batch{Puts: []hub.Put{{Record: mediator(store.NextID(hub.KindMediator), "张伟")}}}); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := store.Apply(background(), hub.Batch{Puts: []hub.Put{{Record: mediator(store.NextID(hub.KindMediator), "张伟")}}})
	wantCode(t, err, hub.CodeBusy)
	if _, err := store.Snapshot(); err == nil {
		t.Error("a closed store gives snapshots")
	}
	if err := store.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
}
