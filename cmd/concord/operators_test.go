package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	coltrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/spf13/pflag"
)

// eventually waits until what is asked holds; a minute is for machines that are busy.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("never: " + what)
		}
	}
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (c *child) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := c.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// fetch returns the status and body of a page.
func fetch(client *http.Client, url string) (int, string) {
	response, err := client.Get(url)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err.Error()
	}
	return response.StatusCode, string(body)
}

// numbers reads /metrics: name with labels → value.
func numbers(t *testing.T, url string) map[string]float64 {
	t.Helper()
	status, body := fetch(http.DefaultClient, url+"/metrics")
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	all := map[string]float64{}
	for line := range strings.Lines(body) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok && !strings.HasPrefix(line, "#") {
			n, err := strconv.ParseFloat(value, 64)
			if err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			all[name] = n
		}
	}
	return all
}

// A server process is watched, tuned and stopped as an operator would: numbers that
// add up, limits changed by SIGHUP, a broken file that changes nothing, an end
// announced before it comes.
func TestOperatingAServer(t *testing.T) {
	base := t.TempDir()
	dir, file := filepath.Join(base, "data"), filepath.Join(base, "concord.conf")
	code, key, diag := command(t, "key", "create", "--data", dir, "--name", "示例", "--role", "city_admin")
	if code != exitOK {
		t.Fatal(diag)
	}
	key = strings.TrimSpace(key)
	writeFile(t, file, "# 示例\nmax-depth = 16\ndrain-wait = 1h\nlog-format = json\n")
	c := serveInChild(t, dir, "--config", file)
	eventually(t, "ready", func() bool { status, _ := fetch(http.DefaultClient, c.url+"/readyz"); return status == http.StatusOK })
	if status, body := fetch(http.DefaultClient, c.url+"/healthz"); status != http.StatusOK {
		t.Errorf("%d %s", status, body)
	}

	before := numbers(t, c.url)
	const writes = 3
	for n := range writes {
		ask(t, c.url, key, fmt.Sprintf(`mutation { registerMediator(input: { reason: "示例", confirmDuplicate: true, idempotencyKey: "%d", fields: {
			name: "示例甲", registrationNo: "示例-监控-%d", level: DISTRICT, district: "120101", specialties: ["劳动报酬"], source: "律师"
		} }) { revision userErrors { message } } }`, n, n))
	}
	eventually(t, "the index has caught up", func() bool { return numbers(t, c.url)["concord_index_lag_revisions"] == 0 })
	after := numbers(t, c.url)
	for name, least := range map[string]float64{
		`concord_operations_total{code="OK",field="registerMediator",kind="mutation"}`: writes,
		"concord_commits_total": writes, "concord_commit_seconds_count": writes, "concord_commit_changes_sum": writes,
		"concord_log_revision": writes, "concord_index_revision": writes,
	} {
		if after[name]-before[name] < least {
			t.Errorf("%s: %v became %v", name, before[name], after[name])
		}
	}
	if after["concord_log_revision"] != after["concord_index_revision"] || after["concord_writable"] != 1 || after["concord_data_bytes"] == 0 || after["concord_disk_free_bytes"] == 0 {
		t.Errorf("%v", after)
	}

	deep := func() string {
		body := `{"query":"{ mediators(first: 1) { nodes { term { end } } } }"}`
		response, err := http.Post(c.url+"/graphql", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, _ := io.ReadAll(response.Body)
		return string(text)
	}
	if got := deep(); strings.Contains(got, "errors") {
		t.Fatal(got)
	}
	reloads := func(outcome string) float64 {
		return numbers(t, c.url)[`concord_reloads_total{outcome="`+outcome+`"}`]
	}
	writeFile(t, file, "max-depth = 3\nmax-depth = 2\n")
	c.signal(t, syscall.SIGHUP)
	eventually(t, "the broken file is refused", func() bool { return reloads("failed") == 1 })
	if got := deep(); strings.Contains(got, "errors") {
		t.Errorf("a broken file has changed the limits: %s", got)
	}
	writeFile(t, file, "max-depth = 3\ndrain-wait = 2h\n")
	c.signal(t, syscall.SIGHUP)
	eventually(t, "the file is read", func() bool { return reloads("ok") == 1 })
	if got := deep(); !strings.Contains(got, `"limit":"depth","max":3`) {
		t.Errorf("the limit is not in force: %s", got)
	}
	for _, want := range []string{"第 2 行", "给出了两次", `"needsRestart":["drain-wait","log-format"]`} {
		if !strings.Contains(c.log.String(), want) {
			t.Errorf("the log does not say %s", want)
		}
	}
	for line := range strings.Lines(c.log.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %s", line)
		}
	}

	c.signal(t, syscall.SIGTERM)
	eventually(t, "no longer ready", func() bool {
		status, body := fetch(http.DefaultClient, c.url+"/readyz")
		return status == http.StatusServiceUnavailable && strings.Contains(body, "draining")
	})
	ask(t, c.url, key, `{ viewer { role } }`) // still answered: balancers need a while
	c.kill(t)
}

