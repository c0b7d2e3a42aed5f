package hub_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"concord/internal/hub"
)

func TestImportRepeatedInOneSheet(t *testing.T) {
	t.Run("one number twice refuses both rows", func(t *testing.T) {
		r := newRoster(t)
		plan := r.take(t, hub.KindMediator, "拒绝 新增 拒绝", "编号,姓名,所属区", "津001,张示例,津南区", "津002,李示例,津南区", "津001,王示例,津南区")
		expectFinding(t, plan, "第 2 行 A 列“编号”：编号“津001”与第 4 行重复", "与第 2 行重复")
	})
	t.Run("one identity number under two names", func(t *testing.T) {
		r := newRoster(t)
		plan := r.take(t, hub.KindMediator, "新增 拒绝", "姓名,公民身份号码,所属区", "张示例,"+idOfZhang+",津南区", "李示例,"+idOfZhang+",津南区")
		expectFinding(t, plan, "在第 2 行属于“张示例”，而这里的姓名是“李示例”")
	})
	t.Run("an identity number that the hub knows under another name", func(t *testing.T) {
		r := newRoster(t)
		r.take(t, hub.KindMediator, "新增", "姓名,公民身份号码,所属区", "张示例,"+idOfZhang+",津南区")
		plan := r.take(t, hub.KindExpert, "拒绝", "姓名,公民身份号码", "李示例,"+idOfZhang)
		expectFinding(t, plan, "在名册中属于“张示例”")
	})
	t.Run("the number of somebody else", func(t *testing.T) {
		r := newRoster(t)
		r.take(t, hub.KindMediator, "新增", "编号,姓名,公民身份号码,所属区", "津001,张示例,"+idOfZhang+",津南区")
		plan := r.take(t, hub.KindMediator, "拒绝", "编号,姓名,公民身份号码,所属区", "津001,李示例,"+idOfLi+",津南区")
		expectFinding(t, plan, "公民身份号码与这里的不同")
		plan = r.take(t, hub.KindMediator, "拒绝", "编号,姓名,性别,所属区", "津001,李示例,男,津南区")
		expectFinding(t, plan, "不像同一人")
	})
	t.Run("the same person twice is a probable duplicate", func(t *testing.T) {
		r := newRoster(t)
		lines := []string{"姓名,所属区,手机号码", "张示例,津南区,13800138000", "张示例,津南区,13800138000"}
		plan := r.take(t, hub.KindMediator, "新增 疑似重复", lines...)
		expectFinding(t, plan, "本次导入第 2 行的“张示例”：姓名和手机号码相同")
		r.take(t, hub.KindMediator, "相同 疑似重复", lines...)
	})
}

func TestProbableDuplicates(t *testing.T) {
	r := newRoster(t)
	r.take(t, hub.KindMediator, "新增", "编号,姓名,所属区,手机号码", "津001,张示例,津南区,13800138000")
	lines := []string{"编号,姓名,所属区,手机号码", "津777,张示例,津南区,13800138000"}
	plan := r.take(t, hub.KindMediator, "疑似重复", lines...)
	expectFinding(t, plan, "名册中的“张示例”（津001）：姓名和手机号码相同，但编号不同")
	if n := len(all[*hub.Mediator](t, r, hub.KindMediator)); n != 1 {
		t.Fatalf("%d mediators: a probable duplicate was written", n)
	}

	confirmed, err := r.tryPlan(t.Context(), hub.System, hub.KindMediator, hub.ImportOptions{Duplicates: true}, lines...)
	if err != nil {
		t.Fatal(err)
	}
	r.apply(t, confirmed, "新增")
	expectFinding(t, confirmed, "已按确认作为新记录导入")
	r.take(t, hub.KindMediator, "相同", lines...)

	t.Run("the same name elsewhere in the district is somebody else", func(t *testing.T) {
		r := newRoster(t)
		r.take(t, hub.KindOrganization, "新增 新增", "组织名称,组织类型,所属区", "津南区示例调解中心,仲裁院,津南区", "津南区示例商会调解委员会,商会,津南区")
		r.take(t, hub.KindMediator, "新增 新增", "姓名,所属区,所属调解组织", "张示例,津南区,津南区示例调解中心", "张示例,津南区,津南区示例商会调解委员会")
	})
	t.Run("the same name and birth month elsewhere may be the same", func(t *testing.T) {
		r := newRoster(t)
		plan := r.take(t, hub.KindMediator, "新增 疑似重复", "姓名,出生年月,所属区,工作单位", "张示例,1985-03,津南区,示例制造有限公司", "张示例,1985-03,津南区,示例物流有限公司")
		expectFinding(t, plan, "但所在单位不同")
	})
	t.Run("several of that name and nothing to tell them apart", func(t *testing.T) {
		r := newRoster(t)
		r.take(t, hub.KindMediator, "新增 新增", "编号,姓名,所属区,工作单位", "津001,张示例,津南区,示例制造有限公司", "津002,张示例,津南区,示例物流有限公司")
		plan := r.take(t, hub.KindMediator, "疑似重复", "姓名,所属区,职务", "张示例,津南区,主任")
		expectFinding(t, plan, "（津001）", "（津002）", "请填写编号")
	})
}

