// Package web carries the built pages inside the binary, so that Concord
// serves them on a closed network without any file beside it.
//
// `make build` writes the pages to dist/, which git ignores; the package
// compiles without them, and [Built] says which of the two it is.
package web

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed all:dist
var dist embed.FS

//go:embed explorer/examples.graphql
var examples string

// Nonce is where the page of the application says `%nonce%`: whoever serves it
// puts a fresh value there and into [AppPolicy].
const Nonce = "%nonce%"

// AppPolicy is the policy under which the application is built and tested:
// nothing is loaded from, or sent to, another origin; scripts are files; a style
// that a component adds carries the nonce of the page that it is added to.
func AppPolicy(nonce string) string {
	return "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'nonce-" + nonce + "'; " +
		"font-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
}

// ExplorerPolicy is the policy under which the explorer is built and tested:
// nothing is loaded from, or sent to, another origin, and no script stands in the
// page itself. Styles may: the editor writes its own.
const ExplorerPolicy = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; " +
	"style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Built reports whether the pages were built before this binary. Without them a
// server should answer with [Unbuilt].
func Built() bool {
	_, app := fs.Stat(dist, "dist/app/index.html")
	_, explorer := fs.Stat(dist, "dist/explorer/index.html")
	return app == nil && explorer == nil
}

// App returns the application's files, index.html at the root, which answers every
// path of a page: the application itself knows which of them there are. Beside
// scripts and styles stand a .br and a .gz of them. Names below assets/ hold a hash of
// their content and may be cached for ever; index.html may not.
func App() fs.FS { return built("app") }

// Explorer returns the explorer's files, index.html at the root. The page names
// its scripts by absolute paths below /explorer/, so index.html may answer both
// /explorer and /explorer/. Names below assets/ hold a hash of their content and
// may be cached for ever; index.html may not. Empty unless [Built].
func Explorer() fs.FS { return built("explorer") }

func built(part string) fs.FS {
	files, err := fs.Sub(dist, "dist/"+part)
	if err != nil {
		panic(err) // only for an invalid path, and these are constant
	}
	return files
}

// Unbuilt is the page for a binary without the pages: what is missing and how to
// get it.
const Unbuilt = `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<title>网页尚未构建</title>
<h1>网页尚未构建</h1>
<p>本程序编译时没有带上网页。请在源代码目录执行 <code>make build</code>，再启动 <code>bin/concord</code>。</p>
<p>数据接口不受影响：<code>POST /graphql</code> 照常可用。</p>
</html>
`

// Example is one query that the explorer offers.
type Example struct {
	Caller string // whom it is for: 匿名访问, 法院工作人员, 合作单位程序 or 人社管理员
	Title  string // what it asks, in the menu's words
	Query  string // the document, its leading comment included
}

// Examples returns the explorer's queries in the order of its menu. They stand in
// explorer/examples.graphql, each below a line `## caller：title`; the page reads
// the same file in the same way.
func Examples() []Example {
	var list []Example
	for _, part := range strings.Split("\n"+examples, "\n## ")[1:] {
		heading, query, _ := strings.Cut(part, "\n")
		caller, title, _ := strings.Cut(heading, "：")
		list = append(list, Example{Caller: caller, Title: title, Query: strings.TrimSpace(query) + "\n"})
	}
	return list
}
