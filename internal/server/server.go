// Package server is the way in by HTTP: who calls, how much, how long, and where
// to. It knows GraphQL over HTTP, the pages and the health of the process;
// every answer comes from the hub through package graph.
package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/rs/cors"

	"concord/graph"
	"concord/internal/hub"
	"concord/internal/sheetfiles"
)

// Config is what a server works with. Hub and Log are required.
type Config struct {
	Hub     *hub.Hub
	Log     *slog.Logger
	Limits  graph.Limits       // of an operation; graph.DefaultLimits when zero
	Origins []string           // web origins whose pages may ask, such as https://example.gov.cn; none when empty
	MaxBody int64              // bytes of a request's body; 256 KiB when 0
	Timeout time.Duration      // for one operation; 30 s when 0
	Sheets  *sheetfiles.Folder // where uploads go; without it none are taken
	Streams StreamLimits       // of WebSockets and event streams; DefaultStreamLimits when zero
	Rates   RateLimits         // none when zero
	Proxies []netip.Prefix     // whose X-Forwarded-For is believed
	Now     func() time.Time   // time.Now when nil
	// RequestID makes the id of a request that brings none; random when nil.
	RequestID func() string
}

const (
	defaultMaxBody = 256 << 10
	defaultTimeout = 30 * time.Second
)

// Server answers HTTP requests.
type Server struct {
	config   Config
	executor graphql.GraphExecutor
	started  hub.Revision // when the server was made: what readiness waits for
	handler  http.Handler
	uploads  chan struct{} // as many as run at a time
	exports  chan struct{} // the same
	streams  *streams

	rates     *rates
	persisted *persisted
}

// New returns a server over c.Hub.
func New(c Config) *Server {
	if c.Limits.Tokens == 0 {
		closed := c.Limits.ClosedSchema
		c.Limits = graph.DefaultLimits
		c.Limits.ClosedSchema = closed
	}
	if c.MaxBody == 0 {
		c.MaxBody = defaultMaxBody
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	if c.RequestID == nil {
		c.RequestID = randomID
	}
	if c.Streams == (StreamLimits{}) {
		c.Streams = DefaultStreamLimits
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.Limits.Body, c.Limits.Header, c.Limits.Seconds = int(c.MaxBody), maxHeader, int(c.Timeout.Seconds())
	c.Limits.Message, c.Limits.Subscriptions = int(c.Streams.Message), c.Streams.Subscriptions
	s := &Server{config: c, streams: newStreams(c.Streams), rates: newRates(c.Rates, c.Now), persisted: newPersisted(), executor: graph.New(c.Hub, c.Log, c.Limits), started: c.Hub.Revision(),
		uploads: make(chan struct{}, mostUploads), exports: make(chan struct{}, mostExports)}

	mux := http.NewServeMux()
	mux.HandleFunc("/graphql", s.graphql)
	mux.HandleFunc("GET /explorer", redirect("/explorer/"))
	mux.Handle("GET /explorer/", http.StripPrefix("/explorer", explorer()))
	mux.HandleFunc("POST /sheets", s.upload)
	mux.HandleFunc("GET /sheets/{job}/{file}", s.report)
	mux.HandleFunc("GET /exports/{file}", s.export)
	mux.HandleFunc("GET /healthz", s.health)
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("/", application())
	s.handler = s.observed(s.crossOrigin(mux))
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// crossOrigin lets the pages of the configured origins ask.
func (s *Server) crossOrigin(next http.Handler) http.Handler {
	if len(s.config.Origins) == 0 {
		return next
	}
	return cors.New(cors.Options{
		AllowedOrigins: s.config.Origins,
		AllowedMethods: []string{http.MethodGet, http.MethodPost},
		AllowedHeaders: []string{"Authorization", "Content-Type", requestIDHeader},
		ExposedHeaders: []string{requestIDHeader, revisionHeader, "Content-Disposition"},
		MaxAge:         600,
	}).Handler(next)
}

// Listen opens the address. Its errors say in Chinese what to do.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	switch {
	case err == nil:
		return listener, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, &hub.Error{Code: hub.CodeBusy, Field: "listen", Cause: err,
			Message: "监听地址 " + address + " 已被占用：可能已有一个 Concord 在运行。请先停止它，或用 --listen 换一个端口。"}
	case errors.Is(err, syscall.EACCES):
		return nil, &hub.Error{Code: hub.CodeForbidden, Field: "listen", Cause: err,
			Message: "没有权限监听 " + address + "。1024 以下的端口需要管理员权限，请用 --listen 换一个端口。"}
	default:
		return nil, &hub.Error{Code: hub.CodeInvalid, Field: "listen", Cause: err,
			Message: "无法监听 " + address + "。请用 --listen 给出本机的地址和端口，例如 127.0.0.1:8080。"}
	}
}

// maxHeader is how many bytes of headers a request may have.
const maxHeader = 16 << 10

// grace is how long requests in flight may take to end.
const grace = 10 * time.Second

// Serve answers requests on listener until ctx is done, then lets those in flight
// end. It returns nil after an orderly end.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      s.config.Timeout + 30*time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(s.config.Log.Handler(), slog.LevelWarn),
	}
	server.RegisterOnShutdown(s.streams.end)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return hub.Internal("server.Serve", err)
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := server.Shutdown(ending)
	s.streams.wait(ending) // sockets are no longer the HTTP server's
	if err != nil {
		return errors.Join(err, server.Close())
	}
	return nil
}
