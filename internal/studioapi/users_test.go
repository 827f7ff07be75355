package studioapi

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
)

// cannedStore holds one person, who is an admin, and answers every list with what it
// was given: these tests are about how nouns look on the wire.
type cannedStore struct {
	library.Store
	user        library.User
	collections []library.CollectionWithPermission
	media       []library.MediaWithPermission
	searched    library.UserFilter
}

func (s *cannedStore) TokenUsed(library.TokenID, time.Time) {}

func (s *cannedStore) TokenOwner(_ context.Context, hash library.TokenHash) (library.TokenOwner, error) {
	token := library.Token{Hash: sha256.Sum256([]byte(goodToken)), User: s.user.ID, ExpiresAt: time.Now().Add(time.Hour)}
	if hash != token.Hash {
		return library.TokenOwner{}, &library.Error{Kind: library.KindNotFound}
	}
	return library.TokenOwner{Token: token, Roles: s.user.Roles}, nil
}

func (s *cannedStore) User(_ context.Context, id library.UserID) (library.User, error) {
	if id != s.user.ID {
		return library.User{}, library.NotFound("user", id)
	}
	return s.user, nil
}

func (s *cannedStore) UserLibrary(ctx context.Context, id library.UserID) (library.CollectionWithPermission, error) {
	_, err := s.User(ctx, id)
	return s.collections[0], err
}

func (s *cannedStore) UserCollections(
	ctx context.Context, id library.UserID, page library.Page,
) (library.Paged[library.CollectionWithPermission], error) {
	_, err := s.User(ctx, id)
	return library.Paged[library.CollectionWithPermission]{Items: s.collections, Total: 101, Page: page}, err
}

func (s *cannedStore) UserMedia(
	ctx context.Context, id library.UserID, page library.Page,
) (library.Paged[library.MediaWithPermission], error) {
	_, err := s.User(ctx, id)
	return library.Paged[library.MediaWithPermission]{Items: s.media, Total: int64(len(s.media)), Page: page}, err
}

func (s *cannedStore) SearchUsers(
	_ context.Context, filter library.UserFilter, page library.Page,
) (library.Paged[library.User], error) {
	s.searched = filter
	return library.Paged[library.User]{Items: []library.User{s.user}, Total: 1, Page: page}, nil
}

func (s *cannedStore) View(_ context.Context, fn func(library.Reader) error) error {
	return fn(cannedReader{cannedStore: s})
}

// cannedReader reads what the store has. Asked for anything else, it panics.
type cannedReader struct {
	*cannedStore
	lacking
}

type lacking struct{ library.Reader }

// Last is of no use to a store without round trips.
func (r cannedReader) Last() library.Reader { return r }

func (s *cannedStore) Change(_ context.Context, fn func(library.Tx) error) error {
	return fn(cannedTx{of: s})
}

// cannedTx is a transaction on the one person.
type cannedTx struct {
	library.Tx
	of *cannedStore
}

func (cannedTx) InsertAuditEvent(context.Context, library.AuditEvent) error { return nil }

func (cannedTx) LockAdmins(context.Context) error { return nil }

func (t cannedTx) LockUsers(_ context.Context, ids []library.UserID) ([]library.User, error) {
	if len(ids) != 1 || ids[0] != t.of.user.ID {
		return nil, nil
	}
	return []library.User{t.of.user}, nil
}

func (t cannedTx) SetRoles(_ context.Context, roles map[library.UserID]library.Roles) error {
	t.of.user.Roles = roles[t.of.user.ID]
	return nil
}

func (t cannedTx) CountActiveAdmins(context.Context) (int, error) {
	if t.of.user.Roles.Has(library.Admin) {
		return 1, nil
	}
	return 0, nil
}

