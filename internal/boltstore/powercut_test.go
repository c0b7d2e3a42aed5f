package boltstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"concord/internal/hub"
)

// writeThis does at random what a hub does with its folder: edits, imports, backups,
// quiet moments, reindexing, closing and opening again. It says what is acknowledged, as
// [writeForEver] does.
func writeThis(dir string, seed uint64) error {
	rng := rand.New(rand.NewPCG(seed, 11))
	for range 1 + rng.IntN(2) {
		if rng.IntN(3) == 0 {
			if err := Reindex(context.Background(), dir, Options{MinFree: -1}, nil); err != nil {
				return err
			}
		}
		s, err := Open(dir, Options{MinFree: -1})
		if err != nil {
			return err
		}
		var mu sync.Mutex
		put := func(rng *rand.Rand, size int) (hub.Put, error) {
			var b hub.Batch
			for range size {
				b.Puts = append(b.Puts, hub.Put{Record: fictional(rng, s.NextID(hub.KindMediator), 0, 0)})
			}
			first, err := s.Apply(context.Background(), b)
			if err != nil {
				return hub.Put{}, err
			}
			mu.Lock()
			defer mu.Unlock()
			fmt.Printf("%d %d %s\n", first, size, b.Puts[0].Record.RecordID())
			return hub.Put{Record: b.Puts[0].Record, Expected: first}, nil
		}
		for range 3 + rng.IntN(9) {
			switch rng.IntN(9) {
			case 0: // too large for the journal
				_, err = put(rng, 500+rng.IntN(300))
			case 1, 2: // so large that checkpoints come and the ring is gone round
				_, err = put(rng, 100+rng.IntN(150))
			case 3: // several at once, and a backup meanwhile
				errs := make(chan error, 4)
				for w := range uint64(3) {
					rng := rand.New(rand.NewPCG(rng.Uint64(), w))
					go func() {
						var err error
						for n := 0; n < 6 && err == nil; n++ {
							_, err = put(rng, 1+rng.IntN(60))
						}
						errs <- err
					}()
				}
				go func() {
					_, err := s.Backup(context.Background(), io.Discard)
					errs <- err
				}()
				for range cap(errs) {
					err = errors.Join(err, <-errs)
				}
			case 4:
				s.rest() // the committer waits
			default: // a new record and its change
				var p hub.Put
				if p, err = put(rng, 1+rng.IntN(4)); err == nil {
					changed := *p.Record.(*hub.Mediator)
					changed.Name, p.Record = fictionalName(rng), &changed
					var second hub.Revision
					if second, err = s.Apply(context.Background(), hub.Batch{Puts: []hub.Put{p}}); err == nil {
						fmt.Printf("%d 1 %s\n", second, changed.ID)
					}
				}
			}
			if err != nil {
				return err
			}
		}
		if err := s.Close(); err != nil {
			return err
		}
	}
	return nil
}

// cutter cuts the power while children work on a folder.
type cutter struct {
	strace string
	rng    *rand.Rand
	deaf   string
	lost   []string // what was lost, where
	cuts   int
}

// work has children work on a folder one after the other, each killed at some moment,
// and cuts the power a few times before. said is what was acknowledged until now.
func (c *cutter) work(t *testing.T, dir string, said []acknowledged, children, cuts, again int) {
	t.Helper()
	said = slices.Clone(said)
	d, err := newDisk(dir, c.deaf)
	if err != nil {
		t.Fatal(err)
	}
	more := 1 // after a kill that leaves most in the balance
	for n := range children {
		moments, err := c.trace(t, "cut", dir)
		if err != nil {
			c.lost = append(c.lost, fmt.Sprintf("child %d: %v", n, err))
			return
		}
		// The moments around a sync, a header, a name are the rarer ones, and so is
		// recovery, before anything is acknowledged.
		weights := make([]int, len(moments))
		total, early := 0, 6
		var headers []int
		for i, moment := range moments {
			now := moment.call
			if now.what == "say" {
				early = 1
			}
			weights[i] = early
			if now.header() {
				headers = append(headers, i)
			}
			if now.what != "write" || now.header() {
				weights[i] = 12 * early
			}
			total += weights[i]
		}
		killed, next := len(moments)-1, 1
		switch c.rng.IntN(4) {
		case 0: // it comes to its end
		case 1: // a header is written, but not synced
			if len(headers) > 0 {
				killed, next = headers[c.rng.IntN(len(headers))], 3
			}
		default:
			killed = 0
			for at := c.rng.IntN(total) - weights[0]; at >= 0; at -= weights[killed] {
				killed++
			}
		}
		for i, moment := range moments[:killed+1] {
			now := moment.call
			moment.happen(d)
			if now.what == "say" && !now.done {
				said = append(said, now.said)
			}
			if c.rng.IntN(total) >= weights[i]*cuts*more {
				continue
			}
			c.cuts++
			after := d.cut(t, c.rng, func(string) float64 { return c.rng.Float64() })
			if again > 0 && c.rng.IntN(3) == 0 {
				// Work begins anew, and with it recovery, in which it happens again.
				c.work(t, after, said, 1, 2, again-1)
			} else if err := missingAside(t, after, said); err != nil {
				c.lost = append(c.lost, fmt.Sprintf("child %d, moment %d of %d, after %s of %q: %v", n, i, len(moments), now.what, now.name, err))
			}
			_ = os.RemoveAll(after)
			if len(c.lost) > 0 {
				return
			}
		}
		if killed == len(moments)-1 {
			if err := d.wrong(dir); err != nil {
				t.Fatal(err)
			}
		}
		more = next
		dir = d.kill(t, c.rng)
	}
}

