package app

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
)

// Unless the operator says otherwise, a part of a large file system is kept free, and a gigabyte
// of a small one.
func TestRoom_Reserve(t *testing.T) {
	t.Parallel()
	const gb = 1 << 30
	for _, c := range []struct {
		reserve           string
		free, size, taken int64
		room              bool
	}{
		{"", gb, 10 * gb, 0, true},
		{"", gb - 1, 10 * gb, 0, false},
		{"", gb, 10 * gb, 1, false},
		{"", 19 * gb, 1000 * gb, 0, false},
		{"", 20 * gb, 1000 * gb, 0, true},
		{"5GB", 4 * gb, 1000 * gb, 0, false},
		{"500 mb", 500 << 20, 1000 * gb, 0, true},
		{"0", 0, 10 * gb, 10 * gb, true},
	} {
		o := DefaultOptions()
		o.Place.Data = t.TempDir()
		o.Space.Reserve = c.reserve
		o.Space.Free = func(string) (free, size int64, err error) { return c.free, c.size, nil }
		is, err := o.give()
		if err != nil {
			t.Fatal(err)
		}
		err = is.room.check(c.taken)
		if (err == nil) != c.room || err != nil && library.KindOf(err) != library.KindNoSpace {
			t.Errorf("%+v: %v", c, err)
		}
		if warns := len(is.room.warnings()) > 0; warns != (!c.room && c.taken == 0) {
			t.Errorf("%+v: warnings %v", c, warns)
		}
	}
}

// Only what is on this machine is asked about, also before its folder is made.
func TestRoom_Places(t *testing.T) {
	t.Parallel()
	o := DefaultOptions()
	o.Place.Data = filepath.Join(t.TempDir(), "not", "made")
	names := func(o Options) (names string) {
		is, err := o.give()
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range is.room.levels() {
			names += l.name + " "
			if l.free <= 0 {
				t.Errorf("%s has %d bytes free", l.path, l.free)
			}
		}
		return names
	}
	if got := names(o); got != "storage database work " {
		t.Errorf("it asks about %s", got)
	}
	o.Place.Database, o.Place.Storage = "postgres://db/lectern", "s3://b?endpoint=https://h"
	if got := names(o); got != "work " {
		t.Errorf("with S3 and PostgreSQL it asks about %s", got)
	}
	o.Workers = 0
	if got := names(o); got != "" {
		t.Errorf("where nothing is kept on this machine it asks about %s", got)
	}
	if _, _, err := freeOf("\x00"); err == nil || errors.Is(err, filepath.ErrBadPattern) {
		t.Errorf("a path that cannot be: %v", err)
	}
}
