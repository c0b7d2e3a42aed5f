package seeds_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"concord/internal/hub"
	"concord/seeds"
)

// A data file that a pattern of the embedding misses would be there in the
// repository and not in the binary.
func TestEveryDataFileIsEmbedded(t *testing.T) {
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) == ".go" {
			return err
		}
		onDisk, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		embedded, err := fs.ReadFile(seeds.FS, path)
		if err != nil || string(embedded) != string(onDisk) {
			t.Errorf("%s is not in the binary as it is on disk: %v", path, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEmbeddedReferenceLoads(t *testing.T) {
	if _, err := hub.LoadReference(seeds.FS); err != nil {
		t.Error(err)
	}
}

// Fictional persons carry numbers of a region that does not exist (120199), so
// that none of them can be somebody's.
func TestNoIdentityNumberThatCouldBeReal(t *testing.T) {
	on, _ := hub.ParseDate("2100-01-01")
	err := fs.WalkDir(seeds.FS, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(seeds.FS, path)
		if err != nil {
			return err
		}
		for _, word := range strings.FieldsFunc(string(data), func(r rune) bool { return (r < '0' || r > '9') && r != 'X' && r != 'x' }) {
			if id, err := hub.ParseCitizenID(word, on); err == nil && id.RegionCode() != "120199" {
				t.Errorf("%s holds what may be somebody's identity number: %s", path, id)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
