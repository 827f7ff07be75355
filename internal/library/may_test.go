package library

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// whoMay says for each need who may: the lines of the table of rules, by another hand.
// What stands beside a need is who may beside the operator; "people" excludes the operator.
//
//   - admin: who holds Admin
//   - reach: who holds Subaccount admin, within their reach
//   - self: a person, about themselves
//   - access, view, edit, owner: a person with this level on it, or a higher one
//   - member, manager: a person who is that in the group; a manager is also a member
//   - enrolled, downloads: a person who is enrolled, or whom an embed lets download
//   - sharers: who holds a role with which people have media
//   - tied: who may share with the person concerned, or the group
//   - service: a captioning service, about itself
//   - people: every person
//   - ticket: who has only a ticket, as far as they may otherwise
var whoMay = map[Need]string{
	ReadMedia:       "access admin reach",
	PlayMedia:       "access admin reach ticket",
	ReadFailure:     "edit admin reach ticket",
	ReadCourses:     "view admin reach",
	DownloadMedia:   "owner admin reach downloads",
	ListShares:      "edit admin reach",
	SeeInsights:     "edit admin reach",
	GrantView:       "view admin reach",
	ChangeShares:    "edit admin reach",
	WriteCaptions:   "edit admin reach",
	WriteTags:       "edit admin reach",
	ArchiveMedia:    "edit admin reach",
	DeleteMedia:     "owner admin reach",
	FinishUpload:    "owner admin reach",
	RetryProcessing: "edit admin reach",
	EmbedMedia:      "view admin reach",
	AllowDownload:   "owner admin reach",
	MoveMedia:       "owner admin reach",
	AddFrom:         "view admin reach",

	ReadCollection:    "access admin reach",
	AddTo:             "edit admin reach",
	PutInto:           "edit admin reach enrolled",
	TakeFrom:          "edit admin reach self",
	ArchiveCollection: "owner admin reach",
	ShareCollection:   "owner admin reach",
	LeaveShare:        "people",

	SeePages:        "admin reach self",
	SearchUsers:     "admin reach",
	ActFor:          "admin reach self",
	CreateMediaFor:  "admin self",
	EditDisplayName: "admin reach self",
	EditUser:        "admin",
	ChangeRoles:     "admin reach",
	EnrollUsers:     "admin reach",
	CreateUser:      "admin",
	DeactivateUser:  "admin",
	DeleteUser:      "admin",
	ManageTokens:    "admin",
	TransferAll:     "admin",
	FindUsers:       "",

	ListMembers:       "admin member",
	ManageMembers:     "admin manager",
	CreateGroup:       "admin",
	ListEnrollments:   "admin reach",
	ManageEnrollments: "admin reach",
	CreateCourse:      "admin reach",
	CreateAnyCourse:   "admin",
	ManageReach:       "admin",

	Upload:           "sharers",
	Watch:            "people ticket",
	Search:           "admin self",
	SeeAll:           "admin reach",
	ShareWith:        "tied",
	ShareWithGroup:   "tiedgroup",
	ReadInventory:    "admin reach",
	OrganizeCaptions: "admin service",
	AnswerRequest:    "admin service",
	PutServiceType:   "admin service",
	ReadAudit:        "admin",
	Operate:          "",
}

// holds returns a person with these roles.
func holding(roles ...Role) Actor { return Person(7, RolesOf(roles...), Credential{}) }

// everything is all facts that speak for an actor.
func everything() given {
	return given{
		level: Owner, self: true, inReach: true, member: Manager, enrolled: true, downloads: true, active: true,
		tie: Tie{Group: true, Course: true, SubAccount: true, Reach: true},
	}
}

