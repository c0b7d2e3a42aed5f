package hub

import (
	"context"
	"slices"
)

// Award 金牌调解组织: nominated, recommended, awarded, perhaps revoked (measure
// 24.1). No step is skipped and none undone.
type Award struct {
	MechanismBase `cbor:"1,keyasint"`
	Organization  ID          `cbor:"2,keyasint" share:"PUBLIC" names:"kept"` // which earned it: no successor inherits it
	Granting      AwardLevel  `cbor:"3,keyasint" share:"PUBLIC"`              // whose award it is
	Title         string      `cbor:"4,keyasint" share:"PUBLIC"`              // 金牌劳动人事争议调解组织
	Batch         string      `cbor:"5,keyasint,omitempty" share:"PUBLIC"`
	Year          int         `cbor:"6,keyasint" share:"PUBLIC"`
	Steps         []AwardStep `cbor:"7,keyasint" share:"PUBLIC"`
}

// AwardStep is a step of an award.
type AwardStep struct {
	Status     AwardStatus `cbor:"1,keyasint"`
	On         Date        `cbor:"2,keyasint"`
	DocumentNo string      `cbor:"3,keyasint,omitempty"`
}

// String is the step as changes show it.
func (s AwardStep) String() string { return s.Status.Label() + " " + s.On.String() }

// Facts returns the facts of the award; its statuses are those of its steps.
func (a *Award) Facts() Facts {
	line := make(Timeline, len(a.Steps))
	for i, s := range a.Steps {
		line[i] = Step{s.On, Status(s.Status)}
	}
	f := a.facts(line, 0, a.Organization)
	f.Organization = a.Organization
	return f
}

// AwardView is an award at a moment.
type AwardView struct {
	*Award
	MechanismState
	District   *Region
	RecordedBy string // name of the district, court or agency
	Status     AwardStatus
}

func (v *viewer) award(version Version) *AwardView {
	view := &AwardView{Award: version.Record.(*Award), MechanismState: v.mechanismState(version)}
	view.District, view.RecordedBy = v.belonging(&view.Award.MechanismBase)
	view.Status = AwardStatus(view.MechanismState.Status)
	return view
}

// awardedKinds are the kinds of organisations that can be awarded: those of
// enterprises, streets and towns (parks follow their rules, measure 19.2),
// industries and regions, public institutions and social organisations.
var awardedKinds = []OrganizationKind{
	OrgEnterpriseCommittee, OrgStreetTown, OrgPark, OrgIndustry, OrgRegional, OrgPublicInstitution, OrgSocialOrg, OrgSocialGroupInternal, OrgChamber,
}

// NominateAwardInput nominates an organisation, or corrects a nomination.
type NominateAwardInput struct {
	Write
	Organization ID
	Granting     AwardLevel
	Title        *string
	Batch        *string
	Year         int
	On           *Date // nil: today
	DocumentNo   *string
}

// NominateAward nominates an organisation: whoever keeps it does.
func (h *Hub) NominateAward(ctx context.Context, p *Principal, in NominateAwardInput) (*Written, error) {
	a := &Award{Organization: in.Organization, Granting: in.Granting, Title: "金牌劳动人事争议调解组织", Batch: given(in.Batch), Year: in.Year}
	if in.Title != nil {
		a.Title = *in.Title
	}
	on := h.Today()
	if in.On != nil {
		on = *in.On
	}
	a.Steps = []AwardStep{{AwardNominated, on, given(in.DocumentNo)}}
	return h.recordMechanism(ctx, p, KindAward, in.Write, in, a)
}

func (a *Award) subject(w *writing) (Owner, error) {
	body, err := w.refer("organization", a.Organization, KindOrganization)
	if body == nil || err != nil {
		return Owner{}, err
	}
	o := body.(*Organization)
	a.Name, a.Level, a.District = o.Name, o.Level, o.District
	return ownerOf(o), nil
}

