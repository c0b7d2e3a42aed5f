package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"concord/internal/hub"
)

// The workloads by which hubs of this sort are compared. All contestants hold the
// same rosters, run as processes of their own on the same processors as the load,
// take turns in every round, and must give the answers that the records themselves
// give.

// contestant is who answers.
type contestant struct {
	name    string // in Chinese and English
	process *process
	key     string // of an administrator
	measure func() (float64, error)
}

func (c *contestant) address() string { return strings.TrimPrefix(c.process.url, "http://") }

// contest is one run of the workloads.
type contest struct {
	*bench
	people  []*hub.MediatorView // in the order of names
	off, on *contestant         // Concord without and with its cache of answers
	stock   *contestant
	peer    *contestant // nil when there is no PostgreSQL
	read    bool        // reads have been measured
}

// lasts is how long one contestant is asked at a stretch.
func (b *bench) lasts() time.Duration {
	if b.n < fullSize {
		return 30 * time.Millisecond
	}
	return 2 * time.Second
}

// contestID is the measurement of all workloads.
const contestID = "W"

// workload is one of W1 to W8.
type workload struct {
	id    string
	reads bool // with the cache on too
	run   func(*contest) error
}

var workloads = []workload{
	{"W1", true, (*contest).one},
	{"W2", true, (*contest).page},
	{"W3", true, (*contest).deepPage},
	{"W4", true, (*contest).search},
	{"W5", true, (*contest).counts},
	{"W6", false, (*contest).edits},
	{"W7", false, (*contest).sheet},
	{"W8", true, (*contest).mixed},
}

// measureContest runs W1 to W8, or those of them that were asked for.
func measureContest(b *bench) (err error) {
	c := &contest{bench: b}
	stop, err := c.enter()
	defer func() { err = errors.Join(err, stop()) }()
	if err != nil {
		return err
	}
	for _, w := range workloads {
		if !c.wants(contestID) && !c.wants(w.id) {
			continue
		}
		if err := w.run(c); err != nil {
			return err
		}
		c.read = c.read || w.reads
	}
	return errors.Join(c.cacheWasOff(), c.memories())
}

// cacheWasOff is an error when the contestant without cache has answered from one,
// or the other one has not.
func (c *contest) cacheWasOff() error {
	for _, side := range []struct {
		to   *contestant
		hits bool
	}{{c.off, false}, {c.on, c.read}} {
		r, err := http.NewRequestWithContext(c.ctx, http.MethodGet, side.to.process.url+"/metrics", http.NoBody)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		text, err := io.ReadAll(answer.Body)
		if err := errors.Join(err, answer.Body.Close()); err != nil {
			return err
		}
		if strings.Contains(string(text), `response_cache_total{outcome="hit"}`) != side.hits {
			return fmt.Errorf("kept answers were used: %t, want %t", !side.hits, side.hits)
		}
	}
	return nil
}

// enter starts everybody.
func (c *contest) enter() (stop func() error, err error) {
	var stops []func() error
	stop = func() (err error) {
		for _, f := range slices.Backward(stops) {
			err = errors.Join(err, f())
		}
		return err
	}
	program, err := c.build()
	if err != nil {
		return stop, err
	}
	r, err := c.roster(c.n)
	if err != nil {
		return stop, err
	}
	if c.people, err = c.everybody(r); err != nil {
		return stop, err
	}
	concord := func(name string, arguments ...string) (*contestant, error) {
		dir, err := c.copyOf(r.dir)
		if err != nil {
			return nil, err
		}
		key, err := c.administrator(dir)
		if err != nil {
			return nil, err
		}
		p, err := c.start(program, dir, arguments...)
		if err == nil {
			stops = append(stops, p.stop)
		}
		return &contestant{name: name, process: p, key: key}, err
	}
	if c.off, err = concord("Concord", "--cache-bytes", "0", "--rate-address", "0", "--rate-caller", "0"); err != nil {
		return stop, err
	}
	if c.on, err = concord("Concord", "--rate-address", "0", "--rate-caller", "0"); err != nil {
		return stop, err
	}
	p, err := c.role("slices", r.dir)
	if err != nil {
		return stop, err
	}
	stops = append(stops, p.stop)
	c.stock = &contestant{name: "原装 gqlgen，数据在切片中 stock gqlgen over slices", process: p}
	if c.postgraphile {
		c.peer, err = c.startPeer(func(f func() error) { stops = append(stops, f) })
	}
	return stop, err
}

