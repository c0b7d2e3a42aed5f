package server

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"time"

	"concord/internal/hub"
)

// Serving is how a server takes connections and stops.
type Serving struct {
	TLS *tls.Config // nil: plain HTTP
	// Wait is how long the server goes on answering after it has said that it is
	// no longer ready, so that whoever balances load sends nobody any more.
	Wait time.Duration
	// Grace is how long requests in flight may then take to end; 10 s when 0.
	Grace time.Duration
	// MaxHeader is how many bytes of headers a request may have; 16 KiB when 0.
	MaxHeader int

	wait  func()        // instead of Wait, in tests
	still time.Duration // instead of mostStill, in tests
}

const (
	defaultGrace     = 10 * time.Second
	defaultMaxHeader = 16 << 10
)

func closed(ch <-chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}

// Serve answers requests on listener until ctx is done, then drains: no longer ready;
// no more connections, and streams told to end by the codes of their protocols;
// requests in flight end. It returns nil when that is done, at the latest after the
// grace.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	how := s.config.Serving
	server := &http.Server{
		Handler:           s,
		TLSConfig:         how.TLS,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    how.MaxHeader,
		ConnState:         newSilent().watch,
		HTTP2:             http2(how.still),
		ErrorLog:          slog.NewLogLogger(s.config.Log.Handler(), slog.LevelWarn),
	}
	server.RegisterOnShutdown(s.streams.end)
	ended := make(chan error, 1)
	listener = unread{listener, s}
	go func() {
		if how.TLS != nil {
			ended <- server.ServeTLS(listener, "", "")
		} else {
			ended <- server.Serve(listener)
		}
	}()
	select {
	case err := <-ended:
		return hub.Internal("server.Serve", err)
	case <-ctx.Done():
	}
	close(s.unready)
	s.config.Log.Info("正在停止：已声明未就绪", "wait", how.Wait)
	if how.wait == nil {
		how.wait = func() { time.Sleep(how.Wait) }
	}
	how.wait()
	grace := how.Grace
	if grace == 0 {
		grace = defaultGrace
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := server.Shutdown(ending)
	s.streams.wait(ending) // sockets are no longer the HTTP server's
	if err != nil {
		s.config.Log.Warn("到期仍有请求没有结束，已中断", "grace", grace)
		return server.Close()
	}
	return nil
}
