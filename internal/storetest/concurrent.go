package storetest

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"concord/internal/hub"
)

func testSnapshots(t *testing.T, s Subject) {
	t.Run("a snapshot stays as it was", func(t *testing.T) {
		o := s.open(t)
		o.grow(30)
		old := o.model.revision()
		snap := o.snapshot()
		query := hub.ListQuery{Kind: hub.KindMediator, Moment: hub.Moment{On: day}, Order: hub.Order{Field: hub.OrderByName}, Limit: 1000, Total: true}
		before := must(snap.List(query))
		o.grow(30)
		if snap.Revision() != old || o.Revision() == old {
			t.Fatalf("snapshot at %d, store at %d, opened at %d", snap.Revision(), o.Revision(), old)
		}
		after := must(snap.List(query))
		if !slices.EqualFunc(before.Items, after.Items, sameItem) || before.Total != after.Total {
			t.Error("the list of a snapshot changed")
		}
		last := hub.Revision(0)
		for c, err := range snap.Changes(0) {
			if err != nil {
				t.Fatal(err)
			}
			last = c.Revision
		}
		if last != old {
			t.Errorf("the snapshot's log ends at %d, want %d", last, old)
		}
	})

	t.Run("a snapshot is one state while others write", func(t *testing.T) {
		// Each batch renames two records to the same name; nobody may ever see
		// two different ones, nor a list or count that disagrees with Get.
		o := s.open(t)
		a, b := o.NextID(hub.KindMediator), o.NextID(hub.KindMediator)
		first := o.mustApply(hub.Batch{Puts: []hub.Put{{Record: mediator(a, "名0")}, {Record: mediator(b, "名0")}}})
		const rounds = 200
		done := make(chan struct{})
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				seen := hub.Revision(0)
				for {
					select {
					case <-done:
						return
					default:
					}
					snap, err := o.Snapshot()
					if err != nil {
						t.Error(err)
						return
					}
					if err := oneState(snap, a, b); err != nil {
						t.Errorf("at revision %d: %v", snap.Revision(), err)
					}
					if snap.Revision() < seen {
						t.Errorf("the store went back from revision %d to %d", seen, snap.Revision())
					}
					seen = snap.Revision()
					snap.Close()
				}
			})
		}
		for i := range rounds {
			name := fmt.Sprintf("名%d", i+1)
			ma, mb := mediator(a, name), mediator(b, name)
			ma.Specialties, mb.Specialties = []string{name}, []string{name}
			next, err := o.Apply(background(), hub.Batch{Puts: []hub.Put{{Record: ma, Expected: first}, {Record: mb, Expected: first + 1}}})
			if err != nil {
				t.Fatal(err)
			}
			first = next
			if o.Revision() < next+1 {
				t.Fatalf("acknowledged revision %d, but the store is at %d", next+1, o.Revision())
			}
		}
		close(done)
		wg.Wait()
	})
}

func oneState(snap hub.Snapshot, a, b hub.ID) error {
	versions, err := snap.Get(0, a, b)
	if err != nil {
		return err
	}
	name := versions[0].Record.(*hub.Mediator).Name
	if other := versions[1].Record.(*hub.Mediator).Name; other != name {
		return fmt.Errorf("%s and %s", name, other)
	}
	page, err := snap.List(hub.ListQuery{
		Kind: hub.KindMediator, Moment: hub.Moment{On: day}, Order: hub.Order{Field: hub.OrderByName}, Limit: 10, Total: true,
	})
	if err != nil {
		return err
	}
	if page.Total != 2 || len(page.Items) != 2 || page.Items[0].Revision != versions[0].Revision || page.Items[1].Revision != versions[1].Revision {
		return fmt.Errorf("list %+v does not go with revisions %d and %d", page, versions[0].Revision, versions[1].Revision)
	}
	ids, err := snap.Named(hub.KindMediator, "120112", name)
	if err != nil {
		return err
	}
	if len(ids) != 2 {
		return fmt.Errorf("%d are named %s", len(ids), name)
	}
	cells, err := snap.Count(hub.CountQuery{Kind: hub.KindMediator, Moment: hub.Moment{On: day}, By: [][]hub.Dimension{{hub.BySpecialty}}})
	if err != nil {
		return err
	}
	if len(versions[0].Record.(*hub.Mediator).Specialties) == 1 && (len(cells[0]) != 1 || cells[0][0].Values[0] != name || cells[0][0].Count != 2) {
		return fmt.Errorf("cells %v do not go with %s", cells, name)
	}
	return nil
}

