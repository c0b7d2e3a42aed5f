package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"concord/internal/hub"
	"concord/internal/vault"
)

func rotateIdentityCommand() *cobra.Command {
	var dir, next string
	c := &cobra.Command{
		Use:   "rotate-identity --data 目录 [--new-identity-key 文件]",
		Short: "更换身份密钥：全部证件号码改用新密钥保存；中断后再运行一次即可继续",
		Example: "  concord key rotate-identity --data ./data\n" +
			"  concord key rotate-identity --data ./data --identity-key /secure/old.key --new-identity-key /secure/new.key",
		Args: exactly(),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			outside := identityKeyOf(c.Context()) != ""
			if outside && next == "" {
				return usage(c, "身份密钥由外部提供时，新密钥的文件须用 --new-identity-key 指明")
			}
			if !outside && next != "" {
				return usage(c, "身份密钥在数据目录中，新密钥自动生成在旁边，不需要 --new-identity-key")
			}
			f, err := openFolder(c.Context(), dir, folderOptions{changesKey: true})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, f.Close()) }()
			to, err := vault.OpenNext(dir, next)
			if err != nil {
				return err
			}
			bar := newProgress(c.ErrOrStderr(), "更换身份密钥", 0)
			total, err := f.hub.RotateIdentityKey(c.Context(), hub.System, to, func(done int) { bar.at(done, 0) })
			if err != nil {
				return err
			}
			bar.done(total)
			fmt.Fprintf(c.OutOrStdout(), "%d 人的证件号码已改用新密钥（标记 %s）。\n", total, to.Mark())
			if outside {
				fmt.Fprintln(c.OutOrStdout(), "今后请用新密钥的文件启动。更换之前的备份仍须配旧密钥，请随备份另处保存；不再保留这些备份时，销毁旧密钥。")
				return nil
			}
			kept, err := vault.Retire(dir, f.vault)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "新密钥已就位。旧密钥改名为 %s：更换之前的备份仍须配它，请随备份移到别处保存；不再保留这些备份时，将其销毁。\n", kept)
			return nil
		},
	}
	dataFlag(c, &dir)
	c.Flags().StringVar(&next, "new-identity-key", "", "新密钥的文件，不存在时新建；仅当身份密钥由 --identity-key 从外部提供时需要")
	return c
}

// verifyIdentities holds the sealed identity numbers against the key, and returns
// what is to be said about it and whether something is wrong. Without the key,
// which no backup holds, the rest of the data can be verified all the same.
func verifyIdentities(ctx context.Context, dir string) (said []string, wrong bool, err error) {
	f, err := openFolder(ctx, dir, folderOptions{changesKey: true, readOnly: true})
	if e, ok := errors.AsType[*hub.Error](err); ok && e.Field == "identityKey" {
		return []string{"没有身份密钥，证件号码的密文未核验：" + e.Message}, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if e, ok := errors.AsType[*hub.Error](f.hub.CheckIdentityKey(ctx)); ok {
		return []string{e.Message}, true, nil
	}
	bad := 0
	looked, err := f.hub.VerifyIdentities(ctx, func(person hub.ID) {
		if bad++; bad <= mostFindings {
			said = append(said, fmt.Sprintf("自然人 %s 的证件号码用身份密钥解不开，或与其摘要不符。", person))
		}
	})
	if bad == 0 {
		said = append(said, fmt.Sprintf("%d 人的证件号码都能用身份密钥解开，并与其摘要一致。", looked))
	}
	return said, bad > 0, err
}