func TestMay_IsAsTheTableSays(t *testing.T) {
	t.Parallel()
	for n := noNeed + 1; n < needs; n++ {
		said, known := whoMay[n]
		if !known {
			t.Errorf("need %d is not in the table", n)
		}
		who := strings.Fields(said)
		has := func(word string) bool { return slices.Contains(who, word) }
		people := has("people")
		for _, c := range []struct {
			who   string
			actor Actor
			given given
			want  bool
		}{
			{"the operator", Operator(), given{}, !people},
			{"an admin", holding(Admin), given{}, has("admin") || people || has("sharers") || has("tiedgroup")},
			{"a sub-account admin within reach", holding(SubaccountAdmin), given{inReach: true}, has("reach") || people || has("sharers") || has("tiedgroup")},
			{"a sub-account admin out of reach", holding(SubaccountAdmin), given{}, people || has("sharers") || has("tiedgroup")},
			{"others within reach", holding(Observer), given{inReach: true}, people},
			{"a person about themselves", holding(), given{self: true}, has("self") || people},
			{"a member", holding(), given{member: Member}, has("member") || people},
			{"a manager", holding(), given{member: Manager}, has("member") || has("manager") || people},
			{"who is enrolled", holding(), given{enrolled: true}, has("enrolled") || people},
			{"whom an embed lets download", holding(), given{downloads: true}, has("downloads") || people},
			{"a student", holding(Student), given{}, has("sharers") || people},
			{"a teacher", holding(Teacher), given{}, has("sharers") || people || has("tiedgroup")},
			{"an observer", holding(Observer), given{}, people},
			{"a student who is tied to a person", holding(Student), given{active: true, tie: Tie{Course: true}}, has("tied") || has("sharers") || people},
			{"a student in the group", holding(Student), given{member: Member}, has("tiedgroup") || has("member") || has("sharers") || people},
			{"a service about itself", Service(3, Credential{}), given{self: true}, has("service")},
			{"a service about another", Service(3, Credential{}), given{level: Owner, inReach: true}, false},
			{"nobody", Actor{}, everything(), false},
			{"a ticket", Person(7, RolesOf(Student), Credential{Via: ViaTicket}), everything(), has("ticket")},
			{"a session", Person(7, RolesOf(Admin), Credential{Via: ViaSession}), everything(), said != ""},
		} {
			if got := may(c.actor, n, c.given); got != c.want {
				t.Errorf("need %d (%s): %s: %t, want %t", n, said, c.who, got, c.want)
			}
		}
		for level := NoPermission; level <= Owner; level++ {
			least, _ := ParsePermission(firstOf(who))
			want := people || least > NoPermission && level >= least
			if got := may(holding(), n, given{level: level}); got != want {
				t.Errorf("need %d (%s): with the level %q: %t, want %t", n, said, level, got, want)
			}
		}
	}
}

func firstOf(who []string) string {
	if len(who) == 0 {
		return ""
	}
	return who[0]
}

func TestMay_SubaccountAdminsKeepBelowThemselves(t *testing.T) {
	t.Parallel()
	reached := func(g given) given {
		g.inReach = true
		return g
	}
	for _, c := range []struct {
		who  Actor
		need Need
		g    given
		want bool
	}{
		{holding(SubaccountAdmin), ChangeRoles, reached(given{target: RolesOf(Teacher), changes: RolesOf(Student, Teacher, Observer)}), true},
		{holding(SubaccountAdmin), ChangeRoles, reached(given{target: RolesOf(SubaccountAdmin)}), true},
		{holding(SubaccountAdmin), ChangeRoles, reached(given{target: RolesOf(Admin)}), false},
		{holding(SubaccountAdmin), ChangeRoles, reached(given{changes: RolesOf(Admin)}), false},
		{holding(SubaccountAdmin), ChangeRoles, reached(given{changes: RolesOf(SubaccountAdmin)}), false},
		{holding(SubaccountAdmin), EditDisplayName, reached(given{target: RolesOf(Admin, Teacher)}), false},
		{holding(Admin), ChangeRoles, given{target: RolesOf(Admin), changes: RolesOf(Admin, SubaccountAdmin)}, true},
		{holding(Student), EditDisplayName, given{self: true, target: RolesOf(Admin)}, true},
	} {
		if got := may(c.who, c.need, c.g); got != c.want {
			t.Errorf("roles %v, need %d, given %+v: %t, want %t", c.who.roles.names(), c.need, c.g, got, c.want)
		}
	}
}

