package hub

import (
	"context"
	"slices"
)

// RequestSecondmentInput is a district's request.
type RequestSecondmentInput struct {
	Write
	Specialties []string // labels or cause codes
	Number      int
	From, To    Date
	Ground      string
	Languages   []string
	Note        *string
	DocumentNo  string
}

// SecondmentInput is what a step of a secondment is made with. What the step does
// not call for is left out.
type SecondmentInput struct {
	Write
	Mediator   ID   // of a step about one person
	Mediators  []ID // candidates that the city names, in the order in which they are asked for
	ByDraw     bool // the city has the candidates drawn instead
	DocumentNo string
	On         Date // of a start or a return; today when 0
}

// What one request may ask for.
const (
	mostSeconded   = 50
	mostSpokenFor  = 10 // specialties, languages
	mostSecondDays = 366
	mostNominated  = 200
)

// RequestSecondment asks for mediators on behalf of the caller's district.
func (h *Hub) RequestSecondment(ctx context.Context, p *Principal, in RequestSecondmentInput) (*Written, error) {
	return h.write(ctx, p, "SECONDMENT_REQUEST", in.Write, in, func(w *writing) error {
		row := secondmentRowOf(StepRequest)
		if p.Role != RoleDistrictAdmin {
			w.refuse("", RefusalForbidden, Forbidden("%s不能申请调剂：由需要人手的区的区级管理员申请。", p.Role.Label()))
			return nil
		}
		s := &Secondment{District: p.District, Number: in.Number, From: in.From, To: in.To, Ground: tidyText(in.Ground), DocumentNo: tidyLine(in.DocumentNo), State: row.To}
		if in.Note != nil {
			s.Note = tidyText(*in.Note)
		}
		w.checkRequest(s, in)
		if w.refused() {
			return nil
		}
		s.ID = h.store.NextID(KindSecondment)
		s.Steps = []SecondmentEvent{w.secondmentEvent(StepRequest, SecondmentInput{DocumentNo: s.DocumentNo})}
		w.main = append(w.main, s.ID)
		w.put(s, 0)
		return nil
	})
}

func (w *writing) checkRequest(s *Secondment, in RequestSecondmentInput) {
	for _, name := range in.Specialties {
		labels, err := w.hub.specialtyLabels(name)
		if err != nil {
			w.refuse("specialties", RefusalInvalid, Invalid("specialties", "没有“%s”这个擅长领域。请写擅长领域或案由的正式名称，例如 劳动报酬；全部名称见接口的 specialties 和 causes 查询。", Shorten(name)))
			continue
		}
		s.Specialties = append(s.Specialties, labels...)
	}
	for _, language := range in.Languages {
		s.Languages = append(s.Languages, tidyLine(language))
	}
	if len(in.Specialties) > mostSpokenFor || len(in.Languages) > mostSpokenFor {
		w.refuse("specialties", RefusalTooMany, Invalid("specialties", "擅长领域和语言各最多 %d 项。", mostSpokenFor))
	}
	for _, language := range s.Languages {
		if n := len([]rune(language)); n == 0 || n > mostLine {
			w.refuse("languages", RefusalInvalid, Invalid("languages", "语言须为 1 至 %d 个字。", mostLine))
		}
	}
	if s.Number < 1 || s.Number > mostSeconded {
		w.refuse("number", RefusalInvalid, Invalid("number", "人数须在 1 到 %d 之间，收到的是 %d。需要更多人时请分次申请。", mostSeconded, s.Number))
	}
	switch {
	case s.To < s.From:
		w.refuse("to", RefusalDate, Invalid("to", "最后一日 %s 早于第一日 %s。请核对。", s.To, s.From))
	case s.To < w.today:
		w.refuse("to", RefusalDate, Invalid("to", "最后一日 %s 已过。请改为今天或以后。", s.To))
	case s.To-s.From >= mostSecondDays || s.From > w.today+farthest:
		w.refuse("to", RefusalDate, Invalid("to", "调剂最长 %d 天，且须在一年之内开始。请核对起止日期。", mostSecondDays))
	}
	if n := len([]rune(s.Ground)); n == 0 || n > mostText {
		w.refuse("ground", RefusalGround, Invalid("ground", "请写明申请调剂的事由（1 至 %d 个字），例如 年底欠薪案件集中。", mostText))
	}
	if len([]rune(s.Note)) > mostText {
		w.refuse("note", RefusalInvalid, Invalid("note", "备注超过 %d 个字，请精简。", mostText))
	}
	w.checkDocument(secondmentRowOf(StepRequest), s.DocumentNo)
}

