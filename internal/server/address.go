package server

import (
	"net/http"
	"net/netip"
)

// addressOf is the address from which a request comes: of IPv6 the network, for
// one subscriber has as many addresses as she likes in hers.
func addressOf(r *http.Request) string {
	address, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return "unknown"
	}
	ip := address.Addr().Unmap()
	if ip.Is6() {
		prefix, _ := ip.Prefix(64)
		return prefix.String()
	}
	return ip.String()
}
