package dataset

import (
	"context"
	"fmt"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// Group makes a group of these people.
func (l *Library) Group(ctx context.Context, people []library.UserID) (id library.GroupID, err error) {
	err = l.Change(ctx, func(c *library.Change) error {
		g, err := c.CreateGroup(ctx, "Everyone at the faculty")
		if err != nil {
			return err
		}
		id = g.ID
		for _, user := range people {
			if err := c.SetMember(ctx, id, user, library.Member); err != nil {
				return err
			}
		}
		return nil
	})
	return id, err
}

// Collection creates a collection that is the home of so many new media items. It belongs to
// the admin.
func (l *Library) Collection(ctx context.Context, media int) (id library.CollectionID, err error) {
	err = l.Change(ctx, func(c *library.Change) error {
		col, err := c.CreateCollection(ctx, library.NewCollection{Name: "Opening lectures", Owner: adminID})
		if err != nil {
			return err
		}
		id = col.ID
		for i := range media {
			_, err := c.CreateMedia(ctx, library.NewMedia{
				Owner: adminID, Home: id, Title: fmt.Sprintf("Opening lecture %d", i+1), Duration: 2700, Size: 1 << 29,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return id, err
}

// Emails gives the people's addresses.
func (l *Library) Emails(ctx context.Context, people []Person) ([]string, error) {
	emails := make([]string, len(people))
	for i, p := range people {
		err := l.db.QueryRowContext(ctx, "SELECT email FROM users WHERE id = $1", int64(p.ID)).Scan(&emails[i])
		if err != nil {
			return nil, fmt.Errorf("e-mail of person %d: %w", p.ID, err)
		}
	}
	return emails, nil
}

// Holders counts the people who hold a role.
func (l *Library) Holders(ctx context.Context, role library.Role) (int64, error) {
	return l.count(ctx, "SELECT count(*) FROM user_roles WHERE role = $1", role.String())
}

// SharedMedia creates a media item of the admin and shares it, to view.
func (l *Library) SharedMedia(ctx context.Context, with []library.Grantee) (id library.MediaID, err error) {
	err = l.Change(ctx, func(c *library.Change) error {
		m, err := c.CreateMedia(ctx, library.NewMedia{Owner: adminID, Title: "Shared lecture", Duration: 2700, Size: 1 << 29})
		if err != nil {
			return err
		}
		id = m.ID
		for _, grantee := range with {
			if err := c.ShareMedia(ctx, id, grantee, library.WayView); err != nil {
				return err
			}
		}
		return nil
	})
	return id, err
}

// DeleteMedia deletes a media item.
func (l *Library) DeleteMedia(ctx context.Context, id library.MediaID) error {
	return l.Change(ctx, func(c *library.Change) error {
		_, err := c.DeleteMedia(ctx, id)
		return err
	})
}

// Titles gives the titles of so many media, evenly spread over all.
func (l *Library) Titles(ctx context.Context, n int64) ([]string, error) {
	n = min(n, l.Plan.Media)
	titles := make([]string, n)
	for i := range n {
		id := 1 + i*(l.Plan.Media/n)
		if err := l.db.QueryRowContext(ctx, "SELECT title FROM media WHERE id = $1", id).Scan(&titles[i]); err != nil {
			return nil, fmt.Errorf("title of media %d: %w", id, err)
		}
	}
	return titles, nil
}

// Span gives when the first and the last media were made.
func (l *Library) Span(ctx context.Context) (first, last time.Time, err error) {
	var from, to int64
	err = l.db.QueryRowContext(ctx, "SELECT min(created_at), max(created_at) FROM media").Scan(&from, &to)
	return time.Unix(from, 0).UTC(), time.Unix(to, 0).UTC(), err
}
