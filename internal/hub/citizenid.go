package hub

import (
	"fmt"
	"log/slog"
	"strings"
)

// CitizenID is a citizen identity number 公民身份号码 (GB 11643) that passed
// [ParseCitizenID]: 17 digits and a check character, X in upper case.
//
// Formatting and slog show it masked, so that it does not reach a log by
// accident; string(id) is the number itself.
type CitizenID string

// idField is the name of the field in the contract.
const idField = "citizenId"

// ParseCitizenID reads an identity number. Full-width characters, blanks, a
// leading apostrophe (by which spreadsheets mark text) and a small x are put
// right. Refused, with a *[FieldError] that says why, are a wrong length, the
// withdrawn 15-digit form, a number that lost its last digits, other characters,
// a birth date that is not in the calendar or lies after day on, and a wrong
// check character. The region of the first six digits is never a reason: it may
// be one that is no longer in force or on no list at all.
func ParseCitizenID(s string, on Date) (CitizenID, error) {
	id := normalizeID(s)
	fail := func(code, format string, args ...any) (CitizenID, error) {
		return "", &FieldError{Field: idField, Value: MaskCitizenID(id), Code: code, Message: fmt.Sprintf(format, args...)}
	}
	body := id[:min(len(id), 17)]
	switch {
	case id == "":
		return fail(FaultRequired, "没有填写公民身份号码，请按身份证填写 18 位号码。")
	case scientific(id):
		return truncatedID(id)
	case len([]rune(id)) == 15 && allDigits(id):
		return fail(FaultIDLegacy, "这是 15 位的旧身份号码，已停止使用。请按现行身份证填写 18 位号码。")
	case len([]rune(id)) != 18:
		return fail(FaultIDLength, "公民身份号码应为 18 位，这里有 %d 位。请对照身份证补正。", len([]rune(id)))
	case len(id) != 18 || !allDigits(body) || !strings.ContainsRune(idCheckChars, rune(id[17])):
		return fail(FaultIDCharacters, "公民身份号码的前 17 位应为数字，末位应为数字或 X。请对照身份证改正。")
	}

	birth, ok := idBirthDate(id)
	if !ok {
		return fail(FaultIDDate, "公民身份号码第 7 至 14 位（%s）不是日历上存在的出生日期。请对照身份证改正。", id[6:14])
	}
	if birth > on {
		return fail(FaultIDFuture, "公民身份号码中的出生日期 %s 晚于今天。请对照身份证改正。", birth)
	}
	if idCheckChar(body) != id[17] {
		if LooksNumericTruncated(id) {
			return truncatedID(id)
		}
		return fail(FaultIDCheck, "公民身份号码的末位校验码不符，至少有一位抄错。请对照身份证逐位核对。")
	}
	return CitizenID(id), nil
}

func truncatedID(id string) (CitizenID, error) {
	return "", &FieldError{
		Field: idField, Value: MaskCitizenID(id), Code: FaultIDTruncated,
		Message: "公民身份号码被表格当作数字保存，末几位已经丢失，无法恢复。请先把该列设为“文本”格式，再重新录入 18 位号码。",
	}
}

// LooksNumericTruncated reports whether s has the shape of an identity number
// that a spreadsheet stored as a number, which keeps 15 digits only: written
// with an exponent (1.20104E+17), or 18 digits that end in 000, perhaps followed
// by a decimal point and zeros.
//
// It judges by shape alone. About one real number in a thousand ends in 000, and
// one truncated number in eleven still passes the check character; so
// [ParseCitizenID] uses it only for a number that fails the check, and a reader
// that knows a cell to be numeric should refuse every such cell.
func LooksNumericTruncated(s string) bool {
	s = normalizeID(s)
	if scientific(s) {
		return true
	}
	whole, fraction, _ := strings.Cut(s, ".")
	return len(whole) == 18 && allDigits(whole) && strings.HasSuffix(whole, "000") && strings.Trim(fraction, "0") == ""
}

