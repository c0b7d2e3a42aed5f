package boltstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"concord/internal/hub"
)

// writeForEver writes with several writers, edits and imports, and says of each
// batch, once it is acknowledged, which records it put at which revisions.
func writeForEver(dir string) error {
	s, err := Open(dir, Options{MinFree: -1})
	if err != nil {
		return err
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	errs := make(chan error, 4)
	for w := range 4 {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), uint64(w)))
			for {
				b := hub.Batch{Origin: hub.Origin{Actor: "cli", Reason: fmt.Sprint(w)}}
				for range 1 + rng.IntN(1+200*(w/3)) {
					m := fictional(rng, s.NextID(hub.KindMediator), 0, 0)
					b.Puts = append(b.Puts, hub.Put{Record: m})
				}
				first, err := s.Apply(context.Background(), b)
				if err != nil {
					errs <- err
					return
				}
				if rng.IntN(3) == 0 { // change one of them
					m := *b.Puts[0].Record.(*hub.Mediator)
					m.Name = fictionalName(rng)
					if second, err := s.Apply(context.Background(), hub.Batch{Puts: []hub.Put{{Record: &m, Expected: first}}}); err != nil {
						errs <- err
						return
					} else {
						mu.Lock()
						fmt.Printf("%d %d %s\n", second, 1, m.ID)
						mu.Unlock()
					}
				}
				mu.Lock()
				fmt.Printf("%d %d %s\n", first, len(b.Puts), b.Puts[0].Record.RecordID())
				mu.Unlock()
			}
		})
	}
	return <-errs
}

// acknowledged is what a child said.
type acknowledged struct {
	first hub.Revision
	count int
	id    hub.ID // of the first record
}

func readAcknowledged(line string) (a acknowledged, err error) {
	var id string
	if _, err := fmt.Sscan(line, &a.first, &a.count, &id); err != nil {
		return a, err
	}
	a.id, err = hub.ParseID(id)
	return a, err
}

// check checks that everything acknowledged is there and the log has no gap.
func check(t *testing.T, dir string, list []acknowledged) {
	t.Helper()
	if err := missing(dir, list); err != nil {
		t.Fatal(err)
	}
}

// missing says what of that is not so, nil when all is well.
func missing(dir string, list []acknowledged) error {
	s, err := Open(dir, Options{})
	if err != nil {
		return fmt.Errorf("reopening: %w, %w", err, errors.Unwrap(err))
	}
	defer func() { _ = s.Close() }()
	snap, err := s.snapshot()
	if err != nil {
		return err
	}
	defer snap.Close()
	ids := map[hub.Revision]hub.ID{}
	next := hub.Revision(1)
	for c, err := range snap.Changes(0) {
		if err != nil {
			return err
		}
		if c.Revision != next {
			return fmt.Errorf("revision %d follows %d", c.Revision, next-1)
		}
		ids[next] = c.Record.RecordID()
		next++
	}
	for _, a := range list {
		if ids[a.first] != a.id || ids[a.first+hub.Revision(a.count)-1] == 0 {
			return fmt.Errorf("acknowledged revision %d of %s is lost (there: %s)", a.first, a.id, ids[a.first])
		}
	}
	snap.Close()
	if err := s.Close(); err != nil {
		return err
	}
	var wrong error
	_, err = Verify(context.Background(), dir, Options{}, func(f Finding) { wrong = errors.Join(wrong, errors.New(f.Message)) }, nil)
	return errors.Join(err, wrong)
}

