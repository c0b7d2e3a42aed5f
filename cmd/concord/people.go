package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"concord/internal/auth"
	"concord/internal/hub"
	"concord/internal/server"
)

// demoAccounts let everybody try every role. Their passwords are public: they come
// in only while the server runs with --demo.
var demoAccounts = []struct {
	server.DemoAccount
	post hub.Post
}{
	{server.DemoAccount{Account: "demo-city", Password: "demo-city", Label: "市级管理员"}, hub.Post{Role: hub.RoleCityAdmin}},
	{server.DemoAccount{Account: "demo-district", Password: "demo-district", Label: "津南区管理员"}, hub.Post{Role: hub.RoleDistrictAdmin, District: "120112"}},
	{server.DemoAccount{Account: "demo-heping", Password: "demo-heping", Label: "和平区管理员"}, hub.Post{Role: hub.RoleDistrictAdmin, District: "120101"}},
	{server.DemoAccount{Account: "demo-court", Password: "demo-court", Label: "津南区法院名册管理员"}, hub.Post{Role: hub.RoleCourtKeeper, Court: "津0112"}},
	{server.DemoAccount{Account: "demo-expert", Password: "demo-expert", Label: "专家库管理员"}, hub.Post{Role: hub.RoleExpertKeeper}},
	{server.DemoAccount{Account: "demo-union", Password: "demo-union", Label: "市总工会"}, hub.Post{Role: hub.RolePartner, Agency: "UNION"}},
	{server.DemoAccount{Account: "demo-auditor", Password: "demo-auditor", Label: "审计员"}, hub.Post{Role: hub.RoleAuditor}},
}

// door opens the way in for people. With demo it makes the accounts that
// everybody may use; without, and while nobody can administer the hub, it returns
// the link by which the first administrator sets a password.
func (f *folder) door(ctx context.Context, demo bool) (door *auth.Door, link string, err error) {
	if door, err = auth.NewDoor(auth.DoorConfig{Hub: f.hub, Random: rand.Reader, Demo: demo}); err != nil {
		return nil, "", err
	}
	if !demo {
		link, _, err = f.hub.OpenFirstAccount(ctx)
		return door, link, err
	}
	for _, a := range demoAccounts {
		hash, err := auth.HashPassword(a.Password, auth.DemoCost, rand.Reader)
		if err != nil {
			return nil, "", err
		}
		if err := f.hub.KeepDemoAccount(ctx, a.Account, a.Label+"（示例）", a.post, hash); err != nil {
			return nil, "", err
		}
	}
	return door, "", nil
}

// providerFlags say through which identity provider people sign in.
type providerFlags struct {
	config     auth.ProviderConfig
	secretFile string
}

func (p *providerFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&p.config.Issuer, "oidc-issuer", "", "统一身份认证（OpenID Connect）的地址；不给则只用密码登录")
	flags.StringVar(&p.config.ClientID, "oidc-client-id", "", "本系统在统一身份认证中的客户端标识")
	flags.StringVar(&p.secretFile, "oidc-secret-file", "", "客户端密钥的文件；也可用环境变量 CONCORD_OIDC_SECRET 直接给出密钥")
	flags.StringVar(&p.config.Secret, "oidc-secret", "", "")
	_ = flags.MarkHidden("oidc-secret") // of the environment: on a command line everybody on the machine could read it
	flags.StringVar(&p.config.Claim, "oidc-claim", "sub", "身份令牌中与帐号绑定的声明")
	flags.StringVar(&p.config.Label, "oidc-label", "统一身份认证", "登录页上的名称")
	flags.StringVar(&p.config.Redirect, "oidc-redirect", "", "回调地址，形如 https://hub.example.gov.cn/session/oidc/callback；不给则按浏览器访问的地址")
}

// provider returns it, nil when none is wanted.
func (p *providerFlags) provider(door *auth.Door) (*auth.Provider, error) {
	if p.config.Issuer == "" {
		return nil, nil
	}
	if p.secretFile != "" {
		secret, err := os.ReadFile(p.secretFile)
		if err != nil {
			return nil, &hub.Error{Code: hub.CodeInvalid, Field: "oidc-secret-file", Message: "读不到客户端密钥的文件。请核对 --oidc-secret-file 的路径和权限。", Cause: err}
		}
		p.config.Secret = strings.TrimSpace(string(secret))
	}
	return auth.NewProvider(p.config, door)
}

// shownDemoAccounts are what the sign-in page shows.
func shownDemoAccounts() (shown []server.DemoAccount) {
	for _, a := range demoAccounts {
		shown = append(shown, a.DemoAccount)
	}
	return shown
}

// greet prints how the first administrator comes in.
func greet(w io.Writer, address, link string) {
	if link != "" {
		fmt.Fprintf(w, "  还没有可用的市级管理员。请在 %d 小时内打开下面的链接，为帐号 %s 设置密码（只能用一次）：\n  %s%s\n",
			int(hub.SetupTerm.Hours()), hub.FirstAccount, address, hub.LinkPath(link))
	}
}

// keepUses writes down now and then, and at the end, when keys were last used; the
// function it returns ends that and waits.
func (f *folder) keepUses(ctx context.Context, logger *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	keep := func(ctx context.Context) {
		if err := f.hub.KeepUses(ctx); err != nil {
			logger.Error("密钥的最近使用日没有记下", "error", err)
		}
	}
	go func() {
		defer close(ended)
		tick := time.NewTicker(time.Hour)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				keep(context.WithoutCancel(ctx))
				return
			case <-tick.C:
				keep(ctx)
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}
