package graph_test

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"concord/graph"
	"concord/internal/boltstore"
	"concord/internal/hub"
	"concord/internal/server"
)

// columns are the callers of the matrices, in the order of the cells.
var columns = []struct {
	name string
	key  hub.APIKey // none for anon and sys
}{
	{"anon", hub.APIKey{}},
	{"union", hub.APIKey{Role: hub.RolePartner, Agency: "UNION"}}, // the agency responsible, wherever one is
	{"fic", hub.APIKey{Role: hub.RolePartner, Agency: "FIC"}},     // another agency
	{"contact", hub.APIKey{Role: hub.RolePartner, Agency: "FIC", Scopes: []hub.Scope{hub.ScopeContact}}},
	{"profile", hub.APIKey{Role: hub.RolePartner, Agency: "FIC", Scopes: []hub.Scope{hub.ScopeProfile}}},
	{"all", hub.APIKey{Role: hub.RolePartner, Agency: "FIC", Scopes: []hub.Scope{hub.ScopeAll}}},
	{"d101", hub.APIKey{Role: hub.RoleDistrictAdmin, District: "120101"}}, // of the district, wherever one is
	{"d112", hub.APIKey{Role: hub.RoleDistrictAdmin, District: "120112"}},
	{"city", hub.APIKey{Role: hub.RoleCityAdmin}},
	{"c0101", hub.APIKey{Role: hub.RoleCourtKeeper, Court: "津0101"}}, // of the court, wherever one is
	{"c0112", hub.APIKey{Role: hub.RoleCourtKeeper, Court: "津0112"}},
	{"expert", hub.APIKey{Role: hub.RoleExpertKeeper}},
	{"audit", hub.APIKey{Role: hub.RoleAuditor}},
	{"sys", hub.APIKey{}},
}

// matrixWorld is a world whose records hold something in every field, so that
// what somebody does not see, is withheld and not missing.
type matrixWorld struct {
	*world
	system string            // where the operator of the machine asks, whom no key stands for
	names  map[string]string // what ${name} stands for in the files
	read   map[string]bool   // Type.field of values in which somebody has seen something
}

// newMatrixWorld makes one whose index has caught up.
func newMatrixWorld(t *testing.T) *matrixWorld {
	t.Helper()
	m := &matrixWorld{world: makeWorld(t, follow), names: map[string]string{}, read: map[string]bool{}}
	for _, c := range columns {
		if c.key.Role != "" {
			m.admit(t, c.name, c.key)
		}
	}
	m.operated(t)
	m.fill(t)
	m.names["oldest"] = m.allChanges(t, "", nil, nil)[0].Cursor
	m.caughtUp(t)
	return m
}

// fork makes a world of its own that holds what m holds.
func (m *matrixWorld) fork(t *testing.T) *matrixWorld {
	t.Helper()
	dir := t.TempDir()
	content, err := os.ReadFile(filepath.Join(m.dir, "concord.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "concord.db"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	store, err := boltstore.Open(dir, boltstore.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(store.CheckCache(), store.Close()); err != nil {
			t.Error(err)
		}
	})
	f := &matrixWorld{world: &world{dir: dir, store: &countingStore{Store: store}, vault: m.vault, log: new(guarded), files: m.files, keys: m.keys, cookies: m.cookies, config: m.config}, names: m.names}
	f.config.Store, f.config.Searcher = f.store, nil
	f.hub = hub.New(f.config)
	f.serve(t, server.Config{Hub: f.hub})
	f.operated(t)
	return f
}

