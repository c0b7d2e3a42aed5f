package hub

import (
	"context"
	"regexp"
	"strings"
	"time"
)

// Account is a person's way in: signing in by password or through an identity
// provider. Its role is the hub's to give, whatever a token claims.
type Account struct {
	ID         ID        `cbor:"1,keyasint"`
	Name       string    `cbor:"2,keyasint"` // by which one signs in, in small letters
	Label      string    `cbor:"3,keyasint"` // who that is
	Role       Role      `cbor:"4,keyasint"`
	District   string    `cbor:"5,keyasint,omitempty"`
	Court      string    `cbor:"6,keyasint,omitempty"`
	Agency     string    `cbor:"7,keyasint,omitempty"`
	Scopes     []Scope   `cbor:"8,keyasint,omitempty"`
	Subject    string    `cbor:"9,keyasint,omitempty"`  // how the identity provider names the holder
	Password   string    `cbor:"10,keyasint,omitempty"` // argon2id with its parameters; none: no signing in by password
	MustChange bool      `cbor:"11,keyasint,omitempty"` // the password, before anything else
	Disabled   bool      `cbor:"12,keyasint,omitempty"`
	Setup      []byte    `cbor:"13,keyasint,omitempty"` // hash of the link that sets a password, once
	SetupBy    string    `cbor:"14,keyasint,omitempty"` // its public part
	SetupUntil time.Time `cbor:"15,keyasint"`
	Epoch      int       `cbor:"16,keyasint"`           // sessions of earlier epochs are over
	Demo       bool      `cbor:"17,keyasint,omitempty"` // its password is printed: it opens nothing but demonstrations
	CreatedAt  time.Time `cbor:"18,keyasint"`
}

// RecordID returns the id.
func (a *Account) RecordID() ID { return a.ID }

// Facts returns the ways in which an account is found.
func (a *Account) Facts() Facts {
	facts := Facts{Keys: []Key{{KeyAccountName, a.Name, true}}}
	if a.Subject != "" {
		facts.Keys = append(facts.Keys, Key{KeySubject, a.Subject, true})
	}
	if a.SetupBy != "" {
		facts.Keys = append(facts.Keys, Key{KeySecret, a.SetupBy, true})
	}
	return facts
}

func (a *Account) post() Post { return Post{a.Role, a.District, a.Court, a.Agency, a.Scopes} }

func (a *Account) setPost(p Post) {
	a.Role, a.District, a.Court, a.Agency, a.Scopes = p.Role, p.District, p.Court, p.Agency, p.Scopes
}

// principal is whom somebody stands for who has signed in.
func (a *Account) principal(s *Session) *Principal {
	return &Principal{ID: a.ID.String(), Name: a.Label, Role: a.Role, District: a.District, Court: a.Court, Agency: a.Agency, Scopes: a.Scopes, Account: a.ID, Session: s.ID}
}

// LinkPath is where a page takes the secret of a link.
func LinkPath(secret string) string { return "/sign-in?setup=" + secret }

// SetupTerm is how long the link by which a password is set can be used.
const SetupTerm = 24 * time.Hour

// link puts the secret of a new link into the account; the one before is void.
func (a *Account) link(s Secret, now time.Time) {
	a.Setup, a.SetupBy, a.SetupUntil = s.Hash, s.Public, now.Add(SetupTerm).UTC()
}

// unlink makes the link void.
func (a *Account) unlink() { a.Setup, a.SetupBy, a.SetupUntil = nil, "", time.Time{} }

// AccountView is an account as administrators see it.
type AccountView struct {
	*Account
	District    *Region
	Court       *Court
	Agency      *Agency
	HasPassword bool
	LinkUntil   time.Time // zero: there is no link that can still be used
	Revision    Revision
	UpdatedAt   time.Time
}

func (h *Hub) accountView(v Version) *AccountView {
	a := v.Record.(*Account)
	district, court, agency := h.places(a.post())
	view := &AccountView{Account: a, District: district, Court: court, Agency: agency, HasPassword: a.Password != "", Revision: v.Revision, UpdatedAt: v.At}
	if a.SetupBy != "" && h.now().Before(a.SetupUntil) {
		view.LinkUntil = a.SetupUntil
	}
	return view
}

