package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"concord/index"
	"concord/internal/hub"
)

// posed sends a query and returns the answer's data and its first error's code and
// message.
func posed(t *testing.T, url, key, query string) (data map[string]any, code, message string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Data   map[string]any
		Errors []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if len(answer.Errors) > 0 {
		return answer.Data, answer.Errors[0].Extensions.Code, answer.Errors[0].Message
	}
	return answer.Data, "", ""
}

// total is the totalCount of a list of mediators.
func total(data map[string]any) int {
	list, _ := data["mediators"].(map[string]any)
	n, _ := list["totalCount"].(float64)
	return int(n)
}

// A server whose disk fills up refuses writes with a clear word and says so in
// /readyz; lists and searches go on; with room again it writes without a restart,
// and nothing is damaged.
func TestServingOnAFullDisk(t *testing.T) {
	disk := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("no small disk can be mounted here: %s", out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", disk).Run() })
	dir := filepath.Join(disk, "data")
	code, key, diag := command(t, "key", "create", "--data", dir, "--name", "示例", "--role", "city_admin")
	if code != exitOK {
		t.Fatal(diag)
	}
	key = strings.TrimSpace(key)
	c := serveInChild(t, dir, "--demo")
	ready := func(want string) func() bool {
		return func() bool {
			status, body := fetch(http.DefaultClient, c.url+"/readyz")
			return status == http.StatusOK && strings.Contains(body, want)
		}
	}
	eventually(t, "ready and writable", ready(`"writable":true`))
	write := func(n int) (revision any, code, message string) {
		data, code, message := posed(t, c.url, key, fmt.Sprintf(`mutation { registerMediator(input: { reason: "示例", confirmDuplicate: true, idempotencyKey: "%d", fields: {
			name: "示例甲", registrationNo: "示例-满盘-%d", level: DISTRICT, district: "120101", specialties: ["劳动报酬"], source: "律师"
		} }) { revision userErrors { message } } }`, n, n))
		payload, _ := data["registerMediator"].(map[string]any)
		return payload["revision"], code, message
	}
	if revision, _, message := write(1); revision == nil {
		t.Fatal(message)
	}
	const held = 321
	// To the last byte: the index cannot write either.
	ballast := filepath.Join(disk, "ballast")
	fillDisk(t, ballast)
	eventually(t, "it says that it does not take writes", ready(`"writable":false`))
	if _, body := fetch(http.DefaultClient, c.url+"/readyz"); !strings.Contains(body, "磁盘剩余空间不足") {
		t.Errorf("/readyz: %s", body)
	}
	revision, refusal, message := write(2)
	if revision != nil || refusal != string(hub.CodeBusy) || !strings.Contains(message, "磁盘剩余空间不足") || !strings.Contains(message, "腾出空间") {
		t.Errorf("a write on a full disk: %v %s %s", revision, refusal, message)
	}
	if data, code, message := posed(t, c.url, "", `{ mediators(first: 1) { totalCount } }`); total(data) != held {
		t.Errorf("a list on a full disk: %v %s %s", data, code, message)
	}
	if data, code, message := posed(t, c.url, "", `{ mediators(search: "示例-满盘-1", first: 1) { totalCount } }`); total(data) == 0 {
		t.Errorf("a search on a full disk: %v %s %s", data, code, message)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	eventually(t, "writable again", ready(`"writable":true`))
	if revision, code, message := write(2); revision == nil {
		t.Errorf("with room again: %s %s", code, message)
	}
	eventually(t, "the new mediator is found", func() bool {
		data, _, _ := posed(t, c.url, "", `{ mediators(search: "示例-满盘-2", first: 1) { totalCount nodes { registrationNo } } }`)
		return total(data) > 0
	})
	if data, _, _ := posed(t, c.url, "", `{ mediators(first: 1) { totalCount } }`); total(data) != held+1 {
		t.Errorf("in the end: %v", data)
	}
	c.signal(t, syscall.SIGTERM)
	if err := c.Wait(); err != nil {
		t.Errorf("%v\n%s", err, c.log)
	}
	if code, out, diag := command(t, "verify", "--data", dir); code != exitOK {
		t.Errorf("verify: %s %s", out, diag)
	}
}

// fillDisk writes a file until there is no room left.
func fillDisk(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 1<<20); len(block) > 0; {
		if _, err := f.Write(block); err != nil {
			block = block[:len(block)/2]
		}
	}
}

// spoilOne alters the largest file that a pattern finds in a folder.
func spoilOne(t *testing.T, dir, pattern string, alter func([]byte) []byte) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no %s: %v", pattern, err)
	}
	var largest string
	var data []byte
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(b) >= len(data) {
			largest, data = file, b
		}
	}
	writeFile(t, largest, string(alter(data)))
}

