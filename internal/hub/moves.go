package hub

import "slices"

// The life of a listing and of an organisation (domain.md §2.3) is the table of
// moves below: which move leads from which statuses to which, who may make it,
// on which grounds and with what evidence. Nothing else decides it. What the
// calendar brings about (a term that runs out, a suspension that ends) is no move
// that anybody makes, see [Timeline].

// MoveName names a move in the contract.
type MoveName string

// The moves.
const (
	MoveRegister     MoveName = "REGISTER"
	MovePublicise    MoveName = "PUBLICISE"
	MoveActivate     MoveName = "ACTIVATE"
	MoveSuspend      MoveName = "SUSPEND"
	MoveReinstate    MoveName = "REINSTATE"
	MoveRenew        MoveName = "RENEW"
	MoveResign       MoveName = "RESIGN"
	MoveDismiss      MoveName = "DISMISS"
	MoveRecall       MoveName = "RECALL"
	MoveStrikeOff    MoveName = "STRIKE_OFF"
	MoveDecease      MoveName = "DECEASE"
	MoveIncapacitate MoveName = "INCAPACITATE"
	MoveExitWithBody MoveName = "EXIT_WITH_BODY"
	MoveExpire       MoveName = "EXPIRE"
	MoveReject       MoveName = "REJECT"
	MoveWithdraw     MoveName = "WITHDRAW"
	MoveMerge        MoveName = "MERGE"
	MoveDissolve     MoveName = "DISSOLVE"
)

// MoveNames lists every move.
func MoveNames() []MoveName {
	return []MoveName{
		MoveRegister, MovePublicise, MoveActivate, MoveSuspend, MoveReinstate, MoveRenew, MoveResign, MoveDismiss, MoveRecall, MoveStrikeOff,
		MoveDecease, MoveIncapacitate, MoveExitWithBody, MoveExpire, MoveReject, MoveWithdraw, MoveMerge, MoveDissolve,
	}
}

// Label returns the Chinese word for n.
func (n MoveName) Label() string {
	for _, m := range moves {
		if m.Name == n {
			return m.Label
		}
	}
	return string(n)
}

// Party is who may make a move, as seen from the record.
type Party uint8

// The parties.
const (
	ByOwner        Party = iota + 1 // whoever keeps the record; for invited listings the listing court
	ByListingCourt                  // the listing court, in that capacity only
	ByRecommender                   // the agency that recommends an expert, or sets up a sort of organisation
	ByCascade                       // follows from a move of the organisation that names the person
	ByCalendar                      // nobody: a day comes
)

var partyLabels = [...]string{ByOwner: "名册主管单位", ByListingCourt: "列名法院", ByRecommender: "推荐单位", ByCascade: "随组织变动", ByCalendar: "到期自动"}

// Label returns the Chinese word for b.
func (b Party) Label() string { return partyLabels[b] }

// Evidence is what a move must bring along, as a set.
type Evidence uint16

// The evidence.
const (
	NeedsDocument    Evidence = 1 << iota // number of the decision, letter of appointment or written request
	NeedsEnd                              // last day of a suspension
	NeedsPublicity                        // first and last day of the publicity
	NeedsTerm                             // first day of the term, and its last one unless it is open
	NeedsTermEnd                          // a term with a last day
	NeedsSuccessor                        // the organisation that carries on
	NeedsElected                          // that the mediator belongs to a body which elects its members
	NeedsTraining                         // a training that was passed, of a person (法释〔2016〕14号 Art. 7)
	NeedsCertificate                      // the number of the certificate (法释〔2016〕14号 Art. 5, 人社厅发〔2014〕30号)
)

// Ground is why a listing is moved, as a code.
type Ground string

