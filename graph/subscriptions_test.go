package graph_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"concord/internal/hub"
)

// TestSubscriberSeesEachChangeOnce kills a subscriber again and again while
// changes are being made, in the midst of events; each time it comes back, by the
// other transport, with the last cursor that it has. CONCORD_TEST_KILLS says how
// often; 12 times when it does not.
func TestSubscriberSeesEachChangeOnce(t *testing.T) {
	kills := 12
	if n, err := strconv.Atoi(os.Getenv("CONCORD_TEST_KILLS")); err == nil {
		kills = n
	}
	w := newWorld(t)
	first := w.allChanges(t, "city-admin", nil, nil)
	start := first[2].Cursor // in the midst of what is there
	random := rand.New(rand.NewPCG(3, 5))

	writing, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for n := range 2 {
		writers.Go(func() { w.write(t, writing, n) })
	}
	var seen []rosterChange
	after := start
	for killed := range kills {
		subscribe := w.eventStream
		if killed%2 == 1 {
			subscribe = w.socketStream
		}
		s := subscribe(t, "city-admin", rosterChanged, map[string]any{"after": after})
		for range 1 + random.IntN(40) {
			c := s.next(t).change(t)
			seen, after = append(seen, c), c.Cursor
		}
		s.kill()
	}
	stop()
	writers.Wait()

	want := w.allChanges(t, "city-admin", &start, nil)
	s := w.socketStream(t, "city-admin", rosterChanged, map[string]any{"after": after})
	for len(seen) < len(want) {
		seen = append(seen, s.next(t).change(t))
	}
	for i := range want {
		if !reflect.DeepEqual(seen[i], want[i]) {
			t.Fatalf("event %d of %d is %+v, the change feed has %+v", i, len(want), seen[i], want[i])
		}
	}
	w.amend(t, "city-admin", "示例-调-0003", "title", "最后")
	if c := s.next(t).change(t); c.Node.Fields[0].After != "最后" {
		t.Errorf("after everything came %+v", c)
	}
	t.Logf("%d changes, %d kills", len(want), kills)
}

// write makes changes until ctx is done, some of them of kinds that are not shown.
func (w *world) write(t *testing.T, ctx context.Context, writer int) {
	record := hub.Mediator{Entry: hub.Entry{ID: hub.NewID(hub.KindMediator, uint64(5000+writer)), Name: "陆示例", Level: hub.LevelCity, District: "120000", Fictional: true}}
	var last hub.Revision
	for n := 0; ctx.Err() == nil; n++ {
		next := record
		next.Title = fmt.Sprint("第", n, "次")
		batch := hub.Batch{Origin: hub.Origin{Actor: "key_9", Reason: "示例"}, At: now, Puts: []hub.Put{{Record: &next, Expected: last}}}
		if n%3 == 0 {
			batch.Puts = append(batch.Puts, hub.Put{Record: &hub.Attempt{ID: w.hub.NextID(hub.KindAttempt)}})
		}
		first, err := w.store.Apply(ctx, batch)
		if err != nil {
			if ctx.Err() == nil {
				t.Error(err)
			}
			return
		}
		last = first
	}
}

