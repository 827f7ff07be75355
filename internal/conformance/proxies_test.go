package conformance

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// proxiedURL is the address that the examples of docs/proxies have.
const proxiedURL = "https://media.school.test"

// proxyPatience bounds each test of a proxy, one that holds something back included.
const proxyPatience = 2 * time.Minute

// The examples that operating.md shows are those that the tests below start.
func TestProxies_DocumentationHasTheTestedFiles(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"nginx.conf", "Caddyfile"} {
		if example := readProxy(t, name); !strings.Contains(string(text), "\n```\n"+example+"```\n") {
			t.Errorf("docs/operating.md does not show docs/proxies/%s as it is", name)
		}
	}
}

// Behind the proxies of the documentation, everything works as without one: large uploads and
// events pass while they are sent, the client's address is known, and answers name the address
// that people use.
func TestProxies_AsDocumented(t *testing.T) {
	t.Parallel()
	testkit.NeedsMore(t, "proxies")
	for name, start := range map[string]func(t *testing.T, upstream string, c certificate) (address string){
		"nginx": startNginx, "caddy": startCaddy,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lib := live.Open(t, live.Databases.SQLiteURL(t)) // what is stored where makes no difference here
			lib.Load(t, school)
			node := lib.Serve(t, func(o *app.Options) {
				o.Listen.PublicURL, o.Listen.TrustedProxies = proxiedURL, []string{"127.0.0.1"}
			})
			c := selfSigned(t)
			relay := newRelay(t, strings.TrimPrefix(node.LocalURL(), "http://"))
			p := &proxied{t: t, node: node, relay: relay}
			p.client = clientOf(t, start(t, relay.address, c), c.pool)
			p.tellsWhoAsks()
			p.takesLargeUploads()
			p.passesEventsOn()
			p.servesRanges()
		})
	}
}

// proxied is a node behind a proxy, and a client on the other side.
type proxied struct {
	t      *testing.T
	node   *live.Node
	relay  *relay
	client *http.Client
	upload upload
}

// clientAddress is not that of the proxy.
const clientAddress = "127.0.0.7"

// clientOf is a client that finds every host at the proxy.
func clientOf(t *testing.T, proxy string, trusted *x509.CertPool) *http.Client {
	t.Helper()
	from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(clientAddress)}}
	transport := &http.Transport{
		ForceAttemptHTTP2: true,
		TLSClientConfig:   &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return from.DialContext(ctx, network, proxy)
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: proxyPatience, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
}

// reply is a response that is closed when the test ends.
type reply struct {
	header http.Header
	body   io.Reader
}

// send sends a request, which has to be answered with this status, over HTTP/2.
func (p *proxied) send(r *http.Request, status int) reply {
	p.t.Helper()
	response, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	if response.StatusCode != status || response.ProtoMajor != 2 {
		text, _ := io.ReadAll(response.Body)
		p.t.Fatalf("%s %s answers %d over %s, want %d over HTTP/2: %s", r.Method, r.URL, response.StatusCode, response.Proto, status, text)
	}
	p.t.Cleanup(func() { _ = response.Body.Close() })
	return reply{response.Header, response.Body}
}

// ask sends a request for an operation and returns the answer.
func (p *proxied) ask(as, method, path, body string, status int) (http.Header, []byte) {
	p.t.Helper()
	contentType := ""
	if body != "" {
		contentType = live.JSON
	}
	response := p.send(p.node.As(as).Request(p.t, method, live.BasePath+path, contentType, body), status)
	text, err := io.ReadAll(response.body)
	if err != nil {
		p.t.Fatal(err)
	}
	return response.header, text
}

// The audit log and the log have the client's address, whatever it says of itself.
func (p *proxied) tellsWhoAsks() {
	p.t.Helper()
	r := p.node.As("ada").Request(p.t, "POST", live.BasePath+"/users/roles", live.JSON,
		rolesBody(change(p.node.Library.User("bob"), "Teacher", "add")))
	r.Header.Set("X-Forwarded-For", "198.51.100.1, 127.0.0.1")
	r.Header.Set("Forwarded", "for=198.51.100.2")
	id := p.send(r, 200).header.Get("X-Request-Id")
	if line := p.node.WaitForRequest(p.t.Context(), p.t, id); line["address"] != clientAddress {
		p.t.Errorf("the log says %v, want the address %s", line, clientAddress)
	}
	_, text := p.ask("ada", "GET", "/audit_events?limit=1", "", 200)
	if !bytes.Contains(text, []byte(`"address":"`+clientAddress+`"`)) {
		p.t.Errorf("the audit log says %s, want the address %s", text, clientAddress)
	}
}