// everybody returns all mediators by name, as anybody sees them.
func (b *bench) everybody(r *rosters) (people []*hub.MediatorView, err error) {
	s, err := b.open(r.dir, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	return allMediators(b.ctx, s.hub)
}

func allMediators(ctx context.Context, h *hub.Hub) (people []*hub.MediatorView, err error) {
	first := hub.MaxPageSize
	q := hub.RosterQuery{Page: hub.PageArgs{First: &first}}
	for {
		page, err := h.Mediators(ctx, hub.Anonymous, q)
		if err != nil {
			return nil, err
		}
		people = append(people, page.Nodes()...)
		if !page.HasNextPage {
			return people, nil
		}
		q.Page.After = &page.Edges[len(page.Edges)-1].Cursor
	}
}

// administrator makes a key for whoever keeps the city's rosters.
func (b *bench) administrator(dir string) (string, error) {
	command := exec.CommandContext(b.ctx, filepath.Join(b.root, "concord"), "key", "create", "--data", dir, "--name", "示例测速", "--role", "city_admin")
	out, err := command.Output()
	return strings.TrimSpace(string(out)), err
}

// who is what every contestant must say of a mediator.
type who struct {
	RegistrationNo string
	Name           string
	Status         string
	Organization   struct {
		Name     string
		District struct{ Name string }
	}
}

func facts(m *hub.MediatorView) (w who) {
	w.RegistrationNo, w.Name, w.Status = m.RegistrationNo, m.Name, string(m.Status)
	w.Organization.Name, w.Organization.District.Name = m.Organization.Name, m.Organization.District.Name
	return w
}

func same(got []who, want []*hub.MediatorView) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d mediators, want %d", len(got), len(want))
	}
	for i, m := range want {
		if got[i] != facts(m) {
			return fmt.Errorf("the %d. mediator is %+v, want %+v", i+1, got[i], facts(m))
		}
	}
	return nil
}

// Each workload is written once in Concord's words and once in PostGraphile's.
const (
	fieldsOurs  = `id registrationNo name status level source title updatedAt organization { name district { name } }`
	fieldsPeers = `id: rowId registrationNo name status level source title updatedAt organization: organizationByOrganizationId { name district: districtByDistrictCode { name } }`

	oneOurs  = `query($id: ID!) { one: node(id: $id) { ... on Mediator { ` + fieldsOurs + ` } } }`
	onePeers = `query($id: String!) { one: mediatorByRowId(rowId: $id) { ` + fieldsPeers + ` } }`

	pageOurs  = `query($district: [String!], $after: String) { page: mediators(filter: { district: $district, status: [ACTIVE] }, first: 50, after: $after) { nodes { ` + fieldsOurs + ` } pageInfo { endCursor } } }`
	pagePeers = `query($district: String, $after: Cursor) { page: allMediators(condition: { districtCode: $district, status: "ACTIVE" }, orderBy: NAME_ORDER_ASC, first: 50, after: $after) { nodes { ` + fieldsPeers + ` } pageInfo { endCursor } } }`
	deepPeers = `query($after: Cursor) { page: allMediators(condition: { status: "ACTIVE" }, orderBy: NAME_ORDER_ASC, first: 50, after: $after) { nodes { ` + fieldsPeers + ` } pageInfo { endCursor } } }`
	skipPeers = `query($offset: Int) { page: allMediators(condition: { status: "ACTIVE" }, orderBy: NAME_ORDER_ASC, first: 1, offset: $offset) { pageInfo { endCursor } } }`

	findOurs  = `query($district: [String!], $words: String) { page: mediators(search: $words, filter: { district: $district }, first: 20) { totalCount nodes { ` + fieldsOurs + ` } } }`
	findPeers = `query($district: String!, $words: String!) { page: findMediators(district: $district, words: $words, first: 20) { totalCount nodes { ` + fieldsPeers + ` } } }`

	countOurs  = `query($status: [EntryStatus!]) { statistics { mediators(filter: { status: $status }) { cells: byDistrictAndSpecialty { district { code } specialty count } } } }`
	countPeers = `query($status: String!) { statistics: statistics(ofStatus: $status) { cells: nodes { district specialty count: mediators } } }`

	editOurs  = `mutation($id: ID!, $revision: Int!, $key: String!, $phone: String!) { edit: amendMediator(input: { id: $id, expectedRevision: $revision, reason: "示例：更正电话", idempotencyKey: $key, fields: { phone: $phone } }) { record { ... on Mediator { revision } } userErrors { message } } }`
	editPeers = `mutation($id: String!, $phone: String!) { edit: updateMediatorByRowId(input: { rowId: $id, mediatorPatch: { phone: $phone } }) { mediator { id: rowId phone } } }`
)

