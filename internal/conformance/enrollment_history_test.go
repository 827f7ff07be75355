package conformance

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// campus is where random histories of courses play: ada is an admin, sue administers the
// sciences, tom owns all media and is in no course, the others come and go.
const campus = `{
"users":[
 {"key":"ada","full_name":"Ada Byron","roles":["Admin"]},
 {"key":"sue","full_name":"Sue Storm","roles":["Subaccount admin"]},
 {"key":"tom","full_name":"Tom Teal","roles":["Teacher"]},
 {"key":"bob","full_name":"Bob Hale"},{"key":"eve","full_name":"Eve Moss"},
 {"key":"ian","full_name":"Ian Ross"},{"key":"kim","full_name":"Kim Lund","roles":["Teacher"]}],
"sub_accounts":[{"key":"sciences","name":"Sciences","admins":["sue"]},{"key":"arts","name":"Arts"}],
"courses":[{"course_id":101,"name":"Course 101","sub_account":"sciences"},{"course_id":102,"name":"Course 102","sub_account":"arts"}],
"media":[{"key":"m1","owner":"tom","title":"One"},{"key":"m2","owner":"tom","title":"Two"},{"key":"m3","owner":"tom","title":"Three"}]
}`

var (
	campusPeople = []string{"sue", "bob", "eve", "ian", "kim"} // who are enrolled and asked about
	campusRoles  = []string{"teacher", "ta", "designer", "student", "observer"}
)

// campusCourse is a course as the model knows it.
type campusCourse struct {
	subAccount string // "" for none
	enrolled   map[string]map[string]bool
	media      map[string]bool
}

// campusModel is the courses by id, and nothing that could be worked out from them.
type campusModel map[int64]*campusCourse

func newCampusCourse(subAccount string) *campusCourse {
	return &campusCourse{subAccount, make(map[string]map[string]bool), make(map[string]bool)}
}

// permission is a person's on a course and on the media in it, "" for none.
func (c *campusCourse) permission(person string) string {
	roles := c.enrolled[person]
	switch {
	case roles["teacher"], roles["ta"], roles["designer"]:
		return "view"
	case len(roles) > 0:
		return "access"
	}
	return ""
}

// within says whether sue reaches a person.
func (m campusModel) within(person string) bool {
	for _, c := range m {
		if c.subAccount == "sciences" && len(c.enrolled[person]) > 0 {
			return true
		}
	}
	return false
}

// media is what a person reaches, as mediaOf tells it.
func (m campusModel) media(person string) string {
	best := make(map[string]string)
	for _, c := range m {
		for key := range c.media {
			if p := c.permission(person); p > best[key] { // view comes after access, and both after ""
				best[key] = p
			}
		}
	}
	var list []string
	for _, key := range slices.Sorted(maps.Keys(best)) {
		list = append(list, key+" "+best[key])
	}
	return strings.Join(list, ", ")
}

func (m campusModel) collections(person string) []string {
	names := []string{"My Library"}
	for id, c := range m {
		if c.permission(person) != "" {
			names = append(names, fmt.Sprintf("Course %d", id))
		}
	}
	slices.Sort(names)
	return names
}

// rows is the enrolments in a course: people by id descending, the roles of each in order.
func (c *campusCourse) rows(lib *live.Library) (rows []string) {
	people := slices.SortedFunc(maps.Keys(c.enrolled), func(a, b string) int { return int(lib.User(b) - lib.User(a)) })
	for _, person := range people {
		for _, role := range campusRoles {
			if c.enrolled[person][role] {
				rows = append(rows, person+" "+role)
			}
		}
	}
	return rows
}

// apply makes the items of a batch, in their order, and returns the status of the answer.
// The course is as it was unless that is 200.
func (m campusModel) apply(caller string, id int64, items []campusItem) int {
	c := m[id]
	switch {
	case caller == "bob":
		return 403
	case c == nil:
		return 404
	case caller == "sue" && c.subAccount != "sciences":
		return 403
	}
	for _, it := range items {
		if caller == "sue" && !m.within(it.person) {
			return 403
		}
	}
	after := make(map[string]map[string]bool)
	for person, roles := range c.enrolled {
		after[person] = maps.Clone(roles)
	}
	for _, it := range items {
		if after[it.person] == nil {
			after[it.person] = make(map[string]bool)
		}
		switch {
		case it.action == "update" && len(after[it.person]) == 0:
			return 404
		case it.action == "update":
			after[it.person] = map[string]bool{it.role: true}
		case it.action == "add":
			after[it.person][it.role] = true
		case it.role == "":
			clear(after[it.person])
		default:
			delete(after[it.person], it.role)
		}
	}
	c.enrolled = after
	return 200
}

type campusItem struct{ action, person, role string }

// campusHistory is one history in play.
type campusHistory struct {
	nodes []*live.Node
	lib   *live.Library
	dice  *rand.Rand
	model campusModel
	told  []string // the steps so far
}

