package storetest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"time"

	"concord/internal/hub"
)

// Small vocabularies, so that ties, shared keys and equal names are common.
var (
	someNames = []string{
		"张伟", "张卫", "章伟", "张伟民", "单丽", "仇英", "曾静", "王芳", "王芳芳", "李娜", "欧阳明", "阿依古丽·买买提",
		"吕女", "陈静", "Ann Lee", "ann lee", "𠮷田", "任强", "120112", "解晓",
	}
	someBodies = []string{
		"和平区劳动争议调解中心", "解放街道调解委员会", "津南区人民调解委员会", "示例律师调解团队", "单位调解室",
	}
	someStreets     = []string{"", "小白楼", "小白楼街道", "120112103"}
	someDistricts   = []string{"120101", "120102", "120112", "120116", "120000", ""}
	someLevels      = []hub.Level{hub.LevelCity, hub.LevelDistrict}
	someSources     = []hub.SourceCategory{"", hub.SourceLawyer, hub.SourceRetiredJudge, hub.SourceOther}
	someSpecialties = []string{"劳动报酬", "工伤保险", "经济补偿", "女职工保护", "集体合同", "看面相"}
	someCourts      = []string{"津01", "津0112", "津72"}
	someOrgKinds    = []hub.OrganizationKind{hub.OrgChamber, hub.OrgStreetTown, hub.OrgLawFirmTeam}
	someStatuses    = []hub.EntryStatus{
		hub.StatusActive, hub.StatusActive, hub.StatusActive, hub.StatusSuspended, hub.StatusExpired, hub.StatusResigned,
		hub.StatusPublicity, hub.StatusStruckOff,
	}
	someOrgStatuses = []hub.OrganizationStatus{hub.OrganizationActive, hub.OrganizationActive, hub.OrganizationSuspended, hub.OrganizationDissolved}
)

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

func somePart[T any](rng *rand.Rand, from []T, most int) (part []T) {
	for range rng.IntN(most + 1) {
		part = append(part, pick(rng, from))
	}
	return part
}

func someDay(rng *rand.Rand) hub.Date { return day - 40 + hub.Date(rng.IntN(80)) }

func (o *opened) someEntry(id hub.ID) hub.Entry {
	rng := o.rng
	e := hub.Entry{
		ID: id, Name: pick(rng, someNames), Level: pick(rng, someLevels), District: pick(rng, someDistricts),
		Specialties: somePart(rng, someSpecialties, 3), Source: pick(rng, someSources),
		Note: fmt.Sprint(rng.IntN(1000)), Street: pick(rng, someStreets),
	}
	if rng.IntN(15) == 0 {
		e.Name = "" // stands in no list
	}
	if rng.IntN(3) > 0 {
		e.PersonID = hub.NewID(hub.KindPerson, uint64(1+rng.IntN(10)))
	}
	if rng.IntN(3) > 0 {
		e.RegistrationNo = fmt.Sprintf("津-%03d", rng.IntN(400))
	}
	for range rng.IntN(3) {
		term := hub.AppointmentTerm{Start: someDay(rng)}
		if rng.IntN(4) > 0 {
			term.End = term.Start + hub.Date(rng.IntN(40))
		}
		e.Terms = append(e.Terms, term)
	}
	for range rng.IntN(4) {
		event := hub.StatusEvent{Status: pick(rng, someStatuses)}
		if rng.IntN(3) > 0 {
			event.On = someDay(rng)
		}
		if event.Status == hub.StatusSuspended && rng.IntN(2) == 0 {
			event.Until = event.On + hub.Date(rng.IntN(20))
		}
		e.Events = append(e.Events, event)
	}
	return e
}

