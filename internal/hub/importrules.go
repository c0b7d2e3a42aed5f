package hub

import "strings"

// rosterRules say what the columns of a roster's sheet mean.
type rosterRules struct {
	kind    Kind
	person  bool // its rows list persons
	make    func() Record
	rules   []importRule
	byField [importFieldEnd]*importRule
	check   func(in *rowReader) // what holds between the fields of a row
}

// rostersOf are the rosters that are kept as sheets.
var rostersOf = map[Kind]*rosterRules{
	KindMediator:       mediatorRules(),
	KindExpert:         expertRules(),
	KindInvitedListing: invitedRules(),
	KindOrganization:   organizationRules(),
}

func newRosterRules(kind Kind, newRecord func() Record, check func(*rowReader), groups ...[]importRule) *rosterRules {
	r := &rosterRules{kind: kind, person: kind != KindOrganization, make: newRecord, check: check}
	for _, group := range groups {
		r.rules = append(r.rules, group...)
	}
	for i := range r.rules {
		rule := &r.rules[i]
		if r.byField[rule.field] != nil {
			panic("hub: two rules for " + rule.field.String())
		}
		r.byField[rule.field] = rule
	}
	return r
}

// ImportFields returns the fields that sheets of a roster may carry, in the
// order of an exported sheet; nil for a kind that is not kept as sheets.
func ImportFields(kind Kind) []ImportField {
	rules := rostersOf[kind]
	if rules == nil {
		return nil
	}
	var fields []ImportField
	for f := ImportField(1); f < importFieldEnd; f++ {
		if rules.byField[f] != nil {
			fields = append(fields, f)
		}
	}
	return fields
}

func mediatorRules() *rosterRules {
	m := func(r Record) *Mediator { return r.(*Mediator) }
	return newRosterRules(KindMediator, func() Record { return new(Mediator) }, checkMediator, entryRules, personRules, []importRule{
		{field: FieldPersonEducation, ofPerson: true, importValue: educationValue},
		{field: FieldPhone, importValue: phoneValue(func(r Record) *string { return &m(r).Phone })},
		{field: FieldEmployer, importValue: lineValue(func(r Record) *string { return &m(r).EmployerListed })},
		{field: FieldTitle, importValue: lineValue(func(r Record) *string { return &m(r).Title })},
		{field: FieldEmployment, importValue: choiceValue(func(r Record) *Employment { return &m(r).Employment }, ParseEmployment)},
		{field: FieldPosition, importValue: choiceValue(func(r Record) *BodyPosition { return &m(r).Position }, ParseBodyPosition)},
		{field: FieldOrganization, importValue: organizationName},
		{field: FieldLanguages, importValue: listValue(func(r Record) *[]string { return &m(r).Languages })},
		{field: FieldCertificateNo, importValue: ownValue(func(r Record) *string { return &m(r).CertificateNo })},
		{field: FieldCertificateBy, importValue: lineValue(func(r Record) *string { return &m(r).CertificateBy })},
		{field: FieldAppointedBy, importValue: lineValue(func(r Record) *string { return &m(r).AppointedBy })},
		{field: FieldTrainingHours, importValue: hoursValue(func(r Record) *float64 { return &m(r).TrainingHours })},
		{field: FieldEvaluation, importValue: lineValue(func(r Record) *string { return &m(r).Evaluation })},
		{field: FieldEvaluationYear, importValue: yearValue(func(r Record) *int { return &m(r).EvaluationYear })},
	})
}

func expertRules() *rosterRules {
	e := func(r Record) *Expert { return r.(*Expert) }
	return newRosterRules(KindExpert, func() Record { return new(Expert) }, checkEntry, entryRules, personRules, []importRule{
		{field: FieldPersonEducation, ofPerson: true, importValue: educationValue},
		{field: FieldPhone, ofPerson: true, importValue: mobileValue},
		{field: FieldEmployer, importValue: lineValue(func(r Record) *string { return &e(r).Employer })},
		{field: FieldPost, importValue: lineValue(func(r Record) *string { return &e(r).Post })},
		{field: FieldTitle, importValue: lineValue(func(r Record) *string { return &e(r).Title })},
		{field: FieldEducation, importValue: lineValue(func(r Record) *string { return &e(r).Education })},
		{field: FieldExpertise, importValue: lineValue(func(r Record) *string { return &e(r).Field })},
		{field: FieldQualifications, importValue: textValue(func(r Record) *string { return &e(r).Qualifications })},
		{field: FieldYears, importValue: countValue(func(r Record) *int { return &e(r).Years }, 80, "年")},
		{field: FieldRecommendedBy, importValue: lineValue(func(r Record) *string { return &e(r).RecommendedBy })},
		{field: FieldServices, importValue: listValue(func(r Record) *[]string { return &e(r).Services })},
		{field: FieldDistrictsServed, importValue: districtsValue(func(r Record) *[]string { return &e(r).DistrictsServed })},
		{field: FieldConflictedBodies, importValue: listValue(func(r Record) *[]string { return &e(r).ConflictedBodies })},
	})
}

