// Package auth finds out who calls: it reads the key that a program presents and
// returns the hub's principal for it. What a principal may do is the hub's to
// say.
//
// A key is ck_<id>_<secret><check>: the id names the record in the hub, the
// secret has 160 random bits, the check is a CRC-32 over what is before it, so
// that a key cut off in copying is told from one that is unknown, and secret
// scanners recognise keys. The hub keeps the SHA-256 of a key and never the key.
package auth

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"hash/crc32"
	"io"
	"strings"

	"concord/internal/hub"
)

// prefix begins every key.
const prefix = "ck_"

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

// newKey makes a key from random bytes.
func newKey(random io.Reader) (secretKey, error) {
	b := make([]byte, idBytes+secretBytes)
	if _, err := io.ReadFull(random, b); err != nil {
		return secretKey{}, hub.Internal("auth.newKey", err)
	}
	public := encoding.EncodeToString(b[:idBytes])
	text := prefix + public + "_" + encoding.EncodeToString(b[idBytes:])
	return secretKey{public, text + checkOf(text)}, nil
}

// parseKey reads a key; false when it cannot be one that we made.
func parseKey(text string) (secretKey, bool) {
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
func (k secretKey) String() string { return prefix + k.public + "_…" }
