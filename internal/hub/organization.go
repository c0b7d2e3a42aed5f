package hub

import "slices"

// Organization 调解组织 is a body that mediates labour disputes.
type Organization struct {
	ID                ID                  `cbor:"1,keyasint" share:"PUBLIC"`
	RegistrationNo    string              `cbor:"2,keyasint,omitempty" share:"PUBLIC"`
	Name              string              `cbor:"3,keyasint" share:"PUBLIC"`
	Kind              OrganizationKind    `cbor:"4,keyasint" share:"PUBLIC"`
	CreditCode        string              `cbor:"5,keyasint,omitempty" share:"PUBLIC"` // its own, or its host's (GB 32100)
	CreditCodeWaiver  string              `cbor:"6,keyasint,omitempty" share:"PUBLIC"` // why a code that fails its check is right all the same
	Sponsor           string              `cbor:"7,keyasint,omitempty" share:"PUBLIC"` // 设立(主办)单位, one or several, see [Organization.Sponsors]
	GuidingAgency     string              `cbor:"8,keyasint,omitempty" share:"PUBLIC"` // 业务指导部门, as printed
	Level             Level               `cbor:"9,keyasint" share:"PUBLIC"`
	District          string              `cbor:"10,keyasint" share:"PUBLIC"`
	Street            string              `cbor:"11,keyasint,omitempty" share:"PUBLIC"`
	Address           string              `cbor:"12,keyasint,omitempty" share:"PUBLIC"`
	Phone             string              `cbor:"13,keyasint,omitempty" share:"PUBLIC"`
	Head              string              `cbor:"14,keyasint,omitempty" share:"PUBLIC"` // 负责人
	FoundedOn         Date                `cbor:"15,keyasint,omitempty" share:"PUBLIC"`
	FilingNo          string              `cbor:"16,keyasint,omitempty" share:"PUBLIC"` // 备案文号
	FullTimeListed    int                 `cbor:"17,keyasint,omitempty" share:"PUBLIC"` // 专职人数 as reported
	PartTimeListed    int                 `cbor:"18,keyasint,omitempty" share:"PUBLIC"` // 兼职人数 as reported
	Specialties       []string            `cbor:"19,keyasint,omitempty" share:"PUBLIC"` // 受理范围
	Hours             string              `cbor:"20,keyasint,omitempty" share:"PUBLIC"`
	OnInternetPlus    *bool               `cbor:"21,keyasint,omitempty" share:"PUBLIC"` // 人社“互联网+调解”平台
	OnCourtPlatform   *bool               `cbor:"22,keyasint,omitempty" share:"PUBLIC"` // 人民法院调解平台
	OneWindow         *bool               `cbor:"23,keyasint,omitempty" share:"PUBLIC"` // 一窗式
	InDisputeCentre   string              `cbor:"24,keyasint,omitempty" share:"PUBLIC"` // 派驻矛调中心, as printed
	LiaisonArbitrator string              `cbor:"25,keyasint,omitempty" share:"PUBLIC"` // 联系仲裁员
	GoldAward         string              `cbor:"26,keyasint,omitempty" share:"PUBLIC"` // 金牌(批次)
	Events            []OrganizationEvent `cbor:"27,keyasint,omitempty" share:"PUBLIC"`
	Note              string              `cbor:"28,keyasint,omitempty" share:"SOURCE_ONLY"`
	Fictional         bool                `cbor:"29,keyasint,omitempty" share:"PUBLIC"`
	Window            *ServiceWindow      `cbor:"30,keyasint,omitempty" share:"PUBLIC"`              // of a one-window service
	Rules             []RuleInPlace       `cbor:"31,keyasint,omitempty" share:"PUBLIC"`              // of the eight rules, those reported on
	Purchase          *ServicePurchase    `cbor:"32,keyasint,omitempty" share:"PUBLIC"`              // 政府购买服务
	FeeCharged        *bool               `cbor:"33,keyasint,omitempty" share:"PUBLIC"`              // 收费; nil when not said, see [Organization.KnownFee]
	ParentID          ID                  `cbor:"34,keyasint,omitempty" share:"PUBLIC" names:"kept"` // 上级组织, see branches.go
}

// OrganizationEvent is one move in the life of an organisation.
type OrganizationEvent struct {
	Status     OrganizationStatus `cbor:"1,keyasint"`
	On         Date               `cbor:"2,keyasint,omitempty"`
	Until      Date               `cbor:"3,keyasint,omitempty"`              // last day of a suspension
	Successor  ID                 `cbor:"4,keyasint,omitempty" names:"kept"` // of a merged or dissolved one
	Ground     string             `cbor:"5,keyasint,omitempty"`
	DocumentNo string             `cbor:"6,keyasint,omitempty"`
}

// RecordID returns the id.
func (o *Organization) RecordID() ID { return o.ID }

// end is the day from which the organisation is merged or dissolved, be it to come; 0
// for one that has no end recorded.
func (o *Organization) end() Date {
	if n := len(o.Events); n > 0 && slices.Contains(orgEnded, EntryStatus(o.Events[n-1].Status)) {
		return o.Events[n-1].On
	}
	return 0
}

// standsOn reports whether the organisation is on its roster on a day and no end of it
// is recorded: only then may somebody be named in it.
func (o *Organization) standsOn(d Date) bool {
	return slices.Contains(orgStanding, o.Timeline().On(d)) && o.end() == 0
}

// Sponsors are the bodies that set the organisation up, as they are printed one behind
// the other.
func (o *Organization) Sponsors() []string { return splitList(o.Sponsor) }

// unlawful says in Chinese why the organisation may not stand as it is, and at which
// field; "" when it may.
func (o *Organization) unlawful() (ImportField, string) {
	if o.Kind == OrgPeoplesCommittee && o.FeeCharged != nil && *o.FeeCharged {
		return FieldFeeCharged, "人民调解委员会调解民间纠纷，不收取任何费用（人民调解法第四条）。“是否收费”请填“否”或留空。"
	}
	return 0, ""
}

// Timeline returns the organisation's status by date.
func (o *Organization) Timeline() Timeline {
	events := make([]StatusEvent, len(o.Events))
	for i, e := range o.Events {
		events[i] = StatusEvent{Status: Status(e.Status), On: e.On, Until: e.Until}
	}
	return timelineOf(nil, events)
}

// Facts returns the facts of the organisation.
func (o *Organization) Facts() Facts {
	f := Facts{
		Name:           o.Name,
		RegistrationNo: o.RegistrationNo,
		Level:          o.Level,
		District:       o.District,
		Specialties:    o.Specialties,
		OrgKind:        o.Kind,
		Organization:   o.ParentID,
		Street:         StreetKey(o.Street),
		Timeline:       o.Timeline(),
	}
	if o.RegistrationNo != "" {
		f.Keys = append(f.Keys, Key{KeyRegistrationNo, o.RegistrationNo, true})
	}
	if o.CreditCode != "" {
		f.Keys = append(f.Keys, Key{KeyCreditCode, o.CreditCode, false})
	}
	f.Keys = append(f.Keys, Key{KeyBody, o.Name, false})
	if o.Window != nil {
		for _, id := range o.Window.Behind {
			f.Keys = append(f.Keys, Key{KeyMechanism, id.String(), false})
		}
	}
	return f
}
