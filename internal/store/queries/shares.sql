-- A grantee is a user or a group, the other being NULL; exactly one of the pair of
-- conditions can hold.

-- name: MediaSharesWith :many
SELECT user_id, group_id, permission FROM media_shares
 WHERE media_id = sqlc.arg('media_id')
   AND (user_id = ANY(sqlc.arg('users')::bigint[]) OR group_id = ANY(sqlc.arg('groups')::bigint[]));

-- name: InsertMediaShare :exec
INSERT INTO media_shares (media_id, user_id, group_id, permission) VALUES ($1, $2, $3, $4);

-- name: DeleteMediaShare :execrows
DELETE FROM media_shares
 WHERE media_id = $1 AND (user_id = sqlc.narg('user_id')::bigint OR group_id = sqlc.narg('group_id')::bigint);

-- name: UsersOfMediaShares :many
SELECT u.id, u.full_name, u.display_name, u.email, u.created_at, u.deactivated_at,
       (SELECT COALESCE(string_agg(r.role, ','), '') FROM user_roles r WHERE r.user_id = u.id)::text AS roles,
       s.permission
  FROM media_shares s JOIN users u ON u.id = s.user_id
 WHERE s.media_id = $1 ORDER BY u.id DESC;

-- name: GroupsOfMediaShares :many
SELECT g.id, g.name, g.created_at, s.permission
  FROM media_shares s JOIN groups g ON g.id = s.group_id
 WHERE s.media_id = $1 ORDER BY g.id DESC;

-- name: CollectionSharesWith :many
SELECT user_id, group_id, permission FROM collection_shares
 WHERE collection_id = sqlc.arg('collection_id')
   AND (user_id = ANY(sqlc.arg('users')::bigint[]) OR group_id = ANY(sqlc.arg('groups')::bigint[]));

-- name: InsertCollectionShare :exec
INSERT INTO collection_shares (collection_id, user_id, group_id, permission) VALUES ($1, $2, $3, $4);

-- name: DeleteCollectionShare :execrows
DELETE FROM collection_shares
 WHERE collection_id = $1 AND (user_id = sqlc.narg('user_id')::bigint OR group_id = sqlc.narg('group_id')::bigint);

-- name: UsersOfCollectionShares :many
SELECT u.id, u.full_name, u.display_name, u.email, u.created_at, u.deactivated_at,
       (SELECT COALESCE(string_agg(r.role, ','), '') FROM user_roles r WHERE r.user_id = u.id)::text AS roles,
       s.permission
  FROM collection_shares s JOIN users u ON u.id = s.user_id
 WHERE s.collection_id = $1 ORDER BY u.id DESC;

-- name: GroupsOfCollectionShares :many
SELECT g.id, g.name, g.created_at, s.permission
  FROM collection_shares s JOIN groups g ON g.id = s.group_id
 WHERE s.collection_id = $1 ORDER BY g.id DESC;

-- Everyone who has a way that is enough to a media item, or owns it, with all these ways in
-- one text, as in "view:1,student:0"; 1 says that the way is direct or leads through the
-- home. The ways that are enough are said by the caller: those of at_home, and of these,
-- where the way leads through another collection, those of elsewhere. Without by_role no
-- role in a course is enough, and nobody enrolled is read; the members of a group are read
-- only if its share is enough. What leads to a media item is what SeenMedia says of one
-- person. The ways to the collections that hold it are those of the view collection_ways,
-- said again: SQLite would read the whole view to find those of a few collections.
-- name: MediaReachers :many
WITH places AS (SELECT c.id, c.owner_id, c.course_id,
                       CASE WHEN m.home_collection_id = c.id THEN 1 ELSE 0 END AS home
                  FROM media m
                  JOIN perspectives p ON p.media_id = m.id
                  JOIN collections c ON c.id = p.collection_id
                 WHERE m.id = sqlc.arg('media_id') AND c.deleted_at IS NULL
                   AND (c.archived_at IS NULL OR m.home_collection_id = c.id)),
     shared AS (SELECT s.user_id, s.group_id, s.permission AS way, 1 AS home
                  FROM media_shares s
                 WHERE s.media_id = sqlc.arg('media_id') AND s.permission = ANY(sqlc.arg('at_home')::text[])
                UNION ALL
                SELECT s.user_id, s.group_id, s.permission, places.home
                  FROM places JOIN collection_shares s ON s.collection_id = places.id
                 WHERE s.permission = ANY(sqlc.arg('at_home')::text[])
                   AND (places.home = 1 OR s.permission = ANY(sqlc.arg('elsewhere')::text[])))
