package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

var markPattern = regexp.MustCompile(`核验标记：(\d+):[0-9a-f]{64}`)

// markIn returns the mark that a command printed and its revision.
func markIn(t *testing.T, text string) (mark string, revision int) {
	t.Helper()
	found := markPattern.FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no mark in %q", text)
	}
	if _, err := fmt.Sscan(found[1], &revision); err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(found[0], "核验标记："), revision
}

// feedOf reads the change feed up to a revision, as it is answered.
func feedOf(t *testing.T, url, key string, upTo int) (all []string) {
	t.Helper()
	after := "null"
	for {
		data := ask(t, url, key, `{ changes(first: 100, after: `+after+`) { pageInfo { hasNextPage endCursor } nodes {
			revision recordedAt actor action reason recordId fields { name before after } } } }`)
		feed := data["changes"].(map[string]any)
		for _, node := range feed["nodes"].([]any) {
			change := node.(map[string]any)
			if int(change["revision"].(float64)) > upTo {
				return all
			}
			text, err := json.Marshal(change)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, string(text))
		}
		info := feed["pageInfo"].(map[string]any)
		if !info["hasNextPage"].(bool) {
			return all
		}
		after = fmt.Sprintf("%q", info["endCursor"])
	}
}

// The drill: a backup is taken while a server is written to, restored into an
// empty folder and served from there; up to the moment of the backup nothing is
// missing or different, and who puts the older file back is found out.
func TestBackupDrill(t *testing.T) {
	base := t.TempDir()
	dir, file := filepath.Join(base, "data"), filepath.Join(base, "backup.db")
	code, key, diag := command(t, "key", "create", "--data", dir, "--name", "示例", "--role", "city_admin")
	if code != exitOK {
		t.Fatal(diag)
	}
	key = strings.TrimSpace(key)
	url := serving(t, dir, "--demo")

	var written atomic.Int64
	stop := make(chan struct{})
	var writers sync.WaitGroup
	for w := range 3 {
		writers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				data := ask(t, url, key, fmt.Sprintf(`mutation { registerMediator(input: { reason: "演练", confirmDuplicate: true, idempotencyKey: "%d-%d", fields: {
					name: "演练示例", registrationNo: "示例-演练-%d-%d", level: DISTRICT, district: "120101", specialties: ["劳动报酬"], source: "律师"
				} }) { revision userErrors { message } } }`, w, n, w, n))
				if payload := data["registerMediator"].(map[string]any); payload["revision"] == nil {
					t.Errorf("refused: %v", payload)
					return
				}
				written.Add(1)
			}
		})
	}
	for written.Load() < 20 {
		if t.Failed() {
			break
		}
	}
	before := written.Load()
	code, out, diag := command(t, "backup", "--data", dir, "--out", file)
	during := written.Load() - before
	close(stop)
	writers.Wait()
	if code != exitOK {
		t.Fatalf("%d %s", code, diag)
	}
	if during == 0 {
		t.Error("nothing could be written during the backup")
	}
	mark, revision := markIn(t, out)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup: %v %v", info.Mode(), err)
	}
	if left, err := filepath.Glob(file + ".*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if code, _, diag := command(t, "backup", "--data", dir, "--out", file); code != exitFailed || !strings.Contains(diag, "已存在") {
		t.Errorf("the same file again: %d %s", code, diag)
	}
	later := filepath.Join(base, "later.db")
	code, out, diag = command(t, "backup", "--data", dir, "--out", later)
	if code != exitOK {
		t.Fatal(diag)
	}
	laterMark, laterRevision := markIn(t, out)
	if laterRevision <= revision {
		t.Errorf("%d follows %d", laterRevision, revision)
	}

	restored := filepath.Join(base, "restored")
	code, out, diag = command(t, "restore", "--data", restored, "--from", file)
	if code != exitOK || !strings.Contains(out, mark) || !strings.Contains(out, "identity.key") {
		t.Fatalf("%d %s %s", code, out, diag)
	}
	if code, _, diag := command(t, "serve", "--data", restored, "--listen", "127.0.0.1:0"); code != exitFailed || !strings.Contains(diag, "identity.key") {
		t.Errorf("without the key: %d %s", code, diag)
	}
	secret, err := os.ReadFile(filepath.Join(dir, "identity.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(restored, "identity.key"), secret, 0o600); err != nil {
		t.Fatal(err)
	}
	for expect, want := range map[string]int{"": exitOK, mark: exitOK, laterMark: exitFailed, "7:" + strings.Repeat("0", 64): exitFailed} {
		if code, out, diag := command(t, "verify", "--data", restored, "--expect", expect); code != want {
			t.Errorf("verify --expect %q: %d %s %s", expect, code, out, diag)
		}
	}
	if code, _, diag := command(t, "restore", "--data", restored, "--from", later); code != exitFailed || !strings.Contains(diag, "不是空的") {
		t.Errorf("over a folder that is in use: %d %s", code, diag)
	}

	want, got := feedOf(t, url, key, revision), feedOf(t, serving(t, restored), key, revision)
	if len(want) < 500 || len(want) != len(got) {
		t.Fatalf("%d changes restored of %d", len(got), len(want))
	}
	for i := range want {
		if want[i] != got[i] {
			t.Fatalf("restored %s instead of %s", got[i], want[i])
		}
	}
}

// The socket is for those who may read the folder, and answers nothing else.
func TestControlSocket(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	url := serving(t, dir)
	info, err := os.Stat(filepath.Join(dir, controlSocket))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info, err)
	}
	answer, err := http.Get(url + "/backup")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.Header.Get("Content-Type") == "application/octet-stream" || answer.Header.Get("Trailer") != "" {
		t.Errorf("over the network: %s", answer.Status)
	}
}
