package hub

import (
	"context"
	"slices"
	"strings"
)

// MoveInput is what a move is made with. What the move does not call for is left
// out.
type MoveInput struct {
	Write
	On            Date // from which day it holds; today when 0
	Ground        Ground
	DocumentNo    string
	Authority     string // which body decided, as printed
	Until         Date   // last day of a suspension
	PublicFrom    Date   // of the publicity
	PublicUntil   Date
	TermStart     Date
	TermEnd       Date   // 0: open
	CertificateNo string // the record's when ""
	Training      string // that she or he passed: which training, when, or the number of its certificate; the one on record when ""
	Successor     ID     // of an organisation that is merged or dissolved
	MembersFollow bool   // those named in it go over to the successor instead of leaving their rosters
}

// farthest is how many days ahead a move may be recorded.
const farthest = 366

// Move makes a move in the life of a listing or an organisation, by the table in
// moves.go, with all that follows from it: those named in an organisation or in
// its court listing move along, and other owners who list the same person are
// told.
func (h *Hub) Move(ctx context.Context, p *Principal, name MoveName, in MoveInput) (*Written, error) {
	return h.write(ctx, p, string(name), in.Write, in, func(w *writing) error {
		v, ok, err := w.load(in.ID, in.Expected, RosterKinds...)
		if err != nil || !ok {
			return err
		}
		return w.move(name, in, v, 0)
	})
}

// move judges one move and plans it. cause is the record whose move brings it, 0
// for one that the caller makes.
func (w *writing) move(name MoveName, in MoveInput, v Version, cause ID) error {
	m := moveOf(name, v.Record.RecordID().Kind())
	if m == nil {
		w.refuse("id", RefusalMove, Invalid("id", "%s没有“%s”这种变动。", v.Record.RecordID().Kind().Label(), name.Label()))
		return nil
	}
	if !w.hub.mayMove(w.p, m, v.Record) {
		w.refuse("id", RefusalForbidden, w.notYours(m, v.Record))
		return nil
	}
	if in.On == 0 {
		in.On = w.today
		if m.Needs&(NeedsTerm) != 0 {
			in.On = in.TermStart
		}
		if name == MovePublicise {
			in.On = in.PublicFrom
		}
	}
	if !w.hasEvidence(m, &in, v.Record) || !w.inOrder(m, &in, v.Record) {
		return nil
	}
	if o, ok := v.Record.(*Organization); ok {
		return w.moveOrganization(m, in, v, o)
	}
	w.put(w.step(m, in, v.Record, cause), v.Revision)
	if m.Adverse {
		if err := w.notify(v.Record, m, in); err != nil {
			return err
		}
	}
	w.origin.Reason = m.Label // what is behind it is the owner's, see Decision
	return w.cascadeListing(m, in, v.Record)
}

// notYours says why p may not make the move, and whose it is.
func (w *writing) notYours(m *Move, r Record) *Error {
	owner := ownerOf(r)
	whose := "市级主管单位"
	switch {
	case owner.Kind == KindInvitedListing:
		whose = "列名法院"
		if court, ok := w.hub.reference.CourtByCode(owner.Court); ok {
			whose = court.Name
		}
	case owner.Level == LevelDistrict:
		if region, ok := w.hub.reference.Region(owner.District); ok {
			whose = region.Name + "主管单位"
		}
	}
	return Forbidden("%s不能对这条记录办理“%s”，应由%s办理。", w.p.Role.Label(), m.Label, whose)
}

