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
	"runtime"
	"sync/atomic"
	"syscall"
	"time"

	"concord/internal/auth"
	"concord/internal/hub"
	"concord/internal/sheetfiles"
	"concord/internal/telemetry"
)

// Config is what a server works with. Hub and Log are required.
type Config struct {
	Tuning  Tuning // at the start; [Server.tuning] is what holds now
	Serving Serving
	Hub     *hub.Hub
	Log     *slog.Logger
	Sheets  *sheetfiles.Folder // where uploads go; without it none are taken
	Now     func() time.Time   // time.Now when nil
	Metrics *telemetry.Metrics // nil: nothing is counted
	Traces  *telemetry.Traces  // nil: nothing is traced
	// Refuses says why the store would not take a write now, nil when it would.
	Refuses func() error
	// KeepBytes is how much memory kept answers may take; 0 keeps none.
	KeepBytes int64
	Door      *auth.Door // for people; without it only keys come in
	// Provider is one through which people sign in as well; nil for none.
	Provider *auth.Provider
	// DemoAccounts are shown where one signs in, when the door lets them in.
	DemoAccounts []DemoAccount
	// RequestID makes the id of a request that brings none; random when nil.
	RequestID func() string
}

// Server answers HTTP requests.
type Server struct {
	config  Config
	live    atomic.Pointer[live]
	started hub.Revision // when the server was made: what readiness waits for
	mux     http.Handler
	unready chan struct{} // closed when the server is about to stop
	streams *streams
	bodies  *turns // that come
	working *turns // large queries that are answered
	leaving *turns // their answers until they are taken

	uploads   *turns // sheets that come
	downloads *turns // sheets that leave

	rates     *rates
	persisted *persisted
	answers   *answers
}

// New returns a server over c.Hub.
func New(c Config) *Server {
	if c.RequestID == nil {
		c.RequestID = randomID
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Serving.MaxHeader == 0 {
		c.Serving.MaxHeader = defaultMaxHeader
	}
	if c.Refuses == nil {
		c.Refuses = func() error { return nil }
	}
	processors := max(2, runtime.GOMAXPROCS(0))
	s := &Server{config: c, started: c.Hub.Revision(), streams: newStreams(c.Metrics), rates: newRates(c.Now, c.Metrics), persisted: newPersisted(), unready: make(chan struct{}),
		uploads: newTurns(mostUploads, mostUploads/2, "上传"), downloads: newTurns(mostDownloads, mostDownloads/2, "下载"),
		bodies: newTurns(mostBodies, mostBodies/2, "大请求"), leaving: newTurns(mostLeaving, mostLeaving/2, "大查询"), working: newTurns(processors, processors, "大查询")}

	mux := http.NewServeMux()
	mux.HandleFunc("/graphql", s.graphql)
	mux.HandleFunc("GET /explorer", redirect("/explorer/"))
	mux.Handle("GET /explorer/", http.StripPrefix("/explorer", s.explorer()))
	mux.HandleFunc("POST /sheets", s.upload)
	mux.HandleFunc("GET /sheets/{job}/{file}", s.report)
	mux.HandleFunc("GET /exports/{file}", s.export)
	mux.HandleFunc("GET /exports/statistics.xlsx", s.exportStatistics)
	mux.HandleFunc("GET /exports/statistics.csv", s.exportStatistics)
	mux.HandleFunc("GET /session", s.session)
	mux.HandleFunc("POST /session", s.signIn)
	mux.HandleFunc("DELETE /session", s.signOut)
	mux.HandleFunc("POST /session/password", s.setPassword)
	mux.HandleFunc("GET /session/oidc", s.beginOIDC)
	mux.HandleFunc("GET /session/oidc/callback", s.endOIDC)
	mux.HandleFunc("GET /healthz", s.health)
	mux.HandleFunc("GET /readyz", s.ready)
	mux.HandleFunc("GET /metrics", s.metrics)
	mux.Handle("/", s.application(mux))
	s.mux = s.addressed(mux)
	s.answers = newAnswers(s.moment, c.KeepBytes)
	s.Tune(c.Tuning)
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.live.Load().handler.ServeHTTP(w, r)
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
