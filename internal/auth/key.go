// Package auth finds out who calls: it reads the key that a program presents, the
// password that somebody enters, the cookie of a session, the word of an identity
// provider, and returns the hub's principal for it. What a principal may do is the
// hub's to say.
//
// A key is ck_<id>_<secret><check>: the id names the record in the hub, the
// secret has 160 random bits, the check is a CRC-32 over what is before it, so
// that a key cut off in copying is told from one that is unknown, and secret
// scanners recognise keys. The hub keeps the SHA-256 of a key and never the key.
// The secret of a link that sets a password (cu_…) and of a session (cs_…) are made
// and kept in the same way.
package auth

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"hash/crc32"
	"io"
	"strings"

	"concord/internal/hub"
)

// Lengths in bytes before encoding, and in characters after.
const (
	idBytes, secretBytes        = 5, 20
	idChars, secretChars, check = 8, 32, 7
)

// encoding is base32 in small letters: no character that is mistaken for another
// matters, for a key is copied and not typed.
var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// secretKey is a key as its holder has it.
type secretKey struct {
	public string // the id part
	text   string // the whole key
}

// newKey makes a key, or another secret, from random bytes.
func newKey(kind hub.SecretKind, random io.Reader) (secretKey, error) {
	b := make([]byte, idBytes+secretBytes)
	if _, err := io.ReadFull(random, b); err != nil {
		return secretKey{}, hub.Internal("auth.newKey", err)
	}
	public := encoding.EncodeToString(b[:idBytes])
	text := string(kind) + "_" + public + "_" + encoding.EncodeToString(b[idBytes:])
	return secretKey{public, text + checkOf(text)}, nil
}

// parseKey reads a key of a kind; false when it cannot be one that we made.
func parseKey(kind hub.SecretKind, text string) (secretKey, bool) {
	prefix := string(kind) + "_"
	if len(text) != len(prefix)+idChars+1+secretChars+check || !strings.HasPrefix(text, prefix) {
		return secretKey{}, false
	}
	body := text[:len(text)-check]
	public, _, ok := strings.Cut(body[len(prefix):], "_")
	if !ok || len(public) != idChars || checkOf(body) != text[len(body):] {
		return secretKey{}, false
	}
	return secretKey{public, text}, true
}

func checkOf(text string) string {
	return encoding.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(text))))
}

// hash is what the hub keeps of a key. A fast hash is enough: the secret has 160
// random bits and cannot be guessed.
func (k secretKey) hash() []byte {
	sum := sha256.Sum256([]byte(k.text))
	return sum[:]
}

// String hides the secret.
func (k secretKey) String() string { return k.text[:3] + k.public + "_…" }

// matches reports, in a time that does not tell where they differ, whether kept is
// the hash of k.
func (k secretKey) matches(kept []byte) bool { return subtle.ConstantTimeCompare(k.hash(), kept) == 1 }

// Secrets makes the secrets that the hub hands out.
type Secrets struct{ Random io.Reader }

var _ hub.Secrets = Secrets{}

// Make makes one.
func (s Secrets) Make(kind hub.SecretKind) (hub.Secret, error) {
	k, err := newKey(kind, s.Random)
	if err != nil {
		return hub.Secret{}, err
	}
	return hub.Secret{Text: k.text, Public: k.public, Hash: k.hash()}, nil
}