type pageOf struct {
	Page struct {
		TotalCount int
		Nodes      []who
		PageInfo   struct{ EndCursor string }
	}
}

// asked is a reading of one contestant: its queries with what the answers must be.
func (c *contest) asked(to *contestant, query string, variables []map[string]any, look func(i int, data json.RawMessage) error) (*reading, error) {
	d := &reading{}
	for _, v := range variables {
		d.requests = append(d.requests, posted("/graphql", "", request(query, v)))
	}
	err := d.learn(c.ctx, to.address(), func(i int, body []byte) error {
		var data json.RawMessage
		if err := decodeAnswer(body, &data); err != nil {
			return err
		}
		return look(i, data)
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", to.name, err)
	}
	return d, nil
}

// one: W1, a mediator by id with her organisation.
func (c *contest) one() error {
	var variables []map[string]any
	var wanted []*hub.MediatorView
	for i := range 2000 {
		m := c.people[i*7919%len(c.people)]
		variables, wanted = append(variables, map[string]any{"id": m.Mediator.ID.String()}), append(wanted, m)
	}
	look := func(i int, data json.RawMessage) error {
		var answer struct{ One who }
		if err := json.Unmarshal(data, &answer); err != nil {
			return err
		}
		return same([]who{answer.One}, wanted[i:i+1])
	}
	return c.compare("W1", "单条及其组织", "a record by id with its organisation", question{oneOurs, variables, look}, question{onePeers, variables, look}, c.stock, atLeast(4))
}

// page: W2, the first 50 of a district by name.
func (c *contest) page() error {
	var ours, peers []map[string]any
	var wanted [][]*hub.MediatorView
	for _, region := range c.reference.Regions()[1:] {
		ours = append(ours, map[string]any{"district": []string{region.Code}})
		peers = append(peers, map[string]any{"district": region.Code})
		wanted = append(wanted, first(pageSize, c.active(region.Code)))
	}
	look := c.lookAt(wanted)
	return c.compare("W2", "某区在册者按姓名的前 50 条", "the first 50 of a district and status by name", question{pageOurs, ours, look}, question{pagePeers, peers, look}, c.stock, atLeast(1.2))
}

func first(n int, people []*hub.MediatorView) []*hub.MediatorView {
	return people[:min(n, len(people))]
}

// active returns who is on the roster, of a district or of all.
func (c *contest) active(district string) (people []*hub.MediatorView) {
	for _, m := range c.people {
		if m.Status == hub.StatusActive && (district == "" || m.District.Code == district) {
			people = append(people, m)
		}
	}
	return people
}

func (c *contest) lookAt(wanted [][]*hub.MediatorView) func(int, json.RawMessage) error {
	return func(i int, data json.RawMessage) error {
		var answer pageOf
		if err := json.Unmarshal(data, &answer); err != nil {
			return err
		}
		return same(answer.Page.Nodes, wanted[i])
	}
}

// deepPage: W3, 50 behind the 50,000th.
func (c *contest) deepPage() error {
	all := c.active("")
	depth := min(50_000, len(all)/2)
	wanted := [][]*hub.MediatorView{first(pageSize, all[depth:])}
	skipping := map[string]any{"offset": depth - 1}
	cursor := func(to *contestant, query string, variables map[string]any) (string, error) {
		var end string
		_, err := c.asked(to, query, []map[string]any{variables}, func(_ int, data json.RawMessage) error {
			var answer pageOf
			err := json.Unmarshal(data, &answer)
			end = answer.Page.PageInfo.EndCursor
			return err
		})
		return end, err
	}
	after := func(end string) []map[string]any { return []map[string]any{{"after": end}} }
	// Cursors are the contestants' own: Concord's is found by walking there.
	ours := ""
	var err error
	for done := 0; done < depth; done += pageSize {
		v := map[string]any{}
		if ours != "" {
			v["after"] = ours
		}
		query := pageOurs
		if left := depth - done; left < pageSize {
			query = strings.Replace(query, "first: 50", fmt.Sprintf("first: %d", left), 1)
		}
		if ours, err = cursor(c.off, query, v); err != nil {
			return err
		}
	}
	look := c.lookAt(wanted)
	peers := question{}
	if c.peer != nil {
		end, err := cursor(c.peer, skipPeers, skipping)
		if err != nil {
			return err
		}
		peers = question{deepPeers, after(end), look}
	}
	return c.compareStock("W3", "同上，不分区，第 "+short(float64(depth))+" 条之后", "the same of all districts, behind the "+short(float64(depth))+"th",
		question{pageOurs, after(ours), look}, peers, question{pageOurs, after(fmt.Sprint(depth)), look}, target{}) // positions are the slices' cursors
}

// search: W4, forty searches in a district.
func (c *contest) search() error {
	words := c.words()
	var ours, peers []map[string]any
	for i, w := range words {
		district := c.reference.Regions()[1+i%16].Code
		ours = append(ours, map[string]any{"district": []string{district}, "words": w})
		peers = append(peers, map[string]any{"district": district, "words": w})
	}
	found := func(total *int) func(int, json.RawMessage) error {
		return func(i int, data json.RawMessage) error {
			var answer pageOf
			if err := json.Unmarshal(data, &answer); err != nil {
				return err
			}
			if n := answer.Page.TotalCount; len(answer.Page.Nodes) != min(n, 20) {
				return fmt.Errorf("“%s”: %d of %d shown", words[i], len(answer.Page.Nodes), n)
			}
			for _, m := range answer.Page.Nodes {
				if m.RegistrationNo == "" {
					return fmt.Errorf("“%s”: somebody without number", words[i])
				}
			}
			*total += answer.Page.TotalCount
			return nil
		}
	}
	var totalOurs, totalPeers int
	err := c.compare("W4", "区内 40 种检索，前 20 条及准确总数", "forty searches in a district, 20 and the exact total",
		question{findOurs, ours, found(&totalOurs)}, question{findPeers, peers, found(&totalPeers)}, nil, atLeast(2))
	c.progress("    the forty searches find %d in Concord, %d in PostgreSQL", totalOurs/2, totalPeers)
	if err == nil && (totalOurs == 0 || c.peer != nil && totalPeers == 0) {
		err = errors.New("the searches find nobody")
	}
	return err
}

// words returns forty searches that bigrams understand as well: names,
// specialties, organisations, and two words at once.
func (c *contest) words() (words []string) {
	labels := c.vocabulary.Specialties
	for i := range 10 {
		m := c.people[i*7919%len(c.people)]
		label := labels[i%len(labels)].Label
		words = append(words, m.Name, label, label+" "+labels[(i+3)%len(labels)].Label, m.Organization.Name)
	}
	return words
}

// counts: W5, counts by district and specialty.
func (c *contest) counts() error {
	want := map[[2]string]int{}
	for _, m := range c.active("") {
		for _, s := range m.Mediator.Specialties {
			want[[2]string{m.District.Code, s}]++
		}
	}
	look := func(_ int, data json.RawMessage) error {
		var ours struct {
			Statistics struct {
				Mediators struct{ Cells []cell }
				Cells     []cell
			}
		}
		if err := json.Unmarshal(data, &ours); err != nil {
			return err
		}
		cells := slices.Concat(ours.Statistics.Mediators.Cells, ours.Statistics.Cells)
		if len(cells) != len(want) {
			return fmt.Errorf("%d cells, want %d", len(cells), len(want))
		}
		for _, got := range cells {
			if want[[2]string{string(got.District), got.Specialty}] != got.Count {
				return fmt.Errorf("a wrong count: %+v", got)
			}
		}
		return nil
	}
	return c.compare("W5", "在册者按区与擅长领域计数", "counts by district and specialty for a status",
		question{countOurs, []map[string]any{{"status": []string{"ACTIVE"}}}, look}, question{countPeers, []map[string]any{{"status": "ACTIVE"}}, look}, nil, atLeast(20))
}

type cell struct {
	District  districtCode
	Specialty string
	Count     int
}

// districtCode is written as { code } by Concord and as text by PostGraphile.
type districtCode string

func (d *districtCode) UnmarshalJSON(text []byte) error {
	var object struct{ Code string }
	if err := json.Unmarshal(text, &object); err == nil {
		*d = districtCode(object.Code)
		return nil
	}
	return json.Unmarshal(text, (*string)(d))
}

// question is a query with its variables and what its answers must be.
type question struct {
	query     string
	variables []map[string]any
	look      func(i int, data json.RawMessage) error
}

func (c *contest) compare(id, zh, en string, ours, peers question, stock *contestant, goal target) error {
	if stock == nil {
		return c.compareStock(id, zh, en, ours, peers, question{}, goal)
	}
	return c.compareStock(id, zh, en, ours, peers, ours, goal)
}

// compareStock asks everybody in turn and adds the rows of a workload.
func (c *contest) compareStock(id, zh, en string, ours, peers, stock question, goal target) error {
	side := func(to *contestant, q question) (*turn, error) {
		d, err := c.asked(to, q.query, q.variables, q.look)
		return &turn{to: to, dialogue: d}, err
	}
	off, err := side(c.off, ours)
	if err != nil {
		return err
	}
	on, err := side(c.on, ours)
	if err != nil {
		return err
	}
	static, stop, err := c.static(off.dialogue.(*reading).answers)
	if err != nil {
		return err
	}
	turns := []*turn{off, on, static}
	var other, peer *turn
	if stock.query != "" {
		if other, err = side(c.stock, stock); err != nil {
			return errors.Join(err, stop())
		}
		turns = append(turns, other)
	}
	if c.peer != nil {
		if peer, err = side(c.peer, peers); err != nil {
			return errors.Join(err, stop())
		}
		turns = append(turns, peer)
	}
	err = c.inTurns(turns, clients)
	if err := errors.Join(err, stop()); err != nil {
		return fmt.Errorf("%s: %w", id, err)
	}
	if peer != nil {
		c.addTurns(id, zh+"，无缓存", en+", cache off", off, peer, goal)
	}
	if other != nil {
		c.addTurns(id, zh+"，无缓存", en+", cache off", off, other, target{})
	}
	c.addTurns(id, zh+"，无缓存", en+", cache off", off, static, target{})
	half := target{}
	if id == "W1" || id == "W2" || id == "W3" {
		half = atLeast(0.5)
	}
	c.addTurns(id, zh+"，有缓存", en+", cache on", on, static, half)
	return nil
}

// turn is what one contestant measured in a workload.
type turn struct {
	to       *contestant
	dialogue dialogue
	rates    samples
	times    rounds
}

// inTurns has every contestant asked for a while in every round, beginning with
// another one each time.
func (c *contest) inTurns(turns []*turn, clients int) error {
	for round := -1; round < c.rounds; round++ { // the first one warms up
		for i := range turns {
			t := turns[(i+round+1)%len(turns)]
			h, err := loadOf(c.ctx, t.to.address(), c.lasts(), clients, t.dialogue)
			if err != nil {
				return fmt.Errorf("%s: %w", t.to.name, err)
			}
			if round < 0 {
				continue
			}
			t.rates = append(t.rates, h.rate)
			t.times.groups = append(t.times.groups, h.times)
		}
	}
	return nil
}

// addTurns adds a row of two contestants.
func (c *contest) addTurns(id, zh, en string, ours, other *turn, goal target) {
	c.add(row{
		zh: id + " " + zh, en: id + " " + en, unit: "次/s", ours: ours.rates, tail: ours.tail(),
		other: side{other.to.name, other.rates}, otherTail: other.tail(), ratio: ours.rates.over(other.rates), target: goal,
	})
}

// tail is the median of a contestant's times and their tail, by round.
func (t *turn) tail() string {
	return fmt.Sprintf("p50 %s / p99 %s ms", short(t.times.quantiles(0.5).median()), short(t.times.quantiles(0.99).median()))
}

// static answers with bytes that somebody else made: the ceiling of net/http.
func (c *contest) static(answers [][]byte) (*turn, func() error, error) {
	dir, err := c.folder("static")
	if err != nil {
		return nil, nil, err
	}
	d := &reading{answers: answers}
	for i, answer := range answers {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), answer, 0o600); err != nil {
			return nil, nil, err
		}
		d.requests = append(d.requests, posted(fmt.Sprintf("/%d", i), "", []byte("{}")))
	}
	p, err := c.role("static", dir)
	if err != nil {
		return nil, nil, err
	}
	return &turn{to: &contestant{name: "同样大小的静态字节 static bytes of the size", process: p}, dialogue: d}, p.stop, nil
}
