package hub

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	nameField = "name"
	// The length of a name in characters (domain.md §3).
	minNameLength, maxNameLength = 2, 30
	// nameDot joins the parts of names that come from other languages:
	// 阿卜杜拉·买买提.
	nameDot = '·'
)

// ParsePersonName brings the name of a natural person to its normal form: forms
// of the middle dot between Han characters become · (U+00B7), blanks between Han
// characters go (张　三), those between the words of a Latin name become one. The
// result has 2 to 30 characters, all Han, also beyond the basic plane, with dots
// inside; or all Latin. Applied to its own result it changes nothing.
//
// It fails with a *[FieldError] for anything that stands in no name (digits,
// control characters, brackets, characters of private use, question marks left by
// a wrong encoding), for words such as 待定, and for what reads like two persons.
func ParsePersonName(s string) (string, error) {
	if !utf8.ValidString(s) || strings.ContainsRune(s, utf8.RuneError) {
		return "", fieldError(nameField, strings.ToValidUTF8(s, "?"), FaultNameCharacters, "姓名中有无法识别的乱码。请检查文件的编码（UTF-8 或 GB18030）后重新录入。")
	}
	name := foldWidth(s)
	if name == "" {
		return "", fieldError(nameField, s, FaultRequired, "没有填写姓名，请按身份证填写。")
	}
	if strings.ContainsAny(name, "\n\r\t、,;/&") {
		return "", fieldError(nameField, s, FaultNameSeveral, "“%s”像是不止一个人。请每行只写一人。", Shorten(s))
	}
	if err := checkNameCharacters(name, s); err != nil {
		return "", err
	}
	var err error
	if strings.ContainsFunc(name, isHan) {
		name, err = hanName(name, s)
	} else {
		name, err = latinName(name, s)
	}
	if err != nil {
		return "", err
	}
	if n := utf8.RuneCountInString(name); n < minNameLength || n > maxNameLength {
		return "", fieldError(nameField, s, FaultNameLength, "姓名应为 %d 至 %d 个字，“%s”有 %d 个字。请按身份证填写。", minNameLength, maxNameLength, Shorten(s), n)
	}
	if namePlaceholders[name] {
		return "", fieldError(nameField, s, FaultNamePlaceholder, "“%s”不是姓名。请填写真实姓名；尚未确定人选的，不要列入名册。", name)
	}
	return name, nil
}

// namePlaceholders are words found in name columns that name nobody.
var namePlaceholders = wordSet("未知 不详 待定 暂无 暂缺 空缺 同上 姓名 合计 总计 小计")

// compoundSurnames may be followed by a blank and a given name of two characters
// without being a person of their own.
var compoundSurnames = wordSet("欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 令狐 百里 呼延 东郭 南门 西门 轩辕 拓跋 完颜 纳兰 爱新觉罗 叶赫那拉")

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}

func checkNameCharacters(name, entered string) error {
	for _, r := range name {
		switch {
		case isHan(r) || isNameDot(r) || r == ' ' || isLatin(r) || r == '\'' || r == '’' || r == '-':
		case unicode.IsDigit(r):
			return fieldError(nameField, entered, FaultNameCharacters, "姓名“%s”中有数字。请按身份证填写，区分同名的序号写到备注。", Shorten(entered))
		case unicode.Is(unicode.Co, r):
			return fieldError(nameField, entered, FaultNameCharacters, "姓名中有自造字（U+%04X），其他系统无法显示。请改用 GB 18030 中的标准字。", r)
		case isLookAlike(r):
			return fieldError(nameField, entered, FaultNameCharacters, "姓名中的“%c”（U+%04X）是部首或兼容字符，不是汉字本身，常见于从 PDF 复制的文字。请用输入法重新录入。", r, r)
		case r == '(' || r == ')' || r == '[' || r == ']' || r == '【' || r == '】' || r == '〔' || r == '〕':
			return fieldError(nameField, entered, FaultNameCharacters, "姓名“%s”中有括号。括号里的说明请写到备注。", Shorten(entered))
		case r == '?' || r == '*' || r == '□' || r == '■':
			return fieldError(nameField, entered, FaultNameCharacters, "姓名“%s”中有打不出或被遮盖的字。请补全，生僻字用 GB 18030 中的标准字。", Shorten(entered))
		case unicode.IsControl(r):
			return fieldError(nameField, entered, FaultNameCharacters, "姓名中有看不见的控制字符（U+%04X）。请删除后重新录入。", r)
		default:
			return fieldError(nameField, entered, FaultNameCharacters, "姓名“%s”中的“%c”不能用在姓名里。请按身份证填写。", Shorten(entered), r)
		}
	}
	return nil
}

