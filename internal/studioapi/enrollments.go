package studioapi

import (
	"context"
	"fmt"

	"github.com/lectern-media/lectern/internal/library"
)

// ListEnrollments lists who is enrolled in a course.
func (h *handlers) ListEnrollments(
	ctx context.Context, actor library.Actor, in ListEnrollmentsInput,
) (ListEnrollmentsOutput, error) {
	found, err := h.library.Enrollments(ctx, actor, library.CourseID(in.CourseID))
	if err != nil {
		return ListEnrollmentsOutput{}, err
	}
	return ListEnrollmentsOutput{Enrollments: mapList(found, wireEnrollment)}, nil
}

// UpdateEnrollments changes who is enrolled in a course, all or none.
func (h *handlers) UpdateEnrollments(
	ctx context.Context, actor library.Actor, in UpdateEnrollmentsInput,
) (UpdateEnrollmentsOutput, error) {
	changes, err := enrollmentChanges(in.Items)
	if err != nil {
		return UpdateEnrollmentsOutput{}, err
	}
	now, err := changed(ctx, h, actor, func(c *library.Change) ([]library.Enrollment, error) {
		return c.UpdateEnrollments(ctx, library.CourseID(in.CourseID), changes)
	})
	if err != nil {
		return UpdateEnrollmentsOutput{}, err
	}
	return UpdateEnrollmentsOutput{Enrollments: mapList(now, wireEnrollment)}, nil
}

// enrollmentChanges is the items of a batch as the library knows them.
func enrollmentChanges(items []EnrollmentChange) ([]library.EnrollmentChange, error) {
	changes := make([]library.EnrollmentChange, len(items))
	for i, item := range items {
		change := library.EnrollmentChange{
			Action: library.EnrollmentAction(item.Action), User: library.UserID(item.UserID),
		}
		switch {
		case item.Role != nil:
			role, err := library.ParseEnrollment(*item.Role)
			if err != nil {
				return nil, err
			}
			change.Role = role
		case change.Action != library.RemoveEnrollment:
			return nil, library.Missing(fmt.Sprintf("body[%d].role", i))
		}
		changes[i] = change
	}
	return changes, nil
}
