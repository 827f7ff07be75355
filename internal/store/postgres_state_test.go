package store

import (
	"context"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/db"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
	"github.com/lectern-media/lectern/internal/testkit"
)

// What is counted under a snapshot is not taken for what the same numbers of transactions
// stand for on another server, and a standby's counts are not kept.
func TestSearching_NamesTheServerToo(t *testing.T) {
	t.Parallel()
	servers := testkit.PostgresWithStandby(t)
	s := open(t, servers.URL)
	seedOne(t, s)
	state := func(p *database) (is string) {
		t.Helper()
		err := p.searching(t.Context(), func(_ dbq.DBTX, state string) error { is = state; return nil })
		if err != nil {
			t.Fatal(err)
		}
		return is
	}
	before := state(s.db)
	if before == "" || state(s.db) != before {
		t.Errorf("the state of a quiet library is %q, then %q", before, state(s.db))
	}
	connected, err := db.ConnectPostgres(servers.StandbyURL(), 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connected.Close() })
	standby := newDatabase(connected)
	if found := state(standby); found != "" {
		t.Errorf("a standby's state is %q", found)
	}
	search := func() {
		t.Helper()
		scope := library.MediaScope{All: true, Seeker: 1}
		if _, err := (&Store{db: standby, lists: s.lists}).SearchMedia(t.Context(), scope, library.MediaFilter{}, library.Page{Number: 1, Size: 5}); err != nil {
			t.Fatal(err)
		}
	}
	search()
	if n := s.lists.counts.EstimatedSize(); n != 0 {
		t.Errorf("%d counts of a standby are kept", n)
	}
	servers.CutReplication(t.Context())
	servers.Fail(t.Context())
	after := ""
	for after == "" { // connections that are broken are noticed by using them
		err := s.db.searching(context.WithoutCancel(t.Context()), func(_ dbq.DBTX, state string) error { after = state; return nil })
		if err != nil {
			t.Log(err)
		}
	}
	snapshot := func(state string) (server string) { _, server, _ = strings.Cut(state, " "); return server }
	if snapshot(after) == snapshot(before) {
		t.Errorf("two servers have the state %q", after)
	}
}
