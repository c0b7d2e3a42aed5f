package sheet_test

import (
	"testing"

	"concord/internal/hub"
	"concord/seeds"
)

// rosters are the kinds in the order in which they are imported first.
var rosters = []struct {
	kind hub.Kind
	file string
	rows int
}{
	{hub.KindOrganization, "demo/organizations.csv", 81},
	{hub.KindMediator, "demo/mediators.csv", 320},
	{hub.KindExpert, "demo/experts.csv", 64},
	{hub.KindInvitedListing, "demo/invited.csv", 65},
}

// TestDemoRosters imports the demo rosters, all of them new, and again: then
// nothing is left to do, on the same day and years later, when terms have run
// out and suspensions have ended meanwhile.
func TestDemoRosters(t *testing.T) {
	h := newHouse(t)
	for round, years := range []int{0, 0, 1, 5} {
		h.now = h.now.AddDate(years, 0, 0)
		for _, r := range rosters {
			content, err := seeds.FS.ReadFile(r.file)
			must(t, err)
			want := hub.ImportCounts{Same: r.rows}
			if round == 0 {
				want = hub.ImportCounts{New: r.rows}
			}
			expect(t, h.take(t, r.kind, r.file, content), want)
		}
	}
}
