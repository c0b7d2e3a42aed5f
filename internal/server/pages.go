package server

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"path"
	"runtime/debug"
	"strings"

	"concord/internal/hub"
	"concord/web"
)

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusMovedPermanently) }
}

// application answers every path that is not another way in with the page of the
// application, which knows what to show there; its files besides. Only somebody who
// asks for a page gets one: a program with a wrong address is told so.
func (s *Server) application(routes *http.ServeMux) http.Handler {
	files := static{web.App(), s.missing}
	page, _ := fs.ReadFile(web.App(), "index.html") // without it nothing is Built
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch name := strings.TrimPrefix(r.URL.Path, "/"); {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			s.unfit(w, r, routes)
		case !web.Built():
			unbuilt(w, web.AppPolicy("none"))
		case name != "" && name != "index.html" && files.has(name):
			w.Header().Set("Content-Security-Policy", web.AppPolicy("none"))
			files.ServeHTTP(w, r)
		case name == "" || strings.Contains(r.Header.Get("Accept"), "text/html") && !strings.HasPrefix(name, "assets/"):
			nonce := rand.Text()
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", web.AppPolicy(nonce))
			w.Header().Set("Cache-Control", "no-store") // a nonce is for once
			_, _ = w.Write(bytes.ReplaceAll(page, []byte(web.Nonce), []byte(nonce)))
		default:
			s.missing(w, r)
		}
	})
}

// missing answers a request for what there is not.
func (s *Server) missing(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, hub.NotFound("没有这个地址。接口在 /graphql，接口探索器在 /explorer，网页在 /。"))
}

// unfit answers a request by a method that its address does not take.
func (s *Server) unfit(w http.ResponseWriter, r *http.Request, routes *http.ServeMux) {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete} {
		other := *r
		other.Method = method
		if _, pattern := routes.Handler(&other); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		allowed = []string{http.MethodGet, http.MethodHead} // of pages
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	s.fail(w, r, &httpError{http.StatusMethodNotAllowed, hub.Invalid("", "这个地址不接受所用的请求方法。可用的方法见 Allow 响应头。")})
}

// explorer serves the built explorer from the binary; nothing of it comes from
// another origin.
func (s *Server) explorer() http.Handler {
	files := static{web.Explorer(), s.missing}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !web.Built() {
			unbuilt(w, web.ExplorerPolicy)
			return
		}
		w.Header().Set("Content-Security-Policy", web.ExplorerPolicy)
		files.ServeHTTP(w, r)
	})
}

func unbuilt(w http.ResponseWriter, policy string) {
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write([]byte(web.Unbuilt))
}

// static serves files that were built: in the smallest encoding that the client
// takes, and for ever where a file is named after its content.
type static struct {
	files   fs.FS
	missing http.HandlerFunc
}

func (s static) has(name string) bool {
	info, err := fs.Stat(s.files, name)
	return err == nil && !info.IsDir()
}

func (s static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = "index.html"
	}
	if !s.has(name) {
		s.missing(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "assets/") {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	w.Header().Set("Content-Type", mediaOf(name))
	w.Header().Add("Vary", "Accept-Encoding")
	for _, form := range []struct{ encoding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if s.has(name+form.suffix) && takes(r, form.encoding) {
			w.Header().Set("Content-Encoding", form.encoding)
			name += form.suffix
			break
		}
	}
	http.ServeFileFS(w, r, s.files, name)
}

// mediaOf does not ask the machine's own tables: a page must not depend on them.
func mediaOf(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".ttf":
		return "font/ttf"
	default:
		return "text/plain; charset=utf-8"
	}
}

// takes reports whether the client takes an encoding.
func takes(r *http.Request, encoding string) bool {
	for _, entry := range strings.Split(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, options, _ := strings.Cut(entry, ";")
		if strings.TrimSpace(name) == encoding {
			q, weighed := strings.CutPrefix(strings.TrimSpace(options), "q=")
			return !weighed || strings.Trim(q, "0.") != ""
		}
	}
	return false
}

// health says that the process answers.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	state(w, http.StatusOK, map[string]any{"status": "ok"})
}

// ready says whether callers should be sent here: searches know what the hub held
// when it started, and it is not about to stop. During an import the index may be
// behind for a moment, and after a failed commit only writes are refused; neither
// makes the hub unready, but it says so.
func (s *Server) ready(w http.ResponseWriter, _ *http.Request) {
	index, indexed := s.config.Hub.IndexRevision()
	answer := map[string]any{"status": "ready", "version": version(), "revision": s.config.Hub.Revision(), "indexRevision": index, "writable": true}
	status := http.StatusOK
	switch {
	case closed(s.unready):
		status, answer["status"], answer["reason"] = http.StatusServiceUnavailable, "draining", "服务正在停止"
	case !indexed || index < s.started:
		status, answer["status"], answer["reason"] = http.StatusServiceUnavailable, "indexing", "检索索引正在追赶，名册查询照常"
	}
	if err := s.config.Refuses(); err != nil {
		answer["writable"], answer["reason"] = false, "暂不接受写入"
		if e, ok := errors.AsType[*hub.Error](err); ok {
			answer["reason"] = e.Message
		}
	}
	state(w, status, answer)
}

// version is that of the program, as its build has it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return ""
}

func state(w http.ResponseWriter, status int, fields map[string]any) {
	body, err := json.Marshal(fields)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"status":"`+string(hub.CodeInternal)+`"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}
