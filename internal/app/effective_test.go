package app

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// Every path of the options is absolute before anything reads it, and nothing else changes.
func TestOptions_EffectivePaths(t *testing.T) { // not parallel: it changes the working directory
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
		o := DefaultOptions()
		o.Data, o.Database, o.Storage = c.data, c.database, c.storage
		is, err := o.Effective()
		if got := [3]string{is.Data, string(is.Database), is.Storage}; err != nil || got != c.want {
			t.Errorf("%s: %q, %v\nwant %q", name, got, err, c.want)
		}
		if again, err := is.Effective(); err != nil || again.Data != is.Data || again.Database != is.Database || again.Storage != is.Storage {
			t.Errorf("%s, twice: %+v, %v", name, again, err)
		}
	}
}

func TestOptions_EffectivePublicURL(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]string{
		"127.0.0.1:8080": "http://127.0.0.1:8080",
		":8080":          "http://127.0.0.1:8080",
		"0.0.0.0:80":     "http://127.0.0.1:80",
		"[::]:8080":      "http://127.0.0.1:8080",
		"[::1]:8080":     "http://[::1]:8080",
		"127.0.0.1:0":    "",
	} {
		o := DefaultOptions()
		o.Listen = listen
		if is, err := o.Effective(); err != nil || is.PublicURL != want {
			t.Errorf("listening on %s: %q, %v; want %q", listen, is.PublicURL, err, want)
		}
		o.PublicURL = "https://media.school.test"
		if is, err := o.Effective(); err != nil || is.PublicURL != o.PublicURL {
			t.Errorf("listening on %s: %q, %v; want what was said", listen, is.PublicURL, err)
		}
	}
}

// A library that is named by a relative path is the same for who goes elsewhere meanwhile,
// also through a link.
func TestApp_KeepsItsFolder(t *testing.T) { // not parallel: it changes the working directory
	folder := filepath.Join(t.TempDir(), "ä [b] 1%")
	if err := os.MkdirAll(filepath.Join(folder, "disk"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(folder)
	if err := os.Symlink("disk", "data"); err != nil {
		t.Fatal(err)
	}
	o := testOptions(t)
	o.Data, o.Storage, o.Workers = "data", "", 1
	a := open(t, o)
	t.Chdir(t.TempDir())
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if status, _ := get(t, a.LocalURL()+"/readyz"); status != http.StatusOK {
		t.Errorf("GET /readyz answers %d", status)
	}
	for _, name := range []string{"lectern.db", "files/lectern.json", "work"} {
		if _, err := os.Stat(filepath.Join(folder, "disk", name)); err != nil {
			t.Error(err)
		}
	}
	if here, err := os.ReadDir("."); err != nil || len(here) > 0 {
		t.Errorf("elsewhere there are now %v, %v", here, err)
	}
}
