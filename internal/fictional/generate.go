// Package fictional makes rosters of people who do not exist, for demonstrations,
// tests and measurements. The same seed makes the same rosters on any day and on
// any machine. Every record is marked as fictional, registration numbers begin
// with 示例, identity numbers carry the unassigned region 120199, and telephone
// numbers the unassigned block 199-0000.
package fictional

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"strconv"
	"time"

	"concord/internal/hub"
)

// Generator makes records.
type Generator struct {
	Reference *hub.Reference
	Labels    []string // specialties to choose from, the common ones first
	NextID    func(hub.Kind) hub.ID
	// Identify seals an identity number; false when somebody in the hub has it
	// already.
	Identify func(hub.CitizenID) (hub.Sealed, bool, error)
}

// epoch is the day around which terms lie. It is fixed, so that a seed means
// the same for ever.
var epoch = mustDate(2026, time.January, 1)

func mustDate(y int, m time.Month, d int) hub.Date {
	date, ok := hub.NewDate(y, m, d)
	if !ok {
		panic("fictional: no such day")
	}
	return date
}

// Sizes says how many records of each kind a call for n mediators makes.
func Sizes(n int) map[hub.Kind]int {
	return map[hub.Kind]int{
		hub.KindMediator:       n,
		hub.KindOrganization:   max(n/20, 1),
		hub.KindExpert:         n / 50,
		hub.KindInvitedListing: n / 50,
	}
}

// run is one generation under way.
type run struct {
	*Generator
	*rand.Rand
	districts     []*hub.Region
	courts        []*hub.Court
	organizations []*hub.Organization
	seed          uint64
	numbered      map[string]int // identity numbers drawn, by what they begin with
	err           error
}

// Records yields n mediators with the persons, organisations, experts and
// invited listings that go with them, in an order in which every record comes
// after those it refers to. An error ends it.
func (g *Generator) Records(n int, seed uint64) iter.Seq2[hub.Record, error] {
	return func(yieldPair func(hub.Record, error) bool) {
		r := &run{Generator: g, Rand: rand.New(rand.NewPCG(seed, 0x636f6e636f7264)), seed: seed, numbered: map[string]int{}}
		yield := func(record hub.Record) bool {
			if r.err != nil {
				yieldPair(nil, r.err)
				return false
			}
			return yieldPair(record, nil)
		}
		for _, region := range g.Reference.Regions() {
			if region.ParentCode != "" {
				r.districts = append(r.districts, region)
			}
		}
		for _, court := range g.Reference.Courts() {
			if court.Level == hub.CourtBasic {
				r.courts = append(r.courts, court)
			}
		}
		sizes := Sizes(n)
		for i := range sizes[hub.KindOrganization] {
			o := r.organization(i)
			r.organizations = append(r.organizations, o)
			if !yield(o) {
				return
			}
		}
		for _, roster := range []struct {
			kind hub.Kind
			make func(int, *hub.Person) hub.Record
		}{{hub.KindMediator, r.mediator}, {hub.KindExpert, r.expert}, {hub.KindInvitedListing, r.invited}} {
			for i := range sizes[roster.kind] {
				person := r.person()
				if !yield(person) || !yield(roster.make(i, person)) {
					return
				}
			}
		}
	}
}

func pick[T any](r *run, from []T) T { return from[r.IntN(len(from))] }

// chance is true in p of 100 cases.
func (r *run) chance(p int) bool { return r.IntN(100) < p }

func (r *run) number(roster string, i int) string {
	return fmt.Sprintf("示例-%s-%d-%06d", roster, r.seed, i+1)
}

func (r *run) person() *hub.Person {
	woman := r.chance(48)
	gender := hub.GenderMale
	if woman {
		gender = hub.GenderFemale
	}
	birth := epoch.AddYears(-28-r.IntN(42)) + hub.Date(r.IntN(365))
	p := &hub.Person{
		ID:         r.NextID(hub.KindPerson),
		Name:       personName(r.Rand, woman),
		Gender:     gender,
		BirthDate:  birth,
		BirthMonth: birth.YearMonth(),
		Education:  pick(r, educations),
		Employer:   pick(r, employers),
		Mobile:     fmt.Sprintf("1990000%04d", r.IntN(10000)),
	}
	if r.chance(25) {
		p.Identity = r.identity(birth, woman)
	}
	return p
}

