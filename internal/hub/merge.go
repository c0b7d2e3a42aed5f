package hub

import (
	"context"
	"slices"
	"strings"
)

// Two persons turn out to be one. What merging does and does not do:
//
//   - every record that points to the other points to the survivor, in the same
//     batch (pointers.go); the other stays, reachable by its id, and says into whom it
//     was merged;
//   - both histories stay as they were, and the survivor shows them as one;
//   - whatever of the two contradicts (identity number, gender, birth) refuses it: a
//     merger cannot be undone, so that is cleared up first;
//   - no listing's status changes. Owners who did not know that somebody whom they
//     list stands suspended or struck off elsewhere are told, and decide.
//
// The city's administrator may, who keeps the whole of the rosters consistent
// (domain.md §1, 32.2), and whoever keeps every listing of both: nobody else's is
// touched then.

// PersonRef names a person as the caller read it.
type PersonRef struct {
	ID       ID
	Expected Revision
}

// MergePersonsInput merges Other into the person of the Write.
type MergePersonsInput struct {
	Write
	Other      PersonRef
	DocumentNo string // of the check that found them to be one
}

// MergePersons makes one of two persons.
func (h *Hub) MergePersons(ctx context.Context, p *Principal, in MergePersonsInput) (*Written, error) {
	return h.write(ctx, p, "MERGE_PERSONS", in.Write, in, func(w *writing) error {
		v, ok, err := w.load(in.ID, in.Expected, KindPerson)
		if err != nil || !ok {
			return err
		}
		w.path = []string{"other"}
		gone, ok, err := w.load(in.Other.ID, in.Other.Expected, KindPerson)
		if err != nil || !ok {
			return err
		}
		w.path = nil
		return w.mergePersons(in, v, gone)
	})
}

func (w *writing) mergePersons(in MergePersonsInput, v, gone Version) error {
	survivor, other := *v.Record.(*Person), *gone.Record.(*Person)
	kept, err := w.listingsOf(survivor.ID)
	if err != nil {
		return err
	}
	moving, err := w.listingsOf(other.ID)
	if err != nil {
		return err
	}
	may, err := w.mayMerge(slices.Concat(kept, moving), survivor.ID, other.ID)
	if err != nil {
		return err
	}
	if !may {
		w.refuse("id", RefusalForbidden, Forbidden("合并两名自然人须由市级管理员办理，或由两人全部名册条目的主管单位办理。"))
		return nil
	}
	in.DocumentNo = tidyLine(in.DocumentNo)
	switch {
	case survivor.ID == other.ID:
		w.refuse("other.id", RefusalInvalid, Invalid("other", "这是同一条自然人记录，无须合并。请核对 other。"))
	case survivor.MergedInto != 0:
		w.refuse("id", RefusalMove, Invalid("id", "“%s”已并入 %s，请改以后者为保留的一方。", survivor.ID, survivor.MergedInto))
	case other.MergedInto != 0:
		w.refuse("other.id", RefusalMove, Invalid("other", "“%s”已并入 %s，不能再次合并。", other.ID, other.MergedInto))
	case len([]rune(in.DocumentNo)) > mostLine:
		w.refuse("documentNo", RefusalInvalid, Invalid("documentNo", "内容超过 %d 个字，请精简。", mostLine))
	default:
		w.samePerson(&survivor, &other)
	}
	if w.refused() {
		return nil
	}
	if differ := survivor.fill(&other); len(differ) > 0 {
		w.remark("other", "两人的%s记载不同，以保留的一方为准；另一方的记载仍在变更历史中。", strings.Join(differ, "、"))
	}
	if survivor.Identity.Hash == "" {
		survivor.Identity = other.Identity
	}
	other.Identity = Sealed{} // a number has one holder
	survivor.Absorbed = slices.Concat(survivor.Absorbed, []ID{other.ID}, other.Absorbed)
	w.put(&survivor, v.Revision)
	if err := w.redirect(&other, gone.Revision, survivor.ID, in.DocumentNo); err != nil {
		return err
	}
	if err := w.repoint(other.ID, survivor.ID); err != nil {
		return err
	}
	w.shareAbsences(kept, moving)
	w.shareAbsences(moving, kept)
	w.remarkTwice(kept, moving)
	w.tellOfMerged(kept, moving)
	w.tellOfMerged(moving, kept)
	return nil
}

// listingsOf returns the listings of a person.
func (w *writing) listingsOf(person ID) ([]Version, error) {
	ids, err := listingIDs(w.snap, 0, person)
	if err != nil {
		return nil, err
	}
	return w.snap.Get(0, ids...)
}

