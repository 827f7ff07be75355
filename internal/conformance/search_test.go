package conformance

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// wantFound searches and wants these people, in this order, on one page.
func wantFound(t *testing.T, as live.Client, role, email string, want ...string) {
	t.Helper()
	query := url.Values{}
	if role != "" {
		query.Set("role", role)
	}
	if email != "" {
		query.Set("email", email)
	}
	got := live.Read[users](t, as.Get(t, "/users/search?%s", query.Encode()))
	names := make([]string, len(got.Users))
	for i, u := range got.Users {
		names[i], _, _ = strings.Cut(u.FullName, " ")
		names[i] = strings.ToLower(names[i])
	}
	if !slices.Equal(names, want) || got.Meta != (meta{1, 1, int64(len(want))}) {
		t.Errorf("searching for %q finds %v of %v, want %v", query.Encode(), names, got.Meta, want)
	}
}

func TestSearch_ByRoleAndByAddress(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		expel(t, node.Library)
		ada := node.As("ada")
		// By id descending; without the deactivated and the deleted.
		wantFound(t, ada, "Student", "", "eve", "bob")
		wantFound(t, ada, "Teacher", "", "tom", "asa", "ada")
		wantFound(t, ada, "Admin", "", "ann", "ada")
		wantFound(t, ada, "Subaccount admin", "", "rolf", "sue")
		wantFound(t, ada, "Observer", "", "otto")

		wantFound(t, ada, "", "tom@school.test", "tom")
		wantFound(t, ada, "", "TOM@School.TEST", "tom")
		wantFound(t, ada, "", "ada@school.test", "ada") // who wrote it Ada@School.test
		wantFound(t, ada, "", "tom@school")             // a part of an address is another one
		wantFound(t, ada, "", "om@school.test")
		wantFound(t, ada, "", "t_m@school.test") // and no pattern
		wantFound(t, ada, "", "%@school.test")
		wantFound(t, ada, "", "dora@school.test")
		wantFound(t, ada, "", "dan@school.test")

		wantFound(t, ada, "Teacher", "ada@school.test", "ada")
		wantFound(t, ada, "Admin", "ada@school.test", "ada")
		wantFound(t, ada, "Student", "ada@school.test")
		wantFound(t, ada, "Teacher", "nobody@school.test")
	})
}

// Addresses are compared in simple lower case, alike on both databases, which know less of
// it.
func TestSearch_FoldsAddresses(t *testing.T) {
	const text = `{"users":[
		{"key":"ada","full_name":"Ada Byron","roles":["Admin"]},
		{"key":"zoe","full_name":"Zoe","email":"ZOË@schule.test"},
		{"key":"ivan","full_name":"Ivan","email":"иван@школа.test"},
		{"key":"gross","full_name":"Gross","email":"Groß@schule.test"},
		{"key":"sofia","full_name":"Sofia","email":"ΣΟΦΊΑΣ@schule.test"}]}`
	onEach(t, text, func(t *testing.T, node *live.Node) {
		ada := node.As("ada")
		wantFound(t, ada, "", "zoë@SCHULE.test", "zoe")
		wantFound(t, ada, "", "zoe@schule.test") // without its dots it is another letter
		wantFound(t, ada, "", "ИВАН@Школа.test", "ivan")
		wantFound(t, ada, "", "GROẞ@schule.test", "gross")
		wantFound(t, ada, "", "GROSS@schule.test") // which is another address
		wantFound(t, ada, "", "σοφίασ@schule.test", "sofia")
		wantFound(t, ada, "", "σοφίας@schule.test") // letter by letter, whatever the language
	})
}

// A sub-account admin finds and counts the people in reach, themselves only if enrolled.
func TestSearch_OfASubAccountAdmin(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		expel(t, lib)
		sue := node.As("sue")
		wantFound(t, sue, "Student", "", "bob")
		wantFound(t, sue, "Teacher", "", "tom")
		wantFound(t, sue, "Admin", "", "ann")
		wantFound(t, sue, "Subaccount admin", "")
		wantFound(t, sue, "", "bob@school.test", "bob")
		wantFound(t, sue, "", "eve@school.test")
		wantFound(t, sue, "", "dora@school.test")
		wantFound(t, node.As("rolf"), "Student", "")

		// Bob in a second course of hers is still one Bob; Eve comes into reach with hers.
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			sciences := lib.SubAccount("sciences")
			if _, err := c.CreateCourse(ctx, library.NewCourse{ID: 102, SubAccount: &sciences}); err != nil {
				return err
			}
			if err := c.Enroll(ctx, 102, lib.User("bob"), library.WayTA); err != nil {
				return err
			}
			return c.AssignSubAccount(ctx, lib.SubAccount("arts"), lib.User("sue"))
		})
		wantFound(t, sue, "Student", "", "eve", "bob")
	})
}

func TestSearch_WhatIsNoAddress(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		for _, address := range []string{
			"none", "@", "@school.test", "ada@", "a@b@c", "a da@school.test", "ada@school.test ", "\tada@school.test",
			"ada@school\u00a0.test", "ada\u0085@school.test", "ada\x00@school.test", "ada@school.test\x7f", "\xff@school.test",
			strings.Repeat("a", 243) + "@school.test", "", // 255 bytes, and none
		} {
			for _, caller := range []string{"ada", "bob"} { // also to those who may not search
				node.As(caller).Get(t, "/users/search?email=%s", url.QueryEscape(address)).WantError(t, 422, "email must")
			}
		}
		longest := strings.Repeat("é", 121) + "@school.test" // 254 bytes
		wantFound(t, node.As("ada"), "", longest)
		node.As("bob").Get(t, "/users/search?email=%s", url.QueryEscape(longest)).Want(t, 403)
	})
}
