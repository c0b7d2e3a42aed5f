package hub

import "testing"

// What a record does in a period is told from its timeline alone; whatever happens,
// the roster at the end is that at the start with what came and without what left.
func TestFlow(t *testing.T) {
	day := func(s string) Date {
		d, err := ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	from, to := day("2025-01-01"), day("2025-12-31")
	for name, c := range map[string]struct {
		line Timeline
		want Flow
		left Status
	}{
		"there all the time":            {Timeline{{day("2024-01-01"), StatusActive}}, Flow{AtStart: 1, AtEnd: 1}, ""},
		"joined on the first day":       {Timeline{{day("2025-01-01"), StatusActive}}, Flow{Joined: 1, AtEnd: 1}, ""},
		"joined on the last day":        {Timeline{{day("2025-12-31"), StatusActive}}, Flow{Joined: 1, AtEnd: 1}, ""},
		"joined later":                  {Timeline{{day("2026-01-01"), StatusActive}}, Flow{}, ""},
		"after publicity":               {Timeline{{day("2024-12-01"), StatusPublicity}, {day("2025-02-01"), StatusActive}}, Flow{Joined: 1, AtEnd: 1}, ""},
		"suspended and back":            {Timeline{{day("2024-01-01"), StatusActive}, {day("2025-02-01"), StatusSuspended}, {day("2025-03-01"), StatusActive}}, Flow{AtStart: 1, AtEnd: 1}, ""},
		"resigned":                      {Timeline{{day("2024-01-01"), StatusActive}, {day("2025-02-01"), StatusResigned}}, Flow{AtStart: 1, Left: 1}, StatusResigned},
		"resigned on the day before":    {Timeline{{day("2024-01-01"), StatusActive}, {day("2024-12-31"), StatusResigned}}, Flow{}, ""},
		"expired and not renewed":       {Timeline{{day("2024-01-01"), StatusActive}, {day("2025-07-01"), StatusExpired}}, Flow{AtStart: 1, Left: 1, Expired: 1}, StatusExpired},
		"expired long ago":              {Timeline{{day("2020-01-01"), StatusActive}, {day("2022-07-01"), StatusExpired}}, Flow{Expired: 1}, ""},
		"renewed without a gap":         {Timeline{{day("2024-01-01"), StatusActive}, {day("2025-07-01"), StatusActive}}, Flow{AtStart: 1, Renewed: 1, AtEnd: 1}, ""},
		"renewed late":                  {Timeline{{day("2024-01-01"), StatusActive}, {day("2025-07-01"), StatusExpired}, {day("2025-09-01"), StatusActive}}, Flow{AtStart: 1, Left: 1, Returned: 1, Renewed: 1, AtEnd: 1}, StatusExpired},
		"renewed while suspended":       {Timeline{{day("2024-01-01"), StatusSuspended}, {day("2025-07-01"), StatusSuspended}}, Flow{AtStart: 1, Renewed: 1, AtEnd: 1}, ""},
		"came and went":                 {Timeline{{day("2025-02-01"), StatusActive}, {day("2025-03-01"), StatusDismissed}}, Flow{Joined: 1, Left: 1}, StatusDismissed},
		"proposed, and never came":      {Timeline{{day("2025-02-01"), StatusProposed}, {day("2025-03-01"), StatusRejected}}, Flow{}, ""},
		"an organisation was dissolved": {Timeline{{day("2020-01-01"), Status(OrganizationActive)}, {day("2025-03-01"), Status(OrganizationDissolved)}}, Flow{AtStart: 1, Left: 1}, Status(OrganizationDissolved)},
	} {
		t.Run(name, func(t *testing.T) {
			var got Flow
			var left Status
			got.add(c.line, from, to, func(s Status) { left = s })
			if got.AtStart+got.Joined+got.Returned-got.Left != got.AtEnd || got.Net() != got.AtEnd-got.AtStart {
				t.Errorf("%+v does not add up", got)
			}
			if got.AtStart != c.want.AtStart || got.Joined != c.want.Joined || got.Returned != c.want.Returned || got.Left != c.want.Left ||
				got.Renewed != c.want.Renewed || got.AtEnd != c.want.AtEnd || got.Expired != c.want.Expired || left != c.left {
				t.Errorf("got %+v and %q, want %+v and %q", got, left, c.want, c.left)
			}
		})
	}
}

func TestStreetKey(t *testing.T) {
	for street, want := range map[string]string{
		"小白楼": "小白楼", "小白楼街道": "小白楼", "小白楼街道办事处": "小白楼", "咸水沽镇": "咸水沽", "孙各庄满族乡": "孙各庄满族", "120112103": "120112103", "古镇": "古镇", "": "",
	} {
		if got := StreetKey(street); got != want {
			t.Errorf("%q is %q, want %q", street, got, want)
		}
	}
}