func invitedRules() *rosterRules {
	l := func(r Record) *InvitedListing { return r.(*InvitedListing) }
	return newRosterRules(KindInvitedListing, func() Record { return new(InvitedListing) }, checkInvited, entryRules, personRules, []importRule{
		{field: FieldPersonEducation, ofPerson: true, importValue: educationValue},
		{field: FieldPhone, ofPerson: true, importValue: mobileValue},
		{field: FieldEmployer, ofPerson: true, importValue: lineValue(func(r Record) *string { return &r.(*Person).Employer })},
		{field: FieldInvitee, importValue: choiceValue(func(r Record) *InviteeKind { return &l(r).Invitee }, ParseInviteeKind)},
		{field: FieldTitle, importValue: lineValue(func(r Record) *string { return &l(r).Title })},
		{field: FieldOrganization, importValue: organizationName},
		{field: FieldCourt, importValue: courtValue},
		{field: FieldSpecialistList, importValue: lineValue(func(r Record) *string { return &l(r).SpecialistList })},
		{field: FieldCertificateNo, importValue: ownValue(func(r Record) *string { return &l(r).CertificateNo })},
		{field: FieldCertifiedOn, importValue: dayValue(func(r Record) *Date { return &l(r).CertifiedOn })},
		{field: FieldScope, importValue: lineValue(func(r Record) *string { return &l(r).Scope })},
		{field: FieldFeeCharged, speaks: true, importValue: flagValue(func(r Record) **bool { return &l(r).FeeCharged })},
		{field: FieldUsableByLowerCourts, speaks: true, importValue: flagValue(func(r Record) **bool { return &l(r).UsableByLowerCourts })},
		{field: FieldLowerCourtsConsentOn, importValue: pastValue(func(r Record) *Date { return &l(r).LowerCourtsConsentOn })},
		{field: FieldLowerCourtsConsentNo, importValue: ownValue(func(r Record) *string { return &l(r).LowerCourtsConsentNo })},
		{field: FieldPlatformCertified, speaks: true, importValue: flagValue(func(r Record) **bool { return &l(r).PlatformCertified })},
		{field: FieldPublicationURL, importValue: linkValue(func(r Record) *string { return &l(r).PublicationURL })},
		{field: FieldListedOn, importValue: dayValue(func(r Record) *Date { return &l(r).ListedOn })},
		{field: FieldEvaluation, importValue: lineValue(func(r Record) *string { return &l(r).Evaluation })},
	})
}