// sharing is what the library's rules, section 2, say of sharing with a person who is active.
func TestMay_ShareWith(t *testing.T) {
	t.Parallel()
	staff, others := RolesOf(Teacher), RolesOf(Student)
	for _, c := range []struct {
		what  string
		roles Roles
		g     given
		want  bool
	}{
		{"an admin with anyone", RolesOf(Admin), given{}, true},
		{"oneself", RolesOf(Student), given{self: true}, true},
		{"an observer with oneself", RolesOf(Observer), given{self: true}, false},
		{"an observer in a course", RolesOf(Observer), given{tie: Tie{Course: true}}, false},
		{"a student in a course", RolesOf(Student), given{tie: Tie{Course: true}}, true},
		{"a student in a group", RolesOf(Student), given{tie: Tie{Group: true}}, true},
		{"a teacher in a group", RolesOf(Teacher), given{tie: Tie{Group: true}, target: others}, false},
		{"a student with staff", RolesOf(Student), given{target: staff, tie: Tie{SubAccount: true}}, false},
		{"a student within reach", RolesOf(Student), given{tie: Tie{Reach: true}}, false},
		{"a sub-account admin within reach", RolesOf(SubaccountAdmin), given{target: others, tie: Tie{Reach: true}}, true},
		{"a sub-account admin out of reach", RolesOf(SubaccountAdmin), given{target: others}, false},
		{"a teacher with staff, without sub-accounts", RolesOf(Teacher), given{target: staff}, true},
		{"a teacher with an admin", RolesOf(Teacher), given{target: RolesOf(Admin)}, true},
		{"a teacher with a sub-account admin", RolesOf(Teacher), given{target: RolesOf(SubaccountAdmin)}, true},
		{"a teacher with a student", RolesOf(Teacher), given{target: others}, false},
		{"a teacher with staff elsewhere", RolesOf(Teacher), given{target: staff, settled: true}, false},
		{"a teacher with staff of the sub-account", RolesOf(Teacher), given{target: staff, settled: true, tie: Tie{SubAccount: true}}, true},
		{"a teacher with students of the sub-account", RolesOf(Teacher), given{target: others, settled: true, tie: Tie{SubAccount: true}}, false},
	} {
		c.g.active = true
		if got := may(holding(c.roles.List()...), ShareWith, c.g); got != c.want {
			t.Errorf("%s: %t, want %t", c.what, got, c.want)
		}
		if c.g.active = false; may(holding(c.roles.List()...), ShareWith, c.g) {
			t.Errorf("%s, who is deactivated: allowed", c.what)
		}
	}
	if may(holding(Observer), ShareWithGroup, given{member: Member}) {
		t.Error("an observer shares with a group")
	}
}

func TestMay_ScopesBoundAnApplication(t *testing.T) {
	t.Parallel()
	all := []Scope{ScopeAdmin, ScopeReadUsers, ScopeChangeRoles, ScopeReadMedia, ScopeWriteMedia, ScopeWriteCaptions, ScopeReadInsights}
	for n := noNeed + 1; n < needs; n++ {
		for _, scope := range all {
			a := Person(7, RolesOf(Admin), Credential{Via: ViaApplication, Scopes: ScopesOf(scope)})
			want := may(holding(Admin), n, everything()) && rules[n].scope == scope
			if got := may(a, n, everything()); got != want {
				t.Errorf("need %d with the scope %d: %t, want %t", n, scope, got, want)
			}
		}
		if may(Person(7, RolesOf(Admin), Credential{Scopes: ScopesOf()}), n, everything()) {
			t.Errorf("need %d is allowed without any scope", n)
		}
	}
	for need, want := range map[Need]Scope{
		SeePages: ScopeReadUsers, ChangeRoles: ScopeChangeRoles, ReadMedia: ScopeReadMedia, WriteTags: ScopeWriteMedia,
		WriteCaptions: ScopeWriteCaptions, SeeInsights: ScopeReadInsights, ReadAudit: ScopeAdmin, CreateUser: ScopeAdmin,
	} {
		if got := rules[need].scope; got != want {
			t.Errorf("need %d takes the scope %d, want %d", need, got, want)
		}
	}
}

