package sheet

import (
	"strings"
	"unicode"

	"concord/internal/hub"
)

// heading is a column that sheets of a roster carry: what it means and how it is
// headed, first as we write it.
type heading struct {
	field hub.ImportField
	words []string
}

func words(field hub.ImportField, list string) heading {
	return heading{field, strings.Fields(list)}
}

// The headings of domain.md §5 and contract.md, with the synonyms in use. Line
// breaks, blanks, brackets' width, an asterisk for "required" and a bracketed
// remark behind the heading do not matter, see [headingKey].
var (
	entryHeadings = []heading{
		words(hub.FieldLevel, "层级(市/区) 层级 级别 名册层级"),
		words(hub.FieldDistrict, "所属区 区 区县 行政区 所在区 所属区县 所属行政区"),
		words(hub.FieldStreet, "街道(乡镇) 街道 乡镇 街镇 街道/乡镇 乡镇/街道 乡镇街道 街道乡镇 所属街道"),
		words(hub.FieldSource, "人员来源 来源 来源类别 来源渠道"),
		words(hub.FieldSourceLabel, "人员来源(原文)"),
		words(hub.FieldStatus, "状态 在册状态 名册状态"),
		words(hub.FieldStatusUntil, "暂停截止 暂停截止日期 暂停至"),
		words(hub.FieldStatusOn, "变更日期 状态日期 变更生效日期"),
		words(hub.FieldStatusGround, "变更原因 变更事由 变动原因"),
		words(hub.FieldEvidence, "佐证材料 证明材料 申报材料"),
		words(hub.FieldBiography, "简介 个人简介 简历 工作简历"),
		words(hub.FieldNote, "备注 说明"),
		words(hub.FieldFictional, "示例 示例数据"),
	}
	personHeadings = []heading{
		words(hub.FieldGender, "性别"),
		words(hub.FieldBirthDate, "出生年月 出生日期 出生年月日 出生时间 生日"),
		words(hub.FieldEthnicity, "民族"),
		words(hub.FieldPolitical, "政治面貌 政治面目"),
		words(hub.FieldCitizenID, "公民身份号码 身份证号 身份证号码 身份证 证件号码 公民身份证号码 居民身份证号 居民身份证号码 身份号码"),
	}
	rosterHeadings = map[hub.Kind][]heading{
		hub.KindMediator: join([]heading{
			words(hub.FieldRegistrationNo, "编号 调解员编号 名册编号 登记编号"),
			words(hub.FieldName, "姓名 调解员姓名"),
			words(hub.FieldPersonEducation, "文化程度 学历 最高学历 学历学位"),
			words(hub.FieldPhone, "手机号码 手机 手机号 联系方式 联系电话 电话 电话号码 移动电话"),
			words(hub.FieldEmployer, "工作单位 单位 所在单位 单位名称"),
			words(hub.FieldTitle, "职务/职称 职务 职称 职务职称"),
			words(hub.FieldEmployment, "专职/兼职 专兼职 专(兼)职 专职或兼职 专/兼职"),
			words(hub.FieldPosition, "组织内职务 调解组织职务 调委会职务"),
			words(hub.FieldOrganization, "所属调解组织 调解组织 所在调解组织 调解组织名称 所属组织"),
			words(hub.FieldSpecialties, "擅长领域 擅长案由 特长案由 擅长 专长 专业特长 特长"),
			words(hub.FieldLanguages, "语言/方言 语言 方言 语种"),
			words(hub.FieldCertificateNo, "调解员证号 证书编号 调解员证书编号 调解员证 证号 调解员证编号"),
			words(hub.FieldCertificateBy, "发证机关 发证单位"),
			words(hub.FieldAppointedBy, "聘任单位 聘用单位"),
			words(hub.FieldTermDocument, "聘任文号 聘任文件 文号"),
			words(hub.FieldTermStart, "聘期起 聘任起 聘期开始 聘期起始 聘期起始日期 聘任日期 聘期自 任期起 聘任期起"),
			words(hub.FieldTermEnd, "聘期止 聘任止 聘期结束 聘期截止 聘期终止日期 聘期截止日期 聘期至 任期止 聘任期止"),
			words(hub.FieldTrainingHours, "年度培训学时 培训学时 年度学时"),
			words(hub.FieldEvaluation, "年度考核 考核结果 年度考核结果"),
			words(hub.FieldEvaluationYear, "考核年度 考核年份"),
		}, entryHeadings, personHeadings),
		hub.KindExpert: join([]heading{
			words(hub.FieldRegistrationNo, "编号 专家编号 名册编号 登记编号"),
			words(hub.FieldName, "姓名 专家姓名"),
			words(hub.FieldPersonEducation, "文化程度"),
			words(hub.FieldPhone, "手机号码 手机 手机号 联系方式 联系电话 电话"),
			words(hub.FieldEmployer, "工作单位 单位 所在单位 单位名称"),
			words(hub.FieldPost, "职务 现任职务"),
			words(hub.FieldTitle, "职称 职务/职称 专业技术职称 职务职称"),
			words(hub.FieldEducation, "学历学位 学历/学位 学历 最高学历"),
			words(hub.FieldExpertise, "专业方向 研究方向 专业"),
			words(hub.FieldSpecialties, "擅长案由 擅长领域 特长案由 擅长 专长"),
			words(hub.FieldQualifications, "资格证书及编号 资格证书 职业资格"),
			words(hub.FieldYears, "从业年限 工作年限 从业年数"),
			words(hub.FieldRecommendedBy, "推荐单位 推荐部门"),
			words(hub.FieldTermStart, "入库日期 聘期起 聘任日期 入库时间 聘期开始"),
			words(hub.FieldTermEnd, "聘期止 聘期结束 聘期截止 聘期截止日期"),
			words(hub.FieldTermDocument, "聘任文号"),
			words(hub.FieldServices, "服务方式"),
			words(hub.FieldDistrictsServed, "可服务区 服务区域 可服务区域"),
			words(hub.FieldConflictedBodies, "回避单位"),
		}, entryHeadings, personHeadings),
		hub.KindInvitedListing: join([]heading{
			words(hub.FieldRegistrationNo, "名册编号 编号 登记编号"),
			words(hub.FieldInvitee, "类别(组织/个人) 类别 类型"),
			words(hub.FieldName, "名称/姓名 名称 姓名 姓名/名称 名称或姓名 姓名或名称 调解员姓名"),
			words(hub.FieldPersonEducation, "文化程度 学历"),
			words(hub.FieldPhone, "手机号码 手机 手机号 联系方式 联系电话 电话"),
			words(hub.FieldEmployer, "工作单位 单位 所在单位"),
			words(hub.FieldTitle, "职务/职称 职务 职称 职务职称"),
			words(hub.FieldOrganization, "所属特邀组织 特邀组织 所属特邀调解组织 所属调解组织 所属组织"),
			words(hub.FieldCourt, "邀请法院 特邀法院 聘任法院 法院"),
			words(hub.FieldSpecialistList, "专业名册 专门名册"),
			words(hub.FieldCertificateNo, "证书编号 证书号 调解员证号"),
			words(hub.FieldCertifiedOn, "发证日期 发证时间"),
			words(hub.FieldTermStart, "任期起 聘期起 任期开始"),
			words(hub.FieldTermEnd, "任期止 聘期止 任期结束 任期截止"),
			words(hub.FieldTermDocument, "聘任文号"),
			words(hub.FieldScope, "受理范围"),
			words(hub.FieldSpecialties, "擅长领域 擅长案由 特长案由 擅长 专长"),
			words(hub.FieldFeeCharged, "是否收费 收费"),
			words(hub.FieldUsableByLowerCourts, "下级法院可用 下级法院可使用 供下级法院使用"),
			words(hub.FieldLowerCourtsConsentOn, "同意下级法院使用日期 同意日期"),
			words(hub.FieldLowerCourtsConsentNo, "同意书编号 同意书文号"),
			words(hub.FieldPlatformCertified, "平台认证 调解平台认证 人民法院调解平台认证"),
			words(hub.FieldPublicationURL, "公布网址 公开网址 公示网址"),
			words(hub.FieldListedOn, "入册日期 入册时间"),
			words(hub.FieldEvaluation, "年度评估 评估结果"),
		}, entryHeadings, personHeadings),
		hub.KindOrganization: join([]heading{
			words(hub.FieldRegistrationNo, "编号 组织编号 名册编号 登记编号"),
			words(hub.FieldName, "组织名称 名称 调解组织名称 调解组织 单位名称 机构名称"),
			words(hub.FieldKind, "组织类型 类型 组织类别 类别"),
			words(hub.FieldCreditCode, "统一社会信用代码 信用代码 社会信用代码 统一信用代码"),
			words(hub.FieldCreditCodeWaiver, "信用代码豁免理由 信用代码说明 豁免理由"),
			words(hub.FieldCreditCodeEvidence, "信用代码豁免依据 豁免依据"),
			words(hub.FieldSponsor, "设立(主办)单位 设立单位 主办单位 设立/主办单位 设立主办单位"),
			words(hub.FieldParent, "上级组织 上级调解组织 所属上级组织"),
			words(hub.FieldGuidingAgency, "业务指导部门 指导部门 业务指导单位 指导单位"),
			words(hub.FieldAddress, "地址 办公地址 详细地址 联系地址"),
			words(hub.FieldPhone, "联系电话 电话 电话号码 联系方式 办公电话"),
			words(hub.FieldHead, "负责人 主任 负责人姓名"),
			words(hub.FieldFoundedOn, "成立日期 设立日期 成立时间 设立时间"),
			words(hub.FieldFilingNo, "备案文号 批准/备案文号 备案号 批准文号"),
			words(hub.FieldFullTime, "专职人数 专职调解员人数 专职"),
			words(hub.FieldPartTime, "兼职人数 兼职调解员人数 兼职"),
			words(hub.FieldSpecialties, "受理范围 擅长领域 业务范围"),
			words(hub.FieldHours, "工作时间 办公时间 服务时间"),
			words(hub.FieldFeeCharged, "是否收费 收费"),
			words(hub.FieldInternetPlus, "互联网+调解平台 互联网+调解"),
			words(hub.FieldCourtPlatform, "法院调解平台 人民法院调解平台"),
			words(hub.FieldOneWindow, "一窗式 一窗式窗口"),
			words(hub.FieldDisputeCentre, "派驻矛调中心 矛调中心"),
			words(hub.FieldLiaisonArbitrator, "联系仲裁员 分片联系仲裁员"),
			words(hub.FieldGoldAward, "金牌(批次) 金牌 金牌批次 金牌调解组织"),
		}, without(entryHeadings, hub.FieldSource, hub.FieldSourceLabel, hub.FieldEvidence, hub.FieldBiography)),
	}

	// elsewhere are columns of the usual sheets whose content another roster
	// keeps, or none: they are known, and not taken over.
	elsewhere = map[hub.Kind]map[string]string{
		hub.KindMediator: {
			"是否特邀调解员": "由特邀名册维护", "特邀法院": "由特邀名册维护", "是否入专家库": "由专家库维护",
			"组织类型": "由调解组织名册维护", "从业年限": "由专家库维护",
		},
		hub.KindExpert:         {"语言/方言": "由调解员名册维护"},
		hub.KindInvitedListing: {"组织类型": "由调解组织名册维护", "从业年限": "由专家库维护"},
	}

	// serials head columns that number the rows.
	serials = keys("序号 序 NO NO. № 行号")
)

