package hub_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"concord/internal/hub"
	"concord/internal/sheet"
)

// Identity numbers of the unassigned region 120199 with their check characters.
const (
	idOfZhang = "120199198503070029" // a woman, born 1985-03-07
	idOfLi    = "120199197211150014" // a man, born 1972-11-15
)

// planAs plans the import of a sheet given as the lines of a .csv file.
func (r *roster) planAs(t *testing.T, p *hub.Principal, kind hub.Kind, lines ...string) *hub.ImportPlan {
	t.Helper()
	plan, err := r.tryPlan(t.Context(), p, kind, hub.ImportOptions{FileName: "名册.csv"}, lines...)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func (r *roster) tryPlan(ctx context.Context, p *hub.Principal, kind hub.Kind, opts hub.ImportOptions, lines ...string) (*hub.ImportPlan, error) {
	content := strings.Join(lines, "\n")
	reader, err := sheet.NewReader(strings.NewReader(content), int64(len(content)), "名册.csv", kind)
	if err != nil {
		return nil, err
	}
	return r.PlanImport(ctx, p, kind, reader.Rows(), opts)
}

// take imports a sheet and expects these outcomes, row by row: 新增 变更 相同 拒绝
// 疑似重复.
func (r *roster) take(t *testing.T, kind hub.Kind, outcomes string, lines ...string) *hub.ImportPlan {
	t.Helper()
	plan := r.planAs(t, hub.System, kind, lines...)
	r.apply(t, plan, outcomes)
	return plan
}

func (r *roster) apply(t *testing.T, plan *hub.ImportPlan, outcomes string) {
	t.Helper()
	expectOutcomes(t, plan, outcomes)
	if _, err := r.ApplyPlan(t.Context(), hub.System, plan, nil); err != nil {
		t.Fatal(err)
	}
}

func expectOutcomes(t *testing.T, plan *hub.ImportPlan, outcomes string) {
	t.Helper()
	var got []string
	for i := range plan.Rows {
		got = append(got, plan.Rows[i].Outcome.Label())
	}
	if strings.Join(got, " ") != outcomes {
		t.Fatalf("outcomes %v, want %s\n%s", got, outcomes, findings(plan))
	}
}

// findings is everything that a plan says of its rows.
func findings(plan *hub.ImportPlan) string {
	var b strings.Builder
	for _, row := range plan.Rows {
		for _, p := range slices.Concat(row.Problems, row.Remarks) {
			fmt.Fprintln(&b, p.Error())
		}
		for _, c := range row.Changes {
			fmt.Fprintf(&b, "%s %s：%s → %s\n", row.Name, c.Heading, c.Before, c.After)
		}
		for _, twin := range row.Twins {
			fmt.Fprintln(&b, row.Name, twin)
		}
	}
	return b.String()
}

func expectFinding(t *testing.T, plan *hub.ImportPlan, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(findings(plan), w) {
			t.Errorf("nothing says %q:\n%s", w, findings(plan))
		}
	}
}

// all returns the newest records of a kind.
func all[T hub.Record](t *testing.T, r *roster, kind hub.Kind) []T {
	t.Helper()
	snap, err := r.store.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	var list []T
	for v, err := range snap.All(0, kind) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, v.Record.(T))
	}
	return list
}

