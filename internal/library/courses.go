package library

import (
	"context"
	"time"
)

// CourseID is a course's id in the LMS.
type CourseID int64

// SubAccountID is a sub-account's id.
type SubAccountID int64

// SubAccount is a part of the institution with admins of its own. Sub-accounts are flat.
type SubAccount struct {
	ID   SubAccountID
	Name string
}

// Course is a course of the LMS, known here by its people and its collection.
type Course struct {
	ID         CourseID
	Name       *string
	SubAccount *SubAccountID
	Collection CollectionID
	CreatedAt  time.Time
}

// ParseEnrollment reads the role of an enrolment, which is a [Way] to the course's
// collection.
func ParseEnrollment(name string) (Way, error) {
	switch w := Way(name); w {
	case WayTeacher, WayTA, WayDesigner, WayStudent, WayObserver:
		return w, nil
	default:
		return "", Invalid("role", "%q is none of teacher, ta, designer, student, observer", name)
	}
}

// CourseReader is what reading courses needs of storage.
type CourseReader interface {
	// CourseCollection returns the id of a course's collection, or KindNotFound.
	CourseCollection(ctx context.Context, id CourseID) (CollectionID, error)
}

// CourseWriter is what changing courses needs of a transaction.
type CourseWriter interface {
	// InsertSubAccount stores a sub-account.
	InsertSubAccount(ctx context.Context, s SubAccount) (SubAccountID, error)
	// LockSubAccount locks and returns a sub-account, or a KindNotFound error.
	LockSubAccount(ctx context.Context, id SubAccountID) (SubAccount, error)
	// AssignSubAccount puts a sub-account into a person's reach, and says whether it was
	// not there.
	AssignSubAccount(ctx context.Context, id SubAccountID, admin UserID) (assigned bool, err error)
	// LockCourse locks and returns a course, or a KindNotFound error.
	LockCourse(ctx context.Context, id CourseID) (Course, error)
	// InsertCourse stores a course. One that is there already is KindConflict.
	InsertCourse(ctx context.Context, c Course) error
	// InsertCourseUnlessThere stores a course, and says whether it was not there.
	InsertCourseUnlessThere(ctx context.Context, c Course) (made bool, err error)
	// Enroll gives a person a role in a course, and says whether they did not hold it.
	Enroll(ctx context.Context, course CourseID, user UserID, role Way) (enrolled bool, err error)
	// Unenroll takes a role in a course from a person, and says whether they held it.
	Unenroll(ctx context.Context, course CourseID, user UserID, role Way) (unenrolled bool, err error)
	// EnrolledIn says whether a person has a role in a course other than observer.
	EnrolledIn(ctx context.Context, course CourseID, user UserID) (bool, error)
}

// Course returns the collection of a course to those who have a way to it.
func (l *Library) Course(ctx context.Context, actor Actor, id CourseID) (CollectionWithPermission, error) {
	col, err := l.store.CourseCollection(ctx, id)
	if err != nil {
		return CollectionWithPermission{}, err
	}
	return l.Collection(ctx, actor, col)
}

// CreateSubAccount makes a sub-account.
func (c *Change) CreateSubAccount(ctx context.Context, name string) (SubAccount, error) {
	if !c.actor.mayAll() {
		return SubAccount{}, Forbidden("making sub-accounts is for admins")
	}
	if err := CheckText("name", name); err != nil {
		return SubAccount{}, err
	}
	s := SubAccount{Name: name}
	var err error
	if s.ID, err = c.tx.InsertSubAccount(ctx, s); err != nil {
		return SubAccount{}, err
	}
	return s, c.record(ctx, "sub_account", "create", idText(s.ID), nil, facts{"name": name})
}

