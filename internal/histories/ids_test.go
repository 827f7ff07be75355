package histories

import (
	"maps"

	"github.com/lectern-media/lectern/internal/library"
)

// names says which ids the library gave to what the model knows by number.
type names struct {
	people      index[library.UserID]
	groups      index[library.GroupID]
	subAccounts index[library.SubAccountID]
	collections index[library.CollectionID]
	media       index[library.MediaID]
	captions    index[library.CaptionFileID]
	requests    index[library.CaptionRequestID]
	tags        map[string]library.TagID // by their folded name
}

// newNames makes names of nothing. A number that nothing was named by is that far
// away from being an id: beyond all ids it names nothing, and at 0 the numbers are
// the ids themselves.
func newNames(away int64) *names {
	return &names{
		people:      newIndex[library.UserID](away),
		groups:      newIndex[library.GroupID](away),
		subAccounts: newIndex[library.SubAccountID](away),
		collections: newIndex[library.CollectionID](away),
		media:       newIndex[library.MediaID](away),
		captions:    newIndex[library.CaptionFileID](away),
		requests:    newIndex[library.CaptionRequestID](away),
		tags:        make(map[string]library.TagID),
	}
}

// clone is a copy for a transaction, whose names are forgotten when it fails.
func (n *names) clone() *names {
	return &names{
		n.people.clone(), n.groups.clone(), n.subAccounts.clone(), n.collections.clone(), n.media.clone(),
		n.captions.clone(), n.requests.clone(), maps.Clone(n.tags),
	}
}

// grantee is whom the library knows a grantee as.
func (n *names) grantee(g grantee) library.Grantee {
	return library.Grantee{User: n.people.id(g.person), Group: n.groups.id(g.group)}
}

// An index holds the names of one kind of things.
type index[ID ~int64] struct {
	ids     map[int]ID
	numbers map[ID]int
	away    int64
}

func newIndex[ID ~int64](away int64) index[ID] {
	return index[ID]{ids: make(map[int]ID), numbers: make(map[ID]int), away: away}
}

func (x index[ID]) clone() index[ID] {
	return index[ID]{ids: maps.Clone(x.ids), numbers: maps.Clone(x.numbers), away: x.away}
}

func (x index[ID]) name(id ID, number int) {
	x.ids[number], x.numbers[id] = id, number
}

// id is the id of what is known by number; 0 is nothing on both sides.
func (x index[ID]) id(number int) ID {
	if id, named := x.ids[number]; named || number == 0 {
		return id
	}
	return ID(x.away + int64(number))
}

// number is the other way around.
func (x index[ID]) number(id ID) int {
	if number, named := x.numbers[id]; named || id == 0 {
		return number
	}
	return int(int64(id) - x.away)
}
