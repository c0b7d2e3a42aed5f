package hub

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Recommendation 推荐单 says which experts of the pool a body has named for a
// matter, and when. It tells nothing of the parties.
type Recommendation struct {
	MechanismBase `cbor:"1,keyasint"` // the name is the experts', as listed on that day
	Experts       []ID                `cbor:"2,keyasint" share:"PUBLIC" names:"kept"` // listings, which are never merged
	Purpose       string              `cbor:"3,keyasint" share:"PUBLIC"`
	On            Date                `cbor:"4,keyasint" share:"PUBLIC"`
}

// Facts returns the facts of the recommendation; it is found under its experts.
func (r *Recommendation) Facts() Facts {
	return r.facts(Timeline{{r.On, StatusActive}}, 0, r.Experts...)
}

// RecommendationView is a recommendation at a moment.
type RecommendationView struct {
	*Recommendation
	MechanismState
	District   *Region
	RecordedBy string // name of the district, court or agency
}

func (v *viewer) recommendation(version Version) *RecommendationView {
	view := &RecommendationView{Recommendation: version.Record.(*Recommendation), MechanismState: v.mechanismState(version)}
	view.District, view.RecordedBy = v.belonging(&view.Recommendation.MechanismBase)
	return view
}

// readsRecommendation reports whether p may read what experts were named for: the
// body that named them, whoever answers for the pool, auditors, the operator. That
// an expert was named, and when, everybody sees; see [Hub.LastUsed].
func (p *Principal) readsRecommendation(r *Recommendation) bool {
	switch p.Role {
	case RoleCityAdmin, RoleExpertKeeper, RoleAuditor, RoleSystem:
		return true
	case RoleDistrictAdmin, RoleCourtKeeper:
		return p.body() == r.RecordedBy
	}
	return false
}

// RecommendationFilter narrows the recommendations.
type RecommendationFilter struct {
	Expert   *ID
	Body     []string // which named the experts: courts and districts by code or name, the city and its pool as they are called
	From, To *Date    // between which days, both included
}

// Recommendations returns a page of the recommendations that p may read, the one
// recorded last first.
func (h *Hub) Recommendations(ctx context.Context, p *Principal, filter RecommendationFilter, asOf AsOf, page PageArgs) (*Connection[*RecommendationView], error) {
	switch p.Role {
	case RoleAnonymous:
		return nil, &Error{Code: CodeUnauthenticated, Message: "查看专家推荐单须表明身份。请登录，或在 Authorization 请求头中带上本单位的密钥。"}
	case RolePartner:
		return nil, Forbidden("专家推荐单由登记的法院和区、市级和专家库管理员、审计员查看。某位专家最近一次被推荐的日期，见其 lastUsed。")
	}
	bodies := make([]string, len(filter.Body))
	for i, name := range filter.Body {
		var known bool
		if bodies[i], known = h.recommender(name); !known {
			return nil, Invalid("filter.body", "没有代码或名称为“%s”的推荐单位。可填区、法院的代码或名称，或者 市级名册、市级专家库。", Shorten(name))
		}
	}
	if filter.Expert != nil && filter.Expert.Kind() != KindExpert {
		return nil, Invalid("filter.expert", "“%s”不是专家的 id。请使用查询结果中的 id。", *filter.Expert)
	}
	if from, to := given(filter.From), given(filter.To); from != 0 && to != 0 && to < from {
		return nil, Invalid("filter.to", "截止日 %s 早于起始日 %s。请核对。", to, from)
	}
	walk, err := backwardsFrom(page, "recommendations", given(filter.Expert), bodies, given(filter.From), given(filter.To), asOf)
	if err != nil {
		return nil, err
	}
	walk.asOf = asOf
	wanted := func(record Record) bool {
		r := record.(*Recommendation)
		return p.readsRecommendation(r) && oneOf(bodies, r.RecordedBy) &&
			(filter.Expert == nil || slices.Contains(r.Experts, *filter.Expert)) &&
			(filter.From == nil || r.On >= *filter.From) && (filter.To == nil || r.On <= *filter.To)
	}
	return newest(ctx, h, p, KindRecommendation, walk, wanted, (*viewer).recommendation)
}

// recommender finds a body that recommends experts by its code or name.
func (h *Hub) recommender(name string) (code string, known bool) {
	switch name {
	case recipientExperts, h.recipientName(recipientExperts):
		return recipientExperts, true
	case recipientCity, h.recipientName(recipientCity), cityAgency, h.bodyName(cityAgency):
		return cityAgency, true // in whose name the city's administrators recommend
	}
	if region, ok := h.reference.District(name); ok {
		return region.Code, true
	}
	court, ok := h.reference.CourtByCode(name)
	if !ok {
		court, ok = h.reference.CourtByName(name)
	}
	if !ok {
		return "", false
	}
	return court.Code, true
}

// RecordRecommendationInput enters or corrects a recommendation.
type RecordRecommendationInput struct {
	Write
	Experts []ID
	Purpose string
	On      *Date // nil: today
}