func organizationRules() *rosterRules {
	o := func(r Record) *Organization { return r.(*Organization) }
	return newRosterRules(KindOrganization, func() Record { return new(Organization) }, checkOrganization, statusRules, []importRule{
		{field: FieldRegistrationNo, importValue: ownValue(func(r Record) *string { return &o(r).RegistrationNo })},
		{field: FieldName, speaks: true, importValue: nameValue},
		{field: FieldKind, importValue: choiceValue(func(r Record) *OrganizationKind { return &o(r).Kind }, ParseOrganizationKind)},
		{field: FieldCreditCode, importValue: heldBack(func(in *rowReader, s string) { in.credit.code = s }, func(r Record) string { return o(r).CreditCode })},
		{field: FieldCreditCodeWaiver, importValue: heldBack(func(in *rowReader, s string) { in.credit.reason = s }, func(r Record) string { return o(r).CreditCodeWaiver })},
		{field: FieldCreditCodeEvidence, importValue: heldBack(func(in *rowReader, s string) { in.credit.evidence = s }, nil)},
		{field: FieldSponsor, importValue: linesValue(func(r Record) *string { return &o(r).Sponsor })},
		{field: FieldParent, importValue: heldBack(func(in *rowReader, s string) { in.parent = s }, nil)},
		{field: FieldGuidingAgency, importValue: lineValue(func(r Record) *string { return &o(r).GuidingAgency })},
		{field: FieldLevel, importValue: levelValue},
		{field: FieldDistrict, importValue: districtValue},
		{field: FieldStreet, importValue: lineValue(func(r Record) *string { return &o(r).Street })},
		{field: FieldAddress, importValue: ownValue(func(r Record) *string { return &o(r).Address })},
		{field: FieldPhone, importValue: phoneValue(func(r Record) *string { return &o(r).Phone })},
		{field: FieldHead, importValue: ownValue(func(r Record) *string { return &o(r).Head })},
		{field: FieldFoundedOn, importValue: dayValue(func(r Record) *Date { return &o(r).FoundedOn })},
		{field: FieldFilingNo, importValue: ownValue(func(r Record) *string { return &o(r).FilingNo })},
		{field: FieldFullTime, importValue: countValue(func(r Record) *int { return &o(r).FullTimeListed }, 100_000, "人", "名")},
		{field: FieldPartTime, importValue: countValue(func(r Record) *int { return &o(r).PartTimeListed }, 100_000, "人", "名")},
		{field: FieldSpecialties, importValue: specialtiesValue(func(r Record) *[]string { return &o(r).Specialties })},
		{field: FieldHours, importValue: lineValue(func(r Record) *string { return &o(r).Hours })},
		{field: FieldFeeCharged, speaks: true, importValue: feeValue},
		{field: FieldInternetPlus, speaks: true, importValue: flagValue(func(r Record) **bool { return &o(r).OnInternetPlus })},
		{field: FieldCourtPlatform, speaks: true, importValue: flagValue(func(r Record) **bool { return &o(r).OnCourtPlatform })},
		{field: FieldOneWindow, speaks: true, importValue: flagValue(func(r Record) **bool { return &o(r).OneWindow })},
		{field: FieldDisputeCentre, importValue: lineValue(func(r Record) *string { return &o(r).InDisputeCentre })},
		{field: FieldLiaisonArbitrator, importValue: lineValue(func(r Record) *string { return &o(r).LiaisonArbitrator })},
		{field: FieldGoldAward, importValue: lineValue(func(r Record) *string { return &o(r).GoldAward })},
		{field: FieldNote, importValue: textValue(func(r Record) *string { return &o(r).Note })},
		{field: FieldFictional, importValue: fictionalValue},
	})
}

// feeValue is 收费 of an organisation, shown as the law has it where nobody said so.
var feeValue = func() importValue {
	v := flagValue(func(r Record) **bool { return &r.(*Organization).FeeCharged })
	v.show = func(_ *Hub, r Record) ExportCell { return flagCell(r.(*Organization).KnownFee()) }
	return v
}()

// entryRules are those that all rosters of persons have in common.
var entryRules = append([]importRule{
	{field: FieldRegistrationNo, importValue: ownValue(func(r Record) *string { return &entryOf(r).RegistrationNo })},
	{field: FieldName, speaks: true, importValue: nameValue},
	{field: FieldLevel, importValue: levelValue},
	{field: FieldDistrict, importValue: districtValue},
	{field: FieldStreet, importValue: lineValue(func(r Record) *string { return &entryOf(r).Street })},
	{field: FieldSpecialties, importValue: specialtiesValue(func(r Record) *[]string { return &entryOf(r).Specialties })},
	{field: FieldSource, importValue: sourceValue},
	{field: FieldSourceLabel, importValue: sourceLabelValue},
	{field: FieldEvidence, importValue: evidenceValue(func(r Record) *[]string { return &entryOf(r).Evidence })},
	{field: FieldBiography, importValue: textValue(func(r Record) *string { return &entryOf(r).Biography })},
	{field: FieldNote, importValue: textValue(func(r Record) *string { return &entryOf(r).Note })},
	{field: FieldFictional, importValue: fictionalValue},
	{field: FieldTermStart, importValue: termValue(func(in *rowReader) *LooseDate { return &in.start }, StartEdge)},
	{field: FieldTermEnd, importValue: termValue(func(in *rowReader) *LooseDate { return &in.end }, EndEdge)},
	{field: FieldTermDocument, importValue: heldBack(func(in *rowReader, s string) { in.document = s }, nil)},
}, statusRules...)

