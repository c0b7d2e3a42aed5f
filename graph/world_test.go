package graph_test

import (
	"bytes"
	"context"
	secret "crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"concord/index"
	"concord/internal/auth"
	"concord/internal/boltstore"
	"concord/internal/checklist"
	"concord/internal/hub"
	"concord/internal/server"
	"concord/internal/sheetfiles"
	"concord/internal/vault"
	"concord/seeds"
)

// now is the instant at which all tests of this package ask.
var now = time.Date(2025, 6, 15, 2, 0, 0, 0, time.UTC)

// world is a hub with a small roster, served over HTTP.
type world struct {
	hub   *hub.Hub
	store *countingStore
	vault *vault.Vault
	url   string
	log   *guarded
	files *sheetfiles.Folder
	keys  map[string]string // caller → key
	// cookies, by caller, go before keys.
	cookies map[string]string

	dir     string       // of the store
	config  hub.Config   // of the hub
	changes int          // made so far, for idempotency keys
	passed  atomic.Int64 // nanoseconds since now
}

// dayIn reads the days of a test.
func dayIn(t *testing.T) func(string) hub.Date {
	return func(s string) hub.Date {
		t.Helper()
		d, err := hub.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
}

// later lets time pass.
func (w *world) later(d time.Duration) { w.passed.Add(int64(d)) }

// callers are those on whose behalf tests ask, by the name that goldens use.
var callers = []struct {
	name string
	key  hub.APIKey
}{
	{"partner", hub.APIKey{Role: hub.RolePartner, Agency: "UNION"}},
	{"partner+contact", hub.APIKey{Role: hub.RolePartner, Agency: "UNION", Scopes: []hub.Scope{hub.ScopeContact}}},
	{"partner+profile", hub.APIKey{Role: hub.RolePartner, Agency: "JUSTICE", Scopes: []hub.Scope{hub.ScopeProfile}}},
	{"partner+all", hub.APIKey{Role: hub.RolePartner, Agency: "COURT", Scopes: []hub.Scope{hub.ScopeAll}}},
	{"district-admin-120101", hub.APIKey{Role: hub.RoleDistrictAdmin, District: "120101"}},
	{"district-admin-120112", hub.APIKey{Role: hub.RoleDistrictAdmin, District: "120112"}},
	{"city-admin", hub.APIKey{Role: hub.RoleCityAdmin}},
	{"court-keeper-津0101", hub.APIKey{Role: hub.RoleCourtKeeper, Court: "津0101"}},
	{"expert-keeper", hub.APIKey{Role: hub.RoleExpertKeeper}},
	{"auditor", hub.APIKey{Role: hub.RoleAuditor}},
}

// newWorld makes one without an index. It is gone when the test ends.
func newWorld(t *testing.T) *world { return makeWorld(t, nil) }

// newSearchedWorld makes one whose index has caught up.
func newSearchedWorld(t *testing.T) *world {
	w := makeWorld(t, follow)
	w.caughtUp(t)
	return w
}

func makeWorld(t *testing.T, searcher func(*testing.T, *hub.Reference, *hub.Vocabulary, hub.Store) hub.Searcher) *world {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	reference, err := hub.LoadReference(seeds.FS)
	must(err)
	vocabulary, err := hub.LoadVocabulary(seeds.FS)
	must(err)
	clock := func() time.Time { return now }
	dir := t.TempDir()
	store, err := boltstore.Open(dir, boltstore.Options{Now: clock})
	must(err)
	t.Cleanup(func() {
		if err := store.CheckCache(); err != nil {
			t.Error(err)
		}
		must(store.Close())
	})
	v, err := vault.New(bytes.Repeat([]byte{1}, vault.KeySize), repeating{})
	must(err)

	w := &world{dir: dir, store: &countingStore{Store: store}, vault: v, log: new(guarded), keys: map[string]string{}}
	w.seed(t, reference)
	w.files, err = sheetfiles.Open(t.TempDir(), 1<<20)
	must(err)
	config := hub.Config{Secrets: auth.Secrets{Random: secret.Reader}, Random: rand.NewChaCha8([32]byte{}), Sheets: w.files, Store: w.store, Reference: reference, Vocabulary: vocabulary, Vault: v, Now: func() time.Time { return clock().Add(time.Duration(w.passed.Load())) }}
	if searcher != nil {
		config.Searcher = searcher(t, reference, vocabulary, store)
	}
	w.config = config
	w.hub = hub.New(config)
	for i, c := range callers {
		c.key.Name = "示例：" + c.name
		text, _, err := auth.Issue(t.Context(), w.hub, hub.System, c.key, strings.NewReader(strings.Repeat(string(rune('a'+i)), 64)))
		must(err)
		w.keys[c.name] = text
	}
	w.serve(t, server.Config{Hub: w.hub, KeepBytes: 1 << 20}) // nothing that is kept may ever be wrong
	return w
}

// follow opens an index that follows the store until the test ends.
func follow(t *testing.T, reference *hub.Reference, vocabulary *hub.Vocabulary, store hub.Store) hub.Searcher {
	t.Helper()
	found, err := index.Open(t.TempDir(), index.Options{Reference: reference, Vocabulary: vocabulary, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error)
	go func() { ended <- found.Follow(ctx, store) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-ended, found.Close()); err != nil {
			t.Errorf("the index ended with %v", err)
		}
	})
	return found
}

