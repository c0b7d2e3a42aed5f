package hub

import (
	"slices"
	"strings"
)

// personByHash returns the person with this identity number: of the hub, or of
// an earlier row; nil when there is none.
func (pl *planner) personByHash(hash string) (*plannedPerson, error) {
	if hash == "" {
		return nil, nil
	}
	if p := pl.byHash[hash]; p != nil {
		return p, nil
	}
	ids, err := pl.snap.Lookup(0, KindPerson, KeyIdentity, hash)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return pl.personByID(ids[0])
}

// personByID returns a person of the hub, nil when there is none.
func (pl *planner) personByID(id ID) (*plannedPerson, error) {
	if id == 0 {
		return nil, nil
	}
	if p := pl.byID[id]; p != nil {
		return p, nil
	}
	version, err := pl.get(id)
	if err != nil || version.Record == nil {
		return nil, err
	}
	p := &plannedPerson{record: version.Record.(*Person), expected: version.Revision, others: -1}
	pl.byID[id] = p
	if p.record.Identity.Hash != "" {
		pl.byHash[p.record.Identity.Hash] = p
	}
	return p, nil
}

// personOf returns the person whom a record of the hub lists, nil for none.
func (pl *planner) personOf(r Record) (*Person, error) {
	e := entryOf(r)
	if e == nil {
		return nil, nil
	}
	p, err := pl.personByID(e.PersonID)
	if p == nil {
		return nil, err
	}
	return p.record, err
}

// merge writes what the row says over what is recorded.
func (pl *planner) merge(f destination, body namedBody) error {
	r, row := pl.reading, pl.row()
	if f.version.Record == nil {
		level, district := placeOf(r.record)
		*level, *district = f.level, f.district
		if !pl.allowed(r.record) {
			return nil
		}
		if err := pl.complete(body); err != nil || r.refused() {
			return err
		}
		if pl.forbid(r.record); r.refused() {
			return nil
		}
		if err := pl.listPerson(f); err != nil || r.refused() {
			return err
		}
		key := namesake{f.district, r.name}
		pl.fresh[key] = append(pl.fresh[key], pl.at)
		row.Outcome, row.record = ImportNew, r.record
		return nil
	}

	have := f.version.Record
	if !pl.allowed(have) { // before anything of it is compared, and so shown
		return nil
	}
	row.ID = have.RecordID()
	if earlier, taken := pl.claimed[row.ID]; taken {
		row.Outcome, row.Twins = ImportDuplicate, []ImportTwin{pl.twinRow(earlier, "对应名册中的同一条记录")}
		return nil
	}
	pl.keepPlace(have)
	next := cloneRecord(have)
	pl.takeOver(next)
	if err := pl.link(next, body); err != nil {
		return err
	}
	pl.mergeLife(next)
	if !pl.erasing { // else it is looked at when the rest is gone
		pl.forbid(next)
	}
	if r.refused() || !pl.allowed(next) {
		return nil
	}
	if err := pl.listPerson(destination{version: Version{Record: next}, person: f.person}); err != nil || r.refused() {
		return err
	}
	pl.claimed[row.ID] = pl.at
	if row.RegistrationNo == "" {
		row.RegistrationNo = registrationNo(have)
	}
	row.Outcome = ImportSame
	if len(row.Changes) > 0 {
		row.Outcome, row.record, row.expected = ImportChanged, next, f.version.Revision
	}
	return nil
}

// allowed refuses a record that the caller does not keep.
func (pl *planner) allowed(rec Record) bool {
	if pl.p.mayImport(ownerOf(rec)) {
		return true
	}
	whose := "本单位"
	if region, ok := pl.hub.reference.Region(pl.p.District); ok {
		whose = region.Name
	}
	if court, ok := pl.hub.reference.CourtByCode(pl.p.Court); ok {
		whose = court.Name
	}
	pl.refuse(FieldDistrict, FaultForbidden, "%s只能维护%s的名册，这条记录不属于%s，请交由其主管单位办理。", pl.p.Role.Label(), whose, whose)
	return false
}

// forbid refuses what a rule forbids a record, as it would be as a whole.
func (pl *planner) forbid(rec Record) {
	if f, why := pl.hub.unlawful(rec); why != "" {
		pl.refuse(f, FaultUnlawful, "%s", why)
	}
}