// statusRules are those of the life of a record. What they read becomes moves,
// see importmoves.go.
var statusRules = []importRule{
	{field: FieldStatus, importValue: importValue{read: readStatus}},
	{field: FieldStatusUntil, importValue: dateHeldBack(func(in *rowReader) *Date { return &in.until }, EndEdge)},
	{field: FieldStatusOn, importValue: dateHeldBack(func(in *rowReader) *Date { return &in.on }, StartEdge)},
	{field: FieldStatusGround, importValue: heldBack(func(in *rowReader, s string) { in.ground = s }, nil)},
}

// personRules are those of the person that a row lists.
var personRules = []importRule{
	{field: FieldGender, ofPerson: true, importValue: choiceValue(func(r Record) *Gender { return &r.(*Person).Gender }, ParseGender)},
	{field: FieldBirthDate, ofPerson: true, importValue: birthValue},
	{field: FieldEthnicity, ofPerson: true, importValue: codedValue(func(r Record) *string { return &r.(*Person).Ethnicity }, (*Reference).Ethnicity, false)},
	{field: FieldPolitical, ofPerson: true, importValue: codedValue(func(r Record) *string { return &r.(*Person).Political }, (*Reference).Political, false)},
	{field: FieldCitizenID, ofPerson: true, importValue: importValue{read: readCitizenID}},
}

var (
	educationValue = codedValue(func(r Record) *string { return &r.(*Person).Education }, (*Reference).Education, true)
	mobileValue    = phoneValue(func(r Record) *string { return &r.(*Person).Mobile })
)

// heldBack reads text that [rosterRules.check] or the planner makes something
// of together with other cells.
func heldBack(keep func(*rowReader, string), show func(Record) string) importValue {
	v := importValue{read: func(in *rowReader, c ImportCell, _ Record) bool {
		s, ok := in.limited(tidyLine(c.Text), mostLine)
		if ok {
			keep(in, s)
		}
		return ok
	}}
	if show != nil {
		v.show = func(_ *Hub, r Record) ExportCell { return ExportCell{Text: show(r)} }
	}
	return v
}

func dateHeldBack(at func(*rowReader) *Date, edge Edge) importValue {
	return importValue{read: func(in *rowReader, c ImportCell, _ Record) bool {
		l, ok := in.looseDate(c, edge)
		*at(in) = l.Date
		return ok && !l.Open
	}}
}

func termValue(at func(*rowReader) *LooseDate, edge Edge) importValue {
	return importValue{read: func(in *rowReader, c ImportCell, _ Record) bool {
		l, ok := in.looseDate(c, edge)
		*at(in) = l
		return ok
	}}
}

// nameValue is the name as the roster lists it.
var nameValue = importValue{
	read: func(in *rowReader, c ImportCell, rec Record) bool {
		if _, isOrganization := rec.(*Organization); isOrganization || in.namesBody() {
			name, ok := in.limited(tidyLine(c.Text), mostLine)
			in.name = name
			*nameOf(rec) = name
			return ok
		}
		name, err := ParsePersonName(c.Text)
		name = strings.Clone(name)
		in.name = name
		*nameOf(rec) = name
		return in.accept(err, c)
	},
	copy: func(dst, src Record) { *nameOf(dst) = *nameOf(src) },
	show: func(_ *Hub, rec Record) ExportCell { return ExportCell{Text: *nameOf(rec)} },
}

func nameOf(r Record) *string {
	if o, ok := r.(*Organization); ok {
		return &o.Name
	}
	return &entryOf(r).Name
}

func placeOf(r Record) (*Level, *string) {
	if o, ok := r.(*Organization); ok {
		return &o.Level, &o.District
	}
	e := entryOf(r)
	return &e.Level, &e.District
}

// levelValue is 层级. What the row states is kept apart from what follows from
// it and the district together, see the planner's place.
var levelValue = importValue{
	read: func(in *rowReader, c ImportCell, _ Record) bool {
		level, err := ParseLevel(c.Text)
		in.level = level
		return in.accept(err, c)
	},
	copy: func(dst, src Record) {
		to, _ := placeOf(dst)
		from, _ := placeOf(src)
		*to = *from
	},
	show: func(_ *Hub, r Record) ExportCell {
		level, _ := placeOf(r)
		if *level == "" {
			return ExportCell{}
		}
		return ExportCell{Text: level.Label(), Code: string(*level)}
	},
}

