package main

import (
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit"
)

// captionService is what caption-service prints of one.
type captionService struct {
	Name      string  `json:"name"`
	CreatedAt string  `json:"created_at"`
	RevokedAt *string `json:"revoked_at"`
	Key       string  `json:"key"`
}

func TestCaptionService(t *testing.T) {
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db := "--database=" + url
		lectern(t, "user", "create", db, "--name=Ada Byron", "--role=Admin").ok(t)
		address := serve(t, db) + "/api/public/v1"
		want := func(key string, types, users int) {
			t.Helper()
			if got := status(t, key, address+"/captioning_service_types"); got != types {
				t.Errorf("the key gets %d at its own call, want %d", got, types)
			}
			if got := status(t, key, address+"/users/1"); got != users {
				t.Errorf("the key gets %d at a user's page, want %d", got, users)
			}
		}
		first := strings.TrimSpace(lectern(t, "caption-service", "create", db, "Captions Ltd").ok(t).stdout)
		want(first, 200, 403)
		lectern(t, "caption-service", "create", db, "Captions Ltd").
			is(t, exitRefused, `lectern: the captioning service "Captions Ltd" already has a key; revoke it first`)
		lectern(t, "caption-service", "create", db, " ").is(t, exitRefused, "lectern: name must not be blank")
		lectern(t, "caption-service", "revoke", db, "Nobody").
			is(t, exitRefused, `lectern: there is no captioning service "Nobody"`)

		var revoked captionService
		lectern(t, "caption-service", "revoke", db, "Captions Ltd", "--json").ok(t).json(t, &revoked)
		if revoked.Name != "Captions Ltd" || revoked.RevokedAt == nil {
			t.Errorf("revoking prints %+v", revoked)
		}
		want(first, 401, 401)
		lectern(t, "caption-service", "revoke", db, "Captions Ltd").
			is(t, exitRefused, `lectern: the captioning service "Captions Ltd" is revoked already`)

		var renewed captionService
		lectern(t, "caption-service", "create", db, "Captions Ltd", "--json").ok(t).json(t, &renewed)
		if renewed.RevokedAt != nil || len(renewed.Key) != 64 || renewed.Key == first {
			t.Errorf("creating prints %+v", renewed)
		}
		want(renewed.Key, 200, 403)
		want(first, 401, 401)
		lectern(t, "caption-service", "create", db, "Others").ok(t)
		if got := lectern(t, "caption-service", "revoke", db, "Others").ok(t).stdout; got != "Revoked the key of Others.\n" {
			t.Errorf("revoking prints %q", got)
		}
		var list struct {
			CaptionServices []captionService `json:"caption_services"`
		}
		lectern(t, "caption-service", "list", db, "--json").ok(t).json(t, &list)
		if len(list.CaptionServices) != 2 || list.CaptionServices[0].RevokedAt != nil || list.CaptionServices[1].RevokedAt == nil {
			t.Errorf("the list is %+v", list)
		}
		table := lectern(t, "caption-service", "list", db).ok(t).stdout
		if strings.Count(table, "\n") != 3 || strings.Contains(table, renewed.Key) || !strings.Contains(table, "Captions Ltd  ") {
			t.Errorf("the table is\n%s", table)
		}
	})
}
