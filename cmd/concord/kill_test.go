package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"concord/internal/boltstore"
	"concord/internal/hub"
	"concord/internal/sheet"
)

// killRole tells a child of the test what to do; see TestMain.
const killRole = "CONCORD_TEST_IMPORT"

func TestMain(m *testing.M) {
	if job := os.Getenv(killRole); job != "" {
		dir, file, _ := strings.Cut(job, "\n")
		if err := importAloud(dir, file); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if job := os.Getenv(editRole); job != "" {
		dir, how, _ := strings.Cut(job, "\n")
		if err := editAloud(dir, how == "early"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if arguments := os.Getenv(serveRole); arguments != "" {
		os.Exit(serveAloud(arguments))
	}
	// In scripts, concord is this binary as a process of its own.
	testscript.Main(m, map[string]func(){"concord": main})
}

// importAloud imports a sheet with the index following, as a server would, and
// says on standard output after every batch how many rows are durable.
func importAloud(dir, file string) error {
	ctx := context.Background()
	logger := slog.New(slog.DiscardHandler)
	f, err := openFolder(ctx, dir, folderOptions{withIndex: true, logger: logger})
	if err != nil {
		return err
	}
	defer f.follow(ctx, logger)()
	reader, err := sheet.Open(file, hub.KindMediator)
	if err != nil {
		return err
	}
	plan, err := f.hub.PlanImport(ctx, hub.System, hub.KindMediator, reader.Rows(), hub.ImportOptions{FileName: file})
	if err != nil {
		return err
	}
	fmt.Printf("plan %d\n", plan.Same)
	_, err = f.hub.ApplyPlan(ctx, hub.System, plan, func(done, _ int) { fmt.Printf("durable %d\n", done) })
	return err
}

// cycles is how often the kill test kills: 100 in the long mode that comes
// before a release, few otherwise.
func cycles() int {
	if n, err := strconv.Atoi(os.Getenv("CONCORD_KILLS")); err == nil {
		return n
	}
	return 6
}

// A process killed at any moment of an import has lost nothing that it said was
// durable; the log has no gaps; the same import carries on; and the index, once
// it has caught up, holds exactly what the store holds.
func TestKilledImportsLoseNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	random := rand.New(rand.NewPCG(1, uint64(os.Getpid())))
	t.Logf("random seed %d", os.Getpid())
	durable, finished := 0, 0
	// On a busy machine a kill may come too late: some more until one did not.
	for cycle := 0; cycle < cycles() || finished == cycle && cycle < 4*cycles(); cycle++ {
		file := filepath.Join(t.TempDir(), "名册.csv")
		writeMediatorSheet(t, file, cycle, 6000)
		// After some of the six batches, none to four, and a moment.
		acknowledged, whole := importAndKill(t, dir, file, random.IntN(5), time.Duration(random.Int64N(int64(60*time.Millisecond))))
		if whole {
			finished++
		}
		durable += acknowledged

		newest, err := boltstore.Verify(t.Context(), dir, boltstore.Options{}, func(f boltstore.Finding) { t.Errorf("after kill %d: %v", cycle, f) }, nil)
		if err != nil {
			t.Fatalf("verifying after kill %d: %v", cycle, err)
		}
		f, err := openFolder(t.Context(), dir, folderOptions{withIndex: true, logger: quietLogger})
		if err != nil {
			t.Fatalf("opening after kill %d: %v", cycle, err)
		}
		held := countMediators(t, f)
		if held < durable {
			t.Errorf("after kill %d: %d rows were acknowledged and only %d are there", cycle, durable, held)
		}
		durable = held // a batch may be durable before it could be said
		stop := f.follow(t.Context(), quietLogger)
		if !f.indexed(t.Context()) {
			t.Fatal("the index did not catch up")
		}
		compareIndex(t, f)
		stop()
		if f.store.Revision() != newest {
			t.Errorf("opening after kill %d changed revision %d to %d", cycle, newest, f.store.Revision())
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	if finished >= 4*cycles() {
		t.Error("every import had finished before it was killed: the test shows nothing")
	}
}

// importAndKill runs the import in a child and kills it a moment after so many
// batches are durable. It returns how many rows the child said were durable, and
// whether it came to its end all the same.
func importAndKill(t *testing.T, dir, file string, batches int, moment time.Duration) (acknowledged int, whole bool) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), killRole+"="+dir+"\n"+file)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	child.Stderr = io.Discard
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for said := 0; lines.Scan(); said++ { // first the plan: before it, nothing is written
		if said == batches {
			time.AfterFunc(moment, func() { _ = child.Process.Kill() })
		}
		if n, durable := strings.CutPrefix(lines.Text(), "durable "); durable {
			acknowledged, err = strconv.Atoi(n)
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	return acknowledged, child.Wait() == nil
}

func countMediators(t *testing.T, f *folder) int {
	t.Helper()
	snap, err := f.store.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	n := 0
	for _, err := range snap.All(0, hub.KindMediator) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

// compareIndex checks that the index holds exactly the records of the store, in
// their newest states.
func compareIndex(t *testing.T, f *folder) {
	t.Helper()
	snap, err := f.store.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	if err := f.index.Check(t.Context(), snap); err != nil {
		t.Error(err)
	}
}

// writeMediatorSheet writes a sheet of fictional mediators whose numbers differ
// from cycle to cycle.
func writeMediatorSheet(t *testing.T, path string, cycle, rows int) {
	t.Helper()
	var b strings.Builder
	b.WriteString("编号,姓名,所属区,人员来源,擅长领域,聘期起,聘期止,状态,简介\n")
	districts := []string{"和平区", "河东区", "津南区", "滨海新区", "蓟州区"}
	for i := range rows {
		fmt.Fprintf(&b, "示例-%d-%05d,示例%c%c,%s,律师,工伤保险、劳动报酬,2025-01-01,2027-12-31,在册,示例人物，第%d批\n",
			cycle, i, '一'+rune(i%500), '丁'+rune(i%97), districts[i%len(districts)], cycle)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}