// hasEvidence checks that a move brings along what it needs.
func (w *writing) hasEvidence(m *Move, in *MoveInput, r Record) bool {
	before := len(w.problems)
	need := func(e Evidence, missing bool, at, code, message string) {
		if m.Needs&e != 0 && missing {
			w.refuse(at, code, Invalid(at, "%s", message))
		}
	}
	if len(m.Grounds) > 0 && !slices.Contains(m.Grounds, in.Ground) {
		labels := make([]string, len(m.Grounds))
		for i, g := range m.Grounds {
			labels[i] = g.Label()
		}
		w.refuse("ground", RefusalGround, Invalid("ground", "办理“%s”须写明事由，且只能是下列之一：%s。", m.Label, strings.Join(labels, "；")))
	}
	if len(m.Grounds) == 0 && in.Ground != "" {
		w.refuse("ground", RefusalGround, Invalid("ground", "办理“%s”不需要事由，请去掉。", m.Label))
	}
	in.DocumentNo, in.Authority, in.CertificateNo, in.Training = tidyLine(in.DocumentNo), tidyLine(in.Authority), tidyLine(in.CertificateNo), tidyLine(in.Training)
	for at, text := range map[string]string{"documentNo": in.DocumentNo, "authority": in.Authority, "certificateNo": in.CertificateNo, "training": in.Training} {
		if len([]rune(text)) > mostLine {
			w.refuse(at, RefusalInvalid, Invalid(at, "内容超过 %d 个字，请精简。", mostLine))
		}
	}
	if holdsCitizenID(in.Training, w.today) {
		w.refuse("training", RefusalInvalid, Invalid("training", "请勿在此写身份证号，写培训名称、合格日期或合格证明的编号即可。"))
	}
	need(NeedsDocument, in.DocumentNo == "", "documentNo", RefusalDocument, "办理“"+m.Label+"”须有文号（决定、聘任文件或本人书面申请的编号）。")
	need(NeedsEnd, in.Until == 0, "until", RefusalEnd, "暂停须写明截止日期。")
	need(NeedsEnd, in.Until != 0 && in.Until < in.On, "until", RefusalDate, "暂停的截止日期早于起始日，请核对。")
	if m.Needs&NeedsPublicity != 0 {
		if e := entryOf(r); e != nil && in.PublicFrom == 0 && in.PublicUntil == 0 {
			in.PublicFrom, in.PublicUntil = publicityOf(e)
		}
	}
	need(NeedsPublicity, in.PublicFrom == 0 || in.PublicUntil == 0, "publicUntil", RefusalPublicity, "须写明公示的起止日期。")
	need(NeedsPublicity, in.PublicUntil != 0 && in.PublicUntil < in.PublicFrom, "publicUntil", RefusalDate, "公示的截止日期早于起始日，请核对。")
	if m.Needs&NeedsCertificate != 0 && in.CertificateNo == "" {
		in.CertificateNo = *certificateOf(r)
	}
	need(NeedsCertificate, in.CertificateNo == "", "certificateNo", RefusalCertificate, "聘任须写明证书编号（调解员证，或特邀调解员、特邀调解组织的证书）。记录中已有的自动采用，不必填写。")
	if m.Needs&NeedsTraining != 0 && in.Training == "" {
		in.Training = passedTraining(w.snap, r)
	}
	need(NeedsTraining, in.Training == "" && trains(r), "training", RefusalTraining, "聘任须先培训合格：请写明培训名称和合格日期，或合格证明的编号。已登记此人合格的培训记录的，自动采用，不必填写。")
	need(NeedsTerm|NeedsTermEnd, in.TermStart == 0, "termStart", RefusalTerm, "须写明聘期起。")
	need(NeedsTermEnd, in.TermEnd == 0, "termEnd", RefusalTerm, "续聘须写明聘期止。")
	need(NeedsTerm|NeedsTermEnd, in.TermEnd != 0 && in.TermEnd < in.TermStart, "termEnd", RefusalDate, "聘期止早于聘期起，请核对。")
	need(NeedsSuccessor, in.Successor == 0, "successor", RefusalSuccessor, "合并须写明并入的调解组织。")
	if m.Name == MoveActivate && in.PublicUntil != 0 && (in.PublicUntil >= w.today || in.PublicUntil >= in.On) {
		w.refuse("publicUntil", RefusalPublicity, Invalid("publicUntil", "公示至 %s 尚未结束，公示期满后才能聘任。", in.PublicUntil))
	}
	return len(w.problems) == before
}

