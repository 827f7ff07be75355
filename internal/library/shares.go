package library

import (
	"context"
	"fmt"
	"slices"
)

// Grantee is who something is shared with: a person or a group, the other being 0.
type Grantee struct {
	User  UserID
	Group GroupID
}

// String names the grantee in messages.
func (g Grantee) String() string {
	if g.Group != 0 {
		return fmt.Sprintf("group %d", g.Group)
	}
	return fmt.Sprintf("user %d", g.User)
}

// UserWithPermission is a person and what they may do with something.
type UserWithPermission struct {
	User
	Permission Permission
}

// GroupWithPermission is a group and what a share with it gives.
type GroupWithPermission struct {
	Group
	Permission Permission
}

// Shares is who a thing is directly shared with, and for what, by id descending.
type Shares struct {
	Users  []UserWithPermission
	Groups []GroupWithPermission
}

// only returns those of the shares that are with one of the grantees.
func (s Shares) only(with map[Grantee]bool) Shares {
	s.Users = slices.DeleteFunc(s.Users, func(u UserWithPermission) bool { return !with[Grantee{User: u.ID}] })
	s.Groups = slices.DeleteFunc(s.Groups, func(g GroupWithPermission) bool { return !with[Grantee{Group: g.ID}] })
	return s
}

// ShareReader is what reading shares needs of storage.
type ShareReader interface {
	// MediaShares returns the shares of a media item, and CollectionShares those of a
	// collection; of what is not there, none.
	MediaShares(ctx context.Context, id MediaID) (Shares, error)
	CollectionShares(ctx context.Context, id CollectionID) (Shares, error)
}

// ShareWriter is what changing shares needs of a transaction. What a share gives is
// [WayView] or [WayEdit].
type ShareWriter interface {
	// MediaSharesWith returns what a media item's shares with these grantees give; one
	// without a share is absent.
	MediaSharesWith(ctx context.Context, id MediaID, grantees []Grantee) (map[Grantee]Way, error)
	// SetMediaShare shares a media item, or changes what its share gives.
	SetMediaShare(ctx context.Context, id MediaID, g Grantee, gives Way) error
	// RemoveMediaShare ends a share; one that is not there is not an error.
	RemoveMediaShare(ctx context.Context, id MediaID, g Grantee) error
	// CollectionSharesWith, SetCollectionShare and RemoveCollectionShare are the same
	// for a collection.
	CollectionSharesWith(ctx context.Context, id CollectionID, grantees []Grantee) (map[Grantee]Way, error)
	SetCollectionShare(ctx context.Context, id CollectionID, g Grantee, gives Way) error
	RemoveCollectionShare(ctx context.Context, id CollectionID, g Grantee) error
}

// ParseShare reads what a share gives.
func ParseShare(name string) (Way, error) {
	switch w := Way(name); w {
	case WayView, WayEdit:
		return w, nil
	default:
		return "", Unknown("permission", name, WayView, WayEdit)
	}
}

// MediaShares returns the shares of a media item to those who may list them.
func (l *Library) MediaShares(ctx context.Context, actor Actor, id MediaID) (Shares, error) {
	return view(ctx, l, actor, func(v *Snapshot) (Shares, error) {
		if _, err := v.seeMedia(ctx, id, ListShares); err != nil {
			return Shares{}, err
		}
		return v.in.Last().MediaShares(ctx, id)
	})
}

// CollectionShares returns the shares of a collection to those who may share it.
func (l *Library) CollectionShares(ctx context.Context, actor Actor, id CollectionID) (Shares, error) {
	return view(ctx, l, actor, func(v *Snapshot) (Shares, error) {
		if _, err := v.seeCollection(ctx, id, ShareCollection); err != nil {
			return Shares{}, err
		}
		return v.in.Last().CollectionShares(ctx, id)
	})
}

// ShareAction is what a [ShareChange] does.
type ShareAction string

// The actions. A share that is to be created must not be there, and one that is to be
// updated or destroyed must; the two of our own mind neither.
const (
	CreateShare  ShareAction = "create"
	UpdateShare  ShareAction = "update"
	DestroyShare ShareAction = "destroy"
	setShare     ShareAction = "set"
	endShare     ShareAction = "end"
)

// ShareChange is one change of the shares of a thing.
type ShareChange struct {
	Action ShareAction
	With   Grantee
	Gives  Way // WayView or WayEdit; of no account where a share ends
}

// ends says whether the share is not there afterwards.
func (s ShareChange) ends() bool { return s.Action == DestroyShare || s.Action == endShare }

