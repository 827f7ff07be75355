package db

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// minPostgres is the oldest PostgreSQL that is supported, as server_version_num.
const minPostgres = 150000

// PostgreSQL's error codes (its manual, appendix A).
const (
	pgUniqueViolation      = "23505"
	pgSerializationFailure = "40001"
	pgDeadlockDetected     = "40P01"
	pgFeatureNotSupported  = "0A000"
)

// Connections of a process to PostgreSQL.
const (
	// MinConnections is what a process needs: a connection that listens, one that holds the
	// lease of the node, and two for everything else.
	MinConnections = 4
	// mostConnections is the most that a process has by default.
	mostConnections = 32
	// listeners is how many connections are made outside the pool.
	listeners = 1
)

// DefaultConnections is how many connections a process has by default. A
// server with as many cores as this machine is busy with fewer statements than that.
func DefaultConnections() int {
	return max(MinConnections, min(4*runtime.NumCPU(), mostConnections))
}

// Postgres is a database on PostgreSQL. Everything but listening shares one pool, so that its
// limit is that of the process: with a pool for reads and one for changes, either would keep
// idle connections that the other waits for.
type Postgres struct {
	url         string
	pool        *sql.DB
	connections atomic.Int64 // how many have been made for the pool
	migration   Migration
}

func openPostgres(ctx context.Context, o Options) (*Postgres, error) {
	config, err := postgresConfig(o.URL)
	if err != nil {
		return nil, err
	}
	if err := checkPooler(ctx, config); err != nil {
		return nil, err
	}
	p, err := ConnectPostgres(o.URL, o.Connections)
	if err != nil {
		return nil, err
	}
	if err := p.prepare(ctx, o); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// ConnectPostgres returns a database whose schema it does not look at. It makes the pool,
// which connects when it is first used. The process makes so many connections at most, or
// [DefaultConnections] with 0.
func ConnectPostgres(url string, connections int) (*Postgres, error) {
	connections = cmp.Or(connections, DefaultConnections())
	if connections < MinConnections {
		return nil, fmt.Errorf("%d connections are too few; Lectern needs at least %d", connections, MinConnections)
	}
	config, err := postgresConfig(url)
	if err != nil {
		return nil, err
	}
	p := &Postgres{url: url}
	p.pool = sql.OpenDB(tripsConnector{stdlib.GetConnector(*config, stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		p.connections.Add(1)
		_, err := conn.Exec(ctx, plannerSettings)
		return err
	}))})
	p.pool.SetMaxOpenConns(connections - listeners)
	p.pool.SetMaxIdleConns(connections - listeners)
	p.pool.SetConnMaxIdleTime(5 * time.Minute)
	return p, nil
}

// postgresConfig is how every connection is made.
func postgresConfig(url string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(url)
	if err == nil && config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "lectern"
	}
	return config, err
}

// plannerSettings suit the hot reads, which are chains of look-ups by key over what memory
// holds. The planner expects a disk that seeks, and hashes whole tables instead. They are a
// statement because PgBouncer rejects them as parameters of the start.
const plannerSettings = "SELECT set_config('random_page_cost', '1.1', FALSE), set_config('enable_hashjoin', 'off', FALSE)"

// prepare checks the server, and the schema by the policy of the options.
func (p *Postgres) prepare(ctx context.Context, o Options) error {
	var version int
	var ctype, encoding string
	err := p.pool.QueryRowContext(ctx, `SELECT current_setting('server_version_num')::int, datctype, pg_encoding_to_char(encoding)
		FROM pg_database WHERE datname = current_database()`).Scan(&version, &ctype, &encoding)
	if err != nil {
		return err
	}
	if version < minPostgres {
		return fmt.Errorf("the server is PostgreSQL %d; Lectern needs 15 or later", version/10000)
	}
	if encoding != "UTF8" {
		return fmt.Errorf("the database has the encoding %s; create it with ENCODING 'UTF8'", encoding)
	}
	if ctype == "C" || ctype == "POSIX" {
		o.Logger.Warn("the database has LC_CTYPE " + ctype + ", which only knows the letters A to Z: " +
			"searching for titles with other letters will be slow; create it with LC_CTYPE C.UTF-8 or a language's")
	}
	migrator, err := postgresMigrator(p.pool, o.Migrations, o.Logger)
	if err != nil {
		return err
	}
	p.migration, err = migrator.migrate(ctx, o.Schema)
	return err
}

