package auth

import (
	"context"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"concord/internal/hub"
)

// Door lets people in: by password, by a link that sets one, by an identity
// provider. It is safe for concurrent use.
type Door struct {
	hub      *hub.Hub
	secrets  Secrets
	cost     Cost
	demo     bool
	now      func() time.Time
	failures *backoff
	hashing  chan struct{} // as many as run at a time: each takes memory, and a processor
	queue    chan struct{} // as many as wait for that, or run
	nobody   string        // a hash that is compared with when there is no account
}

// DoorConfig is what a door works with. Hub and Random are required.
type DoorConfig struct {
	Hub    *hub.Hub
	Random io.Reader
	Cost   Cost             // DefaultCost when zero
	Demo   bool             // accounts for demonstrations may come in
	Now    func() time.Time // time.Now when nil
}

// mostQueued is how many passwords are looked at or wait for it. Half of the processors
// look at them: signing in must not hold up those who have.
const mostQueued = 64

// NewDoor returns one.
func NewDoor(c DoorConfig) (*Door, error) {
	if c.Cost == (Cost{}) {
		c.Cost = DefaultCost
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	nobody, err := HashPassword("nobody's", c.Cost, c.Random)
	if err != nil {
		return nil, err
	}
	return &Door{hub: c.Hub, secrets: Secrets{c.Random}, cost: c.Cost, demo: c.Demo, now: c.Now, failures: newBackoff(),
		hashing: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)), queue: make(chan struct{}, mostQueued), nobody: nobody}, nil
}

// Demo reports whether accounts for demonstrations may come in.
func (d *Door) Demo() bool { return d.demo }

// Entry is somebody who has come in: whom the session stands for, and its secret
// for the cookie.
type Entry struct {
	Account *hub.Account
	Cookie  string
}

// WaitError says that an attempt was not looked at, and when the next one will be.
type WaitError struct {
	err   *hub.Error
	After time.Duration
}

func (e *WaitError) Error() string { return e.err.Error() }

// Unwrap returns the hub's error, a BUSY one.
func (e *WaitError) Unwrap() error { return e.err }

// mostTyped is how much of a name or password is looked at, in bytes.
const mostTyped = 1024

// From is where somebody wants to come in from.
type From struct {
	Client  string // the browser, as it calls itself
	Address string // or network
}

// SignIn lets in whoever knows the password of the account called name. To those
// who do not, it says the same whether there is such an account, after the same
// work.
func (d *Door) SignIn(ctx context.Context, name, password string, from From) (*Entry, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	if len(name) > mostTyped || len(password) > mostTyped || !utf8.ValidString(password) {
		return nil, refused("登录名或密码不正确。")
	}
	a, _, err := d.hub.AccountNamed(ctx, name)
	if err != nil {
		return nil, err
	}
	kept := d.nobody
	known := a != nil && a.Password != "" && (d.demo || !a.Demo)
	if known {
		kept = a.Password
	}
	matches, err := d.try(ctx, attempt{name, from.Address}, func() bool { return verify(password, kept) && known })
	if err != nil {
		return nil, err
	}
	if !matches {
		return nil, d.turnedAway(ctx, a, refused("登录名或密码不正确。"))
	}
	if a.Disabled {
		return nil, d.turnedAway(ctx, a, refused("该帐号已停用。请与市级管理员联系。"))
	}
	return d.enter(ctx, a, hub.SignInPassword, from.Client)
}

// try looks at a password when it is its turn, unless too many have failed before.
func (d *Door) try(ctx context.Context, a attempt, matches func() bool) (bool, error) {
	if wait := d.failures.begin(a, d.now()); wait > 0 {
		seconds := int(math.Ceil(wait.Seconds()))
		message := fmt.Sprintf("登录失败次数过多，请在 %d 秒后再试。忘记密码的，请由市级管理员重设。", seconds)
		return false, &WaitError{&hub.Error{Code: hub.CodeBusy, Message: message}, time.Duration(seconds) * time.Second}
	}
	leave, err := d.turn(ctx)
	if err != nil {
		d.failures.takeBack(a)
		return false, err
	}
	defer leave()
	if !matches() {
		return false, nil
	}
	d.failures.takeBack(a)
	d.failures.succeeded(a, d.now())
	return true, nil
}

// turn waits for a place to hash in.
func (d *Door) turn(ctx context.Context) (leave func(), err error) {
	select {
	case d.queue <- struct{}{}:
	default:
		return nil, &hub.Error{Code: hub.CodeBusy, Message: "正在登录的人过多，请稍后重试。"}
	}
	select {
	case d.hashing <- struct{}{}:
		return func() { <-d.hashing; <-d.queue }, nil
	case <-ctx.Done():
		<-d.queue
		return nil, ctx.Err()
	}
}

