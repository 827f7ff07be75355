package library

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// Enrollment is a person and one of their roles in a course. A person may hold several
// roles in one course, and has an enrolment for each.
type Enrollment struct {
	UserBrief
	Role Way
}

// courseRoles is the roles of an enrolment, in the order in which a person's are listed.
var courseRoles = [...]Way{WayTeacher, WayTA, WayDesigner, WayStudent, WayObserver}

// ParseEnrollment reads the role of an enrolment, which is a [Way] to the course's
// collection.
func ParseEnrollment(name string) (Way, error) {
	for _, role := range courseRoles {
		if Way(name) == role {
			return role, nil
		}
	}
	return "", Unknown("role", name, "teacher", "ta", "designer", "student", "observer")
}

// EnrollmentReader is what reading enrolments needs of storage.
type EnrollmentReader interface {
	// Enrollments returns the enrolments in a course: people by id descending, and the
	// roles of one person in the order teacher, ta, designer, student, observer. A course
	// that does not exist has none.
	Enrollments(ctx context.Context, course CourseID) ([]Enrollment, error)
}

// EnrollmentWriter is what changing enrolments needs of a transaction.
type EnrollmentWriter interface {
	// EnrolledRoles returns the roles that these people hold in a course; a person without a
	// role is absent.
	EnrolledRoles(ctx context.Context, course CourseID, users []UserID) (map[UserID][]Way, error)
	// Enroll gives a person a role in a course that they do not hold.
	Enroll(ctx context.Context, course CourseID, user UserID, role Way) error
	// Unenroll takes a role in a course from a person who holds it.
	Unenroll(ctx context.Context, course CourseID, user UserID, role Way) error
	// EnrolledIn says whether a person has a role in a course other than observer.
	EnrolledIn(ctx context.Context, course CourseID, user UserID) (bool, error)
}

// Enrollments returns the enrolments in a course to admins, and to sub-account admins in
// whose reach the course is (the wire contract, section 10).
func (l *Library) Enrollments(ctx context.Context, actor Actor, course CourseID) ([]Enrollment, error) {
	return view(ctx, l, actor, func(v *Snapshot) ([]Enrollment, error) {
		all, inReach := bounds(actor, ListEnrollments)
		if !inReach {
			return nil, Forbidden("only admins may see the enrolments of a course")
		}
		collection, err := v.in.CourseCollection(ctx, course)
		if err != nil {
			return nil, err
		}
		if !all {
			col, err := v.seenCollection(ctx, actor.Person(), collection)
			if err != nil {
				return nil, err
			}
			if !may(actor, ListEnrollments, col.Access.given()) {
				return nil, outOfReach(course)
			}
		}
		return v.in.Last().Enrollments(ctx, course)
	})
}

func outOfReach(course CourseID) *Error {
	return Forbidden("course %d is not in one of your sub-accounts", course)
}

// EnrollmentAction is what an [EnrollmentChange] does.
type EnrollmentAction string

// The actions. A person who is added keeps the other roles that they hold in the course;
// one who is updated has the new role instead of all of them, and must hold one. Adding a
// role that is held, and removing one that is not, is not an error.
const (
	AddEnrollment    EnrollmentAction = "add"
	UpdateEnrollment EnrollmentAction = "update"
	RemoveEnrollment EnrollmentAction = "remove"
)

// EnrollmentChange is one change of a person's roles in a course.
type EnrollmentChange struct {
	Action EnrollmentAction
	User   UserID
	Role   Way // "" where all roles are removed
}

// MaxEnrollmentChanges is how many changes the API takes at once.
const MaxEnrollmentChanges = 1000

// Enroll gives a person a role in a course, in addition to those that they hold in it.
func (c *Change) Enroll(ctx context.Context, course CourseID, user UserID, role Way) error {
	_, err := c.ChangeEnrollments(ctx, course, []EnrollmentChange{{AddEnrollment, user, role}})
	return err
}

// Unenroll takes a role in a course from a person; "" takes all their roles in it.
func (c *Change) Unenroll(ctx context.Context, course CourseID, user UserID, role Way) error {
	_, err := c.ChangeEnrollments(ctx, course, []EnrollmentChange{{RemoveEnrollment, user, role}})
	return err
}

// UpdateEnrollments is [Change.ChangeEnrollments], and returns all enrolments in the
// course after the changes.
func (c *Change) UpdateEnrollments(
	ctx context.Context, course CourseID, changes []EnrollmentChange,
) ([]Enrollment, error) {
	if _, err := c.ChangeEnrollments(ctx, course, changes); err != nil {
		return nil, err
	}
	return c.tx.Enrollments(ctx, course)
}

// ChangeEnrollmentsIn is [Change.ChangeEnrollments] in several courses, and returns how
// many enrolments were added and removed in all.
func (c *Change) ChangeEnrollmentsIn(
	ctx context.Context, changes map[CourseID][]EnrollmentChange,
) (changed int, err error) {
	courses := slices.Sorted(maps.Keys(changes))
	var people []UserID
	for _, course := range courses { // all courses are locked before people are
		if err := c.mayEnrollIn(ctx, course); err != nil {
			return 0, err
		}
		for _, change := range changes[course] {
			people = append(people, change.User)
		}
	}
	if err := c.lockUsersInReach(ctx, people); err != nil {
		return 0, err
	}
	for _, course := range courses {
		n, err := c.ChangeEnrollments(ctx, course, changes[course])
		if err != nil {
			return 0, err
		}
		changed += n
	}
	return changed, nil
}