func TestImportLinksOrganisations(t *testing.T) {
	r := newRoster(t)
	mediators := []string{"姓名,所属区,所属调解组织", "张示例,津南区,津南区示例调解中心（筹）"}
	plan := r.take(t, hub.KindMediator, "新增", mediators...)
	expectFinding(t, plan, "调解组织名册中没有“津南区示例调解中心（筹）”，暂不关联")
	r.take(t, hub.KindOrganization, "新增", "组织名称,组织类型,所属区", "津南区示例调解中心(筹),仲裁院,津南区")
	plan = r.take(t, hub.KindMediator, "变更", mediators...)
	expectFinding(t, plan, "所属调解组织： → 津南区示例调解中心(筹)")
	r.take(t, hub.KindMediator, "相同", mediators...)

	t.Run("the district decides between two of one name", func(t *testing.T) {
		r := newRoster(t)
		r.take(t, hub.KindOrganization, "新增 新增", "组织名称,组织类型,所属区", "示例商会调解委员会,商会,津南区", "示例商会调解委员会,商会,和平区")
		r.take(t, hub.KindMediator, "新增", "姓名,所属区,所属调解组织", "张示例,和平区,示例商会调解委员会")
		plan := r.take(t, hub.KindMediator, "拒绝", "姓名,层级,所属调解组织", "李示例,市,示例商会调解委员会")
		expectFinding(t, plan, "不止一个（津南区、和平区）")
	})
	t.Run("level and district follow from the organisation", func(t *testing.T) {
		r := newRoster(t)
		r.take(t, hub.KindOrganization, "新增", "组织名称,组织类型,所属区", "津南区示例调解中心,仲裁院,津南区")
		r.take(t, hub.KindMediator, "新增", "姓名,所属调解组织", "张示例,津南区示例调解中心")
		if m := all[*hub.Mediator](t, r, hub.KindMediator)[0]; m.District != "120112" || m.Level != hub.LevelDistrict || m.Organization == 0 {
			t.Errorf("mediator %+v", m)
		}
	})
	t.Run("the same code and kind under another name in the district", func(t *testing.T) {
		r := newRoster(t)
		r.take(t, hub.KindOrganization, "新增", "组织名称,组织类型,所属区,统一社会信用代码", "津南区示例商会调解委员会,商会,津南区,91350100M000100Y43")
		plan := r.take(t, hub.KindOrganization, "疑似重复", "组织名称,组织类型,所属区,统一社会信用代码", "津南区示例商会调委会,商会,津南区,91350100M000100Y43")
		expectFinding(t, plan, "统一社会信用代码和组织类型相同，但名称不同")
	})
}