func join(lists ...[]heading) []heading {
	var all []heading
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func without(list []heading, fields ...hub.ImportField) []heading {
	var kept []heading
	for _, h := range list {
		drop := false
		for _, f := range fields {
			drop = drop || h.field == f
		}
		if !drop {
			kept = append(kept, h)
		}
	}
	return kept
}

func keys(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		set[headingKey(word)] = true
	}
	return set
}

// vocabulary finds what a heading means in the sheets of one roster.
type vocabulary struct {
	fields map[string]hub.ImportField // by heading key
	first  map[hub.ImportField]string // as we write it
	other  map[string]string          // heading key → who keeps it
}

var vocabularies = func() map[hub.Kind]*vocabulary {
	all := map[hub.Kind]*vocabulary{}
	for kind, headings := range rosterHeadings {
		v := &vocabulary{map[string]hub.ImportField{}, map[hub.ImportField]string{}, map[string]string{}}
		for _, h := range headings {
			v.first[h.field] = h.words[0]
			for _, word := range h.words {
				key := headingKey(word)
				if other, taken := v.fields[key]; taken && other != h.field {
					panic("sheet: heading " + word + " means two things in " + kind.String())
				}
				v.fields[key] = h.field
			}
		}
		for word, who := range elsewhere[kind] {
			v.other[headingKey(word)] = who
		}
		all[kind] = v
	}
	return all
}()

