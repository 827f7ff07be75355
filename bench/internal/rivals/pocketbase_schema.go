package rivals

import (
	"strings"

	"github.com/pocketbase/pocketbase/core"
)

// signedIn is the rule for what the lists expand: less than Lectern asks, and free.
var signedIn = "@request.auth.id != ''"

// ownRows is the rule of the lists that name whom they are for.
var ownRows = "user = @request.auth.id"

// reachedMedia is the rule that finds a person's media by their relations alone: each
// line is one of the ways of the library's rules, section 2. Archived media and those
// that wait for an upload are left out of what is copied, so no rule minds them.
var reachedMedia = strings.Join([]string{
	"owner = @request.auth.id",
	"media_shares_via_media.user ?= @request.auth.id",
	"media_shares_via_media.group.members_via_group.user ?= @request.auth.id",
	"perspectives_via_media.collection.owner ?= @request.auth.id",
	"perspectives_via_media.collection.collection_shares_via_collection.user ?= @request.auth.id",
	"perspectives_via_media.collection.collection_shares_via_collection.group.members_via_group.user ?= @request.auth.id",
	"perspectives_via_media.collection.enrollments_via_collection.user ?= @request.auth.id",
}, " || ")

// makeCollections makes what holds a library in PocketBase, with an index for every
// look-up of the rules, the views and the lists.
func makeCollections(app core.App) error {
	users, err := app.FindCollectionByNameOrId("users")
	if err != nil {
		return err
	}
	users.ViewRule = &signedIn
	users.Fields.Add(text("full_name"), text("display_name"))
	if err := app.Save(users); err != nil {
		return err
	}
	m := &maker{app: app}
	groups := m.make("groups", nil, nil, text("name"))
	collections := m.make("collections", nil, []string{"owner"}, text("name"), text("type"), related("owner", users))
	media := m.make("media", nil, []string{"owner, created_at, id", "created_at, id"},
		text("title"), text("description"), number("duration"), number("size"), text("source"),
		text("transcoding_status"), text("embed_id"), text("created_at"), text("last_viewed"),
		text("last_viewed_by_student"), related("owner", users), related("home", collections))

	m.make("members", nil, []string{"user, group", "group, user"}, related("group", groups), related("user", users))
	m.make("enrollments", nil, []string{"user, collection, permission", "collection, user"},
		related("collection", collections), related("user", users), text("permission"))
	m.make("perspectives", nil, []string{"collection, media", "media, collection"},
		related("media", media), related("collection", collections))
	m.make("media_shares", nil,
		[]string{"media, user", "media, group", "user, media, permission", "group, media, permission"},
		related("media", media), related("user", users), related("group", groups), text("permission"))
	m.make("collection_shares", nil,
		[]string{"collection, user", "collection, group", "user, collection, permission", "group, collection, permission"},
		related("collection", collections), related("user", users), related("group", groups), text("permission"))

	// What a person reaches, written down, with the time that the list is ordered by.
	m.make("grants", &ownRows, []string{"user, created_at, media"},
		related("user", users), related("media", media), text("created_at"), text("permission"))
	m.view("reachable", reachableView)
	m.view("granted", grantedView)

	// The rule names collections that name this one, so it comes when all are there.
	media.ListRule = &reachedMedia
	m.save(media)
	return m.err
}

// A maker makes collections until one cannot be made.
type maker struct {
	app core.App
	err error
}

func (m *maker) make(name string, list *string, indexes []string, fields ...core.Field) *core.Collection {
	c := core.NewBaseCollection(name)
	c.ListRule, c.ViewRule = list, &signedIn
	c.Fields.Add(fields...)
	for _, columns := range indexes {
		c.AddIndex("idx_"+name+"_"+strings.ReplaceAll(columns, ", ", "_"), false, quoted(columns), "")
	}
	m.save(c)
	return c
}

func (m *maker) view(name, query string) {
	c := core.NewViewCollection(name)
	c.ViewQuery, c.ListRule = query, &ownRows
	m.save(c)
}

func (m *maker) save(c *core.Collection) {
	if m.err == nil {
		m.err = m.app.Save(c)
	}
}

// quoted quotes the columns of an index: group is a word of SQL.
func quoted(columns string) string { return "`" + strings.ReplaceAll(columns, ", ", "`, `") + "`" }

func text(name string) core.Field   { return &core.TextField{Name: name} }
func number(name string) core.Field { return &core.NumberField{Name: name} }

func related(name string, to *core.Collection) core.Field {
	return &core.RelationField{Name: name, CollectionId: to.Id, MaxSelect: 1}
}
