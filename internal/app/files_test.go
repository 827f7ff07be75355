package app

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/seal"
	"github.com/lectern-media/lectern/internal/testkit"
)

// Where clients fetch recordings from the store itself, pages let them.
func TestApp_RedirectFiles(t *testing.T) {
	o := testOptions(t)
	o.RedirectFiles, o.Place.Storage = true, testkit.S3(t)
	at, err := url.Parse(o.Place.Storage)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Get(start(t, o).LocalURL() + "/embed/7d0f4c3e-2e4e-4a43-9a3f-52b7a1a1a3a1")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if want, policy := "media-src 'self' "+at.Query().Get("endpoint")+" ", answer.Header.Get("Content-Security-Policy"); !strings.Contains(policy, want) {
		t.Errorf("the policy %q has no %q", policy, want)
	}
}

// No address is good for longer than a key that was replaced verifies.
func TestAddresses_OutliveNoKey(t *testing.T) {
	t.Parallel()
	for name, life := range map[string]time.Duration{
		"a file":             fileLife + 2*hour, // rounded up, and from the full hour on
		"a folder":           folderLife + hour, // rounded up
		"a PUT":              library.UploadLife,
		"an upload in parts": library.ResumableLife,
	} {
		if life > seal.LongestLife {
			t.Errorf("the address of %s is good for %s, and a key for %s", name, life, seal.LongestLife)
		}
	}
}
