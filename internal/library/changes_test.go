package library_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
)

// school is a small library on SQLite, and the ids in it.
type school struct {
	*library.Library
	kept       *store.Store
	ada, bob   library.UserID // an admin; a student
	group      library.GroupID
	sub        library.SubAccountID
	collection library.CollectionID // Ada's, with a media item of Bob's at home
	media      library.MediaID      // Ada's, in her My Library
	arrived    library.MediaID      // Ada's, whose bytes have come and which is not completed
	failed     library.MediaID      // Ada's
}

func open(t *testing.T) *school {
	t.Helper()
	kept, err := store.Open(t.Context(), store.Options{URL: "sqlite:" + t.TempDir() + "/lectern.db"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := kept.Close(); err != nil {
			t.Error(err)
		}
	})
	s := &school{Library: library.New(kept, nil), kept: kept}
	err = s.Change(t.Context(), library.Operator(), func(c *library.Change) error { return s.fill(t.Context(), c) })
	if err != nil {
		t.Fatal(err)
	}
	s.work(t)
	return s
}

// embedOf is the embed id of a media item.
func (s *school) embedOf(t *testing.T, id library.MediaID) uuid.UUID {
	t.Helper()
	m, err := s.Media(t.Context(), library.Operator(), id)
	if err != nil {
		t.Fatal(err)
	}
	return m.EmbedID
}

