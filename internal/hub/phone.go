package hub

import "strings"

// Phone is a telephone number in its normal form: 13800138000, 022-12345678 or
// 12333.
type Phone string

// PhoneKind says what sort of number it is.
type PhoneKind uint8

// The kinds of number.
const (
	Mobile   PhoneKind = iota + 1 // 1[3-9] and nine digits
	Landline                      // of Tianjin: 022- and eight digits
	Hotline                       // five digits from 12: 12333, 12348, 12351, 12368, 12345
)

const phoneField = "phone"

// ParsePhone reads a number of any kind. Full-width characters, blanks, brackets,
// hyphens and dots between the digits, and the country code are put right. It
// fails with a *[FieldError]; a landline without its area code is refused rather
// than guessed.
func ParsePhone(s string) (Phone, error) {
	text := strings.TrimLeft(foldWidth(s), "'`‘’")
	if text == "" {
		return "", fieldError(phoneField, s, FaultRequired, "没有填写电话号码，请填写手机号码或带区号的座机号码。")
	}
	if looksLikeNumberWithExponent(text) {
		return "", fieldError(phoneField, s, FaultPhoneTruncated, "电话号码“%s”被表格当作数字保存，已不完整。请先把该列设为“文本”格式，再重新录入。", Shorten(s))
	}
	number, ok := bareDigits(strings.TrimSuffix(text, ".0"))
	if ok {
		if p, ok := phoneOf(number); ok {
			return p, nil
		}
	}
	switch {
	case severalPhones(text):
		return "", fieldError(phoneField, s, FaultPhoneSeveral, "这里写了不止一个电话号码“%s”。请只保留一个，其余写到备注。", Shorten(s))
	case ok && len(number) == 8 && number[0] >= '2' && number[0] <= '8':
		return "", fieldError(phoneField, s, FaultPhoneFormat, "座机号码“%s”缺少区号。天津的座机请写成 022-%s。", Shorten(s), number)
	case ok && len(number) == 11 && number[0] == '1':
		return "", fieldError(phoneField, s, FaultPhoneFormat, "手机号码“%s”的号段不对，第二位应为 3 至 9。请核对。", Shorten(s))
	}
	return "", fieldError(phoneField, s, FaultPhoneFormat, "电话号码“%s”不对。请填写 11 位手机号码、022-12345678 形式的座机号码或 12333 形式的热线，分机写到备注。", Shorten(s))
}

// ParseMobile is [ParsePhone] for a field that takes mobile numbers only.
func ParseMobile(s string) (Phone, error) {
	p, err := ParsePhone(s)
	if err != nil {
		return "", err
	}
	if p.Kind() != Mobile {
		return "", fieldError("mobile", s, FaultPhoneFormat, "“%s”不是手机号码。请填写 11 位手机号码，座机请填在联系电话。", Shorten(s))
	}
	return p, nil
}

// bareDigits takes away what may stand between the digits of one number, and the
// country code in front. It is false when something else is left.
func bareDigits(text string) (string, bool) {
	text, international := strings.CutPrefix(text, "+")
	number := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '.', '(', ')', '‐', '‑', '–', '—', '−', '·':
			return -1
		}
		return r
	}, text)
	if !allDigits(number) {
		return "", false
	}
	if rest, ok := strings.CutPrefix(number, "0086"); ok {
		return domestic(rest), true
	}
	if rest, ok := strings.CutPrefix(number, "86"); ok && (international || len(number) > 11) {
		return domestic(rest), true
	}
	return number, !international
}

// domestic puts back the 0 of an area code, which is left out behind a country
// code: +86 22 12345678.
func domestic(number string) string {
	if len(number) == 10 && strings.HasPrefix(number, "22") {
		return "0" + number
	}
	return number
}

func phoneOf(number string) (Phone, bool) {
	switch {
	case len(number) == 11 && number[0] == '1' && number[1] >= '3':
		return Phone(number), true
	case len(number) == 11 && strings.HasPrefix(number, "022"):
		return Phone("022-" + number[3:]), true
	case len(number) == 5 && strings.HasPrefix(number, "12"):
		return Phone(number), true
	}
	return "", false
}

func looksLikeNumberWithExponent(text string) bool {
	mantissa, exponent, ok := strings.Cut(strings.ToUpper(text), "E")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	return ok && allDigits(whole+fraction) && allDigits(strings.TrimPrefix(exponent, "+"))
}

// severalPhones reports whether text falls into at least two parts that are
// numbers by themselves.
func severalPhones(text string) bool {
	found := 0
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("/、,;；，\n\t\r 或和", r) }) {
		if number, ok := bareDigits(part); ok {
			if _, ok := phoneOf(number); ok || len(number) == 8 {
				found++
			}
		}
	}
	return found > 1
}

// Kind returns the sort of number that p is.
func (p Phone) Kind() PhoneKind {
	switch {
	case len(p) == 5:
		return Hotline
	case strings.HasPrefix(string(p), "0"):
		return Landline
	}
	return Mobile
}

// Masked returns the number as it is shown to those who may not see all of it:
// 138****5678, 022-****5678; a hotline stays as it is. What did not come from
// [ParsePhone] is masked whole.
func (p Phone) Masked() string {
	switch kind := p.Kind(); {
	case kind == Hotline:
		return string(p)
	case kind == Landline && len(p) == 12:
		return string(p[:4]) + "****" + string(p[8:])
	case kind == Mobile && len(p) == 11:
		return string(p[:3]) + "****" + string(p[7:])
	}
	return strings.Repeat("*", min(len(p), 11))
}