// scientific recognises 1.20104E+17 and the like: a number of 15 to 19 digits
// written with an exponent.
func scientific(s string) bool {
	mantissa, exponent, ok := strings.Cut(s, "E")
	if !ok {
		return false
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	n, ok := digits(strings.TrimPrefix(exponent, "+"))
	return ok && n >= 14 && n <= 18 && len(whole) == 1 && allDigits(whole+fraction)
}

// normalizeID undoes what keyboards and spreadsheets do to a number.
func normalizeID(s string) string {
	return strings.TrimLeft(foldKey(s), "'`‘’")
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// idCheckChars are the check characters by the weighted sum modulo 11.
const idCheckChars = "10X98765432"

var idWeights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

func idCheckChar(body string) byte {
	sum := 0
	for i, w := range idWeights {
		sum += int(body[i]-'0') * w
	}
	return idCheckChars[sum%11]
}

// idBirthDate reads digits 7–14. Nobody on a roster was born before 1800.
func idBirthDate(id string) (Date, bool) {
	d, err := ParseDate(id[6:10] + "-" + id[10:12] + "-" + id[12:14])
	return d, err == nil && d.Year() >= earliestYear
}

// BirthDate returns the birth date that the number states; 0 for an empty one.
func (id CitizenID) BirthDate() Date {
	if id == "" {
		return 0
	}
	d, _ := idBirthDate(string(id))
	return d
}

// Gender returns the gender that the number states, odd in place 17 being male;
// UNKNOWN for an empty one.
func (id CitizenID) Gender() Gender {
	switch {
	case id == "":
		return GenderUnknown
	case (id[16]-'0')%2 == 1:
		return GenderMale
	}
	return GenderFemale
}

// RegionCode returns the region in which the number was first given out. It may
// be one that is no longer in force.
func (id CitizenID) RegionCode() string { return string(id[:min(len(id), 6)]) }

// String returns the number masked, see [MaskCitizenID].
func (id CitizenID) String() string { return MaskCitizenID(string(id)) }

// LogValue keeps the number out of structured logs.
func (id CitizenID) LogValue() slog.Value { return slog.StringValue(id.String()) }

// Compare returns a *[FieldError] for each of the columns gender and birth that
// contradicts the number. A gender that is unknown or unspecified contradicts
// nothing, nor does a zero birth date, and a birth date given as a month or a year
// only has to agree as far as it goes.
func (id CitizenID) Compare(gender Gender, birth LooseDate) []*FieldError {
	var faults []*FieldError
	if (gender == GenderMale || gender == GenderFemale) && gender != id.Gender() {
		faults = append(faults, fieldError("gender", gender.Label(), FaultIDGender,
			"性别填的是“%s”，而公民身份号码表明是“%s”。请核对这两项。", gender.Label(), id.Gender().Label()))
	}
	if birth.Date == 0 {
		return faults
	}
	stated := id.BirthDate()
	given := birth.Date.String()
	// Precision counts what is missing: the day, then the month.
	given = given[:len(given)-3*int(birth.Precision)]
	if agreed := stated.String()[:len(given)]; agreed != given && !(birth.Ambiguous && stated.YearMonth() == given[:4]+"-10") {
		faults = append(faults, fieldError("birthDate", given, FaultIDBirth,
			"出生日期填的是 %s，而公民身份号码表明是 %s。请核对这两项。", given, agreed))
	}
	return faults
}

// MaskCitizenID returns the number with only its last four characters to be
// seen: **************002X. What is too short to hide behind them is masked
// whole.
func MaskCitizenID(number string) string {
	runes := []rune(number)
	show := 4
	if len(runes) < 12 {
		show = 0
	}
	hidden := min(len(runes)-show, 14) // also bounds what a wrong value can fill
	return strings.Repeat("*", hidden) + string(runes[len(runes)-show:])
}
