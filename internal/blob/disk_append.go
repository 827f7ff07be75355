package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// Appender is a Store in which an object can become longer without being written again.
type Appender interface {
	Store

	// Append writes r to its end behind the first size bytes of an object, in the place of
	// whatever was behind them, and says how many bytes it wrote. They are safe on disk
	// when it returns. The first size bytes are never touched; what is behind them while
	// Append runs, and after it failed, is any part of r, so who appends notes elsewhere
	// how many bytes count, and appends to an object only once at a time.
	Append(ctx context.Context, key string, size int64, r io.Reader) (int64, error)
}

// Append lengthens the object's own file. When it fails it cuts off what it wrote, so that
// a full disk has room again.
func (d *Disk) Append(ctx context.Context, key string, size int64, r io.Reader) (int64, error) {
	name, err := d.path(key)
	if err != nil {
		return 0, err
	}
	file, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return 0, fmt.Errorf("append: %w", notFound(key, err))
	}
	n, err := extend(ctx, file, size, r)
	if err = errors.Join(err, file.Close()); err != nil {
		return 0, fmt.Errorf("append to %s: %w", key, err)
	}
	return n, nil
}

// extend makes a file of its first size bytes and all of r, safe on disk.
func extend(ctx context.Context, file *os.File, size int64, r io.Reader) (n int64, err error) {
	stat, err := file.Stat()
	if err != nil {
		return 0, err
	}
	if stat.Size() < size {
		return 0, fmt.Errorf("it has %d bytes, not %d", stat.Size(), size)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Truncate(size))
		}
	}()
	if err := file.Truncate(size); err != nil {
		return 0, err
	}
	if _, err := file.Seek(size, io.SeekStart); err != nil {
		return 0, err
	}
	n, err = copySteadily(ctx, file, size, r)
	if err != nil {
		return 0, err
	}
	return n, file.Sync()
}
