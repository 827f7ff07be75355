package histories

import (
	"context"
	"database/sql"
	"errors"
)

// readWorld returns the world that the tables of a quiet library hold, numbered by
// ids. It reads one plain table after another; what belongs to something deleted is
// not in a world.
func readWorld(ctx context.Context, db *sql.DB) (*world, error) {
	w := emptyWorld()
	var (
		id, other, third, made  int64
		text, state             string
		maybe, perhaps, archive sql.NullInt64
		viewed                  sql.NullInt64
		words                   sql.NullString
	)
	err := errors.Join(
		each(ctx, db, "SELECT id, email, deactivated_at, full_name, display_name FROM users WHERE deleted_at IS NULL",
			func() {
				w.people[int(id)] = &person{
					full: text, display: state, email: words.String, active: !maybe.Valid,
					roles: make(map[string]bool), assigned: make(map[int]bool),
				}
			}, &id, &words, &maybe, &text, &state),
		each(ctx, db, "SELECT user_id, role FROM user_roles", func() {
			if p := w.people[int(id)]; p != nil {
				p.roles[text] = true
			}
		}, &id, &text),
		each(ctx, db, "SELECT user_id, sub_account_id FROM sub_account_admins", func() {
			if p := w.people[int(id)]; p != nil {
				p.assigned[int(other)] = true
			}
		}, &id, &other),
		each(ctx, db, "SELECT id FROM groups", func() { w.groups[int(id)] = make(map[int]string) }, &id),
		each(ctx, db, "SELECT group_id, user_id, permission FROM group_members", func() {
			if w.people[int(other)] != nil {
				w.groups[int(id)][int(other)] = text
			}
		}, &id, &other, &text),
		each(ctx, db, "SELECT id, sub_account_id FROM courses", func() {
			w.courses[int(id)] = &course{subAccount: int(maybe.Int64), enrolled: make(map[enrolment]bool)}
		}, &id, &maybe),
		each(ctx, db, "SELECT course_id, user_id, role FROM enrollments", func() {
			if w.people[int(other)] != nil {
				w.courses[int(id)].enrolled[enrolment{int(other), text}] = true
			}
		}, &id, &other, &text),
		each(ctx, db, "SELECT id, type, owner_id, course_id, created_at, archived_at FROM collections WHERE deleted_at IS NULL",
			func() {
				c := int(id)
				w.collections[c] = &collection{
					kind: text, owner: int(maybe.Int64), created: made, archived: archive.Valid,
					shares: make(map[grantee]level),
				}
				if p := w.people[int(maybe.Int64)]; p != nil && text == "user" {
					p.library = c
				}
				if k := w.courses[int(perhaps.Int64)]; k != nil {
					k.collection = c
				}
			}, &id, &text, &maybe, &perhaps, &made, &archive),
		each(ctx, db, "SELECT id, owner_id, home_collection_id, state, created_at, archived_at, archived_with_id, "+
			"last_viewed_at, last_viewed_by_student_at, title FROM media WHERE deleted_at IS NULL", func() {
			w.media[int(id)] = &media{
				title: text, owner: int(other), home: int(third), state: state, created: made,
				archived: archive.Valid, takenBy: int(maybe.Int64),
				in: make(map[int]place), shares: make(map[grantee]level), tags: make(map[string]bool),
				viewed: perhaps.Valid, viewedByStudent: viewed.Valid,
			}
		}, &id, &other, &third, &state, &made, &archive, &maybe, &perhaps, &viewed, &text),
		each(ctx, db, "SELECT media_id, kind FROM media_files", func() {
			if m := w.media[int(id)]; m != nil {
				m.bytes, m.made = m.bytes || text == "original", m.made || text != "original"
			}
		}, &id, &text),
		each(ctx, db, "SELECT media_id, CASE WHEN url IS NULL THEN 0 ELSE 1 END, CASE WHEN run IS NULL THEN 0 ELSE 1 END FROM media_processing", func() {
			if m := w.media[int(id)]; m != nil {
				m.address, m.held = other > 0, third > 0
			}
		}, &id, &other, &third),
		each(ctx, db, "SELECT media_id, collection_id, created_at, downloadable FROM perspectives", func() {
			if m := w.media[int(id)]; m != nil && w.collections[int(other)] != nil {
				m.in[int(other)] = place{created: made, downloadable: third != 0}
			}
		}, &id, &other, &made, &third),
		each(ctx, db, "SELECT media_id, user_id, group_id, permission FROM media_shares", func() {
			g := grantee{int(maybe.Int64), int(perhaps.Int64)}
			if m := w.media[int(id)]; m != nil && w.isThere(g) {
				m.shares[g] = levelOf(text)
			}
		}, &id, &maybe, &perhaps, &text),
		each(ctx, db, "SELECT collection_id, user_id, group_id, permission FROM collection_shares", func() {
			g := grantee{int(maybe.Int64), int(perhaps.Int64)}
			if c := w.collections[int(id)]; c != nil && w.isThere(g) {
				c.shares[g] = levelOf(text)
			}
		}, &id, &maybe, &perhaps, &text),
		each(ctx, db, "SELECT id, name, folded FROM tags", func() { w.tags[state] = tag{text, int(id)} }, &id, &text, &state),
		each(ctx, db, "SELECT mt.media_id, t.folded FROM media_tags mt JOIN tags t ON t.id = mt.tag_id", func() {
			if m := w.media[int(id)]; m != nil {
				m.tags[text] = true
			}
		}, &id, &text),
		each(ctx, db, "SELECT id, media_id, srclang, status, COALESCE(srt, '') FROM caption_files", func() {
			if w.media[int(other)] != nil {
				w.captions[int(id)] = &captions{media: int(other), language: text, status: state, text: words.String}
			}
		}, &id, &other, &text, &state, &words),
		each(ctx, db, "SELECT id, media_id, caption_file_id, srclang, status, service_type FROM caption_requests", func() {
			if w.media[int(other)] != nil {
				w.requests[int(id)] = &request{
					media: int(other), captions: int(maybe.Int64), language: text, status: state, service: words.String,
				}
			}
		}, &id, &other, &maybe, &text, &state, &words),
		each(ctx, db, "SELECT id, key, languages FROM captioning_service_types", func() {
			w.types[text] = serviceType{state, int(id)}
		}, &id, &text, &state),
	)
	return w, err
}

// each runs do for every row, whose columns are in the variables.
func each(ctx context.Context, db *sql.DB, query string, do func(), columns ...any) (err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := rows.Scan(columns...); err != nil {
			return err
		}
		do()
	}
	return rows.Err()
}

// levelOf is the level that a share's word gives.
func levelOf(word string) level {
	if word == edit.String() {
		return edit
	}
	return view
}
