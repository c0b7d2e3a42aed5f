package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"concord/internal/hub"
	"concord/internal/sheet"
)

// Sheets come and go by plain HTTP:
//
//	POST /sheets?kind=mediators&name=名册.xlsx   the file as body; answers with the job
//	GET  /sheets/{job}/report.xlsx               the user's rows with what became of them
//	GET  /exports/mediators.xlsx?district=120112 a filtered roster
//
// Everything between upload and report is asked and said over GraphQL. Errors have
// the shape of GraphQL's: {"errors": [{"message", "extensions": {"code"}}]}.

// rosters are the words for what is uploaded and exported, as commands have them.
var rosters = map[string]hub.Kind{
	"mediators": hub.KindMediator, "organizations": hub.KindOrganization,
	"experts": hub.KindExpert, "invited": hub.KindInvitedListing,
}

const rosterWords = "mediators（调解员）、organizations（调解组织）、experts（专家）、invited（特邀名册）"

func rosterOf(word string) (hub.Kind, error) {
	kind, ok := rosters[word]
	if !ok {
		return 0, hub.Invalid("kind", "没有这一类名册；可用的有 %s。", rosterWords)
	}
	return kind, nil
}

// How many sheets are received, and how many are made, at a time: half of them for one
// caller. A workbook that is made takes some megabytes.
const (
	mostUploads   = 8
	mostDownloads = 4
)

// longest is how long an upload or a download may take as a whole: it keeps a place
// from others, and while an export runs, the store keeps the state that it reads.
const longest = 15 * time.Minute

// stall is how long a client may take for the next piece of a body.
const stall = 30 * time.Second

// upload takes a sheet.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	caller, err := s.knownBeside(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	job, err := s.receive(w, r, caller)
	if err != nil {
		if code, refusal := refusalOf(err); code != "" && caller.Role != hub.RoleAnonymous {
			if noting := s.config.Hub.NoteRefusedUpload(r.Context(), caller, code, refusal); noting != nil {
				err = noting
			}
		}
		w.Header().Set("Connection", "close") // the rest of the body is not read
		s.fail(w, r, err)
		return
	}
	answer(w, http.StatusCreated, map[string]any{"id": job.ID.String(), "state": job.State, "statement": job.Statement()})
}

func (s *Server) receive(w http.ResponseWriter, r *http.Request, caller *hub.Principal) (*hub.SheetJobView, error) {
	query := r.URL.Query()
	roster, err := rosterOf(query.Get("kind"))
	if err != nil {
		return nil, err
	}
	duplicates, err := yes(query, "duplicates")
	if err != nil {
		return nil, err
	}
	if err := s.config.Hub.MayUpload(r.Context(), caller, roster); err != nil {
		return nil, err
	}
	// What a form of a foreign page can send without asking first is no upload.
	switch media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); {
	case err != nil, media == "multipart/form-data", media == "application/x-www-form-urlencoded", media == "text/plain":
		return nil, &httpError{http.StatusUnsupportedMediaType, hub.Invalid("Content-Type", "请把文件本身作为请求体发送，并写明 Content-Type: application/octet-stream。")}
	}
	name := query.Get("name")
	if _, err := sheet.FormatOf(name); err != nil {
		return nil, err
	}
	leave, err := s.uploads.enterNow(s.chargeTo(r, caller))
	if err != nil {
		return nil, err
	}
	defer leave()
	folder := s.config.Sheets
	if r.ContentLength > folder.Most() {
		return nil, sheet.RefuseSize(folder.Most())
	}
	upload, err := folder.Receive(&patient{r.Body, http.NewResponseController(w), time.Now().Add(longest)})
	if err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, os.ErrDeadlineExceeded) {
			return nil, hub.Invalid("", "文件没有收完整。请重试。")
		}
		return nil, err
	}
	defer upload.Discard()
	if err := upload.Examine(r.Context(), name, roster); err != nil {
		return nil, err
	}
	return s.config.Hub.SubmitSheet(r.Context(), caller, hub.SheetUpload{
		Roster: roster, FileName: name, Size: int(upload.Size), Duplicates: duplicates, Keep: upload.Keep,
	})
}

// patient reads a body of any length as long as something of it keeps coming, until a
// last moment.
type patient struct {
	io.Reader
	control *http.ResponseController
	last    time.Time
}

func (p *patient) Read(b []byte) (int, error) {
	// The answer is due some time after the last piece, not after the first.
	until := time.Now().Add(stall)
	if p.last.Before(until) {
		until = p.last
	}
	_ = p.control.SetReadDeadline(until)
	_ = p.control.SetWriteDeadline(time.Now().Add(2 * time.Minute))
	return p.Reader.Read(b)
}

// yes reads a parameter that is true or false.
func yes(query url.Values, name string) (bool, error) {
	switch query.Get(name) {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	}
	return false, hub.Invalid(name, "参数 %s 须为 true 或 false。", name)
}

