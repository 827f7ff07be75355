package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"golang.org/x/sys/unix"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Fault is what an error says about the database.
type Fault int

const (
	// OtherFault is an error that does not mean that the database is unavailable.
	OtherFault Fault = iota
	// Unavailable is a database that cannot be reached or was replaced, or that rejects a
	// change again and again for the sake of others.
	Unavailable
	// Full is a database that has no space left.
	Full
)

// FullError says that there is no room left on the disk that a database is on.
type FullError struct {
	Path string
	Err  error
}

// Error says which disk, and what failed.
func (e *FullError) Error() string {
	return fmt.Sprintf("no room left on the disk of %s: delete something there, or make it larger: %v", e.Path, e.Err)
}

// Unwrap returns what failed.
func (e *FullError) Unwrap() error { return e.Err }

// fullBelow is how much room, in bytes, SQLite may need at once for the files beside a
// database, before it can change or even read anything.
const fullBelow = 64 << 10

// orFull turns an error of SQLite into a [FullError] if the disk of a database is full. SQLite
// itself says so only where it writes rows: where it cannot make its index of the log larger,
// it says "disk I/O error".
func orFull(err error, path string, free func(folder string) (int64, error)) error {
	failed, is := errors.AsType[interface {
		error
		Code() int
	}](err)
	if !is {
		return err
	}
	switch failed.Code() & 0xFF {
	case sqlite3.SQLITE_FULL:
		return &FullError{path, err}
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
		if left, asked := free(filepath.Dir(path)); asked == nil && left < fullBelow {
			return &FullError{path, err}
		}
	}
	return err
}

// freeIn returns how many bytes are free in the file system of a folder.
func freeIn(folder string) (int64, error) {
	var is unix.Statfs_t
	err := unix.Statfs(folder, &is)
	return int64(is.Bavail) * is.Bsize, err
}

// FaultOf classifies an error of a [DB].
func FaultOf(err error) Fault {
	if _, full := errors.AsType[*FullError](err); full {
		return Full
	}
	if _, lost := errors.AsType[*ReplacedError](err); lost {
		return Unavailable // until the process, which ends, is started again
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return sqliteOutage(e.Code())
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err) // whatever code the server gives for it
	if code := pgCode(err); code != "" && (!connecting || pgOutage(code) != OtherFault) {
		return pgOutage(code)
	}
	_, network := errors.AsType[*net.OpError](err) // not net.Error, which any system error is
	for _, broken := range []error{
		driver.ErrBadConn, sql.ErrConnDone, pgconn.ErrConnClosed, io.ErrUnexpectedEOF, context.DeadlineExceeded, net.ErrClosed,
	} {
		network = network || errors.Is(err, broken)
	}
	if connecting || network {
		return Unavailable
	}
	return OtherFault
}

// sqliteOutage knows SQLite's result codes, whose lowest byte is the primary one.
func sqliteOutage(code int) Fault {
	switch code & 0xFF {
	case sqlite3.SQLITE_FULL:
		return Full
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY,
		sqlite3.SQLITE_PROTOCOL:
		return Unavailable
	}
	return OtherFault
}

// pgOutage knows PostgreSQL's error codes (its manual, appendix A).
func pgOutage(code string) Fault {
	const (
		diskFull            = "53100"
		readOnlyTransaction = "25006" // of a standby that has not been promoted yet
	)
	if code == diskFull {
		return Full
	}
	if isConflict(code) { // with so many others that running it again did not help
		return Unavailable
	}
	for _, class := range []string{
		"08",  // the connection
		"53",  // resources: memory, connections
		"57P", // the server is shutting down, starting, or was killed
		"58",  // the system below the server: reading and writing fails
	} {
		if strings.HasPrefix(code, class) || code == readOnlyTransaction {
			return Unavailable
		}
	}
	return OtherFault
}
