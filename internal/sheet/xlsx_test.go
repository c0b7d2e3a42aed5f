package sheet_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"concord/internal/hub"
	"concord/internal/sheet"
)

// workbook makes an .xlsx file.
func workbook(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	var out bytes.Buffer
	_, err := f.WriteTo(&out)
	must(t, err)
	return out.Bytes()
}

// rows fills a worksheet from its first row.
func rows(t testing.TB, f *excelize.File, name string, lines ...[]any) {
	t.Helper()
	if i, err := f.GetSheetIndex(name); err != nil || i < 0 {
		_, err := f.NewSheet(name)
		must(t, err)
	}
	for i, line := range lines {
		must(t, f.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &line))
	}
}

func style(t testing.TB, f *excelize.File, name, from, to, format string) {
	t.Helper()
	s, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
	must(t, err)
	must(t, f.SetCellStyle(name, from, to, s))
}

// read returns the rows of a file as text, a row a line: its number and what the
// fields say; and the notices.
func read(t testing.TB, kind hub.Kind, name string, content []byte) (lines, notices []string) {
	t.Helper()
	r := open(t, kind, name, content)
	for row, err := range r.Rows() {
		must(t, err)
		var b strings.Builder
		fmt.Fprintf(&b, "%d", row.Number)
		if row.Sheet.Name != "" && row.Sheet.Name != "Sheet1" {
			fmt.Fprintf(&b, "@%s", row.Sheet.Name)
		}
		if row.Fault != "" {
			b.WriteString(" FAULT " + row.Fault)
		}
		for i, c := range row.Cells {
			if c.Text == "" {
				continue
			}
			fmt.Fprintf(&b, " %s=%s", row.Sheet.Columns[i].Field, c.Text)
			if c.Number {
				b.WriteString("#")
			}
		}
		lines = append(lines, b.String())
	}
	for _, n := range r.Notices() {
		notices = append(notices, n.Error())
	}
	return lines, notices
}

func expectLines(t testing.TB, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("read\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func expectNotice(t testing.TB, notices []string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !slices.ContainsFunc(notices, func(n string) bool { return strings.Contains(n, w) }) {
			t.Errorf("no notice says %q:\n%s", w, strings.Join(notices, "\n"))
		}
	}
}

// TestOfficeSheet reads a sheet as offices make them: a title, a line with the
// unit and the day, two rows of headings, cells merged downwards, totals and
// signatures at the end.
func TestOfficeSheet(t *testing.T) {
	content := workbook(t, func(f *excelize.File) {
		rows(t, f, "Sheet1",
			[]any{"津南区劳动人事争议调解员名册（示例）"},
			[]any{"填报单位：津南区人力资源和社会保障局", nil, nil, nil, nil, nil, "填报日期：2026年3月"},
			[]any{"序号", "姓  名", "性\n别", "所属调解组织", "所属区", "聘期", nil, "联系\n方式*"},
			[]any{nil, nil, nil, nil, nil, "起", "止", nil},
			[]any{1, "张示例", "女", "津南区示例调解中心", "津南区", "2024.5", "2027.4", "13800138000"},
			[]any{2, "李示例", "男", nil, nil, "2024.5", "2027.4", 13800138001},
			[]any{3, "王示例", "男", nil, nil, "长期", nil, nil},
			[]any{4},
			[]any{5, nil, nil, nil, nil, nil, nil, nil},
			[]any{"序号", "姓  名", "性\n别", "所属调解组织", "所属区", "聘期起", "聘期止", "联系方式*"},
			[]any{6, "赵示例", "女", "津南区示例商会", "津南区", "2024-05-01", "2027-04-30", "022-12345678"},
			[]any{"合计", nil, 4},
			[]any{"填表人：钱示例", nil, nil, "审核人：孙示例"},
			[]any{"注：本表一式两份。"},
		)
		for _, m := range [][2]string{{"A1", "H1"}, {"A3", "A4"}, {"B3", "B4"}, {"C3", "C4"}, {"D3", "D4"}, {"E3", "E4"}, {"F3", "G3"}, {"H3", "H4"}, {"D5", "D7"}, {"E5", "E7"}, {"F7", "G7"}} {
			must(t, f.MergeCell("Sheet1", m[0], m[1]))
		}
	})
	lines, notices := read(t, hub.KindMediator, "津南.xlsx", content)
	expectLines(t, lines,
		"5 name=张示例 person.gender=女 organization.name=津南区示例调解中心 district=津南区 term.start=2024.5 term.end=2027.4 phone=13800138000",
		"6 name=李示例 person.gender=男 organization.name=津南区示例调解中心 district=津南区 term.start=2024.5 term.end=2027.4 phone=13800138001#",
		"7 name=王示例 person.gender=男 organization.name=津南区示例调解中心 district=津南区 term.start=长期",
		"11 name=赵示例 person.gender=女 organization.name=津南区示例商会 district=津南区 term.start=2024-05-01 term.end=2027-04-30 phone=022-12345678",
	)
	expectNotice(t, notices, "第 10 行：是重复的表头", "第 12 行：是“合计”行", "第 13 行：是填表说明或落款", "第 14 行：是填表说明或落款")
	if len(notices) != 4 {
		t.Errorf("notices %q", notices)
	}
}

