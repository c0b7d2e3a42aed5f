// Package oidctest is a real identity provider for tests, and a browser that signs in
// there: the npm package oidc-provider, as `make test` installs it.
package oidctest

import (
	"bufio"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// What the provider knows of its client, and calls staff by.
const (
	ClientID = "concord"
	Secret   = "example-client-secret-0123456789"
	Claim    = "staff_no"
)

// Browse returns a browser with cookies of its own.
func Browse(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Timeout: time.Minute}
}

// Get asks for a page as a browser does.
func Get(t *testing.T, client *http.Client, address string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html,*/*")
	return Fetch(t, client, r)
}

// Fetch sends a request and reads the whole answer.
func Fetch(t *testing.T, client *http.Client, r *http.Request) (*http.Response, string) {
	t.Helper()
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(text)
}

// Start starts the provider in folder, which sends browsers back to callback, and
// stops it when the test ends. It returns its address.
func Start(t *testing.T, folder, callback string) (issuer string) {
	t.Helper()
	if _, err := os.Stat(folder + "/node_modules"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("the identity provider is not installed: make test does so, or npm --prefix internal/server/testdata/oidc ci")
	}
	command := exec.CommandContext(t.Context(), "node", "provider.mjs", callback)
	command.Dir = folder
	command.Stderr = os.Stderr
	stdin, err := command.StdinPipe() // it ends when nobody holds this
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = command.Wait()
	})
	said, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(said)
}

var (
	formAction = regexp.MustCompile(`action="([^"]+)"`)
	formPrompt = regexp.MustCompile(`name="prompt" value="([^"]+)"`)
)

// Prove signs in at the provider, as its pages ask, and comes back.
func Prove(t *testing.T, client *http.Client, start, login string) (*http.Response, string) {
	t.Helper()
	response, text := Get(t, client, start)
	for range 3 {
		action, prompt := formAction.FindStringSubmatch(text), formPrompt.FindStringSubmatch(text)
		if action == nil || prompt == nil {
			break
		}
		target, err := response.Request.URL.Parse(action[1])
		if err != nil {
			t.Fatal(err)
		}
		form := url.Values{"prompt": {prompt[1]}, "login": {login}, "password": {"示例"}}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, target.String(), strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "text/html")
		response, text = Fetch(t, client, r)
	}
	return response, text
}
