package pinyin

import "unicode"

// Order names the order that [SortKey] makes. It changes whenever a key does,
// so that who keeps keys knows when to make them anew.
const Order = "pinyin 1 (go-pinyin 0.21.0)"

// SortKey returns bytes whose order is the pinyin order of names: character by
// character, each by its letters (ü just behind u), then tone, then code point.
// What is not Chinese comes before Chinese, by code point, with a and A side by
// side. A name comes before all that continue it.
//
// Up to four Chinese characters are read as a person's name, surname first;
// anything longer or mixed as text, so that 解放街道调解委员会 is not taken for
// somebody of the family 解.
//
// Keys hold no zero byte, are equal only for equal names, and take 2 bytes a
// Chinese character, at most 7 any other.
func SortKey(name string) []byte {
	t := table()
	runes := []rune(name)
	var read [][]reading
	if isPersonal(runes) {
		read = readName(runes)
	} else {
		read = readText(runes)
	}
	key := make([]byte, 0, 2*len(runes)+4)
	for i, r := range runes {
		switch {
		case len(read[i]) > 0:
			key = appendPlace(key, t.place[pronounced{r, read[i][0]}])
		case unicode.Is(unicode.Han, r):
			key = appendCodePoint(append(key, leadUnread), r)
		default:
			folded := unicode.ToLower(r)
			key = appendCodePoint(key, folded)
			if folded == r {
				key = append(key, 1)
			} else {
				key = appendCodePoint(append(key, 2), r)
			}
		}
	}
	return key
}

// The first byte of a symbol says what it is: up to 0x12 a code point that is
// not Chinese, from leadHan a character by its place, leadUnread a Chinese
// character of which no reading is known.
const (
	leadHan    = 0x20
	leadUnread = 0xff
)

// appendPlace appends a place in base 255, whose digits stand as 1 to 255 so
// that no byte is zero.
func appendPlace(key []byte, place uint16) []byte {
	return append(key, leadHan+byte(place/255), 1+byte(place%255))
}

// appendCodePoint appends r in base 255 likewise.
func appendCodePoint(key []byte, r rune) []byte {
	return append(key, 1+byte(r/(255*255)), 1+byte(r/255%255), 1+byte(r%255))
}

// isPersonal reports whether a name is to be read as a person's.
func isPersonal(name []rune) bool {
	if len(name) < 2 || len(name) > 4 {
		return false
	}
	for _, r := range name {
		if !unicode.Is(unicode.Han, r) {
			return false
		}
	}
	return true
}