// publicityOf returns the days of the publicity that a listing has been through.
func publicityOf(e *Entry) (from, until Date) {
	for _, event := range e.Events {
		if event.Status == StatusPublicity {
			from, until = event.On, event.Until
		}
	}
	for _, d := range e.Decisions { // which say the days as they were, whatever day it was recorded for
		if d.Move == MovePublicise && d.WithdrawnOn == 0 {
			from, until = d.From, d.Until
		}
	}
	return from, until
}

// inOrder checks that the move follows from the status on its day, and on what is
// recorded already.
func (w *writing) inOrder(m *Move, in *MoveInput, r Record) bool {
	if !m.concerns(r) {
		w.refuse("id", RefusalMove, Invalid("id", "这是组织的条目，不能办理“%s”。组织不再承担调解的，请办理辞任、解聘或除名。", m.Label))
		return false
	}
	if in.On > w.today+farthest {
		w.refuse("on", RefusalDate, Invalid("on", "生效日期 %s 超过一年之后，请核对。", in.On))
		return false
	}
	facts := r.Facts()
	if last := lastDay(r); m.Name != MoveRenew && last > in.On {
		w.refuse("on", RefusalDate, Invalid("on", "已有 %s 起的变动，新的变动不能早于该日。请改正生效日期。", last))
		return false
	}
	day := in.On
	if m.Name == MoveRenew {
		day = w.today
	}
	if status := facts.Timeline.On(day); !slices.Contains(m.From, status) {
		label := status.Label()
		if _, ok := r.(*Organization); ok {
			label = OrganizationStatus(status).Label()
		}
		if status == "" {
			label = "未入册"
		}
		w.refuse("id", RefusalMove, Invalid("id", "%s 的状态是“%s”，不能办理“%s”。", day, label, m.Label))
		return false
	}
	if m.Name == MoveRenew {
		if status := facts.Timeline.On(in.TermStart); status != "" && !slices.Contains(m.From, status) {
			w.refuse("termStart", RefusalMove, Invalid("termStart", "名册已记有 %s 起的“%s”，届时不在册，不能续聘。", lastDay(r), status.Label()))
			return false
		}
		if mediator, ok := r.(*Mediator); ok && !w.bodyStands(mediator) {
			return false
		}
	}
	if (m.Name == MoveDecease || m.Name == MoveIncapacitate) && in.On > w.today {
		w.refuse("on", RefusalDate, Invalid("on", "%s 在将来，请填写实际发生或认定的日期。", in.On))
		return false
	}
	if m.Name == MoveSuspend {
		if end := facts.TermEnd; end != 0 && in.Until > end {
			w.remark("until", "聘期 %s 届满，早于暂停截止；届满后按“届满”显示。", end)
		}
	}
	if m.Needs&NeedsElected != 0 {
		return w.fromElectedBody(r)
	}
	return true
}

func (w *writing) remark(at, format string, args ...any) {
	e := Invalid(at, format, args...)
	w.remarks = append(w.remarks, UserError{Code: "REMARK", Message: e.Message, Path: append(append([]string{"input"}, w.path...), strings.Split(at, ".")...)})
}

// lastDay is the day of the latest move of a record, whatever day it is now.
func lastDay(r Record) (last Date) {
	if o, ok := r.(*Organization); ok {
		for _, e := range o.Events {
			last = max(last, e.On)
		}
		return last
	}
	e := entryOf(r)
	for _, event := range e.Events {
		on := event.On
		if on == 0 && len(e.Terms) > 0 {
			on = e.Terms[0].Start
		}
		last = max(last, on)
	}
	return last
}

// fromElectedBody refuses a recall where members are appointed: 罢免 is for
// whoever was elected (人民调解法 Art. 15).
func (w *writing) fromElectedBody(r Record) bool {
	if inElectedBody(w.snap, r) {
		return true
	}
	w.refuse("id", RefusalNotElected, Invalid("id", "罢免只适用于人民调解委员会推选的成员；聘任的调解员请办理解聘。"))
	return false
}

