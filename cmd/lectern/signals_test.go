package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process is the program as a process of its own, for what signals do.
type process struct {
	t       *testing.T
	command *exec.Cmd
	stdout  *bufio.Reader
	stderr  *bufio.Reader
}

func startProcess(t *testing.T, args ...string) *process {
	t.Helper()
	program := []string{os.Args[0]}
	if args[0] == "nohup" { // a shell becomes the program, with SIGHUP ignored
		program, args = []string{"/bin/sh", "-c", `trap "" HUP; exec "$0" "$@"`, os.Args[0]}, args[1:]
	}
	command := exec.CommandContext(t.Context(), program[0], append(program[1:], args...)...)
	command.Env = append(os.Environ(), asProgram+"=1")
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill() }) // of one that has ended already: no harm
	return &process{t, command, bufio.NewReader(stdout), bufio.NewReader(stderr)}
}

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.command.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// address waits until the server answers and returns its host and port.
func (p *process) address() string {
	p.t.Helper()
	line, err := p.stdout.ReadString('\n')
	if err != nil {
		log, _ := io.ReadAll(p.stderr)
		p.t.Fatalf("it does not serve: %s", log)
	}
	var ready struct {
		BaseURL string `json:"base_url"`
	}
	if err := json.Unmarshal([]byte(line), &ready); err != nil {
		p.t.Fatal(err)
	}
	return strings.TrimPrefix(ready.BaseURL, "http://")
}

// SIGTERM and SIGHUP let a request end that has begun. The request here sends the second
// half of its body only once the server takes no connections any more.
func TestProcess_SIGTERMDrains(t *testing.T) { drains(t, syscall.SIGTERM) }

// A terminal that is closed sends SIGHUP.
func TestProcess_SIGHUPDrains(t *testing.T) { drains(t, syscall.SIGHUP) }

// Signals that come together, as from a shell and from the kernel when a terminal is closed,
// are one. They are two here that are not merged while they are pending.
func TestProcess_SignalsAtOnceDrain(t *testing.T) { drains(t, syscall.SIGHUP, syscall.SIGTERM) }

func drains(t *testing.T, signals ...os.Signal) {
	t.Helper()
	// A server that is started where SIGHUP is ignored ignores it too, and these tests may run
	// under nohup. A signal that this process handles is the default again in its children.
	handled := make(chan os.Signal, 1)
	signal.Notify(handled, syscall.SIGHUP)
	defer signal.Stop(handled)
	database := sqlite(t)
	lectern(t, "user", "create", database, "--name=Ada", "--role=Admin").ok(t)
	var made token
	lectern(t, "token", "create", database, "--user=1").ok(t).json(t, &made)
	server := startProcess(t, "serve", database, "--data="+t.TempDir(), "--listen=127.0.0.1:0", "--json")
	address := server.address()

	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := `{"roles":[{"user_id":1,"role":"Teacher","action":"add"}]}`
	_, err = fmt.Fprintf(conn, "POST /api/public/v1/users/roles HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n"+
		"Content-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", address, made.AccessToken, len(body))
	if err != nil {
		t.Fatal(err)
	}
	// The server asks for the body: the request runs.
	answer := bufio.NewReader(conn)
	if line, err := answer.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("the server says %q, %v", line, err)
	}

	for _, signal := range signals {
		server.signal(signal)
	}
	for {
		another, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			break
		}
		_ = another.Close()
	}
	if _, err := io.WriteString(conn, body); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(answer)
	if err != nil || !strings.Contains(string(rest), "HTTP/1.1 200 OK") || !strings.Contains(string(rest), `"Teacher"`) {
		t.Errorf("the running request is answered %q, %v", rest, err)
	}
	if err := server.command.Wait(); err != nil {
		t.Errorf("the server ended with %v", err)
	}
}

// A person who starts the server with SIGHUP ignored, as nohup does, wants it to outlive the
// terminal. If it counted, the SIGTERM after it would be the second signal, which kills.
func TestProcess_GoesOnUnderNohup(t *testing.T) {
	server := startProcess(t, "nohup", "serve", sqlite(t), "--data="+t.TempDir(), "--listen=127.0.0.1:0", "--json")
	address := server.address()
	server.signal(syscall.SIGHUP)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatalf("after SIGHUP: %v", err)
	}
	_ = conn.Close()
	server.signal(syscall.SIGTERM)
	if err := server.command.Wait(); err != nil {
		t.Errorf("the server ended with %v", err)
	}
}

func TestProcess_SecondSignalEnds(t *testing.T) {
	server := startProcess(t, "serve", sqlite(t), "--data="+t.TempDir(), "--listen=127.0.0.1:0", "--json",
		"--drain-delay=1h", "--stop-timeout=2h")
	server.address()
	server.signal(syscall.SIGTERM)
	for {
		line, err := server.stderr.ReadString('\n')
		if err != nil {
			t.Fatalf("it ended with the first signal: %v", err)
		}
		if strings.Contains(line, "msg=stopping") {
			break
		}
	}
	ended := make(chan struct{})
	go func() {
		_ = server.command.Wait() // the error is that of a process that a signal ended
		close(ended)
	}()
	tick := time.Tick(50 * time.Millisecond)
	for waiting := true; waiting; { // one that comes at once counts as the first
		select {
		case <-ended:
			waiting = false
		case <-tick:
			_ = server.command.Process.Signal(syscall.SIGTERM) // it may have ended
		}
	}
	state, ok := server.command.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !state.Signaled() || state.Signal() != syscall.SIGTERM {
		t.Errorf("it ended with %v", server.command.ProcessState)
	}
}

func TestProcess_DemoIsThrownAwayOnSIGINT(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	demo := startProcess(t, "demo", "--listen=127.0.0.1:0", "--json")
	demo.address()
	demo.signal(syscall.SIGINT)
	if err := demo.command.Wait(); err != nil {
		t.Errorf("the demo ended with %v", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("it left %v, %v", left, err)
	}
}
