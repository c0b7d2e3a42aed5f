package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"concord/internal/hub"
	"concord/internal/server"
	"concord/internal/sheetfiles"
)

// settings are everything that can be set about serving: one field an option, with
// its default and what it means. Each can be given, in this order of precedence, as
// a flag --name, as the environment variable CONCORD_NAME, or as a line “name =
// value” of the file that --config names. Those of the group live may be changed
// while serving: in the file, followed by SIGHUP.
type settings struct {
	data   string
	listen string
	config string
	demo   bool

	memory     int64
	sheetSize  int64
	keepSheets int
	cacheBytes int64

	correctionDays      int
	correctionExtension int

	tlsCert, tlsKey string
	drainWait       time.Duration
	drainGrace      time.Duration
	maxHeader       int
	logFormat       string
	logLevel        string

	origins     []string
	metricsFrom []string
	limits      limitFlags
	provider    providerFlags
}

// liveMark marks the flags that take effect on SIGHUP.
const liveMark = "live"

// bind registers every setting with its default.
func (s *settings) bind(f *pflag.FlagSet) {
	f.StringVar(&s.data, "data", "data", "数据目录；不存在时新建，并载入初始数据")
	f.StringVar(&s.listen, "listen", "127.0.0.1:8080", "监听地址")
	f.StringVar(&s.config, "config", "", "设置文件，每行“名称 = 值”，名称同选项；标有〔热〕的改动后以 SIGHUP 生效")
	f.BoolVar(&s.demo, "demo", false, "载入示例名册（虚构人员）")
	f.Int64Var(&s.memory, "memory", 1024, "内存软上限（MB），0 为不限")
	f.Int64Var(&s.cacheBytes, "cache-bytes", 8<<20, "保存查询答案所用的内存（字节），0 为不保存")
	f.Int64Var(&s.sheetSize, "sheet-size", sheetfiles.DefaultMost>>20, "上传表格的大小上限（MB）")
	f.IntVar(&s.keepSheets, "keep-sheets", int(hub.DefaultKeepSheets/(24*time.Hour)), "导入计划和逐行结果保留的天数；表格原件在任务结束时即删除")
	f.IntVar(&s.correctionDays, "correction-days", hub.DefaultCorrectionDays, "校核答复的期限（工作日）")
	f.IntVar(&s.correctionExtension, "correction-extension", hub.DefaultCorrectionExtension, "校核答复延长的期限（工作日）")
	f.DurationVar(&s.drainWait, "drain-wait", 0, "停止时，先声明未就绪，再照常服务这么久，供负载均衡撤走流量")
	f.DurationVar(&s.drainGrace, "drain-grace", 10*time.Second, "停止时，等在途请求结束的最长时间")
	f.IntVar(&s.maxHeader, "max-header", 16, "请求头的上限（KB）")
	f.StringVar(&s.logFormat, "log-format", "text", "日志格式：text 或 json")
	s.provider.add(f)

	live := func(name string) { f.Lookup(name).Annotations = map[string][]string{liveMark: nil} }
	f.StringVar(&s.logLevel, "log-level", "info", "日志级别：debug、info、warn、error")
	live("log-level")
	f.StringVar(&s.tlsCert, "tls-cert", "", "TLS 证书链文件（PEM）；给出后以 HTTPS 提供服务")
	live("tls-cert")
	f.StringVar(&s.tlsKey, "tls-key", "", "TLS 私钥文件（PEM）")
	live("tls-key")
	f.StringSliceVar(&s.origins, "origins", nil, "允许跨源访问的网页来源，用逗号隔开，例如 https://example.gov.cn")
	live("origins")
	f.StringSliceVar(&s.metricsFrom, "metrics-from", []string{"127.0.0.0/8", "::1/128"}, "可以读取 /metrics 的地址或网段，用逗号隔开")
	live("metrics-from")
	limits := pflag.NewFlagSet("limits", pflag.ContinueOnError)
	s.limits.add(limits)
	limits.VisitAll(func(flag *pflag.Flag) {
		f.AddFlag(flag)
		live(flag.Name)
	})
	f.VisitAll(func(flag *pflag.Flag) {
		if isLive(flag) {
			flag.Usage += "〔热〕"
		}
	})
}

func isLive(f *pflag.Flag) bool { _, ok := f.Annotations[liveMark]; return ok }

