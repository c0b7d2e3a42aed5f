package hub

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Candidate is a mediator as she would do for a secondment: how well, and why, or
// what stands in the way.
type Candidate struct {
	Mediator *MediatorView
	Score    int
	Reasons  []CandidateReason // what speaks for her and against, in the order of the rules
	Bars     []CandidateReason // why she cannot be lent; none for somebody who can

	record *Mediator
}

// CandidateReason is one of the reasons, as data and as a sentence. Points are what
// it adds to the score.
type CandidateReason struct {
	Code   ReasonCode
	Points int
	Value  string // a number or a word that it rests on
	Text   string
}

// ReasonCode names a reason.
type ReasonCode string

// What weighs.
const (
	ReasonSpecialty   ReasonCode = "SPECIALTY"
	ReasonLoad        ReasonCode = "LOAD"
	ReasonDistance    ReasonCode = "DISTANCE"
	ReasonLanguage    ReasonCode = "LANGUAGE"
	ReasonExperience  ReasonCode = "EXPERIENCE"
	ReasonFairness    ReasonCode = "FAIRNESS"
	ReasonConsent     ReasonCode = "CONSENT"
	ReasonConflict    ReasonCode = "CONFLICT"
	ReasonNotListed   ReasonCode = "NOT_LISTED"
	ReasonOwnDistrict ReasonCode = "OWN_DISTRICT"
	ReasonAway        ReasonCode = "AWAY"
	ReasonNominated   ReasonCode = "NOMINATED"
)

var reasonCodes = newVocabulary("code", "理由", []word[ReasonCode]{
	{ReasonSpecialty, "擅长领域", ""},
	{ReasonLoad, "调剂负荷", ""},
	{ReasonDistance, "距离", ""},
	{ReasonLanguage, "语言", ""},
	{ReasonExperience, "曾在该区调剂", ""},
	{ReasonFairness, "近一年调剂次数", ""},
	{ReasonConsent, "本人意愿", ""},
	{ReasonConflict, "回避", ""},
	{ReasonNotListed, "不在册", ""},
	{ReasonOwnDistrict, "本区人员", ""},
	{ReasonAway, "已调剂", ""},
	{ReasonNominated, "已是人选", ""},
})

// ReasonCodes lists every reason.
func ReasonCodes() []ReasonCode { return slices.Clone(reasonCodes.values) }

// Label returns the Chinese word for c.
func (c ReasonCode) Label() string { return reasonCodes.label(c) }

// The weights: a specialty outweighs all else, then who is free and near.
const (
	pointsMainSpecialty = 30
	pointsSpecialty     = 20
	pointsMoreSpecialty = 5 // for each further one
	pointsFree          = 20
	pointsLoad          = -10 // for each secondment under way
	pointsNear          = 20  // less one for every 4 km
	pointsLanguage      = 10  // for each one asked for
	pointsExperience    = 5
	pointsFair          = 15 // less 5 for each secondment within a year
	pointsConsent       = 10
	pointsConflict      = -15
)

// mostConsidered is how many mediators are looked at for one request, the nearest
// districts first.
const mostConsidered = 5000

// Candidates are those whom a request could be given.
type Candidates struct {
	Considered int  // mediators looked at
	Complete   bool // whether these are all that have a specialty asked for
	Eligible   int  // how many of them can come
	Nodes      []*Candidate
	Revision   Revision
}

// CandidatesQuery asks for the candidates of a request, best first.
type CandidatesQuery struct {
	Secondment ID
	First      *int
	Barred     bool // also those who cannot come, behind the others, with what bars them
}

