package hub

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ReportQuery asks for the statistics report 统计报告 of a period (measures 22.2 and
// 44.2).
type ReportQuery struct {
	From, To Date     // both within the period
	District []string // codes or names; none: all
	AsOf     AsOf
}

// Report is what became of the rosters in a period, by district.
type Report struct {
	From, To  Date
	Revision  Revision
	Total     *ReportRow
	Districts []*ReportRow // in the order of the regions; those without anything too
}

// ReportRow is one line of the report. District is nil in the line of all.
type ReportRow struct {
	District        *Region
	Mediators       *Flow
	Experts         *Flow
	InvitedListings *Flow
	Organizations   *Flow
	FullTime        int // mediators on the roster at the end of the period
	PartTime        int
	Streets         *StreetCoverage
}

// Flow is how a roster changed in a period. AtStart + Joined + Returned − Left is
// AtEnd.
type Flow struct {
	AtStart  int // on the roster on the day before the first one
	Joined   int // came onto it, other than back from an expired term
	Returned int // came back after a term had run out: renewed late
	Left     int
	LeftBy   []Bucket // by what became of them
	Renewed  int      // began a further term: without a gap, or late
	AtEnd    int      // on the roster on the last day
	Expired  int      // not on it on the last day because the term ran out: 届满未续聘
}

// Net is how much larger the roster is than it was.
func (f *Flow) Net() int { return f.AtEnd - f.AtStart }

// StreetCoverage tells of the organisations by street on the last day. No list of
// streets by name is at hand: their number is the official one (GB/T 10114), their
// names are those that records carry.
type StreetCoverage struct {
	Official      int           // streets and towns that the district has
	Covered       int           // those that an organisation stands in
	CoveredByOwn  int           // those that have an organisation of street or town, or of a park
	WithoutOwn    []StreetCount // known ones that have none, with how many other organisations
	Organizations []StreetCount // by street, the most first
}

// Gap is how many streets have no organisation of their own.
func (s *StreetCoverage) Gap() int { return max(0, s.Official-s.CoveredByOwn) }

// StreetCount is how many organisations stand in a street.
type StreetCount struct {
	District *Region
	Street   string
	Count    int
}

// streetKinds are the organisations that a street or town is to have; parks follow
// the same rule (measure 19.2).
var streetKinds = []OrganizationKind{OrgStreetTown, OrgPark}

// Report makes the statistics report. Every figure is counted from what the store
// holds in memory, in one pass a roster.
func (h *Hub) Report(ctx context.Context, q ReportQuery) (*Report, error) {
	if q.To < q.From {
		return nil, Invalid("to", "期末 %s 早于期初 %s。请核对。", q.To, q.From)
	}
	filter, err := h.filter(KindMediator, FilterArgs{District: q.District})
	if err != nil {
		return nil, err
	}
	report := &Report{From: q.From, To: q.To}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		moment, err := h.moment(snap, q.AsOf, q.To)
		if err != nil {
			return err
		}
		moment.Listed = false
		if report.Revision = moment.At; moment.At == 0 {
			report.Revision = snap.Revision()
		}
		r := &reporter{h, snap, moment, filter, q.From, map[string]*ReportRow{}}
		return r.fill(report)
	})
	if err != nil {
		return nil, err
	}
	return report, nil
}

// ReportStatement says who took a report away, when, and at which revision it was
// true.
func (h *Hub) ReportStatement(p *Principal, r *Report) string {
	return fmt.Sprintf("统计报告（%s 至 %s）由“%s”（%s）于 %s（北京时间）从调解资源共享中心导出；修订号：%d。",
		r.From, r.To, p.Name, p.Role.Label(), h.now().In(chinaTime).Format("2006-01-02 15:04:05"), r.Revision)
}

// reporter makes one report.
type reporter struct {
	hub    *Hub
	snap   Snapshot
	moment Moment // On is the last day
	filter Filter
	from   Date
	rows   map[string]*ReportRow // by district, "" for all
}

func (r *reporter) fill(report *Report) error {
	report.Total = r.row("")
	for _, region := range r.hub.reference.Regions() {
		if oneOf(r.filter.District, region.Code) {
			report.Districts = append(report.Districts, r.row(region.Code))
		}
	}
	for _, of := range []struct {
		kind Kind
		flow func(*ReportRow) *Flow
	}{
		{KindMediator, func(row *ReportRow) *Flow { return row.Mediators }},
		{KindExpert, func(row *ReportRow) *Flow { return row.Experts }},
		{KindInvitedListing, func(row *ReportRow) *Flow { return row.InvitedListings }},
		{KindOrganization, func(row *ReportRow) *Flow { return row.Organizations }},
	} {
		if err := r.flows(of.kind, of.flow); err != nil {
			return err
		}
	}
	if err := r.employment(); err != nil {
		return err
	}
	return r.streets(report)
}

// row returns the line of a district.
func (r *reporter) row(district string) *ReportRow {
	row := r.rows[district]
	if row == nil {
		row = &ReportRow{Mediators: &Flow{}, Experts: &Flow{}, InvitedListings: &Flow{}, Organizations: &Flow{}, Streets: &StreetCoverage{}}
		if district != "" {
			row.District = &Region{Code: district, Name: district}
			if region, ok := r.hub.reference.Region(district); ok {
				row.District = region
			}
		}
		r.rows[district] = row
	}
	return row
}