// inElectedBody reports whether r belongs to a body that elects its members.
func inElectedBody(snap Snapshot, r Record) bool {
	_, body := references(r)
	versions, err := snap.Get(0, body)
	if err != nil || body == 0 {
		return false
	}
	o, ok := versions[0].Record.(*Organization)
	return ok && o.Kind == OrgPeoplesCommittee
}

// bodyStands refuses to renew somebody whose organisation is no more: when it ended
// she or he had run out already, and so did not leave with it.
func (w *writing) bodyStands(m *Mediator) bool {
	if m.Organization == 0 {
		return true
	}
	versions, err := w.snap.Get(0, m.Organization)
	if err != nil {
		w.refuse("id", RefusalInvalid, Invalid("id", "所属调解组织读取失败。请稍后重试。"))
		return false
	}
	if o, ok := versions[0].Record.(*Organization); ok && !o.standsOn(w.today) {
		w.refuse("id", RefusalInvalid, Invalid("id", "所属调解组织“%s”已不在册，或已登记终止，不能续聘。请先在“修改”中改为现在所属的组织。", o.Name))
		return false
	}
	return true
}

// step returns the record after the move.
func (w *writing) step(m *Move, in MoveInput, r Record, cause ID) Record {
	next := cloneRecord(r)
	e := entryOf(next)
	event := StatusEvent{Status: m.To, On: in.On, DocumentNo: in.DocumentNo}
	decision := Decision{
		Move: m.Name, On: in.On, Ground: in.Ground, Reason: tidyLine(in.Reason), DocumentNo: in.DocumentNo, Authority: in.Authority,
		Actor: w.p.ID, Cause: cause,
	}
	switch m.Name {
	case MovePublicise:
		event.Until = in.PublicUntil
		decision.From, decision.Until = in.PublicFrom, in.PublicUntil
	case MoveActivate:
		decision.From, decision.Until = in.PublicFrom, in.PublicUntil
		e.Terms = append(slices.Clone(e.Terms), AppointmentTerm{Start: in.TermStart, End: in.TermEnd, DocumentNo: in.DocumentNo})
		decision.CertificateNo, decision.Training = in.CertificateNo, in.Training
		if no := certificateOf(next); no != nil && in.CertificateNo != "" {
			*no = in.CertificateNo
		}
	case MoveSuspend:
		event.Until, decision.Until = in.Until, in.Until
	case MoveRenew:
		return w.renewed(next, in, decision)
	}
	e.Events = append(slices.Clip(e.Events), event)
	e.Decisions = append(slices.Clip(e.Decisions), decision)
	return next
}

// certificateOf is where a record keeps the number of its certificate, nil where it
// has none.
func certificateOf(r Record) *string {
	switch r := r.(type) {
	case *Mediator:
		return &r.CertificateNo
	case *InvitedListing:
		return &r.CertificateNo
	}
	return nil
}

// trains reports whether a listing is of somebody who is trained: an organisation that
// a court invites is not, those whom it names are.
func trains(r Record) bool {
	l, ok := r.(*InvitedListing)
	return !ok || l.Invitee == InviteePerson
}

// passedTraining names the latest training on record that a listing's person has
// passed, "" when there is none.
func passedTraining(snap Snapshot, r Record) string {
	person, _ := references(r)
	if person == 0 {
		return ""
	}
	ids, err := snap.Lookup(0, KindTraining, KeyMechanism, person.String())
	if err != nil || len(ids) == 0 {
		return ""
	}
	versions, err := snap.Get(0, ids...)
	if err != nil {
		return ""
	}
	var latest *TrainingRecord
	for _, v := range versions {
		if t := v.Record.(*TrainingRecord); t.Passed != nil && *t.Passed && (latest == nil || t.On > latest.On) {
			latest = t
		}
	}
	if latest == nil {
		return ""
	}
	return latest.On.String() + " " + latest.Course + "（" + latest.Organizer + "）合格"
}