// districtValue is 所属区.
var districtValue = importValue{
	read: func(in *rowReader, c ImportCell, _ Record) bool {
		region, ok := in.hub.reference.Region(c.Text)
		switch {
		case ok:
		case saysCity(c.Text):
			region = in.hub.reference.City()
		default:
			if region, ok = in.hub.placeWord(c.Text); !ok {
				in.problem(FaultPlace, c, "没有名为“%s”的区。请填写天津市的区名（例如 津南区）或 GB/T 2260 代码（例如 120112）；市级的可以留空。", Shorten(c.Text))
				return false
			}
			in.remark(RemarkAssumed, c, "“%s”按%s导入。", Shorten(c.Text), region.Name)
		}
		in.district = region.Code
		return true
	},
	copy: func(dst, src Record) {
		_, to := placeOf(dst)
		_, from := placeOf(src)
		*to = *from
	},
	show: func(h *Hub, r Record) ExportCell {
		_, district := placeOf(r)
		if region, ok := h.reference.Region(*district); ok {
			return ExportCell{Text: region.Name, Code: region.Code}
		}
		return ExportCell{Text: *district, Code: *district}
	},
}

// saysCity reports whether a word in the column of the district stands for none:
// the roster is the city's.
func saysCity(s string) bool {
	switch key := foldKey(s); key {
	case "市本级", "市直", "市属", "市管", "全市":
		return true
	default:
		level, err := ParseLevel(key)
		return err == nil && level == LevelCity
	}
}

// placeWord finds the district in which a place of the vocabulary lies, such as
// 泰达.
func (h *Hub) placeWord(s string) (*Region, bool) {
	key := foldKey(s)
	for _, place := range h.vocabulary.Places {
		if foldKey(place.Word) == key {
			return h.reference.District(place.District)
		}
	}
	return nil, false
}

// sourceValue is 人员来源. A word outside the list becomes OTHER, and the words
// are kept (contract.md, Sheets).
var sourceValue = importValue{
	read: func(in *rowReader, c ImportCell, rec Record) bool {
		e := entryOf(rec)
		words, ok := in.repeated(tidyLine(c.Text), mostLine)
		if !ok {
			return false
		}
		source, err := ParseSourceCategory(words)
		if err != nil {
			in.remark(RemarkUnknown, c, "人员来源“%s”不在可选范围内，归入“其他”，原文保留。", Shorten(words))
			source = SourceOther
		}
		if words == string(source) {
			words = source.Label()
		}
		e.Source, e.SourceLabel = source, words
		return true
	},
	copy: copySource,
	show: func(_ *Hub, rec Record) ExportCell {
		e := entryOf(rec)
		if e.Source == "" {
			return ExportCell{}
		}
		return ExportCell{Text: sourceWords(e), Code: string(e.Source)}
	},
}

// sourceLabelValue is what programs send beside the category.
var sourceLabelValue = importValue{
	read: func(in *rowReader, c ImportCell, rec Record) bool {
		e := entryOf(rec)
		if e.Source == "" {
			return sourceValue.read(in, c, rec)
		}
		words, ok := in.repeated(tidyLine(c.Text), mostLine)
		if ok {
			e.SourceLabel = words
		}
		return ok
	},
	copy: copySource,
	show: func(_ *Hub, rec Record) ExportCell { return ExportCell{Text: tidyLine(entryOf(rec).SourceLabel)} },
}

func copySource(dst, src Record) {
	to, from := entryOf(dst), entryOf(src)
	to.Source, to.SourceLabel = from.Source, from.SourceLabel
}

// sourceWords are the words that lead back to the entry's source: those that
// were printed, unless they mean another one.
func sourceWords(e *Entry) string {
	printed := tidyLine(e.SourceLabel)
	if meant, err := ParseSourceCategory(printed); printed == "" && e.Source != "" || err == nil && meant != e.Source || err != nil && e.Source != SourceOther {
		return e.Source.Label()
	}
	return printed
}

