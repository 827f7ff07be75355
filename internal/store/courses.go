package store

import (
	"context"
	"fmt"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// CourseCollection is [library.CourseReader]'s.
func (s *Store) CourseCollection(ctx context.Context, id library.CourseID) (library.CollectionID, error) {
	col, err := s.query().CourseCollection(ctx, int64(id))
	return library.CollectionID(col), orNotFound(err, "course", id)
}

func (t *tx) InsertSubAccount(ctx context.Context, s library.SubAccount) (library.SubAccountID, error) {
	id, err := t.q.InsertSubAccount(ctx, s.Name)
	return library.SubAccountID(id), err
}

func (t *tx) LockSubAccount(ctx context.Context, id library.SubAccountID) (library.SubAccount, error) {
	row, err := t.q.LockSubAccount(ctx, int64(id))
	if err != nil {
		return library.SubAccount{}, orNotFound(err, "sub-account", id)
	}
	return library.SubAccount{ID: library.SubAccountID(row.ID), Name: row.Name}, nil
}

func (t *tx) AssignSubAccount(ctx context.Context, id library.SubAccountID, admin library.UserID) (bool, error) {
	n, err := t.q.AssignSubAccount(ctx, dbq.AssignSubAccountParams{UserID: int64(admin), SubAccountID: int64(id)})
	return n > 0, err
}

func (t *tx) LockCourse(ctx context.Context, id library.CourseID) (library.Course, error) {
	row, err := t.q.LockCourse(ctx, int64(id))
	if err != nil {
		return library.Course{}, orNotFound(err, "course", id)
	}
	course := library.Course{
		ID: library.CourseID(row.ID), Name: row.Name,
		Collection: library.CollectionID(row.CollectionID), CreatedAt: fromUnix(row.CreatedAt),
	}
	if row.SubAccountID != nil {
		sub := library.SubAccountID(*row.SubAccountID)
		course.SubAccount = &sub
	}
	return course, nil
}

func (t *tx) InsertCourse(ctx context.Context, c library.Course) error {
	err := t.q.InsertCourse(ctx, dbq.InsertCourseParams{
		ID: int64(c.ID), Name: c.Name, SubAccountID: (*int64)(c.SubAccount), CreatedAt: c.CreatedAt.Unix(),
	})
	if t.isDuplicate(err) {
		return &library.Error{
			Kind: library.KindConflict, Field: "course_id", Message: fmt.Sprintf("course_id %d is there already", c.ID),
			Err: err,
		}
	}
	return err
}

func (t *tx) InsertCourseUnlessThere(ctx context.Context, c library.Course) (made bool, err error) {
	n, err := t.q.InsertCourseUnlessThere(ctx, dbq.InsertCourseUnlessThereParams{
		ID: int64(c.ID), Name: c.Name, SubAccountID: (*int64)(c.SubAccount), CreatedAt: c.CreatedAt.Unix(),
	})
	return n > 0, err
}

func (t *tx) Enroll(ctx context.Context, course library.CourseID, user library.UserID, role library.Way) (bool, error) {
	n, err := t.q.Enroll(ctx, dbq.EnrollParams{CourseID: int64(course), UserID: int64(user), Role: string(role)})
	if err != nil || n == 0 {
		return false, err
	}
	return true, t.bumpUser(ctx, int64(user))
}

func (t *tx) Unenroll(ctx context.Context, course library.CourseID, user library.UserID, role library.Way) (bool, error) {
	n, err := t.q.Unenroll(ctx, dbq.UnenrollParams{CourseID: int64(course), UserID: int64(user), Role: string(role)})
	if err != nil || n == 0 {
		return false, err
	}
	return true, t.bumpUser(ctx, int64(user))
}

func (t *tx) EnrolledIn(ctx context.Context, course library.CourseID, user library.UserID) (bool, error) {
	return t.q.EnrolledIn(ctx, dbq.EnrolledInParams{CourseID: int64(course), UserID: int64(user)})
}
