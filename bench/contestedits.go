package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync/atomic"

	"concord/internal/hub"
	"concord/internal/sheet"
)

// editing is a dialogue of durable edits: each client changes the telephone
// numbers of mediators of its own, one after the other.
type editing struct {
	key     string
	round   *atomic.Int64 // makes keys and numbers that were not there before
	make    func(e *editing, client, i int) []byte
	judge   func(e *editing, client, i int, body []byte) error
	mine    [][]edited // by client
	pending []string   // the number that each client has just sent
}

// edited is a mediator whose number is being changed.
type edited struct {
	id       hub.ID
	revision int64
}

func (e *editing) request(client, i int) []byte { return e.make(e, client, i) }

func (e *editing) check(client, i int, body []byte) error { return e.judge(e, client, i, body) }

func (e *editing) of(client, i int) *edited { return &e.mine[client][i%len(e.mine[client])] }

// number is a new telephone number of the block that nobody has.
func (e *editing) number(client int) string {
	e.pending[client] = fmt.Sprintf("1990000%04d", e.round.Add(1)%10000)
	return e.pending[client]
}

// newEditing divides mediators among 16 clients.
func (c *contest) newEditing(key string) *editing {
	e := &editing{key: key, round: new(atomic.Int64), mine: make([][]edited, clients), pending: make([]string, clients)}
	for i, m := range first(min(len(c.people), 100*clients), c.people) {
		e.mine[i%clients] = append(e.mine[i%clients], edited{m.Mediator.ID, int64(m.Revision)})
	}
	return e
}

// ours makes edits in Concord's words: on the revision that the last answer told,
// with a key that makes it safe to repeat.
func (c *contest) ours(to *contestant) *editing {
	e := c.newEditing(to.key)
	query := asJSON(editOurs)
	e.make = func(e *editing, client, i int) []byte {
		m := e.of(client, i)
		phone := e.number(client)
		return posted("/graphql", e.key, fmt.Appendf(nil, `{"query":%s,"variables":{"id":"%s","revision":%d,"phone":"%s","key":"bench-%s-%d-%d-%d"}}`,
			query, m.id, m.revision, phone, phone, client, i, e.round.Load()))
	}
	e.judge = func(e *editing, client, i int, body []byte) error {
		m := e.of(client, i)
		// As it stands, for the client's share of the processors is taken from who is measured.
		rest, _ := bytes.CutPrefix(body, []byte(`{"data":{"edit":{"record":{"revision":`))
		number, rest, _ := bytes.Cut(rest, []byte("}"))
		revision, err := strconv.ParseInt(string(number), 10, 64)
		if err != nil || revision <= m.revision || !bytes.HasPrefix(rest, []byte(`,"userErrors":[]}}`)) {
			return fmt.Errorf("an edit was refused: %.300s", body)
		}
		m.revision = revision
		return nil
	}
	return e
}

func (c *contest) peers() *editing {
	e := c.newEditing("")
	query := asJSON(editPeers)
	e.make = func(e *editing, client, i int) []byte {
		return posted("/graphql", "", fmt.Appendf(nil, `{"query":%s,"variables":{"id":"%s","phone":"%s"}}`, query, e.of(client, i).id, e.number(client)))
	}
	e.judge = func(e *editing, client, _ int, body []byte) error {
		if !bytes.Contains(body, []byte(`"phone":"`+e.pending[client]+`"`)) {
			return fmt.Errorf("an edit was refused: %.300s", body)
		}
		return nil
	}
	return e
}

