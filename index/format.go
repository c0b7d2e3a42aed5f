package index

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"concord/index/words"
	"concord/internal/hub"
	"concord/internal/pinyin"
)

// layout is the version of fields.go, documents.go and life.go. Raise it with
// every change that makes other tokens of the same record.
const layout = 3

// formatOf names all that the tokens of a record depend on: the layout, the
// vocabulary, how characters are folded and how they are read. An index of
// another format is made anew.
func formatOf(v *hub.Vocabulary) string {
	h := sha256.New()
	fmt.Fprintf(h, "layout %d\n", layout)
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("a vocabulary is plain data: %v", err))
	}
	h.Write(data)
	var block []rune
	for r := rune(0x4e00); r < 0xa000; r++ {
		block = append(block, r)
	}
	fmt.Fprint(h, words.FoldString(string(block)))
	for part := range slices.Chunk(block, 256) {
		fmt.Fprint(h, pinyin.Text(string(part)))
	}
	return hex.EncodeToString(h.Sum(nil))
}
