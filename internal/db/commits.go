package db

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// commitInterval is how often SQLite is asked whether anything was committed.
const commitInterval = time.Second

// WatchCommits calls changed whenever somebody, this process included, has committed
// something since the last call, at most once a second, until ctx ends. To ask costs a
// tenth of the smallest look-up.
func (s *SQLite) WatchCommits(ctx context.Context, changed func()) {
	tick := time.NewTicker(commitInterval)
	defer tick.Stop()
	var last State
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if now := s.State(ctx); now == 0 || now != last {
				last = now
				changed()
			}
		}
	}
}

const (
	// listenCheck is after how long a connection that has told nothing is checked.
	listenCheck = 15 * time.Second
	// listenPause is how long the next try waits after a connection broke.
	listenPause = time.Second
)

// Listen calls changed after each commit that notifies a channel, on a connection of its
// own, until ctx ends. It also calls changed whenever it has begun to listen, since it does
// not know what was committed before.
func (p *Postgres) Listen(ctx context.Context, channel string, changed func()) {
	for ctx.Err() == nil {
		_ = p.listenOnce(ctx, channel, changed) // a server that is away is noticed by all else
		select {
		case <-ctx.Done():
		case <-time.After(listenPause):
		}
	}
}

func (p *Postgres) listenOnce(ctx context.Context, channel string, changed func()) error {
	config, err := pgx.ParseConfig(p.url)
	if err != nil {
		return err
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "lectern"
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return err
	}
	changed()
	for {
		if err := waitForNotification(ctx, conn); err != nil {
			return err
		}
		changed()
	}
}

// waitForNotification returns nil once there is a notification.
func waitForNotification(ctx context.Context, conn *pgx.Conn) error {
	for {
		soon, cancel := context.WithTimeout(ctx, listenCheck)
		_, err := conn.WaitForNotification(soon)
		quiet := soon.Err() != nil && ctx.Err() == nil
		cancel()
		if err == nil || !quiet {
			return err
		}
		soon, cancel = context.WithTimeout(ctx, listenCheck)
		err = conn.Ping(soon)
		cancel()
		if err != nil {
			return err
		}
	}
}
