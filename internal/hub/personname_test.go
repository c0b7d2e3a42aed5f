package hub

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParsePersonName(t *testing.T) {
	for in, want := range map[string]string{
		"张伟": "张伟", "张 伟": "张伟", "张　伟": "张伟", " 张伟\u00a0": "张伟", "\u200b张伟\ufeff": "张伟", "张 三 丰": "张三丰",
		"欧阳修文": "欧阳修文", "欧阳 修文": "欧阳修文",
		"阿卜杜拉·买买提": "阿卜杜拉·买买提", "阿卜杜拉・买买提": "阿卜杜拉·买买提", "阿卜杜拉•买买提": "阿卜杜拉·买买提", "阿卜杜拉．买买提": "阿卜杜拉·买买提",
		"阿卜杜拉.买买提": "阿卜杜拉·买买提", "阿卜杜拉‧买买提": "阿卜杜拉·买买提", "阿卜杜拉 · 买买提": "阿卜杜拉·买买提", "买买提·阿不都·热合曼": "买买提·阿不都·热合曼",
		"𠮷田": "𠮷田", "王𬭎": "王𬭎", "李㛃": "李㛃", "王\U00031350": "王\U00031350", // extensions B, C, A, H
		"陈〇": "陈〇", "葛\U000E0100小": "葛小",
		"John Smith": "John Smith", "Ｊｏｈｎ  Ｓｍｉｔｈ": "John Smith", "J. R. O'Neil-Smith": "J. R. O'Neil-Smith", "José García": "José García",
		strings.Repeat("阿", 30): strings.Repeat("阿", 30),
	} {
		got, err := ParsePersonName(in)
		if err != nil || got != want {
			t.Errorf("ParsePersonName(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	for in, want := range map[string]string{
		"": FaultRequired, "　": FaultRequired, "\u200b": FaultRequired,
		"张": FaultNameLength, strings.Repeat("阿", 31): FaultNameLength, "J": FaultNameLength,
		"张三1": FaultNameCharacters, "张３": FaultNameCharacters, "张\x00三": FaultNameCharacters, "张\x1b三": FaultNameCharacters,
		"张三（兼）": FaultNameCharacters, "张三?": FaultNameCharacters, "张*": FaultNameCharacters, "张□": FaultNameCharacters, "张\ue123": FaultNameCharacters,
		"王\u2f29方": FaultNameCharacters, "\uf9dc某": FaultNameCharacters, "张\U0002F800": FaultNameCharacters, "张\ufffd三": FaultNameCharacters, "张\xff三": FaultNameCharacters,
		"·张三": FaultNameCharacters, "张三.": FaultNameCharacters, "阿卜杜拉··买买提": FaultNameCharacters, "李Peter": FaultNameCharacters, "Ali·Khan": FaultNameCharacters,
		"- Smith": FaultNameCharacters, "やまだ": FaultNameCharacters, "张三😀": FaultNameCharacters, "张_三": FaultNameCharacters,
		"张三、李四": FaultNameSeveral, "张三/李四": FaultNameSeveral, "张三\n李四": FaultNameSeveral, "张三 李四": FaultNameSeveral, "张三，李四": FaultNameSeveral,
		"待定": FaultNamePlaceholder, "合 计": FaultNamePlaceholder, "未知": FaultNamePlaceholder,
	} {
		if got, err := ParsePersonName(in); fault(err) != want {
			t.Errorf("ParsePersonName(%q) = %q, %v, want fault %s", in, got, err, want)
		} else if !strings.HasSuffix(err.Error(), "。") || !utf8.ValidString(err.Error()) {
			t.Errorf("%q: %q is no Chinese sentence", in, err)
		}
	}
}

func FuzzParsePersonName(f *testing.F) {
	for _, s := range []string{"张 伟", "阿卜杜拉．买买提", "𠮷田", "J. R. O'Neil", "张\ue123", "欧阳 修文", "葛\U000E0100小", "张三\n李四", "·", ". .", "〇〇"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, err := ParsePersonName(s)
		if err != nil {
			if fault(err) == "" || !utf8.ValidString(err.Error()) {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if n := utf8.RuneCountInString(name); n < minNameLength || n > maxNameLength {
			t.Fatalf("%q became %q of %d characters", s, name, n)
		}
		if again, err := ParsePersonName(name); err != nil || again != name {
			t.Fatalf("%q became %q, then %q, %v", s, name, again, err)
		}
	})
}
