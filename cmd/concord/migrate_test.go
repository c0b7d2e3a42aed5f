package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// unpacked is a data folder as a release of storage format 1 left it: fictional
// rosters that were generated, imported over and renewed. In it lies what that
// release answered.
func unpacked(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(filepath.Join("testdata", "format1.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	packed, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	for archive := tar.NewReader(packed); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return dir
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(header.Name)), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// lookedAt asks for a look at the folder, which is refused as of an older format.
func lookedAt(t *testing.T, dir string) {
	t.Helper()
	if code, out, said := command(t, "verify", "--data", dir); code == exitOK || !strings.Contains(out+said, "格式版本为 1") {
		t.Fatalf("%d %s%s", code, out, said)
	}
}

// A folder of the first storage format is brought up to date when it is opened to be
// served: its log stays as it was, hash for hash, the views are made anew, the index
// is built, and every question is answered as the old release answered it.
func TestAFolderOfTheFirstFormat(t *testing.T) {
	dir := unpacked(t)
	// Only looking at it changes nothing, and says what to do.
	for range 2 {
		lookedAt(t, dir)
	}
	text, err := os.ReadFile(filepath.Join(dir, "answers.json"))
	if err != nil {
		t.Fatal(err)
	}
	var answers []struct {
		Query string
		Data  map[string]any
	}
	// One thing is answered otherwise since: on what ground somebody left is for whoever
	// keeps the listing.
	text = bytes.ReplaceAll(text, []byte("辞任 2025-10-01 本人辞任"), []byte("辞任 2025-10-01"))
	if err := json.Unmarshal(text, &answers); err != nil || len(answers) < 10 {
		t.Fatalf("%d answers, %v", len(answers), err)
	}
	t.Run("is served", func(t *testing.T) {
		url := serving(t, dir)
		for _, was := range answers {
			if is := ask(t, url, "", was.Query); !reflect.DeepEqual(is, was.Data) {
				t.Errorf("%s\nwas answered %v\nand is now   %v", was.Query, was.Data, is)
			}
		}
	})
	// The mark that the old release printed still holds: no entry of the log is another.
	const mark = "32:22c25564ccea9fd22163f36e046a18059087b75c35ff5cc7a03a950c0cbbc437"
	if code, out, said := command(t, "verify", "--data", dir, "--expect", mark); code != exitOK || !strings.Contains(out, "核验通过") {
		t.Errorf("%d %s%s", code, out, said)
	}
}
