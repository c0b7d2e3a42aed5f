package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

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
		scopes, documents  []string
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
			for _, path := range documents {
				sums, err := documentSums(path)
				if err != nil {
					return err
				}
				key.Documents = append(key.Documents, sums...)
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
	c.Flags().StringArrayVar(&documents, "documents", nil, "只许执行此文件中的查询文档：.graphql 文件，或客户端生成工具的清单（JSON）；可多次给出")
	c.Flags().StringVar(&expires, "expires", "", "有效期的最后一天，例如 2027-12-31；不给则不限")
	return c
}

// documentSums returns the SHA-256 of each query document in a file: the whole of a
// .graphql file, or the texts of a list that a client's generator wrote, as
// relay-compiler does ({"id": "text"}) or Apollo ({"operations": [{"body": "text"}]}).
func documentSums(path string) (sums []string, err error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, hub.Invalid("documents", "读不到查询文档 %s。请检查路径和权限。", path)
	}
	texts := []string{string(content)}
	if strings.EqualFold(filepath.Ext(path), ".json") {
		if texts = listedDocuments(content); len(texts) == 0 {
			return nil, hub.Invalid("documents", "%s 不是查询文档清单。请给出 {\"编号\": \"文档\"} 或 {\"operations\": [{\"body\": \"文档\"}]} 形式的 JSON。", path)
		}
	}
	for _, text := range texts {
		sum := sha256.Sum256([]byte(text))
		sums = append(sums, hex.EncodeToString(sum[:]))
	}
	return sums, nil
}

func listedDocuments(content []byte) (texts []string) {
	var apollo struct{ Operations []struct{ Body string } }
	var relay map[string]string
	switch {
	case json.Unmarshal(content, &relay) == nil:
		texts = slices.Collect(maps.Values(relay))
	case json.Unmarshal(content, &apollo) == nil:
		for _, o := range apollo.Operations {
			texts = append(texts, o.Body)
		}
	}
	return slices.DeleteFunc(texts, func(text string) bool { return strings.TrimSpace(text) == "" })
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