func TestNumbersAndDates(t *testing.T) {
	content := workbook(t, func(f *excelize.File) {
		rows(t, f, "Sheet1",
			[]any{"编号", "姓名", "公民身份号码", "出生年月", "聘期起", "聘期止", "手机号码", "年度培训学时"},
			[]any{"津001", "张示例", "120199198503070029", time.Date(1985, 3, 7, 0, 0, 0, 0, time.UTC), 45413, "长期", "'13800138000", 36.5},
			[]any{12, "李示例", 120199198503070029, 31048.75, "2024/5/1", 46507, 13800138000, 40},
			[]any{123456, "王示例", 1.20199198503070029e17, 1985.1, 202405, 20270430, 2288888888, 0.1 + 0.2},
		)
		style(t, f, "Sheet1", "D2", "D2", `yyyy"年"m"月"`)
		style(t, f, "Sheet1", "E2", "E2", "yyyy-mm-dd")
		style(t, f, "Sheet1", "D3", "D3", "yyyy/m/d h:mm")
		style(t, f, "Sheet1", "F3", "F3", `[$-804]yyyy"年"m"月"d"日";@`)
		style(t, f, "Sheet1", "D4", "D4", "0.00")
		style(t, f, "Sheet1", "A3", "A4", "00000000")
		style(t, f, "Sheet1", "C4", "C4", "0")
	})
	lines, _ := read(t, hub.KindMediator, "名册.xlsx", content)
	expectLines(t, lines,
		"2 registrationNo=津001 name=张示例 person.citizenId=120199198503070029 person.birthDate=1985-03 term.start=2024-05-01 term.end=长期 phone=13800138000 trainingHours=36.5#",
		"3 registrationNo=00000012# name=李示例 person.citizenId=120199198503070029# person.birthDate=1985-01-01 term.start=2024/5/1 term.end=2027-04-30 phone=13800138000# trainingHours=40#",
		"4 registrationNo=00123456# name=王示例 person.citizenId=120199198503070000# person.birthDate=1985.10# term.start=202405# term.end=20270430# phone=2288888888# trainingHours=0.3#",
	)

	t.Run("an identity number stored as a number is refused, its digits lost or not", func(t *testing.T) {
		h := newHouse(t)
		plan := h.plan(t, hub.KindMediator, "名册.xlsx", content)
		for _, i := range []int{1, 2} {
			problems := plan.Rows[i].Problems
			if len(problems) == 0 || problems[0].Code != hub.FaultIDTruncated || problems[0].Column != "C" || problems[0].Heading != "公民身份号码" {
				t.Errorf("row %d: %+v", plan.Rows[i].Number, problems)
			}
		}
	})
	t.Run("a telephone number that lost the 0 of its area code", func(t *testing.T) {
		h := newHouse(t)
		content := workbook(t, func(f *excelize.File) {
			rows(t, f, "Sheet1", []any{"姓名", "所属区", "联系电话"}, []any{"张示例", "津南区", 2288888888})
		})
		h.take(t, hub.KindMediator, "名册.xlsx", content)
		if out := h.export(t, hub.System, hub.KindMediator, sheet.CSV, hub.ExportQuery{}); !bytes.Contains(out, []byte(",022-88888888,")) {
			t.Errorf("exported\n%s", out)
		}
	})
	t.Run("dates that count from 1904", func(t *testing.T) {
		content := workbook(t, func(f *excelize.File) {
			yes := true
			must(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
			rows(t, f, "Sheet1", []any{"姓名", "聘期起"}, []any{"张示例", 43951})
			style(t, f, "Sheet1", "B2", "B2", "yyyy-mm-dd")
		})
		lines, _ := read(t, hub.KindMediator, "名册.xlsx", content)
		expectLines(t, lines, "2 name=张示例 term.start=2024-05-01")
	})
	t.Run("formulas", func(t *testing.T) {
		content := workbook(t, func(f *excelize.File) {
			rows(t, f, "Sheet1", []any{"姓名", "所属区", "职务"}, []any{"张示例", nil, nil})
			must(t, f.SetCellFormula("Sheet1", "B2", `"津南"&"区"`))
		})
		lines, _ := read(t, hub.KindMediator, "名册.xlsx", content)
		expectLines(t, lines, "2 name=张示例 district=#VALUE!")
	})
}

func TestSeveralSheets(t *testing.T) {
	content := workbook(t, func(f *excelize.File) {
		must(t, f.SetSheetName("Sheet1", "填报说明"))
		rows(t, f, "填报说明", []any{"一、本表由各区填报。"}, []any{"二、姓名应与身份证一致。"})
		rows(t, f, "津南", []any{"姓名", "所属区"}, []any{"张示例", "津南区"})
		rows(t, f, "和平", []any{"所属区", "姓名", "爱好"}, []any{"和平区", "李示例", "钓鱼"})
		rows(t, f, "组织", []any{"组织名称", "组织类型"}, []any{"示例调解中心", "仲裁院"})
		rows(t, f, "字典", []any{"姓名", "所属区"}, []any{"不应读到", "津南区"})
		must(t, f.SetSheetVisible("字典", false))
		rows(t, f, "空白")
	})
	lines, notices := read(t, hub.KindMediator, "名册.xlsx", content)
	expectLines(t, lines, "2@津南 name=张示例 district=津南区", "2@和平 district=和平区 name=李示例")
	expectNotice(t, notices,
		"工作表“填报说明”：没有读取：前 2 行里没有找到调解员名册的表头",
		"工作表“和平” C 列“爱好”：没有识别出这一列",
		"工作表“组织”：没有读取：前 2 行里没有找到调解员名册的表头（例如“姓名”“所属区”）；读到的是：“组织名称”、“组织类型”。它更像调解组织名册",
		"工作表“字典”：工作表是隐藏的",
	)
	if len(notices) != 4 {
		t.Errorf("notices %q", notices)
	}
	lines, _ = read(t, hub.KindOrganization, "名册.xlsx", content)
	expectLines(t, lines, "2@组织 name=示例调解中心 kind=仲裁院")
}

// TestSheetOfAnotherRoster: experts have most columns of mediators too. The sheet is
// read, for the columns may be meant; who has chosen the wrong kind is told first.
func TestSheetOfAnotherRoster(t *testing.T) {
	content := workbook(t, func(f *excelize.File) {
		rows(t, f, "Sheet1",
			[]any{"姓名", "所属区", "职称", "专业方向", "擅长案由", "从业年限", "推荐单位", "服务方式", "可服务区", "回避单位"},
			[]any{"张示例", "津南区", "教授", "劳动法", nil, 12, "市人社局", "线上", "津南区", nil})
	})
	const said = "这张表更像专家名册。请核对导入的类别"
	_, notices := read(t, hub.KindMediator, "名册.xlsx", content)
	if len(notices) == 0 || !strings.Contains(notices[0], said) {
		t.Errorf("as mediators: notices %q, want first %q", notices, said)
	}
	if _, notices = read(t, hub.KindExpert, "名册.xlsx", content); strings.Contains(strings.Join(notices, ""), "更像") {
		t.Errorf("as experts: notices %q", notices)
	}
}

// TestDoubtfulColumns: two columns of one meaning, columns whose content another
// roster keeps, hidden rows.
func TestDoubtfulColumns(t *testing.T) {
	content := workbook(t, func(f *excelize.File) {
		rows(t, f, "Sheet1",
			[]any{"姓名", "身份证号", "公民身份号码", "是否特邀调解员", "特邀法院", "组织类型", "所属区"},
			[]any{"张示例", "120199198503070029", "x", "是", "津南法院", "仲裁院", "津南区"},
			[]any{"李示例", nil, nil, nil, nil, nil, "津南区"})
		must(t, f.SetRowVisible("Sheet1", 3, false))
	})
	lines, notices := read(t, hub.KindMediator, "名册.xlsx", content)
	expectLines(t, lines, "2 name=张示例 person.citizenId=120199198503070029 district=津南区", "3 name=李示例 district=津南区")
	expectNotice(t, notices, "C 列“公民身份号码”：与 B 列“身份证号”含义相同", "“特邀法院”：这一列由特邀名册维护", "“组织类型”：这一列由调解组织名册维护", "有 1 行是隐藏的")
}

// part is a file within a hand-made workbook.
type part struct{ name, content string }

func handmade(t testing.TB, parts ...part) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, p := range parts {
		to, err := w.Create(p.name)
		must(t, err)
		_, err = to.Write([]byte(p.content))
		must(t, err)
	}
	must(t, w.Close())
	return out.Bytes()
}

