package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"concord/internal/boltstore"
	"concord/internal/hub"
	"concord/internal/vault"
)

func backupCommand() *cobra.Command {
	var dir, out string
	c := &cobra.Command{
		Use:     "backup --data 目录 --out 文件",
		Short:   "备份数据（服务运行期间也可以），并核验备份；不含 identity.key",
		Example: "  concord backup --data ./data --out /backup/concord-2026-11-24.db",
		Args:    exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			if out == "" {
				return usage(c, "请用 --out 指定备份文件")
			}
			bar := newProgress(c.ErrOrStderr(), "核验备份", 0)
			mark, err := boltstore.Settle(c.Context(), out, func(w io.Writer) (boltstore.Mark, error) {
				return copyOfFolder(c.Context(), dir, w)
			}, func(done, total hub.Revision) { bar.at(int(done), int(total)) })
			if err != nil {
				return err
			}
			bar.done(int(mark.Revision))
			fmt.Fprintf(c.OutOrStdout(), "已备份到 %s，核验通过。\n核验标记：%s\n证件号码的密钥 %s 不在备份中，请另行妥善保存。\n", out, mark, vault.KeyFile)
			return nil
		},
	}
	existingFlag(c, &dir)
	c.Flags().StringVar(&out, "out", "", "备份文件，不得已存在")
	return c
}

func restoreCommand() *cobra.Command {
	var dir, from string
	c := &cobra.Command{
		Use:     "restore --data 目录 --from 文件",
		Short:   "把备份恢复到一个新的数据目录，并核验",
		Example: "  concord restore --data ./restored --from /backup/concord-2026-11-24.db",
		Args:    exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			if from == "" {
				return usage(c, "请用 --from 指定备份文件")
			}
			bar := newProgress(c.ErrOrStderr(), "核验备份", 0)
			mark, err := boltstore.Restore(c.Context(), from, dir, func(done, total hub.Revision) { bar.at(int(done), int(total)) })
			if err != nil {
				return err
			}
			bar.done(int(mark.Revision))
			fmt.Fprintf(c.OutOrStdout(), "已恢复到 %s，修订号 1 到 %d 完整。\n核验标记：%s\n", dir, mark.Revision, mark)
			if _, err := os.Stat(filepath.Join(dir, vault.KeyFile)); err != nil && mark.Revision > 0 {
				if !os.IsNotExist(err) {
					return err
				}
				fmt.Fprintf(c.OutOrStdout(), "启动服务前，请把原来的 %s 放入该目录（权限 600）。\n", vault.KeyFile)
			}
			return nil
		},
	}
	c.Flags().StringVar(&dir, "data", "data", "恢复到哪个新目录")
	c.Flags().StringVar(&from, "from", "", "备份文件")
	return c
}
