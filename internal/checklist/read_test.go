package checklist_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"

	"concord/internal/checklist"
	"concord/internal/hub"
)

// localAgencies are the agencies of the tables of these tests.
func localAgencies(printed string) (string, bool) {
	code, ok := agencyCodes[printed]
	return code, ok
}

var agencyCodes = map[string]string{
	"市人社局": "HRSS", "人社局": "HRSS", "市司法局": "JUSTICE", "市总工会": "UNION", "市高级人民法院": "COURT",
	"市委政法委": "PLC", "市工业和信息化局": "MIIT", "市企联/企协": "EC", "市企联": "EC", "市企协": "EC",
	"市卫生健康委": "HEALTH",
}

func read(t testing.TB, text string) *hub.Checklist {
	t.Helper()
	c, err := checklist.Read(strings.NewReader(text), localAgencies)
	if err != nil {
		t.Fatalf("refused:\n%v", err)
	}
	return c
}

// column writes rows as a word processor saves a table: every cell begins with a
// tab, an empty line ends a row.
func column(title string, headings []string, rows ...[]string) string {
	var b strings.Builder
	b.WriteString(title + "\n\n")
	for _, row := range append([][]string{headings}, rows...) {
		b.WriteString("\t" + strings.Join(row, "\n\t") + "\n\n")
	}
	return b.String()
}

// grid writes rows as they are copied from a word processor.
func grid(title string, headings []string, rows ...[]string) string {
	var b strings.Builder
	b.WriteString(title + "\n")
	for _, row := range append([][]string{headings}, rows...) {
		b.WriteString(strings.Join(row, "\t") + "\n")
	}
	return b.String()
}

// quoted writes rows as they are copied from a spreadsheet.
func quoted(title string, headings []string, rows ...[]string) string {
	var all [][]string
	for _, row := range rows {
		row = slices.Clone(row)
		for i, c := range row {
			if strings.ContainsAny(c, "\n\"\t") {
				row[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
		}
		all = append(all, row)
	}
	return grid(title, headings, all...)
}

var usual = []string{"工作内容", "重点任务", "具体落实举措", "责任部门", "完成时限"}

// small is a table that reads; tests change a copy.
func small() [][]string {
	return [][]string{
		{"加强源头治理", "预防指导", "1.甲任务。", "1.甲一。", "市人社局（牵头）、市总工会", "长期推进"},
		{"", "", "", "2.甲二。", "", ""},
		{"", "风险监测", "2.乙任务。", "1.乙一。", "市司法局", "2024年6月底前完成"},
		{"做实多元调解", "组织建设", "3.丙任务。", "1.丙一。", "", "长期推进"},
	}
}

func TestReadNextYear(t *testing.T) {
	// Another title, other counts, columns in another order and with other
	// headings, other punctuation, a new agency: testdata holds the table in
	// both ways of writing, and what must come out is told here.
	for _, name := range []string{"2024-column.txt", "2024-grid.txt"} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			c := read(t, string(text))
			if want := "2024年度示例市劳动人事争议协商调解工作重点任务清单（示例）"; c.Title != want {
				t.Errorf("title %q, want %q", c.Title, want)
			}
			var got []string
			for m := range c.Measures() {
				var agencies []string
				for _, a := range m.Agencies {
					agencies = append(agencies, fmt.Sprintf("%s=%s:%s", a.Printed, a.AgencyCode, a.Role))
				}
				got = append(got, fmt.Sprintf("%s|%s|%d.%s|%s.%s|%s,%t|%s,%s,%t,%t", m.Section.Name, m.Group.Name, m.Task.Number, m.Task.Text,
					m.Key(), m.Text, strings.Join(agencies, " "), m.AgenciesInherited, m.Deadline.DueDate, m.Deadline.Milestone, m.Deadline.Ongoing, m.DeadlineInherited))
			}
			want := []string{
				"加强源头治理|预防指导|1.开展“用工体检”，覆盖 300家企业。|1.1.制定年度方案。|市人社局=HRSS:LEAD 市总工会=UNION:PARTICIPANT 市企联/企协=EC:PARTICIPANT,false|2024-06-30,COMPLETED,false,false",
				"加强源头治理|预防指导|1.开展“用工体检”，覆盖 300家企业。|1.2.推广 Mediation Online 平台，及时发现问题。|市人社局=HRSS:LEAD 市总工会=UNION:PARTICIPANT 市企联/企协=EC:PARTICIPANT,true|,NONE,true,false",
				"加强源头治理|心理疏导|2.建立心理疏导机制。|2.1.组织心理咨询师进驻。|市卫生健康委=HEALTH:LEAD 市人社局=HRSS:LEAD 市司法局=JUSTICE:PARTICIPANT,false|2024-03-31,COMPLETED,false,false",
				"做实多元调解|心理疏导|3.评选金牌组织。|3.1.完成推荐。|市卫生健康委=HEALTH:LEAD 市人社局=HRSS:LEAD 市司法局=JUSTICE:PARTICIPANT,true|2024-12-31,SELECTION_RECOMMENDED,true,false",
				"做实多元调解|心理疏导|3.评选金牌组织。|3.2.总结经验。|市工业和信息化局=MIIT:PARTICIPANT 人社局=HRSS:PARTICIPANT,false|2024-12-31,SELECTION_RECOMMENDED,true,true",
			}
			for i := range max(len(got), len(want)) {
				switch {
				case i >= len(got):
					t.Errorf("missing %s", want[i])
				case i >= len(want):
					t.Errorf("beyond %s", got[i])
				case got[i] != want[i]:
					t.Errorf("measure %d\n got %s\nwant %s", i+1, got[i], want[i])
				}
			}
		})
	}
}