func TestImportFindsTheRecordOfARow(t *testing.T) {
	t.Run("by number, whatever else changed", func(t *testing.T) {
		r := newRoster(t)
		r.take(t, hub.KindMediator, "新增", "编号,姓名,性别,所属区,擅长领域", "津001,张示例,女,津南区,工伤保险")
		plan := r.take(t, hub.KindMediator, "变更", "编号,姓名,所属区,擅长领域", "津001,张示例,和平区,劳动报酬")
		expectFinding(t, plan, "所属区：津南区 → 和平区", "擅长领域：工伤保险 → 劳动报酬")
		if got := all[*hub.Mediator](t, r, hub.KindMediator); len(got) != 1 || got[0].District != "120101" {
			t.Errorf("mediators %+v", got)
		}
	})
	t.Run("by identity number, without a number of the roster", func(t *testing.T) {
		r := newRoster(t)
		r.take(t, hub.KindMediator, "新增", "姓名,公民身份号码,所属区,工作单位", "张示例,"+idOfZhang+",津南区,示例制造有限公司")
		r.take(t, hub.KindMediator, "变更", "姓名,身份证号,所属区,工作单位", "张示例,"+idOfZhang+",津南区,示例物流有限公司")
	})
	t.Run("by name, district and organisation", func(t *testing.T) {
		r := newRoster(t)
		r.take(t, hub.KindOrganization, "新增 新增", "组织名称,组织类型,所属区", "津南区示例调解中心,仲裁院,津南区", "津南区示例联合调解工作室,联合调解,津南区")
		lines := []string{"姓名,所属区,所属调解组织,职务", "张示例,津南区,津南区示例调解中心,主任", "张示例,津南区,津南区示例联合调解工作室,委员"}
		r.take(t, hub.KindMediator, "新增 新增", lines...)
		r.take(t, hub.KindMediator, "相同 相同", lines...)
		lines[2] = "张示例,津南区,津南区示例联合调解工作室,副主任"
		r.take(t, hub.KindMediator, "相同 变更", lines...)
	})
	t.Run("a row with nothing but name and district", func(t *testing.T) {
		r := newRoster(t)
		lines := []string{"姓名,所属区", "张示例,津南区", "李示例,津南区", "张示例,和平区"}
		r.take(t, hub.KindMediator, "新增 新增 新增", lines...)
		r.take(t, hub.KindMediator, "相同 相同 相同", lines...)
	})
	t.Run("a number that comes later is put in", func(t *testing.T) {
		r := newRoster(t)
		r.take(t, hub.KindMediator, "新增", "姓名,出生年月,所属区", "张示例,1985-03,津南区")
		plan := r.take(t, hub.KindMediator, "变更", "编号,姓名,出生年月,所属区", "津001,张示例,1985.3,津南区")
		expectFinding(t, plan, "编号： → 津001")
	})
	t.Run("experts by employer, invited listings by court", func(t *testing.T) {
		r := newRoster(t)
		experts := []string{"姓名,工作单位,擅长案由", "张示例,示例大学,工伤保险", "张示例,示例律师事务所,劳动报酬"}
		r.take(t, hub.KindExpert, "新增 新增", experts...)
		r.take(t, hub.KindExpert, "相同 相同", experts...)
		invited := []string{"类别,姓名,邀请法院", "个人,张示例,津南法院", "个人,张示例,天津市和平区人民法院"}
		r.take(t, hub.KindInvitedListing, "新增 新增", invited...)
		r.take(t, hub.KindInvitedListing, "相同 相同", invited...)
	})
	t.Run("an identity number that comes later, too", func(t *testing.T) {
		r := newRoster(t)
		r.take(t, hub.KindMediator, "新增", "编号,姓名,所属区", "津001,张示例,津南区")
		plan := r.take(t, hub.KindMediator, "变更", "编号,姓名,公民身份号码,所属区", "津001,张示例,"+idOfZhang+",津南区")
		if strings.Contains(findings(plan), idOfZhang) {
			t.Error("the plan shows the identity number")
		}
		people := all[*hub.Person](t, r, hub.KindPerson)
		if len(people) != 1 || people[0].Identity.Hash == "" || people[0].BirthDate != day("1985-03-07") || people[0].Gender != hub.GenderFemale {
			t.Errorf("persons %+v", people)
		}
	})
}

func TestImportLeavesWhatASheetDoesNotSay(t *testing.T) {
	r := newRoster(t)
	r.take(t, hub.KindMediator, "新增", "编号,姓名,性别,所属区,职务,擅长领域,聘期起,聘期止,状态,备注",
		"津001,张示例,女,津南区,主任,工伤保险,2024-01-01,2026-12-31,暂停,示例")
	r.take(t, hub.KindMediator, "相同", "编号,姓名,所属区,职务,擅长领域,聘期起,聘期止,状态,备注", "津001,张示例,津南区,/,,,,—,无")
	r.take(t, hub.KindMediator, "相同", "编号,姓名", "津001,张示例")
}

