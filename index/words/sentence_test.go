package words

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"

	"concord/internal/hub"
	"concord/seeds"
)

// lexicon is that of the seeds.
var lexicon = func() *Lexicon {
	r, err := hub.LoadReference(seeds.FS)
	if err != nil {
		panic(err)
	}
	v, err := hub.LoadVocabulary(seeds.FS)
	if err != nil {
		panic(err)
	}
	return New(v, r)
}()

// nobody is an oracle over no data.
type nobody struct{}

func (nobody) Name(string) bool     { return false }
func (nobody) NamePart(string) bool { return false }
func (nobody) Body(string) bool     { return false }
func (nobody) Text(string) bool     { return false }
func (nobody) Sounds(string) bool   { return false }

// TestSentences measures how often the first specialty made out of a sentence is
// one that helps.
func TestSentences(t *testing.T) {
	const least = 0.85
	f, err := os.Open("testdata/sentences.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	right, all := 0, 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		sentence, meant, ok := strings.Cut(lines.Text(), "\t")
		if !ok {
			continue
		}
		all++
		q := lexicon.Read(sentence, nobody{})
		concepts := lexicon.Concepts(&q)
		if len(concepts) == 0 {
			concepts = lexicon.Guess(&q)
		}
		if len(concepts) > 0 && slices.Contains(strings.Fields(meant), concepts[0].Label) {
			right++
			continue
		}
		t.Logf("%s: %v, meant %s", sentence, concepts, meant)
	}
	t.Logf("%d of %d", right, all)
	if share := float64(right) / float64(all); share < least {
		t.Errorf("%.2f of the sentences are understood, less than %.2f", share, least)
	}
}
