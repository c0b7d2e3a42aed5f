package hub

import (
	"slices"
	"strings"
)

// The vocabularies of the domain. Each is a string type whose values are the
// enum values of the contract; each has Label (the Chinese word shown to
// people), Valid, a function that lists all values in their order, and a Parse
// function that accepts the enum value, the label and the words in use on
// sheets. They all work off one table, see [vocabulary].

// Level 层级: whose roster an entry stands on.
type Level string

// The levels.
const (
	LevelCity     Level = "CITY"
	LevelDistrict Level = "DISTRICT"
)

var levels = newVocabulary("level", "层级", []word[Level]{
	{LevelCity, "市级", "市"},
	{LevelDistrict, "区级", "区"},
})

// EntryStatus 状态: where a listing stands in its life (domain.md §2.3).
type EntryStatus string

// Status is short for [EntryStatus]. What the contract binds says EntryStatus:
// machine-made code would otherwise say now the one, now the other.
type Status = EntryStatus

// The statuses of a listing.
const (
	StatusProposed      EntryStatus = "PROPOSED"
	StatusPublicity     EntryStatus = "PUBLICITY"
	StatusActive        EntryStatus = "ACTIVE"
	StatusSuspended     EntryStatus = "SUSPENDED"
	StatusExpired       EntryStatus = "EXPIRED"
	StatusResigned      EntryStatus = "RESIGNED"
	StatusDismissed     EntryStatus = "DISMISSED"
	StatusRecalled      EntryStatus = "RECALLED"
	StatusStruckOff     EntryStatus = "STRUCK_OFF"
	StatusDeceased      EntryStatus = "DECEASED"
	StatusIncapacitated EntryStatus = "INCAPACITATED"
	StatusOrgExit       EntryStatus = "ORG_EXIT"
	StatusRejected      EntryStatus = "REJECTED"
	StatusWithdrawn     EntryStatus = "WITHDRAWN"
)

var entryStatuses = newVocabulary("status", "状态", []word[EntryStatus]{
	{StatusProposed, "拟聘", "拟聘任 拟入册"},
	{StatusPublicity, "公示", "公示中"},
	{StatusActive, "在册", "在聘 在任 正常"},
	{StatusSuspended, "暂停", "暂停履职 停职 中止"},
	{StatusExpired, "届满", "聘期届满 任期届满 到期 已到期"},
	{StatusResigned, "辞任", "辞去 辞职 已辞任"},
	{StatusDismissed, "解聘", "已解聘"},
	{StatusRecalled, "罢免", "已罢免"},
	{StatusStruckOff, "除名", "已除名"},
	{StatusDeceased, "死亡", "去世 已故"},
	{StatusIncapacitated, "丧失行为能力", ""},
	{StatusOrgExit, "组织退出", "随组织退出"},
	{StatusRejected, "不予聘任", "不予入册"},
	{StatusWithdrawn, "撤回", "已撤回"},
})

// OrganizationStatus 状态: where a mediation organisation stands in its life.
type OrganizationStatus string

// The statuses of an organisation.
const (
	OrganizationActive    OrganizationStatus = "ACTIVE"
	OrganizationSuspended OrganizationStatus = "SUSPENDED"
	OrganizationMerged    OrganizationStatus = "MERGED"
	OrganizationDissolved OrganizationStatus = "DISSOLVED"
)

var organizationStatuses = newVocabulary("status", "状态", []word[OrganizationStatus]{
	{OrganizationActive, "在册", "正常 存续"},
	{OrganizationSuspended, "暂停", "暂停受理 中止"},
	{OrganizationMerged, "合并", "已合并 并入"},
	{OrganizationDissolved, "撤销", "已撤销 注销 已注销 解散"},
})

// SourceCategory 人员来源: from which profession somebody came to mediation
// (checklist 42.1, 30, 13; 法释〔2016〕14号 Art. 6).
type SourceCategory string

