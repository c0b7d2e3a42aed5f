package hub

import (
	"math"
	"testing"
)

// Whatever a caller passes as a cursor, it is refused as a mistake of theirs, or it
// is one that the hub could have given for this very question.
func FuzzCursor(f *testing.F) {
	question, other := fingerprint("search", "工伤"), fingerprint("search", "工资")
	place := HitPosition{Score: 1.5, ID: NewID(KindMediator, 7)}.encode()
	for _, cursor := range []string{
		"", "!", "AQ", "AXZO", encodeCursor(question, place), encodeCursor(other, place), encodeCursor(question, nil), encodeCursor(question, place[:15]),
		encodeCursor(question, HitPosition{Score: math.NaN(), ID: NewID(KindExpert, 1)}.encode()), encodeCursor(question, place) + "=",
		encodeCursor(question, HitPosition{Score: math.Inf(1), ID: NewID(KindExpert, 1)}.encode()), " " + encodeCursor(question, place),
	} {
		f.Add(cursor)
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		mistake := func(err error) {
			if CodeOf(err) != CodeInvalid {
				t.Errorf("%q: %v", cursor, err)
			}
		}
		place, err := decodeCursor("after", cursor, question)
		if err != nil {
			mistake(err)
			return
		}
		if encodeCursor(question, place) != cursor {
			t.Errorf("%q is not what was given out", cursor)
		}
		if _, err := decodeCursor("after", cursor, other); err == nil {
			t.Errorf("%q is taken for two questions", cursor)
		}
		at, err := decodeHitPosition("after", place)
		if err != nil {
			mistake(err)
			return
		}
		if math.IsNaN(at.Score) || math.IsInf(at.Score, 0) || string(at.encode()) != string(place) {
			t.Errorf("%q means the place %v", cursor, at)
		}
	})
}
