package graph_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the answers in testdata anew")

// TestAnswers asks what stands in testdata/*.txtar and compares the whole answer.
// A file holds one query, on behalf of the caller in its comment's first line
// (`caller: partner`), its variables, and the answer that was right last time.
func TestAnswers(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no testdata (%v)", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := strings.Cut(string(archive.Comment), "\n")
			caller, ok := strings.CutPrefix(first, "caller: ")
			if !ok {
				t.Fatalf("the first line is %q, want the caller", first)
			}
			parts := map[string][]byte{}
			for _, f := range archive.Files {
				parts[f.Name] = f.Data
			}
			var variables map[string]any
			if text := parts["variables.json"]; text != nil {
				if err := json.Unmarshal(text, &variables); err != nil {
					t.Fatal(err)
				}
			}
			w := newSearchedWorld(t) // of its own: being read leaves a trace
			got := indented(t, w.ask(t, caller, string(parts["query.graphql"]), variables).body)
			if bytes.Equal(got, parts["answer.json"]) {
				return
			}
			if !*update {
				t.Fatalf("got\n%s\nwant\n%s", got, parts["answer.json"])
			}
			for i := range archive.Files {
				if archive.Files[i].Name == "answer.json" {
					archive.Files[i].Data = got
				}
			}
			if parts["answer.json"] == nil {
				archive.Files = append(archive.Files, txtar.File{Name: "answer.json", Data: got})
			}
			if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func indented(t *testing.T, body []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, body, "", "  "); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return append(bytes.TrimSpace(out.Bytes()), '\n')
}
