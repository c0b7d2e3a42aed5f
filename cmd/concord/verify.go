package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"concord/internal/boltstore"
	"concord/internal/hub"
)

// mostFindings is how many findings are printed one by one.
const mostFindings = 50

func verifyCommand() *cobra.Command {
	var dir, expect string
	c := &cobra.Command{
		Use:   "verify --data 目录 [--expect 核验标记]",
		Short: "核验数据：日志的摘要链、每条记录、每个排序与查找视图；有问题时以 1 退出",
		Args:  exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			var expected boltstore.Mark
			if expect != "" {
				var err error
				if expected, err = boltstore.ParseMark(expect); err != nil {
					return err
				}
			}
			findings := 0
			bar := newProgress(c.ErrOrStderr(), "核验变更日志", 0)
			newest, err := boltstore.Verify(c.Context(), dir, boltstore.Options{}, func(f boltstore.Finding) {
				if findings++; findings <= mostFindings {
					fmt.Fprintln(c.OutOrStdout(), f)
				}
			}, func(done, total hub.Revision) { bar.at(int(done), int(total)) })
			if err != nil {
				return err
			}
			bar.done(int(newest))
			if findings == 0 {
				mark, holds, err := boltstore.Newest(dir, boltstore.Options{}, expected)
				if err != nil {
					return err
				}
				if !holds {
					fmt.Fprintf(c.OutOrStdout(), "数据本身完好，但不含核验标记 %s 之前的全部变更（目前为 %s）：可能放回了较旧的文件，或换成了另一份数据。\n", expected, mark)
					return errRefused
				}
				said, wrong, err := verifyIdentities(c.Context(), dir)
				if err != nil {
					return err
				}
				for _, line := range said {
					fmt.Fprintln(c.OutOrStdout(), line)
				}
				if wrong {
					return errRefused
				}
				fmt.Fprintf(c.OutOrStdout(), "核验通过：修订号 1 到 %d 连续、完整，全部视图与日志一致。\n核验标记：%s\n", newest, mark)
				return nil
			}
			fmt.Fprintf(c.OutOrStdout(), "发现 %d 处问题。日志完好而视图有误时，运行 concord reindex 可修复；日志本身有误时，请从备份恢复。\n", findings)
			return errRefused
		},
	}
	existingFlag(c, &dir)
	c.Flags().StringVar(&expect, "expect", "", "以前打印的核验标记；数据中没有它时以 1 退出，由此发现被放回的旧文件")
	return c
}

func reindexCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "reindex --data 目录",
		Short: "从变更日志重建所有视图和检索索引",
		Args:  exactly(),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if err := boltstore.Exists(dir); err != nil {
				return err
			}
			bar := newProgress(c.ErrOrStderr(), "重建排序与查找视图", 0)
			var last hub.Revision
			err = boltstore.Reindex(c.Context(), dir, boltstore.Options{}, func(done, total hub.Revision) {
				last = done
				bar.at(int(done), int(total))
			})
			if err != nil {
				return err
			}
			bar.done(int(last))
			f, err := openFolder(c.Context(), dir, folderOptions{withIndex: true, logger: quietLogger, rebuild: true})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, f.Close()) }()
			bar = newProgress(c.ErrOrStderr(), "重建检索索引", 0)
			stop := f.follow(c.Context(), quietLogger)
			defer stop()
			if !f.indexed(c.Context()) {
				return c.Context().Err()
			}
			bar.done(int(f.store.Revision()))
			return nil
		},
	}
	existingFlag(c, &dir)
	return c
}