// birthValue is 出生年月, down to the day where the sheet has it.
var birthValue = importValue{
	read: func(in *rowReader, c ImportCell, rec Record) bool {
		l, ok := in.looseDate(c, StartEdge)
		if !ok {
			return false
		}
		if l.Date > in.today {
			in.problem(FaultDateImpossible, c, "出生日期“%s”晚于今天，请改正。", Shorten(c.Text))
			return false
		}
		in.birth = l
		p := rec.(*Person)
		switch l.Precision {
		case DayPrecision:
			p.BirthDate, p.BirthMonth = l.Date, l.Date.YearMonth()
		case MonthPrecision:
			p.BirthMonth = l.Date.YearMonth()
		default:
			in.remark(RemarkLeft, c, "只有出生年份，未采用。请写到月，例如 1980-05。")
			return false
		}
		return true
	},
	copy: func(dst, src Record) {
		to, from := dst.(*Person), src.(*Person)
		to.BirthDate, to.BirthMonth = from.BirthDate, from.BirthMonth
	},
	show: func(_ *Hub, rec Record) ExportCell {
		p := rec.(*Person)
		if p.BirthDate != 0 {
			return ExportCell{Text: p.BirthDate.String()}
		}
		return ExportCell{Text: p.BirthMonth}
	},
}

func readCitizenID(in *rowReader, c ImportCell, _ Record) bool {
	if id := normalizeID(c.Text); c.Number && (len(id) > 15 || scientific(id)) {
		_, err := truncatedID(id)
		return in.accept(err, c)
	}
	id, err := ParseCitizenID(c.Text, in.today)
	if !in.accept(err, c) {
		return false
	}
	in.identity, in.hash = id, in.hub.vault.Hash(id)
	return true
}

func readStatus(in *rowReader, c ImportCell, rec Record) bool {
	if _, ok := rec.(*Organization); ok {
		s, err := ParseOrganizationStatus(c.Text)
		in.status = string(s)
		return in.accept(err, c)
	}
	s, err := ParseEntryStatus(c.Text)
	in.status = string(s)
	if !in.accept(err, c) {
		return false
	}
	if kind := ownerOf(rec).Kind; !reachable(kind, s) {
		in.problem(FaultMove, c, "%s没有“%s”这种状态：罢免限人民调解委员会推选的成员，除名限列名法院对其特邀名册。请改正状态。", kind.Label(), s.Label())
		return false
	}
	return true
}

// organizationName is the organisation that a row names. The planner looks it
// up; an invited listing keeps the words besides.
var organizationName = importValue{
	read: func(in *rowReader, c ImportCell, rec Record) bool {
		name, ok := in.repeated(tidyLine(c.Text), mostLine)
		in.organization = name
		if l, isListing := rec.(*InvitedListing); isListing && ok {
			l.BodyName = name
		}
		return ok
	},
}

// courtValue is 邀请法院.
var courtValue = importValue{
	read: func(in *rowReader, c ImportCell, rec Record) bool {
		court, ok := in.hub.reference.CourtByName(c.Text)
		if !ok {
			in.problem(FaultPlace, c, "没有名为“%s”的法院。请填写天津市法院的全称或代字，例如 天津市津南区人民法院、津0112。", Shorten(c.Text))
			return false
		}
		rec.(*InvitedListing).Court = court.Code
		return true
	},
	copy: func(dst, src Record) { dst.(*InvitedListing).Court = src.(*InvitedListing).Court },
	show: func(h *Hub, rec Record) ExportCell {
		code := rec.(*InvitedListing).Court
		if court, ok := h.reference.CourtByCode(code); ok {
			return ExportCell{Text: court.Name, Code: code}
		}
		return ExportCell{Text: code, Code: code}
	},
}

// fictionalValue is 示例: whether the row is invented.
var fictionalValue = importValue{
	read: func(in *rowReader, c ImportCell, rec Record) bool {
		yes, ok := readFlag(c.Text)
		*fictionalOf(rec) = yes
		return ok
	},
	copy: func(dst, src Record) { *fictionalOf(dst) = *fictionalOf(src) },
	show: func(_ *Hub, rec Record) ExportCell {
		if !*fictionalOf(rec) {
			return ExportCell{}
		}
		return ExportCell{Text: "是", Code: "true"}
	},
}

