-- name: GetMedia :one
SELECT m.id, m.owner_id, m.home_collection_id, m.title, m.description, m.duration, m.size, m.source,
       m.state, m.embed_id, m.created_at, m.archived_at, m.archived_with_id, m.last_viewed_at,
       m.last_viewed_by_student_at,
       o.full_name AS owner_full_name, o.display_name AS owner_display_name, o.email AS owner_email
  FROM media m JOIN users o ON o.id = m.owner_id
 WHERE m.id = $1 AND m.deleted_at IS NULL;

-- A lock selects from the locked table alone. What a statement joins to a row that it
-- had to wait for is as it was before the wait, so a media item that was given away meanwhile
-- would not find its owner and fall out of the answer. What is locked is read after.
-- name: LockMedia :many
SELECT id FROM media WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE;

-- name: LockMediaAtHome :many
SELECT id FROM media WHERE home_collection_id = $1 AND deleted_at IS NULL ORDER BY id FOR NO KEY UPDATE;

-- name: LockMediaOf :many
SELECT id FROM media WHERE owner_id = $1 AND deleted_at IS NULL ORDER BY id FOR NO KEY UPDATE;

-- name: MediaByID :many
SELECT m.id, m.owner_id, m.home_collection_id, m.title, m.description, m.duration, m.size, m.source,
       m.state, m.embed_id, m.created_at, m.archived_at, m.archived_with_id, m.last_viewed_at,
       m.last_viewed_by_student_at,
       o.full_name AS owner_full_name, o.display_name AS owner_display_name, o.email AS owner_email
  FROM media m JOIN users o ON o.id = m.owner_id
 WHERE m.id = ANY(sqlc.arg('ids')::bigint[]) AND m.deleted_at IS NULL ORDER BY m.id;

-- A media item with all that decides what one person may do with it. The ways are those but for
-- owning it, "way:home" each: its shares, and the ways to the collections that hold it. An
-- archived collection leads to what is at home in it alone, and a deleted one nowhere.
-- name: SeenMedia :one
SELECT m.id, m.owner_id, m.home_collection_id, m.title, m.description, m.duration, m.size, m.source,
       m.state, m.embed_id, m.created_at, m.archived_at, m.archived_with_id, m.last_viewed_at,
       m.last_viewed_by_student_at,
       o.full_name AS owner_full_name, o.display_name AS owner_display_name, o.email AS owner_email,
       (SELECT COALESCE(string_agg(w.way || ':' || w.home, ','), '')
          FROM (SELECT s.permission AS way, 1 AS home
                  FROM media_shares s
                 WHERE s.media_id = sqlc.arg('media_id') AND s.user_id = sqlc.arg('user_id')::bigint
                UNION ALL
                SELECT s.permission, 1
                  FROM media_shares s JOIN group_members gm ON gm.group_id = s.group_id
                 WHERE s.media_id = sqlc.arg('media_id') AND gm.user_id = sqlc.arg('user_id')::bigint
                UNION ALL
                SELECT cw.way, CASE WHEN it.home_collection_id = p.collection_id THEN 1 ELSE 0 END
                  FROM media it
                  JOIN perspectives p ON p.media_id = it.id
                  JOIN collections c ON c.id = p.collection_id
                  JOIN collection_ways cw ON cw.collection_id = c.id AND cw.user_id = sqlc.arg('user_id')::bigint
                 WHERE it.id = sqlc.arg('media_id') AND c.deleted_at IS NULL
                   AND (c.archived_at IS NULL OR it.home_collection_id = p.collection_id)) w)::text AS ways,
       EXISTS (SELECT 1 FROM perspectives p
                 JOIN collections c ON c.id = p.collection_id
                 JOIN courses co ON co.id = c.course_id
                 JOIN sub_account_admins a ON a.sub_account_id = co.sub_account_id
                WHERE a.user_id = sqlc.arg('user_id')::bigint AND p.media_id = sqlc.arg('media_id'))::boolean AS in_reach,
       EXISTS (SELECT 1 FROM perspectives p
                 JOIN collections c ON c.id = p.collection_id
                 JOIN collection_ways cw ON cw.collection_id = c.id
                WHERE p.media_id = sqlc.arg('media_id') AND p.downloadable = 1 AND cw.user_id = sqlc.arg('user_id')::bigint
                  AND c.archived_at IS NULL AND c.deleted_at IS NULL)::boolean AS downloads,
       (SELECT COALESCE(max(p.uuid), '') FROM perspectives p
         WHERE p.media_id = m.id AND p.collection_id = m.home_collection_id)::text AS perspective
  FROM media m JOIN users o ON o.id = m.owner_id
 WHERE m.id = sqlc.arg('media_id') AND m.deleted_at IS NULL;