// turnedAway writes down who was not let in, and returns why.
func (d *Door) turnedAway(ctx context.Context, a *hub.Account, why error) error {
	var id hub.ID
	if a != nil {
		id = a.ID
	}
	message := "登录未成功"
	if hub.CodeOf(why) == hub.CodeForbidden || a != nil && a.Disabled {
		message = "登录未成功：帐号不可用"
	}
	if err := d.hub.NoteRefusedSignIn(ctx, id, string(hub.CodeOf(why)), message); err != nil {
		return err
	}
	return why
}

// enter begins a session.
func (d *Door) enter(ctx context.Context, a *hub.Account, by hub.SignInKind, client string) (*Entry, error) {
	secret, err := d.secrets.Make(hub.SecretSession)
	if err != nil {
		return nil, err
	}
	if _, err := d.hub.BeginSession(ctx, a, secret, by, client); err != nil {
		return nil, err
	}
	return &Entry{a, secret.Text}, nil
}

// Present returns the session of a cookie and its account, nil when it opens
// nothing any more.
func (d *Door) Present(ctx context.Context, cookie string) (*hub.Session, *hub.Account, error) {
	secret, ok := parseKey(hub.SecretSession, cookie)
	if !ok {
		return nil, nil, nil
	}
	s, a, err := d.hub.SessionByPublic(ctx, secret.public)
	if err != nil || s == nil || !secret.matches(s.SecretHash) || a.Demo && !d.demo {
		return nil, nil, err
	}
	if a.MustChange && s.By != hub.SignInPassword { // there may be no password to change
		open := *a
		open.MustChange = false
		a = &open
	}
	return s, a, nil
}

// Caller returns whom a cookie stands for. One that opens nothing is an
// UNAUTHENTICATED error: who was somebody must not be served as nobody unawares.
func (d *Door) Caller(ctx context.Context, cookie string) (*hub.Principal, error) {
	s, a, err := d.Present(ctx, cookie)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return nil, refused("登录已失效：已退出、超过 %d 小时没有操作、或帐号有变动。请重新登录。", int(hub.SessionIdle.Hours()))
	case a.MustChange:
		return nil, hub.Forbidden("请先修改密码，再进行其他操作。")
	}
	return d.hub.SessionUsed(s, a), nil
}

// SignOut ends the session of a cookie, if it has one.
func (d *Door) SignOut(ctx context.Context, cookie string) error {
	s, _, err := d.Present(ctx, cookie)
	if err != nil || s == nil {
		return err
	}
	return d.hub.SignOut(ctx, s)
}

// SetByLink sets the password of the account whose link this is, and lets its holder
// in. A link serves once.
func (d *Door) SetByLink(ctx context.Context, token, password string, from From) (*Entry, error) {
	secret, ok := parseKey(hub.SecretSetup, strings.TrimSpace(token))
	if !ok {
		return nil, hub.Invalid("token", "链接不完整。请从收到的通知完整复制，或请市级管理员重新生成。")
	}
	a, at, err := d.hub.AccountOfLink(ctx, secret.public)
	if err != nil {
		return nil, err
	}
	if a == nil || !secret.matches(a.Setup) || !d.now().Before(a.SetupUntil) || a.Disabled {
		return nil, d.turnedAway(ctx, a, refused("链接已用过或已过期。请由市级管理员重设密码，得到新的链接。"))
	}
	return d.set(ctx, a, at, password, from)
}

// SetByCurrent sets another password for whoever has signed in and knows the
// present one. All sessions of the account are over; it begins a new one.
func (d *Door) SetByCurrent(ctx context.Context, cookie, current, password string, from From) (*Entry, error) {
	s, _, err := d.Present(ctx, cookie)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return nil, refused("修改密码须先登录；忘记密码的，请由市级管理员重设。")
	}
	a, at, err := d.hub.AccountByID(ctx, s.Account)
	if err != nil {
		return nil, err
	}
	matches, err := d.try(ctx, attempt{a.Name, from.Address}, func() bool { return len(current) <= mostTyped && verify(current, a.Password) })
	if err != nil {
		return nil, err
	}
	if !matches {
		return nil, d.turnedAway(ctx, a, hub.Invalid("current", "当前密码不正确。"))
	}
	if current == password {
		return nil, hub.Invalid("password", "新密码与当前密码相同。请换一个。")
	}
	return d.set(ctx, a, at, password, from)
}

func (d *Door) set(ctx context.Context, a *hub.Account, at hub.Revision, password string, from From) (*Entry, error) {
	if a.Demo {
		return nil, hub.Forbidden("示例帐号的密码公开，不能修改。")
	}
	if err := CheckPassword(password, a.Name); err != nil {
		return nil, err
	}
	leave, err := d.turn(ctx)
	if err != nil {
		return nil, err
	}
	hash, err := HashPassword(password, d.cost, d.secrets.Random)
	leave()
	if err != nil {
		return nil, err
	}
	if err := d.hub.SetPassword(ctx, a, at, hash); err != nil {
		return nil, err
	}
	d.failures.succeeded(attempt{a.Name, from.Address}, d.now())
	changed, _, err := d.hub.AccountByID(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	return d.enter(ctx, changed, hub.SignInPassword, from.Client)
}
