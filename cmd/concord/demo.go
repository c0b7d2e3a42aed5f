package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"concord/internal/hub"
	"concord/seeds"
)

const demoMechanisms = "demo/mechanisms.json"

// demoRecords are what hangs on the demo rosters, as the file says it: records of
// the hub that name others by registration number. The fields here stand in the
// place of the hub's ids of the same name.
type demoRecords struct {
	Arbitrators []struct {
		hub.Arbitrator
		No           string // by which liaisons name her
		Organization string
	}
	Liaisons []struct {
		hub.LiaisonAssignment
		Arbitrator    string
		Organizations []string
	}
	Trainings []struct {
		hub.TrainingRecord
		Listing string
	}
	Awards []struct {
		hub.Award
		Organization string
	}
	Stationings []struct {
		hub.Stationing
		Who, Centre string
	}
	Practices []struct {
		Organization string
		Window       *struct {
			Scope, Hours string
			Behind       []string
		}
		Rules    []hub.RuleInPlace
		Purchase *hub.ServicePurchase
	}
}

// seedDemoMechanisms adds what hangs on the demo rosters, unless something does
// already.
func (f *folder) seedDemoMechanisms(ctx context.Context) error {
	have, err := f.hub.Arbitrators(ctx, hub.System, hub.RosterQuery{Total: true})
	if err != nil || have.TotalCount > 0 {
		return err
	}
	data, err := seeds.FS.ReadFile(demoMechanisms)
	if err != nil {
		return err
	}
	var demo demoRecords
	if err := json.Unmarshal(data, &demo); err != nil {
		return fmt.Errorf("%s：%w", demoMechanisms, err)
	}
	s := &demoSeeder{folder: f, ctx: ctx}
	s.records(&demo)
	if s.err != nil {
		return fmt.Errorf("%s：%w", demoMechanisms, s.err)
	}
	if _, err := f.hub.Load(ctx, hub.System, "载入示例数据", s.all, nil); err != nil {
		return err
	}
	return s.practices(&demo)
}

// demoSeeder turns the file into records. It keeps the first error.
type demoSeeder struct {
	*folder
	ctx    context.Context
	loaded []hub.Record
	err    error
}

func (s *demoSeeder) all(yield func(hub.Record, error) bool) {
	for _, r := range s.loaded {
		if !yield(r, nil) {
			return
		}
	}
}

// add gives a record its id and what it takes over from what it is about.
func (s *demoSeeder) add(r hub.Record, b *hub.MechanismBase, kind hub.Kind) {
	b.ID, b.Fictional = s.hub.NextID(kind), true
	if b.RecordedBy == "" {
		b.RecordedBy = b.District
	}
	s.loaded = append(s.loaded, r)
}

func (s *demoSeeder) records(demo *demoRecords) {
	arbitrators := map[string]*hub.Arbitrator{}
	for i := range demo.Arbitrators {
		in := &demo.Arbitrators[i]
		if in.Organization != "" {
			in.Arbitrator.Organization = s.organization(in.Organization).Organization.ID
		}
		s.add(&in.Arbitrator, &in.MechanismBase, hub.KindArbitrator)
		arbitrators[in.No] = &in.Arbitrator
	}
	for i := range demo.Liaisons {
		in := &demo.Liaisons[i]
		a := arbitrators[in.Arbitrator]
		if a == nil {
			s.missing(in.Arbitrator)
			return
		}
		in.LiaisonAssignment.Arbitrator, in.Name, in.Level = a.ID, a.Name, a.Level
		for _, no := range in.Organizations {
			in.LiaisonAssignment.Organizations = append(in.LiaisonAssignment.Organizations, s.organization(no).Organization.ID)
		}
		slices.Sort(in.LiaisonAssignment.Organizations)
		s.add(&in.LiaisonAssignment, &in.MechanismBase, hub.KindLiaison)
	}
	for i := range demo.Trainings {
		in := &demo.Trainings[i]
		e := s.listing(in.Listing)
		in.TrainingRecord.Listing, in.PersonID, in.Name, in.Level, in.District = e.ID, e.PersonID, e.Name, e.Level, e.District
		s.add(&in.TrainingRecord, &in.MechanismBase, hub.KindTraining)
	}
	for i := range demo.Awards {
		in := &demo.Awards[i]
		o := s.organization(in.Organization).Organization
		in.Award.Organization, in.Name, in.Level, in.District = o.ID, o.Name, o.Level, o.District
		s.add(&in.Award, &in.MechanismBase, hub.KindAward)
	}
	for i := range demo.Stationings {
		in := &demo.Stationings[i]
		centre := s.organization(in.Centre).Organization
		in.Stationing.Centre, in.Level, in.District = centre.ID, centre.Level, centre.District
		if o, err := s.hub.OrganizationBy(s.ctx, hub.System, hub.By{RegistrationNo: &in.Who}, hub.AsOf{}); err == nil && o != nil {
			in.Stationing.Who, in.Name = o.Organization.ID, o.Name
		} else {
			e := s.listing(in.Who)
			in.Stationing.Who, in.Name = e.ID, e.Name
		}
		s.add(&in.Stationing, &in.MechanismBase, hub.KindStationing)
	}
}

// practices writes windows, rules and contracts as anybody's are written.
func (s *demoSeeder) practices(demo *demoRecords) error {
	for _, p := range demo.Practices {
		o := s.organization(p.Organization)
		in := hub.RecordPracticeInput{
			Write: hub.Write{ID: o.Organization.ID, Expected: o.Revision, Reason: "载入示例数据", IdempotencyKey: "demo-practice-" + p.Organization},
			Rules: p.Rules, Purchase: p.Purchase,
		}
		if p.Window != nil {
			in.Window = &hub.ServiceWindow{Scope: p.Window.Scope, Hours: p.Window.Hours}
			for _, no := range p.Window.Behind {
				in.Window.Behind = append(in.Window.Behind, s.organization(no).Organization.ID)
			}
		}
		if s.err != nil {
			return fmt.Errorf("%s：%w", demoMechanisms, s.err)
		}
		written, err := s.hub.RecordPractice(s.ctx, hub.System, in)
		if err != nil {
			return err
		}
		if len(written.Errors) > 0 {
			return fmt.Errorf("%s：%s：%s", demoMechanisms, p.Organization, written.Errors[0].Message)
		}
	}
	return nil
}

// organization finds one by its registration number.
func (s *demoSeeder) organization(no string) *hub.OrganizationView {
	o, err := s.hub.OrganizationBy(s.ctx, hub.System, hub.By{RegistrationNo: &no}, hub.AsOf{})
	if err != nil || o == nil {
		s.missing(no)
		return &hub.OrganizationView{Organization: &hub.Organization{}}
	}
	return o
}

// listing finds a mediator or an expert by the registration number.
func (s *demoSeeder) listing(no string) *hub.Entry {
	by := hub.By{RegistrationNo: &no}
	if m, err := s.hub.MediatorBy(s.ctx, hub.System, by, hub.AsOf{}); err == nil && m != nil {
		return &m.Entry
	}
	if e, err := s.hub.ExpertBy(s.ctx, hub.System, by, hub.AsOf{}); err == nil && e != nil {
		return &e.Entry
	}
	s.missing(no)
	return &hub.Entry{}
}

func (s *demoSeeder) missing(no string) {
	if s.err == nil {
		s.err = fmt.Errorf("没有编号为“%s”的示例记录", no)
	}
}
