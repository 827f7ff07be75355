package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"modernc.org/sqlite"

	"github.com/lectern-media/lectern/internal/testkit"
)

// fileLibrary is a library in a file that a test does things to.
type fileLibrary struct {
	t      *testing.T
	path   string
	db     DB
	raw    *sql.DB // as sqlite3's shell would open it
	groups int     // that were created
}

func newFileLibrary(t *testing.T) *fileLibrary {
	t.Helper()
	l := &fileLibrary{t: t, path: strings.TrimPrefix(testkit.SQLiteURL(t), "sqlite:")}
	l.start()
	return l
}

func (l *fileLibrary) start() {
	l.t.Helper()
	l.db = open(l.t, "sqlite:"+l.path)
	l.raw = openShell(l.t, l.path)
}

// stop ends the library properly.
func (l *fileLibrary) stop() {
	l.t.Helper()
	if err := errors.Join(l.raw.Close(), l.db.Close()); err != nil {
		l.t.Fatal(err)
	}
}

// change makes so many changes.
func (l *fileLibrary) change(n int) {
	l.t.Helper()
	for range n {
		if err := l.try(); err != nil {
			l.t.Fatal(err)
		}
	}
}

func (l *fileLibrary) try() error {
	ctx := context.Background()
	err := l.db.Change(ctx, func(conn Conn) error {
		_, err := conn.ExecContext(ctx, "INSERT INTO groups (name) VALUES ($1)", fmt.Sprintf("Group %d", l.groups))
		if err == nil {
			_, err = conn.ExecContext(ctx, "INSERT INTO events (happened) SELECT 'created group ' || max(id) FROM groups")
		}
		return err
	})
	if err == nil {
		l.groups++
	}
	return err
}

// exec runs a statement as sqlite3's shell would.
func (l *fileLibrary) exec(statement string) {
	l.t.Helper()
	if _, err := l.raw.ExecContext(l.t.Context(), statement); err != nil {
		l.t.Fatalf("%s: %v", statement, err)
	}
}

// backup copies the library as .backup of sqlite3's shell does.
func (l *fileLibrary) backup() (path string) {
	l.t.Helper()
	path = filepath.Join(l.t.TempDir(), "copy.db")
	runBackup(l.t, l.raw, func(b backuper) (*sqlite.Backup, error) { return b.NewBackup(path) })
	return path
}

// restore puts a copy into the library as .restore of sqlite3's shell does.
func (l *fileLibrary) restore(path string) {
	l.t.Helper()
	runBackup(l.t, l.raw, func(b backuper) (*sqlite.Backup, error) { return b.NewRestore(path) })
}

type backuper interface {
	NewBackup(to string) (*sqlite.Backup, error)
	NewRestore(from string) (*sqlite.Backup, error)
}

func runBackup(t *testing.T, on *sql.DB, begin func(backuper) (*sqlite.Backup, error)) {
	t.Helper()
	conn, err := on.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	err = conn.Raw(func(c any) error {
		able, ok := c.(backuper)
		if !ok {
			return errors.New("the driver makes no backups")
		}
		running, err := begin(able)
		if err != nil {
			return err
		}
		if _, err = running.Step(-1); err != nil {
			return errors.Join(err, running.Finish())
		}
		return running.Finish()
	})
	if err != nil {
		t.Fatal(err)
	}
}

// openShell opens a database as sqlite3's shell does, with the defaults of SQLite.
func openShell(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path+"?_pragma=busy_timeout(60000)")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// crash copies the library as it is on the disk at this instant into a new folder, as if
// its processes had been killed and the folder copied whole.
func (l *fileLibrary) crash() (path string) {
	l.t.Helper()
	path = filepath.Join(l.t.TempDir(), "library.db")
	database, err := openShared(l.path) // closing another descriptor would end SQLite's locks
	if err != nil {
		l.t.Fatal(err)
	}
	defer func() { _ = database.release() }()
	info, err := database.Stat()
	if err != nil {
		l.t.Fatal(err)
	}
	copyFrom(l.t, io.NewSectionReader(database, 0, info.Size()), path)
	if log, err := os.Open(l.path + logSuffix); err == nil {
		copyFrom(l.t, log, path+logSuffix)
		_ = log.Close()
	}
	return path
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	file, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	copyFrom(t, file, to)
}

// copyFrom writes over a file, as cp does.
func copyFrom(t *testing.T, from io.Reader, path string) {
	t.Helper()
	to, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(to, from); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
}