// A server whose index is gone, cut off, altered or of another version makes it
// anew and says so; meanwhile it serves lists, and a search answers BUSY or right.
func TestServingWithADamagedIndex(t *testing.T) {
	base := filepath.Join(t.TempDir(), "data")
	if code, _, diag := command(t, "generate", "--data", base, "--mediators", "1000", "--seed", "3"); code != exitOK {
		t.Fatal(diag)
	}
	f, err := openFolder(t.Context(), base, folderOptions{withIndex: true, logger: quietLogger})
	if err != nil {
		t.Fatal(err)
	}
	stop := f.follow(t.Context(), quietLogger)
	if !f.indexed(t.Context()) {
		t.Fatal("no index")
	}
	stop()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	const anew = "cannot be used and is made anew"
	flip := func(b []byte) []byte { b[len(b)/2] ^= 0x40; return b }
	halve := func(b []byte) []byte { return b[:len(b)/2] }
	for name, c := range map[string]struct {
		says  string
		spoil func(t *testing.T, dir string)
	}{
		"sound": {"", func(*testing.T, string) {}},
		"deleted": {"检索索引已跟上", func(t *testing.T, dir string) {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}},
		"a segment is cut off":          {anew, func(t *testing.T, dir string) { spoilOne(t, dir, "store/*.zap", halve) }},
		"a bit of a segment is flipped": {anew, func(t *testing.T, dir string) { spoilOne(t, dir, "store/*.zap", flip) }},
		// Half of it may be all that is used.
		"the list of segments is cut off": {anew, func(t *testing.T, dir string) {
			spoilOne(t, dir, "store/root.bolt", func(b []byte) []byte { return b[:5000] })
		}},
		"made for other words": {anew, func(t *testing.T, dir string) {
			makeIndexOfAnotherVersion(t, filepath.Dir(dir))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			if err := os.CopyFS(dir, os.DirFS(base)); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(filepath.Join(dir, "identity.key"), 0o600); err != nil {
				t.Fatal(err)
			}
			c.spoil(t, filepath.Join(dir, "index"))
			server := serveInChild(t, dir)
			busy := 0
			search := func() (found bool) {
				data, code, message := posed(t, server.url, "", `{ mediators(search: "示例-调-3-000007", first: 1) { totalCount nodes { registrationNo } } }`)
				if code == string(hub.CodeBusy) && strings.Contains(message, "稍后") {
					busy++
					return false
				}
				nodes, _ := data["mediators"].(map[string]any)["nodes"].([]any)
				if code != "" || len(nodes) == 0 || nodes[0].(map[string]any)["registrationNo"] != "示例-调-3-000007" {
					t.Fatalf("a search answers neither BUSY nor right: %v %s %s", data, code, message)
				}
				return true
			}
			eventually(t, "a search is answered", func() bool {
				if data, code, message := posed(t, server.url, "", `{ mediators(first: 1) { totalCount } }`); total(data) != 1000 {
					t.Fatalf("a list meanwhile: %v %s %s", data, code, message)
				}
				return search()
			})
			eventually(t, "ready", func() bool {
				status, _ := fetch(http.DefaultClient, server.url+"/readyz")
				return status == http.StatusOK
			})
			t.Logf("BUSY %d times", busy)
			server.signal(t, syscall.SIGTERM)
			if err := server.Wait(); err != nil {
				t.Errorf("%v\n%s", err, server.log)
			}
			if !strings.Contains(server.log.String(), c.says) || c.says == "" && strings.Contains(server.log.String(), anew) {
				t.Errorf("the log does not say what happened:\n%s", server.log)
			}
			again, err := openFolder(t.Context(), dir, folderOptions{withIndex: true, logger: quietLogger})
			if err != nil {
				t.Fatal(err)
			}
			defer again.Close()
			defer again.follow(t.Context(), quietLogger)()
			if !again.indexed(t.Context()) {
				t.Fatal("the index did not catch up")
			}
			compareIndex(t, again)
		})
	}
}

// makeIndexOfAnotherVersion replaces a folder's index by one that was made for
// another vocabulary, as another version of the program would have left it.
func makeIndexOfAnotherVersion(t *testing.T, dir string) {
	t.Helper()
	f, err := openFolder(t.Context(), dir, folderOptions{logger: quietLogger})
	if err != nil {
		t.Fatal(err)
	}
	other := *f.vocabulary
	other.Fillers = append([]string{"新词"}, other.Fillers...)
	f.index, err = index.Open(filepath.Join(dir, "index"), index.Options{Reference: f.reference, Vocabulary: &other, Logger: quietLogger, Rebuild: true})
	if err != nil {
		t.Fatal(err)
	}
	stop := f.follow(t.Context(), quietLogger)
	f.indexed(t.Context())
	stop()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
