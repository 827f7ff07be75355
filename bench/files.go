package main

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/lectern-media/lectern/bench/internal/rivals"
	"github.com/lectern-media/lectern/internal/content"
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
)

// addressLife is how long the benchmark's addresses are good: longer than it runs.
const addressLife = 24 * time.Hour

// signer makes the addresses that the arena's nodes take, as paths.
func (a *arena) signer(ctx context.Context) (*content.Signer, error) {
	seals, err := a.library.Library.Seals(ctx)
	if err != nil {
		return nil, err
	}
	return content.NewSigner(seals, "", time.Now), nil
}

// newUpload makes a media item of the admin's that waits for its bytes.
func (a *arena) newUpload(ctx context.Context) (m library.Media, err error) {
	admin, err := a.library.Admin(ctx)
	if err != nil {
		return library.Media{}, err
	}
	err = a.library.Change(ctx, func(c *library.Change) (err error) {
		m, err = c.StartUpload(ctx, library.NewUpload{Owner: admin.ID})
		return err
	})
	return m, err
}

// storage is the folder of the node's blob store.
func (a *arena) storage() string { return filepath.Join(a.data, "files") }

// startIn starts a server of the benchmark's own with a new folder.
func (b *bench) startIn(ctx context.Context, server string) (process *rivals.Process, folder string, err error) {
	if folder, err = os.MkdirTemp(b.folder, server); err != nil {
		return nil, "", err
	}
	process, err = rivals.Start(ctx, server, folder)
	return process, folder, err
}

// empty removes what is in a folder, so that its disk has nothing left to write when
// others are measured. Of Lectern's storage it leaves the mark, without which no node
// starts on it.
func empty(folder string) error {
	found, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range found {
		if entry.Name() == holdings.MarkKey {
			continue
		}
		if err := os.RemoveAll(filepath.Join(folder, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}
