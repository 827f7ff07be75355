package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Place says where a library is.
type Place struct {
	// Data is the folder for what the library keeps in files, which is the library
	// itself unless Database says otherwise. It is made when it is not there.
	Data string
	// Database is where the library is kept; empty: lectern.db in Data.
	Database DatabaseURL
	// Storage is where the bytes are kept: a folder, or s3://BUCKET?endpoint=…; empty: the
	// folder files in Data.
	Storage string
}

// DefaultPlace is a folder where the program is run.
func DefaultPlace() Place { return Place{Data: "lectern-data"} }

// Validate says what in the settings cannot be.
func (p Place) Validate() error {
	if p.Database != "" {
		return p.Database.validate()
	}
	if p.Data == "" {
		return errors.New("data: name the folder of the library")
	}
	return nil
}

// Effective returns the place with the defaults filled in: the database and the storage in
// the data folder. All paths are absolute, so that they name the same files for every
// program that gets them: ffmpeg runs in another folder than Lectern. Each function that
// takes a place from elsewhere calls it before it uses a path. S3 and PostgreSQL URLs stay
// unchanged, and so does a data folder that is not named.
func (p Place) Effective() (Place, error) {
	var err error
	if p.Data, err = absolutePath("data", p.Data); err != nil {
		return p, err
	}
	if p.Database == "" {
		p.Database = DatabaseURL(sqliteScheme + filepath.Join(p.Data, DatabaseFile))
	}
	if path, isFile := p.Database.sqlitePath(); isFile {
		if path, err = absolutePath("database", path); err != nil {
			return p, err
		}
		p.Database = DatabaseURL(sqliteScheme + path)
	}
	if p.Storage == "" {
		p.Storage = filepath.Join(p.Data, "files")
	}
	if !strings.Contains(p.Storage, "://") {
		p.Storage, err = absolutePath("storage", p.Storage)
	}
	return p, err
}

// WorkFolder is where files are while they are worked on.
func (p Place) WorkFolder() string { return filepath.Join(p.Data, "work") }

// MustHaveFile returns an error where the library would be in a file that is not there.
func (p Place) MustHaveFile() error {
	p, err := p.Effective()
	if err != nil {
		return err
	}
	path, isFile := p.Database.sqlitePath()
	if !isFile {
		return nil
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no library at %s", path)
	}
	return nil
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

const sqliteScheme = "sqlite:"

// DatabaseFile is the name of the library's file in the data folder.
const DatabaseFile = "lectern.db"

// DatabaseURL names a database: sqlite:PATH, or postgres://USER:PASSWORD@HOST/NAME.
// Printed or logged, it shows no password.
type DatabaseURL string

func (u DatabaseURL) validate() error {
	scheme, rest, _ := strings.Cut(string(u), ":")
	switch {
	case scheme == "sqlite" && strings.TrimPrefix(rest, "//") != "":
		return nil
	case scheme == "postgres", scheme == "postgresql":
		if _, err := url.Parse(string(u)); err == nil {
			return nil
		}
	}
	// The text itself stays out of the message: a password may be what is wrong in it.
	return errors.New("database: must be sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME")
}

// sqlitePath is the path of the file that the URL names, and whether it names one.
func (u DatabaseURL) sqlitePath() (path string, isFile bool) {
	path, isFile = strings.CutPrefix(string(u), sqliteScheme)
	return strings.TrimPrefix(path, "//"), isFile
}

// String is the URL with stars for its secrets.
func (u DatabaseURL) String() string {
	if strings.HasPrefix(string(u), sqliteScheme) {
		return string(u)
	}
	parsed, err := url.Parse(string(u))
	if err != nil {
		return hidden
	}
	query := parsed.Query()
	for _, key := range []string{"password", "sslpassword"} {
		if query.Has(key) {
			query.Set(key, hidden)
		}
	}
	parsed.RawQuery = query.Encode()
	return parsed.Redacted()
}

// hidden stands for a secret, as in [url.URL.Redacted].
const hidden = "xxxxx"

// LogValue keeps the password out of logs.
func (u DatabaseURL) LogValue() slog.Value { return slog.StringValue(u.String()) }
