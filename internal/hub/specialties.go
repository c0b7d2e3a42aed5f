package hub

import (
	"slices"
	"strings"
)

// specialtyTable answers what specialties mean: which printed word is which
// label, and which causes of action a label stands for.
type specialtyTable struct {
	labels map[string]string         // folded label or formal name → label
	terms  map[string]*SpecialtyTerm // by label
	list   []SpecialtyTerm
}

func newSpecialtyTable(v *Vocabulary) *specialtyTable {
	t := &specialtyTable{map[string]string{}, map[string]*SpecialtyTerm{}, v.Specialties}
	for i := range v.Specialties {
		term := &v.Specialties[i]
		t.terms[term.Label] = term
		for _, name := range append([]string{term.Label}, term.Formal...) {
			t.labels[foldKey(name)] = term.Label
		}
	}
	return t
}

// canonical returns the label for a printed specialty: a label, or a formal name
// of one, with or without the 纠纷 or 争议 behind it. Anything else is kept as it
// is written, and known is false.
func (t *specialtyTable) canonical(printed string) (label string, known bool) {
	printed = strings.TrimSpace(printed)
	key := foldKey(printed)
	for _, tail := range []string{"", "纠纷", "争议", "类", "案件"} {
		if label, known = t.labels[strings.TrimSuffix(key, tail)]; known {
			return label, true
		}
	}
	return printed, false
}

// ofCause returns the labels that stand for a cause of action or for one below
// it, in the order of the vocabulary.
func (t *specialtyTable) ofCause(codes []string) []string {
	var labels []string
	for _, term := range t.list {
		if slices.ContainsFunc(term.Causes, func(c string) bool { return slices.Contains(codes, c) }) {
			labels = append(labels, term.Label)
		}
	}
	return labels
}

// CanonicalSpecialty returns the label under which the hub keeps a printed
// specialty, and whether the vocabulary knows it.
func (h *Hub) CanonicalSpecialty(printed string) (label string, known bool) {
	return h.specialties.canonical(printed)
}

// currentCauses is the version of the causes of action to which the vocabulary's
// codes belong.
const currentCauses = "SPC-2025"

// causeOf returns the cause of action that a label stands for in the list in
// force on a day; nil outside the vocabulary, or where that list has none.
func (h *Hub) causeOf(label string, on Date) *Cause {
	term := h.specialties.terms[label]
	if term == nil {
		return nil
	}
	for _, code := range term.Causes {
		cause, ok := h.reference.Cause(code)
		if !ok {
			continue
		}
		if cause.ValidFrom > on {
			if cause, ok = h.reference.MapCause(code, "SPC-2020"); !ok {
				continue
			}
		}
		return cause
	}
	return nil
}

// noSpecialty is a label that no record can have: a filter by it matches nothing.
const noSpecialty = "\x00"

// specialtyLabels turns a label or a cause code of either version into the
// labels that mean it.
func (h *Hub) specialtyLabels(s string) ([]string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil, Invalid("filter.specialty", "擅长领域不能为空。请填写名称（例如 劳动报酬）或案由代码（例如 205-5）。")
	}
	if s[0] < '0' || s[0] > '9' {
		label, _ := h.specialties.canonical(s)
		return []string{label}, nil
	}
	cause, ok := h.reference.Cause(s)
	if !ok {
		return nil, Invalid("filter.specialty", "没有代码为“%s”的案由。请写案由代码，例如 205-5（追索劳动报酬纠纷）；全部代码见接口的 causes 查询。", Shorten(s))
	}
	if mapped, ok := h.reference.MapCause(cause.Code, currentCauses); ok {
		cause = mapped
	}
	codes := []string{cause.Code}
	for _, child := range h.reference.CauseChildren(cause.Code) {
		codes = append(codes, child.Code)
	}
	if labels := h.specialties.ofCause(codes); len(labels) > 0 {
		return labels, nil
	}
	return []string{noSpecialty}, nil
}
