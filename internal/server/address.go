package server

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"concord/internal/hub"
)

// origin is where a request comes from.
type origin struct {
	address netip.Addr // of the caller; of the proxy when it does not say for whom it asks
	secure  bool       // by TLS, up to us or up to a proxy that is trusted
}

// originOf finds where a request comes from. What X-Forwarded-For and
// X-Forwarded-Proto say counts only as far as proxies that are trusted have written
// it: the caller is the last address in the list that is not one of theirs.
func originOf(r *http.Request, proxies []netip.Prefix) origin {
	o := origin{secure: r.TLS != nil}
	if peer, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		o.address = peer.Addr().Unmap()
	}
	if !inside(o.address, proxies) {
		return o
	}
	if schemes := r.Header.Values("X-Forwarded-Proto"); len(schemes) > 0 {
		list := strings.Split(schemes[len(schemes)-1], ",")
		o.secure = strings.EqualFold(strings.TrimSpace(list[len(list)-1]), "https")
	}
	chain := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, entry := range slices.Backward(chain) {
		address, err := netip.ParseAddr(strings.TrimSpace(entry))
		if err != nil {
			break // what stands before it may be anybody's
		}
		o.address = address.Unmap().WithZone("")
		if !inside(o.address, proxies) {
			break
		}
	}
	return o
}

// inside reports whether an address is in one of the networks.
func inside(address netip.Addr, networks []netip.Prefix) bool {
	return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(address) })
}

// forwarded reports whether a proxy stands between the caller and us.
func forwarded(r *http.Request) bool {
	return r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" || r.Header.Get("Via") != ""
}

// addressOf names the address to which an anonymous caller's requests are charged:
// of IPv6 the network, for one subscriber has as many addresses as she likes in hers.
func (s *Server) addressOf(r *http.Request) string {
	address := originOf(r, s.tuning().Proxies).address
	switch {
	case !address.IsValid():
		return "unknown"
	case address.Is6():
		if network, err := address.Prefix(64); err == nil {
			return network.String()
		}
	}
	return address.String()
}

// metrics answers with the numbers for Prometheus, to callers from addresses that
// may have them. A proxy that is not trusted may speak for anybody, and so for
// nobody.
func (s *Server) metrics(w http.ResponseWriter, r *http.Request) {
	t := s.tuning()
	peer := originOf(r, nil).address
	if !inside(noted(r.Context()).address, t.MetricsFrom) || forwarded(r) && !inside(peer, t.Proxies) {
		s.fail(w, r, hub.Forbidden("监控指标只提供给指定的地址。请由运维人员用 --metrics-from 指定。"))
		return
	}
	s.config.Metrics.Handler().ServeHTTP(w, r)
}
