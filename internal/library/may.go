package library

// Who asks, and whether they may. This file is the only place that decides: everywhere
// else the facts are fetched, and may is asked.

// Actor is who asks: a person with the roles that they hold at this request, a
// captioning service, the operator at the command line, or nobody. The zero Actor is
// nobody, who may do nothing. The functions [Person], [Service] and [Operator] make all
// others.
type Actor struct {
	kind    actorKind
	person  UserID
	service CaptionServiceID
	roles   Roles
	with    Credential
	origin  Origin
}

type actorKind uint8

const (
	nobody actorKind = iota
	person
	service
	operator
)

// Credential is what a request came with to show who asks.
type Credential struct {
	Via Via
	// Scopes bound what the actor may do to what a person allowed an application; nil
	// for no bounds.
	Scopes *Scopes
	Key    KeyID     // of the application, 0 for none
	Token  TokenHash // of the token, for the audit log; zero for none
}

// KeyID is the id of the key by which an application is known.
type KeyID int64

// Via is the kind of a [Credential].
type Via uint8

// The kinds of credentials.
const (
	ViaToken       Via = iota // an access token, or the key of a captioning service
	ViaSession                // the session of a browser
	ViaApplication            // an access token that a person gave to an application
	ViaTicket                 // a ticket, with which a person only watches
)

// Scope is one part of what an application may be allowed (the wire contract, section 1).
type Scope uint8

// The scopes. Without [ScopeAdmin] an application may not do what only admins may.
const (
	ScopeAdmin Scope = iota
	ScopeReadUsers
	ScopeChangeRoles
	ScopeReadMedia
	ScopeWriteMedia
	ScopeWriteCaptions
	ScopeReadInsights
)

// Scopes is a set of scopes.
type Scopes uint8

// ScopesOf makes the set of the given scopes.
func ScopesOf(scopes ...Scope) *Scopes {
	var set Scopes
	for _, s := range scopes {
		set |= 1 << s
	}
	return &set
}

// Origin is where a request comes from.
type Origin struct {
	Address   string // of the client, without a port
	RequestID string // as the log and the answer have it
}

// Person is a person with the roles that they hold now. Without an id it is nobody.
func Person(id UserID, roles Roles, with Credential) Actor {
	if id == 0 {
		return Actor{}
	}
	return Actor{kind: person, person: id, roles: roles, with: with}
}

// Service is a captioning service, which has its key for its own calls and nothing else.
// Without an id it is nobody.
func Service(id CaptionServiceID, with Credential) Actor {
	if id == 0 {
		return Actor{}
	}
	return Actor{kind: service, service: id, with: with}
}

// Operator is the person at the command line of the library's own data: they may do
// everything and are no person.
func Operator() Actor { return Actor{kind: operator} }

// From is the actor, who asks from there.
func (a Actor) From(o Origin) Actor {
	a.origin = o
	return a
}

// Person is the id of the person who asks, or 0 if it is no person.
func (a Actor) Person() UserID { return a.person }

// Service is the id of the captioning service that asks, or 0 if it is none.
func (a Actor) Service() CaptionServiceID { return a.service }

// IsPerson reports whether a person asks.
func (a Actor) IsPerson() bool { return a.kind == person }

// IsService reports whether a captioning service asks.
func (a Actor) IsService() bool { return a.kind == service }

// IsNobody reports whether it is not known who asks.
func (a Actor) IsNobody() bool { return a.kind == nobody }

// as is the actor with the roles that they hold now.
func (a Actor) as(roles Roles) Actor {
	a.roles = roles
	return a
}

// watchesAs is the role in which a person watches what is in none of their courses: the
// first of their roles. Who has none watches as an observer, who may do the least.
func (a Actor) watchesAs() Role {
	if list := a.roles.List(); len(list) > 0 {
		return list[0]
	}
	return Observer
}

// Need is something that an actor wants to do. The table of rules says who may.
type Need uint8

