package jobs

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"
)

// restAfter is for how long nothing is rung and no attempt is made before river is stopped.
const restAfter = 10 * time.Second

// dispatcher has river fetch and run the jobs of a node, and stops it while there is nothing
// to do: river's client asks itself twenty times a second whether an attempt has ended, which
// is all that an idle server would do. The next ring starts a client, which fetches from all
// its queues as it starts.
type dispatcher struct {
	newClient func(*bell) (*client, error)
	queues    []Queue
	making    *attempts
	log       *slog.Logger
	restAfter time.Duration
	wake      chan struct{} // has a value when a job waits and no client runs

	mu      sync.Mutex
	current *shift // nil while river rests
	rung    time.Time
	resting map[*shift]bool // those that are being stopped
}

// shift is a client of river's from its start to its end.
type shift struct {
	client *client
	bell   *bell
}

// jobIn has a job fetched that waits in a queue.
func (d *dispatcher) jobIn(queue Queue) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.rung = time.Now()
	if d.current != nil {
		d.current.bell.jobIn(queue)
		return
	}
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// cancelled ends the attempt at a job if this process makes it. It reports whether it will be
// heard. Without a client there is no attempt to end.
func (d *dispatcher) cancelled(job int64, queue Queue) (taken bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.rung = time.Now()
	taken = true
	for s := range d.resting {
		taken = s.bell.cancelled(job, queue) && taken
	}
	if d.current != nil {
		taken = d.current.bell.cancelled(job, queue) && taken
	}
	return taken
}

// begin starts a client unless one runs. Only one goroutine at a time may call it, or [rest].
func (d *dispatcher) begin(ctx context.Context) error {
	d.mu.Lock()
	running := d.current
	d.mu.Unlock()
	if running != nil {
		return nil
	}
	s := &shift{bell: newBell()}
	var err error
	if s.client, err = d.newClient(s.bell); err != nil {
		return err
	}
	d.setCurrent(s)
	if err := s.client.Start(ctx); err != nil {
		d.setCurrent(nil)
		return err
	}
	for _, queue := range d.queues { // what was rung before all of it listened
		s.bell.jobIn(queue)
	}
	return nil
}

func (d *dispatcher) setCurrent(s *shift) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.current, d.rung = s, time.Now()
}

// run starts and stops clients until ctx ends. A client that cannot be started is tried again
// at the next ring, which the keeper repeats while a job waits.
func (d *dispatcher) run(ctx context.Context) {
	quiet := time.NewTimer(d.restAfter)
	defer quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.wake:
			if err := d.begin(ctx); err != nil && ctx.Err() == nil {
				d.log.Warn("starting to do jobs", "error", err)
			}
			quiet.Reset(d.restAfter)
		case <-quiet.C:
			if next := d.rest(ctx); next > 0 {
				quiet.Reset(next)
			}
		}
	}
}

// rest stops the client if nothing is to be done, or returns in what time to try again. A job
// that was fetched in this very moment is done by the client that is being stopped, and nobody
// waits for it: the next ring starts another client.
func (d *dispatcher) rest(ctx context.Context) (next time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if since := time.Since(d.rung); since < d.restAfter {
		return d.restAfter - since
	}
	if d.making.any() {
		return d.restAfter
	}
	s := d.current
	if s == nil {
		return 0
	}
	d.current, d.resting[s] = nil, true
	go func() {
		if err := s.client.Stop(context.WithoutCancel(ctx)); err != nil {
			d.log.Warn("stopping to do jobs", "error", err)
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.resting, s)
	}()
	return 0
}

// stop interrupts what is done and waits for its end. It is called when run has ended.
func (d *dispatcher) stop(ctx context.Context) error {
	d.mu.Lock()
	all := slices.Collect(maps.Keys(d.resting))
	if d.current != nil {
		all = append(all, d.current)
	}
	d.mu.Unlock()
	var err error
	for _, s := range all {
		err = errors.Join(err, s.client.StopAndCancel(ctx))
	}
	return err
}
