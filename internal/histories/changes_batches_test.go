package histories

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lectern-media/lectern/internal/library"
)

// shareItem is one change of a batch of changes of shares.
type shareItem struct {
	action string // create, update or destroy
	with   grantee
	gives  level
}

func (it shareItem) String() string {
	if it.action == "destroy" {
		return fmt.Sprintf("destroy that with %s", it.with)
	}
	return fmt.Sprintf("%s that with %s for %s", it.action, it.with, it.gives)
}

// batch is changes of the shares of a media item or a collection in one call, with what the
// asker is told of the shares then, by the model and by the library.
type batch struct {
	items        []shareItem
	expected, is string
}

func (b *batch) words() string {
	words := make([]string, len(b.items))
	for i, it := range b.items {
		words[i] = it.String()
	}
	return strings.Join(words, ", ")
}

// inModel applies the items to shares, in their order, where the asker may grant.
func (b *batch) inModel(w *world, by asker, shares map[grantee]level) verdict {
	for _, it := range b.items {
		if !w.isThere(it.with) {
			return notFound
		}
	}
	for _, it := range b.items {
		had := shares[it.with]
		switch {
		case it.action == "create" && had != nothing, it.action != "create" && had == nothing:
			return unfit
		case it.action == "destroy":
			delete(shares, it.with)
		case it.gives > had && !w.mayShareWith(by, it.with):
			return forbidden
		default:
			shares[it.with] = it.gives
		}
	}
	return ok
}

// tell keeps what the asker is told: all shares, or, where they may not list them,
// those with whom they named.
func (b *batch) tell(shares map[grantee]level, all bool) {
	told := make(map[grantee]level)
	for g, gives := range shares {
		if all || slices.ContainsFunc(b.items, func(it shareItem) bool { return it.with == g }) {
			told[g] = gives
		}
	}
	b.expected = shareRows(told)
}

// shareRows is a list of shares: the people and then the groups, the highest number of
// each first.
func shareRows(shares map[grantee]level) string {
	var rows []string
	for _, groups := range []bool{false, true} {
		var list []grantee
		for g := range shares {
			if groups == (g.group != 0) {
				list = append(list, g)
			}
		}
		slices.SortFunc(list, func(a, b grantee) int { return b.person + b.group - a.person - a.group })
		for _, g := range list {
			rows = append(rows, shareName(g, shares[g]))
		}
	}
	return strings.Join(rows, ", ")
}

// shareRows is the same of an answer.
func (n *names) shareRows(s library.Shares) string {
	var rows []string
	for _, u := range s.Users {
		rows = append(rows, fmt.Sprintf("p%d for %s", n.people.number(u.ID), u.Permission))
	}
	for _, g := range s.Groups {
		rows = append(rows, fmt.Sprintf("g%d for %s", n.groups.number(g.ID), g.Permission))
	}
	return strings.Join(rows, ", ")
}

func (b *batch) changes(ids *names) []library.ShareChange {
	changes := make([]library.ShareChange, len(b.items))
	for i, it := range b.items {
		changes[i] = library.ShareChange{Action: library.ShareAction(it.action), With: ids.grantee(it.with)}
		if it.action != "destroy" {
			changes[i].Gives = wayOf(it.gives)
		}
	}
	return changes
}

func (b *batch) misled() string {
	if b.is == b.expected {
		return ""
	}
	return fmt.Sprintf("after the batch %s it tells %q, should be %q", b.words(), b.is, b.expected)
}

type shareMediaBatch struct {
	media int
	batch
}

func (x *shareMediaBatch) String() string {
	return fmt.Sprintf("shares of m%d: %s", x.media, x.words())
}

func (x *shareMediaBatch) inModel(w *world, by asker) verdict {
	need := nothing
	if len(x.items) == 0 {
		need = view
	}
	for _, it := range x.items {
		switch {
		case it.action == "destroy" && it.with.person != 0 && it.with.person == by.person: // anyone may give up their own
		case it.action == "create" && it.gives == view:
			need = max(need, view)
		default:
			need = edit
		}
	}
	if v := w.mayDo(by, x.media, need); v != ok {
		return v
	}
	shares := w.media[x.media].shares
	v := x.batch.inModel(w, by, shares)
	x.tell(shares, w.hasMedia(by, x.media, edit))
	return v
}

