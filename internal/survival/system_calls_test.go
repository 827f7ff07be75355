package survival

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// stepKind is what a system call did, as far as a power cut cares.
type stepKind int

const (
	wrote     stepKind = iota // to a file; not on the disk yet
	truncated                 // a file; not on the disk yet
	synced                    // a file
	received                  // a request that changes something
	answered                  // such a request, with 201
)

// step is one system call of a server.
type step struct {
	kind stepKind
	file string // what it wrote or synced
	at   int64  // where it wrote, or the length that it cut the file to
	data []byte
}

// traced are the system calls that SQLite and Go's HTTP server make, and others like them.
const traced = "trace=pwrite64,pwritev,pwritev2,write,writev,read,ftruncate,fallocate,fsync,fdatasync,sync_file_range"

// straceTo runs a server under strace, which writes all its calls into a file.
func straceTo(path string) []string {
	return []string{"strace", "-f", "-q", "-y", "-xx", "-s", "70000", "-e", traced, "-o", path}
}

var (
	traceLine = regexp.MustCompile(`^(\d+) +(<\.\.\. )?(\w+)(?: resumed>|\()(.*)$`)
	traceFile = regexp.MustCompile(`^\d+<((?:\\x[0-9a-f]{2})*)>`)
	traceText = regexp.MustCompile(`"((?:\\x[0-9a-f]{2})*)"`)
	traceEnd  = regexp.MustCompile(`, (\d+)(?:\) += .*| <unfinished \.\.\.>)$`)
)

// readTrace reads what strace has written. A write counts from its beginning and a sync
// from its end, as far as they are not the same.
func readTrace(t *testing.T, path string) (steps []step) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	begun := map[string]string{} // by thread, the first half of its line
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		match := traceLine.FindStringSubmatch(lines.Text())
		if match == nil {
			continue // signals and exits
		}
		thread, resumed, call, rest := match[1], match[2] != "", match[3], match[4]
		unfinished := strings.HasSuffix(rest, "<unfinished ...>")
		switch {
		case unfinished:
			begun[thread] = rest
		case resumed:
			rest = strings.TrimSuffix(begun[thread], "<unfinished ...>") + rest
			delete(begun, thread)
		}
		atEntry := call != "read" && !strings.Contains(call, "sync")
		if atEntry && resumed || !atEntry && unfinished {
			continue
		}
		if one, ok := toStep(t, call, rest); ok {
			steps = append(steps, one)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return steps
}

// endTraced kills a server that is traced, with which strace ends.
func endTraced(t *testing.T, path string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	first, _ := bufio.NewReader(file).ReadString(' ')
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		t.Fatalf("whom does strace trace? %v", err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		t.Error(err)
	}
}

func toStep(t *testing.T, call, rest string) (one step, ok bool) {
	t.Helper()
	named := traceFile.FindStringSubmatch(rest)
	if named == nil {
		return one, false
	}
	one.file = string(unhex(t, named[1]))
	if text := traceText.FindStringSubmatch(rest); text != nil {
		one.data = unhex(t, text[1])
	}
	if end := traceEnd.FindStringSubmatch(rest); end != nil {
		one.at, _ = strconv.ParseInt(end[1], 10, 64)
	}
	isDatabase := strings.HasSuffix(one.file, ".db") || strings.HasSuffix(one.file, ".db-wal")
	switch {
	// Go's server waits for the first letter of the next request by itself.
	case call == "read" && (bytes.HasPrefix(one.data, []byte("POST ")) || bytes.HasPrefix(one.data, []byte("OST "))):
		one.kind = received
	case call == "write" && bytes.HasPrefix(one.data, []byte("HTTP/1.1 201 ")):
		one.kind = answered
	case !isDatabase || call == "read":
		return one, false
	case call == "pwrite64":
		one.kind = wrote
	case call == "ftruncate":
		one.kind = truncated
	case call == "fsync" || call == "fdatasync":
		one.kind = synced
	default:
		t.Fatalf("SQLite writes by %s, which this test does not know", call)
	}
	return one, true
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	data, err := hex.DecodeString(strings.ReplaceAll(text, `\x`, ""))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
