package app

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
)

// pingTimeout is how long the database may take to be called ready.
const pingTimeout = 2 * time.Second

// healthz says that the process answers. It asks nobody else: a database that is away
// is no reason to restart the server.
func (a *App) healthz(w http.ResponseWriter, r *http.Request) {
	if onlyGet(w, r) {
		writeOK(w)
	}
}

// readyz says whether requests should be sent here: not while the database does not
// answer, and not once the server is about to stop.
func (a *App) readyz(w http.ResponseWriter, r *http.Request) {
	if !onlyGet(w, r) {
		return
	}
	if !a.ready.Load() {
		writeError(w, http.StatusServiceUnavailable, "the server is stopping")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), pingTimeout)
	defer cancel()
	if err := a.store.Ping(ctx); err != nil {
		a.log.Warn("not ready", "error", err)
		writeError(w, http.StatusServiceUnavailable, "the database does not answer")
		return
	}
	writeOK(w)
}

// outage tells which errors of the database and of the storage are no faults of the
// program: that it cannot be reached, or that it is full.
func outage(err error) library.Kind {
	if kind := store.Outage(err); kind != library.KindInternal {
		return kind
	}
	_, notOurs := errors.AsType[*holdings.StorageError](err) // a disk that is not mounted, or a wrong one
	switch {
	case blob.IsFull(err):
		return library.KindNoSpace
	case notOurs, blob.IsUnavailable(err):
		return library.KindUnavailable
	}
	return library.KindInternal
}

// onlyGet answers requests by other methods.
func onlyGet(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	w.Header().Set("Allow", "GET, HEAD")
	writeError(w, http.StatusMethodNotAllowed, "this path takes only GET, HEAD")
	return false
}

func writeOK(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte("ok\n")) // a client that is gone needs no answer
}

// writeError answers with the error body of the contract.
func writeError(w http.ResponseWriter, status int, sentence string) {
	body, err := json.Marshal(map[string]string{"error": sentence})
	if err != nil {
		body = []byte(`{"error":"internal error"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5") // seconds, as the API says
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
