package hub

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// roleTable is who there is, which place a key of the role must name, and which
// rosters the role keeps: of mediators, experts, organisations and invited listings,
// own and foreign. What each may do and read besides is in the matrices
// (graph/testdata/matrix), cell by cell.
const roleTable = `
ANONYMOUS 匿名访问者 | no key | keeps nothing | receives nothing
PARTNER 合作单位 | key: agency | keeps nothing | receives nothing
DISTRICT_ADMIN 区级管理员 | key: district | keeps own-district-mediators own-district-experts own-district-organizations | receives 120112
CITY_ADMIN 市级管理员 | key: | keeps city-mediators city-experts city-organizations | receives CITY EXPERTS
COURT_KEEPER 法院名册管理员 | key: court | keeps own-court-listings | receives 津0112
EXPERT_KEEPER 专家库管理员 | key: | keeps city-experts | receives EXPERTS
AUDITOR 审计员 | key: | keeps nothing | receives nothing
SYSTEM 系统 | no key | keeps own-district-mediators other-district-mediators city-mediators own-district-experts other-district-experts city-experts own-district-organizations other-district-organizations city-organizations own-court-listings other-court-listings | receives nothing
`

// rosterVariants are all the rosters that can be kept, as somebody of 津南区 sees them.
var rosterVariants = []struct {
	name  string
	owner Owner
}{
	{"own-district-mediators", Owner{KindMediator, LevelDistrict, "120112", ""}},
	{"other-district-mediators", Owner{KindMediator, LevelDistrict, "120101", ""}},
	{"city-mediators", Owner{KindMediator, LevelCity, "120000", ""}},
	{"own-district-experts", Owner{KindExpert, LevelDistrict, "120112", ""}},
	{"other-district-experts", Owner{KindExpert, LevelDistrict, "120101", ""}},
	{"city-experts", Owner{KindExpert, LevelCity, "120000", ""}},
	{"own-district-organizations", Owner{KindOrganization, LevelDistrict, "120112", ""}},
	{"other-district-organizations", Owner{KindOrganization, LevelDistrict, "120101", ""}},
	{"city-organizations", Owner{KindOrganization, LevelCity, "120000", ""}},
	{"own-court-listings", Owner{KindInvitedListing, LevelDistrict, "120112", "津0112"}},
	{"other-court-listings", Owner{KindInvitedListing, LevelDistrict, "120101", "津0101"}},
}

func writtenRoles(rows []roleRow) (lines []string) {
	orNothing := func(words []string) string {
		if len(words) == 0 {
			return "nothing"
		}
		return strings.Join(words, " ")
	}
	for _, row := range rows {
		key := "no key"
		if row.given {
			var places []string
			for place, needed := range map[string]bool{"district": row.needsDistrict, "court": row.needsCourt, "agency": row.needsAgency} {
				if needed {
					places = append(places, place)
				}
			}
			slices.Sort(places)
			key = strings.TrimSpace("key: " + strings.Join(places, " "))
		}
		p := &Principal{Role: row.role, District: "120112", Court: "津0112", Agency: "UNION"}
		var keeps []string
		for _, v := range rosterVariants {
			if p.Keeps(v.owner) {
				keeps = append(keeps, v.name)
			}
		}
		lines = append(lines, fmt.Sprintf("%s %s | %s | keeps %s | receives %s", row.role, row.label, key, orNothing(keeps), orNothing(p.receives())))
	}
	return lines
}

func TestRolesAreThoseOfTheTable(t *testing.T) {
	want := strings.Split(strings.TrimSpace(roleTable), "\n")
	got := writtenRoles(roleRows)
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Errorf("row %d is\n%s\nwant\n%s", i+1, lineOr(got, i), lineOr(want, i))
		}
	}
	for i := range roleRows {
		if slices.Equal(writtenRoles(slices.Delete(slices.Clone(roleRows), i, i+1)), want) {
			t.Errorf("nobody misses the role %s", roleRows[i].role)
		}
		less := slices.Clone(roleRows)
		for name, clear := range map[string]func(*roleRow){
			"district": func(r *roleRow) { r.needsDistrict = false }, "court": func(r *roleRow) { r.needsCourt = false },
			"agency": func(r *roleRow) { r.needsAgency = false }, "keys": func(r *roleRow) { r.given = false }, "label": func(r *roleRow) { r.label = "" },
		} {
			before := less[i]
			clear(&less[i])
			if less[i] != before && slices.Equal(writtenRoles(less), want) {
				t.Errorf("nobody misses %s of %s", name, before.role)
			}
			less[i] = before
		}
	}
}

func lineOr(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "nothing"
}
