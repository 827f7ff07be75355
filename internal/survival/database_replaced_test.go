package survival

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A server whose database is replaced under it acknowledges nothing more, says why, and
// ends; the next one says what can be done.
func TestServer_EndsWhenItsDatabaseIsReplaced(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"mv", "cp"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, "library.db")
			s := newServer(t, place{"sqlite:" + path, filepath.Join(dir, "files")}, "--workers=0")
			l := s.start()
			create := func() (int, error) {
				a, err := s.try(t.Context(), l, http.MethodPost, api+"/collections", "application/json", []byte(`{"name":"New"}`))
				return a.status, err
			}
			copied := filepath.Join(dir, "copy.db")
			db := openRaw(t, "sqlite:"+path)
			if _, err := db.db.ExecContext(t.Context(), "VACUUM INTO '"+copied+"'"); err != nil {
				t.Fatal(err)
			}
			_ = db.db.Close()
			if status, err := create(); err != nil || status != http.StatusCreated {
				t.Fatalf("before, a change is answered %d, %v", status, err)
			}
			want, err := os.ReadFile(copied)
			if err != nil {
				t.Fatal(err)
			}
			if out, err := exec.CommandContext(t.Context(), how, copied, path).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if status, err := create(); err == nil && status == http.StatusCreated {
				t.Error("a change is acknowledged that is in no file")
			}
			select {
			case <-l.over:
			case <-time.After(patience):
				t.Fatal("it goes on")
			}
			if code := l.command.ProcessState.ExitCode(); code != 1 || !strings.Contains(l.said.String(), "lectern: "+path+" was ") {
				t.Errorf("it ended with %d: %s", code, l.said.String())
			}
			if now, err := os.ReadFile(path); err != nil || string(now) != string(want) {
				t.Errorf("the copy was changed, %v", err)
			}
			next := s.begin()
			<-next.over
			if said := next.said.String(); !strings.Contains(said, fmt.Sprintf("%[1]s-wal belongs to another database file than %[1]s", path)) {
				t.Errorf("the next one says %s", said)
			}
			if err := os.Rename(path+"-wal", path+"-wal.away"); err != nil {
				t.Fatal(err)
			}
			s.end(s.start(), syscall.SIGTERM)
		})
	}
}
