package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// What deploy/ holds speaks of settings that exist: the file is read as it is
// shipped, and so is every remark in it that looks like a setting.
func TestShippedSettings(t *testing.T) {
	text, err := os.ReadFile("../../deploy/concord.conf")
	if err != nil {
		t.Fatal(err)
	}
	for name, settingsFile := range map[string]string{
		"as shipped":         string(text),
		"with every remark ": regexp.MustCompile(`(?m)^#([a-z-]+ = )`).ReplaceAllString(string(text), "$1"),
	} {
		f := pflag.NewFlagSet(name, pflag.ContinueOnError)
		new(settings).bind(f)
		if err := readSettings(strings.NewReader(settingsFile), name, f); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	container, err := os.ReadFile("../../deploy/Containerfile")
	if err != nil {
		t.Fatal(err)
	}
	f := pflag.NewFlagSet("container", pflag.ContinueOnError)
	new(settings).bind(f)
	known := map[string]bool{}
	f.VisitAll(func(flag *pflag.Flag) { known[environmentName(flag.Name)] = true })
	given := regexp.MustCompile(`CONCORD_[A-Z_]+`).FindAllString(string(container), -1)
	if len(given) == 0 {
		t.Error("the container is given no settings")
	}
	for _, name := range given {
		if !known[name] {
			t.Errorf("the container is given %s, which is no setting", name)
		}
	}
}

// systemd understands the unit.
func TestShippedUnit(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not installed")
	}
	unit, err := os.ReadFile("../../deploy/concord.service")
	if err != nil {
		t.Fatal(err)
	}
	// The program is not installed here.
	path := filepath.Join(t.TempDir(), "concord.service")
	writeFile(t, path, strings.Replace(string(unit), "ExecStart=/usr/local/bin/concord", "ExecStart=/bin/true", 1))
	out, err := exec.CommandContext(t.Context(), analyze, "verify", "--man=no", path).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "concord.service") {
			t.Error(line)
		}
	}
	if err != nil && !strings.Contains(string(out), "Failed to") {
		t.Errorf("%v %s", err, out)
	}
}
