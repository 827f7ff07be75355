package db

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	sqlite3 "modernc.org/sqlite/lib"
)

// resultCodeError is an error with a result code of SQLite.
type resultCodeError int

func (c resultCodeError) Error() string { return fmt.Sprintf("disk I/O error (%d)", int(c)) }
func (c resultCodeError) Code() int     { return int(c) }

// SQLite says that a disk is full, or only that it cannot be written to: then what is free
// decides.
func TestFull_IsRecognized(t *testing.T) {
	t.Parallel()
	const shmSize = 4874 // SQLITE_IOERR_SHMSIZE: the index of the log could not be made larger
	for _, c := range []struct {
		code int
		free int64
		full bool
	}{
		{sqlite3.SQLITE_FULL, 1 << 40, true},
		{shmSize, 4096, true},
		{shmSize, 1 << 40, false},
		{sqlite3.SQLITE_IOERR_WRITE, 0, true},
		{sqlite3.SQLITE_CANTOPEN, 0, true},
		{sqlite3.SQLITE_CONSTRAINT, 0, false},
	} {
		err := orFull(fmt.Errorf("opening: %w", resultCodeError(c.code)), "/srv/lectern/lectern.db", func(folder string) (int64, error) {
			if folder != "/srv/lectern" {
				t.Errorf("%s is asked about", folder)
			}
			return c.free, nil
		})
		if says := strings.HasPrefix(err.Error(), "no room left on the disk of /srv/lectern/lectern.db"); says != c.full || (FaultOf(err) == Full) != c.full {
			t.Errorf("%d with %d bytes free: %v", c.code, c.free, err)
		}
	}
	other := errors.New("something else")
	if err := orFull(other, "x", func(string) (int64, error) { return 0, nil }); !errors.Is(err, other) || FaultOf(err) == Full {
		t.Errorf("another error becomes %v", err)
	}
}
