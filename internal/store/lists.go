package store

import (
	"cmp"
	"slices"

	"github.com/maypok86/otter/v2"

	"github.com/lectern-media/lectern/internal/library"
)

// A list is the live media of one container, newest first: what a person owns or is
// directly given, what a group is directly given, or what a collection holds. It
// holds for exactly one version of its container.
type list struct {
	version int64
	entries []entry
}

// entry is one media item of a list.
type entry struct {
	createdAt, id int64
	most          library.Permission // what being in this list gives at most
}

// listKey names a container.
type listKey struct {
	kind listKind
	id   int64
}

// listKind is the first letter of a container in a stamp.
type listKind byte

const (
	ofUser       listKind = 'u'
	ofGroup      listKind = 'g'
	ofCollection listKind = 'c'
)

// reached is all that a person reaches under one stamp, newest first, each media item once
// with the person's highest level.
type reached struct {
	holds
	stamp
	ids    []int64
	levels []library.Permission
}

// stamp is what a person's list was made under: the containers that they had ways to
// besides their own, and the sum of the versions of all, their own included. A change
// of any of them, or of which they are, changes the sum for good; a timeline in which that
// change never was does not come to the same sum by others.
type stamp struct {
	groups, collections []int64 // sorted
	versions            sum
	own                 int64 // the person's version, which is part of the sum
}

func (s stamp) equals(other stamp) bool {
	return s.versions == other.versions &&
		slices.Equal(s.groups, other.groups) && slices.Equal(s.collections, other.collections)
}

// The memory that what is remembered may take, in bytes. The heap is about twice their
// sum. Beside it SQLite keeps pages for each connection, which its allocator rounds up
// to twice their size.
const (
	listsBudget   = 12 << 20
	reachedBudget = 12 << 20
	rowsBudget    = 36 << 20
	tokensBudget  = 2 << 20
	countsBudget  = 1 << 20
	servedBudget  = 1 << 20
)

// lists is what is remembered of containers, people, media, tokens and files. Nothing in it is ever
// made stale by hand: a list counts only under its version, a person's under their
// stamp, a row under its own and its owner's, and every answer asks the database for
// those as they are now, or whether it has changed at all.
type lists struct {
	containers *otter.Cache[listKey, *list]
	people     *otter.Cache[library.UserID, *reached]
	rows       *otter.Cache[int64, *row]
	tokens     *otter.Cache[library.TokenHash, *tokenOwner]
	counts     *otter.Cache[string, found]
	served     *otter.Cache[library.MediaID, *standing]
}

func newLists() *lists {
	const overhead = 96 // of a cache's entry, about
	return &lists{
		containers: otter.Must(&otter.Options[listKey, *list]{
			MaximumWeight: listsBudget,
			Weigher:       func(_ listKey, l *list) uint32 { return uint32(24*len(l.entries) + overhead) },
		}),
		people: otter.Must(&otter.Options[library.UserID, *reached]{
			MaximumWeight: reachedBudget,
			Weigher: func(_ library.UserID, r *reached) uint32 {
				return uint32(9*len(r.ids) + 8*len(r.groups) + 8*len(r.collections) + overhead)
			},
		}),
		rows: otter.Must(&otter.Options[int64, *row]{
			MaximumWeight: rowsBudget,
			Weigher:       func(_ int64, r *row) uint32 { return uint32(r.bytes() + overhead) },
		}),
		tokens: otter.Must(&otter.Options[library.TokenHash, *tokenOwner]{
			MaximumWeight: tokensBudget,
			Weigher:       func(library.TokenHash, *tokenOwner) uint32 { return 2 * overhead },
		}),
		counts: otter.Must(&otter.Options[string, found]{
			MaximumWeight: countsBudget,
			Weigher:       func(query string, f found) uint32 { return uint32(len(query) + len(f.state) + 2*overhead) },
		}),
		served: otter.Must(&otter.Options[library.MediaID, *standing]{
			MaximumWeight: servedBudget,
			Weigher:       func(library.MediaID, *standing) uint32 { return 2 * overhead },
		}),
	}
}

// found is how many a search found, part by part, in a state of the library.
type found struct {
	state  string
	counts []int64
}

// newestFirst is the order of every list of media.
func newestFirst(a, b entry) int {
	return cmp.Or(cmp.Compare(b.createdAt, a.createdAt), cmp.Compare(b.id, a.id))
}

// way is a container that a person reaches, and the level on it.
type way struct {
	list  *list
	level library.Permission
}

// merge unites the lists of all the ways: each media item once, with its highest level.
func merge(under stamp, ways []way) *reached {
	n := 0
	for _, w := range ways {
		n += len(w.list.entries)
	}
	all := make([]entry, 0, n)
	for _, w := range ways {
		for _, e := range w.list.entries {
			e.most = min(e.most, w.level)
			all = append(all, e)
		}
	}
	slices.SortFunc(all, newestFirst)
	r := &reached{stamp: under, ids: make([]int64, 0, n), levels: make([]library.Permission, 0, n)}
	for _, e := range all {
		if last := len(r.ids) - 1; last >= 0 && r.ids[last] == e.id {
			r.levels[last] = max(r.levels[last], e.most)
			continue
		}
		r.ids = append(r.ids, e.id)
		r.levels = append(r.levels, e.most)
	}
	return r
}

// page cuts a page out of what a person reaches.
func (r *reached) page(p library.Page) ([]int64, []library.Permission) {
	from := min(p.Offset(), int64(len(r.ids)))
	to := min(from+p.Size, int64(len(r.ids)))
	return r.ids[from:to], r.levels[from:to]
}
