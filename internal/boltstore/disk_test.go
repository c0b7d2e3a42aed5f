package boltstore

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// disk is what a disk does with the files of one folder: what was written to them is
// surely there only once it has been synced, and a name once its folder has been. It
// follows the calls of the processes that have the folder open, one after the other.
type disk struct {
	names map[string]*diskFile // surely there
	moves []*call              // of names, not yet
	now   map[string]*diskFile // as the processes see them
	deaf  string               // this file's syncs do nothing, for a check of the check
}

type diskFile struct {
	content []byte  // surely there
	pending []*call // of which any part may be there
}

// call is a call that alters a file or makes it durable.
type call struct {
	what   string
	name   string // without its folder, "" of the folder itself
	to     string
	file   *diskFile
	at     int64
	data   []byte
	said   acknowledged
	done   bool
	before []*call // that a sync makes durable
}

func newDisk(dir string, deaf string) (*disk, error) {
	d := &disk{map[string]*diskFile{}, nil, map[string]*diskFile{}, deaf}
	for _, name := range []string{fileName, journalName} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		d.names[name] = &diskFile{content: b}
		d.now[name] = d.names[name]
	}
	return d, nil
}

// begin is the moment from which on a call may have its effect.
func (d *disk) begin(c *call) {
	c.file = d.now[c.name]
	switch c.what {
	case "create":
		if c.file != nil && c.name == fileName {
			c.what = "open"
			return
		}
		c.file = &diskFile{}
		d.now[c.name] = c.file
		d.moves = append(d.moves, c)
	case "rename":
		d.now[c.to] = c.file
		delete(d.now, c.name)
		d.moves = append(d.moves, c)
	case "remove":
		if c.file != nil {
			delete(d.now, c.name)
			d.moves = append(d.moves, c)
		}
	case "write", "grow":
		if c.file != nil {
			c.file.pending = append(c.file.pending, c)
		}
	case "sync":
		all := d.moves
		if c.name != "" {
			all = nil
			if c.file != nil {
				all = c.file.pending
			}
		}
		for _, p := range all {
			if p.done {
				c.before = append(c.before, p)
			}
		}
	}
}

// end is the moment at which it has returned.
func (d *disk) end(c *call) {
	c.done = true
	if c.what != "sync" || c.name == d.deaf && d.deaf != "" && d.now[journalName] != nil {
		return
	}
	synced := func(p *call) bool { return slices.Contains(c.before, p) }
	if c.name == "" {
		for _, p := range c.before {
			p.move(d.names)
		}
		d.moves = slices.DeleteFunc(d.moves, synced)
		return
	}
	if c.file != nil {
		for _, p := range c.before {
			c.file.content = p.apply(c.file.content, 0, int64(len(p.data)))
		}
		c.file.pending = slices.DeleteFunc(slices.Clone(c.file.pending), synced)
	}
}

// header reports whether it writes a header of the journal.
func (c *call) header() bool {
	return c.what == "write" && c.name == journalName && c.at < journalStart
}

func (c *call) move(names map[string]*diskFile) {
	switch c.what {
	case "create":
		names[c.name] = c.file
	case "rename":
		names[c.to] = c.file
		delete(names, c.name)
	case "remove":
		delete(names, c.name)
	}
}

// apply applies what a call writes of its bytes from to end.
func (c *call) apply(b []byte, from, end int64) []byte {
	size := c.at + end
	if size > int64(len(b)) {
		b = append(b, make([]byte, size-int64(len(b)))...)
	}
	copy(b[c.at+from:], c.data[from:min(end, int64(len(c.data)))])
	return b
}