// AssignSubAccount gives a person the reach of a sub-account's admin, and the role.
func (c *Change) AssignSubAccount(ctx context.Context, id SubAccountID, admin UserID) error {
	if !c.actor.mayAll() {
		return Forbidden("assigning sub-accounts is for admins")
	}
	if _, err := c.tx.LockSubAccount(ctx, id); err != nil {
		return err
	}
	people, err := c.lockUsers(ctx, []UserID{admin})
	if err != nil {
		return err
	}
	isNew := !people[admin].Roles.Has(SubaccountAdmin)
	if err := c.tx.SetRoles(ctx, map[UserID]Roles{admin: people[admin].Roles.With(SubaccountAdmin)}); err != nil {
		return err
	}
	assigned, err := c.tx.AssignSubAccount(ctx, id, admin)
	if err != nil || !assigned && !isNew {
		return err
	}
	return c.record(ctx, "sub_account", "assign", idText(id), nil, facts{"user_id": admin})
}

// NewCourse is a course to be made.
type NewCourse struct {
	ID         CourseID
	Name       *string
	SubAccount *SubAccountID
}

// CreateCourse makes a course and its collection. A course id that is there already
// is KindConflict.
func (c *Change) CreateCourse(ctx context.Context, n NewCourse) (Course, error) {
	if !c.actor.mayAll() {
		return Course{}, Forbidden("making courses is for admins")
	}
	if n.ID < 1 {
		return Course{}, Invalid("course_id", "must be 1 or more")
	}
	if n.Name != nil {
		if err := CheckText("name", *n.Name); err != nil {
			return Course{}, err
		}
	}
	if n.SubAccount != nil {
		if _, err := c.tx.LockSubAccount(ctx, *n.SubAccount); err != nil {
			return Course{}, err
		}
	}
	course := Course{ID: n.ID, Name: n.Name, SubAccount: n.SubAccount, CreatedAt: c.now}
	if err := c.tx.InsertCourse(ctx, course); err != nil {
		return Course{}, err
	}
	var err error
	course.Collection, err = c.openCourse(ctx, course)
	return course, err
}

// openCourse makes the collection of a course that has just been made.
func (c *Change) openCourse(ctx context.Context, course Course) (CollectionID, error) {
	id, err := c.tx.InsertCollection(ctx, Collection{Type: CourseWide, CourseID: &course.ID, CreatedAt: c.now})
	if err != nil {
		return 0, err
	}
	return id, c.record(ctx, "course", "create", idText(course.ID), nil,
		facts{"name": course.Name, "sub_account_id": course.SubAccount, "collection_id": id})
}

// courseOnDemand locks and returns a course; an admin's demand makes one that is not
// there.
func (c *Change) courseOnDemand(ctx context.Context, id CourseID) (Course, error) {
	if c.actor.mayAll() {
		course := Course{ID: id, CreatedAt: c.now}
		made, err := c.tx.InsertCourseUnlessThere(ctx, course)
		if err != nil {
			return Course{}, err
		}
		if made {
			if _, err := c.openCourse(ctx, course); err != nil {
				return Course{}, err
			}
		}
	}
	return c.tx.LockCourse(ctx, id)
}

// Enroll gives a person a role in a course.
func (c *Change) Enroll(ctx context.Context, course CourseID, user UserID, role Way) error {
	return c.enrolment(ctx, course, user, func() error {
		enrolled, err := c.tx.Enroll(ctx, course, user, role)
		if err != nil || !enrolled {
			return err
		}
		return c.record(ctx, "course", "enroll", idText(course), nil, facts{"user_id": user, "role": role})
	})
}

// Unenroll takes a role in a course from a person.
func (c *Change) Unenroll(ctx context.Context, course CourseID, user UserID, role Way) error {
	return c.enrolment(ctx, course, user, func() error {
		unenrolled, err := c.tx.Unenroll(ctx, course, user, role)
		if err != nil || !unenrolled {
			return err
		}
		return c.record(ctx, "course", "unenroll", idText(course), facts{"user_id": user, "role": role}, nil)
	})
}

func (c *Change) enrolment(ctx context.Context, course CourseID, user UserID, write func() error) error {
	if !c.actor.mayAll() {
		return Forbidden("enrolling people in courses is for admins")
	}
	if _, err := c.tx.LockCourse(ctx, course); err != nil {
		return err
	}
	if _, err := c.lockUsers(ctx, []UserID{user}); err != nil {
		return err
	}
	return write()
}
