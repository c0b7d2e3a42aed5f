package hub

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// ExportCell is one value as it leaves the hub: for people, and where programs
// write it differently, for them.
type ExportCell struct {
	Text string   // 津南区, 在册, 工伤保险、劳动报酬
	Code string   // 120112, ACTIVE; "" when programs write the text
	List []string // the parts of a list, as programs write them; nil for a single value
}

// ExportQuery says what to export. The zero query is a whole roster as it is
// today.
type ExportQuery struct {
	Filter   FilterArgs
	On       Date // only who was on the roster on that day; 0: all, with today's status
	AsOf     AsOf
	Search   string                // only what a search finds; not together with AsOf
	Progress func(done, total int) // called now and then; may be nil
	Started  func(ExportInfo)      // called before the first row, without the number of rows; may be nil
	Noted    *ExportNote           // not nil: the export is written down before its first row leaves
}

// ExportNote is what is written down of an export besides what the hub knows.
type ExportNote struct {
	Format string
	Query  string // as it was asked

	Request Request
}

// ExportSink takes a roster.
type ExportSink interface {
	// Begin is called once, with the fields of every row.
	Begin(fields []ImportField) error
	// Row is called for every record. The cells are valid until it returns.
	Row(cells []ExportCell) error
}

// ExportInfo is what goes with an exported roster.
type ExportInfo struct {
	Kind     Kind
	By       string // name of the caller
	Role     Role
	At       time.Time
	Revision Revision // at which the rows were true
	On       Date     // the day for which statuses hold
	Rows     int
}

// Lines returns what a reader of the sheet should know, a sentence a line.
func (i ExportInfo) Lines() []string {
	return []string{
		fmt.Sprintf("本表由“%s”（%s）于 %s（北京时间）从调解资源共享中心导出。", i.By, i.Role.Label(), i.At.In(chinaTime).Format("2006-01-02 15:04:05")),
		fmt.Sprintf("名册：%s；共 %d 条；修订号：%d；状态所属日期：%s。", i.Kind.Label(), i.Rows, i.Revision, i.On),
		"只含导出人有权查看的字段；公民身份号码从不导出。",
		"修改后可以按原样重新导入：以编号对应名册中的记录，空白单元格不改动原有内容。",
	}
}

// exportBatch is how many records are read and written at a time.
const exportBatch = 500

// Export writes a roster, in the order in which its records came to the hub, as
// far as p may see it. What it writes imports again as the same. Identity
// numbers are never exported: the hub cannot open them.
func (h *Hub) Export(ctx context.Context, p *Principal, kind Kind, q ExportQuery, sink ExportSink) (ExportInfo, error) {
	info := ExportInfo{Kind: kind, By: p.Name, Role: p.Role, At: h.now()}
	rules := rostersOf[kind]
	if rules == nil {
		return info, Invalid("kind", "%s不是按表格导出的名册。", kind.Label())
	}
	filter, err := h.filter(kind, q.Filter)
	if err != nil {
		return info, err
	}
	var request Request
	if q.Noted != nil {
		request = q.Noted.Request
	}
	if p, err = h.Reader(ctx, p, request); err != nil {
		return info, err
	}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		moment, err := h.moment(snap, q.AsOf, q.On)
		if err != nil {
			return err
		}
		info.On = moment.On
		if info.Revision = moment.At; moment.At == 0 {
			info.Revision = snap.Revision()
		}
		within, err := h.exportWithin(ctx, p, kind, filter, q)
		if err != nil {
			return err
		}
		total, err := countMatching(snap, kind, filter, moment, within)
		if err != nil {
			return err
		}
		e := exporter{ctx: ctx, hub: h, p: p, snap: snap, rules: rules, moment: moment, fields: exportFields(p, rules), sink: sink}
		e.cells = make([]ExportCell, len(e.fields))
		if q.Noted != nil {
			if err := h.noteExport(ctx, p, q, info, e.fields, total); err != nil {
				return err
			}
		}
		if q.Started != nil {
			q.Started(info)
		}
		if err := sink.Begin(e.fields); err != nil {
			return err
		}
		batch := make([]Version, 0, exportBatch)
		flush := func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := e.write(batch); err != nil {
				return err
			}
			info.Rows += len(batch)
			batch = batch[:0]
			if q.Progress != nil {
				q.Progress(info.Rows, total)
			}
			return nil
		}
		for version, err := range snap.All(moment.At, kind) {
			if err != nil {
				return err
			}
			if within != nil {
				if _, found := slices.BinarySearch(within, version.Record.RecordID()); !found {
					continue
				}
			}
			if facts := version.Record.Facts(); !filter.Matches(moment, &facts) {
				continue
			}
			if batch = append(batch, version); len(batch) == exportBatch {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		return flush()
	})
	return info, err
}

