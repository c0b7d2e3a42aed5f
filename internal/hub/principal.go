package hub

import (
	"slices"
	"strings"
)

// Role says in which capacity somebody calls. Roles are assigned in the hub.
type Role string

// The roles.
const (
	RoleAnonymous     Role = "ANONYMOUS"      // anybody: PUBLIC fields
	RolePartner       Role = "PARTNER"        // an agency's program: what its scopes grant besides
	RoleDistrictAdmin Role = "DISTRICT_ADMIN" // keeps the rosters of one district
	RoleCityAdmin     Role = "CITY_ADMIN"     // keeps the city's rosters
	RoleCourtKeeper   Role = "COURT_KEEPER"   // keeps one court's invited listings
	RoleExpertKeeper  Role = "EXPERT_KEEPER"  // keeps the city's expert pool
	RoleAuditor       Role = "AUDITOR"        // reads who did what
	RoleSystem        Role = "SYSTEM"         // the operator at the machine itself
)

// roleRow tells a role's Chinese label, whether keys and accounts can have it, and
// which place they must then name.
type roleRow struct {
	role                                   Role
	label                                  string
	needsDistrict, needsCourt, needsAgency bool
	given                                  bool
}

var roleRows = []roleRow{
	{RoleAnonymous, "匿名访问者", false, false, false, false},
	{RolePartner, "合作单位", false, false, true, true},
	{RoleDistrictAdmin, "区级管理员", true, false, false, true},
	{RoleCityAdmin, "市级管理员", false, false, false, true},
	{RoleCourtKeeper, "法院名册管理员", false, true, false, true},
	{RoleExpertKeeper, "专家库管理员", false, false, false, true},
	{RoleAuditor, "审计员", false, false, false, true},
	{RoleSystem, "系统", false, false, false, false},
}

// Label returns the Chinese word for r.
func (r Role) Label() string {
	for _, row := range roleRows {
		if row.role == r {
			return row.label
		}
	}
	return "未知角色"
}

// ParseRole reads the role of a new key or account: the contract's name in any case, with
// - or _, or the Chinese word.
func ParseRole(s string) (Role, error) {
	norm := strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(s), "-", "_"))
	var words []string
	for _, row := range roleRows {
		if !row.given {
			continue
		}
		if norm == string(row.role) || s == row.label {
			return row.role, nil
		}
		words = append(words, strings.ToLower(string(row.role))+"（"+row.label+"）")
	}
	return "", Invalid("role", "没有“%s”这个角色。可用的角色：%s。", Shorten(s), strings.Join(words, "、"))
}

// A Scope names a group of CONDITIONAL fields. A key with scopes reads no others
// under its agency's agreements.
type Scope string

// The scopes. ScopeAll stands for every group.
const (
	ScopeContact Scope = "contact" // telephone numbers
	ScopeProfile Scope = "profile" // education, employer, post, birth month, qualifications
	ScopeAll     Scope = "all"
)

var scopeLabels = []struct {
	scope Scope
	label string
}{{ScopeContact, "联系方式"}, {ScopeProfile, "个人概况"}, {ScopeAll, "全部有条件共享字段"}}

// Label returns the Chinese word for s.
func (s Scope) Label() string {
	for _, row := range scopeLabels {
		if row.scope == s {
			return row.label
		}
	}
	return string(s)
}

// ParseScope reads a scope's name.
func ParseScope(s string) (Scope, error) {
	norm := Scope(strings.ToLower(strings.TrimSpace(s)))
	var words []string
	for _, row := range scopeLabels {
		if row.scope == norm {
			return norm, nil
		}
		words = append(words, string(row.scope)+"（"+row.label+"）")
	}
	return "", Invalid("scope", "没有“%s”这个授权范围。可用的范围：%s。", Shorten(s), strings.Join(words, "、"))
}

// Post is a role with its place, as keys and accounts hold it.
type Post struct {
	Role     Role
	District string  // GB/T 2260, of a district admin
	Court    string  // court code, of a court's keeper
	Agency   string  // agency code, of a partner
	Scopes   []Scope // which of its agency's agreements' fields it is for; none: all
}