func (w *writing) checkDocument(row *secondmentRow, no string) {
	if n := len([]rune(no)); row.Needs&NeedsDocument != 0 && n == 0 || n > mostLine {
		w.refuse("documentNo", RefusalDocument, Invalid("documentNo", "办理“%s”须有文号（1 至 %d 个字）。", row.Label, mostLine))
	}
}

func (w *writing) secondmentEvent(step SecondmentStep, in SecondmentInput) SecondmentEvent {
	return SecondmentEvent{Step: step, At: w.hub.now().UTC(), Actor: w.p.ID, Authority: w.p.authority(), DocumentNo: tidyLine(in.DocumentNo), Reason: w.origin.Reason, Mediator: in.Mediator, On: in.On}
}

// StepSecondment makes a step of a secondment, by the table of steps.
func (h *Hub) StepSecondment(ctx context.Context, p *Principal, step SecondmentStep, in SecondmentInput) (*Written, error) {
	return h.write(ctx, p, "SECONDMENT_"+string(step), in.Write, in, func(w *writing) error {
		v, ok, err := w.loadSecondment(in.Write)
		if err != nil || !ok {
			return err
		}
		return w.stepSecondment(secondmentRowOf(step), in, v)
	})
}

// loadSecondment is [writing.load] for records that not everybody reads: to whom
// it is not shown, it is not there.
func (w *writing) loadSecondment(said Write) (Version, bool, error) {
	if said.ID.Kind() == KindSecondment {
		versions, err := w.snap.Get(0, said.ID)
		if err != nil {
			return Version{}, false, err
		}
		if s, ok := versions[0].Record.(*Secondment); ok && !w.p.readsSecondment(s) {
			w.refuse("id", RefusalForbidden, Forbidden("%s不参与调剂：调剂由区级和市级管理员办理。", w.p.Role.Label()))
			return Version{}, false, nil
		}
	}
	return w.load(said.ID, said.Expected, KindSecondment)
}

func (w *writing) stepSecondment(row *secondmentRow, in SecondmentInput, v Version) error {
	s := *v.Record.(*Secondment)
	s.Persons = slices.Clone(s.Persons)
	person := s.person(in.Mediator)
	if row.Persons != nil && person == nil {
		w.refuse("mediator", RefusalNotFound, NotFound("“%s”不是这次调剂的人选。请从这次调剂的人选（接口为 persons）中选择。", in.Mediator))
		return nil
	}
	gone, err := w.listingGone(row, person)
	if err != nil {
		return err
	}
	if !w.p.makesStep(row, &s, person, gone) {
		w.refuse("id", RefusalForbidden, Forbidden("“%s”由%s办理。", row.Label, w.hub.stepParty(row, &s, person)))
		return nil
	}
	if !slices.Contains(row.From, s.State) {
		w.refuse("id", RefusalMove, Invalid("id", "这次调剂%s，不能办理“%s”。", s.State.Label(), row.Label))
		return nil
	}
	if row.Persons != nil && !slices.Contains(row.Persons, person.State) {
		w.refuse("mediator", RefusalMove, Invalid("mediator", "该人选%s，不能办理“%s”。", person.State.Label(), row.Label))
		return nil
	}
	if w.checkDocument(row, tidyLine(in.DocumentNo)); w.refused() {
		return nil
	}
	if in.On == 0 && (row.Step == StepStart || row.Step == StepReturn) {
		in.On = w.today
	}
	switch row.Step {
	case StepApprove, StepNominate:
		err = w.nominate(&s, in, row.Step)
	case StepRelease:
		err = w.release(&s, person)
	case StepStart:
		err = w.start(&s, person, in.On)
	case StepReturn:
		err = w.giveBack(&s, person, in.On)
	case StepDecline, StepDrop:
		err = w.fallOut(&s, person)
	case StepCancel:
		err = w.dropAll(&s)
	}
	if err != nil || w.refused() {
		return err
	}
	if person != nil {
		person.State = row.Becomes
		if row.Needs&NeedsDocument != 0 {
			person.DocumentNo = tidyLine(in.DocumentNo)
		}
	}
	if s.State = row.To; row.To == "" || row.To == SecondmentApproved {
		s.settle()
	}
	s.Steps = append(slices.Clip(s.Steps), w.secondmentEvent(row.Step, in))
	w.put(&s, v.Revision)
	return nil
}

