package hub

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// planner decides row by row what becomes of a sheet. It sees the hub through
// one snapshot, and besides it what earlier rows of the same import will bring.
type planner struct {
	hub   *Hub
	ctx   context.Context
	p     *Principal
	snap  Snapshot
	rules *rosterRules
	opts  ImportOptions
	today Date
	plan  *ImportPlan

	numbers map[string]int            // registration number → row of the plan
	claimed map[ID]int                // record of the hub → row of the plan
	fresh   map[namesake][]int        // rows that bring new records
	byHash  map[string]*plannedPerson // persons by identity number
	byID    map[ID]*plannedPerson     // persons of the hub
	bodies  map[namesake]namedBody    // organisations looked up by name
	parents map[ID]ID                 // organisation → the one above it, where a row of the plan says so
	vacant  bool                      // the hub is known to have no record of this kind

	linked  bool // the caller names the organisation by its id
	erasing bool // fields are emptied besides, when the row has been planned

	// rectifies reports whether the caller may replace the identity number of a
	// person; nil where none is replaced. A sheet that says another number is about
	// somebody else, or wrong.
	rectifies func(person ID) (bool, error)
	rectified *plannedPerson // whose number was replaced

	// of the row that is being decided
	at      int
	reading *rowReading
}

// namesake is what records share that may be the same.
type namesake struct{ district, name string }

func (h *Hub) planner(ctx context.Context, p *Principal, snap Snapshot, rules *rosterRules, plan *ImportPlan, opts ImportOptions) *planner {
	return &planner{
		hub: h, ctx: ctx, p: p, snap: snap, rules: rules, opts: opts, today: h.Today(), plan: plan,
		numbers: map[string]int{}, claimed: map[ID]int{}, fresh: map[namesake][]int{},
		byHash: map[string]*plannedPerson{}, byID: map[ID]*plannedPerson{}, bodies: map[namesake]namedBody{},
		parents: map[ID]ID{},
	}
}

// vacancy reports whether the hub has no record of this kind.
func (pl *planner) vacancy() (bool, error) {
	for _, err := range pl.snap.All(0, pl.rules.kind) {
		return false, err
	}
	return true, nil
}

// row returns the row that is being decided. It is valid until the next one.
func (pl *planner) row() *PlannedRow { return &pl.plan.Rows[pl.at] }

// refuse notes why the row being decided cannot be taken over.
func (pl *planner) refuse(f ImportField, code, format string, args ...any) {
	r := pl.reading
	value := Shorten(r.row.cell(f).Text)
	r.problems = append(r.problems, r.row.problemAt(f, code, value, format, args...))
}

func (pl *planner) remark(f ImportField, code, format string, args ...any) {
	r := pl.reading
	value := Shorten(r.row.cell(f).Text)
	r.remarks = append(r.remarks, r.row.problemAt(f, code, value, format, args...))
}

// refuseEarlier takes an earlier row out of the plan.
func (pl *planner) refuseEarlier(at int, f ImportField, code, format string, args ...any) {
	row := &pl.plan.Rows[at]
	at2 := ImportRow{Sheet: row.Sheet, Number: row.Number}
	row.Problems = append(row.Problems, at2.problemAt(f, code, "", format, args...))
	row.Outcome, row.record = ImportRefused, nil
}

// place names a row of the plan: 第 12 行, with its worksheet where that is
// another one.
func (pl *planner) place(at int) string {
	row := &pl.plan.Rows[at]
	if row.Sheet != pl.reading.row.Sheet {
		return fmt.Sprintf("工作表“%s”第 %d 行", row.Sheet.Name, row.Number)
	}
	return fmt.Sprintf("第 %d 行", row.Number)
}

// decide plans the row that has been read.
func (pl *planner) decide() error {
	if err := pl.ctx.Err(); err != nil {
		return err
	}
	r, row := pl.reading, pl.row()
	if pl.opts.Fictional {
		*fictionalOf(r.record) = true
		r.stated.add(FieldFictional)
	}
	body, err := pl.body()
	if err != nil || r.refused() {
		return err
	}
	found, err := pl.find(body)
	if err != nil || r.refused() {
		return err
	}
	if found.version.Record == nil && len(found.twins) > 0 {
		if !pl.opts.Duplicates {
			row.Outcome, row.Twins = ImportDuplicate, found.twins
			return nil
		}
		pl.remark(FieldName, RemarkDuplicates, "疑似与%s 重复，已按确认作为新记录导入。", found.twins[0])
	}
	return pl.merge(found, body)
}

