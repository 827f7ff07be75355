package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"

	"github.com/lectern-media/lectern/internal/db"
)

// The owners of jobs take turns in each queue: the next job is one of the owner whose jobs have
// kept workers busy for the shortest time in the last ten minutes. So one who adds a thousand
// jobs does not delay another who adds one.

const (
	// turnWindow is how long what an owner had counts.
	turnWindow = 10 * time.Minute
	// turnLeast is as what an attempt counts at least, also one that has just begun. Of jobs
	// that take less, owners with the same number have had the same.
	turnLeast = 10 * time.Second
)

// owned is the owner of a row of river_job, "" for jobs without one, as older programs add
// them. Its text must be that of the index.
const owned = "coalesce(metadata ->> 'owner', '')"

// turnWords are what the databases say differently about turns.
type turnWords struct {
	now      string // as river_job has times
	millis   string // now as a number
	greatest string // the function
	lock     string // of the row that a statement takes, leaving out those that others take now
	// attemptedBy adds the node $3 to those of a job, of which the last hundred are kept.
	attemptedBy string
}

// turns fetches the jobs of one node.
type turns struct {
	db    db.DB
	river riverdriver.Driver[*sql.Tx]
	words turnWords
	node  string
	most  map[Queue]int // attempts at jobs of one owner at once, in queues where there is a limit
	log   *slog.Logger
}

// share is what an owner with a job that can be fetched has had.
type share struct {
	owner   string
	used    time.Duration
	running int // attempts of this node
}

// turnExecutor is an executor of river's that fetches jobs in turns.
type turnExecutor struct {
	riverdriver.Executor
	turns *turns
}

// JobGetAvailable is [riverdriver.Executor]'s. A row that somebody damaged by hand cannot be
// read: river's own statement, which has such a job failed, then fetches instead.
func (e turnExecutor) JobGetAvailable(ctx context.Context, p *riverdriver.JobGetAvailableParams) (*riverdriver.JobGetAvailableResult, error) {
	taken, err := e.turns.take(ctx, Queue(p.Queue), p.Kind, p.MaxToLock)
	if err == nil {
		return &riverdriver.JobGetAvailableResult{Jobs: taken}, nil
	}
	result, failed := e.Executor.JobGetAvailable(ctx, p)
	if failed != nil {
		return nil, failed
	}
	e.turns.log.Warn("fetching jobs regardless of their owners", "queue", p.Queue, "error", err)
	return result, nil
}