// Told to stop, a server ends the requests that are under way and then itself,
// within its deadline.
func TestStoppingAServer(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	c := serveInChild(t, dir, "--drain-grace", "200ms")
	address := strings.TrimPrefix(c.url, "http://")
	hanging, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer hanging.Close()
	// A request that never comes to its end holds the server up until the deadline.
	fmt.Fprintf(hanging, "POST /graphql HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{", address)
	eventually(t, "the request is under way", func() bool { status, _ := fetch(http.DefaultClient, c.url+"/healthz"); return status == http.StatusOK })
	c.signal(t, syscall.SIGTERM)
	if err := c.Wait(); err != nil {
		t.Errorf("%v\n%s", err, c.log)
	}
	if !strings.Contains(c.log.String(), "已中断") {
		t.Errorf("the request that hung did not hold it up: %s", c.log)
	}
	if _, err := os.Stat(filepath.Join(dir, "concord.pid")); err == nil {
		t.Error("the folder was not released")
	}
}

// makeCertificate writes a certificate for 127.0.0.1 of that serial number.
func makeCertificate(t *testing.T, dir string, serial int64) (pool *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "示例"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "cert.pem"), string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	writeFile(t, filepath.Join(dir, "key.pem"), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool = x509.NewCertPool()
	pool.AddCert(made)
	return pool
}

// With a certificate of its own the server speaks HTTPS; a new certificate is taken
// on SIGHUP without a connection being refused, a broken one never.
func TestCertificates(t *testing.T) {
	base := t.TempDir()
	pool := makeCertificate(t, base, 1)
	c := serveInChild(t, filepath.Join(base, "data"), "--tls-cert", filepath.Join(base, "cert.pem"), "--tls-key", filepath.Join(base, "key.pem"))
	if !strings.HasPrefix(c.url, "https://") {
		t.Fatal(c.url)
	}
	// serial asks with a connection of its own and returns which certificate served it.
	serial := func(pool *x509.CertPool) string {
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true, ForceAttemptHTTP2: true}}
		response, err := client.Get(c.url + "/healthz")
		if err != nil {
			return err.Error()
		}
		response.Body.Close()
		if response.ProtoMajor != 2 {
			t.Errorf("spoken: %s", response.Proto)
		}
		return response.TLS.PeerCertificates[0].SerialNumber.String()
	}
	if got := serial(pool); got != "1" {
		t.Fatal(got)
	}
	renewed := makeCertificate(t, base, 2)
	if got := serial(pool); got != "1" {
		t.Errorf("taken before the signal: %s", got)
	}
	c.signal(t, syscall.SIGHUP)
	eventually(t, "the new certificate", func() bool { return serial(renewed) == "2" })
	writeFile(t, filepath.Join(base, "key.pem"), "broken")
	c.signal(t, syscall.SIGHUP)
	eventually(t, "the complaint", func() bool { return strings.Contains(c.log.String(), "无法使用") })
	if got := serial(renewed); got != "2" {
		t.Errorf("with a broken key: %s", got)
	}
	if status, _ := fetch(http.DefaultClient, strings.Replace(c.url, "https", "http", 1)+"/healthz"); status != http.StatusBadRequest {
		t.Errorf("plain HTTP is answered with %d", status)
	}
	c.kill(t)

	code, _, diag := command(t, "serve", "--data", filepath.Join(base, "other"), "--listen", "127.0.0.1:0", "--tls-cert", filepath.Join(base, "cert.pem"))
	if code != exitUsage || !strings.Contains(diag, "须一并给出") {
		t.Errorf("half a certificate: %d %s", code, diag)
	}
}

