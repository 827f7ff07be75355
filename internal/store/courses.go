package store

import (
	"context"
	"fmt"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// CourseCollection is [library.CourseReader]'s.
func (v *reader) CourseCollection(ctx context.Context, id library.CourseID) (library.CollectionID, error) {
	col, err := v.end.CourseCollection(ctx, int64(id))
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
			Kind: library.KindConflict, Field: "course_id", Message: fmt.Sprintf("course_id %d already exists", c.ID),
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

// Courses is [library.CourseReader]'s.
func (v *reader) Courses(ctx context.Context) ([]library.CourseSummary, error) {
	rows, err := v.end.ListCourses(ctx)
	courses := make([]library.CourseSummary, len(rows))
	for i, r := range rows {
		courses[i] = library.CourseSummary{
			Course: library.Course{
				ID: library.CourseID(r.ID), Name: r.Name, SubAccount: (*library.SubAccountID)(r.SubAccountID),
				Collection: library.CollectionID(r.CollectionID), CreatedAt: fromUnix(r.CreatedAt),
			},
			People: r.People,
		}
	}
	return courses, err
}

// SubAccounts is [library.CourseReader]'s.
func (v *reader) SubAccounts(ctx context.Context) ([]library.SubAccountSummary, error) {
	var found []library.SubAccountSummary
	rows, err := v.q.ListSubAccounts(ctx)
	if err != nil {
		return found, err
	}
	admins, err := v.end.ListSubAccountAdmins(ctx)
	if err != nil {
		return found, err
	}
	of := make(map[int64][]library.UserID)
	for _, a := range admins {
		of[a.SubAccountID] = append(of[a.SubAccountID], library.UserID(a.UserID))
	}
	found = make([]library.SubAccountSummary, len(rows))
	for i, r := range rows {
		found[i] = library.SubAccountSummary{
			SubAccount: library.SubAccount{ID: library.SubAccountID(r.ID), Name: r.Name},
			Admins:     of[r.ID], Courses: r.Courses,
		}
	}
	return found, nil
}

func (t *tx) UnassignSubAccount(ctx context.Context, id library.SubAccountID, admin library.UserID) (bool, error) {
	n, err := t.q.UnassignSubAccount(ctx, dbq.UnassignSubAccountParams{UserID: int64(admin), SubAccountID: int64(id)})
	return n > 0, err
}

func (t *tx) SubAccountAssigned(ctx context.Context, id library.SubAccountID, admin library.UserID) (bool, error) {
	return t.q.SubAccountAssigned(ctx, dbq.SubAccountAssignedParams{UserID: int64(admin), SubAccountID: int64(id)})
}

func (t *tx) SetCourseSubAccount(ctx context.Context, id library.CourseID, sub *library.SubAccountID) error {
	return t.q.SetCourseSubAccount(ctx, dbq.SetCourseSubAccountParams{ID: int64(id), SubAccountID: (*int64)(sub)})
}
