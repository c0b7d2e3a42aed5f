package vault

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"concord/internal/hub"
)

const number hub.CitizenID = "11010519491231002X" // the vector of GB 11643

func testVault(t *testing.T, seed byte) *Vault {
	t.Helper()
	v, err := New(bytes.Repeat([]byte{seed}, KeySize), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestHash(t *testing.T) {
	v := testVault(t, 1)
	t.Run("equal numbers are recognised", func(t *testing.T) {
		if v.Hash(number) != testVault(t, 1).Hash(number) {
			t.Error("two hashes of one number under one key differ")
		}
	})
	t.Run("stays what it is", func(t *testing.T) {
		// A hash is kept in the data: another one would lose everybody.
		if got, want := v.Hash(number), "f89i_vG0kkQoqiJyCGMVLXtWg8u50aLpiDq0wq56BaE"; got != want {
			t.Errorf("Hash = %s, want %s", got, want)
		}
	})
	t.Run("differs by number and key", func(t *testing.T) {
		if v.Hash(number) == v.Hash("110105194912310011") || v.Hash(number) == testVault(t, 2).Hash(number) {
			t.Error("hashes coincide")
		}
	})
}

func TestSeal(t *testing.T) {
	v := testVault(t, 1)
	sealed, err := v.Seal(number)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("opens under its key", func(t *testing.T) {
		if got, err := v.Open(sealed); err != nil || got != number {
			t.Errorf("Open = %q, %v", string(got), err)
		}
	})
	t.Run("shows nothing and never repeats", func(t *testing.T) {
		again, err := v.Seal(number)
		if err != nil || bytes.Equal(again.Cipher, sealed.Cipher) {
			t.Errorf("two ciphers of one number are equal (%v)", err)
		}
		if bytes.Contains(sealed.Cipher, []byte(number)) || strings.Contains(sealed.Hash, string(number)) {
			t.Error("the number is readable")
		}
	})
	for name, alter := range map[string]func(*hub.Sealed){
		"cipher altered":    func(s *hub.Sealed) { s.Cipher[len(s.Cipher)-1] ^= 1 },
		"nonce altered":     func(s *hub.Sealed) { s.Cipher[1] ^= 1 },
		"other format":      func(s *hub.Sealed) { s.Cipher[0] = 9 },
		"cut off":           func(s *hub.Sealed) { s.Cipher = s.Cipher[:5] },
		"put under another": func(s *hub.Sealed) { s.Hash = v.Hash("110105194912310011") },
	} {
		t.Run(name, func(t *testing.T) {
			altered := hub.Sealed{Hash: sealed.Hash, Cipher: bytes.Clone(sealed.Cipher)}
			alter(&altered)
			if got, err := v.Open(altered); err == nil {
				t.Errorf("opened as %q", string(got))
			}
		})
	}
	t.Run("other key", func(t *testing.T) {
		if _, err := testVault(t, 2).Open(sealed); err == nil || strings.Contains(err.Error(), string(number)) {
			t.Errorf("Open under another key: %v", err)
		}
	})
}

func TestOpenFolder(t *testing.T) {
	t.Run("a fresh folder gets a key for its owner alone", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "data")
		first, err := Open(dir, "", true)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(filepath.Join(dir, KeyFile))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("key file: %v, %v", info, err)
		}
		second, err := Open(dir, "", false)
		if err != nil || first.Hash(number) != second.Hash(number) {
			t.Errorf("opened again, the folder has another key (%v)", err)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, KeyFile+".*")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
	t.Run("a folder with data is not given a new key", func(t *testing.T) {
		dir := t.TempDir()
		_, err := Open(dir, "", false)
		if hub.CodeOf(err) != hub.CodeInvalid || !strings.Contains(err.Error(), "从备份恢复") {
			t.Errorf("Open = %v", err)
		}
		if _, err := os.Stat(filepath.Join(dir, KeyFile)); err == nil {
			t.Error("a key was made")
		}
	})
	t.Run("the operator's key goes before the folder's", func(t *testing.T) {
		dir := t.TempDir()
		given := hex.EncodeToString(bytes.Repeat([]byte{1}, KeySize))
		v, err := Open(dir, given+"\n", false)
		if err != nil || v.Hash(number) != testVault(t, 1).Hash(number) {
			t.Errorf("Open = %v", err)
		}
	})
	t.Run("the operator's key may lie in a file elsewhere", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "示例.key")
		if err := os.WriteFile(file, []byte(hex.EncodeToString(bytes.Repeat([]byte{1}, KeySize))+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		v, err := Open(dir, file, true)
		if err != nil || v.Hash(number) != testVault(t, 1).Hash(number) {
			t.Fatalf("Open = %v", err)
		}
		if _, err := os.Stat(filepath.Join(dir, KeyFile)); err == nil {
			t.Error("the folder got a key besides")
		}
	})
	t.Run("what was given is never shown", func(t *testing.T) {
		for _, given := range []string{strings.Repeat("a", 63), strings.Repeat("ab", 3000), "no/such/" + strings.Repeat("c", 40)} {
			_, err := Open(t.TempDir(), given, true)
			if hub.CodeOf(err) != hub.CodeInvalid || strings.Contains(err.Error(), given[:20]) {
				t.Errorf("Open = %v", err)
			}
		}
	})
	for name, c := range map[string]struct {
		text string
		mode os.FileMode
		want string
	}{
		"too short":         {"abcd", 0o600, "64 位十六进制"},
		"not hexadecimal":   {strings.Repeat("z", 64), 0o600, "64 位十六进制"},
		"readable by group": {strings.Repeat("a", 64), 0o640, "chmod 600"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, KeyFile), []byte(c.text), c.mode); err != nil {
				t.Fatal(err)
			}
			_, err := Open(dir, "", true)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), c.text) {
				t.Errorf("Open = %v, want %q and not the key", err, c.want)
			}
		})
	}
}

func TestChangeOfKey(t *testing.T) {
	dir := t.TempDir()
	old, err := Open(dir, "", true)
	if err != nil {
		t.Fatal(err)
	}
	next, err := OpenNext(dir, "")
	if err != nil || next.Mark() == old.Mark() {
		t.Fatalf("the next key is the old one, or %v", err)
	}
	again, err := OpenNext(dir, "")
	if err != nil || again.Mark() != next.Mark() {
		t.Errorf("a change that was interrupted goes on under another key (%v)", err)
	}
	if info, err := os.Stat(filepath.Join(dir, nextFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("next key: %v, %v", info, err)
	}
	// Killed in the middle of retiring, the old key has both names.
	if err := os.Link(filepath.Join(dir, KeyFile), filepath.Join(dir, retiredFile+"-"+old.Mark())); err != nil {
		t.Fatal(err)
	}
	kept, err := Retire(dir, old)
	if err != nil {
		t.Fatal(err)
	}
	own, err := Open(dir, "", false)
	if err != nil || own.Mark() != next.Mark() {
		t.Errorf("the folder's key is not the next one (%v)", err)
	}
	retired, err := Open(t.TempDir(), kept, false)
	if err != nil || retired.Mark() != old.Mark() {
		t.Errorf("the old key is not where Retire says (%v)", err)
	}
	if _, err := os.Stat(filepath.Join(dir, nextFile)); err == nil {
		t.Error("the next key is still beside it")
	}
}
