package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"concord/internal/boltstore"
	"concord/internal/hub"
)

// serveRole tells a child of the test to serve; its value is the arguments, one a line.
const serveRole = "CONCORD_TEST_SERVE"

// serveAloud serves until a signal comes, as main does.
func serveAloud(arguments string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	return run(ctx, append([]string{"serve"}, strings.Split(arguments, "\n")...), os.Stdout, os.Stderr, func(string) string { return "" })
}

// child is a server in a process of its own.
type child struct {
	*exec.Cmd
	url       string
	said, log *output
}

func serveInChild(t *testing.T, dir string, more ...string) *child {
	t.Helper()
	c := startChild(t, dir, more...)
	c.listens(t)
	return c
}

// startChild does not wait until the server listens.
func startChild(t *testing.T, dir string, more ...string) *child {
	t.Helper()
	c := &child{Cmd: exec.Command(os.Args[0]), said: new(output), log: new(output)}
	c.Env = append(os.Environ(), serveRole+"="+strings.Join(append([]string{"--data", dir, "--listen", "127.0.0.1:0"}, more...), "\n"))
	c.Stdout, c.Stderr = c.said, c.log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	return c
}

// listens waits until the server says where it listens.
func (c *child) listens(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if c.url = regexp.MustCompile(`https?://[0-9.:]+`).FindString(c.said.String()); c.url != "" {
			return
		}
	}
	t.Fatalf("the server did not start: %s", c.log)
}

// kill ends it as a power cut would.
func (c *child) kill(t *testing.T) {
	t.Helper()
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
}

// importState is what a poll says of an import.
type importState struct {
	State, PlanHash, Statement string
	Written, Lost              int
}

func (c *child) importState(t *testing.T, key, id string) (s importState) {
	t.Helper()
	data := ask(t, c.url, key, fmt.Sprintf(`{ sheetJob(id: %q) { state planHash statement written lost } }`, id))
	text, err := json.Marshal(data["sheetJob"])
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (c *child) upload(t *testing.T, key, kind, name string, content []byte) (id string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.url+"/sheets?kind="+kind+"&name="+url.QueryEscape(name), bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Content-Type", "application/octet-stream")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var out struct{ ID string }
	if err := json.NewDecoder(response.Body).Decode(&out); err != nil || response.StatusCode != http.StatusCreated {
		t.Fatalf("the upload was answered with %d, %v", response.StatusCode, err)
	}
	return out.ID
}

// A server that is killed again and again while it writes an import goes on where
// it was durable, and ends with the roster that an import in one go brings: no row
// is missing and none was written twice.
func TestKilledImportsGoOnOnline(t *testing.T) {
	base := t.TempDir()
	sheet := filepath.Join(base, "名册.csv")
	const rows = 12_000
	writeMediatorSheet(t, sheet, 1, rows)
	content, err := os.ReadFile(sheet)
	if err != nil {
		t.Fatal(err)
	}
	first := "编号,姓名,所属区\n示例-1-00003,示例七丁,蓟州区\n" // row 3 is a change of a record

	whole, killed := filepath.Join(base, "whole"), filepath.Join(base, "killed")
	var key string
	for _, dir := range []string{whole, killed} {
		code, text, diag := command(t, "key", "create", "--data", dir, "--name", "示例", "--role", "city_admin")
		if code != exitOK {
			t.Fatal(diag)
		}
		key = strings.TrimSpace(text)
		path := filepath.Join(base, "先.csv")
		if err := os.WriteFile(path, []byte(first), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, _, diag := command(t, "import", "--data", dir, "mediators", path, "--apply"); code != exitOK {
			t.Fatal(diag)
		}
	}
	if code, _, diag := command(t, "import", "--data", whole, "mediators", sheet, "--apply"); code != exitOK {
		t.Fatal(diag)
	}

	c := serveInChild(t, killed)
	id := c.upload(t, key, "mediators", "名册.csv", content)
	random := rand.New(rand.NewPCG(1, uint64(os.Getpid())))
	t.Logf("random seed %d", os.Getpid())
	kills, midway, last, confirmed := 0, 0, 0, false
	for deadline := time.Now().Add(2 * time.Minute); ; {
		s := c.importState(t, key, id)
		if s.State == "PLANNED" && !confirmed {
			confirmed = true
			ask(t, c.url, key, fmt.Sprintf(`mutation { confirmImport(input: { id: %q, planHash: %q, reason: "示例", idempotencyKey: "k" }) { userErrors { code } } }`, id, s.PlanHash))
		}
		if s.Written < last {
			t.Fatalf("%d rows were durable and now %d are", last, s.Written)
		}
		if s.State == "APPLIED" {
			if s.Written != rows || s.Lost != 0 {
				t.Errorf("%+v", s)
			}
			break
		}
		if s.State == "FAILED" || time.Now().After(deadline) {
			t.Fatalf("%+v\n%s", s, c.log)
		}
		if kills < cycles() && (s.State == "APPLYING" && s.Written > last || s.State == "PLANNING" && kills == 0) {
			time.Sleep(time.Duration(random.Int64N(int64(25 * time.Millisecond))))
			c.kill(t)
			kills++
			if s.Written > 0 {
				midway++
			}
			last = s.Written
			c = serveInChild(t, killed)
		}
	}
	t.Logf("killed %d times, %d of them midway", kills, midway)
	if midway < 2 {
		t.Error("the import had ended before it was killed: the test shows nothing")
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		left, err := filepath.Glob(filepath.Join(killed, "sheets", "*.sheet"))
		if err == nil && len(left) == 0 {
			break
		}
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("%v is left, %v", left, err)
		}
	}
	c.kill(t)

	if _, err := boltstore.Verify(t.Context(), killed, boltstore.Options{}, func(f boltstore.Finding) { t.Error(f) }, nil); err != nil {
		t.Fatal(err)
	}
	if one, other := exported(t, whole), exported(t, killed); one != other {
		t.Errorf("the rosters differ: %d and %d bytes", len(one), len(other))
	}
	if one, other := changesOf(t, whole), changesOf(t, killed); one != other {
		t.Errorf("the whole import made %v changes, the killed one %v", one, other)
	}
}

// exported is a roster as its export has it.
func exported(t *testing.T, dir string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.csv")
	if code, _, diag := command(t, "export", "--data", dir, "mediators", "--out", out); code != exitOK {
		t.Fatal(diag)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// changesOf counts the changes of mediators and persons in a log.
func changesOf(t *testing.T, dir string) (n struct{ mediators, persons int }) {
	t.Helper()
	f, err := openFolder(t.Context(), dir, folderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	snap, err := f.store.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	for change, err := range snap.Changes(0) {
		if err != nil {
			t.Fatal(err)
		}
		switch change.Record.RecordID().Kind() {
		case hub.KindMediator:
			n.mediators++
		case hub.KindPerson:
			n.persons++
		}
	}
	return n
}