func (h *campusHistory) pick(from []string) string { return from[h.dice.IntN(len(from))] }

// courseID is a course's that exists, or now and then one's that does not.
func (h *campusHistory) courseID() int64 {
	ids := slices.Sorted(maps.Keys(h.model))
	return append(ids, ids[len(ids)-1]+1)[h.dice.IntN(len(ids)+1)]
}

// step makes one random request through one of the nodes.
func (h *campusHistory) step(t *testing.T) {
	t.Helper()
	caller := h.pick([]string{"ada", "ada", "sue", "bob"})
	by := h.nodes[h.dice.IntN(len(h.nodes))].As(caller)
	id := h.courseID()
	switch n := h.dice.IntN(10); {
	case n == 0:
		h.create(t, by, caller, id)
	case n == 1 && h.model[id] != nil: // an admin's embed
		key := h.pick([]string{"m1", "m2", "m3"})
		h.told = append(h.told, fmt.Sprintf("embed %s in course %d", key, id))
		post(t, h.nodes[0].As("ada"), fmt.Sprintf("/media/%d/create_embed", h.lib.Media(key)), fmt.Sprintf(`{"course_id":%d}`, id)).Want(t, 200)
		h.model[id].media[key] = true
	default:
		h.enrol(t, by, caller, id)
	}
}

func (h *campusHistory) create(t *testing.T, by live.Client, caller string, id int64) {
	t.Helper()
	sub := h.pick([]string{"sciences", "arts", ""})
	body := fmt.Sprintf(`{"course_id":%d,"name":"Course %d"`, id, id)
	if sub != "" {
		body += fmt.Sprintf(`,"sub_account_id":%d`, h.lib.SubAccount(sub))
	}
	want := 201
	switch {
	case caller == "bob", caller == "sue" && sub != "sciences":
		want = 403
	case h.model[id] != nil:
		want = 409
	default:
		h.model[id] = newCampusCourse(sub)
	}
	h.told = append(h.told, fmt.Sprintf("%s: %s}", caller, body))
	post(t, by, "/courses", body+"}").Want(t, want)
}

func (h *campusHistory) enrol(t *testing.T, by live.Client, caller string, id int64) {
	t.Helper()
	items := make([]campusItem, 1+h.dice.IntN(3))
	bodies := make([]string, len(items))
	for i := range items {
		it := campusItem{h.pick([]string{"add", "add", "add", "update", "remove"}), h.pick(campusPeople), h.pick(campusRoles)}
		if it.action == "remove" && h.dice.IntN(2) == 0 {
			it.role = ""
		}
		items[i], bodies[i] = it, enrolled(it.action, h.lib.User(it.person), it.role)
	}
	h.told = append(h.told, fmt.Sprintf("%s in course %d: %v", caller, id, items))
	a := updateEnrolments(t, by, id, bodies...).Want(t, h.model.apply(caller, id, items))
	if a.Status == 200 {
		if got, want := enrolments(t, h.lib, a, campusPeople...), h.model[id].rows(h.lib); !slices.Equal(got, want) {
			t.Errorf("the batch answers %q, want %q", got, want)
		}
	}
}

// check asks every node what everybody reaches.
func (h *campusHistory) check(t *testing.T) {
	t.Helper()
	for i, n := range h.nodes {
		for _, person := range campusPeople {
			if got, want := mediaOf(t, n, person), h.model.media(person); got != want {
				t.Errorf("node %d tells %s of the media %q, want %q", i+1, person, got, want)
			}
			names := collectionNames(t, n, person)
			slices.Sort(names)
			if want := h.model.collections(person); !slices.Equal(names, want) {
				t.Errorf("node %d tells %s of the collections %q, want %q", i+1, person, names, want)
			}
			want := 403
			if h.model.within(person) || person == "sue" {
				want = 200
			}
			n.As("sue").Get(t, "%s", h.lib.UserPath(person, "")).Want(t, want)
		}
		id, person := h.courseID(), h.pick(campusPeople[1:])
		a := n.As(person).Get(t, "/courses/%d", id)
		switch c := h.model[id]; {
		case c == nil:
			a.Want(t, 404)
		case c.permission(person) == "":
			a.Want(t, 403)
		default:
			if got := live.Read[struct{ Course collection }](t, a).Course.Permission; got != c.permission(person) {
				t.Errorf("node %d: %s has %q on course %d, want %q", i+1, person, got, id, c.permission(person))
			}
		}
		for id, c := range h.model {
			rows := enrolments(t, h.lib, n.As("ada").Get(t, "/courses/%d/enrollments", id), campusPeople...)
			if want := c.rows(h.lib); !slices.Equal(rows, want) {
				t.Errorf("node %d: in course %d are %q, want %q", i+1, id, rows, want)
			}
		}
	}
}