// The grounds.
const (
	GroundComplaint      Ground = "COMPLAINT_UNDER_REVIEW"
	GroundJobChange      Ground = "JOB_CHANGE"
	GroundCertificate    Ground = "CERTIFICATE_LAPSED"
	GroundReform         Ground = "BODY_UNDER_REFORM"
	GroundNotServing     Ground = "UNABLE_TO_SERVE"
	GroundBias           Ground = "BIAS"
	GroundInsult         Ground = "INSULT"
	GroundBenefit        Ground = "TAKING_PROPERTY"
	GroundLeak           Ground = "LEAKING"
	GroundForced         Ground = "FORCED_MEDIATION"
	GroundUnlawful       Ground = "UNLAWFUL_MEDIATION"
	GroundRefusal        Ground = "REPEATED_REFUSAL"
	GroundEthics         Ground = "OTHER_ETHICS"
	GroundUnqualified    Ground = "NOT_QUALIFIED"
	GroundObjection      Ground = "OBJECTION_UPHELD"
	GroundApplicant      Ground = "BY_APPLICANT"
	GroundRecommender    Ground = "BY_RECOMMENDER"
	GroundBodySuspended  Ground = "BODY_SUSPENDED"
	GroundBodyReinstated Ground = "BODY_REINSTATED"
	GroundBodyMerged     Ground = "BODY_MERGED"
	GroundBodyDissolved  Ground = "BODY_DISSOLVED"
	GroundListingEnded   Ground = "BODY_LISTING_ENDED"
)

var grounds = newVocabulary("ground", "事由", []word[Ground]{
	{GroundComplaint, "投诉核查中", ""},
	{GroundJobChange, "岗位变动", ""},
	{GroundCertificate, "证书失效", ""},
	{GroundReform, "整改", ""},
	{GroundNotServing, "未能履职", ""},
	{GroundBias, "偏袒一方当事人", ""},
	{GroundInsult, "侮辱当事人", ""},
	{GroundBenefit, "索取、收受财物或者牟取其他不正当利益", "接受当事人请托或收受财物"},
	{GroundLeak, "泄露个人隐私、商业秘密或调解内容", ""},
	{GroundForced, "强迫调解", ""},
	{GroundUnlawful, "违法调解", ""},
	{GroundRefusal, "无正当理由多次拒绝接受委派或委托", ""},
	{GroundEthics, "其他违反调解员职业道德的行为", ""},
	{GroundUnqualified, "不符合聘任条件", ""},
	{GroundObjection, "公示异议成立", ""},
	{GroundApplicant, "本人撤回", ""},
	{GroundRecommender, "推荐单位撤回", ""},
	{GroundBodySuspended, "所在组织暂停", ""},
	{GroundBodyReinstated, "所在组织恢复", ""},
	{GroundBodyMerged, "所在组织合并", ""},
	{GroundBodyDissolved, "所在组织撤销", ""},
	{GroundListingEnded, "所在组织退出特邀名册", ""},
})

// Label returns the Chinese words for g.
func (g Ground) Label() string { return grounds.label(g) }

// Valid reports whether g is one of the constants.
func (g Ground) Valid() bool { return grounds.has(g) }

// Grounds lists every ground.
func Grounds() []Ground { return slices.Clone(grounds.values) }

// Grounds that several moves share, by their source.
var (
	// 人民调解法 Art. 15.
	article15 = []Ground{GroundBias, GroundInsult, GroundBenefit, GroundLeak}
	// 人民法院在线调解规则 Art. 29.
	article29 = []Ground{GroundForced, GroundRefusal, GroundBenefit, GroundLeak, GroundEthics}
	// 法释〔2016〕14号 Art. 28.
	article28 = []Ground{GroundForced, GroundUnlawful, GroundBenefit, GroundLeak, GroundEthics}

	suspensionGrounds = []Ground{GroundComplaint, GroundJobChange, GroundCertificate}

	// Whoever does not serve may be taken off by the body that appoints, elects or
	// lists (未能履职, domain.md §2.3).
	removalGrounds      = append(slices.Clone(article15), GroundNotServing)
	courtRemovalGrounds = append(slices.Clone(article29), GroundNotServing)
)

// Move is a row of the table.
type Move struct {
	Name    MoveName
	Label   string
	Of      []Kind
	From    []EntryStatus // "" is a record that does not exist yet
	To      EntryStatus   // "" leaves the status to the terms; an [OrganizationStatus] for organisations
	By      []Party
	Grounds []Ground // one of them must be given; none for a move that needs none
	Needs   Evidence
	Adverse bool // every other owner who lists the same person is told
	Ends    bool // the listing or organisation is over
}

