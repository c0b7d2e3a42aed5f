package index

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"concord/internal/hub"
)

func TestExplain(t *testing.T) {
	qs := os.Getenv("Q")
	if qs == "" {
		t.Skip()
	}
	store, numbers := goldenStore(t)
	byID := map[hub.ID]*hub.Expert{}
	for _, c := range store.log {
		byID[c.Record.RecordID()] = c.Record.(*hub.Expert)
	}
	x := openFollowing(t, t.TempDir(), store)
	for _, text := range strings.Split(qs, "|") {
		v, _ := x.acquire()
		q := hub.SearchQuery{Text: text, Kinds: []hub.Kind{hub.KindExpert}, On: goldenDay, Limit: 10}
		s := &search{Index: x, view: v, query: &q, ctx: background()}
		s.scope = scope{kinds: q.Kinds, moment: hub.Moment{On: q.On}}
		read := s.lexicon.Read(text, oracle{s})
		fmt.Printf("=== %s  sentence=%v asks=%v\n", text, read.Sentence(), read.Asks())
		for _, c := range read.Chunks {
			for _, p := range c.Pieces {
				fmt.Printf("  piece %q sort=%d", p.Text, p.Sort)
				if p.Word != nil {
					fmt.Printf(" %+v", *p.Word)
				}
				fmt.Println()
			}
		}
		fmt.Println("  concepts", s.lexicon.Concepts(&read))
		for _, m := range s.lexicon.Patterns(read.Folded.String()) {
			fmt.Println("  pattern", m.Pattern, m.Pattern.Specialties, m.Pattern.Weight)
		}
		for i, make := range s.plans(&read) {
			p := make()
			if p == nil {
				fmt.Println("  plan", i, "nil")
				continue
			}
			r, _ := s.evaluate(p)
			fmt.Println("  plan", i, "total", r.Total, "need", p.need, "of", len(p.terms), "relaxed", p.relaxed)
			if os.Getenv("V") != "" {
				for _, t := range p.terms {
					fmt.Println("    term", t)
				}
			}
			if r.Total > 0 {
				for _, h := range r.Hits {
					e := byID[h.ID]
					fmt.Println("   ", h.Score, numbers[h.ID], e.Name, e.District, e.Specialties, e.Source, e.Title, e.Employer, e.Biography)
				}
				break
			}
		}
		v.release()
	}
}
