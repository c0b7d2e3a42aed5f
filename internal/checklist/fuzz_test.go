package checklist_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"concord/internal/checklist"
)

// FuzzRead holds that whatever the bytes, there is either a checklist that
// validates and survives being written down and read again, or a list of
// problems that all say something.
func FuzzRead(f *testing.F) {
	firstTask, _, _ := strings.Cut(officialText(f), "\n\t\n\t\n\t2.完善") // the whole would slow the search down
	f.Add([]byte(firstTask))
	for _, name := range []string{"2024-column.txt", "2024-grid.txt"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(column("示例清单", usual, small()...)))
	f.Add([]byte(quoted("示例清单", usual, small()...)))
	f.Add([]byte(grid("示例清单", usual[1:], small()[1:]...)))
	f.Add([]byte("\uFEFF\t工作内容\t\"重点\n任务\"\t举措\t\t责任单位(部门)\n"))
	f.Add([]byte("\xFF\xFE\t\x00\n\x00"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := checklist.Read(strings.NewReader(string(raw)), localAgencies)
		if err != nil {
			ps, ok := errors.AsType[checklist.Problems](err)
			if c != nil || !ok || len(ps) == 0 || len(ps) > checklist.MostProblems {
				t.Fatalf("%v with error %v", c, err)
			}
			lines := strings.Count(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n") + strings.Count(string(raw), "\r") + 1
			for _, p := range ps {
				if p.Reason == "" || strings.Contains(p.Reason, "没有通过检查") || p.Row < 0 || p.FirstLine < 0 || p.FirstLine > p.LastLine || !isUTF16(raw) && p.LastLine > lines {
					t.Fatalf("problem %+v", *p)
				}
			}
			return
		}
		if err := c.Validate(); err != nil {
			t.Fatalf("%v\n%+v", err, c)
		}
		again, err := checklist.Read(strings.NewReader(column(c.Title, usual, rowsOf(c)...)), localAgencies)
		if err != nil {
			t.Fatalf("written down and refused: %v", err)
		}
		if !reflect.DeepEqual(again, c) {
			t.Fatalf("written down and read again:\n%+v\nfirst:\n%+v", again, c)
		}
	})
}

func isUTF16(raw []byte) bool {
	return len(raw) > 1 && raw[0]^raw[1] == 0x01 && raw[0]|raw[1] == 0xFF
}