func TestImportRights(t *testing.T) {
	lines := []string{"姓名,所属区", "张示例,津南区"}
	t.Run("a district admin in the own district, which need not be said", func(t *testing.T) {
		r := newRoster(t)
		plan := r.planAs(t, jinnan, hub.KindMediator, "姓名,职务", "张示例,主任")
		expectOutcomes(t, plan, "新增")
		if _, err := r.ApplyPlan(t.Context(), jinnan, plan, nil); err != nil {
			t.Fatal(err)
		}
		m := all[*hub.Mediator](t, r, hub.KindMediator)[0]
		if m.District != "120112" {
			t.Errorf("district %s", m.District)
		}
		changes, err := r.History(t.Context(), hub.System, m.ID, hub.PageArgs{})
		if err != nil {
			t.Fatal(err)
		}
		if origin := changes.Edges[0].Node.Origin; origin.Actor != jinnan.ID || origin.Authority != "120112" || origin.Reason != "导入 名册.csv" || !strings.HasPrefix(origin.ImportID, "imp_") {
			t.Errorf("origin %+v", origin)
		}
	})
	t.Run("a district admin in another district", func(t *testing.T) {
		r := newRoster(t)
		plan := r.planAs(t, heping, hub.KindMediator, lines...)
		expectOutcomes(t, plan, "拒绝")
		expectFinding(t, plan, "只能维护和平区的名册")
	})
	t.Run("a district admin who would take over another district's record", func(t *testing.T) {
		r := newRoster(t)
		r.take(t, hub.KindMediator, "新增", "编号,姓名,所属区", "津001,张示例,津南区")
		expectOutcomes(t, r.planAs(t, heping, hub.KindMediator, "编号,姓名,所属区", "津001,张示例,和平区"), "拒绝")
	})
	t.Run("a city admin for a district", func(t *testing.T) {
		r := newRoster(t)
		expectOutcomes(t, r.planAs(t, city, hub.KindMediator, lines...), "新增")
	})
	t.Run("a city admin moves nobody of a district", func(t *testing.T) {
		r := newRoster(t)
		r.take(t, hub.KindMediator, "新增 新增 新增 新增", "编号,姓名,所属区,聘期起,聘期止,状态",
			"津001,张示例,津南区,2024-01-01,2027-12-31,在册", "津002,李示例,津南区,2024-01-01,2027-12-31,在册", "津003,王示例,津南区,2024-01-01,2027-12-31,在册", "市001,赵示例,市级,2024-01-01,2027-12-31,在册")
		heads := "编号,姓名,所属区,职务/职称,状态,暂停截止"
		plan := r.planAs(t, city, hub.KindMediator, heads, "津001,张示例,津南区,一级,暂停,2025-12-31", "津002,李示例,津南区,一级,辞任,", "津003,王示例,津南区,一级,届满,", "市001,赵示例,市级,一级,暂停,2025-12-31")
		expectOutcomes(t, plan, "拒绝 拒绝 拒绝 变更")
		for _, row := range plan.Rows[:3] {
			if p := row.Problems[0]; p.Code != hub.FaultForbidden || p.Column != "E" || !strings.Contains(p.Message, "应由津南区主管单位办理") {
				t.Errorf("%+v", p)
			}
		}
		expectOutcomes(t, r.planAs(t, city, hub.KindMediator, heads, "津001,张示例,津南区,一级,,", "津002,李示例,津南区,一级,在册,"), "变更 变更")
		expectOutcomes(t, r.planAs(t, jinnan, hub.KindMediator, heads, "津001,张示例,津南区,一级,暂停,2025-12-31", "津002,李示例,津南区,一级,辞任,"), "变更 变更")
	})
	t.Run("an organisation that has ended takes nobody", func(t *testing.T) {
		r := newRoster(t)
		ended := &hub.Organization{ID: r.store.NextID(hub.KindOrganization), Name: "示例终止调解委员会", Kind: hub.OrgStreetTown, Level: hub.LevelDistrict, District: "120112",
			Events: []hub.OrganizationEvent{{Status: hub.OrganizationActive, On: day("2020-01-01")}, {Status: hub.OrganizationDissolved, On: day("2025-03-01")}}}
		r.add(t, ended)
		heads := "编号,姓名,所属区,所属调解组织,聘期起,聘期止,状态"
		plan := r.planAs(t, jinnan, hub.KindMediator, heads, "津001,张示例,津南区,示例终止调解委员会,2024-01-01,2027-12-31,", "津002,李示例,津南区,示例终止调解委员会,2022-01-01,2024-12-31,届满", "津003,王示例,津南区,示例终止调解委员会,2024-01-01,2027-12-31,辞任")
		expectOutcomes(t, plan, "拒绝 新增 新增")
		if p := plan.Rows[0].Problems[0]; p.Code != hub.FaultEnded || p.Column != "D" || !strings.Contains(p.Message, "不能再列入人员") {
			t.Errorf("%+v", p)
		}
		if _, err := r.ApplyPlan(t.Context(), jinnan, plan, nil); err != nil {
			t.Fatal(err)
		}
		expectOutcomes(t, r.planAs(t, jinnan, hub.KindMediator, heads, "津002,李示例,津南区,示例终止调解委员会,2022-01-01,2024-12-31,届满"), "相同")
		r.take(t, hub.KindMediator, "新增", heads, "津004,赵示例,津南区,,2024-01-01,2027-12-31,在册")
		plan = r.planAs(t, jinnan, hub.KindMediator, heads, "津004,赵示例,津南区,示例终止调解委员会,,,")
		expectOutcomes(t, plan, "拒绝")
		expectFinding(t, plan, "不能再列入人员")

		// Nor is anybody renewed in it, whichever way she or he got there.
		no := "津002"
		expired, err := r.MediatorBy(t.Context(), jinnan, hub.By{RegistrationNo: &no}, hub.AsOf{})
		if err != nil {
			t.Fatal(err)
		}
		out, err := r.Move(t.Context(), jinnan, hub.MoveRenew, r.full(hub.MoveRenew, expired.ID, expired.State.Revision))
		refusedAs(t, hub.RefusalInvalid, out, err)
	})
	t.Run("a court's keeper for the own court only", func(t *testing.T) {
		r := newRoster(t)
		plan := r.planAs(t, jinnanCourt, hub.KindInvitedListing, "类别,姓名,邀请法院", "个人,张示例,津南法院", "个人,李示例,和平法院")
		expectOutcomes(t, plan, "新增 拒绝")
		expectFinding(t, plan, "只能维护天津市津南区人民法院的名册")
	})
	t.Run("nobody else", func(t *testing.T) {
		r := newRoster(t)
		for _, c := range []struct {
			p    *hub.Principal
			kind hub.Kind
		}{{hub.Anonymous, hub.KindMediator}, {union, hub.KindMediator}, {auditor, hub.KindExpert}, {city, hub.KindInvitedListing}, {jinnanCourt, hub.KindMediator}, {experts, hub.KindMediator}} {
			_, err := r.tryPlan(t.Context(), c.p, c.kind, hub.ImportOptions{}, "姓名,所属区,邀请法院", "张示例,津南区,津南法院")
			if hub.CodeOf(err) != hub.CodeForbidden {
				t.Errorf("%s may import %s: %v", c.p.Role, c.kind, err)
			}
		}
	})
	t.Run("a plan belongs to who made it", func(t *testing.T) {
		r := newRoster(t)
		plan := r.planAs(t, jinnan, hub.KindMediator, lines...)
		if _, err := r.ApplyPlan(t.Context(), city, plan, nil); hub.CodeOf(err) != hub.CodeForbidden {
			t.Errorf("applied by another: %v", err)
		}
	})
}

