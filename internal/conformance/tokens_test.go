package conformance

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// Every operation, and the one view that is not for everyone, wants a good token.
func TestTokens_ThatAreNone(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		token := node.Library.Token("ada")
		for _, header := range []string{
			"", "Bearer", token, "Basic " + token, "Bearer " + token + token, "Bearer " + token[1:],
			"Bearer " + strings.ToUpper(token), "Bearer " + strings.Repeat("0", len(token)), "Bearer ' OR 1=1 --",
		} {
			caller := node.With(header)
			for _, path := range append(pages, "/collections?page=0") {
				caller.Get(t, "%s", node.Library.UserPath("ada", path)).WantError(t, 401, "token")
			}
			caller.Get(t, "/users/search").WantError(t, 401, "token")
			caller.Send(t, "POST", "/users/roles", "text/plain", "{").WantError(t, 401, "token")
			caller.Get(t, "/ping").WantError(t, 401, "token")
			caller.Fetch(t, "/api/public/apidocs").WantError(t, 401, "token")
		}
	})
}

// The older form of the header: the token decides, and a user_id must be its owner's.
func TestTokens_OlderHeader(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		older := func(id library.UserID, token string) live.Client {
			return node.With(fmt.Sprintf(`Bearer user_id="%d", token="%s"`, id, token))
		}
		bob := lib.User("bob")
		for _, page := range pages {
			older(bob, lib.Token("bob")).Get(t, "%s", live.UserPath(bob, page)).Want(t, 200)
			older(bob, lib.Token("ada")).Get(t, "%s", live.UserPath(bob, page)).WantError(t, 401, "belongs to another user")
			older(lib.User("ada"), lib.Token("bob")).Get(t, "%s", live.UserPath(bob, page)).WantError(t, 401, "belongs to another user")
			older(bob, "0").Get(t, "%s", live.UserPath(bob, page)).Want(t, 401)
		}
		for form, want := range map[string]int{
			"bearer %[2]s": 200, "BEARER   %[2]s": 200, `bEARER USER_ID="%[1]d", TOKEN="%[2]s"`: 200,
			`Bearer user_id = %[1]d , token = %[2]s`: 200, "Bearer\ttoken=%[2]s": 200, `Bearer ,token="%[2]s",`: 200,
			`Bearer token="%[2]s", token="%[2]s"`: 401, `Bearer token="%[2]s`: 401, "Bearer%[2]s": 401,
			`Bearer user_id="0%[1]d", token="%[2]s"`: 401,
		} {
			node.With(fmt.Sprintf(form, bob, lib.Token("bob"))).Get(t, "/ping").Want(t, want)
		}
	})
}

// A 401 tells a client whether to get a token or to get another one.
func TestTokens_ChallengeSaysWhetherOneWasSent(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		stale, bob := node.Library.Token("eve"), node.Library.User("bob")
		node.Library.Change(t, func(ctx context.Context, c *library.Change) error { return c.RevokeToken(ctx, stale) })
		for header, want := range map[string]string{
			"": "Bearer", "Bearer": "Bearer", "Basic YTpi": "Bearer", "bearer " + stale: `Bearer error="invalid_token"`,
			"Bearer x y": `Bearer error="invalid_token"`,
			fmt.Sprintf(`Bearer user_id="%d", token="%s"`, bob, node.Library.Token("ada")): `Bearer error="invalid_token"`,
		} {
			for _, path := range []string{live.BasePath + "/ping", live.BasePath + "/users/search", "/api/public/apidocs"} {
				got := node.With(header).Fetch(t, path).Want(t, 401).Header.Values("WWW-Authenticate")
				if len(got) != 1 || got[0] != want {
					t.Errorf("%s with %q: %q, want %q", path, header, got, want)
				}
			}
		}
	})
}

func TestTokens_Expire(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		node.Library.Clock.Advance(2*time.Hour - time.Second)
		node.As("bob").Get(t, "/ping").Want(t, 200)
		fresh := node.With("Bearer " + node.Library.NewToken(t, "bob"))
		node.Library.Clock.Advance(time.Second)
		node.As("bob").Get(t, "/ping").Want(t, 401)
		fresh.Get(t, "/ping").Want(t, 200)
		node.Library.Clock.Advance(2 * time.Hour)
		fresh.Get(t, "/ping").Want(t, 401)
	})
}

// What ends a token ends it with the next request of every node, also of those that
// just took it.
func TestTokens_EndOnEveryNode(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		nodes := []*live.Node{node, lib.Serve(t)}
		want := func(token string, status int) {
			t.Helper()
			for _, n := range nodes {
				n.With("Bearer "+token).Get(t, "/ping").Want(t, status)
			}
		}
		setActive := func(key string, active bool) {
			t.Helper()
			lib.Change(t, func(ctx context.Context, c *library.Change) error { return c.SetActive(ctx, lib.User(key), active) })
		}
		revoke := func(secret string) {
			t.Helper()
			lib.Change(t, func(ctx context.Context, c *library.Change) error { return c.RevokeToken(ctx, secret) })
		}

		first, second := lib.Token("bob"), lib.NewToken(t, "bob")
		want(first, 200)
		want(second, 200)
		revoke(first)
		want(first, 401)
		want(second, 200) // which is another one

		setActive("bob", false)
		want(second, 401)
		setActive("bob", true)
		want(second, 200) // what was not revoked lives on
		want(first, 401)

		lib.Change(t, func(ctx context.Context, c *library.Change) error { return c.RevokeTokensOf(ctx, lib.User("bob")) })
		want(second, 401)

		want(lib.Token("dan"), 200)
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			return c.DeleteUser(ctx, lib.User("dan"), library.Disposal{})
		})
		want(lib.Token("dan"), 401)
	})
}
