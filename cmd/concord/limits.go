package main

import (
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"concord/graph"
	"concord/internal/server"
)

// limitFlags are the limits of the ways in. What they default to lets honest
// programs and benchmarks alone and stops what has run away; whoever opens the hub
// to callers who are not known sets --rate-address to what they may take.
type limitFlags struct {
	limits                    graph.Limits
	body, seconds             int
	caller, address, saved    int
	streams, each, running    int
	proxies                   []string
	message, messages, silent int
	positive                  map[string]*int // which must be, by flag
}

// Points a second that a caller may spend by default: about what two cores can do.
const defaultRate = 20_000_000

func (l *limitFlags) add(flags *pflag.FlagSet) {
	l.limits, l.positive = graph.DefaultLimits, map[string]*int{}
	streams := server.DefaultStreamLimits
	for _, f := range []struct {
		into  *int
		name  string
		value int
		usage string
	}{
		{&l.limits.Cost, "max-cost", l.limits.Cost, "一次查询的成本上限（点）"},
		{&l.limits.Depth, "max-depth", l.limits.Depth, "查询嵌套层数的上限"},
		{&l.limits.Aliases, "max-aliases", l.limits.Aliases, "一次查询的别名上限"},
		{&l.limits.RootFields, "max-root-fields", l.limits.RootFields, "一次查询的顶层字段上限"},
		{&l.limits.Tokens, "max-tokens", l.limits.Tokens, "查询文档的词元上限"},
		{&l.limits.Selections, "max-selections", l.limits.Selections, "查询文档中字段的上限"},
		{&l.limits.Repeats, "max-repeats", l.limits.Repeats, "查询文档中同名字段的上限"},
		{&l.limits.Directives, "max-directives", l.limits.Directives, "查询文档中指令的上限"},
		{&l.limits.Parts, "max-parts", l.limits.Parts, "查询文档中操作、片段、变量各自的上限"},
		{&l.body, "max-body", 256, "请求体的上限（KB）"},
		{&l.seconds, "timeout", 30, "一次查询的执行时限（秒）"},
		{&l.saved, "rate-burst", 10, "额度最多可攒多少秒"},
		{&l.streams, "max-streams", streams.Streams, "同时打开的 WebSocket 与 SSE 连接上限"},
		{&l.each, "max-streams-each", streams.PerCaller, "每个密钥、帐号或匿名地址的连接上限"},
		{&l.running, "max-subscriptions", streams.Subscriptions, "一条 WebSocket 上同时进行的操作上限"},
		{&l.message, "max-message", int(streams.Message >> 10), "WebSocket 一条消息的上限（KB）"},
		{&l.messages, "max-messages", int(streams.Messages), "一条 WebSocket 每秒消息数的上限"},
		{&l.silent, "init-timeout", int(streams.Init.Seconds()), "WebSocket 等待 connection_init 的时限（秒）"},
	} {
		flags.IntVar(f.into, f.name, f.value, f.usage)
		l.positive[f.name] = f.into
	}
	flags.IntVar(&l.caller, "rate-caller", defaultRate, "每个密钥或帐号每秒恢复的成本点数；0 为不限")
	flags.IntVar(&l.address, "rate-address", defaultRate, "每个匿名网络地址每秒恢复的成本点数；0 为不限")
	flags.BoolVar(&l.limits.ClosedSchema, "closed-schema", false, "不让匿名访问者自省接口")
	flags.StringSliceVar(&l.proxies, "proxies", nil, "可信的反向代理的地址段，只采信它们的 X-Forwarded-For，例如 10.0.0.0/8,127.0.0.1")
}

// apply puts the limits into a tuning.
func (l *limitFlags) apply(c *cobra.Command, to *server.Tuning) (err error) {
	for name, value := range l.positive {
		if *value <= 0 {
			return usage(c, "选项 --%s 应为正整数", name)
		}
	}
	if to.Proxies, err = networks(c, "proxies", l.proxies); err != nil {
		return err
	}
	rate := func(points int) server.Rate {
		return server.Rate{PerSecond: points, Burst: max(points*l.saved, 2*l.limits.Cost)} // what is allowed at all can be paid
	}
	to.Limits, to.MaxBody, to.Timeout = l.limits, int64(l.body)<<10, time.Duration(l.seconds)*time.Second
	to.Rates = server.RateLimits{Caller: rate(l.caller), Address: rate(l.address)}
	to.Streams = server.DefaultStreamLimits
	to.Streams.Streams, to.Streams.PerCaller, to.Streams.Subscriptions = l.streams, l.each, l.running
	to.Streams.Message, to.Streams.Messages, to.Streams.Init = int64(l.message)<<10, float64(l.messages), time.Duration(l.silent)*time.Second
	return nil
}