// The server gets the first bytes of an upload before the client has sent the last. It is
// larger than any proxy takes that nobody has told.
func (p *proxied) takesLargeUploads() {
	p.t.Helper()
	const size, first = 16 << 20, 8 << 20
	_, text := p.ask("tom", "POST", "/media/uploads", "", 201)
	p.upload = under[upload](p.t, live.Answer{Status: 201, Body: text}, 201, "upload")
	if !strings.HasPrefix(p.upload.URL, proxiedURL+"/") || !strings.HasPrefix(p.upload.TUSURL, proxiedURL+"/") {
		p.t.Errorf("the addresses for an upload are %+v, and do not begin with %s", p.upload, proxiedURL)
	}
	body, sender := io.Pipe()
	r := p.node.Nobody().Request(p.t, http.MethodPut, p.node.Path(p.t, p.upload.URL), "video/mp4", "")
	r.Body, r.ContentLength, r.GetBody = body, size, nil
	through := p.relay.wait(first / 2)
	sent := make(chan error, 1)
	go func() {
		_, err := sender.Write(make([]byte, first))
		select {
		case <-through:
		case <-r.Context().Done():
			err = r.Context().Err()
		case <-time.After(proxyPatience / 2):
			err = fmt.Errorf("the proxy keeps the first %d bytes back", first)
		}
		if err == nil {
			_, err = sender.Write(make([]byte, size-first))
		}
		sent <- err
		_ = sender.CloseWithError(err) // nil is the end
	}()
	response, err := p.client.Do(r)
	if failed := <-sent; failed != nil || err != nil {
		p.t.Fatal(failed, err)
	}
	defer response.Body.Close()
	if text, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusOK || response.ProtoMajor != 2 {
		p.t.Fatalf("the upload is answered %d: %s", response.StatusCode, text)
	}
}

// Each event arrives before what causes the next one.
func (p *proxied) passesEventsOn() {
	p.t.Helper()
	r := p.node.As("tom").Request(p.t, "GET", fmt.Sprintf("%s/media/%d/processing", live.BasePath, p.upload.ID), "", "")
	r.Header.Set("Accept", "text/event-stream")
	lines := bufio.NewScanner(p.send(r, 200).body)
	event := func() string {
		for lines.Scan() {
			if data, is := strings.CutPrefix(lines.Text(), "data: "); is {
				return data
			}
		}
		p.t.Fatalf("the stream ended: %v", lines.Err())
		return ""
	}
	before := event()
	p.ask("tom", "POST", completePath(p.upload.ID), `{"title":"Prisms"}`, 200)
	if after := event(); after == before || !strings.Contains(after, `"queued"`) {
		p.t.Errorf("after %s the stream says %s", before, after)
	}
}

// A part of a recording is sent as that, from the address that an answer names.
func (p *proxied) servesRanges() {
	p.t.Helper()
	text := tone()
	beside := p.node.Library.Serve(p.t, live.Works) // makes a recording without the proxy
	id := finished(p.t, beside, beside.As("tom"), text)
	header, _ := p.ask("tom", "GET", fmt.Sprintf("/media/%d/download?quality=original", id), "", 302)
	r := p.node.Nobody().Request(p.t, "GET", p.node.Path(p.t, header.Get("Location")), "", "")
	r.Header.Set("Range", "bytes=100-199")
	response := p.send(r, 206)
	got, err := io.ReadAll(response.body)
	if want := fmt.Sprintf("bytes 100-199/%d", len(text)); err != nil || !bytes.Equal(got, text[100:200]) || response.header.Get("Content-Range") != want {
		p.t.Errorf("%d bytes, %q, want %q: %v", len(got), response.header.Get("Content-Range"), want, err)
	}
}

// relay is between a proxy and the server, and counts what the proxy has passed on.
type relay struct {
	address string
	passed  atomic.Int64
	waiting atomic.Pointer[mark]
}

type mark struct {
	at      int64
	reached chan struct{}
}

func newRelay(t *testing.T, server string) *relay {
	t.Helper()
	at, err := net.ResolveTCPAddr("tcp", server)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	r := &relay{address: listener.Addr().String()}
	go func() {
		for {
			from, err := listener.Accept()
			if err != nil {
				return
			}
			to, err := net.DialTCP("tcp", nil, at)
			if err != nil {
				_ = from.Close()
				continue
			}
			go func() {
				_, _ = io.Copy(io.MultiWriter(to, r), from)
				_ = to.CloseWrite()
			}()
			go func() {
				_, _ = io.Copy(from, to)
				_ = from.Close()
				_ = to.Close()
			}()
		}
	}()
	return r
}

