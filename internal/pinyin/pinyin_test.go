package pinyin

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	dictionary "github.com/mozillazg/go-pinyin"
)

func TestNameReadsSurnames(t *testing.T) {
	for name, want := range map[string]string{
		"张伟": "zhang wei", "单田芳": "shan tian fang", "仇英": "qiu ying", "解缙": "xie jin",
		"曾国藩": "zeng guo fan", "查良镛": "zha liang yong", "区大海": "ou da hai", "朴正": "piao zheng",
		"尉迟恭": "yu chi gong", "尉健行": "wei jian xing", "乐嘉": "yue jia", "缪荃": "miao quan",
		"万俟卨": "mo qi xie", "万里": "wan li", "长孙无忌": "zhang sun wu ji", "冼星海": "xian xing hai",
		"任正": "ren zheng", "翟志刚": "zhai zhi gang", "覃小明": "qin xiao ming", "吕丽": "lv li",
		"宁静": "ning jing", "欧阳娜娜": "ou yang na na", "单于": "shan yu", "王长乐": "wang chang le",
	} {
		var got []string
		for _, r := range Name(name) {
			got = append(got, r[0])
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("Name(%s) = %s, want %s", name, s, want)
		}
	}
}

func TestNameOffersOtherReadings(t *testing.T) {
	for name, also := range map[string]string{"覃小明": "tan", "盖叫天": "ge", "单田芳": "dan", "尉健行": "yu"} {
		if !slices.Contains(Name(name)[0], also) {
			t.Errorf("Name(%s)[0] = %v lacks %s", name, Name(name)[0], also)
		}
	}
}

func TestNameKeepsItsPlaces(t *testing.T) {
	got := Name("阿里·A1 王")
	if len(got) != 7 || got[2] != nil || got[5] != nil || got[3][0] != "a" || got[4][0] != "1" {
		t.Errorf("Name = %q", got)
	}
	if Initials(got) != "ala1w" || Join(got) != "alia1wang" {
		t.Errorf("Initials = %s, Join = %s", Initials(got), Join(got))
	}
	if got := Name(""); len(got) != 0 {
		t.Errorf("Name of nothing = %q", got)
	}
}

func TestTextReadsWords(t *testing.T) {
	for text, want := range map[string]string{
		"劳动报酬": "laodongbaochou", "调解": "tiaojie", "调岗": "diaogang", "银行会计": "yinhangkuaiji",
		"重庆": "chongqing", "宝坻区": "baodiqu", "解除劳动合同": "jiechulaodonghetong", "行业性": "hangyexing",
		"仲裁院院长": "zhongcaiyuanyuanzhang", "女职工保护": "nvzhigongbaohu", "经济补偿": "jingjibuchang",
		"社会保险": "shehuibaoxian", "年假": "nianjia", "单位": "danwei",
	} {
		if got := Join(Text(text)); got != want {
			t.Errorf("Text(%s) = %s, want %s", text, got, want)
		}
	}
}

func TestSurname(t *testing.T) {
	for name, want := range map[string]int{"张伟": 1, "欧阳修": 2, "欧阳": 1, "长孙无忌": 2, "": 0, "Li": 0} {
		if got := Surname(name); got != want {
			t.Errorf("Surname(%s) = %d, want %d", name, got, want)
		}
	}
}

func TestSortKeyIsDictionaryOrder(t *testing.T) {
	order := []string{
		"12345", "ab", "Ab", "b", "阿不都·热合曼", "安", "安静", "白", "陈静", "陈伟", "陈伟伟",
		"仇英", // qiu, although chou elsewhere
		"单丽", // shan
		"王芳", "王伟", "曾丽", "翟刚", "张三", "张伟", "张卫", "周芳",
	}
	got := slices.Clone(order)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
	slices.SortFunc(got, func(a, b string) int { return bytes.Compare(SortKey(a), SortKey(b)) })
	if !slices.Equal(got, order) {
		t.Errorf("order\n got %v\nwant %v", got, order)
	}
	for _, pair := range [][2]string{{"努", "女"}, {"女", "暖"}, {"路", "吕"}, {"吕", "栾"}} {
		if bytes.Compare(SortKey(pair[0]), SortKey(pair[1])) >= 0 {
			t.Errorf("%s does not stand before %s", pair[0], pair[1])
		}
	}
}

