package main

import (
	"crypto/rand"
	"fmt"

	"github.com/spf13/cobra"

	"concord/internal/auth"
	"concord/internal/hub"
)

func keyCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "key",
		Short: "管理程序访问接口的密钥，更换身份密钥",
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(keyCreateCommand(), rotateIdentityCommand())
	return c
}

func keyCreateCommand() *cobra.Command {
	var (
		dir, role, expires string
		scopes             []string
		key                hub.APIKey
	)
	c := &cobra.Command{
		Use:     "create --data 目录 --name 名称 --role 角色",
		Short:   "发放一个密钥；密钥只显示这一次",
		Example: "  concord key create --name 津南区法院诉调对接 --role court_keeper --court 津0112\n  concord key create --name 市总工会 --role partner --agency UNION --scope contact --expires 2027-12-31",
		Args:    exactly(),
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if key.Role, err = hub.ParseRole(role); err != nil {
				return err
			}
			for _, s := range scopes {
				scope, err := hub.ParseScope(s)
				if err != nil {
					return err
				}
				key.Scopes = append(key.Scopes, scope)
			}
			if expires != "" {
				if key.Expires, err = hub.ParseDate(expires); err != nil {
					return hub.Invalid("expires", "--expires “%s”不是日期。请写成 2027-12-31 这样。", hub.Shorten(expires))
				}
			}
			return withFolder(c.Context(), dir, func(f *folder) error {
				f.resolvePlaces(&key)
				text, kept, err := auth.Issue(c.Context(), f.hub, hub.System, key, rand.Reader)
				if err != nil {
					return err
				}
				fmt.Fprintln(c.OutOrStdout(), text)
				fmt.Fprintf(c.ErrOrStderr(), "已发放密钥 %s（%s，%s）。请立即妥善保存：它不会再次显示。\n", kept.ID, kept.Name, kept.Role.Label())
				return nil
			})
		},
	}
	dataFlag(c, &dir)
	c.Flags().StringVar(&key.Name, "name", "", "使用者的名称")
	c.Flags().StringVar(&role, "role", "", "角色：partner、district_admin、city_admin、court_keeper、expert_keeper、auditor")
	c.Flags().StringVar(&key.District, "district", "", "区的代码或名称（区级管理员）")
	c.Flags().StringVar(&key.Court, "court", "", "法院代字或名称（法院名册管理员）")
	c.Flags().StringVar(&key.Agency, "agency", "", "成员单位代码或名称（合作单位）")
	c.Flags().StringSliceVar(&scopes, "scope", nil, "授权范围：contact（联系方式）、profile（个人概况）、all；可多次给出")
	c.Flags().StringVar(&expires, "expires", "", "有效期的最后一天，例如 2027-12-31；不给则不限")
	return c
}

// resolvePlaces turns names of places into their codes; what is unknown is left
// to the hub to refuse.
func (f *folder) resolvePlaces(key *hub.APIKey) {
	if region, ok := f.reference.District(key.District); ok {
		key.District = region.Code
	}
	if court, ok := f.reference.CourtByName(key.Court); ok {
		key.Court = court.Code
	}
	if agency, ok := f.reference.AgencyByName(key.Agency); ok {
		key.Agency = agency.Code
	}
}
