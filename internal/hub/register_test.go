package hub_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"concord/internal/hub"
)

func (r *roster) registering(kind hub.Kind, fields hub.Fields) hub.RegisterInput {
	return hub.RegisterInput{Write: r.about(0, 0), Kind: kind, Fields: fields}
}

func TestRegister(t *testing.T) {
	r := newRoster(t)
	t.Run("who may list on which roster", func(t *testing.T) {
		for _, c := range []struct {
			name   string
			p      *hub.Principal
			kind   hub.Kind
			fields hub.Fields
			want   string
		}{
			{"a district on its own roster", jinnan, hub.KindMediator, hub.Fields{"name": "子示例", "district": "津南区"}, ""},
			{"a district on another's", jinnan, hub.KindMediator, hub.Fields{"name": "丑示例", "district": "120101"}, hub.RefusalForbidden},
			{"a district on the city's", jinnan, hub.KindExpert, hub.Fields{"name": "丑示例", "level": "CITY"}, hub.RefusalForbidden},
			{"the expert keeper in the city pool", experts, hub.KindExpert, hub.Fields{"name": "寅示例"}, ""},
			{"the expert keeper in a district's", experts, hub.KindExpert, hub.Fields{"name": "卯示例", "level": "DISTRICT", "district": "120112"}, hub.RefusalForbidden},
			{"the expert keeper on a mediators' roster", experts, hub.KindMediator, hub.Fields{"name": "卯示例", "level": "CITY"}, hub.RefusalForbidden},
			{"an agency recommends to the pool", union, hub.KindExpert, hub.Fields{"name": "辰示例", "title": "高级"}, ""},
			{"an agency on a mediators' roster", union, hub.KindMediator, hub.Fields{"name": "巳示例", "district": "120112"}, hub.RefusalForbidden},
			{"a court on its own list", jinnanCourt, hub.KindInvitedListing, hub.Fields{"name": "午示例", "court": "津0112"}, ""},
			{"a court on another's", jinnanCourt, hub.KindInvitedListing, hub.Fields{"name": "未示例", "court": "津0101"}, hub.RefusalForbidden},
			{"an HR administrator on a court's", city, hub.KindInvitedListing, hub.Fields{"name": "未示例", "court": "津0101"}, hub.RefusalForbidden},
			{"an agency sets up its own sort of organisation", fic, hub.KindOrganization, hub.Fields{"name": "示例甲商会调解委员会", "kind": "CHAMBER", "district": "120112"}, ""},
			{"an agency sets up another's", union, hub.KindOrganization, hub.Fields{"name": "示例乙商会调解委员会", "kind": "CHAMBER", "district": "120112"}, hub.RefusalForbidden},
			{"an auditor", auditor, hub.KindMediator, hub.Fields{"name": "申示例", "district": "120112"}, hub.RefusalForbidden},
		} {
			t.Run(c.name, func(t *testing.T) {
				out, err := r.Register(t.Context(), c.p, r.registering(c.kind, c.fields))
				if c.want != "" {
					refusedAs(t, c.want, out, err)
				} else {
					done(t, out, err)
				}
			})
		}
		if _, err := r.Register(t.Context(), hub.Anonymous, r.registering(hub.KindMediator, hub.Fields{"name": "酉示例"})); hub.CodeOf(err) != hub.CodeUnauthenticated {
			t.Errorf("anonymous: %v", err)
		}
	})
	t.Run("a recommended expert bears the agency's name, and the agency may withdraw", func(t *testing.T) {
		out := done2(t)(r.Register(t.Context(), union, r.registering(hub.KindExpert, hub.Fields{"name": "戌示例", "recommendedBy": "市司法局", "district": "120112"})))
		e := out.Record.(*hub.ExpertView)
		if e.RecommendedBy != "市总工会" || e.Level != hub.LevelCity || e.Expert.District != "120000" {
			t.Errorf("recommended by %q on level %s, in %s", e.RecommendedBy, e.Level, e.Expert.District)
		}
		done2(t)(r.try(t, union, hub.MoveWithdraw, e.Expert.ID, nil))
	})
	t.Run("by the same rules as a sheet", func(t *testing.T) {
		for name, c := range map[string]struct {
			fields hub.Fields
			code   string
			path   string
		}{
			"wrong identity number":      {hub.Fields{"name": "亥示例", "citizenId": "110105194912310021"}, "ID_CHECK", "input.fields.citizenId"},
			"wrong telephone":            {hub.Fields{"name": "亥示例", "phone": "123"}, "PHONE_FORMAT", "input.fields.phone"},
			"a minor":                    {hub.Fields{"name": "亥示例", "birthDate": "2010-01-01"}, "UNDERAGE", "input.fields.birthDate"},
			"no name":                    {hub.Fields{"phone": "13800138000"}, "REQUIRED", "input.fields.name"},
			"unknown field":              {hub.Fields{"name": "亥示例", "salary": "1"}, hub.RefusalInvalid, "input.fields.salary"},
			"a status":                   {hub.Fields{"name": "亥示例", "status": "ACTIVE"}, hub.RefusalInvalid, "input.fields.status"},
			"ethnicity not in the table": {hub.Fields{"name": "亥示例", "ethnicity": "火星族"}, "LEFT", "input.fields.ethnicity"},
		} {
			t.Run(name, func(t *testing.T) {
				out := refused1(t, c.code)(r.Register(t.Context(), jinnan, r.registering(hub.KindMediator, c.fields)))
				if got := strings.Join(out.Errors[0].Path, "."); got != c.path {
					t.Errorf("path %s, want %s", got, c.path)
				}
				if strings.Contains(out.Errors[0].Message, "19491231") {
					t.Errorf("the message holds the identity number: %s", out.Errors[0].Message)
				}
			})
		}
	})
	t.Run("from a day that has come", func(t *testing.T) {
		in := r.registering(hub.KindMediator, hub.Fields{"name": "亥示例"})
		in.On = hub.Today(r.now).AddDays(1)
		refused1(t, hub.RefusalDate)(r.Register(t.Context(), jinnan, in))
		in.On, in.IdempotencyKey = hub.Today(r.now), "from today"
		done2(t)(r.Register(t.Context(), jinnan, in))
	})
	t.Run("somebody who is listed already", func(t *testing.T) {
		fields := hub.Fields{"name": "金示例", "phone": "13800138001", "birthDate": "1980-05-01"}
		done2(t)(r.Register(t.Context(), jinnan, r.registering(hub.KindMediator, fields)))
		refused1(t, hub.RefusalDuplicate)(r.Register(t.Context(), jinnan, r.registering(hub.KindMediator, fields)))
		in := r.registering(hub.KindMediator, hub.Fields{"name": "金示例", "registrationNo": "示例-99"})
		in.ConfirmDuplicate = true
		done2(t)(r.Register(t.Context(), jinnan, in))
	})
	t.Run("the same identity number twice on one roster", func(t *testing.T) {
		fields := hub.Fields{"name": "木示例", "citizenId": "11010519491231002X"}
		first := done2(t)(r.Register(t.Context(), jinnan, r.registering(hub.KindMediator, fields)))
		in := r.registering(hub.KindMediator, fields)
		in.ConfirmDuplicate = true
		refused1(t, hub.RefusalDuplicate)(r.Register(t.Context(), jinnan, in))
		in = r.registering(hub.KindMediator, hub.Fields{"name": "林示例", "citizenId": "11010519491231002X"})
		in.ConfirmDuplicate = true
		refused1(t, "TAKEN")(r.Register(t.Context(), jinnan, in))
		second := done2(t)(r.Register(t.Context(), experts, r.registering(hub.KindExpert, fields)))
		if a, b := first.Record.(*hub.MediatorView).PersonID, second.Record.(*hub.ExpertView).PersonID; a != b {
			t.Errorf("one person became two: %s %s", a, b)
		}
	})
	t.Run("an organisation without a code of its own", func(t *testing.T) {
		out := done2(t)(r.Register(t.Context(), jinnan, r.registering(hub.KindOrganization, hub.Fields{
			"name": "示例商会调解委员会", "kind": "CHAMBER", "creditCode": "91350100M000100Y44", "creditCodeWaiver": "商会无独立法人，借用主办单位代码", "creditCodeEvidence": "示例证照 1 号", "sponsor": "示例商会",
		})))
		o := out.Record.(*hub.OrganizationView)
		if o.Status != hub.OrganizationActive || o.Kind != hub.OrgChamber || !strings.Contains(o.CreditCodeWaiver, "借用") || o.Events[0].On != day("2025-06-15") {
			t.Errorf("registered %+v", o.Organization)
		}
		refused1(t, "USCC_CHECK")(r.Register(t.Context(), jinnan, r.registering(hub.KindOrganization, hub.Fields{"name": "示例二商会调解委员会", "kind": "CHAMBER", "creditCode": "91350100M000100Y44"})))
	})
}

