package graph_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

var chinese = regexp.MustCompile(`\p{Han}`)

// TestBadInput asks what cannot be answered. Each refusal has a stable code, names
// the argument at fault, and says in Chinese what to do.
func TestBadInput(t *testing.T) {
	w := newWorld(t)
	cursorOf := func(query string) string {
		t.Helper()
		var data struct {
			Page struct{ PageInfo struct{ EndCursor string } }
		}
		w.ask(t, "", query, nil).into(t, &data)
		return data.Page.PageInfo.EndCursor
	}
	foreign := cursorOf(`{ page: mediators(first: 1, filter: {level: [CITY]}) { pageInfo { endCursor } } }`)
	if foreign == "" {
		t.Fatal("no cursor")
	}
	for _, c := range []struct {
		name, query string
		variables   map[string]any
		field       string // extensions.field
		want        string // in the message
	}{
		{"page too large", `{ mediators(first: 1000) { nodes { id } } }`, nil, "first", "1 到 100"},
		{"page of nothing", `{ experts(first: 0) { nodes { id } } }`, nil, "first", "1 到 100"},
		{"page backwards too large", `{ experts(last: 101) { nodes { id } } }`, nil, "last", "1 到 100"},
		{"negative page", `{ experts(first: -1) { nodes { id } } }`, nil, "first", "1 到 100"},
		{"both directions", `{ mediators(first: 1, last: 1) { nodes { id } } }`, nil, "last", "不能同时使用"},
		{"first with before", `{ mediators(first: 1, before: "x") { nodes { id } } }`, nil, "before", "last"},
		{"cursor that is none", `{ mediators(after: "nonsense!") { nodes { id } } }`, nil, "after", "游标"},
		{"empty cursor", `{ mediators(after: "") { nodes { id } } }`, nil, "after", "游标"},
		{"cursor of another list", `query($c: String) { mediators(after: $c) { nodes { id } } }`, map[string]any{"c": foreign}, "after", "另一个查询"},
		{"cursor cut off", `query($c: String) { mediators(filter: {level: [CITY]}, after: $c) { nodes { id } } }`, map[string]any{"c": foreign[:len(foreign)-2]}, "after", "游标"},
		{"cursor of the feed that is none", `{ changes(after: "abc") { nodes { revision } } }`, nil, "after", "游标"},
		{"unknown district", `{ mediators(filter: {district: ["999999"]}) { nodes { id } } }`, nil, "filter.district", "GB/T 2260"},
		{"unknown court", `{ invitedListings(filter: {court: ["津9999"]}) { nodes { id } } }`, nil, "filter.court", "courts"},
		{"unknown cause", `{ mediators(filter: {specialty: ["999-9"]}) { nodes { id } } }`, nil, "filter.specialty", "causes"},
		{"unknown agency", `{ measures(filter: {agency: ["市气象局"]}) { nodes { id } } }`, nil, "filter.agency", "agencies"},
		{"organisation that is none", `{ mediators(filter: {organization: "med_1"}) { nodes { id } } }`, nil, "filter.organization", "调解组织"},
		{"unknown status", `{ mediators(filter: {status: [RETIRED]}) { nodes { id } } }`, nil, "", "EntryStatus"},
		{"unknown status by variable", `query($s: [EntryStatus!]) { mediators(filter: {status: $s}) { nodes { id } } }`, map[string]any{"s": []string{"RETIRED"}}, "$s", "EntryStatus"},
		{"status in small letters by variable", `query($f: MediatorFilter) { mediators(filter: $f) { nodes { id } } }`, map[string]any{"f": map[string]any{"status": []string{"active"}}}, "filter.status", "EntryStatus"},
		{"unknown field of an input", `query($f: MediatorFilter) { mediators(filter: $f) { nodes { id } } }`, map[string]any{"f": map[string]any{"county": "x"}}, "$f", "没有的字段"},
		{"revision to come", `{ mediators(asOf: 100000) { nodes { id } } }`, nil, "asOf", "尚未产生"},
		{"instant to come", `{ mediators(asOf: "2030-01-01T00:00:00Z") { nodes { id } } }`, nil, "asOf", "将来"},
		{"instant before everything", `{ mediators(asOf: "1999-01-01T00:00:00Z") { nodes { id } } }`, nil, "asOf", "早于"},
		{"revision zero", `{ mediators(asOf: 0) { nodes { id } } }`, nil, "asOf", "从 1 起"},
		{"instant without zone", `{ mediators(asOf: "2025-03-18T09:00:00") { nodes { id } } }`, nil, "asOf", "RFC 3339"},
		{"asOf of two kinds", `{ mediators(asOf: {revision: 1, instant: "2025-03-18T09:00:00Z"}) { nodes { id } } }`, nil, "asOf", "只能有一项"},
		{"asOf of another kind", `query($a: AsOf) { mediators(asOf: $a) { nodes { id } } }`, map[string]any{"a": true}, "asOf", "修订号"},
		{"asOf with search", `{ mediators(search: "工伤", asOf: 3) { nodes { id } } }`, nil, "asOf", "检索只能针对当前"},
		{"day that is none", `{ mediators(on: "2025-02-30") { nodes { id } } }`, nil, "on", "不存在"},
		{"day written otherwise", `{ mediators(filter: {expiringBefore: "2025/03/18"}) { nodes { id } } }`, nil, "filter.expiringBefore", "写法不对"},
		{"day as a number", `query($d: Date) { mediators(on: $d) { nodes { id } } }`, map[string]any{"d": 20250318}, "on", "字符串"},
		{"id that is none", `{ node(id: "17") { id } }`, nil, "id", "不是本系统给出的 id"},
		{"id of another kind", `{ mediator(by: {id: "exp_1"}) { id } }`, nil, "by.id", "不是调解员的 id"},
		{"id that is none within by", `{ mediator(by: {id: "nobody"}) { id } }`, nil, "by.id", "不是本系统给出的 id"},
		{"by nothing", `{ mediator(by: {}) { id } }`, nil, "", "只能给出一项"},
		{"by two", `{ mediator(by: {id: "med_1", registrationNo: "x"}) { id } }`, nil, "", "只能给出一项"},
		{"by two in a variable", `query($by: MediatorBy!) { mediator(by: $by) { id } }`, map[string]any{"by": map[string]any{"id": "med_1", "registrationNo": "x"}}, "by", "只能给出一项"},
		{"by one and null in a variable", `query($by: MediatorBy!) { mediator(by: $by) { id } }`, map[string]any{"by": map[string]any{"id": "med_1", "registrationNo": nil}}, "by", "只能给出一项"},
		{"by null in a variable", `query($by: OrganizationBy!) { organization(by: $by) { id } }`, map[string]any{"by": map[string]any{"id": nil}}, "by", "creditCode"},
		{"by a shared credit code", `{ organization(by: {creditCode: "91350100M000100Y43"}) { id } }`, nil, "by.creditCode", "2 个调解组织"},
		{"too many ids", `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, map[string]any{"ids": strings.Split(strings.Repeat("med_1,", 100)+"med_1", ",")}, "ids", "100"},
		{"too many suggestions", `{ suggest(prefix: "张", limit: 51) { text } }`, nil, "limit", "50"},
		{"unknown version of causes", `{ causes(version: "SPC-1999") { code } }`, nil, "version", "SPC-2020"},
		{"version and day of causes", `{ causes(version: "SPC-2020", on: "2025-01-01") { code } }`, nil, "version", "只能给出一个"},
		{"verification without proof", `{ verifyListing(input: {name: "张示例"}) { listed } }`, nil, "input", "一种凭据"},
		{"verification with a wrong number", `{ verifyListing(input: {name: "张示例", identityNumber: "110105194912310021"}) { listed } }`, nil, "input.identityNumber", "校验"},
		{"kind that the feed has not", `{ changes(kinds: [MEASURE]) { nodes { revision } } }`, nil, "", "RecordKind"},
		{"another organisation within one", `{ organization(by: {id: "org_1"}) { mediators(filter: {organization: "org_2"}) { totalCount } } }`, nil, "filter.organization", "本组织"},
		{"number too large", `query($n: Int) { mediators(first: $n) { nodes { id } } }`, map[string]any{"n": 99999999999}, "first", "32 位"},
		{"unknown field", `{ mediators { nodes { salary } } }`, nil, "", "类型 Mediator 没有第 1 行第 23 列所写的字段"},
		{"unknown argument", `{ mediators(limit: 1) { nodes { id } } }`, nil, "", "没有第 1 行第 3 列所写的参数"},
		{"argument missing", `{ node { id } }`, nil, "", "缺少必需的参数 id"},
		{"no fields chosen", `{ mediators }`, nil, "", "子字段"},
		{"string for a number", `{ mediators(first: "ten") { nodes { id } } }`, nil, "", "Int"},
		{"variable not given", `query($by: MediatorBy!) { mediator(by: $by) { id } }`, nil, "$by", "没有给出值"},
		{"variable not declared", `{ mediators(first: $n) { nodes { id } } }`, nil, "", "没有声明"},
		{"brace missing", `{ mediators { nodes { id }`, nil, "", "写法不对"},
		{"not GraphQL", `SELECT * FROM mediators`, nil, "", "写法不对"},
		{"mutation", `mutation { dropEverything }`, nil, "", "类型 Mutation 没有第 1 行第 12 列所写的字段"},
		{"subscription to a list", `subscription { changes { nodes { id } } }`, nil, "", "类型 Subscription 没有第 1 行第 16 列所写的字段"},
		{"fragment within itself", `{ mediators { ...a } } fragment a on MediatorConnection { ...b } fragment b on MediatorConnection { ...a }`, nil, "", "引用了自身"},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer := w.ask(t, "", c.query, c.variables)
			if len(answer.Errors) == 0 {
				t.Fatalf("no error: %s", answer.body)
			}
			e := answer.Errors[0]
			if e.Extensions["code"] != "INVALID" {
				t.Errorf("code %v, want INVALID: %s", e.Extensions["code"], answer.body)
			}
			if field, _ := e.Extensions["field"].(string); field != c.field {
				t.Errorf("field %q, want %q: %s", field, c.field, e.Message)
			}
			if !strings.Contains(e.Message, c.want) || !chinese.MatchString(e.Message) {
				t.Errorf("message %q, want %q", e.Message, c.want)
			}
			if strings.Contains(e.Message, "110105194912310021") {
				t.Error("the message repeats an identity number")
			}
			if answer.Data == nil && answer.status != 400 || answer.Data != nil && answer.status != 200 {
				t.Errorf("status %d with data %s", answer.status, answer.Data)
			}
		})
	}
	t.Run("searching without an index", func(t *testing.T) {
		answer := w.ask(t, "", `{ experts(search: "工伤") { totalCount } }`, nil)
		if codes := answer.codes(); len(codes) != 1 || codes[0] != "BUSY" {
			t.Errorf("%s", answer.body)
		}
	})
	t.Run("newer than there is", func(t *testing.T) {
		answer := w.ask(t, "", `{ mediators(minRevision: 1000) { totalCount } }`, nil)
		if codes := answer.codes(); len(codes) != 1 || codes[0] != "STALE" || answer.Errors[0].Extensions["field"] != "minRevision" {
			t.Errorf("%s", answer.body)
		}
	})
	if strings.Contains(w.log.String(), "ERROR") {
		t.Errorf("bad input was logged as a fault of ours: %s", w.log.String())
	}
}

// TestHostileInput asks too much. Every refusal is INVALID, short and quick.
func TestHostileInput(t *testing.T) {
	w := newWorld(t)
	spreads := func(depth, width int, leaf string) string {
		var b strings.Builder
		b.WriteString("{ mediators { ...f0 } }")
		for i := range depth {
			fmt.Fprintf(&b, " fragment f%d on MediatorConnection {%s }", i, strings.Repeat(fmt.Sprintf(" ...f%d", i+1), width))
		}
		fmt.Fprintf(&b, " fragment f%d on MediatorConnection { %s }", depth, leaf)
		return b.String()
	}
	nested := "{ organizations(first: 100) { nodes { mediators(first: 100) { nodes { organization { mediators(first: 100) { nodes { name } } } } } } } }"
	introspect := "name"
	for range 6 {
		introspect = "fields { type { " + introspect + " } }"
	}
	for _, c := range []struct{ name, query, limit string }{
		{"20,000 fields", "{ " + strings.Repeat("__typename ", 20_000) + "}", ""},
		{"2,000 fields", "{ mediators { nodes { " + many(2_000, "a%d: name ") + "} } }", "selections"},
		{"one field again and again", "{ mediators { nodes { " + strings.Repeat("name ", 200) + "} } }", "repeats"},
		{"one name for many fields", "{ " + many(330, `a: mediator(by: {id: "med_%d"}) { id } `) + "}", "repeats"},
		{"fragments within fragments", "{ mediators { nodes {" + strings.Repeat(" ... on Mediator { name ", 99) + strings.Repeat("}", 99) + "} } }", "depth"},
		{"fragments of fragments", spreads(30, 2, "revision"), "cost"},
		{"wide fragments", spreads(5, 12, "revision"), "cost"},
		{"deep objects", "{ " + strings.Repeat("organization(by: {id: \"org_1\"}) { mediators { nodes { ", 1) + strings.Repeat("organization { mediators(first: 1) { nodes { ", 6) + "name" + strings.Repeat(" } } }", 7) + " }", "depth"},
		{"lists within lists", nested, "cost"},
		{"many roots", "{ " + strings.Repeat("viewer { id } ", 30) + "}", "rootFields"},
		{"many aliases", "{ mediators { nodes { " + many(60, "a%d: name ") + "} } }", "aliases"},
		{"many facets", "{ " + many(18, "a%d: mediators(first: 1) { facets { field } } ") + "}", ""},
		{"introspection within introspection", "{ __schema { types { " + introspect + " } } }", ""},
		{"unknown directives", "{ viewer { id " + strings.Repeat("@x ", 1000) + "} }", "directives"},
		{"known directives", "{ viewer {" + strings.Repeat(" id @include(if: true)", 51) + strings.Repeat(" role @skip(if: false)", 51) + "} }", "directives"},
		{"many operations", many(61, "query q%d { __typename } "), "parts"},
		{"many fragments", "{ viewer { ...f0 } }" + many(61, " fragment f%d on Viewer { id }"), "parts"},
		{"many variables", "query(" + many(61, "$v%d: Int ") + ") { __typename }", "parts"},
		{"deep parentheses", "{ mediators(filter: " + strings.Repeat("{a: ", 3000) + "1" + strings.Repeat("}", 3000) + ") { revision } }", ""},
		{"deep list", "{ nodes(ids: " + strings.Repeat("[", 3000) + strings.Repeat("]", 3000) + ") { id } }", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			answer := w.ask(t, "", c.query, nil)
			took := time.Since(start)
			if c.name == "many facets" {
				if len(answer.Errors) > 0 {
					t.Errorf("refused: %s", answer.body)
				}
				return
			}
			if len(answer.Errors) == 0 || answer.Errors[0].Extensions["code"] != "INVALID" || !chinese.MatchString(answer.Errors[0].Message) {
				t.Fatalf("%.300s", answer.body)
			}
			if limit, _ := answer.Errors[0].Extensions["limit"].(string); c.limit != "" && limit != c.limit {
				t.Errorf("limit %q, want %q", limit, c.limit)
			}
			if len(answer.body) > 16<<10 {
				t.Errorf("an answer of %d bytes", len(answer.body))
			}
			t.Logf("%d bytes refused in %v", len(c.query), took.Round(time.Millisecond/10))
		})
	}
}

// many repeats a pattern with the numbers from 0.
func many(n int, pattern string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, pattern, i)
	}
	return b.String()
}

// TestNothingOfOursLeaks breaks the store and looks at what callers get to see.
func TestNothingOfOursLeaks(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]func(){
		"a failing store":   func() { w.store.fail("secret path /data/concord.db") },
		"a panicking store": func() { w.store.panic("secret pointer 0xc000") },
	} {
		t.Run(name, func(t *testing.T) {
			c()
			defer w.store.heal()
			answer := w.ask(t, "", `{ viewer { id } mediators { totalCount } }`, nil)
			if codes := answer.codes(); len(codes) != 1 || codes[0] != "INTERNAL" {
				t.Fatalf("%s", answer.body)
			}
			if strings.Contains(string(answer.body), "secret") {
				t.Errorf("the cause is in the answer: %s", answer.body)
			}
			if id := answer.Errors[0].Extensions["requestId"]; id != "request-1" {
				t.Errorf("request id %v", id)
			}
			var entry struct{ Request, Error string }
			for line := range strings.Lines(w.log.String()) {
				if strings.Contains(line, "secret") {
					if err := json.Unmarshal([]byte(line), &entry); err != nil {
						t.Fatal(err)
					}
				}
			}
			if entry.Request != "request-1" || !strings.Contains(entry.Error, "secret") {
				t.Errorf("the operator sees %+v", entry)
			}
		})
	}
}
