package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"concord/graph"
	"concord/internal/hub"
)

// GraphQL over HTTP, as the specification of that name has it: POST of a JSON
// object, or GET with parameters; answers as application/graphql-response+json to
// those who accept it, else as application/json. A request that does not become an
// operation has no data entry in its answer, and a status that says whose fault it
// is; once there are data the status is 200.

const (
	mediaJSON     = "application/json"
	mediaResponse = "application/graphql-response+json"
)

func (s *Server) graphql(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Add("Vary", "Accept, Authorization, Cookie, Sec-Fetch-Site") // beside the origin
	media, ok := accepted(r.Header.Values("Accept"))
	switch {
	case hasToken(r.Header, "Upgrade", "websocket"):
		media = mediaJSON
	case !ok:
		s.refuse(w, r, mediaJSON, http.StatusNotAcceptable, hub.Invalid("Accept", "本接口只返回 %s、%s 或 %s。请在 Accept 请求头中列出其一。", mediaResponse, mediaJSON, mediaEvents))
		return
	case r.Method == http.MethodGet && r.URL.RawQuery == "" && strings.Contains(r.Header.Get("Accept"), "text/html"):
		http.Redirect(w, r, "/explorer/", http.StatusSeeOther) // somebody opened the address in a browser
		return
	}
	if s.forged(r) {
		s.refuse(w, r, plain(media), http.StatusForbidden, hub.Forbidden("不接受其他网站的页面发来的请求。程序请带上 Authorization 请求头；网页请由运维人员把其来源列入 --origins。"))
		return
	}
	if hasToken(r.Header, "Upgrade", "websocket") {
		s.upgrade(w, r)
		return
	}
	principal, err := s.known(r)
	if err != nil {
		budget := s.budgetOf(r, hub.Anonymous)
		spent := budget.Spend(requestPoints)
		budget.Fine(keyPoints)
		if spent != nil {
			s.limited(w, r, media, budget, spent)
			return
		}
		status := http.StatusInternalServerError
		if known := statuses[hub.CodeOf(err)]; known != 0 {
			status = known
		}
		if status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", challenge)
		}
		s.refuse(w, r, plain(media), status, err)
		return
	}
	budget := s.budgetOf(r, principal)
	if err := budget.Spend(requestPoints); err != nil {
		s.limited(w, r, media, budget, err)
		return
	}
	if status, err := s.unreadable(r); err != nil {
		if status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", "GET, POST")
		}
		s.refuse(w, r, plain(media), status, err)
		return
	}
	body, status, err := s.received(w, r, budget.who)
	if err != nil {
		if status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "10")
		}
		s.refuse(w, r, plain(media), status, err)
		return
	}
	asked := s.answers.asked(r, body, media, principal)
	kept, outcome := s.answers.get(asked)
	s.config.Metrics.Cached(outcome)
	if kept != nil && budget.Spend(kept.cost) == nil {
		noted(r.Context()).operation = kept.operation
		s.tell(r.Context(), kept.told)
		kept.write(w, r, media)
		return
	}
	params, status, err := s.read(r, body)
	if err != nil {
		s.refuse(w, r, plain(media), status, err)
		return
	}
	noted(r.Context()).operation = params.OperationName
	c := graph.Caller{Principal: principal, RequestID: noted(r.Context()).id, Budget: budget}
	if media == mediaEvents {
		c.Renew = func(ctx context.Context) (*hub.Principal, error) { return s.known(r.WithContext(ctx)) }
		s.events(w, r, c, params)
		return
	}
	s.answer(w, r, media, c, budget, params, asked)
}

// limited refuses a caller who has spent all.
func (s *Server) limited(w http.ResponseWriter, r *http.Request, media string, b *budget, err error) {
	w.Header().Set("Retry-After", strconv.Itoa(int(b.retry.Seconds())))
	s.refuse(w, r, plain(media), http.StatusTooManyRequests, err)
}

// plain is the media type of a refusal before there is a stream.
func plain(media string) string {
	if media == mediaEvents {
		return mediaJSON
	}
	return media
}

// answer runs the operation.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, media string, c graph.Caller, b *budget, params *graphql.RawParams, asked question) {
	op, refusal := s.admit(r.Context(), c, params)
	if refusal != nil {
		status := http.StatusOK
		if media == mediaResponse {
			status = http.StatusBadRequest
		}
		if b.retry > 0 {
			status = http.StatusTooManyRequests
			w.Header().Set("Retry-After", strconv.Itoa(int(b.retry.Seconds())))
		}
		write(w, media, status, encode(refusal))
		return
	}
	switch {
	case op.lasts():
		s.refuse(w, r, media, http.StatusNotAcceptable, hub.Invalid("Accept", "订阅须以 Accept: %s 请求（SSE），或经 WebSocket（%s）。", mediaEvents, socketProtocol))
		return
	case r.Method == http.MethodGet && op.Operation.Operation != ast.Query:
		w.Header().Set("Allow", http.MethodPost) // a link must not change anything
		s.refuse(w, r, media, http.StatusMethodNotAllowed, onlyByPost())
		return
	}
	_ = op.run(func(text []byte, failed bool) error {
		if failed {
			w.Header().Set("Retry-After", "10")
			write(w, media, http.StatusServiceUnavailable, text)
			return nil
		}
		if len(text) > largeAnswer {
			_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(takingTime(len(text))))
		}
		if cost, ok := graph.Kept(op.OperationContext); ok && !hasErrors(text) {
			answer := newAnswer(text, params.OperationName, cost, noted(r.Context()).answer.Load())
			s.answers.keep(asked, answer)
			answer.write(w, r, media)
			return nil
		}
		write(w, media, http.StatusOK, text)
		return nil
	})
}