func TestNomination(t *testing.T) {
	r := newRoster(t)
	person := r.person("甲示例")
	expert := &hub.Expert{Entry: r.entry(hub.KindExpert, person.Name, person.ID, hub.StatusActive)}
	expert.Level, expert.District, expert.Specialties = hub.LevelCity, "120000", []string{"工伤保险"}
	s := r.studio(t)
	r.add(t, person, expert)

	in := r.registering(hub.KindInvitedListing, hub.Fields{"court": "津0112", "specialistList": "劳动争议"})
	in.From = expert.ID
	listed := done2(t)(r.Register(t.Context(), jinnanCourt, in)).Record.(*hub.InvitedListingView)
	if listed.PersonID != person.ID || listed.Name != person.Name || !slices.Equal(listed.InvitedListing.Specialties, []string{"工伤保险"}) || listed.Invitee != hub.InviteePerson {
		t.Errorf("nominated %+v", listed.InvitedListing)
	}
	in.Write = r.about(0, 0)
	refused1(t, hub.RefusalDuplicate)(r.Register(t.Context(), jinnanCourt, in))

	t.Run("an invited organisation names its mediators, who go with it", func(t *testing.T) {
		done2(t)(r.try(t, jinnanCourt, hub.MoveResign, s.listing, nil)) // make room on this court's list
		in := r.registering(hub.KindInvitedListing, hub.Fields{"name": "示例承接工作室", "invitee": "ORGANIZATION", "court": "津0112"})
		in.On, in.Organization, in.Named = day("2025-05-01"), s.successor, []hub.ID{s.own, s.citys}
		out := done2(t)(r.Register(t.Context(), jinnanCourt, in))
		if out.Followed != 2 {
			t.Fatalf("%d named", out.Followed)
		}
		org := out.Record.(*hub.InvitedListingView)
		done2(t)(r.try(t, jinnanCourt, hub.MovePublicise, org.InvitedListing.ID, nil))
		out = done2(t)(r.try(t, jinnanCourt, hub.MoveActivate, org.InvitedListing.ID, func(in *hub.MoveInput) { in.CertificateNo = "示例证9" }))
		page, err := r.InvitedListings(t.Context(), jinnanCourt, hub.RosterQuery{Filter: hub.FilterArgs{Organization: s.successor, Court: []string{"津0112"}}, On: day("2025-07-01")})
		if err != nil || len(page.Edges) != 3 || out.Followed != 2 {
			t.Fatalf("%d are listed (%v), %d followed", len(page.Edges), err, out.Followed)
		}
		for _, l := range page.Nodes() {
			if l.State.Status != hub.StatusActive || l.Term == nil || l.Term.End != day("2027-06-30") || (l.CertificateNo != "") != (l.Invitee == hub.InviteeOrganization) {
				t.Errorf("%s is %s with %v, certificate %q", l.Name, l.State.Status, l.Term, l.CertificateNo)
			}
		}
	})
}