// listingGone reports whether the listing of somebody who is to return is no longer
// ACTIVE: then whoever keeps it may end the secondment too.
func (w *writing) listingGone(row *secondmentRow, person *Seconded) (bool, error) {
	if row.Step != StepReturn || person == nil {
		return false, nil
	}
	m, err := w.mediator(person.Mediator)
	return err == nil && m.Record.(*Mediator).Timeline().On(w.today) != StatusActive, err
}

func (w *writing) mediator(id ID) (Version, error) {
	versions, err := w.snap.Get(0, id)
	if err != nil {
		return Version{}, err
	}
	return versions[0], nil
}

// makesStep decides whose step it is.
func (p *Principal) makesStep(row *secondmentRow, s *Secondment, person *Seconded, gone bool) bool {
	home := person != nil && slices.Contains(p.homes(), person.Home)
	switch row.By {
	case ByAsking:
		return p.Role == RoleDistrictAdmin && p.District == s.District || gone && home
	case ByCity:
		return p.Role == RoleCityAdmin
	case ByHome:
		return home
	}
	return false
}

// homes are the rosters of mediators for which p answers: her district's, or the
// city's.
func (p *Principal) homes() []string {
	switch p.Role {
	case RoleDistrictAdmin:
		return []string{p.District}
	case RoleCityAdmin:
		return []string{recipientCity}
	}
	return nil
}

func (h *Hub) stepParty(row *secondmentRow, s *Secondment, person *Seconded) string {
	switch {
	case row.By == ByCity:
		return "市级管理员"
	case row.By == ByHome && person != nil:
		return "派出单位（" + h.recipientName(person.Home) + "）"
	}
	return "申请的区（" + h.recipientName(s.District) + "）"
}

// nominate puts candidates into the line: those whom the city names, or those who
// are drawn. Each must be able to come.
func (w *writing) nominate(s *Secondment, in SecondmentInput, step SecondmentStep) error {
	if in.ByDraw && (step == StepNominate || len(in.Mediators) > 0) {
		w.refuse("byDraw", RefusalInvalid, Invalid("byDraw", "抽取和指定只能选一种，且一次调剂只在批准时抽取一次。"))
		return nil
	}
	if in.ByDraw {
		return w.draw(s)
	}
	if n := len(in.Mediators); n == 0 || n > mostNominated {
		w.refuse("mediators", RefusalInvalid, Invalid("mediators", "请指定人选（1 至 %d 人），或选择公开抽取（接口为 byDraw）。可以调剂的人见候选名单（secondmentCandidates）。", mostNominated))
		return nil
	}
	versions, err := w.snap.Get(0, in.Mediators...)
	if err != nil {
		return err
	}
	for i, v := range versions {
		w.path = []string{"mediators", Revision(i).String()}
		m, ok := v.Record.(*Mediator)
		if !ok {
			w.refuse("", RefusalNotFound, NotFound("没有编号为“%s”的调解员。请从候选名单（接口为 secondmentCandidates）中选择。", in.Mediators[i]))
			continue
		}
		candidate, err := w.hub.weighed(w.snap, s, v, nil, w.today)
		if err != nil {
			return err
		}
		if len(candidate.Bars) > 0 {
			w.refuse("", RefusalCandidate, Invalid("mediators", "不能调剂“%s”：%s", m.Name, candidate.Bars[0].Text))
			continue
		}
		s.Persons = append(s.Persons, Seconded{Mediator: m.ID, Home: recipientOf(ownerOf(m)), State: SecondedWaiting})
	}
	w.path = nil
	return nil
}