// operated opens the way in of the operator, who works at the machine and has no
// key: the same executor, with the caller put in by hand.
func (m *matrixWorld) operated(t *testing.T) {
	executor := graph.New(m.hub, slog.New(slog.DiscardHandler), graph.DefaultLimits)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var params graphql.RawParams
		if err := json.NewDecoder(r.Body).Decode(&params); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		ctx := graphql.StartOperationTrace(graph.WithCaller(r.Context(), graph.Caller{Principal: hub.System, RequestID: "request-1"}))
		operation, faults := executor.CreateOperationContext(ctx, &params)
		var response *graphql.Response
		if len(faults) > 0 {
			response = executor.DispatchError(graphql.WithOperationContext(ctx, operation), faults)
		} else {
			responses, ctx := executor.DispatchOperation(ctx, operation)
			response = responses(ctx)
		}
		if err := json.NewEncoder(w).Encode(response); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	m.system = s.URL
}

// say asks on behalf of a column.
func (m *matrixWorld) say(t *testing.T, column, query string) *answer {
	t.Helper()
	switch column {
	case "anon":
		column = "anonymous"
	case "sys":
		defer func(url string) { m.url = url }(m.url)
		m.url = m.system
		column = ""
	}
	if strings.HasPrefix(query, "subscription ") && column != "" {
		s := m.eventStream(t, column, query, nil)
		defer s.kill()
		return s.next(t)
	}
	return m.ask(t, column, query, nil)
}

// note keeps in mind which fields of values an answer shows.
func (m *matrixWorld) note(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			if typ, ok := v["__typename"].(string); ok && shown(value) {
				m.read[typ+"."+name] = true
			}
			m.note(value)
		}
	case []any:
		for _, value := range v {
			m.note(value)
		}
	}
}

var placeholder = regexp.MustCompile(`\$\{([^}]+)\}`)

// filled puts what is known of the world into a text of the files: ${name}, and
// ${revision med_100}.
func (m *matrixWorld) filled(t *testing.T, text string) string {
	t.Helper()
	return placeholder.ReplaceAllStringFunc(text, func(s string) string {
		name := s[2 : len(s)-1]
		if id, ok := strings.CutPrefix(name, "revision "); ok {
			return strconv.Itoa(m.revision(t, id))
		}
		value, ok := m.names[name]
		if !ok {
			t.Fatalf("nothing is called %s in the world of the matrices (matrix_world_test.go, fill)", s)
		}
		return value
	})
}

// revision is that of a record, 0 when there is none.
func (m *matrixWorld) revision(t *testing.T, id string) int {
	t.Helper()
	parsed, err := hub.ParseID(id)
	if err != nil {
		return 0
	}
	snap, err := m.store.Store.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	versions, err := snap.Get(0, parsed)
	if err != nil {
		t.Fatal(err)
	}
	return int(versions[0].Revision)
}

