package hub

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"time"
)

// A mechanism is a simple record beside the rosters: an arbitrator, what she is
// assigned to, a training, an award, a stationing, a recommendation. Each kind says what it is about,
// what must hold of it and which agencies may write it besides whoever keeps what
// it is about; the rest – writing, listing, finding – is the same for all.
type mechanism interface {
	Record
	base() *MechanismBase
	// subject finds what the record is about, fills in what follows from that,
	// and says who keeps it. It refuses what is not there.
	subject(w *writing) (Owner, error)
	// check refuses what is wrong with the rest.
	check(w *writing) error
}

// MechanismBase is what the records of all mechanisms have in common.
type MechanismBase struct {
	ID         ID     `cbor:"1,keyasint" share:"PUBLIC"`
	Name       string `cbor:"2,keyasint" share:"PUBLIC"` // of whom or what it is about, as listed
	Level      Level  `cbor:"3,keyasint" share:"PUBLIC"`
	District   string `cbor:"4,keyasint" share:"PUBLIC"`           // GB/T 2260
	RecordedBy string `cbor:"5,keyasint,omitempty" share:"PUBLIC"` // code of the district, court or agency that wrote it
	Fictional  bool   `cbor:"6,keyasint,omitempty" share:"PUBLIC"` // 示例
}

// RecordID returns the id.
func (b *MechanismBase) RecordID() ID { return b.ID }

func (b *MechanismBase) base() *MechanismBase { return b }

// facts are those of a record that holds in a span of days and is found under its
// subjects.
func (b *MechanismBase) facts(line Timeline, last Date, subjects ...ID) Facts {
	f := Facts{Name: b.Name, Level: b.Level, District: b.District, Timeline: line, TermEnd: last}
	for _, id := range subjects {
		if id != 0 {
			f.Keys = append(f.Keys, Key{KeyMechanism, id.String(), false})
		}
	}
	return f
}

// span is the life of what holds from one day to another: to come, in force, over.
func span(from, to Date) Timeline {
	line := Timeline{{0, StatusProposed}, {from, StatusActive}}
	if to != 0 {
		line = append(line, Step{to + 1, StatusExpired})
	}
	return line
}

// mechanismRule says who writes the records of a mechanism besides whoever keeps
// the roster concerned and the city's administrators (市人社局), after the column
// 责任部门 of the measures behind it.
type mechanismRule struct {
	agencies []string
	who      string
	roles    []Role // who alone writes them, each for the own body; nil: as above
}

var mechanismRules = map[Kind]mechanismRule{
	KindArbitrator:     {nil, "市、区人社部门", nil},                                                                                // 34.1
	KindLiaison:        {nil, "市、区人社部门", nil},                                                                                // 34.1
	KindTraining:       {[]string{"JUSTICE", "COURT", "UNION", "FIC", "EC"}, "名册的主管单位，以及市人社局、司法局、高级人民法院、总工会、工商联、企联/企协", nil}, // 28.2, 43, 50
	KindAward:          {nil, "调解组织的主管人社部门", nil},                                                                            // 24.1
	KindStationing:     {[]string{"JUSTICE"}, "驻在组织的主管人社部门和市司法局", nil},                                                       // 21.1, 30.2, 33
	KindRecommendation: {nil, "法院、区级、市级和专家库管理员以本单位名义", []Role{RoleCourtKeeper, RoleDistrictAdmin, RoleCityAdmin, RoleExpertKeeper, RoleSystem}},
}

// MechanismKinds are the kinds of such records, in the order of their numbers.
var MechanismKinds = []Kind{KindArbitrator, KindLiaison, KindTraining, KindAward, KindStationing, KindRecommendation}