// The sources.
const (
	SourceLegalScholar          SourceCategory = "LEGAL_SCHOLAR"
	SourceArbitrator            SourceCategory = "ARBITRATOR"
	SourceLawyer                SourceCategory = "LAWYER"
	SourceLaborCoordinator      SourceCategory = "LABOR_COORDINATOR"
	SourceRetiredJudge          SourceCategory = "RETIRED_JUDGE"
	SourceRetiredProsecutor     SourceCategory = "RETIRED_PROSECUTOR"
	SourceRetiredPoliticalLegal SourceCategory = "RETIRED_POLITICAL_LEGAL"
	SourcePsychCounsellor       SourceCategory = "PSYCH_COUNSELLOR"
	SourceOtherLegalLiterate    SourceCategory = "OTHER_LEGAL_LITERATE"
	SourceLegalVolunteer        SourceCategory = "LEGAL_VOLUNTEER"
	SourceLaborLawSupervisor    SourceCategory = "LABOR_LAW_SUPERVISOR"
	SourceUnionCadre            SourceCategory = "UNION_CADRE"
	SourceHRManager             SourceCategory = "HR_MANAGER"
	SourcePeoplesMediator       SourceCategory = "PEOPLES_MEDIATOR"
	SourceNPCDeputy             SourceCategory = "NPC_DEPUTY"
	SourceCPPCCMember           SourceCategory = "CPPCC_MEMBER"
	SourcePeoplesAssessor       SourceCategory = "PEOPLES_ASSESSOR"
	SourceOther                 SourceCategory = "OTHER"
)

var sourceCategories = newVocabulary("source", "人员来源", []word[SourceCategory]{
	{SourceLegalScholar, "法学专家学者", "法学专家 法学学者 专家学者"},
	{SourceArbitrator, "仲裁员", "劳动人事争议仲裁员 兼职仲裁员 专职仲裁员"},
	{SourceLawyer, "律师", "执业律师"},
	{SourceLaborCoordinator, "劳动关系协调员（师）", "劳动关系协调员 劳动关系协调师"},
	{SourceRetiredJudge, "退休法官", "离退休法官"},
	{SourceRetiredProsecutor, "退休检察官", "离退休检察官"},
	{SourceRetiredPoliticalLegal, "退休政法干警", "退休政法干部 离退休政法干警"},
	{SourcePsychCounsellor, "心理咨询师", "心理咨询人员"},
	{SourceOtherLegalLiterate, "其他具有法律专业素养的人员", "其他法律专业人员 退休法律工作者 法律工作者"},
	{SourceLegalVolunteer, "普法志愿者", "普法宣传志愿者"},
	{SourceLaborLawSupervisor, "劳动法律监督员", "工会劳动法律监督员"},
	{SourceUnionCadre, "工会干部", "工会工作者 工会工作人员"},
	{SourceHRManager, "人力资源管理人员", "人力资源管理者 企业人力资源管理人员 人力资源管理师 HR"},
	{SourcePeoplesMediator, "人民调解员", ""},
	{SourceNPCDeputy, "人大代表", ""},
	{SourceCPPCCMember, "政协委员", ""},
	{SourcePeoplesAssessor, "人民陪审员", ""},
	{SourceOther, "其他", "其他人员 其它"},
})

// OrganizationKind 组织类型: what sort of body mediates.
type OrganizationKind string

// The kinds of organisation.
const (
	OrgEnterpriseCommittee    OrganizationKind = "ENTERPRISE_COMMITTEE"
	OrgPublicInstitution      OrganizationKind = "PUBLIC_INSTITUTION"
	OrgSocialGroupInternal    OrganizationKind = "SOCIAL_GROUP_INTERNAL"
	OrgPeoplesCommittee       OrganizationKind = "PEOPLES_COMMITTEE"
	OrgStreetTown             OrganizationKind = "STREET_TOWN"
	OrgIndustry               OrganizationKind = "INDUSTRY"
	OrgRegional               OrganizationKind = "REGIONAL"
	OrgPark                   OrganizationKind = "PARK"
	OrgChamber                OrganizationKind = "CHAMBER"
	OrgArbitrationCourtCenter OrganizationKind = "ARBITRATION_COURT_CENTER"
	OrgUnionLegalStation      OrganizationKind = "UNION_LEGAL_STATION"
	OrgJointStudio            OrganizationKind = "JOINT_STUDIO"
	OrgOneWindow              OrganizationKind = "ONE_WINDOW"
	OrgDisputeCenter          OrganizationKind = "DISPUTE_CENTER"
	OrgNewEconomy             OrganizationKind = "NEW_ECONOMY"
	OrgLawFirmTeam            OrganizationKind = "LAW_FIRM_TEAM"
	OrgSocialOrg              OrganizationKind = "SOCIAL_ORG"
	OrgNamedStudio            OrganizationKind = "NAMED_STUDIO"
)