SELECT u.id, u.full_name, u.display_name, u.email, u.created_at, u.deactivated_at,
       (SELECT COALESCE(string_agg(r.role, ','), '') FROM user_roles r WHERE r.user_id = u.id)::text AS roles,
       reached.ways
  FROM (SELECT every.user_id, string_agg(every.way || ':' || every.home, ',')::text AS ways
          FROM (SELECT m.owner_id AS user_id, 'owner' AS way, 1 AS home
                  FROM media m WHERE m.id = sqlc.arg('media_id')
                UNION ALL
                SELECT shared.user_id, shared.way, shared.home FROM shared WHERE shared.user_id IS NOT NULL
                UNION ALL
                SELECT gm.user_id, shared.way, shared.home
                  FROM shared JOIN group_members gm ON gm.group_id = shared.group_id
                UNION ALL
                SELECT places.owner_id, 'owner', places.home FROM places
                 WHERE places.owner_id IS NOT NULL
                   AND (places.home = 1 OR 'owner' = ANY(sqlc.arg('elsewhere')::text[]))
                UNION ALL
                SELECT e.user_id, e.role, places.home
                  FROM places JOIN enrollments e ON e.course_id = places.course_id
                 WHERE sqlc.arg('by_role')::boolean AND e.role = ANY(sqlc.arg('at_home')::text[])
                   AND (places.home = 1 OR e.role = ANY(sqlc.arg('elsewhere')::text[]))) every
         GROUP BY every.user_id) reached
  JOIN users u ON u.id = reached.user_id
 WHERE u.deleted_at IS NULL
 ORDER BY u.id DESC;

-- What connects somebody with the people and the groups that they want to share with,
-- a row for each person and each group that is connected in some way.
-- name: Ties :many
WITH mine AS (SELECT e.course_id, c.sub_account_id, (e.role IN ('teacher', 'ta', 'designer')) AS teaches
                FROM enrollments e JOIN courses c ON c.id = e.course_id
               WHERE e.user_id = sqlc.arg('who')),
     taught AS (SELECT DISTINCT mine.sub_account_id FROM mine WHERE mine.teaches AND mine.sub_account_id IS NOT NULL)
SELECT u.id AS user_id, 0::bigint AS group_id,
       EXISTS (SELECT 1 FROM group_members own
                 JOIN group_members theirs ON theirs.group_id = own.group_id
                WHERE own.user_id = sqlc.arg('who') AND theirs.user_id = u.id)::boolean AS in_group,
       EXISTS (SELECT 1 FROM mine JOIN enrollments e ON e.course_id = mine.course_id
                WHERE e.user_id = u.id)::boolean AS in_course,
       (EXISTS (SELECT 1 FROM enrollments e
                  JOIN courses c ON c.id = e.course_id
                  JOIN taught ON taught.sub_account_id = c.sub_account_id
                 WHERE e.user_id = u.id)
     OR EXISTS (SELECT 1 FROM sub_account_admins a
                  JOIN taught ON taught.sub_account_id = a.sub_account_id
                 WHERE a.user_id = u.id))::boolean AS in_sub_account,
       EXISTS (SELECT 1 FROM enrollments e
                 JOIN courses c ON c.id = e.course_id
                 JOIN sub_account_admins a ON a.sub_account_id = c.sub_account_id
                WHERE a.user_id = sqlc.arg('who') AND e.user_id = u.id)::boolean AS in_reach,
       EXISTS (SELECT 1 FROM taught)::boolean AS sub_accounts
  FROM users u WHERE u.id = ANY(sqlc.arg('users')::bigint[])
UNION ALL
SELECT 0, gm.group_id, TRUE, FALSE, FALSE, FALSE, FALSE
  FROM group_members gm
 WHERE gm.user_id = sqlc.arg('who') AND gm.group_id = ANY(sqlc.arg('groups')::bigint[]);
