package checklist

import (
	"slices"
	"strings"
	"unicode/utf8"

	"concord/internal/hub"
)

// AgencyResolver tells which agency goes by a printed name. It decides what is
// one name: 市工业和信息化局 is, 市委政法委和市人社局 is not.
type AgencyResolver func(printed string) (code string, ok bool)

// What is longer is not taken for the name of an agency or of several, or for a
// cell of them. A cell of the table of 2023 has up to 44 characters.
const (
	mostNameRunes = 200
	mostNameLines = 6
	mostCellBytes = 6000
)

// joints are the words and signs that join two agencies, where the whole is not
// the name of one. The longer stand before the shorter that they begin with.
var joints = []string{"以及", "会同", "和", "与", "及", "/", "／"}

// roleMarks are the words in parentheses behind a name that say its role.
var roleMarks = map[string]hub.AgencyRole{
	"牵头": hub.AgencyRoleLead, "牵头部门": hub.AgencyRoleLead, "牵头单位": hub.AgencyRoleLead, "牵头负责": hub.AgencyRoleLead,
	"参加": hub.AgencyRoleParticipant, "参与": hub.AgencyRoleParticipant, "配合": hub.AgencyRoleParticipant,
	"参加部门": hub.AgencyRoleParticipant, "参加单位": hub.AgencyRoleParticipant,
	"配合部门": hub.AgencyRoleParticipant, "配合单位": hub.AgencyRoleParticipant,
}

// parseAgencies reads a cell of agencies, given by its lines. Names are separated
// by 、，； or a line break and may carry their role in parentheses; a role behind
// names that are joined by 和 or its like holds for each of them. Without a mark
// an agency participates. An agency that is named twice, be it by another name,
// is listed once. Reasons are Chinese, one for each name that is at fault.
func parseAgencies(lines []string, resolve AgencyResolver) (agencies []hub.ResponsibleAgency, faults []agencyFault) {
	cell := strings.Join(lines, "\n")
	if len(cell) > mostCellBytes {
		return nil, []agencyFault{{cell, "这一格太长，不像责任部门。请检查单元格是否放错了列。"}}
	}
	for _, item := range splitList(cell) {
		found, unknown := resolveLines(fragments(item), resolve)
		for _, u := range unknown {
			faults = append(faults, agencyFault{u, "成员单位名单里没有这个部门。若是错字请改正；若是新的成员单位，请先把它加入成员单位名单再导入；牵头部门请写成“某局（牵头）”。"})
		}
		for _, a := range found {
			same := func(b hub.ResponsibleAgency) bool { return a.AgencyCode == b.AgencyCode }
			if i := slices.IndexFunc(agencies, same); i < 0 {
				agencies = append(agencies, a)
			} else if agencies[i].Role != a.Role {
				faults = append(faults, agencyFault{a.Printed, "同一格里这个部门写了两次，一次牵头，一次不牵头。请与发文单位核对后删去一处。"})
			}
		}
	}
	if len(agencies) == 0 && len(faults) == 0 {
		faults = append(faults, agencyFault{join(lines), "这一格里没有部门名称。请填写责任部门。"})
	}
	return agencies, faults
}

type agencyFault struct{ value, reason string }

// splitList splits at list separators that do not stand in parentheses.
func splitList(s string) []string {
	var items []string
	depth, start := 0, 0
	for i, r := range s {
		switch r {
		case '（', '(':
			depth++
		case '）', ')':
			depth = max(0, depth-1)
		case '、', '，', ',', '；', ';', '。':
			if depth == 0 {
				items = append(items, s[start:i])
				start = i + utf8.RuneLen(r)
			}
		}
	}
	return append(items, s[start:])
}

// resolveLines reads an item that stands on one or more lines. A line break may
// be within a name or between two: the longest run of lines that makes known
// names is taken. Lines of which no run does are returned as unknown.
func resolveLines(lines []string, resolve AgencyResolver) (found []hub.ResponsibleAgency, unknown []string) {
	var lost []string
	for len(lines) > 0 {
		n, agencies := longestKnown(lines, resolve)
		if n == 0 {
			lost = append(lost, lines[0])
			lines = lines[1:]
			continue
		}
		if len(lost) > 0 {
			unknown = append(unknown, join(lost))
			lost = nil
		}
		found = append(found, agencies...)
		lines = lines[n:]
	}
	if len(lost) > 0 {
		unknown = append(unknown, join(lost))
	}
	return found, unknown
}

func longestKnown(lines []string, resolve AgencyResolver) (n int, agencies []hub.ResponsibleAgency) {
	runes := 0
	for i, line := range lines[:min(len(lines), mostNameLines)] {
		if runes += utf8.RuneCountInString(line); runes > mostNameRunes {
			break
		}
		if found := resolveNames(join(lines[:i+1]), resolve); found != nil {
			n, agencies = i+1, found
		}
	}
	return n, agencies
}

// resolveNames reads one name or several that are joined, with the marks of
// their roles; nil when one of them is unknown.
func resolveNames(s string, resolve AgencyResolver) []hub.ResponsibleAgency {
	names, role := cutRole(s)
	if role == "" {
		role = hub.AgencyRoleParticipant
	}
	return segments(names, role, resolve, make(map[string]bool))
}

// cutRole splits the mark of a role off the end of s; the role is "" when there
// is none.
func cutRole(s string) (name string, role hub.AgencyRole) {
	s = strings.TrimFunc(s, isSpace)
	folded, closed := strings.CutSuffix(fold(s), ")")
	open := strings.LastIndexByte(folded, '(')
	if !closed || open < 0 {
		return s, ""
	}
	role, ok := roleMarks[folded[open+1:]]
	if !ok {
		return s, ""
	}
	return strings.TrimRightFunc(s[:strings.LastIndexAny(s, "（(")], isSpace), role
}

// segments takes s for the name of one agency, or else for names that are
// joined, in the given role unless one carries its own. failed holds what is
// known to be neither.
func segments(s string, role hub.AgencyRole, resolve AgencyResolver, failed map[string]bool) []hub.ResponsibleAgency {
	if failed[s] {
		return nil
	}
	if a, ok := mention(s, role, resolve); ok {
		return []hub.ResponsibleAgency{a}
	}
	for i, r := range s {
		joint := jointAt(s[i:], r)
		if joint == 0 {
			continue
		}
		if a, ok := mention(s[:i], role, resolve); ok {
			if rest := segments(s[i+joint:], role, resolve, failed); rest != nil {
				return append([]hub.ResponsibleAgency{a}, rest...)
			}
		}
	}
	failed[s] = true
	return nil
}

// mention looks up s, as printed and, failing that, without blanks and with
// punctuation in half width.
func mention(s string, role hub.AgencyRole, resolve AgencyResolver) (a hub.ResponsibleAgency, ok bool) {
	name, own := cutRole(s)
	if name == "" {
		return a, false
	}
	if own != "" {
		role = own
	}
	code, ok := resolve(name)
	if !ok {
		code, ok = resolve(fold(name))
	}
	return hub.ResponsibleAgency{AgencyCode: code, Printed: name, Role: role}, ok && code != ""
}

// jointAt returns how many bytes of a joint s begins with.
func jointAt(s string, first rune) int {
	if isSpace(first) {
		return utf8.RuneLen(first)
	}
	for _, j := range joints {
		if strings.HasPrefix(s, j) {
			return len(j)
		}
	}
	return 0
}
