package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"concord/internal/hub"
)

// backUp makes dir.backup of a folder; carelessly it is what Settle is not.
func backUp(dir string, carelessly bool) error {
	copyTo := func(w io.Writer) (mark Mark, err error) {
		s, err := Open(dir, Options{ReadOnly: true})
		if err != nil {
			return mark, err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		return s.Backup(context.Background(), w)
	}
	if carelessly {
		_, err := write(dir+".backup", copyTo)
		return err
	}
	_, err := Settle(context.Background(), dir+".backup", copyTo, nil)
	return err
}

// wrongBackup says what is wrong with what a backup has left behind, "" for
// nothing: there is a whole backup or none.
func wrongBackup(dir string, done bool) string {
	file := dir + ".backup"
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		if done {
			return "it ended well and there is no backup"
		}
		return ""
	}
	again, err := os.MkdirTemp(filepath.Dir(dir), "restored")
	if err != nil {
		return err.Error()
	}
	defer os.RemoveAll(again)
	mark, err := Restore(context.Background(), file, again, nil)
	if err != nil {
		return "there is a backup that cannot be restored: " + err.Error()
	}
	if newest, _, err := Newest(dir, Options{}, Mark{}); err != nil || newest != mark {
		return fmt.Sprintf("the backup holds %s instead of %s, %v", mark, newest, err)
	}
	return ""
}

// What a backup may fail at.
const backupCalls = "openat,read,pread64,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,mkdir,mkdirat,unlink,unlinkat,ftruncate,fallocate,close"

// At whatever call a backup fails or is killed, there is a whole backup or none,
// and the next one succeeds.
func TestAFailingBackup(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	base := t.TempDir()
	dir := filepath.Join(base, "data")
	s := mustOpen(t, dir, Options{})
	fill(t, s, 30, 10)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	trace := filepath.Join(base, "trace")
	traced := func(what, inject string) (ok bool) {
		args := []string{strace, "-f", "-qq", "-o", trace, "-e", "trace=" + backupCalls}
		if inject != "" {
			args = append(args, "-e", "inject="+backupCalls+":"+inject)
		}
		return child(t, what, dir, args...).Run() == nil
	}
	clear := func() {
		for _, path := range []string{dir + ".backup", dir + ".backup.partial"} {
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
		}
	}
	count := func(what string) int {
		if !traced(what, "") {
			t.Fatalf("%s does not work at all", what)
		}
		if wrong := wrongBackup(dir, true); wrong != "" {
			t.Fatal(wrong)
		}
		clear()
		text, err := os.ReadFile(trace)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Count(string(text), "\n")
	}
	calls := count("backup")
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	places := rng.Perm(calls)
	for _, n := range places[:min(cycles(t, 12, calls), calls)] {
		for _, fault := range []string{"error=EIO", "error=ENOSPC", "signal=SIGKILL"} {
			done := traced("backup", fmt.Sprintf("%s:when=%d", fault, n+1))
			if wrong := wrongBackup(dir, done); wrong != "" {
				t.Errorf("%s at call %d of %d: %s", fault, n+1, calls, wrong)
			}
			if err := os.RemoveAll(dir + ".backup"); err != nil {
				t.Fatal(err)
			}
			if err := backUp(dir, false); err != nil {
				t.Errorf("%s at call %d of %d, and the next backup fails: %v", fault, n+1, calls, err)
			}
			clear()
		}
	}
	wantClean(t, dir)

	// The same on a copy that is made where it belongs is found out: at the one call, of
	// the thread that happens to make it, by which the copy is written.
	calls = count("copy")
	found := false
	for n := 5 * calls; n > 0 && !found; n-- {
		traced("copy", fmt.Sprintf("signal=SIGKILL:when=%d", 1+n%calls))
		found = wrongBackup(dir, false) != ""
		clear()
	}
	if !found {
		t.Error("a copy that was cut off is taken for whole")
	}
}

