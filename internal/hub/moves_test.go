package hub_test

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"concord/internal/hub"
)

// lifecycle is domain.md §2.3 as people read it: which roster, which move, from
// where, to where, by whom, what it needs. The table in moves.go must say the same.
const lifecycle = `
INVITED_LISTING REGISTER: - → PROPOSED | 名册主管单位
MEDIATOR REGISTER: - → PROPOSED | 名册主管单位
EXPERT REGISTER: - → PROPOSED | 名册主管单位 推荐单位
MEDIATOR EXPERT INVITED_LISTING PUBLICISE: PROPOSED → PUBLICITY | 名册主管单位 | publicity
MEDIATOR INVITED_LISTING ACTIVATE: PUBLICITY → ACTIVE | 名册主管单位 | document publicity term training certificate
EXPERT ACTIVATE: PUBLICITY → ACTIVE | 名册主管单位 | document publicity term
MEDIATOR EXPERT INVITED_LISTING SUSPEND: ACTIVE SUSPENDED → SUSPENDED | 名册主管单位 | document end | COMPLAINT_UNDER_REVIEW JOB_CHANGE CERTIFICATE_LAPSED | adverse
MEDIATOR EXPERT INVITED_LISTING REINSTATE: SUSPENDED → ACTIVE | 名册主管单位
MEDIATOR EXPERT INVITED_LISTING RENEW: ACTIVE SUSPENDED EXPIRED → - | 名册主管单位 | document term-end
MEDIATOR EXPERT INVITED_LISTING EXPIRE: ACTIVE SUSPENDED → EXPIRED | 到期自动 | ends
MEDIATOR EXPERT INVITED_LISTING RESIGN: ACTIVE SUSPENDED → RESIGNED | 名册主管单位 | document | ends
MEDIATOR EXPERT DISMISS: ACTIVE SUSPENDED → DISMISSED | 名册主管单位 | document | BIAS INSULT TAKING_PROPERTY LEAKING UNABLE_TO_SERVE | adverse | ends
INVITED_LISTING DISMISS: ACTIVE SUSPENDED → DISMISSED | 列名法院 | document | FORCED_MEDIATION REPEATED_REFUSAL TAKING_PROPERTY LEAKING OTHER_ETHICS UNABLE_TO_SERVE | adverse | ends
MEDIATOR RECALL: ACTIVE SUSPENDED → RECALLED | 名册主管单位 | document elected | BIAS INSULT TAKING_PROPERTY LEAKING UNABLE_TO_SERVE | adverse | ends
INVITED_LISTING STRIKE_OFF: ACTIVE SUSPENDED → STRUCK_OFF | 列名法院 | document | FORCED_MEDIATION UNLAWFUL_MEDIATION TAKING_PROPERTY LEAKING OTHER_ETHICS | adverse | ends
MEDIATOR EXPERT INVITED_LISTING DECEASE: PROPOSED PUBLICITY ACTIVE SUSPENDED EXPIRED → DECEASED | 名册主管单位 | ends
MEDIATOR EXPERT INVITED_LISTING INCAPACITATE: PROPOSED PUBLICITY ACTIVE SUSPENDED EXPIRED → INCAPACITATED | 名册主管单位 | document | ends
MEDIATOR EXPERT INVITED_LISTING EXIT_WITH_BODY: PROPOSED PUBLICITY ACTIVE SUSPENDED → ORG_EXIT | 随组织变动 | ends
MEDIATOR EXPERT INVITED_LISTING REJECT: PROPOSED PUBLICITY → REJECTED | 名册主管单位 | | NOT_QUALIFIED OBJECTION_UPHELD | ends
MEDIATOR EXPERT INVITED_LISTING WITHDRAW: PROPOSED PUBLICITY → WITHDRAWN | 名册主管单位 推荐单位 | | BY_APPLICANT BY_RECOMMENDER | ends
ORGANIZATION REGISTER: - → ACTIVE | 名册主管单位 推荐单位
ORGANIZATION SUSPEND: ACTIVE SUSPENDED → SUSPENDED | 名册主管单位 | document end | COMPLAINT_UNDER_REVIEW BODY_UNDER_REFORM UNABLE_TO_SERVE
ORGANIZATION REINSTATE: SUSPENDED → ACTIVE | 名册主管单位
ORGANIZATION MERGE: ACTIVE SUSPENDED → MERGED | 名册主管单位 | document successor | ends
ORGANIZATION DISSOLVE: ACTIVE SUSPENDED → DISSOLVED | 名册主管单位 | document | ends
`

