package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/testkit"
)

// imports adds imports of a person.
func imports(ctx context.Context, c *library.Change, owner library.UserID, n int) (made []library.MediaID, err error) {
	for i := range n {
		m, err := c.ImportMedia(ctx, library.NewImport{Owner: owner, URL: fmt.Sprintf("https://school.test/%d.mp4", i), Title: "Optics"})
		if err != nil {
			return nil, err
		}
		made = append(made, m.ID)
	}
	return made, nil
}

// uploads adds uploads of a person that are complete.
func uploads(t *testing.T, lib *library.Library, owner library.UserID, n int) (made []library.MediaID) {
	t.Helper()
	for range n {
		var m library.Media
		err := lib.Change(t.Context(), library.Operator(), func(c *library.Change) (err error) {
			m, err = c.StartUpload(t.Context(), library.NewUpload{Owner: owner})
			return err
		})
		if err == nil {
			_, err = lib.Uploaded(t.Context(), m.EmbedID, library.Arrived{Media: m.ID, Key: fmt.Sprintf("media/%d/run/original", m.ID), Size: 1})
		}
		if err == nil {
			err = lib.Change(t.Context(), library.Operator(), func(c *library.Change) error {
				_, err := c.CompleteUpload(t.Context(), m.ID, library.Completion{Title: "Lenses"})
				return err
			})
		}
		if err != nil {
			t.Fatal(err)
		}
		made = append(made, m.ID)
	}
	return made
}

// Ada has asked for much before Bea asks for something, by import and by upload; Bea's is
// among the first that is worked on.
func TestWork_OwnersTakeTurns(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		kept, err := store.Open(t.Context(), store.Options{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = kept.Close() })
		lib := library.New(kept, time.Now)
		var ada, bea library.User
		var ofBea []library.MediaID
		err = lib.Change(t.Context(), library.Operator(), func(c *library.Change) (err error) {
			if ada, err = c.CreateUser(t.Context(), library.NewUser{FullName: "Ada"}); err != nil {
				return err
			}
			if bea, err = c.CreateUser(t.Context(), library.NewUser{FullName: "Bea"}); err != nil {
				return err
			}
			if _, err = imports(t.Context(), c, ada.ID, 8); err != nil {
				return err
			}
			ofBea, err = imports(t.Context(), c, bea.ID, 1)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		uploads(t, lib, ada.ID, 4)
		ofBea = append(ofBea, uploads(t, lib, bea.ID, 1)...)

		began, release := make(chan store.Attempt), make(chan struct{})
		workers, err := kept.Work(t.Context(), store.WorkerOptions{
			Workers: 1, Logger: slog.New(slog.DiscardHandler),
			Do: func(ctx context.Context, a store.Attempt) error {
				select {
				case began <- a:
				case <-ctx.Done():
					return ctx.Err()
				}
				if a.Task == library.TaskPrepare {
					return nil
				}
				select { // a fetch takes for ever
				case <-release:
				case <-ctx.Done():
				}
				return ctx.Err()
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { close(release); _ = workers.Stop(context.WithoutCancel(t.Context())) })
		begun := map[library.Task][]library.MediaID{}
		for len(begun[library.TaskFetch]) < 4 || len(begun[library.TaskPrepare]) < 2 {
			select {
			case a := <-began:
				begun[a.Task] = append(begun[a.Task], a.Media)
			case <-time.After(time.Minute):
				t.Fatalf("begun are only %v", begun)
			}
		}
		for i, task := range []library.Task{library.TaskFetch, library.TaskPrepare} {
			if !slices.Contains(begun[task][:min(4, len(begun[task]))], ofBea[i]) {
				t.Errorf("%s: begun are %v, and not Bea's %d", task, begun[task], ofBea[i])
			}
		}
	})
}