// SecondmentCandidates ranks the mediators who could be lent. The city, which
// decides, and the district that asks may see it.
func (h *Hub) SecondmentCandidates(ctx context.Context, p *Principal, q CandidatesQuery) (*Candidates, error) {
	limit, _, err := PageArgs{First: q.First}.check()
	if err != nil {
		return nil, err
	}
	out := new(Candidates)
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		s, err := h.secondmentFor(snap, p, q.Secondment)
		if err != nil {
			return err
		}
		pool, complete, err := h.pool(snap, s)
		if err != nil {
			return err
		}
		out.Considered, out.Complete, out.Revision = len(pool), complete, snap.Revision()
		for _, c := range pool {
			if len(c.Bars) == 0 {
				out.Eligible++
			}
		}
		if !q.Barred {
			pool = pool[:out.Eligible]
		}
		out.Nodes = pool[:min(limit, len(pool))]
		return h.showCandidates(snap, p, out.Nodes)
	})
	return out, err
}

func (h *Hub) secondmentFor(snap Snapshot, p *Principal, id ID) (*Secondment, error) {
	if p.Role != RoleCityAdmin && p.Role != RoleDistrictAdmin && p.Role != RoleSystem {
		return nil, Forbidden("调剂人选由市级管理员和申请的区查看。")
	}
	if id.Kind() == KindSecondment {
		versions, err := snap.Get(0, id)
		if err != nil {
			return nil, err
		}
		if s, ok := versions[0].Record.(*Secondment); ok {
			if p.Role == RoleDistrictAdmin && p.District != s.District {
				return nil, Forbidden("调剂人选由市级管理员和申请的区查看。")
			}
			return s, nil
		}
	}
	return nil, NotFound("没有编号为“%s”的调剂。请在调剂的列表（接口为 secondments 查询）中查找。", id)
}

func (h *Hub) showCandidates(snap Snapshot, p *Principal, candidates []*Candidate) error {
	ids := make([]ID, len(candidates))
	for i, c := range candidates {
		ids[i] = c.record.ID
	}
	nodes, err := h.views(snap, p, Moment{On: h.Today()}, ids)
	for i := range nodes {
		candidates[i].Mediator, _ = nodes[i].(*MediatorView)
	}
	return err
}

// pool weighs the mediators on the roster who have a specialty asked for, the best
// first and those who cannot come last. It looks at the districts in the order of
// their distance, and stops after [mostConsidered].
func (h *Hub) pool(snap Snapshot, s *Secondment) (pool []*Candidate, complete bool, err error) {
	today := h.Today()
	var versions []Version
	for _, district := range h.byDistance(s.District) {
		query := ListQuery{Kind: KindMediator, Filter: Filter{District: []string{district}, Status: []Status{StatusActive}, Specialty: s.Specialties},
			Moment: Moment{On: today}, Order: Order{Field: OrderByName}, Limit: 1000}
		for more := true; more; {
			page, err := snap.List(query)
			if err != nil {
				return nil, false, err
			}
			ids := make([]ID, len(page.Items))
			for i, item := range page.Items {
				ids[i], query.After = item.ID, item.Position
			}
			found, err := snap.Get(0, ids...)
			if err != nil {
				return nil, false, err
			}
			versions = append(versions, found...)
			if more = page.More; len(versions) >= mostConsidered {
				versions = versions[:mostConsidered]
				pool, err = h.weighAll(snap, s, versions, today)
				return pool, false, err
			}
		}
	}
	pool, err = h.weighAll(snap, s, versions, today)
	return pool, true, err
}