func TestOnePersonOnSeveralRosters(t *testing.T) {
	r := newRoster(t)
	mediators := []string{"姓名,性别,公民身份号码,文化程度,所属区", "张示例,女," + idOfZhang + ",本科,津南区"}
	experts := []string{"姓名,公民身份号码,民族,文化程度,工作单位", "张示例," + idOfZhang + ",汉,硕士研究生,示例大学"}
	invited := []string{"类别,姓名,身份证号码,邀请法院", "个人,张　示例," + idOfZhang + ",津南法院"}
	r.take(t, hub.KindMediator, "新增", mediators...)
	plan := r.take(t, hub.KindExpert, "新增", experts...)
	expectFinding(t, plan, "与此人在其他名册中的记载不一致，未采用")
	r.take(t, hub.KindInvitedListing, "新增", invited...)

	people := all[*hub.Person](t, r, hub.KindPerson)
	if len(people) != 1 {
		t.Fatalf("%d persons, want 1", len(people))
	}
	if p := people[0]; p.Ethnicity != "01" || p.Education != "21" {
		t.Errorf("person %+v: the second sheet should fill in what is missing and change nothing else", p)
	}
	for _, id := range []hub.ID{
		all[*hub.Mediator](t, r, hub.KindMediator)[0].PersonID,
		all[*hub.Expert](t, r, hub.KindExpert)[0].PersonID,
		all[*hub.InvitedListing](t, r, hub.KindInvitedListing)[0].PersonID,
	} {
		if id != people[0].ID {
			t.Errorf("a listing of %s, want %s", id, people[0].ID)
		}
	}
	// However often and in whatever order they come, two rosters that differ
	// do not overwrite each other.
	r.take(t, hub.KindMediator, "相同", mediators...)
	r.take(t, hub.KindExpert, "相同", experts...)
	r.take(t, hub.KindMediator, "相同", mediators...)
	r.take(t, hub.KindInvitedListing, "相同", invited...)
}

func TestImportChangesAPersonWhomOnlyOneListingLists(t *testing.T) {
	r := newRoster(t)
	r.take(t, hub.KindMediator, "新增", "编号,姓名,文化程度,所属区", "津001,张示例,本科,津南区")
	r.take(t, hub.KindMediator, "变更", "编号,姓名,文化程度,所属区", "津001,张示范,硕士研究生,津南区")
	if p := all[*hub.Person](t, r, hub.KindPerson)[0]; p.Name != "张示范" || p.Education != "14" {
		t.Errorf("person %+v", p)
	}
}