// renewed adds a term row. The row before stays as it is; the two may not share a
// day.
func (w *writing) renewed(next Record, in MoveInput, decision Decision) Record {
	e := entryOf(next)
	row := AppointmentTerm{Start: in.TermStart, End: in.TermEnd, DocumentNo: in.DocumentNo}
	for _, t := range e.Terms {
		if (Term{t.Start, t.End}).Overlaps(Term{row.Start, row.End}) {
			w.refuse("termStart", RefusalOverlap, Invalid("termStart", "新聘期 %s 与已有聘期 %s 重叠，续聘应从前一聘期届满的次日起算。", row, t))
			return next
		}
	}
	if latest := termOn(e.Terms, maxDate); row.Start < latest.Start {
		w.refuse("termStart", RefusalOverlap, Invalid("termStart", "新聘期 %s 早于已有聘期 %s，不是续聘。请核对起止日期。", row, latest))
		return next
	}
	e.Terms = append(slices.Clip(e.Terms), row)
	decision.On = row.Start
	e.Decisions = append(slices.Clip(e.Decisions), decision)
	if last := e.Events[len(e.Events)-1]; last.Status == StatusExpired {
		// It was said to have run out, not only found so by the calendar.
		e.Events = append(slices.Clip(e.Events), StatusEvent{Status: StatusActive, On: row.Start, DocumentNo: in.DocumentNo})
	}
	return next
}

// RenewItem is one listing of many that are renewed at once.
type RenewItem struct {
	ID       ID
	Expected Revision
}

// RenewInput renews many listings with one document. Each gets a new term row,
// from TermStart, or where that is 0 from the day after its last term, but not before
// today when that is over.
type RenewInput struct {
	Write
	Items      []RenewItem
	DocumentNo string
	Authority  string
	TermStart  Date
	TermEnd    Date
}

// MostRenewals is how many listings one request may renew.
const MostRenewals = 500

// RenewAll renews all listings or, when one of them cannot be, none.
func (h *Hub) RenewAll(ctx context.Context, p *Principal, in RenewInput) (*Written, error) {
	if len(in.Items) > 0 {
		in.Write.ID = in.Items[0].ID
	}
	return h.write(ctx, p, "RENEW_ALL", in.Write, in, func(w *writing) error {
		w.several = true
		if n := len(in.Items); n == 0 || n > MostRenewals {
			w.refuse("items", RefusalTooMany, Invalid("items", "一次可续聘 1 至 %d 人，收到 %d 人。请分批办理。", MostRenewals, n))
			return nil
		}
		seen := map[ID]bool{}
		for i, item := range in.Items {
			w.path = itemPath(i)
			if seen[item.ID] {
				w.refuse("id", RefusalDuplicate, Invalid("id", "“%s”在本次续聘中出现了两次。", item.ID))
				continue
			}
			seen[item.ID] = true
			v, ok, err := w.load(item.ID, item.Expected, listingKinds...)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			one := MoveInput{Write: in.Write, DocumentNo: in.DocumentNo, Authority: in.Authority, TermStart: in.TermStart, TermEnd: in.TermEnd}
			if terms := entryOf(v.Record).Terms; one.TermStart == 0 && len(terms) > 0 {
				end := latestTermEnd(terms)
				if end == 0 {
					w.refuse("id", RefusalOverlap, Invalid("id", "“%s”的聘期是长期，没有届满之日，不必续聘。请去掉这一条。", *nameOf(v.Record)))
					continue
				}
				one.TermStart = max(end+1, w.today)
			}
			if err := w.move(MoveRenew, one, v, 0); err != nil {
				return err
			}
		}
		return nil
	})
}

func itemPath(i int) []string { return []string{"items", Revision(i).String()} }
