package hub

import (
	"slices"
	"strings"
	"time"
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

// roleRow tells a role's Chinese label, whether a key can have it, and which
// place such a key must name.
type roleRow struct {
	role                                   Role
	label                                  string
	needsDistrict, needsCourt, needsAgency bool
	forKeys                                bool
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

// ParseRole reads the role of a new key: the contract's name in any case, with
// - or _, or the Chinese word.
func ParseRole(s string) (Role, error) {
	norm := strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(s), "-", "_"))
	var words []string
	for _, row := range roleRows {
		if !row.forKeys {
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

// Principal is who calls, as the hub knows it. Exactly the fields that the role
// calls for are set.
type Principal struct {
	ID       string // key_3, anonymous, system
	Name     string
	Role     Role
	District string  // GB/T 2260, of a district admin
	Court    string  // court code, of a court's keeper
	Agency   string  // agency code, of a partner
	Scopes   []Scope // which of its agency's agreements' fields a key is for; none: all

	reading *reading // under agreements, of one request; see [Hub.Reader]
}

// Anonymous is anybody.
var Anonymous = &Principal{ID: "anonymous", Name: "匿名", Role: RoleAnonymous}

// System is the operator at the machine: the commands that work on the data
// folder itself.
var System = &Principal{ID: "system", Name: "系统", Role: RoleSystem}

// APIKey is a program's access to the hub. The secret itself is shown once, when
// the key is made; only its hash is kept.
type APIKey struct {
	ID         ID        `cbor:"1,keyasint"`
	Name       string    `cbor:"2,keyasint"`
	Role       Role      `cbor:"3,keyasint"`
	District   string    `cbor:"4,keyasint,omitempty"`
	Court      string    `cbor:"5,keyasint,omitempty"`
	Agency     string    `cbor:"6,keyasint,omitempty"`
	Scopes     []Scope   `cbor:"7,keyasint,omitempty"`
	Expires    Date      `cbor:"8,keyasint,omitempty"` // last day of validity (Asia/Shanghai); 0 for none
	Public     string    `cbor:"9,keyasint"`           // the id part of ck_<id>_<secret><crc>
	SecretHash []byte    `cbor:"10,keyasint"`          // SHA-256
	CreatedAt  time.Time `cbor:"11,keyasint"`
	Revoked    bool      `cbor:"12,keyasint,omitempty"`
}

// RecordID returns the id.
func (k *APIKey) RecordID() ID { return k.ID }

// Facts returns the look-up by the key's public part.
func (k *APIKey) Facts() Facts {
	return Facts{Keys: []Key{{KeySecret, k.Public, true}}}
}

// Validate checks that the key names what its role needs and nothing else.
func (k *APIKey) Validate(ref *Reference) error {
	if strings.TrimSpace(k.Name) == "" {
		return Invalid("name", "请用 --name 给密钥起一个能认出使用者的名称。")
	}
	i := slices.IndexFunc(roleRows, func(r roleRow) bool { return r.role == k.Role })
	if i < 0 || !roleRows[i].forKeys {
		return Invalid("role", "角色“%s”不能授予密钥。", k.Role)
	}
	row := roleRows[i]
	for _, need := range []struct {
		field, value, flag, example string
		needed                      bool
	}{
		{"district", k.District, "--district", "120112", row.needsDistrict},
		{"court", k.Court, "--court", "津0112", row.needsCourt},
		{"agency", k.Agency, "--agency", "HRSS", row.needsAgency},
	} {
		if need.needed && need.value == "" {
			return Invalid(need.field, "%s的密钥须用 %s 指明归属，例如 %s %s。", row.label, need.flag, need.flag, need.example)
		}
	}
	if k.District != "" {
		if _, ok := ref.District(k.District); !ok {
			return Invalid("district", "没有代码为“%s”的区。请用 GB/T 2260 代码，例如 120112（津南区）。", Shorten(k.District))
		}
	}
	if k.Court != "" {
		if _, ok := ref.CourtByCode(k.Court); !ok {
			return Invalid("court", "没有代码为“%s”的法院。请用法院代字，例如 津0112（津南区法院）。", Shorten(k.Court))
		}
	}
	if k.Agency != "" {
		if _, ok := ref.AgencyByCode(k.Agency); !ok {
			return Invalid("agency", "没有代码为“%s”的成员单位。", Shorten(k.Agency))
		}
	}
	return nil
}

// Principal returns whom the key stands for.
func (k *APIKey) Principal() *Principal {
	return &Principal{ID: k.ID.String(), Name: k.Name, Role: k.Role, District: k.District, Court: k.Court, Agency: k.Agency, Scopes: k.Scopes}
}

// UsableOn reports whether the key opens anything on day d.
func (k *APIKey) UsableOn(d Date) bool { return !k.Revoked && (k.Expires == 0 || d <= k.Expires) }
