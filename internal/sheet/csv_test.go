package sheet_test

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"concord/internal/hub"
)

func TestEncodings(t *testing.T) {
	text := "姓名,所属区,备注\r\n张示例,津南区,“示例”—·㐂𠮷\r\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	must(t, err)
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(text, ",", "\t"))
	must(t, err)
	for name, content := range map[string]string{
		"UTF-8":                        text,
		"UTF-8 with a byte order mark": "\ufeff" + text,
		"GB18030":                      gb,
		"UTF-16 with tabs, as “Unicode text”": utf16,
		"semicolons":      strings.ReplaceAll(text, ",", ";"),
		"tabs":            strings.ReplaceAll(text, ",", "\t"),
		"line feeds only": strings.ReplaceAll(text, "\r", ""),
		"a title above":   "津南区调解员名册（示例）,,\r\n" + text,
	} {
		t.Run(name, func(t *testing.T) {
			lines, _ := read(t, hub.KindMediator, "名册.csv", []byte(content))
			number := "2"
			if name == "a title above" {
				number = "3"
			}
			expectLines(t, lines, number+" name=张示例 district=津南区 note=“示例”—·㐂𠮷")
		})
	}
}

// TestRowNumbers: rows bear the numbers under which a spreadsheet shows them.
func TestRowNumbers(t *testing.T) {
	content := "姓名,所属区,简介\n\n张示例,津南区,\"第一段\n第二段\"\n李示例,津南区,\n\n\n王示例,津南区,\"说\"\"好\"\"\"\n"
	lines, _ := read(t, hub.KindMediator, "名册.csv", []byte(content))
	expectLines(t, lines,
		"3 name=张示例 district=津南区 biography=第一段\n第二段",
		"4 name=李示例 district=津南区",
		"7 name=王示例 district=津南区 biography=说\"好\"")
}

func TestTextsKeptFromNumbers(t *testing.T) {
	content := "编号,姓名,手机号码,公民身份号码,所属区\n=\"0012\",张示例,'13800138000,=\"120199198503070029\",津南区\n"
	lines, _ := read(t, hub.KindMediator, "名册.csv", []byte(content))
	expectLines(t, lines, "2 registrationNo=0012 name=张示例 phone=13800138000 person.citizenId=120199198503070029 district=津南区")
}

// TestTwoRowsOfHeadings in a file that knows no merged cells.
func TestTwoRowsOfHeadings(t *testing.T) {
	content := "姓名,所属区,聘期,,职务（职称）\n,,起,止,\n张示例,津南区,2024-01-01,2026-12-31,主任\n"
	lines, _ := read(t, hub.KindMediator, "名册.csv", []byte(content))
	expectLines(t, lines, "3 name=张示例 district=津南区 term.start=2024-01-01 term.end=2026-12-31 title=主任")
}

// TestWhatIsNoRow leaves out what is not of the roster and nothing else.
func TestWhatIsNoRow(t *testing.T) {
	content := strings.Join([]string{
		"序号,姓名,所属区,职务",
		"一、津南区,,,",
		"1,张示例,津南区,主任",
		"2,,,",
		"小计,1人,,",
		"二、和平区,,,",
		"3,共计兰,和平区,主任", // a name that begins like a total
		"4,,和平区,委员",    // a name was forgotten
		"总计：2人,,,",
		"备注：示例,,,",
		"（盖章）,,,",
	}, "\n")
	lines, notices := read(t, hub.KindMediator, "名册.csv", []byte(content))
	expectLines(t, lines, "3 name=张示例 district=津南区 title=主任", "7 name=共计兰 district=和平区 title=主任", "8 district=和平区 title=委员")
	expectNotice(t, notices, "第 2 行：只有一格有内容", "第 5 行：是“小计”行", "第 9 行：是“总计：2人”行", "第 10 行：是填表说明或落款", "第 11 行：是填表说明或落款")
	if len(notices) != 6 {
		t.Errorf("notices %q", notices)
	}
}

