package hub

import (
	"fmt"
	"strings"
	"unicode"
)

// FieldError says what is wrong with one value that somebody entered, and what
// to do about it. Every Parse function of this package fails with one.
type FieldError struct {
	Field   string // name of the field in the contract, such as "citizenId"
	Value   string // what was entered, shortened; an identity number only masked
	Code    string // stable, one of the Fault constants
	Message string // Chinese, a whole sentence; never holds an identity number
}

// Error returns the Chinese message.
func (e *FieldError) Error() string { return e.Message }

// The faults that a FieldError can report.
const (
	FaultRequired        = "required"         // nothing was entered
	FaultUnknownWord     = "unknown_word"     // not in the vocabulary of the field
	FaultDateFormat      = "date_format"      // not a way of writing a date that is known
	FaultDateImpossible  = "date_impossible"  // no such day in the calendar
	FaultDateOpen        = "date_open"        // 长期 where a day is needed
	FaultTermOrder       = "term_order"       // ends before it starts
	FaultTermOverlap     = "term_overlap"     // two terms of one listing hold on the same day
	FaultIDLength        = "id_length"        // not 18 characters
	FaultIDLegacy        = "id_legacy"        // the 15-digit number that was withdrawn in 2013
	FaultIDTruncated     = "id_truncated"     // stored as a number, last digits lost
	FaultIDCharacters    = "id_characters"    // something else than digits and a final X
	FaultIDDate          = "id_date"          // digits 7–14 are no day of the calendar
	FaultIDFuture        = "id_future"        // digits 7–14 are a day to come
	FaultIDCheck         = "id_check"         // the check character does not fit
	FaultIDGender        = "id_gender"        // says another gender than the column
	FaultIDBirth         = "id_birth"         // says another birth date than the column
	FaultUSCCLength      = "uscc_length"      // not 18 characters
	FaultUSCCCharacters  = "uscc_characters"  // outside the alphabet of GB 32100
	FaultUSCCCheck       = "uscc_check"       // the check character does not fit; can be waived
	FaultUSCCWaiver      = "uscc_waiver"      // a waiver without reason or evidence
	FaultPhoneFormat     = "phone_format"     // neither mobile, Tianjin landline nor hotline
	FaultPhoneTruncated  = "phone_truncated"  // stored as a number, last digits lost
	FaultPhoneSeveral    = "phone_several"    // more than one number
	FaultNameLength      = "name_length"      // fewer than 2 or more than 30 characters
	FaultNameCharacters  = "name_characters"  // characters that stand in no name
	FaultNamePlaceholder = "name_placeholder" // a word that stands for "no name"
	FaultNameSeveral     = "name_several"     // reads like two persons
)

func fieldError(field, value, code, format string, args ...any) *FieldError {
	return &FieldError{Field: field, Value: Shorten(value), Code: code, Message: fmt.Sprintf(format, args...)}
}

// foldWidth brings s to one way of typing without changing what it says: full
// width forms become ASCII, every kind of blank a space, and invisible format
// characters (byte order mark, zero-width space, direction marks, variation
// selectors), which come along when text is copied, are dropped. Blanks at both
// ends are cut off. Line breaks and tabs inside stay, for they may separate two
// values.
func foldWidth(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case r >= '！' && r <= '～':
			b.WriteRune(r - '！' + '!')
		case r == '\n' || r == '\t' || r == '\r':
			b.WriteRune(r)
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r):
		default:
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}

// isPlain reports whether s is printable ASCII without blanks at its ends, so
// that there is nothing to fold.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return s == "" || s[0] != ' ' && s[len(s)-1] != ' '
}

// foldKey is the form under which a word is looked up: folded, without any
// blank, ASCII letters in upper case.
func foldKey(s string) string {
	return strings.ToUpper(withoutSpace(foldWidth(s)))
}

func withoutSpace(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}