// work brings the bytes of the upload, and has the import fail.
func (s *school) work(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	_, err := s.Uploaded(ctx, s.embedOf(t, s.arrived), library.Arrived{Media: s.arrived, Key: "media/1/a/original", MIMEType: "video/mp4", Size: 5, Checksum: "c0"})
	if err != nil {
		t.Fatal(err)
	}
	held, err := s.BeginWork(ctx, library.Job{Task: library.TaskFetch, Media: s.failed})
	if err == nil {
		err = s.FailWork(ctx, held, "There is nothing at that address.")
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (s *school) fill(ctx context.Context, c *library.Change) error {
	admin := library.RolesOf(library.Admin)
	ada, errAda := c.CreateUser(ctx, library.NewUser{FullName: "Ada Byron", Roles: &admin})
	bob, errBob := c.CreateUser(ctx, library.NewUser{FullName: "Bob Hale", Email: "bob@school.test"})
	group, errGroup := c.CreateGroup(ctx, "Physics")
	sub, errSub := c.CreateSubAccount(ctx, "Science")
	_, errCourse := c.CreateCourse(ctx, library.NewCourse{ID: 101})
	col, errCol := c.CreateCollection(ctx, library.NewCollection{Name: "Lectures", Owner: ada.ID})
	media, errMedia := c.CreateMedia(ctx, library.NewMedia{Owner: ada.ID, Title: "Lenses"})
	_, errGuest := c.CreateMedia(ctx, library.NewMedia{Owner: bob.ID, Home: col.ID, Title: "Prisms"})
	arrived, errArrived := c.StartUpload(ctx, library.NewUpload{Owner: ada.ID})
	failed, errFailed := c.ImportMedia(ctx, library.NewImport{Owner: ada.ID, URL: "https://school.test/b.mp4", Title: "B"})
	s.arrived, s.failed = arrived.ID, failed.ID
	s.ada, s.bob, s.group, s.sub, s.collection, s.media = ada.ID, bob.ID, group.ID, sub.ID, col.ID, media.ID
	return errors.Join(errAda, errBob, errGroup, errSub, errCourse, errCol, errMedia, errGuest, errArrived, errFailed)
}

// as returns the actor that a token of the person's acts for.
func (s *school) as(t *testing.T, user library.UserID) library.Actor {
	t.Helper()
	var secret string
	err := s.Change(t.Context(), library.Operator(), func(c *library.Change) (err error) {
		secret, _, err = c.CreateToken(t.Context(), user, time.Hour)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	actor, err := s.Authenticate(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	return actor
}

// changes is every kind of change that only some may make, each by its name.
func (s *school) changes(ctx context.Context) map[string]func(*library.Change) error {
	bob := library.Grantee{User: s.bob}
	return map[string]func(*library.Change) error{
		"make a person": func(c *library.Change) error {
			_, err := c.CreateUser(ctx, library.NewUser{FullName: "Eve"})
			return err
		},
		"deactivate":        func(c *library.Change) error { return c.SetActive(ctx, s.bob, false) },
		"delete a person":   func(c *library.Change) error { return c.DeleteUser(ctx, s.bob, library.Disposal{NewOwner: s.ada}) },
		"delete with media": func(c *library.Change) error { return c.DeleteUser(ctx, s.bob, library.Disposal{WithMedia: true}) },
		"change roles": func(c *library.Change) error {
			_, err := c.UpdateRoles(ctx, []library.RoleChange{{User: s.bob, Role: library.Teacher, Action: library.AddRole}})
			return err
		},
		"make a token":       func(c *library.Change) error { _, _, err := c.CreateToken(ctx, s.bob, time.Hour); return err },
		"revoke tokens":      func(c *library.Change) error { return c.RevokeTokensOf(ctx, s.bob) },
		"make a group":       func(c *library.Change) error { _, err := c.CreateGroup(ctx, "Chemistry"); return err },
		"put into a group":   func(c *library.Change) error { return c.SetMember(ctx, s.group, s.bob, library.Member) },
		"take out of one":    func(c *library.Change) error { return c.RemoveMember(ctx, s.group, s.bob) },
		"make a sub-account": func(c *library.Change) error { _, err := c.CreateSubAccount(ctx, "Arts"); return err },
		"assign one":         func(c *library.Change) error { return c.AssignSubAccount(ctx, s.sub, s.bob) },
		"make a course": func(c *library.Change) error {
			_, err := c.CreateCourse(ctx, library.NewCourse{ID: 102, SubAccount: &s.sub})
			return err
		},
		"enrol":            func(c *library.Change) error { return c.Enroll(ctx, 101, s.bob, library.WayTeacher) },
		"end an enrolment": func(c *library.Change) error { return c.Unenroll(ctx, 101, s.bob, library.WayTeacher) },
		"unassign one":     func(c *library.Change) error { return c.UnassignSubAccount(ctx, s.sub, s.bob) },
		"move a course":    func(c *library.Change) error { return c.SetCourseSubAccount(ctx, 101, &s.sub) },
		"take a course away": func(c *library.Change) error {
			return c.TakeCourseFrom(ctx, s.sub, 101)
		},
		"enrol in several courses": func(c *library.Change) error {
			return errorOf(c.ChangeEnrollmentsIn(ctx, map[library.CourseID][]library.EnrollmentChange{
				101: {{Action: library.AddEnrollment, User: s.bob, Role: library.WayTA}},
			}))
		},
		"rename a person": func(c *library.Change) error {
			name := "Ada King"
			return errorOf(c.EditUser(ctx, s.ada, library.UserEdit{DisplayName: &name}))
		},
		"change their own address": func(c *library.Change) error {
			address := "hale@school.test"
			return errorOf(c.EditUser(ctx, s.bob, library.UserEdit{Email: &address}))
		},
		"collect for another": func(c *library.Change) error {
			_, err := c.CreateCollection(ctx, library.NewCollection{Name: "X", Owner: s.ada})
			return err
		},
		"archive a collection": func(c *library.Change) error { return errorOf(c.ArchiveCollection(ctx, s.collection)) },
		"delete a collection":  func(c *library.Change) error { return errorOf(c.DeleteCollection(ctx, s.collection)) },
		"give one away":        func(c *library.Change) error { return c.TransferCollection(ctx, s.collection, s.bob) },
		"share a collection":   func(c *library.Change) error { return c.ShareCollection(ctx, s.collection, bob, library.WayEdit) },
		"upload for another": func(c *library.Change) error {
			_, err := c.CreateMedia(ctx, library.NewMedia{Owner: s.ada, Title: "X"})
			return err
		},
		"archive a media item":   func(c *library.Change) error { return errorOf(c.ArchiveMedia(ctx, s.media)) },
		"move a media item":      func(c *library.Change) error { return c.MoveMedia(ctx, s.media, s.collection) },
		"give a media item away": func(c *library.Change) error { return c.TransferMedia(ctx, s.media, s.bob) },
		"delete a media item":    func(c *library.Change) error { return errorOf(c.DeleteMedia(ctx, s.media)) },
		"tag a media item":       func(c *library.Change) error { return errorOf(c.TagMedia(ctx, s.media, "optics")) },
		"share a media item":     func(c *library.Change) error { return c.ShareMedia(ctx, s.media, bob, library.WayView) },
		"upload for one": func(c *library.Change) error {
			return errorOf(c.StartUpload(ctx, library.NewUpload{Owner: s.ada}))
		},
		"complete an upload": func(c *library.Change) error {
			return errorOf(c.CompleteUpload(ctx, s.arrived, library.Completion{Title: "Light"}))
		},
		"import for one": func(c *library.Change) error {
			return errorOf(c.ImportMedia(ctx, library.NewImport{Owner: s.ada, URL: "https://school.test/a.mp4", Title: "A"}))
		},
		"try again":            func(c *library.Change) error { return c.RetryProcessing(ctx, s.failed) },
		"collect a media item": func(c *library.Change) error { return c.AddToCollection(ctx, s.media, s.collection) },
	}
}

func TestChange_IsForbiddenToAStudent(t *testing.T) {
	t.Parallel()
	s := open(t)
	bob := s.as(t, s.bob)
	for name, change := range s.changes(t.Context()) {
		if err := s.Change(t.Context(), bob, change); library.KindOf(err) != library.KindForbidden {
			t.Errorf("a student may %s: %v", name, err)
		}
	}
}

func TestChange_IsOpenToAnAdmin(t *testing.T) {
	t.Parallel()
	enough := errors.New("enough")
	s := open(t)
	ada := s.as(t, s.ada)
	for name, change := range s.changes(t.Context()) {
		err := s.Change(t.Context(), ada, func(c *library.Change) error { return errors.Join(change(c), enough) })
		if err == nil || err.Error() != enough.Error() {
			t.Errorf("an admin may not %s: %v", name, err)
		}
	}
}

func TestChange_RefusesNamesThatAreNone(t *testing.T) {
	t.Parallel()
	s := open(t)
	blank, long, odd := " ", strings.Repeat("ä", 256), "a\x00b"
	for _, name := range []string{"", blank, long, odd, "\xff"} {
		for what, change := range map[string]func(*library.Change) error{
			"person": func(c *library.Change) error {
				_, err := c.CreateUser(t.Context(), library.NewUser{FullName: name})
				return err
			},
			"group":       func(c *library.Change) error { _, err := c.CreateGroup(t.Context(), name); return err },
			"sub-account": func(c *library.Change) error { _, err := c.CreateSubAccount(t.Context(), name); return err },
			"course": func(c *library.Change) error {
				_, err := c.CreateCourse(t.Context(), library.NewCourse{ID: 7, Name: &name})
				return err
			},
			"collection": func(c *library.Change) error {
				_, err := c.CreateCollection(t.Context(), library.NewCollection{Name: name, Owner: s.ada})
				return err
			},
			"media": func(c *library.Change) error {
				_, err := c.CreateMedia(t.Context(), library.NewMedia{Owner: s.ada, Title: name})
				return err
			},
			"tag": func(c *library.Change) error { _, err := c.TagMedia(t.Context(), s.media, name); return err },
		} {
			if err := s.Change(t.Context(), library.Operator(), change); library.KindOf(err) != library.KindInvalid {
				t.Errorf("the name %.5q of a %s gives %v", name, what, err)
			}
		}
	}
}

func TestCreateMedia_RefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	s := open(t)
	for name, m := range map[string]library.NewMedia{
		"a negative length":   {Duration: -1},
		"more than a year":    {Duration: 1e9},
		"fewer than no bytes": {Size: -1},
		"an unknown source":   {Source: "fax"},
		"an unknown status":   {Status: "lost"},
	} {
		m.Owner, m.Title = s.ada, "Lenses"
		err := s.Change(t.Context(), library.Operator(), func(c *library.Change) error {
			_, err := c.CreateMedia(t.Context(), m)
			return err
		})
		if library.KindOf(err) != library.KindInvalid {
			t.Errorf("a media item with %s gives %v", name, err)
		}
	}
}

// fuse is a context that ends when it has been looked at so many times, which is a way
// to fail each statement of a change in turn.
type fuse struct {
	context.Context
	left atomic.Int64
}

func (f *fuse) Err() error {
	if f.left.Load() <= 0 {
		return context.Canceled
	}
	return f.Context.Err()
}

func (f *fuse) Done() <-chan struct{} {
	if f.left.Add(-1) > 0 {
		return nil
	}
	ended := make(chan struct{})
	close(ended)
	return ended
}

// A change that is cut off anywhere has not happened, and says that it was cut off.
func TestChange_CutOffAnywhereHasNotHappened(t *testing.T) {
	t.Parallel()
	s := open(t)
	ada := s.as(t, s.ada)
	enough := errors.New("enough")
	for name := range s.changes(t.Context()) {
		for looks := int64(1); ; looks++ {
			ctx := &fuse{Context: t.Context()}
			ctx.left.Store(looks)
			err := s.Change(ctx, ada, func(c *library.Change) error {
				if err := s.changes(ctx)[name](c); err != nil {
					return err
				}
				return enough
			})
			if errors.Is(err, enough) {
				break // it was not cut off any more, only given up
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("%s, cut off after %d looks: %v", name, looks, err)
			}
		}
	}
	page := library.Page{Number: 1, Size: 50}
	media, err := s.UserMedia(t.Context(), library.Operator(), s.ada, page)
	if err != nil || media.Total != 4 {
		t.Errorf("afterwards Ada reaches %d media, %v", media.Total, err)
	}
	people, err := s.Users(t.Context(), library.Operator())
	if err != nil || len(people) != 2 {
		t.Errorf("afterwards there are %d people, %v", len(people), err)
	}
}

func TestOperator_AloneListsAllPeople(t *testing.T) {
	t.Parallel()
	s := open(t)
	ada := s.as(t, s.ada)
	if _, err := s.Users(t.Context(), ada); library.KindOf(err) != library.KindForbidden {
		t.Errorf("listing all people gives %v", err)
	}
	if _, err := s.UserByEmail(t.Context(), ada, "bob@school.test"); library.KindOf(err) != library.KindForbidden {
		t.Errorf("looking up an e-mail gives %v", err)
	}
	if u, err := s.UserByEmail(t.Context(), library.Operator(), "BOB@school.test"); err != nil || u.ID != s.bob {
		t.Errorf("the operator finds %d, %v", u.ID, err)
	}
}

// errorOf is the error of a change whose result does not matter.
func errorOf[T any](_ T, err error) error { return err }
