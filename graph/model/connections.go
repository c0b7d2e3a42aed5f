package model

import "concord/internal/hub"

// The connections of the contract by name. They are the hub's own pages.
type (
	MediatorConnection         = hub.Connection[*hub.MediatorView]
	MediatorEdge               = hub.ConnectionEdge[*hub.MediatorView]
	ExpertConnection           = hub.Connection[*hub.ExpertView]
	ExpertEdge                 = hub.ConnectionEdge[*hub.ExpertView]
	InvitedListingConnection   = hub.Connection[*hub.InvitedListingView]
	InvitedListingEdge         = hub.ConnectionEdge[*hub.InvitedListingView]
	OrganizationConnection     = hub.Connection[*hub.OrganizationView]
	OrganizationEdge           = hub.ConnectionEdge[*hub.OrganizationView]
	SearchConnection           = hub.Connection[hub.Node]
	SearchEdge                 = hub.ConnectionEdge[hub.Node]
	MeasureConnection          = hub.Connection[*hub.MeasureView]
	MeasureEdge                = hub.ConnectionEdge[*hub.MeasureView]
	ChangeConnection           = hub.Connection[*hub.ChangeView]
	ChangeEdge                 = hub.ConnectionEdge[*hub.ChangeView]
	AdverseNoticeConnection    = hub.Connection[*hub.NoticeView]
	ProgressNoteConnection     = hub.Connection[*hub.ProgressView]
	ProgressNoteEdge           = hub.ConnectionEdge[*hub.ProgressView]
	SharingAgreementConnection = hub.Connection[*hub.AgreementView]
	SharingAgreementEdge       = hub.ConnectionEdge[*hub.AgreementView]
	AccountConnection          = hub.Connection[*hub.AccountView]
	AccountEdge                = hub.ConnectionEdge[*hub.AccountView]
	KeyConnection              = hub.Connection[*hub.KeyView]
	KeyEdge                    = hub.ConnectionEdge[*hub.KeyView]
	VocabularyWordConnection   = hub.Connection[*hub.VocabularyWord]
	VocabularyWordEdge         = hub.ConnectionEdge[*hub.VocabularyWord]
	AccessConnection           = hub.Connection[*hub.AccessView]
	AccessEdge                 = hub.ConnectionEdge[*hub.AccessView]
	CorrectionConnection       = hub.Connection[*hub.CorrectionView]
	CorrectionEdge             = hub.ConnectionEdge[*hub.CorrectionView]
	SecondmentConnection       = hub.Connection[*hub.SecondmentView]
	SecondmentEdge             = hub.ConnectionEdge[*hub.SecondmentView]
	SheetJobConnection         = hub.Connection[*hub.SheetJobView]
	SheetJobEdge               = hub.ConnectionEdge[*hub.SheetJobView]
	SheetExportConnection      = hub.Connection[*hub.SheetExportView]
	SheetExportEdge            = hub.ConnectionEdge[*hub.SheetExportView]
	SheetRowConnection         = hub.Connection[*hub.SheetRow]
	SheetRowEdge               = hub.ConnectionEdge[*hub.SheetRow]
	AdverseNoticeEdge          = hub.ConnectionEdge[*hub.NoticeView]

	ProbableDuplicateConnection = hub.Connection[*hub.ProbableDuplicate]
	ProbableDuplicateEdge       = hub.ConnectionEdge[*hub.ProbableDuplicate]
)

// RosterEntry is what mediators, experts and invited listings have in common:
// terms, among them the one that holds on a day.
type RosterEntry interface {
	TermOn(hub.Date) hub.AppointmentTerm
}
