package store

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
	"github.com/lectern-media/lectern/internal/testkit"
)

// person makes a person with a token and returns its secret.
func person(t *testing.T, lib *library.Library, name string) (secret string) {
	t.Helper()
	err := lib.Change(t.Context(), library.Operator(), func(c *library.Change) error {
		u, err := c.CreateUser(t.Context(), library.NewUser{FullName: name})
		if err != nil {
			return err
		}
		secret, _, err = c.CreateNamedToken(t.Context(), u.ID, name+"'s", time.Hour)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// lastUses is when each token was last used, in the order of the ids; zero is never.
func lastUses(t *testing.T, lib *library.Library) []time.Time {
	t.Helper()
	tokens, err := lib.Tokens(t.Context(), library.Operator(), nil)
	if err != nil {
		t.Fatal(err)
	}
	uses := make([]time.Time, len(tokens))
	for i, token := range tokens {
		if token.LastUsedAt != nil {
			uses[i] = *token.LastUsedAt
		}
	}
	return uses
}

// However many requests use tokens, nothing is written while they do; then all uses are,
// in one transaction, and for some minutes no more of the same token.
func TestTokenUsed_IsWrittenTogetherAndSeldom(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s := open(t, url)
		var clock sync.Mutex
		now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
		lib := library.New(s, func() time.Time {
			clock.Lock()
			defer clock.Unlock()
			return now
		})
		secrets := []string{person(t, lib, "Ann"), person(t, lib, "Bob"), person(t, lib, "Eve")}
		use := func(secret string) {
			t.Helper()
			if _, err := lib.Authenticate(t.Context(), secret); err != nil {
				t.Fatal(err)
			}
		}
		before := commits(t, s)
		var asked sync.WaitGroup
		for range 8 {
			asked.Go(func() {
				for range 50 {
					use(secrets[0])
					use(secrets[1])
				}
			})
		}
		asked.Wait()
		if after := commits(t, s); after != before {
			t.Errorf("requests have changed the database: from state %s to %s", before, after)
		}
		if got := lastUses(t, lib); !got[0].IsZero() {
			t.Errorf("before they are written the last uses are %v", got)
		}
		s.writeUses()
		first := now
		if got := lastUses(t, lib); !got[0].Equal(first) || !got[1].Equal(first) || !got[2].IsZero() {
			t.Errorf("the last uses are %v, want %v, the same, never", got, first)
		}
		before = commits(t, s)
		s.writeUses() // nothing is waiting
		for _, step := range []struct {
			after time.Duration
			want  time.Time
		}{
			{library.TokenUseStep - time.Second, first}, {time.Second, first.Add(library.TokenUseStep)},
		} {
			clock.Lock()
			now = now.Add(step.after)
			clock.Unlock()
			use(secrets[0])
			if after := commits(t, s); after != before {
				t.Errorf("at %v something is written", now)
			}
			s.writeUses()
			if got := lastUses(t, lib); !got[0].Equal(step.want) || !got[1].Equal(first) {
				t.Errorf("at %v the last uses are %v, want %v", now, got, step.want)
			}
		}
		// A use that another node writes late does not move the last one back.
		s.TokenUsed(1, first)
		s.writeUses()
		if got := lastUses(t, lib); !got[0].Equal(first.Add(library.TokenUseStep)) {
			t.Errorf("a use from before has become the last one: %v", got)
		}
		// What is rejected is no use.
		if _, err := lib.Authenticate(t.Context(), "no token"); library.KindOf(err) != library.KindUnauthenticated {
			t.Errorf("no token is answered %v", err)
		}
		clock.Lock()
		now = now.Add(time.Hour)
		clock.Unlock()
		if _, err := lib.Authenticate(t.Context(), secrets[2]); library.KindOf(err) != library.KindUnauthenticated {
			t.Errorf("an expired token is answered %v", err)
		}
		s.writeUses()
		if got := lastUses(t, lib); !got[2].IsZero() {
			t.Errorf("an expired token was used at %v", got[2])
		}
	})
}

// commits names what has been committed: on SQLite it changes with every commit, on
// PostgreSQL, which counts those of all databases together, with each that writes a token.
func commits(t *testing.T, s *Store) (text string) {
	t.Helper()
	if !isSQLite(s.db.DB) {
		err := s.db.Reads().QueryRowContext(t.Context(), "SELECT string_agg(xmin::text || ctid::text, ' ') FROM tokens").Scan(&text)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	err := s.db.searching(t.Context(), func(_ dbq.DBTX, state string) error {
		text = state
		return nil
	})
	if err != nil || text == "" {
		t.Fatal(err)
	}
	return text
}

func TestClose_WritesTokenUses(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s, err := Open(t.Context(), Options{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		lib := library.New(s, nil)
		if _, err := lib.Authenticate(t.Context(), person(t, lib, "Ann")); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s.TokenUsed(1, time.Now()) // too late, and no harm
		if got := lastUses(t, library.New(open(t, url), nil)); got[0].IsZero() {
			t.Error("the use of a token is lost")
		}
	})
}

// A database that takes no writes fails no request.
func TestTokenUsed_OfAFailingDatabaseFailsNothing(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		var log bytes.Buffer
		s := openBy(t, Options{URL: url, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		lib := library.New(s, nil)
		secret := person(t, lib, "Ann")
		change := func(query string) {
			t.Helper()
			err := s.db.change(t.Context(), func(conn dbq.DBTX) error {
				_, err := conn.ExecContext(t.Context(), query)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if !isSQLite(s.db.DB) {
			change("ALTER TABLE tokens ADD CONSTRAINT full_disk CHECK (last_used_at IS NULL)")
		} else {
			change("CREATE TRIGGER full_disk BEFORE UPDATE ON tokens BEGIN SELECT RAISE(ABORT, 'no space'); END")
		}
		for range 3 {
			if _, err := lib.Authenticate(t.Context(), secret); err != nil {
				t.Errorf("a request is answered %v", err)
			}
			s.writeUses()
		}
		if n := strings.Count(log.String(), "the last use of tokens could not be written"); n != 3 {
			t.Errorf("the log tells of it %d times:\n%s", n, log.String())
		}
		if strings.Contains(log.String(), secret) {
			t.Error("the log has the token")
		}
	})
}

// Tokens are listed and revoked by id; listing is for the operator alone.
func TestTokens_AreListedAndRevokedByID(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		lib := library.New(open(t, url), nil)
		secrets := []string{person(t, lib, "Ann"), person(t, lib, "Bob")}
		err := lib.Change(t.Context(), library.Operator(), func(c *library.Change) error {
			if err := c.RevokeTokenByID(t.Context(), 9); library.KindOf(err) != library.KindNotFound {
				t.Errorf("a token that is not there: %v", err)
			}
			return c.RevokeTokenByID(t.Context(), 1)
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []library.Kind{library.KindUnauthenticated, library.KindInternal} {
			if _, err := lib.Authenticate(context.Background(), secrets[i]); library.KindOf(err) != want || (err == nil) != (i == 1) {
				t.Errorf("token %d is answered %v", i+1, err)
			}
		}
		tokens, err := lib.Tokens(t.Context(), library.Operator(), new(library.UserID(2)))
		if err != nil || len(tokens) != 1 || tokens[0].ID != 2 || *tokens[0].Name != "Bob's" || tokens[0].FullName != "Bob" {
			t.Errorf("Bob's tokens are %+v, %v", tokens, err)
		}
		if none, err := lib.Tokens(t.Context(), library.Operator(), new(library.UserID(1))); err != nil || len(none) != 0 {
			t.Errorf("Ann's tokens are %+v, %v", none, err)
		}
		for _, actor := range []library.Actor{{}, library.Person(1, library.RolesOf(library.Student), library.Credential{}), library.Person(1, library.RolesOf(library.Admin), library.Credential{})} {
			if _, err := lib.Tokens(t.Context(), actor, nil); library.KindOf(err) != library.KindForbidden {
				t.Errorf("%+v may list tokens: %v", actor, err)
			}
		}
	})
}
