// Package vault keeps identity numbers for the hub: a keyed hash, by which equal
// numbers are recognised without being known, and the number encrypted, for
// whoever keeps the record. Both hang on one key, which lives beside the data as
// identity.key or is handed in by the operator, and is never shown or logged.
//
// Hashes are HMAC-SHA256 and ciphers AES-256-GCM, each under a key of its own
// derived from the one by HKDF. Without the key neither can be made again: who
// backs up the data backs up identity.key too, and keeps it apart.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"strings"

	"concord/internal/hub"
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// format is the first byte of every cipher, so that another algorithm (SM4) can
// stand beside this one later.
const format = 1

// Vault seals identity numbers under one key. It is safe for concurrent use.
type Vault struct {
	hashKey []byte
	aead    cipher.AEAD
	mark    string
	random  io.Reader
}

var _ hub.Vault = (*Vault)(nil)

// New returns a vault under key, which is [KeySize] bytes long. random yields the
// nonces; it is crypto/rand's outside tests.
func New(key []byte, random io.Reader) (*Vault, error) {
	if len(key) != KeySize {
		return nil, hub.Invalid("identityKey", "身份密钥应为 %d 字节（64 位十六进制），实为 %d 字节。", KeySize, len(key))
	}
	hashKey, err := hkdf.Key(sha256.New, key, nil, "concord identity hash 1", KeySize)
	if err != nil {
		return nil, err
	}
	sealKey, err := hkdf.Key(sha256.New, key, nil, "concord identity seal 1", KeySize)
	if err != nil {
		return nil, err
	}
	mark, err := hkdf.Key(sha256.New, key, nil, "concord identity mark 1", markSize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(sealKey)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &Vault{hashKey, aead, hex.EncodeToString(mark), random}, nil
}

// markSize is the length of a key's mark in bytes: enough that two keys never have
// the same, and nothing that helps to find one.
const markSize = 8

// Mark names the key without telling anything of it: data says by it under which
// key it is.
func (v *Vault) Mark() string { return v.mark }

// parseKey reads a key as it stands in the file or the environment.
func parseKey(text string) ([]byte, error) {
	key, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != KeySize {
		return nil, hub.Invalid("identityKey", "身份密钥应为 64 位十六进制数字（32 字节）。请核对密钥文件或环境变量 CONCORD_IDENTITY_KEY 的内容。")
	}
	return key, nil
}

// Hash returns the keyed hash of a number: the same for the same number under
// the same key.
func (v *Vault) Hash(number hub.CitizenID) string {
	mac := hmac.New(sha256.New, v.hashKey)
	mac.Write([]byte(number))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Seal returns what is kept of a number. The cipher is bound to the hash: put
// beside another one, it does not open.
func (v *Vault) Seal(number hub.CitizenID) (hub.Sealed, error) {
	nonce := make([]byte, v.aead.NonceSize())
	if _, err := io.ReadFull(v.random, nonce); err != nil {
		return hub.Sealed{}, hub.Internal("vault.Seal", err)
	}
	hash := v.Hash(number)
	sealed := append([]byte{format}, nonce...)
	return hub.Sealed{Hash: hash, Cipher: v.aead.Seal(sealed, nonce, []byte(number), []byte(hash))}, nil
}

// errSealed says no more than that: what is wrong with a cipher is nobody's
// business.
var errSealed = errors.New("the cipher does not open under this key")

// Open returns the number that was sealed. It fails when the key is another one
// or the cipher or its hash was altered.
func (v *Vault) Open(s hub.Sealed) (hub.CitizenID, error) {
	size := v.aead.NonceSize()
	if len(s.Cipher) < 1+size || s.Cipher[0] != format {
		return "", hub.Internal("vault.Open", errSealed)
	}
	number, err := v.aead.Open(nil, s.Cipher[1:1+size], s.Cipher[1+size:], []byte(s.Hash))
	if err != nil {
		return "", hub.Internal("vault.Open", errSealed)
	}
	return hub.CitizenID(number), nil
}
