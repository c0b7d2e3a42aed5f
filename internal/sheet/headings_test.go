package sheet_test

import (
	"strings"
	"testing"

	"concord/internal/hub"
)

// TestUsualHeadings knows every column of the usual sheets (domain.md §5) and of
// the contract, in any order, with breaks and blanks inside, in brackets of
// either width.
func TestUsualHeadings(t *testing.T) {
	more := "所属区｜人员来源｜擅长领域｜聘期起｜聘期止｜状态｜暂停截止｜变更原因｜简介"
	for _, c := range []struct {
		kind      hub.Kind
		headings  string
		elsewhere string // known, and kept by another roster
	}{
		{hub.KindMediator, "序号｜姓名｜性别｜出生年月｜民族｜政治面貌｜文化程度｜公民身份号码｜手机号码｜工作单位｜职务/职称｜人员来源｜专职/兼职｜所属调解组织｜组织类型｜层级(市/区)｜所属区｜街道(乡镇)｜擅长领域｜语言/方言｜调解员证号｜发证机关｜聘任单位｜聘任文号｜聘期起｜聘期止｜年度培训学时｜年度考核｜是否特邀调解员｜特邀法院｜是否入专家库｜状态｜变更原因｜备注", "组织类型｜是否特邀调解员｜特邀法院｜是否入专家库"},
		{hub.KindOrganization, "序号｜组织名称｜组织类型｜统一社会信用代码｜设立(主办)单位｜业务指导部门｜层级｜所属区｜街道(乡镇)｜地址｜联系电话｜负责人｜成立日期｜备案文号｜专职人数｜兼职人数｜受理范围｜工作时间｜互联网+调解平台｜法院调解平台｜一窗式｜派驻矛调中心｜联系仲裁员｜金牌(批次)｜状态｜备注", ""},
		{hub.KindExpert, "序号｜姓名｜性别｜工作单位｜职务｜职称｜学历学位｜专业方向｜擅长案由｜资格证书及编号｜从业年限｜层级｜推荐单位｜入库日期｜聘期止｜服务方式｜可服务区｜回避单位｜状态", ""},
		{hub.KindInvitedListing, "序号｜名册编号｜类别(组织/个人)｜名称/姓名｜所属特邀组织｜邀请法院｜专业名册｜证书编号｜发证日期｜任期起｜任期止｜受理范围｜擅长领域｜是否收费｜年度评估｜状态", ""},
		{hub.KindInvitedListing, "姓名｜邀请法院｜任期起｜入册日期｜下级法院可用｜同意下级法院使用日期｜同意书编号｜平台认证｜公示网址", ""},
		{hub.KindMediator, "姓名｜编号｜从业年限｜" + more, "从业年限"},
		{hub.KindMediator, "姓名｜调解员编号｜学历｜身份证号｜联系方式", ""},
		{hub.KindExpert, "姓名｜专家编号｜从业年限｜" + more, ""},
		{hub.KindInvitedListing, "姓名｜邀请法院｜名册编号｜从业年限｜" + more, "从业年限"},
	} {
		for _, variant := range []func(string) string{
			func(s string) string { return s },
			strings.NewReplacer("(", "（", ")", "）", "/", "／", "+", "＋").Replace,
			strings.NewReplacer("姓名", "姓  名", "状态", "状\n态", "所属区", "*所属区", "编号", "编号：").Replace,
		} {
			list := strings.Split(variant(c.headings), "｜")
			quoted := make([]string, len(list))
			line := make([]string, len(list))
			for i := range list {
				quoted[i] = `"` + list[i] + `"`
				line[i] = "示例"
			}
			content := strings.Join(quoted, ",") + "\n" + strings.Join(line, ",") + "\n"
			r := open(t, c.kind, "名册.csv", []byte(content))
			held := 0
			for row, err := range r.Rows() {
				must(t, err)
				held = len(row.Sheet.Columns)
			}
			away := 0
			for _, n := range r.Notices() {
				if !strings.Contains(n.Message, "维护") || !strings.Contains(c.elsewhere, n.Heading) {
					t.Errorf("%s: %s", c.kind, n.Error())
				}
				away++
			}
			if want := strings.Count(c.elsewhere, "｜") + 1; c.elsewhere != "" && away != want {
				t.Errorf("%s: %d columns are kept elsewhere, want %d", c.kind, away, want)
			}
			serial := 0
			if strings.Contains(c.headings, "序号") {
				serial = 1
			}
			if held+away+serial != len(list) {
				t.Errorf("%s: of %d columns %d are read and %d kept elsewhere", c.kind, len(list), held, away)
			}
		}
	}
}

// TestDayOfEntry: 入册日期 is a day of its own beside the first day of the term, and
// stands for it where a sheet has no column for that.
func TestDayOfEntry(t *testing.T) {
	lines, _ := read(t, hub.KindInvitedListing, "名册.csv", []byte("姓名,邀请法院,入册时间,任期止\n张示例,津0101,2024-03-01,2026-02-28\n"))
	expectLines(t, lines, "2 name=张示例 court=津0101 term.start=2024-03-01 term.end=2026-02-28")
	lines, _ = read(t, hub.KindInvitedListing, "名册.csv", []byte("姓名,邀请法院,入册日期,任期起,任期止\n张示例,津0101,2024-02-20,2024-03-01,2026-02-28\n"))
	expectLines(t, lines, "2 name=张示例 court=津0101 listedOn=2024-02-20 term.start=2024-03-01 term.end=2026-02-28")
}
