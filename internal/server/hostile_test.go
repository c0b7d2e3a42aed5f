package server

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"text/template"
	"time"

	"concord/index"
	"concord/internal/boltstore"
	"concord/internal/fictional"
	"concord/internal/hub"
	"concord/internal/vault"
	"concord/seeds"
)

// The hostile set stands in testdata/hostile. A block begins with its name and,
// when it is asked in several sizes, these; then come lines that a letter tells
// apart, written as templates of the size:
//
//	@ aliases 51 200              the name, and the sizes that the dot stands for
//	< Accept: image/png           a header; a method and a target
//	? { viewer { id } }           the document; further lines go on with it
//	$ {"id": 1}                   its variables
//	! {"query": "…"}              a body as it is
//	| GET / HTTP/1.1              a request as bytes, a line each
//	* {"type": "ping"}            a message on a WebSocket
//	> 400 INVALID                 the status, of a WebSocket the code with which it is
//	                              closed, and the code of the error; one of several by
//	                              commas, none for an answer
type hostile struct {
	name            string
	method, target  string
	headers         []string
	body            []byte
	raw             []byte
	says            []string
	statuses, codes []string
}

// needle is what no answer may repeat.
var needle = strings.Repeat("Ne3dle", 30)

// large is how many bytes an answer may have.
const large = 8 << 10

var hostileWords = template.FuncMap{
	"needle":     func() string { return needle },
	"needleWord": func() string { return strings.ToUpper(needle[:120]) },
	"next":       func(n int) int { return n + 1 },
	"odd":        func(n int) bool { return n%2 == 1 },
	"mod":        func(n, of int) int { return n % of },
	"repeat":     func(n int, text string) string { return strings.Repeat(text, n) },
	"seq": func(n int) []int {
		numbers := make([]int, n)
		for i := range numbers {
			numbers[i] = i
		}
		return numbers
	},
	"gzip": func(megabytes int) (string, error) {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, err := w.Write(bytes.Repeat([]byte(" "), megabytes<<20))
		return b.String(), errors.Join(err, w.Close())
	},
}

// readHostile reads the set.
func readHostile(t *testing.T) (all []hostile) {
	t.Helper()
	files, err := filepath.Glob(filepath.FromSlash("testdata/hostile/*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no hostile requests: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range strings.Split("\n"+string(text), "\n@ ")[1:] {
			head, rest, _ := strings.Cut(block, "\n")
			words := strings.Fields(head)
			first := slices.IndexFunc(words, func(s string) bool { _, err := strconv.Atoi(s); return err == nil })
			sizes := []string{"1"}
			if first > 0 {
				sizes = words[first:]
				words = words[:first]
			}
			body, err := template.New(head).Funcs(hostileWords).Parse(rest)
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			for _, size := range sizes {
				n, err := strconv.Atoi(size)
				if err != nil {
					t.Fatalf("%s: %s: %v", file, head, err)
				}
				var text strings.Builder
				if err := body.Execute(&text, n); err != nil {
					t.Fatalf("%s: %s: %v", file, head, err)
				}
				all = append(all, parseHostile(t, strings.Join(words, " ")+" "+size, text.String()))
			}
		}
	}
	return all
}

