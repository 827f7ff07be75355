package jobs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// LookInterval is how often a node looks for attempts that nobody makes any more, while a
// job runs somewhere.
const LookInterval = 2 * time.Second

const (
	// UnknownPatience is for how long the node of an attempt may not know of it. What it has
	// just done it forgets a moment before the database does.
	UnknownPatience = 20 * time.Second
	// awaitedInterval is how often the jobs are looked at that are over, which are many.
	awaitedInterval = time.Minute
	// AwaitedPatience is for how long something may wait for a job that is over.
	AwaitedPatience = 5 * time.Minute
)

// Rescuer finds jobs whose worker is gone, and releases them to be tried again. It counts looks
// instead of asking clocks, of which each node has its own, and which are set. A node that
// is halted for a while, as when its machine is moved, looks once after it.
type Rescuer struct {
	jobs    *Jobs
	kinds   []Kind
	node    string
	making  *attempts // what the node knows that it does
	looks   int
	dead    sightings[string] // nodes
	still   sightings[int64]  // jobs that run
	over    sightings[int64]  // jobs that are over
	runs    bool              // whether a job may run somewhere
	awaited bool              // whether something may wait for a job that is over
}

// NewRescuer returns a rescuer for a node that knows of no attempt of its own.
func (j *Jobs) NewRescuer(kinds []Kind, node string) *Rescuer {
	return &Rescuer{
		jobs: j, kinds: kinds, node: node, making: newAttempts(), runs: true, awaited: true,
		dead: sightings[string]{}, still: sightings[int64]{}, over: sightings[int64]{},
	}
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

// Look looks once at everything whose time it is. It is for every [LookInterval].
func (r *Rescuer) Look(ctx context.Context) error {
	r.changed()
	return r.lookIfChanged(ctx)
}

// changed notes that something was committed.
func (r *Rescuer) changed() { r.runs, r.awaited = true, true }

// lookIfChanged is Look, but it does not read what it has found to be quiet before the last
// change.
func (r *Rescuer) lookIfChanged(ctx context.Context) error {
	var err error
	if r.runs {
		err = r.releaseLost(ctx)
	}
	if r.awaited && r.looks%int(awaitedInterval/LookInterval) == 0 {
		err = errors.Join(err, r.retryAwaited(ctx))
	}
	r.looks++
	return err
}

// releaseLost releases the jobs of nodes that have died, and those that live nodes do not
// know they have, since the database's answer to their fetching was lost. River itself would
// wait until no attempt can still be made, which is a day, and would ask this node's clock,
// which may be set ahead. A node that lives holds a lease, which ends with its process
// whatever ends that.
func (r *Rescuer) releaseLost(ctx context.Context) error {
	found, err := r.jobs.backend.running(ctx)
	if err != nil {
		return err
	}
	signs, err := r.signs(ctx, found)
	if err != nil {
		return err
	}
	dead, seen := make(map[string]bool), make(map[int64]bool)
	for _, attempt := range found {
		if _, looked := dead[attempt.node]; !looked {
			leased, err := r.jobs.backend.isLeased(ctx, attempt.node)
			if err != nil {
				return err
			}
			if leased {
				delete(r.dead, attempt.node)
			}
			dead[attempt.node] = !leased && r.dead.see(attempt.node, "") >= r.jobs.backend.looksToDie()
		}
		seen[attempt.job] = true
		sign := signs[attempt.job]
		if attempt.node == r.node && !r.making.has(attempt.attemptKey) {
			sign.Patience = UnknownPatience
		}
		as := fmt.Sprint(attempt.number, attempt.at, sign.Text)
		if r.still.see(attempt.job, as) <= int(sign.Patience/LookInterval) && !dead[attempt.node] {
			continue
		}
		if err := r.jobs.backend.release(ctx, attempt); err != nil {
			return err
		}
	}
	r.runs = len(found) > 0
	maps.DeleteFunc(r.dead, func(node string, _ sighting) bool { _, looked := dead[node]; return !looked })
	maps.DeleteFunc(r.still, func(id int64, _ sighting) bool { return !seen[id] })
	return nil
}

// signs returns the signs of life of attempts. Of a kind that gives none, or that this node
// does not know, an attempt may be silent for as long as it may last.
func (r *Rescuer) signs(ctx context.Context, found []running) (map[int64]Sign, error) {
	signs, rows := make(map[int64]Sign), make(map[string][]Row)
	for _, attempt := range found {
		signs[attempt.job] = Sign{Patience: attemptTimeout}
		rows[attempt.Kind] = append(rows[attempt.Kind], attempt.Row)
	}
	for _, kind := range r.kinds {
		if kind.Signs == nil || len(rows[kind.Name]) == 0 {
			continue
		}
		given, err := kind.Signs(ctx, rows[kind.Name])
		if err != nil {
			return nil, err
		}
		maps.Copy(signs, given)
	}
	return signs, nil
}

// retryAwaited has jobs tried once more that are over and that something waits for
// nevertheless, as after their arguments could not be read.
func (r *Rescuer) retryAwaited(ctx context.Context) error {
	forgotten, err := r.jobs.Forgotten(ctx, r.kinds)
	if err != nil {
		return err
	}
	for id, as := range forgotten {
		if r.over.see(id, as) <= int(AwaitedPatience/awaitedInterval) {
			continue
		}
		if failed := r.jobs.Retry(ctx, id); failed != nil && !errors.Is(failed, ErrNotFound) {
			err = errors.Join(err, fmt.Errorf("job %d: %w", id, failed))
		}
	}
	r.awaited = len(forgotten) > 0
	maps.DeleteFunc(r.over, func(id int64, _ sighting) bool { _, still := forgotten[id]; return !still })
	return err
}

// Forgotten returns the jobs that are over and that something waits for nevertheless, each
// with a text that changes with what is known of it.
func (j *Jobs) Forgotten(ctx context.Context, kinds []Kind) (map[int64]string, error) {
	forgotten := make(map[int64]string)
	for _, kind := range kinds {
		if kind.Awaited == nil {
			continue
		}
		awaited, err := kind.Awaited(ctx)
		if err != nil {
			return nil, err
		}
		if len(awaited) == 0 {
			continue
		}
		over, err := readOver(ctx, j.db.Reads(), slices.Collect(maps.Keys(awaited)))
		if err != nil {
			return nil, err
		}
		for id, attempt := range over {
			forgotten[id] = fmt.Sprint(attempt, " ", awaited[id])
		}
	}
	return forgotten, nil
}
