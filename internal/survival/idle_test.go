package survival

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lectern-media/lectern/internal/testkit"
)

// The shares of a processor that a server with nothing to do may use: its own process
// alone, not the database's.
const (
	idleOnSQLite   = 0.003
	idleOnPostgres = 0.005
)

// idleFor is for how long an idle server is measured: LECTERN_IDLE_FOR, or long enough to
// notice that something polls again.
func idleFor(t *testing.T) (period time.Duration, exact bool) {
	t.Helper()
	text := os.Getenv("LECTERN_IDLE_FOR")
	if text == "" {
		return 5 * time.Second, false
	}
	period, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("LECTERN_IDLE_FOR: %v", err)
	}
	return period, true
}

// A server with nothing to do uses hardly any processor time, and begins to work at once
// when there is something to do.
func TestIdleServer_UsesHardlyAnyProcessorTime(t *testing.T) {
	period, exact := idleFor(t)
	for _, on := range []struct {
		name, unit string
		database   string
		bar        float64
	}{
		{"SQLite", "(julianday(attempted_at) - julianday(created_at)) * 86400000.0", "sqlite:" + filepath.Join(t.TempDir(), "library.db"), idleOnSQLite},
		{"PostgreSQL", "extract(epoch FROM attempted_at - created_at) * 1000", testkit.PostgresURL(t), idleOnPostgres},
	} {
		s := newServer(t, place{on.database, filepath.Join(t.TempDir(), "files")})
		l := s.start()
		tables := testkit.Tables(t, on.database)
		const jobs = 20
		for n := range jobs {
			s.doJob(t, n)
		}
		waits := waitsForWork(t, tables, on.unit, jobs)
		slices.Sort(waits)
		awaitQuiet(t, tables, exact)
		before := readsOfJobs(t, tables, on.database)
		used := processorTime(t, l, period)
		if reads := readsOfJobs(t, tables, on.database) - before; exact && reads > idleReads(period) {
			t.Errorf("an idle server has read the table of jobs %d times in %v, want at most %d", reads, period, idleReads(period))
		}
		s.doJob(t, jobs)
		rested := waitsForWork(t, tables, on.unit, jobs+1)[jobs]
		share := used.Seconds() / period.Seconds()
		testkit.Report("idle on %s: %.2f %% of a core over %v (at most %.1f %%); from complete to work %v at the median, %v at the most, of %d, and %v after that",
			on.name, 100*share, period, 100*on.bar, waits[jobs/2], waits[jobs-1], jobs, rested)
		bar := on.bar
		if !exact { // beside other tests, and for a moment only
			bar *= 3
		}
		if share > bar {
			t.Errorf("on %s an idle server uses %.2f %% of a core, want at most %.2f %%", on.name, 100*share, 100*bar)
		}
		s.end(l, unix.SIGTERM)
	}
}

// doJob completes an upload and waits for the end of the work on it.
func (s *server) doJob(t *testing.T, n int) {
	t.Helper()
	id, err := s.put(t.Context(), fmt.Appendf(nil, "This is no film, %d times.", n))
	if err == nil {
		err = s.complete(t.Context(), id, "No film")
	}
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the work has ended", func() bool {
		stage, err := s.stage(t.Context(), id)
		return err == nil && stage == "failed"
	})
}

// waitsForWork returns for how long jobs waited for a worker, the oldest job first.
func waitsForWork(t *testing.T, tables *sql.DB, milliseconds string, jobs int) (waits []time.Duration) {
	t.Helper()
	rows, err := tables.QueryContext(t.Context(), "SELECT "+milliseconds+" FROM river_job WHERE attempt = 1 ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var wait float64
		if err := rows.Scan(&wait); err != nil {
			t.Fatal(err)
		}
		waits = append(waits, time.Duration(wait*float64(time.Millisecond)).Round(100*time.Microsecond))
	}
	if err := rows.Err(); err != nil || len(waits) != jobs {
		t.Fatalf("%d jobs ran, want %d, %v", len(waits), jobs, err)
	}
	return waits
}

// settling is for how long a server goes on to look after what it has done.
const settling = 65 * time.Second

// readsOfJobs is how often the table of jobs was read since PostgreSQL counts; SQLite does
// not count.
func readsOfJobs(t *testing.T, tables *sql.DB, database string) (reads int) {
	t.Helper()
	if strings.HasPrefix(database, "sqlite:") {
		return 0
	}
	err := tables.QueryRowContext(t.Context(), "SELECT seq_scan + idx_scan FROM pg_stat_user_tables WHERE relname = 'river_job'").Scan(&reads)
	if err != nil {
		t.Fatal(err)
	}
	return reads
}

// idleReads is how often an idle server may read the table of jobs in a period: it looks once
// a minute, and a look is a handful of statements.
func idleReads(period time.Duration) int {
	const readsPerLook = 10
	return readsPerLook * (int(period/time.Minute) + 1)
}

// awaitQuiet waits until no job is left to do, and for what follows the last one: PostgreSQL
// counts late, and what is looked at once a minute is looked at once more.
func awaitQuiet(t *testing.T, tables *sql.DB, exact bool) {
	t.Helper()
	waitFor(t, "no job is left", func() bool {
		var left int
		err := tables.QueryRowContext(t.Context(), "SELECT count(*) FROM river_job WHERE state NOT IN ('completed', 'cancelled', 'discarded')").Scan(&left)
		return err == nil && left == 0
	})
	if exact {
		<-time.After(settling)
	}
	<-time.After(3 * time.Second)
}

// processorTime is what a server's process uses within a period.
func processorTime(t *testing.T, l *life, period time.Duration) time.Duration {
	t.Helper()
	began := cpuClock(t, l.command.Process.Pid)
	<-time.After(period)
	return cpuClock(t, l.command.Process.Pid) - began
}

// cpuClock reads the clock that counts the time a process has used on all processors, which
// is finer than the ticks in /proc. Its number is made of the process's, as
// clock_getcpuclockid(3) does it.
func cpuClock(t *testing.T, pid int) time.Duration {
	t.Helper()
	const processTime = 2 // CPUCLOCK_SCHED
	var used unix.Timespec
	if err := unix.ClockGettime(int32(^pid)<<3|processTime, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Nano())
}