func TestImportRefuses(t *testing.T) {
	long := strings.Repeat("示例", 101)
	for _, c := range []struct {
		name  string
		kind  hub.Kind
		lines []string
		says  []string // of the refused row
	}{
		{"a name that is missing", hub.KindMediator, []string{"姓名,所属区,职务", ",津南区,主任"}, []string{"第 2 行 A 列“姓名”：没有填写姓名"}},
		{"two persons in one cell", hub.KindMediator, []string{"姓名,所属区", "张示例、李示例,津南区"}, []string{"每行只写一人"}},
		{"a gender that contradicts the identity number", hub.KindMediator, []string{"姓名,性别,公民身份号码,所属区", "张示例,男," + idOfZhang + ",津南区"}, []string{"B 列“性别”", "公民身份号码表明是“女”"}},
		{"a birth date that contradicts the identity number", hub.KindMediator, []string{"姓名,出生年月,公民身份号码,所属区", "张示例,1985-04," + idOfZhang + ",津南区"}, []string{"B 列“出生年月”", "1985-03"}},
		{"an identity number stored as a number", hub.KindMediator, []string{"姓名,公民身份号码,所属区", "张示例,1.20199E+17,津南区"}, []string{"末几位已经丢失"}},
		{"an identity number that ends in zeros", hub.KindMediator, []string{"姓名,公民身份号码,所属区", "张示例,120199198503070000,津南区"}, []string{"末几位已经丢失", "**************0000"}},
		{"a wrong check character", hub.KindMediator, []string{"姓名,公民身份号码,所属区", "张示例,120199198503070028,津南区"}, []string{"校验码不符"}},
		{"somebody under age", hub.KindMediator, []string{"姓名,出生年月,所属区", "张示例,2008-01,津南区"}, []string{"未满 18 周岁"}},
		{"a birth date to come", hub.KindMediator, []string{"姓名,出生年月,所属区", "张示例,2030-01,津南区"}, []string{"晚于今天"}},
		{"a term that ends before it starts", hub.KindMediator, []string{"姓名,所属区,聘期起,聘期止", "张示例,津南区,2025-01-01,2024-12-31"}, []string{"早于聘期起"}},
		{"a date that nobody can read", hub.KindMediator, []string{"姓名,所属区,聘期起", "张示例,津南区,去年春天"}, []string{"C 列“聘期起”（去年春天）", "看不懂日期"}},
		{"a district that is not in the city", hub.KindMediator, []string{"姓名,所属区", "张示例,朝阳区"}, []string{"没有名为“朝阳区”的区"}},
		{"neither level nor district", hub.KindMediator, []string{"姓名,职务", "张示例,主任"}, []string{"没有填写层级和所属区"}},
		{"a district roster without the district", hub.KindMediator, []string{"姓名,层级", "张示例,区"}, []string{"层级为区级，请填写所属区"}},
		{"a telephone number that is none", hub.KindMediator, []string{"姓名,所属区,手机号码", "张示例,津南区,1234"}, []string{"C 列“手机号码”"}},
		{"an identity number in the wrong column", hub.KindMediator, []string{"姓名,所属区,手机号码", "张示例,津南区," + idOfZhang}, []string{"**************0029"}},
		{"a status that is none", hub.KindMediator, []string{"姓名,所属区,状态", "张示例,津南区,不知道"}, []string{"在册、暂停"}},
		{"hours that are no number", hub.KindMediator, []string{"姓名,所属区,年度培训学时", "张示例,津南区,很多"}, []string{"应为数字"}},
		{"the error of a formula", hub.KindMediator, []string{"姓名,所属区,所属调解组织", "张示例,津南区,#N/A"}, []string{"公式错误 #N/A"}},
		{"text without end", hub.KindMediator, []string{"姓名,所属区,职务", "张示例,津南区," + long}, []string{"最多 200 个字"}},
		{"a code that fails its check", hub.KindOrganization, []string{"组织名称,组织类型,所属区,统一社会信用代码", "示例调解中心,仲裁院,津南区,91350100M0001TGQXM"}, []string{"D 列“统一社会信用代码”", "请填写豁免理由和依据"}},
		{"a waiver without evidence", hub.KindOrganization, []string{"组织名称,组织类型,所属区,统一社会信用代码,信用代码豁免理由", "示例调解中心,仲裁院,津南区,91350100M0001TGQXM,与证照一致"}, []string{"同时写明理由和依据"}},
		{"an organisation without its kind", hub.KindOrganization, []string{"组织名称,所属区", "示例调解中心,津南区"}, []string{"没有填写组织类型"}},
		{"neither yes nor no", hub.KindOrganization, []string{"组织名称,组织类型,所属区,一窗式", "示例调解中心,仲裁院,津南区,大概"}, []string{"看不出是“是”还是“否”"}},
		{"a court outside the city", hub.KindInvitedListing, []string{"类别,姓名,邀请法院", "个人,张示例,北京市朝阳区人民法院"}, []string{"没有名为“北京市朝阳区人民法院”的法院"}},
		{"a listing without a court", hub.KindInvitedListing, []string{"类别,姓名,邀请法院", "个人,张示例,"}, []string{"没有填写邀请法院"}},
		{"years that cannot be", hub.KindExpert, []string{"姓名,从业年限", "张示例,300年"}, []string{"0 至 80"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRoster(t)
			plan := r.take(t, c.kind, "拒绝", c.lines...)
			expectFinding(t, plan, c.says...)
			if strings.Contains(findings(plan), idOfZhang) || strings.Contains(fmt.Sprintf("%+v", plan.Rows[0].Cells), idOfZhang) {
				t.Error("an identity number is shown")
			}
			if r.Revision() != 0 {
				t.Errorf("something was written: revision %d", r.Revision())
			}
		})
	}
}