// Killed while writing at any moment, the store loses nothing that it has
// acknowledged.
func TestKillLosesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	var all []acknowledged
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	for cycle := range cycles(t, 5, 100) {
		cmd := child(t, "write", dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		var said strings.Builder
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		before := len(all)
		// In every other cycle the clock starts with the first acknowledgement,
		// so that there is one to lose however slow the machine is; else with
		// the process, so that opening is hit too.
		var timer *time.Timer
		kill := func() {
			timer = time.AfterFunc(time.Duration(20+rng.IntN(250))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		}
		if cycle%2 == 1 {
			kill()
		}
		for lines.Scan() {
			if timer == nil {
				kill()
			}
			a, err := readAcknowledged(lines.Text())
			if err != nil {
				break // the last line, cut off
			}
			all = append(all, a)
		}
		err = cmd.Wait()
		timer.Stop()
		if state, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || state.Signal() != syscall.SIGKILL {
			t.Fatalf("cycle %d: the writer ended by itself: %v\n%s", cycle, err, said.String())
		}
		t.Logf("cycle %d: %d batches acknowledged", cycle, len(all)-before)
		check(t, dir, all)
	}
	if len(all) == 0 {
		t.Error("nothing was ever acknowledged")
	}
}

// writeUntilItFails writes until a commit fails and then checks what a store
// owes: no more writes, but reading goes on.
func writeUntilItFails(dir string) error {
	s, err := Open(dir, Options{MinFree: -1})
	if err != nil {
		return fmt.Errorf("while opening: %w", err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for {
		var b hub.Batch
		for range 200 {
			b.Puts = append(b.Puts, hub.Put{Record: fictional(rng, s.NextID(hub.KindMediator), 0, 0)})
		}
		first, err := s.Apply(context.Background(), b)
		if err == nil {
			fmt.Printf("%d %d %s\n", first, len(b.Puts), b.Puts[0].Record.RecordID())
			continue
		}
		if hub.CodeOf(err) != hub.CodeBusy {
			return fmt.Errorf("the failed commit said %w", err)
		}
		fmt.Println("failed", err)
		break
	}
	durable := s.Revision()
	for range 3 {
		_, err = s.Apply(context.Background(), hub.Batch{Puts: []hub.Put{{Record: fictional(rng, s.NextID(hub.KindMediator), 0, 0)}}})
		if hub.CodeOf(err) != hub.CodeBusy || s.Failed() == nil || s.Revision() != durable {
			return fmt.Errorf("after the failed commit: error %w, revision %d of %d", err, s.Revision(), durable)
		}
	}
	snap, err := s.Snapshot()
	if err != nil {
		return err
	}
	n := hub.Revision(0)
	for _, err := range snap.Changes(0) {
		if err != nil {
			return fmt.Errorf("reading after the failed commit: %w", err)
		}
		n++
	}
	page, err := snap.List(hub.ListQuery{Kind: hub.KindMediator, Moment: hub.Moment{On: benchDay}, Order: hub.Order{Field: hub.OrderByName}, Limit: 10, Total: true})
	if err != nil || n != durable || page.Total != int(durable) {
		return fmt.Errorf("reading after the failed commit: %d of %d, total %d, %w", n, durable, page.Total, err)
	}
	snap.Close()
	if err := s.Close(); err != nil {
		return err
	}
	fmt.Println("done")
	return nil
}

// runUntilItFails runs such a child and returns what it acknowledged and said of
// the failure.
func runUntilItFails(t *testing.T, cmd *exec.Cmd) (list []acknowledged, failure string) {
	t.Helper()
	out, err := cmd.CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if rest, ok := strings.CutPrefix(line, "failed "); ok {
			failure = rest
		} else if a, err := readAcknowledged(line); err == nil {
			list = append(list, a)
		}
	}
	if err != nil || failure == "" || !strings.HasSuffix(string(out), "done\n") {
		t.Fatalf("%v\n%s", err, out)
	}
	return list, failure
}

// A sync that fails makes the store stop taking writes; whether the write is
// there shows on reopening, and what was acknowledged before is.
func TestAFailedSyncStopsWriting(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	for n := range cycles(t, 4, 12) {
		for _, fault := range []string{"EIO", "ENOSPC"} {
			when := 12 + n // beyond what opening syncs
			t.Run(fmt.Sprintf("%s at sync %d", fault, when), func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "data")
				cmd := child(t, "fail", dir, strace, "-f", "-qq", "-o", filepath.Join(t.TempDir(), "trace"), "-e", "trace=fdatasync",
					"-e", fmt.Sprintf("inject=fdatasync:error=%s:when=%d", fault, when))
				list, failure := runUntilItFails(t, cmd)
				if len(list) == 0 {
					t.Error("it failed before anything was written")
				}
				if want := map[string]string{"EIO": "停止接受写入", "ENOSPC": "磁盘空间已满"}[fault]; !strings.Contains(failure, want) {
					t.Errorf("it said %q", failure)
				}
				check(t, dir, list)
			})
		}
	}
}

// A disk that is full makes the store stop taking writes with a clear word;
// reading goes on, and with room again nothing is damaged.
func TestAFullDisk(t *testing.T) {
	mount := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(mount, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := mountTmpfs(mount, "size=24m"); err != nil {
		t.Skipf("no small disk can be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = unmount(mount) })
	dir := filepath.Join(mount, "data")
	list, failure := runUntilItFails(t, child(t, "fail", dir))
	if !strings.Contains(failure, "磁盘空间已满") {
		t.Errorf("it said %q", failure)
	}
	if err := mountTmpfs(mount, "remount,size=200m"); err != nil {
		t.Fatal(err)
	}
	check(t, dir, list)
	s := mustOpen(t, dir, Options{})
	fill(t, s, 5, 0)
	if _, err := s.Apply(context.Background(), hub.Batch{Puts: []hub.Put{{Record: fictional(rand.New(rand.NewPCG(1, 1)), s.NextID(hub.KindMediator), 0, 0)}}}); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// With little room left, writes are refused before anything can fail, and taken
// again once there is room.
func TestLittleRoomIsNoFailure(t *testing.T) {
	s := mustOpen(t, t.TempDir(), Options{})
	fill(t, s, 1, 5)
	s.minFree = 1 << 62
	batch := hub.Batch{Puts: []hub.Put{{Record: fictional(rand.New(rand.NewPCG(1, 1)), s.NextID(hub.KindMediator), 0, 0)}}}
	_, err := s.Apply(context.Background(), batch)
	if hub.CodeOf(err) != hub.CodeBusy || !errors.Is(err, syscall.ENOSPC) || s.Failed() != nil {
		t.Errorf("error %v, failed %v", err, s.Failed())
	}
	s.minFree = 0
	if _, err := s.Apply(context.Background(), batch); err != nil {
		t.Errorf("with room again: %v", err)
	}
}