// missingAside is [missing] in a child: over a damaged page bbolt may end the program.
func missingAside(t *testing.T, dir string, said []acknowledged) error {
	t.Helper()
	var list strings.Builder
	for _, a := range said {
		fmt.Fprintln(&list, a.first, a.count, a.id)
	}
	cmd := child(t, "check", dir)
	cmd.Stdin = strings.NewReader(list.String())
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %.1000s", err, out)
	}
	return nil
}

// missingFromList is [missing] with what was acknowledged read from a list.
func missingFromList(dir string, list io.Reader) error {
	var said []acknowledged
	for lines := bufio.NewScanner(list); lines.Scan(); {
		a, err := readAcknowledged(lines.Text())
		if err != nil {
			return err
		}
		said = append(said, a)
	}
	return missing(dir, said)
}

// trace has a child work on a folder and returns what it did with it.
func (c *cutter) trace(t *testing.T, what, dir string) ([]moment, error) {
	t.Helper()
	log := filepath.Join(t.TempDir(), "trace")
	defer os.Remove(log)
	cmd := child(t, what, dir, c.strace, "-f", "--seccomp-bpf", "-qq", "-y", "-s", "8000000", "-o", log,
		"-e", "trace=openat,write,pwrite64,ftruncate,fsync,fdatasync,unlinkat,renameat,renameat2")
	cmd.Env = append(cmd.Env, fmt.Sprintf("CONCORD_CHILD_SEED=%d", c.rng.Uint64()))
	var told strings.Builder
	cmd.Stderr = &told
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%w: %.1000s", err, told.String())
	}
	return tracedCalls(log, dir)
}

// created makes an empty store. That, bbolt does not do in one step.
func created(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	s, err := Open(dir, Options{})
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// Whatever of what was written, but not synced, has reached the disk when the power is
// cut, at whatever moment of whatever a hub does, of its recovery after a kill or after
// a cut before: nothing acknowledged is lost.
func TestPowerCutAtAnyMoment(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	first := uint64(time.Now().UnixNano())
	if text := os.Getenv("CONCORD_SEED"); text != "" {
		if first, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	cuts := 0
	for seed := first; seed < first+uint64(cycles(t, 2, 200)); seed++ {
		c := &cutter{strace: strace, rng: rand.New(rand.NewPCG(seed, 12))}
		c.work(t, created(t), nil, 3, 4, 2)
		for _, lost := range c.lost {
			t.Errorf("CONCORD_SEED=%d: %s", seed, lost)
		}
		cuts += c.cuts
	}
	t.Logf("seeds from %d on, %d cuts", first, cuts)
	for _, deaf := range []string{fileName, journalName} {
		t.Run("a disk that does not sync "+deaf, func(t *testing.T) {
			for seed := range uint64(20) {
				c := &cutter{strace: strace, rng: rand.New(rand.NewPCG(seed, 13)), deaf: deaf}
				if c.work(t, created(t), nil, 1, 8, 0); len(c.lost) > 0 {
					return
				}
			}
			t.Error("nothing was lost")
		})
	}
}

// What a killed hub has written, but not synced, is in memory only. Who opens the folder
// next has to make it durable before writing on: else what the disk still tells of may
// be written over, or may not be what the new journal begins at.
func TestPowerCutAfterKill(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	for _, test := range []struct {
		name, first, second string
		killed              func(*call) bool // the last such call is the last that is made
		reached             map[string]float64
	}{
		{"recovering, a header of the journal", "cut", "open", (*call).header, map[string]float64{fileName: 1}},
		{"editing, the end of an import", "import", "edit", func(c *call) bool { return c.what == "write" && c.at < 2*4096 }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := &cutter{strace: strace, rng: rand.New(rand.NewPCG(4, 14))}
			for range cycles(t, 1, 50) {
				dir := created(t)
				d, err := newDisk(dir, "")
				if err != nil {
					t.Fatal(err)
				}
				moments, err := c.trace(t, test.first, dir)
				if err != nil {
					t.Fatal(err)
				}
				last := -1
				for i, m := range moments {
					if test.killed(m.call) {
						last = i
					}
				}
				if last < 0 {
					continue
				}
				var said []acknowledged
				follow := func(m moment) {
					if m.happen(d); m.call.what == "say" && !m.call.done {
						said = append(said, m.call.said)
					}
				}
				for _, m := range moments[:last+1] {
					follow(m)
				}
				dir = d.kill(t, c.rng)
				if moments, err = c.trace(t, test.second, dir); err != nil {
					t.Fatal(err)
				}
				for i, m := range moments {
					if follow(m); m.call.what == "write" || m.call.done {
						continue
					}
					c.cuts++
					after := d.cut(t, c.rng, func(name string) float64 { return test.reached[name] })
					if err := missingAside(t, after, said); err != nil {
						t.Fatalf("moment %d of %d, before %s of %q: %v", i, len(moments), m.call.what, m.call.name, err)
					}
				}
			}
			if c.cuts == 0 {
				t.Error("no cuts")
			}
		})
	}
}

// writeOnce writes new records in one batch.
func writeOnce(dir string, size int) error {
	s, err := Open(dir, Options{MinFree: -1})
	if err != nil {
		return err
	}
	var b hub.Batch
	for range size {
		b.Puts = append(b.Puts, hub.Put{Record: fictional(rand.New(rand.NewPCG(uint64(size), 15)), s.NextID(hub.KindMediator), 0, 0)})
	}
	first, err := s.Apply(context.Background(), b)
	if err != nil {
		return err
	}
	fmt.Printf("%d %d %s\n", first, size, b.Puts[0].Record.RecordID())
	return s.Close()
}
