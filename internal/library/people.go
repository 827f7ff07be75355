package library

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
)

// UserID is a person's id.
type UserID int64

// UserBrief is what is shown of a person in addition to what they own.
type UserBrief struct {
	ID          UserID
	FullName    string
	DisplayName string
	Email       *string
}

// User is a person of the library.
type User struct {
	ID            UserID
	FullName      string
	DisplayName   string
	Email         *string // optional; unique as [FoldEmail] compares, but see DuplicateOf
	Roles         Roles
	CreatedAt     time.Time
	DeactivatedAt *time.Time // nil while active

	// DuplicateOf is the older person who has the same e-mail address, 0 for none. There
	// is one only where both had their addresses before the rule that makes them equal.
	// The older one is found by the address, this one by id alone. Only [Library.Users]
	// tells.
	DuplicateOf UserID
}

// brief is what is shown of the person in addition to what they own.
func (u User) brief() UserBrief {
	return UserBrief{ID: u.ID, FullName: u.FullName, DisplayName: u.DisplayName, Email: u.Email}
}

// Active says whether the person may sign in.
func (u User) Active() bool { return u.DeactivatedAt == nil }

// maxEmailBytes is the longest address that SMTP can carry (RFC 5321, 4.5.3.1.3,
// less the angle brackets).
const maxEmailBytes = 254

// ParseEmail checks a whole address as far as the contract asks: one @ with both sides not
// empty, no spaces, no control or format characters and none that are not displayed, at most
// 254 bytes of UTF-8.
func ParseEmail(field, address string) (string, error) {
	before, after, found := strings.Cut(address, "@")
	odd := func(r rune) bool {
		return unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf) || isIgnorable(r)
	}
	if !found || before == "" || after == "" || strings.Contains(after, "@") ||
		len(address) > maxEmailBytes || !utf8.ValidString(address) || strings.ContainsFunc(address, odd) {
		return "", Invalid(field, "must be a whole e-mail address like ada@school.test")
	}
	return address, nil
}

// UserFilter says which people a search wants; what is given is ANDed.
type UserFilter struct {
	Role  *Role
	Email *string // a whole address, compared as [FoldEmail] says

	// Reach bounds the search to the people within this sub-account admin's reach.
	// It is set by the library, not by callers.
	Reach *UserID
}

// UserReader is what reading people needs of storage.
type UserReader interface {
	// User returns a person who is not deleted, or a KindNotFound error.
	User(ctx context.Context, id UserID) (User, error)
	// UserUUID returns the UUID of a person who is not deleted, or a KindNotFound error.
	// It names them for good: their id may become somebody else's when the database is
	// restored to an earlier state.
	UserUUID(ctx context.Context, id UserID) (uuid.UUID, error)
	// UserByUUID returns the person with a UUID who is not deleted, or a KindNotFound
	// error.
	UserByUUID(ctx context.Context, id uuid.UUID) (User, error)
	// UserByEmail returns the oldest person whose address is the same as [FoldEmail]
	// compares; no such person is a KindNotFound error.
	UserByEmail(ctx context.Context, email string) (User, error)
	// SearchUsers returns active people by id descending.
	SearchUsers(ctx context.Context, filter UserFilter, page Page) (Paged[User], error)
	// Users returns all people who are not deleted, by id, the deactivated too.
	Users(ctx context.Context) ([]User, error)
	// UserInReach says whether the user is enrolled in a course of a sub-account
	// assigned to the admin.
	UserInReach(ctx context.Context, admin, user UserID) (bool, error)
}

// UserWriter is what changing people needs of a transaction.
type UserWriter interface {
	// LockAdmins takes the one lock that every change that can lessen the admins
	// takes first, so that two of them cannot both pass.
	LockAdmins(ctx context.Context) error
	// CountActiveAdmins counts the active people who hold Admin.
	CountActiveAdmins(ctx context.Context) (int, error)
	// LockUsers locks and returns the people of these ids who are not deleted, by id.
	LockUsers(ctx context.Context, ids []UserID) ([]User, error)
	// UsersOutOfReach returns those of the users who are not enrolled in a course of
	// a sub-account assigned to the admin.
	UsersOutOfReach(ctx context.Context, admin UserID, users []UserID) ([]UserID, error)
	// InsertUser stores a person with roles. An e-mail that another has is KindConflict.
	InsertUser(ctx context.Context, u User) (UserID, error)
	// SetUserNames changes what a person is called.
	SetUserNames(ctx context.Context, id UserID, fullName, displayName string) error
	// SetUserEmail changes a person's address, nil for none. One that another has is
	// KindConflict.
	SetUserEmail(ctx context.Context, id UserID, email *string) error
	// SetRoles gives each of the people exactly these roles.
	SetRoles(ctx context.Context, roles map[UserID]Roles) error
	// SetDeactivated sets or clears a person's deactivation.
	SetDeactivated(ctx context.Context, id UserID, at *time.Time) error
	// OwnsAnything says whether a person owns media or custom collections that are
	// not deleted.
	OwnsAnything(ctx context.Context, id UserID) (bool, error)
	// DeleteUser ends a person, who owns nothing any more: their My Library, roles,
	// shares, memberships, enrolments, assignments and tokens go with them.
	DeleteUser(ctx context.Context, id UserID, at time.Time) error
}

// User returns one person to those who may see their pages.
func (l *Library) User(ctx context.Context, actor Actor, id UserID) (User, error) {
	return view(ctx, l, actor, func(v *Snapshot) (User, error) {
		if err := v.maySeePagesOf(ctx, id); err != nil {
			return User{}, err
		}
		return v.in.Last().User(ctx, id)
	})
}

