package rivals

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/tus/tusd/v2/pkg/filestore"
	tusd "github.com/tus/tusd/v2/pkg/handler"
	"golang.org/x/exp/slog"
)

// bareFiles takes and gives files as a Go program does that does nothing else: PUT
// /synced/ promises what Lectern does, that the bytes are whole and safe on disk, PUT
// /unsynced/ that they are whole, and GET is http.ServeFile.
func bareFiles(folder string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /synced/{name}", take(folder, true))
	mux.HandleFunc("PUT /unsynced/{name}", take(folder, false))
	mux.HandleFunc("GET /{name}", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(folder, filepath.Base(r.PathValue("name"))))
	})
	return mux
}

func take(folder string, synced bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := keep(folder, filepath.Base(r.PathValue("name")), r.Body, synced); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_, _ = io.WriteString(w, "{}") // a client that has gone away misses nothing
	}
}

func keep(folder, name string, body io.Reader, synced bool) error {
	file, err := os.CreateTemp(folder, "put-")
	if err != nil {
		return err
	}
	_, err = io.Copy(file, body)
	if err == nil && synced {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), filepath.Join(folder, name)); err != nil || !synced {
		return err
	}
	parent, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(parent.Sync(), parent.Close())
}

// serveTus is tusd's handler with its own store of files.
func serveTus(ctx context.Context, folder string) error {
	composer := tusd.NewStoreComposer()
	filestore.New(folder).UseIn(composer)
	handler, err := tusd.NewHandler(tusd.Config{
		StoreComposer: composer, BasePath: "/tus/", Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		return err
	}
	return serveHTTP(ctx, http.StripPrefix("/tus/", handler))
}
