package library

// Permission is what a person may do with a media item or a collection. The levels are
// ordered, and of several ways to reach a thing the highest counts (the library's
// rules, section 2).
type Permission uint8

// The levels, lowest first. NoPermission is the absence of every way.
const (
	NoPermission Permission = iota
	Access                  // play it in its course or embed, read its details
	View                    // see it as shared, embed it, share it on to view
	Edit                    // change it, share it, archive it
	Owner                   // download, transfer and delete it
)

// String is the level's name on the wire; NoPermission has none.
func (p Permission) String() string {
	return [...]string{"", "access", "view", "edit", "owner"}[p]
}

// ParsePermission reads a level's name.
func ParsePermission(name string) (Permission, error) {
	for p := Access; p <= Owner; p++ {
		if p.String() == name {
			return p, nil
		}
	}
	return NoPermission, Unknown("permission", name, "access", "view", "edit", "owner")
}

// Way is a fact that connects a person with a collection or a media item: that they own
// it, that it is shared with them or one of their groups, or the role in which they
// are enrolled in its course. Storage reports ways; Level says what they are worth.
type Way string

// The ways. A way of a group's share is that of the share.
const (
	WayOwner    Way = "owner"
	WayView     Way = "view"
	WayEdit     Way = "edit"
	WayTeacher  Way = "teacher"
	WayTA       Way = "ta"
	WayDesigner Way = "designer"
	WayStudent  Way = "student"
	WayObserver Way = "observer"
)

// Level is what a way gives on the thing itself (the library's rules, section 2).
// A way that is not known gives nothing.
func (w Way) Level() Permission {
	switch w {
	case WayOwner:
		return Owner
	case WayEdit:
		return Edit
	case WayView, WayTeacher, WayTA, WayDesigner:
		return View
	case WayStudent, WayObserver:
		return Access
	default:
		return NoPermission
	}
}

// Through is what a level on a collection gives on a media item in it: all of it where
// the collection is the media item's home, and View at most elsewhere, or one could
// raise one's own level by putting a media item into a collection of one's own.
func (p Permission) Through(home bool) Permission {
	if home {
		return p
	}
	return min(p, View)
}

// MediaWay is one way by which a person reaches a media item: directly, or through a
// collection that holds it. A direct way counts like one through the home.
type MediaWay struct {
	Way  Way
	Home bool // the way is direct, or through the media item's home collection
}

// MediaAccess is what decides what a person may do with one media item.
type MediaAccess struct {
	Ways     []MediaWay
	IsOwner  bool // the person owns the media item itself
	Waiting  bool // the media item waits for its upload
	Archived bool

	InReach   bool // the media is in a course of a sub-account assigned to the person
	Downloads bool // an embed lets the person download the media
}

// given is what the access says to the rules.
func (a MediaAccess) given() given {
	return given{level: a.Permission(), inReach: a.InReach, downloads: a.Downloads}
}

// Permission is the effective permission: the highest of all the ways. A media item
// that waits for its upload is only its owner's, and an archived one is hidden from
// everyone who may not archive it (the library's rules, sections 2 and 3).
func (a MediaAccess) Permission() Permission {
	level := NoPermission
	if a.IsOwner {
		level = Owner
	} else if !a.Waiting {
		for _, w := range a.Ways {
			level = max(level, w.Way.Level().Through(w.Home))
		}
	}
	if a.Archived && level < ArchiveMedia.level() {
		return NoPermission
	}
	return level
}

// CollectionAccess is what decides what a person may do with one collection.
type CollectionAccess struct {
	Ways     []Way
	Archived bool
	InReach  bool // it is that of a course of a sub-account assigned to the person
}

// given is what the access says to the rules.
func (a CollectionAccess) given() given { return given{level: a.Permission(), inReach: a.InReach} }

// Permission is the effective permission: the highest of all the ways, and nothing
// on an archived collection for those who may not archive it.
func (a CollectionAccess) Permission() Permission {
	level := NoPermission
	for _, w := range a.Ways {
		level = max(level, w.Level())
	}
	if a.Archived && level < ArchiveCollection.level() {
		return NoPermission
	}
	return level
}
