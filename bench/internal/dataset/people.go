package dataset

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// A Person is somebody that the benchmark sends requests as and about.
type Person struct {
	ID      library.UserID
	Token   string
	Reaches int64 // media, by a query of the benchmark's own
	Shelf   int64 // that the floor lists instead, see [Library.Shelve]
	Shelved int64 // media on the shelf
}

// reached lists once each what a person reaches: the plain union of all the ways of
// the library's rules, section 2. It shares nothing with how Lectern finds it, and is
// what Lectern's totals are checked against.
const reached = `
	SELECT m.id FROM media m WHERE m.owner_id = $1 AND m.archived_at IS NULL AND m.deleted_at IS NULL
	UNION
	SELECT m.id FROM media m JOIN (
	    SELECT p.media_id FROM collection_ways w
	      JOIN collections c ON c.id = w.collection_id JOIN perspectives p ON p.collection_id = c.id
	     WHERE w.user_id = $1 AND c.archived_at IS NULL AND c.deleted_at IS NULL
	    UNION ALL
	    SELECT s.media_id FROM media_shares s WHERE s.user_id = $1
	    UNION ALL
	    SELECT s.media_id FROM group_members g JOIN media_shares s ON s.group_id = g.group_id WHERE g.user_id = $1
	  ) r ON r.media_id = m.id
	 WHERE m.archived_at IS NULL AND m.deleted_at IS NULL AND m.state <> 'waiting'`

// Reaches counts the media that a person reaches.
func (l *Library) Reaches(ctx context.Context, user library.UserID) (int64, error) {
	return l.count(ctx, "SELECT count(*) FROM ("+reached+") r", int64(user))
}

func (l *Library) count(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = l.db.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}

// People gives n random people, always the same, with what they reach and a token each.
func (l *Library) People(ctx context.Context, n int) ([]Person, error) {
	people, err := l.shuffled(ctx)
	if err != nil {
		return nil, err
	}
	people = people[:min(n, len(people))]
	for i := range people {
		p := &people[i]
		if p.Reaches, err = l.Reaches(ctx, p.ID); err != nil {
			return nil, err
		}
		if p.Shelved, err = l.count(ctx, "SELECT count(*) FROM media WHERE "+l.shelf()+" = $1", p.Shelf); err != nil {
			return nil, err
		}
	}
	return people, l.giveTokens(ctx, people)
}

// Unrelated returns n random, unrelated people with a token each, no two of them on one shelf. They
// come from the other end than those of [Library.People].
func (l *Library) Unrelated(ctx context.Context, n int) ([]Person, error) {
	people, err := l.shuffled(ctx)
	if err != nil {
		return nil, err
	}
	strangers := make([]Person, 0, n)
	seen := map[int64]bool{}
	for _, p := range slices.Backward(people) {
		if len(strangers) < n && !seen[p.Shelf] {
			seen[p.Shelf] = true
			strangers = append(strangers, p)
		}
	}
	if len(strangers) < n {
		return nil, fmt.Errorf("the library has %d shelves, too few for %d unrelated people", len(strangers), n)
	}
	return strangers, l.giveTokens(ctx, strangers)
}

// Last gives the person with the largest id, who is the one with the wide reach.
func (l *Library) Last(ctx context.Context) (Person, error) {
	person := []Person{{ID: library.UserID(l.Plan.Users)}}
	var err error
	if person[0].Reaches, err = l.Reaches(ctx, person[0].ID); err != nil {
		return Person{}, err
	}
	return person[0], l.giveTokens(ctx, person)
}

// adminID is the admin whom a seed makes.
const adminID library.UserID = 1

// Admin gives the person who is the library's admin.
func (l *Library) Admin(ctx context.Context) (Person, error) {
	person := []Person{{ID: adminID}}
	return person[0], l.giveTokens(ctx, person)
}

// shuffled is everybody but the admin and the one with the wide reach, in an order
// that chance has made and that is always the same.
func (l *Library) shuffled(ctx context.Context) ([]Person, error) {
	ids, err := l.ids(ctx, "SELECT id FROM users WHERE id > 1 AND id < $1 ORDER BY id", l.Plan.Users)
	if err != nil {
		return nil, err
	}
	chance := rand.New(rand.NewPCG(1, 2))
	chance.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	people := make([]Person, len(ids))
	for i, id := range ids {
		people[i] = Person{ID: library.UserID(id), Shelf: id}
		if l.Shelves > 0 {
			people[i].Shelf = id % l.Shelves
		}
	}
	return people, nil
}

// tokensAtOnce bounds a transaction that makes tokens.
const tokensAtOnce = 500

func (l *Library) giveTokens(ctx context.Context, people []Person) error {
	for start := 0; start < len(people); start += tokensAtOnce {
		some := people[start:min(start+tokensAtOnce, len(people))]
		err := l.Change(ctx, func(c *library.Change) error {
			for i := range some {
				var err error
				if some[i].Token, _, err = c.CreateToken(ctx, some[i].ID, 24*time.Hour); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("make tokens: %w", err)
		}
	}
	return nil
}

// Change changes the library as its operator does, in this process: the server that
// is measured sees it as it sees the changes of another node.
func (l *Library) Change(ctx context.Context, fn func(*library.Change) error) error {
	return l.Library.Change(ctx, library.Operator(), fn)
}

func (l *Library) ids(ctx context.Context, query string, args ...any) (ids []int64, err error) {
	rows, err := l.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // Err below says what went wrong
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