// exportWithin returns the ids that a search finds, nil without one.
func (h *Hub) exportWithin(ctx context.Context, p *Principal, kind Kind, filter Filter, q ExportQuery) ([]ID, error) {
	if q.Search == "" {
		return nil, nil
	}
	if !q.AsOf.IsNow() {
		return nil, Invalid("asOf", "检索只能针对当前的名册，不能与 asOf 同时使用。查询某日在册情况请用 on。")
	}
	found, err := h.find(ctx, p, RosterQuery{Search: q.Search, On: q.On}, pageRequest{kind: kind, filter: filter}, true)
	if err != nil {
		return nil, err
	}
	if found.IDs == nil {
		return []ID{}, nil
	}
	return found.IDs, nil
}

func countMatching(snap Snapshot, kind Kind, filter Filter, moment Moment, within []ID) (int, error) {
	counts, err := snap.Count(CountQuery{Kind: kind, Filter: filter, Moment: moment, Within: within, By: [][]Dimension{{}}})
	if err != nil || len(counts[0]) == 0 {
		return 0, err
	}
	return counts[0][0].Count, nil
}

// exporter writes records as rows.
type exporter struct {
	ctx    context.Context
	hub    *Hub
	p      *Principal
	snap   Snapshot
	rules  *rosterRules
	moment Moment
	fields []ImportField
	cells  []ExportCell
	sink   ExportSink
}

func (e *exporter) write(batch []Version) error {
	if len(batch) == 0 {
		return nil
	}
	v, err := e.hub.viewer(e.snap, e.p, e.moment, batch)
	if err != nil {
		return err
	}
	shown := make([]exportedRecord, len(batch))
	for i, version := range batch {
		shown[i] = exported(v, version)
	}
	if err := e.hub.Account(e.ctx, e.p); err != nil {
		return err
	}
	for row := range shown {
		for i, f := range e.fields {
			e.cells[i] = e.cell(f, &shown[row])
		}
		if err := e.sink.Row(e.cells); err != nil {
			return err
		}
	}
	return nil
}

// exportedRecord is a record as the caller may see it.
type exportedRecord struct {
	record       Record
	person       *Person // nil when there is none
	organization *Organization
	body         string // an invited listing's body as printed
	state        State
	status       ExportCell
	last         StatusEvent // the move that brought the status; zero when the calendar did
}

func exported(v *viewer, version Version) exportedRecord {
	var x exportedRecord
	var person *PersonView
	var organization *OrganizationView
	switch version.Record.(type) {
	case *Mediator:
		m := v.mediator(version)
		x.record, x.state, person, organization = m.Mediator, m.State, m.Person, m.Organization
	case *Expert:
		m := v.expert(version)
		x.record, x.state, person = m.Expert, m.State, m.Person
	case *InvitedListing:
		m := v.invitedListing(version)
		x.record, x.state, person, organization = m.InvitedListing, m.State, m.Person, m.Organization
		x.body = m.BodyName
	case *Organization:
		m := v.organization(version)
		x.record, x.state, organization = m.Organization, m.State, v.organizationOf(m.ParentID)
		if n := len(m.Events); n > 0 {
			last := m.Events[n-1]
			x.last = StatusEvent{Status: Status(last.Status), On: last.On, Until: last.Until, Ground: last.Ground}
		}
		if m.Status != "" {
			x.status = ExportCell{Text: m.Status.Label(), Code: string(m.Status)}
		}
	}
	if person != nil {
		x.person = person.Person
	}
	if organization != nil {
		x.organization = organization.Organization
	}
	if entry := entryOf(x.record); entry != nil {
		if n := len(entry.Events); n > 0 {
			x.last = entry.Events[n-1]
		}
		if x.state.Status != "" {
			x.status = ExportCell{Text: x.state.Status.Label(), Code: string(x.state.Status)}
		}
	}
	if string(x.last.Status) != x.status.Code {
		x.last = StatusEvent{}
	}
	return x
}

