package hub

import (
	"context"
	"slices"
)

// RegisterInput brings a new record into being. A listing starts as PROPOSED, an
// organisation as ACTIVE.
type RegisterInput struct {
	Write
	Kind             Kind
	Fields           Fields
	Organization     ID   // of a mediator, an invited organisation, or the one that named an invited person
	From             ID   // another listing whose person is listed: a nomination from the expert pool
	Named            []ID // of an invited organisation: the listings of those whom it names (法释〔2016〕14号 Art. 6)
	ConfirmDuplicate bool // the caller has looked at who is probably the same
	On               Date // from which day it is a candidate, or stands; today when 0
}

// mostNamed is how many persons an invited organisation names at once.
const mostNamed = 500

// Register lists a person or an organisation, by the rules of imports.
func (h *Hub) Register(ctx context.Context, p *Principal, in RegisterInput) (*Written, error) {
	return h.write(ctx, p, "REGISTER_"+in.Kind.String(), in.Write, in, func(w *writing) error {
		if rostersOf[in.Kind] == nil || in.Expected != 0 {
			w.refuse("expectedRevision", RefusalInvalid, Invalid("expectedRevision", "登记新的记录时 expectedRevision 须为 0 或不给出。"))
			return nil
		}
		return w.register(in)
	})
}

func (w *writing) register(in RegisterInput) error {
	rules := rostersOf[in.Kind]
	if in.On == 0 {
		in.On = w.today
	}
	if in.On > w.today {
		w.refuse("on", RefusalDate, Invalid("on", "登记的起始日 %s 在将来，请核对。", in.On))
	}
	cells, _ := w.cells(rules, in.Fields)
	source, ok, err := w.nominated(&in, rules, cells)
	if err != nil || !ok || w.refused() {
		return err
	}
	allowed := w.recommending(in.Kind, cells)
	if w.refused() {
		return nil
	}
	pl := w.planner(rules, cells, in.ConfirmDuplicate)
	pl.p, pl.linked = allowed, in.Organization != 0
	if source != nil {
		pl.reading.person = nil // who it is, is known
	}
	if !pl.reading.refused() {
		if pl.reading.status = string(StatusProposed); in.Kind == KindOrganization {
			pl.reading.status = string(OrganizationActive)
		}
		if err := w.decide(pl, source != nil || in.ConfirmDuplicate); err != nil {
			return err
		}
	}
	if w.takeProblems(pl); w.refused() {
		return nil
	}
	row := pl.row()
	if row.Outcome != ImportNew {
		w.refuse("fields.name", RefusalDuplicate, Invalid("name", "“%s”已在名册中（%s）。请改用修改；确为另一人的，请填写编号、出生日期等可以区分的内容，并确认并非重复（接口为 confirmDuplicate）。", row.Name, row.ID))
		return nil
	}
	return w.list(in, row, source)
}

// recommending returns on whose behalf the rules of imports judge the row: the
// caller's, or where an agency recommends or sets up, that of the roster's keeper.
// What it may bring along is checked when the record is complete, see [Hub.mayMove].
func (w *writing) recommending(kind Kind, cells map[ImportField]ImportCell) *Principal {
	agency, known := w.hub.reference.AgencyByCode(w.p.Agency)
	switch {
	case w.p.Role != RolePartner || kind != KindExpert && kind != KindOrganization:
		return w.p
	case !known:
		w.refuse("", RefusalForbidden, Forbidden("这把密钥没有指明所属单位。"))
		return w.p
	case kind == KindOrganization:
		return &Principal{ID: w.p.ID, Role: RoleCityAdmin}
	}
	cells[FieldRecommendedBy] = ImportCell{Text: agency.Name}
	cells[FieldLevel] = ImportCell{Text: LevelCity.Label()}
	delete(cells, FieldDistrict)
	return &Principal{ID: w.p.ID, Role: RoleExpertKeeper}
}

// decide plans the row. Whoever is said to be somebody else, or is known already,
// is not looked for by name.
func (w *writing) decide(pl *planner, known bool) error {
	if !known {
		return pl.decide()
	}
	body, err := pl.body()
	if err != nil || pl.reading.refused() {
		return err
	}
	var to destination
	var fault string
	if to.level, to.district, fault = pl.level(body); fault != "" {
		pl.refuse(FieldDistrict, FaultRequired, "%s", fault)
		return nil
	}
	if to.person, err = pl.personByHash(pl.reading.hash); err != nil {
		return err
	}
	if to.person != nil && to.person.record.Name != pl.reading.name {
		pl.refuse(FieldCitizenID, FaultTaken, "这个公民身份号码在名册中属于“%s”，而这里的姓名是“%s”。请核对是否抄错。", to.person.record.Name, pl.reading.name)
		return nil
	}
	return pl.merge(to, body)
}

// nominated fills in what another listing says of the person to be listed.
func (w *writing) nominated(in *RegisterInput, rules *rosterRules, cells map[ImportField]ImportCell) (*Person, bool, error) {
	if in.From == 0 {
		return nil, true, nil
	}
	versions, err := w.snap.Get(0, in.From)
	if err != nil {
		return nil, false, err
	}
	e := entryOf(versions[0].Record)
	if e == nil || e.PersonID == 0 || !rules.person {
		w.refuse("from", RefusalNotFound, NotFound("编号“%s”不是列有自然人的名册条目，不能据以登记。", in.From))
		return nil, false, nil
	}
	for f := range cells {
		if rules.byField[f].ofPerson {
			w.refuse("fields."+f.String(), RefusalInvalid, Invalid(f.String(), "据已有条目登记时，自然人的信息沿用已有记载，不能在此填写。"))
		}
	}
	for f, text := range map[ImportField]string{FieldName: e.Name, FieldSpecialties: listCell(e.Specialties).Text, FieldSource: e.SourceLabel, FieldBiography: e.Biography} {
		if _, given := cells[f]; (!given || f == FieldName) && text != "" && rules.byField[f] != nil {
			cells[f] = ImportCell{Text: text}
		}
	}
	if in.Kind == KindInvitedListing {
		cells[FieldInvitee] = ImportCell{Text: string(InviteePerson)}
	}
	persons, err := w.snap.Get(0, e.PersonID)
	if err != nil {
		return nil, false, err
	}
	return persons[0].Record.(*Person), true, nil
}

