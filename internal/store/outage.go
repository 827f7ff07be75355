package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/lectern-media/lectern/internal/library"
)

// Outage classifies an error of a store: library.KindUnavailable if the database cannot
// be reached or was replaced, library.KindNoSpace if it is full, library.KindInternal otherwise.
func Outage(err error) library.Kind {
	if _, lost := errors.AsType[*ReplacedError](err); lost {
		return library.KindUnavailable // until the process, which ends, is started again
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return sqliteOutage(e.Code())
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err) // whatever code the server gives for it
	if code := pgCode(err); code != "" && (!connecting || pgOutage(code) != library.KindInternal) {
		return pgOutage(code)
	}
	_, network := errors.AsType[*net.OpError](err) // not net.Error, which any system error is
	for _, broken := range []error{
		driver.ErrBadConn, sql.ErrConnDone, pgconn.ErrConnClosed, io.ErrUnexpectedEOF, context.DeadlineExceeded, net.ErrClosed,
	} {
		network = network || errors.Is(err, broken)
	}
	if connecting || network {
		return library.KindUnavailable
	}
	return library.KindInternal
}

// sqliteOutage knows SQLite's result codes, whose lowest byte is the primary one.
func sqliteOutage(code int) library.Kind {
	switch code & 0xFF {
	case sqlite3.SQLITE_FULL:
		return library.KindNoSpace
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY,
		sqlite3.SQLITE_PROTOCOL:
		return library.KindUnavailable
	}
	return library.KindInternal
}

// pgOutage knows PostgreSQL's error codes (its manual, appendix A).
func pgOutage(code string) library.Kind {
	const (
		diskFull            = "53100"
		readOnlyTransaction = "25006" // of a standby that has not been promoted yet
	)
	if code == diskFull {
		return library.KindNoSpace
	}
	for _, class := range []string{
		"08",  // the connection
		"53",  // resources: memory, connections
		"57P", // the server is shutting down, starting, or was killed
		"58",  // the system below the server: reading and writing fails
	} {
		if strings.HasPrefix(code, class) || code == readOnlyTransaction {
			return library.KindUnavailable
		}
	}
	return library.KindInternal
}