// check returns what is wrong with a post: one must name what its role needs, and
// nothing that is not there.
func (p *Post) check(ref *Reference) *Error {
	i := slices.IndexFunc(roleRows, func(r roleRow) bool { return r.role == p.Role })
	if i < 0 || !roleRows[i].given {
		return Invalid("role", "角色“%s”不能授予密钥或帐号。", Shorten(string(p.Role)))
	}
	row := roleRows[i]
	for _, place := range []struct {
		field, value, what, example string
		needed, known               bool
	}{
		{"district", p.District, "区", "120112（津南区）", row.needsDistrict, knows(ref.District, p.District)},
		{"court", p.Court, "法院", "津0112（津南区法院）", row.needsCourt, knows(ref.CourtByCode, p.Court)},
		{"agency", p.Agency, "成员单位", "HRSS（市人社局）", row.needsAgency, knows(ref.AgencyByCode, p.Agency)},
	} {
		switch {
		case place.needed && place.value == "":
			return Invalid(place.field, "%s须指明所属的%s（%s）：填写代码，例如 %s。", row.label, place.what, place.field, place.example)
		case place.value != "" && !place.known:
			return Invalid(place.field, "没有代码为“%s”的%s。请填写代码，例如 %s。", Shorten(place.value), place.what, place.example)
		}
	}
	for _, scope := range p.Scopes {
		if _, err := ParseScope(string(scope)); err != nil {
			return Invalid("scopes", "没有“%s”这个授权范围。可用的范围：contact（联系方式）、profile（个人概况）、all。", Shorten(string(scope)))
		}
	}
	return nil
}

func knows[T any](find func(string) (T, bool), code string) bool {
	_, ok := find(code)
	return ok
}

// Principal is who calls, as the hub knows it. Exactly the fields that the role
// calls for are set.
type Principal struct {
	ID       string // key_3, acc_5, anonymous, system
	Name     string
	Role     Role
	District string  // GB/T 2260, of a district admin
	Court    string  // court code, of a court's keeper
	Agency   string  // agency code, of a partner
	Scopes   []Scope // which of its agency's agreements' fields it is for; none: all
	Account  ID      // of somebody who has signed in
	Session  ID      // the same

	// Documents are the SHA-256 sums of the query documents that a key is bound to,
	// sorted; none: it may ask what it likes.
	Documents []string

	reading *reading // under agreements, of one request; see [Hub.Reader]
}

// CallerKind says by what a caller is known.
type CallerKind string

// The kinds of callers.
const (
	CallerAnonymous CallerKind = "ANONYMOUS"
	CallerKey       CallerKind = "KEY"
	CallerAccount   CallerKind = "ACCOUNT"
	CallerOperator  CallerKind = "OPERATOR"
)

// Kind says by what p is known.
func (p *Principal) Kind() CallerKind {
	switch {
	case p.Role == RoleAnonymous:
		return CallerAnonymous
	case p.Role == RoleSystem:
		return CallerOperator
	case p.Account != 0:
		return CallerAccount
	}
	return CallerKey
}

// MayAsk returns an error unless p may ask the query document with this SHA-256.
func (p *Principal) MayAsk(sum string) error {
	if _, bound := slices.BinarySearch(p.Documents, sum); bound || len(p.Documents) == 0 {
		return nil
	}
	return untrusted("此密钥只能执行发放时登记的查询文档，这一个不在其中。请使用登记过的文档（一字不差），或请市级管理员为新文档另发密钥。")
}

// MayRoam returns an error when p may only ask documents, and nothing by other ways.
func (p *Principal) MayRoam() error {
	if len(p.Documents) == 0 {
		return nil
	}
	return untrusted("此密钥只能执行发放时登记的查询文档，不能导入或导出表格。请改用没有绑定文档的密钥，或登录后办理。")
}

func untrusted(message string) error { return &Error{Code: CodeUntrusted, Message: message} }

// RoleLabel is the Chinese word for the role.
func (p *Principal) RoleLabel() string { return p.Role.Label() }

// Anonymous is anybody.
var Anonymous = &Principal{ID: "anonymous", Name: "匿名", Role: RoleAnonymous}

// System is the operator at the machine: the commands that work on the data
// folder itself.
var System = &Principal{ID: "system", Name: "系统", Role: RoleSystem}
