package hub

// What is recorded beside the rosters and names an organisation that is merged or
// dissolved: who looks after it, who is stationed where, which windows stand before
// it, where an arbitrator belongs. What holds for a span of days ends on the day
// before and goes on with the successor from that day, as a record of its own, so
// that who looked after whom on a day remains true. Where there is no successor, or
// the successor cannot have it, it ends; the caller is told which.

// spanning is a mechanism that holds for a span of days that an organisation's end
// can cut short.
type spanning interface {
	mechanism
	days() (from, to *Date) // its first and its last day, 0 for an open end
}

func (l *LiaisonAssignment) days() (from, to *Date) { return &l.From, &l.To }
func (s *Stationing) days() (from, to *Date)        { return &s.From, &s.To }

// naming hands on every record that is found under the id of a person or an
// organisation as one that names it.
func (w *writing) naming(id ID, do func(Version) error) error {
	for kind := KindPerson; kind.Valid(); kind++ {
		for _, key := range []KeyName{KeyPerson, KeyMechanism} {
			versions, err := w.found(kind, key, id.String())
			if err != nil {
				return err
			}
			for _, v := range versions {
				if err := do(v); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// succeed plans what becomes of whatever names an organisation that ends on a day.
// successor is 0 where nobody carries on.
func (w *writing) succeed(o *Organization, successor ID, on Date) error {
	return w.naming(o.ID, func(v Version) error {
		if r, ok := v.Record.(spanning); ok {
			return w.goOn(r, v.Revision, o.ID, successor, on)
		}
		if next, named := renamed(v.Record, NamesBody, o.ID, successor); named {
			w.put(next, v.Revision)
			w.moved = append(w.moved, next.RecordID())
		}
		return nil
	})
}

// goOn plans that what holds for a span of days ends with the organisation, and goes
// on with its successor.
func (w *writing) goOn(r spanning, revision Revision, gone, successor ID, on Date) error {
	from, to := r.days()
	if _, named := renamed(r, NamesBody, gone, 0); !named || *to != 0 && *to < on {
		return nil
	}
	running := *from < on
	if running {
		ended := copied(r).(spanning)
		_, last := ended.days()
		*last = on - 1
		w.put(ended, revision)
		w.moved = append(w.moved, r.RecordID())
	}
	candidates := []ID{successor, 0}
	if successor == 0 {
		candidates = candidates[1:]
	}
	for _, heir := range candidates {
		record, _ := renamed(r, NamesBody, gone, heir)
		next := record.(spanning)
		expected := revision
		if running {
			first, _ := next.days()
			*first, next.base().ID, expected = on, w.hub.store.NextID(r.RecordID().Kind()), 0
		}
		why, err := w.unsound(next)
		if err != nil {
			return err
		}
		if why == "" {
			w.put(next, expected)
			w.moved = append(w.moved, next.RecordID())
			return nil
		}
		if heir != 0 {
			w.remark("successor", "%s“%s”没有转到承接组织：%s", r.RecordID().Kind().Label(), r.base().Name, why)
		}
	}
	if !running {
		w.remark("id", "%s“%s”自 %s 起，所写的组织届时已不在册，请更正。", r.RecordID().Kind().Label(), r.base().Name, *from)
	}
	return nil
}

// unsound says why a record could not be recorded as it is, "" when it could.
func (w *writing) unsound(r mechanism) (why string, err error) {
	before := len(w.problems)
	if _, err = r.subject(w); err == nil && len(w.problems) == before {
		err = r.check(w)
	}
	if len(w.problems) > before {
		why = w.problems[before].Message
		w.problems = w.problems[:before]
	}
	return why, err
}
