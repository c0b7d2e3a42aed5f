package hub

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Fields are values by the names of the contract, such as specialties. A list is
// a list, a day its text or a [Date], yes and no a bool. In a change nil or an
// empty value erases; in a registration it says nothing.
type Fields = map[string]any

// AmendInput changes fields of a record. Which field may hold what is decided by
// the same rules as for the cells of a sheet.
type AmendInput struct {
	Write
	Kind         Kind // of the record
	Fields       Fields
	Organization ID // of a mediator or an invited listing; 0 leaves it
}

// fieldsOfPlace finds a field by its place in the contract. Where an entry's own
// name for a field of its person is shorter, both go.
var fieldsOfPlace = func() map[string]ImportField {
	m := map[string]ImportField{}
	for f := ImportField(1); f < importFieldEnd; f++ {
		m[f.String()] = f
		if short, ok := strings.CutPrefix(f.String(), "person."); ok && m[short] == 0 {
			m[short] = f
		}
	}
	m["education"] = FieldEducation // of an expert; the person's is person.education
	m["sponsors"], m["parentId"], m["parent"] = FieldSponsor, FieldParent, FieldParent
	return m
}()

// lived are the fields that a record gets by living: terms and statuses. They are
// changed by moves only.
var lived = []ImportField{FieldTermStart, FieldTermEnd, FieldTermDocument, FieldStatus, FieldStatusUntil, FieldStatusOn, FieldStatusGround, FieldFictional}

// lasting are the fields that cannot be erased.
var lasting = []ImportField{FieldName, FieldLevel, FieldDistrict, FieldCourt, FieldInvitee, FieldKind, FieldRegistrationNo}

// Amend changes fields of a listing or an organisation.
func (h *Hub) Amend(ctx context.Context, p *Principal, in AmendInput) (*Written, error) {
	return h.write(ctx, p, "AMEND", in.Write, in, func(w *writing) error {
		v, ok, err := w.load(in.ID, in.Expected, in.Kind)
		if err != nil || !ok {
			return err
		}
		return w.amend(in, v)
	})
}

func (w *writing) amend(in AmendInput, v Version) error {
	rules := rostersOf[v.Record.RecordID().Kind()]
	cells, erased := w.cells(rules, in.Fields)
	if len(cells)+len(erased) == 0 && in.Organization == 0 && !w.refused() {
		w.refuse("fields", RefusalInvalid, Invalid("fields", "没有要修改的内容。请至少给出一个字段。"))
	}
	for _, f := range erased {
		if slices.Contains(lasting, f) {
			w.refuse("fields."+f.String(), RefusalInvalid, Invalid(f.String(), "这一项不能清空。"))
		}
	}
	if w.refused() {
		return nil
	}
	// The rules of a row look at these together with what is changed.
	for _, f := range []ImportField{FieldName, FieldInvitee, FieldCourt, FieldOrganization} {
		if _, given := cells[f]; !given && rules.byField[f] != nil {
			if text := w.hub.shownCell(rules.byField[f], v.Record); text != "" {
				cells[f] = ImportCell{Text: text}
			}
		}
	}
	pl := w.planner(rules, cells, false)
	if pl.reading.refused() {
		w.takeProblems(pl)
		return nil
	}
	pl.rectifies, pl.linked, pl.erasing = w.mayRectify, in.Organization != 0, true
	body, err := pl.body()
	if err != nil {
		return err
	}
	person, err := pl.personByHash(pl.reading.hash)
	if err != nil {
		return err
	}
	if err := pl.merge(destination{version: v, person: person}, body); err != nil {
		return err
	}
	if w.takeProblems(pl); w.refused() {
		return nil
	}
	row := pl.row()
	next := row.record
	if next == nil {
		next = cloneRecord(v.Record)
	}
	if in.Organization != 0 {
		if ok, err := w.setOrganization(next, in.Organization); err != nil || !ok {
			return err
		}
	}
	if err := w.erase(pl, rules, next, row, erased); err != nil || w.refused() {
		return err
	}
	if f, why := w.hub.unlawful(next); why != "" {
		w.refuse("fields."+f.String(), strings.ToUpper(FaultUnlawful), Invalid(f.String(), "%s", why))
		return nil
	}
	w.putRow(row, next, v.Revision)
	return nil
}

