package rivals

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
)

// copyLibrary copies what is live in a Lectern library into PocketBase's tables, in
// one transaction on PocketBase's file.
func copyLibrary(ctx context.Context, folder, file string) (err error) {
	db, err := sql.Open("sqlite", filepath.Join(folder, "data.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "ATTACH DATABASE ? AS library", file); err != nil {
		return err
	}
	for _, statement := range append([]string{"BEGIN"}, append(copyStatements(), "COMMIT", "ANALYZE main")...) {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// id marks the ids in the statements below.
var id = regexp.MustCompile(`#([\w.]+)`)

// copyStatements are the statements that copy each table. A column written #name is
// an id; rows that link two things get a random id of their own.
func copyStatements() []string {
	statements := []string{
		`INSERT INTO main.users (id, full_name, display_name, email, emailVisibility, verified, password, tokenKey)
		 SELECT #id, full_name, display_name, coalesce(email, ''), 1, 1, '', hex(randomblob(25))
		   FROM library.users WHERE deleted_at IS NULL`,
		`INSERT INTO main.groups (id, name) SELECT #id, name FROM library.groups`,
		`INSERT INTO main.collections (id, name, type, owner) SELECT #id, coalesce(name, ''), type, #owner_id
		   FROM library.collections WHERE ` + live,
		`INSERT INTO main.media (id, title, description, duration, size, source, transcoding_status, embed_id,
		        created_at, last_viewed, last_viewed_by_student, owner, home)
		 SELECT #id, title, coalesce(description, ''), duration, size, source, state, embed_id,
		        strftime('%Y-%m-%dT%H:%M:%SZ', created_at, 'unixepoch'),
		        coalesce(date(last_viewed_at, 'unixepoch'), ''), coalesce(date(last_viewed_by_student_at, 'unixepoch'), ''),
		        #owner_id, #home_collection_id
		   FROM library.media WHERE state <> 'waiting' AND ` + live,
		`INSERT INTO main.members (id, "group", user) SELECT ` + randomID + `, #group_id, #user_id
		   FROM library.group_members`,
		`INSERT INTO main.enrollments (id, collection, user, permission)
		 SELECT ` + randomID + `, #c.id, #e.user_id, e.role
		   FROM library.enrollments e JOIN library.collections c ON c.course_id = e.course_id WHERE ` + live,
		`INSERT INTO main.perspectives (id, media, collection)
		 SELECT ` + randomID + `, #media_id, #collection_id FROM library.perspectives
		  WHERE #media_id IN (SELECT id FROM main.media) AND #collection_id IN (SELECT id FROM main.collections)`,
		`INSERT INTO main.media_shares (id, media, user, "group", permission)
		 SELECT ` + randomID + `, #media_id, #user_id, #group_id, permission FROM library.media_shares
		  WHERE #media_id IN (SELECT id FROM main.media)`,
		`INSERT INTO main.collection_shares (id, collection, user, "group", permission)
		 SELECT ` + randomID + `, #collection_id, #user_id, #group_id, permission FROM library.collection_shares
		  WHERE #collection_id IN (SELECT id FROM main.collections)`,
		// In the order in which they are listed, so that a page of grants lies together.
		`INSERT INTO main.grants (id, user, media, created_at, permission)
		 SELECT ` + randomID + `, w.user, w.media, m.created_at,
		        CASE max(w.permission) WHEN 4 THEN 'owner' WHEN 3 THEN 'edit' WHEN 2 THEN 'view' ELSE 'access' END
		   FROM (` + reachWays + `) w JOIN main.media m ON m.id = w.media
		  WHERE w.user <> '' GROUP BY w.user, w.media ORDER BY w.user, m.created_at, w.media`,
	}
	for i, s := range statements {
		statements[i] = id.ReplaceAllStringFunc(s, func(marked string) string { return asRecordID(marked[1:]) })
	}
	return statements
}

const (
	live     = `archived_at IS NULL AND deleted_at IS NULL`
	randomID = `lower(hex(randomblob(8)))`
)
