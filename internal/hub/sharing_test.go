package hub

import (
	"reflect"
	"testing"
)

// sharedRecords are the record types whose fields go out to callers.
var sharedRecords = []Record{&Person{}, &Mediator{}, &Expert{}, &InvitedListing{}, &Organization{}}

func TestEveryFieldHasASharingClass(t *testing.T) {
	for _, r := range sharedRecords {
		SharedFields(reflect.TypeOf(r).Elem()) // panics for a field without one
	}
	defer func() {
		if recover() == nil {
			t.Error("a field without a class was accepted")
		}
	}()
	SharedFields(reflect.TypeOf(struct{ Name string }{}))
}

func TestMayRead(t *testing.T) {
	own := Owner{Kind: KindMediator, Level: LevelDistrict, District: "120112"}
	other := Owner{Kind: KindMediator, Level: LevelDistrict, District: "120101"}
	city := Owner{Kind: KindMediator, Level: LevelCity, District: "120112"}
	listing := Owner{Kind: KindInvitedListing, Level: LevelDistrict, District: "120112", Court: "津0112"}
	contact := Sharing{Conditional, ScopeContact}
	secret := Sharing{Class: SourceOnly}

	district := &Principal{Role: RoleDistrictAdmin, District: "120112"}
	cityAdmin := &Principal{Role: RoleCityAdmin}
	court := &Principal{Role: RoleCourtKeeper, Court: "津0112"}
	experts := &Principal{Role: RoleExpertKeeper}
	bare := &Principal{Role: RolePartner}
	all := byScopes(ScopeAll)

	cases := []struct {
		name string
		p    *Principal
		s    Sharing
		o    Owner
		may  bool
	}{
		{"anybody reads what is public", Anonymous, Sharing{Class: Public}, other, true},
		{"anonymous does not read contacts", Anonymous, contact, own, false},
		{"a partner without scope does not read contacts", bare, contact, own, false},
		{"a scope is no office", all, contact, own, false},
		{"a district reads its own", district, secret, own, true},
		{"a district does not read another's", district, secret, other, false},
		{"a district does not read another's contacts", district, contact, other, false},
		{"a district does not read the city's entries", district, secret, city, false},
		{"a district does not read a court's listing", district, secret, listing, false},
		{"the city reads contacts everywhere", cityAdmin, contact, other, true},
		{"the city does not read a district's own fields", cityAdmin, secret, other, false},
		{"the city reads its own", cityAdmin, secret, city, true},
		{"a court reads its own listing", court, secret, listing, true},
		{"a court does not read the mediators' own fields", court, secret, own, false},
		{"the pool's keeper reads the city's experts", experts, secret, Owner{Kind: KindExpert, Level: LevelCity}, true},
		{"the pool's keeper does not read mediators", experts, secret, city, false},
		{"the operator reads all", System, secret, other, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.p.MayRead(c.s, c.o); got != c.may {
				t.Errorf("MayRead = %v, want %v", got, c.may)
			}
		})
	}
}

// byScopes is a reader whose agency has no agreement.
func byScopes(scopes ...Scope) *Principal {
	return &Principal{Role: RolePartner, Scopes: scopes, reading: &reading{byKey: true, asked: map[string]bool{}, given: map[access]bool{}}}
}

func TestAgreedTo(t *testing.T) {
	phone, birth, note := SharedField{Type: "Mediator", Name: "Phone", Sharing: Sharing{Conditional, ScopeContact}}, SharedField{Type: "Person", Name: "BirthMonth", Sharing: Sharing{Conditional, ScopeProfile}}, SharedField{Type: "Mediator", Name: "Note", Sharing: Sharing{Class: SourceOnly}}
	agreed := func(scopes ...Scope) *Principal {
		return &Principal{Role: RolePartner, Scopes: scopes, reading: &reading{agreements: map[string]Version{"Mediator.phone": {}}}}
	}
	for _, c := range []struct {
		name string
		p    *Principal
		f    SharedField
		may  bool
	}{
		{"a scope opens its group", byScopes(ScopeContact), phone, true},
		{"and no other", byScopes(ScopeContact), birth, false},
		{"the scope for all opens every group", byScopes(ScopeAll), birth, true},
		{"no scope opens what is the owner's", byScopes(ScopeAll), note, false},
		{"what nobody would write down is not read", &Principal{Role: RolePartner, Scopes: []Scope{ScopeAll}}, phone, false},
		{"an agreement opens what it lists", agreed(), phone, true},
		{"and nothing else", agreed(), birth, false},
		{"a scope narrows it", agreed(ScopeProfile), phone, false},
		{"and does not widen it", agreed(ScopeAll), birth, false},
		{"the key is for what is in both", agreed(ScopeContact), phone, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.p.agreedTo(c.f); got != c.may {
				t.Errorf("agreedTo = %v, want %v", got, c.may)
			}
		})
	}
}

func TestRedactedLeavesTheRecordAlone(t *testing.T) {
	m := &Mediator{Entry: Entry{ID: NewID(KindMediator, 1), Name: "示例", Note: "内部备注"}, Phone: "19900000000", EmployerListed: "示例单位"}
	p := byScopes(ScopeContact)
	if seen := redacted(p, Owner{Kind: KindMediator}, m); seen.Phone != "" || len(p.reading.given) > 0 {
		t.Errorf("what was not asked for is given: %+v", seen)
	}
	p.Ask("Mediator.phone")
	seen := redacted(p, Owner{Kind: KindMediator}, m)
	if len(p.reading.given) != 1 {
		t.Errorf("noted %v", p.reading.given)
	}
	if seen.Phone == "" || seen.Note != "" || seen.EmployerListed != "" || seen.Name == "" {
		t.Errorf("a partner with contacts sees %+v", seen)
	}
	if m.Note == "" || m.EmployerListed == "" {
		t.Error("redacting altered the shared record")
	}
}