// kill ends the calls that a process was killed within, each has been made or has not,
// and makes a folder of what the next process finds.
func (d *disk) kill(t *testing.T, rng *rand.Rand) string {
	t.Helper()
	lost := func(c *call) bool {
		c.done = c.done || rng.IntN(2) == 0
		return !c.done
	}
	for _, c := range d.moves {
		c.done = true
	}
	dir := t.TempDir()
	for name, f := range d.now {
		f.pending = slices.DeleteFunc(f.pending, lost)
		if err := writeSparse(filepath.Join(dir, name), f.cached()); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// cached is a file as the next process sees it.
func (f *diskFile) cached() []byte {
	content := bytes.Clone(f.content)
	for _, c := range f.pending {
		content = c.apply(content, 0, int64(len(c.data)))
	}
	return content
}

// wrong says where a folder is not as its calls tell, nil for nowhere.
func (d *disk) wrong(dir string) error {
	for name, f := range d.now {
		if b, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(b, f.cached()) {
			return fmt.Errorf("%s is not what its calls tell: %d bytes, %w", name, len(b), err)
		}
	}
	return nil
}

// cut makes a folder of what is there after a power cut: of the names a state that
// they had since the folder was synced, and of each block of the files one that it had.
// reached is how much of what was written to a file is there.
func (d *disk) cut(t *testing.T, rng *rand.Rand, reached func(name string) float64) string {
	t.Helper()
	names := map[string]*diskFile{}
	for name, f := range d.names {
		names[name] = f
	}
	for _, c := range d.moves[:rng.IntN(len(d.moves)+1)] {
		c.move(names)
	}
	dir := t.TempDir()
	for name, f := range names {
		grain := []int64{512, 4096}[rng.IntN(2)]
		few := reached(name)
		content := bytes.Clone(f.content)
		left := map[int64]bool{} // blocks of which no later state is there
		for _, c := range f.pending {
			for from := int64(0); from < int64(len(c.data)); {
				end := min((c.at+from)/grain*grain+grain-c.at, int64(len(c.data)))
				block := (c.at + from) / grain
				if !left[block] && rng.Float64() > few {
					left[block] = true
				}
				if !left[block] {
					content = c.apply(content, from, end)
				}
				from = end
			}
			if c.what == "grow" && rng.IntN(2) == 0 {
				content = c.apply(content, 0, 0)
			}
		}
		if err := writeSparse(filepath.Join(dir, name), content); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// writeSparse writes a file without the blocks that hold nothing.
func writeSparse(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = file.Truncate(int64(len(content)))
	nothing := make([]byte, 4096)
	for at := 0; at < len(content) && err == nil; at += len(nothing) {
		if block := content[at:min(at+len(nothing), len(content))]; !bytes.Equal(block, nothing[:len(block)]) {
			_, err = file.WriteAt(block, int64(at))
		}
	}
	return errors.Join(err, file.Close())
}

// moment is the beginning or the end of a call.
type moment struct {
	call  *call
	event func(*disk, *call)
}

func (m moment) happen(d *disk) { m.event(d, m.call) }

// tracedCalls reads what strace has noted of a child on a folder.
func tracedCalls(path, dir string) (moments []moment, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	lines := bufio.NewReaderSize(file, 1<<20)
	open := map[string]*call{} // by thread
	for {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return moments, nil
		}
		if err != nil {
			return nil, err
		}
		thread, rest, _ := strings.Cut(line, " ")
		rest = strings.TrimSpace(rest)
		c := open[thread]
		if resumed := strings.HasPrefix(rest, "<... "); !resumed {
			if c, err = readCall(rest, dir); err != nil {
				return nil, fmt.Errorf("%w: %.200s", err, rest)
			}
			if c == nil {
				continue
			}
			if strings.HasSuffix(rest, "<unfinished ...>") {
				open[thread] = c
			}
			if c.what != "remove" || !strings.Contains(rest, " = -1 ") {
				moments = append(moments, moment{c, (*disk).begin})
			}
		}
		if c == nil || strings.HasSuffix(rest, "<unfinished ...>") || strings.HasSuffix(rest, " = ?") {
			continue
		}
		delete(open, thread)
		if strings.Contains(rest, " = -1 ") {
			continue
		}
		moments = append(moments, moment{c, (*disk).end})
	}
}

// readCall reads a call, nil when it is of no interest.
func readCall(line, dir string) (*call, error) {
	what, args, ok := strings.Cut(line, "(")
	if !ok || strings.HasPrefix(line, "+++") || strings.HasPrefix(line, "---") {
		return nil, nil
	}
	// The file of a descriptor, or the names that stand in quotes.
	name := func(path string) (string, bool) {
		rest, ok := strings.CutPrefix(path, dir)
		rest = strings.TrimPrefix(rest, "/")
		return rest, ok && slices.Contains([]string{"", fileName, journalName, journalName + ".new"}, rest)
	}
	descriptor, path, _ := strings.Cut(args, "<")
	path, after, _ := strings.Cut(path, ">")
	of, tracked := name(path)
	switch what {
	case "write":
		if descriptor != "1" {
			return nil, nil
		}
		text, _, err := quoted(after)
		if err != nil {
			return nil, err
		}
		a, err := readAcknowledged(string(text))
		return &call{what: "say", said: a}, err
	case "pwrite64":
		if !tracked {
			return nil, nil
		}
		data, after, err := quoted(after)
		if err != nil {
			return nil, err
		}
		numbers := strings.FieldsFunc(after, func(r rune) bool { return r < '0' || r > '9' })
		if len(numbers) < 2 || numbers[0] != strconv.Itoa(len(data)) {
			return nil, errors.New("the data of a write is not whole")
		}
		at, err := strconv.ParseInt(numbers[1], 10, 64)
		return &call{what: "write", name: of, data: data, at: at}, err
	case "ftruncate":
		numbers := strings.FieldsFunc(after, func(r rune) bool { return r < '0' || r > '9' })
		if !tracked || len(numbers) == 0 {
			return nil, nil
		}
		size, err := strconv.ParseInt(numbers[0], 10, 64)
		return &call{what: "grow", name: of, at: size}, err
	case "fsync", "fdatasync":
		if !tracked {
			return nil, nil
		}
		return &call{what: "sync", name: of}, nil
	case "openat", "unlinkat", "renameat", "renameat2":
		first, after, err := quoted(after)
		if err != nil {
			return nil, err
		}
		of, tracked := name(string(first))
		if !tracked || of == "" {
			return nil, nil
		}
		switch {
		case what == "unlinkat":
			return &call{what: "remove", name: of}, nil
		case what != "openat":
			second, _, err := quoted(after)
			to, _ := name(string(second))
			return &call{what: "rename", name: of, to: to}, err
		case strings.Contains(after, "O_TRUNC") || strings.Contains(after, "O_CREAT"):
			return &call{what: "create", name: of}, nil
		}
	}
	return nil, nil
}

// quoted reads the first string of an argument list.
func quoted(s string) (text []byte, after string, err error) {
	i := strings.IndexByte(s, '"') + 1
	if i == 0 {
		return nil, "", errors.New("no string")
	}
	for ; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return text, s[i+1:], nil
		case s[i] != '\\':
			text = append(text, s[i])
		default:
			i++
			if letter := strings.IndexByte("ntrvf\"\\", s[i]); letter >= 0 {
				text = append(text, "\n\t\r\v\f\"\\"[letter])
				continue
			}
			n, digits := 0, 0
			for ; digits < 3 && s[i] >= '0' && s[i] <= '7'; digits++ {
				n = 8*n + int(s[i]-'0')
				i++
			}
			if digits == 0 {
				return nil, "", fmt.Errorf("the escape %q", s[i])
			}
			i--
			text = append(text, byte(n))
		}
	}
	return nil, "", errors.New("a string without end")
}