-- name: InsertMedia :one
INSERT INTO media (owner_id, home_collection_id, title, description, duration, size, source, state,
                   embed_id, created_at, title_folded, title_rule, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id;

-- name: SetMediaArchived :exec
UPDATE media SET archived_at = sqlc.narg('archived_at'), archived_with_id = sqlc.narg('archived_with_id'), version = version + sqlc.arg('step')::bigint
 WHERE id = ANY(sqlc.arg('ids')::bigint[]);

-- name: SetMediaDeleted :exec
UPDATE media SET deleted_at = sqlc.arg('deleted_at'), version = version + sqlc.arg('step')::bigint WHERE id = ANY(sqlc.arg('ids')::bigint[]);

-- name: SetMediaOwner :exec
UPDATE media SET owner_id = sqlc.arg('owner_id'), version = version + sqlc.arg('step')::bigint WHERE id = ANY(sqlc.arg('ids')::bigint[]);

-- name: SetMediaState :exec
UPDATE media SET state = sqlc.arg('state'), version = version + sqlc.arg('step')::bigint WHERE id = sqlc.arg('id');

-- name: SetMediaHome :exec
UPDATE media SET home_collection_id = sqlc.arg('home_collection_id'), version = version + sqlc.arg('step')::bigint WHERE id = sqlc.arg('id');

-- name: InsertPerspective :execrows
INSERT INTO perspectives (uuid, media_id, collection_id, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (collection_id, media_id) DO NOTHING;

-- name: MovePerspective :exec
UPDATE perspectives SET collection_id = sqlc.arg('to')
 WHERE perspectives.media_id = sqlc.arg('media_id') AND perspectives.collection_id = sqlc.arg('from')
   AND NOT EXISTS (SELECT 1 FROM perspectives held WHERE held.media_id = sqlc.arg('media_id') AND held.collection_id = sqlc.arg('to'));

-- name: DeletePerspective :execrows
DELETE FROM perspectives WHERE media_id = $1 AND collection_id = $2;

-- The three kinds of lists that media stand in, for all that changes them there.
-- name: BumpOwnersAndGranteesOf :exec
UPDATE users SET version = version + sqlc.arg('step')::bigint
 WHERE id IN (SELECT m.owner_id FROM media m WHERE m.id = ANY(sqlc.arg('ids')::bigint[])
               UNION
              SELECT s.user_id FROM media_shares s WHERE s.media_id = ANY(sqlc.arg('ids')::bigint[]) AND s.user_id IS NOT NULL);

-- name: BumpGroupsOf :exec
UPDATE groups SET version = version + sqlc.arg('step')::bigint
 WHERE id IN (SELECT s.group_id FROM media_shares s WHERE s.media_id = ANY(sqlc.arg('ids')::bigint[]) AND s.group_id IS NOT NULL);

-- name: BumpCollectionsOf :exec
UPDATE collections SET version = version + sqlc.arg('step')::bigint
 WHERE id IN (SELECT p.collection_id FROM perspectives p WHERE p.media_id = ANY(sqlc.arg('ids')::bigint[]));

-- name: BumpUser :exec
UPDATE users SET version = version + sqlc.arg('step')::bigint WHERE id = sqlc.arg('id');

-- name: BumpGroup :exec
UPDATE groups SET version = version + sqlc.arg('step')::bigint WHERE id = sqlc.arg('id');

-- What waits for its upload in a collection, and is one person's: it is in no list but
-- theirs.
-- name: WaitingIn :many
SELECT m.id, m.created_at FROM media m JOIN perspectives p ON p.media_id = m.id
 WHERE p.collection_id = sqlc.arg('collection_id') AND m.owner_id = sqlc.arg('user_id')
   AND m.state = 'waiting' AND m.archived_at IS NULL AND m.deleted_at IS NULL;

-- name: ArchivedIn :many
SELECT m.id, m.owner_id, m.state
  FROM perspectives p JOIN media m ON m.id = p.media_id
 WHERE p.collection_id = $1 AND m.archived_at IS NOT NULL AND m.deleted_at IS NULL
 ORDER BY m.created_at DESC, m.id DESC;

-- The ways of SeenMedia, of many media at once.
-- name: WaysToMedia :many
SELECT s.media_id, s.permission AS way, TRUE AS home
  FROM media_shares s
 WHERE s.media_id = ANY(sqlc.arg('ids')::bigint[]) AND s.user_id = sqlc.arg('user_id')::bigint
UNION ALL
SELECT s.media_id, s.permission, TRUE
  FROM media_shares s JOIN group_members gm ON gm.group_id = s.group_id
 WHERE s.media_id = ANY(sqlc.arg('ids')::bigint[]) AND gm.user_id = sqlc.arg('user_id')::bigint
UNION ALL
SELECT m.id, w.way, (m.home_collection_id = p.collection_id)
  FROM media m
  JOIN perspectives p ON p.media_id = m.id
  JOIN collections c ON c.id = p.collection_id
  JOIN collection_ways w ON w.collection_id = c.id AND w.user_id = sqlc.arg('user_id')::bigint
 WHERE m.id = ANY(sqlc.arg('ids')::bigint[]) AND c.deleted_at IS NULL
   AND (c.archived_at IS NULL OR m.home_collection_id = p.collection_id);

-- name: WhichMediaInReach :many
SELECT DISTINCT p.media_id FROM perspectives p
  JOIN collections c ON c.id = p.collection_id
  JOIN courses co ON co.id = c.course_id
  JOIN sub_account_admins a ON a.sub_account_id = co.sub_account_id
 WHERE a.user_id = sqlc.arg('admin_id') AND p.media_id = ANY(sqlc.arg('ids')::bigint[]);

-- name: LockOwnedMedia :many
SELECT id, home_collection_id FROM media
 WHERE owner_id = $1 AND deleted_at IS NULL ORDER BY id FOR NO KEY UPDATE;