func TestImportAgainstOthers(t *testing.T) {
	t.Run("a record that somebody else changed since is left as it is", func(t *testing.T) {
		r := newRoster(t)
		r.take(t, hub.KindMediator, "新增 新增", "编号,姓名,所属区", "津001,张示例,津南区", "津002,李示例,津南区")
		late := r.planAs(t, hub.System, hub.KindMediator, "编号,姓名,所属区,职务", "津001,张示例,津南区,主任", "津002,李示例,津南区,委员")
		r.take(t, hub.KindMediator, "变更", "编号,姓名,所属区,职务", "津001,张示例,津南区,副主任")
		result, err := r.ApplyPlan(t.Context(), hub.System, late, nil)
		if err != nil || result.Rows != 1 || len(result.Lost) != 1 || result.Lost[0].Row != 2 {
			t.Fatalf("result %+v, %v", result, err)
		}
		titles := map[string]string{}
		for _, m := range all[*hub.Mediator](t, r, hub.KindMediator) {
			titles[m.RegistrationNo] = m.Title
		}
		if titles["津001"] != "副主任" || titles["津002"] != "委员" {
			t.Errorf("titles %v", titles)
		}
	})
	t.Run("the hash tells whether a plan is still the one that was shown", func(t *testing.T) {
		r := newRoster(t)
		lines := []string{"编号,姓名,所属区", "津001,张示例,津南区"}
		shown, again := r.planAs(t, hub.System, hub.KindMediator, lines...), r.planAs(t, hub.System, hub.KindMediator, lines...)
		if shown.Hash != again.Hash || shown.ImportID != again.ImportID {
			t.Error("the same sheet at the same revision has another hash")
		}
		other := r.planAs(t, hub.System, hub.KindMediator, "编号,姓名,所属区", "津001,张示例,和平区")
		r.take(t, hub.KindMediator, "新增", "编号,姓名,所属区", "津002,李示例,津南区")
		moved := r.planAs(t, hub.System, hub.KindMediator, lines...)
		if shown.Hash == other.Hash || shown.Hash == moved.Hash {
			t.Error("another sheet, or another state of the hub, has the same hash")
		}
		if shown.ImportID != moved.ImportID {
			t.Error("a repeated import should carry on under its id")
		}
	})
	t.Run("an import that was broken off carries on", func(t *testing.T) {
		r := newRoster(t)
		lines := []string{"编号,姓名,所属区"}
		const rows = 13_000
		for i := range rows {
			lines = append(lines, string(rune('A'+i/1000))+"-"+string(rune(0x4e00+i))+",张示例,津南区")
		}
		plan := r.planAs(t, hub.System, hub.KindMediator, lines...)
		ctx, cancel := context.WithCancel(t.Context())
		result, err := r.ApplyPlan(ctx, hub.System, plan, func(done, total int) {
			if total != rows {
				t.Errorf("total %d", total)
			}
			if done > 1000 {
				cancel()
			}
		})
		if !errors.Is(err, context.Canceled) || result.Rows == 0 || result.Rows == rows {
			t.Fatalf("result %+v, %v", result, err)
		}
		again := r.planAs(t, hub.System, hub.KindMediator, lines...)
		if again.Same != result.Rows || again.New != rows-result.Rows || again.ImportID != plan.ImportID {
			t.Fatalf("after %d rows the plan is %+v", result.Rows, again.ImportCounts)
		}
		if _, err := r.ApplyPlan(t.Context(), hub.System, again, nil); err != nil {
			t.Fatal(err)
		}
		if last := r.planAs(t, hub.System, hub.KindMediator, lines...); last.Same != rows {
			t.Errorf("in the end %+v", last.ImportCounts)
		}
	})
	t.Run("the rows' reader fails half way", func(t *testing.T) {
		r := newRoster(t)
		broken := errors.New("示例故障")
		_, err := r.PlanImport(t.Context(), hub.System, hub.KindMediator, func(yield func(hub.ImportRow, error) bool) {
			s := hub.NewImportSheet("", []hub.ImportColumn{{Field: hub.FieldName, Heading: "姓名"}})
			for i := range 1000 {
				if !yield(hub.ImportRow{Sheet: s, Number: i, Cells: []hub.ImportCell{{Text: "张示例"}}}, nil) {
					return
				}
			}
			yield(hub.ImportRow{}, broken)
		}, hub.ImportOptions{})
		if !errors.Is(err, broken) {
			t.Errorf("error %v", err)
		}
	})
}

// TestImportFictional marks every row of demo data.
func TestImportFictional(t *testing.T) {
	r := newRoster(t)
	plan, err := r.tryPlan(t.Context(), hub.System, hub.KindMediator, hub.ImportOptions{Fictional: true}, "姓名,所属区", "张示例,津南区")
	if err != nil {
		t.Fatal(err)
	}
	r.apply(t, plan, "新增")
	if !all[*hub.Mediator](t, r, hub.KindMediator)[0].Fictional {
		t.Error("not marked")
	}
}
