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

// given is what decides whether one may share with a person.
func (t Ties) given(who UserID, to User) given {
	return given{
		self: to.ID == who, target: to.Roles, active: to.Active(), tie: t.People[to.ID], settled: t.SubAccounts,
	}
}

// mayGrant refuses the change when it would give something to a person or a group whom
// the actor may not share with. All are asked about at once, behind their locks.
func (c *Change) mayGrant(ctx context.Context, people []User, groups []GroupID) error {
	if len(people) == 0 && len(groups) == 0 {
		return nil
	}
	var ties Ties
	anyone := may(c.actor, ShareWith, given{active: true})
	if !anyone {
		ids := make([]UserID, len(people))
		for i, u := range people {
			ids[i] = u.ID
		}
		var err error
		if ties, err = c.tx.Ties(ctx, c.actor.Person(), ids, groups); err != nil {
			return err
		}
	}
	outside := func(u User) bool { return !may(c.actor, ShareWith, ties.given(c.actor.Person(), u)) }
	if i := slices.IndexFunc(people, outside); i >= 0 {
		if anyone {
			return Forbidden("user %d is deactivated; you cannot share with them", people[i].ID)
		}
		return Forbidden("you may not share with user %d", people[i].ID)
	}
	strange := func(g GroupID) bool {
		var m Membership
		if ties.Groups[g] {
			m = Member
		}
		return !may(c.actor, ShareWithGroup, given{member: m})
	}
	if i := slices.IndexFunc(groups, strange); i >= 0 {
		return Forbidden("you may not share with group %d", groups[i])
	}
	return nil
}
