package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestMain lets the test's program be the program itself, for tests of a process.
func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

const asProgram = "LECTERN_TEST_AS_PROGRAM"

// result is how a command ended.
type result struct {
	code           int
	stdout, stderr string
}

// lectern runs the program with these arguments to its end.
func lectern(t *testing.T, args ...string) result {
	t.Helper()
	return lecternWith(t, nil, "", args...)
}

func lecternWith(t *testing.T, env []string, stdin string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(stdin), &stdout, &stderr, env)
	return result{code, stdout.String(), stderr.String()}
}

// ok fails the test unless the command did what it should.
func (r result) ok(t *testing.T) result {
	t.Helper()
	if r.code != exitDone {
		t.Fatalf("exit code %d: %s", r.code, r.stderr)
	}
	return r
}

// json reads the one line of JSON that the command printed.
func (r result) json(t *testing.T, into any) {
	t.Helper()
	if strings.Count(r.stdout, "\n") != 1 || !strings.HasSuffix(r.stdout, "\n") {
		t.Errorf("printed %q, want one line", r.stdout)
	}
	decoder := json.NewDecoder(strings.NewReader(r.stdout))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("printed %q: %v", r.stdout, err)
	}
}

// is fails the test unless the command ended so, with this on standard error.
func (r result) is(t *testing.T, code int, stderr string) {
	t.Helper()
	if r.code != code || strings.TrimSpace(r.stderr) != stderr {
		t.Errorf("exit code %d: %s\nwant %d: %s", r.code, r.stderr, code, stderr)
	}
}

// sqlite is the flag that names an empty library in a file, for what does not depend
// on the database.
func sqlite(t *testing.T) string {
	t.Helper()
	return "--database=sqlite:" + filepath.Join(t.TempDir(), "lectern.db")
}

// running is a command that runs beside the test.
type running struct {
	t      *testing.T
	stop   context.CancelFunc
	ended  chan int
	stderr lockedBuffer
	lines  *bufio.Reader // its standard output
}

// background runs a command until the test ends.
func background(t *testing.T, args ...string) *running {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	from, to := io.Pipe()
	r := &running{t: t, stop: stop, ended: make(chan int, 1), lines: bufio.NewReader(from)}
	go func() { // ends with stop
		code := run(ctx, args, strings.NewReader(""), to, &r.stderr, nil)
		_ = to.Close()
		r.ended <- code
	}()
	t.Cleanup(func() {
		stop()
		go func() { _, _ = io.Copy(io.Discard, from) }()
		if code, ended := <-r.ended; ended && code != exitDone {
			t.Errorf("%v: exit code %d: %s", args, code, r.stderr.String())
		}
	})
	return r
}

// line waits for a line of output.
func (r *running) line() string {
	r.t.Helper()
	line, err := r.lines.ReadString('\n')
	if err != nil {
		r.t.Fatalf("no more output: %s", r.stderr.String())
	}
	return line
}

// end stops the command and waits for its end.
func (r *running) end() {
	r.t.Helper()
	r.stop()
	if code := <-r.ended; code != exitDone {
		r.t.Errorf("exit code %d: %s", code, r.stderr.String())
	}
	close(r.ended)
}

// serve starts a server on a library and returns its address.
func serve(t *testing.T, database string, more ...string) string {
	t.Helper()
	server := background(t, append([]string{
		"serve", database, "--data=" + t.TempDir(), "--listen=127.0.0.1:0", "--json", "--log-level=error",
	}, more...)...)
	var ready struct {
		BaseURL string `json:"base_url"`
	}
	if err := json.Unmarshal([]byte(server.line()), &ready); err != nil {
		t.Fatal(err)
	}
	return ready.BaseURL
}

// status asks the API as the bearer of a token.
func status(t *testing.T, token, address string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode
}

// lockedBuffer is a buffer to write to from several goroutines.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

// Write is [io.Writer]'s.
func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}