// caughtUp waits until searches know of everything.
func (w *world) caughtUp(t *testing.T) {
	t.Helper()
	for {
		if at, _ := w.hub.IndexRevision(); at >= w.hub.Revision() {
			return
		}
		select {
		case <-t.Context().Done():
			t.Fatal("the index has not caught up")
		case <-time.After(time.Millisecond):
		}
	}
}

// serve starts a server of its own over the world's hub.
func (w *world) serve(t *testing.T, c server.Config) {
	t.Helper()
	listener, err := server.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.Hub, c.Sheets = w.hub, w.files
	if c.Door, err = auth.NewDoor(auth.DoorConfig{Hub: w.hub, Random: secret.Reader, Cost: auth.DemoCost, Now: w.config.Now}); err != nil {
		t.Fatal(err)
	}
	c.Log = slog.New(slog.NewJSONHandler(w.log, nil))
	c.RequestID = func() string { return "request-1" }
	if c.Tuning.Rates == (server.RateLimits{}) {
		plenty := server.Rate{PerSecond: 1 << 40}
		c.Tuning.Rates = server.RateLimits{Caller: plenty, Address: plenty}
	}
	s := server.New(c)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error)
	go func() { ended <- s.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	w.url = "http://" + listener.Addr().String()
}

// guarded is a text to which several goroutines write.
type guarded struct {
	mu   sync.Mutex
	text strings.Builder
}

func (g *guarded) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.text.Write(p)
}

func (g *guarded) String() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.text.String()
}

// repeating is randomness for tests.
type repeating struct{}

func (repeating) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 7
	}
	return len(b), nil
}

// answer is what came back.
type answer struct {
	status int
	body   []byte
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
	Extensions map[string]any
}

func (a *answer) codes() []string {
	var codes []string
	for _, e := range a.Errors {
		codes = append(codes, fmt.Sprint(e.Extensions["code"]))
	}
	return codes
}

// into decodes the data.
func (a *answer) into(t *testing.T, target any) {
	t.Helper()
	if err := json.Unmarshal(a.Data, target); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
}

// ask sends a query on behalf of a caller ("" or anonymous for nobody).
func (w *world) ask(t *testing.T, caller, query string, variables map[string]any) *answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	return w.post(t, caller, body)
}

func (w *world) post(t *testing.T, caller string, body []byte) *answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/graphql-response+json")
	if caller != "" && caller != "anonymous" {
		key, ok := w.keys[caller]
		if !ok {
			t.Fatalf("there is no caller %q", caller)
		}
		w.identify(request, caller, key)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	a := &answer{status: response.StatusCode}
	if a.body, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(a.body, a); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
	return a
}

// identify says on whose behalf a request is made.
func (w *world) identify(request *http.Request, caller, key string) {
	if cookie := w.cookies[caller]; cookie != "" {
		request.Header.Set("Sec-Fetch-Site", "same-origin")
		request.AddCookie(&http.Cookie{Name: "concord_session", Value: cookie})
		return
	}
	request.Header.Set("Authorization", "Bearer "+key)
}

// countingStore counts what is read, by snapshot method.
type countingStore struct {
	hub.Store
	mu     sync.Mutex
	reads  map[string]int
	broken func() error // called before every snapshot
	opened func(n int)  // called before the n-th snapshot from now on
	n      int
	full   atomic.Bool // no write is taken
}

// refuse has no write taken any more, or again.
func (s *countingStore) refuse(all bool) { s.full.Store(all) }

func (s *countingStore) Apply(ctx context.Context, b hub.Batch) (hub.Revision, error) {
	if s.full.Load() {
		return 0, hub.Internal("Apply", errors.New("no write is taken"))
	}
	return s.Store.Apply(ctx, b)
}

func (s *countingStore) Snapshot() (hub.Snapshot, error) {
	s.mu.Lock()
	broken, opened := s.broken, s.opened
	s.n++
	n := s.n
	s.mu.Unlock()
	if opened != nil {
		opened(n)
	}
	if broken != nil {
		return nil, broken()
	}
	snap, err := s.Store.Snapshot()
	return countingSnapshot{snap, s}, err
}

