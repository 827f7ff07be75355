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

// CourseSummary is a course with the number of people enrolled in it.
type CourseSummary struct {
	Course
	People int64
}

// SubAccountSummary is a sub-account with its admins, by id, and the number of its
// courses.
type SubAccountSummary struct {
	SubAccount
	Admins  []UserID
	Courses int64
}

// CourseReader is what reading courses needs of storage.
type CourseReader interface {
	// CourseCollection returns the id of a course's collection, or KindNotFound.
	CourseCollection(ctx context.Context, id CourseID) (CollectionID, error)
	// Courses returns all courses, by id.
	Courses(ctx context.Context) ([]CourseSummary, error)
	// SubAccounts returns all sub-accounts, by id.
	SubAccounts(ctx context.Context) ([]SubAccountSummary, error)
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
	// UnassignSubAccount takes a sub-account out of a person's reach, and says whether it
	// was there.
	UnassignSubAccount(ctx context.Context, id SubAccountID, admin UserID) (unassigned bool, err error)
	// SubAccountAssigned says whether a sub-account is assigned to a person.
	SubAccountAssigned(ctx context.Context, id SubAccountID, admin UserID) (bool, error)
	// LockCourse locks and returns a course, or a KindNotFound error.
	LockCourse(ctx context.Context, id CourseID) (Course, error)
	// InsertCourse stores a course. One that is there already is KindConflict.
	InsertCourse(ctx context.Context, c Course) error
	// InsertCourseUnlessThere stores a course, and says whether it was not there.
	InsertCourseUnlessThere(ctx context.Context, c Course) (made bool, err error)
	// SetCourseSubAccount puts a course into a sub-account; nil takes it out of any.
	SetCourseSubAccount(ctx context.Context, id CourseID, sub *SubAccountID) error
}

// Course returns the collection of a course to those who have a way to it.
func (l *Library) Course(ctx context.Context, actor Actor, id CourseID) (CollectionWithPermission, error) {
	return view(ctx, l, actor, func(v *Snapshot) (CollectionWithPermission, error) {
		return v.courseToRead(ctx, id)
	})
}

func (v *Snapshot) courseToRead(ctx context.Context, id CourseID) (CollectionWithPermission, error) {
	col, err := v.in.CourseCollection(ctx, id)
	if err != nil {
		return CollectionWithPermission{}, err
	}
	return v.collectionToRead(ctx, col)
}

// Courses returns all courses, by id. Only the operator may list them.
func (l *Library) Courses(ctx context.Context, actor Actor) ([]CourseSummary, error) {
	return view(ctx, l, actor, func(v *Snapshot) ([]CourseSummary, error) {
		if !may(actor, Operate, given{}) {
			return nil, Forbidden("only the operator may list all courses")
		}
		return v.in.Last().Courses(ctx)
	})
}

// SubAccounts returns all sub-accounts, by id. Only the operator may list them.
func (l *Library) SubAccounts(ctx context.Context, actor Actor) ([]SubAccountSummary, error) {
	return view(ctx, l, actor, func(v *Snapshot) ([]SubAccountSummary, error) {
		if !may(actor, Operate, given{}) {
			return nil, Forbidden("only the operator may list all sub-accounts")
		}
		return v.in.Last().SubAccounts(ctx)
	})
}

