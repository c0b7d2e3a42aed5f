package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// output is a writer that a test may read while a command writes.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// command runs a command to its end.
func command(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, diag output
	code = run(t.Context(), args, &out, &diag, func(string) string { return "" })
	return code, out.String(), diag.String()
}

// serving starts a server on a port of its own and returns its address. The
// server ends with the test, and must end well.
func serving(t *testing.T, dir string, more ...string) (url string) {
	t.Helper()
	url, _ = heard(t, dir, more...)
	return url
}

// heard is serving that also returns what the server prints.
func heard(t *testing.T, dir string, more ...string) (url string, said func() string) {
	t.Helper()
	var out, diag output
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	args := append([]string{"serve", "--data", dir, "--listen", "127.0.0.1:0"}, more...)
	go func() { ended <- run(ctx, args, &out, &diag, func(string) string { return "" }) }()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != exitOK {
			t.Errorf("the server ended with %d: %s", code, diag.String())
		}
	})
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		select {
		case code := <-ended:
			t.Fatalf("the server did not start: %d %s", code, diag.String())
		default:
		}
		url = regexp.MustCompile(`http://[0-9.:]+`).FindString(out.String())
		if url == "" {
			continue
		}
		if r, err := http.Get(url + "/readyz"); err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return url, out.String
			}
		}
	}
	t.Fatalf("the server did not become ready: %s", diag.String())
	return "", nil
}

// ask sends a query and returns the answer's data; errors fail the test.
func ask(t *testing.T, url, key, query string) map[string]any {
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
		Errors []any
	}
	if err := json.Unmarshal(text, &answer); err != nil || len(answer.Errors) > 0 {
		t.Fatalf("%s\n%s", query, text)
	}
	return answer.Data
}

// From nothing to an answer, as `make run` and the README do it.
func TestServeDemo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	code, key, diag := command(t, "key", "create", "--data", dir, "--name", "市总工会", "--role", "partner", "--agency", "UNION", "--scope", "contact")
	if code != exitOK {
		t.Fatal(diag)
	}
	key = strings.TrimSpace(key)
	url := serving(t, dir, "--demo")

	t.Run("counts", func(t *testing.T) {
		data := ask(t, url, "", `{ mediators { totalCount } organizations { totalCount } experts { totalCount } invitedListings { totalCount } measures { totalCount } }`)
		for field, want := range map[string]float64{"mediators": 320, "organizations": 81, "experts": 64, "invitedListings": 65, "measures": 93} {
			if got := data[field].(map[string]any)["totalCount"]; got != want {
				t.Errorf("%s: %v, want %v", field, got, want)
			}
		}
	})
	t.Run("the search finds what was meant", func(t *testing.T) {
		data := ask(t, url, "", `{ experts(search: "讨薪", first: 1) { totalCount nodes { specialties { label } } } }`)
		if n := data["experts"].(map[string]any)["totalCount"].(float64); n == 0 {
			t.Error("nobody was found for an everyday word")
		}
	})
	t.Run("a key with the scope reads telephones", func(t *testing.T) {
		data := ask(t, url, key, `{ viewer { role } mediators(first: 1) { nodes { phone } } }`)
		if data["viewer"].(map[string]any)["role"] != "PARTNER" {
			t.Errorf("the caller is %v", data["viewer"])
		}
		phone, _ := data["mediators"].(map[string]any)["nodes"].([]any)[0].(map[string]any)["phone"].(string)
		if !strings.HasPrefix(phone, "199") {
			t.Errorf("the telephone is %q", phone)
		}
	})
	t.Run("the folder is taken", func(t *testing.T) {
		for _, args := range [][]string{
			{"import", "--data", dir, "mediators", "x.csv"},
			{"key", "create", "--data", dir, "--name", "x", "--role", "auditor"},
			{"verify", "--data", dir},
			{"serve", "--data", dir, "--listen", "127.0.0.1:0"},
		} {
			code, _, diag := command(t, args...)
			if code != exitFailed || !strings.Contains(diag, "正被") {
				t.Errorf("%v: exit %d, %s", args, code, diag)
			}
		}
	})
	t.Run("the port is taken", func(t *testing.T) {
		other := filepath.Join(t.TempDir(), "other")
		code, _, diag := command(t, "serve", "--data", other, "--listen", strings.TrimPrefix(url, "http://"))
		if code != exitFailed || !strings.Contains(diag, "已被占用") {
			t.Errorf("exit %d, %s", code, diag)
		}
		if matches, _ := filepath.Glob(other); len(matches) > 0 {
			t.Error("a data folder was made all the same")
		}
	})
}

// What was imported while nothing served is found after the start, and a second
// start with --demo changes nothing.
func TestServeAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	revision := func() float64 {
		var got float64
		t.Run("serve", func(t *testing.T) {
			url := serving(t, dir, "--demo")
			got = ask(t, url, "", `{ mediators(first: 1) { revision } }`)["mediators"].(map[string]any)["revision"].(float64)
		})
		return got
	}
	first := revision()
	if again := revision(); again != first {
		t.Errorf("starting again went from revision %v to %v", first, again)
	}
	if code, _, diag := command(t, "generate", "--data", dir, "--mediators", "200", "--seed", "5"); code != exitOK {
		t.Fatal(diag)
	}
	if code, _, diag := command(t, "generate", "--data", dir, "--mediators", "200", "--seed", "5"); code != exitFailed || !strings.Contains(diag, "已有种子 5") {
		t.Errorf("generating twice: exit %d, %s", code, diag)
	}
	url := serving(t, dir)
	data := ask(t, url, "", `{ mediators(search: "示例-调-5-000007") { nodes { registrationNo } } }`)
	nodes := data["mediators"].(map[string]any)["nodes"].([]any)
	if len(nodes) == 0 || nodes[0].(map[string]any)["registrationNo"] != "示例-调-5-000007" {
		t.Errorf("the new mediator is not found: %v", nodes)
	}
}
