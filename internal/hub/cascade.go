package hub

import "slices"

// What an organisation's move means for those named in it:
//
//   - an organisation that is merged or dissolved takes its mediators off their
//     rosters (ORG_EXIT), unless a merger's or dissolution's successor takes them
//     over; one that is suspended suspends them as long, and reinstating it brings
//     back whom its suspension suspended;
//   - what is recorded beside the rosters goes on with the successor, or ends, see
//     succession.go;
//   - its branches stay, see branches.go;
//   - the same between a court's listing of an organisation and the persons whom
//     the organisation named for that list (法释〔2016〕14号 Art. 6): they are
//     publicised, appointed, suspended and renewed with it, and leave with it.
//
// An organisation's end does not touch a court's own list: the court is told and
// decides, see [AdverseNotice]. Whoever keeps a listing that moved along is told.

// moveOrganization plans a move of an organisation and what follows from it.
func (w *writing) moveOrganization(m *Move, in MoveInput, v Version, o *Organization) error {
	var successor *Organization
	if in.Successor != 0 {
		var err error
		if successor, err = w.successor(in.Successor, o, in.On); err != nil || successor == nil {
			return err
		}
	}
	if in.MembersFollow && successor == nil {
		w.refuse("membersFollow", RefusalSuccessor, Invalid("membersFollow", "没有写明承接的调解组织，人员无从转入。请选择承接的组织（接口为 successor），或不让人员随转（membersFollow）。"))
		return nil
	}
	if m.Ends {
		if err := w.awaited(o, in.On); err != nil || w.refused() {
			return err
		}
	}
	if in.MembersFollow && successor.end() != 0 {
		w.refuse("membersFollow", RefusalSuccessor, Invalid("membersFollow", "“%s”自 %s 起不再存续，人员不能转入。请改选承接的组织。", successor.Name, successor.end()))
		return nil
	}
	next := *o
	next.Events = append(slices.Clip(o.Events), OrganizationEvent{
		Status: OrganizationStatus(m.To), On: in.On, Until: in.Until, Successor: in.Successor, Ground: groundLabel(in.Ground), DocumentNo: in.DocumentNo,
	})
	w.put(&next, v.Revision)
	if m.Ends {
		if err := w.succeed(o, in.Successor, in.On); err != nil {
			return err
		}
		if err := w.tellBranches(o); err != nil {
			return err
		}
	}
	members, err := w.named(KindMediator, o.ID, "")
	if err != nil {
		return err
	}
	for _, member := range members {
		if in.MembersFollow {
			err = w.transfer(member, successor, in)
		} else {
			err = w.follow(m, in, member, o.ID)
		}
		if err != nil {
			return err
		}
	}
	if !m.Ends && m.Name != MoveSuspend {
		return nil
	}
	return w.tellCourts(m, in, o)
}

func groundLabel(g Ground) string {
	if g == "" {
		return ""
	}
	return g.Label()
}

// successor returns the organisation that carries on, nil after a refusal.
func (w *writing) successor(id ID, o *Organization, on Date) (*Organization, error) {
	if id.Kind() != KindOrganization || id == o.ID {
		w.refuse("successor", RefusalSuccessor, Invalid("successor", "承接者须是另一个调解组织。请核对编号。"))
		return nil, nil
	}
	versions, err := w.snap.Get(0, id)
	if err != nil {
		return nil, err
	}
	successor, _ := versions[0].Record.(*Organization)
	if successor == nil || !slices.Contains(orgStanding, successor.Timeline().On(on)) {
		w.refuse("successor", RefusalSuccessor, Invalid("successor", "承接者“%s”不存在，或在 %s 已不在册。请核对编号。", id, on))
		return nil, nil
	}
	if id, err = w.endsInto(successor, o.ID); err != nil || id != 0 {
		w.refuse("successor", RefusalSuccessor, Invalid("successor", "“%s”已登记将由本组织承接，不能互相承接。请核对编号。", successor.Name))
		return nil, err
	}
	return successor, nil
}

// endsInto follows the recorded ends of an organisation, those of days to come
// included, and returns gone when they lead there: an organisation cannot carry on
// for one that is to carry on for it.
func (w *writing) endsInto(o *Organization, gone ID) (ID, error) {
	seen := map[ID]bool{}
	for o != nil && !seen[o.ID] {
		seen[o.ID] = true
		next := ID(0)
		for _, e := range o.Events {
			next = e.Successor
		}
		if next == gone || next == 0 {
			return next, nil
		}
		versions, err := w.snap.Get(0, next)
		if err != nil {
			return 0, err
		}
		o, _ = versions[0].Record.(*Organization)
	}
	return 0, nil
}

// awaited refuses to end an organisation that is recorded to carry on for another
// from a later day.
func (w *writing) awaited(o *Organization, on Date) error {
	for v, err := range w.snap.All(0, KindOrganization) { // an organisation ends seldom
		if err != nil {
			return err
		}
		waiting := v.Record.(*Organization)
		if len(waiting.Events) == 0 {
			continue
		}
		if last := waiting.Events[len(waiting.Events)-1]; last.Successor == o.ID && last.On > on {
			w.refuse("on", RefusalSuccessor, Invalid("on", "“%s”将于 %s 由本组织承接，本组织不能在此之前终止。", waiting.Name, last.On))
		}
	}
	return nil
}