// TestSubscriptionShowsWhatItsReaderMayRead compares what the same change shows to
// different callers, and what kinds choose.
func TestSubscriptionShowsWhatItsReaderMayRead(t *testing.T) {
	w := newWorld(t)
	city := w.eventStream(t, "city-admin", rosterChanged, nil)
	district := w.socketStream(t, "district-admin-120101", rosterChanged, map[string]any{"kinds": []string{"MEDIATOR"}})
	anonymous := w.socketStream(t, "anonymous", rosterChanged, nil)
	experts := w.eventStream(t, "anonymous", rosterChanged, map[string]any{"kinds": []string{"EXPERT"}})
	for _, s := range []subscriber{district, anonymous} { // sockets are not known to have begun before they answer
		w.begun(t, s)
	}
	drain := func(s subscriber, field string) rosterChange {
		t.Helper()
		for {
			c := s.next(t).change(t)
			if slices.ContainsFunc(c.Node.Fields, func(f struct{ Name, Before, After string }) bool { return f.Name == field }) {
				return c
			}
		}
	}
	w.amend(t, "district-admin-120101", "示例-调-0001", "phone", "13800138777")
	for name, s := range map[string]subscriber{"city": city, "district": district} {
		if c := drain(s, "phone"); c.Node.Fields[0].Before != "13800138001" || c.Node.Fields[0].After != "13800138777" || c.Node.Actor == nil {
			t.Errorf("%s: %+v", name, c)
		}
	}
	w.amend(t, "district-admin-120101", "示例-调-0001", "title", "高级律师")
	c := drain(anonymous, "title")
	if c.Node.Actor != nil || len(c.Node.Fields) != 1 {
		t.Errorf("anonymous: %+v", c)
	}
	amended := w.change(t, "expert-keeper", "amendExpert", "AmendExpertInput", `record { id }`, map[string]any{
		"id": "exp_1", "expectedRevision": w.newest(t, "exp_1"), "fields": map[string]any{"title": "教授"}})
	amended.done(t)
	if c := experts.next(t).change(t); c.Node.Kind != "EXPERT" {
		t.Errorf("experts only: %+v", c)
	}
}

