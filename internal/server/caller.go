package server

import (
	"mime"
	"net/http"
	"net/url"

	"concord/internal/auth"
	"concord/internal/hub"
)

// challenge tells a client how to say who it is.
const challenge = `Bearer realm="concord"`

// known returns who calls: for every way in, decided here. A key wins over the
// cookie of a session. Who calls is decided when a request begins: one during which
// a key expires or a session is ended reads as it began, and writes nothing.
func (s *Server) known(r *http.Request) (*hub.Principal, error) {
	caller, err := s.identified(r)
	if err == nil {
		noted(r.Context()).caller = caller.ID
	}
	return caller, err
}

// knownBeside is [Server.known] for the ways in beside GraphQL: keys that are bound to
// documents do not open them.
func (s *Server) knownBeside(r *http.Request) (*hub.Principal, error) {
	caller, err := s.known(r)
	if err == nil {
		err = caller.MayRoam()
	}
	return caller, err
}

func (s *Server) identified(r *http.Request) (*hub.Principal, error) {
	authorization, cookie := r.Header.Get("Authorization"), sessionCookie(r)
	if authorization != "" || cookie == "" || s.config.Door == nil {
		return auth.Authenticate(r.Context(), s.config.Hub, authorization)
	}
	if err := ownPage(r); err != nil {
		return nil, err
	}
	return s.config.Door.Caller(r.Context(), cookie)
}

// ownPage returns an error unless a request that carries a cookie was made by a
// page of this server, or by a program: browsers send cookies along whoever asks.
// They say who asks in Sec-Fetch-Site, older ones in Origin; without either, what a
// form of a foreign page can send without asking first is refused.
func ownPage(r *http.Request) error {
	foreign := hub.Forbidden("请求来自别的网站，已拒绝。请在本系统的网页中操作；程序请改用密钥。")
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" {
		if site == "same-origin" || site == "none" {
			return nil
		}
		return foreign
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		if from, err := url.Parse(origin); err == nil && from.Host == r.Host {
			return nil
		}
		return foreign
	}
	if r.Method != http.MethodPost {
		return nil // GET changes nothing, and no form sends the others
	}
	switch media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); {
	case err != nil, media == "multipart/form-data", media == "application/x-www-form-urlencoded", media == "text/plain":
		return foreign
	}
	return nil
}
