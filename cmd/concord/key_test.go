package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"concord/internal/hub"
)

// A key is bound to the documents of the lists that clients' generators write.
func TestKeysAreBoundToDocuments(t *testing.T) {
	at := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(at, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	whole := "query Whole {\n  viewer { role }\n}\n"
	var sums []string
	for _, text := range []string{whole, "{ a }", "{ b }", "{ c }"} {
		sum := sha256.Sum256([]byte(text))
		sums = append(sums, hex.EncodeToString(sum[:]))
	}
	slices.Sort(sums)
	data := filepath.Join(at, "data")
	create := []string{"key", "create", "--data", data, "--name", "示例", "--role", "auditor", "--documents"}
	code, _, diag := command(t, append(create, write("whole.graphql", whole),
		"--documents", write("relay.json", `{"1":"{ a }","2":"{ b }"}`),
		"--documents", write("apollo.json", `{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"x","name":"C","type":"query","body":"{ c }"}]}`))...)
	if code != exitOK {
		t.Fatal(diag)
	}
	f, err := openFolder(t.Context(), data, folderOptions{logger: quietLogger})
	if err != nil {
		t.Fatal(err)
	}
	snap, err := f.store.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	for v, err := range snap.All(0, hub.KindKey) {
		if key, ok := v.Record.(*hub.APIKey); err != nil || !ok || !slices.Equal(key.Documents, sums) {
			t.Errorf("bound to %v, want %v (%v)", v.Record, sums, err)
		}
	}
	snap.Close()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(at, "none.graphql"), write("other.json", `[1]`), write("empty.json", `{}`)} {
		if code, key, diag := command(t, append(create, path)...); code == exitOK || key != "" || !strings.Contains(diag, "请") {
			t.Errorf("%s: exit %d, %s", path, code, diag)
		}
	}
}
