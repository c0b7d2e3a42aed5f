package server

import (
	"mime"
	"net/http"
	"slices"
	"strings"
)

// Browsers send what they hold for us (cookies, and being inside a closed network)
// along with requests that pages of others make. They ask us first, by a preflight,
// unless the request could have come from a form or a link; and they say from where
// a request comes. What could have come from a form of another site is refused.

// preflightHeaders make browsers ask first; which they are does not matter.
var preflightHeaders = []string{"Authorization", "Apollo-Require-Preflight", "X-Apollo-Operation-Name", "GraphQL-Require-Preflight", requestIDHeader}

// forged reports whether a page of another site made the browser send r, without
// having been let in by the configured origins.
func (s *Server) forged(r *http.Request) bool {
	if s.ours(r) && (r.Header.Get("Origin") != "" || !foreign(r.Header.Get("Sec-Fetch-Site"))) {
		return false
	}
	if hasToken(r.Header, "Upgrade", "websocket") {
		return true // browsers never ask before they open a socket
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); r.Method == http.MethodPost && err == nil && media == mediaJSON {
		return false
	}
	return !slices.ContainsFunc(preflightHeaders, func(name string) bool { return r.Header.Get(name) != "" })
}

func foreign(site string) bool { return site == "cross-site" || site == "same-site" }

// ours reports whether r says no origin, ours, or one that is configured.
func (s *Server) ours(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || slices.Contains(s.tuning().Origins, origin) {
		return true
	}
	_, host, ok := strings.Cut(origin, "://")
	return ok && strings.EqualFold(host, r.Host)
}
