package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"concord/index"
	"concord/internal/boltstore"
	"concord/internal/fictional"
	"concord/internal/hub"
	"concord/internal/vault"
)

// seed makes the rosters the same in every run.
const seed = 7

// rosters is a data folder that holds fictional rosters of a size. Measurements
// share it and leave it as it is.
type rosters struct {
	dir       string
	mediators int
	indexed   bool
	numbers   []hub.CitizenID // identity numbers of the mediators, "" for none, in the order of their ids
}

// site is an opened data folder.
type site struct {
	store *boltstore.Store
	index *index.Index // nil when it was opened without one
	hub   *hub.Hub
	stop  func() error
}

// open opens a data folder, with its index, caught up, when that is wanted.
func (b *bench) open(dir string, indexed bool) (*site, error) {
	store, err := boltstore.Open(dir, boltstore.Options{})
	if err != nil {
		return nil, err
	}
	keys, err := vault.Open(dir, "", store.Revision() == 0)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	s := &site{store: store, stop: store.Close}
	c := hub.Config{Store: store, Reference: b.reference, Vocabulary: b.vocabulary, Vault: keys}
	if indexed {
		x, following, err := b.follow(store, indexFolder(dir))
		if err != nil {
			return nil, errors.Join(err, store.Close())
		}
		s.index, c.Searcher = x, x
		s.stop = func() error { return errors.Join(following(), store.Close()) }
		if err := caughtUp(b.ctx, store, x); err != nil {
			return nil, errors.Join(err, s.stop())
		}
	}
	s.hub = hub.New(c)
	return s, nil
}

func indexFolder(dir string) string { return filepath.Join(dir, "index") }

// follow opens an index that follows the store until it is stopped.
func (b *bench) follow(store hub.Store, dir string) (x *index.Index, stop func() error, err error) {
	log := slog.New(slog.NewTextHandler(b.out, &slog.HandlerOptions{Level: slog.LevelError}))
	x, err = index.Open(dir, index.Options{Reference: b.reference, Vocabulary: b.vocabulary, Logger: log})
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(b.ctx)
	done := make(chan error, 1)
	go func() { done <- x.Follow(ctx, store) }()
	return x, func() error {
		cancel()
		return errors.Join(<-done, x.Close())
	}, nil
}

// caughtUp waits until the index answers at the store's newest revision.
func caughtUp(ctx context.Context, store hub.Store, x *index.Index) error {
	for x.Revision() < store.Revision() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
	return nil
}

// roster returns the folder with n mediators and all that goes with them, which
// it makes when it is first asked for.
func (b *bench) roster(n int) (*rosters, error) {
	if r := b.rosters[n]; r != nil {
		return r, nil
	}
	dir, err := b.folder("rosters")
	if err != nil {
		return nil, err
	}
	s, err := b.open(dir, false)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	r := &rosters{dir: dir, mediators: n}
	done, err := b.load(s, r)
	if err := errors.Join(err, s.stop()); err != nil {
		return nil, err
	}
	b.progress("made rosters of %d mediators: %d records in %.1f s", n, done, time.Since(began).Seconds())
	b.rosters[n] = r
	return r, nil
}

// searchable is roster with an index that has settled, as that of a server has
// some seconds after it last wrote much: segments written and merged. It has been
// closed and opened again since.
func (b *bench) searchable(n int) (*site, error) {
	r, err := b.roster(n)
	if err != nil {
		return nil, err
	}
	if !r.indexed {
		began := time.Now()
		s, err := b.open(r.dir, true)
		if err != nil {
			return nil, err
		}
		took := time.Since(began)
		if err := errors.Join(b.settled(r.dir), s.stop()); err != nil {
			return nil, err
		}
		r.indexed = true
		b.progress("indexed rosters of %d mediators in %.1f s, settled after %.1f s", n, took.Seconds(), time.Since(began).Seconds())
	}
	s, err := b.open(r.dir, true)
	if err == nil {
		err = b.settled(r.dir)
	}
	return s, err
}

// quiet is how long nothing must have happened in an index's folder for the index
// to count as settled.
const quiet = 5 * time.Second

// settled waits until the index of a folder has written and merged its segments:
// until names and sizes of its files have not changed for a while. Small rosters,
// on which nothing depends, count as settled at once.
func (b *bench) settled(dir string) error {
	if b.n < fullSize {
		return nil
	}
	var before []string
	for since := time.Now(); time.Since(since) < quiet; {
		var now []string
		entries, err := os.ReadDir(filepath.Join(indexFolder(dir), "store"))
		if err != nil {
			return err
		}
		for _, e := range entries {
			if info, err := e.Info(); err == nil { // else it is gone already
				now = append(now, fmt.Sprint(e.Name(), info.Size()))
			}
		}
		if !slices.Equal(now, before) {
			before, since = now, time.Now()
		}
		select {
		case <-b.ctx.Done():
			return b.ctx.Err()
		case <-time.After(quiet / 50):
		}
	}
	return nil
}

// load fills a hub with generated records and notes the identity numbers of the
// mediators, which the hub itself cannot tell afterwards.
func (b *bench) load(s *site, r *rosters) (int, error) {
	var drawn hub.CitizenID
	generator := &fictional.Generator{
		Reference: b.reference,
		NextID:    s.hub.NextID,
		Identify: func(id hub.CitizenID) (hub.Sealed, bool, error) {
			drawn = id
			return s.hub.Identify(b.ctx, id)
		},
	}
	for _, term := range b.vocabulary.Specialties {
		generator.Labels = append(generator.Labels, term.Label)
	}
	records := func(yield func(hub.Record, error) bool) {
		var number hub.CitizenID
		for record, err := range generator.Records(r.mediators, seed) {
			switch record := record.(type) {
			case *hub.Person:
				if number = ""; record.Identity.Hash != "" {
					number = drawn
				}
			case *hub.Mediator:
				r.numbers = append(r.numbers, number)
			}
			if !yield(record, err) {
				return
			}
		}
	}
	return s.hub.Load(b.ctx, hub.System, fmt.Sprintf("示例名册：%d 名调解员", r.mediators), records, nil)
}