// edits: W6, single durable edits.
func (c *contest) edits() error {
	ours, peers := c.ours(c.off), c.peers()
	for _, n := range []int{1, clients} {
		off := &turn{to: c.off, dialogue: ours}
		turns := []*turn{off}
		var peer *turn
		if c.peer != nil {
			peer = &turn{to: c.peer, dialogue: peers}
			turns = append(turns, peer)
		}
		if err := c.inTurns(turns, n); err != nil {
			return fmt.Errorf("W6: %w", err)
		}
		zh, en := fmt.Sprintf("单条修改落盘，%d 个客户端", n), fmt.Sprintf("single durable edits, %d clients", n)
		if peer == nil {
			c.add(row{zh: "W6 " + zh, en: "W6 " + en, unit: "次/s", ours: off.rates, tail: off.tail()})
			continue
		}
		goal := target{}
		if n == clients {
			goal = atLeast(1.2)
		}
		c.addTurns("W6", zh, en, off, peer, goal)
	}
	return nil
}

// sheet: W7, a sheet of all mediators until they are searchable. In PostgreSQL a
// COPY into the indexed table, which checks nothing; Concord reads the sheet,
// judges every row, recognises persons, and writes history.
func (c *contest) sheet() error {
	sheets, err := c.sheets()
	if err != nil {
		return err
	}
	defer os.RemoveAll(sheets)
	var ours, peers samples
	for range c.rounds {
		took, err := c.importOf(sheets, sheet.CSV, true)
		if err != nil {
			return fmt.Errorf("W7: %w", err)
		}
		ours = append(ours, took.Seconds())
		if c.peer == nil {
			continue
		}
		if took, err = c.fillAnother(); err != nil {
			return fmt.Errorf("W7: %w", err)
		}
		peers = append(peers, took.Seconds())
	}
	r := row{zh: "W7 表格导入，直到可检索", en: "W7 a sheet of all mediators until searchable", unit: "s", ours: ours}
	if peers != nil {
		r.other, r.ratio = side{"PostgreSQL COPY，不作校验 PostgreSQL COPY, nothing checked", peers}, peers.over(ours)
	}
	c.add(r)
	return nil
}

// mixture is a dialogue of which 19 in 20 requests read.
type mixture struct {
	reads []*reading
	edits *editing
}

func (m *mixture) part(client, i int) (*reading, int) {
	return m.reads[(client+i)%len(m.reads)], (client+i)/len(m.reads)*31 + client
}

func (m *mixture) edits20(client, i int) bool { return (client+i)%20 == 0 }

func (m *mixture) request(client, i int) []byte {
	if m.edits20(client, i) {
		return m.edits.request(client, i/20)
	}
	d, at := m.part(client, i)
	return d.requests[at%len(d.requests)]
}

// check compares lengths of what is read: revisions and times move on meanwhile.
func (m *mixture) check(client, i int, body []byte) error {
	if m.edits20(client, i) {
		return m.edits.check(client, i/20, body)
	}
	d, at := m.part(client, i)
	want := d.answers[at%len(d.answers)]
	if bytes.Contains(body, []byte(`"errors"`)) || len(body)*10 < len(want)*9 {
		return fmt.Errorf("another answer than before: %.200s\nbefore: %.200s", body, want)
	}
	return nil
}