func TestReadOfficialTableWrittenOtherwise(t *testing.T) {
	want := official(t)
	resolve := memberAgencies(t)
	same := func(t *testing.T, text []byte) {
		t.Helper()
		got, err := checklist.Read(bytes.NewReader(text), resolve)
		if err != nil {
			t.Fatalf("refused:\n%v", err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Error("another checklist comes out")
		}
	}
	text := officialText(t)

	t.Run("byte order mark", func(t *testing.T) { same(t, []byte("\uFEFF"+text)) })
	t.Run("GB18030", func(t *testing.T) {
		gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		same(t, []byte(gb))
	})
	t.Run("UTF-16", func(t *testing.T) {
		raw := []byte{0xFF, 0xFE}
		for _, u := range utf16.Encode([]rune(text)) {
			raw = append(raw, byte(u), byte(u>>8))
		}
		same(t, raw)
	})
	t.Run("line ends of Windows", func(t *testing.T) { same(t, []byte(strings.ReplaceAll(text, "\n", "\r\n"))) })
	t.Run("line ends of old Macs", func(t *testing.T) { same(t, []byte(strings.ReplaceAll(text, "\n", "\r"))) })

	rows := rowsOf(want)
	t.Run("column", func(t *testing.T) { same(t, []byte(column(want.Title, usual, rows...))) })
	t.Run("column without empty lines", func(t *testing.T) {
		same(t, []byte(want.Title+"\n"+strings.ReplaceAll(column("", usual, rows...), "\n\n", "\n")))
	})
	t.Run("grid", func(t *testing.T) { same(t, []byte(grid(want.Title, usual, rows...))) })
	t.Run("grid with merged headings", func(t *testing.T) {
		same(t, []byte(grid(want.Title+"\t\t\t\t\t", []string{"工作内容", "", "重点任务", "具体落实举措", "责任部门", "完成时限"}, rows...)))
	})
	t.Run("grid with cells over lines", func(t *testing.T) {
		for _, row := range rows {
			row[3] = strings.Replace(row[3], "，", "，\n\n", 1)
			row[4] = strings.Replace(row[4], "、", "、\n", 1)
		}
		same(t, []byte(grid(want.Title, usual, rows...)))
		same(t, []byte(quoted(want.Title, usual, rows...)))
	})
	t.Run("grid with headings over lines", func(t *testing.T) {
		same(t, []byte(grid(want.Title, []string{"工作\n\n内容", "重点任务", "具体落实\n举措", "责任部门", "完成\n时限"}, rows...)))
	})
	t.Run("another order of columns", func(t *testing.T) {
		turned := func(row []string) []string {
			return []string{row[len(row)-1], row[len(row)-2], row[0], row[1], row[len(row)-4], row[len(row)-3]}
		}
		var all [][]string
		for _, row := range rowsOf(want) {
			all = append(all, turned(row))
		}
		headings := []string{"完成时限", "责任部门", "工作内容", "重点任务", "具体落实举措"}
		same(t, []byte(column(want.Title, headings, all...)))
		same(t, []byte(grid(want.Title, headings, all...)))
	})
	t.Run("headings and names again on every page", func(t *testing.T) {
		rows := rowsOf(want)
		var all [][]string
		var section, group string
		for i, row := range rows {
			if row[0] != "" {
				section = row[0]
			}
			if row[1] != "" {
				group = row[1]
			}
			if i > 0 && i%10 == 0 {
				all = append(all, usual)
				row[0], row[1] = section, group
			}
			all = append(all, row)
		}
		same(t, []byte(column(want.Title, usual, all...)))
		same(t, []byte(grid(want.Title, usual, all...)))
	})
	t.Run("row numbers before it", func(t *testing.T) {
		rows := rowsOf(want)
		for i := range rows {
			rows[i] = append([]string{fmt.Sprint(i + 1)}, rows[i]...)
		}
		same(t, []byte(column(want.Title, append([]string{"序号"}, usual...), rows...)))
	})
}

// rowsOf writes a checklist down as rows of six cells, merged ones blank.
func rowsOf(c *hub.Checklist) [][]string {
	var rows [][]string
	var section *hub.Section
	var group *hub.Group
	var task *hub.Task
	for m := range c.Measures() {
		row := make([]string, 6)
		if m.Section != section {
			section, row[0] = m.Section, m.Section.Name
		}
		if m.Group != group {
			group, row[1] = m.Group, m.Group.Name
		}
		if m.Task != task {
			task, row[2] = m.Task, fmt.Sprintf("%d.%s", m.Task.Number, m.Task.Text)
		}
		row[3] = fmt.Sprintf("%d.%s", m.Number, m.Text)
		if !m.AgenciesInherited {
			row[4] = m.AgenciesPrinted
		}
		if !m.DeadlineInherited {
			row[5] = m.Deadline.Printed
		}
		rows = append(rows, row)
	}
	return rows
}

func TestReadNames(t *testing.T) {
	for _, test := range []struct{ name, cell, want string }{
		{"once", "加强源头治理", "加强源头治理"},
		{"repeated", "加强源头治理\n\n加强源头治理\n\n加强源头治理", "加强源头治理"},
		{"repeated, then broken", "推进基层建设\n\n推进\n\n基层建设\n\n", "推进基层建设"},
		{"broken, then repeated", "推进\n基层\n建设\n推进基层建设", "推进基层建设"},
		{"broken only", "推进\n基层建设", "推进基层建设"},
		{"a doubled word is a name", "多多", "多多"},
		{"a doubled word on two lines is a name that is repeated", "多多\n多多", "多多"},
		{"what comes back within is no repetition", "推进\n建设\n推进", "推进建设推进"},
		{"Latin words", "APP\nOnline\n\nAPP Online", "APP Online"},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows := small()
			rows[0][0], rows[0][1] = test.cell, test.cell
			c := read(t, column("示例清单", usual, rows...))
			if s := c.Sections[0]; s.Name != test.want || s.Groups[0].Name != test.want {
				t.Errorf("section %q, group %q, want %q", s.Name, s.Groups[0].Name, test.want)
			}
		})
	}
}

