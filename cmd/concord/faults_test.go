package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"concord/internal/boltstore"
	"concord/internal/hub"
)

// editRole tells a child of the test to edit; see TestMain.
const editRole = "CONCORD_TEST_EDIT"

// editAloud changes the title of the mediator that a folder begins with, with the
// index following as a server would have it, and says so once it is acknowledged.
// Early, it says so before: the control that must be found out.
func editAloud(dir string, early bool) (err error) {
	ctx := context.Background()
	logger := slog.New(slog.DiscardHandler)
	f, err := openFolder(ctx, dir, folderOptions{withIndex: true, logger: logger})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	defer f.follow(ctx, logger)()
	id, revision, _, err := firstMediator(f)
	if err != nil {
		return err
	}
	if early {
		fmt.Println(acknowledgedEdit)
	}
	written, err := f.hub.Amend(ctx, hub.System, hub.AmendInput{
		Kind: hub.KindMediator, Fields: hub.Fields{"title": editedTitle},
		Write: hub.Write{ID: id, Expected: revision, Reason: "示例", IdempotencyKey: "edit"},
	})
	if err != nil {
		return err
	}
	if len(written.Errors) > 0 {
		return errors.New(written.Errors[0].Message)
	}
	if !early {
		fmt.Println(acknowledgedEdit)
	}
	soon, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	f.indexed(soon) // that its files are written too; not owed when a fault is in the way
	return nil
}

const (
	acknowledgedEdit = "acknowledged edit"
	editedTitle      = "一级调解员"
)

// firstMediator returns the mediator whose sheet a folder began with.
func firstMediator(f *folder) (id hub.ID, revision hub.Revision, title string, err error) {
	snap, err := f.store.Snapshot()
	if err != nil {
		return 0, 0, "", err
	}
	defer snap.Close()
	for v, err := range snap.All(0, hub.KindMediator) {
		if err != nil {
			return 0, 0, "", err
		}
		if m := v.Record.(*hub.Mediator); m.RegistrationNo == "示例-0-00000" {
			return m.ID, v.Revision, m.Title, nil
		}
	}
	return 0, 0, "", errors.New("the first mediator is missing")
}

// The calls by which files are opened, read, changed and made durable.
var fileCalls = []string{
	"openat", "flock", "fstat", "newfstatat", "read", "pread64", "mmap", "getdents64",
	"write", "pwrite64", "sync_file_range", "fdatasync", "fsync", "ftruncate", "fallocate",
	"rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat",
}

var tracedCall = regexp.MustCompile(`(?m)^(\d+) +([a-z0-9]+)\(`)

// faultPlace is the n-th call of a sort in a thread, and what befalls it.
type faultPlace struct {
	call, fault string
	n           int
}

func (p faultPlace) String() string { return fmt.Sprintf("%s at %s %d", p.fault, p.call, p.n) }

// faultBench runs one command again and again, each time on a fresh copy of a
// folder and with another of its calls going wrong.
type faultBench struct {
	base   string // the folder that is copied
	strace string
	task   func(dir string) *exec.Cmd
}

// run runs the command on a copy with a fault, none when it is empty. injected
// tells whether it came to the fault.
func (b *faultBench) run(t *testing.T, place faultPlace) (dir, said, trace string, injected bool) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(dir, os.DirFS(b.base)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "identity.key"), 0o600); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "trace")
	args := []string{"-f", "-y", "-qq", "-o", log, "-e", "trace=" + strings.Join(fileCalls, ",")}
	if place.n > 0 {
		args = append(args, "-e", fmt.Sprintf("inject=%s:%s:when=%d", place.call, place.fault, place.n))
	}
	inner := b.task(dir)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, b.strace, append(args, inner.Args...)...)
	// Few threads: strace counts the calls of each of them by itself.
	cmd.Env = append(append(os.Environ(), inner.Env...), "GOMAXPROCS=1")
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		t.Errorf("%s: it did not come to an end\n%s", place, out)
	}
	if place.n == 0 && err != nil {
		t.Fatalf("it does not work at all: %v\n%s", err, out)
	}
	if strings.Contains(string(out), "panic:") {
		t.Errorf("%s: %s", place, out)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	trace = string(text)
	return dir, string(out), trace, strings.Contains(trace, "(INJECTED)") || strings.Contains(trace, "killed by SIGKILL")
}

// places lists every call of a run without faults, with every fault.
func places(trace string) (list []faultPlace) {
	counts := map[string]map[string]int{} // call → thread → how often
	for _, m := range tracedCall.FindAllStringSubmatch(trace, -1) {
		if counts[m[2]] == nil {
			counts[m[2]] = map[string]int{}
		}
		counts[m[2]][m[1]]++
	}
	for _, call := range fileCalls {
		total := 0 // another time one thread may make them all
		for _, n := range counts[call] {
			total += n
		}
		for n := range total {
			for _, fault := range []string{"error=EIO", "error=ENOSPC", "signal=SIGKILL"} {
				list = append(list, faultPlace{call, fault, n + 1})
			}
		}
	}
	return list
}