// release takes a person away from her rosters for the days of the secondment.
// Every listing of hers as a mediator says so, whoever keeps it: one person cannot
// be in two places.
func (w *writing) release(s *Secondment, person *Seconded) error {
	listings, err := w.bookings(person.Mediator)
	if err != nil {
		return err
	}
	for _, v := range listings {
		m := v.Record.(*Mediator)
		if away := m.awayDuring(s.From, s.To, w.today); away != nil {
			w.refuse("mediator", RefusalOverlap, Invalid("mediator", "“%s”在这段时间已调剂到%s（%s），不能同时派出。", m.Name, w.hub.recipientName(away.District), Term{away.From, away.To}))
			return nil
		}
		if m.ID == person.Mediator {
			if bar := listedThroughout(m, s); bar != nil {
				w.refuse("mediator", RefusalCandidate, Invalid("mediator", "%s", bar.Text))
				return nil
			}
		}
		next := *m
		next.Away = append(slices.Clip(m.Away), Absence{Secondment: s.ID, District: s.District, From: s.From, To: s.To})
		w.put(&next, v.Revision)
	}
	return nil
}

// bookings are all listings as a mediator of the person whom one lists, that one
// among them.
func (w *writing) bookings(mediator ID) ([]Version, error) {
	v, err := w.mediator(mediator)
	if err != nil {
		return nil, err
	}
	person := v.Record.(*Mediator).PersonID
	if person == 0 {
		return []Version{v}, nil
	}
	return w.found(KindMediator, KeyPerson, person.String())
}

// atAbsence alters the absence of this secondment on every listing of the person;
// alter returns false to take it away.
func (w *writing) atAbsence(s *Secondment, person *Seconded, alter func(*Absence) bool) error {
	listings, err := w.bookings(person.Mediator)
	if err != nil {
		return err
	}
	for _, v := range listings {
		next := *v.Record.(*Mediator)
		i := slices.IndexFunc(next.Away, func(a Absence) bool { return a.Secondment == s.ID })
		if i < 0 {
			continue
		}
		next.Away = slices.Clone(next.Away)
		if !alter(&next.Away[i]) {
			next.Away = without(next.Away, i)
		}
		w.put(&next, v.Revision)
	}
	return nil
}

// start notes that a person has come. Her listing must hold on that day: a
// suspended or expired one keeps nobody.
func (w *writing) start(s *Secondment, person *Seconded, on Date) error {
	if on < s.From || on > s.To || on > w.today {
		w.refuse("on", RefusalDate, Invalid("on", "到岗日 %s 须在调剂期间（%s）之内，且不晚于今天。", on, Term{s.From, s.To}))
		return nil
	}
	v, err := w.mediator(person.Mediator)
	if err != nil {
		return err
	}
	if m := v.Record.(*Mediator); m.Timeline().On(on) != StatusActive {
		w.refuse("mediator", RefusalCandidate, Invalid("mediator", "“%s”在 %s 的状态是“%s”，不能到岗。请办理“不再需要某人”，由候补递补。", m.Name, on, m.Timeline().On(on).Label()))
		return nil
	}
	person.StartedOn = on
	return w.atAbsence(s, person, func(a *Absence) bool { a.StartedOn = on; return true })
}

