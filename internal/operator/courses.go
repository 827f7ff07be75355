package operator

import (
	"context"
	"io"

	"github.com/lectern-media/lectern/internal/library"
)

// SubAccount is a sub-account as the operator sees it.
type SubAccount struct {
	ID      int64   `json:"id"`
	Name    string  `json:"name"`
	Admins  []int64 `json:"admin_ids"` // the people it is assigned to, by id
	Courses int64   `json:"courses"`   // how many
}

// CreateSubAccount makes a sub-account without courses and admins.
func (c *Console) CreateSubAccount(ctx context.Context, name string) (SubAccount, error) {
	made := SubAccount{Name: name, Admins: []int64{}}
	err := c.change(ctx, func(change *library.Change) error {
		sub, err := change.CreateSubAccount(ctx, name)
		made.ID = int64(sub.ID)
		return err
	})
	return made, err
}

// SubAccounts returns all sub-accounts, by id.
func (c *Console) SubAccounts(ctx context.Context) ([]SubAccount, error) {
	found, err := c.library.SubAccounts(ctx, library.Operator())
	subs := make([]SubAccount, len(found))
	for i, s := range found {
		subs[i] = SubAccount{ID: int64(s.ID), Name: s.Name, Admins: make([]int64, len(s.Admins)), Courses: s.Courses}
		for j, id := range s.Admins {
			subs[i].Admins[j] = int64(id)
		}
	}
	return subs, err
}

// Assignment is people and courses that are assigned to a sub-account.
type Assignment struct {
	Admins  []string // by id or e-mail
	Courses []int64  // by id in the LMS
}

// AssignSubAccount makes people admins of a sub-account and puts courses into it, all of
// it or nothing.
func (c *Console) AssignSubAccount(ctx context.Context, id int64, a Assignment) error {
	sub := library.SubAccountID(id)
	return c.assignment(ctx, a,
		func(change *library.Change, admin library.UserID) error {
			return change.AssignSubAccount(ctx, sub, admin)
		},
		func(change *library.Change, course library.CourseID) error {
			return change.SetCourseSubAccount(ctx, course, &sub)
		})
}

// UnassignSubAccount takes people and courses out of a sub-account, all of them or none.
// Those that are not in it are not changed.
func (c *Console) UnassignSubAccount(ctx context.Context, id int64, a Assignment) error {
	sub := library.SubAccountID(id)
	return c.assignment(ctx, a,
		func(change *library.Change, admin library.UserID) error {
			return change.UnassignSubAccount(ctx, sub, admin)
		},
		func(change *library.Change, course library.CourseID) error {
			return change.TakeCourseFrom(ctx, sub, course)
		})
}

func (c *Console) assignment(
	ctx context.Context, a Assignment,
	ofAdmin func(*library.Change, library.UserID) error, ofCourse func(*library.Change, library.CourseID) error,
) error {
	admins := make([]library.UserID, len(a.Admins))
	for i, who := range a.Admins {
		user, err := c.FindUser(ctx, who)
		if err != nil {
			return err
		}
		admins[i] = user.ID
	}
	return c.change(ctx, func(change *library.Change) error {
		for _, course := range a.Courses { // which are locked before people
			if err := ofCourse(change, library.CourseID(course)); err != nil {
				return err
			}
		}
		for _, admin := range admins {
			if err := ofAdmin(change, admin); err != nil {
				return err
			}
		}
		return nil
	})
}

// Course is a course as the operator sees it.
type Course struct {
	ID         int64   `json:"course_id"` // in the LMS
	Name       *string `json:"name"`
	SubAccount *int64  `json:"sub_account_id"`
	Collection int64   `json:"collection_id"`
	People     int64   `json:"people"` // how many are enrolled
}

// Courses returns all courses, by id.
func (c *Console) Courses(ctx context.Context) ([]Course, error) {
	found, err := c.library.Courses(ctx, library.Operator())
	courses := make([]Course, len(found))
	for i, k := range found {
		courses[i] = Course{
			ID: int64(k.ID), Name: k.Name, SubAccount: (*int64)(k.SubAccount),
			Collection: int64(k.Collection), People: k.People,
		}
	}
	return courses, err
}

// NewCourse is a course to be made, as the operator says it.
type NewCourse struct {
	ID         int64 // in the LMS
	Name       *string
	SubAccount *int64
}