// opens wants a library to open, to be whole, and to have so many groups.
func opens(t *testing.T, what, path string, groups int) {
	t.Helper()
	s, err := Open(t.Context(), Options{URL: "sqlite:" + path, Migrations: groupsSchema()})
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	defer func() { _ = s.Close() }()
	wantWhole(t, what, path, groups)
}

func wantWhole(t *testing.T, what, path string, groups int) {
	t.Helper()
	db := openShell(t, path)
	defer func() { _ = db.Close() }()
	var sound string
	var got int
	if err := db.QueryRowContext(t.Context(), "PRAGMA integrity_check(3)").Scan(&sound); err != nil || sound != "ok" {
		t.Fatalf("%s: integrity_check says %q, %v", what, sound, err)
	}
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM groups").Scan(&got); err != nil || got != groups {
		t.Fatalf("%s: %d groups, want %d, %v", what, got, groups, err)
	}
}

// rejects wants a library not to open, for its log, and to be left as it is.
func rejects(t *testing.T, what, path string) {
	t.Helper()
	before := []string{contents(t, path), contents(t, path+logSuffix)}
	for _, o := range []Options{{}, {Schema: Create}, {Schema: Current}, {ReadOnly: true}} {
		o.URL, o.Migrations = "sqlite:"+path, groupsSchema()
		s, err := Open(t.Context(), o)
		if err == nil {
			_ = s.Close()
			t.Fatalf("%s: it opens", what)
		}
		for _, part := range []string{path, path + "-wal", "either", "or ", "start again"} {
			if !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(part)) {
				t.Errorf("%s: %v; want %q in it", what, err, part)
			}
		}
	}
	if contents(t, path) != before[0] || contents(t, path+logSuffix) != before[1] {
		t.Errorf("%s: the rejected files were changed", what)
	}
}

func contents(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return string(data)
}

// A copy that is put in the place of a database, while the log of a crash is still there,
// is never mixed with the log: it is rejected, and opens once the log is away.
func TestOpen_RejectsALogOfAnotherDatabase(t *testing.T) {
	t.Parallel()
	vacuum := func(l *fileLibrary) string {
		path := filepath.Join(l.t.TempDir(), "vacuumed.db")
		l.exec("VACUUM INTO '" + path + "'")
		return path
	}
	cold := func(l *fileLibrary) string {
		l.stop()
		path := filepath.Join(l.t.TempDir(), "cold.db")
		copyFile(l.t, l.path, path)
		l.start()
		return path
	}
	restored := func(l *fileLibrary) string { // a copy of a copy
		copied := (*fileLibrary).backup(l)
		l.stop()
		copyFile(l.t, copied, l.path)
		l.start()
		return copied
	}
	dumped := func(l *fileLibrary) string { // another library altogether
		return (*fileLibrary).backup(newFileLibrary(l.t))
	}
	for name, makeCopy := range map[string]func(*fileLibrary) string{
		"backup": (*fileLibrary).backup, "vacuum": vacuum, "cold": cold, "restored": restored, "another": dumped,
	} {
		for _, changes := range []int{1, 60, 150, 600} {
			t.Run(fmt.Sprintf("%s and %d changes", name, changes), func(t *testing.T) {
				t.Parallel()
				l := newFileLibrary(t)
				l.exec("PRAGMA synchronous = OFF") // of the shell alone
				l.change(20)
				copied := makeCopy(l)
				groups := l.groups
				if name == "another" {
					groups = 0
				}
				l.change(changes)
				crashed := l.crash()
				copyFile(t, copied, crashed)
				rejects(t, "a copy in place", crashed)
				if err := os.Rename(crashed+logSuffix, crashed+logSuffix+".away"); err != nil {
					t.Fatal(err)
				}
				opens(t, "once the log is away", crashed, groups)
			})
		}
	}
}

// A log whose database is missing is not removed, as SQLite would.
func TestOpen_RejectsALogWithoutADatabase(t *testing.T) {
	t.Parallel()
	l := newFileLibrary(t)
	l.change(3)
	crashed := l.crash()
	whole := contents(t, crashed)
	if err := os.Truncate(crashed, 0); err != nil {
		t.Fatal(err)
	}
	rejects(t, "an empty database", crashed)
	if err := os.Remove(crashed); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), Options{URL: "sqlite:" + crashed, Migrations: groupsSchema()})
	if err == nil || !strings.Contains(err.Error(), "missing or empty") {
		t.Errorf("a missing database: %v", err)
	}
	copyFrom(t, strings.NewReader(whole), crashed)
	opens(t, "the database put back", crashed, 3)
}