// MaxShareChanges is the limit of changes in one request.
const MaxShareChanges = 1000

// ShareMedia shares a media item, or changes what its share gives. Who may view may grant
// view again; only who may edit grants edit or changes a share that is there.
func (c *Change) ShareMedia(ctx context.Context, id MediaID, g Grantee, gives Way) error {
	_, err := c.changeSharesOfMedia(ctx, id, []ShareChange{{setShare, g, gives}})
	return err
}

// UnshareMedia ends a share of a media item. Anyone may give up their own.
func (c *Change) UnshareMedia(ctx context.Context, id MediaID, g Grantee) error {
	_, err := c.changeSharesOfMedia(ctx, id, []ShareChange{{endShare, g, ""}})
	return err
}

// UpdateMediaShares applies changes of the shares of a media item in their order, all or
// none, and returns the shares that there are then: all of them to who may list them,
// and to others those with the grantees that they named.
func (c *Change) UpdateMediaShares(ctx context.Context, id MediaID, changes []ShareChange) (Shares, error) {
	s, err := c.changeSharesOfMedia(ctx, id, changes)
	if err != nil {
		return Shares{}, err
	}
	return c.told(ctx, s, changes)
}

// ShareCollection shares a custom collection, or changes what its share gives.
func (c *Change) ShareCollection(ctx context.Context, id CollectionID, g Grantee, gives Way) error {
	_, err := c.changeSharesOfCollection(ctx, id, []ShareChange{{setShare, g, gives}})
	return err
}

// UnshareCollection ends a share of a collection. Anyone may give up their own.
func (c *Change) UnshareCollection(ctx context.Context, id CollectionID, g Grantee) error {
	_, err := c.changeSharesOfCollection(ctx, id, []ShareChange{{endShare, g, ""}})
	return err
}

// UpdateCollectionShares is [Change.UpdateMediaShares] for a custom collection.
func (c *Change) UpdateCollectionShares(
	ctx context.Context, id CollectionID, changes []ShareChange,
) (Shares, error) {
	s, err := c.changeSharesOfCollection(ctx, id, changes)
	if err != nil {
		return Shares{}, err
	}
	return c.told(ctx, s, changes)
}

func (c *Change) changeSharesOfMedia(ctx context.Context, id MediaID, changes []ShareChange) (*sharedThing, error) {
	locked, err := c.lockGrantees(ctx, changes)
	if err != nil {
		return nil, err
	}
	m, err := c.tx.LockMedia(ctx, id)
	if err != nil {
		return nil, err
	}
	thing := c.sharedMedia(m)
	return thing, c.changeShares(ctx, thing, changes, locked)
}

func (c *Change) changeSharesOfCollection(
	ctx context.Context, id CollectionID, changes []ShareChange,
) (*sharedThing, error) {
	locked, err := c.lockGrantees(ctx, changes)
	if err != nil {
		return nil, err
	}
	cols, err := c.tx.LockCollections(ctx, []CollectionID{id})
	if err != nil {
		return nil, err
	}
	if len(cols) == 0 {
		return nil, NotFound("collection", id)
	}
	thing := c.sharedCollection(cols[0])
	return thing, c.changeShares(ctx, thing, changes, locked)
}

// sharedThing is a media item or a collection as far as its shares are about it.
type sharedThing struct {
	object, id string // for the audit log

	grant Need // to let others view what they cannot yet
	rule  Need // for all else, but for giving up one's own share

	facts   func(context.Context) (given, error) // reads what decides about the actor
	refusal func(Need) error                     // what an actor is told who may not
	fit     func() error                         // whether it can be shared at all

	// read is the facts by which the actor was let in, nil before they are read. What the
	// actor is told afterwards goes by the same ones: on PostgreSQL the actor may lose a
	// membership between two statements of a change, and no order of the two changes has one
	// let in as an editor and answered as a viewer.
	read *given

	with   func(context.Context, []Grantee) (map[Grantee]Way, error)
	set    func(context.Context, Grantee, Way) error
	remove func(context.Context, Grantee) error
	list   func(context.Context) (Shares, error)
}

