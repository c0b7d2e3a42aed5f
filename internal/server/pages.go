package server

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"strings"

	"concord/internal/hub"
	"concord/web"
)

//go:embed landing.html
var landingPage []byte

// landing answers the root with where to go from there.
func landing(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	_, _ = w.Write(landingPage)
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusMovedPermanently) }
}

// explorer serves the built explorer from the binary; nothing of it comes from
// another origin. Files named after their content may be kept for ever.
func explorer() http.Handler {
	files := http.FileServerFS(web.Explorer())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", web.ContentSecurityPolicy)
		if !web.Built() {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte(web.Unbuilt))
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		if strings.HasPrefix(r.URL.Path, "/assets/") {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		files.ServeHTTP(w, r)
	})
}

// health says that the process answers.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	state(w, http.StatusOK, map[string]any{"status": "ok"})
}

// ready says whether searches know what the hub held when it started: whoever
// balances load sends callers only then. During an import the index may be behind
// for a moment; that does not make the hub unready.
func (s *Server) ready(w http.ResponseWriter, _ *http.Request) {
	index, indexed := s.config.Hub.IndexRevision()
	status, word := http.StatusOK, "ready"
	if !indexed || index < s.started {
		status, word = http.StatusServiceUnavailable, "检索索引正在追赶"
	}
	state(w, status, map[string]any{"status": word, "revision": s.config.Hub.Revision(), "indexRevision": index})
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