func TestReadQuotationMarks(t *testing.T) {
	rows := small()
	rows[0][1] = `"总对总"对接`
	rows[0][3] = "1.推进\"总对总\"\n\n在线\t\"诉调对接\"。"
	check := func(t *testing.T, text string) {
		t.Helper()
		c := read(t, text)
		m := measure(t, c, "1.1")
		if want := `推进"总对总"在线 "诉调对接"。`; m.Text != want {
			t.Errorf("%s, want %s", m.Text, want)
		}
		if want := `"总对总"对接`; m.Group.Name != want {
			t.Errorf("%s, want %s", m.Group.Name, want)
		}
	}
	t.Run("only cells that need them are quoted", func(t *testing.T) {
		check(t, strings.Replace(quoted("示例清单", usual, rows...), `"""总对总""对接"`, `"总对总"对接`, 1))
	})
	t.Run("every cell with one is quoted", func(t *testing.T) {
		check(t, quoted("示例清单", usual, rows...))
	})
}

func TestReadGoesOn(t *testing.T) {
	t.Run("a task again on a new page is the same task", func(t *testing.T) {
		rows := small()
		rows[1][2] = "1.甲\n任务。"
		if c := read(t, column("示例清单", usual, rows...)); len(c.Sections[0].Groups[0].Tasks) != 1 {
			t.Error("task 1 is there twice")
		}
	})
	t.Run("a group of the same name in another section is another group", func(t *testing.T) {
		rows := small()
		rows[3][1] = "风险监测"
		if c := read(t, column("示例清单", usual, rows...)); len(c.Sections[1].Groups) != 1 {
			t.Error("the second section has no group")
		}
	})
	t.Run("blank rows do not count", func(t *testing.T) {
		rows := append(small(), make([]string, 6), make([]string, 6))
		want := read(t, column("示例清单", usual, small()...))
		for _, text := range []string{column("示例清单", usual, rows...), grid("示例清单", usual, rows...)} {
			if !reflect.DeepEqual(read(t, text), want) {
				t.Error("another checklist comes out")
			}
		}
	})
	t.Run("an empty line that is missing between two rows", func(t *testing.T) {
		text := column("示例清单", usual, small()...)
		want := read(t, text)
		text = strings.Replace(text, "2024年6月底前完成\n\n", "2024年6月底前完成\n", 1)
		if !reflect.DeepEqual(read(t, text), want) {
			t.Error("another checklist comes out")
		}
	})
	t.Run("the title alone decides on the id", func(t *testing.T) {
		rows := small()
		rows[3][3] = "1.丙一改。"
		a, b := read(t, column("附件1\n示例 清单（一）", usual, small()...)), read(t, grid("示例清单(一)", usual, rows...))
		if a.ID != b.ID {
			t.Errorf("%s and %s", a.ID, b.ID)
		}
		if c := read(t, column("示例清单（二）", usual, small()...)); c.ID == a.ID {
			t.Errorf("two titles share %s", a.ID)
		}
	})
}

