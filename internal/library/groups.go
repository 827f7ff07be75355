package library

import (
	"context"
	"fmt"
	"time"
)

// GroupID is a group's id.
type GroupID int64

// Group is a named set of people that things can be shared with.
type Group struct {
	ID        GroupID
	Name      string
	CreatedAt time.Time
}

// Membership is what a person is in a group.
type Membership string

// The memberships; a manager may change who is in the group.
const (
	Manager Membership = "manager"
	Member  Membership = "member"
)

// ParseMembership reads a membership's name.
func ParseMembership(name string) (Membership, error) {
	switch m := Membership(name); m {
	case Manager, Member:
		return m, nil
	default:
		return "", Unknown("permission", name, "manager", "member")
	}
}

// GroupMember is a person and what they are in a group.
type GroupMember struct {
	UserBrief
	Membership Membership
}

// GroupReader is what reading groups needs of storage.
type GroupReader interface {
	// GroupMembers returns the people in a group, by id descending, or KindNotFound.
	GroupMembers(ctx context.Context, id GroupID) ([]GroupMember, error)
	// GroupMembership returns what a person is in a group, "" for nothing.
	GroupMembership(ctx context.Context, group GroupID, user UserID) (Membership, error)
}

// GroupWriter is what changing groups needs of a transaction.
type GroupWriter interface {
	// LockGroups locks and returns the groups of these ids, by id.
	LockGroups(ctx context.Context, ids []GroupID) ([]Group, error)
	// GroupMemberships returns what these people are in a group; who is nothing in it
	// is absent.
	GroupMemberships(ctx context.Context, group GroupID, users []UserID) (map[UserID]Membership, error)
	// InsertGroup stores a group.
	InsertGroup(ctx context.Context, g Group) (GroupID, error)
	// SetMember puts a person into a group or changes what they are in it.
	SetMember(ctx context.Context, group GroupID, user UserID, m Membership) error
	// RemoveMember takes a person out of a group; one who is not in it is not an error.
	RemoveMember(ctx context.Context, group GroupID, user UserID) error
}

// GroupMembers returns the people in a group to admins and to its members.
func (l *Library) GroupMembers(ctx context.Context, actor Actor, id GroupID) ([]GroupMember, error) {
	return view(ctx, l, actor, func(v *Snapshot) ([]GroupMember, error) {
		members, err := v.in.GroupMembers(ctx, id)
		if err != nil || may(actor, ListMembers, given{}) {
			return members, err
		}
		m, err := v.in.Last().GroupMembership(ctx, id, actor.Person())
		if err == nil && !may(actor, ListMembers, given{member: m}) {
			err = Forbidden("only members of group %d and admins may list its members", id)
		}
		if err != nil {
			return nil, err
		}
		return members, nil
	})
}

// CreateGroup makes a group without members.
func (c *Change) CreateGroup(ctx context.Context, name string) (Group, error) {
	if !may(c.actor, CreateGroup, given{}) {
		return Group{}, Forbidden("only admins may create groups")
	}
	if err := CheckText("name", name); err != nil {
		return Group{}, err
	}
	g := Group{Name: name, CreatedAt: c.now}
	var err error
	if g.ID, err = c.tx.InsertGroup(ctx, g); err != nil {
		return Group{}, err
	}
	return g, c.record(ctx, "group", "create", idText(g.ID), nil, facts{"name": name})
}

// MemberAction is what a [MemberChange] does.
type MemberAction string

// The actions. Adding a member again changes what they are, and removing one who is not
// in the group is not an error; one who is to be updated must be in it.
const (
	AddMember    MemberAction = "add"
	UpdateMember MemberAction = "update"
	RemoveMember MemberAction = "remove"
)

// MemberChange is one change of who is in a group.
type MemberChange struct {
	Action MemberAction
	User   UserID
	As     Membership // of no account where the action is RemoveMember
}

// MaxMemberChanges is the limit of changes in one request.
const MaxMemberChanges = 1000

// SetMember puts a person into a group, or changes what they are in it. Only admins may
// call it, and the group's managers, who add only people that they may share with.
func (c *Change) SetMember(ctx context.Context, group GroupID, user UserID, m Membership) error {
	return c.changeMembers(ctx, group, []MemberChange{{AddMember, user, m}})
}