// level works out on which level and in which district the row lists somebody.
// The fault is a Chinese reason why it cannot be told.
func (pl *planner) level(body namedBody) (level Level, district string, fault string) {
	r, city := pl.reading, pl.hub.reference.City().Code
	level, district = r.level, r.district
	if district == "" && level != LevelCity {
		switch l, isListing := r.record.(*InvitedListing); {
		case isListing:
			if court, ok := pl.hub.reference.CourtByCode(l.Court); ok {
				district = court.DistrictCode
			}
		case pl.p.Role == RoleDistrictAdmin:
			district = pl.p.District
		case body.organization != nil && pl.rules.kind == KindMediator:
			district = body.organization.District
			if level == "" {
				level = body.organization.Level
			}
		case level == "" && pl.rules.kind == KindExpert:
			level = LevelCity
		}
	}
	switch {
	case level == "" && district == "":
		return "", "", "没有填写层级和所属区，无法确定属于哪一级名册。请填写所属区（例如 津南区）；市级名册请在层级填“市”。"
	case level == "":
		level = LevelDistrict
		if district == city {
			level = LevelCity
		}
	case level == LevelDistrict && (district == "" || district == city):
		return "", "", "层级为区级，请填写所属区（例如 津南区）。"
	case district == "":
		district = city
	}
	return level, district, ""
}

// once refuses the row being decided, and the earlier one, when both carry the
// same registration number: one of them is wrong, and only people know which.
func (pl *planner) once() {
	number := pl.row().RegistrationNo
	if number == "" {
		return
	}
	earlier, twice := pl.numbers[number]
	if !twice {
		pl.numbers[number] = pl.at
		return
	}
	const message = "编号“%s”与%s重复。两行都没有导入，请改正其中一个编号。"
	pl.refuse(FieldRegistrationNo, FaultTwice, message, Shorten(number), pl.place(earlier))
	pl.refuseEarlier(earlier, FieldRegistrationNo, FaultTwice, message, Shorten(number), pl.place(pl.at))
}

// destination is where a row belongs.
type destination struct {
	version  Version        // the record in the hub; zero for a new one
	person   *plannedPerson // who is listed; nil for somebody new, or an organisation
	twins    []ImportTwin   // what the row probably repeats, when there is no version
	level    Level
	district string
}

// find looks for the record and the person of the row.
func (pl *planner) find(body namedBody) (f destination, err error) {
	r := pl.reading
	if f.person, err = pl.personByHash(r.hash); err != nil {
		return f, err
	}
	var fault string
	f.level, f.district, fault = pl.level(body)

	if number := pl.row().RegistrationNo; number != "" && !pl.vacant {
		if f.version, err = pl.lookup(KeyRegistrationNo, number); err != nil || f.version.Record != nil {
			return f, err
		}
	}
	if fault != "" {
		pl.refuse(FieldDistrict, FaultRequired, "%s", fault)
		return f, nil
	}
	// Whoever does not keep the place where the row lists somebody learns
	// nothing of who is listed there.
	level, district := placeOf(r.record)
	*level, *district = f.level, f.district
	if !pl.allowed(r.record) {
		return f, nil
	}
	if r.person != nil && f.person != nil && f.person.record.Name != r.name {
		if f.person.expected != 0 && !pl.p.readsPersons() {
			pl.refuse(FieldCitizenID, FaultTaken, "这个公民身份号码在名册中登记在另一个姓名之下。请核对是否抄错；确已改名的，请填写编号后再导入。")
			return f, nil
		}
		pl.refuse(FieldCitizenID, FaultTaken, "这个公民身份号码在%s属于“%s”，而这里的姓名是“%s”。请核对是否抄错；确已改名的，请填写编号后再导入。", pl.whereKnown(f.person), f.person.record.Name, r.name)
		return f, nil
	}
	return f, pl.resemble(&f, body)
}