// identity draws an identity number of the unassigned region 120199 that nobody
// in the hub has yet. When the 500 numbers of a birthday and gender are used up
// the person has none.
func (r *run) identity(birth hub.Date, woman bool) hub.Sealed {
	stem := fmt.Sprintf("120199%04d%02d%02d", birth.Year(), int(birth.Month()), birth.Day())
	for {
		order := 2 * r.numbered[stem]
		if !woman {
			order++
		}
		if order > 999 {
			return hub.Sealed{}
		}
		r.numbered[stem]++
		id, err := hub.ParseCitizenID(withCheck(fmt.Sprintf("%s%03d", stem, order)), epoch)
		if err != nil {
			r.err = err
			return hub.Sealed{}
		}
		sealed, isNew, err := r.Identify(id)
		if err != nil {
			r.err = err
		}
		if isNew || err != nil {
			return sealed
		}
	}
}

// withCheck appends the check character of GB 11643.
func withCheck(digits string) string {
	sum := 0
	for i, weight := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(digits[i]-'0') * weight
	}
	return digits + string("10X98765432"[sum%11])
}

// entry fills in what all rosters have in common.
func (r *run) entry(kind hub.Kind, number string, p *hub.Person, district *hub.Region) hub.Entry {
	e := hub.Entry{
		ID:             r.NextID(kind),
		RegistrationNo: number,
		Name:           p.Name,
		PersonID:       p.ID,
		Level:          hub.LevelDistrict,
		District:       district.Code,
		Specialties:    r.specialties(),
		Source:         pick(r, sources),
		Fictional:      true,
	}
	e.SourceLabel = e.Source.Label()
	if r.chance(8) {
		e.Level = hub.LevelCity
	}
	start := epoch.AddDays(-r.IntN(1500))
	years := 2 + r.IntN(2)
	e.Terms = []hub.AppointmentTerm{{
		Start: start, End: start.AddYears(years) - 1,
		DocumentNo: fmt.Sprintf("示例聘〔%d〕%d号", start.Year(), 1+r.IntN(90)),
	}}
	if e.Terms[0].End < epoch && r.chance(70) {
		again := e.Terms[0].End + 1
		e.Terms = append(e.Terms, hub.AppointmentTerm{
			Start: again, End: again.AddYears(3) - 1,
			DocumentNo: fmt.Sprintf("示例聘〔%d〕%d号", again.Year(), 1+r.IntN(90)),
		})
	}
	e.Events = []hub.StatusEvent{{Status: hub.StatusActive, On: start}}
	switch n := r.IntN(100); {
	case n < 4:
		on := start.AddDays(30 + r.IntN(300))
		e.Events = append(e.Events, hub.StatusEvent{Status: hub.StatusSuspended, On: on, Until: on.AddDays(400 + r.IntN(900)), Ground: "工作岗位变动，暂停履职"})
	case n < 7:
		e.Events = append(e.Events, hub.StatusEvent{Status: hub.StatusResigned, On: start.AddDays(60 + r.IntN(500)), Ground: "本人申请"})
	case n < 8:
		e.Events = append(e.Events, hub.StatusEvent{Status: hub.StatusDismissed, On: start.AddDays(60 + r.IntN(500)), Ground: "未能履职"})
	case n < 10:
		e.Events = []hub.StatusEvent{{Status: hub.StatusPublicity, On: start}}
	}
	e.Biography = fmt.Sprintf("示例人物。从事%s工作%d年，擅长处理%s争议，%s。",
		pick(r, careers), 3+r.IntN(30), e.Specialties[0], pick(r, remarks))
	return e
}

// specialties draws one to three labels; the common ones more often.
func (r *run) specialties() []string {
	n := 1 + r.IntN(3)
	labels := make([]string, 0, n)
	for len(labels) < n {
		label := r.Labels[min(r.IntN(len(r.Labels)), r.IntN(len(r.Labels)))]
		taken := false
		for _, l := range labels {
			taken = taken || l == label
		}
		if !taken {
			labels = append(labels, label)
		}
	}
	return labels
}

