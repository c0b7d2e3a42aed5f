package hub

import (
	"context"
	"slices"
)

// Coverage tells where the mechanisms reach and where they do not, by district
// (measures 13.2, 19, 20, 22.1, 32.1, 33, 34.1, 41).
type Coverage struct {
	On        Date
	Revision  Revision
	Districts []*DistrictCoverage
}

// DistrictCoverage is what holds of one district on the day.
type DistrictCoverage struct {
	District                     *Region
	Moment                       Moment
	Organizations                int      // active
	OrganizationsByKind          []Bucket // of these
	JointStudio                  bool     // 联合调解工作室, measure 13.2
	Arbitrators                  int      // in office
	StreetsWithoutPrimary        []string // known streets for which no arbitrator is in charge
	OrganizationsWithoutPrimary  []ID     // nor for these, by name or by street
	RulesComplete                int      // organisations with all eight rules
	RulesReported                int      // organisations that said something of them
	Windows                      int      // organisations with a window
	Providers                    int      // organisations with a running contract of services
	OrganizationsWithoutFullTime []ID     // active ones for which no full-time mediator is on the roster
	Stationings                  int      // in force
	Awards                       int      // awarded and not revoked
}

// WithoutPrimary is how many organisations no arbitrator is in charge of.
func (d *DistrictCoverage) WithoutPrimary() int { return len(d.OrganizationsWithoutPrimary) }

// WithoutFullTime is how many organisations have no full-time mediator.
func (d *DistrictCoverage) WithoutFullTime() int { return len(d.OrganizationsWithoutFullTime) }

// CoverageQuery asks for the coverage on a day.
type CoverageQuery struct {
	On       Date // 0: today, or the day of the past moment
	AsOf     AsOf
	District []string // codes or names; none: all
}

