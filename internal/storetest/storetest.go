// Package storetest is the conformance suite of [hub.Store]: whatever keeps the
// change log, on bbolt or elsewhere, passes it. It knows the promises of the
// interface only, and checks what a store answers against a model that keeps all
// changes in a slice and answers every question by looking at all of them.
package storetest

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"concord/internal/hub"
)

// Subject is what is tested.
type Subject struct {
	// Open returns an empty store. The suite closes it.
	Open func(t *testing.T) hub.Store
	// CompareNames is the order of names that the store keeps.
	CompareNames func(a, b string) int
}

// Test runs the suite.
func Test(t *testing.T, s Subject) {
	for _, part := range []struct {
		name string
		run  func(t *testing.T, s Subject)
	}{
		{"Apply", testApply},
		{"Keys", testKeys},
		{"Time", testTime},
		{"Log", testLog},
		{"NextID", testNextID},
		{"Advanced", testAdvanced},
		{"Snapshots", testSnapshots},
		{"Writers", testWriters},
		{"Refusals", testRefusals},
		{"Positions", testPositions},
		{"Random", testRandom},
		{"Close", testClose},
	} {
		t.Run(part.name, func(t *testing.T) { part.run(t, s) })
	}
}

// start is the recorded time of the first batch of most tests.
var start = time.Date(2025, 3, 18, 1, 0, 0, 0, time.UTC)

// day is a day on which the random rosters have some life.
var day = hub.Today(start)

// opened is a store under test with the model beside it.
type opened struct {
	hub.Store
	t     *testing.T
	model *model
	rng   *rand.Rand
}

func (s Subject) open(t *testing.T) *opened {
	t.Helper()
	store := s.Open(t)
	o := &opened{Store: store, t: t, model: &model{compareNames: s.CompareNames}, rng: rand.New(rand.NewPCG(1, 2))}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return o
}

// mustApply applies a batch and has the model follow.
func (o *opened) mustApply(b hub.Batch) hub.Revision {
	o.t.Helper()
	first, err := o.Apply(o.t.Context(), b)
	if err != nil {
		o.t.Fatalf("Apply: %v", err)
	}
	o.model.apply(b, first)
	return first
}

// put applies one record as the next version of itself.
func (o *opened) put(r hub.Record) hub.Revision {
	o.t.Helper()
	return o.mustApply(hub.Batch{
		Origin: hub.Origin{Actor: "cli"},
		At:     start.Add(time.Duration(len(o.model.changes)) * time.Second),
		Puts:   []hub.Put{{Record: r, Expected: o.model.newest(r.RecordID())}},
	})
}

func (o *opened) snapshot() hub.Snapshot {
	o.t.Helper()
	snap, err := o.Snapshot()
	if err != nil {
		o.t.Fatalf("Snapshot: %v", err)
	}
	o.t.Cleanup(snap.Close)
	return snap
}

func mediator(id hub.ID, name string) *hub.Mediator {
	return &hub.Mediator{Entry: hub.Entry{
		ID: id, Name: name, Level: hub.LevelDistrict, District: "120112",
		Terms:  []hub.AppointmentTerm{{Start: day - 100, End: day + 100}},
		Events: []hub.StatusEvent{{Status: hub.StatusActive}},
	}}
}

func person(id hub.ID, identity string) *hub.Person {
	return &hub.Person{ID: id, Name: "示例", Identity: hub.Sealed{Hash: identity}}
}

func get(t *testing.T, snap hub.Snapshot, at hub.Revision, id hub.ID) hub.Version {
	t.Helper()
	versions, err := snap.Get(at, id)
	if err != nil {
		t.Fatalf("Get(%d, %s): %v", at, id, err)
	}
	return versions[0]
}

func wantCode(t *testing.T, err error, want hub.Code) {
	t.Helper()
	if hub.CodeOf(err) != want {
		t.Errorf("error is %v, want code %s", err, want)
	}
}

func background() context.Context { return context.Background() }
