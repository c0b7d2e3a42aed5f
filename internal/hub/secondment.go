package hub

import (
	"slices"
	"strings"
	"time"
)

// Secondment 调剂 (checklist 32.3 市、区统筹调剂) lends mediators to a district for
// some days: the district asks, the city approves and names candidates, whoever
// keeps a candidate's listing releases her, and the district says when she came and
// when she went back. The status of a listing is not touched by it: being lent is
// no event of the roster's life. What it changes is whether somebody can be called
// on, see [Absence].
type Secondment struct {
	ID          ID              `cbor:"1,keyasint" share:"SOURCE_ONLY"`
	District    string          `cbor:"2,keyasint" share:"SOURCE_ONLY"`           // that asks, GB/T 2260
	Specialties []string        `cbor:"3,keyasint,omitempty" share:"SOURCE_ONLY"` // labels; one of them is needed, none: any
	Number      int             `cbor:"4,keyasint" share:"SOURCE_ONLY"`           // of persons
	From        Date            `cbor:"5,keyasint" share:"SOURCE_ONLY"`           // first day
	To          Date            `cbor:"6,keyasint" share:"SOURCE_ONLY"`           // last day, within
	Ground      string          `cbor:"7,keyasint" share:"SOURCE_ONLY"`
	Languages   []string        `cbor:"8,keyasint,omitempty" share:"SOURCE_ONLY"`
	Note        string          `cbor:"9,keyasint,omitempty" share:"SOURCE_ONLY"`
	DocumentNo  string          `cbor:"10,keyasint" share:"SOURCE_ONLY"` // of the request
	State       SecondmentState `cbor:"11,keyasint" share:"SOURCE_ONLY"`
	// Persons are the candidates in the order in which they are asked for; those
	// beyond Number wait until somebody before them falls out.
	Persons []Seconded        `cbor:"12,keyasint,omitempty" share:"SOURCE_ONLY"`
	Draw    *Draw             `cbor:"13,keyasint,omitempty" share:"SOURCE_ONLY"` // nil when the city chose
	Steps   []SecondmentEvent `cbor:"14,keyasint" share:"SOURCE_ONLY"`
}

// RecordID returns the id.
func (s *Secondment) RecordID() ID { return s.ID }

// Facts returns none: there are as few secondments as requests of districts.
func (s *Secondment) Facts() Facts { return Facts{} }

// Seconded is one candidate.
type Seconded struct {
	Mediator   ID            `cbor:"1,keyasint" names:"kept"`
	Home       string        `cbor:"2,keyasint"` // who releases her: see [recipientOf]
	State      SecondedState `cbor:"3,keyasint"`
	DocumentNo string        `cbor:"4,keyasint,omitempty"` // of the release
	StartedOn  Date          `cbor:"5,keyasint,omitempty"`
	ReturnedOn Date          `cbor:"6,keyasint,omitempty"`
	Reason     string        `cbor:"7,keyasint,omitempty"` // why she was not released, or dropped
}

// String says it for the change log.
func (p Seconded) String() string { return p.Mediator.String() + " " + p.State.Label() }

// SecondmentEvent is one step of a secondment as it was made.
type SecondmentEvent struct {
	Step       SecondmentStep `cbor:"1,keyasint"`
	At         time.Time      `cbor:"2,keyasint"`
	Actor      string         `cbor:"3,keyasint"`
	Authority  string         `cbor:"4,keyasint,omitempty"`
	DocumentNo string         `cbor:"5,keyasint,omitempty"`
	Reason     string         `cbor:"6,keyasint,omitempty"`
	Mediator   ID             `cbor:"7,keyasint,omitempty" names:"kept"` // of a step that is about one person
	On         Date           `cbor:"8,keyasint,omitempty"`              // from which day, of a start or a return
}

// String says it for the change log.
func (e SecondmentEvent) String() string {
	return strings.TrimSpace(e.Step.Label() + " " + e.Mediator.String() + " " + e.DocumentNo)
}

// SecondmentState says where a secondment stands.
type SecondmentState string

// The states.
const (
	SecondmentRequested SecondmentState = "REQUESTED"
	SecondmentApproved  SecondmentState = "APPROVED"
	SecondmentActive    SecondmentState = "ACTIVE"
	SecondmentEnded     SecondmentState = "ENDED"
	SecondmentRefused   SecondmentState = "REFUSED"
	SecondmentCancelled SecondmentState = "CANCELLED"
)

var secondmentStates = newVocabulary("state", "调剂状态", []word[SecondmentState]{
	{SecondmentRequested, "待批准", ""},
	{SecondmentApproved, "已批准，待派出", ""},
	{SecondmentActive, "调剂中", ""},
	{SecondmentEnded, "已结束", ""},
	{SecondmentRefused, "不予批准", ""},
	{SecondmentCancelled, "已取消", ""},
})

// SecondmentStates lists them in the order of a secondment's life.
func SecondmentStates() []SecondmentState { return slices.Clone(secondmentStates.values) }