// mayRectify reports whether the caller may replace or erase the identity number of
// a person (PIPL Art. 46: whoever keeps it corrects it): whoever may merge her or
// him with another, for both decide who she or he is.
func (w *writing) mayRectify(person ID) (bool, error) {
	listings, err := w.listingsOf(person)
	if err != nil {
		return false, err
	}
	return w.mayMerge(listings, person)
}

// cells makes cells of fields; erased are those that are to be emptied.
func (w *writing) cells(rules *rosterRules, fields Fields) (cells map[ImportField]ImportCell, erased []ImportField) {
	cells, w.given = map[ImportField]ImportCell{}, map[ImportField]string{}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		f := fieldsOfPlace[name]
		if name == "education" && rules.byField[FieldEducation] == nil {
			f = FieldPersonEducation
		}
		if f == 0 || rules.byField[f] == nil || slices.Contains(lived, f) {
			message := "这类记录没有可以修改的字段 %s。请对照接口说明改正。"
			if slices.Contains(lived, f) {
				message = "字段 %s 不能直接修改：聘期和状态由聘任、续聘、暂停等变动产生。"
			}
			w.refuse("fields."+name, RefusalInvalid, Invalid(name, message, Shorten(name)))
			continue
		}
		if text := cellText(fields[name]); strings.TrimSpace(text) != "" {
			cells[f] = ImportCell{Text: text}
		} else {
			erased = append(erased, f)
		}
		w.given[f] = name
	}
	return cells, erased
}

// cellText writes a value as a cell of a sheet would hold it.
func cellText(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		if v {
			return "是"
		}
		return "否"
	case fmt.Stringer:
		if r := reflect.ValueOf(value); r.Kind() == reflect.Pointer && r.IsNil() {
			return ""
		}
		return v.String()
	}
	r := reflect.ValueOf(value)
	switch r.Kind() {
	case reflect.Pointer:
		if r.IsNil() {
			return ""
		}
		return cellText(r.Elem().Interface())
	case reflect.String:
		return r.String()
	case reflect.Slice:
		words := make([]string, r.Len())
		for i := range words {
			words[i] = cellText(r.Index(i).Interface())
		}
		return strings.Join(words, "、")
	}
	return fmt.Sprint(value)
}

// shownCell is what a sheet would show of a record's field.
func (h *Hub) shownCell(rule *importRule, r Record) string {
	if rule.field == FieldOrganization {
		if l, ok := r.(*InvitedListing); ok && l.Invitee == InviteeOrganization {
			return l.BodyName
		}
		return ""
	}
	if rule.show == nil {
		return ""
	}
	return rule.show(h, r).Text
}

// planner reads fields as the only row of a sheet, by the rules of imports.
func (w *writing) planner(rules *rosterRules, cells map[ImportField]ImportCell, duplicates bool) *planner {
	fields := slices.Sorted(maps.Keys(cells))
	columns := make([]ImportColumn, len(fields))
	row := ImportRow{Cells: make([]ImportCell, len(fields))}
	for i, f := range fields {
		columns[i] = ImportColumn{Field: f, Heading: "“" + cmp.Or(w.given[f], f.String()) + "”"}
		row.Cells[i] = cells[f]
	}
	row.Sheet = NewImportSheet("", columns)
	pl := w.hub.planner(w.ctx, w.p, w.snap, rules, new(ImportPlan), ImportOptions{Duplicates: duplicates})
	pl.reading = w.hub.readRow(rules, w.today, new(words), row)
	pl.plan.Rows = []PlannedRow{{Sheet: row.Sheet, Name: pl.reading.name}}
	if pl.reading.record != nil {
		pl.row().RegistrationNo = registrationNo(pl.reading.record)
	}
	return pl
}