// unlawful says in Chinese why a record may not stand as it is, and at which field;
// "" when it may.
func (h *Hub) unlawful(rec Record) (ImportField, string) {
	switch r := rec.(type) {
	case *InvitedListing:
		return r.unlawful(h.reference)
	case *Organization:
		return r.unlawful()
	}
	return 0, ""
}

// complete makes a whole record of a row that lists somebody new.
func (pl *planner) complete(body namedBody) error {
	r := pl.reading
	if o, ok := r.record.(*Organization); ok {
		if o.Kind == "" {
			_, err := ParseOrganizationKind("")
			pl.refuse(FieldKind, FaultRequired, "%s", err)
			return nil
		}
		for _, e := range r.firstMoves(nil, pl.today) {
			o.Events = append(o.Events, OrganizationEvent{Status: OrganizationStatus(e.Status), On: e.On, Until: e.Until, Ground: e.Ground})
		}
		if o.Events[0].On == 0 {
			o.Events[0].On = o.FoundedOn
		}
		pl.remarkStatus(nil)
		return pl.linkParent(o)
	}
	e := entryOf(r.record)
	terms, _, _ := r.mergeTerms(nil)
	e.Terms = terms
	e.Events = r.firstMoves(terms, pl.today)
	pl.remarkStatus(terms)
	if r.start.Date != 0 && r.end == (LooseDate{}) && r.row.Sheet.Has(FieldTermEnd) {
		pl.remark(FieldTermEnd, RemarkAssumed, "没有填写截止日期，按“长期”导入。")
	}
	if pl.takesMembers(r.record, body.organization) {
		setBody(r.record, body)
	}
	return nil
}

func (pl *planner) remarkStatus(terms []AppointmentTerm) {
	in := rowReader{hub: pl.hub, today: pl.today, rowReading: pl.reading}
	in.remarkStatus(terms)
}

func setBody(r Record, body namedBody) {
	switch r := r.(type) {
	case *Mediator:
		r.Organization = body.id()
	case *InvitedListing:
		r.Organization = body.id()
	}
}

// keepPlace fills in what a row leaves open of level and district from the
// record that it is about.
func (pl *planner) keepPlace(have Record) {
	r := pl.reading
	level, district := placeOf(r.record)
	haveLevel, haveDistrict := placeOf(have)
	*level, *district = r.level, r.district
	if *level == "" {
		*level = *haveLevel
	}
	if *district == "" {
		*district = *haveDistrict
	}
	city := pl.hub.reference.City().Code
	if *level == LevelDistrict && *district == city {
		if r.level == "" {
			*level = LevelCity // 所属区 says 天津市
			r.stated.add(FieldLevel)
		} else {
			pl.refuse(FieldDistrict, FaultRequired, "层级为区级，请填写所属区（例如 津南区）。")
		}
	}
}

// takeOver writes the stated fields of the row into next and notes what changes.
func (pl *planner) takeOver(next Record) {
	r := pl.reading
	for i := range pl.rules.rules {
		rule := &pl.rules.rules[i]
		if rule.copy == nil || rule.ofPerson || !r.stated.has(rule.field) {
			continue
		}
		before, after := rule.show(pl.hub, next), rule.show(pl.hub, r.record)
		if before.Text == after.Text && before.Code == after.Code {
			continue
		}
		if rule.field == FieldName && r.person != nil {
			pl.remark(FieldName, RemarkRename, "同一编号原来是“%s”，改为“%s”。如不是同一人，请改正编号。", before.Text, after.Text)
		}
		rule.copy(next, r.record)
		pl.changed(rule.field, before.Text, after.Text)
	}
	if o, ok := next.(*Organization); ok && r.credit.code != "" {
		said := r.record.(*Organization)
		if o.CreditCode != said.CreditCode || o.CreditCodeWaiver != said.CreditCodeWaiver {
			pl.changed(FieldCreditCode, o.CreditCode+o.CreditCodeWaiver, said.CreditCode+said.CreditCodeWaiver)
			o.CreditCode, o.CreditCodeWaiver = said.CreditCode, said.CreditCodeWaiver
		}
	}
}

func (pl *planner) changed(f ImportField, before, after string) {
	row := pl.row()
	row.Changes = append(row.Changes, PlannedChange{f, row.Sheet.column(f).Heading, before, after})
}

