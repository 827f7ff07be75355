package conformance

import (
	"net/http"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// A change that PostgreSQL rejects each time, as if others were always in its way, ends with
// an answer that says when to try again. Then it is made.
func TestOutage_AChangeThatIsAlwaysRejected(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"40001", "40P01"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			url := live.Databases.PostgresURL(t)
			lib := live.Open(t, url)
			lib.Load(t, school)
			ada := lib.Serve(t).As("ada")
			tables := testkit.Tables(t, url)
			exec := func(statement string) {
				t.Helper()
				if _, err := tables.ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
			exec("CREATE SEQUENCE tries")
			exec(`CREATE FUNCTION reject() RETURNS trigger LANGUAGE plpgsql AS
				$$ BEGIN PERFORM nextval('tries'); RAISE EXCEPTION 'others are first' USING ERRCODE = '` + code + `'; END $$`)
			exec("CREATE TRIGGER reject BEFORE INSERT ON collections FOR EACH ROW EXECUTE FUNCTION reject()")
			answer := ada.Send(t, http.MethodPost, "/collections", live.JSON, `{"name":"Optics"}`)
			answer.WantError(t, 503, "others are changing the same things")
			if answer.Header.Get("Retry-After") == "" {
				t.Error("it does not say when to try again")
			}
			var tries int
			if err := tables.QueryRowContext(t.Context(), "SELECT last_value FROM tries").Scan(&tries); err != nil || tries < 5 {
				t.Errorf("the change was tried %d times, %v", tries, err)
			}
			exec("DROP TRIGGER reject ON collections")
			ada.Send(t, http.MethodPost, "/collections", live.JSON, `{"name":"Optics"}`).Want(t, 201)
		})
	}
}