// list plans the new record with its person and, of an invited organisation, with
// those whom it names.
func (w *writing) list(in RegisterInput, row *PlannedRow, source *Person) error {
	r := row.record
	if in.Organization != 0 {
		if ok, err := w.setOrganization(r, in.Organization); err != nil || !ok {
			return err
		}
	}
	id := w.hub.store.NextID(in.Kind)
	switch r := r.(type) {
	case *Organization:
		r.ID = id
		if event := &r.Events[0]; event.On == 0 {
			event.On = in.On
		}
	default:
		e := entryOf(r)
		e.ID = id
		if row.person != nil && row.person.expected != 0 {
			if ok, err := w.unlisted(r, row.person.record.ID, "fields.citizenId"); err != nil || !ok {
				return err
			}
		}
		e.Terms, e.Events = nil, []StatusEvent{{Status: StatusProposed, On: in.On}}
		e.Decisions = []Decision{{Move: MoveRegister, On: in.On, Reason: tidyLine(in.Reason), Actor: w.p.ID}}
		if source != nil {
			if ok, err := w.unlisted(r, source.ID, "from"); err != nil || !ok {
				return err
			}
			e.PersonID = source.ID
		}
	}
	if !w.hub.mayMove(w.p, moveOf(MoveRegister, in.Kind), r) && !w.p.mayImport(ownerOf(r)) {
		w.refuse("fields", RefusalForbidden, w.notYours(moveOf(MoveRegister, in.Kind), r))
		return nil
	}
	w.main = append(w.main, id)
	w.putRow(row, r, 0)
	if e := entryOf(r); e != nil && trains(r) && len(e.Evidence) == 0 {
		w.remark("fields.evidence", "还没有登记佐证材料（推荐表或申请表、身份核验、学历或资格证明，在职的另附所在单位同意的材料）。请在公示前补齐。")
	}
	l, ok := r.(*InvitedListing)
	if len(in.Named) == 0 {
		return nil
	}
	if !ok || l.Invitee != InviteeOrganization || l.Organization == 0 || len(in.Named) > mostNamed {
		w.refuse("named", RefusalInvalid, Invalid("named", "只有关联了调解组织的特邀组织可以列名调解员，且一次最多 %d 人。", mostNamed))
		return nil
	}
	return w.listNamed(l, in)
}

// unlisted refuses a person who stands, or is a candidate, on the same roster
// already. at is the argument that named the person.
func (w *writing) unlisted(r Record, person ID, at string) (bool, error) {
	ids, err := w.snap.Lookup(0, r.RecordID().Kind(), KeyPerson, person.String())
	if err != nil {
		return false, err
	}
	versions, err := w.snap.Get(0, ids...)
	if err != nil {
		return false, err
	}
	for _, v := range versions {
		if ownerOf(v.Record) == ownerOf(r) && slices.Contains(everListed, entryOf(v.Record).Timeline().On(w.today)) {
			w.refuse(at, RefusalDuplicate, Invalid(at, "“%s”已在这份名册中（%s）。", entryOf(v.Record).Name, v.Record.RecordID()))
			return false, nil
		}
	}
	return true, nil
}

// listNamed lists the persons whom an invited organisation names.
func (w *writing) listNamed(body *InvitedListing, in RegisterInput) error {
	versions, err := w.snap.Get(0, in.Named...)
	if err != nil {
		return err
	}
	seen := map[ID]bool{}
	for i, v := range versions {
		e := entryOf(v.Record)
		w.path = []string{"named", Revision(i).String()}
		if e == nil || e.PersonID == 0 || seen[e.PersonID] {
			w.refuse("", RefusalInvalid, Invalid("named", "编号“%s”不是列有自然人的名册条目，或此人列了两次。", in.Named[i]))
			continue
		}
		seen[e.PersonID] = true
		listing := &InvitedListing{
			Entry: Entry{
				ID: w.hub.store.NextID(KindInvitedListing), Name: e.Name, PersonID: e.PersonID, Level: body.Level, District: body.District,
				Specialties: e.Specialties, Source: e.Source, SourceLabel: e.SourceLabel, Biography: e.Biography, Fictional: e.Fictional,
				Events:    []StatusEvent{{Status: StatusProposed, On: in.On}},
				Decisions: []Decision{{Move: MoveRegister, On: in.On, Reason: tidyLine(in.Reason), Actor: w.p.ID, Cause: body.ID}},
			},
			Invitee: InviteePerson, Court: body.Court, Organization: body.Organization, BodyName: body.BodyName,
			SpecialistList: body.SpecialistList, Scope: body.Scope, FeeCharged: body.FeeCharged,
		}
		if ok, err := w.unlisted(listing, e.PersonID, ""); err != nil {
			return err
		} else if ok {
			w.put(listing, 0)
			w.moved = append(w.moved, listing.ID)
		}
	}
	w.path = nil
	return nil
}
