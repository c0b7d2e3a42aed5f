package hub

import (
	"errors"
	"strings"
	"testing"
)

// fault returns the code of the FieldError in err's chain, "" when there is none.
func fault(err error) string {
	if e, ok := errors.AsType[*FieldError](err); ok {
		return e.Code
	}
	return ""
}

func TestVocabularyWords(t *testing.T) {
	check := func(parse func(string) (string, error), s, want string) {
		t.Helper()
		if got, err := parse(s); err != nil || got != want {
			t.Errorf("%q is %q, %v, want %q", s, got, err, want)
		}
	}
	level, status, source := text(ParseLevel), text(ParseEntryStatus), text(ParseSourceCategory)
	kind, employment, invitee := text(ParseOrganizationKind), text(ParseEmployment), text(ParseInviteeKind)
	organization, gender, court := text(ParseOrganizationStatus), text(ParseGender), text(ParseCourtLevel)

	for _, s := range []string{"市", "市级", "CITY", "city", " 市 级 ", "ＣＩＴＹ"} {
		check(level, s, "CITY")
	}
	check(level, "区", "DISTRICT")
	check(level, "区级", "DISTRICT")

	for word, want := range map[string]string{
		"拟聘": "PROPOSED", "公示": "PUBLICITY", "在册": "ACTIVE", "暂停": "SUSPENDED", "届满": "EXPIRED",
		"辞任": "RESIGNED", "解聘": "DISMISSED", "罢免": "RECALLED", "除名": "STRUCK_OFF", "死亡": "DECEASED",
		"丧失行为能力": "INCAPACITATED", "组织退出": "ORG_EXIT", "不予聘任": "REJECTED", "撤回": "WITHDRAWN",
	} {
		check(status, word, want)
		check(status, want, want)
	}
	check(organization, "合并", "MERGED")
	check(organization, "注销", "DISSOLVED")

	for word, want := range map[string]string{
		"法学专家学者": "LEGAL_SCHOLAR", "劳动关系协调员（师）": "LABOR_COORDINATOR", "劳动关系协调员(师)": "LABOR_COORDINATOR",
		"退休政法干警": "RETIRED_POLITICAL_LEGAL", "人大代表": "NPC_DEPUTY", "政协委员": "CPPCC_MEMBER", "人民陪审员": "PEOPLES_ASSESSOR", "其他": "OTHER",
	} {
		check(source, word, want)
	}
	for word, want := range map[string]string{
		"乡镇（街道）": "STREET_TOWN", "街道(乡镇)": "STREET_TOWN", "事业单位": "PUBLIC_INSTITUTION", "矛调中心": "DISPUTE_CENTER",
		"个人/品牌调解室": "NAMED_STUDIO", "开发区／园区": "PARK", "商(协)会": "CHAMBER",
	} {
		check(kind, word, want)
	}
	check(employment, "专职", "FULL_TIME")
	check(employment, "兼职", "PART_TIME")
	check(invitee, "个人", "PERSON")
	check(invitee, "组织", "ORGANIZATION")
	check(court, "高级人民法院", "HIGH")
	for code, want := range map[string]string{"0": "UNKNOWN", "1": "MALE", "2": "FEMALE", "9": "UNSPECIFIED", "男": "MALE", "女性": "FEMALE"} {
		check(gender, code, want)
	}
}

func text[E ~string](parse func(string) (E, error)) func(string) (string, error) {
	return func(s string) (string, error) {
		v, err := parse(s)
		return string(v), err
	}
}

// Every vocabulary keeps the same promises.
func TestVocabularies(t *testing.T) {
	checkVocabulary(t, "Level", Levels(), ParseLevel, Level.Label, Level.Valid, 2)
	checkVocabulary(t, "EntryStatus", EntryStatuses(), ParseEntryStatus, EntryStatus.Label, EntryStatus.Valid, 14)
	checkVocabulary(t, "OrganizationStatus", OrganizationStatuses(), ParseOrganizationStatus, OrganizationStatus.Label, OrganizationStatus.Valid, 4)
	checkVocabulary(t, "SourceCategory", SourceCategories(), ParseSourceCategory, SourceCategory.Label, SourceCategory.Valid, 18)
	checkVocabulary(t, "OrganizationKind", OrganizationKinds(), ParseOrganizationKind, OrganizationKind.Label, OrganizationKind.Valid, 18)
	checkVocabulary(t, "AgencyKind", AgencyKinds(), ParseAgencyKind, AgencyKind.Label, AgencyKind.Valid, 6)
	checkVocabulary(t, "Gender", Genders(), ParseGender, Gender.Label, Gender.Valid, 4)
	checkVocabulary(t, "BodyPosition", BodyPositions(), ParseBodyPosition, BodyPosition.Label, BodyPosition.Valid, 5)
	checkVocabulary(t, "Employment", Employments(), ParseEmployment, Employment.Label, Employment.Valid, 2)
	checkVocabulary(t, "InviteeKind", InviteeKinds(), ParseInviteeKind, InviteeKind.Label, InviteeKind.Valid, 2)
	checkVocabulary(t, "CourtLevel", CourtLevels(), ParseCourtLevel, CourtLevel.Label, CourtLevel.Valid, 4)
}

func checkVocabulary[E ~string](t *testing.T, name string, values []E, parse func(string) (E, error), label func(E) string, valid func(E) bool, count int) {
	t.Run(name, func(t *testing.T) {
		if len(values) != count {
			t.Errorf("%d values, want %d", len(values), count)
		}
		for _, v := range values {
			if !valid(v) {
				t.Errorf("%s is listed and not valid", v)
			}
			if !strings.ContainsFunc(label(v), isHan) {
				t.Errorf("%s has the label %q", v, label(v))
			}
			for _, word := range []string{string(v), strings.ToLower(string(v)), label(v)} {
				if got, err := parse(word); err != nil || got != v {
					t.Errorf("parse %q: %s, %v", word, got, err)
				}
			}
		}
		if valid("") || valid("NO_SUCH_VALUE") {
			t.Error("a value outside the list is valid")
		}
		if got := label("NO_SUCH_VALUE"); got != "NO_SUCH_VALUE" {
			t.Errorf("the label of an unknown value is %q", got)
		}
		_, err := parse("没有这个词")
		if fault(err) != FaultUnknownWord || !strings.Contains(err.Error(), label(values[0])) || !strings.Contains(err.Error(), "没有这个词") {
			t.Errorf("an unknown word gives %v, which does not offer the choices", err)
		}
		if _, err := parse("　"); fault(err) != FaultRequired {
			t.Errorf("a blank gives %v", err)
		}
		values[0] = "CHANGED"
		if _, err := parse("CHANGED"); err == nil {
			t.Error("the list handed out is the vocabulary itself")
		}
	})
}
