package hub

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"
)

// Who is listed without an identity number may be in the hub twice. Those who share
// a name, and something else besides, are offered as probably the same; people
// decide, and merge them (merge.go). What the two are compared by is only what the
// caller may read of both: an answer tells nobody that a number which she may not
// see is the same as another.

// DuplicateReason says in what two persons of one name agree.
type DuplicateReason string

// The reasons.
const (
	SameBirthDate    DuplicateReason = "SAME_BIRTH_DATE"
	SameBirthMonth   DuplicateReason = "SAME_BIRTH_MONTH"
	SameMobile       DuplicateReason = "SAME_MOBILE"
	SameCertificate  DuplicateReason = "SAME_CERTIFICATE"
	SameEmployer     DuplicateReason = "SAME_EMPLOYER"
	SameOrganization DuplicateReason = "SAME_ORGANIZATION"
)

var duplicateReasons = newVocabulary("reason", "理由", []word[DuplicateReason]{
	{SameBirthDate, "姓名和出生日期相同", ""},
	{SameBirthMonth, "姓名和出生年月相同", ""},
	{SameMobile, "姓名和手机号码相同", ""},
	{SameCertificate, "姓名和证书编号相同", ""},
	{SameEmployer, "姓名和工作单位相同", ""},
	{SameOrganization, "姓名和所在组织相同", ""},
})

// Label returns the Chinese words for r.
func (r DuplicateReason) Label() string { return duplicateReasons.label(r) }

// Valid reports whether r is one of the constants.
func (r DuplicateReason) Valid() bool { return duplicateReasons.has(r) }

// DuplicateReasons lists every reason, the strongest first.
func DuplicateReasons() []DuplicateReason { return slices.Clone(duplicateReasons.values) }

// ProbableDuplicate is two persons who are probably one.
type ProbableDuplicate struct {
	Persons []*PersonView // two, the one that the hub has known longer first
	Reasons []DuplicateReason
}

// Why says the reasons in words.
func (d *ProbableDuplicate) Why() string {
	words := make([]string, len(d.Reasons))
	for i, r := range d.Reasons {
		words[i] = r.Label()
	}
	return strings.Join(words, "，")
}

// DuplicatesQuery asks for probable duplicates among the caller's rosters and
// between them and all others.
type DuplicatesQuery struct {
	District string // the city's administrator, a court or the expert pool: only listings there
	Page     PageArgs
}

// mostCompared is how many listings one page looks at. A roster without duplicates
// yields short pages rather than a slow one.
const mostCompared = 500

// duplicates walks the caller's listings in the order of names.
type duplicates struct {
	hub   *Hub
	p     *Principal
	snap  Snapshot
	today Date
	named map[string][]Version // name → all listings of it
	sides map[ID]*side
}

