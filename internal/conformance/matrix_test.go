package conformance

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

//go:embed testdata/matrix.txt
var matrixText string

// A line of the matrix is one request in one state of the thing that it is about.
type matrixLine struct {
	method, path, state, body string
	want                      []int // by caller
}

func (l matrixLine) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %s, %s %s", l.method, l.path, l.state, l.body))
}

// changes says whether callers need a thing of their own each.
func (l matrixLine) changes() bool { return l.method != "GET" }

// readMatrix reads the table: the callers, and a line for each request and state.
func readMatrix(t *testing.T) (callers []string, lines []matrixLine) {
	t.Helper()
	for text := range strings.Lines(matrixText) {
		row, body, _ := strings.Cut(text, " | ")
		fields := strings.Fields(row)
		switch {
		case len(fields) == 0 || strings.HasPrefix(row, "#"):
		case callers == nil:
			callers = fields
		case len(fields) != 3+len(callers):
			t.Fatalf("%q has not a status for each caller", row)
		default:
			l := matrixLine{method: fields[0], path: fields[1], state: fields[2], body: strings.TrimSpace(body)}
			for _, field := range fields[3:] {
				status, err := strconv.Atoi(field)
				if err != nil {
					t.Fatalf("%q: %v", row, err)
				}
				l.want = append(l.want, status)
			}
			lines = append(lines, l)
		}
	}
	return callers, lines
}

// Every request by every kind of caller in every state gets the status that the matrix
// says.
func TestMatrix(t *testing.T) {
	callers, lines := readMatrix(t)
	if testing.Short() {
		lines = everyTenth(lines)
	}
	onEach(t, matrixFixture(callers, lines), func(t *testing.T, node *live.Node) {
		m := prepareMatrix(t, node, callers, lines)
		cells, wrong := 0, 0
		for n, line := range lines {
			for i, caller := range callers {
				thing := m.things[thingOf(n, line, caller)]
				fill := func(text string) string { return thing.fill(text) }
				answer := m.callers[caller].Send(t, line.method, fill(line.path), m.typeOf(line), fill(line.body))
				cells++
				if answer.Status != line.want[i] {
					wrong++
					t.Errorf("%s\n  as %s answers %d, want %d: %.200s", line, caller, answer.Status, line.want[i], answer.Body)
				}
			}
		}
		testkit.Report("authorization matrix: %s, %d of %d cells answered as they should",
			path.Base(t.Name()), cells-wrong, cells)
	})
}

// everyTenth is enough of the matrix where each request takes long.
func everyTenth(lines []matrixLine) (some []matrixLine) {
	for i := 0; i < len(lines); i += 10 {
		some = append(some, lines[i])
	}
	return some
}

// thingOf names what a cell is about. Lines that only read share one.
func thingOf(n int, line matrixLine, caller string) string {
	if line.changes() {
		return fmt.Sprintf("%d by %s", n, caller)
	}
	return strconv.Itoa(n)
}

// eachThing calls fn with the line of each thing of the matrix.
func eachThing(callers []string, lines []matrixLine, fn func(key string, line matrixLine)) {
	for n, line := range lines {
		if !line.changes() {
			fn(thingOf(n, line, ""), line)
			continue
		}
		for _, caller := range callers {
			fn(thingOf(n, line, caller), line)
		}
	}
}

