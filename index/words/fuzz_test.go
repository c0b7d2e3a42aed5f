package words

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// answering is an oracle that says the same of everything.
type answering bool

func (a answering) Name(string) bool     { return bool(a) }
func (a answering) NamePart(string) bool { return bool(a) }
func (a answering) Body(string) bool     { return bool(a) }
func (a answering) Text(string) bool     { return bool(a) }
func (a answering) Sounds(string) bool   { return bool(a) }

// Whatever is typed, and whatever the data say of it, a query is taken apart into
// a bounded number of pieces that lie within what was typed, the same each time.
func FuzzLexiconRead(f *testing.F) {
	for _, text := range []string{
		"", "工伤 退休法官 和平区", "和平区张伟", "阿依古丽•买买提", "lao dong bao chou", "wei zhang", "姓王的律师", "张某某 工伤",
		"９９６ 加班", "ZJ-0012", "N+1", "____", "🙂！？", "公司不給交社保怎麼辦", "a\x00b\xff", "張\u0301 \u200b伟", "劳动报仇",
		strings.Repeat("张", 200), strings.Repeat("a ", 100), strings.Repeat("工伤1a", 50),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if utf8.RuneCountInString(text) > 200 {
			return // refused before it is read
		}
		for _, oracle := range []Oracle{answering(false), answering(true), somebody{}} {
			q := lexicon.Read(text, oracle)
			length, end, pieces := len(q.Folded.Runes), 0, 0
			for _, c := range q.Chunks {
				if c.Start < end || c.End < c.Start || c.End > length {
					t.Fatalf("%q: the chunk %d to %d follows %d, of %d", text, c.Start, c.End, end, length)
				}
				end = c.End
				for _, p := range c.Pieces {
					if p.Start < c.Start || p.End < p.Start || p.End > c.End || p.Text == "" || (p.Sort == Known) != (p.Word != nil) {
						t.Fatalf("%q: the piece %+v of the chunk %d to %d", text, p, c.Start, c.End)
					}
				}
				pieces += len(c.Pieces)
			}
			if pieces > length {
				t.Fatalf("%q: %d pieces of %d characters", text, pieces, length)
			}
			if !reflect.DeepEqual(q, lexicon.Read(text, oracle)) {
				t.Fatalf("%q is read in two ways", text)
			}
		}
	})
}
