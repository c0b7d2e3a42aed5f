package auth

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"concord/internal/hub"
)

// Cost is what a password's hash costs. It is kept with each hash, so that raising
// it leaves earlier passwords usable.
type Cost struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// DefaultCost is one of those that OWASP's Password Storage Cheat Sheet holds to be equal
// for argon2id: the one that takes least memory, so that signing in takes little from
// those who have.
var DefaultCost = Cost{Memory: 7 << 10, Passes: 5, Threads: 1}

// DemoCost is for passwords that everybody may know.
var DemoCost = Cost{Memory: 64, Passes: 1, Threads: 1}

const (
	saltBytes, hashBytes = 16, 32
	leastPassword        = 10  // characters (NIST SP 800-63B asks for 8, and no rules of composition)
	mostPassword         = 128 // characters
	leastDifferent       = 5   // characters
)

// HashPassword returns what is kept of a password, as the reference implementation
// of argon2 writes it: $argon2id$v=19$m=7168,t=5,p=1$salt$hash.
func HashPassword(password string, cost Cost, random io.Reader) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(random, salt); err != nil {
		return "", hub.Internal("auth.HashPassword", err)
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, cost.Memory, cost.Passes, cost.Threads,
		b64.EncodeToString(salt), b64.EncodeToString(derive(password, salt, cost))), nil
}

// derive hashes the password in composed form: keyboards write one text in several
// ways.
func derive(password string, salt []byte, c Cost) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, c.Passes, c.Memory, c.Threads, hashBytes)
}

// verify reports whether a hash is that of the password. What is no hash is that of
// none.
func verify(password, kept string) bool {
	parts := strings.Split(kept, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return false
	}
	var cost Cost
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &cost.Memory, &cost.Passes, &cost.Threads); err != nil || cost.Passes == 0 || cost.Threads == 0 {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false
	}
	hash, err := base64.RawStdEncoding.DecodeString(parts[5])
	return err == nil && subtle.ConstantTimeCompare(derive(password, salt, cost), hash) == 1
}

// common are beginnings of what people choose first; what is left after one must
// carry the password.
var common = []string{
	"password", "passw0rd", "123456789", "1234567890", "12345678", "123456", "987654321", "qwertyuiop", "qwerty", "1qaz2wsx", "asdfghjkl", "zxcvbnm",
	"abc123", "abcdef", "admin", "root", "welcome", "iloveyou", "woaini", "5201314", "concord", "tianjin", "tiaojie", "mima", "000000", "111111", "666666", "888888",
}

// CheckPassword says what is wrong with a password that somebody chooses.
func CheckPassword(password, account string) error {
	n := utf8.RuneCountInString(password)
	lower := strings.ToLower(password)
	different := map[rune]bool{}
	for _, r := range lower {
		different[r] = true
	}
	switch {
	case !utf8.ValidString(password):
		return hub.Invalid("password", "密码不是有效的文字。请重新输入。")
	case n < leastPassword:
		return hub.Invalid("password", "密码太短：至少 %d 个字符。可以用几个不相干的词连成一句。", leastPassword)
	case n > mostPassword:
		return hub.Invalid("password", "密码太长：最多 %d 个字符。", mostPassword)
	case strings.TrimSpace(password) != password:
		return hub.Invalid("password", "密码的首尾不能是空格，以免抄录时遗漏。")
	case len(different) < leastDifferent:
		return hub.Invalid("password", "密码过于单调：至少要有 %d 个不同的字符。", leastDifferent)
	case len(account) >= 3 && strings.Contains(lower, account):
		return hub.Invalid("password", "密码不能包含登录名。请换一个。")
	case sequence(lower):
		return hub.Invalid("password", "密码是连续的字母或数字，容易被猜到。请换一个。")
	}
	rest := lower
	for _, word := range common {
		rest = strings.ReplaceAll(rest, word, "")
	}
	if utf8.RuneCountInString(rest) < leastPassword/2 {
		return hub.Invalid("password", "密码由常见的词或数字组成，容易被猜到。请换一个，例如几个不相干的词连成一句。")
	}
	return nil
}

// sequence reports whether every character follows the one before, up or down.
func sequence(s string) bool {
	runes := []rune(s)
	for _, step := range []rune{1, -1} {
		follows := true
		for i := 1; i < len(runes); i++ {
			follows = follows && runes[i]-runes[i-1] == step
		}
		if follows {
			return true
		}
	}
	return false
}