// RemoveMember takes a person out of a group. Only admins may call it, and the group's
// managers; one who is not in it is not an error.
func (c *Change) RemoveMember(ctx context.Context, group GroupID, user UserID) error {
	return c.changeMembers(ctx, group, []MemberChange{{RemoveMember, user, ""}})
}

// UpdateMembers applies changes of who is in a group in their order, all or none, and
// returns who is in it then. Only admins may call it, and the group's managers, who add only
// people that they may share with.
func (c *Change) UpdateMembers(ctx context.Context, group GroupID, changes []MemberChange) ([]GroupMember, error) {
	if err := c.changeMembers(ctx, group, changes); err != nil {
		return nil, err
	}
	return c.tx.GroupMembers(ctx, group)
}

func (c *Change) changeMembers(ctx context.Context, group GroupID, changes []MemberChange) error {
	if err := c.mayManage(ctx, group); err != nil {
		return err
	}
	order := make([]UserID, 0, len(changes))
	named := make(map[UserID]bool, len(changes))
	for _, change := range changes {
		if !named[change.User] {
			named[change.User] = true
			order = append(order, change.User)
		}
	}
	people, err := c.lockUsers(ctx, order)
	if err != nil {
		return err
	}
	before, err := c.tx.GroupMemberships(ctx, group, order)
	if err != nil {
		return err
	}
	after, added, err := planMembers(group, before, changes)
	if err != nil {
		return err
	}
	joining := make([]User, len(added))
	for i, id := range added {
		joining[i] = people[id]
	}
	if err := c.mayGrant(ctx, joining, nil); err != nil {
		return err
	}
	for _, user := range order {
		if err := c.writeMember(ctx, group, user, before[user], after[user]); err != nil {
			return err
		}
	}
	return nil
}

// planMembers says what the people are in a group when the changes have been made, in
// their order, and who joins it by any of them.
func planMembers(
	group GroupID, before map[UserID]Membership, changes []MemberChange,
) (after map[UserID]Membership, added []UserID, err error) {
	after = make(map[UserID]Membership, len(changes))
	for user, m := range before {
		after[user] = m
	}
	for i, change := range changes {
		switch {
		case change.Action == RemoveMember:
			delete(after, change.User)
			continue
		case after[change.User] != "":
		case change.Action == UpdateMember:
			return nil, nil, &Error{Kind: KindNotFound, Field: "user_id", Message: fmt.Sprintf(
				"[%d]: user %d is not in group %d", i, change.User, group)}
		default:
			added = append(added, change.User)
		}
		after[change.User] = change.As
	}
	return after, added, nil
}

// writeMember changes what a person is in a group, "" for nothing.
func (c *Change) writeMember(ctx context.Context, group GroupID, user UserID, before, after Membership) error {
	if before == after {
		return nil
	}
	verb := "change_member"
	var err error
	if after == "" {
		verb, err = "remove_member", c.tx.RemoveMember(ctx, group, user)
	} else {
		if before == "" {
			verb = "add_member"
		}
		err = c.tx.SetMember(ctx, group, user, after)
	}
	if err != nil {
		return err
	}
	return c.record(ctx, "group", verb, idText(group), before.facts(user), after.facts(user))
}

// facts is what the audit log records of a membership, nothing where there is none.
func (m Membership) facts(user UserID) facts {
	if m == "" {
		return nil
	}
	return facts{"user_id": user, "permission": m}
}

// mayManage locks the group and asks whether the actor may change its members.
func (c *Change) mayManage(ctx context.Context, group GroupID) error {
	groups, err := c.tx.LockGroups(ctx, []GroupID{group})
	switch {
	case err != nil:
		return err
	case len(groups) == 0:
		return NotFound("group", group)
	case may(c.actor, ManageMembers, given{}):
		return nil
	}
	m, err := c.tx.GroupMembership(ctx, group, c.actor.Person())
	if err == nil && !may(c.actor, ManageMembers, given{member: m}) {
		err = Forbidden("only managers of group %d and admins may change its members", group)
	}
	return err
}
