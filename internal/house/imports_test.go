package house

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "concord"

// place says where a package of ours and those in folders below it stand: what
// they may import of ours beside each other, outside their tests. The direction
// is cmd → server → graph → hub ← everything that serves the hub, so that each
// can be read, tested and replaced alone.
type place struct {
	imports []string
	reason  string
}

var plan = map[string]place{
	"internal/hub":        {nil, "the rules must hold whatever stores, searches or shows the records"},
	"internal/pinyin":     {nil, "how Chinese is read aloud has nothing to do with rosters"},
	"internal/boltstore":  {[]string{"internal/hub", "internal/pinyin"}, "store and index meet only through the change log, so that either can be replaced or rebuilt"},
	"index":               {[]string{"internal/hub", "internal/pinyin"}, "store and index meet only through the change log, so that either can be replaced or rebuilt"},
	"internal/storetest":  {[]string{"internal/hub"}, "the conformance suite is the same for every store"},
	"internal/checklist":  {[]string{"internal/hub"}, "a reader turns text into records; the hub decides about them"},
	"internal/sheet":      {[]string{"internal/hub"}, "a sheet reader writes nothing itself: there is no second write path"},
	"internal/sheetfiles": {[]string{"internal/hub", "internal/sheet"}, "uploaded sheets lie in one folder, in the hands of one package; what becomes of them is the hub's to say"},
	"internal/fictional":  {[]string{"internal/hub"}, "made-up rosters come in as any import does"},
	"internal/auth":       {[]string{"internal/hub"}, "who a caller is; what a caller may do is the hub's to say"},
	"internal/oidctest":   {nil, "an identity provider for tests knows nothing of rosters"},
	"internal/telemetry":  {[]string{"internal/hub"}, "what operators see from outside; it looks on and decides nothing"},
	"internal/vault":      {[]string{"internal/hub"}, "identity numbers are sealed in one place, whatever stores or shows the rest"},
	"graph":               {[]string{"internal/hub", "graph/generated"}, "a resolver decodes, asks the hub and encodes"},
	"graph/generated":     {[]string{"internal/hub", "graph"}, "machine-made code binds the hub's types"},
	"internal/server":     {[]string{"internal/hub", "internal/auth", "internal/sheet", "internal/sheetfiles", "internal/telemetry", "graph", "graph/generated", "web"}, "the way in: everything behind it is reached through graph and the hub"},
	"seeds":               {nil, "data only"},
	"web":                 {nil, "pages only"},
	"internal/house":      {nil, "it judges the others by their source, not by their code"},
	"cmd":                 {everything, "the one place that puts the parts together"},
	"bench":               {everything, "it measures the parts side by side"},
}

// home returns the place in the plan to which a package belongs, or "".
func home(pkg string) string {
	for ; pkg != "."; pkg = path.Dir(pkg) {
		if _, ok := plan[pkg]; ok {
			return pkg
		}
	}
	return ""
}

// everything stands for all packages but programs, which Go lets nobody import.
var everything = []string{"*"}

// reserved names modules and packages of others that only some of our packages
// may import; of two that fit, the longer decides. The rule holds for tests too,
// but for those named.
var reserved = []reserve{
	{"go.etcd.io/bbolt", []string{"internal/boltstore", "bench"}, nil,
		"a database file is opened by its store alone; bench puts bare bbolt beside it, in files of its own"},
	{"go.etcd.io/bbolt/errors", []string{"internal/boltstore", "index"}, nil,
		"bleve keeps its segments' list in a bbolt file and hands on the errors; others see the hub's"},
	{"github.com/blevesearch", []string{"index", "bench"}, nil,
		"an index is opened by its package alone; bench puts bare bleve beside it, in files of its own"},
	{"github.com/RoaringBitmap", []string{"index"}, nil,
		"sets of document numbers are the index's inner matter"},
	{"github.com/mozillazg/go-pinyin", []string{"internal/pinyin"}, nil,
		"names are read aloud in one way, for lists and for search"},
	{"github.com/99designs/gqlgen", []string{"graph", "graph/generated", "internal/server", "bench"}, nil,
		"GraphQL is one way to ask the hub; nothing behind it may know which; bench puts stock gqlgen beside ours"},
	{"github.com/vektah/gqlparser", []string{"graph", "graph/generated", "internal/server", "bench"}, []string{"internal/house"},
		"GraphQL is one way to ask the hub; nothing behind it may know which"},
	{"github.com/coder/websocket", []string{"internal/server"}, []string{"graph"},
		"how answers travel is the server's matter; tests are subscribers"},
	{"github.com/prometheus", []string{"internal/telemetry"}, nil,
		"numbers leave in one place, where it is plain that none carries what a caller typed"},
	{"go.opentelemetry.io", []string{"internal/telemetry"}, []string{"cmd"},
		"traces leave in one place, where it is plain that none carries what a caller typed"},
	{"golang.org/x/crypto", []string{"internal/auth"}, nil,
		"passwords are hashed in one place"},
	{"github.com/coreos/go-oidc", []string{"internal/auth"}, nil,
		"whose word an identity provider's is, is decided in one place"},
	{"golang.org/x/oauth2", []string{"internal/auth"}, nil,
		"whose word an identity provider's is, is decided in one place"},
	{"github.com/xuri/excelize", []string{"internal/sheet"}, []string{"cmd", "graph"},
		"cells and formats of spreadsheets end at internal/sheet; tests of the ways in make sheets to import"},
}

