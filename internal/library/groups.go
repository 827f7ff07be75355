package library

import (
	"context"
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
		return "", Invalid("permission", "%q is neither manager nor member", name)
	}
}

// GroupWriter is what changing groups needs of a transaction.
type GroupWriter interface {
	// LockGroup locks and returns a group, or a KindNotFound error.
	LockGroup(ctx context.Context, id GroupID) (Group, error)
	// GroupMembership returns what a person is in a group, "" for nothing.
	GroupMembership(ctx context.Context, group GroupID, user UserID) (Membership, error)
	// InsertGroup stores a group.
	InsertGroup(ctx context.Context, g Group) (GroupID, error)
	// SetMember puts a person into a group or changes what they are in it.
	SetMember(ctx context.Context, group GroupID, user UserID, m Membership) error
	// RemoveMember takes a person out of a group; one who is not in it is no error.
	RemoveMember(ctx context.Context, group GroupID, user UserID) error
}

// CreateGroup makes a group without members.
func (c *Change) CreateGroup(ctx context.Context, name string) (Group, error) {
	if !c.actor.mayAll() {
		return Group{}, Forbidden("making groups is for admins")
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

// SetMember puts a person into a group, or changes what they are in it. It is for
// admins and the group's managers.
func (c *Change) SetMember(ctx context.Context, group GroupID, user UserID, m Membership) error {
	if err := c.mayManage(ctx, group); err != nil {
		return err
	}
	if _, err := c.lockUsers(ctx, []UserID{user}); err != nil {
		return err
	}
	return c.setMember(ctx, group, user, m)
}

// setMember changes what a person is in a group, "" for nothing.
func (c *Change) setMember(ctx context.Context, group GroupID, user UserID, m Membership) error {
	current, err := c.tx.GroupMembership(ctx, group, user)
	if err != nil || current == m {
		return err
	}
	verb, before, after := "change_member", facts{"user_id": user}, facts{"user_id": user}
	if current == "" {
		verb, before = "add_member", nil
	} else {
		before["permission"] = current
	}
	if m == "" {
		verb, after = "remove_member", nil
		err = c.tx.RemoveMember(ctx, group, user)
	} else {
		after["permission"] = m
		err = c.tx.SetMember(ctx, group, user, m)
	}
	if err != nil {
		return err
	}
	return c.record(ctx, "group", verb, idText(group), before, after)
}

// RemoveMember takes a person out of a group. It is for admins and the group's
// managers; one who is not in it is no error.
func (c *Change) RemoveMember(ctx context.Context, group GroupID, user UserID) error {
	if err := c.mayManage(ctx, group); err != nil {
		return err
	}
	if _, err := c.lockUsers(ctx, []UserID{user}); err != nil {
		return err
	}
	return c.setMember(ctx, group, user, "")
}

// mayManage locks the group and asks whether the actor may change its members.
func (c *Change) mayManage(ctx context.Context, group GroupID) error {
	if _, err := c.tx.LockGroup(ctx, group); err != nil || c.actor.mayAll() {
		return err
	}
	m, err := c.tx.GroupMembership(ctx, group, c.actor.ID)
	if err == nil && m != Manager {
		err = Forbidden("changing the members of group %d is for its managers and for admins", group)
	}
	return err
}