// minimal are the parts of a workbook around a worksheet.
func minimal(worksheet string, more ...part) []part {
	return append([]part{
		{"[Content_Types].xml", `<Types/>`},
		{"_rels/.rels", `<Relationships><Relationship Id="r1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="http://x/worksheet" Target="/xl/worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://x/sharedStrings" Target="sharedStrings.xml"/></Relationships>`},
		{"xl/sharedStrings.xml", `<sst><si><t>姓名</t></si><si><r><t>所属</t></r><r><rPr><b/></rPr><t>区</t></r></si><si><t>张</t><rPh sb="0" eb="1"><t>zhang</t></rPh></si></sst>`},
		{"xl/worksheets/sheet1.xml", worksheet},
	}, more...)
}

// TestOtherProgramsWorkbooks reads what other programs than the usual ones
// write: prefixed names, cells without places, texts in the cell, comments,
// entities, text in several runs.
func TestOtherProgramsWorkbooks(t *testing.T) {
	content := handmade(t, minimal(`<?xml version="1.0"?>
<x:worksheet xmlns:x="m"><!-- a > comment --><x:sheetData>
<x:row><x:c t="s"><x:v>0</x:v></x:c><x:c t="s"><x:v>1</x:v></x:c><x:c t="inlineStr"><x:is><x:t>职务</x:t></x:is></x:c><x:c t="str"><x:v>简介</x:v></x:c></x:row>
<x:row r='5' ht="3>2"><x:c r="A5" t="s"><x:v> 2 </x:v></x:c><x:c r="B5" t="inlineStr"><x:is><x:r><x:t>津&#x5357;</x:t></x:r><x:r><x:t>区</x:t></x:r></x:is></x:c>
<x:c r="C5" t="str"><x:f>A1</x:f><x:v>主任 &amp; 委员</x:v></x:c><x:c r="D5" t="inlineStr"><x:is><x:t><![CDATA[<甲> & 乙]]>_x000A_丙</x:t></x:is></x:c></x:row>
</x:sheetData><x:mergeCells count="1"><x:mergeCell ref="B5:B6"/></x:mergeCells></x:worksheet>`)...)
	lines, notices := read(t, hub.KindMediator, "名册.xlsx", content)
	expectLines(t, lines, "5 name=张 district=津南区 title=主任 & 委员 biography=<甲> & 乙\n丙")
	if len(notices) > 0 {
		t.Errorf("notices %q", notices)
	}
}