// mixed: W8, reads while edits go on.
func (c *contest) mixed() error {
	anything := func(int, json.RawMessage) error { return nil }
	var ids, pages, finds, pagesPeers, findsPeers []map[string]any
	words := c.words()
	for i, region := range c.reference.Regions()[1:] {
		ids = append(ids, map[string]any{"id": c.people[i*7919%len(c.people)].Mediator.ID.String()})
		pages, pagesPeers = append(pages, map[string]any{"district": []string{region.Code}}), append(pagesPeers, map[string]any{"district": region.Code})
		finds, findsPeers = append(finds, map[string]any{"district": []string{region.Code}, "words": words[i]}), append(findsPeers, map[string]any{"district": region.Code, "words": words[i]})
	}
	mix := func(to *contestant, edits *editing, parts ...question) (*turn, error) {
		m := &mixture{edits: edits}
		for _, q := range parts {
			d, err := c.asked(to, q.query, q.variables, anything)
			if err != nil {
				return nil, err
			}
			m.reads = append(m.reads, d)
		}
		return &turn{to: to, dialogue: m}, nil
	}
	parts := []question{{query: oneOurs, variables: ids}, {query: pageOurs, variables: pages}, {query: findOurs, variables: finds}}
	edits, err := c.renewed(c.off)
	if err != nil {
		return err
	}
	off, err := mix(c.off, edits, parts...)
	if err != nil {
		return err
	}
	if edits, err = c.renewed(c.on); err != nil {
		return err
	}
	on, err := mix(c.on, edits, parts...)
	if err != nil {
		return err
	}
	turns := []*turn{off, on}
	var peer *turn
	if c.peer != nil {
		peer, err = mix(c.peer, c.peers(), question{query: onePeers, variables: ids}, question{query: pagePeers, variables: pagesPeers}, question{query: findPeers, variables: findsPeers})
		if err != nil {
			return err
		}
		turns = append(turns, peer)
	}
	if err := c.inTurns(turns, clients); err != nil {
		return fmt.Errorf("W8: %w", err)
	}
	zh, en := "95% 读（W1、W2、W4 各三分之一）、5% 修改", "95 % reads (W1, W2, W4 a third each) while 5 % edit"
	if peer == nil {
		c.add(row{zh: "W8 " + zh, en: "W8 " + en, unit: "次/s", ours: off.rates, tail: off.tail()})
		return nil
	}
	c.addTurns("W8", zh+"，无缓存", en+", cache off", off, peer, target{})
	c.addTurns("W8", zh+"，有缓存", en+", cache on", on, peer, target{})
	return nil
}

// renewed is ours with the revisions as they are now.
func (c *contest) renewed(to *contestant) (*editing, error) {
	e := c.ours(to)
	e.round.Store(5000) // other keys than before
	for client := range e.mine {
		for part := range slices.Chunk(e.mine[client], hub.MaxNodes) {
			var ids []string
			for _, m := range part {
				ids = append(ids, m.id.String())
			}
			_, err := c.asked(to, `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Mediator { revision } } }`, []map[string]any{{"ids": ids}}, func(_ int, data json.RawMessage) error {
				var answer struct{ Nodes []struct{ Revision int64 } }
				if err := json.Unmarshal(data, &answer); err != nil {
					return err
				}
				for i, n := range answer.Nodes {
					part[i].revision = n.Revision
				}
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return e, nil
}

// memories adds what everybody occupies at the end.
func (c *contest) memories() error {
	for _, to := range []*contestant{c.off, c.on, c.stock, c.peer} {
		if to == nil {
			continue
		}
		size, err := to.occupied()
		if err != nil {
			return err
		}
		name := to.name
		if to == c.on {
			name += "，有缓存 with cache"
		}
		c.add(row{zh: "内存：" + name, en: "memory of " + name, unit: "MB", ours: samples{size}})
	}
	return nil
}

// occupied is the memory of a contestant's processes, in MB; what several share
// counts once.
func (c *contestant) occupied() (float64, error) {
	if c.measure != nil {
		return c.measure()
	}
	return occupiedBy(c.process.command.Process.Pid)
}

// occupiedBy adds up the proportional shares of a process and those below it.
func occupiedBy(roots ...int) (float64, error) {
	children := map[int][]int{}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if text, err := os.ReadFile("/proc/" + e.Name() + "/stat"); err == nil { // else it is gone
			fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
			if parent, err := strconv.Atoi(string(fields[1])); err == nil {
				children[parent] = append(children[parent], pid)
			}
		}
	}
	var sum float64
	for len(roots) > 0 {
		pid := roots[0]
		roots = append(roots[1:], children[pid]...)
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return 0, err
		}
		for line := range bytes.Lines(text) {
			if value, ok := bytes.CutPrefix(line, []byte("Pss:")); ok {
				kB, err := strconv.Atoi(string(bytes.Fields(value)[0]))
				if err != nil {
					return 0, err
				}
				sum += float64(kB) / 1024
			}
		}
	}
	return sum, nil
}
