package checklist_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"concord/internal/checklist"
	"concord/internal/hub"
	"concord/seeds"
)

// The tests of this file read the official table by other ways than the reader
// does and compare.

const officialFile = "tianjin-key-task-checklist.txt"

func officialText(t testing.TB) string {
	t.Helper()
	text, err := seeds.FS.ReadFile(officialFile)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// memberAgencies resolves by the reference data of the hub.
func memberAgencies(t testing.TB) checklist.AgencyResolver {
	t.Helper()
	ref, err := hub.LoadReference(seeds.FS)
	if err != nil {
		t.Fatal(err)
	}
	return func(printed string) (string, bool) {
		a, ok := ref.AgencyByName(printed)
		if !ok {
			return "", false
		}
		return a.Code, true
	}
}

func official(t testing.TB) *hub.Checklist {
	t.Helper()
	c, err := checklist.Read(strings.NewReader(officialText(t)), memberAgencies(t))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// solid drops all that leaves no ink.
func solid(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func measure(t *testing.T, c *hub.Checklist, key string) hub.MeasureInPlace {
	t.Helper()
	m, ok := c.Measure(key)
	if !ok {
		t.Fatalf("no measure %s", key)
	}
	return m
}

// written is a piece of the checklist in the order of the printed table. A name
// may stand there again, once for every page that its cell runs over.
type written struct {
	text string
	name bool
}

func writtenDown(c *hub.Checklist) []written {
	var out []written
	var section *hub.Section
	var group *hub.Group
	var task *hub.Task
	for m := range c.Measures() {
		if m.Section != section {
			section = m.Section
			out = append(out, written{section.Name, true})
		}
		if m.Group != group {
			group = m.Group
			out = append(out, written{group.Name, true})
		}
		if m.Task != task {
			task = m.Task
			out = append(out, written{fmt.Sprintf("%d.%s", task.Number, task.Text), false})
		}
		out = append(out, written{fmt.Sprintf("%d.%s", m.Number, m.Text), false})
		if !m.AgenciesInherited {
			out = append(out, written{m.AgenciesPrinted, false})
		}
		if !m.DeadlineInherited {
			out = append(out, written{m.Deadline.Printed, false})
		}
	}
	return out
}

func TestOfficialTableCharacterByCharacter(t *testing.T) {
	c := official(t)
	_, body, ok := strings.Cut(solid(officialText(t)), "工作内容重点任务具体落实举措责任部门完成时限")
	if !ok {
		t.Fatal("the source has no headings")
	}
	rest, repeats := body, 0
	for _, w := range writtenDown(c) {
		text := solid(w.text)
		if !strings.HasPrefix(rest, text) {
			t.Fatalf("the checklist says %q where the source says %.60q", text, rest)
		}
		rest = rest[len(text):]
		for w.name && strings.HasPrefix(rest, text) {
			rest = rest[len(text):]
			repeats++
		}
	}
	if rest != "" {
		t.Errorf("the checklist ends where the source goes on with %.60q", rest)
	}
	if repeats == 0 {
		t.Error("no name was repeated: this is not the source that was meant")
	}
	t.Logf("%d characters, of which names repeated %d times", len([]rune(body)), repeats)
}

func TestOfficialTableKeepsItsBlanks(t *testing.T) {
	// Every line of a text stands unbroken in the checklist, inner blanks
	// included, which the comparison of characters cannot see.
	var all strings.Builder
	c := official(t)
	for _, w := range writtenDown(c) {
		all.WriteString(w.text + "\n")
	}
	_, body, _ := strings.Cut(officialText(t), "完成时限")
	lines := 0
	for line := range strings.SplitSeq(body, "\n") {
		line = strings.TrimSpace(line)
		if !strings.Contains(all.String(), line) {
			t.Errorf("line %q is not in the checklist", line)
		}
		if strings.Contains(line, " ") {
			lines++
		}
	}
	if lines != 1 {
		t.Errorf("%d lines of the source have an inner blank, want 1", lines)
	}
	if !strings.Contains(measure(t, c, "6.1").Text, "“律企同行 法护营商”") {
		t.Errorf("6.1 lost its blank: %s", measure(t, c, "6.1").Text)
	}
}

func TestOfficialTableTotals(t *testing.T) {
	c := official(t)
	text := officialText(t)

	// Counted in the source: a cell that begins with a number is a task in the
	// third column and a measure in the fourth; both are preceded by a tab.
	numbered := len(regexp.MustCompile(`(?m)^\t\d+\.`).FindAllString(text, -1))
	// Every row of six cells has one measure, so the sixth part of the tabs
	// below the headings is the number of measures.
	_, below, _ := strings.Cut(text, "完成时限")
	sourceMeasures := strings.Count(below, "\t") / 6
	sourceTasks := numbered - sourceMeasures

	var groups, tasks, measures int
	for _, s := range c.Sections {
		groups += len(s.Groups)
		for _, g := range s.Groups {
			tasks += len(g.Tasks)
			for _, task := range g.Tasks {
				measures += len(task.Measures)
			}
		}
	}
	for _, n := range []struct {
		what         string
		got, want    int
		sourceCounts int
	}{
		{"sections", len(c.Sections), 5, 5},
		{"groups", groups, 17, 17},
		{"tasks", tasks, 54, sourceTasks},
		{"measures", measures, 93, sourceMeasures},
	} {
		if n.got != n.want || n.got != n.sourceCounts {
			t.Errorf("%s: %d, want %d, source %d", n.what, n.got, n.want, n.sourceCounts)
		}
	}
	if got, want := c.Title, "天津市关于进一步加强劳动人事争议协商调解工作重点任务清单"; got != want {
		t.Errorf("title %q, want %q", got, want)
	}
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
}

func TestOfficialTableMentions(t *testing.T) {
	c := official(t)

	// The source once more, by plain means: six cells a row, blank ones filled
	// from above, agencies found as words.
	_, below, _ := strings.Cut(officialText(t), "完成时限")
	cells := strings.Split(below, "\t")[1:]
	inSource := make(map[string]int)
	leads, leaderless, above := 0, 0, ""
	for ; len(cells) >= 6; cells = cells[6:] {
		printed := solid(cells[4])
		if printed == "" {
			printed = above
		}
		above = printed
		for _, word := range []string{"人社局", "高级人民法院", "司法局", "总工会", "工商联", "企联/企协", "财政局", "政法委", "工业和信息化局"} {
			inSource[word] += strings.Count(printed, word)
		}
		leads += strings.Count(printed, "（牵头）") + strings.Count(printed, "市委政法委和市人社局（牵头）")
		if !strings.Contains(printed, "牵头") {
			leaderless++
		}
	}

	var gotLeads, gotLeaderless, loneLeaderless int
	named := make(map[string]int)
	for m := range c.Measures() {
		lead := 0
		for _, a := range m.Agencies {
			named[a.AgencyCode]++
			if a.Role == hub.AgencyRoleLead {
				lead++
			}
		}
		gotLeads += lead
		if lead == 0 {
			gotLeaderless++
			if len(m.Agencies) == 1 {
				loneLeaderless++
			}
		}
	}
	if gotLeads != 50 || gotLeads != leads {
		t.Errorf("%d leads, want 50, source %d", gotLeads, leads)
	}
	if gotLeaderless != 44 || gotLeaderless != leaderless {
		t.Errorf("%d measures without lead, want 44, source %d", gotLeaderless, leaderless)
	}
	if loneLeaderless != 17 {
		t.Errorf("%d measures without lead name a single agency, want 17", loneLeaderless)
	}
	resolve := memberAgencies(t)
	for _, want := range []struct {
		word string
		n    int
	}{
		{"人社局", 78}, {"高级人民法院", 45}, {"司法局", 50}, {"总工会", 69}, {"工商联", 55},
		{"企联/企协", 60}, {"财政局", 6}, {"政法委", 6}, {"工业和信息化局", 3},
	} {
		code, ok := resolve("市" + want.word)
		if want.word == "政法委" {
			code, ok = resolve("市委政法委")
		}
		if !ok {
			t.Fatalf("%s is no agency", want.word)
		}
		if named[code] != want.n || named[code] != inSource[want.word] {
			t.Errorf("%s named in %d measures, want %d, source %d", want.word, named[code], want.n, inSource[want.word])
		}
	}
	if len(named) != 9 {
		t.Errorf("%d agencies are named, want 9", len(named))
	}
}

func TestOfficialTableAgenciesLeaveNothingOut(t *testing.T) {
	// What is left of a printed cell without the names, in their order, is
	// separators and marks of the lead.
	leftover := regexp.MustCompile(`^(、|和|（牵头）|（牵头）、)?$`)
	for m := range official(t).Measures() {
		rest := m.AgenciesPrinted
		for _, a := range m.Agencies {
			before, after, ok := strings.Cut(rest, a.Printed)
			if !ok || !leftover.MatchString(before) {
				t.Errorf("%s: %q before %s in %s", m.Key(), before, a.Printed, m.AgenciesPrinted)
			}
			rest = after
		}
		if !leftover.MatchString(rest) {
			t.Errorf("%s: %q is left of %s", m.Key(), rest, m.AgenciesPrinted)
		}
	}
}

func TestOfficialTableSpecialCells(t *testing.T) {
	c := official(t)
	resolve := memberAgencies(t)
	code := func(name string) string {
		code, ok := resolve(name)
		if !ok {
			t.Fatalf("%s is no agency", name)
		}
		return code
	}
	lead := func(printed, name string) hub.ResponsibleAgency {
		return hub.ResponsibleAgency{AgencyCode: code(name), Printed: printed, Role: hub.AgencyRoleLead}
	}
	part := func(printed, name string) hub.ResponsibleAgency {
		return hub.ResponsibleAgency{AgencyCode: code(name), Printed: printed, Role: hub.AgencyRoleParticipant}
	}

	t.Run("two leads joined by 和", func(t *testing.T) {
		m := measure(t, c, "31.1")
		want := []hub.ResponsibleAgency{
			lead("市委政法委", "市委政法委"), lead("市人社局", "市人社局"), part("市司法局", "市司法局"),
			part("市高级人民法院", "市高级人民法院"), part("市总工会", "市总工会"), part("市工商联", "市工商联"), part("市企联/企协", "市企联/企协"),
		}
		if !slices.Equal(m.Agencies, want) {
			t.Errorf("%v", m.Agencies)
		}
		if !strings.HasPrefix(m.AgenciesPrinted, "市委政法委和市人社局（牵头）、") {
			t.Errorf("the wording is lost: %s", m.AgenciesPrinted)
		}
	})
	t.Run("和 and / within a name do not part it", func(t *testing.T) {
		want := []hub.ResponsibleAgency{
			lead("市工业和信息化局", "市工业和信息化局"), part("市人社局", "市人社局"),
			part("市总工会", "市总工会"), part("市企联/企协", "市企联/企协"),
		}
		if m := measure(t, c, "52.1"); !slices.Equal(m.Agencies, want) {
			t.Errorf("%v", m.Agencies)
		}
	})
	t.Run("人社局 is 市人社局, as printed", func(t *testing.T) {
		for key, inherited := range map[string]bool{"30.1": false, "30.2": true, "30.3": true} {
			m := measure(t, c, key)
			if m.Agencies[0] != part("人社局", "市人社局") || m.AgenciesInherited != inherited {
				t.Errorf("%s: %v, inherited %t", key, m.Agencies[0], m.AgenciesInherited)
			}
		}
	})
	t.Run("slips stay", func(t *testing.T) {
		if m := measure(t, c, "32.1"); !strings.HasSuffix(m.Task.Text, "提高案件理专业性。") {
			t.Errorf("task 32: %s", m.Task.Text)
		}
		if m := measure(t, c, "18.2"); !strings.Contains(m.Text, "充发挥商会调解组织的作用") {
			t.Errorf("18.2: %s", m.Text)
		}
	})
	t.Run("broken lines are joined", func(t *testing.T) {
		for key, want := range map[string]string{
			"7.1":  "社会舆情等反映劳动关系运行的重要指标变化情况，准确研判",
			"19.1": "小微型企业劳动争议协商调解机制。推动事业单位、社会团体",
			"30.1": "专家学者等社会力量，积极有序参与",
		} {
			if m := measure(t, c, key); !strings.Contains(m.Task.Text, want) {
				t.Errorf("task %d: %s", m.Task.Number, m.Task.Text)
			}
		}
		if m := measure(t, c, "18.1"); m.Group.Name != "推进基层劳动人事争议调解组织建设" {
			t.Errorf("group %s", m.Group.Name)
		}
	})
	t.Run("ids", func(t *testing.T) {
		again := official(t)
		if c.ID == "" || c.ID != again.ID {
			t.Errorf("ids %q and %q", c.ID, again.ID)
		}
		if m := measure(t, c, "32.2"); m.ID != c.ID+"/32.2" {
			t.Errorf("id %q", m.ID)
		}
	})
}

func TestOfficialTableDeadlines(t *testing.T) {
	c := official(t)
	kinds := make(map[hub.Deadline]int)
	for m := range c.Measures() {
		kinds[m.Deadline]++
	}
	want := map[hub.Deadline]int{
		{Printed: "长期推进", Milestone: hub.MilestoneNone, Ongoing: true}:                                                          84,
		{Printed: "2023年年底前取得阶段性成果，并长期推进", DueDate: "2023-12-31", Milestone: hub.MilestoneInterimResults, Ongoing: true}:        7,
		{Printed: "2023年年底前完成评选推荐工作，并长期推进", DueDate: "2023-12-31", Milestone: hub.MilestoneSelectionRecommended, Ongoing: true}: 1,
		{Printed: "2023年年底前完成，并长期推进", DueDate: "2023-12-31", Milestone: hub.MilestoneCompleted, Ongoing: true}:                  1,
	}
	for d, n := range want {
		if kinds[d] != n {
			t.Errorf("%+v: %d, want %d", d, kinds[d], n)
		}
	}
	if len(kinds) != len(want) {
		t.Errorf("%d kinds of deadline, want %d: %v", len(kinds), len(want), kinds)
	}
	if d := measure(t, c, "24.1").Deadline; d.Milestone != hub.MilestoneSelectionRecommended {
		t.Errorf("24.1: %+v", d)
	}
	if d := measure(t, c, "43.2").Deadline; d.Milestone != hub.MilestoneCompleted {
		t.Errorf("43.2: %+v", d)
	}
}

func TestOfficialTableInheritance(t *testing.T) {
	c := official(t)

	// Rows of the source whose cell is blank, by the number of the row.
	_, below, _ := strings.Cut(officialText(t), "完成时限")
	cells := strings.Split(below, "\t")[1:]
	row := 0
	var agencies, deadlines int
	for m := range c.Measures() {
		blankAgencies, blankDeadline := solid(cells[row*6+4]) == "", solid(cells[row*6+5]) == ""
		if m.AgenciesInherited != blankAgencies || m.DeadlineInherited != blankDeadline {
			t.Errorf("%s: inherited %t %t, blank in the source %t %t", m.Key(), m.AgenciesInherited, m.DeadlineInherited, blankAgencies, blankDeadline)
		}
		if blankAgencies {
			agencies++
		}
		if blankDeadline {
			deadlines++
		}
		row++
	}
	if agencies == 0 || deadlines == 0 {
		t.Error("nothing is inherited: this is not the source that was meant")
	}
	t.Logf("%d inherited cells of agencies, %d of deadlines", agencies, deadlines)

	m36, m37 := measure(t, c, "36.1"), measure(t, c, "37.1")
	if !m37.AgenciesInherited || !m37.DeadlineInherited || !slices.Equal(m36.Agencies, m37.Agencies) || m36.Deadline != m37.Deadline || len(m37.Agencies) != 3 {
		t.Errorf("37.1 does not inherit from 36.1: %+v", m37.Measure)
	}
	if m36.AgenciesInherited || m36.DeadlineInherited {
		t.Error("36.1 has cells of its own")
	}
}