func onlyByPost() error { return hub.Invalid("query", "变更只能用 POST 提交。") }

// refuse answers a request that did not become an operation.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, media string, status int, err error) {
	ctx := graph.WithCaller(r.Context(), graph.Caller{RequestID: noted(r.Context()).id})
	if status != http.StatusBadRequest && r.ContentLength != 0 {
		w.Header().Set("Connection", "close") // or the rest of the body would be waited for
	}
	write(w, media, status, encode(s.fault(ctx, err)))
}

// read reads the parameters of an operation; on an error it returns the status
// that fits.
func (s *Server) read(r *http.Request, body []byte) (*graphql.RawParams, int, error) {
	start := graphql.Now()
	var params *graphql.RawParams
	var status int
	var err error
	if r.Method == http.MethodGet {
		params, status, err = fromURL(r.URL.Query())
	} else {
		params, status, err = fromBody(body)
	}
	if err != nil {
		return nil, status, err
	}
	if strings.TrimSpace(params.Query) == "" && persistedHash(params.Extensions) == "" {
		return nil, http.StatusBadRequest, hub.Invalid("query", "请求中没有查询。请在 query 中给出查询文档。")
	}
	params.Headers = r.Header
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	return params, 0, nil
}

func fromURL(values url.Values) (*graphql.RawParams, int, error) {
	params := &graphql.RawParams{Query: values.Get("query"), OperationName: values.Get("operationName")}
	for name, target := range map[string]*map[string]any{"variables": &params.Variables, "extensions": &params.Extensions} {
		if text := values.Get(name); text != "" {
			if err := decode([]byte(text), target); err != nil {
				return nil, http.StatusBadRequest, hub.Invalid(name, "参数 %s 应为一个 JSON 对象。", name)
			}
		}
	}
	return params, 0, nil
}

// unreadable says why the body of a request will not be read, before anything of it
// has come.
func (s *Server) unreadable(r *http.Request) (int, error) {
	switch r.Method {
	case http.MethodGet:
		return 0, nil
	case http.MethodPost:
	default:
		return http.StatusMethodNotAllowed, hub.Invalid("", "请用 POST（或 GET）访问本接口。")
	}
	types := r.Header.Values("Content-Type")
	media, options, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if charset := options["charset"]; err != nil || len(types) > 1 || media != mediaJSON || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return http.StatusUnsupportedMediaType, hub.Invalid("Content-Type", "请求体须为 UTF-8 编码的 JSON，并以 Content-Type: application/json 发送。")
	}
	for _, encoding := range r.Header.Values("Content-Encoding") {
		if encoding != "" && !strings.EqualFold(encoding, "identity") {
			return http.StatusUnsupportedMediaType, hub.Invalid("Content-Encoding", "请求体不接受压缩。请直接发送 JSON。")
		}
	}
	if r.ContentLength > s.tuning().MaxBody {
		return http.StatusRequestEntityTooLarge, tooLong(s.tuning().MaxBody)
	}
	return 0, nil
}

// received reads the body of a request. A large one needs a place, and has only so
// long to come: what has come of it is kept in memory until it is whole.
func (s *Server) received(w http.ResponseWriter, r *http.Request, who string) ([]byte, int, error) {
	if r.Method != http.MethodPost {
		return nil, 0, nil
	}
	control := http.NewResponseController(w)
	large := r.ContentLength < 0 || r.ContentLength > largeBody
	if large {
		ctx, cancel := context.WithTimeout(r.Context(), bodyTime)
		defer cancel()
		leave, err := s.bodies.enter(ctx, who)
		if err != nil {
			return nil, http.StatusServiceUnavailable, err
		}
		defer leave()
		_ = control.SetReadDeadline(time.Now().Add(bodyTime)) // which holds for the rest of a body, too
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.tuning().MaxBody))
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, http.StatusRequestEntityTooLarge, tooLong(tooLarge.Limit)
	}
	if err != nil {
		return nil, http.StatusBadRequest, hub.Invalid("", "请求体没有收完整。请重试。")
	}
	if large {
		_ = control.SetReadDeadline(time.Time{})
	}
	return body, 0, nil
}

