// Command concord runs the hub and tends its data folder. `concord help` lists
// what it can do; every flag can be given by environment too, as CONCORD_ and
// the flag's name in capitals.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"concord/internal/hub"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr, os.Getenv)
	stop()
	os.Exit(code)
}

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // the work could not be done, or rows were refused
	exitUsage  = 2 // the command line is wrong
)

// errRefused ends a command whose report has already said what was refused.
var errRefused = errors.New("refused")

// run is the whole program: it returns the exit code and touches nothing of the
// process but what it is given.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) int {
	root := rootCommand(getenv)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errRefused):
		return exitFailed
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "已按要求停止。")
		return exitFailed
	}
	if e, ok := errors.AsType[*hub.Error](err); ok {
		fmt.Fprintln(stderr, "错误："+e.Message)
		if e.Cause != nil {
			fmt.Fprintf(stderr, "原因：%v\n", e.Cause)
		}
		return exitFailed
	}
	if e, ok := errors.AsType[*usageError](err); ok {
		fmt.Fprintf(stderr, "用法有误：%s\n运行 “%s --help” 查看用法。\n", e.message, e.command)
		return exitUsage
	}
	fmt.Fprintf(stderr, "错误：%v\n", err)
	return exitFailed
}

// usageError is a command line that cannot be understood.
type usageError struct{ command, message string }

func (e *usageError) Error() string { return e.message }

func usage(c *cobra.Command, format string, args ...any) error {
	return &usageError{c.CommandPath(), fmt.Sprintf(format, args...)}
}

func rootCommand(getenv func(string) string) *cobra.Command {
	var identityKey string
	root := &cobra.Command{
		Use:           "concord",
		Short:         "调解资源共享中心：调解员名册、调解组织、专家库、特邀名册与重点任务清单的统一来源",
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			err := fromEnvironment(c, getenv)
			c.SetContext(withIdentityKey(c.Context(), identityKey))
			return err
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage(c, "没有“%s”这个命令", args[0])
			}
			return nil
		},
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usage(c, "%s", flagFault(err))
	})
	cobra.AddTemplateFunc("flagUsages", flagUsages)
	root.SetUsageTemplate(usageTemplate)
	root.SetHelpCommand(&cobra.Command{
		Use: "help [命令]", Short: "显示命令的用法",
		RunE: func(c *cobra.Command, args []string) error {
			found, _, err := root.Find(args)
			if err != nil {
				return usage(c, "没有“%s”这个命令", strings.Join(args, " "))
			}
			return found.Help()
		},
	})
	root.PersistentFlags().BoolP("help", "h", false, "显示用法")
	root.PersistentFlags().StringVar(&identityKey, "identity-key", "", "身份密钥的文件；不给则用数据目录中的 identity.key")
	root.AddCommand(serveCommand(), importCommand(), exportCommand(), generateCommand(), keyCommand(), userCommand(), backupCommand(), restoreCommand(), verifyCommand(), reindexCommand())
	withoutFlagsWord(root)
	return root
}

// withoutFlagsWord leaves out of the usage of every command what cobra adds in English.
func withoutFlagsWord(c *cobra.Command) {
	c.DisableFlagsInUseLine = true
	for _, below := range c.Commands() {
		withoutFlagsWord(below)
	}
}

// defaultOf is how pflag says what an option is without being given.
var defaultOf = regexp.MustCompile(`\(default (.*)\)`)

func flagUsages(flags *pflag.FlagSet) string {
	return defaultOf.ReplaceAllString(strings.TrimRight(flags.FlagUsages(), "\n"), "（默认 $1）")
}

// flagFault says in Chinese what is wrong with a flag.
func flagFault(err error) string {
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return fmt.Sprintf("没有 --%s 这个选项", e.GetSpecifiedName())
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return fmt.Sprintf("选项 --%s 后面要有值", e.GetSpecifiedName())
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return fmt.Sprintf("选项 --%s 的值“%s”不对", e.GetFlag().Name, hub.Shorten(e.GetValue()))
	}
	return err.Error()
}

// fromEnvironment sets every flag that the command line left alone from its
// environment variable.
func fromEnvironment(c *cobra.Command, getenv func(string) string) (err error) {
	c.Flags().VisitAll(func(f *pflag.Flag) {
		name := environmentName(f.Name)
		if value := getenv(name); value != "" && !f.Changed && f.Name != "help" && err == nil {
			if e := c.Flags().Set(f.Name, value); e != nil {
				err = usage(c, "环境变量 %s 的值“%s”不对", name, hub.Shorten(value))
			}
		}
	})
	return err
}

func environmentName(flag string) string {
	return "CONCORD_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

const usageTemplate = `用法：
  {{if .HasAvailableSubCommands}}{{.CommandPath}} 命令 [选项]{{else}}{{.UseLine}}{{end}}
{{if .HasExample}}
示例：
{{.Example}}
{{end}}{{if .HasAvailableSubCommands}}
命令：{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}
{{end}}{{if .HasAvailableLocalFlags}}
选项：
{{flagUsages .LocalFlags}}
{{end}}
每个选项也可用环境变量给出，例如 --data 对应 CONCORD_DATA。
身份密钥不在数据目录里时，用 --identity-key 文件（CONCORD_IDENTITY_KEY）指明。
`

// exactly demands arguments, named for people.
func exactly(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return usage(c, "缺少%s", names[len(args)])
		case len(args) > len(names):
			return usage(c, "多余的参数“%s”", hub.Shorten(args[len(names)]))
		}
		return nil
	}
}