// ProbableDuplicates returns a page of pairs, as they come in the order of names,
// roster by roster. Like the change feed it may be short and still have a next one.
func (h *Hub) ProbableDuplicates(ctx context.Context, p *Principal, q DuplicatesQuery) (*Connection[*ProbableDuplicate], error) {
	limit, backward, err := q.Page.check()
	if err != nil {
		return nil, err
	}
	if backward {
		return nil, Invalid("last", "疑似重复只能用 first 和 after 翻页。")
	}
	if q.District != "" {
		region, ok := h.reference.Region(q.District)
		if !ok {
			return nil, Invalid("district", "没有代码为“%s”的区。请用 GB/T 2260 代码，例如 120112（津南区）。", Shorten(q.District))
		}
		q.District = region.Code
	}
	rosters := p.ownRosters(q.District)
	if len(rosters) == 0 {
		return nil, Forbidden("%s没有可核对的名册：疑似重复只给名册的主管单位看。", p.Role.Label())
	}
	question := fingerprint("duplicates", p.ID, q.District)
	at := duplicatesPlace{}
	if q.Page.After != nil {
		place, err := decodeCursor("after", *q.Page.After, question)
		if err != nil {
			return nil, err
		}
		if len(place) < 3 || int(place[0]) >= len(rosters) {
			return nil, Invalid("after", "翻页的位置（游标）无效。请从第一页重新开始。")
		}
		at = duplicatesPlace{roster: int(place[0]), shown: int(binary.BigEndian.Uint16(place[1:]))}
		if len(place) > 3 {
			at.after = Position(place[3:])
		}
	}
	conn := &Connection[*ProbableDuplicate]{TotalCount: -1, HasPreviousPage: q.Page.After != nil}
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		conn.Revision = snap.Revision()
		d := &duplicates{hub: h, p: p, snap: snap, today: h.Today(), named: map[string][]Version{}, sides: map[ID]*side{}}
		at, conn.HasNextPage, err = d.walk(ctx, at, rosters, func(pair *ProbableDuplicate, behind duplicatesPlace) bool {
			conn.Edges = append(conn.Edges, ConnectionEdge[*ProbableDuplicate]{Node: pair, Cursor: encodeCursor(question, behind.encode())})
			return len(conn.Edges) < limit
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	end := encodeCursor(question, at.encode())
	conn.end = &end
	return conn, nil
}

// duplicatesPlace is a place in the walk: behind a listing of a roster, and behind
// so many pairs of the next one.
type duplicatesPlace struct {
	roster, shown int
	after         Position
}

func (at duplicatesPlace) encode() []byte {
	return append(binary.BigEndian.AppendUint16([]byte{byte(at.roster)}, uint16(at.shown)), at.after...)
}

// walk yields the pairs from a place on until yield has enough, or so many listings
// were looked at. It returns where it stopped and whether there may be more.
func (d *duplicates) walk(ctx context.Context, at duplicatesPlace, rosters []ListQuery, yield func(*ProbableDuplicate, duplicatesPlace) bool) (duplicatesPlace, bool, error) {
	looked := 0
	for {
		list := rosters[at.roster]
		list.Moment, list.Order, list.Limit, list.After = Moment{On: d.today}, Order{Field: OrderByName}, mostCompared-looked, at.after
		page, err := d.snap.List(list)
		if err != nil {
			return at, false, err
		}
		for _, item := range page.Items {
			pairs, err := d.of(ctx, item.ID, rosters)
			if err != nil {
				return at, false, err
			}
			for _, pair := range pairs[min(at.shown, len(pairs)):] {
				at.shown++
				if !yield(pair, at) {
					return at, true, nil
				}
			}
			at.shown, at.after = 0, item.Position
			looked++
		}
		switch {
		case page.More || looked == mostCompared && at.roster+1 < len(rosters):
			return at, true, nil
		case at.roster+1 == len(rosters):
			return at, false, nil
		}
		at = duplicatesPlace{roster: at.roster + 1}
	}
}

// ownRosters are the lists that p answers for, nil for who answers for none. The
// city's administrator sees to the consistency of all.
func (p *Principal) ownRosters(district string) (own []ListQuery) {
	var only []string
	if district != "" {
		only = []string{district}
	}
	switch p.Role {
	case RoleCityAdmin:
		for _, kind := range listingKinds {
			own = append(own, ListQuery{Kind: kind, Filter: Filter{District: only}})
		}
	case RoleDistrictAdmin:
		filter := Filter{District: []string{p.District}, Level: []Level{LevelDistrict}}
		own = append(own, ListQuery{Kind: KindMediator, Filter: filter}, ListQuery{Kind: KindExpert, Filter: filter})
	case RoleCourtKeeper:
		own = append(own, ListQuery{Kind: KindInvitedListing, Filter: Filter{Court: []string{p.Court}, District: only}})
	case RoleExpertKeeper:
		own = append(own, ListQuery{Kind: KindExpert, Filter: Filter{Level: []Level{LevelCity}, District: only}})
	}
	return own
}

// of returns the pairs that are to be shown at a listing: those of its person, at
// the first of all listings of the two that the walk comes to.
func (d *duplicates) of(ctx context.Context, id ID, rosters []ListQuery) ([]*ProbableDuplicate, error) {
	versions, err := d.snap.Get(0, id)
	if err != nil {
		return nil, err
	}
	e := entryOf(versions[0].Record)
	if e.PersonID == 0 {
		return nil, nil
	}
	namesakes, err := d.namesakes(ctx, e.Name)
	if err != nil || len(namesakes) < 2 {
		return nil, err
	}
	var pairs []*ProbableDuplicate
	seen := map[ID]bool{e.PersonID: true}
	for _, v := range namesakes {
		other := entryOf(v.Record).PersonID
		if other == 0 || seen[other] {
			continue
		}
		seen[other] = true
		if !d.first(id, namesakes, e.PersonID, other, rosters) {
			continue
		}
		pair, err := d.compare(e.PersonID, other)
		if err != nil {
			return nil, err
		}
		if pair != nil {
			pairs = append(pairs, pair)
		}
	}
	return pairs, nil
}

// first reports whether no listing of either of the two comes before id in the walk
// of the rosters: then the pair is shown at id and nowhere else. Rosters are walked
// in the order of kinds, and one name in the order of ids.
func (d *duplicates) first(id ID, namesakes []Version, a, b ID, rosters []ListQuery) bool {
	for _, v := range namesakes {
		e := entryOf(v.Record)
		if e.PersonID != a && e.PersonID != b || e.ID >= id {
			continue
		}
		facts := v.Record.Facts()
		for _, r := range rosters {
			if r.Kind == e.ID.Kind() && r.Filter.Matches(Moment{On: d.today}, &facts) {
				return false
			}
		}
	}
	return true
}

// namesakes returns every listing of a person under exactly this name.
func (d *duplicates) namesakes(ctx context.Context, name string) ([]Version, error) {
	if all, ok := d.named[name]; ok {
		return all, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var ids []ID
	for _, kind := range listingKinds {
		for _, region := range d.hub.reference.Regions() {
			found, err := d.snap.Named(kind, region.Code, name)
			if err != nil {
				return nil, err
			}
			ids = append(ids, found[:min(len(found), mostNamesakes)]...)
		}
	}
	versions, err := d.snap.Get(0, ids...)
	d.named[name] = versions
	return versions, err
}

// side is what p may read of a person, in all of her or his listings.
type side struct {
	view                             *PersonView
	hash                             string // compared, and never shown
	sex                              Gender
	birth                            Date
	month                            string
	mobiles, certificates, employers []string
	organizations                    []ID
}

// side gathers what is read of a person.
func (d *duplicates) side(person ID) (*side, error) {
	if s, ok := d.sides[person]; ok {
		return s, nil
	}
	versions, err := d.snap.Get(0, person)
	if err != nil || versions[0].Record == nil {
		return nil, err
	}
	record := versions[0].Record.(*Person)
	s := &side{hash: record.Identity.Hash}
	if record.Gender == GenderMale || record.Gender == GenderFemale {
		s.sex = record.Gender
	}
	v := &viewer{hub: d.hub, p: d.p, moment: Moment{On: d.today}}
	s.view = v.personView(versions[0], Owner{Kind: KindPerson})
	for _, kind := range listingKinds {
		ids, err := d.snap.Lookup(0, kind, KeyPerson, person.String())
		if err != nil {
			return nil, err
		}
		listings, err := d.snap.Get(0, ids...)
		if err != nil {
			return nil, err
		}
		for _, l := range listings {
			s.take(d.p, l.Record, record)
			if d.p.Keeps(ownerOf(l.Record)) {
				s.view = v.personView(versions[0], ownerOf(l.Record))
			}
		}
	}
	d.sides[person] = s
	return s, nil
}

// take adds what p reads of a person in one listing.
func (s *side) take(p *Principal, listing Record, person *Person) {
	add := func(to *[]string, text string) {
		if text != "" && !slices.Contains(*to, text) {
			*to = append(*to, text)
		}
	}
	seen := redacted(p, ownerOf(listing), person)
	if seen.BirthDate != 0 {
		s.birth = seen.BirthDate
	}
	if seen.BirthMonth != "" {
		s.month = seen.BirthMonth
	}
	add(&s.mobiles, seen.Mobile)
	add(&s.employers, seen.Employer)
	organization := ID(0)
	switch l := listing.(type) {
	case *Mediator:
		l = redacted(p, ownerOf(l), l)
		if Phone(l.Phone).Kind() == Mobile { // a switchboard is nobody's own
			add(&s.mobiles, l.Phone)
		}
		add(&s.employers, l.EmployerListed)
		add(&s.certificates, l.CertificateNo)
		organization = l.Organization
	case *Expert:
		add(&s.employers, l.Employer)
	case *InvitedListing:
		add(&s.certificates, l.CertificateNo)
		organization = l.Organization
	}
	if organization != 0 && !slices.Contains(s.organizations, organization) {
		s.organizations = append(s.organizations, organization)
	}
}

// compare judges two persons of one name; nil when nothing else speaks for their
// being one, or something against it.
func (d *duplicates) compare(a, b ID) (*ProbableDuplicate, error) {
	s, err := d.side(min(a, b))
	if err != nil || s == nil {
		return nil, err
	}
	o, err := d.side(max(a, b))
	if err != nil || o == nil {
		return nil, err
	}
	reasons := s.agree(o)
	if len(reasons) == 0 {
		return nil, nil
	}
	return &ProbableDuplicate{Persons: []*PersonView{s.view, o.view}, Reasons: reasons}, nil
}

func (s *side) agree(o *side) (reasons []DuplicateReason) {
	clash := func(a, b string) bool { return a != "" && b != "" && a != b }
	if clash(s.hash, o.hash) || clash(string(s.sex), string(o.sex)) || clash(s.month, o.month) || s.birth != 0 && o.birth != 0 && s.birth != o.birth {
		return nil
	}
	common := func(a, b []string) bool { return len(a) > 0 && overlaps(a, b) }
	for _, c := range []struct {
		agreed bool
		reason DuplicateReason
	}{
		{s.birth != 0 && s.birth == o.birth, SameBirthDate},
		{s.month != "" && s.month == o.month, SameBirthMonth},
		{common(s.mobiles, o.mobiles), SameMobile},
		{common(s.certificates, o.certificates), SameCertificate},
		{common(s.employers, o.employers), SameEmployer},
		{slices.ContainsFunc(s.organizations, func(id ID) bool { return slices.Contains(o.organizations, id) }), SameOrganization},
	} {
		if c.agreed {
			reasons = append(reasons, c.reason)
		}
	}
	return reasons
}