// CreateSubAccount makes a sub-account.
func (c *Change) CreateSubAccount(ctx context.Context, name string) (SubAccount, error) {
	if !may(c.actor, ManageReach, given{}) {
		return SubAccount{}, Forbidden("only admins may create sub-accounts")
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
	if !may(c.actor, ManageReach, given{}) {
		return Forbidden("only admins may assign sub-accounts")
	}
	if _, err := c.tx.LockSubAccount(ctx, id); err != nil {
		return err
	}
	people, err := c.lockUsers(ctx, []UserID{admin})
	if err != nil {
		return err
	}
	before := people[admin].Roles
	after := before.With(SubaccountAdmin)
	if err := c.tx.SetRoles(ctx, map[UserID]Roles{admin: after}); err != nil {
		return err
	}
	assigned, err := c.tx.AssignSubAccount(ctx, id, admin)
	if err != nil || !assigned && after == before {
		return err
	}
	return c.record(ctx, "sub_account", "assign", idText(id), nil, facts{"user_id": admin})
}

// UnassignSubAccount takes the reach of a sub-account's admin from a person. The role
// stays: without a sub-account it reaches nobody, and [Change.UpdateRoles] takes it.
// It is not an error if the sub-account is not assigned to the person.
func (c *Change) UnassignSubAccount(ctx context.Context, id SubAccountID, admin UserID) error {
	if !may(c.actor, ManageReach, given{}) {
		return Forbidden("only admins may assign sub-accounts")
	}
	if _, err := c.tx.LockSubAccount(ctx, id); err != nil {
		return err
	}
	if _, err := c.lockUsers(ctx, []UserID{admin}); err != nil {
		return err
	}
	unassigned, err := c.tx.UnassignSubAccount(ctx, id, admin)
	if err != nil || !unassigned {
		return err
	}
	return c.record(ctx, "sub_account", "unassign", idText(id), facts{"user_id": admin}, nil)
}

// SetCourseSubAccount puts a course into a sub-account, so that its admins reach the
// course and the people in it; nil takes the course out of any sub-account.
func (c *Change) SetCourseSubAccount(ctx context.Context, id CourseID, sub *SubAccountID) error {
	if !may(c.actor, ManageReach, given{}) {
		return Forbidden("only admins may assign courses to sub-accounts")
	}
	if sub != nil {
		if _, err := c.tx.LockSubAccount(ctx, *sub); err != nil {
			return err
		}
	}
	course, err := c.tx.LockCourse(ctx, id)
	if err != nil || samePointed(course.SubAccount, sub) {
		return err
	}
	if err := c.tx.SetCourseSubAccount(ctx, id, sub); err != nil {
		return err
	}
	return c.record(ctx, "course", "change_sub_account", idText(id),
		facts{"sub_account_id": course.SubAccount}, facts{"sub_account_id": sub})
}

// TakeCourseFrom takes a course out of the sub-account that it is in. One that is not in
// this sub-account is left where it is, which is not an error.
func (c *Change) TakeCourseFrom(ctx context.Context, sub SubAccountID, id CourseID) error {
	if !may(c.actor, ManageReach, given{}) {
		return Forbidden("only admins may assign courses to sub-accounts")
	}
	if _, err := c.tx.LockSubAccount(ctx, sub); err != nil {
		return err
	}
	course, err := c.tx.LockCourse(ctx, id)
	if err != nil || !samePointed(course.SubAccount, &sub) {
		return err
	}
	return c.SetCourseSubAccount(ctx, id, nil)
}

// NewCourse is a course to be made.
type NewCourse struct {
	ID         CourseID
	Name       *string
	SubAccount *SubAccountID
}

// CreateCourse makes a course and its collection. Only admins may call it, and sub-account
// admins in a sub-account assigned to them. A course id that exists already is
// KindConflict, also where an embed created the course.
func (c *Change) CreateCourse(ctx context.Context, n NewCourse) (Course, error) {
	if err := c.mayCreateCourseIn(ctx, n.SubAccount); err != nil {
		return Course{}, err
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

// mayCreateCourseIn asks whether the actor may create a course in a sub-account, or, for
// nil, in none. To a sub-account admin, one that does not exist looks like one that is not
// assigned to them.
func (c *Change) mayCreateCourseIn(ctx context.Context, sub *SubAccountID) error {
	allowed, err := mayReaching(c.actor, CreateCourse, given{}, func() (bool, error) {
		if sub == nil {
			return false, nil
		}
		return c.tx.SubAccountAssigned(ctx, *sub, c.actor.Person())
	})
	if err != nil || allowed {
		return err
	}
	return Forbidden("only admins may create courses, and sub-account admins in their own sub-accounts")
}

// SeenCourse returns the collection of a course that exists, as it is at this point of
// the change, with the permission that the actor is answered.
func (c *Change) SeenCourse(ctx context.Context, course Course) (CollectionWithPermission, error) {
	return c.answered(ctx, course.Collection)
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
	if may(c.actor, CreateAnyCourse, given{}) {
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
