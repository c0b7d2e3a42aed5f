package server

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"concord/internal/hub"
)

// Signing in through an identity provider:
//
//	GET /session/oidc           sends the browser to the provider
//	GET /session/oidc/callback  takes it back

// browserCookie ties the way back to the browser that went, toCookie says to which
// page it wanted to come.
const (
	browserCookie = "concord_oidc"
	toCookie      = "concord_oidc_to"
)

const callbackPath = "/session/oidc/callback"

// beginOIDC sends the browser to the provider.
func (s *Server) beginOIDC(w http.ResponseWriter, r *http.Request) {
	if s.config.Provider == nil {
		s.failPage(w, r, hub.NotFound("本系统没有启用统一身份认证。请用密码登录。"))
		return
	}
	scheme := "http://"
	if encrypted(r) {
		scheme = "https://"
	}
	address, browser, err := s.config.Provider.Begin(r.Context(), scheme+r.Host+callbackPath)
	if err != nil {
		s.failPage(w, r, err)
		return
	}
	setBrowser(w, r, browserCookie, browser)
	setBrowser(w, r, toCookie, url.QueryEscape(ownPath(r.URL.Query().Get("to"))))
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, address, http.StatusSeeOther)
}

// endOIDC takes the browser back, with a session when it may come in.
func (s *Server) endOIDC(w http.ResponseWriter, r *http.Request) {
	if s.config.Provider == nil {
		s.failPage(w, r, hub.NotFound("本系统没有启用统一身份认证。请用密码登录。"))
		return
	}
	browser := ""
	if cookie, err := r.Cookie(browserCookie); err == nil {
		browser = cookie.Value
	}
	to := "/"
	if cookie, err := r.Cookie(toCookie); err == nil {
		wanted, _ := url.QueryUnescape(cookie.Value)
		to = ownPath(wanted)
	}
	setBrowser(w, r, browserCookie, "")
	setBrowser(w, r, toCookie, "")
	entry, err := s.config.Provider.End(r.Context(), browser, r.URL.Query(), r.UserAgent())
	if err == nil {
		err = s.config.Door.SignOut(r.Context(), sessionCookie(r))
	}
	if err != nil {
		s.failPage(w, r, err)
		return
	}
	noted(r.Context()).caller = entry.Account.ID.String()
	setCookie(w, r, entry.Cookie)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// ownPath returns the path of a page of ours, and the first page's for whatever else
// is said: nobody is to be led elsewhere by a link of ours.
func ownPath(to string) string {
	u, err := url.Parse(to)
	if err != nil || len(to) > 1024 || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\t\r\n") {
		return "/"
	}
	return to
}

func setBrowser(w http.ResponseWriter, r *http.Request, name, value string) {
	cookie := &http.Cookie{Name: name, Value: value, Path: "/session/oidc", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: encrypted(r), MaxAge: 600}
	if value == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

var refusalPage = template.Must(template.New("").Parse(`<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>没有登录</title>
<body><h1>没有登录</h1><p>{{.}}</p><p><a href="/sign-in">返回登录页</a></p></body></html>
`))

// failPage answers a browser that goes from page to page with a page, and a program
// as ever.
func (s *Server) failPage(w http.ResponseWriter, r *http.Request, err error) {
	e, ok := errors.AsType[*hub.Error](err)
	if !ok || statuses[e.Code] == 0 || !strings.Contains(r.Header.Get("Accept"), "text/html") {
		s.failSession(w, r, err)
		return
	}
	if e.Cause != nil {
		s.config.Log.WarnContext(r.Context(), "oidc", "request", noted(r.Context()).id, "error", e.Cause)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", "default-src 'none'")
	w.WriteHeader(statuses[e.Code])
	_ = refusalPage.Execute(w, e.Message) // a client that is gone cannot be told so
}
