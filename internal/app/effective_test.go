package app

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

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
		o.Listen.API = listen
		if is, err := o.Effective(); err != nil || is.Listen.PublicURL != want {
			t.Errorf("listening on %s: %q, %v; want %q", listen, is.Listen.PublicURL, err, want)
		}
		o.Listen.PublicURL = "https://media.school.test"
		if is, err := o.Effective(); err != nil || is.Listen.PublicURL != o.Listen.PublicURL {
			t.Errorf("listening on %s: %q, %v; want what was said", listen, is.Listen.PublicURL, err)
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
	o.Place.Data, o.Place.Storage, o.Workers = "data", "", 1
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
