package words

import "unicode"

// Pairs returns the tokens of a folded text: each two neighbouring Chinese
// characters, a Chinese character that stands alone, and each run of letters and
// digits whole. Tokens may repeat; they are parts of folded.
func Pairs(folded string) []string {
	var tokens []string
	previous, start := -1, -1 // where the Chinese character before, the run of letters begins
	alone := false            // the Chinese character before has no neighbour
	flush := func(end int) {
		if start >= 0 {
			tokens = append(tokens, folded[start:end])
			start = -1
		}
		if previous >= 0 && alone {
			tokens = append(tokens, folded[previous:end])
		}
		previous = -1
	}
	for i, r := range folded {
		switch {
		case IsHan(r):
			if start >= 0 {
				flush(i)
			}
			if previous >= 0 {
				tokens = append(tokens, folded[previous:i+len(string(r))])
			}
			alone = previous < 0
			previous = i
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if previous >= 0 {
				flush(i)
			}
			if start < 0 {
				start = i
			}
		default:
			flush(i)
		}
	}
	flush(len(folded))
	return tokens
}
