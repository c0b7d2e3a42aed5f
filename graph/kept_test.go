package graph_test

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"concord/graph"
	"concord/graph/generated"
	"concord/internal/server"
)

// read asks on behalf of a caller and returns the answer and whether any record was
// read for it, keys aside.
func (w *world) read(t *testing.T, caller, query string, variables map[string]any) (body string, read bool) {
	t.Helper()
	w.store.since()
	body = string(w.ask(t, caller, query, variables).body)
	for what := range w.store.since() {
		read = read || !strings.HasSuffix(what, "KEY") && !strings.HasSuffix(what, "SHARING_AGREEMENT")
	}
	return body, read
}

// TestAnswersAreKeptForTheSameCallerAndMoment asks the same again, and then changes
// one after the other whatever decides an answer.
func TestAnswersAreKeptForTheSameCallerAndMoment(t *testing.T) {
	counted(t)
	w := newWorld(t)
	w.serve(t, server.Config{KeepBytes: 1 << 20})
	const query = `query($n: Int) { mediators(first: $n) { totalCount revision nodes { id name status person { name } } } }`
	ask := func(step, caller string, n int, want bool) string {
		t.Helper()
		body, read := w.read(t, caller, query, map[string]any{"n": n})
		if read != want {
			t.Errorf("%s: read from the store: %v, want %v", step, read, want)
		}
		return body
	}
	first := ask("at first", "", 3, true)
	if again := ask("again", "", 3, false); again != first {
		t.Errorf("kept as %s, was %s", again, first)
	}
	ask("other variables", "", 2, true)
	for _, caller := range []string{"partner", "partner+contact", "district-admin-120101", "city-admin"} {
		ask("another caller", caller, 3, true)
		ask("again", caller, 3, false)
	}
	w.later(24 * time.Hour)
	ask("the next day", "", 3, true)
	ask("again", "", 3, false)
	w.more(t, 1)
	if changed := ask("after a change", "", 3, true); changed == first {
		t.Error("the change does not show")
	}
	ask("again", "", 3, false)

	w.serve(t, server.Config{})
	ask("nothing is kept", "", 3, true)
	ask("again", "", 3, true)
}

// TestWhatIsNeverKept asks for what must be made anew every time: it has no tag, and
// whatever is read for it is read again.
func TestWhatIsNeverKept(t *testing.T) {
	counted(t)
	w := newWorld(t)
	w.serve(t, server.Config{KeepBytes: 1 << 20})
	for name, c := range map[string]struct{ caller, query string }{
		"who calls":                            {"partner", `{ viewer { role } }`},
		"the schema":                           {"", `{ __schema { queryType { name } } }`},
		"fields under an agreement or a scope": {"partner+contact", `{ mediators(first: 3) { nodes { person { mobile } } } }`},
		"fields that are the office's own":     {"city-admin", `{ mediators(first: 3) { nodes { person { mobile birthDate } } } }`},
		"an answer with errors":                {"", `{ mediators(first: 3) { nodes { name person { mobile } } } }`},
		"an error and data beside it":          {"", `{ mediators(first: 3) { nodes { name } } more: mediators(first: 1000) { nodes { name } } }`},
		"a question about a number":            {"", `{ verifyListing(input: {name: "钱示例", registrationNo: "X"}) { listed } }`},
		"changes":                              {"", `{ changes(first: 3) { nodes { revision } } }`},
		"history":                              {"", `{ mediators(first: 3) { nodes { history(first: 1) { nodes { revision } } } } }`},
		"accesses":                             {"auditor", `{ accessLog(first: 3) { nodes { id } } }`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, header, body := w.get(t, c.caller, c.query, ""); header.Get("ETag") != "" || header.Get("Cache-Control") != "no-store" {
				t.Errorf("%v %s", header, body)
			}
			_, before := w.read(t, c.caller, c.query, nil)
			if body, read := w.read(t, c.caller, c.query, nil); read != before {
				t.Errorf("kept: %s", body)
			}
		})
	}
}

// get asks by GET; with a tag, for what has changed since.
func (w *world) get(t *testing.T, caller, query, tag string) (status int, header http.Header, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+"/graphql?query="+url.QueryEscape(query), nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "application/json")
	if tag != "" {
		request.Header.Set("If-None-Match", tag)
	}
	if caller != "" {
		request.Header.Set("Authorization", "Bearer "+w.keys[caller])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(text)
}

// TestTagsOfAnswers asks by GET as browsers and proxies do.
func TestTagsOfAnswers(t *testing.T) {
	for _, bytes := range []int64{0, 1 << 20} {
		w := newWorld(t)
		w.serve(t, server.Config{KeepBytes: bytes})
		get := func(query, tag string) (int, http.Header, string) { return w.get(t, "", query, tag) }
		const query = `{ mediators(first: 3) { totalCount nodes { name } } }`
		_, header, body := get(query, "")
		tag := header.Get("ETag")
		if !strings.HasPrefix(tag, `"`) || header.Get("Cache-Control") != "private, no-cache" || body == "" {
			t.Fatalf("header %v", header)
		}
		if status, header, body := get(query, `"other", `+tag); status != http.StatusNotModified || body != "" || header.Get("ETag") != tag {
			t.Errorf("%d %v %q to who has it", status, header, body)
		}
		if status, _, again := get(query, `"other"`); status != http.StatusOK || again != body {
			t.Errorf("%d %q to who has another", status, again)
		}
		w.more(t, 1)
		if status, header, _ := get(query, tag); status != http.StatusOK || header.Get("ETag") == tag {
			t.Errorf("%d %v after a change", status, header)
		}
		if _, header, _ := get(`{ viewer { role } }`, ""); header.Get("ETag") != "" || header.Get("Cache-Control") != "no-store" {
			t.Errorf("what is somebody's own has header %v", header)
		}
	}
}

// TestKeptTypesArePresent keeps the list of what may be kept from speaking of what
// the contract has not.
func TestKeptTypesArePresent(t *testing.T) {
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	names := graph.KeptTypes()
	for _, name := range names {
		if schema.Types[name] == nil {
			t.Errorf("there is no type %s", name)
		}
	}
	for _, personal := range []string{"Viewer", "SheetJob", "SharingAgreement", "AccessRecord", "AdverseNotice", "ListingVerification", "FieldChange"} {
		if schema.Types[personal] == nil || slices.Contains(names, personal) {
			t.Errorf("%s may be kept, or there is none", personal)
		}
	}
}
