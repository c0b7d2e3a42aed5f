package auth

import (
	"context"
	"io"
	"strings"

	"concord/internal/hub"
)

// Keys is what the hub keeps of keys; [*hub.Hub] has it.
type Keys interface {
	// CreateKey keeps a new key on behalf of p.
	CreateKey(ctx context.Context, p *hub.Principal, key hub.APIKey) (*hub.APIKey, error)
	// KeyByPublic returns the key with this public part, nil when there is none.
	KeyByPublic(ctx context.Context, public string) (*hub.APIKey, error)
	// KeyUsed notes that a key opened something.
	KeyUsed(key *hub.APIKey)
	// Today is the day until the end of which keys of that day are valid.
	Today() hub.Date
}

// Issue makes a key for whom wanted describes and returns it as its holder needs
// it. The text is not to be had again. random is crypto/rand's outside tests.
func Issue(ctx context.Context, keys Keys, p *hub.Principal, wanted hub.APIKey, random io.Reader) (text string, kept *hub.APIKey, err error) {
	secret, err := newKey(hub.SecretKey, random)
	if err != nil {
		return "", nil, err
	}
	wanted.Public, wanted.SecretHash = secret.public, secret.hash()
	kept, err = keys.CreateKey(ctx, p, wanted)
	if err != nil {
		return "", nil, err
	}
	return secret.text, kept, nil
}

// Authenticate returns who calls with this Authorization header; without one it
// is [hub.Anonymous]. A key that does not open anything is an UNAUTHENTICATED
// error: who presents a key must not be served as somebody else.
func Authenticate(ctx context.Context, keys Keys, authorization string) (*hub.Principal, error) {
	if authorization == "" {
		return hub.Anonymous, nil
	}
	scheme, text, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return nil, refused("不支持这种认证方式。请使用 Authorization: Bearer ck_…，或去掉该请求头匿名访问。")
	}
	secret, ok := parseKey(hub.SecretKey, strings.TrimSpace(text))
	if !ok {
		return nil, refused("密钥不完整或写法不对。请从发放时的记录完整复制，形如 ck_…；匿名访问请去掉 Authorization 请求头。")
	}
	key, err := keys.KeyByPublic(ctx, secret.public)
	if err != nil {
		return nil, err
	}
	kept := make([]byte, len(secret.hash())) // matches nothing
	if key != nil {
		kept = key.SecretHash
	}
	switch match := secret.matches(kept); {
	case !match || key == nil:
		return nil, refused("密钥不存在。请核对，或向市人社局申请换发。")
	case key.Revoked:
		return nil, refused("密钥已停用。请向市人社局申请换发。")
	case !key.UsableOn(keys.Today()):
		return nil, refused("密钥已于 %s 到期。请向市人社局申请换发。", key.Expires)
	}
	keys.KeyUsed(key)
	return key.Principal(), nil
}

func refused(format string, args ...any) error {
	e := hub.Invalid("", format, args...)
	e.Code = hub.CodeUnauthenticated
	return e
}
