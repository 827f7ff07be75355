package main

import (
	"testing"

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

		var revoked struct{ Revoked bool }
		lectern(t, "token", "revoke", db, "--user=1", "--json").ok(t).json(t, &revoked)
		if got := status(t, long.AccessToken, ping); got != 401 || !revoked.Revoked {
			t.Errorf("revoking all is answered %+v, and then the token %d", revoked, got)
		}
	})
}
