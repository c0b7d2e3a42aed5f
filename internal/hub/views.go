package hub

import "time"

// What callers get to see of a record: its fields as far as they may read them,
// with everything around it that the contract offers resolved. Views are made
// for one caller and one moment; nobody alters them.

// State is what holds of a listed record at the moment asked for.
type State struct {
	Revision  Revision         // that brought the record's state
	UpdatedAt time.Time        // when that was recorded
	Status    EntryStatus      // on the day asked for
	Term      *AppointmentTerm // the row that holds on that day, else the latest one; nil when there is none
	Moment    Moment           // the moment asked for, for what is resolved later
}

// SpecialtyView 擅长领域 is a label and the cause of action that it stands for;
// nil when it is outside the vocabulary.
type SpecialtyView struct {
	Label string
	Cause *Cause
}

// PersonView is a person as one caller sees her or him in one listing.
type PersonView struct {
	*Person
	Revision  Revision
	UpdatedAt time.Time
	Moment    Moment // the moment asked for, for what is resolved later
}

// MediatorView is a mediator's entry with its person and organisation.
type MediatorView struct {
	*Mediator
	State
	District     *Region
	Specialties  []SpecialtyView
	Person       *PersonView
	Organization *OrganizationView
}

// ExpertView is an expert's entry with its person.
type ExpertView struct {
	*Expert
	State
	District    *Region
	Specialties []SpecialtyView
	Person      *PersonView

	conflicts []string // whoever reads them, see [Hub.ConflictsWith]
}

// InvitedListingView is a court's listing with its court, and the person or
// organisation it lists.
type InvitedListingView struct {
	*InvitedListing
	State
	District     *Region
	Specialties  []SpecialtyView
	Court        *Court
	Person       *PersonView
	Organization *OrganizationView
}

// OrganizationView is an organisation.
type OrganizationView struct {
	*Organization
	State
	Status      OrganizationStatus // on the day asked for
	District    *Region
	Specialties []SpecialtyView
	Window      *WindowView
}

// WindowView is the window of an organisation.
type WindowView struct {
	*ServiceWindow
	Moment Moment
}

// MeasureView is one measure with its place in its checklist.
type MeasureView struct {
	ID        ID
	Checklist *ChecklistView
	Section   *Section
	Group     *Group
	Task      *Task
	*Measure
}

// ChecklistView is a checklist at a revision.
type ChecklistView struct {
	*ChecklistRecord
	Revision  Revision
	UpdatedAt time.Time
}
