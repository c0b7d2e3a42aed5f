package hub

import (
	"context"
	"slices"
)

// What an organisation does and has in place beyond its registration: a window,
// the eight rules, a contract of services. Each part is written as a whole.

// ServiceWindow 一窗式窗口 is one window at which disputes are taken in for several
// organisations (measure 32.1).
type ServiceWindow struct {
	Scope  string `cbor:"1,keyasint"` // what is taken in
	Hours  string `cbor:"2,keyasint"`
	Behind []ID   `cbor:"3,keyasint,omitempty" names:"body"` // the organisations behind it
}

// String is the window as changes show it.
func (s *ServiceWindow) String() string { return s.Scope + "（" + s.Hours + "）" }

// RuleInPlace says whether an organisation has one of the eight rules (measure
// 22.1).
type RuleInPlace struct {
	Rule     OrganizationRule `cbor:"1,keyasint"`
	InPlace  bool             `cbor:"2,keyasint"`
	On       Date             `cbor:"3,keyasint,omitempty"` // since when, or when it was looked at
	Document string           `cbor:"4,keyasint,omitempty"`
}

// String is the rule as changes show it.
func (r RuleInPlace) String() string {
	if r.InPlace {
		return r.Rule.Label() + "已建立"
	}
	return r.Rule.Label() + "未建立"
}

// ServicePurchase 政府购买服务 says that an organisation provides services under a
// contract with the government (measures 41 and 45). Amounts are not the hub's.
type ServicePurchase struct {
	From       Date   `cbor:"1,keyasint"`
	To         Date   `cbor:"2,keyasint"`
	Purchaser  string `cbor:"3,keyasint"`
	DocumentNo string `cbor:"4,keyasint,omitempty"`
}

// String is the contract as changes show it.
func (s *ServicePurchase) String() string { return s.Purchaser + " " + Term{s.From, s.To}.String() }

// holdsOn reports whether the contract runs on a day.
func (s *ServicePurchase) holdsOn(d Date) bool { return s != nil && s.From <= d && d <= s.To }

// HasAllRules reports whether all eight rules are in place.
func (o *Organization) HasAllRules() bool {
	n := 0
	for _, r := range o.Rules {
		if r.InPlace {
			n++
		}
	}
	return n == len(ruleWords.values)
}

// RecordPracticeInput writes the parts that are given and leaves the others.
type RecordPracticeInput struct {
	Write
	Window   *ServiceWindow
	Rules    []RuleInPlace
	Purchase *ServicePurchase
}

// RecordPractice writes what an organisation does and has in place: whoever keeps
// it, and the contract of services also the finance bureau.
func (h *Hub) RecordPractice(ctx context.Context, p *Principal, in RecordPracticeInput) (*Written, error) {
	return h.write(ctx, p, "RECORD_PRACTICE", in.Write, in, func(w *writing) error {
		v, ok, err := w.load(in.ID, in.Expected, KindOrganization)
		if err != nil || !ok {
			return err
		}
		o := *v.Record.(*Organization)
		finance := p.Role == RolePartner && p.Agency == "FINANCE" && in.Window == nil && in.Rules == nil
		if !p.Keeps(ownerOf(&o)) && p.Role != RoleCityAdmin && !finance {
			w.refuse("id", RefusalForbidden, Forbidden("窗口、制度和购买服务由组织的主管人社部门登记；购买服务也可由市财政局登记。"))
			return nil
		}
		if in.Window == nil && in.Rules == nil && in.Purchase == nil {
			w.refuse("", RefusalInvalid, Invalid("", "请给出窗口、制度、购买服务中的至少一项。"))
		}
		if in.Window != nil {
			if o.Window, err = w.window(*in.Window, &o); err != nil {
				return err
			}
		}
		if in.Rules != nil {
			o.Rules = w.rules(in.Rules)
		}
		if in.Purchase != nil {
			o.Purchase = w.purchase(*in.Purchase)
		}
		if !w.refused() {
			w.put(&o, in.Expected)
		}
		return nil
	})
}

func (w *writing) window(in ServiceWindow, o *Organization) (*ServiceWindow, error) {
	w.line("window.scope", "受理范围", &in.Scope, false)
	w.line("window.hours", "受理时间", &in.Hours, false)
	in.Behind = slices.Clone(in.Behind)
	if len(in.Behind) > mostZone {
		w.refuse("window.behind", RefusalTooMany, Invalid("window.behind", "窗口后台的组织最多 %d 个。", mostZone))
		return &in, nil
	}
	for _, id := range in.Behind {
		body, err := w.refer("window.behind", id, KindOrganization)
		if err != nil {
			return nil, err
		}
		if body != nil && id == o.ID {
			w.refuse("window.behind", RefusalInvalid, Invalid("window.behind", "窗口后台的组织不能是窗口自己。"))
		}
		w.lasts("window.behind", body, 0)
	}
	return &in, nil
}

func (w *writing) rules(in []RuleInPlace) []RuleInPlace {
	var ordered []RuleInPlace
	for _, rule := range ruleWords.values {
		for _, r := range in {
			if r.Rule != rule {
				continue
			}
			if n := len(ordered); n > 0 && ordered[n-1].Rule == rule {
				w.refuse("rules", RefusalInvalid, Invalid("rules", "“%s”出现了两次。", rule.Label()))
				continue
			}
			w.line("rules", "文件", &r.Document, true)
			if r.On > w.today {
				w.refuse("rules", RefusalDate, Invalid("rules", "日期 %s 在将来，请改为今天或以前。", r.On))
			}
			ordered = append(ordered, r)
		}
	}
	return ordered
}

func (w *writing) purchase(in ServicePurchase) *ServicePurchase {
	w.line("purchase.purchaser", "购买主体", &in.Purchaser, false)
	w.line("purchase.documentNo", "合同编号", &in.DocumentNo, true)
	if in.To < in.From {
		w.refuse("purchase.to", RefusalDate, Invalid("purchase.to", "合同截止日 %s 早于起始日 %s。请核对。", in.To, in.From))
	}
	return &in
}
