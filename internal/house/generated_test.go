package house

import (
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestMachineMadeCodeIsFresh generates anew in a copy of the repository: the code
// in graph must be what schema.graphqls and gqlgen.yml say today.
func TestMachineMadeCodeIsFresh(t *testing.T) {
	copied := t.TempDir()
	copyRepository(t, copied)

	generate := exec.CommandContext(t.Context(), "go", "tool", "gqlgen", "generate")
	generate.Dir = copied
	if said, err := generate.CombinedOutput(); err != nil {
		t.Fatalf("gqlgen: %v\n%s", err, said)
	}
	for _, name := range stale(goFiles(t, filepath.Join(root, "graph")), goFiles(t, filepath.Join(copied, "graph"))) {
		t.Errorf("graph/%s is stale: run make generate", name)
	}
}

// stale names the files that differ between what stands and what was made, or
// are in one of the two only.
func stale(standing, made map[string]string) []string {
	var names []string
	for name := range maps.Keys(standing) {
		if text, ok := made[name]; !ok || text != standing[name] {
			names = append(names, name)
		}
	}
	for name := range maps.Keys(made) {
		if _, ok := standing[name]; !ok {
			names = append(names, name)
		}
	}
	return slices.Sorted(slices.Values(names))
}

func TestStaleCodeIsFound(t *testing.T) {
	standing := map[string]string{"a.go": "1", "b.go": "1", "c.go": "1"}
	made := map[string]string{"a.go": "1", "b.go": "2", "d.go": "1"}
	if got := stale(standing, made); !slices.Equal(got, []string{"b.go", "c.go", "d.go"}) {
		t.Errorf("stale = %v, want b.go changed, c.go gone, d.go new", got)
	}
}

// goFiles returns the Go files below a folder by name, without those that
// gqlgen cannot have written: tests.
func goFiles(t *testing.T, folder string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := os.ReadFile(filepath.Join(folder, name))
		texts[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// copyRepository copies what gqlgen reads: the Go source with what it embeds,
// the schema and the settings; nothing that was built or installed.
func copyRepository(t *testing.T, to string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			switch {
			case name == ".":
			case name == "bin", name == "data", name == "web/dist/app", name == "web/dist/explorer", name == "web/test-output", entry.Name() == "node_modules", strings.HasPrefix(entry.Name(), "."):
				return fs.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), text, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}
