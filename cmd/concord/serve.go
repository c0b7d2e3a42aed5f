package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"concord/internal/hub"
	"concord/internal/server"
	"concord/internal/sheetfiles"
)

// quietLogger is for commands that say themselves what they do.
var quietLogger = slog.New(slog.DiscardHandler)

func serveCommand() *cobra.Command {
	var (
		dir, listen string
		demo        bool
		origins     []string
		memory      int64
		sheetSize   int64
		keepSheets  int
		limits      limitFlags
	)
	c := &cobra.Command{
		Use:     "serve --data 目录 --listen 地址 [--demo]",
		Short:   "提供服务：/ 网页、/graphql 接口、/explorer 接口探索器",
		Example: "  concord serve --data ./data --listen 127.0.0.1:8080 --demo",
		Args:    exactly(),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			logger := slog.New(slog.NewTextHandler(c.ErrOrStderr(), nil))
			slog.SetDefault(logger)
			if memory > 0 {
				// The collector may be lazy while there is room, and must not
				// be when there is not.
				debug.SetGCPercent(200)
				debug.SetMemoryLimit(memory << 20)
			}
			config := server.Config{Log: logger, Origins: origins}
			if err := limits.apply(c, &config); err != nil {
				return err
			}
			// The port first: nothing is touched when it is taken.
			listener, err := server.Listen(c.Context(), listen)
			if err != nil {
				return err
			}
			defer listener.Close()
			f, err := openFolder(c.Context(), dir, folderOptions{
				withIndex: true, logger: logger,
				withSheets: true, sheetSize: sheetSize << 20, keepSheets: time.Duration(keepSheets) * 24 * time.Hour,
			})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, f.Close()) }()
			if demo {
				if err := f.seedDemo(c.Context()); err != nil {
					return err
				}
			}
			following := f.follow(c.Context(), logger)
			defer following()
			defer f.takeSheets(c.Context(), logger)()
			defer f.control(c.Context(), logger)()
			config.Hub, config.Sheets = f.hub, f.sheets
			s := server.New(config)
			fmt.Fprintf(c.OutOrStdout(), "调解资源共享中心已启动：http://%s\n  接口 /graphql　接口探索器 /explorer　数据目录 %s\n", hostPort(listener), dir)
			return s.Serve(c.Context(), listener)
		},
	}
	dataFlag(c, &dir)
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "监听地址")
	c.Flags().BoolVar(&demo, "demo", false, "载入示例名册（虚构人员）")
	c.Flags().StringSliceVar(&origins, "origins", nil, "允许跨源访问的网页来源，用逗号隔开，例如 https://example.gov.cn")
	c.Flags().Int64Var(&memory, "memory", 1024, "内存软上限（MB），0 为不限")
	c.Flags().Int64Var(&sheetSize, "sheet-size", sheetfiles.DefaultMost>>20, "上传表格的大小上限（MB）")
	limits.add(c.Flags())
	c.Flags().IntVar(&keepSheets, "keep-sheets", int(hub.DefaultKeepSheets/(24*time.Hour)), "导入计划和逐行结果保留的天数；表格原件在任务结束时即删除")
	return c
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
