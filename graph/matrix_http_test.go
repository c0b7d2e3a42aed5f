package graph_test

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const httpFile = "testdata/matrix/http.txt"

var routePattern = regexp.MustCompile(`mux\.Handle(?:Func)?\("([^"]+)"`)

// TestMatrixOfHTTP goes every way in that is not GraphQL on behalf of everybody.
func TestMatrixOfHTTP(t *testing.T) {
	text, err := os.ReadFile(httpFile)
	if err != nil {
		t.Fatal(err)
	}
	files := new(matrix)
	rows := files.parseRows(httpFile, string(text))
	for _, complaint := range files.wrong {
		t.Error("graph/" + complaint)
	}
	m := newMatrixWorld(t)
	// GraphQL has the other files; pages are the same for everybody, and there only when they were built.
	gone := map[string]bool{"/graphql": true, "GET /explorer": true, "GET /explorer/": true, "/": true}
	routes := routesOf(t)
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			asked := m.requestOf(t, &r)
			request, err := http.NewRequestWithContext(t.Context(), asked.method, asked.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, pattern := routes.Handler(request)
			gone[pattern] = true
			compare(t, &r, asked.method+" "+asked.target, m.httpCells(t, asked))
		})
	}
	for _, pattern := range patterns(t) {
		if !gone[pattern] {
			t.Errorf("the way in %q has no rule: add a line to graph/%s that goes it, with the status that each of %s gets", pattern, httpFile, columnNames())
		}
	}
}

// httpAsked is the request of a line.
type httpAsked struct{ method, target, path, holds string }

func (m *matrixWorld) requestOf(t *testing.T, r *row) (q httpAsked) {
	t.Helper()
	var rest, query string
	q.method, rest, _ = strings.Cut(strings.TrimSpace(m.filled(t, r.text)), " ")
	q.target, q.holds, _ = strings.Cut(rest, " holds ")
	q.path, query, _ = strings.Cut(q.target, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	if query != "" {
		q.path += "?" + values.Encode()
	}
	return q
}

// httpCells makes a request on behalf of everybody.
func (m *matrixWorld) httpCells(t *testing.T, q httpAsked) (cells []string) {
	t.Helper()
	for _, c := range columns {
		on := m
		if q.method != http.MethodGet {
			on = m.fork(t)
		}
		var body []byte
		if q.method == http.MethodPost {
			body = []byte("姓名,组织名称,组织类型,层级,所属区,邀请法院,擅长领域\n示例,示例组织,联合调解工作室,区级,和平区,津0101,劳动报酬\n")
		}
		response, text := on.send(t, q.method, c.name, q.path, bytes.NewReader(body), "Content-Type", octets)
		cell := strconv.Itoa(response.StatusCode)
		switch {
		case q.holds == "" || response.StatusCode != http.StatusOK:
		case strings.Contains(string(text), q.holds):
			cell = cellSeen
		default:
			cell = cellNull
		}
		cells = append(cells, cell)
	}
	return cells
}

// patterns are the ways in that the server opens.
func patterns(t *testing.T) (found []string) {
	t.Helper()
	code, err := os.ReadFile("../internal/server/server.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range routePattern.FindAllStringSubmatch(string(code), -1) {
		found = append(found, match[1])
	}
	if len(found) < 5 {
		t.Fatalf("only %q are found in internal/server/server.go", found)
	}
	return found
}

func routesOf(t *testing.T) *http.ServeMux {
	t.Helper()
	mux := http.NewServeMux()
	for _, pattern := range patterns(t) {
		mux.Handle(pattern, http.NotFoundHandler())
	}
	return mux
}
