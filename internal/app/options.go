package app

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/fetch"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/web"
)

// Options is everything that can be said about how Lectern runs. DefaultOptions has
// what is not said.
type Options struct {
	// Data is the folder for what the library keeps in files, which is the library
	// itself unless Database says otherwise. It is made when it is not there.
	Data string
	// Database is where the library is kept; empty: lectern.db in Data.
	Database DatabaseURL
	// Storage is where the bytes are kept: a folder, or s3://BUCKET?endpoint=…; empty: the
	// folder files in Data.
	Storage string
	// RedirectFiles has clients fetch recordings from an S3 store itself, by its signed
	// addresses, and not through Lectern.
	RedirectFiles bool
	// Workers is how many short jobs this node runs at once, and also how many long ones in
	// addition; with 0 it only serves.
	Workers int
	// PublicEmbeds has a media item's page play it for everyone who knows its address.
	PublicEmbeds bool
	// FrameAncestors is who may frame the player's page, as sources of a Content Security
	// Policy; empty: everyone.
	FrameAncestors string
	// FetchFrom are hosts, addresses and networks inside from which files may be imported.
	FetchFrom []string
	// YouTubeOEmbed and VimeoOEmbed are where the providers are asked what a video is
	// called; empty: at their own addresses.
	YouTubeOEmbed, VimeoOEmbed string
	// Listen is the address of the API, HOST:PORT; port 0 takes a free one.
	Listen string
	// MetricsListen is the address of the metrics; empty: they are not served. They
	// have an address of their own because they are not for everyone.
	MetricsListen string
	// PublicURL is how clients reach the API, for addresses in answers; empty: by the
	// address that it listens on.
	PublicURL string

	LogLevel  string    // debug, info, warn or error
	LogFormat string    // text or json
	LogOutput io.Writer // nil: standard error

	// Clients that take longer are cut off. A header is small and comes at once; a
	// whole request may carry a megabyte over a poor line.
	ReadHeaderTimeout time.Duration
	ReadTimeout       time.Duration
	WriteTimeout      time.Duration
	IdleTimeout       time.Duration

	// DrainDelay is for how long the server keeps serving once /readyz has said
	// that it will stop, so that a load balancer notices and sends no more.
	DrainDelay time.Duration
	// StopTimeout bounds stopping, DrainDelay included. Requests that still run then
	// are cut off.
	StopTimeout time.Duration

	// WrapStorage returns what the server has for its storage instead of the one that it
	// opened; nil: that itself. The demo adds its own files to it.
	WrapStorage func(blob.Store) blob.Store

	// Clock is the library's clock; nil: the system's.
	Clock library.Clock
}

// DefaultOptions is a server for one machine.
func DefaultOptions() Options {
	return Options{
		Data:              "lectern-data",
		Workers:           max(1, runtime.NumCPU()/2),
		Listen:            "127.0.0.1:8080",
		LogLevel:          "info",
		LogFormat:         "text",
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		StopTimeout:       30 * time.Second,
	}
}

// maxHeaderBytes bounds the header of a request: a token and a few cookies of a proxy.
const maxHeaderBytes = 32 << 10

// OptionsError says what is wrong with Options: each line begins with the name of a
// setting.
type OptionsError struct{ Err error }

// Error is the complaints, one a line.
func (e *OptionsError) Error() string { return e.Err.Error() }

// Unwrap returns the complaints.
func (e *OptionsError) Unwrap() error { return e.Err }

func optionsError(complaints ...error) error {
	if err := errors.Join(complaints...); err != nil {
		return &OptionsError{err}
	}
	return nil
}

// Validate says what in the options cannot be, all of it, as an [OptionsError].
func (o Options) Validate() error {
	return optionsError(
		o.validateLibrary(),
		o.validateFiles(),
		checkAddress("listen", o.Listen),
		o.validateMetrics(),
		checkPublicURL(o.PublicURL),
		checkDuration("read-header-timeout", o.ReadHeaderTimeout, 1),
		checkDuration("read-timeout", o.ReadTimeout, 1),
		checkDuration("write-timeout", o.WriteTimeout, 1),
		checkDuration("idle-timeout", o.IdleTimeout, 1),
		checkDuration("drain-delay", o.DrainDelay, 0),
		checkDuration("stop-timeout", o.StopTimeout, 1),
	)
}