// flows counts how a roster changed.
func (r *reporter) flows(kind Kind, of func(*ReportRow) *Flow) error {
	total := of(r.row(""))
	left := map[*Flow]map[Status]int{}
	for life, err := range r.snap.Lives(kind, r.filter, r.moment) {
		if err != nil {
			return err
		}
		own := of(r.row(life.District))
		for _, f := range [...]*Flow{total, own} {
			f.add(life.Timeline, r.from, r.moment.On, func(s Status) {
				if left[f] == nil {
					left[f] = map[Status]int{}
				}
				left[f][s]++
			})
		}
	}
	for f, by := range left {
		for _, s := range slices.Sorted(maps.Keys(by)) {
			f.LeftBy = append(f.LeftBy, Bucket{string(s), r.hub.valueLabel(ByStatus, string(s)), by[s]})
		}
		slices.SortStableFunc(f.LeftBy, func(a, b Bucket) int { return b.Count - a.Count })
	}
	return nil
}

// add counts one record. left is told what became of it whenever it left.
func (f *Flow) add(line Timeline, from, to Date, left func(Status)) {
	var before Status
	for _, step := range line {
		if step.From > to {
			break
		}
		if step.From >= from {
			f.move(before, step.Status, left)
		}
		before = step.Status
	}
	switch {
	case before.OnRoster():
		f.AtEnd++
	case before == StatusExpired:
		f.Expired++
	}
	if line.On(from - 1).OnRoster() {
		f.AtStart++
	}
}

// move counts one step within the period.
func (f *Flow) move(before, after Status, left func(Status)) {
	switch {
	case before.OnRoster() && !after.OnRoster():
		f.Left++
		left(after)
	case !before.OnRoster() && after.OnRoster() && before == StatusExpired:
		f.Returned++
		f.Renewed++
	case !before.OnRoster() && after.OnRoster():
		f.Joined++
	case before == after && after.OnRoster():
		f.Renewed++
	}
}

// employment counts the mediators on the roster on the last day by employment.
func (r *reporter) employment() error {
	filter := r.filter
	filter.Status = []Status{StatusActive, StatusSuspended}
	cells, err := r.snap.Count(CountQuery{Kind: KindMediator, Filter: filter, Moment: r.moment, By: [][]Dimension{{ByDistrict, ByEmployment}}})
	if err != nil {
		return err
	}
	for _, c := range cells[0] {
		for _, row := range []*ReportRow{r.row(""), r.row(c.Values[0])} {
			if Employment(c.Values[1]) == EmploymentFullTime {
				row.FullTime += c.Count
			} else {
				row.PartTime += c.Count
			}
		}
	}
	return nil
}

// streets counts the organisations by street on the last day.
func (r *reporter) streets(report *Report) error {
	by := [][]Dimension{{ByDistrict, ByStreet}}
	count := func(kind Kind, filter Filter) ([]Cell, error) {
		cells, err := r.snap.Count(CountQuery{Kind: kind, Filter: filter, Moment: r.moment, By: by})
		if err != nil {
			return nil, err
		}
		return cells[0], nil
	}
	active := r.filter
	active.Status = []Status{Status(OrganizationActive)}
	bodies, err := count(KindOrganization, active)
	if err != nil {
		return err
	}
	active.OrgKind = streetKinds
	own, err := count(KindOrganization, active)
	if err != nil {
		return err
	}
	people, err := count(KindMediator, r.filter)
	if err != nil {
		return err
	}
	for _, row := range report.Districts {
		row.Streets.Official = officialStreets(row.District)
		report.Total.Streets.Official += row.Streets.Official
	}
	hasOwn, standing := map[[2]string]bool{}, map[[2]string]int{}
	for _, c := range people {
		standing[[2]string(c.Values)] = 0
	}
	for _, c := range bodies {
		standing[[2]string(c.Values)] = c.Count
	}
	for _, c := range own {
		hasOwn[[2]string(c.Values)] = true
	}
	for _, c := range bodies {
		row := r.row(c.Values[0])
		of := StreetCount{row.District, c.Values[1], c.Count}
		for _, s := range []*StreetCoverage{row.Streets, report.Total.Streets} {
			s.Covered++
			s.Organizations = append(s.Organizations, of)
		}
	}
	for place, n := range standing {
		row := r.row(place[0])
		for _, s := range []*StreetCoverage{row.Streets, report.Total.Streets} {
			if hasOwn[place] {
				s.CoveredByOwn++
			} else {
				s.WithoutOwn = append(s.WithoutOwn, StreetCount{row.District, place[1], n})
			}
		}
	}
	for _, row := range append(slices.Clone(report.Districts), report.Total) {
		slices.SortFunc(row.Streets.WithoutOwn, compareStreets)
		slices.SortFunc(row.Streets.Organizations, compareStreets)
	}
	return nil
}

// compareStreets orders streets by how many organisations they have, the most
// first, then by district and name.
func compareStreets(a, b StreetCount) int {
	return cmp.Or(b.Count-a.Count, strings.Compare(a.District.Code, b.District.Code), strings.Compare(a.Street, b.Street))
}

// officialStreets is how many streets and towns a district has; development zones
// are among them.
func officialStreets(region *Region) (n int) {
	for _, count := range region.Townships {
		n += count
	}
	return n
}