func TestReadRefuses(t *testing.T) {
	change := func(row, cell int, value string) func([][]string) [][]string {
		return func(rows [][]string) [][]string { rows[row][cell] = value; return rows }
	}
	without := func(row int) func([][]string) [][]string {
		return func(rows [][]string) [][]string { return append(rows[:row], rows[row+1:]...) }
	}
	for _, test := range []struct {
		name   string
		change func([][]string) [][]string
		want   checklist.Problem // lines of the column form
		reason string            // words of it
	}{
		{"a task is missing", without(2), checklist.Problem{Row: 3, Column: "重点任务", Value: "3.丙任务。"}, "应为2，这里是3，中间有缺"},
		{"a task number comes twice", change(2, 2, "1.乙任务。"), checklist.Problem{Row: 3, Column: "重点任务", Value: "1.乙任务。"}, "应为2，这里是1，与前面重复"},
		{"a task without number", change(2, 2, "乙任务。"), checklist.Problem{Row: 3, Column: "重点任务", Value: "乙任务。"}, "应以序号开头，如“2.”"},
		{"a task without text", change(2, 2, "2."), checklist.Problem{Row: 3, Column: "重点任务", Value: "2."}, "没有内容"},
		{"a measure is missing", change(1, 3, "3.甲三。"), checklist.Problem{Row: 2, Column: "具体落实举措", Value: "3.甲三。"}, "应为2，这里是3，中间有缺"},
		{"a measure number comes twice", change(1, 3, "1.甲一。"), checklist.Problem{Row: 2, Column: "具体落实举措", Value: "1.甲一。"}, "应为2，这里是1，与前面重复"},
		{"the first measure of a task is not 1", change(2, 3, "2.乙一。"), checklist.Problem{Row: 3, Column: "具体落实举措", Value: "2.乙一。"}, "应为1，这里是2"},
		{"a measure without number", change(1, 3, "甲二。"), checklist.Problem{Row: 2, Column: "具体落实举措", Value: "甲二。"}, "应以序号开头，如“2.”"},
		{"a measure without text", change(1, 3, "2．"), checklist.Problem{Row: 2, Column: "具体落实举措", Value: "2．"}, "没有内容"},
		{"no measure", change(2, 3, ""), checklist.Problem{Row: 3, Column: "具体落实举措"}, "没有具体举措"},
		{"a measure before any task", change(0, 2, ""), checklist.Problem{Row: 1, Column: "重点任务"}, "之前没有重点任务"},
		{"a new group without a new task", change(2, 2, ""), checklist.Problem{Row: 3, Column: "重点任务"}, "要从一项新的重点任务开始"},
		{"no section", change(0, 0, ""), checklist.Problem{Row: 1, Column: "工作内容"}, "第一行没有工作内容"},
		{"no group", change(0, 1, ""), checklist.Problem{Row: 1, Column: "工作内容"}, "没有分组名称"},
		{"a section without group", change(3, 1, ""), checklist.Problem{Row: 4, Column: "工作内容"}, "没有分组名称"},
		{"a group that comes back", func(rows [][]string) [][]string {
			return append(rows[:3], []string{"", "预防指导", "3.丙任务。", "1.丙一。", "", ""})
		}, checklist.Problem{Row: 4, Column: "工作内容", Value: "预防指导"}, "已经出现过"},
		{"a section that comes back", func(rows [][]string) [][]string {
			return append(rows, []string{"加强源头治理", "其他", "4.丁任务。", "1.丁一。", "", ""})
		}, checklist.Problem{Row: 5, Column: "工作内容", Value: "加强源头治理"}, "已经出现过"},
		{"an agency that is unknown", change(2, 4, "市司法局、市某某局"), checklist.Problem{Row: 3, Column: "责任部门", Value: "市某某局"}, "成员单位名单里没有这个部门"},
		{"an agency joined to one that is unknown", change(2, 4, "市司法局和市某某局"), checklist.Problem{Row: 3, Column: "责任部门", Value: "市司法局和市某某局"}, "成员单位名单里没有这个部门"},
		{"no agency in the first row", change(0, 4, ""), checklist.Problem{Row: 1, Column: "责任部门"}, "第一行没有责任部门"},
		{"a deadline that cannot be read", change(2, 5, "尽快"), checklist.Problem{Row: 3, Column: "完成时限", Value: "尽快"}, "无法读出完成时限"},
		{"a day that does not exist", change(2, 5, "2024年2月30日前"), checklist.Problem{Row: 3, Column: "完成时限", Value: "2024年2月30日前"}, "没有这一天"},
		{"no deadline in the first row", change(0, 5, ""), checklist.Problem{Row: 1, Column: "完成时限"}, "第一行没有完成时限"},
		{"a note below the table", change(3, 5, "长期推进\n\n注：本清单自印发之日起施行。"), checklist.Problem{Row: 4, Column: "完成时限", Value: "长期推进注：本清单自印发之日起施行。"}, "表格后面的说明文字请删去"},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows := test.change(small())
			for _, text := range []string{column("示例清单", usual, rows...), grid("示例清单", usual, rows...)} {
				got := onlyProblem(t, text)
				if got.Row != test.want.Row || got.Column != test.want.Column || got.Value != test.want.Value || !strings.Contains(got.Reason, test.reason) {
					t.Errorf("got %+v\nwant %+v with reason %s", *got, test.want, test.reason)
				}
				if lines := strings.Split(text, "\n"); got.FirstLine < 1 || got.LastLine > len(lines) ||
					!strings.Contains(strings.Join(lines[got.FirstLine-1:got.LastLine], ""), got.Value) {
					t.Errorf("%q is not in lines %d to %d", got.Value, got.FirstLine, got.LastLine)
				}
			}
		})
	}
}

