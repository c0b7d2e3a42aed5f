package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"concord/internal/boltstore"
	"concord/internal/hub"
)

// User commands work on the folder itself, for the operator: while a server has it
// open, accounts are kept through the API.
func userCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "user",
		Short: "管理个人登录的帐号",
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(userCreateCommand(), userResetCommand(), userDisableCommand(), userListCommand())
	return c
}

func userCreateCommand() *cobra.Command {
	var (
		dir, role, district, court, agency, subject string
		scopes                                      []string
		in                                          hub.CreateAccountInput
	)
	c := &cobra.Command{
		Use:     "create --data 目录 --name 登录名 --label 使用人 --role 角色",
		Short:   "新建帐号；打印设置密码的一次性链接",
		Example: "  concord user create --name jinnan.zhang --label 津南区人社局张示例 --role district_admin --district 120112",
		Args:    exactly(),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if in.Role, err = hub.ParseRole(role); err != nil {
				return err
			}
			for _, s := range scopes {
				scope, err := hub.ParseScope(s)
				if err != nil {
					return err
				}
				in.Scopes = append(in.Scopes, scope)
			}
			in.District, in.Court, in.Agency, in.Subject = &district, &court, &agency, &subject
			return withFolder(c.Context(), dir, func(f *folder) error {
				in.Write = byOperator(0, 0)
				return printLink(c)(f.hub.CreateAccount(c.Context(), hub.System, in))
			})
		},
	}
	dataFlag(c, &dir)
	c.Flags().StringVar(&in.Name, "name", "", "登录名")
	c.Flags().StringVar(&in.Label, "label", "", "使用人或岗位")
	c.Flags().StringVar(&role, "role", "", "角色：partner、district_admin、city_admin、court_keeper、expert_keeper、auditor")
	c.Flags().StringVar(&district, "district", "", "区的代码或名称（区级管理员）")
	c.Flags().StringVar(&court, "court", "", "法院代字或名称（法院名册管理员）")
	c.Flags().StringVar(&agency, "agency", "", "成员单位代码或名称（合作单位）")
	c.Flags().StringSliceVar(&scopes, "scope", nil, "授权范围：contact（联系方式）、profile（个人概况）、all；可多次给出")
	c.Flags().StringVar(&subject, "subject", "", "在统一身份认证中的标识")
	return c
}

func userResetCommand() *cobra.Command {
	var dir, name string
	c := &cobra.Command{
		Use:   "reset --data 目录 --name 登录名",
		Short: "重设密码：原密码和会话立即作废；打印一次性链接。已停用的帐号同时启用",
		Args:  exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			return withFolder(c.Context(), dir, func(f *folder) error {
				a, at, err := f.account(c.Context(), name)
				if err != nil {
					return err
				}
				if open := false; a.Disabled {
					w, err := f.hub.AmendAccount(c.Context(), hub.System, hub.AmendAccountInput{Write: byOperator(a.ID, at), Disabled: &open})
					if err = refusal(w, err); err != nil {
						return err
					}
					if _, at, err = f.account(c.Context(), name); err != nil {
						return err
					}
				}
				return printLink(c)(f.hub.ResetPassword(c.Context(), hub.System, hub.ResetPasswordInput{Write: byOperator(a.ID, at)}))
			})
		},
	}
	dataFlag(c, &dir)
	c.Flags().StringVar(&name, "name", "", "登录名")
	return c
}

func userDisableCommand() *cobra.Command {
	var dir, name string
	c := &cobra.Command{
		Use:   "disable --data 目录 --name 登录名",
		Short: "停用帐号，立即结束其会话",
		Args:  exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			return withFolder(c.Context(), dir, func(f *folder) error {
				a, at, err := f.account(c.Context(), name)
				if err != nil {
					return err
				}
				closed := true
				w, err := f.hub.AmendAccount(c.Context(), hub.System, hub.AmendAccountInput{Write: byOperator(a.ID, at), Disabled: &closed})
				if err = refusal(w, err); err == nil {
					fmt.Fprintf(c.OutOrStdout(), "已停用 %s（%s）。\n", a.Name, a.Label)
				}
				return err
			})
		},
	}
	dataFlag(c, &dir)
	c.Flags().StringVar(&name, "name", "", "登录名")
	return c
}

func userListCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "list --data 目录",
		Short: "列出帐号",
		Args:  exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			if err := boltstore.Exists(dir); err != nil {
				return err
			}
			return withFolder(c.Context(), dir, func(f *folder) error {
				var page hub.PageArgs
				for {
					accounts, err := f.hub.Accounts(c.Context(), hub.System, hub.AccountFilter{}, page)
					if err != nil {
						return err
					}
					for _, edge := range accounts.Edges {
						a := edge.Node
						place := strings.Join([]string{a.Account.District, a.Account.Court, a.Account.Agency}, "")
						fmt.Fprintf(c.OutOrStdout(), "%s\t%s\t%s\t%s\t%s\n", a.Name, a.Label, a.Role.Label(), place, accountState(a))
						page.After = &edge.Cursor
					}
					if !accounts.HasNextPage {
						return nil
					}
				}
			})
		},
	}
	existingFlag(c, &dir)
	return c
}

func accountState(a *hub.AccountView) string {
	switch {
	case a.Disabled:
		return "已停用"
	case a.Demo:
		return "示例"
	case a.HasPassword, a.Subject != "":
		return "可登录"
	case !a.LinkUntil.IsZero():
		return "待设置密码，链接 " + a.LinkUntil.In(time.FixedZone("", 8*3600)).Format("01-02 15:04") + " 前有效"
	}
	return "未设置密码"
}

// account returns the account of this name.
func (f *folder) account(ctx context.Context, name string) (*hub.Account, hub.Revision, error) {
	if name == "" {
		return nil, 0, hub.Invalid("name", "请用 --name 给出登录名。")
	}
	a, at, err := f.hub.AccountNamed(ctx, name)
	if err == nil && a == nil {
		err = hub.NotFound("没有登录名为“%s”的帐号。concord user list 列出全部帐号。", hub.Shorten(name))
	}
	return a, at, err
}

// byOperator is what a change says that is made at the machine: each is a new one.
func byOperator(id hub.ID, at hub.Revision) hub.Write {
	return hub.Write{ID: id, Expected: at, Reason: "运维人员在本机办理", IdempotencyKey: time.Now().Format(time.RFC3339Nano)}
}

// refusal is why a change was not made, nil when it was.
func refusal(w *hub.Written, err error) error {
	if err != nil || len(w.Errors) == 0 {
		return err
	}
	return hub.Invalid("", "%s", w.Errors[0].Message)
}

// printLink prints what a change hands out, alone on stdout.
func printLink(c *cobra.Command) func(*hub.Written, error) error {
	return func(w *hub.Written, err error) error {
		if err := refusal(w, err); err != nil {
			return err
		}
		fmt.Fprintln(c.OutOrStdout(), hub.LinkPath(w.HandOut))
		a := w.Record.(*hub.AccountView)
		fmt.Fprintf(c.ErrOrStderr(), "帐号 %s（%s，%s）。请把上面的链接接在本系统网址之后，交给使用人设置密码；%d 小时内有效，只能用一次，不会再次显示。\n",
			a.Name, a.Label, a.Role.Label(), int(hub.SetupTerm.Hours()))
		return nil
	}
}