func (c *Change) sharedMedia(m Media) *sharedThing {
	return &sharedThing{
		object: "media", id: idText(m.ID), grant: GrantView, rule: ChangeShares,
		facts: func(ctx context.Context) (given, error) {
			seen, err := c.in.SeenMedia(ctx, c.actor.Person(), m.ID)
			return seen.Access.given(), err
		},
		refusal: func(need Need) error { return needsOnMedia(need, m.ID) },
		fit:     func() error { return nil },
		with: func(ctx context.Context, grantees []Grantee) (map[Grantee]Way, error) {
			return c.tx.MediaSharesWith(ctx, m.ID, grantees)
		},
		set:    func(ctx context.Context, g Grantee, gives Way) error { return c.tx.SetMediaShare(ctx, m.ID, g, gives) },
		remove: func(ctx context.Context, g Grantee) error { return c.tx.RemoveMediaShare(ctx, m.ID, g) },
		list:   func(ctx context.Context) (Shares, error) { return c.tx.MediaShares(ctx, m.ID) },
	}
}

func (c *Change) sharedCollection(col Collection) *sharedThing {
	return &sharedThing{
		object: "collection", id: idText(col.ID), grant: ShareCollection, rule: ShareCollection,
		facts: func(ctx context.Context) (given, error) {
			seen, err := c.seenCollection(ctx, c.actor.Person(), col.ID)
			return seen.Access.given(), err
		},
		refusal: func(need Need) error { return needsOnCollection(need, col.ID) },
		fit:     func() error { return needCustom(col) },
		with: func(ctx context.Context, grantees []Grantee) (map[Grantee]Way, error) {
			return c.tx.CollectionSharesWith(ctx, col.ID, grantees)
		},
		set: func(ctx context.Context, g Grantee, gives Way) error {
			return c.tx.SetCollectionShare(ctx, col.ID, g, gives)
		},
		remove: func(ctx context.Context, g Grantee) error { return c.tx.RemoveCollectionShare(ctx, col.ID, g) },
		list:   func(ctx context.Context) (Shares, error) { return c.tx.CollectionShares(ctx, col.ID) },
	}
}

// needOnShared answers whether the actor may do with a thing what they need, by one reading
// of the facts, and whether it can be shared at all.
func (c *Change) needOnShared(ctx context.Context, thing *sharedThing, need Need) error {
	if may(c.actor, need, given{}) {
		return thing.fit()
	}
	if thing.read == nil {
		facts, err := thing.facts(ctx)
		if err != nil {
			return err
		}
		thing.read = &facts
	}
	if !may(c.actor, need, *thing.read) {
		return thing.refusal(need)
	}
	return thing.fit()
}

// changeShares asks for all that the changes need, in the order of the wire contract,
// and applies them.
func (c *Change) changeShares(
	ctx context.Context, thing *sharedThing, changes []ShareChange, locked lockedGrantees,
) error {
	before, err := thing.with(ctx, locked.order)
	if err != nil {
		return err
	}
	if err := c.needOnShared(ctx, thing, c.needForShares(thing, changes, before)); err != nil {
		return err
	}
	if locked.missing != nil {
		return locked.missing
	}
	after, gaining, unfit := planShares(before, changes)
	people, groups := locked.of(gaining)
	if err := c.mayGrant(ctx, people, groups); err != nil {
		return err
	}
	if unfit != nil {
		return unfit
	}
	for _, g := range locked.order {
		if err := c.writeShare(ctx, thing, g, before[g], after[g]); err != nil {
			return err
		}
		if c.mayBeOwn(g) && after[g].Level() < before[g].Level() {
			thing.read = nil // the actor may have taken it from themself
		}
	}
	return nil
}

// needForShares is what the most demanding of the changes needs; without any, what the
// least demanding one does.
func (c *Change) needForShares(thing *sharedThing, changes []ShareChange, before map[Grantee]Way) Need {
	if len(changes) == 0 {
		return thing.grant
	}
	need := LeaveShare
	for _, change := range changes {
		isNew := change.Action == CreateShare || change.Action == setShare && before[change.With] == ""
		switch {
		case change.ends() && c.isOwn(change.With):
		case !isNew || change.Gives != WayView:
			need = thing.rule
		case need == LeaveShare:
			need = thing.grant
		}
	}
	return need
}

// planShares says what the shares give when the changes have been made, in their order,
// and who gains something by any of them. The first change that does not fit what is
// there is told apart, for it is said only to who may share at all.
func planShares(before map[Grantee]Way, changes []ShareChange) (after map[Grantee]Way, gaining []Grantee, unfit error) {
	after = make(map[Grantee]Way, len(changes))
	for g, gives := range before {
		after[g] = gives
	}
	for i, change := range changes {
		had, gives := after[change.With], change.Gives
		if change.ends() {
			gives = ""
		}
		switch {
		case change.Action == CreateShare && had != "":
			return after, gaining, unfitShare(i, "is shared with %s already", change.With)
		case (change.Action == UpdateShare || change.Action == DestroyShare) && had == "":
			return after, gaining, unfitShare(i, "is not shared with %s", change.With)
		case gives.Level() > had.Level():
			gaining = append(gaining, change.With)
		}
		after[change.With] = gives
	}
	return after, gaining, nil
}