// Label returns the Chinese word for s.
func (s SecondmentState) Label() string { return secondmentStates.label(s) }

// SecondedState says where one candidate of a secondment stands.
type SecondedState string

// The states of a candidate.
const (
	SecondedWaiting  SecondedState = "WAITING"
	SecondedAsked    SecondedState = "ASKED"
	SecondedReleased SecondedState = "RELEASED"
	SecondedStarted  SecondedState = "STARTED"
	SecondedReturned SecondedState = "RETURNED"
	SecondedDeclined SecondedState = "DECLINED"
	SecondedDropped  SecondedState = "DROPPED"
)

var secondedStates = newVocabulary("state", "人选状态", []word[SecondedState]{
	{SecondedWaiting, "候补", ""},
	{SecondedAsked, "待派出单位同意", ""},
	{SecondedReleased, "已同意派出", ""},
	{SecondedStarted, "已到岗", ""},
	{SecondedReturned, "已返回", ""},
	{SecondedDeclined, "不同意派出", ""},
	{SecondedDropped, "未成行", ""},
})

// SecondedStates lists them.
func SecondedStates() []SecondedState { return slices.Clone(secondedStates.values) }

// Label returns the Chinese word for s.
func (s SecondedState) Label() string { return secondedStates.label(s) }

// SecondmentStep names a step in the contract.
type SecondmentStep string

// The steps.
const (
	StepRequest  SecondmentStep = "REQUEST"
	StepApprove  SecondmentStep = "APPROVE"
	StepRefuse   SecondmentStep = "REFUSE"
	StepNominate SecondmentStep = "NOMINATE"
	StepRelease  SecondmentStep = "RELEASE"
	StepDecline  SecondmentStep = "DECLINE"
	StepStart    SecondmentStep = "START"
	StepReturn   SecondmentStep = "RETURN"
	StepDrop     SecondmentStep = "DROP"
	StepCancel   SecondmentStep = "CANCEL"
)

// SecondmentParty is who makes a step.
type SecondmentParty uint8

// The parties.
const (
	ByAsking SecondmentParty = iota + 1 // the administrator of the district that asks
	ByCity                              // the city's administrator
	ByHome                              // whoever keeps the person's listing
)

// secondmentRow is a row of the table of steps.
type secondmentRow struct {
	Step    SecondmentStep
	Label   string
	By      SecondmentParty
	From    []SecondmentState
	To      SecondmentState // "" leaves it to [Secondment.settle]
	Persons []SecondedState // of a step about one person: the states from which it leads
	Becomes SecondedState   // and to which
	Needs   Evidence
}

var underWay = []SecondmentState{SecondmentApproved, SecondmentActive}

// secondmentTable says which step leads from where to where, and whose it is.
// Nothing else decides it; a step by nobody of this table does not exist.
var secondmentTable = []secondmentRow{
	{Step: StepRequest, Label: "申请调剂", By: ByAsking, To: SecondmentRequested, Needs: NeedsDocument},
	{Step: StepApprove, Label: "批准", By: ByCity, From: []SecondmentState{SecondmentRequested}, To: SecondmentApproved, Needs: NeedsDocument},
	{Step: StepRefuse, Label: "不予批准", By: ByCity, From: []SecondmentState{SecondmentRequested}, To: SecondmentRefused, Needs: NeedsDocument},
	{Step: StepNominate, Label: "增补人选", By: ByCity, From: underWay},
	{Step: StepRelease, Label: "同意派出", By: ByHome, From: underWay, Persons: []SecondedState{SecondedAsked}, Becomes: SecondedReleased, Needs: NeedsDocument},
	{Step: StepDecline, Label: "不同意派出", By: ByHome, From: underWay, Persons: []SecondedState{SecondedAsked, SecondedReleased}, Becomes: SecondedDeclined},
	{Step: StepStart, Label: "到岗", By: ByAsking, From: underWay, Persons: []SecondedState{SecondedReleased}, Becomes: SecondedStarted},
	{Step: StepReturn, Label: "返回", By: ByAsking, From: underWay, Persons: []SecondedState{SecondedStarted}, Becomes: SecondedReturned},
	{Step: StepDrop, Label: "不再需要某人", By: ByAsking, From: underWay, Persons: []SecondedState{SecondedWaiting, SecondedAsked, SecondedReleased}, Becomes: SecondedDropped},
	{Step: StepCancel, Label: "取消调剂", By: ByAsking, From: []SecondmentState{SecondmentRequested, SecondmentApproved}, To: SecondmentCancelled},
}

// SecondmentSteps lists every step.
func SecondmentSteps() (all []SecondmentStep) {
	for _, row := range secondmentTable {
		all = append(all, row.Step)
	}
	return all
}

func secondmentRowOf(step SecondmentStep) *secondmentRow {
	for i := range secondmentTable {
		if secondmentTable[i].Step == step {
			return &secondmentTable[i]
		}
	}
	return nil
}

// Label returns the Chinese word for s.
func (s SecondmentStep) Label() string {
	if row := secondmentRowOf(s); row != nil {
		return row.Label
	}
	return string(s)
}