func parseHostile(t *testing.T, name, text string) hostile {
	t.Helper()
	h := hostile{name: name, method: http.MethodPost, target: "/graphql", headers: []string{"Accept", mediaResponse, "Content-Type", mediaJSON}}
	var document, variables, body *strings.Builder
	begin := func(b **strings.Builder) *strings.Builder {
		*b = new(strings.Builder)
		return *b
	}
	var open *strings.Builder // to which lines without a letter belong
	for line := range strings.SplitSeq(text, "\n") {
		letter, rest, _ := strings.Cut(line, " ")
		switch {
		case letter == "<":
			if method, target, ok := strings.Cut(rest, " /"); ok && !strings.Contains(method, ":") {
				h.method, h.target = method, "/"+target
				continue
			}
			name, value, _ := strings.Cut(rest, ": ")
			h.headers = append(h.headers, name, value)
		case letter == "?":
			open = begin(&document)
			open.WriteString(rest)
		case letter == "$":
			open = begin(&variables)
			open.WriteString(rest)
		case letter == "!":
			open = begin(&body)
			open.WriteString(rest)
		case letter == "|":
			h.raw = append(h.raw, rest+"\r\n"...)
		case letter == "*":
			h.says = append(h.says, rest)
		case letter == ">":
			statuses, codes, _ := strings.Cut(rest, " ")
			h.statuses, h.codes = strings.Split(statuses, ","), strings.Split(codes, ",")
			open = nil
		case strings.HasPrefix(line, "#"):
		case open != nil:
			open.WriteString("\n" + line)
		}
	}
	switch {
	case document != nil:
		quoted, err := json.Marshal(document.String())
		if err != nil {
			t.Fatal(err)
		}
		h.body = append([]byte(`{"query":`), quoted...)
		if variables != nil {
			h.body = append(h.body, `,"variables":`+variables.String()...)
		}
		h.body = append(h.body, '}')
	case body != nil:
		h.body = []byte(body.String())
	}
	if len(h.statuses) == 0 {
		t.Fatalf("%s: nothing says what is expected", h.name)
	}
	return h
}

// fortress is a server with a roster, a search index and the published limits.
func fortress(t *testing.T) (s *Server, address string) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	quiet := slog.New(slog.DiscardHandler)
	reference, err := hub.LoadReference(seeds.FS)
	must(err)
	vocabulary, err := hub.LoadVocabulary(seeds.FS)
	must(err)
	store, err := boltstore.Open(t.TempDir(), boltstore.Options{})
	must(err)
	t.Cleanup(func() { must(store.Close()) })
	keeper, err := vault.New(bytes.Repeat([]byte{1}, vault.KeySize), rand.Reader)
	must(err)
	words, err := index.Open(t.TempDir(), index.Options{Reference: reference, Vocabulary: vocabulary, Logger: quiet})
	must(err)
	h := hub.New(hub.Config{Store: store, Reference: reference, Vocabulary: vocabulary, Vault: keeper, Searcher: words})
	generator := &fictional.Generator{Reference: reference, NextID: h.NextID,
		Identify: func(id hub.CitizenID) (hub.Sealed, bool, error) { return h.Identify(t.Context(), id) }}
	for _, specialty := range vocabulary.Specialties {
		generator.Labels = append(generator.Labels, specialty.Label)
	}
	_, err = h.Load(t.Context(), hub.System, "示例", generator.Records(500, 1), nil)
	must(err)
	following, halt := context.WithCancel(context.WithoutCancel(t.Context()))
	followed := make(chan error, 1)
	go func() { followed <- words.Follow(following, store) }()
	t.Cleanup(func() {
		halt()
		must(errors.Join(<-followed, words.Close()))
	})
	for words.Revision() < store.Revision() {
		time.Sleep(time.Millisecond)
	}

	s = New(Config{Hub: h, Log: quiet})
	return s, served(t, s)
}

// answered is what came back.
type answered struct {
	status string
	codes  []string
	text   string
	took   time.Duration
}

