package hub

import (
	"context"
	"slices"
)

// TrainingRecord 培训记录 is one training of somebody who is listed (measures 28.2,
// 43 and 50; 法释〔2016〕14号 Art. 7).
type TrainingRecord struct {
	MechanismBase `cbor:"1,keyasint"`
	Listing       ID      `cbor:"2,keyasint" share:"PUBLIC" names:"kept"`
	PersonID      ID      `cbor:"3,keyasint,omitempty" share:"PUBLIC" names:"person"`
	Course        string  `cbor:"4,keyasint" share:"PUBLIC"`
	Organizer     string  `cbor:"5,keyasint" share:"PUBLIC"`
	On            Date    `cbor:"6,keyasint" share:"PUBLIC"`           // the day on which it ended
	Hours         float64 `cbor:"7,keyasint" share:"PUBLIC"`           // 学时
	Passed        *bool   `cbor:"8,keyasint,omitempty" share:"PUBLIC"` // nil: there was no examination
}

// Facts returns the facts of the training; it is found under listing and person.
func (t *TrainingRecord) Facts() Facts {
	return t.facts(Timeline{{t.On, StatusActive}}, 0, t.Listing, t.PersonID)
}

// TrainingView is a training at a moment.
type TrainingView struct {
	*TrainingRecord
	MechanismState
	District   *Region
	RecordedBy string // name of the district, court or agency
}

func (v *viewer) training(version Version) *TrainingView {
	view := &TrainingView{TrainingRecord: version.Record.(*TrainingRecord), MechanismState: v.mechanismState(version)}
	view.District, view.RecordedBy = v.belonging(&view.TrainingRecord.MechanismBase)
	return view
}

// RecordTrainingInput enters or corrects a training.
type RecordTrainingInput struct {
	Write
	Listing   ID
	Course    string
	Organizer string
	On        Date
	Hours     float64
	Passed    *bool
}

// RecordTraining enters a training.
func (h *Hub) RecordTraining(ctx context.Context, p *Principal, in RecordTrainingInput) (*Written, error) {
	t := &TrainingRecord{Listing: in.Listing, Course: in.Course, Organizer: in.Organizer, On: in.On, Hours: in.Hours, Passed: in.Passed}
	return h.recordMechanism(ctx, p, KindTraining, in.Write, in, t)
}

func (t *TrainingRecord) subject(w *writing) (Owner, error) {
	record, err := w.refer("listing", t.Listing, listingKinds...)
	if record == nil || err != nil {
		return Owner{}, err
	}
	e := entryOf(record)
	t.Name, t.PersonID, t.Level, t.District = e.Name, e.PersonID, e.Level, e.District
	return ownerOf(record), nil
}

// mostHours is how many hours one training can have: a month of days and nights.
const mostHours = 720

func (t *TrainingRecord) check(w *writing) error {
	w.line("course", "培训内容", &t.Course, false)
	w.line("organizer", "组织单位", &t.Organizer, false)
	if !(t.Hours > 0 && t.Hours <= mostHours) {
		w.refuse("hours", RefusalInvalid, Invalid("hours", "学时须大于 0 且不超过 %d。", mostHours))
	}
	if t.On > w.today {
		w.refuse("on", RefusalDate, Invalid("on", "培训日期 %s 在将来，请在培训结束后登记。", t.On))
	}
	if t.PersonID == 0 {
		w.refuse("listing", RefusalInvalid, Invalid("listing", "培训记录登记在人员名下，这一条名册列的是组织。"))
	}
	return nil
}

// Stationing 派驻 says that a person or an organisation is present at another
// organisation on certain days (measures 21.1, 30.2 and 33).
type Stationing struct {
	MechanismBase `cbor:"1,keyasint"`
	Who           ID        `cbor:"2,keyasint" share:"PUBLIC" names:"body"` // an organisation, or somebody's listing
	Centre        ID        `cbor:"3,keyasint" share:"PUBLIC" names:"body"` // the organisation where
	Weekdays      []Weekday `cbor:"4,keyasint,omitempty" share:"PUBLIC"`
	From          Date      `cbor:"5,keyasint" share:"PUBLIC"`
	To            Date      `cbor:"6,keyasint,omitempty" share:"PUBLIC"`
	DocumentNo    string    `cbor:"7,keyasint,omitempty" share:"PUBLIC"`
}

// Facts returns the facts of the stationing; it is found under who and where.
func (s *Stationing) Facts() Facts {
	f := s.facts(span(s.From, s.To), s.To, s.Who, s.Centre)
	f.Organization = s.Centre
	return f
}

// StationingView is a stationing at a moment.
type StationingView struct {
	*Stationing
	MechanismState
	District   *Region
	RecordedBy string // name of the district, court or agency
}

func (v *viewer) stationing(version Version) *StationingView {
	view := &StationingView{Stationing: version.Record.(*Stationing), MechanismState: v.mechanismState(version)}
	view.District, view.RecordedBy = v.belonging(&view.Stationing.MechanismBase)
	return view
}

// RecordStationingInput enters or corrects a stationing.
type RecordStationingInput struct {
	Write
	Who        ID
	Centre     ID
	Weekdays   []Weekday
	From       Date
	To         *Date
	DocumentNo *string
}

// RecordStationing enters a stationing.
func (h *Hub) RecordStationing(ctx context.Context, p *Principal, in RecordStationingInput) (*Written, error) {
	s := &Stationing{Who: in.Who, Centre: in.Centre, Weekdays: in.Weekdays, From: in.From, To: given(in.To), DocumentNo: given(in.DocumentNo)}
	return h.recordMechanism(ctx, p, KindStationing, in.Write, in, s)
}

func (s *Stationing) subject(w *writing) (Owner, error) {
	centre, err := w.refer("centre", s.Centre, KindOrganization)
	if centre == nil || err != nil {
		return Owner{}, err
	}
	o := centre.(*Organization)
	s.Level, s.District = o.Level, o.District
	return ownerOf(o), nil
}

func (s *Stationing) check(w *writing) error {
	who, err := w.refer("who", s.Who, append([]Kind{KindOrganization}, listingKinds...)...)
	if who == nil || err != nil {
		return err
	}
	s.Name = *nameOf(who)
	w.lasts("who", who, s.To)
	centre, err := w.refer("centre", s.Centre, KindOrganization)
	if err != nil {
		return err
	}
	w.lasts("centre", centre, s.To)
	if s.Who == s.Centre {
		w.refuse("centre", RefusalInvalid, Invalid("centre", "派驻单位与驻在组织相同。请核对。"))
	}
	w.line("documentNo", "文号", &s.DocumentNo, true)
	w.days(s.From, s.To)
	var ordered []Weekday
	for _, day := range weekdays.values {
		if slices.Contains(s.Weekdays, day) {
			ordered = append(ordered, day)
		}
	}
	s.Weekdays = ordered
	others, err := recordsOf[*Stationing](w, KindStationing, s.Who.String())
	for _, o := range others {
		if o.ID != s.ID && o.Who == s.Who && o.Centre == s.Centre && overlap(s.From, s.To, o.From, o.To) {
			w.refuse("from", RefusalDuplicate, Invalid("from", "%s 至 %s 已有相同的派驻。请更正原记录。", o.From, openEnd(o.To)))
			break
		}
	}
	return err
}
