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