// matrixFixture is the library that the matrix is asked of: the callers, and for each
// thing a media item, the collection that it is at home in, and a student.
func matrixFixture(callers []string, lines []matrixLine) string {
	type object = map[string]any
	users := []object{
		{"key": "colleague", "full_name": "Colleague", "roles": []string{"Teacher"}},
		{"key": "loner", "full_name": "Loner"},
	}
	roles := map[string]string{
		"stranger": "Student", "student": "Student", "inside": "Subaccount admin", "outside": "Subaccount admin",
		"admin": "Admin",
	}
	for _, caller := range callers {
		if caller == "nobody" || caller == "service" {
			continue
		}
		role := roles[caller]
		if role == "" {
			role = "Teacher"
		}
		users = append(users, object{"key": caller, "full_name": caller, "roles": []string{role}})
	}
	enrolled := []object{{"user": "teacher", "role": "teacher"}, {"user": "student", "role": "student"}}
	var collections, media, shares []object
	eachThing(callers, lines, func(key string, line matrixLine) {
		status := map[string]string{"waiting": "waiting_for_upload", "failed": "failed"}[line.state]
		if status == "" {
			status = "finished"
		}
		users = append(users, object{"key": "user " + key, "full_name": "User"})
		enrolled = append(enrolled, object{"user": "user " + key, "role": "student"})
		collections = append(collections, object{"key": key, "owner": "owner", "name": "Lectures"})
		media = append(media, object{
			"key": key, "owner": "owner", "collection": key, "title": "Lenses", "tags": []string{"optics"},
			"also_in": []string{"course:101"}, "duration": 600, "transcoding_status": status,
		})
		for _, of := range []string{"media", "collection"} {
			shares = append(shares,
				object{of: key, "user": "viewer", "permission": "view"},
				object{of: key, "user": "editor", "permission": "edit"},
				object{of: key, "group": "team", "permission": "view"})
		}
	})
	text, err := json.Marshal(object{
		"users":  users,
		"groups": []object{{"key": "team", "name": "Team", "members": []object{{"user": "manager", "permission": "manager"}}}},
		"sub_accounts": []object{
			{"key": "science", "name": "Science", "admins": []string{"inside"}},
			{"key": "arts", "name": "Arts", "admins": []string{"outside"}},
		},
		"courses": []object{
			{"course_id": 101, "name": "Optics", "sub_account": "science", "enrollments": enrolled},
			{"course_id": 102, "name": "Waves", "sub_account": "science", "enrollments": []object{{"user": "colleague", "role": "teacher"}}},
		},
		"collections": collections, "media": media, "shares": shares,
	})
	if err != nil {
		panic(err) // it is made of texts
	}
	return string(text)
}

// matrix is a library that is ready to be asked.
type matrix struct {
	callers map[string]live.Client
	things  map[string]matrixThing
}

// A matrixThing is what the names in braces stand for in one cell.
type matrixThing map[string]string

func (m matrixThing) fill(text string) string {
	for name, id := range m {
		text = strings.ReplaceAll(text, "{"+name+"}", id)
	}
	return text
}

// typeOf is the type of a line's body.
func (m matrix) typeOf(line matrixLine) string {
	if line.body == "" {
		return ""
	}
	return live.JSON
}

// prepareMatrix finds out what only the server knows of the things, and puts each into
// the state that its line wants.
func prepareMatrix(t *testing.T, node *live.Node, callers []string, lines []matrixLine) matrix {
	t.Helper()
	lib := node.Library
	m := matrix{callers: make(map[string]live.Client), things: make(map[string]matrixThing)}
	for _, caller := range callers {
		switch caller {
		case "nobody":
			m.callers[caller] = node.Nobody()
		case "service":
			m.callers[caller] = node.With("Bearer " + lib.NewCaptionService(t, "matrix"))
		default:
			m.callers[caller] = node.As(caller)
		}
	}
	m.callers["service"].Send(t, "PUT", "/captioning_service_types/matrix", live.JSON, `{"label":"Matrix","is_asr":false}`).Want(t, 200)
	eachThing(callers, lines, func(key string, line matrixLine) {
		id := func(n int64) string { return strconv.FormatInt(n, 10) }
		thing := matrixThing{
			"user": id(int64(lib.User("user " + key))), "colleague": id(int64(lib.User("colleague"))),
			"loner": id(int64(lib.User("loner"))), "science": id(int64(lib.SubAccount("science"))),
			"media": id(int64(lib.Media(key))), "collection": id(int64(lib.Collection(key))),
			"coursewide": id(int64(lib.CourseCollection("101"))), "course": "101", "group": id(int64(lib.Group("team"))),
		}
		for name, made := range m.makers(t) {
			if strings.Contains(line.path+line.body, "{"+name+"}") {
				thing[name] = made(thing)
			}
		}
		m.things[key] = thing
	})
	lib.Change(t, func(ctx context.Context, c *library.Change) error {
		var failed error
		eachThing(callers, lines, func(key string, line matrixLine) {
			if failed == nil {
				failed = putInto(ctx, c, lib, key, line, m.things[key])
			}
		})
		return failed
	})
	return m
}