func TestActor_WithoutAnIDIsNobody(t *testing.T) {
	t.Parallel()
	for _, a := range []Actor{
		{}, Person(0, RolesOf(Admin), Credential{}), Service(0, Credential{}), Actor{}.From(Origin{Address: "192.0.2.1"}),
	} {
		if !a.IsNobody() || a.IsPerson() || a.IsService() || a.Person() != 0 || a.Service() != 0 {
			t.Errorf("%+v is somebody", a)
		}
	}
	if a := Person(7, 0, Credential{}); a.IsNobody() || !a.IsPerson() || a.IsService() || a.Person() != 7 {
		t.Errorf("%+v is not person 7", a)
	}
	if a := Service(3, Credential{}); a.IsNobody() || a.IsPerson() || !a.IsService() || a.Service() != 3 {
		t.Errorf("%+v is not service 3", a)
	}
}

func TestMayReaching_AsksOnlyIfTheAnswerDecides(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		actor         Actor
		g             given
		reached, asks bool
		want          bool
	}{
		{holding(Admin), given{}, false, false, true},
		{holding(Student), given{self: true}, false, false, true},
		{holding(Student), given{}, true, false, false},
		{holding(SubaccountAdmin), given{inReach: true}, false, true, false},
		{holding(SubaccountAdmin), given{}, true, true, true},
		{Actor{}, given{}, true, false, false},
	} {
		asked := false
		got, err := mayReaching(c.actor, SeePages, c.g, func() (bool, error) {
			asked = true
			return c.reached, nil
		})
		if got != c.want || asked != c.asks || err != nil {
			t.Errorf("%+v, given %+v: %t, %v, asked %t; want %t, asked %t", c.actor, c.g, got, err, asked, c.want, c.asks)
		}
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		actor   Actor
		own     Permission
		inReach bool
		want    Permission
	}{
		{holding(Student), NoPermission, true, Access},
		{holding(Student), View, false, View},
		{holding(Admin), NoPermission, false, Owner},
		{holding(Admin), Access, false, Access},
		{holding(SubaccountAdmin), NoPermission, true, Owner},
		{holding(SubaccountAdmin), NoPermission, false, Access},
		{Operator(), NoPermission, false, Owner},
	} {
		if got := answers(c.actor, c.own, c.inReach); got != c.want {
			t.Errorf("roles %v with %q, in reach %t: %q, want %q", c.actor.roles.names(), c.own, c.inReach, got, c.want)
		}
	}
}

// TestMay_IsTheOnlyPlaceThatDecides reads the package: only may.go looks at what an actor
// is or at which roles somebody holds.
func TestMay_IsTheOnlyPlaceThatDecides(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if file == "may.go" || strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, found := range decisionsIn(t, file) {
			t.Error(found)
		}
	}
	if found := decisionsIn(t, "may.go"); len(found) == 0 {
		t.Error("what the test looks for is not in may.go either")
	}
}

// decisionsIn returns where a file asks for a role, or for what kind of actor asks.
func decisionsIn(t *testing.T, file string) (found []string) {
	t.Helper()
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	note := func(n ast.Node, what string) {
		found = append(found, fmt.Sprintf("%s: %s: ask may instead", set.Position(n.Pos()), what))
	}
	roles := map[string]bool{"Admin": true, "SubaccountAdmin": true, "Teacher": true, "Student": true, "Observer": true}
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if name := n.Sel.Name; name == "kind" || name == "roles" || name == "scope" || name == "Scopes" || name == "Via" {
				note(n, "looks into an actor")
			}
		case *ast.CallExpr:
			called, isMethod := n.Fun.(*ast.SelectorExpr)
			if !isMethod || called.Sel.Name != "Has" || len(n.Args) != 1 {
				return true
			}
			if arg, isName := n.Args[0].(*ast.Ident); isName && roles[arg.Name] {
				note(n, "asks whether somebody holds a role")
			}
			if of, isField := called.X.(*ast.SelectorExpr); isField && of.Sel.Name == "Roles" {
				note(n, "asks whether somebody holds a role")
			}
		case *ast.BinaryExpr:
			for _, side := range []ast.Expr{n.X, n.Y} {
				if call, isCall := side.(*ast.CallExpr); isCall {
					if f, isName := call.Fun.(*ast.Ident); isName && f.Name == "Operator" {
						note(n, "compares an actor")
					}
				}
			}
		}
		return true
	})
	return found
}