// begun makes changes until s receives one.
func (w *world) begun(t *testing.T, s subscriber) {
	t.Helper()
	got := make(chan struct{})
	go func() {
		defer close(got)
		s.next(t)
	}()
	for n := 0; ; n++ {
		w.amend(t, "district-admin-120101", "示例-调-0001", "certificateBy", fmt.Sprint("示例单位", n))
		select {
		case <-got:
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// TestSubscriptionEndsWithItsRights ends the key, and the agreement, of
// subscriptions that are running.
func TestSubscriptionEndsWithItsRights(t *testing.T) {
	for name, subscribe := range map[string]func(*world, *testing.T, string, string, map[string]any) subscriber{"SSE": (*world).eventStream, "WebSocket": (*world).socketStream} {
		t.Run("key over "+name, func(t *testing.T) {
			w := newWorld(t)
			w.issue(t, "short", hub.APIKey{Role: hub.RoleCityAdmin, Expires: hub.Today(now) + 1})
			s := subscribe(w, t, "short", rosterChanged, map[string]any{"after": w.allChanges(t, "", nil, nil)[0].Cursor})
			s.next(t).change(t)
			w.later(48 * time.Hour)
			w.amend(t, "city-admin", "示例-调-0003", "title", "以后")
			for {
				a := s.next(t)
				if a == nil {
					t.Fatal("the subscription ended without saying why")
				}
				if len(a.Errors) > 0 {
					if code := a.codes()[0]; code != "UNAUTHENTICATED" {
						t.Errorf("ended with %s", code)
					}
					break
				}
				if a.change(t).Node.Fields[0].After == "以后" {
					t.Fatal("a change was shown after the key's end")
				}
			}
		})
	}
	t.Run("agreement", func(t *testing.T) {
		w := newWorld(t)
		agreed := w.agree(t, "city-admin", "createSharingAgreement", "CreateSharingAgreementInput", map[string]any{
			"agency": "UNION", "basis": "示例依据", "purpose": "示例目的", "fields": []string{"Mediator.phone"}, "from": "2025-06-01", "to": "2025-12-31", "documentNo": "示例〔2025〕1号"})
		if len(agreed.UserErrors) > 0 {
			t.Fatalf("%+v", agreed.UserErrors)
		}
		s := w.eventStream(t, "partner", rosterChanged, map[string]any{"kinds": []string{"MEDIATOR"}})
		phone := func(value string) (shown bool) {
			t.Helper()
			w.amend(t, "district-admin-120101", "示例-调-0001", "phone", value)
			c := s.next(t).change(t)
			return len(c.Node.Fields) == 1 && c.Node.Fields[0].After == value
		}
		if !phone("13800138777") {
			t.Error("the agreement opens nothing to a subscriber")
		}
		if n := len(w.accesses(t, "city-admin", nil)); n == 0 {
			t.Error("what a subscriber was given is not written down")
		}
		ended := w.agree(t, "city-admin", "endSharingAgreement", "EndSharingAgreementInput", map[string]any{
			"id": agreed.Agreement.ID, "expectedRevision": agreed.Agreement.Revision})
		if len(ended.UserErrors) > 0 {
			t.Fatalf("%+v", ended.UserErrors)
		}
		if phone("13800138778") {
			t.Error("a field is shown after the end of the agreement that opened it")
		}
	})
}

// TestSubscriptionsThatCannotBe says how they are refused.
func TestSubscriptionsThatCannotBe(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		query     string
		variables map[string]any
	}{
		"a wrong cursor":  {rosterChanged, map[string]any{"after": "x"}},
		"a hidden kind":   {`subscription { rosterChanged(kinds: [KEY]) { cursor } }`, nil},
		"nothing":         {`subscription { __typename }`, nil},
		"two":             {`subscription { a: rosterChanged { cursor } b: rosterChanged { cursor } }`, nil},
		"all left out":    {`subscription { rosterChanged @skip(if: true) { cursor } }`, nil},
		"an unknown one":  {`subscription { nothing }`, nil},
		"without a field": {`subscription { rosterChanged }`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			for transport, subscribe := range map[string]func(*world, *testing.T, string, string, map[string]any) subscriber{"SSE": (*world).eventStream, "WebSocket": (*world).socketStream} {
				a := subscribe(w, t, "", c.query, c.variables).next(t)
				if a == nil || len(a.Errors) == 0 || a.codes()[0] != "INVALID" {
					t.Errorf("%s: %s", transport, a.text())
				}
			}
		})
	}
	t.Run("by POST for JSON", func(t *testing.T) {
		if a := w.ask(t, "", rosterChanged, nil); a.status != 406 || a.codes()[0] != "INVALID" {
			t.Errorf("%d %s", a.status, a.body)
		}
	})
	t.Run("a query by SSE and by WebSocket", func(t *testing.T) {
		for _, s := range []subscriber{w.eventStream(t, "auditor", `{ viewer { role } }`, nil), w.socketStream(t, "auditor", `{ viewer { role } }`, nil)} {
			var data struct{ Viewer struct{ Role string } }
			s.next(t).into(t, &data)
			if data.Viewer.Role != "AUDITOR" || s.next(t) != nil {
				t.Errorf("%+v", data)
			}
		}
	})
}

// TestRecordsHaveHistory holds every type of record that has an id of its own to
// its history; those that are excused are no records of the log.
func TestRecordsHaveHistory(t *testing.T) {
	excused := map[string]string{
		"Region": "a code table", "Agency": "a code table", "Court": "a code table",
		"Measure":          "a part of its checklist, which has one",
		"SharingAgreement": "its versions are its history",
		"AdverseNotice":    "a letter: it stands as it was sent, with the day and the words of its acknowledgement",
		"Account":          "no part of the rosters: what a change of access did is for the log, and takes effect at once",
		"Session":          "it begins and ends, and says when",
		"Key":              "it is issued and revoked, and never changed",
		"SheetJob":         "a piece of work: what it wrote stands in the history of the records",
	}
	for _, d := range schema().GetPossibleTypes(schema().Types["Node"]) {
		f := d.Fields.ForName("history")
		if (f == nil || f.Type.Name() != "ChangeConnection") && excused[d.Name] == "" {
			t.Errorf("%s has no history(first, after): ChangeConnection!: add it as the other records have it, or say here why it needs none", d.Name)
		}
	}
}
