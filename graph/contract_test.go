package graph_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql/introspection"
	"github.com/vektah/gqlparser/v2/ast"

	"concord/internal/hub"
	"concord/web"
)

// word is a value of the hub's and what it is called.
type word struct{ value, label string }

func wordsOf[E ~string](values []E, label func(E) string) []word {
	words := make([]word, len(values))
	for i, v := range values {
		words[i].value = string(v)
		if label != nil {
			words[i].label = label(v)
		}
	}
	return words
}

func kindsOf(kinds ...hub.Kind) []word {
	words := make([]word, len(kinds))
	for i, k := range kinds {
		words[i] = word{k.String(), k.Label()}
	}
	return words
}

func outcomes() (words []word) {
	for _, o := range hub.ImportOutcomes() {
		words = append(words, word{o.String(), o.Label()})
	}
	return words
}

// TestEnumsAreTheHubsOwn compares the values of every enum of the contract, order
// included, with the vocabulary behind it, and their descriptions with its labels.
func TestEnumsAreTheHubsOwn(t *testing.T) {
	enums := map[string][]word{
		"Level":              wordsOf(hub.Levels(), hub.Level.Label),
		"EntryStatus":        wordsOf(hub.EntryStatuses(), hub.EntryStatus.Label),
		"OrganizationStatus": wordsOf(hub.OrganizationStatuses(), hub.OrganizationStatus.Label),
		"SourceCategory":     wordsOf(hub.SourceCategories(), hub.SourceCategory.Label),
		"OrganizationKind":   wordsOf(hub.OrganizationKinds(), hub.OrganizationKind.Label),
		"AgencyKind":         wordsOf(hub.AgencyKinds(), hub.AgencyKind.Label),
		"Gender":             wordsOf(hub.Genders(), hub.Gender.Label),
		"BodyPosition":       wordsOf(hub.BodyPositions(), hub.BodyPosition.Label),
		"Employment":         wordsOf(hub.Employments(), hub.Employment.Label),
		"InviteeKind":        wordsOf(hub.InviteeKinds(), hub.InviteeKind.Label),
		"CourtLevel":         wordsOf(hub.CourtLevels(), hub.CourtLevel.Label),
		"AgencyRole":         wordsOf(hub.AgencyRoles(), hub.AgencyRole.Label),
		"Milestone":          wordsOf(hub.Milestones(), hub.Milestone.Label),
		"Ground":             wordsOf(hub.Grounds(), hub.Ground.Label),
		"DuplicateReason":    wordsOf(hub.DuplicateReasons(), hub.DuplicateReason.Label),
		"Move":               wordsOf(hub.MoveNames(), hub.MoveName.Label),
		"SharingClass":       wordsOf([]hub.Class{hub.Public, hub.Conditional, hub.SourceOnly}, hub.Class.Label),
		"Role": wordsOf([]hub.Role{hub.RoleAnonymous, hub.RolePartner, hub.RoleDistrictAdmin, hub.RoleCityAdmin,
			hub.RoleCourtKeeper, hub.RoleExpertKeeper, hub.RoleAuditor, hub.RoleSystem}, hub.Role.Label),
		"RosterOrderField": wordsOf([]hub.OrderField{hub.OrderByName, hub.OrderByRegistrationNo, hub.OrderByUpdated, hub.OrderByTermEnd}, nil),
		"SuggestionKind": wordsOf([]hub.SuggestionKind{hub.SuggestName, hub.SuggestOrganization, hub.SuggestSpecialty,
			hub.SuggestDistrict, hub.SuggestSource, hub.SuggestEverydayWord}, nil),
		"RecordKind": kindsOf(hub.KindPerson, hub.KindMediator, hub.KindOrganization, hub.KindExpert, hub.KindInvitedListing, hub.KindChecklist, hub.KindProgressNote, hub.KindSecondment, hub.KindCorrection,
			hub.KindArbitrator, hub.KindLiaison, hub.KindTraining, hub.KindAward, hub.KindStationing, hub.KindEverydayWord, hub.KindRecommendation, hub.KindKey, hub.KindAccount, hub.KindAgreement),
		"AgreementStatus":         wordsOf(hub.AgreementStatuses(), hub.AgreementStatus.Label),
		"CorrectionState":         wordsOf(hub.CorrectionStates(), hub.CorrectionState.Label),
		"CorrectionSide":          wordsOf(hub.CorrectionSides(), nil),
		"SecondmentState":         wordsOf(hub.SecondmentStates(), hub.SecondmentState.Label),
		"SecondedState":           wordsOf(hub.SecondedStates(), hub.SecondedState.Label),
		"SecondmentStep":          wordsOf(hub.SecondmentSteps(), hub.SecondmentStep.Label),
		"SecondmentSide":          wordsOf(hub.SecondmentSides(), nil),
		"ReasonCode":              wordsOf(hub.ReasonCodes(), hub.ReasonCode.Label),
		"SheetState":              wordsOf(hub.SheetStates(), hub.SheetState.Label),
		"ImportOutcome":           outcomes(),
		"SearchKind":              kindsOf(append(slices.Clone(hub.RosterKinds), hub.KindMeasure)...),
		"ArbitratorQualification": wordsOf(hub.ArbitratorQualifications(), hub.ArbitratorQualification.Label),
		"LiaisonRole":             wordsOf(hub.LiaisonRoles(), hub.LiaisonRole.Label),
		"AwardLevel":              wordsOf(hub.AwardLevels(), hub.AwardLevel.Label),
		"AwardStatus":             wordsOf(hub.AwardStatuses(), hub.AwardStatus.Label),
		"Weekday":                 wordsOf(hub.Weekdays(), hub.Weekday.Label),
		"OrganizationRule":        wordsOf(hub.OrganizationRules(), hub.OrganizationRule.Label),
		"CallerKind":              wordsOf([]hub.CallerKind{hub.CallerAnonymous, hub.CallerKey, hub.CallerAccount, hub.CallerOperator}, nil),
		"SignInKind":              wordsOf([]hub.SignInKind{hub.SignInPassword, hub.SignInProvider}, nil),
		"WordState":               wordsOf(hub.WordStates(), hub.WordState.Label),
		"WordOrigin":              wordsOf(hub.WordOrigins(), hub.WordOrigin.Label),
		"PieceSort":               wordsOf(hub.PieceSorts(), hub.PieceSort.Label),
		"MeasureStatus":           wordsOf(hub.MeasureStatuses(), hub.MeasureStatus.Label),
	}
	alone := []string{"OrderDirection", "ChangeAction", "RatePer"} // no type of the hub stands behind them
	for name, d := range schema().Types {
		if d.Kind != ast.Enum || d.BuiltIn || slices.Contains(alone, name) {
			continue
		}
		var values, labels []string
		for _, v := range d.EnumValues {
			values, labels = append(values, v.Name), append(labels, v.Description)
		}
		var want []string
		for i, w := range enums[name] {
			want = append(want, w.value)
			if i < len(labels) && !strings.HasPrefix(labels[i], w.label) {
				t.Errorf("%s.%s is described as %q; the hub calls it %s", name, w.value, labels[i], w.label)
			}
		}
		if !slices.Equal(values, want) {
			t.Errorf("%s is %v in the contract and %v in the hub", name, values, want)
		}
	}
}

