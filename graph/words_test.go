package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

type wordPayload struct {
	payload
	Replayed     bool
	Remarks      []struct{ Code string }
	EverydayWord struct {
		ID, Word, State string
		Revision        int
		Specialties     []string
		Base            *struct{ Specialties []string }
	}
}

// code is that of the first thing that is wrong, "" when nothing is.
func (p *wordPayload) code() string {
	if len(p.UserErrors) == 0 {
		return ""
	}
	return p.UserErrors[0].Code
}

// word makes a change of an everyday word and waits until searches know of it.
func (w *world) word(t *testing.T, caller, mutation string, input map[string]any) *wordPayload {
	t.Helper()
	w.changes++
	for name, value := range map[string]any{"reason": "示例", "idempotencyKey": fmt.Sprint("word-", w.changes)} {
		if input[name] == nil {
			input[name] = value
		}
	}
	inputType := strings.ToUpper(mutation[:1]) + mutation[1:] + "Input"
	answer := w.ask(t, caller, fmt.Sprintf(`mutation($input: %s!) { out: %s(input: $input) { revision replayed userErrors { code message path } remarks { code }
		everydayWord { id word state revision specialties base { specialties } } } }`, inputType, mutation), map[string]any{"input": input})
	if len(answer.Errors) > 0 {
		t.Fatalf("%s", answer.body)
	}
	var data struct{ Out wordPayload }
	answer.into(t, &data)
	w.caughtUp(t)
	return &data.Out
}

// finds counts the mediators that a text finds.
func (w *world) finds(t *testing.T, text string) (total int) {
	t.Helper()
	var data struct{ Mediators struct{ TotalCount int } }
	w.ask(t, "court-keeper-津0101", `query($text: String!) { mediators(search: $text, first: 1) { totalCount nodes { name } } }`, map[string]any{"text": text}).into(t, &data)
	return data.Mediators.TotalCount
}

