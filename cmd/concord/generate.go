package main

import (
	"fmt"
	"iter"

	"github.com/spf13/cobra"

	"concord/internal/fictional"
	"concord/internal/hub"
)

func generateCommand() *cobra.Command {
	var (
		dir       string
		mediators int
		seed      uint64
	)
	c := &cobra.Command{
		Use:     "generate --data 目录 --mediators N [--seed S]",
		Short:   "生成虚构的示例名册（同一种子生成同样的名册），用于演示、测试和测速",
		Example: "  concord generate --data ./data --mediators 100000 --seed 7",
		Args:    exactly(),
		RunE: func(c *cobra.Command, _ []string) error {
			if mediators < 1 || mediators > 5_000_000 {
				return usage(c, "--mediators 须在 1 到 5000000 之间")
			}
			return withFolder(c.Context(), dir, func(f *folder) error {
				total := 0
				for kind, n := range fictional.Sizes(mediators) {
					total += n
					if kind != hub.KindOrganization {
						total += n // each with its person
					}
				}
				generator := &fictional.Generator{
					Reference: f.reference,
					Labels:    labels(f.vocabulary),
					NextID:    f.hub.NextID,
					Identify: func(id hub.CitizenID) (hub.Sealed, bool, error) {
						return f.hub.Identify(c.Context(), id)
					},
				}
				bar := newProgress(c.ErrOrStderr(), "生成示例名册", total)
				reason := fmt.Sprintf("生成示例名册：%d 名调解员，种子 %d", mediators, seed)
				var records iter.Seq2[hub.Record, error] = generator.Records(mediators, seed)
				done, err := f.hub.Load(c.Context(), hub.System, reason, records, func(done int) { bar.at(done, total) })
				if err != nil {
					if hub.CodeOf(err) == hub.CodeConflict {
						return hub.Conflict("这个数据目录里已有种子 %d 的示例名册。请换一个 --seed，或换一个空的数据目录。", seed)
					}
					return err
				}
				bar.done(done)
				return nil
			})
		},
	}
	dataFlag(c, &dir)
	c.Flags().IntVar(&mediators, "mediators", 1000, "调解员人数；另有 1/20 的组织、1/50 的专家和 1/50 的特邀名册条目")
	c.Flags().Uint64Var(&seed, "seed", 1, "随机种子")
	return c
}

func labels(v *hub.Vocabulary) []string {
	list := make([]string, len(v.Specialties))
	for i, s := range v.Specialties {
		list[i] = s.Label
	}
	return list
}

// existingFlag is dataFlag of a command that makes no data.
func existingFlag(c *cobra.Command, dir *string) {
	c.Flags().StringVar(dir, "data", "data", "数据目录，须已有数据")
}

// dataFlag adds --data.
func dataFlag(c *cobra.Command, dir *string) {
	c.Flags().StringVar(dir, "data", "data", "数据目录；不存在时新建，并载入初始数据")
}