func testWriters(t *testing.T, s Subject) {
	t.Run("nobody overwrites anybody", func(t *testing.T) {
		// Many add one to the same counter; whoever loses the race reads again.
		o := s.open(t)
		id := o.NextID(hub.KindMediator)
		o.put(mediator(id, "张伟"))
		const writers, each = 8, 25
		var wg sync.WaitGroup
		for range writers {
			wg.Go(func() {
				for range each {
					for {
						snap, err := o.Snapshot()
						if err != nil {
							t.Error(err)
							return
						}
						v := get(t, snap, 0, id)
						snap.Close()
						next := *v.Record.(*hub.Mediator)
						next.TrainingHours++
						_, err = o.Apply(background(), hub.Batch{Puts: []hub.Put{{Record: &next, Expected: v.Revision}}})
						if err == nil {
							break
						}
						if hub.CodeOf(err) != hub.CodeConflict {
							t.Error(err)
							return
						}
					}
				}
			})
		}
		wg.Wait()
		snap := o.snapshot()
		if hours := get(t, snap, 0, id).Record.(*hub.Mediator).TrainingHours; hours != writers*each {
			t.Errorf("counted %v, want %d", hours, writers*each)
		}
		if snap.Revision() != 1+writers*each {
			t.Errorf("the log has %d entries, want %d", snap.Revision(), 1+writers*each)
		}
	})

	t.Run("each batch stands or falls alone", func(t *testing.T) {
		// Half of the batches are wrong in their last put. Whatever is committed
		// together, the right ones stand whole, and of the wrong ones nothing.
		o := s.open(t)
		taken := o.NextID(hub.KindMediator)
		o.put(mediator(taken, "张伟"))
		const writers, each, size = 8, 20, 3
		type outcome struct {
			ids   []hub.ID
			first hub.Revision
		}
		outcomes := make(chan outcome, writers*each)
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					var b hub.Batch
					var ids []hub.ID
					for range size {
						m := mediator(o.NextID(hub.KindMediator), "王芳")
						m.RegistrationNo = m.ID.String()
						ids = append(ids, m.ID)
						b.Puts = append(b.Puts, hub.Put{Record: m})
					}
					wrong := (w+i)%2 == 0
					if wrong {
						b.Puts = append(b.Puts, hub.Put{Record: mediator(taken, "李娜")})
					}
					first, err := o.Apply(background(), b)
					if wrong {
						wantCode(t, err, hub.CodeConflict)
					} else if err != nil {
						t.Error(err)
					}
					outcomes <- outcome{ids, first}
				}
			})
		}
		wg.Wait()
		close(outcomes)
		snap := o.snapshot()
		used := map[hub.Revision]bool{}
		accepted := 0
		for out := range outcomes {
			versions := must(snap.Get(0, out.ids...))
			for i, v := range versions {
				if out.first == 0 {
					if v.Record != nil {
						t.Fatalf("%s of a refused batch is there", out.ids[i])
					}
					continue
				}
				want := out.first + hub.Revision(i)
				if v.Revision != want || used[want] {
					t.Fatalf("%s has revision %d, want %d (used: %t)", out.ids[i], v.Revision, want, used[want])
				}
				used[want] = true
				accepted++
			}
		}
		if int(snap.Revision()) != accepted+1 {
			t.Errorf("the log has %d entries, want %d", snap.Revision(), accepted+1)
		}
	})

	t.Run("only one gets a unique key", func(t *testing.T) {
		o := s.open(t)
		const writers = 8
		for round := range 10 {
			key := fmt.Sprint("h", round)
			winners := make(chan hub.ID, writers)
			var wg sync.WaitGroup
			for range writers {
				wg.Go(func() {
					id := o.NextID(hub.KindPerson)
					_, err := o.Apply(background(), hub.Batch{Puts: []hub.Put{{Record: person(id, key)}}})
					if err == nil {
						winners <- id
					} else {
						wantCode(t, err, hub.CodeConflict)
					}
				})
			}
			wg.Wait()
			close(winners)
			var got []hub.ID
			for id := range winners {
				got = append(got, id)
			}
			if ids := must(o.snapshot().Lookup(0, hub.KindPerson, hub.KeyIdentity, key)); len(got) != 1 || !slices.Equal(ids, got) {
				t.Fatalf("winners %v, holders %v", got, ids)
			}
		}
	})
}
