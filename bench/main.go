// Command bench measures Concord side by side with what it is built on, or with
// itself under another load, on fictional rosters: each figure is the ratio of
// two sides that take turns in one run on the same data, and each reply is checked.
// A wrong reply ends the run.
//
//	go run ./bench -only M1,M4 -n 100000
//
// The figures of a whole run are in README.md, which -write writes anew.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// config is what the flags say.
type config struct {
	only    []string // measurements; nil: all
	dir     string   // where temporary folders are made; "" for the system's
	n       int      // mediators
	many    int      // mediators of the large rosters; 0: leave them out
	rounds  int      // of everything that takes seconds
	write   bool
	profile string // folder for CPU profiles; "" for none

	postgraphile bool // whether PostGraphile takes part
}

// measurement is one part of the run.
type measurement struct {
	id  string
	zh  string
	en  string
	run func(*bench) error
}

// measurements in the order in which they run: those that share a folder of
// rosters stand beside each other.
var measurements = []measurement{
	{"M1", "表格导入", "import of a sheet", measureImport},
	{"M2", "建立索引", "building the index", measureBuild},
	{"M3", "翻页", "pages", measurePages},
	{"M4", "检索", "search", measureSearch},
	{"M5", "百万级检索", "search at a million", measureMillion},
	{"M6", "内存", "memory", measureMemory},
	{"M7", "写入、统计、请求", "writes, statistics, requests", measureOrientation},
	{"M8", "多个写入者", "many writers", measureWriters},
	{contestID, "与同类系统比较", "beside its peers", measureContest},
}

func main() {
	if role := os.Getenv(roleVariable); role != "" {
		if err := play(role); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	c, err := parse(args, out)
	if err != nil {
		return err
	}
	b, err := newBench(ctx, c, out)
	if err != nil {
		return err
	}
	defer b.close()
	began := time.Now()
	for _, m := range measurements {
		if !c.wants(m.id) && (m.id != contestID || !slices.ContainsFunc(workloads, func(w workload) bool { return c.wants(w.id) })) {
			continue
		}
		b.progress("%s %s / %s", m.id, m.zh, m.en)
		b.current = m.id
		if err := b.profiled(m); err != nil {
			return fmt.Errorf("%s: %w", m.id, err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	took := time.Since(began)
	fmt.Fprintf(out, "\n%s\n", table(b.rows))
	if c.write {
		path := filepath.Join("bench", "README.md")
		if err := os.WriteFile(path, []byte(readme(b, args, took)), 0o644); err != nil {
			return err
		}
		b.progress("wrote %s", path)
	}
	return b.missed()
}

func parse(args []string, out io.Writer) (config, error) {
	c := config{}
	var only string
	var million bool
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(out)
	f.StringVar(&only, "only", "", "measurements, such as M1,M4,W6; empty: all of them")
	f.StringVar(&c.dir, "dir", "", "where temporary folders are made; empty: the system's")
	f.IntVar(&c.n, "n", 100_000, "mediators")
	f.BoolVar(&million, "million", false, "measure at 10 times as many mediators too (M5, which implies it when named, and M6), which takes a quarter of an hour")
	f.IntVar(&c.rounds, "rounds", 5, "rounds of what takes seconds; the two sides take turns")
	f.BoolVar(&c.write, "write", false, "write bench/README.md")
	f.BoolVar(&c.postgraphile, "postgraphile", true, "whether PostGraphile over PostgreSQL takes part in W")
	f.StringVar(&c.profile, "profile", "", "folder for a CPU profile of each measurement")
	if err := f.Parse(args); err != nil {
		return c, err
	}
	if f.NArg() > 0 {
		return c, fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	if c.n < 100 || c.rounds < 1 {
		return c, errors.New("-n is at least 100 and -rounds at least 1")
	}
	if only != "" {
		c.only = strings.Split(strings.ToUpper(only), ",")
		for _, id := range c.only {
			if !slices.ContainsFunc(measurements, func(m measurement) bool { return m.id == id }) && !slices.ContainsFunc(workloads, func(w workload) bool { return w.id == id }) {
				return c, fmt.Errorf("there is no measurement %q", id)
			}
		}
	}
	if million || slices.Contains(c.only, "M5") {
		c.many = 10 * c.n
	}
	return c, nil
}

// wants reports whether a measurement was asked for.
func (c config) wants(id string) bool { return c.only == nil || slices.Contains(c.only, id) }

// processors is how many run Go code at once.
func processors() int { return runtime.GOMAXPROCS(0) }