// TestImportRemarks shows what is taken over though something is remarkable.
func TestImportRemarks(t *testing.T) {
	for _, c := range []struct {
		name  string
		kind  hub.Kind
		lines []string
		says  string
		check func(r *roster) bool
	}{
		{"an unknown specialty is kept as it is written", hub.KindMediator, []string{"姓名,所属区,擅长领域", "张示例,津南区,工伤保险；航天员劳动争议"}, "“航天员劳动争议”不在词表中", func(r *roster) bool {
			return slices.Equal(all[*hub.Mediator](t, r, hub.KindMediator)[0].Specialties, []string{"工伤保险", "航天员劳动争议"})
		}},
		{"an unknown source becomes OTHER and keeps its words", hub.KindMediator, []string{"姓名,所属区,人员来源", "张示例,津南区,退休宇航员"}, "归入“其他”", func(r *roster) bool {
			m := all[*hub.Mediator](t, r, hub.KindMediator)[0]
			return m.Source == hub.SourceOther && m.SourceLabel == "退休宇航员"
		}},
		{"an age outside the usual ones", hub.KindMediator, []string{"姓名,所属区,出生年月", "张示例,津南区,1950-01"}, "年龄 75 岁", nil},
		{"a suspension without its end", hub.KindMediator, []string{"姓名,所属区,状态", "张示例,津南区,暂停"}, "请补填“暂停截止”", func(r *roster) bool {
			return all[*hub.Mediator](t, r, hub.KindMediator)[0].Timeline().On(r.Today()) == hub.StatusSuspended
		}},
		{"在册 though the term has run out", hub.KindMediator, []string{"姓名,所属区,聘期起,聘期止,状态", "张示例,津南区,2020-01-01,2022-12-31,在册"}, "系统按“届满”显示", nil},
		{"a month that may be October", hub.KindMediator, []string{"姓名,所属区,出生年月", "张示例,津南区,1985.1"}, "按 1 月读入", nil},
		{"an ethnicity outside the table", hub.KindMediator, []string{"姓名,所属区,民族", "张示例,津南区,火星族"}, "未采用", nil},
		{"a suspension's end beside another status", hub.KindMediator, []string{"姓名,所属区,状态,暂停截止", "张示例,津南区,在册,2026-12-31"}, "状态不是“暂停”", nil},
		{"a waiver", hub.KindOrganization, []string{"组织名称,组织类型,所属区,统一社会信用代码,信用代码豁免理由,信用代码豁免依据", "示例调解中心,仲裁院,津南区,91350100M0001TGQXM,早期赋码,营业执照 2016-01-01 核对"}, "", func(r *roster) bool {
			o := all[*hub.Organization](t, r, hub.KindOrganization)[0]
			return o.CreditCode == "91350100M0001TGQXM" && o.CreditCodeWaiver == "早期赋码（依据：营业执照 2016-01-01 核对）"
		}},
		{"an organisation among invited mediators", hub.KindInvitedListing, []string{"名称/姓名,邀请法院,是否收费", "津南区示例商会调解中心,津0112,否"}, "名称照录", func(r *roster) bool {
			l := all[*hub.InvitedListing](t, r, hub.KindInvitedListing)[0]
			return l.Invitee == hub.InviteeOrganization && l.PersonID == 0 && l.BodyName == l.Name && l.District == "120112" && l.Level == hub.LevelDistrict && !*l.FeeCharged
		}},
		{"an expert without a district stands in the city's pool", hub.KindExpert, []string{"姓名,工作单位,可服务区", "张示例,示例大学,津南、和平区、火星区"}, "没有名为“火星区”的区", func(r *roster) bool {
			e := all[*hub.Expert](t, r, hub.KindExpert)[0]
			return e.Level == hub.LevelCity && e.District == "120000" && slices.Equal(e.DistrictsServed, []string{"120112", "120101"})
		}},
		{"a court of the city lists for the city", hub.KindInvitedListing, []string{"类别,姓名,邀请法院", "个人,张示例,市高级人民法院"}, "", func(r *roster) bool {
			l := all[*hub.InvitedListing](t, r, hub.KindInvitedListing)[0]
			return l.Level == hub.LevelCity && l.District == "120000" && l.Court == "津"
		}},
		{"a place of a district", hub.KindMediator, []string{"姓名,所属区", "张示例,泰达"}, "“泰达”按滨海新区导入", nil},
		{"the city in the column of the district", hub.KindMediator, []string{"姓名,所属区", "张示例,市直"}, "", func(r *roster) bool {
			m := all[*hub.Mediator](t, r, hub.KindMediator)[0]
			return m.Level == hub.LevelCity && m.District == "120000"
		}},
		{"words in other writings", hub.KindMediator, []string{"姓名,性别,所属区,手机号码,专职/兼职,聘期起,聘期止", "张　示例,女性,天津市津南区,１３８ ００１３ ８０００,兼职调解员,2024年5月,长期"}, "", func(r *roster) bool {
			m := all[*hub.Mediator](t, r, hub.KindMediator)[0]
			return m.Name == "张示例" && m.District == "120112" && m.Phone == "13800138000" && m.Employment == hub.EmploymentPartTime &&
				m.Terms[0] == hub.AppointmentTerm{Start: day("2024-05-01")}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRoster(t)
			plan := r.take(t, c.kind, "新增", c.lines...)
			expectFinding(t, plan, c.says)
			if c.check != nil && !c.check(r) {
				t.Errorf("taken over otherwise:\n%s", findings(plan))
			}
			r.take(t, c.kind, "相同", c.lines...)
		})
	}
}

