package hub

import "slices"

// The vocabularies of the mechanisms; see enums.go.

// ArbitratorQualification 任职条件: on which of the four grounds somebody may be
// appointed arbitrator (劳动争议调解仲裁法 Art. 20).
type ArbitratorQualification string

// The grounds.
const (
	QualifiedJudge    ArbitratorQualification = "FORMER_JUDGE"
	QualifiedScholar  ArbitratorQualification = "LEGAL_SCHOLAR"
	QualifiedPractice ArbitratorQualification = "HR_OR_UNION_WORK"
	QualifiedLawyer   ArbitratorQualification = "LAWYER"
)

var arbitratorQualifications = newVocabulary("qualification", "任职条件", []word[ArbitratorQualification]{
	{QualifiedJudge, "曾任审判员", ""},
	{QualifiedScholar, "从事法律研究、教学并具有中级以上职称", "法律研究教学"},
	{QualifiedPractice, "具有法律知识、从事人力资源管理或者工会等专业工作满五年", "人力资源或工会工作满五年"},
	{QualifiedLawyer, "律师执业满三年", ""},
})

// LiaisonRole says whether an arbitrator is the one in charge or stands in.
type LiaisonRole string

// The roles.
const (
	LiaisonPrimary LiaisonRole = "PRIMARY"
	LiaisonBackup  LiaisonRole = "BACKUP"
)

var liaisonRoles = newVocabulary("role", "联系职责", []word[LiaisonRole]{
	{LiaisonPrimary, "主责", "主联系人"},
	{LiaisonBackup, "后备", "备用"},
})

// AwardLevel says whose award it is.
type AwardLevel string

// The levels.
const (
	AwardNational AwardLevel = "NATIONAL"
	AwardCity     AwardLevel = "CITY"
)

var awardLevels = newVocabulary("level", "授予层级", []word[AwardLevel]{
	{AwardNational, "国家级", "全国"},
	{AwardCity, "市级", ""},
})

// AwardStatus says how far an award has come. Its values stand in timelines as
// those of organisations do.
type AwardStatus string

// The statuses, in the order in which they follow one another.
const (
	AwardNominated   AwardStatus = "NOMINATED"
	AwardRecommended AwardStatus = "RECOMMENDED"
	AwardAwarded     AwardStatus = "AWARDED"
	AwardRevoked     AwardStatus = "REVOKED"
)

var awardStatuses = newVocabulary("status", "评选进度", []word[AwardStatus]{
	{AwardNominated, "提名", ""},
	{AwardRecommended, "推荐", ""},
	{AwardAwarded, "授予", ""},
	{AwardRevoked, "撤销", ""},
})

// Weekday 星期: a day of the week on which somebody is there.
type Weekday string

var weekdays = newVocabulary("weekday", "星期", []word[Weekday]{
	{"MONDAY", "星期一", "周一"}, {"TUESDAY", "星期二", "周二"}, {"WEDNESDAY", "星期三", "周三"}, {"THURSDAY", "星期四", "周四"},
	{"FRIDAY", "星期五", "周五"}, {"SATURDAY", "星期六", "周六"}, {"SUNDAY", "星期日", "周日 星期天"},
})

// OrganizationRule 制度: one of the eight rules that every organisation is to have
// in place (measure 22.1).
type OrganizationRule string

var ruleWords = newVocabulary("rule", "制度", []word[OrganizationRule]{
	{"NOTIFICATION", "告知", "告知制度"}, {"REGISTRATION", "登记", "登记制度"}, {"HANDLING", "办理", "办理制度"}, {"SUPERVISION", "督促", "督促制度"},
	{"FOLLOW_UP", "回访", "回访制度"}, {"ARCHIVES", "档案", "档案制度"}, {"STATISTICS", "统计", "统计制度"}, {"APPOINTMENT", "聘任管理", "聘任管理制度"},
})

// Label returns the Chinese word, or the value itself when it is unknown.
func (v ArbitratorQualification) Label() string { return arbitratorQualifications.label(v) }
func (v LiaisonRole) Label() string             { return liaisonRoles.label(v) }
func (v AwardLevel) Label() string              { return awardLevels.label(v) }
func (v AwardStatus) Label() string             { return awardStatuses.label(v) }
func (v Weekday) Label() string                 { return weekdays.label(v) }
func (v OrganizationRule) Label() string        { return ruleWords.label(v) }

// String is the label, as changes of a record show it.
func (v Weekday) String() string { return v.Label() }

// Valid reports whether v is one of the values.
func (v AwardStatus) Valid() bool { return awardStatuses.has(v) }

// ArbitratorQualifications and its like list every value in its order.
func ArbitratorQualifications() []ArbitratorQualification {
	return slices.Clone(arbitratorQualifications.values)
}
func LiaisonRoles() []LiaisonRole           { return slices.Clone(liaisonRoles.values) }
func AwardLevels() []AwardLevel             { return slices.Clone(awardLevels.values) }
func AwardStatuses() []AwardStatus          { return slices.Clone(awardStatuses.values) }
func Weekdays() []Weekday                   { return slices.Clone(weekdays.values) }
func OrganizationRules() []OrganizationRule { return slices.Clone(ruleWords.values) }
