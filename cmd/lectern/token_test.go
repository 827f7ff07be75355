package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/testkit"
)

// token is what token create prints.
type token struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int64  `json:"expires_in"`
	CreatedAt   int64  `json:"created_at"`
}

func TestToken(t *testing.T) {
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db := "--database=" + url
		lectern(t, "user", "create", db, "--name=Ada Byron", "--email=ada@school.test", "--role=Admin").ok(t)
		lectern(t, "user", "create", db, "--name=Tom Wu").ok(t)
		ping := serve(t, db) + "/api/public/v1/ping"

		create := func(args ...string) token {
			t.Helper()
			var made token
			lectern(t, append([]string{"token", "create", db}, args...)...).ok(t).json(t, &made)
			if made.TokenType != "Bearer" || made.CreatedAt == 0 {
				t.Errorf("printed %+v", made)
			}
			if got := status(t, made.AccessToken, ping); got != 200 {
				t.Errorf("a new token is answered %d", got)
			}
			return made
		}
		ada := create("--user=Ada@School.test")
		if ada.ExpiresIn != 7200 {
			t.Errorf("expires in %d s", ada.ExpiresIn)
		}
		long := create("--user=1", "--expires-in=720h")
		if long.ExpiresIn != 720*3600 {
			t.Errorf("expires in %d s", long.ExpiresIn)
		}
		tom := create("--user=2")

		// What ends a token ends it for the server that runs, at once.
		lectern(t, "token", "revoke", db, ada.AccessToken).ok(t)
		lectern(t, "user", "deactivate", db, "2").ok(t)
		for name, c := range map[string]struct {
			token token
			want  int
		}{"revoked": {ada, 401}, "of a deactivated person": {tom, 401}, "other": {long, 200}} {
			if got := status(t, c.token.AccessToken, ping); got != c.want {
				t.Errorf("a token %s is answered %d, want %d", name, got, c.want)
			}
		}
		lectern(t, "token", "create", db, "--user=2").is(t, exitRefused, "lectern: user 2 is deactivated")
		lectern(t, "token", "revoke", db, ada.AccessToken).is(t, exitRefused, "lectern: there is no such token")
		lectern(t, "token", "create", db, "--user=1", "--expires-in=0s").
			is(t, exitRefused, "lectern: expires_in must be at least one second")

		// Tokens are listed without their secrets, and revoked by id, or by the secret from
		// standard input.
		type listed struct {
			ID         int64      `json:"id"`
			UserID     int64      `json:"user_id"`
			FullName   string     `json:"full_name"`
			Name       *string    `json:"name"`
			CreatedAt  time.Time  `json:"created_at"`
			ExpiresAt  time.Time  `json:"expires_at"`
			LastUsedAt *time.Time `json:"last_used_at"`
		}
		var list struct{ Tokens []listed }
		named := create("--user=1", "--name=nightly export")
		lectern(t, "token", "list", db, "--user=ADA@school.test", "--json").ok(t).json(t, &list)
		if len(list.Tokens) != 2 || list.Tokens[0].ID != 2 || list.Tokens[0].Name != nil || list.Tokens[1].ID != 4 ||
			*list.Tokens[1].Name != "nightly export" || list.Tokens[1].FullName != "Ada Byron" || list.Tokens[1].UserID != 1 ||
			list.Tokens[1].ExpiresAt.Sub(list.Tokens[1].CreatedAt) != 2*time.Hour {
			t.Errorf("Ada's tokens are %+v", list.Tokens)
		}
		table := lectern(t, "token", "list", db).ok(t).stdout
		for _, want := range []string{"ID  USER  PERSON     NAME", "3   2     Tom Wu     -", "4   1     Ada Byron  nightly export", "never\n"} {
			if !strings.Contains(table, want) {
				t.Errorf("the table lacks %q:\n%s", want, table)
			}
		}
		for _, made := range []token{ada, long, tom, named} {
			if strings.Contains(table, made.AccessToken) {
				t.Errorf("the table has a token:\n%s", table)
			}
		}
		lectern(t, "token", "list", db, "--user=9").is(t, exitRefused, "lectern: user 9 not found")
		another := create("--user=1")
		if said := lecternWith(t, nil, another.AccessToken+"\n", "token", "revoke", db, "-").ok(t).stdout; said != "Revoked the token.\n" {
			t.Errorf("said %q", said)
		}
		lectern(t, "token", "revoke", db, "4").ok(t)
		for _, made := range []token{another, named} {
			if got := status(t, made.AccessToken, ping); got != 401 {
				t.Errorf("a revoked token is answered %d", got)
			}
		}
		if got := status(t, long.AccessToken, ping); got != 200 {
			t.Errorf("another token is answered %d", got)
		}
		lectern(t, "token", "revoke", db, "4").is(t, exitRefused, "lectern: token 4 not found")
		lecternWith(t, nil, " \n", "token", "revoke", db, "-").is(t, exitUsage, "lectern: there is no token on standard input")
		lecternWith(t, nil, "no token", "token", "revoke", db, "-").is(t, exitRefused, "lectern: there is no such token")
		lectern(t, "token", "create", db, "--user=1", "--name=\u200b").is(t, exitRefused, "lectern: name must not be blank")

		var revoked struct{ Revoked bool }
		lectern(t, "token", "revoke", db, "--user=1", "--json").ok(t).json(t, &revoked)
		if got := status(t, long.AccessToken, ping); got != 401 || !revoked.Revoked {
			t.Errorf("revoking all is answered %+v, and then the token %d", revoked, got)
		}
	})
}

// A server writes when tokens were used, at the latest when it stops.
func TestToken_LastUse(t *testing.T) {
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db := "--database=" + url
		lectern(t, "user", "create", db, "--name=Ada").ok(t)
		var used, other token
		lectern(t, "token", "create", db, "--user=1").ok(t).json(t, &used)
		lectern(t, "token", "create", db, "--user=1").ok(t).json(t, &other)
		server := background(t, "serve", db, "--data="+t.TempDir(), "--listen=127.0.0.1:0", "--json", "--log-level=error")
		var ready struct {
			BaseURL string `json:"base_url"`
		}
		if err := json.Unmarshal([]byte(server.line()), &ready); err != nil {
			t.Fatal(err)
		}
		if got := status(t, used.AccessToken, ready.BaseURL+"/api/public/v1/ping"); got != 200 {
			t.Errorf("the token is answered %d", got)
		}
		server.end()
		var list struct {
			Tokens []struct {
				LastUsedAt *time.Time `json:"last_used_at"`
			}
		}
		out := lectern(t, "token", "list", db, "--json").ok(t).stdout
		if err := json.Unmarshal([]byte(out), &list); err != nil {
			t.Fatal(err)
		}
		if len(list.Tokens) != 2 || list.Tokens[0].LastUsedAt == nil || list.Tokens[1].LastUsedAt != nil {
			t.Errorf("after a use of the first the tokens are %s", out)
		}
	})
}