func TestJSONLines(t *testing.T) {
	content := strings.Join([]string{
		`{"registrationNo":"津001","name":"张示例","person":{"gender":"FEMALE","birthMonth":"1985-03","citizenId":"120199198503070029"},"organization":{"id":"org_1","name":"示例调解中心","district":{"code":"120112"}},"level":"DISTRICT","district":{"code":"120112","name":"津南区"},"specialties":[{"label":"工伤保险","cause":{"code":"206-2"}},"劳动报酬"],"source":"LAWYER","sourceLabel":"执业律师","term":{"start":"2024-01-01","end":null},"status":"ACTIVE","revision":7,"爱好":"钓鱼"}`,
		``,
		`{"name":"李示例","district":"和平区","term":{"start":null,"end":"2026-12-31"},"languages":["普通话","手语"],"citizenId":120199198503070029,"fictional":true,"trainingHours":36.5}`,
		`{"name":"王示例",}`,
		`["name"]`,
		`{"name":"赵示例"} {"name":"钱示例"}`,
		`{"name":"孙示例","district":{"name":"津南区"},"person":{"name":"孙示例","mobile":"13800138000"},"phone":"13900139000"}`,
	}, "\n")
	lines, notices := read(t, hub.KindMediator, "名册.jsonl", []byte(content))
	expectLines(t, lines,
		"1 registrationNo=津001 name=张示例 person.gender=FEMALE person.birthDate=1985-03 person.citizenId=120199198503070029 source=LAWYER sourceLabel=执业律师 organization.name=示例调解中心 level=DISTRICT district=120112 specialties=工伤保险、劳动报酬 term.start=2024-01-01 term.end=长期 status=ACTIVE",
		"3 name=李示例 person.citizenId=120199198503070029# district=和平区 languages=普通话、手语 term.end=2026-12-31 trainingHours=36.5# fictional=是",
		"4 FAULT 这一行不是 JSON 对象（第 21 个字节处有语法错误）。应每行一个对象，例如 {\"name\":\"张三\",\"district\":\"120112\"}。",
		"5 FAULT 这一行不是 JSON 对象（类型不对）。应每行一个对象，例如 {\"name\":\"张三\",\"district\":\"120112\"}。",
		"6 FAULT 这一行在对象之后还有内容。应每行一个对象，行尾没有逗号。",
		"7 name=孙示例 phone=13900139000 district=津南区",
	)
	expectNotice(t, notices, "“爱好”：没有识别出这个字段")
	if len(notices) != 1 {
		t.Errorf("notices %q", notices)
	}

	h := newHouse(t)
	plan := h.plan(t, hub.KindMediator, "名册.jsonl", []byte(content))
	if plan.New != 2 || plan.Refused != 4 {
		t.Errorf("%+v\n%s", plan.ImportCounts, explain(plan))
	}
	for _, says := range []string{"第 3 行“person.citizenId”（**************0029）", "第 4 行：这一行不是 JSON 对象"} {
		if !strings.Contains(explain(plan), says) {
			t.Errorf("nothing says %q:\n%s", says, explain(plan))
		}
	}
}

func TestLongLines(t *testing.T) {
	content := []byte(`{"name":"张示例","note":"` + strings.Repeat("长", 200_000) + `"}` + "\n")
	lines, _ := read(t, hub.KindMediator, "名册.jsonl", content)
	if len(lines) != 1 {
		t.Fatalf("%d lines", len(lines))
	}
	r := open(t, hub.KindMediator, "名册.jsonl", bytes.Repeat([]byte(`{"a":`), 300_000))
	for _, err := range r.Rows() {
		if hub.CodeOf(err) != hub.CodeInvalid || !strings.Contains(err.Error(), "第 1 行超过") {
			t.Errorf("error %v", err)
		}
		return
	}
	t.Error("nothing was read")
}