// UserByEmail returns the person with an address, compared as [FoldEmail] says. Only the
// operator may call it: the API finds people with [Library.SearchUsers].
func (l *Library) UserByEmail(ctx context.Context, actor Actor, email string) (User, error) {
	return view(ctx, l, actor, func(v *Snapshot) (User, error) {
		if !may(actor, FindUsers, given{}) {
			return User{}, Forbidden("only the operator may look up people by e-mail")
		}
		return v.in.UserByEmail(ctx, email)
	})
}

// Users returns all people, the deactivated too, by id, and says whose e-mail address an
// older person has. Only the operator may call it.
func (l *Library) Users(ctx context.Context, actor Actor) ([]User, error) {
	return view(ctx, l, actor, func(v *Snapshot) ([]User, error) {
		if !may(actor, FindUsers, given{}) {
			return nil, Forbidden("only the operator may list all people")
		}
		users, err := v.in.Last().Users(ctx)
		oldest := make(map[string]UserID, len(users))
		for i, u := range users {
			if u.Email == nil {
				continue
			}
			folded := FoldEmail(*u.Email)
			if older, taken := oldest[folded]; taken {
				users[i].DuplicateOf = older
			} else {
				oldest[folded] = u.ID
			}
		}
		return users, err
	})
}

// SearchUsers finds active people by role, by e-mail, or both. Only admins may call it; a
// sub-account admin finds those within reach.
func (l *Library) SearchUsers(ctx context.Context, actor Actor, filter UserFilter, page Page) (Paged[User], error) {
	return view(ctx, l, actor, func(v *Snapshot) (Paged[User], error) {
		all, inReach := bounds(actor, SearchUsers)
		switch {
		case all:
			filter.Reach = nil
		case inReach:
			filter.Reach = new(actor.Person())
		default:
			return Paged[User]{}, Forbidden("only admins may search for people")
		}
		return v.in.SearchUsers(ctx, filter, page)
	})
}

// maySeePagesOf answers who may see the pages under /users/{id}: the person, an
// admin, and a sub-account admin within reach. To all others a person who is not
// there looks like one who is.
func (v *Snapshot) maySeePagesOf(ctx context.Context, id UserID) error {
	allowed, err := mayReaching(v.actor, SeePages, given{self: v.actor.Person() == id}, func() (bool, error) {
		return v.in.UserInReach(ctx, v.actor.Person(), id)
	})
	if err != nil || allowed {
		return err
	}
	return Forbidden("only user %d and admins may see this", id)
}

// lockUsers locks all the people named and returns them by id; the first, in the
// order named, who does not exist is the KindNotFound error.
func (c *Change) lockUsers(ctx context.Context, ids []UserID) (map[UserID]User, error) {
	users, err := c.tx.LockUsers(ctx, sortedIDs(slices.Clone(ids)))
	if err != nil {
		return nil, err
	}
	people := make(map[UserID]User, len(users))
	for _, u := range users {
		people[u.ID] = u
	}
	for _, id := range ids {
		if _, ok := people[id]; !ok {
			return nil, NotFound("user", id)
		}
	}
	return people, nil
}

// NewUser is a person to be made.
type NewUser struct {
	FullName    string
	DisplayName string // empty: the full name
	Email       string // empty: none
	Roles       *Roles // nil: Student
}

// CreateUser makes a person and their My Library, and returns the person.
func (c *Change) CreateUser(ctx context.Context, n NewUser) (User, error) {
	if !may(c.actor, CreateUser, given{}) {
		return User{}, Forbidden("only admins may create people")
	}
	if err := CheckText("full_name", n.FullName); err != nil {
		return User{}, err
	}
	u := User{FullName: n.FullName, DisplayName: n.DisplayName, Roles: RolesOf(Student), CreatedAt: c.now}
	if u.DisplayName == "" {
		u.DisplayName = u.FullName
	}
	if err := CheckText("display_name", u.DisplayName); err != nil {
		return User{}, err
	}
	if n.Roles != nil {
		u.Roles = *n.Roles
	}
	if n.Email != "" {
		email, err := ParseEmail("email", n.Email)
		if err != nil {
			return User{}, err
		}
		u.Email = &email
	}
	id, err := c.tx.InsertUser(ctx, u)
	if err != nil {
		return User{}, err
	}
	u.ID = id
	_, err = c.tx.InsertCollection(ctx, Collection{
		Type: MyLibrary, Name: myLibraryName, Owner: &UserBrief{ID: id}, CreatedAt: c.now,
	})
	if err != nil {
		return User{}, err
	}
	return u, c.record(ctx, "user", "create", idText(id), nil, u.facts())
}

// SetActive deactivates a person or takes them back. A deactivated person's tokens
// stop at once; their media stay reachable. The last active admin stays.
func (c *Change) SetActive(ctx context.Context, id UserID, active bool) error {
	return c.keepingAnAdmin(ctx, func() error {
		if !may(c.actor, DeactivateUser, given{}) {
			return Forbidden("only admins may deactivate people")
		}
		people, err := c.lockUsers(ctx, []UserID{id})
		if err != nil || people[id].Active() == active {
			return err
		}
		var at *time.Time
		if !active {
			at = &c.now
		}
		if err := c.tx.SetDeactivated(ctx, id, at); err != nil {
			return err
		}
		verb := "reactivate"
		if !active {
			verb = "deactivate"
		}
		return c.record(ctx, "user", verb, idText(id), facts{"active": !active}, facts{"active": active})
	})
}

// facts is what the audit log records of a person.
func (u User) facts() facts {
	return facts{
		"full_name": u.FullName, "display_name": u.DisplayName, "email": u.Email, "role_names": u.Roles.names(),
	}
}
