package app

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/lectern-media/lectern/internal/fetch"
	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/web"
)

// given is what each package is given of the options. New and Start have it from here
// alone, so that a test can see that every option arrives.
type given struct {
	log      *slog.Logger
	store    store.Options
	rules    library.Settings
	storage  string // an address that blob.Open takes
	redirect bool   // to the storage
	fetch    fetch.Options
	folder   string // to work in
	workers  int
	pages    web.Options
	server   func() *http.Server
	patience time.Duration // of a request that waits for its answer
	rates    front.Rates
	streams  int
	listen   Listen
	stop     Stopping
	room     *room
	pause    time.Duration // of a job that waits for room
}

// give checks the options and returns what each package is given of them.
func (o Options) give() (given, error) {
	if err := o.Validate(); err != nil {
		return given{}, err
	}
	place, err := o.Place.Effective()
	if err != nil {
		return given{}, err
	}
	log, err := o.Log.Logger()
	if err != nil {
		return given{}, err
	}
	return given{
		log:      log,
		store:    store.Options{URL: string(place.Database), Connections: o.DatabaseConnections, Logger: log},
		rules:    o.Library,
		storage:  place.Storage,
		redirect: o.RedirectFiles,
		fetch:    o.fetch(),
		folder:   place.WorkFolder(),
		workers:  o.Workers,
		pages:    web.Options{FrameAncestors: o.FrameAncestors},
		server:   o.Limits.Server,
		patience: o.Limits.Patience(),
		rates:    o.Rates,
		streams:  o.Streams,
		listen:   o.Listen,
		stop:     o.Stop,
		room:     o.newRoom(place, log),
		pause:    o.Space.Pause,
	}, nil
}
