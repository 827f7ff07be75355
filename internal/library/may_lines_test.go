package library

import (
	"testing"
)

// scopes says which scope a program needs for each need.
var scopes = map[Scope][]Need{
	ScopeReadMedia: {
		ReadMedia, PlayMedia, ReadFailure, ReadCourses, DownloadMedia, ListShares, ReadCollection, Search, SeeAll, ReadInventory,
	},
	ScopeReadInsights: {SeeInsights},
	ScopeWriteMedia: {
		GrantView, ChangeShares, WriteTags, ArchiveMedia, DeleteMedia, FinishUpload, RetryProcessing, EmbedMedia, AllowDownload,
		MoveMedia, AddFrom, AddTo, PutInto, TakeFrom, ArchiveCollection, ShareCollection, LeaveShare, ActFor, CreateMediaFor,
		CreateAnyCourse, Upload, Watch, ShareWith, ShareWithGroup,
	},
	ScopeWriteCaptions: {WriteCaptions, OrganizeCaptions, AnswerRequest, PutServiceType},
	ScopeReadUsers:     {SeePages, SearchUsers, ListMembers, ListEnrollments},
	ScopeChangeRoles:   {ChangeRoles},
	ScopeAdmin: {
		EditDisplayName, EditUser, EnrollUsers, CreateUser, DeactivateUser, DeleteUser, ManageTokens, TransferAll, ManageMembers,
		CreateGroup, ManageEnrollments, CreateCourse, ManageReach, ReadAudit,
		FindUsers, Operate, // which no program may with any
	},
}

func TestMay_TakesTheScopeOfTheTable(t *testing.T) {
	t.Parallel()
	seen := map[Need]bool{}
	for scope, list := range scopes {
		for _, n := range list {
			if seen[n] = true; rules[n].scope != scope {
				t.Errorf("need %d takes the scope %d, want %d", n, rules[n].scope, scope)
			}
		}
	}
	for n := noNeed + 1; n < needs; n++ {
		if !seen[n] {
			t.Errorf("need %d is not in the table of scopes", n)
		}
	}
}

// A ticket is good for what it says, whatever else its holder may.
func TestMay_ByTicket(t *testing.T) {
	t.Parallel()
	good := map[Need]bool{PlayMedia: true, ReadFailure: true, Watch: true}
	for _, role := range []Role{Admin, SubaccountAdmin, Teacher, Student, Observer} {
		for n := noNeed + 1; n < needs; n++ {
			if got := may(Person(7, RolesOf(role), Credential{Via: ViaTicket}), n, everything()); got != good[n] {
				t.Errorf("need %d by the ticket of one who holds %s: %t, want %t", n, role, got, good[n])
			}
		}
	}
}

func TestActor_KeepsWhatItWasMadeWith(t *testing.T) {
	t.Parallel()
	with := Credential{Via: ViaApplication, Scopes: ScopesOf(ScopeReadMedia), Key: 5, Token: TokenHash{1}}
	from := Origin{Address: "192.0.2.1", RequestID: "r"}
	service := Service(3, with).From(from)
	if service.Service() != 3 || service.with != with || service.origin != from {
		t.Errorf("a service is %+v", service)
	}
	person := Person(7, RolesOf(Student), with).From(from).as(RolesOf(Teacher))
	if person.Person() != 7 || person.with != with || person.origin != from || person.roles != RolesOf(Teacher) {
		t.Errorf("a person is %+v", person)
	}
}

func TestActor_WatchesAsTheFirstRole(t *testing.T) {
	t.Parallel()
	for want, roles := range map[Role]Roles{
		Admin: RolesOf(Teacher, Admin), Student: RolesOf(Observer, Student), Teacher: RolesOf(Teacher), Observer: 0,
	} {
		if got := holding(roles.List()...).watchesAs(); got != want {
			t.Errorf("who holds %v watches as %s, want %s", roles.names(), got, want)
		}
	}
}

func TestMay_Bounds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		actor        Actor
		all, inReach bool
	}{
		{holding(Admin), true, true},
		{holding(SubaccountAdmin), false, true},
		{holding(Teacher), false, false},
		{Operator(), true, true},
	} {
		if all, inReach := bounds(c.actor, ReadInventory); all != c.all || inReach != c.inReach {
			t.Errorf("roles %v: all %t, in reach %t; want %t, %t", c.actor.roles.names(), all, inReach, c.all, c.inReach)
		}
	}
}

func TestPermission_IsReadByItsName(t *testing.T) {
	t.Parallel()
	for p := Access; p <= Owner; p++ {
		if got, err := ParsePermission(p.String()); got != p || err != nil {
			t.Errorf("%q is %q, %v", p, got, err)
		}
	}
	for _, name := range []string{"", "admin", "Owner"} {
		if got, err := ParsePermission(name); got != NoPermission || KindOf(err) != KindInvalid {
			t.Errorf("%q is %q, %v", name, got, err)
		}
	}
}