// WarnOfRisks warns of settings by which a crash of the server or a power cut takes
// back changes that were acknowledged.
func (p *Postgres) WarnOfRisks(ctx context.Context, log *slog.Logger) error {
	for _, setting := range []string{"synchronous_commit", "fsync", "full_page_writes"} {
		var value string
		if err := p.pool.QueryRowContext(ctx, "SELECT current_setting($1)", setting).Scan(&value); err != nil {
			return err
		}
		if value == "off" {
			log.Warn("PostgreSQL can lose changes that were acknowledged when its machine fails; switch the setting on",
				"setting", setting)
		}
	}
	return nil
}

// Migration is [DB]'s.
func (p *Postgres) Migration() Migration { return p.migration }

// Replaced is nil: the server looks after its files itself.
func (p *Postgres) Replaced() <-chan struct{} { return nil }

// Discard is [DB]'s.
func (p *Postgres) Discard(context.Context) error { return p.Close() }

// URL is where the database is, with the password.
func (p *Postgres) URL() string { return p.url }

// Writer is [DB]'s.
func (p *Postgres) Writer() *sql.DB { return p.pool }

// Reads is [DB]'s.
func (p *Postgres) Reads() Conn { return postgresConn{p.pool} }

// View is [DB]'s.
func (p *Postgres) View(ctx context.Context, fn func(*View) error) error {
	for r := newRetries(retryFor); ; {
		v := &View{ctx: ctx, pool: p.Reads(), begin: p.beginView, search: p.search}
		err := v.run(fn)
		if !r.again(ctx, err) {
			return err
		}
	}
}

func (p *Postgres) beginView(ctx context.Context) (Conn, func() error, error) {
	t, err := p.pool.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, nil, err
	}
	return postgresTx{t}, t.Rollback, nil
}

// search has each statement planned for its arguments: how many titles hold a term
// cannot be guessed without the term.
//
// A snapshot's text says which transactions it sees, so two with the same text see the
// same, as long as no number of a transaction is given twice. A standby that is promoted,
// and a server that is restored, continue from an earlier number: they have another start time
// than the server before. A virtual machine that is reverted to a snapshot has not, but no
// connection outlives that. A standby's snapshot says nothing of what it has replayed, so
// there the state is not known.
func (p *Postgres) search(ctx context.Context, v *View) (state string, err error) {
	var mode, seen string
	connections := p.connections.Load()
	err = v.QueryRowContext(ctx, `SELECT set_config('plan_cache_mode', 'force_custom_plan', TRUE),
		CASE WHEN pg_is_in_recovery() THEN '' ELSE pg_current_snapshot()::text || ' ' || pg_postmaster_start_time()::text END`,
	).Scan(&mode, &seen)
	if err == nil && seen != "" {
		seen += " " + strconv.FormatInt(connections, 10)
	}
	return seen, err
}

// Change runs fn under READ COMMITTED: each statement sees what was committed before
// it, so that what is read after a lock is what the lock guards. What the database rejects for
// another's sake is run again for a limited time.
func (p *Postgres) Change(ctx context.Context, fn func(Conn) error) error {
	for r := newRetries(retryFor); ; {
		err := inTx(ctx, p.pool, fn)
		if !r.again(ctx, err) {
			return err
		}
	}
}

func inTx(ctx context.Context, db *sql.DB, fn func(Conn) error) error {
	t, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = t.Rollback() }() // after a commit it does nothing
	if err := fn(postgresTx{t}); err != nil {
		return err
	}
	return t.Commit()
}

func pgCode(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

// State is never known: to ask would be a round trip more, where one answers the request.
func (p *Postgres) State(context.Context) State { return 0 }

// IsDuplicate is [DB]'s.
func (p *Postgres) IsDuplicate(err error) bool { return pgCode(err) == pgUniqueViolation }

// Ping is [DB]'s.
func (p *Postgres) Ping(ctx context.Context) error { return p.pool.PingContext(ctx) }

// Now is [DB]'s.
func (p *Postgres) Now(ctx context.Context) (now time.Time, err error) {
	err = p.pool.QueryRowContext(ctx, "SELECT clock_timestamp()").Scan(&now)
	return now, err
}

// Analyze is [DB]'s.
func (p *Postgres) Analyze(ctx context.Context) error {
	_, err := p.pool.ExecContext(ctx, "ANALYZE")
	return err
}

// Close is [DB]'s.
func (p *Postgres) Close() error { return p.pool.Close() }