// CreateCourse makes a course, and returns {"course":…} as the API writes it.
func (c *Console) CreateCourse(ctx context.Context, n NewCourse) ([]byte, error) {
	var made library.CollectionWithPermission
	err := c.change(ctx, func(change *library.Change) error {
		course, err := change.CreateCourse(ctx, library.NewCourse{
			ID: library.CourseID(n.ID), Name: n.Name, SubAccount: (*library.SubAccountID)(n.SubAccount),
		})
		if err != nil {
			return err
		}
		made, err = change.SeenCourse(ctx, course)
		return err
	})
	if err != nil {
		return nil, err
	}
	return courseJSON(made)
}

// EnrollmentAction is what happens to the enrolments named: [Enroll] or [Unenroll].
type EnrollmentAction library.EnrollmentAction

// The actions.
const (
	Enroll   = EnrollmentAction(library.AddEnrollment)
	Unenroll = EnrollmentAction(library.RemoveEnrollment)
)

// ChangeEnrollment gives a person roles in a course, or takes them; no roles at all takes
// every one. It returns how many enrolments that changed.
func (c *Console) ChangeEnrollment(
	ctx context.Context, action EnrollmentAction, course int64, who string, roles []string,
) (changed int, err error) {
	user, err := c.FindUser(ctx, who)
	if err != nil {
		return 0, err
	}
	change := library.EnrollmentChange{Action: library.EnrollmentAction(action), User: user.ID}
	changes := make([]library.EnrollmentChange, 0, max(1, len(roles)))
	for _, name := range roles {
		if change.Role, err = library.ParseEnrollment(name); err != nil {
			return 0, err
		}
		changes = append(changes, change)
	}
	if len(roles) == 0 {
		if action == Enroll {
			return 0, library.Missing("role")
		}
		changes = append(changes, change)
	}
	return c.changeEnrollments(ctx, map[library.CourseID][]library.EnrollmentChange{library.CourseID(course): changes})
}

// ChangeEnrollments reads enrolments from a CSV file, and makes or ends all of them or
// none. The file is about one course, or, for 0, about those in its column course_id. It
// returns how many rows there are, and how many enrolments that changed.
func (c *Console) ChangeEnrollments(
	ctx context.Context, action EnrollmentAction, course int64, from io.Reader,
) (rows, changed int, err error) {
	list, err := readEnrollments(from, course, action == Enroll)
	if err != nil {
		return 0, 0, err
	}
	changes, err := c.resolveEnrollments(ctx, action, list)
	if err != nil {
		return 0, 0, err
	}
	changed, err = c.changeEnrollments(ctx, changes)
	return len(list), changed, err
}

func (c *Console) changeEnrollments(
	ctx context.Context, changes map[library.CourseID][]library.EnrollmentChange,
) (changed int, err error) {
	err = c.change(ctx, func(change *library.Change) (err error) {
		changed, err = change.ChangeEnrollmentsIn(ctx, changes)
		return err
	})
	return changed, err
}

// resolveEnrollments finds the courses and the people of a file. Of what it does not
// find, it says where it stands.
func (c *Console) resolveEnrollments(
	ctx context.Context, action EnrollmentAction, list []enrollmentRow,
) (map[library.CourseID][]library.EnrollmentChange, error) {
	courses, err := c.library.Courses(ctx, library.Operator())
	if err != nil {
		return nil, err
	}
	known := make(map[library.CourseID]bool, len(courses))
	for _, k := range courses {
		known[k.ID] = true
	}
	var mistakes csvMistakes
	people := make(map[string]library.UserID)
	changes := make(map[library.CourseID][]library.EnrollmentChange)
	for _, row := range list {
		if !known[row.course] {
			mistakes.add(row.courseAt, "%s", library.NotFound("course", row.course).Message)
		}
		id, found := people[row.user]
		if !found {
			user, err := c.FindUser(ctx, row.user)
			if sentence, refused := Refusal(err); refused {
				mistakes.add(row.userAt, "%s", sentence)
			} else if err != nil {
				return nil, err
			}
			id = user.ID
			people[row.user] = id // 0 if there is no such person, which is told once
		}
		changes[row.course] = append(changes[row.course], library.EnrollmentChange{
			Action: library.EnrollmentAction(action), User: id, Role: row.role,
		})
	}
	return changes, mistakes.err()
}
