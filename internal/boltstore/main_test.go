package boltstore

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"testing"
)

// TestMain does what a test asks of another process, see child, and cleans up
// behind the benchmarks.
func TestMain(m *testing.M) {
	if what := os.Getenv("CONCORD_CHILD"); what != "" {
		if err := beChild(what, os.Getenv("CONCORD_CHILD_DIR")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	flag.Parse()
	code := m.Run()
	if f := flag.Lookup("test.bench"); f != nil && f.Value.String() != "" {
		if dir, err := largeStore(); err == nil {
			_ = os.RemoveAll(dir)
		}
	}
	os.Exit(code)
}

func beChild(what, dir string) error {
	switch what {
	case "open", "openreadonly":
		s, err := Open(dir, Options{ReadOnly: what == "openreadonly"})
		if err != nil {
			return err
		}
		return s.Close()
	case "backup", "copy":
		return backUp(dir, what == "copy")
	case "write":
		return writeForEver(dir)
	case "cut":
		seed, err := strconv.ParseUint(os.Getenv("CONCORD_CHILD_SEED"), 10, 64)
		if err != nil {
			return err
		}
		return writeThis(dir, seed)
	case "import":
		return writeOnce(dir, 600)
	case "edit":
		return writeOnce(dir, 1)
	case "check":
		return missingFromList(dir, os.Stdin)
	case "fail":
		return writeUntilItFails(dir)
	}
	return fmt.Errorf("no such task: %s", what)
}