// fail and panic break the store with a cause, heal mends it.
func (s *countingStore) fail(cause string) {
	s.set(func() error { return hub.Internal("Snapshot", errors.New(cause)) })
}
func (s *countingStore) panic(cause string) { s.set(func() error { panic(cause) }) }
func (s *countingStore) heal()              { s.set(nil) }

func (s *countingStore) set(broken func() error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = broken
}

// before has f called before the n-th snapshot from now on, n = 1, 2, …
func (s *countingStore) before(f func(n int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opened, s.n = f, 0
}

func (s *countingStore) count(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reads == nil {
		s.reads = map[string]int{}
	}
	s.reads[what]++
}

// since returns what was read since the last call.
func (s *countingStore) since() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	reads := s.reads
	s.reads = nil
	return reads
}

type countingSnapshot struct {
	hub.Snapshot
	store *countingStore
}

func (s countingSnapshot) Get(at hub.Revision, ids ...hub.ID) ([]hub.Version, error) {
	kinds := map[hub.Kind]bool{}
	for _, id := range ids {
		kinds[id.Kind()] = true
	}
	for kind := range kinds {
		s.store.count("Get " + kind.String())
	}
	return s.Snapshot.Get(at, ids...)
}

func (s countingSnapshot) List(q hub.ListQuery) (hub.ListPage, error) {
	s.store.count("List " + q.Kind.String())
	return s.Snapshot.List(q)
}

func (s countingSnapshot) Count(q hub.CountQuery) ([][]hub.Cell, error) {
	s.store.count("Count " + q.Kind.String())
	return s.Snapshot.Count(q)
}

