package sheetfiles_test

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"concord/internal/hub"
	"concord/internal/sheet"
	"concord/internal/sheetfiles"
)

var job = hub.NewID(hub.KindSheetJob, 1)

func open(t *testing.T, dir string) *sheetfiles.Folder {
	t.Helper()
	f, err := sheetfiles.Open(dir, 100)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// plan is one of n rows: NEW, CHANGED, SAME in turn.
func plan(n int) iter.Seq2[*hub.SheetRow, error] {
	return func(yield func(*hub.SheetRow, error) bool) {
		for i := range n {
			row := &hub.SheetRow{Index: i, Number: i + 2, Outcome: hub.ImportNew + hub.ImportOutcome(i%3), Name: fmt.Sprintf("示例%d", i), Decision: uint64(i) * 7,
				Cells: []hub.SheetCell{{Heading: "备注", Text: strings.Repeat("字", i%40)}}}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func nothingSaid() hub.SheetSaid { return hub.SheetSaid{Headings: []string{"姓名"}} }

func numbers(t *testing.T, rows iter.Seq2[*hub.SheetRow, error], most int) (got []int) {
	t.Helper()
	for row, err := range rows {
		if err != nil {
			t.Fatal(err)
		}
		if row.Decision != uint64(row.Index)*7 || row.Number != row.Index+2 {
			t.Errorf("row %+v", row)
		}
		if got = append(got, row.Index); len(got) == most {
			break
		}
	}
	return got
}

func TestPlans(t *testing.T) {
	f := open(t, t.TempDir())
	if err := f.KeepRows(job, "one", plan(1000), nothingSaid); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		outcome hub.ImportOutcome
		after   int
		want    []int
	}{
		{0, -1, []int{0, 1, 2}},
		{0, 500, []int{501, 502, 503}},
		{hub.ImportChanged, -1, []int{1, 4, 7}},
		{hub.ImportChanged, 4, []int{7, 10, 13}},
		{hub.ImportSame, 996, []int{998}},
		{hub.ImportRefused, -1, nil},
		{0, 999, nil},
		{0, 5000, nil},
	} {
		if got := numbers(t, f.Rows(job, "one", c.outcome, c.after), 3); !slices.Equal(got, c.want) {
			t.Errorf("rows of outcome %d after %d are %v, want %v", c.outcome, c.after, got, c.want)
		}
	}
	decisions, err := f.Decisions(job, "one")
	if err != nil || len(decisions) != 1000 || decisions[999] != (hub.SheetDecision{Outcome: hub.ImportNew, Digest: 999 * 7}) {
		t.Errorf("%d decisions, %v", len(decisions), err)
	}
	if said, err := f.Said(job, "one"); err != nil || !slices.Equal(said.Headings, []string{"姓名"}) {
		t.Errorf("%+v %v", said, err)
	}
	t.Run("empty", func(t *testing.T) {
		if err := f.KeepRows(job, "none", plan(0), nothingSaid); err != nil {
			t.Fatal(err)
		}
		if got := numbers(t, f.Rows(job, "none", 0, -1), 1); len(got) > 0 {
			t.Errorf("%v", got)
		}
	})
	t.Run("one that is not there", func(t *testing.T) {
		for _, err := range f.Rows(job, "two", 0, -1) {
			if hub.CodeOf(err) != hub.CodeNotFound {
				t.Error(err)
			}
		}
	})
	t.Run("rows that fail leave nothing", func(t *testing.T) {
		broken := errors.New("示例故障")
		err := f.KeepRows(job, "two", func(yield func(*hub.SheetRow, error) bool) { yield(nil, broken) }, nothingSaid)
		if _, missing := f.Decisions(job, "two"); !errors.Is(err, broken) || hub.CodeOf(missing) != hub.CodeNotFound {
			t.Errorf("%v, %v", err, missing)
		}
	})
	t.Run("all but one go", func(t *testing.T) {
		if err := f.Remove(job, "one"); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Decisions(job, "none"); hub.CodeOf(err) != hub.CodeNotFound {
			t.Error(err)
		}
		if _, err := f.Decisions(job, "one"); err != nil {
			t.Error(err)
		}
	})
}

func TestDamagedPlansAreNoticed(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir)
	if err := f.KeepRows(job, "one", plan(10), nothingSaid); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "job_1.one.plan")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"nothing": nil, "short": whole[:8], "cut off": whole[:len(whole)-20], "other end": append(slices.Clone(whole[:len(whole)-1]), 0xff),
	} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		var found error
		for _, err := range f.Rows(job, "one", 0, -1) {
			found = errors.Join(found, err)
		}
		if hub.CodeOf(found) != hub.CodeInternal {
			t.Errorf("%s: %v", name, found)
		}
	}
}

// What holds identity numbers is for its owner alone, and does not outlive a crash
// unless a job needs it.
func TestUploads(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sheets")
	f := open(t, dir)
	mode := func(path string, want os.FileMode) {
		t.Helper()
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, want %v (%v)", path, info.Mode(), want, err)
		}
	}
	mode(dir, 0o700)
	left := func() []string {
		t.Helper()
		names, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		return names
	}
	u, err := f.Receive(strings.NewReader("姓名,所属区\n张示例,津南区\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := u.Examine(t.Context(), "名册.csv", hub.KindMediator); err != nil {
		t.Error(err)
	}
	if err := u.Examine(t.Context(), "名册.xlsx", hub.KindMediator); sheet.FaultOf(err) != sheet.WrongFormat {
		t.Error(err)
	}
	if err := u.Keep(job); err != nil {
		t.Fatal(err)
	}
	u.Discard()
	mode(filepath.Join(dir, "job_1.sheet"), 0o600)
	reader, err := f.Open(job, "名册.csv", hub.KindMediator)
	if err != nil {
		t.Fatal(err)
	}
	if err := reader.Close(); err != nil {
		t.Error(err)
	}

	if _, err := f.Receive(strings.NewReader(strings.Repeat("x", 101))); sheet.FaultOf(err) != sheet.TooLarge || len(left()) != 1 {
		t.Errorf("%v; %v is left", err, left())
	}
	if _, err := f.Receive(strings.NewReader(strings.Repeat("x", 100))); err != nil { // never kept, as after a crash
		t.Error(err)
	}
	f = open(t, dir)
	if jobs, err := f.Jobs(); err != nil || !slices.Equal(jobs, []hub.ID{job}) || len(left()) != 1 {
		t.Errorf("%v %v; %v is left", jobs, err, left())
	}
	for range 2 {
		if err := f.RemoveUpload(job); err != nil {
			t.Error(err)
		}
	}
	if _, err := f.Open(job, "名册.csv", hub.KindMediator); hub.CodeOf(err) != hub.CodeNotFound || len(left()) != 0 {
		t.Errorf("%v; %v is left", err, left())
	}
}