// cell writes one field of a record.
func (e *exporter) cell(f ImportField, x *exportedRecord) ExportCell {
	rule := e.rules.byField[f]
	switch {
	case rule.show != nil && !rule.ofPerson:
		return rule.show(e.hub, x.record)
	case rule.show != nil && x.person != nil:
		return rule.show(e.hub, x.person)
	}
	var term AppointmentTerm
	if x.state.Term != nil {
		term = *x.state.Term
	}
	switch f {
	case FieldOrganization:
		if x.body != "" || x.organization == nil {
			return ExportCell{Text: x.body}
		}
		return ExportCell{Text: x.organization.Name}
	case FieldParent:
		if x.organization == nil {
			return ExportCell{}
		}
		return ExportCell{Text: x.organization.Name}
	case FieldTermStart:
		return ExportCell{Text: term.Start.String()}
	case FieldTermEnd:
		if term.Start != 0 && term.End == 0 {
			return ExportCell{Text: OpenEnd}
		}
		return ExportCell{Text: term.End.String()}
	case FieldTermDocument:
		return ExportCell{Text: term.DocumentNo}
	case FieldStatus:
		return x.status
	case FieldStatusUntil:
		if x.last.Status != StatusSuspended {
			return ExportCell{}
		}
		return ExportCell{Text: x.last.Until.String()}
	case FieldStatusOn:
		return ExportCell{Text: x.last.On.String()}
	case FieldStatusGround:
		return ExportCell{Text: x.last.Ground}
	}
	return ExportCell{}
}

// OpenEnd is how a sheet writes the end of a term that has none.
const OpenEnd = "长期"

// restricted names, for the fields that not everybody may see, the field of the
// record that says so. A test holds it complete.
var restricted = map[ImportField]map[Kind]string{
	FieldPhone:                {KindMediator: "Phone", KindExpert: "Mobile", KindInvitedListing: "Mobile"},
	FieldEmployer:             {KindMediator: "EmployerListed", KindInvitedListing: "Employer"},
	FieldEvaluation:           {KindMediator: "Evaluation", KindInvitedListing: "Evaluation"},
	FieldEvaluationYear:       {KindMediator: "EvaluationYear"},
	FieldEvidence:             {KindMediator: "Evidence", KindExpert: "Evidence", KindInvitedListing: "Evidence"},
	FieldQualifications:       {KindExpert: "Qualifications"},
	FieldLowerCourtsConsentOn: {KindInvitedListing: "LowerCourtsConsentOn"},
	FieldLowerCourtsConsentNo: {KindInvitedListing: "LowerCourtsConsentNo"},
	FieldConflictedBodies:     {KindExpert: "ConflictedBodies"},
	FieldNote:                 {KindMediator: "Note", KindExpert: "Note", KindInvitedListing: "Note", KindOrganization: "Note"},
	FieldBirthDate:            ofEveryPerson("BirthMonth"),
	FieldEthnicity:            ofEveryPerson("Ethnicity"),
	FieldPolitical:            ofEveryPerson("Political"),
	FieldPersonEducation:      ofEveryPerson("Education"),
}

func ofEveryPerson(field string) map[Kind]string {
	return map[Kind]string{KindMediator: field, KindExpert: field, KindInvitedListing: field}
}

// exportFields are the fields of a roster that p may see in at least one record.
func exportFields(p *Principal, rules *rosterRules) []ImportField {
	var fields []ImportField
	for _, f := range ImportFields(rules.kind) {
		switch f {
		case FieldCitizenID, FieldCreditCodeEvidence:
			continue // never; part of the waiver
		}
		if name, ok := restricted[f][rules.kind]; ok {
			var of Record = new(Person)
			if !rules.byField[f].ofPerson {
				of = rules.make()
			}
			shared := sharingOf(of, name)
			if !p.SeesSomeOf(shared) {
				continue
			}
			p.Ask(shared.Path())
		}
		fields = append(fields, f)
	}
	return fields
}

func sharingOf(r Record, field string) SharedField {
	for _, f := range SharedFields(reflect.TypeOf(r).Elem()) {
		if f.Name == field {
			return f
		}
	}
	panic("hub: no field " + field)
}
