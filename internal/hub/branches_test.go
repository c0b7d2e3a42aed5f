package hub_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"concord/internal/hub"
)

// below is the organisation that the roster has above another.
func (r *roster) above(t *testing.T, id hub.ID) hub.ID {
	t.Helper()
	record, _ := r.record(t, id)
	return record.(*hub.Organization).ParentID
}

// body registers an organisation of 津南区.
func (r *roster) body(t *testing.T, name string, fields hub.Fields) hub.ID {
	t.Helper()
	all := hub.Fields{"name": name, "kind": "JOINT_STUDIO", "district": "津南区"}
	for k, v := range fields {
		all[k] = v
	}
	return done2(t)(r.Register(t.Context(), jinnan, r.registering(hub.KindOrganization, all))).Record.(*hub.OrganizationView).Organization.ID
}

func (r *roster) putBelow(t *testing.T, id hub.ID, parent any) (*hub.Written, error) {
	t.Helper()
	_, revision := r.record(t, id)
	return r.Amend(t.Context(), jinnan, hub.AmendInput{Kind: hub.KindOrganization, Write: r.about(id, revision), Fields: hub.Fields{"parentId": parent}})
}

func TestBranches(t *testing.T) {
	r := newRoster(t)
	head := r.body(t, "示例总站", nil)
	branch := r.body(t, "示例分站", hub.Fields{"parentId": head.String()})
	desk := r.body(t, "示例服务点", hub.Fields{"parentId": branch.String()})
	if r.above(t, branch) != head || r.above(t, desk) != branch || r.above(t, head) != 0 {
		t.Fatalf("%s below %s, %s below %s", branch, r.above(t, branch), desk, r.above(t, desk))
	}

	t.Run("nobody stands above itself", func(t *testing.T) {
		for _, parent := range []hub.ID{head, branch, desk} {
			out := refused1(t, "PARENT_IMPOSSIBLE")(r.putBelow(t, head, parent.String()))
			if path := strings.Join(out.Errors[0].Path, "."); path != "input.fields.parentId" {
				t.Errorf("refused at %s", path)
			}
		}
		refused1(t, "PARENT_IMPOSSIBLE")(r.putBelow(t, head, hub.NewID(hub.KindOrganization, 999).String()))
		refused1(t, "LEFT")(r.putBelow(t, head, "示例没有的组织"))
		done2(t)(r.putBelow(t, desk, nil))
		if r.above(t, desk) != 0 {
			t.Error("a link is not given up")
		}
		done2(t)(r.putBelow(t, desk, branch.String()))
	})

	t.Run("not by many at once either", func(t *testing.T) {
		for round := range 20 {
			var ring [3]hub.ID
			for i := range ring {
				ring[i] = r.body(t, fmt.Sprintf("示例环%d站%d", round, i), nil)
			}
			var wait sync.WaitGroup
			for i, id := range ring {
				_, revision := r.record(t, id)
				in := hub.AmendInput{Kind: hub.KindOrganization, Write: r.about(id, revision), Fields: hub.Fields{"parentId": ring[(i+1)%3].String()}}
				wait.Go(func() {
					if _, err := r.Amend(t.Context(), jinnan, in); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Wait()
			linked := 0
			for _, id := range ring {
				if r.above(t, id) != 0 {
					linked++
				}
			}
			if linked != 2 {
				t.Fatalf("round %d: of a ring of three %d stand below another", round, linked)
			}
		}
	})

	t.Run("branches of one that ends stay, and it gets no new ones", func(t *testing.T) {
		_, revision := r.record(t, branch)
		out := done2(t)(r.try(t, jinnan, hub.MoveDissolve, branch, func(in *hub.MoveInput) { in.On = day("2025-06-20") }))
		if !slices.ContainsFunc(out.Remarks, func(e hub.UserError) bool { return strings.Contains(e.Message, "“示例服务点”保留") }) {
			t.Errorf("told %+v", out.Remarks)
		}
		if r.above(t, desk) != branch || revision == 0 {
			t.Error("the branch lost its parent")
		}
		other := r.body(t, "示例另一站", nil)
		refused1(t, "PARENT_IMPOSSIBLE")(r.putBelow(t, other, branch.String())) // though it ends only in days
		_, at := r.record(t, desk)
		done2(t)(r.Amend(t.Context(), jinnan, hub.AmendInput{Kind: hub.KindOrganization, Write: r.about(desk, at), Fields: hub.Fields{"parentId": branch.String(), "address": "示例路 2 号"}}))
	})

	t.Run("a people's mediation committee charges nothing (人民调解法 Art. 4)", func(t *testing.T) {
		committee := r.body(t, "示例村人民调解委员会", hub.Fields{"kind": "PEOPLES_COMMITTEE"})
		record, revision := r.record(t, committee)
		if fee := record.(*hub.Organization).KnownFee(); fee == nil || *fee {
			t.Errorf("its fee is %v", fee)
		}
		amend := func(id hub.ID, revision hub.Revision, fields hub.Fields) (*hub.Written, error) {
			return r.Amend(t.Context(), jinnan, hub.AmendInput{Kind: hub.KindOrganization, Write: r.about(id, revision), Fields: fields})
		}
		out := refused1(t, "UNLAWFUL")(amend(committee, revision, hub.Fields{"feeCharged": true}))
		if !strings.Contains(out.Errors[0].Message, "人民调解法第四条") {
			t.Errorf("refused with %s", out.Errors[0].Message)
		}
		_, revision = r.record(t, head)
		done2(t)(amend(head, revision, hub.Fields{"feeCharged": true, "sponsors": []string{"示例总工会", "示例法院", "示例总工会"}}))
		record, revision = r.record(t, head)
		if o := record.(*hub.Organization); o.Sponsor != "示例总工会、示例法院" || !slices.Equal(o.Sponsors(), []string{"示例总工会", "示例法院"}) || !*o.KnownFee() {
			t.Errorf("amended to %+v", o)
		}
		refused1(t, "UNLAWFUL")(amend(head, revision, hub.Fields{"kind": "PEOPLES_COMMITTEE"}))
	})
}

// TestBranchesBySheet: a sheet names the organisation above by its name; what was
// exported comes back as the same, and a circle is refused within one sheet too.
func TestBranchesBySheet(t *testing.T) {
	r := newRoster(t)
	const head = "编号,组织名称,组织类型,所属区,设立(主办)单位,上级组织,是否收费"
	lines := []string{head, "示例-1,示例总站,联合调解工作室,津南区,示例总工会；示例法院,,否", "示例-2,示例分站,联合调解工作室,津南区,,示例总站,"}
	plan := r.take(t, hub.KindOrganization, "新增 新增", lines...)
	if remarks := plan.Rows[1].Remarks; !slices.ContainsFunc(remarks, func(p hub.ImportProblem) bool { return p.Heading == "上级组织" }) {
		t.Errorf("an organisation that is not there yet: %v", remarks)
	}
	r.take(t, hub.KindOrganization, "相同 变更", lines...)
	r.take(t, hub.KindOrganization, "相同 相同", lines...)
	ids := map[string]hub.ID{}
	for _, name := range []string{"示例总站", "示例分站"} {
		found, err := r.Organizations(t.Context(), hub.Anonymous, hub.RosterQuery{})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range found.Nodes() {
			if o.Name == name {
				ids[name] = o.Organization.ID
			}
		}
	}
	if r.above(t, ids["示例分站"]) != ids["示例总站"] {
		t.Errorf("%v", ids)
	}
	plan = r.planAs(t, hub.System, hub.KindOrganization, head, "示例-1,示例总站,联合调解工作室,津南区,,示例分站,", "示例-3,示例村人民调解委员会,人民调解委员会,津南区,,,是")
	expectOutcomes(t, plan, "拒绝 拒绝")
	if a, b := plan.Rows[0].Problems[0].Code, plan.Rows[1].Problems[0].Code; a != "parent_impossible" || b != "unlawful" {
		t.Errorf("refused for %s and %s", a, b)
	}
	r.take(t, hub.KindOrganization, "新增 新增", head, "示例-4,示例甲站,联合调解工作室,津南区,,,", "示例-5,示例乙站,联合调解工作室,津南区,,,")
	plan = r.planAs(t, hub.System, hub.KindOrganization, head, "示例-4,示例甲站,联合调解工作室,津南区,,示例乙站,", "示例-5,示例乙站,联合调解工作室,津南区,,示例甲站,")
	expectOutcomes(t, plan, "变更 拒绝")
}