// RecordRecommendation enters a recommendation in the name of the caller's body.
func (h *Hub) RecordRecommendation(ctx context.Context, p *Principal, in RecordRecommendationInput) (*Written, error) {
	r := &Recommendation{Experts: in.Experts, Purpose: in.Purpose, On: h.Today()}
	if in.On != nil {
		r.On = *in.On
	}
	return h.recordMechanism(ctx, p, KindRecommendation, in.Write, in, r)
}

// subject: a recommendation stands where its body does.
func (r *Recommendation) subject(w *writing) (Owner, error) {
	city := w.hub.reference.City().Code
	r.District = city
	if w.p.District != "" {
		r.District = w.p.District
	} else if court, ok := w.hub.reference.CourtByCode(w.p.Court); ok {
		r.District = court.DistrictCode
	}
	r.Level = LevelDistrict
	if r.District == city {
		r.Level = LevelCity
	}
	return Owner{Kind: KindRecommendation, Level: r.Level, District: r.District}, nil
}

// mostRecommended is how many experts one recommendation names.
const mostRecommended = 20

func (r *Recommendation) check(w *writing) error {
	w.line("purpose", "用途", &r.Purpose, false)
	if holdsCitizenID(r.Purpose, w.today) {
		w.refuse("purpose", RefusalInvalid, Invalid("purpose", "请勿在此写身份证号。用途只写事项，例如 工伤案件专家论证，不写当事人的信息。"))
	}
	if r.On > w.today {
		w.refuse("on", RefusalDate, Invalid("on", "推荐日期 %s 在将来，请改为今天或以前。", r.On))
	}
	if n := len(r.Experts); n == 0 || n > mostRecommended {
		w.refuse("experts", RefusalInvalid, Invalid("experts", "请选定推荐的专家，1 至 %d 名。", mostRecommended))
		return nil
	}
	var names []string
	for i, id := range r.Experts {
		at := "experts." + strconv.Itoa(i)
		if slices.Contains(r.Experts[:i], id) {
			w.refuse(at, RefusalDuplicate, Invalid(at, "第 %d 名专家与前面的重复。请去掉一个。", i+1))
			continue
		}
		record, err := w.refer(at, id, KindExpert)
		if err != nil {
			return err
		}
		if e, ok := record.(*Expert); ok {
			names = append(names, e.Name)
			if status := e.Timeline().On(r.On); status != StatusActive {
				w.refuse(at, RefusalMove, Invalid(at, "%s在 %s 不是在册专家，不能推荐。请另选一名。", e.Name, r.On))
			}
		}
	}
	r.Name = strings.Join(names, "、")
	return nil
}

// LastUsed returns the day of the newest recommendation of an expert up to the day
// asked for, as the hub knew it then; nil when there was none.
func (h *Hub) LastUsed(ctx context.Context, e *ExpertView) (last *Date, err error) {
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		ids, err := snap.Lookup(e.Moment.At, KindRecommendation, KeyMechanism, e.Expert.ID.String())
		if err != nil || len(ids) == 0 {
			return err
		}
		versions, err := snap.Get(e.Moment.At, ids...)
		for _, v := range versions {
			if r, ok := v.Record.(*Recommendation); ok && r.On <= e.Moment.On && (last == nil || r.On > *last) {
				day := r.On
				last = &day
			}
		}
		return err
	})
	return last, err
}

// mostParties is how many parties one question of a conflict names, and leastPart
// how long a name must be to be told as a part of another: 公司 is a part of most.
const (
	mostParties = 20
	leastPart   = 4
)

// conflicts are the bodies in whose matters an expert must not act: her employer
// and those declared (回避单位), folded.
func conflicts(e *Expert) []string {
	var bodies []string
	for _, body := range append([]string{e.Employer}, e.ConflictedBodies...) {
		if body = foldKey(body); body != "" {
			bodies = append(bodies, body)
		}
	}
	return bodies
}

// ConflictsWith returns those of the parties of a matter in which an expert must not
// act. What was declared stays its owner's to read: an answer names only what was
// asked for, and only those who recommend experts get one, so that nobody else can
// find it out by trying names.
func (h *Hub) ConflictsWith(p *Principal, e *ExpertView, parties []string) ([]string, error) {
	if !p.mayRecord(KindRecommendation, Owner{}) {
		refused := Forbidden("回避提示只向可以推荐专家的法院、区级、市级和专家库管理员提供。请以这样的帐号登录，或带上这样的密钥。")
		refused.Field = "Expert.conflictsWith"
		return nil, refused
	}
	if len(parties) == 0 || len(parties) > mostParties {
		return nil, Invalid("parties", "请给出当事人的名称，1 至 %d 个。", mostParties)
	}
	found := []string{}
	for i, party := range parties {
		party = tidyLine(party)
		if n := utf8.RuneCountInString(party); n == 0 || n > mostLine {
			return nil, Invalid("parties", "第 %d 个当事人的名称不对。请写一行名称，1 至 %d 个字。", i+1, mostLine)
		}
		key := foldKey(party)
		if slices.ContainsFunc(e.conflicts, func(body string) bool { return body == key || partOfName(key, body) || partOfName(body, key) }) {
			found = append(found, party)
		}
	}
	return found, nil
}

// partOfName reports whether one name stands within another and is long enough to
// mean it.
func partOfName(part, whole string) bool {
	return utf8.RuneCountInString(part) >= leastPart && strings.Contains(whole, part)
}
