-- name: PerspectivesOfMedia :many
SELECT p.uuid, p.media_id, p.collection_id, p.created_at, p.downloadable, m.title
  FROM perspectives p
  JOIN media m ON m.id = p.media_id
  JOIN collections c ON c.id = p.collection_id
 WHERE p.media_id = $1 AND m.deleted_at IS NULL AND c.archived_at IS NULL AND c.deleted_at IS NULL
 ORDER BY p.created_at DESC, p.collection_id DESC;

-- name: PerspectivesIn :many
SELECT p.uuid, p.media_id, p.collection_id, p.created_at, p.downloadable, m.title
  FROM perspectives p
  JOIN media m ON m.id = p.media_id
 WHERE p.collection_id = sqlc.arg('collection_id') AND m.archived_at IS NULL AND m.deleted_at IS NULL
   AND (m.state <> 'waiting' OR m.owner_id = sqlc.arg('user_id')::bigint)
 ORDER BY p.created_at DESC, p.media_id DESC;

-- name: Downloadable :one
SELECT downloadable FROM perspectives WHERE media_id = $1 AND collection_id = $2;

-- name: SetDownloadable :exec
UPDATE perspectives SET downloadable = $3 WHERE media_id = $1 AND collection_id = $2;

-- name: HomePerspectives :many
SELECT p.uuid, p.media_id
  FROM media m JOIN perspectives p ON p.media_id = m.id AND p.collection_id = m.home_collection_id
 WHERE m.id = ANY(sqlc.arg('ids')::bigint[])
 ORDER BY m.id DESC;

-- The three steps of giving many media one home: the perspectives in their homes move
-- along unless the new home holds the media already; those which do not, end; then
-- the homes themselves.
-- name: MoveHomePerspectives :exec
UPDATE perspectives SET collection_id = sqlc.arg('to')::bigint
 WHERE perspectives.media_id = ANY(sqlc.arg('ids')::bigint[])
   AND perspectives.collection_id = (SELECT m.home_collection_id FROM media m WHERE m.id = perspectives.media_id)
   AND NOT EXISTS (SELECT 1 FROM perspectives held
                    WHERE held.media_id = perspectives.media_id AND held.collection_id = sqlc.arg('to')::bigint);

-- name: EndHomePerspectives :exec
DELETE FROM perspectives
 WHERE perspectives.media_id = ANY(sqlc.arg('ids')::bigint[]) AND perspectives.collection_id <> sqlc.arg('to')::bigint
   AND perspectives.collection_id = (SELECT m.home_collection_id FROM media m WHERE m.id = perspectives.media_id);

-- name: SetHomes :exec
UPDATE media SET home_collection_id = sqlc.arg('to')::bigint, archived_with_id = NULL, version = version + sqlc.arg('step')::bigint
 WHERE id = ANY(sqlc.arg('ids')::bigint[]);