// hanName is the normal form of a name with Han characters.
func hanName(name, entered string) (string, error) {
	if strings.ContainsFunc(name, func(r rune) bool { return isLatin(r) || r == '\'' || r == '’' || r == '-' }) {
		return "", fieldError(nameField, entered, FaultNameCharacters, "姓名“%s”混用了汉字和字母。请按身份证填写其中一种。", Shorten(entered))
	}
	name = strings.Map(func(r rune) rune {
		if isNameDot(r) {
			return nameDot
		}
		return r
	}, name)
	var parts []string
	for part := range strings.SplitSeq(name, string(nameDot)) {
		words := strings.Fields(part)
		if len(words) == 2 && !compoundSurnames[words[0]] && utf8.RuneCountInString(words[0]) > 1 && utf8.RuneCountInString(words[1]) > 1 {
			return "", fieldError(nameField, entered, FaultNameSeveral, "“%s”像是不止一个人。请每行只写一人；少数民族姓名各部分之间用“·”连接。", Shorten(entered))
		}
		if len(words) == 0 {
			return "", fieldError(nameField, entered, FaultNameCharacters, "姓名“%s”中的间隔号应在两个部分之间，只写一个。请改正。", Shorten(entered))
		}
		parts = append(parts, strings.Join(words, ""))
	}
	return strings.Join(parts, string(nameDot)), nil
}

// latinName is the normal form of a name without Han characters: words that begin
// with a letter, one blank between them.
func latinName(name, entered string) (string, error) {
	words := strings.Fields(name)
	for _, word := range words {
		first, _ := utf8.DecodeRuneInString(word)
		if !isLatin(first) || strings.ContainsFunc(word, func(r rune) bool { return isNameDot(r) && r != '.' }) {
			return "", fieldError(nameField, entered, FaultNameCharacters, "外文姓名“%s”只能由字母写成，各部分之间空一格。请按证件填写。", Shorten(entered))
		}
	}
	return strings.Join(words, " "), nil
}

// isHan reports whether r is a Han character as it stands in names. The tables of
// the language lag behind the standard, which gives planes 2 and 3 to Han
// characters as a whole.
func isHan(r rune) bool {
	if isLookAlike(r) {
		return false
	}
	return unicode.Is(unicode.Han, r) && (unicode.IsLetter(r) || r == '〇') || r >= 0x20000 && r <= 0x3FFFD
}

// isLookAlike recognises radicals and compatibility forms, which look like a Han
// character and compare unequal to it. Twelve characters of the compatibility
// block are proper ones.
func isLookAlike(r rune) bool {
	switch {
	case r >= 0x2E80 && r <= 0x2FDF: // radicals
		return true
	case r >= 0xF900 && r <= 0xFAFF:
		return !strings.ContainsRune("\uFA0E\uFA0F\uFA11\uFA13\uFA14\uFA1F\uFA21\uFA23\uFA24\uFA27\uFA28\uFA29", r)
	}
	return r >= 0x2F800 && r <= 0x2FA1F
}

func isLatin(r rune) bool { return unicode.Is(unicode.Latin, r) && unicode.IsLetter(r) }

// isNameDot recognises the characters that keyboards and older systems give for
// the middle dot.
func isNameDot(r rune) bool {
	return r == nameDot || r == '.' || strings.ContainsRune("\u0387\u2022\u2027\u2219\u22C5\u25CF\u30FB\uFF65", r)
}
