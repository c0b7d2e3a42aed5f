package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
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

// Installed as the unit says, the settings file lies where the service looks for it, and
// the service's user, who is nobody else, may read it.
func TestShippedSettingsCanBeRead(t *testing.T) {
	unit, err := os.ReadFile("../../deploy/concord.service")
	if err != nil {
		t.Fatal(err)
	}
	find := func(pattern string) []string {
		t.Helper()
		found := regexp.MustCompile("(?m)" + pattern).FindStringSubmatch(string(unit))
		if found == nil {
			t.Fatalf("the unit has nothing like %s", pattern)
		}
		return found[1:]
	}
	group, made := find(`^Group=(\w+)$`)[0], find(`^#   useradd --system .* (\w+)$`)[0]
	if user := find(`^User=(\w+)$`)[0]; user != made || user != group {
		t.Errorf("made is %s, the service runs as %s, group %s", made, user, group)
	}
	installed := find(`^#   install -D -m (\d+)(?: -g (\w+))? deploy/concord.conf (\S+)$`)
	if read := find(`^ExecStart=.* --config (\S+)`)[0]; read != installed[2] {
		t.Errorf("installed as %s, read as %s", installed[2], read)
	}
	mode, err := strconv.ParseUint(installed[0], 8, 32)
	if err != nil || mode&0o004 == 0 && (mode&0o040 == 0 || installed[1] != group) {
		t.Errorf("of mode %s and group %q, which %s cannot read", installed[0], installed[1], group)
	}
}
