package main

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"concord/internal/boltstore"
	"concord/internal/hub"
	"concord/internal/sheet"
)

func exportCommand() *cobra.Command {
	var (
		dir, out, on string
		districts    []string
	)
	c := &cobra.Command{
		Use:     "export --data 目录 类别 --out 文件",
		Short:   "导出名册为 .xlsx、.csv 或 .jsonl，可原样再导入；身份证号从不导出",
		Example: "  concord export --data ./data mediators --district 120112 --out 津南区调解员.xlsx",
		Args:    exactly("类别"),
		RunE: func(c *cobra.Command, args []string) error {
			kind, err := parseKind(c, args[0])
			if err != nil {
				return err
			}
			if kind == hub.KindChecklist {
				return usage(c, "重点任务清单不按表格导出，请用接口的 checklists 查询")
			}
			if out == "" {
				return usage(c, "缺少 --out 文件")
			}
			format, err := sheet.FormatOf(out)
			if err != nil {
				return err
			}
			query := hub.ExportQuery{Filter: hub.FilterArgs{District: districts}}
			if on != "" {
				if query.On, err = hub.ParseDate(on); err != nil {
					return hub.Invalid("on", "--on “%s”不是日期。请写成 2025-03-18 这样。", hub.Shorten(on))
				}
			}
			if err := boltstore.Exists(dir); err != nil {
				return err
			}
			return withFolder(c.Context(), dir, func(f *folder) error {
				bar := newProgress(c.ErrOrStderr(), "导出"+rosterName(kind), 0)
				query.Progress = bar.at
				var info hub.ExportInfo
				err := sheet.Create(out, func(to io.Writer) error {
					writer := sheet.NewWriter(to, format, kind)
					if info, err = f.hub.Export(c.Context(), hub.System, kind, query, writer); err != nil {
						return err
					}
					return writer.Close(info)
				})
				if err != nil {
					return err
				}
				bar.done(info.Rows)
				fmt.Fprintf(c.OutOrStdout(), "已导出 %d 条到 %s（修订号 %d）。\n", info.Rows, filepath.Clean(out), info.Revision)
				return nil
			})
		},
	}
	existingFlag(c, &dir)
	c.Flags().StringVar(&out, "out", "", "写到哪个文件；格式由扩展名决定")
	c.Flags().StringVar(&on, "on", "", "只导出某日在册的，例如 2025-03-18")
	c.Flags().StringSliceVar(&districts, "district", nil, "只导出这些区（代码或名称），可多次给出")
	return c
}