// mayRecord decides whether p writes records of a mechanism about what o keeps.
func (p *Principal) mayRecord(kind Kind, o Owner) bool {
	if roles := mechanismRules[kind].roles; roles != nil {
		return slices.Contains(roles, p.Role)
	}
	return p.Keeps(o) || p.Role == RoleCityAdmin || p.Role == RolePartner && slices.Contains(mechanismRules[kind].agencies, p.Agency)
}

// body is the code of the body in whose name p writes; "" for the operator.
func (p *Principal) body() string {
	if p.Role == RoleExpertKeeper {
		return recipientExperts
	}
	if by := p.authority(); by != "" {
		return by
	}
	return p.agency()
}

// recordMechanism writes a record: a new one, or, when said names one, that one as
// it should have been from the beginning of its present version on; all earlier
// versions stay in its history. An agency corrects only what it wrote itself.
func (h *Hub) recordMechanism(ctx context.Context, p *Principal, kind Kind, said Write, content any, r mechanism) (*Written, error) {
	return h.write(ctx, p, "RECORD_"+kind.String(), said, content, func(w *writing) error {
		if said.ID != 0 {
			v, ok, err := w.load(said.ID, said.Expected, kind)
			if err != nil || !ok {
				return err
			}
			before := copied(v.Record.(mechanism))
			owner, err := before.subject(w)
			if err != nil {
				return err
			}
			if !w.allow("id", kind, owner, before.base()) {
				return nil
			}
			w.problems = nil // what it was about may have gone since
			r.base().ID, r.base().Fictional = said.ID, before.base().Fictional
		}
		owner, err := r.subject(w)
		if err != nil || w.refused() || !w.allow("", kind, owner, nil) {
			return err
		}
		r.base().RecordedBy = p.body()
		if err := r.check(w); err != nil || w.refused() {
			return err
		}
		if said.ID == 0 {
			r.base().ID = h.store.NextID(kind)
			w.main = append(w.main, r.RecordID())
		}
		w.put(r, said.Expected)
		return nil
	})
}

// copied returns a copy of a record, which as it is stored may not be altered.
func copied(r mechanism) mechanism {
	c := reflect.New(reflect.TypeOf(r).Elem())
	c.Elem().Set(reflect.ValueOf(r).Elem())
	return c.Interface().(mechanism)
}

// allow refuses a caller who may not write records of kind about what o keeps, or
// who corrects what another agency wrote.
func (w *writing) allow(at string, kind Kind, o Owner, before *MechanismBase) bool {
	ownAlone := w.p.Role == RolePartner || mechanismRules[kind].roles != nil && w.p.Role != RoleSystem
	if w.p.mayRecord(kind, o) && (before == nil || !ownAlone || before.RecordedBy == w.p.body()) {
		return true
	}
	w.refuse(at, RefusalForbidden, Forbidden("%s由%s登记；更正由登记单位或主管单位办理。", kind.Label(), mechanismRules[kind].who))
	return false
}

// refer reads a record that an input names; nil, with a refusal, when it is none
// of these kinds.
func (w *writing) refer(at string, id ID, kinds ...Kind) (Record, error) {
	labels := make([]string, len(kinds))
	for i, k := range kinds {
		labels[i] = k.Label()
	}
	if slices.Contains(kinds, id.Kind()) {
		versions, err := w.snap.Get(0, id)
		if err != nil || versions[0].Record != nil {
			return versions[0].Record, err
		}
	}
	w.refuse(at, RefusalNotFound, NotFound("没有这个%s。请使用查询结果中的 id。", strings.Join(labels, "或")))
	return nil, nil
}

// lasts refuses an organisation that has ended, or is recorded to end, before a span
// of days is over: what goes on with a successor goes on by the move that ended it.
func (w *writing) lasts(at string, record Record, to Date) {
	o, ok := record.(*Organization)
	if !ok {
		return
	}
	if end := o.end(); end != 0 && (to == 0 || to >= end) {
		w.refuse(at, RefusalDate, Invalid(at, "“%s”自 %s 起不再存续，请改选承接的组织，或把截止日改到此日以前。", Shorten(o.Name), end))
	}
}