// Coverage finds the gaps.
func (h *Hub) Coverage(ctx context.Context, q CoverageQuery) (*Coverage, error) {
	filter, err := h.filter(KindOrganization, FilterArgs{District: q.District})
	if err != nil {
		return nil, err
	}
	out := &Coverage{}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		moment, err := h.moment(snap, q.AsOf, q.On)
		if err != nil {
			return err
		}
		moment.Listed = false
		out.On = moment.On
		if out.Revision = moment.At; moment.At == 0 {
			out.Revision = snap.Revision()
		}
		c := &coverer{h, snap, moment, filter, map[string]*DistrictCoverage{}, map[string]bool{}, map[ID]bool{}}
		for _, region := range h.reference.Regions() {
			if oneOf(filter.District, region.Code) {
				d := &DistrictCoverage{District: region, Moment: moment}
				c.districts[region.Code] = d
				out.Districts = append(out.Districts, d)
			}
		}
		return c.fill()
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// coverer makes one coverage.
type coverer struct {
	hub       *Hub
	snap      Snapshot
	moment    Moment
	filter    Filter
	districts map[string]*DistrictCoverage
	primary   map[string]bool // subjects for which somebody is in charge
	fullTime  map[ID]bool     // organisations that have a full-time mediator
}

func (c *coverer) fill() error {
	for _, of := range []struct {
		kind Kind
		by   Dimension
		set  func(*DistrictCoverage, Cell)
	}{
		{KindArbitrator, ByStatus, func(d *DistrictCoverage, cell Cell) { d.Arbitrators += inForce(cell) }},
		{KindStationing, ByStatus, func(d *DistrictCoverage, cell Cell) { d.Stationings += inForce(cell) }},
		{KindAward, ByStatus, func(d *DistrictCoverage, cell Cell) {
			if AwardStatus(cell.Values[1]) == AwardAwarded {
				d.Awards += cell.Count
			}
		}},
	} {
		if err := c.count(of.kind, c.filter, of.by, of.set); err != nil {
			return err
		}
	}
	if err := c.liaisons(); err != nil {
		return err
	}
	if err := c.fullTimers(); err != nil {
		return err
	}
	if err := c.organizations(); err != nil {
		return err
	}
	return c.streets()
}

func inForce(cell Cell) int {
	if Status(cell.Values[1]) == StatusActive {
		return cell.Count
	}
	return 0
}

// count hands on the counts of a kind by district and another dimension.
func (c *coverer) count(kind Kind, filter Filter, by Dimension, set func(*DistrictCoverage, Cell)) error {
	cells, err := c.snap.Count(CountQuery{Kind: kind, Filter: filter, Moment: c.moment, By: [][]Dimension{{ByDistrict, by}}})
	if err != nil {
		return err
	}
	for _, cell := range cells[0] {
		if d := c.districts[cell.Values[0]]; d != nil {
			set(d, cell)
		}
	}
	return nil
}

// liaisons notes for what somebody is in charge.
func (c *coverer) liaisons() error {
	for v, err := range c.snap.All(c.moment.At, KindLiaison) {
		if err != nil {
			return err
		}
		l := v.Record.(*LiaisonAssignment)
		if l.Role != LiaisonPrimary || !l.holdsOn(c.moment.On) {
			continue
		}
		for _, key := range l.Facts().Keys {
			c.primary[key.Value] = true
		}
	}
	return nil
}

// fullTimers notes which organisations have a full-time mediator, of whatever
// district she is.
func (c *coverer) fullTimers() error {
	for life, err := range c.snap.Lives(KindMediator, Filter{}, c.moment) {
		if err != nil {
			return err
		}
		if life.Employment == EmploymentFullTime && life.Timeline.On(c.moment.On).OnRoster() {
			c.fullTime[life.Organization] = true
		}
	}
	return nil
}

// organizations looks at every active organisation.
func (c *coverer) organizations() error {
	active := c.filter
	active.Status = []Status{Status(OrganizationActive)}
	err := c.count(KindOrganization, active, ByOrgKind, func(d *DistrictCoverage, cell Cell) {
		d.Organizations += cell.Count
		kind := OrganizationKind(cell.Values[1])
		d.OrganizationsByKind = append(d.OrganizationsByKind, Bucket{cell.Values[1], kind.Label(), cell.Count})
		d.JointStudio = d.JointStudio || kind == OrgJointStudio
	})
	if err != nil {
		return err
	}
	for v, err := range c.snap.All(c.moment.At, KindOrganization) {
		if err != nil {
			return err
		}
		o := v.Record.(*Organization)
		d := c.districts[o.District]
		if d == nil || OrganizationStatus(o.Timeline().On(c.moment.On)) != OrganizationActive {
			continue
		}
		if !c.primary[o.ID.String()] && !(o.Street != "" && c.primary[streetSubject(o.District, o.Street)]) {
			d.OrganizationsWithoutPrimary = append(d.OrganizationsWithoutPrimary, o.ID)
		}
		if !c.fullTime[o.ID] {
			d.OrganizationsWithoutFullTime = append(d.OrganizationsWithoutFullTime, o.ID)
		}
		for n, holds := range map[*int]bool{&d.RulesReported: len(o.Rules) > 0, &d.RulesComplete: o.HasAllRules(), &d.Windows: o.Window != nil, &d.Providers: o.Purchase.holdsOn(c.moment.On)} {
			if holds {
				*n++
			}
		}
	}
	return nil
}

// streets finds the known streets for which nobody is in charge.
func (c *coverer) streets() error {
	seen := map[string]bool{}
	for _, kind := range []Kind{KindOrganization, KindMediator} {
		err := c.count(kind, c.filter, ByStreet, func(d *DistrictCoverage, cell Cell) {
			subject := streetSubject(cell.Values[0], cell.Values[1])
			if !seen[subject] && !c.primary[subject] {
				d.StreetsWithoutPrimary = append(d.StreetsWithoutPrimary, cell.Values[1])
			}
			seen[subject] = true
		})
		if err != nil {
			return err
		}
	}
	for _, d := range c.districts {
		slices.Sort(d.StreetsWithoutPrimary)
	}
	return nil
}