// With a collector configured, a request is one trace: the request, its search or
// commit within it, below the trace of the caller.
func TestTraces(t *testing.T) {
	var mu sync.Mutex
	spans := map[string][]string{} // name → traces: the server commits on its own account too
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			var unpacked *gzip.Reader
			if unpacked, err = gzip.NewReader(bytes.NewReader(body)); err == nil {
				body, err = io.ReadAll(unpacked)
			}
		}
		var sent coltrace.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(body, &sent)
		}
		if err != nil || r.URL.Path != "/v1/traces" {
			t.Errorf("%s: %v", r.URL.Path, err)
		}
		mu.Lock()
		defer mu.Unlock()
		for _, resource := range sent.ResourceSpans {
			for _, scope := range resource.ScopeSpans {
				for _, span := range scope.Spans {
					spans[span.Name] = append(spans[span.Name], fmt.Sprintf("%x", span.TraceId))
					if strings.Contains(span.String(), "示例乙") {
						t.Errorf("what was typed has left: %s", span)
					}
				}
			}
		}
	}))
	defer collector.Close()
	dir := filepath.Join(t.TempDir(), "data")
	code, key, diag := command(t, "key", "create", "--data", dir, "--name", "示例", "--role", "city_admin")
	if code != exitOK {
		t.Fatal(diag)
	}
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	c := serveInChild(t, dir)
	eventually(t, "ready", func() bool { status, _ := fetch(http.DefaultClient, c.url+"/readyz"); return status == http.StatusOK })
	for trace, query := range map[string]string{
		"11111111111111111111111111111111": `{ mediators(search: \"示例乙\", first: 1) { totalCount } }`,
		"22222222222222222222222222222222": `mutation { registerMediator(input: { reason: \"示例\", idempotencyKey: \"k\", fields: { name: \"示例乙\", registrationNo: \"示例-追踪-1\", level: DISTRICT, district: \"120101\", specialties: [\"劳动报酬\"], source: \"律师\" } }) { revision userErrors { message } } }`,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.url+"/graphql", strings.NewReader(`{"query":"`+query+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(key))
		request.Header.Set("traceparent", "00-"+trace+"-aaaaaaaaaaaaaaaa-01")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
	c.signal(t, syscall.SIGTERM)
	if err := c.Wait(); err != nil {
		t.Errorf("%v\n%s", err, c.log)
	}
	mu.Lock()
	defer mu.Unlock()
	if !slices.Contains(spans["search"], "11111111111111111111111111111111") || !slices.Contains(spans["commit"], "22222222222222222222222222222222") || len(spans["POST /graphql"]) != 2 {
		t.Errorf("%v", spans)
	}
	if !strings.Contains(c.log.String(), "trace=11111111111111111111111111111111") {
		t.Error("the log does not name the trace")
	}
}