// someRecord returns a random record under an id.
func (o *opened) someRecord(id hub.ID) hub.Record {
	rng := o.rng
	organization := hub.ID(0)
	if rng.IntN(3) > 0 {
		organization = hub.NewID(hub.KindOrganization, uint64(1+rng.IntN(5)))
	}
	switch id.Kind() {
	case hub.KindPerson:
		p := &hub.Person{ID: id, Name: pick(rng, someNames), BirthDate: day - 10000, Languages: somePart(rng, []string{"天津话", "手语"}, 2)}
		if rng.IntN(2) == 0 {
			p.Identity = hub.Sealed{Hash: fmt.Sprint("hash", rng.IntN(60)), Cipher: []byte{1, 2, 3}}
		}
		return p
	case hub.KindMediator:
		return &hub.Mediator{Entry: o.someEntry(id), Organization: organization, Phone: "13800000000", Employment: pick(rng, append(hub.Employments(), "")), CertificateNo: pick(rng, []string{"", "证1", "证2"})}
	case hub.KindExpert:
		return &hub.Expert{Entry: o.someEntry(id), Years: rng.IntN(40), Services: somePart(rng, []string{"线上", "现场"}, 2)}
	case hub.KindInvitedListing:
		return &hub.InvitedListing{Entry: o.someEntry(id), Invitee: hub.InviteePerson, Court: pick(rng, someCourts), Organization: organization}
	case hub.KindOrganization:
		org := &hub.Organization{
			ID: id, Name: pick(rng, someBodies), Kind: pick(rng, someOrgKinds), Level: pick(rng, someLevels), District: pick(rng, someDistricts),
			CreditCode: pick(rng, []string{"", "91350100M000100Y43"}), Specialties: somePart(rng, someSpecialties, 2), Street: pick(rng, someStreets),
		}
		if rng.IntN(2) == 0 {
			org.RegistrationNo = fmt.Sprintf("组-%03d", rng.IntN(200))
		}
		for range rng.IntN(3) {
			org.Events = append(org.Events, hub.OrganizationEvent{Status: pick(rng, someOrgStatuses), On: someDay(rng)})
		}
		return org
	case hub.KindKey:
		return &hub.APIKey{
			ID: id, Name: "示例", Role: "COURT", Public: fmt.Sprint("k", id.Number()), SecretHash: []byte{9},
			CreatedAt: start, Revoked: rng.IntN(2) == 0,
		}
	}
	panic("no such kind")
}

// keepName leaves a record where its version before stands in the order of names.
func keepName(r, before hub.Record) {
	switch r := r.(type) {
	case *hub.Mediator:
		r.Name, r.District = before.(*hub.Mediator).Name, before.(*hub.Mediator).District
	case *hub.Expert:
		r.Name, r.District = before.(*hub.Expert).Name, before.(*hub.Expert).District
	case *hub.Organization:
		r.Name, r.District = before.(*hub.Organization).Name, before.(*hub.Organization).District
	}
}

var someKinds = []hub.Kind{
	hub.KindMediator, hub.KindMediator, hub.KindMediator, hub.KindExpert, hub.KindInvitedListing, hub.KindOrganization,
	hub.KindPerson, hub.KindKey,
}

// grow applies random batches: records that come, and records that change.
func (o *opened) grow(batches int) {
	o.t.Helper()
	at := start
	if n := len(o.model.changes); n > 0 {
		at = o.model.changes[n-1].At
	}
	for range batches {
		state := o.model.state(0)
		ids := make([]hub.ID, 0, len(state))
		for _, c := range o.model.changes {
			if c.Previous == 0 {
				ids = append(ids, c.Record.RecordID())
			}
		}
		at = at.Add(time.Duration(o.rng.IntN(3)) * time.Second)
		b := hub.Batch{At: at, Origin: hub.Origin{
			Actor: pick(o.rng, []string{"cli", "key_1"}), Authority: pick(o.rng, someDistricts), Reason: pick(o.rng, []string{"", "换届"}),
		}}
		in := map[hub.ID]bool{}
		for range 1 + o.rng.IntN(8) {
			var id hub.ID
			if len(ids) > 0 && o.rng.IntN(2) == 0 {
				id = pick(o.rng, ids)
			} else {
				id = o.NextID(pick(o.rng, someKinds))
			}
			if in[id] {
				continue
			}
			in[id] = true
			put := hub.Put{Record: o.someRecord(id)}
			if c, ok := state[id]; ok {
				put.Expected = c.Revision
				if o.rng.IntN(2) == 0 {
					keepName(put.Record, c.Record)
				}
			}
			b.Puts = append(b.Puts, put)
		}
		first, err := o.Apply(o.t.Context(), b)
		if clash := o.model.clashes(b); clash != (err != nil) {
			o.t.Fatalf("Apply returned %v; by the model it is %t that the batch clashes", err, clash)
		} else if clash {
			wantCode(o.t, err, hub.CodeConflict)
			continue
		}
		if want := o.model.revision() + 1; first != want {
			o.t.Fatalf("Apply returned revision %d, want %d", first, want)
		}
		o.model.apply(b, first)
	}
}

// clashes reports whether a batch would leave two records with one unique key.
func (m *model) clashes(b hub.Batch) bool {
	after := maps.Clone(m.state(0))
	for _, p := range b.Puts {
		after[p.Record.RecordID()] = hub.Change{Record: p.Record}
	}
	type held struct {
		kind  hub.Kind
		name  hub.KeyName
		value string
	}
	holders := map[held]hub.ID{}
	for id, c := range after {
		for _, k := range c.Record.Facts().Keys {
			if !k.Unique {
				continue
			}
			h := held{id.Kind(), k.Name, k.Value}
			if other, ok := holders[h]; ok && other != id {
				return true
			}
			holders[h] = id
		}
	}
	return false
}
