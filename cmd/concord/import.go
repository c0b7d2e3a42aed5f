package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"concord/internal/checklist"
	"concord/internal/hub"
	"concord/internal/sheet"
	"concord/seeds"
)

// kinds are the words for what is imported and exported.
var kinds = []struct {
	word   string
	kind   hub.Kind
	roster string
}{
	{"mediators", hub.KindMediator, "调解员名册"},
	{"organizations", hub.KindOrganization, "调解组织名册"},
	{"experts", hub.KindExpert, "专家库"},
	{"invited", hub.KindInvitedListing, "特邀名册"},
	{"checklist", hub.KindChecklist, "重点任务清单"},
}

const kindWords = "mediators（调解员）、organizations（调解组织）、experts（专家）、invited（特邀名册）、checklist（重点任务清单）"

func parseKind(c *cobra.Command, word string) (hub.Kind, error) {
	for _, k := range kinds {
		if k.word == word {
			return k.kind, nil
		}
	}
	return 0, usage(c, "没有“%s”这一类名册；可用的有 %s", hub.Shorten(word), kindWords)
}

// rosterName is what people call the roster of a kind.
func rosterName(kind hub.Kind) string {
	for _, k := range kinds {
		if k.kind == kind {
			return k.roster
		}
	}
	return kind.Label()
}

// Limits of what is printed of a plan; a report file holds all of it.
const mostPrinted = 100

func importCommand() *cobra.Command {
	var (
		dir, reason, report        string
		apply, duplicates, details bool
	)
	c := &cobra.Command{
		Use:   "import --data 目录 类别 文件 [--apply]",
		Short: "导入名册或清单：不加 --apply 时只预览，不写入",
		Long:  "类别：" + kindWords + "\n文件：.xlsx、.csv、.jsonl；清单为 .txt。有被拒绝的行时退出码为 1，其余各行照常处理。",
		Example: "  concord import --data ./data organizations 调解组织名册.xlsx --apply\n" +
			"  concord import --data ./data mediators 调解员名册.xlsx",
		Args: exactly("类别", "文件"),
		RunE: func(c *cobra.Command, args []string) error {
			kind, err := parseKind(c, args[0])
			if err != nil {
				return err
			}
			im := importing{
				kind: kind, path: args[1], apply: apply, details: details, report: report,
				out: c.OutOrStdout(), progress: c.ErrOrStderr(),
				options: hub.ImportOptions{FileName: filepath.Base(args[1]), Reason: reason, Duplicates: duplicates},
			}
			return withFolder(c.Context(), dir, func(f *folder) error {
				if kind == hub.KindChecklist {
					return im.checklist(c.Context(), f)
				}
				return im.sheet(c.Context(), f)
			})
		},
	}
	dataFlag(c, &dir)
	c.Flags().BoolVar(&apply, "apply", false, "执行导入；不给则只预览")
	c.Flags().BoolVar(&duplicates, "duplicates", false, "已核对过疑似重复的行，作为新记录导入")
	c.Flags().BoolVar(&details, "details", false, "逐行列出变更的内容")
	c.Flags().StringVar(&reason, "reason", "", "导入的依据，例如文号，记入变更日志")
	c.Flags().StringVar(&report, "report", "", "把未导入的行连同原因写成表格（.xlsx 或 .csv）")
	return c
}

// importing is one run of the command.
type importing struct {
	kind           hub.Kind
	path, report   string
	apply, details bool
	options        hub.ImportOptions
	out, progress  io.Writer
}

