package live

import (
	"context"
	"database/sql"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/fixture"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/testkit"
)

// Databases makes databases with the current schema, as [Open] takes them. A process that uses
// them closes it.
var Databases = testkit.Prepared{Prepare: func(ctx context.Context, database string) error {
	kept, err := store.Open(ctx, store.Options{URL: database})
	if err != nil {
		return err
	}
	return kept.Close()
}}

// Library is one library: what the tests' people are in, and the servers answer from.
type Library struct {
	Clock *Clock // of the library and all its nodes

	url      string
	storage  string // where the bytes are
	operated *library.Library
	keys     fixture.Result
}

// Open makes a library in the database that the URL names, which is empty or one of [Databases]. It has its own access to
// the database, beside those of the nodes: what it changes, they have to notice as they
// would a change made by another process.
func Open(tb testing.TB, database string) *Library {
	tb.Helper()
	kept, err := store.Open(tb.Context(), store.Options{URL: database})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := kept.Close(); err != nil {
			tb.Error(err)
		}
	})
	clock := &Clock{now: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)}
	return &Library{Clock: clock, url: database, storage: tb.TempDir(), operated: library.New(kept, clock.Now)}
}

// KeepBytes has the nodes that start from now on keep bytes at an address that blob.Open
// takes, instead of in a folder of the library's.
func (l *Library) KeepBytes(address string) { l.storage = address }

// Tables opens the library's database past the library, for what only somebody with the
// database can do: to put it back to an earlier state, for example.
func (l *Library) Tables(tb testing.TB) *sql.DB {
	tb.Helper()
	return testkit.Tables(tb, l.url)
}

// Load puts a fixture into the library, once. Each of its users gets an access token
// with the usual life, by which [Node.As] knows them.
func (l *Library) Load(tb testing.TB, text string) {
	tb.Helper()
	f, err := fixture.Read(strings.NewReader(text))
	if err != nil {
		tb.Fatal(err)
	}
	if l.keys, err = fixture.LoadWithTokens(tb.Context(), l.operated, f, library.AccessTokenLife); err != nil {
		tb.Fatal(err)
	}
}

// Change makes a change as the operator.
func (l *Library) Change(tb testing.TB, fn func(ctx context.Context, c *library.Change) error) {
	tb.Helper()
	ctx := tb.Context()
	err := l.operated.Change(ctx, library.Operator(), func(c *library.Change) error { return fn(ctx, c) })
	if err != nil {
		tb.Fatal(err)
	}
}

// NewToken makes a further access token for a user of the fixture.
func (l *Library) NewToken(tb testing.TB, key string) string {
	tb.Helper()
	var secret string
	l.Change(tb, func(ctx context.Context, c *library.Change) (err error) {
		secret, _, err = c.CreateToken(ctx, l.User(key), library.AccessTokenLife)
		return err
	})
	return secret
}

// NewCaptionService makes a captioning service and returns its key.
func (l *Library) NewCaptionService(tb testing.TB, name string) string {
	tb.Helper()
	var key string
	l.Change(tb, func(ctx context.Context, c *library.Change) (err error) {
		key, _, err = c.CreateCaptionService(ctx, name)
		return err
	})
	return key
}

// Token is the token that a user of the fixture got with it.
func (l *Library) Token(key string) string { return find(l.keys.Tokens, "token of user", key) }

// User is the id of a user of the fixture.
func (l *Library) User(key string) library.UserID { return find(l.keys.Users, "user", key) }

// Group is the id of a group of the fixture.
func (l *Library) Group(key string) library.GroupID { return find(l.keys.Groups, "group", key) }

// SubAccount is the id of a sub-account of the fixture.
func (l *Library) SubAccount(key string) library.SubAccountID {
	return find(l.keys.SubAccounts, "sub-account", key)
}

// Collection is the id of a collection of the fixture.
func (l *Library) Collection(key string) library.CollectionID {
	return find(l.keys.Collections, "collection", key)
}

// CourseCollection is the id of the collection of a course, which is named by its id in
// the LMS.
func (l *Library) CourseCollection(course string) library.CollectionID {
	return find(l.keys.Courses, "course", course)
}

// Media is the id of a media item of the fixture.
func (l *Library) Media(key string) library.MediaID { return find(l.keys.Media, "media", key) }

// MediaKeys is the fixture's media by their ids.
func (l *Library) MediaKeys() map[int64]string {
	keys := make(map[int64]string, len(l.keys.Media))
	for key, id := range l.keys.Media {
		keys[int64(id)] = key
	}
	return keys
}

// find panics where a test names what its fixture does not have: that is a slip of the
// pen, and every answer after it would be a riddle.
func find[T any](ids map[string]T, noun, key string) T {
	id, ok := ids[key]
	if !ok {
		panic("live: the fixture has no " + noun + " " + key)
	}
	return id
}

// Clock is a clock that stands still until a test moves it. It is safe for
// concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set sets the clock.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// Advance lets time pass.
func (c *Clock) Advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}
