package hub

import (
	"context"
	"slices"
)

// Arbitrator 仲裁员 (measure 34.1; 劳动争议调解仲裁法 Art. 20; normally for five
// years, 劳动人事争议仲裁组织规则).
type Arbitrator struct {
	MechanismBase `cbor:"1,keyasint"`
	PersonID      ID                      `cbor:"2,keyasint,omitempty" share:"PUBLIC" names:"person"`
	Organization  ID                      `cbor:"3,keyasint,omitempty" share:"PUBLIC" names:"body"` // the arbitration court's mediation centre
	Qualification ArbitratorQualification `cbor:"4,keyasint" share:"PUBLIC"`
	Employment    Employment              `cbor:"5,keyasint,omitempty" share:"PUBLIC"`
	CertificateNo string                  `cbor:"6,keyasint,omitempty" share:"PUBLIC"`
	From          Date                    `cbor:"7,keyasint" share:"PUBLIC"`
	To            Date                    `cbor:"8,keyasint,omitempty" share:"PUBLIC"`
}

// Facts returns the facts of the arbitrator.
func (a *Arbitrator) Facts() Facts {
	f := a.facts(span(a.From, a.To), a.To, a.PersonID, a.Organization)
	f.Organization = a.Organization
	return f
}

// ArbitratorView is an arbitrator at a moment.
type ArbitratorView struct {
	*Arbitrator
	MechanismState
	District   *Region
	RecordedBy string // name of the district, court or agency
}

func (v *viewer) arbitrator(version Version) *ArbitratorView {
	view := &ArbitratorView{Arbitrator: version.Record.(*Arbitrator), MechanismState: v.mechanismState(version)}
	view.District, view.RecordedBy = v.belonging(&view.Arbitrator.MechanismBase)
	return view
}

// RecordArbitratorInput enters or corrects an arbitrator.
type RecordArbitratorInput struct {
	Write
	Name          string
	Level         Level
	District      *string
	Person        ID // of the hub, when she is listed as well
	Organization  ID
	Qualification ArbitratorQualification
	Employment    *Employment
	CertificateNo *string
	From          Date
	To            *Date
}

// RecordArbitrator enters an arbitrator.
func (h *Hub) RecordArbitrator(ctx context.Context, p *Principal, in RecordArbitratorInput) (*Written, error) {
	a := &Arbitrator{
		MechanismBase: MechanismBase{Name: in.Name, Level: in.Level, District: given(in.District)}, PersonID: in.Person, Organization: in.Organization,
		Qualification: in.Qualification, Employment: given(in.Employment), CertificateNo: given(in.CertificateNo), From: in.From, To: given(in.To),
	}
	return h.recordMechanism(ctx, p, KindArbitrator, in.Write, in, a)
}

func (a *Arbitrator) subject(w *writing) (Owner, error) {
	if a.Level == LevelCity && a.District == "" {
		a.District = w.hub.reference.City().Code
	}
	w.district(&a.District)
	if a.Level == LevelDistrict && a.District == w.hub.reference.City().Code {
		w.refuse("district", RefusalInvalid, Invalid("district", "区级仲裁员须指明所属区。"))
	}
	return a.owner(), nil
}

// owner says who keeps the arbitrator.
func (a *Arbitrator) owner() Owner {
	return Owner{Kind: KindArbitrator, Level: a.Level, District: a.District}
}

// district brings a district into its code and refuses one that is not known.
func (w *writing) district(code *string) {
	region, ok := w.hub.reference.Region(*code)
	if !ok {
		w.refuse("district", RefusalInvalid, Invalid("district", "没有代码为“%s”的区。请用 GB/T 2260 代码，例如 120112（津南区）。", Shorten(*code)))
		return
	}
	*code = region.Code
}

func (a *Arbitrator) check(w *writing) error {
	name, err := ParsePersonName(a.Name)
	if err != nil {
		w.refuse("name", RefusalInvalid, Invalid("name", "%s", err))
	}
	a.Name = name
	w.line("certificateNo", "证号", &a.CertificateNo, true)
	w.days(a.From, a.To)
	if a.PersonID != 0 {
		record, err := w.refer("person", a.PersonID, KindPerson)
		if err != nil {
			return err
		}
		if p, ok := record.(*Person); ok && p.MergedInto != 0 {
			w.refuse("person", RefusalInvalid, Invalid("person", "“%s”已并入 %s，请改填后者。", p.ID, p.MergedInto))
		}
	}
	looked, err := recordsOf[*LiaisonAssignment](w, KindLiaison, a.ID.String())
	if err != nil {
		return err
	}
	for _, l := range looked {
		if l.From < a.From || a.To != 0 && (l.To == 0 || l.To > a.To) {
			w.refuse("to", RefusalDate, Invalid("to", "其分片联系（%s 至 %s）不在改正后的聘期之内，请先更正联系的起止日期。", l.From, openEnd(l.To)))
			break
		}
	}
	if a.Organization != 0 {
		body, err := w.refer("organization", a.Organization, KindOrganization)
		if err != nil {
			return err
		}
		w.lasts("organization", body, a.To)
	}
	return nil
}

// LiaisonAssignment 分片联系 assigns an arbitrator to streets and organisations,
// whose mediation she guides (measure 34.1).
type LiaisonAssignment struct {
	MechanismBase `cbor:"1,keyasint"`
	Arbitrator    ID          `cbor:"2,keyasint" share:"PUBLIC" names:"kept"`
	Role          LiaisonRole `cbor:"3,keyasint" share:"PUBLIC"`
	Streets       []string    `cbor:"4,keyasint,omitempty" share:"PUBLIC"` // of the district
	Organizations []ID        `cbor:"5,keyasint,omitempty" share:"PUBLIC" names:"body"`
	From          Date        `cbor:"6,keyasint" share:"PUBLIC"`
	To            Date        `cbor:"7,keyasint,omitempty" share:"PUBLIC"`
}

