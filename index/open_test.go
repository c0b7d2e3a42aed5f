package index

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"concord/internal/hub"
	"concord/seeds"
)

// reference and vocabulary are those of the seeds, read once.
var reference, vocabulary = func() (*hub.Reference, *hub.Vocabulary) {
	r, err := hub.LoadReference(seeds.FS)
	if err != nil {
		panic(err)
	}
	v, err := hub.LoadVocabulary(seeds.FS)
	if err != nil {
		panic(err)
	}
	return r, v
}()

func testOptions() Options {
	return Options{Reference: reference, Vocabulary: vocabulary, Logger: slog.New(slog.DiscardHandler), LockWait: 50 * time.Millisecond}
}

// openFollowing opens an index that follows store until the test ends, and waits
// until it has caught up.
func openFollowing(t testing.TB, dir string, store hub.Store) *Index {
	t.Helper()
	x, err := Open(dir, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := x.Follow(ctx, store); err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	waitFor(t, x, store.Revision())
	return x
}

// waitFor waits until x has applied a revision.
func waitFor(t testing.TB, x *Index, r hub.Revision) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	for r == 0 && !x.Ready() {
		time.Sleep(time.Millisecond)
	}
	v, err := x.await(ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	v.release()
}
