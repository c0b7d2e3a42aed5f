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

	"concord/internal/hub"
)

// KeyFile is the name of the key's file in the data folder. It must not be lost:
// without it nobody who is in the data already is recognised by number.
const KeyFile = "identity.key"

// Open returns the vault of a data folder. given is the key as the operator hands
// it in (64 hexadecimal digits), "" to use the folder's own. fresh says that the
// folder holds no data yet: only then is a missing key made, with mode 0600. Its
// errors are [*hub.Error].
func Open(dir, given string, fresh bool) (*Vault, error) {
	if given != "" {
		key, err := parseKey(given)
		if err != nil {
			return nil, err
		}
		return New(key, rand.Reader)
	}
	path := filepath.Join(dir, KeyFile)
	key, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if !fresh {
			return nil, hub.Invalid("identityKey", "数据目录中缺少 %s，已有人员的证件号码将无法比对。请从备份恢复该文件，或用环境变量 CONCORD_IDENTITY_KEY 提供同一密钥。", path)
		}
		key, err = makeKey(path, rand.Reader)
	}
	if err != nil {
		return nil, err
	}
	return New(key, rand.Reader)
}

func readKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
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
