package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"time"

	"concord/internal/hub"
	"concord/seeds"
)

// bench is one run.
type bench struct {
	config
	ctx        context.Context
	out        io.Writer
	began      time.Time
	root       string // temporary; removed at the end
	reference  *hub.Reference
	vocabulary *hub.Vocabulary
	rosters    map[int]*rosters // by number of mediators
	current    string           // measurement
	rows       []row
}

func newBench(ctx context.Context, c config, out io.Writer) (*bench, error) {
	b := &bench{config: c, ctx: ctx, out: out, began: time.Now(), rosters: map[int]*rosters{}}
	var err error
	if b.reference, err = hub.LoadReference(seeds.FS); err != nil {
		return nil, err
	}
	if b.vocabulary, err = hub.LoadVocabulary(seeds.FS); err != nil {
		return nil, err
	}
	b.root, err = os.MkdirTemp(c.dir, "concord-bench-")
	return b, err
}

func (b *bench) close() { _ = os.RemoveAll(b.root) }

// folder makes a new temporary folder. The caller removes it when it is large.
func (b *bench) folder(name string) (string, error) {
	return os.MkdirTemp(b.root, name+"-")
}

// progress says on one line what is being done.
func (b *bench) progress(format string, args ...any) {
	fmt.Fprintf(b.out, "[%6.1f s] %s\n", time.Since(b.began).Seconds(), fmt.Sprintf(format, args...))
}

// profiled runs a measurement, with a CPU profile when one is wanted.
func (b *bench) profiled(m measurement) error {
	if b.profile == "" {
		return m.run(b)
	}
	f, err := os.Create(filepath.Join(b.profile, strings.ToLower(m.id)+".prof"))
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return errors.Join(err, f.Close())
	}
	err = m.run(b)
	pprof.StopCPUProfile()
	return errors.Join(err, f.Close())
}

// add adds a line to the table and shows it.
func (b *bench) add(r row) {
	r.id = b.current
	b.rows = append(b.rows, r)
	b.progress("%s  %s", r.id, r.plain())
}

// missed is an error that names the targets that were not reached. It says so
// only of a run of full size: smaller rosters prove nothing.
func (b *bench) missed() error {
	var names []string
	for _, r := range b.rows {
		if b.n >= fullSize && !r.reached() {
			names = append(names, r.id+" "+r.en)
		}
	}
	if names == nil {
		return nil
	}
	return fmt.Errorf("missed: %s", strings.Join(names, "; "))
}

// fullSize is the number of mediators for which the targets are set.
const fullSize = 100_000

// stopwatch times f, with the rubbish of what came before already cleared away.
func stopwatch(f func() error) (time.Duration, error) {
	runtime.GC()
	start := time.Now()
	err := f()
	return time.Since(start), err
}

// inTurn times two sides over several rounds. The side that goes first changes
// from round to round, so that neither always finds the machine as the other
// left it.
func inTurn(rounds int, ours, other func() (time.Duration, error)) (a, b samples, err error) {
	for round := range rounds {
		sides := [2]func() (time.Duration, error){ours, other}
		into := [2]*samples{&a, &b}
		for i := range 2 {
			side := (i + round) % 2
			took, err := sides[side]()
			if err != nil {
				return nil, nil, err
			}
			*into[side] = append(*into[side], took.Seconds())
		}
	}
	return a, b, nil
}
