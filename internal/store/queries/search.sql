-- name: NewestMedia :one
SELECT COALESCE(max(id), 0)::bigint AS id FROM media;

-- name: FoldedTitles :many
SELECT COALESCE(title_folded, '')::text AS title FROM media WHERE id = ANY(sqlc.arg('ids')::bigint[]);

-- What the courses of a sub-account admin hold.
-- name: MediaOfSubAccounts :many
SELECT DISTINCT p.media_id
  FROM sub_account_admins a
  JOIN courses co ON co.sub_account_id = a.sub_account_id
  JOIN collections c ON c.course_id = co.id
  JOIN perspectives p ON p.collection_id = c.id
 WHERE a.user_id = $1;

-- The archived media that a person owns or has a way to that may be more than view:
-- their shares, and those and the owning of their homes.
-- name: ArchivedWays :many
SELECT m.id, TRUE AS is_owner, 'owner'::text AS way
  FROM media m WHERE m.owner_id = sqlc.arg('user_id')::bigint AND m.archived_at IS NOT NULL AND m.deleted_at IS NULL
UNION ALL
SELECT m.id, FALSE, s.permission
  FROM media_shares s JOIN media m ON m.id = s.media_id
 WHERE s.user_id = sqlc.arg('user_id')::bigint AND m.archived_at IS NOT NULL AND m.deleted_at IS NULL
UNION ALL
SELECT m.id, FALSE, s.permission
  FROM group_members gm JOIN media_shares s ON s.group_id = gm.group_id JOIN media m ON m.id = s.media_id
 WHERE gm.user_id = sqlc.arg('user_id')::bigint AND m.archived_at IS NOT NULL AND m.deleted_at IS NULL
UNION ALL
SELECT m.id, FALSE, w.way
  FROM collection_ways w
  JOIN collections c ON c.id = w.collection_id
  JOIN media m ON m.home_collection_id = c.id
 WHERE w.user_id = sqlc.arg('user_id')::bigint AND c.deleted_at IS NULL
   AND m.archived_at IS NOT NULL AND m.deleted_at IS NULL;
