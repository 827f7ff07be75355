package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/jobs"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// In how many looks in a row an attempt may be silent, may be unknown to its own node, and
// how many looks a media item waits for a job that is over.
const (
	SilentLooks  = int(silentPatience / jobs.LookInterval)
	UnknownLooks = int(jobs.UnknownPatience / jobs.LookInterval)
	AwaitedLooks = int(jobs.AwaitedPatience / jobs.LookInterval)
)

// NewLooks returns how a node looks for attempts that nobody makes any more, and knows of
// none of its own, for tests that do not wait for the next look.
func (s *Store) NewLooks(node string) (look func(context.Context) error) {
	return s.jobs.NewRescuer(s.kinds(nil), node).Look
}

// viewed returns what fn reads in a view of its own.
func viewed[T any](ctx context.Context, s *Store, fn func(library.Reader) (T, error)) (result T, err error) {
	err = s.View(ctx, func(in library.Reader) (err error) {
		result, err = fn(in)
		return err
	})
	return result, err
}

// UserMedia reads a person's list in a view of its own.
func (s *Store) UserMedia(
	ctx context.Context, user library.UserID, page library.Page,
) (library.Paged[library.MediaWithPermission], error) {
	return viewed(ctx, s, func(in library.Reader) (library.Paged[library.MediaWithPermission], error) {
		return in.UserMedia(ctx, user, page)
	})
}

// SearchMedia searches in a view of its own.
func (s *Store) SearchMedia(
	ctx context.Context, scope library.MediaScope, filter library.MediaFilter, page library.Page,
) (library.Paged[library.Media], error) {
	return viewed(ctx, s, func(in library.Reader) (library.Paged[library.Media], error) {
		return in.SearchMedia(ctx, scope, filter, page)
	})
}

// Media reads a media item in a view of its own.
func (s *Store) Media(ctx context.Context, id library.MediaID) (library.Media, error) {
	return viewed(ctx, s, func(in library.Reader) (library.Media, error) { return in.Last().Media(ctx, id) })
}

// UserUUID reads a person's UUID in a view of its own.
func (s *Store) UserUUID(ctx context.Context, id library.UserID) (uuid.UUID, error) {
	return viewed(ctx, s, func(in library.Reader) (uuid.UUID, error) { return in.Last().UserUUID(ctx, id) })
}

// UserByUUID reads a person in a view of its own.
func (s *Store) UserByUUID(ctx context.Context, id uuid.UUID) (library.User, error) {
	return viewed(ctx, s, func(in library.Reader) (library.User, error) { return in.Last().UserByUUID(ctx, id) })
}

// searching runs fn in a view that may look for titles.
func (d *database) searching(ctx context.Context, fn func(conn dbq.DBTX, state string) error) error {
	return (&Store{db: d}).View(ctx, func(in library.Reader) error {
		view, is := in.(*reader)
		if !is {
			return fmt.Errorf("the store's reader is a %T", in)
		}
		state, err := view.searching(ctx)
		if err != nil {
			return err
		}
		return fn(view.conn, state)
	})
}
