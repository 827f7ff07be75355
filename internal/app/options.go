package app

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"runtime"
	"strings"
	"time"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/fetch"
	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/settings"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/studioapi"
	"github.com/lectern-media/lectern/internal/web"
)

// Options is everything that can be said about how a server runs, in the groups of the
// packages that they are for. DefaultOptions has what is not said.
type Options struct {
	Place   settings.Place   // where the library is
	Log     settings.Log     // what is logged
	Library library.Settings // what the rules leave open
	Fetch   fetch.Options    // from where media may be fetched; MaxBytes is the library's
	Listen  Listen           // where the server answers
	Limits  front.Limits     // how long clients may take
	Rates   front.Rates      // how many requests clients may send
	Streams int              // how many streams of events a person may have open here; 0 for no limit
	Stop    Stopping         // how the server stops

	// DatabaseConnections is how many connections to PostgreSQL this node makes at most.
	DatabaseConnections int
	// Space is how much of the file systems is kept free.
	Space Space
	// RedirectFiles has clients fetch recordings from an S3 store itself, by its signed
	// addresses, and not through Lectern.
	RedirectFiles bool
	// Workers is how many short jobs this node runs at once, and also how many long ones in
	// addition; with 0 it only serves.
	Workers int
	// FrameAncestors is who may frame the player's page, as sources of a Content Security
	// Policy; empty: everyone.
	FrameAncestors string

	// WrapStorage returns what the server has for its storage instead of the one that it
	// opened; nil: that itself. The demo adds its own files to it.
	WrapStorage func(blob.Store) blob.Store

	// Clock is the library's clock; nil: the system's.
	Clock library.Clock
}

// Listen says where the server answers.
type Listen struct {
	// API is the address of the API, HOST:PORT; port 0 takes a free one.
	API string
	// Metrics is the address of the metrics; empty: they are not served. They have an
	// address of their own because they are not for everyone.
	Metrics string
	// PublicURL is how clients reach the API, for addresses in answers; empty: by the
	// address that it listens on.
	PublicURL string
	// TrustedProxies are addresses and networks: what these say of a client's address in
	// X-Forwarded-For or Forwarded is believed.
	TrustedProxies []string
}

// Stopping says how the server stops.
type Stopping struct {
	// DrainDelay is for how long the server keeps serving once /readyz has said
	// that it will stop, so that a load balancer notices and sends no more.
	DrainDelay time.Duration
	// Timeout bounds stopping, DrainDelay included. Requests that still run then
	// are cut off.
	Timeout time.Duration
}

// DefaultOptions is a server for one machine.
func DefaultOptions() Options {
	return Options{
		Place:   settings.DefaultPlace(),
		Log:     settings.DefaultLog(),
		Listen:  Listen{API: "127.0.0.1:8080"},
		Limits:  front.DefaultLimits(),
		Rates:   front.Rates{Token: 50, Address: 20},
		Streams: 10,
		Library: library.Settings{Uploads: library.UploadLimits{Count: 50, Bytes: 500 << 30}},

		DatabaseConnections: store.DefaultConnections(),

		Space:   Space{Pause: 30 * time.Second},
		Stop:    Stopping{Timeout: 30 * time.Second},
		Workers: max(1, runtime.NumCPU()/2),
	}
}

// Unlimited returns the options without the limits of what one person may ask for: for a
// demo, and for measurements.
func (o Options) Unlimited() Options {
	o.Rates, o.Streams, o.Library.Uploads, o.Space.Reserve = front.Rates{}, 0, library.UploadLimits{}, "0"
	return o
}

// Validate says what in the options cannot be, all of it, as a [settings.Error].
func (o Options) Validate() error {
	return settings.Join(
		o.Place.Validate(),
		o.Log.Validate(),
		o.validateFiles(),
		o.Listen.validate(),
		o.Limits.Validate(),
		o.Rates.Validate(),
		atLeastZero("limit-streams", int64(o.Streams)),
		atLeastZero("limit-uploads", int64(o.Library.Uploads.Count)),
		atLeastZero("limit-upload-bytes", o.Library.Uploads.Bytes),
		o.validateConnections(),
		o.Space.validate(),
		o.Stop.validate(),
	)
}

// atLeastZero says what is wrong with a limit for which 0 means that there is none.
func atLeastZero(setting string, limit int64) error {
	if limit < 0 {
		return fmt.Errorf("%s: %d is negative; use 0 for no limit", setting, limit)
	}
	return nil
}

// validateConnections is the part of Validate about the connections to PostgreSQL.
func (o Options) validateConnections() error {
	if o.DatabaseConnections < store.MinConnections {
		return fmt.Errorf("database-connections: %d are too few; a node needs at least %d", o.DatabaseConnections, store.MinConnections)
	}
	return nil
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
	if o.RedirectFiles && !strings.HasPrefix(o.Place.Storage, "s3://") {
		errs = append(errs, errors.New("redirect-files: the storage is a folder, which does not support redirects; use s3://BUCKET"))
	}
	if err := web.CheckFrameAncestors(o.FrameAncestors); err != nil {
		errs = append(errs, fmt.Errorf("frame-ancestors: %w", err))
	}
	return errors.Join(errs...)
}

// fetch is what the options say about fetching. A file has one limit, however it comes.
func (o Options) fetch() fetch.Options {
	o.Fetch.MaxBytes = library.MaxUpload
	return o.Fetch
}

// maxWorkers is more than any machine has cores for: each worker's ffmpeg takes several.
const maxWorkers = 256

func (l Listen) validate() error {
	errs := []error{checkAddress("listen", l.API)}
	if l.Metrics != "" {
		errs = append(errs, checkAddress("metrics-listen", l.Metrics))
	}
	if _, err := front.ParseProxies(l.TrustedProxies); err != nil {
		errs = append(errs, fmt.Errorf("trusted-proxies: %w", err))
	}
	return errors.Join(append(errs, checkPublicURL(l.PublicURL))...)
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
		u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("public-url: invalid URL %q; expected for example https://media.school.test", address)
	}
	if strings.Trim(u.Path, "/") != "" {
		return fmt.Errorf("public-url: %q has a path, but Lectern needs a host of its own: for its clients, the API begins at %s://HOST%s",
			address, u.Scheme, studioapi.BasePath)
	}
	return nil
}

func (s Stopping) validate() error {
	var errs []error
	if s.DrainDelay < 0 {
		errs = append(errs, fmt.Errorf("drain-delay: %s is too short", s.DrainDelay))
	}
	if s.Timeout <= 0 {
		errs = append(errs, fmt.Errorf("stop-timeout: %s is too short", s.Timeout))
	}
	return errors.Join(errs...)
}

// Effective returns the options with the defaults filled in that depend on other options:
// those of the place, and the public URL of the address that the server listens on.
//
// The public URL stays empty where it is known only once the server listens: with port 0,
// or a host name that does not resolve now.
func (o Options) Effective() (Options, error) {
	var err error
	if o.Place, err = o.Place.Effective(); err != nil {
		return o, err
	}
	if o.Listen.PublicURL == "" {
		if addr, err := net.ResolveTCPAddr("tcp", o.Listen.API); err == nil && addr.Port != 0 {
			o.Listen.PublicURL = publicURL("", addr)
		}
	}
	return o, nil
}
