package store

import (
	"context"
	"crypto/rand"
	"encoding/binary"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// Versions of rows, under which lists and rows are remembered. A version begins with a
// step and grows by steps, each of them random: so two timelines of a database, as a
// restored backup or a failover makes them, do not give the same version to different
// contents. Decision 3 has the proof.

// drawStep draws the step by which a transaction begins and raises versions, from 1 to 2³².
// It asks the system each time, because a generator in this process would draw the same
// numbers again in a virtual machine that is set back to a snapshot.
func drawStep() int64 {
	var random [4]byte
	_, _ = rand.Read(random[:]) // never returns an error: its documentation
	return 1 + int64(binary.BigEndian.Uint32(random[:]))
}

// sum is a sum of versions. It may exceed 64 bits, so the upper 32 bits of each version
// and the lower 32 bits are added up separately, as VersionsAddUpTo does.
type sum struct{ upper, lower int64 }

func (s sum) plus(version int64) sum {
	return sum{upper: s.upper + version>>32, lower: s.lower + version&0xffffffff}
}

// bumpUser raises the version of a person, and bumpGroup and bumpCollections those of
// other containers: what is remembered of them is stale from the commit on.
func (t *tx) bumpUser(ctx context.Context, id int64) error {
	return t.later.BumpUser(ctx, dbq.BumpUserParams{Step: t.step, ID: id})
}

func (t *tx) bumpGroup(ctx context.Context, id int64) error {
	return t.later.BumpGroup(ctx, dbq.BumpGroupParams{Step: t.step, ID: id})
}

func (t *tx) bumpCollections(ctx context.Context, ids ...int64) error {
	return t.later.BumpCollections(ctx, dbq.BumpCollectionsParams{Step: t.step, Ids: ids})
}

// bumpOwnersOfCollections raises the versions of the people who own collections. Those who lose
// one need it too: their list names it no more, so the version of the collection does not
// show that the list is stale once the database has gone back to when they had it.
func (t *tx) bumpOwnersOfCollections(ctx context.Context, ids []int64) error {
	return t.later.BumpOwnersOfCollections(ctx, dbq.BumpOwnersOfCollectionsParams{Step: t.step, Ids: ids})
}

// bumpWhoReaches raises the versions of the people and groups through whom a collection is reached,
// for the same reason: all of them lose it.
func (t *tx) bumpWhoReaches(ctx context.Context, id int64) error {
	ids := []int64{id}
	if err := t.bumpOwnersOfCollections(ctx, ids); err != nil {
		return err
	}
	err := t.later.BumpPeopleGivenCollections(ctx, dbq.BumpPeopleGivenCollectionsParams{Step: t.step, Ids: ids})
	if err != nil {
		return err
	}
	return t.later.BumpGroupsGivenCollections(ctx, dbq.BumpGroupsGivenCollectionsParams{Step: t.step, Ids: ids})
}

// bumpOwnersAndGranteesOf raises the versions of the people who own media or are directly
// given them.
func (t *tx) bumpOwnersAndGranteesOf(ctx context.Context, media []int64) error {
	return t.later.BumpOwnersAndGranteesOf(ctx, dbq.BumpOwnersAndGranteesOfParams{Step: t.step, Ids: media})
}

// bumpListsOf makes stale every list that the media stand in. The media must be
// locked, so that no share or perspective of theirs comes or goes beside it.
func (t *tx) bumpListsOf(ctx context.Context, ids []library.MediaID) error {
	media := int64s(ids)
	if err := t.bumpOwnersAndGranteesOf(ctx, media); err != nil {
		return err
	}
	if err := t.later.BumpGroupsOf(ctx, dbq.BumpGroupsOfParams{Step: t.step, Ids: media}); err != nil {
		return err
	}
	return t.later.BumpCollectionsOf(ctx, dbq.BumpCollectionsOfParams{Step: t.step, Ids: media})
}
