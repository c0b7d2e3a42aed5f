package hub

import (
	"errors"
	"fmt"
	"strings"
)

// USCC is a unified social credit code 统一社会信用代码 (GB 32100): 18 characters
// of an alphabet without I, O, S, V and Z, the last one a check character.
type USCC string

const (
	usccField    = "creditCode"
	usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
)

// USCCFault says in what way a code is wrong.
type USCCFault uint8

// The faults. Only a wrong check character can be waived.
const (
	USCCLength   USCCFault = iota + 1 // not 18 characters
	USCCAlphabet                      // a character that stands in no code
	USCCCheck                         // the check character does not fit
)

// USCCError says what is wrong with a code.
type USCCError struct {
	FieldError
	Kind USCCFault
	// OrgCodeHolds is set when the organisation code inside (places 9–17),
	// which has a check of its own, fits. Then the code is more likely one of
	// the real early ones than a slip of the pen.
	OrgCodeHolds bool
}

// Unwrap returns the *[FieldError] inside.
func (e *USCCError) Unwrap() error { return &e.FieldError }

// Waivable reports whether the code may stand all the same, with a [USCCWaiver].
func (e *USCCError) Waivable() bool { return e.Kind == USCCCheck }

// USCCWaiver is the reason why a code that fails its check is right all the same.
// Some codes given out in 2015 and 2016 fail it, though they stand on the
// certificate.
type USCCWaiver struct {
	Reason   string // why it is believed to be right
	Evidence string // what was looked at: the certificate's number, a register and the day
}

// String returns the waiver as one sentence, to be kept with the record.
func (w USCCWaiver) String() string {
	return strings.TrimSpace(w.Reason) + "（依据：" + strings.TrimSpace(w.Evidence) + "）"
}

// ParseUSCC reads a code. Full-width characters, blanks, hyphens and small
// letters are put right. It fails with a *[USCCError]; when that is waivable, the
// code is returned with it in its normal form.
//
// The check of the organisation code (GB 11714, places 9–17) never refuses a
// code: the standard of the whole does not ask for it, and the check of the whole
// already finds every single slip. It is used to tell the two sorts of wrong code
// apart, see [USCCError.OrgCodeHolds].
func ParseUSCC(s string) (USCC, error) {
	code := strings.ReplaceAll(normalizeID(s), "-", "")
	fail := func(kind USCCFault, fault, format string, args ...any) *USCCError {
		return &USCCError{Kind: kind, FieldError: *fieldError(usccField, code, fault, format, args...)}
	}
	n := len([]rune(code))
	switch {
	case n == 0:
		return "", fail(USCCLength, FaultRequired, "没有填写统一社会信用代码，请按证照填写 18 位代码。")
	case n == 9:
		return "", fail(USCCLength, FaultUSCCLength, "“%s”只有 9 位，像是旧的组织机构代码。请按证照填写 18 位统一社会信用代码。", code)
	case n == 15 && allDigits(code):
		return "", fail(USCCLength, FaultUSCCLength, "“%s”有 15 位，像是旧的注册号。请按证照填写 18 位统一社会信用代码。", code)
	case n != 18:
		return "", fail(USCCLength, FaultUSCCLength, "统一社会信用代码应为 18 位，这里有 %d 位。请对照证照补正。", n)
	}
	place := 0
	for _, r := range code {
		place++
		if !strings.ContainsRune(usccAlphabet, r) {
			return "", fail(USCCAlphabet, FaultUSCCCharacters, "统一社会信用代码第 %d 位的“%c”不在允许的字符内%s。请对照证照改正。", place, r, usccHint(r))
		}
	}
	if usccCheckChar(code[:17]) == code[17] {
		return USCC(code), nil
	}
	var e *USCCError
	if holds := orgCodeHolds(code[8:17]); holds {
		e = fail(USCCCheck, FaultUSCCCheck, "统一社会信用代码“%s”的末位校验码不符。请对照证照核对；如与证照一致（早期赋码有此情形），请填写豁免理由和依据。", code)
		e.OrgCodeHolds = true
	} else {
		e = fail(USCCCheck, FaultUSCCCheck, "统一社会信用代码“%s”的末位校验码不符，其中的组织机构代码也不自洽，很可能抄错。请对照证照逐位核对；确与证照一致的，请填写豁免理由和依据。", code)
	}
	return USCC(code), e
}

// AcceptUSCC is [ParseUSCC] with a waiver, which may be nil. The waiver lets a
// wrong check character pass and nothing else; it must have a reason and evidence.
// waived says that the code stands only because of it: then, and only then, it is
// to be kept with the record.
func AcceptUSCC(s string, waiver *USCCWaiver) (code USCC, waived bool, err error) {
	code, err = ParseUSCC(s)
	if err == nil {
		return code, false, nil
	}
	if fault, ok := errors.AsType[*USCCError](err); !ok || !fault.Waivable() || waiver == nil {
		return "", false, err
	}
	if strings.TrimSpace(waiver.Reason) == "" || strings.TrimSpace(waiver.Evidence) == "" {
		return "", false, fieldError("creditCodeWaiver", waiver.Reason, FaultUSCCWaiver,
			"豁免统一社会信用代码的校验，须同时写明理由和依据（如证照名称、编号和核对日期）。")
	}
	return code, true, nil
}

// usccHint names the character for which one outside the alphabet is often taken.
func usccHint(r rune) string {
	if like, ok := map[rune]rune{'I': '1', 'O': '0', 'S': '5', 'Z': '2'}[r]; ok {
		return fmt.Sprintf("（是否为数字 %c）", like)
	}
	return ""
}

// usccCheckChar computes place 18 of GB 32100: weights 3^i mod 31.
func usccCheckChar(body string) byte {
	sum, weight := 0, 1
	for i := range len(body) {
		sum += strings.IndexByte(usccAlphabet, body[i]) * weight
		weight = weight * 3 % 31
	}
	return usccAlphabet[(31-sum%31)%31]
}

// orgCodeHolds checks the last character of an organisation code (GB 11714):
// letters count from A = 10, the weights are those below, modulo 11.
func orgCodeHolds(code string) bool {
	sum := 0
	for i, weight := range [8]int{3, 7, 9, 10, 5, 8, 4, 2} {
		value := int(code[i] - '0')
		if code[i] >= 'A' {
			value = int(code[i]-'A') + 10
		}
		sum += value * weight
	}
	return "0X987654321"[sum%11] == code[8]
}

// registrars are the bodies of place 1.
var registrars = map[byte]string{
	'1': "机构编制", '2': "外交", '3': "司法行政", '4': "文化", '5': "民政", '6': "旅游",
	'7': "宗教", '8': "工会", '9': "市场监督管理", 'A': "中央军委改革和编制办公室", 'N': "农业农村", 'Y': "其他",
}

// Registrar returns the Chinese name of the sort of body that gave the code out,
// "" when place 1 is assigned to none.
func (c USCC) Registrar() string {
	if c == "" {
		return ""
	}
	return registrars[c[0]]
}

// RegionCode returns the region of the body that gave the code out.
func (c USCC) RegionCode() string { return c.part(2, 8) }

// OrgCode returns the organisation code inside.
func (c USCC) OrgCode() string { return c.part(8, 17) }

func (c USCC) part(from, to int) string {
	if len(c) != 18 {
		return ""
	}
	return string(c[from:to])
}