func (im *importing) sheet(ctx context.Context, f *folder) error {
	reader, err := sheet.Open(im.path, im.kind)
	if err != nil {
		return err
	}
	defer reader.Close()
	bar := newProgress(im.progress, "读取"+rosterName(im.kind), 0)
	im.options.Progress = func(rows int) { bar.at(rows, 0) }
	plan, err := f.hub.PlanImport(ctx, hub.System, im.kind, reader.Rows(), im.options)
	if err != nil {
		return err
	}
	bar.done(plan.Total())
	im.print(plan, reader.Notices())
	if im.report != "" {
		if err := writeReport(im.report, plan, reader.Notices()); err != nil {
			return err
		}
		fmt.Fprintf(im.out, "未导入的行及原因已写入 %s。\n", im.report)
	}
	if !im.apply {
		if plan.New+plan.Changed > 0 {
			fmt.Fprintln(im.out, "以上为预览，没有写入任何内容。确认无误后加 --apply 执行。")
		}
		return im.verdict(plan, nil)
	}
	bar = newProgress(im.progress, "写入"+rosterName(im.kind), plan.New+plan.Changed)
	result, err := f.hub.ApplyPlan(ctx, hub.System, plan, bar.at)
	if err != nil {
		if result.Rows > 0 {
			fmt.Fprintf(im.out, "中途停止：已写入 %d 行，其余未写入。排除故障后再次导入同一文件即可接着完成。\n", result.Rows)
		}
		return err
	}
	bar.done(result.Rows)
	for _, lost := range result.Lost {
		fmt.Fprintf(im.out, "未写入 %s：%s\n", lost.Place(), lost.Message)
	}
	if result.Rows > 0 {
		fmt.Fprintf(im.out, "导入完成：写入 %d 行（导入号 %s，修订号到 %d）。\n", result.Rows, result.ImportID, result.Revision)
	} else {
		fmt.Fprintln(im.out, "没有需要写入的内容。")
	}
	return im.verdict(plan, result.Lost)
}

func writeReport(path string, plan *hub.ImportPlan, notices []hub.ImportProblem) error {
	format, err := sheet.FormatOf(path)
	if err != nil {
		return err
	}
	return sheet.Create(path, func(to io.Writer) error { return sheet.WriteReport(to, format, plan, notices) })
}

// verdict is the exit of the command: 1 when something was left out.
func (im *importing) verdict(plan *hub.ImportPlan, lost []hub.ImportProblem) error {
	if plan.Refused > 0 || len(lost) > 0 {
		return errRefused
	}
	return nil
}

// print shows what the import would do.
func (im *importing) print(plan *hub.ImportPlan, notices []hub.ImportProblem) {
	fmt.Fprintf(im.out, "%s“%s”：新增 %d，变更 %d，相同 %d，拒绝 %d，疑似重复 %d。计划 %s\n",
		rosterName(im.kind), im.options.FileName, plan.New, plan.Changed, plan.Same, plan.Refused, plan.Duplicate, plan.Hash)
	printed, left := 0, 0
	line := func(format string, args ...any) {
		if printed == mostPrinted {
			left++
			return
		}
		printed++
		fmt.Fprintf(im.out, "  "+format+"\n", args...)
	}
	for _, n := range notices {
		line("提示 %s", problemText(&n))
	}
	for i := range plan.Rows {
		row := &plan.Rows[i]
		for j := range row.Problems {
			line("拒绝 %s", problemText(&row.Problems[j]))
		}
		for _, twin := range row.Twins {
			line("疑似重复 %s%s：%s", rowPlace(row), nameText(row), twin)
		}
		if im.details {
			for _, change := range row.Changes {
				line("变更 %s%s：%s 由“%s”改为“%s”", rowPlace(row), nameText(row), change.Heading, change.Before, change.After)
			}
		}
	}
	// What was refused comes first; remarks only as far as there is room.
	for i := range plan.Rows {
		for j := range plan.Rows[i].Remarks {
			line("提示 %s", problemText(&plan.Rows[i].Remarks[j]))
		}
	}
	if left > 0 {
		fmt.Fprintf(im.out, "  另有 %d 条未列出；用 --report 文件 可得到全部未导入的行。\n", left)
	}
	if plan.Duplicate > 0 && !im.options.Duplicates {
		fmt.Fprintln(im.out, "  疑似重复的行不会导入。核对后确为不同的人，请补充编号，或加 --duplicates 一并导入。")
	}
}

func problemText(p *hub.ImportProblem) string {
	var b strings.Builder
	b.WriteString(p.Place())
	if p.Value != "" {
		fmt.Fprintf(&b, "的值“%s”", p.Value)
	}
	if b.Len() > 0 {
		b.WriteString("：")
	}
	return b.String() + p.Message
}