// AccountFilter narrows the accounts.
type AccountFilter struct {
	Name     *string // a part of the name or the label
	Role     []Role
	Disabled *bool
}

// Accounts returns a page of the accounts, the newest first.
func (h *Hub) Accounts(ctx context.Context, p *Principal, filter AccountFilter, page PageArgs) (*Connection[*AccountView], error) {
	name := given(filter.Name)
	return listAccess(ctx, h, p, KindAccount, page, []any{name, filter.Role, filter.Disabled != nil, given(filter.Disabled)}, h.accountView, func(a *AccountView) bool {
		return (strings.Contains(a.Name, strings.ToLower(name)) || strings.Contains(a.Label, name)) && oneOf(filter.Role, a.Role) &&
			(filter.Disabled == nil || *filter.Disabled == a.Disabled)
	})
}

// CreateAccountInput is a new account.
type CreateAccountInput struct {
	Write
	PostInput
	Name    string
	Label   string
	Subject *string
}

// AmendAccountInput changes an account; what is nil stays. A role brings its place
// along: places that are not named with it are gone.
type AmendAccountInput struct {
	Write
	Label              *string
	Role               *Role
	District           *string
	Court              *string
	Agency             *string
	Scopes             []Scope
	Subject            *string // "" takes it away
	Disabled           *bool
	MustChangePassword *bool
}

// ResetPasswordInput takes an account's password away.
type ResetPasswordInput struct{ Write }

// CreateAccount makes an account. Its holder sets the password by a link that
// stands in the answer, once.
func (h *Hub) CreateAccount(ctx context.Context, p *Principal, in CreateAccountInput) (*Written, error) {
	return h.write(ctx, p, "CREATE_ACCOUNT", in.Write, in, func(w *writing) error {
		if !w.keepsAccess() {
			return nil
		}
		a := &Account{Name: strings.ToLower(strings.TrimSpace(in.Name)), Label: in.Label, Subject: given(in.Subject), CreatedAt: h.now().UTC()}
		a.setPost(h.post(in.PostInput))
		if err := w.checkAccount(a); err != nil || w.refused() {
			return err
		}
		secret, err := w.secret(SecretSetup)
		if err != nil {
			return err
		}
		a.link(secret, h.now())
		a.ID = h.store.NextID(KindAccount)
		w.main = append(w.main, a.ID)
		w.put(a, 0)
		return nil
	})
}

// AmendAccount changes who an account is, what it may, and whether it is open.
// What takes effect at once: another role or place, and closing, end its sessions.
func (h *Hub) AmendAccount(ctx context.Context, p *Principal, in AmendAccountInput) (*Written, error) {
	return h.write(ctx, p, "AMEND_ACCOUNT", in.Write, in, func(w *writing) error {
		old, ok, err := w.loadAccount(in.Write)
		if err != nil || !ok {
			return err
		}
		a := *old
		post := PostInput{Role: old.Role, District: &old.District, Court: &old.Court, Agency: &old.Agency, Scopes: old.Scopes}
		if in.Role != nil {
			post = PostInput{Role: *in.Role}
		}
		for _, place := range []struct{ to, from **string }{{&post.District, &in.District}, {&post.Court, &in.Court}, {&post.Agency, &in.Agency}} {
			if *place.from != nil {
				*place.to = *place.from
			}
		}
		if in.Scopes != nil {
			post.Scopes = in.Scopes
		}
		a.setPost(h.post(post))
		if in.Label != nil {
			a.Label = *in.Label
		}
		if in.Subject != nil {
			a.Subject = *in.Subject
		}
		if in.Disabled != nil {
			a.Disabled = *in.Disabled
		}
		if in.MustChangePassword != nil {
			a.MustChange = *in.MustChangePassword
		}
		if err := w.checkAccount(&a); err != nil {
			return err
		}
		moved := !samePost(a.post(), old.post()) || a.Subject != old.Subject
		if a.ID == w.p.Account && (a.Disabled || moved) {
			w.refuse("", RefusalForbidden, Forbidden("不能停用自己的帐号，也不能改变自己的角色、归属和统一身份标识。请由另一位市级管理员办理。"))
		}
		if w.refused() {
			return nil
		}
		if moved || a.Disabled && !old.Disabled {
			a.Epoch++
		}
		if a.Disabled {
			a.unlink()
		}
		w.put(&a, in.Expected)
		return nil
	})
}

