package store

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit"
)

// risks is what the log has of the risks of a database.
func risks(t *testing.T, address string) string {
	t.Helper()
	var log bytes.Buffer
	if err := open(t, address).WarnOfRisks(t.Context(), slog.New(slog.NewTextHandler(&log, nil))); err != nil {
		t.Fatal(err)
	}
	return log.String()
}

// A folder that others can open is reported with its mode, and a private one is not.
func TestWarnOfRisks_OfAnOpenFolder(t *testing.T) {
	t.Parallel()
	for mode, warns := range map[os.FileMode]bool{0o700: false, 0o710: true, 0o701: true, 0o755: true, 0o777: true} {
		folder := filepath.Join(t.TempDir(), "data")
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(folder, mode); err != nil { // whatever the umask
			t.Fatal(err)
		}
		said := risks(t, "sqlite:"+filepath.Join(folder, "library.db"))
		if !warns && said != "" {
			t.Errorf("%o: the log says %s", mode, said)
		}
		for _, word := range []string{"level=WARN", "chmod 700", "folder=" + folder, fmt.Sprintf("mode=0%o", mode)} {
			if warns && !strings.Contains(said, word) {
				t.Errorf("%o: the log lacks %q: %s", mode, word, said)
			}
		}
	}
}

// A setting of PostgreSQL by which acknowledged changes can be lost is reported by its name.
func TestWarnOfRisks_OfPostgreSQL(t *testing.T) {
	t.Parallel()
	address, err := url.Parse(testkit.PostgresURL(t))
	if err != nil {
		t.Fatal(err)
	}
	for value, warns := range map[string]bool{"on": false, "local": false, "off": true} {
		query := address.Query()
		query.Set("synchronous_commit", value)
		address.RawQuery = query.Encode()
		if said := risks(t, address.String()); strings.Contains(said, "setting=synchronous_commit") != warns {
			t.Errorf("with synchronous_commit %s the log says %q", value, said)
		}
	}
}