func rowPlace(row *hub.PlannedRow) string {
	at := hub.ImportProblem{Sheet: row.Sheet.Name, Row: row.Number}
	return at.Place()
}

func nameText(row *hub.PlannedRow) string {
	if row.Name == "" {
		return ""
	}
	return "“" + row.Name + "”"
}

func (im *importing) checklist(ctx context.Context, f *folder) error {
	if ext := strings.ToLower(filepath.Ext(im.path)); ext != ".txt" {
		return hub.Invalid("file", "重点任务清单请用 .txt 文件，收到的是“%s”。请在文档中全选、复制，存成文本文件后重试。", filepath.Base(im.path))
	}
	data, err := os.ReadFile(im.path)
	if err != nil {
		return hub.Invalid("file", "读不了文件“%s”：%v。请核对路径和权限。", im.path, err)
	}
	table, err := f.readChecklist(data)
	if problems, ok := errors.AsType[checklist.Problems](err); ok {
		for _, p := range problems {
			fmt.Fprintf(im.out, "  拒绝 %v\n", p)
		}
		fmt.Fprintf(im.out, "清单“%s”没有导入：%d 处不合要求。请按上列原因改正后重试。\n", im.options.FileName, len(problems))
		return errRefused
	}
	if err != nil {
		return err
	}
	plan, err := f.hub.PlanChecklist(ctx, hub.System, table, im.options)
	if err != nil {
		return err
	}
	fmt.Fprintf(im.out, "清单“%s”：%s，共 %d 个部分、%d 项重点任务、%d 条举措。\n", table.Title, plan.Outcome.Label(), len(table.Sections), tasks(table), plan.Measures)
	for _, change := range plan.Changes {
		switch {
		case change.Before == nil:
			fmt.Fprintf(im.out, "  新增举措 %s\n", change.Key)
		case change.After == nil:
			fmt.Fprintf(im.out, "  不再有举措 %s\n", change.Key)
		default:
			fmt.Fprintf(im.out, "  变更举措 %s\n", change.Key)
		}
	}
	if plan.Outcome == hub.ImportSame {
		return nil
	}
	if !im.apply {
		fmt.Fprintln(im.out, "以上为预览，没有写入任何内容。确认无误后加 --apply 执行。")
		return nil
	}
	result, err := f.hub.ApplyChecklist(ctx, hub.System, plan)
	if err != nil {
		return err
	}
	fmt.Fprintf(im.out, "导入完成（修订号 %d）。\n", result.Revision)
	return nil
}

func tasks(c *hub.Checklist) (n int) {
	for _, s := range c.Sections {
		for _, g := range s.Groups {
			n += len(g.Tasks)
		}
	}
	return n
}

// demoSheets are the demo rosters in the order in which they must come.
var demoSheets = []struct {
	kind hub.Kind
	file string
}{
	{hub.KindOrganization, "demo/organizations.csv"},
	{hub.KindMediator, "demo/mediators.csv"},
	{hub.KindExpert, "demo/experts.csv"},
	{hub.KindInvitedListing, "demo/invited.csv"},
}

// seedDemo imports the demo rosters as anybody's sheets are imported. Doing it
// again changes nothing.
func (f *folder) seedDemo(ctx context.Context) error {
	for _, demo := range demoSheets {
		data, err := seeds.FS.ReadFile(demo.file)
		if err != nil {
			return err
		}
		reader, err := sheet.NewReader(strings.NewReader(string(data)), int64(len(data)), demo.file, demo.kind)
		if err != nil {
			return err
		}
		plan, err := f.hub.PlanImport(ctx, hub.System, demo.kind, reader.Rows(), hub.ImportOptions{
			FileName: demo.file, Reason: "载入示例名册", Fictional: true,
		})
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(plan.Rows, func(r hub.PlannedRow) bool { return r.Outcome == hub.ImportRefused }); i >= 0 {
			return fmt.Errorf("示例名册 %s：%s", demo.file, problemText(&plan.Rows[i].Problems[0]))
		}
		if _, err := f.hub.ApplyPlan(ctx, hub.System, plan, nil); err != nil {
			return err
		}
	}
	return f.seedDemoMechanisms(ctx)
}