// onlyProblem returns the one problem for which text is refused.
func onlyProblem(t *testing.T, text string) *checklist.Problem {
	t.Helper()
	_, err := checklist.Read(strings.NewReader(text), localAgencies)
	ps, ok := errors.AsType[checklist.Problems](err)
	if !ok || len(ps) != 1 {
		t.Fatalf("want one problem, got: %v\nfor\n%s", err, text)
	}
	p, ok := errors.AsType[*checklist.Problem](err)
	if !ok || p != ps[0] {
		t.Fatal("the problem is not to be had by errors.As")
	}
	return p
}

func TestReadRefusesCells(t *testing.T) {
	short := small()
	short[1] = short[1][:5]
	long := small()
	long[1] = append(long[1], "多出的一格")
	for _, test := range []struct {
		name   string
		rows   [][]string
		row    int
		reason string
	}{
		{"too few", short, 2, "这一行有5格，应为6格"},
		{"too many", long, 2, "这一行有7格，应为6格"},
		{"too few at the end", append(small()[:3], []string{"做实多元调解", "组织建设", "3.丙任务。"}), 4, "这一行有3格，应为6格"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, text := range []string{column("示例清单", usual, test.rows...), grid("示例清单", usual, test.rows...)} {
				if p := onlyProblem(t, text); p.Row != test.row || !strings.Contains(p.Reason, test.reason) {
					t.Errorf("%+v", *p)
				}
			}
		})
	}
	t.Run("lines are those of the file", func(t *testing.T) {
		p := onlyProblem(t, column("示例清单", usual, short...))
		// Title and empty line, five headings and empty line, six cells and
		// empty line: the second row begins on line 16 and has five cells.
		if p.FirstLine != 16 || p.LastLine != 20 {
			t.Errorf("lines %d to %d, want 16 to 20", p.FirstLine, p.LastLine)
		}
		if want := "第2行（文件第16—20行）"; !strings.HasPrefix(p.Error(), want) {
			t.Errorf("%s", p)
		}
	})
}