// Write counts.
func (r *relay) Write(p []byte) (int, error) {
	passed := r.passed.Add(int64(len(p)))
	if m := r.waiting.Load(); m != nil && passed >= m.at && r.waiting.CompareAndSwap(m, nil) {
		close(m.reached)
	}
	return len(p), nil
}

// wait returns what is closed once so many more bytes have passed.
func (r *relay) wait(more int64) <-chan struct{} {
	m := &mark{r.passed.Load() + more, make(chan struct{})}
	r.waiting.Store(m)
	return m.reached
}

// certificate is one for the host of the examples.
type certificate struct {
	cert, key string // files
	pool      *x509.CertPool
}

func selfSigned(t *testing.T) certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{strings.TrimPrefix(proxiedURL, "https://")},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	c := certificate{filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem"), x509.NewCertPool()}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})
	c.pool.AppendCertsFromPEM(text)
	write(t, c.cert, string(text))
	write(t, c.key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
	return c
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// readProxy reads an example of the documentation, and replaces what is other in a test.
func readProxy(t *testing.T, name string, replace ...string) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/proxies/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(replace); i += 2 {
		if strings.Count(string(text), replace[i]) != 1 {
			t.Fatalf("docs/proxies/%s does not have %q once", name, replace[i])
		}
	}
	return strings.NewReplacer(replace...).Replace(string(text))
}

// startNginx starts nginx with the example in its block http.
func startNginx(t *testing.T, upstream string, c certificate) (address string) {
	t.Helper()
	folder, address := t.TempDir(), freeAddress(t)
	site := filepath.Join(folder, "site.conf")
	write(t, site, readProxy(t, "nginx.conf",
		"    listen 443 ", "    listen "+address+" ", "proxy_pass http://127.0.0.1:8080;", "proxy_pass http://"+upstream+";",
		"/etc/ssl/media.school.test.pem", c.cert, "/etc/ssl/media.school.test.key", c.key))
	paths := ""
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		paths += kind + "_temp_path " + filepath.Join(folder, kind) + ";\n"
	}
	whole := filepath.Join(folder, "nginx.conf")
	write(t, whole, "daemon off;\nmaster_process off;\npid "+filepath.Join(folder, "pid")+";\nerror_log stderr notice;\n"+
		"events {}\nhttp {\naccess_log off;\n"+paths+"include "+site+";\n}\n")
	startProgram(t, []string{"/usr/sbin/nginx", "-e", "stderr", "-p", folder, "-c", whole}, folder, "event method")
	return address
}

// startCaddy starts Caddy with the example as a site.
func startCaddy(t *testing.T, upstream string, c certificate) (address string) {
	t.Helper()
	folder, address := t.TempDir(), freeAddress(t)
	_, port, _ := net.SplitHostPort(address)
	file := filepath.Join(folder, "Caddyfile")
	write(t, file, "{\n\tadmin off\n\tauto_https disable_redirects\n\tdefault_bind 127.0.0.1\n\thttps_port "+port+"\n"+
		"\tservers {\n\t\tprotocols h1 h2\n\t}\n}\n"+
		readProxy(t, "Caddyfile", "media.school.test {", "media.school.test {\n\ttls "+c.cert+" "+c.key, "127.0.0.1:8080", upstream))
	startProgram(t, []string{"caddy", "run", "--adapter", "caddyfile", "--config", file}, folder, "serving initial configuration")
	return address
}

// freeAddress is an address where nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// startProgram starts a program, which keeps its files in a folder, until the test ends, and
// returns once it has said that it is ready.
func startProgram(t *testing.T, command []string, folder, ready string) {
	t.Helper()
	program := exec.Command(command[0], command[1:]...)
	program.Env = append(os.Environ(), "HOME="+folder, "XDG_DATA_HOME="+folder, "XDG_CONFIG_HOME="+folder)
	said, err := program.StderrPipe()
	if err == nil {
		err = program.Start()
	}
	if err != nil {
		t.Fatalf("%v (apt-get install nginx-light caddy, or run script/setup)", err)
	}
	up, over := make(chan struct{}), make(chan string, 1)
	go func() {
		all, lines := "", bufio.NewScanner(said)
		for found := false; lines.Scan(); {
			all += lines.Text() + "\n"
			if !found && strings.Contains(lines.Text(), ready) {
				found = true
				close(up)
			}
		}
		over <- all
	}()
	t.Cleanup(func() {
		_ = program.Process.Signal(syscall.SIGTERM) // unless it has ended
		text := <-over
		if err := program.Wait(); t.Failed() {
			t.Logf("%s: %v\n%s", command[0], err, text)
		}
	})
	select {
	case <-up:
	case text := <-over:
		over <- text
		t.Fatalf("%s ends at once", command[0])
	case <-time.After(proxyPatience):
		t.Fatalf("%s does not start", command[0])
	}
}
