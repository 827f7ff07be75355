package app

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
)

// Effective returns the options with the defaults filled in that depend on other options:
// the database and the storage in the data folder, and the public URL of the address that
// the server listens on. All paths are absolute, so that they name the same files for every
// program that gets them: ffmpeg runs in another folder than Lectern.
//
// The public URL stays empty where it is known only once the server listens: with port 0,
// or a host name that does not resolve now.
func (o Options) Effective() (Options, error) {
	o, err := o.absolute()
	if err != nil {
		return o, err
	}
	o.Database, o.Storage = o.databaseURL(), o.storageURL()
	if o.PublicURL == "" {
		if addr, err := net.ResolveTCPAddr("tcp", o.Listen); err == nil && addr.Port != 0 {
			o.PublicURL = publicURL("", addr)
		}
	}
	return o, nil
}

// absolute returns the options with absolute paths. Each function that takes options from
// another package calls it before it uses a path. S3 and PostgreSQL URLs and empty settings
// stay as they are.
func (o Options) absolute() (Options, error) {
	var err error
	if o.Data, err = absolutePath("data", o.Data); err != nil {
		return o, err
	}
	if path, isFile := o.Database.sqlitePath(); isFile {
		if path, err = absolutePath("database", path); err != nil {
			return o, err
		}
		o.Database = DatabaseURL(sqliteScheme + path)
	}
	if !strings.Contains(o.Storage, "://") {
		if o.Storage, err = absolutePath("storage", o.Storage); err != nil {
			return o, err
		}
	}
	return o, nil
}

// absolutePath makes the path of a setting absolute. An empty path stays empty.
func absolutePath(setting, path string) (string, error) {
	if path == "" {
		return "", nil
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("%s: cannot find out what %q is relative to: %w", setting, path, err)
	}
	return absolute, nil
}