func fictionalOf(r Record) *bool {
	if o, ok := r.(*Organization); ok {
		return &o.Fictional
	}
	return &entryOf(r).Fictional
}

// checkEntry looks at a listed person's age. Appointed are adults only
// (调解仲裁法 Art. 11); other bounds differ from roster to roster and are only
// remarked on.
func checkEntry(in *rowReader) {
	if in.person == nil {
		return
	}
	birth := in.person.BirthDate
	if birth == 0 && in.person.BirthMonth != "" {
		birth = in.birth.Date
	}
	if birth == 0 || in.status != "" && !Status(in.status).OnRoster() {
		return
	}
	in.field = FieldBirthDate
	if !in.row.Sheet.Has(FieldBirthDate) {
		in.field = 0
	}
	switch {
	case birth.AddYears(adultAge) > in.today:
		in.problem(FaultUnderage, ImportCell{}, "未满 %d 周岁（出生 %s），不能列入名册。请核对出生日期。", adultAge, birth.YearMonth())
	case birth.AddYears(youngest) > in.today || birth.AddYears(oldest+1) <= in.today:
		in.remark(RemarkAge, ImportCell{}, "年龄 %d 岁，不在通常的 %d 至 %d 岁之间，请核对。", ageOn(birth, in.today), youngest, oldest)
	}
}

// Ages in years. All but the first are custom, not law (domain.md §2.1).
const (
	adultAge = 18
	youngest = 20
	oldest   = 70
)

func ageOn(birth, day Date) int {
	age := day.Year() - birth.Year()
	if birth.AddYears(age) > day {
		age--
	}
	return age
}

func checkMediator(in *rowReader) { checkEntry(in) }

func checkInvited(in *rowReader) {
	l := in.record.(*InvitedListing)
	if in.namesBody() {
		l.Invitee = InviteeOrganization
		in.person = nil
		if in.organization == "" {
			in.organization = in.name
		}
		l.BodyName = in.organization
		in.stated.add(FieldOrganization)
	} else {
		l.Invitee = InviteePerson
		checkEntry(in)
	}
	in.stated.add(FieldInvitee)
	if l.Court == "" && len(in.problems) == 0 {
		in.field = FieldCourt
		in.problem(FaultRequired, ImportCell{}, "没有填写邀请法院，请填写法院全称或代字。")
	}
}

// namesBody reports whether the row lists an organisation, not a person: by its
// 类别, and where that is left open by how the name ends.
func (in *rowReader) namesBody() bool {
	l, ok := in.record.(*InvitedListing)
	if !ok {
		return false
	}
	if l.Invitee == "" {
		if c := in.row.cell(FieldInvitee); c.Text != "" {
			kind, _ := ParseInviteeKind(c.Text)
			return kind == InviteeOrganization
		}
		name := tidyLine(in.row.cell(FieldName).Text)
		for _, tail := range bodyTails {
			if strings.HasSuffix(strings.TrimRight(name, "）)"), tail) {
				return true
			}
		}
		return strings.ContainsAny(name, "（(")
	}
	return l.Invitee == InviteeOrganization
}

// bodyTails are the last words of the names of organisations.
var bodyTails = strings.Fields("委员会 中心 工作室 调解室 工作站 服务站 事务所 协会 商会 联合会 总工会 工会 公司 团队 仲裁院 组织 学会 促进会")

func checkOrganization(in *rowReader) {
	o := in.record.(*Organization)
	c := in.credit
	in.field = FieldCreditCode
	if c.code == "" {
		if c.reason != "" {
			in.remark(RemarkLeft, ImportCell{}, "没有统一社会信用代码，豁免理由未采用；说明请写到备注。")
		}
		return
	}
	var waiver *USCCWaiver
	if c.reason != "" {
		waiver = &USCCWaiver{Reason: c.reason, Evidence: c.evidence}
		if reason, evidence, ok := strings.Cut(c.reason, "（依据："); ok && c.evidence == "" {
			waiver.Reason, waiver.Evidence = reason, strings.TrimSuffix(evidence, "）")
		}
	}
	code, waived, err := AcceptUSCC(c.code, waiver)
	if !in.accept(err, ImportCell{Text: c.code}) {
		return
	}
	o.CreditCode = string(code)
	if waived {
		o.CreditCodeWaiver = waiver.String()
	}
}
