package auth

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"concord/internal/boltstore"
	"concord/internal/hub"
	"concord/internal/vault"
	"concord/seeds"
)

// TestStrangersShutOutThemselves counts how many guesses are looked at, from where.
func TestStrangersShutOutThemselves(t *testing.T) {
	start := time.Date(2025, 6, 15, 2, 0, 0, 0, time.UTC)
	looked := func(b *backoff, n int, now time.Time, try func(i int) attempt) (seen int) {
		for i := range n {
			if b.begin(try(i), now) == 0 {
				seen++
			}
		}
		return seen
	}
	one := func(name, address string) func(int) attempt {
		return func(int) attempt { return attempt{name, address} }
	}
	fromAnywhere := func(name string) func(int) attempt {
		return func(i int) attempt { return attempt{name, fmt.Sprintf("192.0.2.%d/%d", i%250, i/1000)} }
	}

	t.Run("one name from one address", func(t *testing.T) {
		b := newBackoff()
		if n := looked(b, 1000, start, one("jinnan", "a")); n != freeFailures {
			t.Errorf("%d guesses at once", n)
		}
		if n := looked(b, 1, start, one("jinnan", "b")); n != 1 {
			t.Error("whose name it is waits, at another address")
		}
		guesses := 0
		for now := start; now.Before(start.Add(24 * time.Hour)); now = now.Add(time.Second) {
			guesses += looked(b, 1, now, one("jinnan", "a"))
		}
		if guesses > 120 {
			t.Errorf("%d guesses in a day", guesses)
		}
	})
	t.Run("many names from one address", func(t *testing.T) {
		b := newBackoff()
		b.succeeded(attempt{"heping", "a"}, start)
		if n := looked(b, 1000, start, func(i int) attempt { return attempt{fmt.Sprint("u", i), "a"} }); n != 50 {
			t.Errorf("%d names tried at once", n)
		}
		if n := looked(b, 1, start, one("heping", "a")); n != 1 {
			t.Error("who came in from that address before has to wait")
		}
		if n := looked(b, 1000, start.Add(time.Minute), func(i int) attempt { return attempt{fmt.Sprint("v", i), "a"} }); n > 3 {
			t.Errorf("%d names tried a minute later", n)
		}
	})
	t.Run("one name from many addresses", func(t *testing.T) {
		b := newBackoff()
		b.succeeded(attempt{"jinnan", "office"}, start)
		if n := looked(b, 5000, start, fromAnywhere("jinnan")); n != 100 {
			t.Errorf("%d guesses at once", n)
		}
		if n := looked(b, 1, start, one("jinnan", "office")); n != 1 {
			t.Error("who came in before has to wait for what others do")
		}
	})
	t.Run("what did not fail is not counted", func(t *testing.T) {
		b := newBackoff()
		for i := range 1000 {
			a := attempt{fmt.Sprint("u", i), "a"}
			if b.begin(a, start) > 0 {
				t.Fatalf("the %dth who comes in has to wait", i)
			}
			b.takeBack(a)
			b.succeeded(a, start)
		}
	})
	t.Run("it is bounded", func(t *testing.T) {
		b := newBackoff()
		looked(b, freeFailures, start, one("jinnan", "a"))
		for i := range mostCounted + 500 {
			a := attempt{fmt.Sprint("u", i), fmt.Sprint("a", i)}
			b.begin(a, start.Add(time.Duration(i)*time.Millisecond))
			b.succeeded(attempt{a.name, "x"}, start)
		}
		if len(b.attempts) > mostCounted || len(b.entered) > mostCounted {
			t.Errorf("%d attempts, %d entered", len(b.attempts), len(b.entered))
		}
		if b.begin(attempt{"jinnan", "a"}, start) == 0 {
			t.Error("a flood of names frees the one that is guessed")
		}
	})
}

// TestGuessesAtOnce has many guess at the same time: none is looked at because the
// others are not done yet.
func TestGuessesAtOnce(t *testing.T) {
	store, err := boltstore.Open(t.TempDir(), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	reference, err := hub.LoadReference(seeds.FS)
	if err != nil {
		t.Fatal(err)
	}
	vocabulary, err := hub.LoadVocabulary(seeds.FS)
	if err != nil {
		t.Fatal(err)
	}
	keeper, err := vault.New(bytes.Repeat([]byte{1}, vault.KeySize), bytes.NewReader(make([]byte, 1024)))
	if err != nil {
		t.Fatal(err)
	}
	door, err := NewDoor(DoorConfig{Hub: hub.New(hub.Config{Store: store, Reference: reference, Vocabulary: vocabulary, Vault: keeper}), Random: bytes.NewReader(make([]byte, 1024)), Cost: DemoCost})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	looked := 0
	var all sync.WaitGroup
	for range 200 {
		all.Go(func() {
			_, err := door.SignIn(t.Context(), "jinnan", "不是这个密码", From{Address: "192.0.2.1"})
			mu.Lock()
			defer mu.Unlock()
			if _, waits := errors.AsType[*WaitError](err); !waits {
				looked++
			}
		})
	}
	all.Wait()
	if looked != freeFailures {
		t.Errorf("%d guesses were looked at", looked)
	}
}
