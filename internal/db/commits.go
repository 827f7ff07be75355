package db

import (
	"context"
	"errors"
	"log/slog"
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
	// listenConnect is how long a try may take to connect.
	listenConnect = 5 * time.Second
)

// Listen calls changed after each commit that notifies a channel, on a connection of its
// own, until ctx ends. It also calls changed whenever it has begun to listen, since it does
// not know what was committed before. While it cannot listen it logs this once, and calls
// changed after each try, a second after the one before if the server rejects it.
func (p *Postgres) Listen(ctx context.Context, log *slog.Logger, channel string, changed func()) {
	listens := true
	began := func() {
		if !listens {
			log.Info("PostgreSQL tells of changes again", "channel", channel)
		}
		listens = true
		changed()
	}
	for {
		err := p.listenOnce(ctx, channel, began, changed)
		if ctx.Err() != nil {
			return
		}
		if listens {
			log.Warn("PostgreSQL does not tell of changes; until it does they are looked for", "channel", channel, "error", err)
		}
		listens = false
		changed()
		select {
		case <-ctx.Done():
			return
		case <-time.After(listenPause):
		}
	}
}

// listenOnce listens until the connection breaks. It calls began once it listens.
func (p *Postgres) listenOnce(ctx context.Context, channel string, began, changed func()) error {
	conn, err := p.connectListener(ctx, channel)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	began()
	for {
		if err := waitForNotification(ctx, conn); err != nil {
			return err
		}
		changed()
	}
}

// connectListener returns a connection that listens to a channel.
func (p *Postgres) connectListener(ctx context.Context, channel string) (*pgx.Conn, error) {
	config, err := postgresConfig(p.url)
	if err != nil {
		return nil, err
	}
	soon, cancel := context.WithTimeout(ctx, listenConnect)
	defer cancel()
	conn, err := pgx.ConnectConfig(soon, config)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(soon, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return nil, errors.Join(err, conn.Close(context.WithoutCancel(ctx)))
	}
	return conn, nil
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
