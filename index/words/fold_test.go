package words

import "testing"

func TestFold(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"full width", "ＡＢ１２（市级）", "ab12(市级)"},
		{"traditional", "勞動報酬與經濟補償", "劳动报酬与经济补偿"},
		{"variant of a traditional character", "讐", "仇"},
		{"accents of pinyin", "Zhāng Wěi Lǚ", "zhang wei lv"},
		{"zero width and variation selectors", "工\u200b伤\ufe0f", "工伤"},
		{"ideographic blank", "工伤　和平", "工伤 和平"},
		{"compatibility ideograph", "\uf9dc", "隆"},
		{"combining accent", "u\u0304", "u"},
		{"broken bytes", "工\xff伤", "工伤"},
		{"rare character stays", "𠮷", "𠮷"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := FoldString(c.in); got != c.want {
				t.Errorf("FoldString(%q) = %q, want %q", c.in, got, c.want)
			}
			f := Fold(c.in)
			if f.String() != c.want {
				t.Errorf("Fold(%q) = %q, want %q", c.in, f, c.want)
			}
			original := []rune(c.in)
			for i, r := range f.Runes {
				if back, ok := foldRune(original[f.At[i]]); !ok || back != r {
					t.Errorf("character %d of %q leads to %q", i, f, original[f.At[i]])
				}
			}
			if again := FoldString(c.want); again != c.want {
				t.Errorf("folding twice gives %q", again)
			}
		})
	}
}

func TestFoldingTableIsWhole(t *testing.T) {
	if n := len([]rune(traditionalPairs)); n%2 != 0 {
		t.Fatalf("%d characters: a pair is torn", n)
	}
	seen := map[rune]bool{}
	for i, r := range []rune(traditionalPairs) {
		if i%2 != 0 {
			continue
		}
		if seen[r] {
			t.Errorf("%q stands twice", r)
		}
		seen[r] = true
		if s := simplified(r); s == r || simplified(s) != s {
			t.Errorf("%q folds to %q, which folds to %q", r, s, simplified(s))
		}
	}
}

func TestKey(t *testing.T) {
	for in, want := range map[string]string{
		"阿依古丽·买买提":     "阿依古丽买买提",
		"张 三":          "张三",
		"津調〔2023〕第7號":  "津调2023第7号",
		"TJ-MED-00012": "tjmed00012",
	} {
		if got := Key(in); got != want {
			t.Errorf("Key(%q) = %q, want %q", in, got, want)
		}
	}
}