func (w *writing) mayMerge(listings []Version, persons ...ID) (bool, error) {
	switch {
	case w.p.Role == RoleSystem: // keeps the hub, not the rosters
		return false, nil
	case w.p.Role == RoleCityAdmin:
		return true, nil
	case len(listings) == 0 || slices.ContainsFunc(listings, func(v Version) bool { return !w.p.Keeps(ownerOf(v.Record)) }):
		return false, nil
	}
	for _, person := range persons {
		arbitrators, err := recordsOf[*Arbitrator](w, KindArbitrator, person.String())
		if err != nil || slices.ContainsFunc(arbitrators, func(a *Arbitrator) bool { return !w.p.Keeps(a.owner()) }) {
			return false, err
		}
	}
	return true, nil
}

// samePerson refuses to merge persons who cannot be one.
func (w *writing) samePerson(a, b *Person) {
	if a.Identity.Hash != "" && b.Identity.Hash != "" && a.Identity.Hash != b.Identity.Hash {
		w.refuse("other.id", RefusalIdentity, Invalid("other", "两人各有公民身份号码，且不相同，不是同一人，不能合并。号码录错的，请先更正。"))
	}
	sexes := []Gender{GenderMale, GenderFemale}
	if a.Gender != b.Gender && slices.Contains(sexes, a.Gender) && slices.Contains(sexes, b.Gender) ||
		a.BirthMonth != "" && b.BirthMonth != "" && a.BirthMonth != b.BirthMonth ||
		a.BirthDate != 0 && b.BirthDate != 0 && a.BirthDate != b.BirthDate {
		w.refuse("other.id", RefusalIdentity, Invalid("other", "两人的性别或出生年月记载不同，不像同一人，不能合并。记载有误的，请先更正。"))
	}
}

// fill gives p what only q says, and names what the two say differently.
func (p *Person) fill(q *Person) (differ []string) {
	part := func(label string, mine *string, theirs string) {
		switch {
		case *mine == "":
			*mine = theirs
		case theirs != "" && theirs != *mine && label != "":
			differ = append(differ, label)
		}
	}
	if p.BirthDate == 0 {
		p.BirthDate = q.BirthDate
	}
	if p.Gender != GenderMale && p.Gender != GenderFemale && q.Gender != "" {
		p.Gender = q.Gender
	}
	if p.Name != q.Name {
		differ = append(differ, "姓名")
	}
	part("出生年月", &p.BirthMonth, q.BirthMonth)
	part("", &p.Ethnicity, q.Ethnicity) // the owners' own: not told to whoever merges
	part("", &p.Political, q.Political)
	part("文化程度", &p.Education, q.Education)
	part("工作单位", &p.Employer, q.Employer)
	part("职务/职称", &p.Post, q.Post)
	part("手机号码", &p.Mobile, q.Mobile)
	p.Languages, p.Qualifications = union(p.Languages, q.Languages), union(p.Qualifications, q.Qualifications)
	return differ
}