type reserve struct {
	path   string
	by     []string
	tests  []string // whose tests may as well
	reason string
}

// reservation returns the entry of reserved that decides about an import, or nil.
func reservation(imported string) (decides *reserve) {
	for i, r := range reserved {
		if within(imported, r.path) && (decides == nil || len(r.path) > len(decides.path)) {
			decides = &reserved[i]
		}
	}
	return decides
}

// judgeImports returns a sentence for each import that breaks a rule.
func judgeImports(files []file) []string {
	var broken []string
	for _, f := range files {
		for _, complaint := range judgeImportsOf(f) {
			broken = append(broken, f.path()+": "+complaint)
		}
	}
	return broken
}

func judgeImportsOf(f file) (complaints []string) {
	complain := func(format string, args ...any) { complaints = append(complaints, fmt.Sprintf(format, args...)) }

	from := home(f.pkg)
	if from == "" {
		complain("package %s has no place in the plan: give it one in internal/house, with what it may import and why", f.pkg)
		return complaints
	}
	for _, imported := range f.imports {
		own, isOurs := strings.CutPrefix(imported, module+"/")
		switch {
		case f.test:
		case isOurs && from != home(own) && !slices.Contains(plan[from].imports, home(own)) && !slices.Equal(plan[from].imports, everything):
			complain("%s may not import %s: %s", f.pkg, own, plan[from].reason)
		case from == "internal/hub":
			if reason := foreignToHub(imported); !isOurs && reason != "" {
				complain("the hub may not import %s: %s", imported, reason)
			}
		}
		if r := reservation(imported); r != nil && !slices.Contains(r.by, from) && !(f.test && slices.Contains(r.tests, from)) {
			complain("%s may not import %s: %s", f.pkg, imported, r.reason)
		}
	}
	return complaints
}

// foreignToHub says why the hub may not import a package of others, or "".
func foreignToHub(imported string) string {
	first, _, _ := strings.Cut(imported, "/")
	switch {
	case strings.Contains(first, "."):
		return "it needs the standard library only"
	case within(imported, "net"), within(imported, "database"):
		return "it must not know how it is asked or stored"
	case within(imported, "math/rand"), imported == "crypto/rand":
		return "randomness is given to it, so that a test can repeat it"
	}
	return ""
}

// within reports whether a path is root or below it.
func within(imported, root string) bool {
	return imported == root || strings.HasPrefix(imported, root+"/")
}

func TestDependencyRules(t *testing.T) {
	for _, complaint := range judgeImports(source(t)) {
		t.Error(complaint)
	}
}

// TestPlanIsPresent keeps the plan from speaking of packages that are gone.
func TestPlanIsPresent(t *testing.T) {
	present := map[string]bool{}
	for _, f := range source(t) {
		present[home(f.pkg)] = true
	}
	for _, pkg := range slices.Sorted(maps.Keys(plan)) {
		if !present[pkg] {
			t.Errorf("the plan has a place for %s, which does not exist", pkg)
		}
	}
}