// A word that an administrator adds is understood from the next search on, without a
// restart and whatever was answered before; so is that it is gone.
func TestLifeOfAnEverydayWord(t *testing.T) {
	w := newSearchedWorld(t)
	wages, none := w.finds(t, "劳动报酬"), w.finds(t, "喝西北风")
	if wages == 0 || none != 0 {
		t.Fatalf("劳动报酬 finds %d and 喝西北风 %d", wages, none)
	}
	tried := func(caller string, words string) (before, after int, pieces string) {
		t.Helper()
		answer := w.ask(t, caller, `{ tryWords(text: "喝西北风", kinds: [MEDIATOR], first: 3`+words+`) { totalBefore totalCount nodes { id } pieces { text sort local means { label } } } }`, nil)
		var data struct {
			TryWords struct {
				TotalBefore, TotalCount int
				Nodes                   []struct{ ID string }
				Pieces                  []struct {
					Text, Sort string
					Local      bool
					Means      []struct{ Label string }
				}
			}
		}
		answer.into(t, &data)
		return data.TryWords.TotalBefore, data.TryWords.TotalCount, fmt.Sprint(data.TryWords.Pieces)
	}
	before, after, pieces := tried("city-admin", `, words: [{word: "喝西北风", specialties: ["205-5"]}]`)
	if before != 0 || after != wages || pieces != "[{喝西北风 WORD true [{劳动报酬} {农民工工资}]}]" {
		t.Errorf("as proposed: %d before, %d after, %s", before, after, pieces)
	}
	if w.finds(t, "喝西北风") != 0 {
		t.Error("what was only tried is in use")
	}

	added := w.word(t, "city-admin", "addEverydayWord", map[string]any{"word": "喝西北风", "specialties": []string{"追索劳动报酬"}, "note": "示例：窗口听来", "idempotencyKey": "wind"})
	if added.code() != "" || !slices.Equal(added.EverydayWord.Specialties, []string{"劳动报酬"}) || added.EverydayWord.State != "ACTIVE" {
		t.Fatalf("%+v", added)
	}
	if got := w.finds(t, "喝西北风"); got != wages {
		t.Errorf("added, it finds %d, want %d", got, wages)
	}
	if again := w.word(t, "city-admin", "addEverydayWord", map[string]any{"word": "喝西北风", "specialties": []string{"追索劳动报酬"}, "note": "示例：窗口听来", "idempotencyKey": "wind"}); !again.Replayed || again.EverydayWord.ID != added.EverydayWord.ID {
		t.Errorf("repeated: %+v", again)
	}
	id := added.EverydayWord.ID
	amended := w.word(t, "city-admin", "amendEverydayWord", map[string]any{"id": id, "expectedRevision": added.EverydayWord.Revision, "specialties": []string{"经济补偿"}})
	if got, want := w.finds(t, "喝西北风"), w.finds(t, "经济补偿"); amended.code() != "" || got != want || want == wages {
		t.Errorf("amended (%s), it finds %d, want %d", amended.code(), got, want)
	}
	if lost := w.word(t, "city-admin", "retireEverydayWord", map[string]any{"id": id, "expectedRevision": added.EverydayWord.Revision}); lost.code() != "CONFLICT" || lost.EverydayWord.Revision != amended.EverydayWord.Revision {
		t.Errorf("a stale revision: %+v", lost)
	}
	retired := w.word(t, "city-admin", "retireEverydayWord", map[string]any{"id": id, "expectedRevision": amended.EverydayWord.Revision})
	if got := w.finds(t, "喝西北风"); retired.EverydayWord.State != "RETIRED" || got != 0 {
		t.Errorf("retired, it finds %d", got)
	}
	if twice := w.word(t, "city-admin", "retireEverydayWord", map[string]any{"id": id, "expectedRevision": retired.EverydayWord.Revision}); twice.code() != "MOVE_IMPOSSIBLE" {
		t.Errorf("retired twice: %+v", twice)
	}
	if twice := w.word(t, "city-admin", "addEverydayWord", map[string]any{"word": "喝西北风", "specialties": []string{"劳动报酬"}}); twice.code() != "DUPLICATE" || twice.EverydayWord.ID != id {
		t.Errorf("added again: %+v", twice)
	}

	var data struct {
		Node struct {
			History struct {
				Nodes []struct {
					Action string
					Fields []struct{ Name, Before, After string }
				}
			}
		}
		Changes struct {
			Nodes []struct{ RecordID, Kind string }
		}
	}
	w.ask(t, "court-keeper-津0101", `query($id: ID!) { node(id: $id) { ... on EverydayWord { history { nodes { action fields { name before after } } } } }
		changes(first: 10, kinds: [EVERYDAY_WORD]) { nodes { recordId kind } } }`, map[string]any{"id": id}).into(t, &data)
	if got := fmt.Sprint(data.Node.History.Nodes); got != "[{UPDATED [{state 使用中 已停用}]} {UPDATED [{specialties 劳动报酬 经济补偿}]} {CREATED [{word  喝西北风} {specialties  劳动报酬} {note  示例：窗口听来} {state  使用中}]}]" {
		t.Errorf("its history: %s", got)
	}
	if len(data.Changes.Nodes) != 3 || data.Changes.Nodes[0].RecordID != id {
		t.Errorf("the feed: %+v", data.Changes.Nodes)
	}
}

