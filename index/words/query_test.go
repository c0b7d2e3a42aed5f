package words

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// somebody is an oracle over a few names and texts.
type somebody struct{}

func (somebody) Name(key string) bool { return slices.Contains(known, key) }
func (somebody) NamePart(key string) bool {
	return slices.ContainsFunc(known, func(n string) bool { return strings.Contains(n, key) })
}
func (somebody) Body(s string) bool {
	return strings.Contains("天津津沽大学法学院 天津示例律师事务所", s)
}
func (somebody) Text(s string) bool   { return strings.Contains("会说日语。石油化工。", s) }
func (somebody) Sounds(s string) bool { return s == "zhangwei" }

var known = []string{"张伟", "李和平", "欧阳志强", "阿依古丽买买提"}

// TestRead shows how queries are taken apart.
func TestRead(t *testing.T) {
	sorts := map[Sort]string{Unknown: "?", Known: "", Name: "name ", Body: "body ", Surname: "surname ", Latin: "latin ", Number: "number "}
	for _, c := range []struct{ query, want string }{
		{"工伤 退休法官 和平区", "工伤 | 退休法官 | 和平区"},
		{"和平区工伤退休法官", "和平区 工伤 退休法官"},
		{"和平区张伟", "和平区 name 张伟"},
		{"李和平", "name 李和平"},
		{"李和平工伤", "name 李和平 工伤"},
		{"和平", "和平"},
		{"伟", "name 伟"},
		{"阿依古丽•买买提", "name 阿依古丽买买提"},
		{"津沽大学", "body 津沽大学"},
		{"津沽大学劳动报酬", "body 津沽大学 劳动报酬"},
		{"示例律师事务所", "body 示例律师事务所"},
		{"日语", "?日语"},
		{"zhang wei", "latin zhangwei"},
		{"wei zhang", "latin zhangwei"},
		{"lao dong bao chou", "latin laodongbaochou"},
		{"张wei", "?张 latin wei"},
		{"N+1", "n+1"},
		{"９９６ 加班", "996 | 加班"},
		{"ZJ-0012", "number zj-0012"},
		{"王律师", "surname 王 律师"},
		{"姓王的律师", "surname 王 的 律师"},
		{"张某某 工伤", "surname 张 | 工伤"},
		{"懂工伤的", "懂 工伤 的"},
		{"工伤、社保；和平", "工伤 | 社保 | 和平"},
		{"____", ""},
		{"🙂！？", ""},
	} {
		t.Run(c.query, func(t *testing.T) {
			q := lexicon.Read(c.query, somebody{})
			var chunks []string
			for _, chunk := range q.Chunks {
				var pieces []string
				for _, p := range chunk.Pieces {
					pieces = append(pieces, sorts[p.Sort]+p.Text)
				}
				chunks = append(chunks, strings.Join(pieces, " "))
			}
			if got := strings.Join(chunks, " | "); got != c.want {
				t.Errorf("read %q, want %q", got, c.want)
			}
		})
	}
}

func TestPairs(t *testing.T) {
	for in, want := range map[string]string{
		"劳动报酬":       "劳动 动报 报酬",
		"会说hr，懂日语":   "会说 hr 懂日 日语",
		"甲乙，丙":       "甲乙 丙",
		"n+1 2024年":  "n 1 2024 年",
		"":           "",
		"a甲":         "a 甲",
		"（示例）第3条第三款": "示例 第 3 条第 第三 三款",
	} {
		if got := strings.Join(Pairs(in), " "); got != want {
			t.Errorf("Pairs(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestRepairs shows which words slips lead to.
func TestRepairs(t *testing.T) {
	for slip, want := range map[string]string{
		"劳动报仇":             "劳动报酬",
		"工商保险":             "工伤保险",
		"竟业限制":             "竞业限制",
		"劳动酬报":             "劳动报酬",
		"农民公工资":            "农民工工资",
		"laodongbaocho":    "劳动报酬",
		"gongshnagbaoxian": "工伤保险",
		"塘姑":               "塘沽",
		"退修法官":             "退休法官",
	} {
		found := lexicon.Repairs(slip)
		if len(found) == 0 || !slices.ContainsFunc(found[:min(3, len(found))], func(g Guess) bool { return g.Word.Text == want }) {
			var texts []string
			for _, g := range found {
				texts = append(texts, g.Word.Text)
			}
			t.Errorf("%s leads to %v, not to %s", slip, texts, want)
		}
	}
	for _, nonsense := range []string{"量子", "恐龙化石", "qqxxvv", "工"} {
		if found := lexicon.Repairs(nonsense); len(found) > 0 {
			t.Errorf("%s leads to %s", nonsense, found[0].Word.Text)
		}
	}
}

// TestMeanings shows what words mean whatever section of the vocabulary or of
// the reference data they come from.
func TestMeanings(t *testing.T) {
	for word, want := range map[string]string{
		"欠薪":       "[劳动报酬]",
		"追索劳动报酬纠纷": "[劳动报酬]",
		"塘沽":       "120116",
		"蓟县":       "120119",
		"天津市和平区":   "120101",
		"和平法院":     "津0101",
		"退休法官":     "RETIRED_JUDGE",
		"市级":       "CITY",
		"矛调中心":     "DISPUTE_CENTER",
		"辞退":       "[解除劳动合同]",
	} {
		w := lexicon.Look(FoldString(word))
		if w == nil {
			t.Errorf("%s is not known", word)
			continue
		}
		var labels []string
		for _, m := range w.Specialties {
			labels = append(labels, m.Label)
		}
		all := fmt.Sprint(labels, w.Districts, w.Courts, w.Sources, w.Level, w.OrgKinds)
		if !strings.Contains(all, want) {
			t.Errorf("%s means %s, want %s", word, all, want)
		}
	}
}