// named returns the listings of a kind that belong to an organisation, and for
// invited listings to one court.
func (w *writing) named(kind Kind, organization ID, court string) ([]Version, error) {
	q := ListQuery{Kind: kind, Filter: Filter{Organization: organization}, Moment: Moment{On: w.today}, Order: Order{Field: OrderByName}, Limit: 1000}
	if court != "" {
		q.Filter.Court = []string{court}
	}
	var all []Version
	for {
		page, err := w.snap.List(q)
		if err != nil {
			return nil, err
		}
		ids := make([]ID, len(page.Items))
		for i, item := range page.Items {
			ids[i] = item.ID
			q.After = item.Position
		}
		versions, err := w.snap.Get(0, ids...)
		if err != nil {
			return nil, err
		}
		all = append(all, versions...)
		if !page.More {
			return all, nil
		}
	}
}

// namedOn returns whom a court's listing of an organisation names; of any other record
// nobody.
func (w *writing) namedOn(r Record) ([]Version, error) {
	l, ok := r.(*InvitedListing)
	if !ok || l.Invitee != InviteeOrganization || l.Organization == 0 {
		return nil, nil
	}
	return w.named(KindInvitedListing, l.Organization, l.Court)
}

// cascadeListing plans what follows from a move of a court's listing of an
// organisation.
func (w *writing) cascadeListing(m *Move, in MoveInput, r Record) error {
	named, err := w.namedOn(r)
	if err != nil {
		return err
	}
	for _, v := range named {
		person := v.Record.(*InvitedListing)
		if person.Invitee != InviteePerson {
			continue
		}
		if err := w.follow(m, in, v, r.RecordID()); err != nil {
			return err
		}
	}
	return nil
}

// follow moves a listing along with the organisation, or listing of an
// organisation, that names its person. A listing that the move does not concern
// (it has ended, or stands elsewhere in its life) is left alone.
func (w *writing) follow(m *Move, in MoveInput, v Version, cause ID) error {
	e := entryOf(v.Record)
	status := e.Timeline().On(max(in.On, lastDay(v.Record)))
	along, ground := m, Ground("")
	switch m.Name {
	case MoveSuspend:
		along, ground = moveOf(MoveSuspend, v.Record.RecordID().Kind()), GroundBodySuspended
		if status != StatusActive {
			return nil
		}
	case MoveReinstate:
		along, ground = moveOf(MoveReinstate, v.Record.RecordID().Kind()), GroundBodyReinstated
		if d := lastDecision(e); d == nil || d.Move != MoveSuspend || d.Cause != cause {
			return nil // suspended for a reason of its own
		}
	case MoveRenew:
		if latest := termOn(e.Terms, maxDate); len(e.Terms) == 0 || latest.End == 0 || latest.End >= in.TermStart {
			return nil
		}
	case MovePublicise, MoveActivate:
	default:
		along = moveOf(MoveExitWithBody, v.Record.RecordID().Kind())
		ground = map[MoveName]Ground{MoveMerge: GroundBodyMerged, MoveDissolve: GroundBodyDissolved}[m.Name]
		if ground == "" {
			ground = GroundListingEnded
		}
	}
	if !slices.Contains(along.From, status) {
		return nil
	}
	in.Ground, in.CertificateNo, in.Training = ground, "", "" // a certificate and a training are one person's
	in.On = max(in.On, lastDay(v.Record))
	w.put(w.step(along, in, v.Record, cause), v.Revision)
	w.moved = append(w.moved, v.Record.RecordID())
	if !w.p.Keeps(ownerOf(v.Record)) {
		w.addNotice(v.Record, v.Record, cause, along.To, in)
	}
	return nil
}

// transfer names a mediator in the successor.
func (w *writing) transfer(v Version, successor *Organization, in MoveInput) error {
	mediator := v.Record.(*Mediator)
	if !slices.Contains(everListed, mediator.Timeline().On(in.On)) {
		return nil
	}
	next := *mediator
	next.Organization = successor.ID
	w.put(&next, v.Revision)
	w.moved = append(w.moved, next.ID)
	if !w.p.Keeps(ownerOf(mediator)) {
		w.addNotice(mediator, mediator, idOf(successor), "", in)
	}
	return nil
}

// tellCourts tells every court that lists the organisation.
func (w *writing) tellCourts(m *Move, in MoveInput, o *Organization) error {
	listed, err := w.named(KindInvitedListing, o.ID, "")
	if err != nil {
		return err
	}
	for _, v := range listed {
		l := v.Record.(*InvitedListing)
		if l.Invitee == InviteeOrganization && slices.Contains(everListed, l.Timeline().On(w.today)) {
			w.addNotice(o, l, o.ID, m.To, in)
		}
	}
	return nil
}
