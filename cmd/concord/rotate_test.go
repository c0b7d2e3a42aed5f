package main

import (
	"bytes"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The number and the keys of this test: GB 11643's own vector.
const someNumber = "11010519491231002X"

// An identity number is nowhere to be read but under the key: not in the store, not
// in the index, not in what commands say, before and after the key is changed; nor
// is a key anywhere but in its own file.
func TestIdentityNumbersAndKeysAreNowhereInTheClear(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "data")
	file := filepath.Join(root, "名册.csv")
	roster := "编号,姓名,公民身份号码,所属区,人员来源,擅长领域,聘期起,聘期止,状态\n" +
		"示例-0001,孙示例," + someNumber + ",和平区,律师,工伤保险,2025-01-01,2027-12-31,在册\n"
	if err := os.WriteFile(file, []byte(roster), 0o600); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	concord := func(want int, args ...string) string {
		t.Helper()
		code, out, diag := command(t, args...)
		if code != want {
			t.Fatalf("concord %v ended with %d:\n%s%s", args, code, out, diag)
		}
		said.WriteString(out + diag)
		return out + diag
	}
	concord(exitOK, "import", "--data", dir, "mediators", file, "--apply")
	concord(exitOK, "export", "--data", dir, "mediators", "--out", filepath.Join(root, "out.jsonl"))
	concord(exitOK, "reindex", "--data", dir)
	first := readKeyFile(t, filepath.Join(dir, "identity.key"))
	concord(exitOK, "key", "rotate-identity", "--data", dir)
	second := readKeyFile(t, filepath.Join(dir, "identity.key"))
	if bytes.Equal(first, second) {
		t.Fatal("the key is the same as before")
	}
	if out := concord(exitOK, "verify", "--data", dir); !strings.Contains(out, "1 人的证件号码都能用身份密钥解开") {
		t.Errorf("verify said %s", out)
	}
	// The person is recognised under the new key.
	if out := concord(exitOK, "import", "--data", dir, "mediators", file); !strings.Contains(out, "相同 1") {
		t.Errorf("the sheet again: %s", out)
	}
	concord(exitOK, "reindex", "--data", dir)

	// Under the old key nothing is done, and verify says that it is the wrong one.
	retired, err := filepath.Glob(filepath.Join(dir, "identity.key.retired-*"))
	if err != nil || len(retired) != 1 {
		t.Fatalf("the retired key: %v, %v", retired, err)
	}
	if out := concord(exitFailed, "import", "--data", dir, "--identity-key", retired[0], "mediators", file); !strings.Contains(out, "不是这份数据所用的") {
		t.Errorf("under the old key: %s", out)
	}
	concord(exitFailed, "verify", "--data", dir, "--identity-key", retired[0])

	// With the key outside, the change needs a file for the new one.
	outside, next := filepath.Join(root, "outside.key"), filepath.Join(root, "next.key")
	if err := os.Rename(filepath.Join(dir, "identity.key"), outside); err != nil {
		t.Fatal(err)
	}
	concord(exitFailed, "import", "--data", dir, "mediators", file)
	concord(exitUsage, "key", "rotate-identity", "--data", dir, "--identity-key", outside)
	concord(exitOK, "key", "rotate-identity", "--data", dir, "--identity-key", outside, "--new-identity-key", next)
	concord(exitOK, "verify", "--data", dir, "--identity-key", next)
	environment := func(name string) string { return map[string]string{"CONCORD_IDENTITY_KEY": next}[name] }
	var out, diag output
	if code := run(t.Context(), []string{"import", "--data", dir, "mediators", file}, &out, &diag, environment); code != exitOK || !strings.Contains(out.String(), "相同 1") {
		t.Errorf("with the key in the environment: %d, %s%s", code, out.String(), diag.String())
	}

	secrets := map[string][]byte{"number": []byte(someNumber)}
	for name, key := range map[string][]byte{"first key": first, "second key": second, "third key": readKeyFile(t, next)} {
		secrets[name], secrets[name+" in hexadecimal"] = key, []byte(hex.EncodeToString(key))
	}
	looked := 0
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), "identity.key") {
			return err
		}
		looked++
		content, err := os.ReadFile(path)
		for name, secret := range secrets {
			if bytes.Contains(content, secret) {
				t.Errorf("the %s stands in %s", name, d.Name())
			}
		}
		return err
	})
	if err != nil || looked < 3 {
		t.Fatalf("%d files were looked at: %v", looked, err)
	}
	exported, err := os.ReadFile(filepath.Join(root, "out.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for name, secret := range secrets {
		if strings.Contains(said.String(), string(secret)) || bytes.Contains(exported, secret) {
			t.Errorf("the %s was said or exported", name)
		}
	}
}

func readKeyFile(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return key
}
