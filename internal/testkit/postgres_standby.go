package testkit

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// patience bounds each wait for a server.
const patience = time.Minute

//go:embed postgres_standby.sh
var standbyScript string

// Replicated is a PostgreSQL server with a standby that takes its place when it fails. It
// has an address that stays, as those of institutions have.
type Replicated struct {
	// URL is the address of whichever server is the primary.
	URL string

	tb               testing.TB
	dir              string
	commands         io.WriteCloser
	answers          *bufio.Reader
	line             *Line
	servers          int // that there have been
	primary, standby string
}

// PostgresWithStandby starts a server and its standby, which are gone when the test ends or
// the process does.
func PostgresWithStandby(tb testing.TB) *Replicated {
	tb.Helper()
	NeedsMore(tb, "PostgreSQL")
	r := &Replicated{tb: tb}
	if err := r.open(); err != nil {
		tb.Fatalf("start replicated servers: %v", err)
	}
	r.primary = r.server("primary")
	r.standby = r.server("standby", r.primary)
	socket, line := newLine(tb, "unix", r.socket(r.primary), relayBytes)
	r.line, r.URL = line, socketURL(socket)
	return r
}

func (r *Replicated) open() error {
	bin, err := newestPostgres(postgresFolders())
	if err != nil {
		return err
	}
	if r.dir, err = os.MkdirTemp(clusterParent(), "lectern-standby-"); err != nil {
		return err
	}
	arguments, err := asPostgres(r.dir, "-c", standbyScript, "sh", bin, r.dir)
	if err != nil {
		return errors.Join(err, os.Remove(r.dir))
	}
	script := exec.CommandContext(context.Background(), "sh", arguments...)
	script.Dir, script.Env = r.dir, []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8"}
	script.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if r.commands, err = script.StdinPipe(); err != nil {
		return err
	}
	answers, err := script.StdoutPipe()
	if err != nil {
		return err
	}
	r.answers = bufio.NewReader(answers)
	if err := script.Start(); err != nil {
		return err
	}
	r.tb.Cleanup(func() {
		if err := errors.Join(r.commands.Close(), script.Wait()); err != nil {
			r.tb.Errorf("stop the replicated servers: %v", err)
		}
	})
	return nil
}

// server starts a server and returns its name.
func (r *Replicated) server(kind string, from ...string) string {
	r.tb.Helper()
	r.servers++
	name := strconv.Itoa(r.servers)
	if _, err := fmt.Fprintln(r.commands, kind, name, strings.Join(from, " ")); err != nil {
		r.tb.Fatal(err)
	}
	if said, err := r.answers.ReadString('\n'); err != nil || said != "ready\n" {
		r.tb.Fatalf("the %s does not start: %s, %v", kind, said, err)
	}
	return name
}

func (r *Replicated) socket(server string) string {
	return filepath.Join(r.dir, server, ".s.PGSQL.5432")
}

func socketURL(dir string) string {
	address := url.URL{
		Scheme: "postgres", User: url.User("postgres"), Path: "/postgres",
		RawQuery: url.Values{"host": {dir}, "port": {"5432"}, "sslmode": {"disable"}}.Encode(),
	}
	return address.String()
}

// StandbyURL is the address of the standby itself, which takes no changes.
func (r *Replicated) StandbyURL() string { return socketURL(filepath.Join(r.dir, r.standby)) }

// CutReplication waits until the standby has all that the primary has, and ends the
// replication: what is committed from here on is lost with the primary.
func (r *Replicated) CutReplication(ctx context.Context) {
	r.tb.Helper()
	var written string
	r.ask(ctx, r.primary, "SELECT pg_current_wal_insert_lsn()::text", &written)
	r.ask(ctx, r.primary, "SELECT pg_switch_wal()::text", new(string)) // which has all before it sent
	r.await(ctx, r.standby, "SELECT pg_last_wal_replay_lsn() >= '"+written+"'::pg_lsn")
	r.ask(ctx, r.standby, "ALTER SYSTEM SET primary_conninfo = ''", nil)
	r.ask(ctx, r.standby, "SELECT pg_reload_conf()::text", new(string))
	r.await(ctx, r.standby, "SELECT NOT EXISTS (SELECT 1 FROM pg_stat_wal_receiver)")
	r.await(ctx, r.primary, "SELECT NOT EXISTS (SELECT 1 FROM pg_stat_replication)")
}

// Fail kills the primary and promotes the standby at the address. A new standby follows it.
func (r *Replicated) Fail(ctx context.Context) {
	r.tb.Helper()
	text, err := os.ReadFile(filepath.Join(r.dir, r.primary, "data", "postmaster.pid"))
	if err != nil {
		r.tb.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		r.tb.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		r.tb.Fatal(err)
	}
	r.line.Cut()
	var promoted string
	r.ask(ctx, r.standby, "SELECT pg_promote(TRUE, 60)::text", &promoted)
	if promoted != "true" {
		r.tb.Fatal("the standby is not promoted")
	}
	r.line.Redirect("unix", r.socket(r.standby))
	r.line.Mend()
	r.primary = r.standby
	r.standby = r.server("standby", r.primary)
}

// ask runs one statement on a server, and reads its only value unless to is nil.
func (r *Replicated) ask(ctx context.Context, server, statement string, to any) {
	r.tb.Helper()
	conn, err := pgx.Connect(ctx, socketURL(filepath.Join(r.dir, server)))
	if err != nil {
		r.tb.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }() // it did what it was for
	if to == nil {
		_, err = conn.Exec(ctx, statement)
	} else {
		err = conn.QueryRow(ctx, statement).Scan(to)
	}
	if err != nil {
		r.tb.Fatalf("%s: %v", statement, err)
	}
}

// await waits until a server answers true.
func (r *Replicated) await(ctx context.Context, server, question string) {
	r.tb.Helper()
	up := time.After(patience)
	for tick := time.Tick(10 * time.Millisecond); ; {
		var holds bool
		if r.ask(ctx, server, question, &holds); holds {
			return
		}
		select {
		case <-tick:
		case <-up:
			r.tb.Fatalf("waited too long for: %s", question)
		}
	}
}
