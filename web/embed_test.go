package web

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestExamples(t *testing.T) {
	examples := Examples()
	var callers []string
	operations := map[string]string{}
	named := regexp.MustCompile(`(?m)^(?:query|mutation) (\w+)`)
	for _, e := range examples {
		if !slices.Contains(callers, e.Caller) {
			callers = append(callers, e.Caller)
		}
		if e.Title == "" {
			t.Errorf("an example for %s has no title", e.Caller)
		}
		found := named.FindAllStringSubmatch(e.Query, -1)
		if len(found) != 1 {
			t.Errorf("%s：%s holds %d named operations, want 1", e.Caller, e.Title, len(found))
			continue
		}
		// The operation's name is what the explorer writes on the tab.
		if other := operations[found[0][1]]; other != "" {
			t.Errorf("%s and %s are both called %s", other, e.Title, found[0][1])
		}
		operations[found[0][1]] = e.Title
	}
	if want := []string{"匿名访问", "法院工作人员", "合作单位程序", "人社管理员"}; !slices.Equal(callers, want) {
		t.Errorf("the examples are for %v in this order, want %v", callers, want)
	}
	if first := examples[0].Query; !strings.HasPrefix(first, "#") || !strings.HasSuffix(first, "}\n") {
		t.Errorf("an example is cut wrongly:\n%s", first)
	}
}

func TestPagesAreWhole(t *testing.T) {
	if !Built() {
		t.Skip("the pages are not built: make build")
	}
	for _, part := range []struct {
		path  string
		files fs.FS
	}{{"/", App()}, {"/explorer/", Explorer()}} {
		page, err := fs.ReadFile(part.files, "index.html")
		if err != nil {
			t.Fatal(err)
		}
		links := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(string(page), -1)
		if len(links) < 2 {
			t.Fatalf("%s refers to %d files, want its script and its style at least", part.path, len(links))
		}
		for _, link := range links {
			name, local := strings.CutPrefix(link[1], part.path)
			if strings.HasPrefix(link[1], "data:") {
				continue
			}
			if _, err := fs.Stat(part.files, name); !local || err != nil {
				t.Errorf("%s refers to %s, which is not in the binary", part.path, link[1])
			}
		}
		if inline := regexp.MustCompile(`<script(?:\s+[^>]*)?>[^<]`).Find(page); inline != nil {
			t.Errorf("a script stands in %s itself: %s", part.path, inline)
		}
	}
}

// The first view comes over slow lines too: what the application's page loads at
// once, compressed, is less than a megabyte.
func TestFirstViewIsSmall(t *testing.T) {
	if !Built() {
		t.Skip("the pages are not built: make build")
	}
	page, err := fs.ReadFile(App(), "index.html")
	if err != nil {
		t.Fatal(err)
	}
	total := len(page)
	for _, link := range regexp.MustCompile(`(?:src|href)="/(assets/[^"]*)"`).FindAllStringSubmatch(string(page), -1) {
		file, err := fs.ReadFile(App(), link[1]+".gz")
		if err != nil { // too small to be worth it
			file, err = fs.ReadFile(App(), link[1])
		}
		if err != nil {
			t.Fatal(err)
		}
		total += len(file)
	}
	if total < 50_000 || total > 1_000_000 {
		t.Errorf("the first view takes %d bytes, want fewer than 1,000,000, and more than a page without its script", total)
	}
}