// A random history of courses that are created, and of people who are enrolled and leave,
// shows in the next answers of both nodes what a plain model says.
//
// LECTERN_HISTORIES_SEED=N repeats a run.
func TestEnrollments_RandomHistory(t *testing.T) {
	steps := 80
	if testing.Short() {
		steps = 8
	}
	seed := rand.Uint64N(1_000_000_000)
	if given := os.Getenv("LECTERN_HISTORIES_SEED"); given != "" {
		var err error
		if seed, err = strconv.ParseUint(given, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	onEach(t, campus, func(t *testing.T, node *live.Node) {
		lib := node.Library
		h := &campusHistory{
			nodes: []*live.Node{node, lib.Serve(t)}, lib: lib, dice: rand.New(rand.NewPCG(seed, 0)),
			model: campusModel{101: newCampusCourse("sciences"), 102: newCampusCourse("arts")},
		}
		for range steps {
			h.step(t)
			h.check(t)
			if t.Failed() {
				t.Fatalf("after\n%s\nLECTERN_HISTORIES_SEED=%d repeats it.", strings.Join(h.told, "\n"), seed)
			}
		}
		testkit.Report("history of enrolments over HTTP: %d steps, seed %d", len(h.told), seed)
	})
}

// The changes of several callers at once leave the enrolments that some order of them
// leaves: of many batches that each swap a person's role, one is the last.
func TestEnrollments_ManyAtOnce(t *testing.T) {
	onEach(t, campus, func(t *testing.T, node *live.Node) {
		lib := node.Library
		nodes := []*live.Node{node, lib.Serve(t)}
		bob := lib.User("bob")
		updateEnrolments(t, node.As("ada"), 101, enrolled("add", bob, "student")).Want(t, 200)
		answers := make([]live.Answer, 20)
		inParallel(len(answers), func(i int) {
			by := nodes[i%2].As([]string{"ada", "sue"}[i/2%2])
			switch i % 5 {
			case 4:
				answers[i] = post(t, by, "/courses", fmt.Sprintf(`{"course_id":500,"sub_account_id":%d}`, lib.SubAccount("sciences")))
			default:
				answers[i] = updateEnrolments(t, by, 101, enrolled("update", bob, campusRoles[i%5]))
			}
		})
		created := 0
		for i, a := range answers {
			switch {
			case i%5 == 4 && a.Status == 201:
				created++
			case i%5 == 4:
				a.Want(t, 409)
			default:
				a.Want(t, 200)
			}
		}
		if created != 1 {
			t.Errorf("the course was created %d times", created)
		}
		if rows := enrolments(t, lib, nodes[1].As("ada").Get(t, "/courses/101/enrollments"), "bob"); len(rows) != 1 {
			t.Errorf("Bob has the roles %q, want one", rows)
		}
		for _, path := range []string{lib.UserPath("bob", "/collections"), lib.UserPath("bob", "/media")} {
			if a, b := nodes[0].As("bob").Get(t, "%s", path), nodes[1].As("bob").Get(t, "%s", path); string(a.Body) != string(b.Body) {
				t.Errorf("the nodes differ:\n%s\n%s", a.Body, b.Body)
			}
		}
	})
}

// One address that many want at once is one person's in the end.
func TestUpdateUser_ManyWantOneAddress(t *testing.T) {
	onEach(t, campus, func(t *testing.T, node *live.Node) {
		lib := node.Library
		nodes := []*live.Node{node, lib.Serve(t)}
		answers := make([]live.Answer, len(campusPeople))
		inParallel(len(answers), func(i int) {
			answers[i] = patch(t, nodes[i%2].As("ada"), lib.User(campusPeople[i]), `{"email":"one@school.test","full_name":"Won"}`)
		})
		won := library.UserID(0)
		for i, a := range answers {
			id := lib.User(campusPeople[i])
			switch {
			case a.Status == 409:
				if got := live.Read[users](t, node.As("ada").Get(t, "/users/search?email=one@school.test")).Users; len(got) != 1 || got[0].ID == int64(id) {
					t.Errorf("%s was refused the address, which is %+v's", campusPeople[i], got)
				}
			case won != 0:
				t.Errorf("both %d and %s got the address", won, campusPeople[i])
			default:
				a.Want(t, 200)
				won = id
			}
		}
		named := 0
		for _, key := range campusPeople {
			if strings.Contains(string(node.As("ada").Get(t, "%s", lib.UserPath(key, "")).Body), `"full_name":"Won"`) {
				named++
			}
		}
		if won == 0 || named != 1 {
			t.Errorf("%d got the address, and %d people the name that was asked for with it", won, named)
		}
	})
}

// inParallel runs fn for 0 to n-1, all at once.
func inParallel(n int, fn func(i int)) {
	var running sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		running.Go(func() {
			<-start
			fn(i)
		})
	}
	close(start)
	running.Wait()
}