func TestReadRefusesHeadings(t *testing.T) {
	drop := func(i int) ([]string, [][]string) {
		headings := append(append([]string(nil), usual[:i]...), usual[i+1:]...)
		rows := small()
		for r := range rows {
			if i == 0 {
				rows[r] = rows[r][2:]
			} else {
				rows[r] = append(rows[r][:i+1], rows[r][i+2:]...)
			}
		}
		return headings, rows
	}
	for i, heading := range usual {
		t.Run("without "+heading, func(t *testing.T) {
			headings, rows := drop(i)
			for _, text := range []string{column("示例清单", headings, rows...), grid("示例清单", headings, rows...)} {
				if p := onlyProblem(t, text); p.Column != heading || !strings.Contains(p.Reason, "表头缺少这一列") || p.Row != 0 || p.FirstLine == 0 {
					t.Errorf("%+v", *p)
				}
			}
		})
	}
	for _, test := range []struct {
		name     string
		headings []string
		column   string
		reason   string
	}{
		{"a column that is unknown", []string{"工作内容", "重点任务", "具体落实举措", "责任部门", "完成时限", "备注"}, "备注", "不在清单的格式里"},
		{"a column that is unknown, first", []string{"备注", "工作内容", "重点任务", "具体落实举措", "责任部门", "完成时限"}, "备注", "不在清单的格式里"},
		{"a column twice", []string{"工作内容", "重点任务", "具体落实举措", "责任部门", "责任单位", "完成时限"}, "责任单位", "出现了两次"},
		{"a column without heading", []string{"工作内容", "重点任务", "", "具体落实举措", "责任部门", "完成时限"}, "", "第3列没有列名"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, text := range []string{column("示例清单", test.headings, small()...), grid("示例清单", test.headings, small()...)} {
				if p := onlyProblem(t, text); p.Column != test.column || !strings.Contains(p.Reason, test.reason) {
					t.Errorf("%+v", *p)
				}
			}
		})
	}
	t.Run("no headings", func(t *testing.T) {
		for _, text := range []string{column("示例清单", small()[0], small()[1:]...), grid("示例清单", small()[0], small()[1:]...)} {
			if p := onlyProblem(t, text); !strings.Contains(p.Reason, "没有找到表头") {
				t.Errorf("%+v", *p)
			}
		}
	})
	t.Run("no rows", func(t *testing.T) {
		for _, text := range []string{column("示例清单", usual), grid("示例清单", usual)} {
			if p := onlyProblem(t, text); !strings.Contains(p.Reason, "表头下面没有任何内容") {
				t.Errorf("%+v", *p)
			}
		}
	})
	t.Run("no title", func(t *testing.T) {
		for _, text := range []string{column("附件2：", usual, small()...), grid("", usual, small()...)} {
			if p := onlyProblem(t, text); !strings.Contains(p.Reason, "没有标题") {
				t.Errorf("%+v", *p)
			}
		}
	})
}

