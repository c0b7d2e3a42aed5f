package vault

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"concord/internal/hub"
)

// KeyFile is the name of the key's file in the data folder. It must not be lost:
// without it nobody who is in the data already is recognised by number.
const KeyFile = "identity.key"

// Names beside it in the folder while, and after, the key is changed.
const (
	nextFile    = KeyFile + ".next"    // the key that numbers are being sealed under anew
	retiredFile = KeyFile + ".retired" // with its mark: a key that only older backups need
)

// Open returns the vault of a data folder. given is what the operator hands in:
// the path of a key's file, or the key itself (64 hexadecimal digits), as an
// environment holds it; "" to use the folder's own. fresh says that the folder
// holds no data yet: only then is a missing key of its own made, with mode 0600.
// Its errors are [*hub.Error] and never show what was given.
func Open(dir, given string, fresh bool) (*Vault, error) {
	if given != "" {
		return openGiven(given)
	}
	path := filepath.Join(dir, KeyFile)
	key, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if !fresh {
			return nil, hub.Invalid("identityKey", "数据目录中缺少 %s，已有人员的证件号码将无法比对。请从备份恢复该文件，或用 --identity-key（环境变量 CONCORD_IDENTITY_KEY）提供同一密钥。", path)
		}
		key, err = makeKey(path, rand.Reader)
	}
	if err != nil {
		return nil, err
	}
	return New(key, rand.Reader)
}

// openGiven opens the vault of a key that the operator hands in.
func openGiven(given string) (*Vault, error) {
	given = strings.TrimSpace(given)
	if key, err := parseKey(given); err == nil {
		return New(key, rand.Reader)
	}
	key, err := readKey(given)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENAMETOOLONG) {
		// What is no path may be most of a key.
		return nil, hub.Invalid("identityKey", "--identity-key（环境变量 CONCORD_IDENTITY_KEY）既不是已有的密钥文件，也不是 64 位十六进制的密钥。请核对。")
	}
	if err != nil {
		return nil, err
	}
	return New(key, rand.Reader)
}

// OpenNext returns the vault of the key to which a data folder changes: that of
// the file given, else the folder's own next one. One that is missing is made; one
// that is there belongs to a change that was interrupted, or was brought along.
func OpenNext(dir, given string) (*Vault, error) {
	path := given
	if path == "" {
		path = filepath.Join(dir, nextFile)
	}
	key, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = makeKey(path, rand.Reader)
	}
	if err != nil {
		return nil, err
	}
	return New(key, rand.Reader)
}

// Retire puts a folder's next key in the place of its own one, which older backups
// still need and which is kept under its mark. It is called when no record needs
// the old key any more; interrupted, it is called again.
func Retire(dir string, old *Vault) (kept string, err error) {
	path := filepath.Join(dir, KeyFile)
	kept = filepath.Join(dir, retiredFile+"-"+old.Mark())
	if err := os.Link(path, kept); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", hub.Internal("vault.Retire", err)
	}
	if err := syncDir(dir); err != nil {
		return "", hub.Internal("vault.Retire", err)
	}
	if err := os.Rename(filepath.Join(dir, nextFile), path); err != nil {
		return "", hub.Internal("vault.Retire", err)
	}
	if err := syncDir(dir); err != nil {
		return "", hub.Internal("vault.Retire", err)
	}
	return kept, nil
}

func readKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENAMETOOLONG) {
		return nil, err
	}
	if err != nil {
		return nil, hub.Internal("vault.readKey", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, hub.Invalid("identityKey", "身份密钥 %s 可被其他用户读取（权限 %o）。请执行 chmod 600 后重试；若可能已经泄露，请与运维人员商定更换。", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, hub.Internal("vault.readKey", err)
	}
	return parseKey(string(text))
}

// makeKey makes a key and its file. The file appears whole, durable and never
// readable by others; one that is there already is an error.
func makeKey(path string, random io.Reader) (_ []byte, err error) {
	defer func() {
		if err != nil {
			err = hub.Internal("vault.makeKey", err)
		}
	}()
	key := make([]byte, KeySize)
	if _, err := io.ReadFull(random, key); err != nil {
		return nil, err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(dir, KeyFile+".*") // of mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	_, err = file.WriteString(hex.EncodeToString(key) + "\n")
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		return nil, err
	}
	if err := os.Link(file.Name(), path); err != nil { // unlike a rename, it replaces nothing
		return nil, err
	}
	return key, syncDir(dir)
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