// field returns what a heading means: as it stands, without its brackets (聘期
// （起）), or without the remark in brackets that follows many of them; 0 when it
// is not known.
func (v *vocabulary) field(text string) hub.ImportField {
	key := headingKey(text)
	for _, form := range []string{key, bracketMarks.Replace(key), withoutBrackets(key)} {
		if f, ok := v.fields[form]; ok {
			return f
		}
	}
	return 0
}

var bracketMarks = strings.NewReplacer("(", "", ")", "")

// keeper returns who keeps the content of a column that is known and not taken
// over; "" for any other.
func (v *vocabulary) keeper(text string) string {
	key := headingKey(text)
	if who, ok := v.other[key]; ok {
		return who
	}
	return v.other[withoutBrackets(key)]
}

// headingKey is the form in which headings are compared: half width, upper case,
// without blanks, line breaks and the marks that stand around headings.
func headingKey(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r = r - '！' + '!'
		}
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		case r == '*' || r == ':' || r == '★' || r == '▲' || r == '"' || r == '“' || r == '”' || r == '\'':
			return -1
		case r == '、' || r == '\\' || r == '|':
			return '/'
		case r == '【' || r == '[' || r == '〔':
			return '('
		case r == '】' || r == ']' || r == '〕':
			return ')'
		}
		return unicode.ToUpper(r)
	}, text)
}

// withoutBrackets drops what stands in brackets.
func withoutBrackets(key string) string {
	var b strings.Builder
	depth := 0
	for _, r := range key {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth = max(0, depth-1)
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// required are the columns without which a sheet is not one of the roster.
func required(kind hub.Kind) []hub.ImportField {
	if kind == hub.KindInvitedListing {
		return []hub.ImportField{hub.FieldName, hub.FieldCourt}
	}
	return []hub.ImportField{hub.FieldName}
}