// line brings a line of text into its form and refuses one that is missing or too
// long.
func (w *writing) line(at, what string, value *string, optional bool) {
	*value = tidyLine(*value)
	if n := len([]rune(*value)); n == 0 && !optional || n > mostLine {
		w.refuse(at, RefusalInvalid, Invalid(at, "请填写%s（1 至 %d 个字）。", what, mostLine))
	}
}

// days refuses a span whose end is before its beginning.
func (w *writing) days(from, to Date) {
	if to != 0 && to < from {
		w.refuse("to", RefusalDate, Invalid("to", "截止日 %s 早于起始日 %s。请核对。", to, from))
	}
}

// overlap reports whether two spans share a day; an end of 0 is open.
func overlap(from, to, from2, to2 Date) bool {
	return (to == 0 || from2 <= to) && (to2 == 0 || from <= to2)
}

// recordsOf reads the records of a mechanism that are found under a subject, as this
// change would leave them.
func recordsOf[T mechanism](w *writing, kind Kind, subject string) (records []T, err error) {
	versions, err := w.found(kind, KeyMechanism, subject)
	for _, v := range versions {
		records = append(records, w.planned(v.Record).(T))
	}
	return records, err
}

// streetSubject is the key under which what concerns a street is found.
func streetSubject(district, street string) string { return district + "/" + StreetKey(street) }

// StreetKey is what two spellings of one street have in common: sheets write
// 小白楼 as well as 小白楼街道. A code (GB/T 10114, nine digits) stays as it is.
func StreetKey(street string) string {
	street = tidyLine(street)
	for _, suffix := range []string{"街道办事处", "街道", "镇", "乡"} {
		if cut, ok := strings.CutSuffix(street, suffix); ok && len([]rune(cut)) >= 2 {
			return cut
		}
	}
	return street
}

// MechanismState is what holds of a record at the moment asked for.
type MechanismState struct {
	Revision  Revision
	UpdatedAt time.Time
	Status    EntryStatus // on the day asked for: PROPOSED to come, ACTIVE in force, EXPIRED over
	Moment    Moment
}

func (v *viewer) mechanismState(version Version) MechanismState {
	facts := version.Record.Facts()
	return MechanismState{Revision: version.Revision, UpdatedAt: version.At, Status: facts.Timeline.On(v.moment.On), Moment: v.moment}
}

// belonging returns the district of a record, and the name of the body that wrote
// it.
func (v *viewer) belonging(b *MechanismBase) (*Region, string) {
	return v.district(b.District), v.hub.bodyName(b.RecordedBy)
}

// bodyName is the name of a district, a court or an agency; "" for none.
func (h *Hub) bodyName(code string) string {
	if agency, ok := h.reference.AgencyByCode(code); ok {
		return agency.Name
	}
	return h.recipientName(code)
}

// mechanismView is the view of a record of any mechanism.
func (v *viewer) mechanismView(version Version) Node {
	switch version.Record.(type) {
	case *Arbitrator:
		return v.arbitrator(version)
	case *LiaisonAssignment:
		return v.liaison(version)
	case *TrainingRecord:
		return v.training(version)
	case *Award:
		return v.award(version)
	}
	return v.stationing(version)
}

// Arbitrators answers a query over the arbitrators.
func (h *Hub) Arbitrators(ctx context.Context, p *Principal, q RosterQuery) (*Connection[*ArbitratorView], error) {
	return roster(ctx, h, p, KindArbitrator, q, (*viewer).arbitrator)
}

// LiaisonAssignments answers a query over what arbitrators are assigned to.
func (h *Hub) LiaisonAssignments(ctx context.Context, p *Principal, q RosterQuery) (*Connection[*LiaisonView], error) {
	return roster(ctx, h, p, KindLiaison, q, (*viewer).liaison)
}

