package library

import (
	"context"
	"slices"
)

// Whom one may share with (the library's rules, section 2): what every change asks that
// grants somebody something they did not have.

// Tie is what connects a person with the one who wants to share something with them.
// Storage reports ties; what they allow is decided here.
type Tie struct {
	Group  bool // they are in a group together
	Course bool // they are enrolled in a course together, in whatever roles
	// SubAccount says that the person is enrolled in, or an assigned admin of, a
	// sub-account in whose courses the one who shares teaches, assists or designs.
	SubAccount bool
	Reach      bool // enrolled in a course of a sub-account assigned to who shares
}

// Ties is what connects a person who wants to share with those they want to share with.
type Ties struct {
	// SubAccounts says that the one who shares teaches, assists or designs in courses
	// that lie in sub-accounts.
	SubAccounts bool
	People      map[UserID]Tie
	Groups      map[GroupID]bool // the groups that the one who shares is in
}

// TieReader is what the rule needs of a transaction.
type TieReader interface {
	// Ties returns what connects a person with these people and groups. Who is not
	// connected may be absent.
	Ties(ctx context.Context, who UserID, people []UserID, groups []GroupID) (Ties, error)
}

// isStaff says whether a role of the set makes a person one of the staff.
func (s Roles) isStaff() bool { return s.Has(Teacher) || s.Has(SubaccountAdmin) || s.Has(Admin) }

// share says whether a person with these roles shares at all: an observer alone, or
// somebody without a role, does not.
func (s Roles) share() bool { return s.isStaff() || s.Has(Student) }

// mayShareWith says whether a person with these roles may share with another one. Of
// several roles the union counts.
func (t Ties) mayShareWith(who UserID, roles Roles, to User) bool {
	tie := t.People[to.ID]
	switch {
	case !to.Active() || !roles.share():
		return false
	case roles.Has(Admin), to.ID == who, tie.Course:
		return true
	case roles.Has(Student) && tie.Group, roles.Has(SubaccountAdmin) && tie.Reach:
		return true
	}
	// A teacher's staff is that of the sub-accounts they teach in, or else all there is.
	return roles.isStaff() && to.Roles.isStaff() && (tie.SubAccount || !t.SubAccounts)
}

// mayShareWithGroup says the same of a group.
func (t Ties) mayShareWithGroup(roles Roles, to GroupID) bool {
	return roles.isStaff() || roles.Has(Student) && t.Groups[to]
}

// mayGrant refuses the change when it would give something to a person or a group whom
// the actor may not share with. All are asked about at once, behind their locks.
func (c *Change) mayGrant(ctx context.Context, people []User, groups []GroupID) error {
	if c.actor.operator || len(people) == 0 && len(groups) == 0 {
		return nil
	}
	var ties Ties
	if !c.actor.mayAll() {
		ids := make([]UserID, len(people))
		for i, u := range people {
			ids[i] = u.ID
		}
		var err error
		if ties, err = c.tx.Ties(ctx, c.actor.ID, ids, groups); err != nil {
			return err
		}
	}
	outside := func(u User) bool { return !ties.mayShareWith(c.actor.ID, c.actor.Roles, u) }
	if i := slices.IndexFunc(people, outside); i >= 0 {
		if c.actor.mayAll() {
			return Forbidden("user %d is deactivated: nothing new can be given to them", people[i].ID)
		}
		return Forbidden("user %d is not among those whom you may share with", people[i].ID)
	}
	strange := func(g GroupID) bool { return !ties.mayShareWithGroup(c.actor.Roles, g) }
	if i := slices.IndexFunc(groups, strange); i >= 0 {
		return Forbidden("group %d is not among those which you may share with", groups[i])
	}
	return nil
}