// The needs on a media item.
const (
	noNeed          Need = iota
	ReadMedia            // to read a media item, its tags, captions and perspectives
	PlayMedia            // to watch a media item and count as a viewer
	ReadFailure          // to read why the work on a media item failed, and where it comes from
	ReadCourses          // to list the courses that a media item is in
	DownloadMedia        // to have a media item as a file
	ListShares           // to list the shares of a media item and all who reach it
	SeeInsights          // to see who watched a media item and how much
	GrantView            // to share a media item for view
	ChangeShares         // to change any share of a media item
	WriteCaptions        // to add, change and request captions, and to see those unpublished
	WriteTags            // to tag a media item and to take a tag from it
	ArchiveMedia         // to archive and unarchive a media item
	DeleteMedia          // to delete a media item
	FinishUpload         // to complete the upload that a media item waits for
	RetryProcessing      // to have a media item that failed processed again
	EmbedMedia           // to embed a media item in a course
	AllowDownload        // to say whether an embed lets others download a media item
	MoveMedia            // to change a media item's home or owner
	AddFrom              // to put a media item into a collection

	// The needs on a collection.

	ReadCollection    // to read a collection and list its media
	AddTo             // to put media into a collection, also as their home
	PutInto           // to put media into a collection that is not their home
	TakeFrom          // to take a media item out of a collection
	ArchiveCollection // to archive and unarchive a collection
	ShareCollection   // to share, delete and transfer a collection

	// Both.

	LeaveShare // to give up one's own share

	// The needs on people.

	SeePages        // to read what is under a person's pages
	SearchUsers     // to search for people
	ActFor          // to make what is to be a person's
	CreateMediaFor  // to make a media item that is a person's, at once
	EditDisplayName // to change a person's display name
	EditUser        // to change a person's full name and e-mail address
	ChangeRoles     // to change a person's roles
	EnrollUsers     // to enrol a person
	CreateUser
	DeactivateUser
	DeleteUser
	ManageTokens // to create tokens for people and to revoke them
	TransferAll  // to give all that a person has to another
	FindUsers    // to find a person by their address, and to list all people

	// Those on groups and courses.

	ListMembers
	ManageMembers
	CreateGroup
	ListEnrollments
	ManageEnrollments
	CreateCourse
	CreateAnyCourse // to have a course made by naming it
	ManageReach     // to create and assign sub-accounts, and to put courses into them

	// The others.

	Upload           // to bring media
	Watch            // to report what one watched
	Search           // to search for media among those that one reaches
	SeeAll           // to find a media item without a way to it, and to be answered Owner for a collection
	ShareWith        // to share something with a person
	ShareWithGroup   // to share something with a group
	ReadInventory    // to list the captions of all media
	OrganizeCaptions // to list what is to be captioned, and what captions can be asked for
	AnswerRequest    // to answer a request for captions
	PutServiceType   // to change what captions can be asked for
	ReadAudit        // to read the audit log
	Operate          // to do what only the operator does

	needs // how many there are
)

// rule says who may do something. A person may if one line of it fits. The operator may do
// everything that is not for people alone.
type rule struct {
	scope Scope // that a program needs for it

	admins     bool       // an admin may
	inReach    bool       // a sub-account admin may, if it is within their reach
	self       bool       // a person may, if it is about them or theirs
	level      Permission // a person may who has this level on it; NoPermission: no level suffices
	member     Membership // a person may who is that in the group, or its manager
	services   bool       // a captioning service may, if it is about that service
	people     bool       // every person may, and nobody else: not even the operator
	sharers    bool       // a person may whose roles let them have media
	tied       bool       // a person may if they may share with the person concerned
	tiedGroup  bool       // a person may if they may share with the group concerned
	downloads  bool       // a person may, if an embed lets them
	enrolled   bool       // a person may who is enrolled in the course
	withTicket bool       // a ticket is valid for it
}

// onThing is the rule for what needs a level on a media item or a collection.
func onThing(scope Scope, level Permission) rule {
	return rule{scope: scope, level: level, admins: true, inReach: true}
}