// seed applies the roster: two changes of one record a quarter apart, everything
// else at once.
func (w *world) seed(t *testing.T, reference *hub.Reference) {
	t.Helper()
	day := dayIn(t)
	sealed, err := w.vault.Seal("11010519491231002X")
	if err != nil {
		t.Fatal(err)
	}
	no := false
	entry := func(id hub.ID, no, name string, person hub.ID, level hub.Level, district string, specialties ...string) hub.Entry {
		return hub.Entry{
			ID: id, RegistrationNo: no, Name: name, PersonID: person, Level: level, District: district,
			Specialties: specialties, Fictional: true, Note: "备注只给数源部门",
			Terms:  []hub.AppointmentTerm{{Start: day("2024-01-01"), End: day("2026-12-31"), DocumentNo: "示例〔2023〕1号"}},
			Events: []hub.StatusEvent{{Status: hub.StatusActive, On: day("2024-01-01"), Ground: "聘任"}},
		}
	}
	text, err := seeds.FS.Open("tianjin-key-task-checklist.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	table, err := checklist.Read(text, func(printed string) (string, bool) {
		agency, ok := reference.AgencyByName(printed)
		if !ok {
			return "", false
		}
		return agency.Code, true
	})
	if err != nil {
		t.Fatal(err)
	}

	person := func(n uint64) hub.ID { return hub.NewID(hub.KindPerson, n) }
	org := func(n uint64) hub.ID { return hub.NewID(hub.KindOrganization, n) }
	med := func(n uint64) hub.ID { return hub.NewID(hub.KindMediator, n) }

	zhang := entry(med(1), "示例-调-0001", "张示例", person(1), hub.LevelDistrict, "120101", "劳动报酬", "工伤保险")
	zhang.Source, zhang.SourceLabel, zhang.Biography = hub.SourceLawyer, "律师", "执业二十年，办理欠薪与工伤纠纷。"
	li := entry(med(2), "示例-调-0002", "李示例", person(2), hub.LevelDistrict, "120112", "经济补偿")
	li.Source, li.SourceLabel = hub.SourceRetiredJudge, "退休法官"
	li.Events = append(li.Events, hub.StatusEvent{Status: hub.StatusSuspended, On: day("2025-05-01"), Until: day("2025-07-31"), Ground: "岗位调整"})
	wang := entry(med(3), "示例-调-0003", "王示例", person(3), hub.LevelCity, "120000", "劳动报酬")
	wang.Terms[0].End = day("2024-12-31")
	zhao := entry(med(4), "", "赵示例", 0, hub.LevelDistrict, "120101", "自拟领域")
	zhao.Terms, zhao.Source, zhao.SourceLabel = nil, hub.SourceOther, "退役军人"

	expert := entry(hub.NewID(hub.KindExpert, 1), "示例-专-0001", "张示例", person(1), hub.LevelCity, "120000", "工伤保险")
	expert.Source, expert.SourceLabel, expert.Biography = hub.SourceLawyer, "律师", "工伤认定与待遇。"
	listed := entry(hub.NewID(hub.KindInvitedListing, 1), "示例-特-0001", "李示例", person(2), hub.LevelDistrict, "120101", "经济补偿")
	body := entry(hub.NewID(hub.KindInvitedListing, 2), "示例-特-0002", "示例津南区联合调解工作室", 0, hub.LevelDistrict, "120112")

	mediator := &hub.Mediator{Entry: zhang, Organization: org(1), Title: "二级律师", Phone: "13800138000", Employment: hub.EmploymentPartTime,
		CertificateNo: "示例证0001", CertificateBy: "市人社局", AppointedBy: "和平区人社局", Languages: []string{"zh", "天津话"},
		TrainingHours: 24, Evaluation: "优秀", EmployerListed: "示例律师事务所"}
	records := []hub.Record{
		&hub.ChecklistRecord{ID: hub.NewID(hub.KindChecklist, 1), Checklist: *table},
		&hub.Person{ID: person(1), Name: "张示例", Gender: hub.GenderMale, BirthDate: day("1949-12-31"), BirthMonth: "1949-12", Identity: sealed,
			Ethnicity: "01", Political: "13", Education: "21", Employer: "示例律师事务所", Post: "合伙人", Mobile: "13800138000",
			Languages: []string{"zh"}, Qualifications: []string{"律师执业证 示例A1"}},
		&hub.Person{ID: person(2), Name: "李示例", Gender: hub.GenderFemale, BirthMonth: "1960-05", Mobile: "13900139000"},
		&hub.Person{ID: person(3), Name: "王示例", Gender: hub.GenderUnspecified},
		&hub.Organization{ID: org(1), RegistrationNo: "示例-组-0001", Name: "示例和平区劳动人事争议调解中心", Kind: hub.OrgArbitrationCourtCenter,
			CreditCode: "91350100M000100Y43", Level: hub.LevelDistrict, District: "120101", Address: "示例路1号", Phone: "022-12345678", FullTimeListed: 3,
			Specialties: []string{"劳动报酬"}, OneWindow: &no, Note: "备注只给数源部门", Fictional: true,
			Events: []hub.OrganizationEvent{{Status: hub.OrganizationActive, On: day("2020-01-01")}}},
		&hub.Organization{ID: org(2), RegistrationNo: "示例-组-0002", Name: "示例津南区联合调解工作室", Kind: hub.OrgJointStudio,
			CreditCode: "91350100M000100Y43", Level: hub.LevelDistrict, District: "120112", Fictional: true,
			Events: []hub.OrganizationEvent{{Status: hub.OrganizationActive, On: day("2020-01-01")}}},
		mediator,
		&hub.Mediator{Entry: li, Organization: org(2), Phone: "13900139000"},
		&hub.Mediator{Entry: wang, Organization: org(1)},
		&hub.Mediator{Entry: zhao, Organization: org(1)},
		&hub.Expert{Entry: expert, Title: "正高级", Employer: "示例律师事务所", Education: "法学硕士", Years: 20, Qualifications: "律师执业证 示例A1",
			Services: []string{"现场", "线上"}, DistrictsServed: []string{"120101"}, ConflictedBodies: []string{"示例公司"}},
		&hub.InvitedListing{Entry: listed, Invitee: hub.InviteePerson, Court: "津0101", Organization: org(2), CertificateNo: "示例证特0001",
			CertifiedOn: day("2024-01-05"), FeeCharged: &no, Evaluation: "合格", ListedOn: day("2024-01-08"), PlatformCertified: &no, PublicationURL: "https://court.example/list"},
		&hub.InvitedListing{Entry: body, Invitee: hub.InviteeOrganization, Court: "津0112", Organization: org(2), BodyName: "示例津南区联合调解工作室"},
	}
	batch := hub.Batch{Origin: hub.Origin{Actor: "system", Authority: "HRSS", Reason: "示例名册"}, At: time.Date(2025, 1, 2, 1, 0, 0, 0, time.UTC)}
	for _, r := range records {
		batch.Puts = append(batch.Puts, hub.Put{Record: r})
	}
	first, err := w.store.Apply(t.Context(), batch)
	if err != nil {
		t.Fatal(err)
	}
	changed := *mediator
	changed.Phone, changed.Title, changed.Specialties = "13800138001", "一级律师", []string{"劳动报酬"}
	_, err = w.store.Apply(t.Context(), hub.Batch{
		Origin: hub.Origin{Actor: "key_9", Authority: "120101", Reason: "本人来函"}, At: time.Date(2025, 3, 1, 1, 0, 0, 0, time.UTC),
		Puts: []hub.Put{{Record: &changed, Expected: first + 6}},
	})
	if err != nil {
		t.Fatal(err)
	}
}