// person returns the candidate's row, nil when she is none.
func (s *Secondment) person(mediator ID) *Seconded {
	for i := range s.Persons {
		if s.Persons[i].Mediator == mediator {
			return &s.Persons[i]
		}
	}
	return nil
}

// settle asks for the next candidates where somebody has fallen out, and brings the
// state up to what became of the persons: ACTIVE while somebody is there, ENDED when
// the last one has gone back and nobody else is on the way. Where nobody has come
// yet, the approval stands, and the city may name others.
func (s *Secondment) settle() {
	count := map[SecondedState]int{}
	for _, p := range s.Persons {
		count[p.State]++
	}
	placed := count[SecondedAsked] + count[SecondedReleased] + count[SecondedStarted] + count[SecondedReturned]
	for i := range s.Persons {
		if placed < s.Number && s.Persons[i].State == SecondedWaiting {
			s.Persons[i].State = SecondedAsked
			count[SecondedAsked]++
			placed++
		}
	}
	switch {
	case count[SecondedStarted] > 0:
		s.State = SecondmentActive
	case count[SecondedReturned] > 0 && count[SecondedAsked]+count[SecondedReleased] == 0:
		s.State = SecondmentEnded
	default:
		s.State = SecondmentApproved
	}
}

// overdueOn reports whether somebody should have gone back before day d.
func (s *Secondment) overdueOn(d Date) bool {
	return d > s.To && slices.ContainsFunc(s.Persons, func(p Seconded) bool { return p.State == SecondedStarted })
}

// readsSecondment reports whether p may read a secondment: the administrators of
// the city and of every district, since all may lend; courts while somebody is lent
// (checklist 32.3, column R); auditors. Others see of it what is public: that a
// mediator is away, see [Absence].
func (p *Principal) readsSecondment(s *Secondment) bool {
	switch p.Role {
	case RoleCityAdmin, RoleDistrictAdmin, RoleAuditor, RoleSystem:
		return true
	case RoleCourtKeeper:
		return s.State == SecondmentActive
	}
	return false
}

// Absence is a mediator's being lent, as it stands on her listing: the record of a
// mediator is part of every step that takes her away or gives her back, so that
// nobody is lent twice for the same days.
type Absence struct {
	Secondment ID     `cbor:"1,keyasint" names:"kept"`
	District   string `cbor:"2,keyasint"` // where to
	From       Date   `cbor:"3,keyasint"`
	To         Date   `cbor:"4,keyasint"`           // last day agreed
	StartedOn  Date   `cbor:"5,keyasint,omitempty"` // when the district said that she came
	ReturnedOn Date   `cbor:"6,keyasint,omitempty"` // last day there
}

// String says it for the change log.
func (a Absence) String() string {
	return a.Secondment.String() + " " + a.District + " " + Term{a.From, a.last(0)}.String()
}

// last is the last day away as things stand on day today; maxDate for somebody who
// should have gone back and has not.
func (a Absence) last(today Date) Date {
	switch {
	case a.ReturnedOn != 0:
		return a.ReturnedOn
	case a.StartedOn != 0 && today > a.To:
		return maxDate
	}
	return a.To
}

// overlaps reports whether she is away on one of the days.
func (a Absence) overlaps(from, to, today Date) bool { return a.From <= to && from <= a.last(today) }

// awayDuring returns the absence that falls into the days, nil when there is none.
func (m *Mediator) awayDuring(from, to, today Date) *Absence {
	for i := range m.Away {
		if m.Away[i].overlaps(from, to, today) {
			return &m.Away[i]
		}
	}
	return nil
}

// AvailableOn reports whether a mediator can be called on on day d: ACTIVE, and
// not lent to another district. today decides of those who are overdue.
func (m *Mediator) AvailableOn(d, today Date) bool {
	return m.Timeline().On(d) == StatusActive && m.awayDuring(d, d, today) == nil
}

// KnownMaxLoad returns how many secondments at a time a mediator takes on, nil when
// nothing was said.
func (m *Mediator) KnownMaxLoad() *int { return known(m.MaxLoad) }

// load is how many secondments a mediator has agreed to and not come back from.
func (m *Mediator) load(today Date) (n int) {
	for _, a := range m.Away {
		if a.last(today) >= today && a.ReturnedOn == 0 {
			n++
		}
	}
	return n
}

// Recusal 回避 is what a mediator, or whoever keeps her listing, has declared:
// that she should not be called on in a district, or where a body is concerned.
type Recusal struct {
	District string `cbor:"1,keyasint,omitempty"` // GB/T 2260
	Body     string `cbor:"2,keyasint,omitempty"` // 回避单位, as printed
	Reason   string `cbor:"3,keyasint"`
	On       Date   `cbor:"4,keyasint"` // the day on which it was declared
}

// String says it for the change log.
func (c Recusal) String() string {
	return strings.TrimSpace(c.District + " " + c.Body + " " + c.Reason)
}