func (pl *planner) whereKnown(p *plannedPerson) string {
	if p.expected == 0 {
		return pl.place(int(p.firstRow))
	}
	return "名册中"
}

// lookup returns the record of this kind that carries a unique key.
func (pl *planner) lookup(key KeyName, value string) (Version, error) {
	ids, err := pl.snap.Lookup(0, pl.rules.kind, key, value)
	if err != nil || len(ids) == 0 {
		return Version{}, err
	}
	return pl.get(ids[0])
}

func (pl *planner) get(id ID) (Version, error) {
	versions, err := pl.snap.Get(0, id)
	if err != nil {
		return Version{}, err
	}
	return versions[0], nil
}

// mostNamesakes bounds how many of one name in one district a row is compared
// with, so that a sheet of nothing but one name does not take for ever.
const mostNamesakes = 200

// resemble compares the row with the records and rows of the same name in the
// district, and with what else the hub lists of the same person.
func (pl *planner) resemble(f *destination, body namedBody) error {
	r := pl.reading
	row := pl.traits(r.record, r.person)
	row.level, row.district, row.organization = f.level, f.district, body.id()
	row.hash = r.hash

	var candidates []ID
	if !pl.vacant {
		var err error
		if f.person != nil && f.person.expected != 0 {
			candidates, err = pl.snap.Lookup(0, pl.rules.kind, KeyPerson, f.person.record.ID.String())
		}
		if err == nil && len(candidates) == 0 {
			candidates, err = pl.snap.Named(pl.rules.kind, f.district, r.name)
		}
		if err == nil {
			candidates, err = pl.sameCode(candidates)
		}
		if err != nil {
			return err
		}
	}
	candidates = candidates[:min(len(candidates), mostNamesakes)]
	type match struct {
		version Version
		traits  traits
		agree   int
	}
	var sure []match
	for _, id := range candidates {
		version, err := pl.get(id)
		if err != nil {
			return err
		}
		person, err := pl.personOf(version.Record)
		if err != nil {
			return err
		}
		other := pl.traits(version.Record, person)
		likeness, agree, why := row.compare(&other)
		if likeness == different {
			continue
		}
		if at, taken := pl.claimed[id]; taken {
			f.twins = append(f.twins, pl.twinRow(at, why))
			continue
		}
		if likeness == same {
			sure = append(sure, match{version, other, agree})
		} else {
			f.twins = append(f.twins, ImportTwin{ID: id, Name: other.name, RegistrationNo: other.number, Why: why})
		}
	}
	slices.SortStableFunc(sure, func(a, b match) int { return cmp.Compare(b.agree, a.agree) })
	switch {
	case len(sure) == 1 || len(sure) > 1 && (sure[0].agree > sure[1].agree || sure[0].traits == sure[1].traits):
		f.version = sure[0].version
		return nil
	case len(sure) > 1:
		for _, m := range sure {
			f.twins = append(f.twins, ImportTwin{ID: m.version.Record.RecordID(), Name: m.traits.name, RegistrationNo: m.traits.number, Why: "同名，表中没有可以区分的内容，请填写编号"})
		}
		return nil
	}
	fresh := pl.fresh[namesake{f.district, r.name}]
	for _, at := range fresh[max(0, len(fresh)-mostNamesakes):] {
		earlier := &pl.plan.Rows[at]
		if earlier.record == nil {
			continue
		}
		var person *Person
		if earlier.person != nil {
			person = earlier.person.record
		}
		other := pl.traits(earlier.record, person)
		if likeness, _, why := row.compare(&other); likeness != different {
			f.twins = append(f.twins, pl.twinRow(at, why))
		}
	}
	return nil
}

func (pl *planner) twinRow(at int, why string) ImportTwin {
	row := &pl.plan.Rows[at]
	return ImportTwin{Sheet: row.Sheet.Name, Row: row.Number, Name: row.Name, RegistrationNo: row.RegistrationNo, Why: why}
}