// TrainingRecords answers a query over trainings.
func (h *Hub) TrainingRecords(ctx context.Context, p *Principal, q RosterQuery) (*Connection[*TrainingView], error) {
	return roster(ctx, h, p, KindTraining, q, (*viewer).training)
}

// Awards answers a query over awards.
func (h *Hub) Awards(ctx context.Context, p *Principal, q RosterQuery) (*Connection[*AwardView], error) {
	return roster(ctx, h, p, KindAward, q, (*viewer).award)
}

// Stationings answers a query over who is stationed where.
func (h *Hub) Stationings(ctx context.Context, p *Principal, q RosterQuery) (*Connection[*StationingView], error) {
	return roster(ctx, h, p, KindStationing, q, (*viewer).stationing)
}

// Concerning returns the records of a mechanism that are about a subject – an id,
// or a street as [streetSubject] writes it – at a moment, in the order in which
// they were recorded.
func Concerning[T Node](ctx context.Context, h *Hub, p *Principal, moment Moment, kind Kind, subjects ...string) (views []T, err error) {
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		var ids []ID
		for _, subject := range subjects {
			found, err := snap.Lookup(moment.At, kind, KeyMechanism, subject)
			if err != nil {
				return err
			}
			ids = append(ids, found...)
		}
		slices.Sort(ids)
		nodes, err := h.views(snap, p, moment, slices.Compact(ids))
		for _, node := range nodes {
			if view, ok := node.(T); ok {
				views = append(views, view)
			}
		}
		return err
	})
	return views, err
}

// Related returns what a record refers to, at the moment at which it was asked for
// itself; what is no longer there is left out.
func Related[T Node](ctx context.Context, h *Hub, p *Principal, moment Moment, ids ...ID) (views []T, err error) {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id ID) bool { return id == 0 })
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		nodes, err := h.views(snap, p, moment, ids)
		for _, node := range nodes {
			if view, ok := node.(T); ok {
				views = append(views, view)
			}
		}
		return err
	})
	return views, err
}

// LiaisonsOf returns who looks after an organisation: by its name, or by its street.
func (h *Hub) LiaisonsOf(ctx context.Context, p *Principal, o *OrganizationView) ([]*LiaisonView, error) {
	subjects := []string{o.Organization.ID.String()}
	if o.Street != "" {
		subjects = append(subjects, streetSubject(o.Organization.District, o.Street))
	}
	return Concerning[*LiaisonView](ctx, h, p, o.Moment, KindLiaison, subjects...)
}

// TrainingYear is the training of one year.
type TrainingYear struct {
	Year   int
	Hours  float64
	Count  int
	Passed int
}

// TrainingByYear sums the trainings of a listing or a person, the latest year first.
// A person's are those of all her listings, whosever they were thought to be when the
// training was recorded.
func (h *Hub) TrainingByYear(ctx context.Context, p *Principal, moment Moment, subject ID) ([]TrainingYear, error) {
	subjects := []string{subject.String()}
	if subject.Kind() == KindPerson {
		err := h.withSnapshot(ctx, func(snap Snapshot) error {
			listings, err := listingIDs(snap, moment.At, subject)
			for _, id := range listings {
				subjects = append(subjects, id.String())
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	records, err := Concerning[*TrainingView](ctx, h, p, moment, KindTraining, subjects...)
	if err != nil {
		return nil, err
	}
	var years []TrainingYear
	for _, r := range records {
		i := slices.IndexFunc(years, func(y TrainingYear) bool { return y.Year == r.On.Year() })
		if i < 0 {
			i, years = len(years), append(years, TrainingYear{Year: r.On.Year()})
		}
		years[i].Hours += r.Hours
		years[i].Count++
		if r.Passed != nil && *r.Passed {
			years[i].Passed++
		}
	}
	slices.SortFunc(years, func(a, b TrainingYear) int { return b.Year - a.Year })
	return years, nil
}