// fill adds the records on which the matrices are asked; their numbers start at
// 100. Who adds a kind of record adds one of it here, with something in every
// field.
func (m *matrixWorld) fill(t *testing.T) {
	t.Helper()
	day := dayIn(t)
	id := func(kind hub.Kind, n uint64) hub.ID { // as it is written: med_100
		prefix, _, _ := strings.Cut(hub.NewID(kind, 1).String(), "_")
		id, err := hub.ParseID(prefix + "_" + strconv.FormatUint(n, 10))
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	yes := true
	sealed, err := m.vault.Seal("110101199003070038")
	if err != nil {
		t.Fatal(err)
	}
	decision := hub.Decision{Move: hub.MoveSuspend, On: day("2025-02-01"), Ground: hub.GroundComplaint, Reason: "示例事由", DocumentNo: "示例〔2025〕1号",
		Authority: "示例单位", Actor: "key_1", Cause: id(hub.KindOrganization, 100), From: day("2025-01-02"), Until: day("2025-02-28"),
		CertificateNo: "示例证", Training: "示例培训合格", WithdrawnOn: day("2025-01-31"), WithdrawnBy: "key_1", WithdrawnWhy: "示例缘由"}
	entry := func(kind hub.Kind, n uint64, level hub.Level, district string, events ...hub.StatusEvent) hub.Entry {
		no := kind.String()[:3] + "-示例-" + strconv.Itoa(int(n))
		if len(events) == 0 {
			events = []hub.StatusEvent{{Status: hub.StatusActive, On: day("2024-01-01"), Until: day("2027-12-31"), Ground: "聘任", DocumentNo: "示例〔2023〕1号"}}
		}
		e := hub.Entry{
			ID: id(kind, n), RegistrationNo: no, Name: "孙示例", PersonID: id(hub.KindPerson, 100), Level: level, District: district, Street: "120101001",
			Specialties: []string{"劳动报酬"}, Source: hub.SourceLawyer, SourceLabel: "律师", Biography: "示例简介", Note: "示例备注", Fictional: true,
			Decisions: []hub.Decision{decision}, Events: events, Evidence: []string{"示例推荐表"},
		}
		if s := events[len(events)-1].Status; s != hub.StatusProposed && s != hub.StatusPublicity {
			e.Terms = []hub.AppointmentTerm{{Start: day("2024-01-01"), End: day("2026-12-31"), DocumentNo: "示例〔2023〕1号"}}
		}
		return e
	}
	proposed := hub.StatusEvent{Status: hub.StatusProposed, On: day("2025-05-01")}
	publicity := hub.StatusEvent{Status: hub.StatusPublicity, On: day("2025-05-10"), Until: day("2025-05-20")}
	active := hub.StatusEvent{Status: hub.StatusActive, On: day("2024-01-01")}
	suspended := hub.StatusEvent{Status: hub.StatusSuspended, On: day("2025-05-01"), Until: day("2025-09-30"), Ground: "岗位变动"}

	mediator := func(n uint64, level hub.Level, district string, body uint64, events ...hub.StatusEvent) *hub.Mediator {
		return &hub.Mediator{
			Entry: entry(hub.KindMediator, n, level, district, events...), Organization: id(hub.KindOrganization, body), Title: "二级律师", Phone: "13800138000",
			Employment: hub.EmploymentPartTime, CertificateNo: "示例证" + strconv.Itoa(int(n)), CertificateBy: "市人社局", AppointedBy: "示例区人社局",
			Languages: []string{"zh"}, TrainingHours: 24, Evaluation: "优秀", EvaluationYear: 2024, Position: hub.PositionDirector, EmployerListed: "示例律师事务所", CrossDistrict: &yes, MaxLoad: 3,
			Recusals: []hub.Recusal{{District: "120106", Body: "示例公司", Reason: "曾任职", On: day("2025-01-01")}},
			Away:     []hub.Absence{{Secondment: id(hub.KindSecondment, 99), District: "120106", From: day("2025-02-01"), To: day("2025-02-28"), StartedOn: day("2025-02-01"), ReturnedOn: day("2025-02-20")}},
		}
	}
	named := func(name string, person uint64, m *hub.Mediator) *hub.Mediator {
		m.Name, m.PersonID = name, id(hub.KindPerson, person)
		return m
	}
	expert := func(n uint64, level hub.Level, district string, events ...hub.StatusEvent) *hub.Expert {
		return &hub.Expert{
			Entry: entry(hub.KindExpert, n, level, district, events...), Title: "正高级", Post: "合伙人", Employer: "示例律师事务所", Field: "劳动法", Education: "法学硕士", Years: 20,
			Qualifications: "律师执业证 示例A1", RecommendedBy: "市总工会", Services: []string{"现场"}, DistrictsServed: []string{"120101"}, ConflictedBodies: []string{"示例公司"},
		}
	}
	invited := func(n uint64, events ...hub.StatusEvent) *hub.InvitedListing {
		return &hub.InvitedListing{
			Entry: entry(hub.KindInvitedListing, n, hub.LevelDistrict, "120101", events...), Invitee: hub.InviteePerson, Court: "津0101", Organization: id(hub.KindOrganization, 100),
			BodyName: "示例组织", SpecialistList: "示例专业名册", CertificateNo: "示例特证" + strconv.Itoa(int(n)), CertifiedOn: day("2024-01-05"), Scope: "劳动争议",
			FeeCharged: &yes, Evaluation: "合格", Title: "二级律师", ListedOn: day("2024-01-08"), UsableByLowerCourts: new(bool), LowerCourtsConsentOn: day("2024-01-06"),
			LowerCourtsConsentNo: "示例同意书1号", PlatformCertified: &yes, PublicationURL: "https://court.example/list",
		}
	}
	above := map[uint64]hub.ID{100: id(hub.KindOrganization, 104), 102: id(hub.KindOrganization, 104), 101: id(hub.KindOrganization, 100), 103: id(hub.KindOrganization, 102)}
	organization := func(n uint64, kind hub.OrganizationKind, level hub.Level, district string, status hub.OrganizationStatus) *hub.Organization {
		no := "组-示例-" + strconv.Itoa(int(n))
		return &hub.Organization{
			ID: id(hub.KindOrganization, n), RegistrationNo: no, Name: "示例组织" + strconv.Itoa(int(n)), Kind: kind, CreditCode: "91350100M000100Y43", CreditCodeWaiver: "示例说明", Sponsor: "示例单位", FeeCharged: new(bool), ParentID: above[n],
			GuidingAgency: "市人社局", Level: level, District: district, Street: "120101001", Address: "示例路1号", Phone: "022-12345678", Head: "赵示例",
			FoundedOn: day("2020-01-01"), FilingNo: "示例备案1号", FullTimeListed: 3, PartTimeListed: 4, Specialties: []string{"劳动报酬"}, Hours: "工作日",
			OnInternetPlus: &yes, OnCourtPlatform: &yes, OneWindow: &yes, InDisputeCentre: "示例矛调中心", LiaisonArbitrator: "钱示例", GoldAward: "第三批",
			Note: "示例备注", Fictional: true,
			Window:   &hub.ServiceWindow{Scope: "劳动争议", Hours: "工作日", Behind: []hub.ID{id(hub.KindOrganization, 104)}},
			Rules:    []hub.RuleInPlace{{Rule: "ARCHIVES", InPlace: true, On: day("2025-01-01"), Document: "示例〔2025〕1号"}},
			Purchase: &hub.ServicePurchase{From: day("2025-01-01"), To: day("2025-12-31"), Purchaser: "示例单位", DocumentNo: "示例合同1号"},
			Events:   []hub.OrganizationEvent{{Status: status, On: day("2020-01-01"), Until: day("2027-12-31"), Successor: id(hub.KindOrganization, 101), Ground: "示例", DocumentNo: "示例〔2020〕1号"}},
		}
	}
	notice := func(n uint64, listing hub.ID, recipient, sender string, acknowledged bool) *hub.AdverseNotice {
		notice := &hub.AdverseNotice{
			ID: id(hub.KindAdverseNotice, n), About: id(hub.KindMediator, 100), Listing: listing, Person: id(hub.KindPerson, 100), Name: "示例姓名", Recipient: recipient, Sender: sender,
			Status: hub.StatusSuspended, On: day("2025-05-01"), Until: day("2025-09-30"), Ground: hub.GroundComplaint, DocumentNo: "示例〔2025〕1号", Authority: "示例单位",
			RaisedAt: now.Add(-time.Hour),
		}
		if acknowledged {
			notice.AcknowledgedAt, notice.AcknowledgedBy, notice.Response = now, "key_1", "示例答复"
		}
		return notice
	}
	m.apply(t,
		&hub.Person{ID: id(hub.KindPerson, 100), Name: "孙示例", Gender: hub.GenderFemale, BirthDate: day("1990-03-07"), BirthMonth: "1990-03", Identity: sealed, Ethnicity: "01", Political: "13",
			Education: "21", Employer: "示例律师事务所", Post: "合伙人", Mobile: "13800138000", Languages: []string{"zh"}, Qualifications: []string{"律师执业证 示例A1"},
			Absorbed: []hub.ID{id(hub.KindPerson, 101)}},
		&hub.Person{ID: id(hub.KindPerson, 101), Name: "孙示例", MergedInto: id(hub.KindPerson, 100), MergeDocumentNo: "示例〔2025〕3号"},
		&hub.Person{ID: id(hub.KindPerson, 102), Name: "周示例", BirthMonth: "1990-03"},
		&hub.Person{ID: id(hub.KindPerson, 103), Name: "周示例", BirthMonth: "1990-03"},
		named("周示例", 102, mediator(106, hub.LevelDistrict, "120101", 100)),
		named("周示例", 103, mediator(107, hub.LevelDistrict, "120101", 100)),
		&hub.Person{ID: id(hub.KindPerson, 104), Name: "郑示例"},
		named("郑示例", 104, mediator(108, hub.LevelDistrict, "120101", 100, active, hub.StatusEvent{Status: hub.StatusSuspended, On: day("2025-12-01"), Until: day("2026-02-28"), DocumentNo: "示例〔2025〕8号"})),
		organization(100, hub.OrgArbitrationCourtCenter, hub.LevelDistrict, "120101", hub.OrganizationActive),
		organization(101, hub.OrgArbitrationCourtCenter, hub.LevelDistrict, "120101", hub.OrganizationActive),
		organization(102, hub.OrgUnionLegalStation, hub.LevelCity, "120000", hub.OrganizationActive),
		organization(103, hub.OrgArbitrationCourtCenter, hub.LevelDistrict, "120101", hub.OrganizationSuspended),
		organization(104, hub.OrgPeoplesCommittee, hub.LevelDistrict, "120101", hub.OrganizationActive),
		organization(105, hub.OrgStreetTown, hub.LevelDistrict, "120101", hub.OrganizationActive),
		mediator(100, hub.LevelDistrict, "120101", 100),
		mediator(101, hub.LevelDistrict, "120101", 100, proposed),
		mediator(102, hub.LevelDistrict, "120101", 100, proposed, publicity),
		mediator(103, hub.LevelDistrict, "120101", 100, active, suspended),
		mediator(104, hub.LevelDistrict, "120101", 104),
		mediator(105, hub.LevelCity, "120000", 102),
		expert(100, hub.LevelCity, "120000"),
		expert(101, hub.LevelDistrict, "120101"),
		expert(102, hub.LevelCity, "120000", proposed),
		invited(100),
		invited(101, proposed),
		invited(102, proposed, publicity),
		invited(103, active, suspended),
		&hub.ProgressNote{ID: id(hub.KindProgressNote, 100), Measure: hub.MeasureID(id(hub.KindChecklist, 1), 2, 1), Agency: "UNION", On: day("2025-05-01"), Text: "示例进展", Evidence: []string{"https://example.gov.cn/1"}, Reached: true},
		notice(100, id(hub.KindInvitedListing, 100), "津0101", "120101", false),
		notice(101, id(hub.KindMediator, 105), "CITY", "津0101", false),
		notice(102, id(hub.KindExpert, 100), "EXPERTS", "CITY", false),
		notice(103, id(hub.KindMediator, 100), "120101", "EXPERTS", false),
		notice(104, id(hub.KindMediator, 100), "120101", "津0101", true),
		&hub.Attempt{ID: id(hub.KindAttempt, 100), At: now, Actor: "key_1", Role: hub.RolePartner, Operation: "SUSPEND", Record: id(hub.KindMediator, 100), Code: "FORBIDDEN", Message: "示例说明", Suppressed: 2},
	)
	agreement := func(n uint64, agency string, to, last hub.Date) *hub.Agreement {
		return &hub.Agreement{ID: id(hub.KindAgreement, n), Agency: agency, Basis: "示例依据", Purpose: "示例目的", Fields: []string{"Person.mobile"}, From: day("2024-01-01"), To: to,
			DocumentNo: "示例协1号", Document: "https://example.gov.cn/1", LastDay: last, Version: 1}
	}
	m.apply(t, agreement(100, "UNION", day("2024-12-31"), day("2024-06-30")), agreement(101, "JUSTICE", day("2026-12-31"), 0))
	access := func(n uint64, agency string, under hub.ID, terms int) *hub.Access {
		return &hub.Access{ID: id(hub.KindAccess, n), At: now.Add(-time.Hour), Actor: "key_1", Name: "示例密钥", Role: hub.RolePartner, Agency: agency, Agreement: under, Terms: hub.Revision(terms),
			RequestID: "request-0", Purpose: "示例目的", Reads: []hub.AccessGroup{{Fields: []string{"Person.mobile"}, Records: []hub.ID{id(hub.KindPerson, 100)}}}}
	}
	m.apply(t, access(100, "UNION", id(hub.KindAgreement, 100), m.revision(t, "agr_100")), access(101, "FIC", 0, 0))
	m.apply(t,
		&hub.Account{ID: id(hub.KindAccount, 100), Name: "example", Label: "示例", Role: hub.RolePartner, District: "120101", Court: "津0101", Agency: "UNION", Scopes: []hub.Scope{hub.ScopeAll},
			Subject: "example-subject", Password: "$argon2id$", SetupBy: "aaaaaaaa", SetupUntil: now.Add(time.Hour), CreatedAt: now},
		&hub.Session{ID: id(hub.KindSession, 100), Account: id(hub.KindAccount, 100), Public: "bbbbbbbb", By: hub.SignInPassword, StartedAt: now.Add(-time.Hour), Client: "示例浏览器"},
		&hub.Session{ID: id(hub.KindSession, 101), Account: id(hub.KindAccount, 100), Public: "cccccccc", By: hub.SignInProvider, StartedAt: now.Add(-time.Hour), EndedAt: now, Client: "示例浏览器"},
		&hub.APIKey{ID: id(hub.KindKey, 100), Name: "示例密钥", Role: hub.RolePartner, District: "120101", Court: "津0101", Agency: "UNION", Scopes: []hub.Scope{hub.ScopeAll}, Documents: []string{strings.Repeat("0", 64)}, Expires: day("2027-12-31"),
			Public: "dddddddd", CreatedAt: now, LastUsed: day("2025-06-01")},
	)
	// Secondments to district 120112, the home of whose persons is district 120101.
	secondment := func(n uint64, state hub.SecondmentState, person hub.SecondedState, mediator uint64) *hub.Secondment {
		s := &hub.Secondment{ID: id(hub.KindSecondment, n), District: "120112", Specialties: []string{"劳动报酬"}, Number: 1, From: day("2025-06-01"), To: day("2025-06-30"), Ground: "示例事由",
			Languages: []string{"天津话"}, Note: "示例备注", DocumentNo: "示例调〔2025〕1号", State: state,
			Steps: []hub.SecondmentEvent{{Step: hub.StepRequest, At: now, Actor: "key_1", Authority: "120112", DocumentNo: "示例调〔2025〕1号", Reason: "示例", Mediator: id(hub.KindMediator, mediator), On: day("2025-06-01")}},
			Draw:  &hub.Draw{Seed: "00", Candidates: []hub.ID{id(hub.KindMediator, mediator)}, CandidatesHash: "00", At: now, By: "key_1", Revision: 1}}
		if person != "" {
			s.Persons = []hub.Seconded{{Mediator: id(hub.KindMediator, mediator), Home: "120101", State: person, DocumentNo: "示例派〔2025〕1号", StartedOn: day("2025-06-01"), ReturnedOn: day("2025-06-10"), Reason: "示例原因"}}
		}
		return s
	}
	m.apply(t,
		secondment(100, hub.SecondmentRequested, "", 100),
		secondment(101, hub.SecondmentApproved, hub.SecondedAsked, 100),
		secondment(102, hub.SecondmentApproved, hub.SecondedReleased, 100),
		secondment(103, hub.SecondmentActive, hub.SecondedStarted, 104),
	)
	// Objections of 市总工会 to each sort of record.
	correction := func(n uint64, record hub.ID, owner string) *hub.Correction {
		return &hub.Correction{ID: id(hub.KindCorrection, n), Record: record, Field: "title", Problem: "示例问题", Proposed: "一级律师", Evidence: []string{"示例证书"}, Objector: "key_1", Party: "UNION", Owner: owner,
			State: hub.CorrectionOpen, RaisedOn: day("2025-06-10"), At: 1, Due: day("2025-06-24"), Extension: "示例原因", DecidedOn: day("2025-06-11"), DecidedBy: "key_1", Answer: "示例答复", DocumentNo: "示例〔2025〕1号",
			Changes: []hub.CorrectedField{{Name: "title", Before: "二级律师", After: "一级律师", Class: hub.Public}}}
	}
	extendable := correction(107, id(hub.KindMediator, 104), "120101")
	extendable.Extension = ""
	m.apply(t,
		correction(100, id(hub.KindMediator, 100), "120101"), correction(101, id(hub.KindMediator, 105), "CITY"), correction(102, id(hub.KindExpert, 100), "EXPERTS"),
		correction(103, id(hub.KindExpert, 101), "120101"), correction(104, id(hub.KindInvitedListing, 100), "津0101"),
		correction(105, id(hub.KindOrganization, 100), "120101"), correction(106, id(hub.KindOrganization, 102), "CITY"), extendable,
	)
	m.apply(t, &hub.SearchWord{ID: id(hub.KindEverydayWord, 100), Word: "欠薪", Specialties: []string{"劳动报酬"}, Districts: []string{"120101"}, Sources: []hub.SourceCategory{hub.SourceLawyer},
		Hint: true, Note: "示例说明", State: hub.WordActive})
	m.mechanisms(t, day, id)
	m.names["rostered"] = hub.MeasureID(id(hub.KindChecklist, 1), 32, 2).String()
	m.names["led"] = hub.MeasureID(id(hub.KindChecklist, 1), 24, 1).String()
	m.names["measure"] = hub.MeasureID(id(hub.KindChecklist, 1), 3, 3).String() // 市总工会 alone
	m.names["shared"] = hub.MeasureID(id(hub.KindChecklist, 1), 1, 1).String()  // six agencies
	m.names["dated"] = hub.MeasureID(id(hub.KindChecklist, 1), 2, 1).String()   // with a milestone
	m.sheets(t)
}

// mechanisms adds what hangs on the rosters: of each kind one of the district, and
// what the city's organisation and every listing that is looked at leads to.
func (m *matrixWorld) mechanisms(t *testing.T, day func(string) hub.Date, id func(hub.Kind, uint64) hub.ID) {
	t.Helper()
	from, to, yes := day("2024-01-01"), day("2026-12-31"), true
	base := func(kind hub.Kind, n uint64, by string) hub.MechanismBase {
		return hub.MechanismBase{ID: id(kind, n), Name: "示例", Level: hub.LevelDistrict, District: "120101", RecordedBy: by, Fictional: true}
	}
	var records []hub.Record
	for n, body := range map[uint64]uint64{100: 100, 101: 102} {
		organization, arbitrator := id(hub.KindOrganization, body), id(hub.KindArbitrator, n)
		records = append(records,
			&hub.Arbitrator{MechanismBase: base(hub.KindArbitrator, n, "120101"), PersonID: id(hub.KindPerson, 100), Organization: organization,
				Qualification: hub.QualifiedLawyer, Employment: hub.EmploymentFullTime, CertificateNo: "示例证", From: from, To: to},
			&hub.LiaisonAssignment{MechanismBase: base(hub.KindLiaison, n, "120101"), Arbitrator: arbitrator, Role: hub.LiaisonPrimary,
				Streets: []string{"示例一街道"}, Organizations: []hub.ID{organization}, From: from, To: to},
			&hub.Award{MechanismBase: base(hub.KindAward, n, "120101"), Organization: organization, Granting: hub.AwardNational, Title: "示例荣誉", Batch: "第三批", Year: 2024,
				Steps: []hub.AwardStep{{Status: hub.AwardNominated, On: from, DocumentNo: "示例〔2024〕1号"}}})
	}
	listings := []hub.ID{id(hub.KindMediator, 100), id(hub.KindMediator, 105), id(hub.KindExpert, 100), id(hub.KindExpert, 101), id(hub.KindInvitedListing, 100)}
	for i, listing := range listings {
		n := uint64(100 + i)
		centre := id(hub.KindOrganization, 100+uint64(i%2)*2)
		records = append(records,
			&hub.TrainingRecord{MechanismBase: base(hub.KindTraining, n, "UNION"), Listing: listing, PersonID: id(hub.KindPerson, 100), Course: "示例课程", Organizer: "示例单位", On: from, Hours: 8, Passed: &yes},
			&hub.Stationing{MechanismBase: base(hub.KindStationing, n, "120101"), Who: listing, Centre: centre, Weekdays: []hub.Weekday{"MONDAY"}, From: from, To: to, DocumentNo: "示例〔2024〕1号"})
	}
	for n, expert := range []uint64{100, 101} {
		records = append(records, &hub.Recommendation{MechanismBase: base(hub.KindRecommendation, 100+uint64(n), "津0101"), Experts: []hub.ID{id(hub.KindExpert, expert)}, Purpose: "示例用途", On: from})
	}
	m.apply(t, records...)
}

// apply writes records as they are.
func (m *matrixWorld) apply(t *testing.T, records ...hub.Record) {
	t.Helper()
	batch := hub.Batch{Origin: hub.Origin{Actor: "key_1", Authority: "HRSS", Reason: "示例名册", ImportID: "示例导入"}, At: now.Add(-time.Hour)}
	for _, r := range records {
		batch.Puts = append(batch.Puts, hub.Put{Record: r})
	}
	if _, err := m.store.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
}

// sheetOfMatrix has a row that is new, one that changes a record, one that is
// another district's, and a column that is not read.
const sheetOfMatrix = `姓名,层级,所属区,名册编号,职务/职称,备注,不认识的列
示例甲,区级,和平区,示例新增-1,主任,,甲
孙示例,区级,和平区,MED-示例-104,示例新增,示例新增,乙
示例乙,区级,津南区,示例新增-2,主任,,丙
`

// sheets brings two imports of district 120101 on their way, one to its end, and
// an export.
func (m *matrixWorld) sheets(t *testing.T) {
	t.Helper()
	stop := m.takeSheets(t)
	defer stop()
	take := func(name string, content []byte) {
		status, job := m.upload(t, "d101", "mediators", name, content)
		if status != http.StatusCreated {
			t.Fatalf("upload: %d %s", status, job)
		}
		name, _, _ = strings.Cut(name, ".")
		m.names[name], m.names[name+" hash"] = job, m.until(t, "d101", job, "PLANNED").PlanHash
	}
	export := func(caller, file string) []byte {
		response, text := m.send(t, http.MethodGet, caller, "/exports/"+file, nil)
		if response.StatusCode != http.StatusOK {
			t.Fatalf("export: %d %s", response.StatusCode, text)
		}
		return text
	}
	take("applied.csv", []byte(strings.ReplaceAll(sheetOfMatrix, "示例新增", "示例甲表")))
	if p := m.confirm(t, "d101", m.names["applied"], m.names["applied hash"], "matrix"); p.code() != "" {
		t.Fatalf("%+v", p)
	}
	m.until(t, "d101", m.names["applied"], "APPLIED")
	export("d101", "mediators.csv?district=120101")
	take("workbook.xlsx", export("city", "mediators.xlsx"))
	take("planned.csv", []byte(strings.ReplaceAll(sheetOfMatrix, "示例新增", "示例乙表")))
}