// makers find or make what the fixture cannot name.
func (m matrix) makers(t *testing.T) map[string]func(matrixThing) string {
	t.Helper()
	admin := m.callers["admin"]
	return map[string]func(matrixThing) string{
		"new": func(thing matrixThing) string { return "1000" + thing["user"] },
		"tag": func(thing matrixThing) string {
			found := live.Read[struct {
				Tags []struct {
					ID int64 `json:"id"`
				} `json:"tags"`
			}](t, admin.Get(t, "%s", thing.fill("/media/{media}/tags")))
			return strconv.FormatInt(found.Tags[0].ID, 10)
		},
		"caption": func(thing matrixThing) string { return newCaptions(t, admin, thing) },
		"unpublished": func(thing matrixThing) string {
			id := newCaptions(t, admin, thing)
			admin.Send(t, "POST", "/caption_files/"+id+"/unpublish", "", "").Want(t, 200)
			return id
		},
		"request": func(thing matrixThing) string {
			made := admin.Send(t, "POST", thing.fill("/media/{media}/caption_file_requests"), live.JSON,
				`{"srclang":"de","service_type":"matrix"}`).Want(t, 201)
			return idIn(t, made, "caption_file_request")
		},
		"perspective": func(thing matrixThing) string {
			found := live.Read[struct {
				Perspectives []struct {
					UUID       string     `json:"uuid"`
					Collection collection `json:"collection"`
				} `json:"perspectives"`
			}](t, admin.Get(t, "%s", thing.fill("/media/{media}/perspectives")))
			for _, p := range found.Perspectives {
				if strconv.FormatInt(p.Collection.ID, 10) == thing["collection"] {
					return p.UUID
				}
			}
			t.Fatalf("%v has no perspective in its home", thing)
			return ""
		},
	}
}

func newCaptions(t *testing.T, by live.Client, thing matrixThing) string {
	t.Helper()
	made := by.Send(t, "POST", thing.fill("/media/{media}/caption_files"), live.JSON,
		`{"srclang":"de","caption_file":"1\n00:00:01,000 --> 00:00:02,000\nLicht\n"}`).Want(t, 201)
	return idIn(t, made, "caption_file")
}

// idIn is the id of the object that an answer holds.
func idIn(t *testing.T, a live.Answer, key string) string {
	t.Helper()
	var body map[string]struct {
		ID int64 `json:"id"`
	}
	if err := json.Unmarshal(a.Body, &body); err != nil {
		t.Fatalf("%v in %s", err, a.Body)
	}
	return strconv.FormatInt(body[key].ID, 10)
}

// putInto archives or deletes what a line is about.
func putInto(
	ctx context.Context, c *library.Change, lib *live.Library, key string, line matrixLine, thing matrixThing,
) error {
	aboutUser := strings.Contains(line.path+line.body, "{user}")
	aboutCollection := strings.Contains(line.path+line.body, "{collection}")
	switch line.state {
	case "archived":
		if aboutCollection {
			return c.ArchiveCollectionAt(ctx, lib.Collection(key), time.Time{})
		}
		return c.ArchiveMediaAt(ctx, lib.Media(key), time.Time{})
	case "deleted":
		thing["course"], thing["group"] = "999", "999" // they cannot be deleted, but may not be there
		switch {
		case aboutUser:
			return c.DeleteUser(ctx, lib.User("user "+key), library.Disposal{})
		case aboutCollection:
			return errorOf(c.DeleteCollection(ctx, lib.Collection(key)))
		}
		return errorOf(c.DeleteMedia(ctx, lib.Media(key)))
	}
	return nil
}