var (
	persons   = []Kind{KindMediator, KindExpert, KindInvitedListing}
	mediating = []Kind{KindMediator, KindInvitedListing} // who mediates is trained and certified; an expert advises
	byHub     = []Kind{KindMediator, KindExpert}         // rosters of the administration
	byCourts  = []Kind{KindInvitedListing}
	bodies    = []Kind{KindOrganization}

	candidates = []EntryStatus{StatusProposed, StatusPublicity}
	onRoster   = []EntryStatus{StatusActive, StatusSuspended}
	everListed = []EntryStatus{StatusProposed, StatusPublicity, StatusActive, StatusSuspended, StatusExpired}

	orgActive    = EntryStatus(OrganizationActive)
	orgSuspended = EntryStatus(OrganizationSuspended)
	orgStanding  = []EntryStatus{orgActive, orgSuspended}
	orgEnded     = []EntryStatus{EntryStatus(OrganizationMerged), EntryStatus(OrganizationDissolved)}
)

// moves is the table: domain.md §2.3 as data.
var moves = []Move{
	{Name: MoveRegister, Label: "登记", Of: byCourts, From: []EntryStatus{""}, To: StatusProposed, By: []Party{ByOwner}},
	{Name: MoveRegister, Label: "登记", Of: []Kind{KindMediator}, From: []EntryStatus{""}, To: StatusProposed, By: []Party{ByOwner}},
	{Name: MoveRegister, Label: "登记", Of: []Kind{KindExpert}, From: []EntryStatus{""}, To: StatusProposed, By: []Party{ByOwner, ByRecommender}},
	{Name: MovePublicise, Label: "公示", Of: persons, From: []EntryStatus{StatusProposed}, To: StatusPublicity, By: []Party{ByOwner}, Needs: NeedsPublicity},
	{Name: MoveActivate, Label: "聘任", Of: mediating, From: []EntryStatus{StatusPublicity}, To: StatusActive, By: []Party{ByOwner}, Needs: NeedsDocument | NeedsPublicity | NeedsTerm | NeedsTraining | NeedsCertificate},
	{Name: MoveActivate, Label: "聘任", Of: []Kind{KindExpert}, From: []EntryStatus{StatusPublicity}, To: StatusActive, By: []Party{ByOwner}, Needs: NeedsDocument | NeedsPublicity | NeedsTerm},
	{Name: MoveSuspend, Label: "暂停", Of: persons, From: onRoster, To: StatusSuspended, By: []Party{ByOwner}, Grounds: suspensionGrounds, Needs: NeedsDocument | NeedsEnd, Adverse: true},
	{Name: MoveReinstate, Label: "恢复", Of: persons, From: []EntryStatus{StatusSuspended}, To: StatusActive, By: []Party{ByOwner}},
	{Name: MoveRenew, Label: "续聘", Of: persons, From: []EntryStatus{StatusActive, StatusSuspended, StatusExpired}, By: []Party{ByOwner}, Needs: NeedsDocument | NeedsTermEnd},
	{Name: MoveExpire, Label: "届满", Of: persons, From: onRoster, To: StatusExpired, By: []Party{ByCalendar}, Ends: true},
	{Name: MoveResign, Label: "辞任", Of: persons, From: onRoster, To: StatusResigned, By: []Party{ByOwner}, Needs: NeedsDocument, Ends: true},
	{Name: MoveDismiss, Label: "解聘", Of: byHub, From: onRoster, To: StatusDismissed, By: []Party{ByOwner}, Grounds: removalGrounds, Needs: NeedsDocument, Adverse: true, Ends: true},
	{Name: MoveDismiss, Label: "解聘", Of: byCourts, From: onRoster, To: StatusDismissed, By: []Party{ByListingCourt}, Grounds: courtRemovalGrounds, Needs: NeedsDocument, Adverse: true, Ends: true},
	{Name: MoveRecall, Label: "罢免", Of: []Kind{KindMediator}, From: onRoster, To: StatusRecalled, By: []Party{ByOwner}, Grounds: removalGrounds, Needs: NeedsDocument | NeedsElected, Adverse: true, Ends: true},
	{Name: MoveStrikeOff, Label: "除名", Of: byCourts, From: onRoster, To: StatusStruckOff, By: []Party{ByListingCourt}, Grounds: article28, Needs: NeedsDocument, Adverse: true, Ends: true},
	{Name: MoveDecease, Label: "登记死亡", Of: persons, From: everListed, To: StatusDeceased, By: []Party{ByOwner}, Ends: true},
	{Name: MoveIncapacitate, Label: "登记丧失行为能力", Of: persons, From: everListed, To: StatusIncapacitated, By: []Party{ByOwner}, Needs: NeedsDocument, Ends: true},
	{Name: MoveExitWithBody, Label: "随组织退出", Of: persons, From: append(slices.Clone(candidates), onRoster...), To: StatusOrgExit, By: []Party{ByCascade}, Ends: true},
	{Name: MoveReject, Label: "不予聘任", Of: persons, From: candidates, To: StatusRejected, By: []Party{ByOwner}, Grounds: []Ground{GroundUnqualified, GroundObjection}, Ends: true},
	{Name: MoveWithdraw, Label: "撤回", Of: persons, From: candidates, To: StatusWithdrawn, By: []Party{ByOwner, ByRecommender}, Grounds: []Ground{GroundApplicant, GroundRecommender}, Ends: true},

	{Name: MoveRegister, Label: "登记", Of: bodies, From: []EntryStatus{""}, To: orgActive, By: []Party{ByOwner, ByRecommender}},
	{Name: MoveSuspend, Label: "暂停", Of: bodies, From: orgStanding, To: orgSuspended, By: []Party{ByOwner}, Grounds: []Ground{GroundComplaint, GroundReform, GroundNotServing}, Needs: NeedsDocument | NeedsEnd},
	{Name: MoveReinstate, Label: "恢复", Of: bodies, From: []EntryStatus{orgSuspended}, To: orgActive, By: []Party{ByOwner}},
	{Name: MoveMerge, Label: "合并", Of: bodies, From: orgStanding, To: EntryStatus(OrganizationMerged), By: []Party{ByOwner}, Needs: NeedsDocument | NeedsSuccessor, Ends: true},
	{Name: MoveDissolve, Label: "撤销", Of: bodies, From: orgStanding, To: EntryStatus(OrganizationDissolved), By: []Party{ByOwner}, Needs: NeedsDocument, Ends: true},
}