// rules says who may do what. Only the operator has a need that is not in the table.
var rules = [needs]rule{
	ReadMedia:       onThing(ScopeReadMedia, Access),
	PlayMedia:       {scope: ScopeReadMedia, level: Access, admins: true, inReach: true, withTicket: true},
	ReadFailure:     {scope: ScopeReadMedia, level: Edit, admins: true, inReach: true, withTicket: true},
	ReadCourses:     onThing(ScopeReadMedia, View),
	DownloadMedia:   {scope: ScopeReadMedia, level: Owner, admins: true, inReach: true, downloads: true},
	ListShares:      onThing(ScopeReadMedia, Edit),
	SeeInsights:     onThing(ScopeReadInsights, Edit),
	GrantView:       onThing(ScopeWriteMedia, View),
	ChangeShares:    onThing(ScopeWriteMedia, Edit),
	WriteCaptions:   onThing(ScopeWriteCaptions, Edit),
	WriteTags:       onThing(ScopeWriteMedia, Edit),
	ArchiveMedia:    onThing(ScopeWriteMedia, Edit),
	DeleteMedia:     onThing(ScopeWriteMedia, Owner),
	FinishUpload:    onThing(ScopeWriteMedia, Owner),
	RetryProcessing: onThing(ScopeWriteMedia, Edit),
	EmbedMedia:      onThing(ScopeWriteMedia, View),
	AllowDownload:   onThing(ScopeWriteMedia, Owner),
	MoveMedia:       onThing(ScopeWriteMedia, Owner),
	AddFrom:         onThing(ScopeWriteMedia, View),

	ReadCollection:    onThing(ScopeReadMedia, Access),
	AddTo:             onThing(ScopeWriteMedia, Edit),
	PutInto:           {scope: ScopeWriteMedia, level: Edit, admins: true, inReach: true, enrolled: true},
	TakeFrom:          {scope: ScopeWriteMedia, level: Edit, admins: true, inReach: true, self: true},
	ArchiveCollection: onThing(ScopeWriteMedia, Owner),
	ShareCollection:   onThing(ScopeWriteMedia, Owner),

	LeaveShare: {scope: ScopeWriteMedia, people: true},

	SeePages:        {scope: ScopeReadUsers, admins: true, inReach: true, self: true},
	SearchUsers:     {scope: ScopeReadUsers, admins: true, inReach: true},
	ActFor:          {scope: ScopeWriteMedia, admins: true, inReach: true, self: true},
	CreateMediaFor:  {scope: ScopeWriteMedia, admins: true, self: true},
	EditDisplayName: {scope: ScopeAdmin, admins: true, inReach: true, self: true},
	EditUser:        {scope: ScopeAdmin, admins: true},
	ChangeRoles:     {scope: ScopeChangeRoles, admins: true, inReach: true},
	EnrollUsers:     {scope: ScopeAdmin, admins: true, inReach: true},
	CreateUser:      {scope: ScopeAdmin, admins: true},
	DeactivateUser:  {scope: ScopeAdmin, admins: true},
	DeleteUser:      {scope: ScopeAdmin, admins: true},
	ManageTokens:    {scope: ScopeAdmin, admins: true},
	TransferAll:     {scope: ScopeAdmin, admins: true},

	ListMembers:       {scope: ScopeReadUsers, admins: true, member: Member},
	ManageMembers:     {scope: ScopeAdmin, admins: true, member: Manager},
	CreateGroup:       {scope: ScopeAdmin, admins: true},
	ListEnrollments:   {scope: ScopeReadUsers, admins: true, inReach: true},
	ManageEnrollments: {scope: ScopeAdmin, admins: true, inReach: true},
	CreateCourse:      {scope: ScopeAdmin, admins: true, inReach: true},
	CreateAnyCourse:   {scope: ScopeWriteMedia, admins: true},
	ManageReach:       {scope: ScopeAdmin, admins: true},

	Upload:           {scope: ScopeWriteMedia, sharers: true},
	Watch:            {scope: ScopeWriteMedia, people: true, withTicket: true},
	Search:           {scope: ScopeReadMedia, admins: true, self: true},
	SeeAll:           {scope: ScopeReadMedia, admins: true, inReach: true},
	ShareWith:        {scope: ScopeWriteMedia, tied: true},
	ShareWithGroup:   {scope: ScopeWriteMedia, tiedGroup: true},
	ReadInventory:    {scope: ScopeReadMedia, admins: true, inReach: true},
	OrganizeCaptions: {scope: ScopeWriteCaptions, admins: true, services: true},
	AnswerRequest:    {scope: ScopeWriteCaptions, admins: true, services: true},
	PutServiceType:   {scope: ScopeWriteCaptions, admins: true, services: true},
	ReadAudit:        {scope: ScopeAdmin, admins: true},
}

