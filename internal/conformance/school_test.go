package conformance

import (
	"context"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// school is where most stories play: a person of each kind, in two sub-accounts.
//
//	ada   admin
//	sue   sub-account admin of the sciences
//	rolf  holds the role Subaccount admin, and no sub-account is assigned to him
//	asa   is assigned the sciences, and lost the role (see expel)
//	tom   teacher of Optics, a course of the sciences
//	bob   student of Optics
//	ann   admin, and enrolled in Optics
//	eve   student of Drawing, a course of the arts
//	otto  observer, in no course
//	dora  student of Optics, deactivated (see expel)
//	dan   student of Optics, deleted (see expel)
const school = `{
"users":[
 {"key":"ada","full_name":"Ada Byron","display_name":"Ada","email":"Ada@School.test","roles":["Admin","Teacher"]},
 {"key":"sue","full_name":"Sue Storm","email":"sue@school.test","roles":["Subaccount admin"]},
 {"key":"rolf","full_name":"Rolf Rule","roles":["Subaccount admin"]},
 {"key":"asa","full_name":"Asa Sign","roles":["Teacher"]},
 {"key":"tom","full_name":"Tom Teal","email":"tom@school.test","roles":["Teacher"]},
 {"key":"bob","full_name":"Bob Hale","display_name":"Bob","email":"bob@school.test"},
 {"key":"ann","full_name":"Ann Able","roles":["Admin"]},
 {"key":"eve","full_name":"Eve Moss","email":"eve@school.test"},
 {"key":"otto","full_name":"Otto Look","roles":["Observer"]},
 {"key":"dora","full_name":"Dora Gone","email":"dora@school.test"},
 {"key":"dan","full_name":"Dan Done","email":"dan@school.test"}],
"groups":[{"key":"physics","name":"Physics staff","members":[{"user":"tom","permission":"manager"}]}],
"sub_accounts":[
 {"key":"sciences","name":"Sciences","admins":["sue","asa"]},
 {"key":"arts","name":"Arts"}],
"courses":[
 {"course_id":101,"name":"Optics","sub_account":"sciences","enrollments":[
  {"user":"tom","role":"teacher"},{"user":"bob","role":"student"},{"user":"ann","role":"student"},
  {"user":"dora","role":"student"},{"user":"dan","role":"student"}]},
 {"course_id":202,"name":"Drawing","sub_account":"arts","enrollments":[{"user":"eve","role":"student"}]}],
"collections":[{"key":"lectures","owner":"tom","name":"Lectures"}],
"media":[
 {"key":"lenses","owner":"tom","title":"Lenses"},
 {"key":"mirrors","owner":"tom","collection":"lectures","title":"Mirrors"}]
}`

// expel makes asa, dora and dan what school says of them. Their tokens were good until
// then.
func expel(t *testing.T, lib *live.Library) {
	t.Helper()
	lib.Change(t, func(ctx context.Context, c *library.Change) error {
		lost := library.RoleChange{User: lib.User("asa"), Role: library.SubaccountAdmin, Action: library.RemoveRole}
		if _, err := c.UpdateRoles(ctx, []library.RoleChange{lost}); err != nil {
			return err
		}
		if err := c.SetActive(ctx, lib.User("dora"), false); err != nil {
			return err
		}
		return c.DeleteUser(ctx, lib.User("dan"), library.Disposal{})
	})
}