// takeProblems turns what the rules of imports found into refusals. A value that a
// sheet would leave out with a remark is refused: there is one caller, and she is
// still there.
func (w *writing) takeProblems(pl *planner) {
	place := func(p ImportProblem) string {
		if name := strings.Trim(p.Heading, "“”"); name != "" {
			return "fields." + strings.TrimPrefix(name, "person.")
		}
		return "fields" // the row as a whole
	}
	add := func(p ImportProblem) {
		w.refuse(place(p), strings.ToUpper(p.Code), Invalid("", "%s", p.Message))
	}
	for _, p := range slices.Concat(pl.reading.problems, pl.row().Problems) {
		add(p)
	}
	for _, p := range pl.reading.remarks {
		switch p.Code {
		case RemarkLeft:
			add(p)
		case RemarkStatus, RemarkDuplicates:
		default:
			w.remark(place(p), "%s", p.Message)
		}
	}
	if len(pl.row().Twins) > 0 && !w.refused() {
		w.refuse("fields.name", RefusalDuplicate, Invalid("name", "可能已在名册中：%s。请核对；确非同一条目的，请确认并非重复（接口为 confirmDuplicate）后再登记。", pl.row().Twins[0]))
	}
}

// setOrganization ties a listing to an organisation. It returns false after a
// refusal.
func (w *writing) setOrganization(r Record, id ID) (bool, error) {
	versions, err := w.snap.Get(0, id)
	if err != nil {
		return false, err
	}
	o, ok := versions[0].Record.(*Organization)
	switch {
	case !ok:
		w.refuse("organization", RefusalNotFound, NotFound("没有编号为“%s”的调解组织。请核对编号。", id))
		return false, nil
	case !o.standsOn(w.today):
		w.refuse("organization", RefusalInvalid, Invalid("organization", "“%s”已不在册，或已登记终止，不能再列入人员。", o.Name))
		return false, nil
	}
	switch r := r.(type) {
	case *Mediator:
		r.Organization = id
	case *InvitedListing:
		r.Organization, r.BodyName = id, o.Name
	default:
		w.refuse("organization", RefusalInvalid, Invalid("organization", "这类记录不关联调解组织。"))
		return false, nil
	}
	return true, nil
}

// erase empties fields. What belongs to the person is emptied only while no other
// roster lists her or him.
func (w *writing) erase(pl *planner, rules *rosterRules, next Record, row *PlannedRow, erased []ImportField) error {
	for _, f := range erased {
		rule := rules.byField[f]
		switch {
		case f == FieldOrganization:
			setBody(next, namedBody{})
			if l, ok := next.(*InvitedListing); ok {
				l.BodyName = ""
			}
		case f == FieldParent:
			next.(*Organization).ParentID = 0
		case f == FieldCreditCode || f == FieldCreditCodeWaiver || f == FieldCreditCodeEvidence:
			o := next.(*Organization)
			if o.CreditCodeWaiver = ""; f == FieldCreditCode {
				o.CreditCode = ""
			}
		case f == FieldCitizenID:
			if row.person == nil || row.person.record.Identity.Hash == "" {
				continue
			}
			may, err := w.mayRectify(row.person.record.ID)
			if err != nil {
				return err
			}
			if !may {
				w.refuse("fields.citizenId", RefusalForbidden, Forbidden("此人还列在其他单位的名册中，公民身份号码由市级管理员更正或清空。"))
				continue
			}
			copied := *row.person.record
			copied.Identity = Sealed{}
			row.person.record, row.person.dirty = &copied, true
		case rule.ofPerson:
			if row.person == nil {
				continue
			}
			alone, err := pl.alone(&plannedPerson{record: row.person.record, expected: row.person.expected, others: -1}, next.RecordID())
			if err != nil {
				return err
			}
			if !alone {
				w.refuse("fields."+f.String(), RefusalInvalid, Invalid(f.String(), "此人还列在其他名册中，这一项不能由一份名册清空。"))
				continue
			}
			copied := *row.person.record
			rule.copy(&copied, new(Person))
			row.person.record, row.person.dirty = &copied, true
		case rule.copy != nil:
			rule.copy(next, rules.make())
		}
	}
	return nil
}

// putRow plans what a row has become: its record and, where it changed, its
// person.
func (w *writing) putRow(row *PlannedRow, r Record, expected Revision) {
	if person := row.person; person != nil {
		if person.record.ID == 0 {
			person.record.ID = w.hub.store.NextID(KindPerson)
			person.dirty = true
		}
		entryOf(r).PersonID = person.record.ID
		if person.dirty {
			w.put(person.record, person.expected)
		}
	}
	w.put(r, expected)
}