// written is a table of moves in the words of [lifecycle].
func written(table []hub.Move) (lines []string) {
	needs := []struct {
		e    hub.Evidence
		word string
	}{{hub.NeedsDocument, "document"}, {hub.NeedsEnd, "end"}, {hub.NeedsPublicity, "publicity"}, {hub.NeedsTerm, "term"},
		{hub.NeedsTermEnd, "term-end"}, {hub.NeedsSuccessor, "successor"}, {hub.NeedsElected, "elected"},
		{hub.NeedsTraining, "training"}, {hub.NeedsCertificate, "certificate"}}
	join := func(words []string) string { return strings.Join(words, " ") }
	for _, m := range table {
		var of, from, by, evidence, grounds []string
		for _, k := range m.Of {
			of = append(of, k.String())
		}
		for _, s := range m.From {
			from = append(from, cmp.Or(string(s), "-")) // - is a record that does not exist yet
		}
		for _, p := range m.By {
			by = append(by, p.Label())
		}
		for _, n := range needs {
			if m.Needs&n.e != 0 {
				evidence = append(evidence, n.word)
			}
		}
		for _, g := range m.Grounds {
			grounds = append(grounds, string(g))
		}
		line := fmt.Sprintf("%s %s: %s → %s | %s | %s | %s", join(of), m.Name, join(from), cmp.Or(string(m.To), "-"), join(by), join(evidence), join(grounds))
		if m.Adverse {
			line += " | adverse"
		}
		if m.Ends {
			line = strings.TrimRight(line, " |") + " | ends"
		}
		line = strings.TrimRight(line, " |")
		lines = append(lines, strings.ReplaceAll(line, "|  |", "| |"))
	}
	return lines
}

func TestMovesAreThoseOfTheDomain(t *testing.T) {
	want := strings.Split(strings.TrimSpace(lifecycle), "\n")
	got := written(hub.Moves())
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Errorf("missing: %s", want[i])
		case i >= len(want):
			t.Errorf("not in the domain: %s", got[i])
		case got[i] != want[i]:
			t.Errorf("row %d is\n%s\nwant\n%s", i+1, got[i], want[i])
		}
	}
	t.Run("whatever is taken out of it is missed", func(t *testing.T) {
		taken := 0
		for i := range hub.Moves() {
			for what, less := range lessened(i) {
				taken++
				if slices.Equal(written(less), want) {
					t.Errorf("nobody misses %s of row %d", what, i+1)
				}
			}
		}
		if taken < 150 {
			t.Errorf("only %d things were taken out", taken)
		}
	})
}

// lessened yields the table without row i, and with the row but without each single
// thing that it says.
func lessened(i int) iter.Seq2[string, []hub.Move] {
	return func(yield func(string, []hub.Move) bool) {
		if !yield("all", slices.Delete(hub.Moves(), i, i+1)) {
			return
		}
		with := func(what string, alter func(*hub.Move)) bool {
			table := hub.Moves()
			alter(&table[i])
			return yield(what, table)
		}
		row := hub.Moves()[i]
		for j, kind := range row.Of {
			if !with(kind.String(), func(m *hub.Move) { m.Of = without(m.Of, j) }) {
				return
			}
		}
		for j, status := range row.From {
			if !with("from "+string(status), func(m *hub.Move) { m.From = without(m.From, j) }) {
				return
			}
		}
		for j, party := range row.By {
			if !with(party.Label(), func(m *hub.Move) { m.By = without(m.By, j) }) {
				return
			}
		}
		for j, ground := range row.Grounds {
			if !with(string(ground), func(m *hub.Move) { m.Grounds = without(m.Grounds, j) }) {
				return
			}
		}
		for bit := hub.Evidence(1); bit != 0; bit <<= 1 {
			if row.Needs&bit != 0 && !with(fmt.Sprintf("evidence %d", bit), func(m *hub.Move) { m.Needs &^= bit }) {
				return
			}
		}
		if row.To != "" && !with("where it leads", func(m *hub.Move) { m.To = "" }) {
			return
		}
		if row.Adverse && !with("that others are told", func(m *hub.Move) { m.Adverse = false }) {
			return
		}
		if row.Ends {
			with("that it ends", func(m *hub.Move) { m.Ends = false })
		}
	}
}

func without[T any](list []T, i int) []T { return slices.Delete(slices.Clone(list), i, i+1) }

// variants are the rosters of the matrix, each with those who keep it.
var variants = []struct {
	name    string
	kind    hub.Kind
	level   hub.Level
	keepers []*hub.Principal
}{
	{"district mediators", hub.KindMediator, hub.LevelDistrict, []*hub.Principal{jinnan}},
	{"city mediators", hub.KindMediator, hub.LevelCity, []*hub.Principal{city}},
	{"district experts", hub.KindExpert, hub.LevelDistrict, []*hub.Principal{jinnan}},
	{"city experts", hub.KindExpert, hub.LevelCity, []*hub.Principal{city, experts}},
	{"a court's list", hub.KindInvitedListing, hub.LevelDistrict, []*hub.Principal{jinnanCourt}},
	{"district organisations", hub.KindOrganization, hub.LevelDistrict, []*hub.Principal{jinnan}},
	{"city organisations", hub.KindOrganization, hub.LevelCity, []*hub.Principal{city}},
}