func samePost(a, b Post) bool {
	if a.Role != b.Role || a.District != b.District || a.Court != b.Court || a.Agency != b.Agency || len(a.Scopes) != len(b.Scopes) {
		return false
	}
	for i, s := range a.Scopes {
		if s != b.Scopes[i] {
			return false
		}
	}
	return true
}

// ResetPassword takes away an account's password, ends its sessions, and hands out
// a link by which its holder sets another.
func (h *Hub) ResetPassword(ctx context.Context, p *Principal, in ResetPasswordInput) (*Written, error) {
	return h.write(ctx, p, "RESET_PASSWORD", in.Write, in, func(w *writing) error {
		old, ok, err := w.loadAccount(in.Write)
		if err != nil || !ok {
			return err
		}
		if old.Disabled {
			w.refuse("id", RefusalMove, Invalid("id", "帐号“%s”已停用。请先启用，再重设密码。", old.Name))
			return nil
		}
		secret, err := w.secret(SecretSetup)
		if err != nil {
			return err
		}
		a := *old
		a.Password, a.MustChange = "", false
		a.Epoch++
		a.link(secret, h.now())
		w.put(&a, in.Expected)
		return nil
	})
}

func (w *writing) loadAccount(said Write) (*Account, bool, error) {
	if !w.keepsAccess() {
		return nil, false, nil
	}
	v, ok, err := w.load(said.ID, said.Expected, KindAccount)
	if err != nil || !ok {
		return nil, false, err
	}
	return v.Record.(*Account), true, nil
}

