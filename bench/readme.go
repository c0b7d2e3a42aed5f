package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// readme is bench/README.md: what is measured and how, and the figures of this
// run.
func readme(b *bench, args []string, took time.Duration) string {
	args = slices.DeleteFunc(slices.Clone(args), func(a string) bool { return strings.TrimLeft(a, "-") == "write" })
	command := "make bench"
	if len(args) > 0 {
		command += ` BENCH="` + strings.Join(args, " ") + `"`
	}
	var versions []string
	for _, module := range []string{"go.etcd.io/bbolt", "github.com/blevesearch/bleve/v2", "github.com/99designs/gqlgen"} {
		versions = append(versions, module+" "+versionOf(module))
	}
	if slices.ContainsFunc(b.rows, func(r row) bool { return r.other.name == peerName }) {
		versions = append(versions, peerVersions())
	}
	return fmt.Sprintf(readmeText, command, time.Now().Format(time.DateOnly), runtime.Version(),
		strings.Join(versions, ", "), processors(), took.Round(time.Second), table(b.rows))
}

// versionOf returns the version of a module that this program was built with.
func versionOf(path string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "?"
	}
	for _, m := range info.Deps {
		if m.Path == path {
			return m.Version
		}
	}
	return "?"
}

const readmeText = `# 测速 / Measurements

<!-- make bench BENCH="-million -write" -->

本文件由测速程序写成。每个数字都是同一次运行中、同一份数据上两方轮流测得的比值：
Concord 与它所依赖的库直接使用时相比，或与自己在另一种条件下相比。数值为各轮的中位数，
括号内为最小值与最大值；每个答案都经核对，答错即中止。数据全部为虚构示例。

This file is written by the program itself. Each figure is the ratio of two sides that took
turns in one run on the same data: Concord beside the libraries beneath it used directly, or
beside itself under another load. Values are medians of rounds, with the least and the greatest
in brackets; every answer is checked, and a wrong one ends the run. All data is fictional.

- ` + "`%s`" + ` · %s · %s · %s
- %d CPU, client and server on the same ones; %s in all
- Only ratios of one run mean anything: absolute values drift with the machine and its disk.

%s
## 怎样测的 / How

- **M1** 真实的导入过程（打开表格、预览、写入，落盘为止），对照为裸 bbolt 写入该次导入所留下的全部键值：
  每 1,000 行一个事务并同步到磁盘，事务内按桶、按键的顺序。表格含身份证号码，调解组织事先已导入。
  The import as the command does it (open, plan, apply, durable); beside it bare bbolt puts the very
  keys and values which that import left, a synced transaction a 1,000 rows, within it bucket by bucket in the
  order of keys. The sheet has identity numbers; the organisations are in the hub beforehand.
- **M2** 从存储读出、理解、分词，直到可在最新修订号检索；对照为裸 bleve 建立内存中现成的同样文档：
  字段、词项与映射完全相同（建成后逐词核对），同样的处理器数，每批 1,000 份。
  Records read from the store, understood and tokenised until they are searchable; beside it bare bleve
  builds documents that lie ready in memory, with the same tokens (compared one by one), fields and mapping,
  on as many processors, in batches of 1,000.
- **M3** 首页与第 50,000 条之后的一页。先反复取同两页，再逐页向后。
  The first page and the page behind the 50,000th: the same two again and again, then walking on.
- **M4** 40 种检索词（姓名、拼音、首字母、领域、日常用语、多个词、按区筛选），一个调用者。对照为原装 bleve
  在同一索引的副本上查同样的词项，用它自己的评分、收集与分面；总数与分面须一致。状态随日期而变，
  不是索引字段，原装一方以记录类别代替。索引的段已合并，服务在大量写入停止数秒后即如此。
  40 queries by one client; beside it stock bleve asks a copy of the same index for the same tokens, with its own
  scores, collector and facets; totals and facets must agree. Statuses hang on the day and are no field of the
  index: on the stock side the kind of record stands in. The index has settled: segments merged, as a server
  does some seconds after it last wrote much.
- **M5** M4 的检索，十倍的调解员。The searches of M4 among ten times as many mediators.
- **M6** 真实的服务进程，内核所报的内存。文件映射可随时被系统收回。
  The real server process, by the kernel's account. Mapped files can be taken back at any time.
- **M7** 供参考，没有目标。裸 bbolt 一方写入单条修改所留下的同样键值，每次一个事务；请求一方以 16 个
  保持的连接，客户端在同一进程。
  For orientation. Bare bbolt puts the pairs that an edit leaves, a transaction each; requests come over 16
  connections that stay open, from within the same process.
- **M8** 经 GraphQL 修改电话（含幂等键、回执、审计所需的一切），16 个写入者；对照为裸 bbolt 由 16 个调用者写入
  这样一次变更所留下的同样键值，用它自己的 Batch 合并提交（满 16 个或 1 毫秒即提交）。读取一方为 4 个连接全速取单条。
  Telephone numbers changed by GraphQL, with idempotency key, receipt and all, by 16 writers; beside it 16 callers
  have bare bbolt put the pairs that such a change leaves, grouped by its own Batch (at 16, or after a millisecond).
  Readers ask for one record over 4 connections at full speed.
- **W1–W8** 与同类系统比较：同一批名册、同一台机器、各自的进程，16 个保持的连接，轮流被问；每个答案先与记录核对，
  此后逐字节比对。PostGraphile 为两个工作进程，PostgreSQL 按其文档调优：每种列表的键与次序都有索引，中文检索用
  双字词的 GIN 索引（区在前），提交同步落盘（见 bench/postgraphile）。它不作权限判断、不留历史、不排相关度，
  W7 的 COPY 不校验；Concord 一方都做。“无缓存”即 --cache-bytes 0。静态字节是 net/http 的上限，原装 gqlgen
  没有存储。负载程序读写裸的 HTTP，尽量少占处理器。内存为各方进程的比例份额（PSS）。
  Beside peers: the same rosters on the same machine, each in processes of its own, asked in turn over 16 connections
  that stay open; every answer is first held against the records, then compared byte by byte. PostGraphile runs two
  workers; PostgreSQL is set up as its documentation advises: every list's keys and order are indexed, Chinese text is
  searched by bigrams under a GIN index with the district in front, commits are synced (see bench/postgraphile). It
  judges no rights, keeps no history and ranks nothing, and the COPY of W7 checks nothing; Concord does all of these.
  "Cache off" is --cache-bytes 0. Static bytes are what net/http can do at most; stock gqlgen has no storage. The load
  generator speaks bare HTTP, to take as little of the processors as it can. Memory is proportional shares (PSS).
- **慢在哪里 / Where we are slower** W6：一次修改要经判断，写入记录、历史、回执与摘要链，PostgreSQL 只改一行；
  两边各落盘一次相连的一段，只有一个客户端时因此相近。16 个客户端时受限于处理器。W7 的一方什么也不检查。
  无缓存的读取与静态字节之间，差的是读出、判断权限和写成 JSON。
  W6: an edit is judged and written with its history, receipt and chain of hashes, where PostgreSQL alters a row; both
  sync one contiguous stretch, so that with one client they are close. With 16 clients the processors are the limit. In W7
  the other side checks nothing. Between reads without the cache and static bytes lie reading, judging rights and writing JSON.

网页的速度另见 [web.md](web.md)。 / The pages are measured apart: [web.md](web.md).
`
