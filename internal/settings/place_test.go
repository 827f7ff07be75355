package settings

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every path of a place is absolute before anything reads it, and nothing else changes.
func TestPlace_Effective(t *testing.T) { // not parallel: it changes the working directory
	folder := filepath.Join(t.TempDir(), "a folder", "für [alle] 100% #1?")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(folder)
	in := func(name string) string { return filepath.Join(folder, name) }
	for name, c := range map[string]struct {
		data, storage string
		database      DatabaseURL
		want          [3]string // data, database, storage
	}{
		"the defaults":            {data: "lectern-data", want: [3]string{in("lectern-data"), "sqlite:" + in("lectern-data/lectern.db"), in("lectern-data/files")}},
		"here":                    {data: ".", want: [3]string{folder, "sqlite:" + in("lectern.db"), in("files")}},
		"above":                   {data: "../x/", want: [3]string{in("../x"), "sqlite:" + in("../x/lectern.db"), in("../x/files")}},
		"absolute":                {data: "/srv/l", database: "sqlite:/srv/l.db", storage: "/srv/f", want: [3]string{"/srv/l", "sqlite:/srv/l.db", "/srv/f"}},
		"a file":                  {data: "d", database: "sqlite:l.db", want: [3]string{in("d"), "sqlite:" + in("l.db"), in("d/files")}},
		"a file after slashes":    {data: "d", database: "sqlite://l.db", want: [3]string{in("d"), "sqlite:" + in("l.db"), in("d/files")}},
		"an absolute one":         {data: "d", database: "sqlite:///srv/l.db", want: [3]string{in("d"), "sqlite:/srv/l.db", in("d/files")}},
		"PostgreSQL":              {data: "d", database: "postgres://u:p@h/d", want: [3]string{in("d"), "postgres://u:p@h/d", in("d/files")}},
		"a bucket":                {data: "d", storage: "s3://b?endpoint=https://h", want: [3]string{in("d"), "sqlite:" + in("d/lectern.db"), "s3://b?endpoint=https://h"}},
		"a folder of its own":     {data: "d", storage: "../f", want: [3]string{in("d"), "sqlite:" + in("d/lectern.db"), in("../f")}},
		"no data folder":          {database: "postgres://h/d", storage: "f", want: [3]string{"", "postgres://h/d", in("f")}},
		"odd letters in the name": {data: "ä b%20c?#", want: [3]string{in("ä b%20c?#"), "sqlite:" + in("ä b%20c?#/lectern.db"), in("ä b%20c?#/files")}},
	} {
		is, err := Place{Data: c.data, Database: c.database, Storage: c.storage}.Effective()
		if got := [3]string{is.Data, string(is.Database), is.Storage}; err != nil || got != c.want {
			t.Errorf("%s: %q, %v\nwant %q", name, got, err, c.want)
		}
		if again, err := is.Effective(); err != nil || again != is {
			t.Errorf("%s, twice: %+v, %v", name, again, err)
		}
	}
}

func TestDatabaseURL_ShowsNoPassword(t *testing.T) {
	for url, want := range map[DatabaseURL]string{
		"sqlite:/srv/lectern.db":                     "sqlite:/srv/lectern.db",
		"postgres://lectern@db/lectern":              "postgres://lectern@db/lectern",
		"postgres://lectern:secret@db/lectern":       "postgres://lectern:xxxxx@db/lectern",
		"postgres://db/lectern?password=secret":      "postgres://db/lectern?password=xxxxx",
		"postgres://a:secret@db/x?sslpassword=other": "postgres://a:xxxxx@db/x?sslpassword=xxxxx",
		"postgres://a:sec%ret@db/x":                  "xxxxx",
	} {
		if url.String() != want {
			t.Errorf("%q shows as %s, want %s", string(url), url, want)
		}
		var logged bytes.Buffer
		slog.New(slog.NewTextHandler(&logged, nil)).Info("open", "database", url)
		if strings.Contains(logged.String(), "secret") || strings.Contains(logged.String(), "sec%ret") {
			t.Errorf("the log says %s", logged.String())
		}
	}
}
