package server

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// addressOf is the address from which a request comes. Proxies that are trusted
// say for whom they ask; anybody else can write what she likes. Of IPv6 it is the
// network, for one subscriber has as many addresses as she likes in hers.
func (s *Server) addressOf(r *http.Request) string {
	address, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return "unknown"
	}
	ip := address.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !s.trusts(ip) {
			break
		}
		before, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		ip = before.Unmap()
	}
	if ip.Is6() {
		if prefix, err := ip.WithZone("").Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return ip.String()
}

func (s *Server) trusts(ip netip.Addr) bool {
	return slices.ContainsFunc(s.config.Proxies, func(p netip.Prefix) bool { return p.Contains(ip) })
}
