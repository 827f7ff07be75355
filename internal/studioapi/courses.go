package studioapi

import (
	"context"

	"github.com/lectern-media/lectern/internal/library"
)

// GetCourse shows the collection of a course.
func (h *handlers) GetCourse(
	ctx context.Context, actor library.Actor, in GetCourseInput,
) (GetCourseOutput, error) {
	found, err := h.library.Course(ctx, actor, library.CourseID(in.CourseID))
	if err != nil {
		return GetCourseOutput{}, err
	}
	return GetCourseOutput{Course: wireCollection(found)}, nil
}

// CreateCourse creates a course with its collection.
func (h *handlers) CreateCourse(
	ctx context.Context, actor library.Actor, in CreateCourseInput,
) (CreateCourseOutput, error) {
	wanted := library.NewCourse{
		ID: library.CourseID(in.CourseID), Name: in.Name, SubAccount: (*library.SubAccountID)(in.SubAccountID),
	}
	made, err := changed(ctx, h, actor, func(c *library.Change) (library.CollectionWithPermission, error) {
		course, err := c.CreateCourse(ctx, wanted)
		if err != nil {
			return library.CollectionWithPermission{}, err
		}
		return c.SeenCourse(ctx, course)
	})
	if err != nil {
		return CreateCourseOutput{}, err
	}
	return CreateCourseOutput{Course: wireCollection(made)}, nil
}

// ListCoursePerspectives lists what a course holds.
func (h *handlers) ListCoursePerspectives(
	ctx context.Context, actor library.Actor, in ListCoursePerspectivesInput,
) (ListCoursePerspectivesOutput, error) {
	found, err := h.library.CoursePerspectives(ctx, actor, library.CourseID(in.CourseID))
	if err != nil {
		return ListCoursePerspectivesOutput{}, err
	}
	return ListCoursePerspectivesOutput{Perspectives: mapList(found, wirePerspective)}, nil
}
