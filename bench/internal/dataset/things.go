package dataset

import (
	"context"
	"fmt"

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

// Collection makes a collection with so many new media at home in it. It belongs to
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