func TestAmend(t *testing.T) {
	r := newRoster(t)
	s := r.studio(t)
	amend := func(p *hub.Principal, id hub.ID, fields hub.Fields) (*hub.Written, error) {
		_, revision := r.record(t, id)
		return r.Amend(t.Context(), p, hub.AmendInput{Kind: id.Kind(), Write: r.about(id, revision), Fields: fields})
	}
	t.Run("changes what is given and nothing else", func(t *testing.T) {
		before, _ := r.record(t, s.own)
		out := done2(t)(amend(jinnan, s.own, hub.Fields{"title": "一级", "specialties": []string{"工伤保险", "劳动报酬"}, "trainingHours": 24}))
		m := out.Record.(*hub.MediatorView)
		if m.Title != "一级" || !slices.Equal(m.Mediator.Specialties, []string{"工伤保险", "劳动报酬"}) || m.Mediator.TrainingHours != 24 {
			t.Errorf("amended %+v", m.Mediator)
		}
		old := before.(*hub.Mediator)
		if !slices.Equal(m.Terms, old.Terms) || !slices.Equal(m.Events, old.Events) || m.Mediator.Organization != old.Organization || m.Name != old.Name {
			t.Errorf("something else changed: %+v", m.Mediator)
		}
		for p, reason := range map[*hub.Principal]string{jinnan: "示例原因", hub.Anonymous: ""} {
			history, err := r.History(t.Context(), p, s.own, hub.PageArgs{})
			if err != nil || len(history.Edges[0].Node.Fields) != 3 || history.Edges[0].Node.Reason != reason || (history.Edges[0].Node.Actor == "") != (reason == "") {
				t.Errorf("its history says %+v (%v)", history.Edges[0].Node, err)
			}
		}
	})
	t.Run("erases", func(t *testing.T) {
		out := done2(t)(amend(jinnan, s.own, hub.Fields{"title": nil, "trainingHours": nil}))
		if m := out.Record.(*hub.MediatorView); m.Title != "" || m.Mediator.TrainingHours != 0 || len(m.Mediator.Specialties) != 2 {
			t.Errorf("erased %+v", m.Mediator)
		}
		refused1(t, hub.RefusalInvalid)(amend(jinnan, s.own, hub.Fields{"name": ""}))
	})
	t.Run("what belongs to a person on several rosters is not one roster's to change", func(t *testing.T) {
		done2(t)(amend(jinnan, s.own, hub.Fields{"gender": "女"})) // it was not known
		refused1(t, "LEFT")(amend(jinnan, s.own, hub.Fields{"gender": "男"}))
		refused1(t, hub.RefusalInvalid)(amend(jinnan, s.own, hub.Fields{"gender": nil}))
	})
	t.Run("moves to another organisation", func(t *testing.T) {
		_, revision := r.record(t, s.own)
		out := done2(t)(r.Amend(t.Context(), jinnan, hub.AmendInput{Kind: s.own.Kind(), Write: r.about(s.own, revision), Organization: s.successor}))
		if got := out.Record.(*hub.MediatorView).Mediator.Organization; got != s.successor {
			t.Errorf("in %s", got)
		}
	})
	t.Run("terms and statuses are for moves", func(t *testing.T) {
		for _, f := range []string{"status", "term.end", "statusUntil"} {
			refused1(t, hub.RefusalInvalid)(amend(jinnan, s.own, hub.Fields{f: "2029-01-01"}))
		}
	})
	t.Run("another's record", func(t *testing.T) {
		refused1(t, hub.RefusalForbidden)(amend(heping, s.own, hub.Fields{"title": "一级"}))
		refused1(t, hub.RefusalForbidden)(amend(jinnan, s.citys, hub.Fields{"title": "一级"}))
		refused1(t, hub.RefusalForbidden)(amend(city, s.listing, hub.Fields{"scope": "全部"}))
	})
	t.Run("handing a record over to another district", func(t *testing.T) {
		refused1(t, hub.RefusalForbidden)(amend(jinnan, s.own, hub.Fields{"district": "和平区"}))
	})
	t.Run("a number that somebody else has", func(t *testing.T) {
		done2(t)(amend(jinnan, s.own, hub.Fields{"registrationNo": "示例-77"}))
		out := refused1(t, hub.RefusalConflict)(amend(city, s.citys, hub.Fields{"registrationNo": "示例-77"}))
		if got := strings.Join(out.Errors[0].Path, "."); got != "input.fields.registrationNo" {
			t.Errorf("path %s", got)
		}
	})
	t.Run("nothing", func(t *testing.T) {
		refused1(t, hub.RefusalInvalid)(amend(jinnan, s.own, hub.Fields{}))
	})
	t.Run("an organisation and a court's listing of one", func(t *testing.T) {
		done2(t)(amend(jinnan, s.organization, hub.Fields{"address": "示例路 2 号", "oneWindow": true}))
		out := done2(t)(amend(jinnanCourt, s.listing, hub.Fields{"scope": "劳动争议", "feeCharged": false}))
		l := out.Record.(*hub.InvitedListingView)
		if l.Scope != "劳动争议" || l.FeeCharged == nil || *l.FeeCharged || l.BodyName != "示例联合调解工作室" || l.Invitee != hub.InviteeOrganization {
			t.Errorf("amended %+v", l.InvitedListing)
		}
	})
}