// sameCode adds the organisations that carry the row's credit code.
func (pl *planner) sameCode(candidates []ID) ([]ID, error) {
	o, ok := pl.reading.record.(*Organization)
	if !ok || o.CreditCode == "" {
		return candidates, nil
	}
	more, err := pl.snap.Lookup(0, KindOrganization, KeyCreditCode, o.CreditCode)
	for _, id := range more {
		if !slices.Contains(candidates, id) {
			candidates = append(candidates, id)
		}
	}
	return candidates, err
}

// traits are what tells whether two listings are of the same person in the same
// place, or two organisations the same.
type traits struct {
	number       string
	name         string
	hash         string
	gender       Gender
	birth        Date
	month        string
	phone        string
	certificate  string
	organization ID
	body         string // employer, or the body as printed
	level        Level
	district     string
	court        string
	kind         OrganizationKind
	code         string // credit code
	shared       bool   // the code is a host's, said to be shared
}

func (pl *planner) traits(r Record, p *Person) traits {
	t := traits{number: registrationNo(r), name: *nameOf(r)}
	level, district := placeOf(r)
	t.level, t.district = *level, *district
	if p != nil {
		t.hash, t.birth, t.month, t.phone = p.Identity.Hash, p.BirthDate, p.BirthMonth, p.Mobile
		if p.Gender == GenderMale || p.Gender == GenderFemale {
			t.gender = p.Gender
		}
	}
	switch r := r.(type) {
	case *Mediator:
		t.organization, t.body, t.certificate = r.Organization, r.EmployerListed, r.CertificateNo
		if r.Phone != "" {
			t.phone = r.Phone
		}
	case *Expert:
		t.body = r.Employer
	case *InvitedListing:
		t.organization, t.body, t.certificate, t.court = r.Organization, r.BodyName, r.CertificateNo, r.Court
	case *Organization:
		t.kind, t.code, t.shared = r.Kind, r.CreditCode, r.CreditCodeWaiver != ""
	}
	if Phone(t.phone).Kind() != Mobile {
		t.phone = "" // a switchboard is nobody's own
	}
	return t
}

// likeness says how sure it is that two sets of traits are of the same listing.
type likeness uint8

const (
	different likeness = iota
	probable
	same
)

// compare judges t, of a row, against o. agree counts what they have in common;
// why names the strongest of it.
func (t *traits) compare(o *traits) (l likeness, agree int, why string) {
	if t.kind != "" || o.kind != "" {
		return t.compareBody(o)
	}
	clash := func(a, b string) bool { return a != "" && b != "" && a != b }
	if t.level != o.level || t.district != o.district || t.court != o.court || t.name != o.name ||
		clash(t.hash, o.hash) || clash(string(t.gender), string(o.gender)) || clash(t.month, o.month) ||
		t.birth != 0 && o.birth != 0 && t.birth != o.birth {
		return different, 0, ""
	}
	common := func(agreed bool, what string) bool {
		if agreed {
			agree++
			why = cmp.Or(why, what)
		}
		return agreed
	}
	strong := common(t.hash != "" && t.hash == o.hash, "公民身份号码相同")
	strong = common(t.birth != 0 && t.birth == o.birth, "姓名和出生日期相同") || strong
	strong = common(t.phone != "" && t.phone == o.phone, "姓名和手机号码相同") || strong
	strong = common(t.certificate != "" && t.certificate == o.certificate, "姓名和证书编号相同") || strong
	month := common(t.month != "" && t.month == o.month, "姓名和出生年月相同")
	elsewhere := t.organization != o.organization
	if t.organization == 0 || o.organization == 0 {
		elsewhere = clash(t.body, o.body)
	}
	common(t.organization != 0 && t.organization == o.organization, "姓名和所在组织相同")
	common(t.body != "" && t.body == o.body, "姓名和单位相同")
	if why == "" {
		why = "同区同名"
	}
	switch {
	case clash(t.number, o.number):
		// Two numbers are two listings; the same human being twice in the
		// same place is worth a look.
		if strong && !elsewhere {
			return probable, agree, why + "，但编号不同"
		}
		return different, 0, ""
	case strong:
		return same, agree, why
	case elsewhere && month:
		return probable, agree, why + "，但所在单位不同"
	case elsewhere:
		return different, 0, ""
	}
	return same, agree, why
}