// link ties next to the organisation that the row names.
func (pl *planner) link(next Record, body namedBody) error {
	r := pl.reading
	if o, ok := next.(*Organization); ok {
		return pl.linkParent(o)
	}
	if !r.stated.has(FieldOrganization) {
		return nil
	}
	if l, ok := next.(*InvitedListing); ok {
		if said := r.record.(*InvitedListing).BodyName; said != "" && said != l.BodyName {
			pl.changed(FieldOrganization, l.BodyName, said)
			l.BodyName = said
		}
	}
	_, linked := references(next)
	if body.organization == nil || body.organization.ID == linked {
		return nil
	}
	before := ""
	if linked != 0 {
		version, err := pl.get(linked)
		if err != nil {
			return err
		}
		if o, ok := version.Record.(*Organization); ok {
			before = o.Name
		}
	}
	if !pl.takesMembers(next, body.organization) {
		return nil
	}
	setBody(next, body)
	pl.changed(FieldOrganization, before, body.organization.Name)
	return nil
}

// takesMembers reports whether somebody may be named in an organisation: one that is
// not on its roster any more, or is recorded to end, takes nobody, as when a listing
// is tied to it by its id (see [writing.setOrganization]). Whoever has left belonged
// to it then. A court's list keeps the name as printed.
func (pl *planner) takesMembers(r Record, o *Organization) bool {
	if o == nil || o.standsOn(pl.today) {
		return true
	}
	if l, ok := r.(*InvitedListing); ok {
		pl.remark(FieldOrganization, RemarkUnlinked, "调解组织“%s”已不在册，或已登记终止，名称照录，不关联。", l.BodyName)
		return false
	}
	status := entryOf(r).Timeline().On(pl.today)
	if said := Status(pl.reading.status); said != "" && said != StatusActive {
		status = said
	}
	if !status.OnRoster() && !slices.Contains(candidates, status) {
		return true
	}
	pl.refuse(FieldOrganization, FaultEnded, "调解组织“%s”已不在册，或已登记终止，不能再列入人员。请改为现在所属的组织；已经离开的人员，请在“状态”中写明。", o.Name)
	return false
}

// mergeLife brings terms and moves up to what the row says.
func (pl *planner) mergeLife(next Record) {
	r := pl.reading
	if o, ok := next.(*Organization); ok {
		moves := make([]StatusEvent, len(o.Events))
		for i, e := range o.Events {
			moves[i] = StatusEvent{Status: Status(e.Status), On: e.On, Until: e.Until, Ground: e.Ground}
		}
		merged := r.mergeMoves(moves, nil, 0, pl.today)
		if slices.Equal(moves, merged) {
			return
		}
		if !pl.mayTell(ownerOf(o), moves, merged) {
			return
		}
		pl.changed(FieldStatus, lastMove(moves), lastMove(merged))
		o.Events = slices.Clone(o.Events)
		for i, e := range merged {
			if i == len(o.Events) {
				o.Events = append(o.Events, OrganizationEvent{})
			}
			to := &o.Events[i]
			to.Status, to.On, to.Until, to.Ground = OrganizationStatus(e.Status), e.On, e.Until, e.Ground
		}
		return
	}
	e := entryOf(next)
	terms, renewal, fault := r.mergeTerms(e.Terms)
	if fault != "" {
		f := FieldTermStart
		if r.start.Date == 0 {
			f = FieldTermEnd
		}
		pl.refuse(f, FaultTermOverlap, "%s", fault)
		return
	}
	if !slices.Equal(terms, e.Terms) {
		f := FieldTermEnd
		if r.end == (LooseDate{}) {
			f = FieldTermStart
		}
		pl.changed(f, termWords(e.Terms), termWords(terms))
		e.Terms = terms
	}
	moves := r.mergeMoves(e.Events, terms, renewal, pl.today)
	if !slices.Equal(moves, e.Events) {
		if len(e.Events) > 0 && !pl.mayTell(ownerOf(next), e.Events, moves) {
			return
		}
		pl.changed(FieldStatus, lastMove(e.Events), lastMove(moves))
		e.Events = moves
		pl.remarkStatus(terms)
	}
}

