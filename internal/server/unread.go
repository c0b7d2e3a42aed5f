package server

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"

	"concord/graph"
	"concord/internal/hub"
)

// What is no request of HTTP, or has too long a head, net/http refuses before there is
// a request that a handler could see, by a line of text. So that this is said by a code
// as well, and counted and logged, connections put our answer in the place of that text.
// Under our own TLS it is said so to those who do not speak TLS; to others the text
// passes the connection encrypted, and stays.

// unread is a listener whose connections do so.
type unread struct {
	net.Listener
	server *Server
}

func (u unread) Accept() (net.Conn, error) {
	conn, err := u.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok {
		return &unreadConn{TCPConn: tcp, server: u.server}, nil
	}
	return conn, err
}

// unreadConn stays a TCP connection: net/http closes one half of it, so that a caller
// who is still sending can read why nobody listens.
type unreadConn struct {
	*net.TCPConn
	server *Server
}

func (c *unreadConn) Write(b []byte) (int, error) {
	status := refusedUnread(b)
	if status == 0 {
		return c.TCPConn.Write(b)
	}
	if _, err := c.TCPConn.Write(c.server.refuseUnread(status, c.RemoteAddr().(*net.TCPAddr).AddrPort().Addr().Unmap())); err != nil {
		return 0, err
	}
	return len(b), nil
}

// refusedUnread is the status of a text by which net/http refuses what it cannot read,
// 0 of anything else: no handler answers with these headers alone, and what stands in
// an answer, which a caller may have written, is never sent as nothing but such a text.
func refusedUnread(b []byte) (status int) {
	switch {
	case string(b) == notEncrypted:
		return http.StatusBadRequest
	case bytes.HasPrefix(b, []byte("HTTP/1.1 417 ")) && bytes.HasSuffix(b, []byte("\r\nContent-Length: 0\r\n\r\n")):
		return http.StatusExpectationFailed
	}
	rest, ok := bytes.CutPrefix(b, []byte("HTTP/1.1 "))
	if !ok || len(rest) < 4 || rest[0] < '4' {
		return 0
	}
	line, headers, _ := bytes.Cut(rest, []byte("\r\n"))
	text, ok := bytes.CutPrefix(headers, []byte("Content-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"))
	if !ok || !bytes.Equal(text, line) && string(text) != "Unsupported transfer encoding" {
		return 0
	}
	status, _ = strconv.Atoi(string(rest[:3]))
	return status
}

// refuseUnread returns an answer as [Server.refuse] gives it.
func (s *Server) refuseUnread(status int, from netip.Addr) []byte {
	id := s.config.RequestID()
	s.config.Metrics.Request("none", status, 0)
	s.config.Log.Info("request", "id", id, "status", status, "address", from.String())
	err := notUnderstood()
	if s.config.Serving.TLS != nil {
		err = hub.Invalid("", "这个端口只接受 HTTPS。请把地址开头的 http:// 改为 https://。")
	}
	if status == http.StatusRequestHeaderFieldsTooLarge {
		err = hub.Invalid("", "请求头超过 %d KB。请缩短地址、Cookie 和其他请求头；长的查询请用 POST 放在请求体中。", s.config.Serving.MaxHeader>>10)
	}
	text := encode(s.fault(graph.WithCaller(context.Background(), graph.Caller{RequestID: id}), err))
	return fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nContent-Type: %s; charset=utf-8\r\nContent-Length: %d\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n%s: %s\r\nConnection: close\r\n\r\n%s",
		status, http.StatusText(status), mediaJSON, len(text), requestIDHeader, id, text)
}

// notEncrypted is what net/http says to those who do not speak TLS where it is spoken.
const notEncrypted = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"

func notUnderstood() error {
	return hub.Invalid("", "服务器读不懂这个 HTTP 请求。请用标准的 HTTP/1.1 客户端发送。")
}

// addressed refuses requests to no address, which a [http.ServeMux] would without a word.
func (s *Server) addressed(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.RequestURI == "*" || r.URL.Path == "" {
			s.refuse(w, r, mediaJSON, http.StatusBadRequest, notUnderstood())
			return
		}
		mux.ServeHTTP(w, r)
	})
}
