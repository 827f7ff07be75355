package library

import (
	"context"
	"time"
)

// MediaFilter says which media a search wants; what is given is ANDed.
type MediaFilter struct {
	Title               string // a part of the title, as [FoldTitle] compares; empty: any
	MinSize, MaxSize    *int64 // bytes
	Created             Days
	LastViewed          Days
	LastViewedByStudent Days
	Owner               *string // a whole e-mail address, compared as [FoldEmail] says
	Tag                 *string // a whole name, compared as [FoldTag] says
	Source              *Source
	Checksum            *string // SHA-256 of the original in hex: finds only what the seeker owns, unless they are an admin
	Archived            bool    // only what is archived and the actor may unarchive; else only what is live
}

// Days are the days from one to another, both included, each given by its beginning in
// UTC; nil is no bound.
type Days struct {
	First, Last *time.Time
}

// MediaScope says among which media a search looks. Those that wait for their upload are
// found by their owner only.
type MediaScope struct {
	Seeker      UserID // 0 for who is no person
	All         bool   // the whole institution; else what the seeker reaches
	SubAccounts bool   // and what the courses of the seeker's sub-accounts hold

	// MayUnarchive reports whether who has this access may unarchive a media item. It is asked
	// unless All.
	MayUnarchive func(MediaAccess) bool
}

// MediaSearcher is what searching for media needs of storage.
type MediaSearcher interface {
	// SearchMedia returns media of the scope, the newest first, ties by id descending,
	// and their exact number; all of one state of the library.
	SearchMedia(ctx context.Context, scope MediaScope, filter MediaFilter, page Page) (Paged[Media], error)
}

// SearchMedia finds media among those that the actor reaches. An admin finds those of
// the whole institution, and a sub-account admin also what the courses of their
// sub-accounts hold. A title of which folding leaves nothing finds nothing.
func (l *Library) SearchMedia(ctx context.Context, actor Actor, filter MediaFilter, page Page) (Paged[Media], error) {
	return view(ctx, l, actor, func(v *Snapshot) (Paged[Media], error) {
		if !may(actor, Search, given{self: true}) {
			return Paged[Media]{}, Forbidden("searching for media is for people")
		}
		scope := MediaScope{Seeker: actor.Person(), MayUnarchive: func(a MediaAccess) bool {
			return may(actor, ArchiveMedia, a.given())
		}}
		scope.All, scope.SubAccounts = bounds(actor, SeeAll)
		if filter.Title != "" && FoldTitle(filter.Title) == "" {
			return Paged[Media]{Items: []Media{}, Page: page}, nil
		}
		return v.in.Last().SearchMedia(ctx, scope, filter, page)
	})
}