// The settings file is read strictly: what is not understood is told with its line.
func TestSettingsFile(t *testing.T) {
	for text, want := range map[string]string{
		"max-depth":                "第 1 行：应为",
		"# 注释\n\nnosuch = 1":       "第 3 行：没有“nosuch”",
		"max-depth = many":         "第 1 行：max-depth 的值",
		"config = other":           "没有“config”",
		"proxies = here":           "不是地址或地址段",
		"max-cost = 0":             "--max-cost 应为正整数",
		"log-level = loud":         "--log-level 只能是",
		"tls-cert = a.pem":         "须一并给出",
		"timeout = 5\ntimeout = 6": "给出了两次",
	} {
		path := filepath.Join(t.TempDir(), "concord.conf")
		writeFile(t, path, text)
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // should one of them be taken, the server ends at once
		var out, diag output
		code := run(ctx, []string{"serve", "--data", filepath.Join(t.TempDir(), "data"), "--listen", "127.0.0.1:0", "--config", path}, &out, &diag, func(string) string { return "" })
		if code == exitOK || !strings.Contains(diag.String(), want) {
			t.Errorf("%q: %d %s", text, code, diag.String())
		}
	}
}

// A flag goes before the environment, and that before the file; what the process
// was started with stays when the file is read again.
func TestPrecedenceOfSettings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "concord.conf")
	writeFile(t, path, "max-depth = 3\nmax-cost = 30\nmax-aliases = 300\norigins = https://a.example, https://b.example\n")
	s := new(settings)
	c := serveCommand()
	f := pflag.NewFlagSet("test", pflag.ContinueOnError)
	s.bind(f)
	c.ResetFlags()
	c.Flags().AddFlagSet(f)
	if err := c.ParseFlags([]string{"--max-depth", "1", "--metrics-from", "10.0.0.0/8,::1", "--config", path}); err != nil {
		t.Fatal(err)
	}
	environment := map[string]string{"CONCORD_MAX_DEPTH": "2", "CONCORD_MAX_COST": "20"}
	if err := fromEnvironment(c, func(name string) string { return environment[name] }); err != nil {
		t.Fatal(err)
	}
	markGiven(c.Flags())
	if err := s.read(c, c.Flags()); err != nil {
		t.Fatal(err)
	}
	check := func(s *settings, aliases int) {
		t.Helper()
		if l := s.limits.limits; l.Depth != 1 || l.Cost != 20 || l.Aliases != aliases || l.RootFields != 20 {
			t.Errorf("%+v", l)
		}
		if got := strings.Join(s.metricsFrom, " "); got != "10.0.0.0/8 ::1" {
			t.Errorf("%s", got)
		}
	}
	check(s, 300)
	if len(s.origins) != 2 {
		t.Errorf("%q", s.origins)
	}
	writeFile(t, path, "max-depth = 4\nmax-aliases = 400\n")
	fresh, cold, err := s.again(c, c.Flags())
	if err != nil || len(cold) != 0 {
		t.Fatal(err, cold)
	}
	check(fresh, 400)
	if len(fresh.origins) != 0 {
		t.Errorf("what the file no longer says is still there: %q", fresh.origins)
	}
}

// The manual lists every setting with its default, and none that does not exist.
func TestManualListsSettings(t *testing.T) {
	manual, err := os.ReadFile("../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| (.*?) \\|").FindAllStringSubmatch(string(manual), -1) {
		rows[row[1]] = row[2]
	}
	f := pflag.NewFlagSet("manual", pflag.ContinueOnError)
	new(settings).bind(f)
	f.VisitAll(func(flag *pflag.Flag) {
		want := strings.Trim(flag.DefValue, "[]")
		if want != "" {
			want = "`" + want + "`"
		}
		if got, ok := rows[flag.Name]; !ok || got != want {
			t.Errorf("%s: the manual says %q, the default is %q", flag.Name, got, want)
		}
		delete(rows, flag.Name)
	})
	for name := range rows {
		t.Errorf("the manual has a setting %s that does not exist", name)
	}
}