// A sheet over which its reader stumbles ends the import, not the process.
func TestImportsSurviveTheirReaders(t *testing.T) {
	r := newRoster(t)
	for _, after := range []int{0, 3, 1000} {
		sheet := hub.NewImportSheet("", []hub.ImportColumn{{Field: hub.FieldName, Heading: "姓名"}})
		rows := func(yield func(hub.ImportRow, error) bool) {
			for i := range after {
				if !yield(hub.ImportRow{Sheet: sheet, Number: i + 2, Cells: []hub.ImportCell{{Text: "张示例"}}}, nil) {
					return
				}
			}
			panic("示例故障")
		}
		_, err := r.PlanImport(t.Context(), hub.System, hub.KindMediator, rows, hub.ImportOptions{})
		if hub.CodeOf(err) != hub.CodeInternal || !strings.Contains(err.Error(), "示例故障") {
			t.Errorf("after %d rows: %v", after, err)
		}
	}
	t.Run("over a row", func(t *testing.T) {
		sheet := hub.NewImportSheet("", nil)
		rows := func(yield func(hub.ImportRow, error) bool) {
			yield(hub.ImportRow{Sheet: sheet, Number: 2, Cells: []hub.ImportCell{{Text: "x"}}}, nil) // a cell without a column
			yield(hub.ImportRow{Number: 3}, nil)                                                     // a row without a sheet
		}
		if _, err := r.PlanImport(t.Context(), hub.System, hub.KindMediator, rows, hub.ImportOptions{}); hub.CodeOf(err) != hub.CodeInternal {
			t.Error(err)
		}
	})
}
