package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"concord/internal/server"
)

// The sides of the contest that are made of this program's own parts run as
// processes of their own, as the others do: this program, told by its environment
// to be one of them.

// roleVariable names the role and its folder, separated by a space.
const roleVariable = "CONCORD_BENCH_ROLE"

// role starts this program in a role.
func (b *bench) role(name, dir string) (*process, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(b.ctx, program)
	command.Env = append(os.Environ(), roleVariable+"="+name+" "+dir)
	return b.launch(command)
}

// play is this program in a role: it says where it listens and serves until it is
// told to end.
func play(role string) error {
	var name, dir string
	if _, err := fmt.Sscanf(role, "%s %s", &name, &dir); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	handler, err := map[string]func(context.Context, string) (http.Handler, error){"static": staticHandler, "slices": sliceRole}[name](ctx, dir)
	if err != nil {
		return err
	}
	l, err := server.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%s\n", l.Addr())
	s := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	go func() {
		<-ctx.Done()
		_ = s.Close() // nobody waits for an answer any more
	}()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// staticHandler answers a path with the file of that name, from memory.
func staticHandler(_ context.Context, dir string) (http.Handler, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	for _, e := range entries {
		body, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		mux.Handle("POST /"+e.Name(), answerer(body))
	}
	return mux, nil
}

// sliceRole serves the mediators of a folder by stock gqlgen.
func sliceRole(ctx context.Context, dir string) (http.Handler, error) {
	b, err := newBench(ctx, config{}, os.Stderr)
	if err != nil {
		return nil, err
	}
	defer b.close()
	copied, err := b.copyOf(dir)
	if err != nil {
		return nil, err
	}
	people, err := b.everybody(&rosters{dir: copied})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/graphql", sliceHandler(people))
	return mux, nil
}
