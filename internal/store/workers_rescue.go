package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/riverqueue/river/rivertype"
)

// rescueInterval is how often a node looks for jobs that nobody works on any more.
const rescueInterval = 2 * time.Second

// In how many looks in a row a job must be as it was to be nobody's. Looks are counted
// instead of asking clocks, of which each node has its own, and which are set. A node that
// is halted for a while, as when its machine is moved, looks once after it.
const (
	// silentLooks is for a run that tells every second how far it is.
	silentLooks = int(5 * time.Minute / rescueInterval)
	// unknownLooks is for one of the node's own that it does not know of. What it has just
	// done it forgets a moment before the database does.
	unknownLooks = int(20 * time.Second / rescueInterval)
	// picturingLooks is for one whose media plays: it tells nothing while it makes the
	// pictures of a scrub bar.
	picturingLooks = int(2 * time.Hour / rescueInterval)
	// forgottenEvery is how many looks there are for one at the jobs that are over, which
	// are many.
	forgottenEvery = int(time.Minute / rescueInterval)
	// forgottenLooks is for a media that waits for a job that is over.
	forgottenLooks = silentLooks / forgottenEvery
)

// rescuer finds jobs that nobody works on any more, and gives them free. Each node that
// works has one; that two find the same does no harm.
type rescuer struct {
	store     *Store
	node      string
	knows     *atWork // the jobs that the node works on
	looks     int
	dead      sightings[string] // nodes
	still     sightings[int64]  // jobs that run
	forgotten sightings[int64]  // jobs that are over
}

func newRescuer(s *Store, node string, knows *atWork) *rescuer {
	return &rescuer{store: s, node: node, knows: knows, dead: sightings[string]{}, still: sightings[int64]{}, forgotten: sightings[int64]{}}
}

// sighting is how something was seen, and in how many looks in a row.
type sighting struct {
	as    string
	looks int
}

// sightings are by what was seen.
type sightings[K comparable] map[K]sighting

// see returns in how many looks in a row, this one included, something was as it is.
func (s sightings[K]) see(what K, as string) int {
	was := s[what]
	if was.as != as {
		was = sighting{as: as}
	}
	was.looks++
	s[what] = was
	return was.looks
}

// keepLooking looks until ctx ends, and keeps the lock that says that the node lives.
func (r *rescuer) keepLooking(ctx context.Context, node nodeLock, log *slog.Logger) {
	tick := time.NewTicker(rescueInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			// Without its lock a node is dead to all, also to itself.
			err := node.keep(ctx)
			if err == nil {
				err = r.look(ctx)
			}
			if err != nil && ctx.Err() == nil {
				log.Warn("looking for jobs that nobody works on", "error", err)
			}
		}
	}
}

// look looks once at everything whose time it is.
func (r *rescuer) look(ctx context.Context) error {
	err := r.freeRunning(ctx)
	if r.looks%forgottenEvery == 0 {
		err = errors.Join(err, r.freeForgotten(ctx))
	}
	r.looks++
	return err
}

// freeRunning gives free the jobs of nodes that have died, and those that live nodes do not
// know they have, since the database's answer to their fetching was lost. River itself would
// wait until no job can still be running, which is a day. A node that lives holds a lock,
// which ends with its process whatever ends that.
func (r *rescuer) freeRunning(ctx context.Context) error {
	running, err := r.store.backend.runningJobs(ctx)
	if err != nil {
		return err
	}
	dead, seen := make(map[string]bool), make(map[int64]bool)
	for _, job := range running {
		if _, looked := dead[job.node]; !looked {
			lives, err := r.store.backend.nodeLives(ctx, job.node)
			if err != nil {
				return err
			}
			if lives {
				delete(r.dead, job.node)
			}
			dead[job.node] = !lives && r.dead.see(job.node, "") >= r.store.backend.deadLooks()
		}
		seen[job.id] = true
		silent := silentLooks
		switch {
		case job.node == r.node && !r.knows.has(job.attemptKey):
			silent = unknownLooks
		case job.finished:
			silent = picturingLooks
		}
		if r.still.see(job.id, job.told) <= silent && !dead[job.node] {
			continue
		}
		if err := r.store.backend.freeJob(ctx, job); err != nil {
			return err
		}
	}
	maps.DeleteFunc(r.dead, func(node string, _ sighting) bool { _, looked := dead[node]; return !looked })
	maps.DeleteFunc(r.still, func(id int64, _ sighting) bool { return !seen[id] })
	return nil
}

// freeForgotten has jobs done once more that are over and whose media wait for them all the
// same. River ends some by itself: those of a node that does not know their kind, or whose
// end it did not see in a day.
func (r *rescuer) freeForgotten(ctx context.Context) error {
	forgotten, err := r.store.forgottenJobs(ctx)
	if err != nil {
		return err
	}
	for id, told := range forgotten {
		if r.forgotten.see(id, told) <= forgottenLooks {
			continue
		}
		if _, failed := r.store.jobs.JobRetry(ctx, id); failed != nil && !errors.Is(failed, rivertype.ErrNotFound) {
			err = errors.Join(err, fmt.Errorf("job %d: %w", id, failed))
		}
	}
	maps.DeleteFunc(r.forgotten, func(id int64, _ sighting) bool { _, still := forgotten[id]; return !still })
	return err
}

// runningJob is a job that a node works on.
type runningJob struct {
	attemptKey
	node     string
	told     string // changes with what is told of the job
	finished bool   // its media plays
}

// forgottenJobs returns the jobs that are over and whose media wait for them all the same,
// each with a text that changes with what is told of it.
func (s *Store) forgottenJobs(ctx context.Context) (map[int64]string, error) {
	rows, err := s.db.reads().QueryContext(ctx, `SELECT j.id, CAST(j.attempt AS TEXT) || ' ' || CAST(p.updated_at AS TEXT)
		FROM river_job j
		JOIN media_processing p ON p.job_id = j.id
		JOIN media m ON m.id = p.media_id
		WHERE j.state IN ('completed', 'cancelled', 'discarded') AND m.deleted_at IS NULL
		AND m.state NOT IN ('waiting', 'finished', 'failed', 'external')`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // Err tells of what went wrong
	jobs := make(map[int64]string)
	for rows.Next() {
		var id int64
		var told string
		if err := rows.Scan(&id, &told); err != nil {
			return nil, err
		}
		jobs[id] = told
	}
	return jobs, rows.Err()
}

// attemptKey names one attempt at a job. A database that went back gives the number of a
// job again, to another job, which a node may get while it still works on the lost one; and
// an attempt that does not count gives its number to the next. The times differ.
type attemptKey struct {
	id, number int64
	at         int64 // when the attempt began, in Unix milliseconds, as the database keeps it
}

// atWork is the attempts that a node makes.
type atWork struct {
	mu       sync.Mutex
	attempts map[attemptKey]bool
}

func (a *atWork) begin(attempt attemptKey) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.attempts[attempt] = true
}

func (a *atWork) end(attempt attemptKey) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.attempts, attempt)
}

func (a *atWork) has(attempt attemptKey) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.attempts[attempt]
}