func (r *run) organization(i int) *hub.Organization {
	district := r.districts[i%len(r.districts)]
	kind := pick(r, orgKinds)
	founded := epoch.AddDays(-400 - r.IntN(4000))
	yes := true
	o := &hub.Organization{
		ID:             r.NextID(hub.KindOrganization),
		RegistrationNo: r.number("组", i),
		Name:           fmt.Sprintf("%s%s%s（示例%d）", district.Name, pick(r, quarters), kind.tail, i+1),
		Kind:           kind.kind,
		Sponsor:        district.Name + pick(r, []string{"人力资源和社会保障局", "总工会", "司法局", "工商业联合会"}),
		GuidingAgency:  district.Name + "人力资源和社会保障局",
		Level:          hub.LevelDistrict,
		District:       district.Code,
		Address:        fmt.Sprintf("%s示例路%d号", district.Name, 1+r.IntN(200)),
		Phone:          fmt.Sprintf("022-%08d", 10000000+r.IntN(1000000)),
		Head:           personName(r.Rand, r.chance(40)),
		FoundedOn:      founded,
		FilingNo:       fmt.Sprintf("示例备〔%d〕%d号", founded.Year(), 1+r.IntN(90)),
		FullTimeListed: r.IntN(4),
		PartTimeListed: 2 + r.IntN(9),
		Specialties:    r.specialties(),
		Hours:          "工作日 9:00—17:00",
		Events:         []hub.OrganizationEvent{{Status: hub.OrganizationActive, On: founded}},
		Fictional:      true,
	}
	if r.chance(40) {
		o.OnInternetPlus = &yes
	}
	if r.chance(30) {
		o.OnCourtPlatform = &yes
	}
	switch n := r.IntN(100); {
	case n < 3:
		o.Events = append(o.Events, hub.OrganizationEvent{Status: hub.OrganizationDissolved, On: founded.AddDays(300), Ground: "主办单位撤销"})
	case n < 6:
		on := founded.AddDays(200 + r.IntN(300))
		o.Events = append(o.Events, hub.OrganizationEvent{Status: hub.OrganizationSuspended, On: on, Until: on.AddDays(180), Ground: "场所改造"})
	}
	return o
}

// standing is the i-th organisation or, when that has been dissolved, the next one of
// the district that has not: nobody is listed in one that has ended.
func (r *run) standing(i int) *hub.Organization {
	for range r.organizations {
		if o := r.organizations[i]; o.Events[len(o.Events)-1].Status != hub.OrganizationDissolved {
			return o
		}
		i = (i + len(r.districts)) % len(r.organizations)
	}
	return r.organizations[0]
}

func (r *run) mediator(i int, p *hub.Person) hub.Record {
	org := r.standing(r.IntN(len(r.organizations)))
	district, _ := r.Reference.District(org.District)
	m := &hub.Mediator{
		Entry:        r.entry(hub.KindMediator, r.number("调", i), p, district),
		Organization: org.ID,
		Title:        pick(r, titles),
		Phone:        p.Mobile,
		Employment:   hub.EmploymentPartTime,
		AppointedBy:  org.Sponsor,
		Languages:    []string{"普通话"},
	}
	if r.chance(35) {
		m.Employment = hub.EmploymentFullTime
	}
	if r.chance(60) {
		m.CertificateNo = fmt.Sprintf("示例证%08d", i+1)
		m.CertificateBy = org.GuidingAgency
	}
	if r.chance(10) {
		m.Languages = append(m.Languages, pick(r, []string{"天津话", "英语", "手语", "朝鲜语"}))
	}
	m.TrainingHours = float64(r.IntN(60))
	return m
}

func (r *run) expert(i int, p *hub.Person) hub.Record {
	district := pick(r, r.districts)
	e := &hub.Expert{
		Entry:           r.entry(hub.KindExpert, r.number("专", i), p, district),
		Title:           pick(r, titles),
		Employer:        p.Employer,
		Field:           "劳动人事争议处理",
		Years:           5 + r.IntN(30),
		RecommendedBy:   district.Name + "人力资源和社会保障局",
		Services:        []string{pick(r, []string{"现场", "线上", "书面论证", "授课"})},
		DistrictsServed: []string{district.Code},
	}
	return e
}

func (r *run) invited(i int, p *hub.Person) hub.Record {
	court := pick(r, r.courts)
	district, ok := r.Reference.District(court.DistrictCode)
	if !ok {
		district = r.districts[0]
	}
	free := false
	l := &hub.InvitedListing{
		Entry:          r.entry(hub.KindInvitedListing, r.number("特", i), p, district),
		Invitee:        hub.InviteePerson,
		Court:          court.Code,
		SpecialistList: "劳动争议",
		CertificateNo:  "示例特证" + strconv.Itoa(i+1),
		FeeCharged:     &free,
		Title:          pick(r, titles),
	}
	l.CertifiedOn = l.Terms[0].Start
	return l
}