var organizationKinds = newVocabulary("kind", "组织类型", []word[OrganizationKind]{
	{OrgEnterpriseCommittee, "企业劳动争议调解委员会", "企业 企业调解委员会 企业调解组织"},
	{OrgPublicInstitution, "事业单位调解组织", "事业单位 事业单位调解委员会"},
	{OrgSocialGroupInternal, "社会团体内设调解组织", "社会团体内设 社会团体"},
	{OrgPeoplesCommittee, "人民调解委员会", "人民调解 人民调解组织"},
	{OrgStreetTown, "乡镇（街道）调解组织", "乡镇（街道） 乡镇街道 街道（乡镇） 街道（镇） 街道 乡镇 街镇 镇街 基层调解组织"},
	{OrgIndustry, "行业性调解组织", "行业性 行业 行业调解组织"},
	{OrgRegional, "区域性调解组织", "区域性 区域 区域调解组织"},
	{OrgPark, "开发区（园区）调解组织", "开发区/园区 开发区（园区） 开发区 园区 工业园区"},
	{OrgChamber, "商（协）会调解组织", "商（协）会 商会 协会 商会调解组织"},
	{OrgArbitrationCourtCenter, "仲裁院调解中心", "仲裁院 劳动人事争议仲裁院调解中心"},
	{OrgUnionLegalStation, "工会法律服务工作站", "工会法律服务站 工会"},
	{OrgJointStudio, "联合调解工作室", "联合调解 联合调解组织 联合调解中心"},
	{OrgOneWindow, "一窗式窗口", "一窗式"},
	{OrgDisputeCenter, "矛调中心", "社会矛盾纠纷调处化解中心 矛盾纠纷调处化解中心"},
	{OrgNewEconomy, "新就业形态调解组织", "新就业形态"},
	{OrgLawFirmTeam, "律师调解团队", "律师团队 律师事务所调解团队"},
	{OrgSocialOrg, "社会组织", "社会组织调解机构"},
	{OrgNamedStudio, "个人（品牌）调解室", "个人/品牌调解室 个人调解室 品牌调解室 个人调解工作室 品牌调解工作室"},
})

// AgencyKind 部门类别: what sort of body a member agency is. It decides on what
// legal footing data is shared with it (domain.md §0.4).
type AgencyKind string

// The kinds of agency.
const (
	AgencyPartyOrgan         AgencyKind = "PARTY_ORGAN"
	AgencyJudicial           AgencyKind = "JUDICIAL"
	AgencyGovernment         AgencyKind = "GOVERNMENT"
	AgencyMassOrg            AgencyKind = "MASS_ORG"
	AgencyEmployerFederation AgencyKind = "EMPLOYER_FEDERATION"
	AgencyDistrict           AgencyKind = "DISTRICT"
)

var agencyKinds = newVocabulary("kind", "部门类别", []word[AgencyKind]{
	{AgencyPartyOrgan, "党委部门", "党的机关"},
	{AgencyJudicial, "审判机关", "法院"},
	{AgencyGovernment, "政府部门", "行政机关"},
	{AgencyMassOrg, "群团组织", "人民团体"},
	{AgencyEmployerFederation, "企业代表组织", ""},
	{AgencyDistrict, "区级部门", ""},
})

// Gender 性别 as in GB/T 2261.1.
type Gender string

// The genders.
const (
	GenderUnknown     Gender = "UNKNOWN"     // 0 未知的性别
	GenderMale        Gender = "MALE"        // 1 男性
	GenderFemale      Gender = "FEMALE"      // 2 女性
	GenderUnspecified Gender = "UNSPECIFIED" // 9 未说明的性别
)

var genders = newVocabulary("gender", "性别", []word[Gender]{
	{GenderUnknown, "未知", "0 未知的性别"},
	{GenderMale, "男", "1 男性"},
	{GenderFemale, "女", "2 女性"},
	{GenderUnspecified, "未说明", "9 未说明的性别"},
})

// GBCode returns the code of GB/T 2261.1; "" for a value outside it.
func (g Gender) GBCode() string {
	switch g {
	case GenderUnknown:
		return "0"
	case GenderMale:
		return "1"
	case GenderFemale:
		return "2"
	case GenderUnspecified:
		return "9"
	}
	return ""
}

// BodyPosition 组织内职务: what a mediator is in the organisation (人民调解法 Art. 8,
// 企业劳动争议协商调解规定 Art. 15 to 18).
type BodyPosition string