// validateLibrary is the part of Validate that everyone needs who opens the library.
func (o Options) validateLibrary() error {
	var errs []error
	if o.Database == "" && o.Data == "" {
		errs = append(errs, errors.New("data: name the folder of the library"))
	}
	if o.Database != "" {
		errs = append(errs, o.Database.validate())
	}
	if _, err := o.level(); err != nil {
		errs = append(errs, err)
	}
	if o.LogFormat != "text" && o.LogFormat != "json" {
		errs = append(errs, fmt.Errorf("log-format: unknown format %q; use text or json", o.LogFormat))
	}
	return errors.Join(errs...)
}

// validateFiles is the part of Validate about bytes and the work on them.
func (o Options) validateFiles() error {
	var errs []error
	if _, err := fetch.New(o.fetch()); err != nil {
		errs = append(errs, fmt.Errorf("fetch-from: %w", err))
	}
	if o.Workers < 0 || o.Workers > maxWorkers {
		errs = append(errs, fmt.Errorf("workers: %d is not 0 to %d", o.Workers, maxWorkers))
	}
	if o.RedirectFiles && !strings.HasPrefix(o.storageURL(), "s3://") {
		errs = append(errs, errors.New("redirect-files: the storage is a folder, which does not support redirects; use s3://BUCKET"))
	}
	if err := web.CheckFrameAncestors(o.FrameAncestors); err != nil {
		errs = append(errs, fmt.Errorf("frame-ancestors: %w", err))
	}
	return errors.Join(errs...)
}

// fetch is what the options say about fetching.
func (o Options) fetch() fetch.Options {
	return fetch.Options{
		MaxBytes: library.MaxUpload, AllowPrivate: o.FetchFrom, YouTubeOEmbed: o.YouTubeOEmbed, VimeoOEmbed: o.VimeoOEmbed,
	}
}

// maxWorkers is more than any machine has cores for: each worker's ffmpeg takes several.
const maxWorkers = 256

// inData is the path of what is kept in the data folder.
func (o Options) inData(name string) string { return filepath.Join(o.Data, name) }

func (o Options) validateMetrics() error {
	if o.MetricsListen == "" {
		return nil
	}
	return checkAddress("metrics-listen", o.MetricsListen)
}

func checkAddress(setting, address string) error {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return fmt.Errorf("%s: invalid address %q; expected HOST:PORT, for example 127.0.0.1:8080", setting, address)
	}
	return nil
}

func checkPublicURL(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" ||
		u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("public-url: invalid URL %q; expected for example https://media.school.test", address)
	}
	return nil
}

func checkDuration(setting string, d, least time.Duration) error {
	if d < least {
		return fmt.Errorf("%s: %s is too short", setting, d)
	}
	return nil
}

// databaseURL is where the library is kept.
func (o Options) databaseURL() DatabaseURL {
	if o.Database != "" {
		return o.Database
	}
	return DatabaseURL(sqliteScheme + o.inData(DatabaseFile))
}

func (o Options) level() (slog.Level, error) {
	switch o.LogLevel {
	case "debug", "info", "warn", "error":
		var level slog.Level
		return level, level.UnmarshalText([]byte(o.LogLevel))
	}
	return 0, fmt.Errorf("log-level: unknown level %q; use debug, info, warn or error", o.LogLevel)
}

// logger makes the log that the options ask for.
func (o Options) logger() (*slog.Logger, error) {
	level, err := o.level()
	if err != nil {
		return nil, err
	}
	output := o.LogOutput
	if output == nil {
		output = os.Stderr
	}
	options := &slog.HandlerOptions{Level: level}
	if o.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(EscapeJSON(output), options)), nil
	}
	return slog.New(slog.NewTextHandler(withoutDEL{output}, options)), nil
}

// withoutDEL escapes the one control character that [slog.TextHandler] writes as it is. A
// terminal obeys it, and what is logged may be what a stranger wrote.
type withoutDEL struct{ to io.Writer }

// Write is [io.Writer]'s.
func (w withoutDEL) Write(line []byte) (int, error) {
	if _, err := w.to.Write(bytes.ReplaceAll(line, []byte{0x7f}, []byte(`\x7f`))); err != nil {
		return 0, err
	}
	return len(line), nil
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
