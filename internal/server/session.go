package server

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"concord/internal/auth"
	"concord/internal/hub"
)

// Signing in and out, for pages:
//
//	GET    /session           who has signed in, and how one can
//	POST   /session           {"account", "password"} signs in
//	DELETE /session           signs out
//	POST   /session/password  {"token" or "current", "password"} sets a password
//
// A session is a cookie that scripts cannot read.

const cookieName = "concord_session"

// mostCredentials is how long a body with a password may be, in bytes.
const mostCredentials = 8 << 10

// DemoAccount is an account whose password is shown to everybody.
type DemoAccount struct {
	Account  string `json:"account"`
	Password string `json:"password"`
	Label    string `json:"label"`
}

func sessionCookie(r *http.Request) string {
	if cookie, err := r.Cookie(cookieName); err == nil {
		return cookie.Value
	}
	return ""
}

// setCookie hands out the secret of a session, or takes it back when it is "".
func setCookie(w http.ResponseWriter, r *http.Request, secret string) {
	cookie := &http.Cookie{
		Name: cookieName, Value: secret, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: encrypted(r), MaxAge: int(hub.SessionTerm.Seconds()),
	}
	if secret == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

// encrypted reports whether the browser speaks TLS, with us or with a proxy in
// front. Somebody who lies about it only hides a cookie from himself.
func encrypted(r *http.Request) bool {
	return r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

// session says who has signed in.
func (s *Server) session(w http.ResponseWriter, r *http.Request) {
	cookie := sessionCookie(r)
	if s.config.Door == nil || cookie == "" {
		s.answerSession(w, nil)
		return
	}
	_, account, err := s.config.Door.Present(r.Context(), cookie)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if account == nil {
		setCookie(w, r, "") // it opens nothing any more: pages go on as anybody
	}
	s.answerSession(w, account)
}

// answerSession says who has signed in, and how one can.
func (s *Server) answerSession(w http.ResponseWriter, a *hub.Account) {
	said := map[string]any{"signedIn": a != nil, "account": nil, "oidc": nil, "demo": []DemoAccount{}}
	if s.config.Door != nil && s.config.Door.Demo() {
		said["demo"] = s.config.DemoAccounts
	}
	if s.config.Provider != nil {
		said["oidc"] = map[string]any{"label": s.config.Provider.Label()}
	}
	if a != nil {
		account := map[string]any{"id": a.ID.String(), "name": a.Name, "label": a.Label, "role": a.Role, "roleLabel": a.Role.Label(), "mustChangePassword": a.MustChange}
		reference := s.config.Hub.Reference()
		if district, ok := reference.District(a.District); ok {
			account["district"] = map[string]any{"code": district.Code, "name": district.Name}
		}
		if court, ok := reference.CourtByCode(a.Court); ok {
			account["court"] = map[string]any{"code": court.Code, "name": court.Name}
		}
		if agency, ok := reference.AgencyByCode(a.Agency); ok {
			account["agency"] = map[string]any{"code": agency.Code, "name": agency.Name}
		}
		said["account"] = account
	}
	answer(w, http.StatusOK, said)
}

// signIn begins a session.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) {
	var said struct{ Account, Password string }
	door, err := s.credentials(w, r, &said)
	if err == nil && (said.Account == "" || said.Password == "") {
		err = hub.Invalid("", "请填写登录名和密码。")
	}
	if err != nil {
		s.failSession(w, r, err)
		return
	}
	entry, err := door.SignIn(r.Context(), said.Account, said.Password, s.from(r))
	s.entered(w, r, entry, err)
}

func (s *Server) from(r *http.Request) auth.From {
	return auth.From{Client: r.UserAgent(), Address: s.addressOf(r)}
}

// setPassword sets a password: by a link that serves once, or of whoever has signed
// in.
func (s *Server) setPassword(w http.ResponseWriter, r *http.Request) {
	var said struct{ Token, Current, Password string }
	door, err := s.credentials(w, r, &said)
	if err == nil && (said.Token == "") == (said.Current == "") {
		err = hub.Invalid("", "请给出一次性链接中的 token，或当前密码 current，二者取一。")
	}
	if err != nil {
		s.failSession(w, r, err)
		return
	}
	var entry *auth.Entry
	if said.Token != "" {
		entry, err = door.SetByLink(r.Context(), said.Token, said.Password, s.from(r))
	} else {
		entry, err = door.SetByCurrent(r.Context(), sessionCookie(r), said.Current, said.Password, s.from(r))
	}
	s.entered(w, r, entry, err)
}

// entered answers somebody who has come in, or has not. A session that the browser
// had before is over.
func (s *Server) entered(w http.ResponseWriter, r *http.Request, entry *auth.Entry, err error) {
	if err == nil {
		err = s.config.Door.SignOut(r.Context(), sessionCookie(r))
	}
	if err != nil {
		s.failSession(w, r, err)
		return
	}
	noted(r.Context()).caller = entry.Account.ID.String()
	setCookie(w, r, entry.Cookie)
	s.answerSession(w, entry.Account)
}

// signOut ends the session.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) {
	err := ownPage(r)
	if err == nil && s.config.Door != nil {
		err = s.config.Door.SignOut(r.Context(), sessionCookie(r))
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	setCookie(w, r, "")
	s.answerSession(w, nil)
}

// credentials reads what a page of ours sends.
func (s *Server) credentials(w http.ResponseWriter, r *http.Request, said any) (*auth.Door, error) {
	if s.config.Door == nil {
		return nil, hub.NotFound("本服务没有启用登录。")
	}
	if err := ownPage(r); err != nil {
		return nil, err
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != mediaJSON {
		return nil, &httpError{http.StatusUnsupportedMediaType, hub.Invalid("Content-Type", "请求体须为 UTF-8 编码的 JSON，并以 Content-Type: application/json 发送。")}
	}
	if r.ContentLength > mostCredentials {
		w.Header().Set("Connection", "close") // nothing of it is waited for
		return nil, &httpError{http.StatusRequestEntityTooLarge, hub.Invalid("", "请求体超过 %d 字节。", mostCredentials)}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostCredentials))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, &httpError{http.StatusRequestEntityTooLarge, hub.Invalid("", "请求体超过 %d 字节。", mostCredentials)}
	}
	if err != nil || decode(body, said) != nil {
		return nil, hub.Invalid("", "请求体应为一个 JSON 对象，其中各项都是文字。")
	}
	return s.config.Door, nil
}

// failSession answers with an error; who has to wait is told how long.
func (s *Server) failSession(w http.ResponseWriter, r *http.Request, err error) {
	if wait, ok := errors.AsType[*auth.WaitError](err); ok {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.After.Seconds())))
		err = &httpError{http.StatusTooManyRequests, err}
	}
	s.fail(w, r, err)
}