func fromBody(body []byte) (*graphql.RawParams, int, error) {
	params := &graphql.RawParams{}
	if !utf8.Valid(body) || decodeRequest(body, params) != nil {
		return nil, http.StatusBadRequest, hub.Invalid("", "请求体应为一个 JSON 对象：{\"query\": \"…\", \"variables\": {…}}，UTF-8 编码，每项只写一次，其后不得有别的内容。")
	}
	return params, 0, nil
}

func tooLong(most int64) error {
	return hub.Invalid("", "请求体超过 %d 字节。请缩短查询，或分成几次。", most)
}

// decodeRequest reads the object of a request. Every entry stands once, spelt as it
// is: a proxy in front must not read another query out of it than we do.
func decodeRequest(body []byte, params *graphql.RawParams) error {
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(body, &entries); err != nil {
		return err
	}
	if entries == nil {
		return errors.New("not an object")
	}
	if repeats(body) {
		return errors.New("an entry stands twice")
	}
	for _, one := range []struct {
		name   string
		target any
	}{
		{"query", &params.Query},
		{"operationName", &params.OperationName},
		{"variables", &params.Variables},
		{"extensions", &params.Extensions},
	} {
		raw, ok := entries[one.name]
		if !ok {
			continue
		}
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.UseNumber()
		if err := decoder.Decode(one.target); err != nil {
			return err
		}
	}
	return nil
}

// decode reads exactly one JSON value, in which no entry stands twice. Numbers stay as
// they are written.
func decode(text []byte, target any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(target); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON value")
	}
	if repeats(text) {
		return errors.New("an entry stands twice")
	}
	return nil
}

// repeats reports whether an object anywhere in text, which is JSON, has an entry
// twice. Of such entries Go takes the last, and others the first.
func repeats(text []byte) bool {
	if bytes.Count(text, []byte{':'}) < 2 {
		return false
	}
	var within []map[string]bool // objects and, as nil, lists
	named := false               // whether a string here names an entry
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{':
			within, named = append(within, map[string]bool{}), true
		case '[':
			within, named = append(within, nil), false
		case '}', ']':
			within, named = within[:len(within)-1], false
		case ',':
			named = len(within) > 0 && within[len(within)-1] != nil
		case '"':
			start := i
			for i++; text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			if !named {
				continue
			}
			named = false
			name, ok := verbatim(text[start+1 : i])
			if !ok && json.Unmarshal(text[start:i+1], &name) != nil || within[len(within)-1][name] {
				return true
			}
			within[len(within)-1][name] = true
		}
	}
	return false
}

// verbatim returns what stands between the quotes of a JSON string when it means itself,
// as nearly all names do.
func verbatim(text []byte) (string, bool) {
	for _, b := range text {
		if b == '\\' || b >= utf8.RuneSelf {
			return "", false
		}
	}
	return string(text), true
}

// accepted chooses the media type of the answer; false when the client accepts
// neither.
func accepted(headers []string) (string, bool) {
	choice, best := "", 0.0
	listed := false
	for _, header := range headers {
		for _, entry := range strings.Split(header, ",") {
			media, options, err := mime.ParseMediaType(entry)
			if err != nil {
				continue
			}
			listed = true
			if q := quality(options["q"]); q > best {
				switch media {
				case mediaResponse, mediaJSON, mediaEvents:
					choice, best = media, q
				case "*/*", "application/*", "text/html": // browsers ask for pages first and take anything
					if choice == "" {
						choice = mediaJSON
					}
				}
			}
		}
	}
	if !listed {
		choice = mediaJSON
	}
	return choice, choice != ""
}

func quality(q string) float64 {
	if q == "" {
		return 1
	}
	var f float64
	if err := json.Unmarshal([]byte(q), &f); err != nil {
		return 0
	}
	return f
}

// encode is a response as it is sent. The data are as the executor made them; they
// are left out, not null, when there was no operation.
func encode(response *graphql.Response) []byte {
	body := make([]byte, 0, len(response.Data)+512)
	entry := func(name string, value any) {
		if len(body) == 0 {
			body = append(body, '{')
		} else {
			body = append(body, ',')
		}
		body = append(append(append(body, '"'), name...), `":`...)
		if raw, ok := value.(json.RawMessage); ok {
			body = append(body, raw...)
			return
		}
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(value); err == nil {
			body = append(body, bytes.TrimSuffix(text.Bytes(), []byte("\n"))...)
		}
	}
	if len(response.Errors) > 0 {
		entry(errorsEntry, response.Errors)
	}
	if len(response.Data) > 0 {
		entry("data", response.Data)
	}
	if len(response.Extensions) > 0 {
		entry("extensions", response.Extensions)
	}
	return append(body, "}\n"...)
}

const errorsEntry = "errors"

// hasErrors reports whether an encoded answer tells of errors: they come first.
func hasErrors(answer []byte) bool { return bytes.HasPrefix(answer, []byte(`{"`+errorsEntry+`"`)) }

func write(w http.ResponseWriter, media string, status int, answer []byte) {
	w.Header().Set("Content-Type", media+"; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
	w.WriteHeader(status)
	_, _ = w.Write(answer) // a client that is gone cannot be told so
}
