package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"concord/internal/hub"
	"concord/internal/pinyin"
)

// The peer that a user would pick: PostGraphile over PostgreSQL, with every index
// that the workloads can use. Its files are in bench/postgraphile.

const (
	peerName   = "PostGraphile"
	peerFolder = "bench/postgraphile"
)

// peerVersions names what the peer is made of.
func peerVersions() string {
	var manifest struct{ Dependencies map[string]string }
	if text, err := os.ReadFile(peerFolder + "/package.json"); err == nil {
		_ = json.Unmarshal(text, &manifest) // names no versions then
	}
	postgres, _ := exec.Command(filepath.Join(findPostgres(), "postgres"), "--version").Output() //nolint:noctx // it ends at once
	return fmt.Sprintf("postgraphile %s, node %s, %s", manifest.Dependencies["postgraphile"], manifest.Dependencies["node"], strings.TrimSpace(string(postgres)))
}

var (
	mediatorColumns = []string{
		"id", "registration_no", "name", "name_order", "status", "level", "source", "title", "updated_at",
		"district_code", "organization_id", "specialties", "phone", "words",
	}
	peerDatabase *postgres // of the run
)

// startPeer fills PostgreSQL and starts PostGraphile.
func (c *contest) startPeer(atEnd func(func() error)) (*contestant, error) {
	if findPostgres() == "" {
		return nil, errors.New("PostgreSQL is not installed: apt-get install postgresql, or leave it out by -postgraphile=false")
	}
	if _, err := os.Stat(peerFolder + "/node_modules/postgraphile"); err != nil {
		c.progress("fetching PostGraphile")
		if out, err := exec.CommandContext(c.ctx, "npm", "--prefix", peerFolder, "ci", "--no-audit", "--no-fund").CombinedOutput(); err != nil {
			return nil, fmt.Errorf("npm ci: %w\n%s", err, out)
		}
	}
	database, err := c.newPostgres()
	if err != nil {
		return nil, err
	}
	atEnd(database.stop)
	peerDatabase = database
	took, err := c.fill()
	if err != nil {
		return nil, err
	}
	c.progress("PostgreSQL holds the same rosters; the mediators took %.1f s", took.Seconds())
	port, err := freePort(c.ctx)
	if err != nil {
		return nil, err
	}
	node, err := filepath.Abs(peerFolder + "/node_modules/.bin/node")
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(c.ctx, node, "server.mjs")
	command.Dir = peerFolder
	command.Env = append(os.Environ(), "GRAPHILE_ENV=production", "NODE_ENV=production", "DATABASE="+database.url(), "PORT="+strconv.Itoa(port))
	p, err := c.attend(command)
	if err != nil {
		return nil, err
	}
	p.url = fmt.Sprintf("http://127.0.0.1:%d", port)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // its workers end with it
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGTERM) }
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	atEnd(func() error {
		defer p.log.Close()
		err := syscall.Kill(-command.Process.Pid, syscall.SIGTERM)
		_ = command.Wait() // however it ends
		return err
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		return nil, fmt.Errorf("PostGraphile said %q, %w\n%s", line, err, p.log)
	}
	return &contestant{name: peerName, process: p, measure: func() (float64, error) {
		return occupiedBy(command.Process.Pid, database.process.command.Process.Pid)
	}}, nil
}

// fill makes the tables and loads them; it returns how long the mediators took.
func (c *contest) fill() (time.Duration, error) {
	schema, err := os.ReadFile(peerFolder + "/schema.sql")
	if err != nil {
		return 0, err
	}
	if err := peerDatabase.psql(c.ctx, "--command", string(schema)); err != nil {
		return 0, err
	}
	var districts [][]string
	for _, r := range c.reference.Regions() {
		districts = append(districts, []string{r.Code, r.Name})
	}
	if _, err := peerDatabase.copyInto(c.ctx, "district", []string{"code", "name"}, districts); err != nil {
		return 0, err
	}
	organizations := map[hub.ID][]string{}
	for _, m := range c.people {
		o := m.Organization
		organizations[o.Organization.ID] = []string{o.Organization.ID.String(), o.Name, o.District.Code}
	}
	var rows [][]string
	for _, r := range organizations {
		rows = append(rows, r)
	}
	if _, err := peerDatabase.copyInto(c.ctx, "organization", []string{"id", "name", "district_code"}, rows); err != nil {
		return 0, err
	}
	took, err := peerDatabase.copyInto(c.ctx, "mediator", mediatorColumns, c.mediatorRows())
	if err != nil {
		return 0, err
	}
	return took, peerDatabase.psql(c.ctx, "--command", "vacuum analyze")
}

// mediatorRows are the mediators as rows of the table.
func (c *contest) mediatorRows() [][]string {
	rows := make([][]string, len(c.people))
	for i, m := range c.people {
		rows[i] = []string{
			m.Mediator.ID.String(), m.RegistrationNo, m.Name, fmt.Sprintf("%x %020d", pinyin.SortKey(m.Name), uint64(m.Mediator.ID)),
			string(m.Status), string(m.Level), string(m.Source), m.Title, m.UpdatedAt.Format(time.RFC3339Nano),
			m.District.Code, m.Organization.Organization.ID.String(), "{" + strings.Join(m.Mediator.Specialties, ",") + "}", m.Phone,
			strings.Join(append([]string{m.Name, m.Title, m.Source.Label(), m.Organization.Name}, m.Mediator.Specialties...), " "),
		}
	}
	return rows
}

// fillAnother times the mediators' COPY into a table as empty and as indexed as
// the first one was.
func (c *contest) fillAnother() (time.Duration, error) {
	if err := peerDatabase.psql(c.ctx, "--command", "drop table if exists again; create table again (like mediator including all)"); err != nil {
		return 0, err
	}
	return peerDatabase.copyInto(c.ctx, "again", mediatorColumns, c.mediatorRows())
}
