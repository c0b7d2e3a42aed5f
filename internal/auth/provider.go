package auth

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"concord/internal/hub"
)

// ProviderConfig says through which identity provider people sign in, by the code
// flow of OpenID Connect with PKCE.
type ProviderConfig struct {
	Issuer   string // https://…; http for this machine alone
	ClientID string
	Secret   string
	Claim    string // of the id token that names the holder of an account; sub when ""
	Label    string // what people call it
	Redirect string // the address of the callback, where it is not what the browser asked
}

// Provider signs people in through an identity provider. Who they are is what it
// says; what they may do is their account's. It is safe for concurrent use.
type Provider struct {
	config ProviderConfig
	door   *Door
	client *http.Client
	seal   cipher.AEAD // of what a browser carries while it is away

	mu     sync.Mutex
	found  *oidc.Provider // once it has answered
	failed error          // when it last did not
	again  time.Time      // when it is asked next after that
}

// pending is a sign-in that has begun. The browser carries it, sealed: what anybody may
// begin must not take memory of ours, nor another's place.
type pending struct {
	State, Nonce, Verifier, Redirect string
	Until                            time.Time
}

const (
	pendingTerm = 10 * time.Minute
	rest        = 5 * time.Second // of a provider that did not answer
	mostSubject = 200             // bytes
)

// NewProvider returns one. The provider is asked only when somebody signs in, so
// that the hub starts without it.
func NewProvider(c ProviderConfig, door *Door) (*Provider, error) {
	issuer, err := url.Parse(c.Issuer)
	if err != nil || issuer.Host == "" || issuer.Scheme != "https" && (issuer.Scheme != "http" || issuer.Hostname() != "127.0.0.1" && issuer.Hostname() != "localhost") {
		return nil, hub.Invalid("oidc-issuer", "统一身份认证的地址（--oidc-issuer）须以 https:// 开头，例如 https://sso.example.gov.cn。")
	}
	if c.ClientID == "" || c.Secret == "" {
		return nil, hub.Invalid("oidc-client-id", "使用统一身份认证须给出 --oidc-client-id，并用 --oidc-secret-file 或环境变量 CONCORD_OIDC_SECRET 给出客户端密钥。")
	}
	if c.Claim == "" {
		c.Claim = "sub"
	}
	if c.Label == "" {
		c.Label = "统一身份认证"
	}
	key := make([]byte, 32)
	if _, err := io.ReadFull(door.secrets.Random, key); err != nil {
		return nil, hub.Internal("auth.NewProvider", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, hub.Internal("auth.NewProvider", err)
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, hub.Internal("auth.NewProvider", err)
	}
	return &Provider{config: c, door: door, client: &http.Client{Timeout: 10 * time.Second}, seal: seal}, nil
}

// Label is what people call the provider.
func (p *Provider) Label() string { return p.config.Label }

// discovered returns what the provider says of itself, which it is asked once. Those who
// come while it does not answer are told so without waiting for it again.
func (p *Provider) discovered(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil {
		if p.door.now().Before(p.again) {
			return nil, p.failed
		}
		// What it says of its keys is fetched later, when this request is over.
		found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.config.Issuer)
		if err != nil {
			p.failed = &hub.Error{Code: hub.CodeBusy, Message: "暂时连不上" + p.config.Label + "。请稍后重试，或改用密码登录。", Cause: fmt.Errorf("discovery: %w", err)}
			p.again = p.door.now().Add(rest)
			return nil, p.failed
		}
		p.found = found
	}
	return p.found, nil
}

func (p *Provider) oauth(found *oidc.Provider, redirect string) *oauth2.Config {
	return &oauth2.Config{ClientID: p.config.ClientID, ClientSecret: p.config.Secret, Endpoint: found.Endpoint(), RedirectURL: redirect, Scopes: []string{oidc.ScopeOpenID}}
}

// Begin returns where to send the browser, and what it must bring back in a cookie.
// callback is our address as the browser knows it.
func (p *Provider) Begin(ctx context.Context, callback string) (address, browser string, err error) {
	found, err := p.discovered(ctx)
	if err != nil {
		return "", "", err
	}
	if p.config.Redirect != "" {
		callback = p.config.Redirect
	}
	var random [3]string
	for i := range random {
		secret, err := newKey(hub.SecretSession, p.door.secrets.Random)
		if err != nil {
			return "", "", err
		}
		random[i] = secret.text
	}
	begun := pending{State: random[0], Nonce: random[1], Verifier: random[2], Redirect: callback, Until: p.door.now().Add(pendingTerm)}
	text, err := json.Marshal(begun)
	if err != nil {
		return "", "", hub.Internal("auth.Begin", err)
	}
	browser = base64.RawURLEncoding.EncodeToString(p.seal.Seal(nil, nil, text, nil))
	address = p.oauth(found, callback).AuthCodeURL(begun.State, oidc.Nonce(begun.Nonce), oauth2.S256ChallengeOption(begun.Verifier))
	return address, browser, nil
}