// TestAgreesWithExcelize reads random workbooks by both readers.
func TestAgreesWithExcelize(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	letters := []rune("调解员示例<>&\"' 甲乙丙\n=+-@1x")
	for round := range 20 {
		var grid [][]string
		content := workbook(t, func(f *excelize.File) {
			rows(t, f, "Sheet1", []any{"姓名", "职务", "简介", "备注"})
			for i := range 30 {
				line := make([]any, 4)
				texts := make([]string, 4)
				for k := range line {
					word := make([]rune, random.IntN(6))
					for n := range word {
						word[n] = letters[random.IntN(len(letters))]
					}
					texts[k] = string(word)
					line[k] = texts[k]
					if random.IntN(5) == 0 {
						n := random.IntN(1_000_000)
						line[k], texts[k] = n, fmt.Sprint(n)
					}
				}
				if texts[0] == "" {
					line[0], texts[0] = "张示例", "张示例"
				}
				must(t, f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+2), &line))
				grid = append(grid, texts)
			}
		})
		f, err := excelize.OpenReader(bytes.NewReader(content))
		must(t, err)
		theirs, err := f.GetRows("Sheet1", excelize.Options{RawCellValue: true})
		must(t, err)
		for row, err := range open(t, hub.KindMediator, "名册.xlsx", content).Rows() {
			must(t, err)
			for k := range row.Cells {
				want := ""
				if line := theirs[row.Number-1]; k < len(line) {
					want = line[k]
				}
				if len(want) > 1 && want[0] == '\'' {
					want = want[1:]
				}
				if row.Cells[k].Text != want || want != strings.TrimPrefix(grid[row.Number-2][k], "'") && len(want) > 1 {
					t.Fatalf("round %d row %d column %d: %q, excelize %q, written %q", round, row.Number, k, row.Cells[k].Text, want, grid[row.Number-2][k])
				}
			}
		}
	}
}

