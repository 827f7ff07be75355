package store

import (
	"context"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// Enrollments is [library.EnrollmentReader]'s.
func (v *reader) Enrollments(ctx context.Context, course library.CourseID) ([]library.Enrollment, error) {
	rows, err := v.end.CourseEnrollments(ctx, int64(course))
	found := make([]library.Enrollment, len(rows))
	for i, r := range rows {
		found[i] = library.Enrollment{
			UserBrief: library.UserBrief{
				ID: library.UserID(r.ID), FullName: r.FullName, DisplayName: r.DisplayName, Email: r.Email,
			},
			Role: library.Way(r.Role),
		}
	}
	return found, err
}

func (t *tx) EnrolledRoles(
	ctx context.Context, course library.CourseID, users []library.UserID,
) (map[library.UserID][]library.Way, error) {
	rows, err := t.q.EnrolledRoles(ctx, dbq.EnrolledRolesParams{CourseID: int64(course), Users: int64s(users)})
	held := make(map[library.UserID][]library.Way, len(rows))
	for _, r := range rows {
		user := library.UserID(r.UserID)
		held[user] = append(held[user], library.Way(r.Role))
	}
	return held, err
}

func (t *tx) Enroll(ctx context.Context, course library.CourseID, user library.UserID, role library.Way) error {
	err := t.q.Enroll(ctx, dbq.EnrollParams{CourseID: int64(course), UserID: int64(user), Role: string(role)})
	if err != nil {
		return err
	}
	return t.bumpUser(ctx, int64(user))
}

func (t *tx) Unenroll(ctx context.Context, course library.CourseID, user library.UserID, role library.Way) error {
	err := t.q.Unenroll(ctx, dbq.UnenrollParams{CourseID: int64(course), UserID: int64(user), Role: string(role)})
	if err != nil {
		return err
	}
	return t.bumpUser(ctx, int64(user))
}

func (t *tx) EnrolledIn(ctx context.Context, course library.CourseID, user library.UserID) (bool, error) {
	return t.q.EnrolledIn(ctx, dbq.EnrolledInParams{CourseID: int64(course), UserID: int64(user)})
}