// compareBody is compare for organisations.
func (t *traits) compareBody(o *traits) (likeness, int, string) {
	numbers := t.number != "" && o.number != "" && t.number != o.number
	switch {
	case t.district == o.district && t.name == o.name && !numbers:
		return same, 1, "同区同名"
	case t.district == o.district && t.name == o.name:
		return probable, 1, "同区同名，但编号不同"
	case t.code != "" && t.code == o.code && t.kind == o.kind && t.district == o.district && !numbers && !t.shared && !o.shared:
		return probable, 1, "统一社会信用代码和组织类型相同，但名称不同"
	}
	return different, 0, ""
}

// namedBody is the organisation that a row names.
type namedBody struct {
	organization *Organization // nil when the hub has none, or none was named
	others       []string      // when the name alone does not decide: where they are
}

func (b namedBody) id() ID {
	if b.organization == nil {
		return 0
	}
	return b.organization.ID
}

// body looks up the organisation that the row names: in the row's district, then
// in the whole city. One that the hub does not know is remarked on and not
// linked; importing the organisations and then this sheet again links it.
func (pl *planner) body() (namedBody, error) {
	r := pl.reading
	if r.organization == "" || pl.rules.kind == KindOrganization {
		return namedBody{}, nil
	}
	key := namesake{r.district, r.organization}
	body, known := pl.bodies[key]
	if !known {
		var err error
		if body, err = pl.lookUpBody(key); err != nil {
			return body, err
		}
		pl.bodies[key] = body
	}
	switch {
	case len(body.others) > 0:
		pl.refuse(FieldOrganization, FaultAmbiguous, "名为“%s”的调解组织不止一个（%s）。请填写所属区，或把组织名称写全。", Shorten(r.organization), strings.Join(body.others, "、"))
	case body.organization == nil && pl.linked:
	case body.organization == nil && pl.rules.kind == KindInvitedListing:
		pl.remark(FieldOrganization, RemarkUnlinked, "调解组织名册中没有“%s”，名称照录，暂不关联。先导入调解组织名册、再导入一次本表即可关联。", Shorten(r.organization))
	case body.organization == nil:
		pl.remark(FieldOrganization, RemarkUnlinked, "调解组织名册中没有“%s”，暂不关联。请核对名称；先导入调解组织名册、再导入一次本表即可关联。", Shorten(r.organization))
	}
	return body, nil
}

func (pl *planner) lookUpBody(key namesake) (namedBody, error) {
	for _, form := range bracketForms(key.name) {
		var ids []ID
		var err error
		if key.district != "" {
			ids, err = pl.snap.Named(KindOrganization, key.district, form)
		}
		if err == nil && len(ids) == 0 {
			ids, err = pl.snap.Lookup(0, KindOrganization, KeyBody, form)
		}
		if err != nil {
			return namedBody{}, err
		}
		if len(ids) == 0 {
			continue
		}
		versions, err := pl.snap.Get(0, ids...)
		if err != nil {
			return namedBody{}, err
		}
		if len(versions) == 1 {
			return namedBody{organization: versions[0].Record.(*Organization)}, nil
		}
		var body namedBody
		for _, v := range versions {
			o := v.Record.(*Organization)
			place := o.District
			if region, ok := pl.hub.reference.Region(o.District); ok {
				place = region.Name
			}
			if o.RegistrationNo != "" {
				place += " " + o.RegistrationNo
			}
			body.others = append(body.others, place)
		}
		return body, nil
	}
	return namedBody{}, nil
}

// bracketForms returns the name and how it reads with the other sort of
// brackets.
func bracketForms(name string) []string {
	forms := []string{name}
	for _, other := range []*strings.Replacer{strings.NewReplacer("(", "（", ")", "）"), strings.NewReplacer("（", "(", "）", ")")} {
		if form := other.Replace(name); form != name {
			forms = append(forms, form)
		}
	}
	return forms
}
