package testkit

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// pgBouncer runs a PgBouncer for as long as standard input stays open, as postgres.sh does with
// a server.
const pgBouncer = `program=$1 file=$2; shift 2
"$@" "$program" "$file" 2>&1 & pid=$!; cat >/dev/null; kill "$pid"; wait "$pid"`

// PgBouncer returns the URL of a database by way of a PgBouncer of its own with a pool_mode:
// session, transaction or statement. It has Debian's configuration but for that, and ends with
// the test.
func PgBouncer(tb testing.TB, database, mode string) string {
	tb.Helper()
	NeedsMore(tb, "PostgreSQL")
	const attempts = 5 // another process may take the port in between
	var address string
	var err error
	for range attempts {
		if address, err = startPgBouncer(tb, database, mode); err == nil {
			return address
		}
	}
	tb.Fatalf("start PgBouncer: %v", err)
	return ""
}

func startPgBouncer(tb testing.TB, database, mode string) (string, error) {
	tb.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		if program = "/usr/sbin/pgbouncer"; !isProgram(program) { // which is not on everyone's PATH
			return "", errors.New("this test needs pgbouncer: run script/setup")
		}
	}
	server, err := pgx.ParseConfig(database)
	if err != nil {
		return "", err
	}
	listen, err := freeAddress()
	if err != nil {
		return "", err
	}
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(clusterParent(), "lectern-pgbouncer-") //nolint:usetesting // another account has to reach it
	if err != nil {
		return "", err
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	password := ""
	if server.Password != "" {
		password = " password='" + strings.ReplaceAll(server.Password, "'", "''") + "'"
	}
	text := fmt.Sprintf(`[databases]
%s = host=%s port=%d user=%s%s
[pgbouncer]
listen_addr = %s
listen_port = %s
unix_socket_dir =
auth_type = any
pool_mode = %s
`, server.Database, server.Host, server.Port, server.User, password, host, port, mode)
	file := filepath.Join(dir, "pgbouncer.ini")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return "", err
	}
	arguments, err := asPostgres(dir, "-c", pgBouncer, "sh", program, file)
	if err != nil {
		return "", err
	}
	if err := runPgBouncer(tb, dir, arguments); err != nil {
		return "", err
	}
	u := url.URL{Scheme: "postgres", User: url.User(server.User), Host: listen, Path: "/" + server.Database, RawQuery: "sslmode=disable"}
	return u.String(), nil
}

func isProgram(path string) bool {
	is, err := os.Stat(path)
	return err == nil && is.Mode()&0o111 != 0
}

// runPgBouncer starts it and waits until it says that it is up.
func runPgBouncer(tb testing.TB, dir string, arguments []string) error {
	tb.Helper()
	command := exec.CommandContext(context.Background(), "sh", arguments...)
	command.Dir, command.SysProcAttr = dir, &syscall.SysProcAttr{Setsid: true}
	alive, err := command.StdinPipe()
	if err != nil {
		return err
	}
	said, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	end := func() { _ = alive.Close(); _, _ = io.Copy(io.Discard, said); _ = command.Wait() }
	var log strings.Builder
	for lines := bufio.NewScanner(said); lines.Scan(); {
		log.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "process up:") {
			go func() { _, _ = io.Copy(io.Discard, said) }()
			tb.Cleanup(func() { _ = alive.Close(); _ = command.Wait() })
			return nil
		}
		if strings.Contains(lines.Text(), "FATAL") {
			break
		}
	}
	end()
	return errors.New(log.String())
}
