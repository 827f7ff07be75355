package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/testkit"
)

func TestSigningKeyRotate(t *testing.T) {
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db := "--database=" + url
		lectern(t, "user", "create", db, "--name=Ada Byron", "--role=Admin").ok(t)
		said := lectern(t, "signing-key", "rotate", db).ok(t)
		sentence := regexp.MustCompile(`^Created signing key [\w-]{8}\. What the previous key has signed is valid until (\S+Z) at the latest\.\n$`)
		found := sentence.FindStringSubmatch(said.stdout)
		if found == nil {
			t.Fatalf("printed %q", said.stdout)
		}
		if until, err := time.Parse(time.RFC3339, found[1]); err != nil || time.Until(until) < 48*time.Hour || time.Until(until) > 50*time.Hour {
			t.Errorf("the previous key is valid until %s, %v", until, err)
		}
		var made struct {
			ID        string    `json:"id"`
			CreatedAt time.Time `json:"created_at"`
			Until     time.Time `json:"previous_verifies_until"`
		}
		lectern(t, "signing-key", "rotate", db, "--json").ok(t).json(t, &made)
		if len(made.ID) != 8 || strings.Contains(said.stdout, made.ID) || made.Until.Sub(made.CreatedAt) < 48*time.Hour {
			t.Errorf("printed %+v after %q", made, said.stdout)
		}
	})
}