// TestDependencyRulesCanFail breaks each rule once and sees it found.
func TestDependencyRulesCanFail(t *testing.T) {
	for _, c := range []struct {
		name, pkg, imports string
		test               bool
		complaint          string // "" when the import is in order
	}{
		{name: "hub imports a module", pkg: "internal/hub", imports: "golang.org/x/text/width", complaint: "standard library only"},
		{name: "hub imports net/http", pkg: "internal/hub", imports: "net/http", complaint: "how it is asked"},
		{name: "hub imports database/sql", pkg: "internal/hub", imports: "database/sql", complaint: "how it is asked or stored"},
		{name: "hub throws dice", pkg: "internal/hub", imports: "math/rand/v2", complaint: "randomness is given to it"},
		{name: "hub imports what serves it", pkg: "internal/hub", imports: "concord/index", complaint: "may not import index"},
		{name: "hub imports the standard library", pkg: "internal/hub", imports: "strings"},
		{name: "store imports index", pkg: "internal/boltstore", imports: "concord/index", complaint: "through the change log"},
		{name: "index imports store", pkg: "index", imports: "concord/internal/boltstore", complaint: "through the change log"},
		{name: "index tests itself against a store", pkg: "index", imports: "concord/internal/boltstore", test: true},
		{name: "command opens a database", pkg: "cmd/concord", imports: "go.etcd.io/bbolt", complaint: "opened by its store alone"},
		{name: "test opens a database", pkg: "cmd/concord", imports: "go.etcd.io/bbolt", test: true, complaint: "opened by its store alone"},
		{name: "index reads the errors of a database", pkg: "index", imports: "go.etcd.io/bbolt/errors"},
		{name: "index opens a database", pkg: "index", imports: "go.etcd.io/bbolt", complaint: "opened by its store alone"},
		{name: "store opens a database", pkg: "internal/boltstore", imports: "go.etcd.io/bbolt"},
		{name: "store searches by itself", pkg: "internal/boltstore", imports: "github.com/blevesearch/bleve/v2", complaint: "opened by its package alone"},
		{name: "resolver searches by itself", pkg: "graph", imports: "github.com/blevesearch/bleve/v2/search", complaint: "opened by its package alone"},
		{name: "sheet knows GraphQL", pkg: "internal/sheet", imports: "github.com/99designs/gqlgen/graphql", complaint: "one way to ask"},
		{name: "auth knows GraphQL", pkg: "internal/auth", imports: "github.com/vektah/gqlparser/v2/ast", complaint: "one way to ask"},
		{name: "server counts by itself", pkg: "internal/server", imports: "github.com/prometheus/client_golang/prometheus", complaint: "leave in one place"},
		{name: "hub traces itself", pkg: "graph", imports: "go.opentelemetry.io/otel/trace", complaint: "leave in one place"},
		{name: "telemetry counts", pkg: "internal/telemetry", imports: "github.com/prometheus/client_golang/prometheus"},
		{name: "server reads a spreadsheet", pkg: "internal/server", imports: "github.com/xuri/excelize/v2", complaint: "end at internal/sheet"},
		{name: "sheet reads a spreadsheet", pkg: "internal/sheet", imports: "github.com/xuri/excelize/v2"},
		{name: "sheet writes to the store", pkg: "internal/sheet", imports: "concord/internal/boltstore", complaint: "no second write path"},
		{name: "server goes round the hub", pkg: "internal/server", imports: "concord/internal/boltstore", complaint: "through graph and the hub"},
		{name: "machine-made types outside graph", pkg: "internal/auth", imports: "concord/graph/generated", complaint: "may not import graph/generated"},
		{name: "hub tests itself against a store", pkg: "internal/hub", imports: "concord/internal/boltstore", test: true},
		{name: "part of a place imports another part", pkg: "index", imports: "concord/index/words"},
		{name: "part of a place imports what the place may not", pkg: "index/words", imports: "concord/internal/boltstore", complaint: "through the change log"},
		{name: "graph imports server", pkg: "graph", imports: "concord/internal/server", complaint: "may not import internal/server"},
		{name: "server imports a command", pkg: "internal/server", imports: "concord/cmd/concord", complaint: "may not import cmd/concord"},
		{name: "seeds import ours", pkg: "seeds", imports: "concord/internal/hub", complaint: "data only"},
		{name: "web imports ours", pkg: "web", imports: "concord/internal/hub", complaint: "pages only"},
		{name: "package outside the plan", pkg: "internal/util", imports: "strings", complaint: "no place in the plan"},
	} {
		t.Run(c.name, func(t *testing.T) {
			complaints := judgeImports([]file{{pkg: c.pkg, name: "x.go", test: c.test, imports: []string{c.imports}}})
			expect(t, complaints, c.complaint)
		})
	}
}

// expect fails unless there is exactly one complaint and it contains want, or
// none when want is empty.
func expect(t *testing.T, complaints []string, want string) {
	t.Helper()
	switch {
	case want == "" && len(complaints) > 0:
		t.Errorf("complaints %q about what is in order", complaints)
	case want != "" && (len(complaints) != 1 || !strings.Contains(complaints[0], want)):
		t.Errorf("complaints %q, want one with %q", complaints, want)
	}
}
