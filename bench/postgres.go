package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// postgres is a PostgreSQL of our own in a temporary folder, as Debian packages
// it, set up for the machine as its documentation advises.
type postgres struct {
	bin     string
	dir     string
	as      *syscall.Credential // PostgreSQL does not run as root
	port    int
	process *process
}

// findPostgres returns where PostgreSQL's programs are, "" when there are none.
func findPostgres() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) == 0 {
		path, err := exec.LookPath("postgres")
		if err != nil {
			return ""
		}
		return filepath.Dir(path)
	}
	return filepath.Dir(slices.Max(found))
}

// newPostgres makes an empty cluster and starts it.
func (b *bench) newPostgres() (p *postgres, err error) {
	p = &postgres{bin: findPostgres()}
	if p.dir, err = os.MkdirTemp(b.dir, "concord-bench-postgres-"); err != nil { // not in b.root, which is closed to others
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(p.dir))
		}
	}()
	if os.Geteuid() == 0 {
		if p.as, err = credentialOf("postgres"); err != nil {
			return nil, err
		}
		if err := os.Chown(p.dir, int(p.as.Uid), int(p.as.Gid)); err != nil {
			return nil, err
		}
	}
	if p.port, err = freePort(b.ctx); err != nil {
		return nil, err
	}
	data := filepath.Join(p.dir, "data")
	if err := p.run(b.ctx, "initdb", "--pgdata", data, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"); err != nil {
		return nil, err
	}
	settings := map[string]string{
		"listen_addresses": "127.0.0.1", "port": strconv.Itoa(p.port), "unix_socket_directories": p.dir, "max_connections": "60",
		"shared_buffers": "2GB", "effective_cache_size": "8GB", "maintenance_work_mem": "512MB", "work_mem": "32MB", "random_page_cost": "1.1",
		"synchronous_commit": "on", "fsync": "on", "max_wal_size": "4GB", "jit": "off", "logging_collector": "off",
	}
	args := []string{"-D", data}
	for name, value := range settings {
		args = append(args, "-c", name+"="+value)
	}
	command := exec.CommandContext(b.ctx, filepath.Join(p.bin, "postgres"), args...)
	command.SysProcAttr = &syscall.SysProcAttr{Credential: p.as}
	command.Dir = p.dir
	if p.process, err = b.attend(command); err != nil {
		return nil, err
	}
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGINT) } // a fast shutdown
	if err := command.Start(); err != nil {
		return nil, err
	}
	for range 300 {
		if err = p.run(b.ctx, "pg_isready", "--host", "127.0.0.1", "--port", strconv.Itoa(p.port), "--quiet"); err == nil {
			return p, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return nil, errors.Join(err, p.stop())
}

// run runs one of PostgreSQL's programs.
func (p *postgres) run(ctx context.Context, program string, args ...string) error {
	command := exec.CommandContext(ctx, filepath.Join(p.bin, program), args...)
	command.SysProcAttr = &syscall.SysProcAttr{Credential: p.as}
	command.Dir = p.dir
	command.Env = append(os.Environ(), "PGOPTIONS=--client-min-messages=warning")
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", program, err, out)
	}
	return nil
}

// psql runs statements, all or none.
func (p *postgres) psql(ctx context.Context, args ...string) error {
	return p.run(ctx, "psql", append([]string{"--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--host", "127.0.0.1", "--port", strconv.Itoa(p.port), "--username", "postgres"}, args...)...)
}

// url is where clients find the database.
func (p *postgres) url() string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres", p.port)
}

func (p *postgres) stop() error {
	defer p.process.log.Close()
	err := p.process.command.Process.Signal(syscall.SIGINT)
	if err == nil {
		err = p.process.command.Wait()
	}
	return errors.Join(err, os.RemoveAll(p.dir))
}

// copyInto loads rows into a table, as a COPY of one transaction, and returns how
// long it took.
func (p *postgres) copyInto(ctx context.Context, table string, columns []string, rows [][]string) (time.Duration, error) {
	path := filepath.Join(p.dir, table+".csv")
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	w := csv.NewWriter(f)
	if err := errors.Join(w.WriteAll(rows), w.Error(), f.Chmod(0o644), f.Close()); err != nil {
		return 0, err
	}
	statement := fmt.Sprintf(`\copy %s (%s) from '%s' with (format csv)`, table, strings.Join(columns, ", "), path)
	took, err := stopwatch(func() error { return p.psql(ctx, "--command", statement) })
	return took, errors.Join(err, os.Remove(path))
}

func credentialOf(name string) (*syscall.Credential, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return nil, err
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
}

func freePort(ctx context.Context) (int, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}