func TestReadReportsEverything(t *testing.T) {
	rows := small()
	rows[0][4] = "市甲局、市人社局、市乙局"
	rows[2][5] = "年内"
	rows[3][2] = "5.丙任务。"
	_, err := checklist.Read(strings.NewReader(column("示例清单", usual, rows...)), localAgencies)
	ps, ok := errors.AsType[checklist.Problems](err)
	if !ok || len(ps) != 4 {
		t.Fatalf("want 4 problems, got: %v", err)
	}
	for i, want := range []string{"市甲局", "市乙局", "年内", "5.丙任务。"} {
		if ps[i].Value != want {
			t.Errorf("problem %d is about %q, want %q", i+1, ps[i].Value, want)
		}
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 4 {
		t.Errorf("%d lines of message, want 4", len(lines))
	}

	t.Run("up to a limit", func(t *testing.T) {
		rows := small()[:1]
		for i := range 5 * checklist.MostProblems {
			rows = append(rows, []string{"", "", "", fmt.Sprintf("%d.举措。", i+2), "市甲局、市乙局", "尽快"})
		}
		_, err := checklist.Read(strings.NewReader(column("示例清单", usual, rows...)), localAgencies)
		if ps, _ := errors.AsType[checklist.Problems](err); len(ps) != checklist.MostProblems {
			t.Errorf("%d problems, want %d", len(ps), checklist.MostProblems)
		}
	})
}

func TestReadRefusesFiles(t *testing.T) {
	for _, test := range []struct{ name, raw, reason string }{
		{"empty", "", "文件是空的"},
		{"blank", " \n\t\n", "文件是空的"},
		{"no table", "这是一份通知。\n没有表格。\n", "没有表格"},
		{"xlsx renamed", "PK\x03\x04\x14\x00\x06\x00", "改了扩展名"},
		{"xls or a password-protected file renamed", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "密码保护"},
		{"PDF renamed", "%PDF-1.7\n", "PDF"},
		{"RTF renamed", `{\rtf1\ansi`, "RTF"},
		{"neither UTF-8 nor GB18030", column("示例清单", usual) + "\xFF\xFF", "文字编码无法识别"},
		{"characters lost before", column("示例\uFFFD清单", usual, small()...), "文字已损坏"},
		{"control characters", column("示例\x00清单", usual, small()...), "文字已损坏"},
		{"UTF-16 cut short", "\xFF\xFEa", "文字编码无法识别"},
		{"too large", strings.Repeat("重", checklist.MaxBytes/3+1), "文件超过 4 MB"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if p := onlyProblem(t, test.raw); !strings.Contains(p.Reason, test.reason) || p.FirstLine != 0 {
				t.Errorf("%+v", *p)
			}
		})
	}
	t.Run("a reader that fails", func(t *testing.T) {
		failure := errors.New("disk gone")
		_, err := checklist.Read(failingReader{failure}, localAgencies)
		if !errors.Is(err, failure) {
			t.Errorf("%v", err)
		}
	})
}

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }
