package server

import (
	"container/list"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"time"
)

// mostSilent is how many connections may be open on which no request stands.
const mostSilent = 1000

// silent are the connections on which no whole request stands: those that have sent
// nothing yet or half a head, and those that are kept for a next one. Each takes memory,
// and costs who opens it nothing. When there are too many, the one that has been silent
// for longest is closed: somebody who has something to ask is not.
type silent struct {
	mu    sync.Mutex
	order *list.List // of net.Conn, the one silent for longest in front
	at    map[net.Conn]*list.Element
}

func newSilent() *silent { return &silent{order: list.New(), at: map[net.Conn]*list.Element{}} }

// watch is told of every change of every connection.
func (s *silent) watch(conn net.Conn, state http.ConnState) {
	if oldest := s.changed(conn, state); oldest != nil {
		if secured, ok := oldest.(*tls.Conn); ok {
			oldest = secured.NetConn() // without a word: it might not be taken
		}
		_ = oldest.Close() // nobody is there to be told
	}
}

// changed returns the connection that is to be closed, if any.
func (s *silent) changed(conn net.Conn, state http.ConnState) (oldest net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if element, ok := s.at[conn]; ok {
		s.order.Remove(element)
		delete(s.at, conn)
	}
	if state != http.StateNew && state != http.StateIdle {
		return nil
	}
	s.at[conn] = s.order.PushBack(conn)
	if s.order.Len() <= mostSilent {
		return nil
	}
	oldest = s.order.Remove(s.order.Front()).(net.Conn)
	delete(s.at, oldest)
	return oldest
}

// An HTTP/2 connection is many at once, and what its client sends is kept in our memory
// where that of HTTP/1.1 waits in the kernel's.
const (
	mostRequests = 100      // under way on one connection; RFC 9113 wants no fewer
	mostUnread   = 64 << 10 // bytes of a body that came before they are read
	mostFrame    = 16 << 10 // bytes of a frame, for which memory is taken as soon as its length has come
	// A connection that takes nothing at all is cut: the deadlines of its answers do not
	// hold there, for it would not take either that they are broken off.
	mostStill = 10 * time.Second
)

func http2(still time.Duration) *http.HTTP2Config {
	if still == 0 {
		still = mostStill
	}
	return &http.HTTP2Config{
		MaxConcurrentStreams: mostRequests, MaxReceiveBufferPerStream: mostUnread,
		MaxReadFrameSize: mostFrame, WriteByteTimeout: still,
	}
}
