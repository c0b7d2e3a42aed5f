package graph_test

import (
	"maps"
	"slices"
	"testing"
)

// The agencies responsible for a measure say how far they are; everybody reads
// it, newest first, and nobody else writes it.
func TestAgenciesReportProgress(t *testing.T) {
	w := newWorld(t)
	var measures struct {
		Union, Other struct{ Nodes []struct{ ID string } }
	}
	w.ask(t, "anonymous", `{ union: measures(filter: { agency: ["UNION"], role: LEAD }, first: 1) { nodes { id } } other: measures(filter: { agency: ["FINANCE"] }, first: 100) { nodes { id } } }`, nil).into(t, &measures)
	measure := measures.Union.Nodes[0].ID
	input := func(key string, more map[string]any) map[string]any {
		in := map[string]any{"measure": measure, "text": "已在三个区开展（示例）。", "reason": "季度填报", "idempotencyKey": key}
		maps.Copy(in, more)
		return in
	}
	report := func(caller string, in map[string]any) payload {
		return w.change(t, caller, "reportProgress", "ReportProgressInput", `note { id text agency { code } }`, in)
	}
	read := func() (texts []string) {
		var data struct {
			Node struct {
				Progress struct {
					TotalCount int
					Nodes      []struct {
						Text   string
						Agency struct{ Code string }
					}
				}
			}
		}
		w.ask(t, "anonymous", `query($id: ID!) { node(id: $id) { ... on Measure { progress(first: 10) { totalCount nodes { text on evidence agency { code } revision updatedAt } } } } }`, map[string]any{"id": measure}).into(t, &data)
		for _, n := range data.Node.Progress.Nodes {
			texts = append(texts, n.Agency.Code+" "+n.Text)
		}
		if data.Node.Progress.TotalCount != len(texts) {
			t.Errorf("%d notes are counted and %d shown", data.Node.Progress.TotalCount, len(texts))
		}
		return texts
	}
	if got := read(); len(got) != 0 {
		t.Fatalf("a fresh checklist has progress: %v", got)
	}

	first := report("partner", input("a", nil))
	first.done(t)
	again := report("partner", input("a", nil))
	if again.done(t); !again.Replayed {
		t.Error("the same request was taken twice")
	}
	second := report("partner", input("b", map[string]any{"text": "六个区（示例）。", "on": "2025-06-01", "evidence": []string{"https://example.gov.cn/1"}}))
	second.done(t)
	if got, want := read(), []string{"UNION 六个区（示例）。", "UNION 已在三个区开展（示例）。"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}

	for _, c := range []struct {
		name, caller, code, path string
		more                     map[string]any
	}{
		{"a court's keeper", "court-keeper-津0101", "FORBIDDEN", "input.measure", nil},
		{"an agency that the measure does not name", "partner", "FORBIDDEN", "input.measure", map[string]any{"measure": unnamed(measures.Other.Nodes)}},
		{"no such measure", "partner", "NOT_FOUND", "input.measure", map[string]any{"measure": "med_1"}},
		{"nothing said", "partner", "INVALID", "input.text", map[string]any{"text": " "}},
		{"a day to come", "partner", "DATE_IMPOSSIBLE", "input.on", map[string]any{"on": "2099-01-01"}},
		{"no link", "partner", "INVALID", "input.evidence", map[string]any{"evidence": []string{"javascript:alert(1)"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := report(c.caller, input("refused "+c.name, c.more))
			got.refused(t, c.code, c.path)
		})
	}
	if got := read(); len(got) != 2 {
		t.Errorf("something refused was written: %v", got)
	}
}

// unnamed is the last of the measures of the finance bureau, which does not name
// the unions.
func unnamed(nodes []struct{ ID string }) string { return nodes[len(nodes)-1].ID }