// Bodies are read as text: nobody looks for 解放街道 among the family Xie.
func TestSortKeyReadsBodiesAsText(t *testing.T) {
	keys := []string{"解放街道调解委员会", "津南区调解中心", "谢家调解工作室"}
	for i := 1; i < len(keys); i++ {
		if bytes.Compare(SortKey(keys[i-1]), SortKey(keys[i])) >= 0 {
			t.Errorf("%s does not stand before %s", keys[i-1], keys[i])
		}
	}
}

// Keys are equal only for equal names, hold no zero byte, and are such that a
// name stands before whatever continues it, even with a separator behind.
func TestSortKeyTellsNamesApart(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	alphabet := []rune("张章伟卫区单于长孙欧阳aAkKK1·　𠮷𫖯𫠆々〇龘é!")
	seen := map[string]string{}
	for range 20000 {
		name := make([]rune, rng.IntN(5))
		for i := range name {
			name[i] = alphabet[rng.IntN(len(alphabet))]
		}
		key := SortKey(string(name))
		if bytes.IndexByte(key, 0) >= 0 {
			t.Fatalf("key of %q holds a zero byte: %x", string(name), key)
		}
		if other, ok := seen[string(key)]; ok && other != string(name) {
			t.Fatalf("%q and %q have the same key %x", other, string(name), key)
		}
		seen[string(key)] = string(name)
	}
}

// Every row of the tables has a reading a character, each of which the
// dictionary knows for it, and no word stands twice.
func TestTables(t *testing.T) {
	// Readings of surnames and places that the dictionary lacks.
	lacking := map[string]bool{"费bi4": true, "黑he4": true, "谌shen4": true, "乐lao4": true}
	for name, text := range map[string]string{
		"commonReadings": commonReadings, "surnameReadings": surnameReadings,
		"compoundSurnames": compoundSurnames, "phrases": phrases,
	} {
		seen := map[string]bool{}
		rows(text, func(word []rune, list []string) {
			if seen[string(word)] {
				t.Errorf("%s: %s stands twice", name, string(word))
			}
			seen[string(word)] = true
			single := len(word) == 1
			if !single && len(list) != len(word) {
				t.Errorf("%s: %s has %d readings", name, string(word), len(list))
				return
			}
			for i, s := range list {
				char := word[0]
				if !single {
					char = word[i]
				}
				known := lacking[string(char)+s]
				for marked := range strings.SplitSeq(dictionary.PinyinDict[int(char)], ",") {
					known = known || fromMarked(marked).letters == fromNumbered(s).letters
				}
				if !known {
					t.Errorf("%s: %c is not read %s (%s)", name, char, s, dictionary.PinyinDict[int(char)])
				}
			}
		})
	}
}

func FuzzSortKey(f *testing.F) {
	f.Add("张伟", "张伟伟")
	f.Fuzz(func(t *testing.T, a, b string) {
		ka, kb := SortKey(a), SortKey(b)
		if bytes.IndexByte(ka, 0) >= 0 {
			t.Fatalf("zero byte in %x", ka)
		}
		if a != b && bytes.Equal(ka, kb) && strings.ToValidUTF8(a, "�") != strings.ToValidUTF8(b, "�") {
			t.Fatalf("%q and %q share a key", a, b)
		}
		Name(a)
		Text(b)
	})
}

func BenchmarkSortKey(b *testing.B) {
	SortKey("张")
	b.ReportAllocs()
	for b.Loop() {
		SortKey("欧阳建国")
	}
}

func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		build()
	}
}
