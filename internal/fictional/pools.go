package fictional

import "concord/internal/hub"

var sources = []hub.SourceCategory{
	hub.SourceLawyer, hub.SourceLawyer, hub.SourceArbitrator, hub.SourceRetiredJudge, hub.SourceLaborCoordinator,
	hub.SourceLegalScholar, hub.SourceUnionCadre, hub.SourceUnionCadre, hub.SourcePeoplesMediator, hub.SourceHRManager,
	hub.SourceRetiredProsecutor, hub.SourceRetiredPoliticalLegal, hub.SourcePsychCounsellor, hub.SourceLegalVolunteer,
	hub.SourceLaborLawSupervisor, hub.SourcePeoplesAssessor,
}

var orgKinds = []struct {
	kind hub.OrganizationKind
	tail string
}{
	{hub.OrgEnterpriseCommittee, "制造有限公司劳动争议调解委员会"},
	{hub.OrgStreetTown, "街道劳动人事争议调解中心"},
	{hub.OrgStreetTown, "镇劳动人事争议调解中心"},
	{hub.OrgPeoplesCommittee, "街道人民调解委员会"},
	{hub.OrgIndustry, "餐饮行业劳动争议调解委员会"},
	{hub.OrgRegional, "片区劳动争议调解委员会"},
	{hub.OrgPark, "工业园区劳动争议调解委员会"},
	{hub.OrgChamber, "商会劳动争议调解委员会"},
	{hub.OrgArbitrationCourtCenter, "劳动人事争议调解中心"},
	{hub.OrgUnionLegalStation, "工会法律服务工作站"},
	{hub.OrgJointStudio, "劳动人事争议联合调解工作室"},
	{hub.OrgNewEconomy, "新就业形态调解工作站"},
}

// quarters are invented names of places and firms.
var quarters = []string{
	"明远", "和悦", "长安里", "新桥", "东海", "北辰星", "金桥", "双港湾", "云锦", "启航", "春和", "景明", "海晏", "河清",
	"百川", "同心", "众合", "永宁", "安泰", "嘉禾", "望海", "临港", "柳林", "杏花", "白塘", "青石", "石榴园", "梧桐里",
}

var employers = []string{
	"示例律师事务所", "明理（示例）律师事务所", "示例大学法学院", "示例区劳动人事争议仲裁院", "示例区总工会",
	"示例区人力资源和社会保障局", "示例制造有限公司", "示例科技有限公司", "示例街道办事处", "示例商会",
	"示例职业技术学院", "示例建筑工程有限公司", "示例医院", "示例物流有限公司", "示例心理咨询中心",
}

var titles = []string{"一级律师", "二级律师", "三级律师", "教授", "副教授", "讲师", "高级经济师", "经济师", "高级仲裁员", "仲裁员", "人民调解员", "劳动关系协调师", "高级人力资源管理师", "四级高级法官（退休）", "科长", "主任科员"}

// educations are codes of GB/T 4658.
var educations = []string{"21", "21", "21", "31", "31", "14", "11", "61"}

var careers = []string{"劳动仲裁", "法律服务", "工会维权", "民事审判", "人民调解", "人力资源管理", "法学教学研究", "企业合规", "职工心理疏导"}

var remarks = []string{
	"多次参与农民工工资集体争议的现场调解", "熟悉工伤认定与待遇计算", "善于以案释法、疏导情绪", "参与过平台企业用工纠纷的处理",
	"长期为企业讲授劳动合同管理", "处理过群体性停工事件", "熟悉社会保险补缴与待遇争议", "擅长线上调解",
}