// read sets, from the settings file, what the command line and the environment
// left alone, and checks what the flags themselves do not.
func (s *settings) read(c *cobra.Command, f *pflag.FlagSet) error {
	if s.config != "" {
		file, err := os.Open(s.config)
		if err != nil {
			return &hub.Error{Code: hub.CodeInvalid, Field: "config", Cause: err, Message: "设置文件 " + s.config + " 无法打开。请核对 --config 的路径和权限。"}
		}
		defer file.Close()
		if err := readSettings(file, s.config, f); err != nil {
			return err
		}
	}
	if (s.tlsCert == "") != (s.tlsKey == "") {
		return usage(c, "--tls-cert 与 --tls-key 须一并给出")
	}
	if s.correctionDays < 1 || s.correctionExtension < 1 {
		return usage(c, "--correction-days 与 --correction-extension 须为不小于 1 的整数")
	}
	if s.maxHeader < 1 {
		return usage(c, "选项 --max-header 应为正整数")
	}
	if s.logFormat != "text" && s.logFormat != "json" {
		return usage(c, "--log-format 只能是 text 或 json")
	}
	if _, err := s.level(); err != nil {
		return usage(c, "--log-level 只能是 debug、info、warn 或 error")
	}
	_, err := s.tuning(c)
	return err
}

// readSettings reads lines “name = value”; # begins a remark.
func readSettings(r io.Reader, name string, f *pflag.FlagSet) error {
	lines := bufio.NewScanner(r)
	given := map[string]bool{}
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fault := func(format string, args ...any) error {
			return &hub.Error{Code: hub.CodeInvalid, Field: "config", Message: fmt.Sprintf("设置文件 %s 第 %d 行：", name, n) + fmt.Sprintf(format, args...)}
		}
		key, value, ok := strings.Cut(line, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		flag := f.Lookup(key)
		switch {
		case !ok:
			return fault("应为“名称 = 值”。注释以 # 开头。")
		case flag == nil || key == "help" || key == "config":
			return fault("没有“%s”这个设置。名称与 concord serve 的选项相同，不带 --。", hub.Shorten(key))
		case given[key]:
			return fault("“%s”给出了两次。请只留一处。", key)
		}
		given[key] = true
		if flag.Changed { // by the command line or the environment
			continue
		}
		if err := f.Set(key, value); err != nil {
			return fault("%s 的值“%s”不对。", key, hub.Shorten(value))
		}
	}
	return lines.Err()
}

// again reads the settings anew: what the process was started with stays, the file
// is read as it is now. cold names what has changed but needs a new start.
func (s *settings) again(c *cobra.Command, started *pflag.FlagSet) (fresh *settings, cold []string, err error) {
	fresh = new(settings)
	f := pflag.NewFlagSet("reload", pflag.ContinueOnError)
	fresh.bind(f)
	started.VisitAll(func(flag *pflag.Flag) {
		if _, ok := flag.Annotations[givenMark]; ok && err == nil {
			if list, ok := flag.Value.(pflag.SliceValue); ok {
				err = f.Lookup(flag.Name).Value.(pflag.SliceValue).Replace(list.GetSlice())
				f.Lookup(flag.Name).Changed = true
			} else {
				err = f.Set(flag.Name, flag.Value.String())
			}
		}
	})
	if err == nil {
		err = fresh.read(c, f)
	}
	if err != nil {
		return nil, nil, err
	}
	f.VisitAll(func(flag *pflag.Flag) {
		if was := started.Lookup(flag.Name); !isLive(flag) && was.Value.String() != flag.Value.String() {
			cold = append(cold, flag.Name)
		}
	})
	if (s.tlsCert == "") != (fresh.tlsCert == "") {
		cold = append(cold, "tls-cert")
	}
	return fresh, cold, nil
}

// givenMark marks flags that the command line or the environment has given.
const givenMark = "given"

// markGiven remembers which flags those are, before the file sets others.
func markGiven(f *pflag.FlagSet) {
	f.Visit(func(flag *pflag.Flag) {
		if flag.Annotations == nil {
			flag.Annotations = map[string][]string{}
		}
		flag.Annotations[givenMark] = nil
	})
}

// tuning is what of the settings concerns the answering of requests.
func (s *settings) tuning(c *cobra.Command) (t server.Tuning, err error) {
	t.Origins = s.origins
	if t.MetricsFrom, err = networks(c, "metrics-from", s.metricsFrom); err != nil {
		return t, err
	}
	return t, s.limits.apply(c, &t)
}

// networks reads addresses and networks.
func networks(c *cobra.Command, name string, texts []string) (list []netip.Prefix, err error) {
	for _, text := range texts {
		text = strings.TrimSpace(text)
		p, err := netip.ParsePrefix(text)
		if err != nil {
			a, single := netip.ParseAddr(text)
			if single != nil {
				return nil, usage(c, "选项 --%s 的值“%s”不是地址或地址段，例如 10.0.0.0/8", name, hub.Shorten(text))
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		list = append(list, p.Masked())
	}
	return list, nil
}

func (s *settings) level() (level slog.Level, err error) {
	switch s.logLevel {
	case "debug", "info", "warn", "error":
		return level, level.UnmarshalText([]byte(s.logLevel))
	}
	return level, errors.New("no such level")
}

// logger writes the log in the chosen format, from level on.
func (s *settings) logger(w io.Writer, level *slog.LevelVar) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if s.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
