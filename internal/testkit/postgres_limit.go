package testkit

import (
	"context"
	"crypto/rand"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// LimitedPostgres returns the URL of a database for a role of its own, which may read and
// change all that is there, and a function by which the server lets the role have only so many
// connections at once and rejects any more with 53300; with 0 it also ends those that there
// are. Until that is called there is no limit.
func LimitedPostgres(tb testing.TB, database string) (address string, limit func(connections int)) {
	tb.Helper()
	role := "limited_" + strings.ToLower(rand.Text())
	address, err := withRole(database, role)
	if err != nil {
		tb.Fatal(err)
	}
	run := func(ctx context.Context, statements ...string) {
		for _, statement := range statements {
			if err := execute(ctx, database, statement); err != nil {
				tb.Errorf("%s: %v", statement, err)
			}
		}
	}
	end := "SELECT count(pg_terminate_backend(pid, 30000)) FROM pg_stat_activity WHERE usename = '" + role + "'"
	run(tb.Context(), "CREATE ROLE "+role+" LOGIN PASSWORD '"+role+"'",
		"GRANT ALL ON SCHEMA public TO "+role, "GRANT ALL ON ALL TABLES IN SCHEMA public TO "+role,
		"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO "+role)
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), dropTimeout)
		defer cancel()
		run(ctx, "ALTER ROLE "+role+" CONNECTION LIMIT 0", end, "DROP OWNED BY "+role, "DROP ROLE "+role)
	})
	return address, func(connections int) {
		tb.Helper()
		run(tb.Context(), "ALTER ROLE "+role+" CONNECTION LIMIT "+strconv.Itoa(connections))
		if connections == 0 {
			run(tb.Context(), end)
		}
	}
}

// withRole returns the URL of a database for another role, whose password is its name.
func withRole(database, role string) (string, error) {
	u, err := url.Parse(database)
	if err != nil {
		return "", err
	}
	u.User = url.UserPassword(role, role)
	query := u.Query()
	query.Del("user")
	query.Del("password")
	u.RawQuery = query.Encode()
	return u.String(), nil
}