// given is the facts that decide, in addition to the actor. What is not known to be so is
// not so.
type given struct {
	level   Permission // that the actor's own ways give on the media item or the collection
	self    bool       // it is about the actor, or is theirs
	inReach bool       // it is in a course of a sub-account assigned to the actor, or they are

	member    Membership // what the actor is in the group
	enrolled  bool       // the actor is enrolled in the course, as more than an observer
	downloads bool       // an embed lets the actor download the media

	target  Roles // of the person that it is about
	changes Roles // that are to be given or taken
	active  bool  // the person that it is about may sign in
	tie     Tie   // what connects the actor with that person
	settled bool  // the actor teaches in sub-accounts: see [Ties]
}

// may reports whether an actor may do something, given the facts. It is the only place
// that decides so.
func may(a Actor, n Need, g given) bool {
	r := rules[n]
	switch a.kind {
	case operator:
		return !r.people
	case service:
		return r.services && g.self
	case person:
		return a.with.covers(r) && r.fits(a.roles, g)
	default: // nobody
		return false
	}
}

// covers reports whether a credential is valid for what the rule is about.
func (c Credential) covers(r rule) bool {
	return (c.Via != ViaTicket || r.withTicket) && (c.Scopes == nil || *c.Scopes&(1<<r.scope) != 0)
}

// fits reports whether a person with these roles fits a line of the rule.
func (r rule) fits(roles Roles, g given) bool {
	switch {
	case r.people, r.admins && roles.Has(Admin), r.self && g.self:
		return true
	case r.inReach && roles.Has(SubaccountAdmin) && g.inReach && !g.isAbove():
		return true
	case r.level > NoPermission && g.level >= r.level:
		return true
	case r.member != "" && (g.member == r.member || g.member == Manager):
		return true
	case r.enrolled && g.enrolled, r.downloads && g.downloads:
		return true
	case r.sharers && roles.share(), r.tied && roles.shareWith(g):
		return true
	}
	return r.tiedGroup && (roles.isStaff() || roles.Has(Student) && g.member != "")
}

// isAbove reports whether it is about what only admins do, within whose reach it may be:
// an admin, or the roles of admins.
func (g given) isAbove() bool {
	return g.target.Has(Admin) || g.changes.Has(Admin) || g.changes.Has(SubaccountAdmin)
}

// isStaff says whether a role of the set makes a person one of the staff.
func (s Roles) isStaff() bool { return s.Has(Teacher) || s.Has(SubaccountAdmin) || s.Has(Admin) }

// share says whether a person with these roles shares at all: an observer alone, or
// somebody without a role, does not.
func (s Roles) share() bool { return s.isStaff() || s.Has(Student) }

// shareWith says whether a person with these roles may share with another one (the
// library's rules, section 2). Of several roles the union counts.
func (s Roles) shareWith(g given) bool {
	switch {
	case !g.active || !s.share():
		return false
	case s.Has(Admin), g.self, g.tie.Course:
		return true
	case s.Has(Student) && g.tie.Group, s.Has(SubaccountAdmin) && g.tie.Reach:
		return true
	}
	// A teacher's staff is that of the sub-accounts they teach in, or else all there is.
	return s.isStaff() && g.target.isStaff() && (g.tie.SubAccount || !g.settled)
}

// bounds returns whether an actor may do something with everything there is, and
// otherwise whether with what is within their reach.
func bounds(a Actor, n Need) (all, inReach bool) {
	return may(a, n, given{}), may(a, n, given{inReach: true})
}

// answers is the permission that the actor is answered on a collection, given that of
// their own ways: without one, [Owner] to those who see all, and [Access] to who sees it
// only as a place of a media item that they reach.
func answers(a Actor, own Permission, inReach bool) Permission {
	switch {
	case own > NoPermission:
		return own
	case may(a, SeeAll, given{inReach: inReach}):
		return Owner
	default:
		return Access
	}
}

// level is the permission that the need takes, of who has no other right to it.
func (n Need) level() Permission { return rules[n].level }

// mayReaching is may where reached, which asks storage, says whether it is within the
// actor's reach. That is asked only if it decides.
func mayReaching(a Actor, n Need, g given, reached func() (bool, error)) (bool, error) {
	g.inReach = false
	if may(a, n, g) {
		return true, nil
	}
	if g.inReach = true; !may(a, n, g) {
		return false, nil
	}
	return reached()
}
