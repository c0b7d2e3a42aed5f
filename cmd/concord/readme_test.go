package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"testing"
)

// The query on the README's first screen gives the answer that stands below it.
func TestReadmeExample(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)curl -s [^\n]*/graphql -H 'Content-Type: application/json' -d '([^']*)'\n```\n```json\n(.*?)\n```").FindAllSubmatch(readme, -1)
	if len(examples) == 0 {
		t.Fatal("the README has no query with its answer")
	}
	url := serving(t, filepath.Join(t.TempDir(), "data"), "--demo")
	for _, example := range examples {
		response, err := http.Post(url+"/graphql", "application/json", bytes.NewReader(example[1]))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		var got, want map[string]any
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if err := json.Unmarshal(example[2], &want); err != nil {
			t.Fatalf("the README's answer is no JSON: %v", err)
		}
		delete(got, "extensions") // the price, which the README leaves out
		if !reflect.DeepEqual(got, want) {
			t.Errorf("the README says\n%s\nthe hub says\n%s", example[2], text)
		}
	}
}
