package app

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/settings"
)

// Space says how much of the file systems of a library is kept free.
type Space struct {
	// Reserve is how many bytes are kept free for small changes, as a [settings.Size]: "5GB",
	// "500MB", "0" for none. Empty: the larger of 1 GB and 2 % of a file system.
	Reserve string
	// Pause is after how long a job that waits for room is tried again.
	Pause time.Duration
	// Free returns how many bytes are free in the file system that has a path, and how many it
	// has; nil: what the system says.
	Free func(path string) (free, size int64, err error)
}

// What is kept free unless the options say otherwise.
const (
	leastReserve   = 1 << 30 // bytes
	reservePercent = 2
)

func (s Space) validate() error {
	var errs []error
	if _, _, err := s.reserve(); err != nil {
		errs = append(errs, err)
	}
	if s.Pause <= 0 {
		errs = append(errs, fmt.Errorf("a job that waits for room has to pause for longer than %s", s.Pause))
	}
	return errors.Join(errs...)
}

// reserve reads Reserve. It reports false for an empty one.
func (s Space) reserve() (bytes int64, given bool, err error) {
	if s.Reserve == "" {
		return 0, false, nil
	}
	var size settings.Size
	err = size.UnmarshalText([]byte(s.Reserve))
	if err == nil && size < 0 {
		err = fmt.Errorf("%s is less than nothing", s.Reserve)
	}
	if err != nil {
		return 0, false, fmt.Errorf("reserve: %w", err)
	}
	return int64(size), true, nil
}

// sizeText is a number of bytes as a person reads it.
func sizeText(bytes int64) string {
	for _, unit := range []struct {
		name  string
		bytes float64
	}{{"TB", 1 << 40}, {"GB", 1 << 30}, {"MB", 1 << 20}} {
		if float64(bytes) >= unit.bytes {
			return strconv.FormatFloat(math.Floor(float64(bytes)/unit.bytes*10)/10, 'f', -1, 64) + " " + unit.name
		}
	}
	return strconv.FormatInt(bytes, 10) + " bytes"
}

// room knows whether the file systems that the library is on have room for files.
type room struct {
	reserve int64 // bytes
	chosen  bool  // the operator said so; otherwise it is that or a part of the file system
	places  []spot
	free    func(path string) (free, size int64, err error)
	log     *slog.Logger
	low     atomic.Bool // whether the log has said last that there is no room
}

// spot is a part of the library in a file system of this machine.
type spot struct{ name, path string }

// newRoom knows the file systems of this machine that a library is on. What an S3 store or a
// PostgreSQL server has free it cannot know.
func (o Options) newRoom(at settings.Place, log *slog.Logger) *room {
	r := &room{reserve: leastReserve, free: o.Space.Free, log: log}
	if bytes, given, err := o.Space.reserve(); err == nil && given {
		r.reserve, r.chosen = bytes, true
	}
	if r.free == nil {
		r.free = freeOf
	}
	if !strings.Contains(at.Storage, "://") {
		r.places = append(r.places, spot{"storage", at.Storage})
	}
	if path, isFile := strings.CutPrefix(string(at.Database), "sqlite:"); isFile {
		r.places = append(r.places, spot{"database", filepath.Dir(strings.TrimPrefix(path, "//"))})
	}
	if o.Workers > 0 {
		r.places = append(r.places, spot{"work", at.WorkFolder()})
	}
	return r
}

// freeOf asks the system about the file system that has a path, or would have it.
func freeOf(path string) (free, size int64, err error) {
	for {
		var is unix.Statfs_t
		err := unix.Statfs(path, &is)
		if above := filepath.Dir(path); errors.Is(err, fs.ErrNotExist) && above != path {
			path = above
			continue
		}
		if err != nil {
			return 0, 0, fmt.Errorf("%s: %w", path, err)
		}
		return int64(is.Bavail) * is.Bsize, int64(is.Blocks) * is.Bsize, nil
	}
}

// level is what a spot has.
type level struct {
	spot
	free, reserve int64
}

// levels returns what each spot has. One that cannot be asked is left out: what uses
// it reports the error.
func (r *room) levels() (found []level) {
	for _, s := range r.places {
		free, size, err := r.free(s.path)
		if err != nil {
			continue
		}
		reserve := r.reserve
		if !r.chosen {
			reserve = max(reserve, size/100*reservePercent)
		}
		found = append(found, level{s, free, reserve})
	}
	return found
}

// check is [library.Room].
func (r *room) check(size int64) error {
	if r.chosen && r.reserve == 0 {
		return nil
	}
	isLow := false
	var err error
	for _, l := range r.levels() {
		isLow = isLow || l.free < l.reserve
		if err == nil && l.free-size < l.reserve {
			err = &library.Error{
				Kind: library.KindNoSpace,
				Message: "the server has no room for more files at the moment; nothing was stored. " +
					"Try again later, or ask the administrators to make room",
				Err: fmt.Errorf("the file system of the %s has %s free, %s are to be stored, and %s are kept free",
					l.name, sizeText(l.free), sizeText(size), sizeText(l.reserve)),
			}
		}
	}
	if r.low.CompareAndSwap(!isLow, isLow) {
		if isLow {
			r.log.Warn("uploads, imports and transcoding wait for room", "error", err)
		} else {
			r.log.Info("there is room for files again")
		}
	}
	return err
}

// warnings is [front.Warnings].
func (r *room) warnings() (list []string) {
	if r.chosen && r.reserve == 0 {
		return nil
	}
	for _, l := range r.levels() {
		if l.free < l.reserve {
			list = append(list, fmt.Sprintf("the file system of the %s has %s free, less than the reserve of %s: uploads, imports and transcoding wait",
				l.name, sizeText(l.free), sizeText(l.reserve)))
		}
	}
	return list
}
