//go:build unix

package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Told to read its settings anew while it is still starting, a server does so once it
// serves. The settings come through a pipe, so that it waits where the test wants it.
func TestReloadingAServerThatStarts(t *testing.T) {
	base := t.TempDir()
	pipe := filepath.Join(base, "concord.conf")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skipf("no pipes here: %v", err)
	}
	c := startChild(t, filepath.Join(base, "data"), "--config", pipe)
	give := func(settings string, first func()) {
		t.Helper()
		var file *os.File
		eventually(t, "the settings are read", func() (reads bool) {
			var err error
			file, err = os.OpenFile(pipe, os.O_WRONLY|syscall.O_NONBLOCK, 0)
			return err == nil
		})
		first()
		if _, err := file.WriteString(settings); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	give("max-depth = 16\n", func() { c.signal(t, syscall.SIGHUP) })
	c.listens(t)
	give("max-depth = 3\n", func() {})
	eventually(t, "the limit is in force", func() bool {
		return same(ask(t, c.url, "", "{ limits { depth } }")["limits"], map[string]any{"depth": 3.})
	})
	c.signal(t, syscall.SIGTERM)
	if err := c.Wait(); err != nil {
		t.Errorf("%v\n%s", err, c.log)
	}
}
