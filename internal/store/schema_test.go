package store

import (
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/store/dbq"
	"github.com/lectern-media/lectern/internal/testkit"
)

// What each policy does with each state of a database.
func TestOpen_FollowsThePolicyForTheSchema(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		try := func(what string, o Options, wantErr string) {
			t.Helper()
			o.URL = url
			s, err := Open(t.Context(), o)
			if err == nil {
				err = s.Close()
			}
			if wantErr == "" && err != nil || wantErr != "" && (err == nil || !strings.Contains(err.Error(), wantErr)) {
				t.Errorf("%s: %v, want %q", what, err, wantErr)
			}
		}
		missing := "no such file"
		if strings.HasPrefix(url, "postgres") {
			missing = "there is no library in it yet"
		}
		try("reading nothing", Options{ReadOnly: true}, missing)
		try("changing nothing", Options{Schema: Current}, missing)
		try("creating", Options{Schema: Create}, "")
		try("creating what is there", Options{Schema: Create}, "")
		try("reading", Options{ReadOnly: true}, "")
		try("changing", Options{Schema: Current}, "")
		try("migrating", Options{}, "")
		s := open(t, url)
		err := s.db.change(t.Context(), func(conn dbq.DBTX) error {
			_, err := conn.ExecContext(t.Context(), "DELETE FROM goose_db_version WHERE version_id > 11")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		older := "its schema is version 11, and this Lectern needs version"
		try("reading an older one", Options{ReadOnly: true}, older)
		try("changing an older one", Options{Schema: Current}, older)
		try("creating an older one", Options{Schema: Create}, older)
	})
}
