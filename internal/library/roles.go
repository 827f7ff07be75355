package library

import (
	"context"
	"slices"
)

// Role is one of the five roles of the account, in the order of the wire.
type Role uint8

// The roles (the wire contract, section 2).
const (
	Admin Role = iota
	SubaccountAdmin
	Teacher
	Student
	Observer
)

var roleNames = [...]string{"Admin", "Subaccount admin", "Teacher", "Student", "Observer"}

// String is the role's name on the wire.
func (r Role) String() string { return roleNames[r] }

// ParseRole reads a role's name, which must match exactly.
func ParseRole(name string) (Role, error) {
	if i := slices.Index(roleNames[:], name); i >= 0 {
		return Role(i), nil
	}
	return 0, Unknown("role", name, roleNames[:]...)
}

// Roles is a set of roles.
type Roles uint8

// RolesOf makes the set of the given roles.
func RolesOf(roles ...Role) Roles {
	var set Roles
	for _, r := range roles {
		set = set.With(r)
	}
	return set
}

// Has says whether the set holds the role.
func (s Roles) Has(r Role) bool { return s&(1<<r) != 0 }

// With is the set and the role.
func (s Roles) With(r Role) Roles { return s | 1<<r }

// Without is the set less the role.
func (s Roles) Without(r Role) Roles { return s &^ (1 << r) }

// List is the roles in the order of the wire; an empty set gives an empty slice.
func (s Roles) List() []Role {
	list := make([]Role, 0, len(roleNames))
	for i := range roleNames {
		if s.Has(Role(i)) {
			list = append(list, Role(i))
		}
	}
	return list
}

// names is the roles' names on the wire.
func (s Roles) names() []string {
	names := make([]string, 0, len(roleNames))
	for _, r := range s.List() {
		names = append(names, r.String())
	}
	return names
}

// RoleAction is what a [RoleChange] does with its role.
type RoleAction bool

// The two actions.
const (
	AddRole    RoleAction = true
	RemoveRole RoleAction = false
)

// RoleChange is one item of a role update.
type RoleChange struct {
	User   UserID
	Role   Role
	Action RoleAction
}

// MaxRoleChanges is how many items one role update takes at most (the wire
// contract, section 3).
const MaxRoleChanges = 1000

// UpdateRoles applies the changes in order, all or none, and returns every person
// named, once, in the order first named, as they now are. Adding a role that is held
// or removing one that is not changes nothing. The last active admin stays.
func (c *Change) UpdateRoles(ctx context.Context, changes []RoleChange) ([]User, error) {
	if len(changes) == 0 {
		return nil, Invalid("roles", "must hold at least one item")
	}
	if len(changes) > MaxRoleChanges {
		return nil, Invalid("roles", "has %d items; the limit is %d", len(changes), MaxRoleChanges)
	}
	var users []User
	err := c.keepingAnAdmin(ctx, func() (err error) {
		users, err = c.updateRoles(ctx, changes)
		return err
	})
	return users, err
}

func (c *Change) updateRoles(ctx context.Context, changes []RoleChange) ([]User, error) {
	if !may(c.actor, ChangeRoles, given{inReach: true}) {
		return nil, Forbidden("only admins may change roles")
	}
	var order []UserID
	named := make(map[UserID]bool, len(changes))
	for _, change := range changes {
		if !named[change.User] {
			named[change.User] = true
			order = append(order, change.User)
		}
	}
	if err := c.mayChangeRoles(ctx, changes, order); err != nil {
		return nil, err
	}
	people, err := c.lockUsers(ctx, order)
	if err != nil {
		return nil, err
	}
	roles := make(map[UserID]Roles, len(people))
	for id, u := range people {
		if !may(c.actor, ChangeRoles, given{inReach: true, target: u.Roles}) {
			return nil, Forbidden("user %d is an admin", id)
		}
		roles[id] = u.Roles
	}
	for _, change := range changes {
		if change.Action == AddRole {
			roles[change.User] = roles[change.User].With(change.Role)
		} else {
			roles[change.User] = roles[change.User].Without(change.Role)
		}
	}
	if err := c.tx.SetRoles(ctx, roles); err != nil {
		return nil, err
	}
	users := make([]User, len(order))
	for i, id := range order {
		users[i] = people[id]
		users[i].Roles = roles[id]
		if roles[id] == people[id].Roles {
			continue
		}
		err := c.record(ctx, "user", "change_roles", idText(id),
			facts{"role_names": people[id].Roles.names()}, facts{"role_names": roles[id].names()})
		if err != nil {
			return nil, err
		}
	}
	return users, nil
}

// mayChangeRoles bounds a sub-account admin: people in reach, who hold no Admin, and
// roles below their own.
func (c *Change) mayChangeRoles(ctx context.Context, changes []RoleChange, order []UserID) error {
	if may(c.actor, ChangeRoles, given{}) {
		return nil
	}
	for i, change := range changes {
		if !may(c.actor, ChangeRoles, given{inReach: true, changes: RolesOf(change.Role)}) {
			return Forbidden("roles[%d]: only admins may add or remove the role %s", i, change.Role)
		}
	}
	outside, err := c.tx.UsersOutOfReach(ctx, c.actor.Person(), order)
	if err != nil {
		return err
	}
	if len(outside) > 0 {
		return notInReach(outside[0])
	}
	return nil
}

// keepingAnAdmin runs a change that may lessen the active admins, and refuses it when
// it took the last one. All such changes take the admins' lock first, so that two at
// once cannot both pass, and look at the actor's roles again behind it: of two admins
// who dismiss each other the second no longer is one.
func (c *Change) keepingAnAdmin(ctx context.Context, change func() error) error {
	if err := c.tx.LockAdmins(ctx); err != nil {
		return err
	}
	if err := c.refreshActor(ctx); err != nil {
		return err
	}
	before, err := c.tx.CountActiveAdmins(ctx)
	if err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	after, err := c.tx.CountActiveAdmins(ctx)
	if err == nil && after == 0 && before > 0 {
		err = &Error{Kind: KindInvalid, Field: "roles", Message: "one active admin must always remain"}
	}
	return err
}

// refreshActor reads the actor's roles as they now are.
func (c *Change) refreshActor(ctx context.Context) error {
	if !c.actor.IsPerson() {
		return nil
	}
	users, err := c.tx.LockUsers(ctx, []UserID{c.actor.Person()})
	if err != nil {
		return err
	}
	if len(users) == 0 || !users[0].Active() {
		return errNotSignedIn
	}
	c.actor = c.actor.as(users[0].Roles)
	return nil
}