// begun returns the sign-in that the browser has begun. That it ends once is the
// provider's to see to: a code serves once (RFC 6749, 4.1.2).
func (p *Provider) begun(browser string) (b pending, ok bool) {
	sealed, err := base64.RawURLEncoding.DecodeString(browser)
	if err != nil {
		return b, false
	}
	text, err := p.seal.Open(nil, nil, sealed, nil)
	if err != nil || json.Unmarshal(text, &b) != nil {
		return b, false
	}
	return b, p.door.now().Before(b.Until)
}

// errorCode is how providers name errors (RFC 6749, 4.1.2.1).
var errorCode = regexp.MustCompile(`^[a-z_]{1,40}$`)

// End lets in whom the provider has sent back with these parameters, when an
// account is bound to the name that it gives.
func (p *Provider) End(ctx context.Context, browser string, said url.Values, client string) (*Entry, error) {
	begun, ok := p.begun(browser)
	if !ok || subtle.ConstantTimeCompare([]byte(said.Get("state")), []byte(begun.State)) != 1 {
		return nil, p.door.turnedAway(ctx, nil, refused("这次登录已失效，或不是由本浏览器发起。请从登录页重新开始。"))
	}
	if code := said.Get("error"); code != "" {
		if !errorCode.MatchString(code) {
			code = "error"
		}
		return nil, p.door.turnedAway(ctx, nil, refused("%s没有放行（%s）。请重新登录，或改用密码登录。", p.config.Label, code))
	}
	if issuer := said.Get("iss"); issuer != "" && issuer != p.config.Issuer { // RFC 9207
		return nil, p.distrusted(ctx, errors.New("the answer is another issuer's"))
	}
	subject, err := p.subject(ctx, begun, said.Get("code"))
	if err != nil {
		return nil, err
	}
	a, _, err := p.door.hub.AccountOfSubject(ctx, subject)
	switch {
	case err != nil:
		return nil, err
	case a == nil || a.Demo:
		why := hub.Forbidden("您已通过%s验证，但本系统没有与之绑定的帐号。请与市级管理员（市人社局）联系，由其新建或绑定帐号。", p.config.Label)
		if err := p.door.hub.NoteRefusedSignIn(ctx, 0, string(why.Code), "统一身份“"+hub.Shorten(subject)+"”没有绑定帐号"); err != nil {
			return nil, err
		}
		return nil, why
	case a.Disabled:
		return nil, p.door.turnedAway(ctx, a, hub.Forbidden("该帐号已停用。请与市级管理员联系。"))
	}
	return p.door.enter(ctx, a, hub.SignInProvider, client)
}

// subject exchanges the code for the id token, and returns the name in it.
func (p *Provider) subject(ctx context.Context, begun pending, code string) (string, error) {
	found, err := p.discovered(ctx)
	if err != nil {
		return "", err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := p.oauth(found, begun.Redirect).Exchange(ctx, code, oauth2.VerifierOption(begun.Verifier))
	if err != nil {
		if answer, ok := errors.AsType[*oauth2.RetrieveError](err); ok { // its text repeats what the provider said
			err = fmt.Errorf("token endpoint: %s %s", answer.Response.Status, answer.ErrorCode)
		}
		return "", p.distrusted(ctx, err)
	}
	raw, _ := token.Extra("id_token").(string)
	verified, err := found.VerifierContext(ctx, &oidc.Config{ClientID: p.config.ClientID, Now: p.door.now}).Verify(ctx, raw)
	if err != nil {
		return "", p.distrusted(ctx, err)
	}
	if subtle.ConstantTimeCompare([]byte(verified.Nonce), []byte(begun.Nonce)) != 1 {
		return "", p.distrusted(ctx, errors.New("the id token was made for another sign-in"))
	}
	var claims map[string]any
	if err := verified.Claims(&claims); err != nil {
		return "", p.distrusted(ctx, err)
	}
	subject, _ := claims[p.config.Claim].(string)
	if subject == "" || len(subject) > mostSubject {
		return "", p.distrusted(ctx, fmt.Errorf("the id token has no usable claim %s", p.config.Claim))
	}
	return subject, nil
}

// distrusted says that the provider's word does not hold. The cause is for the log.
func (p *Provider) distrusted(ctx context.Context, cause error) error {
	why := &hub.Error{Code: hub.CodeUnauthenticated, Message: p.config.Label + "的答复没有通过核验。请从登录页重新开始；若仍如此，请告知运维人员。", Cause: cause}
	return p.door.turnedAway(ctx, nil, why)
}
