package store_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/testkit"
)

// A database that cannot hold every letter is rejected before anything is in it.
func TestOpen_RejectsOtherEncodings(t *testing.T) {
	t.Parallel()
	server := testkit.PostgresURL(t)
	address, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	run := func(ctx context.Context, statement string) {
		conn, err := pgx.Connect(ctx, server)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close(ctx) }()
		if _, err := conn.Exec(ctx, statement); err != nil {
			t.Fatal(err)
		}
	}
	name := strings.TrimPrefix(address.Path, "/") + "_latin"
	run(t.Context(), "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
	t.Cleanup(func() { run(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)") })
	address.Path = "/" + name
	opened, err := store.Open(t.Context(), store.Options{URL: address.String()})
	if err == nil {
		_ = opened.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "the encoding LATIN1; create it with ENCODING 'UTF8'") {
		t.Errorf("it says %v", err)
	}
}
