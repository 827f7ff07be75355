package survival

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait: a server that hangs should fail the test, not hang it too.
const patience = 3 * time.Minute

// program builds the program, once for all tests.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "lectern-survival-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "lectern")
	args := []string{"build", "-o", path, "github.com/lectern-media/lectern/cmd/lectern"}
	if raceDetector { // which is for the servers, not for those who ask them
		args = slices.Insert(args, 1, "-race")
	}
	out, err := exec.CommandContext(context.Background(), "go", args...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := program(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// lectern runs the program to its end and returns what it printed.
func lectern(t *testing.T, args ...string) []byte {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), path, args...).Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		t.Fatalf("lectern %v: %v: %s", args, err, failed.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// place is where a library is.
type place struct{ database, storage string }

// server is a node of a library, which may live several times. Its clients know it by a
// name of its own, whatever port it has.
type server struct {
	t     *testing.T
	data  string
	args  []string
	env   []string // instead of this process's, unless nil
	under []string // a program and its arguments that runs the server; mostly none
	token string

	mu      sync.Mutex
	current *life
	changed chan struct{} // closed when current is another
}

// life is one process of a server.
type life struct {
	number  int
	command *exec.Cmd
	ready   chan struct{} // closed when it answers
	over    chan struct{} // closed when it has ended
	address string        // set when it is ready
	client  *http.Client
	said    lockedBuffer
}

// publicURL is what is in signed addresses: it stays when the port does not.
const publicURL = "http://lectern.test"

// newServer prepares a node. The first of a library makes a person, whose token it has.
func newServer(t *testing.T, at place, more ...string) *server {
	t.Helper()
	s := &server{t: t, data: t.TempDir(), changed: make(chan struct{})}
	database := "--database=" + at.database
	s.args = append([]string{
		"serve", database, "--storage=" + at.storage, "--data=" + s.data, "--listen=127.0.0.1:0", "--json",
		"--public-url=" + publicURL, "--fetch-from=127.0.0.1", "--limit-requests=0", "--limit-address-requests=0", "--reserve=0",
	}, more...)
	lectern(t, "user", "create", database, "--name=Ada", "--role=Admin")
	var made struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(lectern(t, "token", "create", database, "--user=1"), &made); err != nil {
		t.Fatal(err)
	}
	s.token = made.AccessToken
	for _, arg := range s.args { // the last one counts
		if data, found := strings.CutPrefix(arg, "--data="); found {
			s.data = data
		}
	}
	return s
}

// beside is another node of the same library.
func (s *server) beside(more ...string) *server {
	s.t.Helper()
	other := &server{t: s.t, data: s.t.TempDir(), changed: make(chan struct{}), token: s.token}
	for _, arg := range s.args {
		if strings.HasPrefix(arg, "--data=") {
			arg = "--data=" + other.data
		}
		other.args = append(other.args, arg)
	}
	other.args = append(other.args, more...)
	return other
}

// begin starts a life and does not wait for it.
func (s *server) begin() *life {
	s.t.Helper()
	path, err := program()
	if err != nil {
		s.t.Fatal(err)
	}
	l := &life{ready: make(chan struct{}), over: make(chan struct{})}
	if s.current != nil {
		l.number = s.current.number + 1
	}
	command := append(append(append([]string{}, s.under...), path), s.args...)
	l.command = exec.CommandContext(context.Background(), command[0], command[1:]...)
	l.command.Stderr, l.command.Env = &l.said, s.env
	stdout, err := l.command.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	dialer := net.Dialer{}
	noRedirect := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	l.client = &http.Client{Timeout: patience, CheckRedirect: noRedirect, Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, l.address)
		},
	}}
	if err := l.command.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() { // ends with the process, whose output ends
		line, err := bufio.NewReader(stdout).ReadBytes('\n')
		var answer struct {
			Address string `json:"address"`
		}
		if err == nil && json.Unmarshal(line, &answer) == nil {
			l.address = answer.Address
			close(l.ready)
		}
		_ = l.command.Wait() // killed, mostly
		close(l.over)
	}()
	s.t.Cleanup(func() { s.end(l, syscall.SIGKILL) })
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current = l
	close(s.changed)
	s.changed = make(chan struct{})
	return l
}

// start starts a life and waits until it answers.
func (s *server) start() *life {
	s.t.Helper()
	l := s.begin()
	select {
	case <-l.ready:
	case <-l.over:
		s.t.Fatalf("it does not serve: %s", l.said.String())
	case <-time.After(patience):
		s.t.Fatalf("it does not begin to serve: %s", l.said.String())
	}
	return l
}

// end ends a life by a signal and waits for its end.
func (s *server) end(l *life, by syscall.Signal) {
	s.t.Helper()
	_ = l.command.Process.Signal(by) // it may have ended
	select {
	case <-l.over:
	case <-time.After(patience):
		s.t.Errorf("it does not end: %s", l.said.String())
	}
	l.client.CloseIdleConnections()
	if said := l.said.String(); strings.Contains(said, "WARNING: DATA RACE") {
		s.t.Errorf("the race detector has found something in a server: %s", said)
	}
}

// alive waits for a life after one, nil for any, that answers.
func (s *server) alive(ctx context.Context, after *life) (*life, error) {
	for {
		s.mu.Lock()
		l, changed := s.current, s.changed
		s.mu.Unlock()
		var ready, over chan struct{}
		if l != nil && l != after {
			ready, over = l.ready, l.over
		}
		select {
		case <-ready:
			return l, nil
		case <-over:
			after = l
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// children is the processes that work in the server's folder of work in progress.
func (s *server) children() []int {
	var pids []int
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range links {
		folder, err := os.Readlink(link)
		if err == nil && strings.HasPrefix(folder, filepath.Join(s.data, "work")+"/") {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(link)))
			pids = append(pids, pid)
		}
	}
	return pids
}

// waitFor waits until something holds.
func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(patience)
	for tick := time.Tick(20 * time.Millisecond); !holds(); {
		select {
		case <-tick:
		case <-deadline:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// lockedBuffer is what a process says.
type lockedBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write is [io.Writer]'s.
func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
