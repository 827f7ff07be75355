package blob

import (
	"os"

	"golang.org/x/sys/unix"
)

// beginWriteback has the kernel begin to write a stretch of a file to disk, so that less
// is left to do when the file is synced. A length of 0 is all that follows. It promises
// nothing.
func beginWriteback(file *os.File, from, length int64) {
	_ = unix.SyncFileRange(int(file.Fd()), from, length, unix.SYNC_FILE_RANGE_WRITE)
}