// Facts returns the facts of the assignment; it is found under its arbitrator, its
// organisations and its streets.
func (l *LiaisonAssignment) Facts() Facts {
	f := l.facts(span(l.From, l.To), l.To, append([]ID{l.Arbitrator}, l.Organizations...)...)
	for _, street := range l.Streets {
		f.Keys = append(f.Keys, Key{KeyMechanism, streetSubject(l.District, street), false})
	}
	return f
}

// holdsOn reports whether the assignment holds on a day.
func (l *LiaisonAssignment) holdsOn(d Date) bool { return l.From <= d && (l.To == 0 || d <= l.To) }

// LiaisonView is an assignment at a moment.
type LiaisonView struct {
	*LiaisonAssignment
	MechanismState
	District   *Region
	RecordedBy string // name of the district, court or agency
}

func (v *viewer) liaison(version Version) *LiaisonView {
	view := &LiaisonView{LiaisonAssignment: version.Record.(*LiaisonAssignment), MechanismState: v.mechanismState(version)}
	view.District, view.RecordedBy = v.belonging(&view.LiaisonAssignment.MechanismBase)
	return view
}

// RecordLiaisonInput enters or corrects an assignment.
type RecordLiaisonInput struct {
	Write
	Arbitrator    ID
	Role          LiaisonRole
	District      *string // nil: the arbitrator's
	Streets       []string
	Organizations []ID
	From          Date
	To            *Date
}

// RecordLiaison enters an assignment.
func (h *Hub) RecordLiaison(ctx context.Context, p *Principal, in RecordLiaisonInput) (*Written, error) {
	l := &LiaisonAssignment{
		MechanismBase: MechanismBase{District: given(in.District)}, Arbitrator: in.Arbitrator, Role: in.Role,
		Streets: in.Streets, Organizations: in.Organizations, From: in.From, To: given(in.To),
	}
	return h.recordMechanism(ctx, p, KindLiaison, in.Write, in, l)
}

func (l *LiaisonAssignment) subject(w *writing) (Owner, error) {
	record, err := w.refer("arbitrator", l.Arbitrator, KindArbitrator)
	if record == nil || err != nil {
		return Owner{}, err
	}
	a := record.(*Arbitrator)
	l.Name, l.Level = a.Name, a.Level
	if l.District == "" {
		l.District = a.District
	}
	w.district(&l.District)
	return Owner{Kind: KindLiaison, Level: a.Level, District: a.District}, nil
}

// mostZone is how many streets, and how many organisations, one assignment holds.
const mostZone = 100

func (l *LiaisonAssignment) check(w *writing) error {
	record, err := w.refer("arbitrator", l.Arbitrator, KindArbitrator)
	if record == nil || err != nil {
		return err
	}
	w.days(l.From, l.To)
	a := record.(*Arbitrator)
	if l.From < a.From || a.To != 0 && (l.To == 0 || l.To > a.To) {
		w.refuse("from", RefusalDate, Invalid("from", "联系期间须在仲裁员的聘期（%s 至 %s）之内。", a.From, openEnd(a.To)))
	}
	if a.Level == LevelDistrict && l.District != a.District {
		w.refuse("district", RefusalInvalid, Invalid("district", "区级仲裁员只联系本区的街道和组织。"))
	}
	l.Streets, l.Organizations = slices.Clone(l.Streets), slices.Clone(l.Organizations)
	for i := range l.Streets {
		w.line("streets", "街道（乡镇）名称或代码", &l.Streets[i], false)
	}
	slices.Sort(l.Organizations)
	l.Organizations = slices.Compact(l.Organizations)
	if n := len(l.Streets); n+len(l.Organizations) == 0 || n > mostZone || len(l.Organizations) > mostZone {
		w.refuse("streets", RefusalInvalid, Invalid("streets", "请列出联系的街道（乡镇）或组织，各不超过 %d 个。", mostZone))
	}
	for _, id := range l.Organizations {
		body, err := w.refer("organizations", id, KindOrganization)
		if err != nil {
			return err
		}
		if o, ok := body.(*Organization); ok && o.District != l.District {
			w.refuse("organizations", RefusalInvalid, Invalid("organizations", "“%s”不在该联系片区所在的区。", Shorten(o.Name)))
		}
		w.lasts("organizations", body, l.To)
	}
	if l.Role == LiaisonPrimary && !w.refused() {
		return l.checkPrimary(w)
	}
	return nil
}

// checkPrimary refuses a second arbitrator in charge of the same street or
// organisation at the same time: then nobody would be.
func (l *LiaisonAssignment) checkPrimary(w *writing) error {
	for _, key := range l.Facts().Keys {
		if key.Value == l.Arbitrator.String() {
			continue
		}
		others, err := recordsOf[*LiaisonAssignment](w, KindLiaison, key.Value)
		if err != nil {
			return err
		}
		for _, o := range others {
			if o.ID != l.ID && o.Role == LiaisonPrimary && overlap(l.From, l.To, o.From, o.To) {
				w.refuse("role", RefusalDuplicate, Invalid("role", "同一街道或组织在 %s 至 %s 已由%s主责联系。请先结束其联系，或登记为后备。", o.From, openEnd(o.To), o.Name))
				return nil
			}
		}
	}
	return nil
}

// openEnd is the last day of a span in words.
func openEnd(d Date) string {
	if d == 0 {
		return "长期"
	}
	return d.String()
}
