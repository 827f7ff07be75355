package store

import (
	"context"
	"log/slog"
	"maps"
	"time"
)

// rescueInterval is how often a node looks for jobs that nobody works on any more.
const rescueInterval = 2 * time.Second

// In how many looks in a row a job must be as it was to be nobody's. Looks are counted
// instead of asking clocks, of which each node has its own, and which are set. A node that
// is halted for a while, as when its machine is moved, looks once after it.
const (
	// silentLooks is for a run that tells every second how far it is.
	silentLooks = int(5 * time.Minute / rescueInterval)
	// picturingLooks is for one whose media plays: it tells nothing while it makes the
	// pictures of a scrub bar.
	picturingLooks = int(2 * time.Hour / rescueInterval)
)

// rescuer finds jobs that nobody works on any more, and gives them free. Each node that
// works has one; that two find the same does no harm.
type rescuer struct {
	store *Store
	dead  sightings[string] // nodes
	still sightings[int64]  // jobs that run
}

func newRescuer(s *Store) *rescuer {
	return &rescuer{store: s, dead: sightings[string]{}, still: sightings[int64]{}}
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

// look looks once. It gives free the jobs of nodes that have died, and those that live nodes do not
// know they have, since the database's answer to their fetching was lost. River itself would
// wait until no job can still be running, which is a day. A node that lives holds a lock,
// which ends with its process whatever ends that.
func (r *rescuer) look(ctx context.Context) error {
	running, err := r.store.db.runningJobs(ctx)
	if err != nil {
		return err
	}
	dead, seen := make(map[string]bool), make(map[int64]bool)
	for _, job := range running {
		if _, looked := dead[job.node]; !looked {
			lives, err := r.store.db.nodeLives(ctx, job.node)
			if err != nil {
				return err
			}
			if lives {
				delete(r.dead, job.node)
			}
			dead[job.node] = !lives && r.dead.see(job.node, "") >= r.store.db.deadLooks()
		}
		seen[job.id] = true
		silent := silentLooks
		if job.finished {
			silent = picturingLooks
		}
		if r.still.see(job.id, job.told) <= silent && !dead[job.node] {
			continue
		}
		if err := r.store.db.freeJob(ctx, job); err != nil {
			return err
		}
	}
	maps.DeleteFunc(r.dead, func(node string, _ sighting) bool { _, looked := dead[node]; return !looked })
	maps.DeleteFunc(r.still, func(id int64, _ sighting) bool { return !seen[id] })
	return nil
}

// runningJob is a job that a node works on.
type runningJob struct {
	id, attempt int64
	node        string
	told        string // changes with what is told of the job
	finished    bool   // its media plays
}