func canned() *cannedStore {
	email := "ada@school.test"
	description := "What light does"
	day := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	course := library.CourseID(101)
	ada := library.UserBrief{ID: 7, FullName: "Ada Byron", DisplayName: "Ada", Email: &email}
	return &cannedStore{
		user: library.User{
			ID: 7, FullName: "Ada Byron", DisplayName: "Ada", Email: &email,
			Roles: library.RolesOf(library.Teacher, library.Admin),
		},
		collections: []library.CollectionWithPermission{
			{Permission: library.Owner, Collection: library.Collection{
				ID: 1, Type: library.MyLibrary, Name: "My Library", Owner: &ada, CreatedAt: day,
			}},
			{Permission: library.View, Collection: library.Collection{
				ID: 2, Type: library.CourseWide, CourseID: &course, CreatedAt: day, ArchivedAt: &day,
			}},
		},
		media: []library.MediaWithPermission{
			{Permission: library.Edit, Media: library.Media{
				ID: 9, Owner: ada, Title: "Lenses", Description: &description, Duration: 61.5, Size: 1 << 20,
				Source: library.SourceUpload, State: library.StateFinished, CreatedAt: day, ArchivedAt: &day,
				EmbedID: uuid.MustParse("0b3e1c9a-9c57-4d9e-8a38-5a0a2c1f7f10"), LastViewed: &day, LastViewedByStudent: &day,
			}},
			{Permission: library.Access, Media: library.Media{
				ID: 8, Owner: library.UserBrief{ID: 3, FullName: "Bo", DisplayName: "Bo"}, Title: "Bare",
				Source: library.SourceURL, State: library.StateQueued, CreatedAt: day,
				EmbedID: uuid.MustParse("11111111-9c57-4d9e-8a38-5a0a2c1f7f10"),
			}},
		},
	}
}

func serveCanned(store *cannedStore, method, target, body string) *httptest.ResponseRecorder {
	groups := RouteGroups(library.New(store, nil), Options{PublicURL: "https://media.school.test"})
	api := front.New(front.Options{Logger: slog.New(slog.DiscardHandler)}, groups...)
	r := httptest.NewRequest(method, BasePath+target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+goodToken)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	return w
}

// Each answer, full and empty fields alike, letter by letter, and against the schema
// that the contract promises for it.
func TestAnswers(t *testing.T) {
	const (
		owner = `{"id":7,"full_name":"Ada Byron","display_name":"Ada","email":"ada@school.test"}`
		ada   = `{"id":7,"full_name":"Ada Byron","display_name":"Ada","email":"ada@school.test",` +
			`"role_names":["Admin","Teacher"]}`
		myLibrary = `{"id":1,"name":"My Library","type":"user","permission":"owner","owner":` + owner +
			`,"created_at":"2026-01-05T09:00:00Z","course_id":null,"archived_at":null}`
		course = `{"id":2,"name":null,"type":"course_wide","permission":"view","owner":null,` +
			`"created_at":"2026-01-05T09:00:00Z","course_id":101,"archived_at":"2026-01-05T09:00:00Z"}`
		lenses = `{"id":9,"title":"Lenses","description":"What light does","duration":61.5,` +
			`"created_at":"2026-01-05T09:00:00Z","last_viewed":"2026-01-05","last_viewed_by_student":"2026-01-05",` +
			`"thumbnail_url":"https://media.school.test/thumbnails/0b3e1c9a-9c57-4d9e-8a38-5a0a2c1f7f10",` +
			`"transcoding_status":"finished","owner":` + owner + `,"size":1048576,"source":"upload",` +
			`"embed_id":"0b3e1c9a-9c57-4d9e-8a38-5a0a2c1f7f10",` +
			`"lti_launch_id":"0b3e1c9a-9c57-4d9e-8a38-5a0a2c1f7f10-9","archived_at":"2026-01-05T09:00:00Z",` +
			`"permission":"edit"}`
		bare = `{"id":8,"title":"Bare","description":null,"duration":0,` +
			`"created_at":"2026-01-05T09:00:00Z","last_viewed":null,"last_viewed_by_student":null,` +
			`"thumbnail_url":"https://media.school.test/thumbnails/11111111-9c57-4d9e-8a38-5a0a2c1f7f10",` +
			`"transcoding_status":"queued","owner":{"id":3,"full_name":"Bo","display_name":"Bo","email":null},` +
			`"size":0,"source":"url","embed_id":"11111111-9c57-4d9e-8a38-5a0a2c1f7f10",` +
			`"lti_launch_id":"11111111-9c57-4d9e-8a38-5a0a2c1f7f10-8","archived_at":null,"permission":"access"}`
	)
	for _, c := range []struct {
		method, path, target, body string
		status                     int
		want                       string
	}{
		{"GET", "/users/{user_id}", "/users/7", "", 200, `{"user":` + ada + `}`},
		{"GET", "/users/{user_id}", "/users/8", "", 404, `{"error":"user 8 not found"}`},
		{"GET", "/users/{user_id}/library", "/users/7/library", "", 200, `{"collection":` + myLibrary + `}`},
		{"GET", "/users/{user_id}/library", "/users/8/library", "", 404, `{"error":"user 8 not found"}`},
		{
			"GET", "/users/{user_id}/collections", "/users/7/collections?page=2", "", 200,
			`{"collections":[` + myLibrary + `,` + course + `],"meta":{"current_page":2,"last_page":6,"total_count":101}}`,
		},
		{"GET", "/users/{user_id}/collections", "/users/8/collections", "", 404, `{"error":"user 8 not found"}`},
		{
			"GET", "/users/{user_id}/media", "/users/7/media?per_page=1", "", 200,
			`{"media":[` + lenses + `,` + bare + `],"meta":{"current_page":1,"last_page":2,"total_count":2}}`,
		},
		{"GET", "/users/{user_id}/media", "/users/8/media", "", 404, `{"error":"user 8 not found"}`},
		{
			"GET", "/users/search", "/users/search?role=Teacher&email=ADA@school.test", "", 200,
			`{"users":[` + ada + `],"meta":{"current_page":1,"last_page":1,"total_count":1}}`,
		},
		{
			"POST", "/users/roles", "/users/roles", `{"roles":[{"user_id":7,"role":"Observer","action":"add"},` +
				`{"user_id":7,"role":"Teacher","action":"remove"}]}`, 200,
			`{"users":[` + strings.Replace(ada, "Teacher", "Observer", 1) + `]}`,
		},
		{
			"PUT", "/users/roles", "/users/roles", `{"roles":[{"user_id":7,"role":"Admin","action":"remove"}]}`, 422,
			`{"error":"one active admin must always remain"}`,
		},
		{
			"PATCH", "/users/roles", "/users/roles", `{"roles":[{"user_id":8,"role":"Admin","action":"add"}]}`, 404,
			`{"error":"user 8 not found"}`,
		},
	} {
		t.Run(fmt.Sprint(c.method, " ", c.target), func(t *testing.T) {
			w := serveCanned(canned(), c.method, c.target, c.body)
			if w.Code != c.status || w.Body.String() != c.want {
				t.Errorf("%d\n%s\nwant\n%s", w.Code, w.Body, c.want)
			}
			checkSchema(t, c.method, c.path, w)
		})
	}
}