func (a *Award) check(w *writing) error {
	body, err := w.refer("organization", a.Organization, KindOrganization)
	if body == nil || err != nil {
		return err
	}
	o := body.(*Organization)
	if !slices.Contains(awardedKinds, o.Kind) {
		w.refuse("organization", RefusalInvalid, Invalid("organization", "%s不在金牌调解组织的评选范围内。", o.Kind.Label()))
	}
	if o.Timeline().On(w.today) != Status(OrganizationActive) {
		w.refuse("organization", RefusalMove, Invalid("organization", "该组织不在册，不能提名。"))
	}
	w.line("title", "荣誉名称", &a.Title, false)
	w.line("batch", "批次", &a.Batch, true)
	w.line("documentNo", "文号", &a.Steps[0].DocumentNo, true)
	if a.Year < 2000 || a.Year > w.today.Year()+1 {
		w.refuse("year", RefusalDate, Invalid("year", "年度须在 2000 年至明年之间。"))
	}
	if a.Steps[0].On > w.today {
		w.refuse("on", RefusalDate, Invalid("on", "日期 %s 在将来，请改为今天或以前。", a.Steps[0].On))
	}
	others, err := recordsOf[*Award](w, KindAward, a.Organization.String())
	for _, other := range others {
		switch {
		case other.ID == a.ID && len(other.Steps) > 1:
			w.refuse("id", RefusalMove, Invalid("id", "该荣誉已进入%s，提名内容不能再更正。", other.Steps[len(other.Steps)-1].Status.Label()))
		case other.ID != a.ID && other.Granting == a.Granting && other.Title == a.Title && other.Year == a.Year:
			w.refuse("organization", RefusalDuplicate, Invalid("organization", "该组织已有%d年度的同一荣誉。请更正原记录。", a.Year))
		}
	}
	return err
}

// AdvanceAwardInput brings an award one step further.
type AdvanceAwardInput struct {
	Write
	Status     AwardStatus
	On         *Date // nil: today
	DocumentNo string
}

// AdvanceAward brings an award one step further: 市人社局 recommends, and notes
// what was awarded or revoked.
func (h *Hub) AdvanceAward(ctx context.Context, p *Principal, in AdvanceAwardInput) (*Written, error) {
	return h.write(ctx, p, "ADVANCE_AWARD", in.Write, in, func(w *writing) error {
		if p.Role != RoleCityAdmin {
			w.refuse("id", RefusalForbidden, Forbidden("荣誉的推荐、授予和撤销由市级管理员（市人社局）登记。"))
			return nil
		}
		v, ok, err := w.load(in.ID, in.Expected, KindAward)
		if err != nil || !ok {
			return err
		}
		a := *v.Record.(*Award)
		last := a.Steps[len(a.Steps)-1]
		step := AwardStep{in.Status, w.today, in.DocumentNo}
		if in.On != nil {
			step.On = *in.On
		}
		w.line("documentNo", "文号", &step.DocumentNo, false)
		if slices.Index(awardStatuses.values, step.Status) != slices.Index(awardStatuses.values, last.Status)+1 {
			w.refuse("status", RefusalMove, Invalid("status", "荣誉依次为提名、推荐、授予、撤销，目前为%s。", last.Status.Label()))
		}
		if body, err := w.refer("id", a.Organization, KindOrganization); err != nil {
			return err
		} else if o, ok := body.(*Organization); ok && step.Status != AwardRevoked && slices.Contains(orgEnded, o.Timeline().On(step.On)) {
			w.refuse("id", RefusalMove, Invalid("id", "“%s”在 %s 已不在册，不能再推荐或授予；承接的组织另行提名。", o.Name, step.On))
		}
		if step.On < last.On || step.On > w.today {
			w.refuse("on", RefusalDate, Invalid("on", "日期须在上一步（%s）与今天之间。", last.On))
		}
		a.Steps = append(slices.Clone(a.Steps), step)
		if !w.refused() {
			w.put(&a, in.Expected)
		}
		return nil
	})
}