// The positions.
const (
	PositionDirector           BodyPosition = "DIRECTOR"
	PositionDeputyDirector     BodyPosition = "DEPUTY_DIRECTOR"
	PositionCommitteeMember    BodyPosition = "COMMITTEE_MEMBER"
	PositionMediator           BodyPosition = "MEDIATOR"
	PositionInformationOfficer BodyPosition = "INFORMATION_OFFICER"
)

var positions = newVocabulary("position", "组织内职务", []word[BodyPosition]{
	{PositionDirector, "主任", "主任委员"},
	{PositionDeputyDirector, "副主任", "副主任委员 常务副主任"},
	{PositionCommitteeMember, "委员", "调解委员"},
	{PositionMediator, "调解员", "专职调解员 兼职调解员"},
	{PositionInformationOfficer, "信息员", "劳动争议信息员"},
})

// Employment 专职/兼职: how a mediator works for the organisation.
type Employment string

// The employments.
const (
	EmploymentFullTime Employment = "FULL_TIME"
	EmploymentPartTime Employment = "PART_TIME"
)

var employments = newVocabulary("employment", "专职/兼职", []word[Employment]{
	{EmploymentFullTime, "专职", "专职调解员 全职"},
	{EmploymentPartTime, "兼职", "兼职调解员"},
})

// InviteeKind 类别: whom an invited listing lists (法释〔2016〕14号 Art. 5–6).
type InviteeKind string

// The kinds of invitee.
const (
	InviteePerson       InviteeKind = "PERSON"
	InviteeOrganization InviteeKind = "ORGANIZATION"
)

var inviteeKinds = newVocabulary("invitee", "类别", []word[InviteeKind]{
	{InviteePerson, "个人", "特邀调解员 调解员"},
	{InviteeOrganization, "组织", "特邀调解组织 调解组织"},
})

// CourtLevel 法院层级.
type CourtLevel string

// The levels of court. A special court (maritime) ranks with the intermediate
// ones but has no district of its own.
const (
	CourtHigh         CourtLevel = "HIGH"
	CourtIntermediate CourtLevel = "INTERMEDIATE"
	CourtSpecial      CourtLevel = "SPECIAL"
	CourtBasic        CourtLevel = "BASIC"
)

var courtLevels = newVocabulary("level", "法院层级", []word[CourtLevel]{
	{CourtHigh, "高级人民法院", "高级 高院"},
	{CourtIntermediate, "中级人民法院", "中级 中院"},
	{CourtSpecial, "专门人民法院", "专门 专门法院 海事法院"},
	{CourtBasic, "基层人民法院", "基层 基层法院"},
})

// Label returns the Chinese word, or the value itself when it is unknown; the
// same holds for every Label below.
func (v Level) Label() string              { return levels.label(v) }
func (v EntryStatus) Label() string        { return entryStatuses.label(v) }
func (v OrganizationStatus) Label() string { return organizationStatuses.label(v) }
func (v SourceCategory) Label() string     { return sourceCategories.label(v) }
func (v OrganizationKind) Label() string   { return organizationKinds.label(v) }
func (v AgencyKind) Label() string         { return agencyKinds.label(v) }
func (v Gender) Label() string             { return genders.label(v) }
func (v Employment) Label() string         { return employments.label(v) }
func (v BodyPosition) Label() string       { return positions.label(v) }
func (v InviteeKind) Label() string        { return inviteeKinds.label(v) }
func (v CourtLevel) Label() string         { return courtLevels.label(v) }

// Valid reports whether v is one of the constants; the zero value is not.
func (v Level) Valid() bool              { return levels.has(v) }
func (v EntryStatus) Valid() bool        { return entryStatuses.has(v) }
func (v OrganizationStatus) Valid() bool { return organizationStatuses.has(v) }
func (v SourceCategory) Valid() bool     { return sourceCategories.has(v) }
func (v OrganizationKind) Valid() bool   { return organizationKinds.has(v) }
func (v AgencyKind) Valid() bool         { return agencyKinds.has(v) }
func (v Gender) Valid() bool             { return genders.has(v) }
func (v Employment) Valid() bool         { return employments.has(v) }
func (v BodyPosition) Valid() bool       { return positions.has(v) }
func (v InviteeKind) Valid() bool        { return inviteeKinds.has(v) }
func (v CourtLevel) Valid() bool         { return courtLevels.has(v) }