// report answers with the rows of a job and what became of them.
func (s *Server) report(w http.ResponseWriter, r *http.Request) {
	caller, err := s.knownBeside(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	id, err := hub.ParseID(r.PathValue("job"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	job, err := s.config.Hub.SheetJob(r.Context(), caller, id)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	rows, err := s.config.Hub.ReportOf(job)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	format, err := sheet.FormatOf(r.PathValue("file"))
	if err == nil && (format == sheet.JSONL || !strings.HasPrefix(r.PathValue("file"), "report.")) {
		err = hub.NotFound("报告的地址是 report.xlsx 或 report.csv。")
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	leave, err := s.downloads.enterNow(s.chargeTo(r, caller))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer leave()
	said, err := s.config.Hub.SaidOf(job)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	name := strings.TrimSuffix(job.FileName, "."+lastPart(job.FileName)) + " 导入报告." + string(format)
	out := s.download(w, format, name)
	if err := sheet.WriteJobReport(out, format, job, said, rows); err != nil {
		s.broken(w, r, out, err)
	}
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// download writes the headers of a file, and returns where its content goes:
// nothing has left before the first byte.
func (s *Server) download(w http.ResponseWriter, format sheet.Format, name string) *body {
	h := w.Header()
	h.Set("Content-Type", mediaTypes[format])
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	h.Set("Cache-Control", "no-store")
	b := &body{ResponseWriter: w, control: http.NewResponseController(w)}
	_ = b.control.SetWriteDeadline(time.Now().Add(longest)) // workbooks are made ready before they leave
	return b
}

var mediaTypes = map[sheet.Format]string{
	sheet.XLSX:  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	sheet.CSV:   "text/csv; charset=utf-8",
	sheet.JSONL: "application/x-ndjson; charset=utf-8",
}

// body is an answer of any length, which goes on as long as the client takes it.
type body struct {
	http.ResponseWriter
	control *http.ResponseController
	begun   bool
}

func (b *body) Write(p []byte) (int, error) {
	b.begun = true
	_ = b.control.SetWriteDeadline(time.Now().Add(stall))
	return b.ResponseWriter.Write(p)
}

// broken ends a download that failed: with an error while there is time for one,
// else by breaking the connection, so that nobody takes half a file for a whole.
func (s *Server) broken(w http.ResponseWriter, r *http.Request, out *body, err error) {
	if out.begun {
		s.config.Log.WarnContext(r.Context(), "download", "id", noted(r.Context()).id, "error", err)
		panic(http.ErrAbortHandler)
	}
	w.Header().Del("Content-Disposition")
	s.fail(w, r, err)
}

// httpError is an error with a status of its own.
type httpError struct {
	status int
	err    error
}

func (e *httpError) Error() string { return e.err.Error() }
func (e *httpError) Unwrap() error { return e.err }

// refusalOf returns code and message of an upload that was refused for what it is;
// "" for faults of ours and interruptions.
func refusalOf(err error) (code, message string) {
	e, ok := errors.AsType[*hub.Error](err)
	switch {
	case !ok, e.Code == hub.CodeInternal, e.Code == hub.CodeBusy, e.Code == hub.CodeUnauthenticated:
		return "", ""
	}
	if fault := sheet.FaultOf(err); fault != "" {
		return string(fault), e.Message
	}
	return string(e.Code), e.Message
}

var statuses = map[hub.Code]int{
	hub.CodeInvalid: http.StatusBadRequest, hub.CodeUnauthenticated: http.StatusUnauthorized, hub.CodeForbidden: http.StatusForbidden, hub.CodeUntrusted: http.StatusForbidden,
	hub.CodeNotFound: http.StatusNotFound, hub.CodeConflict: http.StatusConflict, hub.CodeStale: http.StatusServiceUnavailable,
	hub.CodeBusy: http.StatusServiceUnavailable,
}

// fail answers with an error.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	e, ok := errors.AsType[*hub.Error](err)
	if !ok {
		e = hub.Internal("server", err)
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			e = &hub.Error{Code: hub.CodeBusy, Message: "处理超时，已中止。请稍后重试。"}
		}
	}
	status, code := statuses[e.Code], string(e.Code)
	if fault := sheet.FaultOf(err); fault != "" {
		status, code = http.StatusUnprocessableEntity, string(fault)
		if fault == sheet.TooLarge {
			status = http.StatusRequestEntityTooLarge
		}
	}
	if own, ok := errors.AsType[*httpError](err); ok {
		status = own.status
	}
	if r.ContentLength != 0 && status != http.StatusBadRequest {
		w.Header().Set("Connection", "close") // or the rest of the body would be waited for
	}
	extensions := map[string]any{"code": code}
	if e.Field != "" {
		extensions["field"] = e.Field
	}
	switch status {
	case 0:
		status = http.StatusInternalServerError
		extensions["requestId"] = noted(r.Context()).id
		s.config.Log.ErrorContext(r.Context(), "sheets", "request", noted(r.Context()).id, "error", err)
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", challenge)
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "10")
	}
	answer(w, status, map[string]any{"errors": []any{map[string]any{"message": e.Message, "extensions": extensions}}})
}

// answer writes an object as JSON.
func answer(w http.ResponseWriter, status int, object map[string]any) {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(object) // of strings and maps of strings
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text.String())
}