// TestToolsMayReadTheContract asks what the explorer and every client generator
// ask first.
func TestToolsMayReadTheContract(t *testing.T) {
	answer := newWorld(t).ask(t, "", introspection.Query, nil)
	if len(answer.Errors) > 0 {
		t.Fatal(answer.Errors)
	}
	var data struct {
		Schema struct {
			Types []struct {
				Name   string
				Fields []struct{ Name, Description string }
			}
		} `json:"__schema"`
	}
	answer.into(t, &data)
	for _, d := range data.Schema.Types {
		if d.Name == "Mediator" && len(d.Fields) == len(schema().Types["Mediator"].Fields) && strings.Contains(d.Fields[0].Description, "全局 id") {
			return
		}
	}
	t.Errorf("Mediator is not told of as it stands in the contract: %.500s", answer.body)
}

// TestExamplesAreAnswered asks every example of the explorer as its caller would.
func TestExamplesAreAnswered(t *testing.T) {
	w := newSearchedWorld(t)
	w.more(t, 100) // examples name revisions of the demo rosters
	w.caughtUp(t)
	as := map[string]string{"匿名访问": "anonymous", "法院工作人员": "court-keeper-津0101", "合作单位程序": "partner+all", "人社管理员": "city-admin"}
	for _, example := range web.Examples() {
		t.Run(example.Title, func(t *testing.T) {
			caller, ok := as[example.Caller]
			if !ok {
				t.Fatalf("nobody stands for %s", example.Caller)
			}
			for _, e := range w.ask(t, caller, example.Query, nil).Errors {
				t.Error(e)
			}
		})
	}
}

// TestPriceIsSaid compares what operations cost with what was worked out by hand.
func TestPriceIsSaid(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		query     string
		variables map[string]any
		cost      int
	}{
		"a field":                          {`{ viewer { id } }`, nil, 2},
		"a page":                           {`{ mediators(first: 50) { nodes { name } } }`, nil, 100 + 1 + 50},
		"a page of the default size":       {`{ mediators { nodes { name } } }`, nil, 100 + 1 + 20},
		"a size by variable":               {`query($n: Int) { mediators(first: $n) { edges { node { name } } } }`, map[string]any{"n": 10}, 100 + 1 + 10*(1+1)},
		"a size beyond the largest":        {`{ mediators(first: 100000) { nodes { name } } }`, nil, 100 + 1 + 100},
		"totals and facets":                {`{ mediators(first: 1) { totalCount facets { field } } }`, nil, 100 + 200 + 5000 + 5},
		"a list within a list":             {`{ organizations(first: 3) { nodes { mediators(first: 2) { nodes { name } } } } }`, nil, 100 + 1 + 3*(1000+1+2)},
		"what is left out is free":         {`query($no: Boolean!) { viewer { id name @include(if: $no) ...f @skip(if: true) } } fragment f on Viewer { role }`, map[string]any{"no": false}, 2},
		"a fragment as often as it stands": {`{ a: viewer { ...f } b: viewer { ...f } } fragment f on Viewer { id name }`, nil, 6},
		"ids":                              {`{ nodes(ids: ["med_1", "med_2", "med_3"]) { id } }`, nil, 1 + 3},
	} {
		t.Run(name, func(t *testing.T) {
			answer := w.ask(t, "", c.query, c.variables)
			price, err := json.Marshal(answer.Extensions["cost"])
			if err != nil {
				t.Fatal(err)
			}
			var cost struct{ Requested, Limit int }
			if err := json.Unmarshal(price, &cost); err != nil || cost.Requested != c.cost || cost.Limit != 100_000 {
				t.Errorf("cost %s, want %d", price, c.cost)
			}
		})
	}
}