// TestGuardedTexts: what looks like a formula is written so that no spreadsheet
// computes it, and read as it was.
func TestGuardedTexts(t *testing.T) {
	for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV, sheet.JSONL} {
		t.Run(string(format), func(t *testing.T) {
			h := newHouse(t)
			titles := []string{"=HYPERLINK(\"http://示例\")", "+86 示例", "-1", "@示例", "'引号", "＝示例", "示例\"引号\"，逗号,分号;"}
			var b strings.Builder
			b.WriteString("{}\n")
			b.Reset()
			for i, title := range titles {
				fmt.Fprintf(&b, "{\"registrationNo\":\"津%03d\",\"name\":\"张示例\",\"district\":\"120112\",\"organization\":\"示例%d\",\"title\":%q,\"biography\":\"第一段\\n=第二段\"}\n", i, i, title)
			}
			h.take(t, hub.KindMediator, "名册.jsonl", []byte(b.String()))
			content := h.export(t, hub.System, hub.KindMediator, format, hub.ExportQuery{})
			expect(t, h.plan(t, hub.KindMediator, "名册."+string(format), content), hub.ImportCounts{Same: len(titles)})
			if format == sheet.CSV && (bytes.Contains(content, []byte(",=HYP")) || !bytes.Contains(content, []byte("'=HYP"))) {
				t.Errorf("not guarded:\n%s", content)
			}
			if format == sheet.XLSX {
				f, err := excelize.OpenReader(bytes.NewReader(content))
				must(t, err)
				if formula, _ := f.GetCellFormula("调解员名册", "D2"); formula != "" {
					t.Errorf("a formula: %s", formula)
				}
				if list := f.GetSheetList(); !slices.Equal(list, []string{"调解员名册", "说明"}) {
					t.Errorf("sheets %v", list)
				}
				line, _ := f.GetCellValue("说明", "A1")
				if !strings.Contains(line, "系统") || !strings.Contains(line, "2026-03-02") {
					t.Errorf("note %q", line)
				}
			}
		})
	}
}
