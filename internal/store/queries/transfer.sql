-- Every way, once each, by which somebody other than the owner and the admins gets to
-- one of the media or (with the media 0) to one of the collections. It is one statement
-- because memberships and enrolments are not locked for it: all are read as of one
-- moment. It takes the media by id, for SQLite plans badly what it cannot count.
-- name: WaysOfOthers :many
SELECT m.id AS media_id, m.home_collection_id AS collection_id, 'owner'::text AS way, TRUE::boolean AS home, TRUE::boolean AS itself,
       (m.state = 'waiting')::boolean AS waiting, (m.archived_at IS NOT NULL)::boolean AS archived
  FROM media m
 WHERE m.id = ANY(sqlc.arg('media')::bigint[]) AND m.deleted_at IS NULL
   AND m.owner_id <> sqlc.arg('owner_id')::bigint AND m.owner_id NOT IN (SELECT r.user_id FROM user_roles r WHERE r.role = 'Admin')
UNION
SELECT m.id AS media_id, m.home_collection_id AS collection_id, s.permission::text AS way, TRUE::boolean AS home, FALSE::boolean AS itself,
       (m.state = 'waiting')::boolean AS waiting, (m.archived_at IS NOT NULL)::boolean AS archived
  FROM media m JOIN media_shares s ON s.media_id = m.id
 WHERE m.id = ANY(sqlc.arg('media')::bigint[]) AND m.deleted_at IS NULL
   AND s.user_id <> sqlc.arg('owner_id')::bigint AND s.user_id NOT IN (SELECT r.user_id FROM user_roles r WHERE r.role = 'Admin')
UNION
SELECT m.id AS media_id, m.home_collection_id AS collection_id, s.permission::text AS way, TRUE::boolean AS home, FALSE::boolean AS itself,
       (m.state = 'waiting')::boolean AS waiting, (m.archived_at IS NOT NULL)::boolean AS archived
  FROM media m JOIN media_shares s ON s.media_id = m.id
 WHERE m.id = ANY(sqlc.arg('media')::bigint[]) AND m.deleted_at IS NULL
   AND EXISTS (SELECT 1 FROM group_members gm WHERE gm.group_id = s.group_id AND gm.user_id <> sqlc.arg('owner_id')::bigint AND gm.user_id NOT IN (SELECT r.user_id FROM user_roles r WHERE r.role = 'Admin'))
UNION
SELECT m.id AS media_id, m.home_collection_id AS collection_id, 'owner'::text AS way, (c.id = m.home_collection_id)::boolean AS home, FALSE::boolean AS itself,
       (m.state = 'waiting')::boolean AS waiting, (m.archived_at IS NOT NULL)::boolean AS archived
  FROM media m JOIN perspectives p ON p.media_id = m.id JOIN collections c ON c.id = p.collection_id
 WHERE m.id = ANY(sqlc.arg('media')::bigint[]) AND m.deleted_at IS NULL
   AND c.deleted_at IS NULL AND (c.archived_at IS NULL OR c.id = m.home_collection_id)
   AND c.owner_id <> sqlc.arg('owner_id')::bigint AND c.owner_id NOT IN (SELECT r.user_id FROM user_roles r WHERE r.role = 'Admin')
UNION
SELECT m.id AS media_id, m.home_collection_id AS collection_id, s.permission::text AS way, (c.id = m.home_collection_id)::boolean AS home, FALSE::boolean AS itself,
       (m.state = 'waiting')::boolean AS waiting, (m.archived_at IS NOT NULL)::boolean AS archived
  FROM media m JOIN perspectives p ON p.media_id = m.id JOIN collections c ON c.id = p.collection_id
  JOIN collection_shares s ON s.collection_id = c.id
 WHERE m.id = ANY(sqlc.arg('media')::bigint[]) AND m.deleted_at IS NULL
   AND c.deleted_at IS NULL AND (c.archived_at IS NULL OR c.id = m.home_collection_id)
   AND s.user_id <> sqlc.arg('owner_id')::bigint AND s.user_id NOT IN (SELECT r.user_id FROM user_roles r WHERE r.role = 'Admin')
UNION
SELECT m.id AS media_id, m.home_collection_id AS collection_id, s.permission::text AS way, (c.id = m.home_collection_id)::boolean AS home, FALSE::boolean AS itself,
       (m.state = 'waiting')::boolean AS waiting, (m.archived_at IS NOT NULL)::boolean AS archived
  FROM media m JOIN perspectives p ON p.media_id = m.id JOIN collections c ON c.id = p.collection_id
  JOIN collection_shares s ON s.collection_id = c.id
 WHERE m.id = ANY(sqlc.arg('media')::bigint[]) AND m.deleted_at IS NULL
   AND c.deleted_at IS NULL AND (c.archived_at IS NULL OR c.id = m.home_collection_id)
   AND EXISTS (SELECT 1 FROM group_members gm WHERE gm.group_id = s.group_id AND gm.user_id <> sqlc.arg('owner_id')::bigint AND gm.user_id NOT IN (SELECT r.user_id FROM user_roles r WHERE r.role = 'Admin'))
UNION
SELECT m.id AS media_id, m.home_collection_id AS collection_id, e.role::text AS way, (c.id = m.home_collection_id)::boolean AS home, FALSE::boolean AS itself,
       (m.state = 'waiting')::boolean AS waiting, (m.archived_at IS NOT NULL)::boolean AS archived
  FROM media m JOIN perspectives p ON p.media_id = m.id JOIN collections c ON c.id = p.collection_id
  JOIN enrollments e ON e.course_id = c.course_id
 WHERE m.id = ANY(sqlc.arg('media')::bigint[]) AND m.deleted_at IS NULL
   AND c.deleted_at IS NULL AND (c.archived_at IS NULL OR c.id = m.home_collection_id)
   AND e.user_id <> sqlc.arg('owner_id')::bigint AND e.user_id NOT IN (SELECT r.user_id FROM user_roles r WHERE r.role = 'Admin')
UNION
SELECT 0, c.id, s.permission, TRUE, FALSE, FALSE, (c.archived_at IS NOT NULL)
  FROM collections c JOIN collection_shares s ON s.collection_id = c.id
 WHERE c.id = ANY(sqlc.arg('collections')::bigint[])
   AND (s.user_id <> sqlc.arg('owner_id')::bigint AND s.user_id NOT IN (SELECT r.user_id FROM user_roles r WHERE r.role = 'Admin')
    OR EXISTS (SELECT 1 FROM group_members gm WHERE gm.group_id = s.group_id AND gm.user_id <> sqlc.arg('owner_id')::bigint AND gm.user_id NOT IN (SELECT r.user_id FROM user_roles r WHERE r.role = 'Admin')));

-- name: MediaAtHomeIn :many
SELECT id FROM media WHERE home_collection_id = ANY(sqlc.arg('ids')::bigint[]) AND deleted_at IS NULL;
