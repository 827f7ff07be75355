package store

import (
	"context"
	"database/sql"

	"github.com/lectern-media/lectern/internal/db"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// database is where the rows are: a [db.DB], and what the library asks of SQLite in
// other ways than of PostgreSQL.
type database struct {
	db.DB
	titles titleIndex
}

func newDatabase(opened db.DB) *database {
	if isSQLite(opened) {
		return &database{opened, &trigramIndex{}}
	}
	return &database{opened, likeIndex{}}
}

func isSQLite(opened db.DB) bool {
	_, is := opened.(*db.SQLite)
	return is
}

// reads answers single statements, each on the latest state.
func (d *database) reads() dbq.DBTX { return d.Reads() }

// state returns the state that the database is in, or 0 where that costs more than it saves.
func (d *database) state(ctx context.Context) state { return d.State(ctx) }

// change runs fn in one transaction, again when the database asks for it.
func (d *database) change(ctx context.Context, fn func(dbq.DBTX) error) error {
	return d.Change(ctx, func(conn db.Conn) error { return fn(conn) })
}

// lockTags prevents tags from being merged until the transaction ends or, with alone,
// other transactions from adding any: a tag that was just found must not be merged away
// before it is used. In SQLite a transaction that changes anything is the only one.
func (d *database) lockTags(ctx context.Context, tx *sql.Tx, alone bool) error {
	if isSQLite(d.DB) {
		return nil
	}
	mode := "ROW EXCLUSIVE" // which does not exclude itself
	if alone {
		mode = "SHARE ROW EXCLUSIVE"
	}
	_, err := tx.ExecContext(db.Later(ctx), "LOCK TABLE tags IN "+mode+" MODE")
	return err
}

// lockSigningKeys prevents other transactions from changing the signing keys until the
// transaction ends. In SQLite it is the only one that changes anything.
func (d *database) lockSigningKeys(ctx context.Context, tx *sql.Tx) error {
	if isSQLite(d.DB) {
		return nil
	}
	_, err := tx.ExecContext(ctx, "LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE")
	return err
}