// mayTell refuses a move that no sheet brings about, and one that the caller could
// not make by itself: the city imports the districts' rosters, but their listings are
// moved by the districts, whichever way the move comes in.
func (pl *planner) mayTell(owner Owner, have, moves []StatusEvent) bool {
	// A registration states no status: whoever it finds is a duplicate, and is told so.
	registers := pl.reading.status != "" && !pl.reading.stated.has(FieldStatus)
	if registers {
		return true
	}
	if !pl.p.Keeps(owner) {
		whose := "其主管单位"
		if region, ok := pl.hub.reference.Region(owner.District); ok {
			whose = region.Name + "主管单位"
		}
		pl.refuse(FieldStatus, FaultForbidden, "名册中的状态是“%s”。改为“%s”是状态变动，应由%s办理，%s不能用表格代办。其余内容可以导入：请不填状态和变更日期、原因、暂停截止。", lastMove(have), moves[len(moves)-1].label(), whose, pl.p.Role.Label())
		return false
	}
	if movable(have, moves) {
		return true
	}
	pl.refuse(FieldStatus, FaultMove, "名册中的状态是“%s”，表格不能把它改为“%s”：这样的变动须有依据，请在名册上办理。表中请写现在的状态，或不填状态。", lastMove(have), moves[len(moves)-1].label())
	return false
}

func termWords(terms []AppointmentTerm) string {
	words := make([]string, len(terms))
	for i, t := range terms {
		words[i] = strings.TrimSpace(t.String() + " " + t.DocumentNo)
	}
	return strings.Join(words, "；")
}

// label is the Chinese word for the status of a listing or an organisation.
func (m StatusEvent) label() string {
	if m.Status.Valid() {
		return m.Status.Label()
	}
	return OrganizationStatus(m.Status).Label()
}

func lastMove(moves []StatusEvent) string {
	if len(moves) == 0 {
		return ""
	}
	m := moves[len(moves)-1]
	words := m.label()
	if m.On != 0 {
		words += " " + m.On.String() + " 起"
	}
	if m.Until != 0 {
		words += " 至 " + m.Until.String()
	}
	return strings.TrimSpace(words + " " + m.Ground)
}

// listPerson ties the listing to its person. What belongs to the human being is
// changed by a sheet only while no other listing shares her or him; otherwise a
// sheet fills in what is missing, so that two rosters which differ do not
// overwrite each other for ever.
func (pl *planner) listPerson(f destination) error {
	r, row := pl.reading, pl.row()
	entry := entryOf(r.record)
	known := f.version.Record != nil
	if known {
		entry = entryOf(f.version.Record)
	}
	if r.person == nil || entry == nil {
		return nil
	}
	p := f.person // by identity number
	if known && entry.PersonID != 0 {
		listed, err := pl.personByID(entry.PersonID)
		if err != nil {
			return err
		}
		known := "这条记录的本人"
		if listed != nil {
			if known = "“" + listed.record.Name + "”"; row.RegistrationNo != "" {
				known = "编号为“" + row.RegistrationNo + "”的" + known
			}
		}
		rectified := false
		if p == nil && listed != nil && r.hash != "" && listed.record.Identity.Hash != "" && pl.rectifies != nil {
			if rectified, err = pl.rectifies(listed.record.ID); err != nil {
				return err
			}
		}
		switch {
		case listed == nil:
		case rectified:
			p = listed
			if err := pl.reseal(p); err != nil {
				return err
			}
		case p == nil && r.hash != "" && listed.record.Identity.Hash != "":
			pl.refuse(FieldCitizenID, FaultTaken, "名册中%s的公民身份号码与这里的不同。请核对编号和公民身份号码；名册中确有误的，请在记录上修改。", known)
			return nil
		case p == nil:
			p = listed
		case p != listed && (listed.record.Identity.Hash != "" || p.record.Name != r.name):
			pl.refuse(FieldCitizenID, FaultTaken, "这个公民身份号码在%s属于“%s”，不是名册中%s。请核对；确为同一人的，请更正或清空有误的号码，再合并自然人。", pl.whereKnown(p), p.record.Name, known)
			return nil
		case p != listed:
			pl.changed(FieldCitizenID, "", "归到同一自然人")
		}
		if p == listed && listed != nil && listed.record.Name != r.name && pl.contradicts(listed.record) {
			pl.refuse(FieldName, FaultTaken, "编号“%s”在名册中是“%s”，性别或出生年月也与这里的不同，不像同一人。请核对编号。", row.RegistrationNo, listed.record.Name)
			return nil
		}
	}
	if p == nil {
		p = &plannedPerson{record: r.person, dirty: true, firstRow: int32(pl.at)}
		if r.hash != "" {
			sealed, err := pl.hub.vault.Seal(r.identity)
			if err != nil {
				return Internal("PlanImport", err)
			}
			p.record.Identity = sealed
			pl.byHash[r.hash] = p
		}
	} else if err := pl.mergePerson(p, entry.ID); err != nil {
		return err
	}
	p.rows++
	row.person = p
	if known && entry.PersonID != p.record.ID || known && p.record.ID == 0 {
		entry.PersonID = p.record.ID // 0 for a new person until the plan is applied
		if len(row.Changes) == 0 {
			pl.changed(FieldName, "", "补记自然人")
		}
	}
	return nil
}