// sampled leaves a few of the places, evenly spread, unless tests shall take their
// time.
func sampled(t *testing.T, list []faultPlace, few int) []faultPlace {
	if os.Getenv("CONCORD_LONG") != "" || len(list) <= few {
		return list
	}
	t.Logf("%d faults of %d; CONCORD_LONG=1 for all", few, len(list))
	var some []faultPlace
	for i := range few {
		some = append(some, list[(2*i+1)*len(list)/(2*few)])
	}
	return some
}

// wrongFolder says what is wrong with a folder that was left in whatever way, ""
// for nothing: it opens, its log has no gap, it verifies, and its index comes to
// hold what it holds. held looks at what was acknowledged.
func wrongFolder(t *testing.T, dir string, held func(*folder) string) string {
	t.Helper()
	var wrong []string
	if _, err := boltstore.Verify(t.Context(), dir, boltstore.Options{}, func(f boltstore.Finding) { wrong = append(wrong, f.Message) }, nil); err != nil {
		return "verifying: " + err.Error()
	}
	f, err := openFolder(t.Context(), dir, folderOptions{withIndex: true, logger: quietLogger})
	if err != nil {
		return "opening: " + err.Error()
	}
	defer f.Close()
	defer f.follow(t.Context(), quietLogger)()
	wrong = append(wrong, held(f))
	snap, err := f.store.Snapshot()
	if err != nil {
		return err.Error()
	}
	defer snap.Close()
	next := hub.Revision(1)
	for c, err := range snap.Changes(0) {
		if err != nil {
			return err.Error()
		}
		if c.Revision != next {
			wrong = append(wrong, fmt.Sprintf("revision %d where %d should be", c.Revision, next))
		}
		next++
	}
	soon, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if !f.indexed(soon) {
		return "the index did not catch up"
	}
	if err := f.index.Check(t.Context(), snap); err != nil {
		wrong = append(wrong, "the index: "+err.Error())
	}
	return strings.Join(strings.Fields(strings.Join(wrong, " ")), " ")
}

// saidTooEarly reports whether something was acknowledged in a trace while it was not
// yet on the disk, or before all of it was written: what a kill cannot show, since the
// system keeps what was written, and a power cut would. It is on the disk when all
// that was written to the journal is synced, or, without a journal, to the database;
// a header of the journal tells of a checkpoint, which is not of the edit.
func saidTooEarly(trace, acknowledgement string) bool {
	said, journaled := false, false
	dirty := map[string]bool{}
	syncing := map[string]string{} // by thread, the file whose sync is under way
	for line := range strings.Lines(trace) {
		thread, rest, _ := strings.Cut(line, " ")
		rest = strings.TrimSpace(rest)
		file := ""
		for _, name := range []string{"concord.db", "concord.wal"} {
			if strings.Contains(rest, "/"+name+">") {
				file = name
			}
		}
		switch {
		case file == "concord.wal" && strings.Contains(rest, `"concwal1`):
		case strings.HasPrefix(rest, "pwrite64(") && file != "":
			journaled = journaled || file == "concord.wal"
			if said && (file == "concord.wal" || !journaled) {
				return true // what follows in the database is of closing it
			}
			dirty[file] = true
		case strings.HasPrefix(rest, "fdatasync(") && file != "":
			if strings.Contains(rest, "unfinished") {
				syncing[thread] = file
			} else {
				dirty[file] = false
			}
		case strings.Contains(rest, "fdatasync resumed") && syncing[thread] != "":
			dirty[syncing[thread]] = false
			delete(syncing, thread)
		case strings.HasPrefix(rest, "write(") && strings.Contains(rest, acknowledgement):
			if dirty["concord.wal"] || dirty["concord.db"] && !journaled {
				return true
			}
			said = true
		}
	}
	return !said
}

// newFaultBench makes a folder with a few mediators and an index.
func newFaultBench(t *testing.T, task func(dir string) *exec.Cmd) *faultBench {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	base := t.TempDir()
	b := &faultBench{base: filepath.Join(base, "data"), strace: strace, task: task}
	first := filepath.Join(base, "first.csv")
	writeMediatorSheet(t, first, 0, 3)
	if code, _, diag := command(t, "import", "--data", b.base, "mediators", first, "--apply"); code != exitOK {
		t.Fatal(diag)
	}
	f, err := openFolder(t.Context(), b.base, folderOptions{withIndex: true, logger: quietLogger})
	if err != nil {
		t.Fatal(err)
	}
	stop := f.follow(t.Context(), quietLogger)
	f.indexed(t.Context())
	stop()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return b
}