// A backup holds the store as it was at one revision, whatever is written
// meanwhile, and nothing waits for it.
func TestBackupAmidWrites(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := mustOpen(t, dir, Options{MinFree: -1})
	fill(t, s, 50, 20)
	rng := rand.New(rand.NewPCG(2, 2))
	add := func() {
		if _, err := s.Apply(context.Background(), hub.Batch{Puts: []hub.Put{{Record: fictional(rng, s.NextID(hub.KindMediator), 0, 0)}}}); err != nil {
			t.Fatal(err)
		}
	}
	before := s.Revision()
	writing := writerFunc(func(b []byte) (int, error) { add(); return len(b), nil }) // while the copy is under way
	mark, err := Settle(context.Background(), dir+".backup", func(w io.Writer) (Mark, error) {
		return s.Backup(context.Background(), io.MultiWriter(w, writing))
	}, nil)
	if err != nil || mark.Revision != before || s.Revision() < before+2 {
		t.Fatalf("%v, %v: revision %d, then %d", mark, err, before, s.Revision())
	}
	hash, err := s.LogHash(before)
	if err != nil || hash != mark.Hash {
		t.Errorf("%x %v", hash, err)
	}
	restored := filepath.Join(t.TempDir(), "restored")
	if again, err := Restore(context.Background(), dir+".backup", restored, nil); err != nil || again != mark {
		t.Fatalf("%v %v", again, err)
	}
	if newest, holds, err := Newest(restored, Options{}, mark); newest != mark || !holds || err != nil {
		t.Errorf("%v %v %v", newest, holds, err)
	}
	add()
	later := Mark{Revision: s.Revision()}
	if later.Hash, err = s.LogHash(later.Revision); err != nil {
		t.Fatal(err)
	}
	if _, holds, err := Newest(restored, Options{}, later); holds || err != nil {
		t.Errorf("an older file passes for the newest: %v", err)
	}

	ctx, cancel := context.WithCancel(context.Background())
	if _, err := Settle(ctx, dir+".second", func(w io.Writer) (Mark, error) {
		cancel()
		return s.Backup(ctx, w)
	}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if left, err := filepath.Glob(dir + ".second*"); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v", left)
	}
}

// An altered bit of a backup's log is found before it is put in place.
func TestDamagedBackup(t *testing.T) {
	dir := filled(t, 5)
	if err := backUp(dir, false); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(dir + ".backup")
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(string(whole), "示例人物")
	if at < 0 {
		t.Fatal("no text in the backup")
	}
	for what, damage := range map[string]func([]byte) []byte{
		"altered":   func(b []byte) []byte { b[at] ^= 1; return b },
		"cut off":   func(b []byte) []byte { return b[:len(b)/2] },
		"empty":     func(b []byte) []byte { return nil },
		"not a one": func(b []byte) []byte { return []byte("PK\x03\x04") },
	} {
		bad := filepath.Join(t.TempDir(), "bad")
		if err := os.WriteFile(bad, damage([]byte(string(whole))), 0o600); err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(t.TempDir(), "data")
		_, err := Restore(context.Background(), bad, to, nil)
		if e, ok := errors.AsType[*hub.Error](err); !ok || e.Message == "" {
			t.Errorf("%s: %v", what, err)
		}
		if _, err := os.Stat(filepath.Join(to, fileName)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: it was put in place", what)
		}
	}
}

// A disk that is too small for the backup harms nothing.
func TestBackupToAFullDisk(t *testing.T) {
	mount := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(mount, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := mountTmpfs(mount, "size=64k"); err != nil {
		t.Skipf("no small disk can be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = unmount(mount) })
	s := mustOpen(t, t.TempDir(), Options{})
	fill(t, s, 50, 20)
	_, err := Settle(context.Background(), filepath.Join(mount, "backup"), func(w io.Writer) (Mark, error) {
		return s.Backup(context.Background(), w)
	}, nil)
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("%v", err)
	}
	if left, err := os.ReadDir(mount); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