// giveBack notes the last day of a person's stay.
func (w *writing) giveBack(s *Secondment, person *Seconded, on Date) error {
	if on < person.StartedOn || on > w.today {
		w.refuse("on", RefusalDate, Invalid("on", "返回日 %s 须不早于到岗日 %s，且不晚于今天。", on, person.StartedOn))
		return nil
	}
	person.ReturnedOn = on
	if on > s.To {
		w.remark("on", "晚于约定的最后一日 %s，逾期返回。", s.To)
	}
	return w.atAbsence(s, person, func(a *Absence) bool { a.ReturnedOn = on; return true })
}

// fallOut gives a person back who has not come.
func (w *writing) fallOut(s *Secondment, person *Seconded) error {
	person.Reason = w.origin.Reason
	return w.atAbsence(s, person, func(*Absence) bool { return false })
}

func (w *writing) dropAll(s *Secondment) error {
	for i := range s.Persons {
		person := &s.Persons[i]
		if person.State == SecondedDeclined || person.State == SecondedDropped {
			continue
		}
		if err := w.fallOut(s, person); err != nil {
			return err
		}
		person.State = SecondedDropped
	}
	return nil
}

// DeclareAvailabilityInput is what a mediator has declared about being lent. What
// is nil stays.
type DeclareAvailabilityInput struct {
	Write
	CrossDistrict *bool
	MaxLoad       *int // 0 takes the limit away
	Recusals      []RecusalInput
}

// RecusalInput is a recusal to be declared: a district, a body, or both.
type RecusalInput struct {
	District *string
	Body     *string
	Reason   string
}

const mostRecusals = 50

// DeclareAvailability puts down what a mediator, or her organisation, has declared
// to whoever keeps the listing: consent to being lent, how many secondments at a
// time, and recusals, which replace those declared before.
func (h *Hub) DeclareAvailability(ctx context.Context, p *Principal, in DeclareAvailabilityInput) (*Written, error) {
	return h.write(ctx, p, "DECLARE_AVAILABILITY", in.Write, in, func(w *writing) error {
		v, ok, err := w.load(in.ID, in.Expected, KindMediator)
		if err != nil || !ok {
			return err
		}
		m := *v.Record.(*Mediator)
		if p.Role == RoleSystem || !p.Keeps(ownerOf(&m)) {
			w.refuse("id", RefusalForbidden, w.notYours(&Move{Label: "申报可调剂情况"}, &m))
			return nil
		}
		if in.CrossDistrict != nil {
			m.CrossDistrict = in.CrossDistrict
		}
		if in.MaxLoad != nil {
			m.MaxLoad = *in.MaxLoad
			if m.MaxLoad < 0 || m.MaxLoad > mostSeconded {
				w.refuse("maxLoad", RefusalInvalid, Invalid("maxLoad", "同时调剂的上限须在 0（不限）到 %d 之间。", mostSeconded))
			}
		}
		if in.Recusals != nil {
			m.Recusals = w.recusals(in.Recusals)
		}
		if !w.refused() {
			w.put(&m, v.Revision)
		}
		return nil
	})
}

func (w *writing) recusals(said []RecusalInput) (all []Recusal) {
	if len(said) > mostRecusals {
		w.refuse("recusals", RefusalTooMany, Invalid("recusals", "回避声明最多 %d 项。", mostRecusals))
		return nil
	}
	for i, c := range said {
		at := "recusals." + Revision(i).String()
		recusal := Recusal{Reason: tidyLine(c.Reason), On: w.today}
		if c.Body != nil {
			recusal.Body = tidyLine(*c.Body)
		}
		if c.District != nil {
			region, ok := w.hub.reference.District(*c.District)
			if !ok {
				w.refuse(at+".district", RefusalInvalid, Invalid("district", "没有代码为“%s”的区。请用 GB/T 2260 代码，例如 120112（津南区）。", Shorten(*c.District)))
				continue
			}
			recusal.District = region.Code
		}
		if recusal.District == "" && recusal.Body == "" || recusal.Reason == "" || len([]rune(recusal.Body+recusal.Reason)) > 2*mostLine {
			w.refuse(at, RefusalInvalid, Invalid("recusals", "回避声明须写明回避的区或单位，以及原因。"))
		}
		all = append(all, recusal)
	}
	return all
}