// Whatever is done to a library, by Lectern and by others: its files, copied together at
// any time, open and have all that was acknowledged.
func TestOpen_TakesAFolderThatIsCopiedWhole(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	l := newFileLibrary(t)
	var copied string
	var had int
	actions := []struct {
		name string
		do   func()
	}{
		{"one change", func() { l.change(1) }},
		{"many changes", func() { l.change(random.IntN(120)) }},
		{"a checkpoint", func() {
			l.exec("PRAGMA wal_checkpoint(" + []string{"PASSIVE", "FULL", "RESTART", "TRUNCATE"}[random.IntN(4)] + ")")
		}},
		{"a change by sqlite3", func() { l.exec("CREATE TABLE IF NOT EXISTS theirs (n); INSERT INTO theirs VALUES (1)") }},
		{"a new schema by sqlite3", func() { l.exec(fmt.Sprintf("CREATE TABLE theirs_%d (n)", random.Uint32())) }},
		{"VACUUM", func() { l.exec("VACUUM") }},
		{"ANALYZE", func() { l.exec("ANALYZE") }},
		{"fields of the header", func() {
			l.exec(fmt.Sprintf("PRAGMA user_version = %d; PRAGMA application_id = %d", random.Int32(), random.Int32()))
		}},
		{"a large change by sqlite3", func() {
			l.exec("DROP TABLE IF EXISTS theirs; CREATE TABLE theirs (n); " +
				"WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 900) " +
				"INSERT INTO theirs SELECT randomblob(2000) FROM many")
		}},
		{".backup", func() { copied, had = l.backup(), l.groups }},
		{".restore", func() {
			if copied != "" {
				l.restore(copied)
				l.groups = had
			}
		}},
		{"another node", func() {
			other := open(t, "sqlite:"+l.path)
			kept := l.db
			l.db = other
			l.change(random.IntN(30))
			l.db = kept
			if err := other.Close(); err != nil {
				t.Fatal(err)
			}
		}},
		{"a reader", func() {
			other, err := Open(t.Context(), Options{URL: "sqlite:" + l.path, Migrations: groupsSchema(), ReadOnly: true})
			if err != nil {
				t.Fatal(err)
			}
			if err := other.Close(); err != nil {
				t.Fatal(err)
			}
		}},
		{"a restart", func() { l.stop(); l.start() }},
		{"a crash", func() {
			path := l.crash()
			l.stop()
			l.path = path
			l.start()
		}},
	}
	for range 40 {
		action := actions[random.IntN(len(actions))]
		action.do()
		opens(t, action.name, l.crash(), l.groups)
		if err := l.db.Ping(t.Context()); err != nil {
			t.Fatalf("%s: the library is taken for another: %v", action.name, err)
		}
	}
}

// A library of an older program, whose log has no mark, opens after a crash.
func TestOpen_TakesALogWithoutAMark(t *testing.T) {
	t.Parallel()
	l := newFileLibrary(t)
	l.change(5)
	l.stop()
	l.raw = openShell(t, l.path)
	l.exec("CREATE TABLE theirs (n); INSERT INTO theirs VALUES (1)")
	crashed := l.crash()
	if contents(t, crashed+logSuffix) == "" {
		t.Fatal("there is no log to be replayed")
	}
	opens(t, "a log by another program", crashed, 5)
}

// A log that is cut off or damaged at any place is taken as SQLite takes it.
func TestReadLog_EndsWhereSQLiteEnds(t *testing.T) {
	t.Parallel()
	l := newFileLibrary(t)
	l.change(40)
	crashed := l.crash()
	log := contents(t, crashed+logSuffix)
	random := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		damaged := []byte(log[:random.IntN(len(log)+1)])
		if len(damaged) > 0 && random.IntN(2) > 0 {
			damaged[random.IntN(len(damaged))] ^= 0x40
		}
		path := filepath.Join(t.TempDir(), "library.db")
		copyFile(t, crashed, path)
		copyFrom(t, strings.NewReader(string(damaged)), path+logSuffix)
		ours, err := readLog(strings.NewReader(string(damaged)))
		if err != nil {
			t.Fatal(err)
		}
		db := openShell(t, path)
		var theirs int
		if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM groups").Scan(&theirs); err != nil {
			t.Fatal(err)
		}
		_ = db.Close()
		// Each group is one transaction; the marks at the start are a few more.
		all, err := readLog(strings.NewReader(log))
		if err != nil {
			t.Fatal(err)
		}
		if want := max(0, 40-(all.commits-ours.commits)); theirs != want {
			t.Errorf("of %d bytes SQLite replays %d groups, and we read %d of %d transactions", len(damaged), theirs, ours.commits, all.commits)
		}
	}
}