// union appends to a what only b has.
func union(a, b []string) []string {
	a = slices.Clip(a)
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

// redirect plans that a person, and all who were merged into it before, say where
// they went.
func (w *writing) redirect(gone *Person, revision Revision, to ID, documentNo string) error {
	gone.MergedInto, gone.MergeDocumentNo = to, documentNo
	w.put(gone, revision)
	earlier, err := w.snap.Get(0, gone.Absorbed...)
	if err != nil {
		return err
	}
	for _, v := range earlier {
		next := *v.Record.(*Person)
		next.MergedInto = to
		w.put(&next, v.Revision)
	}
	return nil
}

// repoint plans that whatever points to a person points to another.
func (w *writing) repoint(from, to ID) error {
	return w.naming(from, func(v Version) error {
		if next, named := renamed(v.Record, NamesPerson, from, to); named {
			w.put(next, v.Revision)
			w.moved = append(w.moved, next.RecordID())
		}
		return nil
	})
}

// shareAbsences plans that a person who is lent is away on every roster, as
// [writing.bookings] would have it had the two been known to be one.
func (w *writing) shareAbsences(of, with []Version) {
	for _, v := range of {
		lent, ok := v.Record.(*Mediator)
		if !ok {
			continue
		}
		for _, a := range lent.Away {
			if a.last(w.today) < w.today {
				continue
			}
			for _, v := range with {
				if m, ok := w.planned(v.Record).(*Mediator); ok {
					w.addAbsence(m, a, v.Revision)
				}
			}
		}
	}
}

// addAbsence plans that a listing knows of an absence. One person who is lent to two
// districts for the same days cannot be in both: that is for the city to see.
func (w *writing) addAbsence(m *Mediator, a Absence, revision Revision) {
	if slices.ContainsFunc(m.Away, func(b Absence) bool { return b.Secondment == a.Secondment }) {
		return
	}
	if both := m.awayDuring(a.From, a.last(w.today), w.today); both != nil {
		w.remark("other", "此人在 %s 已调剂到%s，又在 %s 调剂到%s，两次重叠。请市级管理员与用人区协调。",
			Term{both.From, both.To}, w.hub.recipientName(both.District), Term{a.From, a.To}, w.hub.recipientName(a.District))
	}
	next := *m
	next.Away = append(slices.Clip(m.Away), a)
	w.put(&next, revision)
}

// remarkTwice tells of rosters on which the person now stands twice: which of the
// two listings ends is their owner's to say.
func (w *writing) remarkTwice(kept, moving []Version) {
	standing := func(v Version) bool { return slices.Contains(everListed, entryOf(v.Record).Timeline().On(w.today)) }
	for _, a := range kept {
		for _, b := range moving {
			if ownerOf(a.Record) == ownerOf(b.Record) && standing(a) && standing(b) {
				w.remark("other", "合并后此人在同一名册中有两个条目（%s 和 %s），请由其主管单位办结其中一个。", a.Record.RecordID(), b.Record.RecordID())
			}
		}
	}
}

// tellOfMerged plans notices to those who keep listings of one of the two about
// listings of the other that stand suspended or were ended for a fault, as they
// would have got them had the two been known to be one.
func (w *writing) tellOfMerged(of, keepers []Version) {
	for _, v := range of {
		status := entryOf(v.Record).Timeline().On(w.today)
		in, adverse := adverseMove(entryOf(v.Record), status)
		if !adverse {
			continue
		}
		told := map[string]bool{recipientOf(ownerOf(v.Record)): true}
		for _, k := range keepers {
			to := recipientOf(ownerOf(k.Record))
			if !told[to] && slices.Contains(everListed, entryOf(k.Record).Timeline().On(w.today)) {
				told[to] = true
				w.addNotice(v.Record, w.planned(k.Record), 0, status, in)
			}
		}
	}
}

// adverseMove returns what a notice says of the move that brought a listing into
// its status, and whether it is one of which others are told.
func adverseMove(e *Entry, status EntryStatus) (in MoveInput, adverse bool) {
	if !slices.ContainsFunc(moves, func(m Move) bool { return m.Adverse && m.To == status }) {
		return in, false
	}
	for _, event := range e.Events {
		if event.Status == status {
			in = MoveInput{On: event.On, Until: event.Until, DocumentNo: event.DocumentNo}
		}
	}
	for _, d := range e.Decisions {
		if m := moveOf(d.Move, e.ID.Kind()); m != nil && m.To == status && d.On == in.On && d.WithdrawnOn == 0 {
			in.Ground, in.DocumentNo, in.Authority = d.Ground, d.DocumentNo, d.Authority
		}
	}
	return in, true
}

// ListingsOf returns every listing of a person at the view's moment, as p may see
// them.
func (h *Hub) ListingsOf(ctx context.Context, p *Principal, person *PersonView) ([]Node, error) {
	var nodes []Node
	err := h.withSnapshot(ctx, func(snap Snapshot) error {
		ids, err := listingIDs(snap, person.Moment.At, person.ID)
		if err == nil {
			nodes, err = h.views(snap, p, person.Moment, ids)
		}
		return err
	})
	return nodes, err
}

// listingIDs finds every listing of a person at a revision.
func listingIDs(snap Snapshot, at Revision, person ID) (ids []ID, err error) {
	for _, kind := range listingKinds {
		found, err := snap.Lookup(at, kind, KeyPerson, person.String())
		if err != nil {
			return nil, err
		}
		ids = append(ids, found...)
	}
	return ids, nil
}

// Persons returns persons by id at the moment of a view, without those that are
// not there: into whom one was merged, or who was merged into it.
func (h *Hub) Persons(ctx context.Context, p *Principal, moment Moment, ids ...ID) ([]*PersonView, error) {
	if len(ids) == 0 || ids[0] == 0 {
		return nil, nil
	}
	var persons []*PersonView
	err := h.withSnapshot(ctx, func(snap Snapshot) error {
		nodes, err := h.views(snap, p, moment, ids)
		for _, node := range nodes {
			if view, ok := node.(*PersonView); ok {
				persons = append(persons, view)
			}
		}
		return err
	})
	return persons, err
}
