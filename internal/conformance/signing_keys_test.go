package conformance

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// A new signing key takes nothing from those who hold what the previous one has signed, on
// any node. In the end the previous key opens nothing.
func TestSigningKey_Rotated(t *testing.T) {
	onEach(t, cinema, func(t *testing.T, node *live.Node) {
		lib := node.Library
		nodes := []*live.Node{node, lib.Serve(t)}
		film := perspectives(t, node)["Film"]
		report := func(at *live.Node, ticket string) live.Answer {
			body := url.Values{"client_id": {"player"}, "views": {piece(1, 0, 3)}, "ticket": {ticket}}
			return at.Nobody().Send(t, "POST", "/perspectives/"+film+"/views", "application/x-www-form-urlencoded", body.Encode())
		}
		before := startUpload(t, node.As("tom"), "")
		oldTicket := ticket(t, node.As("tom"), film)
		grantOf := func(address string) string { return address[strings.LastIndexByte(address, '/')+1:] }

		clock := func(context.Context) (time.Time, error) { return lib.Clock.Now(), nil }
		lib.Clock.Advance(time.Second)
		var fresh library.SigningKey
		var until time.Time
		lib.Change(t, func(ctx context.Context, c *library.Change) (err error) {
			fresh, until, err = c.RotateSigningKey(ctx, clock)
			return err
		})
		if !until.After(lib.Clock.Now().Add(library.ResumableLife)) {
			t.Errorf("the previous key verifies until %s", until)
		}
		restarted := lib.Serve(t) // signs with the new key at once
		after := startUpload(t, restarted.As("tom"), "")
		newTicket := ticket(t, restarted.As("tom"), film)
		for _, at := range append(nodes, restarted) {
			report(at, oldTicket).Want(t, 204)
			report(at, newTicket).Want(t, 204)
			for _, address := range []string{before.URL, after.URL} {
				put(t, at, at.URL+"/uploads/"+grantOf(address), "", strings.NewReader("x"), 1).Want(t, 200)
			}
		}
		// A minute later a node that has met neither signs with the new key too.
		lib.Clock.Advance(time.Minute)
		key := func(grant string) string { parts := strings.SplitN(grant, "-", 4); return parts[3][:8] }
		if got := key(grantOf(startUpload(t, nodes[1].As("tom"), "").URL)); got != key(grantOf(after.URL)) {
			t.Errorf("after a minute a node signs with %s, want that of key %s", got, fresh.ID)
		}
		lib.Clock.Set(until)
		var keys int
		lib.Change(t, func(ctx context.Context, c *library.Change) error { return errorOf2(c.RotateSigningKey(ctx, clock)) })
		if err := lib.Tables(t).QueryRowContext(t.Context(), "SELECT count(*) FROM signing_keys").Scan(&keys); err != nil || keys != 2 {
			t.Errorf("%d keys are kept, %v", keys, err)
		}
	})
}

// errorOf2 is the error of a change whose results do not matter.
func errorOf2[A, B any](_ A, _ B, err error) error { return err }
