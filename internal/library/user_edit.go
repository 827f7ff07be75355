package library

import "context"

// UserEdit is what is to change of a person; nil leaves a field as it is.
type UserEdit struct {
	FullName    *string
	DisplayName *string
	Email       *string
	NoEmail     bool // the address is removed; excludes Email
}

// onlyDisplayName says whether nothing else is to change.
func (e UserEdit) onlyDisplayName() bool {
	return e.FullName == nil && e.Email == nil && !e.NoEmail
}

// of returns the person as they are after the edit. The names and the address are checked
// in the order of the wire.
func (e UserEdit) of(user User) (User, error) {
	if e.Email != nil && e.NoEmail {
		return User{}, Invalid("email", "cannot be set and removed at the same time")
	}
	if e.FullName != nil {
		if err := CheckText("full_name", *e.FullName); err != nil {
			return User{}, err
		}
		user.FullName = *e.FullName
	}
	if e.DisplayName != nil {
		if err := CheckText("display_name", *e.DisplayName); err != nil {
			return User{}, err
		}
		user.DisplayName = *e.DisplayName
	}
	switch {
	case e.NoEmail:
		user.Email = nil
	case e.Email != nil:
		address, err := ParseEmail("email", *e.Email)
		if err != nil {
			return User{}, err
		}
		user.Email = &address
	}
	return user, nil
}

// EditUser changes a person's names and e-mail address, and returns the person as they
// then are. An admin may change all of it for everyone, a sub-account admin the display
// name of people within reach who are not admins, and each person their own display name
// (the library's rules, section 1). To everyone else, a person who does not exist looks
// like one who does. An address that another person has is KindConflict.
func (c *Change) EditUser(ctx context.Context, id UserID, e UserEdit) (User, error) {
	if err := c.mayEditUser(ctx, id, e); err != nil {
		return User{}, err
	}
	people, err := c.lockUsers(ctx, []UserID{id})
	if err != nil {
		return User{}, err
	}
	before := people[id]
	self := c.actor.Person() == id
	if !may(c.actor, EditDisplayName, given{self: self, inReach: true, target: before.Roles}) {
		return User{}, Forbidden("user %d is an admin; only admins may change admins", id)
	}
	after, err := e.of(before)
	if err != nil {
		return User{}, err
	}
	was, is := facts{}, facts{}
	if after.FullName != before.FullName {
		was["full_name"], is["full_name"] = before.FullName, after.FullName
	}
	if after.DisplayName != before.DisplayName {
		was["display_name"], is["display_name"] = before.DisplayName, after.DisplayName
	}
	if len(is) > 0 {
		if err := c.tx.SetUserNames(ctx, id, after.FullName, after.DisplayName); err != nil {
			return User{}, err
		}
	}
	if !samePointed(before.Email, after.Email) {
		was["email"], is["email"] = before.Email, after.Email
		if err := c.tx.SetUserEmail(ctx, id, after.Email); err != nil {
			return User{}, err
		}
	}
	if len(is) == 0 {
		return after, nil
	}
	return after, c.record(ctx, "user", "edit", idText(id), was, is)
}

// mayEditUser asks whether the actor may make this edit of a person, unless that is an
// admin, which is not known yet.
func (c *Change) mayEditUser(ctx context.Context, id UserID, e UserEdit) error {
	mayName, err := mayReaching(c.actor, EditDisplayName, given{self: c.actor.Person() == id}, func() (bool, error) {
		outside, err := c.tx.UsersOutOfReach(ctx, c.actor.Person(), []UserID{id})
		return len(outside) == 0, err
	})
	switch {
	case err != nil:
		return err
	case !mayName:
		return Forbidden("only user %d and admins may change this user", id)
	case !e.onlyDisplayName() && !may(c.actor, EditUser, given{}):
		return Forbidden("only admins may change a full name or an e-mail address")
	}
	return nil
}

// samePointed says whether two values that may be missing are the same.
func samePointed[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