// The base vocabulary stays as it is; records go before it.
func TestWordsOfTheBaseVocabulary(t *testing.T) {
	w := newSearchedWorld(t)
	listed := func(filter string) string {
		t.Helper()
		var data struct {
			EverydayWords struct {
				TotalCount int
				Nodes      []struct {
					Word, Origin string
					Specialties  []string
					Record       *struct{ ID string }
				}
			}
		}
		w.ask(t, "anonymous", `{ everydayWords(first: 2, `+filter+`) { totalCount nodes { word origin specialties record { id } } } }`, nil).into(t, &data)
		var all []string
		for _, n := range data.EverydayWords.Nodes {
			all = append(all, n.Word+" "+n.Origin+" "+strings.Join(n.Specialties, "、"))
		}
		return strings.Join(all, "; ")
	}
	if got := listed(`filter: {word: "讨薪", specialty: "205-5"}`); !strings.HasPrefix(got, "讨薪 BASE 劳动报酬") {
		t.Errorf("%s", got)
	}
	retired := w.word(t, "city-admin", "retireEverydayWord", map[string]any{"word": "讨薪"})
	if got := listed(`filter: {origin: [REMOVED]}`); retired.code() != "" || got != "讨薪 REMOVED 劳动报酬" {
		t.Errorf("%s %s", retired.code(), got)
	}
	back := w.word(t, "city-admin", "amendEverydayWord", map[string]any{"id": retired.EverydayWord.ID, "expectedRevision": retired.EverydayWord.Revision})
	if got := listed(`filter: {origin: [AMENDED]}`); back.EverydayWord.State != "ACTIVE" || got != "讨薪 AMENDED 劳动报酬" || back.EverydayWord.Base == nil {
		t.Errorf("%+v %s", back, got)
	}
	other := w.word(t, "city-admin", "addEverydayWord", map[string]any{"word": "欠薪", "specialties": []string{"经济补偿"}})
	if len(other.Remarks) != 1 {
		t.Errorf("that it stands in the base vocabulary is not said: %+v", other)
	}
	if got, want := w.finds(t, "欠薪"), w.finds(t, "经济补偿"); got != want {
		t.Errorf("it finds %d, want %d", got, want)
	}
	t.Run("as it was", func(t *testing.T) {
		if got := listed(fmt.Sprintf(`filter: {word: "欠薪", specialty: "劳动报酬"}, asOf: {revision: %d}`, back.EverydayWord.Revision)); !strings.HasPrefix(got, "欠薪 BASE 劳动报酬") {
			t.Errorf("%s", got)
		}
	})
}

func TestWordsThatAreRefused(t *testing.T) {
	w := newSearchedWorld(t)
	for name, c := range map[string]struct {
		input map[string]any
		code  string
		path  string
	}{
		"two words":               {map[string]any{"word": "打 白条", "specialties": []string{"劳动报酬"}}, "INVALID", "input.word"},
		"one character":           {map[string]any{"word": "薪", "specialties": []string{"劳动报酬"}}, "INVALID", "input.word"},
		"too long":                {map[string]any{"word": strings.Repeat("薪", 21), "specialties": []string{"劳动报酬"}}, "INVALID", "input.word"},
		"a sentence":              {map[string]any{"word": "不给钱，跑了", "specialties": []string{"劳动报酬"}}, "INVALID", "input.word"},
		"the name of a field":     {map[string]any{"word": "工资支付", "specialties": []string{"集体合同"}}, "INVALID", "input.word"},
		"no meaning":              {map[string]any{"word": "示例说法"}, "INVALID", "input.specialties"},
		"an unknown meaning":      {map[string]any{"word": "示例说法", "specialties": []string{"示例领域"}}, "INVALID", "input.specialties"},
		"an unknown cause":        {map[string]any{"word": "示例说法", "specialties": []string{"999-9"}}, "INVALID", "input.specialties"},
		"an unknown district":     {map[string]any{"word": "示例说法", "districts": []string{"示例区"}}, "INVALID", "input.districts"},
		"more meanings than four": {map[string]any{"word": "示例说法", "specialties": []string{"劳动报酬", "工伤保险", "经济补偿", "集体合同", "休息休假"}}, "TOO_MANY", "input.specialties"},
		"no reason":               {map[string]any{"word": "示例说法", "specialties": []string{"劳动报酬"}, "reason": " "}, "REASON_REQUIRED", "input.reason"},
	} {
		t.Run(name, func(t *testing.T) {
			p := w.word(t, "city-admin", "addEverydayWord", c.input)
			if p.code() != c.code || strings.Join(p.UserErrors[0].Path, ".") != c.path {
				t.Errorf("%+v, want %s at %s", p.UserErrors, c.code, c.path)
			}
		})
	}
	if p := w.word(t, "city-admin", "retireEverydayWord", map[string]any{"word": "示例没有的说法"}); p.code() != "NOT_FOUND" {
		t.Errorf("%+v", p)
	}
	answer := w.ask(t, "auditor", `{ refusedChanges(first: 50) { operation code } }`, nil)
	if !strings.Contains(string(answer.body), "ADD_EVERYDAY_WORD") || !strings.Contains(string(answer.body), "RETIRE_EVERYDAY_WORD") {
		t.Errorf("attempts are not written down: %s", answer.body)
	}
}
