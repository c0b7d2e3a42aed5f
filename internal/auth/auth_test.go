package auth

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"

	"concord/internal/hub"
)

// memory keeps keys as the hub would.
type memory struct {
	keys  map[string]*hub.APIKey
	today hub.Date
	asked int
}

func (m *memory) CreateKey(_ context.Context, _ *hub.Principal, key hub.APIKey) (*hub.APIKey, error) {
	key.ID = hub.NewID(hub.KindKey, uint64(len(m.keys)+1))
	m.keys[key.Public] = &key
	return &key, nil
}

func (m *memory) KeyByPublic(_ context.Context, public string) (*hub.APIKey, error) {
	m.asked++
	return m.keys[public], nil
}

func (m *memory) KeyUsed(*hub.APIKey) {}

func (m *memory) Today() hub.Date { return m.today }

func day(t *testing.T, s string) hub.Date {
	t.Helper()
	d, err := hub.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAuthenticate(t *testing.T) {
	keys := &memory{keys: map[string]*hub.APIKey{}, today: day(t, "2025-03-18")}
	issue := func(change func(*hub.APIKey)) (string, *hub.APIKey) {
		t.Helper()
		wanted := hub.APIKey{Name: "示例工会系统", Role: hub.RolePartner, Agency: "UNION", Scopes: []hub.Scope{hub.ScopeContact}}
		if change != nil {
			change(&wanted)
		}
		text, kept, err := Issue(t.Context(), keys, hub.System, wanted, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return text, kept
	}
	text, kept := issue(nil)
	revoked, _ := issue(func(k *hub.APIKey) { k.Revoked = true })
	lastDay, _ := issue(func(k *hub.APIKey) { k.Expires = day(t, "2025-03-18") })
	expired, _ := issue(func(k *hub.APIKey) { k.Expires = day(t, "2025-03-17") })
	unknown, err := newKey(hub.SecretKey, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	// The right id with another secret, and the check made right again.
	body := text[:len(text)-check-1] + map[bool]string{true: "b", false: "a"}[text[len(text)-check-1] == 'a']
	wrongSecret := body + checkOf(body)

	t.Run("without a key", func(t *testing.T) {
		if p, err := Authenticate(t.Context(), keys, ""); err != nil || p != hub.Anonymous {
			t.Errorf("%+v, %v", p, err)
		}
	})
	t.Run("with a key", func(t *testing.T) {
		for _, header := range []string{"Bearer " + text, "bearer  " + text + " "} {
			p, err := Authenticate(t.Context(), keys, header)
			if err != nil || p.ID != kept.ID.String() || p.Role != hub.RolePartner || p.Agency != "UNION" || !slices.Contains(p.Scopes, hub.ScopeContact) {
				t.Errorf("%q: %+v, %v", header, p, err)
			}
		}
	})
	t.Run("on its last day", func(t *testing.T) {
		if _, err := Authenticate(t.Context(), keys, "Bearer "+lastDay); err != nil {
			t.Error(err)
		}
	})
	for name, c := range map[string]struct{ header, want string }{
		"unknown key":     {"Bearer " + unknown.text, "密钥不存在"},
		"wrong secret":    {"Bearer " + wrongSecret, "密钥不存在"},
		"revoked":         {"Bearer " + revoked, "已停用"},
		"expired":         {"Bearer " + expired, "2025-03-17 到期"},
		"cut off":         {"Bearer " + text[:len(text)-1], "不完整"},
		"letter mistaken": {"Bearer " + strings.Replace(text, text[10:12], "00", 1), "不完整"},
		"no key":          {"Bearer", "不完整"},
		"other scheme":    {"Basic dXNlcjpwYXNz", "不支持这种认证方式"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := Authenticate(t.Context(), keys, c.header)
			if p != nil || hub.CodeOf(err) != hub.CodeUnauthenticated || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%+v, %v; want %q", p, err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), c.header[len(c.header)/2:]) {
				t.Errorf("the error repeats the key: %v", err)
			}
		})
	}
	t.Run("a key that cannot be one of ours is not looked up", func(t *testing.T) {
		before := keys.asked
		if _, err := Authenticate(t.Context(), keys, "Bearer ck_"+strings.Repeat("a", 48)); err == nil || keys.asked != before {
			t.Errorf("asked %d times, %v", keys.asked-before, err)
		}
	})
}

func TestKeys(t *testing.T) {
	secret, err := newKey(hub.SecretKey, bytes.NewReader(bytes.Repeat([]byte{7}, 64)))
	if err != nil {
		t.Fatal(err)
	}
	t.Run("reads what it makes", func(t *testing.T) {
		got, ok := parseKey(hub.SecretKey, secret.text)
		if !ok || got != secret {
			t.Errorf("%v, %v", got, ok)
		}
	})
	t.Run("prints without the secret", func(t *testing.T) {
		if s := fmt.Sprint(secret); strings.Contains(secret.text, s) || len(s) > 20 {
			t.Errorf("printed as %s", s)
		}
	})
	t.Run("any changed character is noticed", func(t *testing.T) {
		for i := range secret.text {
			b := []byte(secret.text)
			b[i] ^= 1
			if _, ok := parseKey(hub.SecretKey, string(b)); ok {
				t.Errorf("character %d changed: accepted", i)
			}
		}
	})
	t.Run("hash is not the key", func(t *testing.T) {
		if len(secret.hash()) != 32 || bytes.Contains(secret.hash(), []byte(secret.public)) {
			t.Error("the hash holds the key")
		}
	})
	t.Run("two keys differ", func(t *testing.T) {
		a, errA := newKey(hub.SecretKey, rand.Reader)
		b, errB := newKey(hub.SecretKey, rand.Reader)
		if errA != nil || errB != nil || a.public == b.public || a.text == b.text {
			t.Errorf("%v, %v", errA, errB)
		}
	})
}