func editor(how string) func(dir string) *exec.Cmd {
	return func(dir string) *exec.Cmd {
		return &exec.Cmd{Args: []string{os.Args[0]}, Env: []string{editRole + "=" + dir + "\n" + how}}
	}
}

// wrongEdit says what is wrong after an edit, see wrongFolder.
func wrongEdit(t *testing.T, dir, said string) string {
	t.Helper()
	return wrongFolder(t, dir, func(f *folder) string {
		_, _, title, err := firstMediator(f)
		if err != nil {
			return err.Error()
		}
		if strings.Contains(said, acknowledgedEdit) && title != editedTitle {
			return "the acknowledged edit is lost"
		}
		return ""
	})
}

// At whatever file call an edit fails or is killed, nothing acknowledged is lost,
// the log has no gap, and the index comes to hold what the store holds.
func TestAFailingEdit(t *testing.T) {
	b := newFaultBench(t, editor("late"))
	dir, said, trace, _ := b.run(t, faultPlace{})
	if wrong := wrongEdit(t, dir, said); wrong != "" || !strings.Contains(said, acknowledgedEdit) {
		t.Fatalf("without a fault: %s\n%s", wrong, said)
	}
	if saidTooEarly(trace, acknowledgedEdit) {
		t.Errorf("acknowledged before it was on the disk:\n%s", trace)
	}
	struck := 0
	for _, place := range sampled(t, places(trace), 8) {
		dir, said, _, injected := b.run(t, place)
		if injected {
			struck++
		}
		if wrong := wrongEdit(t, dir, said); wrong != "" {
			t.Errorf("%s: %s\n%s", place, wrong, said)
		}
	}
	if struck == 0 {
		t.Error("no fault came to pass: the test shows nothing")
	}

	// An editor that acknowledges before it writes is found out, by the order of its
	// calls and by what a kill takes from it.
	b.task = editor("early")
	_, _, trace, _ = b.run(t, faultPlace{})
	if !saidTooEarly(trace, acknowledgedEdit) {
		t.Error("acknowledging too early does not show in the order of the calls")
	}
	// Which of the writes is the database's differs from run to run: the index writes
	// files of its own meanwhile.
	for n := range 16 {
		dir, said, _, _ = b.run(t, faultPlace{"pwrite64", "signal=SIGKILL", n + 1})
		if strings.Contains(wrongEdit(t, dir, said), "lost") {
			return
		}
	}
	t.Errorf("what was acknowledged too early is not missed: %q", said)
}

var importedRows = regexp.MustCompile(`写入 (\d+) 行`)

// At whatever file call an import fails or is killed, the rows that it said were
// written are there, and the same import again brings the rest.
func TestAFailingImport(t *testing.T) {
	const rows = 40
	file := filepath.Join(t.TempDir(), "名册.csv")
	writeMediatorSheet(t, file, 1, rows)
	program, err := exec.LookPath("concord")
	if err != nil {
		t.Fatal(err)
	}
	b := newFaultBench(t, func(dir string) *exec.Cmd {
		return &exec.Cmd{Args: []string{program, "import", "--data", dir, "mediators", file, "--apply"}}
	})
	wrongImport := func(dir, said string) string {
		before := 3
		if m := importedRows.FindStringSubmatch(said); m != nil {
			n, _ := strconv.Atoi(m[1])
			before += n
		}
		return wrongFolder(t, dir, func(f *folder) string {
			if held := countMediators(t, f); held < before || held > rows+3 {
				return fmt.Sprintf("%d mediators, %d were acknowledged", held, before)
			}
			return ""
		})
	}
	dir, said, trace, _ := b.run(t, faultPlace{})
	if wrong := wrongImport(dir, said); wrong != "" || !strings.Contains(said, fmt.Sprintf("写入 %d 行", rows)) {
		t.Fatalf("without a fault: %s\n%s", wrong, said)
	}
	struck := 0
	for _, place := range sampled(t, places(trace), 8) {
		dir, said, _, injected := b.run(t, place)
		if injected {
			struck++
		}
		if wrong := wrongImport(dir, said); wrong != "" {
			t.Errorf("%s: %s\n%s", place, wrong, said)
		}
		if code, out, diag := command(t, "import", "--data", dir, "mediators", file, "--apply"); code != exitOK {
			t.Errorf("%s, and the next import fails: %s %s", place, out, diag)
		}
		if wrong := wrongImport(dir, fmt.Sprintf("写入 %d 行", rows)); wrong != "" {
			t.Errorf("%s, and after the next import: %s", place, wrong)
		}
	}
	if struck == 0 {
		t.Error("no fault came to pass: the test shows nothing")
	}
	// The same check misses what was never written.
	if wrong := wrongImport(b.base, fmt.Sprintf("写入 %d 行", rows)); wrong == "" {
		t.Error("rows that are not there are not missed")
	}
}
