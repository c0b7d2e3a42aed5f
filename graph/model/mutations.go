package model

import (
	"concord/internal/hub"
)

// A payload is what became of a change, in the shape of the contract.
type (
	// Outcome is what all payloads have in common.
	Outcome struct {
		Revision   *hub.Revision
		UserErrors []hub.UserError
		Remarks    []hub.UserError
		Replayed   bool
	}
	// ListingPayload tells of one listing.
	ListingPayload struct {
		Outcome
		Record   RosterEntry
		Notices  []*hub.NoticeView
		Followed int
		Along    []RosterEntry
	}
	// ListingsPayload tells of several listings.
	ListingsPayload struct {
		Outcome
		Records  []RosterEntry
		Notices  []*hub.NoticeView
		Followed int
	}
	// OrganizationPayload tells of an organisation.
	OrganizationPayload struct {
		Outcome
		Record   *hub.OrganizationView
		Notices  []*hub.NoticeView
		Followed int
		Along    []RosterEntry
	}
	// NoticePayload tells of a notice.
	NoticePayload struct {
		Outcome
		Notice *hub.NoticeView
	}
	// ProgressPayload tells of a progress note.
	ProgressPayload struct {
		Outcome
		Note *hub.ProgressView
	}
)

// SharingAgreementPayload tells of an agreement.
type SharingAgreementPayload struct {
	Outcome
	Agreement *hub.AgreementView
}

// SharingAgreement makes the payload of a change of an agreement.
func SharingAgreement(w *hub.Written, err error) (*SharingAgreementPayload, error) {
	if err != nil {
		return nil, err
	}
	agreement, _ := w.Record.(*hub.AgreementView)
	return &SharingAgreementPayload{outcome(w), agreement}, nil
}

// PersonPayload tells of a person into whom another was merged.
type PersonPayload struct {
	Outcome
	Person   *hub.PersonView
	Notices  []*hub.NoticeView
	Followed int
}

// Person makes the payload of a merger of persons.
func Person(w *hub.Written, err error) (*PersonPayload, error) {
	if err != nil {
		return nil, err
	}
	person, _ := w.Record.(*hub.PersonView)
	return &PersonPayload{outcome(w), person, w.Notices, w.Followed}, nil
}

// CorrectionPayload tells of a correction.
type CorrectionPayload struct {
	Outcome
	Correction *hub.CorrectionView
}

// Correction makes the payload of a change of a correction.
func Correction(w *hub.Written, err error) (*CorrectionPayload, error) {
	if err != nil {
		return nil, err
	}
	correction, _ := w.Record.(*hub.CorrectionView)
	return &CorrectionPayload{outcome(w), correction}, nil
}

// SecondmentPayload tells of a secondment.
type SecondmentPayload struct {
	Outcome
	Secondment *hub.SecondmentView
}

// Secondment makes the payload of a change of a secondment.
func Secondment(w *hub.Written, err error) (*SecondmentPayload, error) {
	if err != nil {
		return nil, err
	}
	secondment, _ := w.Record.(*hub.SecondmentView)
	return &SecondmentPayload{outcome(w), secondment}, nil
}

// SheetJobPayload tells of an import.
type SheetJobPayload struct {
	Outcome
	Job *hub.SheetJobView
}

// SheetJob makes the payload of an import.
func SheetJob(w *hub.Written, err error) (*SheetJobPayload, error) {
	if err != nil {
		return nil, err
	}
	job, _ := w.Record.(*hub.SheetJobView)
	return &SheetJobPayload{outcome(w), job}, nil
}

// Progress makes the payload of a progress note.
func Progress(w *hub.Written, err error) (*ProgressPayload, error) {
	if err != nil {
		return nil, err
	}
	note, _ := w.Record.(*hub.ProgressView)
	return &ProgressPayload{outcome(w), note}, nil
}

func outcome(w *hub.Written) Outcome {
	o := Outcome{UserErrors: w.Errors, Remarks: w.Remarks, Replayed: w.Replayed}
	if w.Revision != 0 {
		o.Revision = &w.Revision
	}
	return o
}

// Listing makes the payload of a change of a listing.
func Listing(w *hub.Written, err error) (*ListingPayload, error) {
	if err != nil {
		return nil, err
	}
	record, _ := w.Record.(RosterEntry)
	return &ListingPayload{outcome(w), record, w.Notices, w.Followed, entries(w.Along)}, nil
}

// Listings makes the payload of a change of several listings.
func Listings(w *hub.Written, err error) (*ListingsPayload, error) {
	if err != nil {
		return nil, err
	}
	return &ListingsPayload{outcome(w), entries(w.Records), w.Notices, w.Followed}, nil
}

// entries are those of the nodes that stand on a roster.
func entries(nodes []hub.Node) []RosterEntry {
	listed := []RosterEntry{}
	for _, node := range nodes {
		if entry, ok := node.(RosterEntry); ok {
			listed = append(listed, entry)
		}
	}
	return listed
}

// Organization makes the payload of a change of an organisation.
func Organization(w *hub.Written, err error) (*OrganizationPayload, error) {
	if err != nil {
		return nil, err
	}
	record, _ := w.Record.(*hub.OrganizationView)
	return &OrganizationPayload{outcome(w), record, w.Notices, w.Followed, entries(w.Along)}, nil
}

// Notice makes the payload of an acknowledgement.
func Notice(w *hub.Written, err error) (*NoticePayload, error) {
	if err != nil {
		return nil, err
	}
	notice, _ := w.Record.(*hub.NoticeView)
	return &NoticePayload{outcome(w), notice}, nil
}