// checkSchema checks an answer against the schema of the contract.
func checkSchema(t *testing.T, method, path string, w *httptest.ResponseRecorder) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(openAPIView)
	if err != nil {
		t.Fatal(err)
	}
	response := doc.Paths.Value(path).GetOperation(method).Responses.Status(w.Code)
	if response == nil {
		t.Fatalf("the contract has no status %d here", w.Code)
	}
	var value any
	if err := json.Unmarshal(w.Body.Bytes(), &value); err != nil {
		t.Fatal(err)
	}
	schema := response.Value.Content.Get("application/json").Schema.Value
	if err := schema.VisitJSON(value, openapi3.EnableFormatValidation(), openapi3.MultiErrors()); err != nil {
		t.Error(err)
	}
}

func TestSearch_FilterReachesTheLibrary(t *testing.T) {
	for query, want := range map[string]struct {
		role  *library.Role
		email string
	}{
		"role=Subaccount%20admin":             {role: new(library.SubaccountAdmin)},
		"email=ada@school.test":               {email: "ada@school.test"},
		"email=ada@school.test&role=Observer": {role: new(library.Observer), email: "ada@school.test"},
	} {
		store := canned()
		serveCanned(store, "GET", "/users/search?"+query, "")
		got := store.searched
		if (got.Role == nil) != (want.role == nil) || got.Role != nil && *got.Role != *want.role {
			t.Errorf("%s: role %v", query, got.Role)
		}
		if (got.Email == nil) != (want.email == "") || got.Email != nil && *got.Email != want.email {
			t.Errorf("%s: email %v", query, got.Email)
		}
	}
}

func TestPing_OfALibrary(t *testing.T) {
	if w := serveCanned(canned(), "GET", "/ping", ""); w.Code != 200 || w.Body.String() != "pong" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
