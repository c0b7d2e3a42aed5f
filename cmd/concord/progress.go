package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows how far work has come: a bar on a terminal, elsewhere a plain
// line every few seconds and one at the end. A total of 0 means that it is not
// known.
type progress struct {
	mu    sync.Mutex
	title string
	out   io.Writer
	bar   *progressbar.ProgressBar
	total int
	last  time.Time
	shown int
	start time.Time
}

// every is how often a plain line appears.
const every = 5 * time.Second

func newProgress(out io.Writer, title string, total int) *progress {
	p := &progress{title: title, out: out, total: total, last: time.Now(), start: time.Now(), shown: -1}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		size := int64(total)
		if total == 0 {
			size = -1
		}
		p.bar = progressbar.NewOptions64(size,
			progressbar.OptionSetWriter(out), progressbar.OptionSetDescription(title), progressbar.OptionShowCount(),
			progressbar.OptionShowIts(), progressbar.OptionSetItsString("条"), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish())
	}
	return p
}

// at reports that done of total are done; total 0 keeps what is known.
func (p *progress) at(done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if total > 0 && total != p.total {
		p.total = total
		if p.bar != nil {
			p.bar.ChangeMax(total)
		}
	}
	if p.bar != nil {
		_ = p.bar.Set(done)
		return
	}
	if now := time.Now(); now.Sub(p.last) >= every {
		p.last = now
		p.line(done)
	}
}

func (p *progress) line(done int) {
	p.shown = done
	if p.total > 0 {
		fmt.Fprintf(p.out, "%s：%d / %d\n", p.title, done, p.total)
	} else {
		fmt.Fprintf(p.out, "%s：%d\n", p.title, done)
	}
}

// done ends it with a line that says how much was done in what time.
func (p *progress) done(count int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Finish()
	}
	fmt.Fprintf(p.out, "%s：完成，共 %d 条，用时 %.1f 秒。\n", p.title, count, time.Since(p.start).Seconds())
}
