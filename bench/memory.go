package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// measureMemory looks at the real server as its own process: built, filled by
// `concord generate`, started once so that its index is built, started again with
// a caught-up index, and looked at after its start and after some requests.
func measureMemory(b *bench) error {
	program, err := b.build()
	if err != nil {
		return err
	}
	for _, n := range []int{b.n, b.many} {
		if n == 0 {
			continue
		}
		if err := b.memoryOf(program, n); err != nil {
			return fmt.Errorf("%d mediators: %w", n, err)
		}
	}
	return nil
}

// build builds the program that is measured.
func (b *bench) build() (program string, err error) {
	program = filepath.Join(b.root, "concord")
	build := exec.CommandContext(b.ctx, "go", "build", "-trimpath", "-o", program, "concord/cmd/concord")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return program, nil
}

func (b *bench) memoryOf(program string, n int) error {
	dir, err := b.folder("data")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	generate := exec.CommandContext(b.ctx, program, "generate", "--data", dir, "--mediators", strconv.Itoa(n), "--seed", strconv.Itoa(seed))
	if out, err := generate.CombinedOutput(); err != nil {
		return fmt.Errorf("generate: %w\n%s", err, out)
	}
	size := short(float64(n))
	first, err := b.start(program, dir)
	if err != nil {
		return err
	}
	building, err := first.memory()
	if err := errors.Join(err, first.stop()); err != nil {
		return err
	}
	p, err := b.start(program, dir)
	if err != nil {
		return err
	}
	started, err := p.memory()
	if err == nil {
		err = b.someRequests(p, n)
	}
	var later memory
	if err == nil {
		later, err = p.memory()
	}
	if err := errors.Join(err, p.stop()); err != nil {
		return err
	}
	goal := target{}
	if n == fullSize {
		goal = atMost(300)
	}
	for _, line := range []struct {
		zh, en string
		value  float64
		goal   target
	}{
		{"启动后常驻内存", "resident after start", started.resident, goal},
		{"其中匿名内存（其余为可回收的文件映射）", "of that anonymous; the rest is mapped files", started.anonymous, target{}},
		{"启动至此的峰值", "peak since start", started.peak, target{}},
		{"2,000 次请求之后", "resident after 2,000 requests", later.resident, target{}},
		{"首次启动、建立索引时的峰值", "peak of a first start, which builds the index", building.peak, target{}},
	} {
		b.add(row{zh: size + " 名调解员：" + line.zh, en: size + " mediators: " + line.en, unit: "MB", ours: samples{line.value}, target: line.goal})
	}
	return nil
}

// someRequests asks for records, pages, searches and counts in turn.
func (b *bench) someRequests(p *process, n int) error {
	e := &endpoint{url: p.url + "/graphql", client: newClient()}
	defer e.client.CloseIdleConnections()
	var answer pageAnswer
	if err := e.ask(b.ctx, request(queryPage, nil), &answer); err != nil {
		return err
	}
	if answer.Mediators.TotalCount != n {
		return fmt.Errorf("the server holds %d mediators", answer.Mediators.TotalCount)
	}
	first := answer
	for i := range 500 {
		after := answer.Mediators.PageInfo.EndCursor
		for _, body := range [][]byte{
			request(queryNode, map[string]any{"id": answer.Mediators.Nodes[0].ID}),
			request(querySearch, map[string]any{"text": queries[i%len(queries)].text}),
			request(queryStatistics, nil),
		} {
			if err := e.ask(b.ctx, body, new(any)); err != nil {
				return err
			}
		}
		answer = pageAnswer{}
		if err := e.ask(b.ctx, request(queryPage, map[string]any{"after": after}), &answer); err != nil {
			return err
		}
		if len(answer.Mediators.Nodes) < pageSize {
			answer = first
		}
	}
	return nil
}

// process is a running server.
type process struct {
	command *exec.Cmd
	url     string
	log     said
}

// said is what a process says besides. It goes into a file: a pipe is read by whoever
// makes the load, on the processors that are measured.
type said struct{ *os.File }

func (s said) String() string {
	text, err := os.ReadFile(s.Name())
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// attend has a process that is yet to start say what it has to say into a file.
func (b *bench) attend(command *exec.Cmd) (*process, error) {
	file, err := os.CreateTemp(b.root, "log-")
	command.Stderr = file
	return &process{command: command, log: said{file}}, err
}

// start starts the server and waits until it is ready and its index has caught up
// and settled.
func (b *bench) start(program, dir string, arguments ...string) (*process, error) {
	p, err := b.launch(exec.CommandContext(b.ctx, program, append([]string{"serve", "--data", dir, "--listen", "127.0.0.1:0"}, arguments...)...))
	if err != nil {
		return nil, err
	}
	if err := p.ready(b.ctx); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	if err := b.settled(dir); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

// launch starts a server and reads from its first line where it listens.
func (b *bench) launch(command *exec.Cmd) (*process, error) {
	p, err := b.attend(command)
	if err != nil {
		return nil, err
	}
	p.command.Cancel = func() error { return p.command.Process.Signal(syscall.SIGTERM) }
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	p.url = regexp.MustCompile(`http://[0-9.:]+`).FindString(line)
	if err != nil || p.url == "" {
		return nil, errors.Join(err, p.stop(), fmt.Errorf("the server said %q\n%s", line, p.log))
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // until it ends
	return p, nil
}

func (p *process) ready(ctx context.Context) error {
	for range 3000 {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/readyz", http.NoBody)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(r)
		if err == nil {
			err = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return errors.New("the server was not ready within five minutes")
}

func (p *process) stop() error {
	defer p.log.Close()
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := p.command.Wait(); err != nil {
		return fmt.Errorf("the server ended with %w\n%s", err, p.log)
	}
	return nil
}

// memory is what the kernel says of a process, in MB.
type memory struct{ resident, anonymous, peak float64 }

func (p *process) memory() (m memory, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return m, err
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		into := map[string]*float64{"VmRSS": &m.resident, "RssAnon": &m.anonymous, "VmHWM": &m.peak}[name]
		if into == nil {
			continue
		}
		kB, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
		if err != nil {
			return m, err
		}
		*into = float64(kB) / 1024
	}
	return m, nil
}