var accountName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,31}$`)

// checkAccount brings what was entered into its form, and refuses what is wrong.
func (w *writing) checkAccount(a *Account) error {
	if !accountName.MatchString(a.Name) {
		w.refuse("name", RefusalInvalid, Invalid("name", "登录名须为 2 至 32 个小写字母、数字、点、下划线或连字符，以字母或数字开头，例如 jinnan.zhang。"))
	}
	if a.Label = tidyLine(a.Label); a.Label == "" || len([]rune(a.Label)) > mostLine {
		w.refuse("label", RefusalInvalid, Invalid("label", "请填写使用人或岗位（1 至 %d 个字），例如 津南区人社局 张示例。", mostLine))
	}
	if a.Subject = strings.TrimSpace(a.Subject); len(a.Subject) > mostLine {
		w.refuse("subject", RefusalInvalid, Invalid("subject", "统一身份标识最长 %d 个字节。", mostLine))
	}
	post := a.post()
	if wrong := post.check(w.hub.reference); wrong != nil {
		w.refuse(wrong.Field, RefusalInvalid, wrong)
	}
	for _, key := range a.Facts().Keys {
		if key.Name == KeySecret {
			continue
		}
		ids, err := w.snap.Lookup(0, KindAccount, key.Name, key.Value)
		if err != nil {
			return err
		}
		if len(ids) > 0 && ids[0] != a.ID {
			at, what := "name", "登录名"
			if key.Name == KeySubject {
				at, what = "subject", "统一身份标识"
			}
			w.refuse(at, RefusalDuplicate, Invalid(at, "已有帐号使用%s“%s”。请换一个。", what, Shorten(key.Value)))
		}
	}
	return nil
}

// AccountNamed returns the account of this name and its revision, nil when there
// is none.
func (h *Hub) AccountNamed(ctx context.Context, name string) (*Account, Revision, error) {
	return h.account(ctx, KeyAccountName, strings.ToLower(strings.TrimSpace(name)))
}

// AccountOfLink returns the account whose link has this public part. The caller
// compares the hash, and asks whether it can still be used.
func (h *Hub) AccountOfLink(ctx context.Context, public string) (*Account, Revision, error) {
	return h.account(ctx, KeySecret, public)
}

// AccountOfSubject returns the account that is bound to a name of the identity
// provider.
func (h *Hub) AccountOfSubject(ctx context.Context, subject string) (*Account, Revision, error) {
	return h.account(ctx, KeySubject, subject)
}

func (h *Hub) account(ctx context.Context, name KeyName, value string) (*Account, Revision, error) {
	v, err := h.lookedUp(ctx, KindAccount, name, value)
	a, _ := v.Record.(*Account)
	return a, v.Revision, err
}

// AccountByID returns an account and its revision, nil when there is none.
func (h *Hub) AccountByID(ctx context.Context, id ID) (a *Account, at Revision, err error) {
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		versions, err := snap.Get(0, id)
		if err == nil {
			a, _ = versions[0].Record.(*Account)
			at = versions[0].Revision
		}
		return err
	})
	return a, at, err
}

// SetPassword keeps the hash of the password that the holder of an account has
// chosen. Sessions are over, and the link is void. at is the revision at which the
// account was read; CONFLICT when it has moved on.
func (h *Hub) SetPassword(ctx context.Context, a *Account, at Revision, hash string) error {
	changed := *a
	changed.Password, changed.MustChange = hash, false
	changed.Epoch++
	changed.unlink()
	return h.putAccount(ctx, a.ID.String(), "本人设置密码", &changed, at)
}

// putAccount writes an account outside the API.
func (h *Hub) putAccount(ctx context.Context, actor, reason string, a *Account, at Revision) error {
	_, err := h.store.Apply(ctx, Batch{Origin: Origin{Actor: actor, Reason: reason}, At: h.now().UTC(), Puts: []Put{{a, at}}})
	return err
}

// OpenFirstAccount returns the link by which the first administrator of the city
// sets a password, and whether one is needed: nobody can administer this hub yet.
func (h *Hub) OpenFirstAccount(ctx context.Context) (link string, needed bool, err error) {
	var found Version
	err = h.withSnapshot(ctx, func(snap Snapshot) error {
		needed = true
		for v, err := range snap.All(0, KindAccount) {
			if err != nil {
				return err
			}
			a := v.Record.(*Account)
			if a.Role == RoleCityAdmin && !a.Disabled && !a.Demo && (a.Password != "" || a.Subject != "") {
				needed = false
			}
			if a.Name == FirstAccount {
				found = v
			}
		}
		return nil
	})
	if err != nil || !needed {
		return "", false, err
	}
	a := &Account{Name: FirstAccount, Label: "市级管理员", Role: RoleCityAdmin, CreatedAt: h.now().UTC()}
	if have, ok := found.Record.(*Account); ok {
		if have.Disabled || have.Role != RoleCityAdmin { // somebody decided so: the operator has `concord user`
			return "", false, nil
		}
		copied := *have
		a = &copied
	} else {
		a.ID = h.store.NextID(KindAccount)
	}
	secret, err := h.secrets.Make(SecretSetup)
	if err != nil {
		return "", false, err
	}
	a.link(secret, h.now())
	return secret.Text, true, h.putAccount(ctx, System.ID, "首次启动：市级管理员设置密码", a, found.Revision)
}

// FirstAccount is the name of the account that a new hub begins with.
const FirstAccount = "admin"

// KeepDemoAccount makes an account whose password everybody may know, unless it is
// there.
func (h *Hub) KeepDemoAccount(ctx context.Context, name, label string, post Post, hash string) error {
	have, _, err := h.AccountNamed(ctx, name)
	if err != nil || have != nil {
		return err
	}
	a := &Account{ID: h.store.NextID(KindAccount), Name: name, Label: label, Password: hash, Demo: true, CreatedAt: h.now().UTC()}
	a.setPost(post)
	return h.putAccount(ctx, System.ID, "示例帐号", a, 0)
}