// ChangeEnrollments applies changes of the roles that people hold in a course, in their
// order, all or none, and returns how many enrolments were added and removed. Only admins
// may call it, and sub-account admins in the courses of their sub-accounts, who enrol only
// people within their reach: otherwise enrolling somebody would extend it to anyone.
// Deactivated people are enrolled like others: they cannot sign in, and have their courses
// when they come back.
func (c *Change) ChangeEnrollments(
	ctx context.Context, course CourseID, changes []EnrollmentChange,
) (changed int, err error) {
	if err := c.mayEnrollIn(ctx, course); err != nil {
		return 0, err
	}
	order := make([]UserID, 0, len(changes))
	named := make(map[UserID]bool, len(changes))
	for _, change := range changes {
		if !named[change.User] {
			named[change.User] = true
			order = append(order, change.User)
		}
	}
	if err := c.lockUsersInReach(ctx, order); err != nil {
		return 0, err
	}
	held, err := c.tx.EnrolledRoles(ctx, course, order)
	if err != nil {
		return 0, err
	}
	before := make(map[UserID]map[Way]bool, len(order))
	for _, user := range order {
		before[user] = make(map[Way]bool, len(held[user]))
		for _, role := range held[user] {
			before[user][role] = true
		}
	}
	after, err := planEnrollments(course, before, changes)
	if err != nil {
		return 0, err
	}
	for _, user := range order {
		n, err := c.writeEnrollments(ctx, course, user, before[user], after[user])
		if err != nil {
			return 0, err
		}
		changed += n
	}
	return changed, nil
}

// mayEnrollIn locks the course and asks whether the actor may change who is enrolled in it.
func (c *Change) mayEnrollIn(ctx context.Context, id CourseID) error {
	all, inReach := bounds(c.actor, ManageEnrollments)
	if !inReach {
		return Forbidden("only admins may enroll people in courses")
	}
	course, err := c.tx.LockCourse(ctx, id)
	if err != nil || all {
		return err
	}
	if course.SubAccount == nil {
		return outOfReach(id)
	}
	assigned, err := c.tx.SubAccountAssigned(ctx, *course.SubAccount, c.actor.Person())
	if err == nil && !assigned {
		return outOfReach(id)
	}
	return err
}

// lockUsersInReach locks the people named. To a sub-account admin, those who do not exist
// look like those who are out of reach.
func (c *Change) lockUsersInReach(ctx context.Context, ids []UserID) error {
	_, err := c.lockUsers(ctx, ids)
	if may(c.actor, EnrollUsers, given{}) || err != nil && KindOf(err) != KindNotFound {
		return err
	}
	outside, failed := c.tx.UsersOutOfReach(ctx, c.actor.Person(), ids)
	switch {
	case failed != nil:
		return failed
	case len(outside) > 0:
		return notInReach(outside[0])
	}
	return err
}

func notInReach(user UserID) *Error {
	return Forbidden("user %d is not enrolled in a course of one of your sub-accounts", user)
}

// planEnrollments returns the roles that people hold in a course after the changes, in
// their order.
func planEnrollments(
	course CourseID, before map[UserID]map[Way]bool, changes []EnrollmentChange,
) (map[UserID]map[Way]bool, error) {
	after := make(map[UserID]map[Way]bool, len(before))
	for user, roles := range before {
		after[user] = maps.Clone(roles)
	}
	for i, change := range changes {
		roles := after[change.User]
		switch {
		case change.Action == RemoveEnrollment && change.Role == "":
			clear(roles)
		case change.Action == RemoveEnrollment:
			delete(roles, change.Role)
		case change.Action == UpdateEnrollment && len(roles) == 0:
			return nil, &Error{Kind: KindNotFound, Field: "user_id", Message: fmt.Sprintf(
				"[%d]: user %d is not enrolled in course %d", i, change.User, course)}
		default:
			if change.Action == UpdateEnrollment {
				clear(roles)
			}
			roles[change.Role] = true
		}
	}
	return after, nil
}

// writeEnrollments changes the roles that a person holds in a course, and returns how many.
func (c *Change) writeEnrollments(
	ctx context.Context, course CourseID, user UserID, before, after map[Way]bool,
) (changed int, err error) {
	for _, role := range courseRoles {
		event := facts{"user_id": user, "role": role}
		switch {
		case before[role] == after[role]:
			continue
		case after[role]:
			if err = c.tx.Enroll(ctx, course, user, role); err == nil {
				err = c.record(ctx, "course", "enroll", idText(course), nil, event)
			}
		default:
			if err = c.tx.Unenroll(ctx, course, user, role); err == nil {
				err = c.record(ctx, "course", "unenroll", idText(course), event, nil)
			}
		}
		if err != nil {
			return 0, err
		}
		changed++
	}
	return changed, nil
}