func (h *hostile) send(t *testing.T, address string) (a answered) {
	t.Helper()
	start := time.Now()
	defer func() { a.took = time.Since(start) }()
	switch {
	case h.says != nil:
		p := dial(t, "http://"+address, socketProtocol)
		defer func() { _ = p.conn.CloseNow() }()
		go p.say(h.says...)
		a.status = p.end()
		return a
	case h.raw != nil:
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		go func() { _, _ = conn.Write(h.raw) }()
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			a.status = err.Error()
			return a
		}
		defer response.Body.Close()
		return readAnswer(response)
	}
	request, err := http.NewRequestWithContext(t.Context(), h.method, "http://"+address+h.target, bytes.NewReader(h.body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(h.headers); i += 2 {
		request.Header.Set(h.headers[i], h.headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		a.status = err.Error()
		return a
	}
	defer response.Body.Close()
	return readAnswer(response)
}

func readAnswer(response *http.Response) answered {
	text, _ := io.ReadAll(response.Body) // what the server cuts off is judged by what came
	a := answered{status: strconv.Itoa(response.StatusCode), text: string(text)}
	var body struct {
		Errors []struct{ Extensions struct{ Code string } }
	}
	if json.Unmarshal(text, &body) == nil {
		for _, e := range body.Errors {
			a.codes = append(a.codes, e.Extensions.Code)
		}
	}
	return a
}

// TestHostileRequests sends the whole set to a real server, with half a request
// from each of many slow callers standing by, and asks an honest question after
// it. CONCORD_TEST_TIMES=1 prints how long each took.
func TestHostileRequests(t *testing.T) {
	all := readHostile(t)
	if len(all) < 200 {
		t.Errorf("only %d requests", len(all))
	}
	s, address := fortress(t)
	honest := hostile{method: http.MethodPost, target: "/graphql", headers: []string{"Content-Type", mediaJSON},
		body: []byte(`{"query":"{ mediators(first: 20, filter: {status: [ACTIVE]}) { totalCount nodes { id name organization { name } } } }"}`)}
	if a := honest.send(t, address); a.status != "200" || len(a.codes) > 0 {
		t.Fatalf("before all: %+v", a)
	}
	slow := slowCallers(t, address, 100)

	before := heap()
	var times []time.Duration
	for _, h := range all {
		t.Run(h.name, func(t *testing.T) {
			a := h.send(t, address)
			times = append(times, a.took)
			if os.Getenv("CONCORD_TEST_TIMES") != "" {
				t.Logf("%v, %d bytes", a.took, len(a.text))
			}
			code := ""
			if len(a.codes) > 0 {
				code = a.codes[0]
			}
			if !slices.Contains(h.statuses, a.status) || !slices.Contains(h.codes, code) {
				t.Errorf("status %s, code %q, want %v %v: %.300s", a.status, code, h.statuses, h.codes, a.text)
			}
			if len(a.text) > large {
				t.Errorf("%d bytes: %.300s", len(a.text), a.text)
			}
			if lower := strings.ToLower(a.text); strings.Contains(lower, "ne3dle") || longestRun(a.text) > 80 {
				t.Errorf("the answer repeats what was sent: %.300s", a.text)
			}
			for _, secret := range []string{"goroutine", ".go:", "Did you mean", "panic"} {
				if strings.Contains(a.text, secret) {
					t.Errorf("the answer tells %q: %.300s", secret, a.text)
				}
			}
		})
	}
	if after := heap(); after > before+32<<20 {
		t.Errorf("the heap grew from %d to %d MB", before>>20, after>>20)
	}
	if a := honest.send(t, address); a.status != "200" || len(a.codes) > 0 {
		t.Errorf("after all: %+v", a)
	} else {
		slices.Sort(times)
		t.Logf("%d requests; half within %v, the slowest %v; an honest one after them %v", len(times), times[len(times)/2], times[len(times)-1], a.took)
	}
	slow.areCutOff(t)
	for name, count := range s.streams.each {
		if count != 0 {
			t.Errorf("%s still has %d streams", name, count)
		}
	}
}

// longestRun is how often the most repeated character stands in a row.
func longestRun(text string) (longest int) {
	run, last := 0, rune(0)
	for _, r := range text {
		if r != last {
			run, last = 0, r
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

// callers are connections on which half a request stands.
type callers []net.Conn

func slowCallers(t *testing.T, address string, n int) (all callers) {
	t.Helper()
	for range n {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		if _, err := conn.Write([]byte("POST /graphql HTTP/1.1\r\nHost: x\r\nX-Slow: ")); err != nil {
			t.Fatal(err)
		}
		all = append(all, conn)
	}
	return all
}

// areCutOff waits until the server has hung up on all of them.
func (all callers) areCutOff(t *testing.T) {
	t.Helper()
	var waiting sync.WaitGroup
	for _, conn := range all {
		waiting.Go(func() {
			_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
			if _, err := io.Copy(io.Discard, conn); err != nil && errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error("half a request was waited for")
			}
		})
	}
	waiting.Wait()
}