func (x *shareMediaBatch) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	s, err := c.UpdateMediaShares(ctx, ids.media.id(x.media), x.changes(ids))
	x.is = ids.shareRows(s)
	return err
}

type shareCollectionBatch struct {
	collection int
	batch
}

func (x *shareCollectionBatch) String() string {
	return fmt.Sprintf("shares of %s: %s", collectionName(x.collection), x.words())
}

func (x *shareCollectionBatch) inModel(w *world, by asker) verdict {
	ownOnly := len(x.items) > 0
	for _, it := range x.items {
		if it.action != "destroy" || it.with.person == 0 || it.with.person != by.person {
			ownOnly = false
		}
	}
	col := w.collections[x.collection]
	switch {
	case col == nil:
		return notFound
	case !ownOnly && !w.hasCollection(by, x.collection, own):
		return forbidden
	case col.kind != "custom":
		return invalid
	}
	v := x.batch.inModel(w, by, col.shares)
	x.tell(col.shares, w.hasCollection(by, x.collection, own))
	return v
}

func (x *shareCollectionBatch) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	s, err := c.UpdateCollectionShares(ctx, ids.collections.id(x.collection), x.changes(ids))
	x.is = ids.shareRows(s)
	return err
}

// memberItem is one change of a batch of changes of who is in a group.
type memberItem struct {
	action string // add, update or remove
	person int
	as     string
}

type memberBatch struct {
	group        int
	items        []memberItem
	expected, is string
}

func (x *memberBatch) String() string {
	words := make([]string, len(x.items))
	for i, it := range x.items {
		words[i] = fmt.Sprintf("%s p%d as %s", it.action, it.person, it.as)
	}
	return fmt.Sprintf("members of g%d: %s", x.group, strings.Join(words, ", "))
}

func (x *memberBatch) inModel(w *world, by asker) verdict {
	members := w.groups[x.group]
	switch {
	case members == nil:
		return notFound
	case !by.all() && members[by.person] != "manager":
		return forbidden
	}
	before := w.clone() // whom one may share with is asked of the group as it was
	for _, it := range x.items {
		if w.people[it.person] == nil {
			return notFound
		}
	}
	refused := ok
	for _, it := range x.items {
		switch {
		case it.action == "remove":
			delete(members, it.person)
			continue
		case members[it.person] != "":
		case it.action == "update":
			return notFound // comes before 403
		case !before.mayShareWith(by, grantee{person: it.person}):
			refused = forbidden
		}
		members[it.person] = it.as
	}
	x.expected = memberRows(members)
	return refused
}

// memberRows is the people in a group, the highest number first.
func memberRows(members map[int]string) string {
	var rows []string
	for _, p := range slices.Backward(inOrder(members)) {
		rows = append(rows, fmt.Sprintf("p%d as %s", p, members[p]))
	}
	return strings.Join(rows, ", ")
}

// memberRows is the same of an answer.
func (n *names) memberRows(members []library.GroupMember) string {
	rows := make([]string, len(members))
	for i, m := range members {
		rows[i] = fmt.Sprintf("p%d as %s", n.people.number(m.ID), m.Membership)
	}
	return strings.Join(rows, ", ")
}

func (x *memberBatch) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	changes := make([]library.MemberChange, len(x.items))
	for i, it := range x.items {
		changes[i] = library.MemberChange{
			Action: library.MemberAction(it.action), User: ids.people.id(it.person), As: library.Membership(it.as),
		}
	}
	now, err := c.UpdateMembers(ctx, ids.groups.id(x.group), changes)
	x.is = ids.memberRows(now)
	return err
}

func (x *memberBatch) misled() string {
	if x.is == x.expected {
		return ""
	}
	return fmt.Sprintf("%s: it tells %q, should be %q", x, x.is, x.expected)
}
