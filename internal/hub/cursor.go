package hub

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
)

// A cursor is opaque to callers: a format byte, a fingerprint of the question
// it belongs to, and a place in the answer. A cursor given to another question
// is refused rather than misread.

const cursorFormat = 1

// fingerprint tells questions apart: 6 bytes of a hash over their parts.
func fingerprint(parts ...any) (sum [6]byte) {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%#v\x00", p)
	}
	copy(sum[:], h.Sum(nil))
	return sum
}

func encodeCursor(question [6]byte, place []byte) string {
	b := make([]byte, 0, 7+len(place))
	b = append(b, cursorFormat)
	b = append(b, question[:]...)
	b = append(b, place...)
	return base64.RawURLEncoding.EncodeToString(b)
}

// decodeCursor returns the place in a cursor of this question. field names the
// argument for the error.
func decodeCursor(field, cursor string, question [6]byte) ([]byte, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || strings.ContainsAny(cursor, "\r\n") || len(b) < 7 || b[0] != cursorFormat { // base64 passes over line ends
		return nil, Invalid(field, "翻页的位置（游标“%s”）无效，网址可能不完整。请从第一页重新开始；程序请原样使用上一页返回的 cursor、startCursor 或 endCursor。", Shorten(cursor))
	}
	if [6]byte(b[1:7]) != question {
		return nil, Invalid(field, "翻页的位置（游标）属于另一个查询：检索词、筛选、排序或时点已改变。请从第一页重新开始。")
	}
	return b[7:], nil
}

func (p HitPosition) encode() []byte {
	b := binary.BigEndian.AppendUint64(nil, math.Float64bits(p.Score))
	return binary.BigEndian.AppendUint64(b, uint64(p.ID))
}

func decodeHitPosition(field string, place []byte) (*HitPosition, error) {
	invalid := Invalid(field, "翻页的位置（游标）无效。请从第一页重新开始。")
	if len(place) != 16 {
		return nil, invalid
	}
	score := math.Float64frombits(binary.BigEndian.Uint64(place))
	if math.IsNaN(score) || math.IsInf(score, 0) {
		return nil, invalid // nothing stands before or after it
	}
	return &HitPosition{Score: score, ID: ID(binary.BigEndian.Uint64(place[8:]))}, nil
}

func encodeID(id ID) []byte { return binary.BigEndian.AppendUint64(nil, uint64(id)) }

func decodeID(place []byte) ID { return ID(binary.BigEndian.Uint64(place)) }