// TestLowerCourts: a court's invitees serve lower courts only with their consent
// (人民法院在线调解规则 Art. 27), and a basic court has none below it.
func TestLowerCourts(t *testing.T) {
	r := newRoster(t)
	high := &hub.Principal{ID: "key_high", Role: hub.RoleCourtKeeper, Court: "津"}
	register := func(p *hub.Principal, name string, fields hub.Fields) (*hub.Written, error) {
		all := hub.Fields{"name": name, "invitee": "PERSON", "court": p.Court}
		maps.Copy(all, fields)
		return r.Register(t.Context(), p, r.registering(hub.KindInvitedListing, all))
	}
	refused1(t, "UNLAWFUL")(register(high, "示例甲", hub.Fields{"usableByLowerCourts": true}))
	refused1(t, "UNLAWFUL")(register(jinnanCourt, "示例甲", hub.Fields{"usableByLowerCourts": true, "lowerCourtsConsentNo": "示例同意书1号"}))
	done2(t)(register(jinnanCourt, "示例甲", hub.Fields{"usableByLowerCourts": false}))
	l := done2(t)(register(high, "示例乙", hub.Fields{"usableByLowerCourts": true, "lowerCourtsConsentOn": "2025-05-01", "publicationUrl": "https://court.example/list", "platformCertified": true, "listedOn": "2025-05-06"})).Record.(*hub.InvitedListingView)
	if l.LowerCourtsConsentOn != day("2025-05-01") || !*l.UsableByLowerCourts || !*l.PlatformCertified || l.PublicationURL != "https://court.example/list" || l.ListedOn != day("2025-05-06") || len(l.Terms) != 0 {
		t.Errorf("listed %+v", l.InvitedListing)
	}
	amend := func(fields hub.Fields) (*hub.Written, error) {
		_, revision := r.record(t, l.InvitedListing.ID)
		return r.Amend(t.Context(), high, hub.AmendInput{Kind: hub.KindInvitedListing, Write: r.about(l.InvitedListing.ID, revision), Fields: fields})
	}
	refused1(t, "UNLAWFUL")(amend(hub.Fields{"lowerCourtsConsentOn": nil}))
	done2(t)(amend(hub.Fields{"lowerCourtsConsentOn": nil, "lowerCourtsConsentNo": "示例同意书2号"}))
	done2(t)(amend(hub.Fields{"lowerCourtsConsentNo": nil, "usableByLowerCourts": false}))
	refused1(t, "DATE_IMPOSSIBLE")(amend(hub.Fields{"lowerCourtsConsentOn": "2026-01-01"}))
	for _, link := range []string{"court.example/list", "ftp://court.example/", "https://", "https://.example/", "https://a:b@court.example/", "https://court.example:0/", "https://court.example/a b", "https://court.example/\"", "javascript:alert(1)//court.example"} {
		refused1(t, "LINK")(amend(hub.Fields{"publicationUrl": link}))
	}
	for _, link := range []string{"http://court.example", "https://court.example:8443/list?a=1#b", "https://法院.example/名册"} {
		if got := done2(t)(amend(hub.Fields{"publicationUrl": link})).Record.(*hub.InvitedListingView).PublicationURL; got != link {
			t.Errorf("%s is kept as %q", link, got)
		}
	}
}