// Moves lists the table.
func Moves() []Move { return slices.Clone(moves) }

// moveOf returns the row of a move for a kind, nil when records of the kind do
// not make it.
func moveOf(name MoveName, kind Kind) *Move {
	for i := range moves {
		if moves[i].Name == name && slices.Contains(moves[i].Of, kind) {
			return &moves[i]
		}
	}
	return nil
}

// concerns reports whether a record can make the move at all: an organisation on a
// court's list neither dies nor loses its capacity.
func (m *Move) concerns(r Record) bool {
	l, ok := r.(*InvitedListing)
	return !ok || l.Invitee != InviteeOrganization || m.Name != MoveDecease && m.Name != MoveIncapacitate
}

// mayMove reports whether p may make a move of a record. The operator of the
// machine keeps the hub, not the rosters, and makes none.
func (h *Hub) mayMove(p *Principal, m *Move, r Record) bool {
	for _, party := range m.By {
		switch party {
		case ByOwner:
			if p.Role != RoleSystem && p.Keeps(ownerOf(r)) {
				return true
			}
		case ByListingCourt:
			if p.Role == RoleCourtKeeper && p.Keeps(ownerOf(r)) {
				return true
			}
		case ByRecommender:
			if h.recommended(p, r) {
				return true
			}
		}
	}
	return false
}

// setUpBy are the sorts of organisation that an agency sets up, and therefore
// registers, itself (checklist 18–22, domain.md §5, story 11).
var setUpBy = map[OrganizationKind]string{
	OrgChamber:           "FIC",
	OrgUnionLegalStation: "UNION",
	OrgPeoplesCommittee:  "JUSTICE",
}

// recommended reports whether p's agency recommends, or has recommended, the
// expert for the city's pool, or sets up organisations of this sort.
func (h *Hub) recommended(p *Principal, r Record) bool {
	if p.Role != RolePartner {
		return false
	}
	switch r := r.(type) {
	case *Expert:
		agency, ok := h.reference.AgencyByName(r.RecommendedBy)
		return ok && r.Level == LevelCity && agency.Code == p.Agency
	case *Organization:
		return p.Agency != "" && setUpBy[r.Kind] == p.Agency
	}
	return false
}