// reseal gives a known person the row's identity number in place of the one that was
// recorded by mistake.
func (pl *planner) reseal(p *plannedPerson) error {
	sealed, err := pl.hub.vault.Seal(pl.reading.identity)
	if err != nil {
		return Internal("Amend", err)
	}
	copied := *p.record
	copied.Identity = sealed
	p.record, p.dirty, pl.rectified = &copied, true, p
	pl.changed(FieldCitizenID, "", MaskCitizenID(string(pl.reading.identity)))
	return nil
}

// contradicts reports whether the row says another gender or birth date than is
// known of a person.
func (pl *planner) contradicts(p *Person) bool {
	said := pl.reading.person
	return said.Gender != "" && p.Gender != "" && said.Gender != p.Gender ||
		said.BirthMonth != "" && p.BirthMonth != "" && said.BirthMonth != p.BirthMonth
}

// mergePerson writes what the row says of a known person.
func (pl *planner) mergePerson(p *plannedPerson, listing ID) error {
	r := pl.reading
	decides := func() (bool, error) { // is asked where something differs only
		if p == pl.rectified { // gender and birth go with the number
			return true, nil
		}
		return pl.alone(p, listing)
	}
	edit := func() *Person {
		if !p.dirty {
			copied := *p.record
			p.record, p.dirty = &copied, true
		}
		return p.record
	}
	if r.hash != "" && p.record.Identity.Hash == "" {
		sealed, err := pl.hub.vault.Seal(r.identity)
		if err != nil {
			return Internal("PlanImport", err)
		}
		edit().Identity = sealed
		pl.byHash[r.hash] = p
		pl.changed(FieldCitizenID, "", MaskCitizenID(string(r.identity)))
	}
	if p.record.Name != r.name {
		alone, err := decides()
		if err != nil {
			return err
		}
		if alone {
			if !slices.ContainsFunc(pl.row().Changes, func(c PlannedChange) bool { return c.Field == FieldName }) {
				pl.changed(FieldName, p.record.Name, r.name)
			}
			edit().Name = r.name
		}
	}
	for i := range pl.rules.rules {
		rule := &pl.rules.rules[i]
		if rule.copy == nil || !rule.ofPerson || !r.stated.has(rule.field) {
			continue
		}
		before, after := rule.show(pl.hub, p.record), rule.show(pl.hub, r.person)
		if before.Text == after.Text {
			continue
		}
		alone, err := decides()
		if err != nil {
			return err
		}
		switch {
		case rule.field == FieldBirthDate && strings.HasPrefix(before.Text, after.Text):
		case before.Text == "" || alone || rule.field == FieldBirthDate && strings.HasPrefix(after.Text, before.Text):
			rule.copy(edit(), r.person)
			pl.changed(rule.field, before.Text, after.Text)
		default:
			pl.remark(rule.field, RemarkLeft, "与此人在其他名册中的记载不一致，未采用。确需更正的，请先统一各名册。")
		}
	}
	return nil
}

// alone reports whether nobody but this listing lists the person.
func (pl *planner) alone(p *plannedPerson, listing ID) (bool, error) {
	if p.expected == 0 || p.rows > 0 {
		return false, nil
	}
	if p.others < 0 {
		p.others = 0
		for _, kind := range listingKinds {
			ids, err := pl.snap.Lookup(0, kind, KeyPerson, p.record.ID.String())
			if err != nil {
				return false, err
			}
			for _, id := range ids {
				if id != listing {
					p.others++
				}
			}
		}
	}
	return p.others == 0, nil
}

// cloneRecord returns a copy that may be altered field by field; what its slices
// hold may not.
func cloneRecord(r Record) Record {
	switch r := r.(type) {
	case *Mediator:
		c := *r
		return &c
	case *Expert:
		c := *r
		return &c
	case *InvitedListing:
		c := *r
		return &c
	case *Organization:
		c := *r
		return &c
	}
	panic("hub: no roster record")
}