// ParseLevel and its like read a value from its enum form, its label or a word
// in use, whatever the width, case and blanks. They fail with a *[FieldError].
func ParseLevel(s string) (Level, error)             { return levels.parse(s) }
func ParseEntryStatus(s string) (EntryStatus, error) { return entryStatuses.parse(s) }
func ParseOrganizationStatus(s string) (OrganizationStatus, error) {
	return organizationStatuses.parse(s)
}
func ParseSourceCategory(s string) (SourceCategory, error)     { return sourceCategories.parse(s) }
func ParseOrganizationKind(s string) (OrganizationKind, error) { return organizationKinds.parse(s) }
func ParseAgencyKind(s string) (AgencyKind, error)             { return agencyKinds.parse(s) }
func ParseGender(s string) (Gender, error)                     { return genders.parse(s) }
func ParseEmployment(s string) (Employment, error)             { return employments.parse(s) }
func ParseBodyPosition(s string) (BodyPosition, error)         { return positions.parse(s) }
func ParseInviteeKind(s string) (InviteeKind, error)           { return inviteeKinds.parse(s) }
func ParseCourtLevel(s string) (CourtLevel, error)             { return courtLevels.parse(s) }

// Levels and its like list every value in the order in which people expect it.
func Levels() []Level                            { return slices.Clone(levels.values) }
func EntryStatuses() []EntryStatus               { return slices.Clone(entryStatuses.values) }
func OrganizationStatuses() []OrganizationStatus { return slices.Clone(organizationStatuses.values) }
func SourceCategories() []SourceCategory         { return slices.Clone(sourceCategories.values) }
func OrganizationKinds() []OrganizationKind      { return slices.Clone(organizationKinds.values) }
func AgencyKinds() []AgencyKind                  { return slices.Clone(agencyKinds.values) }
func Genders() []Gender                          { return slices.Clone(genders.values) }
func Employments() []Employment                  { return slices.Clone(employments.values) }
func BodyPositions() []BodyPosition              { return slices.Clone(positions.values) }
func InviteeKinds() []InviteeKind                { return slices.Clone(inviteeKinds.values) }
func CourtLevels() []CourtLevel                  { return slices.Clone(courtLevels.values) }

// word is one row of a vocabulary.
type word[E ~string] struct {
	value E
	label string
	also  string // further words that mean the same, parted by blanks
}

// vocabulary is a closed list of values with the words for them. It is complete
// when it is made and never changes.
type vocabulary[E ~string] struct {
	field  string // in the contract
	title  string // Chinese heading of the field
	values []E
	labels map[E]string
	byWord map[string]E // by foldKey
}

func newVocabulary[E ~string](field, title string, words []word[E]) *vocabulary[E] {
	v := &vocabulary[E]{
		field:  field,
		title:  title,
		labels: make(map[E]string, len(words)),
		byWord: make(map[string]E, 4*len(words)),
	}
	for _, w := range words {
		v.values = append(v.values, w.value)
		v.labels[w.value] = w.label
		for _, form := range append(strings.Fields(w.also), string(w.value), w.label) {
			key := foldKey(form)
			if other, taken := v.byWord[key]; taken && other != w.value {
				panic("hub: " + title + ": " + form + " means two things")
			}
			v.byWord[key] = w.value
		}
	}
	return v
}

func (v *vocabulary[E]) has(value E) bool {
	_, ok := v.labels[value]
	return ok
}

func (v *vocabulary[E]) label(value E) string {
	if l, ok := v.labels[value]; ok {
		return l
	}
	return string(value)
}

func (v *vocabulary[E]) parse(s string) (E, error) {
	if value, ok := v.byWord[s]; ok {
		return value, nil // most words come as they are looked up
	}
	key := foldKey(s)
	if value, ok := v.byWord[key]; ok {
		return value, nil
	}
	var choices strings.Builder
	for i, value := range v.values {
		if i > 0 {
			choices.WriteString("、")
		}
		choices.WriteString(v.labels[value])
	}
	if key == "" {
		return "", fieldError(v.field, s, FaultRequired, "没有填写%s，请填写下列之一：%s。", v.title, choices.String())
	}
	return "", fieldError(v.field, s, FaultUnknownWord, "%s“%s”不在可选范围内，请填写下列之一：%s。", v.title, Shorten(s), choices.String())
}
