package server

import (
	"net/http"

	"concord/internal/auth"
	"concord/internal/hub"
)

// challenge tells a client how to say who it is.
const challenge = `Bearer realm="concord"`

// known returns who calls: for every way in, decided here.
func (s *Server) known(r *http.Request) (*hub.Principal, error) {
	caller, err := auth.Authenticate(r.Context(), s.config.Hub, r.Header.Get("Authorization"))
	if err == nil {
		noted(r.Context()).caller = caller.ID
	}
	return caller, err
}