func (h *Hub) weighAll(snap Snapshot, s *Secondment, versions []Version, today Date) ([]*Candidate, error) {
	v, err := h.viewer(snap, System, Moment{On: today}, versions)
	if err != nil {
		return nil, err
	}
	pool := make([]*Candidate, len(versions))
	for i, version := range versions {
		person, _ := v.related[version.Record.(*Mediator).PersonID].Record.(*Person)
		if pool[i], err = h.weighed(snap, s, version, person, today); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(pool, func(a, b *Candidate) int {
		return cmp.Or(cmp.Compare(min(len(a.Bars), 1), min(len(b.Bars), 1)), cmp.Compare(b.Score, a.Score), cmp.Compare(a.record.ID, b.record.ID))
	})
	return pool, nil
}

// weighed says how well a mediator would do. person may be nil.
func (h *Hub) weighed(snap Snapshot, s *Secondment, v Version, person *Person, today Date) (*Candidate, error) {
	m := v.Record.(*Mediator)
	c := &Candidate{record: m}
	reason := func(code ReasonCode, points int, value, format string, args ...any) {
		c.Score += points
		c.Reasons = append(c.Reasons, CandidateReason{code, points, value, fmt.Sprintf(format, args...)})
	}
	bar := func(code ReasonCode, value, format string, args ...any) {
		c.Bars = append(c.Bars, CandidateReason{code, 0, value, fmt.Sprintf(format, args...)})
	}
	if m.Level == LevelDistrict && m.District == s.District {
		bar(ReasonOwnDistrict, m.District, "本来就在申请的区的名册上，无须调剂。")
	}
	if s.person(m.ID) != nil {
		bar(ReasonNominated, "", "已是这次调剂的人选。")
	}
	if gap := listedThroughout(m, s); gap != nil {
		c.Bars = append(c.Bars, *gap)
	}
	if away := m.awayDuring(s.From, s.To, today); away != nil {
		bar(ReasonAway, away.District, "这段时间已调剂到%s（%s）。", h.recipientName(away.District), Term{away.From, away.To})
	}
	h.weighSpecialties(s, m, reason, bar)
	h.weighLoad(m, today, reason, bar)
	if km, ok := h.reference.Distance(m.District, s.District); ok {
		reason(ReasonDistance, max(0, pointsNear-km/4), strconv.Itoa(km), "所在区与申请的区相距约 %d 公里。", km)
	} else {
		reason(ReasonDistance, pointsNear/2, "", "市级名册人员，不属于某一区。")
	}
	languages := slices.Clone(m.Languages)
	if person != nil {
		languages = append(languages, person.Languages...)
	}
	for _, wanted := range s.Languages {
		if slices.ContainsFunc(languages, func(l string) bool { return foldKey(l) == foldKey(wanted) }) {
			reason(ReasonLanguage, pointsLanguage, wanted, "会%s。", wanted)
		} else {
			reason(ReasonLanguage, 0, wanted, "名册未载会%s。", wanted)
		}
	}
	weighRecord(s, m, today, reason)
	switch {
	case m.CrossDistrict == nil:
		reason(ReasonConsent, 0, "", "尚未表示是否愿意跨区，派出前须征得本人同意。")
	case *m.CrossDistrict:
		reason(ReasonConsent, pointsConsent, "是", "本人已同意跨区。")
	default:
		bar(ReasonConsent, "否", "本人不同意跨区。")
	}
	return c, h.weighConflicts(snap, s, m, reason, bar)
}

// listedThroughout returns what stands in the way when a listing is not ACTIVE on
// every day of a secondment, as far as that is known now.
func listedThroughout(m *Mediator, s *Secondment) *CandidateReason {
	line := m.Timeline()
	status, on := line.On(s.From), s.From
	for _, step := range line {
		if status == StatusActive && step.From > s.From && step.From <= s.To && step.Status != StatusActive {
			status, on = step.Status, step.From
		}
	}
	if status == StatusActive {
		return nil
	}
	label := status.Label()
	if status == "" {
		label = "未入册"
	}
	return &CandidateReason{ReasonNotListed, 0, string(status), fmt.Sprintf("%s 的状态是“%s”，调剂期间须一直在册。", on, label)}
}

func (h *Hub) weighSpecialties(s *Secondment, m *Mediator, reason func(ReasonCode, int, string, string, ...any), bar func(ReasonCode, string, string, ...any)) {
	var met []string
	for _, label := range m.Specialties {
		if slices.Contains(s.Specialties, label) {
			met = append(met, label)
		}
	}
	switch {
	case len(s.Specialties) == 0:
	case len(met) == 0:
		bar(ReasonSpecialty, "", "不擅长所需领域（%s）。", strings.Join(s.Specialties, "、"))
	default:
		points, where := pointsSpecialty, "擅长"
		if m.Specialties[0] == met[0] {
			points, where = pointsMainSpecialty, "主要擅长"
		}
		reason(ReasonSpecialty, points+pointsMoreSpecialty*(len(met)-1), strings.Join(met, "、"), "%s所需的%s。", where, strings.Join(met, "、"))
	}
}

func (h *Hub) weighLoad(m *Mediator, today Date, reason func(ReasonCode, int, string, string, ...any), bar func(ReasonCode, string, string, ...any)) {
	load := m.load(today)
	switch {
	case m.MaxLoad != 0 && load >= m.MaxLoad:
		bar(ReasonLoad, strconv.Itoa(load), "已承担 %d 项调剂，达到本人的上限 %d 项。", load, m.MaxLoad)
	case load == 0:
		reason(ReasonLoad, pointsFree, "0", "目前没有承担调剂。")
	default:
		reason(ReasonLoad, pointsFree+pointsLoad*load, strconv.Itoa(load), "目前承担 %d 项调剂。", load)
	}
}

// weighRecord looks at earlier secondments: whoever knows the district is welcome
// there, and whoever was lent often within a year should not be always the one.
func weighRecord(s *Secondment, m *Mediator, today Date, reason func(ReasonCode, int, string, string, ...any)) {
	there, lately := 0, 0
	for _, a := range m.Away {
		if a.StartedOn == 0 {
			continue
		}
		if a.District == s.District && a.ReturnedOn != 0 {
			there++
		}
		if a.StartedOn > today.AddYears(-1) {
			lately++
		}
	}
	if there > 0 {
		reason(ReasonExperience, pointsExperience, strconv.Itoa(there), "曾到该区调剂 %d 次，熟悉情况。", there)
	}
	reason(ReasonFairness, max(0, pointsFair-5*lately), strconv.Itoa(lately), "近一年调剂 %d 次。", lately)
}

// weighConflicts bars whoever has declared a conflict with the district, and warns
// of one with a body that is listed there. What was declared is the owner's to read;
// a reason says only that there is something.
func (h *Hub) weighConflicts(snap Snapshot, s *Secondment, m *Mediator, reason func(ReasonCode, int, string, string, ...any), bar func(ReasonCode, string, string, ...any)) error {
	bodies := 0
	for _, c := range m.Recusals {
		switch {
		case c.District == s.District && c.Body == "":
			bar(ReasonConflict, c.District, "已声明在该区须回避。")
			return nil
		case c.District == s.District:
			bodies++
		case c.Body != "":
			found, err := snap.Named(KindOrganization, s.District, c.Body)
			if err != nil {
				return err
			}
			if len(found) > 0 {
				bodies++
			}
		}
	}
	if bodies > 0 {
		reason(ReasonConflict, pointsConflict, strconv.Itoa(bodies), "声明的回避单位有 %d 家在该区，分派案件时须注意回避。", bodies)
	}
	return nil
}

// byDistance lists the city, whose mediators belong to no district, and the
// districts, the nearest first.
func (h *Hub) byDistance(district string) []string {
	codes := []string{h.reference.City().Code}
	var others []string
	for _, region := range h.reference.Regions()[1:] {
		others = append(others, region.Code)
	}
	slices.SortStableFunc(others, func(a, b string) int {
		x, _ := h.reference.Distance(district, a)
		y, _ := h.reference.Distance(district, b)
		return cmp.Compare(x, y)
	})
	return append(codes, others...)
}

// earthRadius is in kilometres.
const earthRadius = 6371

// Distance is how far the seats of two districts are from each other, in kilometres
// along the surface; false when one of them is no district.
func (r *Reference) Distance(a, b string) (km int, ok bool) {
	x, ok1 := r.District(a)
	y, ok2 := r.District(b)
	if !ok1 || !ok2 {
		return 0, false
	}
	radians := math.Pi / 180
	lat1, lat2 := x.Seat[0]*radians, y.Seat[0]*radians
	dlat, dlon := lat2-lat1, (y.Seat[1]-x.Seat[1])*radians
	h := math.Pow(math.Sin(dlat/2), 2) + math.Cos(lat1)*math.Cos(lat2)*math.Pow(math.Sin(dlon/2), 2)
	return int(math.Round(2 * earthRadius * math.Asin(math.Sqrt(h)))), true
}

// Draw 抽取 is how candidates were drawn. Whoever has the seed and the candidates
// can draw again: [Draw.Order] is all there is to it.
type Draw struct {
	Seed           string    `cbor:"1,keyasint"`              // hexadecimal; made at the moment of the draw, chosen by nobody
	Candidates     []ID      `cbor:"2,keyasint" names:"kept"` // all who could come, ascending
	CandidatesHash string    `cbor:"3,keyasint"`              // SHA-256 of their ids, one a line
	At             time.Time `cbor:"4,keyasint"`
	By             string    `cbor:"5,keyasint"` // who had it drawn
	Revision       Revision  `cbor:"6,keyasint"` // of the rosters from which the candidates were taken
}

// String says it for the change log.
func (d Draw) String() string { return d.Seed + " " + d.CandidatesHash }

// Method says in words how the order follows from the seed.
func (d Draw) Method() string {
	return "对每个候选人计算 SHA-256（种子的 32 位十六进制字符串，后接其编号），按所得摘要由小到大排列，依次为抽取次序。"
}

// Order lists the candidates in the order in which they were drawn.
func (d Draw) Order() []ID {
	order := slices.Clone(d.Candidates)
	sums := map[ID][sha256.Size]byte{}
	for _, id := range order {
		sums[id] = sha256.Sum256([]byte(d.Seed + id.String()))
	}
	slices.SortFunc(order, func(a, b ID) int {
		x, y := sums[a], sums[b]
		return bytes.Compare(x[:], y[:])
	})
	return order
}

func candidatesHash(ids []ID) string {
	sum := sha256.New()
	for _, id := range ids {
		fmt.Fprintln(sum, id)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// draw puts all who could come into the line, in an order that nobody could
// foresee. There is one draw a request: whoever falls out is followed by the next in
// its order.
func (w *writing) draw(s *Secondment) error {
	pool, _, err := w.hub.pool(w.snap, s)
	if err != nil {
		return err
	}
	d := &Draw{At: w.hub.now().UTC(), By: w.p.ID, Revision: w.snap.Revision()}
	homes := map[ID]string{}
	for _, c := range pool {
		if len(c.Bars) == 0 {
			d.Candidates = append(d.Candidates, c.record.ID)
			homes[c.record.ID] = recipientOf(ownerOf(c.record))
		}
	}
	if len(d.Candidates) == 0 {
		w.refuse("byDraw", RefusalCandidate, Invalid("byDraw", "没有可以调剂的人选，无从抽取。各人不能调剂的原因见候选名单（接口为 secondmentCandidates，barred: true）。"))
		return nil
	}
	slices.Sort(d.Candidates)
	d.CandidatesHash = candidatesHash(d.Candidates)
	if w.preview {
		w.remark("byDraw", "可供抽取的有 %d 人；种子在正式批准时产生，预览不抽取。", len(d.Candidates))
		return nil
	}
	seed := make([]byte, 16)
	if err := w.hub.randomly(seed); err != nil {
		return err
	}
	d.Seed = hex.EncodeToString(seed)
	s.Draw = d
	order := d.Order()
	for _, id := range order[:min(len(order), mostNominated)] {
		s.Persons = append(s.Persons, Seconded{Mediator: id, Home: homes[id], State: SecondedWaiting})
	}
	return nil
}