// take begins attempts at so many jobs at most.
func (t *turns) take(ctx context.Context, queue Queue, kinds []string, most int) (taken []*rivertype.JobRow, err error) {
	waiting, err := t.shares(ctx, queue, kinds)
	if err != nil || next(waiting, t.most[queue]) < 0 {
		return nil, err
	}
	err = t.db.Change(ctx, func(conn db.Conn) error {
		if err := t.tidy(ctx, conn); err != nil {
			return err
		}
		ids, err := t.takeIDs(ctx, conn, queue, kinds, slices.Clone(waiting), most)
		if err != nil || len(ids) == 0 {
			taken = nil
			return err
		}
		taken, err = t.river.UnwrapExecutor(db.RawTx(conn)).JobGetByIDMany(ctx, &riverdriver.JobGetByIDManyParams{ID: ids})
		slices.SortFunc(taken, func(a, b *rivertype.JobRow) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
		return err
	})
	return taken, err
}

// takeIDs begins attempts and returns the ids of their jobs. What others took since the
// shares were read is left out.
func (t *turns) takeIDs(ctx context.Context, conn db.Conn, queue Queue, kinds []string, waiting []share, most int) (ids []int64, err error) {
	for len(ids) < most {
		i := next(waiting, t.most[queue])
		if i < 0 {
			break
		}
		id, found, err := t.takeOne(ctx, conn, queue, kinds, waiting[i].owner)
		if err != nil {
			return nil, err
		}
		if !found {
			waiting = slices.Delete(waiting, i, i+1)
			continue
		}
		waiting[i].used += turnLeast
		waiting[i].running++
		ids = append(ids, id)
	}
	return ids, nil
}

// next returns whose turn it is among owners in the order of how long they wait, or -1. With
// a limit, an owner who has so many attempts on this node has no turn.
func next(waiting []share, most int) int {
	least := -1
	for i, s := range waiting {
		if most > 0 && s.running >= most {
			continue
		}
		if least < 0 || s.used < waiting[least].used {
			least = i
		}
	}
	return least
}

// fetchable is which rows of river_job may be fetched from the queue $1.
func (t *turns) fetchable(kinds []string) string {
	where := "state = 'available' AND queue = $1 AND scheduled_at <= " + t.words.now
	if kinds != nil {
		where += " AND kind IN ('" + strings.Join(kinds, "', '") + "')" // river allows letters, digits and the like
	}
	return where
}

// windowBegin is when the window begins.
func (t *turns) windowBegin() string {
	return fmt.Sprintf("%s - %d", t.words.millis, turnWindow.Milliseconds())
}

// sharesQuery reads the owners who have a job that can be fetched, those first whose job
// waits for the longest time. It steps from owner to owner in an index, so that it costs the
// same however many jobs each has.
func (t *turns) sharesQuery(kinds []string) string {
	const waits = "SELECT " + owned + " FROM river_job WHERE state = 'available' AND queue = $1"
	since := t.windowBegin()
	return `WITH RECURSIVE owners (owner) AS (
			SELECT (` + waits + ` ORDER BY ` + owned + ` LIMIT 1)
			UNION ALL
			SELECT (` + waits + ` AND ` + owned + ` > owners.owner ORDER BY ` + owned + ` LIMIT 1) FROM owners WHERE owners.owner IS NOT NULL
		), had (owner, used, running) AS (
			SELECT owner,
				sum(` + t.words.greatest + `(coalesce(ended_at, ` + t.words.millis + `) - ` + t.words.greatest + `(began_at, ` + since + `), ` + strconv.FormatInt(turnLeast.Milliseconds(), 10) + `)),
				sum(CASE WHEN ended_at IS NULL AND node = $2 THEN 1 ELSE 0 END)
			FROM job_turns WHERE queue = $1 AND (ended_at IS NULL OR ended_at > ` + since + `) GROUP BY owner
		)
		SELECT owners.owner, CAST(coalesce(had.used, 0) AS BIGINT), CAST(coalesce(had.running, 0) AS BIGINT)
		FROM owners
		JOIN river_job AS first ON first.id = (SELECT id FROM river_job
			WHERE ` + t.fetchable(kinds) + ` AND ` + owned + ` = owners.owner ORDER BY scheduled_at, id LIMIT 1)
		LEFT JOIN had ON had.owner = owners.owner
		ORDER BY first.scheduled_at, first.id`
}

// shares returns the owners who have a job that can be fetched.
func (t *turns) shares(ctx context.Context, queue Queue, kinds []string) (found []share, err error) {
	rows, err := t.db.Reads().QueryContext(ctx, t.sharesQuery(kinds), string(queue), t.node)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var s share
		var millis int64
		if err := rows.Scan(&s.owner, &millis, &s.running); err != nil {
			return nil, err
		}
		s.used = time.Duration(millis) * time.Millisecond
		found = append(found, s)
	}
	return found, rows.Err()
}

// takeQuery begins an attempt at the job of the owner $2 that waits for the longest time.
func (t *turns) takeQuery(kinds []string) string {
	return `UPDATE river_job SET state = 'running', attempt = attempt + 1, attempted_at = ` + t.words.now + `, attempted_by = ` + t.words.attemptedBy + `
		WHERE id = (SELECT id FROM river_job WHERE ` + t.fetchable(kinds) + ` AND ` + owned + ` = $2 ORDER BY scheduled_at, id LIMIT 1` + t.words.lock + `)
		RETURNING id`
}

// takeOne begins an attempt at a job of an owner, if one still waits.
func (t *turns) takeOne(ctx context.Context, conn db.Conn, queue Queue, kinds []string, owner string) (id int64, found bool, err error) {
	err = conn.QueryRowContext(ctx, t.takeQuery(kinds), string(queue), owner, t.node).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	_, err = conn.ExecContext(ctx, `INSERT INTO job_turns (job_id, queue, owner, node, began_at) VALUES ($1, $2, $3, $4, `+t.words.millis+`)`,
		id, string(queue), owner, t.node)
	return id, true, err
}

// tidy ends the turns whose attempts ended without a word, as when a node died, and deletes
// those that no longer count.
func (t *turns) tidy(ctx context.Context, conn db.Conn) error {
	_, err := conn.ExecContext(ctx, `UPDATE job_turns SET ended_at = `+t.words.millis+` WHERE id IN (
		SELECT id FROM job_turns WHERE ended_at IS NULL AND NOT EXISTS (
			SELECT 1 FROM river_job WHERE river_job.id = job_turns.job_id AND river_job.state = 'running')`+t.words.lock+`)`)
	if err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `DELETE FROM job_turns WHERE id IN (SELECT id FROM job_turns WHERE ended_at <= `+
		t.windowBegin()+t.words.lock+`)`)
	return err
}

// endTimeout is how long the end of a turn may take to be recorded. What is not recorded is
// noticed at the next fetch.
const endTimeout = 5 * time.Second

// end records that the attempt at a job has ended.
func (t *turns) end(ctx context.Context, job int64) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTimeout)
	defer cancel()
	return t.db.Change(ctx, func(conn db.Conn) error {
		_, err := conn.ExecContext(ctx, `UPDATE job_turns SET ended_at = `+t.words.millis+` WHERE job_id = $1 AND ended_at IS NULL`, job)
		return err
	})
}
