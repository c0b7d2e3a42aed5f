package hub_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"concord/internal/hub"
)

func seedVocabulary(t testing.TB) *hub.Vocabulary {
	t.Helper()
	v, err := hub.LoadVocabulary(os.DirFS("../../seeds"))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// The causes of SPC-2025 (法〔2025〕226号) that have no sub-causes, and the one
// outside the part that belongs to the field: each must be reachable by words.
var leafCauses = []string{
	"205-1", "205-2", "205-3", "205-4", "205-5", "205-6", "205-7",
	"206-1", "206-2", "206-3", "206-4", "206-5", "207", "208", "209",
	"210", "211", "212", "213", "214-1", "214-2", "215-1", "216", "144-1",
}

func TestSeedVocabulary(t *testing.T) {
	v := seedVocabulary(t)

	t.Run("ListsEverySpecialtyInUse", func(t *testing.T) {
		for _, label := range []string{
			"劳动报酬", "工伤保险", "经济补偿", "解除劳动合同", "确认劳动关系", "工作时间", "休息休假", "社会保险",
			"女职工保护", "竞业限制", "人事争议", "新就业形态", "农民工工资", "劳务派遣", "集体合同",
		} {
			if !slices.ContainsFunc(v.Specialties, func(s hub.SpecialtyTerm) bool { return s.Label == label }) {
				t.Errorf("no specialty %s", label)
			}
		}
	})

	t.Run("HasEverydayWordsForEverySpecialty", func(t *testing.T) {
		const fewest = 8
		words := map[string]int{}
		for _, w := range v.Everyday {
			words[w.Specialties[0]]++
		}
		for _, s := range v.Specialties {
			if words[s.Label] < fewest {
				t.Errorf("%s has %d everyday words, want at least %d", s.Label, words[s.Label], fewest)
			}
		}
		if len(v.Everyday) < 200 {
			t.Errorf("%d everyday words, want at least 200", len(v.Everyday))
		}
	})

	t.Run("ReachesEveryCauseByEverydayWords", func(t *testing.T) {
		ofSpecialty := map[string][]string{}
		for _, s := range v.Specialties {
			ofSpecialty[s.Label] = s.Causes
		}
		causes := map[string]int{}
		for _, w := range v.Everyday {
			codes := w.Causes
			if len(codes) == 0 {
				codes = ofSpecialty[w.Specialties[0]]
			}
			for _, code := range codes {
				causes[code]++
			}
		}
		for _, code := range leafCauses {
			if causes[code] < 5 {
				t.Errorf("cause %s has %d everyday words, want at least 5", code, causes[code])
			}
		}
	})

	t.Run("CoversTheHeadsOfArticle2", func(t *testing.T) {
		heads := map[int]bool{}
		for _, s := range v.Specialties {
			for _, head := range s.Art2 {
				heads[head] = true
			}
		}
		for head := 1; head <= 6; head++ {
			if !heads[head] {
				t.Errorf("no specialty under head %d", head)
			}
		}
	})

	t.Run("KnowsOnlyCausesThatExist", func(t *testing.T) {
		known := append(slices.Clone(leafCauses), "205", "206", "214", "215")
		check := func(word string, codes []string) {
			for _, code := range codes {
				if !slices.Contains(known, code) {
					t.Errorf("%s: no cause %s", word, code)
				}
			}
		}
		for _, s := range v.Specialties {
			check(s.Label, s.Causes)
		}
		for _, w := range v.Everyday {
			check(w.Word, w.Causes)
		}
		for _, p := range v.Patterns {
			check(p.String(), p.Causes)
		}
	})

	t.Run("KeepsWordsShortEnoughToBeTyped", func(t *testing.T) {
		for _, w := range v.Everyday {
			if n := utf8.RuneCountInString(w.Word); n < 2 || n > 14 {
				t.Errorf("%q has %d characters, want 2 to 14", w.Word, n)
			}
		}
	})

	t.Run("LeavesWordsThatMeanSomethingOutOfTheFillers", func(t *testing.T) {
		for _, w := range v.Categories {
			if slices.Contains(v.Fillers, w.Word) {
				t.Errorf("%s is a filler and a source", w.Word)
			}
		}
		for _, w := range v.Places {
			if slices.Contains(v.Fillers, w.Word) {
				t.Errorf("%s is a filler and a place", w.Word)
			}
		}
	})
}

func TestSeedPatternsUnderstandSentences(t *testing.T) {
	v := seedVocabulary(t)
	for _, tt := range []struct{ sentence, means string }{
		{"公司不给交社保", "社会保险"},
		{"单位这两年一直没给我们上过保险", "社会保险"},
		{"社保从来就没有给我缴过", "社会保险"},
		{"老板拖着三个月的工资不给", "劳动报酬"},
		{"工钱到现在一分都没见到", "劳动报酬"},
		{"包工头欠我们的钱", "农民工工资"},
		{"在工地上从架子摔了下来", "工伤保险"},
		{"左手食指被冲床压断", "工伤保险"},
		{"刚怀上孩子就把我辞了", "女职工保护"},
		{"通知我下周别来上班", "解除劳动合同"},
		{"不让我们休年假", "休息休假"},
		{"天天干十三个小时", "工作时间"},
		{"干了两年连合同都没签", "确认劳动关系"},
		{"跳槽去了同行，老东家要我赔违约金", "竞业限制"},
		{"送外卖的路上被撞骨折", "职业伤害保障"},
		{"合同是跟劳务公司签的", "劳务派遣"},
		{"厂子马上要关门", "破产裁员"},
		{"医院不放我走，档案也不给", "辞职争议"},
	} {
		t.Run(tt.sentence, func(t *testing.T) {
			var found []string
			for _, m := range v.MatchPatterns(tt.sentence) {
				found = append(found, m.Pattern.Specialties[0])
			}
			if !slices.Contains(found, tt.means) {
				t.Errorf("found %v, want %s among them", found, tt.means)
			}
		})
	}

	t.Run("AndKeepQuietAboutOtherThings", func(t *testing.T) {
		for _, text := range []string{
			"和平区退休法官", "王和平", "天津大学法学院教授", "红烧肉的做法", "明天天气怎么样", "劳动报酬", "zhangwei",
		} {
			if m := v.MatchPatterns(text); len(m) > 0 {
				t.Errorf("%s matches %s", text, m[0].Pattern)
			}
		}
	})
}

func TestMatchPatterns(t *testing.T) {
	v := loadVocabulary(t, `"patterns": [
		{"all": [["没", "没有"], ["交", "缴"], ["社保", "保险"]], "within": 8, "specialties": ["社会保险"]},
		{"all": [["公司"], ["社保"]], "within": 10, "specialties": ["社会保险"], "weight": 0.4}
	]`)
	type span struct {
		pattern string
		text    string
	}
	for _, tt := range []struct {
		name string
		text string
		want []span
	}{
		{"OK", "没给我交社保", []span{{"没…交…社保", "没给我交社保"}}},
		{"AlternativesOfEveryGroup", "没有缴保险", []span{{"没…交…社保", "没有缴保险"}}},
		{"SeveralPatterns", "公司没交社保", []span{{"没…交…社保", "没交社保"}, {"公司…社保", "公司没交社保"}}},
		{"PartsMayTouchButNotOverlap", "没交保险", []span{{"没…交…社保", "没交保险"}}},
		{"TakesTheShortestPlace", "没说不交，没交社保", []span{{"没…交…社保", "没交社保"}}},
		{"WithinCountsCharactersNotBytes", "没给我们大家交社保", nil}, // 9 characters
		{"ExactlyWithin", "没给我们大交社保", []span{{"没…交…社保", "没给我们大交社保"}}},
		{"OrderMatters", "社保没交", nil},
		{"NotAcrossTheEndOfASentence", "没说。交社保", nil},
		{"NotAcrossALineBreak", "没说\n交社保", nil},
		{"AcrossAComma", "没说，交社保", []span{{"没…交…社保", "没说，交社保"}}},
		{"AGroupIsMissing", "没社保", nil},
		{"InBytesBrokenAnywhere", "没\xff交\xff社保", []span{{"没…交…社保", "没\xff交\xff社保"}}},
		{"Empty", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []span
			for _, m := range v.MatchPatterns(tt.text) {
				got = append(got, span{m.Pattern.String(), tt.text[m.Start():m.End()]})
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}

	t.Run("NamesThePlaceOfEveryPart", func(t *testing.T) {
		const text = "我没有给他交过保险"
		m := v.MatchPatterns(text)
		if len(m) != 1 {
			t.Fatalf("%d matches", len(m))
		}
		var parts []string
		for _, p := range m[0].Parts {
			parts = append(parts, text[p[0]:p[1]])
		}
		if got := strings.Join(parts, "|"); got != "没有|交|保险" {
			t.Errorf("parts %s", got)
		}
	})

	t.Run("WeightDefaultsToOne", func(t *testing.T) {
		for _, m := range v.MatchPatterns("公司没交社保") {
			if want := map[bool]float64{true: 1, false: 0.4}[len(m.Parts) == 3]; m.Pattern.Weight != want {
				t.Errorf("%s weighs %v, want %v", m.Pattern, m.Pattern.Weight, want)
			}
		}
	})
}

func TestLoadVocabulary(t *testing.T) {
	t.Run("MissingFile", func(t *testing.T) {
		if _, err := hub.LoadVocabulary(fstest.MapFS{}); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("error %v, want one of a missing file", err)
		}
	})

	for _, tt := range []struct{ name, section, complaint string }{
		{"NotJSON", `"everyday": [`, "不是所要求的 JSON"},
		{"UnknownField", `"everydays": []`, "不是所要求的 JSON"},
		{"WordTwice", `"everyday": [{"word": "社保", "specialties": ["社会保险"]}, {"word": "社保", "specialties": ["社会保险"]}]`, "已在 everyday 中出现过"},
		{"WordTwiceInAnotherCase", `"everyday": [{"word": "n+1", "specialties": ["社会保险"]}, {"word": "N+1", "specialties": ["社会保险"]}]`, "已在 everyday 中出现过"},
		{"EverydayWordIsALabel", `"everyday": [{"word": "社会保险", "specialties": ["社会保险"]}]`, "已在 specialties 中出现过"},
		{"FillerIsAnEverydayWord", `"everyday": [{"word": "社保", "specialties": ["社会保险"]}], "fillers": ["社保"]`, "已在 everyday 中出现过"},
		{"EmptyWord", `"everyday": [{"word": "", "specialties": ["社会保险"]}]`, "有一个空词"},
		{"BlankInAWord", `"everyday": [{"word": "社 保", "specialties": ["社会保险"]}]`, "不能有空白"},
		{"UnknownTarget", `"everyday": [{"word": "欠薪", "specialties": ["劳动报酬"]}]`, `专长 "劳动报酬" 不在 specialties 中`},
		{"NoTarget", `"everyday": [{"word": "欠薪", "specialties": []}]`, "没有指向任何专长"},
		{"TargetTwice", `"everyday": [{"word": "社保", "specialties": ["社会保险", "社会保险"]}]`, "写了两次"},
		{"WeightAboveOne", `"everyday": [{"word": "社保", "specialties": ["社会保险"], "weight": 1.5}]`, "权重"},
		{"BadCause", `"everyday": [{"word": "社保", "specialties": ["社会保险"], "causes": ["社保"]}]`, "案由代码"},
		{"PatternOfOneGroup", `"patterns": [{"all": [["社保"]], "within": 8, "specialties": ["社会保险"]}]`, "2 至 8 组词"},
		{"PatternOfAnEmptyGroup", `"patterns": [{"all": [["没"], []], "within": 8, "specialties": ["社会保险"]}]`, "有一组词是空的"},
		{"PatternThatCannotMatch", `"patterns": [{"all": [["没"], ["社保"]], "within": 2, "specialties": ["社会保险"]}]`, "within 为 2"},
		{"PatternNotFolded", `"patterns": [{"all": [["没"], ["N+1"]], "within": 9, "specialties": ["社会保险"]}]`, "小写"},
		{"UnknownSource", `"categories": [{"word": "老法官", "category": "OLD_JUDGE"}]`, "人员来源"},
		{"PlaceWithoutDistrict", `"places": [{"word": "塘沽", "district": "滨海新区"}]`, "区划代码"},
		{"UnknownLevel", `"levels": [{"word": "市级", "level": "市"}]`, "层级"},
		{"TitleTwice", `"titles": [{"title": "教授"}, {"title": "副教授", "also": ["教授"]}]`, "已在 titles 中出现过"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := hub.LoadVocabulary(vocabularyFS(tt.section))
			if err == nil || !strings.Contains(err.Error(), tt.complaint) {
				t.Errorf("error %v, want one about %q", err, tt.complaint)
			}
		})
	}

	t.Run("ReportsAllThatIsWrong", func(t *testing.T) {
		_, err := hub.LoadVocabulary(vocabularyFS(`"fillers": ["", "我", "我"], "levels": [{"word": "市级", "level": "市"}]`))
		if err == nil || strings.Count(err.Error(), "词表") != 3 {
			t.Errorf("error %v, want three complaints", err)
		}
	})
}

// vocabularyFS is a file system with a vocabulary of one specialty and one more section.
func vocabularyFS(section string) fs.FS {
	text := fmt.Sprintf(`{"specialties": [{"label": "社会保险", "english": "Social insurance", "causes": ["206"], "art2": [4]}], %s}`, section)
	return fstest.MapFS{"vocabulary.json": {Data: []byte(text)}}
}

func loadVocabulary(t testing.TB, section string) *hub.Vocabulary {
	t.Helper()
	v, err := hub.LoadVocabulary(vocabularyFS(section))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A sentence is matched against all patterns on every search that looks like one.
func BenchmarkMatchPatterns(b *testing.B) {
	v := seedVocabulary(b)
	for b.Loop() {
		v.MatchPatterns("我在工地上干了半年，老板一直拖着工资不给，也没签合同，怎么办")
	}
}