var everybody = []*hub.Principal{jinnan, heping, city, jinnanCourt, hepingCourt, experts, union, auditor, hub.System,
	{ID: "key_justice", Role: hub.RolePartner, Agency: "JUSTICE", Scopes: []hub.Scope{hub.ScopeAll}}}

// standing puts a record of a variant, in a status, into the store.
func (r *roster) standing(t *testing.T, kind hub.Kind, level hub.Level, status hub.EntryStatus, committee hub.ID) (hub.ID, hub.Revision) {
	t.Helper()
	district := "120112"
	if level == hub.LevelCity {
		district = "120000"
	}
	if kind == hub.KindOrganization {
		o := &hub.Organization{ID: r.store.NextID(kind), Name: "示例组织", Kind: hub.OrgChamber, Level: level, District: district,
			Events: []hub.OrganizationEvent{{Status: hub.OrganizationStatus(status), On: day("2025-01-01"), Until: day("2025-12-31")}}}
		return o.ID, r.add(t, o)
	}
	e := r.entry(kind, "示例人", 0, status)
	e.Level, e.District = level, district
	var record hub.Record
	switch kind {
	case hub.KindMediator:
		record = &hub.Mediator{Entry: e, Organization: committee}
	case hub.KindExpert:
		record = &hub.Expert{Entry: e, RecommendedBy: "市总工会"}
	default:
		record = &hub.InvitedListing{Entry: e, Invitee: hub.InviteePerson, Court: "津0112"}
	}
	return e.ID, r.add(t, record)
}

// TestEveryMoveByEveryRole tries every move of every roster from every status on
// behalf of everybody, and holds the outcome to the table above and to who keeps
// which roster.
func TestEveryMoveByEveryRole(t *testing.T) {
	r := newRoster(t)
	committee := &hub.Organization{ID: r.store.NextID(hub.KindOrganization), Name: "示例人民调解委员会", Kind: hub.OrgPeoplesCommittee, Level: hub.LevelDistrict, District: "120112",
		Events: []hub.OrganizationEvent{{Status: hub.OrganizationActive, On: day("2020-01-01")}}}
	r.add(t, committee)
	tried := 0
	for _, v := range variants {
		statuses := hub.EntryStatuses()
		if v.kind == hub.KindOrganization {
			statuses = nil
			for _, s := range hub.OrganizationStatuses() {
				statuses = append(statuses, hub.EntryStatus(s))
			}
		}
		for _, status := range statuses {
			id, revision := r.standing(t, v.kind, v.level, status, committee.ID)
			for _, name := range hub.MoveNames() {
				at := slices.IndexFunc(hub.Moves(), func(m hub.Move) bool { return m.Name == name && slices.Contains(m.Of, v.kind) })
				for _, p := range everybody {
					want := hub.RefusalMove
					if at >= 0 {
						m := hub.Moves()[at]
						keeps := slices.Contains(v.keepers, p) && (slices.Contains(m.By, hub.ByOwner) || slices.Contains(m.By, hub.ByListingCourt)) ||
							slices.Contains(m.By, hub.ByRecommender) && p == union && v.name == "city experts"
						switch {
						case !keeps:
							want = hub.RefusalForbidden
						case slices.Contains(m.From, status):
							want = ""
						}
					}
					in := r.full(name, id, revision)
					in.Preview = true
					switch name {
					case hub.MoveMerge:
						in.Successor = committee.ID
					case hub.MovePublicise:
						in.PublicFrom, in.PublicUntil = day("2025-06-20"), day("2025-06-27")
					case hub.MoveActivate:
						in.PublicFrom, in.PublicUntil = day("2025-01-01"), day("2025-01-10")
					}
					out, err := r.Move(t.Context(), p, name, in)
					if err != nil {
						t.Fatal(err)
					}
					got := ""
					if len(out.Errors) > 0 {
						got = out.Errors[0].Code
					}
					if got != want {
						t.Errorf("%s, %s, from %s, by %s: %q, want %q (%v)", v.name, name, status, p.ID, got, want, out.Errors)
					}
					tried++
				}
			}
		}
	}
	if want := (5*len(hub.EntryStatuses()) + 2*4) * len(hub.MoveNames()) * len(everybody); tried != want {
		t.Errorf("tried %d, want %d", tried, want)
	}
}
