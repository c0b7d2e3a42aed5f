package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"concord/internal/hub"
	"concord/internal/server"
	"concord/internal/telemetry"
)

// quietLogger is for commands that say themselves what they do.
var quietLogger = slog.New(slog.DiscardHandler)

func serveCommand() *cobra.Command {
	s := new(settings)
	c := &cobra.Command{
		Use:     "serve --data 目录 --listen 地址 [--demo]",
		Short:   "提供服务：/ 网页、/graphql 接口、/explorer 接口探索器",
		Example: "  concord serve --data ./data --listen 127.0.0.1:8080 --demo",
		Args:    exactly(),
		RunE:    func(c *cobra.Command, _ []string) error { return serve(c, s) },
	}
	s.bind(c.Flags())
	return c
}

// serve runs the hub until the command's context ends, and then drains: what works
// in the background goes on until the last request has been answered.
func serve(c *cobra.Command, s *settings) (err error) {
	// From the beginning: a SIGHUP that comes while the folder is opened, which may take a
	// while, waits for its turn instead of ending the process.
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	markGiven(c.Flags())
	if err := s.read(c, c.Flags()); err != nil {
		return err
	}
	level := new(slog.LevelVar)
	logger := s.logger(c.ErrOrStderr(), level)
	slog.SetDefault(logger)
	work, end := context.WithCancel(context.WithoutCancel(c.Context()))
	defer end()
	if s.memory > 0 {
		debug.SetMemoryLimit(s.memory << 20)
	}
	metrics := telemetry.NewMetrics()
	traces, err := telemetry.OpenTraces(work, os.Getenv)
	if err != nil {
		return err
	}
	defer func() {
		ending, cancel := context.WithTimeout(work, 5*time.Second)
		defer cancel()
		if err := traces.Close(ending); err != nil {
			logger.Warn("最后的追踪数据没有送出", "error", err)
		}
	}()
	var cert certificate
	how := server.Serving{Wait: s.drainWait, Grace: s.drainGrace, MaxHeader: s.maxHeader << 10}
	if s.tlsCert != "" {
		how.TLS = cert.config()
	}
	// The port first: nothing is touched when it is taken.
	listener, err := server.Listen(c.Context(), s.listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	f, err := openFolder(c.Context(), s.data, folderOptions{
		withIndex: true, logger: logger, metrics: metrics, traces: traces,
		withSheets: true, sheetSize: s.sheetSize << 20, keepSheets: time.Duration(s.keepSheets) * 24 * time.Hour,
		answerDays: s.correctionDays, extensionDays: s.correctionExtension,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if s.memory > 0 {
		go manageMemory(work, f.store.Revision)
	}
	if s.demo {
		if err := f.seedDemo(c.Context()); err != nil {
			return err
		}
	}
	defer f.follow(work, logger)()
	defer f.takeSheets(work, logger)()
	defer f.control(work, logger)()
	defer f.keepUses(work, logger)()
	door, link, err := f.door(c.Context(), s.demo)
	if err != nil {
		return err
	}
	provider, err := s.provider.provider(door)
	if err != nil {
		return err
	}
	front := server.New(server.Config{Door: door, Provider: provider, DemoAccounts: shownDemoAccounts(), Serving: how, Hub: f.hub, Log: logger, Sheets: f.sheets, Metrics: metrics, Traces: traces, Refuses: f.store.Refuses, KeepBytes: s.cacheBytes})
	apply := func(s *settings) error {
		tuning, err := s.tuning(c)
		if err != nil {
			return err
		}
		chosen, err := s.level()
		if err != nil {
			return err
		}
		if how.TLS != nil {
			ends, err := cert.load(s.tlsCert, s.tlsKey)
			if err != nil {
				return err
			}
			metrics.Certificate(ends)
		}
		level.Set(chosen)
		front.Tune(tuning)
		return nil
	}
	if err := apply(s); err != nil {
		return err
	}
	defer onReload(work, hangups, func() {
		fresh, cold, err := s.again(c, c.Flags())
		if err == nil {
			err = apply(fresh)
		}
		metrics.Reloaded(err)
		if err != nil {
			logger.Error("设置没有重新载入，继续按原来的运行", "error", err)
			return
		}
		logger.Info("已重新载入设置", "needsRestart", cold)
	})()
	scheme := "http"
	if how.TLS != nil {
		scheme = "https"
	}
	fmt.Fprintf(c.OutOrStdout(), "调解资源共享中心已启动：%s://%s\n  接口 /graphql　接口探索器 /explorer　数据目录 %s\n", scheme, hostPort(listener), s.data)
	greet(c.OutOrStdout(), scheme+"://"+hostPort(listener), link)
	return front.Serve(c.Context(), listener)
}

// onReload calls reload for every one of hangups, one at a time; the function it
// returns ends that and waits.
func onReload(ctx context.Context, hangups <-chan os.Signal, reload func()) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-ctx.Done():
				return
			case <-hangups:
				reload()
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// takeSheets plans and writes uploaded sheets in the background, and removes what
// is due; the function it returns ends that and waits.
func (f *folder) takeSheets(ctx context.Context, logger *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var both sync.WaitGroup
	both.Go(func() {
		f.hub.RunSheets(ctx, func(job hub.ID, err error) { logger.Error("表格导入", "job", job.String(), "error", err) })
	})
	both.Go(func() {
		tick := time.NewTicker(time.Hour)
		defer tick.Stop()
		for ctx.Err() == nil {
			if err := f.hub.SweepSheets(ctx); err != nil && ctx.Err() == nil {
				logger.Error("清理到期的表格", "error", err)
			}
			select {
			case <-ctx.Done():
			case <-tick.C:
			}
		}
	})
	return func() {
		cancel()
		both.Wait()
	}
}

// follow keeps the index up to date in the background; the function it returns
// ends that and waits.
func (f *folder) follow(ctx context.Context, logger *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		begun := time.Now()
		go func() {
			if f.indexed(ctx) {
				logger.Info("检索索引已跟上", "revision", f.index.Revision(), "seconds", int(time.Since(begun).Seconds()))
			}
		}()
		if err := f.index.Follow(ctx, f.store); err != nil {
			logger.Error("检索索引停止跟进", "error", err)
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// indexed waits until the index has caught up with what the store holds now.
func (f *folder) indexed(ctx context.Context) bool {
	target := f.store.Revision()
	for !f.index.Ready() || f.index.Revision() < target {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(20 * time.Millisecond):
		}
	}
	return true
}

// hostPort is the address as a browser on this machine reaches it.
func hostPort(l net.Listener) string {
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return l.Addr().String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