func unfitShare(i int, format string, with Grantee) error {
	return &Error{
		Kind: KindUnfit, Field: "permissions", Message: fmt.Sprintf("permissions[%d]: it "+format, i, with),
	}
}

// writeShare makes a share give something else, "" for nothing.
func (c *Change) writeShare(ctx context.Context, thing *sharedThing, g Grantee, before, after Way) error {
	if before == after {
		return nil
	}
	verb := "share"
	var err error
	if after == "" {
		verb, err = "unshare", thing.remove(ctx, g)
	} else {
		err = thing.set(ctx, g, after)
	}
	if err != nil {
		return err
	}
	return c.record(ctx, thing.object, verb, thing.id, g.facts(before), g.facts(after))
}

// facts is what the audit log records of a share, nothing where there is none.
func (g Grantee) facts(gives Way) facts {
	switch {
	case gives == "":
		return nil
	case g.Group != 0:
		return facts{"group_id": g.Group, "permission": gives}
	}
	return facts{"user_id": g.User, "permission": gives}
}

// told is the shares that the actor is answered after changes.
func (c *Change) told(ctx context.Context, thing *sharedThing, changes []ShareChange) (Shares, error) {
	all, err := thing.list(ctx)
	if err != nil {
		return Shares{}, err
	}
	err = c.needOnShared(ctx, thing, thing.rule)
	if KindOf(err) != KindForbidden {
		return all, err
	}
	named := make(map[Grantee]bool, len(changes))
	for _, change := range changes {
		named[change.With] = true
	}
	return all.only(named), nil
}

func (c *Change) isOwn(g Grantee) bool { return g.User != 0 && g.User == c.actor.Person() }

// mayBeOwn reports whether a share with the grantee may be one of the actor's ways.
func (c *Change) mayBeOwn(g Grantee) bool { return g.Group != 0 || c.isOwn(g) }

// lockedGrantees is the people and groups to share with, locked.
type lockedGrantees struct {
	order   []Grantee // each once, as first named
	people  map[UserID]User
	missing error // the first in the order who does not exist
}

// lockGrantees locks whom the changes are about, and the actor where the changes may take
// something from them: then the facts about the actor are read twice, and no membership of
// theirs may end in between. That a grantee does not exist is told apart from failures, for
// it is said only once the actor may share at all.
func (c *Change) lockGrantees(ctx context.Context, changes []ShareChange) (lockedGrantees, error) {
	var l lockedGrantees
	var groups []GroupID
	var users []UserID
	seen := make(map[Grantee]bool, len(changes))
	for _, change := range changes {
		g := change.With
		if seen[g] {
			continue
		}
		seen[g] = true
		l.order = append(l.order, g)
		if g.Group != 0 {
			groups = append(groups, g.Group)
		} else {
			users = append(users, g.User)
		}
	}
	if len(groups) > 0 && c.actor.IsPerson() {
		users = append(users, c.actor.Person())
	}
	foundGroups, err := c.tx.LockGroups(ctx, sortedIDs(groups))
	if err != nil {
		return l, err
	}
	foundUsers, err := c.tx.LockUsers(ctx, sortedIDs(users))
	if err != nil {
		return l, err
	}
	there := make(map[Grantee]bool, len(seen))
	for _, g := range foundGroups {
		there[Grantee{Group: g.ID}] = true
	}
	l.people = make(map[UserID]User, len(foundUsers))
	for _, u := range foundUsers {
		l.people[u.ID], there[Grantee{User: u.ID}] = u, true
	}
	if i := slices.IndexFunc(l.order, func(g Grantee) bool { return !there[g] }); i >= 0 {
		l.missing = l.order[i].notFound()
	}
	return l, nil
}

func (g Grantee) notFound() error {
	if g.Group != 0 {
		return NotFound("group", g.Group)
	}
	return NotFound("user", g.User)
}

// of is the people and the groups among some grantees.
func (l lockedGrantees) of(grantees []Grantee) (people []User, groups []GroupID) {
	for _, g := range grantees {
		if g.Group != 0 {
			groups = append(groups, g.Group)
		} else {
			people = append(people, l.people[g.User])
		}
	}
	return people, groups
}
